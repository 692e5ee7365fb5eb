"""The ten things to find out: missing facts ordered by how much they could change a plan."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from layers.words.dated_values import STATUS_FR
from layers.words.french import NARROW, NO_BREAK, number, significant
from scenarios.storage.french_spreadsheets import write_csv
from scenarios.storage.results import (
    DESCRIPTOR,
    SCHEMA_VERSION,
    Results,
    records,
    staged,
    write_json,
)
from scenarios.terminal.progress import silent
from scenarios.writing.exports.table_schemas import resources_of
from scenarios.writing.folder_proofs import inputs_of, plan_of
from siting.other_plans.missing_facts import (
    UNKNOWNS,
    Base,
    Effect,
    Reaction,
    effects,
    yards_effects,
)

TEN = 10
SMALL_MW, SMALL_MEUR = 0.05, 0.05
"""Below these an effect is the solver's rounding, not a change of plan."""

METHOD_FR = (
    "Pour chaque information qui manque, le programme est résolu de nouveau aux deux bouts de ce "
    "que l'on sait : au pire, puis au mieux ; tout le reste est inchangé.",
    "« MW à revoir » : le moins de puissance qui devrait changer de site, s'ajouter au plan ou "
    "s'en retirer, pour qu'il reste aussi près du meilleur qu'il l'est aujourd'hui. Zéro : le plan "
    "tiendrait tel quel, même si ses coûts changent.",
    "L'ordre est celui des MW qui manqueraient, puis des MW à revoir, puis de l'écart de coût. "
    "Les effets ne s'ajoutent pas. Les sites peuvent être ouverts en partie dans ce calcul "
    "(relâché), comme pour le prix des règles : un ordre de grandeur, pas un second plan.",
    "Un zonage dont le lot n'a aucun contour ne se borne qu'en supposant quels sites il atteint : "
    "l'hypothèse est écrite à sa ligne.",
)


def find_unknowns(results: Results, tell: Callable[[str], None] = silent) -> dict[str, Any]:
    """Return the document of the missing facts: questions in order, yards, method.

    Reads the folder alone; solves some thirty linear programs.

    Parameters
    ----------
    results : a run's folder.
    tell : hears the facts, one by one.

    Returns
    -------
    A document for JSON: ``questions`` (ten at most) and ``others``, each with both ends, in MW to
    move or lacking and in M€-equivalent; ``yards``; ``method_fr``.

    Raises
    ------
    SitingError : SIT303 for an empty plan.
    """
    base = Base(inputs_of(results), plan_of(results))
    day = date.fromisoformat(results.summary["reference_date"])
    found = effects(base, day, progress=lambda text: tell(f"  {text}"))
    tell("  postes, un à un")
    summary = results.summary
    yards = as_asked(summary, yards_effects(base, len(base.inputs.yards)))
    last = summary["periods"][-1]
    placed = float(summary["plan"][str(last)]["it_mw"])
    entries = [_entry(rank, effect, placed) for rank, effect in enumerate(found, start=1)]
    return {
        "schema_version": SCHEMA_VERSION,
        "scenario": summary["scenario"],
        "title": summary["title"],
        "territory_fr": summary.get("territory_fr", ""),
        "reference_date": summary["reference_date"],
        "version": results.descriptor.get("version", ""),
        "period": last,
        "placed_it_mw": placed,
        "questions": entries[:TEN],
        "others": entries[TEN:],
        "yards": records(yards),
        "tolerance_pct": round(100 * base.tolerance, 2),
        "method_fr": [*METHOD_FR, _tolerance(base)],
    }


def as_asked(summary: Mapping[str, Any], effects_of: pd.DataFrame) -> pd.DataFrame:
    """Return the yards in the one order of every page: that of the folder's own list to ask.

    Parameters
    ----------
    summary : summary of the folder; ``yards_to_ask`` is the list, in its order.
    effects_of : from ``yards_effects``, every yard the plan draws from.

    Returns
    -------
    The columns of ``effects_of``, one row a yard of the list; without effect where the plan draws
    nothing from it.
    """
    listed = pd.DataFrame(summary.get("yards_to_ask", []))
    if listed.empty:
        return effects_of
    effect = effects_of.set_index("yard_id")
    known = effect.reindex(listed["yard_id"]).reset_index()
    facts = [column for column in effects_of if column in listed and column != "yard_id"]
    for column in facts:
        known[column] = known[column].where(known[column].notna(), listed[column].to_numpy())
    return known[list(effects_of.columns)]


def _tolerance(base: Base) -> str:
    return (
        f"Ici le plan est à {number(100 * base.tolerance, 1)}{NARROW}% du meilleur de ce calcul "
        "relâché : un effet plus petit que cet écart ne se voit pas dans les MW à revoir."
    )


def _entry(rank: int, effect: Effect, placed: float) -> dict[str, Any]:
    paper = UNKNOWNS[effect.name]
    ends = {"worst": _plain(effect.worst), "best": _plain(effect.best)}
    return {
        "rank": rank,
        "name": effect.name,
        "label_fr": paper.label_fr,
        "why_fr": paper.why_fr,
        "ask_fr": paper.ask_fr,
        "give_fr": paper.give_fr,
        "range_fr": effect.range_fr,
        "status_fr": STATUS_FR[effect.status],
        **ends,
        "moved_mw": max((e["moved_mw"] or 0.0 for e in ends.values() if e), default=0.0),
        "lacking_mw": max((e["lacking_mw"] for e in ends.values() if e), default=0.0),
        "said_fr": said(effect, placed),
    }


def _plain(reaction: Reaction | None) -> dict[str, Any] | None:
    if reaction is None:
        return None
    plain = {name: _number(value) for name, value in vars(reaction).items()}
    return plain | {"lacking_mw": plain["lacking_mw"] or 0.0}


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value


def said(effect: Effect, placed: float) -> str:
    """Return the sentence of an effect: what would have to move, and what it would cost.

    Parameters
    ----------
    effect : a missing fact and what both its ends do.
    placed : IT MW of the plan, last period.

    Returns
    -------
    French sentences.

    Examples
    --------
    >>> worst, best = Reaction(3.0, 12.0), Reaction(-2.0, 0.0)
    >>> said(Effect("x", "", "assumption", worst, best), 100.0).replace(NO_BREAK, " ")
    'Au pire, 12 MW sur 100 seraient à revoir. Coût du plan : de −2 à +3 M€ pondérés.'
    """
    sentences = [
        text
        for end, reaction in (("Au pire", effect.worst), ("Au mieux", effect.best))
        if reaction is not None and (text := _moved(end, reaction, placed))
    ]
    if not sentences:
        sentences = ["Le plan tiendrait tel quel."]
    return " ".join([*sentences, *_costs(effect)])


def _moved(end: str, reaction: Reaction, placed: float) -> str:
    whole = number(placed, 0 if placed >= 10 else 1)
    if reaction.lacking_mw > SMALL_MW:
        lacking = significant(reaction.lacking_mw, 2)
        return f"{end}, le besoin n'est plus servi : il manque {lacking}{NO_BREAK}MW."
    if math.isnan(reaction.moved_mw):
        return f"{end}, effet non évalué."
    if reaction.moved_mw > SMALL_MW:
        moved = significant(reaction.moved_mw, 2)
        return f"{end}, {moved}{NO_BREAK}MW sur {whole} seraient à revoir."
    return ""


def _costs(effect: Effect) -> list[str]:
    known = [0.0] if effect.best is None or effect.worst is None else []
    for reaction in (effect.worst, effect.best):
        if reaction is not None and math.isfinite(reaction.cost_meur):
            known.append(reaction.cost_meur)
    if not known or max(abs(value) for value in known) < SMALL_MEUR:
        return []
    low, high = _signed(min(known)), _signed(max(known))
    span = low if low == high else f"de {low} à {high}"
    return [f"Coût du plan : {span}{NO_BREAK}M€ pondérés."]


def _signed(value: float) -> str:
    if abs(value) < SMALL_MEUR:
        return "0"
    return f"{'+' if value > 0 else '−'}{significant(abs(value), 2)}"


def questions_table(document: Mapping[str, Any]) -> pd.DataFrame:
    """Return the missing facts for a spreadsheet, the ten first ones first.

    Parameters
    ----------
    document : from ``find_unknowns``.

    Returns
    -------
    One row a fact under French heads, units in the heads; missing where an end has no effect to
    give.
    """
    rows = [
        {
            "rang": entry["rank"],
            "information": entry["label_fr"],
            "à demander à": entry["ask_fr"],
            "ce qu'elle décide": entry["why_fr"],
            "ce que l'on sait": entry["range_fr"],
            "statut": entry["status_fr"],
            "MW à revoir, au pire": _of(entry, "worst", "moved_mw"),
            "MW à revoir, au mieux": _of(entry, "best", "moved_mw"),
            "MW qui manqueraient": entry["lacking_mw"],
            "écart de coût au pire (M€ pondérés)": _of(entry, "worst", "cost_meur"),
            "écart de coût au mieux (M€ pondérés)": _of(entry, "best", "cost_meur"),
            "en une phrase": entry["said_fr"],
            "comment la donner à l'outil": entry["give_fr"],
        }
        for entry in [*document["questions"], *document["others"]]
    ]
    return pd.DataFrame(rows)


def _of(entry: Mapping[str, Any], end: str, figure: str) -> float:
    reaction = entry[end]
    if reaction is None or reaction[figure] is None:
        return math.nan
    return round(float(reaction[figure]), 2)


def yards_table(document: Mapping[str, Any]) -> pd.DataFrame:
    """Return the yards to ask about, the first ones first.

    Parameters
    ----------
    document : from ``find_unknowns``.

    Returns
    -------
    One row a yard under French heads, units in the heads.
    """
    heads = {
        "yard_id": "code du poste",
        "name": "poste",
        "room_low_mw": "place basse (MW)",
        "room_mw": "place retenue (MW)",
        "room_high_mw": "place haute (MW)",
        "used_mw": "MW pris par le plan",
        "worst_moved_mw": "MW à revoir si la place est basse",
        "worst_cost_meur": "écart de coût si elle est basse (M€ pondérés)",
        "best_cost_meur": "écart de coût si elle est haute (M€ pondérés)",
    }
    table = pd.DataFrame(document["yards"], columns=list(heads)).rename(columns=heads)
    return table.round(2)


def write_unknowns(
    document: dict[str, Any], into: Path, draw: Callable[[Mapping[str, Any], Path], Path]
) -> Path:
    """Write the page, both tables and the document in a folder of their own; return the page.

    Parameters
    ----------
    document : from ``find_unknowns``.
    into : the folder, written whole or not at all.
    draw : makes the page in the folder it is given, and returns its path.

    Returns
    -------
    The page's path in ``into``.

    Raises
    ------
    SitingError : what ``staged`` raises.
    """
    with staged(into) as folder:
        write_csv(questions_table(document), folder / "informations.csv")
        write_csv(yards_table(document), folder / "postes.csv")
        write_json(folder / "informations.json", document)
        page = draw(document, folder)
        write_json(
            folder / DESCRIPTOR,
            {"name": "informations-a-obtenir", "resources": resources_of(folder)},
        )
    return into / page.name


def unknowns_lines(document: Mapping[str, Any]) -> list[str]:
    """Write the ten for a terminal: what, what it would change, whom to ask.

    Parameters
    ----------
    document : from ``find_unknowns``.

    Returns
    -------
    French lines.
    """
    lines = [f"Les dix informations à obtenir d'abord : {document['title']}"]
    for entry in document["questions"]:
        lines += [
            f"{entry['rank']:>2}. {entry['label_fr']} ({entry['range_fr']} ; {entry['status_fr']})",
            f"    {entry['said_fr']}",
            f"    à demander à : {entry['ask_fr']}",
        ]
    idle = [e["label_fr"] for e in document["others"]]
    if idle:
        lines.append(f"Ensuite{NARROW}: {' ; '.join(idle)}.")
    return lines
