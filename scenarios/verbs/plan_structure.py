"""« Campus ou maillage » : few large sites or many small ones, what stays, what one regrets."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from layers.packs.data_pack import Pack
from scenarios.question.scenario_reading import Scenario
from scenarios.question.sweep_cases import Case
from scenarios.storage.french_spreadsheets import write_csv
from scenarios.storage.results import SCHEMA_VERSION, poured, write_json
from scenarios.terminal.progress import Tell, paced, silent, step
from scenarios.verbs import structure_answer as answer
from scenarios.verbs.case_runners import Runner
from scenarios.verbs.pareto_front import inputs_for
from scenarios.verbs.regret_draws import Regrets, drawn_regrets
from scenarios.writing.worked_scenario import territory_fr
from siting.other_plans.kept_program import KeptProgram
from siting.other_plans.need_core import (
    NEEDS,
    NeedPlan,
    dropped_by_more,
    held_by_need,
    need_plans,
    nested,
)
from siting.other_plans.no_regret import standing
from siting.other_plans.plan_structures import (
    Structure,
    near_tie_meur,
    opening_steps,
    structure_table,
    structures,
)
from siting.program.program_inputs import Inputs


@dataclass(frozen=True)
class Structured:
    """The document of the page, and the tables written beside it, by file name."""

    document: dict[str, Any]
    tables: dict[str, pd.DataFrame]


def structure(
    scenario: Scenario,
    pack: Pack,
    draws: Sequence[Case],
    runner: Runner,
    *,
    tell: Tell = silent,
) -> Structured:
    """Answer « campus ou maillage » for a scenario.

    Parameters
    ----------
    scenario : the question.
    pack : the layers.
    draws : the draws of its assumptions; empty, no regret is told.
    runner : works the draws, see ``case_runners``.
    tell : hears the steps and the time left.

    Returns
    -------
    The document (``structures``, ``needs``, ``nested``, ``dropped``, ``places``, ``regret`` and
    their sentences) and its tables.

    Raises
    ------
    SitingError : SIT300 or SIT303 when the scenario has no plan, SIT200 when cost is not weighed
        or nothing is left to place, and what the layers raise.
    """
    with step(tell, "couches lues, empreintes calculées"):
        inputs = inputs_for(scenario, pack)
    answer.refuse_nothing_to_place(inputs)
    pace = paced(tell, len(opening_steps(inputs)) + len(NEEDS))
    program = KeptProgram(inputs)
    pace("plan du scénario")
    found = structures(program, progress=pace)
    needs = need_plans(inputs, program, progress=pace)
    dropped = dropped_by_more(needs, progress=lambda text: tell(f"  {text}"))
    kept = nested(needs, progress=lambda text: tell(f"  {text}"))
    regret = None
    if draws:
        tell(f"  {len(draws)} tirages des hypothèses")
        sites_of = {k: shape.plan.retained for k, shape in enumerate(found, start=1)}
        regret = drawn_regrets(draws, sites_of, inputs.sites, runner, tell)
    table = structure_table(inputs, found, program.rate)
    places = _places(inputs, found, needs, regret)
    tables = {
        "structures.csv": table,
        "besoins.csv": _needs(needs),
        "sorties.csv": dropped,
        "emboitement.csv": kept,
        "lieux.csv": places,
    }
    if regret is not None:
        tables["regrets.csv"] = regret.table
    head = _head(scenario, pack, inputs)
    near = near_tie_meur(inputs, program.first.plan, program.rate)
    document = answer.told(head, inputs, tables, regret, near)
    return Structured(document, tables)


def _head(scenario: Scenario, pack: Pack, inputs: Inputs) -> dict[str, Any]:
    assumed = inputs.policy["sizes.opening_cost_meur"]
    last = inputs.demand.periods[-1]
    return {
        "schema_version": SCHEMA_VERSION,
        "name": "structure",
        "scenario": scenario.name,
        "title": scenario.title,
        "territory_fr": territory_fr(scenario, pack),
        "reference_date": scenario.reference_date.isoformat(),
        "version": importlib.metadata.version("siting"),
        "period": last,
        "to_place_it_mw": round(inputs.demand.to_place_mw(last), 6),
        "opening_cost_meur": {
            "value": inputs.opening_cost_meur,
            "low": assumed.low,
            "high": assumed.high,
            "is_assumed": inputs.opening_cost_meur == assumed.number,
            "reference": assumed.reference,
        },
    }


def _needs(needs: Sequence[NeedPlan]) -> pd.DataFrame:
    rows = []
    for each in needs:
        last = each.inputs.demand.periods[-1]
        mw = None if each.plan is None else each.plan.it_mw(last)
        rows.append(
            {
                "need": each.share,
                "to_place_mw": round(each.inputs.demand.to_place_mw(last), 6),
                "sites": 0 if mw is None else len(mw),
                "largest_mw": float("nan") if mw is None else round(float(mw.max()), 6),
                "fault_fr": ""
                if each.fault is None
                else f"{each.fault.code} : {each.fault.message}",
            }
        )
    return pd.DataFrame(rows)


def _places(
    inputs: Inputs,
    found: Sequence[Structure],
    needs: Sequence[NeedPlan],
    regret: Regrets | None,
) -> pd.DataFrame:
    """Return the places of every plan with their names, widest grain first."""
    last = inputs.demand.periods[-1]
    by_opening = pd.DataFrame(
        {opening: shape.plan.it_mw(last) for shape in found for opening in shape.openings_meur}
    ).fillna(0.0)
    shares = None
    if regret is not None:
        of = regret.places
        shares = {
            (str(grain), str(place)): float(share)
            for grain, place, share in of[["grain", "id", "kept_share"]].itertuples(index=False)
        }
    by_opening = by_opening[sorted(by_opening.columns)].sort_index()
    table = standing(inputs.sites, held_by_need(needs), by_opening, shares)
    named = [
        _name(inputs.sites, str(grain), str(place))
        for grain, place in table[["grain", "id"]].itertuples(index=False)
    ]
    table.insert(2, "name_fr", named)
    return table


def _name(sites: pd.DataFrame, grain: str, place: str) -> str:
    if grain == "site":
        commune = str(sites["commune_name"].astype(str)[place])
        return f"{commune} ({place})"
    here = sites[sites[f"{grain}_code"].astype(str) == place]
    return str(here[f"{grain}_name"].iloc[0])


def write_structure(
    found: Structured, into: Path, draw: Callable[[dict[str, Any], Path], Path]
) -> Path:
    """Write the document, its tables, and what draws it; return the page.

    Parameters
    ----------
    found : from ``structure``.
    into : the folder.
    draw : writes the pictures and the page of the document in a folder, returns the page.

    Returns
    -------
    The path of the page.

    Raises
    ------
    SitingError : SIT403 when the place cannot be written, SIT404 when the disk is full.
    """
    with poured(into) as folder:
        write_json(folder / "structure.json", found.document)
        for name, table in found.tables.items():
            write_csv(table, folder / name)
        page = draw(found.document, folder)
    return into / page.name
