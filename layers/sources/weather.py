"""Three-hourly weather of the SYNOP stations in and around the territory."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from layers.contracts.contract import Export, Raw, ReportLine, Tidied, layer
from layers.geometry.vector_overlay import number, points_from
from layers.words.place_names import place_name

STEP_HOURS = 3
YEARS = {"first": 2015, "last": 2019}
KELVIN = 273.15
# name: (export column, offset, factor, unit, label, plausible low, plausible high)
VARIABLES = {
    "dry_bulb": ("t", -KELVIN, 1.0, "degC", "Température sèche", -35.0, 50.0),
    "dew_point": ("td", -KELVIN, 1.0, "degC", "Point de rosée", -50.0, 35.0),
    "relative_humidity": ("u", 0.0, 0.01, "1", "Humidité relative", 0.0, 1.0),
    "pressure": ("pres", 0.0, 1.0, "Pa", "Pression à la station", 80_000.0, 110_000.0),
}


@layer(
    "weather",
    label_fr="Météo tri-horaire",
    theme="Climat",
    form="cube",
    exports={
        "observations": Export(
            "climate/synop_3h_*.csv.gz", ("numer_sta", "date", "t", "td", "u", "pres")
        ),
        "stations": Export(
            "climate/postesSynop.csv",
            ("ID", "Nom", "Latitude", "Longitude", "Altitude"),
            separator=";",
        ),
    },
)
def tidy(raw: Raw) -> Tidied:
    """Put observations on a regular UTC axis; what is missing stays missing, and is counted."""
    settings = raw.territory.settings.get("weather", YEARS)
    times = pd.date_range(
        f"{settings['first']}-01-01", f"{settings['last']}-12-31T21:00", freq=f"{STEP_HOURS}h"
    )
    source = raw.exports["observations"].copy()
    source["time"] = pd.to_datetime(source["date"], format="%Y%m%d%H%M%S")
    rows = source[source["time"].isin(times)].drop_duplicates(["numer_sta", "time"])
    stations = _stations(raw.exports["stations"], sorted(rows["numer_sta"].unique()))
    fields, gaps, absurd = {}, {}, 0
    for name, (column, offset, factor, unit, label, low, high) in VARIABLES.items():
        values = _grid(rows, column, stations.index, times) * factor + offset
        strange = (values < low) | (values > high)
        absurd += int(strange.sum())
        values[strange] = np.nan
        gaps[name] = np.isnan(values).sum(axis=1)
        fields[name] = (("station", "time"), values, {"units": unit, "long_name": label})
    cube = xr.Dataset(fields, coords=_coordinates(stations, times))
    cube.attrs = {"time_zone": "UTC", "step_hours": STEP_HOURS}
    for name, count in gaps.items():
        cube[name].attrs["missing"] = count.astype("int32")
        cube[name].encoding = _packing(name)
    return Tidied(cube, _report(cube, len(source) - len(rows), absurd))


def _stations(list_: pd.DataFrame, present: list[str]) -> pd.DataFrame:
    # The list drops the leading zero of WMO numbers: 7510 is 07510.
    stations = list_.assign(station=list_["ID"].str.zfill(5)).set_index("station").reindex(present)
    points = points_from(stations["Longitude"], stations["Latitude"])
    return pd.DataFrame(
        {
            "name": stations["Nom"].map(place_name),
            "latitude": number(stations["Latitude"]).round(4),
            "longitude": number(stations["Longitude"]).round(4),
            "altitude_m": number(stations["Altitude"]),
            "x_m": points.x,
            "y_m": points.y,
        }
    )


def _grid(
    rows: pd.DataFrame, column: str, stations: pd.Index, times: pd.DatetimeIndex
) -> NDArray[np.float64]:
    station = pd.Index(stations).get_indexer(pd.Index(rows["numer_sta"]))
    grid = np.full((len(stations), len(times)), np.nan)
    grid[station, times.get_indexer(pd.Index(rows["time"]))] = number(rows[column]).to_numpy()
    return grid


def _coordinates(stations: pd.DataFrame, times: pd.DatetimeIndex) -> dict[str, object]:
    units = {"latitude": "degrees_north", "longitude": "degrees_east"}
    numbers = {
        name: ("station", stations[name].to_numpy(float), {"units": units.get(name, "m")})
        for name in ("latitude", "longitude", "altitude_m", "x_m", "y_m")
    }
    return {
        "station": ("station", stations.index.to_numpy(str)),
        "name": ("station", stations["name"].to_numpy(str)),
        "time": ("time", times),
        **numbers,
    }


def _packing(name: str) -> dict[str, object]:
    scale, offset = {
        "dry_bulb": (0.01, 0.0),
        "dew_point": (0.01, 0.0),
        "relative_humidity": (0.01, 0.0),
        "pressure": (1.0, 90_000.0),
    }[name]
    return {
        "dtype": "int16",
        "scale_factor": scale,
        "add_offset": offset,
        "_FillValue": -32768,
        "zlib": True,
        "complevel": 6,
        "shuffle": True,
    }


def _report(cube: xr.Dataset, outside: int, absurd: int) -> list[ReportLine]:
    holes = int(np.isnan(cube["dry_bulb"].values).sum())
    return [
        ReportLine("weather", "kept", int(cube["dry_bulb"].size - holes), "relevé de température"),
        ReportLine("weather", "unknown", holes, "relevé absent, laissé vide"),
        ReportLine("weather", "dropped", outside, "hors des années retenues"),
        ReportLine("weather", "dropped", absurd, "valeur hors des bornes plausibles"),
    ]
