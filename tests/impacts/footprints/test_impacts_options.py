from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from impacts.quantities import heat_sinks
from impacts.quantities.noise import screening_distance
from impacts.weather.station_weather import climate_2050, warming, warming_at, warming_by_epci
from layers.packs.data_pack import EMBEDDED, Pack
from layers.words.errors import SitingError


@given(st.floats(0, 500), st.floats(1, 2000), st.floats(0, 100))
def test_the_pump_inside_the_boundary_never_makes_reuse_look_better_per_heat(hot, site, pump):
    inside = heat_sinks.reuse_factor_with_pump(hot, site, pump)
    assert inside <= hot / site + 1e-12


def test_the_duty_to_reuse_starts_at_one_megawatt(factors):
    assert "sous le seuil" in heat_sinks.must_reuse(0.9, False, factors)
    assert "impossibilité à démontrer" in heat_sinks.must_reuse(1.0, False, factors)
    assert "à portée" in heat_sinks.must_reuse(30.0, True, factors)


def test_noise_carries_farther_by_half_a_decade_per_decade_of_megawatts(factors):
    near, far = screening_distance(np.array([10.0, 100.0]), factors)
    assert far / near == pytest.approx(10**0.5)
    assert float(screening_distance(0.1, factors)) > 0


def test_each_epci_warms_by_its_own_seasons_and_stations_take_theirs(stations):
    projections = Pack.open(EMBEDDED).table("climate_2050")
    by_epci = warming_by_epci(projections)
    assert by_epci.dims == ("epci_code", "month")
    assert bool(np.isfinite(by_epci).all())
    whole = warming(projections)
    np.testing.assert_allclose(by_epci.mean("epci_code"), whole, atol=0.03)
    assert float(by_epci.sel(month=7).std()) > 0.02
    codes = by_epci["epci_code"].to_numpy()[:2]
    two = stations.isel(station=[0, 1], time=slice(0, 8760))
    epci_of = dict(zip(two["station"].to_numpy().tolist(), codes.tolist(), strict=True))
    warm = climate_2050(two, warming_at(by_epci, epci_of))
    rise = (warm["dry_bulb"] - two["dry_bulb"]).groupby("time.month").mean()
    expected = by_epci.sel(epci_code=codes).to_numpy().T
    np.testing.assert_allclose(rise.transpose("month", "station"), expected, atol=1e-6)
    with pytest.raises(SitingError, match="EPCI"):
        warming_at(by_epci, {"07510": "000"})


def test_the_whole_region_warms_to_2050_by_the_stations_epci(stations):
    from scenarios.site_evidence.at_stations.stations_2050 import epci_of, warmed

    pack = Pack.open(EMBEDDED)
    codes = epci_of(pack, stations)
    assert len(codes) == stations.sizes["station"]
    assert len(set(codes.values())) > 5
    one = stations.isel(time=slice(0, 8760))
    low, high = (
        (warmed(pack, one, level)["dry_bulb"] - one["dry_bulb"]).mean() for level in ("low", "high")
    )
    assert 0.5 < float(low) < 2.0 < float(high) < 4.0
