"""Swimming pools counted by commune: small takers of heat, without position nor area."""

from __future__ import annotations

import pandas as pd

from layers.contracts.contract import Column, Export, Raw, Tidied, layer, report_of
from layers.geometry.vector_overlay import number


@layer(
    "commune_pools",
    label_fr="Piscines par commune",
    theme="Chaleur",
    key=("commune_code",),
    columns={
        "commune_code": Column("Commune"),
        "pools": Column("Bassins de natation, couverts ou non", "1"),
    },
    exports={
        "counts": Export(
            "people/bpe*_equipements_par_commune_*.csv", ("code_insee", "sport_piscine")
        )
    },
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep the communes that count a pool; one absent from the file has none known."""
    source = raw.exports["counts"]
    code = source["code_insee"].str.zfill(5)
    count = number(source["sport_piscine"]).fillna(0).astype("int64")
    known = code.isin(set(raw.layers["communes"]["commune_code"]))
    kept = known & (count > 0)
    table = pd.DataFrame({"commune_code": code[kept], "pools": count[kept]})
    table = table.sort_values("commune_code").reset_index(drop=True)
    told = f"commune qui compte une piscine ; {table['pools'].sum()} en tout"
    return Tidied(
        table,
        report_of(
            "commune_pools",
            ("kept", len(table), told),
            ("dropped", int((known & ~kept).sum()), "commune sans piscine recensée"),
            ("dropped", int((~known).sum()), "commune hors du territoire"),
        ),
    )
