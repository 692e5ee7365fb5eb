"""What a fetch would ask and weigh, said before asking anything."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from layers.fetch import connectors
from layers.fetch.connector_registry import CONNECTORS, Errand, Foreseen
from layers.fetch.download_cache import Received, Request
from layers.fetch.live_fetch import Fetch
from layers.words.french import number, plural

__all__ = ["connectors", "forecast"]


def forecast(ask: Fetch) -> dict[str, Any]:
    """Return the requests and expected sizes; no socket is opened, nothing is written.

    Parameters
    ----------
    ask : what is asked for.

    Returns
    -------
    A document: ``requests`` (service, product, request, times, bytes, verified_fr) and ``lines_fr``
    for a terminal. Bytes are assumptions of the services' papers.
    """
    rows = [
        row
        for product in ask.products
        for foreseen in CONNECTORS[product.service].foresee(
            Errand(product, ask.known[product.service], ask.place, Path(), _never, _nothing)
        )
        for row in [_row(ask, product.label_fr, foreseen)]
    ]
    return {"schema_version": 1, "requests": rows, "lines_fr": _lines(ask, rows)}


def _row(ask: Fetch, label: str, foreseen: Foreseen) -> dict[str, Any]:
    request = foreseen.request
    return {
        "service": request.service,
        "product": label,
        "request": request.address,
        "times": foreseen.times,
        "bytes": round(foreseen.bytes),
        "verified_fr": ask.known[request.service].verified_fr,
    }


def _lines(ask: Fetch, rows: list[dict[str, Any]]) -> list[str]:
    lines = []
    for name in dict.fromkeys(row["service"] for row in rows):
        service = ask.known[name]
        mine = [row for row in rows if row["service"] == name]
        times = sum(row["times"] for row in mine)
        seconds = 0 if service.diverted else times / service.limit("requests_a_second")
        lines.append(
            f"{service.label_fr} — {service.url} ({service.verified_fr}) : "
            f"{plural(times, 'demande')}, environ {_size(mine)}, {_duration(seconds)} au moins"
        )
        lines += [_line(label, mine) for label in dict.fromkeys(row["product"] for row in mine)]
    total = sum(row["times"] for row in rows)
    return [
        *lines,
        f"en tout : {plural(total, 'demande')}, environ {_size(rows)} (tailles attendues, "
        "hypothèse). Rien n'a été demandé ni écrit.",
    ]


def _line(label: str, rows: list[dict[str, Any]]) -> str:
    """Write one product: how many requests, what they weigh, and the heaviest of them."""
    mine = [row for row in rows if row["product"] == label]
    times = sum(row["times"] for row in mine)
    heaviest = max(mine, key=lambda row: row["bytes"])
    return f"    {label} : {plural(times, 'demande')}, {_size(mine)}\n        " + unquote_plus(
        heaviest["request"]
    )


def _size(rows: list[dict[str, Any]]) -> str:
    total = sum(row["bytes"] for row in rows)
    return f"{number(total / 1e6, 1)} Mo" if total >= 1e5 else f"{number(total / 1e3, 1)} ko"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{number(max(1.0, seconds))} s"
    return f"{number(seconds / 60)} min"


def _never(request: Request) -> Received:
    raise AssertionError("une prévision ne demande rien")


def _nothing(request: Request) -> None:
    return None
