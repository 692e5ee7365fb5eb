"""Communes under the loi Montagne: whole, in part, or not."""

from __future__ import annotations

import pandas as pd

from layers.contracts.contract import Column, Export, Raw, Tidied, layer, report_of
from layers.geometry.vector_overlay import number


@layer(
    "mountain_communes",
    label_fr="Communes classées en zone de montagne",
    theme="Sol et urbanisme",
    key=("commune_code",),
    columns={
        "commune_code": Column("Commune (COG 2026)"),
        "mountain": Column("yes, part ou no"),
    },
    exports={
        "communes": Export(
            "admin/communes_zone_montagne_dgcl_*.csv",
            (
                "code_insee",
                "n_anciennes_en_montagne",
                "n_anciennes_communes_2022",
                "zone_montagne",
            ),
        )
    },
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep every commune; one merged from classified and unclassified ones is « part »."""
    source = raw.exports["communes"]
    source = source[source["code_insee"].isin(raw.layers["communes"]["commune_code"])]
    some = number(source["n_anciennes_en_montagne"])
    part = (some > 0) & (some < number(source["n_anciennes_communes_2022"]))
    state = source["zone_montagne"].map({"oui": "yes", "non": "no"}).where(~part, "part")
    table = pd.DataFrame({"commune_code": source["code_insee"], "mountain": state})
    table = table.dropna().sort_values("commune_code").reset_index(drop=True)
    return Tidied(
        table,
        report_of(
            "mountain_communes",
            ("kept", int((table["mountain"] == "yes").sum()), "commune en zone de montagne"),
            ("kept", int((table["mountain"] == "part").sum()), "commune en montagne en partie"),
            ("kept", int((table["mountain"] == "no").sum()), "commune hors zone de montagne"),
        ),
    )
