"""Names a scenario may use: rules and their values, criteria, terms, plants."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from layers.words.dated_values import Parameter, read_parameters
from scenarios.question.key_places import Location

DEFAULT_TERRITORY = "nouvelle-aquitaine"
OWN_KEYS = {"hard", "penalty", "enabled", "decided_by", "decided_on", "why"}
# Statuses of a value that no text read sets: a scenario may bring a better one.
GUESSED = ("assumption", "memory")
# Where a scenario names things, and what they are called.
LISTS: Mapping[Location, str] = {
    ("candidates", "criteria"): "critère éliminatoire",
    ("ranking", "weights"): "critère classant",
    ("objective", "weights"): "terme de l'objectif",
    ("designs", "cooling"): "refroidissement connu",
}


def unknown_names(
    content: Mapping[str, Any],
    places: Callable[[], tuple[Sequence[str], Sequence[str]]] | None = None,
) -> Iterator[tuple[Location, str]]:
    """Yield the place and the French sentence of each unknown name of a scenario's content.

    Content that has not the shape of a scenario is left to the model to refuse.

    Parameters
    ----------
    content : a scenario as read from TOML, before the model.
    places : gives the territories known by name, then the codes of départements; None checks none.

    Yields
    ------
    The place of the name, and what is wrong, with the nearest known name.
    """
    yield from rule_names(content.get("rules"))
    yield from _assumption_names(content.get("assumptions"))
    if places is not None:
        yield from _territory_names(content.get("territory"), places)
    known = _known()
    for location, kind in LISTS.items():
        table = content.get(location[0])
        names = table.get(location[1]) if isinstance(table, Mapping) else None
        for name in names if isinstance(names, Mapping | Sequence) else ():
            if isinstance(name, str) and name not in known[location]:
                near = advice(name, known[location])
                yield (*location, name), f"« {name} » n'est pas un {kind}{near}"


def rule_names(rules: Any) -> Iterator[tuple[Location, str]]:
    """Yield the unknown rules of a table, and the unknown keys of known ones.

    Parameters
    ----------
    rules : the table [rules] as read; anything else than a table has no fault here.

    Yields
    ------
    The place of the rule or of its key, and what is wrong, with the nearest known name.
    """
    import siting.program.rules  # noqa: F401 - registers the rules
    from siting.program.rule_registry import RULES, catalogue

    names = [*RULES, *(entry.name for entry in catalogue())]
    for name, body in rules.items() if isinstance(rules, Mapping) else ():
        if name not in names:
            yield ("rules", name), f"règle inconnue « {name} »{advice(name, names)}"
        elif isinstance(body, Mapping) and name in RULES:
            keys = [*RULES[name].values, *sorted(OWN_KEYS)]
            for key in body:
                if key not in keys:
                    said = f"clé de {name} inconnue « {key} »{advice(key, keys)}"
                    yield ("rules", name, key), said


def settable_assumptions() -> dict[str, Parameter]:
    """Return the assumptions of the screening that a scenario may replace: one number each.

    Returns
    -------
    Parameters by name, such as « candidates.usable_share ».
    """
    import siting

    screening = read_parameters(Path(siting.__file__).parent / "screening")
    return {
        name: parameter
        for name, parameter in screening.items()
        if parameter.scope != "L"
        and all(v.status in GUESSED and isinstance(v.value, float) for v in parameter.values)
    }


def _territory_names(
    asked: Any, places: Callable[[], tuple[Sequence[str], Sequence[str]]]
) -> Iterator[tuple[Location, str]]:
    """Yield the territory, or each département of it, that the pack does not hold."""
    if asked in (None, DEFAULT_TERRITORY):
        return
    names, codes = places()
    if isinstance(asked, str) and asked not in names:
        yield ("territory",), f"territoire inconnu « {asked} »{advice(asked, names)}"
    for code in asked if isinstance(asked, list) else ():
        if isinstance(code, str) and code not in codes:
            held = ", ".join(codes)
            yield ("territory",), f"département absent du lot « {code} » (connus : {held})"


def _assumption_names(asked: Any) -> Iterator[tuple[Location, str]]:
    """Yield the assumptions replaced that nobody knows, and the shares above 1."""
    known = settable_assumptions() if isinstance(asked, Mapping) and asked else {}
    for name, value in asked.items() if isinstance(asked, Mapping) else ():
        if name not in known:
            yield ("assumptions", name), f"hypothèse inconnue « {name} »{advice(name, known)}"
        elif name.endswith("_share") and isinstance(value, int | float) and value > 1:
            yield ("assumptions", name), f"« {name} » est une part, de 0 à 1 : 0.8 pour 80 %"


def rule_values(rules: Any) -> Iterator[tuple[Location, str]]:
    """Yield the impossible values of the rules of a table, whatever their names.

    Parameters
    ----------
    rules : the table [rules] as read; anything else than a table has no fault here.

    Yields
    ------
    The place of the key, and what is expected there.
    """
    for name, body in rules.items() if isinstance(rules, Mapping) else ():
        for key, value in body.items() if isinstance(body, Mapping) else ():
            if fault := _value_fault(key, value):
                yield ("rules", name, key), fault


def _value_fault(key: str, value: Any) -> str:
    """Return what is wrong with a rule's value, or nothing."""
    if key in ("hard", "enabled"):
        return "" if isinstance(value, bool) else f"« {key} » est true ou false"
    if key in OWN_KEYS - {"penalty"}:
        return ""
    numbers = value.values() if isinstance(value, Mapping) else [value]
    if not all(isinstance(n, int | float) and not isinstance(n, bool) for n in numbers):
        return f"« {key} » doit être un nombre, ou une table d'années et de nombres"
    if not all(0 <= n < float("inf") for n in numbers):
        return f"« {key} » ne peut pas être négatif ni indéfini"
    return ""


def _known() -> dict[Location, list[str]]:
    from impacts.cooling.cooling_plant import TECHNOLOGIES
    from siting.program.objective import TERMS
    from siting.screening.criteria import CRITERIA

    by_kind: dict[str, list[str]] = {"éliminatoire": [], "classant": []}
    for entry in CRITERIA.values():
        by_kind.setdefault(entry.kind, []).append(entry.name)
    return {
        ("candidates", "criteria"): by_kind["éliminatoire"],
        ("ranking", "weights"): by_kind["classant"],
        ("objective", "weights"): list(TERMS),
        ("designs", "cooling"): list(TECHNOLOGIES),
    }


def advice(name: str, known: Iterable[str]) -> str:
    """Return « , vouliez-vous dire … ? » when a known name is near.

    Parameters
    ----------
    name : what was written.
    known : the names it could have been.

    Returns
    -------
    French words to add to a sentence, empty when no name is near.

    Examples
    --------
    >>> advice("utilization", ["utilisation", "audit"])
    ', vouliez-vous dire « utilisation » ?'
    """
    near = get_close_matches(name, list(known), n=1)
    return f", vouliez-vous dire « {near[0]} » ?" if near else ""
