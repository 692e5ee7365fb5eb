"""Rows that only the selection needs: a shut site connects to nothing and heats nobody.

They follow from the program when sites are open or shut, but not in its relaxation, whose bound
they bring several times closer. They never enter prices or the cost of rules.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pulp
from numpy.typing import NDArray

from siting.program.presolve import rooms_under_rules
from siting.program.problem import NEGLIGIBLE, Problem, chords

Floats = NDArray[np.float64]
# A column is a variable of the program, or the number of one added to it for a while.
Cut = list[tuple[pulp.LpVariable | int, float]]


def selection_cuts(problem: Problem) -> list[Cut]:
    """Return rows Σ factor·column ≤ 0: size, lines and heat of a site under its opening."""
    return [*_sizes(problem), *_lines(problem), *_heat(problem), *_sinks(problem)]


def _sizes(problem: Problem) -> list[Cut]:
    return [
        [(mw, 1.0), (opened, -float(cap))]
        for mw, opened, cap in zip(
            problem.site_mw[:, -1], problem.opened, problem.caps.it_mw, strict=True
        )
    ]


def _lines(problem: Problem) -> list[Cut]:
    """By site: each high-voltage line, and all its HTA lines together, at the last period."""
    table = problem.connections
    room, hta = rooms_under_rules(problem.inputs)
    limit = np.minimum(
        table["limit_mw"].to_numpy(dtype=np.float64),
        table["yard_id"].map(room).to_numpy(dtype=np.float64),
    )
    low = (table["domain"] == "HTA").to_numpy(dtype=bool)
    group = table["site_id"].where(low, table["site_id"] + "|" + table.index.astype(str))
    whole = problem.caps.it_mw * problem.coefficient("connection_ratio").max(axis=1)
    place = {site: i for i, site in enumerate(problem.site_ids)}
    cuts: list[Cut] = []
    for _, rows in sorted(pd.Series(group).groupby(group.to_numpy()).indices.items()):
        i = place[str(table["site_id"].iloc[rows[0]])]
        most = min(float(limit[rows].sum()), float(whole[i]), hta if low[rows[0]] else np.inf)
        drawn: Cut = [(column, 1.0) for column in problem.meter[rows, -1]]
        cuts.append([*drawn, (problem.opened[i], -most)])
    return cuts


def _heat(problem: Problem) -> list[Cut]:
    """By site and sink: no more than the sink's peak, nor than the site recovers when full."""
    place = {site: i for i, site in enumerate(problem.site_ids)}
    whole = problem.caps.it_mw * problem.coefficient("heat_capacity").max(axis=1)
    cuts: list[Cut] = []
    for link, sent in zip(problem.links.itertuples(), problem.heat_sent, strict=True):
        i = place[str(link.site_id)]
        peak = float(problem.inputs.heat_curves[str(link.sink_id)][-1, 0])
        most = min(peak, float(whole[i]))
        cuts += [[(column, 1.0), (problem.opened[i], -most)] for column in sent]
    return cuts


def _sinks(problem: Problem) -> list[Cut]:
    """By sink and chord: H ≤ α·X + β·Σ open, as a sink no open site reaches uses nothing.

    The relaxation opens a tenth of a site and takes the steep start of the curve whole; with
    the chord's own constant β under the opening, it takes a tenth of it.
    """
    place = {site: i for i, site in enumerate(problem.site_ids)}
    cuts: list[Cut] = []
    for n, sink in enumerate(problem.sinks):
        near = sorted(set(problem.links.loc[problem.links["sink_id"] == sink, "site_id"]))
        opened = [problem.opened[place[site]] for site in near]
        for slope, start in chords(problem.inputs.heat_curves[sink]):
            shut: Cut = [(column, -start) for column in opened]
            if start > NEGLIGIBLE:
                cuts += [
                    [(gwh, 1.0), (mw, -slope), *shut]
                    for gwh, mw in zip(problem.sink_gwh[n], problem.sink_mw[n], strict=True)
                ]
    return cuts
