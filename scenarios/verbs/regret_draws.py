"""The draws of a sweep, asked what they would keep, and what they would regret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from layers.words.errors import SitingError
from scenarios.question.assumption_draws import drawn
from scenarios.question.sweep_cases import Case
from scenarios.terminal.progress import Tell, counting
from scenarios.verbs.case_runners import Runner
from scenarios.verbs.scenario_sweep import SWEEP_GAP, question_inputs
from siting.other_plans.kept_program import KeptProgram
from siting.other_plans.least_regret import REGRET_COLUMNS, regrets, worst_regrets
from siting.other_plans.plan_stability import DrawnPlan, stability


@dataclass(frozen=True)
class Regrets:
    """What the draws say: regrets by structure and draw, their worst, and places kept."""

    table: pd.DataFrame
    worst: pd.DataFrame
    places: pd.DataFrame
    draws: int
    without_plan: int


def drawn_regrets(
    asked: Sequence[Case],
    sites_of: Mapping[int, Sequence[str]],
    sites: pd.DataFrame,
    runner: Runner,
    tell: Tell,
) -> Regrets | None:
    """Ask each draw its own plan, then what each structure costs more there.

    Parameters
    ----------
    asked : the draws, those of ``siting sweep`` with the same seed.
    sites_of : the sites of each structure, by its number.
    sites : index site_id, with ``departement_code`` and ``epci_code``.
    runner : works the draws, see ``case_runners``.
    tell : hears the count and the time left.

    Returns
    -------
    What the draws say; None when no draw has a plan.
    """
    one_more = counting(tell, len(asked))
    found: dict[int, dict[str, Any]] = {}
    for row in runner(partial(_work, sites_of), asked, _lost):
        found[row["draw"]] = row
        one_more()
    held = [found[draw] for draw in sorted(found) if found[draw]["status"] == "plan"]
    if not held:
        return None
    table = pd.DataFrame(
        [row for each in held for row in each["regrets"]], columns=list(REGRET_COLUMNS)
    )
    places = stability([DrawnPlan(each["site_mw"], each["yard_mw"]) for each in held], sites)
    return Regrets(table, worst_regrets(table), places, len(held), len(found) - len(held))


def _work(sites_of: Mapping[int, Sequence[str]], case: Case) -> dict[str, Any]:
    inputs = question_inputs(case.scenario, case.data, case.overrides)
    inputs = drawn(inputs, np.random.default_rng([case.seed, case.draw]))
    if not any(inputs.demand.to_place_mw(period) > 0 for period in inputs.demand.periods):
        return {"draw": case.draw, "status": "rien à placer"}
    try:
        program = KeptProgram(inputs, SWEEP_GAP, explain=False)
    except SitingError as fault:
        return {"draw": case.draw, "status": fault.code}
    kept = DrawnPlan.of(program.first.plan, inputs.demand.periods[-1])
    return {
        "draw": case.draw,
        "status": "plan",
        "site_mw": dict(kept.site_mw),
        "yard_mw": dict(kept.yard_mw),
        "regrets": regrets(case.draw, program, sites_of),
    }


def _lost(case: Case) -> dict[str, Any]:
    return {"draw": case.draw, "status": "imprévu"}
