"""Géoplateforme WFS: outlines in the territory's rectangle, counted before and after.

COUNT is capped in silence, a rectangle written in the wrong order gives no object and the code
200: every answer is compared with the number of hits, and its coordinates with the territory.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

import numpy as np
import shapely

from layers.fetch.connector_registry import Errand, Foreseen, Landed, connector, write_geojson
from layers.fetch.download_cache import Request
from layers.words.territory_paper import CRS

NAMES = re.compile(rb"<(?:\w+:)?Name>\s*([\w.:-]+)\s*</(?:\w+:)?Name>")
MATCHED = re.compile(rb'numberMatched="(\d+)"')


def _capabilities(errand: Errand) -> Request:
    params = [("SERVICE", "WFS"), ("VERSION", "2.0.0"), ("REQUEST", "GetCapabilities")]
    return errand.request("", "xml", params)


def _named(errand: Errand) -> Errand:
    """Return the errand under the first of its type names that the service has (SIT111)."""
    names = [str(errand.product.options["type_name"]), *errand.product.options.get("or_type", ())]
    request = _capabilities(errand)
    listed = [name.decode() for name in NAMES.findall(errand.get(request).path.read_bytes())]
    found = next((name for name in names if name in listed), None)
    if found is None:
        near = get_close_matches(names[0], listed, n=3, cutoff=0.5)
        hint = f"noms proches : {', '.join(near)}" if near else f"{len(listed)} couches listées"
        why = f"le service n'a plus de couche {' ni '.join(names)}"
        raise errand.refuse("SIT111", why, request, hint)
    options = {**errand.product.options, "type_name": found}
    return replace(errand, product=replace(errand.product, options=options))


def _request(errand: Errand, *more: tuple[str, object], swapped: bool = False) -> Request:
    west, south, east, north = (round(value) for value in errand.place.rectangle())
    box = (south, west, north, east) if swapped else (west, south, east, north)
    params = [
        ("SERVICE", "WFS"),
        ("VERSION", "2.0.0"),
        ("REQUEST", "GetFeature"),
        ("TYPENAMES", errand.product.options["type_name"]),
        ("SRSNAME", CRS),
        ("BBOX", ",".join(str(value) for value in (*box, CRS))),
    ]
    kind = "xml" if ("RESULTTYPE", "hits") in more else "json"
    return errand.request("", kind, [*params, *more])


def _page(errand: Errand, start: int) -> Request:
    sort = errand.product.options.get(
        "sort", "id_mnhn" if "id_mnhn" in errand.product.columns else ""
    )
    order = [("SORTBY", sort)] if sort else []
    return _request(
        errand,
        ("OUTPUTFORMAT", "application/json"),
        ("COUNT", int(errand.service.limit("page_size"))),
        ("STARTINDEX", start),
        *order,
    )


def foresee(errand: Errand) -> Iterator[Foreseen]:
    """Ask the names of layers once, then the number of objects, then as many pages as it takes.

    Parameters
    ----------
    errand : the product, its place and its service.

    Yields
    ------
    The requests, with their times and the bytes of all (expected); the first product alone asks the
    names.
    """
    if errand.product.name == errand.service.products[0].name:
        yield Foreseen(_capabilities(errand), 1, 3_000_000)
    rows = errand.product.rows
    pages = max(1, math.ceil(rows / errand.service.limit("page_size")))
    yield Foreseen(_request(errand, ("RESULTTYPE", "hits")), 1, 1_000)
    yield Foreseen(_page(errand, 0), pages, 1000.0 * errand.product.kb_a_row * rows)


@connector("geoplateforme", foresee=foresee)
def collect(errand: Errand) -> Landed:
    """Land every object of the rectangle, or refuse."""
    errand = _named(errand)
    hits = _hits(errand)
    if hits == 0:
        _refuse_if_swapped(errand)
    features: list[Mapping[str, Any]] = []
    while len(features) < hits:
        request = _page(errand, len(features))
        found = _features(errand, request, hits)
        if not found:
            break
        features.extend(found)
    last = _page(errand, 0)
    errand.check_total(len(features), hits, last)
    names = {str(feature.get("id", number)) for number, feature in enumerate(features)}
    errand.check_total(len(names), hits, last, " distinctes")
    _check_place(errand, features, last)
    write_geojson(errand.path, (_labelled(errand, one) for one in features), CRS)
    return Landed(len(features), hits)


def _hits(errand: Errand, *, swapped: bool = False) -> int:
    request = _request(errand, ("RESULTTYPE", "hits"), swapped=swapped)
    found = MATCHED.search(errand.get(request).path.read_bytes()[:10_000])
    if found is None:
        raise errand.refuse("SIT111", "le service n'a pas dit combien d'objets il a", request)
    return int(found[1])


def _refuse_if_swapped(errand: Errand) -> None:
    """No object at all: an empty layer may be, but not one that has objects in the other order."""
    request = _request(errand, ("RESULTTYPE", "hits"))
    turned = _hits(errand, swapped=True)
    if turned:
        errand.forget(_request(errand, ("RESULTTYPE", "hits"), swapped=True))
        hint = f"{turned} objets dans l'ordre inverse : le service a changé l'ordre des axes"
        raise errand.refuse("SIT112", "aucun objet dans le rectangle du territoire", request, hint)
    if not errand.product.may_be_empty:
        hint = "la couche a-t-elle changé de nom ? comparez avec GetCapabilities"
        raise errand.refuse("SIT112", "aucun objet dans le rectangle du territoire", request, hint)


def _features(errand: Errand, request: Request, hits: int) -> list[Mapping[str, Any]]:
    content = errand.json(request)
    if not isinstance(content, dict) or not isinstance(content.get("features"), list):
        raise errand.refuse("SIT111", "ce n'est pas une collection d'objets", request)
    features: list[Mapping[str, Any]] = content["features"]
    matched = content.get("numberMatched", content.get("totalFeatures", hits))
    if matched != hits:
        why = f"{matched} objets annoncés par la page, {hits} par le compte"
        raise errand.refuse("SIT112", why, request)
    if features:
        errand.check_fields(features[0].get("properties") or {}, request)
        _check_system(errand, content, request)
    return features


def _check_system(errand: Errand, content: Mapping[str, Any], request: Request) -> None:
    declared = (content.get("crs") or {}).get("properties", {}).get("name", "aucun")
    if str(declared).rpartition(":")[2] != CRS.partition(":")[2]:
        why = f"système de coordonnées {declared}, {CRS} demandé"
        raise errand.refuse("SIT102", why, request)


def _check_place(errand: Errand, features: list[Mapping[str, Any]], request: Request) -> None:
    """Refuse objects that all lie elsewhere: coordinates in another order or another system."""
    bounds = np.array([_bounds(one["geometry"]) for one in features if one.get("geometry")])
    if not len(bounds):
        return
    west, south, east, north = errand.place.rectangle()
    inside = (bounds[:, 0] <= east) & (bounds[:, 2] >= west)
    inside &= (bounds[:, 1] <= north) & (bounds[:, 3] >= south)
    if not inside.all():
        why = f"{int((~inside).sum())} objets hors du rectangle demandé"
        hint = "axes inversés, ou autre système que celui annoncé"
        raise errand.refuse("SIT102", why, request, hint)


def _bounds(geometry: Mapping[str, Any]) -> tuple[float, float, float, float]:
    west, south, east, north = shapely.geometry.shape(dict(geometry)).bounds
    return west, south, east, north


def _labelled(errand: Errand, feature: Mapping[str, Any]) -> Mapping[str, Any]:
    kind = errand.product.options.get("kind_fr")
    if kind is None:
        return feature
    return {**feature, "properties": {**feature["properties"], "kind_fr": kind}}
