"""Greenhouse gases a year per MW of installed IT, in five terms that a planner can discuss."""

from __future__ import annotations

import xarray as xr

from impacts.basis.impact_ledger import impact


@impact(
    "tCO2e/MW",
    "Carbone de l'électricité",
    reference="Énergie du site × intensité moyenne en cycle de vie",
    site_energy="GWh/MW",
    carbon_intensity="gCO2e/kWh",
)
def carbon_electricity(site_energy: xr.DataArray, carbon_intensity: xr.DataArray) -> xr.DataArray:
    """Return E·EF: 1 GWh at 1 g/kWh is 1 t.

    >>> carbon_electricity(xr.DataArray(6.0), xr.DataArray(35.0)).item()
    210.0
    """
    return site_energy * carbon_intensity


@impact(
    "tCO2e/MW",
    "Carbone de l'électricité, vu à la marge",
    reference="Scénario séparé, hors total : énergie du site × intensité marginale en 2030",
    site_energy="GWh/MW",
    carbon_marginal="gCO2e/kWh",
)
def marginal_electricity(site_energy: xr.DataArray, carbon_marginal: xr.DataArray) -> xr.DataArray:
    """Return what the added demand would emit if European gas served it; never in the total.

    >>> marginal_electricity(xr.DataArray(6.0), xr.DataArray(150.0)).item()
    900.0
    """
    return site_energy * carbon_marginal


@impact(
    "tCO2e/MW",
    "Carbone de la fabrication des serveurs",
    reference="Boavizta ; accélérateurs et serveurs usuels au prorata, amortis sur leur vie",
    carbon_servers_cpu="tCO2e/kW",
    carbon_servers_gpu="tCO2e/kW",
    carbon_gpu_share="1",
    carbon_other_it="1",
    carbon_server_life="yr",
)
def carbon_servers(
    carbon_servers_cpu: xr.DataArray,
    carbon_servers_gpu: xr.DataArray,
    carbon_gpu_share: xr.DataArray,
    carbon_other_it: xr.DataArray,
    carbon_server_life: xr.DataArray,
) -> xr.DataArray:
    """Return the yearly share of making servers, network and storage.

    >>> one = xr.DataArray
    >>> carbon_servers(one(1.7), one(0.85), one(1.0), one(1.15), one(5.0)).round(1).item()
    195.5
    """
    per_kw = carbon_gpu_share * carbon_servers_gpu + (1 - carbon_gpu_share) * carbon_servers_cpu
    return per_kw * carbon_other_it / carbon_server_life * 1000


@impact(
    "tCO2e/MW",
    "Carbone de la construction",
    reference="Bâtiment et lots techniques, amortis sur leur vie",
    carbon_building_total="tCO2e/MW",
    carbon_building_life="yr",
)
def carbon_building(
    carbon_building_total: xr.DataArray, carbon_building_life: xr.DataArray
) -> xr.DataArray:
    """Return the yearly share of building and plant.

    >>> carbon_building(xr.DataArray(1200.0), xr.DataArray(25.0)).item()
    48.0
    """
    return carbon_building_total / carbon_building_life


@impact(
    "MWh/MW",
    "Électricité des groupes de secours",
    reference="Essais à charge partielle, et coupures couvertes",
    utilisation="1",
    pue="1",
    carbon_engine_ratio="MW/MW",
    carbon_engine_test_hours="h/yr",
    carbon_engine_test_load="1",
    carbon_outage_hours="h/yr",
)
def standby_energy(
    utilisation: xr.DataArray,
    pue: xr.DataArray,
    carbon_engine_ratio: xr.DataArray,
    carbon_engine_test_hours: xr.DataArray,
    carbon_engine_test_load: xr.DataArray,
    carbon_outage_hours: xr.DataArray,
) -> xr.DataArray:
    """Return the MWh a year that standby engines make, tests first.

    >>> one = xr.DataArray
    >>> standby_energy(one(0.5), one(1.2), one(1.5), one(15.0), one(0.5), one(1.0)).item()
    11.85
    """
    tests = carbon_engine_ratio * carbon_engine_test_hours * carbon_engine_test_load
    return tests + utilisation * pue * carbon_outage_hours


@impact(
    "tCO2e/MW",
    "Carbone des groupes de secours",
    reference="Carburant brûlé, amont compris",
    standby_energy="MWh/MW",
    carbon_engine_carbon="kgCO2e/kWh",
)
def carbon_standby(
    standby_energy: xr.DataArray, carbon_engine_carbon: xr.DataArray
) -> xr.DataArray:
    """Return what the fuel emits.

    >>> carbon_standby(xr.DataArray(10.0), xr.DataArray(0.8)).item()
    8.0
    """
    return standby_energy * carbon_engine_carbon


@impact(
    "kgNOx/MW",
    "Oxydes d'azote des groupes de secours",
    reference="Électricité des groupes × émission par kWh",
    standby_energy="MWh/MW",
    carbon_engine_nox="g/kWh",
)
def standby_nox(standby_energy: xr.DataArray, carbon_engine_nox: xr.DataArray) -> xr.DataArray:
    """Return the nitrogen oxides of tests and outages.

    >>> standby_nox(xr.DataArray(10.0), xr.DataArray(6.0)).item()
    60.0
    """
    return standby_energy * carbon_engine_nox


@impact(
    "tCO2e/MW",
    "Carbone des fluides frigorigènes",
    reference="Charge × fuite annuelle × pouvoir de réchauffement",
    cold_share="1",
    carbon_cold_sizing="kW/kW",
    carbon_refrigerant_charge="kg/kW",
    carbon_refrigerant_leak="1",
    carbon_refrigerant_gwp="kgCO2e/kg",
)
def carbon_refrigerant(
    cold_share: xr.DataArray,
    carbon_cold_sizing: xr.DataArray,
    carbon_refrigerant_charge: xr.DataArray,
    carbon_refrigerant_leak: xr.DataArray,
    carbon_refrigerant_gwp: xr.DataArray,
) -> xr.DataArray:
    """Return the leaks of mechanical cold, of which some technologies keep only a part.

    >>> one = xr.DataArray
    >>> carbon_refrigerant(one(1.0), one(1.0), one(0.2), one(0.03), one(1000.0)).round(3).item()
    6.0
    """
    charge = cold_share * carbon_cold_sizing * carbon_refrigerant_charge
    return charge * carbon_refrigerant_leak * carbon_refrigerant_gwp


@impact(
    "tCO2e/MW",
    "Carbone, total annuel",
    reference="Somme des cinq termes ; la chaleur évitée n'en est pas déduite",
    carbon_electricity="tCO2e/MW",
    carbon_servers="tCO2e/MW",
    carbon_building="tCO2e/MW",
    carbon_standby="tCO2e/MW",
    carbon_refrigerant="tCO2e/MW",
)
def carbon(
    carbon_electricity: xr.DataArray,
    carbon_servers: xr.DataArray,
    carbon_building: xr.DataArray,
    carbon_standby: xr.DataArray,
    carbon_refrigerant: xr.DataArray,
) -> xr.DataArray:
    """Return the sum of the five terms.

    >>> carbon(*(xr.DataArray(float(k)) for k in (1, 2, 3, 4, 5))).item()
    15.0
    """
    embodied = carbon_servers + carbon_building
    return carbon_electricity + embodied + carbon_standby + carbon_refrigerant
