"""What each commune's networks let waste heat replace, and the CO2 of the heat replaced.

What is already renewable or recovered is not evicted: a network's substitutable share is what the
2024 list leaves (1 − its renewable share); a network that the list does not know has the declared
assumption. A commune's share is the mean of its networks', each weighing what it delivers there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from impacts.basis.constant_factors import number
from impacts.quantities.heat import source_share
from impacts.quantities.heat_sinks import pool_mwh
from layers.words.dated_values import Value
from layers.words.french import listing, plural

POOL_SUPPLY = "heat.pool_supply"
"""Name of the constant that pools' supply temperature is."""
POOL = "P"
"""A commune's pools are the sink named by its code and this letter."""
LISTED, ASSUMED, CHOSEN = "liste de 2024", "hypothèse", "choix du scénario"
SHARES = "heat.substitutable"
"""Family of the networks' shares when they are drawn: « heat.substitutable.8701C »."""
SINK_COLUMNS = (
    "sink_id", "networks_fr", "delivered_gwh", "renewable_share", "substitutable_share",
    "substitutable_low", "substitutable_high", "share_status_fr", "co2_g_per_kwh", "co2_status_fr",
    "source_share", "pump_ratio", "outlook_fr",
)  # fmt: skip


@dataclass(frozen=True)
class Networks:
    """What is known of the networks, beside what they deliver.

    ``listed`` : network_id, name, renewable_share, co2_g_per_kwh; ``renames`` : an identifier of
    the deliveries → the list's; ``outlooks`` : network → {share, year, reference} announced;
    ``share`` and ``by_network`` : the scenario's own substitutable shares, for every network and
    for some, which stand above the list.
    """

    listed: pd.DataFrame
    renames: Mapping[str, str] = field(default_factory=dict)
    outlooks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    share: float | None = None
    by_network: Mapping[str, float] = field(default_factory=dict)


def networks_by_commune(
    deliveries: pd.DataFrame, known: Networks, factors: Mapping[str, Value]
) -> pd.DataFrame:
    """Return one row a network and commune it serves, with its substitutable share and CO2.

    Parameters
    ----------
    deliveries : network_id, network_name, commune_code, delivered_mwh (NaN when secret).
    known : what is known of the networks, and the identifiers that were renamed.
    factors : ``heat.substitutable_share`` (a network not listed), ``heat.renewable_doubt``,
        ``heat.network_carbon``.

    Returns
    -------
    Columns sink_id (the commune), network_id, name, delivered_gwh, renewable_share,
    substitutable_share, substitutable_low, substitutable_high ("1"), share_status_fr,
    co2_g_per_kwh, co2_status_fr, outlook_fr; sorted by sink and network.
    """
    rows = deliveries.assign(network_id=deliveries["network_id"].str.upper().replace(known.renames))
    grouped = rows.groupby(["commune_code", "network_id"], sort=True)
    table = grouped.agg(
        delivered_gwh=("delivered_mwh", "sum"), name=("network_name", "first")
    ).reset_index()
    table["delivered_gwh"] /= 1000
    table = table[table["delivered_gwh"] > 0].rename(columns={"commune_code": "sink_id"})
    listed = known.listed.set_index("network_id")
    named = table["network_id"].map(listed["name"]).astype(object)
    table["name"] = named.where(named.notna(), table["name"])
    table["renewable_share"] = table["network_id"].map(listed["renewable_share"]).astype(float)
    table["co2_g_per_kwh"] = table["network_id"].map(listed["co2_g_per_kwh"]).astype(float)
    return _with_shares(table.reset_index(drop=True), known, factors)


def _with_shares(
    table: pd.DataFrame, known: Networks, factors: Mapping[str, Value]
) -> pd.DataFrame:
    assumed, doubt = factors["heat.substitutable_share"], number(factors, "heat.renewable_doubt")
    told = table["network_id"].map(lambda name: _outlook(known, name, "share")).astype(float)
    left, ahead = 1 - table["renewable_share"], 1 - told
    is_listed = left.notna()
    both = pd.concat([left, ahead], axis=1)
    least, most = both.min(axis=1) - doubt, both.max(axis=1) + doubt
    table["substitutable_share"] = left.fillna(assumed.number)
    table["substitutable_low"] = least.where(is_listed, assumed.low).clip(0.0, 1.0)
    table["substitutable_high"] = most.where(is_listed, assumed.high).clip(0.0, 1.0)
    table["share_status_fr"] = np.where(is_listed, LISTED, ASSUMED)
    chosen = table["network_id"].map(known.by_network).astype(float)
    chosen = chosen if known.share is None else chosen.fillna(known.share)
    for column in ("substitutable_share", "substitutable_low", "substitutable_high"):
        table[column] = chosen.fillna(table[column])
    table.loc[chosen.notna(), "share_status_fr"] = CHOSEN
    table["co2_status_fr"] = np.where(table["co2_g_per_kwh"].notna(), LISTED, ASSUMED)
    table["co2_g_per_kwh"] = table["co2_g_per_kwh"].fillna(number(factors, "heat.network_carbon"))
    table["outlook_fr"] = [_outlook_fr(known, name) for name in table["network_id"]]
    return table


def _outlook(known: Networks, network: str, key: str) -> float:
    return float(known.outlooks.get(network, {}).get(key, float("nan")))


def _outlook_fr(known: Networks, network: str) -> str:
    told = known.outlooks.get(network)
    return str(told["reference"]) if told else ""


def sinks_of(
    networks: pd.DataFrame,
    factors: Mapping[str, Value],
    *,
    supply: str = "heat.supply_temperature",
) -> pd.DataFrame:
    """Return one row a sink: its networks put together, and its heat pump.

    Shares are means weighed by what each network delivers there; the CO2 content is that of the
    heat replaced, weighed by what each lets replace. ``source_share`` is the part of the heat sent
    into the network that comes from the source, ``pump_ratio`` the GWh of electricity that a GWh
    taken at the source costs, at the supply temperature that the constant named ``supply`` gives.

    Parameters
    ----------
    networks : rows of ``networks_by_commune``.
    factors : the constants in force, by name.
    supply : the name of the constant that gives the supply temperature.

    Returns
    -------
    Columns ``SINK_COLUMNS``, sorted by sink.
    """
    share = float(
        source_share(
            number(factors, supply),
            number(factors, "heat.source_temperature"),
            factors,
        )
    )
    rows = [
        {"sink_id": str(sink), **_together(of_sink), "source_share": share,
         "pump_ratio": 1 / share - 1}
        for sink, of_sink in networks.groupby("sink_id", sort=True)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(SINK_COLUMNS))


def _together(networks: pd.DataFrame) -> dict[str, Any]:
    gwh = networks["delivered_gwh"]

    def mean(column: str, weight: pd.Series) -> float:
        known = networks[column].notna() & (weight > 0)
        whole = float(weight[known].sum())
        if not whole:
            return float(networks[column].mean())
        return float((networks[column] * weight)[known].sum()) / whole

    replaced = gwh * networks["substitutable_share"]
    outlooks = [text for text in networks["outlook_fr"].unique() if text]
    return {
        "networks_fr": listing(networks["name"]),
        "delivered_gwh": float(gwh.sum()),
        "renewable_share": mean("renewable_share", gwh),
        "substitutable_share": mean("substitutable_share", gwh),
        "substitutable_low": mean("substitutable_low", gwh),
        "substitutable_high": mean("substitutable_high", gwh),
        "share_status_fr": listing(sorted(set(networks["share_status_fr"]))),
        "co2_g_per_kwh": mean("co2_g_per_kwh", replaced),
        "co2_status_fr": listing(sorted(set(networks["co2_status_fr"]))),
        "outlook_fr": " ; ".join(outlooks),
    }


def pools_as_networks(pools: pd.DataFrame, factors: Mapping[str, Value]) -> pd.DataFrame:
    """Return a row a commune with pools (commune_code, pools), as ``networks_by_commune`` does.

    So much heat a pool, an assumption and nothing else. All of it may be replaced until someone
    says otherwise; the doubt on their basins, from none in winter to large ones, is carried by
    that share.

    Parameters
    ----------
    pools : columns commune_code, pools (a count).
    factors : ``heat.pool_basin``, ``heat.network_carbon`` and what a pool needs.

    Returns
    -------
    Columns of ``networks_by_commune``.
    """
    basin, carbon = factors["heat.pool_basin"], number(factors, "heat.network_carbon")
    each = pool_mwh(basin.number, factors) / 1000
    return pd.DataFrame(
        {
            "sink_id": pools["commune_code"].astype(str) + POOL,
            "network_id": "piscines",
            "delivered_gwh": pools["pools"].astype(float) * each,
            "name": [plural(int(count), "piscine") for count in pools["pools"]],
            "renewable_share": float("nan"),
            "co2_g_per_kwh": carbon,
            "substitutable_share": 1.0,
            "substitutable_low": (basin.low or 0.0) / basin.number,
            "substitutable_high": (basin.high or basin.number) / basin.number,
            "share_status_fr": ASSUMED,
            "co2_status_fr": ASSUMED,
            "outlook_fr": "",
        }
    )


def share_values(networks: pd.DataFrame) -> dict[str, Value]:
    """Return each network's substitutable share as a dated value, so that it can be drawn.

    Named « heat.substitutable.<network> »; a network with one possible share is fixed.

    Parameters
    ----------
    networks : rows of ``networks_by_commune``.

    Returns
    -------
    Values by name, unit "1", triangular or fixed.
    """
    found = {}
    for row in networks.drop_duplicates("network_id").to_dict("records"):
        name = f"{SHARES}.{row['network_id']}"
        low, high = float(row["substitutable_low"]), float(row["substitutable_high"])
        found[name] = Value(
            name=name,
            label_fr=f"Part remplaçable du réseau « {row['name']} »",
            unit="1",
            scope="P",
            value=float(row["substitutable_share"]),
            low=low,
            high=high,
            law="triangular" if high > low else "fixed",
            status="read" if row["share_status_fr"] == LISTED else "assumption",
            reference=f"Arrêté DPE 2024 : 1 − part renouvelable ({row['share_status_fr']})",
            since=date(2024, 1, 1),
        )
    return found
