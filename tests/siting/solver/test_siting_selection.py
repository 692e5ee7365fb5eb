"""Selections of whole sites: against every set, and whatever the clock."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.words.errors import SitingError
from siting.program.neighbour_cliques import cliques
from siting.solver.cover_cuts import Inequality, violated_covers
from siting.solver.large_selection import choose, faults
from tests.village.questions import best_by_enumeration, drawn_question, small_question

quick = settings(max_examples=60, deadline=None, derandomize=True)
BATCH = 50


@pytest.mark.parametrize("batch", range(10))
def test_the_choice_is_the_best_of_every_set_of_sites(batch: int) -> None:
    for seed in range(batch * BATCH, (batch + 1) * BATCH):
        question = small_question(seed)
        best = best_by_enumeration(question)
        if np.isinf(best):
            with pytest.raises(SitingError, match="SIT300"):
                choose(question, gap=0.0)
            continue
        choice = choose(question, gap=0.0)
        assert choice.value == pytest.approx(best, rel=1e-9), seed
        assert choice.bound == pytest.approx(best, rel=1e-6), seed
        assert faults(question, choice.opened) == []


def test_most_of_the_small_questions_have_an_answer_and_every_limit_bites_somewhere() -> None:
    questions = [small_question(seed) for seed in range(150)]
    best = np.array([best_by_enumeration(question) for question in questions])
    assert 0.5 < np.isfinite(best).mean() < 1.0
    free = {
        "apart": lambda q: replace(q, apart=q.apart[:0]),
        "most_sites": lambda q: replace(q, most_sites=len(q.value)),
        "band": lambda q: replace(q, least_mw=0.0),
        "budgets": lambda q: replace(q, budgets=()),
    }
    for name, lift in free.items():
        lifted = np.array([best_by_enumeration(lift(question)) for question in questions])
        assert (lifted > best + 1e-6).sum() >= 10, name


@quick
@given(st.integers(2, 12), st.integers(0, 10_000))
def test_cliques_allow_what_pairs_allow(count: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    every = np.array([(i, j) for i in range(count) for j in range(i + 1, count)])
    pairs = every[random.random(len(every)) < random.uniform(0.1, 0.9)]
    sets = ((np.arange(2**count)[:, None] >> np.arange(count)[None, :]) & 1).astype(bool)
    by_pair = np.ones(len(sets), dtype=bool)
    for one, other in pairs:
        by_pair &= ~(sets[:, one] & sets[:, other])
    by_clique = np.ones(len(sets), dtype=bool)
    found = cliques(pairs)
    for members in found:
        by_clique &= sets[:, members].sum(axis=1) <= 1
    assert (by_pair == by_clique).all()
    assert len(found) <= len(pairs)


@quick
@given(st.integers(2, 12), st.integers(0, 10_000))
def test_a_cover_cut_keeps_every_set_within_the_budget(count: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    weights = np.round(random.uniform(1.0, 10.0, count), 1)
    limit = float(weights.sum() * random.uniform(0.2, 0.8))
    columns = np.arange(count, dtype=np.int32)
    cuts = violated_covers([Inequality(columns, weights, limit)], random.random(count))
    sets = (np.arange(2**count)[:, None] >> np.arange(count)[None, :]) & 1
    within = sets[sets @ weights <= limit]
    for cut in cuts:
        assert (within[:, cut.sites] @ cut.factors <= cut.limit + 1e-9).all()


@pytest.mark.parametrize("seed", range(3))
def test_without_any_time_there_is_still_a_valid_choice_with_a_true_gap(seed: int) -> None:
    question = drawn_question(1_000, seed)
    hurried, proven = choose(question, seconds=0.0), choose(question)
    assert faults(question, hurried.opened) == []
    assert hurried.value <= proven.bound + 1e-6
    assert hurried.bound >= proven.value - 1e-6
    assert hurried.gap == pytest.approx((hurried.bound - hurried.value) / hurried.value)
    assert proven.status == "prouvé"
    assert proven.gap <= 1e-3 + 1e-6


def test_the_same_question_has_the_same_answer_and_order_changes_nothing() -> None:
    question = drawn_question(1_000, 7)
    one, other = choose(question), choose(question)
    assert (one.opened == other.opened).all()
    turned = replace(
        question,
        value=question.value[::-1],
        mw=question.mw[::-1],
        budgets=tuple(
            replace(b, weight=b.weight[::-1], place=b.place[::-1]) for b in question.budgets
        ),
        apart=len(question.value) - 1 - question.apart,
    )
    assert choose(turned).value == pytest.approx(one.value, rel=1e-3)


def test_a_broken_choice_is_told_limit_by_limit() -> None:
    question = small_question(3)
    every = np.ones(len(question.value), dtype=bool)
    told = " ".join(faults(replace(question, most_sites=1), every))
    assert "hors de la bande" in told
    assert "1 au plus" in told
    assert "dépassé" in told


@pytest.mark.parametrize("field", ["value", "mw"])
def test_a_missing_number_is_named(field: str) -> None:
    question = small_question(5)
    broken = getattr(question, field).copy()
    broken[0] = np.nan
    with pytest.raises(SitingError, match="SIT105"):
        choose(replace(question, **{field: broken}))
    with pytest.raises(SitingError, match="mêmes sites"):
        choose(replace(question, apart=np.array([[0, 99]])))
