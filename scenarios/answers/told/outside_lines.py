"""Connections that leave the territory of the question: a yard elsewhere is said, never hidden."""

from __future__ import annotations

from typing import Any

import pandas as pd

from layers.words.french import NO_BREAK, listing, plural


def outside_lines(
    connections: pd.DataFrame, yards: pd.DataFrame, sites: pd.DataFrame
) -> dict[str, Any]:
    """Return the retained sites that draw from a yard outside the territory; empty without any.

    Parameters
    ----------
    connections : site_id, yard_id, meter_mw.
    yards : index yard_id: name, departement_code (missing outside the region).
    sites : every site of the question, index site_id: departement_code, name_fr.

    Returns
    -------
    « yards_outside »: site, yard and its département, and ``answer_fr``.
    """
    if connections.empty:
        return {}
    inside = set(sites["departement_code"].dropna().astype(str))
    used = connections[connections["meter_mw"] > 0].drop_duplicates(["site_id", "yard_id"])
    used = used.assign(code=used["yard_id"].map(yards["departement_code"]).fillna("").astype(str))
    away = used[~used["code"].isin(inside)]
    if away.empty:
        return {}
    rows = [
        {"site_id": str(site), "yard_id": str(yard), "departement_code": str(code)}
        for site, yard, code in away[["site_id", "yard_id", "code"]]
        .sort_values(["site_id", "yard_id"])
        .itertuples(index=False, name=None)
    ]
    told = [
        f"{sites['name_fr'][row['site_id']]} au poste {yards['name'][row['yard_id']]}"
        + (f" ({row['departement_code']})" if row["departement_code"] else "")
        for row in rows
    ]
    head = plural(
        len({row["site_id"] for row in rows}),
        "site retenu se raccorde hors du territoire",
        "sites retenus se raccordent hors du territoire",
    )
    return {"yards_outside": {"lines": rows, "answer_fr": [f"{head}{NO_BREAK}: {listing(told)}."]}}
