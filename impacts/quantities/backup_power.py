"""Backup: the engines' tests and fuel, and the ICPE thresholds that a site's backup crosses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import xarray as xr

from impacts.basis.constant_factors import number
from impacts.basis.impact_ledger import impact
from layers.words.dated_values import Value

REGIME_FR: Mapping[str, str] = {
    "declaration": "déclaration",
    "registration": "enregistrement",
    "authorisation": "autorisation",
}
RUBRICS: Mapping[str, str] = {
    "2910": "thermal_mw",
    "3110": "thermal_mw",
    "4734": "fuel_t",
    "2925": "charger_kw",
    "1185": "refrigerant_kg",
}
"""ICPE heading → the quantity of `Backup` that it weighs."""
THRESHOLDS = (
    "backup.icpe_2910_declaration", "backup.icpe_2910_registration",
    "backup.icpe_3110_authorisation", "backup.icpe_4734_declaration",
    "backup.icpe_4734_registration", "backup.icpe_4734_authorisation",
    "backup.icpe_2925_declaration", "backup.icpe_1185_declaration",
)  # fmt: skip
"""Constants that are thresholds, « backup.icpe_<heading>_<regime> », lightest regime first."""


@dataclass(frozen=True)
class Backup:
    """What a site keeps for its backup, and what its tests cost in a year.

    Attributes
    ----------
    engines_mw, thermal_mw : electrical and thermal power of all engines, MW.
    fuel_t : fuel in the tanks for the autonomy, t.
    charger_kw, refrigerant_kg : what charges the batteries, and fluid in the chillers.
    test_hours : hours a year each engine is tested.
    test_litres, test_nox_kg, test_carbon_t : fuel, NOx and CO2e of a year of tests, outages not
        counted.
    """

    engines_mw: float
    thermal_mw: float
    fuel_t: float
    charger_kw: float
    refrigerant_kg: float
    test_hours: float
    test_litres: float
    test_nox_kg: float
    test_carbon_t: float


@dataclass(frozen=True)
class Crossing:
    """A heading of the ICPE nomenclature that a quantity reaches.

    ``rubric`` 2910, 3110, 4734, 2925 or 1185; ``regime`` a key of ``REGIME_FR``; ``quantity`` and
    ``threshold`` in ``unit``; ``paper`` the dated value of the threshold.
    """

    rubric: str
    regime: str
    quantity: float
    threshold: float
    unit: str
    paper: Value

    @property
    def said_fr(self) -> str:
        """Return « 3110, autorisation » in the words of the nomenclature."""
        return f"{self.rubric}, {REGIME_FR[self.regime]}"


@impact(
    "MW/MW",
    "Puissance thermique des groupes de secours",
    reference="Puissance électrique ÷ rendement ; ce que pèsent les rubriques 2910 et 3110",
    carbon_engine_ratio="MW/MW",
    backup_engine_efficiency="1",
)
def standby_thermal(
    carbon_engine_ratio: xr.DataArray, backup_engine_efficiency: xr.DataArray
) -> xr.DataArray:
    """Return the MW thermal of standby engines per MW of installed IT.

    >>> standby_thermal(xr.DataArray(1.5), xr.DataArray(0.4)).round(2).item()
    3.75
    """
    return carbon_engine_ratio / backup_engine_efficiency


@impact(
    "L/MW",
    "Fioul des groupes de secours",
    reference="Électricité des essais et des coupures ÷ (rendement × énergie du litre)",
    standby_energy="MWh/MW",
    backup_engine_efficiency="1",
    backup_fuel_energy="kWh/L",
)
def standby_fuel(
    standby_energy: xr.DataArray,
    backup_engine_efficiency: xr.DataArray,
    backup_fuel_energy: xr.DataArray,
) -> xr.DataArray:
    """Return the litres a year that tests and outages burn, per MW of installed IT.

    >>> standby_fuel(xr.DataArray(12.0), xr.DataArray(0.4), xr.DataArray(10.0)).item()
    3000.0
    """
    return 1000 * standby_energy / (backup_engine_efficiency * backup_fuel_energy)


def engines_thermal_mw(it_mw: float, factors: Mapping[str, Value]) -> float:
    """Return the thermal power of the standby engines of a site.

    Parameters
    ----------
    it_mw : installed IT power, MW.
    factors : constants in force, from ``impacts.factors``.

    Returns
    -------
    MW thermal, all engines added: electrical power over electrical efficiency.

    Examples
    --------
    >>> from datetime import date
    >>> from impacts import factors
    >>> round(engines_thermal_mw(20.0, factors(date(2026, 12, 1))), 1)
    75.0
    """
    engines = it_mw * number(factors, "carbon.engine_ratio")
    return engines / number(factors, "backup.engine_efficiency")


def backup_of(
    it_mw: float, factors: Mapping[str, Value], *, pue: float, cold_share: float = 1.0
) -> Backup:
    """Return what the backup of a site holds, and the fuel and air of a year of tests.

    Parameters
    ----------
    it_mw : installed IT power, MW.
    factors : constants in force, from ``impacts.factors``.
    pue : what the tanks must feed, per kW of IT.
    cold_share : part of the mechanical cold that the cooling keeps, in 0–1.

    Returns
    -------
    Powers, stocks, and a year of tests.

    Examples
    --------
    >>> from datetime import date
    >>> from impacts import factors
    >>> found = backup_of(20.0, factors(date(2026, 12, 1)), pue=1.2)
    >>> round(found.engines_mw, 1), round(found.test_hours), round(found.test_nox_kg)
    (30.0, 15, 1350)
    """
    engines = it_mw * number(factors, "carbon.engine_ratio")
    efficiency = number(factors, "backup.engine_efficiency")
    litre = number(factors, "backup.fuel_energy") * efficiency  # kWh of electricity
    hours = number(factors, "carbon.engine_test_hours")
    tests_mwh = engines * hours * number(factors, "carbon.engine_test_load")
    stored_mwh = it_mw * pue * number(factors, "backup.autonomy_hours")
    cold_kw = 1000 * it_mw * cold_share * number(factors, "carbon.cold_sizing")
    return Backup(
        engines_mw=engines,
        thermal_mw=engines_thermal_mw(it_mw, factors),
        # kWh over kWh/L gives litres; kg/L gives kg; a thousand kg make a tonne.
        fuel_t=stored_mwh / litre * number(factors, "backup.fuel_density"),
        charger_kw=1000 * it_mw * number(factors, "backup.charger_share"),
        refrigerant_kg=cold_kw * number(factors, "carbon.refrigerant_charge"),
        test_hours=hours,
        test_litres=1000 * tests_mwh / litre,
        test_nox_kg=tests_mwh * number(factors, "carbon.engine_nox"),
        test_carbon_t=tests_mwh * number(factors, "carbon.engine_carbon"),
    )


def icpe_crossings(backup: Backup, factors: Mapping[str, Value]) -> tuple[Crossing, ...]:
    """Return the ICPE headings that a backup reaches, each under its heaviest regime.

    The engines of a site are counted as one installation, which is the cautious reading: a plant
    cut in separate installations may stay lower. A plant under 3110 leaves 2910.

    Parameters
    ----------
    backup : what the site holds, from `backup_of`.
    factors : constants in force on the day of the rules.

    Returns
    -------
    Crossings in the order of ``RUBRICS``; none for a threshold not in force that day.
    """
    reached: dict[str, Crossing] = {}
    for name in THRESHOLDS:
        _, rubric, regime = name.split("_")
        quantity, paper = float(getattr(backup, RUBRICS[rubric])), factors.get(name)
        if paper is not None and quantity >= paper.number:
            # Regimes go from light to heavy: the last one reached stands.
            reached[rubric] = Crossing(rubric, regime, quantity, paper.number, paper.unit, paper)
    if "3110" in reached:
        reached.pop("2910", None)
    return tuple(reached[rubric] for rubric in RUBRICS if rubric in reached)
