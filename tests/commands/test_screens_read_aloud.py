"""What each verb prints on a terminal can be read aloud: no sentence above 35 words."""

from __future__ import annotations

import contextlib
import io
import shlex

import pytest

import cli
from tests.commands.typed_line import EXAMPLE
from tests.scenarios.answers.read_aloud import too_long

LINES = (
    f"answer {EXAMPLE} --full",
    f"explain 87085_1437 --in {EXAMPLE} --all",
    f"explain Limoges --in {EXAMPLE} --all",
    f"matrix {EXAMPLE} --all",
    "layers list --all",
    "scenario list",
    f"check {EXAMPLE}.toml",
    f"rules {EXAMPLE}.toml --all",
)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.split()[0])
def test_no_sentence_of_a_screen_is_above_35_words(line):
    out, said = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(said):
        cli.app(shlex.split(line), prog_name="siting", standalone_mode=False)
    assert out.getvalue().strip()
    assert too_long(f"{out.getvalue()}\n{said.getvalue()}") == []
