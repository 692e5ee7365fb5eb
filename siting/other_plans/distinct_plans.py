"""Other plans nearly as good, that share few sites with the best and with one another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pulp

from siting.program.plan_tables import (
    ALTERNATIVE_COLUMNS,
    Plan,
    PlanTables,
    no_alternatives,
    tables_of,
)
from siting.program.problem import OBJECTIVE_SCALE, Problem
from siting.program.program_building import build
from siting.program.program_inputs import Inputs
from siting.program.selection_cuts import selection_cuts
from siting.solve import relaxation, settle
from siting.solver.highs_engine import Answer, Engine

COLUMNS = ALTERNATIVE_COLUMNS
# Half of the plan's sites give way, as many come in: another project for the territory.
GIVEN_UP = 2
# Sites an alternative is looked for among: those of the plan, then the nearest to entering it.
WIDTH = 80
# The search stops at the first plan this close to the best one; closer is within the costs' doubt.
CLOSE_ENOUGH = 0.01
WORSE_AT_MOST = 0.05
# Without one so close, it goes on to this proven gap among those sites, or so many nodes.
LOOSE_GAP = 1e-2
NODES = 60
SECONDS = 60.0


def alternatives(
    inputs: Inputs,
    plan: Plan,
    *,
    count: int = 2,
    worse_at_most: float = WORSE_AT_MOST,
    sites_apart: int | None = None,
    gap: float = LOOSE_GAP,
    close_enough: float = CLOSE_ENOUGH,
    progress: Callable[[str], None] | None = None,
) -> pd.DataFrame:
    """Return up to ``count`` plans at least ``sites_apart`` sites from the plan and one another.

    Sites are counted as changed when only one of the two plans opens them. They are looked for
    among the ``WIDTH`` sites nearest to entering. None when the plan pursues goals in order.

    Parameters
    ----------
    inputs : the question.
    plan : its answer.
    count : how many at most.
    worse_at_most : a relative gap; a plan that is worse ends the search.
    sites_apart : by default as many as the plan has (half given up, as many taken instead).
    gap : proven among those sites, where no plan is close enough.
    close_enough : the first plan within this share of the plan is taken.
    progress : receives each step, in French.

    Returns
    -------
    Columns ``COLUMNS``, the nearest to the plan first; ``objective_gap`` is relative to the plan
    (0.02 for 2 % worse), ``proven_gap`` to the bound below which no plan of any sites exists.
    """
    tell = progress or (lambda _: None)
    if not plan.retained or inputs.objective.goals or count < 1:
        return no_alternatives()
    apart = sites_apart or max(2, GIVEN_UP * (len(plan.retained) // GIVEN_UP))
    engine = _among_the_promising(inputs, plan)
    engine.most_nodes = NODES
    engine.aim_at(plan.outcome.objective * OBJECTIVE_SCALE, close_enough)
    seen, found = [frozenset(plan.retained)], []
    for number in range(1, count + 1):
        tell(f"autre plan {number} sur {count}")
        answer = _apart_from(engine, seen, apart, gap)
        if answer is None or _worse(answer[0], plan.outcome.objective) > worse_at_most:
            break
        found.append(answer)
        seen.append(frozenset(answer[1].placements["site_id"]))
    found.sort(key=lambda each: each[0])
    tables = [_table(number, *each, plan) for number, each in enumerate(found, start=1)]
    return pd.concat(tables, ignore_index=True) if tables else no_alternatives()


def restricted(inputs: Inputs, sites: Sequence[str]) -> Inputs:
    """Return the inputs with some candidates only, their lines, their sinks and their footprint.

    Parameters
    ----------
    inputs : the question.
    sites : ids to keep.

    Returns
    -------
    Inputs of their own; sites sorted.
    """
    kept = sorted(sites)
    return replace(
        inputs,
        sites=inputs.sites.loc[kept],
        connections=inputs.connections[inputs.connections["site_id"].isin(kept)],
        links=inputs.links[inputs.links["site_id"].isin(kept)],
        coefficients=inputs.coefficients.sel(site_id=kept),
    )


def _among_the_promising(inputs: Inputs, plan: Plan) -> Engine:
    near = plan.sites.sort_values("promise")["site_id"].head(WIDTH)
    few = restricted(inputs, sorted({*near, *plan.retained}))
    engine, _ = relaxation(build(few), SECONDS)
    return engine


def _apart_from(
    engine: Engine, seen: list[frozenset[str]], apart: int, gap: float
) -> tuple[float, PlanTables] | None:
    """Return a plan at a distance from the others; none when the rules or the nodes allow none."""
    cuts = selection_cuts(engine.problem)
    rows, limits = zip(*(_distance(engine.problem, sites, apart) for sites in seen), strict=True)
    with engine.extra_rows([*rows, *cuts], [*limits, *[0.0] * len(cuts)]):
        engine.highs.clearSolver()
        answer = _selected(engine, gap)
    if not answer.is_usable:
        return None
    priced, final = settle(engine, np.round(answer.values[engine.discrete]))
    tables = tables_of(engine.problem, lambda columns: engine.read(final, columns))
    return priced.objective / OBJECTIVE_SCALE, tables


def _selected(engine: Engine, gap: float) -> Answer:
    engine.set_integer(True)
    engine.stop_at(gap, 0.0)
    answer = engine.run()
    engine.set_integer(False)
    return answer


def _distance(
    problem: Problem, sites: frozenset[str], apart: int
) -> tuple[list[tuple[pulp.LpVariable, float]], float]:
    """Σ_{s∈S} open − Σ_{s∉S} open ≤ |S| − m: at least m sites change."""
    inside = np.array([site in sites for site in problem.site_ids])
    factors = np.where(inside, 1.0, -1.0).tolist()
    return list(zip(problem.opened.tolist(), factors, strict=True)), float(inside.sum() - apart)


def _worse(objective: float, than: float) -> float:
    return (objective - than) / (abs(than) or 1.0)


def _table(number: int, objective: float, tables: PlanTables, plan: Plan) -> pd.DataFrame:
    placements = tables.placements
    kept = set(plan.retained)
    return placements.assign(
        alternative=number,
        is_in_plan=placements["site_id"].isin(sorted(kept)),
        objective_gap=round(_worse(objective, plan.outcome.objective), 6),
        proven_gap=round(_worse(objective, plan.outcome.bound), 6),
        sites_changed=len(set(placements["site_id"]) ^ kept),
    )[list(COLUMNS)]
