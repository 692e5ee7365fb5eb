"""A results folder written again from the pack and from its own plan, with no solver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from layers.packs.data_pack import Pack
from layers.words.dated_values import Value
from scenarios.answers.doubt.plan_doubt import Doubt
from scenarios.question.scenario_model import Scenario
from scenarios.scenario_run import assess, prepare, program_inputs
from scenarios.site_evidence.evidence_joining import Evidence
from scenarios.storage.results import Results
from scenarios.writing import results_folder
from scenarios.writing.exports.export_bundle import write_plan
from scenarios.writing.folder_proofs import plan_of
from scenarios.writing.results_descriptor import seal
from scenarios.writing.room_file import write_room
from scenarios.writing.step_cache import as_read_back, parts_of
from scenarios.writing.worked_scenario import Worked, told
from siting.program.plan_tables import Plan
from siting.program.program_inputs import Inputs
from siting.screening.candidates import CANDIDATE

Draw = Callable[[Results, Path], Path]
ENDS = ("_p5", "_p50", "_p95")


@dataclass(frozen=True)
class Grounds:
    """What a run rests on before any solver: question, pack joined, inputs of the program."""

    scenario: Scenario
    pack: Pack
    evidence: Evidence
    inputs: Inputs
    thresholds: dict[str, Value]
    factors: dict[str, Value]


def grounds_of(results: Results, pack: Pack) -> Grounds:
    """Join the pack again for the scenario of a folder, and work its footprints.

    Parameters
    ----------
    results : a run's folder; only its scenario is read.
    pack : the layers it says it rests on.

    Returns
    -------
    What the program is given.

    Raises
    ------
    SitingError : what reading the layers, or a file that the scenario names, raises.
    """
    scenario = Scenario.model_validate(results.scenario)
    evidence, thresholds, factors = prepare(scenario, pack)
    coefficients = as_read_back(assess(scenario, pack, evidence, factors))
    inputs = program_inputs(scenario, pack, evidence, coefficients, thresholds, factors)
    return Grounds(scenario, pack, evidence, inputs, thresholds, factors)


def rewrite(results: Results, grounds: Grounds, into: Path, draw: Draw | None) -> None:
    """Write every file of a folder again, its plan, its prices and its draws taken as told.

    Parameters
    ----------
    results : a run's folder: its plan, its prices and the doubt on its figures are read.
    grounds : what it rests on.
    into : an empty folder.
    draw : what draws its pages; None draws none.
    """
    evidence = replace(grounds.evidence, sites=grounds.evidence.sites.copy())
    worked = Worked(
        evidence,
        grounds.inputs,
        told_plan(results),
        doubt_told(results),
        results.table("sensitivity"),
        results.table("context/climate"),
        grounds.thresholds,
        grounds.factors,
    )
    found = told(grounds.scenario, grounds.pack, worked)
    parts = parts_of(grounds.scenario.model_dump(mode="json"), grounds.pack)
    parts["answers"] = results.descriptor["inputs"].get("answers", "")
    results_folder.write(into, grounds.scenario, grounds.inputs, found)
    write_room(into, grounds.inputs, worked.plan)
    seal(into, grounds.scenario, grounds.pack, worked.plan, parts)
    draw_again(Results(into), into, draw)
    seal(into, grounds.scenario, grounds.pack, worked.plan, parts)


def draw_again(results: Results, into: Path, draw: Draw | None) -> None:
    """Write what follows from the tables alone: spreadsheets, GeoPackage, pages.

    Parameters
    ----------
    results : a run's folder.
    into : a folder that exists.
    draw : what draws the pages; None draws none.
    """
    write_plan(results, into)
    if draw is not None:
        draw(results, into)


def told_plan(results: Results) -> Plan:
    """Return the whole plan as a folder tells it, what only the solver can know included.

    Parameters
    ----------
    results : a run's folder.

    Returns
    -------
    Every table of the plan.
    """
    return replace(
        plan_of(results),
        rule_costs=results.table("plan/rule_costs"),
        leverage=results.table("plan/leverage"),
        capacity=results.table("plan/capacity"),
        yards=results.table("plan/yard_worth"),
        sites=results.table("plan/site_worth"),
        alternatives=results.alternatives,
        reasons=_reasons(results.table("plan/reasons")),
        excesses=results.table("plan/excesses"),
    )


def doubt_told(results: Results) -> Doubt:
    """Return the doubt on a plan as its folder tells it.

    Parameters
    ----------
    results : a run's folder.

    Returns
    -------
    Quantiles of the totals by period, and of each site.
    """
    totals = {
        int(period): {
            name: value
            for name, value in figures.items()
            if name.endswith(ENDS) and not name.startswith("regional_share")
        }
        for period, figures in results.summary["plan"].items()
    }
    drawn = {period: figures for period, figures in totals.items() if figures}
    return Doubt(drawn, results.table("plan/doubt"))


def _reasons(told: pd.DataFrame) -> pd.DataFrame:
    """Return the reasons of the candidates, as the program gave them."""
    if "rule_id" not in told.columns:
        return pd.DataFrame()
    reasons = told[told["fate"] == CANDIDATE]
    return reasons.drop(columns=["fate", "retained"]).reset_index(drop=True)
