"""Planning laws and surroundings: what a place asks to be shown before anything is built there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.words.dated_values import Value
from layers.words.french import listing, plural
from siting.program.problem import Problem, ones
from siting.program.program_inputs import Inputs
from siting.program.rule_registry import PARTLY_FR, Bite, BiteOf, Row, rule
from siting.program.rules.nature import lacking

# Layer → words, and the value of the rule that says how near is near.
AROUND: Mapping[str, tuple[str, str]] = {
    "station_distance_km": ("d'une gare", "station_m"),
    "aerodrome_distance_km": ("d'une piste ou d'un aérodrome", "aerodrome_m"),
    "heritage_distance_km": ("d'un monument historique", "heritage_m"),
}
ABSENT_FR = {
    "station_distance_km": "les gares",
    "aerodrome_distance_km": "les aérodromes",
    "heritage_distance_km": "les monuments historiques",
}


def nothing_on(problem: Problem, name: str, where: str, among: NDArray[np.bool_], note: str,
               limit: float = 0.0) -> Iterator[Row]:  # fmt: skip
    """Write one row a period: no more than a limit on the sites of a mask.

    Parameters
    ----------
    problem : the program.
    name : slug of the row.
    where : as a planner reads it.
    among : by site, in the order of ``problem.sites``.
    note : what is not known, in French.
    limit : IT MW admitted there.

    Yields
    ------
    Rows in IT MW.
    """
    for t, period in enumerate(problem.periods):
        yield Row(
            name,
            where,
            period,
            ones(problem.site_mw[among, t]),
            "<=",
            limit,
            scale=max(problem.need(period), 1.0),
            note_fr=note,
        )


def _bites_in(column: str, law: str) -> BiteOf:
    def bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
        state = inputs.sites[column]
        inside, doubtful = int((state == "yes").sum()), int(state.isin(["unknown", "part"]).sum())
        told = f"{plural(inside, 'candidat')} en commune {law}, {doubtful} à vérifier"
        return Bite("oui" if inside else "non", told)

    return bites


def _by_law(problem: Problem, column: str, where: str, doubt_fr: str) -> Iterator[Row]:
    state = problem.sites[column]
    doubtful = int(state.isin(["unknown", "part"]).sum())
    note = f"{PARTLY_FR} : {plural(doubtful, 'candidat')} {doubt_fr}" if doubtful else ""
    inside = (state == "yes").to_numpy(dtype=bool)
    yield from nothing_on(problem, "continuity", where, inside, note)


@rule(
    "land.coastal_law",
    id="C33",
    label_fr="Loi Littoral",
    unit="MW",
    scope="L",
    grain="site",
    can_bite=_bites_in("coastal", "littorale"),
    lack_fr="MW informatiques dont la continuité est à démontrer",
    needs_layers=("coastal_communes",),
    lacks=lacking(["coastal"], "aucune liste de communes littorales n'est dans le lot"),
    breach_fr="la commune est littorale, la continuité de l'urbanisation est à démontrer",
)
def coastal_law(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """Σₛ∈littoral P[s,t] ≤ 0 : continuité de l’urbanisation à démontrer sur toute la commune."""
    doubt = "en commune d'estuaire ou de lac, à vérifier"
    yield from _by_law(problem, "coastal", "communes littorales", doubt)


@rule(
    "land.mountain_law",
    id="C34",
    label_fr="Loi Montagne",
    unit="MW",
    scope="L",
    grain="site",
    can_bite=_bites_in("mountain", "de montagne"),
    lack_fr="MW informatiques dont la continuité est à démontrer",
    needs_layers=("mountain_communes",),
    lacks=lacking(["mountain"], "aucune liste de communes de montagne n'est dans le lot"),
    breach_fr="la commune est de montagne, la continuité de l'urbanisation est à démontrer",
)
def mountain_law(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """Σₛ∈montagne P[s,t] ≤ 0 : continuité de l’urbanisation existante à démontrer."""
    doubt = "en commune classée pour partie, à vérifier"
    yield from _by_law(problem, "mountain", "communes de montagne", doubt)


def watched(sites: pd.DataFrame, values: Mapping[str, Value]) -> dict[str, float]:
    """Return the distances held, each with the metres under which they are near.

    Parameters
    ----------
    sites : one row a candidate.
    values : ``station_m``, ``aerodrome_m`` and ``heritage_m``.

    Returns
    -------
    Metres by column; a layer that no site can be measured to is left out.
    """
    return {
        column: values[key].number
        for column, (_, key) in AROUND.items()
        if column in sites and sites[column].notna().any()
    }


def _around_bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    near = pd.Series(False, index=inputs.sites.index)
    for column, metres in watched(inputs.sites, values).items():
        near |= inputs.sites[column].astype(float) * 1000.0 < metres
    told = f"{plural(int(near.sum()), 'candidat')} près d'une gare, d'une piste ou d'un monument"
    return Bite("oui" if near.any() else "non", told)


@rule(
    "land.surroundings",
    id="C37",
    label_fr="Abords : gare, aérodrome, patrimoine",
    unit="MW",
    scope="L",
    grain="site",
    kind="term",
    can_bite=_around_bites,
    lack_fr="MW informatiques aux abords d'une gare, d'une piste ou d'un monument",
    values={
        "station_m": "planning.station_m",
        "aerodrome_m": "planning.aerodrome_m",
        "heritage_m": "planning.heritage_m",
    },
    lacks=lacking(list(AROUND), "ni gares, ni aérodromes, ni monuments ne sont dans le lot"),
    breach_fr="le terrain est {where}",
)
def surroundings(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """∀ lieu : Σₛ proche P[s,t] ≤ 0, souple : servitudes et avis à demander, sans disculper."""
    held = watched(problem.sites, values)
    absent = listing(words for column, words in ABSENT_FR.items() if column not in held)
    note = f"{PARTLY_FR} : aucune donnée pour {absent}" if absent else ""
    for column, metres in held.items():
        near = (problem.sites[column].astype(float) * 1000.0 < metres).to_numpy(dtype=bool)
        where = f"à moins de {metres:g} m {AROUND[column][0]}"
        yield from nothing_on(problem, column.removesuffix("_distance_km"), where, near, note)


def _scot_bites(inputs: Inputs, values: Mapping[str, Value]) -> Bite:
    count = int(inputs.sites["scot_code"].nunique())
    return Bite("oui", f"{plural(count, 'SCoT')} à enveloppe connue")


@rule(
    "land.scot_envelope",
    id="C41",
    label_fr="Enveloppe foncière du SCoT",
    unit="ha",
    scope="S",
    grain="territory",
    can_bite=_scot_bites,
    lack_fr="ha d'ENAF dans l'enveloppe du SCoT",
    values={"datacenter_share": "envelope.datacenter_share", "reduction": "envelope.reduction"},
    lacks=lacking(
        ["enaf_scot_2011_2021_ha"],
        "les périmètres de SCoT, ou la consommation d'ENAF par commune, ne sont pas dans le lot",
    ),
    breach_fr="il prend de l'ENAF au-delà de l'enveloppe du SCoT",
)
def scot_envelope(problem: Problem, values: Mapping[str, Value]) -> Iterator[Row]:
    """∀ SCoT : Σₛ∉non a[d]·p[s,d,t] ≤ α·(1 − r)·ENAF 2011-2021 : un état inconnu compte."""
    share = values["datacenter_share"].number * (1.0 - values["reduction"].number)
    known = problem.sites["enaf_scot_2011_2021_ha"].astype(float)
    doubtful = (problem.sites["enaf"] != "no").to_numpy(dtype=bool)
    land, codes = problem.coefficient("land", 1e-4), problem.sites["scot_code"].astype(str)
    for code, hectares in known.groupby(codes.to_numpy()).first().dropna().items():
        among = doubtful & (codes == code).to_numpy(dtype=bool)
        for period in problem.periods:
            left = problem.placed(land, period, among)
            if left:
                limit = share * float(hectares)
                yield Row(str(code), f"SCoT {code}", period, left, "<=", limit, scale=1.0)
