"""What a new run changes: rules and criteria that became evaluated, sites that come and go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from layers.words.errors import SitingError
from layers.words.french import listing, plural, quantity
from scenarios.storage.results import DESCRIPTOR, Results

SHOWN = 6
YES_NO_FR = {"yes": "oui", "no": "non", "unknown": "inconnu"}


@dataclass(frozen=True)
class Before:
    """What the former results folder said, kept in mind while the new one replaces it."""

    rules: Mapping[str, str]
    criteria: Mapping[str, str]
    known: int
    retained: Mapping[str, str]
    posts: Mapping[str, str] = field(default_factory=dict)
    zre: Mapping[str, str] = field(default_factory=dict)


def before(folder: Path) -> Before | None:
    """Read a former results folder; nothing when there is none, or when it is damaged.

    Parameters
    ----------
    folder : where a run is about to write.

    Returns
    -------
    What it said, or None.
    """
    if not (folder / DESCRIPTOR).is_file():
        return None
    try:
        return said(Results.read(folder))
    except (SitingError, OSError, KeyError, ValueError):
        return None


def said(results: Results) -> Before:
    """Return what a results folder says of rules, criteria and sites.

    Parameters
    ----------
    results : a run's folder.

    Returns
    -------
    Labels of evaluated rules and criteria, count of known verdicts, names of retained sites.
    """
    rules = results.rules[results.rules["evaluated"]]
    verdicts = results.verdicts[results.verdicts["state"] != "unknown"]
    sites = results.sites[results.sites["retained"]]
    return Before(
        rules=_by(rules, "rule", "label_fr"),
        criteria=_by(verdicts, "criterion", "label_fr"),
        known=len(verdicts),
        retained=_by(sites.reset_index(), "site_id", "name_fr"),
        posts=_posts(results),
        zre=results.sites["zre"].dropna().astype(str).to_dict(),
    )


def _posts(results: Results) -> dict[str, str]:
    """Return the nearest post that each candidate's HTA line ends at, and how far, in words."""
    lines = results.table("plan/lines").query("domain == 'HTA'")
    first = lines.sort_values(["distance_km", "yard_id"]).drop_duplicates("site_id")
    names = results.table("plan/yards").set_index("yard_id")["name"]
    km = first["distance_km"].map(lambda length: quantity(length, "km", 1))
    told = first["yard_id"].map(names) + " (" + km + ")"
    return dict(zip(first["site_id"].astype(str), told, strict=True))


def _by(table: pd.DataFrame, key: str, label: str) -> dict[str, str]:
    return dict(table.drop_duplicates(key).sort_values(key)[[key, label]].itertuples(index=False))


def changes_fr(former: Before | None, now: Before) -> list[str]:
    """Say what changed since the former folder; nothing when there was none or nothing did.

    Parameters
    ----------
    former : the folder replaced; None when there was none.
    now : the new one.

    Returns
    -------
    French lines, none when there is nothing to say.
    """
    if former is None or former == now:
        return []
    lines = [
        *_gained("Règles devenues évaluées", former.rules, now.rules),
        *_gained("Règles qui ne sont plus évaluées", now.rules, former.rules),
        *_gained("Critères devenus évalués", former.criteria, now.criteria),
        *_gained("Critères redevenus non évalués", now.criteria, former.criteria),
    ]
    if now.known != former.known:
        lines.append(f"Verdicts connus : {now.known}, contre {former.known} auparavant.")
    lines += _gained("Sites entrés dans le plan", former.retained, now.retained)
    lines += _gained("Sites sortis du plan", now.retained, former.retained)
    shown = {**former.retained, **now.retained}
    lines += _moved("Poste HTA le plus proche", shown, former.posts, now.posts)
    lines += _moved("Zone de répartition des eaux", shown, former.zre, now.zre, YES_NO_FR)
    if former.retained == now.retained:
        lines.append(f"Le plan garde ses {plural(len(now.retained), 'site')}.")
    return ["Depuis le dossier précédent :", *(f"  {line}" for line in lines)]


def _moved(
    title: str,
    names: Mapping[str, str],
    former: Mapping[str, str],
    now: Mapping[str, str],
    words: Mapping[str, str] | None = None,
) -> list[str]:
    """Say, site by site of either plan, what a fact was and what it is now."""
    words = words or {}
    return [
        f"{title}, {name} : {words.get(former[site], former[site])} → "
        f"{words.get(now[site], now[site])}."
        for site, name in sorted(names.items())
        if site in former and site in now and former[site] != now[site]
    ]


def _gained(title: str, less: Mapping[str, str], more: Mapping[str, str]) -> list[str]:
    names = [label for key, label in more.items() if key not in less]
    if not names:
        return []
    rest = f" et {len(names) - SHOWN} autres" if len(names) > SHOWN else ""
    told = listing(names) if not rest else ", ".join(names[:SHOWN]) + rest
    return [f"{title} : {told}."]
