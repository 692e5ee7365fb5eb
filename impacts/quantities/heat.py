"""Heat: what a site can give, what its neighbours can take, hour by hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from impacts.basis.array_types import MONTH_OF_HOUR, Floats, Number
from impacts.basis.constant_factors import number, numbers, physics
from impacts.basis.impact_ledger import impact
from layers.words.dated_values import Value
from layers.words.errors import SitingError

_HEAT = physics("heat")
_QUANTILES = np.linspace(0.02, 0.98, 7)
"""Where chords meet the curve, between zero and the greatest demand."""
_WATTS = 1_000_000
"""Curves are drawn to the watt, rounded down: no hair-thin segment, nothing promised in excess."""


@impact(
    "MW/MW",
    "Chaleur récupérable en continu",
    reference="Charge × part récupérée × chaleur rejetée la plus faible de l'année",
    utilisation="1",
    heat_recovery="1",
    recoverable_min="kW/kW",
)
def heat_capacity(
    utilisation: xr.DataArray, heat_recovery: xr.DataArray, recoverable_min: xr.DataArray
) -> xr.DataArray:
    """Return the steady MW of heat that a MW of installed IT can promise.

    >>> one = xr.DataArray
    >>> heat_capacity(one(0.7), one(0.9), one(1.1)).round(3).item()
    0.693
    """
    return utilisation * heat_recovery * recoverable_min


@impact(
    "GWh/MW",
    "Chaleur récupérable en un an",
    reference="Énergie informatique × part récupérée × chaleur rejetée",
    it_energy="GWh/MW",
    heat_recovery="1",
    recoverable="kW/kW",
)
def heat_available(
    it_energy: xr.DataArray, heat_recovery: xr.DataArray, recoverable: xr.DataArray
) -> xr.DataArray:
    """Return the GWh a year that could be handed over if someone took them all.

    >>> one = xr.DataArray
    >>> heat_available(one(6.0), one(0.9), one(1.1)).round(3).item()
    5.94
    """
    return it_energy * heat_recovery * recoverable


@impact(
    "GWh/MW",
    "Chaleur récupérable, par mois",
    reference="Énergie informatique × part récupérée × chaleur rejetée du mois",
    it_energy="GWh/MW",
    heat_recovery="1",
    recoverable_month="kW/kW",
)
def heat_month(
    it_energy: xr.DataArray, heat_recovery: xr.DataArray, recoverable_month: xr.DataArray
) -> xr.DataArray:
    """Return the heat of each month, ``recoverable_month`` being its share of the year's.

    >>> one = xr.DataArray
    >>> heat_month(one(6.0), one(0.9), one([0.1, 0.2], dims="month")).sum().round(3).item()
    1.62
    """
    return it_energy * heat_recovery * recoverable_month


def heat_pump_cop(supply: Number, source: Number) -> Floats:
    """Return the COP of a large heat pump, supply and source leaving temperatures in degC.

    COP = a(ΔT + 2b)^c, ΔT kept inside 10–78 K where Jesper et al. (2021) fitted it.

    Parameters
    ----------
    supply : degC leaving for the network.
    source : degC leaving the source.

    Returns
    -------
    COP [1], of the shape the two give together.

    Examples
    --------
    >>> round(float(heat_pump_cop(65.0, 25.0)), 2)
    3.98
    """
    least, most = _HEAT["jesper_range.least"], _HEAT["jesper_range.most"]
    lift = np.clip(np.subtract(supply, source), least, most)
    return np.asarray(_HEAT["jesper.a"] * (lift + 2 * _HEAT["jesper.b"]) ** _HEAT["jesper.c"])


def source_share(supply: Number, source: Number, factors: Mapping[str, Value]) -> Floats:
    """Return the part of the heat sent into a network that comes from the source [1].

    1 − 1/COP with a heat pump, 1 when the source is hot enough to do without.

    Parameters
    ----------
    supply : degC sent into the network.
    source : degC of the source.
    factors : ``heat.direct_margin`` and ``heat.source_pinch`` are read.

    Returns
    -------
    Shares in 0–1.

    Examples
    --------
    >>> from datetime import date
    >>> from impacts import factors
    >>> source_share(np.array([75.0, 40.0]), 45.0, factors(date(2026, 11, 23))).round(3).tolist()
    [0.786, 1.0]
    """
    margin, pinch = number(factors, "heat.direct_margin"), number(factors, "heat.source_pinch")
    return share_from_source(supply, source, margin, pinch, number(factors, "heat.pump_quality"))


def share_from_source(
    supply: Number, source: Number, margin: Number, pinch: Number, quality: Number = 1
) -> Floats:
    """Return ``source_share`` with its constants given, so that they can be drawn [1].

    Parameters
    ----------
    supply : degC sent into the network.
    source : degC of the source.
    margin : K above the supply from which no pump is needed.
    pinch : K lost between the source and the pump.
    quality : COP of the pump over the fitted one.

    Returns
    -------
    Shares, 1 where the source is hot enough.

    Examples
    --------
    >>> share_from_source(75.0, 28.0, 3.0, 3.0).round(3).item()
    0.686
    """
    is_direct = np.subtract(source, supply) >= margin
    cop = quality * heat_pump_cop(supply, np.subtract(source, pinch))
    return np.where(is_direct, 1.0, 1 - 1 / cop)


def sink_demand(
    delivered_mwh: Mapping[str, float],
    shares: Mapping[str, Floats] | Floats,
    factors: Mapping[str, Value],
    *,
    supply_temperature: Number | None = None,
    source_temperature: float | None = None,
    substitutable_share: Mapping[str, float] | float = 1.0,
) -> xr.DataArray:
    """Return what each sink could take at the source, hour by hour.

    Parameters
    ----------
    delivered_mwh : sink → MWh delivered to users in a year.
    shares : share of the year in each of 8,760 hours (sums to 1), for all sinks or by sink.
    factors : the heat constants in force, by name.
    supply_temperature, source_temperature : degC; supply may vary by hour. By default the
        constants of ``heat.toml``: a cold source (28 °C), so that a curve is never optimistic.
    substitutable_share : part of the heat that may be replaced, for all sinks or by sink.

    Returns
    -------
    (sink, hour) in MW: delivered·share·substitutable/(1 − loss)·(1 − 1/COP). With the default
    temperatures that is 0.746 of what may be replaced: 0.686 from the source, ÷ 0.92.
    """
    pick = numbers(factors, "heat")
    supply = pick["supply_temperature"] if supply_temperature is None else supply_temperature
    source = pick["source_temperature"] if source_temperature is None else source_temperature
    at_source = source_share(supply, source, factors) / (1 - pick["network_loss"])
    sinks = sorted(delivered_mwh)
    part = substitutable_share
    parts = {sink: part[sink] if isinstance(part, Mapping) else part for sink in sinks}
    rows = [_hours_of(sink, shares) * delivered_mwh[sink] * parts[sink] * at_source
            for sink in sinks]  # fmt: skip
    demand = np.array(rows, dtype=np.float64).reshape(len(sinks), len(MONTH_OF_HOUR))
    return xr.DataArray(
        demand,
        dims=("sink_id", "hour"),
        coords={"sink_id": sinks},
        attrs={"units": "MW", "label_fr": "Demande de chaleur, vue de la source"},
    )


def _hours_of(sink: str, shares: Mapping[str, Floats] | Floats) -> Floats:
    of_sink = shares[sink] if isinstance(shares, Mapping) else shares
    hours = np.asarray(of_sink, dtype=np.float64)
    if hours.shape != MONTH_OF_HOUR.shape or not np.isclose(hours.sum(), 1.0, atol=1e-3):
        raise SitingError(
            "SIT105",
            f"le profil de « {sink} » n'a pas 8 760 parts de somme 1",
            where="profils horaires de chaleur",
        )
    return np.asarray(hours / hours.sum())


def usable_heat(steady_mw: Number, demand_mw: Floats) -> Floats:
    """Return Φ(x) = Σ_h min(x, D_h)/1000, GWh a year that a steady x MW can place.

    Parameters
    ----------
    steady_mw : steady power x, MW.
    demand_mw : demand of each hour, MW, in any order.

    Returns
    -------
    GWh a year, one a value of ``steady_mw``.

    Examples
    --------
    >>> usable_heat(np.array([1.0, 3.0]), np.array([2000.0, 500.0]) / 1000).tolist()
    [0.0015, 0.0025]
    """
    ordered = np.sort(np.asarray(demand_mw, dtype=np.float64))
    below = np.concatenate([[0.0], np.cumsum(ordered)])
    steady = np.asarray(steady_mw, dtype=np.float64)
    count = np.searchsorted(ordered, steady, side="right")
    return np.asarray((below[count] + steady * (len(ordered) - count)) / 1000)


def heat_curve(demand_mw: Floats) -> Floats:
    """Return breakpoints (MW of steady heat, GWh usable a year) of a sink's concave curve.

    The points lie on the curve (zero, seven quantiles of the hourly demand, the greatest
    demand, and more where needed), so the chords between them never promise more than the
    hours can take, and give away at most ``heat.chord_loss`` of it (2 %) anywhere. A sink
    without demand has the single point (0, 0).

    Parameters
    ----------
    demand_mw : demand of each hour, MW, not negative.

    Returns
    -------
    (points, 2): MW and GWh a year, the first (0, 0).

    Raises
    ------
    SitingError : SIT105 when an hour is negative or absent.
    """
    hours = np.sort(np.floor(np.asarray(demand_mw, dtype=np.float64) * _WATTS) / _WATTS)
    if hours.size and not (np.isfinite(hours).all() and hours[0] >= 0):
        raise SitingError(
            "SIT105", "une demande de chaleur négative ou absente", where="demande horaire"
        )
    if not hours.size or hours[-1] <= 0:
        return np.zeros((1, 2))
    steady = np.unique([0.0, *np.quantile(hours, _QUANTILES), hours[-1]])
    bends = hours[hours > 0]
    truth = usable_heat(bends, hours)
    least = (1 - _HEAT["chord_loss"]) * truth
    while True:
        curve = np.column_stack([steady, usable_heat(steady, hours)])
        lacking = least - chord(curve, bends)
        if lacking.max() <= 0:
            return curve
        steady = np.unique([*steady, bends[lacking.argmax()]])


def chord(curve: Floats, steady_mw: Number) -> Floats:
    """Return the usable heat read on the chords [GWh], level beyond the last point.

    Parameters
    ----------
    curve : (points, 2), as ``heat_curve`` gives.
    steady_mw : steady power, MW.

    Returns
    -------
    GWh a year, one a power.

    Examples
    --------
    >>> float(chord(np.array([[0.0, 0.0], [2.0, 10.0]]), 1.0))
    5.0
    """
    return np.asarray(np.interp(steady_mw, curve[:, 0], curve[:, 1]))


def avoided_carbon(delivered_gwh: Number, content_g_per_kwh: Number) -> Floats:
    """Return the tCO2e that the heat delivered spares, at each network's own content.

    Reported beside the footprint, never taken off it; the heat pump's electricity is in the
    plan's carbon already, so it is not taken off here either.

    Parameters
    ----------
    delivered_gwh : GWh a year delivered.
    content_g_per_kwh : gCO2e/kWh of the heat replaced.

    Returns
    -------
    tCO2e a year.

    Examples
    --------
    >>> avoided_carbon(10.0, 109.0).item()
    1090.0
    """
    return np.asarray(np.multiply(delivered_gwh, content_g_per_kwh), dtype=np.float64)


def delivered_by_source(source_gwh: Number, share_of_source: Number, loss: Number) -> Floats:
    """Return the GWh users receive from so many taken at the source: pumped up, less the losses.

    Parameters
    ----------
    source_gwh : GWh taken at the source.
    share_of_source : part of the heat sent that comes from the source, above 0.
    loss : part lost in the network, 0–1.

    Returns
    -------
    GWh received by the users.

    Examples
    --------
    >>> delivered_by_source(6.86, 0.686, 0.08).round(2).item()
    9.2
    """
    return np.asarray(np.divide(source_gwh, share_of_source) * np.subtract(1.0, loss))


def curves(demand: xr.DataArray) -> dict[str, Floats]:
    """Return the heat curve of each sink of a (sink_id, hour) demand in MW.

    Parameters
    ----------
    demand : MW, dims (sink_id, hour).

    Returns
    -------
    Curves of ``heat_curve``, by sink.
    """
    sinks: Sequence[str] = [str(sink) for sink in demand["sink_id"].to_numpy()]
    return {sink: heat_curve(demand.sel(sink_id=sink).to_numpy()) for sink in sinks}
