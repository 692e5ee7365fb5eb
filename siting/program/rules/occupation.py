"""Occupation: a plan stands on land that someone can say is free, or is about to go and see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from layers.words.dated_values import Value
from siting.program.problem import Problem, ones
from siting.program.program_inputs import Inputs
from siting.program.rule_registry import Bite, Row, rule
from siting.program.rules.nature import lacking


def _bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    doubtful = int((~inputs.sites["retainable"].astype(bool)).sum())
    if not doubtful:
        return Bite("non", "tous les candidats peuvent être retenus")
    return Bite("oui", f"{doubtful} candidats ne sont ni constatés libres, ni vérifiés sans projet")


@rule(
    "land.vacancy",
    id="C31",
    label_fr="Part sur terrain non vérifié ou occupé",
    unit="MW",
    scope="U",
    grain="region",
    can_bite=_bites,
    lack_fr="MW informatiques sur terrain à vérifier",
    values={"unverified_share": "land.unverified_share"},
    lacks=lacking(["retainable"], "l'occupation des terrains n'est pas examinée"),
)
def vacancy(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """Σₛ∉retenables P[s,t] ≤ μ·Σₛ P[s,t] : rien, ou une part, sur un terrain à vérifier.

    A site may be retained when a person declared it free, or when its producer verified it,
    without project, and nothing tells of an activity there.
    """
    doubtful = ~problem.sites["retainable"].to_numpy(dtype=bool)
    for t, period in enumerate(problem.periods):
        share = values["unverified_share"].at(period)
        whole = problem.total("it_mw", period, ones(problem.site_mw[:, t])) if share else None
        yield Row(
            "to_verify",
            "région",
            period,
            ones(problem.site_mw[np.flatnonzero(doubtful), t]),
            "<=",
            0.0,
            right=[(whole, share)] if whole is not None else [],
            scale=max(problem.need(period), 1.0),
        )
