"""How high the rows of a sheet are and how wide its columns: where a box comes to stand.

ECMA-376 part 1, 18.3.1.73 (``row``), 18.3.1.13 (``col``), 18.3.1.81 (``sheetFormatPr``).
"""

import re
from array import array
from bisect import bisect_left
from typing import NamedTuple

from corsheet.workbook.parts import TRUE

PIXELS_A_POINT = 96 / 72
PIXELS_A_CHARACTER = 7
"""Of Calibri 11, in which widths are counted (18.3.1.13)."""

ROW_PIXELS = 20
COLUMN_PIXELS = 64
"""Of a row and a column of which nothing is said."""

MOST_PIXELS = 10_000
"""Excel's rows have at most 409 points, its columns 255 characters."""

NUMBER = re.compile("[0-9]{1,7}")
"""Of a row: 1,048,576 is the last one. There are fewer columns and formats."""


class Extent(NamedTuple):
    """How large a row or column is.

    Attributes:
        pixels: Of it; 0: it is hidden.
        last: It, or the last of those behind it that are hidden too.
    """

    pixels: int
    last: int


class Columns(NamedTuple):
    """Columns from first to last, their format and width; pixels -1: as wide as most."""

    first: int
    last: int
    style: int
    pixels: int


class Sizes:
    """The sizes of a sheet's rows and columns."""

    def __init__(self) -> None:
        self._numbers = array("L")  # of the rows that are there
        self._heights = array("l")  # theirs, in pixels; -1: as high as most
        self._hidden: list[tuple[int, int]] = []  # the first and last of hidden neighbours
        self._columns: list[Columns] = []
        self._height = self._width = -1

    def take_usual(self, attributes: dict[str, str]) -> None:
        """Take what is said of most rows and columns."""
        hidden = attributes.get("zeroHeight") in TRUE
        height = _pixels(attributes.get("defaultRowHeight", ""), PIXELS_A_POINT)
        self._height = 0 if hidden else height
        self._width = _pixels(attributes.get("defaultColWidth", ""), PIXELS_A_CHARACTER)

    def take_row(self, number: int, attributes: dict[str, str]) -> None:
        """Take a row; in order."""
        pixels = _size(attributes, "ht", PIXELS_A_POINT)
        if not pixels:
            begin = number
            if self._hidden and self._hidden[-1][1] == number - 1:
                begin = self._hidden.pop()[0]
            self._hidden.append((begin, number))
        self._numbers.append(number)
        self._heights.append(pixels)

    def take_columns(self, attributes: dict[str, str]) -> None:
        """Take what is said of some columns."""
        self._columns.append(
            Columns(
                read_number(attributes.get("min")),
                read_number(attributes.get("max")),
                read_number(attributes.get("style")),
                _size(attributes, "width", PIXELS_A_CHARACTER),
            )
        )

    def height(self, row: int) -> Extent:
        """Give the height of a row."""
        index = bisect_left(self._numbers, row)
        there = index < len(self._numbers) and self._numbers[index] == row
        sizes = (self._heights[index] if there else -1, self._height, ROW_PIXELS)
        pixels = next(size for size in sizes if size >= 0)
        run = bisect_left(self._hidden, (row + 1, 0)) - 1
        return Extent(pixels, row if pixels or run < 0 else max(row, self._hidden[run][1]))

    def width(self, column: int) -> Extent:
        """Give the width of a column."""
        found = self.column(column)
        sizes = (found.pixels if found else -1, self._width, COLUMN_PIXELS)
        pixels = next(size for size in sizes if size >= 0)
        return Extent(pixels, column if pixels or not found else found.last)

    def column(self, column: int) -> Columns | None:
        """Give what is said of a column; None: nothing."""
        return next((c for c in self._columns if c.first <= column <= c.last), None)


def _size(attributes: dict[str, str], name: str, pixels: float) -> int:
    """Give the pixels of a row or column; 0: it is hidden, -1: nothing is said."""
    return 0 if attributes.get("hidden") in TRUE else _pixels(attributes.get(name, ""), pixels)


def _pixels(text: str, pixels: float) -> int:
    try:
        size = float(text) * pixels
    except ValueError:
        return -1
    return round(size) if 0 <= size <= MOST_PIXELS else -1


def read_number(text: str | None) -> int:
    """Give a number of at most seven digits; 0: it is none."""
    return int(text) if text and NUMBER.fullmatch(text) else 0
