"""Ranks under doubt: over the weights, over unknown data, and what may never raise a score."""

from __future__ import annotations

import numpy as np
import pandas as pd

from siting.screening.criteria.criterion_registry import CRITERIA
from siting.screening.site_ranking import rank_intervals


def scores(low: list[list[float]], high: list[list[float]]) -> pd.DataFrame:
    rows = [
        {"site_id": f"s{i}", "criterion": f"c{j}", "score_low": low[i][j], "score_high": high[i][j]}
        for i in range(len(low))
        for j in range(len(low[0]))
    ]
    return pd.DataFrame(rows)


def test_a_site_best_on_everything_is_first_whatever_the_weights():
    table = rank_intervals(scores([[1, 1], [0.5, 0], [0, 0.5]], [[1, 1], [0.5, 0], [0, 0.5]]))
    assert table.loc["s0", ["rank_low", "rank_high"]].tolist() == [1, 1]
    assert table.loc["s1", "rank_low"] == 2
    assert table.loc["s1", "rank_high"] == 3


def test_doubt_widens_the_interval():
    known = rank_intervals(scores([[0.6], [0.5], [0.4]], [[0.6], [0.5], [0.4]]))
    doubt = rank_intervals(scores([[0.6], [0.0], [0.4]], [[0.6], [1.0], [0.4]]))
    assert (known["rank_high"] == known["rank_low"]).all()
    assert doubt.loc["s1", "rank_low"] == 1
    assert doubt.loc["s1", "rank_high"] == 3


def test_the_interval_holds_nine_ranks_out_of_ten_and_no_fewer():
    """s1 beats s0 nine times out of ten: the tenth is inside the interval of both."""
    table = rank_intervals(scores([[0.1], [0.0]], [[0.1], [1.0]]))
    assert table[["rank_low", "rank_high"]].to_numpy().tolist() == [[1, 2], [1, 2]]


def test_a_place_among_the_first_is_one_of_the_first_twenty():
    fixed = [[1 - i / 30] for i in range(25)]
    table = rank_intervals(scores(fixed, fixed))
    assert table["first_share"].sum() == 20
    assert table.loc[["s0", "s19", "s20"], "first_share"].tolist() == [1, 1, 0]


def test_the_same_seed_gives_the_same_intervals():
    table = scores([[0.2, 0.9], [0.6, 0.4]], [[0.3, 1.0], [0.8, 0.4]])
    pd.testing.assert_frame_equal(rank_intervals(table), rank_intervals(table))


def test_a_commune_s_social_vulnerability_raises_no_score():
    """No criterion reads it: with the column turned upside down, every value stays."""
    random = np.random.default_rng(1)
    graded = [entry for entry in CRITERIA.values() if entry.kind == "classant"]
    asked = read_by(graded)
    assert "social_vulnerability" not in asked
    sites = pd.DataFrame(
        {name: random.random(4) if _typed(name) == 0.5 else [_typed(name)] * 4 for name in asked}
    )
    for entry in graded:
        poor = entry.measure(sites.assign(social_vulnerability=[0.0, 0.3, 0.6, 1.0]))
        rich = entry.measure(sites.assign(social_vulnerability=[1.0, 0.6, 0.3, 0.0]))
        pd.testing.assert_series_equal(poor, rich)


def read_by(entries) -> list[str]:
    """Return every column a measure asks for, found by asking it."""
    columns: list[str] = []
    for entry in entries:
        while True:
            table = pd.DataFrame({"_": [0.0], **{name: [_typed(name)] for name in columns}})
            try:
                entry.measure(table)
                break
            except KeyError as lacking:
                columns.append(str(lacking.args[0]))
    return columns


def _typed(name: str) -> object:
    return {"zre": "yes", "enaf": "no", "is_verified": True}.get(name, 0.5)
