"""What a plan's totals hang on: each constant moved alone between its two ends."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from layers.words.dated_values import STATUS_FR
from layers.words.french import NO_BREAK, significant
from maps.look.page_wording import french_unit
from maps.pictures.picture_canvas import (
    BLUE,
    INK,
    ORANGE,
    QUIET,
    foot,
    in_french,
    plain,
    sheet,
    whence,
)
from scenarios.storage.results import Results

FIGURES: Mapping[str, str] = {
    "electricity_twh": "Électricité des sites et des pompes (TWh/an)",
    "water_input_m3": "Eau apportée sur site (m³/an)",
    "carbon_kt": "Carbone (kt CO₂e/an)",
    "heat_gwh": "Chaleur utile (GWh/an)",
    "land_ha": "Emprise au sol (ha)",
}
MOST = 6


def draw_tornado(results: Results) -> tuple[Figure, str] | None:
    """Draw how far each constant, moved alone, moves the plan's totals.

    Parameters
    ----------
    results : opened results folder; ``sensitivity`` is read.

    Returns
    -------
    The figure and the French sentence that says it; None when the folder has no sensitivity.
    """
    if not (results.folder / "sensitivity.parquet").is_file():
        return None
    table = results.table("sensitivity")
    shown = [name for name in FIGURES if (table["figure"] == name).any()]
    if not shown:
        return None
    period = results.summary["periods"][-1]
    title = f"De quoi dépendent les totaux du plan en {period}"
    under = (
        "Chaque constante est poussée seule à ses deux bouts (9 chances sur 10 entre les deux), le "
        "plan et tout le reste inchangés ; trait noir : sur les constantes, plan fixé."
    )
    parts = {name: table[table["figure"] == name].head(MOST) for name in shown}
    sizes = [len(rows) + 1.2 for rows in parts.values()]
    figure = sheet((12.0, 2.0 + 0.42 * sum(sizes)), title, under, "hypothèses")
    panels = figure.subplots(len(shown), 1, squeeze=False, height_ratios=sizes).ravel()
    for panel, (name, rows) in zip(panels, parts.items(), strict=True):
        _panel(panel, rows, FIGURES[name])
    foot(
        figure,
        "Bleu : constante à son bout bas ; orange : à son bout haut. Entre parenthèses : les deux "
        "bouts, et le statut de la valeur. Les effets ne s'ajoutent pas.",
        whence(results, "weather"),
    )
    first = table[table["figure"] == shown[0]].iloc[0]
    said = (
        f"{FIGURES[shown[0]]} : de {significant(min(first['at_low'], first['at_high']))} à "
        f"{significant(max(first['at_low'], first['at_high']))} selon « {first['label_fr']} »."
    )
    return figure, said


def _panel(panel: Axes, rows: pd.DataFrame, title: str) -> None:
    usual = float(rows["usual"].iloc[0])
    y = np.arange(len(rows))
    ends = (("at_low", BLUE, ""), ("at_high", ORANGE, ""))
    for column, colour, _ in ends:
        panel.barh(y, rows[column] - usual, 0.6, usual, color=colour, edgecolor="white",
                   linewidth=0.5)  # fmt: skip
    for k, row in enumerate(rows.itertuples()):
        pair = sorted((float(str(row.at_low)), float(str(row.at_high))))
        for value, side, shift in ((pair[0], "right", -4), (pair[1], "left", 4)):
            panel.annotate(
                significant(value), (value, k), (shift, 0), textcoords="offset points", ha=side,
                va="center", fontsize=7.5, color=QUIET,
            )  # fmt: skip
    panel.axvline(usual, color=INK, linewidth=1.0)
    panel.set_yticks(y, [_label(row) for _, row in rows.iterrows()], fontsize=7.4)
    panel.margins(x=0.12)
    panel.set_ylim(len(rows) - 0.4, -0.6)
    panel.set_title(f"{title} : {significant(usual)} retenu", loc="left", fontsize=9.5)
    plain(panel, "x")
    in_french(panel.xaxis)
    panel.tick_params(axis="y", labelcolor=INK)


def _label(row: pd.Series) -> str:
    unit = french_unit(str(row["unit"]))
    ends = f"{significant(row['low'], 2)} à {significant(row['high'], 2)}{NO_BREAK}{unit}".strip()
    return f"{row['label_fr']}\n({ends} ; {STATUS_FR[row['status']]})"
