"""The door: help, chapters, completion, and faults told in three lines, whatever the verb."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

from cli import CHAPTERS, app
from commands.verb_parts.asked_and_answered import Asked, asking
from commands.verb_parts.shared_options import (
    data_option,
    layer_option,
    scenario_argument,
    set_option,
)
from tests.commands.typed_line import EXAMPLE, siting

COMMANDS = Path(__file__).parents[2] / "commands"


def test_help_is_french_and_loads_nothing_heavy():
    # bench/commands/verb_durations.py times it; what would make it slow is seen here anywhere.
    code = "import sys, cli; sys.argv = ['siting', '--help']; import atexit; atexit.register("
    code += "lambda: print(sorted({n.partition('.')[0] for n in sys.modules}), file=sys.stderr))"
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", f"{code}\ncli.main()"],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert not any(word in done.stdout for word in ("Show this", "Usage:", "Options:", "COMMAND "))
    heavy = ("numpy", "pandas", "geopandas", "pydantic", "xarray", "highspy", "pulp", "matplotlib")
    assert not [name for name in heavy if f"'{name}'" in done.stderr]


def test_every_command_has_its_chapter():
    for folder, (title, verbs) in CHAPTERS.items():
        files = [path.stem for path in (COMMANDS / folder).glob("*_command.py")]
        assert sorted(files) == sorted(f"{verb.replace('-', '_')}_command" for verb in verbs)
        assert f"« {title} »" in (import_module(f"commands.{folder}").__doc__ or "")
    chapters = {path.parent.name for path in COMMANDS.glob("*/*_command.py")}
    assert chapters == set(CHAPTERS)
    assert [name for name, command in app.commands.items() if command.name != name] == []


@pytest.mark.parametrize("arguments", [["explain-error", "SIT300"], ["completion", "bash"]])
def test_a_verb_is_read_alone(arguments):
    code = f"import sys, cli; sys.argv = ['siting', *{arguments}]; cli.main(); print("
    code += "[name for name in sys.modules if name.endswith('_command')], file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code],
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    verb = f"{arguments[0].replace('-', '_')}_command"
    assert done.stderr.strip() == f"['commands.troubleshoot.{verb}']"


def test_shared_options_are_gathered_and_keep_the_order_they_are_written_in():
    heard = []

    @click.command()
    @scenario_argument
    @click.option("--own", default=1)
    @asking(data_option, layer_option, set_option)
    def verb(asked, own):
        heard.append((asked, own))

    assert [p.opts[0] for p in verb.params] == [
        "scenario", "--own", "--data", "--layer", "--set", "--all", "--json",
    ]  # fmt: skip
    verb.main(["x", "--set", "a=1", "--set", "b=2", "--layer", "c=d"], standalone_mode=False)
    assert heard == [(Asked("x", ("a=1", "b=2"), None, ("c=d",)), 1)]


@pytest.mark.parametrize(
    ("line", "proposed"),
    [
        ("siting run so", ["sobriete", "souverainete"]),
        ("siting rank --weights ep", ["epci"]),
        ("siting explain-error SIT30", ["SIT300", "SIT301", "SIT302", "SIT303", "SIT308"]),
        ("siting pareto --x wa", ["water"]),
        ("siting layers fetch znieff", ["znieff_1", "znieff_2"]),
    ],
)
def test_a_shell_completes_the_names_one_may_give(line, proposed):
    words = {"_SITING_COMPLETE": "bash_complete", "COMP_WORDS": line}
    done = subprocess.run(
        [sys.executable, "-m", "cli"], capture_output=True, encoding="utf-8", check=False,
        env=os.environ | words | {"COMP_CWORD": str(len(line.split()) - 1)},
    )  # fmt: skip
    plain = [each for each in done.stdout.splitlines() if each.startswith("plain,")]
    assert plain == [f"plain,{name}" for name in proposed]


@pytest.mark.parametrize("verb", ["run", "check", "rank", "explain", "rules", "layers", "doctor"])
def test_every_verb_has_a_french_help(verb):
    done = siting(verb, "--help")
    assert done.returncode == 0
    assert "Affiche cette aide." in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["rnu"], ["explan"], ["run", "--zz"], ["run", "--dat", "x"], ["run", "--json=1"],
        ["run", "--out"], ["explain"], ["rank", "--top", "x"], ["doctor", "trop", "de", "mots"],
        ["completion", "tcsh"],
    ],
)  # fmt: skip
def test_a_usage_fault_is_one_of_the_family(arguments):
    done = siting(*arguments)
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("[SIT205] ")
    assert lines[2].endswith("--help » dit ce que la commande attend")
    assert not re.search(r"\b(mean|one of|option requires|does not|such|extra|Invalid)\b", lines[0])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("rank", "--top", "0"), "au moins 1 attendu, 0 reçu"),
        (("sheets", "x", "--top", "-2"), "au moins 1 attendu"),
        (("sheets", "x", "--jobs", "0"), "au moins 1 attendu"),
        (("pareto", "--points", "1"), "de 2 à 50 attendu, 1 reçu"),
        (("sweep", "--draws", "-1"), "au moins 0 attendu"),
        (("completion",), "Au choix"),
    ],
)
def test_a_count_out_of_bounds_is_told_in_french(arguments, words):
    done = siting(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert not any(word in done.stderr for word in ("Choose", "not in the range", "Invalid"))


def test_a_place_that_cannot_be_written_is_refused_by_every_verb_that_writes(tmp_path):
    (tmp_path / "fichier").write_text("déjà là", encoding="utf-8")
    into = str(tmp_path / "fichier" / "r")
    for arguments in (
        ("compare", str(EXAMPLE), str(EXAMPLE), "--out", into),
        ("map", str(EXAMPLE), "--out", into),
        ("indicators", str(EXAMPLE), "--out", into),
        ("layers", "verify", "--map", f"{into}/carte.png", "--json"),
    ):
        done = siting(*arguments)
        assert done.returncode == 8, (arguments, done.stderr)
        assert done.stderr.startswith("[SIT403] écriture impossible : un fichier porte"), arguments
    assert [path.name for path in tmp_path.iterdir()] == ["fichier"]
