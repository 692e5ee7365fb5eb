"""Grid: what a yard, a département and a voltage can carry, and when."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.words.dated_values import Value
from siting.program.problem import Problem
from siting.program.program_inputs import Inputs
from siting.program.rule_registry import Bite, Row, rule


def _capacity_bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    return Bite("oui", "la capacité des postes est une hypothèse tant que RTE n'a pas répondu")


@rule(
    "grid.yard_capacity",
    id="C15",
    label_fr="Capacité des postes et domaine de tension",
    unit="MW",
    scope="L",
    grain="yard",
    can_bite=_capacity_bites,
    lack_fr="MW de capacité de raccordement",
    values={"hta_site_mw": "grid.hta_site_mw"},
    informs=(
        "candidates.room_mw",
        "candidates.hta_yard_mw",
        "candidates.hta_installed_share",
        "candidates.zonal_share",
    ),
    needs_layers=("yards",),
)
def yard_capacity(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """∀y : Σₖ∈y g[k,t] + décidé ≤ place[y] ; HTA par poste, par site ; Σ département ≤ plafond.

    MW at the meter, one cap a yard for all its voltages; the legal power–distance cap is
    already the bound of each connection.
    """
    for period in problem.periods:
        yield from _by_yard(problem, period)
        yield from _hta_by_site(problem, values["hta_site_mw"].number, period)
        yield from _by_zone(problem, period)


def _by_yard(problem: Problem, period: int) -> Iterator[Row]:
    hta = (problem.connections["domain"] == "HTA").to_numpy(dtype=bool)
    for yard, facts in _used_yards(problem):
        ends = problem.connections_at(yard)
        fixed, room = problem.fixed_at(yard, period), float(facts["room_mw"])
        left = problem.metered(period, ends)
        where = f"poste {facts['name']} ({yard})"
        yield problem.capped(Row(yard, where, period, left, "<=", room, constant=fixed))
        low = ends[hta[ends]]
        if low.size:
            limit = float(facts["hta_limit_mw"])
            terms = problem.metered(period, low)
            yield Row(f"{yard}_HTA", f"{where}, HTA", period, terms, "<=", limit)


def _used_yards(problem: Problem) -> list[tuple[str, Mapping[Hashable, Any]]]:
    """Return the yards that a connection ends at, with their facts."""
    used = problem.yards.loc[sorted(set(problem.connections["yard_id"]))]
    return [(str(yard), facts) for yard, facts in used.to_dict("index").items()]


def _hta_by_site(problem: Problem, limit: float, period: int) -> Iterator[Row]:
    hta = (problem.connections["domain"] == "HTA").to_numpy(dtype=bool)
    mw = problem.connections["limit_mw"].to_numpy(dtype=np.float64)
    for site, ends in problem.ends_by("site_id").items():
        low = ends[hta[ends]]
        if mw[low].sum() > limit:
            left = problem.metered(period, low)
            yield Row(f"site_{site}_HTA", f"site {site}, HTA", period, left, "<=", limit)


def _by_zone(problem: Problem, period: int) -> Iterator[Row]:
    zone = problem.connections["yard_id"].map(problem.yards["departement_code"]).astype(str)
    caps = problem.zones["cap_mw"].astype(float)
    for code in sorted(set(zone) & set(caps.index)):
        ends: NDArray[np.intp] = np.flatnonzero(zone == code)
        yield problem.capped(
            Row(
                f"zone_{code}",
                f"département {code}, soutirage amont",
                period,
                problem.metered(period, ends),
                "<=",
                float(caps[code]),
                constant=problem.fixed_in(code, period),
                note_fr="plafond amont : hypothèse",
            )
        )


def _reserve_bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    if (inputs.yards["reserve_share"] > 0).any():
        return Bite("oui", "une part de chaque poste est gardée pour les autres usages")
    return Bite("non", "aucune part n'est réservée")


@rule(
    "grid.reserve",
    id="C16",
    label_fr="Réserve des postes pour les autres usages",
    unit="MW",
    scope="C",
    grain="yard",
    can_bite=_reserve_bites,
    lack_fr="MW pris sur la réserve des postes",
    informs=("candidates.reserve_share", "candidates.reserve_share_ports"),
    needs_layers=("yards",),
)
def reserve(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """∀y : Σₖ∈y g[k,t] + décidé ≤ (1 − θ[y])·place[y] : ports, rail, usines gardent leur part."""
    for period in problem.periods:
        for yard, facts in _used_yards(problem):
            yield problem.capped(
                Row(
                    yard,
                    f"poste {facts['name']} ({yard})",
                    period,
                    problem.metered(period, problem.connections_at(yard)),
                    "<=",
                    (1.0 - float(facts["reserve_share"])) * float(facts["room_mw"]),
                    constant=problem.fixed_at(yard, period),
                )
            )


def too_late(problem: Problem, period: int) -> NDArray[np.bool_]:
    """Return which connections are not in service on 31 December of a period."""
    delay = problem.connections["delay_years"].to_numpy(dtype=np.float64)
    return np.asarray(problem.inputs.start_year + delay > period, dtype=bool)


def _delay_bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    first = inputs.demand.periods[0]
    late = inputs.start_year + inputs.connections["delay_years"] > first
    if not late.any():
        return Bite("non", f"tous les raccordements arrivent avant le 31/12/{first}")
    domains = ", ".join(sorted(set(inputs.connections.loc[late, "domain"])))
    return Bite("oui", f"{domains} hors délai au 31/12/{first}")


@rule(
    "grid.connection_delay",
    id="C17",
    label_fr="Délai de raccordement",
    unit="MW",
    scope="L",
    grain="domain",
    can_bite=_delay_bites,
    lack_fr="MW raccordés avant l'échéance",
    informs=(
        "candidates.delay_hta",
        "candidates.delay_htb1",
        "candidates.delay_htb2",
        "candidates.delay_htb3",
    ),
)
def connection_delay(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """Σₖ tardif g[k,t] ≤ 0, si t₀ + délai[k] > t : en service au 31 décembre de l’année t."""
    domain = problem.connections["domain"].astype(str).to_numpy()
    for period in problem.periods:
        late = too_late(problem, period)
        for name in sorted(set(domain[late])):
            ends: NDArray[np.intp] = np.flatnonzero(late & (domain == name))
            left = problem.metered(period, ends)
            scale = max(problem.need(period), 1.0)
            yield Row(name, f"raccordements {name}", period, left, "<=", 0.0, scale=scale)
