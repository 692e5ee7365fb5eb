"""The rules on planning laws, surroundings and installations, read again from their sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from layers.words.dated_values import Value
from siting.program.plan_totals import Facts, Finding, beyond, over

Values = Mapping[str, Value]


def _nothing(facts: Facts, where: str, among: pd.Series) -> Iterator[Finding]:
    for period in facts.periods:
        yield from beyond(where, period, float(facts.site_mw[period][among].sum()), 0.0)


def coastal(facts: Facts, values: Values) -> Iterator[Finding]:
    """Check the communes under the loi Littoral.

    Parameters
    ----------
    facts : the plan and its inputs.
    values : none is read.

    Yields
    ------
    MW there, against 0, by period.
    """
    yield from _nothing(facts, "communes littorales", facts.sites["coastal"] == "yes")


def mountain(facts: Facts, values: Values) -> Iterator[Finding]:
    """Check the communes wholly under the loi Montagne.

    Parameters
    ----------
    facts : the plan and its inputs.
    values : none is read.

    Yields
    ------
    MW there, against 0, by period.
    """
    yield from _nothing(facts, "communes de montagne", facts.sites["mountain"] == "yes")


def industrial(facts: Facts, values: Values) -> Iterator[Finding]:
    """Check the industrial hazards known.

    Parameters
    ----------
    facts : the plan and its inputs.
    values : ``seveso_m``.

    Yields
    ------
    MW in a commune of a plan, then near an upper Seveso site, against 0, by period.
    """
    if "pprt_commune" in facts.sites:
        named = facts.sites["pprt_commune"].astype(float) > 0
        yield from _nothing(facts, "communes d'un plan de risques technologiques", named)
    if "seveso_upper_distance_km" in facts.sites:
        metres = facts.sites["seveso_upper_distance_km"].astype(float) * 1000
        limit = values["seveso_m"].number
        yield from _nothing(facts, f"à moins de {limit:g} m d'un Seveso seuil haut", metres < limit)


def heat_duty(facts: Facts, values: Values) -> Iterator[Finding]:
    """Check that every site has a taker of heat in reach.

    Parameters
    ----------
    facts : the plan and its inputs.
    values : none is read.

    Yields
    ------
    MW of the sites without any, against 0, by period.
    """
    curves = facts.inputs.heat_curves
    useful = [sink for sink, curve in curves.items() if float(curve[-1, 1]) > 0]
    links = facts.inputs.links
    served = set(links.loc[links["sink_id"].isin(useful), "site_id"])
    alone = ~facts.sites.index.to_series().isin(served)
    yield from _nothing(facts, "sites sans débouché connu", alone)


def engines(facts: Facts, values: Values) -> Iterator[Finding]:
    """Check the thermal power of the engines of each site.

    Parameters
    ----------
    facts : the plan and its inputs.
    values : ``thermal_per_mw``, ``ied_mwth``, ``near_mwth`` and ``near_m``.

    Yields
    ------
    MW of heat input by site and period; the limit is lower near known neighbours.
    """
    places = ("dwellings_distance_km", "schools_distance_km", "hospitals_distance_km")
    held = [name for name in places if name in facts.sites]
    near = (facts.sites[held].astype(float) * 1000 < values["near_m"].number).any(axis=1)
    low, high = values["near_mwth"].number, values["ied_mwth"].number
    limit = near.map({True: low, False: high}).astype(float)
    for period in facts.periods:
        yield from over(facts.site_mw[period] * values["thermal_per_mw"].number, limit, period)


def contracts(facts: Facts, values: Values) -> Iterator[Finding]:
    """Check that contracts declared cover the share asked for.

    Parameters
    ----------
    facts : the plan and its inputs.
    values : ``ppa_gwh`` and ``ref_share`` by period, ``additional_share``.

    Yields
    ------
    GWh asked for, against those of the contracts that add, by period.
    """
    for period in facts.periods:
        asked = facts.total("site_energy", period) * values["ref_share"].at(period)
        held = values["ppa_gwh"].at(period) * values["additional_share"].number
        yield from beyond("région", period, asked, held)


def shedding(facts: Facts, values: Values) -> Iterator[Finding]:
    """Check that what is offered to the grid is what is asked.

    Parameters
    ----------
    facts : the plan and its inputs.
    values : ``offered_share`` and ``asked_share``.

    Yields
    ------
    MW short at the meter, against 0, by period.
    """
    short = max(0.0, values["asked_share"].number - values["offered_share"].number)
    for period in facts.periods:
        drawn = float(facts.meter_by("yard_id", period).sum())
        yield from beyond("région", period, short * drawn, 0.0)


def scot(facts: Facts, values: Values) -> Iterator[Finding]:
    """Check the share of each SCoT's envelope.

    Parameters
    ----------
    facts : the plan and its inputs.
    values : ``datacenter_share`` and ``reduction``, from 0 to 1.

    Yields
    ------
    Hectares taken by SCoT whose envelope is known, by period.
    """
    share = values["datacenter_share"].number * (1 - values["reduction"].number)
    codes = facts.sites["scot_code"].astype(str)
    limit = facts.sites["enaf_scot_2011_2021_ha"].astype(float).groupby(codes).first().dropna()
    doubtful = facts.sites["enaf"] != "no"
    for period in facts.periods:
        hectares = facts.by_site("land")[period][doubtful] / 1e4
        taken = hectares.groupby(codes[doubtful]).sum()
        yield from over(taken[taken.index.isin(limit.index)], limit * share, period)


def upstream(facts: Facts, values: Values) -> Iterator[Finding]:
    """Check what each département draws of the grid above its yards.

    Parameters
    ----------
    facts : the plan and its inputs.
    values : none is read; the caps are in the tables.

    Yields
    ------
    MW at the meter by département, decided projects included, by period.
    """
    zone = facts.inputs.yards["departement_code"].astype(str)
    for period in facts.periods:
        fixed = facts.fixed_meter(period)
        held = fixed.groupby(zone.reindex(fixed.index)).sum()
        new = facts.meter_by("yard_id", period)
        drawn = new.groupby(zone.reindex(new.index)).sum().add(held, fill_value=0.0)
        capped = drawn[drawn.index.isin(facts.inputs.zones.index)]
        limit = facts.inputs.zones["cap_mw"].astype(float).reindex(capped.index)
        limit = limit.combine(held.reindex(capped.index).fillna(0.0), max)
        names = {code: f"département {code}, soutirage amont" for code in capped.index}
        yield from over(capped.rename(names), limit.rename(names), period)
