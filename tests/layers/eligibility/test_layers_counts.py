"""The embedded pack's tables against the figures their producers publish."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from layers.packs.data_pack import EMBEDDED, Pack
from layers.sources.sectors import zre_shares
from layers.words.territory_paper import Territory


@pytest.fixture(scope="module")
def pack() -> Pack:
    return Pack.open(EMBEDDED)


def test_communes_match_the_official_geographic_code(pack: Pack) -> None:
    communes = pack.table("communes")
    assert len(communes) == 4293
    assert communes["epci_code"].nunique() == 156
    assert communes["population"].sum() == 6_150_451
    assert communes["outline_patched"].sum() == 8
    names = communes.set_index("commune_code")["name"]
    assert names["17300"] == "La Rochelle"
    assert names["33333"] == "Le Porge"


def test_outlines_are_valid_and_cover_the_region_without_overlap(pack: Pack) -> None:
    communes = pack.table("communes")
    assert communes.geometry.is_valid.all()
    union = communes.union_all().area
    assert communes.area.sum() == pytest.approx(union, rel=2e-3)
    assert union / 1e6 == pytest.approx(84_036, rel=0.02)


def test_departements_are_the_union_of_their_communes(pack: Pack) -> None:
    communes, departements = pack.table("communes"), pack.table("departements")
    assert len(departements) == 12
    assert departements.union_all().area == pytest.approx(communes.union_all().area, rel=1e-6)


def test_neighbours_never_cover_the_region(pack: Pack) -> None:
    region, around = pack.table("departements").union_all(), pack.table("neighbours")
    assert len(around) == 28
    assert set(around["kind"]) == {"departement", "pays"}
    assert around.intersection(region).area.sum() / region.area < 5e-3


def test_brownfields_match_the_official_counts(pack: Pack) -> None:
    sites = pack.table("brownfields")
    assert len(sites) == 2950
    counts = sites["status"].value_counts()
    assert counts.to_dict() == {"sans projet": 1492, "potentielle": 1162, "avec projet": 296}
    verified = sites[sites["status_is_verified"]]
    assert len(verified) == 1788
    areas = [(verified["site_surface_m2"] >= ha * 1e4).sum() for ha in (1, 2, 5, 10)]
    assert areas == [483, 396, 193, 102]
    assert (sites["site_surface_m2"] >= 1e4).sum() == 1041


def test_brownfield_defects_are_flagged_not_hidden(pack: Pack) -> None:
    sites = pack.table("brownfields")
    assert (sites["area_state"] == "invraisemblable").sum() == 3
    assert (sites["commune_code_source"] == "point").sum() == 2
    assert (sites["position_state"] == "hors de toute commune").sum() == 2
    assert (sites["position_state"] != "dans la commune nommée").sum() == 86
    assert sites["duplicate_point"].sum() == 141
    large = sites[sites["status_is_verified"] & (sites["site_surface_m2"] >= 1e4)]
    zones = large["plu_zone"].value_counts()
    assert (zones["N"], zones["A"], zones["inconnue"]) == (93, 35, 163)
    assert (large["status"] == "avec projet").sum() == 116
    local = sites["source_kind"] == "observatoire local (Grand Angoulême)"
    assert local.sum() == 927


def test_every_brownfield_has_its_line_in_the_report(pack: Pack) -> None:
    lines = pd.read_csv(pack.folder / "build_report_brownfields.csv", sep=";", dtype="str")
    assert lines["key"].tolist() == pack.table("brownfields")["site_id"].tolist()
    assert lines["why_fr"].notna().all()


def test_yards_group_rows_and_tell_who_can_host(pack: Pack) -> None:
    yards = pack.table("yards").set_index("yard_id")
    assert sum(len(codes.split("|")) for codes in yards["codes"]) >= 797
    assert yards.loc["TUILI", "voltages_kv"] == "225|63"
    assert yards.loc["ARGIA", "codes"] == "ARGI5|ARGIA"
    assert yards.loc["MQIS", "name"] == "Le Marquis"
    assert set(yards["can_host"]) == {"yes", "no", "unknown"}
    clients = yards[yards["name"].str.contains("client", case=False)]
    assert (clients["can_host"] == "no").all()
    tees = yards[yards["functions"] == "Point de piquage"]
    assert (tees["can_host"] == "no").all()
    hosting = yards[yards["can_host"] == "yes"]
    assert hosting["max_voltage_kv"].isin([63, 90, 150, 225, 400]).all()
    assert yards["in_territory"].eq(yards["departement_code"].notna()).all()


def test_nature_tables_match_their_counts(pack: Pack) -> None:
    natura = pack.table("natura2000_points")
    assert len(natura) == 267
    assert set(natura["directive"]) == {"ZPS", "ZSC/SIC"}
    by_dep = natura[natura["departement_code"] == "24"]
    assert by_dep["official_area_ha"].sum() == pytest.approx(42_119, abs=1)
    assert len(pack.table("regional_parks")) == 5
    reserves = pack.table("national_reserves")["kind"].value_counts()
    assert reserves.to_dict() == {"réserve": 7, "périmètre de protection": 2}


def test_heat_deliveries_match_the_published_sum(pack: Pack) -> None:
    heat = pack.table("heat_deliveries")
    assert heat["network_id"].nunique() == 25
    assert heat["delivered_mwh"].sum() / 1000 == pytest.approx(537.5, abs=0.1)
    unknown = heat.loc[heat["sector"] == "x", "delivered_mwh"].sum() / 1000
    assert unknown == pytest.approx(57.6, abs=0.1)
    assert heat["is_secret"].sum() == 17
    assert heat.loc[heat["is_secret"], "delivered_mwh"].isna().all()


def test_heat_profiles_are_shares_of_a_year(pack: Pack) -> None:
    profiles = pack.table("heat_profiles").set_index("hour")
    assert profiles.index.tolist() == list(range(1, 8761))
    assert profiles.sum().to_numpy() == pytest.approx(1.0, abs=1e-6)
    assert (profiles > 0).all(axis=None)
    summer = profiles.loc[24 * 151 + 1 : 24 * 243].sum()
    assert (summer < 0.15).all()


def test_industry_and_networks_match_their_sums(pack: Pack) -> None:
    industry = pack.table("industry_heat")
    assert len(industry) == 40
    assert industry["excess_heat_gwh"].sum() == pytest.approx(697, abs=1)
    networks = pack.table("heat_departements")
    assert networks["networks"].sum() == 81
    assert networks["renewable_share"].between(0.29, 1.0).all()


def test_weather_is_plausible_and_its_gaps_are_counted(pack: Pack) -> None:
    weather = pack.weather()
    assert dict(weather.sizes) == {"station": 13, "time": 5 * 2920 + 8}
    means = weather["dry_bulb"].mean("time").to_series()
    assert means.between(11.5, 15.0).all()
    assert means["07510"] == pytest.approx(14.2, abs=0.3)
    assert means["07434"] < means["07510"]
    extra = (weather["dew_point"] - weather["dry_bulb"]).max().item()
    assert extra <= 0.31
    pressure = weather["pressure"].mean("time").to_series()
    assert pressure.between(93_000, 103_000).all()
    assert weather["relative_humidity"].max().item() <= 1.0
    missing = np.isnan(weather["dry_bulb"]).sum("time").to_numpy()
    assert missing.tolist() == weather["dry_bulb"].attrs["missing"].tolist()
    assert missing.max() / weather.sizes["time"] < 0.03
    assert weather["dry_bulb"].attrs["units"] == "degC"


def test_weather_noon_is_warmer_than_night(pack: Pack) -> None:
    bordeaux = pack.weather()["dry_bulb"].sel(station="07510")
    by_hour = bordeaux.groupby("time.hour").mean()
    assert int(by_hour.idxmax()) == 15
    assert int(by_hour.idxmin()) in (3, 6)


def test_climate_2050_matches_the_mean_changes(pack: Pack) -> None:
    climate = pack.table("climate_2050")
    assert climate["epci_code"].nunique() == 156
    climate["change"] = climate["median"] - climate["reference"]
    change = climate.groupby("variable")["change"].mean()
    found = [change[f"temperature_{name}"] for name in ("winter", "spring", "summer", "autumn")]
    assert found == pytest.approx([1.96, 1.47, 2.32, 2.45], abs=0.03)
    warm = climate[climate["variable"] == "temperature_summer"]
    assert warm["high"].notna().all()
    assert (warm["low"] <= warm["high"]).all()


def test_aware_basins_match_the_published_factors(pack: Pack) -> None:
    basins = pack.table("aware_basins").set_index("basin_id")
    assert len(basins) == 10
    assert not basins.has_z.any()
    factors = basins["aware_annual_non_agri"]
    assert factors[["5181", "5259", "5308", "5361", "5534"]].tolist() == [2.5, 11.1, 3.2, 2.6, 1.4]
    assert basins.loc["5259", "aware_08"] == 100.0
    months = basins[[f"aware_{month:02d}" for month in range(1, 13)]]
    assert months.ge(0.1).all(axis=None)
    assert months.le(100.0).all(axis=None)


def test_sectors_cover_the_region_once_in_three_states(pack: Pack) -> None:
    sectors = pack.table("sectors")
    assert 40 <= len(sectors) <= 65
    assert set(sectors["zre"]) == {"yes", "no", "unknown"}
    assert (sectors["zre_status"] == "assumption").all()
    region = pack.table("departements").union_all().area
    assert sectors.area.sum() == pytest.approx(region, rel=5e-3)
    named = sectors.set_index("sector_code")
    assert named.loc["L2", ["name_fr", "zre"]].tolist() == ["Clain", "yes"]
    assert named.loc["O9", "zre"] == "unknown"


def test_zre_shares_are_within_ten_points_or_explained(pack: Pack) -> None:
    shares = zre_shares(pack.table("sectors"), pack.table("communes"))
    settings = Territory.named("nouvelle-aquitaine").settings
    report = (pack.folder / "build_report.csv").read_text(encoding="utf-8")
    missed = []
    for code, published in settings["zre_published_share"].items():
        if abs(shares[code] - published) > 0.10:
            missed.append(code)
            assert settings["zre_share_notes"][code] in report
    assert missed == ["86"]
    unknown = pack.table("sectors").query("sector_code in ('L3', 'L6', 'L7')")
    north = unknown.intersection(
        pack.table("departements").set_index("departement_code").loc["86"].geometry
    )
    vienne = pack.table("departements").set_index("departement_code").loc["86", "area_km2"]
    assert shares["86"] + north.area.sum() / 1e6 / vienne == pytest.approx(0.65, abs=0.10)


def test_datacenters_and_water_bodies_are_files_apart_under_odbl(pack: Pack) -> None:
    marked = {name for name, entry in pack.catalogue.items() if entry.odbl}
    assert marked == {
        "datacenters_osm", "water_bodies_osm", "rail_stations", "coastal_communes", "hv_lines_2016",
    }  # fmt: skip
    features = pack.table("datacenters_osm")
    assert len(features) == 19
    assert 13 <= features["site_group"].nunique() <= 17


def test_landing_is_in_le_porge(pack: Pack) -> None:
    landing = pack.table("landings").iloc[0]
    porge = pack.table("communes").set_index("commune_code").loc["33333"].geometry
    assert landing["cable"] == "Amitié"
    assert porge.contains(landing.geometry)


def test_elevation_is_that_of_the_towns_within_its_known_error(pack: Pack) -> None:
    towns = pack.table("towns").set_index("name")
    heights = dict(zip(towns.index, pack.sample("elevation", towns.geometry), strict=True))
    assert heights["Bordeaux"] == pytest.approx(10, abs=30)
    assert heights["Limoges"] == pytest.approx(294, abs=60)
    assert heights["Guéret"] == pytest.approx(450, abs=80)


def test_land_cover_classes_are_labelled_and_far_points_are_unknown(pack: Pack) -> None:
    labels = pack.facts()["land_cover_labels"]["by_class"]
    values = pack.sample("land_cover", pack.table("communes").geometry.representative_point())
    assert {str(int(value)) for value in values[~np.isnan(values)]} <= set(labels)
    assert np.isnan(values).mean() < 0.02
    assert np.isnan(pack.sample("land_cover", np.array([[0.0, 0.0]]))).all()
