"""What a shell proposes for an argument: known names, read only when a person asks for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

LIBRARY = Path(__file__).parents[2] / "scenarios" / "library"


def completed_with(names: Callable[[], Iterable[str]], files: bool = False) -> dict[str, Any]:
    """Return what completes an argument in a shell: known names, loaded only when asked."""

    def complete(_: click.Context, __: click.Parameter, begun: str) -> list[Any]:
        from click.shell_completion import CompletionItem

        found = [CompletionItem(name) for name in names() if name.startswith(begun)]
        return [CompletionItem(begun, type="file"), *found] if files else found

    return {"shell_complete": complete}


def scenario_names() -> list[str]:
    """Return the scenarios of the library."""
    return sorted(path.stem for path in LIBRARY.glob("*.toml"))


def goal_names() -> list[str]:
    """Return the goals a front may be traced between."""
    from siting.program.plan_goals import GOALS

    return list(GOALS)


def layer_and_service_names() -> list[str]:
    """Return the official services, then the layers they give."""
    from layers.fetch.official_services import services

    fetched = {
        layer for service in services().values() for one in service.products for layer in one.layers
    }
    return [*services(), *sorted(fetched)]


def error_codes() -> list[str]:
    """Return the codes of our errors."""
    from layers.words.errors import CODES

    return list(CODES)


def college_names() -> list[str]:
    """Return the colleges whose weights are illustrated."""
    from scenarios.question.colleges import colleges

    return [college.name for college in colleges().every]


def topic_names() -> list[str]:
    """Return the topics that an answer is told by."""
    from scenarios.answers.told.answer_topics import TOPICS

    return [topic.name for topic in TOPICS]
