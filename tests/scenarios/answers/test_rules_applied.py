"""What a scenario says it applies is what its rules in force are."""

from __future__ import annotations

import pytest

from scenarios.answers.rules_applied import NONE_FR, applied_said, in_force
from scenarios.question.program_settings import rule_settings
from scenarios.question.scenario_reading import LIBRARY, library_names, read_scenario
from siting.program.program_inputs import RuleSetting

PREFIX = "# Applique. "


@pytest.mark.parametrize("name", library_names())
def test_the_first_line_of_a_library_scenario_is_made_from_its_rules(name: str) -> None:
    """Rewrite it with ``applied_said`` when the rules of the scenario change."""
    first = (LIBRARY / f"{name}.toml").read_text("utf-8").splitlines()[0]
    assert first == PREFIX + applied_said(rule_settings(read_scenario(name)))


def test_nothing_is_claimed_that_is_off_soft_or_unjudged() -> None:
    rules = {
        "energy.budget": RuleSetting(hard=False),
        "carbon.budget": RuleSetting(enabled=False),
        "water.basin_budget": RuleSetting(),
        "nature.neighbours": RuleSetting(),  # a term: always soft
        "territory.sovereignty": RuleSetting(),  # a note: constrains nothing
        "nature.wetlands": RuleSetting(),
    }
    hard, soft = in_force(rules, silent={"nature.wetlands"})
    assert [rule.id for rule in hard] == ["C09"]
    assert [rule.id for rule in soft] == ["C12", "C24"]
    said = applied_said(rules, silent={"nature.wetlands"}).replace("\u00a0", " ")
    assert said.startswith("Règles dures : droit 1. Règles souples : droit 1 et Néo Terra 1.")
    assert "aucune règle dure, 1 souple" in said
    assert applied_said({}) == NONE_FR
    assert max(len(sentence.split()) for sentence in said.split(". ")) <= 35
