"""Many variants of one scenario: values varied on purpose, assumptions drawn at random."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from layers.packs.data_pack import Pack
from layers.words.errors import SitingError
from layers.words.kept_figures import six_figures
from scenarios.answers.plan_summary import total
from scenarios.question.assumption_draws import drawn
from scenarios.question.home_region import home_of
from scenarios.question.scenario_reading import read_scenario
from scenarios.question.sweep_cases import Case
from scenarios.scenario_run import assess, prepare, program_inputs
from scenarios.storage.french_spreadsheets import write_csv
from scenarios.storage.results import staged, write_json, write_table
from scenarios.terminal.progress import Tell, counting
from scenarios.verbs.case_runners import Runner
from scenarios.verbs.sweep_tally import placements, places_held, rule_prices, summary, write_netcdf
from scenarios.writing.exports.table_schemas import resources_of
from scenarios.writing.step_cache import StepCache, digest, parts_of
from siting.other_plans.plan_stability import priced_rows
from siting.program.plan_tables import Plan
from siting.program.program_inputs import Inputs
from siting.solve import solve

# A draw compares plans, it does not publish one: the proven gap may be wider than a run's.
SWEEP_GAP = 0.02
UNFORESEEN = "imprévu"
# What a kept row holds: another name when it holds more, so that older ones are not taken back.
ROW = "ligne avec facture des règles"
FIGURES = {
    "site_energy_gwh": ("site_energy", 1.0),
    "water_input_m3": ("water_input", 1.0),
    "water_consumption_m3": ("water_consumption", 1.0),
    "land_ha": ("land", 1e-4),
    "carbon_kt": ("carbon", 1e-3),
}


def work(case: Case) -> dict[str, Any]:
    """Answer one case; a case without a plan is a row that says why, never an exception.

    Parameters
    ----------
    case : the variant.

    Returns
    -------
    The case's row: ``status`` is « plan », a SIT code or « imprévu », with ``message_fr``; then
    figures of the last period, their units in their names.
    """
    return _answer(case, explain=False)


def explain(case: Case) -> dict[str, Any]:
    """Answer one case again, naming the rules in conflict when it has no plan.

    Parameters
    ----------
    case : the variant.

    Returns
    -------
    The same row as ``work``, its message naming the rules.
    """
    return _answer(case, explain=True)


def _answer(case: Case, *, explain: bool) -> dict[str, Any]:
    row = _row(case)
    try:
        inputs = question_inputs(case.scenario, case.data, case.overrides)
        if case.draw:
            inputs = drawn(inputs, np.random.default_rng([case.seed, case.draw]))
        row["existing_it_mw"] = six_figures(inputs.demand.existing_it_mw)
        with _without_collection():
            plan = solve(inputs, gap=SWEEP_GAP, answers=explain, bill=True)
    except SitingError as fault:
        return row | {"status": fault.code, "message_fr": f"{fault.message} — {fault.where}"}
    except Exception as fault:  # whatever breaks one case among many is told, not spread
        return row | {"status": UNFORESEEN, "message_fr": f"{type(fault).__name__} : {fault}"}
    return row | {"status": "plan"} | _figures(inputs, plan)


def lost(case: Case) -> dict[str, Any]:
    """Return the row of a case whose process died.

    Parameters
    ----------
    case : the variant.

    Returns
    -------
    A row of status « imprévu », without figures.
    """
    return _row(case) | {"message_fr": "le processus de ce cas s'est arrêté : mémoire épuisée ?"}


def _row(case: Case) -> dict[str, Any]:
    return {
        "case": case.number, "draw": case.draw, **dict(case.varied), "status": UNFORESEEN,
        "message_fr": "", "existing_it_mw": float("nan"), "sites": "", "places": "[]", "bill": "",
    }  # fmt: skip


@contextmanager
def _without_collection() -> Iterator[None]:
    """Write a program of 40,000 objects without Python looking for cycles in them meanwhile."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.collect()


@lru_cache(maxsize=4)
def question_inputs(scenario: str, data: str, overrides: tuple[str, ...]) -> Inputs:
    """Return a variant's inputs; evidence and footprints are worked once a process.

    Parameters
    ----------
    scenario : name or path of the scenario.
    data : folder of the pack.
    overrides : what the variant replaces, « key=value ».

    Returns
    -------
    What the program is given.

    Raises
    ------
    SitingError : what reading the scenario and the layers raises.
    """
    pack = Pack.open(Path(data))
    question = read_scenario(scenario, overrides, home=home_of(pack))
    evidence, values, factors = prepare(question, pack)
    coefficients = assess(question, pack, evidence, factors)
    return program_inputs(question, pack, evidence, coefficients, values, factors)


def _figures(inputs: Inputs, plan: Plan) -> dict[str, Any]:
    period = inputs.demand.periods[-1]
    placed = plan.placements[plan.placements["period"] == period]
    figures: dict[str, Any] = {
        name: six_figures(factor * total(inputs.coefficients, placed, variable))
        for name, (variable, factor) in FIGURES.items()
    }
    return figures | {
        "it_mw": six_figures(float(placed["it_mw"].sum())),
        "n_sites": int(placed["site_id"].nunique()),
        "heat_gwh": six_figures(plan.heat_gwh(period)),
        "objective": six_figures(plan.outcome.objective),
        "gap": six_figures(plan.outcome.gap),
        "sites": "|".join(sorted(set(placed["site_id"]))),
        "places": json.dumps(_places(inputs, plan, period), ensure_ascii=False),
        "bill": priced_rows(plan.bill).to_json(orient="split", index=False, double_precision=12),
    }


def _places(inputs: Inputs, plan: Plan, period: int) -> list[dict[str, Any]]:
    """Return MW by site and yard, with the names of what holds them, in a stable order.

    A site fed by several yards is shared between them as its power at the meter is.
    """
    placed = plan.placements[plan.placements["period"] == period]
    it_mw = placed.groupby("site_id")["it_mw"].sum()
    lines = plan.connections[plan.connections["period"] == period]
    meter = lines.groupby(["site_id", "yard_id"])["meter_mw"].sum()
    share = meter / meter.groupby("site_id").transform("sum")
    sites, yards = inputs.sites, inputs.yards
    return [
        {
            "departement_id": str(sites.at[site, "departement_code"]),
            "epci_id": str(sites.at[site, "epci_code"]),
            "yard_id": str(yard),
            "site_id": str(site),
            "departement_name": str(sites.at[site, "departement_name"]),
            "epci_name": str(sites.at[site, "epci_name"]),
            "yard_name": str(yards.at[yard, "name"]),
            "site_name": str(sites.at[site, "name_fr"]),
            "it_mw": six_figures(float(it_mw[site] * part)),
            "meter_mw": six_figures(float(meter[site, yard])),
        }
        for site, yard, part in share[meter > 1e-6].sort_index().reset_index().to_numpy()
    ]


def sweep(
    asked: Sequence[Case], into: Path, runner: Runner, tell: Tell, steps: StepCache | None = None
) -> Path:
    """Answer every case and write tables, one NetCDF and how often each place is retained.

    Parameters
    ----------
    asked : the cases, in the order of the rows.
    into : the folder, written whole or not at all.
    runner : works the cases, see ``case_runners``.
    tell : hears the count and the time left.
    steps : where finished cases are kept: a sweep that was stopped takes them back; None keeps
        none.

    Returns
    -------
    The folder.

    Raises
    ------
    SitingError : what ``staged`` and the runner raise; a case without a plan is a row.
    """
    steps = steps or StepCache(None)
    keys = _keys(asked)
    found = {case.number: row for case in asked if (row := steps.row(keys[case.number]))}
    left = [case for case in asked if case.number not in found]
    if found:
        tell(f"  {len(found)} cas repris, {len(left)} à calculer")
    with staged(into) as folder:
        one_more = counting(tell, len(left))
        for row in runner(work, left, lost):
            found[row["case"]] = row
            if row["status"] != UNFORESEEN:
                steps.keep_row(keys[row["case"]], row)
            one_more()
        _explain_first(asked, found, runner, tell)
        rows = [found[case.number] | {"case": case.number} for case in asked]
        _write(folder, asked, pd.DataFrame(rows).sort_values("case", ignore_index=True))
    return into


def _explain_first(
    asked: Sequence[Case], found: dict[int, dict[str, Any]], runner: Runner, tell: Tell
) -> None:
    """Name the rules in conflict in the first case that rules leave without a plan."""
    impossible = [case for case in asked if found[case.number]["status"] == "SIT300"]
    if impossible:
        tell(f"  {len(impossible)} cas sans plan : le premier est expliqué")
        for row in runner(explain, impossible[:1], lost):
            found[impossible[0].number] |= {"message_fr": row["message_fr"]}


def _keys(asked: Sequence[Case]) -> dict[int, str]:
    """Return what decides each case, whatever its number and the folder it runs from."""

    @cache
    def parts(scenario: str, data: str, overrides: tuple[str, ...]) -> Any:
        pack = Pack.open(Path(data))
        try:
            question = read_scenario(scenario, overrides, home=home_of(pack))
        except SitingError as fault:
            return str(fault)
        return parts_of(question.model_dump(mode="json"), pack)

    return {
        case.number: digest(
            [
                parts(case.scenario, case.data, case.overrides),
                *(ROW, case.varied, case.draw, case.seed),
            ]
        )
        for case in asked
    }


def _write(folder: Path, asked: Sequence[Case], table: pd.DataFrame) -> None:
    placed = placements(table)
    places = places_held(placed, int((table["status"] == "plan").sum()))
    prices = rule_prices(table)
    write_table(folder / "cases.parquet", table.drop(columns=["places", "bill"]))
    write_table(folder / "placements.parquet", placed)
    write_table(folder / "places.parquet", places)
    write_table(folder / "prices.parquet", prices)
    write_csv(prices, folder / "prices.csv")
    write_netcdf(table, prices, folder / "cases.nc")
    described = [
        {key: value for key, value in asdict(case).items() if key != "data"}
        | {"scenario": Path(case.scenario).stem}
        for case in asked
    ]
    write_json(folder / "cases.json", described)
    told = summary(table, places, prices) | {"resources": resources_of(folder)}
    write_json(folder / "datapackage.json", told)
