"""The same pages in Firefox, when it is installed: they open, draw, and answer."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest

from maps.atlas.atlas_page import draw
from maps.printed.synthesis_page import draw_synthesis

pytestmark = pytest.mark.browser

PATIENCE = 120  # seconds, on a machine that others use
FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")


class Marionette:
    """The few words of Firefox's own protocol that a test needs: length, then JSON."""

    def __init__(self, port: int) -> None:
        self.socket = _connected(port)
        self.file = self.socket.makefile("rb")
        self._read()
        self.ask("WebDriver:NewSession", {})

    def ask(self, command: str, parameters: dict[str, Any]) -> Any:
        text = json.dumps([0, 1, command, parameters]).encode()
        self.socket.sendall(str(len(text)).encode() + b":" + text)
        _, _, fault, result = self._read()
        assert fault is None, fault
        return result

    def evaluate(self, script: str) -> Any:
        asked = {"script": f"return {script};", "args": []}
        return self.ask("WebDriver:ExecuteScript", asked)["value"]

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self.file.read(1)
        return json.loads(self.file.read(int(length[:-1])))


def _connected(port: int) -> socket.socket:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        except OSError:
            time.sleep(0.2)
    pytest.skip(f"Firefox n'a pas ouvert son port de test en {PATIENCE} s")


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marionette]:
    if FIREFOX is None:
        pytest.skip("Firefox absent : les pages n'y ont pas été ouvertes")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    profile = tmp_path_factory.mktemp("profil")
    (profile / "user.js").write_text(f'user_pref("marionette.port", {port});\n', encoding="utf-8")
    command = [FIREFOX, "--headless", "--marionette", "--no-remote", "--profile", str(profile)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield Marionette(port)
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def test_the_atlas_opens_draws_and_ranks_in_firefox(firefox, village, tmp_path):
    firefox.ask("WebDriver:Navigate", {"url": f"file://{draw(village, tmp_path)}"})
    assert firefox.evaluate("document.documentElement.dataset.ready") == "true"
    assert firefox.evaluate("Atlas.sites.retainedRows().length") == 4
    assert firefox.evaluate("document.querySelectorAll('#ranking-rows tr').length") == 18
    inked = """(() => { const canvas = document.querySelector('#carte canvas.leaflet-zoom-animated')
        ?? document.querySelector('#carte .leaflet-pane canvas');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return new Set(new Uint32Array(data.buffer)).size; })()"""
    assert firefox.evaluate(inked) > 20


def test_the_synthesis_opens_in_firefox(firefox, village, tmp_path):
    firefox.ask("WebDriver:Navigate", {"url": f"file://{draw_synthesis(village, tmp_path)}"})
    assert firefox.evaluate("document.querySelectorAll('.locator text').length") == 5
    assert "Atlas Sans" in firefox.evaluate("getComputedStyle(document.body).fontFamily")
