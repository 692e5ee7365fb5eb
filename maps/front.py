"""The front between two goals, drawn: what one costs the other."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from layers.french import plural
from maps.pictures.canvas import BLUE, FORMATS, INK, QUIET, foot, in_french, plain, save, sheet


def draw_front(table: pd.DataFrame, title: str, sentence: str, path: Path) -> Path:
    """Write a front (columns of ``siting.front``) as « path » and beside it as SVG.

    Returns the path given.
    """
    figure = sheet((8.4, 6.2), title, sentence, "pondérations : choix")
    panel = figure.subplots()
    panel.plot(table["x"], table["y"], color=BLUE, linewidth=1.5, marker="o", markersize=7)
    labels = table.drop_duplicates(["x", "y"])
    for point in labels.itertuples():
        panel.annotate(
            plural(int(str(point.sites)), "site"),
            (float(str(point.x)), float(str(point.y))),
            xytext=(8, 8),
            textcoords="offset points",
            fontsize=8.5,
            color=QUIET,
        )
    first = table.iloc[0]
    panel.set_xlabel(f"{first['x_label_fr']} ({first['x_unit']})")
    panel.set_ylabel(f"{first['y_label_fr']} ({first['y_unit']})")
    panel.margins(0.12)
    plain(panel, "both")
    in_french(panel.xaxis, panel.yaxis)
    panel.tick_params(labelcolor=INK)
    foot(
        figure,
        "Chaque point est un plan entier, le meilleur selon les règles du scénario pour ce partage "
        "entre les deux objectifs.",
        f"Source : scénario « {title} ».",
    )
    save(figure, path.with_suffix(""), FORMATS, sentence)
    return path
