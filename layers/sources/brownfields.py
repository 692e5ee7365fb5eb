"""Brownfields (friches) of the Cartofriches inventory: every row, allowed columns only."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from layers.contracts.contract import (
    Action,
    Column,
    Export,
    Raw,
    ReportLine,
    Tidied,
    layer,
    report_of,
)
from layers.geometry.vector_overlay import code_under, number, points_from
from layers.sources.cnig_standard import API_COLUMNS, SITE_COLUMNS, to_cartofriches
from layers.words.activity_words import words_found
from layers.words.place_names import SiteWords, site_name
from layers.words.territory_paper import CRS, PAPERS

IMPOSSIBLE_M2 = 5_000_000.0
REPAIRED_CODE = "code commune absent du COG 2026, repris du point"
STATUS_FR = {
    "friche sans projet": "sans projet",
    "friche avec projet": "avec projet",
    "friche potentielle": "potentielle",
}
NO_LONGER = "friche reconvertie"
POINT_COLUMNS = (
    "site_id",
    "site_nom",
    "site_type",
    "site_identif_date",
    "site_actu_date",
    "site_statut",
    "site_surface",
    "comm_insee",
    "dep",
    "sol_pollution_existe",
    "urba_zone_type",
    "urba_zone_lib",
    "desserte_distance_ferroviaire",
    "source_nom",
    "nature",
    "checked",
    "bati_nombre",
    "long",
    "lat",
)
POLLUTION_FR = {
    "pollution avérée": "avérée",
    "pollution peu probable": "peu probable",
    "pollution inexistante": "inexistante",
}
PLU = {"U": "U", "AUc": "AU", "AUs": "AU", "A": "A", "N": "N"}
SOURCE_KIND = (
    ("Grand Angoulême", "observatoire local (Grand Angoulême)"),
    ("Appel à projet", "appel à projets fonds friches"),
    ("Friche étude Ademe", "étude Ademe 2021"),
    ("non vérifié", "Basias ou Basol, non vérifié"),
    ("vérifié", "Basias ou Basol, vérifié par le Cerema"),
)


def in_use(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out the sites that are no longer brownfields.

    Parameters
    ----------
    table : the columns of Cartofriches.

    Returns
    -------
    The other rows, in their order.
    """
    return table[table["site_statut"] != NO_LONGER].reset_index(drop=True)


@layer(
    "brownfields",
    label_fr="Friches",
    theme="Friches et sites pollués",
    key=("site_id",),
    geometry="Point",
    columns={
        "site_id": Column("Identifiant Cartofriches"),
        "name": Column("Nom sans trace de personne", nullable=True),
        "status": Column("sans projet, avec projet ou potentielle"),
        "status_is_verified": Column("Vérifiée par le Cerema"),
        "nature": Column("Nature du recensement"),
        "kind": Column("Type de friche"),
        "site_surface_m2": Column("Surface du site", "m²", nullable=True),
        "area_state": Column("ok, absente ou invraisemblable"),
        "commune_code": Column("Commune (COG 2026)", nullable=True),
        "commune_code_source": Column("nommée, point ou aucune"),
        "position_state": Column("Position du point au regard de la commune nommée"),
        "plu_zone": Column("Zone d'urbanisme : U, AU, A, N, inconnue"),
        "plu_zone_raw": Column("Zone d'urbanisme telle que publiée", nullable=True),
        "pollution": Column("Pollution du sol"),
        "identified_on": Column("Date d'identification", nullable=True),
        "updated_on": Column("Date d'actualisation", nullable=True),
        "source_kind": Column("Origine du recensement"),
        "duplicate_point": Column("Coordonnées partagées avec un autre site"),
        "rail_distance_m": Column("Distance du point à une gare", "m", nullable=True),
        "activity_words": Column("Codes des mots d'activité du nom et de la zone"),
        "buildings": Column("Bâtiments recensés sur le site", nullable=True),
    },
    exports={
        "sites": (
            Export(
                "friches/friches-standard-api*.csv",
                API_COLUMNS,
                separator=";",
                adapt=to_cartofriches,
            ),
            Export(
                "friches/friches-standard*.csv", SITE_COLUMNS, separator="", adapt=to_cartofriches
            ),
            Export("friches/cartofriches_points_*.gpkg", POINT_COLUMNS, adapt=in_use),
            Export("friches/cartofriches_points_*.csv*", POINT_COLUMNS, adapt=in_use),
        )
    },
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Take ``site_surface``; never the owner's land unit, which neighbours share."""
    communes = raw.layers["communes"]
    source = raw.exports["sites"].replace({"<NA>": None, "NA": None, "NaN": None, "N/A": None})
    points = points_from(source["long"], source["lat"])
    under = code_under(points, communes, "commune_code")
    inside = source["dep"].isin(raw.territory.departements)
    source, points, under = source[inside], points[inside], under[inside]
    table = gpd.GeoDataFrame(_facts(source), geometry=points, crs=CRS)
    table = table.join(_place(source["comm_insee"], under, set(communes["commune_code"])))
    table["name"] = _names(source, table["commune_code"], communes)
    table["duplicate_point"] = source.duplicated(["long", "lat"], keep=False)
    table = table.sort_values("site_id").reset_index(drop=True)
    by_row = _by_row(table)
    return Tidied(table, _report(table, int((~inside).sum())), by_row)


def _facts(source: pd.DataFrame) -> pd.DataFrame:
    area = number(source["site_surface"].astype("str"))
    return pd.DataFrame(
        {
            "site_id": source["site_id"],
            "status": source["site_statut"].map(STATUS_FR).fillna("potentielle"),
            "status_is_verified": source["checked"].astype("str") == "True",
            "nature": source["nature"].fillna("inconnue"),
            "kind": source["site_type"].fillna("inconnu"),
            "site_surface_m2": area.round(1),
            "area_state": np.select(
                [area.isna(), area > IMPOSSIBLE_M2], ["absente", "invraisemblable"], "ok"
            ),
            "plu_zone": source["urba_zone_type"].map(PLU).fillna("inconnue"),
            "plu_zone_raw": source["urba_zone_type"],
            "pollution": source["sol_pollution_existe"].map(POLLUTION_FR).fillna("inconnue"),
            "identified_on": source["site_identif_date"],
            "updated_on": source["site_actu_date"],
            "source_kind": source["source_nom"].map(_source_kind),
            "rail_distance_m": number(source["desserte_distance_ferroviaire"].astype("str")),
            "activity_words": _words(source),
            "buildings": _buildings(source),
        }
    )


def _buildings(source: pd.DataFrame) -> pd.Series:
    """Return how many buildings the inventory counts: actual use, where a zone is only planning."""
    if "bati_nombre" not in source:
        return pd.Series(np.nan, index=source.index)
    return number(source["bati_nombre"].astype("str"))


def _words(source: pd.DataFrame) -> pd.Series:
    """Return codes only: the name and the zone's wording may cite a person or a firm."""
    found = [words_found(source[column], column) for column in ("site_nom", "urba_zone_lib")]
    return (found[0] + "|" + found[1]).str.strip("|")


def _source_kind(name: str | None) -> str:
    text = name if isinstance(name, str) else ""
    return next((kind for part, kind in SOURCE_KIND if part in text), "contribution")


def _place(named: pd.Series, under: pd.Series, known: set[str]) -> pd.DataFrame:
    """Repair a commune code that the COG no longer has with the commune under the point."""
    valid = named.where(named.isin(known))
    code = valid.fillna(under)
    return pd.DataFrame(
        {
            "commune_code": code,
            "commune_code_source": np.select(
                [valid.notna(), under.notna()], ["nommée", "point"], "aucune"
            ),
            "position_state": np.select(
                [under.isna(), under == code],
                ["hors de toute commune", "dans la commune nommée"],
                "hors de la commune nommée",
            ),
        }
    )


def _names(source: pd.DataFrame, code: pd.Series, communes: gpd.GeoDataFrame) -> pd.Series:
    words = SiteWords.read(PAPERS / "site_words.toml")
    place = code.map(communes.set_index("commune_code")["name"]).fillna("")
    verified = source["checked"].astype("str") == "True"
    names = [
        site_name(name, commune, words) if checked else None
        for name, commune, checked in zip(source["site_nom"], place, verified, strict=True)
    ]
    return pd.Series(names, index=source.index, dtype="str")


def _by_row(table: gpd.GeoDataFrame) -> pd.DataFrame:
    tests = [
        (table["area_state"] == "absente", "unknown", "surface absente"),
        (table["area_state"] == "invraisemblable", "unknown", "surface de plus de 5 km²"),
        (
            table["commune_code_source"] == "point",
            "repaired",
            REPAIRED_CODE,
        ),
        (table["position_state"] == "hors de toute commune", "kept", "point hors de toute commune"),
        (
            table["position_state"] == "hors de la commune nommée",
            "kept",
            "point hors de la commune nommée",
        ),
        (table["duplicate_point"], "kept", "coordonnées partagées avec un autre site"),
    ]
    masks = [np.asarray(test, dtype=bool) for test, _, _ in tests]
    return pd.DataFrame(
        {
            "key": table["site_id"],
            "action": np.select(masks, [action for _, action, _ in tests], "kept"),
            "why_fr": np.select(masks, [why for _, _, why in tests], "sans défaut relevé"),
        }
    )


def _report(table: gpd.GeoDataFrame, outside: int) -> list[ReportLine]:
    def flag(action: Action, column: str, value: object, why: str) -> tuple[Action, int, str]:
        return action, int((table[column] == value).sum()), why

    named = int(table["name"].notna().sum())
    return report_of(
        "brownfields",
        ("dropped", outside, "hors du territoire"),
        ("kept", len(table), "site du territoire"),
        flag("unknown", "area_state", "absente", "surface absente"),
        flag("unknown", "area_state", "invraisemblable", "surface de plus de 5 km²"),
        flag("repaired", "commune_code_source", "point", REPAIRED_CODE),
        flag("kept", "position_state", "hors de la commune nommée", "point hors de sa commune"),
        flag("kept", "position_state", "hors de toute commune", "point hors de toute commune"),
        flag("kept", "duplicate_point", True, "coordonnées partagées avec un autre site"),
        flag("unknown", "plu_zone", "inconnue", "zone d'urbanisme inconnue"),
        flag("unknown", "kind", "inconnu", "type de friche inconnu"),
        flag("unknown", "pollution", "inconnue", "pollution du sol inconnue"),
        (
            "unknown",
            int((~(table["buildings"] >= 1)).sum()),
            "aucun bâtiment recensé : rien ne dit le sol déjà artificialisé",
        ),
        (
            "kept",
            int((table["activity_words"] != "").sum()),
            "mot d'activité relevé dans le nom ou la zone, le texte n'est pas gardé",
        ),
        ("kept", named, "nom gardé : mots d'activité et de bâtiment seulement"),
        ("dropped", len(table) - named, "nom absent, ou retiré par précaution"),
    )
