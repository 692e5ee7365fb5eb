"""Small random questions on the village, from a seed: for oracles and properties."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from siting.inputs import Demand, Inputs, RuleSetting
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
