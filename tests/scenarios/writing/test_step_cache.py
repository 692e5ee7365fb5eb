"""Steps kept from one run to the next: what is damaged is never believed, and never blocks."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from scenarios.writing.step_cache import DURATIONS, StepCache
from siting.solve import solve
from tests.village.hand import village

FLIPS = 300
STEPS = {"empreinte": "coefficients", "plan": "plan", "variante": "row"}


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    """Give a cache that holds one step of each kind, those of the village."""
    folder = tmp_path_factory.mktemp("steps")
    steps, inputs = StepCache(folder), village()
    for key in ("cle", "autre"):
        steps.keep_plan(key, solve(inputs, answers=False))
        steps.keep_coefficients(key, inputs.coefficients)
        steps.keep_row(key, {"case": 3, "carbon_kt": 12.5})
    return folder


@pytest.fixture
def damaged(kept, tmp_path) -> Callable[[str, Callable[[Path], Any]], tuple[Any, list[str]]]:
    """Damage an entry of a copy, then ask for it: what comes back, and what was said."""

    def ask(step: str, harm: Callable[[Path], Any]) -> tuple[Any, list[str]]:
        entry = tmp_path / step / "cle"
        shutil.rmtree(entry, ignore_errors=True)
        shutil.copytree(kept / step / "cle", entry)
        harm(entry)
        told: list[str] = []
        found = getattr(StepCache(tmp_path, told.append), STEPS[step])("cle")
        assert found is None or (not told and entry.exists())
        assert found is not None or not os.path.lexists(entry)
        return found, told

    return ask


def flipped(seed: int) -> Callable[[Path], None]:
    """Return what flips one bit of one file, each file as likely as any other."""

    def harm(entry: Path) -> None:
        chosen = random.Random(seed)
        file = chosen.choice(sorted(entry.iterdir()))
        content = bytearray(file.read_bytes())
        content[chosen.randrange(len(content))] ^= 1 << chosen.randrange(8)
        file.write_bytes(content)

    return harm


def test_sound_steps_are_taken_back(kept):
    steps = StepCache(kept, pytest.fail)
    plan, inputs = steps.plan("cle"), village()
    assert plan is not None
    pd.testing.assert_frame_equal(plan.placements, solve(inputs, answers=False).placements)
    found = steps.coefficients("cle")
    assert found is not None
    assert (found["carbon"] == inputs.coefficients["carbon"]).all()
    assert steps.row("cle") == {"case": 3, "carbon_kt": 12.5}


def test_of_300_flipped_bits_none_is_believed(damaged):
    for seed in range(FLIPS):
        step = list(STEPS)[seed % 3]
        found, told = damaged(step, flipped(seed))
        assert found is None, seed
        assert told == [f"une étape gardée ({step}) était abîmée : oubliée, elle est recalculée"]


@pytest.mark.parametrize("step", STEPS)
def test_truncated_emptied_removed_added_linked_or_piped_is_forgotten(damaged, kept, step):
    def first(entry: Path) -> Path:
        return next(path for path in sorted(entry.iterdir()) if path.name != "sceau.json")

    def linked(entry: Path) -> None:
        first(entry).unlink()
        first_kept = next(p for p in sorted((kept / step / "cle").iterdir()) if p.suffix != ".x")
        (entry / first_kept.name).symlink_to(first_kept)

    def piped(entry: Path) -> None:
        name = first(entry)
        name.unlink()
        os.mkfifo(name)

    def foreign(entry: Path) -> None:
        shutil.rmtree(entry)
        shutil.copytree(kept / step / "autre", entry)

    def a_file(entry: Path) -> None:
        shutil.rmtree(entry)
        entry.write_bytes(b"ni dossier, ni lien")

    harms: list[Callable[[Path], Any]] = [
        lambda entry: first(entry).write_bytes(first(entry).read_bytes()[:-1]),
        lambda entry: first(entry).write_bytes(b""),
        lambda entry: first(entry).unlink(),
        lambda entry: (entry / "sceau.json").unlink(),
        lambda entry: (entry / "sceau.json").write_text("[" * 100_000, encoding="ascii"),
        lambda entry: (entry / "de trop.json").write_text("{}", encoding="ascii"),
        lambda entry: ((entry / "sceau.json").unlink(), os.mkfifo(entry / "sceau.json")),
        linked, piped, foreign, a_file,
    ]  # fmt: skip
    for harm in harms:
        found, told = damaged(step, harm)
        assert found is None
        assert len(told) == 1


def test_an_unreadable_entry_is_replaced_by_the_next_step_kept(tmp_path):
    steps = StepCache(tmp_path)
    steps.keep_row("cle", {"case": 1})
    (tmp_path / "variante" / "cle" / "row.json").write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(90))
    assert steps.row("cle") is None
    steps.keep_row("cle", {"case": 2})
    assert steps.row("cle") == {"case": 2}


@pytest.mark.parametrize(
    "text",
    ['{"": {"programme": NaN}}', '{"": {"programme": Infinity}}', '{"": {"programme": -4}}',
     '{"": {"programme": 1e999}}', '{"": 3}', "[" * 100_000, "\x00"],
)  # fmt: skip
def test_a_time_that_is_no_time_teaches_nothing(tmp_path, text):
    (tmp_path / DURATIONS).write_text(text, encoding="utf-8")
    assert StepCache(tmp_path).seconds("limousin") == {}
