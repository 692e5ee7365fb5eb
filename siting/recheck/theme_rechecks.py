"""The rules on nature, designs, climate, sun and territory, read again from their sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from layers.words.dated_values import Value
from siting.program.plan_totals import Facts, Finding, beyond, over

Values = Mapping[str, Value]

EXCLUDING = ("reserve", "regional_reserve", "biotope", "park_core", "conservation", "natura2000")


def overlaps(facts: Facts, values: Values, names: tuple[str, ...]) -> Iterator[Finding]:
    """Check that nothing stands on a site known to overlap a zone.

    Parameters
    ----------
    facts : the plan and its inputs.
    values : ``max_overlap_ha``.
    names : of the zones; one without a column ``…_overlap_ha`` is passed over.

    Yields
    ------
    MW inside each zone, against 0, by period.
    """
    most = values["max_overlap_ha"].number
    for name in names:
        column = f"{name}_overlap_ha"
        if column in facts.sites:
            inside = facts.sites[column] > most
            for period in facts.periods:
                yield from beyond(name, period, float(facts.site_mw[period][inside].sum()), 0.0)


def excluded(facts: Facts, values: Values) -> Iterator[Finding]:
    """Check the strong protections.

    Parameters
    ----------
    facts : the plan and its inputs.
    values : ``max_overlap_ha``.

    Yields
    ------
    MW inside each zone of ``EXCLUDING``, against 0, by period.
    """
    yield from overlaps(facts, values, EXCLUDING)


def wetlands(facts: Facts, values: Values) -> Iterator[Finding]:
    """Check wet ground.

    Parameters
    ----------
    facts : the plan and its inputs.
    values : ``max_overlap_ha``.

    Yields
    ------
    MW on wet ground, against 0, by period.
    """
    yield from overlaps(facts, values, ("wetland",))


def network(facts: Facts, values: Values) -> Iterator[Finding]:
    """Check the reservoirs of the green and blue network.

    Parameters
    ----------
    facts : the plan and its inputs.
    values : ``max_overlap_ha``.

    Yields
    ------
    MW inside the reservoirs, against 0, by period.
    """
    yield from overlaps(facts, values, ("green_blue",))


def envelope(facts: Facts, values: Values) -> Iterator[Finding]:
    """Check the share of each EPCI's envelope.

    Parameters
    ----------
    facts : the plan and its inputs.
    values : ``datacenter_share`` and ``reduction``, from 0 to 1.

    Yields
    ------
    Hectares taken by EPCI whose envelope is known, by period; ground not known to be outside ENAF
    counts.
    """
    share = values["datacenter_share"].number * (1 - values["reduction"].number)
    codes = facts.sites["epci_code"].astype(str)
    limit = facts.sites["enaf_epci_2011_2021_ha"].astype(float).groupby(codes).first().dropna()
    doubtful = facts.sites["enaf"] != "no"
    for period in facts.periods:
        hectares = facts.by_site("land")[period][doubtful] / 1e4
        taken = hectares.groupby(codes[doubtful]).sum()
        yield from over(taken[taken.index.isin(limit.index)], limit * share, period)


def unverified(facts: Facts, values: Values) -> Iterator[Finding]:
    """Check the share that stands on land nobody can say is free.

    Parameters
    ----------
    facts : the plan and its inputs.
    values : ``unverified_share``, from 0 to 1, by period.

    Yields
    ------
    MW on doubtful land, by period.
    """
    doubtful = ~facts.sites["retainable"].astype(bool)
    for period in facts.periods:
        mw = facts.site_mw[period]
        limit = values["unverified_share"].at(period) * float(mw.sum())
        yield from beyond("région", period, float(mw[doubtful].sum()), limit)


def drought(facts: Facts, values: Values) -> Iterator[Finding]:
    """Check that what evaporates at a site stays under the threshold of the orders.

    Parameters
    ----------
    facts : the plan and its inputs.
    values : ``order_threshold_m3``, by period.

    Yields
    ------
    Thousands of m³ by site and period; only designs whose cooling evaporates count.
    """
    table = facts.inputs.coefficients[["cooling_water", "water_input"]].to_dataframe()
    wet = table["water_input"].where(table["cooling_water"] > 1e-6, 0.0).reindex(facts.it.index)
    for period in facts.periods:
        taken = (facts.it[period] * wet).groupby(level=0).sum() / 1000
        limit = values["order_threshold_m3"].at(period) / 1000
        yield from over(taken, pd.Series(limit, index=taken.index), period)


def carbon(facts: Facts, values: Values) -> Iterator[Finding]:
    """Check the carbon of the sites placed.

    Parameters
    ----------
    facts : the plan and its inputs.
    values : ``carbon_budget_kt``, by period.

    Yields
    ------
    kt of the region, heat pumps included, by period.
    """
    for period in facts.periods:
        limit = values["carbon_budget_kt"].at(period)
        pumps = facts.pump_gwh(period) * facts.inputs.pump_carbon
        taken = (facts.total("carbon", period) + pumps) / 1000
        yield from beyond("région", period, taken, limit)


def solar(facts: Facts, values: Values) -> Iterator[Finding]:
    """Check that the free artificialised ground of open sites could carry the panels.

    Parameters
    ----------
    facts : the plan and its inputs.
    values : ``local_share``, by period, and ``yield_gwh_per_ha``.

    Yields
    ------
    GWh that the ground could make, against those due, by period.
    """
    hosts = facts.sites["enaf"] == "no"
    ground = facts.sites["usable_area_m2"].astype(float) / 1e4
    opened = facts.site_mw[facts.periods[-1]] > 0
    for period in facts.periods:
        free = (ground - facts.by_site("land")[period] / 1e4)[hosts & opened].clip(lower=0.0)
        due = values["local_share"].at(period) * facts.total("site_energy", period)
        made = float(free.sum()) * values["yield_gwh_per_ha"].number
        yield from beyond("région", period, made, due, floor=True)


def efficiency(facts: Facts, values: Values) -> Iterator[Finding]:
    """Check the PUE and WUE of every design used.

    Parameters
    ----------
    facts : the plan and its inputs.
    values : ``max_pue``, ``max_wue`` and ``max_wue_zre``.

    Yields
    ------
    MW above the PUE, then above the WUE, against 0, by period.
    """
    names = ["site_energy", "it_energy", "water_input"]
    table = facts.inputs.coefficients[names].to_dataframe().reindex(facts.it.index)
    deficit = (facts.sites["zre"] != "no").reindex(facts.it.index.get_level_values(0))
    cap = np.where(deficit, values["max_wue_zre"].number, values["max_wue"].number)
    pue = table["site_energy"] / table["it_energy"] > values["max_pue"].number + 1e-9
    wue = table["water_input"] / table["it_energy"] / 1000 > cap + 1e-9
    for period in facts.periods:
        for name, wrong in (("PUE", pue), ("WUE", wue)):
            yield from beyond(name, period, float(facts.it[period][wrong].sum()), 0.0)


def cumulative(facts: Facts, values: Values) -> Iterator[Finding]:
    """Check communes and basins.

    Parameters
    ----------
    facts : the plan and its inputs.
    values : ``commune_mw`` and ``basin_water_m3``, by period, and ``max_sites``.

    Yields
    ------
    MW by commune, water brought by sector (thousands of m³, shown in m³), and open sites by
    commune.
    """
    codes, sectors = facts.sites["commune_code"].astype(str), facts.sites["sector_code"].astype(str)
    for period in facts.periods:
        taken = facts.site_mw[period].groupby(codes).sum()
        fixed = pd.Series(0.0, index=taken.index)
        for project in facts.inputs.demand.fixed:
            if project.commune_code in fixed.index:
                fixed[project.commune_code] += project.it_mw_at(period)
        limit = fixed.clip(lower=values["commune_mw"].at(period))
        yield from over(taken + fixed, limit, period)
        water = facts.by_site("water_input")[period].groupby(sectors).sum() / 1000
        most = values["basin_water_m3"].at(period) / 1000
        for each in over(water, pd.Series(most, index=water.index), period):
            told = f"secteur {each.where}, eau apportée"
            yield replace(each, where=told, unit="m³/an", shown=1000.0)
    opened = (facts.site_mw[facts.periods[-1]] > 0).groupby(codes).sum().astype(float)
    most = values["max_sites"].number
    for each in over(opened, pd.Series(most, index=opened.index), facts.periods[-1]):
        yield replace(each, where=f"commune {each.where}, nombre de sites", unit="1")


def paired(facts: Facts, values: Values) -> Iterator[Finding]:
    """Check that every open site has an open twin, and none too near.

    Parameters
    ----------
    facts : the plan and its inputs.
    values : ``twin_min_km``, ``twin_max_km`` and ``spacing_km``.

    Yields
    ------
    By open site at the last period, 1 without a twin, then how many sites are too near; the MW
    too far from the fibre routes held, by period.
    """
    if "fibre_distance_km" in facts.sites:
        far = facts.sites["fibre_distance_km"].astype(float) > values["fibre_max_km"].number
        for period in facts.periods:
            yield from beyond(
                "loin de la fibre", period, float(facts.site_mw[period][far].sum()), 0
            )
    last = facts.periods[-1]
    opened = facts.sites[facts.site_mw[last] > 0]
    lines = facts.inputs.connections.sort_values(["distance_km", "yard_id"])
    yard = lines.groupby("site_id")["yard_id"].first().astype(str).to_dict()
    for site, here in zip(opened.index.astype(str), opened.to_dict("records"), strict=True):
        others = opened.drop(index=site)
        km = np.hypot(others["x_m"] - here["x_m"], others["y_m"] - here["y_m"]) / 1000
        apart = others["sector_code"].astype(str) != str(here["sector_code"])
        apart &= pd.Series([yard.get(str(s)) != yard.get(site) for s in others.index], others.index)
        good = apart & (km >= values["twin_min_km"].number) & (km <= values["twin_max_km"].number)
        yield from beyond(f"{site} sans jumeau", last, 0.0 if good.any() else 1.0, 0.0)
        close = float((km < values["spacing_km"].number - 1e-9).sum())
        yield from beyond(f"{site} trop près d'un autre", last, close, 0.0)
