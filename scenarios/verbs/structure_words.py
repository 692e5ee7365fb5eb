"""What a row of « campus ou maillage » says in a sentence: a structure, a site, a place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from layers.words.french import NARROW, NO_BREAK, estimate, in_sentence, listing, number, plural
from siting.other_plans.no_regret import LATER, NOW
from siting.program.program_inputs import Inputs

DEPENDS_FR = {
    "ouverture": "du coût d'ouverture",
    "besoin": "du besoin (un besoin plus grand l'écarte)",
    "hypothèses": "des hypothèses tirées",
}
# What a structure may lose on, by term of the objective.
LOST_FR = {
    "connection_cost": "lignes et ouvertures",
    "water_scarcity": "la rareté de l'eau",
    "enaf": "l'ENAF consommé au pire",
    "land_reused": "le sol déjà artificialisé",
    "useful_heat": "la chaleur utile",
    "energy_above_it": "l'énergie au-delà de l'informatique",
    "carbon": "le carbone",
    "rules": "les règles souples dépassées",
}
# A part smaller than this, in M€-equivalent, is not worth a word.
FELT_MEUR = 0.5


def structure_label(row: Mapping[str, Any], shapes: list[dict[str, Any]]) -> str:
    """Return what a structure is called: its number of sites, and which end it is.

    Parameters
    ----------
    row : a row of the structure document.
    shapes : every structure, the most spread first and the most gathered last.

    Returns
    -------
    The name in French.
    """
    count = plural(row["sites"], "site")
    if row["is_retained"]:
        return f"{count}, plan du scénario"
    ends = {shapes[0]["structure"]: "maillage", shapes[-1]["structure"]: "campus"}
    kind = ends.get(row["structure"])
    return f"{count}, {kind}" if kind else count


def why_said(row: Mapping[str, Any]) -> str:
    """Say what a structure saves most and loses most against the plan of the scenario.

    Parameters
    ----------
    row : a row of the structure document.

    Returns
    -------
    A sentence in French; empty for the plan of the scenario.
    """
    if row["is_retained"]:
        return ""
    parts = {name: row[f"extra_{name}_meur"] for name in LOST_FR}
    gain, loss = min(parts, key=lambda k: parts[k]), max(parts, key=lambda k: parts[k])
    said = []
    if parts[gain] < -FELT_MEUR:
        said.append(f"gagne {estimate(-parts[gain], 2)} sur {LOST_FR[gain]}")
    if parts[loss] > FELT_MEUR:
        said.append(f"perd {estimate(parts[loss], 2)} sur {LOST_FR[loss]}")
    return ", ".join(said)


def nested_said(row: Mapping[str, Any]) -> str:
    """Say what it costs to grow from one need to the next without giving up a site.

    Parameters
    ----------
    row : a row of the structure document.

    Returns
    -------
    A sentence in French.
    """
    before, after = (percent(row[name]) for name in ("need_before", "need"))
    start = f"Passer de {before} à {after} du besoin en gardant {row['sites_before']} sites"
    if not row["holds"]:
        return f"{start}{NO_BREAK}: aucun plan ne les ouvre tous."
    if row["high_meur"] is None:
        return f"{start} est possible."
    if row["low_meur"] == 0:
        most = meur(row["high_meur"])
        return f"{start} coûte au plus {most}{NO_BREAK}: peut-être rien."
    return f"{start} coûte de {_meurs(row)} de plus que tout revoir."


def dropped_said(inputs: Inputs, row: Mapping[str, Any]) -> str:
    """Say why a larger need drops a site: what keeping it costs, who leaves, what is full.

    Parameters
    ----------
    inputs : what the program read.
    row : a row of the structure document.

    Returns
    -------
    Sentences in French.
    """
    need = percent(row["need"])
    if row["verdict"] == "règle":
        said = f"À {need} du besoin, aucun plan ne l'ouvre."
    elif row["high_meur"] is None:
        said = f"À {need} du besoin, un plan sans lui est meilleur."
    elif row["verdict"] == "égal":
        said = (
            f"À {need} du besoin, le garder coûterait au plus {meur(row['high_meur'])}{NO_BREAK}: "
            "c'est un quasi-ex æquo, pas un rejet."
        )
    else:
        said = f"À {need} du besoin, le garder coûterait de {_meurs(row)}."
    leave = [site_named(inputs, site) for site in str(row["would_leave"]).split("|") if site]
    if leave:
        verb = "sortirait" if len(leave) == 1 else "sortiraient"
        said += f" {listing(leave)} {verb} alors."
    full = [each for each in str(row["full_rows"]).split("|") if each]
    if full:
        limits = f"{NARROW}; ".join(in_sentence(each) for each in full)
        said += f" Limite atteinte sans lui{NO_BREAK}: {limits}."
    return said


def place_said(row: Mapping[str, Any]) -> str:
    """Say when a place comes, or what it depends on.

    Parameters
    ----------
    row : a row of the structure document.

    Returns
    -------
    A clause in French.
    """
    if row["verdict"] == NOW:
        return "à chaque besoin et à chaque coût d'ouverture essayés"
    if row["verdict"] == LATER:
        return f"dès {percent(row['from_need'])} du besoin"
    return "dépend " + listing(
        DEPENDS_FR[each] for each in str(row["depends_on"]).split("|") if each
    )


def site_named(inputs: Inputs, site: str) -> str:
    """Return a site as a reader names it: its commune, and its code.

    Parameters
    ----------
    inputs : what the program read.
    site : a site_id.

    Returns
    -------
    « commune (code) ».
    """
    commune = str(inputs.sites["commune_name"].astype(str)[site])
    return f"{commune} ({site})"


def _meurs(row: Mapping[str, Any]) -> str:
    return f"{estimate(row['low_meur'], 2)} à {meur(row['high_meur'])}"


def meur(amount: float) -> str:
    """Write an amount that rests on assumptions: two figures, in M€-equivalent.

    Parameters
    ----------
    amount : M€-equivalent.

    Returns
    -------
    The text.
    """
    return f"{estimate(amount, 2)}{NO_BREAK}M€ pondérés"


def million(amount: float) -> str:
    """Write a cost that rests on assumptions: two figures, in M€.

    Parameters
    ----------
    amount : M€.

    Returns
    -------
    The text.
    """
    return f"{estimate(amount, 2)}{NO_BREAK}M€"


def percent(share: float) -> str:
    """Write a share.

    Parameters
    ----------
    share : a share; 1 is the whole.

    Returns
    -------
    The text, without decimals, « % » set close.
    """
    return f"{number(100 * share)}{NARROW}%"
