"""What lies around a site: people by share of cells, nearness from the edge, unknown included."""

from __future__ import annotations

import time

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from layers.geometry.around_points import people_within
from layers.packs.data_pack import EMBEDDED, Pack
from scenarios.site_evidence.surroundings import join_surroundings
from siting.program.rules import risk
from siting.screening.criteria.people import exposure


def grid(side: int = 21) -> np.ndarray:
    """Return the centres of a square of cells of one kilometre, the middle one at zero."""
    axis = (np.arange(side) - side // 2) * 1000.0
    return np.array([(x, y) for x in axis for y in axis])


def test_a_cell_counts_whole_inside_in_half_on_the_edge_and_not_outside():
    cells = np.array([[0.0, 0.0], [3_000.0, 0.0], [4_000.0, 0.0]])
    found = people_within(np.array([[0.0, 0.0]]), cells, np.array([10.0, 100.0, 1_000.0]), 3.0)
    assert found.tolist() == [10.0 + 0.5 * 100.0]


@given(st.floats(-400, 400), st.floats(-400, 400), st.sampled_from([1.0, 3.0]))
def test_an_even_crowd_gives_the_area_of_the_circle(x, y, radius):
    cells = grid()
    found = people_within(np.array([[x, y]]), cells, np.full(len(cells), 100.0), radius)
    assert found[0] == pytest.approx(100.0 * np.pi * radius**2, rel=0.12 if radius == 1 else 0.03)


def test_no_cell_at_all_is_nobody_counted():
    found = people_within(np.array([[0.0, 0.0]]), np.array([[9e4, 0.0]]), np.array([5.0]), 3.0)
    assert found.tolist() == [0.0]


class Layers:
    """A pack of a few layers."""

    def __init__(self, **tables: pd.DataFrame) -> None:
        self.tables = tables

    def has(self, name: str) -> bool:
        return name in self.tables

    def table(self, name: str) -> pd.DataFrame:
        return self.tables[name]


def one_site() -> gpd.GeoDataFrame:
    """Return a site whose edge is 100 m from its point."""
    return gpd.GeoDataFrame(
        {"area_m2": [np.pi * 1e4], "commune_code": ["33001"]},
        index=pd.Index(["S"], name="site_id"),
        geometry=[shapely.Point(0, 0)],
        crs=2154,
    )


def test_without_any_layer_everything_is_unknown():
    found = join_surroundings(one_site(), Layers()).loc["S"]
    unknown = [
        "schools_distance_km",
        "people_1km",
        "pprt_commune",
        "vcn10_pct_p50",
        "commune_fires",
    ]
    assert all(pd.isna(found[column]) for column in unknown)
    assert found["aquifer_fr"] == ""
    assert np.isnan(exposure(join_surroundings(one_site(), Layers()))["S"])


def test_distances_start_at_the_edge_and_a_plan_that_does_not_name_is_unknown():
    schools = gpd.GeoDataFrame(geometry=[shapely.Point(600, 0)], crs=2154)
    hazards = pd.DataFrame(
        {"commune_code": ["33001"], "pprt": [False], "azi": [True], "floods": [4],
         "droughts": [0], "landslides": [1], "last_order": [2018]}
    )  # fmt: skip
    found = join_surroundings(one_site(), Layers(schools=schools, commune_hazards=hazards)).loc["S"]
    assert found["schools_distance_km"] == 0.5
    assert np.isnan(found["pprt_commune"])  # not named proves nothing
    assert found["azi_commune"] == 1.0
    assert found["commune_floods"] == 4.0


def test_gironde_has_no_flood_atlas_and_no_rule_reads_them():
    """An atlas names communes everywhere but in Gironde: weighing it would draw the plan there."""
    named = Pack.open(EMBEDDED).table("commune_hazards").set_index("commune_code")["azi"]
    assert not named[named.index.str.startswith("33")].any()
    assert named.sum() > 1_900
    assert "azi_commune" not in {*risk.HAZARDS, risk.PLAN, risk.SEVESO}


def test_plans_in_force_are_those_counted_by_hand():
    """data2.md: 52 plans in force name 87 communes; five communes have a mining plan."""
    table = Pack.open(EMBEDDED).table("commune_hazards")
    assert int(table["pprt"].sum()) == 87
    assert int(table["pprm"].sum()) == 5


def test_seveso_sites_near_brownfields_are_those_counted_by_hand():
    """data2.md: 11 friches under 500 m, 28 under 1 km, 86 under 2 km of the point."""
    pack = Pack.open(EMBEDDED)
    friches, plants = pack.table("brownfields"), pack.table("seveso_upper")
    tree = shapely.STRtree(plants.geometry.to_numpy())
    (row, _), metres = tree.query_nearest(
        friches.geometry.to_numpy(), return_distance=True, all_matches=False
    )
    assert len(row) == len(friches)
    counted = [int((metres < limit).sum()) for limit in (500, 1_000, 2_000)]
    assert counted == pytest.approx([11, 28, 86], abs=3)


def test_people_are_counted_for_thirty_thousand_sites_within_the_zonal_time():
    cells = Pack.open(EMBEDDED).table("population_1km")
    random = np.random.default_rng(7)
    picked = cells.geometry.iloc[random.integers(0, len(cells), 30_000)]
    at = np.column_stack([picked.x, picked.y]) + random.uniform(-500, 500, (30_000, 2))
    centres = np.column_stack([cells.geometry.x, cells.geometry.y])
    begun = time.process_time()
    near, far = (people_within(at, centres, cells["people"].to_numpy(float), r) for r in (1.0, 3.0))
    assert (far >= near - 1e-9).all()
    assert time.process_time() - begun < 3.0  # CPU
