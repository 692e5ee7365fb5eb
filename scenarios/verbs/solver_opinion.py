"""A second solver's word on a results folder: same program, other hands; what each one proves."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

from layers.words.errors import SitingError
from layers.words.french import NARROW, NO_BREAK, number, significant
from scenarios.storage.results import SCHEMA_VERSION, Results
from scenarios.terminal.progress import silent
from scenarios.writing.folder_proofs import inputs_of, plan_of
from siting.program.plan_tables import Outcome
from siting.program.program_inputs import Inputs
from siting.recheck.cbc_opinion import (
    SECONDS,
    SecondOpinion,
    cost_at_the_same_sites,
    is_same,
    second_opinion,
)
from siting.solve import DEFAULT_GAP, PROOF_GAP

CONFIRMED, CONTRADICTED, UNFINISHED = "confirmé", "contredit", "inachevé"


def second_word(
    results: Results, tell: Callable[[str], None] = silent, seconds: float = SECONDS
) -> dict[str, Any]:
    """Return what CBC finds of the folder's program: at its sites, then free to choose others.

    Parameters
    ----------
    results : a run's folder.
    tell : hears the two questions.
    seconds : time given to CBC when it is free to choose.

    Returns
    -------
    ``verdict`` : confirmé, contredit (a proof or a cost denied), or inachevé (CBC ran out of time:
    what it proved still agrees); ``objective``, ``bound`` and ``gap`` of both solvers, in units of
    the program's score; ``lines_fr``.

    Raises
    ------
    SitingError : SIT303 for an empty plan, SIT301 when CBC itself fails.
    """
    inputs, plan = inputs_of(results), plan_of(results)
    if plan.placements.empty:
        raise SitingError(
            "SIT303", "le plan ne place rien : il n'y a rien à confirmer", where="plan"
        )
    ours, begun = plan.outcome, time.perf_counter()
    gap = PROOF_GAP if ours.is_proof else DEFAULT_GAP
    tell("  CBC, aux mêmes sites")
    try:
        same = cost_at_the_same_sites(inputs, plan)
        tell(f"  CBC, libre de choisir les sites : {seconds:g} s au plus")
        found = second_opinion(inputs, gap=gap, seconds=seconds)
    except SitingError as fault:
        if fault.code != "SIT300":
            raise
        same, found = math.nan, None
    verdict = _verdict(ours, same, found)
    document = {
        "schema_version": SCHEMA_VERSION,
        "solver": "CBC",
        "ours": ours.solver,
        "verdict": verdict,
        "gap_asked": gap,
        "seconds": round(time.perf_counter() - begun, 1),
        "objective": {"ours": ours.objective, "same_sites": _known(same),
                      "free": _known(found.objective) if found else None},
        "bound": {"ours": ours.bound, "free": _known(found.bound) if found else None},
        "gap": {"ours": ours.gap, "free": _known(found.gap) if found else None},
    }  # fmt: skip
    return document | {"lines_fr": _lines(document, _euro(inputs))}


def _verdict(ours: Outcome, same: float, found: SecondOpinion | None) -> str:
    if found is None or not is_same(same, ours.objective) or not found.agrees(ours):
        return CONTRADICTED
    return CONFIRMED if found.is_finished else UNFINISHED


def _known(value: float) -> float | None:
    return round(value, 9) if math.isfinite(value) else None


def _euro(inputs: Inputs) -> float:
    """Return the M€ that one unit of the objective is worth; NaN when cost is not weighed."""
    weight = inputs.weights.get("connection_cost", 0.0)
    return inputs.references["connection_cost"].number / weight if weight > 0 else math.nan


def _lines(document: dict[str, Any], euro: float) -> list[str]:
    def cost(value: float | None) -> str:
        if value is None:
            return "aucun plan"
        if math.isnan(euro):
            return significant(value, 6)
        return f"{significant(value * euro, 6)}{NO_BREAK}M€ pondérés"

    objective, bound, gap = document["objective"], document["bound"], document["gap"]
    lines = [
        f"Second avis de CBC, un autre solveur, sur le même programme "
        f"({number(document['seconds'])}{NO_BREAK}s){NO_BREAK}:",
        f"  plan de {document['ours']}{NO_BREAK}: {cost(objective['ours'])}, aucun sous "
        f"{cost(bound['ours'])} (écart prouvé {_share(gap['ours'])})",
        f"  aux mêmes sites, CBC{NO_BREAK}: {cost(objective['same_sites'])}",
    ]
    if bound["free"] is not None:
        apart = f" (écart prouvé {_share(gap['free'])})" if gap["free"] is not None else ""
        lines.append(
            f"  libre de choisir, CBC{NO_BREAK}: {cost(objective['free'])}, aucun sous "
            f"{cost(bound['free'])}{apart}"
        )
    return [*lines, _said(document)]


def _said(document: dict[str, Any]) -> str:
    ours = document["objective"]["ours"]
    if document["verdict"] == CONTRADICTED:
        return (
            f"✗ Les deux solveurs se contredisent{NARROW}: le plan n'est pas confirmé. "
            "Signalez ce dossier."
        )
    bounds = (document["bound"]["ours"], document["bound"]["free"])
    best = max(bound for bound in bounds if bound is not None)
    apart = _share((ours - best) / abs(ours)) if ours else _share(0.0)
    proven = f"les deux preuves réunies, le plan est à {apart} du meilleur"
    if document["verdict"] == UNFINISHED:
        return (
            "Rien ne contredit le plan, mais CBC s'est arrêté sur sa limite de temps, avant "
            f"l'écart demandé de {_share(document['gap_asked'])}{NARROW}; {proven} au plus."
        )
    return f"Les deux solveurs s'accordent{NARROW}; {proven} au plus."


def _share(share: float) -> str:
    return f"{number(100 * max(share, 0.0), 2)}{NARROW}%"
