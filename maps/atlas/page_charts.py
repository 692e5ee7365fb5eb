"""What the small charts of the page are drawn from: months of each site, what moves a total."""

from __future__ import annotations

from typing import Any

import numpy as np

from layers.words.kept_figures import six_figures
from scenarios.storage.results import Results

# The totals that the page explains: name, words, unit.
TOTALS = (
    ("carbon_kt", "Carbone", "kt CO₂e/an"),
    ("water_input_m3", "Eau apportée sur site", "m³/an"),
)
MOST = 6
"""Constants shown for a total."""
LEAST = 0.02
"""A constant that moves less than this share of the first one is not shown."""


def site_months(results: Results) -> dict[str, dict[str, list[float]]]:
    """Return water and heat of each retained site, month by month, at the last period.

    Parameters
    ----------
    results : opened results folder; older ones have no ``context/monthly``.

    Returns
    -------
    site_id → ``water`` in m³ and ``heat`` in GWh, twelve figures each, January first.
    """
    if not (results.folder / "context" / "monthly.parquet").is_file():
        return {}
    table = results.table("context/monthly")
    last = table[table["period"] == results.summary["periods"][-1]].sort_values("month")
    return {
        str(site): {
            "water": [six_figures(v) for v in rows["water_m3"].fillna(0.0)],
            "heat": [six_figures(v) for v in rows["heat_gwh"].fillna(0.0)],
        }
        for site, rows in last.groupby("site_id")
        if len(rows) == 12
    }


def moving_constants(results: Results) -> list[dict[str, Any]]:
    """Return, of each of ``TOTALS``, the constants that move it most when moved alone.

    Parameters
    ----------
    results : opened results folder; older ones have no ``sensitivity``.

    Returns
    -------
    One entry a total: label, unit, usual, and ``rows`` (label, low, high: the total at both ends).
    """
    if not (results.folder / "sensitivity.parquet").is_file():
        return []
    table = results.table("sensitivity")
    found = []
    for name, label, unit in TOTALS:
        rows = table[table["figure"] == name]
        if rows.empty:
            continue
        span = (rows["at_high"] - rows["at_low"]).abs().to_numpy()
        rows, span = rows[span > LEAST * span.max()], span[span > LEAST * span.max()]
        order = np.argsort(-span, kind="stable")
        found.append(
            {
                "label": label,
                "unit": unit,
                "usual": six_figures(float(rows["usual"].iloc[0])),
                "rows": [
                    {
                        "label": str(row.label_fr),
                        "low": six_figures(float(str(row.at_low))),
                        "high": six_figures(float(str(row.at_high))),
                    }
                    for row in rows.iloc[order[:MOST]].itertuples()
                ],
            }
        )
    return found
