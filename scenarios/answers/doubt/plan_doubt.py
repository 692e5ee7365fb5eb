"""The doubt on a plan and its sites: nine chances in ten, from each constant's declared range."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypedDict

import geopandas as gpd
import numpy as np
import pandas as pd
import xarray as xr

from impacts import uncertainty
from impacts.footprints.plan_footprint import of_plan as plan_totals
from impacts.quantities.network_heat import share_values
from impacts.uncertainty import Sample, heat_draws, one_constant
from layers.packs.data_pack import Pack
from layers.words.dated_values import Value
from layers.words.kept_figures import six_figures
from scenarios.answers.doubt.wide_doubt import needed, wide_draws, wide_figures
from scenarios.answers.heat_and_water.water_choice import all_dry, thirstiest
from scenarios.answers.plan_summary import TOTALS
from scenarios.question.load.load_profiles import in_utc
from scenarios.question.scenario_reading import Scenario
from scenarios.site_evidence.at_stations.site_weather import hours_asked
from scenarios.site_evidence.evidence_joining import Evidence
from scenarios.site_evidence.heat_sinks_held import supply_of
from siting.program.plan_tables import Plan
from siting.program.plan_totals import Facts
from siting.program.program_inputs import Inputs

# Totals that are doubted: those of the footprint, of the heat and its pumps, of the ground.
DOUBTED: Mapping[str, tuple[str, float]] = {
    **TOTALS,
    "electricity_twh": ("electricity", 1e-3),
    "heat_gwh": ("heat", 1.0),
    "heat_delivered_gwh": ("heat_delivered", 1.0),
    "pump_gwh": ("pumps", 1.0),
    "carbon_pumps_kt": ("carbon_pumps", 1e-3),
    "heat_avoided_kt": ("heat_avoided", 1e-3),
    "reused_ha": ("land_reused", 1e-4),
    "water_dry_m3": ("water_dry", 1.0),
    "water_choice_m3": ("water_choice", 1.0),
}


@dataclass(frozen=True)
class Doubt:
    """What draws say of a plan.

    ``totals`` : by period, p5, median and p95 of each total, named « …_p5 », « …_p50 », « …_p95 ».
    ``sites`` : a row a site and figure of the last period: site_id, figure, units, p5, p50, p95.
    """

    totals: Mapping[int, Mapping[str, float]]
    sites: pd.DataFrame


class Options(TypedDict):
    """What a scenario tells the footprint, besides its sites."""

    vintage: str
    utilisation: float
    density: str
    load: tuple[float, ...]


def doubt_of(
    scenario: Scenario,
    pack: Pack,
    evidence: Evidence,
    inputs: Inputs,
    plan: Plan,
    factors: Mapping[str, Value],
    *,
    is_wide: bool = False,
) -> Doubt:
    """Return the doubt on a plan, its heat and heat pumps included.

    Two hundred correlated draws, seeded and the same for every period: the same plan always has
    the same doubt.

    Parameters
    ----------
    scenario : the question, checked.
    pack : the layers.
    evidence : the layers joined: sites, candidates, connections, sinks, verdicts.
    inputs : what the program read.
    plan : what the program answered.
    factors : the constants in force, by name.
    is_wide : whether the need, prices and room at the yards are drawn too.

    Returns
    -------
    Quantiles of the totals by period, and of each site; empty for a plan without MW at the last
    period.
    """
    placed = {period: placed_at(plan, period) for period in scenario.periods}
    last = placed[scenario.periods[-1]]
    if last.empty:
        return Doubt({}, _by_site(xr.Dataset(coords={"site_id": []})))
    known = {**factors, **share_values(evidence.sinks.networks)}
    options = _options(scenario)
    sample = uncertainty.sample(
        known, vintage=options["vintage"], utilisation=options["utilisation"]
    )
    where = sorted(last.index.get_level_values("site_id").unique())
    designs = [str(name) for name in inputs.coefficients["design"].values]
    sites = _sites(evidence.pool).loc[where]
    figures = uncertainty.draw(
        sites, designs, hours_asked(scenario, pack), known, drawn=sample, **options
    )
    wide = wide_draws(known, sample.count) if is_wide else None
    figures = figures if wide is None else needed(figures, wide)
    drawn = {
        period: _whole(figures, power, evidence, inputs, plan, period, sample)
        for period, power in placed.items()
    }
    totals = {
        period: _totals(uncertainty.plan_quantiles(found)) | _ratios(found)
        for period, found in drawn.items()
    }
    if wide is not None:
        for period, told in totals.items():
            told |= wide_figures(inputs, plan, period, wide)
    return Doubt(totals, _by_site(drawn[scenario.periods[-1]]))


def _whole(
    figures: xr.Dataset,
    placed: pd.Series[float],
    evidence: Evidence,
    inputs: Inputs,
    plan: Plan,
    period: int,
    sample: Sample,
) -> xr.Dataset:
    """Return the draws of a period's plan by site: footprint, heat, ground, water otherwise."""
    by_site = _heated(evidence, inputs, plan, period)(plan_totals(figures, placed), sample)
    sites = inputs.sites.loc[by_site["site_id"].to_numpy()]
    reused = xr.DataArray((sites["enaf"] != "unknown").to_numpy(float), dims="site_id")
    land = by_site["land"]
    added = {"land_reused": (land * reused).assign_attrs(land.attrs)}
    water = figures[["water_input"]]
    for name, otherwise in (("water_dry", all_dry), ("water_choice", thirstiest)):
        moved = plan_totals(water, otherwise(inputs.coefficients, placed))["water_input"]
        added[name] = moved.assign_attrs(by_site["water_input"].attrs)
    return by_site.assign(added)


def _ratios(drawn: xr.Dataset) -> dict[str, float]:
    """Return the quantiles of the plan's ERF: heat over the sites' energy, draw by draw."""
    whole = drawn[["heat", "site_energy"]].sum("site_id")
    heat, energy = whole["heat"].to_numpy(), whole["site_energy"].to_numpy()
    # A period where nothing is placed has no energy: no ERF to speak of, and no warning.
    erf = np.divide(heat, energy, out=np.zeros_like(heat), where=energy > 0)
    found = np.quantile(erf, uncertainty.QUANTILES)
    return {
        f"erf_{end}": six_figures(float(x))
        for end, x in zip(uncertainty.QUANTILE_NAMES, found, strict=True)
    }


def _heated(
    evidence: Evidence, inputs: Inputs, plan: Plan, period: int
) -> Callable[[xr.Dataset, Sample], xr.Dataset]:
    """Return what adds the draws of the plan's heat to those of its footprint.

    The pumps' electricity joins the sites' in ``electricity``, and its carbon in ``carbon``.
    """
    sent = plan.heat.loc[plan.heat["period"] == period, ["site_id", "sink_id", "heat_mw"]]
    usual = Facts(inputs, plan).by_site("heat_capacity")[period]
    names = sorted(set(sent["sink_id"].astype(str)))
    placed = heat_draws.Placed(
        sent=sent,
        demand=evidence.heat_demand,
        networks=evidence.sinks.networks,
        supply={sink: supply_of(sink) for sink in names},
    )

    def add(by_site: xr.Dataset, sample: Sample) -> xr.Dataset:
        found = heat_draws.drawn_heat(placed, by_site["heat_capacity"], usual, sample)
        found = found.reindex(site_id=by_site["site_id"], fill_value=0.0)
        of_heat = {str(name): array for name, array in found.data_vars.items()}
        energy = by_site["site_energy"] + found["pumps"]
        carbon = by_site["carbon"] + found["carbon_pumps"]
        label = "Électricité des sites et des pompes à chaleur"
        of_heat["electricity"] = energy.assign_attrs(units="GWh", label_fr=label)
        of_heat["carbon"] = carbon.assign_attrs(by_site["carbon"].attrs)
        return by_site.assign(of_heat)

    return add


def _totals(table: pd.DataFrame) -> dict[str, float]:
    ends = {
        end: {str(k): float(v) for k, v in table[end].to_dict().items()}
        for end in uncertainty.QUANTILE_NAMES
    }
    return {
        f"{name}_{end}": six_figures(factor * ends[end][variable])
        for name, (variable, factor) in DOUBTED.items()
        if variable in table.index
        for end in uncertainty.QUANTILE_NAMES
    }


def _by_site(drawn: xr.Dataset) -> pd.DataFrame:
    """Return the quantiles of the yearly figures of each site, as a long table."""
    columns = ["site_id", "figure", "units", *uncertainty.QUANTILE_NAMES]
    rows = []
    for name, array in drawn.data_vars.items():
        if set(array.dims) != {"site_id", "draw"}:
            continue
        found = uncertainty.quantiles(array.to_dataset(name="figure"))["figure"]
        for site, values in zip(
            found["site_id"].to_numpy(), found.transpose("site_id", "quantile").to_numpy(),
            strict=True,
        ):  # fmt: skip
            if np.isnan(values).all():
                continue  # no layer tells it: nothing to doubt
            kept = [six_figures(value) for value in values]
            rows.append((str(site), str(name), str(array.attrs["units"]), *kept))
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["site_id", "figure"], ignore_index=True)


def sensitivity_of(
    scenario: Scenario,
    pack: Pack,
    evidence: Evidence,
    inputs: Inputs,
    plan: Plan,
    factors: Mapping[str, Value],
) -> pd.DataFrame:
    """Return each total of the last period with one constant at a time at its ends.

    Columns of ``impacts.uncertainty.one_constant.COLUMNS``, figures under the summary's names
    and units.

    Parameters
    ----------
    scenario : the question, checked.
    pack : the layers.
    evidence : the layers joined: sites, candidates, connections, sinks, verdicts.
    inputs : what the program read.
    plan : what the program answered.
    factors : the constants in force, by name.

    Returns
    -------
    A row a figure and constant; none for a plan without MW.
    """
    placed = placed_at(plan, scenario.periods[-1])
    if placed.empty:
        return pd.DataFrame(columns=list(one_constant.COLUMNS))
    table = uncertainty.one_at_a_time(
        placed,
        _sites(evidence.pool),
        hours_asked(scenario, pack),
        {**factors, **share_values(evidence.sinks.networks)},
        more=_heated(evidence, inputs, plan, scenario.periods[-1]),
        **_options(scenario),
    )
    parts = []
    for name, (variable, factor) in DOUBTED.items():
        rows = table[table["figure"] == variable]
        scaled = {c: (rows[c] * factor).map(six_figures) for c in ("usual", "at_low", "at_high")}
        ends = {c: rows[c].map(six_figures) for c in ("low", "high")}
        parts.append(rows.assign(figure=name, **scaled, **ends))
    return pd.concat(parts, ignore_index=True)


def placed_at(plan: Plan, period: int) -> pd.Series[float]:
    """Return the IT MW of a period by site and design, sorted.

    Parameters
    ----------
    plan : what the program answered.
    period : a year of the scenario.

    Returns
    -------
    MW by (site_id, design).
    """
    rows = plan.placements[plan.placements["period"] == period]
    power: pd.Series[float] = rows.set_index(["site_id", "design"])["it_mw"].sort_index()
    return power


def _sites(pool: gpd.GeoDataFrame) -> pd.DataFrame:
    sites = pd.DataFrame(pool.drop(columns="geometry"))
    return sites.assign(x_m=pool.geometry.x, y_m=pool.geometry.y)


def _options(scenario: Scenario) -> Options:
    return {
        "vintage": scenario.designs.vintage,
        "utilisation": scenario.demand.utilisation,
        "density": scenario.designs.density,
        "load": in_utc(scenario.demand.hourly),
    }
