"""Blocks 10 and 11: what threatens the site, and how data reach it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from layers.words.french import listing, quantity
from maps.paper.blocks.block_content import Fact, Item, Unknown
from maps.paper.blocks.block_registry import block
from maps.paper.sheet_material import Subject

HAZARDS = {
    "flood_zones": ("flood_overlap_ha", "Zone inondable"),
    "forest_fire": ("fire_overlap_ha", "Feu de forêt"),
    "clay": ("clay_overlap_ha", "Retrait-gonflement des argiles"),
}
# Among the five most populous prefectures of the territory, the three nearest place a site.
MAIN_TOWNS = 5
MOST_TOWNS = 3


@block(10, "Risques")
def risks(subject: Subject) -> Iterator[Item]:
    """Yield natural and industrial hazards, nuclear plants, what the fire service would ask."""
    for layer, (column, label) in HAZARDS.items():
        overlap = subject.number(column)
        if overlap is None:
            yield Unknown(label[:1].lower() + label[1:], subject.material.absent(layer))
        else:
            told = "aucun recouvrement" if overlap == 0 else quantity(overlap, "ha", 2)
            yield Fact(label, told, "B", (f"layer:{layer}",))
    seveso = subject.number("seveso_distance_km")
    if seveso is None:
        yield Unknown("établissements Seveso", subject.material.absent("seveso"))
    else:
        yield Fact("Seveso le plus proche", quantity(seveso, "km", 1), "A", ("layer:seveso",))
    yield from _near_plants(subject)
    yield from _history(subject)
    yield from _nuclear(subject)
    yield Unknown("dépendance à un câble, double adduction", "à demander à l'opérateur")
    yield Unknown(
        "batteries lithium, défense incendie", "à voir avec le SDIS avant tout dépôt de permis"
    )


def _near_plants(subject: Subject) -> Iterator[Item]:
    """Yield what is known near, or named in the commune: a warning, and never a clearance."""
    km = subject.number("seveso_upper_distance_km")
    if km is not None:
        told = (
            f"à {quantity(km, 'km', 1)} du bord, parmi 32 seulement : un autre peut être plus près"
        )
        yield Fact("Seveso seuil haut prioritaire", told, "B", ("layer:seveso_upper",))
    papers = ("layer:commune_hazards",)
    if subject.number("pprt_commune"):
        told = "un plan de prévention nomme la commune ; l'endroit n'est pas connu"
        yield Fact("Risques technologiques", told, "C", papers)
    if subject.number("azi_commune"):
        told = "un atlas nomme la commune ; l'endroit n'est pas connu"
        yield Fact("Zones inondables", told, "C", papers)


# Below, an order says nothing: the storms of 1982 and 1999 gave some to every commune.
TELLING = {
    "commune_floods": (3, "inondation"),
    "commune_landslides": (2, "mouvement de terrain"),
    "commune_droughts": (1, "sécheresse des sols"),
}


def _history(subject: Subject) -> Iterator[Item]:
    """Yield what happened in the commune: orders and fires, a history and not a hazard."""
    told = [
        f"{quantity(count, 'arrêté' if count < 2 else 'arrêtés')} pour {kind}"
        for column, (least, kind) in TELLING.items()
        if (count := subject.number(column) or 0) >= least
    ]
    if told:
        text = f"{listing(told)} (commune entière : une histoire, pas un aléa au site)"
        yield Fact("Catastrophes naturelles", text, "C", ("layer:commune_hazards",))
    fires = subject.number("commune_fires")
    if fires:
        burnt = quantity(subject.number("commune_burnt_ha") or 0.0, "ha")
        text = f"{quantity(fires, 'feu' if fires < 2 else 'feux')} depuis 2006, {burnt} brûlés"
        yield Fact("Feux dans la commune", text, "C", ("layer:fire_history",))


def _nuclear(subject: Subject) -> Iterator[Item]:
    plants = subject.material.context("power_plants")
    if plants is None or plants.empty:
        yield Unknown("centrale nucléaire (PPI)", subject.material.absent("power_plants"))
        return
    near = subject.distance_km("power_plants", plants["fuel_fr"].eq("nucléaire"))
    if near.empty:
        return
    name = str(plants.at[near.index[0], "name"])
    told = f"{name} à {quantity(float(near.iloc[0]), 'km')} ; périmètre du PPI non évalué"
    yield Fact("Centrale nucléaire la plus proche", told, "B", ("layer:power_plants",))


@block(11, "Numérique")
def digital(subject: Subject) -> Iterator[Item]:
    """Yield distances to towns and cable landings, a twin site, and what is not known."""
    fibre = subject.number("fibre_distance_km")
    if fibre is None:
        yield Unknown("tracés de fibre", subject.material.absent("fibre_routes"))
    else:
        yield Fact("Fibre", f"à {quantity(fibre, 'km', 1)}", "B", ("layer:fibre_routes",))
    yield from _towns(subject)
    yield from _landing(subject)
    yield from _twin(subject)
    yield Unknown("latence vers les grandes villes et Paris", "à mesurer par un opérateur")
    yield Unknown("classe de souveraineté", "aucun exploitant déclaré")


def _towns(subject: Subject) -> Iterator[Item]:
    towns = subject.material.context("towns")
    if towns is None or towns.empty:
        return
    near = subject.distance_km("towns")
    names = towns["name"].astype(str)
    main = towns[towns["is_prefecture"].astype(bool)].nsmallest(MAIN_TOWNS, "rank").index
    wanted = [index for index in near.index if index in main] or list(near.index)
    told = listing(
        f"{names[index]} {quantity(float(near[index]), 'km')}" for index in wanted[:MOST_TOWNS]
    )
    yield Fact("À vol d'oiseau", told, "B", ("layer:towns",))


def _landing(subject: Subject) -> Iterator[Item]:
    cables = subject.material.context("landings")
    near = subject.distance_km("landings")
    if cables is None or near.empty:
        yield Unknown("atterrage de câble sous-marin", subject.material.absent("landings"))
        return
    row = cables.loc[near.index[0]]
    told = f"{row['cable']} ({row['commune_name']}) à {quantity(float(near.iloc[0]), 'km')}"
    yield Fact("Atterrage de câble", told, "C", ("layer:landings",))


def _twin(subject: Subject) -> Iterator[Item]:
    """Yield the nearest other site of the plan that is neither too near nor too far."""
    least, most = (subject.value(f"cumulative.twin_{end}_km") for end in ("min", "max"))
    if not subject.is_retained or least is None or most is None:
        return
    sites = subject.material.results.sites
    others = sites[sites["retained"].astype(bool) & (sites.index != subject.site_id)]
    away = others.distance(subject.site.geometry) / 1000.0
    fit = away[(away >= least) & (away <= most)].sort_values(kind="stable")
    window = f"entre {quantity(least, 'km')} et {quantity(most, 'km')}"
    if fit.empty:
        told = f"aucun autre site du plan {window}"
    else:
        name = str(others.at[fit.index[0], "name_fr"])
        told = f"{name}, à {quantity(float(np.round(fit.iloc[0])), 'km')} ({window})"
    papers = ("value:cumulative.twin_min_km", "value:cumulative.twin_max_km")
    yield Fact("Site jumeau possible", told, "D", papers)
