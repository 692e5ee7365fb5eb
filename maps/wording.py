"""How a figure or a sentence is set in a page without script: escaped, spaces made firm."""

from __future__ import annotations

import html
import re

import numpy as np

from layers.french import NARROW, NO_BREAK, number, significant


def text_of(value: object) -> str:
    """Escape a text, its spaces made firm as a French reader expects.

    >>> text_of("Eau : 3 m³ ; « <b> » ?").replace(NO_BREAK, "~").replace(NARROW, "_")
    'Eau~: 3 m³_; «~&lt;b&gt;~»_?'
    """
    text = re.sub(r" ([;!?%])", rf"{NARROW}\1", str(value).replace("CO2", "CO₂"))
    text = text.replace(" :", f"{NO_BREAK}:").replace("« ", f"«{NO_BREAK}")
    return html.escape(text.replace(" »", f"{NO_BREAK}»"), quote=True)


def amount(value: object, digits: int) -> str:
    """Write a number, a dash when it is not known."""
    plain = float(value) if isinstance(value, int | float | np.number) else float("nan")
    text = number(plain, digits) if np.isfinite(plain) else "–"
    return text.removesuffix(",0")


def measure(value: float, unit: str) -> str:
    """Write a value and its unit, with three significant figures."""
    return f"{significant(float(value))}{NARROW if unit == '%' else NO_BREAK}{unit}"
