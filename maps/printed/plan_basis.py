"""What a plan rests on: what was not evaluated, what is assumed, who decided which threshold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from layers.words.dated_values import STATUS_FR
from layers.words.french import NO_BREAK, in_short_sentences, plural, significant
from maps.look.page_wording import decision, french_unit, measure, text_of
from scenarios.storage.results import Results

TELLING = (
    "candidates.room_mw", "candidates.reserve_share", "candidates.usable_share",
    "heat.substitutable_share", "heat.erf_min", "land.regional_enaf_ha", "water.basin_budget_m3",
    "territory.max_site_mw",
)  # fmt: skip
"""The assumptions that decide a plan most; the others are counted, and listed in the atlas."""


def silent(summary: Mapping[str, Any]) -> str:
    """Return, as markup, the rules and criteria that did not speak.

    Parameters
    ----------
    summary : summary of a results folder.

    Returns
    -------
    HTML paragraphs, escaped; empty when all spoke.
    """
    rules = [f"{r['rule_id']} {r['label_fr']}" for r in summary.get("rules_not_evaluated", [])]
    partly = [
        f"{r['rule_id']} {r['label_fr']} ({r['why_fr'].removeprefix('évaluée en partie : ')})"
        for r in summary.get("rules_partly_evaluated", [])
    ]
    off = [f"{r['rule_id']} {r['label_fr']}" for r in summary.get("rules_off", [])]
    criteria = [str(c["label_fr"]) for c in summary.get("criteria_not_evaluated", [])]
    return "".join(
        f"<p><strong>{text_of(title)}{NO_BREAK}:</strong> "
        f"{text_of(in_short_sentences(title, names).partition(': ')[2])}</p>"
        for title, names in (
            ("Règles non évaluées", rules),
            ("Règles évaluées en partie", partly),
            ("Règles que le scénario n'applique pas", off),
            ("Critères sans donnée", criteria),
        )
        if names
    )


def lacks(why: Mapping[str, Any] | None) -> str:
    """Return, as a table, the least by which each rule must give way when no plan holds.

    Parameters
    ----------
    why : ``impossible`` of the summary; None when the question has a plan.

    Returns
    -------
    HTML table, its texts escaped; empty without.
    """
    if why is None:
        return ""
    worst: dict[str, Mapping[str, Any]] = {}
    for row in why["lacks"]:
        if row["rule"] not in worst or row["amount"] > worst[row["rule"]]["amount"]:
            worst[row["rule"]] = row
    lines = "".join(
        f'<tr><th scope="row">{text_of(row["label_fr"])}</th><td>{text_of(row["where"])}, '
        f"{row['period']}</td><td>{text_of(measure(row['amount'], row['unit']))}</td>"
        f"<td>{'seule' if row['is_alone'] else 'avec les autres'}</td></tr>"
        for row in sorted(worst.values(), key=lambda row: not row["is_alone"])
        if row["is_found"]
    )
    heads = ("Règle à assouplir", "Où", "Il manque au moins", "Suffit")
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    return (
        f"<table><caption>Le moindre relâchement de chaque règle</caption><thead><tr>{head}</tr>"
        f"</thead><tbody>{lines}</tbody></table>"
    )


def assumed(results: Results) -> str:
    """Return, as markup, how many values are to confirm and those that matter most.

    Parameters
    ----------
    results : opened results folder.

    Returns
    -------
    HTML paragraph and list, escaped.
    """
    count, told = assumptions(results)
    lines = "".join(f"<li>{text_of(line)}</li>" for line in told)
    told_first = f"{count}, listées dans la carte. Les plus lourdes de conséquences :"
    return f"<p>{text_of(told_first)}</p><ul>{lines}</ul>"


def assumptions(results: Results) -> tuple[str, list[str]]:
    """Return how many values are to confirm, and a line for each that matters most.

    Parameters
    ----------
    results : opened results folder; ``parameters`` and the scenario are read.

    Returns
    -------
    « 12 valeurs à confirmer », and a French line for each of ``TELLING``, with its range or the
    scenario's own choice; the first doubtful ones when the run used none of these.
    """
    values = {entry["name"]: entry for entry in results.parameters}
    doubtful = [e for e in results.parameters if e["status"] in ("assumption", "memory")]
    told = [values[name] for name in TELLING if name in values] or doubtful[: len(TELLING)]
    chosen = overrides(results.scenario)
    count = plural(len(doubtful), "valeur à confirmer", "valeurs à confirmer")
    return count, [_assumption(entry, chosen) for entry in told]


def overrides(scenario: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rule values that a scenario sets itself, by the last word of their name.

    Parameters
    ----------
    scenario : scenario as read, whose ``rules`` are switches or tables.

    Returns
    -------
    Key → value; of two rules that set the same key, the last.

    Examples
    --------
    >>> overrides({"rules": {"a.b": {"hard": True, "max_mw": 10}, "c.d": True}})
    {'max_mw': 10}
    """
    own = {"hard", "penalty", "enabled", "decided_by", "decided_on", "why"}
    rules = [rule for rule in scenario.get("rules", {}).values() if isinstance(rule, Mapping)]
    return {key: value for rule in rules for key, value in rule.items() if key not in own}


def _assumption(entry: Mapping[str, Any], chosen: Mapping[str, Any]) -> str:
    key = str(entry["name"]).rpartition(".")[2]
    value, low, high = chosen.get(key, entry["value"]), entry.get("low"), entry.get("high")
    unit = f"{NO_BREAK}{told}" if (told := french_unit(str(entry["unit"]))) else ""
    if key in chosen:
        doubt = ", choix du scénario"
    elif isinstance(low, int | float) and isinstance(high, int | float):
        doubt = f" (de {significant(float(low))} à {significant(float(high))})"
    else:
        doubt = ""
    if entry["status"] == "memory" and key not in chosen:
        doubt += f", {STATUS_FR['memory']}"
    return f"{entry['label_fr']} : {_plain(value)}{unit}{doubt}"


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        ordered = sorted(value.items(), key=lambda pair: (str(pair[0]).zfill(9), pair[0]))
        return ", ".join(f"{key} : {_plain(item)}" for key, item in ordered)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return significant(float(value))
    return str(value)


def decided(results: Results) -> str:
    """Return, as markup, the decisions of institutions that the scenario records.

    Parameters
    ----------
    results : opened results folder.

    Returns
    -------
    HTML list, escaped, or the paragraph that says there is none.
    """
    lines = "".join(f"<li>{text_of(line)}</li>" for line in decisions(results))
    return f"<ul>{lines}</ul>" if lines else f"<p>{UNDECIDED}</p>"


UNDECIDED = (
    "Aucune décision d'institution n'est inscrite au scénario : les seuils sont ceux des "
    "textes cités ci-dessus, ou des choix de conception à débattre."
)


def decisions(results: Results) -> list[str]:
    """Return a line for each decision that the scenario records.

    Parameters
    ----------
    results : opened results folder; its journal and the rules that name who decided are read.

    Returns
    -------
    French lines, not escaped; empty when nothing is recorded.
    """
    journal: Iterable[Mapping[str, Any]] = results.summary.get("journal") or []
    rules = results.scenario.get("rules", {})
    entries = [*journal, *({"key": name, **rule} for name, rule in sorted(rules.items())
                           if isinstance(rule, Mapping) and rule.get("decided_by"))]  # fmt: skip
    return [decision(_told(results, entry)) for entry in entries]


def _told(results: Results, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Give an entry of the journal a name that a reader knows, and its reason a capital."""
    bill = results.rules
    labels = dict(zip(bill["rule"].astype(str), bill["label_fr"].astype(str), strict=True))
    labels["demand.it_mw"] = "Besoin informatique"
    key, reason = str(entry["key"]), str(entry.get("why") or "")
    known = labels.get(key.removeprefix("rules."), key)
    return {**entry, "key": known, "why": reason[:1].upper() + reason[1:]}
