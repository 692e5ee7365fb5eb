"""What one site changes: the plan asked again without it, or with it, everything else free.

A smaller program holds the sites of the plan, those asked about and those the relaxation likes
best; it is written once, then only bounds change. What is proven of every other candidate comes
from the relaxation of the whole program, the same site held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siting.choice.site_opening import allowed
from siting.prices.site_worth import by_promise, entry_prices
from siting.prices.soft_excesses import own_excesses
from siting.program.plan_tables import DUST_MW
from siting.program.presolve import least_step
from siting.program.problem import OBJECTIVE_SCALE
from siting.program.program_building import build
from siting.program.selection_cuts import selection_cuts
from siting.solver.flow_covers import tightened
from siting.solver.highs_engine import Answer, Engine, Indices, Verdict

Floats = NDArray[np.float64]
# Candidates beside the plan's in the smaller program, and, of these, in the first try.
POOL_WIDTH, NEAR_WIDTH = 20, 5
# Nodes of one answer; what it leaves unproven is told as an interval.
NODES = 60
# Each answer is sought this much closer than the plan was.
CLOSENESS = 0.75
# A first try this many times dearer than allowed deserves a wider one.
DEAR = 2.0


@dataclass(frozen=True)
class Resolve:
    """The plan asked again with one site shut, or imposed.

    ``cost`` : what the best plan found so costs more than the plan, in objective units (∞ when
    none can be, NaN when none was found); ``low`` and ``high`` : what is proven of it;
    ``enter`` and ``leave`` : the sites that open and shut, the site itself apart;
    ``by_excess`` : those that open, the site imposed among them, by passing a soft rule.
    """

    site_id: str
    imposed: bool
    cost: float
    low: float
    high: float
    enter: tuple[str, ...]
    leave: tuple[str, ...]
    by_excess: tuple[str, ...] = ()


def resolves(
    engine: Engine, plan: Answer, relaxed: Answer, bound: float, asked: Sequence[int], gap: float
) -> list[Resolve]:
    """Ask again, site after site: without those the plan opens, with the others.

    Parameters
    ----------
    engine : the whole program, bounds and rows as built.
    plan : the program solved at the plan's sites; ``relaxed`` : sites taken in part.
    bound : what is proven of the best plan, before the scale is taken off.
    asked : positions in ``engine.problem.site_ids``.
    gap : how close the plan itself was sought; each answer is sought closer.

    Returns
    -------
    One answer a site asked, in the order of ``asked``.
    """
    proven = _proven(engine, plan, asked)
    room = allowed(engine, plan, gap) * CLOSENESS
    names = _around(engine, plan, relaxed, asked)
    problem = build(replace(engine.problem.inputs, sites=engine.problem.inputs.sites.loc[names]))
    small = Engine(problem, safety_seconds=engine.safety_seconds)
    small.most_nodes = NODES
    everyone = len(problem.site_ids) == len(engine.problem.site_ids)
    held = set(_open_sites(engine, plan))
    answers = []
    with small.extra_rows(selection_cuts(problem)), tightened(small, small.run()):
        for i, low in zip(asked, proven, strict=True):
            site = engine.problem.site_ids[i]
            answer = _answer(small, site, held, (plan.objective, room), everyone)
            if everyone and answer.verdict is Verdict.INFEASIBLE:
                low = np.inf
            elif everyone and np.isfinite(answer.bound):
                low = max(low, answer.bound - plan.objective)
            answers.append((site, answer, low))
    best = [_best_of(small, site, held, answer, answers) for site, answer, _ in answers]
    return [
        _told(small, site, held, answer, (low, plan.objective, bound))
        for (site, _, low), answer in zip(answers, best, strict=True)
    ]


def _best_of(
    small: Engine,
    site: str,
    held: set[str],
    own: Answer,
    answers: Sequence[tuple[str, Answer, float]],
) -> Answer:
    """Return the best plan found for a site: one found for another serves when it does as asked.

    A plan with Mauléon in place of Bressuire is also a plan without Bressuire.
    """
    i, asked = small.problem.site_ids.index(site), site not in held
    column = small.opened[i]
    does = [
        each
        for _, each, _ in answers
        if each.is_usable and (float(each.values[column]) > 0.5) == asked
    ]
    return min([*does, *([own] if own.is_usable else [])], key=lambda a: a.objective, default=own)


def _open_sites(engine: Engine, answer: Answer) -> list[str]:
    is_open = answer.values[engine.opened] > 0.5
    return [engine.problem.site_ids[i] for i in np.flatnonzero(is_open).tolist()]


def _proven(engine: Engine, plan: Answer, asked: Sequence[int]) -> list[float]:
    """Return, by site, the least any plan costs more: the relaxation, the site shut or imposed."""
    told = []
    with engine.extra_rows(selection_cuts(engine.problem)), tightened(engine, engine.run()):
        for i in asked:
            column = engine.opened[i : i + 1]
            with engine.held(column, float(plan.values[column[0]] < 0.5)):
                answer = engine.run()
            shut = answer.verdict is Verdict.INFEASIBLE
            known = answer.verdict is Verdict.OPTIMAL
            more = np.inf if shut else answer.objective - plan.objective if known else 0.0
            told.append(max(0.0, float(more)))
    return told


def _around(engine: Engine, plan: Answer, relaxed: Answer, asked: Sequence[int]) -> list[str]:
    """Return the sites of the smaller program; none that the relaxation could not open at all."""
    ids = engine.problem.site_ids
    order = by_promise(engine, relaxed, entry_prices(engine, relaxed))
    free = np.ones(len(ids), dtype=bool)
    if "retainable" in engine.problem.sites and "land.vacancy" in engine.problem.inputs.rules:
        free = engine.problem.sites["retainable"].to_numpy(dtype=bool)
    best = [ids[i] for i in order.tolist() if free[i]][:POOL_WIDTH]
    kept = {*_open_sites(engine, plan), *best, *(ids[i] for i in asked)}
    return sorted(kept)


def _answer(
    small: Engine, site: str, held: set[str], known: tuple[float, float], everyone: bool
) -> Answer:
    """Return the best plan with a site shut (one of the plan's) or imposed (any other).

    A first try among few where there are many; where that is dear, or none, every site of the
    smaller program.
    """
    objective, room = known
    ids = small.problem.site_ids
    here = small.opened[ids.index(site) : ids.index(site) + 1]
    with small.held(here, float(site not in held)):
        root = small.run()
        if root.verdict is not Verdict.OPTIMAL:
            return root
        order = by_promise(small, root, entry_prices(small, root)).tolist()
        near = [i for i in order if ids[i] not in held and ids[i] != site]
        answer = root
        for far in (near[NEAR_WIDTH:], []) if len(near) > POOL_WIDTH else ([],):
            with small.held(small.opened[np.array(far, dtype=np.intp)], 0.0):
                answer = _whole(small, room, everyone)
            if answer.is_usable and answer.objective - objective <= DEAR * room:
                break
    return answer if not far else replace(answer, bound=min(answer.bound, root.objective))


def _whole(small: Engine, room: float, everyone: bool) -> Answer:
    """Choose what stands at the last period, then settle the years before; all at once if needed.

    Where every candidate is in the program, all at once also when what was settled is further
    from the bound than allowed: it is then a proof. Among a few of a region's candidates it proves
    nothing, found nothing better on 13 sites of 13, and took most of the time.
    """
    found = _chosen(small, small.last, room)
    if found.is_usable:
        last = np.round(found.values[small.last])
        lower, upper = small.bounds_of(small.last)
        small.set_bounds(small.last, last, last)
        settled = _years_before(small, found)
        if not settled.is_usable or settled.objective - found.bound > room:
            settled = _chosen(small, small.discrete, room / 2.0)
        small.set_bounds(small.last, lower, upper)
        if settled.is_usable and (not everyone or settled.objective - found.bound <= room):
            return replace(settled, bound=found.bound)
    return found if found.verdict is Verdict.INFEASIBLE else _chosen(small, small.discrete, room)


def _years_before(small: Engine, found: Answer) -> Answer:
    """Solve with the years before rounded: in service, and growing, where at least half of it is.

    No choice is left to the solver, so it answers at once; perhaps that nothing holds so.
    """
    problem = small.problem
    used, mw = (small.read(found, each) for each in (problem.used, problem.site_mw))
    first = np.repeat(used[:, -1:] > 0.5, len(problem.periods) - 1, axis=1)
    site = pd.Series(range(len(mw)), index=problem.site_ids)
    place = problem.connections["site_id"].map(site).to_numpy(dtype=np.intp)
    begun = mw[:, :-1] >= problem.caps.min_mw / 2.0
    before = first & begun[place]
    steps = np.diff(mw, axis=1) >= least_step(problem.inputs) / 2.0
    columns = np.concatenate([small.index(problem.used[:, :-1]), small.index(problem.grown)])
    values = np.concatenate([before.ravel(), (begun & steps).ravel()]).astype(np.float64)
    known = columns >= 0
    lower, upper = small.bounds_of(columns[known])
    small.set_bounds(columns[known], values[known], values[known])
    answer = small.run()
    small.set_bounds(columns[known], lower, upper)
    return answer


def _chosen(small: Engine, columns: Indices, room: float) -> Answer:
    small.set_integer(True, columns)
    small.stop_at(0.0, room)
    answer = small.run()
    small.set_integer(False)
    return answer


def _told(
    small: Engine, site: str, held: set[str], answer: Answer, known: tuple[float, float, float]
) -> Resolve:
    low, objective, bound = known
    imposed = site not in held
    if not answer.is_usable:
        cost = np.inf if np.isinf(low) else np.nan
        return Resolve(site, imposed, cost, low / OBJECTIVE_SCALE, cost, (), ())
    more = max(0.0, answer.objective - objective, low)
    high = max(more, answer.objective - min(bound, objective))
    mw = small.read(answer, small.problem.site_mw[:, -1])
    now = {name for name, each in zip(small.problem.site_ids, mw, strict=True) if each > DUST_MW}
    enter, leave = sorted(now - held - {site}), sorted(held - now - {site})
    amounts = (more / OBJECTIVE_SCALE, low / OBJECTIVE_SCALE, high / OBJECTIVE_SCALE)
    passing = set(own_excesses(small, answer)["site_id"]) & (now - held)
    return Resolve(site, imposed, *amounts, tuple(enter), tuple(leave), tuple(sorted(passing)))
