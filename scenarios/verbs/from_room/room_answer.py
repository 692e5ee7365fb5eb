"""What a room asked of its page, asked again in full, and by how much the two answers differ."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layers.words.dated_values import in_force
from layers.words.errors import SitingError
from layers.words.french import NO_BREAK, listing, number, plural
from scenarios.question.program_settings import rule_settings
from scenarios.question.scenario_model import Scenario
from scenarios.storage.results import Results, write_json
from siting.program.program_inputs import RuleSetting
from siting.program.rule_registry import RULES, policy_parameters

FORMAT = "siting-salle"
HEAVIEST_BYTES = 2_000_000
DOCUMENT = "salle.json"
SIZE = "territory.site_size"
# Both answers are sums of thousands of terms, written with ten digits.
ROUNDING = 1e-6
Fields = dict[str, Any]


@dataclass(frozen=True)
class RoomFile:
    """What a room exported: its demands, and the answer of its page.

    ``demands`` : lists, a kind then what it takes; ``answer`` : objective, bound, paid and power by
    period and site, as the page wrote them.
    """

    scenario: str
    demands: tuple[tuple[Any, ...], ...]
    said: tuple[str, ...]
    answer: Mapping[str, Any]


def read_room(path: Path) -> RoomFile:
    """Read the file of a room.

    Parameters
    ----------
    path : written by the page's tab « Salle ».

    Returns
    -------
    Its demands and its answer.

    Raises
    ------
    SitingError : SIT208 when it is not such a file, or has no answer.
    """
    try:
        if path.stat().st_size > HEAVIEST_BYTES:
            raise _refused(path, "le fichier dépasse 2 Mo")
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as problem:
        raise _refused(path, "ce n'est pas un fichier JSON lisible") from problem
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise _refused(path, "ce n'est pas un fichier exporté par la salle")
    demands, answer = content.get("demands"), content.get("answer")
    if not isinstance(demands, list) or not all(_is_demand(each) for each in demands):
        raise _refused(path, "une demande n'est pas comprise")
    figures = answer if isinstance(answer, dict) else {}
    if not all(isinstance(figures.get(k), int | float) for k in ("objective", "bound", "paid")):
        raise _refused(path, "il ne porte pas la réponse de la page")
    said = content.get("said")
    return RoomFile(
        str(content.get("scenario", "")),
        tuple(tuple(demand) for demand in demands),
        tuple(str(each) for each in said) if isinstance(said, list) else (),
        figures,
    )


def asked_by(scenario: Scenario, room: RoomFile) -> Scenario:
    """Return the scenario changed as a room asks.

    Parameters
    ----------
    scenario : the question the page was drawn for.
    room : what was asked.

    Returns
    -------
    The question to run, checked; its name and title say that a room asked it.

    Raises
    ------
    SitingError : SIT208 when the room was about another scenario, or a demand is not valid.
    """
    if room.scenario != scenario.name:
        raise SitingError(
            "SIT208",
            f"la salle portait sur le scénario « {room.scenario} »",
            where=f"scénario demandé : « {scenario.name} »",
            hint=f"tapez « siting run {room.scenario} --from-room FICHIER »",
        )
    content = scenario.model_dump(mode="python")
    codes = room.answer.get("departements", [])
    for kind, *rest in room.demands:
        APPLY[kind](content, scenario, *(map(str, codes) if kind == "each" else rest))
    content["title"] = f"{scenario.title}, demandes de la salle"
    content["name"] = f"{scenario.name}-salle"
    try:
        return Scenario.model_validate(content)
    except ValueError as problem:
        raise SitingError(
            "SIT208", "une demande de la salle n'est pas valable", where=str(problem)[:300]
        ) from problem


def differences(room: RoomFile, results: Results) -> dict[str, Any]:
    """Return by how much the full answer differs from the room's, within what both state.

    Parameters
    ----------
    room : the answer of the page.
    results : the folder of the full answer.

    Returns
    -------
    ``objective_room``, ``objective_full``, ``difference_pct`` (of what the plan pays),
    ``stated_pct`` (both gaps added), ``agrees``, sites in common, only of one, and ``lines_fr``.
    """
    outcome = results.descriptor["solver"]
    paid = float(outcome["paid"]) or 1.0
    ours, theirs = float(outcome["objective"]), float(room.answer["objective"])
    stated = max(0.0, theirs - float(room.answer["bound"])) + ours - float(outcome["bound"])
    last = str(results.summary["periods"][-1])
    held = results.sites[f"it_mw_{last}"].fillna(0.0)
    full = {str(site) for site in held.index[held > 0]}
    by_site = room.answer.get("power", {}).get(last, {})
    page = {str(site) for site, mw in by_site.items() if isinstance(mw, int | float) and mw > 0}
    tolerance = ROUNDING * max(paid, 1.0)
    better_than_proven = theirs < float(outcome["bound"]) - tolerance
    found = {
        "objective_room": theirs,
        "objective_full": ours,
        "difference_pct": 100 * (theirs - ours) / paid,
        "stated_pct": 100 * stated / paid,
        "agrees": bool(theirs - ours <= stated + tolerance and not better_than_proven),
        "common": sorted(page & full),
        "only_room": sorted(page - full),
        "only_full": sorted(full - page),
    }
    return {**found, "lines_fr": _lines(found)}


def hold_together(room: RoomFile, results: Results) -> list[str]:
    """Write the comparison in the folder, and refuse a difference beyond both stated gaps.

    Parameters
    ----------
    room : the answer of the page.
    results : the folder of the full answer; ``salle.json`` is added to it.

    Returns
    -------
    What is said of it, in French.

    Raises
    ------
    SitingError : SIT308 when the two differ by more than both say they may.
    """
    found = differences(room, results)
    beside = results.folder.parent / f"{results.folder.name}-{DOCUMENT}"
    write_json(beside, {**found, "demands": [list(each) for each in room.demands]})
    if not found["agrees"]:
        raise SitingError(
            "SIT308",
            f"écart de {number(found['difference_pct'], 2)}{NO_BREAK}%, au-delà des "
            f"{number(found['stated_pct'], 2)}{NO_BREAK}% que la salle et le calcul annoncent",
            where=str(results.folder),
        )
    return list(found["lines_fr"])


def _lines(found: Mapping[str, Any]) -> list[str]:
    worse = found["difference_pct"]
    told = (
        "La réponse de la salle et le calcul entier ont le même coût."
        if abs(worse) < 0.005
        else f"La réponse de la salle coûte {number(abs(worse), 2)}{NO_BREAK}% de "
        f"{'plus' if worse > 0 else 'moins'} que celle du calcul entier."
    )
    lines = [
        f"{told} Les deux annonçaient {number(found['stated_pct'], 2)}{NO_BREAK}% au plus.",
        f"{plural(len(found['common']), 'site en commun', 'sites en commun')}.",
    ]
    for key, who in (("only_room", "La salle seule"), ("only_full", "Le calcul entier seul")):
        if found[key]:
            lines.append(f"{who} retient {listing(found[key])}.")
    return lines


def _is_demand(demand: Any) -> bool:
    if not (isinstance(demand, list) and demand and demand[0] in APPLY):
        return False
    kind, *rest = demand
    texts, has_number = FIELDS[kind]
    if len(rest) != texts + has_number or not all(isinstance(each, str) for each in rest[:texts]):
        return False
    figure = rest[-1] if has_number else 0
    return isinstance(figure, int | float) and not isinstance(figure, bool) and 0 <= figure <= 1e7


def _refused(path: Path, why: str) -> SitingError:
    return SitingError("SIT208", why, where=str(path))


def _rule_table(content: Fields, name: str) -> Fields:
    body = content["rules"].get(name, {})
    table = {"enabled": body} if isinstance(body, bool) else dict(body)
    content["rules"] = {**content["rules"], name: table}
    return table


def _lock(kind: str) -> Callable[..., None]:
    def apply(content: Fields, _: Scenario, site: str) -> None:
        sites = content["sites"]
        sites[kind] = (*(each for each in sites[kind] if each != site), site)

    return apply


def _bound(kind: str) -> Callable[..., None]:
    def apply(content: Fields, _: Scenario, site: str, mw: float) -> None:
        content["sites"][kind] = {**content["sites"][kind], site: float(mw)}

    return apply


def _need(content: Fields, _: Scenario, period: str, mw: float) -> None:
    content["demand"]["it_mw"] = {**content["demand"]["it_mw"], int(period): float(mw)}


def _largest(content: Fields, _: Scenario, mw: float) -> None:
    _rule_table(content, SIZE).update(enabled=True, hard=True, max_site_mw=float(mw))


def _shut(content: Fields, scenario: Scenario, place: str, code: str) -> None:
    name = {"zre": "ZRE", "sector_code": f"bassin:{code}"}.get(place, code)
    _lock("ban")(content, scenario, name)


def _each(content: Fields, scenario: Scenario, *codes: str) -> None:
    """One site at least in each département of the page, which names them in its answer."""
    for code in codes:
        _lock("keep")(content, scenario, code)


def _rule(content: Fields, _: Scenario, name: str, how: str) -> None:
    _rule_table(content, name).update(enabled=how != "off", hard=how == "hard")


def _value(content: Fields, scenario: Scenario, name: str, key: str, value: float) -> None:
    """Move a rule's value at the last period, its earlier years in proportion as in the page."""
    policy = in_force(policy_parameters(), scenario.reference_date)
    overrides = rule_settings(scenario).get(name, RuleSetting()).overrides
    declared = overrides.get(key, policy[RULES[name].values[key]]).value
    moved: float | dict[str, float] = float(value)
    if isinstance(declared, dict):
        last = declared[max(declared)]
        moved = {year: value * (mw / last if last else 1.0) for year, mw in declared.items()}
    _rule_table(content, name)[key] = moved


def _cooling(content: Fields, _: Scenario, names: str) -> None:
    content["designs"]["cooling"] = tuple(names.split(","))


def _weight(content: Fields, _: Scenario, term: str, weight: float) -> None:
    content["objective"]["weights"] = {**content["objective"]["weights"], term: float(weight)}


def _heat(content: Fields, _: Scenario, gwh: float) -> None:
    content["heat"]["least_gwh"] = float(gwh)


def _count(content: Fields, _: Scenario, count: float) -> None:
    content["sizes"]["max_sites"] = int(count)


# How many texts each kind of demand takes, and whether a number follows.
FIELDS: Mapping[str, tuple[int, bool]] = {
    "keep": (1, False), "ban": (1, False), "min": (1, True), "max": (1, True), "need": (1, True),
    "largest": (0, True), "shut": (2, False), "each": (0, False), "rule": (2, False),
    "value": (2, True), "cooling": (1, False), "weight": (1, True), "heat": (0, True),
    "sites": (0, True),
}  # fmt: skip
APPLY: Mapping[str, Callable[..., None]] = {
    "keep": _lock("keep"), "ban": _lock("ban"), "min": _bound("min_mw"), "max": _bound("max_mw"),
    "need": _need, "largest": _largest, "shut": _shut, "each": _each, "rule": _rule,
    "value": _value, "cooling": _cooling, "weight": _weight, "heat": _heat, "sites": _count,
}  # fmt: skip
