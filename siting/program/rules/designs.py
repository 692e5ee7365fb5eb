"""Designs: which cooling holds in a drought, and which is efficient enough to be offered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from layers.words.dated_values import Value
from siting.program.problem import Problem
from siting.program.program_inputs import Inputs, may_be_in_deficit
from siting.program.rule_registry import Bite, Row, rule

THOUSAND_M3 = 1e-3
LITRE_PER_KWH = 1e-3  # m³ per GWh → L per kWh
DRY_M3 = 1e-6


def _drought_bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    wet = inputs.coefficients["cooling_water"].max("site_id") > DRY_M3
    shown = wet["design_fr"] if "design_fr" in wet.coords else wet["design"]
    names = sorted(str(name) for name in shown.values[wet.values])
    if not names:
        return Bite("non", "tous les refroidissements proposés sont secs : rien à interrompre")
    return Bite("oui", f"refroidissements qui évaporent : {', '.join(names)}")


@rule(
    "water.drought_continuity",
    id="C11",
    label_fr="Continuité en crise sécheresse",
    unit="m³/an",
    scope="L",
    grain="site",
    can_bite=_drought_bites,
    lack_fr="m³ au-dessus du seuil des arrêtés sécheresse",
    values={"order_threshold_m3": "water.order_threshold_m3"},
    shown_per_row=1000.0,
)
def drought_continuity(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """∀s : Σ_d évaporant w[s,d]·p[s,d,t] ≤ 10 000 m³/an : au-dessus, il faut un repli à sec.

    The day the order cuts scales with the MW as the reference day does, so the order sorts
    designs, not sites: one that evaporates has no dry mode here and must stay below the
    threshold; a dry one only humidifies, which can be stopped.
    """
    wet = problem.coefficient("cooling_water") > DRY_M3
    water = np.where(wet, problem.coefficient("water_input", THOUSAND_M3), 0.0)
    for i in np.flatnonzero(wet.any(axis=1)).tolist():
        among = np.arange(len(problem.sites)) == i
        for period in problem.periods:
            limit = values["order_threshold_m3"].at(period) * THOUSAND_M3
            yield Row(
                problem.site_ids[i],
                f"site {problem.site_ids[i]}",
                period,
                problem.placed(water, period, among),
                "<=",
                limit,
            )


def inefficient(
    coefficients: xr.Dataset, in_deficit: NDArray[np.bool_], values: Mapping[str, Value]
) -> dict[str, NDArray[np.bool_]]:
    """Return, by cap, which (site, design) exceed it; PUE and WUE are yearly, per IT energy.

    Parameters
    ----------
    coefficients : site_energy, water_input and it_energy, dims (site_id, design), per MW.
    in_deficit : by site, in the same order: max_wue_zre is its cap.
    values : max_pue, max_wue and max_wue_zre (litres per kWh).

    Returns
    -------
    « pue » and « wue », each (site, design).
    """
    ordered = coefficients[["site_energy", "water_input", "it_energy"]].transpose(
        "site_id", "design"
    )
    it = ordered["it_energy"].values
    caps = np.where(in_deficit, values["max_wue_zre"].number, values["max_wue"].number)
    return {
        "pue": ordered["site_energy"].values / it > values["max_pue"].number + 1e-9,
        "wue": ordered["water_input"].values * LITRE_PER_KWH / it > caps[:, None] + 1e-9,
    }


def _caps_bite(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    sites = inputs.sites.sort_index()
    deficit = may_be_in_deficit(sites)
    table = inputs.coefficients.sel(site_id=list(sites.index))
    found = inefficient(table, deficit, values)
    count = int((found["pue"] | found["wue"]).sum())
    if not count:
        return Bite("non", "tous les refroidissements proposés passent sous les plafonds")
    return Bite("oui", f"{count} couples site–refroidissement dépassent un plafond")


@rule(
    "design.efficiency_caps",
    id="C19",
    label_fr="Plafonds de PUE et de WUE",
    unit="MW",
    scope="N",
    kind="filter",
    can_bite=_caps_bite,
    lack_fr="MW informatiques à refroidissement trop gourmand",
    values={
        "max_pue": "design.max_pue",
        "max_wue": "design.max_wue",
        "max_wue_zre": "design.max_wue_zre",
    },
)
def efficiency_caps(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """Σ p[s,d,t] ≤ 0 pour PUE[s,d] > plafond, et de même WUE[s,d] (plus bas en ZRE ou inconnu)."""
    table = problem.inputs.coefficients.sel(
        site_id=list(problem.sites.index), design=problem.designs
    )
    deficit = may_be_in_deficit(problem.sites)
    for name, over in inefficient(table, deficit, values).items():
        for period in problem.periods:
            yield Row(
                name,
                f"{name.upper()} au-dessus du plafond",
                period,
                problem.placed(over.astype(float), period),
                "<=",
                0.0,
                scale=max(problem.need(period), 1.0),
            )
