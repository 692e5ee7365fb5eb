"""Still pictures: the same bytes each time, and a page that asks nothing of the network."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd

from layers.packs.data_pack import Pack
from layers.verify_pack import known_where
from maps.pictures.small_maps import compatible
from maps.printed.coverage_map import draw_coverage
from maps.printed.front_picture import draw_front

PNG = b"\x89PNG\r\n\x1a\n"


def test_the_map_of_what_is_known_is_drawn_alike_twice(tmp_path):
    pack = Pack.open()
    known = known_where(pack)
    assert known["brownfields"].sum() == 2950
    first, second = (
        draw_coverage(pack.table("departements"), known, tmp_path / f"{k}.png") for k in "ab"
    )
    assert first.read_bytes().startswith(PNG)
    assert first.read_bytes() == second.read_bytes()


def test_a_front_is_drawn_alike_twice(tmp_path):
    table = pd.DataFrame(
        {
            "x": [1.0, 2.0, 3.0],
            "y": [9.0, 5.0, 4.0],
            "x_label_fr": "Coût",
            "x_unit": "M€",
            "y_label_fr": "Chaleur utile",
            "y_unit": "GWh/an",
            "gap": 0.0,
            "gap_of": "y",
            "sites": [3, 4, 5],
        }
    )
    first, second = (draw_front(table, "Essai", "Une phrase.", tmp_path / f"{k}.png") for k in "ab")
    assert first.read_bytes().startswith(PNG)
    assert first.read_bytes() == second.read_bytes()


def test_a_plan_that_exceeds_a_soft_rule_lowers_what_the_small_maps_claim():
    held = SimpleNamespace(summary={"broken_rules": []})
    exceeded = SimpleNamespace(summary={"broken_rules": [{"rule_id": "C18"}]})
    assert compatible([held, held]) == "compatible avec le jeu de règles qu'il déclare"
    assert compatible([held, exceeded]) == "compatible avec les règles dures qu'il déclare"
