"""A case whose process dies never stops the others."""

from __future__ import annotations

import os
import signal

from scenarios.verbs.case_runners import in_processes


def test_a_process_that_dies_is_one_failed_case(tmp_path):
    rows = list(in_processes(2)(deadly, [1, 2, 3, 4], lambda case: {"case": case, "lost": True}))
    by_case = {row["case"]: row.get("lost", False) for row in rows}
    assert by_case == {1: False, 2: False, 3: True, 4: False}


def deadly(case: int) -> dict[str, int]:
    if case == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return {"case": case}
