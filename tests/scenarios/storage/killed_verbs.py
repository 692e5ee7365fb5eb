"""Verbs killed at any moment of their work: what they write is whole, or is not there."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from scenarios.storage.results import DESCRIPTOR, Results

ROOT = Path(__file__).parents[3]
# Each verb writes under « sorties », from the same folder of results; the last only reads.
VERBS: dict[str, tuple[str, ...]] = {
    "run": ("run", "petit.toml", "--alternatives", "0"),
    "sweep": ("sweep", "petit.toml", "--vary", "demand.it_mw.2036=24:26:2"),
    "sheets": ("sheets", "resultats"),
    "map": ("map", "resultats"),
    "export": ("export", "resultats"),
    "indicators": ("indicators", "resultats"),
    "seal": ("seal", "resultats"),
    "verify": ("verify", "resultats", "--second-opinion"),
}
PATIENCE = 900.0


class Workshop:
    """A folder where verbs are killed: a scenario, results, what each verb writes when whole."""

    def __init__(self, place: Path, scenario: str, sound: Path) -> None:
        self.place = place
        place.mkdir()
        (place / "petit.toml").write_text(scenario, encoding="utf-8")
        shutil.copytree(sound, place / "resultats")
        (place / "sorties").mkdir()
        self.whole: dict[str, dict[str, bytes]] = {}
        self.seconds: dict[str, float] = {}

    def killed(self, verb: str, seed: int) -> str:
        """Kill a verb at a moment drawn; the first time, let it end to know how long it takes."""
        if verb not in self.seconds:
            begun = time.monotonic()
            process = self._started(verb)
            told = process.communicate(timeout=PATIENCE)[1]
            if process.returncode:
                return f"TRACE code {process.returncode} : {told[-200:]}"
            self.seconds[verb] = time.monotonic() - begun
            self.whole[verb] = self._written(verb)
        process = self._started(verb)
        time.sleep(random.Random(seed).uniform(0.0, 1.1) * self.seconds[verb])
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=PATIENCE)
        Results.read(self.place / "resultats")
        found = self._written(verb)
        if found and found != self.whole[verb]:
            odd = sorted(set(found.items()) ^ set(self.whole[verb].items()))
            return f"PASSE {odd[0][0]}"
        if random.Random(seed).random() < 0.5:  # the next kill meets nothing, or the former whole
            shutil.rmtree(self.place / "sorties" / verb, ignore_errors=True)
        return "ok"

    def _started(self, verb: str) -> subprocess.Popen[str]:
        out = () if verb == "verify" else ("--out", f"sorties/{verb}")
        return subprocess.Popen(
            [sys.executable, "-m", "cli", *VERBS[verb], *out],
            cwd=self.place,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=os.environ | {"XDG_CACHE_HOME": str(self.place / "cache"), "PYTHONPATH": str(ROOT)},
            start_new_session=True,
        )

    def _written(self, verb: str) -> dict[str, bytes]:
        """Return what a verb wrote, its day left out: bytes by path, none when nothing is there."""
        out = self.place / "sorties" / verb
        if out.is_file():
            return {"": out.read_bytes()}
        files = sorted(path for path in out.rglob("*") if path.is_file())
        return {str(path.relative_to(out)): _undated(path) for path in files}


def _undated(path: Path) -> bytes:
    if path.name != DESCRIPTOR:
        return path.read_bytes()
    told = json.loads(path.read_text(encoding="utf-8"))
    told.pop("created", None)
    return json.dumps(told, sort_keys=True).encode()
