"""Climate of 2050 by EPCI (Climadiag): reference, low, median and high."""

from __future__ import annotations

import pandas as pd

from layers.contracts.contract import Column, Export, Raw, Tidied, layer, report_of
from layers.geometry.vector_overlay import number

# What the tool reads, with its unit; the other variables of the export serve farming or the coast.
KEPT = {
    "Température moyenne Hiver (en °C)": ("temperature_winter", "°C"),
    "Température moyenne Printemps (en °C)": ("temperature_spring", "°C"),
    "Température moyenne été (en °C)": ("temperature_summer", "°C"),
    "Température moyenne Automne (en °C)": ("temperature_autumn", "°C"),
    "Nombre annuel de jours très chaud": ("very_hot_days", "j/an"),
    "Nombre de jours annuels estivaux": ("summer_days", "j/an"),
    "Nombre annuel de nuits chaudes": ("hot_nights", "j/an"),
    "Nombre annuel de jours en vague de chaleur": ("heat_wave_days", "j/an"),
    "Nombre annuel de jours de gel": ("frost_days", "j/an"),
    "Cumul de précipitations été (en mm)": ("summer_rain", "mm"),
    "Nombre de jours été avec sol sec": ("dry_soil_summer_days", "j"),
    "Nombre de jours avec risque significatif de feu de végétation": ("fire_risk_days", "j/an"),
}
LEVELS = {"reference": "reference", "basse": "low", "mediane": "median", "haute": "high"}


@layer(
    "climate_2050",
    label_fr="Climat 2050 par EPCI",
    theme="Climat",
    key=("epci_code", "variable"),
    columns={
        "epci_code": Column("SIREN de l'EPCI"),
        "variable": Column("Variable"),
        "unit": Column("Unité"),
        "reference": Column("Climat de référence", nullable=True),
        "low": Column("2050, valeur basse", nullable=True),
        "median": Column("2050, valeur médiane", nullable=True),
        "high": Column("2050, valeur haute", nullable=True),
    },
    exports={
        "rows": Export(
            "climate/*_EPCI_projections_tidy.csv",
            ("dep", "siren_epci", "variable", "valeur", "brut", "num"),
        )
    },
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Take one set of values an EPCI, mend the typing slips, and drop what is not a number."""
    source = raw.exports["rows"]
    here = source["siren_epci"].isin(set(raw.layers["communes"]["epci_code"]))
    rows = source[here & source["variable"].isin(list(KEPT))].copy()
    typed = number(rows["num"])
    mended = number(rows["brut"].str.replace("..", ".", regex=False))
    rows["value"] = typed.fillna(mended)
    twice = rows.duplicated(["siren_epci", "variable", "valeur"])
    table = _wide(rows[~twice])
    unused = (~source["variable"].isin(list(KEPT))).sum()
    report = report_of(
        "climate_2050",
        ("kept", len(table), "couple (EPCI, variable)"),
        ("merged", twice.sum(), "EPCI saisi dans deux départements, mêmes valeurs"),
        (
            "repaired",
            (typed.isna() & mended.notna() & ~twice).sum(),
            "faute de saisie (« 23..1 » lu 23,1)",
        ),
        ("dropped", unused, "variable non utilisée (cultures, littoral, reprise de végétation)"),
    )
    return Tidied(table, report)


def _wide(rows: pd.DataFrame) -> pd.DataFrame:
    """Put the four levels side by side, one row an EPCI and a variable, with its unit."""
    wide = rows.pivot_table(
        index=["siren_epci", "variable"], columns="valeur", values="value", aggfunc="first"
    )
    table = wide.reset_index().rename(columns={"siren_epci": "epci_code", **LEVELS})
    table.columns.name = None
    table["unit"] = table["variable"].map({name: unit for name, (_, unit) in KEPT.items()})
    table["variable"] = table["variable"].map({name: short for name, (short, _) in KEPT.items()})
    order = ["epci_code", "variable", "unit", "reference", "low", "median", "high"]
    return table[order].sort_values(["epci_code", "variable"]).reset_index(drop=True)
