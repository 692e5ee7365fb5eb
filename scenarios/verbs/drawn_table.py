"""Reads a plan drawn by hand: a table of sites and MW, as a spreadsheet or a GIS writes it."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from layers.words.errors import SitingError
from layers.words.french import listing, plural

# Our own plan.csv, edited in a spreadsheet, is a drawing too: one column of powers a period.
OURS = re.compile(r"MW informatiques (\d{4})")
SPREADSHEETS = (".ods", ".xlsx", ".xls")
COLUMNS = ("site_id", "it_mw", "design", "period")
HINT = "colonnes attendues : site_id;it_mw, et si vous le voulez design;period"


def read_drawing(
    drawing: Path | pd.DataFrame, periods: Sequence[int], designs: Sequence[str]
) -> pd.DataFrame:
    """Return site_id, design (empty when not given), period, it_mw; a row a period.

    ``drawing`` : a file, or its table already read.
    A row without period stands at every period; a row with one, until the site is written again.

    Parameters
    ----------
    path : CSV (« ; », tabs or commas; decimal commas or points) or GeoPackage, columns ``COLUMNS``,
        or our own ``plan.csv``.
    periods : years of the scenario.
    designs : cooling plants that may be named.

    Returns
    -------
    The drawing, IT MW above 0; whether the sites exist is not checked here.

    Raises
    ------
    SitingError : SIT100 for an unreadable or empty file or a missing column, SIT105 for a power
        that is not a positive number, SIT202 for an unknown design or period; wrong powers and
        names are told at once, under the code of the first.
    """
    path = Path("(table)") if isinstance(drawing, pd.DataFrame) else drawing
    table = drawing if isinstance(drawing, pd.DataFrame) else _read(path)
    lacking = [name for name in ("site_id", "it_mw") if name not in table]
    if lacking:
        found = f"{HINT} ; trouvées : {', '.join(map(str, table.columns)) or 'aucune'}"
        raise SitingError(
            "SIT100", f"colonne absente : {', '.join(lacking)}", where=str(path), hint=found
        )
    if table.empty:
        raise SitingError("SIT100", "le plan dessiné n'a aucun site", where=str(path), hint=HINT)
    table = table[[name for name in COLUMNS if name in table]].copy()
    table["site_id"] = table["site_id"].astype(str).str.strip()
    table["it_mw"] = _powers(table["it_mw"])
    given = table["design"] if "design" in table else pd.Series("", index=table.index)
    table["design"] = given.fillna("").astype(str).str.strip()
    years = pd.to_numeric(table.get("period", pd.Series(0, index=table.index)), errors="coerce")
    years = years.fillna(0).astype(int)
    known_years = [str(year) for year in periods] if "period" in table else ["0"]
    _refuse(
        path,
        _bad_powers(table["it_mw"]),
        _strangers(table["design"], ["", *designs], "refroidissement inconnu"),
        _strangers(years.astype(str), known_years, "échéance inconnue"),
    )
    if "period" not in table:
        return pd.concat([table.assign(period=year) for year in periods], ignore_index=True)
    return _carried(table.assign(period=years), periods)


def _read(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise SitingError("SIT100", "le plan dessiné est introuvable", where=str(path), hint=HINT)
    if path.suffix.lower() in SPREADSHEETS:
        raise SitingError(
            "SIT100",
            "un classeur ne se lit pas tel quel",
            where=str(path),
            hint="dans votre tableur : « Enregistrer sous », format CSV",
        )
    try:
        if path.suffix.lower() == ".gpkg":
            import geopandas as gpd

            return pd.DataFrame(gpd.read_file(path))
        text = _text(path)
        if not text.strip():
            raise SitingError("SIT100", "le plan dessiné est vide", where=str(path), hint=HINT)
        mark = next((mark for mark in ";\t," if mark in text.partition("\n")[0]), ";")
        return _of_ours(pd.read_csv(io.StringIO(text), sep=mark, dtype=str))
    except SitingError:
        raise
    except Exception as problem:
        raise SitingError(
            "SIT100",
            "le plan dessiné est illisible",
            where=f"{path} : {str(problem).splitlines()[0] if str(problem) else problem!r}",
            hint=HINT,
        ) from None


def _text(path: Path) -> str:
    """Return a text as spreadsheets write it here: UTF-8, or else Windows's own alphabet."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        return path.read_text(encoding="cp1252")


def _of_ours(table: pd.DataFrame) -> pd.DataFrame:
    """Return our plan.csv as a drawing; any other table as it is."""
    years = {name: found[1] for name in table if (found := OURS.fullmatch(str(name)))}
    if "identifiant" not in table or not years:
        return table
    drawn = table.melt(id_vars="identifiant", value_vars=list(years), value_name="it_mw")
    drawn["period"] = drawn["variable"].map(years)
    # Candidates left out of the plan are lines of this table too, without power.
    drawn = drawn[~_powers(drawn["it_mw"]).fillna(0).eq(0)]
    return drawn.rename(columns={"identifiant": "site_id"}).reset_index(drop=True)


def _powers(column: pd.Series) -> pd.Series:
    text = column.astype(str).str.replace(r"[\s\u202f\u00a0]", "", regex=True)
    return pd.to_numeric(text.str.replace(",", "."), errors="coerce").astype(float)


Fault = tuple[str, str, list[int], str]
"""Code, what, lines of the file, way out."""


def _bad_powers(powers: pd.Series) -> Fault | None:
    bad = ~(powers > 0) | (powers > 1e5)
    hint = "écrivez les mégawatts informatiques de chaque site, par exemple 12,5"
    lines = _lines(bad)
    return ("SIT105", "une puissance manque ou n'est pas positive", lines, hint) if lines else None


def _strangers(column: pd.Series, known: Sequence[str], word: str) -> Fault | None:
    """Return the fault of what is not known; ``word`` says of what, in agreement: « inconnue »."""
    bad = ~column.isin(known)
    if not bad.any():
        return None
    said = f"{word} : {', '.join(f'« {name} »' for name in sorted(set(column[bad])))}"
    return "SIT202", said, _lines(bad), "choix : " + ", ".join(name for name in known if name)


def _lines(bad: pd.Series) -> list[int]:
    return [int(place) + 2 for place in bad.to_numpy().nonzero()[0]]


def _refuse(path: Path, *checks: Fault | None) -> None:
    """Raise what is wrong, all at once, each fault with its lines of the file."""
    faults = [fault for fault in checks if fault is not None]
    if not faults:
        return
    places = [f"ligne{'s' * (len(n) > 1)} {listing(map(str, n))}" for _, _, n, _ in faults]
    if len(faults) == 1:
        ((code, said, _, hint),) = faults
        raise SitingError(code, said, where=f"{path}, {places[0]}", hint=hint)
    raise SitingError(
        faults[0][0],
        f"le plan dessiné a {plural(len(faults), 'défaut')}",
        where=str(path),
        hint=[
            f"{p} : {said} ; {hint}" for p, (_, said, _, hint) in zip(places, faults, strict=True)
        ],
    )


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
