"""The pictures of a plan: what they add up to, the same bytes twice, and what is not drawn said."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from layers.words.errors import SitingError
from maps.pictures.evidence_gaps import judged_sites
from maps.pictures.month_picture import months
from maps.pictures.picture_canvas import foot, save, sheet
from maps.pictures.picture_gallery import PICTURES, draw_pictures, picture_lines
from maps.pictures.rank_picture import shown_sites
from maps.pictures.score_picture import contributions
from maps.pictures.tornado_picture import draw_tornado
from scenarios.storage.results import Results, write_table

EXAMPLE = Path(__file__).parents[3] / "docs" / "exemple" / "limousin"
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def example(tmp_path_factory) -> Results:
    """Return the example folder, with what a run writes today and an older folder lacks."""
    folder = tmp_path_factory.mktemp("exemple") / "limousin"
    shutil.copytree(EXAMPLE, folder)
    sites = gpd.read_parquet(folder / "sites.parquet")
    rank = sites["rank"].astype("Float64")
    known = {"rank_low": (rank / 2).round(), "rank_high": rank * 2, "first_share": 1 / rank}
    write_table(folder / "sites.parquet", sites.assign(**known))
    rows = [
        ("site_energy_twh", "utilisation", "Charge", "1", "assumption", 0.5, 0.9, 2.0, 1.5, 2.5),
        ("site_energy_twh", "cooling.supply_air", "Air", "degC", "memory", 22, 27, 2.0, 2.1, 1.9),
        ("land_ha", "land.standard", "Emprise", "m2/MW", "assumption", 1e3, 4e3, 7.0, 3.5, 14.0),
    ]
    columns = ["figure", "constant", "label_fr", "unit", "status", "low", "high", "usual",
               "at_low", "at_high"]  # fmt: skip
    write_table(folder / "sensitivity.parquet", pd.DataFrame(rows, columns=columns))
    return Results.read(folder, verify=False)


def test_every_picture_is_drawn_alike_twice_and_in_french(example, tmp_path):
    document = draw_pictures([example], tmp_path / "a")
    assert {entry["picture"] for entry in document["pictures"]} == set(PICTURES)
    assert document["missing"] == []
    draw_pictures([example], tmp_path / "b")
    names = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert len(names) == 2 * len(PICTURES)
    for name in names:
        first, second = ((tmp_path / end / name).read_bytes() for end in "ab")
        assert first == second, name
        if name.endswith(".png"):
            assert first.startswith(PNG)
            assert b"matplotlib" not in first.lower()
        else:
            ElementTree.fromstring(first)
            assert b"<dc:date>" not in first
    for entry in document["pictures"]:
        assert entry["said_fr"].endswith(".")
        assert "nan" not in entry["said_fr"]


def test_several_plans_have_small_maps_and_names_of_their_own(example, tmp_path, monkeypatch):
    monkeypatch.setattr("maps.pictures.picture_gallery.PICTURES", {"mois": PICTURES["mois"]})
    document = draw_pictures([example, example], tmp_path, ["png"])
    files = {name for entry in document["pictures"] for name in entry["files"]}
    assert {"limousin-mois.png", "limousin-2-mois.png", "scenarios.png"} <= files
    assert len(files) == 3


def test_a_village_without_a_plan_says_what_it_cannot_draw(village, tmp_path):
    document = draw_pictures([village], tmp_path, ["png"])
    missing = {entry["picture"] for entry in document["missing"]}
    assert {"tornade", "rangs"} <= missing
    text = "\n".join(picture_lines(document, tmp_path))
    assert "non dessiné" in text
    assert "siting run" in text


def test_an_unknown_format_is_told(example, tmp_path):
    with pytest.raises(SitingError, match="gif"):
        draw_pictures([example], tmp_path / "rien", ["gif"])
    assert not (tmp_path / "rien").exists()


def test_the_bars_of_a_score_add_up_to_it(example):
    parts = contributions(example)
    sums = parts.groupby("site_id")[["low", "high", "most"]].sum()
    sites = example.sites.loc[sums.index]
    np.testing.assert_allclose(sums["low"], sites["score_low"], atol=1e-4)
    np.testing.assert_allclose(sums["high"], sites["score_high"], atol=1e-4)
    np.testing.assert_allclose(sums["most"], 100.0)


def test_the_months_add_up_to_the_year(example):
    table = months(example)
    plan = example.summary["plan"]["2036"]
    assert table["water_m3"].sum() == pytest.approx(plan["water_input_m3"], rel=1e-4)
    assert table["useful_gwh"].sum() == pytest.approx(plan["heat_gwh"], rel=1e-4)
    # Months are written to a kilowatt-hour, for each site: where all is taken, their sum is near.
    assert (table["useful_gwh"] <= table["asked_gwh"] + 1e-5).all()
    assert (table["useful_gwh"] <= table["available_gwh"] + 1e-5).all()


def test_the_ranks_show_every_retained_site_and_the_first_twenty(example):
    shown = shown_sites(example)
    assert set(example.sites.index[example.sites["retained"]]) <= set(shown.index)
    assert shown["rank"].head(20).tolist() == list(range(1, 21))


def test_the_share_of_blanks_is_counted_by_hand(example):
    judged = judged_sites(example)
    pool = example.sites.index[example.sites["fate"] == "candidat"]
    verdicts = example.verdicts[example.verdicts["site_id"].isin(pool)]
    by_hand = sum(state == "unknown" for state in verdicts["state"]) / len(verdicts)
    assert judged["is_unknown"].mean() == pytest.approx(by_hand)
    flood = judged[judged["label_fr"] == "Hors zone inondable"]
    assert flood["is_unknown"].all()


def test_a_tornado_is_not_invented(village):
    assert draw_tornado(village) is None


def test_a_long_title_and_hostile_words_are_laid_out(tmp_path):
    figure = sheet((6, 4), "Très long titre $x_1$ <b>& " * 8, "Dessous " * 40, "hypothèses")
    foot(figure, "Pied " * 60)
    figure.subplots().plot([0, 1], [0, 1])
    files = save(figure, tmp_path / "long", ["png", "svg"], "dit")
    assert [file.name for file in files] == ["long.png", "long.svg"]
    assert all(file.stat().st_size > 5000 for file in files)


def test_the_command_prints_the_sentences(tmp_path):
    from click.testing import CliRunner

    from cli import app

    folder = tmp_path / "limousin"
    shutil.copytree(Path(__file__).parents[3] / "docs" / "exemple" / "limousin", folder)
    done = CliRunner().invoke(app, ["pictures", str(folder), "--format", "png", "--json"])
    assert done.exit_code == 0, done.output
    assert len(json.loads(done.stdout)["pictures"]) == len(PICTURES)
    assert (tmp_path / "limousin-images" / "rangs.png").is_file()
