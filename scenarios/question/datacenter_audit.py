"""The regional audit of existing datacenters: an empty template out, measured figures back in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from layers.words.errors import SitingError

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
    """Read an audit back: total MW, and how much of it is measured.

    Parameters
    ----------
    path : CSV with « ; » and decimal commas, in UTF-8 or Windows-1252, columns ``AUDIT_COLUMNS``.

    Returns
    -------
    ``existing_it_mw`` and ``measured_it_mw`` (IT MW), ``measured_share`` (0 to 1), ``sites``
    (count).

    Raises
    ------
    SitingError : SIT100 when the file is absent, unreadable or lacks ``it_mw`` or ``qualite``;
        SIT105 when a power is missing or negative, or a quality is neither « mesuré » nor « annoncé
        ».
    """
    table = _read(path)
    power = pd.to_numeric(table["it_mw"], errors="coerce")
    quality = table["qualite"].fillna("").astype(str).str.strip()
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


def _read(path: Path) -> pd.DataFrame:
    """Read the table, its columns checked; a spreadsheet may have saved it in Windows-1252."""
    fault = "introuvable" if not path.is_file() else ""
    table = pd.DataFrame()
    for encoding in ("utf-8-sig", "cp1252"):
        if fault:
            break
        try:
            table = pd.read_csv(path, sep=";", decimal=",", encoding=encoding, dtype={
                "commune_code": str})  # fmt: skip
            break
        except UnicodeDecodeError:
            continue
        except (OSError, ValueError):
            fault = "illisible"
    missing = [name for name in ("it_mw", "qualite") if name not in table.columns]
    if not fault and missing:
        fault = f"sans colonne {', '.join(missing)}"
    if fault:
        raise SitingError(
            "SIT100",
            f"l'audit est {fault}",
            where=str(path),
            hint=f"colonnes attendues, séparées par « ; » : {';'.join(AUDIT_COLUMNS)}",
        )
    return table
