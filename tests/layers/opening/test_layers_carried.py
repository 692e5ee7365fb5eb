"""What a vector file carries besides its rows: logs, arcs, companions, papers, garbled names."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import pytest
import shapely
from hostile_files import HERE, corners, geojson, gpkg, text, zipped, zones
from village_shapes import SOUTH, WEST, square

from layers.own_layers.own_layer import Offer, read_offer
from layers.packs.data_pack import Pack
from layers.words.errors import SitingError

# Small files kept beside the repository; elsewhere, say where: SITING_CASES.
BESIDE = Path(__file__).parents[3].parent / "shared" / "cases"
CASES = Path(os.environ.get("SITING_CASES", BESIDE))
TWO = zones(HERE, square(1, 0), names=["Étang", "Marais"])


def read(path: Path, pack: Pack, **options: str) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    table, report, _ = read_offer(Offer("wetlands", str(path), **options), pack)
    return table, {line.why_fr: line.rows for line in report}


def live(place: Path) -> Path:
    """Write a GeoPackage as QGIS leaves it while it is open: its last row is in the log only."""
    home = place / "qgis.gpkg"
    zones(HERE, names=["Étang"]).to_file(home, layer="zones", SPATIAL_INDEX="NO")
    with sqlite3.connect(home) as base:
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("PRAGMA wal_autocheckpoint=0")
        base.execute("INSERT INTO zones (geom, nom) SELECT geom, 'Marais' FROM zones")
        base.commit()
        given = place / "donne"
        given.mkdir()
        for name in ("qgis.gpkg", "qgis.gpkg-wal"):
            shutil.copy(place / name, given / name)
    base.close()
    return given / "qgis.gpkg"


def test_the_rows_in_a_live_log_are_read_and_the_log_is_left_alone(
    tmp_path: Path, village_pack: Pack
) -> None:
    path = live(tmp_path)
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    table, _, digest = read_offer(Offer("wetlands", str(path)), village_pack)
    assert sorted(table["name"]) == ["Marais", "Étang"]
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before
    path.with_name("qgis.gpkg-wal").unlink()
    alone, _, other = read_offer(Offer("wetlands", str(path)), village_pack)
    assert alone["name"].tolist() == ["Étang"]
    assert digest != other, "what is read must tell in the hash"


def curved(place: Path) -> Path:
    """Write a half disc of radius 100 m, closed by its diameter, then a plain square."""
    x, y = WEST + 500.0, SOUTH + 500.0
    arc = _wkb(8, [(x - 100, y), (x, y + 100), (x + 100, y)])
    base = _wkb(2, [(x + 100, y), (x - 100, y)])
    ring = _head(9) + _count(2) + arc + base
    shape = _head(10) + _count(1) + ring
    path = place / "arcs.gpkg"
    zones(HERE, HERE, names=["Demi-disque", "Carré"]).to_file(path, SPATIAL_INDEX="NO")
    with sqlite3.connect(path) as file:
        head = file.execute("SELECT geom FROM arcs WHERE nom = 'Carré'").fetchone()[0][:8]
        blob = head[:3] + bytes([head[3] & 0b11110001]) + head[4:8] + shape
        file.execute("UPDATE arcs SET geom = ? WHERE nom = 'Demi-disque'", [blob])
    return path


def _head(code: int) -> bytes:
    return b"\x01" + np.uint32(code).tobytes()


def _count(number: int) -> bytes:
    return np.uint32(number).tobytes()


def _wkb(code: int, points: list[tuple[float, float]]) -> bytes:
    return _head(code) + _count(len(points)) + np.array(points, dtype="<f8").tobytes()


def test_an_arc_is_drawn_in_segments_and_its_neighbours_kept(
    tmp_path: Path, village_pack: Pack
) -> None:
    table, told = read(curved(tmp_path), village_pack)
    area = table.set_index("name").area
    assert area["Demi-disque"] == pytest.approx(np.pi * 100**2 / 2, rel=2e-3)
    assert area["Carré"] == pytest.approx(HERE.area)
    assert told["courbe tracée en segments de 4 degrés d'arc"] == 1


@pytest.mark.parametrize("code", [5698, 9793, 9794])
def test_lambert_93_of_another_name_lands_on_the_same_metres(
    code: int, tmp_path: Path, village_pack: Pack
) -> None:
    path = tmp_path / "zones.gpkg"
    zones(HERE).set_crs(code, allow_override=True).to_file(path)
    table, _ = read(path, village_pack)
    assert shapely.bounds(table.geometry.iloc[0]) == pytest.approx(HERE.bounds, abs=0.02)


def test_a_zip_made_by_macos_is_one_shapefile(tmp_path: Path, village_pack: Pack) -> None:
    path = zipped(tmp_path, TWO, "utf-8", cpg=True)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("__MACOSX/._zones.shp", b"\0\5\26\7" + b"\0" * 60)
        archive.writestr("._zones.dbf", b"\0\5\26\7")
    assert len(read(path, village_pack)[0]) == 2


@pytest.mark.parametrize("form", ["gpkg", "geojson", "json", "fgb"])
def test_a_layer_in_a_zip_is_read_as_it_would_be_outside(
    form: str, tmp_path: Path, village_pack: Pack
) -> None:
    plain = tmp_path / f"zones.{form}"
    if form in ("geojson", "json"):
        geojson(tmp_path, TWO).rename(plain)
    else:
        TWO.to_file(plain)
    packed = tmp_path / "zones.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(plain, f"dossier/{plain.name}")
        archive.writestr("__MACOSX/dossier/._zones.gpkg", b"\0\5\26\7")
        archive.writestr("lisez-moi.txt", "Zones humides")
    outside, _ = read(plain, village_pack)
    inside, _ = read(packed, village_pack)
    assert sorted(inside["name"]) == ["Marais", "Étang"]
    pd.testing.assert_frame_equal(outside, inside)


def test_two_layers_in_a_zip_are_named(tmp_path: Path, village_pack: Pack) -> None:
    packed = tmp_path / "zones.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(gpkg(tmp_path), "a.gpkg")
        archive.write(gpkg(tmp_path), "b.gpkg")
    with pytest.raises(SitingError, match=r"a\.gpkg, b\.gpkg"):
        read(packed, village_pack)


def test_a_bare_shapefile_is_read_with_the_files_beside_it(
    tmp_path: Path, village_pack: Pack
) -> None:
    TWO.to_file(tmp_path / "zones.shp", encoding="utf-8")
    path, upper = tmp_path / "zones.shp", tmp_path / "zones.DBF"
    table, _, digest = read_offer(Offer("wetlands", str(path)), village_pack)
    assert sorted(table["name"]) == ["Marais", "Étang"]
    (tmp_path / "zones.dbf").rename(upper)
    assert sorted(read(path, village_pack)[0]["name"]) == ["Marais", "Étang"]
    (tmp_path / "zones.prj").unlink()
    with pytest.raises(SitingError, match="crs=EPSG:2154"):
        read(path, village_pack)
    _, _, other = read_offer(Offer("wetlands", str(path), crs="EPSG:2154"), village_pack)
    assert other != digest
    (tmp_path / "zones.shx").unlink()
    with pytest.raises(SitingError, match=r"zones\.shx"):
        read(path, village_pack)


def test_a_link_beside_a_shapefile_opens_nothing_else(tmp_path: Path, village_pack: Pack) -> None:
    TWO.to_file(tmp_path / "zones.shp", encoding="utf-8")
    elsewhere = tmp_path / "ailleurs"
    elsewhere.mkdir()
    (tmp_path / "zones.dbf").rename(elsewhere / "secret.dbf")
    (tmp_path / "zones.dbf").symlink_to(elsewhere / "secret.dbf")
    table, _ = read(tmp_path / "zones.shp", village_pack)
    assert table["name"].isna().all()


def test_the_system_of_a_geoparquet_is_read_as_gdal_wrote_it(
    tmp_path: Path, village_pack: Pack
) -> None:
    """GDAL 3.5 wrote the system as WKT, where later versions write PROJJSON."""
    wkt = pyproj.CRS(2154).to_wkt()
    kept = pa.table({"nom": ["Étang"], "geom": [shapely.to_wkb(HERE)]})
    shapes = {"encoding": "WKB", "geometry_type": ["Polygon"], "crs": wkt}
    for number, geo in enumerate([
        {"version": "0.4.0", "primary_column": "geom", "columns": {"geom": shapes}},
        {"schema_version": "0.1.0", "primary_column": "geom", "columns": {"geom": shapes}},
        {"columns": {"geom": {"crs": pyproj.CRS(2154).to_json_dict()}}},
    ]):  # fmt: skip
        path = tmp_path / f"zones{number}.parquet"
        foreign = {b"geo": json.dumps(geo).encode(), b"pandas": b"{", b"gdal:schema": b"\xff"}
        pq.write_table(kept.replace_schema_metadata(foreign), path)
        table, _ = read(path, village_pack)
        assert table["name"].tolist() == ["Étang"]
        assert table.area.sum() == pytest.approx(HERE.area)


def test_shapes_that_only_the_parquet_schema_tells_are_found(
    tmp_path: Path, village_pack: Pack
) -> None:
    class Shapes(pa.ExtensionType):
        def __init__(self) -> None:
            super().__init__(pa.binary(), "geoarrow.wkb")

        def __arrow_ext_serialize__(self) -> bytes:
            return b'{"crs": "EPSG:2154"}'

        @classmethod
        def __arrow_ext_deserialize__(cls, *_: object) -> Shapes:
            return cls()

    pa.register_extension_type(Shapes())
    try:
        shapes = pa.ExtensionArray.from_storage(Shapes(), pa.array([shapely.to_wkb(HERE)]))
        path = tmp_path / "zones.parquet"
        pq.write_table(pa.table({"nom": ["Étang"], "geom": shapes}), path, store_schema=False)
    finally:
        pa.unregister_extension_type("geoarrow.wkb")
    assert b"geo" not in (pq.ParquetFile(path).schema_arrow.metadata or {})
    assert read(path, village_pack)[0].area.sum() == pytest.approx(HERE.area)


@pytest.mark.parametrize("geo", [b"{", b"[]", b'{"columns": {}}', b'{"columns": {"x": {}}}'])
def test_papers_of_a_geoparquet_that_do_not_hold_are_refused(
    geo: bytes, tmp_path: Path, village_pack: Pack
) -> None:
    path = tmp_path / "zones.parquet"
    pq.write_table(pa.table({"nom": ["a"]}).replace_schema_metadata({b"geo": geo}), path)
    with pytest.raises(SitingError) as refusal:
        read(path, village_pack)
    assert refusal.value.code == "SIT100"
    assert len(str(refusal.value).splitlines()) == 3


GARBLED = {
    "PrÃ©s humides": "Prés humides",
    "VallÃ©e de l’Isle": "Vallée de l’Isle",
    "Marais de lâ€™ÃŽle": "Marais de l’Île",
    "Marais de l\x92Isle": "Marais de l’Isle",
    "São et Ångström": "São et Ångström",
}


@pytest.mark.parametrize("form", ["gpkg", "parquet", "geojson"])
def test_a_garbled_name_keeps_its_row_and_is_mended_when_that_is_certain(
    form: str, tmp_path: Path, village_pack: Pack
) -> None:
    lost = "Marais Ã©\x81 ’"
    table = zones(*[HERE] * (len(GARBLED) + 1), names=[*GARBLED, lost])
    path = tmp_path / f"zones.{form}"
    if form == "geojson":
        path = geojson(tmp_path, table)
    else:
        table.to_parquet(path) if form == "parquet" else table.to_file(path)
    kept, told = read(path, village_pack)
    assert sorted(kept["name"]) == sorted([*GARBLED.values(), lost])
    mended = {why: rows for why, rows in told.items() if "mal décodé" in why}
    assert sorted(mended.values()) == [1, 4]


def test_longitudes_from_0_to_360_come_back_to_this_side_of_greenwich(
    tmp_path: Path, village_pack: Pack
) -> None:
    away = TWO.to_crs(4326)
    away["geometry"] = shapely.transform(away.geometry.values, lambda xy: xy % [360.0, 1e9])
    assert away.total_bounds[0] > 180
    path = tmp_path / "zones.gpkg"
    away.to_file(path)
    table, told = read(path, village_pack)
    assert table.area.sum() == pytest.approx(TWO.area.sum(), rel=1e-6)
    assert told["longitude de 0 à 360° ramenée de −180 à 180°"] == 2
    lon, lat = corners(HERE).split()[0].split(",")
    points = text("p.csv", f"nom;lon;lat;kind\nÉcole;{float(lon) % 360};{lat};école\n")(tmp_path)
    school, _, _ = read_offer(Offer("schools_health", str(points)), village_pack)
    assert school.distance(HERE).iloc[0] < 1.0


SHARED = {
    "05-gpkg-wal/z.gpkg": (3, 3_000_000.0),
    "06-courbes/curve.gpkg": (2, 1_784_760.33),
    "06-courbes/multisurface.gpkg": (2, 1_784_760.33),
    "06-courbes/mixed_declared_multipolygon.gpkg": (2, 2_000_000.0),
    "10-zip-macos/mac.zip": (2, 2_000_000.0),
    "c1-nom-abime/zones.gpkg": (2, 5_000_000.0),
}


@pytest.mark.parametrize("case", SHARED)
def test_the_shared_cases_give_their_right_answer(case: str, tmp_path: Path) -> None:
    if not (CASES / case).is_file():
        pytest.skip("les petits fichiers d'essai partagés ne sont pas sur cette machine")
    folder = tmp_path / "cas"
    shutil.copytree((CASES / case).parent, folder)
    table, _ = read(folder / Path(case).name, Pack.open())
    rows, area = SHARED[case]
    assert len(table) == rows
    assert table.area.sum() == pytest.approx(area, rel=1e-6)
    assert not table["name"].str.contains("Ã").any()
