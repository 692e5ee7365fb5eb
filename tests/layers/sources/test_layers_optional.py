"""Optional is optional: a territory whose layer has no row still runs, and says what it lacks."""

from __future__ import annotations

from pathlib import Path

import pytest
import village_exports
from test_layers_run import VILLAGE

from impacts.weather.far_stations import farthest_m
from layers.contracts.contract import LAYERS
from layers.packs.data_pack import Pack
from layers.packs.pack_building import build
from layers.packs.paper_writing import write_papers
from layers.words.errors import SitingError
from layers.words.territory_paper import Territory
from scenarios.question.home_region import home_of
from scenarios.question.scenario_reading import Scenario, read_scenario
from scenarios.reading.followup_indicators import indicators
from scenarios.scenario_run import prepare, run
from scenarios.site_evidence.at_stations.site_weather import stations_of
from scenarios.site_evidence.at_stations.station_reach import too_far
from scenarios.storage.results import Results
from scenarios.writing.exports.export_bundle import WRITERS, export
from scenarios.writing.folder_proofs import broken_rules

NEEDED = ("brownfields", "yards", "communes", "weather")
FOREIGN = ("nouvelle-aquitaine", "néo terra", "neo terra", "neo_terra", "ceser")
SAID = (
    "demand.it_mw={ 2031 = 22, 2036 = 22 }",
    "demand.existing_it_mw=0",
    "sizes.min_mw=1",
    # Its friches are not verified: without this, the rule on evidence leaves nothing.
    'rules."land.vacancy"=false',
)


@pytest.fixture(scope="module")
def other(exports: Path, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """Build the village as another region would: its own papers, its files in one heap."""
    import shutil

    folder = tmp_path_factory.mktemp("autre")
    shutil.copytree(exports, folder / "exports")
    village_exports.write(folder / "exports", VILLAGE)
    write_papers("le-village", ["33"], folder / "papiers", "Le Village")
    build(folder / "exports", folder / "lot", Territory.read(folder / "papiers"))
    return Pack.open(folder / "lot")


@pytest.fixture(scope="module")
def question(other: Pack) -> Scenario:
    return read_scenario("tendanciel", SAID, home=home_of(other))


def emptied(pack: Pack, names: list[str]) -> Pack:
    for name in names:
        if LAYERS[name].form == "table":
            pack = pack.with_table(name, pack.table(name).head(0), {"rows": 0})
        else:
            paper = pack.catalogue[name].model_copy(update={"state": "absent", "file": ""})
            pack = Pack(pack.folder, {**pack.catalogue, name: paper}, dict(pack._tables))
    return pack


def optional(pack: Pack) -> list[str]:
    return [name for name in pack.catalogue if name in LAYERS and pack.has(name)
            and name not in NEEDED]  # fmt: skip


def test_each_optional_layer_in_turn_without_a_row_still_ranks(
    other: Pack, question: Scenario
) -> None:
    for name in optional(other):
        pack = emptied(other, [name])
        assert not pack.has(name)
        evidence, _, _ = prepare(question, pack)
        assert len(evidence.pool), name


@pytest.fixture(scope="module")
def bare(other: Pack, question: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Run with every optional layer empty at once, drawn and exported."""
    from maps.pages import draw_pages

    folder = tmp_path_factory.mktemp("nu")
    pack = emptied(other, optional(other))
    return run(question, pack, folder / "plan", draw=draw_pages)


def test_without_any_optional_layer_the_plan_says_what_is_not_evaluated(bare: Results) -> None:
    figures = bare.summary["plan"]["2036"]
    assert figures["it_mw"] == pytest.approx(22.0, abs=0.1)
    for name in ("heat_gwh", "erf", "scarcity_m3eq", "regional_share_pct"):
        assert name not in figures
    answer = " ".join(bare.summary["answer_fr"])
    assert "Chaleur utile : non évaluée" in answer
    assert "Stratégie régionale\u00a0: aucune des 7 règles n'est appliquée." in answer
    silent = {entry["rule_id"] for entry in bare.summary["rules_not_evaluated"]}
    assert "C18" in silent
    assert broken_rules(bare) == []
    # No delivery held is no delivery known, never 0 GWh.
    assert bare.sites["heat_in_reach_gwh"].isna().all()
    graded = bare.table("verdicts").query("criterion == 'heat.demand'")
    assert set(graded["state"]) == {"unknown"}


def test_no_page_nor_export_of_another_region_cites_ours(bare: Results, tmp_path: Path) -> None:
    export(bare, tmp_path / "remise", list(WRITERS))
    told = [*bare.folder.rglob("*"), *(tmp_path / "remise").rglob("*")]
    pages = [path for path in told if path.suffix in (".html", ".json", ".csv", ".toml", ".lp")]
    assert len(pages) > 8
    for path in pages:
        text = path.read_text(encoding="utf-8").lower()
        assert [word for word in FOREIGN if word in text or word in path.name] == [], path.name
    followed = indicators(bare).to_csv().lower()
    assert [word for word in FOREIGN if word in followed] == []


def test_the_need_is_asked_and_never_borrowed(other: Pack) -> None:
    with pytest.raises(SitingError) as refusal:
        read_scenario("tendanciel", home=home_of(other))
    assert "ne s'emprunte pas" in refusal.value.message
    assert read_scenario("tendanciel", home=home_of(other), need=False).demand.existing_it_mw == 0
    ours = read_scenario("tendanciel").demand.it_mw
    assert ours == {2031: 213, 2036: 309}


def test_far_stations_leave_a_ranking_and_stop_a_run_with_a_question(
    other: Pack, question: Scenario, tmp_path: Path
) -> None:
    far = other.weather().assign_coords(
        x_m=("station", [float(other.table("yards").geometry.x.mean()) + 2 * farthest_m()])
    )
    pack = Pack(other.folder, other.catalogue, dict(other._tables))
    pack.weather = lambda: far  # type: ignore[method-assign]
    evidence, _, _ = prepare(question, pack)
    assert too_far(evidence.pool, stations_of(question, pack)).all()
    with pytest.raises(SitingError, match="quelle météo prendre") as refusal:
        run(question, pack, tmp_path / "plan")
    assert "weather.accept" in " ".join(refusal.value.hints)
    assert not (tmp_path / "plan").exists()
    home = home_of(pack)
    accepted = read_scenario("tendanciel", (*SAID, 'weather.accept=["village"]'), home=home)
    results = run(accepted, pack, tmp_path / "plan")
    assert any("Météo lointaine" in text for text in results.summary["answer_fr"])
    assert "acceptée" in results.sites["weather_fr"].iloc[0]
    wrong = read_scenario("tendanciel", (*SAID, 'weather.accept=["vilage"]'), home=home)
    with pytest.raises(SitingError) as refusal:
        prepare(wrong, pack)
    assert "Village" in refusal.value.hint
