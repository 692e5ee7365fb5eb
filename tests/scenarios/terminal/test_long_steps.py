"""A long step says at once how long it takes; a short one, or an unknown one, only its end."""

from __future__ import annotations

from scenarios.terminal.progress import Countdown, step
from scenarios.terminal.terminal_lines import TALLEST, Title, fitted


def test_a_step_over_two_seconds_says_its_time_before_it_starts():
    heard: list[str] = []
    tell = Countdown(heard.append, {"couches": 1.0, "empreinte": 12.0, "programme": 31.0})
    for label in ("couches lues", "empreinte heure par heure", "programme résolu", "autre chose"):
        with step(tell, label):
            heard.append("travail")
    begun = [line for line in heard if line.startswith("  en cours")]
    assert begun == [
        "  en cours, 12 s environ : empreinte heure par heure (encore 45 s environ en tout)",
        "  en cours, 30 s environ : programme résolu",
    ]
    assert heard.index(begun[0]) < heard.index("travail", heard.index(begun[0]))


def test_titles_are_bold_on_a_terminal_only(monkeypatch):
    class Terminal:
        def isatty(self) -> bool:
            return True

    class Pipe(Terminal):
        def isatty(self) -> bool:
            return False

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    lines = [Title("Eau"), "mot " * 40]
    shown = fitted(lines, Terminal()).split("\n")
    assert shown[0] == "\033[1mEau\033[0m"
    assert max(map(len, shown)) <= 80
    assert fitted(lines, Pipe()) == "\n".join(lines)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\033" not in fitted(lines, Terminal())
    assert TALLEST == 24
