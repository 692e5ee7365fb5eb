"""What each retained site takes of the excess of a soft rule: told of the site itself, not hidden.

The excess is the bill's; it is shared as the sites fill the row, so that the parts of the sites,
and that of what stands already, add up to it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.words.french import NO_BREAK, significant
from siting.prices.rule_bill import excess_of
from siting.program.plan_tables import excess_table
from siting.program.problem import BilledRow, Problem
from siting.solver.highs_engine import Answer, Engine

# Below this share of a row's excess, a part is the simplex's rounding.
DUST = 1e-6


def own_excesses(engine: Engine, answer: Answer) -> pd.DataFrame:
    """Return each site's part of what an answer takes above its soft limits.

    A limit of the whole region that every candidate fills is the plan's affair, told with the
    plan; a floor that is missed (heat, need) is no site's doing: neither is listed.

    Parameters
    ----------
    engine : the program; where each variable's column is.
    answer : its values are read.

    Returns
    -------
    Columns ``EXCESS_COLUMNS``, sorted by site_id, rule_id, where and period; taken and excess in
    ``unit``; status : that of the rule's first dated value, empty when it rests on none.
    """
    problem = engine.problem
    owner = _owners(engine)
    rows: list[dict[str, object]] = []
    for billed in problem.billed:
        excess = excess_of(engine, answer, billed) if billed.row.sense == "<=" else 0.0
        if excess <= 0.0:
            continue
        taken, everyone = _taken(engine, answer, billed, owner)
        if everyone and (billed.row.grain or billed.rule.grain) == "region":
            continue
        whole = float(taken.sum()) + billed.row.constant
        papers = _papers(problem, billed)
        for i in np.flatnonzero(taken > DUST * max(excess, 1.0)).tolist():
            mine = float(taken[i])
            rows.append(
                papers
                | {
                    "site_id": problem.site_ids[i],
                    "taken": round(mine * billed.shown, 6),
                    "excess": round(excess * mine / whole * billed.shown, 6),
                }
            )
    return excess_table(rows)


def _owners(engine: Engine) -> NDArray[np.intp]:
    """Return the site of each column of the program, −1 for what belongs to none alone."""
    problem = engine.problem
    owner = np.full(len(engine.costs), -1, dtype=np.intp)
    place = pd.Series(range(len(problem.site_ids)), index=problem.site_ids, dtype=np.intp)
    by_line = problem.connections["site_id"].map(place).to_numpy(dtype=np.intp)
    own = np.arange(len(problem.site_ids))
    for variables, sites in (
        (problem.it, own),
        (problem.site_mw, own),
        (problem.opened, own),
        (problem.meter, by_line),
        (problem.used, by_line),
    ):
        columns = engine.index(variables).ravel()
        whose = np.repeat(sites, columns.size // max(len(sites), 1))
        owner[columns[columns >= 0]] = whose[columns >= 0]
    return owner


def _taken(
    engine: Engine, answer: Answer, billed: BilledRow, owner: NDArray[np.intp]
) -> tuple[NDArray[np.float64], bool]:
    """Return what each site takes of a row, in its unit, and whether the row holds every site."""
    taken = np.zeros(len(engine.problem.site_ids))
    held = np.zeros(len(taken), dtype=bool)
    for variable, factor in billed.row.left:
        column = engine.columns.get(variable, -1)
        if column < 0 or not factor:
            continue
        if owner[column] < 0:
            # A total of all sites: nothing here is a site's own.
            return np.zeros(len(taken)), True
        taken[owner[column]] += factor * float(answer.values[column])
        held[owner[column]] = True
    return np.maximum(taken, 0.0), bool(held.all())


def _papers(problem: Problem, billed: BilledRow) -> dict[str, object]:
    rule, row = billed.rule, billed.row
    value = next(iter(rule.values_in(problem.inputs).values()), None)
    unit = "" if billed.unit in ("", "1") else f"{NO_BREAK}{billed.unit}"
    limit = f"{significant(row.limit * billed.shown, 2)}{unit}"
    return {
        "rule_id": rule.id,
        "rule": rule.name,
        "label_fr": rule.label_fr,
        "where": row.where,
        "period": row.period,
        "unit": billed.unit,
        "status": value.status if value else "",
        "said_fr": (row.breach_fr or rule.breach_fr).format(where=row.where, limit=limit),
    }
