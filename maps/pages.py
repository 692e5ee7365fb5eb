"""Every page of a results folder, drawn together."""

from __future__ import annotations

from pathlib import Path

from maps.atlas import atlas_page
from maps.printed import matrix_page, synthesis_page
from scenarios.storage.results import Results


def draw_pages(
    results: Results,
    into: Path,
    identity: Path | None = None,
    *,
    solver: bool = True,
    beside: Results | None = None,
) -> Path:
    """Write the atlas, the one-page synthesis and the matrix of Néo Terra.

    Parameters
    ----------
    results : opened results folder.
    into : existing folder that takes ``carte.html``, ``synthese.html`` and ``matrice.html``.
    identity : TOML file of the publisher; neutral without one.
    solver : the atlas holds the program and its solver.
    beside : other results to compare the plan with, on the atlas.

    Returns
    -------
    Path of the atlas.

    Raises
    ------
    SitingError : SIT204 for a wrong identity, SIT400 when the atlas cannot be made.
    """
    synthesis_page.draw_synthesis(results, into, identity)
    if not results.is_elsewhere:
        matrix_page.draw_matrix([results], into, identity)
    return atlas_page.draw(results, into, identity, solver=solver, beside=beside)
