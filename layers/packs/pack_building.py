"""Making a pack out of a folder of official exports: every row kept, merged, mended or dropped."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from layers import sources
from layers.contracts.catalogue import Catalogue, Entry, catalogue_text, read_catalogue
from layers.contracts.contract import (
    LAYERS,
    Export,
    LayerKind,
    Raw,
    ReportLine,
    Tidied,
    check_table,
)
from layers.opening.export_reader import find_exports, read_exports
from layers.packs.data_pack import sha256_of
from layers.packs.pack_swap import refuse_foreign_folder, staging_beside, swap_in, unwritten
from layers.packs.stable_writers import write_by_row, write_content, write_notice, write_report
from layers.words.errors import SitingError
from layers.words.territory_paper import Territory

__all__ = ["BuildReport", "build", "sources"]

Tell = Callable[[str], None]

REQUIRED = ("communes",)
WRITTEN_PAPERS = ("facts", "platforms", "press_facts", "projects", "references")
# Those of a territory that does not ship with the tool: its name, its need and its choices.
OWN_PAPERS = ("scenario", "territory")
ODBL_FR = (
    "Base dérivée d'une base sous ODbL : à partager aux mêmes conditions, "
    "https://opendatacommons.org/licenses/odbl/1-0/"
)
# A vintage that the papers leave to the export's own name.
TO_FILL_FR = "à renseigner"
DATE = re.compile(r"(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?(?![\dA-Za-z])")
TO_CONFIRM_FR = "licence attendue, à confirmer : couche laissée de côté"
# Figures of the whole territory, which a part of it rightly does not have.
WHOLE_PAPERS = ("checks",)


@dataclass
class BuildReport:
    """What a build did: the folder written, the lines of the report, the layers left absent."""

    folder: Path
    lines: list[ReportLine] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    catalogue: Catalogue = field(default_factory=dict)

    def lines_fr(self) -> list[str]:
        """Write the report for a terminal: what was done to how many rows, and why.

        Returns
        -------
        Lines in French; the last one is the folder.
        """
        told = [line.text_fr for line in self.lines if line.rows]
        absent = ", ".join(sorted(self.absent)) or "aucune"
        costs = sorted(
            {
                self.catalogue[name].prevents_fr
                for name in self.absent
                if name in self.catalogue and self.catalogue[name].prevents_fr
            }
        )
        return [
            *told,
            f"couches absentes, non évaluées : {absent}",
            *([f"ce que ces absences coûtent : {' ; '.join(costs)}"] if costs else []),
            str(self.folder),
        ]

    def to_json(self) -> dict[str, Any]:
        """Return the report as one document.

        Returns
        -------
        A document for JSON.
        """
        return {
            "schema_version": 1,
            "folder": str(self.folder),
            "lines": [asdict(line) for line in self.lines],
            "absent": sorted(self.absent),
        }


def build(
    exports: Path,
    into: Path,
    territory: Territory,
    tell: Tell = lambda _: None,
    *,
    confirmed_only: bool = False,
) -> BuildReport:
    """Build a pack from official exports and the territory's papers; tell each layer once made.

    ``confirmed_only`` leaves out the layers whose licence is expected but not confirmed.
    The pack is written beside its place and renamed at the end: a failed build leaves the former
    pack untouched.

    Parameters
    ----------
    exports : the folder of exports.
    into : where the pack goes; a former pack is replaced.
    territory : what it is built for.
    tell : receives each layer's label.
    confirmed_only : leave out layers whose licence is expected, not confirmed.

    Returns
    -------
    What was done; layers whose exports are absent are named in it.

    Raises
    ------
    SitingError : SIT107 (required export absent), SIT100–SIT105 (bad export), SIT403 and SIT404.
    """
    if not exports.is_dir():
        raise SitingError("SIT107", "dossier d'exports absent", where=str(exports))
    refuse_foreign_folder(into)
    aside = staging_beside(into)
    try:
        report = _write_all(exports, aside, into, territory, tell, confirmed_only)
        swap_in(aside, into)
    except OSError as problem:
        raise unwritten(problem, into) from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return report


def _write_all(
    exports: Path,
    aside: Path,
    into: Path,
    territory: Territory,
    tell: Tell,
    confirmed_only: bool,
) -> BuildReport:
    papers = read_catalogue(territory.papers / "catalogue.toml")
    report = BuildReport(into)
    made: dict[str, Any] = {}
    entries = dict(papers)
    for name in in_order():
        if confirmed_only and name in papers and papers[name].licence_to_confirm:
            report.absent.append(name)
            report.lines.append(ReportLine(name, "unknown", 0, TO_CONFIRM_FR))
            continue
        tidied = tidy_layer(LAYERS[name], exports, made, territory, report)
        if tidied is not None:
            made[name] = tidied.content
            entry = write_layer(LAYERS[name], tidied, aside, papers, territory)
            if entry.vintage == TO_FILL_FR and (day := _vintage(LAYERS[name], exports)):
                entry = entry.model_copy(update={"vintage": day})
            entries[name] = entry
            report.lines.extend(_out_of_band(entries[name]))
            tell(f"  {LAYERS[name].label_fr}")
    own = () if territory.shipped else OWN_PAPERS
    for name in (*WRITTEN_PAPERS, *own, *(WHOLE_PAPERS if territory.whole else ())):
        if name in papers and (territory.papers / f"{name}.toml").is_file():
            entries[name] = _copy_paper(name, territory.papers, aside, papers)
    report.catalogue = entries
    (aside / "catalogue.toml").write_text(catalogue_text(entries.values()), encoding="utf-8")
    write_report(report.lines, aside / "build_report.csv")
    return report


def in_order() -> list[str]:
    """Return the layers so that each comes after those it needs, by name otherwise.

    Returns
    -------
    Names of all registered layers.

    Raises
    ------
    ValueError : when layers need each other in a circle.
    """
    placed: list[str] = []
    waiting = sorted(LAYERS)
    while waiting:
        ready = [name for name in waiting if set(LAYERS[name].needs) <= set(placed)]
        if not ready:
            raise ValueError(f"couches qui s'attendent l'une l'autre : {', '.join(waiting)}")
        placed.append(ready[0])
        waiting.remove(ready[0])
    return placed


def tidy_layer(
    kind: LayerKind,
    exports: Path,
    made: Mapping[str, Any],
    territory: Territory,
    report: BuildReport,
) -> Tidied | None:
    """Tidy one layer from its exports and the layers it needs; nothing when one is absent.

    Parameters
    ----------
    kind : the layer.
    exports : the folder of exports.
    made : contents of the layers already tidied, by name.
    territory : what the pack is built for.
    report : what is done, or lacking, is added to it.

    Returns
    -------
    The content, held to its contract, or None.

    Raises
    ------
    SitingError : SIT107 (required export absent), SIT100–SIT105 (bad export).
    """
    lacking = [name for name in kind.needs if name not in made]
    raw = None if lacking else _raw_exports(kind, exports, made)
    if raw is None or lacking:
        report.absent.append(kind.name)
        why = f"couche nécessaire absente : {lacking[0]}" if lacking else "export absent"
        report.lines.append(ReportLine(kind.name, "unknown", 0, why))
        return None
    tidied = _run(kind, Raw(raw, made, territory))
    if kind.form == "table":
        check_table(kind, tidied.content, f"couche construite « {kind.name} »")  # type: ignore[arg-type]
    report.lines.extend(line for line in tidied.report)
    return tidied


def _run(kind: LayerKind, raw: Raw) -> Tidied:
    """Run a tidy function; an export whose content surprises it is the export's fault."""
    try:
        return kind.tidy(raw)
    except (KeyError, ValueError, TypeError) as problem:
        patterns = ", ".join(" ou ".join(patterns_of(one)) for one in kind.exports.values())
        raise SitingError(
            "SIT105",
            f"couche « {kind.label_fr} » : contenu inattendu",
            where=f"{patterns or 'fiche du territoire'} ({type(problem).__name__} : {problem})",
        ) from problem


def patterns_of(schemas: tuple[Export, ...]) -> list[str]:
    """Return where the schemas of one export may lie.

    Parameters
    ----------
    schemas : the schemas, the first one found being read.

    Returns
    -------
    Patterns under the exports folder.
    """
    return [export.pattern for export in schemas]


def _raw_exports(kind: LayerKind, folder: Path, made: Mapping[str, Any]) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    for name, schemas in kind.exports.items():
        here = exports_of(schemas, folder)
        if here:
            paths, export = here
            found[name] = read_exports(paths, export, made[export.near] if export.near else None)
        elif not all(one.optional for one in schemas):
            if kind.name in REQUIRED:
                text = f"export exigé absent : {' ou '.join(patterns_of(schemas))}"
                raise SitingError("SIT107", text, where=str(folder))
            return None
    # A layer whose exports are all optional exists as soon as one of them does.
    return found if found or not kind.exports else None


def exports_of(schemas: tuple[Export, ...], folder: Path) -> tuple[list[Path], Export] | None:
    """Return the files of the first schema that is there: in its place, else anywhere below.

    Parameters
    ----------
    schemas : the schemas of one export, the first one found being read.
    folder : the folder of exports.

    Returns
    -------
    Paths and their schema, or None.
    """
    for anywhere in (False, True):
        for one in schemas:
            if paths := find_exports(folder, one, anywhere=anywhere):
                return paths, one
    return None


def _vintage(kind: LayerKind, exports: Path) -> str:
    """Return the latest date that the exports' names carry, empty when they carry none."""
    found = [here[0] for schemas in kind.exports.values() if (here := exports_of(schemas, exports))]
    days = [day for paths in found for path in paths for day in DATE.findall(path.name)]
    return max(days, default="")


def _out_of_band(entry: Entry) -> list[ReportLine]:
    if not entry.rows_out_of_band(entry.rows):
        return []
    low, high = entry.rows_band or (0, 0)
    why = f"{entry.rows} lignes, de {low} à {high} attendues : export incomplet ou changé ?"
    return [ReportLine(entry.name, "unknown", entry.rows, why)]


def write_layer(
    kind: LayerKind, tidied: Tidied, aside: Path, papers: Catalogue, territory: Territory
) -> Entry:
    """Write one layer into a pack being made, and return its papers.

    Parameters
    ----------
    kind : the layer.
    tidied : its content.
    aside : the folder of the pack being made.
    papers : the territory's catalogue.
    territory : what the pack is built for.

    Returns
    -------
    The papers with file, hash, rows and where the layer is complete.

    Raises
    ------
    SitingError : SIT100 when the catalogue does not have the layer.
    """
    if kind.name not in papers:
        raise SitingError(
            "SIT100",
            f"la couche « {kind.name} » n'a pas de fiche au catalogue",
            where="catalogue.toml",
            hint="ajoutez producteur, licence et millésime",
        )
    path = aside / kind.file
    rows = write_content(tidied.content, path)
    if kind.odbl:
        paper = papers[kind.name]
        write_notice(path, f"{paper.producer} — {paper.licence}. {ODBL_FR}")
    if tidied.by_row is not None:
        write_by_row(tidied.by_row, aside / f"build_report_{kind.name}.csv")
    paper = papers[kind.name]
    return papers[kind.name].model_copy(
        update={
            "theme": kind.theme,
            "state": "embedded",
            "odbl": kind.odbl,
            "file": kind.file,
            "sha256": sha256_of(path),
            "rows": rows,
            # The band is the whole territory's: a part of it has fewer rows, rightly.
            "rows_band": paper.rows_band if territory.whole else None,
            "complete_in": paper.complete_in or _complete_in(kind, paper, rows, territory),
        }
    )


def _complete_in(kind: LayerKind, paper: Entry, rows: int, territory: Territory) -> tuple[str, ...]:
    """Trust outlines to be all there only when their number is the one the producer publishes."""
    counted = territory.whole and paper.rows_band is not None and not paper.rows_out_of_band(rows)
    return ("*",) if "zone_id" in kind.columns and counted else ()


def _copy_paper(name: str, papers: Path, aside: Path, catalogue: Catalogue) -> Entry:
    target = aside / f"{name}.toml"
    shutil.copyfile(papers / target.name, target)
    return catalogue[name].model_copy(
        update={"state": "embedded", "file": target.name, "sha256": sha256_of(target)}
    )
