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

from layers.errors import SitingError
from siting.bill import euros_per_unit
from siting.build import build
from siting.engine import Answer, Engine, Verdict, refuse_silence
from siting.inputs import Inputs
from siting.plan import Plan
from siting.problem import OBJECTIVE_SCALE
from siting.unknowns.registry import UNKNOWNS, Situation, ranges

Floats = NDArray[np.float64]
SAFETY_SECONDS = 60.0
YARD_COLUMNS = (
    "yard_id", "name", "room_low_mw", "room_mw", "room_high_mw", "used_mw", "worst_moved_mw",
    "worst_cost_meur", "best_cost_meur",
)  # fmt: skip
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
    """Return every missing fact with what it could do to the plan, the greatest first."""
    tell = progress or (lambda _: None)
    retained = tuple(str(site) for site in base.it_mw.index)
    now = Situation(base.inputs, retained, ranges(day))
    found = []
    for name, entry in sorted(UNKNOWNS.items()):
        ends = entry.ends(now)
        if ends is None:
            continue
        tell(entry.label_fr)
        worst, best = (reaction(base, end) if end is not None else None
                       for end in (ends.worst, ends.best))  # fmt: skip
        found.append(Effect(name, ends.range_fr, ends.status, worst, best))
    return sorted(found, key=lambda effect: effect.order)


def relaxed(inputs: Inputs) -> tuple[Engine, Answer]:
    """Solve the program with sites partly open; the verdict may be that nothing serves the need."""
    engine = Engine(build(inputs), safety_seconds=SAFETY_SECONDS)
    answer = engine.run()
    refuse_silence(answer)
    return engine, answer


def reaction(base: Base, inputs: Inputs) -> Reaction:
    """Return what the plan becomes with other inputs."""
    if inputs.sites.empty:
        return Reaction(math.nan, base.need, base.need)
    try:
        engine, answer = relaxed(inputs)
    except SitingError as fault:
        if fault.code != "SIT303":
            raise
        return Reaction(math.nan, base.need, base.need)
    need = inputs.demand.to_place_mw(inputs.demand.periods[-1])
    return react(base, engine, answer, need)


def react(base: Base, engine: Engine, answer: Answer, need: float) -> Reaction:
    """Return the reaction of a program already solved."""
    if answer.verdict is Verdict.INFEASIBLE:
        lacking = shortage(engine)
        return Reaction(math.nan, lacking, lacking)
    cost = (answer.objective - base.best) / OBJECTIVE_SCALE * base.euro
    left = leaving(base, engine, answer)
    arriving = max(0.0, need - base.need + left)
    return Reaction(_clean(cost), _clean(max(left, arriving)))


def leaving(base: Base, engine: Engine, answer: Answer) -> float:
    """Return the fewest MW of the plan that must leave their sites under the engine's rows."""
    place = {site: k for k, site in enumerate(engine.problem.site_ids)}
    gone = sum(mw for site, mw in base.it_mw.items() if site not in place)
    kept = [(place[str(site)], mw) for site, mw in base.it_mw.items() if site in place]
    if not kept:
        return float(gone)
    last = engine.index(engine.problem.site_mw[:, -1])
    columns = last[[k for k, _ in kept]]
    budget = answer.objective + base.slack
    with engine.near(columns, np.array([mw for _, mw in kept]), budget):
        near = engine.run()
    if near.verdict is not Verdict.OPTIMAL:
        return math.nan
    return float(gone + near.objective)


def shortage(engine: Engine) -> float:
    """Return the fewest MW of need, last period, that the rows leave unserved."""
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
    return _clean(float(answer.values[columns[-1]]))


def yards_effects(base: Base, most: int = 10) -> pd.DataFrame:
    """Return, yard by yard, what the plan becomes at the ends of its room; the greatest first.

    Columns yard_id, name, room_low_mw, room_mw, room_high_mw, used_mw, worst_moved_mw,
    worst_cost_meur, best_cost_meur. Only the yards the plan draws from and that nobody answered
    for; the rows of the yard alone move, in the program already solved.
    """
    engine, last = base.engine, base.inputs.demand.periods[-1]
    drawn = base.plan.connections[base.plan.connections["period"] == last]
    used = drawn.groupby("yard_id")["meter_mw"].sum()
    rows = []
    yards = base.inputs.yards[base.inputs.yards["room_status"] != "read"].to_dict("index")
    for yard, mw in used.items():
        if (facts := yards.get(yard)) is None:
            continue
        ends = []
        for column in ("room_low_mw", "room_high_mw"):
            moved = _yard_rows(engine, str(yard), float(facts[column]) / float(facts["room_mw"]))
            ends.append(react(base, engine, engine.run(), base.need))
            engine.restore_rows(moved)
        rows.append(
            {
                "yard_id": yard,
                **{c: facts[c] for c in ("name", "room_low_mw", "room_mw", "room_high_mw")},
                "used_mw": _clean(float(mw)),
                "worst_moved_mw": ends[0].moved_mw,
                "worst_cost_meur": ends[0].cost_meur,
                "best_cost_meur": ends[1].cost_meur,
            }
        )
    table = pd.DataFrame(rows, columns=list(YARD_COLUMNS))
    return table.sort_values(
        ["worst_moved_mw", "worst_cost_meur", "used_mw", "yard_id"],
        ascending=[False, False, False, True],
        ignore_index=True,
    ).head(most)


def _yard_rows(engine: Engine, yard: str, factor: float) -> list[int]:
    """Scale the room of one yard, for its capacity and its reserve; return the rows moved."""
    rows = []
    for billed in engine.problem.billed:
        if billed.rule.name in ("grid.yard_capacity", "grid.reserve") and billed.row.slug == yard:
            row = engine.rows[billed.name]
            engine.limit(row, billed.row.limit * factor - billed.row.constant)
            rows.append(row)
    return rows


def _clean(value: float) -> float:
    return 0.0 if abs(value) < 1e-6 else float(f"{value:.6g}")
