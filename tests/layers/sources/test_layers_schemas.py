"""Official schemas, written small by hand, are read by a build beside the cleaned copies."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from village_shapes import SIDE, SOUTH, WEST, lonlat, square

from layers.packs.data_pack import Pack
from layers.packs.pack_building import BuildReport, build
from layers.words.errors import SitingError
from layers.words.territory_paper import Territory

CNIG = re.findall(
    r"\w+",
    """
    site_id site_nom site_type site_adresse site_identif_date site_actu_date site_url
    site_ademe_url site_securite site_occupation site_statut site_projet_url site_reconv_annee
    site_reconv_type activite_libelle activite_code activite_fin_annee comm_nom comm_insee
    bati_type bati_nombre bati_surface bati_pollution bati_vacance bati_patrimoine bati_etat
    local_ancien_annee local_recent_annee proprio_type proprio_personne proprio_nom
    sol_pollution_annee sol_pollution_existe sol_pollution_origine sol_pollution_commentaire
    sol_depollution_fiche unite_fonciere_surface unite_fonciere_refcad urba_zone_type
    urba_zone_lib urba_zone_formdomi urba_zaer urba_doc_type desserte_distance
    desserte_commentaire source_nom source_url source_producteur source_contact geompoint
    geomsurf
    """,
)


@pytest.fixture
def folder(exports: Path, tmp_path: Path) -> Path:
    copied = tmp_path / "exports"
    shutil.copytree(exports, copied)
    for theme in ("nature", "land", "heat", "grid"):
        (copied / theme).mkdir(exist_ok=True)
    return copied


@pytest.fixture
def made(folder: Path, village: Territory, tmp_path: Path):
    def make() -> tuple[Pack, BuildReport]:
        report = build(folder, tmp_path / "lot", village)
        return Pack.open(tmp_path / "lot"), report

    return make


def degrees(shape: shapely.Geometry) -> shapely.Geometry:
    return gpd.GeoSeries([shape], crs=2154).to_crs(4326).iloc[0]


def cnig_row(site: str, x: float, y: float, **given: object) -> dict[str, object]:
    lon, lat = lonlat(WEST + x, SOUTH + y)
    fixed = {
        "site_id": site,
        "site_nom": "Ancienne usine à gaz",
        "site_type": "friche industrielle",
        "site_identif_date": "2024-01-02",
        "site_actu_date": "2025-06-07",
        "site_statut": "friche sans projet",
        "comm_insee": "33001",
        "proprio_nom": "DUPONT Jeanne",
        "unite_fonciere_surface": 9_999_999,
        "urba_zone_type": "U",
        "urba_zaer": "non",
        "source_nom": "Observatoire d'essai",
        "geompoint": f"POINT({lon} {lat})",
    }
    return {**dict.fromkeys(CNIG, ""), **fixed, **given}


def test_brownfields_of_the_cnig_standard(folder: Path, made) -> None:
    outline = shapely.box(WEST + 500, SOUTH + 500, WEST + 700, SOUTH + 600)
    lon, lat = lonlat(WEST + 1500, SOUTH + 1500)
    rows = [
        cnig_row("33001_10001", 600, 550, geomsurf=degrees(outline).wkt),
        cnig_row("33001_10002", 900, 900, urba_zone_type="NA", sol_pollution_existe="N/A"),
        cnig_row("33001_10003", 0, 0, geompoint=f"POINT({lat} {lon})"),
        cnig_row("33001_10004", 950, 900, site_statut="friche reconvertie"),
        cnig_row("33001_10005", 990, 900, site_statut="friche potentielle"),
        cnig_row("33001_10005", 991, 900),
    ]
    table = pd.DataFrame(rows, columns=CNIG)
    table.to_csv(folder / "friches/friches-standard.csv", index=False, sep=";")
    pack, _ = made()
    sites = pack.table("brownfields").set_index("site_id")
    assert sites.index.tolist() == ["33001_10001", "33001_10002", "33001_10003", "33001_10005"]
    assert sites.loc["33001_10001", "site_surface_m2"] == pytest.approx(20_000, rel=1e-3)
    assert sites.loc["33001_10002", "area_state"] == "absente"
    assert sites.loc["33001_10002", "plu_zone"] == "inconnue"
    assert sites.loc["33001_10001", "name"] == "Ancienne usine à gaz"
    assert not sites.loc["33001_10005", "status_is_verified"]
    there = sites.loc["33001_10003"].geometry
    assert there.distance(shapely.Point(WEST + 1500, SOUTH + 1500)) < 2
    outlines = pack.table("brownfield_outlines").set_index("site_id")
    assert outlines.index.tolist() == ["33001_10001"]
    assert outlines.area.sum() == pytest.approx(20_000, rel=1e-3)
    owner = (pack.folder / "brownfields.parquet").read_bytes()
    assert b"DUPONT" not in owner


def enaf(idcom: str, flow: int, **given: object) -> dict[str, object]:
    years = {f"naf{y:02d}art{y + 1:02d}": flow for y in range(9, 24)}
    kinds = {f"art{y:02d}{k}{y + 1:02d}": 1 for y in range(9, 24) for k in ("act", "hab")}
    return {"idcom": idcom, "idcomtxt": "Commune", **years, **kinds, **given}


def test_enaf_consumption_sums_ten_years_and_no_more(folder: Path, made) -> None:
    rows = [enaf("33001", 1000), enaf("33002", 10, naf15art16=""), enaf("01001", 5)]
    rows.append(enaf("33003", 0, naf20art21=700, naf21art22=40))
    pd.DataFrame(rows).to_csv(
        folder / "land/conso2009-2024-resultats-com.csv", index=False, sep=";"
    )
    pack, report = made()
    table = pack.table("enaf_by_commune").set_index("commune_code")
    assert table["enaf_2011_2021_m2"].to_dict() == {"33001": 10_000, "33003": 700}
    assert table["enaf_since_2021_m2"].to_dict() == {"33001": 3000, "33003": 40}
    said = {line.why_fr: line.rows for line in report.lines if line.layer == "enaf_by_commune"}
    assert said["une année sans valeur"] == 1
    assert said["hors du territoire"] == 1


def test_an_enaf_export_without_a_year_is_refused(folder: Path, made) -> None:
    row = enaf("33001", 1)
    del row["naf15art16"]
    pd.DataFrame([row]).to_csv(folder / "land/conso2009-2024-resultats-com.csv", index=False)
    with pytest.raises(SitingError) as refusal:
        made()
    assert refusal.value.code == "SIT105"
    assert "2015" in str(refusal.value)


def test_heat_network_traces_of_france_chaleur_urbaine(folder: Path, made) -> None:
    line = shapely.LineString([(WEST + 100, SOUTH + 100), (WEST + 900, SOUTH + 100)])
    table = gpd.GeoDataFrame(
        {
            "Identifiant reseau": ["3301C", "9999C"],
            "nom_reseau": ["Réseau d'essai", "Ailleurs"],
            "Taux EnR&R": [62.5, 10.0],
            "contenu CO2": [0.09, 0.2],
            "longueur_reseau": [0.8, 1.0],
            "livraisons_totale_MWh": [12_500.0, 5.0],
        },
        geometry=[shapely.MultiLineString([line]), shapely.LineString([(9e5, 68e5), (9e5, 69e5)])],
        crs=2154,
    )
    table.to_file(folder / "heat/reseaux_de_chaleur.geojson", driver="GeoJSON")
    pack, _ = made()
    traces = pack.table("heat_network_traces")
    assert traces["network_id"].tolist() == ["3301C"]
    assert traces["delivered_mwh"].tolist() == [12_500.0]
    assert traces.length.sum() == pytest.approx(800, abs=0.5)


def inpn(names: list[str], shapes: list[shapely.Geometry]) -> gpd.GeoDataFrame:
    fixed = {
        "id_local": names,
        "id_mnhn": [f"FR72{row:05d}" for row in range(len(names))],
        "nom_site": names,
        "date_crea": "2001-01-01",
        "surf_off": [1.0] * len(names),
        "precision": "1/25000",
        "marin": "F",
        "area_sig": [1.0] * len(names),
    }
    return gpd.GeoDataFrame(fixed, geometry=shapes, crs=2154)


def test_natura_2000_of_the_inpn_services_unites_both_kinds(folder: Path, made) -> None:
    half = shapely.box(WEST, SOUTH, WEST + SIDE / 2, SOUTH + SIDE)
    inpn(["Marais"], [square(0, 0)]).to_file(folder / "nature/patrinat_sic.geojson")
    inpn(["Étangs"], [half]).to_file(folder / "nature/patrinat_zps.geojson")
    inpn(["Vallon"], [half]).to_file(folder / "nature/patrinat_znieff1.geojson")
    pack, _ = made()
    zones = pack.table("natura2000_polygons")
    assert zones["name"].tolist() == ["Marais", "Étangs"]
    assert zones["zone_id"].tolist() == ["FR7200000", "FR7200000~2"]
    assert pack.table("znieff_1")["name"].tolist() == ["Vallon"]
    # A part of the region cannot be counted against the whole: nothing says it is all there.
    assert pack.entry("natura2000_polygons").complete_in == ()


def test_outlines_are_trusted_complete_only_at_the_published_count(
    folder: Path, village: Territory, tmp_path: Path
) -> None:
    whole = village.settings["departements"]
    papers = tmp_path / "papers"
    shutil.copytree(village.papers, papers)
    text = (papers / "territory.toml").read_text(encoding="utf-8")
    (papers / "territory.toml").write_text(
        text.replace(f"departements = {list(whole)}".replace("'", '"'), 'departements = ["33"]'),
        encoding="utf-8",
    )
    alone = Territory.read(papers)
    states = {}
    for count in (5, 9):
        shapes = [shapely.Point(WEST + 400 * n, SOUTH + 100).buffer(50) for n in range(count)]
        table = inpn([f"Réserve {n}" for n in range(count)], shapes)
        table.to_file(folder / "nature/patrinat_rnr.geojson")
        build(folder, tmp_path / f"lot{count}", alone)
        states[count] = Pack.open(tmp_path / f"lot{count}").entry("regional_reserves").complete_in
    assert states == {5: (), 9: ("*",)}


def test_land_cover_too_large_to_fetch_is_read_by_departement_near_the_sites(
    folder: Path, made
) -> None:
    def cover(place: str, code: str, *shapes: shapely.Geometry) -> None:
        path = folder / "land" / f"OCS-GE_2-0__SHP_LAMB93_{place}" / "1_DONNEES"
        path.mkdir(parents=True)
        facts = {"ID": [f"{place}{n}" for n in range(len(shapes))], "CODE_CS": code}
        table = gpd.GeoDataFrame(facts, geometry=list(shapes), crs=2154)
        table.to_file(path / "OCCUPATION_SOL.shp")

    near = shapely.box(WEST, SOUTH, WEST + 200, SOUTH + 200)
    far = shapely.box(WEST + 7500, SOUTH + 7500, WEST + 7900, SOUTH + 7900)
    cover("D033_2018-01-01", "CS2.1.1", near)
    cover("D033_2021-01-01", "CS1.1.1.1", near, far)
    cover("D024_2021-01-01", "CS2.2.1", shapely.box(WEST - 900, SOUTH, WEST - 800, SOUTH + 90))
    pack, _ = made()
    table = pack.table("land_cover_fine")
    # The newest vintage of each département; what is far from any site is not even read.
    assert sorted(table["cover"]) == ["CS1.1.1.1", "CS2.2.1"]
    assert pack.entry("land_cover_fine").complete_in == ()


def test_corine_and_aqueduct_are_read_in_the_territory(folder: Path, made) -> None:
    here = shapely.box(WEST, SOUTH, WEST + 9000, SOUTH + 9000)
    away = shapely.box(WEST + 4e5, SOUTH, WEST + 41e4, SOUTH + 1e4)
    corine = gpd.GeoDataFrame({"Code_18": ["312", "121"]}, geometry=[here, away], crs=2154)
    corine.to_crs(3035).to_file(folder / "land" / "U2018_CLC2018_V2020_20u1.gpkg")
    stress = gpd.GeoDataFrame(
        {"string_id": ["a", "b", "c"], "bws_raw": [0.31, -9999.0, 0.5], "bws_cat": [2, -1, 3]},
        geometry=[here, here, away],
        crs=2154,
    )
    (folder / "water").mkdir(exist_ok=True)
    path = folder / "water" / "Aq40_Y2023D07M05.gdb"
    stress.to_crs(4326).to_file(path, layer="baseline_annual", driver="OpenFileGDB")
    pack, _ = made()
    assert pack.table("corine")["cover"].tolist() == ["312"]
    water = pack.table("aqueduct").set_index("zone_id")
    assert water.index.tolist() == ["a", "b"]
    assert water.loc["a", "bws_raw"] == 0.31
    assert water["bws_raw"].isna().tolist() == [False, True]


def rte(rows: list[tuple[str, str, str]], **place: list[float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["code_poste", "nom_poste", "tension"])
    fixed = table.assign(
        fonction="Poste de transformation", etat="EN EXPLOITATION", departement="GIRONDE"
    )
    return fixed.assign(**place)


def test_yards_of_the_odre_export_with_positions(folder: Path, made) -> None:
    lon, lat = lonlat(WEST + 1000, SOUTH + 1000)
    table = rte([("NEUF", "NEUF", "225kV")], longitude_poste=[lon], latitude_poste=[lat])
    table.to_csv(folder / "grid/postes-electriques-rte.csv", index=False, sep=";")
    pack, _ = made()
    yards = pack.table("yards").set_index("yard_id")
    assert yards.index.tolist() == ["NEUF"]
    assert yards.loc["NEUF", "can_host"] == "yes"


def test_yards_that_lost_their_position_take_the_older_one(folder: Path, made) -> None:
    table = rte([("HAUT", "HAUT (LE)", "400kV"), ("INCONNU", "INCONNU", "63kV")])
    table.to_csv(folder / "grid/postes-electriques-rte.csv", index=False, sep=";")
    pack, report = made()
    yards = pack.table("yards").set_index("yard_id")
    assert yards.index.tolist() == ["HAUT"]
    assert yards.loc["HAUT", "max_voltage_kv"] == 400
    said = {line.why_fr: line.rows for line in report.lines if line.layer == "yards"}
    assert said["poste sans position publiée ni ancienne"] == 1


def test_injection_room_of_capareseau_skips_the_row_of_labels(folder: Path, made) -> None:
    text = (
        "Code;Nom;S3REnR;INFO_NA\nCode du poste;Nom du poste;Schéma;Capacité réservée restante\n"
        "HAUT;HAUT (LE);Nouvelle-Aquitaine;12,5\n"
    )
    (folder / "grid/capareseau_2026-06.csv").write_text(text, encoding="utf-8-sig")
    pack, _ = made()
    table = pack.table("injection_room")
    assert table["yard_id"].tolist() == ["HAUT"]
    assert table["reserved_left_mw"].tolist() == [12.5]


def test_no_table_of_a_pack_names_an_owner(folder: Path, made) -> None:
    pd.DataFrame([cnig_row("33001_1", 10, 10)], columns=CNIG).to_csv(
        folder / "friches/friches-standard.csv", index=False
    )
    pack, _ = made()
    for file in pack.folder.glob("*.parquet"):
        content = pd.read_parquet(file)
        text = content.drop(columns="geometry", errors="ignore").astype("str")
        assert not text.apply(lambda column: column.str.contains("DUPONT")).to_numpy().any()
