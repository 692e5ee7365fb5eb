"""Which sites among thousands, our selection beside PuLP with HiGHS and with CBC.

Usage: python -m bench.selection [--sizes 5000 20000] [--seeds 1] [--limit 120]
Each line is a fresh process, one thread. « solve » leaves out what PuLP takes to write its rows
but counts our own presolve; the values are recomputed from the sites chosen, and every limit
rechecked; the true gap is against the best bound any method proved.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from statistics import median
from typing import Any

import numpy as np

from siting.program.neighbour_cliques import cliques
from siting.solver.large_selection import Question, choose, faults
from tests.village.questions import drawn_question

METHODS = ("siting", "pulp-highs", "pulp-highs-cliques", "pulp-cbc")
LIMIT, GAP = 120.0, 1e-3


def main() -> None:
    """Print one line a method and size, over the seeds."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[5_000, 20_000])
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--limit", type=float, default=LIMIT)
    parser.add_argument("--one", nargs=3, metavar=("METHOD", "SIZE", "SEED"))
    asked = parser.parse_args()
    if asked.one:
        method, size, seed = asked.one
        print(json.dumps(measure(method, int(size), int(seed), asked.limit)))
        return
    print(HEADER)
    for size in asked.sizes:
        compare(size, asked.seeds, asked.limit)


HEADER = (
    f"{'sites':>6} {'méthode':<19} {'min s':>7} {'méd. s':>7} {'CPU s':>7} {'écriture':>8} "
    f"{'1re s':>6} {'écart vrai':>10} {'crête Mio':>9}  état annoncé"
)


def compare(size: int, seeds: list[int], limit: float) -> None:
    """Measure every method on the same questions, in turn, and print a line each."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for seed in seeds:
        runs = {method: in_fresh_process(method, size, seed, limit) for method in METHODS}
        bound = min(run["bound"] for run in runs.values())
        for method, run in runs.items():
            run["true_gap"] = max(0.0, bound / run["value"] - 1.0) if run["value"] else np.inf
            found[method].append(run)
    for method, runs in found.items():
        solve = [run["solve_s"] for run in runs]
        first = median(run["first_s"] for run in runs)
        print(
            f"{size:>6} {method:<19} {min(solve):7.2f} {median(solve):7.2f} "
            f"{median(run['cpu_s'] for run in runs):7.2f} "
            f"{median(run['build_s'] for run in runs):8.2f} {first:6.2f} "
            f"{max(run['true_gap'] for run in runs):10.4%} "
            f"{max(run['peak_mib'] for run in runs):9.0f}  "
            f"{', '.join(sorted({run['said'] for run in runs}))}"
            + ("" if all(run["is_valid"] for run in runs) else " — CHOIX NON VALIDE"),
            flush=True,
        )
    ours = median(run["solve_s"] for run in found["siting"])
    peer = median(run["solve_s"] for run in found["pulp-highs"])
    cpu = [median(run["cpu_s"] for run in found[m]) for m in ("pulp-highs", "siting")]
    print(
        f"       PuLP + HiGHS ÷ siting : {peer / ours:.1f} (CPU {cpu[0] / cpu[1]:.1f})", flush=True
    )


def in_fresh_process(method: str, size: int, seed: int, limit: float) -> dict[str, Any]:
    """Run one method in a process of its own."""
    command = [sys.executable, "-m", "bench.selection", "--limit", str(limit)]
    asked = [*command, "--one", method, str(size), str(seed)]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def measure(method: str, size: int, seed: int, limit: float) -> dict[str, Any]:
    """Answer one question with one method; seconds, CPU, peak memory and what was proven."""
    question = drawn_question(size, seed)
    before = _cpu()
    run = _ours(question, limit) if method == "siting" else _peer(method, question, limit)
    opened = run.pop("opened")
    peak = max(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return run | {
        "value": float(question.value @ opened),
        "is_valid": not faults(question, opened),
        "cpu_s": _cpu() - before - run["build_s"],
        "peak_mib": peak / 1024,
    }


def _cpu() -> float:
    used = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _ours(question: Question, limit: float) -> dict[str, Any]:
    choice = choose(question, gap=GAP, seconds=limit)
    return {
        "opened": choice.opened, "bound": choice.bound, "said": choice.status, "build_s": 0.0,
        "solve_s": choice.seconds, "first_s": choice.first_seconds,
    }  # fmt: skip


def _peer(method: str, question: Question, limit: float) -> dict[str, Any]:
    import pulp

    begun = time.process_time()
    program = pulp.LpProblem("selection", pulp.LpMaximize)
    columns = [program.add_variable(f"x{i}", 0, 1, pulp.LpBinary) for i in range(len(question.mw))]
    program.setObjective(_sum(columns, range(len(columns)), question.value))
    for i, (sites, factors, low, high) in enumerate(_rows(question, "cliques" in method)):
        terms = _sum(columns, sites, factors)
        program.addConstraint(pulp.LpConstraint(terms, pulp.LpConstraintLE, f"r{i}", high))
        if low is not None:
            program.addConstraint(pulp.LpConstraint(terms, pulp.LpConstraintGE, f"f{i}", low))
    built, start = time.process_time() - begun, time.perf_counter()
    if "cbc" in method:
        solver = pulp.PULP_CBC_CMD(msg=False, gapRel=GAP, timeLimit=limit)
    else:
        solver = pulp.HiGHS(msg=False, gapRel=GAP, timeLimit=limit)
    status = program.solve(solver)
    seconds = time.perf_counter() - start
    bound = float("inf")  # PuLP gives no bound for CBC: what it says is all there is
    if "highs" in method:
        bound = float(program.solverModel.getInfo().mip_dual_bound)
    opened = np.array([(column.varValue or 0.0) > 0.5 for column in columns])
    return {
        "opened": opened, "bound": abs(bound), "said": pulp.LpStatus[status], "build_s": built,
        "solve_s": seconds, "first_s": float("nan"),
    }  # fmt: skip


def _sum(columns: list[Any], sites: Any, factors: Any) -> Any:
    import pulp

    pairs = zip([columns[i] for i in sites], np.asarray(factors).tolist(), strict=True)
    return pulp.LpAffineExpression(list(pairs))


def _rows(question: Question, as_cliques: bool) -> Iterator[tuple[Any, Any, float | None, float]]:
    """Write the limits as they come: every budget, every pair, nothing dropped."""
    every = np.arange(len(question.mw))
    yield every, question.mw, question.least_mw, question.most_mw
    yield every, np.ones(len(every)), None, float(question.most_sites)
    for budget in question.budgets:
        for place, limit in enumerate(budget.limit.tolist()):
            sites = np.flatnonzero(budget.place == place)
            if sites.size:
                yield sites, budget.weight[sites], None, limit
    crowds = cliques(question.apart) if as_cliques else question.apart
    for crowd in crowds:
        yield crowd, np.ones(len(crowd)), None, 1.0


if __name__ == "__main__":
    main()
