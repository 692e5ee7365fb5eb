"""Land: what is taken from natural and farm land, and what is built on brownfields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from layers.words.dated_values import Value
from layers.words.three_states import may_be
from siting.program.problem import Problem
from siting.program.program_inputs import Inputs
from siting.program.rule_registry import Bite, Row, rule

HA_PER_M2 = 1e-4


def _enaf_bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    unknown = int(may_be(inputs.sites["enaf"]).sum())
    if not unknown:
        return Bite("non", "tous les candidats sont sur un sol déjà artificialisé")
    return Bite(
        "oui", f"{unknown} candidats d'état ENAF inconnu, comptés comme ENAF (le pire des cas)"
    )


@rule(
    "land.regional_enaf",
    id="C03",
    label_fr="ENAF régional pour les datacenters",
    unit="ha",
    scope="N",
    can_bite=_enaf_bites,
    lack_fr="ha d'ENAF",
    values={"regional_enaf_ha": "land.regional_enaf_ha"},
)
def regional_enaf(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """Σₛ∉non a[d]·p[s,d,t] + décidé ≤ X[t] : un état inconnu compte comme de l’ENAF."""
    may_be_enaf = may_be(problem.sites["enaf"])
    land = problem.coefficient("land", HA_PER_M2)
    for period in problem.periods:
        fixed = problem.fixed("enaf_ha", period)
        limit = values["regional_enaf_ha"].at(period)
        yield problem.capped(
            Row(
                "region",
                "région",
                period,
                problem.placed(land, period, may_be_enaf),
                "<=",
                limit,
                constant=fixed,
                scale=max(limit, problem.need(period) * float(land.max()), 1.0),
            )
        )


def _share_bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    if inputs.sites["is_brownfield"].all():
        return Bite("non", "tous les candidats sont des friches : la part est de 100 %")
    return Bite("oui", "des candidats ne sont pas des friches")


@rule(
    "land.brownfield_share",
    id="C04",
    label_fr="Part sur friche ou sol déjà artificialisé",
    unit="ha",
    scope="C",
    can_bite=_share_bites,
    lack_fr="ha sur friche",
    values={"brownfield_share": "land.brownfield_share"},
)
def brownfield_share(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """Σₛ∈F a[d]·p[s,d,t] ≥ φ·Σₛ a[d]·p[s,d,t] : une part φ du sol est sur friche."""
    brownfields = problem.sites["is_brownfield"].to_numpy(dtype=bool)
    land = problem.coefficient("land", HA_PER_M2)
    for period in problem.periods:
        total = problem.total("land_ha", period, problem.placed(land, period))
        reused = problem.placed(land, period, brownfields)
        share = values["brownfield_share"].at(period)
        need_ha = problem.need(period) * float(land.max())
        yield Row(
            "region",
            "région",
            period,
            reused,
            ">=",
            0.0,
            right=[(total, share)],
            scale=max(need_ha, 1.0),
        )
