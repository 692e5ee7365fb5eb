"""The answer in figures: what ``siting run --json`` prints."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import geopandas as gpd
import pandas as pd
import xarray as xr

from layers.words.dated_values import Value
from layers.words.kept_figures import six_figures
from layers.words.three_states import may_be, surely
from scenarios.answers.headline import BASIS_FR
from scenarios.answers.heat_and_water.heat_duty import duty_counts
from scenarios.answers.heat_and_water.heat_figures import taken_at, with_heat
from scenarios.answers.heat_and_water.water_choice import water_choices
from scenarios.answers.own_sites_said import own_document
from scenarios.answers.plan_months import monthly_water
from scenarios.answers.rule_states import (
    binding_rows,
    broken_rows,
    off_rows,
    partly_rows,
    silent_criteria_rows,
    unevaluated_rows,
)
from scenarios.answers.rules_applied import applied_said
from scenarios.answers.to_visit import occupancy_counts, to_visit
from scenarios.answers.told.answer_topics import answer, detail
from scenarios.answers.told.outside_lines import outside_lines
from scenarios.answers.told.rule_answers import rule_tables, water_months
from scenarios.answers.weather_said import add_weather
from scenarios.question.program_settings import existing
from scenarios.question.scenario_reading import Scenario
from scenarios.question.site_locks import lock_journal, locks_said
from scenarios.site_evidence.brought.brought_things import zone_journal
from scenarios.storage.results import records
from siting.prices.objective_terms import objective_terms
from siting.program.plan_tables import Plan
from siting.program.program_inputs import Demand, FixedProject, Inputs

SCHEMA_VERSION = 1
FLAGS = {"is_verified": bool, "is_brownfield": bool, "retainable": bool}

# Terms of the ledger summed over the plan: name in the summary → (variable, factor).
TOTALS: Mapping[str, tuple[str, float]] = {
    "it_energy_twh": ("it_energy", 1e-3),
    "site_energy_twh": ("site_energy", 1e-3),
    "water_input_m3": ("water_input", 1.0),
    "water_consumption_m3": ("water_consumption", 1.0),
    "offsite_water_m3": ("offsite_water", 1.0),
    "scarcity_m3eq": ("scarcity", 1.0),
    "land_ha": ("land", 1e-4),
    "carbon_kt": ("carbon", 1e-3),
    "carbon_electricity_kt": ("carbon_electricity", 1e-3),
    "carbon_servers_kt": ("carbon_servers", 1e-3),
    "carbon_building_kt": ("carbon_building", 1e-3),
    "carbon_standby_kt": ("carbon_standby", 1e-3),
    "carbon_refrigerant_kt": ("carbon_refrigerant", 1e-3),
}
# What the region consumes, when its papers say it.
REGION_TWH = "facts.electricity_consumption"


def summarise(
    scenario: Scenario,
    inputs: Inputs,
    plan: Plan,
    sites: gpd.GeoDataFrame,
    verdicts: pd.DataFrame,
    facts: Mapping[str, Value],
    territory_fr: str,
    doubt: Mapping[int, Mapping[str, float]],
    areas: Mapping[str, Any] | None = None,
    duty: pd.DataFrame | None = None,
    taken: pd.DataFrame | None = None,
    existing_fr: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the summary document; figures are rounded to what they are worth.

    Parameters
    ----------
    scenario : the question, checked.
    inputs : what the program read.
    plan : what the program answered.
    sites : every site, index site_id.
    verdicts : one row a site and criterion: site_id, criterion, label_fr, kind, state.
    facts : dated facts of the territory, by name.
    territory_fr : the territory as a reader names it.
    doubt : period → quantiles by name.
    areas : figures on areas, when known.
    duty : the duty to reuse heat by site (``heat_duty``).
    taken : what the plan takes of each sink (``heat_figures``).
    existing_fr : what an audit says of the centres in service (``existing_parc``).

    Returns
    -------
    A document for JSON.
    """
    periods = scenario.periods
    figures = {str(t): plan_figures(inputs, plan, sites, t, facts) for t in periods}
    for period, drawn in doubt.items():
        figures[str(period)] |= {**drawn, **_regional_share(drawn, facts)}
    if not float(abs(inputs.coefficients["scarcity"]).max()):
        silent = ("scarcity_m3eq",)
        figures = {period: _without(held, silent) for period, held in figures.items()}
    if not (inputs.heat_curves or inputs.heat_sinks):
        figures = {period: _without(held, HEAT) for period, held in figures.items()}
    rules, kept = plan.bill, sites[sites["retained"]].astype(FLAGS)
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "scenario": scenario.name,
        "title": scenario.title,
        "question": scenario.question,
        "reference_date": scenario.reference_date.isoformat(),
        "territory": scenario.territory
        if isinstance(scenario.territory, str)
        else list(scenario.territory),
        "territory_fr": territory_fr,
        "climate": scenario.climate,
        "periods": list(periods),
        "demand": {str(t): _demand(inputs.demand, t) | _existing(scenario) for t in periods},
        "decided": [_decided(project, periods) for project in inputs.demand.fixed],
        "plan": figures,
        "basis_fr": BASIS_FR,
        "applied_fr": applied_said(inputs.rules, _silent(rules)),
        "n_sites": int(figures[str(periods[-1])]["sites"]),
        "fates": {k: int(v) for k, v in sites["fate"].value_counts().sort_index().items()},
        "unverified_sites": int(((kept["source"] == "friches") & ~kept["is_verified"]).sum()),
        "retained_areas": int((kept["source"] == "areas").sum()),
        "occupancy": occupancy_counts(sites),
        "to_visit": to_visit(sites, plan),
        "designs": _designs(plan, periods[-1]),
        "binding_rules": binding_rows(rules),
        "broken_rules": broken_rows(rules),
        "rules_evaluated": int(rules.loc[rules["evaluated"], "rule_id"].nunique()),
        "rules_total": int(rules["rule_id"].nunique()),
        "rules_off": off_rows(rules),
        "rules_not_evaluated": unevaluated_rows(rules),
        "rules_partly_evaluated": partly_rows(rules),
        "criteria_not_evaluated": silent_criteria_rows(verdicts),
        "solver": _solver(plan),
        "objective_terms": _terms(inputs, plan),
        "yards_to_ask": _yards_to_ask(plan),
        **rule_tables(plan, sites, periods[-1]),
        "water_months": water_months(monthly_water(inputs, plan), sites, periods[-1]),
        "locks": list(locks_said(inputs.locks, scenario)),
        "journal": [
            *(entry.model_dump(mode="json") for entry in scenario.journal),
            *lock_journal(inputs.locks, scenario),
            *zone_journal(scenario),
        ],
    }
    add_weather(document, scenario, sites)
    document |= own_document(sites)
    document |= outside_lines(plan.connections, inputs.yards, sites)
    if areas is not None:
        document["areas"] = dict(areas)
    if duty is not None:
        document["heat_duty"] = duty_counts(duty, periods[-1])
    if taken is not None:
        document["heat_taken"] = taken_at(taken, periods[-1])
    if existing_fr:
        document["existing"] = {"answer_fr": list(existing_fr)}
    document["answer_fr"], document["more_fr"] = answer(document), detail(document)
    return {key: _without_nan(value) for key, value in document.items()}


# Figures of heat: unknown, not nought, where no taker of heat is known.
HEAT = ("heat_gwh", "heat_delivered_gwh", "heat_avoided_kt", "erf", "pump_gwh")


def _without(figures: Mapping[str, Any], silent: tuple[str, ...]) -> dict[str, Any]:
    """Return a plan's figures without those that nothing tells."""
    return {name: value for name, value in figures.items() if not name.startswith(silent)}


def _decided(project: FixedProject, periods: Sequence[int]) -> dict[str, Any]:
    """Return a project decided outside the program, as the answer names it."""
    return {
        "name_fr": project.name.upper(),
        "label_fr": project.label_fr,
        "it_mw": {str(t): six_figures(project.it_mw_at(t)) for t in periods},
    }


def _silent(rules: pd.DataFrame) -> set[str]:
    judged = rules.groupby("rule")["evaluated"].any()
    return set(judged.index[~judged.astype(bool)])


def _demand(demand: Demand, period: int) -> dict[str, float]:
    return {
        "total_it_mw": demand.it_mw[period],
        "existing_it_mw": demand.existing_it_mw,
        "fixed_it_mw": demand.fixed_it_mw(period),
        "to_place_it_mw": round(demand.to_place_mw(period), 3),
    }


def _existing(scenario: Scenario) -> dict[str, Any]:
    told = existing(scenario)
    return {key: told[key] for key in ("existing_status_fr", "measured_share")}


def plan_figures(
    inputs: Inputs, plan: Plan, sites: gpd.GeoDataFrame, period: int, facts: Mapping[str, Value]
) -> dict[str, Any]:
    """Return the totals of a plan at a period, in the units their names say, to six figures.

    Parameters
    ----------
    inputs : what the program read.
    plan : what the program answered.
    sites : every site, index site_id.
    period : a year of the scenario.
    facts : dated facts of the territory, by name.

    Returns
    -------
    Figures by name.
    """
    placed = plan.placements[plan.placements["period"] == period]
    figures: dict[str, Any] = {
        "it_mw": round(float(placed["it_mw"].sum()), 3),
        "sites": int(placed["site_id"].nunique()),
        "departements": int(sites.loc[placed["site_id"].unique(), "departement_code"].nunique()),
    }
    for name, (variable, factor) in TOTALS.items():
        figures[name] = six_figures(factor * total(inputs.coefficients, placed, variable))
    figures |= _land(inputs, sites, placed)
    figures |= with_heat(inputs, plan, figures, period)
    power = placed.groupby(["site_id", "design"])["it_mw"].sum()
    for name, water_m3 in water_choices(inputs.coefficients, power).items():
        figures[name] = six_figures(water_m3)
    figures |= _regional_share(figures, facts)
    if REGION_TWH in facts:
        figures["regional_share_year"] = facts[REGION_TWH].since.year
    return figures | _connection_cost(inputs, plan, period)


def _regional_share(figures: Mapping[str, Any], facts: Mapping[str, Value]) -> dict[str, float]:
    """Return the share of the region's electricity of each quantile of the plan's, in per cent.

    Nothing where the territory's papers do not say what the region consumes.
    """
    if REGION_TWH not in facts:
        return {}
    region = facts[REGION_TWH].number
    return {
        f"regional_share_pct{end}": six_figures(100.0 * figures[f"electricity_twh{end}"] / region)
        for end in ("", "_p5", "_p50", "_p95")
        if f"electricity_twh{end}" in figures
    }


def total(coefficients: xr.Dataset, placed: pd.DataFrame, variable: str) -> float:
    """Return Σ coefficient(site, design) × MW over the placements, in the ledger's unit.

    Parameters
    ----------
    coefficients : the footprint of one MW, dims (site_id, design).
    placed : columns site_id, design, it_mw.
    variable : a coefficient, by name.

    Returns
    -------
    The sum; 0 without placements.
    """
    if placed.empty:
        return 0.0
    values = coefficients[variable].sel(
        site_id=xr.DataArray(placed["site_id"].to_numpy(), dims="row"),
        design=xr.DataArray(placed["design"].to_numpy(), dims="row"),
    )
    # Exact before it is rounded: the order of the rows, which a plan read back changes, is nothing.
    return math.fsum((values.values * placed["it_mw"].to_numpy()).tolist())


def _land(inputs: Inputs, sites: gpd.GeoDataFrame, placed: pd.DataFrame) -> dict[str, float]:
    """Split land into reused ground and ENAF, from what surely is to what may be."""
    enaf = placed["site_id"].map(sites["enaf"])
    least, most, reused = (
        six_figures(1e-4 * total(inputs.coefficients, placed[part], "land"))
        for part in (surely(enaf), may_be(enaf), ~may_be(enaf))
    )
    return {"reused_ha": reused, "enaf_low_ha": least, "enaf_high_ha": most}


def _connection_cost(inputs: Inputs, plan: Plan, period: int) -> dict[str, float]:
    """Add up the whole lines and bays used, second supplies too, and the openings, in M€."""
    keys = ["site_id", "yard_id", "domain"]
    tables = (plan.connections, plan.backups)
    used = pd.concat([table.loc[table["period"] == period, keys] for table in tables])
    costs = used.drop_duplicates().merge(inputs.connections, on=keys)
    names = ("cost_low_meur", "cost_meur", "cost_high_meur")
    told = {f"connection_{name}": six_figures(float(costs[name].sum())) for name in names}
    opened = plan.placements.loc[plan.placements["period"] == period, "site_id"].nunique()
    return told | {"opening_cost_meur": six_figures(inputs.opening_cost_meur * opened)}


def _designs(plan: Plan, period: int) -> dict[str, float]:
    placed = plan.placements[plan.placements["period"] == period]
    return {
        str(k): six_figures(float(v)) for k, v in placed.groupby("design")["it_mw"].sum().items()
    }


def _solver(plan: Plan) -> dict[str, Any]:
    outcome = asdict(plan.outcome)
    outcome.pop("seconds")
    # No most when even the decided projects exceed a rule: null, as JSON knows no NaN.
    shown = {k: None if v != v else v for k, v in outcome.items()}
    return {k: six_figures(v) if isinstance(v, float) else v for k, v in shown.items()}


def _terms(inputs: Inputs, plan: Plan) -> list[dict[str, Any]]:
    """List what the objective is made of, recomputed from the plan's rows, in M€-equivalent."""
    return [
        {str(k): (_or_null(v) if isinstance(v, float) else v) for k, v in row.items()}
        for row in records(objective_terms(inputs, plan))
    ]


def _without_nan(value: Any) -> Any:
    """Return a document where a figure the program could not give is null: JSON knows no NaN."""
    if isinstance(value, dict):
        return {key: _without_nan(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_without_nan(each) for each in value]
    return _or_null(value) if isinstance(value, float) and value != value else value


def _or_null(value: float) -> float | None:
    return None if value != value else round(value, 9)


def _yards_to_ask(plan: Plan) -> list[dict[str, Any]]:
    # A yard that the plan leaves alone and that no MW waits for has nothing to answer.
    asked = (plan.yards["used_mw"] > 0) | (plan.yards["worth_meur_per_mw"] > 0)
    table = plan.yards[asked].head(10)
    return [
        {str(k): (six_figures(v) if isinstance(v, float) else v) for k, v in row.items()}
        for row in records(table)
    ]
