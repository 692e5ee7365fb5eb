"""Draw Bordeaux and Limoges by month for four technologies: docs/images/mois.png (with --write)."""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
import xarray as xr

from impacts.cooling import TECHNOLOGIES, simulate
from impacts.weather.station_weather import hourly
from layers.packs.data_pack import EMBEDDED, Pack

mpl.use("Agg")
from matplotlib import pyplot as plt

IMAGE = Path(__file__).parents[2] / "docs" / "images" / "mois.png"
PLACES = {"07510": ("Bordeaux", "#b4552d", "o"), "07434": ("Limoges", "#1f5f8b", "s")}
SHOWN = ("air_chiller_fc", "air_chiller_fc_ad", "dlc_adiab", "wc_tower_wse")
TITLES = {
    "air_chiller_fc": "Groupes froids à air,\nrefroidissement naturel sec",
    "air_chiller_fc_ad": "Groupes froids à air,\nmédias adiabatiques",
    "dlc_adiab": "Refroidissement liquide,\naéroréfrigérants adiabatiques",
    "wc_tower_wse": "Groupes froids à eau,\ntours et échangeur",
}
MONTHS = "JFMAMJJASOND"


def draw(into: Path) -> Path:
    """Draw PUE above, water below, one column a technology; both cities in each."""
    stations = hourly(Pack.open(EMBEDDED).weather())
    plt.rcParams.update({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False})
    figure, axes = plt.subplots(2, len(SHOWN), figsize=(11, 5.6), sharex=True, sharey="row")
    for column, name in enumerate(SHOWN):
        assert name in TECHNOLOGIES
        for station, (city, colour, mark) in PLACES.items():
            month = monthly(stations.sel(station=station), name)
            style = {"color": colour, "marker": mark, "markersize": 3.5, "linewidth": 1.4}
            axes[0, column].plot(range(12), month["pue"], label=city, **style)
            axes[1, column].plot(range(12), month["wue"], **style)
        axes[0, column].set_title(TITLES[name], fontsize=9)
        axes[1, column].set_xticks(range(12), list(MONTHS))
        for row in (0, 1):
            axes[row, column].grid(axis="y", color="#dddddd", linewidth=0.6)
            axes[row, column].yaxis.set_major_formatter(lambda x, _: f"{x:.2f}".replace(".", ","))
    axes[0, 0].set_ylabel("PUE moyen du mois")
    axes[1, 0].set_ylabel("Eau apportée (L/kWh informatique)")
    axes[1, 0].set_ylim(bottom=0)
    axes[0, 0].legend(frameon=False, loc="upper left")
    figure.text(
        0.01,
        0.01,
        "Observations SYNOP 2015-2019 ; équipement neuf ; charge moyenne de 0,7.",
        fontsize=8,
        color="#555555",
    )
    figure.tight_layout(rect=(0, 0.03, 1, 1))
    figure.savefig(into, dpi=110, metadata={"Software": None})
    plt.close(figure)
    return into


def monthly(air: xr.Dataset, technology: str) -> dict[str, np.ndarray]:
    """Return mean PUE and WUE of each month over all years."""
    found = simulate(air, technology).groupby("time.month").mean()
    return {name: found[name].to_numpy() for name in ("pue", "wue")}


if __name__ == "__main__":
    if "--write" in sys.argv:
        print(draw(IMAGE))
    else:
        print(f"refait {IMAGE.name} avec --write ; rien de mesuré")
