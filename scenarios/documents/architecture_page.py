"""The page `docs/architecture.md`: the house drawn, one number's way, where to write what."""

from __future__ import annotations

from pathlib import Path

from scenarios.documents.house_drawing import House, drawing, survey

PROSE = Path(__file__).parent / "architecture.md"


def pages() -> dict[str, str]:
    """Return the page and its drawing by file name, both made from the imports."""
    house = survey()
    text = PROSE.read_text(encoding="utf-8").replace("<!--pièces-->", "\n".join(_table(house)))
    return {"architecture.md": text, "images/architecture.svg": drawing(house)}


def _table(house: House) -> list[str]:
    lines = ["| étage | pièce, du sol au toit | ce que dit sa porte |", "| --- | --- | --- |"]
    for floor, rooms in house.rooms.items():
        for room in rooms:
            name = f"`{room.name}.py`" if room.is_story else f"`{room.name}/`"
            lines.append(f"| {floor} | {name} | {room.words} |")
    return lines
