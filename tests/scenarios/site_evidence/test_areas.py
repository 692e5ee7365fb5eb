"""Candidate areas, from the eligibility grid to a plan: one small département, end to end."""

from __future__ import annotations

import pytest
import shapely

from layers.packs.data_pack import EMBEDDED, Pack
from maps.atlas.atlas_sites import packed_sites
from maps.paper.blocks.block_content import Fact
from maps.paper.blocks.land import land
from maps.paper.sheet_material import Material, Subject
from scenarios.question.scenario_reading import read_scenario
from scenarios.scenario_run import run
from scenarios.storage.results import Results
from scenarios.writing.exports.cnig_export import friches_tables
from scenarios.writing.folder_proofs import broken_rules, inputs_of
from scenarios.writing.step_cache import parts_of

CREUSE = [
    'territory=["23"]',
    "candidates.min_area_ha=5",
    'candidates.sources=["friches", "areas"]',
    "demand.existing_it_mw=0",
    "demand.it_mw={2031=40, 2036=40}",
    'rules."land.brownfield_share"={hard=true, brownfield_share=0.5}',
]


@pytest.fixture(scope="session")
def creuse(tmp_path_factory) -> Results:
    folder = tmp_path_factory.mktemp("resultats") / "creuse"
    return run(read_scenario("tendanciel", CREUSE), Pack.open(EMBEDDED), folder)


def test_areas_and_friches_are_candidates_together(creuse):
    pool = creuse.sites[creuse.sites["fate"] == "candidat"]
    assert {"friches", "areas"} == set(pool["source"])
    land = pool[pool["source"] == "areas"]
    assert land.index.str.startswith("AIRE_23").all()
    assert land["name_fr"].str.match(r"Aire (de |d'|du |des )").all()
    assert land["name_fr"].str.startswith("Aire d'Aubusson").any()
    assert pool.loc[pool["source"] == "friches", "name_fr"].str.startswith("Friche de ").any()
    assert (land["departement_code"] == "23").all()
    assert land[["yard_id", "sector_code", "rank"]].notna().all().all()


def test_the_ground_of_an_area_is_never_good_news(creuse):
    land = creuse.sites[creuse.sites["source"] == "areas"]
    assert (land["enaf"] == "unknown").all()
    verdicts = creuse.verdicts[creuse.verdicts["site_id"].isin(land.index)]
    for name in ("land.not_natural", "land.no_project", "land.verified", "land.reuse"):
        assert (verdicts.loc[verdicts["criterion"] == name, "state"] == "unknown").all()
    last = creuse.summary["plan"]["2036"]
    retained = land[land["retained"]]
    ha = (retained["it_mw_2036"] * 0.2).sum()  # 2,000 m² a MW, standard density
    assert creuse.summary["retained_areas"] == len(retained)
    assert last["enaf_high_ha"] >= 0.9 * ha


def test_at_least_half_of_the_ground_is_brownfield_and_no_rule_is_broken(creuse):
    assert broken_rules(creuse) == []
    pool = inputs_of(creuse).sites
    assert (pool["is_brownfield"] == (pool["source"] == "friches")).all()
    plan = creuse.sites[creuse.sites["retained"]]
    mw = plan.groupby("source")["it_mw_2036"].sum()
    assert mw.get("friches", 0.0) >= 0.49 * mw.sum()


def test_an_area_lies_on_no_candidate_friche_and_within_its_size(creuse):
    outlines = creuse.context("areas").set_index("site_id")
    land = creuse.sites[creuse.sites["source"] == "areas"]
    assert set(outlines.index) == set(land.index)
    assert outlines["area_ha"].between(5, 50).all()
    assert (outlines["width_m"] >= 200).all()
    assert land["area_m2"].to_numpy() == pytest.approx(outlines.area[land.index].to_numpy())
    assert shapely.covers(outlines.geometry[land.index].values, land.geometry.values).all()
    friches = creuse.sites[
        (creuse.sites["source"] == "friches") & (creuse.sites["fate"] == "candidat")
    ]
    discs = friches.buffer((friches["area_m2"] / 3.15) ** 0.5)
    assert shapely.area(
        shapely.intersection(shapely.union_all(discs), shapely.union_all(outlines.geometry))
    ) == pytest.approx(0.0, abs=1.0)
    both = shapely.STRtree(outlines.geometry.values).query(
        outlines.geometry.values, predicate="overlaps"
    )
    assert both.size == 0


def test_every_piece_of_land_is_counted_and_unknown_is_said(creuse):
    told = creuse.summary["areas"]
    assert told["eligible_ha"] == 0  # thirteen layers out of fifteen are not in the pack
    assert told["candidates"] == (creuse.sites["source"] == "areas").sum()
    assert told["candidates_unknown_ha"] == told["candidates_ha"]
    outlines = creuse.context("areas").set_index("site_id")
    rules = len(creuse.summary["areas"]["not_evaluated"])  # the same are unknown everywhere
    assert (outlines["unknown_rules"] >= rules).all()
    counted = {row["unknown_rules"]: row["areas"] for row in told["candidates_unknown_rules"]}
    assert counted == outlines["unknown_rules"].value_counts().to_dict()
    said_of = creuse.sites["quality_fr"][outlines.index].str.replace("\xa0", " ")
    assert (said_of == [
        f"jamais visitée, {number} règles inconnues sur 16" for number in outlines["unknown_rules"]
    ]).all()  # fmt: skip
    pieces = {row["reason_fr"]: row["pieces"] for row in told["pieces"]}
    assert pieces["gardée comme site candidat"] == told["candidates"]
    total_ha = sum(row["area_ha"] for row in told["pieces"])
    free_ha = told["eligible_ha"] + told["unknown_ha"] - told["in_a_friche_ha"]
    assert total_ha == pytest.approx(free_ha, abs=1.0)
    said = " ".join(creuse.summary["answer_fr"])
    assert "100 % de leur surface reste inconnu" in said.replace("\u202f", " ").replace("\xa0", " ")
    assert "conforme" not in said
    assert (creuse.folder / "aires.csv").is_file()


def test_the_page_and_the_sheet_show_an_area_by_its_outline_and_never_as_a_friche(creuse):
    outlines = creuse.context("areas").set_index("site_id").geometry
    site = outlines.index[0]
    subject = Subject(Material(creuse), site)
    assert subject.is_area
    assert subject.ground.equals(outlines[site])
    told = [item for item in land(subject) if isinstance(item, Fact)]
    assert "Aire hors friche" in {fact.label for fact in told}
    assert not any("layer:brownfields" in fact.sources for fact in told)
    assert "outline" in packed_sites(creuse)
    friches, left_out = friches_tables(creuse)
    assert not set(outlines.index) & {*friches["site_id"], *left_out["site_id"]}


def test_rules_of_ones_own_are_read_and_their_content_decides(tmp_path):
    rules = tmp_path / "mes-regles.toml"
    rules.write_text("[set]\nname = 'a'\n", encoding="utf-8")
    changes = [f'candidates.area_rules="{rules}"']
    pack = Pack.open(EMBEDDED)
    before = parts_of(read_scenario("tendanciel", changes).model_dump(mode="json"), pack)
    rules.write_text("[set]\nname = 'b'\n", encoding="utf-8")
    after = parts_of(read_scenario("tendanciel", changes).model_dump(mode="json"), pack)
    assert before["candidates"] != after["candidates"]
