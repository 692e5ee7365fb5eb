"""Occupied or free: the signs each layer gives, the visit brought back, the plan that follows."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import impacts
from layers.packs.data_pack import EMBEDDED, Pack
from layers.words.dated_values import in_force, read_parameters
from layers.words.errors import SitingError
from scenarios.question.program_settings import SCREENING, screening_values
from scenarios.question.scenario_reading import read_scenario
from scenarios.site_evidence.activity_signs import activity_signs, flags
from scenarios.site_evidence.confirmations import read_confirmations
from scenarios.site_evidence.evidence_joining import gather_evidence

# What the press and positions say of the plan this rule was made for (data2.md, section 3b).
OCCUPIED = {
    "79005_1215": "cimenterie",
    "17300_9968": "gare",
    "16192_17751": "tuilerie",
    "86194_11443": "logistique",
    "87085_1437": "ferroviaire",
    "33056_1077": "sous promesse",
    "64410_2763": "solaire",
}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return Pack.open(EMBEDDED)


@pytest.fixture(scope="module")
def values():
    return in_force(read_parameters(SCREENING), read_scenario("tendanciel", ()).reference_date)


def evidence_of(pack: Pack, *overrides: str):
    question = read_scenario("tendanciel", overrides)
    factors = impacts.factors(question.reference_date)
    return gather_evidence(question, pack, screening_values(question, factors), factors)


@pytest.fixture(scope="module")
def evidence(pack: Pack):
    return evidence_of(pack)


class Layers:
    """A pack of a few points, for what one can check on paper."""

    def __init__(self, **tables: gpd.GeoDataFrame) -> None:
        self.tables = tables

    def has(self, name: str) -> bool:
        return name in self.tables

    def table(self, name: str) -> gpd.GeoDataFrame:
        return self.tables[name]

    def held(self, name: str) -> pd.DataFrame:
        return self.tables.get(name, pd.DataFrame({"commune_code": [], "subsector_fr": []}))

    def entry(self, name: str):
        return Pack.open(EMBEDDED).entry(name)

    def press_facts(self):
        return {}


def site(**columns: object) -> gpd.GeoDataFrame:
    """Return one site of π·100² m², so that its edge is 100 m from its point."""
    plain = {
        "commune_code": "33001",
        "area_m2": np.pi * 1e4,
        "merged_into": "",
        "plu_zone": "U",
        "position_state": "dans la commune nommée",
    }
    table = pd.DataFrame({**plain, **columns}, index=pd.Index(["S"], name="site_id"))
    return gpd.GeoDataFrame(table, geometry=[shapely.Point(0, 0)], crs=2154)


def points(x_m: float, **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        pd.DataFrame(columns, index=[0]), geometry=[shapely.Point(x_m, 0)], crs=2154
    )


@pytest.mark.parametrize(
    ("x_m", "told"), [(599.0, "gare à 499\u00a0m"), (601.0, None), (80.0, "dans")]
)
def test_a_station_counts_from_the_edge_of_the_site(values, x_m, told):
    found = activity_signs(site(), Layers(rail_stations=points(x_m)), values)
    assert len(found) == (told is not None)
    assert told is None or told in found["sign_fr"][0]


def test_the_distance_that_the_producer_publishes_serves_without_the_stations(values):
    found = activity_signs(site(rail_distance_m=150.0), Layers(), values)
    assert found["sign_fr"].tolist() == ["gare à 50\u00a0m du bord du site (Cartofriches)"]


def test_a_school_counts_inside_only_and_an_absent_layer_says_nothing(values):
    inside, outside = points(99.0), points(101.0)
    assert len(activity_signs(site(), Layers(schools=inside), values)) == 1
    assert activity_signs(site(), Layers(schools=outside), values).empty
    assert activity_signs(site(), Layers(), values).empty


def test_industry_is_read_by_commune_and_for_large_sites_only(values):
    plants = pd.DataFrame({"commune_code": ["33001"], "subsector_fr": ["ciment"]})
    small, large = site(area_m2=19e4), site(area_m2=21e4)
    assert activity_signs(small, Layers(industry_heat=plants), values).empty
    assert "ciment" in activity_signs(large, Layers(industry_heat=plants), values)["sign_fr"][0]
    elsewhere = site(area_m2=21e4, commune_code="33002")
    assert activity_signs(elsewhere, Layers(industry_heat=plants), values).empty


def test_a_sign_on_a_merged_part_is_a_sign_on_the_land(values):
    two = pd.concat([site(), site().rename(index={"S": "T"})])
    two["merged_into"] = ["", "S"]
    two["activity_words"] = ["", "zone_gare"]
    found = activity_signs(gpd.GeoDataFrame(two, crs=2154), Layers(), values)
    assert found["site_id"].tolist() == ["S"]


def test_flags_are_said_in_words(values):
    odd = site(area_m2=101e4, plu_zone="N", position_state="hors de la commune nommée")
    told = flags(odd, Layers(), values)["S"]
    assert "101" in told
    assert "évolution du PLU" in told
    assert "position à vérifier" in told
    assert flags(site(), Layers(), values)["S"] == ""


@pytest.mark.parametrize(("name", "word"), OCCUPIED.items())
def test_every_site_known_to_be_occupied_is_caught_and_told(evidence, name, word):
    found = evidence.sites.loc[name]
    assert found["occupancy"] == "signs"
    assert not found["retainable"]
    assert word in found["occupancy_fr"]


def test_what_may_be_retained_is_verified_without_project_nor_sign(evidence):
    pool = evidence.pool
    kept = pool[pool["retainable"]]
    assert kept["is_verified"].all()
    assert (kept["status_fr"] == "sans projet").all()
    assert (kept["occupancy"] == "unknown").all()
    checks = evidence.verdicts[evidence.verdicts["criterion"] == "land.occupied"]
    assert set(checks["kind"]) == {"à vérifier"}
    states = checks.set_index("site_id")["state"].reindex(pool.index)
    assert (states[pool["occupancy"] == "signs"] == "failed").all()
    assert (states[pool["occupancy"] == "unknown"] == "unknown").all()


def test_no_operator_s_name_is_said(evidence):
    told = " ".join(evidence.sites[["occupancy_fr", "to_verify_fr", "flags_fr"]].to_numpy().ravel())
    for name in ("Calcia", "Ford", "Michelin", "Lafarge", "Terreal", "Enedis", "Engie"):
        assert name.casefold() not in told.casefold()


def test_platforms_are_candidates_or_it_is_said_why_not(evidence):
    platforms = evidence.sites[evidence.sites["source"] == "platforms"]
    assert not platforms["retainable"].any()
    lacq = platforms.loc["PLATEFORME_64300_lacq_pardies"]
    assert lacq["fate"] == "candidat"
    assert lacq["rank"] > 0
    ports = platforms[platforms["area_m2"].isna()]
    assert set(ports["fate"]) == {"inconnu"}
    assert ports["fate_reason_fr"].str.contains("surface disponible non lue").all()
    for known in ("33004_10527", "16015_278", "33056_1077"):
        assert "Faits publics, à confirmer" in evidence.sites.loc[known, "platform_fr"]


def visits(path, *lines: str) -> str:
    file = path / "visites.csv"
    file.write_text("\n".join(["site_id;etat;par;le;motif", *lines]) + "\n", encoding="utf-8")
    return f'candidates.confirm="{file}"'


def test_a_visit_frees_a_site_or_takes_it_out(pack, tmp_path):
    told = visits(
        tmp_path,
        "87085_1437;libre;Métropole;2026-12-01;rails déposés",
        "16015_278;occupé;Agglomération;2026-12-01;travaux",
        "17300_9968;libre;Agglomération;2026-11-01;erreur",
        "17300_9968;occupé;Agglomération;2026-12-01;gare en service",
    )
    sites = evidence_of(pack, told).sites
    limoges = sites.loc["87085_1437"]
    assert (limoges["occupancy"], limoges["retainable"]) == ("free", True)
    assert "vu par Métropole le 01/12/2026, rails déposés" in limoges["occupancy_fr"]
    assert sites.loc["16015_278", "fate"] == "écarté"
    assert sites.loc["16015_278", "fate_reason_fr"].startswith("land.occupied")
    assert sites.loc["17300_9968", "fate"] == "écarté"  # the last visit counts


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("87085_1437;vide;Métropole;2026-12-01;", "SIT105"),
        ("87085_1437;libre;;2026-12-01;", "SIT105"),
        ("87085_1437;libre;Métropole;hier;", "SIT105"),
        ("INCONNU;libre;Métropole;2026-12-01;", "SIT202"),
    ],
)
def test_a_visit_that_says_nothing_sound_is_refused(tmp_path, line, code):
    file = tmp_path / "v.csv"
    file.write_text(f"site_id;etat;par;le;motif\n{line}\n", encoding="utf-8")
    with pytest.raises(SitingError) as fault:
        read_confirmations(file, ["87085_1437"])
    assert fault.value.code == code


def test_a_table_without_its_columns_or_absent_is_refused(tmp_path):
    file = tmp_path / "v.csv"
    file.write_text("a;b\n1;2\n", encoding="utf-8")
    for path, code in ((file, "SIT101"), (tmp_path / "rien.csv", "SIT108")):
        with pytest.raises(SitingError, match=code):
            read_confirmations(path, [])


def test_english_names_of_columns_are_read_too(tmp_path):
    file = tmp_path / "v.csv"
    file.write_text("site;state;by;when;why\nA;free;Ville;2026-12-01;\n", encoding="cp1252")
    found = read_confirmations(file, ["A"])
    assert found.loc["A", "is_free"]
    assert found.loc["A", "seen_fr"] == "vu par Ville le 01/12/2026"
