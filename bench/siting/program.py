"""The regional program on the real scenarios: CPU seconds by stage, explanation, proof, CBC.

Usage: python -m bench.program [--proof] [--cbc] [SCENARIO …]; default: tendanciel, sobriete, and
two without a plan: tendanciel-haut over the whole region, campus-1-gw on one node. One thread.
CPU seconds, since neighbours stretch the clock; the footprints, worked before, are not counted.
Side by side with another commit: the same command from its own worktree, in turn.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

from layers.packs.data_pack import EMBEDDED, Pack
from layers.words.errors import SitingError
from scenarios.question.scenario_reading import read_scenario
from scenarios.scenario_run import assess, prepare, program_inputs
from siting.program.plan_tables import Plan
from siting.program.program_inputs import Inputs
from siting.recheck.cbc_opinion import second_opinion
from siting.solve import solve

DEFAULT = ("tendanciel", "sobriete", "tendanciel-haut", "campus-1-gw")
PROOF_SECONDS = 600.0
RELAXATION = "relaxation"


def main() -> None:
    """Measure each scenario asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("scenarios", nargs="*", default=DEFAULT)
    parser.add_argument("--proof", action="store_true", help="écart de 0,1 %%")
    parser.add_argument("--cbc", action="store_true", help="second avis, même programme")
    asked = parser.parse_args()
    for name in asked.scenarios:
        inputs = inputs_of(name)
        print(f"== {name}, {len(inputs.sites)} candidats", flush=True)
        plan = told("avec toutes les réponses", lambda i: staged(i), inputs)
        if plan is None:
            continue
        told("plan seul, à 1 %", lambda i: solve(i, gap=0.01, answers=False), inputs)
        told("plan seul, à 0,5 % (variantes)", lambda i: solve(i, answers=False), inputs)
        if asked.proof:
            told("preuve", lambda i: solve(i, proof=True, safety_seconds=PROOF_SECONDS), inputs)
        if asked.cbc:
            opinion(inputs, plan)


def inputs_of(name: str) -> Inputs:
    """Return what the program reads for a scenario of the library."""
    question, pack = read_scenario(name), Pack.open(EMBEDDED)
    evidence, values, factors = prepare(question, pack)
    coefficients = assess(question, pack, evidence, factors)
    return program_inputs(question, pack, evidence, coefficients, values, factors)


def told(label: str, ask: Callable[[Inputs], Plan], inputs: Inputs) -> Plan | None:
    """Print what a question took and what it proved, or why there is no plan."""
    begun = time.process_time()
    try:
        plan = ask(inputs)
    except SitingError as fault:
        print(f"{label} : {time.process_time() - begun:.1f} s de CPU, {fault.code} expliqué")
        print(f"  {fault.where}")
        return None
    outcome = plan.outcome
    print(
        f"{label} : {time.process_time() - begun:.1f} s de CPU, {outcome.seconds:.1f} s à "
        f"l'horloge, {len(plan.retained)} sites, objectif {outcome.objective:.6f}, "
        f"écart prouvé {100 * outcome.gap:.2f} %, {outcome.status}",
        flush=True,
    )
    return plan


def staged(inputs: Inputs) -> Plan:
    """Solve, printing what each stage took; a stage ends when the next one is announced."""
    began = {"label": "écriture du programme", "at": time.process_time()}

    def next_stage(label: str) -> None:
        now = time.process_time()
        print(f"  {now - float(began['at']):5.2f} s  {began['label']}", flush=True)
        began.update(label=RELAXATION if label.startswith("programme") else label, at=now)

    plan = solve(inputs, progress=next_stage)
    next_stage("")
    return plan


def opinion(inputs: Inputs, plan: Plan) -> None:
    """Print what CBC finds on the same program, at the same gap."""
    begun = time.perf_counter()
    found = second_opinion(inputs, gap=5e-3)
    apart = found.objective / plan.outcome.objective - 1.0
    print(
        f"CBC : {time.perf_counter() - begun:.0f} s à l'horloge, objectif {found.objective:.6f} "
        f"({100 * apart:+.2f} % du nôtre), "
        + ("terminé" if found.is_finished else "arrêté par l'horloge, sans preuve"),
        flush=True,
    )


if __name__ == "__main__":
    main()
