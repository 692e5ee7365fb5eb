"""The territory of the page: outlines, sea, posts, names; what each table of the context gives."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from maps.look.data_packing import pack_outlines, pack_points, pack_table
from scenarios.storage.results import Results

# As far as neighbours are usually known around a territory; no sea is drawn beyond.
FRAME_SIDES_M = 320_000.0
FRAME_ENDS_M = 45_000.0
LEAST_SEA_KM2 = 1_000.0
AT_THE_SHORE_M = 3_000.0
SEAS = Path(__file__).parents[1] / "assets" / "seas.toml"


@dataclass(frozen=True)
class Ground:
    """What every part of the map stands on, read and worked out once (CRS of the results).

    ``departements`` is made of the communes drawn, so that both outlines lie on each other. A
    territory of some départements has the others of its pack among its neighbours.
    """

    communes: gpd.GeoDataFrame
    departements: gpd.GeoDataFrame
    neighbours: gpd.GeoDataFrame
    frame: shapely.Polygon
    sea: gpd.GeoDataFrame

    @classmethod
    def of(cls, results: Results) -> Ground:
        """Read the ground of a results folder.

        Parameters
        ----------
        results : opened results folder; ``context/`` communes, départements and neighbours are
            read.

        Returns
        -------
        The ground in the CRS of the results, its sea the water that reaches the territory's shore.
        """
        known, around = results.context("communes"), results.context("neighbours")
        borders = _departements(known, results.context("departements"))
        asked = results.summary["territory"]
        codes = known["departement_code"] if isinstance(asked, str) else asked
        communes, inside = (t[t["departement_code"].isin(codes)] for t in (known, borders))
        outside = borders[~borders["departement_code"].isin(codes)]
        frame = _frame(communes)
        return cls(
            communes,
            inside.reset_index(drop=True),
            _neighbours(around, outside),
            frame,
            _sea(known, around, _frame(known)),
        )


def _neighbours(around: gpd.GeoDataFrame, outside: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if outside.empty:
        return around
    named = outside.rename(columns={"departement_code": "code", "name": "name_fr"})
    rows = pd.concat([around, named.assign(kind="departement")], ignore_index=True)
    return gpd.GeoDataFrame(rows, crs=around.crs)


def territory(results: Results, ground: Ground) -> dict[str, Any]:
    """Return every layer of the territory, packed for the page.

    Parameters
    ----------
    results : opened results folder; power plants and landings are left out when it has none.
    ground : its ground, from :meth:`Ground.of`.

    Returns
    -------
    Name of a layer → ``outline`` or ``points`` in WGS 84 and ``table``, packed by column. Only
    substations that can host, only protected places with an outline.
    """
    return {
        "communes": _areas(
            ground.communes, {"code": "commune_code", "name": "name", "population": "population"}
        ),
        "departements": _areas(ground.departements, {"code": "departement_code", "name": "name"}),
        "neighbours": _areas(ground.neighbours, {"name": "name_fr", "kind": "kind"}),
        "sea": _areas(ground.sea, {}),
        "sectors": _areas(
            results.context("sectors"), {"code": "sector_code", "name": "name_fr", "zre": "zre"}
        ),
        "protected": _areas(
            _polygons(results.context("protected")), {"name": "name", "kind": "kind"}
        ),
        "substations": _spots(_hosts(results.context("substations"))),
        "networks": _spots(
            results.context("networks"), {"name": "name", "delivered_gwh": "delivered_gwh"}
        ),
        "datacenters": _spots(results.context("osm"), {"name": "name"}),
        **_optional(results),
    }


def _optional(results: Results) -> dict[str, Any]:
    # Power plants and cable landings came later than the first results folders.
    wanted = {
        "plants": (
            "power_plants",
            {"name": "name", "fuel": "fuel_fr", "capacity_mw": "capacity_mw"},
        ),
        "landings": ("landings", {"name": "cable", "commune": "commune_name"}),
    }
    return {
        ours: _spots(results.context(table), columns)
        for ours, (table, columns) in wanted.items()
        if (results.folder / "context" / f"{table}.parquet").is_file()
    }


def _areas(table: gpd.GeoDataFrame, columns: Mapping[str, str]) -> dict[str, Any]:
    named = pd.DataFrame({ours: table[theirs].to_numpy() for ours, theirs in columns.items()})
    return {
        "outline": pack_outlines(table.geometry),
        "table": pack_table(named) | {"length": len(table)},
    }


def _spots(table: gpd.GeoDataFrame, columns: Mapping[str, str] | None = None) -> dict[str, Any]:
    chosen = columns or {"name": "name", "voltage_kv": "max_voltage_kv", "room_mw": "room_mw"}
    named = pd.DataFrame({ours: table[theirs].to_numpy() for ours, theirs in chosen.items()})
    return {"points": pack_points(table.geometry), "table": pack_table(named)}


def _departements(communes: gpd.GeoDataFrame, names: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    merged = communes[["departement_code", "geometry"]].dissolve("departement_code", sort=True)
    known = names.set_index("departement_code")["name"]
    return merged.assign(name=known.reindex(merged.index)).reset_index()


def _polygons(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return table[table.geometry.geom_type.isin(["Polygon", "MultiPolygon"])]


def _hosts(yards: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return yards[yards["can_host"] != "no"].sort_values(["max_voltage_kv", "yard_id"])


def _frame(communes: gpd.GeoDataFrame) -> shapely.Polygon:
    # What the page can draw honestly: as far as the neighbours are known, and no further.
    west, south, east, north = communes.total_bounds
    return shapely.Polygon.from_bounds(
        west - FRAME_SIDES_M, south - FRAME_ENDS_M, east + FRAME_SIDES_M, north + FRAME_ENDS_M
    )


def _sea(
    communes: gpd.GeoDataFrame, neighbours: gpd.GeoDataFrame, frame: shapely.Polygon
) -> gpd.GeoDataFrame:
    # The sea is what no known land covers, where it reaches the territory's own shore: the
    # blank beyond the neighbours is land that nobody drew, not water.
    if neighbours.empty:  # nobody said what lies around: it may as well be land
        return gpd.GeoDataFrame(geometry=gpd.GeoSeries([], crs=communes.crs))
    region = shapely.union_all(communes.geometry.to_numpy())
    lands = shapely.union_all([region, *shapely.make_valid(neighbours.geometry.to_numpy())])
    left = shapely.get_parts(shapely.difference(frame, lands))
    wide = shapely.area(left) / 1e6 >= LEAST_SEA_KM2
    near = shapely.distance(left, region) <= AT_THE_SHORE_M
    return gpd.GeoDataFrame(geometry=gpd.GeoSeries(left[wide & near], crs=communes.crs))


def places(results: Results, ground: Ground) -> dict[str, Any]:
    """Return the names to write: towns by population, départements, neighbours and seas.

    Parameters
    ----------
    results : opened results folder; ``context/towns`` is read.
    ground : its ground.

    Returns
    -------
    ``towns``, ``departements`` and ``beyond``, each a list of name, longitude and latitude
    (degrees, four decimals), with ``main`` for towns and ``kind`` beyond.
    """
    inside = ground.neighbours.assign(
        geometry=ground.neighbours.geometry.intersection(ground.frame)
    )
    inside = inside[~inside.geometry.is_empty]
    around = _named(inside.geometry, inside["name_fr"], kind=inside["kind"])
    return {
        "towns": _towns(_near(results.context("towns"), ground)),
        "departements": _named(ground.departements.geometry, ground.departements["name"]),
        "beyond": _seas_in(ground.sea) + around,
    }


def _near(towns: gpd.GeoDataFrame, ground: Ground) -> gpd.GeoDataFrame:
    region = shapely.union_all(ground.communes.geometry.to_numpy()).buffer(AT_THE_SHORE_M)
    shapely.prepare(region)
    return towns[shapely.intersects(region, towns.geometry.to_numpy())]


def _towns(towns: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    ordered = towns.sort_values(["is_prefecture", "rank"], ascending=[False, True])
    return _named(ordered.geometry, ordered["name"], main=ordered["is_prefecture"].astype(bool))


def _named(shapes: gpd.GeoSeries, names: pd.Series, **more: pd.Series) -> list[dict[str, Any]]:
    spots = shapes.map(_heart).set_crs(shapes.crs).to_crs(4326)
    rows = pd.DataFrame(
        {
            "name": names.astype(str).to_numpy(),
            "longitude": np.round(spots.x.to_numpy(), 4),
            "latitude": np.round(spots.y.to_numpy(), 4),
            **{key: values.to_numpy() for key, values in more.items()},
        }
    )
    return [{str(key): value for key, value in row.items()} for row in rows.to_dict("records")]


def _heart(shape: shapely.Geometry) -> shapely.Geometry:
    # The centre of the widest circle inside: where a name has the most room.
    if shapely.get_type_id(shape) == shapely.GeometryType.POINT:
        return shape
    widest = max(shapely.get_parts(shape), key=shapely.area)
    circle = shapely.maximum_inscribed_circle(widest, tolerance=500.0)
    return shapely.Point(shapely.get_coordinates(circle)[0])


def _seas_in(sea: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    listed = tomllib.loads(SEAS.read_text(encoding="utf-8"))["sea"]
    spots = gpd.GeoSeries(
        gpd.points_from_xy([s["longitude"] for s in listed], [s["latitude"] for s in listed]),
        crs=4326,
    ).to_crs(sea.crs)
    water = shapely.union_all(sea.geometry.to_numpy())
    inside = shapely.contains(water, spots.to_numpy())
    return [{**entry, "kind": "mer"} for entry, wet in zip(listed, inside, strict=True) if wet]


def bounds(ground: Ground) -> dict[str, Any]:
    """Return the territory's box and its middle, in degrees.

    Parameters
    ----------
    ground : ground of a results folder.

    Returns
    -------
    ``bounds`` [west, south, east, north] and ``middle`` [longitude, latitude], in WGS 84.
    """
    box = np.round(ground.communes.to_crs(4326).total_bounds, 4).tolist()
    middle = [round((box[0] + box[2]) / 2, 3), round((box[1] + box[3]) / 2, 3)]
    return {"bounds": box, "middle": middle}
