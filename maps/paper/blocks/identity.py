"""Block 1: what the site is, where it lies, how old the data are."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import shapely

from layers.words.french import NO_BREAK, number, plural, quantity
from maps.look.page_wording import on_day
from maps.paper.blocks.block_content import Fact, Item, Unknown
from maps.paper.blocks.block_registry import block
from maps.paper.sheet_material import Subject

COMMUNES = ("layer:communes",)
OCCUPATION = ("layer:brownfields", "layer:press_facts", "value:occupation.station_edge_m")
UNNAMED = "commune inconnue"


@block(1, "Identité")
def identity(subject: Subject) -> Iterator[Item]:
    """Yield who the site is: names and codes, position, area, state in the plan, dates."""
    yield Fact("Identifiant", subject.site_id, "A", subject.origin)
    yield Fact("État", state_of(subject), "", ("Proposé par le modèle : ni annoncé, ni autorisé",))
    yield Fact("Commune", _commune(subject), "A" if subject.words("commune_name") else "", COMMUNES)
    yield Fact("Intercommunalité", _epci(subject), "A", COMMUNES)
    yield Fact("Département", subject.words("departement_name", "non renseigné"), "A", COMMUNES)
    yield Fact("Position", _position(subject), _place_grade(subject), subject.origin)
    yield from _area(subject)
    yield from _occupation(subject)
    merged = [one for one in subject.words("merged_ids").split("|") if one]
    if len(merged) > 1 or (merged and subject.is_own):
        yield Fact("Terrains réunis", ", ".join(merged), "B", subject.origin)
    yield Fact("Données", _dates(subject), "")
    yield Unknown("parcelles", "aucune parcelle ni propriétaire n'est portée sur la fiche")
    yield Unknown("photo, vue aérienne", "aucune image dans le dossier ; à joindre avant diffusion")
    yield Unknown("SCoT", subject.material.absent("scot"))


def state_of(subject: Subject) -> str:
    """Say what the plan makes of the site.

    Parameters
    ----------
    subject : the site and its material.

    Returns
    -------
    French words without capital nor stop: « retenu : … MW en 2031 », « candidat, non retenu par ce
    plan », or its fate and why.
    """
    if subject.is_retained:
        power = [
            f"{quantity(subject.power(t), 'MW', 1)} en {t}"
            for t in subject.material.periods
            if subject.power(t) > 0
        ]
        return f"retenu : {', '.join(power)} (puissance informatique)"
    fate = subject.words("fate", "inconnu")
    if fate == "candidat":
        return "candidat, non retenu par ce plan"
    return f"{fate} : {subject.words('fate_reason_fr', 'motif non renseigné')}"


def _commune(subject: Subject) -> str:
    name, code = subject.words("commune_name"), subject.words("commune_code")
    return f"{name or UNNAMED} (INSEE {code or 'inconnu'}, COG 2026)"


def _epci(subject: Subject) -> str:
    name, code = subject.words("epci_name"), subject.words("epci_code")
    return f"{name} ({code})" if name and code else name or "non renseignée"


def _position(subject: Subject) -> str:
    point = subject.site.geometry
    if point is None or point.is_empty:
        return "non renseignée"
    where = shapely.centroid(point)
    crs = subject.material.results.sites.crs
    degrees = gpd.GeoSeries([where], crs=crs).to_crs(4326).iloc[0]
    west = "O" if degrees.x < 0 else "E"
    return (
        f"Lambert-93{NO_BREAK}: {number(where.x)}, {number(where.y)} m ; "
        f"WGS84{NO_BREAK}: {number(degrees.y, 4)}° N, {number(abs(degrees.x), 4)}° {west}"
    )


def _place_grade(subject: Subject) -> str:
    return "B" if subject.words("position_state") == "dans la commune nommée" else "C"


def _area(subject: Subject) -> Iterator[Item]:
    area, usable = subject.number("area_m2"), subject.number("usable_area_m2")
    if area is None:
        yield Unknown("surface", "à demander au producteur de l'inventaire des friches")
        return
    grade = "A" if subject.words("quality_fr") == "vérifiée" else "B" if subject.is_area else "C"
    yield Fact("Surface", quantity(area / 1e4, "ha", 1), grade, subject.origin)
    if usable is not None:
        told = f"{quantity(usable / 1e4, 'ha', 1)} supposés"
        yield Fact("Surface utilisable", told, "D", ("value:candidates.usable_share",))


def _occupation(subject: Subject) -> Iterator[Item]:
    """Yield what is known of the land's occupation: a sign, a visit, or nothing, never a guess."""
    told = subject.words("occupancy_fr")
    if told and told != "inconnu":
        yield Fact("Occupation", told, "C", OCCUPATION)
    elif told:
        yield Unknown("occupation du terrain", "à constater sur place : aucune source ne la dit")
    for label, column in (
        ("Avant tout", "to_verify_fr"),
        ("À regarder", "flags_fr"),
        ("Plateforme", "platform_fr"),
    ):
        if words := subject.words(column):
            yield Fact(label, words, "C", OCCUPATION)


def _dates(subject: Subject) -> str:
    descriptor = subject.material.results.descriptor
    vintage = subject.material.layers.get("brownfields", {}).get("vintage", "inconnu")
    return (
        f"friches au {on_day(str(vintage))} ; règles au "
        f"{on_day(subject.material.results.summary['reference_date'])} ; "
        f"programme {descriptor.get('version', '')}, "
        f"{plural(len(subject.material.layers), 'source', 'sources')}"
    )
