"""What each rule costs: the program asked again, the rule lifted alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from layers.words.french import NARROW, estimate
from siting.conflicts.rule_conflicts import NEED, rows_by_rule
from siting.prices.rule_bill import euros_per_unit, money
from siting.program.presolve import READ_BEFORE
from siting.program.problem import OBJECTIVE_SCALE, BilledRow
from siting.program.program_building import build
from siting.program.program_inputs import RuleSetting
from siting.program.rule_registry import RULES
from siting.solver.highs_engine import Answer, Engine
from siting.solver.warm_start import Stand, run_from

COST_COLUMNS = (
    "rule_id", "rule", "label_fr", "scope", "cost", "cost_meur", "share", "low_meur", "high_meur",
    "text_fr",
)  # fmt: skip
# Above this, in the unit of its row, a soft rule is exceeded.
EXCEEDED = 1e-6


def rule_costs(engine: Engine, relaxed: Answer) -> pd.DataFrame:
    """Return what each rule costs, about: its rows freed, the relaxation solved again.

    An estimate, as sites may be partly open. Amounts leave our penalties aside: a soft rule that
    is exceeded has no cost of its own (NaN), and what others exceed less is no money.

    Parameters
    ----------
    engine : the program, put back as it was.
    relaxed : the relaxation.

    Returns
    -------
    Columns ``COST_COLUMNS``, one row a rule but the need: cost (objective, penalties included),
    cost_meur (weighted M€) and share (of the objective), both without penalties, low_meur and
    high_meur (NaN: ``cost_intervals`` proves them).
    """
    euro, stand = euros_per_unit(engine.problem), Stand.of(engine)
    penalties = _penalties(engine, relaxed)
    whole = relaxed.objective - penalties
    rows = []
    for name, group in rows_by_rule(engine).items():
        if name == NEED:
            continue
        without, penalised = _without(engine, name, group, stand)
        cost = max(0.0, relaxed.objective - without.objective) / OBJECTIVE_SCALE
        own = max(0.0, whole - (without.objective - penalised)) / OBJECTIVE_SCALE
        slacks = engine.index([each.slack for each in group if each.slack is not None])
        if (relaxed.values[slacks] > EXCEEDED).any():
            cost = own = float("nan")
        spared = (penalties - penalised) / OBJECTIVE_SCALE
        rows.append(_cost_row(name, (cost, own), whole / OBJECTIVE_SCALE, euro, spared))
    return pd.DataFrame(rows, columns=list(COST_COLUMNS))


def _penalties(engine: Engine, answer: Answer) -> float:
    """Return what an answer pays for the soft rules that it exceeds, in objective units."""
    soft = [each.slack for each in engine.problem.billed if each.slack is not None]
    slacks = engine.index(soft)
    return float(np.dot(engine.costs[slacks], answer.values[slacks]))


def _without(
    engine: Engine, name: str, group: Sequence[BilledRow], stand: Stand
) -> tuple[Answer, float]:
    """Return the relaxation without a rule, and its penalties: rows freed, or written again.

    Written again where the rule, hard, also sizes lines and sites before the program is: freeing
    its rows alone would let in none of the larger lines that the rule keeps out.
    """
    problem = engine.problem
    if name in READ_BEFORE and group[0].hard:
        rules = {**problem.inputs.rules, name: RuleSetting(enabled=False)}
        freed = build(replace(problem.inputs, rules=rules), tight=problem.tight)
        anew = Engine(freed, safety_seconds=engine.safety_seconds)
        answer = run_from(anew, stand)
        return answer, _penalties(anew, answer)
    places = [engine.rows[billed.name] for billed in group]
    engine.free_rows(places)
    without = engine.run()
    engine.restore_rows(places)
    return without, _penalties(engine, without)


def _cost_row(
    name: str, costs: tuple[float, float], objective: float, euro: float, spared: float
) -> Mapping[str, object]:
    rule = RULES[name]
    cost, own = costs
    share = own / abs(objective) if objective else float("nan")
    text = "levée seule, ne change rien au coût pondéré (sites ouverts en partie)"
    if np.isnan(cost):
        text = "règle souple dépassée : son coût ne serait que notre pénalité"
    elif share > 1e-6:
        # The objective carries penalties: a share of it is told only where nothing is in euros.
        weighted = f"{estimate(100 * share, 2)}{NARROW}% du coût pondéré"
        text = f"coûte environ {money(own * euro) if np.isfinite(euro) else weighted}"
    elif spared > EXCEEDED:
        text = "levée seule, ne coûte rien de moins, mais d'autres règles seraient moins dépassées"
    return {
        "rule_id": rule.id,
        "rule": name,
        "label_fr": rule.label_fr,
        "scope": rule.scope,
        "cost": round(cost, 9),
        "cost_meur": round(own * euro, 6),
        "share": round(share, 9),
        "low_meur": float("nan"),
        "high_meur": float("nan"),
        "text_fr": text,
    }
