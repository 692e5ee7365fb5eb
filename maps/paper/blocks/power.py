"""Block 4: the yard, the line, what it costs, what is only assumed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from layers.words.french import NO_BREAK, number, quantity, significant
from maps.paper.blocks.backup_lines import flexibility
from maps.paper.blocks.block_content import OF_STATUS, Fact, Item, Table, Unknown
from maps.paper.blocks.block_registry import block
from maps.paper.sheet_material import Subject

ROOM = ("value:candidates.room_mw", "value:candidates.room_low_mw", "value:candidates.room_high_mw",
        "value:candidates.reserve_share")  # fmt: skip
LINES = ("line_cost", "bay_cost", "delay")
"""What a line rests on, each in its voltage domain."""


POSTS = "layer:source_substations"
NO_TRANSFORMER_FR = {
    "no": "listé sans transformateur HTB/HTA : raccordement en HTB seulement",
    "unknown": "absent de Caparéseau, poste client ou fermé possible : HTB seulement, à confirmer",
}


@block(4, "Électricité")
def power(subject: Subject) -> Iterator[Item]:
    """Yield the connection: yard, voltage, distance, room left, delay, cost, reserve."""
    label = "Poste source le plus proche" if _listed(subject) else "Poste le plus proche"
    papers = ("layer:yards", POSTS) if _listed(subject) else ("layer:yards",)
    yield Fact(label, _yard(subject), "A", papers)
    length = subject.number("yard_distance_km")
    if length is not None:
        told = f"{quantity(length, 'km', 1)} de ligne supposés (vol d'oiseau et détour)"
        yield Fact("Jusqu'à ce poste", told, "D", ("value:candidates.route_factor",))
    if subject.words("plan_yard_name"):
        chosen = f"{subject.words('plan_yard_name')}{_chosen_line(subject)}"
        yield Fact("Poste choisi par le plan", chosen, "B", ("value:candidates.route_factor",))
    meter = _meter(subject)
    if meter:
        papers = ("value:grid.connection_floor", "impact:connection_ratio")
        yield Fact("Puissance de raccordement", meter, "B", papers)
    yield from _rooms(subject)
    yield from _lines(subject)
    value = subject.with_doubt("site_energy_gwh", "site_energy", "GWh/an")
    if value:
        yield Fact(f"Électricité du site en {subject.last}", value, "B", ("impact:site_energy",))
    pumps = subject.with_doubt("pump_gwh", "pumps", "GWh/an")
    if pumps and subject.number(f"pump_gwh_{subject.last}"):
        papers = ("value:heat.supply_temperature", "value:heat.source_temperature")
        yield Fact("Pompes à chaleur, en plus", pumps, "D", papers)
    if subject.is_retained:
        yield from flexibility(subject)
    yield from _silent(subject)


def _listed(subject: Subject) -> bool:
    """Say whether source posts are known; else every hosting yard stands in for one."""
    held = subject.material.layers.get("source_substations", {})
    return bool(held.get("state", "absent") != "absent")


def _yard(subject: Subject) -> str:
    name, voltage = subject.words("yard_name"), subject.number("yard_voltage_kv")
    if not name:
        return "aucun poste à portée"
    return name if voltage is None else f"{name}, {quantity(voltage, 'kV')}"


def _chosen_line(subject: Subject) -> str:
    length, voltage = subject.number("plan_yard_km"), subject.number("plan_voltage_kv")
    told = "" if length is None else f", {quantity(length, 'km', 1)} de ligne supposés"
    return told if voltage is None else f"{told}, à {quantity(voltage, 'kV')}"


def _meter(subject: Subject) -> str:
    told = []
    for period in subject.material.periods:
        rows = subject.rows("plan/connections", period)
        if len(rows):
            told.append(f"{quantity(rows['meter_mw'].sum(), 'MW', 1)} en {period}")
    return " ; ".join(told)


def _rooms(subject: Subject) -> Iterator[Item]:
    yards = subject.material.context("substations")
    rows = subject.rows("plan/connections", subject.last)
    names = sorted(set(rows["yard_id"])) if len(rows) else [subject.words("yard_id")]
    if yards is None:
        return
    known = yards.set_index("yard_id")
    for yard in names:
        if yard in known.index:
            yield from _room(subject, known.loc[yard])


def _room(subject: Subject, yard: pd.Series) -> Iterator[Item]:
    if pd.isna(yard.get("room_mw")) or "room_low_mw" not in yard:
        yield Unknown(f"place au poste {yard['name']}", subject.material.absent("withdrawal_room"))
        return
    status = str(yard.get("room_status", "assumption"))
    told = (
        f"{quantity(yard['room_mw'], 'MW')}, tous usages (de {number(yard['room_low_mw'])} à "
        f"{number(yard['room_high_mw'])}), dont "
        f"{quantity(100 * float(yard['reserve_share']), '%')} réservés aux autres"
    )
    yield Fact(f"Place au poste {yard['name']}", told, OF_STATUS.get(status, "D"), ROOM)
    yield from _transformers(yard)


def _transformers(yard: pd.Series) -> Iterator[Item]:
    """Say whether HTB/HTA transformers stand at the post, and the share a new user may take."""
    state = yard.get("hta_state")
    if state == "yes" and pd.notna(yard.get("installed_mva")):
        told = (
            f"{quantity(yard['installed_mva'], 'MVA')} installés, dont "
            f"{quantity(yard['hta_limit_mw'], 'MW', 1)} supposés ouverts à un soutirage HTA"
        )
        papers = (POSTS, "value:candidates.hta_installed_share")
        yield Fact(f"Transformateurs à {yard['name']}", told, "D", papers)
    elif state in NO_TRANSFORMER_FR:
        yield Fact(f"Transformateurs à {yard['name']}", NO_TRANSFORMER_FR[state], "C", (POSTS,))


def _lines(subject: Subject) -> Iterator[Item]:
    used = subject.rows("plan/connections", subject.last)
    known = subject.rows("plan/lines")
    if known.empty:
        return
    keys = ["site_id", "yard_id", "domain"]
    rows = used[keys].merge(known, on=keys) if len(used) else known.nsmallest(1, "cost_meur")
    names = _names(subject)
    cells = [
        (
            f"{names.get(line['yard_id'], line['yard_id'])}, {line['domain']}",
            f"{number(line['distance_km'], 1)}{NO_BREAK}km",
            f"{significant(line['cost_meur'], 2)} "
            f"({significant(line['cost_low_meur'], 2)} à {significant(line['cost_high_meur'], 2)})",
            f"{number(line['delay_years'])} ans",
        )
        for line in rows.to_dict("records")
    ]
    head = ("Ligne", "Longueur", "Coût, M€", "Délai")
    caption = "Raccordement supposé, avant toute proposition technique et financière"
    domains = sorted(set(rows["domain"].str.lower()))
    papers = [f"value:candidates.{name}_{domain}" for domain in domains for name in LINES]
    told = ("value:candidates.route_factor", *papers)
    yield Table(caption, head, cells, (3.4, 1.6, 2.6, 1.3), told)


def _names(subject: Subject) -> dict[str, Any]:
    yards = subject.material.context("substations")
    return {} if yards is None else dict(zip(yards["yard_id"], yards["name"], strict=True))


def _silent(subject: Subject) -> Iterator[Item]:
    material = subject.material
    yield Unknown("capacité de soutirage réelle du poste", material.absent("withdrawal_room"))
    if not _listed(subject):
        yield Unknown("poste source le plus proche", material.absent("source_substations"))
    line = subject.number("hv_line_distance_km")
    if line is not None:
        told = (
            f"à {quantity(line, 'km', 1)} du bord (tracé droit de 2016) : une information seulement"
        )
        yield Fact("Ligne de 225 ou 400 kV", told, "C", ("layer:hv_lines_2016",))
    yield Unknown("traversée d'espaces protégés par la ligne", material.absent("hv_lines"))
    yield Unknown(
        "puissance réservée et non utilisée (art. L. 342-24)", "à demander à RTE et à Enedis"
    )
