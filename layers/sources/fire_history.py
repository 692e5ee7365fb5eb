"""Forest fires since 2006, by commune: a history, not a hazard."""

from __future__ import annotations

import pandas as pd

from layers.contracts.contract import Column, Export, Raw, Tidied, layer, report_of
from layers.geometry.vector_overlay import number


@layer(
    "fire_history",
    label_fr="Feux de forêt recensés par commune",
    theme="Risques",
    key=("commune_code",),
    columns={
        "commune_code": Column("Commune (COG 2026)"),
        "fires": Column("Feux recensés", "1"),
        "burnt_ha": Column("Surface brûlée", "ha"),
        "last_fire": Column("Année du dernier feu", "année", nullable=True),
    },
    exports={
        "fires": Export(
            "risks/feux_bdiff_par_commune_*.csv", ("code_insee", "feux", "ha", "derniere")
        )
    },
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep the communes of today; a commune that is absent has no fire in this list."""
    source = raw.exports["fires"]
    here = source["code_insee"].isin(raw.layers["communes"]["commune_code"])
    rows = source[here].drop_duplicates("code_insee").sort_values("code_insee")
    table = pd.DataFrame(
        {
            "commune_code": rows["code_insee"],
            "fires": number(rows["feux"]).astype("int64"),
            "burnt_ha": number(rows["ha"]),
            "last_fire": number(rows["derniere"]).astype("Int64"),
        }
    ).reset_index(drop=True)
    return Tidied(
        table,
        report_of(
            "fire_history",
            ("kept", len(table), "commune où un feu est recensé"),
            ("dropped", int((~here).sum()), "code absent du COG 2026"),
        ),
    )
