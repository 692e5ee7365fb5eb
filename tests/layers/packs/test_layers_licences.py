"""Licences and completeness: what is left out on demand, what can warn and never clear."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.parquet as parquet
import pytest

from layers.contracts.catalogue import Entry, catalogue_text, read_catalogue
from layers.packs.data_pack import EMBEDDED, Pack
from layers.packs.pack_building import TO_CONFIRM_FR, build
from layers.words.territory_paper import Territory
from scenarios.question.scenario_reading import read_scenario
from scenarios.reading.dry_answers import layer_lines, layer_table
from scenarios.scenario_run import run

SHARED = EMBEDDED.parents[3] / "shared" / "data"
TO_CONFIRM = {
    "rail_stations", "schools", "hospitals", "industrial_plants", "mountain_communes",
    "source_substations", "zre_communes",
}  # fmt: skip
PAPERS = {
    "name": "x", "theme": "Eau", "title": "Essai", "producer": "Nous", "licence": "Libre",
    "vintage": "2026", "state": "embedded",
}  # fmt: skip
CODES = pd.Series(["33", "86"])


@pytest.mark.parametrize(
    ("papers", "coverage", "known"),
    [
        ({"complete_in": ("*",)}, "whole", [True, True]),
        ({"complete_in": ("33",)}, "partial", [True, False]),
        ({"complete_in": ("*",), "positive_only": True}, "partial", [False, False]),
        ({"state": "absent"}, "absent", [False, False]),
    ],
)
def test_a_layer_is_complete_where_its_papers_say_and_nowhere_when_positive_only(
    papers, coverage, known
):
    entry = Entry.model_validate({**PAPERS, **papers})
    assert entry.coverage == coverage
    assert entry.complete_for(CODES).tolist() == known


def test_papers_are_read_back_as_they_were_written(tmp_path: Path):
    entries = [Entry.model_validate({**PAPERS, "name": n, "positive_only": n == "b"}) for n in "ab"]
    path = tmp_path / "catalogue.toml"
    path.write_text(catalogue_text(entries), encoding="utf-8")
    assert list(read_catalogue(path).values()) == entries


def test_the_list_is_one_screen_by_theme_and_details_on_demand():
    table = layer_table(Pack.open(EMBEDDED))
    short, long = layer_lines(table), layer_lines(table, details=True)
    assert len(short) <= 55
    assert all(len(line) <= 100 for line in short)
    titles = " ".join(" ".join(short).split())
    assert all(" ".join(row["title"].split()) in titles for row in table)
    assert any("positif seulement" in line for line in long)
    partial = {row["layer"] for row in table if row["coverage"] == "partial"}
    assert {"schools", "hospitals", "rail_stations", "press_facts"} <= partial


def test_layers_whose_licence_is_to_confirm_say_so():
    pack = Pack.open(EMBEDDED)
    marked = {name for name, entry in pack.catalogue.items() if entry.licence_to_confirm}
    assert marked >= TO_CONFIRM
    for name in marked:
        assert "attendue, à confirmer" in pack.entry(name).licence
        assert pack.entry(name).prevents_fr


@pytest.mark.slow
def test_without_them_the_pack_is_built_and_everything_still_runs(tmp_path: Path):
    if not SHARED.is_dir():
        pytest.skip("les exports officiels (../shared/data) ne sont pas sur cette machine")
    whole = Territory.named("nouvelle-aquitaine")
    report = build(SHARED, tmp_path / "nouvelle-aquitaine", whole, confirmed_only=True)
    assert set(report.absent) >= TO_CONFIRM
    left = {line.layer for line in report.lines if line.why_fr == TO_CONFIRM_FR}
    assert left >= TO_CONFIRM
    pack = Pack.open(tmp_path / "nouvelle-aquitaine")
    assert not any(
        entry.licence_to_confirm for name, entry in pack.catalogue.items() if pack.has(name)
    )
    assert pack.verify() == []
    small = ('territory=["79"]', "demand.it_mw={ 2031 = 40, 2036 = 50 }")
    results = run(read_scenario("tendanciel", small), pack, tmp_path / "plan")
    assert results.sites["retained"].any()
    kept = results.sites[results.sites["retained"]]
    assert kept["retainable"].all()
    assert kept["zre_source_fr"].str.contains("hypothèse").all()
    airvault = results.sites.loc["79005_1215"]
    assert "Cartofriches" in airvault["occupancy_fr"]
    assert not airvault["retainable"]


def test_a_file_under_odbl_says_so_inside():
    pack = Pack.open(EMBEDDED)
    odbl = {name for name, entry in pack.catalogue.items() if entry.odbl and pack.has(name)}
    assert odbl >= {"datacenters_osm", "rail_stations", "coastal_communes", "hv_lines_2016"}
    for name, entry in pack.catalogue.items():
        if entry.file.endswith(".parquet"):
            papers = parquet.read_schema(pack.folder / entry.file).metadata or {}
            told = papers.get(b"licence", b"").decode()
            assert ("ODbL" in told and entry.producer in told) == entry.odbl, name
