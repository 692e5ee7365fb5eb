"""Colours of the map: five classes that stay in order for any eye, and quiet grounds."""

from __future__ import annotations

from collections.abc import Mapping

SCORES = ("#fdb7bc", "#d29343", "#687b3e", "#1c5a62", "#011959")
"""Worst to best: five steps of Crameri's « batlow » reversed (2018, MIT), dark is best."""

LOOK: Mapping[str, str | tuple[str, ...]] = {
    "scores": SCORES,
    "sea": "#dbe7ee",
    "seaName": "#3f6a84",
    "shore": "#a9c0cd",
    "neighbour": "#efece6",
    "neighbourLine": "#d3cdc1",
    "neighbourName": "#6d675c",
    "land": "#fcfbf7",
    "communeLine": "#ddd8cc",
    "departementLine": "#8d867a",
    "departementName": "#5f594f",
    "townName": "#2b2f36",
    "post": "#5d7186",
    "network": "#a8480f",
    "datacenter": "#5b3a8c",
    "retained": "#96114f",
    "selected": "#c24400",
    "aside": "#6b7280",
    "zre": "#2f6fa3",
    "protected": "#3c7d3f",
    "badge": "#f7e6ee",
    "unknown": "#7b818c",
    "nuclear": "#f0c808",
    "hydro": "#2f6fa3",
    "wind": "#7fb7be",
    "solar": "#f2a03d",
    "otherFuel": "#8d867a",
    "landing": "#1f5f7a",
}
