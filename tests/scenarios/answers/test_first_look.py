"""The head of every page: the finding, figures as the tables show them, two sentences."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from layers.words.french import NARROW, NO_BREAK
from scenarios.answers.first_look import finding, first_look
from scenarios.answers.headline import shown

EXAMPLE = Path(__file__).parents[3] / "docs" / "exemple" / "limousin" / "summary.json"


@pytest.fixture
def summary():
    return json.loads(EXAMPLE.read_text(encoding="utf-8"))


def plain(text):
    return text.replace(NO_BREAK, " ").replace(NARROW, " ")


def test_the_finding_says_what_holds_without_exceeding_a_rule(summary):
    placed = summary["plan"]["2036"]["it_mw"]
    begun = f"{summary['n_sites']} sites, {placed:g} MW en 2036 ; "
    for most, held in (
        (12.34, "12 MW au plus sans dépasser une règle"),
        (0.3, "3 règles souples dépassées"),
    ):
        bounded = summary | {"solver": summary["solver"] | {"most_it_mw": most}}
        assert plain(finding(bounded)) == begun + held
    assert plain(finding(summary | {"broken_rules": []})).endswith(
        "aucune règle évaluée n'est dépassée"
    )
    assert "rien ne reste à placer" in finding(summary | {"n_sites": 0})


def test_an_impossible_question_is_titled_by_what_lacks(summary):
    why = {
        "need": {"2036": {"asked_mw": 405.0, "lacks_mw": 65.8, "served_mw": 335.8}},
        "conflict_fr": ["Besoin régional servi", "Budget énergétique"],
    }
    told = first_look(summary | {"impossible": why})
    assert plain(told.finding) == "Aucun plan possible : il manque 65,8 MW en 2036"
    assert told.decides == "Le besoin se heurte à : budget énergétique."


def test_figures_are_those_of_the_tables_and_sentences_are_short(summary):
    told = first_look(summary)
    plan = summary["plan"]["2036"]
    assert 3 <= len(told.figures) <= 5
    assert plain(told.figures[0].value) == f"{plain(shown(plan, 'electricity_twh'))} TWh/an"
    assert all(figure.doubt for figure in told.figures)
    for sentence in (told.decides, told.unknown):
        assert 0 < len(sentence.split()) <= 45
