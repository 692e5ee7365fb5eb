"""Other plans nearly as good, that share few sites with the best and with one another."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pulp

from layers.errors import SitingError
from siting.build import build
from siting.engine import Engine, Verdict
from siting.inputs import Inputs
from siting.plan import Plan, PlanTables, tables_of
from siting.problem import OBJECTIVE_SCALE, Problem
from siting.solve import relaxation, select, settle

COLUMNS = (
    "alternative", "site_id", "design", "period", "it_mw", "is_in_plan", "objective_gap",
    "sites_changed",
)  # fmt: skip
# A third of the plan's sites must change: enough to be another project for the territory.
LEAST_CHANGE = 3
# An alternative is for comparing: it stops early, and says how much worse it is.
NODES = 60
LOOSE_GAP = 1e-2


def no_alternatives() -> pd.DataFrame:
    """Return the empty table, with its columns."""
    return pd.DataFrame(columns=list(COLUMNS))


def alternatives(
    inputs: Inputs,
    plan: Plan,
    *,
    count: int = 3,
    worse_at_most: float = 0.05,
    sites_apart: int | None = None,
    gap: float = LOOSE_GAP,
    progress: Callable[[str], None] | None = None,
) -> pd.DataFrame:
    """Return up to ``count`` plans at least ``sites_apart`` sites from the plan and one another.

    Sites are counted as changed when only one of the two plans opens them; by default two thirds
    of the plan's sites (a third given up, as many taken instead). Each is the best under that
    distance within ``gap``; the search ends at one worse than ``worse_at_most`` of the objective.
    Columns: ``COLUMNS``; ``objective_gap`` is relative to the plan, 0.02 for 2 % worse.
    """
    tell = progress or (lambda _: None)
    if not plan.retained:
        return no_alternatives()
    apart = sites_apart or max(2, 2 * (len(plan.retained) // LEAST_CHANGE))
    engine, _ = relaxation(build(inputs), 120.0)
    engine.most_nodes = NODES
    seen, tables = [frozenset(plan.retained)], []
    for number in range(1, count + 1):
        tell(f"autre plan {number} sur {count}")
        found = _apart_from(engine, seen, apart, gap)
        if found is None:
            break
        objective, answer = found
        worse = (objective - plan.outcome.objective) / (abs(plan.outcome.objective) or 1.0)
        if worse > worse_at_most:
            break
        retained = frozenset(answer.placements["site_id"])
        tables.append(_table(number, answer.placements, plan, retained, worse))
        seen.append(retained)
    return pd.concat(tables, ignore_index=True) if tables else no_alternatives()


def _apart_from(
    engine: Engine, seen: list[frozenset[str]], apart: int, gap: float
) -> tuple[float, PlanTables] | None:
    """Return the best plan at a distance from the others; none when the rules allow none."""
    rows, limits = zip(*(_distance(engine.problem, sites, apart) for sites in seen), strict=True)
    with engine.extra_rows(rows, limits):
        engine.highs.clearSolver()
        relaxed = engine.run()
        if relaxed.verdict is not Verdict.OPTIMAL:
            return None
        try:
            chosen = select(engine, relaxed, gap)
        except SitingError:
            return None
        priced, final = settle(engine, chosen.opened)
        answer = tables_of(engine.problem, lambda columns: engine.read(final, columns))
    return priced.objective / OBJECTIVE_SCALE, answer


def _distance(
    problem: Problem, sites: frozenset[str], apart: int
) -> tuple[list[tuple[pulp.LpVariable, float]], float]:
    """Σ_{s∈S} open − Σ_{s∉S} open ≤ |S| − m: at least m sites change."""
    inside = np.array([site in sites for site in problem.site_ids])
    factors = np.where(inside, 1.0, -1.0).tolist()
    return list(zip(problem.opened.tolist(), factors, strict=True)), float(inside.sum() - apart)


def _table(
    number: int, placements: pd.DataFrame, plan: Plan, retained: frozenset[str], worse: float
) -> pd.DataFrame:
    kept = set(plan.retained)
    return placements.assign(
        alternative=number,
        is_in_plan=placements["site_id"].isin(sorted(kept)),
        objective_gap=round(worse, 6),
        sites_changed=len(retained ^ kept),
    )[list(COLUMNS)]
