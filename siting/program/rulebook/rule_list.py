"""The rules as a planner lists them: inequality, values in force, scope, and bite."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import siting.program.rules  # noqa: F401 - registers the rules
from layers.words.dated_values import STATUS_FR, Value, in_force, scopes_fr
from siting.program.program_inputs import Inputs
from siting.program.rule_registry import (
    RULES,
    Rule,
    catalogue,
    is_hard,
    policy_parameters,
    setting_of,
)
from siting.program.rulebook.rule_texts import (
    amount_said,
    bite_said,
    founding_texts,
    setters,
    text_said,
)

__all__ = ["rows"]


def rows(
    day: date, inputs: Inputs | None = None, texts: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """Return one row a rule, built or not, in the order of their identifiers.

    Whether a built rule can bite depends on the candidates: it is told when inputs are given.

    Parameters
    ----------
    day : values in force then are shown.
    inputs : what a program reads, to tell whether each rule can bite; None, it is not told.
    texts : the names of a territory's regional texts by scope; None for those that ship.

    Returns
    -------
    Rows of rule_id, rule, label_fr, scope, scope_fr, text_fr, sets_fr, setters_fr, kind, built,
    inequality, unit, values (a list of name, label_fr, value, value_fr, setter_fr, range_fr,
    status_fr, reference), can_bite, bite_fr, why_fr and taken_fr.
    """
    values, scopes = in_force(policy_parameters(), day), scopes_fr(texts)
    built = [
        {
            "rule_id": rule.id,
            "rule": rule.name,
            "label_fr": rule.label_fr,
            "scope": rule.scope,
            "scope_fr": scopes[rule.scope],
            "kind": rule.kind,
            "built": True,
            "inequality": rule.inequality,
            "unit": rule.unit,
            **_text(rule.name, [values[name] for name in rule.reads if name in values]),
            "values": [_value(values[name]) for name in rule.reads if name in values],
            **_taken(rule, inputs),
            **_bite(rule, inputs, values),
        }
        for rule in RULES.values()
    ]
    waiting = [
        {
            "rule_id": entry.id,
            "rule": entry.name,
            "label_fr": entry.label_fr,
            "scope": entry.scope,
            "scope_fr": scopes[entry.scope],
            "kind": entry.kind,
            "built": False,
            "inequality": "",
            "unit": "",
            **_text(entry.name, []),
            "values": [],
            "taken_fr": "",
            "can_bite": entry.can_bite,
            "bite_fr": bite_said(entry.can_bite),
            "why_fr": f"non évaluée : {entry.why_fr} ({entry.reference})",
        }
        for entry in catalogue()
    ]
    return sorted([*built, *waiting], key=lambda row: str(row["rule_id"]))


def _text(name: str, values: list[Value]) -> dict[str, str]:
    """Say which text founds a rule and what it sets, then who sets the thresholds."""
    text = founding_texts().get(name)
    return {
        "text_fr": text_said(name),
        "sets_fr": text.sets_fr if text else "",
        "setters_fr": setters(values),
    }


def _value(value: Value) -> dict[str, Any]:
    known = value.low is not None and value.high is not None
    ends = [
        amount_said(float(end), value.unit) for end in (value.low, value.high) if end is not None
    ]
    return {
        "name": value.name,
        "label_fr": value.label_fr,
        "value": value.value,
        "value_fr": amount_said(value.value, value.unit),
        "setter_fr": value.setter_fr,
        "range_fr": f"de {ends[0]} à {ends[1]}" if known else "",
        "status_fr": STATUS_FR[value.status],
        "reference": value.reference,
    }


def _bite(rule: Rule, inputs: Inputs | None, values: dict[str, Value]) -> dict[str, str]:
    told = _can_bite(rule, inputs, values)
    return told | {"bite_fr": bite_said(told["can_bite"]) if told["can_bite"] else ""}


def _can_bite(rule: Rule, inputs: Inputs | None, values: dict[str, Value]) -> dict[str, str]:
    if inputs is None:
        return {"can_bite": "", "why_fr": ""}
    if rule.lacks(inputs):
        return {"can_bite": "donnée absente", "why_fr": f"non évaluée : {rule.lacks(inputs)}"}
    own = setting_of(inputs, rule.name).overrides
    read = {key: own.get(key, own.get(name, values.get(name))) for key, name in rule.values.items()}
    if any(value is None for value in read.values()):
        return {"can_bite": "donnée absente", "why_fr": "aucune valeur en vigueur ce jour-là"}
    bite = rule.can_bite(inputs, {key: value for key, value in read.items() if value})
    return {"can_bite": bite.answer, "why_fr": bite.why_fr}


def _taken(rule: Rule, inputs: Inputs | None) -> dict[str, str]:
    """Say how the scenario takes the rule, and the values it puts in place of the catalogue's."""
    if inputs is None:
        return {"taken_fr": ""}
    setting = setting_of(inputs, rule.name)
    if not setting.enabled:
        return {"taken_fr": "non retenue"}
    own = [
        f"{key} = {amount_said(value.value, value.unit)} ({value.setter_fr})"
        for key, value in sorted(setting.overrides.items())
    ]
    words = "dure" if is_hard(inputs, rule) else "souple"
    return {"taken_fr": f"règle {words}" + (f", {' ; '.join(own)}" if own else "")}
