"""Sheets and booklet of a results folder: chosen, set in processes, moved in place at the end."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

from layers.words.errors import SitingError
from layers.words.french import number
from maps.look.publisher import Identity
from maps.paper.plan_booklet import booklet_pdf
from maps.paper.sheet_material import Material
from maps.paper.site_maps import Plates, use_typeface
from maps.paper.site_sheet import sheet_data, sheet_from
from maps.paper.typst_pages import signs_replaced
from maps.printed.synthesis_page import planned_sites
from scenarios.storage.disk_faults import disk_fault
from scenarios.storage.results import Results, made
from scenarios.terminal.progress import Tell, on_stderr, silent
from scenarios.verbs.case_runners import Pool

FOLDER, BOOKLET = "fiches", "carnet.pdf"
MOST_TOLD = 22
FEW = 6
"""Sheets set without another process: starting one costs more."""


@dataclass(frozen=True)
class Order:
    """Which sheets are asked: named sites, every candidate, the first by rank, or the plan's."""

    sites: tuple[str, ...] = ()
    top: int | None = None
    every: bool = False
    booklet: bool = False

    def chosen(self, results: Results) -> list[str]:
        """Return the sites in the order of the sheets.

        Parameters
        ----------
        results : opened results folder.

        Returns
        -------
        Identifiers: those named, each once; else candidates by rank; else the plan's, the most
        powerful first. Empty for a booklet without a site, or when no candidate has a rank.

        Raises
        ------
        SitingError : SIT402 when a named site is not in the folder, or the plan holds none and no
            booklet is asked.
        """
        table = results.sites
        if self.sites:
            return [_known(site, table.index, results) for site in dict.fromkeys(self.sites)]
        if self.every or self.top is not None:
            ranked = table[table["rank"].notna()].sort_values("rank", kind="stable")
            return [str(site) for site in ranked.index[: None if self.every else self.top]]
        planned = [str(site) for site in planned_sites(results).index]
        if not planned and not self.booklet:
            raise SitingError(
                "SIT402",
                "le plan ne retient aucun site : aucune fiche à écrire",
                where=str(results.folder),
                hint="« --top 10 » met en fiche les mieux classés, « --booklet » le plan lui-même",
            )
        return planned


def _known(site: str, sites: Sequence[str], results: Results) -> str:
    if site in sites:
        return site
    near = get_close_matches(site, list(sites), n=3, cutoff=0.5)
    raise SitingError(
        "SIT402",
        f"le site « {site} » n'est pas dans ces résultats",
        where=str(results.folder),
        hint=f"proches : {', '.join(near)}" if near else None,
    )


def draw_sheets(
    results: Results,
    into: Path,
    order: Order,
    *,
    identity: Path | None = None,
    jobs: int = 2,
    tell: Tell = silent,
) -> dict[str, Any]:
    """Write ``fiches/<site>.pdf``, and ``carnet.pdf`` if asked, in a folder; return what was made.

    Files are written beside and moved in place once all are done. Same folder, same bytes.

    Parameters
    ----------
    results : opened results folder.
    into : folder, made if needed; other files in it stay.
    order : which sheets, and whether the booklet.
    identity : TOML file of the publisher; neutral without one.
    jobs : processes, used from ``FEW`` + 1 sheets on.
    tell : takes a French line after each sheet.

    Returns
    -------
    schema_version, scenario, folder, sites, ``files`` with path, bytes and sha256, and
    ``signs_replaced``, told on stderr too.

    Raises
    ------
    SitingError : SIT204 (identity), SIT402 (unknown site), SIT403 (folder not writable), SIT404
        (disk full), SIT406 (a sheet cannot be set).
    """
    shown = Identity.read(identity)
    chosen = order.chosen(results)
    made(into)
    try:
        staging = Path(tempfile.mkdtemp(prefix=".fiches-", dir=into))
    except OSError as problem:
        raise disk_fault(problem, into) from None
    try:
        (staging / FOLDER).mkdir()
        pages = []
        lost: set[str] = set()
        for k, (site, pdf, data) in enumerate(_drawn(results, chosen, shown, jobs), start=1):
            (staging / FOLDER / file_name(site)).write_bytes(pdf)
            pages.append(data if order.booklet else None)
            lost |= signs_replaced(data)
            tell(f"  fiche {k} sur {len(chosen)} : {site}")
        if order.booklet:
            plates = Plates(Material(results))
            use_typeface()
            kept = [page for page in pages if page is not None]
            (staging / BOOKLET).write_bytes(booklet_pdf(plates, kept, shown))
            tell("  carnet composé")
        files = _placed(staging, into)
    except FileNotFoundError:  # what we read is lost: no word of ours on the place we write to
        raise
    except OSError as problem:
        raise disk_fault(problem, into) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    if lost:
        on_stderr(f"Signes sans dessin dans nos polices, remplacés : {' '.join(sorted(lost))}")
    return _told(results, into, chosen, files) | {"signs_replaced": sorted(lost)}


def beside(folder: Path) -> Path:
    """Return where the sheets of a results folder go when nobody says: beside it, never inside.

    Parameters
    ----------
    folder : results folder, relative or not.

    Returns
    -------
    Path of a sibling; nothing is made.

    Examples
    --------
    >>> beside(Path("resultats/tendanciel")).name
    'tendanciel-fiches'
    """
    whole = folder.resolve()
    return folder.parent / f"{folder.name}-fiches" if folder.name else Path(f"{whole}-fiches")


def file_name(site_id: str) -> str:
    """Return a safe name for the sheet of a site, its own when it is plain.

    Parameters
    ----------
    site_id : any text, even one that is no file name.

    Returns
    -------
    ASCII name ending in « .pdf »; one that had to change bears a hash, so that two do not meet.

    Examples
    --------
    >>> file_name("87085_1437"), file_name("../x")[:4]
    ('87085_1437.pdf', 'x-d6')
    """
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", site_id).strip(".-")[:80]
    if plain and plain == site_id:
        return f"{plain}.pdf"
    mark = hashlib.sha256(site_id.encode()).hexdigest()[:8]
    return f"{plain or 'site'}-{mark}.pdf"


Drawn = tuple[str, bytes, dict[str, Any]]


def _drawn(
    results: Results, sites: Sequence[str], identity: Identity, jobs: int
) -> Iterator[Drawn]:
    if len(sites) <= FEW or jobs < 2:
        use_typeface()
        plates = Plates(Material(results))
        yield from (_one(plates, identity, site) for site in sites)
        return
    # Each process reads the folder and makes the ground ready once, then draws its share.
    with Pool(jobs, _ready, results.folder) as pool:
        yield from pool.map(partial(_of_process, identity), sites, chunksize=4)


_PLATES: list[Plates] = []


def _ready(folder: Path) -> None:
    use_typeface()
    _PLATES[:] = [Plates(Material(Results(folder)))]


def _of_process(identity: Identity, site: str) -> Drawn:
    return _one(_PLATES[0], identity, site)


def _one(plates: Plates, identity: Identity, site: str) -> Drawn:
    data = sheet_data(plates, site, identity)
    return site, sheet_from(data, plates.material, identity), data


def _placed(staging: Path, into: Path) -> list[Path]:
    (into / FOLDER).mkdir(exist_ok=True)
    files = sorted(path for path in staging.rglob("*.pdf"))
    for path in files:
        path.replace(into / path.relative_to(staging))
    return [into / path.relative_to(staging) for path in files]


def _told(
    results: Results, into: Path, sites: Sequence[str], files: Sequence[Path]
) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "scenario": results.summary["scenario"],
        "folder": str(into),
        "sites": list(sites),
        "files": [
            {
                "path": path.relative_to(into).as_posix(),
                "bytes": path.stat().st_size,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
            for path in files
        ],
    }


def told_lines(report: dict[str, Any]) -> list[str]:
    """Write what was made for a terminal.

    Parameters
    ----------
    report : what `draw_sheets` returned.

    Returns
    -------
    One path a line; the folder alone, with the count, when a screen would not hold them.
    """
    if len(report["files"]) > MOST_TOLD:
        return [f"{report['folder']} ({number(len(report['files']))} fichiers)"]
    return [str(Path(report["folder"]) / entry["path"]) for entry in report["files"]]
