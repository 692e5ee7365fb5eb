"""How a figure or a sentence is set in a page without script: escaped, spaces made firm."""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from layers.words.french import NARROW, NO_BREAK, curly, day, estimate, firm, number, significant


def text_of(value: object) -> str:
    """Escape a text, its spaces made firm as a French reader expects.

    Parameters
    ----------
    value : anything; its text is shown.

    Returns
    -------
    Text safe in HTML, quoted attributes included.

    Examples
    --------
    >>> text_of("Eau : 3 m³ ; « <b> » ?").replace(NO_BREAK, "~").replace(NARROW, "_")
    'Eau~: 3~m³_; «~&lt;b&gt;~»_?'
    """
    return html.escape(printed(value), quote=True)


def printed(value: object) -> str:
    """Write a text as it is printed: firm spaces, the two of CO₂ below the line.

    Parameters
    ----------
    value : what is printed, as text.

    Returns
    -------
    The text, not escaped.

    Examples
    --------
    >>> printed("CO2 : 3 kt").replace(NO_BREAK, "~")
    'CO₂~: 3~kt'
    """
    return curly(firm(str(value).replace("CO2", "CO₂")))


def on_day(text: str) -> str:
    """Write an ISO date as a French day; any other text as it stands.

    Parameters
    ----------
    text : an ISO date, or any words.

    Returns
    -------
    « 23/11/2026 », or the text given.

    Examples
    --------
    >>> on_day("2026-11-23"), on_day("COG 2026")
    ('23/11/2026', 'COG 2026')
    """
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def decision(entry: Mapping[str, Any]) -> str:
    """Write who decided what, when and why, from a journal entry or a rule.

    Parameters
    ----------
    entry : ``key`` and ``decided_by``; ``decided_on`` (ISO date) and ``why`` when known.

    Returns
    -------
    One French line, not escaped.

    Examples
    --------
    >>> decision({"key": "a", "decided_by": "Région", "decided_on": "2026-10-05"})
    'a : Région, le 05/10/2026.'
    """
    on = f", le {on_day(str(entry['decided_on']))}" if entry.get("decided_on") else ""
    return f"{entry['key']} : {entry['decided_by']}{on}. {entry.get('why') or ''}".strip()


def amount(value: object, digits: int | None, figures: int = 3) -> str:
    """Write a number, a dash when it is not known; without digits, three significant figures.

    Parameters
    ----------
    value : number, or anything that says « not known » (None, NaN, a text).
    digits : decimals, « ,0 » taken off; None for significant figures.
    figures : how many, when there are no digits (``scenarios.answers.headline.kept``).

    Returns
    -------
    French number without unit, or « – ».
    """
    plain = float(value) if isinstance(value, int | float | np.number) else float("nan")
    if not np.isfinite(plain):
        return "–"
    return estimate(plain, figures) if digits is None else number(plain, digits).removesuffix(",0")


def site_name(site: pd.Series) -> str:
    """Return the name of a site as a reader tells it from another: its area, never its number.

    Parameters
    ----------
    site : site_id (its label), name_fr, area_m2.

    Returns
    -------
    The name; one made of a place alone has its area instead of the number of its record.
    """
    name, number_of = str(site["name_fr"]), f" ({site.name})"
    if not name.endswith(number_of):
        return name
    return f"{name.removesuffix(number_of)}, {amount(site['area_m2'] / 1e4, 1)}{NO_BREAK}ha"


def french_unit(unit: str) -> str:
    """Write a unit as a reader expects it, on every page, sheet and picture.

    Parameters
    ----------
    unit : unit as dated values write it.

    Returns
    -------
    Unit in French; empty for a pure number, unchanged when nothing is to change.

    Examples
    --------
    >>> [french_unit(u) for u in ("m3/yr", "degC", "1/MW", "MWh/m2", "t CO2e", "d/yr", "1")]
    ['m³/an', '°C', 'par MW', 'MWh/m²', 't CO₂e', 'j/an', '']
    """
    told = unit.replace("m3eq", "m³-éq").replace("m2", "m²").replace("m3", "m³")
    told = told.replace("degC", "°C").replace("CO2", "CO₂").replace("MEUR", "M€")
    told = told.replace("d/yr", "j/an").replace("/yr", "/an").replace("1/", "par ")
    told = told.replace("MWp", "MWc").replace("h/d", "h/j")
    return {"yr": "ans", "an": "ans", "1": ""}.get(told, told)


def measure(value: float, unit: str) -> str:
    """Write a value and its unit, with three significant figures; a count has none.

    Parameters
    ----------
    value : number in ``unit``.
    unit : unit as a reader knows it; empty or « 1 » for a count.

    Returns
    -------
    French number, a firm space and the unit.
    """
    if unit in ("", "1"):
        return significant(float(value))
    return f"{significant(float(value))}{NARROW if unit == '%' else NO_BREAK}{unit}"
