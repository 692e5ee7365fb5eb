"""The rest of the village's exports: what a whole run needs, written to the official schemas."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import xarray as xr

HERE = {"lon": -0.95, "lat": 44.85}


def write(folder: Path, ground: shapely.Geometry) -> None:
    """Write weather, water, heat, electricity and elevation of the village into a folder."""
    for theme in ("climate", "water", "electricity", "heat", "land"):
        (folder / theme).mkdir(exist_ok=True)
    _weather(folder / "climate")
    _water(folder / "water", ground)
    _heat_profiles(folder / "heat")
    _electricity(folder / "electricity")
    _elevation(folder / "land")


def _weather(folder: Path) -> None:
    """Write five years whose temperature is two sines: the year's and the day's."""
    times = pd.date_range("2015-01-01", "2019-12-31T21:00", freq="3h")
    day = times.day_of_year.to_numpy() / 365.25
    hour = times.hour.to_numpy() / 24.0
    dry = 286.0 - 8.0 * np.cos(2 * np.pi * day) - 4.0 * np.cos(2 * np.pi * (hour - 0.1))
    table = pd.DataFrame(
        {
            "numer_sta": "07510",
            "date": times.strftime("%Y%m%d%H%M%S"),
            "t": dry.round(2),
            "td": (dry - 4.0).round(2),
            "u": 76,
            "pres": 100_900,
        }
    )
    table.to_csv(folder / "synop_3h_village.csv.gz", index=False)
    (folder / "postesSynop.csv").write_text(
        f"ID;Nom;Latitude;Longitude;Altitude\n7510;VILLAGE;{HERE['lat']};{HERE['lon']};47\n",
        encoding="utf-8",
    )


def _water(folder: Path, ground: shapely.Geometry) -> None:
    stations = pd.DataFrame(
        {
            "code_station": ["S2000001", "Q3000001"],
            "libelle_station": ["La Leyre à Alpha", "L'Eau à Bêta"],
            "latitude_station": [HERE["lat"], HERE["lat"] + 0.05],
            "longitude_station": [HERE["lon"], HERE["lon"] + 0.1],
        }
    )
    stations.to_csv(folder / "hubeau_hydroelab_stations_village.csv", index=False)
    months = "january february march april may june july august september october november december"
    factors = dict.fromkeys(months.split(" "), 1.5)
    basin = gpd.GeoDataFrame(
        {"id": [5360], "annual_non_agriculture": [1.5], **{k: [v] for k, v in factors.items()}},
        geometry=[shapely.buffer(ground, 30_000)],
        crs=2154,
    )
    basin.to_crs(4326).to_file(folder / "aware_basins_village.gpkg")


def _heat_profiles(folder: Path) -> None:
    hours = np.arange(1, 8761)
    load = 1.2 + np.cos(2 * np.pi * hours / 8760)
    for region in ("FR53", "FR61", "FR63"):
        table = pd.DataFrame({"hour": hours, "load": load.round(5)})
        table.to_csv(folder / f"residential_shw_heating_2010_{region}.csv", index=False)


def _electricity(folder: Path) -> None:
    from layers.sources.departement_electricity import SECTORS

    row = {"Année": 2017, "Code département": "33", **dict.fromkeys(SECTORS, 1_000_000)}
    table = pd.DataFrame([row])
    table.to_csv(folder / "enedis_conso_secteur_departement_village.csv", index=False)


def _elevation(folder: Path) -> None:
    lat, lon = np.arange(44.0, 46.0, 1 / 30), np.arange(-2.0, 0.5, 1 / 30)
    heights = np.full((len(lat), len(lon)), 40.0, dtype="float32")
    cube = xr.Dataset({"elevation": (("lat", "lon"), heights)}, coords={"lat": lat, "lon": lon})
    cube.to_netcdf(folder / "etopo2_village.nc", engine="netcdf4")
