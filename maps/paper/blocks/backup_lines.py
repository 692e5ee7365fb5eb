"""Lines of a sheet on backup and flexibility: tests, ICPE headings, peaks, batteries, panels."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from layers.words.french import NO_BREAK, estimate, number, quantity, significant
from maps.paper.blocks.block_content import Fact, Item, Table, Text, Unknown
from maps.paper.sheet_material import OLDER, Subject

TESTS = ("value:carbon.engine_test_hours", "value:carbon.engine_test_load",
         "value:backup.engine_efficiency", "value:carbon.engine_nox")  # fmt: skip
UNITS_FR = {"MW": "MW thermiques", "t": "t de fioul", "kW": "kW de charge", "kg": "kg de fluide"}
HECTARE = 10_000


def backup(subject: Subject) -> Iterator[Item]:
    """Yield the engines, a year of their tests, their fuel, and the ICPE headings crossed.

    Parameters
    ----------
    subject : a retained site, and the results it is read from.

    Yields
    ------
    Facts and a table, or what is unknown and why.
    """
    row = _figures(subject)
    if row is None:
        yield Unknown("secours, essais et rubriques ICPE", OLDER)
        return
    told = (
        f"{quantity(row['engines_mw'], 'MW', 1)} électriques, "
        f"{quantity(row['thermal_mw'], 'MW', 1)} thermiques ; {estimate(row['fuel_t'])} t de fioul "
        "en cuves"
    )
    papers = ("value:carbon.engine_ratio", "value:backup.engine_efficiency",
              "value:backup.autonomy_hours")  # fmt: skip
    yield Fact("Groupes de secours", told, "C", papers)
    tests = (
        f"{quantity(row['test_hours'], 'h/an')} par groupe : {estimate(row['test_litres'])} L de "
        f"fioul, {estimate(row['test_nox_kg'])} kg de NOx, {estimate(row['test_carbon_t'])} t CO2e"
    )
    yield Fact("Essais des groupes", tests, "C", TESTS)
    yield from _headings(subject)


def _figures(subject: Subject) -> pd.Series | None:
    rows = subject.rows("plan/backup")
    return None if rows.empty else rows.iloc[0]


def _headings(subject: Subject) -> Iterator[Item]:
    crossed = subject.rows("plan/icpe")
    if crossed.empty:
        yield Text("Le secours de ce site ne franchit aucun seuil ICPE lu ici (2910, 3110, 4734, "
                   "2925, 1185).")  # fmt: skip
        return
    rows = [
        (
            row["rubric"],
            row["regime_fr"],
            f"{significant(row['quantity'])}{NO_BREAK}{UNITS_FR.get(row['unit'], row['unit'])}",
            f"{number(row['threshold'])}{NO_BREAK}{row['unit']}",
        )
        for row in crossed.to_dict("records")
    ]
    caption = "Rubriques ICPE que le secours franchit, tout le site pris pour une installation"
    papers = tuple(f"value:{name}" for name in crossed["value"])
    yield Table(caption, ("Rubrique", "Régime", "Ici", "Seuil"), rows, (1, 1.6, 2.2, 1.2), papers)


def flexibility(subject: Subject) -> Iterator[Item]:
    """Yield what the site may shed at the grid's peaks, and examples of battery and panels.

    Parameters
    ----------
    subject : a retained site, and the results it is read from.

    Yields
    ------
    Facts, or what is unknown and why.
    """
    row = _figures(subject)
    if row is None:
        yield Unknown("effacement aux pointes, batteries, photovoltaïque", OLDER)
        return
    told = (
        f"{quantity(row['shed_mw'], 'MW', 1)} pendant {quantity(row['peak_hours'], 'h/an')} de "
        f"pointe (RTE) : {estimate(row['shed_mwh'])} MWh déplacés, "
        f"{estimate(row['saved_carbon_t'])} t CO2e de moins à la marge"
    )
    papers = ("value:flexibility.peak_days", "value:flexibility.shed_share")
    yield Fact("Effacement supposé", told, "D", papers)
    yield from _option(subject, "battery_hours", row["battery_m2"], "Batterie d'une heure",
                       f"{quantity(row['battery_mwh'], 'MWh', 1)}")  # fmt: skip
    yield from _option(subject, "pv_share", row["pv_m2"], "Un dixième en photovoltaïque",
                       f"{quantity(row['pv_mwp'], 'MWc', 1)} au sol")  # fmt: skip
    yield Unknown("valeur de l'effacement", "prix du mécanisme de capacité de 2026 non lu")


def _option(subject: Subject, key: str, ground: float, label: str, told: str) -> Iterator[Item]:
    """Yield an example of an option, and whether the scenario counts its ground."""
    asked = subject.value(f"flexibility.{key}")
    counted = "demandé par le scénario, sol compté" if asked else "exemple, sol non compté"
    hectares = quantity(ground / HECTARE, "ha", 1 if ground >= HECTARE else 2)
    papers = (f"value:flexibility.{'battery_ground' if 'battery' in key else 'pv_ground'}",)
    yield Fact(label, f"{told}, {hectares} ({counted})", "C", papers)
