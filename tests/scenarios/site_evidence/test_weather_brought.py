"""A weather file brought: who takes it, what it changes, and where it is said."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import impacts
from layers.opening import weather_text
from layers.packs.data_pack import EMBEDDED, Pack
from layers.words.errors import SitingError
from maps.paper.sheet_material import NO_WEATHER
from scenarios.answers.weather_said import add_weather, weather_said, weather_source
from scenarios.question.scenario_reading import read_scenario
from scenarios.site_evidence.at_stations.site_weather import brought, hours_asked, weather_words
from scenarios.verbs.plan_evaluation import evaluate
from scenarios.writing.step_cache import changed, footprint_key, parts_of

SITE = "87085_12743"  # Limoges


def epw(warm: float = 30.0) -> str:
    """Write a year at one temperature, at Limoges."""
    head = "LOCATION,Limoges,-,FRA,essai,0,45.85,1.25,1.0,300.0"
    hours = pd.date_range("2015-01-01", periods=8760, freq="h")
    rows = [
        f"2007,{t.month},{t.day},{t.hour + 1},0,?9,{warm},{warm - 15},40,98000,0" for t in hours
    ]
    return "\n".join([head, *rows]) + "\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "limoges.epw"
    path.write_text(epw(), encoding="utf-8-sig")
    return path


@pytest.fixture(scope="module")
def pack() -> Pack:
    return Pack.open(EMBEDDED)


def question(file: Path, *more: str):
    return read_scenario("tendanciel", (f'weather.file="{file}"', *more))


def places(*points: tuple[float, float]) -> gpd.GeoDataFrame:
    shapes = gpd.GeoSeries(gpd.points_from_xy(*zip(*points, strict=True)), crs="EPSG:4326")
    return gpd.GeoDataFrame(
        {"fate": "candidat", "retained": [True, False]},
        index=["near", "far"],
        geometry=shapes.to_crs("EPSG:2154").to_numpy(),
        crs="EPSG:2154",
    )


TWO = ((1.30, 45.85), (-0.57, 44.84))


def test_a_site_takes_the_file_within_its_reach_and_says_so(file: Path):
    sites = places(*TWO)
    given = brought(question(file))
    assert given is not None
    assert given.reach_km == 30
    assert given.reaches(sites).tolist() == [True, False]
    words = weather_words(question(file), sites, Pack.open(EMBEDDED))
    assert words["near"].startswith("fichier « limoges.epw » (EPW, année type), à 4")
    assert words["far"].startswith("stations du lot : fichier apporté à 1")
    wide = question(file, "weather.within_km=500")
    assert brought(wide).reaches(sites).all()
    plain = weather_words(read_scenario("tendanciel", ()), sites, Pack.open(EMBEDDED))
    assert not plain.str.contains("fichier").any()


def test_what_is_said_counts_who_takes_it_and_who_brings_it(file: Path):
    sites = places(*TWO)
    asked = question(file, 'weather.provided_by="Région"')
    document = {"journal": [], "basis_fr": "Médianes."}
    add_weather(document, asked, sites)
    assert document["weather"]["candidates_in_reach"] == 1
    assert document["weather"]["retained_in_reach"] == 1
    assert document["journal"][0]["decided_by"] == "Région"
    assert document["weather"]["sha256"][:16] in document["journal"][0]["why"]
    told = " ".join(document["weather"]["answer_fr"])
    assert "limoges.epw" in told
    assert "hypothèse datée" in told
    assert told in document["basis_fr"]
    assert all(len(line.split()) <= 35 for line in document["weather"]["answer_fr"])
    source = weather_source(asked)
    assert source["producer"] == "Région"
    nobody = weather_said(question(file, "weather.within_km=1"), sites)
    assert "ne change rien" in nobody["answer_fr"][1]
    assert weather_said(read_scenario("tendanciel", ()), sites) is None


def test_another_content_is_another_weather_even_under_the_same_name(file: Path, pack: Pack):
    def parts():
        return parts_of(question(file).model_dump(mode="json"), pack)

    before = parts()
    first = float(brought(question(file)).hours["dry_bulb"].mean())
    file.write_text(epw(12.0), encoding="utf-8")
    assert changed(before, parts()) == ["la météo apportée"]
    assert footprint_key(before, (0.7,)) != footprint_key(parts(), (0.7,))
    again = float(brought(question(file)).hours["dry_bulb"].mean())
    assert (first, again) == (pytest.approx(30), pytest.approx(12))


def test_2050_warms_the_file_as_it_warms_the_stations(file: Path, pack: Pack):
    today = hours_asked(question(file), pack)
    later = hours_asked(question(file, "climate=2050"), pack)
    warming = (later["dry_bulb"] - today["dry_bulb"]).mean("time").to_numpy()
    assert today["station"].to_numpy()[-1] == "fichier Limoges"
    assert np.ptp(warming) < 1.5
    assert warming[-1] > 0.5


def test_a_drawn_plan_moves_where_the_file_reaches_and_nowhere_else(file: Path, pack: Pack):
    sites = pack.table("brownfields").set_index("site_id")
    far = sites.index[sites["commune_code"].str.startswith("64") & (sites["site_surface_m2"] > 5e4)]
    drawn = pd.DataFrame({"site_id": [SITE, far[0]], "it_mw": [5.0, 5.0]})
    own = pd.DataFrame({"site_id": [far[0]], "it_mw": [5.0]})
    plain = read_scenario("tendanciel", ())

    def twh(plan: pd.DataFrame, asked) -> float:
        return evaluate(plan, asked, pack)["plan"]["2036"]["electricity_twh"]

    assert twh(drawn, question(file)) > twh(drawn, plain) * 1.01
    assert twh(own, question(file)) == twh(own, plain)
    report = evaluate(drawn, question(file), pack)
    assert report["weather"]["file"] == "limoges.epw"
    assert any("limoges.epw" in line for line in report["answer_fr"])


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "SIT108", "vide"),
        (b"\x1f\x8b\x08\x00rest", "SIT108", "gzip"),
        (b"PK\x03\x04rest", "SIT108", "zip"),
        (b"LOCATION\0", "SIT108", "pas un texte"),
        (b"bonjour\n", "SIT100", "ni un EPW"),
    ],
)
def test_a_file_that_is_no_weather_is_refused_in_three_lines(tmp_path, content, code, words):
    path = tmp_path / "x.epw"
    path.write_bytes(content)
    with pytest.raises(SitingError, match=words) as refused:
        brought(question(path))
    assert refused.value.code == code
    assert str(refused.value).count("\n") == 2


def test_a_file_too_heavy_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(weather_text, "MAX_TEXT", 1000)
    path = tmp_path / "x.epw"
    path.write_text("a" * 1001, encoding="utf-8")
    with pytest.raises(SitingError) as refused:
        weather_text.read_weather_text(str(path))
    assert refused.value.code == "SIT109"


def test_a_text_of_another_encoding_is_read(tmp_path: Path):
    path = tmp_path / "x.epw"
    path.write_bytes(epw().replace("Limoges", "Orthez-Mérignac").encode("cp1252"))
    assert brought(question(path)).stations == ["Orthez-Mérignac"]


def test_the_figures_said_to_read_no_weather_read_none(file: Path, pack: Pack):
    factors = impacts.factors(date(2026, 11, 23))
    sites = pd.DataFrame(
        {"x_m": [565_000.0], "y_m": [6_530_000.0], "elevation_m": [300.0]}
        | {f"aware_{month:02}": [1.0] for month in range(1, 13)},
        index=pd.Index(["s"], name="site_id"),
    )

    def footprint(asked):
        return impacts.footprint(sites, ["air_chiller_fc_ad"], hours_asked(asked, pack), factors)

    own, brought_here = footprint(read_scenario("tendanciel", ())), footprint(question(file))
    same = {name for name in own.data_vars if own[name].equals(brought_here[name])}
    assert same == set(NO_WEATHER)
