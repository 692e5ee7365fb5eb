"""AWARE basins: how scarce water is, month by month. For scarcity only, never for ZRE."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
import shapely

from layers.contracts.contract import Column, Export, Raw, Tidied, layer, report_of
from layers.geometry.vector_overlay import polygons_of, region_of, rounded
from layers.words.territory_paper import CRS

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


@layer(
    "aware_basins",
    label_fr="Bassins AWARE (rareté de l'eau)",
    theme="Eau",
    key=("basin_id",),
    geometry="Polygon",
    columns={
        "basin_id": Column("Bassin"),
        "name_fr": Column("Nom d'usage"),
        **{
            f"aware_{month:02d}": Column(f"Facteur AWARE, mois {month}", "m³ éq. monde/m³")
            for month in range(1, 13)
        },
        "aware_annual_non_agri": Column("Facteur annuel, non agricole", "m³ éq. monde/m³"),
        "aware_annual": Column("Moyenne des douze mois", "m³ éq. monde/m³"),
    },
    exports={
        "basins": Export("water/aware_basins_*.gpkg", (*MONTHS, "annual_non_agriculture", "id"))
    },
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep the basins that carry the territory, flat, cut a little beyond its border."""
    source = raw.exports["basins"].copy()
    source["basin_id"] = source["id"].astype("int64").astype("str")
    settings = raw.territory.settings.get("aware", {})
    region = region_of(raw.layers["communes"])
    # Without a list, every basin that the territory lies in.
    wanted = (
        settings.get("basins")
        or source["basin_id"][
            gpd.GeoSeries(source.geometry).to_crs(CRS).force_2d().intersects(region)
        ]
    )
    kept = source[source["basin_id"].isin(wanted)].sort_values("basin_id")
    kept = kept.reset_index(drop=True)
    near_region = shapely.simplify(region, 500.0)
    around = shapely.buffer(near_region, raw.territory.margin_km * 1000.0)
    shapes = polygons_of(gpd.GeoSeries(kept.geometry).to_crs(CRS)).intersection(around)
    table = gpd.GeoDataFrame(
        {
            "basin_id": kept["basin_id"],
            "name_fr": _names(kept["basin_id"], settings.get("names", {})),
            **_factors(kept),
        },
        geometry=polygons_of(rounded(polygons_of(shapes), 10.0)),
        crs=CRS,
    )
    table = table[~table.geometry.is_empty].reset_index(drop=True)
    report = report_of(
        "aware_basins",
        ("kept", len(table), "bassin qui porte le territoire"),
        ("dropped", len(source) - len(table), "bassin de la fenêtre, sans territoire"),
        ("repaired", len(table), "polygone 3D ramené à deux dimensions"),
    )
    return Tidied(table, report)


def _names(codes: pd.Series, told: Mapping[str, str]) -> list[str]:
    return [told.get(code, f"Bassin AWARE {code}") for code in codes]


def _factors(basins: pd.DataFrame) -> dict[str, pd.Series]:
    months = {f"aware_{m:02d}": basins[name].astype(float) for m, name in enumerate(MONTHS, 1)}
    return {
        **months,
        "aware_annual_non_agri": basins["annual_non_agriculture"].astype(float),
        "aware_annual": (pd.DataFrame(months).sum(axis=1) / len(MONTHS)).round(3),
    }
