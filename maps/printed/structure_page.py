"""« Campus ou maillage »: one printable page, without script or network."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from layers.words.french import NARROW, NO_BREAK, day, estimate, number, plural, significant
from maps.pictures.structure_picture import NAME as PICTURE
from maps.printed.structure_page_style import TEMPLATE

NAME = "structure.html"
WHEN_FR = {
    "maintenant": "Maintenant",
    "plus tard": "Plus tard",
    "dépend": "Dépend",
}
GRAINS_FR = {"departement": "Départements", "epci": "Intercommunalités", "site": "Sites"}
OTHERS_FR = {
    "departement": ("autre département", "autres départements"),
    "epci": ("autre intercommunalité", "autres intercommunalités"),
    "site": ("autre site", "autres sites"),
}
HEADS = (
    "Structure", "Meilleure pour une ouverture à (M€)", "Coût (M€)", "dont lignes (M€)",
    "Chaleur utile (GWh/an)", "Sol occupé (ha)", "Plus grand site (MW)",
    "Départements · intercommunalités", "Perte au coût retenu (M€ pondérés)",
    "MW restés au même département · intercommunalité · site",
)  # fmt: skip


def draw_structure_page(document: Mapping[str, Any], into: Path) -> Path:
    """Write ``structure.html`` beside its picture, already drawn; return its path.

    Parameters
    ----------
    document : the structure document.
    into : the folder, which already holds the picture.

    Returns
    -------
    The path of the page.
    """
    page = TEMPLATE.format(
        title=_safe(document["title"]),
        place=_safe(document["territory_fr"] or "territoire du scénario"),
        need=_safe(
            f"{number(document['to_place_it_mw'])}{NO_BREAK}MW informatiques à placer en "
            f"{document['period']}"
        ),
        answer=_items(document["answer_fr"]),
        picture=base64.b64encode((into / f"{PICTURE}.png").read_bytes()).decode("ascii"),
        said=_safe(document["answer_fr"][0]),
        structures=_structures(document["structures"]),
        stability=_safe(document["stability_fr"]),
        needs=_needs(document["needs"]),
        nested=_items(row["said_fr"] for row in document["nested"]),
        places="".join(_places(document, grain) for grain in GRAINS_FR),
        dropped=_dropped(document["dropped"]),
        regret="".join(f"<p>{_safe(text)}</p>" for text in document["regret_fr"]),
        worst=_worst(document),
        method=_items(document["method_fr"]),
        cost=_safe(_cost(document["opening_cost_meur"])),
        foot=_safe(
            f"Scénario « {document['scenario']} », règles au "
            f"{day(date.fromisoformat(document['reference_date']))}, siting "
            f"{document['version']}. Les mêmes lignes en tableurs : structures.csv, besoins.csv, "
            "lieux.csv, sorties.csv, emboitement.csv, regrets.csv."
        ),
    )
    path = into / NAME
    path.write_bytes(page.encode("utf-8"))
    return path


def _structures(rows: Iterable[Mapping[str, Any]]) -> str:
    head = "".join(f'<th scope="col">{_safe(text)}</th>' for text in HEADS)
    return f"<thead><tr>{head}</tr></thead><tbody>{''.join(map(_structure, rows))}</tbody>"


def _structure(row: Mapping[str, Any]) -> str:
    low, high = (significant(row[f"opening_{end}_meur"]) for end in ("low", "high"))
    same = " · ".join(_percent(row[f"same_{grain}"]) for grain in GRAINS_FR)
    cells = (
        _safe(low if low == high else f"{low} à {high}"),
        _safe(estimate(row["cost_meur"], 2)),
        _safe(estimate(row["lines_meur"], 2)),
        _safe(significant(row["heat_gwh"], 2)),
        _safe(significant(row["land_ha"], 2)),
        _safe(significant(row["largest_mw"], 2)),
        f"{row['departements']} · {row['epci']}",
        _loss(row),
        "–" if row["is_retained"] else _safe(same),
    )
    kind = ' class="run"' if row["is_retained"] else ""
    told = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr{kind}><th scope="row">{_safe(row["label_fr"])}</th>{told}</tr>'


def _loss(row: Mapping[str, Any]) -> str:
    if row["is_retained"]:
        return "–"
    near = ", à égalité" if row["is_near"] else ""
    return _safe(estimate(row["extra_meur"], 2) + near) + (
        f"<br><small>{_safe(row['why_fr'])}</small>" if row["why_fr"] else ""
    )


def _needs(rows: Iterable[Mapping[str, Any]]) -> str:
    lines = []
    for row in rows:
        told = (
            (row["sites"], significant(row["largest_mw"], 2))
            if not row["fault_fr"]
            else ("aucun plan", row["fault_fr"])
        )
        cells = (significant(row["to_place_mw"]), *told)
        lines.append(
            f'<tr><th scope="row">{_safe(_percent(row["need"]))}</th>'
            + "".join(f"<td>{_safe(cell)}</td>" for cell in cells)
            + "</tr>"
        )
    return "".join(lines)


def _places(document: Mapping[str, Any], grain: str) -> str:
    rows = [row for row in document["places"] if row["grain"] == grain]
    columns = "".join(
        f"<div><h4>{_safe(title)}</h4>{_listed([r for r in rows if r['verdict'] == when], grain)}"
        "</div>"
        for when, title in WHEN_FR.items()
    )
    kind = ' class="sites"' if grain == "site" else ""
    return f"<section{kind}><h3>{GRAINS_FR[grain]}</h3><div class='three'>{columns}</div></section>"


def _listed(rows: list[Mapping[str, Any]], grain: str) -> str:
    """List the places that the plan of the scenario holds; count those that only others do."""
    held = [row for row in rows if row["mw"]]
    lines = []
    for row in held:
        size = f"{significant(row['mw'], 2)}{NO_BREAK}MW"
        why = "" if row["verdict"] == "maintenant" else row["said_fr"].removeprefix("dépend ")
        told = ", ".join(text for text in (size, why) if text)
        lines.append(f"<li>{_safe(row['name_fr'])} <small>{_safe(told)}</small></li>")
    if rest := len(rows) - len(held):
        other = plural(rest, *OTHERS_FR[grain])
        lines.append(f"<li><small>{_safe(other)} hors du plan du scénario (lieux.csv)</small></li>")
    return f"<ul>{''.join(lines)}</ul>" if lines else "<p>aucun</p>"


def _dropped(rows: list[Mapping[str, Any]]) -> str:
    if not rows:
        return "<p>Aucun besoin plus grand n'écarte un site d'un besoin plus petit.</p>"
    lines = (
        f"<li><strong>{_safe(row['name_fr'])}</strong> {_safe(row['said_fr'])}</li>" for row in rows
    )
    return f"<ul>{''.join(lines)}</ul>"


def _worst(document: Mapping[str, Any]) -> str:
    found = document["regret"]
    if found is None:
        return ""
    labels = {row["structure"]: row["label_fr"] for row in document["structures"]}
    body = "".join(
        f"<tr{' class=run' if row['is_least'] else ''}>"
        f'<th scope="row">{_safe(labels[row["structure"]])}</th>'
        f"<td>{_safe(estimate(row['worst_meur'], 2))}</td>"
        f"<td>{_safe(estimate(row['median_meur'], 2))}</td>"
        f"<td>{row['held_draws']} sur {row['draws']}</td></tr>"
        for row in found["worst"]
    )
    heads = ("Plan engagé", "Pire regret (M€ pondérés)", "Regret médian (M€ pondérés)",
             "Tirages où il tient")  # fmt: skip
    head = "".join(f'<th scope="col">{_safe(text)}</th>' for text in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cost(cost: Mapping[str, Any]) -> str:
    if not cost["is_assumed"]:
        return f"Le scénario fixe le coût d'ouverture à {significant(cost['value'])}{NO_BREAK}M€."
    return (
        f"Le coût d'ouverture est une hypothèse : {significant(cost['value'])}{NO_BREAK}M€, de "
        f"{significant(cost['low'])} à {significant(cost['high'])}. Source : {cost['reference']}."
    )


def _percent(share: float) -> str:
    return f"{number(100 * share)}{NARROW}%"


def _items(texts: Iterable[str]) -> str:
    return "".join(f"<li>{_safe(text)}</li>" for text in texts if text)


def _safe(text: object) -> str:
    return html.escape(str(text), quote=True)
