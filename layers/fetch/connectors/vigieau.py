"""VigiEau: alert zones in force (one national publication), and each commune's daily history."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from layers.fetch.connector_registry import (
    Errand,
    Foreseen,
    Landed,
    connector,
    write_csv,
    write_geojson,
)
from layers.fetch.download_cache import Request


def _years(errand: Errand) -> tuple[int, int]:
    last = date.today().year - 1
    return last - int(errand.product.options["years"]) + 1, last


def _history(errand: Errand, commune: str) -> Request:
    first, last = _years(errand)
    params = [("dateDebut", f"{first}-01"), ("dateFin", f"{last}-12")]
    return errand.request(f"{errand.product.options['path']}/{commune}", "json", params)


def _publication(errand: Errand) -> Request:
    return errand.request(errand.product.options["path"], "json")


def foresee(errand: Errand) -> Iterator[Foreseen]:
    """Ask the publication and its file, or one history a commune.

    Parameters
    ----------
    errand : the product, its place and its service.

    Yields
    ------
    The requests, with their times and the bytes of all (expected).
    """
    size = 1000.0 * errand.product.kb_a_row
    if errand.product.name == "zones":
        yield Foreseen(_publication(errand), 1, 2_000)
        yield Foreseen(errand.request("/…/zones.geojson", "json"), 1, size * errand.product.rows)
        return
    codes = errand.place.communes["commune_code"].tolist()
    yield Foreseen(_history(errand, codes[0]), len(codes), size * len(codes))


@connector("vigieau", foresee=foresee)
def collect(errand: Errand) -> Landed:
    """Land the zones, or the days of restriction."""
    return _zones(errand) if errand.product.name == "zones" else _days(errand)


def _zones(errand: Errand) -> Landed:
    publication = _publication(errand)
    papers = errand.json(publication)
    if not isinstance(papers, dict) or not {"geojsonUrl", "zoneCount"} <= set(papers):
        why = "publication sans « geojsonUrl » ni « zoneCount »"
        raise errand.refuse("SIT111", why, publication)
    request = errand.request(str(papers["geojsonUrl"]), "json")
    announced = int(papers["zoneCount"])
    received = errand.get(request)
    checksum = str(papers.get("geojsonChecksum", "")).removeprefix("sha256:")
    if checksum and hashlib.sha256(received.path.read_bytes()).hexdigest() != checksum:
        raise errand.refuse("SIT112", "empreinte différente de celle publiée", request)
    content = errand.json(request)
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise errand.refuse("SIT111", "ce n'est pas une collection d'objets", request)
    errand.check_total(len(features), announced, request)
    if features:
        errand.check_fields(features[0].get("properties") or {}, request)
    write_geojson(errand.path, features, "EPSG:4326")
    return Landed(len(features), announced)


def _days(errand: Errand) -> Landed:
    """Land one row a commune: mean days a year at the severe levels, over whole past years."""
    first, last = _years(errand)
    severe = set(errand.product.options["severe"])
    codes = errand.place.communes["commune_code"].tolist()
    rows = []
    for commune in codes:
        request = _history(errand, commune)
        content = errand.json(request)
        if not isinstance(content, list):
            raise errand.refuse("SIT111", "historique qui n'est pas une liste de jours", request)
        days: dict[str, bool] = defaultdict(bool)
        for one in content:
            errand.check_fields(one, request)
            days[str(one["date"])[:10]] |= _is_severe(one, severe)
        count = sum(bad for day, bad in days.items() if first <= int(day[:4]) <= last)
        rows.append(
            {
                "code_insee": commune,
                "restricted_days": round(count / (last - first + 1), 2),
                "first_year": first,
                "last_year": last,
            }
        )
    columns = ("code_insee", "restricted_days", "first_year", "last_year")
    write_csv(errand.path, rows, columns)
    return Landed(len(rows), len(codes))


def _is_severe(day: Mapping[str, Any], severe: set[str]) -> bool:
    """Say whether any kind of water (AEP, SUP, SOU) was at a severe level that day."""
    return any(str(value) in severe for key, value in day.items() if key != "date")
