"""A text that any office suite opens and edits (ODT), with the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from scenarios.storage.french_spreadsheets import NOT_XML


@dataclass(frozen=True)
class Heading:
    """A title of the text, 1 the highest; ``new_page`` begins a page with it."""

    text: str
    level: int = 1
    new_page: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, or an item of a list."""

    text: str
    item: bool = False


@dataclass(frozen=True)
class Table:
    """A table: its name, its head, its rows, all as texts."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


Block = Heading | Paragraph | Table
_SPACES = "".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{path}" '
    for name, path in (
        ("office", "office:1.0"),
        ("style", "style:1.0"),
        ("fo", "xsl-fo-compatible:1.0"),
        ("text", "text:1.0"),
        ("table", "table:1.0"),
    )
)
_STYLES = (
    f'<?xml version="1.0" encoding="UTF-8"?><office:document-styles {_SPACES}'
    'office:version="1.3"><office:styles>'
    '<style:default-style style:family="paragraph"><style:text-properties '
    'style:font-name="Liberation Sans" fo:font-family="Liberation Sans, Arial, sans-serif" '
    'fo:font-size="10.5pt" fo:language="fr" fo:country="FR"/></style:default-style>'
    '<style:style style:name="Standard" style:family="paragraph"><style:paragraph-properties '
    'fo:margin-bottom="0.2cm"/></style:style>'
    + "".join(
        f'<style:style style:name="Heading_{level}" style:display-name="Heading {level}" '
        f'style:family="paragraph" style:default-outline-level="{level}">'
        "<style:paragraph-properties "
        f'fo:margin-top="0.4cm" fo:margin-bottom="0.2cm" fo:keep-with-next="always"/>'
        f'<style:text-properties fo:font-weight="bold" fo:font-size="{size}pt"/></style:style>'
        for level, size in ((1, 18), (2, 13), (3, 11))
    )
    + "</office:styles><office:automatic-styles>"
    '<style:page-layout style:name="page"><style:page-layout-properties fo:page-width="21cm" '
    'fo:page-height="29.7cm" fo:margin-top="2cm" fo:margin-bottom="2cm" fo:margin-left="2cm" '
    'fo:margin-right="2cm"/></style:page-layout></office:automatic-styles><office:master-styles>'
    '<style:master-page style:name="Standard" style:page-layout-name="page"/>'
    "</office:master-styles></office:document-styles>"
)
_HEAD = (
    f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_SPACES}'
    'office:version="1.3"><office:automatic-styles>'
    '<style:style style:name="new" style:family="paragraph" style:parent-style-name="Heading_1">'
    '<style:paragraph-properties fo:break-before="page"/></style:style>'
    '<style:style style:name="headcell" style:family="table-cell"><style:table-cell-properties '
    'fo:background-color="#eef3f6" fo:padding="0.1cm" fo:border="0.02cm solid #9aa7b0"/>'
    '</style:style><style:style style:name="cell" style:family="table-cell">'
    '<style:table-cell-properties fo:padding="0.1cm" fo:border="0.02cm solid #9aa7b0"/>'
    "</style:style></office:automatic-styles><office:body><office:text>"
)
_FOOT = "</office:text></office:body></office:document-content>"
_KIND = "application/vnd.oasis.opendocument.text"
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_KIND}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def write_odt(blocks: Iterable[Block], path: Path) -> None:
    """Write a text from a fixed template, so that bytes never move.

    Parameters
    ----------
    blocks : in the order of the text.
    path : replaced when it exists.
    """
    members = {
        "mimetype": _KIND,
        "content.xml": _HEAD + "".join(_written(block) for block in blocks) + _FOOT,
        "styles.xml": _STYLES,
        "META-INF/manifest.xml": _MANIFEST,
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in members.items():
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, text.encode("utf-8"))
    path.write_bytes(buffer.getvalue())


def _written(block: Block) -> str:
    if isinstance(block, Heading):
        style = "new" if block.new_page else f"Heading_{block.level}"
        level = f'text:style-name="{style}" text:outline-level="{block.level}"'
        return f"<text:h {level}>{_safe(block.text)}</text:h>"
    if isinstance(block, Paragraph):
        text = f'<text:p text:style-name="Standard">{_safe(block.text)}</text:p>'
        return (
            f"<text:list><text:list-item>{text}</text:list-item></text:list>"
            if block.item
            else text
        )
    columns = f'<table:table-column table:number-columns-repeated="{len(block.head)}"/>'
    head = f"<table:table-header-rows>{_row(block.head, 'headcell')}</table:table-header-rows>"
    rows = "".join(_row(row, "cell") for row in block.rows)
    return f"<table:table table:name={quoteattr(block.name)}>{columns}{head}{rows}</table:table>"


def _row(cells: Sequence[str], style: str) -> str:
    inside = "".join(
        f'<table:table-cell table:style-name="{style}" office:value-type="string">'
        f"<text:p>{_safe(cell)}</text:p></table:table-cell>"
        for cell in cells
    )
    return f"<table:table-row>{inside}</table:table-row>"


def _safe(text: str) -> str:
    return escape(NOT_XML.sub("", text))
