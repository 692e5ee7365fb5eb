"""Land elsewhere than on a friche: from the eligibility grid to candidate areas and their count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import xarray as xr
from numpy.typing import NDArray
from rasterio.features import rasterize

from layers.geometry import land_patches, site_joins
from layers.geometry.raster_grid import Grid
from layers.geometry.vector_overlay import code_under
from layers.packs.data_pack import Pack
from layers.words.cell_states import EXCLUDED, OUTSIDE
from layers.words.dated_values import Value
from layers.words.french import NO_BREAK, number, plural, quantity
from layers.words.territory_paper import CRS
from scenarios.land_eligibility.territory_eligibility import judge_territory
from scenarios.question.scenario_reading import Scenario
from siting.screening import area_candidates
from siting.screening.candidates import CANDIDATE

CELL_M = 100


@dataclass(frozen=True)
class Areas:
    """Candidate areas, before they are judged.

    ``sites``: rows like those of brownfields; ``outlines``: index site_id, their ground and its
    measures (see ``layers.geometry.land_patches``); ``report``: what became of every piece of
    land; ``notes``: the hectares of the grid and the sentences that go with them.
    """

    sites: gpd.GeoDataFrame
    outlines: gpd.GeoDataFrame
    report: pd.DataFrame
    notes: Mapping[str, Any]

    @property
    def report_fr(self) -> pd.DataFrame:
        """Return the report as a planner reads it."""
        names = {"reason_fr": "sort", "pieces": "pièces de terrain", "area_ha": "surface (ha)"}
        return self.report.rename(columns=names)


def gather_areas(
    scenario: Scenario,
    pack: Pack,
    values: Mapping[str, Value],
    yards: gpd.GeoDataFrame,
    brownfields: gpd.GeoDataFrame | None,
) -> Areas:
    """Judge the territory, cut what is not excluded into pieces, and keep those worth a look.

    Parameters
    ----------
    scenario : gives the set of rules of areas, the minimum area and the territory.
    pack : the layers.
    values : thresholds, « areas.… » among them.
    yards : those that may host, points in Lambert-93.
    brownfields : sites already gathered: the ground of the candidates among them is no area; None
        when none were asked for.

    Returns
    -------
    Areas (``sites``, ``outlines``), the fate of every piece and the notes; hectares throughout.

    Raises
    ------
    SitingError : what ``judge_territory`` raises.
    """
    rules = scenario.candidates.area_rules
    judged = judge_territory(scenario, pack, Path(rules) if rules else None, CELL_M)
    states, taken_ha = _without(judged.found.states, brownfields)
    pieces, outlines = _pieces(states, values)
    xy = np.column_stack([yards.geometry.x, yards.geometry.y])
    why = area_candidates.choose(pieces, xy, scenario.candidates.min_area_ha, values)
    kept = outlines(np.flatnonzero(why == ""))
    kept["unknown_rules"] = _unknown_rules(kept, judged.found.unknown_rules)
    communes = _communes(kept, pack)
    sites = area_candidates.as_sites(kept, communes, values, len(judged.audit))
    kept = kept.set_index(sites.index).sort_index()
    report = area_candidates.report(pieces, why)
    return Areas(sites.sort_index(), kept, report, _notes(judged.report, report, kept, taken_ha))


def _without(
    states: xr.DataArray, brownfields: gpd.GeoDataFrame | None
) -> tuple[xr.DataArray, float]:
    """Take the ground of the candidate brownfields out of the grid: land is offered once."""
    if brownfields is None or brownfields.empty:
        return states, 0.0
    grid = Grid.of(states)
    mine = brownfields[brownfields["fate"] == CANDIDATE]
    ground, _ = site_joins.grounds(mine.geometry, mine["area_m2"])
    touched = rasterize(
        [(shape, 1) for shape in ground],
        out_shape=grid.shape,
        transform=grid.transform,
        all_touched=True,
        dtype="uint8",
    )
    values = states.to_numpy()
    gone = (touched == 1) & (values != EXCLUDED) & (values != OUTSIDE)
    return states.copy(data=np.where(gone, EXCLUDED, values)), float(gone.sum()) * grid.cell_ha


def _pieces(states: xr.DataArray, values: Mapping[str, Value]) -> tuple[pd.DataFrame, Any]:
    """Return the measures of every piece of land, and what draws the outlines of some.

    A patch within the size of a piece is left whole; a larger one is cut along the lattice.
    """
    side = area_candidates.block_cells(values, CELL_M)
    whole = land_patches.find_patches(states)
    large = whole.table["cells"] * whole.grid.cell_ha > values["areas.max_ha"].number
    numbers = np.flatnonzero(large)
    rest = np.flatnonzero(~large)
    cut_states = states.copy(data=whole.painted(states.to_numpy(), numbers))
    cut = land_patches.find_patches(cut_states, side)
    tables = [land_patches.shaped(whole, rest), land_patches.shaped(cut, np.arange(len(cut.table)))]
    pieces = pd.concat(tables, ignore_index=True)

    def outlines(wanted: land_patches.Rows) -> gpd.GeoDataFrame:
        first = len(rest)
        drawn = [
            land_patches.drawn(whole, rest[wanted[wanted < first]]),
            land_patches.drawn(cut, wanted[wanted >= first] - first),
        ]
        return gpd.GeoDataFrame(pd.concat(drawn, ignore_index=True), crs=CRS)

    return pieces, outlines


def _unknown_rules(kept: gpd.GeoDataFrame, unknown_rules: xr.DataArray) -> NDArray[np.int64]:
    """Return how many rules could not answer on each area, where the most could not."""
    most = np.zeros(len(kept), dtype=np.int64)
    if kept.empty:
        return most
    grid = Grid.of(unknown_rules)
    shapes = ((shape, number) for number, shape in enumerate(kept.geometry, 1))
    whose = rasterize(shapes, out_shape=grid.shape, transform=grid.transform, dtype="int32")
    here = whose > 0  # outlines follow the sides of cells: each cell is in one area or in none
    np.maximum.at(most, whose[here] - 1, unknown_rules.to_numpy()[here].astype(np.int64))
    return most


def _communes(kept: gpd.GeoDataFrame, pack: Pack) -> pd.Series:
    """Return the commune of each area; on a coast drawn short, the nearest one."""
    inside = kept.geometry.representative_point()
    communes = pack.table("communes")
    found = code_under(inside, communes, "commune_code")
    lost = np.flatnonzero(found.isna().to_numpy())
    if len(lost):
        tree = shapely.STRtree(communes.geometry.to_numpy())
        nearest = tree.nearest(inside.to_numpy()[lost])
        found.iloc[lost] = communes["commune_code"].to_numpy()[nearest]
    return found


def _notes(
    grid: Mapping[str, Any], report: pd.DataFrame, kept: gpd.GeoDataFrame, taken_ha: float
) -> dict[str, Any]:
    """Say what the areas come from: the grid's three figures, and the fate of every piece."""
    area_ha = float(kept["area_ha"].sum())
    unknown_ha = float((kept["area_ha"] * kept["unknown_share"]).sum())
    share = 100.0 * unknown_ha / area_ha if area_ha else 0.0
    return {
        "rules": grid["rules"],
        "rules_title": grid["title"],
        "cell_m": CELL_M,
        "eligible_ha": grid["eligible_ha"],
        "excluded_ha": grid["excluded_ha"],
        "unknown_ha": grid["unknown_ha"],
        "not_evaluated": list(grid["not_evaluated"]),
        "in_a_friche_ha": taken_ha,
        "candidates": len(kept),
        "candidates_ha": area_ha,
        "candidates_unknown_ha": round(unknown_ha, 1),
        "candidates_unknown_rules": _counted(kept["unknown_rules"]),
        "pieces": report.to_dict("records"),
        "answer_fr": [
            f"Hors friche, sous le jeu de règles « {grid['rules']} »{NO_BREAK}: "
            f"{quantity(grid['eligible_ha'], 'ha')} éligibles, "
            f"{quantity(grid['excluded_ha'], 'ha')} exclus, "
            f"{quantity(grid['unknown_ha'], 'ha')} inconnus.",
            f"{plural(len(kept), 'aire')} ({quantity(area_ha, 'ha')}) "
            f"{'sont candidates' if len(kept) > 1 else 'est candidate'} sur "
            f"{number(int(report['pieces'].sum()))} pièces de terrain : {_known_fr(share)}",
        ],
    }


def _counted(unknown_rules: pd.Series) -> list[dict[str, int]]:
    """Count the areas by number of unknown rules, the best known first."""
    areas = unknown_rules.value_counts().sort_index()
    return [{"unknown_rules": int(rules), "areas": int(areas[rules])} for rules in areas.index]


def _known_fr(unknown_pct: float) -> str:
    """Say how much of the candidate areas the rules could judge, and what they never look at."""
    if unknown_pct == 0.0:
        return (
            "aucune règle du jeu ne les exclut, et toutes y ont été évaluées. Ce que ces règles ne "
            "regardent pas, la propriété d'abord, n'est pas examiné."
        )
    told = quantity(unknown_pct, "%", 0 if unknown_pct == 100.0 else 1)
    return (
        f"aucune règle connue ne les exclut, mais {told} de leur surface reste inconnu. Occupation "
        "du sol et propriété ne sont pas examinées : une aire peut être bâtie, cultivée ou boisée."
    )
