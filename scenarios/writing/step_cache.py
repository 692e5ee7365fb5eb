"""Finished steps, kept by content: the same inputs never work twice, a change says why."""

from __future__ import annotations

import hashlib
import json
import math
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd
import platformdirs
import xarray as xr

from layers.own_layers.site_file import offer_digest
from layers.packs.data_pack import Pack, sha256_of
from layers.words.errors import SitingError
from layers.words.interruptions import in_one_breath
from scenarios.storage.sealed_entries import keep_entry, read_entry
from scenarios.terminal.progress import Tell, on_stderr, silent
from siting.program.plan_tables import Outcome, Plan

Read = TypeVar("Read")

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("siting", "layers", "scenarios", "impacts")
# How long each step took, by scenario; and below which a step was only taken back.
DURATIONS = "durees.json"
LEAST_SECONDS = 0.5
# Parts a planner understands, in the order they are told.
PARTS_FR: Mapping[str, str] = {
    "pack": "le lot de données",
    "code": "le programme lui-même",
    "candidates": "les candidats",
    "assumptions": "les hypothèses remplacées",
    "designs": "les refroidissements",
    "climate": "le climat",
    "weather": "la météo apportée",
    "demand": "le besoin",
    "rules": "les règles",
    "objective": "les pondérations",
    "sizes": "les tailles",
    "answers": "les réponses demandées (autres plans, preuve)",
    "doubt": "l'étendue du doute",
    "grid": "les réponses du gestionnaire",
    "ranking": "le classement",
    "reference_date": "la date de référence",
    "territory": "le territoire",
    "other": "le titre, les échéances ou le journal",
    "maps": "le dessin de la carte",
}
NOT_PLAN = ("ranking", "maps", "doubt")
"""Parts that change no plan, only what is said or drawn of it."""
# Keys of a scenario that name a file: its content decides, not its name.
FILES = (
    ("grid", "yard_answers"),
    ("demand", "audit"),
    ("candidates", "area_rules"),
    ("candidates", "confirm"),
    ("weather", "file"),
)


@dataclass(frozen=True)
class Answers:
    """What a run answers besides the plan: how many other plans, a proof, and how wide a doubt.

    ``doubt`` is « plain », the constants of the footprints, or « wide », the need, prices and room
    at the yards too.
    """

    alternatives: int = 2
    proof: bool = False
    doubt: str = "plain"


DEFAULT_ANSWERS = Answers()


def answers_asked(alternatives: int, proof: bool, doubt: str = "plain") -> Answers:
    """Return what a planner asks for besides the plan.

    Parameters
    ----------
    alternatives : how many other plans to look for.
    proof : whether to prove the plan.
    doubt : « plain » or « wide ».

    Returns
    -------
    All three, checked.

    Raises
    ------
    SitingError : SIT200 for a negative number of plans.
    """
    if alternatives < 0:
        raise SitingError(
            "SIT200", "un nombre d'autres plans n'est pas négatif", where="--alternatives"
        )
    return Answers(alternatives, proof, doubt)


def digest(content: Any) -> str:
    """Return a short hash of any plain content.

    Parameters
    ----------
    content : what JSON knows, and other values by their text; the order of keys does not matter.

    Returns
    -------
    16 hexadecimal digits.
    """
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


@cache
def code_digest(floors: tuple[str, ...] = FLOORS) -> str:
    """Return the hash of our own sources: another version never reads this one's steps.

    Parameters
    ----------
    floors : folders of the house whose sources count; data do not.

    Returns
    -------
    16 hexadecimal digits.
    """
    sources = (
        path
        for floor in floors
        for path in sorted((ROOT / floor).rglob("*"))
        if path.suffix in {".py", ".toml", ".js", ".css", ".html"} and "data" not in path.parts
    )
    return digest([sha256_of(path) for path in sources])


def answer_parts(answers: Answers) -> dict[str, str]:
    """Return the hashes of what was asked besides the plan, as a descriptor holds them.

    Parameters
    ----------
    answers : other plans, proof and doubt asked for.

    Returns
    -------
    « answers » (other plans and proof) and « doubt ».
    """
    plans = {name: value for name, value in asdict(answers).items() if name != "doubt"}
    return {"answers": digest(plans), "doubt": digest(answers.doubt)}


def parts_of(
    scenario: Mapping[str, Any], pack: Pack, *, answers: Answers = DEFAULT_ANSWERS
) -> dict[str, str]:
    """Return the hash of each part that decides a run, by the name a planner knows.

    Parameters
    ----------
    scenario : its content, see ``model_dump``; the files it names count by what they hold.
    pack : the layers.
    answers : other plans and proof asked for.

    Returns
    -------
    Digests by part, keys of ``PARTS_FR``.
    """
    known = {key: digest(scenario[key]) for key in PARTS_FR if key in scenario}
    rest = {key: value for key, value in scenario.items() if key not in PARTS_FR}
    for part, key in FILES:
        file = (scenario.get(part) or {}).get(key)
        if file and Path(file).is_file():
            known[part] = digest([known[part], sha256_of(Path(file))])
    for offer in (scenario.get("candidates") or {}).get("own", ()):
        known["candidates"] = digest([known["candidates"], offer_digest(offer)])
    for zone in scenario.get("zones") or ():
        known["candidates"] = digest([known["candidates"], zone, offer_digest(zone["file"])])
    return {
        **known,
        "other": digest(rest),
        **answer_parts(answers),
        "pack": pack.fingerprint[:16],
        "code": code_digest(),
        "maps": code_digest(("maps",)),
    }


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Return the parts that differ, in French: why a step works again.

    Parameters
    ----------
    before : parts of a former run.
    now : parts of this one.

    Returns
    -------
    French words, none when nothing changed; a change of code is told alone.
    """
    if not before or before.get("code") != now.get("code"):
        return ["la version de l'outil"]
    return [words for key, words in PARTS_FR.items() if before.get(key) != now.get(key)]


def footprint_key(parts: Mapping[str, str], load: Sequence[Any]) -> str:
    """Return the key of the footprints: what candidates, plants, load and weather decide.

    Parameters
    ----------
    parts : from ``parts_of``.
    load : the scenario's load, ``DemandPart.load``.

    Returns
    -------
    16 hexadecimal digits.
    """
    names = ("pack", "code", "candidates", "assumptions", "sizes", "designs", "climate", "weather",
             "reference_date", "territory", "grid")  # fmt: skip
    return digest([*(parts.get(name, "") for name in names), *load])


def plan_key(parts: Mapping[str, str]) -> str:
    """Return the key of the plan: everything but the ranking and the drawing.

    Parameters
    ----------
    parts : from ``parts_of``.

    Returns
    -------
    16 hexadecimal digits.
    """
    return digest({name: part for name, part in parts.items() if name not in NOT_PLAN})


class StepCache:
    """A folder of finished steps, each under the hash of what decides it; off when None.

    Each is sealed by the hash of its bytes: one that is damaged is forgotten, ``tell`` hears of it,
    and it is worked again.
    """

    def __init__(self, folder: Path | None, tell: Tell = silent) -> None:
        self.folder = folder
        self.tell = tell

    @classmethod
    def of_user(cls, tell: Tell = on_stderr) -> StepCache:
        """Return the cache of this machine's user.

        Parameters
        ----------
        tell : hears of a damaged step.

        Returns
        -------
        A cache in the folder that the system keeps for that; it is made when a step is kept.
        """
        home = Path(platformdirs.user_cache_dir("siting", appauthor=False))
        return cls(home / "steps", tell)

    def coefficients(self, key: str) -> xr.Dataset | None:
        """Return the footprints kept under a key, or None.

        Parameters
        ----------
        key : from ``footprint_key``.

        Returns
        -------
        Footprints per MW; a damaged file is dropped and gives None.
        """

        def read(entry: Path) -> xr.Dataset:
            with in_one_breath():
                return xr.load_dataset(entry / "footprint.nc", engine="netcdf4")

        return self._taken_back("empreinte", key, read)

    def keep_coefficients(self, key: str, coefficients: xr.Dataset) -> None:
        """Keep footprints under a key.

        Parameters
        ----------
        key : from ``footprint_key``.
        coefficients : footprints per MW, as ``impacts.assess`` gives them.
        """
        with in_one_breath():
            self._keep("empreinte", key, lambda into: coefficients.to_netcdf(
                into / "footprint.nc", engine="netcdf4"))  # fmt: skip

    def plan(self, key: str) -> Plan | None:
        """Return the plan kept under a key, or None.

        Parameters
        ----------
        key : from ``plan_key``.

        Returns
        -------
        The plan; a damaged one is dropped and gives None.
        """

        def read(entry: Path) -> Plan:
            outcome = Outcome(**json.loads((entry / "outcome.json").read_text(encoding="utf-8")))
            tables = {name: pd.read_parquet(entry / f"{name}.parquet") for name in _tables()}
            return Plan(**tables, outcome=outcome)

        return self._taken_back("plan", key, read)

    def keep_plan(self, key: str, plan: Plan) -> None:
        """Keep a plan under a key; one that a clock stopped is never kept.

        Parameters
        ----------
        key : from ``plan_key``.
        plan : with its outcome.
        """
        if not plan.outcome.is_reproducible:
            return

        def write(into: Path) -> None:
            for name in _tables():
                getattr(plan, name).to_parquet(into / f"{name}.parquet", compression="zstd")
            text = json.dumps(asdict(plan.outcome), ensure_ascii=False)
            (into / "outcome.json").write_text(text, encoding="utf-8")

        self._keep("plan", key, write)

    def row(self, key: str) -> dict[str, Any] | None:
        """Return the row of a variant kept under a key, or None.

        Parameters
        ----------
        key : digest of what decides the variant.

        Returns
        -------
        Plain values by column; a damaged row is dropped and gives None.
        """

        def read(entry: Path) -> dict[str, Any]:
            row: dict[str, Any] = json.loads((entry / "row.json").read_text(encoding="utf-8"))
            return row

        return self._taken_back("variante", key, read)

    def keep_row(self, key: str, row: Mapping[str, Any]) -> None:
        """Keep the row of a variant under a key.

        Parameters
        ----------
        key : digest of what decides the variant.
        row : plain values by column.
        """
        text = json.dumps(dict(row), ensure_ascii=False)
        self._keep("variante", key, lambda into: (into / "row.json").write_text(
            text, encoding="utf-8"))  # fmt: skip

    def holds(self, step: str, key: str) -> bool:
        """Say whether a step is kept.

        Parameters
        ----------
        step : « empreinte », « plan » or « variante ».
        key : its key.

        Returns
        -------
        True when it is there, sound or not.
        """
        path = self._path(step, key)
        return path is not None and path.is_dir()

    def seconds(self, scenario: str) -> dict[str, float]:
        """Return the seconds each step took last time, for this scenario or else for any.

        Parameters
        ----------
        scenario : its name.

        Returns
        -------
        Seconds by step; none the first time.
        """
        known = self._durations()
        return {**known.get("", {}), **known.get(scenario, {})}

    def keep_seconds(self, scenario: str, measured: Mapping[str, float]) -> None:
        """Keep how long steps took; those taken back, too quick to count, teach nothing.

        Parameters
        ----------
        scenario : its name.
        measured : seconds by step.
        """
        worked = {name: round(s, 2) for name, s in measured.items() if s > LEAST_SECONDS}
        if self.folder is None or not worked:
            return
        known = self._durations()
        for name in ("", scenario):
            known[name] = {**known.get(name, {}), **worked}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            aside = self.folder / f".{DURATIONS}-{os.getpid()}"
            aside.write_text(json.dumps(known, ensure_ascii=False), encoding="utf-8")
            os.replace(aside, self.folder / DURATIONS)  # noqa: PTH105 - atomic on every system
        except OSError:
            return

    def _durations(self) -> dict[str, dict[str, float]]:
        if self.folder is None:
            return {}
        try:
            known = json.loads((self.folder / DURATIONS).read_text(encoding="utf-8"))
            return {
                str(scenario): {
                    str(step): s for step, s in seconds.items() if 0 <= float(s) < math.inf
                }
                for scenario, seconds in known.items()
            }
        except (OSError, ValueError, TypeError, AttributeError, RecursionError):
            return {}

    def _path(self, step: str, key: str) -> Path | None:
        return None if self.folder is None else self.folder / step / key

    def _keep(self, step: str, key: str, write: Callable[[Path], object]) -> None:
        path = self._path(step, key)
        if path is not None:
            keep_entry(path, write)

    def _taken_back(self, step: str, key: str, read: Callable[[Path], Read]) -> Read | None:
        path = self._path(step, key)
        if path is None:
            return None
        told = f"une étape gardée ({step}) était abîmée : oubliée, elle est recalculée"
        return read_entry(path, read, lambda: self.tell(told))


def as_read_back(coefficients: xr.Dataset) -> xr.Dataset:
    """Return footprints as a file gives them back, so that a kept step changes no byte.

    Parameters
    ----------
    coefficients : footprints per MW.

    Returns
    -------
    The same figures, through a NetCDF file.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "footprint.nc"
        with in_one_breath():
            coefficients.to_netcdf(path, engine="netcdf4")
            return xr.load_dataset(path, engine="netcdf4")


def _tables() -> list[str]:
    return [field.name for field in fields(Plan) if field.name != "outcome"]
