"""What « campus ou maillage » answers: its document, and its sentences from first to last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from layers.words.errors import SitingError
from layers.words.french import NARROW, NO_BREAK, estimate, listing, number, plural, significant
from scenarios.storage.results import records
from scenarios.verbs.regret_draws import Regrets
from scenarios.verbs.structure_words import (
    dropped_said,
    meur,
    million,
    nested_said,
    percent,
    place_said,
    site_named,
    structure_label,
    why_said,
)
from scenarios.verbs.sweep_tally import FEWEST_FOR_SHARES
from siting.other_plans.no_regret import NOW
from siting.program.program_inputs import Inputs

GRAINS_FR = {"departement": "département", "epci": "intercommunalité", "site": "site"}
METHOD_FR = (
    "Chaque structure est un plan entier, résolu avec les règles du scénario. Seul change ce que "
    "coûte l'ouverture d'un site, quelle que soit sa taille.",
    "Les montants sont comparés au coût d'ouverture retenu, arrondis à deux chiffres. Ils "
    "reposent sur des hypothèses de coût des lignes et d'ouverture.",
    "« Perte » compte tout ce que le scénario pondère : coût, chaleur, sol, eau, énergie, carbone "
    "et règles souples dépassées, en M€ pondérés.",
    "Un site qui sort est rouvert de force au besoin plus grand, et le programme résolu de "
    "nouveau : la différence encadre ce que le garder coûte.",
    "Le regret d'un plan : ce qu'il coûte de plus que le meilleur plan connu d'un tirage, ses "
    "sites ouverts, puissances et lignes adaptées, d'autres sites ajoutés s'il le faut.",
    "« Maintenant » : tenu à chaque besoin et à chaque coût d'ouverture essayés, et dans neuf "
    "tirages sur dix. « Plus tard » : de même, à partir d'une part du besoin.",
)


def refuse_nothing_to_place(inputs: Inputs) -> None:
    """Raise SIT200 when nothing is left to place: no plan, no structure.

    Parameters
    ----------
    inputs : what the program is given.

    Raises
    ------
    SitingError : SIT200.
    """
    if not any(inputs.demand.to_place_mw(period) > 0 for period in inputs.demand.periods):
        raise SitingError(
            "SIT200",
            "l'existant et les projets décidés couvrent déjà le besoin : rien à structurer",
            where="demand.it_mw",
            hint="élevez le besoin, par exemple --set demand.it_mw.2036=300",
        )


def told(
    head: Mapping[str, Any],
    inputs: Inputs,
    tables: Mapping[str, pd.DataFrame],
    regret: Regrets | None,
    near_meur: float,
) -> dict[str, Any]:
    """Return the document of the page.

    Parameters
    ----------
    head : what names the question.
    inputs : what the program is given.
    tables : by file name, from ``plan_structure``.
    regret : what the draws say; None when none was asked.
    near_meur : the M€-equivalent under which two structures are not told apart.

    Returns
    -------
    A document for JSON; a number that is not known is None.
    """
    shapes = _plain(tables["structures.csv"])
    places = _plain(tables["lieux.csv"])
    needs, kept = _plain(tables["besoins.csv"]), _plain(tables["emboitement.csv"])
    dropped = [
        row | {"name_fr": site_named(inputs, row["site_id"]), "said_fr": dropped_said(inputs, row)}
        for row in _plain(tables["sorties.csv"])
    ]
    worst = [] if regret is None else _plain(regret.worst)
    document = {
        **head,
        "near_tie_meur": round(near_meur, 6),
        "structures": [
            row | {"label_fr": structure_label(row, shapes), "why_fr": why_said(row)}
            for row in shapes
        ],
        "needs": needs,
        "nested": [row | {"said_fr": nested_said(row)} for row in kept],
        "dropped": dropped,
        "places": [row | {"said_fr": place_said(row)} for row in places],
        "regret": None
        if regret is None
        else {"draws": regret.draws, "without_plan": regret.without_plan, "worst": worst},
        "method_fr": list(METHOD_FR),
    }
    document["answer_fr"] = [
        *_answer(head, shapes, near_meur),
        *_core(document),
        *_growth(needs, kept),
    ]
    document["stability_fr"] = _stability(shapes)
    document["regret_fr"] = _regret(document)
    if document["regret"] is not None:
        document["answer_fr"].append(document["regret_fr"][0])
    return document


def structure_lines(document: Mapping[str, Any]) -> list[str]:
    """Write the answer for a terminal: territories before sites.

    Parameters
    ----------
    document : from ``told``.

    Returns
    -------
    French lines.
    """
    lines = [text for text in (*document["answer_fr"], document["stability_fr"]) if text]
    for row in document["structures"]:
        lines.append(
            f"  {row['label_fr']}{NO_BREAK}: {estimate(row['cost_meur'], 2)}{NO_BREAK}M€, chaleur "
            f"{significant(row['heat_gwh'], 2)}{NO_BREAK}GWh/an, plus grand site "
            f"{significant(row['largest_mw'], 2)}{NO_BREAK}MW"
        )
    for grain, label in GRAINS_FR.items():
        lines.append(
            f"  À garder dans tous les cas, par {label}{NO_BREAK}: {_now(document, grain)}"
        )
    lines += [row["said_fr"] for row in document["nested"]]
    said = 0 if document["regret"] is None else 1  # the first one is in the answer already
    return [*lines, *document["regret_fr"][said:]]


def _answer(head: Mapping[str, Any], shapes: list[dict[str, Any]], near_meur: float) -> list[str]:
    """Say the plan, between which costs of opening it is the better, and what else is near."""
    run = _run(shapes)
    cost = head["opening_cost_meur"]
    status = "hypothèse" if cost["is_assumed"] else "choix du scénario"
    retained = (
        f"Le plan compte {plural(run['sites'], 'site')}, le plus grand de "
        f"{significant(run['largest_mw'], 2)}{NO_BREAK}MW, si ouvrir un site coûte "
        f"{significant(cost['value'])}{NO_BREAK}M€ ({status}, de {significant(cost['low'])} à "
        f"{significant(cost['high'])})."
    )
    if len(shapes) == 1:
        return [retained, "À chaque coût d'ouverture essayé, le même plan est le meilleur trouvé."]
    return [retained, _borders(run, shapes), _near(shapes, near_meur)]


def _borders(run: Mapping[str, Any], shapes: list[dict[str, Any]]) -> str:
    """Say between which costs of opening the plan of a run is the better one."""
    at = [(row["equal_at_meur"], row["sites"]) for row in shapes if row["equal_at_meur"]]
    low = max((each for each in at if each[1] > run["sites"]), default=None)
    high = min((each for each in at if each[1] < run["sites"]), default=None)
    sides = []
    if low is not None:
        sides.append(f"sous {million(low[0])}, mieux vaut un maillage de {low[1]} sites")
    if high is not None:
        few = min(count for _, count in at)
        then = f" puis {few}" if few < high[1] else ""
        sides.append(f"au-dessus de {million(high[0])}, un campus de {high[1]}{then} sites")
    if not sides:
        return "Aucun autre nombre de sites ne l'emporte aux coûts d'ouverture essayés."
    return f"C'est ce coût qui décide{NO_BREAK}: {f'{NARROW}; '.join(sides)}."


def _near(shapes: list[dict[str, Any]], near_meur: float) -> str:
    run = _run(shapes)
    others = [row for row in shapes if row is not run]
    near = [row["sites"] for row in others if row["is_near"]]
    if near:
        sites = listing(str(count) for count in sorted({run["sites"], *near}))
        return f"À moins de {meur(near_meur)}, les plans à {sites} sites se valent."
    first = min(others, key=lambda row: row["extra_meur"])
    return (
        f"Au coût retenu, aucune autre structure ne le vaut{NO_BREAK}: la plus proche, à "
        f"{plural(first['sites'], 'site')}, perd {meur(first['extra_meur'])}, plus que les "
        f"{estimate(near_meur, 2)} que nous savons distinguer."
    )


def _core(document: Mapping[str, Any]) -> list[str]:
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


def _growth(needs: list[dict[str, Any]], kept: list[dict[str, Any]]) -> list[str]:
    """Say whether one may begin with the smallest need and grow without giving up a site."""
    solved = [row for row in needs if not row["fault_fr"]]
    if not kept or not all(row["holds"] and row["high_meur"] is not None for row in kept):
        return []
    most = max(row["high_meur"] for row in kept)
    first, last = solved[0], solved[-1]
    return [
        f"On peut commencer par {first['sites']} sites ({percent(first['need'])} du besoin) et "
        f"grandir jusqu'à {percent(last['need'])} sans en quitter{NO_BREAK}: au plus "
        f"{meur(most)} de plus que tout revoir, à chaque étape."
    ]


def _stability(shapes: list[dict[str, Any]]) -> str:
    others = [row for row in shapes if not row["is_retained"]]
    if not others:
        return ""
    department, epci, site = (
        _percents([row[f"same_{grain}"] for row in others]) for grain in GRAINS_FR
    )
    return (
        f"D'une structure à l'autre, {department} des MW restent dans le même département, {epci} "
        f"dans la même intercommunalité, {site} sur le même site."
    )


def _regret(document: Mapping[str, Any]) -> list[str]:
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
        f"{NO_BREAK}: au pire {meur(least['worst_meur'])} de plus que le meilleur plan du tirage."
    ]
    if found["draws"] < FEWEST_FOR_SHARES:
        said.append(f"Moins de {FEWEST_FOR_SHARES} tirages{NO_BREAK}: un ordre, pas une mesure.")
    if least is run:
        said.append("C'est aussi le plan du scénario.")
    else:
        said.append(
            f"Le plan du scénario, à {plural(shapes[run['structure']]['sites'], 'site')}, coûte "
            f"au pire {meur(run['worst_meur'])} de plus, {meur(run['median_meur'])} en médiane."
        )
    lost = [row for row in found["worst"] if row["held_draws"] < row["draws"]]
    said += [
        f"Le plan à {plural(shapes[row['structure']]['sites'], 'site')} ne tient que dans "
        f"{row['held_draws']} tirages sur {row['draws']}."
        for row in lost
    ]
    if found["without_plan"]:
        lost_draws = plural(found["without_plan"], "tirage")
        said.append(f"{lost_draws} sans plan, ou sans rien à placer, non comptés.")
    return said


def _now(document: Mapping[str, Any], grain: str) -> str:
    names = [
        str(row["name_fr"])
        for row in document["places"]
        if row["grain"] == grain and row["verdict"] == NOW
    ]
    return listing(names) if names else "aucun"


def _run(shapes: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return next(row for row in shapes if row["is_retained"])


def _percents(shares: list[float]) -> str:
    low, high = (number(100 * end) for end in (min(shares), max(shares)))
    return f"{low}{NARROW}%" if low == high else f"{low} à {high}{NARROW}%"


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows with numbers as Python's, and None for what is not known."""
    return [
        {
            key: None if value != value else value.item() if hasattr(value, "item") else value
            for key, value in row.items()
        }
        for row in records(table)
    ]
