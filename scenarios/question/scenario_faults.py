"""What is wrong with a scenario, in French: faults of shape from the model, faults of writing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from layers.words.errors import SitingError
from layers.words.french import plural
from scenarios.question.key_places import Location
from scenarios.question.known_names import advice
from scenarios.question.scenario_model import Scenario

# Faults told of one file: beyond, nobody reads them.
MOST_FAULTS = 10
_FRENCH = {
    "missing": "valeur obligatoire absente",
    "float_parsing": "un nombre est attendu",
    "float_type": "un nombre est attendu",
    "finite_number": "un nombre fini est attendu",
    "int_parsing": "un entier est attendu",
    "int_type": "un entier est attendu",
    "int_from_float": "un entier est attendu",
    "string_type": "un texte entre guillemets est attendu",
    "bool_parsing": "true ou false est attendu",
    "bool_type": "true ou false est attendu",
    "tuple_type": "une liste est attendue",
    "too_short": "au moins un élément est attendu",
    "dict_type": "une table est attendue",
    "model_type": "une table est attendue",
    "model_attributes_type": "une table est attendue",
    "string_pattern_mismatch": "lettres minuscules, chiffres et tirets seulement",
    "date_from_datetime_parsing": "une date AAAA-MM-JJ est attendue",
    "date_parsing": "une date AAAA-MM-JJ est attendue",
    "date_type": "une date AAAA-MM-JJ est attendue",
}
# Keys that take one thing or another: the model would complain once for each.
EITHER = {
    "rules": (2, "true, false ou une table { hard = true } est attendu"),
    "territory": (1, "un nom, ou une liste de départements entre guillemets, est attendu"),
}


def faults_of(problem: ValidationError) -> list[tuple[Location, str]]:
    """Return the place and the French sentence of each fault the model found, once each.

    Parameters
    ----------
    problem : what pydantic found.

    Returns
    -------
    Pairs (place, sentence), in the order of the faults; a list blamed for its elements is said
    once.
    """
    found: dict[Location, str] = {}
    for fault in problem.errors():
        place = tuple(str(part) for part in fault["loc"] if part != "[key]")
        if place and place[0] in EITHER:
            length, text = EITHER[place[0]]
            found.setdefault(place[:length], f"{'.'.join(place[:length])} : {text}")
        elif fault["type"] == "extra_forbidden":
            near = advice(place[-1], _known_keys(place[:-1]))
            found.setdefault(place, f"clé inconnue « {'.'.join(place)} »{near}")
        else:
            said = _in_french(fault["type"], fault["msg"], fault.get("ctx", {}))
            found.setdefault(place, f"{'.'.join(place) or 'scénario'} : {said}")
    # A list of refused elements only is said empty too.
    return [
        (place, text)
        for place, text in found.items()
        if not any(other[: len(place)] == place and other != place for other in found)
    ]


def _known_keys(location: Location) -> list[str]:
    model: Any = Scenario
    for part in location:
        if part.isdigit():  # a line of the journal
            continue
        field = model.model_fields.get(part) if hasattr(model, "model_fields") else None
        model = _element(field.annotation) if field else None
    return list(model.model_fields) if hasattr(model, "model_fields") else []


def _element(annotation: Any) -> Any:
    """Return what a list holds, or the annotation itself."""
    return next(iter(getattr(annotation, "__args__", ())), annotation)


def _in_french(kind: str, message: str, context: Mapping[str, Any]) -> str:
    bounds = {
        "greater_than": "plus de",
        "greater_than_equal": "au moins",
        "less_than": "moins de",
        "less_than_equal": "au plus",
    }
    if kind in bounds:
        return f"{bounds[kind]} {next(iter(context.values())):g} attendu"
    if kind == "literal_error":
        expected = str(context.get("expected", "")).replace("'", '"')
        return f"valeurs possibles : {expected}".replace(" or ", " ou ")
    return _FRENCH.get(kind, message.removeprefix("Value error, "))


def faults_said(placed: Sequence[tuple[str, str]]) -> list[str]:
    """Say the first faults as one reads a file, and how many are left.

    Parameters
    ----------
    placed : pairs (place: file and line, or « --set »; sentence), in any order.

    Returns
    -------
    French lines, at most ``MOST_FAULTS`` and one more.
    """
    told = [_placed(*each)[:300] for each in sorted(placed, key=_by_line)[:MOST_FAULTS]]
    left = len(placed) - MOST_FAULTS
    return [*told, f"et {plural(left, 'autre défaut', 'autres défauts')}"] if left > 0 else told


def _by_line(fault: tuple[str, str]) -> tuple[str, int]:
    """Sort faults as one reads a file, those of « --set » first."""
    name, _, line = fault[0].partition(", ligne ")
    return name, int(line or 0)


def _placed(place: str, text: str) -> str:
    text = text.removeprefix(f"{place.removeprefix('--set ')} : ")
    return f"{place} : {text}" if place else text


# What the TOML reader says, and what a planner understands of it.
_WRITING = (
    ("Cannot overwrite a value", "cette clé est écrite deux fois"),
    ("Cannot declare", "cette table est écrite deux fois"),
    ("Cannot mutate immutable", "cette table entre accolades ne peut plus être complétée"),
    ("Expected '=' after a key", "il manque « = » après la clé"),
    ("Invalid initial character for a key part", "une clé est attendue ici"),
    ("Unclosed array", "il manque « ] » à la fin de la liste"),
    ("Unclosed inline table", "il manque « } » à la fin de la table"),
    ("Expected ']' at the end of a table", "il manque « ] » à la fin du nom de la table"),
    ("Unterminated string", "il manque un guillemet fermant"),
    ("Illegal character", "caractère interdit, ou guillemet fermant oublié"),
    ("Invalid statement", "ni une table, ni une clé"),
    ("Invalid value", "valeur illisible : un texte s'écrit entre guillemets"),
    ("Invalid date", "date impossible : écrivez AAAA-MM-JJ"),
    ("Expected newline", "il reste des caractères après la valeur"),
)
_DAY = re.compile(r"=\s*\d{4}-\d\d-\d\d")
_DECIMAL_COMMA = re.compile(r"=\s*-?\d+,\d+\s*(#.*)?$")


def unreadable(path: Path, text: str, message: str) -> SitingError:
    """Return the error of a file that is not TOML: its line as written, and what is wrong there.

    Parameters
    ----------
    path : the file, as the error shows it.
    text : what it holds.
    message : what ``tomllib`` says, in English, with its line and column.

    Returns
    -------
    SIT200, to be raised by the caller.
    """
    place = re.search(r"at line (\d+), column (\d+)", message)
    lines = text.splitlines()
    number = int(place[1]) if place else len(lines)
    line = lines[number - 1].strip() if 0 < number <= len(lines) else ""
    said = next((french for english, french in _WRITING if english in message), "écriture fautive")
    if _DECIMAL_COMMA.search(line):
        said = "un nombre s'écrit avec un point : 0.7, pas 0,7"
    elif _DAY.search(line):
        said = "date impossible : écrivez AAAA-MM-JJ, sans guillemets"
    return SitingError(
        "SIT200",
        f"TOML illisible : {said}",
        where=f"{path}, ligne {number} : {line[:80]}".rstrip(" :"),
        hint="corrigez cette ligne ; « siting scenario show sobriete » montre un fichier complet",
    )
