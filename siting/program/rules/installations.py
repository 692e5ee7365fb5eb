"""Duties of each installation: its heat, its engines, its contracts, what it offers to the grid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.words.dated_values import Value
from layers.words.french import listing, plural
from siting.program.problem import Problem
from siting.program.program_inputs import Inputs
from siting.program.rule_registry import PARTLY_FR, Bite, LackOf, Row, rule, setting_of
from siting.program.rules.planning_law import nothing_on

SENSITIVE = {
    "dwellings_distance_km": "les logements",
    "schools_distance_km": "les écoles",
    "hospitals_distance_km": "les établissements de soins",
}


def without_outlet(inputs: Inputs, sites: list[str]) -> NDArray[np.bool_]:
    """Return which sites have no known taker of heat in reach.

    Parameters
    ----------
    inputs : links of sites to sinks, and the curves of the sinks.
    sites : site_ids, in the order wanted.

    Returns
    -------
    One boolean a site.
    """
    served = inputs.links["sink_id"].isin(
        [sink for sink, curve in inputs.heat_curves.items() if float(curve[-1, 1]) > 0]
    )
    linked = set(inputs.links.loc[served, "site_id"])
    return np.array([site not in linked for site in sites], dtype=bool)


def _outlets_lack(inputs: Inputs) -> str:
    known = bool(inputs.heat_curves) and not inputs.links.empty
    return "" if known else "aucun débouché de chaleur n'est dans le lot"


def _duty_bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    count = int(without_outlet(inputs, [str(site) for site in inputs.sites.index]).sum())
    told = f"{plural(count, 'candidat')} sans débouché connu"
    return Bite("oui" if count else "non", told)


@rule(
    "heat.duty_per_site",
    id="C36",
    label_fr="Devoir de chaleur par installation",
    unit="MW",
    scope="L",
    grain="site",
    can_bite=_duty_bites,
    lack_fr="MW informatiques sans débouché de chaleur connu",
    values={"duty_mw": "heat.duty_mw"},
    lacks=_outlets_lack,
    breach_fr="aucun débouché de chaleur connu, une dérogation est à démontrer",
)
def duty_per_site(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """Σₛ sans débouché P[s,t] ≤ 0 : au-dessus de 1 MW, une dérogation est à démontrer."""
    alone = without_outlet(problem.inputs, problem.site_ids)
    small = problem.inputs.min_mw < values["duty_mw"].number
    note = "sites sous le seuil du devoir comptés aussi" if small else ""
    yield from nothing_on(problem, "no_outlet", "sites sans débouché connu", alone, note)


def near_people(sites: pd.DataFrame, metres: float) -> NDArray[np.bool_]:
    """Return which sites are known to be near dwellings, schools or care.

    Parameters
    ----------
    sites : one row a candidate, distances in km.
    metres : how near is near.

    Returns
    -------
    One boolean a site; False where nothing tells.
    """
    near = pd.Series(False, index=sites.index)
    for column in SENSITIVE:
        if column in sites:
            near |= sites[column].astype(float) * 1000.0 < metres
    return near.to_numpy(dtype=bool)


def _engines_bite(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    heat = values["thermal_per_mw"].number
    near = int(near_people(inputs.sites, values["near_m"].number).sum())
    most = values["ied_mwth"].number / heat
    return Bite(
        "oui",
        f"autorisation au-dessus de {most:.0f} MW informatiques ; {plural(near, 'candidat')} près "
        "de logements, d'écoles ou de soins connus",
    )


@rule(
    "air.engines",
    id="C38",
    label_fr="Groupes de secours : seuil IED et voisinage",
    unit="MW thermiques",
    scope="L",
    grain="site",
    can_bite=_engines_bite,
    lack_fr="MW thermiques au-dessus du seuil",
    values={
        "ied_mwth": "engines.ied_mwth",
        "near_mwth": "engines.near_mwth",
        "near_m": "engines.near_m",
        "thermal_per_mw": "engines.thermal_per_mw",
    },
    breach_fr="ses groupes de secours dépassent {limit}",
)
def engines(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """∀s : θ·P[s,t] ≤ 50 MWth (ICPE 3110, IED) ; ≤ un seuil plus bas près de voisins connus."""
    heat = values["thermal_per_mw"].number
    near = near_people(problem.sites, values["near_m"].number)
    silent = [
        words
        for column, words in SENSITIVE.items()
        if column not in problem.sites or not problem.sites[column].notna().any()
    ]
    note = f"{PARTLY_FR} : aucune donnée pour {listing(silent)}" if silent else ""
    for i, site in enumerate(problem.site_ids):
        limit = values["near_mwth" if near[i] else "ied_mwth"].number
        if problem.caps.physical_mw[i] * heat <= limit:
            continue
        for t, period in enumerate(problem.periods):
            left = [(problem.site_mw[i, t], heat)]
            yield Row(site, f"site {site}", period, left, "<=", limit, note_fr=note)


def _undeclared(name: str, key: str, why_fr: str) -> LackOf:
    def lacks(inputs: Inputs) -> str:
        return "" if key in setting_of(inputs, name).overrides else why_fr

    return lacks


def _supply_bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    return Bite("oui", "compare les contrats déclarés à l'électricité des sites placés")


@rule(
    "energy.additional_supply",
    id="C39",
    label_fr="Électricité renouvelable additionnelle (contrats)",
    unit="GWh/an",
    scope="N",
    can_bite=_supply_bites,
    lack_fr="GWh renouvelables additionnels",
    values={
        "ppa_gwh": "contracts.ppa_gwh",
        "additional_share": "contracts.additional_share",
        "ref_share": "contracts.ref_share",
    },
    lacks=_undeclared(
        "energy.additional_supply", "ppa_gwh", "aucun contrat d'achat n'est déclaré (ppa_gwh)"
    ),
)
def additional_supply(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """ρ[t]·Σₛ E[s,d]·p[s,d,t] ≤ α·contrats[t] : la part demandée, en contrats additionnels.

    The renewable energy factor (REF) counts contracts; only a share of them adds new production.
    Solar on the sites' own ground is another rule (C14).
    """
    energy = problem.coefficient("site_energy")
    for period in problem.periods:
        total = problem.total("site_gwh", period, problem.placed(energy, period))
        limit = values["ppa_gwh"].at(period) * values["additional_share"].number
        left = [(total, values["ref_share"].at(period))]
        yield Row("region", "région", period, left, "<=", limit)


def _shedding_bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    if values["offered_share"].number >= values["asked_share"].number:
        return Bite("non", "la part offerte couvre la part demandée, sur tous les sites")
    return Bite("oui", "la part offerte est la même partout : la règle ne départage pas les sites")


@rule(
    "grid.shedding",
    id="C40",
    label_fr="Effacement offert au réseau",
    unit="MW",
    scope="T",
    can_bite=_shedding_bites,
    lack_fr="MW effaçables",
    values={"offered_share": "contracts.offered_share", "asked_share": "contracts.asked_share"},
    lacks=_undeclared(
        "grid.shedding", "offered_share", "aucun effacement n'est déclaré (offered_share)"
    ),
)
def shedding(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """ε demandé·Σₖ g[k,t] ≤ ε offert·Σₖ g[k,t] : une part du raccordement s’efface à la pointe."""
    short = values["asked_share"].number - values["offered_share"].number
    for period in problem.periods:
        ends: NDArray[np.intp] = np.arange(len(problem.connections))
        drawn = [(column, short) for column, _ in problem.metered(period, ends)]
        scale = max(problem.need(period), 1.0)
        left = drawn if short > 0 else []
        yield Row("region", "région", period, left, "<=", 0.0, scale=scale)
