"""Another region's papers and exports: written, read as published, refused in French."""

from __future__ import annotations

import gzip
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from village_shapes import SOUTH, WEST, lonlat, square

from layers.contracts.contract import LAYERS
from layers.packs.data_pack import Pack
from layers.packs.pack_building import build
from layers.packs.paper_writing import national_fiches, write_papers
from layers.sources.commune_schemas import from_insee, from_official
from layers.words.errors import SitingError
from layers.words.territory_paper import PAPERS, Territory

FOREIGN = ("aquitaine", "néo terra", "ceser", "bordeaux", "gironde", "angoul", "pyrénées")
# Admin Express (2024, before), geo.api.gouv.fr: the same three communes of département 59.
CODES = ["59001", "59002", "59003"]
SCHEMAS = {
    "admin/adminexpress_communes_2026.geojson": {
        "code_insee": CODES, "nom_officiel": ["A", "B", "C"],
        "code_insee_du_departement": "59", "population": [10, 20, 30],
        "codes_siren_des_epci": "200093201/200046977",
    },
    "admin/COMMUNE.shp": {
        "INSEE_COM": CODES, "NOM": ["A", "B", "C"], "INSEE_DEP": "59",
        "POPULATION": [10, 20, 30], "SIREN_EPCI": "200093201",
    },
    "admin/communes-59.geojson": {
        "code": CODES, "nom": ["A", "B", "C"], "codeDepartement": "59",
        "codeEpci": "200093201", "population": [10, 20, 30],
    },
}  # fmt: skip


def communes_in(folder: Path, name: str) -> None:
    (folder / "admin").mkdir(parents=True, exist_ok=True)
    shapes = [square(0, 0), square(1, 0), square(0, 1)]
    table = gpd.GeoDataFrame(SCHEMAS[name], geometry=shapes, crs=2154)
    table.to_crs(4326).to_file(folder / name)


def yards_as_published(path: Path) -> None:
    """Write the file as RTE publishes it: Windows-1252, its own headers, semicolons."""
    lon, lat = lonlat(WEST + 1000, SOUTH + 1000)
    head = "Code poste;Nom poste;FONCTION;Etat;Tension (kV);Longitude poste (DD);"
    head += "Latitude poste (DD);Géo-point poste (DD)\n"
    row = (
        f'HAUT;HAUT (LE);Poste de transformation;EN EXPLOITATION;225kV;{lon};{lat};"{lat}, {lon}"\n'
    )
    path.write_bytes((head + row).encode("cp1252"))


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    write_papers("nord", ["59"], tmp_path / "papiers", "Le Nord")
    return tmp_path / "papiers"


def test_the_papers_fill_national_facts_and_mark_the_regional_ones(papers: Path) -> None:
    place = Territory.read(papers)
    assert (place.name, place.label_fr, place.departements) == ("nord", "Le Nord", ("59",))
    assert place.settings["prefectures"] == ["59350"]
    assert place.settings["natura2000_prefixes"] == ["FR31"]
    assert not place.texts
    for path in papers.iterdir():
        text = path.read_text(encoding="utf-8").lower()
        assert [word for word in FOREIGN if word in text] == [], path.name
        assert text.lstrip().startswith(("#", "[")), path.name
    assert "à renseigner" in (papers / "scenario.toml").read_text(encoding="utf-8").lower()


def test_every_layer_has_a_national_fiche() -> None:
    assert set(LAYERS) <= set(national_fiches())


def test_departements_are_named_by_code_or_name_and_the_nearest_is_proposed(tmp_path: Path) -> None:
    write_papers("a", ["Nord", "pas de calais", "2"], tmp_path / "a")
    assert Territory.read(tmp_path / "a").departements == ("02", "59", "62")
    with pytest.raises(SitingError) as refusal:
        write_papers("b", ["Pas-de-Calai"], tmp_path / "b")
    assert "Pas-de-Calais" in refusal.value.hint
    assert not (tmp_path / "b").exists()
    with pytest.raises(SitingError, match="n'est pas vide"):
        write_papers("a", ["59"], tmp_path / "a")


@pytest.mark.parametrize("name", SCHEMAS)
def test_communes_are_read_as_published_and_files_wherever_they_lie(
    name: str, papers: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    communes_in(folder, name)
    (folder / "vrac").mkdir()
    yards_as_published(folder / "vrac" / "postes-electriques-rte_2024-09.csv")
    insee = "CODDEP;CODCOM;PMUN\n59;001;1 234\n"
    (folder / "vrac" / "donnees_communes.csv").write_text(insee, encoding="utf-8")
    build(folder, tmp_path / "lot", Territory.read(papers))
    pack = Pack.open(tmp_path / "lot")
    table = pack.table("communes").set_index("commune_code")
    assert table["population"].tolist() == [1234, 20, 30]
    assert set(table["epci_code"]) == {"200093201"}
    assert pack.table("yards")["max_voltage_kv"].tolist() == [225]
    assert pack.entry("yards").vintage == "2024-09"
    assert pack.territory.label_fr == "Le Nord"
    assert pack.table("departements")["name"].tolist() == ["Nord"]
    assert not pack.has("towns") or len(pack.table("towns")) == 3


def test_the_national_inventory_is_clipped_and_reconverted_sites_left_out(
    papers: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    communes_in(folder, "admin/communes-59.geojson")
    from layers.sources.brownfields import POINT_COLUMNS

    lon, lat = lonlat(WEST + 500, SOUTH + 500)
    states = ["friche sans projet", "friche reconvertie", "friche potentielle"]
    rows = pd.DataFrame({name: ["<NA>"] * 3 for name in POINT_COLUMNS}).assign(
        site_id=["59001_1", "59001_2", "33001_1"], site_statut=states, site_surface="20000.0",
        comm_insee=["59001", "59001", "33001"], dep=["59", "59", "33"], checked="True",
        long=lon, lat=lat,
    )  # fmt: skip
    path = folder / "cartofriches_points_france_2024-03-10.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        rows.to_csv(stream, index=False)
    build(folder, tmp_path / "lot", Territory.read(papers))
    pack = Pack.open(tmp_path / "lot")
    assert pack.table("brownfields")["site_id"].tolist() == ["59001_1"]
    assert pack.entry("brownfields").vintage == "2024-03-10"


def test_a_bad_paper_or_population_is_three_french_lines(papers: Path, tmp_path: Path) -> None:
    path = papers / "territory.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('label_fr = "Le Nord"\n', ""), encoding="utf-8")
    with pytest.raises(SitingError) as refusal:
        Territory.read(papers)
    assert (refusal.value.code, str(path)) == ("SIT101", refusal.value.where)
    path.write_text(text.replace("margin_km = 20", "margin_km = vingt"), encoding="utf-8")
    with pytest.raises(SitingError) as refusal:
        Territory.read(papers)
    assert refusal.value.code == "SIT100"
    with pytest.raises(SitingError) as refusal:
        from_insee(pd.DataFrame({"DEPCOM": ["59001"], "PMUN": ["beaucoup"]}))
    assert "ligne 2, colonne PMUN" in refusal.value.where
    with pytest.raises(SitingError) as refusal:
        from_official(gpd.GeoDataFrame({"x": [1]}, geometry=[square(0, 0)], crs=2154))
    assert refusal.value.code == "SIT101"
    assert str(refusal.value).count("\n") == 2


def test_the_papers_that_ship_are_found_by_name() -> None:
    assert Territory.named("nouvelle-aquitaine").shipped
    assert not (PAPERS / "france" / "territory.toml").exists()
