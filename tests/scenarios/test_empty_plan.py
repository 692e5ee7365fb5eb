"""A need already covered is an answer: the whole job runs, and every verb has something to say."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "docs" / "exemple" / "limousin.toml"


def siting(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        capture_output=True, text=True, encoding="utf-8", check=False,
        env=os.environ | {"PYTHONUTF8": "1"},
    )  # fmt: skip


@pytest.fixture(scope="module")
def covered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess]:
    folder = tmp_path_factory.mktemp("couvert") / "plan"
    needs = [f"demand.it_mw.{year}=8" for year in (2031, 2036)]
    done = siting("run", str(EXAMPLE), "--set", needs[0], "--set", needs[1], "--out", str(folder))
    return folder, done


def test_the_answer_is_a_sentence_and_stdout_holds_the_page_alone(covered) -> None:
    folder, done = covered
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{folder / 'carte.html'}\n"
    assert "Rien ne reste à placer" in done.stderr


def test_the_empty_folder_verifies_and_a_sheet_says_what_to_ask(covered) -> None:
    folder, _ = covered
    verified = siting("verify", str(folder))
    assert verified.returncode == 0, verified.stderr
    refused = siting("sheets", str(folder))
    assert refused.returncode != 0
    assert refused.stderr.startswith("[SIT402]")
