"""Rows that only the selection needs: a shut site connects to nothing and heats nobody.

They follow from the program when sites are open or shut, but not in its relaxation, whose bound
they bring several times closer. They never enter prices or the cost of rules.
"""

from __future__ import annotations

import numpy as np
import pulp
from numpy.typing import NDArray

from siting.program.presolve import rooms_under_rules
from siting.program.problem import NEGLIGIBLE, Problem, chords
from siting.program.rule_registry import Terms

Floats = NDArray[np.float64]
# A column is a variable of the program, or the number of one added to it for a while.
Cut = list[tuple[pulp.LpVariable | int, float]]


def selection_cuts(problem: Problem) -> list[Cut]:
    """Return rows Σ factor·column ≤ 0: size, lines and heat of a site under its opening.

    Parameters
    ----------
    problem : a program that has its columns; it is not changed.

    Returns
    -------
    Pairs (variable, factor) of each row.
    """
    return [*_sizes(problem), *_lines(problem), *_heat(problem), *_sinks(problem)]


def _sizes(problem: Problem) -> list[Cut]:
    return [
        [(problem.site_mw[i, t], 1.0), *_times(problem.begun(i, t), -float(cap))]
        for i, cap in enumerate(problem.caps.it_mw)
        for t in range(len(problem.periods))
    ]


def _lines(problem: Problem) -> list[Cut]:
    """By line and period: what it can draw under its choice."""
    caps = line_caps(problem).tolist()
    return [
        [(mw, 1.0), (used, -cap)]
        for row, choice, cap in zip(problem.meter, problem.used, caps, strict=True)
        for mw, used in zip(row, choice, strict=True)
    ]


def line_caps(problem: Problem) -> Floats:
    """Return the MW each line can draw: its voltage's bound, its yard's room, and its site's.

    Parameters
    ----------
    problem : a program; its connections, yards, caps and rules are read.

    Returns
    -------
    MW at the meter, one figure a connection, in their order.

    Raises
    ------
    SitingError : SIT500 when the hard rule of yards has no value.
    """
    table = problem.connections
    room, hta = rooms_under_rules(problem.inputs)
    low = (table["domain"] == "HTA").to_numpy(dtype=bool)
    whole = problem.caps.it_mw * problem.coefficient("connection_ratio").max(axis=1)
    drawn = table["site_id"].map(dict(zip(problem.site_ids, whole.tolist(), strict=True)))
    limit = np.minimum(table["limit_mw"].astype(float), table["yard_id"].map(room).astype(float))
    caps = np.minimum(np.minimum(limit, drawn.astype(float)), np.where(low, hta, np.inf))
    return np.asarray(caps, dtype=np.float64)


def _heat(problem: Problem) -> list[Cut]:
    """By site and sink: no more than the sink's peak, nor than the site recovers when full."""
    place = {site: i for i, site in enumerate(problem.site_ids)}
    whole = problem.caps.it_mw * problem.coefficient("heat_capacity").max(axis=1)
    cuts: list[Cut] = []
    for link, sent in zip(problem.links.itertuples(), problem.heat_sent, strict=True):
        i = place[str(link.site_id)]
        peak = float(problem.inputs.heat_curves[str(link.sink_id)][-1, 0])
        most = min(peak, float(whole[i]))
        cuts += [
            [(column, 1.0), *_times(problem.begun(i, t), -most)] for t, column in enumerate(sent)
        ]
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
        for t in range(len(problem.periods)):
            opened = [term for site in near for term in problem.begun(place[site], t)]
            gwh, mw = problem.sink_gwh[n, t], problem.sink_mw[n, t]
            cuts += [
                [(gwh, 1.0), (mw, -slope), *_times(opened, -start)]
                for slope, start in chords(problem.inputs.heat_curves[sink])
                if start > NEGLIGIBLE
            ]
    return cuts


def _times(terms: Terms, factor: float) -> Cut:
    return [(variable, factor * coefficient) for variable, coefficient in terms]
