"""Blocks 9 and 12: those who live near, and what the territory gains or gives."""

from __future__ import annotations

from collections.abc import Iterator

import xarray as xr

from layers.words.french import estimate, quantity
from maps.paper.blocks.backup_lines import backup
from maps.paper.blocks.block_content import Fact, Item, Text, Unknown
from maps.paper.blocks.block_registry import block
from maps.paper.sheet_material import OLDER, Subject

NOISE = ("value:noise.unit_level", "value:noise.quiet_level", "value:noise.units_per_mw")


@block(9, "Riverains et santé")
def neighbours(subject: Subject) -> Iterator[Item]:
    """Yield distances to people, a precaution for noise, the standby engines and their air."""
    material = subject.material
    homes = subject.number("dwellings_distance_km")
    if homes is None:
        yield Unknown("habitants à 300, 500 et 1 000 m", material.absent("dwellings"))
    else:
        yield Fact("Logements", f"à {quantity(homes, 'km', 2)}", "B", ("layer:dwellings",))
    yield from _people(subject)
    yield from _sensitive(subject)
    if subject.is_retained:
        yield from _noise(subject)
        yield from _engines(subject)
    yield Unknown("accès routier, vue dans le paysage", "à relever sur place ; aucune couche")


def _people(subject: Subject) -> Iterator[Item]:
    """Yield inhabitants within 1 and 3 km: cells of 1 km never say that nobody lives nearer."""
    near, far = subject.number("people_1km"), subject.number("people_3km")
    if near is None or far is None:
        yield Unknown("habitants à 1 et 3 km", subject.material.absent("population_1km"))
        return
    told = (
        f"environ {estimate(near)} à moins de 1 km, {estimate(far)} à moins de 3 km (2021, "
        "carreaux de 1 km : rien sur les 300 premiers mètres)"
    )
    yield Fact("Habitants", told, "B", ("layer:population_1km",))


SENSITIVE = {
    "schools": ("schools_distance_km", "École, collège ou lycée"),
    "hospitals": ("hospitals_distance_km", "Hôpital ou clinique"),
}


def _sensitive(subject: Subject) -> Iterator[Item]:
    """Yield the nearest school and hospital known: another may be nearer, never farther."""
    whole = subject.number("schools_health_distance_km")
    if whole is not None:
        told = f"à {quantity(whole, 'km', 2)}"
        yield Fact("Écoles, santé", told, "A", ("layer:schools_health",))
    for layer, (column, label) in SENSITIVE.items():
        km = subject.number(column)
        if km is None:
            yield Unknown(label[:1].lower() + label[1:], subject.material.absent(layer))
            continue
        told = f"le plus proche connu à {quantity(km, 'km', 1)} du bord ; un autre peut l'être plus"
        yield Fact(label, told, "B", (f"layer:{layer}",))


def _noise(subject: Subject) -> Iterator[Item]:
    distance = subject.number("noise_distance_m")
    quiet = subject.value("noise.quiet_level")
    if distance is None or quiet is None:
        yield Unknown("bruit", OLDER)
        return
    told = (
        f"{quantity(distance, 'm')} pour retomber à {quantity(quiet, 'dB(A)')} sans écran : "
        "précaution, pas étude acoustique"
    )
    yield Fact("Distance de précaution du bruit", told, "D", NOISE)


def _engines(subject: Subject) -> Iterator[Item]:
    yield from backup(subject)
    nox, carbon = (per_site(subject, term) for term in ("standby_nox", "carbon_standby"))
    if nox is not None and carbon is not None:
        told = (
            f"{estimate(nox)} kg de NOx et {estimate(carbon)} t CO2e par an (essais, "
            "coupures), doute non chiffré"
        )
        papers = ("value:carbon.engine_nox", "value:carbon.engine_test_hours")
        yield Fact("Air des groupes, en tout", told, "C", papers)
    yield Unknown("livraisons de carburant", "à demander au porteur de projet")


def per_site(subject: Subject, term: str) -> float | None:
    """Return a figure of the footprint for what the last period places here.

    Parameters
    ----------
    subject : the site and its material.
    term : variable of ``impacts.nc``, in « unit/MW ».

    Returns
    -------
    The figure in « unit » a year; None when nothing is placed here or the folder lacks the term.
    """
    placed = subject.rows("plan/placements", subject.last)
    material = subject.material
    if placed.empty or not material.impact_notes or term not in material.results.impacts:
        return None
    figures = material.results.impacts[term].sel(
        site_id=subject.site_id, design=xr.DataArray(placed["design"].to_numpy(), dims="row")
    )
    return float((figures.to_numpy() * placed["it_mw"].to_numpy()).sum())


@block(12, "Économie et équité")
def economy(subject: Subject) -> Iterator[Item]:
    """Yield the shares of the plan that fall here, and what nobody has told yet."""
    sites = subject.material.results.sites
    column = f"it_mw_{subject.last}"
    whole = float(sites[column].sum())
    if subject.is_retained and whole > 0:
        same = sites["departement_code"] == subject.site.get("departement_code")
        share = quantity(100 * float(sites.loc[same, column].sum()) / whole, "%")
        mine = quantity(100 * subject.power(subject.last) / whole, "%")
        told = f"{mine} du plan ici, {share} dans le département"
        paper = ("value:territory.max_departement_share",)
        yield Fact("Part de la puissance placée", told, "B", paper)
    value = subject.with_doubt("carbon_kt", "carbon", "kt CO2e/an", 1e-3)
    if value:
        yield Fact("Carbone, tout compris", value, "B", ("impact:carbon",))
    yield Unknown("emplois (fourchette, « annoncé »)", "aucun projet déclaré ici")
    yield Unknown("recettes fiscales et leur destinataire", "à demander à l'EPCI et à la DDFiP")
    yield Unknown("indicateurs sociaux", "aucune couche au catalogue ; pour information seulement")
    yield Unknown("aide publique", "aucune aide n'est renseignée")
    if subject.material.results.is_elsewhere:
        return  # the conditions of aid are those of one region's own
    yield Text(
        "Éco-socio-conditionnalités : « siting export » écrit profil_neo_terra.csv, le profil de "
        "chaque site règle par règle ; il ne vaut pas avis."
    )
