"""Why each candidate is in the plan or out of it: one cause a site, from the program itself.

From the relaxation's prices, the limits that are reached, and the plan asked again without the
sites it holds, and with the ten best of those it leaves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siting.choice.site_resolves import Resolve, resolves
from siting.prices.full_rows import Entries, entries
from siting.prices.left_out import left_out
from siting.prices.rule_bill import Solved, euros_per_unit
from siting.prices.site_worth import by_promise, entry_prices
from siting.program.plan_tables import DUST_MW
from siting.program.problem import OBJECTIVE_SCALE, BilledRow, Problem

# The closed list of causes; each has its sentence in ``scenarios.answers.site_reasons``.
RETAINED = ("kept", "required", "saves", "tied")
ENTERED = ("to_verify", "banned", "row", "price", "near", "impossible")
NEVER_ENTERED = ("no_line", "small_land", "small_line", "voltage_floor", "no_need")
CAUSES = (*RETAINED, *ENTERED, *NEVER_ENTERED)
REFUSED_ASKED = 10
MOST_ROWS = 3
# Below this an entry price is rounding of the relaxation, in objective units per MW.
NO_PRICE = 1e-7


def no_reasons(site_ids: Iterable[str]) -> pd.DataFrame:
    """Return the reasons of a plan that has nothing to place: one for every candidate.

    Parameters
    ----------
    site_ids : the candidates.

    Returns
    -------
    Columns ``COLUMNS``, one row a candidate, its cause « no_need ».
    """
    return _table([{"site_id": site, "cause": "no_need"} for site in sorted(site_ids)])


def reasons_of(solved: Solved, bound: float, gap: float) -> pd.DataFrame:
    """Return the cause of every candidate's fate, with what it rests on.

    Parameters
    ----------
    solved : the engine as built, the plan and its prices.
    bound : what is proven of the best plan; ``gap`` : how close the plan was sought.

    Returns
    -------
    One row a candidate, columns ``COLUMNS``: its cause (``CAUSES``), the limit that shuts it with
    what is taken of it, its entry price, what it costs to do without it or to impose it, and the
    sites that would come or go, and which of those that come pass a soft rule.
    """
    problem, euro = solved.engine.problem, euros_per_unit(solved.engine.problem)
    seen = _seen(solved)
    again = resolves(solved.engine, solved.priced, solved.relaxed, bound, _asked(solved, seen), gap)
    known = {each.site_id: each for each in again}
    doubt = max(0.0, solved.priced.objective - bound) / OBJECTIVE_SCALE
    rows: list[dict[str, Any]] = [
        {str(key): value for key, value in row.items()}
        for row in left_out(problem).reset_index().to_dict("records")
    ]
    for i, site in enumerate(problem.site_ids):
        cause = _cause(problem, seen, i, known.get(site), doubt)
        price = 0.0 if seen.is_open[i] else round(float(seen.prices[i]) * euro, 6)
        row = {"site_id": site, "cause": cause, "entry_meur_per_mw": price}
        if cause in ("row", "impossible") and seen.shutting[i]:
            row |= _limit(solved, seen.room.rows[seen.shutting_most(i, problem)])
        if seen.is_open[i]:
            row |= _room_made(seen, i, problem)
        rows.append(row | _costs(known.get(site), euro))
    return _table(rows)


@dataclass(frozen=True)
class _Seen:
    """What the relaxation, the limits and the scenario's own choices say of each site."""

    room: Entries
    prices: NDArray[np.float64]
    shutting: list[list[int]]
    is_open: NDArray[np.bool_]
    to_verify: frozenset[str]
    banned: frozenset[str]
    kept: frozenset[str]

    def is_shut(self, i: int) -> bool:
        """Return whether full limits, and not the site's own price, keep it out."""
        rent = float(self.room.rent[self.shutting[i], i].sum())
        return bool(self.shutting[i]) and float(self.prices[i]) - rent <= NO_PRICE

    def shutting_most(self, i: int, problem: Problem) -> int:
        """Return the row that shuts most lines of a site, then that weighs most on its price.

        A row that shuts its lines of one voltage alone is not what keeps the site out.
        """
        lines = self.room.full[:, problem.lines_of(i)].sum(axis=1)
        return max(self.shutting[i], key=lambda r: (int(lines[r]), float(self.room.rent[r, i])))


def _seen(solved: Solved) -> _Seen:
    problem = solved.engine.problem
    room = entries(solved)
    mw = solved.engine.read(solved.plan, problem.site_mw[:, -1])
    locks = problem.inputs.locks
    alone = [lock for lock in locks if lock.kind in ("keep", "min_mw") and len(lock.sites) == 1]
    return _Seen(
        room,
        np.maximum(entry_prices(solved.engine, solved.relaxed), 0.0),
        [room.shutting(problem.lines_of(i)) for i in range(len(problem.site_ids))],
        np.asarray(mw > DUST_MW, dtype=bool),
        _to_verify(problem),
        frozenset(s for lock in locks if lock.kind == "ban" for s in lock.sites),
        # Of a whole commune, any one site may be the kept one: only a site named alone is.
        frozenset(lock.sites[0] for lock in alone),
    )


COLUMNS = (
    "site_id", "cause", "rule_id", "rule", "label_fr", "taken_fr", "where", "unit", "taken",
    "limit", "carries_mw", "least_mw", "entry_meur_per_mw", "cost_meur", "cost_low_meur",
    "cost_high_meur", "replaced_by", "replaces", "by_excess", "made_room", "cheaper_shut",
)  # fmt: skip
WORDS = {"rule_id", "rule", "label_fr", "taken_fr", "where", "unit", "replaced_by", "replaces",
         "by_excess", "made_room"}  # fmt: skip


def _table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(COLUMNS)).sort_values("site_id", ignore_index=True)
    for column in COLUMNS[2:]:
        if column in WORDS:
            table[column] = table[column].astype("object").fillna("").astype("str")
        else:
            table[column] = table[column].astype("float64")
    return table


def _asked(solved: Solved, seen: _Seen) -> list[int]:
    """Return the sites of the plan, then the best of the others that could be in it."""
    problem, ids = solved.engine.problem, solved.engine.problem.site_ids
    if "rank" in problem.sites:
        order = np.argsort(problem.sites["rank"].astype(float).to_numpy(), kind="stable")
    else:
        order = by_promise(solved.engine, solved.relaxed, seen.prices)
    shut = seen.to_verify | seen.banned
    best = [int(i) for i in order if not seen.is_open[i] and ids[i] not in shut]
    return [*np.flatnonzero(seen.is_open).tolist(), *best[:REFUSED_ASKED]]


def _to_verify(problem: Problem) -> frozenset[str]:
    """Return the candidates that a hard C31 shuts: nothing is allowed on land to verify."""
    held = [b for b in problem.billed if b.rule.name == "land.vacancy" and b.hard]
    if not held or any(billed.row.right for billed in held):
        return frozenset()
    doubtful = ~problem.sites["retainable"].to_numpy(dtype=bool)
    return frozenset(problem.site_ids[i] for i in np.flatnonzero(doubtful).tolist())


def _limit(solved: Solved, billed: BilledRow) -> dict[str, Any]:
    """Return a limit as the bill shows it: its place, what is taken of it, and how much it is."""
    row, values, columns = billed.row, solved.plan.values, solved.engine.columns
    taken = row.constant + sum(float(values[columns[v]]) * f for v, f in row.left)
    limit = row.limit + sum(float(values[columns[v]]) * f for v, f in row.right)
    return {
        "rule_id": billed.rule.id,
        "rule": billed.rule.name,
        "label_fr": billed.rule.label_fr,
        "taken_fr": "dure" if billed.hard else "souple",
        "where": row.where,
        "unit": billed.unit,
        "taken": round(taken * billed.shown, 6),
        "limit": round(limit * billed.shown, 6),
    }


def _room_made(seen: _Seen, i: int, problem: Problem) -> dict[str, Any]:
    """Name the limits that shut candidates cheaper than a retained one, and that it escapes.

    Cheaper: its price without what local limits add to it is below that of the site.
    """
    bare = seen.prices - seen.room.rent.sum(axis=0)
    apart = seen.to_verify | seen.banned
    mine = set(np.flatnonzero(seen.room.full[:, problem.lines_of(i)].any(axis=1)).tolist())
    count: dict[int, int] = {}
    passed = 0
    for j in np.flatnonzero(bare < bare[i] - NO_PRICE).tolist():
        if seen.is_open[j] or problem.site_ids[j] in apart:
            continue
        rows = [r for r in seen.shutting[j] if r not in mine]
        passed += bool(rows)
        for r in rows:
            count[r] = count.get(r, 0) + 1
    often = sorted(count, key=lambda r: (-count[r], r))[:MOST_ROWS]
    named = [f"{seen.room.rows[r].rule.label_fr} : {seen.room.rows[r].row.where}" for r in often]
    return {"made_room": " | ".join(named), "cheaper_shut": float(passed)}


def _costs(again: Resolve | None, euro: float) -> dict[str, Any]:
    if again is None:
        return {}
    come = {"replaces": again.leave, "replaced_by": again.enter, "by_excess": again.by_excess}
    return {
        "cost_meur": again.cost * euro,
        "cost_low_meur": again.low * euro,
        "cost_high_meur": again.high * euro,
        **{name: "|".join(sites) for name, sites in come.items()},
    }


def _cause(problem: Problem, seen: _Seen, i: int, again: Resolve | None, doubt: float) -> str:
    """Decide the one cause of a site that entered the program."""
    site = problem.site_ids[i]
    if seen.is_open[i]:
        return _of_retained(site, seen, again, doubt)
    if site in seen.to_verify:
        return "to_verify"
    if site in seen.banned:
        return "banned"
    if again is not None and not np.isfinite(again.cost):
        return "impossible"
    if seen.is_shut(i):
        return "row"
    if again is not None:
        return "near" if again.cost <= doubt else "price"
    return "price" if seen.prices[i] > NO_PRICE else "near"


def _of_retained(site: str, seen: _Seen, again: Resolve | None, doubt: float) -> str:
    if site in seen.kept:
        return "kept"
    if again is None:
        raise AssertionError(f"site {site} is retained and was not asked about")
    if not np.isfinite(again.cost):
        return "required"
    return "tied" if again.cost <= doubt else "saves"
