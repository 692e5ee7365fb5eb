"""One answer, brought home or refused in time: every fault a service has, on real sockets."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from loopback import Loopback, Raw, serving

from layers.fetch.download_cache import Received, Request, Store
from layers.fetch.official_services import Service, services
from layers.fetch.transfer.transport import Courier
from layers.words.errors import SitingError

BODY = bytes(range(256)) * 400
CONTENT = b'{"features": ["' + BODY.hex().encode() + b'"]}'
PATIENCE = 600.0  # seconds, on a machine that others use
HARD = 2.0


def steady(path: str, query: dict[str, str]) -> Raw:
    return Raw(CONTENT, 200, "application/json")


def limited(service: Service, **values: float) -> Service:
    limits = {name: replace(service.limits[name], value=value) for name, value in values.items()}
    return replace(service, limits={**service.limits, **limits})


@pytest.fixture
def ask(tmp_path: Path) -> Callable[..., Received]:
    def get(
        server: Loopback, *, deadline: float = PATIENCE, kind: str = "json", **how: object
    ) -> Received:
        limits = how.pop("limits", {})
        service = limited(services()["odre"].at(server.url), **limits)  # type: ignore[arg-type]
        request = Request("odre", f"{server.url}/export", (("limit", "0"),), kind)
        store = Store(tmp_path / "cache")
        with Courier(service, store, lambda _: None, deadline_s=deadline, **how) as courier:
            return courier.get(request)

    return get


def test_an_answer_comes_home_whole_with_its_papers(ask) -> None:
    with serving(Loopback(steady)) as server:
        received = ask(server)
        assert received.path.read_bytes() == CONTENT
        assert received.bytes == len(CONTENT)
        again = ask(server)
    assert server.count() == 1
    assert again.from_cache
    assert again.sha256 == received.sha256


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        ("html", "SIT111", "page HTML"),
        ("xml", "SIT111", "erreur au lieu de données"),
        ("empty", "SIT111", "réponse vide"),
        ("refused", "SIT111", "réponse 403"),
        ("half_asked", "SIT111", "jamais demandée"),
        ("loop", "SIT110", "renvois en boucle"),
        ("wait", "SIT110", "trop de demandes"),
        ("bomb", "SIT111", "au-delà du plafond|ouverte"),
        ("drip", "SIT110", "délai de 2,0 s épuisé"),
        ("silent", "SIT110", "délai de 2,0 s épuisé"),
    ],
)
def test_every_fault_is_told_before_the_service_ends(
    fault: str, code: str, words: str, ask
) -> None:
    # A drip would last hours, a silence for ever: bench/fetch_faults.py times the refusals.
    with (
        serving(Loopback(steady, fault)) as server,
        pytest.raises(SitingError, match=words) as refusal,
    ):
        ask(server, deadline=HARD, limits={"max_mb": 1.0})
    assert (refusal.value.code, refusal.value.exit_code) == (code, 4)
    assert server.url in refusal.value.where


def test_a_service_that_asks_for_time_is_given_it(ask) -> None:
    with serving(Loopback(steady, "busy", times=2)) as server:
        assert ask(server).bytes == len(CONTENT)
    assert server.count() == 3


def test_an_hour_of_patience_is_not_spent_but_told(ask) -> None:
    with serving(Loopback(steady, "wait")) as server, pytest.raises(SitingError) as refusal:
        ask(server)
    assert "3 600 s" in refusal.value.hint.replace("\u202f", " ").replace("\u00a0", " ")
    assert server.count() == 1


def test_a_cut_answer_resumes_and_no_byte_comes_twice(ask) -> None:
    with serving(Loopback(steady, "cut", times=3, cut_at=60_000)) as server:
        received = ask(server)
    assert received.path.read_bytes() == CONTENT
    assert [note["range"] for note in server.seen] == [
        "",
        "bytes=60000-",
        "bytes=120000-",
        "bytes=180000-",
    ]
    assert sum(note["sent"] for note in server.seen) == len(CONTENT)


def test_a_cut_answer_resumes_in_another_process_s_stead(ask) -> None:
    with serving(Loopback(steady, "cut", cut_at=60_000)) as server:
        with pytest.raises(SitingError, match="connexion coupée"):
            ask(server, limits={"attempts": 1.0})
        server.fault = ""
        assert ask(server).path.read_bytes() == CONTENT
    assert sum(note["sent"] for note in server.seen) == len(CONTENT)


@pytest.mark.parametrize("fault", ["wrong_range", "short_range"])
def test_the_wrong_range_is_thrown_away_and_everything_asked_again(fault: str, ask) -> None:
    with serving(Loopback(steady, fault, times=2, cut_at=60_000)) as server:
        assert ask(server).path.read_bytes() == CONTENT
    assert [note["range"] for note in server.seen] == ["", "bytes=60000-", ""]


def test_a_service_without_marks_starts_again_and_never_mixes(ask) -> None:
    with serving(Loopback(steady, "cut", times=2, cut_at=60_000, ranges=False)) as server:
        assert ask(server).path.read_bytes() == CONTENT
    assert [note["range"] for note in server.seen] == ["", "", ""]


def test_an_answer_that_changed_while_cut_is_not_a_mixture(ask) -> None:
    bodies = [CONTENT, CONTENT.replace(b"features", b"FEATURES")]

    def changing(path: str, query: dict[str, str]) -> Raw:
        return Raw(bodies[min(server.count(), 2) - 1], 200, "application/json")

    with serving(Loopback(changing, "cut", times=1, cut_at=60_000)) as server:
        assert ask(server).path.read_bytes() == bodies[1]


def test_the_least_rate_cuts_a_drip_long_before_the_deadline(ask) -> None:
    limits = {"least_rate_kb_s": 50.0, "least_rate_grace_s": 0.2, "attempts": 1.0}
    with serving(Loopback(steady, "drip")) as server:
        with pytest.raises(SitingError, match="débit inférieur"):  # not « délai épuisé »
            ask(server, limits=limits)
        assert server.seen[0]["sent"] < len(CONTENT)


def test_a_spoiled_cache_is_never_read_and_is_asked_again(ask) -> None:
    with serving(Loopback(steady)) as server:
        received = ask(server)
        spoiled = bytearray(received.path.read_bytes())
        spoiled[1000] ^= 1
        received.path.write_bytes(spoiled)
        assert ask(server).path.read_bytes() == CONTENT
        assert server.count() == 2
        received.path.write_bytes(CONTENT[:-1])
        with pytest.raises(SitingError) as refusal:
            ask(server, offline=True)
    assert refusal.value.code == "SIT113"


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("un fichier, pas un dossier", encoding="utf-8")
    with serving(Loopback(steady)) as server:
        service = services()["odre"].at(server.url)
        with (
            Courier(service, Store(tmp_path / "cache"), lambda _: None) as courier,
            pytest.raises(SitingError) as refusal,
        ):
            courier.get(Request("odre", server.url))
    assert (refusal.value.code, refusal.value.exit_code) == ("SIT403", 8)
    assert server.count() == 0


def test_refresh_asks_again_and_offline_never_does(ask) -> None:
    with serving(Loopback(steady)) as server:
        ask(server)
        assert not ask(server, refresh=True).from_cache
        assert ask(server, offline=True).from_cache
    assert server.count() == 2


def test_requests_are_paced_even_across_couriers(tmp_path: Path) -> None:
    with serving(Loopback(steady)) as server:
        # Not « diverted »: an address of one's own is not held to the public pace.
        service = limited(services()["odre"], requests_a_second=10.0)
        start = time.monotonic()
        for number in range(4):
            with Courier(service, Store(tmp_path), lambda _: None) as courier:
                courier.get(Request("odre", f"{server.url}/{number}"))
        assert time.monotonic() - start > 0.3


CHILD = """
import sys
from pathlib import Path
from layers.fetch.download_cache import Request, Store
from layers.fetch.official_services import services
from layers.fetch.transfer.transport import Courier
url, cache = sys.argv[1:]
service = services()["odre"].at(url)
with Courier(service, Store(Path(cache)), lambda _: None, deadline_s=600.0) as courier:
    print("prêt", flush=True)
    print(courier.get(Request("odre", url + "/export")).sha256)
"""


def test_eight_processes_and_one_cache_make_one_download(tmp_path: Path) -> None:
    all_asking = threading.Event()

    def held(path: str, query: dict[str, str]) -> Raw:
        all_asking.wait(PATIENCE)
        return steady(path, query)

    with serving(Loopback(held)) as server:
        command = [sys.executable, "-X", "utf8", "-c", CHILD, server.url, str(tmp_path)]
        children = [
            subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")
            for _ in range(8)
        ]
        for child in children:
            assert child.stdout is not None
            assert child.stdout.readline() == "prêt\n"
        all_asking.set()
        answers = {child.communicate(timeout=PATIENCE)[0].strip() for child in children}
    assert server.count() == 1
    assert len(answers) == 1
    assert len(answers.pop()) == 64
