"""Heat delivered by networks, by commune and sector (SDES 2019)."""

from __future__ import annotations

import pandas as pd

from layers.contracts.contract import Column, Export, Raw, ReportLine, Tidied, layer
from layers.geometry.vector_overlay import number


@layer(
    "heat_deliveries",
    label_fr="Livraisons des réseaux de chaleur",
    theme="Chaleur",
    key=("network_id", "iris_code", "sector"),
    columns={
        "network_id": Column("Identifiant du réseau"),
        "network_name": Column("Nom du réseau"),
        "year": Column("Année", "année"),
        "commune_code": Column("Commune"),
        "iris_code": Column("IRIS"),
        "sector": Column("Secteur : r, t, i, a, x (inconnu)"),
        "delivered_mwh": Column("Chaleur livrée", "MWh", nullable=True),
        "delivery_points": Column("Points de livraison", nullable=True),
        "is_secret": Column("Secret statistique"),
    },
    exports={
        "rows": Export(
            "heat/heat_network_by_iris_*.csv",
            ("id", "operateur", "annee", "code", "filiere", "code_grand_secteur", "conso", "pdl"),
        )
    },
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep heat only; the commune is the first five digits of the IRIS, no trace is known."""
    source = raw.exports["rows"]
    code = source["code"].str.zfill(9)
    here = code.str[:2].isin(raw.territory.departements)
    heat = here & (source["filiere"] == "c")
    rows = source[heat]
    table = pd.DataFrame(
        {
            "network_id": rows["id"],
            "network_name": rows["operateur"].str.strip().map(_network_name),
            "year": number(rows["annee"]).astype("int64"),
            "commune_code": code[heat].str[:5],
            "iris_code": code[heat],
            "sector": rows["code_grand_secteur"],
            "delivered_mwh": number(rows["conso"]),
            "delivery_points": number(rows["pdl"]).astype("Int64"),
            "is_secret": rows["conso"].str.strip().str.lower() == "s",
        }
    )
    table = table.sort_values(["network_id", "iris_code", "sector"]).reset_index(drop=True)
    return Tidied(table, _report(source, here, table))


def _network_name(name: str) -> str:
    text = " ".join(name.split())
    return text[:1].upper() + text[1:]


def _report(source: pd.DataFrame, here: pd.Series, table: pd.DataFrame) -> list[ReportLine]:
    cold = here & (source["filiere"] == "f")
    unknown = table["sector"] == "x"
    return [
        ReportLine("heat_deliveries", "kept", len(table), "livraison de chaleur (filière c)"),
        ReportLine(
            "heat_deliveries",
            "dropped",
            int(cold.sum()),
            "livraison de froid (filière f) : un datacenter n'y apporte rien",
        ),
        ReportLine(
            "heat_deliveries",
            "unknown",
            int(table["is_secret"].sum()),
            "secret statistique : quantité inconnue, jamais zéro",
        ),
        ReportLine("heat_deliveries", "unknown", int(unknown.sum()), "secteur inconnu (x)"),
    ]
