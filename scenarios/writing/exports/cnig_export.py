"""The friches of a plan in the national exchange standard (CNIG Friches 1.0.6), checked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from layers.words.errors import SitingError
from scenarios.storage.french_spreadsheets import guarded_cell
from scenarios.storage.results import Results

STANDARD = Path(__file__).parent / "cnig_friches.toml"
STATUS = {
    "sans projet": "friche sans projet",
    "avec projet": "friche avec projet",
    "potentielle": "friche potentielle",
}
POLLUTION = {
    "avérée": "pollution avérée",
    "peu probable": "pollution peu probable",
    "inexistante": "pollution inexistante",
}
KINDS = {"mixte": "mixte - autre"}
UNKNOWN = "inconnu"
NEEDED = ("kind", "identified_on", "updated_on", "plu_zone_raw", "source_kind")


@cache
def standard() -> dict[str, dict[str, Any]]:
    """Return the fields of the standard by name, in the standard's order.

    Returns
    -------
    Each field as ``cnig_friches.toml`` writes it: ``type``, ``required``, ``enum``, ``pattern``….
    """
    content = tomllib.loads(STANDARD.read_text(encoding="utf-8"))
    return {field["name"]: field for field in content["fields"]}


def friches_tables(results: Results) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the candidates under the 51 fields, and those the standard cannot take, with why.

    Candidate areas are no friches: they are left out. Sites merged with a candidate keep their row.
    Nothing is invented: what the results do not hold is empty, or « inconnu » where the standard
    has the word; a friche that lacks what the standard demands is left out and said. Owners and
    parcels are never written.

    Parameters
    ----------
    results : a run's folder.

    Returns
    -------
    The friches, columns of the standard, all texts, points in WGS 84; and those left out:
    ``site_id``, ``site_nom``, ``comm_insee``, ``motif``.

    Raises
    ------
    SitingError : SIT400 for a folder of an older version.
    """
    friches = results.sites[results.sites["source"] == "friches"]
    sites = friches[friches["fate"].isin(["candidat", "fusionné"])].sort_index()
    lacking = [name for name in NEEDED if name not in sites]
    if lacking:
        raise SitingError(
            "SIT400",
            f"ce dossier ne porte pas {', '.join(lacking)}, que le standard demande",
            where=str(results.folder),
            hint="relancez « siting run » : le dossier vient d'une version plus ancienne",
        )
    degrees = sites.geometry.to_crs("EPSG:4326")
    known = {
        "site_id": sites.index,
        "site_nom": sites["name_fr"],
        "site_type": sites["kind"].replace(KINDS),
        "site_identif_date": sites["identified_on"].astype(str).str[:10],
        "site_actu_date": sites["updated_on"].astype(str).str[:10],
        "site_statut": sites["status_fr"].map(STATUS).fillna(UNKNOWN),
        "comm_nom": sites["commune_name"],
        "comm_insee": sites["commune_code"],
        "sol_pollution_existe": sites["pollution"].map(POLLUTION).fillna(UNKNOWN),
        "urba_zone_type": sites["plu_zone_raw"].fillna(UNKNOWN),
        "urba_zaer": UNKNOWN,
        "source_nom": "Cartofriches, " + sites["source_kind"].fillna("origine inconnue"),
        "source_producteur": "Cerema",
        "geompoint": [f"POINT({x:.6f} {y:.6f})" for x, y in degrees.get_coordinates().to_numpy()],
    }
    table = pd.DataFrame(known, index=sites.index).reindex(columns=list(standard()))
    table = table.astype(object).where(table.notna(), "").reset_index(drop=True)
    why = dict(faults(table, standard()))
    left_out = table["site_id"].isin(list(why))
    said = table.loc[left_out, ["site_id", "site_nom", "comm_insee"]]
    said = said.assign(motif=said["site_id"].map(why)).reset_index(drop=True)
    return table[~left_out].reset_index(drop=True), said


def write_friches(table: pd.DataFrame, path: Path) -> None:
    """Write the exchange file: commas, UTF-8, dates as 2026-11-23, one row a friche.

    Parameters
    ----------
    table : the friches, from ``friches_tables``.
    path : replaced when it exists.
    """
    guarded = table.apply(lambda column: column.map(guarded_cell))
    guarded.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


def faults(
    table: pd.DataFrame, fields: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    """Yield (site_id, what breaks the standard): key, required values, types, words, shapes.

    Parameters
    ----------
    table : one row a friche, texts; an empty one is a missing value.
    fields : fields of the standard by name, in its order.

    Yields
    ------
    The site, and one French fault of it; a site may come several times.

    Raises
    ------
    SitingError : SIT101 when the columns are not the standard's, in its order.
    """
    if list(table.columns) != list(fields):
        raise SitingError(
            "SIT101",
            "les champs ne sont pas ceux du standard CNIG, dans son ordre",
            where="friches_cnig.csv",
        )
    for name in table.loc[table["site_id"].duplicated(), "site_id"]:
        yield str(name), "site_id répété"
    for name, field in fields.items():
        for text, row in zip(table[name].astype(str), table["site_id"], strict=True):
            if why := _fault(text, field):
                yield str(row), f"{name} : {why}"


def _fault(text: str, field: Mapping[str, Any]) -> str:
    if text == "":
        return "valeur obligatoire absente" if field.get("required") else ""
    if field["type"] == "integer" and not re.fullmatch(r"-?\d+", text):
        return f"« {text} » n'est pas un entier"
    if field["type"] == "date" and not _is_date(text, field["format"]):
        return f"« {text} » n'est pas une date {field['format']}"
    if "enum" in field and text not in field["enum"]:
        return f"« {text} » n'est pas une valeur admise"
    if "pattern" in field and not re.search(field["pattern"], text):
        return f"« {text} » n'a pas la forme voulue"
    return ""


def _is_date(text: str, form: str) -> bool:
    try:
        return datetime.strptime(text, form).strftime(form) == text
    except ValueError:
        return False
