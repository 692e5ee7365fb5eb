"""A village of four communes in département 33, written to the schemas of the official exports."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
from village_shapes import square
from village_tables import village_brownfields, village_communes, village_yards

from layers.packs.data_pack import Pack
from layers.words.territory_paper import Territory


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
