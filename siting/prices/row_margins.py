"""What a little more room in one row really saves, sites unchanged: the price may promise more.

Where several limits meet, the solver's price is one of many: right for all of them moved together,
too high for one alone. Each price is therefore tried; it stands where the saving confirms it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from siting.program.problem import OBJECTIVE_SCALE, BilledRow
from siting.solver.highs_engine import Answer, Engine, Verdict

# How much a row is loosened: a thousandth of its limit, or of one unit.
STEP = 1e-3
# A saving this close to its price confirms it; the rest is the solver's rounding.
CONFIRMED = 1e-3


def confirmed(
    engine: Engine, priced: Answer, prices: Sequence[tuple[BilledRow, float]]
) -> dict[str, float]:
    """Return, by row, its price where loosening the row alone saves as much, else what it saves.

    Parameters
    ----------
    engine : the program, put back as it was.
    priced : the program at the plan's sites.
    prices : rows and their prices, objective units per row unit.

    Returns
    -------
    Prices by name of row, same unit, never negative where they are what a row saves.
    """
    told: dict[str, float] = {}
    if not prices:
        return told
    with _sites_of(engine, priced):
        now = engine.run().objective
        for billed, price in prices:
            step = STEP * max(1.0, abs(billed.row.limit))
            row = engine.rows[billed.name]
            engine.loosen(row, step)
            loosened = engine.run()
            engine.restore_rows([row])
            saved = max(0.0, now - loosened.objective) / step / OBJECTIVE_SCALE
            holds = loosened.verdict is not Verdict.OPTIMAL or saved >= price * (1.0 - CONFIRMED)
            told[billed.name] = price if holds else saved
    return told


@contextmanager
def _sites_of(engine: Engine, priced: Answer) -> Iterator[None]:
    """Hold the sites of a plan open, the others shut, for a while."""
    opened = priced.values[engine.discrete].round()
    engine.set_bounds(engine.discrete, opened, opened)
    try:
        yield
    finally:
        engine.restore_bounds()
