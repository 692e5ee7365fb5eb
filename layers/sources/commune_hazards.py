"""What GASPAR records by commune: plans in force, flood atlases, orders of natural disaster."""

from __future__ import annotations

import pandas as pd

from layers.contracts.contract import Column, Export, Raw, Tidied, layer, report_of
from layers.geometry.vector_overlay import number

CATNAT = {
    "floods": "inondation",
    "droughts": "secheresse",
    "landslides": "mouvement_terrain",
    "storms": "tempete",
}
IN_FORCE_FR = "commune d'un plan de prévention des risques technologiques en vigueur"


@layer(
    "commune_hazards",
    label_fr="Plans et arrêtés de risques par commune (GASPAR)",
    theme="Risques",
    key=("commune_code",),
    columns={
        "commune_code": Column("Commune (COG 2026)"),
        "pprt": Column("Nommée par un plan de prévention des risques technologiques"),
        "pprm": Column("Nommée par un plan de prévention des risques miniers"),
        "azi": Column("Nommée par un atlas des zones inondables"),
        **{
            name: Column(f"Arrêtés de catastrophe naturelle : {kind}", "1", nullable=True)
            for name, kind in CATNAT.items()
        },
        "last_order": Column("Année du dernier arrêté", "année", nullable=True),
    },
    exports={
        "pprt": Export(
            "risks/pprt_par_commune_gaspar_*.csv",
            ("cod_nat_pprt", "cod_commune", "dat_annulation", "dat_abrog"),
        ),
        "pprm": Export("risks/pprm_par_commune_gaspar_*.csv", ("cod_commune",)),
        "azi": Export("risks/azi_par_commune_gaspar_*.csv.gz", ("cod_commune",)),
        "catnat": Export(
            "risks/catnat_par_commune_gaspar_*.csv",
            ("code_insee", *CATNAT.values(), "derniere_annee"),
        ),
    },
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep one row a commune; a name in a plan says nothing of where in the commune."""
    codes = raw.layers["communes"]["commune_code"]
    plans = raw.exports["pprt"]
    # « dat_deprescription » is filled for plans in force: only these two end one.
    plans = plans[plans["dat_annulation"].isna() & plans["dat_abrog"].isna()]
    orders = raw.exports["catnat"].drop_duplicates("code_insee").set_index("code_insee")
    table = pd.DataFrame({"commune_code": sorted(codes)})
    for name, rows in (
        ("pprt", plans),
        ("pprm", raw.exports["pprm"]),
        ("azi", raw.exports["azi"]),
    ):
        table[name] = table["commune_code"].isin(set(rows["cod_commune"]))
    for name, column in CATNAT.items():
        table[name] = table["commune_code"].map(number(orders[column])).astype("Int64")
    years = number(orders["derniere_annee"])
    table["last_order"] = table["commune_code"].map(years).astype("Int64")
    return Tidied(
        table,
        report_of(
            "commune_hazards",
            ("kept", int(table["pprt"].sum()), IN_FORCE_FR),
            ("kept", int(table["pprm"].sum()), "commune d'un plan de risques miniers"),
            ("kept", int(table["azi"].sum()), "commune d'un atlas des zones inondables"),
            ("kept", int(table["floods"].notna().sum()), "commune avec son compte d'arrêtés"),
        ),
    )
