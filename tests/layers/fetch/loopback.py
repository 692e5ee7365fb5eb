"""A loopback service: real sockets, a log of what was asked, and the faults real services have."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Answer = Callable[[str, dict[str, str]], Any]

MAINTENANCE = b"<!DOCTYPE html><html><body><h1>Site en maintenance</h1></body></html>"
EXCEPTION = b'<?xml version="1.0"?><ows:ExceptionReport><ows:ExceptionText>Unknown type'


@dataclass
class Raw:
    """An answer that is not JSON."""

    body: bytes
    status: int = 200
    kind: str = "application/octet-stream"


@dataclass
class Loopback:
    """What the server answers, what is wrong with it, and what it saw.

    ``fault`` applies to the first ``times`` answers: html, xml, drip, silent, cut, busy, wait,
    loop, bomb, wrong_range, short_range, half_asked, empty, refused. A silent service says nothing
    until ``closing``, a dripping one would take hours: whoever asked leaves first, or never.
    """

    answer: Answer
    fault: str = ""
    times: int = 10**9
    cut_at: int = 0
    ranges: bool = True
    seen: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""
    closing: threading.Event = field(default_factory=threading.Event)

    def count(self) -> int:
        return len(self.seen)


class Handler(BaseHTTPRequestHandler):
    """Serves one request of a loopback service."""

    protocol_version = "HTTP/1.1"
    state: Loopback
    lock: threading.Lock

    def log_message(self, *_: Any) -> None: ...

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        note = {"path": parts.path, "query": query, "sent": 0}
        note["range"] = self.headers.get("Range", "")
        with self.lock:
            self.state.seen.append(note)
            # « cut+busy »: the first answer is cut, the second one asks to wait, and so on.
            chain = self.state.fault.split("+")
            active = chain[min(len(self.state.seen), len(chain)) - 1]
            if self.state.times <= 0 or (len(chain) > 1 and len(self.state.seen) > len(chain)):
                active = ""
            self.state.times -= 1
        with contextlib.suppress(ConnectionError, OSError):
            self._serve(active, parts.path, query, note)

    def _serve(self, fault: str, path: str, query: dict[str, str], note: Any) -> None:
        canned = {
            "html": Raw(MAINTENANCE, 200, "text/html"),
            "xml": Raw(EXCEPTION, 200, "text/xml"),
            "empty": Raw(b""),
            "refused": Raw(b"non", 403),
            "half_asked": Raw(b"{}", 206),
        }
        if fault in ("busy", "wait"):
            return self._head(429, {"Retry-After": "0" if fault == "busy" else "3600"})
        if fault == "loop":
            return self._head(302, {"Location": self.path})
        if fault == "silent":
            self.state.closing.wait()
            return None
        if fault == "bomb":
            body = gzip.compress(b'{"features": "' + b"0" * 20_000_000)
            return self._send(body, {"Content-Encoding": "gzip"}, note)
        found = canned.get(fault) or self.state.answer(path, query)
        if not isinstance(found, Raw):
            found = Raw(json.dumps(found).encode(), 200, "application/json")
        return self._body(found, fault, note)

    def _head(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": "0"}.items():
            self.send_header(name, value)
        self.end_headers()

    def _body(self, found: Raw, fault: str, note: Any) -> None:
        etag = f'"{hashlib.sha256(found.body).hexdigest()[:12]}"'
        headers = {"Content-Type": found.kind}
        status, body = found.status, found.body
        if self.state.ranges:
            headers["ETag"] = etag
        asked = note["range"].removeprefix("bytes=").rstrip("-")
        if asked and self.state.ranges and self.headers.get("If-Range") == etag:
            start = int(asked) if fault != "wrong_range" else 0
            end = len(found.body) if fault != "short_range" else int(asked) + 10
            status, body = 206, body[start:end]
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(found.body)}"
        self._send(body, headers, note, status, fault)

    def _send(
        self,
        body: bytes,
        headers: dict[str, str],
        note: Any,
        status: int = 200,
        fault: str = "",
    ) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if fault == "drip":
            for byte in body:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                note["sent"] += 1
                if self.state.closing.wait(0.05):
                    break
            return
        broken = fault in ("cut", "wrong_range", "short_range")
        sent = body[: self.state.cut_at] if broken else body
        self.wfile.write(sent)
        self.wfile.flush()
        note["sent"] += len(sent)
        if len(sent) < len(body):
            self.close_connection = True


@contextmanager
def serving(state: Loopback) -> Iterator[Loopback]:
    """Serve on a free port of this machine until the block ends."""
    bound = type("Bound", (Handler,), {"state": state, "lock": threading.Lock()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), bound)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        state.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
