"""The audit to be filled: every centre held, what is known of it, and the rest left empty."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from layers.geometry.vector_overlay import code_under
from layers.packs.data_pack import Pack
from layers.words.errors import SitingError
from layers.words.french import plural
from scenarios.question.audit.audit_columns import audit_columns
from scenarios.question.audit.audit_faults import heads_of
from scenarios.storage.disk_faults import disk_fault
from scenarios.storage.form_cells import FormColumn
from scenarios.storage.form_workbooks import write_form

SHEET = "Audit"
SUFFIXES = (".xlsx", ".ods", ".csv")
STATUS = {"existing": "en service", "announced": "annoncé"}
NOTES_FR = (
    "Audit des centres de données (datacenters) du territoire.",
    "Une ligne par centre. Une cellule vide veut dire « non dit » : jamais zéro.",
    "Nombres : virgule ou point, espaces admis. Codes de communes : cinq caractères.",
    "La qualité se dit par ligne (« qualite ») ou par chiffre (« qualite_… ») : mesuré, déclaré "
    "ou annoncé.",
    "Les en-têtes en capitales sont les clés de déclaration du règlement délégué (UE) 2024/1364, "
    "relevées de mémoire, à relire.",
    "Noms et positions préremplis d'OpenStreetMap : © les contributeurs d'OpenStreetMap, ODbL 1.0.",
    "Vérifier : siting audit check FICHIER. S'en servir : siting run --audit FICHIER.",
)


def write_audit_form(pack: Pack, path: Path) -> list[str]:
    """Write the table to be filled, prefilled with every centre that the pack holds.

    Parameters
    ----------
    pack : its centres, its projects and its communes.
    path : « .xlsx », « .ods » or « .csv »; never over a file.

    Returns
    -------
    Lines in French.

    Raises
    ------
    SitingError : SIT403 when the file exists or cannot be written, SIT205 for another suffix.
    """
    if path.suffix not in SUFFIXES:
        raise SitingError(
            "SIT205",
            f"format inconnu : « {path.suffix or path.name} »",
            where="--out",
            hint="donnez un nom en .xlsx, .ods ou .csv",
        )
    if path.exists():
        raise SitingError(
            "SIT403",
            "le fichier existe déjà",
            where=str(path),
            hint="choisissez un autre nom : rien n'a été écrit",
        )
    rows = prefilled(pack)
    columns = [
        FormColumn(
            one.head, one.note_fr, one.choices, one.low, one.high, is_number=one.kind == "number"
        )
        for one in audit_columns()
    ]
    notes = [*NOTES_FR, "", *(f"{one.head} : {one.note_fr}" for one in audit_columns())]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_form(SHEET, columns, rows.rename(columns=heads_of()), notes, path)
    except OSError as problem:
        raise disk_fault(problem, path) from None
    known = int(rows["it_mw"].notna().sum())
    return [
        f"{plural(len(rows), 'centre prérempli', 'centres préremplis')}, "
        f"dont {known} avec une puissance connue ou annoncée",
        f"à remplir, puis : siting audit check {path}",
        str(path),
    ]


def prefilled(pack: Pack) -> pd.DataFrame:
    """Return what the pack knows of each centre, one row a centre, by our names.

    Parameters
    ----------
    pack : its centres, its projects and its communes.

    Returns
    -------
    Columns of ``audit_columns``; what is not known is missing.
    """
    communes = pack.table("communes")
    names = communes.set_index("commune_code")["name"]
    rows = [*_mapped(pack, communes), *_projects(pack)]
    table = pd.DataFrame(rows, columns=[column.name for column in audit_columns()])
    table["commune"] = table["commune_code"].map(names)
    return table


def _mapped(pack: Pack, communes: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Return one row an object of OpenStreetMap; a centre of several buildings has as many."""
    held = pack.held("datacenters_osm")
    if held.empty:
        return []
    code = code_under(held.geometry, communes, "commune_code")
    degrees = held.geometry.to_crs("EPSG:4326")
    twice = held["name"].fillna("").duplicated(keep=False)
    named = held["name"].fillna("Centre sans nom")
    several = twice | held["name"].isna()
    title = named.where(~several, named + " (OSM " + held["osm_id"] + ")")
    return [
        {
            "name": name,
            "commune_code": None if pd.isna(where) else where,
            "status": "en service",
            "quality": None,
            "source": f"OpenStreetMap, objet {osm}, site n° {group + 1}",
            "lon": round(float(point.x), 5),
            "lat": round(float(point.y), 5),
        }
        for name, where, osm, group, point in zip(
            title, code, held["osm_id"], held["site_group"], degrees, strict=True
        )
    ]


def _projects(pack: Pack) -> list[dict[str, Any]]:
    return [_project(body) for _, body in sorted(pack.projects().items())]


def _project(body: Mapping[str, Any]) -> dict[str, Any]:
    year = max(body["it_mw"])
    return {
        "name": body["label_fr"],
        "commune_code": body["commune_code"],
        "status": STATUS[body["kind"]],
        "since_year": year,
        "land_ha": body.get("land_ha") or None,
        "grid_mw": body.get("grid_mw") or None,
        "it_mw": body["it_mw"][year],
        "quality": "annoncé",
        "source": body["reference"],
    }
