"""CSV and ODS as a French spreadsheet reads them, with the same bytes each time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import pandas as pd

RUNS = ("=", "+", "-", "@", "\t", "\r")
"""First characters that make a spreadsheet run a cell."""
NUMBER = re.compile(r"[+-]?\d[\d\u202f\u00a0 ]*([.,]\d+)?")
# What XML 1.0 cannot hold, whatever the escaping.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """Write « ; », BOM, decimal comma, and no cell that a spreadsheet would run.

    Parameters
    ----------
    table : written without its index; heads are guarded as cells are.
    path : replaced when it exists.
    """
    guarded = table.rename(columns=guarded_cell)
    guarded = guarded.apply(lambda column: column.map(guarded_cell))
    guarded.to_csv(
        path, sep=";", decimal=",", index=False, encoding="utf-8-sig", lineterminator="\r\n"
    )


def guarded_cell(cell: object) -> object:
    """Put an apostrophe before a text that a spreadsheet would run; a number stays a number.

    Parameters
    ----------
    cell : any value.

    Returns
    -------
    The value itself, or the text behind an apostrophe.

    Examples
    --------
    >>> guarded_cell("=1+1"), guarded_cell("-3,5"), guarded_cell("- à revoir"), guarded_cell(-3.5)
    ("'=1+1", '-3,5', "'- à revoir", -3.5)
    """
    if not isinstance(cell, str) or not cell.startswith(RUNS):
        return cell
    return cell if NUMBER.fullmatch(cell) else f"'{cell}"


_ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">'
    "<office:automatic-styles>"
    '<style:style style:name="head" style:family="table-cell"><style:table-cell-properties '
    'fo:background-color="#eef3f6" fo:wrap-option="wrap"/><style:text-properties '
    'fo:font-weight="bold"/></style:style>'
    '<style:style style:name="long" style:family="table-cell"><style:table-cell-properties '
    'fo:wrap-option="wrap" style:vertical-align="top"/></style:style>'
    "{widths}</office:automatic-styles><office:body><office:spreadsheet>"
)
_ODS_FOOT = "</office:spreadsheet></office:body></office:document-content>"
_ODS_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    '<manifest:file-entry manifest:full-path="/" '
    'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
NARROWEST_CM, WIDEST_CM, CM_PER_LETTER = 2.2, 11.0, 0.2


def write_ods(sheets: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Write sheets as OpenDocument, from a fixed template, so that bytes never move.

    Texts are typed as texts: a spreadsheet shows « =1+1 » and never runs it.

    Parameters
    ----------
    sheets : tables by sheet name, in order; indexes are not written. Missing values are empty
        cells.
    path : replaced when it exists.
    """
    widths = sorted({width for table in sheets.values() for width in _widths(table)})
    styles = "".join(
        f'<style:style style:name="w{width}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{width / 10:.1f}cm"/></style:style>'
        for width in widths
    )
    body = "".join(_sheet(name, table) for name, table in sheets.items())
    members = {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": _ODS_HEAD.replace("{widths}", styles) + body + _ODS_FOOT,
        "META-INF/manifest.xml": _ODS_MANIFEST,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in members.items():
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, text.encode("utf-8"))
    path.write_bytes(buffer.getvalue())


def _sheet(name: str, table: pd.DataFrame) -> str:
    columns = "".join(f'<table:table-column table:style-name="w{w}"/>' for w in _widths(table))
    head = _row([str(column) for column in table.columns], "head")
    rows = "".join(_row(values) for values in table.itertuples(index=False, name=None))
    return (
        f"<table:table table:name={quoteattr(name)}>{columns}"
        f"<table:table-header-rows>{head}</table:table-header-rows>{rows}</table:table>"
    )


def _widths(table: pd.DataFrame) -> list[int]:
    """Return the width of each column in millimetres, for its longest word or usual text."""
    found = []
    for column in table.columns:
        texts = table[column].astype(str).str.len()
        usual = float(texts.quantile(0.9)) if len(texts) else 0.0
        word = max(len(part) for part in str(column).split() or [""])
        letters = max(word + 2.0, usual)
        wide = min(WIDEST_CM, max(NARROWEST_CM, letters * CM_PER_LETTER))
        found.append(round(10 * wide))
    return found


def _row(values: Sequence[object], style: str = "") -> str:
    cells = "".join(_cell(value, style) for value in values)
    return f"<table:table-row>{cells}</table:table-row>"


def _cell(value: object, style: str) -> str:
    look = f' table:style-name="{style}"' if style else ""
    if isinstance(value, bool | np.bool_):
        value = "oui" if value else "non"
    if value is None or value is pd.NA or value != value:
        return "<table:table-cell/>"
    if isinstance(value, int | float | np.integer | np.floating):
        if not np.isfinite(value):
            return "<table:table-cell/>"
        plain = f"{value.item() if isinstance(value, np.generic) else value!r}"
        return (
            f'<table:table-cell{look} office:value-type="float" office:value="{plain}">'
            f"<text:p>{plain.replace('.', ',')}</text:p></table:table-cell>"
        )
    text = escape(NOT_XML.sub("", str(value)))
    if not look and len(text) > WIDEST_CM / CM_PER_LETTER:
        look = ' table:style-name="long"'
    return (
        f'<table:table-cell{look} office:value-type="string"><text:p>{text}</text:p>'
        "</table:table-cell>"
    )
