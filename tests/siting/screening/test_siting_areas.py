"""Which pieces of land become candidates, and why each of the others does not."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from layers.words.dated_values import in_force, read_parameters
from scenarios.question.program_settings import SCREENING
from siting.screening import area_candidates

VALUES = in_force(read_parameters(SCREENING), date(2026, 11, 23))
YARDS = np.array([[0.0, 0.0], [100_000.0, 0.0]])


def pieces(*rows: tuple[float, float, float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["area_ha", "width_m", "unknown_share", "x_m", "y_m"])


def test_each_piece_left_out_says_why():
    land = pieces(
        (49, 700, 1.0, 1_000, 0),
        (49, 700, 1.0, 2_000, 0),
        (49, 700, 1.0, 3_000, 0),
        (49, 700, 0.0, 50_000, 0),
        (40, 100, 0.0, 500, 0),
        (2, 300, 0.0, 400, 0),
    )
    why = area_candidates.choose(land, YARDS, 5.0, VALUES)
    assert why[0] == why[1] == ""
    assert "au-delà des 2 gardées" in why[2]
    assert "plus de 5" in why[3]
    assert "trop étroite" in why[4]
    assert "moins de 5" in why[5]
    counted = area_candidates.report(land, why)
    assert counted["pieces"].sum() == len(land)
    assert counted["area_ha"].sum() == pytest.approx(land["area_ha"].sum())
    assert counted["reason_fr"][0].startswith("gardée")


def test_what_is_unknown_never_helps_a_piece():
    land = pieces(*[(49, 700, 1.0, x, 0) for x in (100, 200)], (49, 700, 0.2, 4_000, 0))
    why = area_candidates.choose(land, YARDS, 5.0, VALUES)
    assert (why == "").tolist() == [True, False, True]


def test_the_order_of_the_pieces_changes_nothing():
    random = np.random.default_rng(3)
    land = pieces(*[(49, 700, 1.0, *random.uniform(-6e3, 6e3, 2).round(-2)) for _ in range(60)])
    kept = area_candidates.choose(land, YARDS, 5.0, VALUES) == ""
    shuffled = land.sample(frac=1.0, random_state=4)
    again = area_candidates.choose(shuffled, YARDS, 5.0, VALUES) == ""
    assert set(kept.index[kept]) == set(again.index[again])


def test_without_a_yard_or_a_piece_nothing_is_kept():
    nowhere = np.empty((0, 2))
    assert (area_candidates.choose(pieces((49, 700, 0, 0, 0)), nowhere, 5.0, VALUES) != "").all()
    assert area_candidates.choose(pieces(), YARDS, 5.0, VALUES).empty


def test_an_area_is_no_friche_and_its_ground_is_unknown():
    square = shapely.box(400_000, 6_500_000, 400_700, 6_500_700)
    said = {"area_ha": [49.0], "unknown_rules": [3]}
    land = gpd.GeoDataFrame(said, geometry=[square], crs="EPSG:2154")
    site = area_candidates.as_sites(land, pd.Series(["87085"]), VALUES, 16).iloc[0]
    assert site.name == "AIRE_87085_4003_65003"
    assert site["enaf"] == "unknown"
    assert site["quality_fr"].replace("\xa0", " ") == "jamais visitée, 3 règles inconnues sur 16"
    land["unknown_rules"] = 0
    known = area_candidates.as_sites(land, pd.Series(["87085"]), VALUES, 16).iloc[0]
    assert known["quality_fr"] == "jamais visitée"
    assert not site["is_brownfield"]
    assert not site["is_verified"]
    assert site["usable_area_m2"] == pytest.approx(0.7 * 490_000)
