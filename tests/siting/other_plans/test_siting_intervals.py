"""The proven cost of a rule holds the true one, found by solving to the end with and without."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from layers.words.errors import SitingError
from siting.other_plans.cost_intervals import SCOPES, rule_intervals
from siting.program.program_inputs import RuleSetting
from siting.solve import solve
from tests.village.draws import drawn
from tests.village.hand import REFERENCES, village


@pytest.mark.parametrize(("seed", "proof"), [(0, False), (2, False), (1, True)])
def test_the_true_cost_of_a_rule_is_within_its_interval(seed: int, proof: bool) -> None:
    inputs = drawn(seed)
    try:
        plan = solve(inputs, gap=0.0, proof=proof)
    except SitingError:
        return
    table = rule_intervals(inputs, plan)
    euro = REFERENCES["connection_cost"][0] / inputs.weights["connection_cost"]
    told = table.dropna(subset=["low_meur"]).set_index("rule")
    assert set(told["scope"]) <= set(SCOPES)
    for name, row in told.iterrows():
        rules = {**inputs.rules, str(name): RuleSetting(enabled=False)}
        without = solve(replace(inputs, rules=rules), gap=0.0, proof=proof)
        cost = (plan.outcome.objective - without.outcome.objective) * euro
        assert row["low_meur"] - 1e-4 <= cost <= row["high_meur"] + 1e-4


def test_a_rule_that_costs_is_told_at_least_and_at_most() -> None:
    inputs = village()
    table = rule_intervals(inputs, solve(inputs, gap=0.0))
    known = table.dropna(subset=["low_meur"])
    assert (known["low_meur"] <= known["high_meur"]).all()
    assert known["text_fr"].str.contains("au plus|rien").all()
    law = table[table["scope"] == "L"]
    assert np.isnan(law["low_meur"]).all()
