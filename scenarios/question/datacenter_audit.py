"""The regional audit of existing datacenters: an empty template out, measured figures back in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from layers.opening.french_table import Heading, read_table, taken
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
HEADINGS = {
    "it_mw": Heading(AUDIT_COLUMNS["it_mw"], "number", needed=True),
    "qualite": Heading(AUDIT_COLUMNS["qualite"], "text", ("qualité",), needed=True),
}


def read_audit(path: Path) -> dict[str, Any]:
    """Read an audit back: total MW, and how much of it is measured.

    Parameters
    ----------
    path : a table, as a spreadsheet writes it (CSV, XLSX, ODS), columns ``AUDIT_COLUMNS``.

    Returns
    -------
    ``existing_it_mw`` and ``measured_it_mw`` (IT MW), ``measured_share`` (0 to 1), ``sites``
    (count).

    Raises
    ------
    SitingError : SIT100, SIT108 and SIT109 when the file cannot be read, SIT101 when it lacks
        ``it_mw`` or ``qualite``; SIT105 when a power is missing or negative, or a quality is
        neither « mesuré » nor « annoncé ».
    """
    held = read_table(path, "demand.audit")
    table = taken(held, HEADINGS).table
    power, quality = table["it_mw"], table["qualite"].fillna("").str.strip()
    wrong = table.index[(power < 0) | power.isna() | ~quality.isin(["mesuré", "annoncé"])]
    if len(wrong):
        raise SitingError(
            "SIT105",
            "une puissance manque ou est négative, ou la qualité n'est ni mesuré ni annoncé",
            where=f"{path}, ligne(s) {', '.join(str(held.lines[row]) for row in wrong[:5])}",
        )
    measured = float(power[quality == "mesuré"].sum())
    whole = float(power.sum())
    return {
        "existing_it_mw": round(whole, 6),
        "measured_it_mw": round(measured, 6),
        "measured_share": round(measured / whole, 6) if whole else 0.0,
        "sites": len(table),
    }
