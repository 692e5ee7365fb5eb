"""Risk: sites in hazard zones cost more to build, by class of hazard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from layers.words.dated_values import Value
from siting.program.problem import Problem, ones
from siting.program.program_inputs import Inputs
from siting.program.rule_registry import Bite, Row, rule
from siting.program.rules.nature import lacking, split

HAZARDS: Mapping[str, str] = {
    "flood_overlap_ha": "zone inondable",
    "fire_overlap_ha": "zone de feu de forêt",
    "clay_overlap_ha": "argiles gonflantes",
}


def _inside(problem: Problem, column: str) -> NDArray[np.bool_]:
    return (problem.sites[column] > 0).to_numpy(dtype=bool)


def _bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    held = [name for name in HAZARDS if name in inputs.sites]
    inside = int((inputs.sites[held] > 0).any(axis=1).sum())
    unknown = int(inputs.sites[held].isna().any(axis=1).sum())
    told = f"{inside} candidats exposés à un aléa connu, {unknown} d'état inconnu"
    return Bite("oui" if inside else "non", told)


@rule(
    "risk.natural_hazards",
    id="C08",
    label_fr="Risques naturels et technologiques",
    unit="MW",
    scope="S",
    grain="site",
    kind="term",
    can_bite=_bites,
    lack_fr="MW informatiques en zone d'aléa",
    values={"tolerated_mw": "risk.tolerated_mw"},
    lacks=lacking(list(HAZARDS), "les zonages de risques ne sont pas dans le lot"),
)
def natural_hazards(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """∀ aléa : Σₛ∈aléa P[s,t] ≤ 0, souple : chaque MW exposé est pénalisé, aléa par aléa."""
    held, lacks = split(problem.sites, HAZARDS)
    for column, where in held.items():
        exposed = _inside(problem, column)
        for t, period in enumerate(problem.periods):
            yield Row(
                column.removesuffix("_overlap_ha"),
                where,
                period,
                ones(problem.site_mw[exposed, t]),
                "<=",
                values["tolerated_mw"].at(period),
                scale=max(problem.need(period), 1.0),
                note_fr=lacks,
            )
