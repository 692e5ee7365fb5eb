"""Hourly shape of heat demand, by former région: shares that sum to one."""

from __future__ import annotations

import pandas as pd

from layers.contracts.contract import Column, Export, Raw, ReportLine, Tidied, layer
from layers.contracts.french_departements import french_departements
from layers.geometry.vector_overlay import number

# Former régions: each has its profile, and a territory has those it was made of.
REGIONS = tuple(sorted({one.heat_profile for one in french_departements().values()}))
HOURS = 8760


@layer(
    "heat_profiles",
    label_fr="Profils horaires de demande de chaleur",
    theme="Chaleur",
    key=("hour",),
    columns={
        "hour": Column("Heure de l'année (1 à 8 760)", "h"),
    },
    exports={
        name: Export(
            f"heat/residential_shw_heating_2010_{name}.csv", ("hour", "load"), optional=True
        )
        for name in REGIONS
    },
)
def tidy(raw: Raw) -> Tidied:
    """Turn loads into shares of the year, a column a former région: only the shape is used."""
    table = pd.DataFrame({"hour": range(1, HOURS + 1)})
    for name in REGIONS:
        if name not in raw.exports:
            continue
        source = raw.exports[name]
        load = pd.Series(number(source["load"]).to_numpy(), index=number(source["hour"]).to_numpy())
        load = load.reindex(range(1, HOURS + 1)).fillna(0.0)
        table[name] = (load / load.sum()).to_numpy().round(10)
    why = "heure ; profil résidentiel de 2010, forme seule"
    return Tidied(table, [ReportLine("heat_profiles", "kept", len(table), why)])
