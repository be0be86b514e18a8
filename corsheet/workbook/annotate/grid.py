"""A worksheet in which cells get a colour, and get to be there if they were not.

SpreadsheetML, ECMA-376 part 1, 18.3.1. Only the rows concerned are read
closely; of the others no more is kept than where they begin and how high they are.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import NamedTuple

from corsheet.findings import column_letters
from corsheet.workbook.annotate.markup import Document
from corsheet.workbook.annotate.outline import Element, Skim
from corsheet.workbook.annotate.sizes import NUMBER, Sizes, read_number
from corsheet.workbook.annotate.styles import Styles, Tint
from corsheet.workbook.parts import TRUE

CHILDREN = """
    sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection
    protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews mergeCells
    phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup
    headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing
    legacyDrawing
"""
ORDER = tuple(CHILDREN.split())
"""The children of ``worksheet`` (18.3.1.99), as far as something is put in."""

DEEP = frozenset({"cols", "mergeCells"})

ADDRESS = re.compile("([A-Z]{1,3})([0-9]{1,7})")


class Place(NamedTuple):
    """A cell, row and column from 1."""

    row: int
    column: int

    @property
    def address(self) -> str:
        """Such as ``D14``."""
        return f"{column_letters(self.column)}{self.row}"


class _Row(NamedTuple):
    """A row that is there, where its cells stand, and the format of those that are not there."""

    number: int
    element: Element
    cells: dict[int, Element]
    style: int | None


class Grid:
    """A worksheet that is being changed."""

    def __init__(self, data: bytes, part: str) -> None:
        """Read it.

        Raises:
            AnnotateError: It is broken.
        """
        self._numbers = array("L")
        self._starts = array("Q")
        self.sizes = Sizes()
        skim = Skim("sheetData", "row", self._take_row)
        self.document = Document(data, part, deep=DEEP, skim=skim)
        root = self.document.root
        self._rows = root.child("sheetData")
        usual = root.child("sheetFormatPr")
        cols = root.child("cols")
        if usual is not None:
            self.sizes.take_usual(usual.attributes)
        for col in cols.children if cols else ():
            self.sizes.take_columns(col.attributes)

    def _take_row(self, at: int, attributes: dict[str, str]) -> None:
        last = self._numbers[-1] if self._numbers else 0
        number = read_number(attributes.get("r")) or last + 1
        self._numbers.append(number)
        self._starts.append(at)
        self.sizes.take_row(number, attributes)

    def shown_at(self, places: Iterable[Place]) -> dict[Place, Place]:
        """Give for each place the cell that shows it: of merged ones the first."""
        shown = {place: place for place in places}
        ordered = sorted(shown)
        cells = self.document.root.child("mergeCells")
        for merged in cells.children if cells else ():
            corners = ADDRESS.findall(merged.attributes.get("ref", ""))
            if len(corners) != 2:  # noqa: PLR2004 - the first and the last
                continue
            first, last = (Place(int(row), column_number(letters)) for letters, row in corners)
            begin = bisect_left(ordered, Place(first.row, 0))
            end = bisect_left(ordered, Place(last.row + 1, 0))
            for place in ordered[begin:end]:
                if first.column <= place.column <= last.column:
                    shown[place] = first
        return shown

    def tint(self, tints: Mapping[Place, Tint], styles: Styles) -> None:
        """Colour cells; those that are not there yet are put in.

        Args:
            tints: The colour of each cell.
            styles: Takes the formats.
        """
        behind = ""
        for number, places in groupby(sorted(tints), key=lambda place: place.row):
            index = bisect_left(self._numbers, number)
            if index < len(self._numbers) and self._numbers[index] == number:
                row = self._read_row(index)
                self._tint_row(row, list(places), tints, styles)
                continue
            prefix = self._prefix
            cells = "".join(self._new_cell(place, None, tints[place], styles) for place in places)
            xml = f'<{prefix}row r="{number}">{cells}</{prefix}row>'
            if index < len(self._numbers):
                self.document.insert(self._starts[index], xml)
            else:
                behind += xml
        if behind and self._rows is not None:
            self.document.append(self._rows, behind)
        elif behind:
            tag = f"{self._prefix}sheetData"
            self.document.put("sheetData", f"<{tag}>{behind}</{tag}>", ORDER)

    @property
    def _prefix(self) -> str:
        return self.document.root.prefix

    def _read_row(self, index: int) -> _Row:
        assert self._rows is not None  # it has this row  # noqa: S101
        is_last = index + 1 == len(self._starts)
        end = self._rows.close if is_last else self._starts[index + 1]
        element = self.document.piece(self._starts[index], end)
        cells: dict[int, Element] = {}
        column = 0
        for cell in element.all("c"):
            match = ADDRESS.fullmatch(cell.attributes.get("r", ""))
            column = column_number(match[1]) if match else column + 1
            cells[column] = cell
        said = element.attributes
        has_style = said.get("customFormat") in TRUE
        style = read_number(said.get("s")) if has_style else None
        return _Row(self._numbers[index], element, cells, style)

    def _tint_row(
        self, row: _Row, places: list[Place], tints: Mapping[Place, Tint], styles: Styles
    ) -> None:
        behind = ""
        for place in places:
            cell = row.cells.get(place.column)
            if cell is not None:
                style = styles.tinted(read_number(cell.attributes.get("s")), tints[place])
                self.document.set(cell, "s", str(style))
                continue
            xml = self._new_cell(place, row.style, tints[place], styles)
            later = [c for column, c in row.cells.items() if column > place.column]
            if later:
                self.document.insert(later[0].start, xml)
            else:
                behind += xml
        if not behind:
            return
        self._widen(row, places[-1].column)
        other = next((c for c in row.element.children if c.local != "c"), None)
        if other is not None:  # extLst, which stands last
            self.document.insert(other.start, behind)
        else:
            self.document.append(row.element, behind)

    def _widen(self, row: _Row, column: int) -> None:
        """Let a row that says from where to where its cells stand tell the truth."""
        spans = [int(n) for n in NUMBER.findall(row.element.attributes.get("spans", ""))]
        if spans and column > max(spans):
            self.document.set(row.element, "spans", f"{min(spans)}:{column}")

    def _new_cell(self, place: Place, row_style: int | None, tint: Tint, styles: Styles) -> str:
        """Write a cell that is blank and looks as the blank one did, but for its colour."""
        column = self.sizes.column(place.column)
        of_column = column.style if column else 0
        style = styles.tinted(of_column if row_style is None else row_style, tint)
        return f'<{self._prefix}c r="{place.address}" s="{style}"/>'


def column_number(letters: str) -> int:
    """Give the number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
