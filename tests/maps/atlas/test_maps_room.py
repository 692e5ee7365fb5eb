"""The room in a real browser: the plan answers as enumeration does, in words, without a network."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import product

import pandas as pd
import pytest

from maps.atlas.atlas_page import draw
from scenarios.storage.results import Results
from scenarios.writing.room_file import write_room
from siting.program.program_inputs import Demand, Inputs, RuleSetting
from siting.solve import solve
from tests.village.hand import UTILISATION, value, village
from tests.village.oracle import Oracle

pytestmark = pytest.mark.browser

# The hand-made village under the names of the page's own sites.
NAMES = {name: f"33_{k:03d}" for k, name in enumerate("ABCDEF")}
ASK = """(demands) => new Promise((done) => Atlas.solver.ask(
    {demands, before: null, seconds: 20},
    ({kind, objective, bound, why}) =>
        ['plan', 'bound', 'clash'].includes(kind) || done({kind, objective, bound, why})))"""


def named(inputs: Inputs) -> Inputs:
    """Return the same inputs, sites named as the page names its own."""

    def renamed(table: pd.DataFrame) -> pd.DataFrame:
        return table.assign(site_id=table["site_id"].map(NAMES))

    coefficients = inputs.coefficients.assign_coords(
        site_id=[NAMES[site] for site in inputs.coefficients["site_id"].values]
    )
    return replace(
        inputs,
        sites=inputs.sites.rename(index=NAMES),
        connections=renamed(inputs.connections),
        links=renamed(inputs.links),
        coefficients=coefficients,
    )


# A need that leaves a choice, and an even spread wished for rather than imposed.
NEED = Demand({2031: 25.0, 2036: 40.0}, existing_it_mw=10.0, utilisation=UTILISATION)
BASE = named(village(demand=NEED))
BASE = replace(BASE, rules={**BASE.rules, "territory.balance": RuleSetting(hard=False)})


@pytest.fixture(scope="module")
def carte(village_with, tmp_path_factory):
    folder = tmp_path_factory.mktemp("salle")
    village_with(folder)
    write_room(folder, BASE, solve(BASE))
    return draw(Results.read(folder, verify=False), tmp_path_factory.mktemp("carte"))


@pytest.fixture(scope="module")
def room(browser, carte):
    from tests.maps.conftest import Opened

    page = Opened(browser, carte)
    page.page.click("#onglet-salle")
    page.until("document.documentElement.dataset.room === 'open'")
    yield page
    page.page.close()


def rules(**changed: RuleSetting) -> dict[str, RuleSetting]:
    return {**BASE.rules, **{name.replace("__", "."): each for name, each in changed.items()}}


def only(name: str, is_open: bool):
    """Return which sets of open sites have a site open, or shut."""
    place = sorted(NAMES.values()).index(NAMES[name])
    return lambda sites: sites[place] is is_open


ANY = [lambda sites: True]
# Demands, the same question for enumeration, and which sets of open sites it may try.
CASES = {
    "rien": ([], BASE, ANY),
    "écarter": ([["ban", NAMES["E"]]], BASE, [only("E", False)]),
    "garder": ([["keep", NAMES["B"]]], BASE, [only("B", True)]),
    "besoin": (
        [["need", "2036", 32]],
        replace(BASE, demand=Demand({2031: 25.0, 2036: 32.0}, 10.0, UTILISATION)),
        ANY,
    ),
    "taille": (
        [["largest", 20]],
        replace(
            BASE,
            rules=rules(
                territory__site_size=RuleSetting(overrides={"max_site_mw": value("x", 20.0)})
            ),
        ),
        ANY,
    ),
    "règle levée": (
        [["rule", "grid.reserve", "off"]],
        replace(BASE, rules=rules(grid__reserve=RuleSetting(enabled=False))),
        ANY,
    ),
    "règle levée et poids": (
        [["rule", "territory.balance", "off"], ["weight", "useful_heat", 0]],
        replace(
            BASE,
            rules=rules(territory__balance=RuleSetting(enabled=False)),
            weights={**BASE.weights, "useful_heat": 0.0},
        ),
        ANY,
    ),
    "refroidissement": (
        [["cooling", "air"]],
        replace(BASE, coefficients=BASE.coefficients.sel(design=["air"])),
        ANY,
    ),
    "nombre": ([["sites", 4]], replace(BASE, max_sites=4), ANY),
    "équilibre dur": (
        [["rule", "territory.balance", "hard"], ["ban", NAMES["E"]]],
        replace(BASE, rules=rules(territory__balance=RuleSetting())),
        [only("E", False)],
    ),
    "lieu": ([["shut", "departement_code", "87"]], BASE, [only("E", False), only("F", False)]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_page_answers_as_enumeration_does(room, name):
    demands, inputs, may_open = CASES[name]
    oracle = Oracle(inputs)
    sets = product((False, True), repeat=len(oracle.sites))
    best = oracle.best(each for each in sets if all(may(each) for may in may_open))
    answer = room.page.evaluate(ASK, demands)
    if best == float("inf"):
        assert answer["kind"] == "impossible"
        return
    assert answer["kind"] == "done", answer
    scale = 1e4
    objective, bound = answer["objective"] / scale, answer["bound"] / scale
    # Never better than the best, never further from it than it says.
    assert best - 1e-6 <= objective <= best + (objective - bound) + 1e-6
    assert bound <= best + 1e-6


def said(room) -> str:
    return room.page.text_content("#salle-said").replace("\u00a0", " ").replace("\u202f", " ")


def answered(room) -> None:
    room.page.wait_for_timeout(200)  # the search rests a moment, lest it answer each keystroke
    room.until("document.getElementById('salle-doing').hidden")


def test_a_meeting_from_the_first_demand_to_the_file(room):
    page = room.page
    page.select_option("#salle-site", NAMES["B"])
    page.click("#salle-ban")
    answered(room)
    assert "Plan de la salle" in said(room)
    assert "du mieux possible parmi les 6 sites" in said(room)
    assert "Vérifié" in page.text_content("#salle-answer")
    assert "Sortent (1)" in page.text_content("#salle-answer")
    room.until("location.hash.includes('d=')")
    assert [f for f in room.axe() if "salle" in f] == []
    page.evaluate("for (const box of document.querySelectorAll('#salle details')) box.open = true")
    page.fill("#salle-heat", "5000")
    page.dispatch_event("#salle-heat", "change")
    answered(room)
    assert "Aucun plan" in said(room)
    told = page.text_content("#salle-answer")
    assert "chaleur utile" in told
    assert "Il suffirait" in told
    page.click("#salle-undo")
    answered(room)
    assert "Plan de la salle" in said(room)
    content = json.loads(page.evaluate("Atlas.room.exported()"))
    assert content["demands"] == [["ban", NAMES["B"]]]
    assert content["answer"]["verified"] is True
    assert NAMES["B"] not in content["answer"]["power"]["2036"]
    page.click("#salle-clear")
    answered(room)
    assert page.is_hidden("#salle-answer")
    assert room.faults() == []


def test_a_false_answer_is_seen_by_the_page(room):
    broken = room.page.evaluate(
        """async () => {
            const program = await Atlas.solver.read();
            const values = Atlas.roomAnswer.inForce();
            return program.broken(program.settled([]), values).length;
        }"""
    )
    assert broken > 0  # the plan's own tables leave sums and slacks unwritten: they do not add up


def test_a_page_without_solver_says_so_and_still_compares(opened, village_with, tmp_path):
    folder = tmp_path / "essai"
    folder.mkdir()
    village_with(folder)
    write_room(folder, BASE, solve(BASE))
    results = Results.read(folder, verify=False)
    page = opened(draw(results, tmp_path, solver=False, beside=results))
    page.page.click("#onglet-salle")
    assert "ne porte pas de solveur" in page.page.text_content("#salle-none")
    assert page.page.is_hidden("#salle-solves")
    page.page.click("#salle-compare summary")
    page.page.select_option("#plan-b", "v0:2036")
    text = page.page.text_content("#plans-said").replace("\u00a0", " ")
    assert "site en commun" in text or "sites en commun" in text
    assert page.page.locator("#plan-b option").count() >= 6
    policy = page.page.get_attribute("meta[http-equiv]", "content")
    assert "wasm" not in policy
    assert page.faults() == []
