"""What « siting eligibility » writes and says: the same bytes, three areas, doubt in the open."""

from __future__ import annotations

import csv
import json
import re

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from click.testing import CliRunner

import cli
from layers.words.cell_states import ELIGIBLE, EXCLUDED, OUTSIDE, RULED_OUT, UNKNOWN
from layers.words.errors import SitingError

LIMOUSIN = ("--set", 'territory=["19", "23", "87"]')


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Judge Limousin twice; return both folders and what was printed."""
    place = tmp_path_factory.mktemp("eligibilite")
    said = [
        CliRunner().invoke(cli.app, ["eligibility", *LIMOUSIN, "--out", str(place / name), *more])
        for name, more in (("un", ["--no-cache", "--all"]), ("deux", ["--json"]))
    ]
    assert all(result.exit_code == 0 for result in said), said
    return place / "un", place / "deux", said[0].stdout, json.loads(said[1].stdout)


def test_the_same_question_gives_the_same_bytes(written):
    names = sorted(path.name for path in written[0].iterdir())
    assert names == sorted(path.name for path in written[1].iterdir())
    for name in names:
        assert (written[0] / name).read_bytes() == (written[1] / name).read_bytes(), name


def test_the_three_areas_make_the_territory_and_nothing_absent_is_good_news(written):
    report = written[3]
    parts = report["eligible_ha"] + report["excluded_ha"] + report["unknown_ha"]
    assert parts == report["total_ha"]
    assert report["total_ha"] == pytest.approx(
        1_705_000, rel=0.02
    )  # 16 942 km² and more, published
    assert report["eligible_ha"] == 0
    assert report["schema_version"]
    absent = [line for line in report["audit"] if line["state_fr"] == "non évaluée"]
    assert len(absent) == len(report["not_evaluated"]) > 0
    assert all(line["excluded_ha"] is None for line in absent)
    assert "Aucun hectare n'est éligible à coup sûr" in written[2]
    assert "non évalué" in written[2]
    assert "hypothèse" in written[2]


def test_the_table_holds_in_eighty_columns_and_keeps_every_limit_and_status(written):
    said = written[2].replace("\u202f", " ").replace("\xa0", " ")
    table = [line for line in said.splitlines() if re.search(r"\S {2,}\S", line)]
    assert table
    assert max(map(len, table)) <= 80
    text = " ".join(said.split())
    for line in written[3]["audit"]:
        for word in line["label_fr"].split():
            assert word in text
    assert "≤ 15 000 m (hypothèse)" in text
    assert any(row.startswith("Logements proches") and "300 m  hypothèse" in row for row in table)


def test_the_raster_is_a_cog_that_says_its_states(written):
    with rasterio.open(written[0] / "eligibilite.tif") as file:
        values = file.read(1)
        assert file.crs.to_epsg() == 2154
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert "inconnu" in file.tags()["STATES"]
        assert (file.transform.c % 100, file.transform.f % 100) == (0, 0)
        assert file.nodata == OUTSIDE
        assert file.overviews(1)
    found, cells = np.unique(values, return_counts=True)
    counts = dict(zip(found.tolist(), cells.tolist(), strict=True))
    assert counts.get(ELIGIBLE, 0) == written[3]["eligible_ha"]
    assert counts[EXCLUDED] == written[3]["excluded_ha"]
    assert counts[UNKNOWN] == written[3]["unknown_ha"]


def test_the_three_readings_add_up_and_the_map_of_unknown_rules_is_theirs(written):
    report = written[3]
    readings = report["readings"]
    by_count = {row["unknown_rules"]: row["area_ha"] for row in readings["by_unknown_rules"]}
    assert readings["excluded_ha"] == report["excluded_ha"]
    assert sum(by_count.values()) == readings["not_excluded_ha"]
    assert readings["not_excluded_ha"] + readings["excluded_ha"] == report["total_ha"]
    assert readings["at_most_removed_ha"] == report["unknown_ha"]
    assert readings["at_least_left_ha"] == report["eligible_ha"]
    assert readings["known_rules"] == readings["rules"] - len(report["not_evaluated"])
    assert min(by_count) >= len(report["not_evaluated"])  # an absent layer is unknown everywhere
    # Every rule's own unknown hectares, added up, count each cell once a rule.
    lines = sum(line["unknown_ha"] for line in report["audit"])
    assert lines == sum(number * area for number, area in by_count.items())
    with rasterio.open(written[0] / "regles_inconnues.tif") as file:
        assert "règles inconnues" in file.tags()["VALUES"]
        found, cells = np.unique(file.read(1), return_counts=True)
    mapped = dict(zip(found.tolist(), cells.tolist(), strict=True))
    assert mapped.pop(RULED_OUT) == report["excluded_ha"]
    mapped.pop(OUTSIDE)
    assert mapped == by_count  # a cell is one hectare
    said = " ".join(written[2].replace("\u202f", " ").replace("\xa0", " ").split())
    assert "Exclu par ce qui est connu" in said
    assert f"{max(by_count)} règles inconnues sur {readings['rules']} :" in said
    assert "Ce qui manque retirerait au plus" in said


def test_the_audit_opens_in_a_spreadsheet(written):
    text = (written[0] / "audit.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    assert len(rows) == len(written[3]["audit"])
    assert {row["évaluation"] for row in rows} >= {"non évaluée"}
    assert all(row["référence de la valeur"] for row in rows)


def test_the_patches_hold_what_is_not_excluded(written):
    table = gpd.read_parquet(written[0] / "patches.parquet")
    free = written[3]["eligible_ha"] + written[3]["unknown_ha"]
    assert table.crs.to_epsg() == 2154
    assert table["area_ha"].min() >= 1.0
    assert table["area_ha"].sum() == pytest.approx(free)  # a cell is one hectare: none is lost
    assert table.geometry.area.to_numpy() / 1e4 == pytest.approx(table["area_ha"].to_numpy())
    assert (table["unknown_share"] == 1.0).all()


def test_the_picture_is_drawn(written):
    data = (written[0] / "eligibilite.png").read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert len(data) > 30_000


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--rules", "absent.toml"], "SIT201"),
        (["--distance", "yards"], "SIT200"),
        (["--distance", "yrads=5"], "SIT202"),
        (["--set", 'territory=["75"]'], "SIT202"),
    ],
)
def test_what_means_nothing_is_refused_and_nothing_is_written(tmp_path, arguments, code):
    out = tmp_path / "resultats"
    done = CliRunner().invoke(cli.app, ["eligibility", "--out", str(out), *arguments])
    assert isinstance(done.exception, SitingError)
    assert done.exception.code == code
    assert not out.exists()
