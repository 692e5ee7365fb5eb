"""Take the README's pictures of the atlas from a results folder, in headless Chromium.

python bench/maps_pictures.py RESULTS      (without a folder, says so and stops)
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from maps.atlas.atlas_page import draw
from scenarios.storage.results import Results

CHROMIUM = "/usr/bin/chromium"
IMAGES = Path(__file__).parents[2] / "docs" / "images"
# Points of view side by side, with an own weighting: what a session looks at.
CONSULTATION = """
    Atlas.showTab('consultation');
    Atlas.byId('weights').open = false;
    Atlas.byId('views').open = true;
    Atlas.weigh(Atlas.weights.fromCollege(Atlas.data.island.colleges[2]));
"""


def main() -> None:
    """Write ``carte.png`` and ``consultation.png``, 1366 × 768."""
    if len(sys.argv) < 2:
        print("refait les images de docs/images : donnez un dossier de résultats ; rien de mesuré")
        return
    folder = Path(sys.argv[1])
    with tempfile.TemporaryDirectory() as work, sync_playwright() as engine:
        path = draw(Results.read(folder, verify=False), Path(work))
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.set_default_timeout(120_000)
        page.goto(f"file://{path}")
        for name, script in (
            ("carte", "Atlas.showTab('synthese')"),
            ("consultation", CONSULTATION),
        ):
            page.evaluate(script)
            page.wait_for_timeout(800)
            page.screenshot(path=IMAGES / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
