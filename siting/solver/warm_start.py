"""A program solved from where another one ended: most of its rows and columns are the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import highspy

from siting.solver.highs_engine import Answer, Engine

Status = highspy.HighsBasisStatus


@dataclass(frozen=True)
class Stand:
    """Where the simplex stood, by the names of columns and rows."""

    columns: Mapping[str, Status]
    rows: Mapping[str, Status]

    @classmethod
    def of(cls, engine: Engine) -> Stand:
        """Read it from a program just solved.

        Parameters
        ----------
        engine : a program in HiGHS, with a basis.

        Returns
        -------
        The status of each column and row.
        """
        basis = engine.basis()
        return cls(
            _named(_columns(engine), basis.col_status), _named(engine.rows, basis.row_status)
        )


def run_from(engine: Engine, stand: Stand) -> Answer:
    """Solve from where another program stood; what it did not have starts at its lower bound.

    Parameters
    ----------
    engine : a program in HiGHS.
    stand : where another one ended.

    Returns
    -------
    As ``Engine.run``; a row the other did not have starts basic.
    """
    basis = highspy.HighsBasis()
    basis.col_status = _placed(_columns(engine), stand.columns, Status.kLower)
    basis.row_status = _placed(engine.rows, stand.rows, Status.kBasic)
    basis.valid = True
    basis.alien = True  # HiGHS completes it: rows and columns are not as many
    engine.start_at(basis)
    return engine.run()


def _columns(engine: Engine) -> dict[str, int]:
    return {variable.name: column for variable, column in engine.columns.items()}


def _named(places: Mapping[str, int], statuses: Sequence[Status]) -> dict[str, Status]:
    told = list(statuses)
    return {name: told[place] for name, place in places.items()}


def _placed(
    places: Mapping[str, int], known: Mapping[str, Status], otherwise: Status
) -> list[Status]:
    found = [otherwise] * len(places)
    for name, place in places.items():
        found[place] = known.get(name, otherwise)
    return found
