"""What each retained site takes and gives: its power times the footprint of one megawatt."""

from __future__ import annotations

import pandas as pd
import xarray as xr

from layers.words.three_states import may_be, surely
from scenarios.storage.results import Results

# Column of the page → (term of the footprint per MW, factor to the page's unit).
TERMS = {
    "site_energy_gwh": ("site_energy", 1.0),
    "connection_mw": ("connection_ratio", 1.0),
    "water_input_m3": ("water_input", 1.0),
    "water_consumption_m3": ("water_consumption", 1.0),
    "offsite_water_m3": ("offsite_water", 1.0),
    "land_ha": ("land", 1e-4),
    "carbon_kt": ("carbon", 1e-3),
}


def by_site(results: Results) -> pd.DataFrame:
    """Return one row a retained site, one column a term and period (``site_energy_gwh_2031``…).

    GWh, m³, ha and kt a year, on the constants; MW at the meter; ``electricity_gwh`` and
    ``carbon_kt`` hold the heat pumps. Empty when the folder holds no placement.

    Parameters
    ----------
    results : an open results folder.

    Returns
    -------
    Index site_id.
    """
    if not (results.folder / "plan" / "placements.parquet").is_file():
        return pd.DataFrame(index=results.sites.index[:0])
    return _with_pumps(totals(results, results.table("plan/placements")), results)


def totals(results: Results, placed: pd.DataFrame) -> pd.DataFrame:
    """Return the footprint of each site of any placement (site_id, design, period, it_mw).

    Parameters
    ----------
    results : an open results folder.
    placed : columns site_id, design, period, it_mw.

    Returns
    -------
    Index site_id, one column a term and period; no column without placements or coefficients.
    """
    if placed.empty or not (results.folder / "impacts.nc").is_file():
        return pd.DataFrame(index=results.sites.index[:0])
    return _with_land(_totals(results, placed), results)


def _totals(results: Results, placed: pd.DataFrame) -> pd.DataFrame:
    columns: dict[str, pd.Series] = {}
    for period, rows in placed.groupby("period", sort=True):
        for name, (term, factor) in TERMS.items():
            if term in results.impacts:
                amounts = _amounts(results.impacts, rows, term, factor)
                columns[f"{name}_{period}"] = amounts.groupby(rows["site_id"]).sum()
    return pd.DataFrame(columns).fillna(0.0)


def _with_pumps(totals: pd.DataFrame, results: Results) -> pd.DataFrame:
    """Add the heat pumps of the plan: their electricity apart, their carbon to the site's."""
    rates = {value["name"]: value["value"] for value in results.parameters}
    for name in [column for column in results.sites if str(column).startswith("pump_gwh_")]:
        period = str(name).removeprefix("pump_gwh_")
        pumps = results.sites[name].reindex(totals.index).fillna(0.0)
        if f"carbon_kt_{period}" in totals:
            totals[f"pump_gwh_{period}"] = pumps
            totals[f"electricity_gwh_{period}"] = totals[f"site_energy_gwh_{period}"] + pumps
            totals[f"carbon_kt_{period}"] += pumps * float(rates["carbon.intensity"]) / 1000.0
    return totals


def _amounts(impacts: xr.Dataset, placed: pd.DataFrame, term: str, factor: float) -> pd.Series:
    rows = {
        name: xr.DataArray(placed[name].to_numpy(), dims="row") for name in ("site_id", "design")
    }
    per_mw = impacts[term].sel(rows).to_numpy()
    return pd.Series(factor * per_mw * placed["it_mw"].to_numpy(), index=placed.index)


def _with_land(totals: pd.DataFrame, results: Results) -> pd.DataFrame:
    # Land on a friche whose zone is unknown may or may not be ENAF: both ends are given.
    enaf = results.sites["enaf"].reindex(totals.index)
    for column in [name for name in totals.columns if name.startswith("land_ha_")]:
        period = column.removeprefix("land_ha_")
        totals[f"enaf_low_ha_{period}"] = totals[column] * surely(enaf)
        totals[f"enaf_high_ha_{period}"] = totals[column] * may_be(enaf)
    return totals
