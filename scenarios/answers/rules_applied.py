"""What a scenario applies, said from its rules in force: never from a flag."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import siting.program.rules  # noqa: F401 - registers the rules
from layers.words.french import NO_BREAK, listing, number
from siting.program.program_inputs import RuleSetting
from siting.program.rule_registry import RULES, Rule

# The founding texts, the ones that bind most first.
ORDER: Mapping[str, str] = {
    "L": "droit",
    "S": "SRADDET et SDAGE",
    "N": "Néo Terra",
    "C": "CESER",
    "T": "pratique",
    "U": "choix",
}
NONE_FR = "Aucune règle n'est appliquée."


def applied_said(rules: Mapping[str, RuleSetting], silent: Iterable[str] = ()) -> str:
    r"""Say which rules apply, by founding text, hard then soft, then where Néo Terra stands.

    Parameters
    ----------
    rules : how a scenario takes each rule, by name.
    silent : names of rules that nothing could judge: they are not applied.

    Returns
    -------
    Two or three short sentences in French.

    Examples
    --------
    >>> said = applied_said({"energy.budget": RuleSetting(hard=False)})
    >>> said.replace(NO_BREAK, " ")
    'Règles souples : Néo Terra 1. Néo Terra : aucune règle dure, 1 souple, sur 7.'
    """
    hard, soft = in_force(rules, silent)
    if not hard and not soft:
        return NONE_FR
    said = [
        f"Règles {name}{NO_BREAK}: {_by_text(held)}."
        for name, held in (("dures", hard), ("souples", soft))
        if held
    ]
    return " ".join([*said, neo_terra_said(hard, soft)])


def in_force(
    rules: Mapping[str, RuleSetting], silent: Iterable[str] = ()
) -> tuple[list[Rule], list[Rule]]:
    """Return the rules that apply: hard, then soft, in the order of their identifiers.

    Parameters
    ----------
    rules : how a scenario takes each rule, by name.
    silent : names of rules that nothing could judge.

    Returns
    -------
    Rules that constrain; a note, which constrains nothing, is in neither.
    """
    left_out = set(silent)
    on = [
        RULES[name]
        for name, setting in rules.items()
        if setting.enabled and name in RULES and name not in left_out
    ]
    on = sorted((rule for rule in on if rule.kind != "note"), key=lambda rule: rule.id)
    hard = [rule for rule in on if rules[rule.name].hard and rule.kind != "term"]
    return hard, [rule for rule in on if rule not in hard]


def neo_terra_said(hard: list[Rule], soft: list[Rule]) -> str:
    """Say how many Néo Terra rules apply, of those the program knows.

    Parameters
    ----------
    hard : rules that apply and may not be broken.
    soft : rules that apply and may be.

    Returns
    -------
    One short sentence.
    """
    known = sum(rule.scope == "N" and rule.kind != "note" for rule in RULES.values())
    firm, supple = (sum(rule.scope == "N" for rule in held) for held in (hard, soft))
    if not firm and not supple:
        return f"Néo Terra{NO_BREAK}: aucune des {number(known)} règles n'est appliquée."
    told = f"{number(firm)} dure{'s' if firm > 1 else ''}" if firm else "aucune règle dure"
    also = f", {number(supple)} souple{'s' if supple > 1 else ''}" if supple else ""
    return f"Néo Terra{NO_BREAK}: {told}{also}, sur {number(known)}."


def _by_text(held: list[Rule]) -> str:
    counts = {letter: sum(rule.scope == letter for rule in held) for letter in ORDER}
    return listing(f"{ORDER[letter]} {number(count)}" for letter, count in counts.items() if count)
