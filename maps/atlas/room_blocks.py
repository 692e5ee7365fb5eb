"""What the page needs to solve again: the program and the solver, closed until someone asks."""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import dataclass

from maps.look.typeface import ASSETS
from scenarios.storage.results import Results

ROOM = "plan/room"
# Run in a worker, in this order: the solver, the program, the search, what conflicts, its door.
WORKER = ("highs/highs", "js/room/program", "js/room/search", "js/room/conflict", "js/room/worker")
QUICKEST = 9


@dataclass(frozen=True)
class RoomBlocks:
    """Blocks of the page that no browser runs: base64 of gzip, by the name the page reads them."""

    blocks: dict[str, str]

    @property
    def markup(self) -> str:
        """Return the blocks as data of the page: base64 holds nothing a browser would read."""
        return "".join(
            f'<script type="text/plain" id="{name}">{text}</script>\n'
            for name, text in self.blocks.items()
        )

    @property
    def solves(self) -> bool:
        """Return whether the page can solve: its policy then lets a worker run."""
        return bool(self.blocks)


NO_ROOM = RoomBlocks({})


def room_blocks(results: Results, *, solver: bool = True) -> RoomBlocks:
    """Return the program of the results and the solver, as the page holds them.

    Parameters
    ----------
    results : opened results folder; an older one has no program.
    solver : without, the page keeps the plans worked beforehand and solves nothing.

    Returns
    -------
    Blocks, none when the page does not solve.
    """
    if not (solver and results.holds(f"{ROOM}.json")):
        return NO_ROOM
    program = json.dumps(results.document(ROOM), ensure_ascii=False, separators=(",", ":"))
    code = "\n".join((ASSETS / f"{name}.js").read_text(encoding="utf-8") for name in WORKER)
    return RoomBlocks(
        {
            "room-program": _packed(program.encode()),
            "room-code": _packed(code.encode()),
            "room-solver": _text((ASSETS / "highs/highs.wasm.gz").read_bytes()),
        }
    )


def _packed(content: bytes) -> str:
    return _text(gzip.compress(content, QUICKEST, mtime=0))


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
