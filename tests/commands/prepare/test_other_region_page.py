"""The page « Une autre région »: its commands, run as written on a reduced copy."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from tests.commands.typed_line import siting

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "autre-region.md"
sys.path.append(str(ROOT / "tests" / "layers"))  # the village and its exports
import village_exports  # noqa: E402
import village_tables as village  # noqa: E402
from village_shapes import square  # noqa: E402


def commands() -> list[list[str]]:
    block = re.search(r"```bash\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    return [shlex.split(line)[1:] for line in block[1].splitlines()]


def moved(table: pd.DataFrame) -> pd.DataFrame:
    """Give the village's rows the codes of département 59."""
    for column in ("code", "departement", "comm_insee", "dep", "site_id"):
        if column in table:
            table[column] = table[column].str.replace("33", "59", n=1)
    return table


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    for theme in ("admin", "friches", "grid", "heat"):
        (folder / theme).mkdir(parents=True)
    communes = gpd.GeoDataFrame(moved(village.village_communes()))
    communes.to_file(folder / "admin/communes.gpkg")
    sites = gpd.GeoDataFrame(moved(village.village_brownfields()))
    sites.to_file(folder / "friches/cartofriches_points_2024-03-10.gpkg")
    village.village_yards().to_csv(folder / "grid/postes_electriques_rte_2024-09.csv", index=False)
    ground = shapely.union_all([square(c, r) for c in (0, 1) for r in (0, 1)])
    village_exports.write(folder, ground)
    stations = folder / "climate" / "postesSynop.csv"
    text = stations.read_text(encoding="utf-8").replace("VILLAGE", "TOURS").replace("44.85", "47.4")
    stations.write_text(text, encoding="utf-8")
    return folder


def test_the_commands_of_the_page_run_in_order_on_a_reduced_copy(
    exports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = commands()
    assert 0 < len(asked) <= 10
    # Each command in a process of its own, as one types it, and with nothing kept from before.
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for words in asked:
        words = [word.replace("=120", "=10.1").replace("=180", "=10.1") for word in words]
        words = [word.replace("existing_it_mw=15", "existing_it_mw=5") for word in words]
        if words[0] == "explain":
            words[-1] = "59001_1"
        done = siting(*words, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
    made_here = (
        "plan/carte.html",
        "plan/synthese.html",
        "plan-fiches/carnet.pdf",
        "remise/plan.gpkg",
    )
    for made in made_here:
        assert (tmp_path / made).is_file(), made
    page = (tmp_path / "plan/carte.html").read_text(encoding="utf-8").lower()
    assert [word for word in ("nouvelle-aquitaine", "néo terra", "ceser") if word in page] == []
    assert "hauts-de-france" in page
