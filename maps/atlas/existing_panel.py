"""The panel « Existant »: centres audited, what each place has, and what nobody tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyproj import Transformer

from layers.words.french import NARROW, NO_BREAK, significant
from scenarios.storage.results import Results

FILE = "context/existing"
# Figure of a centre → words, factor, unit.
FIGURES: Mapping[str, tuple[str, float, str]] = {
    "it_mw": ("informatique", 1.0, "MW"),
    "energy_mwh": ("électricité", 1e-3, "GWh/an"),
    "pue": ("PUE", 1.0, ""),
    "water_m3": ("eau", 1.0, "m³/an"),
    "heat_mwh": ("chaleur remise", 1e-3, "GWh/an"),
}
SUMS = ("it_mw", "energy_mwh", "water_m3", "heat_mwh")
HEADS = (
    "Lieu",
    "Centres",
    "MW informatiques",
    "GWh/an",
    "Eau, m³/an",
    "Chaleur, GWh/an",
    "Non dit",
)
UNTOLD = "non dit"


def existing_panel(results: Results) -> dict[str, Any] | None:
    """Return what the page shows of the centres in service; None without an audit.

    Parameters
    ----------
    results : opened results folder.

    Returns
    -------
    ``status``, ``heads``, ``places`` (``kind``, ``name``, ``cells``, ``untold``) and ``centres``
    (``name``, ``commune``, ``status``, ``figures``, ``untold``, ``latitude``, ``longitude``).
    """
    if not results.holds(f"{FILE}.json"):
        return None
    held = results.document(FILE)
    to_degrees = Transformer.from_crs("EPSG:2154", "EPSG:4326", always_xy=True)
    return {
        "status": f"Audit « {held['file']} »{NO_BREAK}: {held['status_fr']}.",
        "heads": list(HEADS),
        "places": [_place(row) for row in held["places"]],
        "centres": [_centre(row, to_degrees) for row in held["centres"]],
    }


def _place(row: Mapping[str, Any]) -> dict[str, Any]:
    figures = [significant(row[name]) if name in row else UNTOLD for name in SUMS]
    return {
        "kind": row["kind"],
        "name": row["name"],
        "cells": [str(row["centres"]), *figures],
        "untold": row["untold_fr"],
    }


def _centre(row: Mapping[str, Any], to_degrees: Transformer) -> dict[str, Any]:
    figures = [
        [words, f"{significant(factor * row[name])}{NARROW}{unit}".rstrip(NARROW)]
        for name, (words, factor, unit) in FIGURES.items()
        if name in row
    ]
    placed = row["x_m"] is not None
    x, y = to_degrees.transform(row["x_m"], row["y_m"]) if placed else (None, None)
    return {
        "name": row["name"],
        "commune": row["commune"],
        "status": row["status"],
        "figures": figures,
        "untold": row["untold_fr"],
        "placed": row["placed_fr"],
        "latitude": round(y, 5) if y is not None else None,
        "longitude": round(x, 5) if x is not None else None,
    }
