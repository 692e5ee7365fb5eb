"""Own sites as candidates: the same columns as friches, and a double of one counted once."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.geometry import site_joins
from layers.own_layers.site_file import LAYER
from layers.packs.data_pack import Pack
from layers.words.dated_values import Value
from layers.words.errors import SitingError
from layers.words.french import quantity
from layers.words.territory_paper import CRS
from siting.screening import fate_sentences
from siting.screening.candidates import MERGED, unmerged

SOURCE = "own"
BUILT_ZONES = ("U", "AU")
# What a site takes from the friche it also is, where whoever brings it says nothing.
INHERITED = {"plu_zone": "inconnue", "pollution": "inconnue", "status_fr": "inconnu"}


def own_rows(
    pack: Pack, values: Mapping[str, Value], departements: tuple[str, ...] | None
) -> gpd.GeoDataFrame:
    """Return the sites brought as rows of the table of sites, index site_id; empty without any.

    Parameters
    ----------
    pack : the layers, with what is brought.
    values : the thresholds in force, by name.
    departements : those of the question, or None for all.

    Returns
    -------
    Rows as ``candidates.gather`` gives; what the file does not say is unknown.
    """
    brought = pack.brought(LAYER)
    if brought is not None and departements is not None:
        brought = brought[brought["commune_code"].str[:2].isin(departements)]
    if brought is None or brought.empty:
        return gpd.GeoDataFrame(geometry=[], crs=CRS)
    status, who = brought["status"], brought["brought_fr"] + " (" + brought["file"] + ")"
    sites = gpd.GeoDataFrame(
        {
            "site_id": brought["site_id"],
            "source": SOURCE,
            "name": brought["name"].where(brought["name"].notna(), "Site " + brought["site_id"]),
            "kind": brought["kind"],
            "commune_code": brought["commune_code"],
            "area_m2": brought["area_m2"],
            "site_surface_m2": brought["area_m2"],
            "usable_area_m2": brought["area_m2"] * values["candidates.usable_share"].number,
            "status": status,
            "status_fr": status,
            "quality_fr": "site apporté par " + who,
            "plu_zone": brought["plu_zone"],
            "plu_zone_raw": brought["plu_zone"].where(brought["plu_zone"] != "inconnue"),
            "pollution": "inconnue",
            "area_state": "ok",
            "position_state": brought["position_state"],
            "is_verified": False,
            "status_is_verified": False,
            "is_brownfield": brought["artificialised"].fillna(False).astype(bool),
            "duplicate_point": False,
            "told_heat_gwh": brought["heat_gwh"],
            "brought_fr": brought["brought_fr"],
            "declared_free_fr": "déclaré libre par qui l'apporte, " + who,
            "declared_occupied": status == "occupé",
        },
        geometry=brought.geometry, crs=CRS,
    )  # fmt: skip
    sites["declared_free_fr"] = sites["declared_free_fr"].where(status == "libre", "")
    sites = sites.set_index("site_id").sort_index()
    sites["enaf"] = _enaf(sites)
    sites["told_built"] = sites["is_brownfield"]
    return unmerged(sites)


def _enaf(sites: pd.DataFrame) -> pd.Series:
    """Say that no ENAF is taken where the zone or whoever brings the site says it is built."""
    built = sites["is_brownfield"] | sites["plu_zone"].isin(BUILT_ZONES)
    return pd.Series(np.where(built, "no", "unknown"), index=sites.index)


def own_outlines(pack: Pack) -> gpd.GeoSeries | None:
    """Return the true outlines of the sites brought, index site_id; None when none has one.

    Parameters
    ----------
    pack : the layers, with what is brought.

    Returns
    -------
    Polygons, Lambert-93.
    """
    brought = pack.brought(LAYER)
    if brought is None or brought["outline"].isna().all():
        return None
    drawn = brought[brought["outline"].notna()].set_index("site_id")["outline"]
    return gpd.GeoSeries(drawn.sort_index(), crs=CRS)


def counted_once(
    own: gpd.GeoDataFrame, known: gpd.GeoDataFrame, pack: Pack, values: Mapping[str, Value]
) -> gpd.GeoDataFrame:
    """Return both tables put together, a known site that is also a site brought merged into it.

    They are one where the smaller ground lies for half in the other, or where they are near and
    their areas alike (dated assumptions); the site brought stands, and takes from the other what
    it does not say.

    Parameters
    ----------
    own : what ``own_rows`` gave.
    known : friches and platforms, with their fates.
    pack : gives the outlines held.
    values : the thresholds in force, by name.

    Returns
    -------
    Every site, index site_id.

    Raises
    ------
    SitingError : SIT105 when a site brought bears the identifier of another, far away.
    """
    pairs = _doubles(own, known, pack, values)
    _refuse_taken_names(own, known, pairs)
    own, known = own.copy(), known.copy()
    for mine, theirs in pairs.items():
        _inherit(own, mine, known.loc[theirs])
        shown = [site for site in theirs if site != mine]
        own.at[mine, "merged_ids"] = "|".join(shown)
        gone = known.index.isin(shown) | known["merged_into"].isin(shown)
        known.loc[gone, "fate"] = MERGED
        known.loc[gone, "fate_cause"] = "merged"
        known.loc[gone, "merged_into"] = mine
        known.loc[gone, "fate_reason_fr"] = fate_sentences.double_of(mine)
    own["told_built"] = own["is_brownfield"]
    own["enaf"] = np.where(_enaf(own) == "no", "no", own["enaf"])
    known = known[~known.index.isin(own.index)]
    return gpd.GeoDataFrame(pd.concat([known, own]), crs=CRS)


def _doubles(
    own: gpd.GeoDataFrame, known: gpd.GeoDataFrame, pack: Pack, values: Mapping[str, Value]
) -> dict[str, list[str]]:
    """Return the known sites that each site brought also is; each belongs to one at most."""
    here = known[(known["merged_into"] == "") | known.index.isin(own.index)]
    ground, true = site_joins.grounds(own.geometry, own["area_m2"], own_outlines(pack))
    held = None
    if pack.has("brownfield_outlines"):
        held = pack.table("brownfield_outlines").set_index("site_id").geometry
    theirs, drawn = site_joins.grounds(here.geometry, here["area_m2"], held)
    most_m = values["candidates.double_distance_m"].number
    wide = shapely.buffer(ground, most_m)
    row, other = shapely.STRtree(theirs).query(wide, predicate="intersects")
    found: dict[str, list[str]] = {}
    taken: set[str] = set()
    for mine, them in sorted(zip(row.tolist(), other.tolist(), strict=True)):
        name, friche = str(own.index[mine]), str(here.index[them])
        if friche in taken:
            continue
        if _is_one(
            ground[mine], theirs[them], bool(true[mine] or drawn[them]),
            float(own.geometry.iloc[mine].distance(here.geometry.iloc[them])), values,
        ):  # fmt: skip
            found.setdefault(name, []).append(friche)
            taken.add(friche)
    return found


def _is_one(
    ground: shapely.Geometry, other: shapely.Geometry, is_drawn: bool, metres: float,
    values: Mapping[str, Value],
) -> bool:  # fmt: skip
    """Say whether two grounds are one land: two discs prove nothing by overlapping."""
    one, two = shapely.area(ground), shapely.area(other)
    least = min(one, two)
    if least <= 0:
        return bool(shapely.intersects(ground, other))
    if is_drawn:
        share = shapely.area(shapely.intersection(ground, other)) / least
        if share >= values["candidates.double_overlap_share"].number:
            return True
    alike = abs(one - two) <= values["candidates.double_area_share"].number * max(one, two)
    return bool(alike and metres <= values["candidates.double_distance_m"].number)


def _refuse_taken_names(
    own: gpd.GeoDataFrame, known: gpd.GeoDataFrame, pairs: Mapping[str, list[str]]
) -> None:
    for name in own.index[own.index.isin(known.index)]:
        if name not in pairs.get(str(name), []):
            far = own.geometry[name].distance(known.geometry[name])
            raise SitingError(
                "SIT105", f"« {name} » est déjà l'identifiant d'un site connu, à "
                f"{quantity(far / 1000, 'km', 1)}",
                where="--sites", hint="donnez un autre identifiant à votre site",
            )  # fmt: skip


def _inherit(own: gpd.GeoDataFrame, mine: str, theirs: pd.DataFrame) -> None:
    """Take from the friches what is not said; a project on one part is a project on the land."""
    for column, unknown in INHERITED.items():
        told = theirs[column][theirs[column] != unknown] if column in theirs else theirs.iloc[:0]
        if own.at[mine, column] == unknown and len(told):
            own.at[mine, column] = told.iloc[0]
            if column == "status_fr":
                own.at[mine, "is_verified"] = bool(theirs.at[told.index[0], "is_verified"])
    if (theirs["status_fr"] == "avec projet").any():
        own.at[mine, "status_fr"] = "avec projet"
    friches = theirs[theirs["source"] == "friches"]
    if len(friches):
        own.at[mine, "is_brownfield"] = True
        own.at[mine, "enaf"] = "unknown" if (friches["enaf"] == "unknown").all() else "no"
        own.at[mine, "quality_fr"] += f", aussi friche {friches.index[0]}"


def with_told_heat(sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the sites with the heat that whoever brings them says is needed nearby.

    The larger of both counts for the ranking: it may be the same heat. The plan reads networks
    alone, whose hours are known.

    Parameters
    ----------
    sites : heat_in_reach_gwh, sinks_fr; told_heat_gwh when a site is brought.

    Returns
    -------
    The same table.
    """
    if "told_heat_gwh" not in sites or sites["told_heat_gwh"].isna().all():
        return sites
    told = sites["told_heat_gwh"].notna()
    sites["heat_in_reach_gwh"] = sites[["heat_in_reach_gwh", "told_heat_gwh"]].max(axis=1)
    words = [
        f"{quantity(gwh, 'GWh', 1)} par an dits par {by}"
        for gwh, by in zip(
            sites.loc[told, "told_heat_gwh"], sites.loc[told, "brought_fr"], strict=True
        )
    ]
    before = sites.loc[told, "sinks_fr"]
    sites.loc[told, "sinks_fr"] = (before + " ; ").where(before != "", "") + words
    return sites
