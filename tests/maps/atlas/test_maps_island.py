"""What the page is given: a sea where it is, footprints that add up, data that cannot run."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pytest
import shapely
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from maps.atlas.data_island import as_text, contents, without_script
from maps.look.page_geography import Ground, _sea, places
from maps.look.retained_footprints import by_site
from scenarios.storage.results import write_table


def test_the_sea_lies_off_the_shore_and_not_beyond_the_neighbours(village):
    ground = Ground.of(village)
    water = shapely.union_all(ground.sea.geometry.to_numpy())
    west, south, east, north = ground.communes.total_bounds
    middle = (south + north) / 2
    assert shapely.contains_xy(water, west - 10_000, middle)
    assert not shapely.contains_xy(water, east + 10_000, middle)
    assert not shapely.intersects(water, ground.communes.union_all().buffer(-1))


def test_a_territory_without_shore_has_no_sea(village):
    ground = Ground.of(village)
    around = ground.communes.union_all().buffer(50_000).difference(ground.communes.union_all())
    ring = gpd.GeoDataFrame({"name_fr": ["Voisin"]}, geometry=[around], crs=ground.communes.crs)
    wide = pd.concat([ground.neighbours, ring], ignore_index=True)
    assert _sea(ground.communes, wide, ground.frame).empty


def test_departements_lie_exactly_on_their_communes(village):
    ground = Ground.of(village)
    assert ground.departements.area.sum() == pytest.approx(ground.communes.area.sum())
    assert list(ground.departements["departement_code"]) == ["33", "34"]


def test_prefectures_are_named_before_larger_towns(village):
    towns = places(village, Ground.of(village))["towns"]
    assert towns[0]["main"] is True
    assert all(town["main"] is False for town in towns[1:])


@given(st.text(), st.text())
def test_the_island_is_json_without_markup_and_comes_back_whole(one, other):
    text = as_text({"a": one, "b": [other]})
    assert "<" not in text
    assert "\u2028" not in text
    assert json.loads(text) == {"a": one, "b": [other]}


def test_every_site_is_in_the_island_whatever_its_fate(village):
    island = contents(village)
    assert island["sites"]["table"]["length"] == len(village.sites)
    assert [criterion["kind"] for criterion in island["criteria"]].count("classant") == 3
    assert island["parameters"]["columns"]["value_text"]["all"] == "30\u00a0MW"


def test_markup_in_the_plain_ranking_is_escaped(village_with, tmp_path):
    text = without_script(village_with(tmp_path, lambda word: f"{word}</noscript><script>"))
    assert "<script>" not in text
    assert "</noscript>" not in text


def test_a_sites_footprint_is_its_power_times_that_of_one_megawatt(village_with, tmp_path):
    results = village_with(tmp_path)
    placed = pd.DataFrame(
        {
            "site_id": ["33_000", "33_000", "33_001"],
            "design": ["dry", "wet", "dry"],
            "period": [2036, 2036, 2036],
            "it_mw": [10.0, 2.0, 5.0],
        }
    )
    write_table(tmp_path / "plan" / "placements.parquet", placed)
    per_mw = {"land": [[1_000.0, 3_000.0], [2_000.0, 0.0]], "water_input": [[10.0, 500.0], [0, 0]]}
    sites, designs = ["33_000", "33_001"], ["dry", "wet"]
    xr.Dataset(
        {name: (("site_id", "design"), values) for name, values in per_mw.items()},
        coords={"site_id": sites, "design": designs},
    ).to_netcdf(tmp_path / "impacts.nc")
    table = by_site(results)
    assert table.loc["33_000", "land_ha_2036"] == pytest.approx(1.6)
    assert table.loc["33_000", "water_input_m3_2036"] == pytest.approx(1_100.0)
    assert table.loc["33_000", "enaf_high_ha_2036"] == 0.0
    assert table.loc["33_001", "enaf_low_ha_2036"] == 0.0
    assert table.loc["33_001", "enaf_high_ha_2036"] == pytest.approx(1.0)


def test_a_folder_without_placement_has_no_footprint(village):
    assert by_site(village).empty


def test_an_exceeded_soft_rule_is_never_called_compatible_with_the_whole_set(
    village_with, tmp_path
):
    results = village_with(tmp_path)
    results.summary["broken_rules"] = [{"rule_id": "C18", "label_fr": "Chaleur fatale valorisée"}]
    said = [badge["text"] for badge in contents(results)["badges"]]
    assert "compatible avec les règles dures du jeu déclaré" in said
    assert "1\u00a0règle souple dépassée" in said
    assert "compatible avec le jeu de règles déclaré" not in said
