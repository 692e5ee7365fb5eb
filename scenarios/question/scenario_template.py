"""A new scenario, written with the doc of each key beside it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import BaseModel

from layers.words.errors import SitingError
from scenarios.question.scenario_model import DemandPart, Scenario, ZonePart
from scenarios.question.scenario_reading import library_names

SCHEMA = "scenario.schema.json"


def write_scenario(name: str, folder: Path) -> Path:
    """Write a commented scenario that extends the default one; never over a file.

    Parameters
    ----------
    name : lower-case letters, digits and hyphens; it becomes the file's.
    folder : where to write, made when absent.

    Returns
    -------
    The file written.

    Raises
    ------
    SitingError : SIT200 for an impossible name; SIT403 when the file or a library scenario has that
        name, or the place cannot be written.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", name):
        raise SitingError(
            "SIT200",
            f"« {name} » n'est pas un nom de scénario",
            where="siting scenario new",
            hint="lettres minuscules sans accent, chiffres et tirets : par exemple mon-scenario",
        )
    path = folder / f"{name}.toml"
    if path.exists() or name in library_names():
        raise SitingError(
            "SIT403",
            f"le scénario « {name} » existe déjà",
            where=str(path),
            hint="choisissez un autre nom : rien n'a été écrit",
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(template(name), encoding="utf-8")
    except OSError as problem:
        raise SitingError(
            "SIT403",
            f"écriture impossible : {problem.strerror or 'droits ou disque'}",
            where=str(path),
        ) from None
    return path


def template(name: str) -> str:
    """Return the text of a new scenario: what is set, then every other key as a comment.

    Parameters
    ----------
    name : the scenario's name.

    Returns
    -------
    A TOML text in French.
    """
    head = [
        "# Un scénario : une question posée au territoire, en un fichier.",
        "# Ce qui n'est pas dit vient du scénario « tendanciel ». Clés : docs/scenario.md.",
        'extends = "tendanciel"',
        f'name = "{name}"',
        'title = "Titre lu par tous"',
        'question = "La question posée"',
        "# Une ligne commentée se règle là où elle est, une fois son # ôté, et celui de sa table.",
        *_keys(Scenario),
        "",
        "[demand]",
        "# Puissance informatique totale installée dans la région, par échéance [MW].",
        "it_mw = { 2031 = 150, 2036 = 200 }",
        *_keys(DemandPart),
        "",
        "[rules]",
        "# true, ou une table : { hard = false, penalty = 1 }, ses valeurs et qui en a décidé.",
        '# "land.regional_enaf" = { hard = true, regional_enaf_ha = 10, decided_by = "…",'
        ' decided_on = 2026-11-23, why = "…" }',
        "",
        "# --- Toutes les autres tables, avec leur valeur par défaut ---",
        "",
        "# Hypothèses datées remplacées, par leur nom : la liste est dans docs/scenario.md.",
        "# [assumptions]",
        '# "candidates.usable_share" = 0.7',
        "",
        "# Une zone que l'on apporte ; la table se répète.",
        "# [[zones]]",
        '# file = "humides.gpkg"',
        '# role = "exclude"',
        *_keys(ZonePart),
    ]
    return "\n".join([*head, *_tables()]) + "\n"


# Set above, or written as tables of their own.
TABLES = {"question", "rules", "journal", "zones", "assumptions"}


def _tables() -> list[str]:
    lines: list[str] = []
    for name, field in Scenario.model_fields.items():
        kind = field.annotation
        if name != "demand" and isinstance(kind, type) and issubclass(kind, BaseModel):
            lines += ["", f"# [{name}]", *_keys(kind)]
    return lines


def _keys(model: type[BaseModel]) -> list[str]:
    """Return the plain keys of a table as comments: what each is, and its default."""
    lines: list[str] = []
    for name, field in model.model_fields.items():
        kind = field.annotation
        is_table = isinstance(kind, type) and issubclass(kind, BaseModel)
        if not is_table and not field.is_required() and name not in TABLES:
            lines += [f"# {field.description}", f"# {_as_toml(name, field.default)}"]
    return lines


def _as_toml(name: str, value: Any) -> str:
    if value is None:
        return f"{name} = …"
    if isinstance(value, tuple):
        value = list(value)
    if isinstance(value, dict):
        inside = ", ".join(f'"{key}" = {number}' for key, number in value.items())
        return f"{name} = {{ {inside} }}"
    return " ".join(tomli_w.dumps({name: value}).split()).replace(", ]", " ]")


def schema_text() -> str:
    """Return the JSON schema that editors read to complete and check a scenario.

    Returns
    -------
    JSON with sorted keys and a final newline.
    """
    schema = Scenario.model_json_schema()
    schema["title"] = "Scénario de siting"
    schema["properties"]["extends"] = {
        "type": "string",
        "description": "Scénario dont celui-ci hérite, un niveau.",
    }
    schema["required"] = ["name"]
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
