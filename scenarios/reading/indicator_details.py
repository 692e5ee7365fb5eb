"""What stands behind an indicator's figure, last period: classes, basins, yards, ranges."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

import pandas as pd
import xarray as xr

from layers.words.french import NARROW, NO_BREAK, listing, number, plural, significant
from scenarios.answers.headline import headline
from scenarios.storage.results import Results

# Bounds of the size classes of the yearly declaration, in IT MW.
CLASSES = (0.0, 1.0, 5.0, 20.0, 50.0, float("inf"))
CLASSES_FR = ("moins de 1 MW", "1–5 MW", "5–20 MW", "20–50 MW", "plus de 50 MW")
MOST = 4


def detail(figure: str, results: Results) -> str:
    """Return one short French text, empty when the figure says all.

    Parameters
    ----------
    figure : key of the indicator's figure, see ``DETAILS``.
    results : a run's folder.

    Returns
    -------
    Sites by size, basins in m³, yards in MW or a range, according to the figure.
    """
    told = DETAILS.get(figure)
    return told(results, results.summary["periods"][-1]) if told else ""


def _placed(results: Results, period: int) -> pd.DataFrame:
    placed = results.table("plan/placements")
    return placed[placed["period"] == period]


def _sizes(results: Results, period: int) -> str:
    power = _placed(results, period).groupby("site_id")["it_mw"].sum()
    power = power[power > 0].round(6)
    classes = zip(CLASSES_FR, pairwise(CLASSES), strict=True)
    counts = [
        (label, int(((power >= low) & (power < high)).sum())) for label, (low, high) in classes
    ]
    said = listing(f"{label}{NO_BREAK}: {n}" for label, n in counts if n)
    return f"{plural(len(power), 'site')} ({said})" if said else "aucun site"


def _share(results: Results, period: int) -> str:
    plan = results.summary["plan"][str(period)]
    year = plan.get("regional_share_year")
    share = headline(plan, "regional_share_pct")
    if share is None:
        return "consommation régionale non renseignée : part non évaluée"
    told = f"{number(share, 1)}{NARROW}% de la consommation régionale"
    return told + (f" de {year}" if year else "")


def _enaf(results: Results, period: int) -> str:
    plan = results.summary["plan"][str(period)]
    low, high = (significant(plan[f"enaf_{end}_ha"]) for end in ("low", "high"))
    return f"de {low} à {high} ha : le zonage de certains sites est inconnu" if low != high else ""


def _basins(results: Results, period: int) -> str:
    placed = _placed(results, period)
    water = results.impacts["water_input"].sel(
        site_id=xr.DataArray(placed["site_id"].to_numpy(), dims="row"),
        design=xr.DataArray(placed["design"].to_numpy(), dims="row"),
    )
    m3 = water.to_numpy() * placed["it_mw"].to_numpy()
    names = placed["site_id"].map(results.sites["sector_name"]).fillna("secteur inconnu")
    return _largest(pd.Series(m3).groupby(names.to_numpy()).sum(), "m³")


def _heat(results: Results, period: int) -> str:
    plan = results.summary["plan"][str(period)]
    return f"ERF {number(100 * (headline(plan, 'erf') or 0.0), 1)}{NARROW}%"


def _yards(results: Results, period: int) -> str:
    used = results.table("plan/connections")
    used = used[used["period"] == period]
    names = results.table("plan/yards").set_index("yard_id")["name"]
    return _largest(used.groupby(used["yard_id"].map(names))["meter_mw"].sum(), "MW")


def _served(results: Results, period: int) -> str:
    sites = results.sites.loc[_placed(results, period)["site_id"].unique()]
    names = listing(sorted(set(sites["departement_name"])))
    return f"{names} ; {plural(sites['epci_code'].nunique(), 'intercommunalité')}"


def _largest(amounts: pd.Series, unit: str) -> str:
    ordered = amounts[amounts > 0].rename_axis("name").reset_index(name="amount")
    ordered = ordered.sort_values(["amount", "name"], ascending=[False, True])
    said = [
        f"{name}{NO_BREAK}: {significant(amount)}{NO_BREAK}{unit}"
        for name, amount in ordered.head(MOST).itertuples(index=False)
    ]
    rest = len(ordered) - MOST
    return " ; ".join([*said, f"{rest} autres"] if rest > 0 else said)


DETAILS: Mapping[str, Callable[[Results, int], str]] = {
    "it_mw": _sizes,
    "electricity_twh": _share,
    "enaf_high_ha": _enaf,
    "water_input_m3": _basins,
    "heat_gwh": _heat,
    "connection_mw": _yards,
    "departements": _served,
}
