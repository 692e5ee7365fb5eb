"""Small random questions on the village, from a seed: for oracles and properties."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr

from siting.program.program_inputs import Demand, FixedProject, Inputs, RuleSetting
from tests.village.hand import (
    CORE,
    LAYERS,
    REFERENCES,
    SITES,
    UTILISATION,
    coefficients,
    value,
    village,
)


def drawn(seed: int) -> Inputs:
    """Return a village with drawn needs, sites, rules, weights and costs."""
    random = np.random.default_rng(seed)
    whole = village()
    kept = sorted(random.choice(whole.sites.index, size=int(random.integers(3, 7)), replace=False))
    sites = whole.sites.loc[kept].copy()
    sites["usable_area_m2"] *= random.uniform(0.5, 1.5, len(sites))
    sites["zre"] = random.choice(["yes", "no", "unknown"], len(sites))
    sites["enaf"] = random.choice(["no", "unknown"], len(sites))
    first = float(random.uniform(8, 30))
    lines = whole.connections.copy()
    lines["cost_meur"] *= random.uniform(0.7, 1.4, len(lines))
    lines["delay_years"] += random.integers(0, 3, len(lines))
    drawn_rules = {name: _setting(random, name) for name in CORE}
    weights = {name: float(random.uniform(0.2, 3.0)) for name in REFERENCES}
    liquid, least = float(random.choice([0.3, 0.5, 1.0])), float(random.choice([2.0, 5.0]))
    place = [list(SITES).index(site) for site in kept]
    for axis in ("x_m", "y_m"):
        sites[axis] = np.array(LAYERS[axis])[place]
    drawn_rules["territory.twin_sites"] = _twins(random)
    return replace(
        whole,
        sites=sites,
        connections=lines,
        coefficients=coefficients(sites),
        demand=Demand({2031: first, 2036: first + float(random.uniform(0, 25))}, 4.0, UTILISATION),
        rules=drawn_rules,
        weights=weights,
        max_liquid_share=liquid,
        min_mw=least,
    )


def connected(seed: int) -> Inputs:
    """Return a drawn village of at most four sites, near one another, with more lines to choose.

    Half of them ask for a second supply, hard or soft.
    """
    random = np.random.default_rng([seed, 20])
    inputs = drawn(seed)
    kept = list(inputs.sites.index[: int(random.integers(2, 5))])
    sites = inputs.sites.loc[kept].copy()
    sites["x_m"] = random.choice([0.0, 600.0, 1_200.0], len(kept))
    sites["y_m"] = random.choice([0.0, 700.0], len(kept))
    lines = inputs.connections[inputs.connections["site_id"].isin(kept)]
    first = 4.0 + float(random.uniform(2, 12))
    more = [
        (site, yard, domain, 20 if domain == "HTA" else 63, 6.0, limit, cost, cost, cost, 2)
        for site in kept
        for yard, domain, limit in (("Y1", "HTA", 12.0), ("Y2", "HTA", 12.0), ("Y3", "HTB1", 60.0))
        if random.random() < 0.4
        for cost in [float(random.uniform(0.5, 6.0))]
    ]
    table = pd.concat([lines, pd.DataFrame(more, columns=lines.columns)], ignore_index=True)
    table = table.drop_duplicates(["site_id", "yard_id", "domain"], ignore_index=True)
    backup = RuleSetting(
        enabled=bool(random.random() < 0.5),
        hard=bool(random.random() < 0.5),
        penalty=float(random.uniform(0.01, 2.0)),
        overrides={"backup_share": value("backup_share", float(random.choice([0.5, 1.0])))},
    )
    return replace(
        inputs,
        sites=sites,
        connections=table,
        coefficients=coefficients(sites),
        demand=Demand({2031: first, 2036: first + float(random.uniform(0, 12))}, 4.0, UTILISATION),
        rules={**inputs.rules, "grid.backup": backup},
        opening_cost_meur=float(random.choice([0.0, 1.0, 5.0])),
    )


def _twins(random: np.random.Generator) -> RuleSetting:
    """Each open site needs another to back it up, in one draw in four; neighbours exclude."""
    spacing, far = float(random.uniform(0.5, 3.0)), float(random.uniform(55.0, 90.0))
    return RuleSetting(
        enabled=bool(random.random() < 0.25),
        overrides={
            "twin_min_km": value("twin_min_km", 30.0),
            "twin_max_km": value("twin_max_km", far),
            "spacing_km": value("spacing_km", spacing),
        },
    )


def _setting(random: np.random.Generator, name: str) -> RuleSetting:
    tight = {
        "land.regional_enaf": ("regional_enaf_ha", float(random.uniform(0, 5))),
        "territory.site_size": ("max_site_mw", float(random.uniform(8, 30))),
        "territory.balance": ("max_departement_share", float(random.uniform(0.5, 0.9))),
        "heat.recovered_share": ("erf_min", float(random.uniform(0.0, 0.2))),
        "water.regional_budget": ("regional_water_m3", float(random.uniform(2_000, 20_000))),
        "water.basin_budget": ("basin_budget_m3", float(random.choice([0.0, 5_000.0]))),
    }
    overrides = {}
    if name in tight:
        key, number = tight[name]
        overrides = {key: value(name, number)}
    soft = name in ("land.regional_enaf", "territory.balance", "land.brownfield_share")
    return RuleSetting(
        enabled=name == "demand.served" or bool(random.random() < 0.75),
        hard=not soft or bool(random.random() < 0.5),
        overrides=overrides,
    )


def informed_draw(seed: int) -> Inputs:
    """Return a drawn village with every layer, any rule, options, and perhaps a decided project."""
    random = np.random.default_rng([seed, 28])
    inputs = drawn(seed)
    place = [list(SITES).index(site) for site in inputs.sites.index]
    layers = {name: np.array(values)[place] for name, values in LAYERS.items()}
    rules = dict(inputs.rules)
    for name, (key, low, high) in MORE.items():
        if random.random() < 0.35:
            numbers = {key: value(key, float(random.uniform(low, high)))} if key else {}
            hard = name not in SOFT or bool(random.random() < 0.5)
            rules[name] = RuleSetting(hard=hard, overrides=numbers)
    if random.random() < 0.3:  # each site answers for its own heat
        numbers = {"erf_min": float(random.uniform(0.0, 0.15)), "erf_per_site": 1.0}
        numbers["derogation"] = float(numbers["erf_min"] > 0.075)
        given = {key: value(key, number) for key, number in numbers.items()}
        rules["heat.recovered_share"] = RuleSetting(overrides=given)
    if random.random() < 0.3:
        numbers = {"basin_budget_m3": 5_000.0, "month_share": float(random.uniform(0.09, 0.3))}
        given = {key: value(key, number) for key, number in numbers.items()}
        rules["water.basin_budget"] = RuleSetting(overrides=given)
    summer = np.array([float(6 <= month <= 9) / 4 for month in range(1, 13)])
    table = inputs.coefficients
    even = table["water_input"] - table["cooling_water"]
    days = xr.DataArray(np.array(DAYS) / sum(DAYS), dims="month", coords={"month": range(1, 13)})
    table = table.assign(water_month=even * days + table["cooling_water"] * (0.0 * days + summer))
    demand = inputs.demand
    if random.random() < 0.4:
        demand = replace(demand, it_mw={k: v + 12.0 for k, v in demand.it_mw.items()},
                         fixed=(_decided(random),))  # fmt: skip
    return replace(
        inputs,
        sites=inputs.sites.assign(**layers),
        rules=rules,
        coefficients=table,
        demand=demand,
    )


def _decided(random: np.random.Generator) -> FixedProject:
    """Return a project of 12 MW, half of it in 2031, near the third yard."""
    grid, heat = float(random.uniform(14.0, 60.0)), float(random.uniform(0.0, 30.0))
    return FixedProject(
        "décidé", "Projet décidé", {2031: 6.0, 2036: 12.0}, grid, "87", "87001",
        {"Y3": 0.75, "Y2": 0.25}, float(random.uniform(0.0, 9_000.0)), 3.0,
        float(random.uniform(0.0, 3.0)), heat, "assumption", "village des essais",
    )  # fmt: skip


DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
SOFT = (
    "carbon.budget", "land.vacancy", "design.efficiency_caps", "nature.wetlands",
    "land.coastal_law", "land.mountain_law", "risk.industrial_hazards", "heat.duty_per_site",
    "air.engines", "energy.additional_supply", "grid.shedding", "land.scot_envelope",
)  # fmt: skip
# Rule, the value drawn and its range; without one, the value in force.
MORE = {
    "nature.excluded_areas": ("", 0.0, 0.0),
    "nature.wetlands": ("", 0.0, 0.0),
    "nature.green_blue_network": ("", 0.0, 0.0),
    "risk.natural_hazards": ("tolerated_mw", 0.0, 10.0),
    "nature.neighbours": ("", 0.0, 0.0),
    "climate.hot_days": ("max_hot_days", 15.0, 28.0),
    "carbon.budget": ("carbon_budget_kt", 5.0, 20.0),
    "design.efficiency_caps": ("max_wue", 0.0, 0.3),
    "water.drought_continuity": ("order_threshold_m3", 1_000.0, 20_000.0),
    "land.territory_envelope": ("datacenter_share", 0.005, 0.05),
    "territory.cumulative_caps": ("commune_mw", 10.0, 40.0),
    "land.vacancy": ("unverified_share", 0.0, 0.4),
    "energy.local_renewables": ("local_share", 0.0, 0.05),
    "risk.industrial_hazards": ("seveso_m", 500.0, 1_500.0),
    "land.coastal_law": ("", 0.0, 0.0),
    "land.mountain_law": ("", 0.0, 0.0),
    "land.surroundings": ("station_m", 300.0, 700.0),
    "heat.duty_per_site": ("", 0.0, 0.0),
    "air.engines": ("near_mwth", 10.0, 60.0),
    "energy.additional_supply": ("ppa_gwh", 20.0, 200.0),
    "grid.shedding": ("offered_share", 0.0, 0.2),
    "land.scot_envelope": ("datacenter_share", 0.005, 0.05),
}
