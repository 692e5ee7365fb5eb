"""The page for analysts runs as written, and its plan in memory is the one of a folder."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import folium
import matplotlib as mpl
import pandas as pd
import pytest
import xarray as xr
from pandas.testing import assert_frame_equal

import scenarios
from layers.words.errors import SitingError
from siting.screening.criteria import CRITERIA

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "bibliotheque.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
LIMOUSIN = "docs/exemple/limousin.toml"


@pytest.fixture(scope="module")
def session(monkeypatch_module: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run the page from top to bottom, as a notebook at the root of the project would."""
    monkeypatch_module.chdir(ROOT)
    mpl.use("Agg")
    known, names = dict(CRITERIA), {"__name__": "carnet"}
    for block in BLOCKS:
        exec(compile(block, "docs/bibliotheque.md", "exec"), names)
    yield names
    CRITERIA.clear()
    CRITERIA.update(known)


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def test_the_page_shows_six_uses_and_every_name_of_the_door():
    assert len(re.findall(r"^## \d\. ", PAGE, re.MULTILINE)) == 6
    for name in set(scenarios.__all__) - {"Pack", "Scenario"}:
        assert name in PAGE, name


def test_each_use_gives_what_it_says(session):
    plan, greener = session["plan"], session["greener"]
    assert plan.sites["retained"].sum() == plan.summary["n_sites"] > 0
    assert plan.scenario["objective"]["weights"]["carbon"] == 1.0
    assert greener.scenario["objective"]["weights"]["carbon"] == 5.0
    assert len(greener.scenario["objective"]["weights"]) == 6
    assert session["table"]["shared"][0]["plans"] == ["tel quel", "carbone × 5"]
    assert isinstance(session["carte"], folium.Map)
    drawn = session["carte"].get_root().render()
    assert all(site in drawn for site in session["retained"].index)
    assert session["july"].sizes["time"] == 24
    assert (session["july"] > 1).all()
    assert session["dry"]["pue"].attrs["units"] == "1"
    assert float(session["wet"]["wue"].max()) > float(session["dry"]["wue"].max())
    assert list(session["curve"]) == [30, 60]


def test_hours_of_a_site_average_to_the_footprint_of_the_plan(session):
    """The mean of the hours is the year's PUE, within the classes of air the footprint counts."""
    plan, site, dry = session["plan"], session["site"], session["dry"]
    yearly = float(plan.impacts["pue"].sel(site_id=site, design=dry.attrs["technology"]))
    assert float(dry["pue"].mean()) == pytest.approx(yearly, abs=0.005)


def test_one_s_own_criterion_grades_and_tells_its_papers(session):
    order = session["order"]
    pulled = order.loc[order["rank"].idxmin(), "yard_distance_km"]
    plain = scenarios.rank(session["question"])
    assert pulled > plain.loc[plain["rank"].idxmin(), "yard_distance_km"]
    verdicts = scenarios.run(session["mine"], alternatives=0).verdicts
    row = verdicts[verdicts["criterion"] == "essai.far_from_yards"].iloc[0]
    assert (row["status"], row["weight"]) == ("assumption", 3.0)
    assert row["score_low"] == pytest.approx(min(row["value"] / 10.0, 1.0))


def test_a_plan_in_memory_is_the_plan_of_a_folder(session, tmp_path):
    held = session["plan"]
    read = scenarios.run(scenarios.read_scenario(LIMOUSIN), into=tmp_path / "limousin")
    assert held.summary == read.summary
    assert held.parameters == read.parameters
    for name in ("sites", "yards", "verdicts", "rules", "alternatives"):
        assert_frame_equal(pd.DataFrame(getattr(held, name)), pd.DataFrame(getattr(read, name)))
    for name, table in read.plan.items():
        assert_frame_equal(held.plan[name], table)
    xr.testing.assert_identical(held.impacts, read.impacts)
    assert scenarios.verify(read)["files"] > 30
    assert scenarios.Results.read(tmp_path / "limousin").summary == held.summary


def test_a_table_is_judged_like_a_file(session, tmp_path):
    drawn = pd.DataFrame({"site_id": [session["site"]], "it_mw": [10.0]})
    drawn.to_csv(tmp_path / "plan.csv", sep=";", index=False)
    question = session["question"]
    told = scenarios.evaluate(drawn, question)
    assert told == scenarios.evaluate(tmp_path / "plan.csv", question)
    assert "C01" in {row["rule_id"] for row in told["broken_rules"]}


def test_faults_are_told_in_french_with_a_code(session):
    with pytest.raises(SitingError, match="utilisation") as caught:
        scenarios.read_scenario("tendanciel", {"demand.utilization": 0.5})
    assert caught.value.code == "SIT200"
    with pytest.raises(SitingError) as caught:
        scenarios.hourly(session["plan"], "nulle_part")
    assert caught.value.code == "SIT402"
    with pytest.raises(SitingError) as caught:
        scenarios.own_criterion("essai.rien", label_fr="Rien", unit="1")
    assert caught.value.code == "SIT200"
    with pytest.raises(SitingError) as caught:
        session["plan"].table("plan/inconnue")
    assert caught.value.code == "SIT400"


def test_overrides_are_written_as_the_command_line_reads_them():
    day = scenarios.read_scenario("tendanciel").reference_date
    given = {
        "reference_date": day.replace(year=2027),
        "rules": {"energy.budget": False},
        "territory": ["19", "23"],
        "title": 'Un « essai » à "guillemets"',
        "demand.it_mw.2031": 40,
    }
    asked = scenarios.read_scenario("tendanciel", given)
    assert asked.reference_date.year == 2027
    assert asked.rules["energy.budget"] is False
    assert asked.rules["demand.served"] is True
    assert (asked.territory, asked.title) == (("19", "23"), given["title"])
    assert asked.demand.it_mw == {2031: 40, 2036: 309}


def test_importing_the_door_loads_nothing_heavy():
    code = (
        "import sys, scenarios; print(*dir(scenarios)); "
        "print([n for n in ('pandas', 'numpy', 'pulp', 'scenarios.analysis') if n in sys.modules])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert set(scenarios.__all__) <= set(told[0].split())
    assert told[1] == "[]"


def test_the_door_is_open_whatever_was_imported_before():
    import scenarios.scenario_run

    assert callable(scenarios.run)
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        scenarios.nothing_of_the_kind  # noqa: B018 - asking is the test
