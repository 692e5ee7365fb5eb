"""Who can take the heat: the networks of each commune, and its pools when the scenario asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

import pandas as pd
import xarray as xr

from impacts.basis.array_types import Floats
from impacts.basis.constant_factors import number
from impacts.quantities import heat, network_heat
from impacts.quantities.network_heat import POOL
from layers.packs.data_pack import Pack
from layers.words.dated_values import Value
from layers.words.errors import SitingError
from scenarios.question.scenario_model import HeatPart
from siting.program.program_inputs import HeatSink


@dataclass(frozen=True)
class Sinks:
    """The takers of heat of a territory.

    ``networks`` a row a network and commune (``network_heat.networks_by_commune``); ``table`` a
    row a sink, pools included (``network_heat.SINK_COLUMNS``); ``demand`` (sink_id, hour) in MW
    at the source, for the sinks where something may be replaced.
    """

    networks: pd.DataFrame
    table: pd.DataFrame
    demand: xr.DataArray


def sinks_held(pack: Pack, asked: HeatPart, factors: Mapping[str, Value]) -> Sinks:
    """Return the sinks that the pack's layers and the scenario's choices give.

    Parameters
    ----------
    pack : the layers.
    asked : the scenario's choices on heat.
    factors : the constants in force, by name.

    Returns
    -------
    The networks, and one row a sink.

    Raises
    ------
    SitingError : SIT202 when the scenario names a network that the pack does not hold.
    """
    facts = pack.facts()
    known = network_heat.Networks(
        listed=pack.held("heat_networks_2024"),
        renames=facts.get("heat_network_renames", {}).get("by_id", {}),
        outlooks=facts.get("heat_network_outlooks", {}).get("networks", {}),
        share=asked.substitutable_share,
        by_network=asked.by_network,
    )
    networks = network_heat.networks_by_commune(pack.held("heat_deliveries"), known, factors)
    _require_known(asked.by_network, networks)
    table = network_heat.sinks_of(networks, factors)
    counted = pack.held("commune_pools") if asked.pools else pack.held("commune_pools").head(0)
    pool_networks = network_heat.pools_as_networks(counted, factors)
    pools = network_heat.sinks_of(pool_networks, factors, supply=network_heat.POOL_SUPPLY)
    profiles = _profiles(pack, [*table["sink_id"], *pools["sink_id"]])
    demand = [_demand(table, profiles, "heat.supply_temperature", factors)]
    if len(pools):
        demand.append(_demand(pools, profiles, network_heat.POOL_SUPPLY, factors))
    whole = xr.concat(demand, "sink_id").assign_attrs(demand[0].attrs)
    if pools.empty:
        return Sinks(networks, table, whole)
    both = pd.concat([networks, pool_networks], ignore_index=True)
    return Sinks(both, pd.concat([table, pools], ignore_index=True), whole)


def supply_of(sink: str) -> str:
    """Return the name of the constant that a sink's supply temperature is.

    Parameters
    ----------
    sink : a commune's code, followed by « P » for its pools.

    Returns
    -------
    A name of ``factors``.

    Examples
    --------
    >>> supply_of("87085"), supply_of("87085P")
    ('heat.supply_temperature', 'heat.pool_supply')
    """
    return network_heat.POOL_SUPPLY if sink.endswith(POOL) else "heat.supply_temperature"


def _demand(
    table: pd.DataFrame, profiles: Mapping[str, Floats], supply: str, factors: Mapping[str, Value]
) -> xr.DataArray:
    """Return what sinks could take by hour; one all renewable takes nothing, and is left out."""
    taking = table[table["delivered_gwh"] * table["substitutable_share"] > 0]
    taking = taking[taking["sink_id"].isin(list(profiles))]
    names = taking["sink_id"].astype(str).tolist()
    return heat.sink_demand(
        dict(zip(names, 1000.0 * taking["delivered_gwh"], strict=True)),
        profiles,
        factors,
        supply_temperature=number(factors, supply),
        substitutable_share=dict(zip(names, taking["substitutable_share"], strict=True)),
    )


def _profiles(pack: Pack, sinks: list[str]) -> dict[str, Floats]:
    profiles = pack.held("heat_profiles")
    regions = pack.facts().get("heat_profile_regions", {}).get("by_departement", {})
    shapes = {sink: regions.get(sink[:2], "") for sink in sinks}
    # A taker whose hourly shape is not held takes nothing that could be counted on: unknown.
    held = set(profiles.columns) if len(profiles) else set()
    return {sink: profiles[code].to_numpy() for sink, code in shapes.items() if code in held}


def commune_of(sink: str) -> str:
    """Return the commune of a sink, network or pools.

    Parameters
    ----------
    sink : a commune's code, followed by « P » for its pools.

    Returns
    -------
    The commune's code.

    Examples
    --------
    >>> commune_of("87085"), commune_of("87085P")
    ('87085', '87085')
    """
    return sink.removesuffix(POOL)


def pool_links(sites: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Link each site to the pools of its own commune: a small sink is not piped farther.

    Parameters
    ----------
    sites : index site_id, column commune_code.
    table : one row a sink.

    Returns
    -------
    Columns site_id, sink_id, relation_fr, distance_km (NaN).
    """
    pools = table[table["sink_id"].str.endswith(POOL)]
    ends = pools.assign(commune_code=pools["sink_id"].map(commune_of))[["sink_id", "commune_code"]]
    links = sites[["commune_code"]].reset_index().merge(ends, on="commune_code")
    links = links.assign(relation_fr="même commune", distance_km=float("nan"))
    return pd.DataFrame(links[["site_id", "sink_id", "relation_fr", "distance_km"]])


def heat_sinks_of(table: pd.DataFrame, loss: float) -> dict[str, HeatSink]:
    """Return what each sink asks, as the program takes it.

    Parameters
    ----------
    table : one row a sink (``network_heat.SINK_COLUMNS``).
    loss : the networks' loss, 0–1.

    Returns
    -------
    Sinks by sink_id.
    """
    found = {}
    for row in table.to_dict("records"):
        usual = float(row["substitutable_share"])
        ends = [float(row[f"substitutable_{end}"]) for end in ("low", "high")]
        least, most = (end / usual if usual else 1.0 for end in ends)
        sent = float(heat.delivered_by_source(1.0, float(row["source_share"]), loss))
        content = float(row["co2_g_per_kwh"])
        found[str(row["sink_id"])] = HeatSink(float(row["pump_ratio"]), least, most, sent, content)
    return found


def _require_known(asked: Mapping[str, float], networks: pd.DataFrame) -> None:
    """Refuse a share told for a network nobody knows: it would change nothing, unsaid."""
    known = sorted(map(str, networks["network_id"].dropna()))
    for name in asked:
        if name not in known:
            near = get_close_matches(name, known, n=3) or known[:3]
            raise SitingError(
                "SIT202",
                f"aucun réseau de chaleur du lot n'a l'identifiant « {name} »",
                where="heat.by_network",
                hint=f"les plus proches : {', '.join(near)}",
            )
