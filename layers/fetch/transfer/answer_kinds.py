"""Looking at an answer before believing it: a page of excuses often comes with the code 200."""

from __future__ import annotations

import re
from pathlib import Path

from layers.fetch.download_cache import Request
from layers.words.errors import SitingError

HEAD = 4096
STARTS = {
    "json": (b"{", b"["),
    "xml": (b"<",),
    "zip": (b"PK\x03\x04",),
    "gz": (b"\x1f\x8b",),
}
_TAGS = re.compile(r"<[^>]*>")


def check_kind(path: Path, request: Request) -> None:
    """Refuse an answer whose first bytes are not those of the kind asked for.

    Parameters
    ----------
    path : the answer, whole.
    request : what was asked, and the kind.

    Raises
    ------
    SitingError : SIT111 for a page of HTML, an error in XML, nothing at all, or another format.
    """
    with path.open("rb") as content:
        head = content.read(HEAD)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    lower = start[:200].lower()
    if lower.startswith((b"<!doctype html", b"<html")):
        raise _not_it(request, "page HTML au lieu de données (maintenance ?)", head)
    if b"exceptionreport" in lower or b"serviceexception" in lower:
        raise _not_it(request, "le service rend une erreur au lieu de données", head)
    if not start:
        raise _not_it(request, "réponse vide", b"")
    if request.kind in STARTS and not start.startswith(STARTS[request.kind]):
        raise _not_it(request, f"ce n'est pas du {request.kind.upper()}", head)
    if request.kind == "csv" and (start.startswith((b"<", b"{")) or b"\x00" in head):
        raise _not_it(request, "ce n'est pas du CSV", head)


def _not_it(request: Request, why: str, head: bytes) -> SitingError:
    said = " ".join(_TAGS.sub(" ", head.decode("utf-8", errors="replace")).split())[:120]
    hint = f"le service dit : « {said} » ; réessayez plus tard" if said else None
    return SitingError("SIT111", f"« {request.service} » : {why}", where=request.address, hint=hint)
