"""The command line as a planner meets it: exit codes, streams, three-line errors."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli import CHAPTERS, app
from layers.packs.data_pack import EMBEDDED


def siting(*arguments: str, cwd=None, stdin=None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=cwd,
        check=False,
        input=stdin,
        env=os.environ | {"PYTHONUTF8": "0", "LC_ALL": "C"},
    )


def refused(done: subprocess.CompletedProcess[str], code: str, status: int) -> str:
    assert done.returncode == status, done.stderr
    assert done.stdout == ""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 3, done.stderr
    assert lines[0].startswith(f"[{code}] ")
    assert "Traceback" not in done.stderr
    return done.stderr


def test_help_is_french_and_loads_nothing_heavy():
    # bench/commands.py times it; what would make it slow is seen here whatever the machine.
    code = "import sys, cli; sys.argv = ['siting', '--help']; import atexit; atexit.register("
    code += "lambda: print(sorted({n.partition('.')[0] for n in sys.modules}), file=sys.stderr))"
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", f"{code}\ncli.main()"],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert not any(word in done.stdout for word in ("Show this", "Usage:", "Options:", "COMMAND "))
    heavy = ("numpy", "pandas", "geopandas", "pydantic", "xarray", "highspy", "pulp", "matplotlib")
    assert not [name for name in heavy if f"'{name}'" in done.stderr]


def test_every_command_has_its_chapter():
    named = [name for names in CHAPTERS.values() for name in names]
    assert sorted(named) == sorted(app.commands)


@pytest.mark.parametrize(
    ("line", "proposed"),
    [
        ("siting run so", ["sobriete", "souverainete"]),
        ("siting rank --weights ep", ["epci"]),
        ("siting explain-error SIT30", ["SIT300", "SIT301", "SIT302", "SIT303"]),
        ("siting pareto --x wa", ["water"]),
        ("siting layers fetch znieff", ["znieff_1", "znieff_2"]),
    ],
)
def test_a_shell_completes_the_names_one_may_give(line, proposed):
    words = {"_SITING_COMPLETE": "bash_complete", "COMP_WORDS": line}
    done = subprocess.run(
        [sys.executable, "-m", "cli"], capture_output=True, encoding="utf-8", check=False,
        env=os.environ | words | {"COMP_CWORD": str(len(line.split()) - 1)},
    )  # fmt: skip
    plain = [each for each in done.stdout.splitlines() if each.startswith("plain,")]
    assert plain == [f"plain,{name}" for name in proposed]


@pytest.mark.parametrize("verb", ["run", "check", "rank", "explain", "rules", "layers", "doctor"])
def test_every_verb_has_a_french_help(verb):
    done = siting(verb, "--help")
    assert done.returncode == 0
    assert "Affiche cette aide." in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["rnu"], ["explan"], ["run", "--zz"], ["run", "--dat", "x"], ["run", "--json=1"],
        ["run", "--out"], ["explain"], ["rank", "--top", "x"], ["doctor", "trop", "de", "mots"],
        ["completion", "tcsh"],
    ],
)  # fmt: skip
def test_a_usage_fault_is_one_of_the_family(arguments):
    done = siting(*arguments)
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("[SIT205] ")
    assert lines[2].endswith("--help » dit ce que la commande attend")
    assert not re.search(r"\b(mean|one of|option requires|does not|such|extra|Invalid)\b", lines[0])


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


def test_the_same_value_twice_is_no_contradiction():
    twice = ("--set", "demand.existing_it_mw=15")
    done = siting("check", *twice, *twice)
    assert done.returncode == 0, done.stderr


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
        "run", "--set", "demand.it_mw={2031=90000, 2036=90000}", "--out", str(tmp_path / "r")
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


def test_check_lists_what_is_absent():
    done = siting("check", "tendanciel", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert "znieff_1" in report["absent_layers"]


def test_check_tells_every_fault_at_once():
    done = siting(
        "check",
        "--set",
        'rules."land.regional_enaff"=true',
        "--set",
        'candidates.criteria=["land.min_aera"]',
    )
    text = refused(done, "SIT202", 2)
    assert "land.regional_enaf" in text
    assert "land.min_area" in text


def test_rules_lists_the_30_with_sources():
    done = siting("rules", "--json")
    assert done.returncode == 0, done.stderr
    table = json.loads(done.stdout)["rows"]
    assert [row["rule_id"] for row in table] == [f"C{i:02}" for i in range(1, 31)]
    assert all(v["reference"] for row in table for v in row["values"])
    assert {row["can_bite"] for row in table} <= {"oui", "non", "donnée absente"}


def test_rules_of_a_day_without_values_are_told_not_judged():
    done = siting("rules", "--at", "2015-01-01", "--json")
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)["rows"]
    assert len(rows) == 30
    budget = next(row for row in rows if row["rule"] == "energy.budget")
    assert "energy.energy_budget_gwh" not in [value["name"] for value in budget["values"]]
    assert (budget["can_bite"], budget["why_fr"]) == (
        "donnée absente", "aucune valeur en vigueur ce jour-là",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("rank", "--top", "0"), "au moins 1 attendu, 0 reçu"),
        (("sheets", "x", "--top", "-2"), "au moins 1 attendu"),
        (("sheets", "x", "--jobs", "0"), "au moins 1 attendu"),
        (("pareto", "--points", "1"), "de 2 à 50 attendu, 1 reçu"),
        (("sweep", "--draws", "-1"), "au moins 0 attendu"),
        (("completion",), "Au choix"),
    ],
)
def test_a_count_out_of_bounds_is_told_in_french(arguments, words):
    done = siting(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert not any(word in done.stderr for word in ("Choose", "not in the range", "Invalid"))


def test_what_is_set_without_a_value_is_refused():
    assert "« foo » n'est pas une clé et une valeur" in refused(
        siting("check", "--set", "foo"), "SIT200", 2
    )


def test_a_place_that_cannot_be_written_is_refused_by_every_verb_that_writes(tmp_path):
    example = str(Path(__file__).parents[2] / "docs" / "exemple" / "limousin")
    (tmp_path / "fichier").write_text("déjà là", encoding="utf-8")
    into = str(tmp_path / "fichier" / "r")
    for arguments in (
        ("compare", example, example, "--out", into),
        ("map", example, "--out", into),
        ("indicators", example, "--out", into),
        ("layers", "verify", "--map", f"{into}/carte.png", "--json"),
    ):
        done = siting(*arguments)
        assert done.returncode == 8, (arguments, done.stderr)
        assert done.stderr.startswith("[SIT403] écriture impossible : un fichier porte"), arguments
    assert [path.name for path in tmp_path.iterdir()] == ["fichier"]


def test_a_page_drawn_again_leaves_its_neighbours_and_the_results_alone(tmp_path):
    example = Path(__file__).parents[2] / "docs" / "exemple" / "limousin"
    shutil.copytree(example, tmp_path / "limousin")
    (tmp_path / "limousin-carte").mkdir()
    (tmp_path / "limousin-carte" / "notes.txt").write_text("à garder", encoding="utf-8")
    done = siting("map", "limousin", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "limousin-carte/carte.html\n"
    names = sorted(path.name for path in (tmp_path / "limousin-carte").iterdir())
    assert names == ["carte.html", "notes.txt", "synthese.html"]
    assert siting("verify", "limousin", cwd=tmp_path).returncode == 0


def test_a_folder_or_a_site_that_is_not_there_names_its_neighbours(tmp_path):
    example = Path(__file__).parents[2] / "docs" / "exemple" / "limousin"
    shutil.copytree(example, tmp_path / "resultats" / "limousin")
    absent = refused(siting("verify", "resultats/limousine", cwd=tmp_path), "SIT400", 3)
    assert "n'existe pas" in absent
    assert "proches : resultats/limousin" in absent
    for asked in ("limoges", "87085"):
        told = siting("explain", asked, "--in", "resultats/limousin", cwd=tmp_path)
        assert "Limoges a " in refused(told, "SIT402", 2)
        assert "87085_" in told.stderr


def test_layers_list_tells_present_and_absent():
    done = siting("layers", "list", "--json")
    table = json.loads(done.stdout)["rows"]
    assert {row["state"] for row in table} == {"embedded", "absent"}
    assert all(row["licence"] and row["vintage"] for row in table if row["state"] == "embedded")


def test_doctor_finds_all_well():
    done = siting("doctor", "--json")
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["healthy"]


def test_bxia_alone_exceeds_the_need_and_the_run_ends_well(tmp_path):
    done = siting(
        "run", "tendanciel", "--set", 'demand.fixed_projects=["bxia"]', "--out", str(tmp_path / "r")
    )
    assert done.returncode == 0, done.stderr
    assert "BXIA seul" in done.stderr
    assert "dépasse le besoin 2031" in done.stderr
    assert (tmp_path / "r" / "carte.html").is_file()


def test_sobriete_prints_one_json_document_and_explain_reads_it_back(tmp_path):
    done = siting("run", "sobriete", "--json", "--out", str(tmp_path / "r"))
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["plan"]["2036"]["it_mw"] == pytest.approx(58, rel=0.03)
    assert summary["plan"]["2036"]["enaf_high_ha"] == 0
    assert summary["broken_rules"] == []
    from scenarios.storage.results import Results

    sites = Results.read(tmp_path / "r").sites
    for fate, words in (("écarté", "seuil"), ("fusionné", "même terrain"), ("inconnu", "surface")):
        site = sites.index[sites["fate"] == fate][0]
        answer = siting("explain", site, "--in", str(tmp_path / "r"))
        assert answer.returncode == 0, answer.stderr
        assert words in answer.stdout
    rejected = sites.index[sites["fate_reason_fr"].str.contains("land.no_project")][0]
    answer = siting("explain", rejected, "--in", str(tmp_path / "r")).stdout
    assert "Friche sans projet déclaré" in answer
    assert "seuil ≤ 0" in answer
    assert "source :" in answer
    refused(siting("explain", "inconnu_1", "--in", str(tmp_path / "r")), "SIT402", 2)


def test_sheets_print_their_paths_and_refuse_in_three_lines(tmp_path):
    example = Path(__file__).parents[2] / "docs" / "exemple" / "limousin"
    done = siting(
        "sheets", str(example), "--site", "19211_17033", "--out", str(tmp_path / "a"), "--json"
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["schema_version"] == 1
    assert [entry["path"] for entry in report["files"]] == ["fiches/19211_17033.pdf"]
    assert (tmp_path / "a" / "fiches" / "19211_17033.pdf").read_bytes().startswith(b"%PDF")
    refused(siting("sheets", str(example), "--site", "19211"), "SIT402", 2)
    refused(siting("sheets", str(tmp_path)), "SIT400", 3)
