"""A user's file in the very form its producer publishes: tidied as a pack's own, not re-mapped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd

from layers.contracts.contract import Export, LayerKind, Raw, ReportLine, Tidied, report_of
from layers.packs.data_pack import Pack
from layers.words.french_cells import texts
from layers.words.territory_paper import Territory

# Layers whose published form is another table than the contract's: national exchange standards.
PUBLISHED = ("brownfields",)


def published_columns(kind: LayerKind) -> tuple[str, ...]:
    """Return the columns that the producer's own form may have, to be read beside ours.

    Parameters
    ----------
    kind : the layer.

    Returns
    -------
    Names; none for a layer that is only read by its contract.
    """
    return tuple(name for schema in _schemas(kind) for name in schema.columns)


def as_published(
    kind: LayerKind, table: pd.DataFrame, fields: Sequence[str], pack: Pack
) -> Tidied | None:
    """Return the layer tidied from its producer's form, or None when the file is not in it.

    Parameters
    ----------
    kind : the layer.
    table : what was read of the file.
    fields : its columns.
    pack : the layers that the tidy function needs; the area that an exchange standard has no field
        for is taken from the pack's own site of the same identifier, and told.

    Returns
    -------
    The layer held to its contract, and what was done.
    """
    schema = next((each for each in _schemas(kind) if set(each.columns) <= set(fields)), None)
    if schema is None or schema.adapt is None:
        return None
    plain = pd.DataFrame(table.drop(columns="geometry", errors="ignore"))
    plain = plain.apply(texts)
    departements = tuple(sorted(pack.table("departements")["departement_code"]))
    territory = Territory(pack.folder.name, pack.folder.name, departements, 0.0, Path())
    needed = {name: pack.table(name) for name in kind.needs}
    export = next(iter(kind.exports))
    tidied = kind.tidy(Raw({export: schema.adapt(plain)}, needed, territory))
    return _with_known_areas(kind, tidied, pack)


def _schemas(kind: LayerKind) -> list[Export]:
    if kind.name not in PUBLISHED:
        return []
    return [each for schemas in kind.exports.values() for each in schemas if each.adapt]


def _with_known_areas(kind: LayerKind, tidied: Tidied, pack: Pack) -> Tidied:
    content = tidied.content
    if not isinstance(content, gpd.GeoDataFrame) or not pack.has(kind.name):
        return tidied
    held = pack.table(kind.name).set_index("site_id")
    known = content["site_id"].map(held["site_surface_m2"])
    taken = content["site_surface_m2"].isna() & known.notna()
    content.loc[taken, "site_surface_m2"] = known[taken]
    state = content.loc[taken, "site_id"].map(held["area_state"])
    content.loc[taken, "area_state"] = state
    why = (
        "surface reprise du lot, sous le même identifiant : le standard n'a pas de champ pour elle"
    )
    lines: list[ReportLine] = report_of(kind.name, ("repaired", int(taken.sum()), why))
    report = [line for line in tidied.report if "surface absente" not in line.why_fr]
    return Tidied(content, [*report, *lines])
