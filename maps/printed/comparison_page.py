"""Plans side by side: small maps at one scale, one table, one printable page without network."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from layers.words.french import NARROW, NO_BREAK, number
from maps.look.page_wording import text_of
from maps.look.publisher import Identity
from maps.look.typeface import typeface
from maps.pictures.picture_canvas import FORMATS, save
from maps.pictures.small_maps import draw_small_maps
from scenarios.answers.first_look import first_look
from scenarios.storage.results import Results


def draw_comparison(results: Sequence[Results], document: dict[str, Any], into: Path) -> Path:
    """Write ``comparaison.png``, ``.svg`` and ``.html`` in a folder.

    Parameters
    ----------
    results : opened results folders, drawn side by side.
    document : what ``scenarios.reading.plan_comparison.compare`` says of the same folders.
    into : folder, made if needed.

    Returns
    -------
    Path of the page, which holds its picture.
    """
    into.mkdir(parents=True, exist_ok=True)
    figure, said = draw_small_maps(results)
    picture, _ = save(figure, into / "comparaison", FORMATS, said)
    page = into / "comparaison.html"
    page.write_text(_page(results, document, picture, said), encoding="utf-8")
    return page


def _page(results: Sequence[Results], document: dict[str, Any], picture: Path, said: str) -> str:
    image = base64.b64encode(picture.read_bytes()).decode("ascii")
    heads = "".join(f'<th scope="col">{text_of(c["title"])}</th>' for c in document["columns"])
    rows = "".join(_row(row["label_fr"], row["cells"]) for row in document["rows"])
    around = "".join(_row(row["label_fr"], row["cells"]) for row in document["around"])
    sources = "".join(
        f"<li>{text_of(row['label_fr'])}{NO_BREAK}: {text_of(row['source_fr'])}</li>"
        for row in document["around"]
    )
    titles = {c["name"]: c["title"] for c in document["columns"]}
    shared = "".join(
        f"<li>{text_of(' et '.join(f'« {titles[name]} »' for name in pair['plans']))}{NO_BREAK}: "
        + ", ".join(f"{g} {number(v)}{NARROW}%" for g, v in pair["shared_mw_pct"].items())
        + "</li>"
        for pair in document["shared"]
    )
    return _TEMPLATE.format(
        image=image,
        type_and_colours=typeface() + _colours(),
        plans="".join(map(_head, results, (c["title"] for c in document["columns"]))),
        described=text_of(said),
        heads=heads,
        rows=rows,
        shared=shared,
        around=around,
        sources=sources,
    )


def _colours() -> str:
    shown = Identity()
    return f":root {{ --accent: {shown.accent}; --kept: {shown.retained}; }}\n"


def _head(results: Results, title: str) -> str:
    """Return the head of one plan: what the atlas and the synthesis open with."""
    head = first_look(results.summary)
    figures = "".join(
        f"<div><dt>{text_of(each.label)}</dt><dd>{text_of(each.value)}</dd>"
        f"<dd>{text_of(each.doubt)}</dd></div>"
        for each in head.figures
    )
    told = "".join(f"<p>{text_of(text)}</p>" for text in (head.decides, head.unknown) if text)
    return (
        f'<section class="plan"><p class="kicker">{text_of(title)}</p>'
        f"<h3>{text_of(head.finding)}</h3><dl>{figures}</dl>{told}</section>"
    )


def _row(label: str, cells: Sequence[str]) -> str:
    return (
        f'<tr><th scope="row">{text_of(label)}</th>'
        + "".join(f"<td>{text_of(cell)}</td>" for cell in cells)
        + "</tr>"
    )


_TEMPLATE = """<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Comparaison de plans</title>
<style>{type_and_colours}
body {{ font: 16px/1.42 "Atlas Sans", "Liberation Sans", "Segoe UI", system-ui, sans-serif; color: #1d2430; margin: 1.2rem auto; max-width: 76rem; padding: 0 1rem }}
h1 {{ border-bottom: 3px solid var(--accent); padding-bottom: .4rem; font-size: 1.5rem }}
h2 {{ color: var(--accent); font-size: 1.1rem; margin: 1.4rem 0 .4rem }}
.plans {{ display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: 1rem 1.6rem }}
.plan h3 {{ margin: 0 0 .5rem; font-size: 1.12rem; line-height: 1.25 }}
.plan p {{ margin: .35rem 0 0; font-size: .9rem }}
.kicker, dt, dd + dd, figcaption {{ color: #505866; font-size: .84rem }}
.plan .kicker {{ margin: 0 }}
dl {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr)); gap: .4rem .8rem; margin: 0 }}
dd {{ margin: 0 }}
dd:nth-of-type(1) {{ font-weight: 700 }}
img {{ width: 100%; height: auto; border: 1px solid #cfd6dd }}
.wide {{ overflow-x: auto }}
table {{ border-collapse: collapse; width: 100%; font-size: .95rem }}
th, td {{ border-bottom: 1px solid #cfd6dd; padding: .5rem .6rem; text-align: left; vertical-align: top }}
thead th {{ border-bottom: 1.5px solid #8a92a0; font-weight: 600 }}
@media (max-width: 40rem) {{ figure {{ margin: 0 }} table {{ font-size: .82rem }} th, td {{ padding: .35rem .3rem; min-width: 5.2rem }} td {{ overflow-wrap: anywhere }} }}
@media print {{ body {{ margin: 0; max-width: none; font-size: 11px }} }}
</style></head><body><main>
<h1>Comparaison de plans</h1>
<p>Dernière échéance de chaque plan, mêmes échelles. Chaque plan est le meilleur selon ses propres
pondérations ; les chiffres sont ceux des sites placés, hors existant et projets déjà décidés.</p>
<h2>En bref</h2>
<div class="plans">{plans}</div>
<h2>Où vont les mégawatts</h2>
<figure><img alt="Cartes des plans à la même échelle, en MW informatiques et en nombre de sites. {described}" src="data:image/png;base64,{image}">
<figcaption>Cercles : puissance informatique des sites retenus, même échelle pour tous les plans.
Cercles en tirets : projets annoncés, qui ne sont pas du plan.</figcaption></figure>
<h2>Plan par plan</h2>
<div class="wide" tabindex="0"><table><thead><tr><th scope="col">Par an</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>
<h2>Autour des plans</h2>
<p>Une annonce n'est pas une décision ; « non évalué » n'est pas une bonne nouvelle.</p>
<div class="wide" tabindex="0"><table class="around"><thead><tr><th scope="col">Contexte</th>{heads}</tr></thead><tbody>{around}</tbody></table></div>
<p>Sources :</p>
<ul>{sources}</ul>
<h2>Ce que deux plans partagent</h2>
<p>Part de la puissance du plus petit des deux placée au même endroit par l'autre.</p>
<ul>{shared}</ul>
</main></body></html>
"""  # noqa: E501 - a page, not code
