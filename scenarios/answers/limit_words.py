"""A limit of the program as a mayor would name it: places by their names, never by their codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from layers.words.french import NARROW, NO_BREAK, in_sentence, significant
from siting.program.plan_tables import Plan

CODE = re.compile(r" \([^()]*\)")
UPSTREAM = ", soutirage amont"
# Two powers nearer than this are the same.
REACHED_MW = 0.01
NO_TRANSFORMER_FR = {
    "no": f"Ce poste est listé sans transformateur HTB/HTA{NO_BREAK}: raccordement en HTB "
    "seulement.",
    "unknown": f"Ce poste est absent de la liste Caparéseau{NO_BREAK}: poste client ou fermé "
    "possible, à confirmer par RTE.",
}
# What a threshold rests on, where it is no text that was read.
SUPPOSED_FR = {"assumption": ", seuil supposé", "memory": ", seuil cité de mémoire"}


def place_named(where: str, names: Mapping[str, str]) -> str:
    """Return a place of the bill with the names of what it gives by code.

    Parameters
    ----------
    where : a place, as the bill writes it.
    names : « département 33 » → « Gironde ».

    Returns
    -------
    The place in French, without codes.

    Examples
    --------
    >>> place_named("département 33, soutirage amont", {"département 33": "Gironde"})
    'alimentation électrique du département (Gironde)'
    >>> place_named("poste Floirac (FLOI5), HTA", {})
    'poste Floirac, en HTA'
    """
    if where.startswith("sites ") and "HTA du même poste" in where:
        return "sites voisins du même poste, en HTA"
    if where.startswith("site "):
        return "ce site, en HTA" if where.endswith("HTA") else "ce site"
    text = CODE.sub("", where).replace(", HTA", ", en HTA")
    for code, name in names.items():
        if text == code or text.startswith(f"{code},"):
            kind = code.split(" ")[0]
            fed = f"alimentation électrique du {kind}" if UPSTREAM in text else kind
            return f"{fed} ({name})"
    return text


def limit_reached(reason: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Say that a limit leaves no room for one more site, with what is taken of it.

    Parameters
    ----------
    reason : a row of ``plan/reasons``: rule, label_fr, where, unit, taken, limit.
    names : « département 33 » → « Gironde », « commune 33063 » → « Bordeaux ».

    Returns
    -------
    The clause in French, without a full stop.
    """
    place = place_named(str(reason["where"]), names)
    unit = "" if reason["unit"] in ("", "1") else f"{NO_BREAK}{reason['unit']}"
    taken = (
        f"{significant(reason['taken'], 2) if reason['taken'] else '0'}{unit} sur "
        f"{significant(reason['limit'], 2)}"
    )
    if reason["rule"] in ("grid.yard_capacity", "grid.upstream", "grid.reserve"):
        kept = ", part des autres usages gardée" if reason["rule"] == "grid.reserve" else ""
        return f"plus assez de place{NO_BREAK}: {place}, {taken} pris par le plan{kept}"
    if reason["rule"] == "territory.balance":
        return f"la part admise du {place} est prise{NO_BREAK}: {taken}"
    label = in_sentence(str(reason["label_fr"]))
    soft = " souple" if reason.get("taken_fr") == "souple" else ""
    if not reason["limit"]:
        # At zero nothing is « reached »: the rule holds the place out, or others already pass it.
        said = f"la règle{soft} «{NARROW}{label}{NARROW}» l'écarte ({place}"
        over = significant(reason["taken"], 2) if reason["taken"] else ""
        return f"{said}, comme {over}{unit} déjà retenus)" if over else f"{said})"
    return f"la limite{soft} «{NARROW}{label}{NARROW}» est atteinte{NO_BREAK}: {place}, {taken}"


def lines_told(
    sites: pd.DataFrame, plan: Plan, connections: pd.DataFrame, yards: pd.DataFrame, period: int
) -> pd.Series:
    """Say of each retained site what its yard is not known to hold, and what its line stops at.

    Parameters
    ----------
    sites : plan_yard_id, plan_domain and plan_meter_mw of every site.
    plan : its connections are read.
    connections : every possible line, with the most it carries (limit_mw).
    yards : by yard_id; hta_state, hta_limit_mw, room_mw and reserve_share.
    period : the last year.

    Returns
    -------
    Sentences, on the index of the sites; empty where there is nothing to say.
    """
    keys = ["site_id", "yard_id", "domain"]
    limits = connections.drop_duplicates(keys).set_index(keys)["limit_mw"]
    widest = float(connections.loc[connections["domain"] == "HTA", "limit_mw"].max())
    now = plan.connections[plan.connections["period"] == period]
    drawn = now.groupby(["yard_id", "domain"])["meter_mw"].sum()
    said = pd.Series("", index=sites.index)
    columns = ["plan_yard_id", "plan_domain", "plan_meter_mw"]
    for site, yard_id, domain, meter in sites.loc[sites["plan_yard_id"] != "", columns].itertuples(
        name=None
    ):
        yard, line = yards.loc[yard_id], float(limits.loc[(site, yard_id, domain)])
        words = [NO_TRANSFORMER_FR.get(str(yard.get("hta_state")), "") if domain != "HTA" else ""]
        words.append(_stop(meter, line, float(drawn.loc[(yard_id, domain)]), widest, yard, domain))
        said[str(site)] = " ".join(filter(None, words))
    return said


def _stop(mw: float, line: float, taken: float, widest: float, yard: pd.Series, domain: str) -> str:
    """Say at which limit a connection stops: its line's, or all that its yard may give."""
    stops = f"Sa taille s'arrête à {significant(mw)}{NO_BREAK}MW au compteur{NO_BREAK}: "
    if mw >= line - REACHED_MW:
        if domain == "HTA" and line >= widest - REACHED_MW:
            return f"{stops}au-delà, la pratique n'admet plus la HTA (à confirmer par Enedis)."
        return f"{stops}une ligne aussi longue n'en porte pas plus dans ce domaine de tension."
    room = float(yard["room_mw"]) * (1.0 - float(yard["reserve_share"]))
    if domain == "HTA":
        room = min(room, float(yard["hta_limit_mw"]))
    if taken >= room - REACHED_MW:
        return f"{stops}c'est tout ce que son poste est supposé pouvoir donner."
    return ""


def own_excesses_told(rows: pd.DataFrame, names: Mapping[str, str]) -> list[str]:
    """Say which soft rules a retained site passes itself, in its rule's words and by how much.

    Parameters
    ----------
    rows : the site's rows of ``plan/excesses``, every period.
    names : « département 33 » → « Gironde ».

    Returns
    -------
    One sentence a rule and place, at its last period, then one on what the plan makes of them.
    """
    last = rows.sort_values("period").drop_duplicates(["rule_id", "where"], keep="last")
    order = last.sort_values(["rule_id", "where"])
    said = [_own_excess(row, names) for _, row in order.iterrows()]
    if len(said) == 1:
        return [*said, "Le plan accepte ce dépassement et le compte comme un coût."]
    return (
        [*said, "Le plan accepte ces dépassements et les compte comme des coûts."] if said else []
    )


def _own_excess(row: pd.Series, names: Mapping[str, str]) -> str:
    place = place_named(str(row["where"]), names)
    clause = str(row["said_fr"]).replace(str(row["where"]), place)
    clause = "" if clause.startswith("ce site") else f"{NO_BREAK}: {clause}"
    unit = "" if row["unit"] in ("", "1") else f"{NO_BREAK}{row['unit']}"
    doubt = SUPPOSED_FR.get(str(row["status"]), "")
    return (
        f"Règle souple dépassée, «{NARROW}{in_sentence(str(row['label_fr']))}{NARROW}»{clause} "
        f"({significant(row['excess'])}{unit} au-delà en {row['period']}{doubt})."
    )
