"""Hub'Eau withdrawals: yearly volumes by work, département by département, year by year.

The service gives its pages under the code 206 and no row beyond its depth: a year that has more
is refused, never cut.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from typing import Any

from layers.fetch.connector_registry import Errand, Foreseen, Landed, connector, write_csv
from layers.fetch.download_cache import Request

COLUMNS = ("code_ouvrage", "code_commune_insee", "annee", "volume", "libelle_usage")
# The national bank publishes a year about two years after its end.
LAG_YEARS = 2


def years(count: int) -> range:
    """Return the last years that can have been published.

    Parameters
    ----------
    count : how many years.

    Returns
    -------
    Years in order, the last one two before today's.
    """
    last = date.today().year - LAG_YEARS
    return range(last - count + 1, last + 1)


def _request(errand: Errand, departement: str, year: int, page: int) -> Request:
    params = [
        ("code_departement", departement),
        ("annee", year),
        ("size", int(errand.service.limit("page_size"))),
        ("page", page),
    ]
    return errand.request(errand.product.options["path"], "json", params)


def foresee(errand: Errand) -> Iterator[Foreseen]:
    """Ask each year of each département.

    Parameters
    ----------
    errand : the product, its place and its service.

    Yields
    ------
    One request a département, with its years and pages, and the bytes of all (expected).
    """
    span = years(int(errand.product.options["years"]))
    rows = errand.product.rows / 12 / len(span)
    pages = max(1, math.ceil(rows / errand.service.limit("page_size")))
    for code in errand.place.departements:
        size = 1000.0 * errand.product.kb_a_row * rows * len(span)
        yield Foreseen(_request(errand, code, span[-1], 1), pages * len(span), size)


@connector("hubeau", foresee=foresee)
def collect(errand: Errand) -> Landed:
    """Land the volumes; a year without any row in any département is told, not read as zero."""
    rows: list[dict[str, Any]] = []
    total, notes = 0, []
    for year in years(int(errand.product.options["years"])):
        before = len(rows)
        for code in errand.place.departements:
            found, announced = _year(errand, code, year)
            rows += found
            total += announced
        if len(rows) == before:
            notes.append(f"{year} : aucun volume publié, année laissée inconnue")
    if not rows:
        last = _request(errand, errand.place.departements[-1], date.today().year - LAG_YEARS, 1)
        raise errand.refuse("SIT112", "aucun volume dans tout le territoire", last)
    write_csv(errand.path, rows, COLUMNS)
    return Landed(len(rows), total, tuple(notes))


def _year(errand: Errand, code: str, year: int) -> tuple[list[dict[str, Any]], int]:
    rows: list[dict[str, Any]] = []
    announced, page = 0, 0
    while True:
        page += 1
        request = _request(errand, code, year, page)
        content = errand.json(request)
        if not isinstance(content, dict) or "count" not in content or "data" not in content:
            raise errand.refuse("SIT111", "réponse sans « count » ni « data »", request)
        announced = int(content["count"])
        if announced > errand.service.limit("deepest_row"):
            why = f"{announced} lignes en {year} pour le département {code} : trop pour le service"
            raise errand.refuse("SIT112", why, request)
        for row in content["data"]:
            errand.check_fields(row, request)
            rows.append({name: row.get(name) for name in COLUMNS})
        if not content["data"] or not content.get("next"):
            break
    errand.check_total(len(rows), announced, request, f" ({code}, {year})")
    return rows, announced
