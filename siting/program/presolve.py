"""Before the program: check what is given, drop what can never fit, bound each site."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.words.errors import SitingError
from layers.words.french import declared
from siting.program.program_inputs import Inputs
from siting.program.rule_registry import RULES, setting_of

Floats = NDArray[np.float64]

# What the program multiplies; NaN in one of them would make a site free, or the plan meaningless.
READ_COEFFICIENTS = (
    "connection_ratio",
    "it_energy",
    "site_energy",
    "water_input",
    "cooling_water",
    "scarcity",
    "land",
    "heat_capacity",
    "carbon",
)
KNOWN_ABOVE = 1e-9
# Rules whose hard limits size sites and lines here, before any row of theirs is written.
READ_BEFORE = ("territory.site_size", "grid.yard_capacity", "grid.reserve")


@dataclass(frozen=True)
class SiteCaps:
    """What each site can hold, in IT MW, for the sites large enough to open.

    ``fits`` says which candidates are (all, sorted); ``physical_mw`` is by land, connections
    and need; ``it_mw`` by the hard rules on size, yards and reserve too, which tightens the
    selection; ``min_mw`` is the scenario's least size, lowered to the need when smaller.
    """

    fits: NDArray[np.bool_]
    physical_mw: Floats
    it_mw: Floats
    min_mw: float


def prepared(inputs: Inputs, *, tight: bool = True) -> tuple[pd.DataFrame, SiteCaps]:
    """Return the connections worth keeping, sorted, and the caps of the sites.

    A line is kept when the site can load it to its voltage's floor and it can carry the least size.
    A site draws through one.

    Parameters
    ----------
    inputs : what the program reads.
    tight : count the hard size rule in what a site can draw, which explaining a conflict must not
        do.

    Returns
    -------
    Rows of ``Inputs.connections``, sorted by site_id, domain and yard_id, of the sites that fit;
    and the caps.

    Raises
    ------
    SitingError : SIT303 when there is no candidate, or none can hold the least size; SIT105 or
        SIT200, as ``check_inputs``; SIT500 when a rule read here has no value.
    """
    if inputs.sites.empty:
        raise SitingError("SIT303", "aucun site n'est candidat", where="[candidates]")
    check_inputs(inputs)
    ratio, land = _least(inputs, "connection_ratio"), _least(inputs, "land")
    sites = inputs.sites.sort_index()
    by_land = sites["usable_area_m2"].to_numpy(dtype=np.float64) / land
    connections = _sorted_connections(inputs)
    most = largest_site(inputs) if tight else _whole_need(inputs)
    drawn = np.minimum(by_land, most) * _most(inputs, "connection_ratio")
    wanted = pd.Series(drawn, sites.index)
    floors = domain_floors(inputs)
    floor = connections["domain"].map(floors).astype(float).fillna(0.0).to_numpy()
    reachable = connections["site_id"].map(wanted).to_numpy(dtype=np.float64)
    least = _least_size(inputs)
    smallest = connections["site_id"].map(pd.Series(least * ratio, sites.index)).to_numpy()
    usable = (reachable >= floor) & (connections["limit_mw"].to_numpy() >= smallest - KNOWN_ABOVE)
    kept = connections[usable & (connections["limit_mw"] >= floor)].reset_index(drop=True)
    by_grid = kept.groupby("site_id")["limit_mw"].max().reindex(sites.index, fill_value=0.0)
    carried = np.minimum(by_land, by_grid.to_numpy(dtype=np.float64) / ratio)
    physical = np.minimum(carried, _whole_need(inputs))
    by_rules = np.minimum(_drawn_under_rules(inputs, kept, sites.index) / ratio, physical)
    fits = physical >= least - KNOWN_ABOVE
    if not fits.any():
        raise SitingError(
            "SIT303",
            f"aucun candidat ne peut porter la taille minimale de {declared(least)} MW",
            where="terrains et raccordements des candidats",
        )
    by_rules = np.minimum(by_rules, largest_site(inputs))
    kept = kept[kept["site_id"].isin(sites.index[fits])].reset_index(drop=True)
    return kept, SiteCaps(fits, physical[fits], by_rules[fits], least)


def check_inputs(inputs: Inputs) -> None:
    """Refuse what no program can read: NaN, negative budgets, unknown sites, no air design.

    Parameters
    ----------
    inputs : what the program reads.

    Raises
    ------
    SitingError : SIT105 when a coefficient is not finite, or an area, limit, cost, delay, room,
        share or cap is missing or negative; SIT200 when a need is negative, or every design is
        liquid under a liquid share below 1.
    """
    for name in READ_COEFFICIENTS:
        _refuse_nan(inputs, name)
    for table, column in (
        ("sites", "usable_area_m2"),
        ("connections", "limit_mw"),
        ("connections", "cost_meur"),
        ("connections", "delay_years"),
        ("yards", "room_mw"),
        ("yards", "reserve_share"),
        ("zones", "cap_mw"),
    ):
        values = getattr(inputs, table)[column].to_numpy(dtype=np.float64)
        if values.size and not (values >= 0).all():
            bad = getattr(inputs, table).index[~(values >= 0)][0]
            raise SitingError(
                "SIT105",
                f"« {column} » manque ou est négatif",
                where=f"table {table}, ligne {bad}",
            )
    for period, mw in inputs.demand.it_mw.items():
        if not mw >= 0:
            raise SitingError("SIT200", "le besoin est négatif", where=f"demand.it_mw, {period}")
    _refuse_liquid_only(inputs)


def _refuse_nan(inputs: Inputs, name: str) -> None:
    sites = list(inputs.sites.index)
    bad = np.argwhere(~np.isfinite(inputs.coefficient(name, sites)))
    if bad.size:
        design = inputs.coefficients["design"].values[bad[0][1]]
        raise SitingError(
            "SIT105",
            f"le coefficient « {name} » n'a pas de valeur",
            where=f"site {sites[bad[0][0]]}, refroidissement {design}",
        )


def _refuse_liquid_only(inputs: Inputs) -> None:
    liquid = inputs.coefficients["is_liquid"].values.astype(bool)
    if liquid.all() and inputs.max_liquid_share < 1.0:
        raise liquid_only(inputs.max_liquid_share)


def liquid_only(share: float) -> SitingError:
    """Return the refusal of liquid coolings alone under a ceiling of what liquid cools.

    Parameters
    ----------
    share : the ceiling, from 0 to 1.

    Returns
    -------
    SIT200, to be raised.
    """
    return SitingError(
        "SIT200",
        "tous les refroidissements sont liquides, mais la part liquide est plafonnée à "
        f"{100 * share:.0f} % de la puissance",
        where="[designs] cooling, max_liquid_share",
        hint="ajoutez un refroidissement à air, ou portez max_liquid_share à 1",
    )


def _least(inputs: Inputs, name: str) -> Floats:
    return np.asarray(inputs.coefficient(name, sorted(inputs.sites.index)).min(axis=1))


def _most(inputs: Inputs, name: str) -> Floats:
    return np.asarray(inputs.coefficient(name, sorted(inputs.sites.index)).max(axis=1))


def _sorted_connections(inputs: Inputs) -> pd.DataFrame:
    here = inputs.connections["site_id"].isin(inputs.sites.index)
    return inputs.connections[here].sort_values(["site_id", "domain", "yard_id"], ignore_index=True)


def largest_site(inputs: Inputs) -> float:
    """Return what no site can exceed: the need with its band, or a hard size rule.

    Parameters
    ----------
    inputs : what the program reads.

    Returns
    -------
    IT MW; the size rule counts at the last period.

    Raises
    ------
    SitingError : SIT500 when a rule read here has no value.
    """
    most = _whole_need(inputs)
    periods = inputs.demand.periods
    size = setting_of(inputs, "territory.site_size")
    if size.enabled and size.hard:
        cap = RULES["territory.site_size"].values_in(inputs)["max_site_mw"].at(periods[-1])
        most = min(most, cap)
    return most


def rooms_under_rules(inputs: Inputs) -> tuple[pd.Series, float]:
    """Return the MW the hard rules let a site draw from each yard, and by HTA altogether.

    Parameters
    ----------
    inputs : what the program reads.

    Returns
    -------
    MW at the meter by yard_id, less the reserve when it is hard; and the HTA MW of a site. Infinite
    where no hard rule bounds them.

    Raises
    ------
    SitingError : SIT500 when the hard rule of yards has no value.
    """
    room, hta = inputs.yards["room_mw"].astype(float), np.inf
    if _is_hard(inputs, "grid.yard_capacity"):
        hta = RULES["grid.yard_capacity"].values_in(inputs)["hta_site_mw"].number
    if _is_hard(inputs, "grid.reserve"):
        room = room * (1.0 - inputs.yards["reserve_share"].astype(float))
    elif not np.isfinite(hta):
        room = room * 0.0 + np.inf
    return room, float(hta)


def _drawn_under_rules(inputs: Inputs, kept: pd.DataFrame, sites: pd.Index) -> Floats:
    """MW at the meter of each site under the hard rules on yards: room, reserve, HTA."""
    room, hta = rooms_under_rules(inputs)
    low = kept["domain"] == "HTA"
    limit = np.where(low, np.minimum(kept["limit_mw"], hta), kept["limit_mw"])
    drawn = pd.Series(np.minimum(limit, kept["yard_id"].map(room)), kept.index)
    whole = drawn.groupby(kept["site_id"]).max().reindex(sites, fill_value=0.0)
    return np.asarray(whole, dtype=np.float64)


def _is_hard(inputs: Inputs, name: str) -> bool:
    setting = setting_of(inputs, name)
    return setting.enabled and setting.hard


def _whole_need(inputs: Inputs) -> float:
    overbuild = RULES["demand.served"].values_in(inputs)["overbuild"].number
    periods = inputs.demand.periods
    return (1.0 + overbuild) * max(inputs.demand.to_place_mw(period) for period in periods)


def domain_floors(inputs: Inputs) -> dict[str, float]:
    """Return the MW under which a line of each domain is not taken.

    Parameters
    ----------
    inputs : what the program reads; ``grid.domain_floor`` of its policy.

    Returns
    -------
    MW at the meter by domain; empty when the policy has none.
    """
    value = inputs.policy["grid.domain_floor"].value if "grid.domain_floor" in inputs.policy else {}
    return {key: float(mw) for key, mw in value.items()} if isinstance(value, dict) else {}


def least_step(inputs: Inputs) -> float:
    """Return the least IT MW a site grows by, once open; never above its least size.

    Parameters
    ----------
    inputs : what the program reads; ``sizes.least_step_mw`` of its policy.

    Returns
    -------
    IT MW; 0 when the policy has none.
    """
    step = inputs.policy.get("sizes.least_step_mw")
    return min(step.number, _least_size(inputs)) if step is not None else 0.0


def _least_size(inputs: Inputs) -> float:
    needs = [inputs.demand.to_place_mw(period) for period in inputs.demand.periods]
    return min(inputs.min_mw, max(needs))
