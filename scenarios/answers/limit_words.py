"""A limit of the program as a mayor would name it: places by their names, never by their codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from layers.words.french import NARROW, NO_BREAK, in_sentence, significant

CODE = re.compile(r" \([^()]*\)")
UPSTREAM = ", soutirage amont"


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
    if not reason["limit"]:
        # At zero nothing is « reached »: the rule holds the place out, or others already pass it.
        said = f"la règle «{NARROW}{label}{NARROW}» l'écarte ({place}"
        over = significant(reason["taken"], 2) if reason["taken"] else ""
        return f"{said}, comme {over}{unit} déjà retenus)" if over else f"{said})"
    return f"la limite «{NARROW}{label}{NARROW}» est atteinte{NO_BREAK}: {place}, {taken}"
