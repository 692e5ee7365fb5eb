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


# Known to be near, or in a commune that a plan names: positive only, never a proof of safety.
PLANS: Mapping[str, str] = {"pprt_commune": "commune d'un plan de risques technologiques"}
SEVESO = "seveso_upper_distance_km"


def _inside(problem: Problem, column: str) -> NDArray[np.bool_]:
    return (problem.sites[column] > 0).to_numpy(dtype=bool)


def _bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    held = [name for name in HAZARDS if name in inputs.sites]
    inside = int((inputs.sites[held] > 0).any(axis=1).sum())
    unknown = int(inputs.sites[held].isna().any(axis=1).sum())
    if SEVESO in inputs.sites:
        inside += int((inputs.sites[SEVESO] * 1000.0 < values["seveso_m"].number).sum())
    inside += sum(int((inputs.sites[c] > 0).sum()) for c in PLANS if c in inputs.sites)
    told = f"{inside} candidats exposés à un aléa connu, {unknown} d'état inconnu"
    return Bite("oui" if inside else "non", told)


@rule(
    "risk.natural_hazards",
    id="C08",
    label_fr="Risques naturels et technologiques",
    unit="MW",
    scope="L",
    grain="site",
    kind="term",
    can_bite=_bites,
    lack_fr="MW informatiques en zone d'aléa",
    values={"tolerated_mw": "risk.tolerated_mw", "seveso_m": "risk.seveso_m"},
    lacks=lacking([*HAZARDS, *PLANS, SEVESO], "les zonages de risques ne sont pas dans le lot"),
)
def natural_hazards(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """∀ aléa : Σₛ∈aléa P[s,t] ≤ 0, souple : chaque MW exposé est pénalisé, aléa par aléa."""
    for slug, where, exposed, lacks in _exposed(problem, values["seveso_m"].number):
        for t, period in enumerate(problem.periods):
            yield Row(
                slug,
                where,
                period,
                ones(problem.site_mw[exposed, t]),
                "<=",
                values["tolerated_mw"].at(period),
                scale=max(problem.need(period), 1.0),
                note_fr=lacks,
            )


def _exposed(
    problem: Problem, seveso_m: float
) -> Iterator[tuple[str, str, NDArray[np.bool_], str]]:
    """Yield each hazard held: its name, where, the sites known to be exposed, what lacks."""
    held, lacks = split(problem.sites, {**HAZARDS, **PLANS})
    for column, where in held.items():
        slug = column.removesuffix("_overlap_ha").removesuffix("_commune")
        yield slug, where, _inside(problem, column), lacks
    if SEVESO in problem.sites and problem.sites[SEVESO].notna().any():
        near = (problem.sites[SEVESO] * 1000.0 < seveso_m).to_numpy(dtype=bool)
        yield "seveso", f"à moins de {seveso_m:g} m d'un Seveso seuil haut", near, lacks
