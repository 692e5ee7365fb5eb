"""Other results put beside a plan on its own map: their sites, their powers, their totals."""

from __future__ import annotations

from typing import Any

from scenarios.storage.results import Results


def beside_plan(results: Results | None) -> dict[str, Any] | None:
    """Return another folder's plan as the page compares it with its own.

    Parameters
    ----------
    results : opened results folder of the same territory, or None.

    Returns
    -------
    name, ``power`` period → site → MW, ``figures`` period → totals, ``names`` of sites; None
    without results.
    """
    if results is None:
        return None
    summary = results.summary
    sites = results.sites
    periods = [int(period) for period in summary["periods"]]
    power: dict[str, dict[str, float]] = {}
    for period in periods:
        placed = sites[f"it_mw_{period}"].fillna(0.0)
        power[str(period)] = {
            str(site): round(float(mw), 3) for site, mw in placed[placed > 0].items()
        }
    held = {site for by_site in power.values() for site in by_site}
    names = sites["commune_name"].fillna("").astype(str)
    return {
        "name": str(summary["title"]),
        "power": power,
        "figures": summary["plan"],
        "names": {str(site): names[site] for site in sorted(held)},
    }
