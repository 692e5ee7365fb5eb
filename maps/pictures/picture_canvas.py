"""The one style of our pictures: a title that answers, French figures, a foot that says whence."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Annotation

from layers.words.french import curly, day, significant
from scenarios.storage.results import Results

# Okabe and Ito (2008): told apart by every common colour vision, and in grey by their order.
INK, QUIET, RULE, TRACK = "#1d2430", "#5b6470", "#dcdfe3", "#f1f2f4"
BLUE, ORANGE, VERMILION, GREEN, SKY = "#0072b2", "#e69f00", "#d55e00", "#009e73", "#56b4e9"
UNKNOWN = "#8b9099"
"""Outline and hatch of what is not known; the hatch tells it from any value."""
HATCH = "////"
STEPS = ("#f3efe4", "#d9c9a3", "#b58f56", "#7d5a2c", "#3f2a12")
"""Five steps of lightness, light to dark, in order for any eye."""
FORMATS = ("png", "svg")
DPI = 120
LETTERS_PER_INCH = 13.5


def sheet(size: tuple[float, float], title: str, under: str = "", badge: str = "") -> Figure:
    """Return an empty figure with its title, the sentence under it, and the assumption badge.

    Parameters
    ----------
    size : width and height in inches.
    title, under : the answer in one line, and the sentence under it; both are wrapped.
    badge : words of the assumption badge, top right; none when empty.

    Returns
    -------
    Figure without axes, laid out by constraints.
    """
    mpl.rcParams.update(
        {
            "font.family": "DejaVu Sans", "font.size": 9.0, "text.color": INK,
            "axes.labelcolor": INK, "axes.edgecolor": QUIET, "axes.linewidth": 0.7,
            "xtick.color": QUIET, "ytick.color": QUIET, "hatch.linewidth": 0.6,
            "svg.hashsalt": "siting", "svg.fonttype": "path",
        }
    )  # fmt: skip
    figure = Figure(figsize=size, layout=ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.1))
    title, under = curly(title), curly(under)
    letters = int((size[0] - (1.3 if badge else 0.3)) * LETTERS_PER_INCH)
    heads, told = textwrap.wrap(title, int(letters * 0.82)), textwrap.wrap(under, letters)
    # Blank lines of the heading keep the room of the sentence that is anchored to its foot.
    heading = figure.suptitle(
        "\n".join([*heads, *[" "] * len(told)]), x=0.012, ha="left", fontsize=11.5, weight="bold"
    )
    heading.set_linespacing(1.35)
    below = Annotation(
        "\n".join(told), (0, 0), xycoords=heading, ha="left", va="bottom", fontsize=9.5,
        annotation_clip=False,
    )  # fmt: skip
    below.set_linespacing(1.5)
    figure.add_artist(below)
    if badge:
        figure.text(
            0.988, 0.985, badge, ha="right", va="top", fontsize=8.0, color="#6b3d00",
            bbox={"boxstyle": "round,pad=0.35", "facecolor": "#fff3d6", "edgecolor": ORANGE,
                  "linewidth": 0.8},
        )  # fmt: skip
    return figure


def foot(figure: Figure, *sentences: str) -> None:
    """Write the notes and the sources at the foot of a figure.

    Parameters
    ----------
    figure : figure made by `sheet`.
    sentences : French sentences, one a paragraph; empty ones are skipped.
    """
    letters = int(figure.get_size_inches()[0] * LETTERS_PER_INCH * 1.32)
    lines = [line for text in sentences if text for line in textwrap.wrap(curly(text), letters)]
    figure.supxlabel("\n".join(lines), x=0.012, ha="left", fontsize=7.5, color=QUIET)


def whence(results: Results, *layers: str) -> str:
    """Return the sentence of sources: the plan, its day, and the producers of some layers.

    Parameters
    ----------
    results : opened results folder.
    layers : names of layers to credit; those absent from the run are skipped.

    Returns
    -------
    One French sentence.
    """
    known = {entry.get("layer"): entry for entry in results.descriptor.get("sources", [])}
    if "weather" in layers:
        layers = (*layers, "weather_file")
    told = [
        f"{known[name]['title']} ({known[name]['producer']}, {known[name]['vintage']})"
        for name in layers
        if name in known and known[name].get("state") != "absent"
    ]
    summary = results.summary
    on = day(date.fromisoformat(summary["reference_date"]))
    version = results.descriptor.get("version", "")
    head = f"Source : scénario « {summary['title']} », règles au {on}, siting {version}"
    return f"{head} ; {' ; '.join(told)}." if told else f"{head}."


def plain(panel: Axes, grid: str = "x") -> None:
    """Take off the frame and leave a quiet grid along one axis (« x », « y », « both » or none).

    Parameters
    ----------
    panel : axes to quieten.
    grid : « x », « y », « both », or nothing.
    """
    panel.spines[["top", "right", "left"]].set_visible(False)
    panel.tick_params(length=0)
    panel.set_axisbelow(True)
    if grid:
        panel.grid(axis=grid, color=RULE, linewidth=0.6)  # type: ignore[arg-type]


def in_french(*axes: Axis) -> None:
    """Write the ticks of axes with a decimal comma and thin spaces."""
    for axis in axes:
        axis.set_major_formatter(lambda value, _: significant(value, 4))


def wrapped(text: str, width: int) -> str:
    """Return a text on several lines.

    Parameters
    ----------
    text : one paragraph.
    width : most letters a line.

    Returns
    -------
    Lines joined by line breaks.
    """
    return "\n".join(textwrap.wrap(text, width))


def save(figure: Figure, path: Path, formats: Sequence[str], said: str = "") -> list[Path]:
    """Write a figure as « path.png » and « path.svg », without clock or tool name inside.

    Parameters
    ----------
    figure : figure to write.
    path : path without suffix, in an existing folder.
    formats : some of ``FORMATS``.
    said : alternative text, kept in the file's metadata.

    Returns
    -------
    Paths written, in the order of the formats.
    """
    written = []
    for kind in formats:
        file = path.with_name(f"{path.name}.{kind}")
        blank: dict[str, Any] = {"Software": None, "Description": said or None}
        if kind == "svg":
            blank = {"Date": None, "Creator": None, "Description": said or None}
        figure.savefig(file, dpi=DPI, metadata=blank, facecolor="white")
        written.append(file)
    return written
