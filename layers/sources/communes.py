"""Communes of the territory, with their EPCI and population."""

from __future__ import annotations

import tomllib
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from layers.contracts.contract import Column, Export, Raw, ReportLine, Tidied, layer
from layers.geometry.vector_overlay import number, polygons_of, rounded
from layers.words.territory_paper import CRS


@layer(
    "communes",
    label_fr="Communes",
    theme="Limites administratives",
    key=("commune_code",),
    geometry="Polygon",
    columns={
        "commune_code": Column("Code officiel géographique 2026"),
        "name": Column("Nom"),
        "departement_code": Column("Département"),
        "epci_code": Column("SIREN de l'EPCI"),
        "epci_name": Column("EPCI"),
        "epci_kind": Column("Nature de l'EPCI"),
        "population": Column("Population municipale", "hab"),
        "outline_patched": Column("Contour repris d'un autre millésime"),
    },
    exports={
        "communes": Export(
            "admin/communes.gpkg",
            (
                "code",
                "nom",
                "departement",
                "population_cog2026",
                "epci_code_2026",
                "epci_type_2026",
                "epci_code",
                "epci_nom",
                "geom_patch",
            ),
        )
    },
)
def tidy(raw: Raw) -> Tidied:
    """Keep COG 2026 codes and population; never the town-hall points, often off by kilometres."""
    source = raw.exports["communes"]
    source = source[source["departement"].isin(raw.territory.departements)]
    source = source.sort_values("code").reset_index(drop=True)
    outlines = source.geometry.to_crs(CRS)
    invalid = int((~outlines.is_valid).sum())
    names = source.drop_duplicates("epci_code").set_index("epci_code")["epci_nom"]
    table = gpd.GeoDataFrame(
        {
            "commune_code": source["code"],
            "name": _with_article(source, raw.territory.papers / "commune_articles.toml"),
            "departement_code": source["departement"],
            "epci_code": source["epci_code_2026"],
            "epci_name": source["epci_code_2026"].map(names).fillna(source["epci_code_2026"]),
            "epci_kind": source["epci_type_2026"],
            "population": number(source["population_cog2026"]).astype("int64"),
            "outline_patched": source["geom_patch"].notna(),
        },
        geometry=polygons_of(rounded(outlines, 10.0)),
        crs=CRS,
    )
    return Tidied(table, _report(table, invalid))


def _with_article(source: gpd.GeoDataFrame, path: Path) -> pd.Series:
    """Give back to « Rochelle » the article that the export lost."""
    names: pd.Series = source["nom"]
    if not path.is_file():
        return names
    lists = tomllib.loads(path.read_text(encoding="utf-8"))
    article = {
        code: word if word.endswith("'") else f"{word} "
        for word, codes in lists.items()
        for code in codes
    }
    lacking = ~names.str.match(r"L'|L[ae]s? ")
    whole: pd.Series = source["code"].map(article).where(lacking).fillna("") + names
    return whole


def _report(table: gpd.GeoDataFrame, invalid: int) -> list[ReportLine]:
    empty = int(shapely.is_empty(table.geometry.values).sum())
    return [
        ReportLine("communes", "kept", len(table) - empty, "commune du COG 2026"),
        ReportLine(
            "communes",
            "repaired",
            int(table["outline_patched"].sum()),
            "contour absent du millésime principal, repris de france-geojson 2018",
        ),
        ReportLine("communes", "repaired", invalid, "contour invalide dans l'export, réparé"),
    ]
