"""What a score is made of: one bar a criterion, the unknown part hatched beside it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from layers.words.french import number, plural
from maps.pictures.picture_canvas import (
    BLUE,
    HATCH,
    INK,
    QUIET,
    TRACK,
    UNKNOWN,
    VERMILION,
    foot,
    plain,
    sheet,
    whence,
    wrapped,
)
from scenarios.storage.results import Results

MOST_SITES = 25
GAP = 0.012
TOTAL_WIDTH = 0.22


def draw_scores(results: Results) -> tuple[Figure, str] | None:
    """Draw what the score of each retained site is made of, criterion by criterion.

    Parameters
    ----------
    results : opened results folder; ``sites`` and ``verdicts`` are read.

    Returns
    -------
    The figure and the French sentence that says it; None without a graded retained site.
    """
    parts = contributions(results)
    if parts.empty:
        return None
    sites = results.sites.loc[list(dict.fromkeys(parts["site_id"]))]
    count = int(results.sites["retained"].sum())
    whose = "des sites retenus" if len(sites) == count else f"des {len(sites)} plus grands sites"
    title = f"De quoi le score {whose} est fait"
    under = (
        "Points sur 100 apportés par chaque critère. Plein : acquis ; hachuré : non évalué, ce que "
        "la donnée manquante pourrait ajouter. Le score bas (plein seul) classe les sites."
    )
    height = 2.7 + 0.34 * len(sites)
    figure = sheet((11.5, height), title, under, "pondérations : choix")
    panel = figure.subplots()
    _draw(panel, parts, sites)
    foot(
        figure,
        "Fond gris : le plus que le critère peut apporter, selon sa pondération.",
        whence(results, "brownfields", "yards"),
    )
    first = sites.iloc[0]
    said = (
        f"{plural(count, 'site retenu', 'sites retenus')} ; le plus grand, {first['name_fr']}, a "
        f"entre {number(first['score_low'])} et {number(first['score_high'])} points sur 100."
    )
    return figure, said


def contributions(results: Results) -> pd.DataFrame:
    """Return what each graded criterion brings to each retained site, largest sites first.

    Parameters
    ----------
    results : opened results folder.

    Returns
    -------
    Rows of ``verdicts`` with low, high and most, in points out of 100 (``most``: the criterion's
    share of the weights), for at most ``MOST_SITES`` sites.
    """
    last = f"it_mw_{results.summary['periods'][-1]}"
    kept = results.sites[results.sites["retained"]]
    kept = kept.sort_values([last, "rank"], ascending=[False, True]).head(MOST_SITES)
    graded = results.verdicts[results.verdicts["kind"] == "classant"]
    graded = graded[graded["site_id"].isin(kept.index) & (graded["weight"] > 0)]
    whole = graded.groupby("site_id")["weight"].transform("sum")
    points = graded["weight"] / whole * 100
    parts = graded.assign(
        low=graded["score_low"] * points, high=graded["score_high"] * points, most=points
    )
    parts["order"] = parts["site_id"].map({site: k for k, site in enumerate(kept.index)})
    return parts.sort_values(["order", "criterion"], ignore_index=True)


def _draw(panel: Axes, parts: pd.DataFrame, sites: pd.DataFrame) -> None:
    most = parts.groupby("criterion")["most"].max().sort_values(ascending=False, kind="stable")
    labels = parts.drop_duplicates("criterion").set_index("criterion")["label_fr"]
    width = most / most.sum() * (1 - TOTAL_WIDTH - GAP * len(most))
    left = (width + GAP).cumsum() - width - GAP
    rows = {site: k for k, site in enumerate(sites.index)}
    for criterion, of_one in parts.groupby("criterion", sort=True):
        y = of_one["site_id"].map(rows).to_numpy()
        scale = width[criterion] / most[criterion]
        low, high = (of_one[end].to_numpy() * scale for end in ("low", "high"))
        panel.barh(y, width[criterion], 0.62, left[criterion], color=TRACK)
        panel.barh(y, low, 0.62, left[criterion], color=BLUE)
        _unknown(panel, y, high - low, left[criterion] + low)
        _head(panel, left[criterion], wrapped(labels[criterion], 15))
    start = 1 - TOTAL_WIDTH
    low, high = (sites[f"score_{end}"].to_numpy() / 100 * (TOTAL_WIDTH - 0.06) for end in
                 ("low", "high"))  # fmt: skip
    y = np.arange(len(sites))
    panel.barh(y, TOTAL_WIDTH - 0.06, 0.62, start, color=TRACK)
    panel.barh(y, low, 0.62, start, color=VERMILION)
    _unknown(panel, y, high - low, start + low)
    for k, site in enumerate(sites.itertuples()):
        ends = f"{number(float(site.score_low))} à {number(float(site.score_high))}"  # type: ignore[arg-type]
        panel.text(1 - 0.052, k, ends, va="center", fontsize=8.0, color=INK)
    _head(panel, start, "Score, bas à haut")
    names = [f"{r.commune_name}\n{r.Index}" for r in sites.itertuples()]
    panel.set_yticks(y, names, fontsize=7.5)
    panel.set(xlim=(0, 1.02), ylim=(len(sites) - 0.4, -0.6), xticks=[])
    plain(panel, "")
    panel.spines["bottom"].set_visible(False)
    panel.tick_params(axis="y", labelcolor=INK)


def _unknown(panel: Axes, y: np.ndarray, width: np.ndarray, left: np.ndarray) -> None:
    some = width > 1e-9
    panel.barh(
        y[some], width[some], 0.62, left[some], facecolor="white", edgecolor=UNKNOWN, hatch=HATCH,
        linewidth=0.6,
    )  # fmt: skip


def _head(panel: Axes, x: float, text: str) -> None:
    panel.text(
        x, 1.005, text, transform=panel.get_xaxis_transform(), fontsize=6.8, va="bottom",
        color=QUIET,
    )  # fmt: skip
