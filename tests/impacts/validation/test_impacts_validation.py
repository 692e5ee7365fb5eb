from __future__ import annotations

import re
from datetime import date

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import impacts
from impacts.basis.constant_factors import parameters
from impacts.basis.impact_ledger import LEDGER
from impacts.footprints import netcdf_conventions
from impacts.footprints.project_footprint import project_table
from impacts.validation import lei_masanet, method_page, published_anchors, validation_page
from impacts.validation.published_anchors import rows

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def ranges(stations) -> pd.DataFrame:
    return lei_masanet.table(stations)


@pytest.fixture(scope="module")
def judged(stations, ranges) -> pd.DataFrame:
    return rows(stations, float(ranges["inside"].mean()), DAY).set_index("id")


@pytest.fixture(scope="module")
def text(stations) -> str:
    return validation_page.page(stations, DAY)


def test_four_medians_in_five_fall_in_the_published_ranges(ranges):
    assert len(ranges) == 28
    assert ranges["inside"].mean() >= 0.80
    # What misses is known: the small systems whose own chiller rule is not published.
    assert set(ranges[~ranges["inside"]]["case"]) <= {9, 10}


def test_the_strong_system_agrees_at_both_ends(ranges):
    two = ranges[ranges["case"] == 2]
    assert (two["p5"] - two["low"]).abs().max() <= 0.02
    assert (two["p95"] - two["high"]).abs().max() <= 0.02


def test_towers_evaporate_less_than_the_authors_who_evaporate_all_heat(ranges):
    towers = ranges[ranges["case"].isin([2, 4, 5])]
    middle = (towers["wue_low"] + towers["wue_high"]) / 2
    assert (towers["wue_p50"] / middle).between(0.65, 0.95).all()


def test_the_published_cop_replaces_ours_without_touching_the_rest():
    drawn = {
        name: np.array([middle])
        for name, middle in {
            "ups_efficiency": 0.9,
            "distribution": 0.03,
            "auxiliaries": 0.03,
            "air_rise": 8.0,
            "fan_pressure": 600.0,
            "fan_efficiency": 0.7,
            "tower_approach": 4.5,
            "exchanger_approach": 1.8,
            "tower_range": 5.0,
            "water_rise": 8.0,
            "cycles": 5.0,
            "drift": 0.0005,
            "relative_cop": 0.0,
        }.items()
    }
    load, given = lei_masanet.in_our_words(drawn)
    assert load == 1
    # A UPS of 90 % loses 0.111 kW per kW delivered, at any load.
    assert float(np.asarray(given["ups_linear"]).item()) == pytest.approx(1 / 0.9 - 1)
    assert given["electrical_redundancy"] == 0


MISSES = {"V9", "V9 ter", "V23", "V25", "V28"}
CALIBRATING = {"V4", "V6", "V7", "V8", "V11", "V31", "V32"}


def test_rows_that_miss_are_the_known_ones_and_every_row_says_why(judged):
    assert list(judged.index)[:5] == ["V1", "V2", "V3", "V4", "V5"]
    assert {f"V{k}" for k in range(1, 33)} <= set(judged.index)
    assert set(judged.index[judged["outcome"] == "failed"]) == MISSES
    assert (judged["why_fr"].str.len() > 10).all()
    assert set(judged["outcome"]) <= set(published_anchors.OUTCOME_FR)
    assert (judged.loc[["V1", "V2", "V3"], "outcome"] == "not_replayed").all()


def test_each_worked_row_judges_or_calibrates_and_no_bound_is_one_sided_by_chance(judged):
    worked = judged[judged["role"] != ""]
    assert set(worked["role"]) == {"judges", "calibrates"}
    assert set(worked.index[worked["role"] == "calibrates"]) == CALIBRATING
    assert (worked["ours_low"].notna()).all()
    assert judged.loc["V6 bis", "low"] > 0
    # Both years of the same operator are kept, the kinder and the other.
    assert judged.loc["V9 ter", "low"] > judged.loc["V9", "low"]


def test_small_rooms_spread_as_their_published_inputs_do(stations, factors):
    table = lei_masanet.small_rooms(stations, factors).set_index(["case", "vintage"])
    for case in (9, 10):
        old, new = table.loc[(case, "small_old")], table.loc[(case, "small_recent")]
        assert old["p95"] - old["p5"] >= 0.9 * (old["high"] - old["low"])
        assert old["p5"] < old["ours"] < old["p95"]
        assert new["ours"] < old["ours"] - 0.3


def test_a_row_out_of_its_bounds_is_said_to_fail(stations, factors):
    row = {
        "id": "X",
        "what_fr": "",
        "published_fr": "",
        "outcome": "passed",
        "compute": "cop",
        "supply": 65,
        "source": 25,
        "low": 5.0,
        "high": 6.0,
    }
    context = published_anchors.Context(stations, factors, 1.0)
    assert published_anchors._judged(row, context)["outcome"] == "failed"
    assert (
        published_anchors._judged({**row, "low": 3.9, "high": 4.1}, context)["outcome"] == "passed"
    )


def test_the_validation_page_lists_every_range_and_every_miss(text, ranges):
    assert text.startswith("# Validation des empreintes\n\nPage engendrée")
    table = re.findall(r"^\| \d+, .*\| (?:oui|\*\*non\*\*) \|$", text, re.MULTILINE)
    assert len(table) == 28
    for case in ranges[~ranges["inside"]]["case"].unique():
        assert f"- système {case} (" in text
    assert "sans raison établie" not in text
    assert f"hors tolérance\u00a0: {len(MISSES)}" in text
    assert text.count("**hors tolérance**") == len(MISSES)
    assert "nan" not in text


def test_the_method_page_has_every_quantity_and_every_constant():
    text = method_page.page(DAY)
    for name, entry in LEDGER.items():
        assert f"`{name}`" in text
        assert entry.label_fr in text
        assert method_page.formula_of(entry) not in {"?", ""}
    for name, parameter in parameters().items():
        assert f"(`{name}`)" in text
        assert parameter.values[-1].reference.replace("|", "/") in text
    assert method_page.formula_of(LEDGER["scarcity"]) == (
        "it_energy × Σ_mois(consumption_month × aware) × 1000"
    )


def test_a_cf_footprint_keeps_its_values_and_says_units_others_read(
    stations, sites, factors, tmp_path
):
    figures = impacts.footprint(sites.iloc[:2], ["dlc_dry", "wc_tower"], stations, factors)
    conform = netcdf_conventions.conform(figures)
    assert conform.attrs["Conventions"] == "CF-1.11"
    assert conform["carbon"].attrs["units"] == "t MW-1"
    assert "équivalent CO2" in conform["carbon"].attrs["long_name"]
    for name in figures.data_vars:
        np.testing.assert_array_equal(conform[name], figures[name])
        assert "/" not in conform[name].attrs["units"], name
    conform.to_netcdf(tmp_path / "a.nc")
    with xr.open_dataset(tmp_path / "a.nc") as back:
        assert back["is_liquid"].attrs["flag_meanings"] == "no yes"
        assert back["is_liquid"].to_numpy().tolist() == [1, 0]


def test_a_project_s_table_follows_its_megawatts_and_its_neighbours(stations, sites, factors):
    one = impacts.footprint(sites.iloc[:1], ["dlc_dry", "wc_tower"], stations, factors)
    figures = one.isel(site_id=0)
    demand = np.full(8760, 20.0)
    small = project_table(figures, 10.0, demand, factors)
    large = project_table(figures, 250.0, demand, factors)
    np.testing.assert_allclose(large["energy_gwh"], 25 * small["energy_gwh"])
    # Neighbours, not the datacenter, bound the useful heat of a large one.
    np.testing.assert_allclose(large["heat_useful_gwh"], 20 * 8.76)
    assert (small["heat_useful_gwh"] < 20 * 8.76).all()
    assert (large["erf"] < small["erf"]).all()
    assert large.loc["dlc_dry", "engines_mw"] == pytest.approx(375)
    assert large.loc["dlc_dry", "energy_gwh"] == pytest.approx(1680, rel=0.01)
