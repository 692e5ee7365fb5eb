"""Géorisques v1: by lists of communes; operators' names and addresses are left behind."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from layers.fetch.connector_registry import (
    Errand,
    Foreseen,
    Landed,
    chunks,
    connector,
    write_csv,
    write_geojson,
)
from layers.fetch.download_cache import Request


def _codes(errand: Errand) -> list[Sequence[str]]:
    codes = errand.place.communes["commune_code"].tolist()
    return list(chunks(codes, int(errand.service.limit("codes_a_request"))))


def _request(errand: Errand, codes: Sequence[str], page: int) -> Request:
    params = [
        ("code_insee", ",".join(codes)),
        ("page", page),
        ("page_size", int(errand.service.limit("page_size"))),
    ]
    return errand.request(errand.product.options["path"], "json", params)


def foresee(errand: Errand) -> Iterator[Foreseen]:
    """Ask as many times as there are lists of communes, and more where a list has many rows.

    Parameters
    ----------
    errand : the product, its place and its service.

    Yields
    ------
    One request, with its times and the bytes of all (expected).
    """
    lists = _codes(errand)
    pages = math.ceil(errand.product.rows / errand.service.limit("page_size"))
    size = 1000.0 * errand.product.kb_a_row * errand.product.rows
    yield Foreseen(_request(errand, lists[0], 1), max(len(lists), pages), size)


@connector("georisques", foresee=foresee)
def collect(errand: Errand) -> Landed:
    """Land the rows of every commune, each list counted against what the service announces."""
    rows: list[Mapping[str, Any]] = []
    for codes in _codes(errand):
        rows += _rows(errand, codes)
    last = _request(errand, _codes(errand)[-1], 1)
    if not rows and not errand.product.may_be_empty:
        raise errand.refuse("SIT112", "aucune ligne dans tout le territoire", last)
    if errand.product.options.get("per_commune"):
        return _by_commune(errand, rows, last)
    # A site astride two lists of communes comes twice: once is enough.
    distinct = {str(row[errand.product.options["id"]]): row for row in rows}
    features = [one for key in sorted(distinct) if (one := _feature(errand, distinct[key]))]
    write_geojson(errand.path, features, "EPSG:4326")
    lost = len(distinct) - len(features)
    notes = (f"{lost} lignes sans position",) if lost else ()
    return Landed(len(features), len(distinct) - lost, notes)


def _rows(errand: Errand, codes: Sequence[str]) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = []
    announced, page = 0, 0
    while True:
        page += 1
        request = _request(errand, codes, page)
        content = errand.json(request)
        if not isinstance(content, dict) or not isinstance(content.get("data"), list):
            raise errand.refuse("SIT111", "réponse sans « data »", request)
        announced = int(content.get("results", len(content["data"])))
        for row in content["data"]:
            errand.check_fields(row, request)
            rows.append({name: row.get(name) for name in _read(errand)})
        if not content["data"] or not content.get("next"):
            break
    errand.check_total(len(rows), announced, request)
    return rows


def _read(errand: Errand) -> list[str]:
    options = errand.product.options
    return [*options["keep"], *str(options.get("point", "")).split(",")]


def _feature(errand: Errand, row: Mapping[str, Any]) -> dict[str, Any] | None:
    options = errand.product.options
    geometry = row.get("geom")
    if "," in options["point"]:
        place = [row.get(name) for name in options["point"].split(",")]
        if any(value in (None, "") for value in place):
            return None
        geometry = {"type": "Point", "coordinates": [float(str(value)) for value in place]}
    if not geometry:
        return None
    facts = {name: row.get(name) for name in options["keep"]}
    return {"type": "Feature", "properties": facts, "geometry": geometry}


def _by_commune(errand: Errand, rows: Sequence[Mapping[str, Any]], last: Request) -> Landed:
    """Land one row a commune: the names of its risks, without detail."""
    known = set(errand.place.communes["commune_code"])
    found = {str(row["code_insee"]): row for row in rows if str(row["code_insee"]) in known}
    errand.check_total(len(found), len(known), last, " (une par commune)")
    table = [
        {"code_insee": code, "risques": _risks(found[code]["risques_detail"])}
        for code in sorted(found)
    ]
    write_csv(errand.path, table, ("code_insee", "risques"))
    return Landed(len(table), len(known))


def _risks(details: object) -> str:
    names = details if isinstance(details, list) else []
    labels = {str(one.get("libelle_risque_long", "")).strip() for one in names}
    return "|".join(sorted(labels - {""}))
