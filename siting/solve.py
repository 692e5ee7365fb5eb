"""From the inputs to a plan: relaxation, selection, tie-break, prices."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.words.errors import SitingError
from layers.words.french import NARROW
from siting.choice.reason_table import no_reasons, reasons_of
from siting.choice.site_opening import Selection, select
from siting.conflicts.rule_conflicts import explain_infeasible, unexplained
from siting.conflicts.rule_costs import COST_COLUMNS, rule_costs
from siting.conflicts.whole_site_conflicts import explain_sizes
from siting.prices.hosting_capacity import COLUMNS as CAPACITY_COLUMNS
from siting.prices.hosting_capacity import capacity
from siting.prices.rule_bill import COLUMNS as BILL_COLUMNS
from siting.prices.rule_bill import Solved, bill_of, euros_per_unit
from siting.prices.site_worth import SITE_COLUMNS, YARD_COLUMNS, sites_worth, yards_worth
from siting.prices.soft_excesses import own_excesses
from siting.prices.visits import visited
from siting.program.objective import leverage
from siting.program.plan_goals import goal_named, summed
from siting.program.plan_tables import Outcome, Plan, no_tables, tables_of
from siting.program.problem import OBJECTIVE_SCALE, Problem
from siting.program.program_building import build
from siting.program.program_inputs import Inputs, Objective
from siting.solver.highs_engine import Answer, Engine, Verdict, refuse_silence
from siting.solver.highs_process import solver_version
from siting.solver.tie_break import tie_costs

Floats = NDArray[np.float64]

DEFAULT_GAP = 5e-3
PROOF_GAP = 1e-3
# A busy machine stretches twenty seconds of work several times: the guard stays far above.
SAFETY_SECONDS = 300.0
# A proof to 0.1 % takes minutes; the guard must not fire on a machine merely busy.
PROOF_SAFETY_SECONDS = 1200.0


def solve(
    inputs: Inputs,
    *,
    progress: Callable[[str], None] | None = None,
    gap: float | None = None,
    safety_seconds: float | None = None,
    proof: bool = False,
    answers: bool = True,
    bill: bool = False,
) -> Plan:
    """Answer the inputs with a plan whose distance to the best is proven.

    The distance is a share of what the plan pays before credits. The clock only guards: a plan it
    stopped says « non reproductible ».

    Parameters
    ----------
    inputs : the question.
    progress : receives each step, in French.
    gap : the distance asked for; by default 0.5 %, 0.1 % with ``proof``.
    safety_seconds : the clock's guard, above 0; by default 300, 1,200 with ``proof``.
    proof : only tightens the distance, to 0.1 %.
    answers : without, the same plan and its proof alone, for sweeps: the tables that price it
        (bill, rule costs, capacity, yards, worth of sites) are empty, and an impossible scenario is
        said so without its explanation.
    bill : without ``answers``, adds the bill alone.

    Returns
    -------
    The plan, empty when nothing is left to place.

    Raises
    ------
    SitingError : SIT300 (rules in conflict), SIT303 (need above every capacity), SIT301 (no
        answer), SIT202 (a goal unknown), SIT200 (a guard of 0 s or less).
    """
    gap = gap if gap is not None else (PROOF_GAP if proof else DEFAULT_GAP)
    if safety_seconds is None:
        safety_seconds = PROOF_SAFETY_SECONDS if proof else SAFETY_SECONDS
    if safety_seconds <= 0:
        raise SitingError("SIT200", "un temps de calcul est supérieur à 0 s", where="solveur")
    if inputs.objective.goals:
        return _in_order(inputs, progress, gap, safety_seconds, answers, bill)
    tell = progress or (lambda _: None)
    begun = time.perf_counter()
    problem = build(inputs)
    if not any(problem.need(period) > 0 for period in problem.periods):
        return _nothing_to_place(problem)
    tell(f"programme écrit : {len(problem.site_ids)} sites, {len(problem.periods)} échéances")
    engine, relaxed, chosen = choose(problem, gap, safety_seconds, tell=tell, explain=answers)
    problem = engine.problem
    tell("départage et prix à sites inchangés")
    plan, priced, final = plan_of(engine, chosen, gap)
    if answers:
        tell("coût de chaque règle")
        engine.start_at(chosen.start)
        solved = Solved(engine, final, priced, relaxed)
        plan = _answered(plan, solved)
        tell("ce que change chaque site retenu, et les dix premiers des autres")
        plan = replace(plan, reasons=reasons_of(solved, chosen.bound, gap))
    elif bill:
        plan = replace(plan, bill=bill_of(problem, Solved(engine, final, priced, relaxed)))
    return replace(plan, outcome=replace(plan.outcome, seconds=time.perf_counter() - begun))


def _answered(plan: Plan, solved: Solved) -> Plan:
    """Add to a plan what it costs, what it is worth, and what the rules take."""
    engine, problem = solved.engine, solved.engine.problem
    costs = rule_costs(engine, solved.relaxed)
    most, worth = capacity(engine)
    return replace(
        plan,
        bill=bill_of(problem, solved),
        rule_costs=costs,
        capacity=worth,
        yards=yards_worth(engine, solved.plan, solved.priced),
        excesses=own_excesses(engine, solved.plan),
        sites=visited(sites_worth(engine, solved.plan, solved.relaxed), engine),
        outcome=replace(plan.outcome, most_it_mw=round(most, 6)),
    )


def _in_order(
    inputs: Inputs,
    progress: Callable[[str], None] | None,
    gap: float,
    safety_seconds: float,
    answers: bool,
    bill: bool,
) -> Plan:
    """Reach each goal in turn, hold it (less what may be given up), then weigh the rest."""
    ceilings = dict(inputs.objective.ceilings)
    for name in inputs.objective.goals:
        goal = goal_named(name)
        asked = replace(
            inputs, objective=Objective(ceilings={name: math.inf * goal.shown, **ceilings})
        )
        reached = least_goal(build(asked), name, gap, safety_seconds)
        given = inputs.objective.give * abs(reached) + 1e-6 * max(1.0, abs(reached))
        ceilings[name] = (reached + given) * goal.shown
    return solve(
        replace(inputs, objective=Objective(ceilings=ceilings)),
        progress=progress,
        gap=gap,
        safety_seconds=safety_seconds,
        answers=answers,
        bill=bill,
    )


def least_goal(problem: Problem, name: str, gap: float, safety_seconds: float) -> float:
    """Return the least value of a goal that whole sites can reach, soft rules still priced.

    Parameters
    ----------
    problem : the program, with the goal's ceiling row.
    name : of the goal.
    gap : a share of what the plan pays before credits.
    safety_seconds : the clock's guard on one question.

    Returns
    -------
    The value, in the goal's row unit.

    Raises
    ------
    SitingError : SIT300 or SIT303 when no plan exists, SIT301 when the solver has no answer.
    """
    engine, relaxed = relaxation(problem, safety_seconds)
    costs = np.zeros_like(engine.costs)
    for variable, factor in summed(goal_named(name).terms(engine.problem)).items():
        costs[engine.columns[variable]] = factor
    whole = costs.copy()
    soft = [each.slack for each in engine.problem.billed if each.slack is not None]
    slacks = engine.index(soft)
    costs *= OBJECTIVE_SCALE / max(abs(float((costs * relaxed.values).sum())), 1e-3)
    costs[slacks] = engine.costs[slacks]
    engine.set_costs(costs)
    engine.paid = np.abs(costs)
    relaxed = engine.run()
    refuse_silence(relaxed)
    chosen = select(engine, gap)
    if chosen is None:
        raise explain_sizes(Engine(build(problem.inputs, tight=False)))
    engine.set_bounds(engine.discrete, chosen.opened, chosen.opened)
    return float((whole * engine.run().values).sum())


def choose(
    problem: Problem,
    gap: float,
    safety_seconds: float,
    *,
    tell: Callable[[str], None] = lambda _: None,
    explain: bool = True,
) -> tuple[Engine, Answer, Selection]:
    """Solve in part, then with sites and lines whole; when impossible, explain.

    Parameters
    ----------
    problem : the program.
    gap : a share of what the plan pays before credits.
    safety_seconds : the clock's guard on one question.
    tell : receives each step.
    explain : name the rules in conflict; else SIT300 at once.

    Returns
    -------
    The engine, the relaxation and the selection.

    Raises
    ------
    SitingError : SIT300 or SIT303 when no plan exists, SIT301 when the solver has no answer.
    """
    engine, relaxed = relaxation(problem, safety_seconds, explain=explain)
    tell("choix des sites")
    chosen = select(engine, gap)
    if chosen is not None:
        return engine, relaxed, chosen
    if not explain:
        raise unexplained()
    # A rule given up may let in lines that the sites under it could not load.
    every_line = Engine(build(problem.inputs, tight=False), safety_seconds=safety_seconds)
    raise explain_sizes(every_line)


def relaxation(
    problem: Problem, safety_seconds: float, *, explain: bool = True
) -> tuple[Engine, Answer]:
    """Solve with sites and lines taken in part; when impossible, explain with every line.

    Parameters
    ----------
    problem : the program.
    safety_seconds : the clock's guard on one question.
    explain : name the rules in conflict; else SIT300 at once.

    Returns
    -------
    The engine and its answer.

    Raises
    ------
    SitingError : SIT300 or SIT303 when no plan exists, SIT301 when the solver has no answer.
    """
    engine = Engine(problem, safety_seconds=safety_seconds)
    relaxed = engine.run()
    refuse_silence(relaxed)
    if relaxed.verdict is not Verdict.INFEASIBLE:
        return engine, relaxed
    if not explain:
        raise unexplained()
    every_line = Engine(build(problem.inputs, tight=False), safety_seconds=safety_seconds)
    whole = every_line.run()
    refuse_silence(whole)
    if whole.verdict is Verdict.INFEASIBLE:
        raise explain_infeasible(every_line)
    raise explain_sizes(every_line)


def settle(engine: Engine, opened: Floats) -> tuple[Answer, Answer]:
    """Fix the sites, price the rules, then take the plan of least rank among equals.

    Equals are the optimal face: columns with a reduced cost stay at their bound, rows with a
    price stay active. No slack on the objective, so no crumbs moved to a better rank.

    Parameters
    ----------
    engine : the program, put back as it was.
    opened : one 0 or 1 a discrete column.

    Returns
    -------
    The program at those sites, with its prices, then the plan.
    """
    engine.set_bounds(engine.discrete, opened, opened)
    priced = engine.run()
    refuse_silence(priced)
    engine.hold_face(priced)
    engine.set_costs(tie_costs(engine))
    final = engine.run()
    engine.set_costs(engine.costs)
    engine.restore_bounds()
    engine.restore_rows(range(len(engine.row_lower)))
    return priced, final if final.verdict is Verdict.OPTIMAL else priced


def plan_of(engine: Engine, chosen: Selection, asked: float) -> tuple[Plan, Answer, Answer]:
    """Return the plan of chosen sites, its tables of prices empty, and what ``settle`` gives.

    Parameters
    ----------
    engine : the program.
    chosen : the selection.
    asked : the gap asked for; a plan is a proof at 0.1 % or less.

    Returns
    -------
    The plan, then the two answers of ``settle``.
    """
    priced, final = settle(engine, chosen.opened)
    tables = tables_of(engine.problem, lambda columns: engine.read(final, columns))
    outcome = _outcome(engine, priced, chosen, asked)
    plan = Plan(**vars(tables), **_no_answers(engine.problem), outcome=outcome)
    return plan, priced, final


def _outcome(engine: Engine, priced: Answer, chosen: Selection, asked: float) -> Outcome:
    objective = priced.objective / OBJECTIVE_SCALE
    bound = min(chosen.bound / OBJECTIVE_SCALE, objective)
    paid = float((engine.paid * priced.values).sum()) / OBJECTIVE_SCALE
    problem = engine.problem
    notes = []
    if problem.caps.min_mw < problem.inputs.min_mw:
        notes.append(
            "le besoin est plus petit que la taille minimale d'un site, ramenée à ce besoin"
        )
    euro = euros_per_unit(problem)
    return Outcome(
        status="optimal" if chosen.is_reproducible else "non reproductible",
        objective=round(objective, 12),
        bound=round(bound, 12),
        gap=round((objective - bound) / paid, 9) if paid else 0.0,
        solver=solver_version(),
        sites_considered=len(problem.inputs.sites),
        sites_large_enough=len(problem.site_ids),
        sites_selected_among=chosen.considered,
        min_mw=problem.caps.min_mw,
        is_proof=asked <= PROOF_GAP,
        paid=round(paid, 12),
        gap_meur=round((objective - bound) * euro, 6),
        note_fr=f"{NARROW}; ".join(notes),
    )


def _nothing_to_place(problem: Problem) -> Plan:
    """Return the empty plan: existing and decided projects already cover the need."""
    outcome = Outcome(
        status="rien à placer",
        objective=0.0,
        bound=0.0,
        gap=0.0,
        solver=solver_version(),
        sites_considered=len(problem.inputs.sites),
        sites_large_enough=len(problem.site_ids),
        sites_selected_among=0,
        min_mw=problem.inputs.min_mw,
        note_fr="l'existant et les projets décidés couvrent déjà le besoin",
    )
    tables = {**vars(no_tables()), **_no_answers(problem), "bill": bill_of(problem, None)}
    tables["reasons"] = no_reasons(str(site) for site in problem.inputs.sites.index)
    return Plan(**tables, outcome=outcome)


def _no_answers(problem: Problem) -> dict[str, pd.DataFrame]:
    """Return the tables of a plan nobody priced, with their columns."""
    columns = {
        "bill": BILL_COLUMNS,
        "rule_costs": COST_COLUMNS,
        "capacity": CAPACITY_COLUMNS,
        "yards": YARD_COLUMNS,
        "sites": SITE_COLUMNS,
    }
    empty = {name: pd.DataFrame(columns=list(names)) for name, names in columns.items()}
    return {**empty, "leverage": leverage(problem)}
