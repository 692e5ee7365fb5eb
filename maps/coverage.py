"""What is known where: an empty département is not a place without brownfields."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure

from layers.french import number

SHADES = ("#f3efe4", "#d9c9a3", "#b58f56", "#7d5a2c", "#3f2a12")


def draw_coverage(departements: gpd.GeoDataFrame, known: pd.DataFrame, path: Path) -> Path:
    """Write brownfields per 1,000 km² by département as a picture, each with its number.

    ``known`` : departement_code and per_1000_km2 (``layers.verify.known_where``).
    """
    mpl.rcParams["font.family"] = "DejaVu Sans"
    density = known.set_index("departement_code")["per_1000_km2"].astype(float)
    table = departements.assign(density=departements["departement_code"].map(density))
    breaks = [0.0, 15.0, 25.0, 40.0, 80.0]
    figure = Figure(figsize=(6.4, 7.4), layout="constrained")
    panel = figure.subplots()
    shade = [SHADES[sum(value > step for step in breaks[1:])] for value in table["density"]]
    table.plot(ax=panel, color=shade, edgecolor="#6b655a", linewidth=0.8)
    for row in table.itertuples():
        middle = row.geometry.representative_point()
        dark = float(str(row.density)) > breaks[3]
        panel.annotate(
            f"{row.name}\n{number(float(str(row.density)))}",
            (middle.x, middle.y),
            ha="center",
            va="center",
            fontsize=8.5,
            color="white" if dark else "#1d2430",
        )
    panel.set(xlabel="", ylabel="")
    panel.set_axis_off()
    panel.set_title(
        "Friches recensées pour 1 000 km²\nUne teinte claire dit un recensement maigre, pas un "
        "territoire sans friches.",
        fontsize=10.5,
        loc="left",
    )
    figure.savefig(path, dpi=110, metadata={"Software": None}, facecolor="white")
    return path
