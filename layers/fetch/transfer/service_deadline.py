"""The time one service may take: counted as a whole, and enforced on a connection that dawdles."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from types import TracebackType
from typing import Any


class Deadline:
    """Seconds left for one service; when none is left, every connection it opened is shut.

    A read time-out never fires on a body that drips one byte at a time: shutting the socket does.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._shut)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        """Start counting."""
        self._end = time.monotonic() + self.seconds
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the watch."""
        self._timer.cancel()

    @property
    def left(self) -> float:
        """Return the seconds left, never negative."""
        return max(0.0, self._end - time.monotonic())

    @property
    def over(self) -> bool:
        """Say whether no time is left."""
        return self.left <= 0.0

    def watch(self, event: str, info: dict[str, Any]) -> None:
        """Remember each connection as it opens (a trace callback of the HTTP library).

        Parameters
        ----------
        event : what happened, in the library's words.
        info : what comes with it; the connection is its ``return_value``.
        """
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            opened = info["return_value"].get_extra_info("socket")
            if opened is not None:
                with self._lock:
                    self._sockets.append(opened)

    def _shut(self) -> None:
        with self._lock:
            for opened in self._sockets:
                # The plain method: the one of TLS would forget its state under a blocked read.
                with contextlib.suppress(OSError, ValueError):
                    socket.socket.shutdown(opened, socket.SHUT_RDWR)
