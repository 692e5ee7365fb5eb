"""How far a program is from possible: every row of a hard rule may fall short, at a price.

Such a program always has a plan, so each question starts from the answer to the last one, and
its prices prove which rules have no part in a conflict without asking again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from siting.program.problem import BilledRow
from siting.solver.highs_engine import INFINITY, PRICED, Answer, Engine, refuse_silence

Floats = NDArray[np.float64]
# A shortage below this, in the rows' own units (MW, GWh, 1,000 m³, ha), is the simplex's rounding.
NOTHING = 1e-6


class Shortages:
    """The shortages of the hard rules of one program, asked in turn."""

    def __init__(
        self, engine: Engine, groups: Mapping[str, Sequence[BilledRow]], added: NDArray[np.int32]
    ) -> None:
        self.engine = engine
        self.groups = groups
        self.names = list(groups)
        sizes = np.cumsum([0, *(len(group) for group in groups.values())])
        self.columns = {
            name: added[first:last]
            for name, first, last in zip(self.names, sizes, sizes[1:], strict=False)
        }
        self.rows = {name: [engine.rows[row.name] for row in groups[name]] for name in groups}
        self._width = engine.highs.getNumCol()
        self._price(self.names)
        whole, self._engaged = self._read(engine.run_afresh(), self.names)
        self.threshold = min(NOTHING, 0.5 * whole)

    def is_impossible(self, held: Collection[str]) -> bool:
        """Return whether the rules held contradict one another or the physics.

        Parameters
        ----------
        held : names of the rules held.

        Returns
        -------
        True when the least sum of their shortages is above the threshold.
        """
        self._price(held)
        self.engine.walk_inside(True)
        total, engaged = self._read(self.engine.run(), held)
        self.engine.walk_inside(False)
        if total > self.threshold:
            self._engaged = engaged
        return total > self.threshold

    def has_part(self, name: str) -> bool:
        """Return whether a rule has a part in the last impossibility: without a price, none.

        Parameters
        ----------
        name : of the rule.

        Returns
        -------
        False proves that it has none.
        """
        return name in self._engaged

    def least(self, name: str, held: Collection[str]) -> Floats:
        """Return the least shortage of each row of a rule, the rules held leaving none.

        Parameters
        ----------
        name : of the rule that may fall short.
        held : names of the rules whose shortages are held at zero.

        Returns
        -------
        One shortage a row, in the row's own unit.
        """
        shut = np.concatenate(
            [self.columns[other] for other in held if other != name] or [self.columns[name][:0]]
        )
        nothing = np.zeros(len(shut))
        self._price([name])
        self.engine.set_bounds(shut, nothing, nothing)
        answer = self.engine.run_afresh()
        self.engine.set_bounds(shut, nothing, nothing + INFINITY)
        refuse_silence(answer)
        return answer.values[self.columns[name]]

    def _read(self, answer: Answer, held: Collection[str]) -> tuple[float, frozenset[str]]:
        """Return the least Σ of shortages and the rules whose rows have a price in it."""
        refuse_silence(answer)
        rows = {name: answer.row_duals[self.rows[name]] for name in held}
        priced = (name for name in held if np.abs(rows[name]).max() > PRICED)
        return max(0.0, answer.objective), frozenset(priced)

    def _price(self, held: Collection[str]) -> None:
        costs = np.zeros(self._width)
        for name in held:
            costs[self.columns[name]] = 1.0
        self.engine.set_costs(costs)


@contextmanager
def shortages(engine: Engine, groups: Mapping[str, Sequence[BilledRow]]) -> Iterator[Shortages]:
    """Let the rows of the rules fall short for a while, the objective put aside.

    Parameters
    ----------
    engine : the program; its costs are put back.
    groups : rows by name of rule.

    Yields
    ------
    What answers questions on the shortages.
    """
    rows = [engine.rows[row.name] for group in groups.values() for row in group]
    with engine.elastic(rows) as added:
        try:
            yield Shortages(engine, groups, added)
        finally:
            engine.set_costs(np.append(engine.costs, np.zeros(len(added))))
