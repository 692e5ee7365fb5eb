from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import impacts
from impacts.cooling import simulate
from impacts.weather.station_weather import hourly
from impacts.weather.weather_files import read_epw, read_meteo_france, read_pvgis
from impacts.weather.weather_mending import mend
from layers.words.errors import SitingError

HOURS = pd.date_range("2015-01-01", periods=8760, freq="h")
DRY = 12 + 8 * np.sin(2 * np.pi * (np.arange(8760) - 3000) / 8760)


def epw(dry=DRY, zone: float = 1.0) -> str:
    head = f"LOCATION,Bordeaux,-,FRA,essai,075100,44.83,-0.69,{zone},47.0\nDESIGN CONDITIONS,0"
    rows = [
        f"2007,{t.month},{t.day},{t.hour + 1},0,?9,{v:.1f},{v - 4 * (v < 99):.1f},77,101000,0,0"
        for t, v in zip(HOURS, dry, strict=True)
    ]
    return "\n".join([head, *rows]) + "\n"


def pvgis() -> str:
    head = "Latitude (decimal degrees): 45.860\nLongitude (decimal degrees): 1.180\n"
    head += "Elevation (m): 402.0\nmonth,year\n1,2010\n\n"
    head += "time(UTC),T2m,RH,G(h),Gb(n),Gd(h),IR(h),WS10m,WD10m,SP\n"
    rows = [
        f"2010{t:%m%d}:{t:%H}00,{v:.2f},80.0,0.0,0.0,0.0,300.0,2.0,200.0,96500.0"
        for t, v in zip(HOURS, DRY, strict=True)
    ]
    return head + "\n".join(rows) + "\n\nT2m: 2-m air temperature (degree Celsius)\n"


def meteo_france(*codes: str) -> str:
    head = "NUM_POSTE;NOM_USUEL;LAT;LON;ALTI;AAAAMMJJHH;RR1;T;TD;U;PSTAT"
    rows = [
        f"{code};POSTE;45.86;1.18;402;{t:%Y%m%d%H};0.0;{v:.1f};;75;{'' if t.hour else '965.0'}"
        for code in codes
        for t, v in zip(HOURS, DRY, strict=True)
    ]
    return "\n".join([head, *rows]) + "\n"


def test_an_epw_year_runs_from_file_to_footprint(factors):
    weather = hourly(read_epw(epw()))
    assert weather.sizes == {"station": 1, "time": 8760}
    assert float(weather["x_m"][0]) == pytest.approx(409_000, abs=3000)
    site = pd.DataFrame({"x_m": [4e5], "y_m": [6.42e6], "elevation_m": [47.0]}, index=["s"])
    for month in range(1, 13):
        site[f"aware_{month:02}"] = 1.0
    found = impacts.footprint(site.rename_axis("site_id"), ["dlc_dry"], weather, factors)
    assert 1.05 < float(found["pue"][0, 0]) < 1.15


def test_epw_hours_come_back_in_utc():
    local, plain = read_epw(epw(zone=1.0)), read_epw(epw(zone=0.0))
    assert local.sizes["time"] == plain.sizes["time"] == 8760
    one, other = local["dry_bulb"].to_numpy()[0], plain["dry_bulb"].to_numpy()[0]
    # The first local hour ends at 1 h, midnight in UTC: an hour before where there is no shift.
    np.testing.assert_allclose(one[:8000], other[1:8001])


def test_epw_codes_of_missing_values_are_holes():
    holed = DRY.copy()
    holed[100:105] = 99.9
    raw = read_epw(epw(holed))
    assert int(np.isnan(raw["dry_bulb"]).sum()) == 5
    assert np.isfinite(hourly(raw)["dry_bulb"]).all()


def test_a_pvgis_typical_year_gives_dew_points_and_a_nominal_year():
    raw = read_pvgis(pvgis())
    assert raw.sizes["time"] == 8760
    assert float(raw["altitude_m"][0]) == 402
    weather = hourly(raw)
    assert float(weather["relative_humidity"].mean()) == pytest.approx(0.80, abs=0.005)
    assert float(weather["pressure"].mean()) == pytest.approx(96_500)


def test_meteo_france_stations_come_side_by_side_and_lacking_pressures_are_counted():
    raw = read_meteo_france(meteo_france("87085006", "33281001"))
    assert raw["station"].to_numpy().tolist() == ["33281001", "87085006"]
    assert raw.attrs["pressure_is_standard"] == 2 * 8760 * 23 // 24
    assert float(raw["pressure"].mean()) == pytest.approx(96_600, abs=200)
    assert float(hourly(raw)["relative_humidity"].mean()) == pytest.approx(0.75, abs=0.005)


@pytest.mark.parametrize(
    ("reader", "text", "code"),
    [
        (read_epw, "bonjour\n", "SIT100"),
        (read_epw, epw()[:60] + "\n", "SIT100"),
        (read_pvgis, "Latitude: 45\n", "SIT100"),
        (read_pvgis, pvgis().replace("RH,", "HR,"), "SIT101"),
        (read_pvgis, pvgis().replace(",80.0,", ",180.0,"), "SIT105"),
        (read_meteo_france, "a;b\n1;2\n", "SIT101"),
        (read_meteo_france, meteo_france("1").replace("20150101", "2015-01-01"), "SIT100"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused_in_french(reader, text, code):
    with pytest.raises(SitingError) as refused:
        reader(text)
    assert refused.value.code == code
    assert str(refused.value).count("\n") == 2


def year(hours: int = 8760) -> xr.Dataset:
    dry = np.resize(DRY, hours)
    return xr.Dataset(
        {
            "dry_bulb": ("hour", dry),
            "relative_humidity": ("hour", np.full(hours, 0.7)),
            "pressure": ("hour", np.full(hours, 101_325.0)),
        }
    )


def test_a_leap_year_of_8784_hours_is_run_whole():
    assert simulate(year(8784), "dlc_dry")["pue"].sizes == {"hour": 8784}


def test_a_few_missing_hours_are_bridged_and_counted():
    holed = year()
    holed["dry_bulb"][:3] = np.nan
    holed["relative_humidity"][4000:4200] = np.nan
    found = simulate(holed, "air_chiller_fc_ad")
    assert found.attrs["filled_hours"] == 203
    assert np.isfinite(found["pue"]).all()
    whole = simulate(year(), "air_chiller_fc_ad")
    assert float(np.abs(found["pue"].mean() - whole["pue"].mean())) < 1e-3


def test_more_than_one_missing_hour_in_twenty_is_refused():
    holed = year()
    holed["dry_bulb"][:500] = np.nan
    with pytest.raises(SitingError, match="dry_bulb") as refused:
        simulate(holed, "dx")
    assert refused.value.code == "SIT105"
    with pytest.raises(SitingError, match="manque"):
        simulate(holed.isel(hour=0), "dx")


def test_humidity_a_hair_above_saturation_is_clipped_and_counted():
    humid = year()
    humid["relative_humidity"][:10] = 1.02
    assert mend(humid).attrs["humidity_clipped"] == 10
    assert simulate(humid, "dx").attrs["humidity_clipped"] == 10
    with pytest.raises(SitingError, match="humidité"):
        simulate(humid.assign(relative_humidity=humid["relative_humidity"] * 2), "dx")


@pytest.mark.parametrize("change", [lambda t: t + 273.15, lambda t: t * 1.8 + 32])
def test_kelvin_and_fahrenheit_are_refused(change):
    hot = year()
    wrong = hot.assign(dry_bulb=change(hot["dry_bulb"] + 12))
    with pytest.raises(SitingError, match="dry_bulb"):
        simulate(wrong, "dx")


def test_assess_gives_each_figure_with_its_interval(stations, sites, factors, tmp_path):
    few = sites.iloc[:3]
    found = impacts.assess(few, ["dlc_dry", "air_chiller_fc_ad"], stations, factors, draws=40)
    assert found.attrs["draws"] == 40
    for name in ("pue", "water_month", "carbon", "heat_capacity"):
        low, high = found[f"{name}_p5"], found[f"{name}_p95"]
        assert bool((low <= found[f"{name}_p50"]).all())
        assert bool((found[f"{name}_p50"] <= high).all())
        assert low.attrs["units"] == found[name].attrs["units"]
        assert f"{name}_p5" in found[name].attrs["ancillary_variables"]
    plain = impacts.assess(few, ["dlc_dry"], stations, factors, draws=0)
    assert "pue_p5" not in plain
    found.to_netcdf(tmp_path / "impacts.nc")
    with xr.open_dataset(tmp_path / "impacts.nc") as back:
        xr.testing.assert_allclose(back["carbon"], found["carbon"])
