"""Communes that the loi Littoral may cover, derived from the law's definition: an assumption."""

from __future__ import annotations

import pandas as pd

from layers.contracts.contract import Column, Export, Raw, Tidied, layer, report_of

REASON_FR = {
    "mer": "riveraine de la mer",
    "plan_eau_1000ha": "riveraine d'un plan d'eau de plus de 1 000 ha",
    "estuaire_a_verifier": "riveraine d'un estuaire : liste du décret à vérifier",
    "lac_vassiviere_a_verifier": "riveraine du lac de Vassivière : à vérifier",
}
CERTAIN = ("mer", "plan_eau_1000ha")


@layer(
    "coastal_communes",
    label_fr="Communes littorales (déduites de la loi)",
    theme="Sol et urbanisme",
    key=("commune_code",),
    odbl=True,
    columns={
        "commune_code": Column("Commune (COG 2026)"),
        "coastal": Column("yes ou unknown"),
        "why_fr": Column("Motif"),
    },
    exports={
        "communes": Export("admin/communes_littorales_derivees_*.csv", ("code_insee", "motif"))
    },
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep the communes named; one that is absent proves nothing."""
    source = raw.exports["communes"]
    source = source[source["code_insee"].isin(raw.layers["communes"]["commune_code"])]
    certain = source["motif"].isin(CERTAIN)
    table = pd.DataFrame(
        {
            "commune_code": source["code_insee"],
            "coastal": certain.map({True: "yes", False: "unknown"}),
            "why_fr": source["motif"].map(REASON_FR).fillna("motif inconnu"),
        }
    )
    table = table.sort_values("commune_code").reset_index(drop=True)
    return Tidied(
        table,
        report_of(
            "coastal_communes",
            ("kept", int(certain.sum()), "commune littorale par la définition de la loi"),
            ("unknown", int((~certain).sum()), "estuaire ou lac : à vérifier"),
        ),
    )
