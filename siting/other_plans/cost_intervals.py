"""What a rule costs once sites are open or shut: at least so much, at most so much.

The plan's objective lies between its bound and itself; without the rule, the best lies between
the relaxation's bound (every site) and a plan found among a few sites. The difference of the two
is proven, where the relaxation's alone is an estimate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from layers.words.errors import SitingError
from layers.words.french import NARROW, estimate
from siting.choice.site_opening import select
from siting.other_plans.distinct_plans import WIDTH, restricted
from siting.prices.rule_bill import euros_per_unit, money
from siting.program.plan_tables import Plan
from siting.program.problem import OBJECTIVE_SCALE, Problem
from siting.program.program_building import build
from siting.program.program_inputs import Inputs, RuleSetting
from siting.program.selection_cuts import selection_cuts
from siting.solve import relaxation, settle
from siting.solver.highs_engine import Engine, Verdict

# The law is not for sale: only rules of a plan, a strategy or a choice are priced by removing them.
SCOPES = ("N", "S", "C", "T", "U")
LOOSE_GAP = 1e-2
NODES = 60
SECONDS = 120.0
# Less than this share of the objective is within what the solver calls equal.
FELT = 1e-6


def rule_intervals(
    inputs: Inputs, plan: Plan, *, progress: Callable[[str], None] | None = None
) -> pd.DataFrame:
    """Return the plan's cost of rules with ``low_meur`` and ``high_meur`` proven, N, S and C.

    A rule of law, one exceeded (soft) and the need keep their estimate, and NaN as bounds.

    Parameters
    ----------
    inputs : the question.
    plan : its answer.
    progress : receives each step, in French.

    Returns
    -------
    The table of rule costs, amounts in M€-equivalent; as it was when the plan pursues goals in
    order or is empty.
    """
    tell = progress or (lambda _: None)
    table = plan.rule_costs.copy()
    if inputs.objective.goals or not plan.retained:
        return table
    euro = euros_per_unit(Problem(restricted(inputs, plan.retained)))
    asked = table["scope"].isin(SCOPES) & table["share"].notna()
    for place, name, number in table.loc[asked, ["rule", "rule_id"]].itertuples(name=None):
        tell(f"coût prouvé de la règle {number}")
        low, high = _interval(inputs, plan, name)
        table.loc[place, ["low_meur", "high_meur"]] = round(low * euro, 6), round(high * euro, 6)
        table.loc[place, "text_fr"] = _text(low, high, euro, plan.outcome.objective)
    return table


def _interval(inputs: Inputs, plan: Plan, name: str) -> tuple[float, float]:
    """Return the least and the most that taking the rule away can save, in objective units."""
    without = replace(inputs, rules={**inputs.rules, name: RuleSetting(enabled=False)})
    found = min(_best_found(without, plan), plan.outcome.objective)
    bound = min(_bound(without), found)
    low = max(0.0, plan.outcome.bound - found)
    return low, max(low, plan.outcome.objective - bound)


def _best_found(inputs: Inputs, plan: Plan) -> float:
    near = plan.sites.sort_values("promise")["site_id"].head(WIDTH)
    few = restricted(inputs, sorted({*near, *plan.retained}))
    engine, _ = relaxation(build(few), SECONDS)
    engine.most_nodes = NODES
    try:
        chosen = select(engine, LOOSE_GAP)
    except SitingError:  # stopped without an answer
        chosen = None
    if chosen is None:
        return float("inf")
    priced, _ = settle(engine, chosen.opened)
    return priced.objective / OBJECTIVE_SCALE


def _bound(inputs: Inputs) -> float:
    """Return what no plan of any sites can better: the relaxation, tightened by the cuts."""
    engine = Engine(build(inputs), safety_seconds=SECONDS)
    with engine.extra_rows(selection_cuts(engine.problem)):
        answer = engine.run()
    if answer.verdict is not Verdict.OPTIMAL:
        return float("-inf")
    return answer.objective / OBJECTIVE_SCALE


def _text(low: float, high: float, euro: float, objective: float) -> str:
    if high <= FELT * abs(objective):
        return "ne coûte rien"
    most = f"au plus {_amount(high, euro, objective)}"
    if low <= FELT * abs(objective):
        return f"coûte {most}, peut-être rien"
    return f"coûte au moins {_amount(low, euro, objective)}, {most}"


def _amount(cost: float, euro: float, objective: float) -> str:
    share = f"{estimate(100 * cost / abs(objective), 2)}{NARROW}% du coût pondéré"
    return money(cost * euro) if euro == euro else share
