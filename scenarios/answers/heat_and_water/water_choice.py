"""The same plan cooled otherwise: all dry, or as a thirsty operator would among the offer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
import xarray as xr


def all_dry(coefficients: xr.Dataset, placed: pd.Series[float]) -> pd.Series[float]:
    """Return a plan (site_id, design → MW) whose evaporating designs are replaced by dry ones.

    Each by the driest offered of its kind, liquid or air, at its site; kept when none is offered.

    Parameters
    ----------
    coefficients : the footprint of one MW, dims (site_id, design).
    placed : MW by (site_id, design).

    Returns
    -------
    MW by (site_id, design).
    """
    wet, liquid = (coefficients[name].to_series().astype(bool)
                   for name in ("is_evaporative", "is_liquid"))  # fmt: skip

    def dry(site: str, design: str) -> str:
        if not wet[design]:
            return design
        kind = [name for name in liquid.index if liquid[name] == liquid[design] and not wet[name]]
        return _at(coefficients, site, kind, least=True) if kind else design

    return _replaced(placed, dry)


def thirstiest(coefficients: xr.Dataset, placed: pd.Series[float]) -> pd.Series[float]:
    """Return a plan whose sites all take the design offered that asks most water there.

    Parameters
    ----------
    coefficients : the footprint of one MW, dims (site_id, design).
    placed : MW by (site_id, design).

    Returns
    -------
    MW by (site_id, design).
    """
    offered = [str(name) for name in coefficients["design"].values]
    return _replaced(placed, lambda site, _: _at(coefficients, site, offered, least=False))


def _at(coefficients: xr.Dataset, site: str, among: list[str], *, least: bool) -> str:
    water = coefficients["water_input"].sel(site_id=site, design=sorted(among)).to_series()
    return str(water.idxmin() if least else water.idxmax())


def _replaced(placed: pd.Series[float], choose: Callable[[str, str], str]) -> pd.Series[float]:
    ends = [(str(site), choose(str(site), str(design))) for site, design in placed.index]
    index = pd.MultiIndex.from_tuples(ends, names=["site_id", "design"])
    moved = pd.Series(placed.to_numpy(), index=index, name="it_mw", dtype=float)
    return moved.groupby(level=["site_id", "design"]).sum()


def water_of(coefficients: xr.Dataset, placed: pd.Series[float]) -> float:
    """Return the m³ a year of a plan on the constants alone.

    Parameters
    ----------
    coefficients : the footprint of one MW, dims (site_id, design).
    placed : MW by (site_id, design).

    Returns
    -------
    m³ a year.
    """
    per_mw = coefficients["water_input"].transpose("site_id", "design").to_series()
    return float((per_mw.reindex(placed.index) * placed).sum())


def water_choices(coefficients: xr.Dataset, placed: pd.Series[float]) -> Mapping[str, float]:
    """Return the plan's water if all is dry and if the operator chooses, in m³ a year.

    Parameters
    ----------
    coefficients : the footprint of one MW, dims (site_id, design).
    placed : MW by (site_id, design).

    Returns
    -------
    ``water_dry_m3`` and ``water_choice_m3``; both 0 for an empty plan.
    """
    if placed.empty:
        return {"water_dry_m3": 0.0, "water_choice_m3": 0.0}
    return {
        "water_dry_m3": water_of(coefficients, all_dry(coefficients, placed)),
        "water_choice_m3": water_of(coefficients, thirstiest(coefficients, placed)),
    }
