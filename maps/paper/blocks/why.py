"""Block 2: why this site, how firm its rank is, what would take it out, which one comes next."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from layers.words.french import in_sentence, in_short_sentences, number, plural, quantity
from maps.paper.blocks.block_content import Fact, Item, Listing, Text, Unknown
from maps.paper.blocks.block_registry import block
from maps.paper.sheet_material import OLDER, Subject, rank_of
from scenarios.reading.site_explanation import next_best, would_change

MOST_RULES = 3


@block(2, "Pourquoi ce site")
def why(subject: Subject) -> Iterator[Item]:
    """Yield the reasons in a few sentences, the rank with its interval, and what would change."""
    yield Text(_reasons(subject))
    if rank_of(subject):
        yield from _ranked(subject)
    for rule in _tight(subject):
        yield Fact("Règle à sa limite", rule, "B")
    yield from _next_best(subject)
    yield Text("", strong=_heading(subject))
    yield Listing(what_would_change(subject))
    yield from _alternatives(subject)


def _reasons(subject: Subject) -> str:
    told = subject.words("why_fr") or subject.words("fate_reason_fr", "aucun motif enregistré")
    sentences = re.split(r"(?<=\.)\s+(?=[A-ZÀ-Ý])", told)
    return " ".join(s for s in sentences if not s.startswith("Non évalué"))


def _ranked(subject: Subject) -> Iterator[Item]:
    low, high = subject.number("rank_low"), subject.number("rank_high")
    if low is None or high is None:
        yield Unknown("intervalle de rang", OLDER)
        told = f"{rank_of(subject)} candidats"
    else:
        told = (
            f"{rank_of(subject)} candidats ; entre {number(low)} et {number(high)} dans 9 tirages "
            "sur 10 des pondérations et des inconnues"
        )
    yield Fact("Rang dans ce scénario", told, "B")
    ends = subject.number("score_low"), subject.number("score_high")
    if ends[0] is not None and ends[1] is not None:
        told = f"de {number(ends[0])} à {number(ends[1])} sur 100 (inconnues au pire, au mieux)"
        yield Fact("Note, selon les inconnues", told, "B")
    yield Unknown(
        "rang dans les autres scénarios", "ce dossier n'en a qu'un : voir « siting compare »"
    )


def _tight(subject: Subject) -> list[str]:
    """Return the rules that are at their limit at this site, its yards, its sector, its land."""
    bill = subject.material.results.rules
    if bill.empty or not subject.is_retained:
        return []
    yards = subject.rows("plan/connections")
    marks = [f"site {subject.site_id}", f"secteur {subject.words('sector_code')}",
             f"département {subject.words('departement_code')}"]  # fmt: skip
    marks += [f"({yard})" for yard in sorted(set(yards["yard_id"]))] if len(yards) else []
    marks += [f"commune {subject.words('commune_code')}"]
    known = [mark for mark in marks if mark.split(" ")[-1]]
    where = bill["where"].astype(str)
    near = pd.Series([any(mark in told for mark in known) for told in where], index=bill.index)
    rows = bill[near & bill["binding"].fillna(False).astype(bool)]
    told = rows["label_fr"] + " (" + rows["where"].astype(str) + ")"
    return list(dict.fromkeys(told))[:MOST_RULES]


def _next_best(subject: Subject) -> Iterator[Item]:
    answer = next_best(subject.material.results.sites, subject.site)
    if answer is None:
        return
    gap = answer["score_gap"]
    less = "" if gap is None else f", {'+' if gap > 0 else '−'}{number(abs(gap), 1)} point(s)"
    told = f"{answer['name_fr']}, rang {answer['rank']}{less} sur la note basse"
    yield Fact("Premier site non retenu", told, "B")


def _heading(subject: Subject) -> str:
    return "Ce qui ferait sortir ce site" if subject.is_retained else "Ce qui changerait l'avis"


def what_would_change(subject: Subject) -> list[str]:
    """Return what would take a retained site out, or bring another in.

    Parameters
    ----------
    subject : the site and its material.

    Returns
    -------
    French phrases without stop, at least one.
    """
    if not subject.is_retained:
        verdicts = subject.material.results.verdicts
        own = verdicts[verdicts["site_id"] == subject.site_id]
        return would_change(subject.site, own) or ["rien de connu"]
    told = [*_yard_answers(subject)]
    verdicts = subject.rows_of_verdicts("éliminatoire", "unknown")
    if len(verdicts):
        labels = [in_sentence(str(label)) for label in verdicts["label_fr"]]
        told.append(in_short_sentences("une couche manquante qui dirait non", labels).rstrip("."))
    if subject.words("quality_fr") != "vérifiée":
        told.append("une visite qui montrerait un site occupé, plus petit ou déjà promis")
    told.append("d'autres pondérations, ou un besoin plus faible")
    return told


def _yard_answers(subject: Subject) -> Iterator[str]:
    yards = subject.material.context("substations")
    used = subject.material.table("plan/connections")
    mine = subject.rows("plan/connections", subject.last)
    if yards is None or mine.empty:
        return
    rooms = yards.set_index("yard_id")
    for yard in sorted(set(mine["yard_id"])):
        if yard not in rooms.index:
            continue
        room = rooms.loc[yard]
        drawn = used[(used["yard_id"] == yard) & (used["period"] == subject.last)]["meter_mw"].sum()
        least = float(room["room_low_mw"]) * (1 - float(room["reserve_share"]))
        if drawn > least:
            yield (
                f"une réponse basse du gestionnaire au poste {room['name']} : il ne resterait que "
                f"{quantity(least, 'MW', 1)} pour {quantity(drawn, 'MW', 1)} prévus au compteur"
            )


def _alternatives(subject: Subject) -> Iterator[Item]:
    table = subject.material.table("alternatives")
    if table.empty:
        yield Unknown("plans presque équivalents", "le scénario n'en a pas calculé")
        return
    kept = table[(table["period"] == subject.last) & (table["site_id"] == subject.site_id)]
    count, whole = kept["alternative"].nunique(), table["alternative"].nunique()
    told = f"présent dans {count} sur {plural(whole, 'plan presque équivalent', 'plans presque équivalents')}"  # noqa: E501
    yield Fact("Variantes", told, "B")
