"""Reads a plan drawn by hand: a table of sites and MW, as a spreadsheet or a GIS writes it.

Our own plan.csv, plan.ods and plan.gpkg are drawings too, edited or not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from layers.opening.french_table import FrenchTable, Heading, Taken, read_table, taken
from layers.words.errors import SitingError
from layers.words.french import listing, plural
from layers.words.french_cells import absent, folded, numbers, texts
from scenarios.writing.exports.exact_plan import COLUMN, read_exact

# Our own tables have one column of powers a period, under our name or its French head.
OURS = re.compile(r"(?:mwinformatiques|itmw)(\d{4})")
PREFERRED = ("sites_retenus", "Plan")
COLUMNS = ("site_id", "it_mw", "design", "period", "yard_id")
HINT = "colonnes attendues : site_id;it_mw, et si vous le voulez design;period;yard_id"
SHOWN_MW = 0.05 + 1e-9
HEADINGS: Mapping[str, Heading] = {
    "site_id": Heading(
        "identifiant du site", names=("identifiant", "id_site", "site"), needed=True
    ),
    "it_mw": Heading(
        "MW informatiques", "text", ("mw_informatiques", "puissance_it_mw", "mw", "it (MW)")
    ),
    "design": Heading("refroidissement", names=("conception",)),
    "period": Heading("échéance", "text", ("echeance", "annee", "year")),
    "yard_id": Heading("poste", names=("poste", "id_poste")),
    COLUMN: Heading("plan exact", names=("plan exact (relu par siting evaluate)", "plan exact")),
}


@dataclass(frozen=True)
class Drawing:
    """A plan as drawn: its rows, and what our own tables say besides.

    ``rows`` : site_id, design (empty when not given), period, it_mw; ``yards`` : the yard that a
    drawing gives to a site; ``exact`` : placements, lines, heat and second supplies of the sites
    that come back unchanged, by part of ``exact_plan``; ``notes_fr`` : what a reader is told.
    """

    rows: pd.DataFrame
    yards: Mapping[str, str] = field(default_factory=dict)
    exact: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    notes_fr: tuple[str, ...] = ()

    @property
    def sites(self) -> list[str]:
        """Return the sites drawn, sorted."""
        return sorted(set(self.rows["site_id"]))

    @property
    def whole(self) -> set[str]:
        """Return the sites that come back as they were written."""
        return set(self.exact["mw"]["site_id"]) if self.exact else set()


def read_drawing(
    drawing: Path | pd.DataFrame, periods: Sequence[int], designs: Sequence[str]
) -> Drawing:
    """Return a plan drawn by hand; a row without period stands at every period.

    A row with a period stands until the site is written again.

    Parameters
    ----------
    drawing : CSV, XLSX, ODS, GeoPackage or another file of ``COLUMNS``, our own ``plan.csv``,
        ``plan.ods`` or ``plan.gpkg``; or a table already read.
    periods : years of the scenario.
    designs : cooling plants that may be named.

    Returns
    -------
    The drawing, IT MW above 0; whether the sites exist is not checked here.

    Raises
    ------
    SitingError : SIT100 to SIT109 for a file that is refused, unreadable, empty or lacks a column,
        SIT105 for a power that is not a positive number, SIT202 for an unknown design or period;
        wrong powers and names are told at once, under the code of the first.
    """
    table = _given(drawing) if isinstance(drawing, pd.DataFrame) else _read(drawing)
    read = taken(table, HEADINGS)
    years = {
        str(name): int(found[1])
        for name in table.rows.columns
        if (found := OURS.fullmatch(folded(name)))
    }
    if years and "it_mw" not in read.headings:
        return _of_ours(table, read, years, periods)
    if "it_mw" not in read.headings:
        here = ", ".join(map(str, table.rows.columns))
        raise SitingError(
            "SIT101", "colonne absente : it_mw", where=table.file,
            hint=f"{HINT} ; trouvées : {here}",
        )  # fmt: skip
    return _by_row(table, read, periods, designs)


def _read(path: Path) -> FrenchTable:
    if (
        path.suffix.lower() in (".csv", ".txt", ".tsv")
        and path.is_file()
        and not path.stat().st_size
    ):
        raise SitingError("SIT100", "le plan dessiné est vide", where=str(path), hint=HINT)
    return read_table(path, "PLAN", preferred=PREFERRED)


def _given(table: pd.DataFrame) -> FrenchTable:
    """Return a table already read, its lines those of a file that would hold it."""
    if table.empty:
        raise SitingError("SIT105", "le plan dessiné n'a aucun site", where="(table)", hint=HINT)
    rows = table.reset_index(drop=True)
    return FrenchTable("(table)", "csv", rows, pd.Series(range(2, len(rows) + 2)))


def _by_row(
    table: FrenchTable, read: Taken, periods: Sequence[int], designs: Sequence[str]
) -> Drawing:
    rows = read.table[[name for name in COLUMNS if name in read.table]].copy()
    rows["it_mw"] = numbers(table.rows[read.headings["it_mw"]])
    rows["design"] = rows["design"].fillna("")
    has_years = "period" in read.headings
    years = numbers(rows["period"]).fillna(-1 if has_years else 0)
    rows["period"] = years.astype(int)
    _refuse(
        table,
        _nameless(table, rows["site_id"]),
        _bad_powers(table, rows["it_mw"]),
        _strangers(table, rows["design"], ["", *designs], "refroidissement inconnu"),
        _strangers(
            table, rows["period"].astype(str), [str(year) for year in periods] if has_years
            else ["0"], "échéance inconnue", read.table["period"],
        ),
    )  # fmt: skip
    told = rows.dropna(subset=["yard_id"])
    yards = {str(s): str(y) for s, y in zip(told["site_id"], told["yard_id"], strict=True)}
    rows = rows.drop(columns="yard_id")
    if has_years:
        rows = _carried(rows, periods)
    else:
        rows = pd.concat([rows.assign(period=year) for year in periods], ignore_index=True)
    return Drawing(rows.reset_index(drop=True), yards, {}, table.notes_fr)


def _of_ours(
    table: FrenchTable, read: Taken, years: Mapping[str, int], periods: Sequence[int]
) -> Drawing:
    """Return our own table as a drawing; a site whose powers are as written comes back whole."""
    shown = pd.DataFrame({year: numbers(table.rows[name]) for name, year in years.items()})
    lost = [
        (table.lines[row], name, str(table.rows.at[row, name]))
        for name, year in years.items()
        for row in shown.index[shown[year].isna() & ~absent(table.rows[name])]
    ]
    unknown = sorted(set(years.values()) - set(periods))
    _refuse(
        table,
        _nameless(table, read.table["site_id"]),
        ("SIT105", f"« {lost[0][2]} » n'est pas une puissance ({lost[0][1]})",
         [int(line) for line, _, _ in lost], "écrivez des mégawatts informatiques") if lost
        else None,
        ("SIT202", f"échéance inconnue : {listing(map(str, unknown))}", [1],
         f"échéances du scénario : {listing(map(str, periods))}") if unknown else None,
    )  # fmt: skip
    shown = shown.fillna(0.0).set_index(pd.Index(read.table["site_id"], name="site_id"))
    # Candidates left out of the plan are lines of this table too, without power.
    shown = shown[(shown > 0).any(axis=1)]
    if shown.empty:
        raise SitingError("SIT105", "le plan dessiné n'a aucun site", where=table.file, hint=HINT)
    cells = zip(read.table["site_id"], texts(read.table[COLUMN]), strict=True)
    written = read_exact({s: t for s, t in cells if isinstance(t, str) and s in shown.index})
    whole = _as_written(written["mw"], shown)
    exact = {part: rows[rows["site_id"].isin(whole)] for part, rows in written.items()}
    edited = written["mw"][~written["mw"]["site_id"].isin(whole)]
    rows = _shared_out(shown[~shown.index.isin(whole)], edited)
    lines = written["lines"]
    kept = lines[~lines["site_id"].isin(whole)].drop_duplicates("site_id", keep="last")
    notes = [
        f"{site} : puissance modifiée, refroidissements en mêmes parts et poste gardés."
        for site in sorted(set(edited["site_id"]))
    ]
    every = pd.concat([rows, exact["mw"][["site_id", "design", "period", "it_mw"]]])
    return Drawing(
        every.sort_values(["site_id", "period", "design"], ignore_index=True),
        dict(zip(kept["site_id"], kept["yard_id"], strict=True)),
        exact,
        (*table.notes_fr, *notes),
    )


def _as_written(written: pd.DataFrame, shown: pd.DataFrame) -> set[str]:
    """Return the sites whose powers are still those written beside, to the tenth shown."""
    by_site = written.pivot_table(
        index="site_id", columns="period", values="it_mw", aggfunc="sum", fill_value=0.0
    )
    here = by_site.reindex(columns=shown.columns, fill_value=0.0)
    elsewhere = by_site.drop(columns=list(shown.columns), errors="ignore").sum(axis=1)
    same = (here - shown.reindex(here.index)).abs().le(SHOWN_MW).all(axis=1) & elsewhere.le(0)
    return {str(site) for site in here.index[same]}


def _shared_out(shown: pd.DataFrame, written: pd.DataFrame) -> pd.DataFrame:
    """Share the powers of a site out between the coolings it had; without any, none is named."""
    rows: list[tuple[str, str, int, float]] = []
    for site, powers in shown.iterrows():
        had = written[written["site_id"] == site]
        for year, mw in powers[powers > 0].items():
            then = had[had["period"] == year]
            parts = (then if len(then) else had).groupby("design")["it_mw"].sum()
            parts = parts[parts > 0]
            if parts.empty:
                parts = pd.Series({"": 1.0})
            rows += [
                (str(site), str(design), int(str(year)), float(mw * part / parts.sum()))
                for design, part in parts.items()
            ]
    return pd.DataFrame(rows, columns=["site_id", "design", "period", "it_mw"])


Fault = tuple[str, str, list[int], str]
"""Code, what, lines of the file, way out."""


def _nameless(table: FrenchTable, sites: pd.Series) -> Fault | None:
    lines = _lines(table, sites.isna())
    hint = "« siting rank » donne l'identifiant de chaque site"
    return ("SIT105", "l'identifiant du site manque", lines, hint) if lines else None


def _bad_powers(table: FrenchTable, powers: pd.Series) -> Fault | None:
    bad = ~(powers > 0) | (powers > 1e5)
    hint = "écrivez les mégawatts informatiques de chaque site, par exemple 12,5"
    lines = _lines(table, bad)
    return ("SIT105", "une puissance manque ou n'est pas positive", lines, hint) if lines else None


def _strangers(
    table: FrenchTable, column: pd.Series, known: Sequence[str], word: str,
    shown: pd.Series | None = None,
) -> Fault | None:  # fmt: skip
    """Return the fault of what is not known; ``word`` says of what, in agreement: « inconnue »."""
    bad = ~column.isin(known)
    if not bad.any():
        return None
    names = (column if shown is None else shown.fillna("vide"))[bad]
    said = f"{word} : {', '.join(f'« {name} »' for name in sorted(set(names.astype(str))))}"
    choices = "choix : " + ", ".join(name for name in known if name)
    return "SIT202", said, _lines(table, bad), choices


def _lines(table: FrenchTable, bad: pd.Series) -> list[int]:
    return [int(table.lines[row]) for row in bad.index[bad]]


def _refuse(table: FrenchTable, *checks: Fault | None) -> None:
    """Raise what is wrong, all at once, each fault with its lines of the file."""
    faults = [fault for fault in checks if fault is not None]
    if not faults:
        return
    word = "ligne" if table.is_sheet else "objet"
    places = [f"{word}{'s' * (len(n) > 1)} {listing(map(str, n))}" for _, _, n, _ in faults]
    if len(faults) == 1:
        ((code, said, _, hint),) = faults
        raise SitingError(code, said, where=f"{table.file}, {places[0]}", hint=hint)
    raise SitingError(
        faults[0][0],
        f"le plan dessiné a {plural(len(faults), 'défaut')}",
        where=table.file,
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
