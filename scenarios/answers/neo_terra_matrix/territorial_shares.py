"""Who gains, who bears: what each intercommunality takes of the plan, against its population."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from layers.words.french import NO_BREAK, estimate, number, plural
from scenarios.storage.results import Results

# A site's own jobs: the press and the Ae count few, whatever the megawatts.
JOBS_A_SITE = (15, 20)
JOBS_FR = "emplois : 15 à 20 par site (presse, hypothèse), quelle que soit la puissance"
LARGEST = 12


def gini(amounts: NDArray[np.float64], people: NDArray[np.float64]) -> float:
    """Return the Gini index of an amount shared between places, weighed by their people.

    0 : every place has the same amount a head; towards 1, one place of few people has it all.

    Parameters
    ----------
    amounts : by place, ≥ 0.
    people : by place, > 0.

    Returns
    -------
    From 0 to 1; 0 when there is nothing to share.

    Examples
    --------
    >>> gini(np.array([1.0, 2.0]), np.array([10.0, 20.0]))
    0.0
    >>> round(gini(np.array([5.0, 0.0]), np.array([25.0, 75.0])), 2)
    0.75
    """
    if amounts.sum() <= 0:
        return 0.0
    order = np.argsort(amounts / people, kind="stable")
    held = np.concatenate([[0.0], np.cumsum(amounts[order]) / amounts.sum()])
    heads = np.concatenate([[0.0], np.cumsum(people[order]) / people.sum()])
    area = float(((held[1:] + held[:-1]) / 2 * np.diff(heads)).sum())
    return round(max(0.0, 1.0 - 2.0 * area), 6)


def shares_table(results: Results) -> pd.DataFrame:
    """Return what each intercommunality takes and bears at the last period, those with none too.

    Parameters
    ----------
    results : an opened folder.

    Returns
    -------
    Index epci_code: epci_name, population, sites, it_mw, land_ha, water_m3, heat_gwh, people_1km
    (inhabitants within 1 km of its sites); the most MW first.
    """
    period = int(results.summary["periods"][-1])
    people = _people(results)
    sites = _of_sites(results, period)
    sums = sites.groupby("epci_code").sum(numeric_only=True)
    table = people.join(sums).fillna(
        {name: 0.0 for name in sums.columns} | {"epci_name": "intercommunalité inconnue"}
    )
    ordered: pd.DataFrame = table.sort_values(["it_mw", "population"], ascending=[False, False])
    return ordered


def _people(results: Results) -> pd.DataFrame:
    communes = results.context("communes")
    people: pd.DataFrame = communes.groupby("epci_code").agg(
        epci_name=("epci_name", "first"), population=("population", "sum")
    )
    return people


def _of_sites(results: Results, period: int) -> pd.DataFrame:
    sites = results.sites
    placed = results.plan["placements"]
    placed = placed[placed["period"] == period]
    values = {}
    for name, variable, factor in (
        ("land_ha", "land", 1e-4), ("water_m3", "water_input", 1.0),
    ):  # fmt: skip
        per_mw = results.impacts[variable].sel(
            site_id=xr.DataArray(placed["site_id"].to_numpy(), dims="row"),
            design=xr.DataArray(placed["design"].to_numpy(), dims="row"),
        )
        values[name] = factor * per_mw.values * placed["it_mw"].to_numpy()
    taken = pd.DataFrame(values, index=placed["site_id"]).groupby(level=0).sum()
    kept = sites.loc[taken.index]
    return taken.assign(
        epci_code=kept["epci_code"],
        sites=1.0,
        it_mw=kept[f"it_mw_{period}"].fillna(0.0),
        heat_gwh=kept[f"heat_gwh_{period}"].fillna(0.0),
        people_1km=kept["people_1km"].fillna(0.0) if "people_1km" in kept else 0.0,
    )


def shares_said(results: Results) -> dict[str, Any]:
    """Return who gains and who bears, in figures and sentences.

    Parameters
    ----------
    results : an opened folder.

    Returns
    -------
    ``rows`` (the largest hosts), ``gini`` (by quantity), ``said_fr``.
    """
    table = shares_table(results)
    people = table["population"].to_numpy(dtype=np.float64)
    known = people > 0
    index = {
        name: gini(table[name].to_numpy(dtype=np.float64)[known], people[known])
        for name in ("it_mw", "water_m3", "land_ha", "heat_gwh")
    }
    hosts = table[table["it_mw"] > 0]
    share = float(hosts["population"].sum() / people.sum()) if people.sum() else 0.0
    low, high = (jobs * float(table["sites"].sum()) for jobs in JOBS_A_SITE)
    said = [
        f"{plural(len(hosts), 'intercommunalité')} sur {number(len(table))} accueillent le plan, "
        f"où vivent {number(100 * share)}\u202f% des habitants.",
        f"Indice de Gini des MW par habitant{NO_BREAK}: {number(index['it_mw'], 2)} ; de l'eau "
        f"{number(index['water_m3'], 2)} ; du sol {number(index['land_ha'], 2)} ; de la chaleur "
        f"utile {number(index['heat_gwh'], 2)}.",
        "0 : chaque intercommunalité en a autant par habitant ; 1 : une seule, presque vide, a "
        "tout.",
        f"Emplois{NO_BREAK}: {estimate(low, 2)} à {estimate(high, 2)} en tout, à 15 à 20 par site "
        "(presse, hypothèse).",
    ]
    rows = hosts.head(LARGEST).reset_index().to_dict("records")
    return {"rows": rows, "hosts": len(hosts), "gini": index, "said_fr": said}
