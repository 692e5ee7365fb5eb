"""Bringing one answer home: polite, bounded in time and size, resumed where it was cut."""

from __future__ import annotations

import contextlib
import errno
import time
import zlib
from collections.abc import Callable
from types import TracebackType

import filelock
import httpx2
import stamina
import stamina.instrumentation

from layers.fetch.download_cache import Received, Request, Slot, Store, flushed
from layers.fetch.official_services import Service
from layers.fetch.transfer.answer_kinds import check_kind
from layers.fetch.transfer.body_inflation import inflate
from layers.fetch.transfer.reply_head import (
    BUSY,
    CUT,
    BusyError,
    SlowError,
    StrangeRangeError,
    is_rest_from,
    retry_after,
    validator_of,
    why,
)
from layers.fetch.transfer.service_deadline import Deadline
from layers.words.errors import SitingError
from layers.words.french import number

USER_AGENT = "siting (planification regionale ; lecture de donnees ouvertes)"
FIRST_WAIT_S = 0.25
LONGEST_WAIT_S = 20.0
REDIRECTS = 5

Tell = Callable[[str], None]


class Courier:
    """Asks one service, within one deadline; used as a context.

    Every answer comes from the cache when it is there and young; ``offline`` never opens a socket.
    Raises SIT110 (no answer in time), SIT111 (not what was asked), SIT113 (offline, not in the
    cache), SIT403 and SIT404 (disk).
    """

    def __init__(
        self,
        service: Service,
        store: Store,
        tell: Tell,
        *,
        offline: bool = False,
        deadline_s: float | None = None,
        refresh: bool = False,
    ) -> None:
        self.service = service
        self._store, self._tell = store, tell
        self._offline, self._refresh = offline, refresh
        self._deadline = Deadline(deadline_s or service.limit("deadline_s"))
        self._client: httpx2.Client | None = None
        self._fruitless = 0
        self._told_at = time.monotonic()
        self._asked: set[str] = set()
        self.journal: list[tuple[Request, Received]] = []

    def __enter__(self) -> Courier:
        """Start the clock."""
        stamina.instrumentation.set_on_retry_hooks([])
        self._deadline.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        self._deadline.__exit__(kind, fault, trace)
        if self._client is not None:
            self._client.close()

    def get(self, request: Request) -> Received:
        """Return an answer, from the cache or from the service.

        Parameters
        ----------
        request : what to ask.

        Returns
        -------
        The answer on disk; it is added to the journal.

        Raises
        ------
        SitingError : SIT110 (no answer in time), SIT111 (not what was asked), SIT113 (offline, not
            in the cache), SIT403 and SIT404 (disk).
        """
        slot = self._store.slot(request)
        with slot.locked(self._deadline.left):
            received = self._held(slot) or self._download(request, slot)
        self._asked.add(request.key)
        self.journal.append((request, received))
        return received

    def forget(self, request: Request) -> None:
        """Forget an answer found wrong once read, so that the next fetch asks again.

        Parameters
        ----------
        request : the request whose answer it is.
        """
        self._store.slot(request).forget()

    def _held(self, slot: Slot) -> Received | None:
        if self._refresh and slot.request.key not in self._asked and not self._offline:
            return None
        return slot.held(None if self._offline else self.service.limit("keep_days"))

    def _download(self, request: Request, slot: Slot) -> Received:
        if self._offline:
            raise SitingError(
                "SIT113",
                f"réponse de « {self.service.label_fr} » absente du cache, et --offline demandé",
                where=request.address,
            )
        self._fruitless = 0
        try:
            for attempt in stamina.retry_context(on=self._wait, attempts=None, timeout=None):
                with attempt:
                    return self._once(request, slot)
        except OSError as problem:
            raise _disk(problem, slot) from None
        except (httpx2.HTTPError, httpx2.InvalidURL) as problem:
            raise self._unreachable(request, slot, problem) from None
        except (BusyError, SlowError, StrangeRangeError) as problem:
            raise self._unreachable(request, slot, problem) from None
        raise AssertionError("une tentative rend une réponse ou une faute")

    def _wait(self, fault: Exception) -> bool | float:
        """Say how long to wait before trying again, or that there is no point in it."""
        if isinstance(fault, StrangeRangeError):
            return 0.01 if self._one_more() else False
        if not isinstance(fault, (BusyError, SlowError, *CUT)) or not self._one_more():
            return False
        wait = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** max(0, self._fruitless - 1))
        if isinstance(fault, BusyError) and fault.after_s is not None:
            wait = max(0.01, fault.after_s)
        if wait >= self._deadline.left:
            return False
        self._tell(f"  {self.service.name} : {why(fault)}, nouvel essai dans {number(wait, 1)} s")
        return wait

    def _one_more(self) -> bool:
        self._fruitless += 1
        return self._fruitless < self.service.limit("attempts") and not self._deadline.over

    def _once(self, request: Request, slot: Slot) -> Received:
        self._pace()
        held = slot.partial()
        headers = {"Accept-Encoding": "identity", "User-Agent": USER_AGENT}
        if held is not None:
            headers |= {"Range": f"bytes={held.bytes}-", "If-Range": held.validator}
        start = held.bytes if held is not None else 0
        with self._http().stream(
            "GET",
            request.url,
            params=list(request.params),
            headers=headers,
            timeout=max(0.01, self._deadline.left),
            extensions={"trace": self._deadline.watch},
        ) as response:
            self._judge(response, request)
            if start and response.status_code != 206:
                start = 0
            elif start and not is_rest_from(response, start):
                slot.drop_partial()
                raise StrangeRangeError("octets rendus sans rapport avec ceux demandés")
            self._receive(response, slot, start)
            encoding = response.headers.get("content-encoding", "").casefold()
        if encoding in ("gzip", "x-gzip", "deflate"):
            self._open(slot, request)
        try:
            check_kind(slot.part, request)
        except SitingError:
            slot.drop_partial()
            raise
        return slot.keep(str(response.url))

    def _http(self) -> httpx2.Client:
        if self._client is None:
            self._client = httpx2.Client(follow_redirects=True, max_redirects=REDIRECTS)
        return self._client

    def _judge(self, response: httpx2.Response, request: Request) -> None:
        """Refuse an answer by its head: busy, refused, half of something not asked for."""
        status = response.status_code
        if status in BUSY:
            raise BusyError(status, retry_after(response))
        if status == 416:
            self._store.slot(request).drop_partial()
            raise StrangeRangeError("plus d'octets demandés que la réponse n'en a")
        asked_a_part = "range" in response.request.headers
        paged = status == 206 and not asked_a_part and self.service.limit("pages_are_206") > 0
        if status == 200 or (status == 206 and asked_a_part) or paged:
            if request.url.startswith("https:") and response.url.scheme != "https":
                raise self._refused(request, "renvoi vers une adresse non chiffrée")
            return
        if status == 206:
            raise self._refused(request, "partie de réponse (206) jamais demandée")
        raise self._refused(request, f"réponse {status}")

    def _refused(self, request: Request, told: str) -> SitingError:
        text = f"« {self.service.label_fr} » : {told}"
        return SitingError("SIT111", text, where=request.address)

    def _receive(self, response: httpx2.Response, slot: Slot, start: int) -> None:
        """Write the body as it comes; each network read is looked at, none is waited for."""
        validator = validator_of(response)
        slot.begin(validator)
        limit = self.service.limit("max_mb") * 1e6
        begun, received = time.monotonic(), 0
        try:
            with slot.part.open("ab" if start else "wb") as target:
                for block in response.iter_raw():
                    target.write(block)
                    received += len(block)
                    self._fruitless = 0
                    if start + received > limit:
                        raise self._refused(
                            slot.request, f"plus de {number(limit / 1e6)} Mo, au-delà du plafond"
                        )
                    self._check_rate(received, begun)
                    self._progress(slot, start + received)
                flushed(target)
        except BaseException as fault:
            if not validator or isinstance(fault, SitingError):
                slot.drop_partial()
            raise

    def _check_rate(self, received: int, begun: float) -> None:
        if self._deadline.over:
            raise SlowError("délai épuisé")
        spent = time.monotonic() - begun
        least = self.service.limit("least_rate_kb_s") * 1000.0
        if spent > self.service.limit("least_rate_grace_s") and received < least * spent:
            raise SlowError(f"débit inférieur à {number(least / 1000.0, 1)} ko/s")

    def _progress(self, slot: Slot, so_far: int) -> None:
        if time.monotonic() - self._told_at > 2.0:
            self._told_at = time.monotonic()
            name = slot.request.url.rsplit("/", 1)[-1]
            self._tell(f"  {self.service.name}, {name} : {number(so_far / 1e6, 1)} Mo reçus")

    def _open(self, slot: Slot, request: Request) -> None:
        limit = self.service.limit("max_mb") * 1e6
        try:
            if inflate(slot.part, int(limit)):
                return
            why_not = f"réponse compressée de plus de {number(limit / 1e6)} Mo une fois ouverte"
        except zlib.error:
            why_not = "réponse compressée illisible"
        slot.drop_partial()
        raise self._refused(request, why_not)

    def _pace(self) -> None:
        """Wait for our turn: all processes together ask no more often than the service allows."""
        rate = self.service.limit("requests_a_second")
        if self.service.diverted or rate <= 0:
            return
        lock, clock = self._store.pace_files(self.service.name)
        with contextlib.suppress(filelock.Timeout), filelock.FileLock(lock, self._deadline.left):
            last = clock.stat().st_mtime if clock.is_file() else 0.0
            wait = last + 1.0 / rate - time.time()
            time.sleep(max(0.0, min(wait, 1.0 / rate, self._deadline.left)))
            clock.touch()

    def _unreachable(self, request: Request, slot: Slot, problem: Exception) -> SitingError:
        held = slot.part.stat().st_size if slot.part.is_file() else 0
        after = f" ({number(held / 1e3)} ko reçus, repris au prochain essai)" if held else ""
        if self._deadline.over or isinstance(problem, httpx2.TimeoutException):
            told = f"délai de {number(self._deadline.seconds, 1)} s épuisé{after}"
        elif isinstance(problem, httpx2.TooManyRedirects):
            told = f"renvois en boucle ({REDIRECTS} au plus)"
        else:
            told = why(problem) + after
        hint = None
        if isinstance(problem, BusyError) and problem.after_s is not None:
            hint = f"le service demande d'attendre {number(problem.after_s)} s : relancez ensuite"
        text = f"« {self.service.label_fr} » : {told}"
        return SitingError("SIT110", text, where=request.address, hint=hint)


def _disk(problem: OSError, slot: Slot) -> SitingError:
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return SitingError("SIT404", "disque plein pendant le téléchargement", where=str(slot.body))
    text = f"cache impossible à écrire : {problem.strerror or problem}"
    return SitingError("SIT403", text, where=str(slot.body))
