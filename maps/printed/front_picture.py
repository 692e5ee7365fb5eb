"""The front between two goals, drawn: what one costs the other."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes

from layers.words.french import plural
from maps.pictures.picture_canvas import (
    BLUE,
    FORMATS,
    INK,
    QUIET,
    foot,
    in_french,
    plain,
    save,
    sheet,
)

SHOWN_GAP = 1e-3
# An axis spans at least this share of its level on either side.
LEAST_SPAN = 0.1
# A label needs this share of an axis to itself.
LABEL_ROOM = 0.05
# Goals to raise; every other one is to lower.
GAINS = ("Chaleur utile",)


def _apart(table: pd.DataFrame) -> pd.DataFrame:
    """Return the points to label: not one beside another already labelled."""
    spans = [max(float(table[axis].max() - table[axis].min()), 1e-9) for axis in "xy"]
    kept: list[tuple[float, float]] = []
    told = []
    for x, y in zip(table["x"] / spans[0], table["y"] / spans[1], strict=True):
        told.append(all(max(abs(x - a), abs(y - b)) > LABEL_ROOM for a, b in kept))
        if told[-1]:
            kept.append((x, y))
    return table[told]


def draw_front(table: pd.DataFrame, title: str, sentence: str, path: Path) -> Path:
    """Write a front between two goals as a picture, and beside it as SVG.

    Parameters
    ----------
    table : a row a point, columns of ``goal_front``; x and y in each goal's unit.
    title, sentence : French title, and the sentence under it: the alternative text.
    path : PNG to write, in an existing folder.

    Returns
    -------
    The path given.
    """
    figure = sheet((8.4, 6.2), title, sentence, "pondérations : choix")
    panel = figure.subplots()
    _draw_doubt(panel, table)
    panel.plot(table["x"], table["y"], color=BLUE, linewidth=1.5, marker="o", markersize=7)
    for point in _apart(table).itertuples():
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
    _widen(panel, table)
    plain(panel, "both")
    in_french(panel.xaxis, panel.yaxis)
    panel.tick_params(labelcolor=INK)
    doubt = "Trait épais : un meilleur plan, s'il existe, est dans cet écart."
    foot(
        figure,
        "Chaque point est un plan entier, le meilleur, à l'écart prouvé près, selon les règles du "
        "scénario pour ce partage entre les deux objectifs.",
        *([doubt] if (table["gap"] > SHOWN_GAP).any() else []),
        f"Source : scénario « {title} ».",
    )
    save(figure, path.with_suffix(""), FORMATS, sentence)
    return path


def _draw_doubt(panel: Axes, table: pd.DataFrame) -> None:
    """Draw what is not proven: a better plan, if any, lies within the bar of each point."""
    gain = {axis: 1.0 if _is_gain(table, axis) else -1.0 for axis in ("x", "y")}
    for point in table[table["gap"] > SHOWN_GAP].to_dict("records"):
        x, y, axis = point["x"], point["y"], point["gap_of"]
        reach = gain[axis] * point["gap"] * abs(point[axis])
        ends = ([x, x + reach], [y, y]) if axis == "x" else ([x, x], [y, y + reach])
        panel.plot(*ends, color=BLUE, alpha=0.45, linewidth=5, solid_capstyle="butt")


def _widen(panel: Axes, table: pd.DataFrame) -> None:
    """Keep a goal that hardly moves from filling its axis with the solver's rounding."""
    for axis, widen in (("x", panel.set_xlim), ("y", panel.set_ylim)):
        low, high = float(table[axis].min()), float(table[axis].max())
        least = LEAST_SPAN * max(abs(low), abs(high))
        if high - low < least:
            middle = (low + high) / 2
            widen(middle - least, middle + least)


def _is_gain(table: pd.DataFrame, axis: str) -> bool:
    """Return whether more is better: a front climbs in y when y is a gain and x a cost."""
    return str(table[f"{axis}_label_fr"].iloc[0]) in GAINS
