"""« Les dix informations à obtenir »: one printable page, without script or network."""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from layers.words.french import NO_BREAK, day, number, significant

NAME = "informations.html"


def draw_questions(document: Mapping[str, Any], into: Path) -> Path:
    """Write ``informations.html`` from the document of the missing facts; return its path.

    Parameters
    ----------
    document : document of ``scenarios.reading.facts_to_find``.
    into : existing folder.

    Returns
    -------
    Path of the page.
    """
    page = _TEMPLATE.format(
        title=_safe(document["title"]),
        place=_safe(document["territory_fr"] or "territoire du scénario"),
        plan=f"{number(document['placed_it_mw'])}{NO_BREAK}MW informatiques en "
        f"{document['period']}",
        questions="".join(_question(entry, document) for entry in document["questions"]),
        others=_others(document),
        yards=_yards(document),
        method="".join(f"<li>{_safe(text)}</li>" for text in document["method_fr"]),
        foot=_safe(
            f"Scénario « {document['scenario']} », règles au "
            f"{day(date.fromisoformat(document['reference_date']))}, siting {document['version']}. "
            "Les mêmes lignes en tableur : informations.csv et postes.csv."
        ),
    )
    path = into / NAME
    path.write_bytes(page.encode("utf-8"))
    return path


def _question(entry: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    whole = document["placed_it_mw"] or 1.0
    share = min(1.0, max(entry["moved_mw"], entry["lacking_mw"]) / whole)
    badge = f'<span class="badge">{_safe(entry["status_fr"])}</span>'
    bar = f'<span class="bar" aria-hidden="true"><i style="width:{100 * share:.1f}%"></i></span>'
    return (
        f"<li><h2>{_safe(entry['label_fr'])}</h2>"
        f'<p class="said">{bar}{_safe(entry["said_fr"])}</p>'
        f"<dl><dt>À demander à</dt><dd>{_safe(entry['ask_fr'])}</dd>"
        f"<dt>Ce qu'elle décide</dt><dd>{_safe(entry['why_fr'])}</dd>"
        f"<dt>Ce que l'on sait</dt><dd>{_safe(entry['range_fr'])} {badge}</dd>"
        f"<dt>Où la donner</dt><dd><code>{_safe(entry['give_fr'])}</code></dd></dl></li>"
    )


def _others(document: Mapping[str, Any]) -> str:
    if not document["others"]:
        return ""
    lines = "".join(
        f"<li><strong>{_safe(entry['label_fr'])}</strong> : {_safe(entry['said_fr'])} "
        f"<em>{_safe(entry['ask_fr'])}.</em></li>"
        for entry in document["others"]
    )
    return f"<h2>Ensuite</h2><ul>{lines}</ul>"


def _yards(document: Mapping[str, Any]) -> str:
    if not document["yards"]:
        return "<p>Chaque poste du plan a déjà sa réponse.</p>"
    heads = ("Poste", "Place supposée, basse – retenue – haute (MW)", "Pris par le plan (MW)",
             "À revoir si la place est basse (MW)")  # fmt: skip
    head = "".join(f'<th scope="col">{_safe(text)}</th>' for text in heads)
    rows = "".join(
        f'<tr><th scope="row">{_safe(yard["name"])} <small>{_safe(yard["yard_id"])}</small></th>'
        f"<td>{significant(yard['room_low_mw'])} – {significant(yard['room_mw'])} – "
        f"{significant(yard['room_high_mw'])}</td><td>{significant(yard['used_mw'])}</td>"
        f"<td>{significant(yard['worst_moved_mw'])}</td></tr>"
        for yard in document["yards"]
    )
    return (
        '<div class="wide" tabindex="0" role="region" aria-label="Postes à demander">'
        "<table><caption>Les places sont des hypothèses tant que le gestionnaire n'a pas répondu. "
        "Même liste et même ordre que dans la carte : ce que vaudrait un mégawatt de place "
        "en plus, puis la puissance prise."
        f"</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _safe(text: object) -> str:
    return html.escape(str(text), quote=True)


_TEMPLATE = """<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Les dix informations à obtenir – {title}</title>
<style>
* {{ box-sizing: border-box }}
body {{ font: 16px/1.5 "Segoe UI", system-ui, "DejaVu Sans", sans-serif; color: #1d2430; background: #fff; margin: 1.5rem auto; max-width: 58rem; padding: 0 1rem }}
header {{ border-bottom: 3px solid #0d4f73 }}
h1 {{ font-size: 1.6rem; line-height: 1.25; margin: .2rem 0 }}
.kicker, footer, caption, small, dt {{ color: #505866 }}
.kicker {{ margin: 0 }}
ol.ten {{ list-style: none; counter-reset: rank; margin: 1.2rem 0; padding: 0; display: grid; gap: .9rem }}
ol.ten > li {{ counter-increment: rank; position: relative; padding: .7rem 1rem .7rem 3.4rem; border: 1px solid #cfd6dd; border-radius: .4rem; break-inside: avoid }}
ol.ten > li::before {{ content: counter(rank); position: absolute; left: .8rem; top: .65rem; width: 1.9rem; height: 1.9rem; border-radius: 50%; background: #0d4f73; color: #fff; font-weight: 700; text-align: center; line-height: 1.9rem }}
h2 {{ font-size: 1.1rem; margin: .1rem 0 .2rem }}
main > h2 {{ margin-top: 1.6rem; color: #0d4f73 }}
.said {{ margin: .1rem 0 .4rem; font-weight: 600 }}
.bar {{ display: block; height: .45rem; background: #eceff2; margin: .15rem 0 .35rem; max-width: 24rem }}
.bar i {{ display: block; height: 100%; background: #d55e00 }}
dl {{ display: grid; grid-template-columns: 9.5rem 1fr; gap: .1rem .8rem; margin: 0; font-size: .93rem }}
dt, dd {{ margin: 0 }}
.badge {{ display: inline-block; border: 1px solid #b27700; background: #fff3d6; color: #6b3d00; border-radius: .3rem; padding: 0 .35rem; font-size: .85em }}
code {{ font-size: .92em; overflow-wrap: anywhere }}
.wide {{ overflow-x: auto }}
.wide:focus-visible {{ outline: 3px solid #0d4f73 }}
table {{ border-collapse: collapse; width: 100%; font-size: .93rem }}
caption {{ text-align: left; padding-bottom: .3rem }}
th, td {{ border-bottom: 1px solid #cfd6dd; padding: .35rem .5rem; text-align: left; vertical-align: top; font-weight: 400 }}
thead th {{ font-weight: 600; background: #eef3f6 }}
tbody th {{ font-weight: 600 }}
footer {{ border-top: 1px solid #cfd6dd; margin-top: 1.4rem; padding-top: .4rem; font-size: .85rem }}
@media (max-width: 40rem) {{ dl {{ grid-template-columns: 1fr }} ol.ten > li {{ padding-left: 1rem; padding-top: 3rem }} }}
@media print {{
  @page {{ size: A4; margin: 12mm }}
  body {{ margin: 0; padding: 0; max-width: none; font-size: 9pt; line-height: 1.35 }}
  ol.ten {{ gap: .35rem; margin: .5rem 0 }}
  ol.ten > li {{ padding: .3rem .6rem .3rem 2.6rem }}
  ol.ten > li::before {{ top: .35rem; left: .5rem; width: 1.5rem; height: 1.5rem; line-height: 1.5rem }}
  * {{ print-color-adjust: exact; -webkit-print-color-adjust: exact }}
}}
</style></head><body>
<header><p class="kicker">Centres de données (datacenters) · {place} · {title}</p>
<h1>Les dix informations à obtenir</h1></header><main>
<p>Le plan place {plan} avec ce que l'on sait. Voici ce que l'on ne sait pas, dans l'ordre de ce
qu'une réponse pourrait changer au plan : qui la détient, et combien de mégawatts en dépendent.</p>
<ol class="ten">{questions}</ol>
{others}
<h2>Postes électriques : lesquels demander d'abord</h2>
{yards}
<h2>Comment c'est calculé</h2>
<ul>{method}</ul>
</main><footer>{foot}</footer></body></html>
"""  # noqa: E501 - a page, not code
