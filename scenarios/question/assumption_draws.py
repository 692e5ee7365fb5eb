"""A draw: what is assumed of a question, taken at random within its declared ranges."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from siting.program.program_inputs import Inputs, scaled_curve


def drawn(inputs: Inputs, luck: np.random.Generator) -> Inputs:
    """Draw what is assumed: rooms, costs of lines and openings, existing MW, weights, heat.

    Rooms and costs follow triangular laws on their declared ranges; an answered yard stays. The
    heat that networks let replace moves together, each within its own ends.

    Parameters
    ----------
    inputs : what the program is given, with the declared ranges of yards and lines; left as it is.
    luck : the source of chance; the same seed draws the same inputs.

    Returns
    -------
    The same inputs with ``room_mw``, ``cost_meur``, existing IT MW (10 to 60), weights and heat
    redrawn.
    """
    yards = inputs.yards.sort_index()
    room = _triangular(luck, yards, ("room_low_mw", "room_mw", "room_high_mw"))
    known = yards["room_status"] == "read"
    yards = yards.assign(room_mw=np.where(known, yards["room_mw"], room))
    lines = inputs.connections
    quality = luck.uniform()  # dear years are dear for every line
    low, mid, high = (lines[f"cost_{part}meur"].to_numpy() for part in ("low_", "", "high_"))
    cost = np.where(quality < 0.5, low + 2 * quality * (mid - low),
                    mid + (2 * quality - 1) * (high - mid))  # fmt: skip
    existing = float(luck.triangular(10.0, inputs.demand.existing_it_mw, 60.0))
    weights = {name: w * luck.uniform(0.75, 1.25) for name, w in sorted(inputs.weights.items())}
    opening = inputs.policy.get("sizes.opening_cost_meur")
    cost_of_opening = inputs.opening_cost_meur
    if opening is not None and cost_of_opening == opening.number:  # the assumption, not a choice
        low_end, high_end = opening.low or opening.number, opening.high or opening.number
        cost_of_opening = float(luck.triangular(low_end, opening.number, high_end))
    return replace(
        inputs,
        opening_cost_meur=cost_of_opening,
        yards=yards,
        connections=lines.assign(cost_meur=cost),
        demand=replace(inputs.demand, existing_it_mw=round(existing, 6)),
        weights=weights,
        heat_curves=_heat(luck, inputs),
    )


def _heat(luck: np.random.Generator, inputs: Inputs) -> dict[str, NDArray[np.float64]]:
    share = luck.uniform()  # a year of little heat to replace is so for every network
    curves = dict(inputs.heat_curves)
    for sink, known in sorted(inputs.heat_sinks.items()):
        if sink in curves:
            scale = _quantile(known.least, 1.0, known.most, share)
            curves[sink] = scaled_curve(curves[sink], scale)
    return curves


def _quantile(low: float, mode: float, high: float, share: float) -> float:
    """Return the quantile of a triangular law, the mode itself where the law has no width."""
    width = high - low
    if width <= 0:
        return mode
    if share * width < mode - low:
        return float(low + np.sqrt(share * width * (mode - low)))
    return float(high - np.sqrt((1 - share) * width * (high - mode)))


def _triangular(
    luck: np.random.Generator, table: pd.DataFrame, names: tuple[str, str, str]
) -> np.ndarray[Any, np.dtype[np.float64]]:
    low, mode, high = (table[name].to_numpy(dtype=np.float64) for name in names)
    high = np.maximum(high, low + 1e-9)
    return luck.triangular(low, np.clip(mode, low, high), high)
