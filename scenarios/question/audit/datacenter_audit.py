"""The audit of existing datacenters, read back: figures by centre, totals, who measured them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from layers.opening.french_table import FrenchTable, Taken, read_table, taken, told_fr
from layers.words.errors import SitingError
from layers.words.french import NARROW, listing, plural, significant
from layers.words.kept_figures import six_figures
from scenarios.question.audit.audit_columns import QUALITY, audit_columns, headings
from scenarios.question.audit.audit_faults import chosen, faults_of

IN_SERVICE, MEASURED = "en service", "mesuré"
OPTION = "--audit"


@dataclass(frozen=True)
class Audit:
    """An audit without a fault: one row a centre, columns ``audit_columns``, choices as we write.

    ``notes_fr`` says what of the file was not used.
    """

    file: str
    rows: pd.DataFrame
    notes_fr: tuple[str, ...] = ()

    def inside(self, departements: Sequence[str] | None) -> Audit:
        """Return the centres of some départements only.

        Parameters
        ----------
        departements : codes; None for all.

        Returns
        -------
        The same audit, with those rows.
        """
        if departements is None:
            return self
        here = self.rows["commune_code"].str[:2].isin(departements)
        return Audit(self.file, self.rows[here], self.notes_fr)

    @property
    def working(self) -> pd.DataFrame:
        """Return the centres in service."""
        return self.rows[self.rows["status"] == IN_SERVICE]

    def quality_of(self, name: str) -> pd.Series:
        """Return the quality of one figure, centre by centre: its own, else the row's.

        Parameters
        ----------
        name : a column of figures.

        Returns
        -------
        « mesuré », « déclaré » or « annoncé », missing when unsaid.
        """
        row: pd.Series = self.rows[QUALITY]
        own = f"{QUALITY}_{name}"
        return self.rows[own].fillna(row) if own in self.rows else row


def read_audit(path: Path, communes: Mapping[str, str] | None = None) -> Audit:
    """Read an audit; every fault is told at once, each with its line.

    Parameters
    ----------
    path : XLSX, ODS or CSV, as « siting audit new » writes them.
    communes : names of the territory's communes by code, to check the codes; None to check their
        form only.

    Returns
    -------
    The audit.

    Raises
    ------
    SitingError : SIT105 with every fault, SIT101 when a needed column is absent, and what
        ``read_table`` raises.
    """
    known = path.stat() if path.is_file() else None
    table, read = _read(str(path), known.st_mtime_ns if known else 0)
    faults = faults_of(table, read, communes)
    rows = _settled(read.table)
    if not faults and not (rows.loc[rows["status"] == IN_SERVICE, "it_mw"] > 0).any():
        first = int(table.lines.min())
        faults = [(first, "aucun centre en service ne dit sa puissance informatique (PDIT_mw)")]
    if faults:
        raise SitingError(
            "SIT105",
            f"{plural(len(faults), 'défaut')} dans l'audit",
            where=f"{path}, ligne {faults[0][0]}",
            hint=[text for _, text in faults],
        )
    return Audit(path.name, rows, tuple(told_fr(path.name, read)))


@lru_cache(maxsize=4)
def _read(name: str, _changed: int) -> tuple[FrenchTable, Taken]:
    """Read a file once a run; changed on the disk, it is read again."""
    table = read_table(name, OPTION, preferred=("Audit",))
    return table, taken(table, headings())


def _settled(rows: pd.DataFrame) -> pd.DataFrame:
    """Write every choice as we do; a centre whose status is unsaid is in service."""
    rows = rows.copy()
    for column in audit_columns():
        if column.choices:
            rows[column.name] = [
                chosen(column, str(value)) if pd.notna(value) else None
                for value in rows[column.name]
            ]
    rows["status"] = rows["status"].fillna(IN_SERVICE)
    return rows.reset_index(drop=True)


def totals(audit: Audit) -> dict[str, Any]:
    """Return what the centres in service come to, and how much of it is told.

    Parameters
    ----------
    audit : without a fault.

    Returns
    -------
    ``existing_it_mw`` and ``measured_it_mw`` (IT MW), ``measured_share`` (0 to 1), ``sites``
    (centres in service), ``silent_sites`` (of which nobody tells the power), ``told_gwh`` (of the
    meters told), ``untold_mw`` (IT MW whose meter is untold), ``told_water_m3`` and
    ``silent_water`` (centres whose water is untold).
    """
    rows = audit.working
    power = rows["it_mw"].fillna(0.0)
    measured = power[audit.quality_of("it_mw").reindex(rows.index) == MEASURED].sum()
    whole = float(power.sum())
    metered = rows["energy_mwh"].notna()
    return {
        "existing_it_mw": six_figures(whole),
        "measured_it_mw": six_figures(float(measured)),
        "measured_share": six_figures(float(measured) / whole) if whole else 0.0,
        "sites": len(rows),
        "silent_sites": int(rows["it_mw"].isna().sum()),
        "told_gwh": six_figures(float(rows["energy_mwh"].sum()) / 1000.0),
        "untold_mw": six_figures(float(power[~metered].sum())),
        "told_water_m3": six_figures(float(rows["water_m3"].sum())),
        "silent_water": int(rows["water_m3"].isna().sum()),
    }


def status_fr(found: Mapping[str, Any]) -> str:
    """Say whose figure the existing power is, once audited.

    Parameters
    ----------
    found : from ``totals``.

    Returns
    -------
    Words such as « audité, mesuré à 75 % ».
    """
    told = f"audité, mesuré à {significant(100 * found['measured_share'])}{NARROW}%"
    silent = found["silent_sites"]
    if not silent:
        return told
    return f"{told} ; {plural(silent, 'centre')} sans puissance dite"


def audit_lines(audit: Audit) -> list[str]:
    """Say what an audit holds, for a terminal.

    Parameters
    ----------
    audit : without a fault.

    Returns
    -------
    Lines in French.
    """
    found, rows = totals(audit), audit.rows
    counts = rows["status"].value_counts()
    by_status = listing(f"{int(n)} {status}" for status, n in sorted(counts.items()))
    told = {
        column.head: int(rows[column.name].notna().sum())
        for column in audit_columns()
        if column.kind == "number" and column.unit and column.name not in ("lon", "lat")
    }
    return [
        f"{plural(len(rows), 'centre')} : {by_status}",
        f"en service : {significant(found['existing_it_mw'])} MW informatiques, {status_fr(found)}",
        "chiffres dits : " + ", ".join(f"{head} {n}" for head, n in told.items() if n),
        "jamais dits : " + (", ".join(head for head, n in told.items() if not n) or "aucun"),
        *audit.notes_fr,
        "Rien à corriger.",
    ]
