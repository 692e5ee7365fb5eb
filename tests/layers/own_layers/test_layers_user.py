"""A user's own file: mended and told, its accents kept, every admitted format read alike."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hostile_files import HERE, KML, PLACE, corners, geojson, gpkg, named_in, text, zipped, zones
from village_shapes import SIDE, SOUTH, WEST, square

from layers.contracts.contract import ReportLine
from layers.opening import bounded_child
from layers.own_layers.own_layer import Offer, read_offer
from layers.packs.data_pack import Pack
from layers.words.errors import SitingError


def test_a_bow_tie_is_mended_and_told(tmp_path: Path, village_pack: Pack) -> None:
    west, south = WEST + 100, SOUTH + 100
    tie = shapely.Polygon(
        [(west, south), (west + 200, south + 200), (west + 200, south), (west, south + 200)]
    )
    path = tmp_path / "zones.gpkg"
    zones(tie).to_file(path)
    table, report, _ = read_offer(Offer("wetlands", str(path)), village_pack)
    assert table.area.sum() == pytest.approx(20_000)
    assert any(line.action == "repaired" and "invalide" in line.why_fr for line in report)


def test_empty_and_foreign_shapes_are_left_out_and_counted(
    tmp_path: Path, village_pack: Pack
) -> None:
    table = zones(HERE, None, shapely.Polygon(), shapely.Point(WEST, SOUTH))
    path = tmp_path / "zones.gpkg"
    table.to_file(path)
    kept, report, _ = read_offer(Offer("wetlands", str(path)), village_pack)
    dropped = {line.why_fr: line.rows for line in report if line.action == "dropped"}
    assert len(kept) == 1
    assert dropped["géométrie absente ou vide"] == 2
    assert dropped["géométrie d'une autre nature"] == 1


@pytest.mark.parametrize(("written", "cpg", "told"), [
    ("cp1252", True, None),
    ("cp1252", False, "cp1252"),
    ("utf-8", False, None),
])  # fmt: skip
def test_a_shapefile_keeps_its_accents(
    written: str, cpg: bool, told: str | None, tmp_path: Path, village_pack: Pack
) -> None:
    name = "Île-d’Yeu et Saint-Émilion"
    path = zipped(tmp_path, zones(HERE, names=[name]), written, cpg)
    if told is not None:
        with pytest.raises(SitingError) as refusal:
            read_offer(Offer("wetlands", str(path)), village_pack)
        assert refusal.value.code == "SIT108"
        assert "encoding=" in str(refusal.value)
    table, _, _ = read_offer(Offer("wetlands", str(path), encoding=told), village_pack)
    assert table["name"].tolist() == [name]


def test_a_text_in_cp1252_is_read_once_its_encoding_is_told(
    tmp_path: Path, village_pack: Pack
) -> None:
    path = named_in("cp1252")(tmp_path)
    table, _, _ = read_offer(Offer("wetlands", str(path), encoding="cp1252"), village_pack)
    assert table["name"].tolist() == ["Forêt de Bouconne"]


@pytest.mark.parametrize("form", ["gpkg", "geojson", "fgb", "parquet", "kml", "zip"])
def test_every_admitted_format_gives_the_same_table(
    form: str, tmp_path: Path, village_pack: Pack
) -> None:
    table = zones(HERE, square(1, 0), names=["Étang", "Marais"])
    path = tmp_path / f"zones.{form}"
    if form == "geojson":
        path = geojson(tmp_path, table)
    elif form == "parquet":
        table.to_parquet(path)
    elif form == "zip":
        path = zipped(tmp_path, table, "utf-8", cpg=True)
    elif form == "kml":
        places = [
            PLACE.format(n, corners(g)) for n, g in zip(table.nom, table.geometry, strict=True)
        ]
        path = text("zones.kml", KML.format("", "".join(places)))(tmp_path)
    else:
        table.to_file(path)
    read, _, digest = read_offer(
        Offer("wetlands", str(path), columns={"name": "Name"} if form == "kml" else {}),
        village_pack,
    )
    assert sorted(read["name"]) == ["Marais", "Étang"]
    assert read.area.sum() == pytest.approx(table.area.sum(), rel=1e-4)
    assert read.crs == 2154
    assert len(digest) == 64


def test_a_csv_of_points_reads_decimal_commas_and_maps_columns(
    tmp_path: Path, village_pack: Pack
) -> None:
    point = gpd.GeoSeries([shapely.Point(WEST + SIDE / 2, SOUTH + SIDE / 2)], crs=2154)
    x, y = (f"{v:.6f}".replace(".", ",") for v in point.to_crs(4326).iloc[0].coords[0])
    path = text("ecoles.csv", f"code;LON;LAT;genre\n001;{x};{y};école\n")(tmp_path)
    offer = Offer("schools_health", str(path), columns={"kind": "genre"})
    table, _, _ = read_offer(offer, village_pack)
    assert table["zone_id"].tolist() == ["001"]
    assert table["kind"].tolist() == ["école"]
    assert table.geometry.distance(point.iloc[0]).max() < 1.0


def test_a_mistyped_column_or_layer_names_the_nearest(tmp_path: Path, village_pack: Pack) -> None:
    path = gpkg(tmp_path)
    with pytest.raises(SitingError) as refusal:
        read_offer(Offer("wetlands", str(path), columns={"nane": "nom"}), village_pack)
    assert "« name »" in str(refusal.value)
    with pytest.raises(SitingError) as refusal:
        Offer.parse(f"wetland={path}")
    assert "« wetlands »" in str(refusal.value)
    with pytest.raises(SitingError) as refusal:
        Offer.parse(f"wetlands={path};colonne=a:b")
    assert "columns" in str(refusal.value)


def test_a_table_without_shapes_needs_its_promised_columns(
    tmp_path: Path, village_pack: Pack
) -> None:
    good = text("rte.csv", "code_poste;room_mw\nHAUT;62,5\n")(tmp_path)
    table, _, _ = read_offer(Offer("withdrawal_room", str(good)), village_pack)
    assert table["room_mw"].tolist() == [62.5]
    bad = text("vide.csv", "code_poste;puissance\nHAUT;62,5\n")(tmp_path)
    with pytest.raises(SitingError) as refusal:
        read_offer(Offer("withdrawal_room", str(bad)), village_pack)
    assert refusal.value.code == "SIT101"
    assert "room_mw" in str(refusal.value)


def test_the_same_offer_gives_the_same_table(tmp_path: Path, village_pack: Pack) -> None:
    path = gpkg(tmp_path)
    first, _, _ = read_offer(Offer("wetlands", str(path)), village_pack)
    second, _, _ = read_offer(Offer("wetlands", str(path)), village_pack)
    pd.testing.assert_frame_equal(first, second)


def test_a_system_without_bounds_reads_and_says_so(
    tmp_path: Path, village_pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows has no ``resource``: the child must not die of it, and the planner must know."""
    path, elsewhere = tmp_path / "zones.gpkg", tmp_path / "windows"
    zones(HERE).to_file(path)
    elsewhere.mkdir()
    (elsewhere / "resource.py").write_text("raise ImportError", encoding="utf-8")
    settled = bounded_child._environment

    def without(form: str, place: Path) -> dict[str, str]:
        known = settled(form, place)
        return known | {"PYTHONPATH": f"{elsewhere}{os.pathsep}{known['PYTHONPATH']}"}

    assert not any("sans borne" in line.why_fr for line in read(path, village_pack))
    monkeypatch.setattr(bounded_child, "_environment", without)
    assert any("sans borne" in line.why_fr and line.rows == 1 for line in read(path, village_pack))


def read(path: Path, pack: Pack) -> list[ReportLine]:
    return read_offer(Offer("wetlands", str(path)), pack)[1]
