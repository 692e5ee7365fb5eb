"""The year of a plan, month by month: the water it takes, the heat it gives."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from layers.words.dated_values import DAYS_IN_MONTH
from layers.words.french import NO_BREAK, significant
from maps.pictures.picture_canvas import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    QUIET,
    SKY,
    foot,
    in_french,
    plain,
    sheet,
    whence,
)
from scenarios.answers.plan_months import fullest_month
from scenarios.storage.results import Results

MONTHS_FR = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.",
             "nov.", "déc.")  # fmt: skip
STEADY = 1.05
"""A month five per cent above the mean, by day, is no season."""


def draw_months(results: Results) -> tuple[Figure, str] | None:
    """Draw the water and the heat of the plan's last period, month by month.

    Parameters
    ----------
    results : opened results folder; ``context/monthly`` and ``plan/`` tables are read.

    Returns
    -------
    The figure and the French sentence that says it; None when nothing is placed.
    """
    if not (results.folder / "context" / "monthly.parquet").is_file():
        return None
    table = months(results)
    if table["water_m3"].sum() == 0 and table["available_gwh"].sum() == 0:
        return None
    period = results.summary["periods"][-1]
    dry = MONTHS_FR[fullest_month(table["water_m3"].tolist())]
    a_day = table["water_m3"].to_numpy() / np.array(DAYS_IN_MONTH)
    steady = a_day.max() <= STEADY * max(a_day.mean(), 1e-9)
    water_said = (
        "L'eau ne varie guère d'un mois à l'autre"
        if steady
        else f"Le mois le plus gourmand en eau est {dry}"
    )
    title = f"L'année du plan en {period} : l'eau et la chaleur, mois par mois"
    under = (
        f"{water_said} ; la chaleur des datacenters est constante, "
        "celle que les réseaux demandent tombe en été."
    )
    figure = sheet((9.5, 6.6), title, under, "hypothèses")
    water, heat = figure.subplots(2, 1)
    _water(water, table)
    _heat(heat, table)
    foot(
        figure,
        "Eau apportée sur site, humidification comprise, climat de référence du scénario. Chaleur "
        "utile : ce que les réseaux voisins peuvent prendre heure par heure d'une fourniture "
        "constante ; livraisons publiées, part remplaçable supposée.",
        whence(results, "weather", "heat_deliveries"),
    )
    said = (
        f"Eau : {significant(table['water_m3'].sum())} m³ par an, au plus "
        f"{significant(table['water_m3'].max())} m³ en {dry}. Chaleur utile : "
        f"{significant(table['useful_gwh'].sum())} GWh sur "
        f"{significant(table['available_gwh'].sum())} GWh récupérables."
    )
    return figure, said


def months(results: Results) -> pd.DataFrame:
    """Return the water and the heat of the last period, month by month.

    Parameters
    ----------
    results : opened results folder that holds ``context/monthly``.

    Returns
    -------
    Index month 1 to 12; water_m3 taken on site, available_gwh recoverable, asked_gwh by the
    networks reached, useful_gwh they take.
    """
    period = results.summary["periods"][-1]
    told = results.table("context/monthly")
    told = told[told["period"] == period].groupby("month")[["water_m3", "heat_gwh"]].sum()
    told = told.reindex(range(1, 13)).fillna(0.0)
    return pd.DataFrame(
        {
            "water_m3": told["water_m3"].to_numpy(),
            "available_gwh": _available(results, period),
            "asked_gwh": _asked(results, period),
            "useful_gwh": told["heat_gwh"].to_numpy(),
        },
        index=pd.Index(range(1, 13), name="month"),
    )


def _available(results: Results, period: int) -> np.ndarray:
    placed = results.table("plan/placements")
    placed = placed[placed["period"] == period]
    if placed.empty or "heat_month" not in results.impacts:
        return np.zeros(12)
    per_mw = results.impacts["heat_month"].transpose("site_id", "design", "month")
    rows = per_mw.get_index("site_id").get_indexer(pd.Index(placed["site_id"]))
    columns = per_mw.get_index("design").get_indexer(pd.Index(placed["design"]))
    values = per_mw.to_numpy()[rows, columns, :] * placed["it_mw"].to_numpy()[:, None]
    return np.asarray(values.sum(axis=0))


def _asked(results: Results, period: int) -> np.ndarray:
    """Return the GWh asked by the networks that the plan reaches, by month."""
    sinks = results.table("plan/sinks")
    reached = sinks[(sinks["period"] == period) & (sinks["heat_mw"] > 0)]["sink_id"]
    if reached.empty:
        return np.zeros(12)
    hours = results.table("plan/heat_demand")[list(map(str, reached))].sum(axis=1).to_numpy()
    month = np.repeat(np.arange(12), np.array(DAYS_IN_MONTH) * 24)
    return np.asarray(np.bincount(month, hours[: len(month)], 12) / 1000.0)


def _water(panel: Axes, table: pd.DataFrame) -> None:
    panel.bar(MONTHS_FR, table["water_m3"], 0.66, color=SKY, edgecolor=BLUE, linewidth=0.8)
    top = fullest_month(table["water_m3"].tolist())
    panel.annotate(
        f"{significant(table['water_m3'].iloc[top])}{NO_BREAK}m³", (top, table["water_m3"].max()),
        (0, 3), textcoords="offset points", ha="center", fontsize=8.5,
    )  # fmt: skip
    panel.margins(y=0.16)
    panel.set_title("Eau apportée sur site (m³ par mois)", loc="left", fontsize=9.5)
    plain(panel, "y")
    in_french(panel.yaxis)
    panel.tick_params(labelcolor=INK)


def _heat(panel: Axes, table: pd.DataFrame) -> None:
    x = np.arange(12)
    panel.bar(x, table["useful_gwh"], 0.66, color=GREEN, label="utile : prise par les réseaux")
    panel.plot(x, table["asked_gwh"], color=INK, marker="o", markersize=4, linewidth=1.4,
               label="demandée par les réseaux atteints")  # fmt: skip
    panel.plot(x, table["available_gwh"], color=ORANGE, marker="s", markersize=4, linewidth=1.4,
               linestyle="--", label="récupérable des datacenters")  # fmt: skip
    panel.set_xticks(x, MONTHS_FR)
    panel.set_ylim(0)
    panel.margins(y=0.1)
    panel.set_title("Chaleur (GWh par mois)", loc="left", fontsize=9.5)
    panel.legend(
        frameon=False, fontsize=8.0, ncols=3, loc="lower left", bbox_to_anchor=(0.0, -0.36)
    )
    plain(panel, "y")
    in_french(panel.yaxis)
    panel.tick_params(labelcolor=INK)
    panel.xaxis.label.set_color(QUIET)
