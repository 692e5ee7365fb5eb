from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import impacts
from impacts.quantities.backup_power import (
    RUBRICS,
    backup_of,
    engines_thermal_mw,
    icpe_crossings,
)


def said(it_mw: float, factors, **how) -> dict[str, str]:
    return {
        c.rubric: c.regime
        for c in icpe_crossings(backup_of(it_mw, factors, **{"pue": 1.2, **how}), factors)
    }


def test_a_year_of_tests_is_worked_out_by_hand(factors):
    found = backup_of(10.0, factors, pue=1.2)
    # 15 MW of engines × 15 h × half load = 112.5 MWh; a litre gives 9.96 × 0.40 = 3.984 kWh.
    assert found.engines_mw == pytest.approx(15.0)
    assert found.thermal_mw == pytest.approx(15.0 / 0.40)
    assert found.test_litres == pytest.approx(112_500 / 3.984)
    assert found.test_nox_kg == pytest.approx(675.0)
    assert found.test_carbon_t == pytest.approx(90.0)
    # 12 MW for 48 h = 576 MWh of electricity, in fuel of 0.845 kg a litre.
    assert found.fuel_t == pytest.approx(576 / 3.984 * 0.845)
    assert found.charger_kw == pytest.approx(1000.0)
    assert found.refrigerant_kg == pytest.approx(10_000 * 1.3 * 0.2)


def test_each_threshold_is_crossed_at_its_own_number_and_not_before(factors):
    per_mw = engines_thermal_mw(1.0, factors)
    below, at = (20.0 - 1e-9) / per_mw, (20.0 + 1e-9) / per_mw
    assert said(below, factors)["2910"] == "declaration"
    assert said(at, factors)["2910"] == "registration"
    large = said((50.0 + 1e-9) / per_mw, factors)
    assert large["3110"] == "authorisation"
    assert "2910" not in large, "un site sous 3110 quitte 2910"
    assert said(1000.0, factors)["4734"] == "authorisation"
    assert "2925" not in said(5.9, factors)
    assert said(6.0, factors)["2925"] == "declaration"
    assert "1185" not in said(10.0, factors, cold_share=0.1)


@given(st.floats(0.1, 500), st.floats(0.1, 500))
def test_a_larger_site_never_crosses_less(first, more):
    factors = impacts.factors(date(2026, 12, 1))
    weight = {"declaration": 1, "registration": 2, "authorisation": 3}
    small, large = said(first, factors), said(first + more, factors)
    for rubric, regime in small.items():
        at_least = large.get("3110", "") if rubric == "2910" else ""
        assert weight[large.get(rubric, at_least)] >= weight[regime]


def test_a_threshold_not_yet_in_force_is_not_crossed():
    before, after = (impacts.factors(date(year, 1, 1)) for year in (2018, 2026))
    site = backup_of(25.0, after, pue=1.2)
    assert {c.rubric for c in icpe_crossings(site, after)} == {"3110", "2925", "1185", "4734"}
    assert {c.rubric for c in icpe_crossings(site, before)} == {"3110", "4734"}


def test_every_heading_weighs_a_quantity_and_has_a_dated_threshold(factors):
    site = backup_of(1.0, factors, pue=1.2)
    for rubric, name in RUBRICS.items():
        huge = replace(site, **{name: 1e9})
        heaviest = next(c for c in icpe_crossings(huge, factors) if c.rubric in (rubric, "3110"))
        assert heaviest.paper.scope == "L"
        assert heaviest.paper.reference
        assert rubric in heaviest.paper.label_fr or heaviest.rubric == "3110"
