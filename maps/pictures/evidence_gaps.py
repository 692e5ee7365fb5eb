"""Where evidence is missing: the map of what was not evaluated, and by which criterion."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from layers.words.french import NARROW, number
from maps.pictures.picture_canvas import (
    HATCH,
    INK,
    QUIET,
    STEPS,
    UNKNOWN,
    foot,
    plain,
    sheet,
    whence,
    wrapped,
)
from scenarios.storage.results import Results

CLASSES = 5


def draw_blanks(results: Results) -> tuple[Figure, str] | None:
    """Draw by EPCI and by criterion how much could not be judged.

    Parameters
    ----------
    results : opened results folder; ``sites``, ``verdicts`` and communes are read.

    Returns
    -------
    The figure and the French sentence that says it; None when no site was judged.
    """
    if "epci_code" not in results.sites or (judged := judged_sites(results)).empty:
        return None
    by_epci = judged.groupby("epci_code")["is_unknown"].mean() * 100
    by_criterion = judged.groupby("label_fr")["is_unknown"].mean() * 100
    whole = 100 * judged["is_unknown"].mean()
    title = f"Où les preuves manquent : {number(whole)}{NARROW}% des jugements sont « non évalué »"
    under = (
        "À gauche, par intercommunalité, part des critères que rien ne permet de juger sur ses "
        "friches candidates ; à droite, la même part par critère."
    )
    figure = sheet((12.5, 7.8), title, under)
    left, right = figure.subplots(1, 2, width_ratios=[1.05, 1.0])
    _map(left, results, by_epci)
    _bars(right, by_criterion.sort_values(kind="stable"))
    foot(
        figure,
        "Sur la carte, hachuré : aucune friche candidate recensée, ce qui n'est pas l'absence de "
        "friche. « Non évalué » n'est jamais compté comme favorable.",
        whence(results, "brownfields"),
    )
    said = (
        f"{number(whole)} % des jugements manquent ; {int((by_criterion == 100).sum())} critères "
        f"sur {len(by_criterion)} ne sont évalués nulle part."
    )
    return figure, said


def judged_sites(results: Results) -> pd.DataFrame:
    """Return one row a candidate and criterion: epci_code, label_fr, is_unknown.

    Parameters
    ----------
    results : opened results folder.

    Returns
    -------
    epci_code, label_fr (of the criterion), is_unknown (bool).
    """
    pool = results.sites[results.sites["fate"] == "candidat"]
    table = results.verdicts[results.verdicts["site_id"].isin(pool.index)]
    return pd.DataFrame(
        {
            "epci_code": table["site_id"].map(pool["epci_code"]).to_numpy(),
            "label_fr": table["label_fr"].to_numpy(),
            "is_unknown": (table["state"] == "unknown").to_numpy(),
        }
    )


def _map(panel: Axes, results: Results, share: pd.Series) -> None:
    communes = results.context("communes")
    epci = communes[["epci_code", "geometry"]].dissolve("epci_code")
    epci = gpd.GeoDataFrame(epci.join(share.rename("share")), crs=communes.crs)
    known = epci[epci["share"].notna()]
    steps = breaks(known["share"])
    shade = [STEPS[int(np.searchsorted(steps, value, side="right"))] for value in known["share"]]
    silent = epci[epci["share"].isna()]
    if len(silent):
        silent.plot(ax=panel, facecolor="white", edgecolor=UNKNOWN, hatch=HATCH, linewidth=0.3)
    known.plot(ax=panel, color=shade, edgecolor="white", linewidth=0.4)
    results.context("departements").boundary.plot(ax=panel, color=QUIET, linewidth=0.8)
    panel.set_axis_off()
    panel.set_aspect("equal")
    edges = [float(known["share"].min()), *steps, float(known["share"].max())]
    patches = [
        Patch(facecolor=STEPS[k], edgecolor=QUIET, linewidth=0.4,
              label=f"{number(edges[k])} à {number(edges[k + 1])}{NARROW}%")
        for k in range(len(edges) - 1)
    ]  # fmt: skip
    if len(silent):
        patches.append(Patch(facecolor="white", edgecolor=UNKNOWN, hatch=HATCH,
                             label="aucune friche candidate"))  # fmt: skip
    panel.legend(handles=patches, frameon=False, fontsize=8.0, loc="lower right",
                 title="critères non évalués", title_fontsize=8.0, alignment="left")  # fmt: skip


def breaks(share: pd.Series) -> list[float]:
    """Return at most four rounded breaks between five classes of about as many places each.

    Parameters
    ----------
    share : per cent by place, without NaN.

    Returns
    -------
    Whole per cents, rising; fewer than four when places are alike.

    Examples
    --------
    >>> breaks(pd.Series([40.0, 41.0, 45.0, 50.0, 55.0, 60.0]))
    [41.0, 45.0, 50.0, 55.0]
    """
    cuts = np.quantile(share.to_numpy(), np.linspace(0, 1, CLASSES + 1)[1:-1]).round()
    inside = (cuts > share.min()) & (cuts < share.max())
    return sorted(set(cuts[inside].tolist()))


def _bars(panel: Axes, share: pd.Series) -> None:
    y = np.arange(len(share))
    panel.barh(y, 100.0, 0.62, color="#f6f6f4")
    some = share.to_numpy() > 0
    panel.barh(y[some], share[some], 0.62, facecolor="white", edgecolor=UNKNOWN, hatch=HATCH,
               linewidth=0.7)  # fmt: skip
    for k, value in enumerate(share):
        panel.text(101.5, k, f"{number(value)}{NARROW}%", va="center", fontsize=8.0)
    panel.set_yticks(y, [wrapped(str(text), 44) for text in share.index], fontsize=7.6)
    panel.set(xlim=(0, 112), xticks=[])
    panel.set_title("part des candidats non évalués", loc="left", fontsize=8.5, color=QUIET)
    plain(panel, "")
    panel.spines["bottom"].set_visible(False)
    panel.tick_params(axis="y", labelcolor=INK)
