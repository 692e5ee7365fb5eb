"""A territory one can check on paper: six sites, three yards, two sinks, two basins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from layers.words.dated_values import Value, in_force
from siting.program import program_building  # noqa: F401 - registers the rules
from siting.program.program_inputs import Demand, HeatSink, Inputs, RuleSetting
from siting.program.rule_registry import policy_parameters

UTILISATION = 0.70
# The rules every test of the village takes unless it says otherwise.
CORE = (
    "demand.served", "energy.budget", "grid.connection_delay", "grid.reserve", "grid.upstream",
    "grid.yard_capacity", "heat.recovered_share", "land.brownfield_share", "land.regional_enaf",
    "territory.balance", "territory.site_size", "water.basin_budget", "water.regional_budget",
)  # fmt: skip
# What layers absent from the embedded pack would say of the six sites.
LAYERS = {
    "x_m": [0.0, 1_500.0, 60_000.0, 62_000.0, 40_000.0, 41_000.0],
    "y_m": [0.0, 0.0, 5_000.0, 5_000.0, 50_000.0, 50_000.0],
    "reserve_overlap_ha": [0.0, 0.5, 0.0, np.nan, 0.0, 0.0],
    "natura2000_overlap_ha": [0.0, 0.0, 0.0, 2.0, 0.0, 0.0],
    "wetland_overlap_ha": [0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
    "green_blue_overlap_ha": [0.0, 0.0, 0.0, 0.0, 0.0, 3.0],
    "flood_overlap_ha": [1.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    "clay_overlap_ha": [1.0, 0.0, 2.0, np.nan, 0.0, 0.0],
    "dwellings_distance_km": [0.1, 1.0, 2.0, 0.2, 1.0, 1.0],
    "retainable": [True, False, True, True, True, False],
    "schools_distance_km": [1.0, 0.2, 2.0, np.nan, 0.0, 1.0],
    "seveso_upper_distance_km": [5.0, 4.0, 0.9, 1.1, 9.0, 9.0],
    "pprt_commune": [np.nan, np.nan, 1.0, 1.0, np.nan, np.nan],
    "hot_days_2050": [25.0, 25.0, 30.0, 30.0, 10.0, 10.0],
    "coastal": ["yes", "unknown", None, None, None, None],
    "mountain": ["no", "no", "part", "no", "yes", "yes"],
    "station_distance_km": [3.0, 3.0, 0.4, 3.0, 0.6, 3.0],
    "aerodrome_distance_km": [9.0, 1.9, 9.0, 9.0, 9.0, 2.1],
    "scot_code": ["S1", "S1", "S2", "S2", None, None],
    "enaf_scot_2011_2021_ha": [300.0, 300.0, 400.0, 400.0, np.nan, np.nan],
    "enaf_epci_2011_2021_ha": [200.0, 200.0, 900.0, 900.0, np.nan, np.nan],
}  # fmt: skip
IT_GWH = 8.76 * UTILISATION
DESIGNS = ("air", "liquid", "pads")
REFERENCES = {
    "connection_cost": (140.0, "M€"),
    "water_scarcity": (150_000.0, "m³-éq/an"),
    "enaf": (50.0, "ha"),
    "land_reused": (130.0, "ha"),
    "useful_heat": (480.0, "GWh/an"),
    "energy_above_it": (180.0, "GWh/an"),
    "carbon": (100.0, "kt CO2e/an"),
}
#            usable m²  commune  epci  dép.  sector zre   enaf       friche verified km
SITES = {
    "A": (60_000.0, "16001", "E1", "16", "R1", "yes", "no", True, True, 2.0),
    "B": (30_000.0, "16002", "E1", "16", "R1", "yes", "unknown", True, False, 3.0),
    "C": (200_000.0, "33001", "E2", "33", "R1", "yes", "no", True, True, 4.0),
    "D": (150_000.0, "33002", "E2", "33", "R2", "no", "unknown", False, True, 6.0),
    "E": (80_000.0, "87001", "E3", "87", "R2", "no", "no", True, True, 1.0),
    "F": (50_000.0, "87002", "E3", "87", "R2", "no", "unknown", False, False, 5.0),
}
#      site yard domain kV   km  limit low  mid  high delay
CONNECTIONS = [
    ("A", "Y1", "HTA", 20, 2.0, 12.0, 0.6, 0.9, 1.5, 2),
    ("A", "Y1", "HTB1", 63, 2.0, 100.0, 3.0, 4.0, 6.0, 4),
    ("B", "Y1", "HTA", 20, 3.0, 12.0, 0.8, 1.1, 1.8, 2),
    ("C", "Y2", "HTB2", 225, 4.0, 400.0, 9.0, 12.0, 16.0, 5),
    ("C", "Y2", "HTA", 20, 4.0, 12.0, 0.9, 1.3, 2.1, 2),
    ("D", "Y2", "HTB2", 225, 6.0, 400.0, 12.0, 16.0, 22.0, 5),
    ("D", "Y2", "HTA", 20, 6.0, 12.0, 1.1, 1.6, 2.6, 2),
    ("E", "Y3", "HTA", 20, 1.0, 12.0, 0.5, 0.7, 1.2, 2),
    ("E", "Y3", "HTB1", 90, 1.0, 100.0, 2.5, 3.5, 5.0, 4),
    ("F", "Y3", "HTB1", 90, 5.0, 100.0, 5.0, 7.0, 10.0, 4),
]
#        name            kV   dép. low   mid    high  θ
YARDS = {
    "Y1": ("Angoulême-Sud", 63, "16", 10.0, 40.0, 60.0, 0.3),
    "Y2": ("Le Marquis", 225, "33", 50.0, 150.0, 300.0, 0.3),
    "Y3": ("Limoges-Est", 90, "87", 15.0, 40.0, 80.0, 0.3),
}
LINKS = [("A", "N1", 1.0), ("B", "N1", 2.0), ("E", "N2", 0.5)]
CURVES = {
    "N1": np.array([[0.0, 0.0], [2.0, 17.0], [6.0, 42.0], [15.0, 60.0]]),
    "N2": np.array([[0.0, 0.0], [3.0, 25.0], [8.0, 52.0], [20.0, 75.0]]),
}
# A GWh taken at the source costs 0.4 GWh of electricity to send into N1, 0.5 into N2.
HEAT_SINKS = {"N1": HeatSink(0.4, 0.5, 1.5), "N2": HeatSink(0.5, 0.8, 1.2)}
PUMP_CARBON = 40.0
#          pue   peak  cooling  humid.  land  heat  carbon
DESIGN = {
    "air": (1.15, 1.25, 0.0, 90.0, 2000.0, 0.45, 330.0),
    "liquid": (1.09, 1.19, 0.0, 20.0, 2000.0, 0.62, 310.0),
    "pads": (1.10, 1.20, 1500.0, 60.0, 2000.0, 0.45, 320.0),
}
SCARCITY = {"R1": 1.5, "R2": 0.8}


def value(name: str, number: float | dict[str, float], unit: str = "1") -> Value:
    """Return an override or a reference as a scenario would give it."""
    return Value(
        name, name, unit, "U", number, None, None, "fixed", "assumption",
        "village des essais", date(2026, 11, 23), by_user=True,
    )  # fmt: skip


def village(**changes: Any) -> Inputs:
    """Return the village's inputs, some fields replaced."""
    sites = site_table()
    given: dict[str, Any] = {
        "sites": sites,
        "connections": pd.DataFrame(
            CONNECTIONS,
            columns=[
                "site_id", "yard_id", "domain", "voltage_kv", "distance_km", "limit_mw",
                "cost_low_meur", "cost_meur", "cost_high_meur", "delay_years",
            ],
        ),
        "yards": yard_table(),
        "zones": pd.DataFrame(
            {"cap_mw": [60.0, 180.0, 70.0], "status": "assumption"},
            index=pd.Index(["16", "33", "87"], name="departement_code"),
        ),
        "links": pd.DataFrame(LINKS, columns=["site_id", "sink_id", "distance_km"]),
        "coefficients": coefficients(sites),
        "heat_curves": dict(CURVES),
        "heat_sinks": dict(HEAT_SINKS),
        "pump_carbon": PUMP_CARBON,
        "demand": Demand({2031: 40.0, 2036: 60.0}, existing_it_mw=10.0, utilisation=UTILISATION),
        "rules": {name: RuleSetting() for name in CORE},
        "policy": in_force(policy_parameters(), date(2026, 11, 23)),
        "weights": {name: 1.0 for name in REFERENCES},
        "references": {name: value(name, *pair) for name, pair in REFERENCES.items()},
        "max_liquid_share": 0.5,
        "min_mw": 5.0,
        "opening_cost_meur": 1.0,
        "start_year": 2026,
    }  # fmt: skip
    return Inputs(**{**given, **changes})


def informed(**changes: Any) -> Inputs:
    """Return the village with every layer its rules could read."""
    inputs = village(**changes)
    return replace(inputs, sites=inputs.sites.assign(**LAYERS))


def site_table() -> pd.DataFrame:
    """Return the six sites."""
    columns = [
        "usable_area_m2", "commune_code", "epci_code", "departement_code", "sector_code", "zre",
        "enaf", "is_brownfield", "is_verified", "distance_km",
    ]  # fmt: skip
    table = pd.DataFrame.from_dict(SITES, orient="index", columns=columns)
    return table.rename_axis("site_id")


def yard_table() -> pd.DataFrame:
    """Return the three yards."""
    columns = [
        "name", "max_voltage_kv", "departement_code", "room_low_mw", "room_mw", "room_high_mw",
        "reserve_share",
    ]  # fmt: skip
    table = pd.DataFrame.from_dict(YARDS, orient="index", columns=columns)
    return table.assign(room_status="assumption", hta_limit_mw=20.0).rename_axis("yard_id")


def coefficients(sites: pd.DataFrame) -> xr.Dataset:
    """Return the ledger's coefficients per MW of IT and year, from the small design table."""
    rows = np.array([DESIGN[design] for design in DESIGNS])
    weight = sites["sector_code"].map(SCARCITY).to_numpy(dtype=np.float64)[:, None]
    full = np.ones((len(sites), len(DESIGNS)))
    water = rows[:, 2] + rows[:, 3]
    fields = {
        "pue": full * rows[:, 0],
        "connection_ratio": full * np.maximum(1.35, 1.1 * rows[:, 1]),
        "it_energy": full * IT_GWH,
        "site_energy": full * rows[:, 0] * IT_GWH,
        "water_input": full * water,
        "cooling_water": full * rows[:, 2],
        "scarcity": weight * water,
        "land": full * rows[:, 4],
        "heat_capacity": full * rows[:, 5],
        "carbon": full * rows[:, 6],
    }
    return xr.Dataset(
        {name: (("site_id", "design"), field) for name, field in fields.items()},
        coords={
            "site_id": list(sites.index),
            "design": list(DESIGNS),
            "is_liquid": ("design", [design == "liquid" for design in DESIGNS]),
        },
    )
