"""One's own zones: a knock-out or a flag, unknown outside where they are complete."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely

from layers.eligibility.eligibility_rules import RuleSet
from layers.own_layers.zone_file import ZoneOffer, with_own_zones, zone_papers
from layers.own_layers.zone_rules import with_zone_rules
from layers.packs.data_pack import EMBEDDED, Pack
from layers.words.errors import SitingError
from scenarios.answers.told.outside_lines import outside_lines
from scenarios.question.program_settings import departements_asked, known_territory
from scenarios.question.scenario_reading import find_scenario, read_scenario
from scenarios.site_evidence.brought.brought_things import with_brought, zone_journal
from scenarios.site_evidence.brought.zone_joins import (
    join_zones,
    judge_zones,
    with_zone_flags,
    zones_said,
)

GUERET = (613_000.0, 6_564_000.0)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return Pack.open(EMBEDDED)


@pytest.fixture(scope="module")
def zoned(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """Three zones at Guéret: an outline widened, a point widened, and cells with a hole."""
    folder = tmp_path_factory.mktemp("zones")
    x, y = GUERET
    gpd.GeoDataFrame(
        {"nom": ["Captage"]}, geometry=[shapely.box(x, y, x + 100, y + 100)], crs=2154
    ).to_file(folder / "captages.gpkg")
    (folder / "église.csv").write_text(f"nom;x;y\nÉglise;{x + 5000};{y}\n", encoding="utf-8")
    cells = np.array([[1, 0], [255, 0]], dtype="uint8")
    with rasterio.open(
        folder / "bruit.tif", "w", driver="GTiff", width=2, height=2, count=1, dtype="uint8",
        crs="EPSG:2154", nodata=255,
        transform=rasterio.transform.from_origin(x, y + 2000, 1000, 1000),
    ) as raster:  # fmt: skip
        raster.write(cells, 1)
    offers = [
        ZoneOffer.parse(f"{folder / text}")
        for text in (
            "captages.gpkg;role=exclude;label=Captages;source=ARS 2026;buffer=200;complete_in=23",
            "église.csv;role=attention;label=Abords;source=DRAC;buffer=500",
            "bruit.tif;role=exclude;label=Bruit;complete_in=*",
        )
    ]
    return with_own_zones(pack, offers)[0]


@pytest.fixture(scope="module")
def sites(zoned: Pack) -> gpd.GeoDataFrame:
    """Five sites of one hectare, at places one can check on paper."""
    x, y = GUERET
    places = {
        "dedans": (x + 50, y + 50), "bord": (x + 300, y + 50), "loin": (x + 9000, y),
        "abords": (x + 5100, y), "ailleurs": (x + 9000, y + 50),
    }  # fmt: skip
    table = gpd.GeoDataFrame(
        {"departement_code": ["23", "23", "23", "23", "87"], "flags_fr": ["", "", "", "zone N", ""],
         "area_m2": 1e4},
        geometry=[shapely.Point(place) for place in places.values()],
        index=pd.Index(list(places), name="site_id"), crs=2154,
    )  # fmt: skip
    ground = np.array([shapely.box(p.x - 50, p.y - 50, p.x + 50, p.y + 50) for p in table.geometry])
    return with_zone_flags(join_zones(table, ground, zoned), zoned)


def test_a_zone_holds_hectares_or_nothing_or_nobody_knows(sites: gpd.GeoDataFrame) -> None:
    captages = sites["zone_1_overlap_ha"]
    assert captages["dedans"] == 1.0
    assert 0.3 < captages["bord"] < 0.6
    assert captages["loin"] == 0.0  # the file is complete in Creuse
    assert np.isnan(captages["ailleurs"])  # and says nothing of Haute-Vienne
    assert np.isnan(sites.loc["dedans", "zone_2_overlap_ha"])
    assert np.isnan(sites.loc["dedans", "zone_3_overlap_ha"])  # a cell without data
    assert sites.loc["loin", "zone_3_overlap_ha"] == 0.0


def test_a_zone_rejects_or_is_said_under_its_own_label(sites, zoned: Pack) -> None:
    day = read_scenario("tendanciel").reference_date
    table = pd.concat(judge_zones(sites, zoned, day)).set_index(["criterion", "site_id"])
    assert table.loc["zone.1"]["state"].to_dict() == {
        "dedans": "failed", "bord": "failed", "loin": "passed", "abords": "passed",
        "ailleurs": "unknown",
    }  # fmt: skip
    assert set(table.loc["zone.1"]["kind"]) == {"éliminatoire"}
    assert set(table.loc["zone.2"]["kind"]) == {"à vérifier"}
    assert "ARS 2026" in table.loc[("zone.1", "dedans"), "reference"]
    assert sites.loc["abords", "flags_fr"].startswith("zone N ; dans la zone")
    assert sites.loc["loin", "flags_fr"] == ""
    said = zones_said(table.reset_index())
    assert "écarte 2\u00a0sites" in said[0]


def test_a_zone_that_excludes_is_a_rule_of_the_eligibility_map(zoned: Pack) -> None:
    day = read_scenario("tendanciel").reference_date
    rules = with_zone_rules(RuleSet("x", "x", "", ()), zoned, day)
    assert [found.rule.label_fr for found in rules.rules] == ["Zone « Captages »", "Zone « Bruit »"]
    assert zone_papers(zoned)["role"].tolist() == ["exclude", "attention", "exclude"]
    assert zoned.entry("zone_1").complete_in == ("23",)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("a.gpkg;role=interdire", "SIT202", "role=exclude"),
        ("a.gpkg;role=exclude;buffer=loin", "SIT105", "50 000 m"),
        ("a.gpkg;rôle=exclude", "SIT202", "vouliez-vous"),
        ("absent.gpkg;role=exclude", "SIT108", "--zone"),
        ("points.csv;role=exclude", "SIT105", "buffer=200"),
        ("points.csv;role=exclude;buffer=10;complete_in=75", "SIT202", "75"),
    ],
)
def test_a_zone_ill_given_is_refused_in_french(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, code: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("points.csv").write_text("x;y\n613000;6564000\n", encoding="utf-8")
    with pytest.raises(SitingError) as refusal:
        with_own_zones(pack, [ZoneOffer.parse(text)])
    assert refusal.value.code == code
    assert words in str(refusal.value)


def test_the_zones_of_a_scenario_are_in_its_journal(pack: Pack, tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("x;y\n613000;6564000\n", encoding="utf-8")
    table = f'[{{file={str(file)!r}, role="attention", label="Puits", source="Mairie", buffer=50}}]'
    question = read_scenario("tendanciel", (f"zones={table}",))
    brought, told = with_brought(question, pack)
    assert "Puits" in told[0]
    assert with_brought(question, brought)[1] == []
    assert zone_journal(question)[0]["decided_by"] == "Mairie"


def test_a_territory_may_be_named_and_a_scenario_found_here(
    pack: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = read_scenario("tendanciel", ('territory=["Creuse", "haute vienne", "23"]',))
    known_territory(named, pack)
    assert departements_asked(named, pack) == ("23", "87")
    assert departements_asked(read_scenario("tendanciel"), pack) is None
    wrong = read_scenario("tendanciel", ('territory=["Girond"]',))
    with pytest.raises(SitingError) as refusal:
        known_territory(wrong, pack)
    assert "gironde" in refusal.value.hint
    monkeypatch.chdir(tmp_path)
    Path("besoin-120.toml").write_text('extends = "tendanciel"\n', encoding="utf-8")
    assert find_scenario("besoin-120") == Path("besoin-120.toml")


def test_a_connection_to_a_yard_elsewhere_is_said() -> None:
    sites = pd.DataFrame(
        {"departement_code": ["23", "23"], "name_fr": ["Friche A", "Dépôt"]}, index=["A", "B"]
    )
    yards = pd.DataFrame(
        {"name": ["Guéret", "Limoges", "Montluçon"], "departement_code": ["23", "87", None]},
        index=["G", "L", "M"],
    )
    lines = pd.DataFrame(
        {"site_id": ["A", "A", "B"], "yard_id": ["L", "L", "M"], "meter_mw": [3.0, 4.0, 5.0]}
    )
    said = outside_lines(lines, yards, sites)["yards_outside"]["answer_fr"]
    assert said == [
        "2\u00a0sites retenus se raccordent hors du territoire\u00a0: Friche A au poste Limoges "
        "(87) et Dépôt au poste Montluçon."
    ]
    assert outside_lines(lines.assign(yard_id="G"), yards, sites) == {}
    assert outside_lines(lines.iloc[:0], yards, sites) == {}
