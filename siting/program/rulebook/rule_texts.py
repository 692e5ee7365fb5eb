"""Text and threshold, two things: which text founds a rule, and who sets each of its values."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from layers.words.dated_values import SCOPE_FR, STATUS_FR, Value
from layers.words.french import NO_BREAK, listing, significant
from siting.program.program_inputs import Inputs
from siting.program.rule_registry import POLICY, RULES, Rule

BITES, CANNOT, LACKS = "mord", "ne peut pas mordre", "donnée absente"
MAY = "peut mordre"
UNSAID = "texte non précisé"
# Columns that the bill of a plan gains: the text, who sets the threshold, and the bite.
BASIS_COLUMNS = ("text_fr", "basis_fr", "threshold_fr", "bite_fr")


@dataclass(frozen=True)
class Text:
    """The text that founds a rule: its article, its date, whether it was read, what it sets."""

    text_fr: str
    article_fr: str
    dated: date
    status: str
    sets_fr: str

    @property
    def said(self) -> str:
        """Return the text in a sentence, with its badge when it was not read."""
        badge = f" [{STATUS_FR[self.status]}]" if self.status != "read" else ""
        return f"{self.text_fr} ({self.dated:%d/%m/%Y}), {self.article_fr}{badge}"


@cache
def founding_texts() -> Mapping[str, Text]:
    """Return the text that founds each rule, by the rule's name.

    Returns
    -------
    Texts of ``siting/policy/catalogue/texts.toml``; read once a process.
    """
    content = tomllib.loads((POLICY / "catalogue" / "texts.toml").read_text(encoding="utf-8"))
    return {name: Text(**body) for name, body in content.items()}


def text_said(name: str) -> str:
    """Return the text that founds a rule, in one sentence.

    Parameters
    ----------
    name : a rule's name, of the program or of the catalogue.

    Returns
    -------
    French words; ``UNSAID`` for a rule that names no text.
    """
    text = founding_texts().get(name)
    return text.said if text else UNSAID


def setters(values: Iterable[Value]) -> str:
    """Return who sets the thresholds, in few words.

    Parameters
    ----------
    values : the values a rule reads.

    Returns
    -------
    « seuil : hypothèse », « seuils : hypothèse et choix du scénario »; « sans seuil » for none.
    """
    held = list(values)
    if not held:
        return "sans seuil"
    noun = "seuil" if len(held) == 1 else "seuils"
    return f"{noun}{NO_BREAK}: {listing(sorted({value.setter_fr for value in held}))}"


def basis_said(rule: Rule, values: Iterable[Value]) -> str:
    """Return what founds a rule and who sets its thresholds.

    Parameters
    ----------
    rule : a registered rule.
    values : the values it reads.

    Returns
    -------
    « loi ou règlement ; seuil : hypothèse ».
    """
    return f"{SCOPE_FR[rule.scope]} ; {setters(values)}"


def threshold_said(value: Value) -> str:
    """Return a threshold with its setter and its range.

    Parameters
    ----------
    value : a value in force, or a scenario's own.

    Returns
    -------
    « Nombre de sites ouverts dans une commune : 2, hypothèse (de 1 à 3) ».
    """
    doubt = ""
    if value.low is not None and value.high is not None:
        doubt = f" (de {significant(value.low)} à {significant(value.high)})"
    told = amount_said(value.value, value.unit)
    return f"{value.label_fr}{NO_BREAK}: {told}, {value.setter_fr}{doubt}"


def amount_said(value: float | str | Mapping[str, float], unit: str) -> str:
    """Return an amount with its unit, by period when it changes.

    Parameters
    ----------
    value : a number, a word, or numbers by period.
    unit : « 1 » for none.

    Returns
    -------
    « 50 MW »; « 2031 : 0,1 ; 2036 : 0,2 ».
    """
    suffix = "" if unit == "1" else f"{NO_BREAK}{unit.replace('m3', 'm³')}"
    if isinstance(value, Mapping):
        return " ; ".join(f"{key}{NO_BREAK}: {significant(v)}{suffix}" for key, v in value.items())
    return value if isinstance(value, str) else f"{significant(value)}{suffix}"


def bite_said(can_bite: str, felt: bool | None = None) -> str:
    """Return the bite of a rule: it bites, it cannot, or the data lack.

    Parameters
    ----------
    can_bite : « oui », « non » or « donnée absente ».
    felt : whether a plan reaches or exceeds it; None before any plan.

    Returns
    -------
    « mord », « peut mordre », « peut mordre, ne mord pas dans ce plan », « ne peut pas mordre »
    or « donnée absente ».

    Examples
    --------
    >>> bite_said("oui", True), bite_said("oui", False), bite_said("non")
    ('mord', 'peut mordre, ne mord pas dans ce plan', 'ne peut pas mordre')
    """
    if can_bite == LACKS:
        return LACKS
    if felt:
        return BITES
    if can_bite == "non":
        return CANNOT
    return MAY if felt is None else f"{MAY}, ne mord pas dans ce plan"


def values_read(rule: Rule, inputs: Inputs) -> list[Value]:
    """Return every value a rule reads, those its tables carry already included.

    Parameters
    ----------
    rule : a registered rule.
    inputs : the policy in force, and the scenario's own values.

    Returns
    -------
    Values in the order of the rule; one that is not in force is left out.
    """
    carried = (inputs.policy.get(name) for name in rule.informs)
    return [*rule.values_in(inputs).values(), *(value for value in carried if value is not None)]


def with_basis(bill: pd.DataFrame, inputs: Inputs) -> pd.DataFrame:
    """Return the bill of a plan with, for each rule, its text, its setters and its bite.

    Parameters
    ----------
    bill : rows rule, scope, can_bite, binding, excess, evaluated.
    inputs : what the program read.

    Returns
    -------
    The same rows, with ``BASIS_COLUMNS``.
    """
    told: dict[str, dict[str, Any]] = {}
    for name, rows in bill.groupby("rule", sort=False):
        rule, first = RULES.get(str(name)), rows.iloc[0]
        values = values_read(rule, inputs) if rule else []
        judged = rows["evaluated"].astype(bool).any()
        felt = bool(rows["binding"].astype(bool).any() or (rows["excess"].fillna(0) > 1e-6).any())
        told[str(name)] = {
            "text_fr": text_said(str(name)),
            "basis_fr": f"{SCOPE_FR[str(first['scope'])]} ; {setters(values)}",
            "threshold_fr": " ; ".join(threshold_said(value) for value in values),
            "bite_fr": _bite(rule, inputs, str(first["can_bite"]), felt if judged else None),
        }
    columns = {
        column: bill["rule"].map({name: each[column] for name, each in told.items()})
        for column in BASIS_COLUMNS
    }
    return bill.assign(**columns)


def _bite(rule: Rule | None, inputs: Inputs, can_bite: str, felt: bool | None) -> str:
    """Say the bite of a rule; of one that cannot, why."""
    told = bite_said(can_bite, felt)
    if rule is None or told != CANNOT or rule.lacks(inputs):
        return told
    return f"{told}{NO_BREAK}: {rule.can_bite(inputs, rule.values_in(inputs)).why_fr}"
