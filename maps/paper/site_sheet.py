"""One site on paper: its blocks, its two maps, its notes, as a tagged PDF."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from layers.words.french import MONTHS_FR, NO_BREAK, estimate, number, significant
from maps.look.page_wording import on_day
from maps.look.publisher import Identity
from maps.paper.blocks import filled
from maps.paper.blocks.block_content import Block, records_of
from maps.paper.blocks.identity import UNNAMED, state_of
from maps.paper.blocks.trust import tallied
from maps.paper.sheet_material import Material, Subject, rank_of
from maps.paper.site_maps import SCALES, Plates, draw_site
from maps.paper.typst_pages import typeset

BADGES = {"assumption": "hypothèse", "memory": "de mémoire – à vérifier"}
LONGEST_NAME = 120
LEGEND = (
    "Étoile : le site, et son sol (disque de la surface d'une friche, contour d'une aire). "
    "Triangle plein : poste du raccordement supposé (tireté : à vol d'oiseau) ; "
    "triangle vide : autre poste hôte. Ronds : autres sites retenus (cerclés) et candidats. "
    "Hachures et losanges verts : parcs et réserves, centres Natura 2000. "
    "Carrés violets : datacenters connus (© les contributeurs d'OpenStreetMap, ODbL). Contours "
    "communaux simplifiés (250 m) : IGN, COG 2026. Postes : RTE. Pas de fond à 1:25 000 hors ligne."
)
COLOPHON = (
    "Présélection à l'échelle régionale : ni autorisation, ni étude d'impact, ni avis d'une "
    "autorité. Compatible avec le jeu de règles déclaré par le scénario, rien de plus. PDF balisé, "
    "accepté par le contrôle PDF/UA-1 du composeur ; sa pleine conformité n'a pas été vérifiée."
)


def sheet_from(data: dict[str, Any], material: Material, identity: Identity) -> bytes:
    """Return a sheet as PDF from its data.

    Parameters
    ----------
    data : what `sheet_data` returned.
    material, identity : the folder's, and who publishes.

    Returns
    -------
    Bytes, as for `sheet_pdf`.

    Raises
    ------
    SitingError : SIT406 when it cannot be set.
    """
    on = date.fromisoformat(material.results.summary["reference_date"])
    return typeset("fiche.typ", data | outfit(material, data["title"], identity), on)


def outfit(material: Material, title: str, identity: Identity) -> dict[str, Any]:
    """Return what every document bears: title, date, colour, foot.

    Parameters
    ----------
    material : the folder's.
    title : title of the document.
    identity : who publishes; its name is the author's.

    Returns
    -------
    title, author, ``day`` [year, month, day], keywords, accent (``#rrggbb``) and foot.
    """
    summary = material.results.summary
    on = date.fromisoformat(summary["reference_date"])
    version = material.results.descriptor.get("version", "")
    return {
        "title": title,
        "author": identity.organisation or "siting",
        "day": [on.year, on.month, on.day],
        "keywords": ["datacenter", "friche", str(summary["scenario"])],
        "accent": identity.accent,
        "foot": f"« {summary['title']} » · règles au {on_day(on.isoformat())} · programme siting "
        f"{version} · ni autorisation, ni avis",
    }


def sheet_data(plates: Plates, site_id: str, identity: Identity) -> dict[str, Any]:
    """Return everything a sheet shows, as plain data.

    Parameters
    ----------
    plates : material and maps of the folder.
    site_id : a site of the folder.
    identity : who publishes.

    Returns
    -------
    JSON-ready: title, kicker, name, state, place, figures, maps, legend, blocks (their items with
    ``notes`` and ``badge``), notes in order, colophon.
    """
    subject = Subject(plates.material, site_id)
    name = _short(subject.words("name_fr", f"Site {site_id}"))
    notes = Notes(plates.material)
    blocks = [_block_data(one, notes) for one in tallied(filled(subject))]
    return {
        "title": f"Fiche de site – {name}",
        "kicker": _kicker(plates.material, identity),
        "name": name,
        "state": _capital(state_of(subject)),
        "place": _place(subject),
        "figures": key_figures(subject),
        "maps": [_map_data(plates, subject, one) for one in SCALES],
        "legend": LEGEND,
        "blocks": blocks,
        "notes": notes.texts,
        "colophon": COLOPHON,
    }


class Notes:
    """The notes of a sheet: numbered as they are first called, each said once."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.texts: list[str] = []

    def call(self, sources: Sequence[str]) -> list[int]:
        """Return the numbers of some sources; one the folder does not know has none.

        Parameters
        ----------
        sources : keys that ``Material.paper`` turns into notes.

        Returns
        -------
        Numbers from 1, sorted, each once; new notes are added to ``texts``.
        """
        numbers = []
        for key in sources:
            text = self.material.paper(key)
            if text and text not in self.texts:
                self.texts.append(text)
            if text:
                numbers.append(self.texts.index(text) + 1)
        return sorted(set(numbers))

    def badge(self, sources: Sequence[str], grade: str = "") -> str:
        """Return the badge a datum must wear: it is assumed, or from memory.

        Parameters
        ----------
        sources : keys of the datum's sources.
        grade : its grade, A to D.

        Returns
        -------
        French words of ``BADGES``, or nothing.
        """
        known = [self.material.values.get(key.removeprefix("value:"), {}) for key in sources]
        status = {str(value.get("status", "")) for value in known}
        if grade == "D" or "assumption" in status:
            return BADGES["assumption"]
        return BADGES["memory"] if "memory" in status else ""


def _block_data(block: Block, notes: Notes) -> dict[str, Any]:
    items = records_of(block.items)
    for item in items:
        for row in item.get("rows", []) if item["kind"] in ("facts", "charts") else [item]:
            _annotate(row, notes)
    return {"number": block.number, "title": block.title, "items": items}


def _annotate(row: dict[str, Any], notes: Notes) -> None:
    sources = row.get("sources", ())
    row["badge"] = notes.badge(sources, str(row.get("grade", "")))
    row["notes"] = notes.call(sources)
    if "values" in row:
        row["told"] = told_of(row["title"], row["values"], row["unit"])
        row["most"] = significant(max(row["values"]), 2)


def told_of(title: str, values: Sequence[float], unit: str) -> str:
    """Say a chart in words: least, most, total.

    Parameters
    ----------
    title : what is counted.
    values : twelve, January to December, in ``unit``.
    unit : unit as a reader knows it.

    Returns
    -------
    One French sentence without stop.

    Examples
    --------
    >>> told_of("Eau", [1.0] * 11 + [3.0], "m³").replace(NO_BREAK, " ")
    'Eau : de 1 m³ (janvier) à 3 m³ (décembre), 14 m³ sur l’année'
    """
    low, high = min(values), max(values)
    return (
        f"{title}{NO_BREAK}: de {estimate(low)}{NO_BREAK}{unit} "
        f"({MONTHS_FR[values.index(low)]}) à {estimate(high)}{NO_BREAK}{unit} "
        f"({MONTHS_FR[values.index(high)]}), {estimate(sum(values))}{NO_BREAK}{unit} sur l’année"
    )


def _kicker(material: Material, identity: Identity) -> str:
    told = f"Fiche de site · centres de données (datacenters) · {material.results.summary['title']}"
    return f"{identity.organisation} · {told}" if identity.organisation else told


def _place(subject: Subject) -> str:
    names = [subject.words(c) for c in ("commune_name", "epci_name", "departement_name")]
    return " · ".join(name for name in names if name) or UNNAMED


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def key_figures(subject: Subject) -> list[dict[str, str]]:
    """Return the few figures of the head, each with its doubt.

    Parameters
    ----------
    subject : the site and its material.

    Returns
    -------
    label, value (with unit) and doubt, all French text: power, electricity, water, carbon, heat of
    a retained site; rank, area, connection of another.
    """
    if not subject.is_retained:
        return _rank_figures(subject)
    figures = [
        {
            "label": f"Puissance informatique, {subject.last}",
            "value": f"{number(subject.power(subject.last), 1)}{NO_BREAK}MW",
            "doubt": rank_told(subject),
        }
    ]
    for label, term, figure, unit, factor in (
        ("Électricité, pompes comprises", "electricity_gwh", "electricity", "GWh/an", 1.0),
        ("Eau apportée", "water_input_m3", "water_input", "m³/an", 1.0),
        ("Carbone", "carbon_kt", "carbon", "kt CO2e/an", 1e-3),
    ):
        figures.append(_figure(subject, label, term, figure, unit, factor))
    figures.append(_heat_figure(subject))
    return figures


def _heat_figure(subject: Subject) -> dict[str, str]:
    heat, label = subject.number(f"heat_gwh_{subject.last}"), "Chaleur utile"
    known = bool(heat) or subject.material.has("heat_deliveries")
    if heat is None or not known:
        return {"label": label, "value": "non évalué", "doubt": ""}
    if not heat:
        told = f"0{NO_BREAK}GWh/an"
        return {"label": label, "value": told, "doubt": "aucun réseau servi par le plan"}
    middle, ends = subject.median("heat"), subject.doubt("heat")
    told = f"{estimate(heat if middle is None else middle)}{NO_BREAK}GWh/an"
    if ends is None:
        return {"label": label, "value": told, "doubt": "débouché : hypothèse"}
    doubt = f"médiane ; de {estimate(ends[0])} à {estimate(ends[1])}, 9 fois sur 10"
    return {"label": label, "value": told, "doubt": doubt}


def _figure(
    subject: Subject, label: str, term: str, figure: str, unit: str, factor: float
) -> dict[str, str]:
    value, ends = subject.footprint(term, subject.last), subject.doubt(figure, factor)
    middle = subject.median(figure, factor)
    if ends is None or middle is None:
        told = "non évalué" if value is None else f"{estimate(value)}{NO_BREAK}{unit}"
        return {"label": label, "value": told, "doubt": "sur les constantes, doute non chiffré"}
    told = f"{estimate(middle)}{NO_BREAK}{unit}"
    doubt = f"médiane ; de {estimate(ends[0])} à {estimate(ends[1])}, 9 fois sur 10"
    return {"label": label, "value": told, "doubt": doubt}


def rank_told(subject: Subject) -> str:
    """Write the rank with the interval that the weights and the unknowns give it.

    Parameters
    ----------
    subject : the site and its material.

    Returns
    -------
    « rang 3e sur 40 ; de 2 à 9 », or « … sans intervalle ».
    """
    low, high = subject.number("rank_low"), subject.number("rank_high")
    if low is None or high is None:
        return f"rang {rank_of(subject)}, sans intervalle"
    return f"rang {rank_of(subject)} ; de {number(low)} à {number(high)}"


def _rank_figures(subject: Subject) -> list[dict[str, str]]:
    area, limit = subject.number("area_m2"), subject.number("connection_limit_mw")
    low, high = subject.number("rank_low"), subject.number("rank_high")
    spread = "" if low is None or high is None else f"de {number(low)} à {number(high)} en 9 sur 10"
    known = area is not None
    return [
        {"label": "Rang", "value": rank_of(subject) or "sans rang", "doubt": spread},
        {
            "label": "Surface",
            "value": f"{number((area or 0) / 1e4, 1)}{NO_BREAK}ha" if known else "non évalué",
            "doubt": subject.words("quality_fr", "non vérifiée"),
        },
        {
            "label": "Raccordement possible",
            "value": "non évalué" if limit is None else f"{number(limit)}{NO_BREAK}MW",
            "doubt": "limite de tension et de distance, pas la place au poste",
        },
    ]


def _map_data(plates: Plates, subject: Subject, name: str) -> dict[str, str]:
    scale = SCALES[name]
    where = subject.words("commune_name", UNNAMED)
    around = "Abords" if name == "abords" else "Situation"
    chosen = subject.words("plan_yard_name")
    nearest = f"Poste source le plus proche : {subject.words('yard_name', 'aucun')}"
    yard = f"Poste choisi par le plan : {chosen}" if chosen else nearest
    caption = f"{around}, 1:{number(scale)}, Lambert-93 (EPSG:2154)"
    told = f"{around} du site {subject.site_id}, {where}. {yard}."
    svg = draw_site(plates, subject, name).decode("utf-8")
    return {"svg": svg, "told": told, "caption": caption}
