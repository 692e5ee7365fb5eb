"""Hydrographic sectors: the part of the territory nearest to the stations of each sector."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from layers.contracts.contract import Column, Export, Raw, ReportLine, Tidied, layer
from layers.geometry.vector_overlay import points_from, polygons_of, region_of, rounded
from layers.words.territory_paper import CRS

WINDOW_M = 60_000.0
UNLISTED = {
    "zre": "unknown",
    "zre_reason_fr": "secteur absent de la table de correspondance avec la loi",
}


@layer(
    "sectors",
    label_fr="Secteurs hydrographiques",
    theme="Eau",
    key=("sector_code",),
    geometry="Polygon",
    columns={
        "sector_code": Column("Code du secteur (deux premiers caractères des stations)"),
        "name_fr": Column("Nom d'usage"),
        "zre": Column("Zone de répartition des eaux : yes, no, unknown"),
        "zre_status": Column("Statut de cette lecture"),
        "zre_reason_fr": Column("Raison"),
        "stations": Column("Stations hydrométriques du secteur"),
        "area_km2": Column("Superficie dans le territoire", "km²"),
    },
    exports={
        "stations": Export(
            "water/hubeau_hydroelab_stations_*.csv",
            ("code_station", "libelle_station", "latitude_station", "longitude_station"),
        )
    },
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Dissolve nearest-station cells by sector; ZRE comes from a written table of the law."""
    region = region_of(raw.layers["communes"])
    stations = _stations(raw.exports["stations"], region)
    cells = _cells(stations, region)
    law = _law(raw)
    count = stations.groupby("sector_code").size()
    zre = [law.get(code, UNLISTED) for code in cells["sector_code"]]
    table = gpd.GeoDataFrame(
        {
            "sector_code": cells["sector_code"],
            "name_fr": [
                entry.get("name_fr") or _commonest_river(stations, code)
                for code, entry in zip(cells["sector_code"], zre, strict=True)
            ],
            "zre": [entry["zre"] for entry in zre],
            "zre_status": "assumption",
            "zre_reason_fr": [entry["zre_reason_fr"] for entry in zre],
            "stations": cells["sector_code"].map(count).astype("int64"),
            "area_km2": (cells.area / 1e6).round(1),
        },
        geometry=cells.geometry,
        crs=CRS,
    )
    return Tidied(table, _report(table, raw))


def _stations(source: pd.DataFrame, region: shapely.Geometry) -> gpd.GeoDataFrame:
    points = points_from(source["longitude_station"], source["latitude_station"])
    rows = gpd.GeoDataFrame(
        {"sector_code": source["code_station"].str[:2], "label": source["libelle_station"]},
        geometry=points,
        crs=CRS,
    )
    rows = rows[shapely.dwithin(rows.geometry.values, region, WINDOW_M)]
    return rows.sort_values(["sector_code", "label"]).reset_index(drop=True)


def _cells(stations: gpd.GeoDataFrame, region: shapely.Geometry) -> gpd.GeoDataFrame:
    single = stations.drop_duplicates("geometry").reset_index(drop=True)
    window = shapely.buffer(shapely.envelope(region), WINDOW_M)
    polygons = shapely.get_parts(
        shapely.voronoi_polygons(shapely.MultiPoint(single.geometry.values), extend_to=window)
    )
    tree = shapely.STRtree(polygons)
    station, cell = tree.query(single.geometry.values, predicate="intersects")
    owners = pd.DataFrame({"cell": cell, "code": single["sector_code"].to_numpy()[station]})
    owners = owners.sort_values(["cell", "code"]).drop_duplicates("cell")
    cells = gpd.GeoDataFrame(
        {"sector_code": owners["code"]}, geometry=polygons[owners["cell"]], crs=CRS
    )
    merged = cells.dissolve("sector_code").sort_index()
    clipped = polygons_of(merged.intersection(region))
    shapes = polygons_of(rounded(clipped.simplify(20.0), 10.0))
    found = gpd.GeoDataFrame({"sector_code": merged.index}, geometry=shapes.values, crs=CRS)
    return found[~found.geometry.is_empty].reset_index(drop=True)


def _law(raw: Raw) -> Mapping[str, Mapping[str, Any]]:
    path = raw.territory.papers / "water_law.toml"
    if not path.is_file():
        return {}
    entries: Mapping[str, Mapping[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return entries


def _commonest_river(stations: gpd.GeoDataFrame, code: str) -> str:
    labels = stations.loc[stations["sector_code"] == code, "label"]
    rivers = labels.str.extract(r"^(?P<river>.+?) (?:à|au|aux) ")["river"].dropna()
    counts = rivers.value_counts()
    best = sorted(counts[counts == counts.max()].index)
    return str(best[0]) if best else code


def _report(table: gpd.GeoDataFrame, raw: Raw) -> list[ReportLine]:
    lines = [
        ReportLine("sectors", "kept", int((table["zre"] == "yes").sum()), "secteur en ZRE"),
        ReportLine("sectors", "kept", int((table["zre"] == "no").sum()), "secteur hors ZRE"),
        ReportLine("sectors", "unknown", int((table["zre"] == "unknown").sum()), "ZRE inconnue"),
    ]
    shares = zre_shares(table, raw.layers["communes"])
    published = raw.territory.settings.get("zre_published_share", {})
    notes = raw.territory.settings.get("zre_share_notes", {})
    for code, expected in sorted(published.items()):
        if code in shares.index:
            found = shares[code]
            note = notes.get(code, "") if abs(found - expected) > 0.10 else ""
            why = f"part du département {code} en ZRE : {found:.0%}, publié {expected:.0%}"
            lines.append(ReportLine("sectors", "kept", 0, f"{why} — {note}" if note else why))
    return lines


def zre_shares(sectors: gpd.GeoDataFrame, communes: gpd.GeoDataFrame) -> pd.Series:
    """Return, by département, the share of its area in sectors whose ZRE state is yes.

    Parameters
    ----------
    sectors : outlines with ``zre`` (yes, no, unknown), Lambert-93.
    communes : outlines with ``departement_code``, Lambert-93.

    Returns
    -------
    Shares in 0–1 by département code.
    """
    wet = shapely.union_all(sectors.loc[sectors["zre"] == "yes"].geometry.values)
    areas = pd.DataFrame(
        {
            "departement_code": communes["departement_code"],
            "all": communes.geometry.area,
            "wet": communes.geometry.intersection(wet).area,
        }
    )
    sums = areas.groupby("departement_code")[["all", "wet"]].sum()
    return sums["wet"] / sums["all"]
