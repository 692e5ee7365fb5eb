"""The page `docs/validation.md`, written from the published tables and what runs."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from impacts.basis.constant_factors import factors, physics
from impacts.cooling.hourly_cooling import VINTAGES
from impacts.validation import lei_masanet, published_anchors
from layers.words.french import NO_BREAK, number, significant

_PROSE = Path(__file__).parent / "published" / "prose.toml"


@cache
def _prose() -> Mapping[str, Any]:
    return tomllib.loads(_PROSE.read_text(encoding="utf-8"))


def page(stations: xr.Dataset, day: date) -> str:
    """Return the validation page, in French Markdown.

    Parameters
    ----------
    stations : hourly station years, from ``impacts.weather.station_weather.hourly``.
    day : when constants are in force.

    Returns
    -------
    The page, ending with a line break; takes about two seconds.
    """
    ranges = lei_masanet.table(stations)
    first = int(lei_masanet.table(stations, has_their_cop=False)["inside"].sum())
    rows = published_anchors.rows(stations, float(ranges["inside"].mean()), day)
    small = lei_masanet.small_rooms(stations, factors(day))
    parts = [_opening(rows), _anchors(rows), _ranges(ranges, first), _ours(ranges)]
    parts += [_small(small), _water(ranges)]
    return "\n".join(line for part in parts for line in part) + "\n"


def _opening(rows: pd.DataFrame) -> Iterator[str]:
    counts = rows["outcome"].value_counts()
    yield "# Validation des empreintes"
    yield ""
    yield "Page engendrée par `make docs` ; ne pas la corriger à la main."
    yield ""
    yield _prose()["opening"]
    for outcome, label in published_anchors.OUTCOME_FR.items():
        yield f"- {label}{NO_BREAK}: {counts.get(outcome, 0)}"
    yield _prose()["limit"]


def _anchors(rows: pd.DataFrame) -> Iterator[str]:
    yield f"## Lignes V1 à {rows['id'].iloc[-1]}"
    yield ""
    yield _prose()["roles"]
    head = ["n°", "cas", "publié", "rôle", "tolérance", "ici", "issue", "remarque et source"]
    yield _line(head)
    yield _line(["---"] * len(head))
    for row in _records(rows):
        bounds = _span(row["low"], row["high"], row["unit"])
        ours = _span(row["ours_low"], row["ours_high"], row["unit"])
        note = " ".join(part for part in (row["why_fr"], row["source_fr"]) if part)
        outcome = published_anchors.OUTCOME_FR[row["outcome"]]
        said = f"**{outcome}**" if row["outcome"] == "failed" else outcome
        role = published_anchors.ROLE_FR[row["role"]]
        cells = [row["id"], row["what_fr"], row["published_fr"], role, bounds, ours, said, note]
        yield _line(cells)
    yield ""


def _ranges(ranges: pd.DataFrame, first: int) -> Iterator[str]:
    inside = int(ranges["inside"].sum())
    yield "## Les 28 plages de PUE de Lei et Masanet, avec leurs entrées"
    share = number(100 * inside / len(ranges))
    count = len(ranges)
    yield _prose()["inputs"].format(inside=inside, count=count, share=share, first=first)
    yield _line(["système", "zone", "publié p5–p95", "p5", "médiane", "p95", "dans la plage"])
    yield _line(["---"] * 7)
    for row in _records(ranges):
        ours = [number(row[name], 3) for name in ("p5", "p50", "p95")]
        verdict = "oui" if row["inside"] else "**non**"
        yield _line([*_system(row), _published(row, "", 3), *ours, verdict])
    yield ""
    yield from _misses(ranges, "inside", "misses_inputs", "p50")


def _ours(ranges: pd.DataFrame) -> Iterator[str]:
    inside = int(ranges["ours_inside"].sum())
    yield "## Les mêmes plages, avec nos âges d'équipement"
    yield _prose()["ours"].format(inside=inside, count=len(ranges))
    yield _line(["système", "zone", "âge d'équipement", "publié p5–p95", "ici", "écart au bord"])
    yield _line(["---"] * 6)
    for row in _records(ranges):
        outside = min(row["ours"] - row["low"], 0.0) + max(row["ours"] - row["high"], 0.0)
        gap = "dans la plage" if row["ours_inside"] else number(outside, 4)
        age = VINTAGES[row["vintage"]]
        yield _line([*_system(row), age, _published(row, "", 3), number(row["ours"], 3), gap])
    yield ""
    yield from _misses(ranges, "ours_inside", "misses_vintage", "ours")


def _small(small: pd.DataFrame) -> Iterator[str]:
    yield "## Petites salles : deux âges, ajustés à des mesures"
    yield _prose()["small"]
    head = ["système", "âge d'équipement", "ici", "p5 à p95", "largeur", "publié p5–p95", "largeur"]
    yield _line(head)
    yield _line(["---"] * len(head))
    for row in _records(small):
        ours = f"{number(row['p5'], 3)}–{number(row['p95'], 3)}"
        widths = [number(row["p95"] - row["p5"], 2), number(row["high"] - row["low"], 2)]
        name = f"{row['case']}, {row['system_fr']}"
        age = VINTAGES[row["vintage"]]
        cells = [name, age, number(row["ours"], 3), ours, widths[0], _published(row, "", 3)]
        yield _line([*cells, widths[1]])
    yield ""


def _misses(ranges: pd.DataFrame, verdict: str, reasons: str, column: str) -> Iterator[str]:
    missed = ranges[~ranges[verdict]]
    if missed.empty:
        return
    yield "Écarts, et leur raison :"
    yield ""
    for case, rows in missed.groupby("case"):
        gap = number((rows[column] - rows["low"]).abs().max(), 3)
        why = _prose()[reasons].get(str(case), "sans raison établie")
        zones = ", ".join(rows["zone"])
        yield f"- système {case} ({zones}), jusqu'à {gap} hors de la plage{NO_BREAK}: {why}."
    yield ""


def _water(ranges: pd.DataFrame) -> Iterator[str]:
    yield "## L'eau des mêmes systèmes"
    lockout = significant(physics("equipment")["lockout_dew_point"])
    yield _prose()["water"].format(lockout=lockout)
    yield _line(["système", "zone", "publié p5–p95 (L/kWh)", "p5", "médiane", "p95"])
    yield _line(["---"] * 6)
    for row in _records(ranges[ranges["wue_low"].notna()]):
        ours = [number(row[name], 2) for name in ("wue_p5", "wue_p50", "wue_p95")]
        yield _line([*_system(row), _published(row, "wue_", 2), *ours])


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _system(row: Mapping[str, Any]) -> list[str]:
    return [f"{row['case']}, {row['system_fr']}", row["zone"]]


def _published(row: Mapping[str, Any], start: str, digits: int) -> str:
    return f"{number(row[f'{start}low'], digits)}–{number(row[f'{start}high'], digits)}"


def _span(low: float, high: float, unit: str) -> str:
    if low != low:
        return "—"
    suffix = "" if unit == "1" else f"{NO_BREAK}{unit}"
    # A PUE is told by its thousandths: at three digits a miss may read as a hit.
    digits = 4 if unit == "1" else 3
    least, most = significant(low, digits), significant(high, digits)
    return f"{least}{suffix}" if low == high else f"{least} à {most}{suffix}"
