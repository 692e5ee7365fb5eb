"""Ten figures of one plan, read where a person reads them: the same, to the same rounding."""

from __future__ import annotations

import csv
import re
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from maps.atlas.atlas_page import draw
from maps.look.publisher import Identity
from maps.paper.plan_booklet import booklet_data
from maps.paper.sheet_material import Material
from maps.paper.site_maps import Plates
from maps.printed.synthesis_page import draw_synthesis
from scenarios.answers.first_look import first_look
from scenarios.answers.headline import shown
from scenarios.reading.plan_comparison import compare
from scenarios.storage.results import Results

EXAMPLE = Path(__file__).parents[3] / "docs" / "exemple" / "limousin"
# What is shown of each, at the last period: words of the tables, unit.
TEN = (
    ("electricity_twh", "Électricité des sites et des pompes à chaleur"),
    ("pump_gwh", "dont pompes à chaleur"),
    ("water_dry_m3", "Eau apportée si tout est sec"),
    ("water_choice_m3", "Eau apportée si l'opérateur choisit"),
    ("offsite_water_m3", "Eau consommée hors site"),
    ("scarcity_m3eq", "rareté"),
    ("land_ha", "occup"),
    ("heat_gwh", "Chaleur utile"),
    ("heat_avoided_kt", "Carbone épargné aux réseaux, hors bilan"),
    ("carbon_kt", "Carbone"),
)


@pytest.fixture(scope="module")
def results():
    return Results.read(EXAMPLE, verify=False)


@pytest.fixture(scope="module")
def written(results):
    plan = results.summary["plan"]["2036"]
    return {name: plain(shown(plan, name)) for name, _ in TEN}


def plain(text):
    return re.sub(r"[\u00a0\u202f]", "", str(text)).replace("’", "'")


def named(rows, words):
    """Return the row that bears these words, the exact name before a longer one."""
    found = [row for row in rows if words in plain_words(row[0])]
    return min(found, key=lambda row: len(row[0]))


def plain_words(text):
    return re.sub(r"[\u00a0\u202f]", " ", text).replace("’", "'")


def test_the_synthesis_and_the_booklet_write_the_figures_of_the_answer(results, written, tmp_path):
    page = draw_synthesis(results, tmp_path).read_text(encoding="utf-8").replace("&#x27;", "'")
    rows = [
        [re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line)]
        for line in re.findall(r"<tr>(.*?)</tr>", page)
    ]
    parts = booklet_data(Plates(Material(results)), [], Identity())["parts"]
    table = next(part for part in parts if part["title"] == "Chiffres du plan")["items"][0]["rows"]
    for name, words in TEN:
        assert plain(named([row for row in rows if row], words)[2]) == written[name], name
        assert plain(named(table, words)[2]) == written[name], name


def test_the_head_and_the_comparison_write_the_same(results, written):
    head = {plain_words(f.label): plain(f.value) for f in first_look(results.summary).figures}
    assert head["Électricité"].startswith(written["electricity_twh"])
    assert head["Eau apportée, si tout est sec"].startswith(written["water_dry_m3"])
    assert head["Sol occupé"].startswith(written["land_ha"])
    assert head["Carbone"].startswith(written["carbon_kt"])
    cells = {row["label_fr"]: plain(row["cells"][0]) for row in compare([results, results])["rows"]}
    assert cells["Carbone"].startswith(written["carbon_kt"])
    assert cells["Sol"].startswith(written["land_ha"])
    assert cells["Chaleur utile"].startswith(written["heat_gwh"])


@pytest.mark.browser
def test_the_page_writes_the_same(opened, results, written, tmp_path):
    page = opened(draw(results, tmp_path)).page
    rows = page.evaluate(
        """[...document.querySelectorAll('#figures-body tr')].map((line) =>
        [line.querySelector('th').childNodes[0].textContent,
        ...[...line.querySelectorAll('td')].map((cell) => cell.childNodes[0].textContent)])"""
    )
    for name, words in TEN:
        assert plain(named(rows, words)[2]) == written[name], name


def test_files_bear_the_same_megawatts_to_the_last_figure(results):
    power = results.sites["it_mw_2036"].sum()
    assert power == pytest.approx(results.summary["plan"]["2036"]["it_mw"], abs=1e-3)
    text = (EXAMPLE / "plan.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.reader(text.splitlines(), delimiter=";"))
    head = next(k for k, cell in enumerate(rows[0]) if "2036" in cell and "MW" in cell)
    told = [float(row[head].replace(",", ".")) for row in rows[1:] if len(row) > head and row[head]]
    assert sum(told) == pytest.approx(power, abs=0.2)
    layer = gpd.read_file(EXAMPLE / "plan.gpkg", layer=0)
    assert isinstance(layer, pd.DataFrame)
    column = next(c for c in layer.columns if "2036" in c and "mw" in c.lower())
    assert layer[column].sum() == pytest.approx(power, abs=0.2)
    with zipfile.ZipFile(EXAMPLE / "plan.ods") as book:
        assert f'office:value="{float(max(told)):g}' in book.read("content.xml").decode("utf-8")
