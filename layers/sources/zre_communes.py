"""Zones de répartition des eaux by commune: surface water and groundwater merged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from layers.contracts.contract import Column, Export, Raw, ReportLine, Tidied, layer, report_of

# Départements that the national list holds nothing of, and says so: unknown there, not « none ».
NOT_LISTED = ("2A", "2B", "97")


def from_national(content: Mapping[str, Any]) -> pd.DataFrame:
    """Return the communes that the national list names; where it is silent, nothing is known.

    Parameters
    ----------
    content : the list as published, its codes under « codes ».

    Returns
    -------
    ``code_insee`` and ``zre`` (« 1 ») as texts, a row a commune named.
    """
    codes = [str(code) for code in content["codes"] if not str(code).startswith(NOT_LISTED)]
    return pd.DataFrame({"code_insee": codes, "zre": "1"}, dtype="str")


@layer(
    "zre_communes",
    label_fr="Communes en zone de répartition des eaux",
    theme="Eau",
    key=("commune_code",),
    columns={
        "commune_code": Column("Commune (COG 2026)"),
        "in_zre": Column("Point représentatif de la commune en ZRE"),
    },
    exports={
        "communes": (
            Export("water/communes_zre_*.csv", ("code_insee", "zre")),
            Export("water/communes_zre_*_france.json.gz", adapt=from_national),
        )
    },
    needs=("communes",),
)
def tidy(raw: Raw) -> Tidied:
    """Keep the communes of the territory; a commune cut by a limit is all in or all out."""
    source = raw.exports["communes"].drop_duplicates("code_insee")
    communes = raw.layers["communes"]
    known = source["code_insee"].isin(communes["commune_code"]) & source["zre"].isin(["0", "1"])
    rows = source[known]
    table = pd.DataFrame({"commune_code": rows["code_insee"], "in_zre": rows["zre"] == "1"})
    table = table.sort_values("commune_code").reset_index(drop=True)
    lines = report_of(
        "zre_communes",
        ("kept", int(table["in_zre"].sum()), "commune en ZRE, eau de surface ou nappe"),
        ("kept", int((~table["in_zre"]).sum()), "commune hors ZRE"),
        ("unknown", len(communes) - len(table), "commune absente de la liste"),
        ("dropped", int((~known).sum()), "code hors du territoire ou sans état"),
    )
    return Tidied(table, lines + _against_published(table, raw))


def _against_published(table: pd.DataFrame, raw: Raw) -> list[ReportLine]:
    """Compare the share of each département with the one the State published, and say why not."""
    communes = raw.layers["communes"].set_index("commune_code")
    area = communes.geometry.area
    inside = table.set_index("commune_code")["in_zre"].reindex(area.index).eq(True)
    code = communes["departement_code"]
    share = area[inside].groupby(code[inside]).sum() / area.groupby(code).sum()
    notes = raw.territory.settings.get("zre_list_notes", {})
    lines = []
    for name, expected in sorted(raw.territory.settings.get("zre_published_share", {}).items()):
        if name in share.index:
            found = float(share.fillna(0.0)[name])
            why = f"part du département {name} en ZRE : {found:.0%}, publié {expected:.0%}"
            note = notes.get(name, "") if abs(found - expected) > 0.05 else ""
            lines.append(ReportLine("zre_communes", "kept", 0, f"{why} — {note}" if note else why))
    return lines
