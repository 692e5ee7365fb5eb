"""Electricity delivered by Enedis, by département."""

from __future__ import annotations

import pandas as pd

from layers.contracts.contract import Column, Export, Raw, ReportLine, Tidied, layer
from layers.geometry.vector_overlay import number

SECTORS = (
    "Conso totale Résidentiel (MWh)",
    "Conso totale Professionnel (MWh)",
    "Conso totale Agriculture (MWh)",
    "Conso totale Industrie (MWh)",
    "Conso totale Tertiaire (MWh)",
    "Conso totale Secteur non affecté (MWh)",
)


@layer(
    "departement_electricity",
    label_fr="Consommation électrique par département",
    theme="Réseau électrique",
    key=("departement_code",),
    columns={
        "departement_code": Column("Département"),
        "year": Column("Année", "année"),
        "consumption_mwh": Column("Consommation livrée par Enedis", "MWh"),
        "is_partial": Column("D'autres distributeurs desservent une grande part du département"),
    },
    exports={
        "sales": Export(
            "electricity/enedis_conso_secteur_departement_*.csv",
            ("Année", "Code département", *SECTORS),
        )
    },
)
def tidy(raw: Raw) -> Tidied:
    """Sum the sectors of the latest year; where others distribute, the figure is a floor."""
    source = raw.exports["sales"]
    year = number(source["Année"])
    inside = source["Code département"].isin(raw.territory.departements)
    latest = source[inside & (year == year.max())]
    partial = set(raw.territory.settings.get("other_distributors", ()))
    table = pd.DataFrame(
        {
            "departement_code": latest["Code département"],
            "year": int(year.max()),
            "consumption_mwh": sum(number(latest[name]).fillna(0.0) for name in SECTORS),
            "is_partial": latest["Code département"].isin(partial),
        }
    )
    table["consumption_mwh"] = table["consumption_mwh"].round(0)
    table = table.sort_values("departement_code").reset_index(drop=True)
    return Tidied(
        table,
        [
            ReportLine("departement_electricity", "kept", len(table), f"année {int(year.max())}"),
            ReportLine(
                "departement_electricity",
                "unknown",
                int(table["is_partial"].sum()),
                "autres distributeurs : valeur plancher",
            ),
        ],
    )
