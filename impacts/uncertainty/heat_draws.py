"""The doubt on a plan's heat: the same draws as its energy, carried to what networks can take."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from impacts.basis.array_types import Floats
from impacts.quantities.heat import delivered_by_source, share_from_source, usable_heat
from impacts.quantities.network_heat import SHARES
from impacts.uncertainty.constant_draws import Sample

_LABELS = {
    "heat": ("GWh", "Chaleur utile, prise à la source"),
    "heat_delivered": ("GWh", "Chaleur reçue par les usagers des réseaux"),
    "pumps": ("GWh", "Électricité des pompes à chaleur"),
    "carbon_pumps": ("tCO2e", "Carbone des pompes à chaleur"),
    "heat_avoided": ("tCO2e", "Carbone épargné aux réseaux, hors bilan"),
}


@dataclass(frozen=True)
class Placed:
    """The heat that a plan sends, and to whom.

    Attributes
    ----------
    sent : site_id, sink_id, heat_mw (steady MW at the source).
    demand : (sink_id, hour), MW at the source with every constant at its value.
    networks : sink_id, network_id, delivered_gwh, substitutable_share, co2_g_per_kwh; one row a
        network and sink; a share is drawn when the sample holds « heat.substitutable.<network> ».
    supply : sink_id → name of the constant of its supply temperature.
    """

    sent: pd.DataFrame
    demand: xr.DataArray
    networks: pd.DataFrame
    supply: Mapping[str, str]


def drawn_heat(
    placed: Placed, capacity: xr.DataArray, usual: pd.Series[float], drawn: Sample
) -> xr.Dataset:
    """Return the draws of a plan's heat at each of its sites, dims (site_id, draw).

    The plan sends its steady heat in proportion to what each site recovers under the draw; each
    sink takes, hour by hour, what its networks then let replace; what is not taken is lost. A
    sink's heat is shared between its sites in proportion to what they send.

    Parameters
    ----------
    placed : the heat of the plan: what each site sends to each sink.
    capacity : steady MW each site recovers, dims (site_id, draw).
    usual : the same with every constant at its value, by site.
    drawn : the sample that ``capacity`` was drawn with.

    Returns
    -------
    ``heat``, ``heat_delivered``, ``pumps`` (GWh a year), ``carbon_pumps``, ``heat_avoided``
    (tCO2e a year).
    """
    sites = sorted(set(placed.sent["site_id"].astype(str)))
    found = {name: np.zeros((len(sites), drawn.count)) for name in _LABELS}
    place = {site: i for i, site in enumerate(sites)}
    for sink, rows in placed.sent.groupby("sink_id", sort=True):
        of_sink = _of_sink(placed, str(sink), rows, capacity, usual, drawn)
        for name, by_site in of_sink.items():
            for site, values in zip(rows["site_id"].astype(str), by_site, strict=True):
                found[name][place[site]] += values
    coords = {"site_id": sites}
    return xr.Dataset(
        {
            name: xr.DataArray(
                values, dims=("site_id", "draw"), coords=coords,
                attrs={"units": _LABELS[name][0], "label_fr": _LABELS[name][1]},
            )
            for name, values in found.items()
        }
    )  # fmt: skip


def _of_sink(
    placed: Placed,
    sink: str,
    rows: pd.DataFrame,
    capacity: xr.DataArray,
    usual: pd.Series[float],
    drawn: Sample,
) -> dict[str, Floats]:
    """Return the figures of one sink by site (in the order of its rows) and draw."""
    constants = drawn.ledger
    names = [str(site) for site in rows["site_id"]]
    change = capacity.sel(site_id=names).to_numpy() / usual.loc[names].to_numpy()[:, None]
    sent = rows["heat_mw"].to_numpy(dtype=np.float64)[:, None] * change
    whole = sent.sum(axis=0)
    share = share_from_source(
        constants[placed.supply[sink]],
        constants["heat.source_temperature"],
        constants["heat.direct_margin"],
        constants["heat.source_pinch"],
        constants["heat.pump_quality"],
    )
    loss = constants["heat.network_loss"]
    mine = placed.networks[placed.networks["sink_id"] == sink]
    replaced = np.array([_replaced(row, drawn) for row in mine.to_dict("records")])
    hours = placed.demand.sel(sink_id=sink).to_numpy()
    most = replaced.sum(axis=0) * share / (1 - loss)  # GWh a year at the source
    scale = most / (hours.sum() / 1000)
    # Φ of k times the demand is k·Φ(x ÷ k): the hours are sorted once for all draws.
    taken = scale * usable_heat(whole / np.where(scale > 0, scale, 1.0), hours)
    delivered = delivered_by_source(taken, share, loss)
    weight = replaced / np.where(replaced.sum(axis=0) > 0, replaced.sum(axis=0), 1.0)
    content = (weight * mine["co2_g_per_kwh"].to_numpy(dtype=np.float64)[:, None]).sum(axis=0)
    pumps = taken * (1 / share - 1)
    part = sent / np.where(whole > 0, whole, 1.0)
    figures = {
        "heat": taken,
        "heat_delivered": delivered,
        "pumps": pumps,
        "carbon_pumps": pumps * constants["carbon.intensity"],
        "heat_avoided": delivered * content,
    }
    return {name: part * values for name, values in figures.items()}


def _replaced(row: Mapping[Hashable, Any], drawn: Sample) -> Floats:
    """Return the GWh of a network that may be replaced, by draw."""
    usual = np.full(drawn.count, float(row["substitutable_share"]))
    share = drawn.ledger.get(f"{SHARES}.{row['network_id']}", usual)
    return np.asarray(float(row["delivered_gwh"]) * share)
