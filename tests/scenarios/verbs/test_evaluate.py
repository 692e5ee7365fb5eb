"""A plan drawn by hand: what it takes of each rule; the verdicts that docs/projets.md argues."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from layers.packs.data_pack import Pack
from layers.words.errors import SitingError
from scenarios.question.scenario_reading import read_scenario
from scenarios.verbs.drawn_table import read_drawing
from scenarios.verbs.plan_evaluation import evaluate, evaluate_lines
from siting.program.rule_registry import RULES

BESIDE = {"C01", "C21"}  # a lone site neither serves a region nor balances it

EXAMPLE = Path(__file__).parents[3] / "docs" / "exemple" / "limousin"


def judged(folder: Path, text: str) -> dict:
    drawing = folder / "plan.csv"
    drawing.write_text(text, encoding="utf-8")
    return evaluate(drawing, read_scenario("tendanciel"), Pack.open())


def broken(report: dict) -> set[str]:
    return {row["rule_id"] for row in report["broken_rules"]} - BESIDE


def test_bxia_breaks_the_rules_that_the_page_says_by_the_amounts_it_says(tmp_path: Path) -> None:
    report = judged(tmp_path, "site_id;it_mw\nbxia;250\n")
    assert broken(report) == {"C12", "C16", "C18", "C20", "C27", "C32", "C38"}
    worst = {row["rule_id"]: row["excess"] for row in report["broken_rules"] if row["rule_id"]}
    assert worst["C20"] == pytest.approx(200.0)
    assert worst["C16"] == pytest.approx(20.0, abs=0.5)
    energy = [row["excess"] for row in report["broken_rules"] if row["rule_id"] == "C12"]
    assert max(energy) == pytest.approx(1_270.0, abs=3.0)
    heat = [row["excess"] for row in report["broken_rules"] if row["rule_id"] == "C18"]
    assert max(heat) == pytest.approx(310.0, abs=3.0)
    grid = [row["excess"] for row in report["broken_rules"] if row["rule_id"] == "C32"]
    assert max(grid) == pytest.approx(186.0, abs=1.0)
    assert any("C20" in line for line in evaluate_lines(report))


def test_a_datacenter_in_service_breaks_no_rule(tmp_path: Path) -> None:
    report = judged(tmp_path, "site_id;it_mw\nbx1;4\n")
    assert broken(report) == set()
    assert report["plan"]["2036"]["it_mw"] == 4


def test_a_plan_drawn_in_a_gis_is_judged_like_a_spreadsheet(tmp_path: Path) -> None:
    drawing = drawn_in_a_gis(tmp_path, {"site_id": ["bouliac"], "it_mw": [2.0]})
    report = evaluate(drawing, read_scenario("tendanciel"), Pack.open())
    # The network of Floirac is renewable to nine tenths: it leaves 0.7 GWh of the 2.7 asked.
    assert broken(report) == {"C18"}
    lacking = [row["excess"] for row in report["broken_rules"] if row["rule_id"] == "C18"]
    assert max(lacking) == pytest.approx(2.03, abs=0.05)
    assert report["plan"]["2036"]["it_mw"] == 2


def test_a_geopackage_and_a_spreadsheet_say_the_same(tmp_path: Path) -> None:
    table = {
        "site_id": ["87085_1437 ", "bx1"], "it_mw": [7.5, 4.0], "period": [2036, 2031],
        "design": ["dlc_dry", None],
    }  # fmt: skip
    text = "site_id;it_mw;period;design\n87085_1437;7,5;2036;dlc_dry\nbx1;4;2031;\n"
    (tmp_path / "plan.csv").write_text(text, encoding="utf-8-sig")
    paths = (drawn_in_a_gis(tmp_path, table), tmp_path / "plan.csv")
    one, other = (read_drawing(path, (2031, 2036), ("dlc_dry",)) for path in paths)
    pd.testing.assert_frame_equal(one.rows[list(other.rows.columns)], other.rows)


def test_what_is_built_stands_until_the_site_is_written_again(tmp_path: Path) -> None:
    text = "site_id;it_mw;period;design\na;5;2031;x\nb;2;2031;x\nb;9;2036;y\nc;1;2036;x\n"
    (tmp_path / "plan.csv").write_text(text, encoding="utf-8")
    table = read_drawing(tmp_path / "plan.csv", (2031, 2036), ("x", "y")).rows
    stood = {(r.site_id, r.period): (r.it_mw, r.design) for r in table.itertuples()}
    assert stood == {
        ("a", 2031): (5.0, "x"), ("a", 2036): (5.0, "x"), ("b", 2031): (2.0, "x"),
        ("b", 2036): (9.0, "y"), ("c", 2036): (1.0, "x"),
    }  # fmt: skip


def test_a_geopackage_without_the_power_is_refused(tmp_path: Path) -> None:
    drawing = drawn_in_a_gis(tmp_path, {"site_id": ["bx1"], "puissance": [4.0]})
    with pytest.raises(SitingError, match="it_mw") as fault:
        read_drawing(drawing, (2036,), ())
    assert fault.value.code == "SIT101"


def drawn_in_a_gis(folder: Path, table: dict[str, list[object]]) -> Path:
    count = len(table["site_id"])
    places = gpd.points_from_xy([420_000.0] * count, [6_420_000.0] * count)
    drawing = folder / "plan.gpkg"
    gpd.GeoDataFrame(table, geometry=places, crs="EPSG:2154").to_file(drawing, driver="GPKG")
    return drawing


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("site_id;it_mw\nnulle-part;5\n", "SIT202"),
        ("site_id;it_mw\nbxia;-5\n", "SIT105"),
        ("site_id;it_mw\nbxia;beaucoup\n", "SIT105"),
        ("lieu;puissance\nbxia;5\n", "SIT101"),
        ("site_id;it_mw;poste\nbx1;4;NULLE-PART\n", "SIT202"),
        ("site_id;it_mw;design\nbxia;5;glace\n", "SIT202"),
        ("site_id;it_mw;period\nbxia;5;1999\n", "SIT202"),
        ("", "SIT100"),
    ],
)
def test_a_faulty_drawing_is_named_in_french(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(SitingError) as fault:
        judged(tmp_path, text)
    assert fault.value.code == code


def test_the_rules_that_the_embedded_pack_cannot_judge_are_these(tmp_path: Path) -> None:
    scenario, drawing = read_scenario("tendanciel"), tmp_path / "plan.csv"
    drawing.write_text("site_id;it_mw\nbx1;4\n", encoding="utf-8")
    rules = {name: True for name in RULES}
    everything = scenario.model_copy(update={"rules": rules})
    judged_ids = {row["rule_id"] for row in evaluate(drawing, everything, Pack.open())["bill"]}
    terms_and_notes = {rule.id for rule in RULES.values() if rule.kind in ("term", "note")}
    silent = {rule.id for rule in RULES.values()} - judged_ids - terms_and_notes
    # C17 has data but no row here: bx1 is connected already; C30 has no site to lock; C33 speaks
    # of coastal communes only; C39 to C41 wait for contracts, an offer of shedding, SCoT.
    assert silent == {"C02", "C06", "C07", "C17", "C30", "C33", "C39", "C40", "C41"}


def test_a_spreadsheet_of_here_and_our_own_table_are_drawings_too(tmp_path):
    path = tmp_path / "plan.csv"
    path.write_bytes("site_id;it_mw;note\nbxia;1 250,5;été\n".encode("cp1252"))
    assert read_drawing(path, (2036,), ()).rows["it_mw"].tolist() == [1250.5]
    ours = EXAMPLE / "plan.csv"
    table = read_drawing(ours, (2031, 2036), ()).rows
    text = pd.read_csv(ours, sep=";", decimal=",", dtype={"identifiant": str}, encoding="utf-8-sig")
    last = text.set_index("identifiant")["MW informatiques 2036"]
    drawn = table[table["period"] == 2036].groupby("site_id")["it_mw"].sum()
    # The last column holds the plan as it was computed; the others are rounded to a tenth.
    assert drawn.to_dict() == pytest.approx(last[last > 0].to_dict(), abs=0.05 + 1e-9)
    placed = pd.read_parquet(EXAMPLE / "plan" / "placements.parquet")
    keys = ["site_id", "design", "period"]
    whole = placed[placed["it_mw"] > 0].set_index(keys)["it_mw"].sort_index()
    assert table.set_index(keys)["it_mw"].sort_index().to_dict() == whole.to_dict()
    assert len(drawn) > 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "vide"),
        ("site_id;it_mw\n", "aucune ligne"),
        ("site_id;it_mw;design;period\na;-1;glace;1999\nb;5;dlc_dry;2036\n", "défauts"),
    ],
)
def test_what_is_wrong_with_a_drawing_is_told_at_once_in_french(tmp_path, text, said):
    path = tmp_path / "plan.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SitingError, match=said) as fault:
        read_drawing(path, (2031, 2036), ("dlc_dry",))
    if "défauts" in said:
        assert [hint.partition(" :")[0] for hint in fault.value.hints] == ["ligne 2"] * 3


def test_a_site_under_the_least_size_is_told_by_name_not_as_land_or_lines(tmp_path: Path) -> None:
    said = judged(tmp_path, "site_id;it_mw\nbx1;4\n")["answer_fr"]
    assert [text for text in said if text.startswith("P")] == [
        f"P05 taille minimale d'un site nouveau, un choix du scénario, bx1, {year} : non tenue."
        for year in (2031, 2036)
    ]


def test_a_renamed_vrt_is_refused_without_opening_anything_nor_calling_anyone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "ailleurs.csv"
    secret.write_text("site_id,it_mw\nSECRET,5\n", encoding="utf-8")
    evil = tmp_path / "plan.gpkg"
    evil.write_text(
        "<OGRVRTDataSource><OGRVRTLayer name='plan'><SrcDataSource>/vsicurl/http://127.0.0.1:9/x"
        f"</SrcDataSource></OGRVRTLayer><OGRVRTLayer name='b'><SrcDataSource>{secret}"
        "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
        encoding="utf-8",
    )
    opened: list[str] = []
    listening = [True]  # a hook is never taken away: it falls silent

    def heard(event: str, found: tuple[object, ...]) -> None:
        if not listening:
            return
        told = str(found[0]) if found else ""
        if event.startswith("socket.") or (event == "open" and told == str(secret)):
            opened.append(f"{event} {told}")

    sys.addaudithook(heard)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("un enfant l'ouvre"))
    with pytest.raises(SitingError) as refusal:
        read_drawing(evil, (2036,), ())
    listening.clear()
    assert refusal.value.code == "SIT108"
    assert "SECRET" not in str(refusal.value)
    assert len(str(refusal.value).splitlines()) == 3
    assert opened == []


def test_a_site_written_in_one_cell_comes_back_whole_or_not_at_all() -> None:
    cell = json.dumps(
        {
            "mw": [[2031, "dlc_dry", 2.5925925925925926], [2036, "dlc_dry", 7.0]],
            "lines": [[2031, "PALAI", "HTB1", 3.1], [2036, "PALAI", "HTB1", 10.0]],
            "heat": [[2036, "87085", 1.625]],
        }
    )
    table = pd.DataFrame(
        {
            "identifiant": ["A-1", "A_1", "B", "C"],
            "MW informatiques 2031": ["2,6", "3,5", "1", "0"],
            "MW informatiques 2036": ["7,0", "7,0", "1", None],
            "plan exact": [cell, cell, '{"mw": [[2031, "x", -1]]}', None],
        }
    )
    drawing = read_drawing(table, (2031, 2036), ())
    assert drawing.whole == {"A-1"}
    assert drawing.sites == ["A-1", "A_1", "B"]
    rows = drawing.rows.set_index(["site_id", "period"])["it_mw"]
    assert rows["A-1", 2031] == 2.5925925925925926
    assert rows["A_1", 2031] == 3.5
    assert drawing.yards == {"A_1": "PALAI"}
    assert set(drawing.rows.loc[drawing.rows["site_id"] == "B", "design"]) == {""}
    assert drawing.exact["heat"]["site_id"].tolist() == ["A-1"]
    assert any("A_1" in note for note in drawing.notes_fr)
