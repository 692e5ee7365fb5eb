"""What a results folder holds, and how it is sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import tomli_w
import xarray as xr

from impacts.footprints.netcdf_conventions import conform
from layers.packs.data_pack import Pack
from layers.words.dated_values import STATUS_FR, Value
from layers.words.interruptions import in_one_breath
from scenarios.question.scenario_reading import Scenario
from scenarios.site_evidence.brought.site_rows import own_outlines
from scenarios.site_evidence.evidence_joining import Evidence
from scenarios.storage.french_spreadsheets import write_csv
from scenarios.storage.results import (
    PLAN_TABLES,
    write_json,
    write_table,
)
from scenarios.writing import map_context
from siting.program.plan_tables import Plan
from siting.program.program_building import build, lp_text
from siting.program.program_inputs import Inputs
from siting.program.rulebook.rule_texts import with_basis

SITE_COLUMNS = (
    "name_fr",
    "source",
    "fate",
    "fate_reason_fr",
    "merged_into",
    "merged_ids",
    "commune_code",
    "commune_name",
    "epci_code",
    "epci_name",
    "departement_code",
    "departement_name",
    "area_m2",
    "usable_area_m2",
    "status_fr",
    "quality_fr",
    "brought_fr",
    "told_built",
    "kind",
    "identified_on",
    "updated_on",
    "source_kind",
    "plu_zone",
    "plu_zone_raw",
    "buildings",
    "enaf",
    "pollution",
    "ground_fr",
    "enaf_epci_2011_2021_ha",
    "enaf_epci_since_2021_ha",
    "restricted_days",
    "position_state",
    "occupancy",
    "occupancy_fr",
    "to_verify_fr",
    "flags_fr",
    "coastal",
    "mountain",
    "scot_code",
    "enaf_scot_2011_2021_ha",
    "platform_fr",
    "retainable",
    "people_1km",
    "people_3km",
    "pprt_commune",
    "azi_commune",
    "commune_floods",
    "commune_droughts",
    "commune_landslides",
    "commune_last_order",
    "commune_fires",
    "commune_burnt_ha",
    "vcn10_pct_p05",
    "vcn10_pct_p50",
    "vcn10_pct_p95",
    "low_flow_days_p50",
    "aquifer_fr",
    "large_river_fr",
    "large_river_km",
    "drought_day",
    "drought_sup_fr",
    "drought_sou_fr",
    "drought_aep_fr",
    "drought_crisis_fr",
    "sector_code",
    "sector_name",
    "zre",
    "zre_sector",
    "zre_source_fr",
    "aware_annual_non_agri",
    "elevation_m",
    "land_cover_fr",
    "hot_days_2050",
    "natura2000_centre_km",
    "yard_id",
    "yard_name",
    "yard_distance_km",
    "yard_voltage_kv",
    "connection_limit_mw",
    "plan_yard_id",
    "plan_yard_name",
    "plan_yard_km",
    "plan_voltage_kv",
    "plan_domain",
    "plan_meter_mw",
    "heat_in_reach_gwh",
    "commune_pools",
    "sinks_fr",
    "weather_fr",
    "score_low",
    "score_high",
    "rank",
    "rank_low",
    "rank_high",
    "first_share",
    "noise_distance_m",
    "retained",
    "entry_meur_per_mw",
    "cause",
    "limit_fr",
    "cost_meur",
    "cost_low_meur",
    "cost_high_meur",
    "design_fr",
    "why_fr",
)


# What the program was told of the centres in service: an audit does not travel with the folder.
EXISTING = ("existing_it_mw", "told_gwh", "untold_mw", "existing_water_m3", "silent_water")


@dataclass(frozen=True)
class Content:
    """All that a results folder says of a run, before any file: the same in memory and on disk.

    Attributes
    ----------
    tables : by their path in the folder without suffix, such as « plan/placements ».
    documents : by their path too; plain JSON.
    coefficients : the footprint of one MW at every candidate, with CF attributes.
    lists_fr : tables written for a spreadsheet.
    """

    tables: Mapping[str, pd.DataFrame]
    documents: Mapping[str, Any]
    coefficients: xr.Dataset
    lists_fr: Mapping[str, pd.DataFrame]


def content(
    scenario: Scenario,
    pack: Pack,
    evidence: Evidence,
    inputs: Inputs,
    plan: Plan,
    summary: Mapping[str, Any],
    papers: Mapping[str, Value],
) -> Content:
    """Return all that is known at the end of a run, as the folder holds it.

    Parameters
    ----------
    scenario : the question, checked.
    pack : the layers.
    evidence : the layers joined: sites, candidates, connections, sinks, verdicts.
    inputs : what the program read.
    plan : what the program answered.
    summary : the summary document.
    papers : dated values to write, by name.

    Returns
    -------
    Tables, documents, lists and coefficients, nothing written.
    """
    context = map_context.tables(pack, evidence, inputs, plan)
    areas = evidence.areas
    if areas is not None:
        context["areas"] = areas.outlines.reset_index()
    if (own := own_outlines(pack)) is not None:
        drawn = own[own.index.isin(evidence.sites.index)].rename_axis("site_id")
        context["own_outlines"] = drawn.to_frame("geometry").reset_index()
    departements = set(evidence.sites["departement_code"])
    return Content(
        tables={
            "sites": _sites(evidence.sites, scenario).reset_index(),
            "verdicts": evidence.verdicts,
            "rules": with_basis(plan.bill, inputs),
            "alternatives": plan.alternatives,
            **{f"plan/{name}": table for name, table in _plan_tables(evidence, plan).items()},
            "plan/reasons": _reasons(evidence.sites, plan),
            **{f"context/{name}": table for name, table in context.items()},
        },
        documents={
            "parameters": _parameters(scenario, papers, inputs),
            "summary": summary,
            "context/projects": map_context.projects(pack, departements),
        },
        coefficients=conform(inputs.coefficients),
        lists_fr={} if areas is None else {"aires": areas.report_fr},
    )


def write(into: Path, scenario: Scenario, inputs: Inputs, found: Content) -> None:
    """Write every file but the map and the descriptor.

    Parameters
    ----------
    into : the results folder.
    scenario : the question, checked.
    inputs : what the program read.
    found : what the folder holds.
    """
    for name, table in found.tables.items():
        write_table(into / f"{name}.parquet", table)
    for name, document in found.documents.items():
        write_json(into / f"{name}.json", document)
    for name, table in found.lists_fr.items():
        write_csv(table, into / f"{name}.csv")
    _write_impacts(found.coefficients, into / "impacts.nc")
    _write_scenario(scenario, into / "scenario.toml")
    (into / "plan.lp").write_text(lp_text(build(inputs)), encoding="utf-8")


def _sites(sites: gpd.GeoDataFrame, scenario: Scenario) -> gpd.GeoDataFrame:
    power = [f"{name}_{t}" for name in ("it_mw", "heat_gwh", "pump_gwh") for t in scenario.periods]
    joined = [c for c in sites.columns if str(c).endswith(("_overlap_ha", "_distance_km"))]
    columns = [c for c in dict.fromkeys([*SITE_COLUMNS, *sorted(joined)]) if c in sites.columns]
    return sites[[*columns, *power, "geometry"]].sort_index()


def _write_impacts(coefficients: xr.Dataset, path: Path) -> None:
    """Write NetCDF with CF attributes, through netcdf4, compressed, with no clock inside."""
    encoding = {
        name: {"zlib": True, "complevel": 4}
        for name, array in coefficients.data_vars.items()
        if array.dtype.kind == "f" and array.ndim
    }
    with in_one_breath():
        coefficients.to_netcdf(path, engine="netcdf4", format="NETCDF4", encoding=encoding)


def _write_scenario(scenario: Scenario, path: Path) -> None:
    content = _plain(scenario.model_dump(mode="python", exclude_none=True))
    path.write_text(
        f"# Scénario tel qu'exécuté, valeurs par défaut écrites.\n{tomli_w.dumps(content)}",
        encoding="utf-8",
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _parameters(scenario: Scenario, papers: Mapping[str, Value], inputs: Inputs) -> dict[str, Any]:
    return {
        "scenario": scenario.model_dump(mode="json"),
        "projects": [asdict(project) for project in inputs.demand.fixed],
        "existing": {name: getattr(inputs.demand, name) for name in EXISTING},
        "values": [
            {
                "name": value.name,
                "label_fr": value.label_fr,
                "value": value.value,
                "low": value.low,
                "high": value.high,
                "unit": value.unit,
                "scope": value.scope,
                "status": value.status,
                "status_fr": STATUS_FR[value.status],
                "since": value.since.isoformat(),
                "reference": value.reference,
            }
            for _, value in sorted(papers.items())
        ],
    }


def _reasons(sites: gpd.GeoDataFrame, plan: Plan) -> pd.DataFrame:
    """Return the cause of every site's fate, candidates with the figures it rests on."""
    facts = pd.DataFrame(sites[["fate", "retained", "cause"]]).reset_index()
    if plan.reasons.empty:
        return facts
    # A site without which no plan holds has no finite cost: its cause says so, no figure can.
    costed = plan.reasons.drop(columns="cause").replace([np.inf, -np.inf], np.nan)
    return facts.merge(costed, on="site_id", how="left")


def _plan_tables(evidence: Evidence, plan: Plan) -> dict[str, pd.DataFrame]:
    """Return the plan's own tables, so that a check needs no solver."""
    hours = evidence.heat_demand.transpose("hour", "sink_id")
    demand = pd.DataFrame(hours.to_numpy().round(6), columns=hours["sink_id"].to_numpy())
    return {
        **{name: getattr(plan, name) for name in PLAN_TABLES},
        "heat_demand": demand,
        "lines": evidence.connections,
        "yards": pd.DataFrame(evidence.yards.drop(columns="geometry")).reset_index(),
        "zones": evidence.zones.reset_index(),
        "links": evidence.links,
        "heat_sinks": evidence.sinks.table,
        "heat_networks": evidence.sinks.networks,
        "yard_worth": plan.yards,
        "site_worth": plan.sites,
        "excesses": plan.excesses,
        **({} if plan.backups.empty else {"backups": plan.backups}),
    }
