"""Occupied or free: what is known of each site, in three states, and whether it may be retained."""

from __future__ import annotations

import pandas as pd

FREE, OCCUPIED, SIGNS, UNKNOWN = "free", "occupied", "signs", "unknown"
STATE_FR = {
    FREE: "constaté libre par une personne",
    OCCUPIED: "constaté occupé par une personne",
    SIGNS: "signes d'activité",
    UNKNOWN: "inconnu",
}
# Said by whoever brings the site: nobody else has seen it.
DECLARED_FR = "déclaré "
TO_OBSERVE_FR = (
    "vacance à constater : vérifié par le Cerema et sans projet, mais personne ne l'a dit libre"
)
TO_VERIFY_FR = {
    "friches": "à vérifier : personne ne dit avoir vu ce terrain libre",
    "areas": "à vérifier : aire hors friche, dont l'occupation n'est pas connue",
    "platforms": "à vérifier : plateforme connue, dont le terrain disponible n'est pas lu",
    "own": "à vérifier : site apporté, que personne ne déclare libre",
}
VERIFIED_STATUS = "sans projet"


def occupancy(sites: pd.DataFrame, signs: pd.DataFrame, seen: pd.DataFrame) -> pd.DataFrame:
    """Return what is known of the occupation of each site.

    Parameters
    ----------
    sites : index site_id: source, is_verified, status_fr.
    signs : one row a sign of activity: site_id, sign_fr (with its source and date).
    seen : index site_id: is_free (bool), seen_fr (by whom, when, why); one row a site at most.

    Returns
    -------
    index site_id: occupancy (free, occupied, signs, unknown), occupancy_fr (the evidence in a
    sentence), retainable (bool), to_verify_fr (what is left to check, empty when nothing).
    """
    told = signs.groupby("site_id", sort=True)["sign_fr"].agg(" ; ".join)
    told = told.reindex(sites.index).fillna("")
    is_free = seen["is_free"].reindex(sites.index)
    state = pd.Series(UNKNOWN, index=sites.index)
    state[told != ""] = SIGNS
    state[is_free.eq(True)] = FREE
    state[is_free.eq(False)] = OCCUPIED
    verified = sites["is_verified"].astype(bool) & (sites["status_fr"] == VERIFIED_STATUS)
    retainable = (state == FREE) | ((state == UNKNOWN) & verified)
    evidence = seen["seen_fr"].reindex(sites.index).fillna("")
    evidence = (evidence + " ; ").where((evidence != "") & (told != ""), evidence) + told
    left = sites["source"].map(TO_VERIFY_FR).fillna(TO_VERIFY_FR["friches"])
    left = left.where(~(retainable & verified), TO_OBSERVE_FR)
    left = left.where(state.isin([UNKNOWN, SIGNS]), "")
    signs_fr = "à vérifier : " + STATE_FR[SIGNS] + " (" + told + ")"
    return pd.DataFrame(
        {
            "occupancy": state,
            "occupancy_fr": _sentences(state, evidence),
            "retainable": retainable,
            "to_verify_fr": left.where(state != SIGNS, signs_fr),
        }
    )


def _sentences(state: pd.Series, evidence: pd.Series) -> pd.Series:
    words = state.map(STATE_FR)
    told = words.where(evidence == "", words + " : " + evidence)
    return told.where(~evidence.str.startswith(DECLARED_FR), evidence)
