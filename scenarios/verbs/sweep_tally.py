"""What many variants say together: quantiles, frequencies, failures."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from layers.words.french import NARROW, NO_BREAK, listing, number, plural, significant
from layers.words.interruptions import in_one_breath
from scenarios.storage.results import SCHEMA_VERSION, records
from siting.other_plans.plan_stability import DrawnPlan, price_intervals, stability
from siting.prices.rule_bill import money

# Each figure of a case: what a planner reads, and its unit.
FIGURES_FR: Mapping[str, tuple[str, str]] = {
    "it_mw": ("Puissance placée", "MW IT"),
    "n_sites": ("Sites retenus", "sites"),
    "site_energy_gwh": ("Électricité", "GWh/an"),
    "water_input_m3": ("Eau apportée sur site", "m³/an"),
    "water_consumption_m3": ("Eau consommée sur site", "m³/an"),
    "land_ha": ("Sol occupé", "ha"),
    "heat_gwh": ("Chaleur utile", "GWh/an"),
    "carbon_kt": ("Carbone", "kt CO2e/an"),
    "objective": ("Score du programme", "sans unité"),
}
# Grains at which a plan may hold still, from the coarsest.
GRAINS_FR: Mapping[str, tuple[str, str]] = {
    "departement": ("département", "departement_name"),
    "epci": ("EPCI", "epci_name"),
    "yard": ("poste", "yard_name"),
    "site": ("site", "site_name"),
}
NAMES = [name for _, name in GRAINS_FR.values()]
SHOWN = ["id", "name_fr", "kept_share", "kept_low", "kept_high", "mw_p50"]
TOP_LINES, TOP_RULES = 5, 10
# Below, nine cases in ten is not a number of cases.
FEWEST_FOR_SHARES = 20
TYPES = {"rule_id": "str", "price": "float64", "excess": "float64"}
QUANTILES = [5.0, 10.0, 50.0, 90.0, 95.0]


def placements(table: pd.DataFrame) -> pd.DataFrame:
    """Return one row a case, site and yard: case, places and names, MW of the last period.

    Parameters
    ----------
    table : rows of the cases; those without a plan place nothing.

    Returns
    -------
    Columns ``case``, ``…_id`` and ``…_name`` of the four grains, ``it_mw``, and ``meter_mw`` drawn
    from the yard.
    """
    rows = [
        {"case": case, **place}
        for case, text in table.loc[table["status"] == "plan", ["case", "places"]].itertuples(
            index=False
        )
        for place in json.loads(text)
    ]
    columns = ["case", *(f"{grain}_id" for grain in GRAINS_FR), *NAMES, "it_mw", "meter_mw"]
    return pd.DataFrame(rows, columns=columns)


def places_held(placed: pd.DataFrame, plans: int) -> pd.DataFrame:
    """Return what holds over the draws, by grain: ``plan_stability.COLUMNS`` and name_fr.

    Parameters
    ----------
    placed : from ``placements``.
    plans : cases with a plan; those that place nothing count.

    Returns
    -------
    One row a grain and place; shares from 0 to 1 with their 90 % interval, MW at p5, p50 and p95.
    """
    draws = [
        DrawnPlan(
            site_mw=_summed(rows, "site_id", "it_mw"),
            yard_mw=_summed(rows, "yard_id", "meter_mw"),
        )
        for _, rows in placed.groupby("case", sort=True)
    ]
    nothing = [DrawnPlan(site_mw={}, yard_mw={})] * (plans - len(draws))
    sites = placed.drop_duplicates("site_id").set_index("site_id")
    sites = sites.rename(columns={"departement_id": "departement_code", "epci_id": "epci_code"})
    table = stability([*draws, *nothing] if draws else [], sites)
    names = pd.concat(
        [
            pd.DataFrame({"grain": grain, "id": placed[f"{grain}_id"], "name_fr": placed[name]})
            for grain, (_, name) in GRAINS_FR.items()
        ]
    ).drop_duplicates(["grain", "id"])
    return table.merge(names, on=["grain", "id"], how="left")


def rule_prices(table: pd.DataFrame) -> pd.DataFrame:
    """Return the prices of the rules over the plans: ``plan_stability.PRICE_COLUMNS``.

    Parameters
    ----------
    table : rows of the cases; those without a plan have no bill.

    Returns
    -------
    One row a rule, place and period; M€-equivalent a unit of the rule, shares from 0 to 1.
    """
    bills = [
        pd.read_json(io.StringIO(text), orient="split", precise_float=True, dtype=TYPES)
        for text in table.loc[table["status"] == "plan", "bill"]
    ]
    return price_intervals(bills)


def _summed(rows: pd.DataFrame, key: str, value: str) -> dict[str, float]:
    return {str(place): float(mw) for place, mw in rows.groupby(key)[value].sum().items()}


def summary(table: pd.DataFrame, places: pd.DataFrame, prices: pd.DataFrame) -> dict[str, Any]:
    """Return p5, p50 and p95 of each figure, what holds still, rules that bite, failed cases.

    Parameters
    ----------
    table : rows of the cases.
    places : from ``places_held``.
    prices : from ``rule_prices``.

    Returns
    -------
    A document for JSON; figures in the units of ``FIGURES_FR``.
    """
    plans = table[table["status"] == "plan"]
    figures = [name for name in FIGURES_FR if name in plans]
    quantiles = {n: plans[n].quantile([0.05, 0.5, 0.95]).round(6).tolist() for n in figures}
    failed = table[table["status"] != "plan"]
    return {
        "schema_version": SCHEMA_VERSION,
        "name": "sweep",
        "cases": len(table),
        "plans": len(plans),
        "p5_p50_p95": quantiles if len(plans) else {},
        "most_often": {
            str(grain): records(rows[SHOWN].head(TOP_LINES))
            for grain, rows in places.groupby("grain", sort=False)
        },
        "rules": _rules(prices),
        "existing_it_mw_median": _existing(plans, failed),
        "failed": [
            {"case": int(c), "code": s, "message_fr": m}
            for c, s, m in failed[["case", "status", "message_fr"]].itertuples(index=False)
        ],
    }


def _rules(prices: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of the last period, those that bite most often first."""
    last = prices[prices["period"] == prices["period"].max()]
    order = last.sort_values(
        ["binding_share", "price_p50", "rule_id", "where"],
        ascending=[False, False, True, True],
        kind="stable",
    )
    return [
        {key: None if value != value else value for key, value in row.items()}
        for row in records(order)
    ]


def _existing(plans: pd.DataFrame, failed: pd.DataFrame) -> dict[str, float | None]:
    """Return the MW already in service, in the middle case with a plan and without."""
    medians = {"with_plan": plans, "without_plan": failed}
    found = {name: rows["existing_it_mw"].median() for name, rows in medians.items()}
    return {name: None if pd.isna(mw) else round(float(mw), 3) for name, mw in found.items()}


def write_netcdf(table: pd.DataFrame, prices: pd.DataFrame, path: Path) -> None:
    """Write the numbers of the cases, dimension case, and the prices of the rules, rule_row.

    Units are in attributes; prices have a dimension of their own for their quantiles.

    Parameters
    ----------
    table : rows of the cases; texts are left out.
    prices : from ``rule_prices``.
    path : replaced when it exists.
    """
    numbers = table.select_dtypes("number").set_index("case")
    dataset = xr.Dataset.from_dataframe(numbers)
    units = {"gwh": "GWh", "m3": "m3", "ha": "ha", "kt": "kt", "mw": "MW"}
    for name, array in dataset.data_vars.items():
        array.attrs["units"] = units.get(str(name).rpartition("_")[2], "1")
        if name in FIGURES_FR:
            array.attrs["long_name"] = FIGURES_FR[str(name)][0]
    with in_one_breath():
        dataset.merge(_prices_array(prices)).to_netcdf(path, engine="netcdf4")


def _prices_array(prices: pd.DataFrame) -> xr.Dataset:
    names = [f"price_p{quantile:g}" for quantile in QUANTILES]
    label = "Prix de la règle, à sites inchangés"
    units = "M€ pondérés par unité de la règle (rule_unit)"
    texts = {f"rule_{name}": ("rule_row", prices[name].astype(str).tolist())
             for name in ("rule", "where", "period", "unit")}  # fmt: skip
    shares = {f"rule_{name}": ("rule_row", prices[name].to_numpy(float), {"units": "1"})
              for name in ("binding_share", "exceeded_share")}  # fmt: skip
    price = (("rule_row", "quantile"), prices[names].to_numpy(float))
    return xr.Dataset(
        {"rule_price": (*price, {"units": units, "long_name": label}), **shares, **texts},
        coords={"quantile": ("quantile", QUANTILES, {"units": "%"})},
    )


def sweep_lines(folder: Path, report: Mapping[str, Any]) -> list[str]:
    """Write the sweep for a terminal.

    Parameters
    ----------
    folder : where the sweep was written, told last.
    report : from ``summary``.

    Returns
    -------
    French lines; below 20 plans, neither an interval nor a share is drawn from them.
    """
    count = plural(report["plans"], "plan")
    lines = [f"{plural(report['cases'], 'cas', 'cas')}, {count}"]
    many = report["plans"] >= FEWEST_FOR_SHARES
    for name, (low, mid, high) in report["p5_p50_p95"].items():
        label, unit = FIGURES_FR[name]
        if unit == "sites":  # between two cases, a quantile may fall on a part of a site
            low, high = math.floor(low), math.ceil(high)
        spread = f" ; 9 cas sur 10 entre {significant(low)} et {significant(high)}" if many else ""
        lines.append(f"  {label:<22}  médiane {significant(mid)}{NO_BREAK}{unit}{spread}")
    if not many:
        lines.append(
            f"  Moins de {FEWEST_FOR_SHARES} plans{NO_BREAK}: ni intervalle, ni part n'en sont "
            "tirés (--draws 200)."
        )
    for grain, rows in report["most_often"].items():
        said = listing(f"{row['name_fr']} ({_kept(row, report['plans'])})" for row in rows)
        label = GRAINS_FR[grain][0]
        lines.append(f"  Le plus souvent retenus, par {label}{NO_BREAK}: {said}")
    return [*lines, *_biting(report), *_failures(report), str(folder)]


def _biting(report: Mapping[str, Any]) -> list[str]:
    """Write the rules that bite, how often, and what one unit more would spare."""
    rows = report["rules"][:TOP_RULES]
    if not rows:
        return []
    plans = report["plans"]
    spread = ", et 9 cas sur 10" if plans >= FEWEST_FOR_SHARES else ""
    lines = [
        f"  Règles qui mordent, dernière échéance (part des plans{NARROW}; ce qu'une unité de plus "
        f"épargnerait, à sites inchangés{NARROW}: médiane{spread}){NO_BREAK}:"
    ]
    for row in rows:
        rule = f"{row['rule_id']} {row['label_fr']}, {row['where']}"
        often, price = _often(row["binding_share"], plans), _price_said(row, plans)
        lines.append(f"    {often} — {rule}{NARROW}; {price}")
    if (left := len(report["rules"]) - len(rows)) > 0:
        lines.append(f"    et {plural(left, 'autre')}, dans prices.csv")
    return lines


def _often(share: float, plans: int) -> str:
    """Write in how many plans something is so: a share only when they are many."""
    if plans < FEWEST_FOR_SHARES:
        return f"{number(share * plans)} sur {plans}"
    return f"{number(100 * share)}{NARROW}%"


def _price_said(row: Mapping[str, Any], plans: int) -> str:
    exceeded = row["exceeded_share"]
    over = f"dépassée dans {_often(exceeded, plans)} des plans" if exceeded else ""
    if row["price_p50"] is None:
        return over or "sans prix, le coût de raccordement n'étant pas pondéré"
    low, mid, high = (money(row[f"price_p{q}"]) for q in (5, 50, 95))
    low, high = (text.removesuffix(" pondérés") for text in (low, high))
    spread = f" ({low} à {high})" if plans >= FEWEST_FOR_SHARES else ""
    said = f"{mid} par {row['unit'].removesuffix('/an')}{spread}"
    return f"{said}{NARROW}; {over}" if over else said


def _kept(row: Mapping[str, Any], plans: int) -> str:
    """Write in how many plans a place is kept: a share only when they are many."""
    often = _often(row["kept_share"], plans)
    if plans < FEWEST_FOR_SHARES:
        return often
    return f"{often}, au moins {number(100 * row['kept_low'])}{NARROW}%"


def _failures(report: Mapping[str, Any]) -> list[str]:
    """Write the cases without a plan: how many, what the first says, what sets them apart."""
    failed = report["failed"]
    if not failed:
        return []
    by_code: dict[str, list[int]] = {}
    for fault in failed:
        by_code.setdefault(fault["code"], []).append(fault["case"])
    lines = [f"  Sans plan : {len(failed)} cas sur {report['cases']}"]
    for code, cases in by_code.items():
        message = next(f["message_fr"] for f in failed if f["case"] == cases[0])
        lines.append(f"    {code}, cas {listing(map(str, cases))} ; cas {cases[0]} : {message}")
    medians = report["existing_it_mw_median"]
    if len(set(medians.values())) > 1 and None not in medians.values():
        lines.append(
            f"    MW déjà en service, en médiane : {significant(medians['without_plan'])} sans "
            f"plan, {significant(medians['with_plan'])} avec"
        )
    return lines
