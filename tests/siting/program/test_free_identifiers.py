"""Identifiers are free texts: names of the program are another for each, and change no answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siting.program.problem import escaped
from siting.program.program_building import build
from siting.program.program_inputs import Inputs
from siting.recheck.plan_recheck import check_plan
from siting.solve import solve
from tests.village.hand import informed, village

FREE = {
    "A": "A-1", "B": "A_1", "C": "Île n° 3", "D": "lot 2", "E": "a" * 200 + "1", "F": "a" * 200
}  # fmt: skip


def renamed(inputs: Inputs, names: dict[str, str]) -> Inputs:
    """Return the question with sites under other names, in the same tables."""

    def tables(table: pd.DataFrame) -> pd.DataFrame:
        return table.assign(site_id=table["site_id"].map(names))

    coefficients = inputs.coefficients.assign_coords(
        site_id=[names[str(site)] for site in inputs.coefficients["site_id"].values]
    )
    return replace(
        inputs,
        sites=inputs.sites.rename(index=names).sort_index(),
        connections=tables(inputs.connections),
        links=tables(inputs.links),
        coefficients=coefficients,
    )


def test_free_identifiers_are_solved_priced_and_checked_as_plain_ones() -> None:
    plain = village()
    free = renamed(plain, FREE)
    before, after = solve(plain, gap=0.0), solve(free, gap=0.0)
    assert after.outcome.objective == pytest.approx(before.outcome.objective, abs=1e-9)
    assert check_plan(free, after) == []
    placed = after.placements.groupby("site_id")["it_mw"].sum()
    assert set(placed.index) <= set(FREE.values())


def test_every_name_of_the_program_is_one_thing_and_fits_a_lp_file(tmp_path: Path) -> None:
    problem = build(renamed(informed(), FREE))
    variables = [variable.name for variable in problem.program.variables()]
    rows = [row.name for row in problem.billed]
    assert len(set(variables)) == len(variables)
    assert len(set(rows)) == len(rows)
    assert all(problem.program.get_constraint_by_name(name) is not None for name in rows)
    assert max(map(len, variables)) <= 100
    problem.program.writeLP(tmp_path / "plan.lp")


@given(st.lists(st.text(min_size=1, max_size=120), min_size=2, max_size=6, unique=True))
def test_two_texts_never_have_one_name(texts: list[str]) -> None:
    assert len({escaped(text) for text in texts}) == len(texts)


def test_two_pairs_that_read_alike_put_together_are_told_apart() -> None:
    problem = build(village())
    assert problem.variable("pair_A_1_X").name == "pair_A_1_X"
    assert problem.variable("pair_A_1_X").name == "pair_A_1_X~2"
