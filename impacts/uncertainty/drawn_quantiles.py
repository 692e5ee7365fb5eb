"""What draws say: quantiles, what matters most, who is best how often, a plan's totals."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from impacts.footprints.plan_footprint import of_plan as plan_totals
from impacts.footprints.plan_footprint import sites_and_designs
from impacts.footprints.site_footprint import Climate
from impacts.uncertainty.constant_draws import DRAWS, SEED, Sample
from impacts.uncertainty.footprint_draws import draw
from layers.words.dated_values import Value
from layers.words.errors import SitingError

QUANTILES = (0.05, 0.5, 0.95)
_HAIR = 1e-9
QUANTILE_NAMES = ("p5", "p50", "p95")


def quantiles(drawn: xr.Dataset) -> xr.Dataset:
    """Return p5, p50 and p95 of every figure over its draws, on the dimension ``quantile``.

    Parameters
    ----------
    drawn : figures with the dimension ``draw``, from `draw`.

    Returns
    -------
    Dataset (quantile, …) in the same units; ``quantile`` holds p5, p50 and p95.
    """
    found = {}
    for name, array in drawn.data_vars.items():
        axis = array.get_axis_num("draw")
        values = np.quantile(array.to_numpy(), QUANTILES, axis=axis)
        dims = ("quantile", *(d for d in array.dims if d != "draw"))
        found[str(name)] = xr.DataArray(values, dims=dims, attrs=array.attrs)
    coords = {str(n): c for n, c in drawn.coords.items() if "draw" not in c.dims}
    return xr.Dataset(found, coords={**coords, "quantile": list(QUANTILE_NAMES)}, attrs=drawn.attrs)


def first_order(figure: xr.DataArray, drawn: Sample) -> pd.Series[float]:
    """Return the share of a figure's variance that each constant explains alone, largest first.

    The share is the squared rank correlation less what chance gives (1/(n − 1)), never below zero.
    With correlated draws a constant also carries what the plant's quality does: draw with
    ``correlation=0`` to tell constants apart.

    Parameters
    ----------
    figure : one figure on the dimension ``draw`` only.
    drawn : the sample it was worked out from.

    Returns
    -------
    Full name of the constant → share in 0–1.

    Raises
    ------
    SitingError : SIT105 when the figure has other dims, or another count of draws.
    """
    if figure.dims != ("draw",) or figure.sizes["draw"] != drawn.count:
        raise SitingError(
            "SIT105",
            f"une sensibilité se calcule sur des tirages, reçu {figure.dims}",
            where="incertitude",
            hint="choisissez un site et une technologie avant d'appeler",
        )
    target = _ranks(figure.to_numpy())
    chance = 1 / (drawn.count - 1)
    found = {
        name: max(0.0, float(np.corrcoef(_ranks(x), target)[0, 1]) ** 2 - chance)
        for name, x in sorted(drawn.everything().items())
    }
    shares = pd.Series(found, dtype=float, name="first_order")
    return shares.sort_values(ascending=False, kind="stable")


def _ranks(values: np.ndarray) -> np.ndarray:
    return np.argsort(np.argsort(values, kind="stable"), kind="stable").astype(np.float64)


def best_design(
    figure: xr.DataArray, *, least_is_best: bool = True, within: float = _HAIR
) -> xr.DataArray:
    """Return how often each design is the best at its site.

    Parameters
    ----------
    figure : (site_id, design, draw); NaN counts as the worst.
    least_is_best : whether the least figure wins.
    within : designs this share of the best away (0.01: one per cent) are equals, and share the
        draw.

    Returns
    -------
    (site_id, design) in 1: shares of draws, summing to 1 over designs.
    """
    known = (figure if least_is_best else -figure).fillna(np.inf)
    edge = known.min("design")
    is_best = known <= edge + abs(edge) * within
    share = (is_best / is_best.sum("design")).mean("draw")
    label = f"Part des tirages où c'est le meilleur : {figure.attrs.get('label_fr', figure.name)}"
    return share.assign_attrs(units="1", label_fr=label)


def plan_quantiles(drawn: xr.Dataset) -> pd.DataFrame:
    """Return p5, p50 and p95 of each yearly total of a plan.

    Parameters
    ----------
    drawn : draws by site, from `drawn_plan`.

    Returns
    -------
    A row a figure: p5, p50, p95, units, label_fr; months are left out.
    """
    rows = {}
    for name, array in drawn.sum("site_id", keep_attrs=True, skipna=False).data_vars.items():
        if array.dims != ("draw",):
            continue
        values = np.quantile(array.to_numpy(), QUANTILES)
        rows[str(name)] = [*values, array.attrs["units"], array.attrs["label_fr"]]
    columns = [*QUANTILE_NAMES, "units", "label_fr"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def plan_draws(
    it_mw: pd.Series[float],
    sites: pd.DataFrame,
    weather: xr.Dataset | Climate,
    factors: Mapping[str, Value],
    *,
    vintage: str = "best",
    utilisation: float = 0.7,
    density: str = "standard",
    count: int = DRAWS,
    seed: int = SEED,
    drawn: Sample | None = None,
) -> xr.Dataset:
    """Return the draws of a plan's footprint at each of its sites; the sum over sites is its own.

    Parameters
    ----------
    it_mw : installed IT MW, indexed by (site_id, design); sites and designs left at zero are
        not worked out.
    sites : the candidates' table, as for ``impacts.footprint``; only placed sites are read.
    weather : hourly years of the stations, or a climate.
    factors : the constants in force, by name.
    vintage : one of ``VINTAGES``, as for ``impacts.footprint``.
    utilisation : mean load over installed IT power, ]0, 1].
    density : one of ``DENSITIES``, as for ``impacts.footprint``.
    count : how many draws.
    seed : the seed of the draws.
    drawn : a sample already drawn; None draws one.

    Returns
    -------
    Dataset (site_id, draw), names and units of the yearly totals; empty without a placed site.
    """
    placed = it_mw[it_mw > 0]
    if placed.empty:
        return xr.Dataset(coords={"site_id": []})
    where, designs = sites_and_designs(placed)
    figures = draw(
        sites.loc[where],
        designs,
        weather,
        factors,
        vintage=vintage,
        utilisation=utilisation,
        density=density,
        count=count,
        seed=seed,
        drawn=drawn,
    )
    return plan_totals(figures, placed)
