"""Files to refuse or to mend, written small: each maker gives back its path."""

from __future__ import annotations

import sqlite3
import stat
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from village_shapes import SOUTH, WEST

HERE = shapely.box(WEST + 100, SOUTH + 100, WEST + 900, SOUTH + 900)


def zones(*shapes: shapely.Geometry | None, names: list[str] | None = None) -> gpd.GeoDataFrame:
    words = names or [f"Zone {row}" for row in range(len(shapes))]
    return gpd.GeoDataFrame({"nom": words}, geometry=list(shapes), crs=2154)


def geojson(place: Path, table: gpd.GeoDataFrame) -> Path:
    path = place / "zones.geojson"
    table.to_crs(4326).to_file(path, driver="GeoJSON")
    return path


def zipped(place: Path, table: gpd.GeoDataFrame, encoding: str, cpg: bool) -> Path:
    folder = place / "shp"
    folder.mkdir()
    table.to_file(folder / "zones.shp", encoding=encoding)
    if not cpg:
        (folder / "zones.cpg").unlink()
    with zipfile.ZipFile(place / "zones.zip", "w") as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, file.name)
    return place / "zones.zip"


def text(name: str, content: str | bytes) -> Callable[[Path], Path]:
    def write(place: Path) -> Path:
        data = content.encode() if isinstance(content, str) else content
        (place / name).write_bytes(data)
        return place / name

    return write


KML = '<?xml version="1.0"?>{}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{}</Document></kml>'
PLACE = (
    "<Placemark><name>{}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>"
    "{}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
)


def laughs(count: int) -> str:
    lines = ['<!ENTITY a0 "ha">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, count)]
    return f"<!DOCTYPE kml [{''.join(lines)}]>"


def corners(shape: shapely.Geometry) -> str:
    outline = gpd.GeoSeries([shape], crs=2154).to_crs(4326).iloc[0]
    return " ".join(f"{x:.7f},{y:.7f}" for x, y in outline.exterior.coords)


def secret_entity(place: Path) -> Path:
    (place / "secret.txt").write_text("mot de passe", encoding="utf-8")
    head = f'<!DOCTYPE kml [<!ENTITY x SYSTEM "file://{place}/secret.txt">]>'
    return text("zones.kml", KML.format(head, PLACE.format("&x;", corners(HERE))))(place)


def vrt(place: Path, name: str) -> Path:
    (place / "secret.csv").write_text("lon,lat,nom\n-0.9,44.8,secret\n", encoding="utf-8")
    body = (
        '<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>'
        f"{place}/secret.csv</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )
    return text(name, body)(place)


def bomb(place: Path) -> Path:
    with zipfile.ZipFile(place / "bombe.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zones.shp", b"\0" * 200_000_000)
    return place / "bombe.zip"


def with_member(name: str, link: bool = False) -> Callable[[Path], Path]:
    def write(place: Path) -> Path:
        with zipfile.ZipFile(place / "zones.zip", "w") as archive:
            member = zipfile.ZipInfo(name)
            member.external_attr = (stat.S_IFLNK if link else stat.S_IFREG) << 16
            archive.writestr(member, "/etc/passwd")
            archive.writestr("zones.shp", b"")
        return place / "zones.zip"

    return write


def packed(name: str, content: str) -> Callable[[Path], Path]:
    def write(place: Path) -> Path:
        with zipfile.ZipFile(place / "zones.zip", "w") as archive:
            archive.writestr(name, content)
        return place / "zones.zip"

    return write


def two_shapefiles(place: Path) -> Path:
    with zipfile.ZipFile(place / "zones.zip", "w") as archive:
        archive.writestr("a.shp", b"")
        archive.writestr("b.shp", b"")
    return place / "zones.zip"


def gpkg(place: Path) -> Path:
    zones(HERE).to_file(place / "zones.gpkg")
    return place / "zones.gpkg"


def truncated(place: Path) -> Path:
    path = gpkg(place)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    return path


def flipped(place: Path) -> Path:
    path = gpkg(place)
    content = bytearray(path.read_bytes())
    content[1000 : len(content) - 100 : 7] = bytes(
        255 - byte for byte in content[1000 : len(content) - 100 : 7]
    )
    path.write_bytes(bytes(content))
    return path


def extension_view(place: Path) -> Path:
    path = gpkg(place)
    with sqlite3.connect(path) as base:
        base.execute("ALTER TABLE zones RENAME TO vraie")
        base.execute(
            "CREATE VIEW zones AS SELECT fid, geom, load_extension('/tmp/x') AS nom FROM vraie"
        )
    return path


def plain_sqlite(place: Path) -> Path:
    with sqlite3.connect(place / "base.gpkg") as base:
        base.execute("CREATE TABLE t (a)")
    return place / "base.gpkg"


def swapped(place: Path) -> Path:
    table = zones(HERE).to_crs(4326)
    table["geometry"] = shapely.transform(table.geometry.values, lambda xy: xy[:, ::-1])
    table.to_file(place / "zones.gpkg")
    return place / "zones.gpkg"


def mislabelled(place: Path) -> Path:
    zones(HERE).set_crs(4326, allow_override=True).to_file(place / "zones.gpkg")
    return place / "zones.gpkg"


def no_system(place: Path) -> Path:
    table = zones(HERE)
    table = gpd.GeoDataFrame(table.drop(columns="geometry"), geometry=table.geometry.values)
    table = table.set_crs(None, allow_override=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        table.to_file(place / "zones.gpkg")
    return place / "zones.gpkg"


def elsewhere(place: Path) -> Path:
    zones(shapely.box(900_000, 6_800_000, 900_100, 6_800_100)).to_file(place / "zones.gpkg")
    return place / "zones.gpkg"


def endless(place: Path) -> Path:
    angle = np.linspace(0, 2 * np.pi, 600_000)
    ring = np.column_stack([WEST + 800 * np.cos(angle), SOUTH + 800 * np.sin(angle)])
    zones(shapely.Polygon(ring)).to_file(place / "zones.gpkg")
    return place / "zones.gpkg"


def two_sublayers(place: Path) -> Path:
    path = gpkg(place)
    zones(HERE).to_file(path, layer="autre")
    return path


def deep_json(place: Path) -> Path:
    depth = 200_000
    return text("zones.geojson", '{"type":' + "[" * depth + "]" * depth + "}")(place)


def huge_number(place: Path) -> Path:
    ring = "[[1e308,44.8],[1,44.8],[1,45],[1e308,44.8]]"
    body = (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{},'
        f'"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}]}}'
    )
    return text("zones.geojson", body)(place)


def named_in(encoding: str) -> Callable[[Path], Path]:
    def write(place: Path) -> Path:
        path = geojson(place, zones(HERE, names=["Forêt de Bouconne"]))
        plain = path.read_text(encoding="utf-8").encode(encoding)
        path.write_bytes(plain)
        return path

    return write
