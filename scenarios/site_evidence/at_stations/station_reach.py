"""Which stations speak for each site, how far they are, and the question when none does."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from difflib import get_close_matches

import geopandas as gpd
import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from impacts.weather.far_stations import FARTHEST, farthest_m, reaching
from impacts.weather.place_weather import NEIGHBOURS
from impacts.weather.replaced_stations import REACH, replacing
from layers.words.errors import SitingError
from layers.words.french import NO_BREAK, listing, number, plural
from scenarios.question.scenario_reading import Scenario

# What is added to the words of a station that only an acceptance brings.
FAR_FR = "(loin : acceptée par le scénario)"


def accepted_stations(
    stations: xr.Dataset, names: Sequence[str], titles: Sequence[str]
) -> xr.Dataset:
    """Return the stations with how far each speaks: those accepted by name, however far.

    Parameters
    ----------
    stations : hourly years, by ``station``.
    names : what the scenario accepts, as typed; accents and capitals do not matter.
    titles : the name of each station, in their order.

    Returns
    -------
    The same, with how far each one speaks.

    Raises
    ------
    SitingError : SIT202 for a name that no station has, with the nearest one.
    """
    codes = stations["station"].to_numpy().astype(str)
    by_name = {_plain(name): code for code, name in zip(codes, titles, strict=True)}
    by_name |= {_plain(code): code for code in codes}
    unknown = [name for name in names if _plain(name) not in by_name]
    if unknown:
        near = get_close_matches(_plain(unknown[0]), by_name, n=1)
        known = dict(zip(codes, titles, strict=True))
        raise SitingError(
            "SIT202",
            f"station inconnue du lot : {listing(f'« {name} »' for name in unknown)}",
            where="weather.accept",
            hint=f"vouliez-vous dire « {known[by_name[near[0]]]} » ?"
            if near
            else f"connues : {listing(titles)}",
        )
    return reaching(stations, tuple(by_name[_plain(name)] for name in names))


def _plain(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join(bare.lower().replace("-", " ").split())


def distances_km(sites: gpd.GeoDataFrame, stations: xr.Dataset) -> NDArray[np.float64]:
    """Return how far each station is from each site, infinite where a file brought replaces it.

    Parameters
    ----------
    sites : points, Lambert-93.
    stations : with ``x_m`` and ``y_m``.

    Returns
    -------
    (site, station), in km.
    """
    x, y = (stations[name].to_numpy() for name in ("x_m", "y_m"))
    east, north = sites.geometry.x.to_numpy()[:, None], sites.geometry.y.to_numpy()[:, None]
    metres = np.hypot(east - x, north - y)
    if REACH in stations.coords:
        metres = replacing(metres, stations[REACH].to_numpy())
    return np.asarray(metres / 1000.0)


def too_far(sites: gpd.GeoDataFrame, stations: xr.Dataset | None) -> pd.Series:
    """Say which sites no station speaks for, none being near enough.

    Parameters
    ----------
    sites : points, Lambert-93.
    stations : with how far each one speaks; None when there is none at all.

    Returns
    -------
    Booleans on the index of the sites; a station accepted however far counts as none.
    """
    if stations is None:
        return pd.Series(True, index=sites.index)
    km = distances_km(sites, stations)
    return pd.Series(~(km <= farthest_m() / 1000.0).any(axis=1), index=sites.index)


def station_names(stations: xr.Dataset) -> list[str]:
    """Return the names of stations as a reader knows them.

    Parameters
    ----------
    stations : with ``name`` if it is known.

    Returns
    -------
    One name a station, its identifier when it has none.
    """
    found = stations["name"] if "name" in stations.coords else stations["station"]
    return [str(name) for name in found.to_numpy()]


def station_words(sites: gpd.GeoDataFrame, stations: xr.Dataset | None) -> pd.Series:
    """Return the stations that make each site's weather, with their distance, in French.

    Parameters
    ----------
    sites : points, Lambert-93.
    stations : with how far each one speaks; None when there is none at all.

    Returns
    -------
    Texts on the index of the sites, such as « Poitiers à 34 km, Limoges à 88 km ».
    """
    if stations is None:
        return pd.Series("non évalué : aucune météo dans le lot", index=sites.index)
    names, km = station_names(stations), distances_km(sites, stations)
    far, accepted = too_far(sites, stations).to_numpy(), np.isinf(stations[FARTHEST].to_numpy())
    km = np.where(far[:, None] & ~accepted, np.inf, km)
    told = []
    for row, is_far in zip(km, far, strict=True):
        nearest = [k for k in np.argsort(row, kind="stable")[:NEIGHBOURS] if np.isfinite(row[k])]
        said = ", ".join(f"{names[k]} à {number(row[k])}{NO_BREAK}km" for k in nearest)
        words = f"{said} {FAR_FR}" if is_far else said
        told.append(words if said else f"non évalué : aucune station à moins de {_limit()}")
    return pd.Series(told, index=sites.index)


def _limit() -> str:
    return f"{number(farthest_m() / 1000.0)}{NO_BREAK}km"


def weather_question(
    scenario: Scenario, sites: gpd.GeoDataFrame, stations: xr.Dataset | None
) -> None:
    """Stop with a question when a candidate has no station near enough and nobody accepted one.

    Parameters
    ----------
    scenario : the question; ``weather.accept`` names the stations accepted.
    sites : the candidates.
    stations : with how far each one speaks; None when there is none at all.

    Raises
    ------
    SitingError : SIT106, with the stations there are and their distance.
    """
    far = too_far(sites, stations)
    if stations is None:
        raise SitingError(
            "SIT106",
            "aucune météo pour ce territoire : quelle météo prendre ?",
            where="couche weather, absente du lot",
            hint=[
                "apportez un fichier horaire (EPW, PVGIS, Météo-France) : --weather FICHIER.epw "
                "--set weather.within_km=200",
                "ou téléchargez les stations : siting layers fetch meteo-france --data LOT",
                "sans météo, « siting rank » classe déjà les sites",
            ],
        )
    if not far.any() or np.isinf(stations[FARTHEST].to_numpy()).any():
        return
    km = distances_km(sites[far], stations).min(axis=0)
    order = [k for k in np.argsort(km, kind="stable")[:3] if np.isfinite(km[k])]
    names = station_names(stations)
    there = listing(f"{names[k]} (à {number(km[k])}{NO_BREAK}km au moins)" for k in order)
    accept = f"--set 'weather.accept=[\"{names[order[0]]}\"]'" if order else ""
    raise SitingError(
        "SIT106",
        f"{plural(int(far.sum()), 'candidat')} sans station météo à moins de {_limit()} "
        "(hypothèse datée) : quelle météo prendre ?",
        where=f"couche weather du lot : {there or 'aucune station'}",
        hint=[
            "apportez un fichier horaire (EPW, PVGIS, Météo-France) : --weather FICHIER.epw",
            f"ou acceptez une station lointaine, dite partout où elle compte : {accept}",
            "sans météo, « siting rank » classe déjà les sites",
        ],
    )
