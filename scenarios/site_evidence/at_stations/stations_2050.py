"""The climate of 2050 at the stations, each warmed as its EPCI, or the nearest one."""

from __future__ import annotations

import geopandas as gpd
import xarray as xr

from impacts.weather import station_weather
from layers.packs.data_pack import Pack


def warmed(pack: Pack, stations: xr.Dataset, estimate: str = "median") -> xr.Dataset:
    """Return hourly station years brought to 2050.

    Parameters
    ----------
    pack : gives the warming by EPCI and the outlines of communes.
    stations : hourly years of today, from ``impacts.weather.station_weather.hourly``.
    estimate : low, median or high of the projections.

    Returns
    -------
    The same stations and hours, warmer.
    """
    by_epci = station_weather.warming_by_epci(pack.table("climate_2050"), estimate)
    return station_weather.climate_2050(
        stations, station_weather.warming_at(by_epci, epci_of(pack, stations))
    )


def epci_of(pack: Pack, stations: xr.Dataset) -> dict[str, str]:
    """Return the EPCI of each station, the nearest one for a station over the border.

    Parameters
    ----------
    pack : gives communes and ``climate_2050``; only the EPCI that it projects count.
    stations : ``station``, and ``x_m`` and ``y_m`` in Lambert-93 metres.

    Returns
    -------
    EPCI code by station.
    """
    names = stations["station"].to_numpy().astype(str)
    points = gpd.GeoDataFrame(
        index=names,
        geometry=gpd.points_from_xy(stations["x_m"].to_numpy(), stations["y_m"].to_numpy()),
        crs="EPSG:2154",
    )
    communes = pack.table("communes")
    known = communes[communes["epci_code"].isin(pack.table("climate_2050")["epci_code"])]
    joined = gpd.sjoin_nearest(points, known[["epci_code", "geometry"]])
    joined = joined[~joined.index.duplicated()]
    return {name: str(joined["epci_code"][name]) for name in names}
