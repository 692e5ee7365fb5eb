"""Other plans beside the retained one: what each takes and gives, and what it changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from maps.look.retained_footprints import totals
from scenarios.storage.results import Results

SUMS = ("site_energy_gwh", "water_input_m3", "land_ha", "enaf_high_ha", "carbon_kt")


def variants(results: Results) -> list[dict[str, Any]]:
    """Return one entry an alternative of the results: gap, sums by period, power by site.

    Parameters
    ----------
    results : opened results folder; ``alternatives`` and ``impacts.nc`` are read.

    Returns
    -------
    name, ``gap_pct`` of the objective (None when not proven), ``changed`` sites, ``sums`` period →
    it_mw, sites and totals of ``SUMS``, ``power`` period → site → MW. Empty when the folder has no
    alternative.
    """
    if not (results.folder / "alternatives.parquet").is_file():
        return []
    table = results.alternatives
    return [
        _variant(results, str(number), rows)
        for number, rows in table.groupby("alternative", sort=True)
    ]


def _variant(results: Results, number: str, rows: pd.DataFrame) -> dict[str, Any]:
    rows = rows.reset_index(drop=True)
    gap = float(rows["objective_gap"].iloc[0])
    return {
        "name": f"Variante {number}",
        "gap_pct": round(100 * gap, 2) if np.isfinite(gap) else None,
        "changed": int(rows["sites_changed"].iloc[0]),
        "sums": _sums(results, rows),
        "power": _power(rows),
    }


def _sums(results: Results, rows: pd.DataFrame) -> dict[str, dict[str, float]]:
    sums: dict[str, dict[str, float]] = {}
    by_site = totals(results, rows)
    for period, placed in rows.groupby("period", sort=True):
        kept = [name for name in SUMS if f"{name}_{period}" in by_site]
        sums[str(period)] = {
            "it_mw": round(float(placed["it_mw"].sum()), 3),
            "sites": int(placed.loc[placed["it_mw"] > 0, "site_id"].nunique()),
            **{name: round(float(by_site[f"{name}_{period}"].sum()), 3) for name in kept},
        }
    return sums


def _power(rows: pd.DataFrame) -> dict[str, dict[str, float]]:
    power = rows.groupby(["period", "site_id"], sort=True)["it_mw"].sum().round(3).reset_index()
    found: dict[str, dict[str, float]] = {}
    for period, placed in power[power["it_mw"] > 0].groupby("period", sort=True):
        named = dict(zip(placed["site_id"], placed["it_mw"], strict=True))
        found[str(period)] = {str(site): float(amount) for site, amount in named.items()}
    return found
