"""Who can take a site's heat, on its sheet: networks, their renewable share, CO2, what is taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from layers.words.french import NARROW, NO_BREAK, estimate, number, quantity, significant
from maps.paper.blocks.block_content import Fact, Item, Table, Text, Unknown
from maps.paper.sheet_material import Subject

PAPERS = ("layer:heat_networks_2024", "layer:heat_deliveries")


def networks(subject: Subject) -> Iterator[Item]:
    """Yield the networks in reach, with what each may let replace and what the plan takes.

    Parameters
    ----------
    subject : the site whose sheet is drawn, and the results it is read from.

    Yields
    ------
    A table and its texts; nothing without a network in reach.
    """
    near = subject.rows("plan/links")
    sinks = set(near["sink_id"].astype(str)) if len(near) else set()
    table = subject.material.table("plan/heat_networks")
    mine = table[table["sink_id"].astype(str).isin(sinks)] if len(table) else table
    if mine.empty:
        return
    taken = _taken(subject)
    rows = [_row(row, taken) for row in mine.to_dict("records")]
    head = ("Réseau ou piscine", "GWh/an livrés", "Renouvelable", "gCO2e/kWh", "Remplaçable",
            "Pris par le plan")  # fmt: skip
    yield Table("Réseaux à portée : ce qu'ils laissent à remplacer", head, rows,
                (3.0, 1.1, 1.2, 1.1, 1.4, 1.3), PAPERS)  # fmt: skip
    yield Text(
        "Part renouvelable ou récupérée et contenu en CO2 : liste de 2024. Le reste seul est tenu "
        "pour remplaçable ; un réseau absent de la liste a une part supposée. La part prise est "
        "celle de toute la commune, tous sites du plan confondus."
    )
    told = sorted({str(text) for text in mine["outlook_fr"] if text})
    if told:
        yield Text(f"Annoncé : {' ; '.join(told)}.")


def _taken(subject: Subject) -> dict[str, float]:
    """Return the share of each sink that the plan takes at the last period."""
    table = subject.material.table("plan/heat_taken")
    if table.empty:
        return {}
    now = table[table["period"] == subject.last]
    return dict(zip(now["sink_id"].astype(str), now["taken_share"].astype(float), strict=True))


def _row(row: dict[Any, Any], taken: dict[str, float]) -> tuple[str, ...]:
    gwh, share = float(row["delivered_gwh"]), float(row["substitutable_share"])
    renewable = row["renewable_share"]
    assumed = "" if row["share_status_fr"] == "liste de 2024" else f" ({row['share_status_fr']})"
    co2 = "" if row["co2_status_fr"] == "liste de 2024" else f" ({row['co2_status_fr']})"
    part = taken.get(str(row["sink_id"]), 0.0)
    return (
        str(row["name"]),
        significant(gwh),
        "inconnue" if pd.isna(renewable) else f"{number(100 * float(renewable), 1)}{NARROW}%",
        f"{number(float(row['co2_g_per_kwh']))}{co2}",
        f"{estimate(gwh * share)}{NO_BREAK}GWh/an{assumed}",
        f"{number(100 * part)}{NARROW}%" if part else "–",
    )


def pools(subject: Subject) -> Iterator[Item]:
    """Yield the pools counted in the commune: a number, neither a place nor an area.

    Parameters
    ----------
    subject : the site whose sheet is drawn, and the results it is read from.

    Yields
    ------
    One line, unknown when the layer is absent.
    """
    if not subject.material.has("commune_pools"):
        yield Unknown("piscines et grands puits locaux", subject.material.absent("pools"))
        return
    count = subject.number("commune_pools")
    each, need = subject.value("heat.pool_basin"), subject.value("heat.pool_need")
    if not count:
        told = "aucune piscine recensée dans la commune"
    else:
        told = f"{number(count)} dans la commune, sans position ni surface"
        if each is not None and need is not None:
            gwh = estimate(count * each * need / 1000)
            told += f" ; ordre de grandeur{NO_BREAK}: {gwh}{NO_BREAK}GWh/an (hypothèse)"
    yield Fact("Piscines", told, "D" if count else "B", ("layer:commune_pools",
               "value:heat.pool_basin"))  # fmt: skip


def duty(subject: Subject) -> Iterator[Item]:
    """Yield the duty of the installation, its state, and the ERF of the whole plan beside.

    Parameters
    ----------
    subject : the site whose sheet is drawn, and the results it is read from.

    Yields
    ------
    Facts of the last period; nothing when the site has no duty row.
    """
    rows = subject.rows("plan/heat_duty", subject.last)
    if rows.empty:
        return
    row = rows.iloc[0]
    papers = ("value:heat.duty", "value:heat.erf_min", "value:heat.derogation")
    floor = subject.value("heat.duty")
    seen = "" if floor is None else f" (installation d'au moins {quantity(floor, 'MW', 1)})"
    told = f"{row['state_fr']}{seen} : {row['why_fr']}"
    yield Fact("Devoir de valoriser la chaleur", told, "D", papers)
    plan = subject.material.results.summary["plan"][str(subject.last)]
    erf = plan.get("erf_p50", plan.get("erf"))
    if erf is not None:
        yield Fact(
            "ERF du plan entier", f"{number(100 * float(erf), 1)}{NARROW}%", "D", papers[1:2]
        )
