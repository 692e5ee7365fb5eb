"""Screening on a handful of hand-made brownfields: every one has a fate and a reason."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box

from impacts import factors
from layers.words.errors import SitingError
from scenarios.question.program_settings import screening_values
from scenarios.question.scenario_reading import read_scenario
from siting.screening import candidates, connection_limits, site_ranking
from siting.screening.criteria.criterion_registry import CRITERIA, grade

VALUES = screening_values(read_scenario("tendanciel"), factors(date(2026, 11, 23)))


def brownfields(**columns) -> gpd.GeoDataFrame:
    ids = ["a", "b", "c", "d", "e", "f"]
    table = {
        "site_id": ids,
        "name": [None] * 6,
        "status": ["sans projet"] * 6,
        "status_is_verified": [True] * 6,
        "site_surface_m2": [20_000.0, 20_000.0, 20_000.0, 5_000.0, np.nan, 9e6],
        "area_state": ["ok", "ok", "ok", "ok", "absente", "invraisemblable"],
        "commune_code": ["1", "1", "1", "1", "1", "1"],
        "plu_zone": ["U", "U", "N", "U", "inconnue", "U"],
        "buildings": [1.0, 1.0, 3.0, 1.0, np.nan, 1.0],
    }
    points = [Point(0, 0), Point(400, 0), Point(5000, 0), Point(0, 0), Point(1, 1), Point(2, 2)]
    return gpd.GeoDataFrame(table | columns, geometry=points, crs="EPSG:2154")


def test_every_brownfield_has_a_fate_and_a_reason():
    sites = candidates.gather(brownfields(), 1.0, VALUES)
    assert sites["fate"].to_dict() == {
        "a": "candidat",
        "b": "fusionné",
        "c": "candidat",
        "d": "écarté",
        "e": "inconnu",
        "f": "inconnu",
    }
    assert (sites.loc[sites["fate"] != "candidat", "fate_reason_fr"] != "").all()
    assert "Surface du site : 0,5 ha, seuil 1 ha" in sites.at["d", "fate_reason_fr"]


def test_merged_land_counts_once_and_keeps_all_ids():
    sites = candidates.gather(brownfields(), 1.0, VALUES)
    assert sites.at["a", "merged_ids"] == "b"
    assert sites.at["b", "merged_into"] == "a"
    assert sites.at["a", "usable_area_m2"] == pytest.approx(14_000)


def test_land_keeps_the_verified_record_and_any_project_of_its_parts():
    sites = candidates.gather(
        brownfields(
            status=["potentielle", "avec projet", *["sans projet"] * 4],
            status_is_verified=[False, True, True, True, True, True],
            plu_zone=["N", "U", "N", "U", "U", "U"],
        ),
        1.0,
        VALUES,
    )
    assert sites.at["a", "fate"] == "fusionné"
    assert sites.at["b", "status_fr"] == "avec projet"
    assert sites.at["b", "enaf"] == "unknown"


@pytest.mark.parametrize(
    ("zone", "buildings", "enaf"),
    [
        ("U", 2.0, "no"), ("AU", 1.0, "no"), ("inconnue", 1.0, "no"),
        ("U", 0.0, "unknown"), ("AU", float("nan"), "unknown"), ("inconnue", 0.0, "unknown"),
        ("N", 5.0, "unknown"), ("A", 5.0, "unknown"),
    ],
)  # fmt: skip
def test_enaf_is_actual_use_never_a_zone(zone: str, buildings: float, enaf: str):
    table = brownfields(plu_zone=[zone] * 6, buildings=[buildings] * 6)
    assert candidates.gather(table, 1.0, VALUES)["enaf"].unique().tolist() == [enaf]
    uncounted = table.drop(columns="buildings")
    assert set(candidates.gather(uncounted, 1.0, VALUES)["enaf"]) == {"unknown"}


def test_ground_not_seen_built_leaves_enaf_unknown_never_zero():
    sites = candidates.gather(brownfields(), 1.0, VALUES)
    verdicts = site_ranking.screen(sites, ("land.not_natural",), VALUES, "test").set_index(
        "site_id"
    )
    assert verdicts.loc["a", "state"] == "passed"
    assert verdicts.loc["c", "state"] == "unknown"
    assert sites.loc[["c", "e"], "enaf"].tolist() == ["unknown", "unknown"]
    assert not (verdicts["state"] == "failed").any()


def test_a_failed_criterion_rejects_with_value_and_threshold():
    sites = candidates.gather(brownfields(status=["avec projet"] * 6), 1.0, VALUES)
    verdicts = site_ranking.screen(sites, ("land.no_project",), VALUES, "test")
    sites = site_ranking.reject(sites, verdicts)
    assert sites.at["a", "fate"] == "écarté"
    assert "land.no_project" in sites.at["a", "fate_reason_fr"]
    assert "seuil 0" in sites.at["a", "fate_reason_fr"]


def test_an_unknown_spans_the_whole_scale_and_never_helps():
    entry = CRITERIA["water.zre"]
    sites = pd.DataFrame({"zre": ["no", "yes", "unknown"]}, index=["out", "in", "doubt"])
    rows = grade(entry, sites, VALUES, 1.0).set_index("site_id")
    assert rows.loc["out", ["score_low", "score_high"]].tolist() == [1.0, 1.0]
    assert rows.loc["in", ["score_low", "score_high"]].tolist() == [0.0, 0.0]
    assert rows.loc["doubt", ["score_low", "score_high"]].tolist() == [0.0, 1.0]


@given(nearer=st.floats(0, 40), farther=st.floats(0, 40))
def test_a_shorter_line_never_scores_less(nearer, farther):
    nearer, farther = sorted((nearer, farther))
    sites = pd.DataFrame({"yard_distance_km": [nearer, farther]}, index=["near", "far"])
    scores = grade(CRITERIA["grid.distance"], sites, VALUES, 1.0)["score_low"]
    assert scores.iloc[0] >= scores.iloc[1]


@settings(deadline=None, max_examples=25)
@given(
    weights=st.lists(st.floats(0.1, 5), min_size=2, max_size=2),
    factor=st.floats(0.1, 10),
)
def test_scaling_every_weight_changes_no_rank(weights, factor):
    sites = pd.DataFrame(
        {
            "fate": "candidat",
            "yard_distance_km": [1.0, 9.0, 4.0],
            "connection_room_mw": [6.0, 40.0, 20.0],
        },
        index=pd.Index(["x", "y", "z"], name="site_id"),
    )

    def ranks(scale: float) -> list[int]:
        named = dict(
            zip(("grid.distance", "grid.capacity"), (w * scale for w in weights), strict=True)
        )
        scores = site_ranking.score(sites, named, VALUES, "test")
        return site_ranking.rank(sites.copy(), scores)["rank"].tolist()

    assert ranks(1.0) == ranks(factor)


def test_an_unknown_criterion_offers_the_nearest_name():
    with pytest.raises(SitingError) as caught:
        site_ranking.screen(brownfields(), ("land.min_aera",), VALUES, "test")
    assert caught.value.code == "SIT202"
    assert "land.min_area" in caught.value.hint


def yards() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "yard_id": ["P400", "P225", "P63", "CLIENT"],
            "name": ["P400", "P225", "P63", "CLIENT"],
            "voltages_kv": ["400|225", "225|63", "63", "63"],
            "max_voltage_kv": [400, 225, 63, 63],
            "can_host": ["yes", "yes", "yes", "no"],
        },
        geometry=[Point(10_000, 0), Point(5_000, 0), Point(1_000, 0), Point(0, 0)],
        crs="EPSG:2154",
    )


def test_a_client_yard_never_hosts_and_the_legal_cap_falls_with_distance():
    host = connection_limits.host_yards(yards(), pd.Series(dtype=bool), VALUES)
    sites = candidates.gather(brownfields(), 1.0, VALUES).loc[["a"]]
    table = connection_limits.connect(sites, host, VALUES).set_index(["domain", "yard_id"])
    assert "CLIENT" not in host.index
    # 1 km × 1,3 = 1,3 km: HTA min(12, 40, 100/1,3) = 12; HTB1 min(100, 1 000/1,3) = 100.
    assert table.loc[("HTA", "P63"), "limit_mw"] == pytest.approx(12)
    assert table.loc[("HTB1", "P63"), "limit_mw"] == pytest.approx(100)
    # 10 km × 1,3 = 13 km, 400 kV: 13 × 2,5 + 14 = 46,5 M€.
    assert table.loc[("HTB3", "P400"), "cost_meur"] == pytest.approx(46.5)
    assert table.loc[("HTB3", "P400"), "cost_low_meur"] == pytest.approx(13 * 2 + 10)
    assert table.loc[("HTB3", "P400"), "cost_high_meur"] == pytest.approx(13 * 3 + 17)
    by_distance = connection_limits.legal_limit_mw("HTB1", pd.Series([0.0, 20.0]), VALUES)
    assert by_distance.tolist() == [100.0, 50.0]
    assert not (
        (table.index.get_level_values("domain") == "HTA")
        & (table.index.get_level_values("yard_id") == "P400")
    ).any()


def test_the_operators_answer_replaces_the_assumed_room():
    host = connection_limits.host_yards(
        yards(), pd.Series({"P63": True}), VALUES, pd.Series({"P63": 7.5})
    )
    assert host.loc["P63", ["room_low_mw", "room_mw", "room_high_mw"]].tolist() == [7.5] * 3
    assert host.loc["P63", "room_status"] == "read"
    assert host.loc["P63", "reserve_share"] == 0.5
    assert host.loc["P225", "room_mw"] == 150
    assert host.loc["P225", "room_status"] == "assumption"


def test_a_departement_opens_a_tenth_of_twice_its_mean_load():
    caps = connection_limits.zone_caps(pd.Series({"33": 8760.0 * 500}), VALUES)
    assert caps.at["33", "cap_mw"] == pytest.approx(500 * 2.0 * 0.1)
    assert caps.at["33", "status"] == "assumption"


def test_the_smallest_area_is_that_of_the_site_not_of_its_usable_part():
    sites = candidates.gather(brownfields(), 1.0, VALUES)
    assert CRITERIA["land.min_area"].measure(sites)["a"] == pytest.approx(2.0)


def test_heat_links_stop_at_the_adjoining_communes():
    communes = gpd.GeoDataFrame(
        {"commune_code": ["1", "2", "3"]},
        geometry=[box(-1e3, -1e3, 1e3, 1e3), box(1e3, -1e3, 3e3, 1e3), box(5e3, 0, 6e3, 1e3)],
        crs="EPSG:2154",
    )
    sites = candidates.gather(brownfields(), 1.0, VALUES).loc[["a"]]
    links = candidates.heat_links(sites, communes, pd.Series({"1": 5.0, "2": 1.0, "3": 9.0}))
    assert links[["sink_id", "relation_fr"]].to_numpy().tolist() == [
        ["1", "même commune"],
        ["2", "commune limitrophe"],
    ]
    assert links["distance_km"].isna().all()


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("nature.outside_green_blue", "green_blue_overlap_ha"),
        ("nature.outside_zaer_exclusion", "zaer_exclusion_overlap_ha"),
        ("risk.outside_flood", "flood_overlap_ha"),
        ("risk.outside_forest_fire", "fire_overlap_ha"),
    ],
)
def test_an_outline_excludes_clears_or_leaves_unknown(name: str, column: str):
    sites = pd.DataFrame({column: [0.0, 0.4, np.nan]}, index=["hors", "dedans", "inconnu"])
    states = site_ranking.screen(sites, (name,), VALUES, "essai").set_index("site_id")["state"]
    assert states.to_dict() == {"hors": "passed", "dedans": "failed", "inconnu": "unknown"}
    absent = site_ranking.screen(sites.drop(columns=column), (name,), VALUES, "essai")
    assert set(absent["state"]) == {"unknown"}


def test_a_crowd_within_a_kilometre_grades_and_an_unknown_one_may_be_either():
    worst, best = (VALUES[f"criteria.people_{end}"].number for end in ("worst", "best"))
    people = pd.DataFrame({"people_1km": [best, worst, np.nan]}, index=["vide", "foule", "inconnu"])
    graded = site_ranking.score(people, {"people.exposure": 1.0}, VALUES, "essai")
    graded = graded.set_index("site_id")
    assert graded["score_low"].to_dict() == {"vide": 1.0, "foule": 0.0, "inconnu": 0.0}
    assert graded["score_high"].to_dict() == {"vide": 1.0, "foule": 0.0, "inconnu": 1.0}
    absent = CRITERIA["people.exposure"].measure(people.drop(columns="people_1km"))
    assert absent.isna().all()


def test_no_yard_within_reach_is_no_connection():
    sites = pd.DataFrame({"connection_limit_mw": [12.0, np.nan]}, index=["relié", "loin"])
    found = site_ranking.screen(sites, ("grid.within_reach",), VALUES, "essai")
    states = found.set_index("site_id")["state"].to_dict()
    assert states == {"relié": "passed", "loin": "failed"}
