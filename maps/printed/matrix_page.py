"""Néo Terra on one page: the matrix of a plan, other plans beside it, where figures come from."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from layers.words.french import NARROW, day
from maps.look.page_wording import on_day, text_of
from maps.look.publisher import Identity
from maps.look.typeface import ASSETS, typeface
from maps.printed.matrix_annex import annex
from scenarios.answers.neo_terra_matrix.matrix_table import matrix
from scenarios.storage.results import Results

NAME = "matrice.html"
# Verdict → class and sign: never a colour alone.
SIGNS: Mapping[str, tuple[str, str]] = {
    "contribue": ("helps", "▲"),
    "neutre": ("neutral", "="),
    "s'éloigne": ("away", "▼"),
    "non évalué": ("unknown", "?"),
}
LEGEND = (
    "▲ contribue : l'indicateur atteint la cible demandée. = neutre : le plan tient sous la part "
    "déclarée, sans rien améliorer.",
    "▼ s'éloigne : la cible déclarée est dépassée ou manquée. ? non évalué : la donnée manque, "
    "jamais une bonne nouvelle.",
    "Une cible porte qui la fixe : un texte, un calcul, une hypothèse, ou le scénario. Aucune ne "
    "réserve de part aux datacenters dans Néo Terra.",
    "Coût : M€ estimés de la règle levée seule, quand aucune règle souple n'est dépassée ; ou MW à "
    "ne pas placer pour tenir la cible, le reste en proportion.",
    "Un plan est compatible, ou non, avec le jeu de règles déclaré : Néo Terra est une feuille de "
    "route politique, qui ne lie pas un permis.",
)


def draw_matrix(results: Sequence[Results], into: Path, identity: Path | None = None) -> Path:
    """Write ``matrice.html``, one A3 page without script or network.

    Parameters
    ----------
    results : opened folders, the plan detailed first.
    into : existing folder.
    identity : TOML file of the publisher; neutral without one.

    Returns
    -------
    Path of the page.

    Raises
    ------
    SitingError : SIT204 for a wrong identity.
    """
    shown = Identity.read(identity)
    document = matrix(results)
    page = (ASSETS / "matrice.html").read_text(encoding="utf-8")
    style = (ASSETS / "matrice.css").read_text(encoding="utf-8")
    colours = f":root {{ --accent: {shown.accent}; --kept: {shown.retained}; }}\n"
    parts = {
        "style": typeface() + colours + style,
        "more": annex(results[0]) if results[0].scenario.get("demand") else "",
        **_parts(document, results[0], shown),
    }
    page = re.sub(r"<!--(\w+)-->", lambda mark: parts[mark.group(1)], page)
    path = into / NAME
    path.write_bytes(page.encode("utf-8"))
    return path


def _parts(document: Mapping[str, Any], results: Results, identity: Identity) -> dict[str, str]:
    periods = document["periods"]
    heads = "".join(
        f'<th scope="col" class="plan{" first" if k == 0 else ""}">{text_of(name)}</th>'
        for k, name in enumerate(document["plans"])
    )
    return {
        "title": text_of(document["title"]),
        "kicker": text_of(_kicker(document, results, identity)),
        "logo": _logo(identity),
        "said": "".join(f"<li>{text_of(line)}</li>" for line in said_first(document)),
        "periods": "".join(
            f'<th scope="col" rowspan="2" class="number">{period}</th>' for period in periods
        ),
        "last": str(periods[-1]),
        "count": str(len(document["plans"])),
        "plans": heads,
        "rows": rows_html(document),
        "legend": "<ul>" + "".join(f"<li>{text_of(line)}</li>" for line in LEGEND) + "</ul>",
        "traces": "".join(
            f"<li>{text_of(row['label_fr'])} : {text_of(row['trace_fr'])}. "
            f"{text_of(row['reference'])}.</li>"
            for row in document["rows"]
        ),
        "foot": text_of(
            f"Plan « {document['scenario']} », version "
            f"{results.descriptor.get('version', '')} du programme. Six ambitions de Néo Terra 2 : "
            "rapport du CESER, mars 2026, l. 577-581."
        ),
    }


def said_first(document: Mapping[str, Any]) -> list[str]:
    """Return what the page says before its table: what is applied, then each plan's standing.

    Parameters
    ----------
    document : from ``matrix``.

    Returns
    -------
    French lines, not escaped.
    """
    standing = document["said_fr"]
    told = [standing[1], *standing[2:], standing[0]]
    return [
        *told,
        *([f"Le plan détaillé : {document['applied_fr']}"] if document["applied_fr"] else []),
    ]


def rows_html(document: Mapping[str, Any]) -> str:
    """Return the rows of the table, under a line for each ambition.

    Parameters
    ----------
    document : from ``matrix``.

    Returns
    -------
    HTML, escaped.
    """
    width = 7 + len(document["periods"]) + len(document["plans"])
    lines, ambition = [], None
    for row in document["rows"]:
        if row["ambition"] != ambition:
            ambition = row["ambition"]
            lines.append(
                f'<tr class="ambition"><th colspan="{width}" scope="rowgroup">Ambition {ambition}'
                f"{NARROW}: {text_of(row['ambition_fr'])}</th></tr>"
            )
        lines.append(_row(row))
    return "".join(lines)


def _row(row: Mapping[str, Any]) -> str:
    badge = (
        ""
        if row["status"] == "read"
        else f' <span class="badge">{text_of(row["status_fr"])}</span>'
    )
    unit = "" if row["unit"] in ("", "1", "%") else f" <small>{text_of(row['unit'])}</small>"
    kind, sign = SIGNS[row["verdict"]]
    cells = [
        f'<th scope="row">{text_of(row["label_fr"])}'
        f"<small>{on_day(row['dated'])}{badge}</small></th>",
        f"<td>{text_of(row['indicator_fr'])}{unit}</td>",
        *(f'<td class="number">{text_of(cell["text_fr"])}</td>' for cell in row["by_period"]),
        f"<td>{text_of(row['share_fr'])}</td>",
        f'<td class="v {kind}">{sign} {text_of(row["verdict"])}</td>',
        f"<td>{text_of(row['cost_fr'])}</td>",
        f"<td>{text_of(row['decides_fr'])}</td>",
        f"<td>{text_of(row['cannot_fr'])}</td>",
        *(_plan(cell, first=k == 0) for k, cell in enumerate(row["plans"])),
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _plan(cell: Mapping[str, Any], *, first: bool) -> str:
    kind, sign = SIGNS[cell["verdict"]]
    said = html.escape(cell["verdict"], quote=True)
    return (
        f'<td class="plan {kind}{" first" if first else ""}"><span class="v {kind}" '
        f'title="{said}" aria-label="{said}">{sign}</span> {text_of(cell["text_fr"])}</td>'
    )


def _kicker(document: Mapping[str, Any], results: Results, identity: Identity) -> str:
    territory = results.summary.get("territory_fr") or str(results.summary["territory"])
    on = day(date.fromisoformat(document["reference_date"]))
    told = f"Centres de données (datacenters) · {territory} · règles en vigueur le {on}"
    return f"{identity.organisation} · {told}" if identity.organisation else told


def _logo(identity: Identity) -> str:
    if not identity.logo:
        return ""
    said = html.escape(identity.logo_text or identity.organisation, quote=True)
    return f'<img class="logo" alt="{said}" src="{identity.logo}">'
