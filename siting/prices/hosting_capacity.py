"""How much the same rules would let the region host: a second program, that maximises MW.

A least-cost program has no price in megawatts. « 1 GWh de chaleur utile de plus permettrait
0,8 MW » is read here: the need is freed, MW at the last period are maximised, and each limit that
has a price is loosened by one unit. The price alone would not do: where several limits meet, one
of them loosened alone may bring nothing. Sites may be partly open: an upper bound.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from layers.words.french import NO_BREAK, estimate, significant
from siting.prices.rule_bill import SOUND_GRAINS
from siting.program.problem import BilledRow
from siting.solver.highs_engine import Answer, Engine, Verdict

COLUMNS = ("rule_id", "rule", "label_fr", "where", "period", "unit", "mw_per_unit", "text_fr")
# Less than this for one unit of a row (1 ha, 1 GWh, 1,000 m³) is not worth a planner's time.
WORTH_SAYING_MW = 0.005


def capacity(engine: Engine) -> tuple[float, pd.DataFrame]:
    """Return the most IT MW the rules allow at the last period, and what each limit is worth.

    Columns of the table: ``COLUMNS``; only limits of a region, a basin or a département.

    Parameters
    ----------
    engine : the program, put back as it was.

    Returns
    -------
    MW, NaN when the solver has no optimum, and a table of columns ``COLUMNS``: only limits of a
    region, a basin or a département.
    """
    problem = engine.problem
    need = [engine.rows[each.name] for each in problem.billed if each.rule.name == "demand.served"]
    costs = np.zeros_like(engine.costs)
    costs[engine.index(problem.site_mw[:, -1])] = -1.0
    soft = [each.slack for each in problem.billed if each.slack is not None]
    shut = engine.index(soft)
    engine.free_rows(need)
    engine.set_costs(costs)
    engine.set_bounds(shut, np.zeros(len(shut)), np.zeros(len(shut)))
    answer = engine.run_afresh()
    priced = problem.billed if answer.verdict is Verdict.OPTIMAL else []
    found = [_worth(engine, answer, each) for each in priced if _is_sound(each)]
    engine.restore_rows(need)
    engine.set_costs(engine.costs)
    engine.restore_bounds()
    if answer.verdict is not Verdict.OPTIMAL:
        return float("nan"), pd.DataFrame(columns=list(COLUMNS))
    rows = [row for row in found if row is not None]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return -answer.objective, table.sort_values(["rule_id", "where", "period"], ignore_index=True)


def _is_sound(billed: BilledRow) -> bool:
    grain = billed.row.grain or billed.rule.grain
    return grain in SOUND_GRAINS and billed.rule.name != "demand.served"


def _worth(engine: Engine, answer: Answer, billed: BilledRow) -> dict[str, object] | None:
    rule, row, place = billed.rule, billed.row, engine.rows[billed.name]
    if abs(float(answer.row_duals[place])) < WORTH_SAYING_MW:
        return None
    engine.loosen(place, 1.0)
    loosened = engine.run()
    engine.restore_rows([place])
    mw = answer.objective - loosened.objective
    if loosened.verdict is not Verdict.OPTIMAL or mw < WORTH_SAYING_MW:
        return None
    more = f"{significant(billed.shown)}{NO_BREAK}{billed.unit.removesuffix('/an')}"
    return {
        "rule_id": rule.id,
        "rule": rule.name,
        "label_fr": rule.label_fr,
        "where": row.where,
        "period": row.period,
        "unit": billed.unit,
        "mw_per_unit": round(mw / billed.shown, 9),
        "text_fr": f"{more} de plus permettrait {estimate(mw, 2)}{NO_BREAK}MW",
    }
