"""The answer in sentences that a meeting can read aloud: the need, the plan, its footprint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from layers.words.french import (
    NARROW,
    NO_BREAK,
    estimate,
    in_short_sentences,
    listing,
    number,
    plural,
    quantity,
)
from scenarios.answers import first_look
from scenarios.answers.headline import headline, told, water_lines

NOTHING_FR = "Rien ne reste à placer : le plan ne retient aucun site."


def need_said(document: Mapping[str, Any]) -> list[str]:
    """Say what is to be placed, and what already runs or is decided.

    Parameters
    ----------
    document : the summary document.

    Returns
    -------
    Sentences in French.
    """
    years = [str(period) for period in document["periods"]]
    demand = {year: document["demand"][year] for year in years}
    first = demand[years[0]]
    total = listing(f"{quantity(demand[t]['total_it_mw'], 'MW')} en {t}" for t in years)
    left = listing(f"{quantity(demand[t]['to_place_it_mw'], 'MW')} en {t}" for t in years)
    decided = listing(one["label_fr"] for one in document.get("decided", []))
    said = [
        f"Besoin informatique total{NO_BREAK}: {total}.",
        f"Déjà en service{NO_BREAK}: {quantity(first['existing_it_mw'], 'MW')} "
        f"({first['existing_status_fr']})" + (f"{NARROW}; décidé : {decided}." if decided else "."),
        f"Reste à placer{NO_BREAK}: {left}.",
    ]
    audited = document.get("existing", {}).get("answer_fr", [])
    said = [*alone_said(document), " ".join(said), *audited]
    return [*said, finding(document)] if document["n_sites"] == 0 else said


def alone_said(document: Mapping[str, Any]) -> list[str]:
    """Say that one decided project alone is more than the whole need of the first period.

    Parameters
    ----------
    document : the summary document.

    Returns
    -------
    One sentence in French, none without such a project.
    """
    period = str(document["periods"][0])
    need_mw = document["demand"][period]["total_it_mw"]
    return [
        f"{one['name_fr']} seul ({quantity(one['it_mw'][period], 'MW IT')}) dépasse le besoin "
        f"{period} de la convention au prorata ({quantity(need_mw, 'MW IT')})."
        for one in document.get("decided", [])
        if one["it_mw"][period] > need_mw
    ][:1]


def finding(document: Mapping[str, Any]) -> str:
    """Say what the plan is and what it is compatible with, in one sentence.

    Parameters
    ----------
    document : the summary document.

    Returns
    -------
    French text.
    """
    if document.get("impossible"):
        nearest = " Ce qui suit est le plan le plus proche." if document["n_sites"] else ""
        return f"{first_look.finding(document)}.{nearest}"
    if document["n_sites"] == 0:
        return NOTHING_FR
    last = str(document["periods"][-1])
    figures = document["plan"][last]
    return (
        f"Le plan retient {plural(document['n_sites'], 'site')} dans "
        f"{plural(figures['departements'], 'département')}, pour "
        f"{quantity(figures['it_mw'], 'MW')} informatiques en {last}, "
        f"{compatible(document)}"
    )


def plan_said(document: Mapping[str, Any]) -> list[str]:
    """Say the plan, how near the best it is, under which rules, and what was imposed on it.

    Parameters
    ----------
    document : the summary document.

    Returns
    -------
    Sentences in French, none when nothing is placed.
    """
    if document["n_sites"] == 0:
        return []
    said = [finding(document), _nearness(document["solver"])]
    if document.get("applied_fr"):
        said.append(document["applied_fr"])
    if document["locks"]:
        said += _locks(document)
    if note := document["solver"]["note_fr"]:
        said.append(f"À savoir : {note}.")
    said += document.get("weather", {}).get("answer_fr", [])
    return [*said, *document.get("far_weather", {}).get("answer_fr", [])]


def _locks(document: Mapping[str, Any]) -> list[str]:
    """Say what the scenario imposes, and what it costs: between two proven ends."""
    said = [in_short_sentences("Choix faits hors du programme", document["locks"])]
    low, high = (document["solver"][f"locks_{end}_meur"] for end in ("low", "high"))
    if low is None or high is None:
        return said
    least = f"entre {estimate(low, 2)} et " if low > 0 else "au plus "
    return [*said, f"Ils coûtent {least}{estimate(high, 2)}{NO_BREAK}M€ pondérés."]


def _nearness(solver: Mapping[str, Any]) -> str:
    """Say how far from the best the plan is at most: what was proven, never more."""
    meur = solver["gap_meur"]
    if meur is None:
        share = f"{number(100 * solver['gap'], 2)}{NARROW}% du coût pondéré"
        return f"C'est le meilleur selon les pondérations choisies, à {share} près au plus."
    return (
        "C'est le meilleur selon les pondérations choisies, à "
        f"{estimate(max(meur, 0.0), 2)}{NO_BREAK}M€ pondérés près au plus."
    )


def compatible(document: Mapping[str, Any]) -> str:
    """Say what the plan is compatible with: its whole set of rules, or the hard ones only.

    Parameters
    ----------
    document : the summary document.

    Returns
    -------
    The end of a sentence, in French.
    """
    if broken := {entry["rule_id"] for entry in document["broken_rules"]}:
        count = plural(len(broken), "règle souple dépassée", "règles souples dépassées")
        return f"compatible avec les règles dures du jeu déclaré ; {count}."
    return "compatible avec le jeu de règles déclaré."


def energy_said(document: Mapping[str, Any]) -> list[str]:
    """Say the electricity of the plan and its carbon: medians, with nine chances in ten.

    Parameters
    ----------
    document : the summary document.

    Returns
    -------
    Sentences in French, none when nothing is placed.
    """
    if document["n_sites"] == 0:
        return []
    period, figures = _last(document)
    basis = "médians" if "electricity_twh_p50" in figures else "sur les constantes"
    pumps = headline(figures, "pump_gwh") or 0.0
    pumped = f" Pompes à chaleur comprises : {estimate(pumps, 2)}{NO_BREAK}GWh." if pumps else ""
    return [
        f"En {period}, les sites placés prennent {told(figures, 'electricity_twh', 'TWh')} "
        f"d'électricité par an. {_of_region(figures)}{pumped}",
        f"Carbone : {told(figures, 'carbon_kt', 'kt CO2e')} par an.",
        f"Chiffres {basis}, plan fixé, hors existant et projets déjà décidés.",
    ]


def _of_region(figures: Mapping[str, Any]) -> str:
    """Say the share of the region's electricity, or that its consumption is not told."""
    share = headline(figures, "regional_share_pct")
    if share is None:
        return "La part de l'électricité régionale n'est pas évaluée : consommation non dite."
    year = figures["regional_share_year"]
    return f"C'est {number(share, 1)}{NARROW}% de l'électricité régionale de {year}."


def water_said(document: Mapping[str, Any]) -> list[str]:
    """Say the water brought to the sites, by who decides of the cooling.

    Parameters
    ----------
    document : the summary document.

    Returns
    -------
    Sentences in French, none when nothing is placed.
    """
    if document["n_sites"] == 0:
        return []
    _, figures = _last(document)
    return [
        f"Eau apportée sur site, {words} : {told(figures, name, 'm³')} par an."
        for words, name in water_lines(figures)
    ]


def heat_main(document: Mapping[str, Any]) -> list[str]:
    """Say the heat that networks would use.

    Parameters
    ----------
    document : the summary document.

    Returns
    -------
    Sentences in French, none when nothing is placed.
    """
    if document["n_sites"] == 0:
        return []
    _, figures = _last(document)
    if headline(figures, "heat_gwh") is None:
        return ["Chaleur utile : non évaluée, aucun réseau de chaleur n'est dans le lot."]
    erf = number(100 * (headline(figures, "erf") or 0.0), 1)
    return [
        f"Chaleur utile : {told(figures, 'heat_gwh', 'GWh')} par an, soit {erf}{NARROW}% de "
        "l'énergie des sites (ERF). Les débouchés sont une hypothèse."
    ]


def land_said(document: Mapping[str, Any]) -> list[str]:
    """Say the ground taken, reused or not, and what connecting costs.

    Parameters
    ----------
    document : the summary document.

    Returns
    -------
    Sentences in French, none when nothing is placed.
    """
    if document["n_sites"] == 0:
        return list(document.get("areas", {}).get("answer_fr", []))
    _, figures = _last(document)
    low, high = (
        estimate(figures[f"connection_cost_{end}_meur"] or 0.0, 2) for end in ("low", "high")
    )
    said = [
        f"Sol occupé : {told(figures, 'land_ha', 'ha')}. Déjà bâti et réemployé : "
        f"{estimate(headline(figures, 'reused_ha') or 0.0, 2)}{NO_BREAK}ha{NARROW}; "
        f"{_enaf(figures)}.",
        f"Raccordement : entre {low} et {high}{NO_BREAK}M€."
        if low != high
        else f"Raccordement : {low}{NO_BREAK}M€.",
    ]
    if document["retained_areas"]:
        said.append(_areas(document["retained_areas"], document["n_sites"]))
    said += document.get("yards_outside", {}).get("answer_fr", [])
    own = document.get("own_sites", {}).get("answer_fr", [])
    return [*said, *own, *document.get("areas", {}).get("answer_fr", [])]


def _last(document: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    period = str(document["periods"][-1])
    return period, document["plan"][period]


def _areas(count: int, among: int) -> str:
    """Say how many retained sites are no friche: their ground is counted as ENAF, at worst."""
    if among == 1:
        head = "Le site retenu est une aire hors friche"
    else:
        what = "est une aire" if count == 1 else "sont des aires"
        head = f"{number(count)} des {number(among)} sites {what} hors friche"
    ground = "leur sol" if count > 1 else "son sol"
    return f"{head} : {ground}, d'état inconnu, est compté comme ENAF (le pire des cas)."


def _enaf(figures: Mapping[str, Any]) -> str:
    low, high = (estimate(headline(figures, f"enaf_{end}_ha") or 0.0, 2) for end in ("low", "high"))
    words = f"entre {low} et {high}" if low != high else low
    return f"espaces naturels, agricoles ou forestiers (ENAF) : {words}{NO_BREAK}ha"


def unverified_said(document: Mapping[str, Any]) -> list[str]:
    """Say how many retained sites nobody went to see: the first thing a mayor asks.

    Parameters
    ----------
    document : the summary document.

    Returns
    -------
    One sentence in French, none when every friche was verified.
    """
    count, among = document["unverified_sites"], document["n_sites"]
    if not count:
        return []
    if among == 1:
        return ["Le site retenu est une friche non vérifiée : à confirmer sur place d'abord."]
    if count == 1:
        return [
            f"Un des {among} sites est une friche non vérifiée : à confirmer sur place d'abord."
        ]
    head = f"Les {number(among)}" if count == among else f"{number(count)} des {number(among)}"
    return [f"{head} sites sont des friches non vérifiées : à confirmer sur place d'abord."]


def rules_said(document: Mapping[str, Any]) -> list[str]:
    """Say which rules were judged, which bind, which are exceeded, and which nobody could judge.

    Parameters
    ----------
    document : the summary document.

    Returns
    -------
    Sentences in French, none when nothing is placed.
    """
    if document["n_sites"] == 0:
        return []
    binding = sorted({entry["label_fr"] for entry in document["binding_rules"]})
    off, silent = len(document["rules_off"]), len(document["rules_not_evaluated"])
    partly = [entry["label_fr"] for entry in document["rules_partly_evaluated"]]
    count = f"{document['rules_evaluated']} règles évaluées sur {document['rules_total']}"
    said = [
        in_short_sentences(f"{count}, dont en partie seulement", partly) if partly else f"{count}.",
        (f"Règles non retenues par ce scénario : {off}. " if off else "")
        + f"Non évaluées, faute de donnée ou de définition : {silent}.",
        in_short_sentences("Règles qui serrent", binding) if binding else "Aucune règle ne serre.",
    ]
    excess = _excesses(document["broken_rules"])
    return [*said, in_short_sentences("Règles souples dépassées", excess)] if excess else said


def _excesses(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say each broken rule once a period: by how much, or at how many places and by how much most.

    A rule of sites would otherwise be told site by site.
    """
    grouped: dict[tuple[str, Any], list[Mapping[str, Any]]] = {}
    for row in rows:
        grouped.setdefault((str(row["label_fr"]), row["period"]), []).append(row)
    excesses = []
    for (label, period), group in grouped.items():
        worst = max(group, key=lambda row: row["excess"])
        where = "" if len(group) == 1 else f"{number(len(group))} endroits, au plus "
        amount = f"{estimate(worst['excess'], 2)}{NO_BREAK}{worst['unit']}"
        excesses.append(f"{label} ({period}, {where}de {amount})")
    return excesses
