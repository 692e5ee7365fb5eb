"""Rules, layers and answers of the village, for the tests of eligibility."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import shapely
from village_shapes import SIDE, SOUTH, WEST

from layers.eligibility.eligibility_evidence import evidence_of, ground_evidence
from layers.eligibility.eligibility_rules import RuleSet
from layers.eligibility.territory_judging import judge
from layers.geometry.raster_grid import Grid
from layers.packs.data_pack import Pack
from scenarios.land_eligibility.territory_eligibility import judge_territory
from scenarios.question.scenario_reading import read_scenario

DAY = read_scenario("tendanciel").reference_date
GRID = Grid.around((WEST, SOUTH, WEST + 2 * SIDE, SOUTH + 2 * SIDE), 100)
PAPERS = 'unit = "m"\nscope = "U"\n[[{0}.values]]\nvalue = {1}\nstatus = "assumption"\n'
PAPERS += 'reference = "Choix d\'un essai"\n'


def rules(tmp_path: Path, **layers: tuple[str, float, str]) -> Path:
    """Write a set of rules: name = (layer, metres, more lines)."""
    path = tmp_path / "regles.toml"
    path.write_text(
        "\n".join(
            f'[{name}]\nlabel_fr = "Règle {name}"\nlayer = "{layer}"\n{more}\n'
            + PAPERS.format(name, metres)
            for name, (layer, metres, more) in layers.items()
        ),
        encoding="utf-8",
    )
    return path


def holding(pack: Pack, layer: str, shapes: list[shapely.Geometry], *complete: str) -> Pack:
    table = gpd.GeoDataFrame(
        {"zone_id": [f"z{i}" for i in range(len(shapes))], "name": "zone"},
        geometry=shapes,
        crs=2154,
    )
    papers = {"state": "user", "kind": "user", "complete_in": complete, "sha256": "0"}
    return pack.with_table(layer, table, papers)


def totals(pack: Pack, path: Path, **options) -> dict[int, float]:
    return judge_territory(read_scenario("tendanciel"), pack, path, **options).found.totals


def judged(pack: Pack, rule_set: RuleSet, **options):
    evidence = [evidence_of(pack, rule, GRID) for rule in rule_set.rules]
    return judge(evidence, ground_evidence(pack, None, GRID), GRID, **options)


def place(x: float, y: float, side: float) -> shapely.Polygon:
    return shapely.box(WEST + x, SOUTH + y, WEST + x + side, SOUTH + y + side)
