"""From many small sites to few large ones: one plan for each cost of opening a site.

How many sites a plan opens hangs on one assumption, what one more site costs whatever its size.
Asked for each value of its range, the program gives the shapes a plan may take; what separates
them is then told at the cost retained, with what is too small to tell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from layers.words.errors import SitingError
from layers.words.french import NO_BREAK, significant
from siting.other_plans.kept_program import Kept, KeptProgram
from siting.prices.objective_terms import investment, objective_terms
from siting.program.objective import TERMS
from siting.program.plan_tables import Plan
from siting.program.plan_totals import Facts
from siting.program.program_inputs import Inputs

# What is tried between the ends of the assumption, in M€ an opening.
STEPS_MEUR = (1.0, 2.0, 5.0, 10.0, 20.0)
GRAINS = {"departement": "departement_code", "epci": "epci_code"}
EXTRAS = tuple(f"extra_{name}_meur" for name in (*TERMS, "rules"))
COLUMNS = (
    "structure", "opening_low_meur", "opening_high_meur", "is_retained", "sites", "departements",
    "epci", "it_mw", "largest_mw", "lines_meur", "openings_meur", "cost_meur", "heat_gwh",
    "land_ha", "extra_meur", *EXTRAS, "equal_at_meur", "gap_meur", "is_near",
    "same_departement", "same_epci", "same_site",
)  # fmt: skip
SAME = 1e-9


@dataclass(frozen=True)
class Structure:
    """A plan, and the costs of opening for which it is the best one found."""

    kept: Kept
    openings_meur: tuple[float, ...] = field(default=())

    @property
    def plan(self) -> Plan:
        """Return the plan."""
        return self.kept.plan


def opening_steps(inputs: Inputs) -> tuple[float, ...]:
    """Return the costs of opening to try: the assumption's ends, steps, and the question's.

    A question that sets the cost itself is asked at the same steps, its own among them.

    Parameters
    ----------
    inputs : the question.

    Returns
    -------
    Costs of one opening in M€, sorted.
    """
    assumed = inputs.policy["sizes.opening_cost_meur"]
    low, high = assumed.low or assumed.number, assumed.high or assumed.number
    between = {step for step in STEPS_MEUR if low <= step <= high}
    return tuple(sorted({low, high, inputs.opening_cost_meur, *between}))


def structures(
    program: KeptProgram, *, progress: Callable[[str], None] | None = None
) -> list[Structure]:
    """Return the plans from the most sites to the fewest, one for each way of opening sites.

    A plan that another one betters at its own cost of opening, both being known, gives it its
    place; the plan at the question's own cost stays the one that a run of it gives.

    Parameters
    ----------
    program : of the question; cost is weighed.
    progress : receives each step, in French.

    Returns
    -------
    Structures, each with the costs of opening it answers.

    Raises
    ------
    SitingError : SIT200 when cost is not weighed.
    """
    if not program.rate:
        raise SitingError(
            "SIT200",
            "le coût ne pèse pas dans ce scénario : aucun coût d'ouverture ne peut être essayé",
            where="objective.weights.connection_cost",
            hint="donnez-lui un poids, par exemple --set objective.weights.connection_cost=1",
        )
    tell = progress or (lambda _: None)
    own, steps = program.inputs.opening_cost_meur, opening_steps(program.inputs)
    found = {own: program.first}
    above = [step for step in steps if step > own]
    below = [step for step in reversed(steps) if step < own]
    for side in (above, below):
        known = program.first
        for step in side:
            known = found[step] = program.at(step, known)
            tell(f"ouverture à {significant(step)}{NO_BREAK}M€ : {len(known.plan.retained)} sites")
    return _gathered(found, own, program.rate)


def _gathered(found: dict[float, Kept], own: float, rate: float) -> list[Structure]:
    """Give each cost its best plan known, then gather the costs that one plan answers."""
    shapes: dict[tuple[float, ...], Structure] = {}
    for step in sorted(found):
        best = min(
            found.values(), key=lambda kept: (kept.objective_at(step, rate), kept.opening_meur)
        )
        better = best.objective_at(step, rate) < found[step].objective_at(step, rate) - SAME
        kept = best if better and step != own else found[step]
        key = tuple(kept.opened.tolist())
        before = shapes.get(key)
        if before is None or step == own:
            shapes[key] = Structure(kept, (*(before.openings_meur if before else ()), step))
        else:
            shapes[key] = Structure(before.kept, (*before.openings_meur, step))
    return sorted(
        shapes.values(), key=lambda shape: (-len(shape.plan.retained), shape.openings_meur)
    )


def structure_table(inputs: Inputs, found: Sequence[Structure], rate: float) -> pd.DataFrame:
    """Return one row a structure, from many sites to few, at the last period.

    Columns: ``COLUMNS``. Money at the question's own cost of opening, so that rows compare:
    ``lines_meur`` + ``openings_meur`` = ``cost_meur``; ``extra_meur`` is what the whole objective
    (heat, land, carbon…) loses against the plan of a run, in M€-equivalent, ``gap_meur`` how far
    from the best that plan may be at its own cost. The loss is the sum of ``EXTRAS``, one a
    term of the objective, and ``extra_rules_meur`` for the penalties of soft rules passed.
    ``equal_at_meur`` is the cost
    of opening at which both are worth the same, NaN where the number of sites is. ``is_near`` :
    the loss is under the share that a comparison can tell (``sizes.near_tie_share``), or under
    the proven gap. ``same_…`` : share of the MW that the plan of a run puts in the same place,
    from 0 to 1.

    Parameters
    ----------
    inputs : the question.
    found : as ``structures`` returns.
    rate : objective units per M€.

    Returns
    -------
    Columns ``COLUMNS``, numbered from 1.
    """
    own = inputs.opening_cost_meur
    run = next(shape for shape in found if own in shape.openings_meur)
    rows = [_row(inputs, number, shape, run, rate) for number, shape in enumerate(found, start=1)]
    table = pd.DataFrame(rows)
    near = table["extra_meur"] <= near_tie_meur(inputs, run.plan, rate)
    return table.assign(is_near=near)[list(COLUMNS)]


def near_tie_meur(inputs: Inputs, run: Plan, rate: float) -> float:
    """Return the M€-equivalent under which two structures cannot be told apart.

    Parameters
    ----------
    inputs : ``sizes.near_tie_share`` is read.
    run : the plan of a run.
    rate : objective units per M€.

    Returns
    -------
    The larger of that share of what the plan pays and of its proven gap.
    """
    share = inputs.policy["sizes.near_tie_share"].number
    return max(share * run.outcome.paid / rate, run.outcome.gap_meur)


def _row(
    inputs: Inputs, number: int, shape: Structure, run: Structure, rate: float
) -> dict[str, object]:
    plan, own, last = shape.plan, inputs.opening_cost_meur, inputs.demand.periods[-1]
    mw, places = plan.it_mw(last), inputs.sites.loc[plan.retained]
    lines, second, openings = investment(inputs, plan)
    extra = shape.kept.objective_at(own, rate) - run.kept.objective_at(own, rate)
    fewer = len(run.plan.retained) - len(plan.retained)
    return {
        "structure": number,
        "opening_low_meur": min(shape.openings_meur),
        "opening_high_meur": max(shape.openings_meur),
        "is_retained": shape is run,
        "sites": len(plan.retained),
        "departements": int(places["departement_code"].nunique()),
        "epci": int(places["epci_code"].nunique()),
        "it_mw": round(float(mw.sum()), 6),
        "largest_mw": round(float(mw.max()), 6),
        "lines_meur": round(lines + second, 6),
        "openings_meur": round(openings, 6),
        "cost_meur": round(lines + second + openings, 6),
        "heat_gwh": round(plan.heat_gwh(last), 6),
        "land_ha": round(1e-4 * Facts(inputs, plan).total("land", last), 6),
        "extra_meur": round(extra / rate, 6),
        **_parts(inputs, plan, run.plan, extra / rate),
        "equal_at_meur": round(own + extra / rate / fewer, 6) if fewer else float("nan"),
        "gap_meur": plan.outcome.gap_meur,
        "same_departement": agreement(inputs, run.plan, plan, "departement"),
        "same_epci": agreement(inputs, run.plan, plan, "epci"),
        "same_site": agreement(inputs, run.plan, plan, "site"),
    }


def _parts(inputs: Inputs, plan: Plan, run: Plan, extra_meur: float) -> dict[str, float]:
    """Split what a plan loses against another; penalties are what no term of the rows tells."""
    mine, theirs = (objective_terms(inputs, each).set_index("term")["meur"] for each in (plan, run))
    lost = (mine - theirs).reindex(list(TERMS)).fillna(0.0)
    parts = {**lost.to_dict(), "rules": extra_meur - float(lost.sum())}
    return {f"extra_{name}_meur": round(float(amount), 6) for name, amount in parts.items()}


def agreement(inputs: Inputs, one: Plan, other: Plan, grain: str) -> float:
    """Return the share of a plan's MW that another one puts in the same places, at a grain.

    Σ min(MW, MW) ÷ the larger of the two plans, so that two plans of different needs never agree
    wholly.

    Parameters
    ----------
    inputs : where the sites are.
    one : a plan.
    other : another.
    grain : departement, epci or site.

    Returns
    -------
    From 0 to 1, at the last period; 1 when both are empty.
    """
    last = inputs.demand.periods[-1]
    held = [_by_place(inputs, plan.it_mw(last), grain) for plan in (one, other)]
    whole = max(float(mw.sum()) for mw in held)
    if not whole:
        return 1.0
    both = pd.concat(held, axis=1).fillna(0.0).min(axis=1).sum()
    return round(float(both) / whole, 6)


def _by_place(inputs: Inputs, mw: pd.Series, grain: str) -> pd.Series:
    if grain == "site":
        return mw
    return mw.groupby(inputs.sites[GRAINS[grain]].reindex(mw.index).astype(str)).sum()
