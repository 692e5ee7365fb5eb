"""Arcs as segments: shapes that hold curves are read again by the reader that draws them straight.

The fast reader hands curves over as they are, and nothing after it can hold one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa
import pyogrio

MENDED = ("repaired", "courbe tracée en segments de 4 degrés d'arc")
# Codes of curved shapes in WKB: circular string, compound curve, curve polygon, multicurve,
# multisurface, curve, surface; thousands tell heights and measures.
CURVED = (8, 9, 10, 11, 12, 13, 14)
COLLECTION = 7


def straightened(
    batches: Iterable[pa.RecordBatch],
    source: Any,
    sublayer: str | None,
    column: str,
    mended: Counter[tuple[str, str]],
) -> Iterator[pa.RecordBatch | pa.Table]:
    """Give batches on, those that hold curves read again without them.

    Parameters
    ----------
    batches : rows in the order of the file.
    source : the file, as pyogrio takes it.
    sublayer : the layer read, or None for the only one.
    column : the name of the geometry column, in WKB.
    mended : counts of shapes by what was done; added to.

    Yields
    ------
    The same rows in the same order.
    """
    first = 0
    for batch in batches:
        place = batch.schema.get_field_index(column)
        shapes = batch.column(place).to_pylist()
        curved = sum(1 for shape in shapes if shape is not None and _may_be_curved(shape))
        if curved:
            _, _, straight, _ = pyogrio.raw.read(
                source, layer=sublayer, columns=[], skip_features=first, max_features=len(shapes)
            )
            counted = sum(
                1 for old, new in zip(shapes, straight, strict=True) if _code(old) != _code(new)
            )
            mended[MENDED] += counted
            table = pa.Table.from_batches([batch])
            yield table.set_column(place, column, pa.array(list(straight), pa.binary()))
        else:
            yield batch
        first += len(shapes)


def _code(wkb: bytes | None) -> int:
    """Return the code of a shape's kind, without what tells its heights and measures."""
    if wkb is None:
        return 0
    code = int.from_bytes(wkb[1:5], "little" if wkb[0] else "big")
    return (code & 0x0FFFFFFF) % 1000


def _may_be_curved(wkb: bytes) -> bool:
    code = _code(wkb)
    return code in CURVED or code == COLLECTION
