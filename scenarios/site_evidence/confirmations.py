"""The visit brought back: who saw a site free or occupied, when, and why."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path

import pandas as pd

from layers.opening.french_table import Heading, read_table, taken
from layers.words.errors import SitingError

COLUMNS = {
    "site_id": "identifiant du site",
    "etat": "libre ou occupé",
    "par": "institution qui a vu, jamais une personne privée",
    "le": "jour de la visite (AAAA-MM-JJ)",
    "motif": "ce qui a été vu",
}
STATES = {"libre": True, "free": True, "occupé": False, "occupe": False, "occupied": False}
HEADINGS = {
    "site_id": Heading(COLUMNS["site_id"], "code", ("site", "identifiant"), needed=True),
    "etat": Heading(COLUMNS["etat"], "text", ("état", "state"), needed=True),
    "par": Heading(COLUMNS["par"], "text", ("by",), needed=True),
    "le": Heading(COLUMNS["le"], "date", ("date", "when"), needed=True),
    "motif": Heading(COLUMNS["motif"], "text", ("why",)),
}


def nothing_seen() -> pd.DataFrame:
    """Return the table of no visit: index site_id, is_free, seen_fr.

    Returns
    -------
    An empty table.
    """
    empty = {"is_free": pd.Series(dtype=bool), "seen_fr": pd.Series(dtype="str")}
    return pd.DataFrame(empty, index=pd.Index([], name="site_id", dtype="str"))


def declared(sites: pd.DataFrame) -> pd.DataFrame:
    """Return what those who bring a site declare: index site_id, is_free, seen_fr.

    Parameters
    ----------
    sites : a site brought as free carries who says so in ``declared_free_fr``; one brought as
        occupied, ``declared_occupied``.

    Returns
    -------
    Only the sites declared.
    """
    if "declared_free_fr" not in sites:
        return nothing_seen()
    told = sites["declared_free_fr"].dropna().astype(str)
    told = told[told != ""]
    free = pd.DataFrame({"is_free": True, "seen_fr": told})
    occupied = sites.index[sites["declared_occupied"].eq(True)]
    said = "déclaré occupé par " + sites.loc[occupied, "brought_fr"] + ", qui apporte le site"
    return pd.concat([free, pd.DataFrame({"is_free": False, "seen_fr": said})])


def read_confirmations(path: Path, known: Collection[str]) -> pd.DataFrame:
    """Read the visits of a CSV « site_id;etat;par;le;motif »; the last visit of a site counts.

    Parameters
    ----------
    path : the CSV.
    known : the identifiers of all sites.

    Returns
    -------
    Index site_id (sorted): is_free, seen_fr.

    Raises
    ------
    SitingError : SIT100, SIT108 and SIT109 when the file cannot be read, SIT101 when it lacks a
        column, SIT105 for a state or a day that is none, or nobody's name; SIT202 for a site nobody
        knows.
    """
    held = read_table(path, "--confirm")
    table = taken(held, HEADINGS).table
    state = table["etat"].fillna("").str.strip().str.casefold().map(STATES)
    when, who = table["le"], table["par"].fillna("").str.strip()
    wrong = table.index[state.isna() | when.isna() | (who == "")]
    if len(wrong):
        raise SitingError(
            "SIT105",
            "l'état n'est ni libre ni occupé, le jour n'est pas AAAA-MM-JJ, ou « par » est vide",
            where=f"{path}, ligne(s) {', '.join(str(held.lines[row]) for row in wrong[:5])}",
        )
    strangers = sorted(set(table["site_id"].fillna("")) - set(known))
    if strangers:
        raise SitingError(
            "SIT202",
            f"site inconnu : {', '.join(f'« {site} »' for site in strangers[:5])}",
            where=str(path),
            hint="« siting rank » donne l'identifiant de chaque candidat",
        )
    why = table["motif"].fillna("").str.strip()
    days = [f"le {day:%d/%m/%Y}" for day in when]
    told = "vu par " + who + " " + pd.Series(days, index=table.index)
    told = told + (", " + why).where(why != "", "")
    seen = pd.DataFrame(
        {"site_id": table["site_id"], "is_free": state.astype(bool), "seen_fr": told, "le": when}
    )
    seen = seen.sort_values(["site_id", "le"], kind="stable").drop_duplicates(
        "site_id", keep="last"
    )
    return seen.set_index("site_id")[["is_free", "seen_fr"]]


def template(sites: pd.DataFrame, day: date) -> str:
    """Return a table to fill on the spot: one line a site, « etat » left to the visitor.

    Parameters
    ----------
    sites : the sites to visit, index site_id.
    day : the day written on each line.

    Returns
    -------
    A CSV with semicolons, its header first.
    """
    lines = [";".join(COLUMNS)]
    lines += [f"{site};;;{day.isoformat()};" for site in sites.index]
    return "\n".join(lines) + "\n"
