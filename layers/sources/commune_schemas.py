"""Communes as their producers publish them: Admin Express, geo.api.gouv.fr, and our own export."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from layers.geometry.vector_overlay import number
from layers.words.errors import SitingError

COLUMNS = (
    "code",
    "nom",
    "departement",
    "population_cog2026",
    "epci_code_2026",
    "epci_type_2026",
    "epci_code",
    "epci_nom",
    "geom_patch",
)
# Each schema: the column that it is known by, then where each of ours is read.
SCHEMAS: Mapping[str, Mapping[str, str]] = {
    # IGN, Admin Express 2024 and after (WFS, GeoPackage)
    "code_insee": {
        "code": "code_insee",
        "nom": "nom_officiel",
        "departement": "code_insee_du_departement",
        "population_cog2026": "population",
        "epci_code_2026": "codes_siren_des_epci",
    },
    # IGN, Admin Express before 2024 (Shapefile)
    "insee_com": {
        "code": "insee_com",
        "nom": "nom",
        "departement": "insee_dep",
        "population_cog2026": "population",
        "epci_code_2026": "siren_epci",
    },
    # geo.api.gouv.fr, communes in GeoJSON
    "codedepartement": {
        "code": "code",
        "nom": "nom",
        "departement": "codedepartement",
        "population_cog2026": "population",
        "epci_code_2026": "codeepci",
    },
}
NO_EPCI_FR = "sans EPCI connu"


def from_official(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the columns the communes are tidied from, whatever official schema they come in.

    Parameters
    ----------
    table : communes of one of ``SCHEMAS``, or already in ``COLUMNS``; capitals do not matter.

    Returns
    -------
    ``COLUMNS`` and the outlines; what a schema does not say is missing.

    Raises
    ------
    SitingError : SIT101 when the schema is none of these.
    """
    if set(COLUMNS) <= set(table.columns):
        return table[[*COLUMNS, "geometry"]]
    lower = table.rename(columns={name: str(name).lower() for name in table.columns})
    schema = next((SCHEMAS[key] for key in SCHEMAS if key in lower.columns), None)
    lacking = [] if schema is None else [one for one in schema.values() if one not in lower.columns]
    lacking = [one for one in lacking if one not in OPTIONAL]
    if schema is None or lacking:
        raise SitingError(
            "SIT101",
            f"colonne absente des communes : {', '.join(lacking) or 'code de la commune'}",
            where="export des communes",
            hint="schémas lus : Admin Express (code_insee ou INSEE_COM), geo.api.gouv.fr (code, "
            "codeDepartement) ; colonnes trouvées : " + ", ".join(map(str, table.columns[:20])),
        )
    found = {ours: lower[theirs] for ours, theirs in schema.items() if theirs in lower}
    whole = gpd.GeoDataFrame(found, geometry=lower.geometry, crs=table.crs)
    unsaid = {name: None for name in COLUMNS if name not in whole}
    whole = whole.assign(**unsaid)[[*COLUMNS, "geometry"]]
    whole["code"] = whole["code"].astype("str")
    # Two SIREN in one cell: the métropole, then a syndicate that is no EPCI of its own.
    siren = whole["epci_code_2026"].astype("str").str.extract(r"(\d{9})")[0]
    whole["epci_code_2026"] = siren.fillna("")
    whole["epci_code"] = whole["epci_code_2026"]
    return whole


# What a schema may leave out: the population then comes from INSEE, the EPCI stays unknown.
OPTIONAL = ("population", "codes_siren_des_epci", "siren_epci", "codeepci")


def from_insee(table: pd.DataFrame) -> pd.DataFrame:
    """Return the municipal population by commune, from INSEE's file of legal populations.

    Parameters
    ----------
    table : « donnees_communes.csv »: DEPCOM, or CODDEP and CODCOM, and PMUN; as texts.

    Returns
    -------
    ``code`` and ``population`` (inhabitants).

    Raises
    ------
    SitingError : SIT101 when a column is absent, SIT105 with the first value that is no number.
    """
    names = set(table.columns)
    if "PMUN" not in names or not ("DEPCOM" in names or {"CODDEP", "CODCOM"} <= names):
        raise SitingError(
            "SIT101",
            "colonne absente : PMUN, et DEPCOM ou CODDEP avec CODCOM",
            where="populations légales de l'INSEE",
            hint="colonnes trouvées : " + ", ".join(map(str, table.columns[:20])),
        )
    code = table["DEPCOM"] if "DEPCOM" in names else table["CODDEP"] + table["CODCOM"].str[-3:]
    text = table["PMUN"].str.replace(r"[\s\u00a0\u202f]", "", regex=True)
    people = number(text)
    if people.isna().any():
        row = int(people.isna().to_numpy().argmax())
        raise SitingError(
            "SIT105",
            f"population illisible : « {table['PMUN'].iloc[row]} »",
            where=f"populations légales de l'INSEE, ligne {row + 2}, colonne PMUN",
        )
    return pd.DataFrame({"code": code.str.strip(), "population": people})


def from_epci(table: pd.DataFrame) -> pd.DataFrame:
    """Return names and kinds of EPCI by SIREN, from Admin Express or geo.api.gouv.fr.

    Parameters
    ----------
    table : ``code_siren`` or ``code``, ``nom_officiel`` or ``nom``, and ``nature`` when it is said.

    Returns
    -------
    ``epci_code``, ``epci_nom``, ``epci_type`` (missing when unsaid), one row an EPCI.

    Raises
    ------
    SitingError : SIT101 when the code or the name is absent.
    """
    lower = table.rename(columns={name: str(name).lower() for name in table.columns})
    code = next((one for one in ("code_siren", "siren_epci", "siren", "code") if one in lower), "")
    name = next((one for one in ("nom_officiel", "nom", "nom_epci") if one in lower), "")
    if not code or not name:
        raise SitingError(
            "SIT101",
            "colonne absente : code SIREN et nom de l'EPCI",
            where="export des EPCI",
            hint="colonnes trouvées : " + ", ".join(map(str, table.columns[:20])),
        )
    found = pd.DataFrame({"epci_code": lower[code].astype("str"), "epci_nom": lower[name]})
    found["epci_type"] = lower.get("nature")
    return found.drop_duplicates("epci_code")
