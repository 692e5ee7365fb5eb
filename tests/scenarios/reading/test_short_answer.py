"""The answer in six lines, on real folders: short, plain, and its figures those of the plan."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from layers.words.errors import SitingError
from layers.words.french import estimate
from scenarios.answers.told.answer_topics import TOPICS, answer, detail, told_of, topics_asked
from scenarios.reading.short_answer import short_lines, topic_lines
from scenarios.storage.results import Results
from scenarios.terminal.terminal_lines import folded, screenful

EXAMPLE = Path(__file__).parents[3] / "docs" / "exemple" / "limousin"
FOLDER = Path("resultats/exemple")
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀÂÉÈ«])")
MOST_WORDS, READ_ALOUD = 140, 35


@pytest.fixture(scope="module")
def document() -> dict:
    return Results.read(EXAMPLE).summary


def test_the_end_of_a_run_is_at_most_140_words_on_a_screen_of_80_columns(document):
    lines = [folded(line, 80) for line in short_lines(document, FOLDER)]
    text = "\n".join([*lines, str(FOLDER / "carte.html")])
    assert len(text.split()) <= MOST_WORDS
    assert max(map(len, text.split("\n"))) <= 80
    assert text.count("\n") < 24


def test_each_line_says_what_is_waited_for(document):
    said = "\n".join(short_lines(document, FOLDER))
    last = document["plan"][str(document["periods"][-1])]
    for name in ("electricity_twh", "land_ha", "heat_gwh", "carbon_kt"):
        figure = f"{estimate(last[f'{name}_p50'], 2)} ({estimate(last[f'{name}_p5'], 2)}–"
        assert figure in said
    assert f"siting unknowns {FOLDER}" in said
    assert f"siting answer {FOLDER}" in said
    assert "Inconnu" in said
    assert "compatible avec" in said
    assert "conforme" not in said


def test_no_sentence_of_the_answer_is_above_thirty_five_words(document):
    for text in [*answer(document), *detail(document)]:
        for sentence in SENTENCE.split(text):
            assert len(sentence.split()) <= READ_ALOUD, sentence


def test_every_sentence_belongs_to_a_topic_and_full_tells_them_all(document):
    every = [text for topic in TOPICS for text in told_of(document, topic)]
    assert sorted(every) == sorted([*answer(document), *detail(document)])
    full = "\n".join(topic_lines(document, [topic.name for topic in TOPICS], FOLDER))
    assert all(text in full for text in every)


def test_without_a_topic_the_short_answer_ends_with_their_names(document):
    lines = topic_lines(document, [], FOLDER)
    assert sum(folded(line, 80).count("\n") + 1 for line in lines) <= 24
    assert all(name in lines[-1] for name in ("eau", "couts", "autres-plans"))


def test_an_unknown_topic_names_the_nearest():
    with pytest.raises(SitingError, match="SIT202"):
        topics_asked(["chaleurs"])
    assert topics_asked(["eau", "sol"]) == ["eau", "sol"]


def test_an_empty_plan_answers_without_figures(document):
    nothing = document | {"n_sites": 0, "broken_rules": []}
    said = "\n".join(short_lines(nothing, FOLDER))
    assert "Rien ne reste à placer" in said
    assert "TWh" not in said


def test_a_screen_keeps_head_and_foot_and_counts_what_it_leaves():
    rows = [f"ligne {k}" for k in range(100)]
    kept = screenful(["tête", *rows, "pied"], head=1, foot=1)
    assert len(kept.lines) == 23
    assert (kept.lines[0], kept.lines[-1]) == ("tête", "pied")
    assert (kept.shown, kept.among) == (21, 100)
    assert screenful(rows[:24]).lines == rows[:24]
