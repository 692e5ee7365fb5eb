"""The footprint of a plan: coefficients per MW times the MW placed, and their sums."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import xarray as xr

RATIOS = frozenset({"1", "L/kWh", "degC"})
"""Units of quantities that a MW does not multiply."""


def of_plan(coefficients: xr.Dataset, it_mw: pd.Series[float] | xr.DataArray) -> xr.Dataset:
    """Return the yearly footprint of a plan at each of its sites.

    Parameters
    ----------
    coefficients : output of ``impacts.footprint``, « unit/MW ».
    it_mw : installed IT MW, indexed by (site_id, design).

    Returns
    -------
    Dataset on ``site_id`` (and ``month``), designs added up, « unit » without « /MW »; add
    ``.sum("site_id")`` for the plan. Ratios (PUE, WUE) are left out: divide the sums.
    """
    power = it_mw if isinstance(it_mw, xr.DataArray) else _placed(it_mw)
    part = coefficients.sel(site_id=power["site_id"], design=power["design"])
    totals = {}
    for name, array in part.data_vars.items():
        units = str(array.attrs["units"])
        if units in RATIOS:
            continue
        total = (array * power).sum("design", skipna=False)
        totals[str(name)] = total.assign_attrs(array.attrs, units=units.removesuffix("/MW"))
    totals["it_power"] = power.sum("design").assign_attrs(
        units="MW", label_fr="Puissance informatique"
    )
    return xr.Dataset(totals)


def _placed(it_mw: pd.Series[float]) -> xr.DataArray:
    rows = it_mw.rename("it_mw").reset_index()
    table = rows.pivot_table("it_mw", "site_id", "design", aggfunc="sum", fill_value=0.0)
    return xr.DataArray(
        table.to_numpy(dtype=float),
        dims=("site_id", "design"),
        coords={"site_id": table.index.to_numpy(), "design": table.columns.to_numpy()},
    )


def indicators(totals: xr.Dataset) -> Mapping[str, float]:
    """Return the plan's PUE and WUE (L/kWh) from its sums, NaN when nothing is placed.

    Parameters
    ----------
    totals : yearly figures by ``site_id``, from `of_plan`, not drawn.

    Returns
    -------
    ``pue`` (1) and ``wue`` (L/kWh of IT).
    """
    whole = totals.sum("site_id")
    energy = float(whole["it_energy"])
    if energy == 0:
        return {"pue": float("nan"), "wue": float("nan")}
    return {
        "pue": float(whole["site_energy"]) / energy,
        "wue": float(whole["water_input"]) / energy / 1000,
    }


def sites_and_designs(placed: pd.Series[float]) -> tuple[list[str], list[str]]:
    """Return the sites and the designs of a placement indexed by (site_id, design), in order.

    Parameters
    ----------
    placed : MW by (site_id, design).

    Returns
    -------
    Two sorted lists without repeats: sites, designs.
    """
    index = placed.index
    names = (sorted(index.get_level_values(level).unique()) for level in ("site_id", "design"))
    sites, designs = names
    return sites, designs
