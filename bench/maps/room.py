"""How fast the room's page answers in Chromium, and whether Python answers the same in full.

python bench/maps/room.py [RESULTS] [COMBINATIONS] [COMPARED]   default: resultats/tendanciel 20 0
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from machine import described, verdict
from playwright.sync_api import Page, sync_playwright

from layers.packs.data_pack import EMBEDDED, Pack
from layers.words.errors import SitingError
from maps.atlas.atlas_page import draw
from scenarios.question.scenario_model import Scenario
from scenarios.scenario_run import assess, prepare, program_inputs
from scenarios.storage.results import Results
from scenarios.verbs.from_room.room_answer import RoomFile, asked_by
from siting.solve import solve

CHROMIUM = "/usr/bin/chromium"
SEED = 18
ASK = """async (demands) => {
  const begun = performance.now(); const seen = {};
  return new Promise((done) => Atlas.solver.ask({demands, before: null, seconds: 10}, (said) => {
    const now = performance.now() - begun;
    if (said.kind === 'plan') seen.first ??= now;
    if (['plan', 'bound', 'clash'].includes(said.kind)) return;
    done({kind: said.kind, first: seen.first ?? now, last: now,
          objective: said.objective / 1e4, bound: said.bound / 1e4, paid: said.paid / 1e4});
  }));
}"""


def main() -> None:
    """Print the figures of the issue, one a line."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "resultats/tendanciel")
    count, compared = (int(a) for a in (*sys.argv[2:4], *("20", "0")[len(sys.argv[2:4]) :]))
    if not (folder / "plan/room.json").is_file() or not Path(CHROMIUM).exists():
        print(f"{folder}/plan/room.json ou {CHROMIUM} absent, rien de mesuré")
        return
    print(described())
    results = Results.read(folder, verify=False)
    document = results.document("plan/room")
    combinations = drawn(document, count)
    with tempfile.TemporaryDirectory() as work, sync_playwright() as engine:
        page_file = draw(results, Path(work))
        verdict("poids de la carte", page_file.stat().st_size / 1e6, "Mo", most=5)
        browser = engine.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        page.goto(f"file://{page_file}")
        answers = measured(page, combinations)
        browser.close()
    if compared:
        agreement(results, combinations[:compared], answers[:compared], document)


def drawn(document: dict[str, Any], count: int) -> list[list[list[Any]]]:
    """Return combinations of one to four demands, from a seed."""
    random = np.random.default_rng(SEED)
    sites, plan = document["sites"], document["plan"]
    rules = [r for r in document["rules"] if r["name"] != "demand.served"]
    moved = [(r, v) for r in rules for v in r["values"] if v["at"] > 0]
    last, total = str(document["periods"][-1]), document["demand"]["total"][-1]

    def held() -> str:
        return str(sites["id"][int(random.choice(plan["open"]))])

    def rule() -> list[Any]:
        chosen = rules[int(random.integers(len(rules)))]
        hows = ["soft", "off"] if chosen["kind"] == "term" else ["hard", "soft", "off"]
        return ["rule", chosen["name"], str(random.choice(hows))]

    def value() -> list[Any]:
        chosen, moves = moved[int(random.integers(len(moved)))]
        return ["value", chosen["name"], moves["key"], moves["at"] * random.uniform(0.6, 1.2)]

    def weight() -> list[Any]:
        term = document["terms"][int(random.integers(len(document["terms"])))]
        return ["weight", term["name"], round(float(random.uniform(0.2, 3.0)), 2)]

    gestures = (
        lambda: ["ban", held()], lambda: ["ban", held()], rule, value, weight,
        lambda: ["keep", str(random.choice(sites["id"]))],
        lambda: ["max", held(), int(random.integers(5, 20))],
        lambda: ["need", last, round(total * random.uniform(0.7, 1.1))],
        lambda: ["largest", int(random.integers(20, 60))],
        lambda: ["shut", "commune_code", str(random.choice(sites["commune_code"]))],
        lambda: ["each"],
    )  # fmt: skip

    def one() -> list[Any]:
        return gestures[int(random.integers(len(gestures)))]()

    return [[one() for _ in range(int(random.integers(1, 5)))] for _ in range(count)]


def measured(page: Page, combinations: list[list[list[Any]]]) -> list[dict[str, Any]]:
    """Ask each combination of the page, and print how long it takes."""
    begun = time.perf_counter()
    page.evaluate("Atlas.room.opened()")
    page.evaluate(ASK, [])
    verdict("solveur ouvert et première question", time.perf_counter() - begun, "s", most=1.5 + 10)
    answers = []
    for demands in combinations:
        asked = page.evaluate("async (d) => (await Atlas.solver.read()).understood(d)", demands)
        answers.append({"asked": asked, **page.evaluate(ASK, asked)})
    done = [each for each in answers if each["kind"] == "done"]
    firsts = [each["first"] / 1000 for each in done]
    lasts = [each["last"] / 1000 for each in done]
    gaps = [100 * (each["objective"] - each["bound"]) / each["paid"] for each in done]
    for what, values, median, most in (
        ("premier plan", firsts, 0.5, 2.0), ("réponse", lasts, 3.0, 10.0),
        ("écart annoncé (%)", gaps, 1.0, 1.0),
    ):  # fmt: skip
        verdict(f"{what}, médiane", statistics.median(values), "", most=median)
        verdict(f"{what}, p95", float(np.percentile(values, 95)), "", most=most)
    kinds = {kind: sum(each["kind"] == kind for each in answers) for kind in
             sorted({each["kind"] for each in answers})}  # fmt: skip
    print(f"{len(answers)} combinaisons : {kinds}")
    return answers


def agreement(
    results: Results,
    combinations: list[list[list[Any]]],
    answers: list[dict[str, Any]],
    document: dict[str, Any],
) -> None:
    """Ask Python the same in full, and count where objectives agree within the stated gaps."""
    scenario = Scenario.model_validate(results.scenario)
    pack = Pack.open(EMBEDDED)
    evidence, values, factors = prepare(scenario, pack)
    coefficients = assess(scenario, pack, evidence, factors)
    codes = [k.split(":")[1] for k in document["extra"] if k.startswith("departement:")]
    agreed = 0
    for answer in answers:
        room = RoomFile(
            scenario.name, tuple(map(tuple, answer["asked"])), (), {"departements": codes}
        )
        asked = asked_by(scenario, room)
        inputs = program_inputs(
            asked, pack, evidence, coefficients.sel(design=list(asked.designs.cooling)), values,
            factors,
        )  # fmt: skip
        try:
            outcome = solve(inputs, answers=False).outcome
        except SitingError as refused:
            good, told = answer["kind"] == "impossible", refused.code
        else:
            stated = outcome.objective - outcome.bound
            stated += (answer["objective"] or 0) - (answer["bound"] or 0)
            apart = (answer["objective"] or np.inf) - outcome.objective
            good = answer["kind"] == "done" and -stated - 1e-6 <= apart <= stated + 1e-6
            told = (
                f"{100 * apart / outcome.paid:+.3f} % (annoncé {100 * stated / outcome.paid:.3f})"
            )
        agreed += good
        print(("accord    " if good else "DÉSACCORD ") + told, answer["asked"], flush=True)
    print(f"accord page et Python : {agreed}/{len(answers)}")


if __name__ == "__main__":
    main()
