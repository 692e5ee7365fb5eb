"""data.gouv.fr: the resources of a data set, and the file of one, checked by its checksum."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layers.fetch.connector_registry import Errand
from layers.fetch.download_cache import Request


@dataclass(frozen=True)
class Resource:
    """One file of a data set: its address, what its name says, its size and sha1 if published."""

    url: str
    named: Mapping[str, str]
    bytes: int
    sha1: str
    modified: str


def listing_request(errand: Errand) -> Request:
    """Return the request for the list of files.

    Parameters
    ----------
    errand : its product's options name the data set.

    Returns
    -------
    The request, not yet asked.
    """
    return errand.request(f"/datasets/{errand.product.options['dataset']}/", "json")


def resources(errand: Errand) -> list[Resource]:
    """Return the files whose name is the one expected, newest first.

    Parameters
    ----------
    errand : its product's options have the data set and the pattern of the name (resource).

    Returns
    -------
    One file at least; ``named`` has what the groups of the pattern matched.

    Raises
    ------
    SitingError : SIT111 when no file has the name, or the data set lists none; and what asking
        raises.
    """
    request = listing_request(errand)
    content = errand.json(request)
    listed = content.get("resources") if isinstance(content, dict) else None
    if not isinstance(listed, list):
        raise errand.refuse("SIT111", "jeu de données sans liste de fichiers", request)
    name = re.compile(errand.product.options["resource"], re.IGNORECASE)
    found = [
        _resource(one, match.groupdict())
        for one in listed
        if (match := name.search(str(one.get("url", "")))) is not None
    ]
    if not found:
        seen = ", ".join(str(one.get("title", ""))[:40] for one in listed[:8]) or "aucun"
        hint = f"fichiers trouvés : {seen} ; le producteur a-t-il changé leur nom ?"
        raise errand.refuse("SIT111", "le fichier attendu n'est plus dans le jeu", request, hint)
    return sorted(found, key=lambda one: (one.modified, one.url), reverse=True)


def _resource(body: Mapping[str, Any], named: Mapping[str, str]) -> Resource:
    checksum = body.get("checksum") or {}
    return Resource(
        url=str(body["url"]),
        named=named,
        bytes=int(body.get("filesize") or 0),
        sha1=str(checksum.get("value", "")) if checksum.get("type") == "sha1" else "",
        modified=str(body.get("last_modified", "")),
    )


def file_of(errand: Errand, resource: Resource, kind: str) -> Path:
    """Return the file of a resource; its size and checksum are those published.

    Parameters
    ----------
    errand : what asks for it.
    resource : the file, as listed.
    kind : what the answer must be: csv, zip or gz.

    Returns
    -------
    Where it is kept, in the cache.

    Raises
    ------
    SitingError : SIT112 when its size or its sha1 is not the one published; and what asking raises.
    """
    request = errand.request(resource.url, kind)
    received = errand.get(request)
    if resource.bytes and received.bytes != resource.bytes:
        why = f"{received.bytes} octets reçus, {resource.bytes} annoncés"
        raise errand.refuse("SIT112", why, request)
    if resource.sha1:
        with received.path.open("rb") as content:
            found = hashlib.file_digest(content, "sha1").hexdigest()
        if found != resource.sha1.casefold():
            raise errand.refuse("SIT112", "empreinte différente de celle publiée", request)
    return received.path
