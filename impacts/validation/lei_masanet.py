"""Lei and Masanet's published ranges, run on real stations with their inputs, then with ours."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from impacts.basis.array_types import HOURS_A_YEAR, KELVIN, Floats, Number
from impacts.basis.constant_factors import physics
from impacts.cooling.hourly_cooling import Classes, hours_of, parameters_of, plant_at, sort_hours
from impacts.cooling.known_technologies import TECHNOLOGIES, Plant
from impacts.uncertainty.constant_draws import sample
from impacts.uncertainty.footprint_draws import coarsen
from layers.words.dated_values import Value

PUBLISHED = Path(__file__).parent / "published" / "lei.toml"
DRAWS = 200
_SMALL_ZONE = "4A"
SEED = 2022
_SET = physics("equipment")


@cache
def published() -> Mapping[str, Any]:
    """Return the published ranges and inputs, as their TOML gives them.

    Returns
    -------
    Tables ``zones``, ``loads``, ``sizes``, ``systems`` and ``cop`` of ``PUBLISHED``; read once.
    """
    return tomllib.loads(PUBLISHED.read_text(encoding="utf-8"))


def table(stations: xr.Dataset, *, has_their_cop: bool = True) -> pd.DataFrame:
    """Return a row for each system and zone: the published range and our figures.

    Parameters
    ----------
    stations : hourly station years (station, time), from ``station_weather.hourly``.
    has_their_cop : False keeps our share of Carnot for chillers, times the authors' error: the
        first try.

    Returns
    -------
    case, system_fr, zone, technology, vintage; low, high (published 5 and 95 %); p5, p50, p95 of
    our equations run with the authors' inputs; inside; ours, the same system with this tool's own
    vintage; ours_inside; and the same for water (``wue_…``, NaN where it is not published).
    """
    content = published()
    air = {name: _air(stations, name) for name in sorted(set().union(*content["zones"].values()))}
    rows = []
    for system in content["systems"]:
        theirs = {name: _their_plant(system, one, has_their_cop) for name, one in air.items()}
        usual = {name: _our_plant(system, one) for name, one in air.items()}
        for zone, places in content["zones"].items():
            rows.append(_row(system, zone, [theirs[p] for p in places], [usual[p] for p in places]))
    return pd.DataFrame(rows)


def _row(
    system: Mapping[str, Any], zone: str, theirs: list[xr.Dataset], usual: list[xr.Dataset]
) -> dict[str, Any]:
    row: dict[str, Any] = {"case": system["case"], "system_fr": system["label_fr"], "zone": zone}
    row |= {"technology": system["technology"], "vintage": system["vintage"]}
    for figure, start in (("pue", ""), ("wue", "wue_")):
        low, high = system.get(figure, {}).get(zone, (np.nan, np.nan))
        drawn = np.concatenate([one[figure].to_numpy() for one in theirs])
        p5, p50, p95 = np.quantile(drawn, (0.05, 0.5, 0.95))
        ours = float(np.mean([float(one[figure].mean()) for one in usual]))
        row |= {f"{start}low": low, f"{start}high": high}
        row |= {f"{start}p5": p5, f"{start}p50": p50, f"{start}p95": p95, f"{start}ours": ours}
        row |= {f"{start}inside": low <= p50 <= high, f"{start}ours_inside": low <= ours <= high}
    return row


def _air(stations: xr.Dataset, name: str) -> Classes:
    one = stations.sel(station=name)
    dry = one["dry_bulb"].to_numpy()[None].astype(np.float32)
    depression = dry - one["dew_point"].to_numpy()[None].astype(np.float32)
    return sort_hours(dry, np.maximum(depression, 0), float(one["pressure"].mean()))


def _year(technology: str, air: Classes, load: Number, q: Mapping[str, Number]) -> xr.Dataset:
    """Return the mean PUE and WUE of a station's years, by draw."""
    one = coarsen(air)
    plant = plant_at(one.dry_bulb, one.relative_humidity, one.pressure, load, q)
    found = hours_of(TECHNOLOGIES[technology], plant)
    share = one.share[0].mean(axis=0).sum(axis=0) / HOURS_A_YEAR
    means = {name: np.atleast_1d(found[name] @ share) for name in ("pue", "wue")}
    return xr.Dataset({name: ("draw", x) for name, x in means.items()})


def small_rooms(stations: xr.Dataset, factors: Mapping[str, Value]) -> pd.DataFrame:
    """Return the two ages of small rooms beside the published ranges of small systems.

    Parameters
    ----------
    stations : hourly station years (station, time), from ``station_weather.hourly``.
    factors : constants in force, whose ranges are drawn.

    Returns
    -------
    A row a system (cases 9 and 10) and age: case, system_fr, vintage, ours (every constant at its
    value), p5, p50, p95 of our draws, and low, high published; all in the zone of Limoges.
    """
    content, rows = published(), []
    one = _air(stations, content["zones"][_SMALL_ZONE][-1])
    for system in content["systems"]:
        if system["size"] != "small":
            continue
        low, high = system["pue"][_SMALL_ZONE]
        for vintage in ("small_recent", "small_old"):
            load = content["loads"][vintage]
            drawn = sample(factors, vintage=vintage, utilisation=load, count=DRAWS)
            q = {name: x[:, None] for name, x in drawn.plant.items()}
            pue = _year(system["technology"], one, drawn.utilisation[:, None], q)["pue"]
            p5, p50, p95 = np.quantile(pue.to_numpy(), (0.05, 0.5, 0.95))
            usual = _our_plant({**system, "vintage": vintage}, one)
            rows.append(
                {"case": system["case"], "system_fr": system["label_fr"], "vintage": vintage,
                 "ours": float(usual["pue"].mean()), "p5": p5, "p50": p50, "p95": p95,
                 "low": low, "high": high}
            )  # fmt: skip
    return pd.DataFrame(rows)


def _our_plant(system: Mapping[str, Any], air: Classes) -> xr.Dataset:
    load = published()["loads"][system["vintage"]]
    return _year(system["technology"], air, load, parameters_of(system["vintage"]))


def _their_plant(system: Mapping[str, Any], air: Classes, has_their_cop: bool) -> xr.Dataset:
    ranges = published()["sizes"][system["size"]] | system["inputs"]
    drawn = {name: _uniform(name, low, high) for name, (low, high) in ranges.items()}
    load, overrides = in_our_words(drawn, system["vintage"])
    q = parameters_of(system["vintage"], overrides=overrides)
    if not has_their_cop:
        return _year(system["technology"], air, load, {**q, **_our_cop(drawn["relative_cop"])})
    one = coarsen(air)
    plant = plant_at(one.dry_bulb, one.relative_humidity, one.pressure, load, q)
    shares = with_published_cop(plant, drawn["relative_cop"][:, None], drawn["part_load"][:, None])
    return _year(system["technology"], air, load, {**q, **shares})


def _our_cop(relative_cop: Floats, vintage: str = "best") -> dict[str, Number]:
    new = parameters_of(vintage)
    kinds = ("water_cooled", "air_cooled", "direct_expansion")
    return {
        f"chiller_{kind}": new[f"chiller_{kind}"] * (1 + relative_cop[:, None]) for kind in kinds
    }


def in_our_words(
    drawn: Mapping[str, Floats], vintage: str = "best"
) -> tuple[float, dict[str, Number]]:
    """Translate the authors' inputs into this tool's parameters; what they leave out stays.

    Their losses are shares of the IT power whatever its load: full load, no spare module. The
    coil's effectiveness gives the approach: ΔT·(1/ε − 1). Direct expansion keeps the share of
    Carnot of the vintage, times their error on the COP: its own regression is not published.

    Parameters
    ----------
    drawn : authors' input → (draw), in the units of ``lei.toml``.
    vintage : key of ``VINTAGES`` that keeps what the authors leave out.

    Returns
    -------
    Utilisation, always 1, and our parameter → number or (draw, 1), in the units of
    ``cooling.toml``.
    """
    column = {name: x[:, None] for name, x in drawn.items()}
    given: dict[str, Number] = {
        "ups_no_load": 0.0,
        "ups_quadratic": 0.0,
        "ups_linear": 1 / column["ups_efficiency"] - 1,
        "distribution_fixed": 0.0,
        "distribution_variable": column["distribution"],
        "auxiliaries": column["auxiliaries"],
        "electrical_redundancy": 0.0,
        "air_redundancy": 0.0,
        "room_air_rise": column["air_rise"],
        "room_fan_pressure": column["fan_pressure"],
        "direct_air_pressure": column["fan_pressure"],
        "room_fan_efficiency": column["fan_efficiency"],
        "tower_approach": column["tower_approach"],
        "exchanger_approach": column["exchanger_approach"],
        "tower_range": column["tower_range"],
        "chilled_water_rise": column["water_rise"],
        "cycles_of_concentration": column["cycles"],
        "drift": column["drift"],
    }
    direct = "chiller_direct_expansion"
    given[direct] = _our_cop(drawn["relative_cop"], vintage)[direct]
    if "supply_air" in column:
        given["supply_air"] = column["supply_air"]
    if "coil_effectiveness" in column:
        given["chilled_water_approach"] = column["air_rise"] * (
            1 / column["coil_effectiveness"] - 1
        )
    return 1.0, given


def published_cop(tower_water: Number, part_load: Number) -> Floats:
    """Return the authors' COP of a water-cooled chiller.

    Parameters
    ----------
    tower_water : degC.
    part_load : load of the chiller over its capacity, in 0–1.

    Returns
    -------
    COP [1], shape of both.

    Examples
    --------
    >>> round(float(published_cop(20.0, 0.5)), 2)
    8.78
    """
    c = published()["cop"]
    t, load = np.asarray(tower_water), np.asarray(part_load)
    by_load = c["c"] * load**2 + c["d"] * load
    return np.asarray(c["a"] + c["b"] * t**2 + by_load + c["e"] * t + c["f"] * load * t)


def with_published_cop(plant: Plant, relative_cop: Floats, part_load: Floats) -> dict[str, Number]:
    """Return the shares of Carnot that give the authors' COP in each class of air.

    An air-cooled chiller is taken at the tower water that would make it condense at the same
    temperature: their rule for it is not published, the lower relative error is.

    Parameters
    ----------
    plant : plant at work, its air by class.
    relative_cop : authors' relative error on the COP (draw, 1).
    part_load : load of the chiller over its capacity (draw, 1).

    Returns
    -------
    Parameters chiller_water_cooled and chiller_air_cooled → (draw, class) in 1.
    """
    q = plant.q
    cold = plant.chilled - _SET["evaporator_approach"] + KELVIN
    hot = _SET["condenser_water"] + q["tower_range"]
    tower = np.maximum(plant.wet_bulb + q["tower_approach"], _SET["condenser_water_floor"])
    alike = plant.dry_bulb + _SET["condenser_air"] - hot
    shares: dict[str, Number] = {}
    for name, water in (("chiller_water_cooled", tower), ("chiller_air_cooled", alike)):
        cop = published_cop(water, part_load) * (1 + relative_cop)
        lift = np.maximum(water + hot + KELVIN - cold, _SET["lift_floor"])
        shares[name] = cop * lift / cold
    return shares


def _uniform(name: str, low: float, high: float) -> Floats:
    stream = np.random.default_rng([SEED, *name.encode()])
    return np.asarray(low + (high - low) * (stream.permutation(DRAWS) + 0.5) / DRAWS)
