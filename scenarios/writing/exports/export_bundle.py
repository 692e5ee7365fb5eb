"""The verb « export »: one folder of files that others open, each with its licence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from layers.words.errors import SitingError
from scenarios.answers.neo_terra_matrix.matrix_table import matrix_sheet
from scenarios.storage.french_spreadsheets import write_csv, write_ods
from scenarios.storage.results import (
    DESCRIPTOR,
    SCHEMA_VERSION,
    Results,
    sha256,
    staged,
    write_json,
)
from scenarios.terminal.progress import silent
from scenarios.writing.exports.cnig_export import friches_tables, write_friches
from scenarios.writing.exports.geojson_export import write_geojson
from scenarios.writing.exports.geopackage_export import write_geopackage
from scenarios.writing.exports.neo_terra_profile import profile_table
from scenarios.writing.exports.plan_layers import attributes, openstreetmap, ordered, places
from scenarios.writing.exports.plan_sheets import workbook
from scenarios.writing.exports.table_schemas import described
from scenarios.writing.exports.territory_sheets import write_territory_sheets
from scenarios.writing.exports.text_synthesis import write_synthesis

OPEN_LICENCE = {"name": "etalab-2.0", "title": "Licence Ouverte 2.0"}
ODBL = {
    "name": "ODbL-1.0",
    "title": "Open Database License 1.0, © les contributeurs d'OpenStreetMap",
}
CSV_NAMES = {
    "Plan": "plan.csv",
    "Candidats": "candidats.csv",
    "Règles": "regles.csv",
    "Sources": "sources.csv",
    "Colonnes": "colonnes.csv",
}


def write_plan(results: Results, into: Path) -> None:
    """Write what every results folder holds for spreadsheets and QGIS.

    Parameters
    ----------
    results : a run's folder.
    into : a folder that exists; ``plan.csv``, ``plan.ods`` and ``plan.gpkg`` are written there.

    Raises
    ------
    SitingError : SIT403 when the GeoPackage cannot be written.
    """
    sheets = workbook(results)
    write_csv(sheets["Plan"], into / "plan.csv")
    write_ods(sheets, into / "plan.ods")
    _geopackage(results, into)


def export(
    results: Results, into: Path, formats: Sequence[str], tell: Callable[[str], None] = silent
) -> dict[str, Any]:
    """Write the formats asked for in a folder of its own; return its descriptor.

    The results folder is only read. What comes from OpenStreetMap stands in files of its own («
    osm.… », ODbL).

    Parameters
    ----------
    results : a run's folder.
    into : the folder, written whole or not at all.
    formats : names of ``WRITERS``, one at least; repeats count once.
    tell : hears the formats.

    Returns
    -------
    The Frictionless descriptor, each file with its hash, bytes and licence.

    Raises
    ------
    SitingError : SIT202 for an unknown format or none, SIT400 when the folder is too old for the
        standard, and what ``staged`` raises (SIT403, SIT404, SIT405).
    """
    unknown = [name for name in formats if name not in WRITERS]
    if unknown or not formats:
        raise SitingError(
            "SIT202",
            f"format inconnu : {', '.join(unknown) or 'aucun format'}",
            where="--format",
            hint=f"connus : {', '.join(WRITERS)}",
        )
    with staged(into) as folder:
        for name in dict.fromkeys(formats):
            tell(f"  {name}")
            WRITERS[name](results, folder)
        document = _descriptor(results, folder)
        write_json(folder / DESCRIPTOR, document)
    return document


def _geopackage(results: Results, folder: Path) -> None:
    last = results.summary["periods"][-1]
    write_geopackage(
        ordered(places(results)),
        attributes(results),
        folder / "plan.gpkg",
        _day(results),
        f"it_mw_{last}",
    )


def _gpkg(results: Results, folder: Path) -> None:
    _geopackage(results, folder)
    write_geopackage(ordered(openstreetmap(results)), {}, folder / "osm.gpkg", _day(results))


def _csv(results: Results, folder: Path) -> None:
    for name, sheet in workbook(results).items():
        if name in CSV_NAMES:
            write_csv(sheet, folder / CSV_NAMES[name])


def _ods(results: Results, folder: Path) -> None:
    write_ods(workbook(results), folder / "plan.ods")


def _geojson(results: Results, folder: Path) -> None:
    (folder / "geojson").mkdir()
    for name, table in ordered(places(results)).items():
        write_geojson(table, folder / "geojson" / f"{name}.geojson")
    for name, table in ordered(openstreetmap(results)).items():
        write_geojson(table, folder / "geojson" / f"osm_{name.removesuffix('_osm')}.geojson")


def _cnig(results: Results, folder: Path) -> None:
    friches, left_out = friches_tables(results)
    write_friches(friches, folder / "friches_cnig.csv")
    if len(left_out):
        write_csv(left_out, folder / "friches_hors_standard.csv")


def _profile(results: Results, folder: Path) -> None:
    if results.is_elsewhere:
        return  # the profile is on the rules of the region whose papers ship with the tool
    write_csv(profile_table(results), folder / "profil_neo_terra.csv")


def _matrix(results: Results, folder: Path) -> None:
    """Write the matrix as a table, and the page that the run drew, when it drew one."""
    if results.is_elsewhere:
        return
    write_csv(matrix_sheet(results), folder / "matrice.csv")
    page = results.folder / "matrice.html"
    if page.is_file():
        (folder / page.name).write_bytes(page.read_bytes())


WRITERS: Mapping[str, Callable[[Results, Path], None]] = {
    "gpkg": _gpkg,
    "csv": _csv,
    "ods": _ods,
    "geojson": _geojson,
    "cnig": _cnig,
    "profil": _profile,
    "odt": write_synthesis,
    "territoires": write_territory_sheets,
    "matrice": _matrix,
}


def _day(results: Results) -> date:
    return date.fromisoformat(results.summary["reference_date"])


def _descriptor(results: Results, folder: Path) -> dict[str, Any]:
    """Return a Frictionless descriptor with no clock in it: same inputs, same bytes."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        "schema_version": SCHEMA_VERSION,
        "profile": "data-package",
        "name": f"{results.summary['scenario']}-export",
        "title": results.summary["title"],
        "version": results.descriptor.get("version", ""),
        "licenses": [OPEN_LICENCE],
        "resources": [
            {
                "name": path.relative_to(folder).as_posix(),
                "path": path.relative_to(folder).as_posix(),
                "hash": f"sha256:{sha256(path)}",
                "bytes": path.stat().st_size,
                **described(path, path.relative_to(folder).as_posix()),
                "licenses": [ODBL if path.name.startswith("osm") else OPEN_LICENCE],
            }
            for path in files
        ],
        "sources": results.descriptor.get("sources", []),
    }


def export_lines(document: Mapping[str, Any], into: Path) -> list[str]:
    """Write the list of files for a terminal.

    Parameters
    ----------
    document : from ``export``.
    into : the folder, told first.

    Returns
    -------
    French lines, one a file.
    """
    said = [f"  {entry['path']:<34} {SAID.get(entry['path'], '')}".rstrip()
            for entry in document["resources"]]  # fmt: skip
    return [str(into), *said]


SAID = {
    "plan.gpkg": "QGIS, Lambert-93, styles compris",
    "osm.gpkg": "objets OpenStreetMap, ODbL, à part",
    "plan.csv": "sites retenus",
    "candidats.csv": "tous les terrains regardés et leur sort",
    "regles.csv": "facture des règles",
    "matrice.html": "Néo Terra sur une page, à imprimer",
    "matrice.csv": "chaque engagement de Néo Terra face au plan",
    "sources.csv": "couches, millésimes, licences, absences",
    "colonnes.csv": "sens de chaque colonne",
    "plan.ods": "les mêmes tables, en un classeur",
    "friches_cnig.csv": "candidats au standard CNIG Friches 1.0.6",
    "friches_hors_standard.csv": "friches que le standard ne peut pas prendre, et pourquoi",
    "synthese.odt": "synthèse à reprendre pour une délibération",
    "fiches-intercommunalites.odt": "une fiche par intercommunalité",
    "profil_neo_terra.csv": "sites × règles Néo Terra, pour les éco-socio-conditionnalités",
}
