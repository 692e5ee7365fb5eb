"""Is this folder true to itself? Hashes, then every rule recomputed from its tables, no solver."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

import pandas as pd
import xarray as xr

from impacts.quantities import heat
from layers.words.dated_values import Value, in_force
from layers.words.french import significant
from scenarios.answers.heat_and_water.heat_figures import with_heat
from scenarios.answers.plan_summary import TOTALS, total
from scenarios.question.program_settings import opening_cost, rule_settings
from scenarios.question.scenario_model import Scenario
from scenarios.question.site_locks import locks_of
from scenarios.site_evidence.heat_sinks_held import heat_sinks_of
from scenarios.storage.results import SCHEMA_VERSION, Results
from siting.program.plan_tables import Outcome, Plan, no_backups
from siting.program.program_inputs import Demand, FixedProject, HeatSink, Inputs
from siting.program.rule_registry import policy_parameters
from siting.recheck.plan_recheck import Violation, check_plan, unread_fr
from siting.screening.candidates import FRICHES


def verify(results: Results) -> dict[str, Any]:
    """Return what breaks: touched files are refused, broken rules are listed.

    Parameters
    ----------
    results : a run's folder.

    Returns
    -------
    ``ok``, ``files`` (count) and ``violations``, each with rule, place, period, excess in the row's
    unit and French sentence.

    Raises
    ------
    SitingError : SIT401 when a file changed since the run, SIT400 when the folder lacks what
        readers ask of it.
    """
    results.check_hashes()
    results.check_shape()
    violations = [*broken_rules(results), *disagreements(results)]
    unread = unread_fr(inputs_of(results))
    return {
        "schema_version": SCHEMA_VERSION,
        "folder": str(results.folder),
        "ok": not violations,
        "files": len(results.descriptor["resources"]),
        "violations": [vars(violation) for violation in violations],
        **({"unread_fr": unread} if unread else {}),
    }


def broken_rules(results: Results) -> list[Violation]:
    """Recompute every hard rule and every physical limit of a plan from its tables.

    Parameters
    ----------
    results : a run's folder.

    Returns
    -------
    What is broken, none when the plan holds.
    """
    demand = heat_demand(results)
    hours = {str(s): demand.sel(sink_id=s).to_numpy() for s in demand["sink_id"].to_numpy()}
    return check_plan(inputs_of(results), plan_of(results), hours)


def disagreements(results: Results) -> list[Violation]:
    """Compare what a reader is shown (summary, sites) with the plan's own tables.

    Parameters
    ----------
    results : a run's folder.

    Returns
    -------
    Violations « P00 », one a figure that differs by more than 0.001 and a ten-thousandth.
    """
    placements, impacts = results.table("plan/placements"), results.impacts
    inputs, plan = inputs_of(results), plan_of(results)
    found = []
    for period in results.summary["periods"]:
        now = placements[placements["period"] == period]
        figures = results.summary["plan"][str(period)]
        shown = results.sites[f"it_mw_{period}"].rename("shown").to_frame()
        shown["placed"] = now.groupby("site_id")["it_mw"].sum()
        apart = (shown["shown"] - shown["placed"].fillna(0.0)).abs().sum()
        pairs = {"sites.parquet, MW": (now["it_mw"].sum() + apart, now["it_mw"].sum())}
        pairs["summary.json, it_mw"] = (figures["it_mw"], now["it_mw"].sum())
        worked = {name: k * total(impacts, now, v) for name, (v, k) in TOTALS.items()}
        worked |= with_heat(inputs, plan, worked, period)
        for name, amount in worked.items():
            pairs[f"summary.json, {name}"] = (figures.get(name), amount)
        found += [
            Violation("P00", where, period, abs(told - worked), _otherwise(where, told, worked))
            for where, (told, worked) in pairs.items()
            if told is not None and abs(told - worked) > 1e-3 + 1e-4 * abs(worked)
        ]
    return found


def _otherwise(where: str, told: float, worked: float) -> str:
    return f"{where} : {significant(told, 6)} écrit, {significant(worked, 6)} d'après le plan"


def heat_demand(results: Results) -> xr.DataArray:
    """Return the demand of each sink by hour, in MW at the source.

    Parameters
    ----------
    results : a run's folder.

    Returns
    -------
    Dims (sink_id, hour), 8,760 hours.
    """
    table = results.table("plan/heat_demand")
    return xr.DataArray(
        table.to_numpy().T,
        dims=("sink_id", "hour"),
        coords={"sink_id": [str(column) for column in table.columns]},
        attrs={"units": "MW"},
    )


def plan_of(results: Results) -> Plan:
    """Return the plan as its folder holds it.

    Parameters
    ----------
    results : a run's folder.

    Returns
    -------
    Placements, connections, heat, sinks, bill and outcome; the other tables are empty.
    """
    nothing = pd.DataFrame()
    tables = {name: results.table(f"plan/{name}") for name in
              ("placements", "connections", "heat", "sinks")}  # fmt: skip
    second = results.folder / "plan" / "backups.parquet"
    tables["backups"] = results.table("plan/backups") if second.is_file() else no_backups()
    told = results.descriptor["solver"]
    known = {field.name for field in fields(Outcome)}  # an older folder may say more, or less
    solver: dict[str, Any] = {
        key: float("nan") if value is None else value for key, value in told.items()
    }
    return Plan(
        **tables,
        bill=results.rules,
        rule_costs=nothing,
        leverage=nothing,
        capacity=nothing,
        yards=nothing,
        sites=nothing,
        outcome=Outcome(**{key: value for key, value in solver.items() if key in known}),
    )


def inputs_of(results: Results) -> Inputs:
    """Return what the program was given, read back from the folder alone.

    Parameters
    ----------
    results : a run's folder.

    Returns
    -------
    Sites that are candidates, lines, yards, footprints, rules and values, in the program's units.
    """
    scenario = Scenario.model_validate(results.scenario)
    sites = pd.DataFrame(results.sites.drop(columns="geometry"))
    pool = sites[sites["fate"] == "candidat"]
    built = pool["told_built"].eq(True) if "told_built" in pool else False
    pool = pool.assign(is_brownfield=(pool["source"] == FRICHES) | built)
    lines = results.table("plan/lines")
    values = {entry["name"]: _value(entry) for entry in results.parameters}
    return Inputs(
        sites=pool.assign(
            is_verified=pool["quality_fr"] == "vérifiée",
            x_m=results.sites.geometry.x.reindex(pool.index),
            y_m=results.sites.geometry.y.reindex(pool.index),
            distance_km=lines.groupby("site_id")["distance_km"].min().reindex(pool.index),
        ),
        connections=lines,
        yards=results.table("plan/yards").set_index("yard_id"),
        zones=results.table("plan/zones").set_index("departement_code"),
        links=results.table("plan/links"),
        coefficients=_with_booleans(results.impacts),
        heat_curves=heat.curves(heat_demand(results)),
        heat_sinks=_heat_sinks(results, values),
        pump_carbon=values["carbon.intensity"].number if "carbon.intensity" in values else 0.0,
        demand=_demand(results, scenario),
        rules=rule_settings(scenario),
        # A value that a folder of an older version lacks is today's.
        policy={**in_force(policy_parameters(), scenario.reference_date), **values},
        weights=scenario.objective.weights,
        references={k: v for k, v in values.items() if "." not in k},
        max_liquid_share=scenario.designs.max_liquid_share,
        min_mw=results.descriptor["solver"]["min_mw"] or scenario.sizes.min_mw,
        opening_cost_meur=opening_cost(scenario, values),
        max_sites=scenario.sizes.max_sites,
        locks=locks_of(scenario, sites),
        start_year=scenario.reference_date.year,
    )


def _heat_sinks(results: Results, values: dict[str, Value]) -> dict[str, HeatSink]:
    """Return what each sink asks; a folder older than the heat pumps has none."""
    if not results.holds("plan/heat_sinks.parquet"):
        return {}
    return heat_sinks_of(results.table("plan/heat_sinks"), values["heat.network_loss"].number)


def _with_booleans(impacts: xr.Dataset) -> xr.Dataset:
    """Read back the flags that CF writes as 0 and 1."""
    flags = {
        name: array.astype(bool)
        for name, array in impacts.variables.items()
        if "flag_meanings" in array.attrs
    }
    return impacts.assign_coords(flags)


def _demand(results: Results, scenario: Scenario) -> Demand:
    projects = []
    for entry in results.projects:
        powers = {int(year): mw for year, mw in entry["it_mw"].items()}
        projects.append(FixedProject(**{**entry, "it_mw": powers}))
    # A folder older than this part took what its scenario says.
    told = results.document("parameters").get(
        "existing", {"existing_it_mw": scenario.demand.existing_it_mw}
    )
    return Demand(
        it_mw={year: scenario.demand.it_mw[year] for year in scenario.periods},
        utilisation=scenario.demand.utilisation,
        fixed=tuple(projects),
        **told,
    )


def _value(entry: dict[str, Any]) -> Value:
    return Value(
        name=entry["name"],
        label_fr=entry["label_fr"],
        unit=entry["unit"],
        scope=entry["scope"],
        value=entry["value"],
        low=entry["low"],
        high=entry["high"],
        law="fixed",
        status=entry["status"],
        reference=entry["reference"],
        since=date.fromisoformat(entry["since"]),
    )
