"""A line as a planner types it, and what a refusal looks like."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "docs" / "exemple" / "limousin"


def siting(*arguments: str, cwd=None, stdin=None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=cwd,
        check=False,
        input=stdin,
        env=os.environ | {"PYTHONUTF8": "0", "LC_ALL": "C"},
    )


def refused(done: subprocess.CompletedProcess[str], code: str, status: int) -> str:
    assert done.returncode == status, done.stderr
    assert done.stdout == ""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 3, done.stderr
    assert lines[0].startswith(f"[{code}] ")
    assert "Traceback" not in done.stderr
    return done.stderr
