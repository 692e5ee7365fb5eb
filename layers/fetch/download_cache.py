"""What was received, kept: one slot a request, locked, checked by its hash, resumed where cut."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import filelock

from layers.words.errors import SitingError
from layers.words.file_hashes import sha256_of


@dataclass(frozen=True)
class Request:
    """One question to a service: its address, its parameters, and the kind of answer expected."""

    service: str
    url: str
    params: tuple[tuple[str, str], ...] = ()
    kind: str = "json"
    sha1: str = ""

    @property
    def address(self) -> str:
        """Return the whole address, as a browser would show it."""
        return f"{self.url}?{urlencode(self.params)}" if self.params else self.url

    @property
    def key(self) -> str:
        """Return the name of the slot of this request."""
        return hashlib.sha256(self.address.encode("utf-8")).hexdigest()[:32]


@dataclass(frozen=True)
class Received:
    """An answer held on disk, and its papers."""

    path: Path
    url: str
    sha256: str
    bytes: int
    received_on: str
    from_cache: bool = False


@dataclass(frozen=True)
class Partial:
    """The start of an answer: what is held, and the mark that says it is still the same one."""

    bytes: int
    validator: str


class Slot:
    """The place of one answer; used under its lock."""

    def __init__(self, folder: Path, request: Request) -> None:
        self.request = request
        self.body = folder / f"{request.key}.body"
        self.part = folder / f"{request.key}.part"
        self._papers = folder / f"{request.key}.json"
        self._mark = folder / f"{request.key}.mark"
        self._lock = folder / f"{request.key}.lock"

    @contextmanager
    def locked(self, seconds: float) -> Iterator[None]:
        """Hold the slot alone; another process at work on it is waited for.

        Parameters
        ----------
        seconds : the longest wait.

        Yields
        ------
        Nothing.

        Raises
        ------
        SitingError : SIT110 when the other process has not finished by then.
        """
        try:
            with filelock.FileLock(self._lock, timeout=seconds):
                yield
        except filelock.Timeout:
            raise SitingError(
                "SIT110",
                "un autre téléchargement de la même réponse n'a pas fini dans le délai",
                where=self.request.address,
            ) from None

    def held(self, keep_days: float | None) -> Received | None:
        """Return the answer if it is there, unchanged, and young enough.

        Parameters
        ----------
        keep_days : the greatest age, in days; None for any.

        Returns
        -------
        The answer, or None; one that has changed on disk is forgotten.
        """
        if not self._papers.is_file() or not self.body.is_file():
            return None
        papers = json.loads(self._papers.read_text(encoding="utf-8"))
        if sha256_of(self.body) != papers["sha256"]:
            # Changed since it was received: never used, and asked for again.
            self.forget()
            return None
        age = datetime.now(UTC) - datetime.fromisoformat(papers["received_on"])
        if keep_days is not None and age.total_seconds() > 86_400 * keep_days:
            return None
        return Received(path=self.body, **papers, from_cache=True)

    def partial(self) -> Partial | None:
        """Return the start already held, when the service gave a mark to resume it with.

        Returns
        -------
        Its bytes and its mark, or None: then the answer is asked from its first byte.
        """
        if not self._mark.is_file() or not self.part.is_file():
            return None
        mark = json.loads(self._mark.read_text(encoding="utf-8"))
        size = self.part.stat().st_size
        return Partial(size, mark["validator"]) if size and mark["validator"] else None

    def begin(self, validator: str) -> None:
        """Note the mark of the answer about to come, before its first byte.

        Parameters
        ----------
        validator : the mark, as ``validator_of`` gives it; empty when the answer cannot be resumed.
        """
        self._mark.write_text(json.dumps({"validator": validator}), encoding="utf-8")

    def drop_partial(self) -> None:
        """Forget the start of an answer."""
        self.part.unlink(missing_ok=True)
        self._mark.unlink(missing_ok=True)

    def forget(self) -> None:
        """Forget everything of this request."""
        self.drop_partial()
        self.body.unlink(missing_ok=True)
        self._papers.unlink(missing_ok=True)

    def keep(self, url: str) -> Received:
        """Make the finished part the answer: written beside, named at the end, papers last.

        Parameters
        ----------
        url : the address that answered, after redirections.

        Returns
        -------
        The answer, received now.
        """
        received = Received(
            path=self.body,
            url=url,
            sha256=sha256_of(self.part),
            bytes=self.part.stat().st_size,
            received_on=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        papers: dict[str, Any] = asdict(received)
        del papers["path"], papers["from_cache"]
        self._papers.unlink(missing_ok=True)
        self.part.replace(self.body)
        beside = self._papers.with_suffix(".tmp")
        beside.write_text(json.dumps(papers, ensure_ascii=False), encoding="utf-8")
        beside.replace(self._papers)
        self._mark.unlink(missing_ok=True)
        return received


@dataclass(frozen=True)
class Store:
    """The folder where answers are kept, shared by every process of the machine's user."""

    folder: Path

    def slot(self, request: Request) -> Slot:
        """Return the place of a request, its folder made.

        Parameters
        ----------
        request : what is asked.

        Returns
        -------
        The slot, possibly empty; no lock is held yet.

        Raises
        ------
        SitingError : SIT403 when the folder cannot be made.
        """
        folder = self.folder / request.service
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            text = f"cache impossible à écrire : {problem.strerror}"
            raise SitingError("SIT403", text, where=str(folder)) from None
        return Slot(folder, request)

    def pace_files(self, service: str) -> tuple[Path, Path]:
        """Return the lock and the clock that every process of one service shares.

        Parameters
        ----------
        service : the service's name.

        Returns
        -------
        The lock's path, and that of the file whose date is the last request's; the folder is made.
        """
        folder = self.folder / service
        folder.mkdir(parents=True, exist_ok=True)
        return folder / "pace.lock", folder / "pace"


def flushed(stream: Any) -> None:
    """Put what was written on the disk itself, before its name says it is whole.

    Parameters
    ----------
    stream : a file open for writing.
    """
    stream.flush()
    os.fsync(stream.fileno())
