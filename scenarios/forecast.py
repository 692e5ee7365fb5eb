"""What a run would do, and how long: nothing is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from layers.errors import SitingError
from layers.french import listing, number
from layers.pack import Pack
from scenarios.cache import (
    DEFAULT_ANSWERS,
    Answers,
    StepCache,
    changed,
    footprint_key,
    parts_of,
    plan_key,
)
from scenarios.model import Scenario
from scenarios.results import DESCRIPTOR, SCHEMA_VERSION, Results

# Seconds measured on two cores with the embedded pack (bench/run_default.py): an order of size.
SECONDS = {"couches": 1.5, "empreinte": 2.0, "plan": 6.0, "écriture": 3.0, "carte": 2.5}


def expected_steps(
    scenario: Scenario,
    pack: Pack,
    into: Path,
    steps: StepCache,
    *,
    answers: Answers = DEFAULT_ANSWERS,
) -> dict[str, Any]:
    """Return each step of a run, whether it would be taken back, and its expected seconds."""
    parts = parts_of(scenario.model_dump(mode="json"), pack, answers=answers)
    before = _parts_before(into)
    same = before is not None and not changed(before, parts) and steps.folder is not None
    kept = {
        "empreinte": _is_kept(steps, "empreinte", footprint_key(
            parts, scenario.demand.utilisation)),
        "plan": _is_kept(steps, "plan", plan_key(parts)),
    }  # fmt: skip
    table = [
        {
            "step": name,
            "kept": same or kept.get(name, False),
            "seconds": 0.3 if same or kept.get(name) else seconds,
        }
        for name, seconds in SECONDS.items()
    ]
    return {
        "schema_version": SCHEMA_VERSION,
        "folder": str(into),
        "reasons_fr": [] if before is None else changed(before, parts),
        "steps": table,
        "lines_fr": list(_lines(table, before, parts, into)),
    }


def _parts_before(into: Path) -> dict[str, str] | None:
    if not (into / DESCRIPTOR).is_file():
        return None
    try:
        inputs: dict[str, str] = Results.read(into).descriptor.get("inputs", {})
    except SitingError:
        return {}
    return inputs


def _is_kept(steps: StepCache, step: str, key: str) -> bool:
    return steps.folder is not None and (steps.folder / step / key).is_dir()


def _lines(
    table: list[dict[str, Any]], before: dict[str, str] | None, parts: dict[str, str], into: Path
) -> list[str]:
    if before is None:
        why = "aucun résultat dans ce dossier"
    else:
        reasons = changed(before, parts)
        why = f"ont changé : {listing(reasons)}" if reasons else "rien n'a changé"
    lines = [f"{into} : {why}"]
    for row in table:
        state = "reprise" if row["kept"] else "à calculer"
        lines.append(f"  {row['step']:<10} {state:<11} {number(row['seconds'], 1):>5} s")
    total = sum(row["seconds"] for row in table)
    return [*lines, f"  en tout, environ {number(total)} s ; rien n'est écrit"]
