"""Annotated copies: findings made by hand, and what openpyxl sees in a copy."""

import io
import re
import warnings
from typing import Any

import openpyxl
from openpyxl.utils import column_index_from_string

from corsheet.findings import Code, Finding, Problem
from corsheet.model import CustomerOrderId
from corsheet.workbook.annotate import annotate, overview
from corsheet.workbook.reading import read_workbook
from tests.support.sheets import raw_rows, raw_workbook

ORDERS = """
    | Customer order | Customer | Status  |
    | 111            | 10001    | CREATED |
    | 112            |          | CREATE  |
"""
ITEMS = """
    | Customer order | Item | Quantity | Unit price |
    | 111            | 5001 | two      | =9.90      |
    | 112            | 5002 | =1       | =-5        |
"""

RED, YELLOW = "FFFFC7CE", "FFFFEB9C"

PROBLEM = Problem(Code.NOT_A_NUMBER, "'two' is not a number")
REMARK = Problem(Code.UNKNOWN_STATUS, "the till may not know 'CREATE'", "did you mean CREATED?")


def finding(place: str, problem: Problem = PROBLEM, order: str | None = None) -> Finding:
    """Make a finding at ``Items!C2``, ``Items!2``, ``Items`` or the file (empty)."""
    sheet, _, cell = place.rpartition("!") if "!" in place else (place, "", "")
    match = re.fullmatch("([A-Z]*)([0-9]+)", cell)
    letters, row = (match[1], int(match[2])) if match else ("", 0)
    return Finding(
        problem=problem,
        sheet=sheet,
        row=row,
        column=column_index_from_string(letters) if letters else 0,
        customer_order_id=CustomerOrderId(order) if order else None,
    )


def raw(items: str) -> bytes:
    """Make a workbook whose Items are hand-written: as a whole, or only their rows."""
    return raw_workbook(Orders=raw_rows("| Customer order | Customer | Status |"), Items=items)


def copy_of(data: bytes, *findings: Finding) -> bytes:
    """Annotate a workbook with findings; none given: with those of its reading."""
    return annotate(data, findings or read_workbook(data).findings)


def opened_by_openpyxl(data: bytes, **options: Any) -> openpyxl.Workbook:
    """Open a workbook with openpyxl, whatever it remarks on what it does not know."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(data), **options)


def colour(sheet: Any, address: str) -> str | None:
    """Give the colour that fills a cell; None: it has none."""
    fill = sheet[address].fill
    return fill.fgColor.rgb if fill.fill_type == "solid" else None


def coloured(book: openpyxl.Workbook) -> dict[str, str | None]:
    """Give all coloured cells of the sheets behind the first."""
    return {
        f"{sheet.title}!{cell.coordinate}": colour(sheet, cell.coordinate)
        for sheet in book.worksheets[1:]
        for row in sheet.iter_rows()
        for cell in row
        if colour(sheet, cell.coordinate)
    }


def listed(book: openpyxl.Workbook) -> list[tuple[str | None, ...]]:
    """Give the rows of the sheet in front, below its headings."""
    rows = book.worksheets[0].iter_rows(min_row=overview.HEADING_ROW + 1, values_only=True)
    return [tuple(None if text is None else str(text) for text in row) for row in rows]


def links(book: openpyxl.Workbook) -> dict[str, str | None]:
    """Give the links of the sheet in front: from which cell to where."""
    return {
        cell.coordinate: cell.hyperlink.location
        for row in book.worksheets[0].iter_rows()
        for cell in row
        if cell.hyperlink
    }
