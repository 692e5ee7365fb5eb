"""Sites kept, left out or bounded: names a scenario writes, found among the candidates."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

import pandas as pd

from layers.words.errors import SitingError
from layers.words.french import NARROW, NO_BREAK, listing
from scenarios.question.scenario_reading import Scenario
from siting.program.program_inputs import Lock

# From the narrowest: where a name is read, by its code or its name, and what it is called.
PLACES = (
    ("commune_code", "commune_name", "commune"),
    ("epci_code", "epci_name", "intercommunalité"),
    ("departement_code", "departement_name", "département"),
)
NEAREST = 3
# Water places are named apart: a sector often bears the name of a département.
ZRE, BASIN = "ZRE", "bassin:"
ZRE_FR = "zone de répartition des eaux, états inconnus compris"


def locks_of(scenario: Scenario, sites: pd.DataFrame) -> tuple[Lock, ...]:
    """Return the scenario's locks, each name found among the sites it was screened from.

    Parameters
    ----------
    scenario : the question, checked.
    sites : every site gathered, index site_id, with its fate and its places.

    Returns
    -------
    Locks: kept, left out, then bounded.

    Raises
    ------
    SitingError : SIT202 for a name nobody bears, or that several places do; SIT200 for a lock that
        contradicts another.
    """
    part = scenario.sites
    asked = [("keep", name, 0.0) for name in part.keep]
    asked += [("ban", name, 0.0) for name in part.ban]
    for kind in ("min_mw", "max_mw"):
        asked += [(kind, name, mw) for name, mw in sorted(getattr(part, kind).items())]
    found = tuple(_lock(kind, name, mw, sites) for kind, name, mw in asked)
    _refuse_contradictions(found)
    return found


def _lock(kind: str, name: str, mw: float, sites: pd.DataFrame) -> Lock:
    if name in sites.index:
        row = sites.loc[name]
        if row["fate"] != "candidat" and kind in ("keep", "min_mw"):
            raise SitingError(
                "SIT303",
                f"le site « {name} » ne peut être gardé : il n'est pas candidat",
                where=f"sites.{kind}",
                hint=str(row.get("fate_reason_fr") or "« siting explain » en dit la raison"),
            )
        return Lock(kind, name, f"{row['name_fr']} ({name})", (name,), mw)
    if name.upper() == ZRE:
        doubtful = sites.index[sites["zre"].fillna("unknown") != "no"]
        return Lock(kind, name, ZRE_FR, tuple(str(site) for site in doubtful), mw)
    if name.startswith(BASIN):
        return _basin_lock(kind, name, mw, sites)
    hits = [
        (label, str(codes[0]), str(group[place].iloc[0]), tuple(str(s) for s in group.index))
        for code, place, label in PLACES
        for codes, group in sites[_matches(sites, code, place, name)].groupby([code], sort=True)
    ]
    if not hits:
        raise _unknown(kind, name, sites)
    if len(hits) > 1:
        raise SitingError(
            "SIT202",
            f"« {name} » est le nom de plusieurs lieux",
            where=f"sites.{kind}",
            hint="écrivez un code : " + listing(f"{c} ({what} {n})" for what, c, n, _ in hits),
        )
    what, code, label, members = hits[0]
    return Lock(kind, name, f"{what} {label} ({code})", members, mw)


def _basin_lock(kind: str, name: str, mw: float, sites: pd.DataFrame) -> Lock:
    """Return the lock of a water sector, by its code after « bassin: »."""
    code = name.removeprefix(BASIN)
    here = sites[sites["sector_code"].astype(str) == code]
    if here.empty:
        raise SitingError(
            "SIT202",
            f"aucun site n'est dans le bassin « {code} »",
            where=f"sites.{kind}",
            hint="écrivez « bassin: » puis le code du secteur, tel que « siting explain » le donne",
        )
    label = f"bassin {here['sector_name'].iloc[0]} ({code})" if "sector_name" in here else name
    return Lock(kind, name, label, tuple(str(site) for site in here.index), mw)


def _matches(sites: pd.DataFrame, code: str, place: str, name: str) -> pd.Series:
    plain = sites[place].fillna("").astype(str).map(_plain)
    return (sites[code].astype(str) == name) | (plain == _plain(name))


def _plain(name: str) -> str:
    """Return a name without accents, capitals, hyphens nor apostrophes."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return " ".join(bare.replace("-", " ").replace("'", " ").split())


def _unknown(kind: str, name: str, sites: pd.DataFrame) -> SitingError:
    known: dict[str, str] = {}
    for _, place, _label in PLACES:
        known |= {_plain(str(n)): str(n) for n in sites[place].dropna().unique()}
    known |= {str(site): str(site) for site in sites.index}
    near = [known[each] for each in get_close_matches(_plain(name), list(known), n=NEAREST)]
    return SitingError(
        "SIT202",
        f"« {name} » n'est ni un site, ni une commune, ni une intercommunalité, ni un département",
        where=f"sites.{kind}",
        hint=f"vouliez-vous dire {listing(f'« {each} »' for each in near)} ?" if near
        else "écrivez le code du site tel que « siting rank » l'affiche, ou un code de commune",
    )  # fmt: skip


def _refuse_contradictions(locks: tuple[Lock, ...]) -> None:
    """Refuse to keep what is left out, whole."""
    banned = {site for lock in locks if lock.kind == "ban" for site in lock.sites}
    for lock in locks:
        if lock.kind in ("keep", "min_mw") and set(lock.sites) <= banned:
            raise SitingError(
                "SIT200",
                f"« {lock.label_fr} » est à la fois gardé et écarté",
                where=f"sites.{lock.kind} et sites.ban",
                hint="retirez l'un des deux",
            )


def lock_overrides(
    keep: tuple[str, ...], ban: tuple[str, ...], before: Mapping[str, tuple[str, ...]]
) -> tuple[str, ...]:
    """Return the « --set » that add sites to what a scenario already keeps and leaves out.

    Parameters
    ----------
    keep : names to keep.
    ban : names to leave out.
    before : what the scenario has, under « keep » and « ban ».

    Returns
    -------
    One « key=value » a kind to which names are added.

    Examples
    --------
    >>> lock_overrides(("87085",), (), {"keep": ("Pau",), "ban": ()})
    ('sites.keep=["Pau", "87085"]',)
    """
    return tuple(
        f"sites.{kind}=[" + ", ".join(f'"{name}"' for name in (*before[kind], *names)) + "]"
        for kind, names in (("keep", keep), ("ban", ban))
        if names
    )


def lock_journal(locks: tuple[Lock, ...], scenario: Scenario) -> list[dict[str, str]]:
    """Return the locks that the scenario's journal does not explain, as lines of that journal.

    Parameters
    ----------
    locks : the locks found.
    scenario : the question, checked.

    Returns
    -------
    One line a lock: key, decided_by, decided_on, why.
    """
    told = {entry.key for entry in scenario.journal}
    return [
        {
            "key": f"sites.{lock.kind}",
            "decided_by": "non précisé",
            "decided_on": scenario.reference_date.isoformat(),
            "why": f"{lock.kind_fr}{NO_BREAK}: {lock.label_fr}{NARROW}; motif non donné",
        }
        for lock in locks
        if not told & {f"sites.{lock.kind}", "sites"}
    ]


def locks_said(locks: tuple[Lock, ...], scenario: Scenario) -> Iterator[str]:
    """Say each lock, and that the journal gives no reason for it when it gives none.

    Parameters
    ----------
    locks : the locks found.
    scenario : the question, checked.

    Yields
    ------
    One line a lock, in French.
    """
    told = {entry.key for entry in scenario.journal}
    for lock in locks:
        reason = "" if told & {f"sites.{lock.kind}", "sites"} else ", sans motif au journal"
        yield f"{lock.kind_fr}{NO_BREAK}: {lock.label_fr}{reason}"
