"""Why each candidate is in the plan or out of it: one cause a site, from the program itself.

From the relaxation's prices, the limits that are reached, and the plan asked again without the
sites it holds, and with the ten best of those it leaves.
"""

from __future__ import annotations

from collections.abc import Iterable
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
from siting.program.problem import BilledRow, Problem
from siting.program.rule_registry import is_hard

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
    """Return the reasons of a plan that has nothing to place: one for every candidate."""
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
    sites that would come or go.
    """
    problem = solved.engine.problem
    asked = _asked(solved)
    again = resolves(solved.engine, solved.priced, solved.relaxed, bound, asked, gap)
    known = {each.site_id: each for each in again}
    room = entries(solved)
    prices = entry_prices(solved.engine, solved.relaxed)
    rows = [_outside(site, facts) for site, facts in left_out(problem).iterrows()]
    for i, site in enumerate(problem.site_ids):
        row = _row(solved, room, i, prices)
        row |= _costs(known.get(site), euros_per_unit(problem))
        rows.append({"site_id": site, **_cause(solved, row, known.get(site), bound)})
    return _table(rows)


COLUMNS = (
    "site_id", "cause", "rule_id", "rule", "label_fr", "where", "unit", "taken", "limit",
    "carries_mw", "least_mw", "entry_meur_per_mw", "cost_meur", "cost_low_meur", "cost_high_meur",
    "replaced_by", "replaces", "made_room", "cheaper_shut",
)  # fmt: skip
WORDS = {"rule_id", "rule", "label_fr", "where", "unit", "replaced_by", "replaces", "made_room"}


def _table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=list(COLUMNS)).sort_values("site_id", ignore_index=True)
    for column in COLUMNS[2:]:
        if column in WORDS:
            table[column] = table[column].astype("object").fillna("").astype("str")
        else:
            table[column] = table[column].astype("float64")
    return table


def _asked(solved: Solved) -> list[int]:
    """Return the sites of the plan, then the best of the others that could be in it."""
    problem, ids = solved.engine.problem, solved.engine.problem.site_ids
    is_open = _is_open(solved)
    if "rank" in problem.sites:
        order = np.argsort(problem.sites["rank"].astype(float).to_numpy(), kind="stable")
    else:
        prices = entry_prices(solved.engine, solved.relaxed)
        order = by_promise(solved.engine, solved.relaxed, prices)
    shut = _to_verify(problem) | _banned(problem)
    best = [int(i) for i in order if not is_open[i] and ids[i] not in shut]
    return [*np.flatnonzero(is_open).tolist(), *best[:REFUSED_ASKED]]


def _is_open(solved: Solved) -> NDArray[np.bool_]:
    mw = solved.engine.read(solved.plan, solved.engine.problem.site_mw[:, -1])
    return np.asarray(mw > DUST_MW, dtype=bool)


def _to_verify(problem: Problem) -> set[str]:
    """Return the candidates that a hard C31 shuts: nothing is allowed on land to verify."""
    held = [b for b in problem.billed if b.rule.name == "land.vacancy" and b.hard]
    if not held or any(billed.row.right for billed in held):
        return set()
    doubtful = ~problem.sites["retainable"].to_numpy(dtype=bool)
    return {problem.site_ids[i] for i in np.flatnonzero(doubtful).tolist()}


def _banned(problem: Problem) -> set[str]:
    locks = problem.inputs.locks
    return {s for lock in locks if lock.kind == "ban" for s in lock.sites}


def _kept(problem: Problem) -> set[str]:
    """Return the sites a lock names alone: of a whole commune, any one site may be the kept one."""
    asked = [lock for lock in problem.inputs.locks if lock.kind in ("keep", "min_mw")]
    return {lock.sites[0] for lock in asked if len(lock.sites) == 1}


def _outside(site: object, facts: pd.Series) -> dict[str, Any]:
    return {"site_id": str(site), **facts.to_dict()}


def _row(solved: Solved, room: Entries, i: int, prices: NDArray[np.float64]) -> dict[str, Any]:
    """Return what the limits and prices say of one site, before its cause is told."""
    problem = solved.engine.problem
    shutting = room.shutting(problem.lines_of(i))
    price = max(0.0, float(prices[i]))
    apart = price - float(room.rent[shutting, i].sum())
    is_open = bool(_opened_mw(solved, i) > DUST_MW)
    told: dict[str, Any] = {
        "is_open": is_open,
        "is_shut": bool(shutting) and apart <= NO_PRICE,
        "entry_meur_per_mw": 0.0 if is_open else round(price * euros_per_unit(problem), 6),
        "is_priced": price > NO_PRICE,
        "site": problem.site_ids[i],
    }
    if shutting and not is_open:
        told |= _limit(solved, room.rows[max(shutting, key=lambda r: float(room.rent[r, i]))])
    if is_open:
        told |= _room_made(solved, room, i, prices)
    return told


def _opened_mw(solved: Solved, i: int) -> float:
    return float(solved.engine.read(solved.plan, solved.engine.problem.site_mw[i : i + 1, -1])[0])


def _limit(solved: Solved, billed: BilledRow) -> dict[str, Any]:
    """Return a limit as the bill shows it: its place, what is taken of it, and how much it is."""
    row, values, columns = billed.row, solved.plan.values, solved.engine.columns
    taken = row.constant + sum(float(values[columns[v]]) * f for v, f in row.left)
    limit = row.limit + sum(float(values[columns[v]]) * f for v, f in row.right)
    return {
        "rule_id": billed.rule.id,
        "rule": billed.rule.name,
        "label_fr": billed.rule.label_fr,
        "where": row.where,
        "unit": billed.unit,
        "taken": round(taken * billed.shown, 6),
        "limit": round(limit * billed.shown, 6),
    }


def _room_made(
    solved: Solved, room: Entries, i: int, prices: NDArray[np.float64]
) -> dict[str, Any]:
    """Name the limits that shut candidates cheaper than a retained one, and that it escapes.

    Cheaper: its price without what local limits add to it is below that of the site.
    """
    problem = solved.engine.problem
    bare = prices - room.rent.sum(axis=0)
    cheaper = np.flatnonzero(bare < bare[i] - NO_PRICE)
    is_open = _is_open(solved)
    shut = _to_verify(problem) | _banned(problem)
    mine = {r for r in range(len(room.rows)) if room.full[r, problem.lines_of(i)].any()}
    count: dict[int, int] = {}
    passed = 0
    for j in cheaper.tolist():
        if is_open[j] or problem.site_ids[j] in shut:
            continue
        rows = [r for r in room.shutting(problem.lines_of(j)) if r not in mine]
        passed += bool(rows)
        for r in rows:
            count[r] = count.get(r, 0) + 1
    often = sorted(count, key=lambda r: (-count[r], r))[:MOST_ROWS]
    told = [f"{room.rows[r].rule.label_fr} : {room.rows[r].row.where}" for r in often]
    return {"made_room": " | ".join(told), "cheaper_shut": float(passed)}


def _costs(again: Resolve | None, euro: float) -> dict[str, Any]:
    if again is None:
        return {}
    come = {"replaces": again.leave, "replaced_by": again.enter}
    return {
        "cost_meur": again.cost * euro,
        "cost_low_meur": again.low * euro,
        "cost_high_meur": again.high * euro,
        **{name: "|".join(sites) for name, sites in come.items()},
    }


def _cause(
    solved: Solved, row: dict[str, Any], again: Resolve | None, bound: float
) -> dict[str, Any]:
    """Decide the one cause of a site that entered the program."""
    problem, site = solved.engine.problem, row["site"]
    doubt = max(0.0, solved.priced.objective - bound) * 1e-4
    if row["is_open"]:
        cause = _of_retained(problem, site, again, doubt)
    elif site in _to_verify(problem):
        cause = "to_verify"
    elif site in _banned(problem):
        cause = "banned"
    elif again is not None and not np.isfinite(again.cost):
        cause = "impossible"
    elif row["is_shut"]:
        cause = "row"
    elif again is not None and again.cost <= doubt:
        cause = "near"
    else:
        cause = "price" if row["is_priced"] or again is not None else "near"
    kept = {name: value for name, value in row.items() if name in COLUMNS}
    if cause not in ("row", "impossible"):
        kept = {n: v for n, v in kept.items() if n not in WORDS - {"replaced_by", "replaces",
                "made_room"} and n not in ("taken", "limit")}  # fmt: skip
    return {**kept, "cause": cause}


def _of_retained(problem: Problem, site: str, again: Resolve | None, doubt: float) -> str:
    if site in _kept(problem):
        return "kept"
    if again is None:
        raise AssertionError(f"site {site} is retained and was not asked about")
    if not np.isfinite(again.cost):
        return "required"
    return "tied" if again.cost <= doubt else "saves"
