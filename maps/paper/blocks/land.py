"""Blocks 3 and 8: the ground and the rules of town planning; what lives there."""

from __future__ import annotations

from collections.abc import Iterator

from layers.words.french import in_short_sentences, quantity, significant
from maps.paper.blocks.block_content import Fact, Item, Space, Unknown
from maps.paper.blocks.block_registry import block
from maps.paper.sheet_material import Subject

# Layer of the catalogue → column of the overlap, as the folder names it.
NATURE = {
    "natura2000_polygons": "natura2000_overlap_ha",
    "znieff_1": "znieff1_overlap_ha",
    "znieff_2": "znieff2_overlap_ha",
    "national_reserves": "reserve_overlap_ha",
    "regional_reserves": "regional_reserve_overlap_ha",
    "biotope_orders": "biotope_overlap_ha",
    "park_core": "park_core_overlap_ha",
    "conservation_land": "conservation_overlap_ha",
    "ramsar": "ramsar_overlap_ha",
    "wetlands": "wetland_overlap_ha",
    "green_blue_network": "green_blue_overlap_ha",
}


@block(3, "Sol et urbanisme")
def land(subject: Subject) -> Iterator[Item]:
    """Yield the kind of brownfield, pollution, natural land at stake, zone, planning profile."""
    status = subject.words("status_fr", "non renseigné")
    quality = subject.words("quality_fr", "non vérifiée")
    label = "Aire hors friche" if subject.is_area else "Friche"
    label = "Site apporté" if subject.is_own else label
    grade = "A" if quality == "vérifiée" else "C"
    yield Fact(label, f"{status} ; {quality}", grade, subject.origin)
    if subject.words("kind", "inconnu") != "inconnu":
        yield Fact("Type", subject.words("kind"), "C", subject.origin)
    if subject.words("source_kind"):
        yield Fact("Origine du recensement", subject.words("source_kind"), "A", subject.origin)
    yield from _pollution(subject)
    yield from _zone(subject)
    yield from _taken(subject)
    cover = subject.words("land_cover_fr")
    if cover:
        yield Fact("Occupation dominante", f"{cover} (maille de 5 km)", "C", ("layer:land_cover",))
    yield from _envelope(subject)
    yield Unknown("sous-destination admise par le PLU", subject.material.absent("plu_zones"))
    yield Unknown("servitudes, débroussaillement (OLD)", "à demander à la mairie et à la DDT")


def _zone(subject: Subject) -> Iterator[Item]:
    zone = subject.words("plu_zone", "inconnue")
    if zone != "inconnue":
        who = "qui apporte le site" if subject.is_own else "inventaire"
        yield Fact(f"Zone du PLU ({who})", zone, "C", subject.origin)
    if subject.words("enaf") == "no":
        built = "0 ha : bâtiment recensé sur la friche, hors zone N ou A : sol déjà artificialisé"
        own = "0 ha : site déclaré artificialisé, ou en zone U ou AU, compté comme déjà urbanisé"
        told = own if subject.is_own else built
        yield Fact("ENAF consommé", told, "B", subject.origin)
        return
    ends = [subject.footprint(f"enaf_{end}_ha", subject.last) for end in ("low", "high")]
    between = (
        "" if None in ends else " ; compté entre " + " et ".join(significant(x or 0) for x in ends)
    )
    told = f"zone du PLU {zone}{between}{'' if None in ends else ' ha'}, à dire par la commune"
    yield Unknown("ENAF consommé", told)


def _pollution(subject: Subject) -> Iterator[Item]:
    pollution = subject.words("pollution", "inconnue")
    if pollution == "inconnue":
        who = "Basol, Casias et SIS à consulter sur Géorisques ; diagnostic de sol à demander"
        yield Unknown("pollution du sol", who)
    else:
        yield Fact("Pollution du sol", pollution, "C", subject.origin)


def _taken(subject: Subject) -> Iterator[Item]:
    value = subject.with_doubt("land_ha", "land", "ha", 1e-4)
    if value:
        yield Fact(f"Emprise en {subject.last}", value, "B", ("impact:land",))


def _envelope(subject: Subject) -> Iterator[Item]:
    used, since = (subject.number(f"enaf_epci_{years}_ha") for years in ("2011_2021", "since_2021"))
    if used is None:
        yield Unknown(
            "enveloppe foncière restante (ZAN, SRADDET)", subject.material.absent("enaf_by_commune")
        )
        return
    told = f"{quantity(used, 'ha')} de 2011 à 2021"
    told += "" if since is None else f", {quantity(since, 'ha')} depuis"
    yield Fact("ENAF consommé par l'intercommunalité", told, "A", ("layer:enaf_by_commune",))


@block(8, "Biodiversité")
def nature(subject: Subject) -> Iterator[Item]:
    """Yield overlaps where a layer says them, distances as information, room for the agency."""
    known = {layer: subject.number(column) for layer, column in NATURE.items()}
    for layer, overlap in known.items():
        if overlap is not None:
            title = _title(subject, layer)
            yield Fact(title, _overlap(subject, overlap), "B", (f"layer:{layer}",))
    silent = [layer for layer, overlap in known.items() if overlap is None]
    if silent:
        titles = [_title(subject, layer) for layer in silent]
        told = in_short_sentences("couches absentes, ou sans réponse ici", titles)
        yield Unknown("recouvrement", told.removesuffix("."))
    yield from _around(subject)
    yield Space("Avis de l'Agence régionale de la biodiversité (ARB NA)", 3)


def _title(subject: Subject, layer: str) -> str:
    return str(subject.material.layers.get(layer, {}).get("title", layer))


def _overlap(subject: Subject, overlap: float) -> str:
    ground = subject.words("ground_fr", "disque de la surface (approché)")
    if overlap == 0:
        return f"aucun recouvrement ; {ground}"
    return f"{quantity(overlap, 'ha', 2)} recouverts ; {ground}"


def _around(subject: Subject) -> Iterator[Item]:
    centre = subject.number("natura2000_centre_km")
    if centre is not None:
        told = f"{quantity(centre, 'km', 1)}, pour information : un centre ne dit rien du périmètre"
        yield Fact("Centre Natura 2000 le plus proche", told, "C", ("layer:natura2000_points",))
    protected = subject.material.context("protected")
    if protected is None or protected.empty:
        return
    parks = protected[protected["kind"].astype(str).str.startswith("parc")]
    inside = parks[parks.intersects(subject.site.geometry)]
    if len(inside):
        told = ", ".join(sorted(set(inside["name"].astype(str))))
        yield Fact("Parc naturel régional", told, "B", ("layer:regional_parks",))
    elif len(parks):
        yield Fact("Parc naturel régional", "hors parc", "B", ("layer:regional_parks",))
