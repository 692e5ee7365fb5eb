"""A table to be filled: XLSX or ODS with lists and bounds in the cells, or CSV; fixed bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pandas as pd

from scenarios.storage.form_cells import ROWS, FormColumn, is_missing, letter, plain
from scenarios.storage.french_spreadsheets import write_csv

LONGEST_MESSAGE = 250


def write_form(
    sheet: str,
    columns: Sequence[FormColumn],
    rows: pd.DataFrame,
    notes: Sequence[str],
    path: Path,
) -> None:
    """Write a table to be filled, by the suffix of its file.

    Parameters
    ----------
    sheet : the name of its sheet.
    columns : in order.
    rows : what is known already, a column a head; missing values are empty cells.
    notes : lines of a sheet « Lisez-moi »; a CSV has none.
    path : « .xlsx », « .ods » or « .csv », written over.
    """
    table = rows.reindex(columns=[column.head for column in columns])
    if path.suffix == ".csv":
        whole = table.astype(object).map(_whole)
        write_csv(whole, path)
    elif path.suffix == ".ods":
        _zipped(_ods(sheet, columns, table, notes), path)
    else:
        _zipped(_xlsx(sheet, columns, table, notes), path)


def _whole(value: object) -> object:
    """Write 2020 and not 2020,0.

    >>> _whole(2020.0), _whole(4.5)
    (2020, 4.5)
    """
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _zipped(members: Mapping[str, str], path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in members.items():
            info = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, text.encode("utf-8"))
    path.write_bytes(buffer.getvalue())


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STYLES = (
    f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="2"><font/><font><b/></font></fonts>'
    '<fills count="3"><fill/><fill><patternFill patternType="gray125"/></fill><fill>'
    '<patternFill patternType="solid"><fgColor rgb="FFEEF3F6"/></patternFill></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="4"><xf/><xf fontId="1" fillId="2" applyFont="1" applyFill="1"/>'
    '<xf numFmtId="49" applyNumberFormat="1"/>'
    '<xf applyAlignment="1"><alignment wrapText="1" vertical="top"/></xf></cellXfs></styleSheet>'
)


def _xlsx(
    sheet: str, columns: Sequence[FormColumn], table: pd.DataFrame, notes: Sequence[str]
) -> dict[str, str]:
    names = (sheet, "Lisez-moi", "Listes")
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(names, 1)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in (1, 2, 3)
    )
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_KIND}.worksheet+xml"/>'
        for n in (1, 2, 3)
    )
    lists = [column for column in columns if column.choices]
    return {
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>{parts}</Types>',
        "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship '
        f'Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f"<sheets>{sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'{links}<Relationship Id="rId4" Type="{_OFFICE}/styles" Target="styles.xml"/>'
        "</Relationships>",
        "xl/styles.xml": _STYLES,
        "xl/worksheets/sheet1.xml": _form_sheet(columns, table, lists),
        "xl/worksheets/sheet2.xml": _sheet_xml(
            [[_text(0, n, line, 3)] for n, line in enumerate(notes)],
            '<cols><col min="1" max="1" width="110" customWidth="1"/></cols>',
        ),
        "xl/worksheets/sheet3.xml": _sheet_xml(
            [
                [
                    _text(place, n, column.choices[n], 2)
                    for place, column in enumerate(lists)
                    if n < len(column.choices)
                ]
                for n in range(max((len(column.choices) for column in lists), default=0))
            ],
        ),
    }


def _form_sheet(
    columns: Sequence[FormColumn], table: pd.DataFrame, lists: Sequence[FormColumn]
) -> str:
    head = [_text(place, 0, column.head, 1) for place, column in enumerate(columns)]
    body = [
        [
            _cell(place, n, value, column.is_number)
            for place, (value, column) in enumerate(zip(values, columns, strict=True))
            if not is_missing(value)
        ]
        for n, values in enumerate(table.itertuples(index=False, name=None), 1)
    ]
    as_text = ' style="2"'
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{max(11, len(column.head) + 2)}" customWidth="1"'
        f"{'' if column.is_number else as_text}/>"
        for n, column in enumerate(columns, 1)
    )
    checks = [_check(place, column, lists) for place, column in enumerate(columns)]
    told = [check for check in checks if check]
    frozen = (
        '<sheetViews><sheetView workbookViewId="0"><pane xSplit="1" ySplit="1" '
        'topLeftCell="B2" activePane="bottomRight" state="frozen"/></sheetView></sheetViews>'
    )
    bounds = f'<dataValidations count="{len(told)}">{"".join(told)}</dataValidations>'
    return _sheet_xml([head, *body], f"{frozen}<cols>{widths}</cols>", bounds)


def _check(place: int, column: FormColumn, lists: Sequence[FormColumn]) -> str:
    """Return what a cell of a column takes, and what is read beside it."""
    at = letter(place)
    told = quoteattr(column.note_fr[:LONGEST_MESSAGE])
    common = (
        f'allowBlank="1" showInputMessage="1" showErrorMessage="1" promptTitle='
        f'{quoteattr(column.head[:30])} prompt={told} errorTitle="Valeur refusée" error={told} '
        f'sqref="{at}2:{at}{ROWS}"'
    )
    if column.choices:
        held = letter(list(lists).index(column))
        return (
            f'<dataValidation type="list" {common}><formula1>Listes!${held}$1:${held}'
            f"${len(column.choices)}</formula1></dataValidation>"
        )
    if column.low is not None and column.high is not None:
        return (
            f'<dataValidation type="decimal" operator="between" {common}><formula1>{column.low:g}'
            f"</formula1><formula2>{column.high:.0f}</formula2></dataValidation>"
        )
    return f"<dataValidation {common}/>" if column.note_fr else ""


def _sheet_xml(rows: Sequence[Sequence[str]], before: str = "", after: str = "") -> str:
    body = "".join(f'<row r="{n}">{"".join(cells)}</row>' for n, cells in enumerate(rows, 1))
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}">{before}<sheetData>{body}</sheetData>{after}</worksheet>'
    )


def _text(place: int, row: int, value: object, style: int = 0) -> str:
    return (
        f'<c r="{letter(place)}{row + 1}" s="{style}" t="inlineStr"><is>'
        f'<t xml:space="preserve">{plain(value)}</t></is></c>'
    )


def _cell(place: int, row: int, value: object, is_number: bool) -> str:
    if is_number:
        return f'<c r="{letter(place)}{row + 1}"><v>{float(str(value))!r}</v></c>'
    return _text(place, row, value, 2)


_ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" office:version="1.3">'
    "<office:body><office:spreadsheet>"
)
_ODS_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
    'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
    '<manifest:file-entry manifest:full-path="/" '
    'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def _ods(
    sheet: str, columns: Sequence[FormColumn], table: pd.DataFrame, notes: Sequence[str]
) -> dict[str, str]:
    checks = "".join(_ods_check(n, column, sheet) for n, column in enumerate(columns))
    head = "".join(_ods_cell(column.head) for column in columns)
    body = "".join(
        "<table:table-row>"
        + "".join(
            _ods_cell(value, column, n)
            for n, (value, column) in enumerate(zip(values, columns, strict=True))
        )
        + "</table:table-row>"
        for values in table.itertuples(index=False, name=None)
    )
    empty = "".join(_ods_cell(None, column, n) for n, column in enumerate(columns))
    left = ROWS - 1 - len(table)
    blank = (
        f'<table:table-row table:number-rows-repeated="{left}">{empty}</table:table-row>'
        if left > 0
        else ""
    )
    told = "".join(f"<table:table-row>{_ods_cell(line)}</table:table-row>" for line in notes)
    content = (
        f"{_ODS_HEAD}<table:content-validations>{checks}</table:content-validations>"
        f"<table:table table:name={quoteattr(sheet)}><table:table-row>{head}</table:table-row>"
        f'{body}{blank}</table:table><table:table table:name="Lisez-moi">{told}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return {
        "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": content,
        "META-INF/manifest.xml": _ODS_MANIFEST,
    }


def _ods_check(place: int, column: FormColumn, sheet: str) -> str:
    if column.choices:
        held = ";".join(f'"{choice}"' for choice in column.choices)
        condition = f"of:cell-content-is-in-list({held})"
    elif column.low is not None and column.high is not None:
        condition = (
            "of:cell-content-is-decimal-number() and "
            f"cell-content-is-between({column.low:g},{column.high:.0f})"
        )
    else:
        return ""
    return (
        f'<table:content-validation table:name="v{place}" table:condition={quoteattr(condition)} '
        f'table:allow-empty-cell="true" table:base-cell-address="{sheet}.{letter(place)}2">'
        f'<table:help-message table:title={quoteattr(column.head)} table:display="true"><text:p>'
        f"{plain(column.note_fr)}</text:p></table:help-message><table:error-message "
        'table:message-type="stop" table:display="true"/></table:content-validation>'
    )


def _ods_cell(value: object, column: FormColumn | None = None, place: int = 0) -> str:
    bound = column is not None and (column.choices or column.low is not None)
    name = f' table:content-validation-name="v{place}"' if bound else ""
    if is_missing(value):
        return f"<table:table-cell{name}/>"
    if column is not None and column.is_number:
        number = f"{float(str(value))!r}"
        return (
            f'<table:table-cell{name} office:value-type="float" office:value="{number}">'
            f"<text:p>{number.replace('.', ',')}</text:p></table:table-cell>"
        )
    return (
        f'<table:table-cell{name} office:value-type="string"><text:p>{plain(value)}</text:p>'
        "</table:table-cell>"
    )
