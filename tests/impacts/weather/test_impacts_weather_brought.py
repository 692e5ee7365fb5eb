"""Weather files as people hold them: what was refused or read wrongly, and is not any more."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from impacts.weather.place_weather import blend, cells, places
from impacts.weather.replaced_stations import REACH, beside, whole_years
from impacts.weather.station_weather import hourly
from impacts.weather.weather_files import read_epw, read_meteo_france, read_pvgis, read_weather
from layers.words.errors import SitingError

REAL = Path(__file__).resolve().parents[4] / "shared" / "data" / "climate"


def epw(
    years: tuple[int, ...] = (2007,),
    zone: str = "1.0",
    dew: str = "8.0",
    humid: str = "77",
    shift: float = 0.0,
) -> str:
    head = f"LOCATION,Bordeaux,-,FRA,essai,075100,44.83,-0.69,{zone},47.0\nDESIGN CONDITIONS,0"
    rows = []
    for k, year in enumerate(years):
        hours = pd.date_range("2015-01-01", periods=8760, freq="h")
        dry = 12 + shift * k + 8 * np.sin(2 * np.pi * (np.arange(8760) - 3000) / 8760)
        rows += [
            f"{year},{t.month},{t.day},{t.hour + 1},0,?9,{v:.1f},{dew},{humid},101000,0,0"
            for t, v in zip(hours, dry, strict=True)
        ]
    return "\n".join([head, *rows]) + "\n"


def refusal(text: str, reader=read_weather) -> SitingError:
    with pytest.raises(SitingError) as refused:
        reader(text, where="mon.epw")
    assert str(refused.value).count("\n") == 2
    return refused.value


def test_a_zone_with_a_half_hour_keeps_every_hour():
    weather = hourly(read_epw(epw(zone="5.5")))
    assert weather.sizes["time"] == 8760
    assert float(weather["filled_share"][0]) == 0
    # Hour 1 ends at 19 h 30 of the day before, in UTC: it is dated 19 h.
    plain = hourly(read_epw(epw(zone="0")))["dry_bulb"].to_numpy()[0]
    moved = weather["dry_bulb"].to_numpy()[0]
    np.testing.assert_allclose(moved[100:8000], plain[106:8006])


def test_a_missing_dew_point_is_worked_from_the_humidity_of_its_hour():
    weather = hourly(read_epw(epw(dew="99.9", humid="77")))
    np.testing.assert_allclose(weather["relative_humidity"].to_numpy(), 0.77, atol=1e-3)
    # Without humidity either, it is a hole, and a year of holes is refused.
    blind = read_epw(epw(dew="99.9", humid="999"))
    with pytest.raises(SitingError, match="manquantes"):
        hourly(blind)


def test_the_mark_before_the_first_line_is_no_fault():
    plain, marked = read_epw(epw()), read_epw("\ufeff" + epw())
    xr.testing.assert_identical(plain, marked)
    assert read_weather("\ufeff" + epw(), where="mon.epw").attrs["format_fr"] == "EPW"


def test_two_years_of_an_epw_are_both_read():
    read = read_epw(epw(years=(2018, 2019), shift=2.0))
    assert read.attrs["years_fr"] == "2018 à 2019"
    weather = hourly(read)
    assert weather.sizes["time"] == 2 * 8760
    dry = weather["dry_bulb"].to_numpy()[0].reshape(2, 8760)
    assert dry[1].mean() - dry[0].mean() == pytest.approx(2.0, abs=0.01)


def test_a_typical_year_made_of_several_is_one_year():
    text = epw().replace("2007,3,", "2011,3,")
    read = read_epw(text)
    assert read.sizes["time"] == 8760
    assert read.attrs["years_fr"] == "année type"


def test_an_hour_given_twice_is_refused_with_its_line():
    lines = epw(years=(2018, 2019)).splitlines()
    fault = refusal("\n".join([*lines, lines[-1]]))
    assert fault.code == "SIT105"
    assert "2019-12-31 à 24 h" in fault.message
    assert fault.where == f"mon.epw, ligne {len(lines) + 1}"


def test_a_decimal_comma_is_a_number():
    text = epw().replace(",", ";").replace(".", ",")
    np.testing.assert_allclose(read_epw(text)["dry_bulb"], read_epw(epw())["dry_bulb"])
    head = "NUM_POSTE;LAT;LON;ALTI;AAAAMMJJHH;T;U"
    hours = pd.date_range("2019-01-01", periods=48, freq="h")
    rows = [f"33281001;44,83;-0,69;47;{t:%Y%m%d%H};{5 + t.hour / 10:.1f};80" for t in hours]
    text = "\n".join([head, *(row.replace(".", ",") for row in rows)])
    assert float(read_meteo_france(text)["dry_bulb"].max()) == pytest.approx(7.3)


def test_mq_is_a_missing_value_and_a_word_is_refused_with_its_line():
    head = "NUM_POSTE;LAT;LON;ALTI;AAAAMMJJHH;T;U"
    hours = pd.date_range("2019-01-01", periods=48, freq="h")
    rows = [f"33281001;44.83;-0.69;47;{t:%Y%m%d%H};5.0;80" for t in hours]
    rows[3] = rows[3].replace("5.0", "mq")
    read = read_meteo_france("\n".join([head, *rows]))
    assert int(np.isnan(read["dry_bulb"]).sum()) == 1
    rows[7] = rows[7].replace("5.0", "froid")
    fault = refusal("\n".join([head, *rows]))
    assert (fault.code, fault.where) == ("SIT105", "mon.epw, ligne 9")
    assert "« froid » n'est pas un nombre, colonne T" in fault.message


@pytest.mark.parametrize(
    ("change", "where", "words"),
    [
        (("44.83", "quarante"), "mon.epw, ligne 1", "« quarante » n'est pas un nombre"),
        (("44.83", "448.3"), "mon.epw, ligne 1", "latitude de « 448.3 »"),
        ((",101000,", ",haute,"), "mon.epw, ligne 3", "« haute » n'est pas un nombre"),
        (("LOCATION", "ENDROIT"), "mon.epw, ligne 1", "ni un EPW"),
    ],
)
def test_a_wrong_file_is_told_with_its_line_and_value(change, where, words):
    fault = refusal(epw().replace(*change))
    assert fault.where.startswith(where)
    assert words in fault.message


def test_a_pvgis_height_that_is_none_is_told():
    text = "Latitude: 45.8\nLongitude: 1.2\nElevation (m): haut\ntime(UTC),T2m,RH,SP\n"
    fault = refusal(text + "20100101:0000,1,80,96500\n", read_pvgis)
    assert "altitude" in fault.message


def observed(years: range, hole: int | None = None) -> xr.Dataset:
    time = pd.date_range(f"{years[0]}-01-01", f"{years[-1] + 1}-01-01", freq="h", inclusive="left")
    dry = np.where(time.year == hole, np.nan, 10.0 + (time.year - 2000))[None]
    return xr.Dataset(
        {name: (("station", "time"), dry - drop) for name, drop in (("dry_bulb", 0.0),
                                                                     ("dew_point", 3.0))}
        | {"pressure": (("station", "time"), np.full(dry.shape, 101_000.0))},
        coords={"station": ["s"], "time": time, "x_m": ("station", [0.0]),
                "y_m": ("station", [0.0]), "altitude_m": ("station", [0.0])},
    )  # fmt: skip


def test_only_whole_years_that_follow_one_another_are_kept():
    kept = whole_years(observed(range(2014, 2020), hole=2016), where="x")
    assert sorted(set(kept["time"].dt.year.to_numpy())) == [2017, 2018, 2019]
    with pytest.raises(SitingError, match="aucune année complète"):
        whole_years(observed(range(2016, 2017), hole=2016), where="x")


SITES = pd.DataFrame(
    {"x_m": [5_000.0, 90_000.0], "y_m": [0.0, 0.0], "elevation_m": [0.0, 0.0]},
    index=pd.Index(["near", "far"], name="site_id"),
)


def village(temperatures: dict[str, tuple[float, float]], years: int = 5) -> xr.Dataset:
    """Stations on a line, each at one temperature: (kilometres, degrees)."""
    one = observed(range(2015, 2015 + years))
    parts = [
        one.assign(
            dry_bulb=one["dry_bulb"] * 0 + warm, dew_point=one["dew_point"] * 0 + warm - 3
        ).assign_coords(station=[name], x_m=("station", [1000 * km]))
        for name, (km, warm) in temperatures.items()
    ]
    return hourly(xr.concat(parts, "station"))


@pytest.mark.parametrize("years", [1, 2, 3])
def test_a_weather_brought_replaces_stations_within_its_reach_and_nowhere_else(years: int):
    stations = village({"a": (20, 10.0), "b": (60, 11.0), "c": (100, 12.0), "d": (140, 13.0)})
    brought = village({"mine": (0, 25.0)}, years)
    both = beside(stations, brought, 30_000.0)
    assert both.sizes["time"] % 8760 == 0
    assert both.sizes["time"] // 8760 == {1: 5, 2: 10, 3: 15}[years]
    alone, mixed = blend(stations, SITES)["dry_bulb"], blend(both, SITES)["dry_bulb"]
    assert float(mixed.sel(site_id="near").max()) == pytest.approx(25.0, abs=1e-4)
    assert float(mixed.sel(site_id="near").min()) == pytest.approx(25.0, abs=1e-4)
    assert float(mixed.sel(site_id="far").mean()) == pytest.approx(
        float(alone.sel(site_id="far").mean()), abs=1e-5
    )
    grouped, of_site = cells(places(SITES, both))
    assert grouped.weight[of_site[0]].round(6).tolist() == [1, 0, 0]
    assert both[REACH].to_numpy().tolist() == [0, 0, 0, 0, 30_000]


@pytest.mark.parametrize(
    ("name", "mean"),
    [
        ("essais_bordeaux_merignac_tmyx_2009-2023", 14.40),
        ("essais_la_rochelle_tmyx", 13.12),
        ("essais_la_rochelle_2040-2069_rcp85_ipsl", 14.67),
    ],
)
def test_real_typical_years_have_the_published_mean(name: str, mean: float):
    file = REAL / f"{name}.epw.gz"
    if not file.is_file():
        pytest.skip("fichier d'essai absent : il ne voyage pas avec l'outil")
    weather = hourly(read_epw(gzip.decompress(file.read_bytes()).decode("utf-8")))
    assert weather.sizes["time"] == 8760
    assert float(weather["dry_bulb"].mean()) == pytest.approx(mean, abs=0.01)
