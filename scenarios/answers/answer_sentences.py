"""The answer in sentences that a meeting can read aloud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from layers.words.french import NARROW, estimate, listing, number, plural, quantity, significant
from scenarios.answers.headline import headline, told, water_lines
from scenarios.answers.rule_answers import others_said
from scenarios.answers.to_visit import said_of_occupation
from scenarios.question.scenario_reading import Scenario
from siting.program.program_inputs import Demand, Inputs


def answer(scenario: Scenario, inputs: Inputs, document: Mapping[str, Any]) -> list[str]:
    """Write the answer in sentences a meeting can read aloud.

    Parameters
    ----------
    scenario : the question, checked.
    inputs : what the program read.
    document : the summary document.

    Returns
    -------
    Sentences in French.
    """
    last = str(scenario.periods[-1])
    sentences = [*_alone(inputs.demand), _need(inputs.demand, scenario.periods, _status(document))]
    sentences += document.get("existing", {}).get("answer_fr", [])
    if document["n_sites"] == 0:
        sentences.append("Rien ne reste à placer : le plan ne retient aucun site.")
        return sentences
    figures = document["plan"][last]
    sentences.append(
        f"Le plan retient {plural(document['n_sites'], 'site')} dans "
        f"{plural(figures['departements'], 'département')} pour {quantity(figures['it_mw'], 'MW')} "
        f"informatiques en {last} ; {_nearness(document['solver'])} du meilleur selon les "
        "pondérations choisies, et " + compatible(document) + _law(scenario)
    )
    if document["locks"]:
        sentences.append(_locks(document))
    sentences += _footprint(figures, last)
    sentences += document.get("weather", {}).get("answer_fr", [])
    sentences += document.get("far_weather", {}).get("answer_fr", [])
    if document["unverified_sites"]:
        sentences.append(_unverified(document["unverified_sites"], document["n_sites"]))
    sentences += said_of_occupation(document)
    if document["retained_areas"]:
        sentences.append(_areas(document["retained_areas"], document["n_sites"]))
    sentences += document.get("own_sites", {}).get("answer_fr", [])
    sentences += document.get("areas", {}).get("answer_fr", [])
    sentences += _rules_said(document)
    if note := document["solver"]["note_fr"]:
        sentences.append(f"À savoir : {note}.")
    sentences += others_said(document["alternatives"], document["n_sites"])
    return sentences


def _law(scenario: Scenario) -> str:
    """Say which texts the plan answers to, when it answers to the law alone."""
    if not scenario.law_only:
        return ""
    if scenario.texts is not None:
        return " Droit national seul : aucun texte régional n'est renseigné."
    return (
        " Droit et SRADDET ; règles Néo Terra non appliquées (budgets d'ENAF et "
        "d'énergie suivis à titre souple)."
    )


def _locks(document: Mapping[str, Any]) -> str:
    """Say what the scenario imposes, and what it costs: between two proven ends."""
    told = "Choix faits hors du programme\u00a0: " + " ; ".join(document["locks"])
    low, high = (document["solver"][f"locks_{end}_meur"] for end in ("low", "high"))
    if low is None or high is None:
        return f"{told}."
    least = f"entre {estimate(low, 2)} et " if low > 0 else "au plus "
    return f"{told}. Ils coûtent {least}{estimate(high, 2)}\u00a0M€ équivalents."


def _nearness(solver: Mapping[str, Any]) -> str:
    """Say how far from the best the plan is at most: what was proven, never more."""
    share = f"{number(100 * solver['gap'], 2)}{NARROW}% de ce qu'il coûte avant gains"
    meur = solver["gap_meur"]
    if meur is None:
        return f"il est à {share}, au plus,"
    return f"il est à {estimate(max(meur, 0.0), 2)}\u00a0M€ équivalents au plus ({share})"


def _areas(count: int, among: int) -> str:
    """Say how many retained sites are no friche: their ground is counted as ENAF, at worst."""
    head = "Le site retenu est" if among == 1 else f"{number(count)} des {number(among)} sites "
    if among > 1:
        head += "est" if count == 1 else "sont"
    what = "une aire hors friche" if count == 1 else "des aires hors friche"
    return (
        f"{head} {what} : leur sol, d'état inconnu, est compté comme ENAF (le pire des cas)."
        if count > 1
        else f"{head} {what} : son sol, d'état inconnu, est compté comme ENAF (le pire des cas)."
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
        count = plural(len(broken), "règle souple est dépassée", "règles souples sont dépassées")
        return f"compatible avec les règles dures du jeu déclaré ; {count}."
    return "compatible avec le jeu de règles déclaré."


def _alone(demand: Demand) -> list[str]:
    period = demand.periods[0]
    for project in demand.fixed:
        mw = project.it_mw_at(period)
        if mw > demand.it_mw[period]:
            return [
                f"{project.name.upper()} seul ({quantity(mw, 'MW IT')}) dépasse le besoin {period} "
                f"de la convention au prorata ({quantity(demand.it_mw[period], 'MW IT')})."
            ]
    return []


def _status(document: Mapping[str, Any]) -> str:
    return str(next(iter(document["demand"].values()))["existing_status_fr"])


def _need(demand: Demand, periods: Sequence[int], status: str) -> str:
    total_mw = listing(f"{quantity(demand.it_mw[t], 'MW')} en {t}" for t in periods)
    left = listing(f"{quantity(demand.to_place_mw(t), 'MW')} en {t}" for t in periods)
    fixed = listing(project.label_fr for project in demand.fixed)
    return (
        f"Besoin informatique total : {total_mw}, dont "
        f"{quantity(demand.existing_it_mw, 'MW')} déjà en service ({status})"
        + (f" et {fixed}" if fixed else "")
        + f" ; reste à placer {left}."
    )


def _unverified(count: int, among: int) -> str:
    """Say how many retained sites nobody went to see: the first thing a mayor asks."""
    if among == 1:
        return "Le site retenu est une friche non vérifiée : à confirmer sur place d'abord."
    if count == 1:
        return f"Un des {among} sites est une friche non vérifiée : à confirmer sur place d'abord."
    told = f"Les {number(among)}" if count == among else f"{number(count)} des {number(among)}"
    return f"{told} sites sont des friches non vérifiées : à confirmer sur place d'abord."


def _footprint(figures: Mapping[str, Any], period: str) -> list[str]:
    """Write the figures of the plan: medians, each with its nine chances in ten."""
    drawn = "electricity_twh_p50" in figures
    basis = "médianes, plan fixé" if drawn else "sur les constantes, plan fixé"
    pumps = headline(figures, "pump_gwh") or 0.0
    pumped = f", dont {estimate(pumps)}\u00a0GWh de pompes à chaleur" if pumps else ""
    water = " ; ".join(
        f"{told(figures, name, 'm³')} {words}" for words, name in water_lines(figures)
    )
    return [
        f"En {period}, pour les sites placés ({basis} ; hors existant et projets déjà décidés) : "
        f"{told(figures, 'electricity_twh', 'TWh')} par an{pumped}{_region(figures)}.",
        f"Eau apportée sur site, par an : {water}.",
        f"{_heat(figures)} Carbone : {told(figures, 'carbon_kt', 'kt CO2e')} par an.",
        f"Sol occupé : {told(figures, 'land_ha', 'ha')}, dont réemployé "
        f"{estimate(headline(figures, 'reused_ha') or 0.0)}\u00a0ha, {_enaf(figures)}. "
        f"Raccordement entre {significant(figures['connection_cost_low_meur'])} et "
        f"{significant(figures['connection_cost_high_meur'])}\u00a0M€.",
    ]


def _heat(figures: Mapping[str, Any]) -> str:
    """Say the heat that the networks known would take; without any known, it is not evaluated."""
    if headline(figures, "heat_gwh") is None:
        return "Chaleur utile : non évaluée, aucun réseau de chaleur n'est dans le lot."
    erf = number(100 * (headline(figures, "erf") or 0.0), 1)
    return (
        f"Chaleur utile : {told(figures, 'heat_gwh', 'GWh')} par an, ERF {erf}{NARROW}% "
        "(débouchés : hypothèse)."
    )


def _region(figures: Mapping[str, Any]) -> str:
    """Say how much of the region's electricity that is, or that nobody told what it consumes."""
    share = headline(figures, "regional_share_pct")
    if share is None:
        return " (part de l'électricité régionale non évaluée : consommation non renseignée)"
    year = figures["regional_share_year"]
    return f", soit {number(share, 1)}{NARROW}% de l'électricité régionale de {year}"


def _enaf(figures: Mapping[str, Any]) -> str:
    low, high = (estimate(headline(figures, f"enaf_{end}_ha") or 0.0) for end in ("low", "high"))
    return f"ENAF {low}\u00a0ha" if low == high else f"ENAF entre {low} et {high}\u00a0ha"


def _agree(count: int, word: str) -> str:
    return word + ("s" if count > 1 else "")


def _rules_said(document: Mapping[str, Any]) -> list[str]:
    binding = sorted({entry["label_fr"] for entry in document["binding_rules"]})
    broken = sorted({entry["label_fr"] for entry in document["broken_rules"]})
    off, silent = len(document["rules_off"]), len(document["rules_not_evaluated"])
    partly = listing(entry["label_fr"] for entry in document["rules_partly_evaluated"])
    said = [
        f"{document['rules_evaluated']} règles sur {document['rules_total']} évaluées"
        + (f", dont en partie seulement : {partly} ; " if partly else " ; ")
        + (f"{off} non {_agree(off, 'retenue')} par ce scénario ; " if off else "")
        + f"{silent} non {_agree(silent, 'évaluée')} faute de donnée ou de définition. "
        + (f"Règles qui serrent : {listing(binding)}." if binding else "Aucune règle ne serre.")
    ]
    if broken:
        excess = listing(
            f"{entry['label_fr']} ({entry['period']}, de "
            f"{significant(entry['excess'])}\u00a0{entry['unit']})"
            for entry in document["broken_rules"]
        )
        said.append(f"Règles souples dépassées : {excess}.")
    return said
