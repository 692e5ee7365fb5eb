"""Cartofriches: the Cerema's API, département by département, written to the CNIG standard.

Only the columns the tool reads are kept: owners, parcels and free texts never reach the disk of
exports. The cache of answers holds what the service sent.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import shapely

from layers.fetch.connector_registry import Errand, Foreseen, Landed, connector, write_csv
from layers.fetch.download_cache import Request
from layers.sources.cnig_standard import API_COLUMNS
from layers.words.french import plural


def _request(errand: Errand, departement: str, page: int) -> Request:
    params = [
        ("coddep", departement),
        ("fields", "all"),
        ("ordering", "site_id"),
        ("page_size", int(errand.service.limit("page_size"))),
        ("page", page),
    ]
    return errand.request(errand.product.options["path"], "json", params)


def foresee(errand: Errand) -> Iterator[Foreseen]:
    """Ask each département, page after page.

    Parameters
    ----------
    errand : the product, its place and its service.

    Yields
    ------
    One request a département, with its pages and the bytes of all (expected).
    """
    former = errand.place.former_rows("brownfields")
    share = errand.product.rows / 12
    for code in errand.place.departements:
        rows = former.get(code, share)
        pages = max(1, math.ceil(rows / errand.service.limit("page_size")))
        yield Foreseen(_request(errand, code, 1), pages, 1000.0 * errand.product.kb_a_row * rows)


@connector("cartofriches", foresee=foresee)
def collect(errand: Errand) -> Landed:
    """Land the sites of every département, each counted against what the service announces."""
    former = errand.place.former_rows("brownfields")
    rows: list[dict[str, Any]] = []
    notes, total = [], 0
    for code in errand.place.departements:
        found, announced = _departement(errand, code)
        if not found and former.get(code):
            why = f"aucune friche dans le département {code}, {former[code]} dans le lot"
            raise errand.refuse("SIT112", why, _request(errand, code, 1))
        if not found:
            notes.append(f"aucune friche publiée dans le département {code}")
        rows += found
        total += announced
    write_csv(errand.path, sorted(rows, key=lambda row: str(row["site_id"])), API_COLUMNS)
    without = sum(1 for row in rows if not row["geomsurf"])
    notes.append(f"{plural(without, 'site')} sans contour")
    return Landed(len(rows), total, tuple(notes))


def _departement(errand: Errand, code: str) -> tuple[list[dict[str, Any]], int]:
    rows: list[dict[str, Any]] = []
    announced, page = 0, 0
    while True:
        page += 1
        request = _request(errand, code, page)
        content = errand.json(request)
        if not isinstance(content, dict) or "features" not in content or "count" not in content:
            raise errand.refuse("SIT111", "réponse sans « count » ni « features »", request)
        announced = int(content["count"])
        for feature in content["features"]:
            errand.check_fields(feature.get("properties") or {}, request)
            rows.append(_row(feature))
        if not content["features"] or not content.get("next"):
            break
    errand.check_total(len(rows), announced, request, f" pour le département {code}")
    errand.check_total(len({row["site_id"] for row in rows}), announced, request, " distinctes")
    return rows, announced


def _row(feature: Mapping[str, Any]) -> dict[str, Any]:
    """Return the CNIG row of a feature: its outline if it has one, its point in any case."""
    facts = feature["properties"]
    row = {name: _plain(facts.get(name)) for name in API_COLUMNS}
    if feature.get("geometry"):
        shape = shapely.geometry.shape(feature["geometry"])
        row["geomsurf"] = row["geomsurf"] or (shape.wkt if shape.area > 0 else "")
        row["geompoint"] = row["geompoint"] or shape.representative_point().wkt
    return row


def _plain(value: Any) -> Any:
    return "" if value is None or isinstance(value, dict | list) else value
