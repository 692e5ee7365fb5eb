"""The page `docs/methode.md`: each quantity, its formula, its constants, from the registry."""

from __future__ import annotations

import ast
import inspect
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from impacts.basis.constant_factors import factors
from impacts.basis.impact_ledger import LEDGER, Entry
from impacts.cooling.hourly_cooling import OUTPUTS, VINTAGES
from impacts.cooling.known_technologies import TECHNOLOGIES
from layers.words.dated_values import STATUS_FR, Value
from layers.words.french import NO_BREAK, significant

_PROSE = Path(__file__).parent / "published" / "method.toml"
_FAMILY_FR: Mapping[str, str] = {
    "backup": "Secours et nomenclature ICPE",
    "carbon": "Carbone et groupes de secours",
    "cooling": "Installation neuve",
    "cooling_colo": "Hébergement de 2015 à 2022 (écarts)",
    "cooling_legacy": "Installation ancienne (écarts)",
    "cooling_loop40": "Boucle liquide de 40 à 48 °C (écarts)",
    "cooling_small_old": "Petite salle d'avant 2015 (écarts)",
    "cooling_small_recent": "Petite salle de 2015 et après (écarts)",
    "equipment": "Équipements",
    "flexibility": "Souplesse, batteries et photovoltaïque",
    "grid": "Raccordement",
    "heat": "Chaleur",
    "land": "Sol",
    "noise": "Bruit",
    "psychrometrics": "Air humide",
    "uncertainty": "Incertitude",
    "water": "Eau",
    "weather": "Météo",
}
_OVER_MONTHS = {"sum": "Σ_mois", "max": "max_mois"}
_SIGNS = {ast.Add: "+", ast.Sub: "−", ast.Mult: "×", ast.Div: "÷"}


@cache
def _prose() -> Mapping[str, Any]:
    return tomllib.loads(_PROSE.read_text(encoding="utf-8"))


def page(day: date) -> str:
    """Return the method page, in French Markdown, with the constants in force on a day.

    Parameters
    ----------
    day : day of the rules.

    Returns
    -------
    The page, ending with a line break.
    """
    known = factors(day)
    parts = [_opening(known), _technologies(), _quantities(known), _constants(known)]
    return "\n".join(line for part in parts for line in part) + "\n"


def _opening(known: Mapping[str, Value]) -> Iterator[str]:
    yield "# Méthode des empreintes"
    yield ""
    yield "Page engendrée par `make docs` ; ne pas la corriger à la main."
    yield ""
    yield _prose()["opening"]
    counts = {status: 0 for status in STATUS_FR}
    for value in known.values():
        counts[value.status] += 1
    words = [f"{STATUS_FR[status]}{NO_BREAK}: {count}" for status, count in counts.items()]
    yield f"{len(known)} constantes ({' ; '.join(words)})."
    yield ""
    yield "## La chaîne, pas à pas"
    yield ""
    for step in _prose()["steps"]:
        yield f"**{step['title']}.** {step['text']}"
        yield ""
    yield "## Un exemple : deux villes, douze mois"
    yield ""
    yield "![PUE et eau par mois à Bordeaux et Limoges, quatre technologies](images/mois.png)"
    yield _prose()["example"]
    yield "## Ce que ces chiffres ne disent pas"
    yield ""
    yield _prose()["limits"]["text"]


def _technologies() -> Iterator[str]:
    yield "## Technologies de refroidissement"
    yield ""
    yield _line(["nom", "technologie", "famille", "liquide", "évapore"])
    yield _line(["---"] * 5)
    for one in TECHNOLOGIES.values():
        flags = ["oui" if flag else "non" for flag in (one.is_liquid, one.is_evaporative)]
        yield _line([f"`{one.name}`", one.label_fr, one.family, *flags])
    yield ""
    ages = " ; ".join(f"`{name}`{NO_BREAK}: {label}" for name, label in VINTAGES.items())
    yield f"Âges d'équipement : {ages}."
    yield ""
    yield "Chaque technologie donne, par heure :"
    yield ""
    for name, (units, label) in OUTPUTS.items():
        yield f"- `{name}` ({units}){NO_BREAK}: {label}"
    yield ""


def _quantities(known: Mapping[str, Value]) -> Iterator[str]:
    yield "## Grandeurs du registre"
    yield ""
    yield "La formule est celle qui tourne, lue dans le code ; `famille_clé` est une constante."
    yield ""
    yield _line(["grandeur", "nom", "unité", "formule", "d'où"])
    yield _line(["---"] * 5)
    for entry in LEDGER.values():
        statuses = sorted({known[n].status for n in _constants_of(entry, known)})
        badge = ", ".join(STATUS_FR[status] for status in statuses if status != "read")
        source = f"{entry.reference} (constantes : {badge})" if badge else entry.reference
        formula = f"`{formula_of(entry)}`"
        yield _line([entry.label_fr, f"`{entry.name}`", entry.units, formula, source])
    yield ""


def _constants_of(entry: Entry, known: Mapping[str, Value]) -> list[str]:
    dotted = {name.replace(".", "_"): name for name in known}
    return [dotted[need] for need in entry.needs if need in dotted]


def formula_of(entry: Entry) -> str:
    """Return the formula of a quantity as it runs, its intermediate values written out.

    Parameters
    ----------
    entry : entry of the ledger, whose source can be read.

    Returns
    -------
    Expression in French signs, or « ? » for a function without a plain return.

    Examples
    --------
    >>> formula_of(LEDGER["site_energy"])
    'it_energy × pue'
    """
    source = textwrap.dedent(inspect.getsource(entry.formula))
    body = ast.parse(source).body[0]
    given: dict[str, ast.expr] = {}
    for node in getattr(body, "body", []):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            given[node.targets[0].id] = node.value
        elif isinstance(node, ast.Return) and node.value is not None:
            return _written(node.value, given)
    return "?"


def _written(node: ast.expr, given: Mapping[str, ast.expr]) -> str:
    """Write an expression as a planner would: no brackets of code, named steps replaced."""
    if isinstance(node, ast.Name):
        if node.id == "_LITRES":
            return "1000"
        return _written(given[node.id], given) if node.id in given else node.id
    if isinstance(node, ast.BinOp) and type(node.op) in _SIGNS:
        left, right = (_grouped(side, node.op, given) for side in (node.left, node.right))
        return f"{left} {_SIGNS[type(node.op)]} {right}"
    if isinstance(node, ast.Call):
        return _called(node, given)
    return ast.unparse(node)


def _grouped(node: ast.expr, around: ast.operator, given: Mapping[str, ast.expr]) -> str:
    inner = given.get(node.id, node) if isinstance(node, ast.Name) else node
    is_sum = isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Add | ast.Sub)
    text = _written(node, given)
    return f"({text})" if is_sum and isinstance(around, ast.Mult | ast.Div) else text


def _called(node: ast.Call, given: Mapping[str, ast.expr]) -> str:
    inner = [_written(argument, given) for argument in node.args]
    if isinstance(node.func, ast.Attribute):
        on = node.func.value
        if node.func.attr in _OVER_MONTHS:
            return f"{_OVER_MONTHS[node.func.attr]}({_written(on, given)})"
        if node.func.attr == "copy":
            return _written(on, given)
        if node.func.attr == "maximum":
            return f"max({' ; '.join(inner)})"
    return inner[0] if len(inner) == 1 else ast.unparse(node)


def _constants(known: Mapping[str, Value]) -> Iterator[str]:
    yield "## Constantes"
    for family, label in _FAMILY_FR.items():
        values = [v for name, v in known.items() if name.partition(".")[0] == family]
        yield ""
        yield f"### {label}"
        yield ""
        yield _line(["constante", "valeur", "de – à", "unité", "statut", "source"])
        yield _line(["---"] * 6)
        for value in values:
            bounds = "—"
            if value.low is not None and value.high is not None:
                bounds = f"{significant(value.low)} – {significant(value.high)}"
            status = f"{STATUS_FR[value.status]}"
            source = f"{value.reference}. {value.note}" if value.note else value.reference
            key = f"{value.label_fr} (`{value.name}`)"
            yield _line([key, _value(value), bounds, value.unit, status, source])


def _value(value: Value) -> str:
    if isinstance(value.value, dict):
        return " ; ".join(f"{name} {significant(x)}" for name, x in value.value.items())
    return value.value if isinstance(value.value, str) else significant(value.value)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
