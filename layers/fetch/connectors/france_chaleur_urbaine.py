"""France Chaleur Urbaine: one file of the national archive, opened within bounds."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from layers.fetch.connector_registry import Errand, Foreseen, Landed, connector
from layers.fetch.data_gouv import file_of, listing_request, resources

MAX_RATIO = 200


def foresee(errand: Errand) -> Iterator[Foreseen]:
    """Ask the list of files, then the archive.

    Parameters
    ----------
    errand : the product, its place and its service.

    Yields
    ------
    Two requests, with the bytes of each (expected); the file's true address is only in the list.
    """
    yield Foreseen(listing_request(errand), 1, 50_000)
    archive = errand.request("https://static.data.gouv.fr/…/opendata-fcu.zip", "zip")
    yield Foreseen(archive, 1, 1000.0 * errand.product.kb_a_row * errand.product.rows)


@connector("france-chaleur-urbaine", foresee=foresee)
def collect(errand: Errand) -> Landed:
    """Land the traces of the whole country; the pack keeps those of the territory."""
    newest = resources(errand)[0]
    request = errand.request(newest.url, "zip")
    archive = file_of(errand, newest, "zip")
    try:
        content = json.loads(_member(errand, archive).decode("utf-8-sig"))
        features = content["features"]
    except (zipfile.BadZipFile, ValueError, KeyError, TypeError):
        raise errand.refuse("SIT111", "archive illisible", request) from None
    if len(features) < errand.product.rows * 0.5:
        why = f"{len(features)} réseaux dans l'archive, {errand.product.rows} attendus environ"
        raise errand.refuse("SIT112", why, request)
    errand.check_fields(features[0].get("properties") or {}, request)
    errand.path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return Landed(len(features), None)


def _member(errand: Errand, archive: Path) -> bytes:
    wanted = errand.product.options["member"]
    limit = int(errand.service.limit("max_mb") * 1e6)
    with zipfile.ZipFile(archive) as content:
        for info in content.infolist():
            if PurePosixPath(info.filename).name != wanted:
                continue
            if info.file_size > min(limit, MAX_RATIO * max(1, info.compress_size)):
                raise ValueError("archive trop comprimée pour être honnête")
            with content.open(info) as member:
                found = member.read(limit + 1)
            if len(found) > limit:
                raise ValueError("fichier de l'archive au-delà du plafond")
            return found
    raise KeyError(wanted)
