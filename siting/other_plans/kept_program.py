"""One program kept, asked again when an opening costs more or less, or when sites are held open."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siting.choice.site_opening import select
from siting.prices.rule_bill import Solved, bill_of
from siting.program.objective import exchange_rates
from siting.program.plan_tables import Plan
from siting.program.problem import OBJECTIVE_SCALE
from siting.program.program_building import build
from siting.program.program_inputs import Inputs
from siting.solve import DEFAULT_GAP, SAFETY_SECONDS, choose, plan_of
from siting.solver.highs_engine import Answer, Verdict

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Kept:
    """A plan found, what an opening cost when it was asked, and which columns it opens."""

    plan: Plan
    opening_meur: float
    opened: Floats

    def objective_at(self, opening_meur: float, rate: float) -> float:
        """Return what this plan is worth were an opening to cost otherwise: a straight line.

        Parameters
        ----------
        opening_meur : cost of one opening, in M€.
        rate : objective units per M€.

        Returns
        -------
        In the unit of ``Outcome.objective``.
        """
        more = opening_meur - self.opening_meur
        return self.plan.outcome.objective + rate * more * len(self.plan.retained)


class KeptProgram:
    """The program of a question; its first plan is the one that a run of it gives.

    ``rate`` is what one M€ weighs in the objective, zero when cost is not weighed.

    Raises SIT300, SIT303 or SIT301 when the question has no plan; without ``explain``, SIT300 at
    once, the rules in conflict unnamed.
    """

    def __init__(self, inputs: Inputs, gap: float = DEFAULT_GAP, *, explain: bool = True) -> None:
        self.gap = gap
        self.engine, self._relaxed, chosen = choose(
            build(inputs), gap, SAFETY_SECONDS, explain=explain
        )
        self.inputs, self.base = self.engine.problem.inputs, self.engine.costs.copy()
        self.rate = exchange_rates(self.engine.problem).get("connection_cost", 0.0)
        plan, self._priced, self._final = plan_of(self.engine, chosen, gap)
        self.first = Kept(plan, inputs.opening_cost_meur, chosen.opened)

    @cached_property
    def bill(self) -> pd.DataFrame:
        """Return the bill of the first plan, its limits reached or not."""
        solved = Solved(self.engine, self._final, self._priced, self._relaxed)
        return bill_of(self.engine.problem, solved)

    def at(self, opening_meur: float, known: Kept) -> Kept:
        """Return the plan when an opening costs so much; never worse than one already known.

        Parameters
        ----------
        opening_meur : cost of one opening, in M€.
        known : a plan of this program, to start from.

        Returns
        -------
        The plan, with that cost.
        """
        self._price(opening_meur)
        found = select(self.engine, self.gap, self._held(known.opened))
        assert found is not None  # a plan is known, and no row has moved
        plan, _, _ = plan_of(self.engine, found, self.gap)
        self._price(self.inputs.opening_cost_meur)
        return Kept(plan, opening_meur, found.opened)

    def holding(self, sites: Sequence[str]) -> Kept | None:
        """Return the plan when some sites have to open; None when no plan opens them.

        Parameters
        ----------
        sites : ids; no candidate of the program among them gives None.

        Returns
        -------
        The first plan when it opens them all already.
        """
        engine = self.engine
        place = {site: i for i, site in enumerate(engine.problem.site_ids)}
        if set(sites) <= set(self.first.plan.retained):
            return self.first
        if not set(sites) <= place.keys():
            return None
        rows = [[(engine.problem.opened[place[site]], -1.0)] for site in sites]
        with ExitStack() as held:
            held.enter_context(engine.extra_rows(rows, [-1.0] * len(rows)))
            if engine.run().verdict is Verdict.INFEASIBLE and not engine.is_feasible():
                return None
            found = select(engine, self.gap)
            if found is None:
                return None
            plan, _, _ = plan_of(engine, found, self.gap)
        return Kept(plan, self.inputs.opening_cost_meur, found.opened)

    def _price(self, opening_meur: float) -> None:
        """Change what an opening costs, in the program as in what it tells of its payments."""
        engine = self.engine
        more = self.rate * (opening_meur - self.inputs.opening_cost_meur)
        engine.costs = self.base.copy()
        engine.costs[engine.opened] += more * OBJECTIVE_SCALE
        engine.paid = engine.costs_before_credits(engine.costs)
        engine.set_costs(engine.costs)
        engine.highs.clearSolver()

    def _held(self, opened: Floats) -> Answer:
        engine = self.engine
        engine.set_bounds(engine.discrete, opened, opened)
        answer = engine.run()
        engine.restore_bounds()
        return answer
