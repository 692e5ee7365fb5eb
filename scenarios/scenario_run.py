"""From a question to a plan: the whole tool, read from top to bottom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

import impacts
from impacts.quantities import heat
from layers.packs.data_pack import Pack
from layers.words.dated_values import Value, in_force
from layers.words.errors import SitingError
from layers.words.french import listing
from scenarios.answers.doubt.plan_doubt import doubt_of, sensitivity_of
from scenarios.answers.doubt.wide_doubt import WIDE
from scenarios.question.factors.scenario_factors import factors_of
from scenarios.question.load.load_profiles import in_utc
from scenarios.question.lowered_need import TRIES, eased, impossible, lowered, out_of_scale
from scenarios.question.program_settings import (
    audit_of,
    demand_of,
    opening_cost,
    pack_projects,
    rule_settings,
    screening_values,
)
from scenarios.question.scenario_reading import Scenario
from scenarios.question.site_locks import locks_of
from scenarios.site_evidence.at_stations.site_climate import site_climate
from scenarios.site_evidence.at_stations.site_weather import brought, hours_asked, stations_of
from scenarios.site_evidence.at_stations.station_reach import weather_question
from scenarios.site_evidence.brought.brought_things import with_brought
from scenarios.site_evidence.candidate_count import require_candidates
from scenarios.site_evidence.evidence_joining import Evidence, gather_evidence
from scenarios.site_evidence.heat_sinks_held import heat_sinks_of
from scenarios.storage.results import DESCRIPTOR, Results, staged
from scenarios.terminal.progress import Tell, silent, step
from scenarios.writing import results_descriptor, results_folder
from scenarios.writing.exports.export_bundle import write_plan
from scenarios.writing.room_file import write_room
from scenarios.writing.step_cache import (
    DEFAULT_ANSWERS,
    Answers,
    StepCache,
    as_read_back,
    changed,
    footprint_key,
    parts_of,
    plan_key,
)
from scenarios.writing.worked_scenario import Worked, told
from siting.conflicts.rule_conflicts import NoPlanError
from siting.other_plans.cost_intervals import rule_intervals
from siting.other_plans.distinct_plans import alternatives
from siting.other_plans.lock_costs import with_cost_of_locks
from siting.program.plan_tables import Plan
from siting.program.program_inputs import Inputs, Objective
from siting.program.rule_registry import policy_parameters
from siting.solve import SAFETY_SECONDS, solve

# A proof is asked for by someone who waits: measured at one or two minutes alone on the machine.
PROOF_SECONDS = 900.0

Draw = Callable[[Results, Path], Path]


def run(
    scenario: Scenario,
    pack: Pack,
    into: Path,
    *,
    draw: Draw | None = None,
    tell: Tell = silent,
    steps: StepCache | None = None,
    answers: Answers = DEFAULT_ANSWERS,
) -> Results:
    """Answer a scenario and leave a folder that explains itself.

    With ``steps``, a folder whose inputs have not changed is kept as it is, and finished steps are
    taken back; without, everything is worked again.

    Parameters
    ----------
    scenario : the question, checked.
    pack : the layers.
    into : the folder to write.
    draw : what draws its maps; None draws none.
    tell : receives what is done, step by step.
    steps : where finished steps are kept; None works everything again.
    answers : how many other plans to look for, and whether to prove the plan to 0.1 %.

    Returns
    -------
    The results of the folder.

    Raises
    ------
    SitingError : SIT300 when no plan holds every rule; the folder is then written all the same,
        with the nearest plan, what lacks and by how little each rule would have to give way.
    """
    pack, _ = with_brought(scenario, pack)
    parts = parts_of(scenario.model_dump(mode="json"), pack, answers=answers)
    if steps is not None and (kept := _unchanged(into, parts, tell)) is not None:
        return possible(kept)
    with staged(into) as staging:
        worked = work(scenario, pack, parts, steps or StepCache(None), tell, answers)
        with step(tell, "résultats écrits"):
            results_folder.write(staging, scenario, worked.inputs, told(scenario, pack, worked))
            write_room(staging, worked.inputs, worked.plan)
        results_descriptor.seal(staging, scenario, pack, worked.plan, parts)
        with step(tell, "tableurs et GeoPackage écrits"):
            write_plan(Results(staging), staging)
        if draw is not None:
            with step(tell, "carte dessinée"):
                draw(Results(staging), staging)
        results_descriptor.seal(staging, scenario, pack, worked.plan, parts)
    return possible(Results.read(into))


def possible(results: Results) -> Results:
    """Return results whose question has a plan; refuse those of an impossible one.

    Parameters
    ----------
    results : opened results folder.

    Returns
    -------
    The same.

    Raises
    ------
    SitingError : SIT300, as the run that wrote the folder said it.
    """
    why = results.summary.get("impossible")
    if why is None:
        return results
    raise SitingError(
        why["code"], why["message_fr"], where=why["where_fr"],
        hint=[why["hint_fr"], f"plan le plus proche : {results.folder / 'carte.html'}"],
    )  # fmt: skip


def work(
    scenario: Scenario,
    pack: Pack,
    parts: dict[str, str],
    steps: StepCache,
    tell: Tell = silent,
    answers: Answers = DEFAULT_ANSWERS,
) -> Worked:
    """Work a scenario from its layers to its plan, and to how sure its totals are.

    Parameters
    ----------
    scenario : the question, checked.
    pack : the layers.
    parts : hashes of what the run rests on, by part.
    steps : where finished steps are kept.
    tell : receives what is done, step by step.
    answers : how many other plans to look for, and whether to prove the plan to 0.1 %.

    Returns
    -------
    The plan and all it rests on.
    """
    evidence, inputs, values, factors = begin(scenario, pack, parts, steps, tell)
    why: dict[str, Any] = {}
    with step(tell, "programme résolu, règles chiffrées"):
        try:
            plan = _solved(inputs, parts, steps, tell, answers)
        except NoPlanError as fault:
            inputs, plan, why = _nearest(scenario, pack, inputs, fault, tell)
    with step(tell, "doute sur les totaux, 200 tirages, puis une constante à la fois"):
        is_wide = answers.doubt == WIDE
        doubt = doubt_of(scenario, pack, evidence, inputs, plan, factors, is_wide=is_wide)
        moved = sensitivity_of(scenario, pack, evidence, inputs, plan, factors)
    with step(tell, "heures chaudes aujourd'hui et en 2050"):
        climate = site_climate(scenario, pack, evidence.pool, plan, factors)
    return Worked(evidence, inputs, plan, doubt, moved, climate, values, factors, why)


def _unchanged(into: Path, parts: dict[str, str], tell: Tell) -> Results | None:
    """Return the folder as it is when nothing that decides it has changed; else say what has."""
    if not (into / DESCRIPTOR).is_file():
        return None
    try:
        before = Results.read(into)
    except SitingError:
        tell("le dossier précédent est abîmé : tout est recalculé")
        return None
    reasons = changed(before.descriptor.get("inputs", {}), parts)
    if reasons:
        tell(f"recalculé, car ont changé : {listing(reasons)}")
        return None
    tell("rien n'a changé depuis ce dossier : il est gardé tel quel")
    return before


def footprints(
    scenario: Scenario,
    pack: Pack,
    evidence: Evidence,
    factors: dict[str, Value],
    parts: dict[str, str],
    steps: StepCache,
) -> xr.Dataset:
    """Return the footprint of one MW at every candidate, taken back when it was kept.

    Parameters
    ----------
    scenario : the question, checked.
    pack : the layers.
    evidence : the layers joined: sites, candidates, connections, sinks, verdicts.
    factors : the constants in force, by name.
    parts : hashes of what the run rests on, by part.
    steps : where finished steps are kept.

    Returns
    -------
    Dims (site_id, design), as read back from disk.
    """
    key = footprint_key(parts, scenario.demand.load)
    kept = steps.coefficients(key)
    if kept is None:
        kept = as_read_back(assess(scenario, pack, evidence, factors))
        steps.keep_coefficients(key, kept)
    return kept


def _solved(
    inputs: Inputs, parts: dict[str, str], steps: StepCache, tell: Tell, answers: Answers
) -> Plan:
    kept = steps.plan(plan_key(parts))
    if kept is None:
        patience = PROOF_SECONDS if answers.proof else SAFETY_SECONDS
        kept = solve(inputs, progress=tell, proof=answers.proof, safety_seconds=patience)
        others = alternatives(inputs, kept, count=answers.alternatives, progress=tell)
        kept = replace(kept, alternatives=others)
        if answers.proof:
            kept = replace(kept, rule_costs=rule_intervals(inputs, kept, progress=tell))
        if inputs.locks:
            tell("le même plan, sans les choix imposés")
            kept = replace(kept, outcome=with_cost_of_locks(inputs, kept.outcome))
        steps.keep_plan(plan_key(parts), kept)
    return kept


def _nearest(
    scenario: Scenario, pack: Pack, inputs: Inputs, fault: NoPlanError, tell: Tell
) -> tuple[Inputs, Plan, dict[str, Any]]:
    """Return the plan that serves the most of an impossible need, and why no more can be served."""
    served, found = scenario, fault
    for _ in range(TRIES):
        edge = lowered(served, found)
        if edge is None or out_of_scale(scenario, edge):
            break
        tell("aucun plan : recherche du plus proche, le besoin seul abaissé")
        served = eased(edge)
        inputs = replace(inputs, demand=demand_of(served, pack_projects(pack)))
        try:
            plan = solve(inputs, progress=tell)
        except NoPlanError as again:
            found = again
            continue
        return inputs, plan, impossible(scenario, edge, served, fault)
    raise fault


def prepare(scenario: Scenario, pack: Pack) -> tuple[Evidence, dict[str, Value], dict[str, Value]]:
    """Return the evidence, the thresholds and the factors in force, checking every name first.

    A scenario that leaves no candidate is refused here, before anything long is worked.

    Parameters
    ----------
    scenario : the question, checked.
    pack : the layers.

    Returns
    -------
    The evidence, the thresholds by name, the factors by name.
    """
    rule_settings(scenario)
    audit_of(scenario, pack)
    brought(scenario)
    factors = factors_of(scenario)
    values = screening_values(scenario, factors)
    evidence = gather_evidence(scenario, pack, values, factors)
    require_candidates(evidence)
    return evidence, values, factors


def begin(
    scenario: Scenario,
    pack: Pack,
    parts: dict[str, str] | None = None,
    steps: StepCache | None = None,
    tell: Tell = silent,
) -> tuple[Evidence, Inputs, dict[str, Value], dict[str, Value]]:
    """Work a scenario up to its program: all that a run does before its solver, and check asks.

    Parameters
    ----------
    scenario : the question, checked.
    pack : the layers.
    parts : hashes of what the run rests on, by part; read with ``steps`` only.
    steps : where finished steps are kept; None works everything again.
    tell : receives what is done, step by step.

    Returns
    -------
    The evidence, the inputs of the program, the thresholds by name, the factors by name.
    """
    with step(tell, "couches lues, sites triés et joints"):
        evidence, values, factors = prepare(scenario, pack)
    with step(tell, f"empreinte heure par heure de {len(evidence.pool)} candidats"):
        kept = steps or StepCache(None)
        coefficients = footprints(scenario, pack, evidence, factors, parts or {}, kept)
    inputs = program_inputs(scenario, pack, evidence, coefficients, values, factors)
    return evidence, inputs, values, factors


def assess(
    scenario: Scenario, pack: Pack, evidence: Evidence, factors: dict[str, Value]
) -> xr.Dataset:
    """Return the footprint of one MW at every candidate, for every design.

    Parameters
    ----------
    scenario : the question, checked.
    pack : the layers.
    evidence : the layers joined: sites, candidates, connections, sinks, verdicts.
    factors : the constants in force, by name.

    Returns
    -------
    Coefficients, as ``impacts.footprint`` gives.
    """
    weather_question(scenario, evidence.pool, stations_of(scenario, pack))
    pool = pd.DataFrame(evidence.pool.drop(columns="geometry")).assign(
        x_m=evidence.pool.geometry.x, y_m=evidence.pool.geometry.y
    )
    return impacts.footprint(
        pool,
        scenario.designs.cooling,
        hours_asked(scenario, pack),
        factors,
        vintage=scenario.designs.vintage,
        utilisation=scenario.demand.utilisation,
        density=scenario.designs.density,
        load=in_utc(scenario.demand.hourly),
    )


def _weighed(coefficients: xr.Dataset) -> xr.Dataset:
    """Return the footprints with a scarcity everywhere: unknown, it is the highest known, or none.

    A site of unknown basin is never preferred for it; where no basin is known at all, scarcity
    sets no site apart, and its total is not told.
    """
    scarcity = coefficients["scarcity"]
    if not bool(scarcity.isnull().any()):  # noqa: PD003
        return coefficients
    highest = scarcity.max("site_id").fillna(0.0)
    return coefficients.assign(scarcity=scarcity.fillna(highest).assign_attrs(scarcity.attrs))


def program_inputs(
    scenario: Scenario,
    pack: Pack,
    evidence: Evidence,
    coefficients: xr.Dataset,
    values: dict[str, Value],
    factors: dict[str, Value],
) -> Inputs:
    """Hand the program what it reads, and nothing else.

    Parameters
    ----------
    scenario : the question, checked.
    pack : the layers.
    evidence : the layers joined: sites, candidates, connections, sinks, verdicts.
    coefficients : the footprint of one MW, dims (site_id, design).
    values : the thresholds in force, by name.
    factors : the constants in force, by name.

    Returns
    -------
    The inputs of the program.
    """
    nearest = evidence.connections.groupby("site_id")["distance_km"].min()
    sites = pd.DataFrame(evidence.pool.drop(columns="geometry"))
    policy = in_force(policy_parameters(), scenario.reference_date) | values
    least = scenario.heat.least_gwh
    return Inputs(
        sites=sites.assign(
            distance_km=nearest.reindex(sites.index),
            x_m=evidence.pool.geometry.x,
            y_m=evidence.pool.geometry.y,
        ),
        connections=evidence.connections,
        yards=pd.DataFrame(evidence.yards.drop(columns="geometry")),
        zones=evidence.zones,
        links=evidence.links,
        coefficients=_weighed(coefficients),
        # As the folder holds them: the program can be written again from it, to the byte.
        heat_curves=heat.curves(evidence.heat_demand.round(6)),
        demand=demand_of(scenario, pack_projects(pack)),
        rules=rule_settings(scenario),
        policy=policy,
        weights=scenario.objective.weights,
        references=in_force(pack.references(), scenario.reference_date),
        max_liquid_share=scenario.designs.max_liquid_share,
        min_mw=scenario.sizes.min_mw,
        opening_cost_meur=opening_cost(scenario, policy),
        max_sites=scenario.sizes.max_sites,
        locks=locks_of(scenario, evidence.sites),
        objective=Objective(ceilings={} if least is None else {"heat": least}),
        start_year=scenario.reference_date.year,
        heat_sinks=heat_sinks_of(evidence.sinks.table, factors["heat.network_loss"].number),
        pump_carbon=factors["carbon.intensity"].number,
        refuse_missing=scenario.candidates.on_missing_layer == "refuse",
    )
