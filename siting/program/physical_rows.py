"""What no rule may relax: land, growth, opening, the meter, and where heat can go."""

from __future__ import annotations

import numpy as np

from siting.program.presolve import domain_floors, least_step
from siting.program.problem import Problem, chords, ones
from siting.program.rule_registry import Terms

HA_PER_M2 = 1e-4


def write_physics(problem: Problem) -> None:
    """Write the rows every plan obeys, whatever the scenario's rules.

    Parameters
    ----------
    problem : a program that has its columns; rows are added to it.
    """
    for i, site in enumerate(problem.site_ids):
        _write_site(problem, i, site)
    _write_number(problem)
    _write_liquid_share(problem)
    _write_meters(problem)
    _write_lines(problem)
    _write_second_lines(problem)
    _write_heat_sources(problem)
    _write_heat_sinks(problem)


def _write_site(problem: Problem, i: int, name: str) -> None:
    """P[s,t] = Σ_d p; land within the site; what is built stays; open between least and cap.

    Growth holds by design: per site only, the program swapped a cooling system for another
    between two periods, free of charge (docs/decisions/0006).
    """
    land = problem.coefficient("land", HA_PER_M2)[i].tolist()
    usable = float(problem.sites["usable_area_m2"].iloc[i]) * HA_PER_M2
    for t, period in enumerate(problem.periods):
        here = problem.it[i, :, t]
        total: Terms = [*ones(here), (problem.site_mw[i, t], -1.0)]
        problem.add(f"P01_site__{name}_{period}", total, "==", 0.0)
        occupied = list(zip(here, land, strict=True))
        problem.add(f"P02_land__{name}_{period}", occupied, "<=", usable)
        for d, design in enumerate(problem.designs if t else ()):
            growth: Terms = [(here[d], 1.0), (problem.it[i, d, t - 1], -1.0)]
            problem.add(f"P03_growth__{name}_{design}_{period}", growth, ">=", 0.0)
    _write_opening(problem, i, name)


def _write_opening(problem: Problem, i: int, name: str) -> None:
    """Nothing at a shut site; an opening brings the least size, a later growth the least step.

    P[s,t] ≤ cap·Σₖ u[s,k,t]; P[s,t] ≥ least·Σₖ u; P[s,t] − P[s,t−1] between least·(opens now) +
    step·grow[s,t] and cap·(opens now + grow); grow[s,t] ≤ Σₖ u[s,k,t−1].
    """
    cap, least = float(problem.caps.physical_mw[i]), problem.caps.min_mw
    step = least_step(problem.inputs)
    problem.add(f"P13_one__{name}", [*problem.begun(i, -1), (problem.opened[i], -1.0)], "==", 0.0)
    for t, period in enumerate(problem.periods):
        mw, begun = (problem.site_mw[i, t], 1.0), problem.begun(i, t)
        problem.add(f"P04_open__{name}_{period}", [mw, *times(begun, -cap)], "<=", 0.0)
        problem.add(f"P05_least__{name}_{period}", [mw, *times(begun, -least)], ">=", 0.0)
        if not t:
            continue
        grown, before = problem.grown[i, t - 1], problem.begun(i, t - 1)
        more: Terms = [mw, (problem.site_mw[i, t - 1], -1.0)]
        floor: Terms = [*times(begun, -least), *times(before, least), (grown, -step)]
        top: Terms = [*times(begun, -cap), *times(before, cap), (grown, -cap)]
        problem.add(f"P08_step__{name}_{period}", [*more, *floor], ">=", 0.0)
        problem.add(f"P15_grown__{name}_{period}", [*more, *top], "<=", 0.0)
        problem.add(f"P16_later__{name}_{period}", [(grown, 1.0), *times(before, -1.0)], "<=", 0.0)


def times(terms: Terms, factor: float) -> Terms:
    """Return a sum, each coefficient multiplied.

    Parameters
    ----------
    terms : pairs (variable, coefficient).
    factor : a number, of any sign.

    Returns
    -------
    The same variables, in the same order.
    """
    return [(variable, factor * coefficient) for variable, coefficient in terms]


def _write_number(problem: Problem) -> None:
    """Σₛ open[s] ≤ N: a scenario may ask for a few sites, the rest of its rules unchanged."""
    if problem.inputs.max_sites is not None:
        problem.add("P14_sites", ones(problem.opened), "<=", problem.inputs.max_sites)


def _write_liquid_share(problem: Problem) -> None:
    """Σ liquid p ≤ λ·Σ p: which loads can be liquid-cooled is bounded."""
    inputs, share = problem.inputs, problem.inputs.max_liquid_share
    liquid = inputs.coefficients["is_liquid"].sel(design=problem.designs).values.astype(bool)
    if share >= 1.0 or not liquid.any():
        return
    for t, period in enumerate(problem.periods):
        total = problem.total("it_mw", period, ones(problem.site_mw[:, t]))
        terms: Terms = [*ones(problem.it[:, liquid, t].ravel()), (total, -share)]
        problem.add(f"P06_liquid__{period}", terms, "<=", 0.0)


def _write_meters(problem: Problem) -> None:
    """Σₖ g[s,k,t] = Σ_d r[s,d]·p[s,d,t]: cost and delay hang on k, land and water on d."""
    ratio = problem.coefficient("connection_ratio")
    at, nothing = problem.ends_by("site_id"), np.empty(0, dtype=np.intp)
    for i, site in enumerate(problem.site_ids):
        rows = at.get(site, nothing)
        for t, period in enumerate(problem.periods):
            drawn = list(zip(problem.it[i, :, t], (-ratio[i]).tolist(), strict=True))
            terms: Terms = [*ones(problem.meter[rows, t]), *drawn]
            problem.add(f"P07_meter__{site}_{period}", terms, "==", 0.0)


def _write_lines(problem: Problem) -> None:
    """One line a site, of one yard and one voltage for all periods, between its bounds.

    floor·u[s,k,t] ≤ g[s,k,t] ≤ cap·u[s,k,t]; what is in service stays: u[s,k,t] ≥ u[s,k,t−1].
    """
    floors, caps = line_bounds(problem)
    for k, name in enumerate(problem.ends):
        for t, period in enumerate(problem.periods):
            mw, used = (problem.meter[k, t], 1.0), problem.used[k, t]
            problem.add(f"P11_line__{name}_{period}", [mw, (used, -caps[k])], "<=", 0.0)
            if floors[k]:
                problem.add(f"P12_floor__{name}_{period}", [mw, (used, -floors[k])], ">=", 0.0)
            if t:
                kept: Terms = [(used, 1.0), (problem.used[k, t - 1], -1.0)]
                problem.add(f"P17_kept__{name}_{period}", kept, ">=", 0.0)


def _write_second_lines(problem: Problem) -> None:
    """floor·b[s,k] ≤ r[s,k,t] ≤ cap·b[s,k]: one at most a site, never on the normal line's busbar.

    Only when the scenario asks for a second supply (``grid.backup``).
    """
    if not problem.backs.size:
        return
    floors, caps = line_bounds(problem)
    for k, (name, back) in enumerate(zip(problem.ends, problem.backs, strict=True)):
        apart: Terms = [(back, 1.0), (problem.used[k, -1], 1.0)]
        problem.add(f"P18_apart__{name}", apart, "<=", 1.0)
        for t, period in enumerate(problem.periods):
            top: Terms = [(problem.reserve[k, t], 1.0), (back, -caps[k])]
            problem.add(f"P19_second__{name}_{period}", top, "<=", 0.0)
        if floors[k]:
            least: Terms = [(problem.reserve[k, -1], 1.0), (back, -floors[k])]
            problem.add(f"P20_second_floor__{name}", least, ">=", 0.0)
    for i, site in enumerate(problem.site_ids):
        chosen: Terms = [*ones(problem.backs[problem.lines_of(i)]), (problem.opened[i], -1.0)]
        problem.add(f"P21_one_second__{site}", chosen, "<=", 0.0)


def line_bounds(problem: Problem) -> tuple[list[float], list[float]]:
    """Return the MW at the meter between which each line serves: its voltage's, and the site's.

    Parameters
    ----------
    problem : a program; its connections, caps and policy are read.

    Returns
    -------
    Floors, 0 for a domain without one, and caps; one figure a connection, in their order.
    """
    table = problem.connections
    floors = table["domain"].map(domain_floors(problem.inputs)).fillna(0.0)
    drawn = problem.caps.physical_mw * problem.coefficient("connection_ratio").max(axis=1)
    most = table["site_id"].map(dict(zip(problem.site_ids, drawn.tolist(), strict=True)))
    return floors.tolist(), np.minimum(table["limit_mw"].astype(float), most).tolist()


def _write_heat_sources(problem: Problem) -> None:
    """Σₙ y[s,n,t] ≤ Σ_d q[s,d]·p[s,d,t]: a site sends no more heat than it recovers."""
    capacity = problem.coefficient("heat_capacity")
    place = {site: i for i, site in enumerate(problem.site_ids)}
    by_site = problem.links.groupby("site_id", sort=True).indices
    for t, period in enumerate(problem.periods):
        for site, rows in by_site.items():
            i = place[str(site)]
            given = list(zip(problem.it[i, :, t], (-capacity[i]).tolist(), strict=True))
            terms: Terms = [*ones(problem.heat_sent[rows, t]), *given]
            problem.add(f"C18_source__{site}_{period}", terms, "<=", 0.0)


def _write_heat_sinks(problem: Problem) -> None:
    """X[n,t] = Σₛ y; H[n,t] under the chords of the sink's own curve, shared by its sites."""
    by_sink = problem.links.groupby("sink_id", sort=True).indices
    for t, period in enumerate(problem.periods):
        for n, sink in enumerate(problem.sinks):
            mw, gwh = problem.sink_mw[n, t], problem.sink_gwh[n, t]
            received: Terms = [*ones(problem.heat_sent[by_sink[sink], t]), (mw, -1.0)]
            problem.add(f"C18_sum__{sink}_{period}", received, "==", 0.0)
            for j, (slope, start) in enumerate(chords(problem.inputs.heat_curves[sink])):
                chord: Terms = [(gwh, 1.0), (mw, -slope)]
                problem.add(f"C18_chord__{sink}_{j}_{period}", chord, "<=", start)
