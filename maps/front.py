"""The front between two goals, drawn: what one costs the other."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from layers.french import number, plural

LINE = "#0b4a6f"
SHOWN_GAP = 1e-3
# Goals to raise; every other one is to lower.
GAINS = ("Chaleur utile",)


def draw_front(table: pd.DataFrame, title: str, sentence: str, path: Path) -> Path:
    """Write a front (columns of ``siting.front``) as a picture; return its path."""
    mpl.rcParams["font.family"] = "DejaVu Sans"
    figure = Figure(figsize=(8, 5.4), layout="constrained")
    panel = figure.subplots()
    _draw_doubt(panel, table)
    panel.plot(table["x"], table["y"], color=LINE, linewidth=1.5, marker="o", markersize=7)
    labels = table.drop_duplicates(["x", "y"])
    for point in labels.itertuples():
        panel.annotate(
            plural(int(str(point.sites)), "site"),
            (float(str(point.x)), float(str(point.y))),
            xytext=(8, 8),
            textcoords="offset points",
            fontsize=8.5,
            color="#333333",
        )
    first = table.iloc[0]
    panel.set_xlabel(f"{first['x_label_fr']} ({first['x_unit']})")
    panel.set_ylabel(f"{first['y_label_fr']} ({first['y_unit']})")
    panel.margins(0.12)
    if (table["gap"] > SHOWN_GAP).any():
        panel.annotate(
            "Trait épais : un meilleur plan, s'il existe, est dans cet écart.",
            (0.01, 0.01), xycoords="axes fraction", fontsize=8, color="#333333",
        )  # fmt: skip
    for axis in (panel.xaxis, panel.yaxis):
        axis.set_major_formatter(lambda value, _: number(value, 0 if abs(value) >= 10 else 1))
    panel.grid(color="#dddddd", linewidth=0.6)
    panel.spines[["top", "right"]].set_visible(False)
    panel.set_title(f"{title}\n{sentence}", fontsize=10, loc="left", wrap=True)
    figure.savefig(path, dpi=110, metadata={"Software": None}, facecolor="white")
    return path


def _draw_doubt(panel: Axes, table: pd.DataFrame) -> None:
    """Draw what is not proven: a better plan, if any, lies within the bar of each point."""
    gain = {axis: 1.0 if _is_gain(table, axis) else -1.0 for axis in ("x", "y")}
    for point in table.to_dict("records"):
        x, y, axis = point["x"], point["y"], point["gap_of"]
        reach = gain[axis] * point["gap"] * abs(point[axis])
        ends = ([x, x + reach], [y, y]) if axis == "x" else ([x, x], [y, y + reach])
        panel.plot(*ends, color=LINE, alpha=0.45, linewidth=5, solid_capstyle="butt")


def _is_gain(table: pd.DataFrame, axis: str) -> bool:
    """Return whether more is better: a front climbs in y when y is a gain and x a cost."""
    return str(table[f"{axis}_label_fr"].iloc[0]) in GAINS
