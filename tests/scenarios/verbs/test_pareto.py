"""What a front says in one sentence, and its picture."""

from __future__ import annotations

import matplotlib.image as image
import pandas as pd
import pytest

from layers.packs.data_pack import EMBEDDED, Pack
from layers.words.errors import SitingError
from maps.printed.front_picture import draw_front
from scenarios.question.scenario_reading import read_scenario
from scenarios.verbs.pareto_front import pareto, sentence


def points(xs: list[float], ys: list[float], gap: float = 0.0) -> pd.DataFrame:
    table = pd.DataFrame({"x": xs, "y": ys, "gap": gap, "gap_of": "y", "sites": 3})
    return table.assign(
        x_label_fr="Coût (hypothèse)", x_unit="M€", y_label_fr="Chaleur utile", y_unit="GWh/an"
    )


def test_a_front_is_told_from_end_to_end_with_its_knee():
    said = sentence(points([10.0, 11.0, 14.0], [50.0, 195.0, 200.0])).replace("\u00a0", " ")
    assert "de 50 GWh/an à 200 GWh/an (chaleur utile)" in said
    assert "de 10 M€ à 14 M€ (coût)" in said
    assert "dès 11 M€" in said


def test_a_straight_front_has_no_knee():
    assert "neuf dixièmes" not in sentence(points([10.0, 12.0, 14.0], [50.0, 100.0, 150.0]))


def test_a_flat_front_says_which_goal_no_site_moves():
    said = sentence(points([10.0, 10.0], [50.0, 50.0]), ["eau apportée sur site"])
    assert "ne s'opposent pas" in said
    assert "eau apportée sur site" in said
    assert "50" in said


def test_what_is_not_proven_is_drawn(tmp_path):
    sure = draw_front(points([1.0, 2.0], [5.0, 6.0]), "Essai", "Rien.", tmp_path / "a.png")
    doubt = draw_front(points([1.0, 2.0], [5.0, 6.0], 0.1), "Essai", "Rien.", tmp_path / "b.png")
    assert image.imread(sure).shape[1] > 500
    assert sure.read_bytes() != doubt.read_bytes()


@pytest.mark.parametrize(
    ("asked", "code"),
    [(("watr", "land", 9), "SIT202"), (("water", "land", 1), "SIT200")],
)
def test_an_impossible_front_is_refused_before_any_work(asked, code):
    with pytest.raises(SitingError) as fault:
        pareto(read_scenario("sobriete"), Pack.open(EMBEDDED), *asked)
    assert fault.value.code == code
