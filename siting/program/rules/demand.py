"""The need: a band, because « at most » is served by an empty plan and « at least » overbuilds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from layers.words.dated_values import Value
from siting.program.problem import Problem, ones
from siting.program.program_inputs import Inputs
from siting.program.rule_registry import Bite, Row, rule


def _bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    if any(inputs.demand.to_place_mw(period) > 0 for period in inputs.demand.periods):
        return Bite("oui", "le besoin reste à placer")
    return Bite("non", "l'existant et les projets décidés couvrent déjà le besoin")


@rule(
    "demand.served",
    id="C01",
    label_fr="Besoin régional servi",
    unit="MW",
    scope="U",
    can_bite=_bites,
    lack_fr="MW informatiques à servir",
    values={"overbuild": "demand.overbuild"},
    price_fr="le dernier {unit} demandé coûte {price}",
)
def served(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """D[t] ≤ Σₛ P[s,t] ≤ (1 + ε)·max D[τ ≤ t] : le besoin à placer, guère plus.

    Past needs bound the top, because what is built stays when the need falls.
    """
    highest = 0.0
    for t, period in enumerate(problem.periods):
        need = problem.need(period)
        highest = max(highest, need)
        total = problem.total("it_mw", period, ones(problem.site_mw[:, t]))
        yield Row("least", "région, au moins", period, [(total, 1.0)], ">=", need)
        top = highest * (1.0 + values["overbuild"].number)
        yield Row("most", "région, au plus", period, [(total, 1.0)], "<=", top)
