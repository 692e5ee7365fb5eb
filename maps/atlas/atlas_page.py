"""The atlas: one file that opens in a room without internet, map and tables side by side."""

from __future__ import annotations

import html
import re
from pathlib import Path

from layers.words.errors import SitingError
from maps.atlas.beside_results import beside_plan
from maps.atlas.data_island import as_text, contents, without_script
from maps.atlas.page_shell import assemble
from maps.atlas.room_blocks import room_blocks
from maps.look.publisher import Identity
from scenarios.storage.results import Results

NAME = "carte.html"
HEAVIEST_BYTES = 15_000_000


def draw(
    results: Results,
    into: Path,
    identity: Path | None = None,
    *,
    solver: bool = True,
    beside: Results | None = None,
) -> Path:
    """Draw a results folder as ``carte.html`` in ``into`` and return its path.

    The page is self-contained, asks nothing of the network, and has the same bytes each time.

    Parameters
    ----------
    results : opened results folder, older ones included.
    into : existing folder; a former ``carte.html`` is replaced.
    identity : TOML file read by :class:`maps.look.publisher.Identity`; neutral without one.
    solver : the page holds the program and its solver, when the results hold the program.
    beside : other results to compare the plan with, on the same map.

    Returns
    -------
    Path of the page, UTF-8 HTML of at most ``HEAVIEST_BYTES``.

    Raises
    ------
    SitingError : SIT204 for a wrong identity, SIT400 when the page would be too heavy to open or an
        asset of the program is damaged.
    """
    shown = Identity.read(identity)
    page = assemble(
        title=html.escape(f"{results.summary['title']} – carte"),
        island=as_text(contents(results, shown) | {"beside": beside_plan(beside)}),
        without_script=without_script(results),
        room=room_blocks(results, solver=solver),
    )
    if results.is_elsewhere:  # the texts of the region whose papers ship are not those of another
        page = re.sub(r"<!--nos-textes-->.*?<!--/nos-textes-->\s*", "", page, flags=re.DOTALL)
    content = page.encode("utf-8")
    if len(content) > HEAVIEST_BYTES:
        raise SitingError(
            "SIT400",
            f"la carte pèserait {len(content) / 1e6:.0f} Mo, trop pour s'ouvrir",
            where=str(into / NAME),
            hint="réduisez le territoire, ou simplifiez les contours du lot",
        )
    path = into / NAME
    path.write_bytes(content)
    return path
