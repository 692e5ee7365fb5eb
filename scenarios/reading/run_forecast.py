"""What a run would do, and how long: nothing is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from layers.packs.data_pack import Pack
from layers.words.errors import SitingError
from layers.words.french import listing, number
from scenarios.question.scenario_model import Scenario
from scenarios.storage.results import DESCRIPTOR, SCHEMA_VERSION, Results
from scenarios.terminal.progress import Countdown, Tell, remaining
from scenarios.writing.step_cache import (
    DEFAULT_ANSWERS,
    Answers,
    StepCache,
    changed,
    footprint_key,
    parts_of,
    plan_key,
)

# Seconds of each step on two cores with the embedded pack, until this machine has its own.
SECONDS = {
    "couches": 1.5,
    "empreinte": 2.0,
    "programme": 8.0,
    "doute": 1.5,
    "heures": 1.5,
    "résultats": 4.0,
    "tableurs": 2.0,
    "carte": 2.5,
}
KEPT_SECONDS = 0.3


def expected_steps(
    scenario: Scenario,
    pack: Pack,
    into: Path,
    steps: StepCache,
    *,
    answers: Answers = DEFAULT_ANSWERS,
) -> dict[str, Any]:
    """Return each step of a run, whether it would be taken back, and its expected seconds.

    Seconds are those of the last run of the same scenario on this machine, else of any scenario.

    Parameters
    ----------
    scenario : the question.
    pack : the layers.
    into : where the run would write; its former results say what changed.
    steps : the steps kept and the seconds they took.
    answers : other plans and proof asked for.

    Returns
    -------
    ``steps`` (``step``, ``kept``, ``seconds``), ``reasons_fr`` to work again, ``lines_fr``.
    """
    parts = parts_of(scenario.model_dump(mode="json"), pack, answers=answers)
    before = _parts_before(into)
    reasons = [] if before is None else changed(before, parts)
    same = before is not None and not reasons and steps.folder is not None
    kept = {
        "empreinte": steps.holds("empreinte", footprint_key(parts, scenario.demand.load)),
        "programme": steps.holds("plan", plan_key(parts)),
    }
    seconds = SECONDS | steps.seconds(scenario.name)
    table = [
        {
            "step": name,
            "kept": same or kept.get(name, False),
            "seconds": 0.0 if same else KEPT_SECONDS if kept.get(name) else round(expected, 1),
        }
        for name, expected in seconds.items()
    ]
    return {
        "schema_version": SCHEMA_VERSION,
        "folder": str(into),
        "reasons_fr": reasons,
        "steps": table,
        "lines_fr": list(_lines(table, before, reasons, into)),
    }


def countdown(
    scenario: Scenario,
    pack: Pack,
    into: Path,
    steps: StepCache,
    write: Tell,
    answers: Answers = DEFAULT_ANSWERS,
) -> Countdown:
    """Return a listener that knows how long each step of a run should take.

    Parameters
    ----------
    scenario : the question.
    pack : the layers.
    into : where the run will write.
    steps : the steps kept and the seconds they took.
    write : hears the lines.
    answers : other plans and proof asked for.

    Returns
    -------
    The listener, which writes to ``write``.
    """
    table = expected_steps(scenario, pack, into, steps, answers=answers)["steps"]
    return Countdown(write, {row["step"]: row["seconds"] for row in table})


def _parts_before(into: Path) -> dict[str, str] | None:
    if not (into / DESCRIPTOR).is_file():
        return None
    try:
        inputs: dict[str, str] = Results.read(into).descriptor.get("inputs", {})
    except SitingError:
        return {}
    return inputs


def _lines(
    table: list[dict[str, Any]], before: dict[str, str] | None, reasons: list[str], into: Path
) -> list[str]:
    if before is None:
        why = "aucun résultat dans ce dossier, tout est à écrire"
    elif reasons:
        why = f"à refaire, car ont changé : {listing(reasons)}"
    else:
        why = "rien n'a changé, le dossier serait gardé tel quel"
    lines = [f"{into} : {why}"]
    for row in table:
        state = "reprise" if row["kept"] else "à calculer"
        lines.append(f"  {row['step']:<10} {state:<11} {number(row['seconds'], 1):>6} s")
    total = remaining(sum(row["seconds"] for row in table)).removeprefix(" ; encore ")
    return [*lines, f"  en tout, {total or 'moins de 1 s'} ; rien n'est écrit"]
