"""ODRÉ (Opendatasoft): whole exports, counted against the total of the data set."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from layers.fetch.connector_registry import Errand, Foreseen, Landed, connector, write_geojson
from layers.fetch.download_cache import Request
from layers.words.french import plural

BASE = "/api/explore/v2.1/catalog/datasets"


def _total(errand: Errand) -> Request:
    dataset = errand.product.options["dataset"]
    return errand.request(f"{BASE}/{dataset}/records", "json", [("limit", 0)])


def _export(errand: Errand) -> Request:
    dataset, form = errand.product.options["dataset"], errand.product.options["format"]
    params = [("delimiter", ";")] if form == "csv" else []
    kind = "csv" if form == "csv" else "json"
    return errand.request(f"{BASE}/{dataset}/exports/{form}", kind, params)


def foresee(errand: Errand) -> Iterator[Foreseen]:
    """Ask the total, then the export: /records stops at row 10,000, /exports does not.

    Parameters
    ----------
    errand : the product, its place and its service.

    Yields
    ------
    Two requests, with the bytes of each (expected).
    """
    yield Foreseen(_total(errand), 1, 500)
    yield Foreseen(_export(errand), 1, 1000.0 * errand.product.kb_a_row * errand.product.rows)


@connector("odre", foresee=foresee)
def collect(errand: Errand) -> Landed:
    """Land an export whose number of rows is the total of the data set."""
    request = _total(errand)
    content = errand.json(request)
    if not isinstance(content, dict) or "total_count" not in content:
        raise errand.refuse("SIT111", "réponse sans « total_count »", request)
    total = int(content["total_count"])
    rows, bare = _csv(errand) if errand.product.options["format"] == "csv" else _geojson(errand)
    errand.check_total(rows, total, _export(errand))
    notes = (f"{plural(bare, 'ligne')} sans tracé",) if bare else ()
    return Landed(rows - bare, total - bare, notes)


def _csv(errand: Errand) -> tuple[int, int]:
    request = _export(errand)
    received = errand.get(request)
    try:
        table = pd.read_csv(received.path, sep=";", dtype="str", encoding="utf-8-sig")
    except (ValueError, UnicodeError):
        raise errand.refuse("SIT111", "CSV illisible", request) from None
    errand.check_fields(table.columns, request)
    table.to_csv(errand.path, sep=";", index=False, lineterminator="\n")
    return len(table), 0


def _geojson(errand: Errand) -> tuple[int, int]:
    request = _export(errand)
    content = errand.json(request)
    features = content.get("features") if isinstance(content, dict) else None
    if not features:
        raise errand.refuse("SIT111", "export sans objet", request)
    errand.check_fields(features[0].get("properties") or {}, request)
    shaped = [one for one in features if one.get("geometry")]
    if not shaped:
        raise errand.refuse("SIT112", "aucun tracé : la géométrie n'est plus publiée", request)
    write_geojson(errand.path, shaped, "EPSG:4326")
    return len(features), len(features) - len(shaped)
