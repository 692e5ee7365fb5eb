"""« siting verify » : what a folder proves of itself, check by check, and what stays unproven."""

from __future__ import annotations

import shutil
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any, Final, Literal

import tomli_w

from layers.packs.data_pack import Pack
from layers.words.errors import SitingError
from layers.words.french import listing, plural
from scenarios.answers.doubt.wide_doubt import PLAIN, WIDE
from scenarios.question.scenario_model import Scenario
from scenarios.scenario_run import run
from scenarios.storage.folder_shape import files_of
from scenarios.storage.results import DESCRIPTOR, SCHEMA_VERSION, Results, read_json
from scenarios.terminal.progress import Tell, silent, step
from scenarios.verbs.plan_revision import DOCUMENT, TABLE
from scenarios.verbs.verification.rewritten_folder import (
    Draw,
    Grounds,
    draw_again,
    grounds_of,
    rewrite,
)
from scenarios.writing.bill_proofs import bill_disagreements
from scenarios.writing.folder_proofs import broken_rules, disagreements, inputs_of
from scenarios.writing.room_file import ROOM_FILE
from scenarios.writing.step_cache import DEFAULT_ANSWERS, Answers, answer_parts, code_digest
from siting.program.program_building import build, lp_text
from siting.recheck.plan_recheck import Violation, unread_fr

HELD: Final = "tenu"
BROKEN: Final = "rompu"
UNPROVEN: Final = "non prouvé"
State = Literal["tenu", "rompu", "non prouvé"]
# What only a solver or two hundred draws can give: read from the folder to write it again.
SOLVED_FR = (
    "prix et marges des règles, coût de chacune, leviers, autres plans, motifs chiffrés, borne du "
    "solveur, quantiles, sensibilité et heures chaudes : pris tels quels ; --replay les recalcule"
)
# Tables that only the solver can give, and that the rest is written from.
WORTHS = ("yard_worth", "site_worth", "excesses")
PAGES = {"carte.html", "synthese.html", "matrice.html"}
# Moments and machines: what a descriptor says of when and where, which proves nothing.
CIRCUMSTANCES = ("created", "libraries", "python", "version", "resources", "inputs")


@dataclass(frozen=True)
class Check:
    """One thing looked at: what, how it stands, and in words where it does not hold."""

    what_fr: str
    state: State
    why_fr: str = ""

    @property
    def line_fr(self) -> str:
        """Return the check as a line for a terminal."""
        mark = {HELD: "✓", BROKEN: "✗", UNPROVEN: "·"}[self.state]
        return f"{mark} {self.what_fr}" + (f" : {self.why_fr}" if self.why_fr else "")


def verify_folder(
    results: Results,
    pack: Pack,
    draw: Draw | None = None,
    *,
    replay: bool = False,
    grounds: Grounds | None = None,
    tell: Tell = silent,
) -> dict[str, Any]:
    """Look at everything a folder says that can be looked at, and say what cannot.

    Parameters
    ----------
    results : a run's folder, opened without checking it.
    pack : the layers it should rest on.
    draw : what draws the pages of a run; None leaves them unproven.
    replay : whether to run the scenario again, solver included, and compare everything.
    grounds : the pack joined for this folder's scenario, when it was already; None joins it.
    tell : hears the steps.

    Returns
    -------
    ``ok``, ``files``, ``checks`` (what_fr, state, why_fr) and ``violations``.

    Raises
    ------
    SitingError : SIT401 when a file changed since the run, SIT400 when the folder is not of our
        shape or version.
    """
    results.check_hashes()
    results.check_shape()
    violations = [*broken_rules(results), *disagreements(results), *bill_disagreements(results)]
    files = len(results.descriptor["resources"])
    checks = [
        Check(f"{files} fichiers, ni plus ni moins, et leurs empreintes", HELD),
        Check("types, colonnes, clés et renvois de chaque table", HELD),
        _rules(results, violations),
    ]
    with tempfile.TemporaryDirectory(prefix="siting-") as place:
        if replay:
            checks += _replayed(results, pack, Path(place) / "rejoue", draw, tell)
        else:
            with step(tell, "dossier récrit sans solveur"):
                checks += _rewritten(results, pack, grounds, Path(place), draw)
    violations += [_violation(each) for each in checks[3:] if each.state == BROKEN]
    return {
        "schema_version": SCHEMA_VERSION,
        "folder": str(results.folder),
        "ok": not violations,
        "files": files,
        "checks": [asdict(each) for each in checks],
        "violations": [vars(violation) for violation in violations],
        "lines_fr": [each.line_fr for each in checks],
    }


def verify_lines(report: dict[str, Any]) -> list[str]:
    """Write the verdict for a terminal, then the second solver's word when it was asked.

    Parameters
    ----------
    report : from ``verify_folder``; ``second_opinion`` may be added to it.

    Returns
    -------
    French lines: one a check, one a violation, then what the hashes cannot say.
    """
    broken = [f"  ✗ {violation['message_fr']}" for violation in report["violations"]]
    second = report.get("second_opinion", {}).get("lines_fr", [])
    end = (
        "Une empreinte rangée à côté des données arrête un accident, pas un faussaire : "
        "« siting seal » fait une archive qui se signe et se rejoue ailleurs."
    )
    return [*report["lines_fr"], *broken, *second, *([] if broken else [end])]


def answers_of(results: Results) -> Answers | None:
    """Return what a run was asked besides its plan, found by its hash.

    Parameters
    ----------
    results : a run's folder.

    Returns
    -------
    Number of other plans, proof and doubt; None when no usual demand has those hashes.
    """
    told = results.descriptor["inputs"]
    asked = product((PLAIN, WIDE), (False, True), range(51))
    usual = [DEFAULT_ANSWERS, *(Answers(count, proof, doubt) for doubt, proof, count in asked)]
    return next((each for each in usual if answer_parts(each).items() <= told.items()), None)


def _rules(results: Results, violations: list[Violation]) -> Check:
    what = "règles dures, limites physiques, facture et totaux, recalculés sans solveur"
    unread = unread_fr(inputs_of(results))
    if violations:
        return Check(what, BROKEN, plural(len(violations), "écart", "écarts"))
    return Check(what, HELD, " ".join(unread))


def _violation(check: Check) -> Violation:
    return Violation("P00", check.what_fr, 0, 1.0, f"{check.what_fr} : {check.why_fr}")


def _rewritten(
    results: Results, pack: Pack, grounds: Grounds | None, place: Path, draw: Draw | None
) -> Iterator[Check]:
    """Write the folder again from the pack and its plan, or from its tables alone."""
    wanted = results.descriptor["inputs"].get("pack")
    if wanted != pack.fingerprint[:16]:
        why = f"le lot du dossier a l'empreinte {wanted}, pas celle du lot ouvert : donnez --data"
        yield Check("tables, comparées au lot", UNPROVEN, why)
        yield from _from_tables(results, place, draw)
        return
    if not all(results.holds(f"plan/{name}.parquet") for name in WORTHS):
        why = "une version antérieure ne gardait pas toutes les tables du solveur"
        yield Check("tables, comparées au lot", UNPROVEN, why)
        yield from _from_tables(results, place, draw)
        return
    again = place / "recrit"
    try:
        _with_revision(results, again)
        rewrite(results, grounds or grounds_of(results, pack), again, draw)
    except SitingError as fault:
        yield Check("tables, comparées au lot", UNPROVEN, fault.message)
        yield from _from_tables(results, place, draw)
        return
    yield from _compared(results, again, "récrits du lot et du plan", pages=draw is not None)
    yield Check("ce que seul un solveur ou un tirage donne", UNPROVEN, SOLVED_FR)


def _from_tables(results: Results, place: Path, draw: Draw | None) -> Iterator[Check]:
    """Write again what follows from the tables alone."""
    again = place / "derive"
    _with_revision(results, again)
    if results.holds(ROOM_FILE):  # the page holds it; without its pack it is taken as told
        (again / ROOM_FILE).parent.mkdir()
        shutil.copyfile(results.folder / ROOM_FILE, again / ROOM_FILE)
    draw_again(results, again, draw)
    (again / "plan.lp").write_text(lp_text(build(inputs_of(results))), encoding="utf-8")
    apart = [name for name in files_of(again)[0] if _differs(results.folder, again, name)]
    yield _same(results, "fichiers dérivés, récrits des tables", apart)


def _replayed(
    results: Results, pack: Pack, again: Path, draw: Draw | None, tell: Tell
) -> Iterator[Check]:
    """Run the scenario again, whole and without any step kept, and compare everything."""
    wanted = results.descriptor["inputs"].get("pack")
    if wanted != pack.fingerprint[:16]:
        raise SitingError(
            "SIT104",
            f"le lot du dossier a l'empreinte {wanted}, pas celle du lot ouvert",
            where=str(results.folder),
            hint="donnez ce lot avec --data : un scénario ne se rejoue que sur les mêmes données",
        )
    answers = answers_of(results)
    if answers is None:
        why = "le nombre d'autres plans demandés n'est pas celui d'un calcul connu"
        yield Check("scénario rejoué en entier", BROKEN, why)
        return

    def drawn(worked: Results, into: Path) -> Path:
        for name in (DOCUMENT, TABLE):
            if results.holds(name):
                shutil.copyfile(results.folder / name, into / name)
        return draw(worked, into) if draw is not None else into

    scenario = Scenario.model_validate(results.scenario)
    run(scenario, pack, again, draw=drawn, tell=tell, answers=answers)
    how = "recalculés par un second calcul entier"
    yield from _compared(results, again, how, pages=draw is not None)


def _with_revision(results: Results, into: Path) -> None:
    """Bring what a revision wrote: the plan it revises is not in the folder."""
    into.mkdir()
    for name in (DOCUMENT, TABLE):
        if results.holds(name):
            shutil.copyfile(results.folder / name, into / name)


def _compared(results: Results, again: Path, how: str, *, pages: bool) -> Iterator[Check]:
    """Compare every file with the one written again, byte by byte, and the two descriptors."""
    mine, theirs = files_of(results.folder)[0], files_of(again)[0]
    unmade = set() if pages else PAGES
    apart = [name for name in theirs if _differs(results.folder, again, name)]
    apart += sorted(set(mine) - set(theirs) - unmade)
    yield _same(results, f"{len(mine)} fichiers, {how}, à l'octet près", apart)
    told, worked = read_json(results.folder / DESCRIPTOR), read_json(again / DESCRIPTOR)
    keys = sorted((told.keys() | worked.keys()) - set(CIRCUMSTANCES))
    unlike = [key for key in keys if told.get(key) != worked.get(key)]
    inputs = {**told["inputs"], **{k: v for k, v in worked["inputs"].items() if k in OURS}}
    unlike += [f"inputs.{k}" for k in inputs if inputs[k] != worked["inputs"].get(k)]
    licences = [
        {name: each.get(name) for name in each if name not in ("hash", "bytes")}
        for document in (told, worked)
        for each in document["resources"]
        if each["path"] not in unmade
    ]
    half = len(licences) // 2
    if licences[:half] != licences[half:]:
        unlike.append("resources")
    yield _same(results, "descripteur : sources, licences, solveur et empreintes d'entrée", unlike)
    if results.holds(DOCUMENT):
        yield Check(
            "révision d'un plan précédent", UNPROVEN, "ce plan-là n'est pas dans le dossier"
        )


# Digests of our own sources, which tell a version and not a fault.
OURS = ("code", "maps")


def _same(results: Results, what: str, apart: list[str]) -> Check:
    """Say that nothing differs; or that it does, unless another version wrote the folder."""
    if not apart:
        return Check(what, HELD)
    found = f"{plural(len(apart), 'diffère', 'diffèrent')}, {listing(apart[:6])}"
    found += " et d'autres" if len(apart) > 6 else ""
    ours = {"code": code_digest(), "maps": code_digest(("maps",))}
    if any(results.descriptor["inputs"].get(key) != ours[key] for key in OURS):
        return Check(what, UNPROVEN, f"{found} ; une autre version de l'outil a écrit ce dossier")
    return Check(what, BROKEN, found)


def _differs(folder: Path, again: Path, name: str) -> bool:
    ours, theirs = folder / name, again / name
    if not ours.is_file():
        return True
    if name == "scenario.toml":
        return not _same_scenario(ours, theirs)
    return ours.read_bytes() != theirs.read_bytes()


def _same_scenario(ours: Path, theirs: Path) -> bool:
    """Compare two scenarios as they read: the order of a table's keys is its author's."""
    text = ours.read_text(encoding="utf-8")
    head = theirs.read_text(encoding="utf-8").partition("\n")[0]
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return False
    as_written = f"{head}\n{tomli_w.dumps(content)}"
    return text == as_written and content == tomllib.loads(theirs.read_text(encoding="utf-8"))
