"""What came from where, and when: the manifest written in every pack that fetched something."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layers.fetch.connector_registry import Landed
from layers.fetch.download_cache import Received, Request
from layers.fetch.official_services import Product, Service
from layers.words.errors import SitingError
from layers.words.file_hashes import sha256_of
from layers.words.french import number
from layers.words.territory_paper import Territory

FILE = "manifest.json"


@dataclass(frozen=True)
class Arrival:
    """One product landed: its rows, what the service announced, and every answer it came from."""

    product: Product
    landed: Landed
    answers: tuple[tuple[Request, Received], ...]

    @property
    def received_on(self) -> str:
        """Return the instant of the youngest answer."""
        return max(received.received_on for _, received in self.answers)

    @property
    def notes_fr(self) -> tuple[str, ...]:
        """Return what to know of it."""
        return self.landed.notes_fr


def read_manifest(pack: Path) -> dict[str, Any]:
    """Return the manifest of a pack, or an empty one when it fetched nothing.

    Parameters
    ----------
    pack : the pack's folder.

    Returns
    -------
    The document that ``manifest_of`` made; its ``products`` are by « service/product ».
    """
    path = pack / FILE
    if not path.is_file():
        return {}
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def manifest_of(
    arrivals: Sequence[Arrival],
    known: Mapping[str, Service],
    territory: Territory,
    exports: Path,
    former: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the manifest: the former products that were not asked again, and the new ones.

    Parameters
    ----------
    arrivals : the products landed.
    known : services by name.
    territory : what they were asked for.
    exports : the folder where they landed, to hash them.
    former : the manifest of the pack completed; may be empty.

    Returns
    -------
    A document for JSON, products in the order of their names.
    """
    products = dict(former.get("products", {}))
    for arrival in arrivals:
        service = known[arrival.product.service]
        products[f"{service.name}/{arrival.product.name}"] = {
            "label_fr": arrival.product.label_fr,
            "service": service.name,
            "producer": service.producer,
            "licence": service.licence,
            "verified_fr": service.verified_fr,
            "territory": list(territory.departements),
            "layers": list(arrival.product.layers),
            "file": arrival.product.file,
            "sha256": sha256_of(exports / arrival.product.file),
            "rows": arrival.landed.rows,
            "announced": arrival.landed.announced,
            "notes_fr": list(arrival.notes_fr),
            "received_on": arrival.received_on,
            "answers": [_answer(*pair) for pair in arrival.answers],
        }
    return {"schema_version": 1, "products": dict(sorted(products.items()))}


def _answer(request: Request, received: Received) -> dict[str, Any]:
    return {
        "asked": request.address,
        "answered_by": received.url,
        "received_on": received.received_on,
        "bytes": received.bytes,
        "sha256": received.sha256,
        "from_cache": received.from_cache,
    }


def refuse_fewer_than_last(
    arrival: Arrival, service: Service, territory: Territory, former: Mapping[str, Any]
) -> None:
    """Refuse a product with fewer rows than the last one fetched for the same territory.

    A first fetch, or one of another territory, has nothing to be compared with.

    Parameters
    ----------
    arrival : the product landed.
    service : its limit ``fewer_than_last`` is the share of rows that may be lost.
    territory : what it was asked for.
    former : the manifest of the last fetch; may be empty.

    Raises
    ------
    SitingError : SIT112 when more rows than that are lost.
    """
    before = former.get("products", {}).get(f"{service.name}/{arrival.product.name}")
    if before is None or before["territory"] != list(territory.departements):
        return
    least = (1.0 - service.limit("fewer_than_last")) * before["rows"]
    if arrival.landed.rows < least:
        raise SitingError(
            "SIT112",
            f"« {arrival.product.label_fr} » : {number(arrival.landed.rows)} lignes, "
            f"{number(before['rows'])} le {before['received_on'][:10]}",
            where=arrival.answers[-1][0].address,
        )
