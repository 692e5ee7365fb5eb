"""An eligibility in three readings: what is excluded, how much is known of the rest, the worst.

« 0 ha eligible, 8 million unknown » is true and helps no one: land that three rules say nothing of
is not land that twelve say nothing of.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from layers.eligibility.territory_judging import Eligibility
from layers.words.cell_states import EXCLUDED
from layers.words.french import NO_BREAK, plural, quantity


def readings_of(found: Eligibility, audit: pd.DataFrame) -> dict[str, Any]:
    """Return the three readings of an eligibility.

    Parameters
    ----------
    found : hectares by state, and by number of unknown rules.
    audit : one line a rule; a rule without layer has no ``excluded_ha``.

    Returns
    -------
    Document for JSON, hectares: ``rules``, ``known_rules`` (evaluated, at least in part),
    ``excluded_ha``, ``not_excluded_ha``, ``by_unknown_rules`` (a list: unknown_rules, area_ha,
    the best known first), ``at_most_removed_ha`` and ``at_least_left_ha`` (were every missing
    layer known, whatever it says).
    """
    left = sum(found.degrees.values())
    sure = found.degrees.get(0, 0.0)
    return {
        "rules": len(audit),
        "known_rules": int(audit["excluded_ha"].notna().sum()),
        "excluded_ha": found.totals[EXCLUDED],
        "not_excluded_ha": left,
        "by_unknown_rules": [
            {"unknown_rules": number, "area_ha": area_ha}
            for number, area_ha in found.degrees.items()
            if area_ha
        ],
        "at_most_removed_ha": left - sure,
        "at_least_left_ha": sure,
    }


def reading_lines(readings: Mapping[str, Any]) -> list[str]:
    """Return the three readings as a planner reads them.

    Parameters
    ----------
    readings : from ``readings_of``.

    Returns
    -------
    French lines; each share is of the territory judged.
    """
    excluded, left = readings["excluded_ha"], readings["not_excluded_ha"]
    total = excluded + left

    def told(area_ha: float) -> str:
        share = quantity(100 * area_ha / total if total else 0.0, "%", 1)
        return f"{quantity(area_ha, 'ha')} ({share})"

    rules = plural(readings["known_rules"], "règle évaluée", "règles évaluées")
    lines = [
        f"Exclu par ce qui est connu{NO_BREAK}: {told(excluded)}, sur {rules}.",
        f"Non exclu par ces règles{NO_BREAK}: {told(left)}, dont{NO_BREAK}:",
    ]
    lines += [
        f"  {degree_fr(row['unknown_rules'], readings['rules'])}{NO_BREAK}: {told(row['area_ha'])}"
        for row in readings["by_unknown_rules"]
    ]
    if not left:
        lines[-1] = f"Non exclu par ces règles{NO_BREAK}: {told(left)}."
    if readings["at_most_removed_ha"]:
        lines.append(
            f"Ce qui manque retirerait au plus {told(readings['at_most_removed_ha'])}{NO_BREAK}; "
            f"il resterait au moins {told(readings['at_least_left_ha'])}."
        )
    return lines


def degree_fr(unknown_rules: int, rules: int) -> str:
    """Say how many rules could not answer; none means eligible.

    Parameters
    ----------
    unknown_rules : rules that could not answer.
    rules : rules in all.

    Returns
    -------
    A clause.

    Examples
    --------
    >>> degree_fr(0, 16)
    'aucune règle inconnue (éligible)'
    """
    if not unknown_rules:
        return "aucune règle inconnue (éligible)"
    unknown = plural(unknown_rules, "règle inconnue", "règles inconnues")
    return f"{unknown} sur {rules}"
