r"""Sheets drawn with pipes, made into the bytes of a real workbook.

A test draws its input where it stands::

    workbook(
        Orders='''
            | Customer order | Customer | Status  |
            | =42 {00000}    | 10001    | CREATED |
        ''',
    )

A cell of the drawing is text, unless it begins with an equals sign or a quote:

========================  ==================================================
``111``                   the text 111
(nothing)                 a blank cell
``"\u00a0111 "``           text as a Python literal: odd spaces, line breaks
``=5``, ``=-0.5``         a number
``=42 {00000}``           a number shown by a number format
``=TRUE``, ``=FALSE``     a boolean
``=2026-11-21``           a date
``=#N/A``                 a formula that gives an error
``=SUM(A1)``              a formula that nobody has calculated
``=SUM(A1) -> 7``         a formula with its stored result
========================  ==================================================

Below that, ``parts``, ``pack`` and ``edited`` take a workbook apart and put it
together, and ``raw_workbook`` makes one of hand-written SpreadsheetML.
"""

import ast
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from corsheet.workbook.reading import Reading

NOTHING: Mapping[str, Sequence[Any]] = {}
NOTHING_DRAWN: Mapping[str, str] = {}

NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FORMATTED = re.compile(r"(?P<value>.*?)\s*\{(?P<format>.*)\}")


def drawn(drawing: str) -> list[list[str]]:
    """Take a drawing apart: its rows, each a list of cells without the space around them.

    A row of the drawing that is ``|`` alone, or has only blank cells, is a blank
    row of the sheet; empty lines of the drawing are no rows.
    """
    lines = [line.strip() for line in drawing.strip().splitlines()]
    return [
        [cell.strip() for cell in line.removeprefix("|").removesuffix("|").split("|")]
        for line in lines
        if line
    ]


def workbook(
    drawings: Mapping[str, str] = NOTHING_DRAWN,
    /,
    *,
    merged: Mapping[str, Sequence[str]] = NOTHING,
    hidden: Mapping[str, Sequence[int]] = NOTHING,
    calculated: bool = True,
    **sheets: str,
) -> bytes:
    """Write drawn sheets as an ``.xlsx`` file.

    Args:
        drawings: Sheets whose names are no Python names; they stand first.
        merged: The merged ranges of a sheet, such as ``{"Items": ["A2:A3"]}``.
        hidden: The hidden rows of a sheet, from 1.
        calculated: The stored results of formulas are to be believed; XlsxWriter's
            own files say that they are not.
        **sheets: A drawing for each sheet, from left to right.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    for name, drawing in {**drawings, **sheets}.items():
        sheet = book.add_worksheet(name)
        for cells in merged.get(name, ()):
            sheet.merge_range(cells, "")
        for row in hidden.get(name, ()):
            sheet.set_row(row - 1, None, None, {"hidden": True})
        for row, cells_of_row in enumerate(drawn(drawing)):
            for column, cell in enumerate(cells_of_row):
                _write(book, sheet, (row, column), cell)
    book.close()
    data = target.getvalue()
    calculation = b'<calcPr calcId="124519" fullCalcOnLoad="1"/>'
    return edited(data, "xl/workbook.xml", calculation, b"") if calculated else data


def _write(book: Any, sheet: Any, place: tuple[int, int], cell: str) -> None:
    if cell.startswith('"'):
        sheet.write_string(*place, ast.literal_eval(cell))
        return
    if not cell.startswith("="):
        if cell:
            sheet.write_string(*place, cell)
        return
    formatted = FORMATTED.fullmatch(cell[1:])
    value = formatted["value"] if formatted else cell[1:]
    style = book.add_format({"num_format": formatted["format"]}) if formatted else None
    if NUMBER.fullmatch(value):
        sheet.write_number(*place, float(value), style)
    elif DATE.fullmatch(value):
        style = style or book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime(*place, datetime.fromisoformat(value), style)
    elif value in {"TRUE", "FALSE"}:
        sheet.write_boolean(*place, value == "TRUE", style)
    elif value.startswith("#"):
        sheet.write_formula(*place, "=NA()", style, value)
    else:
        formula, _, result = value.partition(" -> ")
        number = float(result) if NUMBER.fullmatch(result) else result
        sheet.write_formula(*place, f"={formula}", style, number)


def found(reading: Reading) -> list[tuple[str, str]]:
    """Give the place and the code of every finding, such as ``("Items!C2", "CS203")``."""
    return [(finding.place, finding.problem.code.id) for finding in reading.findings]


def served(reading: Reading) -> list[str]:
    """Give the ids of the orders that are served."""
    return [order.customer_order_id for order in reading.orders]


def withheld(reading: Reading) -> list[str]:
    """Give the ids of the orders that are withheld."""
    return [key.customer_order_id for key in reading.withheld]


def parts(data: bytes) -> dict[str, bytes]:
    """Take the zip of a workbook apart."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Make a zip of parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content, method)
    return target.getvalue()


def edited(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """Replace some bytes in one part of a workbook; they must be there."""
    files = parts(data)
    if old not in files[part]:
        raise ValueError(f"{old!r} is not in {part}")
    return pack({**files, part: files[part].replace(old, new)})


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
CONTENT = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def raw_workbook(strings: str | None = None, **sheets: str) -> bytes:
    """Make a workbook of hand-written SpreadsheetML, with nothing in it that is not asked for.

    Args:
        strings: The inside of the shared texts' ``sst``; None: there is no such part.
        **sheets: For each sheet its XML, whole (``<worksheet``… or ``<?xml``…), or
            only the inside of its ``sheetData``.
    """
    numbered = list(enumerate(sheets, 1))
    overrides = {f"xl/worksheets/sheet{n}.xml": f"{CONTENT}.worksheet+xml" for n, _ in numbered}
    relations = [("worksheet", f"worksheets/sheet{n}.xml") for n, _ in numbered]
    files: dict[str, str] = {}
    if strings is not None:
        overrides["xl/sharedStrings.xml"] = f"{CONTENT}.sharedStrings+xml"
        relations.append(("sharedStrings", "sharedStrings.xml"))
        files["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings}</sst>'
    overrides["xl/workbook.xml"] = f"{CONTENT}.sheet.main+xml"
    files["[Content_Types].xml"] = (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + "".join(
            f'<Override PartName="/{part}" ContentType="{kind}"/>'
            for part, kind in overrides.items()
        )
        + "</Types>"
    )
    files["_rels/.rels"] = _relations([("officeDocument", "xl/workbook.xml")])
    files["xl/_rels/workbook.xml.rels"] = _relations(relations)
    names = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in numbered)
    files["xl/workbook.xml"] = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{names}</sheets></workbook>'
    )
    for n, name in numbered:
        files[f"xl/worksheets/sheet{n}.xml"] = _worksheet(sheets[name])
    return pack({name: content.encode() for name, content in files.items()})


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    inside = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def _worksheet(xml: str) -> str:
    if "worksheet" in xml:
        return xml
    return f'<worksheet xmlns="{MAIN}"><sheetData>{xml}</sheetData></worksheet>'


def raw_rows(drawing: str) -> str:
    """Write a drawing of texts and ``=`` numbers as rows with inline strings, by hand."""
    return "".join(
        f'<row r="{row}">'
        + "".join(
            raw_cell(f"{chr(ord('A') + column)}{row}", cell)
            for column, cell in enumerate(cells)
            if cell
        )
        + "</row>"
        for row, cells in enumerate(drawn(drawing), 1)
    )


def raw_cell(address: str, cell: str) -> str:
    """Write one cell by hand: an inline string, or a number after an equals sign."""
    if cell.startswith("="):
        return f'<c r="{address}"><v>{Decimal(cell[1:])}</v></c>'
    return f'<c r="{address}" t="inlineStr"><is><t>{cell}</t></is></c>'
