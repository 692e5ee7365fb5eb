"""« Campus ou maillage » on three départements, from the scenario to the page and to next year."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from layers.packs.data_pack import EMBEDDED, Pack
from layers.words.errors import SitingError
from maps.pictures.structure_picture import draw_structure
from maps.printed.structure_page import draw_structure_page
from scenarios.question.scenario_reading import read_scenario
from scenarios.question.sweep_cases import cases
from scenarios.scenario_run import run
from scenarios.storage.results import Results, read_json
from scenarios.verbs.plan_revision import drawn_with, revision_lines, revision_of
from scenarios.verbs.plan_structure import Structured, structure, write_structure
from scenarios.verbs.structure_answer import structure_lines
from scenarios.writing.folder_proofs import verify
from scenarios.writing.step_cache import Answers

SMALL = """
extends = "tendanciel"
name = "limousin"
title = "Trois départements"
territory = ["19", "23", "87"]

[demand]
it_mw = { 2031 = 30, 2036 = 45 }
existing_it_mw = 10
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("scenario") / "limousin.toml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def before(small, tmp_path_factory) -> Results:
    into = tmp_path_factory.mktemp("avant") / "decide"
    return run(
        read_scenario(str(small)), Pack.open(EMBEDDED), into, answers=Answers(alternatives=0)
    )


@pytest.fixture(scope="module")
def found(small) -> Structured:
    asked = cases(str(small), EMBEDDED, (), 1)
    return structure(read_scenario(str(small)), Pack.open(EMBEDDED), asked, here)


def here(work: Callable[[Any], Any], asked: Sequence[Any], _: Any) -> Iterator[Any]:
    return (work(case) for case in asked)


def drawn(document: dict[str, Any], into: Path) -> Path:
    draw_structure(document, into)
    return draw_structure_page(document, into)


def sentences(document: dict[str, Any]) -> list[str]:
    told = [*document["answer_fr"], document["stability_fr"], *document["regret_fr"]]
    told += [row["said_fr"] for part in ("nested", "dropped") for row in document[part]]
    whole = [*told, *document["method_fr"]]
    return [part for text in whole for part in re.split(r"(?<=[.!?])\s+", text) if part]


def test_the_plan_of_the_scenario_is_the_one_a_run_writes(found, before):
    row = next(row for row in found.document["structures"] if row["is_retained"])
    terms = {each["term"]: each for each in before.summary["objective_terms"]}
    assert row["sites"] == before.summary["n_sites"]
    assert row["cost_meur"] == pytest.approx(terms["connection_cost"]["amount"], abs=0.01)
    places = pd.DataFrame(found.document["places"])
    mine = places[(places["grain"] == "site") & (places["mw"] > 0)].set_index("id")["mw"]
    theirs = before.sites["it_mw_2036"]
    assert mine.to_dict() == pytest.approx(theirs[theirs > 0].to_dict(), abs=1e-5)


def test_every_need_has_its_plan_or_its_reason(found):
    needs = {row["need"]: row for row in found.document["needs"]}
    assert list(needs) == [0.5, 0.75, 1.0, 1.5]
    for share, row in needs.items():
        assert row["to_place_mw"] == pytest.approx(35.0 * share)
        assert bool(row["sites"]) != bool(row["fault_fr"])


def test_regrets_are_told_of_every_structure_and_draw(found):
    regret = found.document["regret"]
    assert regret["draws"] + regret["without_plan"] == 1
    table = found.tables["regrets.csv"]
    assert len(table) == regret["draws"] * len(found.document["structures"])
    assert (table["regret_meur"].dropna() >= -1e-6).all()
    assert sum(row["is_least"] for row in regret["worst"]) == 1


def test_no_sentence_is_longer_than_thirty_five_words(found):
    for text in sentences(found.document):
        assert len(re.findall(r"\w[\w'’-]*", text)) <= 35, text


def test_the_terminal_tells_territories_before_sites(found):
    text = "\n".join(structure_lines(found.document))
    places = [text.index(f"par {grain}") for grain in ("département", "intercommunalité", "site")]
    assert places == sorted(places)


def test_the_page_is_whole_alone_and_written_the_same_twice(found, tmp_path):
    page = write_structure(found, tmp_path / "a", drawn)
    again = write_structure(found, tmp_path / "b", drawn)
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    assert not re.search(r"(?:href|src)=[\"'](?!data:)", text)
    assert "default-src 'none'" in text
    assert found.document["answer_fr"][0].replace("'", "&#x27;") in text
    for path in sorted((tmp_path / "a").iterdir()):
        assert path.read_bytes() == (again.parent / path.name).read_bytes(), path.name
    names = {path.name for path in page.parent.iterdir()}
    assert {"structures.csv", "structure.json", "structure.png", "structure.svg"} <= names


def test_a_scenario_with_nothing_to_place_has_no_structure(small):
    question = read_scenario(str(small), ("demand.existing_it_mw=50",))
    with pytest.raises(SitingError) as fault:
        structure(question, Pack.open(EMBEDDED), [], here)
    assert fault.value.code == "SIT200"


def test_next_year_keeps_what_was_decided_and_says_what_would_change(small, before, tmp_path):
    question = read_scenario(str(small), ("demand.it_mw.2036=70",))
    pack = Pack.open(EMBEDDED)
    revision = revision_of(question, pack, before)
    draw = drawn_with(revision, lambda results, _: results.folder)
    results = run(
        revision.scenario, pack, tmp_path / "r", draw=draw, answers=Answers(alternatives=0)
    )
    decided = before.sites["it_mw_2036"]
    now = results.sites["it_mw_2036"].reindex(decided[decided > 0].index)
    assert (now >= decided[decided > 0] - 1.1e-3).all()
    assert any(entry["key"] == "sites.min_mw" for entry in results.summary["journal"])
    document = read_json(tmp_path / "r" / "revision.json")
    whole = dict.fromkeys(("departement", "epci", "site"), 1.0)
    assert document["same"] == pytest.approx(whole, abs=1e-3)  # a site keeps its MW to 1 kW
    assert 0 <= document["low_meur"] <= document["high_meur"]
    rows = {row["site_id"]: row for row in document["sites"]}
    free = {site for site, row in rows.items() if row["mw_free"] > 0}
    assert free == set(revision.free.retained)
    assert "gardés" in revision_lines(tmp_path / "r")[0]
    assert verify(results)["ok"]  # the revision is sealed with the rest


def test_a_site_no_longer_a_candidate_is_said_and_not_held(small, before):
    site = before.sites.index[before.sites["it_mw_2036"] > 0][0]
    others = {"19", "23", "87"} - {site[:2]}
    kept = ", ".join(f'"{code}"' for code in sorted(others))
    question = read_scenario(
        str(small), (f"territory=[{kept}]", "demand.it_mw.2031=20", "demand.it_mw.2036=30")
    )
    revision = revision_of(question, Pack.open(EMBEDDED), before)
    assert not revision.decided.loc[site, "is_possible"]
    assert site not in revision.scenario.sites.min_mw
