"""How a figure or a sentence is set in a page without script: escaped, spaces made firm."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from layers.words.french import NARROW, NO_BREAK, day, estimate, number, significant

_UNITS = "MW|GW|kW|TWh|GWh|MWh|kWh|ha|km|kV|m²|m³|M€|k€|€|kt|°C|dB"


def text_of(value: object) -> str:
    """Escape a text, its spaces made firm as a French reader expects.

    >>> text_of("Eau : 3 m³ ; « <b> » ?").replace(NO_BREAK, "~").replace(NARROW, "_")
    'Eau~: 3~m³_; «~&lt;b&gt;~»_?'
    """
    return html.escape(firm(value), quote=True)


def firm(value: object) -> str:
    """Make the spaces of a text firm, as a French reader expects.

    >>> firm("Part : 3 % ?").replace(NO_BREAK, "~").replace(NARROW, "_")
    'Part~: 3_%_?'
    >>> firm("70 à 87 ha, 12 MW en 2036").replace(NO_BREAK, "~")
    '70 à 87~ha, 12~MW en 2036'
    """
    text = re.sub(r" ([;!?%])", rf"{NARROW}\1", str(value).replace("CO2", "CO₂"))
    text = text.replace(" :", f"{NO_BREAK}:").replace("« ", f"«{NO_BREAK}")
    text = text.replace(" »", f"{NO_BREAK}»")
    return re.sub(rf"(\d) ({_UNITS})(?!\w)", rf"\1{NO_BREAK}\2", text)


def on_day(text: str) -> str:
    """Write an ISO date as a French day; any other text as it stands.

    >>> on_day("2026-11-23"), on_day("COG 2026")
    ('23/11/2026', 'COG 2026')
    """
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def decision(entry: Mapping[str, Any]) -> str:
    """Write who decided what, when and why, from a journal entry or a rule.

    >>> decision({"key": "a", "decided_by": "Région", "decided_on": "2026-10-05"})
    'a : Région, le 05/10/2026.'
    """
    on = f", le {on_day(str(entry['decided_on']))}" if entry.get("decided_on") else ""
    return f"{entry['key']} : {entry['decided_by']}{on}. {entry.get('why') or ''}".strip()


def amount(value: object, digits: int | None) -> str:
    """Write a number, a dash when it is not known; without digits, three significant figures."""
    plain = float(value) if isinstance(value, int | float | np.number) else float("nan")
    if not np.isfinite(plain):
        return "–"
    return estimate(plain) if digits is None else number(plain, digits).removesuffix(",0")


def measure(value: float, unit: str) -> str:
    """Write a value and its unit, with three significant figures; a count has none."""
    if unit in ("", "1"):
        return significant(float(value))
    return f"{significant(float(value))}{NARROW if unit == '%' else NO_BREAK}{unit}"
