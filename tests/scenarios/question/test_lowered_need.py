"""An impossible question: its need lowered, its folder written, its exit code kept."""

from __future__ import annotations

import json

import pytest

from layers.packs.data_pack import EMBEDDED, Pack
from layers.words.errors import SitingError
from maps.pages import draw_pages
from scenarios.question.lowered_need import eased, impossible, lowered
from scenarios.question.scenario_reading import read_scenario
from scenarios.scenario_run import run
from scenarios.writing.step_cache import StepCache
from siting.conflicts.rule_conflicts import NEED, InfeasiblePlanError, Relaxation


def lack(rule, period, amount, *, alone=True):
    return Relaxation(
        "C01", rule, "Besoin régional servi", "région", period, amount, "MW", "", alone
    )


def test_the_need_is_lowered_by_what_lacks_to_the_tenth_below():
    asked = read_scenario("tendanciel")
    fault = InfeasiblePlanError([NEED], [lack(NEED, 2036, 65.83), lack("other", 2031, 9.0)])
    lower = lowered(asked, fault)
    assert lower.demand.it_mw[2036] == pytest.approx(asked.demand.it_mw[2036] - 65.9, abs=0.1001)
    assert lower.demand.it_mw[2036] <= asked.demand.it_mw[2036] - 65.83
    assert lower.demand.it_mw[2031] == pytest.approx(asked.demand.it_mw[2031], abs=0.1001)
    told = impossible(asked, lower, eased(lower), fault)
    need = told["need"]["2036"]
    assert need["lacks_mw"] == pytest.approx(65.9, abs=0.1)
    assert 0.989 * lower.demand.it_mw[2036] < need["served_mw"] <= 0.99 * lower.demand.it_mw[2036]
    assert [row["amount"] for row in told["lacks"]] == [65.83, 9.0]
    assert "il manque" in told["answer_fr"][0]


def test_without_a_way_by_the_need_alone_there_is_no_nearest_plan():
    fault = InfeasiblePlanError(["a"], [lack(NEED, 2036, 5.0, alone=False)])
    assert lowered(read_scenario("tendanciel"), fault) is None


def test_an_impossible_run_exits_5_and_leaves_a_folder_with_its_page(tmp_path):
    (tmp_path / "creuse.toml").write_text(
        'extends = "tendanciel"\nname = "creuse"\ntitle = "La Creuse seule"\nterritory = ["23"]\n'
        "[demand]\nit_mw = { 2031 = 200, 2036 = 200 }\nexisting_it_mw = 0\n",
        encoding="utf-8",
    )
    question, pack = read_scenario(str(tmp_path / "creuse.toml")), Pack.open(EMBEDDED)
    into, steps = tmp_path / "creuse", StepCache(tmp_path / "steps")
    with pytest.raises(SitingError) as refused:
        run(question, pack, into, draw=draw_pages, steps=steps)
    assert refused.value.code in ("SIT300", "SIT303")
    assert refused.value.exit_code == 5
    assert str(into / "carte.html") in refused.value.hint
    summary = json.loads((into / "summary.json").read_text(encoding="utf-8"))
    served = summary["impossible"]["need"]["2036"]["served_mw"]
    assert 0 < served < 200
    assert summary["plan"]["2036"]["it_mw"] == pytest.approx(served, rel=0.02, abs=0.2)
    assert {row["rule"] for row in summary["impossible"]["lacks"]} >= {NEED}
    for page in ("carte.html", "synthese.html"):
        assert "Aucun plan possible" in (into / page).read_text(encoding="utf-8")
    with pytest.raises(SitingError, match=refused.value.code):  # kept as it is, and still no plan
        run(question, pack, into, draw=draw_pages, steps=steps)
