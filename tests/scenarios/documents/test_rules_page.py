"""No threshold without its setter, on the page and on the terminal."""

from __future__ import annotations

from datetime import date

from layers.words.dated_values import SETTER_FR, USER_FR
from scenarios.documents.generated_pages import pages
from scenarios.reading.dry_answers import rule_lines
from siting.program.rule_registry import RULES
from siting.program.rulebook import rule_list

SETTERS = (*SETTER_FR.values(), USER_FR)


def test_every_value_of_the_page_says_who_sets_it_and_every_rule_its_text() -> None:
    page = pages()["regles.md"]
    values = [line for line in page.splitlines() if line.startswith("- ") and ": **" in line]
    assert len(values) >= len(RULES)
    for line in values:
        assert any(f"fixé par : {setter}" in line for setter in SETTERS), line
    assert page.count("\n- Texte : ") == page.count("\n## C")


def test_the_terminal_says_it_too() -> None:
    table = rule_list.rows(date(2026, 12, 1))
    for rule, lines in ((rule, rule_lines([rule])) for rule in table):
        assert "seuil" in lines[0], rule["rule"]
        assert any("texte" in line for line in lines)
        for value in rule["values"]:
            told = next(line for line in lines if value["label_fr"] in line)
            assert value["setter_fr"] in told
