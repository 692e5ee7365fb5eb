"""A scenario worked to its plan, and all that is said of it: tables, figures, sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from impacts.quantities.noise import screening_distance
from layers.packs.data_pack import Pack
from layers.words.dated_values import Value
from layers.words.french import listing
from scenarios.answers.backup_figures import backup_table, icpe_table
from scenarios.answers.doubt.plan_doubt import Doubt
from scenarios.answers.doubt.wide_doubt import wide_said
from scenarios.answers.existing_parc import existing_parc, existing_said
from scenarios.answers.heat_and_water.heat_duty import heat_duty
from scenarios.answers.heat_and_water.heat_figures import heat_by_site, pumps_by_site, sinks_taken
from scenarios.answers.limit_words import lines_told, place_named
from scenarios.answers.plan_summary import summarise
from scenarios.answers.site_reasons import places, reasons
from scenarios.question.home_region import (
    QUOTED,
    foreign_words,
    home_of,
    said_here,
    scopes_here,
    values_here,
)
from scenarios.question.program_settings import audit_of, fact_values, procedure_values
from scenarios.question.scenario_reading import Scenario
from scenarios.site_evidence.evidence_joining import Evidence
from scenarios.writing.results_folder import Content, content
from siting.program.plan_tables import Plan
from siting.program.program_inputs import Inputs


@dataclass(frozen=True)
class Worked:
    """A scenario worked from evidence to plan and doubt, nothing written yet.

    ``impossible`` says why the question has no plan, when the plan is only the nearest one.
    """

    evidence: Evidence
    inputs: Inputs
    plan: Plan
    doubt: Doubt
    sensitivity: pd.DataFrame
    climate: pd.DataFrame
    thresholds: dict[str, Value]
    factors: dict[str, Value]
    impossible: dict[str, Any] = field(default_factory=dict)


def told(scenario: Scenario, pack: Pack, worked: Worked) -> Content:
    """Return all that is said of a worked scenario: its tables, its figures, its sentences.

    Parameters
    ----------
    scenario : the question, checked.
    pack : the layers.
    worked : the plan and all it rests on.

    Returns
    -------
    What the folder will hold.
    """
    inputs, plan, factors = worked.inputs, worked.plan, worked.factors
    audit = audit_of(scenario, pack)
    facts = fact_values(pack.facts())
    sites = placed(worked.evidence, inputs, plan, scenario)
    evidence = replace(worked.evidence, sites=sites)
    evidence.sites["noise_distance_m"] = _noise(evidence.sites, scenario, factors)
    heat_of = {period: heat_by_site(plan, period) for period in scenario.periods}
    duty = heat_duty(inputs, plan, heat_of, factors["heat.duty"])
    taken = sinks_taken(inputs, plan, evidence.sinks.table)
    summary = summarise(
        scenario,
        inputs,
        plan,
        evidence.sites,
        evidence.verdicts,
        facts,
        territory_fr(scenario, pack),
        worked.doubt.totals,
        evidence.areas.notes if evidence.areas else None,
        duty,
        taken,
        existing_said(audit) if audit else (),
    )
    last = str(scenario.periods[-1])
    wide = wide_said(summary["plan"][last], factors["uncertainty.demand_spread"])
    summary["more_fr"] = [*summary["more_fr"], *wide]
    if why := worked.impossible:
        summary |= {"impossible": why, "answer_fr": [*why["answer_fr"], *summary["answer_fr"]]}
    papers = {**worked.thresholds, **factors, **inputs.policy, **inputs.references, **facts}
    papers |= procedure_values(scenario.reference_date) | _overrides(inputs)
    home = home_of(pack)
    if home is not None:
        papers = values_here(papers, home)
    found = content(scenario, pack, evidence, inputs, plan, summary, papers)
    if audit is not None:
        parc = {"context/existing": existing_parc(audit, pack)}
        found = replace(found, documents={**found.documents, **parc})
    more = {
        "plan/backup": backup_table(inputs, plan, scenario.periods[-1], factors),
        "plan/icpe": icpe_table(inputs, plan, scenario.periods[-1], factors),
        "plan/doubt": worked.doubt.sites,
        "plan/heat_duty": duty,
        "plan/heat_taken": taken,
        "context/climate": worked.climate,
        "sensitivity": worked.sensitivity,
    }
    found = replace(found, tables={**found.tables, **more})
    return found if home is None else _without(found, home.territory.texts)


def _without(found: Content, texts: Mapping[str, str]) -> Content:
    """Return what is said without what is only said of other regions."""
    words, named = foreign_words(texts), scopes_here(texts)
    told = {}
    for name in ("rules", "verdicts"):
        table = found.tables[name].copy()
        for column in table.columns[
            [kind in ("object", "str") for kind in table.dtypes.astype(str)]
        ]:
            renamed = None if column in QUOTED else named
            table[column] = [said_here(cell, words, renamed) for cell in table[column]]
        told[name] = table
    documents = {
        name: said_here(document, words, named) for name, document in found.documents.items()
    }
    return replace(found, tables={**found.tables, **told}, documents=documents)


def territory_fr(scenario: Scenario, pack: Pack) -> str:
    """Return the territory as a reader names it.

    Parameters
    ----------
    scenario : the question, checked.
    pack : the layers.

    Returns
    -------
    The label of a known territory, else the names of départements.
    """
    if isinstance(scenario.territory, str):
        home = pack.territory
        return home.label_fr if scenario.territory == home.name else scenario.territory
    names = pack.table("departements").set_index("departement_code")["name"]
    return listing(str(names.get(code, code)) for code in scenario.territory)


def placed(evidence: Evidence, inputs: Inputs, plan: Plan, scenario: Scenario) -> gpd.GeoDataFrame:
    """Write the plan on the sites: MW by period, design, and the sentences of why.

    Parameters
    ----------
    evidence : the layers joined: sites, candidates, connections, sinks, verdicts.
    inputs : what the program read.
    plan : what the program answered.
    scenario : the question, checked.

    Returns
    -------
    The sites of ``evidence``, changed in place.
    """
    labels = inputs.coefficients["design_fr"].to_series().to_dict()
    sites = evidence.sites
    for period in scenario.periods:
        rows = plan.placements[plan.placements["period"] == period]
        by_site = rows.groupby("site_id")["it_mw"].sum()
        sites[f"it_mw_{period}"] = by_site.reindex(sites.index).fillna(0.0).round(6)
        for name, gwh in (
            ("heat_gwh", heat_by_site(plan, period)),
            ("pump_gwh", pumps_by_site(inputs, plan, period)),
        ):
            sites[f"{name}_{period}"] = gwh.reindex(sites.index).fillna(0.0).round(6)
    sites["retained"] = sites[f"it_mw_{scenario.periods[-1]}"] > 0
    entry = plan.sites.set_index("site_id")["entry_meur_per_mw"].astype(float)
    sites["entry_meur_per_mw"] = entry.reindex(sites.index)
    _show_line(sites, evidence, plan, scenario.periods[-1])
    last = plan.placements[plan.placements["period"] == scenario.periods[-1]]
    names = last.sort_values(["site_id", "it_mw"], ascending=[True, False])
    sites["design_fr"] = (
        (names["design"].map(labels).groupby(names["site_id"]).agg(" et ".join))
        .reindex(sites.index)
        .fillna("")
    )
    _show_cause(sites, plan)
    lines = lines_told(sites, plan, evidence.connections, evidence.yards, scenario.periods[-1])
    sites["why_fr"] = reasons(sites, evidence.verdicts, plan, scenario.periods, lines)
    return sites


def _show_cause(sites: gpd.GeoDataFrame, plan: Plan) -> None:
    """Write on each site the cause of its fate: the program's for a candidate, or screening's."""
    names = places(sites)
    told = plan.reasons.set_index("site_id") if len(plan.reasons) else plan.reasons
    sites["cause"] = told.get("cause", sites["fate_cause"]).reindex(sites.index)
    sites["cause"] = sites["cause"].fillna(sites["fate_cause"])
    for column in ("cost_meur", "cost_low_meur", "cost_high_meur"):
        amounts = told.get(column, pd.Series(dtype=float)).reindex(sites.index).astype(float)
        # No plan holds without it, or with it: its cause says so, no figure can.
        sites[column] = amounts.where(np.isfinite(amounts))
    where = told.get("where", pd.Series(dtype=str)).reindex(sites.index).fillna("")
    sites["limit_fr"] = [place_named(place, names) for place in where]


def _overrides(inputs: Inputs) -> dict[str, Value]:
    """Return the values that the scenario puts in place of the catalogue's."""
    settings = inputs.rules.values()
    return {value.name: value for setting in settings for value in setting.overrides.values()}


def _noise(sites: gpd.GeoDataFrame, scenario: Scenario, factors: dict[str, Value]) -> pd.Series:
    """Return the precaution distance of each site of the plan, in metres, NaN elsewhere."""
    power = sites[f"it_mw_{scenario.periods[-1]}"]
    distance = pd.Series(screening_distance(power.to_numpy(), factors), index=sites.index)
    return distance.where(power > 0).round(-1)


def _show_line(sites: gpd.GeoDataFrame, evidence: Evidence, plan: Plan, period: int) -> None:
    """Add the line the plan chose for each retained site, beside its nearest post, left as it is.

    One line a site carries all it draws; ``yard_…`` stays what the ranking judged.
    """
    keys = ["site_id", "yard_id", "domain"]
    used = plan.connections[plan.connections["period"] == period]
    main = used.sort_values(["site_id", "meter_mw", "yard_id"], ascending=[True, False, True])
    main = main.drop_duplicates("site_id").merge(evidence.connections, on=keys)
    main = main.set_index("site_id").reindex(sites.index)
    sites["plan_yard_id"] = main["yard_id"].fillna("")
    sites["plan_yard_name"] = main["yard_id"].map(evidence.yards["name"]).fillna("")
    sites["plan_yard_km"] = main["distance_km"].astype(float).round(2)
    sites["plan_voltage_kv"] = main["voltage_kv"].astype(float)
    sites["plan_domain"] = main["domain"].fillna("")
    sites["plan_meter_mw"] = main["meter_mw"].astype(float).round(6)
