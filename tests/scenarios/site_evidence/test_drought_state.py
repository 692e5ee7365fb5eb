"""The drought orders of one day at a site: the hardest by water, empty texts without a layer."""

from __future__ import annotations

from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from scenarios.site_evidence.drought_state import NOWHERE_FR, join_droughts
from siting.program.rule_registry import RULES
from siting.screening.criteria import CRITERIA


class Layers:
    """A pack of a few layers, of the day they tell."""

    def __init__(self, **tables: pd.DataFrame) -> None:
        self.tables = tables

    def has(self, name: str) -> bool:
        return name in self.tables

    def table(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    def entry(self, name: str) -> SimpleNamespace:
        return SimpleNamespace(vintage="2026-07-02")


SITES = gpd.GeoDataFrame(
    {"departement_code": ["33", "64"]},
    index=["in", "out"],
    geometry=gpd.points_from_xy([50.0, 900.0], [50.0, 900.0]),
    crs="EPSG:2154",
)


def zones(*rows: tuple[str, str]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "zone_id": [str(k) for k in range(len(rows))],
            "level": [level for level, _ in rows],
            "water_kind": [kind for _, kind in rows],
            "order_id": [f"33-{k}" for k in range(len(rows))],
            "starts_on": "2026-06-27",
            "ends_on": [None if kind == "SOU" else "2026-10-31" for _, kind in rows],
        },
        geometry=[shapely.box(0, 0, 100, 100)] * len(rows),
        crs="EPSG:2154",
    )


USES = pd.DataFrame(
    [
        ("33", "AEP", "crise", "ICPE", "33-9", "Robinet."),
        ("33", "SUP", "crise", "ICPE", "33-8", "Report des opérations."),
        ("33", "SUP", "alerte", "ICPE", "33-7", "Sensibiliser."),
    ],
    columns=["departement_code", "water_kind", "level", "use", "orders", "text"],
)


@pytest.mark.parametrize("turned", [False, True])
def test_the_hardest_order_of_each_water_is_told_with_its_dates(turned: bool):
    rows = [("alerte", "SUP"), ("crise", "SUP"), ("vigilance", "SOU")]
    held = zones(*rows)
    told = join_droughts(SITES, Layers(drought_zones=held[::-1] if turned else held))
    assert told["drought_day"].unique().tolist() == ["02/07/2026"]
    at = told.loc["in"]
    assert at["drought_sup_fr"] == "crise (arrêté 33-1, du 27/06/2026 au 31/10/2026)"
    assert at["drought_sou_fr"] == "vigilance (arrêté 33-2, depuis le 27/06/2026)"
    assert at["drought_aep_fr"] == NOWHERE_FR
    assert told.loc["out", "drought_sup_fr"] == NOWHERE_FR


def test_a_crisis_is_quoted_for_its_departement_rivers_first():
    told = join_droughts(SITES, Layers(drought_uses=USES))
    assert told.loc["in", "drought_crisis_fr"].startswith("« Report des opérations. » (cours d'eau")
    assert "33-8" in told.loc["in", "drought_crisis_fr"]
    assert told.loc["out", "drought_crisis_fr"] == ""


def test_without_layers_nothing_is_said():
    told = join_droughts(SITES, Layers())
    assert (told.filter(like="drought") == "").all().all()


def test_no_criterion_nor_rule_reads_the_state_of_one_day():
    for each in (*CRITERIA.values(), *RULES.values()):
        needed = (*getattr(each, "needs_layers", ()), *getattr(each, "needs", ()))
        assert not {"drought_zones", "drought_uses"} & set(needed)
