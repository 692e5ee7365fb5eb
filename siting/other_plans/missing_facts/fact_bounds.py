"""How much a missing fact could change the plan: the program solved again at both its ends.

Sites may be partly open (the relaxation), as for the price of the rules: each end is one linear
program. Then a second one asks how few MW must leave the sites of the plan while staying as close
to the best as the plan itself is; a plan that would still do costs nothing to keep.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.words.errors import SitingError
from layers.words.kept_figures import six_figures
from siting.other_plans.missing_facts.fact_registry import UNKNOWNS, Situation, ranges
from siting.prices.rule_bill import euros_per_unit
from siting.program.plan_tables import Plan
from siting.program.problem import OBJECTIVE_SCALE
from siting.program.program_building import build
from siting.program.program_inputs import Inputs
from siting.solver.highs_engine import Answer, Engine, Indices, Verdict, refuse_silence
from siting.solver.warm_start import Stand, run_from

Floats = NDArray[np.float64]
SAFETY_SECONDS = 60.0
# Beside the plan's own distance to the relaxation's best: what two solves may differ by.
HAIR = 1e-4


@dataclass(frozen=True)
class Reaction:
    """What one end of a fact does to the plan.

    ``cost_meur`` : what the best plan costs more than today's best, in M€-equivalent; ``moved_mw``
    : MW that must leave their site, or be added; ``lacking_mw`` : MW that no site can take.
    """

    cost_meur: float
    moved_mw: float
    lacking_mw: float = 0.0


@dataclass(frozen=True)
class Effect:
    """A missing fact and both its reactions; none where the end is the value already in use."""

    name: str
    range_fr: str
    status: str
    worst: Reaction | None
    best: Reaction | None

    @property
    def order(self) -> tuple[float, float, float, str]:
        """Return the key that puts first what would change the plan most."""
        both = [end for end in (self.worst, self.best) if end is not None]
        costs = [end.cost_meur for end in both if math.isfinite(end.cost_meur)]
        return (
            -max((end.lacking_mw for end in both), default=0.0),
            -max((end.moved_mw for end in both), default=0.0),
            -(max([*costs, 0.0]) - min([*costs, 0.0])),
            self.name,
        )


class Base:
    """The plan of the run and the relaxation it is compared with.

    ``slack`` : how far from the relaxation's best the plan is, which every end may be too. Raises
    SIT303 when the plan is empty.
    """

    def __init__(self, inputs: Inputs, plan: Plan) -> None:
        if plan.placements.empty:
            raise SitingError(
                "SIT303",
                "le plan ne place rien : aucune information ne le changerait",
                where="plan",
            )
        self.inputs = inputs
        self.plan = plan
        last = inputs.demand.periods[-1]
        self.it_mw = plan.it_mw(last).sort_values(ascending=False, kind="stable")
        self.need = inputs.demand.to_place_mw(last)
        self.engine, self.relaxed = relaxed(inputs)
        self.best = self.relaxed.objective
        self.stand, self.basis = Stand.of(self.engine), self.engine.basis()
        gap = max(0.0, plan.outcome.objective * OBJECTIVE_SCALE - self.best)
        self.slack = gap + HAIR * abs(self.best)
        self.euro = euros_per_unit(self.engine.problem)

    @property
    def tolerance(self) -> float:
        """Return the slack as a share of the best."""
        return self.slack / abs(self.best) if self.best else 0.0


def effects(
    base: Base, day: date, *, progress: Callable[[str], None] | None = None
) -> list[Effect]:
    """Return every missing fact with what it could do to the plan, the greatest first.

    Parameters
    ----------
    base : the plan of the run.
    day : when the ranges are in force.
    progress : receives each fact, in French.

    Returns
    -------
    One effect a fact that is missing.
    """
    tell = progress or (lambda _: None)
    retained = tuple(str(site) for site in base.it_mw.index)
    now = Situation(base.inputs, retained, ranges(day))
    asked = [(name, ends) for name, entry in sorted(UNKNOWNS.items())
             if (ends := entry.ends(now)) is not None]  # fmt: skip
    known: list[tuple[Inputs, Reaction]] = []
    found = []
    for number, (name, ends) in enumerate(asked, start=1):
        tell(f"{number} sur {len(asked)}, {UNKNOWNS[name].label_fr}")
        worst, best = (_once(base, end, known) for end in (ends.worst, ends.best))
        found.append(Effect(name, ends.range_fr, ends.status, worst, best))
    return sorted(found, key=lambda effect: effect.order)


def _once(base: Base, end: Inputs | None, known: list[tuple[Inputs, Reaction]]) -> Reaction | None:
    """Return the reaction to an end; two facts may strike the same sites: asked once."""
    if end is None:
        return None
    for other, told in known:
        if _is_same(end, other):
            return told
    known.append((end, reaction(base, end)))
    return known[-1][1]


def _is_same(one: Inputs, other: Inputs) -> bool:
    for name, value in vars(one).items():
        beside = getattr(other, name)
        if value is beside:
            continue
        if not (isinstance(value, pd.DataFrame) and value.equals(beside)):
            return False
    return True


def relaxed(inputs: Inputs, *, stand: Stand | None = None) -> tuple[Engine, Answer]:
    """Solve the program with sites partly open; the verdict may be that nothing serves the need.

    Parameters
    ----------
    inputs : the question.
    stand : where a like program ended, to start from.

    Returns
    -------
    The engine and its answer.
    """
    engine = Engine(build(inputs), safety_seconds=SAFETY_SECONDS)
    answer = engine.run() if stand is None else run_from(engine, stand)
    refuse_silence(answer)
    return engine, answer


def reaction(base: Base, inputs: Inputs) -> Reaction:
    """Return what the plan becomes with other inputs.

    Parameters
    ----------
    base : the plan of the run.
    inputs : the question at an end.

    Returns
    -------
    The reaction; all the need lacks without sites, or when it is above every capacity (SIT303).

    Raises
    ------
    SitingError : any fault of the program but SIT303.
    """
    if inputs.sites.empty:
        return Reaction(math.nan, base.need, base.need)
    try:
        engine, answer = relaxed(inputs, stand=base.stand)
    except SitingError as fault:
        if fault.code != "SIT303":
            raise
        return Reaction(math.nan, base.need, base.need)
    need = inputs.demand.to_place_mw(inputs.demand.periods[-1])
    return react(base, engine, answer, need)


def react(base: Base, engine: Engine, answer: Answer, need: float) -> Reaction:
    """Return the reaction of a program already solved.

    Parameters
    ----------
    base : the plan of the run.
    engine : the program at an end.
    answer : its relaxation.
    need : MW to place at the last period.

    Returns
    -------
    The reaction; cost is NaN when no plan is possible.
    """
    if answer.verdict is Verdict.INFEASIBLE:
        lacking = shortage(engine)
        return Reaction(math.nan, lacking, lacking)
    cost = (answer.objective - base.best) / OBJECTIVE_SCALE * base.euro
    left = leaving(base, engine, answer)
    arriving = max(0.0, need - base.need + left)
    return Reaction(clean(cost), clean(max(left, arriving)))


def leaving(base: Base, engine: Engine, answer: Answer) -> float:
    """Return the fewest MW of the plan that must leave their sites under the engine's rows.

    Parameters
    ----------
    base : the plan of the run.
    engine : the program at an end.
    answer : its relaxation.

    Returns
    -------
    IT MW at the last period; NaN when the solver has no optimum.
    """
    place = {site: k for k, site in enumerate(engine.problem.site_ids)}
    gone = sum(mw for site, mw in base.it_mw.items() if site not in place)
    kept = [(place[str(site)], mw) for site, mw in base.it_mw.items() if site in place]
    if not kept:
        return float(gone)
    last = engine.index(engine.problem.site_mw[:, -1])
    columns = last[[k for k, _ in kept]]
    levels, budget = np.array([mw for _, mw in kept]), answer.objective + base.slack
    if _may_stay(engine, columns, levels, budget):
        return float(gone)
    with engine.near(columns, levels, budget):
        engine.walk_inside(True)  # the best plan is one of those asked about: start from it
        near = engine.run()
        engine.walk_inside(False)
    if near.verdict is not Verdict.OPTIMAL:
        return math.nan
    return float(gone + near.objective)


def _may_stay(engine: Engine, columns: Indices, levels: Floats, budget: float) -> bool:
    """Return whether every site may keep what it holds within the budget: a few pivots tell."""
    stood = engine.basis()
    engine.set_bounds(columns, levels, engine.upper[columns])
    kept = engine.run()
    engine.set_bounds(columns, engine.lower[columns], engine.upper[columns])
    engine.start_at(stood)
    return kept.verdict is Verdict.OPTIMAL and kept.objective <= budget


def shortage(engine: Engine) -> float:
    """Return the fewest MW of need, last period, that the rows leave unserved.

    Parameters
    ----------
    engine : the program; its costs are put back.

    Returns
    -------
    IT MW; NaN when the solver has no optimum.
    """
    problem = engine.problem
    need = [b for b in problem.billed if b.rule.name == "demand.served" and b.row.sense == ">="]
    rows = [engine.rows[each.name] for each in need]
    with engine.elastic(rows) as columns:
        engine.set_costs(np.zeros_like(engine.costs))
        engine.price(columns, 1.0)
        answer = engine.run()
    engine.set_costs(engine.costs)
    if answer.verdict is not Verdict.OPTIMAL:
        return math.nan
    return clean(float(answer.values[columns[-1]]))


def clean(value: float) -> float:
    """Round to what the solver tells for sure.

    Parameters
    ----------
    value : in any unit.

    Returns
    -------
    Six figures; 0 below 1e-6.
    """
    return 0.0 if abs(value) < 1e-6 else six_figures(value)
