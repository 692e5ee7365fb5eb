"""The figure that is shown of a plan: the median of its draws, wherever it is shown.

The figure on the constants alone (each at its usual value, the plan fixed) is not the middle of
what may be: it stays in the detail, named so. One figure, one rounding, on every page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from layers.words.french import NO_BREAK, estimate, figures_known, listing

BASIS_FR = (
    "Chiffres affichés : médianes de 200 tirages des constantes, plan fixé (« …_p50 »), avec neuf "
    "chances sur dix entre « …_p5 » et « …_p95 » ; sans suffixe : sur les constantes, plan fixé."
)
BASIS_TABLE_FR = (
    "médianes de 200 tirages, plan fixé ; doute : 9 chances sur 10 entre les deux, ou bas à haut"
)
UNKNOWN = "non évalué"
ON_CONSTANTS_FR = "Sur les constantes, plan fixé"
# What the detail gives back on the constants: words, term, unit.
DETAIL = (
    ("électricité", "electricity_twh", "TWh"),
    ("eau apportée", "water_input_m3", "m³"),
    ("chaleur utile", "heat_gwh", "GWh"),
    ("carbone", "carbon_kt", "kt CO2e"),
    ("sol occupé", "land_ha", "ha"),
)


def headline(figures: Mapping[str, Any], name: str) -> float | None:
    """Return the median of a figure's draws, or the figure itself when none was drawn.

    Parameters
    ----------
    figures : a plan's totals at a period, by name.
    name : a figure, without « _p50 ».

    Returns
    -------
    The number; None when there is neither.

    Examples
    --------
    >>> headline({"carbon_kt": 597.0, "carbon_kt_p50": 664.0}, "carbon_kt")
    664.0
    >>> headline({"sites": 18}, "sites")
    18.0
    """
    value = figures.get(f"{name}_p50", figures.get(name))
    return None if value is None else float(value)


def ends(figures: Mapping[str, Any], name: str) -> tuple[float, float] | None:
    """Return the nine chances in ten of a figure, none when it was not drawn.

    Parameters
    ----------
    figures : a plan's totals at a period, by name.
    name : a figure, without « _p5 ».

    Returns
    -------
    The 5th and 95th percentiles.
    """
    low, high = figures.get(f"{name}_p5"), figures.get(f"{name}_p95")
    return None if low is None or high is None else (float(low), float(high))


def told(figures: Mapping[str, Any], name: str, unit: str = "") -> str:
    """Write a figure with its nine chances in ten, all to the same rounding.

    Parameters
    ----------
    figures : a plan's totals at a period, by name.
    name : a figure, without « _p50 ».
    unit : written after the number.

    Returns
    -------
    The text; « non évalué » without the figure.

    Examples
    --------
    >>> plan = {"x_p5": 137.9, "x_p50": 190.73, "x_p95": 293.9, "x": 172.2}
    >>> told(plan, "x", "kt").replace(NO_BREAK, " ")
    '190 kt (9 chances sur 10 entre 140 et 290)'
    """
    value = shown(figures, name)
    return (
        value
        + (f"{NO_BREAK}{unit}" if unit and value != UNKNOWN else "")
        + doubt_said(figures, name)
    )


def shown(figures: Mapping[str, Any], name: str) -> str:
    """Write a figure alone, to the figures that its doubt leaves.

    Parameters
    ----------
    figures : a plan's totals at a period, by name.
    name : a figure, without « _p50 ».

    Returns
    -------
    French number without unit; « non évalué » without the figure.

    Examples
    --------
    >>> shown({"x_p5": 137.9, "x_p50": 190.73, "x_p95": 293.9}, "x"), shown({"x": 190.73}, "x")
    ('190', '191')
    """
    value = headline(figures, name)
    return UNKNOWN if value is None else estimate(value, kept(figures, name))


def kept(figures: Mapping[str, Any], name: str) -> int:
    """Return how many figures of a quantity are written: three, two when its doubt is wide.

    Parameters
    ----------
    figures : a plan's totals at a period, by name.
    name : a figure, without « _p50 ».

    Returns
    -------
    2 or 3, as ``layers.words.french.figures_known`` says.
    """
    value, known = headline(figures, name), ends(figures, name)
    return 3 if value is None or known is None else figures_known(value, *known)


def doubt_said(figures: Mapping[str, Any], name: str) -> str:
    """Write the nine chances in ten of a figure after it, empty when it was not drawn.

    Parameters
    ----------
    figures : a plan's totals at a period, by name.
    name : a figure, without « _p5 ».

    Returns
    -------
    « (9 chances sur 10 entre … et …) », after a space.
    """
    known = ends(figures, name)
    if known is None:
        return ""
    low, high = (estimate(end, kept(figures, name)) for end in known)
    return f" (9 chances sur 10 entre {low} et {high})"


def on_constants(figures: Mapping[str, Any]) -> str:
    """Write the figures on the constants alone, empty when no draw was made.

    Parameters
    ----------
    figures : a plan's totals at a period, by name.

    Returns
    -------
    A sentence in French.
    """
    parts = [
        f"{words} {estimate(float(figures[name]))}{NO_BREAK}{unit}"
        for words, name, unit in DETAIL
        if f"{name}_p50" in figures and figures.get(name) is not None
    ]
    if not parts:
        return ""
    return f"{ON_CONSTANTS_FR} : {listing(parts)}. Les chiffres annoncés sont des médianes."


def water_lines(figures: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the water of the plan by who decides: (words, term), the plan's own when it is wet.

    Parameters
    ----------
    figures : a plan's totals at a period, by name.

    Returns
    -------
    Pairs in the order to show; terms are names of ``figures``, in m³ a year.
    """
    lines = [
        ("si tout est sec", "water_dry_m3"),
        ("si l'opérateur choisit", "water_choice_m3"),
    ]
    known = [(words, name) for words, name in lines if figures.get(name) is not None]
    dry, own = figures.get("water_dry_m3"), figures.get("water_input_m3")
    if not known or (dry is not None and own is not None and own > dry * (1 + 1e-6)):
        return [("avec le refroidissement du plan", "water_input_m3"), *known]
    return known
