"""From a pack's layers and a set of rules to the evidence that eligibility is judged on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.contracts.contract import kind_of
from layers.eligibility.eligibility_rules import RuleInForce, Words
from layers.eligibility.layer_masks import key_of
from layers.eligibility.raster_classes import Cover
from layers.eligibility.rule_blocks import Filler
from layers.eligibility.rule_rasters import cell_of
from layers.eligibility.territory_judging import Evidence, Near
from layers.geometry.flat_outlines import Outlines
from layers.geometry.raster_grid import Grid
from layers.packs.data_pack import Pack
from layers.words.errors import SitingError

EVERYWHERE = "*"


def territory_of(pack: Pack, departements: Sequence[str] | None) -> gpd.GeoDataFrame:
    """Return the communes judged: all of the pack's, or those of some départements.

    Parameters
    ----------
    pack : where the communes are read.
    departements : codes, or None for all.

    Returns
    -------
    Rows of the layer ``communes``, Lambert-93.

    Raises
    ------
    SitingError : SIT202 when the pack lacks a département.
    """
    communes = pack.table("communes")
    if departements is None:
        return communes
    known = set(communes["departement_code"])
    if strange := sorted(set(departements) - known):
        raise SitingError(
            "SIT202",
            f"département hors du lot : {', '.join(strange)}",
            where="territory",
            hint=f"départements du lot : {', '.join(sorted(known))}",
        )
    return communes[communes["departement_code"].isin(departements)]


def ground_evidence(pack: Pack, departements: Sequence[str] | None, grid: Grid) -> Evidence:
    """Return the territory itself as a plane: the cells whose centre lies in one of its communes.

    Communes are filled one by one: they share their borders, so no cell is lost or counted twice.

    Parameters
    ----------
    pack : where the communes are read, only without a kept mask.
    departements : codes, or None for all.
    grid : the lattice judged.

    Returns
    -------
    One plane: inside or not, without a doubt.
    """
    key = key_of(
        territory=_digest(pack, "communes"), only=sorted(departements or []), grid=_lattice(grid)
    )

    def load() -> Filler:
        return Near(_outlines(pack, "communes", territory_of(pack, departements)), 0.0)

    return Evidence("territory", "exclude", 1, key, load)


def is_answered(pack: Pack, found: RuleInForce) -> bool:
    """Say whether anything at hand answers a rule: a user's raster, or its layer, fine enough.

    Heights in coarse cells flatten every slope: they would clear what they cannot see.

    Parameters
    ----------
    pack : where the rule's layer may be.
    found : the rule in force.

    Returns
    -------
    False for an absent layer, or heights in cells wider than the rule's ``coarsest_cell_m``.

    Raises
    ------
    SitingError : SIT103 or SIT104 when the heights are not those of the catalogue.
    """
    rule = found.rule
    if found.given is not None or not pack.has(rule.layer):
        return found.given is not None
    most = rule.coarsest_cell_m
    return most is None or cell_of(pack.raster_path(rule.layer)) <= most


def evidence_of(pack: Pack, found: RuleInForce, grid: Grid) -> Evidence:
    """Return a rule's evidence; its layer is only read if no mask of it is kept.

    Parameters
    ----------
    pack : where the rule's layer is.
    found : the rule in force.
    grid : the lattice judged.

    Returns
    -------
    Evidence of no plane for an absent layer; of two where the layer may not say, else of one.

    Raises
    ------
    SitingError : what checking the layer's file raises. Once loaded: SIT101 (column of ``where``
        absent), SIT501 (no geometry, or points and lines at 0 m), SIT102 and SIT105 (raster).
    """
    rule, precaution = found.rule, found.rule.on_unknown == "exclude"
    if not is_answered(pack, found):
        return Evidence(found.name, rule.mode, 0, precaution=precaution)
    if found.given is not None or kind_of(rule.layer).form == "raster":
        key, cover = _cells(pack, found, grid)
        return Evidence(found.name, rule.mode, 2, key, cover, precaution)
    blind = _incomplete(pack, found)
    key = key_of(
        layer=_digest(pack, rule.layer),
        where=rule.where,
        unknown_where=rule.unknown_where,
        blind=[blind, _digest(pack, "departements") if blind else ""],
        reach_m=found.reach_m,
        grid=_lattice(grid),
    )
    planes = 2 if blind or rule.where or rule.unknown_where else 1

    def load() -> Filler:
        return _near(pack, found, blind)

    return Evidence(found.name, rule.mode, planes, key, load, precaution)


def _cells(pack: Pack, found: RuleInForce, grid: Grid) -> tuple[str, Callable[[], Filler]]:
    """Return the name of a raster's mask, and how to read it."""
    layer, given, sought = found.rule.layer, found.given, found.sought
    key = key_of(
        raster=given.sha256 if given else _digest(pack, layer),
        sought=asdict(sought),
        slope=found.rule.is_slope,
        reach_m=found.reach_m,
        grid=_lattice(grid),
    )

    def load() -> Filler:
        path = given.path if given else pack.raster_path(layer)
        return Cover(path, sought, found.reach_m, found.rule.is_slope)

    return key, load


def _near(pack: Pack, found: RuleInForce, blind: list[str]) -> Near:
    rule = found.rule
    table = pack.table(rule.layer)
    _check_lines(table, found)
    counted = _outlines(pack, rule.layer, table[_rows(table, rule.where, found)])
    if not blind and not rule.where and not rule.unknown_where:
        return Near(counted, found.reach_m)
    # A row whose word is missing may be of those that count: it is in doubt, never left out.
    doubtful = [table[table[list(rule.where)].isna().any(axis=1)].geometry.to_numpy()]
    if rule.unknown_where:
        doubtful.append(table[_rows(table, rule.unknown_where, found)].geometry.to_numpy())
    if blind:
        zones = pack.table("departements")
        zones = zones[zones["departement_code"].isin(blind)]
        doubtful.append(zones.geometry.to_numpy())
    where = str(pack.entry(rule.layer).title)
    return Near(counted, found.reach_m, Outlines.of(np.concatenate(doubtful), where))


def _incomplete(pack: Pack, found: RuleInForce) -> list[str]:
    """Return the départements where nothing held proves nothing: all for a positive-only layer."""
    entry = pack.entry(found.rule.layer)
    complete = () if entry.positive_only else found.rule.complete_in or entry.complete_in
    if EVERYWHERE in complete:
        return []
    codes = pack.table("departements")["departement_code"]
    return sorted(set(codes) - set(complete))


def _rows(table: pd.DataFrame, words: Words, found: RuleInForce) -> NDArray[np.bool_]:
    kept = np.ones(len(table), dtype=bool)
    for column, values in words.items():
        if column not in table.columns:
            names = ", ".join(str(name) for name in table.columns if name != "geometry")
            raise SitingError(
                "SIT101",
                f"colonne absente : {column}",
                where=f"règle « {found.name} », couche « {found.rule.layer} »",
                hint=f"colonnes de la couche : {names}",
            )
        kept &= table[column].astype("str").isin(values).to_numpy()
    return kept


def _check_lines(table: pd.DataFrame, found: RuleInForce) -> None:
    """Refuse points or lines at 0 m: they cover no cell, and the rule would seem to be kept."""
    kind = kind_of(found.rule.layer).geometry
    if kind is None or not isinstance(table, gpd.GeoDataFrame):
        raise SitingError(
            "SIT501",
            f"la couche « {found.rule.layer} » n'a pas de géométrie",
            where=f"règle « {found.name} »",
            hint="choisissez une couche de points, de lignes ou de surfaces",
        )
    if kind != "Polygon" and found.reach_m <= 0:
        raise SitingError(
            "SIT501",
            f"règle « {found.name} » : des points ou des lignes à 0 m n'excluraient rien",
            where=found.value.reference,
            hint="donnez une distance en mètres, supérieure à 0",
        )


def _outlines(pack: Pack, layer: str, table: gpd.GeoDataFrame) -> Outlines:
    return Outlines.of(table.geometry.to_numpy(), f"couche « {pack.entry(layer).title} »")


def _digest(pack: Pack, layer: str) -> str:
    """Return what names a layer's content: its file, or what was read of a user's file.

    A user's file is read through options (columns, coordinates): its hash would not be enough.
    """
    entry = pack.entry(layer)
    if entry.state != "user" or kind_of(layer).form != "table":
        return entry.sha256
    table = pack.table(layer)
    content = hashlib.sha256(b"".join(shapely.to_wkb(table.geometry.to_numpy())))
    content.update(table.drop(columns="geometry").to_csv(index=False).encode("utf-8"))
    return content.hexdigest()


def _lattice(grid: Grid) -> list[float]:
    return [grid.west, grid.north, grid.rows, grid.columns, grid.cell_m]
