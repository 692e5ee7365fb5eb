"""The front between two goals, drawn: what one costs the other."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes

from layers.french import plural
from maps.pictures.canvas import BLUE, FORMATS, INK, QUIET, foot, in_french, plain, save, sheet

SHOWN_GAP = 1e-3
# Goals to raise; every other one is to lower.
GAINS = ("Chaleur utile",)


def draw_front(table: pd.DataFrame, title: str, sentence: str, path: Path) -> Path:
    """Write a front (columns of ``siting.front``) as « path » and beside it as SVG.

    Returns the path given.
    """
    figure = sheet((8.4, 6.2), title, sentence, "pondérations : choix")
    panel = figure.subplots()
    _draw_doubt(panel, table)
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
    doubt = "Trait épais : un meilleur plan, s'il existe, est dans cet écart."
    foot(
        figure,
        "Chaque point est un plan entier, le meilleur selon les règles du scénario pour ce partage "
        "entre les deux objectifs.",
        *([doubt] if (table["gap"] > SHOWN_GAP).any() else []),
        f"Source : scénario « {title} ».",
    )
    save(figure, path.with_suffix(""), FORMATS, sentence)
    return path


def _draw_doubt(panel: Axes, table: pd.DataFrame) -> None:
    """Draw what is not proven: a better plan, if any, lies within the bar of each point."""
    gain = {axis: 1.0 if _is_gain(table, axis) else -1.0 for axis in ("x", "y")}
    for point in table.to_dict("records"):
        x, y, axis = point["x"], point["y"], point["gap_of"]
        reach = gain[axis] * point["gap"] * abs(point[axis])
        ends = ([x, x + reach], [y, y]) if axis == "x" else ([x, x], [y, y + reach])
        panel.plot(*ends, color=BLUE, alpha=0.45, linewidth=5, solid_capstyle="butt")


def _is_gain(table: pd.DataFrame, axis: str) -> bool:
    """Return whether more is better: a front climbs in y when y is a gain and x a cost."""
    return str(table[f"{axis}_label_fr"].iloc[0]) in GAINS
