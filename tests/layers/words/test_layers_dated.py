"""Dated parameters: which value is in force on a day."""

from __future__ import annotations

from datetime import date

from layers.words.dated_values import DatedValue, Parameter, in_force

PARAMETER = Parameter(
    label_fr="essai",
    unit="1",
    values=tuple(
        DatedValue.model_validate(
            {"from": day, "value": number, "status": "read", "reference": "texte des essais"}
        )
        for day, number in ((date(2024, 6, 1), 2.0), (date(2020, 1, 1), 1.0))
    ),
)


def in_force_on(day: date) -> list[float]:
    return [value.number for value in in_force({"x": PARAMETER}, day).values()]


def test_the_latest_value_rules_from_its_very_day() -> None:
    assert in_force_on(date(2024, 5, 31)) == [1.0]
    assert in_force_on(date(2024, 6, 1)) == [2.0]
    assert in_force_on(date(2030, 1, 1)) == [2.0]


def test_a_parameter_has_no_value_before_its_first_day() -> None:
    assert in_force_on(date(2019, 12, 31)) == []
    assert in_force_on(date(2020, 1, 1)) == [1.0]
