"""Nature and neighbours: what lies in a zone that excludes, on wet ground, or beside dwellings.

Overlaps are hectares of the site's ground inside a zone; where a layer is silent the state is
unknown: the site stays, and the bill says how many are in that case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from layers.words.dated_values import Value
from layers.words.french import listing, plural
from siting.program.problem import Problem, ones
from siting.program.program_inputs import Inputs
from siting.program.rule_registry import PARTLY_FR, Bite, BiteOf, LackOf, Row, rule

EXCLUDING: Mapping[str, str] = {
    "reserve_overlap_ha": "réserve naturelle nationale",
    "regional_reserve_overlap_ha": "réserve naturelle régionale",
    "biotope_overlap_ha": "arrêté de protection de biotope",
    "park_core_overlap_ha": "cœur de parc national",
    "conservation_overlap_ha": "terrain d'un conservatoire",
    "natura2000_overlap_ha": "Natura 2000",
}
WETLANDS = {"wetland_overlap_ha": "zone humide"}
# Places whose nearness is a fact; far from all those known, it stays unknown.
SENSITIVE = {
    "schools_distance_km": ("schools", "d'une école, d'un collège ou d'un lycée"),
    "hospitals_distance_km": ("hospitals", "d'un hôpital ou d'une clinique"),
}
ABSENT_FR = {
    "dwellings_distance_km": "les logements",
    "schools_distance_km": "les écoles",
    "hospitals_distance_km": "les établissements de soins",
}
NETWORK = {"green_blue_overlap_ha": "réservoir de la trame verte et bleue"}


def lacking(columns: Sequence[str], why_fr: str) -> LackOf:
    """Return what says that none of the columns holds a value for any site.

    Parameters
    ----------
    columns : columns of ``Inputs.sites``.
    why_fr : what is said when none holds a value.

    Returns
    -------
    A function of the inputs: ``why_fr``, or the empty word when one column holds a value.
    """

    def lacks(inputs: Inputs) -> str:
        held = [name for name in columns if name in inputs.sites]
        return "" if held and inputs.sites[held].notna().any(axis=None) else why_fr

    return lacks


def split(sites: pd.DataFrame, columns: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Return the columns that hold a value, and the note that names the layers that do not.

    Parameters
    ----------
    sites : one row a candidate.
    columns : what a layer is called in French, by column.

    Returns
    -------
    The columns that hold a value, in the same order, and the note, empty when all do.
    """
    held = {c: where for c, where in columns.items() if c in sites and sites[c].notna().any()}
    absent = listing(where for column, where in columns.items() if column not in held)
    return held, f"{PARTLY_FR} : aucune donnée pour {absent}" if absent else ""


def _exclude(problem: Problem, columns: Mapping[str, str], most_ha: float) -> Iterator[Row]:
    """Write one row a layer held and a period: nothing on the sites that overlap it."""
    held, lacks = split(problem.sites, columns)
    for column, where in held.items():
        inside = (problem.sites[column] > most_ha).to_numpy(dtype=bool)
        unknown = int(problem.sites[column].isna().sum())
        left = (
            f"pas d'exclusion pour {plural(unknown, 'candidat')} d'état inconnu" if unknown else ""
        )
        for t, period in enumerate(problem.periods):
            yield Row(
                column.removesuffix("_overlap_ha"),
                where,
                period,
                ones(problem.site_mw[inside, t]),
                "<=",
                0.0,
                scale=max(problem.need(period), 1.0),
                note_fr=" ; ".join(filter(None, (lacks, left))),
            )


def _bites_on(columns: Mapping[str, str]) -> BiteOf:
    def bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
        held = [name for name in columns if name in inputs.sites]
        table = inputs.sites[held]
        inside, unknown = int((table > 0).any(axis=1).sum()), int(table.isna().any(axis=1).sum())
        told = f"{inside} candidats concernés, {unknown} d'état inconnu au moins pour une couche"
        return Bite("oui" if inside else "non", told)

    return bites


@rule(
    "nature.excluded_areas",
    id="C05",
    label_fr="Zones exclues",
    unit="MW",
    scope="L",
    grain="site",
    can_bite=_bites_on(EXCLUDING),
    lack_fr="MW informatiques en zone exclue",
    values={"max_overlap_ha": "nature.excluded_overlap_ha"},
    lacks=lacking(
        list(EXCLUDING),
        "les périmètres de protection ne sont pas dans le lot : Natura 2000 n'y est qu'en points",
    ),
    breach_fr="le terrain recoupe une zone exclue, {where}",
)
def excluded_areas(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """∀ zone : Σₛ∈zone P[s,t] ≤ 0 : rien sur un site qui recoupe une zone exclue.

    Natura 2000 calls in law for an assessment, not a ban: excluding it is a policy choice.
    """
    yield from _exclude(problem, EXCLUDING, values["max_overlap_ha"].number)


@rule(
    "nature.wetlands",
    id="C06",
    label_fr="Zones humides",
    unit="MW",
    scope="S",
    grain="site",
    can_bite=_bites_on(WETLANDS),
    lack_fr="MW informatiques sur zone humide",
    values={"max_overlap_ha": "nature.wetland_overlap_ha"},
    lacks=lacking(list(WETLANDS), "aucun inventaire de zones humides n'est dans le lot"),
    breach_fr="le terrain recoupe une zone humide connue",
)
def wetlands(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """Σₛ∈humide P[s,t] ≤ 0 : rien sur un site qui recoupe une zone humide."""
    yield from _exclude(problem, WETLANDS, values["max_overlap_ha"].number)


@rule(
    "nature.green_blue_network",
    id="C07",
    label_fr="Trame verte et bleue",
    unit="MW",
    scope="S",
    grain="site",
    can_bite=_bites_on(NETWORK),
    lack_fr="MW informatiques dans un réservoir de biodiversité",
    values={"max_overlap_ha": "nature.network_overlap_ha"},
    lacks=lacking(list(NETWORK), "les réservoirs et corridors ne sont pas dans le lot"),
    breach_fr="le terrain recoupe un réservoir de la trame verte et bleue",
)
def green_blue_network(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """Σₛ∈réservoir P[s,t] ≤ 0 : rien sur un réservoir de biodiversité."""
    yield from _exclude(problem, NETWORK, values["max_overlap_ha"].number)


def _near(sites: pd.DataFrame, column: str, metres: float) -> pd.Series:
    """Return which sites are known to be nearer than a distance."""
    return sites[column].astype(float) * 1000.0 < metres


def _neighbours_bite(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    near = pd.Series(False, index=inputs.sites.index)
    for column, metres in _watched(inputs.sites, values).items():
        near |= _near(inputs.sites, column, metres)
    told = f"{int(near.sum())} candidats près de logements, d'écoles ou de soins"
    return Bite("oui" if near.any() else "non", told)


def _watched(sites: pd.DataFrame, values: Mapping[str, Value]) -> dict[str, float]:
    """Return the distances held, each with the metres under which they are near."""
    wanted = {"dwellings_distance_km": values["dwellings_m"].number}
    wanted |= {column: values["sensitive_m"].number for column in SENSITIVE}
    return {c: metres for c, metres in wanted.items() if c in sites and sites[c].notna().any()}


@rule(
    "nature.neighbours",
    id="C24",
    label_fr="Riverains, air et bruit",
    unit="MW",
    scope="L",
    grain="site",
    kind="term",
    can_bite=_neighbours_bite,
    lack_fr="MW informatiques près de logements, d'écoles ou de soins",
    values={"dwellings_m": "nature.dwellings_m", "sensitive_m": "nature.sensitive_m"},
    lacks=lacking(
        ["dwellings_distance_km", *SENSITIVE],
        "les logements et établissements sensibles ne sont pas dans le lot",
    ),
    breach_fr="le terrain est {where}",
)
def neighbours(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """Σₛ près de voisins P[s,t] ≤ 0, souple : chaque MW près de logements, écoles, soins pèse."""
    watched = _watched(problem.sites, values)
    names = {"dwellings_distance_km": ("dwellings", "de logements"), **SENSITIVE}
    absent = listing(words for column, words in ABSENT_FR.items() if column not in watched)
    lacks = f"{PARTLY_FR} : aucune donnée pour {absent}" if absent else ""
    for column, metres in watched.items():
        near = _near(problem.sites, column, metres).to_numpy(dtype=bool)
        slug, words = names[column]
        for t, period in enumerate(problem.periods):
            yield Row(
                slug,
                f"à moins de {metres:g} m {words}",
                period,
                ones(problem.site_mw[near, t]),
                "<=",
                0.0,
                scale=max(problem.need(period), 1.0),
                note_fr=lacks,
            )
