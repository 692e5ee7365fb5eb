"""Reads a plan drawn by hand: a table of sites and MW, as a spreadsheet or a GIS writes it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from layers.errors import SitingError
from layers.french import listing

COLUMNS = ("site_id", "it_mw", "design", "period")
HINT = "colonnes attendues : site_id;it_mw, et si vous le voulez design;period"


def read_drawing(path: Path, periods: Sequence[int], designs: Sequence[str]) -> pd.DataFrame:
    """Return site_id, design (empty when not given), period, it_mw; a row a period.

    A row without period stands at every period; a row with one, until the site is written again.
    Raises SIT100 for an unreadable file, SIT105 for a power that is not a positive number,
    SIT202 for an unknown design or period.
    """
    table = _read(path)
    lacking = [name for name in ("site_id", "it_mw") if name not in table]
    if lacking:
        found = f"{HINT} ; trouvées : {', '.join(map(str, table.columns)) or 'aucune'}"
        raise SitingError(
            "SIT100", f"colonne absente : {', '.join(lacking)}", where=str(path), hint=found
        )
    table = table[[name for name in COLUMNS if name in table]].copy()
    table["site_id"] = table["site_id"].astype(str).str.strip()
    table["it_mw"] = _powers(table["it_mw"], path)
    designs_given = table["design"] if "design" in table else pd.Series("", index=table.index)
    table["design"] = designs_given.fillna("").astype(str).str.strip()
    _refuse_strangers(table["design"], ["", *designs], "refroidissement inconnu", path)
    return _by_period(table, periods, path)


def _read(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise SitingError("SIT100", "le plan dessiné est introuvable", where=str(path), hint=HINT)
    try:
        if path.suffix.lower() == ".gpkg":
            import geopandas as gpd

            return pd.DataFrame(gpd.read_file(path))
        head = path.read_text(encoding="utf-8-sig").partition("\n")[0]
        mark = next((mark for mark in ";\t," if mark in head), ";")
        return pd.read_csv(path, sep=mark, dtype=str, encoding="utf-8-sig")
    except Exception as problem:
        raise SitingError(
            "SIT100",
            "le plan dessiné est illisible",
            where=f"{path} : {str(problem).splitlines()[0] if str(problem) else problem!r}",
            hint=HINT,
        ) from None


def _powers(column: pd.Series, path: Path) -> pd.Series:
    text = column.astype(str).str.replace("\u202f", "").str.replace(",", ".")
    powers = pd.to_numeric(text, errors="coerce").astype(float)
    bad = ~(powers > 0) | (powers > 1e5)
    if bad.any() or powers.empty:
        lines = [str(place + 2) for place in bad.to_numpy().nonzero()[0]]
        where = f"{path}, ligne{'s' * (len(lines) > 1)} {listing(lines)}" if lines else str(path)
        raise SitingError(
            "SIT105",
            "une puissance manque ou n'est pas positive",
            where=where,
            hint="écrivez les mégawatts informatiques de chaque site, par exemple 12,5",
        )
    return powers


def _refuse_strangers(column: pd.Series, known: Sequence[str], word: str, path: Path) -> None:
    """Raise SIT202 for what is not known; ``word`` says of what, in agreement: « inconnue »."""
    strangers = sorted(set(column) - set(known))
    if strangers:
        raise SitingError(
            "SIT202",
            f"{word} : « {strangers[0]} »",
            where=str(path),
            hint="choix : " + ", ".join(name for name in known if name),
        )


def _by_period(table: pd.DataFrame, periods: Sequence[int], path: Path) -> pd.DataFrame:
    if "period" not in table:
        return pd.concat([table.assign(period=year) for year in periods], ignore_index=True)
    years = pd.to_numeric(table["period"], errors="coerce").fillna(0).astype(int)
    _refuse_strangers(years.astype(str), [str(year) for year in periods], "échéance inconnue", path)
    return _carried(table.assign(period=years), periods)


def _carried(table: pd.DataFrame, periods: Sequence[int]) -> pd.DataFrame:
    """Keep a site as last written until it is written again: what is built is not taken away."""
    parts = [table]
    for _, rows in table.groupby("site_id", sort=False):
        written = set(rows["period"])
        for year in periods:
            before = [each for each in written if each < year]
            if year not in written and before:
                parts.append(rows[rows["period"] == max(before)].assign(period=year))
    return pd.concat(parts, ignore_index=True)
