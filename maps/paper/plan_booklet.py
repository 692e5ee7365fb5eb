"""The whole plan on paper: answer, map, figures, rules, decisions, sources, limits, each site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from layers.words.french import NO_BREAK, in_short_sentences, number, plural
from maps.look.locator_map import NOTE, locator
from maps.look.page_wording import on_day, site_name
from maps.look.publisher import Identity
from maps.paper.asked_posts import posts_of
from maps.paper.blocks.block_content import Item, Listing, Table, Text, records_of
from maps.paper.sheet_material import Material
from maps.paper.site_maps import Plates
from maps.paper.site_sheet import COLOPHON, outfit
from maps.paper.typst_pages import typeset
from maps.printed import plan_basis
from maps.printed.synthesis_page import FIGURES, figure_line, planned_sites, rule_lines
from scenarios.answers.first_look import FirstLook, first_look
from scenarios.answers.headline import BASIS_TABLE_FR
from scenarios.answers.neo_terra_matrix.matrix_table import matrix
from scenarios.answers.told.rule_answers import equivalents_fr

UNSAID = (
    "Si un datacenter est souhaitable, ni qui l'exploiterait, ni pour quels clients.",
    "Si un terrain est libre : aucun n'a été visité, aucun propriétaire interrogé.",
    "La place aux postes électriques : elle est supposée, RTE et Enedis n'ont pas répondu.",
    "Ce qui n'a pas de donnée : non évalué, jamais une bonne nouvelle.",
    "Que le plan respecte une stratégie : il est compatible, ou non, avec des règles déclarées.",
)
"""First page: what the tool does not say."""
ON_A_PAGE = (2, 15)
"""Blocks of the sheet that the booklet repeats: why, and how sure."""
LIMITS = (
    "Présélection à l'échelle régionale : aucun site n'a été visité, aucun propriétaire interrogé.",
    "La place disponible aux postes électriques n'est pas publiée : elle est supposée par tension.",
    "Les friches sont des points avec une surface ; leur contour n'est pas connu.",
    "Une couche absente est non évaluée, jamais une bonne nouvelle.",
    "Le plan est le meilleur, à l'écart prouvé près, selon les pondérations choisies ; d'autres en "
    "donnent un autre. Les prix des règles valent à sites inchangés.",
    COLOPHON,
)


def booklet_pdf(plates: Plates, sheets: Sequence[dict[str, Any]], identity: Identity) -> bytes:
    """Return the booklet as PDF.

    Parameters
    ----------
    plates : material and maps of the folder.
    sheets : data of the sites' sheets, from ``sheet_data``, in the order wanted.
    identity : who publishes.

    Returns
    -------
    Bytes of a tagged PDF, dated of the rules' day.

    Raises
    ------
    SitingError : SIT406 when it cannot be set.
    """
    material = plates.material
    data = booklet_data(plates, sheets, identity)
    on = date.fromisoformat(material.results.summary["reference_date"])
    return typeset("carnet.typ", data | outfit(material, data["title"], identity), on)


def booklet_data(
    plates: Plates, sheets: Sequence[dict[str, Any]], identity: Identity
) -> dict[str, Any]:
    """Return everything the booklet shows, as plain data.

    Parameters
    ----------
    plates : material and maps of the folder.
    sheets : data of the sites' sheets, in the order wanted.
    identity : who publishes.

    Returns
    -------
    title, kicker, name, question, the head (finding, ``figures``, sentences), ``unsaid``,
    ``parts`` (title, items, map, new_page) and ``sites`` of one page each: JSON-ready.
    """
    material = plates.material
    summary = material.results.summary
    territory = summary.get("territory_fr") or str(summary["territory"])
    told = f"Carnet du plan · centres de données (datacenters) · {territory}"
    head = first_look(summary)
    return {
        "title": f"Carnet du plan – {summary['title']}",
        "kicker": f"{identity.organisation} · {told}" if identity.organisation else told,
        "name": str(summary["title"]),
        "question": str(summary.get("question") or ""),
        "finding": head.finding,
        "figures": _head_figures(head),
        "sentences": [sentence for sentence in (head.decides, head.unknown) if sentence],
        "unsaid": list(UNSAID),
        "parts": _parts(plates, identity),
        "sites": [page_of(sheet) for sheet in sheets],
    }


def page_of(sheet: dict[str, Any]) -> dict[str, Any]:
    """Keep of a sheet what fits on one page, its notes numbered anew.

    Parameters
    ----------
    sheet : data of a sheet, from ``sheet_data``.

    Returns
    -------
    The same keys, with only the blocks ``ON_A_PAGE``, without their tables, and the notes these
    call, numbered from 1.
    """
    blocks = [
        block | {"items": [item for item in block["items"] if item["kind"] != "table"]}
        for block in sheet["blocks"]
        if block["number"] in ON_A_PAGE
    ]
    called = sorted({n for block in blocks for n in _calls(block)})
    renamed = {old: new for new, old in enumerate(called, start=1)}
    kept = [_renumbered(block, renamed) for block in blocks]
    notes = [sheet["notes"][old - 1] for old in called]
    return sheet | {"blocks": kept, "notes": notes}


def _calls(block: dict[str, Any]) -> list[int]:
    return [n for item in block["items"] for row in _rows(item) for n in row.get("notes", [])]


def _rows(item: dict[str, Any]) -> list[dict[str, Any]]:
    return list(item["rows"]) if item["kind"] in ("facts", "charts") else [item]


def _renumbered(block: dict[str, Any], names: dict[int, int]) -> dict[str, Any]:
    def renamed(row: dict[str, Any]) -> dict[str, Any]:
        return row | {"notes": [names[n] for n in row.get("notes", [])]}

    items = [
        item | {"rows": [renamed(row) for row in item["rows"]]}
        if item["kind"] in ("facts", "charts")
        else renamed(item)
        for item in block["items"]
    ]
    return block | {"items": items}


def _head_figures(head: FirstLook) -> list[dict[str, str]]:
    return [
        {
            "label": each.label,
            "value": each.value,
            "doubt": f"de {each.doubt}" if each.doubt else "",
        }
        for each in head.figures
    ]


def _parts(plates: Plates, identity: Identity) -> list[dict[str, Any]]:
    results = plates.material.results
    planned = planned_sites(results)
    count, assumed = plan_basis.assumptions(results)
    return [
        _part("Résumé", [Listing(list(results.summary["answer_fr"]))]),
        _part("Chiffres du plan", [_figures(plates.material)]),
        _part("Hypothèses", [Text(f"{count}, dont les plus lourdes de conséquences :"),
                             Listing([*assumed, *equivalents_fr(results.summary)])]),
        _part("Limites", [Listing(LIMITS)]),
        _part("Carte du plan", _sites_of(plates.material, planned), _map(plates, planned, identity),
              new_page=True),
        _part("Postes à demander", posts_of(plates.material, planned)),
        *_trade_offs(results.summary),
        _part("Facture des règles", _bill(plates.material), new_page=True),
        *([] if results.is_elsewhere else
          [_part("Néo Terra, engagement par engagement", [_commitments(plates.material)],
                 new_page=True)]),
        _part("Journal des décisions",
              [Listing(plan_basis.decisions(results)) if plan_basis.decisions(results)
               else Text(plan_basis.UNDECIDED)]),
        _part("Sources et millésimes", [_sources(plates.material)], new_page=True),
    ]  # fmt: skip


def _part(
    title: str,
    items: Sequence[Item],
    drawing: dict[str, str] | None = None,
    *,
    new_page: bool = False,
) -> dict[str, Any]:
    plain = records_of(items)
    for item in plain:
        item |= {"notes": [], "badge": ""}
    return {"title": title, "items": plain, "map": drawing, "new_page": new_page}


def _figures(material: Material) -> Table:
    summary = material.results.summary
    periods = [str(period) for period in material.periods]
    plans = [summary["plan"].get(period, {}) for period in periods]
    rows = [
        (f"{label} ({unit})", *line)
        for name, label, unit, digits in FIGURES
        if (line := figure_line(plans, name, digits)) is not None
    ]
    head = ("Par an, pour les sites placés", *periods, f"Doute, en {periods[-1]}")
    caption = f"Hors existant et projets déjà décidés ; {BASIS_TABLE_FR}"
    return Table(caption, head, rows, (3.4, *[1.3] * len(periods), 1.8))


def _map(plates: Plates, planned: pd.DataFrame, identity: Identity) -> dict[str, str]:
    last = f"it_mw_{plates.material.periods[-1]}"
    power = planned[last].to_numpy(dtype=np.float64)
    drawing = locator(plates.ground, planned, power, identity.retained)
    svg = drawing.replace(
        "<svg ", '<svg xmlns="http://www.w3.org/2000/svg" font-family="Atlas Sans" ', 1
    )
    told = f"Carte du plan : {len(planned)} sites numérotés, listés dans la table qui suit."
    caption = (
        f"Sites du plan, numérotés comme dans la table. {NOTE} "
        "Lambert-93 (EPSG:2154). Contours : IGN, COG 2026."
    )
    return {"svg": svg, "told": told, "caption": caption}


def _sites_of(material: Material, planned: pd.DataFrame) -> list[Item]:
    if planned.empty:
        return [Text("Le plan ne retient aucun site : voir le résumé et la facture des règles.")]
    periods = material.periods
    rows = [
        (
            str(k),
            f"{site_name(row)}, {row['departement_name']}",
            *(number(row[f"it_mw_{t}"], 1) for t in periods),
            _interval(row),
            str(row.get("design_fr") or ""),
        )
        for k, (_, row) in enumerate(planned.iterrows(), start=1)
    ]
    head = ("n°", "Site", *(f"MW {t}" for t in periods), "Rang", "Refroidissement")
    widths = (0.5, 4, *[0.9] * len(periods), 1.5, 3)
    return [Table("Sites retenus, le plus puissant d'abord", head, rows, widths)]


def _trade_offs(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    told = list(summary.get("more_fr", []))
    return [_part("Arbitrages, équivalents et coût des règles", [Listing(told)])] if told else []


def _interval(row: pd.Series) -> str:
    rank, low, high = (row.get(name) for name in ("rank", "rank_low", "rank_high"))
    if pd.isna(rank):
        return "–"
    if low is None or high is None or pd.isna(low) or pd.isna(high):
        return f"{number(rank)}, sans intervalle"
    return f"{number(rank)} ({number(low)} à {number(high)})"


def _bill(material: Material) -> list[Item]:
    results = material.results
    rows = [(r.rule_id, r.label, r.force, r.state, r.source) for r in rule_lines(results)]
    head = ("", "Règle", "Force", "État", "Source")
    told: list[Item] = [
        Table("Règles évaluées", head, rows, (0.6, 2.8, 0.8, 2.2, 4)),
        *_prices(material),
    ]
    silent = [
        (str(r["rule_id"]), str(r["label_fr"]), str(r.get("why_fr") or ""))
        for key in ("rules_not_evaluated", "rules_partly_evaluated", "rules_off")
        for r in results.summary.get(key, [])
    ]
    if silent:
        title, columns = "Règles qui n'ont pas parlé, ou qu'en partie", ("", "Règle", "Pourquoi")
        told.append(Table(title, columns, silent, (0.5, 2.4, 6)))
    criteria = [str(c["label_fr"]) for c in results.summary.get("criteria_not_evaluated", [])]
    if criteria:
        absent = "Critères sans donnée (non évalués)"
        said = in_short_sentences(absent, criteria).partition(": ")[2]
        told.append(Text(said, strong=f"{absent}{NO_BREAK}:"))
    return told


def _commitments(material: Material) -> Table:
    document = matrix([material.results])
    periods = [str(period) for period in document["periods"]]
    rows = [
        (
            f"{row['label_fr']} ({row['status_fr']})",
            *(cell["text_fr"] for cell in row["by_period"]),
            row["share_fr"],
            row["verdict"],
            row["cost_fr"],
            row["decides_fr"],
        )
        for row in document["rows"]
    ]
    head = ("Engagement", *periods, "Part de la cible", "Le plan…", "Le respecter coûte",
            "Qui décide")  # fmt: skip
    widths = (3.2, *[1.0] * len(periods), 1.8, 1.1, 1.7, 1.8)
    return Table("Sur les constantes ; la page entière est matrice.html", head, rows, widths)


def _prices(material: Material) -> list[Item]:
    binding = material.results.summary.get("binding_rules", [])
    places: dict[tuple[str, str], list[str]] = {}
    for one in binding:
        told = str(one.get("price_text_fr") or "atteinte")
        places.setdefault((str(one["label_fr"]), told), []).append(
            f"{one['where']}, {one['period']}"
        )
    rows = [
        (label, where[0] if len(where) == 1 else plural(len(where), "endroit"), told)
        for (label, told), where in places.items()
    ]
    if not rows:
        return []
    head = ("Règle", "Où, quand", "Ce qu'elle coûte")
    return [Table("Règles qui serrent, et leur prix", head, rows, (2.2, 2.4, 4.6))]


def _sources(material: Material) -> Table:
    held = [s for s in material.layers.values() if s.get("state") != "absent"]
    lacking = [s for s in material.layers.values() if s.get("state") == "absent"]
    rows = [
        (
            str(s["title"]), str(s["producer"]), on_day(str(s["vintage"])), str(s["licence"]),
            str(s.get("state_fr", "")),
        )
        for s in (*held, *lacking)
    ]  # fmt: skip
    head = ("Source", "Producteur", "Millésime", "Licence", "État")
    return Table("Ce qui est su, depuis quand, par qui", head, rows, (3, 3, 1.6, 2.4, 1.3))
