"""Every page of a results folder, drawn together."""

from __future__ import annotations

from pathlib import Path

from maps.atlas import atlas_page
from maps.printed import matrix_page, synthesis_page
from scenarios.storage.results import Results


def draw_pages(results: Results, into: Path, identity: Path | None = None) -> Path:
    """Write the atlas, the one-page synthesis and the matrix of Néo Terra.

    Parameters
    ----------
    results : opened results folder.
    into : existing folder that takes ``carte.html``, ``synthese.html`` and ``matrice.html``.
    identity : TOML file of the publisher; neutral without one.

    Returns
    -------
    Path of the atlas.

    Raises
    ------
    SitingError : SIT204 for a wrong identity, SIT400 when the atlas cannot be made.
    """
    synthesis_page.draw_synthesis(results, into, identity)
    matrix_page.draw_matrix([results], into, identity)
    return atlas_page.draw(results, into, identity)
