"""What stays when the need is smaller or larger: which sites hold, which leave, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import pandas as pd

from layers.words.errors import SitingError
from layers.words.french import NARROW, number
from siting.other_plans.kept_program import Kept, KeptProgram
from siting.program.plan_tables import Plan
from siting.program.program_inputs import Demand, Inputs

NEEDS = (0.5, 0.75, 1.0, 1.5)
DROP_COLUMNS = (
    "site_id", "need_before", "need", "mw_before", "low_meur", "high_meur", "would_leave",
    "full_rows", "verdict",
)  # fmt: skip
NESTED_COLUMNS = (
    "need_before", "need", "sites_before", "sites", "holds", "low_meur", "high_meur",
)  # fmt: skip


@dataclass(frozen=True)
class NeedPlan:
    """The plan of a share of the need, or the fault that says why there is none."""

    share: float
    inputs: Inputs
    program: KeptProgram | None
    fault: SitingError | None = None

    @property
    def plan(self) -> Plan | None:
        """Return the plan, if there is one."""
        return None if self.program is None else self.program.first.plan


def scaled(demand: Demand, share: float) -> Demand:
    """Return a need whose part left to place is multiplied; existing and decided MW stay.

    Parameters
    ----------
    demand : the whole need.
    share : 1.0 leaves it as it is.

    Returns
    -------
    A need of its own.

    Examples
    --------
    >>> scaled(Demand({2036: 60.0}, existing_it_mw=10.0, utilisation=0.7), 0.5).to_place_mw(2036)
    25.0
    """
    it_mw = {
        period: whole + (share - 1.0) * demand.to_place_mw(period)
        for period, whole in demand.it_mw.items()
    }
    return replace(demand, it_mw=it_mw)


def need_plans(
    inputs: Inputs,
    whole: KeptProgram,
    shares: Sequence[float] = NEEDS,
    *,
    progress: Callable[[str], None] | None = None,
) -> list[NeedPlan]:
    """Return a plan for each share of the need.

    A share without a plan carries the fault that names the rules in conflict.

    Parameters
    ----------
    inputs : the question.
    whole : the program of all of the need.
    shares : of the need; 1.0 takes ``whole`` as it is.
    progress : receives each step, in French.

    Returns
    -------
    One a share, the smallest first.
    """
    tell = progress or (lambda _: None)
    found = []
    for share in sorted(shares):
        tell(f"besoin à {number(100 * share)}{NARROW}%")
        found.append(_asked(inputs, whole, share))
    return found


def _asked(inputs: Inputs, whole: KeptProgram, share: float) -> NeedPlan:
    if share == 1.0:
        return NeedPlan(share, inputs, whole)
    asked = replace(inputs, demand=scaled(inputs.demand, share))
    try:
        return NeedPlan(share, asked, KeptProgram(asked, whole.gap))
    except SitingError as fault:
        return NeedPlan(share, asked, None, fault)


def held_by_need(plans: Sequence[NeedPlan]) -> pd.DataFrame:
    """Return MW at the last period, one row a site, one column a share of the need with a plan.

    Parameters
    ----------
    plans : as ``need_plans`` returns.

    Returns
    -------
    IT MW, index site_id, 0 where a plan does not hold the site.
    """
    columns = {
        each.share: each.plan.it_mw(each.inputs.demand.periods[-1])
        for each in plans
        if each.plan is not None
    }
    return pd.DataFrame(columns).fillna(0.0).sort_index().rename_axis("site_id")


def dropped_by_more(
    plans: Sequence[NeedPlan], *, progress: Callable[[str], None] | None = None
) -> pd.DataFrame:
    """Return each site that a larger need drops, and what the program says of keeping it there.

    Columns: ``DROP_COLUMNS``. At the larger need the program is asked again with the site held
    open: ``low_meur`` and ``high_meur`` bound what that costs, in M€-equivalent; ``would_leave``
    are the sites that then leave, joined by « | », and ``full_rows`` the rows at their limit in
    the plan without it where the site would draw, joined by « | ». ``verdict`` : « coût », « égal »
    (the bounds hold zero: the two plans are not told apart), or « règle » when no plan opens it.

    Parameters
    ----------
    plans : as ``need_plans`` returns.
    progress : receives each step, in French.

    Returns
    -------
    Columns ``DROP_COLUMNS``, one row a site dropped between two needs.
    """
    tell = progress or (lambda _: None)
    solved = [(each, each.program) for each in plans if each.program is not None]
    rows = []
    for (before, smaller), (after, larger) in pairwise(solved):
        mw = smaller.first.plan.it_mw(before.inputs.demand.periods[-1])
        kept = set(larger.first.plan.retained)
        for site in sorted(set(smaller.first.plan.retained) - kept):
            tell(f"pourquoi {site} sort à {number(100 * after.share)}{NARROW}% du besoin")
            needs = {"need_before": before.share, "need": after.share}
            size = {"mw_before": round(float(mw.get(site, 0.0)), 6)}
            rows.append({"site_id": site, **needs, **size, **_kept_there(larger, site)})
    return pd.DataFrame(rows, columns=list(DROP_COLUMNS))


def _kept_there(program: KeptProgram, site: str) -> Mapping[str, object]:
    """Ask again with a site held open, and say what it costs and which sites make room."""
    plan, held = program.first.plan, program.holding([site])
    low, high = _costs(program, held)
    after = set(plan.retained if held is None else held.plan.retained)
    return {
        "low_meur": low,
        "high_meur": high,
        "would_leave": "|".join(sorted(set(plan.retained) - after)),
        "full_rows": "|".join(full_rows(program, site)),
        "verdict": "règle" if held is None else "coût" if low > 0 else "égal",
    }


def full_rows(program: KeptProgram, site: str) -> list[str]:
    """Return the rows of a yard or a département, full at the last period, where a site draws.

    Parameters
    ----------
    program : its first plan's bill is read.
    site : id of the site.

    Returns
    -------
    « label, place » in French, in the order of the bill.
    """
    inputs, bill = program.inputs, program.bill
    yards = inputs.connections.loc[inputs.connections["site_id"] == site, "yard_id"].unique()
    code = str(inputs.sites.at[site, "departement_code"])
    places = [f"département {code}", *(f"({yard})" for yard in sorted(yards))]
    now = bill["period"] == inputs.demand.periods[-1]
    full = bill[now & bill["binding"].fillna(False).astype(bool)]
    told = zip(full["label_fr"].astype(str), full["where"].astype(str), strict=True)
    return [f"{label}, {where}" for label, where in told if any(place in where for place in places)]


def nested(
    plans: Sequence[NeedPlan], *, progress: Callable[[str], None] | None = None
) -> pd.DataFrame:
    """Return what it costs to grow from the least need to the largest without giving up a site.

    One need after the other: the sites of the step before all have to open, others may be added.
    Columns: ``NESTED_COLUMNS``; bounds in M€-equivalent against the free plan of the same need,
    NaN and ``holds`` false when no plan opens them all, where the chain ends.

    Parameters
    ----------
    plans : as ``need_plans`` returns.
    progress : receives each step, in French.

    Returns
    -------
    Columns ``NESTED_COLUMNS``, one row a step.
    """
    tell = progress or (lambda _: None)
    solved = [(each.share, each.program) for each in plans if each.program is not None]
    sites = solved[0][1].first.plan.retained if solved else []
    rows = []
    for (before, _), (after, larger) in pairwise(solved):
        tell(f"garder les {len(sites)} sites à {number(100 * after)}{NARROW}% du besoin")
        held = larger.holding(sites)
        more = float("nan") if held is None else len(held.plan.retained)
        rows.append((before, after, len(sites), more, held is not None, *_costs(larger, held)))
        if held is None:
            break
        sites = held.plan.retained
    return pd.DataFrame(rows, columns=list(NESTED_COLUMNS))


def _costs(program: KeptProgram, held: Kept | None) -> tuple[float, float]:
    """Return what a plan with sites held open costs more than the first: at least, at most."""
    if held is None or not program.rate:
        return float("nan"), float("nan")
    plan, other = program.first.plan.outcome, held.plan.outcome
    ends = (other.bound - plan.objective, other.objective - plan.bound)
    low, high = (round(max(0.0, end) / program.rate, 6) for end in ends)
    return low, high
