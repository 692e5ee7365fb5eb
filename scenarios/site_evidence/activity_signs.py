"""What the layers held say of an activity on a site, and what else a reader must look at there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.geometry import site_joins
from layers.packs.data_pack import Pack
from layers.words.activity_words import SEPARATOR, activity_words
from layers.words.dated_values import Value
from layers.words.french import NO_BREAK, quantity

STATE_FR = {"occupied": "presse, à confirmer", "promised": "presse, à confirmer"}
ZONE_N_FR = "en zone N : demande une évolution du PLU"
OUTSIDE_FR = "point hors de la commune nommée : position à vérifier"


def activity_signs(
    sites: gpd.GeoDataFrame, pack: Pack, values: Mapping[str, Value]
) -> pd.DataFrame:
    """Return the signs of activity, one row each: site_id, sign_fr; of a merged site, its keeper's.

    Parameters
    ----------
    sites : index site_id, every fate.
    pack : the layers.
    values : the thresholds in force, by name.

    Returns
    -------
    Columns site_id, sign_fr, without repeats.
    """
    edge_m = _radius_m(sites)
    parts = [
        _stations(sites, edge_m, pack, values["occupation.station_edge_m"].number),
        _plants(sites, edge_m, pack, values["occupation.plant_edge_m"].number),
        _industry(sites, pack, values["occupation.industry_min_ha"].number),
        _inside(sites, edge_m, pack, "schools", "école, collège ou lycée dans l'emprise"),
        _inside(sites, edge_m, pack, "hospitals", "hôpital ou clinique dans l'emprise"),
        _words(sites, is_sign=True),
        _press(sites, pack),
    ]
    table = pd.concat(parts, ignore_index=True)
    table["site_id"] = table["site_id"].map(_keeper(sites))
    return table.drop_duplicates().reset_index(drop=True)


def flags(sites: gpd.GeoDataFrame, pack: Pack, values: Mapping[str, Value]) -> pd.Series:
    """Return, by site, the points to look at before anything else, joined by « ; ».

    Parameters
    ----------
    sites : every site, index site_id.
    pack : the layers.
    values : the thresholds in force, by name.

    Returns
    -------
    Texts on the index of the sites, empty when there is nothing to look at.
    """
    hectares = sites["area_m2"] / 1e4
    most = values["occupation.large_site_ha"].number
    large = hectares.map(
        lambda ha: f"{quantity(ha, 'ha')} : rarement libre d'un seul tenant" if ha > most else ""
    )
    words = _words(sites, is_sign=False).groupby("site_id")["sign_fr"].agg(" ; ".join)
    parts = [
        large,
        _where(sites["position_state"] == "hors de la commune nommée", OUTSIDE_FR),
        _where(sites["plu_zone"] == "N", ZONE_N_FR),
        _aerodromes(sites, pack, values["occupation.aerodrome_km"].number),
        _by_commune(sites, pack, "mountain_communes", "mountain", MOUNTAIN_FR),
        _by_commune(sites, pack, "coastal_communes", "coastal", COAST_FR),
        words.reindex(sites.index).fillna(""),
    ]
    rows = zip(*parts, strict=True)
    return pd.Series([" ; ".join(filter(None, row)) for row in rows], index=sites.index)


CONTINUITY_FR = "continuité de l'urbanisation à examiner"
MOUNTAIN_FR = {
    "yes": f"loi Montagne : {CONTINUITY_FR}",
    "part": f"loi Montagne sur une partie de la commune : {CONTINUITY_FR}",
}
COAST_FR = {
    "yes": f"loi Littoral (commune déduite de la définition) : {CONTINUITY_FR}",
    "unknown": "loi Littoral à vérifier : commune d'estuaire ou de lac",
}


def _radius_m(sites: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Return how far the edge is from the point: the radius of the disc of the site's area."""
    area = sites["area_m2"].fillna(0.0).to_numpy(dtype=np.float64)
    radius: NDArray[np.float64] = np.sqrt(area / np.pi)
    return radius


def _to_edge_m(
    sites: gpd.GeoDataFrame, edge_m: NDArray[np.float64], things: gpd.GeoDataFrame
) -> NDArray[np.float64]:
    """Return metres from the site's edge to the nearest thing, zero inside, NaN without any."""
    metres = 1000.0 * site_joins.distance_km(sites.geometry, things) - edge_m
    return np.maximum(metres, 0.0)


def _rows(sites: pd.DataFrame, among: NDArray[np.bool_], words: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"site_id": sites.index[among], "sign_fr": words}, dtype="str")


def _stations(
    sites: gpd.GeoDataFrame, edge_m: NDArray[np.float64], pack: Pack, most_m: float
) -> pd.DataFrame:
    """Take the nearer of the stations held and of the distance that Cartofriches publishes."""
    metres = np.full(len(sites), np.nan)
    source = "Cartofriches"
    if pack.has("rail_stations"):
        metres = _to_edge_m(sites, edge_m, pack.table("rail_stations"))
        source = f"{pack.entry('rail_stations').producer}, {pack.entry('rail_stations').vintage}"
    if "rail_distance_m" in sites:
        published = sites["rail_distance_m"].to_numpy(dtype=float) - edge_m
        metres = np.fmin(metres, np.maximum(published, 0.0))
    near = metres <= most_m
    told = [
        f"gare à {quantity(round(m), 'm')} du bord du site ({source})" if round(m) else
        f"gare dans l'emprise supposée du site ({source})"
        for m in metres[near]
    ]  # fmt: skip
    return _rows(sites, near, told)


def _plants(
    sites: gpd.GeoDataFrame, edge_m: NDArray[np.float64], pack: Pack, most_m: float
) -> pd.DataFrame:
    if not pack.has("industrial_plants"):
        return _rows(sites, np.zeros(len(sites), dtype=bool), [])
    plants = pack.table("industrial_plants")
    plants = plants[plants["status_fr"] == "en service"]
    entry = pack.entry("industrial_plants")
    near = _to_edge_m(sites, edge_m, plants) <= most_m
    source = f"{entry.producer}, {entry.vintage}"
    told = f"usine ou centrale en service au bord du site ({source})"
    return _rows(sites, near, [told] * int(near.sum()))


def _industry(sites: gpd.GeoDataFrame, pack: Pack, least_ha: float) -> pd.DataFrame:
    """Read industry by commune and never by distance: its points are up to 2 km off."""
    plants = pack.held("industry_heat")
    kinds = plants.groupby("commune_code")["subsector_fr"].agg(
        lambda all: ", ".join(sorted({*all}))
    )
    here = sites["commune_code"].map(kinds)
    large = (here.notna() & (sites["area_m2"] > least_ha * 1e4)).to_numpy(dtype=bool)
    told = [
        f"industrie recensée dans la commune ({kind}), site de plus de {quantity(least_ha, 'ha')} "
        "(Hotmaps, 2014)"
        for kind in here[large]
    ]
    return _rows(sites, large, told)


def _inside(
    sites: gpd.GeoDataFrame, edge_m: NDArray[np.float64], pack: Pack, layer: str, told: str
) -> pd.DataFrame:
    if not pack.has(layer):
        return _rows(sites, np.zeros(len(sites), dtype=bool), [])
    inside = _to_edge_m(sites, edge_m, pack.table(layer)) <= 0.0
    entry = pack.entry(layer)
    return _rows(sites, inside, [f"{told} ({entry.producer}, {entry.vintage})"] * int(inside.sum()))


def _words(sites: pd.DataFrame, *, is_sign: bool) -> pd.DataFrame:
    """Say what the words of the name and of the zone tell; the words themselves are not held."""
    if "activity_words" not in sites:
        return pd.DataFrame({"site_id": [], "sign_fr": []}, dtype="str")
    told = {
        word.code: f"{word.label_fr} (Cartofriches)"
        for word in activity_words()
        if word.is_sign == is_sign
    }
    codes = sites["activity_words"].fillna("").str.split(SEPARATOR, regex=False).explode()
    found = codes[codes.isin(list(told))]
    return pd.DataFrame(
        {"site_id": found.index, "sign_fr": found.map(told).to_numpy()}, dtype="str"
    )


def _press(sites: pd.DataFrame, pack: Pack) -> pd.DataFrame:
    told = [
        (body["site_id"], f"{body['fact_fr']} ({STATE_FR[body['state']]})")
        for _, body in sorted(pack.press_facts().items())
        if body["site_id"] in sites.index
    ]
    return pd.DataFrame(told, columns=["site_id", "sign_fr"], dtype="str")


def _keeper(sites: pd.DataFrame) -> Mapping[str, str]:
    """Return the site that stands for each: itself, or the one it was merged into."""
    keeper = sites["merged_into"].where(sites["merged_into"] != "", sites.index)
    return {str(site): str(kept) for site, kept in keeper.items()}


def _where(mask: pd.Series, told: str) -> Iterator[str]:
    return (told if flagged else "" for flagged in mask)


def _aerodromes(sites: gpd.GeoDataFrame, pack: Pack, most_km: float) -> Iterator[str]:
    held = [pack.table(layer) for layer in ("runways", "aerodromes") if pack.has(layer)]
    km = np.full(len(sites), np.inf)
    for things in held:
        km = np.fmin(km, site_joins.distance_km(sites.geometry, things))
    return (
        f"aérodrome à {quantity(d, 'km', 1)}{NO_BREAK}: servitudes à vérifier"
        if d <= most_km
        else ""
        for d in km
    )


def _by_commune(
    sites: pd.DataFrame, pack: Pack, layer: str, column: str, told: Mapping[str, str]
) -> Iterator[str]:
    if not pack.has(layer):
        return ("" for _ in sites.index)
    state = pack.table(layer).set_index("commune_code")[column]
    return (told.get(str(found), "") for found in sites["commune_code"].map(state))
