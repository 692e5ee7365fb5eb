"""The sites to visit first: what each would bring, were it found free, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from layers.words.french import listing, plural, quantity
from siting.program.plan_tables import Plan
from siting.screening.candidates import CANDIDATE
from siting.screening.vacancy import DECLARED_FR, FREE, SIGNS, UNKNOWN

COUNT = 10
# Below this, what a site would bring is the relaxation's dust.
WORTH_MW = 0.1


def to_visit(sites: pd.DataFrame, plan: Plan, count: int = COUNT) -> list[dict[str, Any]]:
    """Return the sites a visit would serve most, the most MW first, then by rank.

    Only candidates of unknown state that may not be retained as they are: one with signs of
    activity is first to be asked about, not visited.

    Parameters
    ----------
    sites : every site, index site_id.
    plan : what the program answered.
    count : how many at most.

    Returns
    -------
    Rows site_id, names, rank, area_ha, if_free_mw (MW, 0 when too few)…
    """
    asked = sites[
        (sites["fate"] == CANDIDATE) & ~sites["retainable"] & (sites["occupancy"] == UNKNOWN)
    ]
    worth = plan.sites.set_index("site_id").get("if_free_mw", pd.Series(dtype=float))
    mw = worth.reindex(asked.index).astype(float).fillna(0.0)
    mw = mw.where(mw >= WORTH_MW, 0.0).round(3)
    order = asked.assign(if_free_mw=mw).sort_values(["if_free_mw", "rank"], ascending=[False, True])
    return [
        {
            "site_id": str(site),
            "name_fr": row["name_fr"],
            "commune_name": row["commune_name"],
            "departement_code": row["departement_code"],
            "rank": int(row["rank"]),
            "area_ha": round(float(row["area_m2"]) / 1e4, 2),
            "if_free_mw": float(row["if_free_mw"]),
            "flags_fr": row["flags_fr"],
            "why_fr": _why(float(row["if_free_mw"]), int(row["rank"])),
        }
        for site, row in order.head(count).iterrows()
    ]


def occupancy_counts(sites: pd.DataFrame) -> dict[str, int]:
    """Return how many candidates, and retained sites, are in each state of occupation.

    Parameters
    ----------
    sites : columns fate, retained, retainable, occupancy.

    Returns
    -------
    Counts by name.
    """
    pool, kept = sites[sites["fate"] == CANDIDATE], sites[sites["retained"]]
    return {
        "candidates_retainable": int(pool["retainable"].sum()),
        "candidates_free": int((pool["occupancy"] == FREE).sum()),
        "candidates_with_signs": int((pool["occupancy"] == SIGNS).sum()),
        "candidates_unknown": int((pool["occupancy"] == UNKNOWN).sum()),
        "retained_free": int(((kept["occupancy"] == FREE) & ~declared_only(kept)).sum()),
        **_declared(int(declared_only(kept).sum())),
        "retained_to_observe": int(((kept["occupancy"] == UNKNOWN) & kept["retainable"]).sum()),
        "retained_to_verify": int((~kept["retainable"]).sum()),
    }


def declared_only(sites: pd.DataFrame) -> pd.Series:
    """Say which sites are free on the word of whoever brings them, unseen by anyone else.

    Parameters
    ----------
    sites : occupancy, occupancy_fr.

    Returns
    -------
    Booleans on the same index.
    """
    told = sites["occupancy_fr"].str.startswith(DECLARED_FR)
    return pd.Series((sites["occupancy"] == FREE) & told.fillna(False).astype(bool))


def _declared(count: int) -> dict[str, int]:
    return {"retained_declared": count} if count else {}


def said_of_occupation(document: Mapping[str, Any]) -> list[str]:
    """Say what the plan stands on, what it leaves aside, and where to go first.

    Parameters
    ----------
    document : the summary document.

    Returns
    -------
    Sentences in French.
    """
    counts = document["occupancy"]
    said = [_standing(counts, document["n_sites"])]
    aside = counts["candidates_unknown"] + counts["candidates_with_signs"]
    aside -= counts["candidates_retainable"] - counts["candidates_free"]
    if aside:
        signs = counts["candidates_with_signs"]
        said.append(
            f"{plural(aside, 'candidat est', 'candidats sont')} à vérifier avant d'être retenu"
            f"{'s' if aside > 1 else ''}, dont {signs} avec des signes d'activité."
        )
    if document["to_visit"]:
        first = document["to_visit"][:3]
        names = listing(str(one["name_fr"]) for one in first)
        said.append(f"À visiter d'abord : {names} ; liste entière dans le dossier.")
    return said


def _standing(counts: Mapping[str, int], among: int) -> str:
    free, doubt = counts["retained_free"], counts["retained_to_verify"]
    told: list[str] = []
    if declared := counts.get("retained_declared", 0):
        one, more = "site retenu déclaré libre", "sites retenus déclarés libres"
        told.append(plural(declared, one + " par qui l'apporte", more + " par qui les apporte"))
    if free or not told:
        told.append(
            f"{plural(free, 'site retenu constaté libre', 'sites retenus constatés libres')}"
            if free
            else "aucun site retenu n'a été constaté libre par une personne"
        )
    if counts["retained_to_observe"]:
        told.append(
            f"{counts['retained_to_observe']} sur {among} : friche vérifiée par le Cerema et sans "
            "projet, vacance à constater"
        )
    if doubt:
        told.append(f"{doubt} sur {among} : terrain à vérifier, admis par le scénario")
    head = " ; ".join(told)
    return f"{head[:1].upper()}{head[1:]}."


def _why(mw: float, rank: int) -> str:
    if mw:
        return f"libre, il porterait environ {quantity(mw, 'MW', 1)} dans ce plan"
    return f"rang {rank} parmi les candidats"
