"""Every page of a results folder, drawn together."""

from __future__ import annotations

from pathlib import Path

from maps.atlas import atlas_page
from maps.printed import synthesis_page
from scenarios.storage.results import Results


def draw_pages(results: Results, into: Path, identity: Path | None = None) -> Path:
    """Write the atlas and the one-page synthesis; return the atlas."""
    synthesis_page.draw_synthesis(results, into, identity)
    return atlas_page.draw(results, into, identity)
