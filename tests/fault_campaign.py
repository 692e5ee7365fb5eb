"""Faults at large: caches, folders, forgeries and mutants of what people hand over; resumable.

Run by ``make faults``. Each case is done once and noted in ``resultats/pannes.jsonl`` under the
hash of our sources: a campaign that was stopped goes on where it was. Cases come in an order drawn
once, and families share the time, so that a short campaign is a sample of the long one. The table
says how many cases of each family were worked, out of how many, and what failed.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from layers.opening.french_table import read_table
from layers.packs.data_pack import EMBEDDED, Pack
from layers.words.errors import SitingError
from maps.look.publisher import Identity
from maps.pages import draw_pages
from scenarios.question.consultation_weights import read_weights
from scenarios.question.scenario_reading import read_scenario
from scenarios.reading.site_explanation import explain_lines, explain_site
from scenarios.scenario_run import run
from scenarios.storage.results import Results
from scenarios.verbs.verification.folder_verification import verify_folder
from scenarios.verbs.verification.rewritten_folder import Grounds, grounds_of
from scenarios.writing.folder_proofs import verify
from scenarios.writing.step_cache import Answers, StepCache, code_digest
from tests.scenarios.reading.drawn_scenarios import begun, checked, drawn
from tests.scenarios.storage import broken_folders as broken
from tests.scenarios.storage.killed_verbs import VERBS, Workshop
from tests.scenarios.verbs.verification import forged_folders as forged

ROOT = Path(__file__).parents[1]
NOTES = ROOT / "resultats" / "pannes.jsonl"
MUTANTS, FLIPS, KILLS, SCENARIOS = 500, 600, 200, 2_000
CORPUS = {
    "plan.csv": "site_id;it_mw;design;period\n87085_1437;12,5;dlc_dry;2036\n87085_1499;4;;\n",
    "visites.csv": "site_id;etat;par;le;motif\n87085_1437;libre;Métropole;2026-12-01;vu\n",
    "zones.geojson": '{"type":"FeatureCollection","features":[{"type":"Feature","properties":'
    '{"nom":"a"},"geometry":{"type":"Polygon","coordinates":[[[1,45],[1.1,45],[1.1,45.1],[1,45]]]}}]}',
    "identite.toml": 'organisation = "Région"\naccent = "#0d4f73"\n',
    "scenario.toml": 'extends = "tendanciel"\nname = "x"\n[demand]\nexisting_it_mw = 3\n',
    "poids.csv": "nature;objet;sens;valeur;unite;college;texte\nformat;siting-consultation;;;;;\n",
}
Case = tuple[str, Callable[[], str]]


def seen(action: Callable[[], Any]) -> str:
    """Return what a case came to: fine, refused with its code, or a bug."""
    try:
        action()
    except SitingError as fault:
        return fault.code
    except Exception as fault:
        return f"TRACE {type(fault).__name__}: {str(fault)[:80]}"
    return "ok"


def caches(place: Path) -> Iterator[Case]:
    """Flip one bit of a kept step: whatever comes back must be nothing, or what was kept."""
    from tests.village.hand import village

    inputs, steps = village(), StepCache(place / "steps")
    steps.keep_coefficients("cle", inputs.coefficients)
    entry, sound = place / "steps" / "empreinte" / "cle", place / "sound"
    shutil.copytree(entry, sound)

    def flip(seed: int) -> str:
        shutil.rmtree(entry, ignore_errors=True)
        shutil.copytree(sound, entry)
        chosen = random.Random(seed)
        file = chosen.choice(sorted(entry.iterdir()))
        content = bytearray(file.read_bytes())
        content[chosen.randrange(len(content))] ^= 1 << chosen.randrange(8)
        file.write_bytes(content)
        return "ok" if steps.coefficients("cle") is None else "CRU"

    for seed in range(FLIPS):
        yield f"bit {seed}", lambda seed=seed: flip(seed)


def told_of(folder: Path, site: str) -> list[str]:
    """Verify a folder, then explain one of its sites."""
    verify(Results.read(folder, verify=False))
    return explain_lines(explain_site(Results.read(folder), site))


def folders(sound: Path, copy: Path) -> Iterator[Case]:
    """Break a folder in each place of each file, sealed again, then verify and explain it."""
    site = Results.read(sound).summary["to_visit"][0]["site_id"]

    def read(case: broken.Broken) -> str:
        with broken.broken(copy, sound, case) as folder:
            return seen(lambda: told_of(folder, site))

    kinds = (broken.broken_tables, broken.broken_documents, broken.broken_footprints,
             broken.broken_trees)  # fmt: skip
    for kind in kinds:
        for case in kind(sound):
            yield case[0], lambda case=case: read(case)


def forgeries(sound: Path, copy: Path, grounds: Grounds) -> Iterator[Case]:
    """Forge a figure, a word or a file, every hash made right: seen, or listed as unseen."""

    def look(case: broken.Broken) -> str:
        draw = draw_pages if case[1].endswith(".html") else None
        with broken.broken(copy, sound, case) as folder:
            results = Results.read(folder, verify=False)
            found: dict[str, Any] = {}
            code = seen(lambda: found.update(
                verify_folder(results, grounds.pack, draw, grounds=grounds)))  # fmt: skip
        if code != "ok" or not found["ok"]:
            return code if code.startswith("TRACE") else "vu"
        return "listé" if forged.is_listed(case[0]) else "PASSE"

    for kind in (forged.forged_tables, forged.forged_documents, forged.forged_files):
        for case in kind(sound):
            yield case[0], lambda case=case: look(case)


def mutants(place: Path) -> Iterator[Case]:
    """Mutate what people hand over, byte by byte: refused in words, or read."""
    readers: dict[str, Callable[[Path], Any]] = {
        "plan.csv": lambda path: read_table(path, "PLAN"),
        "visites.csv": lambda path: read_table(path, "--confirm"),
        "zones.geojson": lambda path: read_table(path, "--layer"),
        "identite.toml": Identity.read,
        "scenario.toml": lambda path: read_scenario(str(path), names=True),
        "poids.csv": read_weights,
    }

    def read(name: str, seed: int) -> str:
        path = place / name
        path.write_bytes(mutated(CORPUS[name].encode(), seed))
        return seen(lambda: readers[name](path))

    for seed in range(MUTANTS):
        for name in readers:
            yield f"{name} {seed}", lambda name=name, seed=seed: read(name, seed)


def agreements(pack: Pack) -> Iterator[Case]:
    """Draw scenarios: what check lets through, run begins; what run refuses, check refuses."""

    def agree(seed: int) -> str:
        overrides = drawn(seed)
        said, done = checked(overrides, pack), begun(overrides, pack)
        return said if (said == "ok") == (done == "ok") else f"PASSE {said} ; {done}"

    for seed in range(SCENARIOS):
        yield f"scénario {seed}", lambda seed=seed: told_bug(lambda: agree(seed))


def kills(place: Path, sound: Path) -> Iterator[Case]:
    """Kill eight verbs at moments drawn: old output, new output, or none; results still read."""
    shop, verbs = Workshop(place, forged.SMALL, sound), list(VERBS)
    for seed in range(KILLS):
        verb = verbs[seed % len(verbs)]
        yield (
            f"{verb} {seed}",
            lambda verb=verb, seed=seed: told_bug(lambda: shop.killed(verb, seed)),
        )


def told_bug(action: Callable[[], str]) -> str:
    """Return what a case says of itself, or the bug that it met."""
    found: list[str] = []
    code = seen(lambda: found.append(action()))
    return found[0] if found else code if code.startswith("TRACE") else f"TRACE {code}"


def mutated(content: bytes, seed: int) -> bytes:
    """Return a text with a few of its bytes flipped, cut, doubled or replaced."""
    chosen, found = random.Random(seed), bytearray(content)
    for _ in range(chosen.randint(1, 4)):
        at = chosen.randrange(len(found) or 1)
        kind = chosen.randrange(4)
        if kind == 0 and found:
            found[at] ^= 1 << chosen.randrange(8)
        elif kind == 1:
            del found[at : at + chosen.randint(1, 9)]
        elif kind == 2:
            found[at:at] = found[at : at + 20] * chosen.randint(1, 50)
        else:
            found[at:at] = chosen.choice(
                [b"\0", b"\xff", b"9" * 400, b"[" * 2000, b"\x1b[2J", b"=;"]
            )
    return bytes(found)


def failed(end: str) -> bool:
    """Say whether a case ended as none should."""
    return end.startswith(("TRACE", "CRU", "PASSE"))


def main() -> int:
    """Work cases until the time is up, the family that took least first, then tell the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=60.0)
    end = time.monotonic() + 60 * parser.parse_args().minutes
    NOTES.parent.mkdir(exist_ok=True)
    version = code_digest()
    done = [json.loads(line) for line in NOTES.open(encoding="utf-8")] if NOTES.is_file() else []
    ends = {(n["family"], n["case"]): n["end"] for n in done if n["version"] == version}
    with tempfile.TemporaryDirectory() as name, NOTES.open("a", encoding="utf-8") as notes:
        families = {family: shuffled(cases) for family, cases in families_in(Path(name)).items()}
        planned = {family: len(cases) for family, cases in families.items()}
        left = {
            family: [case for case in cases if (family, case[0]) not in ends]
            for family, cases in families.items()
        }
        spent = dict.fromkeys(left, 0.0)
        while any(left.values()) and time.monotonic() < end:
            family = min((each for each in left if left[each]), key=spent.__getitem__)
            (case, action), begun_at = left[family].pop(), time.monotonic()
            ends[family, case] = action()
            spent[family] += time.monotonic() - begun_at
            note = {"version": version, "family": family, "case": case, "end": ends[family, case]}
            print(json.dumps(note, ensure_ascii=False), file=notes, flush=True)
    return told(ends, planned)


def families_in(place: Path) -> dict[str, Iterator[Case]]:
    """Run one département once, and return every family of cases on its folder."""
    pack = Pack.open(EMBEDDED)
    (place / "vienne.toml").write_text(forged.SMALL, encoding="utf-8")
    question = read_scenario(str(place / "vienne.toml"))
    sound = run(question, pack, place / "r", draw=draw_pages, answers=Answers(1)).folder
    for folder in ("casse", "forge"):
        shutil.copytree(sound, place / folder)
    (place / "mutants").mkdir()
    grounds = grounds_of(Results.read(sound), pack)
    return {
        "étapes gardées, un bit changé": caches(place),
        "dossiers cassés et rescellés": folders(sound, place / "casse"),
        "forgeries rescellées": forgeries(sound, place / "forge", grounds),
        "fichiers confiés, mutants": mutants(place / "mutants"),
        "check et run d'accord": agreements(pack),
        "commandes tuées": kills(place / "atelier", sound),
    }


def shuffled(cases: Iterator[Case]) -> list[Case]:
    """Return cases in an order drawn once: the first hundred are like the others."""
    found = list(cases)
    random.Random(0).shuffle(found)
    return found


def told(ends: dict[tuple[str, str], str], planned: dict[str, int]) -> int:
    """Print the table and every failure; return the exit code."""
    print("| ce qui est attaqué | cas prévus | cas joués | ce qui est venu |")
    print("| --- | --- | --- | --- |")
    for family, count in planned.items():
        found = Counter(end.partition(" ")[0] for (f, _), end in ends.items() if f == family)
        said = ", ".join(f"{number} {end}" for end, number in sorted(found.items()))
        print(f"| {family} | {count} | {found.total()} | {said} |")
    bad = [(family, case, end) for (family, case), end in ends.items() if failed(end)]
    for family, case, end in bad:
        print(f"  ✗ {family} : {case} : {end}")
    whole = len(ends) == sum(planned.values())
    print("campagne finie" if whole else "temps écoulé : relancez pour continuer")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
