"""« Campus ou maillage » in one picture: what each plan is worth as an opening costs more."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from layers.words.french import NO_BREAK, estimate, plural, significant
from maps.pictures.picture_canvas import (
    BLUE,
    FORMATS,
    GREEN,
    INK,
    ORANGE,
    QUIET,
    SKY,
    TRACK,
    VERMILION,
    foot,
    in_french,
    plain,
    save,
    sheet,
)

NAME = "structure"
COLOURS = (SKY, GREEN, ORANGE, VERMILION)
STYLES = ("--", "-.", ":", (0, (5, 1)))


def draw_structure(document: Mapping[str, Any], into: Path) -> list[Path]:
    """Write the picture of a structure document as « structure.png » and « structure.svg ».

    Left, what each plan loses against the best one as an opening costs more, a straight line each;
    right, what it costs in lines and in openings at the cost retained.

    Parameters
    ----------
    document : the structure document.
    into : the folder.

    Returns
    -------
    The paths written.
    """
    title = "Campus ou maillage : ce que le coût d'ouverture d'un site décide"
    figure = sheet((10.5, 5.2), title, document["answer_fr"][0], "coûts : hypothèses")
    left, right = figure.subplots(1, 2, width_ratios=(1.5, 1))
    _draw_losses(left, document)
    _draw_costs(right, document)
    foot(
        figure,
        "À gauche, un trait par plan : sa perte sur le meilleur des plans montrés, tout compris, "
        "quand l'ouverture d'un site coûte plus ou moins. Le trait le plus bas l'emporte.",
        "Bande grise : écart en deçà duquel deux plans se valent. À droite : au coût retenu.",
        f"Source : scénario « {document['title']} », siting {document['version']}.",
    )
    return save(figure, into / NAME, FORMATS, document["answer_fr"][0])


def _draw_losses(panel: Axes, document: Mapping[str, Any]) -> None:
    rows, cost = document["structures"], document["opening_cost_meur"]
    low = min(row["opening_low_meur"] for row in rows)
    high = max(row["opening_high_meur"] for row in rows)
    openings = np.linspace(low, high, 200)
    own = cost["value"]
    worth = np.array([row["extra_meur"] + row["sites"] * (openings - own) for row in rows])
    losses = worth - worth.min(axis=0)
    panel.axhspan(0.0, document["near_tie_meur"], color=TRACK, zorder=0)
    panel.axvline(own, color=QUIET, linewidth=0.9, linestyle=":")
    others = iter(zip(COLOURS, STYLES, strict=True))
    for row, loss in zip(rows, losses, strict=True):
        colour, style = (BLUE, "-") if row["is_retained"] else next(others, (QUIET, ":"))
        panel.plot(openings, loss, color=colour, linestyle=style, linewidth=2.2,
                   label=row["label_fr"])  # fmt: skip
    panel.set_xlabel("coût d'ouverture d'un site (M€)")
    panel.set_ylabel("perte sur le meilleur plan (M€ pondérés)")
    # The plan of the scenario stays in view; a plan far worse leaves by the top.
    of_run = max(loss.max() for row, loss in zip(rows, losses, strict=True) if row["is_retained"])
    panel.set_ylim(0.0, 1.4 * max(of_run, 2.0 * document["near_tie_meur"], 1.0))
    panel.set_xlim(low, high)
    panel.annotate(
        f"retenu : {significant(own)}{NO_BREAK}M€", (own, 1.0),
        xycoords=("data", "axes fraction"), xytext=(5, -10), textcoords="offset points",
        fontsize=8.0, color=QUIET,
    )  # fmt: skip
    plain(panel, "both")
    in_french(panel.xaxis, panel.yaxis)
    panel.legend(frameon=False, fontsize=8.5, loc="lower center", bbox_to_anchor=(0.5, 1.0),
                 ncols=2)  # fmt: skip


def _draw_costs(panel: Axes, document: Mapping[str, Any]) -> None:
    rows = document["structures"]
    lines = [row["lines_meur"] for row in rows]
    openings = [row["openings_meur"] for row in rows]
    places = range(len(rows))
    panel.barh(places, lines, color=BLUE, height=0.6, label="lignes")
    panel.barh(places, openings, left=lines, color=ORANGE, height=0.6, label="ouvertures")
    for k, row in enumerate(rows):
        panel.text(row["cost_meur"], k, f" {estimate(row['cost_meur'], 2)}", va="center",
                   fontsize=8.5, color=INK)  # fmt: skip
    panel.set_yticks(list(places), [plural(row["sites"], "site") for row in rows])
    panel.invert_yaxis()
    panel.set_xlim(0.0, 1.15 * max(row["cost_meur"] for row in rows))
    panel.set_xlabel("coût du plan (M€)")
    plain(panel, "x")
    in_french(panel.xaxis)
    panel.tick_params(axis="y", labelcolor=INK)
    panel.legend(frameon=False, fontsize=8.5, loc="lower center", bbox_to_anchor=(0.5, 1.0),
                 ncols=2)  # fmt: skip
