"""A French table: nothing shifts, nothing is dropped in silence, three formats read alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from french_files import ods, xlsx
from hostile_files import text, vrt
from hypothesis import given
from hypothesis import strategies as st

from layers.opening.formats.row_places import place_of
from layers.opening.french_table import Heading, read_table, refuse_unread, taken, told_fr
from layers.own_layers.own_layer import Offer, read_offer
from layers.packs.data_pack import Pack
from layers.words.errors import SitingError
from layers.words.french import number
from layers.words.french_cells import numbers

HEADINGS = {
    "site": Heading("identifiant du site", names=("identifiant",), needed=True),
    "area_ha": Heading("surface (ha)", "number", ("surface",)),
    "free": Heading("libre", "flag", ("libre",)),
    "seen": Heading("vu le", "date", ("date de visite",)),
    "commune_code": Heading("code INSEE", "code", ("insee",)),
}
HEAD = ["Identifiant", "SURFACE (ha)", "Libre ?", "Date de visite", "INSEE"]
HEADINGS["area_ha"] = Heading("surface (ha)", "number", ("surface (ha)",))


def write(form: str, place: Path, rows: list[list[object]]) -> Path:
    path = place / f"table.{form}"
    if form in ("xlsx", "ods"):
        return (xlsx if form == "xlsx" else ods)(path, rows)
    lines = [";".join("" if cell is None else str(cell) for cell in row) for row in rows]
    return text("table.csv", "\n".join(lines).encode("cp1252"))(place)


@pytest.mark.parametrize("form", ["csv", "xlsx", "ods"])
def test_three_formats_are_read_alike(form: str, tmp_path: Path) -> None:
    rows: list[list[object]] = [
        HEAD,
        ["Île n° 3", "1\u00a0200,5", "oui", "31/12/2031", 33063],
        [None, None, None, None, None],
        ["A-1", "2,25", "Non", "2031-12-31", "01004"],
    ]
    table = read_table(write(form, tmp_path, rows), "--sites")
    read = taken(table, HEADINGS)
    assert read.table["site"].tolist() == ["Île n° 3", "A-1"]
    assert read.table["area_ha"].tolist() == [1200.5, 2.25]
    assert read.table["free"].tolist() == [True, False]
    assert read.table["seen"].dt.strftime("%Y%m%d").tolist() == ["20311231", "20311231"]
    assert read.table["commune_code"].tolist() == ["33063", "01004"]
    assert table.lines.tolist() == [2, 4]
    assert not read.unread


def test_a_semicolon_at_the_end_of_each_line_shifts_nothing(tmp_path: Path) -> None:
    path = text("trop.csv", "idcom;a;b\n33063;1000;1;\n23096;2000;2;\n")(tmp_path)
    rows = read_table(path, "--layer").rows
    assert rows["idcom"].tolist() == ["33063", "23096"]
    assert rows["b"].tolist() == ["1", "2"]


def test_a_value_under_no_heading_is_refused_with_its_line(tmp_path: Path) -> None:
    path = text("virgules.csv", "site,mw\nA,1\nB,12,5\n")(tmp_path)
    with pytest.raises(SitingError, match="ligne 3") as refusal:
        read_table(path, "--sites")
    assert "« 5 »" in str(refusal.value)
    assert len(str(refusal.value).splitlines()) == 3


def test_a_quote_left_open_swallows_nothing(tmp_path: Path) -> None:
    path = text("guillemet.csv", 'site;mw\nA;1\n"B;2\nC;3\n')(tmp_path)
    with pytest.raises(SitingError, match=r"ligne 3.*guillemet"):
        read_table(path, "--sites")


def test_what_is_not_read_is_told_by_line_column_and_value(tmp_path: Path) -> None:
    lines = "site;surface (ha);libre;inconnue\nA;douze;oui;1\nB;n.c.;;2\nC;12 5;peut-être;3\n"
    table = read_table(text("t.csv", lines)(tmp_path), "--sites")
    read = taken(table, HEADINGS)
    assert [(each.line, each.value) for each in read.unread] == [
        (2, "douze"), (4, "12 5"), (4, "peut-être"),
    ]  # fmt: skip
    assert read.ignored == ("inconnue",)
    assert read.table["area_ha"].isna().all()
    with pytest.raises(SitingError) as refusal:
        refuse_unread("t.csv", read)
    said = str(refusal.value)
    assert refusal.value.code == "SIT105"
    assert all(word in said.replace("\u00a0", " ") for word in ("ligne 2", "douze", "libre"))
    told = "\n".join(told_fr("t.csv", read)).replace("\u00a0", " ")
    assert "« douze » ligne 2" in told
    assert "2 valeurs non lues" in told


def test_an_absent_column_names_those_there_are(tmp_path: Path) -> None:
    table = read_table(text("t.csv", "sites;mw\nA;1\n")(tmp_path), "--sites")
    with pytest.raises(SitingError, match="colonne absente : site") as refusal:
        taken(table, HEADINGS)
    assert "« sites » ?" in str(refusal.value)


def test_two_headings_that_fold_alike_are_refused(tmp_path: Path) -> None:
    table = read_table(text("t.csv", "site;Identifiant;identifiant \nA;1;2\n")(tmp_path), "--x")
    assert taken(table, HEADINGS).headings["site"] == "site"
    both = read_table(text("u.csv", "Insee;INSEE;site\n1;2;A\n")(tmp_path), "--x")
    with pytest.raises(SitingError, match="deux colonnes"):
        taken(both, HEADINGS)


def test_a_renamed_vrt_is_refused_unopened(tmp_path: Path) -> None:
    with pytest.raises(SitingError) as refusal:
        read_table(vrt(tmp_path, "sites.gpkg"), "--sites")
    assert refusal.value.code == "SIT108"
    assert "secret" not in str(refusal.value).replace(str(tmp_path), "")


@given(st.floats(-1e9, 1e9, allow_nan=False), st.integers(0, 6))
def test_a_number_we_write_is_a_number_we_read(value: float, digits: int) -> None:
    import pandas as pd

    written = number(value, digits)
    assert numbers(pd.Series([written])).tolist() == [float(f"{value:.{digits}f}") + 0.0]


def test_places_are_told_by_their_headings() -> None:
    point = [["417000", "6420000"], ["", ""]]
    metres = place_of(["X", "Y"], point)
    assert metres is not None
    assert metres.crs == "EPSG:2154"
    assert metres.shapes(point)[0].x == 417000
    assert metres.shapes(point)[1] is None
    degrees = place_of(["geo_point_2d"], [["44.8, -0.57"]])
    assert degrees is not None
    assert degrees.crs == "EPSG:4326"
    assert degrees.shapes([["44.8, -0.57"]])[0].coords[0] == (-0.57, 44.8)
    outline = place_of(["WKT"], [["SRID=2154;POINT (417000 6420000)"]])
    assert outline is not None
    assert outline.crs == "EPSG:2154"
    assert place_of(["nom", "surface"], [["a", "1"]]) is None


def test_a_layer_tells_its_unread_numbers_and_codes(tmp_path: Path, village_pack: Pack) -> None:
    known = village_pack.table("communes")["commune_code"].iloc[0]
    rows = f"idcom;enaf_2011_2021_m2;enaf_since_2021_m2;last_year\n{known};1 000;abc;2023\n"
    path = text("enaf.csv", rows + "99999;1;1;2023\n")(tmp_path)
    table, report, _ = read_offer(Offer("enaf_by_commune", str(path)), village_pack)
    told = [line.why_fr for line in report if line.action == "unknown"]
    assert any("« abc »" in why for why in told)
    assert any("99999" in why for why in told)
    assert table.set_index("commune_code").loc[known, "enaf_2011_2021_m2"] == 1000
