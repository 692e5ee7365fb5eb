"""A set of eligibility rules: one TOML file, a dated distance and its papers for each layer."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator

from layers import sources
from layers.contracts.contract import LAYERS
from layers.eligibility.rule_rasters import Classes, GivenRaster, RuleRaster
from layers.opening.small_text import read_text, toml_in
from layers.words.dated_values import Parameter, Value, in_force
from layers.words.errors import SitingError, toml_fr
from layers.words.french import day as french_day

__all__ = ["LayerRule", "RuleInForce", "RuleSet", "read_rule_set", "sources"]

FAULTS_FR = {
    "missing": "valeur obligatoire absente",
    "extra_forbidden": "clé inconnue",
    "model_type": "une table est attendue",
    "literal_error": "valeur hors de celles permises",
    "string_too_short": "texte trop court",
    "date_from_datetime_parsing": "une date AAAA-MM-JJ est attendue",
    "tuple_type": "une liste est attendue",
    "dict_type": "une table est attendue",
}
Words = Mapping[str, tuple[str, ...]]


class LayerRule(Parameter):
    """What one layer forbids (or requires), and how far: the dated value is a distance in metres.

    ``where`` keeps the rows that count, ``unknown_where`` those that may count, ``classes``,
    ``above`` or ``below`` the cells of a raster; ``raster`` is a user's own, read in place of the
    layer; ``complete_in`` says where the layer is complete when its own papers do not (« * »
    everywhere); ``on_unknown = "exclude"`` takes doubt for a no. With ``measure = "slope"``, the
    dated value is a slope in %, and the layer holds heights, in cells ``coarsest_cell_m`` wide at
    most.
    """

    layer: str
    mode: Literal["exclude", "require"] = "exclude"
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    unknown_where: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    classes: tuple[float, ...] = ()
    above: float | None = None
    below: float | None = None
    measure: Literal["value", "slope"] = "value"
    coarsest_cell_m: float | None = Field(default=None, gt=0)
    raster: RuleRaster | None = None
    complete_in: tuple[str, ...] = ()
    on_unknown: Literal["unknown", "exclude"] = "unknown"
    note_fr: str = ""
    unit: Literal["m", "%"] = "m"

    @model_validator(mode="after")
    def _of_one_kind(self) -> LayerRule:
        bounds = [self.above is not None, self.below is not None]
        ways = sum([bool(self.classes), *bounds])
        if self.layer in LAYERS and LAYERS[self.layer].form == "raster":
            if ways + self.is_slope != 1:
                raise ValueError("un raster demande « classes », « above » ou « below », seul")
            if self.where or self.unknown_where:
                raise ValueError("un raster n'a pas de lignes : « where » ne le trie pas")
        elif ways or self.is_slope:
            raise ValueError("« classes », « above » et « measure » ne valent que pour un raster")
        if self.is_slope and (self.raster or self.coarsest_cell_m is None):
            raise ValueError("une pente veut « coarsest_cell_m », et se lit dans sa couche seule")
        if self.is_slope != (self.unit == "%"):
            raise ValueError("une distance est en mètres, une pente en %")
        for dated in self.values:
            most = 1_000 if self.is_slope else 200_000
            if not isinstance(dated.value, float | int) or not 0 <= dated.value <= most:
                raise ValueError("une distance va de 0 à 200 000 m, une pente de 0 à 1 000 %")
        return self

    @property
    def is_slope(self) -> bool:
        """Say whether the rule bounds a slope, not a distance."""
        return self.measure == "slope"


@dataclass(frozen=True)
class RuleInForce:
    """A rule, its name, and its value in force on a day, with its papers.

    ``given`` is the raster of the user's own that answers it, once read.
    """

    name: str
    rule: LayerRule
    value: Value
    given: GivenRaster | None = None

    @property
    def reach_m(self) -> float:
        """Return the distance in force, in metres: none for a slope."""
        return 0.0 if self.rule.is_slope else self.value.number

    @property
    def sought(self) -> Classes:
        """Return what the rule looks for in a raster."""
        if self.given is not None:
            return self.given.asked.sought
        if self.rule.is_slope:
            return Classes(above=self.value.number)
        return Classes(self.rule.classes, self.rule.above, self.rule.below)


@dataclass(frozen=True)
class RuleSet:
    """A named set of rules in force on a day; ``caveat_fr`` is printed wherever a result is.

    ``later_fr`` names the rules that only come into force after that day: they were not applied.
    """

    name: str
    title: str
    caveat_fr: str
    rules: tuple[RuleInForce, ...]
    later_fr: tuple[str, ...] = ()


def read_rule_set(path: Path, day: date, distances: Mapping[str, float] | None = None) -> RuleSet:
    """Read a set of rules as it stands on a day.

    Parameters
    ----------
    path : a TOML, one table a rule and « set » for the title and the caveat.
    day : rules without a value by then are left out, and named in ``later_fr``.
    distances : metres by rule name (% for a slope), in place of the dated value, as an assumption.

    Returns
    -------
    The rules in force, in the order of the file.

    Raises
    ------
    SitingError : SIT201 (no such file), SIT501 (malformed rule, or none), SIT202 (unknown layer or
        rule), SIT500 (no rule in force: all would be eligible).
    """
    content = _parsed(path)
    head = content.pop("set", {})
    rules = {name: _rule(path, name, body, distances or {}) for name, body in content.items()}
    for name in distances or {}:
        if name not in rules:
            raise _unknown("règle", name, list(rules), path)
    if not rules:
        raise SitingError("SIT501", "le jeu de règles n'a aucune règle", where=str(path))
    held = in_force(rules, day)
    if not held:
        raise SitingError(
            "SIT500", f"aucune règle en vigueur le {french_day(day)}", where=str(path),
            hint="datez une règle d'avant ce jour : sans règle, tout semblerait éligible",
        )  # fmt: skip
    return RuleSet(
        name=str(head.get("name", path.stem)),
        title=str(head.get("title", path.stem)),
        caveat_fr=str(head.get("caveat_fr", "")),
        rules=tuple(RuleInForce(name, rules[name], held[name]) for name in rules if name in held),
        later_fr=tuple(rules[name].label_fr for name in rules if name not in held),
    )


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return toml_in(read_text(path, "--rules"))
    except SitingError as fault:
        if fault.code != "SIT108":
            raise
        raise SitingError(
            "SIT201",
            f"jeu de règles introuvable : {fault.message}",
            where=str(path),
            hint="donnez à --rules le chemin d'un fichier TOML",
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise SitingError("SIT501", toml_fr(problem), where=str(path)) from None


def _rule(path: Path, name: str, body: Any, distances: Mapping[str, float]) -> LayerRule:
    if isinstance(body, dict) and body.get("layer", "communes") not in LAYERS:
        raise _unknown("couche", str(body["layer"]), list(LAYERS), path)
    if name in distances and isinstance(body, dict):
        chosen = {
            "value": distances[name],
            "status": "assumption",
            "reference": "Choisi sur la ligne de commande (--distance)",
        }
        body = {**body, "values": [chosen]}
    try:
        return LayerRule.model_validate(body)
    except ValidationError as problem:
        first = problem.errors()[0]
        place = ".".join([name, *(str(part) for part in first["loc"])])
        text = FAULTS_FR.get(first["type"], str(first["msg"]).removeprefix("Value error, "))
        raise SitingError(
            "SIT501", f"la règle « {name} » est mal formée : {text}", where=f"{path}, {place}"
        ) from None


def _unknown(kind: str, name: str, known: list[str], path: Path) -> SitingError:
    near = get_close_matches(name, known, n=1)
    return SitingError(
        "SIT202",
        f"{kind} inconnue « {name} »",
        where=str(path),
        hint=f"vouliez-vous dire « {near[0]} » ?" if near else f"connues : {', '.join(known)}",
    )
