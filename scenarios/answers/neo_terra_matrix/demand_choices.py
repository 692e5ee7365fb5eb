"""The need, told as choices: forecasts and announcements side by side, with and without BXIA."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from layers.words.dated_values import STATUS_FR
from layers.words.french import NARROW, NO_BREAK, estimate, number
from scenarios.answers.neo_terra_matrix.matrix_facts import HOURS, Facts
from scenarios.storage.results import Results

CHOICES = Path(__file__).parent / "demand_choices.toml"


@cache
def written() -> Mapping[str, Any]:
    """Return the dated choices, the facts that bring them to the region, and the kinds of clients.

    Returns
    -------
    Tables choices, facts and clients; read once a process.
    """
    return tomllib.loads(CHOICES.read_text(encoding="utf-8"))


def it_mw_of(twh: float, pue: float, utilisation: float) -> float:
    """Return the IT MW that an electricity of the region serves.

    Parameters
    ----------
    twh : electricity of the datacenters of the region, TWh a year.
    pue : annual PUE.
    utilisation : mean IT load, as a share.

    Returns
    -------
    IT MW installed.

    Examples
    --------
    >>> round(it_mw_of(0.093 * 17.5, 1.25, 0.70))
    212
    """
    return 1e3 * twh / (HOURS * utilisation * pue)


def demand_table(results: Results) -> dict[str, Any]:
    """Return each choice as regional TWh and IT MW, at the PUE of the need and at the plan's.

    Parameters
    ----------
    results : an opened folder; its plan gives the PUE, the existing centres and the use.

    Returns
    -------
    ``rows``, ``clients`` (records), ``ratios_fr``, ``pue_fr`` and ``bxia_fr``: French texts.
    """
    facts, period = written()["facts"], int(results.summary["periods"][-1])
    plan = Facts(results, period)
    it = plan.figure("it_energy_twh")
    own_pue = plan.figure("site_energy_twh") / it if it else facts["pue"]
    rows = [_row(body, facts, plan, own_pue) for body in written()["choices"].values()]
    clients = [
        {**body, "status_fr": STATUS_FR[body["status"]]} for body in written()["clients"].values()
    ]
    return {
        "rows": rows,
        "clients": clients,
        "ratios_fr": _ratios(plan, facts),
        "pue_fr": _one_pue(plan, facts, own_pue),
        "bxia_fr": bxia_said(results),
    }


def _row(
    body: Mapping[str, Any], facts: Mapping[str, Any], plan: Facts, own_pue: float
) -> dict[str, Any]:
    existing = plan.existing_mw()
    if "france_twh" in body:
        twh = facts["regional_share"] * body["france_twh"]
        mw = it_mw_of(twh, facts["pue"], facts["utilisation"])
        own = it_mw_of(twh, own_pue, facts["utilisation"])
    else:
        asked = existing if body["it_mw"] == "existing" else float(body["it_mw"])
        pue = facts["existing_pue"] if body["it_mw"] == "existing" else facts["pue"]
        twh, mw, own = HOURS * facts["utilisation"] * asked * pue / 1e3, asked, None
    left = max(0.0, mw - existing)
    return {
        "label_fr": body["label_fr"],
        "year": body["year"],
        "connected_fr": f"{number(body['france_gw'], 1)}{NO_BREAK}GW"
        if "france_gw" in body
        else "–",
        "twh": twh,
        "twh_fr": f"{estimate(twh, 2)}{NO_BREAK}TWh, {_percent(twh / facts['regional_twh'])}",
        "it_mw": mw,
        "it_mw_fr": number(mw),
        "own_fr": "–" if own is None else number(own),
        "without_fr": number(left),
        "with_fr": number(max(0.0, left - facts["bxia_it_mw"])),
        "status_fr": STATUS_FR[body["status"]],
        "reference": body["reference"],
    }


def bxia_said(results: Results) -> str:
    """Say what is left to place with and without BXIA at the last period.

    Parameters
    ----------
    results : an opened folder.

    Returns
    -------
    One French sentence.
    """
    facts = written()["facts"]
    period = str(results.summary["periods"][-1])
    demand = results.summary["demand"][period]
    left = float(demand["total_it_mw"]) - float(demand["existing_it_mw"])
    after = max(0.0, left - facts["bxia_it_mw"])
    held = "compté comme décidé" if float(demand["fixed_it_mw"]) > 0 else "annoncé, non compté ici"
    return (
        f"BXIA ({facts['bxia_it_mw']}{NO_BREAK}MW IT, {held}){NO_BREAK}: reste à placer en "
        f"{period} "
        f"{estimate(left)}{NO_BREAK}MW sans lui, {estimate(after) if after else '0'}{NO_BREAK}MW "
        "avec lui."
    )


def _one_pue(plan: Facts, facts: Mapping[str, Any], own_pue: float) -> str:
    need = float(plan.results.summary["demand"][str(plan.period)]["total_it_mw"])
    same = need * facts["pue"] / own_pue
    return (
        f"Le besoin est déduit d'un PUE de {number(facts['pue'], 2)}, le plan tourne à "
        f"{number(own_pue, 2)}{NO_BREAK}: à électricité égale, {estimate(need)}{NO_BREAK}MW "
        f"deviendraient {estimate(same)}{NO_BREAK}MW."
    )


def _ratios(plan: Facts, facts: Mapping[str, Any]) -> str:
    sites = plan.results.sites
    meter = float(sites["plan_meter_mw"].fillna(0.0).sum()) if "plan_meter_mw" in sites else 0.0
    told = (
        f"Énergie sur puissance raccordée{NO_BREAK}: {_percent(facts['rte_ratio'])} selon RTE "
        f"({facts['rte_ratio_fr']})"
    )
    if not meter:
        return f"{told}."
    own = 1e3 * plan.figure("site_energy_twh") / (HOURS * meter)
    return f"{told} ; {_percent(own)} dans ce plan, qui tient donc les sites pour mieux remplis."


def _percent(share: float) -> str:
    return f"{number(100 * share, 1 if share < 0.1 else 0)}{NARROW}%"
