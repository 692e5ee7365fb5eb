"""Source substations of Caparéseau, and the list of communes in a ZRE."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from layers.contracts.contract import Raw
from layers.packs.data_pack import EMBEDDED, Pack
from layers.sources import source_substations, zre_communes
from layers.words.territory_paper import Territory

COLUMNS = ["Code", "Nom", "GRD1_TRE", "GRD2_TRE", "GRD1_PTRE", "GRD2_PTRE"]
LABELS = ["Code", "Nom", "Nombre de transformateurs", "", "Puissance installée", ""]


def tidied(
    rows: list[list[str | None]], places: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, list]:
    yards = gpd.GeoDataFrame(
        {"yard_id": ["HAUT", "BAS"], "codes": ["HAUT|HAUT6", "BAS"]},
        geometry=[shapely.Point(0, 0), shapely.Point(5_000, 0)],
        crs=2154,
    )
    export = pd.DataFrame([LABELS, *rows], columns=COLUMNS, dtype="str")
    exports = {"posts": export} if places is None else {"posts": export, "places": places}
    raw = Raw(exports, {"yards": yards}, Territory.named("nouvelle-aquitaine"))
    found = source_substations.tidy(raw)
    return found.content.set_index("zone_id"), found.report


def test_transformers_of_two_distributors_add_up_and_blank_stays_unknown():
    table, _ = tidied(
        [
            ["HAUT  ", "HAUT", "2", "1", "40", "30"],  # the export pads its codes
            ["HAUT6", "HAUT", "2", None, None, None],  # counted, MVA blank
            ["BAS", "BAS", None, None, None, None],  # listed, no transformer
            ["LOIN", "LOIN", "2", None, "72", None],  # no yard of ours
        ]
    )
    assert table.index.tolist() == ["BAS", "HAUT", "HAUT6"]
    assert table["installed_mva"].tolist()[1] == 70.0
    assert np.isnan(table.loc["HAUT6", "installed_mva"])
    assert table["is_source"].to_dict() == {"BAS": "no", "HAUT": "yes", "HAUT6": "yes"}
    assert table.loc["HAUT6", "yard_id"] == "HAUT"


def test_a_post_keeps_its_own_point_and_its_yard_s_where_none_is_published():
    degrees = gpd.GeoSeries([shapely.Point(420_120, 6_420_000)], crs=2154).to_crs(4326)
    places = pd.DataFrame({"code_poste": ["HAUT6", "BAS"], "longitude": [degrees.x[0], None],
                           "latitude": [degrees.y[0], None]})  # fmt: skip
    rows = [[code, code, "2", None, "72", None] for code in ("HAUT", "HAUT6", "BAS")]
    table, _ = tidied(rows, places)
    where = {code: (round(point.x), round(point.y)) for code, point in table.geometry.items()}
    assert where == {"HAUT": (0, 0), "HAUT6": (420_120, 6_420_000), "BAS": (5_000, 0)}


def test_no_column_of_injection_is_read():
    for pattern in source_substations.LAYERS["source_substations"].exports["posts"]:
        assert not {name for name in pattern.columns if "CDR" in name or name.startswith("INFO")}


def test_the_pack_s_posts_are_those_counted_by_hand():
    """data2.md, section 3: 371 source posts in the region and its 20 km, 9 of them without MVA."""
    table = Pack.open(EMBEDDED).table("source_substations")
    source = table[table["is_source"] == "yes"]
    assert len(source) == 371
    assert int(source["installed_mva"].isna().sum()) == 9
    assert source["installed_mva"].between(5, 300).sum() == 362


def test_a_commune_is_in_out_or_absent_of_the_list(village_communes_raw):
    table, report = village_communes_raw
    assert table.set_index("commune_code")["in_zre"].to_dict() == {"33001": True, "33002": False}
    assert [line.rows for line in report if line.why_fr == "commune absente de la liste"] == [2]


@pytest.fixture
def village_communes_raw():
    communes = gpd.GeoDataFrame(
        {"commune_code": ["33001", "33002", "33003", "33333"], "departement_code": "33"},
        geometry=[shapely.box(i, 0, i + 1, 1) for i in range(4)],
        crs=2154,
    )
    export = pd.DataFrame({"code_insee": ["33001", "33002", "33003", "99999"],
                           "zre": ["1", "0", None, "1"]})  # fmt: skip
    raw = Raw({"communes": export}, {"communes": communes}, Territory.named("nouvelle-aquitaine"))
    found = zre_communes.tidy(raw)
    return found.content, found.report


def test_the_list_covers_the_region_and_its_shares_are_those_published_or_explained():
    pack = Pack.open(EMBEDDED)
    listed = pack.table("zre_communes").set_index("commune_code")["in_zre"]
    communes = pack.table("communes").set_index("commune_code")
    assert len(listed) == len(communes) == 4293
    assert int(listed.sum()) == 3039
    area = communes.geometry.area
    share = (area * listed.reindex(area.index)).groupby(communes["departement_code"]).sum()
    share /= area.groupby(communes["departement_code"]).sum()
    # Published (DREAL, about 2011): 90, 94, 80 and 65 %; the list adds groundwater in 79 and 86.
    assert share["16"] == pytest.approx(0.90, abs=0.01)
    assert share["17"] == pytest.approx(0.94, abs=0.01)
    assert share["79"] == pytest.approx(0.89, abs=0.01)
    assert share["86"] == pytest.approx(0.81, abs=0.01)
    notes = Territory.named("nouvelle-aquitaine").settings["zre_list_notes"]
    assert {"79", "86"} <= set(notes)
