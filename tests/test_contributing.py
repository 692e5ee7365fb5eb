"""CONTRIBUTING.md is true: its six files, and no other, make a layer, a criterion and a rule."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
EXAMPLE = PAGE.partition("## Un exemple")[2].partition("\n## ")[0]
FILES = re.findall(
    r"^`([\w/.-]+\.(?:py|toml))`[^`]*?.*?^```(?:python|toml)\n(.*?)^```",
    EXAMPLE,
    re.MULTILINE | re.DOTALL,
)
# A place of the Limousin example where its plan puts a site.
LIMOGES = "87085_1437"


def table() -> dict[str, list[str]]:
    """Return the patterns of the files each row of the page's table names."""
    rows = re.findall(r"^\| (?:une|un) ([^|]+) \| ([^|]+) \|", PAGE, re.MULTILINE)
    return {
        what.strip(): [
            re.sub(r"<[^>]+>", "*", one) for one in re.findall(r"`([\w/<>è.-]+)`", where)
        ]
        for what, where in rows
    }


class Copy:
    """A copy of the tree, and its own command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("siting", "layers", "scenarios", "impacts", "maps", "commands"):
            if (ROOT / name).is_dir():
                hidden = shutil.ignore_patterns("__pycache__")
                shutil.copytree(ROOT / name, folder / name, ignore=hidden)
        shutil.copytree(ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("*.png"))
        shutil.copy(ROOT / "cli.py", folder)
        shutil.copy(ROOT / "pyproject.toml", folder)

    def siting(self, *words: str) -> str:
        return self.python("cli.py", *words)

    def python(self, *words: str) -> str:
        kept = {"XDG_CACHE_HOME": str(self.folder / "cache"), "PYTHONPATH": str(self.folder)}
        done = subprocess.run(
            [sys.executable, *words], cwd=self.folder, env={**os.environ, **kept},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """Return the tree with the six files of the page: five are new, one grows at its end."""
    made = Copy(tmp_path_factory.mktemp("copie"))
    for name, text in FILES:
        path = made.folder / name
        former = path.read_text(encoding="utf-8") + "\n" if path.is_file() else ""
        path.write_text(former + text, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def layer(copy: Copy) -> tuple[str, str]:
    """Give a quiet zone of 2 km around one site, said to be the only one."""
    sites = gpd.read_parquet(ROOT / "layers/data/nouvelle-aquitaine/brownfields.parquet")
    here = sites.set_index("site_id").geometry[LIMOGES]
    zone = gpd.GeoDataFrame({"nom": ["Calme"]}, geometry=[here.buffer(2_000)], crs=sites.crs)
    zone.to_crs(4326).to_file(copy.folder / "calme.geojson")
    return ("--layer", "quiet_zones=calme.geojson;complete_in=*")


@pytest.fixture(scope="module")
def question(copy: Copy) -> str:
    """Write a scenario that names the criterion and the rule."""
    (copy.folder / "calme.toml").write_text(
        (copy.folder / "docs/exemple/limousin.toml").read_text(encoding="utf-8")
        + '[rules]\n"neighbourhood.quiet_zones" = true\n'
        + '[ranking]\nweights = { "neighbourhood.quiet" = 1, "grid.distance" = 1 }\n',
        encoding="utf-8",
    )
    return "calme.toml"


@pytest.fixture(scope="module")
def answer(copy: Copy, question: str, layer: tuple[str, str]) -> Path:
    copy.siting("run", question, *layer, "--alternatives", "0", "--out", "resultats/calme")
    return copy.folder / "resultats" / "calme"


def test_the_example_writes_only_files_that_the_table_names():
    named = table()
    patterns = [one for what in ("couche", "critère", "règle") for one in named[what]]
    assert len(patterns) == len(FILES) == 6
    for name, _ in FILES:
        assert sum(fnmatch.fnmatch(name, pattern) for pattern in patterns) == 1, name
    for what, files in named.items():
        for pattern in files:
            assert list(ROOT.glob(pattern)), (what, pattern)


@pytest.mark.slow
def test_the_layer_is_listed_as_absent_until_it_is_given(copy, layer):
    def row(*words: str) -> dict[str, Any]:
        rows = json.loads(copy.siting("layers", "list", *words, "--json"))["rows"]
        return next(each for each in rows if each["layer"] == "quiet_zones")

    absent, given = row(), row(*layer)
    assert (absent["state"], absent["producer"]) == ("absent", "Communes et intercommunalités")
    assert (given["state"], given["rows"]) == ("user", 1)


@pytest.mark.slow
def test_without_the_layer_criterion_and_rule_are_said_not_evaluated(copy, question):
    copy.siting("run", question, "--alternatives", "0", "--out", "resultats/sans")
    summary = json.loads((copy.folder / "resultats/sans/summary.json").read_text("utf-8"))
    assert "C42" in {each["rule_id"] for each in summary["rules_not_evaluated"]}
    silent = {each["criterion"] for each in summary["criteria_not_evaluated"]}
    assert "neighbourhood.quiet" in silent
    assert LIMOGES in copy.siting("explain", LIMOGES, "--in", "resultats/sans", "--json")


@pytest.mark.slow
def test_the_rule_binds_is_billed_and_listed(copy, question, layer, answer):
    bill = pd.read_parquet(answer / "rules.parquet").query("rule_id == 'C42'")
    assert bill["evaluated"].all()
    assert set(bill["activity"]) == {0.0}
    assert set(bill["limit"]) == {0.0}
    placed = pd.read_parquet(answer / "plan" / "placements.parquet")
    sites = gpd.read_parquet(answer / "sites.parquet").set_index("site_id")
    assert sites.loc[LIMOGES, "quiet_overlap_ha"] > 0
    inside = sites.index[sites["quiet_overlap_ha"] > 0]
    assert len(placed)
    assert not set(inside) & set(placed["site_id"])
    told = json.loads(copy.siting("rules", question, *layer, "--json"))["rows"]
    row = next(each for each in told if each["rule_id"] == "C42")
    assert (row["can_bite"], row["values"][0]["status_fr"]) == ("oui", "hypothèse")


@pytest.mark.slow
def test_the_site_is_explained_by_the_criterion(copy, answer):
    told = json.loads(copy.siting("explain", LIMOGES, "--in", str(answer), "--json"))
    verdicts = {each["criterion"]: each for each in told["verdicts"]}
    assert verdicts["neighbourhood.quiet"]["value"] > 0
    assert verdicts["neighbourhood.quiet"]["label_fr"] == "Hors zone de calme"
    assert not told["retained"]


@pytest.mark.slow
def test_the_map_draws_the_zone(answer):
    drawn = gpd.read_parquet(answer / "context" / "protected.parquet")
    assert (drawn["kind"] == "zone de calme").sum() == 1
    assert shapely.area(drawn.geometry[drawn["kind"] == "zone de calme"].iloc[0]) > 10e6
    assert "zone de calme" in (answer / "carte.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_drawn_plan_and_a_check_say_that_the_rule_is_not_read_again(
    copy, question, layer, answer
):
    (copy.folder / "dessin.csv").write_text(f"site_id;it_mw\n{LIMOGES};10\n", encoding="utf-8")
    told = json.loads(
        copy.siting("evaluate", "dessin.csv", "--scenario", question, *layer, "--json")
    )
    assert any("C42 Zones de calme" in sentence for sentence in told["answer_fr"])
    assert "C42 Zones de calme" in copy.siting("verify", str(answer))


@pytest.mark.slow
def test_the_pages_are_written_with_them(copy):
    copy.python("-m", "scenarios.documents.generated_pages")
    assert "`neighbourhood.quiet`" in (copy.folder / "docs/criteres.md").read_text("utf-8")
    assert "## C42 Zones de calme" in (copy.folder / "docs/regles.md").read_text("utf-8")
