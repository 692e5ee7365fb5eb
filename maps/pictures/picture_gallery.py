"""The verb « pictures »: every picture that the folders allow, and what could not be drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from layers.words.errors import SitingError
from maps.pictures.evidence_gaps import draw_blanks
from maps.pictures.month_picture import draw_months
from maps.pictures.picture_canvas import FORMATS, save
from maps.pictures.rank_picture import draw_ranks
from maps.pictures.score_picture import draw_scores
from maps.pictures.small_maps import draw_small_maps
from maps.pictures.tornado_picture import draw_tornado
from scenarios.storage.results import Results, poured
from scenarios.terminal.progress import silent

SCHEMA_VERSION = 1
Drawn = tuple[Figure, str] | None

PICTURES: Mapping[str, tuple[str, Callable[[Results], Drawn]]] = {
    "scores": ("de quoi le score des sites retenus est fait", draw_scores),
    "rangs": ("intervalle des rangs", draw_ranks),
    "mois": ("eau et chaleur mois par mois", draw_months),
    "tornade": ("de quoi dépendent les totaux", draw_tornado),
    "preuves": ("où les preuves manquent", draw_blanks),
}
WHY_NOT = {
    "tornade": "le dossier n'a pas de sensibilité : relancez « siting run »",
    "rangs": "le dossier n'a pas d'intervalle de rang : relancez « siting run »",
    "scores": "aucun site retenu",
    "mois": "rien n'est placé",
    "preuves": "aucun candidat jugé",
}


def draw_pictures(
    folders: Sequence[Results],
    into: Path,
    formats: Sequence[str] = FORMATS,
    tell: Callable[[str], None] = silent,
) -> dict[str, Any]:
    """Draw each folder's pictures, and the small maps of them all when there are several.

    Parameters
    ----------
    folders : opened results folders.
    into : folder, made if needed; it takes all the pictures or none.
    formats : some of ``FORMATS``.
    tell : takes the name of each picture as it is drawn.

    Returns
    -------
    schema_version, ``pictures`` (picture, about_fr, said_fr: the alternative text, files) and
    ``missing`` (picture, about_fr, why_fr).

    Raises
    ------
    SitingError : SIT202 for a format that is neither png nor svg, SIT403 or SIT404 when the folder
        cannot be written.
    """
    strangers = [kind for kind in formats if kind not in FORMATS]
    if strangers or not formats:
        raise SitingError(
            "SIT202",
            f"format d'image inconnu : {', '.join(strangers) or 'aucun'}",
            where="--format",
            hint=f"connus : {', '.join(FORMATS)}",
        )
    with poured(into) as aside:  # all of them, or none
        return _drawn_in(folders, aside, formats, tell)


def _drawn_in(
    folders: Sequence[Results], into: Path, formats: Sequence[str], tell: Callable[[str], None]
) -> dict[str, Any]:
    document: dict[str, Any] = {"schema_version": SCHEMA_VERSION, "pictures": [], "missing": []}
    names = _names(folders)
    for results, name in zip(folders, names, strict=True):
        prefix = f"{name}-" if len(folders) > 1 else ""
        for stem, (about, draw) in PICTURES.items():
            tell(f"  {prefix}{stem}")
            _keep(document, draw(results), into / f"{prefix}{stem}", about, WHY_NOT[stem], formats)
    if len(folders) > 1:
        drawn = draw_small_maps(folders)
        _keep(document, drawn, into / "scenarios", "petites cartes à la même échelle", "", formats)
    return document


def _keep(
    document: dict[str, Any],
    drawn: Drawn,
    path: Path,
    about: str,
    why_not: str,
    formats: Sequence[str],
) -> None:
    if drawn is None:
        document["missing"].append({"picture": path.name, "about_fr": about, "why_fr": why_not})
        return
    figure, said = drawn
    files = save(figure, path, formats, said)
    document["pictures"].append(
        {"picture": path.name, "about_fr": about, "said_fr": said, "files": [f.name for f in files]}
    )


def _names(folders: Sequence[Results]) -> list[str]:
    """Name each folder once: two runs of one scenario are told apart by a number."""
    names: list[str] = []
    for results in folders:
        name = results.folder.resolve().name
        names.append(f"{name}-{names.count(name) + 1}" if name in names else name)
    return names


def picture_lines(document: Mapping[str, Any], into: Path) -> list[str]:
    """Write the list for a terminal: each picture and the sentence that says it.

    Parameters
    ----------
    document : what `draw_pictures` returned.
    into : the folder, said first.

    Returns
    -------
    French lines.
    """
    lines = [str(into)]
    for entry in document["pictures"]:
        lines += [
            f"  {' '.join(entry['files'])} : {entry['about_fr']}",
            f"      {entry['said_fr']}",
        ]
    lines += [f"  non dessiné, {e['about_fr']} : {e['why_fr']}" for e in document["missing"]]
    return lines
