"""Grid: what a yard, a département and a voltage can carry, and when."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import KDTree

from layers.words.dated_values import Value
from layers.words.french import listing
from siting.program.neighbour_cliques import cliques
from siting.program.problem import Problem, ones
from siting.program.program_inputs import Inputs
from siting.program.rule_registry import Bite, Row, rule

METRES = 1000.0
# A yard, sites all near one another on it, and the positions of their HTA lines.
Crowd = tuple[str, list[str], NDArray[np.intp]]


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
    values={"hta_site_mw": "grid.hta_site_mw", "shared_hta_km": "grid.shared_hta_km"},
    informs=(
        "candidates.room_mw",
        "candidates.hta_yard_mw",
        "candidates.hta_installed_share",
    ),
    needs_layers=("yards",),
)
def yard_capacity(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """∀y : Σₖ∈y g[k,t] + décidé ≤ place[y] ; HTA par poste, par site.

    MW at the meter, one cap a yard for all its voltages, what a second supply holds there
    included; the legal power–distance cap is already the bound of each connection. Sites near
    one another on one yard share one HTA bound: no need is cut up to stay under it.
    """
    crowds = neighbours_on_hta(problem, values["shared_hta_km"].number * METRES)
    limit = values["hta_site_mw"].number
    for period in problem.periods:
        yield from _by_yard(problem, period)
        yield from _hta_by_site(problem, limit, period)
        yield from _hta_of_neighbours(problem, crowds, limit, period)


def _by_yard(problem: Problem, period: int) -> Iterator[Row]:
    hta = (problem.connections["domain"] == "HTA").to_numpy(dtype=bool)
    for yard, facts in _used_yards(problem):
        ends = problem.connections_at(yard)
        fixed, room = problem.fixed_at(yard, period), float(facts["room_mw"])
        left = problem.held(period, ends)
        where = f"poste {facts['name']} ({yard})"
        yield problem.capped(Row(yard, where, period, left, "<=", room, constant=fixed))
        low = ends[hta[ends]]
        if low.size:
            limit = float(facts["hta_limit_mw"])
            terms = problem.held(period, low)
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
        if (mw[low] > limit).any():
            left = problem.metered(period, low)
            yield Row(f"site_{site}_HTA", f"site {site}, HTA", period, left, "<=", limit)


def _hta_of_neighbours(
    problem: Problem, crowds: Sequence[Crowd], limit: float, period: int
) -> Iterator[Row]:
    for yard, sites, ends in crowds:
        where = f"sites {listing(sites)}, HTA du même poste ({yard})"
        slug = f"near_{yard}_{'_'.join(sites)}"
        yield Row(slug, where, period, problem.metered(period, ends), "<=", limit)


def neighbours_on_hta(problem: Problem, metres: float) -> list[Crowd]:
    """Return, by yard, the sites all within a distance of one another, and their HTA lines.

    Parameters
    ----------
    problem : a program; its connections and sites are read.
    metres : how near is near.

    Returns
    -------
    Triples (yard_id, site_ids, positions in ``connections``); none when the sites have no x_m and
    y_m.
    """
    if not {"x_m", "y_m"} <= set(problem.sites.columns):
        return []
    points = problem.sites[["x_m", "y_m"]].to_numpy(dtype=np.float64)
    low = problem.connections[problem.connections["domain"] == "HTA"]
    place = {site: i for i, site in enumerate(problem.site_ids)}
    found = []
    for yard, lines in low.groupby("yard_id", sort=True):
        if len(lines) < 2:
            continue
        sites = lines["site_id"].map(place).to_numpy(dtype=np.intp)
        pairs = KDTree(points[sites]).query_pairs(metres, output_type="ndarray")
        for crowd in cliques(pairs[np.lexsort(pairs.T[::-1])]):
            names = lines["site_id"].iloc[crowd].astype(str).tolist()
            found.append((str(yard), names, lines.index.to_numpy()[crowd]))
    return found


def _upstream_bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    if inputs.zones.empty:
        return Bite("donnée absente", "la consommation des départements n'est pas dans le lot")
    return Bite("oui", "la place des postes dépasse de loin ce que le réseau peut amener")


@rule(
    "grid.upstream",
    id="C32",
    label_fr="Alimentation électrique des départements",
    unit="MW",
    scope="T",
    grain="departement",
    can_bite=_upstream_bites,
    lack_fr="MW d'alimentation électrique",
    informs=("candidates.peak_to_mean", "candidates.zonal_share"),
    needs_layers=("yards",),
)
def upstream(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """∀ département : Σₖ g[k,t] + décidé ≤ une part de sa pointe : les postes ne font pas tout."""
    for period in problem.periods:
        yield from _by_zone(problem, period)


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
                    problem.held(period, problem.connections_at(yard)),
                    "<=",
                    (1.0 - float(facts["reserve_share"])) * float(facts["room_mw"]),
                    constant=problem.fixed_at(yard, period),
                )
            )


def too_late(problem: Problem, period: int) -> NDArray[np.bool_]:
    """Return which connections are not in service on 31 December of a period.

    Parameters
    ----------
    problem : a program; its connections and start year are read.
    period : a year.

    Returns
    -------
    One boolean a connection, in their order.
    """
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
    scope="T",
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
            left = problem.held(period, ends)
            scale = max(problem.need(period), 1.0)
            yield Row(name, f"raccordements {name}", period, left, "<=", 0.0, scale=scale)


def _backup_bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    lines = inputs.connections.groupby("site_id").size().reindex(inputs.sites.index, fill_value=0)
    single = int((lines < 2).sum())
    return Bite("oui", f"{single} candidats n'ont pas de second jeu de barres à portée")


@rule(
    "grid.backup",
    id="C29",
    label_fr="Seconde alimentation de secours (N-1)",
    unit="MW",
    scope="T",
    grain="site",
    can_bite=_backup_bites,
    lack_fr="MW secourus",
    values={"backup_share": "grid.backup_share"},
    needs_layers=("yards",),
)
def backup(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """∀s : Σₖ r[s,k,t] ≥ β·Σₖ g[s,k,t] : une seconde ligne, d’un autre poste ou jeu de barres.

    The second line is paid whole and holds its megawatts at its own yard (C15, C16), beside what
    the normal one draws; only one of the two draws at a time, so a département counts it once.
    """
    share = values["backup_share"].number
    for i, site in enumerate(problem.site_ids):
        for t, period in enumerate(problem.periods):
            lines = problem.lines_of(i)
            drawn = [(column, share) for column in problem.meter[lines, t]]
            held = ones(problem.reserve[lines, t])
            yield Row(site, f"site {site}", period, held, ">=", 0.0, right=drawn,
                      scale=max(problem.need(period), 1.0))  # fmt: skip
