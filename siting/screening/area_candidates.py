"""Areas as candidates: from the pieces of land that no rule excludes, those worth a look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import KDTree

from layers.words.dated_values import Value
from layers.words.french import plural, quantity

SOURCE = "areas"


def block_cells(values: Mapping[str, Value], cell_m: float) -> int:
    """Return the side of a piece, in cells: the largest square within the area allowed.

    Parameters
    ----------
    values : thresholds by name; ``areas.max_ha`` is read.
    cell_m : side of a cell, in metres.

    Returns
    -------
    Cells along a side, at least 1.

    Examples
    --------
    >>> from datetime import date
    >>> side = Value("areas.max_ha", "", "ha", "U", 50.0, None, None, "fixed", "assumption", "",
    ...              date(2026, 1, 1))
    >>> block_cells({"areas.max_ha": side}, 100.0)
    7
    """
    return max(1, int(np.sqrt(values["areas.max_ha"].number * 1e4) // cell_m))


def choose(
    pieces: pd.DataFrame,
    yards: NDArray[np.float64],
    min_area_ha: float,
    values: Mapping[str, Value],
) -> pd.Series:
    """Say, piece by piece, why it is left out; an empty text when it is kept.

    Around each yard the best known pieces are kept, then the nearest: what is unknown never helps.

    Parameters
    ----------
    pieces : area_ha, width_m, unknown_share, x_m, y_m (Lambert-93).
    yards : one row (x, y), Lambert-93, a yard that may host.
    min_area_ha : the scenario's least area.
    values : thresholds by name; ``areas.reach_km``, ``areas.min_width_m`` and ``areas.per_yard``
        are read.

    Returns
    -------
    Reasons in French, index of ``pieces``.
    """
    reach_m = 1000.0 * values["areas.reach_km"].number
    width_m = values["areas.min_width_m"].number
    away = _away(pieces, yards)
    why = pd.Series("", index=pieces.index)
    for mask, reason in (
        (away > reach_m, f"à plus de {quantity(reach_m / 1000, 'km')} de tout poste qui peut "
                         "accueillir, à vol d'oiseau"),
        (pieces["width_m"] < width_m, f"trop étroite : moins de {quantity(width_m, 'm')} de large"),
        (pieces["area_ha"] < min_area_ha, f"moins de {quantity(min_area_ha, 'ha')}"),
    ):  # fmt: skip
        why[mask] = reason
    count = round(values["areas.per_yard"].number)
    wanted = pieces[why == ""]
    kept = _around(wanted, yards, reach_m, count)
    why[wanted.index.difference(kept)] = (
        f"au-delà des {count} gardées autour de chaque poste (les mieux connues, puis les plus "
        "proches)"
    )
    return why


def _away(pieces: pd.DataFrame, yards: NDArray[np.float64]) -> NDArray[np.float64]:
    if not len(yards) or pieces.empty:
        return np.full(len(pieces), np.inf)
    return np.asarray(KDTree(yards).query(pieces[["x_m", "y_m"]].to_numpy())[0])


def _around(
    pieces: pd.DataFrame, yards: NDArray[np.float64], reach_m: float, count: int
) -> pd.Index:
    """Return the pieces that are among the first of at least one yard."""
    if pieces.empty or not len(yards):
        return pieces.index[:0]
    xy = pieces[["x_m", "y_m"]].to_numpy()
    pairs = KDTree(yards).sparse_distance_matrix(KDTree(xy), reach_m, output_type="coo_matrix")
    table = pd.DataFrame(
        {
            "yard": pairs.row,
            "unknown": pieces["unknown_share"].to_numpy()[pairs.col],
            "metres": pairs.data.round(1),
            "x": xy[pairs.col, 0],
            "y": xy[pairs.col, 1],
            "piece": pieces.index.to_numpy()[pairs.col],
        }
    )
    order = table.sort_values(["yard", "unknown", "metres", "x", "y"])
    first = order[order.groupby("yard").cumcount() < count]
    kept: pd.Index = pd.Index(np.unique(first["piece"]))
    return kept


def report(pieces: pd.DataFrame, why: pd.Series) -> pd.DataFrame:
    """Count what became of every piece, the kept ones first.

    Parameters
    ----------
    pieces : area_ha.
    why : as ``choose`` returns.

    Returns
    -------
    Columns reason_fr, pieces (a count), area_ha; one row a reason.
    """
    kept = why.where(why != "", "gardée comme site candidat")
    table = pieces["area_ha"].groupby(kept, sort=True).agg(["size", "sum"])
    table.columns = pd.Index(["pieces", "area_ha"])
    table.index.name = "reason_fr"
    order = table.index == "gardée comme site candidat"
    return pd.concat([table[order], table[~order]]).round(1).reset_index()


def as_sites(
    areas: gpd.GeoDataFrame, communes: pd.Series, values: Mapping[str, Value], rules: int
) -> gpd.GeoDataFrame:
    """Return areas as rows of the table of sites, as ``gather`` does.

    An area is no brownfield, nobody has been there, and whether its ground is ENAF is unknown.

    Parameters
    ----------
    areas : area_ha, unknown_rules (a count) and outlines.
    communes : the commune code of each, in the order of ``areas``.
    values : thresholds by name; ``candidates.usable_share`` is read.
    rules : how many rules were asked of each area.

    Returns
    -------
    Sites, index ``site_id`` in the order of ``areas``; geometry is a point inside each.
    """
    inside = areas.geometry.representative_point()
    sites = gpd.GeoDataFrame(
        {
            "site_id": list(_names(inside, communes)),
            "source": SOURCE,
            "name": None,
            "commune_code": communes.to_numpy(),
            "area_m2": areas["area_ha"].to_numpy() * 1e4,
            "status": "sans objet",
            "plu_zone": "inconnue",
            "pollution": "inconnue",
            "area_state": "ok",
        },
        geometry=inside.to_numpy(),
        crs=areas.crs,
    )
    sites["site_surface_m2"] = sites["area_m2"]
    sites["usable_area_m2"] = sites["area_m2"] * values["candidates.usable_share"].number
    sites["status_fr"] = "aire, pas une friche"
    sites["quality_fr"] = [_quality_fr(int(one), rules) for one in areas["unknown_rules"]]
    sites["position_state"] = "dans la commune nommée"
    sites["enaf"] = "unknown"
    for column in ("is_verified", "status_is_verified", "is_brownfield", "duplicate_point"):
        sites[column] = False
    return sites.set_index("site_id")


def _quality_fr(unknown_rules: int, rules: int) -> str:
    """Say what is known of an area: nobody went there, and some rules could not answer."""
    if not unknown_rules:
        return "jamais visitée"
    told = plural(unknown_rules, "règle inconnue", "règles inconnues")
    return f"jamais visitée, {told} sur {rules}"


def _names(inside: gpd.GeoSeries, communes: pd.Series) -> Iterator[str]:
    """Name an area by its commune and where it lies, in hectometres of Lambert-93.

    The name of a piece of land never depends on which other pieces are kept.
    """
    for point, code in zip(inside, communes, strict=True):
        yield f"AIRE_{code}_{int(point.x // 100):04d}_{int(point.y // 100):05d}"
