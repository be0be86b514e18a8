"""The sheet in front that lists every finding, with a link to its cell."""

import math
from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from corsheet.findings import (
    SEVERITY_WORDS,
    Finding,
    Language,
    grouped,
    in_language,
    say,
)
from corsheet.model import EVERY_UNIT
from corsheet.workbook.annotate.markup import escaped, text_element
from corsheet.workbook.annotate.styles import Font, Styles, Tint
from corsheet.workbook.parts import MAIN

TITLE = "What corsheet found in this workbook"
COUNTED = "Errors: {errors}. Warnings: {warnings}."
TITLE_POINTS = 24.0
LINE_POINTS = 15.0
MOST_POINTS = 409.0
"""Heights of rows: of the title's, of each line of another one, and the most that Excel allows."""

FILLED = 0.9
"""How much of a line is filled before a word goes to the next."""

ADVICE = (
    "This is a copy: mend the cells in your own workbook. Click on a cell's address to go there;"
    " cells in colour have a note that says what to do."
)
MORE = "{count} more did not fit on this sheet."


class _Column(NamedTuple):
    """A column: its heading, and its width in characters."""

    heading: str
    width: int


COLUMNS = (
    _Column("Severity", 10),
    _Column("Code", 9),
    _Column("Sheet", 16),
    _Column("Cell", 9),
    _Column("What is there", 52),
    _Column("What to do", 52),
    _Column("Order", 20),
)
SHEET_COLUMN, CELL_COLUMN, LAST_COLUMN = "C", "D", "G"

HEADING_ROW = 5
"""Above it stand the title, the count, what to do with it, and a blank row."""

MOST_FINDINGS = 1_000_000
MOST_LINKS = 60_000
"""Excel's sheets have at most 1,048,576 rows and 65,530 links."""


class Overview:
    """The sheet that lists every finding."""

    def __init__(
        self,
        findings: Sequence[Finding],
        *,
        sheets: Container[str],
        styles: Styles,
        language: Language,
    ) -> None:
        """Take what is to be listed.

        Args:
            findings: All of them, in any order of kinds.
            sheets: The worksheets that are not hidden; Excel goes to no other.
            styles: Takes the looks.
            language: Of the texts.
        """
        self._findings = [finding for group in grouped(findings) for finding in group.findings]
        self._listed = self._findings[:MOST_FINDINGS]
        self._sheets = sheets
        self._styles = styles
        self._language = language

    def part(self, windows: int) -> bytes:
        """Write the sheet.

        Args:
            windows: How many the workbook has; each one opens with this sheet.
        """
        rows = "".join([*self._head(), *self._body()])
        widths = "".join(
            f'<col min="{number}" max="{number}" width="{column.width}" customWidth="1"/>'
            for number, column in enumerate(COLUMNS, 1)
        )
        pane = (
            f'<pane ySplit="{HEADING_ROW}" topLeftCell="A{HEADING_ROW + 1}"'
            ' activePane="bottomLeft" state="frozen"/>'
        )
        views = "".join(
            f'<sheetView showGridLines="0" tabSelected="1" workbookViewId="{n}">{pane}</sheetView>'
            for n in range(max(windows, 1))
        )
        texts = f"A1:{LAST_COLUMN}{HEADING_ROW + len(self._listed) + 1}"
        return (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f'<worksheet xmlns="{MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
            f"<sheetViews>{views}</sheetViews><cols>{widths}</cols>"
            f"<sheetData>{rows}</sheetData>{self._links()}"
            '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
            f'<ignoredErrors><ignoredError sqref="{texts}" numberStoredAsText="1"/></ignoredErrors>'
            "</worksheet>"
        ).encode()

    def _head(self) -> Iterator[str]:
        errors = sum(finding.is_error for finding in self._findings)
        counted = say(COUNTED, errors=errors, warnings=len(self._findings) - errors)
        loose = self._styles.written(Font.PLAIN, wrapped=False)
        title = self._styles.written(Font.TITLE, wrapped=False)
        yield _row(1, [(self._said(TITLE), title)], TITLE_POINTS)
        yield _row(2, [(self._said(counted), loose)])
        yield _row(3, [(self._said(ADVICE), loose)])
        heading = self._styles.written(Font.BOLD, Tint.HEADING)
        yield _row(HEADING_ROW, [(self._said(column.heading), heading) for column in COLUMNS])

    def _said(self, text: str) -> str:
        """Translate a text of ours; never what the manager wrote."""
        return in_language(text, self._language)

    def _body(self) -> Iterator[str]:
        plain = self._styles.written(Font.PLAIN)
        loose = self._styles.written(Font.PLAIN, wrapped=False)
        link = self._styles.written(Font.LINK)
        grades = {
            is_error: self._styles.written(Font.PLAIN, Tint.ERROR if is_error else Tint.WARNING)
            for is_error in (True, False)
        }
        for number, finding in enumerate(self._listed, HEADING_ROW + 1):
            code = finding.problem.code
            column = self._linked_column(finding)
            texts = [
                (self._said(SEVERITY_WORDS[code.severity]).capitalize(), grades[finding.is_error]),
                (code.id, plain),
                (finding.sheet, link if column == SHEET_COLUMN else plain),
                (finding.cell, link if column == CELL_COLUMN else plain),
                (self._said(finding.problem.message), plain),
                (self._said(finding.problem.hint), plain),
                (_order(finding), plain),
            ]
            yield _row(number, texts, _points([text for text, _ in texts]))
        left_out = len(self._findings) - len(self._listed)
        if left_out:
            number = HEADING_ROW + len(self._listed) + 1
            yield _row(number, [(self._said(say(MORE, count=left_out)), loose)])

    def _linked_column(self, finding: Finding) -> str:
        """Tell which column has the link; empty: there is nowhere to go."""
        if not finding.sheet or finding.sheet not in self._sheets:
            return ""
        return CELL_COLUMN if finding.row else SHEET_COLUMN

    def _links(self) -> str:
        links: list[str] = []
        for number, finding in enumerate(self._listed, HEADING_ROW + 1):
            column = self._linked_column(finding)
            if column and len(links) < MOST_LINKS:
                location = escaped(_location(finding))
                links.append(f'<hyperlink ref="{column}{number}" location="{location}"/>')
        return f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""


def _row(number: int, texts: Sequence[tuple[str, int]], points: float = LINE_POINTS) -> str:
    """Write a row: from the left, each text with the number of its format.

    A height without ``customHeight`` is what it is until the program sees better.
    """
    cells = []
    for column, (text, style) in zip("ABCDEFG", texts, strict=False):
        address = f"{column}{number}"
        if text:
            inside = f"<is>{text_element(text)}</is>"
            cells.append(f'<c r="{address}" s="{style}" t="inlineStr">{inside}</c>')
        else:
            cells.append(f'<c r="{address}" s="{style}"/>')
    return f'<row r="{number}" ht="{points}">{"".join(cells)}</row>'


def _points(texts: Sequence[str]) -> float:
    """Tell how high a row must be for its texts to be seen whole."""
    lines = max(
        math.ceil(len(text) / (column.width * FILLED))
        for text, column in zip(texts, COLUMNS, strict=True)
    )
    return min(lines * LINE_POINTS, MOST_POINTS)


def _location(finding: Finding) -> str:
    """Give where a link goes: the cell, the first of the row, or of the sheet."""
    sheet = finding.sheet.replace("'", "''")
    address = finding.cell if finding.row and finding.column else f"A{finding.row or 1}"
    return f"'{sheet}'!{address}"


def _order(finding: Finding) -> str:
    unit = finding.business_unit_id
    order = finding.customer_order_id or ""
    return f"{order} ({unit})" if order and unit and unit != EVERY_UNIT else order
