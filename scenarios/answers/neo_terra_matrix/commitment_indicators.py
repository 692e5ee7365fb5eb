"""The indicator of each commitment: one decorated function, with its unit, its sense, its limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from scenarios.answers.neo_terra_matrix.matrix_facts import HOURS, Facts, Reading, is_partly

Sense = Literal["at most", "at least"]
Measure = Callable[[Facts], Reading | None]


@dataclass(frozen=True)
class Indicator:
    """How a commitment is measured: French label, unit, sense, the rule that holds its limit."""

    name: str
    label_fr: str
    unit: str
    sense: Sense
    rule: str
    key: str | None
    measure: Measure
    percent: bool
    trace_fr: str


INDICATORS: dict[str, Indicator] = {}


def indicator(
    name: str,
    *,
    label_fr: str,
    unit: str,
    rule: str,
    key: str | None,
    trace_fr: str,
    sense: Sense = "at most",
    percent: bool = False,
) -> Callable[[Measure], Measure]:
    """Register the measure of a commitment.

    Parameters
    ----------
    name : as ``commitments.toml`` names it.
    label_fr : what is measured.
    unit : of the figure.
    rule : the rule that the commitment founds.
    key : the value of the rule that is its target; None for a target of zero.
    trace_fr : where the figure comes from, in the results folder.
    sense : whether the target is a ceiling or a floor.
    percent : the figure is a share, shown in percent.

    Returns
    -------
    A decorator that leaves the function as it is.
    """

    def register(measure: Measure) -> Measure:
        INDICATORS[name] = Indicator(
            name, label_fr, unit, sense, rule, key, measure, percent, trace_fr
        )
        return measure

    return register


def known(value: float) -> Reading:
    """Return the reading of a figure without ends.

    Parameters
    ----------
    value : the figure.

    Returns
    -------
    The same at both ends.
    """
    return Reading(value, value)


@indicator(
    "energy",
    label_fr="électricité de tous les datacenters",
    unit="GWh/an",
    rule="energy.budget",
    key="energy_budget_gwh",
    trace_fr="summary.json, electricity_twh ; existant et décidés au PUE de la règle C12",
)
def energy(facts: Facts) -> Reading | None:
    """Sites of the plan and their pumps, existing centres and decided projects.

    Parameters
    ----------
    facts : a plan at a period.

    Returns
    -------
    GWh a year, the same at both ends; None when the PUEs of C12 or the mean load are not held.
    """
    pues = [facts.limit("energy.budget", key) for key in ("existing_pue", "fixed_pue")]
    use = facts.utilisation
    if None in pues or use is None:
        return None
    existing, decided = (pue.value for pue in pues if pue)
    standing = facts.existing_mw() * existing + facts.fixed("it_mw") * decided
    return known(1e3 * facts.figure("electricity_twh") + HOURS * use * standing)


@indicator(
    "water",
    label_fr="eau apportée aux sites nouveaux et décidés",
    unit="m³/an",
    rule="water.regional_budget",
    key="regional_water_m3",
    trace_fr="summary.json, water_input_m3 ; existant inconnu, non compté",
)
def water(facts: Facts) -> Reading | None:
    """Water brought with the cooling of the plan; that of existing centres is unknown.

    Parameters
    ----------
    facts : a plan at a period.

    Returns
    -------
    m³ a year, the same at both ends; 0 with neither sites of the plan nor decided projects.
    """
    return known(facts.figure("water_input_m3") + facts.fixed("water_m3"))


@indicator(
    "deficit_water",
    label_fr="eau de refroidissement en ZRE",
    unit="m³/an",
    rule="water.basin_budget",
    key="basin_budget_m3",
    trace_fr="rules.parquet, C09, somme des secteurs",
)
def deficit_water(facts: Facts) -> Reading | None:
    """Evaporation and blow-down in the sectors that are, or may be, in deficit.

    Parameters
    ----------
    facts : a plan at a period.

    Returns
    -------
    m³ a year summed over the sectors, 0 without the plan; None when C09 was not judged.
    """
    rows = facts.billed("water.basin_budget")
    if rows.empty:
        return None
    yearly = rows[~rows["where"].str.contains(", mois ")]
    return known(float(yearly["activity"].sum()) if facts.placed else 0.0)


@indicator(
    "enaf",
    label_fr="ENAF consommé, entre les deux bornes",
    unit="ha",
    rule="land.regional_enaf",
    key="regional_enaf_ha",
    trace_fr="summary.json, enaf_low_ha et enaf_high_ha",
)
def enaf(facts: Facts) -> Reading | None:
    """From what surely is ENAF to what may be: ground not seen built is unknown.

    Parameters
    ----------
    facts : a plan at a period.

    Returns
    -------
    Hectares, from the low end to the high one; decided projects are in both.
    """
    fixed = facts.fixed("enaf_ha")
    return Reading(facts.figure("enaf_low_ha") + fixed, facts.figure("enaf_high_ha") + fixed)


@indicator(
    "brownfields",
    label_fr="puissance placée sur friche",
    unit="%",
    rule="land.brownfield_share",
    key="brownfield_share",
    sense="at least",
    percent=True,
    trace_fr="sites.parquet, source et it_mw",
)
def brownfields(facts: Facts) -> Reading | None:
    """Share of the MW placed on a listed brownfield; nothing to say of an empty plan.

    Parameters
    ----------
    facts : a plan at a period.

    Returns
    -------
    Share from 0 to 1; None of an empty plan, or when the sites' sources are unknown.
    """
    sites = facts.retained()
    if sites.empty or sites["source"].isna().all():
        return None
    friches = sites.loc[sites["source"] == "friches", "it_mw"].sum()
    return known(float(friches / sites["it_mw"].sum()))


@indicator(
    "protected",
    label_fr="puissance en zone protégée connue",
    unit="MW",
    rule="nature.excluded_areas",
    key=None,
    trace_fr="rules.parquet, C05",
)
def protected(facts: Facts) -> Reading | None:
    """MW inside the protections held; a layer that lacks is no good news.

    Parameters
    ----------
    facts : a plan at a period.

    Returns
    -------
    IT MW, 0 without the plan, partial when a layer lacks; None when C05 was not judged.
    """
    rows = facts.billed("nature.excluded_areas")
    if rows.empty:
        return None
    told = float(rows["activity"].sum()) if facts.placed else 0.0
    return Reading(told, told, partly=is_partly(rows) and facts.placed)


@indicator(
    "wetlands",
    label_fr="puissance en zone humide ou réservoir connus",
    unit="MW",
    rule="nature.wetlands",
    key=None,
    trace_fr="rules.parquet, C06 et C07 ; absents du lot, non évalués",
)
def wetlands(facts: Facts) -> Reading | None:
    """MW on wet ground or in a reservoir, when both are asked for and held.

    Parameters
    ----------
    facts : a plan at a period.

    Returns
    -------
    IT MW, 0 without the plan, partial when a layer lacks; None unless C06 and C07 were judged.
    """
    wet, network = (facts.billed(name) for name in ("nature.wetlands", "nature.green_blue_network"))
    if wet.empty or network.empty:
        return None
    told = float(wet["activity"].sum() + network["activity"].sum()) if facts.placed else 0.0
    return Reading(told, told, partly=is_partly(wet) or is_partly(network))


@indicator(
    "balance",
    label_fr="part du premier département",
    unit="%",
    rule="territory.balance",
    key="max_departement_share",
    percent=True,
    trace_fr="sites.parquet, departement_code et it_mw",
)
def balance(facts: Facts) -> Reading | None:
    """Share of the new MW in the département that has the most.

    Parameters
    ----------
    facts : a plan at a period.

    Returns
    -------
    Share from 0 to 1; None of an empty plan, or when the départements are unknown.
    """
    sites = facts.retained()
    if sites.empty or sites["departement_code"].isna().all():
        return None
    by_place = sites.groupby("departement_code")["it_mw"].sum()
    return known(float(by_place.max() / by_place.sum()))


@indicator(
    "farmland",
    label_fr="puissance en zone agricole du PLU",
    unit="MW",
    rule="land.regional_enaf",
    key=None,
    trace_fr="sites.parquet, plu_zone et it_mw ; zone inconnue : borne haute",
)
def farmland(facts: Facts) -> Reading | None:
    """MW on a site zoned A, and at most those whose zone is unknown too.

    Parameters
    ----------
    facts : a plan at a period.

    Returns
    -------
    IT MW, from the sites zoned A to those and the ones whose zone is unknown.
    """
    sites = facts.retained()
    zone = sites["plu_zone"]
    least = float(sites.loc[zone == "A", "it_mw"].sum())
    return Reading(
        least, least + float(sites.loc[~zone.isin(["A", "U", "AU", "N"]), "it_mw"].sum())
    )


@indicator(
    "efficiency",
    label_fr="PUE des sites placés",
    unit="1",
    rule="design.efficiency_caps",
    key="max_pue",
    trace_fr="summary.json, site_energy_twh ÷ it_energy_twh",
)
def efficiency(facts: Facts) -> Reading | None:
    """Site energy over IT energy of the plan; nothing to say of an empty plan.

    Parameters
    ----------
    facts : a plan at a period.

    Returns
    -------
    PUE, the same at both ends; None when the plan has no IT energy.
    """
    it = facts.figure("it_energy_twh")
    return known(facts.figure("site_energy_twh") / it) if it else None


@indicator(
    "carbon",
    label_fr="carbone des sites placés",
    unit="kt CO2e/an",
    rule="carbon.budget",
    key="carbon_budget_kt",
    trace_fr="summary.json, carbon_kt ; existant et décidés sans bilan lu",
)
def carbon(facts: Facts) -> Reading | None:
    """Carbon of the plan's sites and pumps; a decided project without a balance leaves it open.

    Parameters
    ----------
    facts : a plan at a period.

    Returns
    -------
    kt CO2e a year of the plan; partial as soon as a decided project is in service.
    """
    placed = facts.figure("carbon_kt")
    return Reading(placed, placed, partly=facts.fixed("it_mw") > 0)


@indicator(
    "renewables",
    label_fr="solaire des sites sur leur électricité",
    unit="%",
    rule="energy.local_renewables",
    key="local_share",
    sense="at least",
    percent=True,
    trace_fr="rules.parquet, C14",
)
def renewables(facts: Facts) -> Reading | None:
    """Solar of the sites over their electricity, when the scenario asks for it.

    Parameters
    ----------
    facts : a plan at a period.

    Returns
    -------
    Share from 0 to 1; None when C14 was not judged or the sites draw nothing.
    """
    rows = facts.billed("energy.local_renewables")
    energy_gwh = 1e3 * facts.figure("site_energy_twh")
    return known(float(rows["activity"].sum()) / energy_gwh) if len(rows) and energy_gwh else None


@indicator(
    "heat",
    label_fr="chaleur utile sur l'énergie des sites (ERF)",
    unit="%",
    rule="heat.recovered_share",
    key="erf_min",
    sense="at least",
    percent=True,
    trace_fr="summary.json, heat_gwh ÷ site_energy_twh",
)
def heat(facts: Facts) -> Reading | None:
    """ERF of the plan, in the sense of EN 50600-4-6; nothing to say of an empty plan.

    Parameters
    ----------
    facts : a plan at a period.

    Returns
    -------
    Share from 0 to 1; None when the sites draw nothing.
    """
    energy_gwh = 1e3 * facts.figure("site_energy_twh")
    return known(facts.figure("heat_gwh") / energy_gwh) if energy_gwh else None


@indicator(
    "neighbours",
    label_fr="puissance à moins de 300 m d'une école ou d'un soin connus",
    unit="MW",
    rule="nature.neighbours",
    key=None,
    trace_fr="rules.parquet, C24, le plus des lieux ; logements absents",
)
def neighbours(facts: Facts) -> Reading | None:
    """MW near a school or a hospital held; being far from those known proves nothing.

    Parameters
    ----------
    facts : a plan at a period.

    Returns
    -------
    IT MW of the place that has the most, always partial for a plan; None when C24 was not judged.
    """
    rows = facts.billed("nature.neighbours")
    if rows.empty:
        return None
    told = float(rows["activity"].max()) if facts.placed else 0.0
    return Reading(told, told, partly=facts.placed)
