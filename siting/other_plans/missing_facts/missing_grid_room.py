"""What is not known of the grid: room, upstream draw, cost."""

from __future__ import annotations

from dataclasses import replace

from layers.words.french import plural
from siting.other_plans.missing_facts.fact_ends import percent, two_ends
from siting.other_plans.missing_facts.fact_registry import Ends, Situation, unknown


@unknown(
    "grid.room",
    label_fr="Place réelle des postes électriques",
    ask_fr="RTE (postes 63 à 400 kV), Enedis et les régies (HTA)",
    give_fr="--set grid.yard_answers=reponses.csv (colonnes yard_id;room_mw;answered_on)",
)
def room(now: Situation) -> Ends | None:
    """Elle borne ce que chaque site peut soutirer, et donc où vont les mégawatts."""
    yards = now.inputs.yards
    open_question = yards["room_status"] != "read"
    if not open_question.any():
        return None
    ends = [
        replace(now.inputs, yards=yards.assign(room_mw=yards["room_mw"].where(~open_question,
                                                                             yards[column])))
        for column in ("room_low_mw", "room_high_mw")
    ]  # fmt: skip
    told = f"{plural(int(open_question.sum()), 'poste')} supposés, de la borne basse à la haute"
    return Ends(ends[0], ends[1], told)


@unknown(
    "grid.zone",
    label_fr="Puissance que le réseau peut amener à chaque département",
    ask_fr="RTE (schéma décennal, études de zone)",
    give_fr="--set assumptions.candidates.zonal_share=0.08",
)
def zone(now: Situation) -> Ends | None:
    """Il plafonne la somme des raccordements d'un département."""
    if (known := two_ends(now.inputs.policy.get("candidates.zonal_share"))) is None:
        return None
    low, usual, high = known
    caps = now.inputs.zones
    ends = [replace(now.inputs, zones=caps.assign(cap_mw=caps["cap_mw"] * end / usual))
            for end in (low, high)]  # fmt: skip
    told = f"{percent(low)} à {percent(high)} de la pointe du département"
    return Ends(ends[0], ends[1], told)


@unknown(
    "grid.cost",
    label_fr="Coût des raccordements",
    ask_fr="RTE et Enedis (étude exploratoire, proposition technique et financière)",
    give_fr="--set assumptions.candidates.line_cost_htb1=1.2",
)
def cost(now: Situation) -> Ends | None:
    """Il départage les sites proches d'un poste de ceux qui ne le sont pas."""
    lines = now.inputs.connections
    if (lines["cost_high_meur"] <= lines["cost_low_meur"]).all():
        return None
    dear, cheap = (replace(now.inputs, connections=lines.assign(cost_meur=lines[column]))
                   for column in ("cost_high_meur", "cost_low_meur"))  # fmt: skip
    return Ends(dear, cheap, "borne haute à borne basse de chaque ligne et cellule")
