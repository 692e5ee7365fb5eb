"""Risk: sites in hazard zones cost more to build, by class of hazard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.words.dated_values import Value
from siting.program.problem import Problem, ones
from siting.program.program_inputs import Inputs
from siting.program.rule_registry import PARTLY_FR, Bite, Row, rule
from siting.program.rules.nature import lacking, split

HAZARDS: Mapping[str, str] = {
    "flood_overlap_ha": "zone inondable",
    "fire_overlap_ha": "zone de feu de forêt",
    "clay_overlap_ha": "argiles gonflantes",
}


IN_PLAN_FR = "sa commune est visée par un plan de risques technologiques, périmètre à demander"
# Known to be near, or in a commune that a plan names: positive only, never a proof of safety.
PLAN, SEVESO = "pprt_commune", "seveso_upper_distance_km"


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
    label_fr="Risques naturels",
    unit="MW",
    scope="L",
    grain="site",
    kind="term",
    can_bite=_bites,
    lack_fr="MW informatiques en zone d'aléa",
    values={"tolerated_mw": "risk.tolerated_mw"},
    lacks=lacking(list(HAZARDS), "les zonages de risques ne sont pas dans le lot"),
    breach_fr="le terrain est exposé à un aléa connu, {where}",
)
def natural_hazards(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """∀ aléa : Σₛ∈aléa P[s,t] ≤ 0, souple : chaque MW exposé est pénalisé, aléa par aléa."""
    for slug, where, exposed, lacks in _exposed(problem):
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


def _exposed(problem: Problem) -> Iterator[tuple[str, str, NDArray[np.bool_], str]]:
    """Yield each hazard held: its name, where, the sites known to be exposed, what lacks."""
    held, lacks = split(problem.sites, HAZARDS)
    for column, where in held.items():
        yield column.removesuffix("_overlap_ha"), where, _inside(problem, column), lacks


def exposed_to_industry(
    sites: pd.DataFrame, values: Mapping[str, Value]
) -> dict[str, tuple[str, NDArray[np.bool_]]]:
    """Return, by kind, the sites known to be exposed to an industrial hazard.

    Parameters
    ----------
    sites : one row a candidate.
    values : ``seveso_m``.

    Returns
    -------
    Words and mask, by slug; a kind without data is left out.
    """
    metres = values["seveso_m"].number
    found: dict[str, tuple[str, NDArray[np.bool_]]] = {}
    if PLAN in sites and sites[PLAN].notna().any():
        inside = (sites[PLAN] > 0).to_numpy(dtype=bool)
        found["pprt"] = ("communes d'un plan de risques technologiques", inside)
    if SEVESO in sites and sites[SEVESO].notna().any():
        near = (sites[SEVESO].astype(float) * 1000.0 < metres).to_numpy(dtype=bool)
        found["seveso"] = (f"à moins de {metres:g} m d'un Seveso seuil haut", near)
    return found


def _industry_bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    masks = [mask for _, mask in exposed_to_industry(inputs.sites, values).values()]
    count = int(np.any(masks, axis=0).sum()) if masks else 0
    told = f"{count} candidats en commune de PPRT, ou près d'un Seveso seuil haut connu"
    return Bite("oui" if count else "non", told)


@rule(
    "risk.industrial_hazards",
    id="C35",
    label_fr="Risques technologiques (PPRT, Seveso)",
    unit="MW",
    scope="L",
    grain="site",
    can_bite=_industry_bites,
    lack_fr="MW informatiques exposés à un risque technologique",
    values={"seveso_m": "risk.seveso_m"},
    lacks=lacking([PLAN, SEVESO], "ni plans technologiques ni établissements Seveso dans le lot"),
    breach_fr="le terrain est {where}",
)
def industrial_hazards(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """Σₛ∈PPRT ou près d’un Seveso P[s,t] ≤ 0 : le périmètre exact est à demander à la DREAL."""
    unknown = f"{PARTLY_FR} : liste jamais complète, un site non cité reste inconnu"
    for slug, (where, exposed) in exposed_to_industry(problem.sites, values).items():
        for t, period in enumerate(problem.periods):
            yield Row(
                slug,
                where,
                period,
                ones(problem.site_mw[exposed, t]),
                "<=",
                0.0,
                scale=max(problem.need(period), 1.0),
                note_fr=unknown,
                breach_fr=IN_PLAN_FR if slug == "pprt" else "",
            )
