"""The one call that answers « what would it cost here »: figures, and how sure they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import xarray as xr

from impacts.footprints.site_footprint import Climate, climate, footprint
from impacts.uncertainty import draw, quantiles
from impacts.uncertainty.constant_draws import DRAWS, SEED
from layers.words.dated_values import Value


def assess(
    sites: pd.DataFrame,
    designs: Sequence[str],
    weather: xr.Dataset | Climate,
    factors: Mapping[str, Value],
    *,
    vintage: str = "best",
    utilisation: float = 0.7,
    density: str = "standard",
    draws: int = DRAWS,
    seed: int = SEED,
) -> xr.Dataset:
    """Return every impact per MW of installed IT and per year, with its 90 % interval.

    Parameters
    ----------
    sites, designs, weather, factors, vintage, utilisation, density : as for
        ``impacts.footprint``.
    draws : correlated draws behind the interval (200 over 1,000 sites and 4 designs: 4 s);
        0 leaves the interval out.
    seed : same seed, same bytes.

    Returns
    -------
    Dataset (site_id, design[, month]); each figure ``x`` goes with ``x_p5``, ``x_p50`` and
    ``x_p95``, named in its ``ancillary_variables`` (CF conventions).
    """
    hours = weather if isinstance(weather, Climate) else climate(sites, weather)
    figures = footprint(
        sites,
        designs,
        hours,
        factors,
        vintage=vintage,
        utilisation=utilisation,
        density=density,
    )
    if draws == 0:
        return figures
    drawn = draw(
        sites,
        designs,
        hours,
        factors,
        vintage=vintage,
        utilisation=utilisation,
        density=density,
        count=draws,
        seed=seed,
    )
    return _beside(figures, quantiles(drawn)).assign_attrs(draws=draws, seed=seed)


def _beside(figures: xr.Dataset, spread: xr.Dataset) -> xr.Dataset:
    found = figures.copy()
    for name in figures.data_vars:
        names = []
        for level in spread["quantile"].to_numpy():
            array = spread[name].sel(quantile=level, drop=True)
            label = f"{figures[name].attrs.get('label_fr', name)} ({level})"
            names.append(f"{name}_{level}")
            found[names[-1]] = array.assign_attrs(figures[name].attrs, label_fr=label)
        found[name].attrs["ancillary_variables"] = " ".join(names)
    return found
