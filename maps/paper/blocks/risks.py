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
    yield from _nuclear(subject)
    yield Unknown("dépendance à un câble, double adduction", "à demander à l'opérateur")
    yield Unknown(
        "batteries lithium, défense incendie", "à voir avec le SDIS avant tout dépôt de permis"
    )


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
