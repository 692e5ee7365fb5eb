"""Reads a scenario from one TOML file; what is refused is told with the nearest known name."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from layers.errors import SitingError
from scenarios.model import Scenario

__all__ = ["LIBRARY", "Scenario", "find_scenario", "library_names", "read_scenario"]

LIBRARY = Path(__file__).parent / "library"


def read_scenario(
    name_or_path: str, overrides: tuple[str, ...] = (), library: Path = LIBRARY
) -> Scenario:
    """Read a scenario by name or path, with « key=value » overrides written in TOML.

    Raises SIT201 when it is not found, SIT200 with every fault at once when it is malformed.
    """
    path = find_scenario(name_or_path, library)
    content = _read_toml(path)
    base = content.pop("extends", None)
    if base is not None:
        parent = _read_toml(find_scenario(str(base), library))
        if "extends" in parent:
            raise SitingError(
                "SIT200", "un scénario n'hérite que d'un niveau", where=f"{path}, extends"
            )
        content = _merge(parent, content)
    _refuse_contradictions(overrides)
    for override in overrides:
        content = _merge(content, _parse_override(override))
    try:
        return Scenario.model_validate(content)
    except ValidationError as problem:
        raise SitingError(
            "SIT200",
            f"le scénario « {path.stem} » a {problem.error_count()} défaut(s)",
            where=str(path),
            hint=" ; ".join(_faults(problem)),
        ) from None


def find_scenario(name_or_path: str, library: Path = LIBRARY) -> Path:
    """Return the file of a scenario named in the library or given by its path."""
    if name_or_path.endswith(".toml"):
        path = Path(name_or_path)
        if path.is_file():
            return path
    elif (library / f"{name_or_path}.toml").is_file():
        return library / f"{name_or_path}.toml"
    known = library_names(library)
    near = get_close_matches(Path(name_or_path).stem, known, n=1)
    raise SitingError(
        "SIT201",
        f"le scénario « {name_or_path} » est introuvable",
        where=f"bibliothèque : {', '.join(known)}",
        hint=f"vouliez-vous dire « {near[0]} » ?" if near else None,
    )


def library_names(library: Path = LIBRARY) -> list[str]:
    """Return the names of the library's scenarios, the default one first."""
    names = sorted(path.stem for path in library.glob("*.toml"))
    return sorted(names, key=lambda name: (name != "tendanciel", name))


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise SitingError("SIT200", f"TOML illisible : {problem}", where=str(path)) from None


def _parse_override(text: str) -> dict[str, Any]:
    key, sign, value = text.partition("=")
    try:
        if not sign or not key.strip():
            raise tomllib.TOMLDecodeError
        return tomllib.loads(f"{key.strip()} = {value.strip()}")
    except tomllib.TOMLDecodeError:
        pass
    try:  # a bare word is a string: --set climate=2050 and --set designs.vintage=colo
        return tomllib.loads(f"{key.strip()} = {value.strip()!r}")
    except tomllib.TOMLDecodeError:
        raise SitingError(
            "SIT200",
            f"« {text} » n'est pas une clé et une valeur",
            where="--set",
            hint="écrivez par exemple --set demand.it_mw.2031=150",
        ) from None


def _refuse_contradictions(overrides: tuple[str, ...]) -> None:
    """Refuse two « --set » of one key, or of a table and of one of its keys, that differ."""
    given: dict[tuple[str, ...], Any] = {}
    for override in overrides:
        for path, value in _leaves(_parse_override(override)):
            for known, before in given.items():
                shared = min(len(known), len(path))
                if known[:shared] == path[:shared] and (len(known) != len(path) or before != value):
                    raise SitingError(
                        "SIT200",
                        f"« {'.'.join(known)} » = {before} et « {'.'.join(path)} » = {value} se "
                        "contredisent",
                        where="--set",
                        hint="gardez un seul des deux",
                    )
            given[path] = value


def _leaves(table: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[Any, Any]]:
    for key, value in table.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, (*above, key))
        else:
            yield (*above, key), value


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        merged[key] = (
            _merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
        )
    return merged


def _faults(problem: ValidationError) -> Iterator[str]:
    for fault in problem.errors():
        place = ".".join(str(part) for part in fault["loc"]) or "scénario"
        if fault["type"] == "extra_forbidden":
            near = get_close_matches(str(fault["loc"][-1]), _known_keys(fault["loc"][:-1]), n=1)
            advice = f", vouliez-vous dire « {near[0]} » ?" if near else ""
            yield f"clé inconnue « {place} »{advice}"
        else:
            yield f"{place} : {_in_french(fault['type'], fault['msg'], fault.get('ctx', {}))}"


def _known_keys(location: tuple[int | str, ...]) -> list[str]:
    model: Any = Scenario
    for part in location:
        field = model.model_fields.get(part) if hasattr(model, "model_fields") else None
        model = field.annotation if field else None
    return list(model.model_fields) if hasattr(model, "model_fields") else []


_FRENCH = {
    "missing": "valeur obligatoire absente",
    "float_parsing": "un nombre est attendu",
    "float_type": "un nombre est attendu",
    "int_parsing": "un entier est attendu",
    "int_type": "un entier est attendu",
    "string_type": "un texte est attendu",
    "bool_parsing": "true ou false est attendu",
    "bool_type": "true ou false est attendu",
    "tuple_type": "une liste est attendue",
    "dict_type": "une table est attendue",
    "string_pattern_mismatch": "lettres minuscules, chiffres et tirets seulement",
    "date_from_datetime_parsing": "une date AAAA-MM-JJ est attendue",
    "date_type": "une date AAAA-MM-JJ est attendue",
}


def _in_french(kind: str, message: str, context: Mapping[str, Any]) -> str:
    bounds = {
        "greater_than": "plus de",
        "greater_than_equal": "au moins",
        "less_than": "moins de",
        "less_than_equal": "au plus",
    }
    if kind in bounds:
        return f"{bounds[kind]} {next(iter(context.values()))} attendu"
    if kind == "literal_error":
        return f"valeurs possibles : {context.get('expected', '')}".replace(" or ", " ou ")
    return _FRENCH.get(kind, message.removeprefix("Value error, "))
