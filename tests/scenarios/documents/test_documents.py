"""What the documents tell a planner to type exists, and every verb explains itself."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cli import app

ROOT = Path(__file__).parents[3]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
INLINE = re.compile(r"`(siting [^`]+)`|« (siting [^»]+) »")


def commands() -> Iterator[tuple[str, str]]:
    """Yield each command line of the documents: those of code blocks, and those quoted."""
    for path in DOCUMENTS:
        in_block = False
        for line in path.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
            if line.startswith("```"):
                in_block = not in_block
            elif in_block and line.removeprefix(".venv/bin/").startswith("siting "):
                yield path.name, line.removeprefix(".venv/bin/")
            elif not in_block:
                for ticked, quoted in INLINE.findall(line):
                    yield path.name, (ticked or quoted).strip()


BLOCKS = {
    line.removeprefix(".venv/bin/")
    for path in DOCUMENTS
    for line in path.read_text(encoding="utf-8").splitlines()
}
FOUND = sorted({(name, line) for name, line in commands() if "…" not in line})


def parsed(arguments: list[str]) -> click.Context:
    """Parse a command line down to its last verb, as the tool would, and run nothing."""
    context = app.make_context("siting", [*arguments])
    group: click.Command = app
    rest = arguments
    while isinstance(group, click.Group):
        name, command, rest = group.resolve_command(context, rest)
        assert command is not None
        context = command.make_context(name, rest, parent=context, resilient_parsing=not rest)
        group = command
    return context


def test_the_documents_show_commands():
    assert len(FOUND) >= 25
    assert {"README.md", "premier-scenario.md", "installer.md"} <= {name for name, _ in FOUND}


@pytest.mark.parametrize(("document", "line"), FOUND)
def test_a_command_of_the_documents_is_one_the_tool_takes(document, line):
    before_the_pipe = line.partition(" | ")[0]
    arguments = shlex.split(before_the_pipe, comments=True)[1:]
    try:
        assert parsed(arguments).info_name
    except (click.MissingParameter, click.BadOptionUsage, click.exceptions.Exit):
        # A sentence may name a verb, or an option that exists, without its value.
        assert line not in BLOCKS, line


def verbs(group: click.Group = app, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from verbs(command, (*path, name))
        else:
            yield (*path, name)


def command_of(path: tuple[str, ...]) -> click.Command:
    found: click.Command = app
    for name in path:
        assert isinstance(found, click.Group)
        found = found.commands[name]
    return found


def test_every_option_says_its_default():
    """An option that names a place or a number says what it is when nothing is given."""
    silent = [
        (*path, option.name)
        for path in verbs()
        for option in command_of(path).params
        if isinstance(option, click.Option)
        and isinstance(option.type, click.Path | click.types.IntParamType)
        and not (option.required or option.show_default or "défaut" in (option.help or ""))
    ]
    # What is not brought is not read: an audit, one's colours, papers of elsewhere, a map.
    brought = {"audit", "identity", "papers"}
    assert {path for path in silent if path[-1] not in brought} == {("layers", "verify", "picture")}


@pytest.mark.parametrize("path", list(verbs()), ids=" ".join)
def test_every_verb_and_option_says_what_it_does(path):
    command = command_of(path)
    assert command.help
    assert command.get_short_help_str(limit=80).endswith(".")
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, option.name
            assert option.help.rstrip().endswith((".", "»", ")")), (option.name, option.help)


EXAMPLES = {path: command_of(path).epilog for path in verbs() if command_of(path).epilog}


def test_every_verb_gives_an_example():
    assert set(EXAMPLES) == set(verbs())


@pytest.mark.parametrize("path", EXAMPLES, ids=" ".join)
def test_the_example_of_a_help_is_one_the_verb_takes(path):
    told = EXAMPLES[path].removeprefix("Exemple : ")
    arguments = shlex.split(told.removeprefix('eval "$(').removesuffix(')"'))[1:]
    assert tuple(arguments[: len(path)]) == path
    assert parsed(arguments).info_name == path[-1]


# Verbs whose only answer is a path, a text to read, or a script.
WITHOUT_JSON = {("completion",), ("scenario", "new")}


def test_every_verb_that_answers_has_json():
    without = {
        path
        for path in verbs()
        if not any(option.name == "as_json" for option in command_of(path).params)
    }
    assert without <= WITHOUT_JSON, without - WITHOUT_JSON


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_proposes_verbs_and_options(shell):
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    complete = kind(app, {}, "siting", "_SITING_COMPLETE")
    assert "_SITING_COMPLETE" in complete.source()
    assert {item.value for item in complete.get_completions([], "s")} >= {"sweep", "scenario"}
    proposed = {item.value for item in complete.get_completions(["sweep"], "--")}
    assert {"--draws", "--cluster", "--json"} <= proposed


ASKED_IN_MEETINGS = (
    "PUE", "WUE", "ERF", "ERC", "ENAF", "ZAN", "SRADDET", "ZRE", "SMAA", "intervalle",
    "prix d'une règle", "poste source", "non évalué", "friche", "EPCI", "S3REnR", "SCoT", "AWARE",
    "statut", "valeur marginale", "scénario", "besoin", "candidat", "règle souple", "CESER",
)  # fmt: skip


def test_the_glossary_has_the_words_of_a_meeting_once():
    text = (ROOT / "docs" / "glossaire.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")]
    terms = [row for row in rows if row not in ("mot", "---")]
    assert len(terms) == len(set(terms))
    absent = [word for word in ASKED_IN_MEETINGS if not any(word in term for term in terms)]
    assert absent == []
