"""The yards a scenario may connect to: those of the pack, their room, the operator's answers."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from layers.opening.french_table import Heading, read_table, refuse_unread, taken
from layers.packs.data_pack import Pack
from layers.words.dated_values import Value
from layers.words.errors import SitingError
from layers.words.french import NARROW, NO_BREAK, listing
from scenarios.question.scenario_reading import Scenario
from scenarios.site_evidence.yard_posts import named_yards, posts_at_yards, yard_of_code
from siting.screening import connection_limits

HEADINGS = {
    "yard_id": Heading("identifiant du poste", "code", ("poste",), needed=True),
    "room_mw": Heading("capacité pour tous usages (MW)", "number", needed=True),
}


def yards_to_host(scenario: Scenario, pack: Pack, values: Mapping[str, Value]) -> gpd.GeoDataFrame:
    """Return the yards of the question, index yard_id, with their room in MW for all uses.

    Parameters
    ----------
    scenario : gives the operator's answers and the yards to keep, if it names any.
    pack : the yards, the answers it holds and the places that reserve room.
    values : assumed room by voltage, in MW.

    Returns
    -------
    Points, index ``yard_id``; ``room_low_mw``, ``room_mw``, ``room_high_mw`` and their status.

    Raises
    ------
    SitingError : SIT100 when the scenario's table of answers cannot be read, SIT105 when an answer
        or a yard named is not sound.
    """
    yards = connection_limits.host_yards(
        named_yards(pack), busy_yards(pack), values, answers(scenario, pack)
    )
    posts = posts_at_yards(pack)
    if posts is not None:
        yards = gpd.GeoDataFrame(
            connection_limits.source_posts(yards, posts, values), crs=yards.crs
        )
    return _only(yards, scenario.grid.only_yards)


def busy_yards(pack: Pack) -> pd.Series:
    """Tell which yards stand near a port, an industrial zone or a rail post.

    Parameters
    ----------
    pack : gives the yards, the communes and ``reserved_places`` with its radius in km.

    Returns
    -------
    True or False, index ``yard_id``.
    """
    yards = named_yards(pack).set_index("yard_id")
    reserved = pack.facts().get("reserved_places", {"places": (), "radius_km": 0.0})
    codes = [code for place in reserved["places"] for code in place["commune_codes"]]
    if not codes:
        return pd.Series(False, index=yards.index)
    communes = pack.table("communes")
    ground = communes[communes["commune_code"].isin(codes)].geometry.union_all()
    metres = shapely.distance(ground, yards.geometry.to_numpy())
    return pd.Series(metres <= 1000.0 * reserved["radius_km"], index=yards.index)


def _only(yards: gpd.GeoDataFrame, wanted: tuple[str, ...]) -> gpd.GeoDataFrame:
    """Keep the yards that the scenario connects to, all when it names none."""
    known = yard_of_code(yards.reset_index())
    unknown = [yard for yard in wanted if yard not in known]
    if unknown:
        raise SitingError(
            "SIT105",
            f"poste inconnu, ou qui ne peut accueillir personne{NO_BREAK}: {listing(unknown)}",
            where="[grid] only_yards",
            hint=f"vouliez-vous dire «{NO_BREAK}{near[0]}{NO_BREAK}»{NARROW}?"
            if (near := get_close_matches(unknown[0], list(yards.index), n=1))
            else "plan.gpkg donne l'identifiant de chaque poste, couche « postes »",
        )
    return yards.loc[sorted({known[yard] for yard in wanted})] if wanted else yards


def answers(scenario: Scenario, pack: Pack) -> pd.Series | None:
    """Read the operators' answers in the pack; those of the scenario's own table win.

    Parameters
    ----------
    scenario : names its own table, « yard_id;room_mw » with decimal commas, or none.
    pack : gives ``withdrawal_room`` when it holds it, and the yards that are known.

    Returns
    -------
    MW by ``yard_id``; None when nobody answered.

    Raises
    ------
    SitingError : SIT100, SIT101, SIT108 and SIT109 when the scenario's table cannot be read, SIT105
        for an unknown yard, one answered twice, or a room that is missing or negative.
    """
    held = None
    if pack.has("withdrawal_room"):
        held = pack.table("withdrawal_room").set_index("yard_id")["room_mw"]
    if scenario.grid.yard_answers is None:
        return held if held is None else _sound_answers(held, pack, "couche withdrawal_room")
    told = _told(Path(scenario.grid.yard_answers))
    told = _sound_answers(told, pack, scenario.grid.yard_answers)
    return told if held is None else told.combine_first(held)


def _told(path: Path) -> pd.Series:
    """Read « yard_id;room_mw », one line a yard."""
    table = taken(read_table(path, "grid.yard_answers"), HEADINGS)
    refuse_unread(str(path), table)
    answers = table.table.set_index("yard_id")["room_mw"].astype(float)
    twice = sorted(set(answers.index[answers.index.duplicated()]))
    if twice:
        raise SitingError(
            "SIT105", f"poste répondu deux fois : {', '.join(twice[:5])}", where=str(path)
        )
    return answers


def _sound_answers(answers: pd.Series, pack: Pack, where: str) -> pd.Series:
    known = yard_of_code(named_yards(pack))
    unknown = sorted(set(answers.index) - set(known))
    if unknown or (answers < 0).any() or answers.isna().any():
        raise SitingError(
            "SIT105",
            "poste inconnu ou capacité impossible : "
            + (", ".join(unknown) or "valeur négative ou vide"),
            where=where,
        )
    answers = answers.rename(known)
    twice = sorted(set(answers.index[answers.index.duplicated()]))
    if twice:
        raise SitingError(
            "SIT105", f"poste répondu deux fois, par deux de ses codes : {', '.join(twice[:5])}",
            where=where,
        )  # fmt: skip
    return answers
