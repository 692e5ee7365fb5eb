"""The regional audit of existing datacenters: an empty template out, measured figures back in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from layers.errors import SitingError

AUDIT_COLUMNS = {
    "nom": "nom du datacenter",
    "commune_code": "code INSEE de la commune",
    "it_mw": "puissance informatique installée (MW)",
    "energie_mwh": "électricité annuelle au compteur (MWh)",
    "pue": "PUE annuel",
    "eau_m3": "eau apportée sur site (m³/an)",
    "chaleur_mwh": "chaleur remise à un tiers (MWh/an)",
    "qualite": "mesuré ou annoncé",
    "source": "qui le dit, et quand",
}


def read_audit(path: Path) -> dict[str, Any]:
    """Read an audit back: total MW, and how much of it is measured; raises SIT100 or SIT105."""
    try:
        table = pd.read_csv(path, sep=";", decimal=",", encoding="utf-8-sig", dtype={
            "commune_code": str})  # fmt: skip
        power = table["it_mw"].astype(float)
        quality = table["qualite"].fillna("").astype(str).str.strip()
    except (OSError, KeyError, ValueError, pd.errors.ParserError) as problem:
        raise SitingError(
            "SIT100",
            f"l'audit est illisible : {problem}",
            where=str(path),
            hint=f"colonnes attendues : {';'.join(AUDIT_COLUMNS)}",
        ) from None
    wrong = table.index[(power < 0) | power.isna() | ~quality.isin(["mesuré", "annoncé"])]
    if len(wrong):
        raise SitingError(
            "SIT105",
            "une puissance manque ou est négative, ou la qualité n'est ni mesuré ni annoncé",
            where=f"{path}, ligne(s) {', '.join(str(i + 2) for i in wrong[:5])}",
        )
    measured = float(power[quality == "mesuré"].sum())
    whole = float(power.sum())
    return {
        "existing_it_mw": round(whole, 6),
        "measured_it_mw": round(measured, 6),
        "measured_share": round(measured / whole, 6) if whole else 0.0,
        "sites": len(table),
    }
