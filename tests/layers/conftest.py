"""A village of four communes in département 33, written to the schemas of the official exports."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from village_shapes import SOUTH, WEST, lonlat, square

from layers.packs.data_pack import Pack
from layers.words.territory_paper import Territory


def village_communes() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "code": ["33001", "33002", "33003", "33333"],
            "nom": ["Alpha", "Bêta", "Gamma", "Porge"],
            "departement": "33",
            "population_cog2026": [100, 2000, 300, 40],
            "epci_code": "243300001",
            "epci_nom": "CC du Village",
            "epci_code_2026": "243300001",
            "epci_type_2026": "CC",
            "geom_patch": [None, None, None, "33333 (essai)"],
        },
        geometry=[square(0, 0), square(1, 0), square(0, 1), square(1, 1)],
        crs=2154,
    ).to_crs(4326)


def village_brownfields() -> gpd.GeoDataFrame:
    """One row a defect: retired commune, giant, repeated point, point in another commune."""
    rows = [
        # site_id, name, status, surface, commune, zone, checked, x, y
        ("33001_1", "ANCIENNE USINE A GAZ", "friche sans projet", 15000, "33001", "U", 1, 100, 100),
        ("33001_2", "Usine Dupont", "friche avec projet", 9e6, "33001", "AUc", 1, 100, 100),
        ("33002_1", "Ancienne gare", "friche potentielle", 2000, "33002", "N", 0, 5000, 100),
        ("33999_1", "Papeterie de Gamma", "friche sans projet", 5e4, "33999", "A", 1, 100, 5000),
        ("33003_2", None, "friche sans projet", None, "33001", "<NA>", 1, 100, 5200),
        ("33003_3", None, "friche sans projet", 800, "33003", "U", 1, -900, 5200),
    ]
    names = ["site_id", "site_nom", "site_statut", "site_surface", "comm_insee", "urba_zone_type"]
    table = pd.DataFrame([row[:6] for row in rows], columns=names)
    place = [lonlat(WEST + row[7], SOUTH + row[8]) for row in rows]
    table["checked"] = [str(bool(row[6])) for row in rows]
    table["long"], table["lat"] = zip(*place, strict=True)
    fixed = {
        "site_type": "inconnu",
        "site_identif_date": "2022-10-10",
        "site_actu_date": "2022-10-10",
        "dep": "33",
        "sol_pollution_existe": "inconnu",
        "source_nom": "Appel à projet Fonds Friches",
        "urba_zone_lib": "Npv - parc photovoltaïque, chez Madame Personne",
        "desserte_distance_ferroviaire": 9_000.0,
        "nature": "fond friche",
        "bati_nombre": 1.0,
        "proprio_nom": "PERSONNE PRIVÉE",
        "unite_fonciere_surface": 1e7,
    }
    table = table.assign(**fixed)
    return gpd.GeoDataFrame(
        table, geometry=gpd.points_from_xy(table["long"], table["lat"]), crs=4326
    )


def village_yards() -> pd.DataFrame:
    """Write the cases of the RTE export: two levels of one yard, a client, a tee, a dead yard."""
    rows = [
        ("HAUT", "HAUT (LE)", "Poste de transformation", "EN EXPLOITATION", "225kV", 1000, 1000),
        ("HAUT6", "HAUT (LE)", "Poste de transformation", "EN EXPLOITATION", "63kV", 1200, 1000),
        ("CLIE", "USINE (CLIENT)", "Poste de transformation", "EN EXPLOITATION", "63kV", 3000, 0),
        ("ZTEE", "PIQUAGE A HAUT", "Point de piquage", "EN EXPLOITATION", "90kV", 5000, 0),
        ("MORT", "MORT", "Poste de transformation", "EN EXPLOITATION", "HORS TENSION", 7000, 0),
        ("LOIN", "LOIN", "Poste de transformation", "EN EXPLOITATION", "63kV", 60_000, 0),
        ("BORD", "BORD", "Poste de transformation", "EN EXPLOITATION", "90kV", -9_000, 0),
        ("BAS", "BAS", "Poste de transformation", "EN EXPLOITATION", "<45kV", 500, 7_000),
    ]
    names = ["code_poste", "nom_poste", "fonction", "etat", "tension"]
    table = pd.DataFrame([row[:5] for row in rows], columns=names)
    place = [lonlat(WEST + row[5], SOUTH + row[6]) for row in rows]
    table["longitude"], table["latitude"] = zip(*place, strict=True)
    return table


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    for theme in ("admin", "friches", "grid", "heat"):
        (folder / theme).mkdir()
    village_communes().to_file(folder / "admin/communes.gpkg")
    names = gpd.GeoDataFrame(
        {"code": ["33"], "nom": ["Gironde"]}, geometry=[square(0, 0)], crs=2154
    )
    names.to_crs(4326).to_file(folder / "admin/departements.geojson")
    village_brownfields().to_file(folder / "friches/cartofriches_points_2024-03-10.gpkg")
    village_yards().to_csv(folder / "grid/postes_electriques_rte_2024-09.csv", index=False)
    heat = "id,operateur,annee,code,filiere,code_grand_secteur,conso,pdl\n"
    heat += '3301c,le réseau,2019,330010000,c,r,"1250,5",3\n'
    heat += "3301c,le réseau,2019,330010000,c,t,s,s\n3301f,le froid,2019,330010000,f,t,90,1\n"
    (folder / "heat/heat_network_by_iris_2019_NA.csv").write_text(heat, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def village() -> Territory:
    return Territory.named("nouvelle-aquitaine").restricted(["33"], "village", "Le Village")


@pytest.fixture(scope="session")
def village_pack(
    exports: Path, village: Territory, tmp_path_factory: pytest.TempPathFactory
) -> Pack:
    from layers.packs.pack_building import build

    folder = tmp_path_factory.mktemp("packs") / "village"
    build(exports, folder, village)
    return Pack.open(folder)
