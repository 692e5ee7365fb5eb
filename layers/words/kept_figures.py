"""How many figures of a number are kept when it is written down: the same everywhere."""

from __future__ import annotations

FIGURES = 6


def six_figures(value: float) -> float:
    """Keep six significant figures: enough to add up, and the same bytes on every machine.

    Parameters
    ----------
    value : a number; NaN stays NaN.

    Returns
    -------
    The rounded number.

    Examples
    --------
    >>> six_figures(1234567.8), six_figures(0.1 + 0.2), six_figures(float("nan"))
    (1234570.0, 0.3, nan)
    """
    return float(f"{float(value):.{FIGURES}g}")
