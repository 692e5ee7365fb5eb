"""The sentences after the plan: other plans, room left, cost of rules, months of water."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from scenarios.answers.told.rule_answers import (
    costs_said,
    months_said,
    others_said,
    room_said,
    water_months,
)


def document(**changes: Any) -> dict[str, Any]:
    costs = [
        cost("Taille maximale d'un site", 0.02, 3.0),
        cost("Budget énergétique", 0.0, 0.0),
        cost("Chaleur fatale valorisée", None, None),
    ]
    base = {
        "periods": [2031, 2036],
        "solver": {"most_it_mw": 273.4},
        "capacity": [
            limit("région", 2036, 0.74, "1 GWh de plus permettrait 0,74 MW"),
            limit("secteur L2", 2036, 9.0, "1 000 m³ de plus permettrait 9 MW"),
        ],
        "rule_costs": costs,
        "leverage": [],
        "water_months": [],
    }
    return base | changes


def cost(label: str, share: float | None, meur: float | None, **more: Any) -> dict[str, Any]:
    row = {"label_fr": label, "scope": "C", "share": share, "cost_meur": meur}
    return row | {"low_meur": None, "high_meur": None, "text_fr": ""} | more


def limit(where: str, period: int, mw: float, text: str) -> dict[str, Any]:
    label = "Chaleur fatale valorisée"
    return {"where": where, "period": period, "mw_per_unit": mw, "text_fr": text, "label_fr": label}


def said(**changes: Any) -> str:
    told = document(**changes)
    every = [*months_said(told), *room_said(told), *costs_said(told)]
    return " ".join(every).replace("\u00a0", " ").replace("\u202f", " ")


def test_room_left_names_the_limits_of_the_region_only():
    assert "au plus 270 MW nouveaux en 2036" in said()
    assert "0,74 MW (chaleur fatale valorisée)" in said()
    assert "9 MW" not in said()
    assert "au plus" not in said(solver={"most_it_mw": None})


def test_a_penalty_is_never_told_as_a_price():
    assert "Taille maximale d'un site (CESER), 3 M€ pondérés." in said()
    assert "sans coût autre que notre pénalité : Chaleur fatale valorisée" in said()


def test_a_proven_interval_is_told_rule_by_rule():
    told = cost("Réserve", 0.01, 2.0, low_meur=2.5, high_meur=7.5, text_fr="coûte au moins 2,5 M€")
    free = cost("Filtre", 0.0, 0.0, low_meur=0.0, high_meur=0.0, text_fr="ne coûte rien")
    text = said(rule_costs=[told, free])
    assert "Réserve coûte au moins 2,5 M€. Coût prouvé nul : Filtre." in text
    assert "Coût prouvé" not in said()


@pytest.mark.parametrize(
    ("gap", "words"),
    [(0.0001, "Il coûterait autant."), (0.012, "Il coûterait 1,7 M€ pondérés de plus.")],
)
def test_another_plan_is_told_by_what_it_keeps(gap: float, words: str):
    same = {"departement": 0.93, "epci": 0.81}
    other = {"alternative": 1, "kept": ["A", "B"], "added": ["C"], "objective_gap": gap}
    told = {
        "alternatives": [other | {"same": same}],
        "n_sites": 5,
        "solver": {"objective": 2.0},
        "objective_terms": [{"meur": 140.0, "objective": 2.0}],
    }
    text = others_said(told)[1].replace("\u202f", " ").replace("\u00a0", " ")
    assert "2 des 5 sites gardés, 1 autre." in text
    assert text.index("93") < text.index("81")  # territories first
    assert words in text
    assert others_said(told | {"alternatives": []}) == []


def test_the_fullest_month_is_found_by_sector():
    months = range(1, 13)
    monthly = pd.DataFrame(
        [("A", 2036, m, 10.0) for m in months] + [("B", 2036, m, 40.0 * (m == 8)) for m in months],
        columns=["site_id", "period", "month", "water_m3"],
    )
    sites = pd.DataFrame({"sector_code": ["L2", "P6"]}, index=["A", "B"])
    region, *sectors = water_months(monthly, sites, 2036)
    assert (region["month_fr"], region["water_m3"]) == ("août", 50.0)
    assert {row["where"]: row["year_share"] for row in sectors}["secteur P6"] == 1.0
    text = said(water_months=[region, *sectors])
    assert "août, 50 m³ (31 % de l'année)" in text
    assert "Aucun budget mensuel" in text


def test_water_that_no_cooling_evaporates_is_said_even():
    even = {"where": "région", "month_fr": "mars", "water_m3": 8.5, "year_share": 0.085}
    assert "également sur l'année" in said(water_months=[even])
