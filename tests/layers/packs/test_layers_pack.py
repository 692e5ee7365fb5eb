"""The embedded pack: whole, small, private, and refused when it has been tampered with."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from layers.contracts.contract import LAYERS
from layers.packs.data_pack import EMBEDDED, Pack
from layers.words.errors import SitingError

PRIVATE = re.compile(r"\b(Mme|Monsieur|Madame|SCI|M\.)(?=\W|$)|@|\bpropriétaire", re.IGNORECASE)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return Pack.open(EMBEDDED)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "copie"
    shutil.copytree(EMBEDDED, folder)
    return folder


def test_every_file_of_the_pack_is_what_its_catalogue_says(pack: Pack) -> None:
    assert pack.verify() == []


def test_every_registered_layer_has_papers_and_every_file_is_known(pack: Pack) -> None:
    assert set(LAYERS) <= set(pack.catalogue)
    assert sum(pack.has(name) for name in LAYERS) == 47
    known = {entry.file for entry in pack.catalogue.values() if entry.present}
    reports = {"catalogue.toml", "build_report.csv", "build_report_brownfields.csv"}
    assert {path.name for path in pack.folder.iterdir()} == known | reports


def test_every_layer_has_papers_and_every_absent_one_says_what_it_prevents(pack: Pack) -> None:
    for entry in pack.catalogue.values():
        assert min(len(entry.producer), len(entry.licence), len(entry.vintage)) > 1
        assert entry.caveat_fr
        assert entry.present or entry.prevents_fr


def test_the_pack_stays_small(pack: Pack) -> None:
    assert sum(path.stat().st_size for path in pack.folder.iterdir()) <= 15e6


def test_projects_and_references_are_ready_for_the_program(pack: Pack) -> None:
    bxia = pack.projects()["bxia"]
    assert max(bxia["it_mw"].values()) == 250.0
    assert bxia["grid_mw"] == 380.0
    yards = pack.table("yards").set_index("yard_id")
    for project in pack.projects().values():
        shares = project["yard_shares"]
        assert sum(shares.values()) == pytest.approx(1.0)
        assert (yards.loc[list(shares), "can_host"] == "yes").all()
    references = pack.references()
    assert references["connection_cost"].values[0].value == 140.0
    assert len(references) == 7


def test_reserved_places_are_communes_of_the_region(pack: Pack) -> None:
    communes = set(pack.table("communes")["commune_code"])
    for place in pack.facts()["reserved_places"]["places"]:
        assert set(place["commune_codes"]) <= communes


def test_no_text_of_the_pack_leads_to_a_private_person(pack: Pack) -> None:
    for path in sorted(pack.folder.iterdir()):
        for text in texts_of(path):
            assert not PRIVATE.search(text), f"{path.name} : {text}"


def texts_of(path: Path) -> list[str]:
    if path.suffix in {".toml", ".csv"}:
        return path.read_text(encoding="utf-8").splitlines()
    if path.suffix == ".parquet":
        table = pd.read_parquet(path)
        if "geometry" in table:
            table = pd.DataFrame(gpd.read_parquet(path).drop(columns="geometry"))
        words = table.select_dtypes(include=["object", "str"])
        return [str(value) for name in words for value in words[name].dropna().unique()]
    return []


def test_a_plant_is_named_after_a_place_or_not_at_all(pack: Pack) -> None:
    """At the source a solar farm may bear a family's name, or « Confidentiel », « Prive »."""
    plants = pack.table("power_plants")
    named = plants[plants["name"] != "sans nom"]
    assert set(named["fuel_fr"]) == {"nucléaire", "hydraulique"}
    assert {"Blayais", "Civaux", "Val Beynette"} <= set(named["name"])
    assert not named["name"].str.contains("Farm|Solar|Confidentiel|Prive").any()
    assert pack.entry("power_plants").kind == "derived"


def test_a_changed_file_is_refused(copy: Path) -> None:
    (copy / "yards.parquet").write_bytes((EMBEDDED / "towns.parquet").read_bytes())
    with pytest.raises(SitingError) as refusal:
        Pack.open(copy).table("yards")
    assert refusal.value.code == "SIT104"
    assert refusal.value.exit_code == 7


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "weather.nc").unlink()
    with pytest.raises(SitingError) as refusal:
        Pack.open(copy).weather()
    assert refusal.value.code == "SIT103"
    assert "weather.nc" in str(refusal.value)


def test_a_folder_without_catalogue_is_not_a_pack(tmp_path: Path) -> None:
    with pytest.raises(SitingError) as refusal:
        Pack.open(tmp_path)
    assert refusal.value.code == "SIT103"


def test_an_absent_layer_is_refused_by_name(pack: Pack) -> None:
    with pytest.raises(SitingError) as refusal:
        pack.path("wetlands")
    assert refusal.value.code == "SIT106"
    assert "--layer wetlands=" in refusal.value.hint


def test_verify_reports_every_problem_at_once(copy: Path) -> None:
    (copy / "weather.nc").unlink()
    (copy / "towns.parquet").write_bytes(b"abc")
    codes = sorted(problem.code for problem in Pack.open(copy).verify())
    assert codes == ["SIT103", "SIT104"]
