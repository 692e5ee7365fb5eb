"""Waste heat: the share of energy that leaves the plan as useful heat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pulp

from layers.words.dated_values import Value
from siting.program.problem import Problem, Variables, chords, ones
from siting.program.program_inputs import Inputs
from siting.program.rule_registry import Bite, Row, rule
from siting.program.rules.energy import HOURS


def _bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    if not inputs.heat_curves or inputs.links.empty:
        return Bite("donnée absente", "aucun réseau de chaleur à portée d'un candidat")
    total = sum(float(curve[-1, 1]) for curve in inputs.heat_curves.values())
    near = int(inputs.links["site_id"].nunique())
    return Bite(
        "oui", f"{total:.0f} GWh/an de chaleur remplaçable au plus, {near} candidats à portée"
    )


def _no_taker(inputs: Inputs) -> str:
    """Say that no taker of heat is known: then nothing tells whether waste heat has a use."""
    known = inputs.heat_curves or inputs.heat_sinks
    return "" if known else "aucun réseau de chaleur n'est dans le lot"


@rule(
    "heat.recovered_share",
    id="C18",
    label_fr="Chaleur fatale valorisée",
    unit="GWh/an",
    scope="L",
    can_bite=_bites,
    lack_fr="GWh de chaleur utile",
    values={
        "erf_min": "heat.erf_min",
        "erf_per_site": "heat.erf_per_site",
        "derogation": "heat.derogation",
        "fixed_pue": "energy.fixed_pue",
    },
    needs_layers=("heat_networks",),
    lacks=_no_taker,
)
def recovered_share(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """Σₙ H[n,t] ≥ erf[t]·Σₛ E[s,d]·p[s,d,t] : ERF du plan entier, au sens d’EN 50600-4-6.

    A fixed project counts for the heat it has in excess; what it lacks is its own. With
    ``erf_per_site``, each site answers for itself: Σₙ h[s,n,t] ≥ erf[t]·Σ_d E[s,d]·p[s,d,t]; with
    ``derogation`` too, a site without any sink in reach owes nothing (a derogation to demonstrate).
    """
    if values["erf_per_site"].number:
        yield from _by_site(problem, values)
        return
    energy = problem.coefficient("site_energy")
    for t, period in enumerate(problem.periods):
        share = values["erf_min"].at(period)
        total = problem.total("site_gwh", period, problem.placed(energy, period))
        fixed_gwh = (
            HOURS
            * problem.inputs.demand.utilisation
            * problem.inputs.demand.fixed_it_mw(period)
            * values["fixed_pue"].number
        )
        spare = problem.fixed("heat_gwh", period) - share * fixed_gwh
        yield Row(
            "region",
            "région",
            period,
            ones(problem.sink_gwh[:, t]),
            ">=",
            0.0,
            right=[(total, share)],
            constant=max(0.0, spare),
            scale=max(share * problem.need(period) * float(energy.max()), 1.0),
            note_fr="dépassé par un projet déjà décidé" if spare < 0 else "",
        )


def _by_site(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """One row a site: the heat given to it, out of its sinks', covers its own share."""
    energy = problem.coefficient("site_energy")
    used = _attributed(problem)
    of_site = problem.links.groupby("site_id", sort=True).indices
    for t, period in enumerate(problem.periods):
        share = values["erf_min"].at(period)
        for i, site in enumerate(problem.site_ids):
            rows = of_site.get(site, np.empty(0, dtype=np.intp))
            if not len(rows) and values["derogation"].number:
                continue
            owed = zip(problem.it[i, :, t], (share * energy[i]).tolist(), strict=True)
            yield Row(
                site,
                f"site {site}",
                period,
                ones(used[rows, t]),
                ">=",
                0.0,
                right=list(owed),
                scale=max(share * problem.need(period) * float(energy.max()), 1.0),
                grain="site",
            )


def _attributed(problem: Problem) -> Variables:
    """Columns h[s,n,t], GWh a year of a sink's heat given to a site: physics, never relaxed.

    h = Σⱼ slopeⱼ·z[s,n,j,t]; Σⱼ z ≤ y[s,n,t]; Σₛ z[·,n,j,t] ≤ widthⱼ : each MW of the sink's curve,
    band by band, serves one site. However many share a sink, the heat so given out is exactly
    what every set of them could use together (docs/decisions/0013).
    """
    ends = problem.links[["site_id", "sink_id"]].itertuples(index=False, name=None)
    names = [f"{site}_{sink}" for site, sink in ends]
    used = np.empty((len(names), len(problem.periods)), dtype=np.object_)
    for sink, links in sorted(problem.links.groupby("sink_id", sort=True).indices.items()):
        n = problem.sinks.index(str(sink))
        curve = problem.inputs.heat_curves[str(sink)]
        slopes = [slope for slope, _ in chords(curve)[:-1]]
        widths = np.diff(curve[:, 0]).tolist()
        for t, period in enumerate(problem.periods):
            bands: list[list[pulp.LpVariable]] = [[] for _ in slopes]
            for k in np.asarray(links).tolist():
                where = f"{names[k]}_{period}"
                used[k, t] = problem.variable(f"used_{where}")
                share = [
                    problem.variable(f"band_{names[k]}_{j}_{period}") for j in range(len(slopes))
                ]
                given = [(z, -slope) for z, slope in zip(share, slopes, strict=True)]
                problem.add(f"C18_used__{where}", [(used[k, t], 1.0), *given], "<=", 0.0)
                sent = [*ones(share), (problem.heat_sent[k, t], -1.0)]
                problem.add(f"C18_within__{where}", sent, "<=", 0.0)
                for band, z in zip(bands, share, strict=True):
                    band.append(z)
            for j, (band, width) in enumerate(zip(bands, widths, strict=True)):
                problem.add(f"C18_band__{sink}_{j}_{period}", ones(band), "<=", width)
            shared = [*ones(used[links, t]), (problem.sink_gwh[n, t], -1.0)]
            problem.add(f"C18_shared__{sink}_{period}", shared, "<=", 0.0)
    return used
