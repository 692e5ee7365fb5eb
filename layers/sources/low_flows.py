"""Low flows to come, by commune and level of warming (Explore2): a change, not a resource."""

from __future__ import annotations

import pandas as pd

from layers.contracts.contract import Column, Export, Raw, Tidied, layer, report_of
from layers.geometry.vector_overlay import number

LEVELS = {"+2°C France": 2.0, "+2.0°C France": 2.0, "+2.7°C France": 2.7, "+4°C France": 4.0,
          "+4.0°C France": 4.0}  # fmt: skip
INDICATORS = {"VCN10_ete": "vcn10_pct", "QA_yr": "yearly_pct", "dtBE_yr": "low_flow_days"}


@layer(
    "low_flows",
    label_fr="Débits à venir par commune (Explore2)",
    theme="Eau",
    key=("commune_code", "warming_c"),
    columns={
        "commune_code": Column("Commune (COG 2026)"),
        "warming_c": Column("Réchauffement en France", "°C"),
        **{
            f"{name}_{end}": Column(f"{label}, {told}", unit, nullable=True)
            for name, label, unit in (
                ("vcn10_pct", "Étiage d'été (VCN10)", "%"),
                ("yearly_pct", "Débit annuel", "%"),
                ("low_flow_days", "Durée des basses eaux", "j"),
            )
            for end, told in (("p05", "5 %"), ("p50", "médiane"), ("p95", "95 %"))
        },
    },
    exports={
        "flows": Export(
            "water/explore2_tracc_debits_par_commune_*.csv.gz",
            ("code_insee", "niveau_rechauffement", "indicateur", "q05", "q50", "q95"),
        )
    },
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep one row a commune and level, each indicator with its three quantiles."""
    source = raw.exports["flows"]
    level = source["niveau_rechauffement"].map(LEVELS)
    name = source["indicateur"].map(INDICATORS)
    codes = raw.layers["communes"]["commune_code"]
    kept = level.notna() & name.notna() & source["code_insee"].isin(codes)
    rows = pd.DataFrame({"commune_code": source["code_insee"], "warming_c": level, "name": name})
    for column, end in (("q05", "p05"), ("q50", "p50"), ("q95", "p95")):
        rows[end] = number(source[column])
    wide = rows[kept].pivot_table(index=["commune_code", "warming_c"], columns="name")
    wide.columns = [f"{indicator}_{end}" for end, indicator in wide.columns]
    order = [
        f"{indicator}_{end}" for indicator in INDICATORS.values() for end in ("p05", "p50", "p95")
    ]
    table = wide.reindex(columns=order).sort_index().reset_index()
    missing = len(codes) - table["commune_code"].nunique()
    return Tidied(
        table,
        report_of(
            "low_flows",
            ("kept", len(table), "commune et niveau de réchauffement"),
            ("unknown", missing, "commune absente, fusionnée depuis"),
            ("dropped", int((~kept).sum()), "code, niveau ou indicateur non lu"),
        ),
    )
