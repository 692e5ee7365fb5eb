"""The raw tables of the village, written to the schemas of the official exports."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from village_shapes import SOUTH, WEST, lonlat, square


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
