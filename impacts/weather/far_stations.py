"""How far a station speaks for a site: beyond it, only those that someone accepts by name."""

from __future__ import annotations

import numpy as np
import xarray as xr

from impacts.basis.array_types import Floats
from impacts.basis.constant_factors import physics
from layers.words.errors import SitingError

FARTHEST = "farthest_m"
"""Coordinate of a station: how far it speaks for a site, in metres; infinite once accepted."""


def farthest_m() -> float:
    """Return how far a station speaks for a site, in metres.

    Returns
    -------
    The dated constant « station_reach ».
    """
    return 1000 * physics("weather")["station_reach"]


def reaching(stations: xr.Dataset, accepted: tuple[str, ...]) -> xr.Dataset:
    """Say of each station how far it speaks.

    Parameters
    ----------
    stations : hourly years, with ``station`` and, if known, ``name``.
    accepted : identifiers of the stations accepted however far they are.

    Returns
    -------
    The same, with the coordinate ``FARTHEST``.
    """
    names = stations["station"].to_numpy().astype(str)
    reach = np.where(np.isin(names, accepted), np.inf, farthest_m())
    return stations.assign_coords({FARTHEST: ("station", reach)})


def spoken_for(distance: Floats, farthest: Floats) -> Floats:
    """Return distances (site, station) where a site too far from all keeps the accepted ones only.

    A site with one station within reach is as it was: the blend of the nearest three.

    Parameters
    ----------
    distance : (site, station) in metres, infinite for a station not to be taken.
    farthest : by station, in metres.

    Returns
    -------
    (site, station), infinite where a station is not to be taken.

    Raises
    ------
    SitingError : SIT105 when a site keeps no station.

    Examples
    --------
    >>> spoken_for(np.array([[9.0, 40.0], [20.0, 50.0]]), np.array([10.0, np.inf])).tolist()
    [[9.0, 40.0], [inf, 50.0]]
    """
    usual = np.isfinite(farthest)
    # Where every station is accepted, nothing is far.
    limit = float(farthest[usual].min()) if usual.any() else np.inf
    lone = np.asarray(~(distance <= limit).any(axis=1), dtype=bool)
    kept = np.where(lone[:, None] & usual, np.inf, distance)
    if not np.isfinite(kept).any(axis=1).all():
        count = int((~np.isfinite(kept).any(axis=1)).sum())
        raise SitingError(
            "SIT105",
            f"{count} sites sans station météo à portée",
            where="météo du lot",
            hint="apportez une météo avec --weather, ou acceptez une station par son nom",
        )
    return np.asarray(kept)
