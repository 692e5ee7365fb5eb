"""Choices made outside the program: sites kept, left out, or held between two sizes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from layers.words.dated_values import Value
from layers.words.errors import SitingError
from layers.words.french import significant
from siting.program.problem import Problem, ones, slug
from siting.program.program_inputs import Inputs, Lock
from siting.program.rule_registry import Bite, Row, rule


def _bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    if not inputs.locks:
        return Bite("non", "le scénario n'impose ni n'écarte aucun site")
    return Bite("oui", "un choix fait hors du programme : gardé, écarté ou borné")


@rule(
    "sites.locks",
    id="C30",
    label_fr="Sites gardés, écartés ou bornés par le scénario",
    unit="MW",
    scope="U",
    grain="site",
    can_bite=_bites,
    lack_fr="MW informatiques",
)
def locked(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """Gardé : Σ ouvert[s] ≥ 1 ; écarté : Σ P[s,T] ≤ 0 ; borné : bas ≤ Σ P[s,T] ≤ haut."""
    last = problem.periods[-1]
    place = {site: i for i, site in enumerate(problem.site_ids)}
    for lock in problem.inputs.locks:
        among = np.array([place[s] for s in lock.sites if s in place], dtype=np.intp)
        name, where = slug(f"{lock.kind}_{lock.name}"), f"{lock.kind_fr} : {lock.label_fr}"
        if lock.kind in ("keep", "min_mw") and not among.size:
            raise _cannot_open(problem, lock)
        if not among.size:
            continue
        mw = ones(problem.site_mw[among, -1])
        scale = max(problem.need(last), 1.0)
        if lock.kind == "keep":
            yield Row(name, where, last, ones(problem.opened[among]), ">=", 1.0, unit="1",
                      shown_per_row=1.0, lack_fr="site à ouvrir")  # fmt: skip
        elif lock.kind == "min_mw":
            yield Row(name, where, last, mw, ">=", lock.mw, scale=scale)
        else:
            yield Row(name, where, last, mw, "<=", lock.mw, scale=scale)


def _cannot_open(problem: Problem, lock: Lock) -> SitingError:
    return SitingError(
        "SIT303",
        f"« {lock.label_fr} » est gardé par le scénario, mais rien ne peut y ouvrir",
        where=f"sites.{lock.kind}",
        hint="son terrain et sa meilleure ligne ne portent pas la taille minimale "
        f"({significant(problem.caps.min_mw)} MW), ou il ne peut être retenu ; retirez-le, ou "
        "baissez sizes.min_mw",
    )
