"""Text and threshold: which text founds a rule, who sets its values, whether it bites."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from layers.words.dated_values import SCOPE_FR, SETTER_FR, USER_FR, in_force
from siting.program.program_inputs import RuleSetting
from siting.program.rule_registry import RULES, catalogue, policy_parameters
from siting.program.rulebook import rule_list, rule_texts
from siting.solve import solve
from tests.village.hand import village

DAY = date(2026, 12, 1)


def test_every_rule_names_the_text_that_founds_it_and_no_text_stands_alone() -> None:
    names = {*RULES, *(entry.name for entry in catalogue())}
    assert set(rule_texts.founding_texts()) == names
    for text in rule_texts.founding_texts().values():
        assert text.status in ("read", "memory")
        assert text.sets_fr


def test_every_value_of_every_rule_has_a_setter_and_our_own_choices_are_no_law() -> None:
    for row in rule_list.rows(DAY):
        assert row["setters_fr"] == "sans seuil" or "seuil" in row["setters_fr"]
        for value in row["values"]:
            assert value["setter_fr"] in SETTER_FR.values()
    # A number that we chose never wears the scope of a text.
    for name, value in in_force(policy_parameters(), DAY).items():
        chosen = value.reference.startswith("Choix de conception") and value.status == "assumption"
        if chosen and name.startswith(("cumulative.commune", "cumulative.max", "cumulative.basin")):
            assert value.scope == "U", name


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("water.basin_budget", "loi ou règlement ; seuils\u00a0: hypothèse"),
        ("territory.cumulative_caps", "loi ou règlement ; seuils\u00a0: hypothèse"),
        ("water.drought_continuity", "loi ou règlement ; seuil\u00a0: texte"),
        ("grid.yard_capacity",
         "loi ou règlement ; seuils\u00a0: hypothèse et texte, de mémoire – à vérifier"),
    ],
)  # fmt: skip
def test_a_law_does_not_lend_its_name_to_a_number(name: str, said: str) -> None:
    values = RULES[name].values_in(village())
    assert rule_texts.basis_said(RULES[name], values.values()) == said


def test_a_scenario_that_sets_a_value_is_its_setter() -> None:
    own = replace(village().policy["territory.max_site_mw"], value=10.0, by_user=True)
    setting = RuleSetting(overrides={"max_site_mw": own})
    inputs = village(rules={**village().rules, "territory.site_size": setting})
    [value] = rule_texts.values_read(RULES["territory.site_size"], inputs)
    assert value.setter_fr == USER_FR
    assert rule_texts.threshold_said(value).endswith("10\u00a0MW, choix du scénario (de 10 à 50)")


def test_the_bill_says_what_bites_what_cannot_and_what_lacks() -> None:
    inputs = village(rules={**village().rules, "nature.wetlands": RuleSetting()})
    plan = solve(inputs, gap=0.0)
    table = rule_texts.with_basis(plan.bill, inputs)
    assert table["basis_fr"].str.contains("seuil").all()
    assert table["basis_fr"].str.split(" ; ").str[0].isin(SCOPE_FR.values()).all()
    by_rule = table.drop_duplicates("rule").set_index("rule")["bite_fr"]
    assert by_rule["demand.served"] == "mord"
    assert by_rule["nature.wetlands"] == "donnée absente"
    felt = table[table["binding"].astype(bool)]["rule"].unique()
    assert (by_rule[felt] == "mord").all()
    brown = replace(inputs, sites=inputs.sites.assign(is_brownfield=True))
    vacuous = rule_texts.with_basis(solve(brown, gap=0.0).bill, brown)
    cannot = vacuous[vacuous["rule"] == "land.brownfield_share"].iloc[0]
    why = "ne peut pas mordre\u00a0: tous les candidats sont des friches : la part est de 100 %"
    assert cannot["bite_fr"] == ("mord" if cannot["binding"] else why)
