"""From a question to a plan, and the door for an analyst: ``docs/bibliotheque.md`` shows its uses.

``import scenarios`` costs nothing: each name below loads what it needs when it is first asked.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.analysis.analyst_verbs import (
        Pack,
        Results,
        Scenario,
        compare,
        evaluate,
        hourly,
        open_pack,
        own_criterion,
        rank,
        read_scenario,
        run,
        verify,
    )

__all__ = [
    "Pack",
    "Results",
    "Scenario",
    "compare",
    "evaluate",
    "hourly",
    "open_pack",
    "own_criterion",
    "rank",
    "read_scenario",
    "run",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("scenarios.analysis.analyst_verbs"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
