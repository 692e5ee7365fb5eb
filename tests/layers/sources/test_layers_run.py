"""What a layer changes at once: verdicts, answers of the grid, and whole runs on other packs."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import village_exports
from village_shapes import SIDE, SOUTH, WEST, square

import impacts
from bench.layers import protected_join as bench
from layers.geometry import site_joins
from layers.own_layers.own_layer import with_offers
from layers.packs.data_pack import EMBEDDED, Pack, sha256_of
from layers.packs.pack_building import build
from layers.verify_pack import known_where, verify
from layers.words.territory_paper import Territory
from scenarios.question.program_settings import screening_values
from scenarios.question.scenario_reading import read_scenario
from scenarios.scenario_run import run
from scenarios.site_evidence.evidence_joining import Evidence, gather_evidence

SHARED = EMBEDDED.parents[3] / "shared" / "data"
SMALL = ("demand.it_mw={ 2031 = 22, 2036 = 22 }", "sizes.min_mw=1")
MODEST = ("demand.it_mw={ 2031 = 30, 2036 = 40 }",)
VILLAGE = shapely.union_all([square(c, r) for c in (0, 1) for r in (0, 1)])
needs_exports = pytest.mark.skipif(
    not SHARED.is_dir(), reason="les exports officiels ne sont pas sur cette machine"
)


@pytest.fixture(scope="session")
def living_village(
    exports: Path, village: Territory, tmp_path_factory: pytest.TempPathFactory
) -> Pack:
    """Build a pack of the village with all that a run needs."""
    folder = tmp_path_factory.mktemp("vivant")
    shutil.copytree(exports, folder / "exports")
    village_exports.write(folder / "exports", VILLAGE)
    build(folder / "exports", folder / "lot", village)
    return Pack.open(folder / "lot")


def evidence_of(pack: Pack, *offers: str, overrides: tuple[str, ...] = ()) -> Evidence:
    question = read_scenario("tendanciel", (*SMALL, *overrides))
    held, _ = with_offers(pack, offers)
    factors = impacts.factors(question.reference_date)
    return gather_evidence(question, held, screening_values(question, factors), factors)


def states(evidence: Evidence, criterion: str) -> dict[str, str]:
    rows = evidence.verdicts[evidence.verdicts["criterion"] == criterion]
    return dict(zip(rows["site_id"], rows["state"], strict=True))


def drawn(place: Path, *shapes: shapely.Geometry, **columns: list[str]) -> Path:
    path = place / "zones.gpkg"
    gpd.GeoDataFrame(columns, geometry=list(shapes), crs=2154).to_file(path)
    return path


@pytest.mark.parametrize(
    ("layers", "criterion"),
    [
        (["natura2000_polygons"], "nature.outside_natura2000"),
        (["znieff_1", "znieff_2"], "nature.outside_znieff"),
        (["wetlands"], "nature.outside_wetland"),
        (["flood_zones"], "risk.outside_flood"),
    ],
)
def test_a_layer_given_wakes_the_criterion_that_waited_for_it(
    layers: list[str], criterion: str, tmp_path: Path, living_village: Pack
) -> None:
    asleep = states(evidence_of(living_village), criterion)
    assert set(asleep.values()) == {"unknown"}
    corner = drawn(tmp_path, shapely.box(WEST, SOUTH, WEST + 400, SOUTH + 400), nom=["Coin"])
    woken = evidence_of(living_village, *(f"{name}={corner};complete_in=33" for name in layers))
    found = states(woken, criterion)
    assert found["33001_1"] == "failed"
    assert found["33999_1"] == "passed"
    assert woken.sites.loc["33001_1", "fate"] == "écarté"
    assert criterion in woken.sites.loc["33001_1", "fate_reason_fr"]


def test_a_fragment_condemns_but_never_clears(tmp_path: Path, living_village: Pack) -> None:
    corner = drawn(tmp_path, shapely.box(WEST, SOUTH, WEST + 400, SOUTH + 400), nom=["Coin"])
    found = states(evidence_of(living_village, f"flood_zones={corner}"), "risk.outside_flood")
    assert found["33001_1"] == "failed"
    assert found["33999_1"] == "unknown"


def test_one_znieff_of_two_leaves_the_clear_sites_unknown(
    tmp_path: Path, living_village: Pack
) -> None:
    corner = drawn(tmp_path, shapely.box(WEST, SOUTH, WEST + 400, SOUTH + 400), nom=["Coin"])
    evidence = evidence_of(living_village, f"znieff_1={corner};complete_in=*")
    found = states(evidence, "nature.outside_znieff")
    assert (found["33001_1"], found["33999_1"]) == ("failed", "unknown")


def test_a_planning_zone_replaces_what_the_producer_wrote(
    tmp_path: Path, living_village: Pack
) -> None:
    before = evidence_of(living_village)
    assert before.sites.loc["33999_1", "enaf"] == "unknown"
    path = drawn(tmp_path, VILLAGE, typezone=["U"])
    after = evidence_of(living_village, f"plu_zones={path}")
    assert after.sites.loc["33999_1", "enaf"] == "no"
    assert states(after, "land.not_natural")["33999_1"] == "passed"


def test_the_operator_s_answer_replaces_the_assumed_room(
    tmp_path: Path, living_village: Pack
) -> None:
    (tmp_path / "rte.csv").write_text("yard_id;room_mw\nHAUT;12,5\n", encoding="utf-8")
    yards = evidence_of(living_village, f"withdrawal_room={tmp_path / 'rte.csv'}").yards
    assert yards.loc["HAUT", "room_mw"] == 12.5
    assert yards.loc["HAUT", "room_status"] == "read"
    assert yards.loc["BORD", "room_status"] == "assumption"


def test_enaf_by_commune_is_summed_on_the_epci_of_the_site(
    tmp_path: Path, living_village: Pack
) -> None:
    codes = ["33001", "33002", "33003", "33333"]
    table = pd.DataFrame({"idcom": codes, "enaf_2011_2021_m2": [10_000, 20_000, 0, 5_000]})
    table.to_csv(tmp_path / "enaf.csv", index=False)
    whole = evidence_of(living_village, f"enaf_by_commune={tmp_path / 'enaf.csv'}").sites
    assert set(whole["enaf_epci_2011_2021_ha"].dropna()) == {3.5}
    table[:3].to_csv(tmp_path / "enaf.csv", index=False)
    partial = evidence_of(living_village, f"enaf_by_commune={tmp_path / 'enaf.csv'}").sites
    assert partial["enaf_epci_2011_2021_ha"].isna().all()


def test_the_village_runs_end_to_end_and_a_layer_moves_the_plan(
    tmp_path: Path, living_village: Pack
) -> None:
    question = read_scenario("tendanciel", SMALL)
    before = run(question, living_village, tmp_path / "avant")
    chosen = before.sites.index[before.sites["retained"]].tolist()
    assert chosen
    around = before.sites.loc[chosen].geometry.buffer(300).union_all()
    wet = drawn(tmp_path, around, nom=["Marais"])
    pack, _ = with_offers(living_village, [f"wetlands={wet};complete_in=33"])
    evidence = evidence_of(living_village, f"wetlands={wet};complete_in=33")
    assert not set(chosen) & set(evidence.pool.index)
    if len(evidence.pool):
        after = run(question, pack, tmp_path / "apres")
        assert not after.sites.loc[chosen, "retained"].any()


def test_offers_change_the_pack_s_fingerprint(tmp_path: Path, living_village: Pack) -> None:
    path = drawn(tmp_path, square(0, 0), nom=["Carré"])
    offered, report = with_offers(living_village, [f"wetlands={path}"])
    entry = offered.entry("wetlands")
    assert (entry.state, entry.rows) == ("user", 1)
    assert "complétude non déclarée" in entry.caveat_fr
    assert offered.fingerprint != living_village.fingerprint
    declared, _ = with_offers(living_village, [f"wetlands={path};complete_in=33"])
    assert declared.fingerprint != offered.fingerprint
    assert any(line.action == "kept" for line in report)
    assert not living_village.has("wetlands")


@needs_exports
def test_limousin_builds_from_the_same_exports_and_runs(tmp_path: Path) -> None:
    build(SHARED, tmp_path / "limousin", Territory.asked("19,23,87"))
    pack = Pack.open(tmp_path / "limousin")
    assert pack.verify() == []
    assert pack.table("departements")["departement_code"].tolist() == ["19", "23", "87"]
    results = run(read_scenario("tendanciel", MODEST), pack, tmp_path / "resultats")
    assert results.sites["retained"].any()
    assert set(results.sites["departement_code"].dropna()) <= {"19", "23", "87"}


@needs_exports
def test_real_fragments_wake_their_criteria_where_they_are_complete() -> None:
    evidence = evidence_of(
        Pack.open(),
        f"natura2000_polygons={SHARED / 'nature/amp_monitorenv_na_sample.gpkg'}",
        f"national_reserves={SHARED / 'nature/rnn_gironde_2026-04.geojson'};complete_in=33",
        f"flood_zones={SHARED / 'land/eptb_vienne_zone_inondable.geojson'};complete_in=86",
    )
    place = evidence.sites["departement_code"]
    flood = pd.Series(states(evidence, "risk.outside_flood"))
    vienne = flood[place.reindex(flood.index) == "86"]
    assert set(vienne) == {"passed", "failed"}
    assert set(flood.drop(vienne.index)) == {"unknown"}
    assert (vienne == "failed").sum() == 4
    reserves = pd.Series(states(evidence, "nature.outside_reserve"))
    assert (reserves[place.reindex(reserves.index) == "33"] != "unknown").all()
    assert evidence.sites["natura2000_overlap_ha"].notna().sum() == 0


def test_the_embedded_pack_holds_the_published_figures() -> None:
    report = verify(Pack.open())
    assert report.faults == []
    assert {check.state for check in report.checks} == {"juste", "non évalué"}
    assert sum(check.state == "juste" for check in report.checks) >= 14


def test_what_is_known_where_shows_an_empty_creuse_and_a_full_charente() -> None:
    table = known_where(Pack.open()).set_index("departement_code")
    assert len(table) == 12
    assert table["brownfields"].sum() == 2950
    assert table.loc["16", "one_observatory"] == 927
    assert table.loc["16", "per_1000_km2"] > 10 * table.loc["23", "per_1000_km2"]
    assert "Réserves" in table.loc["33", "complete_fr"]


def test_a_figure_that_differs_is_told(living_village: Pack, tmp_path: Path) -> None:
    shutil.copytree(living_village.folder, tmp_path / "lot")
    papers = EMBEDDED.parents[1] / "papers" / "nouvelle-aquitaine" / "checks.toml"
    pack = Pack.open(tmp_path / "lot")
    shutil.copyfile(papers, tmp_path / "lot" / "checks.toml")
    entry = pack.entry("facts").model_copy(update={"name": "checks", "file": "checks.toml"})
    pack.catalogue["checks"] = entry.model_copy(
        update={"sha256": sha256_of(tmp_path / "lot" / "checks.toml")}
    )
    report = verify(pack)
    assert {check.name: check.state for check in report.checks}["communes"] == "écart"
    assert any(line.startswith("écart : Communes") for line in report.lines_fr())
    (tmp_path / "lot" / "communes.parquet").write_bytes(b"autre chose")
    assert [fault.code for fault in verify(Pack.open(tmp_path / "lot")).faults] == ["SIT104"]


def test_overlaps_are_counted_once_and_cut_outlines_lose_nothing() -> None:
    angle = pd.Series(range(5000)) * (2 * 3.141592653589793 / 5000)
    reach = 900 + 60 * np.sin(37 * angle)
    long = shapely.Polygon(
        np.column_stack([WEST + reach * np.cos(angle), SOUTH + reach * np.sin(angle)])
    )
    points = gpd.GeoSeries(
        [shapely.Point(WEST + d, SOUTH) for d in (0, 850, 900, 5 * SIDE)], crs=2154
    )
    ground, true = site_joins.grounds(points, pd.Series([1e4, 1e5, 1e4, 1e4]))
    assert not true.any()
    zones = gpd.GeoDataFrame(geometry=[long, long, shapely.box(WEST, SOUTH, WEST + 1, SOUTH + 1)])
    expected = shapely.area(shapely.intersection(long, ground)) / 1e4
    found = site_joins.overlap_ha(ground, zones)
    assert found == pytest.approx(expected, abs=1e-6)
    bare = site_joins.overlap_ha(site_joins.grounds(points, pd.Series([np.nan] * 4))[0], zones)
    # The third lies on the edge itself: either answer is right.
    assert (bare > 0)[[0, 1, 3]].tolist() == [True, True, False]


@pytest.mark.slow
def test_twenty_thousand_outlines_meet_thirty_thousand_sites_in_seconds() -> None:
    rng = np.random.default_rng(1)
    zones, (points, areas) = bench.outlines(4_000, rng), bench.sites(6_000, rng)
    start = time.process_time()
    ground, _ = site_joins.grounds(points, areas)
    site_joins.overlap_ha(ground, zones)
    assert time.process_time() - start < 12.0  # 1.5 s alone: an order of size, no stopwatch
