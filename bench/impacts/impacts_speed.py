"""Time what the footprints promise, on the pack's weather and a thousand drawn sites."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from datetime import date
from typing import TypeVar

import numpy as np
import pandas as pd

import impacts
from impacts import uncertainty
from impacts.cooling import TECHNOLOGIES
from impacts.weather.psychrometrics import humidity_ratio, saturation_pressure, wet_bulb
from impacts.weather.station_weather import hourly
from layers.packs.data_pack import EMBEDDED, Pack

Result = TypeVar("Result")
COUNT = 1000
FOUR = ["air_chiller_fc", "air_chiller_fc_ad", "dlc_dry", "dlc_adiab"]


def thousand() -> pd.DataFrame:
    """Return a thousand places over the region, seeded."""
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        {
            "x_m": rng.uniform(360_000, 620_000, COUNT),
            "y_m": rng.uniform(6_250_000, 6_660_000, COUNT),
            "elevation_m": rng.gamma(1.2, 130, COUNT),
        },
        index=pd.Index([f"s{k:03}" for k in range(COUNT)], name="site_id"),
    )
    return table.assign(**{f"aware_{month:02}": 2.0 for month in range(1, 13)})


def timed(what: str, run: Callable[[], Result]) -> Result:
    """Run once and print the seconds."""
    start = time.perf_counter()
    result = run()
    print(f"{what:<60} {time.perf_counter() - start:6.2f} s")
    return result


def main() -> None:
    """Print each promise and its seconds, then the memory used at most."""
    stations = hourly(Pack.open(EMBEDDED).weather())
    factors, sites = impacts.factors(date(2026, 11, 23)), thousand()
    dry = np.resize(stations["dry_bulb"].to_numpy().ravel(), COUNT * 8760)
    vapour = 0.7 * saturation_pressure(dry)
    timed("wet bulb, 8.76 M values", lambda: wet_bulb(dry, humidity_ratio(vapour, 1e5), 1e5))
    hours = timed(
        "weather of 1,000 sites sorted, 5 years", lambda: impacts.climate(sites, stations)
    )
    timed(
        "footprint, 1,000 sites × all technologies, yearly and monthly",
        lambda: impacts.footprint(sites, list(TECHNOLOGIES), hours, factors),
    )
    drawn = timed(
        "200 draws × 1,000 sites × 4 designs",
        lambda: uncertainty.draw(sites, FOUR, hours, factors),
    )
    timed("their quantiles", lambda: uncertainty.quantiles(drawn))
    keys = pd.MultiIndex.from_product([sites.index[:20], FOUR[:2]], names=["site_id", "design"])
    timed(
        "a plan of 20 sites, 200 draws",
        lambda: uncertainty.plan_quantiles(
            uncertainty.plan_draws(pd.Series(10.0, keys), sites, stations, factors)
        ),
    )
    print(f"memory at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB")


if __name__ == "__main__":
    main()
