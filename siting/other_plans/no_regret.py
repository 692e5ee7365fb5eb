"""What to begin with: places that every plan keeps, those that come later, those that depend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from siting.other_plans.plan_structures import GRAINS

COLUMNS = (
    "grain", "id", "verdict", "depends_on", "from_need", "mw", "needs", "openings_meur",
    "kept_share",
)  # fmt: skip
# Kept in fewer draws than this, a place hangs on what is assumed.
SURE_SHARE = 0.9
PRESENT_MW = 1e-6
NOW, LATER, DEPENDS = "maintenant", "plus tard", "dépend"


def standing(
    sites: pd.DataFrame,
    by_need: pd.DataFrame,
    by_opening: pd.DataFrame,
    kept_share: Mapping[tuple[str, str], float] | None = None,
) -> pd.DataFrame:
    """Return each place of any plan, by département, EPCI then site, with when it comes.

    Parameters
    ----------
    sites : index site_id, with ``departement_code`` and ``epci_code``.
    by_need : index site_id, one column a share of the need (1.0 among them), IT MW.
    by_opening : index site_id, one column a cost of opening (M€), IT MW at the whole need.
    kept_share : (grain, id) → share of the draws whose plan holds the place; None, no draw.

    Returns
    -------
    Columns: ``COLUMNS``. « maintenant » : held at every need and every cost of opening, and in at
    least ``SURE_SHARE`` of the draws. « plus tard » : the same, from a share of the need on,
    ``from_need``. « dépend » : ``depends_on`` says what takes it away: « ouverture » (the cost of
    opening), « besoin » (a larger need drops it), « hypothèses » (the draws), joined by « | ».
    ``needs`` and ``openings_meur`` list where it is held; ``mw`` is IT MW at the whole need.
    """
    rows = []
    for grain in (*GRAINS, "site"):
        need, opening = (_summed(table, sites, grain) for table in (by_need, by_opening))
        places = need.index.union(opening.index)
        need, opening = (table.reindex(places).fillna(0.0) for table in (need, opening))
        for place in places:
            share = None if kept_share is None else kept_share.get((grain, str(place)), 0.0)
            rows.append(
                {
                    "grain": grain,
                    "id": str(place),
                    **_row(need.loc[place], opening.loc[place], share),
                }
            )
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    rank = {name: k for k, name in enumerate((*GRAINS, "site", NOW, LATER, DEPENDS))}
    order = table.assign(_grain=table["grain"].map(rank), _when=table["verdict"].map(rank))
    order = order.sort_values(
        ["_grain", "_when", "from_need", "mw", "id"],
        ascending=[True, True, True, False, True],
        kind="stable",
        ignore_index=True,
    )
    return order[list(COLUMNS)]


def _summed(table: pd.DataFrame, sites: pd.DataFrame, grain: str) -> pd.DataFrame:
    if grain == "site":
        return table
    return table.groupby(sites[GRAINS[grain]].reindex(table.index).astype(str)).sum()


def _row(need: pd.Series, opening: pd.Series, share: float | None) -> dict[str, object]:
    at_need, at_opening = need > PRESENT_MW, opening > PRESENT_MW
    held = [float(each) for each in need.index[at_need]]
    first = min(held, default=float("nan"))
    moved = _moved_by(at_need, at_opening, first, share)
    is_first = bool(at_need.all())
    return {
        "verdict": DEPENDS if moved else NOW if is_first else LATER,
        "depends_on": "|".join(moved),
        "from_need": first,
        "mw": round(float(need.get(1.0, 0.0)), 6),
        "needs": "|".join(f"{each:g}" for each in held),
        "openings_meur": "|".join(f"{float(each):g}" for each in opening.index[at_opening]),
        "kept_share": float("nan") if share is None else round(share, 6),
    }


def _moved_by(
    at_need: pd.Series, at_opening: pd.Series, first: float, share: float | None
) -> Sequence[str]:
    """Return what takes a place away; one that only a larger need holds is asked of it alone."""
    larger_only = first > 1.0
    moved = []
    if at_opening.any() and not at_opening.all():
        moved.append("ouverture")
    if not at_need.any() or not at_need[[each >= first for each in at_need.index]].all():
        moved.append("besoin")
    if share is not None and not larger_only and share < SURE_SHARE:
        moved.append("hypothèses")
    return moved
