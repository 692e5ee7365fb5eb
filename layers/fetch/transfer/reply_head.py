"""Reading the head of a reply, and naming what can go wrong with it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2

RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
CUT = (
    httpx2.RemoteProtocolError,
    httpx2.ReadError,
    httpx2.WriteError,
    httpx2.CloseError,
    httpx2.ConnectError,
    httpx2.TimeoutException,
)


class BusyError(Exception):
    """The service asks to come back later."""

    def __init__(self, status: int, after_s: float | None) -> None:
        super().__init__(f"réponse {status}")
        self.status = status
        self.after_s = after_s


class StrangeRangeError(Exception):
    """The service did not send the bytes asked for: start again from the first one."""


class SlowError(Exception):
    """The service sends less than the least rate."""


def why(fault: Exception) -> str:
    """Name a fault in a few words of French.

    Parameters
    ----------
    fault : what asking raised.

    Returns
    -------
    A few words without a capital.
    """
    if isinstance(fault, BusyError):
        return "trop de demandes (429)" if fault.status == 429 else f"service occupé ({fault})"
    if isinstance(fault, httpx2.ConnectError):
        return "injoignable"
    if isinstance(fault, httpx2.TimeoutException):
        return "sans réponse"
    if isinstance(fault, SlowError | StrangeRangeError):
        return str(fault)
    return "connexion coupée" if isinstance(fault, CUT) else f"{type(fault).__name__}"


def validator_of(response: httpx2.Response) -> str:
    """Return the strong mark that lets a cut answer be resumed, or nothing.

    Parameters
    ----------
    response : its head is enough.

    Returns
    -------
    The etag, else the date of last change; empty when it is weak, or the body is compressed.
    """
    etag = response.headers.get("etag", "")
    if response.status_code == 206 and "content-range" not in response.headers:
        return ""
    if response.headers.get("content-encoding", "identity").casefold() != "identity":
        return ""
    return "" if etag.startswith("W/") else etag or response.headers.get("last-modified", "")


def is_rest_from(response: httpx2.Response, start: int) -> bool:
    """Say whether a part is the whole rest of the answer, from the byte asked for to the last.

    Parameters
    ----------
    response : an answer 206.
    start : the byte asked for, from 0.

    Returns
    -------
    False too without a range that is well written.
    """
    found = RANGE.fullmatch(response.headers.get("content-range", ""))
    return found is not None and int(found[1]) == start and int(found[2]) == int(found[3]) - 1


def retry_after(response: httpx2.Response) -> float | None:
    """Return how many seconds the service asks to wait, given as a number or as a date.

    Parameters
    ----------
    response : its head is enough.

    Returns
    -------
    Seconds, never negative; None when it asks nothing readable.
    """
    text = response.headers.get("retry-after", "")
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None
