"""`siting verify`: a broken rule is told and ends in 7; a second solver confirms, or denies."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from scenarios.storage.results import Results
from scenarios.verbs.solver_opinion import CONFIRMED, CONTRADICTED, UNFINISHED, second_word

EXAMPLE = Path(__file__).parents[3] / "docs" / "exemple" / "limousin"


def verified(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli", "verify", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLE, tmp_path / "limousin"))


def edited(folder: Path, change: Callable[[dict[str, Any]], None]) -> Results:
    path = folder / "datapackage.json"
    descriptor = json.loads(path.read_text("utf-8"))
    change(descriptor)
    path.write_text(json.dumps(descriptor), "utf-8")
    return Results.read(folder, verify=False)


def test_a_megawatt_added_with_its_fingerprint_is_told_and_ends_in_7(copied: Path) -> None:
    table = copied / "plan" / "placements.parquet"
    pd.read_parquet(table).assign(it_mw=lambda t: t["it_mw"] + 1.0).to_parquet(table)
    data = table.read_bytes()

    def sealed(descriptor: dict[str, Any]) -> None:
        [entry] = [e for e in descriptor["resources"] if e["path"] == "plan/placements.parquet"]
        entry |= {"bytes": len(data), "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}

    edited(copied, sealed)
    done = verified(copied, "--second-opinion")  # nothing to ask CBC of it
    assert done.returncode == 7, done.stderr
    assert "✗ P07" in done.stdout
    assert "Traceback" not in done.stderr


def test_the_command_says_what_both_solvers_prove(copied: Path) -> None:
    done = verified(copied, "--second-opinion")
    assert done.returncode == 0, done.stderr
    assert "Second avis de CBC" in done.stdout
    assert "Les deux solveurs s'accordent" in done.stdout
    assert second_word(Results.read(copied))["verdict"] == CONFIRMED


def test_a_cost_or_a_bound_that_is_not_so_is_denied(copied: Path) -> None:
    def cheaper(descriptor: dict[str, Any]) -> None:
        descriptor["solver"]["objective"] *= 0.98
        descriptor["solver"]["bound"] *= 0.97

    word = second_word(edited(copied, cheaper))
    assert word["verdict"] == CONTRADICTED
    assert "se contredisent" in word["lines_fr"][-1]

    def prouder(descriptor: dict[str, Any]) -> None:
        descriptor["solver"]["objective"] /= 0.98
        descriptor["solver"]["bound"] = descriptor["solver"]["objective"] * 1.01

    assert second_word(edited(copied, prouder))["verdict"] == CONTRADICTED


def test_no_time_is_said_and_denies_nothing(copied: Path) -> None:
    word = second_word(Results.read(copied), seconds=0.001)
    assert word["verdict"] == UNFINISHED
    assert "limite de temps" in word["lines_fr"][-1]
    assert word["objective"]["same_sites"] == pytest.approx(word["objective"]["ours"], rel=1e-6)
