"""Geometry and tables as short text: quantised outlines, columns that say a constant once."""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

OUTLINE_STEP = 1e-4
"""Grid of outlines, in degrees: about ten metres, a tenth of what the outlines are worth."""
LONG = 64
"""Rows from which a column is worth writing as varints."""
LARGEST = 2**33
"""Beyond, an integer no longer fits five groups of seven bits with its sign."""
POINT_STEP = 1e-5
"""Grid of points, in degrees: about one metre."""


def varints(values: NDArray[np.int64]) -> bytes:
    """Write signed integers as zigzag varints: small steps take one byte.

    Parameters
    ----------
    values : integers (n,), each below ``LARGEST`` in absolute value.

    Returns
    -------
    The bytes of all values in order, one to five a value.

    Examples
    --------
    >>> varints(np.array([0, -1, 1, 64])).hex()
    '0001028001'
    """
    coded = ((values << 1) ^ (values >> 63)).astype(np.uint64)
    groups = np.stack([(coded >> np.uint64(7 * k)) & np.uint64(127) for k in range(5)], axis=1)
    length = np.ones(len(coded), dtype=np.int64)
    for k in range(1, 5):
        length[coded >= np.uint64(1) << np.uint64(7 * k)] = k + 1
    place = np.arange(5)[None, :]
    more = np.where(place < length[:, None] - 1, np.uint64(128), np.uint64(0))
    return bytes((groups | more)[place < length[:, None]].astype(np.uint8).tobytes())


def varint_text(values: NDArray[np.int64]) -> str:
    """Write integers as the base64 text of their varints.

    Parameters
    ----------
    values : integers, as for `varints`.

    Returns
    -------
    ASCII text without line breaks.
    """
    return base64.b64encode(varints(np.asarray(values, dtype=np.int64))).decode("ascii")


def pack_outlines(shapes: gpd.GeoSeries, step: float = OUTLINE_STEP) -> dict[str, Any]:
    """Pack polygons, in order, as counts of rings, counts of points, and steps between points.

    Parameters
    ----------
    shapes : polygons or multipolygons in any declared CRS; a null one has no ring.
    step : grid in degrees of WGS 84.

    Returns
    -------
    ``rings`` a shape, ``points`` a ring (closing point left out), ``x`` and ``y`` steps.
    """
    rings, owner = _rings(shapes)
    points, ring_of = shapely.get_coordinates(rings, return_index=True)
    grid = np.round(points / step).astype(np.int64)
    fresh = np.ones(len(grid), dtype=bool)
    fresh[1:] = np.any(grid[1:] != grid[:-1], axis=1) | (ring_of[1:] != ring_of[:-1])
    last = np.r_[ring_of[1:] != ring_of[:-1], True][: len(grid)]
    fresh &= ~last  # the closing point repeats the first
    count = np.bincount(ring_of[fresh], minlength=len(rings))
    drawn = count >= 3
    keep = fresh & drawn[ring_of] if len(ring_of) else fresh
    steps = np.diff(grid[keep], axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    return {
        "step": step,
        "rings": varint_text(np.bincount(owner[drawn], minlength=len(shapes))),
        "points": varint_text(count[drawn]),
        "x": varint_text(steps[:, 0]),
        "y": varint_text(steps[:, 1]),
    }


def _rings(shapes: gpd.GeoSeries) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    degrees = shapes.to_crs(4326).to_numpy()
    parts, shape_of = shapely.get_parts(degrees, return_index=True)
    polygons = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings, part_of = shapely.get_rings(parts[polygons], return_index=True)
    return rings, shape_of[polygons][part_of].astype(np.int64)


def pack_points(shapes: gpd.GeoSeries) -> dict[str, Any]:
    """Pack points, in order, as steps between them on a grid of about one metre.

    Parameters
    ----------
    shapes : one point a place, in any declared CRS; none null or empty, or the order is lost.

    Returns
    -------
    ``step`` (degrees of WGS 84), ``x`` and ``y``: steps from the point before, as varint text.
    """
    degrees = shapely.get_coordinates(shapes.to_crs(4326).to_numpy())
    grid = np.round(degrees / POINT_STEP).astype(np.int64)
    steps = np.diff(grid, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    return {"step": POINT_STEP, "x": varint_text(steps[:, 0]), "y": varint_text(steps[:, 1])}


def pack_table(table: pd.DataFrame, digits: int = 3) -> dict[str, Any]:
    """Pack a table column by column.

    Parameters
    ----------
    table : any table; its index is left out.
    digits : decimals kept of a float.

    Returns
    -------
    ``length`` and ``columns``: name → column as :func:`pack_column` gives it.
    """
    columns = {str(name): pack_column(table[name].tolist(), digits) for name in table.columns}
    return {"length": len(table), "columns": columns}


def pack_column(values: Sequence[object], digits: int = 3) -> dict[str, Any]:
    """Pack one column: a constant once, few distinct texts as a dictionary, else as it is.

    Parameters
    ----------
    values : texts, numbers, booleans, or absent (None, NaN, NA).
    digits : decimals kept of a float.

    Returns
    -------
    One key says how it is packed: ``all`` (one value), ``of`` with ``at`` or ``code`` (a dictionary
    and places in it), ``code`` with ``digits`` (scaled integers), or ``each``.

    Examples
    --------
    >>> pack_column([1.0, 1.0])
    {'all': 1}
    >>> pack_column(["U", "N", "U", "U"])
    {'of': ['N', 'U'], 'at': [1, 0, 1, 1]}
    >>> pack_column([1.23456, None, float("nan")])
    {'each': [1.235, None, None]}
    """
    plain = [plain_value(value, digits) for value in values]
    if plain and all(value == plain[0] and type(value) is type(plain[0]) for value in plain):
        return {"all": plain[0]}
    if all(isinstance(value, str) or value is None for value in plain):
        return _listed(plain) if len(set(plain)) <= len(plain) / 2 else {"each": plain}
    if len(plain) >= LONG and all(_is_number(value) or value is None for value in plain):
        return _listed(plain) if len(set(plain)) <= len(plain) / 3 else _scaled(plain, digits)
    return {"each": plain}


def pack_decided(
    name: str, key: dict[str, Any], deciders: Sequence[object], values: Sequence[object],
    digits: int = 3,
) -> dict[str, Any]:  # fmt: skip
    """Pack a column that another decides: one value for each of the other's, when that holds.

    A commune decides its département, a measure decides its note.

    Parameters
    ----------
    name : name under which the other column is packed.
    key : that column as :func:`pack_column` gave it.
    deciders : its values, a row each.
    values : the column to pack, as many.
    digits : decimals kept of a float.

    Returns
    -------
    ``by`` (the other's name) and ``to`` (value for « absent », then for each of the other's); as
    :func:`pack_column` when the other does not decide, or when that is no dictionary.
    """
    alone = pack_column(values, digits)
    if "code" not in alone or "of" not in key or "code" not in key:
        return alone
    place = {value: index + 1 for index, value in enumerate(key["of"])}
    decided: dict[int, Any] = {}
    for decider, value in zip(deciders, values, strict=True):
        plain = plain_value(value, digits)
        if decided.setdefault(place.get(plain_value(decider), 0), plain) != plain:
            return alone
    return {"by": name, "to": [decided.get(code) for code in range(len(place) + 1)]}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _listed(plain: Sequence[Any]) -> dict[str, Any]:
    """Say each value once, then which one each row has; in a long column, as varints."""
    listed = sorted({value for value in plain if value is not None})
    place = {value: index for index, value in enumerate(listed)}
    places = [-1 if value is None else place[value] for value in plain]
    if len(plain) < LONG:
        return {"of": listed, "at": places}
    return {"of": listed, "code": varint_text(np.array(places) + 1)}


def _scaled(plain: Sequence[Any], digits: int) -> dict[str, Any]:
    """Write decimals as integers, 0 for an absent one, so that positive ones are one up."""
    numbers = np.array([np.nan if value is None else value for value in plain], dtype=np.float64)
    steps = np.rint(numbers * 10.0**digits)
    if not np.all(np.isnan(numbers) | (np.abs(steps) < LARGEST)):
        return {"each": list(plain)}
    whole = np.nan_to_num(steps, nan=-1.0).astype(np.int64)
    coded = np.where(np.isnan(numbers), 0, np.where(whole >= 0, whole + 1, whole))
    return {"code": varint_text(coded), "digits": digits}


def pack_texts(texts: Sequence[str]) -> dict[str, Any]:
    """Pack long texts that share sentences: each sentence once, then which ones each text says.

    Parameters
    ----------
    texts : texts, an empty one allowed; they are cut after « . », « ! » or « ? » and before a
        capital.

    Returns
    -------
    ``says`` (distinct sentences, sorted), ``counts`` (sentences a text) and ``places`` (index of
    each sentence in ``says``), both as varint text.

    Examples
    --------
    >>> pack_texts(["Un. Deux.", "Deux."])
    {'says': ['Deux.', 'Un.'], 'counts': 'BAI=', 'places': 'AgAA'}
    """
    said = [re.split(r"(?<=[.!?])[ ](?=[A-ZÀ-Þ«])", text) if text else [] for text in texts]
    sentences = sorted({sentence for text in said for sentence in text})
    place = {sentence: index for index, sentence in enumerate(sentences)}
    counts = np.array([len(text) for text in said], dtype=np.int64)
    places = np.array([place[sentence] for text in said for sentence in text], dtype=np.int64)
    return {"says": sentences, "counts": varint_text(counts), "places": varint_text(places)}


def plain_value(value: object, digits: int = 3) -> Any:
    """Return a value as JSON takes it: absent is ``None``, a whole float an integer.

    Parameters
    ----------
    value : anything a table holds, numpy scalars included.
    digits : decimals kept of a float.

    Returns
    -------
    None, bool, int, str or finite float; the text of anything else.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, bool | str | int):
        return value
    if isinstance(value, float):
        return _number(value, digits)
    return str(value)


def _number(value: float, digits: int) -> float | int | None:
    if not math.isfinite(value):
        return None
    rounded = round(value, digits) + 0.0
    return int(rounded) if rounded.is_integer() else rounded
