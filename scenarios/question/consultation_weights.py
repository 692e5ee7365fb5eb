"""A consultation brought back from the map: weights, knock-out thresholds, notes."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from layers.opening.small_text import read_text
from layers.words.errors import SitingError
from scenarios.question.colleges import colleges, weights_of
from siting.screening.candidates import CANDIDATE, REJECTED
from siting.screening.fate_sentences import refused_by_consultation
from siting.screening.site_ranking import rank

FORMAT = "siting-consultation"
COLUMNS = ["nature", "objet", "sens", "valeur", "unite", "college", "texte"]
SENSES = {"min": ">=", "max": "<="}
HEAVIEST_BYTES = 2_000_000
HEAVIEST_WEIGHT = 1e4


@dataclass(frozen=True)
class Veto:
    """A threshold that nothing makes up for, in the criterion's own unit."""

    criterion: str
    sense: str
    threshold: float


@dataclass(frozen=True)
class Note:
    """What a participant said of a site, or of the whole plan when ``site_id`` is empty."""

    site_id: str
    college: str
    kind: str
    text: str


@dataclass(frozen=True)
class WeightsFile:
    """What a consultation decided; ``scenario`` is the one it was shown."""

    scenario: str
    weights: Mapping[str, float]
    vetoes: tuple[Veto, ...] = ()
    notes: tuple[Note, ...] = field(default=())


def weights_asked(asked: str, criteria: Collection[str]) -> WeightsFile:
    """Return a file of the map, or the illustration of a college when ``asked`` names one.

    Parameters
    ----------
    asked : path of a file of the map, or name or label of a college; a file wins over a college.
    criteria : names of the ranking criteria, between which a college's weights are shared.

    Returns
    -------
    Weights, thresholds and notes; a college has weights only.

    Raises
    ------
    SitingError : SIT203 when ``asked`` is neither, or the file is not sound.
    """
    college = None if Path(asked).exists() else colleges().named(asked)
    if college is not None:
        source = f"illustration du collège « {college.label} »"
        return WeightsFile(scenario=source, weights=weights_of(college, criteria))
    if not Path(asked).exists():
        raise SitingError(
            "SIT203",
            f"« {asked} » n'est ni un fichier ni un collège",
            where="--weights",
            hint="collèges connus : " + ", ".join(each.name for each in colleges().every),
        )
    return read_weights(Path(asked))


def read_weights(path: Path) -> WeightsFile:
    """Read the JSON or CSV exported by the map.

    Parameters
    ----------
    path : JSON, or CSV with « ; » and the seven ``COLUMNS``; UTF-8, 2 MB at most.

    Returns
    -------
    Weights from 0 to 10,000, thresholds in their criterion's unit, notes.

    Raises
    ------
    SitingError : SIT203, naming what is wrong.
    """
    content = _content(_text(path), path)
    if content.get("format") != FORMAT:
        raise _wrong(path, "ce n'est pas une consultation exportée par la carte")
    return WeightsFile(
        scenario=str(content.get("scenario") or ""),
        weights=_weights(content.get("weights"), path),
        vetoes=_vetoes(content.get("vetoes"), path),
        notes=_notes(content.get("notes"), path),
    )


def rerank(sites: pd.DataFrame, verdicts: pd.DataFrame, chosen: WeightsFile) -> pd.DataFrame:
    """Return the sites with fate, scores and rank as the consultation's choices make them.

    A criterion the file does not name keeps its weight. A site whose value is unknown does not pass
    a veto: ignorance never helps. Rank intervals do not depend on the weights chosen: they are left
    as they were (``siting.screening.site_ranking.add_intervals``).

    Parameters
    ----------
    sites : indexed by site_id, with ``fate``; left untouched.
    verdicts : long table of verdicts; only the ranking criteria (« classant ») are weighed.
    chosen : weights by criterion and thresholds, in each criterion's unit.

    Returns
    -------
    A copy of the sites; those that a threshold stops are « écarté », with the reason.

    Raises
    ------
    SitingError : SIT202 for a criterion that nobody knows.
    """
    graded = verdicts[verdicts["kind"] == "classant"]
    _check_names(chosen, set(graded["criterion"]))
    weight = graded["criterion"].map(dict(chosen.weights)).astype(float)
    scores = graded.assign(weight=weight.fillna(graded["weight"]))
    kept = sites.copy()
    for veto in chosen.vetoes:
        _reject(kept, graded[graded["criterion"] == veto.criterion], veto)
    return rank(kept, scores)


def _reject(sites: pd.DataFrame, verdicts: pd.DataFrame, veto: Veto) -> None:
    known = verdicts["value"].notna() & (verdicts["state"] != "unknown")
    above = verdicts["value"] >= veto.threshold
    passes = known & (above if veto.sense == ">=" else verdicts["value"] <= veto.threshold)
    told = refused_by_consultation(verdicts[~passes], veto.sense, veto.threshold)
    out = sites.index[sites.index.isin(told.index) & (sites["fate"] == CANDIDATE)]
    sites.loc[out, "fate"] = REJECTED
    sites.loc[out, "cause"] = "consultation"
    sites.loc[out, "fate_reason_fr"] = told[out]


def _check_names(chosen: WeightsFile, known: set[str]) -> None:
    for name in sorted({*chosen.weights, *(veto.criterion for veto in chosen.vetoes)}):
        if name not in known:
            raise SitingError(
                "SIT202",
                f"critère inconnu « {name} » dans le fichier de consultation",
                where=chosen.scenario or "consultation",
                hint=f"critères de classement connus : {', '.join(sorted(known))}",
            )


def _text(path: Path) -> str:
    try:
        return read_text(path, "--weights", HEAVIEST_BYTES)
    except SitingError as fault:
        heavy = fault.code == "SIT109"
        told = "le fichier dépasse 2 Mo" if heavy else f"fichier illisible : {fault.message}"
        raise _wrong(path, told) from None
    except UnicodeDecodeError:
        raise _wrong(path, "le fichier n'est pas en UTF-8") from None


def _content(text: str, path: Path) -> dict[str, Any]:
    if not text.lstrip().startswith("{"):
        return _from_csv(text, path)
    try:
        content: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError):  # a number of 5,000 digits is a plain ValueError
        raise _wrong(path, "ce n'est pas du JSON valable") from None
    return content


def _from_csv(text: str, path: Path) -> dict[str, Any]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True))
    except csv.Error:
        raise _wrong(path, "ce n'est pas un CSV à points-virgules") from None
    if not rows or rows[0] != COLUMNS:
        raise _wrong(path, f"les colonnes attendues sont {' ; '.join(COLUMNS)}")
    content: dict[str, Any] = {"weights": {}, "vetoes": {}, "notes": []}
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(COLUMNS):
            raise _wrong(path, f"ligne {number} : {len(row)} colonnes au lieu de {len(COLUMNS)}")
        _take(content, dict(zip(COLUMNS, map(_unguarded, row), strict=True)))
    return content


def _unguarded(cell: str) -> str:
    """Take off the apostrophe that keeps a spreadsheet from running a cell.

    >>> _unguarded("'=1+1"), _unguarded("'ici'")
    ('=1+1', "'ici'")
    """
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@\t\r" else cell


def _take(content: dict[str, Any], row: Mapping[str, str]) -> None:
    nature, about = row["nature"], row["objet"]
    if nature in ("format", "scenario"):
        content[nature] = about
    elif nature == "poids":
        content["weights"][about] = _french_number(row["valeur"])
    elif nature == "seuil":
        sense, threshold = SENSES.get(row["sens"]), _french_number(row["valeur"])
        content["vetoes"][about] = {"sense": sense, "threshold": threshold}
    elif nature.startswith("note"):
        kind = nature.removeprefix("note : ")
        note = {"site_id": about, "college": row["college"], "kind": kind, "text": row["texte"]}
        content["notes"].append(note)


def _french_number(text: str) -> float | str:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return text


def _weights(read: object, path: Path) -> dict[str, float]:
    if not isinstance(read, dict) or not read:
        raise _wrong(path, "aucun poids")
    weights = {str(key): _number(value, path, f"poids de « {key} »") for key, value in read.items()}
    for name, value in weights.items():
        if not 0 <= value <= HEAVIEST_WEIGHT:
            raise _wrong(path, f"poids de « {name} » hors de 0 à 10 000 : {value:g}")
    return weights


def _vetoes(read: object, path: Path) -> tuple[Veto, ...]:
    found = []
    for name, veto in sorted(_table(read, path, "seuils").items()):
        if not isinstance(veto, dict) or veto.get("sense") not in SENSES.values():
            raise _wrong(path, f"seuil de « {name} » sans sens (>= ou <=)")
        threshold = _number(veto.get("threshold"), path, f"seuil de « {name} »")
        found.append(Veto(str(name), str(veto["sense"]), threshold))
    return tuple(found)


def _notes(read: object, path: Path) -> tuple[Note, ...]:
    if read is None:
        return ()
    if not isinstance(read, list) or not all(isinstance(note, dict) for note in read):
        raise _wrong(path, "les notes ne sont pas une liste")
    keys = ("site_id", "college", "kind", "text")
    return tuple(Note(*(str(note.get(key) or "") for key in keys)) for note in read)


def _table(read: object, path: Path, what: str) -> dict[str, Any]:
    if read is None:
        return {}
    if not isinstance(read, dict):
        raise _wrong(path, f"les {what} ne sont pas un tableau par critère")
    return read


def _number(value: object, path: Path, what: str) -> float:
    try:
        plain = math.nan if isinstance(value, bool | str | None) else float(value)  # type: ignore[arg-type]
    except (TypeError, OverflowError):
        plain = math.nan
    if not math.isfinite(plain):
        raise _wrong(path, f"{what} : un nombre est attendu")
    return plain


def _wrong(path: Path, message: str) -> SitingError:
    return SitingError("SIT203", message, where=str(path))
