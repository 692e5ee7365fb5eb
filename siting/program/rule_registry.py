"""The rules of the program: one registered function each, with its dated values and its papers."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import pulp

from layers.words.dated_values import Parameter, Value, read_parameters
from layers.words.errors import SitingError
from siting.program.program_inputs import Inputs, RuleSetting

POLICY = Path(__file__).parents[1] / "policy"
# Opens the note of a rule some of whose evidence is absent: the summary counts on it.
PARTLY_FR = "évaluée en partie"

Terms = list[tuple[pulp.LpVariable, float]]
Sense = Literal["<=", ">="]
Grain = Literal["region", "basin", "departement", "territory", "domain", "yard", "site"]
Kind = Literal["row", "term", "filter", "note"]


@dataclass(frozen=True)
class Row:
    """One row of a rule at one place and period: Σ left + constant (sense) Σ right + limit.

    ``right`` holds what the limit depends on (a share of a total); ``constant`` is what fixed
    and existing centres already take; ``slug`` names the row, ASCII, unique within the rule;
    ``grain``, ``unit``, ``shown_per_row``, ``lack_fr``, ``breach_fr`` are the rule's unless said.
    """

    slug: str
    where: str
    period: int
    left: Terms
    sense: Sense
    limit: float
    right: Terms = field(default_factory=list)
    constant: float = 0.0
    scale: float | None = None
    note_fr: str = ""
    grain: Grain | None = None
    unit: str = ""
    shown_per_row: float | None = None
    lack_fr: str = ""
    breach_fr: str = ""


@dataclass(frozen=True)
class Bite:
    """Whether a rule can bind today, and why, in French."""

    answer: Literal["oui", "non", "donnée absente"]
    why_fr: str


# A rule takes the problem and its values. The problem knows the rules: its type is not named here.
RowsOf = Callable[[Any, Mapping[str, Value]], Iterator[Row]]
BiteOf = Callable[[Inputs, Mapping[str, Value]], Bite]
LackOf = Callable[[Inputs], str]


def nothing_lacks(_: Inputs) -> str:
    """Return the empty word: the tables always hold what the rule reads.

    Parameters
    ----------
    _ : not read.

    Returns
    -------
    An empty text.
    """
    return ""


@dataclass(frozen=True)
class Rule:
    """A registered rule: its papers, its rows, and whether it can bind.

    ``values`` maps the short keys a scenario may override to the dated parameters read;
    ``shown_per_row`` converts the row's unit into ``unit`` (1,000 m³ rows shown in m³);
    ``informs`` names the screening parameters already carried by the tables it reads;
    ``lacks`` says, in French, which data the tables do not hold: the rule is then not evaluated;
    ``breach_fr`` says of a retained site how it passes the rule taken as soft.
    A rule of kind « term » is always soft; one of kind « note » writes no row of the program.
    """

    name: str
    id: str
    label_fr: str
    unit: str
    scope: str
    grain: Grain
    lack_fr: str
    values: Mapping[str, str]
    needs_layers: tuple[str, ...]
    shown_per_row: float
    rows: RowsOf
    can_bite: BiteOf
    informs: tuple[str, ...] = ()
    price_fr: str = "1 {unit} de marge en plus rapporterait {price}"
    kind: Kind = "row"
    lacks: LackOf = nothing_lacks
    breach_fr: str = "{where}"

    @property
    def reads(self) -> tuple[str, ...]:
        """Return the dated parameters the rule reads."""
        return (*self.values.values(), *self.informs)

    @property
    def inequality(self) -> str:
        """Return the inequality: the first line of the function's docstring."""
        return (self.rows.__doc__ or "").strip().splitlines()[0]

    def values_in(self, inputs: Inputs) -> dict[str, Value]:
        """Return the rule's values by short key, the scenario's overrides first.

        Parameters
        ----------
        inputs : what the program reads; its policy and the scenario's settings.

        Returns
        -------
        Values by key of ``values``; an override may be named by its short key or by its parameter.

        Raises
        ------
        SitingError : SIT500 when a parameter has no value.
        """
        overrides = setting_of(inputs, self.name).overrides
        found: dict[str, Value] = {}
        for key, parameter in self.values.items():
            value = overrides.get(key, overrides.get(parameter, inputs.policy.get(parameter)))
            if value is None:
                raise SitingError(
                    "SIT500",
                    f"la règle « {self.label_fr} » n'a pas de valeur pour « {key} »",
                    where=f"{self.id} {self.name}, paramètre {parameter}",
                )
            found[key] = value
        return found


@dataclass(frozen=True)
class CatalogueEntry:
    """A rule of the policy catalogue that the program does not write yet, and why."""

    name: str
    id: str
    label_fr: str
    scope: str
    kind: str
    why_fr: str
    can_bite: str
    reference: str


RULES: dict[str, Rule] = {}


def rule(
    name: str,
    *,
    id: str,
    label_fr: str,
    unit: str,
    scope: str,
    can_bite: BiteOf,
    lack_fr: str,
    grain: Grain = "region",
    values: Mapping[str, str] | None = None,
    informs: tuple[str, ...] = (),
    needs_layers: tuple[str, ...] = (),
    shown_per_row: float = 1.0,
    price_fr: str = Rule.price_fr,
    kind: Kind = "row",
    lacks: LackOf = nothing_lacks,
    breach_fr: str = Rule.breach_fr,
) -> Callable[[RowsOf], RowsOf]:
    """Register a generator of rows as a rule of the program.

    Parameters
    ----------
    name : « family.rule », as a scenario names it; once only.
    id : C and a number, the order rules are written in.
    label_fr : as a planner reads it.
    unit : of what is shown.
    scope : the letter of ``SCOPE_FR``.
    can_bite : says whether the rule can bind.
    lack_fr : the noun of what a broken row lacks.
    grain : what one row of it is about.
    values : dated parameters by the short key a scenario may override.
    informs : screening parameters that the tables it reads carry already.
    needs_layers : layers it reads.
    shown_per_row : what brings the row's unit to ``unit``.
    price_fr : how its price is said, with {unit} and {price}.
    kind : row, filter, term (always soft) or note (no row).
    lacks : says in French which data the tables do not hold.
    breach_fr : how a retained site passes it when it is soft, with {where} and {limit}.

    Returns
    -------
    A decorator that leaves the generator as it is.

    Raises
    ------
    ValueError : when decorating, if a rule has the name already.
    """

    def register(rows: RowsOf) -> RowsOf:
        if name in RULES:
            raise ValueError(f"rule {name} is registered twice")
        RULES[name] = Rule(
            name=name,
            id=id,
            label_fr=label_fr,
            unit=unit,
            scope=scope,
            grain=grain,
            lack_fr=lack_fr,
            values=dict(values or {}),
            needs_layers=needs_layers,
            shown_per_row=shown_per_row,
            rows=rows,
            can_bite=can_bite,
            informs=informs,
            price_fr=price_fr,
            kind=kind,
            lacks=lacks,
            breach_fr=breach_fr,
        )
        return rows

    return register


def setting_of(inputs: Inputs, name: str) -> RuleSetting:
    """Return how the scenario takes a rule; one it does not name is off.

    Parameters
    ----------
    inputs : what the program reads; the scenario's settings.
    name : a rule's name; it is not checked.

    Returns
    -------
    The setting, off for a rule the scenario does not name.
    """
    return inputs.rules.get(name, RuleSetting(enabled=False))


def is_hard(inputs: Inputs, rule: Rule) -> bool:
    """Return whether a rule may not be broken; a term of the objective always may.

    Parameters
    ----------
    inputs : what the program reads; the scenario's settings.
    rule : a registered rule, on or off.

    Returns
    -------
    False when the scenario takes it as soft, or it is a term.
    """
    return setting_of(inputs, rule.name).hard and rule.kind != "term"


def enabled_rules(inputs: Inputs) -> list[Rule]:
    """Return the built rules the scenario turns on, in the order of their identifiers.

    Parameters
    ----------
    inputs : what the program reads; the scenario's settings.

    Returns
    -------
    Rules turned on whose data are there.

    Raises
    ------
    SitingError : SIT202 when the scenario names no known rule; SIT106 when a rule lacks its data
        and ``refuse_missing``.
    """
    unknown = sorted(set(inputs.rules) - set(RULES) - {entry.name for entry in catalogue()})
    if unknown:
        raise SitingError(
            "SIT202", f"règle inconnue : « {unknown[0]} »", where="table [rules] du scénario"
        )
    on = [rule for rule in RULES.values() if setting_of(inputs, rule.name).enabled]
    lacking = {rule.name: rule.lacks(inputs) for rule in on}
    absent = [rule for rule in on if lacking[rule.name]]
    if absent and inputs.refuse_missing:
        raise SitingError(
            "SIT106",
            "règles exigées mais non évaluables : "
            + " ; ".join(f"{rule.id} {rule.label_fr} ({lacking[rule.name]})" for rule in absent),
            where="table [rules] du scénario",
            hint="donnez la couche avec --layer COUCHE=FICHIER, ou écartez la règle : "
            f"--set rules.{absent[0].name}=false",
        )
    return sorted((rule for rule in on if not lacking[rule.name]), key=lambda rule: rule.id)


@cache
def policy_parameters() -> dict[str, Parameter]:
    """Return every dated parameter of the policy files, by « file.key ».

    Returns
    -------
    Parameters by name; read once a process.
    """
    return read_parameters(POLICY)


@cache
def catalogue() -> tuple[CatalogueEntry, ...]:
    """Return the rules of the catalogue that have no rows yet, in order.

    Returns
    -------
    Entries sorted by identifier; read once a process.
    """
    content = tomllib.loads((POLICY / "catalogue" / "rules.toml").read_text(encoding="utf-8"))
    entries = (CatalogueEntry(name=name, **body) for name, body in content.items())
    return tuple(sorted(entries, key=lambda entry: entry.id))
