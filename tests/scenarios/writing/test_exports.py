"""The files handed out: opened by other readers, checked by other schemas, the same twice."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
import zipfile
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.packs.data_pack import Pack
from layers.words.errors import SitingError
from scenarios.storage.french_spreadsheets import write_csv, write_ods
from scenarios.storage.results import Results, write_table
from scenarios.writing.exports.cnig_export import faults, friches_tables, standard
from scenarios.writing.exports.export_bundle import WRITERS, export
from scenarios.writing.exports.neo_terra_profile import BROKEN, RESPECTED, UNKNOWN, profile_table
from scenarios.writing.exports.plan_sheets import reading_table, worded_sites
from scenarios.writing.exports.qgis_styles import LOOKS, qml, sld
from siting.screening.site_ranking import rank_intervals

ROOT = Path(__file__).parents[3]
OFFICIAL = ROOT.parent / "shared" / "data" / "schemas" / "schema_cnig_friches_v1.0.6.json"
NEWER = ["kind", "identified_on", "updated_on", "plu_zone_raw", "source_kind"]
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}p"
CELL = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}table-cell"
TYPE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}value-type"


@pytest.fixture(scope="module")
def example(tmp_path_factory) -> Results:
    """Return the example folder with the columns a run writes today, if it is an older one."""
    folder = tmp_path_factory.mktemp("exemple") / "limousin"
    shutil.copytree(ROOT / "docs" / "exemple" / "limousin", folder)
    sites = gpd.read_parquet(folder / "sites.parquet")
    sites = sites.drop(columns=[*NEWER, "rank_low", "rank_high", "first_share"], errors="ignore")
    friches = Pack.open().table("brownfields").set_index("site_id")
    sites = sites.join(friches[NEWER], on="site_id")
    scores = pd.read_parquet(folder / "verdicts.parquet").query("kind == 'classant'")
    ranked = scores[scores["site_id"].isin(sites.loc[sites["rank"].notna(), "site_id"])]
    write_table(folder / "sites.parquet", sites.join(rank_intervals(ranked), on="site_id"))
    return Results.read(folder, verify=False)


@pytest.fixture(scope="module")
def exported(example, tmp_path_factory) -> Path:
    into = tmp_path_factory.mktemp("remis") / "limousin-export"
    export(example, into, list(WRITERS))
    return into


def test_a_second_export_has_the_same_bytes_and_leaves_the_results_alone(
    example, exported, tmp_path
):
    before = {p: p.read_bytes() for p in example.folder.rglob("*") if p.is_file()}
    export(example, tmp_path / "ailleurs" / "encore", list(WRITERS))
    names = {p.relative_to(exported) for p in exported.rglob("*") if p.is_file()}
    assert {"plan.gpkg", "osm.gpkg", "plan.ods", "friches_cnig.csv"} <= {str(n) for n in names}
    for name in names:
        again = tmp_path / "ailleurs" / "encore" / name
        assert again.read_bytes() == (exported / name).read_bytes(), name
    assert {p: p.read_bytes() for p in example.folder.rglob("*") if p.is_file()} == before


def test_each_layer_of_the_geopackage_opens_in_lambert_with_one_default_style(exported):
    path = exported / "plan.gpkg"
    layers = {str(name): kind for name, kind in pyogrio.list_layers(path)}
    drawn = {name for name, kind in layers.items() if kind}
    assert drawn == set(LOOKS) - {"datacenters_osm"}
    for name in drawn:
        table = gpd.read_file(path, layer=name)
        assert table.crs.to_epsg() == 2154, name
        assert table.geometry.is_valid.all(), name
    with sqlite3.connect(path) as base:
        styles = base.execute(
            "SELECT f_table_name, f_geometry_column, useAsDefault, styleQML, styleSLD "
            "FROM layer_styles"
        ).fetchall()
        version = base.execute("PRAGMA user_version").fetchone()[0]
        check = base.execute("PRAGMA integrity_check").fetchone()[0]
    assert version == 10200
    assert check == "ok"
    assert sorted(style[0] for style in styles) == sorted(drawn)
    for name, geometry, is_default, in_qml, in_sld in styles:
        assert geometry == "geom", name
        assert is_default == 1, name
        assert ElementTree.fromstring(in_qml).find("renderer-v2/symbols/symbol") is not None
        assert ElementTree.fromstring(in_sld) is not None


def test_the_layers_say_what_the_plan_says(example, exported):
    kept = gpd.read_file(exported / "plan.gpkg", layer="sites_retenus")
    assert kept["it_mw_2036"].sum() == pytest.approx(35.0, abs=0.05)
    assert set(kept["site_id"]) == set(example.sites.index[example.sites["retained"]])
    lines = gpd.read_file(exported / "plan.gpkg", layer="raccordements")
    drawn = example.table("plan/connections").query("period == 2036")
    assert lines["meter_mw"].sum() == pytest.approx(drawn["meter_mw"].sum())
    ends = shapely.get_point(lines.geometry.to_numpy(), 0)
    assert shapely.distance(ends[0], kept.geometry.to_numpy()).min() == 0
    yards = gpd.read_file(exported / "plan.gpkg", layer="postes")
    assert yards["used_mw"].sum() == pytest.approx(drawn["meter_mw"].sum(), abs=0.01)
    assert set(yards["room_status_fr"]) == {"hypothèse"}


def test_openstreetmap_stands_alone_and_says_its_licence(example, exported):
    document = json.loads((exported / "datapackage.json").read_text(encoding="utf-8"))
    licence = {r["path"]: r["licenses"][0]["name"] for r in document["resources"]}
    odbl = {path for path, name in licence.items() if name == "ODbL-1.0"}
    assert odbl == {"osm.gpkg", "geojson/osm_datacenters.geojson"}
    names = [text for text in example.context("osm")["name"].dropna() if len(str(text)) > 6]
    ours = b"".join((exported / path).read_bytes() for path in licence if path not in odbl)
    assert names
    assert not [name for name in names if str(name).encode() in ours]


def test_geojson_is_rfc_7946(exported):
    for path in sorted((exported / "geojson").glob("*.geojson")):
        content = json.loads(path.read_text(encoding="utf-8"))
        assert content["type"] == "FeatureCollection"
        assert "crs" not in content
        for feature in content["features"]:
            shape = shapely.geometry.shape(feature["geometry"])
            west, south, east, north = shape.bounds
            assert -6 < west <= east < 10, path.name
            assert 41 < south <= north < 52, path.name
            for part in shapely.get_parts(shape):
                if part.geom_type == "Polygon":
                    assert part.exterior.is_ccw, path.name
                    assert not any(hole.is_ccw for hole in part.interiors), path.name
    text = (exported / "geojson" / "sites_retenus.geojson").read_text(encoding="utf-8")
    digits = [len(n.split(".")[1]) for n in text.split('"coordinates": [ ')[1].split(" ]")[0]
              .split(", ")]  # fmt: skip
    assert max(digits) <= 7


def test_the_friches_are_valid_in_the_official_schema(example, exported):
    if not OFFICIAL.is_file():
        pytest.skip("le schéma officiel (../shared/data) n'est pas sur cette machine")
    official = json.loads(OFFICIAL.read_text(encoding="utf-8"))["fields"]
    assert [field["name"] for field in official] == list(standard())
    for field in official:
        ours, rules = standard()[field["name"]], field.get("constraints", {})
        assert ours["type"] == field["type"]
        assert ours.get("required", False) == rules.get("required", False)
        assert ours.get("enum") == rules.get("enum")
        assert ours.get("pattern") == rules.get("pattern")
    table = pd.read_csv(exported / "friches_cnig.csv", dtype=str, keep_default_na=False)
    fields = {f["name"]: f | f.get("constraints", {}) for f in official}
    assert list(faults(table, fields)) == []
    assert len(table) == example.sites["fate"].isin(["candidat", "fusionné"]).sum()
    assert (table[["proprio_nom", "unite_fonciere_refcad", "unite_fonciere_surface"]] == "").all(
        axis=None
    )
    place = shapely.from_wkt(table.set_index("site_id")["geompoint"])
    there = gpd.GeoSeries(place, crs="EPSG:4326").to_crs(2154)
    asked = example.sites.geometry.reindex(table["site_id"])
    assert shapely.distance(there.to_numpy(), asked.to_numpy()).max() < 1.0


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("site_type", "friche spatiale", "admise"),
        ("site_identif_date", "13/02/2024", "date"),
        ("comm_insee", "", "obligatoire"),
        ("bati_nombre", "2,5", "entier"),
        ("site_url", "fiche.html", "forme"),
    ],
)
def test_what_breaks_the_standard_is_named(example, column, value, said):
    table = friches_tables(example)[0].head(3).copy()
    table.loc[1, column] = value
    [(site, why)] = faults(table, standard())
    assert site == table.loc[1, "site_id"]
    assert column in why
    assert said in why


def test_a_folder_of_an_older_version_is_told_to_run_again(example, tmp_path):
    old = tmp_path / "ancien"
    shutil.copytree(example.folder, old)
    sites = gpd.read_parquet(old / "sites.parquet").drop(columns=NEWER)
    write_table(old / "sites.parquet", sites)
    with pytest.raises(SitingError, match="standard") as caught:
        export(Results.read(old, verify=False), tmp_path / "sortie", ["csv", "cnig"])
    assert "siting run" in str(caught.value)
    assert not (tmp_path / "sortie").exists()


def test_the_profile_never_calls_respected_what_was_not_judged(example):
    table = profile_table(example)
    kept = example.sites.index[example.sites["retained"]]
    assert set(table["identifiant"]) == set(kept)
    bill = example.rules.query("scope == 'N'")
    assert set(table["règle"]) == set(bill["rule_id"])
    silent = set(bill.loc[~bill["evaluated"].astype(bool), "rule_id"]) - {"C19"}
    assert (table.loc[table["règle"].isin(silent), "état"] == UNKNOWN).all()
    energy = table[(table["règle"] == "C12") & (table["échéance"] == 2036)]
    gwh = 1000 * example.summary["plan"]["2036"]["site_energy_twh"]
    assert energy["part du site"].sum() == pytest.approx(gwh, rel=1e-3)
    assert set(energy["état"]) == {RESPECTED}


def test_a_rule_that_is_exceeded_is_not_respected(example, tmp_path):
    folder = tmp_path / "depasse"
    shutil.copytree(example.folder, folder)
    rules = pd.read_parquet(folder / "rules.parquet")
    rules.loc[rules["rule"] == "energy.budget", "excess"] = 12.0
    write_table(folder / "rules.parquet", rules)
    table = profile_table(Results.read(folder, verify=False))
    assert set(table.loc[table["règle"] == "C12", "état"]) == {BROKEN}


def test_a_site_without_a_commune_is_said_and_not_invented(example, tmp_path):
    folder = tmp_path / "sans-commune"
    shutil.copytree(example.folder, folder)
    sites = gpd.read_parquet(folder / "sites.parquet")
    lost = sites.index[sites["retained"]][0]
    sites.loc[lost, ["commune_name", "commune_code", "epci_name"]] = None
    sites.loc[lost, "name_fr"] = "=" + "Très long nom de friche " * 20
    write_table(folder / "sites.parquet", sites)
    results = Results.read(folder, verify=False)
    export(results, tmp_path / "sortie", ["gpkg", "csv", "ods", "geojson", "profil"])
    text = (tmp_path / "sortie" / "plan.csv").read_text(encoding="utf-8-sig")
    assert "'=Très long nom" in text
    assert "commune inconnue" in (tmp_path / "sortie" / "profil_neo_terra.csv").read_text("utf-8")
    kept, left_out = friches_tables(results)
    assert left_out["site_id"].tolist() == [sites.loc[lost, "site_id"]]
    assert "obligatoire" in left_out["motif"][0]
    assert sites.loc[lost, "site_id"] not in set(kept["site_id"])


def test_an_unknown_format_is_told_and_nothing_is_written(example, tmp_path):
    with pytest.raises(SitingError, match="xlsx") as caught:
        export(example, tmp_path / "sortie", ["csv", "xlsx"])
    assert caught.value.exit_code == 2
    assert not (tmp_path / "sortie").exists()


def test_a_folder_that_is_not_an_export_is_never_replaced(example, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "été.jpg").write_bytes(b"une photo")
    with pytest.raises(SitingError):
        export(example, tmp_path / "photos", ["csv"])
    assert (tmp_path / "photos" / "été.jpg").read_bytes() == b"une photo"


HOSTILE = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(
    ["=1+1", "+33 5", "-12,5", "-a", "@SUM(A1)", "\t=1", "\r=1", "<b>&</b>", "a;b", '"', "\x0b"]
)


@settings(max_examples=30, deadline=None)
@given(st.lists(HOSTILE, min_size=1, max_size=5), st.floats(-1e6, 1e6, allow_nan=False))
def test_no_cell_runs_and_no_number_moves(tmp_path_factory, words, number):
    folder = tmp_path_factory.mktemp("cellules")
    table = pd.DataFrame({"mots": words, "valeur": number, "vide": float("nan")})
    write_csv(table, folder / "t.csv")
    write_ods({"Feuille « 1 »": table}, folder / "t.ods")
    with (folder / "t.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream, delimiter=";"))
    for (cell, value, empty), word in zip(rows[1:], words, strict=True):
        runs = cell.startswith(("=", "@", "\t", "\r")) or (
            cell[:1] in "+-" and cell and not cell[1:2].isdigit()
        )
        assert not runs
        assert cell.removeprefix("'") == word.removeprefix("'") or cell == word
        assert float(value.replace(",", ".")) == pytest.approx(number)
        assert empty == ""
    with zipfile.ZipFile(folder / "t.ods") as archive:
        root = ElementTree.fromstring(archive.read("content.xml"))
    cells = [cell for cell in root.iter(CELL) if cell.get(TYPE) == "string"]
    shown = [(cell.find(TEXT).text or "") for cell in cells]
    assert len(shown) == 3 + len(words)
    formula = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}formula"
    assert not [cell for cell in root.iter(CELL) if cell.get(formula)]


def test_a_spreadsheet_number_is_a_number_whatever_its_type(tmp_path):
    table = pd.DataFrame({"a": pd.Series([1, 2.5, None, True], dtype=object)})
    table.loc[1, "a"] = pd.Series([2.5]).iloc[0]
    write_ods({"F": table}, tmp_path / "t.ods")
    with zipfile.ZipFile(tmp_path / "t.ods") as archive:
        text = archive.read("content.xml").decode()
    assert 'office:value="1"' in text
    assert 'office:value="2.5"' in text
    assert "np.float64" not in text
    assert "<text:p>oui</text:p>" in text


@pytest.mark.parametrize("name", sorted(LOOKS))
def test_every_look_is_well_formed_whatever_the_words(name):
    look = LOOKS[name]
    drawn = ElementTree.fromstring(qml(look, ['a"<&', "b"], "it_mw_2036"))
    assert len(drawn.findall("renderer-v2/symbols/symbol")) == len(look.classes)
    rules = ElementTree.fromstring(sld(name, look)).iter("{http://www.opengis.net/sld}Rule")
    assert len(list(rules)) == len(look.classes)


def test_the_command_writes_beside_the_results_and_prints_what_it_wrote(example, tmp_path):
    from click.testing import CliRunner

    from cli import app

    folder = tmp_path / "limousin"
    shutil.copytree(example.folder, folder)
    done = CliRunner().invoke(app, ["export", str(folder), "--format", "profil,csv", "--json"])
    assert done.exit_code == 0, done.output
    written = json.loads(done.stdout)
    assert written["schema_version"] == 1
    assert (tmp_path / "limousin-export" / "profil_neo_terra.csv").is_file()
    assert {entry["path"] for entry in written["resources"]} >= {"plan.csv", "regles.csv"}


@pytest.mark.parametrize("broken", [[], [{"rule_id": "C18"}]])
def test_the_spreadsheet_claims_no_more_than_the_answer(broken):
    summary = {"title": "Essai", "answer_fr": [], "broken_rules": broken}
    table = reading_table(SimpleNamespace(summary=summary, descriptor={}))
    [said] = table.loc[table["objet"] == "règles", "à lire"]
    assert ("règles dures" in said) == bool(broken)
    assert ("jeu de règles déclaré" in said) != bool(broken)
    assert said.endswith(" ; voir la feuille « Règles ».")


def test_the_tables_keep_what_is_unknown_and_count_land_in_hectares(example):
    worded = worded_sites(example).set_index("site_id")
    sites = example.sites
    assert (worded["area_ha"] - sites["area_m2"] / 1e4).abs().max() <= 0.005 + 1e-9
    # The list of communes leaves no site of unknown ZRE; the ground of many is.
    words = {"unknown": "non évalué", "yes": "oui", "no": "non"}
    assert (worded["zre_fr"] == sites["zre"].map(words)).all()
    assert (sites["enaf"] == "unknown").any()
    assert set(worded.loc[sites["enaf"] == "unknown", "enaf_fr"]).isdisjoint(
        set(worded.loc[sites["enaf"] == "no", "enaf_fr"])
    )
