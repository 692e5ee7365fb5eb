"""What is known where: an empty département is not a place without brownfields."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from layers.words.french import number
from maps.pictures.picture_canvas import INK, QUIET, STEPS, foot, save, sheet


def draw_coverage(departements: gpd.GeoDataFrame, known: pd.DataFrame, path: Path) -> Path:
    """Write brownfields per 1,000 km² by département as a picture, each with its number.

    Parameters
    ----------
    departements : outlines with departement_code and name.
    known : departement_code and per_1000_km2 (``layers.verify_pack.known_where``).
    path : PNG to write, in an existing folder.

    Returns
    -------
    The path given.
    """
    density = known.set_index("departement_code")["per_1000_km2"].astype(float)
    table = departements.assign(density=departements["departement_code"].map(density))
    breaks = [0.0, 15.0, 25.0, 40.0, 80.0]
    title = "Friches recensées pour 1 000 km²"
    under = "Une teinte claire dit un recensement maigre, pas un territoire sans friches."
    figure = sheet((6.6, 7.8), title, under)
    panel = figure.subplots()
    shade = [STEPS[sum(value > step for step in breaks[1:])] for value in table["density"]]
    table.plot(ax=panel, color=shade, edgecolor=QUIET, linewidth=0.8)
    for row in table.itertuples():
        middle = row.geometry.representative_point()
        dark = float(str(row.density)) > breaks[3]
        panel.annotate(
            f"{row.name}\n{number(float(str(row.density)))}",
            (middle.x, middle.y),
            ha="center",
            va="center",
            fontsize=8.5,
            color="white" if dark else INK,
        )
    panel.set(xlabel="", ylabel="")
    panel.set_axis_off()
    foot(figure, "Source : Cartofriches (Cerema), lot de données de siting.")
    save(figure, path.with_suffix(""), ("png",), under)
    return path
