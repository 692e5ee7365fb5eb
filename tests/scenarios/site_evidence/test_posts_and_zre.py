"""What true posts and the true list of ZRE change of a site's evidence."""

from __future__ import annotations

from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import impacts
from layers.packs.data_pack import EMBEDDED, Pack
from scenarios.question.program_settings import screening_values
from scenarios.question.scenario_reading import read_scenario
from scenarios.site_evidence.evidence_joining import gather_evidence
from scenarios.site_evidence.yard_posts import named_yards, posts_at_yards, yard_of_code
from siting.screening.connection_limits import connect, source_posts

VALUES = screening_values(read_scenario("tendanciel", ()), impacts.factors(date(2026, 12, 1)))


@pytest.fixture(scope="module")
def evidence():
    question = read_scenario("tendanciel", ())
    factors = impacts.factors(question.reference_date)
    values = screening_values(question, factors)
    return gather_evidence(question, Pack.open(EMBEDDED), values, factors)


def yards() -> gpd.GeoDataFrame:
    """Return three yards on a line, 1, 2 and 3 km from the site at zero."""
    return gpd.GeoDataFrame(
        {
            "voltages_kv": ["63", "90", "400|63"],
            "max_voltage_kv": [63, 90, 400],
            "hta_limit_mw": 20.0,
        },
        index=pd.Index(["SANS", "AVEC", "HAUT"], name="yard_id"),
        geometry=[shapely.Point(1_000.0 * (i + 1), 0) for i in range(3)],
        crs=2154,
    )


def posts(**installed: float) -> pd.DataFrame:
    rows = [(yard, "no" if mva == 0 else "yes", mva or np.nan) for yard, mva in installed.items()]
    return pd.DataFrame(rows, columns=["yard_id", "is_source", "installed_mva"])


def lines(table: gpd.GeoDataFrame) -> set[tuple[str, str]]:
    site = gpd.GeoDataFrame(
        index=pd.Index(["S"], name="site_id"), geometry=[shapely.Point(0, 0)], crs=2154
    )
    found = connect(site, table, VALUES)
    return set(zip(found["domain"], found["yard_id"], strict=True))


def test_hta_ends_only_where_transformers_stand_and_htb1_anywhere():
    told = source_posts(yards(), posts(SANS=0, AVEC=72.0), VALUES)
    assert told["hta_state"].to_dict() == {"SANS": "no", "AVEC": "yes", "HAUT": "unknown"}
    assert lines(told) == {
        ("HTA", "AVEC"), ("HTB1", "SANS"), ("HTB1", "AVEC"), ("HTB3", "HAUT"),
    }  # fmt: skip


def test_a_source_post_of_a_400_kv_yard_gives_hta_and_without_the_list_all_do_but_it():
    told = source_posts(yards(), posts(HAUT=36.0), VALUES)
    assert {pair for pair in lines(told) if pair[0] == "HTA"} == {("HTA", "HAUT")}
    assert {pair for pair in lines(yards()) if pair[0] == "HTA"} == {
        ("HTA", "SANS"), ("HTA", "AVEC"),
    }  # fmt: skip


def test_the_hta_cap_is_a_share_of_what_is_installed_and_blank_keeps_the_common_figure():
    blank = pd.DataFrame({"yard_id": ["SANS"], "is_source": ["yes"], "installed_mva": [np.nan]})
    told = source_posts(yards(), pd.concat([posts(AVEC=72.0), blank]), VALUES)
    share = VALUES["candidates.hta_installed_share"].number
    assert told.loc["AVEC", "hta_limit_mw"] == pytest.approx(72.0 * share)
    assert told.loc["SANS", "hta_limit_mw"] == 20.0
    assert told.loc["SANS", "hta_state"] == "yes"


# Three yards: one under a tee, one with two sources, one that has no transformer.
YARDS = gpd.GeoDataFrame(
    {"yard_id": ["CERO", "CEST", "VIDE"], "name": ["Ceron", "Cestas", "Vide"],
     "codes": ["BETA|CERO", "CEST|VERD", "VIDE"], "can_host": "yes"},
    geometry=[shapely.Point(x, 0) for x in (1_000, 3_000, 2_000)], crs=2154,
)  # fmt: skip
POSTS = gpd.GeoDataFrame(
    {"zone_id": ["BETA", "CEST", "VERD", "VIDE"], "yard_id": ["CERO", "CEST", "CEST", "VIDE"],
     "name": ["BETA", "CESTAS", "VERDERY (LE)", "VIDE"],
     "is_source": ["yes", "yes", "yes", "no"], "installed_mva": [70.0, 36.0, 40.0, np.nan]},
    geometry=[shapely.Point(x, 0) for x in (1_250, 3_000, 2_800, 2_000)], crs=2154,
)  # fmt: skip
COMMUNES = pd.DataFrame({"name": ["Bêta", "Alpha"]})


class Village:
    """A pack of those tables alone."""

    def __init__(self):
        self.tables = {"yards": YARDS, "source_substations": POSTS, "communes": COMMUNES}

    def table(self, name):
        return self.tables[name].copy()

    def has(self, name):
        return name in self.tables


def test_a_yard_goes_under_the_post_that_has_the_transformers():
    yards = named_yards(Village()).set_index("yard_id")
    assert yards["name"].to_dict() == {
        "BETA": "Bêta", "CEST": "Cestas / Le Verdery", "VIDE": "Vide",
    }  # fmt: skip
    assert {code: point.x for code, point in yards.geometry.items()} == {
        "BETA": 1_250, "CEST": 3_000, "VIDE": 2_000,
    }  # fmt: skip
    assert yard_of_code(yards.reset_index()) == {
        "BETA": "BETA", "CERO": "BETA", "CEST": "CEST", "VERD": "CEST", "VIDE": "VIDE",
    }  # fmt: skip


def test_an_hta_line_ends_at_the_nearest_transformers_of_its_yard():
    posts = posts_at_yards(Village())
    yards = named_yards(Village()).set_index("yard_id")
    yards = yards.assign(voltages_kv="63", max_voltage_kv=63, hta_limit_mw=20.0)
    told = source_posts(yards, posts, VALUES)
    assert told["installed_mva"].fillna(0.0).to_dict() == {"BETA": 70.0, "CEST": 76.0, "VIDE": 0.0}
    site = gpd.GeoDataFrame(
        index=pd.Index(["S"], name="site_id"), geometry=[shapely.Point(0, 0)], crs=2154
    )
    lines = connect(site, told, VALUES, posts).query("domain == 'HTA'").set_index("yard_id")
    factor = VALUES["candidates.route_factor"].number
    assert lines["distance_km"].to_dict() == pytest.approx(
        {"BETA": 1.25 * factor, "CEST": 2.8 * factor}
    )


@pytest.mark.parametrize(
    ("site", "yard", "km"),
    # data2.md, section 3: read by hand from the two source files.
    [("40031_1330", "AUDON", 7.7), ("64410_2763", "MARSI", 0.9), ("79005_1215", "AIRVA", 2.0)],
)
def test_the_nearest_hta_post_is_the_true_one(evidence, site, yard, km):
    mine = evidence.connections.query("site_id == @site and domain == 'HTA'")
    first = mine.sort_values("distance_km").iloc[0]
    assert (first["yard_id"], round(first["distance_km"], 1)) == (yard, km)


@pytest.mark.parametrize(
    ("site", "yard", "name", "km"),
    # Measured by hand on the two source files, straight line × 1.3.
    [
        ("33122_13757", "PESSA", "Pessac", 5.89),
        ("33552_8255", "PODEN", "Podensac", 8.27),
        ("33522_13236", "TALEN", "Talence", 1.36),
        ("33122_14920", "CESTA", "Cestas / Verdery", 7.19),
        ("86214_10928", "P.MIT", "Pointe a Miteau", 3.13),
    ],
)
def test_the_post_shown_and_judged_is_the_nearest_with_transformers(evidence, site, yard, name, km):
    seen = evidence.sites.loc[site]
    assert (seen["yard_id"], seen["yard_name"], seen["yard_distance_km"]) == (yard, name, km)
    judged = evidence.verdicts.query("site_id == @site and criterion == 'grid.distance'")
    assert judged["value"].tolist() == [km]


def test_every_hta_line_ends_at_transformers(evidence):
    ends = evidence.connections.query("domain == 'HTA'")["yard_id"].unique()
    assert (evidence.yards.loc[ends, "hta_state"] == "yes").all()


def test_the_list_by_commune_decides_and_the_sector_s_reading_stays(evidence):
    """data2.md, section 3: of 870 candidates, 281 unknown become 177 in and 104 out."""
    pool = evidence.pool[evidence.pool["source"] == "friches"]
    counts = pd.crosstab(pool["zre_sector"], pool["zre"])
    assert counts.loc["unknown"].to_dict() == {"no": 104, "yes": 177}
    assert counts.loc["yes"].to_dict() == {"no": 16, "yes": 440}
    assert counts.loc["no"].to_dict() == {"no": 131, "yes": 2}
    assert pool["zre_source_fr"].str.contains("liste par commune").all()


def test_without_the_list_the_sector_s_reading_stays_an_assumption():
    pack = Pack.open(EMBEDDED)
    papers = {**pack.catalogue}
    papers["zre_communes"] = papers["zre_communes"].model_copy(update={"state": "absent"})
    question = read_scenario("tendanciel", ())
    factors = impacts.factors(question.reference_date)
    values = screening_values(question, factors)
    found = gather_evidence(question, Pack(pack.folder, papers), values, factors).sites
    assert (found["zre"] == found["zre_sector"]).all()
    assert found["zre_source_fr"].str.contains("hypothèse").all()
