"""Territory: no site too large, no département with too much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from layers.words.dated_values import Value
from siting.program.problem import Problem, ones
from siting.program.program_inputs import Inputs
from siting.program.rule_registry import Bite, Row, rule


def _size_bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    least = inputs.coefficients["land"].min("design")
    area = inputs.sites["usable_area_m2"].reindex(least["site_id"].values)
    holds = area.to_numpy(dtype=np.float64) / np.asarray(least.values, dtype=np.float64)
    cap = values["max_site_mw"].at(inputs.demand.periods[-1])
    count = int((holds > cap).sum())
    if not count:
        return Bite("non", "aucun terrain ne peut porter plus que la taille maximale")
    return Bite("oui", f"{count} terrains pourraient porter davantage")


@rule(
    "territory.site_size",
    id="C20",
    label_fr="Taille maximale d'un site",
    unit="MW",
    scope="C",
    grain="site",
    can_bite=_size_bites,
    lack_fr="MW informatiques sur un même site",
    values={"max_site_mw": "territory.max_site_mw"},
    breach_fr="sa taille dépasse {limit}",
)
def site_size(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """∀s : P[s,t] ≤ Pmax[t] : des sites de taille moyenne."""
    for i, site in enumerate(problem.site_ids):
        for t, period in enumerate(problem.periods):
            cap = values["max_site_mw"].at(period)
            if problem.caps.physical_mw[i] > cap:
                left = [(problem.site_mw[i, t], 1.0)]
                yield Row(site, f"site {site}", period, left, "<=", cap)


def _balance_bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    count = int(inputs.sites["departement_code"].nunique())
    share = values["max_departement_share"].at(inputs.demand.periods[-1])
    if share >= 1.0:
        return Bite("non", "la part admise est de 100 %")
    if count * share < 1.0:
        return Bite("oui", f"{count} départements candidats seulement : la part ne peut pas tenir")
    return Bite("oui", f"{count} départements candidats")


@rule(
    "territory.balance",
    id="C21",
    label_fr="Équilibre entre départements",
    unit="MW",
    scope="C",
    grain="departement",
    can_bite=_balance_bites,
    lack_fr="MW informatiques dans le département",
    values={
        "max_departement_share": "territory.max_departement_share",
        "min_departements": "territory.min_departements",
    },
    breach_fr="le {where} porte plus que sa part",
)
def balance(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """∀e : Σₛ∈e P[s,t] ≤ β·Σₛ P[s,t] : sur les MW nouveaux."""
    codes = problem.sites["departement_code"].astype(str).to_numpy()
    for code in sorted(set(codes)):
        among = np.flatnonzero(codes == code)
        for t, period in enumerate(problem.periods):
            total = problem.total("it_mw", period, ones(problem.site_mw[:, t]))
            share = values["max_departement_share"].at(period)
            yield Row(
                code,
                f"département {code}",
                period,
                ones(problem.site_mw[among, t]),
                "<=",
                0.0,
                right=[(total, share)],
                scale=max(problem.need(period), 1.0),
            )
