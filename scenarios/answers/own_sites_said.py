"""What is told of the sites that someone brings: how many, what became of them, and doubles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from layers.own_layers.site_file import LAYER
from layers.packs.data_pack import Pack
from layers.words.french import NO_BREAK, listing, plural
from siting.screening.candidates import CANDIDATE, UNKNOWN

SOURCE = "own"


def own_document(sites: pd.DataFrame) -> dict[str, Any]:
    """Return what became of the sites brought, for the summary; empty when none is.

    Parameters
    ----------
    sites : every site, index site_id: source, fate, merged_ids, brought_fr, retained.

    Returns
    -------
    « own_sites »: counts, doubles and ``answer_fr``.
    """
    own = sites[sites["source"] == SOURCE]
    if own.empty:
        return {}
    kept = own["retained"].eq(True) if "retained" in own else pd.Series(False, own.index)
    document = {
        "count": len(own),
        "candidates": int((own["fate"] == CANDIDATE).sum()),
        "retained": int(kept.sum()),
        "brought_by": sorted({str(name) for name in own["brought_fr"].dropna()}),
        "doubles": {
            str(site): str(ids).split("|")
            for site, ids in own["merged_ids"].items()
            if isinstance(ids, str) and ids
        },
    }
    return {"own_sites": document | {"answer_fr": _sentences(own, document)}}


def _sentences(own: pd.DataFrame, document: dict[str, Any]) -> list[str]:
    whom = listing(name for name in document["brought_by"])
    candidates = plural(document["candidates"], "est candidat", "sont candidats")
    head = (
        f"{plural(len(own), 'site apporté', 'sites apportés')} par {whom}{NO_BREAK}: {candidates}"
    )
    if document["retained"]:
        head += f", {plural(document['retained'], 'est retenu', 'sont retenus')}"
    said = [f"{head}."]
    said += _doubles(document["doubles"])
    gone = own[~own["fate"].isin([CANDIDATE, UNKNOWN])]
    said += [
        f"«{NO_BREAK}{site}{NO_BREAK}» est écarté{NO_BREAK}: {reason}."
        for site, reason in gone["fate_reason_fr"].items()
    ]
    return said


def _doubles(doubles: Mapping[str, Sequence[str]]) -> list[str]:
    said = []
    for site, others in doubles.items():
        what = "un autre site connu" if len(others) == 1 else "d'autres sites connus"
        shown = listing(others[:5]) + (" et d'autres" if others[5:] else "")
        told = f"«{NO_BREAK}{site}{NO_BREAK}» est aussi {what}, {shown}{NO_BREAK}: "
        said.append(f"{told}compté une seule fois.")
    return said


def own_ranked(table: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say where the sites brought stand among the candidates, the best ranked first.

    Parameters
    ----------
    table : rows of the ranking: source and merged_ids when a site is brought.

    Returns
    -------
    Sentences in French, none when no site is brought.
    """
    own = [row for row in table if row.get("source") == SOURCE]
    if not own:
        return []
    ranks = [f"{row['name_fr']} (rang{NO_BREAK}{row['rank']})" for row in own]
    head = "Site apporté" if len(own) == 1 else "Sites apportés"
    return [f"{head} parmi les candidats{NO_BREAK}: {listing(ranks)}."] + [
        said
        for row in own
        if row["merged_ids"]
        for said in _doubles({row["site_id"]: row["merged_ids"].split("|")})
    ]


def own_checked(pack: Pack) -> list[str]:
    """Say how many sites are brought, for « siting check ».

    Parameters
    ----------
    pack : the layers, with what is brought.

    Returns
    -------
    One line, or none.
    """
    own = pack.brought(LAYER)
    if own is None:
        return []
    whom = listing(sorted({str(name) for name in own["brought_fr"]}))
    return [f"  {plural(len(own), 'site apporté', 'sites apportés')} par {whom}"]


__all__ = ["own_checked", "own_document", "own_ranked"]
