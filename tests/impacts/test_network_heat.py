"""What networks let replace, by hand: two networks in a commune, one unlisted, one renamed."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import impacts
from impacts.quantities import heat, network_heat
from impacts.quantities.network_heat import Networks
from impacts.uncertainty import heat_draws, sample


@pytest.fixture(scope="module")
def factors():
    return impacts.factors(date(2026, 11, 23))


DELIVERIES = pd.DataFrame(
    [
        ("1c", "Bois", "87085", 80_000.0),
        ("1c", "Bois", "87085", 10_000.0),
        ("2c", "Gaz", "87085", 10_000.0),
        ("2c", "Gaz", "87085", np.nan),  # a secret: unknown, never zero heat nor a row of its own
        ("old", "Renommé", "33119", 50_000.0),
        ("9c", "Absent", "24322", 4_000.0),
    ],
    columns=["network_id", "network_name", "commune_code", "delivered_mwh"],
)
LISTED = pd.DataFrame(
    [("1C", "Bois de la ville", 0.80, 50.0), ("2C", "Gaz", 0.0, 250.0), ("NEW", "Neuf", 0.9, 34.0)],
    columns=["network_id", "name", "renewable_share", "co2_g_per_kwh"],
)
KNOWN = Networks(LISTED, {"OLD": "NEW"}, {"1C": {"share": 0.97, "reference": "presse"}})


def sinks(known, factors):
    table = network_heat.networks_by_commune(DELIVERIES, known, factors)
    return network_heat.sinks_of(table, factors).set_index("sink_id")


def test_a_commune_is_the_mean_of_its_networks_by_what_they_deliver(factors):
    limoges = sinks(KNOWN, factors).loc["87085"]
    assert limoges["delivered_gwh"] == pytest.approx(100.0)
    # (90 × 0,20 + 10 × 1) ÷ 100: what is neither renewable nor recovered.
    assert limoges["substitutable_share"] == pytest.approx(0.28)
    assert limoges["renewable_share"] == pytest.approx(0.72)
    # The heat replaced is 18 GWh at 50 g and 10 GWh at 250 g.
    assert limoges["co2_g_per_kwh"] == pytest.approx((18 * 50 + 10 * 250) / 28)
    assert limoges["networks_fr"] == "Bois de la ville et Gaz"
    assert limoges["outlook_fr"] == "presse"


def test_what_the_press_announces_widens_the_doubt_and_nothing_else(factors):
    table = network_heat.networks_by_commune(DELIVERIES, KNOWN, factors).set_index("network_id")
    # 1 − 0,97 and 1 − 0,80, each five points wider.
    assert table.loc["1C", "substitutable_low"] == pytest.approx(0.0)
    assert table.loc["1C", "substitutable_high"] == pytest.approx(0.25)
    assert table.loc["2C", "substitutable_low"] == pytest.approx(0.95)
    assert table.loc["2C", "substitutable_high"] == pytest.approx(1.0)


def test_a_network_of_no_list_has_the_declared_assumption(factors):
    absent = sinks(KNOWN, factors).loc["24322"]
    assert absent["substitutable_share"] == factors["heat.substitutable_share"].number
    assert absent["share_status_fr"] == "hypothèse"
    assert absent["co2_g_per_kwh"] == factors["heat.network_carbon"].number
    assert np.isnan(absent["renewable_share"])


def test_an_identifier_that_changed_is_followed(factors):
    renamed = sinks(KNOWN, factors).loc["33119"]
    assert renamed["substitutable_share"] == pytest.approx(0.1)
    assert sinks(Networks(LISTED), factors).loc["33119", "share_status_fr"] == "hypothèse"


def test_a_scenario_stands_above_the_list(factors):
    chosen = sinks(Networks(LISTED, share=1.0, by_network={"1C": 0.5}), factors)
    assert chosen.loc["33119", "substitutable_share"] == 1.0
    assert chosen.loc["87085", "substitutable_share"] == pytest.approx((90 * 0.5 + 10) / 100)
    assert chosen.loc["87085", "substitutable_low"] == pytest.approx(0.55)
    assert chosen.loc["33119", "share_status_fr"] == "choix du scénario"


def test_a_pump_pays_for_what_it_raises(factors):
    one = sinks(KNOWN, factors).loc["87085"]
    share = float(heat.source_share(75.0, 28.0, factors))
    assert one["source_share"] == pytest.approx(share)
    # H from the source, H ÷ share sent into the network: the pump gives the rest.
    assert one["pump_ratio"] == pytest.approx(1 / share - 1)
    assert one["pump_ratio"] == pytest.approx(0.457, abs=1e-3)


def test_demand_is_scaled_by_each_sink_own_share(factors):
    flat = np.full(8760, 1 / 8760)
    demand = heat.sink_demand(
        {"a": 100.0, "b": 100.0}, flat, factors, substitutable_share={"a": 0.28, "b": 0.1}
    )
    whole = heat.sink_demand({"a": 100.0}, flat, factors)
    assert float(demand.sel(sink_id="a").sum()) == pytest.approx(0.28 * float(whole.sum()))
    assert float(demand.sel(sink_id="b").sum()) == pytest.approx(0.10 * float(whole.sum()))


def test_pools_are_an_assumption_each_whose_doubt_starts_at_nothing(factors):
    pools = pd.DataFrame({"commune_code": ["87085", "16001"], "pools": [2, 1]})
    table = network_heat.pools_as_networks(pools, factors)
    each = 250.0 * 2.8 / 1000
    assert table["delivered_gwh"].tolist() == pytest.approx([2 * each, each])
    assert table["substitutable_low"].tolist() == [0.0, 0.0]
    assert table["sink_id"].tolist() == ["87085P", "16001P"]
    assert network_heat.pools_as_networks(pools.head(0), factors).empty


def drawn_of(factors, held=()):
    known = {**factors, **network_heat.share_values(
        network_heat.networks_by_commune(DELIVERIES, KNOWN, factors))}  # fmt: skip
    names = [n for n in known if n.startswith(("heat.", "carbon.")) and known[n].law != "fixed"]
    return sample(known, held=names if held else ())


def placed(factors, sent):
    table = network_heat.networks_by_commune(DELIVERIES, KNOWN, factors)
    shares = network_heat.sinks_of(table, factors).set_index("sink_id")
    hours = 1.0 + np.cos(2 * np.pi * np.arange(8760) / 8760)
    demand = heat.sink_demand(
        (1000 * shares["delivered_gwh"]).to_dict(),
        hours / hours.sum(),
        factors,
        substitutable_share=shares["substitutable_share"].to_dict(),
    )
    rows = pd.DataFrame(sent, columns=["site_id", "sink_id", "heat_mw"])
    supply = dict.fromkeys(shares.index, "heat.supply_temperature")
    return heat_draws.Placed(rows, demand, table, supply)


def capacity(sites, drawn):
    return xr.DataArray(
        np.full((len(sites), drawn.count), 4.0),
        dims=("site_id", "draw"),
        coords={"site_id": list(sites)},
    )


def test_draws_that_do_not_vary_give_the_plan_back(factors):
    drawn = drawn_of(factors, held=True)
    plan = placed(factors, [("A", "87085", 1.0), ("B", "87085", 0.5)])
    usual = pd.Series({"A": 4.0, "B": 4.0})
    found = heat_draws.drawn_heat(plan, capacity("AB", drawn), usual, drawn)
    hours = plan.demand.sel(sink_id="87085").to_numpy()
    expected = float(heat.usable_heat(1.5, hours))
    assert found["heat"].sum("site_id").to_numpy() == pytest.approx(expected)
    # A sends two thirds of it.
    assert found["heat"].sel(site_id="A").to_numpy() == pytest.approx(expected * 2 / 3)
    ratio = 1 / float(heat.source_share(75.0, 28.0, factors)) - 1
    assert found["pumps"].sum("site_id").to_numpy() == pytest.approx(expected * ratio)
    delivered = expected * (1 + ratio) * 0.92
    assert found["heat_delivered"].sum("site_id").to_numpy() == pytest.approx(delivered)
    content = (18 * 50 + 10 * 250) / 28
    assert found["heat_avoided"].sum("site_id").to_numpy() == pytest.approx(delivered * content)


def test_no_draw_takes_more_than_its_networks_let_replace(factors):
    drawn = drawn_of(factors)
    plan = placed(factors, [("A", "87085", 500.0)])
    found = heat_draws.drawn_heat(plan, capacity("A", drawn), pd.Series({"A": 4.0}), drawn)
    delivered = found["heat_delivered"].sum("site_id").to_numpy()
    most = 90 * drawn.ledger["heat.substitutable.1C"] + 10 * drawn.ledger["heat.substitutable.2C"]
    # More heat than the peak: all that may be replaced is delivered, draw by draw.
    assert delivered == pytest.approx(most)
    assert np.ptp(delivered) > 1.0


def test_a_site_that_recovers_half_sends_half(factors):
    drawn = drawn_of(factors, held=True)
    plan = placed(factors, [("A", "87085", 1.0)])
    half = capacity("A", drawn) / 2
    found = heat_draws.drawn_heat(plan, half, pd.Series({"A": 4.0}), drawn)
    hours = plan.demand.sel(sink_id="87085").to_numpy()
    assert found["heat"].to_numpy() == pytest.approx(float(heat.usable_heat(0.5, hours)))
