"""What no rule may relax: land, growth, opening, the meter, and where heat can go."""

from __future__ import annotations

import numpy as np

from siting.program.presolve import domain_floors
from siting.program.problem import Problem, chords, ones, slug
from siting.program.rule_registry import Terms

HA_PER_M2 = 1e-4


def write_physics(problem: Problem) -> None:
    """Write the rows every plan obeys, whatever the scenario's rules."""
    for i, site in enumerate(problem.site_ids):
        _write_site(problem, i, slug(site))
    _write_number(problem)
    _write_liquid_share(problem)
    _write_meters(problem)
    _write_additions(problem)
    if problem.proof:
        _write_lines(problem)
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
            problem.add(f"P03_growth__{name}_{slug(design)}_{period}", growth, ">=", 0.0)
    last = (problem.site_mw[i, -1], 1.0)
    opened, cap = problem.opened[i], float(problem.caps.physical_mw[i])
    problem.add(f"P04_open__{name}", [last, (opened, -cap)], "<=", 0.0)
    problem.add(f"P05_least__{name}", [last, (opened, -problem.caps.min_mw)], ">=", 0.0)


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
            problem.add(f"P07_meter__{slug(site)}_{period}", terms, "==", 0.0)


def _write_additions(problem: Problem) -> None:
    """A[k,t] ≥ g[k,t] − g[k,t−1]: a connection is paid once, when it grows."""
    for k, row in enumerate(problem.meter):
        for t, period in enumerate(problem.periods):
            before: Terms = [(row[t - 1], -1.0)] if t else []
            terms: Terms = [(row[t], 1.0), *before, (problem.added[k, t], -1.0)]
            problem.add(f"P08_added__{problem.ends[k]}_{period}", terms, "<=", 0.0)


def _write_lines(problem: Problem) -> None:
    """g[s,k,t] ≤ limit·use[s,k]; g[s,k,T] ≥ floor·use; use ≤ open: a line is whole or is not.

    Only with proof: the default program pays a line by the MW it carries.
    """
    floors = problem.connections["domain"].map(domain_floors(problem.inputs)).fillna(0.0)
    limits = problem.connections["limit_mw"].to_numpy(dtype=np.float64)
    place = {site: i for i, site in enumerate(problem.site_ids)}
    opened = [problem.opened[place[str(site)]] for site in problem.connections["site_id"]]
    for k, (name, used) in enumerate(zip(problem.ends, problem.used, strict=True)):
        for t, period in enumerate(problem.periods):
            drawn: Terms = [(problem.meter[k, t], 1.0), (used, -float(limits[k]))]
            problem.add(f"P11_line__{name}_{period}", drawn, "<=", 0.0)
        least: Terms = [(problem.meter[k, -1], 1.0), (used, -float(floors.iloc[k]))]
        problem.add(f"P12_floor__{name}", least, ">=", 0.0)
        problem.add(f"P13_site__{name}", [(used, 1.0), (opened[k], -1.0)], "<=", 0.0)


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
            problem.add(f"C18_source__{slug(str(site))}_{period}", terms, "<=", 0.0)


def _write_heat_sinks(problem: Problem) -> None:
    """X[n,t] = Σₛ y; H[n,t] under the chords of the sink's own curve, shared by its sites."""
    by_sink = problem.links.groupby("sink_id", sort=True).indices
    for t, period in enumerate(problem.periods):
        for n, sink in enumerate(problem.sinks):
            mw, gwh = problem.sink_mw[n, t], problem.sink_gwh[n, t]
            received: Terms = [*ones(problem.heat_sent[by_sink[sink], t]), (mw, -1.0)]
            problem.add(f"C18_sum__{slug(sink)}_{period}", received, "==", 0.0)
            for j, (slope, start) in enumerate(chords(problem.inputs.heat_curves[sink])):
                chord: Terms = [(gwh, 1.0), (mw, -slope)]
                problem.add(f"C18_chord__{slug(sink)}_{j}_{period}", chord, "<=", start)
