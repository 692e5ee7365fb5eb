"""Blocks 13 and 14: avoid, reduce, compensate; and the procedures that wait."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from layers.words.french import NO_BREAK, estimate, listing, number, quantity
from maps.paper.blocks.block_content import Fact, Item, Table, Text, Unknown
from maps.paper.blocks.block_registry import block
from maps.paper.sheet_material import Subject
from scenarios.reading.site_duties import site_duties

TO_SAY = "à chiffrer"
# Duties of the place; those of the size have their own lines here and among the networks.
ASKED = ("loi ", "commune d'un plan", "Seveso")


@block(13, "Éviter, réduire, compenser")
def measures(subject: Subject) -> Iterator[Item]:
    """Yield the ERC table: what screening avoided, what the design reduces, what is left to say."""
    rows = [*_avoided(subject), *_reduced(subject), *_compensated()]
    head = ("", "Mesure", "Quantité", "Coût")
    caption = "Séquence ERC : ce que le plan fait déjà, et ce qui reste à écrire"
    yield Table(caption, head, rows, (1.7, 4.1, 2.6, 1.5))


def _avoided(subject: Subject) -> Iterator[tuple[str, ...]]:
    passed = subject.rows_of_verdicts("éliminatoire", "passed")
    if len(passed):
        labels = listing(str(label).lower() for label in passed["label_fr"])
        yield "Éviter", f"critères passés : {labels}", f"{number(len(passed))} respectés", "–"
    unknown = len(subject.rows_of_verdicts("éliminatoire", "unknown"))
    if unknown:
        yield "Éviter", "critères de nature et de risque sans couche", _many(unknown), "–"
    out = _dropped_nearby(subject)
    if out:
        yield "Éviter", "friches du même département que le tri a écartées", number(out), "–"


def _many(count: int) -> str:
    return f"{number(count)} non évalué{'s' if count > 1 else ''}"


def _dropped_nearby(subject: Subject) -> int:
    sites = subject.material.results.sites
    same = sites["departement_code"] == subject.site.get("departement_code")
    return int((same & (sites["fate"] == "écarté")).sum())


def _reduced(subject: Subject) -> Iterator[tuple[str, ...]]:
    if not subject.is_retained:
        yield "Réduire", "rien n'est placé ici par ce plan", "–", "–"
        return
    saved = _water_saved(subject)
    if saved is not None:
        told = f"{estimate(saved)} m³/an de moins que le plus gourmand du scénario"
        yield "Réduire", f"eau : {subject.words('design_fr').lower()}", told, "non évalué"
    gwh = subject.number(f"heat_gwh_{subject.last}") or 0.0
    if gwh:
        middle = subject.median("heat")
        told = f"{estimate(gwh if middle is None else middle)} GWh/an"
        yield "Réduire", "chaleur fatale servie à un réseau", told, TO_SAY
    land = subject.footprint("land_ha", subject.last)
    if land is not None:
        told = f"{quantity(land, 'ha', 1)} sur {quantity((subject.number('area_m2') or 0) / 1e4, 'ha', 1)}"  # noqa: E501
        yield "Réduire", "emprise limitée au besoin du plan", told, "–"
    distance = subject.number("noise_distance_m")
    if distance is not None:
        told = f"{quantity(distance, 'm')} sans écran"
        yield "Réduire", "bruit : recul ou écran à étudier", told, TO_SAY


def _water_saved(subject: Subject) -> float | None:
    """Return the m³ a year that the coolings placed save on the thirstiest of the scenario."""
    placed = subject.rows("plan/placements", subject.last)
    material = subject.material
    if placed.empty or not material.impact_notes or "water_input" not in material.results.impacts:
        return None
    here = material.results.impacts["water_input"].sel(site_id=subject.site_id).to_series()
    per_mw = placed["design"].map(here).astype(float)
    return float(((here.max() - per_mw) * placed["it_mw"]).sum())


def _compensated() -> Iterator[tuple[str, ...]]:
    for what, unit in (
        ("ENAF ou zone humide détruits", "ha"),
        ("espèces, haies, arbres", "ha"),
        ("eau, en période basse", "m³"),
    ):
        yield "Compenser", what, f"{unit} : non évalué", TO_SAY


@block(14, "Procédures")
def procedures(subject: Subject) -> Iterator[Item]:
    """Yield the regimes that the size alone suggests, the authorities, and a calendar."""
    yield Text(
        "Repères tirés de la seule taille, de mémoire : à relire avec la DREAL et la mairie."
    )
    if subject.is_retained:
        yield from _installations(subject)
        yield from _assessment(subject)
        yield from _reporting(subject)
    area = (subject.number("area_m2") or 0.0) / 1e4
    dig = subject.value("procedures.archaeology_ha")
    if dig is not None and area:
        state = "possible" if area >= dig else "possible en zone de présomption"
        told = f"{state} ({quantity(area, 'ha', 1)} ; repère : {quantity(dig, 'ha')})"
        yield Fact("Diagnostic archéologique", told, "C", ("value:procedures.archaeology_ha",))
    yield Fact("Autorités", "maire ou préfet (permis), préfet (ICPE, eau), MRAe (avis)", "C")
    for told in site_duties(subject.material.results, subject.site_id):
        if told.startswith(ASKED):
            yield Fact("À démontrer ou à demander", told, "C")
    yield from _law(subject)
    yield from _calendar(subject)
    yield Unknown("fluides frigorigènes, cuves, batteries (ICPE)", "à déclarer par le porteur")


def _law(subject: Subject) -> Iterator[Item]:
    """Yield what the law of 2026 changed, under the words of the texts in force that day."""
    values = subject.material.values
    refusal, debate = (values.get(f"procedures.{n}") for n in ("permit_refusal", "national_debate"))
    if refusal is not None:
        told = (
            "peut être refusé pour tensions structurelles sur l'eau, même à un projet d'intérêt "
            f"national majeur (PINM) : {refusal['value']}"
        )
        yield Fact("Permis et eau", told, "C", ("value:procedures.permit_refusal",))
    if debate is not None:
        told = f"saisine non obligatoire pour un datacenter ({debate['value']})"
        yield Fact("Débat public (CNDP)", told, "C", ("value:procedures.national_debate",))


def _installations(subject: Subject) -> Iterator[Item]:
    engines, crossed = subject.rows("plan/backup"), subject.rows("plan/icpe")
    if engines.empty:
        yield Unknown("régime des groupes de secours", "absent de ce dossier")
        return
    combustion = crossed[crossed["rubric"].isin(["2910", "3110"])]
    regime = "aucun"
    papers: tuple[str, ...] = ("value:backup.engine_efficiency",)
    if len(combustion):
        row = combustion.iloc[0]
        regime = f"{row['regime_fr']} ({row['rubric']})"
        papers = (f"value:{row['value']}", *papers)
    heat_mw = float(engines["thermal_mw"].iloc[0])
    told = f"{regime} pour environ {quantity(heat_mw, 'MW', 1)} thermiques"
    yield Fact("Groupes de secours (ICPE)", told, "C", papers)


def _reporting(subject: Subject) -> Iterator[Item]:
    least, power = subject.value("procedures.reporting_mw"), subject.power(subject.last)
    if least is not None and power >= least:
        told = f"due chaque année à partir de {quantity(least, 'MW', 1)} informatiques"
        yield Fact(
            "Déclaration des données du centre", told, "C", ("value:procedures.reporting_mw",)
        )


def _assessment(subject: Subject) -> Iterator[Item]:
    land = subject.footprint("land_ha", subject.last)
    case, always = (subject.value(f"procedures.assessment_{n}_m2") for n in ("case", "systematic"))
    if land is None or case is None or always is None:
        yield Unknown("évaluation environnementale", "seuils absents de ce dossier")
        return
    area = land * 1e4
    regime = (
        "systématique" if area >= always else "au cas par cas" if area >= case else "à vérifier"
    )
    told = (
        f"{regime}, si la surface construite suit l'emprise ({quantity(area, 'm²')}) ; "
        "systématique si l'installation est soumise à autorisation IED"
    )
    papers = ("value:procedures.assessment_case_m2", "value:procedures.assessment_systematic_m2")
    yield Fact("Évaluation environnementale", told, "C", papers)


def _calendar(subject: Subject) -> Iterator[Item]:
    known = subject.rows("plan/lines")
    used = subject.rows("plan/connections")
    days = subject.value("procedures.inquiry_days")
    steps = []
    if days is not None:
        steps.append(f"enquête publique {quantity(days, 'jours')} au moins")
    if len(known) and len(used):
        keys = ["site_id", "yard_id", "domain"]
        years = used[keys].drop_duplicates().merge(known, on=keys)["delay_years"]
        steps.append(f"raccordement {_years(years)}")
    first = next((t for t in subject.material.periods if subject.power(t) > 0), None)
    if first is not None:
        steps.append(f"en service au plus tard le 31/12/{first}")
    if steps:
        papers = ("value:procedures.inquiry_days", "value:candidates.delay_htb1")
        yield Fact("Calendrier", listing(steps), "C", papers)
    yield Unknown("concertation préalable", "à décider par le porteur ou le préfet (L. 121-15-1)")


def _years(years: pd.Series) -> str:
    least, most = years.min(), years.max()
    if least == most:
        return f"{number(least)}{NO_BREAK}ans"
    return f"{number(least)} à {number(most)}{NO_BREAK}ans selon la tension"
