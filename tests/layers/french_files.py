"""Tables as French offices hand them over, written small: CSV, XLSX, ODS."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pandas as pd

from scenarios.storage.french_spreadsheets import write_ods

KINDS = "http://schemas.openxmlformats.org"
BOOK = (
    f'<workbook xmlns="{KINDS}/spreadsheetml/2006/main" '
    f'xmlns:r="{KINDS}/officeDocument/2006/relationships"><sheets>'
    '<sheet name="Feuille 1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
LINKS = (
    f'<Relationships xmlns="{KINDS}/package/2006/relationships">'
    '<Relationship Id="rId1" Target="{target}" '
    f'Type="{KINDS}/officeDocument/2006/relationships/{{kind}}"/></Relationships>'
)
TYPES = (
    f'<Types xmlns="{KINDS}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>'
)


def xlsx(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """Write a workbook of one sheet: numbers as numbers, all else as texts; None is no cell."""
    lines = []
    for line, row in enumerate(rows, 1):
        cells = []
        for place, cell in enumerate(row):
            at = f"{chr(65 + place)}{line}"
            if isinstance(cell, int | float):
                cells.append(f'<c r="{at}"><v>{cell!r}</v></c>')
            elif cell is not None:
                cells.append(f'<c r="{at}" t="inlineStr"><is><t>{escape(str(cell))}</t></is></c>')
        lines.append(f'<row r="{line}">{"".join(cells)}</row>')
    sheet = (
        f'<worksheet xmlns="{KINDS}/spreadsheetml/2006/main"><sheetData>'
        f"{''.join(lines)}</sheetData></worksheet>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr(
            "_rels/.rels", LINKS.format(target="xl/workbook.xml", kind="officeDocument")
        )
        archive.writestr("xl/workbook.xml", BOOK)
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            LINKS.format(target="worksheets/sheet1.xml", kind="worksheet"),
        )
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return path


def ods(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    head, *body = rows
    write_ods({"Feuille 1": pd.DataFrame(body, columns=pd.Index(head))}, path)
    return path
