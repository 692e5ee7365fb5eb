"""The heat of a plan in sentences: who takes it, what it spares, the duty of each installation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from layers.words.french import NARROW, NO_BREAK, in_short_sentences, number
from scenarios.answers.headline import headline, shown, told
from scenarios.answers.heat_and_water.heat_duty import duty_said

TAKERS_TOLD = 3


def heat_said(document: Mapping[str, Any]) -> list[str]:
    """Write what a planner asks of the heat, empty when the plan places none.

    Parameters
    ----------
    document : the summary document.

    Returns
    -------
    Sentences in French.
    """
    figures = document["plan"][str(document["periods"][-1])]
    if headline(figures, "heat_gwh") is None:  # no taker is known: no duty can be told
        return []
    duty = duty_said(document.get("heat_duty", {}))
    if not headline(figures, "heat_gwh"):
        return [duty] if duty else []
    return [text for text in (_takers(document), _spared(figures), duty) if text]


def _takers(document: Mapping[str, Any]) -> str:
    taken = document.get("heat_taken", [])
    if not taken:
        return ""
    replaceable = sum(float(row["replaceable_gwh"]) for row in taken)
    whole = sum(float(row["taken_gwh"]) for row in taken)
    most = [
        f"{row['networks_fr']} ({number(100 * row['taken_share'])}{NARROW}%)"
        for row in taken[:TAKERS_TOLD]
    ]
    first = in_short_sentences("D'abord", most)
    return (
        f"Le plan prend {number(100 * whole / replaceable)}{NARROW}% de la chaleur remplaçable de "
        f"ces réseaux{NO_BREAK}: ce qu'ils n'ont pas déjà de renouvelable ou de récupéré. {first}"
    )


def _spared(figures: Mapping[str, Any]) -> str:
    avoided = told(figures, "heat_avoided_kt", "kt CO2e")
    pumps = shown(figures, "carbon_pumps_kt") if headline(figures, "carbon_pumps_kt") else "0"
    return (
        f"Hors bilan, les réseaux épargnent {avoided} par an, au contenu propre de chacun. "
        f"L'électricité des pompes en émet {pumps}{NO_BREAK}kt, comptés au bilan."
    )
