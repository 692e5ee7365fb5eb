"""Eligibility on the village: three states, and rules that mean nothing."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from eligible_village import DAY, GRID, holding, place, rules, totals

from layers.eligibility.cluster_blocks import client_of, judge_on_cluster
from layers.eligibility.eligibility_evidence import evidence_of, ground_evidence
from layers.eligibility.eligibility_rules import read_rule_set
from layers.eligibility.territory_judging import Near, judge
from layers.geometry.flat_outlines import Outlines, words_of
from layers.packs.data_pack import Pack
from layers.words.cell_states import ELIGIBLE, EXCLUDED, OUTSIDE, UNKNOWN
from layers.words.errors import SitingError
from scenarios.land_eligibility.territory_eligibility import judge_territory
from scenarios.question.scenario_reading import read_scenario


def test_a_square_in_a_complete_layer_is_cut_and_the_rest_is_eligible(village_pack, tmp_path):
    pack = holding(village_pack, "wetlands", [place(1000, 1000, 1000)], "*")
    path = rules(tmp_path, wet=("wetlands", 0, ""))
    assert totals(pack, path) == {EXCLUDED: 100.0, ELIGIBLE: 6300.0, UNKNOWN: 0.0}


def test_a_distance_adds_four_sides_and_four_quarters_of_a_disc(village_pack, tmp_path):
    pack = holding(village_pack, "wetlands", [place(3000, 3000, 1000)], "*")
    path = rules(tmp_path, wet=("wetlands", 500, ""))
    exact = (1000**2 + 4 * 1000 * 500 + np.pi * 500**2) / 1e4
    assert totals(pack, path, cell_m=25)[EXCLUDED] == pytest.approx(exact, rel=2e-3)


def test_a_feature_just_outside_the_territory_counts_inside(village_pack, tmp_path):
    pack = holding(village_pack, "wetlands", [place(-400, 0, 300)], "*")
    path = rules(tmp_path, wet=("wetlands", 500, ""))
    assert totals(pack, path)[EXCLUDED] > 0
    assert totals(pack, rules(tmp_path, wet=("wetlands", 100, "")))[EXCLUDED] == 0


def test_an_absent_layer_leaves_all_it_could_forbid_unknown(village_pack, tmp_path):
    pack = holding(village_pack, "wetlands", [place(1000, 1000, 1000)], "*")
    path = rules(tmp_path, wet=("wetlands", 0, ""), znieff=("znieff_1", 0, ""))
    judged = judge_territory(read_scenario("tendanciel"), pack, path)
    assert judged.found.totals == {EXCLUDED: 100.0, ELIGIBLE: 0.0, UNKNOWN: 6300.0}
    line = judged.audit.set_index("rule").loc["znieff"]
    assert line["state_fr"] == "non évaluée"
    assert np.isnan(line["excluded_ha"])
    assert line["unknown_only_ha"] == 6300.0
    assert "1 règles" not in "".join(judged.report["answer_fr"])


def test_precaution_takes_an_absent_layer_for_a_no(village_pack, tmp_path):
    path = rules(tmp_path, znieff=("znieff_1", 0, 'on_unknown = "exclude"'))
    assert totals(village_pack, path) == {EXCLUDED: 6400.0, ELIGIBLE: 0.0, UNKNOWN: 0.0}


def test_an_empty_layer_clears_only_where_it_is_said_complete(village_pack, tmp_path):
    path = rules(tmp_path, wet=("wetlands", 0, ""))
    assert totals(holding(village_pack, "wetlands", [], "33"), path)[ELIGIBLE] == 6400.0
    assert totals(holding(village_pack, "wetlands", []), path)[UNKNOWN] == 6400.0


def test_a_fragment_excludes_where_it_is_and_clears_nowhere(village_pack, tmp_path):
    pack = holding(village_pack, "wetlands", [place(1000, 1000, 1000)])
    path = rules(tmp_path, wet=("wetlands", 0, ""))
    assert totals(pack, path) == {EXCLUDED: 100.0, ELIGIBLE: 0.0, UNKNOWN: 6300.0}


def test_a_required_layer_excludes_what_is_too_far(village_pack, tmp_path):
    more = 'mode = "require"\nwhere = { can_host = ["yes"] }\ncomplete_in = ["*"]'
    path = rules(tmp_path, yards=("yards", 2000, more))
    found = judge_territory(read_scenario("tendanciel"), village_pack, path, cell_m=25).found
    yards = village_pack.table("yards")
    hosts = yards[yards["can_host"] == "yes"].geometry
    reach = shapely.union_all(shapely.buffer(hosts.values, 2000.0, quad_segs=64))
    ground = shapely.union_all(village_pack.table("communes").geometry.values)
    expected = shapely.area(shapely.intersection(reach, ground)) / 1e4
    assert found.totals[ELIGIBLE] == pytest.approx(expected, rel=2e-3)
    assert found.totals[UNKNOWN] == 0


def test_a_word_that_is_missing_leaves_doubt(village_pack, tmp_path):
    yards = village_pack.table("yards")
    yards.loc[yards.index[0], "can_host"] = "unknown"
    pack = village_pack.with_table("yards", yards, {"state": "user", "sha256": "1"})
    more = 'where = { can_host = ["yes"] }\nunknown_where = { can_host = ["unknown"] }\n'
    path = rules(tmp_path, yards=("yards", 1000, more + 'complete_in = ["*"]'))
    assert totals(pack, path)[UNKNOWN] > 0


@pytest.mark.parametrize(
    ("layer", "metres", "more", "code"),
    [
        ("wetland", 0, "", "SIT202"),
        ("yards", 0, "", "SIT501"),
        ("wetlands", -5, "", "SIT501"),
        ("wetlands", 0, 'mode = "forbid"', "SIT501"),
        ("wetlands", 0, "classes = [1.0]", "SIT501"),
        ("land_cover", 0, "", "SIT501"),
        ("land_cover", 0, 'classes = [1.0]\nwhere = { a = ["b"] }', "SIT501"),
        ("wetlands", 0, 'where = { colour = ["blue"] }', "SIT101"),
        ("climate_2050", 0, "", "SIT501"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(village_pack, tmp_path, layer, metres, more, code):
    pack = holding(village_pack, "wetlands", [place(0, 0, 500)], "*")
    if not pack.has("climate_2050") and layer == "climate_2050":
        pack = Pack.open()
    with pytest.raises(SitingError) as fault:
        totals(pack, rules(tmp_path, a=(layer, metres, more)))
    assert fault.value.code == code
    assert fault.value.hint


def test_a_distance_given_by_hand_wins_and_says_so(village_pack, tmp_path):
    pack = holding(village_pack, "wetlands", [place(1000, 1000, 1000)], "*")
    path = rules(tmp_path, wet=("wetlands", 0, ""))
    rule_set = read_rule_set(path, DAY, {"wet": 400.0})
    assert rule_set.rules[0].reach_m == 400.0
    assert rule_set.rules[0].value.status == "assumption"
    assert "--distance" in rule_set.rules[0].value.reference
    with pytest.raises(SitingError, match="inconnue") as fault:
        totals(pack, path, distances={"wett": 5.0})
    assert "wet" in fault.value.hint


def test_a_rule_of_tomorrow_is_not_applied_and_is_named(village_pack, tmp_path):
    pack = holding(village_pack, "wetlands", [place(1000, 1000, 1000)], "*")
    path = rules(tmp_path, wet=("wetlands", 0, ""), more=("wetlands", 900, ""))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("value = 900", "value = 900\nfrom = 2031-01-01"), encoding="utf-8")
    judged = judge_territory(read_scenario("tendanciel"), pack, path)
    assert judged.found.totals[EXCLUDED] == 100.0
    assert judged.report["not_in_force"] == ["Règle more"]
    assert "Règle more" in judged.report["answer_fr"][-1]
    path.write_text(text.replace("value =", "from = 2031-01-01\nvalue ="), encoding="utf-8")
    with pytest.raises(SitingError) as fault:
        judge_territory(read_scenario("tendanciel"), pack, path)
    assert fault.value.code == "SIT500"


def test_near_is_only_ever_the_shapes_and_their_neighbourhood():
    away = Near(Outlines.of(np.array([place(1e6, 0, 100)], dtype=object), "essai"), 300.0)
    planes = np.zeros((1, GRID.rows, words_of(GRID)), dtype=np.uint64)
    away.fill(planes, GRID)
    assert not planes.any()


def test_a_cluster_gives_the_same_cells_as_threads(village_pack, tmp_path):
    pack = holding(village_pack, "wetlands", [place(1000, 1000, 1000)])
    layers = {"wet": ("wetlands", 350, ""), "bio": ("ramsar", 0, "")}
    rule_set = read_rule_set(rules(tmp_path, **layers), DAY)
    evidence = [evidence_of(pack, rule, GRID) for rule in rule_set.rules]
    ground = ground_evidence(pack, None, GRID)
    alone = judge(evidence, ground, GRID)
    together = judge_on_cluster(evidence, ground, GRID, "local", 1, block_rows=13)
    assert together.states.identical(alone.states)
    assert (together.totals, together.hectares) == (alone.totals, alone.hectares)


def test_a_scheduler_that_does_not_answer_is_told(village_pack):
    with pytest.raises(SitingError) as fault, client_of("tcp//nulle-part", 1):
        pass
    assert fault.value.code == "SIT410"


def test_a_raster_of_the_pack_is_a_rule_like_any_other(tmp_path):
    pack = Pack.open()
    path = rules(tmp_path, forest=("land_cover", 0, "classes = [4.0, 5.0]"))
    question = read_scenario("tendanciel", ('territory=["23"]',))
    states = judge_territory(question, pack, path).found.states
    rng = np.random.default_rng(11)
    y, x = (rng.integers(0, states.sizes[axis], 4_000) for axis in ("y", "x"))
    seen = states.to_numpy()[y, x]
    cover = pack.sample("land_cover", np.column_stack([states.x[x], states.y[y]]))
    inside = seen != OUTSIDE
    assert inside.sum() > 1_500
    assert ((seen == EXCLUDED) == np.isin(cover, (4, 5)))[inside].all()
    assert (seen == EXCLUDED).sum() > 100
