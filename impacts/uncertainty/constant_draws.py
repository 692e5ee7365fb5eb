"""Drawing the constants: each under its law, together as good or bad as the plant they make."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import xarray as xr
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from impacts.basis.array_types import Floats, Number
from impacts.basis.constant_factors import number
from impacts.cooling.hourly_cooling import check_utilisation, parameters_of
from layers.words.dated_values import Value
from layers.words.errors import SitingError

DRAWS = 200
SEED = 20261123
LEDGER_FAMILIES = ("water", "land", "grid", "carbon", "heat", "backup", "flexibility")
"""Families of constants the ledger reads; the plant's own are « cooling » and its vintage's."""
_TAIL = float(ndtri(0.95))


@dataclass(frozen=True)
class Sample:
    """Draws of every uncertain constant, by name, each an array of ``count`` values.

    ``plant`` the cooling parameters, by short name; ``ledger`` the other constants, by full name;
    ``utilisation`` and ``aware`` (a factor on the scarcity of every basin); ``weather`` where each
    draw's year lies among those of the weather, in [0, 1[, negative for their mean.
    """

    plant: Mapping[str, Floats]
    ledger: Mapping[str, Floats]
    utilisation: Floats
    aware: Floats
    weather: Floats
    papers: Mapping[str, Value]

    @property
    def count(self) -> int:
        """Return how many draws there are."""
        return len(self.utilisation)

    def year_of(self, years: int) -> NDArray[np.intp]:
        """Return the year of weather of each draw, the same at every place.

        Parameters
        ----------
        years : how many years the weather holds.

        Returns
        -------
        (draw), 0 … years − 1, or −1 for the mean of them all.
        """
        return np.where(self.weather < 0, -1, np.floor(self.weather * years)).astype(np.intp)

    def everything(self) -> dict[str, Floats]:
        """Return every drawn quantity by name, those that do not vary left out.

        The year of the weather is no quantity: it has no low nor high end.

        Returns
        -------
        « cooling.name », « family.key », « utilisation » or « aware » → (draw), in the constant's
        unit.
        """
        named = {f"cooling.{name}": x for name, x in self.plant.items()} | dict(self.ledger)
        named |= {"utilisation": self.utilisation, "aware": self.aware}
        return {name: x for name, x in named.items() if np.ptp(x) > 0}

    def constants(self) -> dict[str, xr.DataArray]:
        """Return the ledger's constants as it names them, on the dimension ``draw``.

        Returns
        -------
        « family_key » → (draw), ``units`` in attrs.
        """
        return {
            name.replace(".", "_"): xr.DataArray(
                x, dims="draw", attrs={"units": self.papers[name].unit}
            )
            for name, x in self.ledger.items()
        }


def sample(
    factors: Mapping[str, Value],
    *,
    vintage: str = "best",
    utilisation: float = 0.7,
    count: int = DRAWS,
    seed: int = SEED,
    correlation: float | None = None,
    held: Collection[str] = (),
) -> Sample:
    """Draw every uncertain constant, stratified and correlated through the plant's quality.

    A Gaussian copula: z = sign·√ρ·quality + √(1 − ρ)·own, then each law at Φ(z). Constants of
    sign zero, and all that is not the plant, are independent. Each name has its own stream, so a
    new constant does not move the others.

    Parameters
    ----------
    factors : constants in force, from ``impacts.factors``.
    vintage, utilisation : as for ``impacts.footprint``.
    count, seed : how many draws, and their seed: same seed, same draws.
    correlation : ρ in [0, 1], by default the constant ``uncertainty.correlation``.
    held : full names kept at their value (« cooling.supply_air », « carbon.intensity », «
        utilisation », « aware »), « weather » for the mean of its years.

    Returns
    -------
    The draws, each constant in its own unit.

    Raises
    ------
    SitingError : SIT105 for a utilisation or a correlation out of bounds, SIT202 for an unknown
        vintage or held name.
    """
    check_utilisation(utilisation)
    parameters_of(vintage, factors)
    share = number(factors, "uncertainty.correlation") if correlation is None else correlation
    if not 0 <= share <= 1:
        raise SitingError(
            "SIT105", f"une corrélation de {share:g}", where="incertitude", hint="entre 0 et 1"
        )
    plant = {
        name: _drawn_plant(f"cooling.{name}", value, share, factors, count, seed, held)
        for name, value in _plant_values(factors, vintage).items()
    }
    ledger = {
        name: _drawn(name, value, _normal(name, count, seed), held)
        for name, value in sorted(factors.items())
        if name.partition(".")[0] in LEDGER_FAMILIES and not isinstance(value.value, dict | str)
    }
    load = _utilisation(factors, utilisation, count, seed, is_held="utilisation" in held)
    spread = 0.0 if "aware" in held else np.log(number(factors, "uncertainty.aware_spread"))
    _check_held(held, plant, ledger)
    aware = np.exp(spread * _normal("aware", count, seed))
    year = ndtr(_normal("weather", count, seed))
    weather = np.full(count, -1.0) if "weather" in held else year
    return Sample(plant, ledger, load, aware, weather, factors)


def _drawn_plant(
    name: str,
    value: Value,
    share: float,
    factors: Mapping[str, Value],
    count: int,
    seed: int,
    held: Collection[str],
) -> Floats:
    own = _normal(name, count, seed)
    sign = _signs(factors).get(name.removeprefix("cooling."), 0)
    shared = sign * _normal("quality", count, seed)
    return _drawn(name, value, np.sqrt(share) * shared + np.sqrt(1 - share * abs(sign)) * own, held)


def _drawn(name: str, value: Value, normal: Floats, held: Collection[str]) -> Floats:
    return np.full(len(normal), value.number) if name in held else inverse(value, ndtr(normal))


def _check_held(
    held: Collection[str], plant: Mapping[str, Floats], ledger: Mapping[str, Floats]
) -> None:
    known = (
        {f"cooling.{name}" for name in plant} | set(ledger) | {"utilisation", "aware", "weather"}
    )
    unknown = sorted(set(held) - known)
    if unknown:
        raise SitingError(
            "SIT202",
            f"« {unknown[0]} » n'est pas une constante tirée",
            where="incertitude, constantes tenues",
            hint="donnez un nom complet, par exemple cooling.supply_air ou carbon.intensity",
        )


def inverse(value: Value, share: Number) -> Floats:
    """Return the quantile of a constant's law at a share in ]0, 1[.

    Low and high end a triangle; they are the 5 and 95 % quantiles of a lognormal law, whose
    median is the value: a wider side has its own spread, so that all three hold.

    Parameters
    ----------
    value : a constant, with low, high and law.
    share : quantile wanted, any shape.

    Returns
    -------
    In the constant's unit, shape of ``share``; its value alone when the law is « fixed » or an end
    is unknown.

    Examples
    --------
    >>> from datetime import date
    >>> v = Value("x", "x", "1", "P", 2.0, 1.0, 8.0, "lognormal", "read", "exemple", date.min)
    >>> inverse(v, np.array([0.05, 0.5, 0.95])).round(2).tolist()
    [1.0, 2.0, 8.0]
    """
    u = np.asarray(share, dtype=np.float64)
    middle = value.number
    if value.law == "fixed" or value.low is None or value.high is None:
        return np.full_like(u, middle)
    if value.law == "lognormal":
        below, above = np.log(middle / value.low), np.log(value.high / middle)
        spread = np.where(np.less(u, 0.5), below / _TAIL, above / _TAIL)
        return np.asarray(middle * np.exp(spread * ndtri(u)))
    return _triangular(value.low, middle, value.high, u)


def _triangular(low: float, middle: float, high: float, u: Floats) -> Floats:
    width = high - low
    rising = low + np.sqrt(u * width * (middle - low))
    falling = high - np.sqrt((1 - u) * width * (high - middle))
    return np.where(u * width < middle - low, rising, falling)


def _normal(name: str, count: int, seed: int) -> Floats:
    """One standard normal value in each of ``count`` equal slices of probability, shuffled."""
    stream = np.random.default_rng([seed, crc32(name.encode())])
    slices = (stream.permutation(count) + stream.random(count)) / count
    return np.asarray(ndtri(slices))


def _signs(factors: Mapping[str, Value]) -> dict[str, float]:
    value = factors["uncertainty.signs"].value if "uncertainty.signs" in factors else None
    if not isinstance(value, dict):
        raise SitingError("SIT500", "les sens des paramètres manquent", where="incertitude")
    return value


def _plant_values(factors: Mapping[str, Value], vintage: str) -> dict[str, Value]:
    """Return the constants of a vintage, by short name: those of the new plant unless said."""
    values: dict[str, Value] = {}
    for family in ("cooling", *([f"cooling_{vintage}"] if vintage != "best" else [])):
        start = f"{family}."
        values |= {n.removeprefix(start): v for n, v in factors.items() if n.startswith(start)}
    return values


def _utilisation(
    factors: Mapping[str, Value], middle: float, count: int, seed: int, *, is_held: bool
) -> Floats:
    """Draw the load about the scenario's, a triangle cut at full load and above zero."""
    if is_held:
        return np.full(count, middle)
    spread = number(factors, "uncertainty.utilisation_spread")
    u = ndtr(_normal("utilisation", count, seed))
    return _triangular(max(middle - spread, middle / 2), middle, min(middle + spread, 1.0), u)
