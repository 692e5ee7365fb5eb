"""One's own sites: read in every form, judged as friches are, a double counted once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import impacts
from layers.own_layers.site_file import SitesOffer, with_own_sites
from layers.packs.data_pack import EMBEDDED, Pack
from layers.words.errors import SitingError
from scenarios.answers.own_sites_said import own_document, own_ranked
from scenarios.question.program_settings import screening_values
from scenarios.question.scenario_reading import read_scenario
from scenarios.reading.screens.ranking_told import ranking_table
from scenarios.site_evidence.brought.brought_things import with_brought
from scenarios.site_evidence.evidence_joining import Evidence, gather_evidence
from scenarios.writing.step_cache import parts_of
from tests.layers.french_files import ods, xlsx

CREUSE = ("territory=['23']",)
FRICHE = "23096_9830"


@pytest.fixture(scope="module")
def pack() -> Pack:
    return Pack.open(EMBEDDED)


@pytest.fixture(scope="module")
def friche(pack: Pack) -> pd.Series:
    table = pack.table("brownfields").set_index("site_id")
    return table.loc[FRICHE]


def box(x: float, y: float, hectares: float) -> shapely.Polygon:
    half = 50.0 * hectares**0.5
    return shapely.box(x - half, y - half, x + half, y + half)


@pytest.fixture(scope="module")
def files(friche: pd.Series, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    """Three files: drawn sites, one of them a friche; a workbook; a text in Windows-1252."""
    folder = tmp_path_factory.mktemp("sites")
    x, y, area = friche.geometry.x, friche.geometry.y, friche["site_surface_m2"]
    gpd.GeoDataFrame(
        {
            "Identifiant": ["A-1", "A_1", "Île n° 3"],
            "Statut": ["libre", None, None],
            "Zone PLU": ["UX", "zone inondable", None],
            "surface_ha": [99.0, 8.0, None],
        },
        geometry=[box(x + 3000, y, 12), box(x + 5000, y, 8), box(x, y, area / 1e4)], crs=2154,
    ).to_file(folder / "zae.gpkg")  # fmt: skip
    head = ["Identifiant", "Nom", "Surface (ha)", "X", "Y", "Déjà artificialisé", "État",
            "Chaleur voisine GWh"]  # fmt: skip
    xlsx(
        folder / "ports.xlsx",
        [
            head,
            ["lot 2", "Ancienne centrale", "12,5", f"{x - 3000:.1f}".replace(".", ","), y, "oui",
             "Libre", "40,5"],
            [None] * 8,
            ["lot 2 bis", "Dépôt", "7,25", x - 5000, f"{y:.1f}".replace(".", ","), None,
             "occupé", None],
        ],
    )  # fmt: skip
    (folder / "loin.csv").write_bytes(
        "libellé;surface_m2;lon;lat;\nCaserne désaffectée;125 000;1,87;46,17;\n;;;;\n"
        "Nantes;50000;-1,55;47,21;\n".encode("cp1252")
    )
    bringers = {"zae.gpkg": "Grand Guéret", "ports.xlsx": "Port", "loin.csv": "Armée"}
    return tuple(f"{folder / name};by={by}" for name, by in bringers.items())


@pytest.fixture(scope="module")
def evidence(pack: Pack, files: tuple[str, ...]) -> Evidence:
    asked = f"candidates.own=[{', '.join(repr(each) for each in files)}]"
    return gathered(read_scenario("tendanciel", (*CREUSE, asked)), pack)


def gathered(question, pack: Pack) -> Evidence:
    factors = impacts.factors(question.reference_date)
    return gather_evidence(question, pack, screening_values(question, factors), factors)


def test_what_the_file_says_is_taken_and_the_rest_is_unknown(evidence: Evidence) -> None:
    sites = evidence.sites
    own = sites[sites["source"] == "own"]
    assert sorted(own.index) == ["A-1", "A_1", "loin-2", "lot 2", "lot 2 bis", "Île n° 3"]
    assert own.loc["A-1", "area_m2"] == pytest.approx(120_000)
    assert own.loc["A-1", "ground_fr"] == "contour"
    assert own.loc["lot 2", ["area_m2", "is_brownfield", "enaf"]].tolist() == [125_000, True, "no"]
    assert own.loc["lot 2", "heat_in_reach_gwh"] >= 40.5
    assert "dits par Port" in own.loc["lot 2", "sinks_fr"]
    assert own.loc["A_1", "plu_zone"] == "inconnue"
    assert own.loc["A_1", "enaf"] == "unknown"
    assert own.loc["A-1", "enaf"] == "no"
    assert own.loc["loin-2", "area_m2"] == 125_000
    assert own["commune_code"].str.startswith("23").all()


def test_a_site_brought_as_free_may_be_retained_and_says_who_says_so(evidence: Evidence) -> None:
    sites = evidence.sites
    assert sites.loc["A-1", "retainable"]
    assert sites.loc["A-1", "occupancy_fr"] == (
        "déclaré libre par qui l'apporte, Grand Guéret (zae.gpkg)"
    )
    assert not sites.loc["A_1", "retainable"]
    assert sites.loc["lot 2 bis", "fate_cause"] == "occupied"
    unsaid = evidence.verdicts.set_index(["site_id", "criterion"])["state"]
    assert unsaid["A_1", "land.no_project"] == "unknown"


def test_a_double_of_a_friche_is_counted_once_and_told(evidence: Evidence) -> None:
    sites = evidence.sites
    assert sites.loc[FRICHE, ["fate", "merged_into"]].tolist() == ["fusionné", "Île n° 3"]
    assert "Île n° 3" in sites.loc[FRICHE, "fate_reason_fr"]
    assert sites.loc["Île n° 3", "merged_ids"] == FRICHE
    told = own_document(sites.assign(retained=False))["own_sites"]
    assert told["doubles"] == {"Île n° 3": [FRICHE]}
    assert any("compté une seule fois" in line for line in told["answer_fr"])
    rows = [{"source": "own", "name_fr": "Dépôt", "rank": 4, "merged_ids": "", "site_id": "D"}]
    assert "(rang\u00a04)" in own_ranked(rows)[0]


def test_own_sites_alone_are_ranked_when_no_source_is_asked(
    pack: Pack, files: tuple[str, ...]
) -> None:
    only = (*CREUSE, "candidates.sources=[]", f"candidates.own={files[1]!r}")
    table = ranking_table(read_scenario("tendanciel", only), pack)
    assert [row["site_id"] for row in table] == ["lot 2"]
    with pytest.raises(SitingError, match="défaut"):
        read_scenario("tendanciel", (*CREUSE, "candidates.sources=[]"))


def test_the_content_of_a_file_decides_whether_a_run_is_the_same(pack: Pack, tmp_path) -> None:
    file = tmp_path / "un.csv"
    file.write_text("id;surface_ha;lon;lat\nA;5;1,87;46,17\n", encoding="utf-8")
    question = read_scenario("tendanciel", (*CREUSE, f"candidates.own={str(file)!r}"))

    def parts() -> tuple[dict[str, str], str]:
        brought, told = with_brought(question, pack)
        assert told
        assert with_brought(question, brought)[1] == []
        return parts_of(question.model_dump(mode="json"), pack), brought.fingerprint

    before, fingerprint = parts()
    file.write_text("id;surface_ha;lon;lat\nA;6;1,87;46,17\n", encoding="utf-8")
    after, other = parts()
    assert before["candidates"] != after["candidates"]
    assert fingerprint != other


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        ("id;surface_ha\nA;5\n", "SIT101", "rien ne dit où"),
        ("id;surface;lon;lat\nA;5;1,87;46,17\n", "SIT101", "son unité"),
        ("id;surface_ha;lon;lat\nA;douze;1,87;46,17\nB;0;1,87;46,17\nC;5;;\n", "SIT105",
         "« douze »"),
        ("id;surface_ha;lon;lat;statut\nA;5;1,87;46,17;peut-être\n", "SIT105", "peut-être"),
        ("id;surface_ha;lon;lat\nA;5;1,87;46,17\nA;5;1,88;46,17\n", "SIT105", "ligne 3"),
        ("id;surface_ha;lon;lat\nA;5;46,17;1,87\n", "SIT102", "aucun site"),
        ("id;surface_ha;lon;lat\nA;1e308;1,87;46,17\n", "SIT105", "surface positive"),
        (f"id;surface_ha;lon;lat;nom\nA;5;1,87;46,17;{'W' * 40_000}\n", "SIT105", "40 000 signes"),
    ],
)  # fmt: skip
def test_what_no_site_may_be_is_refused_in_french(
    pack: Pack, tmp_path: Path, content: str, code: str, words: str
) -> None:
    file = tmp_path / "sites.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(SitingError) as refusal:
        with_own_sites(pack, (str(file),))
    assert refusal.value.code == code
    assert words in str(refusal.value).replace("\u00a0", " ").replace("\u202f", " ")
    assert "sites.csv" in refusal.value.where


def test_who_brings_a_file_has_a_name_of_two_letters(pack: Pack, tmp_path: Path) -> None:
    file = tmp_path / "sites.csv"
    file.write_text("id;surface_ha;lon;lat\nA;5;1,87;46,17\n", encoding="utf-8")
    with pytest.raises(SitingError, match="nommer") as refusal:
        with_own_sites(pack, (f"{file};by=X",))
    assert refusal.value.code == "SIT202"


def test_an_option_mistyped_names_the_nearest() -> None:
    with pytest.raises(SitingError, match="option inconnue"):
        SitesOffer.parse("a.csv;bye=moi")
    with pytest.raises(SitingError) as refusal:
        SitesOffer.parse("a.csv;columns=surface:AIRE")
    assert "area_ha" in refusal.value.hint


def test_a_name_taken_by_a_friche_far_away_is_refused(
    pack: Pack, friche: pd.Series, tmp_path: Path
) -> None:
    file = ods(
        tmp_path / "pris.ods",
        [
            ["id", "surface_ha", "x", "y"],
            [FRICHE, 5.0, friche.geometry.x + 9000, friche.geometry.y],
        ],
    )
    question = read_scenario("tendanciel", (*CREUSE, f"candidates.own={str(file)!r}"))
    with pytest.raises(SitingError, match="déjà l'identifiant"):
        gathered(question, pack)
    assert replace(SitesOffer("a.csv"), by="x").by == "x"
