"""Every cause has its sentence, short and with names; no sentence stands for « else »."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from layers.words.french import NARROW, NO_BREAK
from scenarios.answers.limit_words import limit_reached, place_named
from scenarios.answers.reason_sentences import LEFT_FR, RETAINED_FR, Told
from scenarios.answers.site_reasons import STRENGTHS_FR
from scenarios.reading.site_explanation import would_change
from siting.choice.reason_table import ENTERED, NEVER_ENTERED, RETAINED
from siting.screening.criteria.criterion_registry import CRITERIA
from siting.screening.fate_sentences import FATE_CAUSES

TOLD = Told({"S2": "la friche de Bègles"}, {"département 33": "Gironde"}, 1.351, 2036)
WHY = {
    "cause": "", "rule_id": "C15", "rule": "grid.yard_capacity",
    "label_fr": "Capacité des postes et domaine de tension", "unit": "MW",
    "where": "département 33, soutirage amont", "taken": 46.987, "limit": 48.57,
    "carries_mw": 3.21, "least_mw": 5.0, "entry_meur_per_mw": 0.2561, "cost_meur": 3.738,
    "cost_low_meur": 1.618, "cost_high_meur": 5.089, "replaced_by": "S2", "replaces": "S2",
    "made_room": "Équilibre : département 33", "cheaper_shut": 4.0,
}  # fmt: skip
NO_VERDICT = pd.DataFrame({"state": [], "kind": [], "label_fr": [], "criterion": []})


def plain(text: str) -> str:
    return text.replace(NARROW, " ").replace(NO_BREAK, " ")


def test_each_cause_of_the_closed_lists_has_a_sentence_of_its_own() -> None:
    assert set(RETAINED_FR) == set(RETAINED)
    assert set(LEFT_FR) | {"to_verify"} == {*ENTERED, *NEVER_ENTERED}
    assert not set(FATE_CAUSES) & {*RETAINED, *ENTERED, *NEVER_ENTERED}
    spoken = [say(WHY, TOLD) for say in (*RETAINED_FR.values(), *LEFT_FR.values())]
    assert len(set(spoken)) == len(spoken)
    for text in spoken:
        assert len(plain(text).split()) <= 35
        assert not re.search(r"S2|\b33\b|nan|inf\b", text)


def test_figures_have_two_digits_and_sites_their_names() -> None:
    assert plain(RETAINED_FR["saves"](WHY, TOLD)) == (
        "Sans lui, le plan coûterait 3,7 M€ pondérés de plus (entre 1,6 et 5,1) ; "
        "la friche de Bègles prendrait sa place."
    )
    assert plain(LEFT_FR["row"](WHY, TOLD)) == (
        "plus assez de place : alimentation électrique du département (Gironde), 47 MW sur 49 pris "
        "par le plan"
    )
    assert place_named("poste La Pallice (PALLI), HTA", {}) == "poste La Pallice, en HTA"
    balance = {**WHY, "rule": "territory.balance", "where": "département 33"}
    assert plain(limit_reached(balance, TOLD.places)).startswith("la part admise du département (G")


@pytest.mark.parametrize(
    ("taken", "told"),
    [
        (0.0, "la règle « devoir de chaleur » l'écarte (sites sans débouché connu)"),
        (
            209.1,
            "la règle « devoir de chaleur » l'écarte (sites sans débouché connu, "
            "comme 209 MW déjà retenus)",
        ),
    ],
)
def test_a_limit_of_zero_is_never_reached(taken: float, told: str) -> None:
    heat = {"rule": "heat.duty", "label_fr": "Devoir de chaleur", "unit": "MW", "limit": 0.0,
            "where": "sites sans débouché connu", "taken": taken}  # fmt: skip
    assert plain(limit_reached(heat, {})) == told


def test_strengths_name_criteria_that_exist() -> None:
    assert set(STRENGTHS_FR) <= set(CRITERIA)


@pytest.mark.parametrize("cause", [*ENTERED, *NEVER_ENTERED])
def test_each_cause_says_what_would_change_it(cause: str) -> None:
    site = pd.Series(
        {"fate": "candidat", "retained": False, "cause": cause, "cost_meur": 1.5,
         "entry_meur_per_mw": 0.2, "limit_fr": "poste Floirac"}
    )  # fmt: skip
    told = would_change(site, NO_VERDICT)
    assert told
    assert all(len(plain(text).split()) <= 35 for text in told)


@pytest.mark.parametrize(("area", "told"), [(0.0312, 0), (1.2, 1)])
def test_no_one_is_told_to_make_a_garden_fifty_times_larger(area: float, told: int) -> None:
    failed = pd.DataFrame(
        {"state": ["failed"], "kind": ["éliminatoire"], "criterion": ["land.min_area"],
         "label_fr": ["Surface du site"], "value": [area], "threshold": [1.5], "unit": ["ha"]}
    )  # fmt: skip
    said = would_change(pd.Series({"fate": "écarté", "retained": False}), failed)
    assert len(said) == told
    assert all("0,3 ha de terrain voisin" in plain(text) for text in said)
