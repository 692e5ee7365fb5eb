"""Zones that someone brings: outlines, lines, points or cells, that exclude or that are to be said.

A drinking-water perimeter, a zone of a town's plan, a monument: any file becomes a criterion with
its own label. Outside the départements where it is said to be complete, nothing found is unknown.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from rasterio.features import shapes as outlined

from layers.geometry.vector_overlay import polygons_of, region_of
from layers.opening.bounded_child import MEMORY, SECONDS, SECONDS_A_GIGABYTE, read_in_child
from layers.opening.contract_fitting import in_lambert
from layers.opening.file_inspection import Specimen, examine_for
from layers.opening.french_table import read_table
from layers.own_layers.layer_option import file_and_options
from layers.packs.data_pack import ZONE, Pack, digest_of_files
from layers.words.errors import SitingError
from layers.words.french import NO_BREAK, listing, number, plural, quantity
from layers.words.territory_paper import CRS

OPTION = "--zone"
Role = Literal["exclude", "attention"]
ROLE_FR = {"exclude": "exclusion", "attention": "à signaler"}
KEYS = ("role", "label", "source", "buffer", "complete_in", "crs", "encoding", "sublayer")
MARGIN_M = 20_000.0
MOST_BUFFER_M = 50_000.0


@dataclass(frozen=True)
class ZoneOffer:
    """A file of zones: what it is for, how it is called, who says it, and how far it reaches.

    ``complete_in`` lists the départements where nothing in the file means nothing there (« * » for
    all); by default nowhere.
    """

    file: str
    role: Role = "attention"
    label: str = ""
    source: str = ""
    buffer_m: float = 0.0
    complete_in: tuple[str, ...] = ()
    crs: str | None = None
    encoding: str | None = None
    sublayer: str | None = None

    @classmethod
    def parse(cls, text: str) -> ZoneOffer:
        """Read « FILE;role=exclude;label=…;source=…;buffer=200;complete_in=33,86 ».

        Parameters
        ----------
        text : as typed.

        Returns
        -------
        The offer; its file is not opened.

        Raises
        ------
        SitingError : SIT202 for an unknown option or role, SIT105 for a buffer that is none.

        Examples
        --------
        >>> offer = ZoneOffer.parse("captages.gpkg;role=exclude;buffer=200;complete_in=33,86")
        >>> offer.role, offer.buffer_m, offer.complete_in, offer.label
        ('exclude', 200.0, ('33', '86'), 'captages')
        """
        file, given, _ = file_and_options(text, KEYS, OPTION)
        role = given.get("role", "attention")
        if role not in get_args(Role):
            raise SitingError(
                "SIT202", f"rôle inconnu « {role} »", where=OPTION,
                hint="role=exclude écarte un site, role=attention le signale",
            )  # fmt: skip
        return cls(
            file,
            "exclude" if role == "exclude" else "attention",
            given.get("label", "") or Path(file).stem,
            given.get("source", ""),
            _metres(given.get("buffer", "0")),
            tuple(code.strip() for code in given.get("complete_in", "").split(",") if code.strip()),
            given.get("crs"),
            given.get("encoding"),
            given.get("sublayer"),
        )


def _metres(text: str) -> float:
    try:
        metres = float(text.replace(",", "."))
    except ValueError:
        metres = -1.0
    if not 0 <= metres <= MOST_BUFFER_M:
        raise SitingError(
            "SIT105", f"« {text} » n'est pas une distance de 0 à 50 000 m",
            where=f"{OPTION}, buffer",
            hint="écrivez par exemple buffer=200",
        )  # fmt: skip
    return metres


def with_own_zones(pack: Pack, offers: Sequence[ZoneOffer]) -> tuple[Pack, list[str]]:
    """Return the pack with the zones that files bring, and what is to be said of them.

    Parameters
    ----------
    pack : the layers, which are not changed.
    offers : one a file; each becomes « zone_1 », « zone_2 »…

    Returns
    -------
    The pack, and sentences in French.

    Raises
    ------
    SitingError : SIT100 to SIT109 (a file, its system, nothing of it in the territory), SIT105
        (points or lines without a buffer), SIT202 (an unknown département in complete_in).
    """
    told: list[str] = []
    known = set(pack.table("departements")["departement_code"])
    for place, offer in enumerate(offers, 1):
        strange = sorted(set(offer.complete_in) - known - {"*"})
        if strange:
            raise SitingError(
                "SIT202", f"département hors du lot : {listing(strange)}",
                where=f"{OPTION} {offer.file}, complete_in",
                hint=f"départements du lot : {', '.join(sorted(known))}",
            )  # fmt: skip
        specimen = examine_for(offer.file, OPTION)
        region = region_of(pack.table("communes"))
        table = (
            _cells(offer, specimen, region) if specimen.form == "tiff" else _shapes(offer, region)
        )
        label = offer.label or Path(offer.file).stem
        table["role"] = offer.role
        papers = {
            "theme": "Zones apportées",
            "title": label if len(label) > 2 else f"zone {label}",
            "producer": offer.source or "fourni par l'utilisateur",
            "licence": "selon le fournisseur",
            "vintage": "non précisé",
            "kind": "user",
            "state": "user",
            "file": Path(offer.file).name,
            "sha256": digest_of_files([specimen.path, *specimen.beside]),
            "rows": len(table),
            "complete_in": offer.complete_in,
            "caveat_fr": _caveat(offer),
        }
        pack = pack.with_brought(f"{ZONE}{place}", table, papers)
        told.append(_said(offer, label, table))
    return pack, told


def _said(offer: ZoneOffer, label: str, table: gpd.GeoDataFrame) -> str:
    surface = quantity(float(table[table["in_zone"]].area.sum()) / 1e4, "ha")
    around = f", {quantity(offer.buffer_m, 'm')} autour compris" if offer.buffer_m else ""
    return (
        f"{Path(offer.file).name}{NO_BREAK}: zone «{NO_BREAK}{label}{NO_BREAK}» "
        f"({ROLE_FR[offer.role]}), {plural(int(table['in_zone'].sum()), 'contour')}, "
        f"{surface}{around}."
    )


def _caveat(offer: ZoneOffer) -> str:
    """Say what the zone is for, and where its silence says something."""
    what = f"Zone apportée, {ROLE_FR[offer.role]}"
    around = f", {number(offer.buffer_m)} m autour" if offer.buffer_m else ""
    if "*" in offer.complete_in:
        return f"{what}{around}{NO_BREAK}; déclarée complète partout."
    if offer.complete_in:
        return f"{what}{around}{NO_BREAK}; déclarée complète en {', '.join(offer.complete_in)}."
    return f"{what}{around}{NO_BREAK}; hors de ses contours, non évalué (complétude non déclarée)."


def _shapes(offer: ZoneOffer, region: shapely.Geometry) -> gpd.GeoDataFrame:
    """Read outlines, lines or points; the buffer makes zones of all of them."""
    table = read_table(
        offer.file, OPTION, crs=offer.crs, encoding=offer.encoding, sublayer=offer.sublayer,
        near=region,
    )  # fmt: skip
    shapes = in_lambert(table.rows, offer.file)
    shapes = shapes[~(shapes.isna() | shapes.is_empty)]
    flat = ~np.isin(shapely.get_type_id(shapes.values), (3, 6, 7))
    if flat.any() and not offer.buffer_m:
        raise SitingError(
            "SIT105", "des points ou des lignes à 0 m ne couvriraient rien", where=offer.file,
            hint="donnez une distance : buffer=200",
        )  # fmt: skip
    found = shapes.copy()
    found[~flat] = polygons_of(shapes[~flat])
    if offer.buffer_m:
        found = found.buffer(offer.buffer_m)
    zones = gpd.GeoDataFrame({"in_zone": True}, geometry=found, index=found.index, crs=CRS)
    return _here(zones, region, offer)


def _here(zones: gpd.GeoDataFrame, region: shapely.Geometry, offer: ZoneOffer) -> gpd.GeoDataFrame:
    wide = shapely.buffer(shapely.simplify(region, 200.0), MARGIN_M)
    shapely.prepare(wide)
    kept = zones[shapely.intersects(wide, zones.geometry.values)].reset_index(drop=True)
    if not kept["in_zone"].any():
        raise SitingError(
            "SIT102", "aucune zone n'est dans le territoire", where=offer.file,
            hint="vérifiez le système de coordonnées : crs=EPSG:2154 pour des mètres",
        )  # fmt: skip
    return kept


def _cells(offer: ZoneOffer, specimen: Specimen, region: shapely.Geometry) -> gpd.GeoDataFrame:
    """Read a raster: cells above zero are in the zone, cells without data are unknown."""
    request = {
        **specimen.asked(),
        "crs": offer.crs,
        "window": list(shapely.bounds(shapely.buffer(shapely.envelope(region), MARGIN_M))),
        "memory": MEMORY,
        "seconds": int(3 * SECONDS + SECONDS_A_GIGABYTE * specimen.bytes / 1e9),
    }
    with tempfile.TemporaryDirectory(prefix="siting-") as place:
        read_in_child(request, Path(place), offer.file)
        with rasterio.open(Path(place) / "cells.tif") as source:
            values = source.read(1, masked=True)
            state = np.where(np.ma.getmaskarray(values), 2, np.where(values.filled(0) > 0, 1, 0))
            drawn = list(
                outlined(state.astype("uint8"), mask=state > 0, transform=source.transform)
            )
    shapes = gpd.GeoSeries([shapely.geometry.shape(body) for body, _ in drawn], crs=CRS)
    within = np.array([value == 1 for _, value in drawn], dtype=bool)
    if offer.buffer_m and within.any():
        shapes[within] = shapes[within].buffer(offer.buffer_m)
    return _here(gpd.GeoDataFrame({"in_zone": within}, geometry=shapes, crs=CRS), region, offer)


def zone_papers(pack: Pack) -> pd.DataFrame:
    """Return the zones that a pack holds, in their order.

    Parameters
    ----------
    pack : the layers, with what is brought.

    Returns
    -------
    Columns name (« zone_1 »), label, role, source, file; empty without any.
    """
    rows = [
        {
            "name": name, "label": entry.title, "source": entry.producer, "file": entry.file,
            "role": str(zones["role"].iloc[0]),
        }
        for name, entry in pack.catalogue.items()
        if name.startswith(ZONE) and (zones := pack.brought(name)) is not None
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["name", "label", "role", "source", "file"])
