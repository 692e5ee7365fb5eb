"""A user's own layer: named, examined, read by a child process, and held to the same contract."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyproj
import shapely

from layers.contracts.contract import LAYERS, LayerKind, ReportLine, check_table
from layers.geometry.vector_overlay import region_of
from layers.opening.bounded_child import MEMORY, SECONDS, SECONDS_A_GIGABYTE, read_in_child
from layers.opening.contract_fitting import admit
from layers.opening.file_inspection import Specimen, examine, refused
from layers.opening.french_table import strangers
from layers.own_layers.layer_option import Offer
from layers.own_layers.own_raster import read_cells
from layers.own_layers.published_form import as_published, published_columns
from layers.packs.data_pack import Pack, sha256_of
from layers.words.errors import SitingError
from layers.words.territory_paper import CRS

UNBOUNDED_FR = (
    "lues sans borne de mémoire, que ce système ne permet pas : n'ouvrez que des fichiers sûrs"
)
WINDOW_M = 50_000.0
# A heavy layer loses the detail finer than a metre, which no hectare of overlap needs.
HEAVY_BYTES = 200_000_000
THIN_M = 1.0
MARGIN_KM = 20.0


def with_offers(pack: Pack, offers: Sequence[str]) -> tuple[Pack, list[ReportLine]]:
    """Return the pack with the layers a user gives, which win over its own, and what was done.

    Parameters
    ----------
    pack : the pack, which is not changed.
    offers : « layer=FILE;key=value;… », one a layer; of two for one layer, the last wins.

    Returns
    -------
    The new pack, and report lines in the order of the offers.

    Raises
    ------
    SitingError : SIT202 (name), SIT108 and SIT109 (file refused), SIT100–SIT102 and SIT105
        (content).
    """
    report: list[ReportLine] = []
    for text in offers:
        offer = Offer.parse(text)
        if LAYERS[offer.layer].form == "raster":
            pack, lines = _with_cells(pack, offer)
        else:
            pack, lines = _with_table(pack, offer)
        report.extend(lines)
    return pack, report


def _with_table(pack: Pack, offer: Offer) -> tuple[Pack, list[ReportLine]]:
    table, lines, digest = read_offer(offer, pack)
    found = {"sha256": digest, "rows": len(table), "file": Path(offer.file).name}
    return pack.with_table(offer.layer, table, _papers(offer) | found), lines


def _with_cells(pack: Pack, offer: Offer) -> tuple[Pack, list[ReportLine]]:
    path, cells, lines = read_cells(offer, pack)
    found = {"sha256": path.stem, "rows": cells, "file": Path(offer.file).name}
    # The label of a raster tells the cells of the pack's own: « Altitude (2,5 km) ».
    found["title"] = offer.papers.get("title", LAYERS[offer.layer].label_fr.partition(" (")[0])
    return pack.with_file(offer.layer, path, _papers(offer) | found), lines


def _papers(offer: Offer) -> dict[str, Any]:
    return {
        "state": "user",
        "kind": "user",
        "producer": "fourni par l'utilisateur",
        "licence": "selon le fournisseur",
        "vintage": "non précisé",
        "title": LAYERS[offer.layer].label_fr,
        **offer.papers,
        "theme": LAYERS[offer.layer].theme,
        "rows_band": None,
        "complete_in": offer.complete_in,
        "caveat_fr": _caveat(offer),
    }


def _caveat(offer: Offer) -> str:
    if not LAYERS[offer.layer].geometry:
        return "Fourni par l'utilisateur."
    if "*" in offer.complete_in:
        return "Fourni par l'utilisateur, déclaré complet sur tout le territoire."
    if offer.complete_in:
        return f"Fourni par l'utilisateur, déclaré complet en {', '.join(offer.complete_in)}."
    return (
        "Fourni par l'utilisateur ; complétude non déclarée : hors des contours donnés, le "
        "verdict reste inconnu (ajoutez complete_in=33,86 ou complete_in=*)."
    )


def read_offer(offer: Offer, pack: Pack) -> tuple[pd.DataFrame, list[ReportLine], str]:
    """Read a user's file and hold it to the layer's contract.

    Parameters
    ----------
    offer : the layer, the file, and how to read it.
    pack : its communes say where the territory is.

    Returns
    -------
    The table in Lambert-93, the report, and the file's sha256.

    Raises
    ------
    SitingError : SIT108 and SIT109 (file refused), SIT100–SIT102 and SIT105 (content, or none of it
        in the territory), SIT202 (column or sublayer unknown).
    """
    kind = LAYERS[offer.layer]
    specimen = examine(offer.file)
    if specimen.form == "tiff":
        raise refused(
            f"« {kind.label_fr} » est une table, ce fichier est un raster",
            offer.file,
            "donnez des contours ou des points",
        )
    region = region_of(pack.table("communes")) if kind.geometry else None
    with tempfile.TemporaryDirectory(prefix="siting-") as place:
        answer = read_in_child(_request(offer, kind, specimen, region), Path(place), offer.file)
        table = _table(answer, Path(place), offer.file)
    published = as_published(kind, table, answer["fields"], pack)
    if published is not None:
        check_table(kind, cast("pd.DataFrame", published.content), offer.file)
        mended = [ReportLine(kind.name, done, rows, why) for done, why, rows in answer["mended"]]
        told = [line for line in [*published.report, *mended] if line.rows]
        return cast("pd.DataFrame", published.content), told, _digest(specimen)
    if region is not None and answer["rows"] and not answer["kept"]:
        raise _elsewhere(answer, region, offer.file)
    tidied = admit(
        kind,
        table,
        where=offer.file,
        region=region,
        margin_km=MARGIN_KM,
        columns=offer.columns,
    )
    away = answer["rows"] - answer["kept"] - answer["empty"]
    lines = [
        ReportLine(kind.name, "dropped", answer["empty"], "géométrie absente ou vide"),
        ReportLine(kind.name, "dropped", away, "à plus de 50 km du territoire"),
        ReportLine(
            kind.name,
            "repaired",
            answer["kept"] if _is_heavy(specimen, kind) else 0,
            "contour allégé à 1 m près : fichier de plus de 200 Mo",
        ),
        *(ReportLine(kind.name, done, rows, why) for done, why, rows in answer["mended"]),
        ReportLine(kind.name, "kept", 0 if answer["bounded"] else answer["kept"], UNBOUNDED_FR),
    ]
    content = cast("pd.DataFrame", tidied.content)
    lines += _strangers(kind, content, pack)
    told = [line for line in [*lines, *tidied.report] if line.rows]
    return content, told, _digest(specimen)


def _strangers(kind: LayerKind, content: pd.DataFrame, pack: Pack) -> list[ReportLine]:
    """Count the codes of communes that join nothing: their rows would say nothing, unseen."""
    if "commune_code" not in content or kind.name == "communes" or not pack.has("communes"):
        return []
    lost = strangers(content["commune_code"], set(pack.table("communes")["commune_code"]))
    rows = int(content["commune_code"].isin(lost).sum())
    why = f"code de commune absent du lot : {', '.join(lost[:5])}{' …' if lost[5:] else ''}"
    return [ReportLine(kind.name, "unknown", rows, why)] if rows else []


def _digest(specimen: Specimen) -> str:
    """Return the hash of a file, or of its hash and of those of its companions in their order."""
    first, *others = (sha256_of(file) for file in (specimen.path, *specimen.beside))
    return sha256("".join([first, *others]).encode()).hexdigest() if others else first


def _request(
    offer: Offer, kind: LayerKind, specimen: Specimen, region: shapely.Geometry | None
) -> dict[str, Any]:
    names = [name for ours, column in kind.columns.items() for name in (ours, *column.aliases)]
    names += published_columns(kind)
    window = None
    if region is not None:
        window = list(shapely.bounds(shapely.buffer(shapely.envelope(region), WINDOW_M)))
    return {
        **specimen.asked(),
        "crs": offer.crs,
        "encoding": offer.encoding,
        "sublayer": offer.sublayer,
        "window": window,
        "wanted": sorted({name.casefold() for name in [*names, *offer.columns.values()]}),
        "thin_m": THIN_M if _is_heavy(specimen, kind) else 0.0,
        "memory": MEMORY,
        "seconds": int(SECONDS + SECONDS_A_GIGABYTE * specimen.bytes / 1e9),
    }


def _is_heavy(specimen: Specimen, kind: LayerKind) -> bool:
    return specimen.bytes > HEAVY_BYTES and kind.geometry in ("Polygon", "Line")


def _table(answer: dict[str, Any], place: Path, where: str) -> pd.DataFrame:
    if not answer["rows"]:
        raise SitingError("SIT105", "le fichier n'a aucune ligne", where=where)
    file = place / "table.parquet"
    if not answer["has_table"]:
        return cast("pd.DataFrame", gpd.GeoDataFrame(geometry=[], crs=answer["crs"]))
    content = pq.ParquetFile(file)
    names = [name for name in content.schema_arrow.names if name != "geometry"]
    table: pd.DataFrame = content.read(columns=names).to_pandas()
    if answer["has_geometry"]:
        # One batch at a time: the text of a million outlines never lives beside their shapes.
        wkb = (content.read_row_group(row, ["geometry"]) for row in range(content.num_row_groups))
        shapes = [shapely.from_wkb(group.column(0).to_numpy()) for group in wkb]
        table = gpd.GeoDataFrame(table, geometry=np.concatenate(shapes), crs=answer["crs"])
    table.attrs["fields"] = answer["fields"]
    return table


def _elsewhere(answer: dict[str, Any], region: shapely.Geometry, where: str) -> SitingError:
    """Say why nothing lies in the territory: swapped axes, wrong system, or truly elsewhere."""
    if answer["bounds"] is None:
        return SitingError("SIT105", "toutes les géométries sont absentes ou vides", where=where)
    west, south, east, north = answer["bounds"]
    window = shapely.box(*shapely.bounds(shapely.buffer(shapely.envelope(region), WINDOW_M)))
    hint = "donnez une couche qui couvre le territoire, ou un autre lot avec --data"
    if answer["crs"] is not None and _reaches(
        (south, west, north, east), str(answer["crs"]), window
    ):
        hint = "axes inversés ? la longitude doit venir avant la latitude"
    elif _reaches((west, south, east, north), CRS, window):
        hint = "coordonnées en Lambert-93 annoncées autrement : ajoutez crs=EPSG:2154"
    elif _reaches((west, south, east, north), "EPSG:4326", window):
        hint = "coordonnées en degrés annoncées autrement : ajoutez crs=EPSG:4326"
    return SitingError(
        "SIT102", "aucun objet de la couche n'est dans le territoire", where=where, hint=hint
    )


def _reaches(bounds: tuple[float, ...], crs: str, window: shapely.Geometry) -> bool:
    try:
        west, south, east, north = bounds
        to_lambert = pyproj.Transformer.from_crs(crs, CRS, always_xy=True)
        moved = to_lambert.transform_bounds(west, south, east, north)
    except pyproj.exceptions.ProjError:
        return False
    return bool(shapely.box(*moved).intersects(window)) if all(map(_finite, moved)) else False


def _finite(value: float) -> bool:
    return abs(value) < float("inf")
