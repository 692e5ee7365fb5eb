"""``siting run`` refuses what it cannot do, and leaves nothing behind."""

from __future__ import annotations

import shutil

import pytest

from layers.packs.data_pack import EMBEDDED
from tests.commands.typed_line import refused, siting


def test_an_unknown_key_is_refused_and_nothing_is_written(tmp_path):
    done = siting("run", "--set", "demand.utilization=0.5", "--out", str(tmp_path / "r"))
    assert "utilisation" in refused(done, "SIT200", 2)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--set", "demand.it_mw.2036=150", "--set", "demand.it_mw.2036=160"), "contredisent"),
        (("--set", 'rules."land.regional_enaf"=false',
          "--set", 'rules."land.regional_enaf".hard=true'), "contredisent"),
        (("--set", 'rules."water.regional_budget".regional_water_m3=-5'), "négatif"),
        (("--set", 'rules."land.brownfield_share".brownfield_share=1.5'), "part, de 0 à 1"),
        (("--alternatives", "-1"), "négatif"),
    ],
)  # fmt: skip
def test_an_impossible_value_is_refused_and_nothing_is_written(tmp_path, arguments, words):
    done = siting("run", *arguments, "--out", str(tmp_path / "r"))
    assert words in refused(done, "SIT200", 2)
    assert list(tmp_path.iterdir()) == []


def test_an_absent_layer_stops_a_run_that_refuses_absence(tmp_path):
    done = siting(
        "run", "--set", "candidates.on_missing_layer=refuse", "--out", str(tmp_path / "r")
    )
    assert "absentes" in refused(done, "SIT106", 3)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_pack_is_refused(tmp_path):
    refused(siting("run", "--data", str(tmp_path / "rien")), "SIT103", 4)


def test_a_missing_pack_file_is_refused(tmp_path):
    pack = tmp_path / "lot"
    shutil.copytree(EMBEDDED, pack)
    (pack / "yards.parquet").unlink()
    done = siting("run", "--data", str(pack), "--out", str(tmp_path / "r"))
    assert "yards.parquet" in refused(done, "SIT103", 4)
    assert not (tmp_path / "r").exists()


def test_a_hash_mismatch_is_refused(tmp_path):
    pack = tmp_path / "lot"
    shutil.copytree(EMBEDDED, pack)
    with (pack / "communes.parquet").open("ab") as file:
        file.write(b"x")
    done = siting("run", "--data", str(pack), "--out", str(tmp_path / "r"))
    assert "communes.parquet" in refused(done, "SIT104", 7)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["lot"]


def test_an_impossible_demand_is_explained(tmp_path):
    done = siting(
        "run",
        "--set",
        "demand.it_mw={2031=90000, 2036=90000}",
        "--set",
        'territory=["23"]',
        "--out",
        str(tmp_path / "r"),
    )
    assert done.returncode == 5
    assert done.stdout == ""
    assert done.stderr.strip().splitlines()[-3].startswith("[SIT30")
    assert "MW" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_conflicting_rules_are_named(tmp_path):
    done = siting(
        "run", "--set", 'rules."heat.recovered_share".hard=true', "--out", str(tmp_path / "r")
    )
    assert done.returncode == 5
    assert "Chaleur fatale" in done.stderr
    assert "GWh" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_unwritable_place_is_refused(tmp_path):
    (tmp_path / "fichier").write_text("déjà là", encoding="utf-8")
    done = siting("run", "--out", str(tmp_path / "fichier" / "r"))
    refused(done, "SIT403", 8)


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"jpg")
    done = siting("run", "--out", str(tmp_path / "photos"))
    refused(done, "SIT403", 8)
    assert [p.name for p in (tmp_path / "photos").iterdir()] == ["a.jpg"]


def test_bxia_alone_exceeds_the_need_and_the_run_ends_well(tmp_path):
    done = siting(
        "run", "tendanciel", "--set", 'demand.fixed_projects=["bxia"]',
        "--set", 'territory=["23","33"]',
        "--alternatives", "0", "--out", str(tmp_path / "r"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "BXIA seul" in done.stderr
    assert "dépasse le besoin 2031" in done.stderr
    assert (tmp_path / "r" / "carte.html").is_file()
