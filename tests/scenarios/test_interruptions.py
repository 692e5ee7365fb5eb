"""What stops a run — Ctrl-C, a kill, a full disk, another run — leaves the old results intact."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import highspy
import numpy as np
import pyogrio
import pytest
from filelock import FileLock, Timeout

from cli import GOODBYE
from layers.words.errors import SitingError
from scenarios.storage import folder_swap
from scenarios.storage.results import DESCRIPTOR, Results, poured, staged
from siting.program.program_building import build
from siting.solver.highs_engine import Engine, Verdict
from tests.village.hand import village

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "exemple" / "limousin"
PATIENCE = 600  # seconds, on a machine that others use
ASKED = """
extends = "tendanciel"
name = "petit"
title = "Trois départements"
territory = ["19", "23", "87"]

[demand]
it_mw = { 2031 = 30, 2036 = 45 }
existing_it_mw = 10
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """Return a working folder: a scenario, a cache of its own, the results of an older run."""
    folder = tmp_path_factory.mktemp("atelier")
    (folder / "petit.toml").write_text(ASKED, encoding="utf-8")
    shutil.copytree(EXAMPLE, folder / "resultats" / "petit")
    return folder


def started(
    place: Path, *arguments: str, size_limit: int | None = None, alone: bool = False
) -> subprocess.Popen[str]:
    def settle() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell's background job ignores it
        if size_limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size_limit, size_limit))

    return subprocess.Popen(
        [sys.executable, "-m", "cli", *arguments],
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=os.environ | {"XDG_CACHE_HOME": str(place / "cache")},
        preexec_fn=settle,
        start_new_session=alone,
    )


def run(place: Path, *more: str, **options: int) -> subprocess.Popen[str]:
    return started(place, "run", "petit.toml", *more, **options)


def content(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < end, "ce moment n'est jamais venu"
        time.sleep(0.01)


def listens(process: subprocess.Popen[str]) -> bool:
    """Whether our first line has run: the command then answers SIGTERM; before, Python is alone."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    caught = next(line for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


def family(process: subprocess.Popen[str]) -> list[int]:
    """Return the processes that a process has begun."""
    task = Path(f"/proc/{process.pid}/task")
    return [int(pid) for one in task.glob("*/children") for pid in one.read_text().split()]


def lives(pid: int) -> bool:
    """Whether a process works still; one that has ended may wait for its parent to hear of it."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def beside(place: Path) -> list[str]:
    return sorted(path.name for path in (place / "resultats").iterdir())


def holds(place: Path, name: str) -> bool:
    return any((place / "resultats").glob(f".petit.en-cours-*/{name}"))


def processor_seconds(process: subprocess.Popen[str]) -> float:
    """Return what a process has taken of a processor: others use this machine, clocks lie."""
    fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
    user, system = fields.split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def children_seconds() -> float:
    """Return what the processes that have ended took of a processor."""
    return os.times().children_user + os.times().children_system


@pytest.fixture(scope="module")
def loading(place) -> float:
    """Return the processor seconds of a command that loads everything and writes nothing."""
    before = children_seconds()
    done = started(place, "check", "petit.toml")
    done.communicate(timeout=PATIENCE)
    assert done.returncode == 0
    return children_seconds() - before


# In the order of a run: before anything, evidence read, program solved, files all but written.
MOMENTS: dict[str, Callable[[Path], bool]] = {
    "au départ": lambda place: True,
    "couches": lambda place: any((place / "resultats").glob(".petit.en-cours-*")),
    "programme": lambda place: any((place / "cache").rglob("footprint.nc")),
    "carte": lambda place: holds(place, DESCRIPTOR),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_ctrl_c_at_any_time_ends_130_and_leaves_the_old_results(place, loading, moment):
    old, before = content(place / "resultats" / "petit"), children_seconds()
    process = run(place)
    wait_for(lambda: listens(process), process)
    wait_for(lambda: MOMENTS[moment](place), process)
    worked = processor_seconds(process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, err
    assert children_seconds() - before - worked <= 2 * loading  # soon, however slow the machine
    assert (out, err.strip()) == ("", GOODBYE)
    assert content(place / "resultats" / "petit") == old
    assert beside(place) == ["petit"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_while_libraries_load_is_never_a_traceback(place, loading, number):
    instants = np.random.default_rng(number).uniform(0.0, loading, 4)
    ends = []
    for instant in instants:
        process = started(place, "check", "petit.toml")
        wait_for(lambda process=process: listens(process), process)
        while process.poll() is None and processor_seconds(process) < instant:
            time.sleep(0.001)
        process.send_signal(number)
        _, err = process.communicate(timeout=PATIENCE)
        ends.append((process.returncode, err.strip()))
        assert ends[-1] in ((130, GOODBYE), (0, "")), (instant, err)
    assert ends.count((130, GOODBYE)) >= 2


def test_ctrl_c_in_a_terminal_ends_a_sweep_and_its_processes_at_once(place, loading):
    process = started(place, "sweep", "petit.toml", "--draws", "40", alone=True)
    wait_for(lambda: len(family(process)) >= 3, process)  # two workers, and who counts resources
    workers = family(process)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: everyone of the group hears it
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err.strip()) == (130, "", GOODBYE)
    end = time.monotonic() + PATIENCE
    while any(lives(worker) for worker in workers):  # who counts resources ends after all others
        assert time.monotonic() < end, "un processus du balayage travaille encore"
        time.sleep(0.01)
    assert beside(place) == ["petit"]


def test_what_a_kill_left_is_swept_and_finished_steps_are_taken_back(place):
    process = run(place)
    wait_for(lambda: holds(place, "sites.parquet"), process)
    process.kill()
    process.communicate()
    assert any(name.startswith(".petit.en-cours-") for name in beside(place))
    forecast = started(place, "run", "petit.toml", "--dry-run", "--json")
    steps = json.loads(forecast.communicate()[0])["steps"]
    kept = {step["step"] for step in steps if step["kept"]}
    assert kept == {"empreinte", "programme"}
    assert len(beside(place)) > 1  # a dry run writes nothing, not even order
    left = set(beside(place))
    process = run(place)
    wait_for(lambda: not left >= set(beside(place)), process)  # not what the killed one left
    other = run(place)  # while the first one writes
    _, err = other.communicate(timeout=PATIENCE)
    assert other.returncode == 8, err
    assert err.startswith("[SIT405] un autre calcul écrit déjà dans ce dossier")
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    assert out.strip().endswith("carte.html")
    assert beside(place) == ["petit"]
    assert Results.read(place / "resultats" / "petit").summary["scenario"] == "petit"


def test_another_clone_elsewhere_writes_the_same_bytes_and_verifies_them(place, tmp_path):
    clone, elsewhere = tmp_path / "clone", tmp_path / "ailleurs"
    for part in ("siting", "layers", "scenarios", "impacts", "maps", "commands"):
        shutil.copytree(ROOT / part, clone / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "cli.py", clone)
    elsewhere.mkdir()
    shutil.copy(place / "petit.toml", elsewhere)
    machine = {
        "PYTHONPATH": str(clone), "XDG_CACHE_HOME": str(elsewhere / "cache"), "LC_ALL": "C",
        "TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7", "PYTHONUTF8": "0",
        "OMP_NUM_THREADS": "1",
    }  # fmt: skip

    def there(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-P", "-m", "cli", *arguments],
            cwd=elsewhere, capture_output=True, encoding="utf-8", check=False,
            env=os.environ | machine,
        )  # fmt: skip

    done = there("run", "petit.toml", "--out", "sortie/petit")
    assert done.returncode == 0, done.stderr
    here = place / "resultats" / "petit"
    written = [
        {entry["path"]: entry["hash"] for entry in Results.read(folder).descriptor["resources"]}
        for folder in (here, elsewhere / "sortie" / "petit")
    ]
    assert written[0] == written[1]
    assert len(written[0]) > 20
    done = there("verify", str(here), "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["ok"]


@pytest.mark.parametrize("kilobytes", [16, 400])
def test_a_full_disk_is_one_message_and_the_old_results_stay(place, kilobytes):
    old = content(place / "resultats" / "petit")
    process = run(place, "--no-cache", "--set", "title=Autre", size_limit=1024 * kilobytes)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 8, err
    assert out == ""
    assert err.startswith("[SIT404] le disque est plein"), err
    assert len(err.strip().splitlines()) == 3, err
    assert content(place / "resultats" / "petit") == old
    assert beside(place) == ["petit"]


@pytest.mark.parametrize("verb", ["pictures", "sheets"])
def test_a_full_disk_leaves_no_half_of_what_is_to_be_handed_over(tmp_path, verb):
    done = started(
        tmp_path, verb, str(EXAMPLE), "--out", str(tmp_path / "remise"), size_limit=10_000
    )
    _, err = done.communicate(timeout=PATIENCE)
    assert done.returncode == 8, err
    assert err.startswith("[SIT404] le disque est plein"), err
    assert [path for path in (tmp_path / "remise").rglob("*") if path.is_file()] == []


def write(folder: Path, text: str) -> None:
    (folder / DESCRIPTOR).write_text(text, encoding="utf-8")


def test_a_rename_that_fails_puts_the_old_folder_back(tmp_path, monkeypatch):
    into = tmp_path / "petit"
    with staged(into) as folder:
        write(folder, "ancien")
    rename = Path.rename
    monkeypatch.setattr(folder_swap, "exchanged", lambda *_: False)  # as on another system
    for fault in (KeyboardInterrupt, OSError("refus")):

        def failing(self, target, fault=fault):
            if ".en-cours-" in self.name:
                raise fault
            return rename(self, target)

        monkeypatch.setattr(Path, "rename", failing)
        with pytest.raises((KeyboardInterrupt, SitingError)), staged(into) as folder:
            write(folder, "nouveau")
        monkeypatch.setattr(Path, "rename", rename)
        assert (into / DESCRIPTOR).read_text(encoding="utf-8") == "ancien"
        assert [path.name for path in tmp_path.iterdir()] == ["petit"]


def test_a_run_killed_between_two_renames_gives_the_old_folder_back(tmp_path):
    into, neighbour = tmp_path / "petit", tmp_path / ".petit-bis.en-cours-abcd"
    with staged(into) as folder:
        write(folder, "ancien")
    into.rename(tmp_path / ".petit.ancien-4242")
    neighbour.mkdir()
    with pytest.raises(RuntimeError), staged(into):
        raise RuntimeError
    assert (into / DESCRIPTOR).read_text(encoding="utf-8") == "ancien"
    assert sorted(p.name for p in tmp_path.iterdir()) == [neighbour.name, "petit"]


def test_a_folder_left_under_its_former_name_is_found_again_by_reading(tmp_path):
    (tmp_path / ".petit.ancien-4242").mkdir()
    write(tmp_path / ".petit.ancien-4242", "{}")
    with pytest.raises(SitingError) as caught:  # it is read: it is no results folder
        Results.read(tmp_path / "petit")
    assert caught.value.code == "SIT400"
    assert [path.name for path in tmp_path.iterdir()] == ["petit"]


def test_the_exchange_of_two_names_leaves_no_instant_without_a_folder(tmp_path):
    one, other = tmp_path / "un", tmp_path / "deux"
    for folder in (one, other):
        folder.mkdir()
        write(folder, folder.name)
    if not folder_swap.exchanged(one, other):
        pytest.skip("ce système n'échange pas deux noms en un appel")
    assert (one / DESCRIPTOR).read_text(encoding="utf-8") == "deux"
    assert not folder_swap.exchanged(one, tmp_path / "rien")
    assert (one / DESCRIPTOR).is_file()


@pytest.mark.parametrize("fault", ["pyogrio", "sqlite", "netcdf"])
def test_a_failing_disk_is_one_message_whatever_library_tells_it(tmp_path, fault):
    faults = {
        "pyogrio": pyogrio.errors.DataSourceError("sqlite3_step() failed: disk I/O error"),
        "sqlite": sqlite3.OperationalError("disk I/O error"),
        "netcdf": RuntimeError("NetCDF: HDF error"),
    }
    into = tmp_path / "petit"
    with staged(into) as folder:
        write(folder, "ancien")
    for opening, target in ((staged, into), (poured, tmp_path / "verse")):
        with pytest.raises(SitingError) as caught, opening(target):
            raise faults[fault]
        assert caught.value.exit_code == 8
    assert (into / DESCRIPTOR).read_text(encoding="utf-8") == "ancien"
    assert [path.name for path in tmp_path.iterdir()] == ["petit"]


def test_what_a_killed_command_poured_halfway_is_swept(tmp_path):
    ended = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"],
                           capture_output=True, text=True, check=True).stdout.strip()  # fmt: skip
    (tmp_path / f".en-cours-{ended}-abcd").mkdir()
    (tmp_path / f".en-cours-{os.getpid()}-abcd").mkdir()
    with poured(tmp_path) as folder:
        (folder / "page.html").write_text("x", encoding="ascii")
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        f".en-cours-{os.getpid()}-abcd",
        "page.html",
    ]


@pytest.mark.parametrize("redirection", ["> /dev/full", ">&-"])
def test_an_output_that_takes_nothing_is_no_traceback(tmp_path, redirection):
    line = f"{sys.executable} -m cli explain-error SIT400 {redirection}"
    done = subprocess.run(
        ["/bin/sh", "-c", line], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert done.returncode == (0 if redirection == ">&-" else 8), done.stderr


def test_only_the_lock_of_the_folder_tells_of_another_run(tmp_path):
    into, elsewhere = tmp_path / "petit", str(tmp_path / "autre.verrou")
    with pytest.raises(SitingError) as caught, staged(into), staged(into):
        pass
    assert caught.value.code == "SIT405"
    with FileLock(elsewhere), pytest.raises(Timeout) as awaited, staged(into):
        raise Timeout(elsewhere)  # of a cache, say: whoever writes the folder waited for it in vain
    assert awaited.value.lock_file == elsewhere
    assert not into.exists()


def simplex_village() -> Engine:
    """Return a program that only the simplex can solve: it asks whether to go on as it goes."""
    engine = Engine(build(village()))
    engine.highs.setOptionValue("presolve", "off")
    return engine


def test_ctrl_c_stops_the_solver_at_once_and_its_next_answer_is_the_same():
    engine = simplex_village()
    before = engine.run()
    asked = threading.Event()

    def interrupt(event: Any) -> None:
        if not asked.is_set():
            asked.set()  # once: the second run is left alone
            signal.raise_signal(signal.SIGINT)

    engine.highs.clearSolver()
    engine.highs.cbSimplexInterrupt += interrupt
    with pytest.raises(KeyboardInterrupt):
        engine.run()
    assert engine.highs.getModelStatus() == highspy.HighsModelStatus.kInterrupt
    engine.highs.clearSolver()
    after = engine.run()
    assert (after.verdict, after.objective) == (before.verdict, before.objective)
    assert after.values.tolist() == before.values.tolist()


def test_a_process_that_ignores_ctrl_c_goes_on_solving():
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as the workers of a sweep do
    try:
        engine = simplex_village()
        engine.highs.cbSimplexInterrupt += lambda event: signal.raise_signal(signal.SIGINT)
        assert engine.run().verdict is Verdict.OPTIMAL
    finally:
        signal.signal(signal.SIGINT, former)


def test_a_file_in_place_of_a_folder_and_a_mounted_nothing_are_refused(tmp_path):
    (tmp_path / "fichier").write_text("déjà là", encoding="utf-8")
    for into in (tmp_path / "fichier", tmp_path / "fichier" / "dessous", Path("/proc/petit")):
        with pytest.raises(SitingError) as caught, staged(into):
            pass
        assert caught.value.code == "SIT403"
        assert caught.value.exit_code == 8


def test_a_folder_asked_for_by_a_relative_path_is_written_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # From Python 3.12 on, a temporary folder has an absolute path wherever it was asked for.
    monkeypatch.setattr("tempfile.mkdtemp", _absolute(tempfile.mkdtemp))
    for text in ("ancien", "nouveau"):
        with staged(Path("resultats/petit")) as folder:
            write(folder, text)
    assert (tmp_path / "resultats" / "petit" / DESCRIPTOR).read_text("utf-8") == "nouveau"
    assert [path.name for path in Path("resultats").iterdir()] == ["petit"]


def _absolute(make: Callable[..., str]) -> Callable[..., str]:
    return lambda **asked: str(Path(make(**asked)).absolute())
