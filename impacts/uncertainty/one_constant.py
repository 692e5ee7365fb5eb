"""One constant at a time: what a plan's totals would be with each constant at its ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import xarray as xr

from impacts.basis.array_types import Floats
from impacts.footprints.plan_footprint import of_plan as plan_totals
from impacts.footprints.plan_footprint import sites_and_designs
from impacts.footprints.site_footprint import Climate
from impacts.uncertainty.constant_draws import Sample, sample
from impacts.uncertainty.footprint_draws import draw
from layers.words.dated_values import Value

ENDS = (0.05, 0.95)
"""Quantiles of each law that are its ends: nine chances in ten lie between."""
LABELS = {"utilisation": "Charge moyenne ÷ puissance installée", "aware": "Rareté de l'eau (AWARE)"}
COLUMNS = ("figure", "constant", "label_fr", "unit", "status", "low", "high", "usual", "at_low",
           "at_high")  # fmt: skip


def one_at_a_time(
    it_mw: pd.Series[float],
    sites: pd.DataFrame,
    weather: xr.Dataset | Climate,
    factors: Mapping[str, Value],
    *,
    vintage: str = "best",
    utilisation: float = 0.7,
    density: str = "standard",
    load: Sequence[float] = (),
    more: Callable[[xr.Dataset, Sample], xr.Dataset] | None = None,
) -> pd.DataFrame:
    """Return each yearly total of a plan with one constant at p5 then p95, all others usual.

    Parameters
    ----------
    it_mw : installed IT MW, indexed by (site_id, design).
    sites : the candidates' table, as for ``impacts.footprint``; only placed sites are read.
    weather : hourly years of the stations, or a climate.
    factors : the constants in force, by name.
    vintage : one of ``VINTAGES``, as for ``impacts.footprint``.
    utilisation : mean load over installed IT power, ]0, 1].
    density : one of ``DENSITIES``, as for ``impacts.footprint``.
    load : IT load by UTC hour of the day, as for ``impacts.footprint``.
    more : what adds figures to the plan's, dims (site_id, draw), from the same sample.

    Returns
    -------
    A row a figure and constant that moves it: low and high are the constant's ends, usual the
    total with every constant at its value, at_low and at_high the total at each end; sorted by
    figure, then by how far the ends lie apart.
    """
    placed = it_mw[it_mw > 0]
    drawn = sample(factors, vintage=vintage, utilisation=utilisation)
    ends = {name: np.quantile(x, ENDS) for name, x in sorted(drawn.everything().items())}
    where, designs = sites_and_designs(placed)
    moved = _moved(factors, vintage, utilisation, ends)
    figures = draw(
        sites.loc[where],
        designs,
        weather,
        factors,
        vintage=vintage,
        utilisation=utilisation,
        density=density,
        load=load,
        drawn=moved,
    )
    by_site = plan_totals(figures, placed)
    totals = (more(by_site, moved) if more else by_site).sum("site_id", skipna=False)
    tables = [
        _of_figure(str(name), array.to_numpy(), ends, factors)
        for name, array in sorted(totals.data_vars.items(), key=lambda pair: str(pair[0]))
        if array.dims == ("draw",)
    ]
    return pd.concat(tables, ignore_index=True)[list(COLUMNS)]


def _moved(
    factors: Mapping[str, Value], vintage: str, utilisation: float, ends: Mapping[str, Floats]
) -> Sample:
    """Return a sample whose draw 0 is usual, and whose draws 2k+1 and 2k+2 move constant k."""
    count = 1 + 2 * len(ends)
    still = sample(
        factors, vintage=vintage, utilisation=utilisation, count=count, held=(*ends, "weather")
    )
    plant = {name: x.copy() for name, x in still.plant.items()}
    ledger = {name: x.copy() for name, x in still.ledger.items()}
    load, aware = still.utilisation.copy(), still.aware.copy()
    own = {"utilisation": load, "aware": aware} | ledger
    own |= {f"cooling.{name}": x for name, x in plant.items()}
    for k, (name, (low, high)) in enumerate(ends.items()):
        own[name][2 * k + 1], own[name][2 * k + 2] = low, high
    return replace(still, plant=plant, ledger=ledger, utilisation=load, aware=aware)


def _of_figure(
    name: str, values: Floats, ends: Mapping[str, Floats], factors: Mapping[str, Value]
) -> pd.DataFrame:
    at_low, at_high = values[1::2], values[2::2]
    papers = {key: factors.get(key) for key in ends}
    table = pd.DataFrame(
        {
            "figure": name,
            "constant": list(ends),
            "label_fr": [p.label_fr if p else LABELS.get(key, key) for key, p in papers.items()],
            "unit": [p.unit if p else "1" for p in papers.values()],
            "status": [p.status if p else "assumption" for p in papers.values()],
            "low": [low for low, _ in ends.values()],
            "high": [high for _, high in ends.values()],
            "usual": values[0],
            "at_low": at_low,
            "at_high": at_high,
        }
    )
    width = (table["at_high"] - table["at_low"]).abs()
    moves = width > 1e-9 * abs(values[0])
    order = width.where(moves).sort_values(ascending=False, kind="stable").index
    kept: pd.DataFrame = table.loc[order[moves.loc[order].to_numpy()]]
    return kept
