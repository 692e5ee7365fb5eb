"""Communes of the territory, with their EPCI and population."""

from __future__ import annotations

import tomllib
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from layers.contracts.contract import Column, Export, Raw, ReportLine, Tidied, layer
from layers.geometry.vector_overlay import number, polygons_of, rounded
from layers.sources.commune_schemas import (
    NO_EPCI_FR,
    from_epci,
    from_insee,
    from_official,
)
from layers.words.errors import SitingError
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
        "communes": (
            Export("admin/communes.gpkg", adapt=from_official),
            Export("admin/adminexpress_communes*.geojson", adapt=from_official),
            Export("admin/COMMUNE*.shp", adapt=from_official),
            Export("admin/communes*.geojson", adapt=from_official),
        ),
        "population": Export(
            "admin/donnees_communes*.csv", separator="", adapt=from_insee, optional=True
        ),
        "epci": (
            Export("admin/adminexpress_epci*.geojson", adapt=from_epci, optional=True),
            Export("admin/epci*.csv", separator="", adapt=from_epci, optional=True),
        ),
    },
)
def tidy(raw: Raw) -> Tidied:
    """Keep COG 2026 codes and population; never the town-hall points, often off by kilometres."""
    source = raw.exports["communes"]
    source = source[source["departement"].isin(raw.territory.departements)]
    source = source.sort_values("code").reset_index(drop=True)
    outlines = source.geometry.to_crs(CRS)
    invalid = int((~outlines.is_valid).sum())
    people, kept = _population(source, raw.exports.get("population"))
    names, kinds = _epci(source, raw.exports.get("epci"))
    code = source["epci_code_2026"]
    table = gpd.GeoDataFrame(
        {
            "commune_code": source["code"],
            "name": _with_article(source, raw.territory.papers / "commune_articles.toml"),
            "departement_code": source["departement"],
            "epci_code": code,
            "epci_name": names,
            "epci_kind": kinds,
            "population": people.astype("int64"),
            "outline_patched": source["geom_patch"].notna(),
        },
        geometry=polygons_of(rounded(outlines, 10.0)),
        crs=CRS,
    )
    return Tidied(table, [*_report(table, invalid), *kept])


def _population(
    source: gpd.GeoDataFrame, insee: pd.DataFrame | None
) -> tuple[pd.Series, list[ReportLine]]:
    """Return the population by commune, INSEE's when it is there; refused where none is known."""
    people = number(source["population_cog2026"].astype("str"))
    lines = []
    if insee is not None:
        legal = source["code"].map(insee.drop_duplicates("code").set_index("code")["population"])
        known = int(legal.notna().sum())
        people = legal.fillna(people)
        why = "population des populations légales de l'INSEE"
        lines.append(ReportLine("communes", "kept", known, why))
    if people.isna().any():
        first = source.loc[people.isna(), "code"].iloc[0]
        raise SitingError(
            "SIT105",
            f"commune sans population : {first}",
            where=f"export des communes, {int(people.isna().sum())} communes",
            hint="déposez les populations légales de l'INSEE dans admin/donnees_communes.csv",
        )
    return people, lines


def _epci(source: gpd.GeoDataFrame, told: pd.DataFrame | None) -> tuple[pd.Series, pd.Series]:
    """Return the name and the kind of each commune's EPCI; a name that nobody tells is its code."""
    code = source["epci_code_2026"]
    names = dict(zip(source["epci_code"], source["epci_nom"], strict=True))
    kinds = dict(zip(code, source["epci_type_2026"], strict=True))
    if told is not None:
        names |= dict(zip(told["epci_code"], told["epci_nom"], strict=True))
        said = told.dropna(subset=["epci_type"])
        kinds |= dict(zip(said["epci_code"], said["epci_type"], strict=True))
    named = [names.get(one) or one or NO_EPCI_FR for one in code]
    kind = [kinds.get(one) or "inconnue" for one in code]
    return (
        pd.Series(named, index=source.index, dtype="str"),
        pd.Series(kind, index=source.index, dtype="str"),
    )


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
