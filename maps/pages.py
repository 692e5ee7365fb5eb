"""Every page of a results folder, drawn together."""

from __future__ import annotations

from pathlib import Path

from maps import atlas, synthesis
from scenarios.results import Results


def draw_pages(results: Results, into: Path, identity: Path | None = None) -> Path:
    """Write the atlas and the one-page synthesis; return the atlas."""
    synthesis.draw_synthesis(results, into, identity)
    return atlas.draw(results, into, identity)
