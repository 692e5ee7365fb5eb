"""Opens the pack and joins it: from layers to candidates, connections, sinks and verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import xarray as xr

from layers.geometry import site_joins
from layers.packs.data_pack import Pack
from layers.words.dated_values import Value
from layers.words.errors import SitingError
from scenarios.question.scenario_reading import Scenario
from scenarios.site_evidence.activity_signs import activity_signs, flags
from scenarios.site_evidence.at_stations.site_weather import weather_words
from scenarios.site_evidence.brought.brought_things import with_brought
from scenarios.site_evidence.brought.site_rows import with_told_heat
from scenarios.site_evidence.brought.zone_joins import judge_zones, with_zone_flags
from scenarios.site_evidence.confirmations import declared, read_confirmations
from scenarios.site_evidence.eligible_areas import Areas
from scenarios.site_evidence.heat_sinks_held import Sinks, commune_of, pool_links, sinks_held
from scenarios.site_evidence.platforms import platform_notes
from scenarios.site_evidence.protection_joins import join_outlines
from scenarios.site_evidence.site_gathering import gather_sites, true_outlines
from scenarios.site_evidence.surroundings import join_surroundings
from scenarios.site_evidence.yard_posts import posts_at_yards
from scenarios.site_evidence.yard_room import yards_to_host
from siting.screening import candidates, site_ranking, vacancy
from siting.screening import connection_limits as connections
from siting.screening.candidates import CANDIDATE, REJECTED
from siting.screening.criteria import CRITERIA
from siting.screening.fate_sentences import seen_occupied


@dataclass(frozen=True)
class Evidence:
    """What is known of every site, joined and judged, before any footprint.

    ``sites`` holds every brownfield whatever its fate, and the candidate areas; ``heat_demand``
    has dims (sink_id, hour), in MW at the source; ``sinks`` says what is known of each taker of
    heat; ``areas`` says where areas come from; ``posts`` are the ends of HTA lines, when the pack
    lists them.
    """

    sites: gpd.GeoDataFrame
    verdicts: pd.DataFrame
    connections: pd.DataFrame
    yards: gpd.GeoDataFrame
    zones: pd.DataFrame
    links: pd.DataFrame
    sinks: Sinks
    areas: Areas | None = None
    posts: gpd.GeoDataFrame | None = None

    @property
    def heat_demand(self) -> xr.DataArray:
        """Return the demand of each sink by hour, in MW at the source."""
        return self.sinks.demand

    @property
    def pool(self) -> gpd.GeoDataFrame:
        """Return the candidates."""
        return self.sites[self.sites["fate"] == CANDIDATE]


def gather_evidence(
    scenario: Scenario,
    pack: Pack,
    values: Mapping[str, Value],
    factors: Mapping[str, Value],
) -> Evidence:
    """Open the layers, account for every brownfield and area, join and judge them.

    Parameters
    ----------
    scenario : gives the territory, the sources of candidates, the criteria and their weights.
    pack : the layers.
    values : thresholds in force, from ``screening_values``.
    factors : constants of the footprints: losses of heat networks are read there.

    Returns
    -------
    Sites of every fate; lines and heat links of the candidates only; zones of every département.

    Raises
    ------
    SitingError : SIT106 when a layer is absent and the scenario asks to stop for it, SIT200 when
        the territory has no brownfield, SIT202 for an unknown territory or criterion, and what
        reading a layer, ``yards_to_host`` and ``gather_areas`` raise.
    """
    _refuse_missing_layers(scenario, pack)
    pack, _ = with_brought(scenario, pack)
    yards = yards_to_host(scenario, pack, values)
    sites, areas = gather_sites(scenario, pack, values, yards)
    sites = candidates.locate(
        sites,
        pack.table("communes"),
        pack.table("departements"),
        pack.held("sectors"),
        pack.held("aware_basins"),
        values,
    )
    sites = _join_zre(sites, pack)
    sites = _join_context(sites, pack, areas)
    sites = join_surroundings(sites, pack)
    sites["weather_fr"] = weather_words(scenario, sites, pack)
    sites = _join_occupancy(sites, scenario, pack, values)
    posts = posts_at_yards(pack)
    links_of_yards = connections.connect(sites, yards, values, posts)
    sites = _join_connections(sites, links_of_yards, yards)
    deliveries = _deliveries(pack)
    sinks = sinks_held(pack, scenario.heat, factors)
    links = heat_links(sites, sinks, pack)
    sites = _join_sinks(sites, links, deliveries, pack)
    sites, verdicts = _judge(scenario, sites, values, pack)
    pool = sites.index[sites["fate"] == CANDIDATE]
    return Evidence(
        sites=sites.copy(),  # in few blocks again: a hundred columns were put one by one
        verdicts=verdicts,
        connections=links_of_yards[links_of_yards["site_id"].isin(pool)].reset_index(drop=True),
        yards=yards,
        zones=connections.zone_caps(_consumption(pack), values),
        links=links[links["site_id"].isin(pool)].reset_index(drop=True),
        sinks=sinks,
        areas=areas,
        posts=posts,
    )


def _join_occupancy(
    sites: gpd.GeoDataFrame, scenario: Scenario, pack: Pack, values: Mapping[str, Value]
) -> gpd.GeoDataFrame:
    """Add what is known of the occupation of each site; seen occupied, it is no candidate."""
    visits = scenario.candidates.confirm
    seen = declared(sites)
    if visits:  # a visit says more than whoever brings the site
        read = read_confirmations(Path(visits), sites.index)
        seen = pd.concat([read, seen[~seen.index.isin(read.index)]])
    sites = sites.join(vacancy.occupancy(sites, activity_signs(sites, pack, values), seen))
    sites["flags_fr"] = flags(sites, pack, values)
    sites = with_zone_flags(sites, pack)
    sites["platform_fr"] = platform_notes(sites, pack)
    gone = (sites["occupancy"] == vacancy.OCCUPIED) & (sites["fate"] == CANDIDATE)
    sites.loc[gone, "fate"] = REJECTED
    sites.loc[gone, "fate_cause"] = "occupied"
    sites.loc[gone, "fate_reason_fr"] = seen_occupied(sites.loc[gone, "occupancy_fr"])
    return sites


def _refuse_missing_layers(scenario: Scenario, pack: Pack) -> None:
    if scenario.candidates.on_missing_layer == "report":
        return
    needed = {
        layer
        for name in scenario.candidates.criteria
        if name in CRITERIA
        for layer in CRITERIA[name].needs_layers
    }
    absent = sorted(layer for layer in needed if not pack.has(layer))
    if absent:
        raise SitingError(
            "SIT106",
            f"couches exigées mais absentes : {', '.join(absent)}",
            where=f'scénario « {scenario.name} », candidates.on_missing_layer = "refuse"',
            hint="donnez-les avec --layer COUCHE=FICHIER, ou signalez-les : "
            "--set candidates.on_missing_layer=report",
        )


def _join_zre(sites: gpd.GeoDataFrame, pack: Pack) -> gpd.GeoDataFrame:
    """Take the list by commune where it names the commune; the sector's reading stays beside."""
    sites["zre_sector"] = sites["zre"]
    sites["zre_source_fr"] = "lecture par secteur hydrographique, hypothèse"
    if not pack.has("zre_communes"):
        return sites
    listed = pack.table("zre_communes").set_index("commune_code")["in_zre"]
    state = sites["commune_code"].map(listed).map({True: "yes", False: "no"})
    known = state.notna()
    sites["zre"] = state.where(known, sites["zre_sector"])
    told = f"liste par commune du {pack.entry('zre_communes').vintage}, surface ou nappe"
    sites.loc[known, "zre_source_fr"] = told
    return sites


def _join_context(sites: gpd.GeoDataFrame, pack: Pack, areas: Areas | None) -> gpd.GeoDataFrame:
    sites["elevation_m"] = pack.sample("elevation", sites.geometry)
    classes = pack.facts().get("land_cover_labels", {}).get("by_class", {})
    labels = {int(code): text for code, text in classes.items()}
    cover = pd.Series(pack.sample("land_cover", sites.geometry), index=sites.index)
    if pack.has("land_cover") and pack.entry("land_cover").state == "user":
        # Another raster has other classes: its codes are shown, never under our labels.
        labels = {code: f"classe {code:g} du raster fourni" for code in cover.dropna().unique()}
    sites["land_cover_fr"] = cover.map(labels).fillna("inconnue")
    projections = pack.held("climate_2050")
    hot = projections[projections["variable"] == "very_hot_days"].set_index("epci_code")["median"]
    sites["hot_days_2050"] = sites["epci_code"].map(hot).astype(float)
    centres = pack.held("natura2000_points")
    sites["natura2000_centre_km"] = site_joins.distance_km(sites.geometry, centres).round(1)
    return join_outlines(sites, pack, true_outlines(pack, areas))


def _join_connections(
    sites: gpd.GeoDataFrame, table: pd.DataFrame, yards: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Show on the site its nearest source post, and what it may draw at most by law and by room.

    A yard without transformers takes HTB lines only: however near, it is no post for a site of the
    usual size. Without the list of source posts, every hosting yard stands in for one.
    """
    ends = table[table["domain"] == "HTA"] if "hta_state" in yards else table
    nearest = ends.sort_values(["distance_km", "yard_id"]).drop_duplicates("site_id")
    nearest = nearest.set_index("site_id")
    sites["yard_id"] = nearest["yard_id"]
    sites["yard_name"] = sites["yard_id"].map(yards["name"])
    sites["yard_distance_km"] = nearest["distance_km"].round(2)
    sites["yard_voltage_kv"] = sites["yard_id"].map(yards["max_voltage_kv"])
    sites["connection_limit_mw"] = table.groupby("site_id")["limit_mw"].max().round(2)
    room = table["limit_mw"].clip(upper=table["yard_id"].map(yards["room_mw"]))
    sites["connection_room_mw"] = room.groupby(table["site_id"]).max().round(2)
    return sites


def _deliveries(pack: Pack) -> pd.Series:
    """Return GWh delivered a year by commune; secret rows are not counted, so it is a floor."""
    table = pack.held("heat_deliveries")
    gwh: pd.Series = table.groupby("commune_code")["delivered_mwh"].sum() / 1000.0
    return gwh[gwh > 0]


def heat_links(sites: gpd.GeoDataFrame, sinks: Sinks, pack: Pack) -> pd.DataFrame:
    """Link each site to the networks of its commune and of those around, and to its own pools.

    Parameters
    ----------
    sites : every site, index site_id.
    sinks : the sinks of the pack.
    pack : the layers.

    Returns
    -------
    Columns site_id, sink_id, relation_fr, distance_km; sorted by site and sink when there are
    pools.
    """
    links = candidates.heat_links(sites, pack.table("communes"), _deliveries(pack))
    pools = pool_links(sites, sinks.table)
    if pools.empty:
        return links
    both = pd.concat([links, pools]).sort_values(["site_id", "sink_id"])
    return both.reset_index(drop=True)


def _join_sinks(
    sites: gpd.GeoDataFrame, links: pd.DataFrame, deliveries: pd.Series, pack: Pack
) -> gpd.GeoDataFrame:
    heat_gwh = links["sink_id"].map(deliveries).astype("float64")
    sites["heat_in_reach_gwh"] = heat_gwh.groupby(links["site_id"]).sum()
    if not pack.held("heat_deliveries").empty:  # where no delivery is held, nobody knows
        sites["heat_in_reach_gwh"] = sites["heat_in_reach_gwh"].fillna(0.0)
    names = pack.table("communes").set_index("commune_code")["name"]
    pools = np.where(links["sink_id"].map(commune_of) == links["sink_id"], "", "piscines de ")
    counted = pack.held("commune_pools").set_index("commune_code")["pools"]
    sites["commune_pools"] = sites["commune_code"].map(counted).fillna(0).astype(float)
    words = pools + links["sink_id"].map(commune_of).map(names) + " (" + links["relation_fr"] + ")"
    sites["sinks_fr"] = words.groupby(links["site_id"]).agg(" ; ".join)
    sites["sinks_fr"] = sites["sinks_fr"].fillna("")
    return with_told_heat(sites)


def _consumption(pack: Pack) -> pd.Series:
    table = pack.held("departement_electricity")
    return pd.Series(table["consumption_mwh"].to_numpy(), index=table["departement_code"])


def _judge(
    scenario: Scenario, sites: gpd.GeoDataFrame, values: Mapping[str, Value], pack: Pack
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    where = f"scénario « {scenario.name} »"
    measured = sites[sites["area_m2"].notna()]
    verdicts = site_ranking.screen(measured, scenario.candidates.criteria, values, where)
    own = judge_zones(measured, pack, scenario.reference_date)
    verdicts = pd.concat([verdicts, *(table for table in own if _excludes(table))])
    to_check = site_ranking.checks(measured, values)
    to_check = pd.concat([to_check, *(table for table in own if not _excludes(table))])
    sites = site_ranking.reject(sites, verdicts)
    graded = sites[(sites["fate"] == CANDIDATE) | _only_rejected_late(sites, values)]
    scores = site_ranking.score(graded, scenario.ranking.weights, values, where)
    sites = site_ranking.add_intervals(site_ranking.rank(sites, scores), scores)
    table = pd.concat([verdicts, to_check, scores]).sort_values(["site_id", "kind", "criterion"])
    return sites, table.reset_index(drop=True)


def _excludes(verdicts: pd.DataFrame) -> bool:
    return bool((verdicts["kind"] == "éliminatoire").any())


def _only_rejected_late(sites: gpd.GeoDataFrame, values: Mapping[str, Value]) -> pd.Series:
    """Sites large enough but rejected by another criterion: graded too, to say why not."""
    large = sites["area_m2"] >= values["criteria.min_area_ha"].number * 1e4
    return pd.Series(large & (sites["fate"] == REJECTED))
