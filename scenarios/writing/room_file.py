"""The program of the room, written beside the plan for the page that solves it again."""

from __future__ import annotations

import json
from pathlib import Path

from siting.other_plans.room_program import room_program
from siting.program.plan_tables import Plan
from siting.program.program_inputs import Inputs

ROOM_FILE = "plan/room.json"


def write_room(into: Path, inputs: Inputs, plan: Plan) -> None:
    """Write the restricted program of a plan; nothing where there is none to write.

    Parameters
    ----------
    into : the results folder; its « plan » folder is made when absent.
    inputs : the question.
    plan : its answer.
    """
    program = room_program(inputs, plan)
    if program is None:
        return
    path = into / ROOM_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    # On one line: indented, a hundred thousand numbers would take a line each.
    text = json.dumps(program.document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
