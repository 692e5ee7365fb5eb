"""The 2024 list of heat networks and the communes' pools, against the figures published."""

from __future__ import annotations

import pandas as pd
import pytest

from layers.contracts.contract import Raw
from layers.packs.data_pack import EMBEDDED, Pack
from layers.sources import commune_pools, heat_networks_2024
from layers.sources.heat_networks_2024 import plain_name
from layers.words.territory_paper import Territory


@pytest.fixture(scope="module")
def pack():
    return Pack.open(EMBEDDED)


def test_one_edition_is_read_and_its_networks_counted(pack):
    table = pack.table("heat_networks_2024")
    assert len(table) == 88
    assert table["network_id"].str.endswith("C").all()
    counts = table["departement_code"].value_counts()
    assert counts[["33", "16", "17", "47"]].to_list() == [23, 13, 8, 1]
    assert table["renewable_share"].between(0, 1).all()
    limoges = table.set_index("network_id").loc["8701C"]
    assert limoges["renewable_share"] == pytest.approx(0.782)
    assert limoges["co2_g_per_kwh"] == pytest.approx(79.0)
    assert limoges["commune_code"] == "87085"


def test_every_network_that_delivers_is_in_the_list_under_its_name_of_today(pack):
    renames = pack.facts()["heat_network_renames"]["by_id"]
    delivering = set(pack.table("heat_deliveries")["network_id"].str.upper().replace(renames))
    assert delivering <= set(pack.table("heat_networks_2024")["network_id"])


def test_pools_are_counted_by_commune(pack):
    pools = pack.table("commune_pools")
    assert (len(pools), pools["pools"].sum()) == (367, 423)


def raw(export, rows):
    communes = pd.DataFrame(
        {"commune_code": ["16333", "33001"], "name": ["Saint-Yrieix-sur-Charente", "L'Île"]}
    )
    return Raw({export: rows}, {"communes": communes}, Territory.named("nouvelle-aquitaine"))


def test_a_commune_is_found_by_name_in_any_case_within_its_departement():
    rows = pd.DataFrame(
        [
            ("2024", "16", "A ,", "ST YRIEIX SUR CHARENTE", "0.1", "1601C", "0.2", "40", "1"),
            ("2024", "33", "B", "Saint-Yrieix-sur-Charente", "0", "3301C", "0.02", "ND", "0"),
            ("2024", "33", "Froid", "L'ILE", "0", "3301F", "0.02", "ND", "0"),
            ("2023", "16", "A", "St Yrieix", "0.1", "1601C", "0.2", "60", "0"),
            ("2024", "75", "Ailleurs", "Paris", "0.1", "7501C", "0.2", "60", "0"),
        ],
        columns=["edition", "departement", "nom_reseau", "localisation", "contenu_co2",
                 "identifiant_reseau", "contenu_co2_acv", "taux_enr", "nouveau_reseau_2023_2024"],
    )  # fmt: skip
    tidied = heat_networks_2024.tidy(raw("list", rows))
    table = tidied.content.set_index("network_id")
    assert table.index.tolist() == ["1601C", "3301C"]
    assert table.loc["1601C", ["name", "commune_code"]].tolist() == ["A", "16333"]
    assert table.loc["1601C", ["renewable_share", "co2_g_per_kwh"]].tolist() == [0.4, 200.0]
    assert pd.isna(table.loc["3301C", "commune_code"])
    assert pd.isna(table.loc["3301C", "renewable_share"])  # ND is unknown, never zero
    told = {(line.action, line.why_fr): line.rows for line in tidied.report}
    assert told["dropped", "réseau de froid"] == 1
    assert told["dropped", "autre édition"] == 1


def test_names_of_communes_are_compared_without_their_dress():
    assert plain_name("L'Île-d'Espagnac") == plain_name("L ILE D ESPAGNAC")


def test_a_commune_without_pool_or_out_of_the_territory_is_told():
    rows = pd.DataFrame(
        {"code_insee": ["16333", "33001", "75056"], "sport_piscine": ["2", "0", "9"]}
    )
    tidied = commune_pools.tidy(raw("counts", rows))
    assert tidied.content.to_numpy().tolist() == [["16333", 2]]
    assert [line.rows for line in tidied.report] == [1, 1, 1]
