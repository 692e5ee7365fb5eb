"""Sites kept and left out by name, and one weight set without the others."""

from __future__ import annotations

import json
import math
from datetime import date

import pandas as pd
import pytest

from layers.words.errors import SitingError
from scenarios.answers.plan_summary import _without_nan
from scenarios.question.scenario_model import Decision
from scenarios.question.scenario_reading import read_scenario, weights_kept
from scenarios.question.site_locks import lock_journal, lock_overrides, locks_of, locks_said

SITES = pd.DataFrame(
    {
        "fate": ["candidat", "candidat", "exclu"],
        "fate_reason_fr": ["", "", "trop petit"],
        "name_fr": ["Usine", "Gare", "Dépôt"],
        "commune_code": ["87085", "16015", "16015"],
        "commune_name": ["Limoges", "Angoulême", "Angoulême"],
        "epci_code": ["248719312", "200071827", "200071827"],
        "epci_name": ["Limoges Métropole", "Grand Angoulême", "Grand Angoulême"],
        "departement_code": ["87", "16", "16"],
        "departement_name": ["Haute-Vienne", "Charente", "Charente"],
    },
    index=pd.Index(["87085_1", "16015_2", "16015_3"], name="site_id"),
)


def asked(*overrides: str) -> list[tuple[str, tuple[str, ...], float]]:
    """Return kind, sites and MW of each lock of the default scenario under « --set »."""
    scenario = read_scenario("tendanciel", overrides)
    return [(each.kind, each.sites, each.mw) for each in locks_of(scenario, SITES)]


def test_a_place_is_found_by_its_code_or_its_name_whatever_the_accents() -> None:
    assert asked('sites.keep=["87085_1"]', 'sites.ban=["angouleme", "16"]') == [
        ("keep", ("87085_1",), 0.0),
        ("ban", ("16015_2", "16015_3"), 0.0),
        ("ban", ("16015_2", "16015_3"), 0.0),
    ]
    assert asked('sites.max_mw={"Grand Angoulême" = 12}') == [
        ("max_mw", ("16015_2", "16015_3"), 12.0)
    ]


def test_a_name_nobody_bears_is_told_the_nearest_and_a_contradiction_is_refused() -> None:
    with pytest.raises(SitingError, match="Limoges") as fault:
        asked('sites.ban=["Limogse"]')
    assert fault.value.code == "SIT202"
    with pytest.raises(SitingError, match="à la fois"):
        asked('sites.keep=["87085_1"]', 'sites.ban=["87"]')
    with pytest.raises(SitingError, match="trop petit"):
        asked('sites.keep=["16015_3"]')


def test_the_command_line_adds_to_what_the_scenario_keeps() -> None:
    before = {"keep": ("Pau",), "ban": ()}
    assert lock_overrides((), (), before) == ()
    assert lock_overrides(("a",), ("b",), before) == ('sites.keep=["Pau", "a"]', 'sites.ban=["b"]')


def test_a_lock_without_a_reason_stands_in_the_journal_and_says_it_has_none() -> None:
    locks = ('sites.keep=["87085_1"]', 'sites.ban=["16"]')
    scenario = read_scenario("tendanciel", locks)
    found = locks_of(scenario, SITES)
    assert [line["key"] for line in lock_journal(found, scenario)] == ["sites.keep", "sites.ban"]
    assert all("motif non donné" in line["why"] for line in lock_journal(found, scenario))
    reason = Decision(
        key="sites.ban", decided_by="Ville", decided_on=date(2026, 12, 1), why="gare en service"
    )
    told = scenario.model_copy(update={"journal": (*scenario.journal, reason)})
    assert [line["key"] for line in lock_journal(found, told)] == ["sites.keep"]
    assert ["sans motif" in line for line in locks_said(found, told)] == [True, False]


def test_one_weight_set_keeps_the_others_and_says_so() -> None:
    overrides = ("objective.weights.enaf=0.5",)
    scenario = read_scenario("tendanciel", overrides, names=True)
    assert scenario.objective.weights["enaf"] == 0.5
    assert scenario.objective.weights["connection_cost"] == 1.0
    [line] = weights_kept(overrides, scenario)
    assert "connection_cost" in line
    assert "enaf" not in line
    whole = read_scenario("tendanciel", ("objective.weights={ enaf = 0.5 }",))
    assert whole.objective.weights == {"enaf": 0.5}


def test_no_figure_that_is_not_a_number_reaches_a_writer() -> None:
    document = {"a": [{"b": math.nan, "c": 1.0}], "d": math.nan}
    assert json.dumps(_without_nan(document), allow_nan=False) == (
        '{"a": [{"b": null, "c": 1.0}], "d": null}'
    )
