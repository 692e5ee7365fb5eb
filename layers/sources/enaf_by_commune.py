"""Natural, farm and forest land (ENAF) consumed by commune, from the land files."""

from __future__ import annotations

import re

import pandas as pd

from layers.contracts.contract import Column, Export, Raw, ReportLine, Tidied, layer
from layers.geometry.vector_overlay import number

YEAR = re.compile(r"^naf(\d\d)art(\d\d)$")
DECADE = range(2011, 2021)


@layer(
    "enaf_by_commune",
    label_fr="Consommation d'ENAF par commune",
    theme="Sol et urbanisme",
    key=("commune_code",),
    columns={
        "commune_code": Column("Commune", kind="text", aliases=("idcom",)),
        "enaf_2011_2021_m2": Column("ENAF consommés du 1/1/2011 au 1/1/2021", "m²", kind="number"),
        "enaf_since_2021_m2": Column(
            "ENAF consommés depuis le 1/1/2021", "m²", kind="number", nullable=True
        ),
        "last_year": Column("Dernière année comptée", "année", kind="number", nullable=True),
    },
    exports={"communes": Export("land/conso*-resultats-com*.csv", separator="")},
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Sum the yearly flows « naf11art12 » … « naf20art21 »; a year absent makes it unknown."""
    source = raw.exports["communes"].rename(columns=str.lower)
    years = {2000 + int(m[1]): name for name in source.columns if (m := YEAR.match(name))}
    lacking = [str(year) for year in DECADE if year not in years]
    if lacking or "idcom" not in source:
        raise ValueError(f"colonnes nafAAartAA absentes : {', '.join(lacking) or 'idcom'}")
    flows = {year: number(source[name]) for year, name in years.items()}
    since = [flows[year] for year in sorted(years) if year > max(DECADE)]
    table = pd.DataFrame(
        {
            "commune_code": source["idcom"].str.zfill(5),
            "enaf_2011_2021_m2": sum(flows[year] for year in DECADE),
            "enaf_since_2021_m2": sum(since) if since else float("nan"),
            "last_year": float(max(years)),
        }
    )
    here = table["commune_code"].isin(raw.layers["communes"]["commune_code"])
    holes = table["enaf_2011_2021_m2"].isna()
    kept = table[here & ~holes].sort_values("commune_code").reset_index(drop=True)
    lacking_here = len(raw.layers["communes"]) - len(kept)
    return Tidied(
        kept,
        [
            ReportLine("enaf_by_commune", "kept", len(kept), "commune du territoire"),
            ReportLine("enaf_by_commune", "dropped", int((~here).sum()), "hors du territoire"),
            ReportLine(
                "enaf_by_commune", "dropped", int((here & holes).sum()), "une année sans valeur"
            ),
            ReportLine("enaf_by_commune", "unknown", lacking_here, "commune sans consommation lue"),
        ],
    )
