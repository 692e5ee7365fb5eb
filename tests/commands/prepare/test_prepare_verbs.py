"""« Préparer », as a planner meets it: exit codes, streams, three-line errors."""

from __future__ import annotations

import json

import siting.program.rules
from siting.program.rule_registry import RULES, catalogue
from tests.commands.typed_line import refused, siting

KNOWN = {rule.id for rule in RULES.values()} | {entry.id for entry in catalogue()}


def test_the_same_value_twice_is_no_contradiction():
    twice = ("--set", "demand.existing_it_mw=15")
    done = siting("check", *twice, *twice)
    assert done.returncode == 0, done.stderr


def test_check_lists_what_is_absent():
    done = siting("check", "tendanciel", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert "znieff_1" in report["absent_layers"]


def test_check_tells_every_fault_at_once():
    done = siting(
        "check",
        "--set",
        'rules."land.regional_enaff"=true',
        "--set",
        'candidates.criteria=["land.min_aera"]',
    )
    text = refused(done, "SIT202", 2)
    assert "land.regional_enaf" in text
    assert "land.min_area" in text


def test_rules_lists_each_with_its_sources():
    done = siting("rules", "--json")
    assert done.returncode == 0, done.stderr
    table = json.loads(done.stdout)["rows"]
    assert [row["rule_id"] for row in table] == sorted(KNOWN)
    assert all(v["reference"] for row in table for v in row["values"])
    assert {row["can_bite"] for row in table} <= {"oui", "non", "donnée absente"}


def test_rules_of_a_day_without_values_are_told_not_judged():
    done = siting("rules", "--at", "2015-01-01", "--json")
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["rows"]
    assert {row["rule_id"] for row in rows} == KNOWN
    budget = next(row for row in rows if row["rule"] == "energy.budget")
    assert "energy.energy_budget_gwh" not in [value["name"] for value in budget["values"]]
    assert (budget["can_bite"], budget["why_fr"]) == (
        "donnée absente", "aucune valeur en vigueur ce jour-là",
    )  # fmt: skip


def test_what_is_set_without_a_value_is_refused():
    assert "« foo » n'est pas une clé et une valeur" in refused(
        siting("check", "--set", "foo"), "SIT200", 2
    )


def test_layers_list_tells_present_and_absent():
    done = siting("layers", "list", "--json")
    table = json.loads(done.stdout)["rows"]
    assert {row["state"] for row in table} == {"embedded", "absent"}
    assert all(row["licence"] and row["vintage"] for row in table if row["state"] == "embedded")
