"""The program of the room: a few sites, every rule able to give way, as arrays for a page.

A page without network solves it again when people ban a site, change the need or soften a rule.
Every rule's row has a slack: hard holds it at zero, soft prices it, off frees the row. Nothing is
sized by a rule beforehand, so that any may be loosened in the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from siting.other_plans.distinct_plans import restricted
from siting.other_plans.room_figures import FIGURES
from siting.other_plans.room_levers import SIZE, RoomRule, WrittenRow, levers_of, offered_rules
from siting.other_plans.room_tables import (
    bounds,
    demand_told,
    designs_told,
    lines_told,
    plan_told,
    rounded,
    sites_told,
    sparse,
)
from siting.program.objective import TERMS, reference_of, write_objective
from siting.program.plan_goals import summed
from siting.program.plan_tables import Plan
from siting.program.presolve import READ_BEFORE, prepared
from siting.program.problem import OBJECTIVE_SCALE, Problem, ones
from siting.program.program_building import build
from siting.program.program_inputs import Inputs, Objective, RuleSetting
from siting.program.rule_registry import RULES, Terms, setting_of
from siting.program.selection_cuts import selection_cuts
from siting.solver.highs_engine import Engine

# Sites of the page: the plan's and its alternatives', then the most promising, some in each
# département so that one may be asked for there, some that only another rule keeps out.
WIDTH = 120
BY_DEPARTEMENT = 4
NOT_RETAINABLE = 12


@dataclass(frozen=True)
class RoomProgram:
    """The program as plain lists, ready for JSON; ``document`` is what the page reads.

    ``objective`` is that of the plan in force, in the unit of ``Outcome.objective``.
    """

    document: dict[str, Any]

    @property
    def sites(self) -> list[str]:
        """Return the ids of its sites, sorted."""
        return list(self.document["sites"]["id"])


def room_program(inputs: Inputs, plan: Plan, width: int = WIDTH) -> RoomProgram | None:
    """Return the restricted program of a plan; none when nothing is placed or goals are ordered.

    Parameters
    ----------
    inputs : the question.
    plan : its answer, with the promise of each site and its alternatives.
    width : how many sites the page may choose among.

    Returns
    -------
    The program, or None.
    """
    asked_of_goals = {*inputs.objective.goals, *inputs.objective.ceilings} - {"heat"}
    if not plan.retained or inputs.objective.goals or asked_of_goals:
        return None
    few = restricted(inputs, room_sites(inputs, plan, width))
    rules = offered_rules(few)
    soft = {name: replace(rule.setting, enabled=True, hard=False) for name, rule in rules.items()}
    if SIZE in soft:
        soft |= {SIZE: _every_site_sized(few, soft[SIZE])}
    asked = replace(few, rules=soft, locks=(), max_sites=None, objective=Objective())
    problem = build(asked, tight=False)
    extra = _add_rows(problem, inputs)
    everyone = replace(inputs, rules=soft, locks=(), max_sites=None, objective=Objective())
    levers = levers_of(asked, everyone, problem, rules)
    return RoomProgram(_document(inputs, plan, problem, extra, levers, rules))


def _every_site_sized(inputs: Inputs, setting: RuleSetting) -> RuleSetting:
    """Return the size rule at the least size, so that every site has its row, then moved."""
    value = RULES[SIZE].values_in(replace(inputs, rules={SIZE: setting}))["max_site_mw"]
    least = replace(value, value=min(inputs.min_mw, value.at(inputs.demand.periods[-1])))
    return replace(setting, overrides={**setting.overrides, "max_site_mw": least})


def room_sites(inputs: Inputs, plan: Plan, width: int) -> list[str]:
    """Return the sites the page chooses among, sorted.

    Those of the plan and of its alternatives, those the scenario keeps, the first of each
    département, a few that the rule on vacancy alone keeps out, then the most promising.

    Parameters
    ----------
    inputs : the question.
    plan : its answer.
    width : how many at most; the plan's own are never left out.

    Returns
    -------
    Ids of candidates.
    """
    order = plan.sites.sort_values("promise")["site_id"].astype(str).tolist()
    sites = inputs.sites
    free = pd.Series(True, index=sites.index)
    if setting_of(inputs, "land.vacancy").enabled and "retainable" in sites:
        free = sites["retainable"].astype(bool)
    chosen = dict.fromkeys(plan.retained)
    chosen |= dict.fromkeys(plan.alternatives["site_id"].astype(str))
    kept = [site for lock in inputs.locks if lock.kind in ("keep", "min_mw") for site in lock.sites]
    chosen |= dict.fromkeys(site for site in kept if site in sites.index)
    here = sites["departement_code"].astype(str)
    for code in sorted(set(here)):
        local = [site for site in order if here[site] == code and free[site]]
        chosen |= dict.fromkeys(local[:BY_DEPARTEMENT])
    chosen |= dict.fromkeys([site for site in order if not free[site]][:NOT_RETAINABLE])
    chosen |= dict.fromkeys(site for site in order if free[site])
    chosen |= dict.fromkeys(order)
    return sorted(list(chosen)[: max(width, len(plan.retained))])


def _add_rows(problem: Problem, inputs: Inputs) -> dict[str, str]:
    """Add the rows a room may ask for, free until then; return their names by what they bound."""
    added: dict[str, str] = {}

    def free(key: str, terms: Terms) -> None:
        added[key] = problem.add(f"room__{len(added)}", terms, ">=", -1e20)

    codes = problem.sites["departement_code"].astype(str).to_numpy()
    for code in sorted(set(codes)):
        free(f"departement:{code}", ones(problem.opened[codes == code]))
    free("sites", ones(problem.opened))
    for k, lock in enumerate(inputs.locks):
        among = np.isin(problem.site_ids, lock.sites)
        opens = lock.kind == "keep"
        if among.any():
            free(f"lock:{k}", ones(problem.opened[among] if opens else problem.site_mw[among, -1]))
    if problem.sinks:
        free("heat", ones(problem.sink_gwh[:, -1]))
    return added


def _document(
    inputs: Inputs,
    plan: Plan,
    problem: Problem,
    extra: Mapping[str, str],
    levers: Sequence[WrittenRow],
    rules: Mapping[str, RoomRule],
) -> dict[str, Any]:
    cuts = _cuts(inputs, problem)
    engine = Engine(problem)
    model = engine.highs.getLp()
    matrix = model.a_matrix_
    index = engine.index
    names = {variable.name: number for variable, number in engine.columns.items()}
    return {
        "format": 1,
        "scale": OBJECTIVE_SCALE,
        "columns": {"upper": bounds(model.col_upper_)},
        "rows": {
            "lower": bounds(model.row_lower_),
            "upper": bounds(model.row_upper_),
        },
        "matrix": {
            "by": "rows" if int(matrix.format_.value) == 2 else "columns",
            "start": list(map(int, matrix.start_)),
            "index": list(map(int, matrix.index_)),
            "value": rounded(matrix.value_),
        },
        "families": {
            "it": index(problem.it).tolist(),
            "site": index(problem.site_mw).tolist(),
            "meter": index(problem.meter).tolist(),
            "use": index(problem.used).tolist(),
            "heat": index(problem.heat_sent).tolist(),
            "sink_mw": index(problem.sink_mw).tolist(),
            "sink_gwh": index(problem.sink_gwh).tolist(),
            "open": index(problem.opened).tolist(),
            "grow": index(problem.grown).tolist(),
            "back": index(problem.backs).tolist(),
            "reserve": index(problem.reserve).tolist(),
        },
        "periods": list(problem.periods),
        "designs": designs_told(problem),
        "sites": sites_told(problem),
        "lines": lines_told(problem),
        "links": problem.links[["site_id", "sink_id"]].to_dict("list"),
        "demand": demand_told(problem),
        "extra": {key: engine.rows[name] for key, name in extra.items()},
        "terms": _terms(problem, engine),
        "figures": _figures(problem, engine),
        "rules": [rule.told() for rule in rules.values()],
        "billed": [row.told(engine, names) for row in levers],
        "cuts": [sparse(dict(cut), engine) for cut in cuts],
        "plan": plan_told(plan, problem),
        "considered": len(inputs.sites),
        "max_sites": inputs.max_sites,
        "least_heat": inputs.objective.ceilings.get("heat"),
        "locks": [
            {"kind": lock.kind, "name": lock.name, "label": lock.label_fr, "mw": lock.mw,
             "sites": [site for site in lock.sites if site in set(problem.site_ids)]}
            for lock in inputs.locks
        ],
    }  # fmt: skip


def _cuts(inputs: Inputs, problem: Problem) -> list[Any]:
    """Rows that hold while the rules read before the program are as the scenario takes them."""
    declared = {name: setting_of(inputs, name) for name in READ_BEFORE}
    own = replace(problem.inputs, rules={**problem.inputs.rules, **declared})
    taken, caps = problem.inputs, problem.caps
    _, problem.caps = prepared(own, tight=False)
    problem.inputs = own
    cuts = selection_cuts(problem)
    problem.inputs, problem.caps = taken, caps
    return cuts


def _terms(problem: Problem, engine: Engine) -> list[dict[str, Any]]:
    """Return what one unit of each weight costs by column: sense ÷ reference, before the scale."""
    inputs, told = problem.inputs, []
    for name, term in TERMS.items():
        if name not in inputs.references:
            continue
        problem.costs, problem.inputs = {}, replace(inputs, weights={name: 1.0})
        write_objective(problem)
        told.append(
            {
                "name": name,
                "label": term.label_fr,
                "unit": term.unit,
                "sense": term.sense,
                "weight": float(inputs.weights.get(name, 0.0)),
                "reference": reference_of(problem, name),
                "cost": sparse(problem.costs, engine),
            }
        )
    problem.inputs = inputs
    return told


def _figures(problem: Problem, engine: Engine) -> list[dict[str, Any]]:
    """Return the sums the page shows, by period: their columns and factors, on the constants."""
    return [
        {
            "name": figure.name,
            "label": figure.label_fr,
            "unit": figure.unit,
            "digits": figure.digits,
            "by": [
                sparse(summed(figure.terms(problem, t)), engine)
                for t in range(len(problem.periods))
            ],
        }
        for figure in FIGURES
    ]
