"""Every cause has its sentence, short and with names; no sentence stands for « else »."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from layers.words.french import NARROW, NO_BREAK
from scenarios.answers.limit_words import limit_reached, own_excesses_told, place_named
from scenarios.answers.reason_sentences import LEFT_FR, RETAINED_FR, Told, imposed, to_verify
from scenarios.answers.site_reasons import STRENGTHS_FR
from scenarios.reading.site_explanation import would_change
from siting.choice.reason_table import ENTERED, NEVER_ENTERED, RETAINED
from siting.program.rule_registry import RULES
from siting.screening.criteria.criterion_registry import CRITERIA
from siting.screening.fate_sentences import FATE_CAUSES
from siting.screening.vacancy import TO_VERIFY_FR

TOLD = Told({"S2": "la friche de Bègles"}, {"département 33": "Gironde"}, 1.351, (2031, 2036), 871)
WHY = {
    "cause": "", "rule_id": "C15", "rule": "grid.yard_capacity",
    "label_fr": "Capacité des postes et domaine de tension", "unit": "MW",
    "where": "département 33, soutirage amont", "taken": 46.987, "limit": 48.57,
    "carries_mw": 3.21, "least_mw": 5.0, "entry_meur_per_mw": 0.2561, "cost_meur": 3.738,
    "cost_low_meur": 1.618, "cost_high_meur": 5.089, "replaced_by": "S2", "replaces": "S2",
    "by_excess": "", "made_room": "Équilibre : département 33", "cheaper_shut": 4.0,
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
        assert all(len(each.split()) <= 35 for each in plain(text).split(". "))
        assert not re.search(r"S2|\b33\b|nan|inf\b", text)


@pytest.mark.parametrize("say", [RETAINED_FR["required"], LEFT_FR["impossible"]])
def test_an_infinite_bound_read_back_blank_from_a_folder_says_the_same(say) -> None:
    proven, blank = ({**WHY, "cost_low_meur": low} for low in (float("inf"), float("nan")))
    assert say(proven, TOLD) == say(blank, TOLD) != say(WHY, TOLD)


def test_figures_have_two_digits_and_sites_their_names() -> None:
    assert plain(RETAINED_FR["saves"](WHY, TOLD)) == (
        "Sans lui, le plan coûterait 3,7 M€ pondérés de plus (entre 1,6 et 5,1). "
        "La friche de Bègles prendrait sa place."
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


EXCESSES = {
    "site_id": "S1", "rule_id": "C24", "rule": "nature.neighbours",
    "label_fr": "Riverains, air et bruit", "where": "à moins de 300 m d'une école",
    "period": 2036, "unit": "MW", "taken": 8.4226, "excess": 8.4226, "status": "assumption",
    "said_fr": "le terrain est à moins de 300 m d'une école",
}  # fmt: skip


def test_a_site_tells_the_soft_rule_it_passes_once_with_its_last_year() -> None:
    rows = pd.DataFrame([{**EXCESSES, "period": 2031, "excess": 5.0}, EXCESSES])
    assert [plain(text) for text in own_excesses_told(rows, {})] == [
        "Règle souple dépassée, « riverains, air et bruit » : le terrain est à moins de 300 m "
        "d'une école (8,42 MW au-delà en 2036, seuil supposé).",
        "Le plan accepte ce dépassement et le compte comme un coût.",
    ]
    assert own_excesses_told(rows.iloc[:0], {}) == []


def test_every_rule_says_how_a_site_passes_it_in_a_short_sentence() -> None:
    wheres = {"departement": "département 33", "yard": "poste Bègles (BEGLE), HTA"}
    for rule in RULES.values():
        around = "à moins de 300 m d'une école, d'un collège ou d'un lycée"
        where = wheres.get(
            rule.grain, around if "terrain est {where}" in rule.breach_fr else "région"
        )
        said = rule.breach_fr.format(where=where, limit="20 MW thermiques")
        row = {**EXCESSES, "label_fr": rule.label_fr, "where": where, "said_fr": said}
        rows = pd.DataFrame([{**row, "unit": rule.unit, "status": "memory"}])
        for text in own_excesses_told(rows, {"département 33": "Gironde"}):
            assert len(plain(text).split()) <= 35, text
            assert not re.search(r"[{}]|\b33\b", text)


def test_a_site_that_would_come_in_by_passing_a_soft_rule_is_said_to() -> None:
    alone = {**WHY, "by_excess": "S2"}
    assert plain(RETAINED_FR["saves"](alone, TOLD)).endswith(
        "La friche de Bègles prendrait sa place (en dépassant une règle souple)."
    )
    both = {**alone, "replaced_by": "S2|S3"}
    assert plain(RETAINED_FR["saves"](both, TOLD)).endswith(
        "(dont 1 en dépassant une règle souple)."
    )
    imposing = {**WHY, "replaced_by": "", "by_excess": "S1"}
    assert ", en dépassant une règle souple. " in plain(imposed(imposing, TOLD))


def test_what_keeps_a_candidate_out_until_it_is_seen_is_said_without_nested_brackets() -> None:
    assert to_verify(TO_VERIFY_FR["friches"]) == [
        ", non retenu tant que personne n'a constaté sur place que le terrain est libre."
    ]
    signs = [
        f"signe numéro {k} assez long pour compter plusieurs mots (source, 2026)" for k in range(9)
    ]
    first, second = to_verify(f"à vérifier : signes d'activité ({' ; '.join(signs)})")
    assert plain(first) == ", non retenu : des signes d'activité restent à vérifier."
    assert len(plain(second).split()) <= 35
    assert "signe numéro 8" in second
    assert "autres signes" in second
    for text in TO_VERIFY_FR.values():
        assert all(
            len(f"Candidat au rang 5 sur 871{part}".split()) <= 35 for part in to_verify(text)
        )


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
