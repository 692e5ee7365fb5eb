"""The sites of every source a scenario asks for: friches, platforms, areas, and one's own."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from layers.packs.data_pack import Pack
from layers.words.dated_values import Value
from layers.words.errors import SitingError
from layers.words.territory_paper import CRS
from scenarios.question.program_settings import departements_asked, known_territory
from scenarios.question.scenario_reading import Scenario
from scenarios.site_evidence.brought.site_rows import counted_once, own_outlines, own_rows
from scenarios.site_evidence.eligible_areas import Areas, gather_areas
from scenarios.site_evidence.platforms import platform_sites
from scenarios.site_evidence.protection_joins import planned_zones
from siting.screening import candidates

BOOLEANS = ("is_verified", "status_is_verified", "is_brownfield", "duplicate_point")


def gather_sites(
    scenario: Scenario, pack: Pack, values: Mapping[str, Value], yards: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, Areas | None]:
    """Gather the sites of every source asked for; an area never lies on a candidate site.

    Parameters
    ----------
    scenario : names the sources and the territory.
    pack : the layers, with what is brought.
    values : thresholds in force, by name.
    yards : those that may host: areas are kept around them.

    Returns
    -------
    Every site, index site_id sorted, and where areas come from when they are asked for.

    Raises
    ------
    SitingError : SIT200 when the territory has no friche, SIT202 when it is unknown, SIT105 when a
        site brought bears the identifier of another.
    """
    known_territory(scenario, pack)
    asked, parts, areas = scenario.candidates.sources, [], None
    inside = departements_asked(scenario, pack)
    if "friches" in asked:
        brownfields = planned_zones(_brownfields(scenario, inside, pack), pack)
        parts.append(candidates.gather(brownfields, scenario.candidates.min_area_ha, values))
    if "platforms" in asked:
        known = platform_sites(pack, values, inside)
        parts += [] if known.empty else [known]
    own = own_rows(pack, values, inside)
    if len(own):
        parts = [counted_once(own, _put_together(parts), pack, values)] if parts else [own]
    if "areas" in asked:
        ground = parts[0] if parts else None
        areas = gather_areas(scenario, pack, values, yards, ground)
        parts.append(candidates.unmerged(areas.sites))
    if not parts:
        raise SitingError(
            "SIT200", "aucun de vos sites n'est dans ce territoire",
            where=f"territory = {scenario.territory!r}, candidates.own",
            hint="élargissez le territoire, ou ajoutez une source : sources = [\"friches\"]",
        )  # fmt: skip
    return _put_together(parts), areas


def true_outlines(pack: Pack, areas: Areas | None) -> gpd.GeoSeries | None:
    """Return the ground of the sites whose outline is known: areas, and sites brought so.

    Parameters
    ----------
    pack : the layers, with what is brought.
    areas : candidate areas, or None.

    Returns
    -------
    Polygons, index site_id; None when there is none.
    """
    parts = [own_outlines(pack), areas.outlines.geometry if areas else None]
    held = [part for part in parts if part is not None]
    return gpd.GeoSeries(pd.concat(held), crs=CRS) if held else None


def _put_together(parts: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    if len(parts) == 1:
        return parts[0].sort_index()
    sites = gpd.GeoDataFrame(pd.concat(parts).sort_index(), crs=parts[0].crs)
    return sites.astype(dict.fromkeys(BOOLEANS, bool))


def _brownfields(
    scenario: Scenario, inside: tuple[str, ...] | None, pack: Pack
) -> gpd.GeoDataFrame:
    table = pack.table("brownfields")
    if inside is None:
        return table
    kept = table[table["commune_code"].str[:2].isin(inside)]
    if kept.empty:
        raise SitingError(
            "SIT200",
            "aucune friche dans ce territoire",
            where=f"territory = {list(scenario.territory)}",
            hint='donnez des codes de département du lot, par exemple ["19", "23", "87"]',
        )
    return kept
