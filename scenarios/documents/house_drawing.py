"""The house as its imports draw it: floors, rooms, and who leans on whom."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[2]
# From the roof down, as a reader meets them; siting and impacts stand side by side.
FLOORS = ("commands", "maps", "scenarios", "siting", "impacts", "layers")

WIDTH, LEFT, BOX, GAP, HEIGHT, ARCS = 1480, 130, 110, 12, 46, 84


@dataclass(frozen=True)
class Room:
    """A room of a floor: its files, what its face says of it, whether it is a file of its own."""

    floor: str
    name: str
    files: int
    words: str
    is_story: bool


@dataclass(frozen=True)
class House:
    """The rooms of each floor from the ground up, and how many imports go from one to another."""

    rooms: dict[str, list[Room]]
    leans: Counter[tuple[tuple[str, str], tuple[str, str]]]


def survey(root: Path = ROOT) -> House:
    """Read every module's imports, and return the house they draw.

    Parameters
    ----------
    root : the folder that holds the floors.
    """
    leans: Counter[tuple[tuple[str, str], tuple[str, str]]] = Counter()
    rooms: dict[str, list[Room]] = {}
    for floor in (name for name in FLOORS if (root / name).is_dir()):
        found = {room.name: room for room in _rooms(root, floor)}
        for path in sorted((root / floor).rglob("*.py")):
            here = _place(path.relative_to(root).with_suffix("").parts)
            for there in _imports(path):
                if there != here and there[0] in FLOORS and here[1] and there[1]:
                    leans[here, there] += 1
        rooms[floor] = [found[name] for name in _ground_up(floor, sorted(found), leans)]
    return House(rooms, leans)


def _rooms(root: Path, floor: str) -> list[Room]:
    rooms = []
    for path in sorted((root / floor).iterdir()):
        is_story = path.suffix == ".py" and path.stem != "__init__"
        if not is_story and not (path / "__init__.py").is_file():
            continue
        face = path if is_story else path / "__init__.py"
        words = ast.get_docstring(ast.parse(face.read_text(encoding="utf-8"))) or ""
        files = 1 if is_story else sum(1 for each in path.rglob("*.py") if each.stem != "__init__")
        rooms.append(Room(floor, path.stem, files, words.splitlines()[0], is_story))
    return rooms


def _place(parts: tuple[str, ...]) -> tuple[str, str]:
    """Return the floor and room of a module; a floor's face has no room."""
    return parts[0], parts[1] if len(parts) > 1 and parts[1] != "__init__" else ""


def _imports(path: Path) -> list[tuple[str, str]]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            parts = tuple(node.module.split("."))
            names = [(*parts, alias.name) for alias in node.names] if len(parts) == 1 else [parts]
            found += [_place(each) for each in names]
        elif isinstance(node, ast.Import):
            found += [_place(tuple(alias.name.split("."))) for alias in node.names]
    return found


def _ground_up(
    floor: str, names: list[str], leans: Counter[tuple[tuple[str, str], tuple[str, str]]]
) -> list[str]:
    graph = {
        name: sorted(b[1] for a, b in leans if a == (floor, name) and b[0] == floor)
        for name in names
    }
    return [name for name in TopologicalSorter(graph).static_order() if name in names]


def drawing(house: House) -> str:
    """Return the house as an SVG: one band a floor, an arc from each room to those it leans on."""
    parts, top = [], 30
    for floor, rooms in house.rooms.items():
        base = top + ARCS
        parts += _band(floor, rooms, house, base)
        below = _floors_below(house, floor)
        parts.append(
            f'<text class="below" x="{LEFT}" y="{base + HEIGHT + 20}">{escape(below)}</text>'
        )
        top = base + HEIGHT + 34
    style = (
        "text{font-family:sans-serif;fill:#1d2b36}.floor{font-size:19px;font-weight:700}"
        ".room{font-size:12px;font-weight:600}.count,.below{font-size:11px;fill:#4a5b68}"
        "rect{fill:#eef3f6;stroke:#5b7485}rect.story{fill:#fff4d6;stroke:#a87b00}"
        "path{fill:none;stroke:#2f6690}"
    )
    label = "Les étages et les pièces du code, et les imports entre elles"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" role="img" '
        f'aria-label="{label}">\n<style>{style}</style>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _band(floor: str, rooms: list[Room], house: House, base: int) -> list[str]:
    places = {room.name: LEFT + i * (BOX + GAP) for i, room in enumerate(rooms)}
    parts = [f'<text class="floor" x="10" y="{base + 28}">{floor}</text>']
    for (a, b), count in sorted(house.leans.items()):
        if a[0] == floor == b[0]:
            start, end = places[a[1]] + BOX / 2, places[b[1]] + BOX / 2
            rise = min(ARCS - 8, 12 + abs(start - end) / 9)
            width = min(4.0, 0.5 + count / 8)
            parts.append(
                f'<path d="M{start:.0f},{base} C{start:.0f},{base - rise:.0f} {end:.0f},'
                f'{base - rise:.0f} {end:.0f},{base}" stroke-width="{width:.1f}" opacity="0.45"/>'
            )
    for room in rooms:
        x = places[room.name]
        kind = ' class="story"' if room.is_story else ""
        files = f"{room.files} fichier" + ("s" if room.files > 1 else "")
        parts += [
            f'<rect{kind} x="{x}" y="{base}" width="{BOX}" height="{HEIGHT}" rx="5"/>',
            f'<text class="room" x="{x + 7}" y="{base + 19}">{escape(room.name)}</text>',
            f'<text class="count" x="{x + 7}" y="{base + 36}">{files}</text>',
        ]
    return parts


def _floors_below(house: House, floor: str) -> str:
    counts: Counter[str] = Counter()
    for (a, b), count in house.leans.items():
        if a[0] == floor != b[0]:
            counts[b[0]] += count
    told = ", ".join(f"{name} ({count} imports)" for name, count in sorted(counts.items()))
    return f"s'appuie sur {told}" if told else "ne s'appuie sur aucun autre étage"
