"""« Lire et comparer », as a planner meets it: answers, and neighbours of what is not there."""

from __future__ import annotations

import json
import shutil

import pytest

from scenarios.storage.results import Results
from tests.commands.typed_line import EXAMPLE, refused, siting


def test_a_folder_or_a_site_that_is_not_there_names_its_neighbours(tmp_path):
    shutil.copytree(EXAMPLE, tmp_path / "resultats" / "limousin")
    absent = refused(siting("verify", "resultats/limousine", cwd=tmp_path), "SIT400", 3)
    assert "n'existe pas" in absent
    assert "proches : resultats/limousin" in absent
    for asked in ("limoges", "87085", "limoges metropole"):
        told = siting("explain", asked, "--in", "resultats/limousin", cwd=tmp_path)
        assert told.returncode == 0, told.stderr
        assert told.stdout.count("\n") <= 23
        assert "87085_12743   candidat" in told.stdout
        assert "tout : --all" in told.stderr
    nowhere = siting("explain", "87085_99999", "--in", "resultats/limousin", cwd=tmp_path)
    assert "proches" in refused(nowhere, "SIT402", 2)


def test_a_run_prints_one_json_document_and_explain_reads_it_back(tmp_path):
    done = siting(
        "run", str(EXAMPLE.with_suffix(".toml")), "--alternatives", "0", "--json",
        "--out", str(tmp_path / "r"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["plan"]["2036"]["it_mw"] == pytest.approx(35, rel=0.03)
    assert summary["plan"]["2036"]["enaf_high_ha"] == 0
    # Souples : les réseaux connus n'ont pas de quoi reprendre 20 % en toute saison.
    assert {"heat.recovered_share"} <= {row["rule"] for row in summary["broken_rules"]}
    sites = Results.read(tmp_path / "r").sites
    for fate, words in (("écarté", "seuil"), ("fusionné", "même terrain")):
        site = sites.index[sites["fate"] == fate][0]
        answer = siting("explain", site, "--in", str(tmp_path / "r"), "--all")
        assert answer.returncode == 0, answer.stderr
        assert words in answer.stdout
    rejected = sites.index[sites["fate_reason_fr"].str.contains("land.no_project")][0]
    assert "--all" in siting("explain", rejected, "--in", str(tmp_path / "r")).stdout
    answer = siting("explain", rejected, "--in", str(tmp_path / "r"), "--all").stdout
    assert "Friche sans projet déclaré" in answer
    assert "seuil ≤ 0" in answer
    assert "source :" in answer
    refused(siting("explain", "inconnu_1", "--in", str(tmp_path / "r")), "SIT402", 2)
