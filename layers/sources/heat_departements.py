"""Heat networks by département: how many, how renewable, in which climate zone."""

from __future__ import annotations

import pandas as pd

from layers.contracts.contract import Column, Export, Raw, ReportLine, Tidied, layer


@layer(
    "heat_departements",
    label_fr="Réseaux de chaleur par département",
    theme="Chaleur",
    key=("departement_code",),
    columns={
        "departement_code": Column("Département"),
        "networks": Column("Réseaux de chaleur"),
        "renewable_share": Column(
            "Part d'énergies renouvelables et de récupération", "1", nullable=True
        ),
        "climate_zone": Column("Zone climatique réglementaire", nullable=True),
    },
    exports={
        "stats": Export("heat/FCU_stats-bdnb-*-departements.json"),
        "zones": Export("heat/FCU_sous-zones-climatiques.json"),
    },
)
def tidy(raw: Raw) -> Tidied:
    """Keep the counts and the renewable share; the source's rows and its site differ by a few."""
    stats = pd.DataFrame(raw.exports["stats"])
    kept = stats[stats["departement_code"].isin(raw.territory.departements)]
    table = pd.DataFrame(
        {
            "departement_code": kept["departement_code"],
            "networks": kept["nb_reseaux"].astype("int64"),
            "renewable_share": (kept["taux_enrr"].astype(float) / 100.0).round(4),
            "climate_zone": kept["departement_code"].map(raw.exports["zones"]),
        }
    )
    table = table.sort_values("departement_code").reset_index(drop=True)
    total = int(table["networks"].sum())
    why = f"département ; {total} réseaux en tout, un peu moins que sur le site du producteur"
    return Tidied(table, [ReportLine("heat_departements", "kept", len(table), why)])
