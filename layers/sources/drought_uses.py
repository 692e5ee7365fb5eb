"""What a drought order asks of classified plants, quoted by département, water and level."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from layers.contracts.contract import Column, Export, Raw, Tidied, layer, report_of

# Uses that a datacenter falls under: a classified plant (ICPE), or an industrial activity.
OURS = re.compile(r"ICPE|industri", re.IGNORECASE)
KEY = ("departement_code", "water_kind", "level", "use", "orders")


@layer(
    "drought_uses",
    label_fr="Ce que demandent les arrêtés sécheresse aux installations classées (VigiEau)",
    theme="Eau",
    key=KEY,
    columns={
        "departement_code": Column("Département"),
        "water_kind": Column("Eau : AEP, SUP, SOU"),
        "level": Column("Niveau : vigilance, alerte, alerte_renforcee, crise"),
        "use": Column("Usage, dans les mots de l'arrêté"),
        "text": Column("Ce que l'arrêté en dit, citation"),
        "orders": Column("Numéros des arrêtés"),
    },
    exports={"uses": Export("water/vigieau_usages_????-??-??_*.json.gz")},
    needs=("departements",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep the uses of firms that name classified plants or industry; a text is never reworded."""
    codes = set(raw.layers["departements"]["departement_code"])
    rows = [
        row
        for code, kinds in sorted(raw.exports["uses"].items())
        if code in codes
        for row in _of_departement(code, kinds)
    ]
    table = pd.DataFrame(rows, columns=[*KEY, "text"])
    twice = table.duplicated(list(KEY))
    table = table[~twice].sort_values(list(KEY)).reset_index(drop=True)
    return Tidied(
        table,
        report_of(
            "drought_uses",
            ("kept", len(table), "usage d'installations classées ou d'industrie"),
            ("dropped", int(twice.sum()), "usage répété dans un même arrêté"),
        ),
    )


def _of_departement(code: str, kinds: dict[str, Any]) -> list[tuple[str, ...]]:
    numbers = {key: order["numero"] for key, order in kinds.get("_arretes", {}).items()}
    return [
        (
            code,
            kind,
            level,
            _plain(use["usage"]),
            " ; ".join(sorted({str(numbers.get(str(one), one)) for one in use["arretes"]})),
            _once(_plain(use["description"])),
        )
        for kind, levels in sorted(kinds.items())
        if not kind.startswith("_")
        for level, uses in levels.items()
        for use in uses
        if use["concerne"]["concerne_entreprise"] and OURS.search(use["usage"])
    ]


def _plain(text: str) -> str:
    """Return a text on one line, with one kind of apostrophe."""
    return re.sub(r"\s+", " ", text.replace("’", "'")).strip()


def _once(text: str) -> str:
    """Leave out the second half of a text that the publisher wrote twice in a row.

    >>> _once("Se référer à l'arrêté., Se référer à l'arrêté.")
    "Se référer à l'arrêté."
    """
    half = re.fullmatch(r"(.+), \1", text)
    return half[1] if half else text
