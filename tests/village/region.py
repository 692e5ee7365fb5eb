"""A synthetic region of realistic size, from a fixed seed: for times and determinism, not facts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from siting.program.program_inputs import Demand, Inputs, RuleSetting
from tests.village.hand import CORE, IT_GWH, UTILISATION, village

ROOM = {63: 30.0, 90: 40.0, 225: 150.0, 400: 500.0}
#        MW·km  cap   €/km  bay  delay  kept  voltages
DOMAINS = {
    "HTA": (100.0, 12.0, 0.18, 0.5, 2, 2, (63, 90, 225)),
    "HTB1": (1_000.0, 100.0, 1.0, 2.0, 4, 2, (63, 90)),
    "HTB2": (10_000.0, 400.0, 2.0, 3.5, 5, 1, (225,)),
    "HTB3": (1e6, 1_000.0, 2.5, 14.0, 6, 1, (400,)),
}
DESIGN = {
    "air": (1.14, 1.25, 0.0, 180.0, 2_000.0, 0.455, 330.0),
    "dlc_dry": (1.09, 1.19, 0.0, 40.0, 2_000.0, 0.63, 300.0),
    "pads": (1.10, 1.21, 1_200.0, 180.0, 2_000.0, 0.455, 315.0),
}


def region(count: int = 1000, *, seed: int = 7, **changes: Any) -> Inputs:
    """Return a synthetic region of `count` sites, about 300 yards and 25 sinks."""
    random = np.random.default_rng(seed)
    sites = _sites(random, count)
    yards = _yards(random, max(12, count * 3 // 10))
    links, curves = _heat(random, sites)
    given: dict[str, Any] = {
        "sites": sites.drop(columns=["x", "y"]),
        "connections": _connections(sites, yards),
        "yards": yards.drop(columns=["x", "y"]),
        "zones": pd.DataFrame(
            {"cap_mw": 120.0, "status": "assumption"},
            index=pd.Index(sorted(set(sites["departement_code"])), name="departement_code"),
        ),
        "links": links,
        "coefficients": _coefficients(random, sites),
        "heat_curves": curves,
        "demand": Demand({2031: 213.0, 2036: 309.0}, 20.0, UTILISATION),
        "rules": {
            name: RuleSetting(hard=name not in ("land.regional_enaf", "energy.budget"))
            for name in CORE
        },
    }
    return village(**{**given, **changes})


def _sites(random: np.random.Generator, count: int) -> pd.DataFrame:
    x, y = random.uniform(0, 250, count), random.uniform(0, 330, count)
    column = (x // 84).astype(int) + 3 * (y // 83).astype(int)
    return pd.DataFrame(
        {
            "usable_area_m2": 7_000.0 * np.exp(random.gamma(1.2, 0.9, count)),
            "commune_code": [f"{c:02d}{i % 400:03d}" for i, c in enumerate(column)],
            "epci_code": [f"E{c:02d}" for c in column],
            "departement_code": [f"{c + 10}" for c in column],
            "sector_code": [f"R{c // 2}" for c in column],
            "zre": random.choice(["yes", "no", "unknown"], count, p=[0.55, 0.3, 0.15]),
            "enaf": random.choice(["no", "unknown"], count, p=[0.36, 0.64]),
            "is_brownfield": True,
            "is_verified": random.random(count) < 0.6,
            "distance_km": np.round(random.uniform(0.5, 20, count), 2),
            "x": x,
            "y": y,
        },
        index=pd.Index([f"S{i:05d}" for i in range(count)], name="site_id"),
    )


def _yards(random: np.random.Generator, count: int) -> pd.DataFrame:
    kilovolts = random.choice([63, 90, 225, 400], count, p=[0.4, 0.33, 0.24, 0.03])
    x, y = random.uniform(0, 250, count), random.uniform(0, 330, count)
    room = np.array([ROOM[int(kv)] for kv in kilovolts])
    column = (x // 84).astype(int) + 3 * (y // 83).astype(int)
    return pd.DataFrame(
        {
            "name": [f"Poste {i}" for i in range(count)],
            "max_voltage_kv": kilovolts,
            "departement_code": [f"{c + 10}" for c in column],
            "room_low_mw": room / 3,
            "room_mw": room,
            "room_high_mw": room * 2,
            "room_status": "assumption",
            "reserve_share": 0.3,
            "hta_limit_mw": 20.0,
            "x": x,
            "y": y,
        },
        index=pd.Index([f"Y{i:04d}" for i in range(count)], name="yard_id"),
    )


def _connections(sites: pd.DataFrame, yards: pd.DataFrame) -> pd.DataFrame:
    tables = []
    for domain, (product, cap, per_km, bay, delay, kept, voltages) in DOMAINS.items():
        host = yards[yards["max_voltage_kv"].isin(voltages)]
        away = np.hypot(
            sites["x"].to_numpy()[:, None] - host["x"].to_numpy()[None, :],
            sites["y"].to_numpy()[:, None] - host["y"].to_numpy()[None, :],
        )
        nearest = np.argsort(away, axis=1, kind="stable")[:, :kept]
        km = np.maximum(np.take_along_axis(away, nearest, 1).ravel() * 1.2, 0.2)
        cost = km * per_km + bay
        tables.append(
            pd.DataFrame(
                {
                    "site_id": np.repeat(sites.index.to_numpy(), nearest.shape[1]),
                    "yard_id": host.index.to_numpy()[nearest.ravel()],
                    "domain": domain,
                    "voltage_kv": min(voltages),
                    "distance_km": km,
                    "limit_mw": np.minimum(cap, product / km),
                    "cost_low_meur": cost * 0.7,
                    "cost_meur": cost,
                    "cost_high_meur": cost * 1.5,
                    "delay_years": delay,
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def _heat(
    random: np.random.Generator, sites: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, NDArray[np.float64]]]:
    towns = max(2, min(25, len(sites) // 40))
    near = random.choice(len(sites), size=max(towns, len(sites) * 14 // 100), replace=False)
    sink = np.arange(len(near)) % towns
    links = pd.DataFrame(
        {
            "site_id": sites.index.to_numpy()[near],
            "sink_id": [f"N{n:02d}" for n in sink],
            "distance_km": np.round(random.uniform(0.3, 5, len(near)), 2),
        }
    )
    curves = {f"N{n:02d}": _curve(random.lognormal(2.7, 0.8)) for n in range(towns)}
    return links, curves


def _curve(total_gwh: float) -> NDArray[np.float64]:
    """Return Φ(x) = Σ_h min(x, D_h) of a winter-peaked demand, at seven quantiles and the peak."""
    hours = np.arange(8760)
    shape = np.maximum(0.1, 1.0 + 1.2 * np.cos(2 * np.pi * hours / 8760))
    demand = shape / shape.sum() * total_gwh * 1000.0
    levels = np.unique(np.quantile(demand, [0.02, 0.18, 0.34, 0.5, 0.66, 0.82, 0.98, 1.0]))
    usable = [np.minimum(level, demand).sum() / 1000.0 for level in levels]
    return np.array([[0.0, 0.0], *zip(levels, usable, strict=True)])


def _coefficients(random: np.random.Generator, sites: pd.DataFrame) -> xr.Dataset:
    rows = np.array(list(DESIGN.values()))
    cool = 1.0 + 0.01 * random.standard_normal((len(sites), 1))
    scarcity = random.choice([0.8, 1.4, 2.6], len(sites))[:, None]
    pue = 1.0 + (rows[:, 0] - 1.0) * cool
    water = (rows[:, 2] + rows[:, 3]) * cool
    fields = {
        "pue": pue,
        "connection_ratio": np.maximum(1.35, 1.1 * rows[:, 1]) * np.ones_like(cool),
        "it_energy": IT_GWH * np.ones_like(pue),
        "site_energy": pue * IT_GWH,
        "water_input": water,
        "cooling_water": rows[:, 2] * cool,
        "scarcity": scarcity * water,
        "land": rows[:, 4] * np.ones_like(cool),
        "heat_capacity": rows[:, 5] * np.ones_like(cool),
        "carbon": rows[:, 6] * cool,
    }
    return xr.Dataset(
        {name: (("site_id", "design"), field) for name, field in fields.items()},
        coords={
            "site_id": sites.index.to_numpy(),
            "design": list(DESIGN),
            "is_liquid": ("design", [name.startswith("dlc") for name in DESIGN]),
        },
    )
