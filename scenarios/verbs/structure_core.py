"""What to keep whatever the need, and what is regretted least: the sentences of a structure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from layers.words.french import (
    NARROW,
    NO_BREAK,
    estimate,
    in_sentence,
    listing,
    number,
    plural,
    significant,
)
from siting.other_plans.no_regret import LATER, NOW
from siting.program.program_inputs import Inputs

GRAINS_FR = {"departement": "département", "epci": "intercommunalité", "site": "site"}

DEPENDS_FR = {
    "ouverture": "du coût d'ouverture",
    "besoin": "du besoin (un besoin plus grand l'écarte)",
    "hypothèses": "des hypothèses tirées",
}


def core_said(document: Mapping[str, Any]) -> list[str]:
    """Say what to begin with, territories before sites."""
    counts = {
        grain: sum(row["grain"] == grain and row["verdict"] == NOW for row in document["places"])
        for grain in GRAINS_FR
    }
    if not any(counts.values()):
        return ["Aucun lieu n'est tenu par tous les plans essayés."]
    told = [
        plural(counts["departement"], "département"),
        plural(counts["epci"], "intercommunalité"),
        plural(counts["site"], "site"),
    ]
    return [
        f"Tous les plans essayés gardent {listing(told)}{NO_BREAK}: c'est par là que commencer."
    ]


def growth_said(needs: list[dict[str, Any]], kept: list[dict[str, Any]]) -> list[str]:
    """Say whether one may begin with the smallest need and grow without giving up a site."""
    solved = [row for row in needs if not row["fault_fr"]]
    if len(solved) < 2 or not all(row["holds"] and row["high_meur"] is not None for row in kept):
        return []
    most = max(row["high_meur"] for row in kept)
    first, last = solved[0], solved[-1]
    return [
        f"On peut commencer par {first['sites']} sites ({_percent(first['need'])} du besoin) et "
        f"grandir jusqu'à {_percent(last['need'])} sans en quitter{NO_BREAK}: au plus "
        f"{meur_said(most)} à chaque étape."
    ]


def nested_said(row: Mapping[str, Any]) -> str:
    """Say what keeping the sites of a smaller need costs, or saves nothing."""
    before, after = (_percent(row[name]) for name in ("need_before", "need"))
    start = f"Passer de {before} à {after} du besoin en gardant les {row['sites_before']} sites"
    if not row["holds"]:
        return f"{start}{NO_BREAK}: aucun plan ne les ouvre tous."
    if row["high_meur"] is None:
        return f"{start} est possible."
    if row["low_meur"] == 0:
        most = meur_said(row["high_meur"])
        return f"{start} coûte au plus {most}{NO_BREAK}: le calcul ne les distingue pas."
    return f"{start} coûte de {_meurs(row)} de plus que tout revoir."


def dropped_said(inputs: Inputs, row: Mapping[str, Any]) -> str:
    """Say why a larger need drops a site: a rule, its cost, or a near tie."""
    need = _percent(row["need"])
    if row["verdict"] == "règle":
        said = f"À {need} du besoin, aucun plan ne l'ouvre."
    elif row["high_meur"] is None:
        said = f"À {need} du besoin, un plan sans lui est meilleur."
    elif row["verdict"] == "égal":
        said = (
            f"À {need} du besoin, le garder coûterait au plus {meur_said(row['high_meur'])}"
            f"{NO_BREAK}: c'est un quasi-ex æquo, pas un rejet."
        )
    else:
        said = f"À {need} du besoin, le garder coûterait de {_meurs(row)}."
    leave = [site_said(inputs, site) for site in str(row["would_leave"]).split("|") if site]
    if leave:
        verb = "sortirait" if len(leave) == 1 else "sortiraient"
        said += f" {listing(leave)} {verb} alors."
    full = [each for each in str(row["full_rows"]).split("|") if each]
    if full:
        limits = f"{NARROW}; ".join(in_sentence(each) for each in full)
        said += f" Limite atteinte sans lui{NO_BREAK}: {limits}."
    return said


def place_said(row: Mapping[str, Any]) -> str:
    """Say when a place is kept: now, later, or depending on what."""
    if row["verdict"] == NOW:
        return "à chaque besoin et à chaque coût d'ouverture essayés"
    if row["verdict"] == LATER:
        return f"dès {_percent(row['from_need'])} du besoin"
    return "dépend " + listing(
        DEPENDS_FR[each] for each in str(row["depends_on"]).split("|") if each
    )


def regret_said(document: Mapping[str, Any]) -> list[str]:
    """Say which plan is regretted least over the draws, and by how much."""
    found = document["regret"]
    if found is None:
        return ["Le regret n'est pas évalué ici : aucun tirage n'a été demandé (--draws 20)."]
    shapes = {row["structure"]: row for row in document["structures"]}
    least = next(row for row in found["worst"] if row["is_least"])
    run = next(row for row in found["worst"] if shapes[row["structure"]]["is_retained"])
    draws = plural(found["draws"], "tirage")
    sites = plural(shapes[least["structure"]]["sites"], "site")
    said = [
        f"Sur {draws} des hypothèses, le plan à {sites} est celui que l'on regrette le moins"
        f"{NO_BREAK}: au pire {meur_said(least['worst_meur'])} de plus que le meilleur plan du "
        "tirage."
    ]
    if least is run:
        said.append("C'est aussi le plan du scénario.")
    else:
        said.append(
            f"Le plan du scénario, à {plural(shapes[run['structure']]['sites'], 'site')}, coûte "
            f"au pire {meur_said(run['worst_meur'])} de plus, "
            f"{meur_said(run['median_meur'])} en médiane."
        )
    lost = [row for row in found["worst"] if row["held_draws"] < row["draws"]]
    said += [
        f"Le plan à {plural(shapes[row['structure']]['sites'], 'site')} ne tient que dans "
        f"{row['held_draws']} tirages sur {row['draws']}."
        for row in lost
    ]
    if found["without_plan"]:
        said.append(f"{plural(found['without_plan'], 'tirage')} sans aucun plan, non comptés.")
    return said


def now_said(document: Mapping[str, Any], grain: str) -> str:
    """Name the places to keep whatever the need and the cost of opening."""
    names = [
        str(row["name_fr"])
        for row in document["places"]
        if row["grain"] == grain and row["verdict"] == NOW
    ]
    return listing(names) if names else "aucun"


def site_said(inputs: Inputs, site: str) -> str:
    """Name a site by its commune and its identifier."""
    commune = str(inputs.sites["commune_name"].astype(str)[site])
    return f"{commune} ({site})"


def million_said(amount: float) -> str:
    """Write an amount in M€, two figures."""
    return f"{significant(amount, 2)}{NO_BREAK}M€"


def meur_said(amount: float) -> str:
    """Write an amount in M€-equivalent, two figures."""
    return f"{estimate(amount, 2)}{NO_BREAK}M€ équivalents"


def _meurs(row: Mapping[str, Any]) -> str:
    return f"{estimate(row['low_meur'], 2)} à {meur_said(row['high_meur'])}"


def _percent(share: float) -> str:
    return f"{number(100 * share)}{NARROW}%"


def percents_said(shares: list[float]) -> str:
    """Write the range of some shares, in per cent."""
    low, high = (number(100 * end) for end in (min(shares), max(shares)))
    return f"{low}{NARROW}%" if low == high else f"{low} à {high}{NARROW}%"
