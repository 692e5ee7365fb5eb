"""Reads a scenario from one TOML file; what is refused is told with the nearest known name."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from layers.opening.small_text import read_text, toml_in
from layers.words.errors import SitingError
from layers.words.french import number, plural
from scenarios.question.home_region import HomeRegion, at_home, need_said
from scenarios.question.key_places import Lines, Location, Written, lines_of, overridden, quoted
from scenarios.question.scenario_faults import faults_of, faults_said, unreadable
from scenarios.question.scenario_model import ObjectivePart, RankingPart, Scenario

__all__ = ["LIBRARY", "Scenario", "find_scenario", "library_names", "read_scenario"]

# What a scenario weighs when it says nothing: a « --set » of one weight keeps the others of these.
DEFAULT_WEIGHTS: Mapping[str, dict[str, float]] = {
    "objective": ObjectivePart().weights,
    "ranking": RankingPart().weights,
}
PERIODS = Scenario.model_fields["periods"].default
LIBRARY = Path(__file__).parents[1] / "library"
# Letters told of a name: beyond, nobody reads them.
MOST_NAME = 80
# A French number alone, typed after « --set key= »; a list keeps its commas.
DECIMAL_COMMA = re.compile(r"^(-?\d+),(\d+)$")
Places = Callable[[], tuple[Sequence[str], Sequence[str]]]
"""Gives the territories known by name, then the codes of départements."""


def read_scenario(
    name_or_path: str,
    overrides: tuple[str, ...] = (),
    library: Path = LIBRARY,
    *,
    names: bool = False,
    places: Places | None = None,
    home: HomeRegion | None = None,
    need: bool = True,
) -> Scenario:
    """Read a scenario by name or path, with « key=value » overrides written in TOML.

    Every fault is told at once, each with its file and line.

    Parameters
    ----------
    name_or_path : a name of the library, or a path that ends in « .toml ».
    overrides : « key=value », the value in TOML; a bare word is a text. The last one wins.
    library : the folder of the scenarios known by name.
    names : also refuse unknown rules, criteria, terms and plants: slower, it loads them all.
    places : the territories known, asked only for another than the default; None leaves the
        territory to who opens the pack.
    home : the region of the pack, when it is not the library's; its choices go over the library's.
    need : whether the need has to be said; a ranking does without, and takes none.

    Returns
    -------
    The scenario, its parent's keys under its own.

    Raises
    ------
    SitingError : SIT201 when it is not found, SIT200 when it is malformed or two overrides
        contradict each other, SIT202 when only names are unknown.
    """
    path = find_scenario(name_or_path, library)
    content, written = _contents(path, overrides, library, home)
    if home is not None:
        content = _needed(content, home, need)
    faults: list[tuple[Location, str]] = []
    try:
        scenario = Scenario.model_validate(content)
    except ValidationError as problem:
        scenario, faults = None, faults_of(problem)
    malformed = bool(faults)
    if names or malformed:
        from scenarios.question.known_names import rule_values, unknown_names

        wrong = list(rule_values(content.get("rules")))
        malformed = malformed or bool(wrong)
        faults += [*wrong, *unknown_names(content, places)]
    if faults or scenario is None:
        ours = path.parent == library  # its place on this machine would teach nothing
        raise SitingError(
            "SIT200" if malformed else "SIT202",
            f"le scénario « {path.stem} » a {plural(len(faults), 'défaut')}",
            where=f"{path.name}, de la bibliothèque" if ours else str(path),
            hint=faults_said([(written.of(at), text) for at, text in faults]),
        )
    return scenario


def _needed(content: dict[str, Any], home: HomeRegion, need: bool) -> dict[str, Any]:
    """Hold another region's question to the need it says; none is enough for a ranking."""
    content.setdefault("territory", home.territory.name)
    if need:
        need_said(content, home)
        return content
    none = {"it_mw": dict.fromkeys(map(str, content.get("periods", PERIODS)), 0.0)}
    return _merge({"demand": none | {"existing_it_mw": 0.0}}, content)


def _contents(
    path: Path, overrides: Sequence[str], library: Path, home: HomeRegion | None
) -> tuple[dict[str, Any], Written]:
    """Return a scenario's content, its parent's under it, and where each key is written."""

    def local(content: dict[str, Any], file: Path) -> dict[str, Any]:
        """Return what this region reads of a scenario of the library: its own choices over it."""
        if home is None or file.parent != library:
            return content
        base = {key: content.pop(key) for key in ("extends",) if key in content}
        return _merge(at_home(content, home), home.choices) | base

    content, lines = _read_toml(path)
    content = local(content, path)
    places = [*overridden(overrides), lines]
    base = content.pop("extends", None)
    if base is not None:
        above = find_scenario(str(base), library)
        parent, lines = _read_toml(above)
        parent = local(parent, above)
        if "extends" in parent:
            raise SitingError(
                "SIT200", "un scénario n'hérite que d'un niveau", where=f"{path}, extends"
            )
        content = _inherited(parent, content)
        places.append(lines)
    # Once a flag: what a scenario applies is now told from its rules, whatever it claimed.
    content.pop("law_only", None)
    _refuse_contradictions(overrides)
    for part in weighed_alone(overrides):
        kept = {part: {"weights": DEFAULT_WEIGHTS[part]}}
        if not content.get(part, {}).get("weights"):
            content = _merge(content, kept)
    for override in overrides:
        content = _merge(content, _parse_override(override))
    return _without_answered(content, overrides), Written(places)


def _inherited(parent: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a child over its parent; what the parent decided on a key of the child falls away."""
    said = parent.get("journal")
    merged = _merge(parent, content)
    if "title" not in content:
        own = [".".join(path) for path, _ in _leaves(content) if path[0] not in ("name", "journal")]
        merged["title"] = _retitled(parent.get("title"), own)
    if isinstance(said, list) and isinstance(content.get("journal", []), list):
        own = [".".join(path) for path, _ in _leaves(content) if path[0] != "journal"]
        kept = [entry for entry in said if not _decides(entry, own)]
        merged["journal"] = [*kept, *content.get("journal", [])]
    return merged


def _without_answered(content: dict[str, Any], overrides: Sequence[str]) -> dict[str, Any]:
    """Return a content whose journal gives no reason for what a « --set » puts in its place."""
    own = [".".join(path) for each in overrides for path, _ in _leaves(_parse_override(each))]
    if own and "title" not in own:
        content = content | {"title": _retitled(content.get("title"), own)}
    said = content.get("journal")
    if not own or not isinstance(said, list) or any(key.startswith("journal") for key in own):
        return content
    return content | {"journal": [entry for entry in said if not _decides(entry, own)]}


def _retitled(title: Any, keys: Sequence[str]) -> Any:
    """Return a title that no longer says what a « --set » undoes: whose need it is, above all."""
    if not isinstance(title, str):
        return title
    if any(key.startswith("demand.it_mw") for key in keys):
        return f"{title.partition(' (')[0]}, besoin modifié"
    return f"{title}, modifié"


def _decides(entry: Any, keys: Sequence[str]) -> bool:
    """Return whether a line of the journal is about one of the keys, or about a table of it."""
    key = str(entry.get("key", "")) if isinstance(entry, Mapping) else ""
    return bool(key) and any(
        own == key or own.startswith(f"{key}.") or key.startswith(f"{own}.") for own in keys
    )


def weighed_alone(overrides: Sequence[str]) -> list[str]:
    """Return the parts (objective, ranking) of which a « --set » gives one weight, not the table.

    The other weights then keep their value: one exchange rate is changed, not all of them.

    Parameters
    ----------
    overrides : the « --set » as typed, « key=value ».

    Returns
    -------
    « objective », « ranking », both or none.
    """
    keys = [override.partition("=")[0].strip() for override in overrides]
    return [part for part in DEFAULT_WEIGHTS if any(k.startswith(f"{part}.weights.") for k in keys)]


def weights_kept(overrides: Sequence[str], scenario: Scenario) -> list[str]:
    """Say in French which weights a « --set » of some of them leaves as they were.

    Parameters
    ----------
    overrides : the « --set » as typed, « key=value ».
    scenario : the question, checked.

    Returns
    -------
    One line a part.
    """
    told = []
    for part in weighed_alone(overrides):
        weights: Mapping[str, float] = getattr(scenario, part).weights
        given = {
            override.partition("=")[0].strip().removeprefix(f"{part}.weights.").strip("\"'")
            for override in overrides
        }
        rest = [
            f"{name} {number(w, 2)}" for name, w in sorted(weights.items()) if name not in given
        ]
        told.append(f"{part}.weights : les autres poids sont gardés ({', '.join(rest)})")
    return told


def find_scenario(name_or_path: str, library: Path = LIBRARY) -> Path:
    """Return the file of a scenario named in the library or given by its path.

    Parameters
    ----------
    name_or_path : a name of the library or of a file « name.toml » here, or a path that ends in
        « .toml »; the library wins.
    library : the folder of the scenarios known by name.

    Returns
    -------
    An existing file.

    Raises
    ------
    SitingError : SIT201, with the nearest name of the library.
    """
    if name_or_path.endswith(".toml"):
        path = Path(name_or_path)
        if _is_there(path) and not path.is_dir():
            return path
    elif _is_there(library / f"{name_or_path}.toml"):
        return library / f"{name_or_path}.toml"
    elif _is_there(Path(f"{name_or_path}.toml")):  # one's own, in the folder one works in
        return Path(f"{name_or_path}.toml")
    if _is_there(Path(name_or_path)):
        raise SitingError(
            "SIT201",
            f"« {name_or_path} » n'est pas un fichier de scénario",
            where=name_or_path,
            hint="un scénario est un fichier TOML, dont le nom finit par « .toml » ; "
            "« siting scenario new mon-essai » en écrit un",
        )
    known = library_names(library)
    near = get_close_matches(Path(name_or_path).stem, known, n=1)
    raise SitingError(
        "SIT201",
        f"le scénario « {name_or_path[:MOST_NAME]} » est introuvable",
        where=f"bibliothèque : {', '.join(known)}",
        hint=f"vouliez-vous dire « {near[0]} » ?" if near else None,
    )


def _is_there(path: Path) -> bool:
    """Say whether something bears a name; a name that no disk could hold bears nothing."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def library_names(library: Path = LIBRARY) -> list[str]:
    """Return the names of the library's scenarios, the default one first.

    Parameters
    ----------
    library : the folder of the scenarios known by name.

    Returns
    -------
    Names of files without « .toml »; « tendanciel » first, then in alphabetical order.
    """
    names = sorted(path.stem for path in library.glob("*.toml"))
    return sorted(names, key=lambda name: (name != "tendanciel", name))


def _read_toml(path: Path) -> tuple[dict[str, Any], Lines]:
    try:
        text = read_text(path, "SCÉNARIO")
        return toml_in(text), lines_of(path, text)
    except UnicodeDecodeError:
        raise SitingError(
            "SIT200",
            "le fichier n'est pas en UTF-8",
            where=str(path),
            hint="dans votre éditeur : « Enregistrer sous », encodage UTF-8",
        ) from None
    except tomllib.TOMLDecodeError as problem:
        raise unreadable(path, text, str(problem)) from None


def _parse_override(text: str) -> dict[str, Any]:
    key, sign, value = text.partition("=")
    key, value = quoted(key), DECIMAL_COMMA.sub(r"\1.\2", value.strip())
    if not sign or not key:
        raise _no_override(text)
    try:
        return toml_in(f"{key} = {value.strip()}")
    except tomllib.TOMLDecodeError:
        pass
    try:  # a bare word is a string: --set climate=2050 and --set designs.vintage=colo
        return toml_in(f"{key} = {value.strip()!r}")
    except tomllib.TOMLDecodeError:
        raise _no_override(text) from None


def _no_override(text: str) -> SitingError:
    return SitingError(
        "SIT200",
        f"« {text} » n'est pas une clé et une valeur",
        where="--set",
        hint="écrivez par exemple --set demand.it_mw.2031=150",
    )


def _refuse_contradictions(overrides: Sequence[str]) -> None:
    """Refuse two « --set » of one key, or of a table and of one of its keys, that differ."""
    given: dict[tuple[str, ...], Any] = {}
    for override in overrides:
        for path, value in _leaves(_parse_override(override)):
            for known, before in given.items():
                shared = min(len(known), len(path))
                if known[:shared] == path[:shared] and (len(known) != len(path) or before != value):
                    raise SitingError(
                        "SIT200",
                        f"« {'.'.join(known)} » = {before} et « {'.'.join(path)} » = {value} se "
                        "contredisent",
                        where="--set",
                        hint="gardez un seul des deux",
                    )
            given[path] = value


def _leaves(table: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[Any, Any]]:
    for key, value in table.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, (*above, key))
        else:
            yield (*above, key), value


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        old = merged.get(key)
        merged[key] = (
            _merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
        )
    return merged
