"""Compares every cell of a workbook, as our reader sees it and as openpyxl does."""

import io
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from corsheet.workbook.parts import UnreadableError
from tests.corpus.cells import (
    Address,
    Mismatch,
    Seen,
    Traits,
    cells_of,
    mismatches,
    our_traits,
    their_traits,
)
from tests.corpus.ours import Book
from tests.corpus.reasons import Difference, reason_of

TOLD = 5
"""Unexplained differences of one workbook that are told; all are counted."""


@dataclass(slots=True)
class Compared:
    """How openpyxl sees a workbook.

    Attributes:
        failure: openpyxl cannot read it: the name of its exception; empty: it can.
        cells: How many cells openpyxl sees.
        reasons: How many differences have which reason, by its name.
        unexplained: How many have none.
        told: The first of those, in words.
    """

    failure: str = ""
    cells: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    unexplained: int = 0
    told: list[str] = field(default_factory=list)

    def tell(self, text: str) -> None:
        """Count an unexplained difference."""
        self.unexplained += 1
        if len(self.told) < TOLD:
            self.told.append(text)


def compare(data: bytes) -> Compared:
    """Read a workbook twice; one that our reader refuses has openpyxl's part of the answer only."""
    try:
        theirs = load_workbook(io.BytesIO(data), data_only=True)
    except Exception as error:  # noqa: BLE001 - what it raises has no common name
        return Compared(failure=type(error).__name__)
    cells = [cells_of(sheet, theirs.epoch) for sheet in theirs.worksheets]
    compared = Compared(cells=sum(len(one) for one in cells))
    try:
        comparison = _Comparison(Book(data), theirs.epoch, compared)
        comparison.run(list(zip(theirs.worksheets, cells, strict=True)))
    except UnreadableError:
        pass  # the first reading has told it
    return compared


class _Comparison:
    """The two views of one workbook side by side."""

    def __init__(self, book: Book, epoch: datetime, compared: Compared) -> None:
        self._book = book
        self._epoch = epoch
        self._compared = compared
        self._recalculates = any(
            re.search(rb'fullCalcOnLoad="(?:1|true)"', book.archive.read(part))
            for part in book.archive.namelist()
            if part.lower().endswith("workbook.xml")
        )

    def run(self, theirs: list[tuple[Worksheet, dict[Address, Seen]]]) -> None:
        """Compare all sheets, each with its cells as openpyxl sees them."""
        names = [sheet.title for sheet, _ in theirs]
        if names != [name for name, _ in self._book.parts]:
            self._compared.tell(f"the worksheets are {names}")
            return
        for (name, part), (sheet, cells) in zip(self._book.parts, theirs, strict=True):
            ours = self._book.sheet(name, part)
            rows = list(ours)
            traits = their_traits(sheet, rows)
            if traits != our_traits(ours, rows):
                self._compared.tell(f"{name}: merged cells or hidden rows: {traits}")
            xml = self._book.archive.read(part).decode("utf-8", "replace")
            for mismatch in mismatches(rows, cells, self._epoch):
                self._explain(name, xml, mismatch, traits)

    def _explain(self, name: str, xml: str, mismatch: Mismatch, traits: Traits) -> None:
        row, column = mismatch.address
        difference = Difference(
            mismatch=mismatch,
            xml=element(xml, mismatch),
            recalculates=self._recalculates,
            is_covered=any(
                (row, column) != (first_row, first_column)
                and first_row <= row <= last_row
                and first_column <= column <= last_column
                for first_row, first_column, last_row, last_column in traits.merged
            ),
        )
        reason = reason_of(difference)
        if reason is not None:
            self._compared.reasons[reason.name] += 1
        else:
            self._compared.tell(f"{name}: {difference}")


def element(xml: str, mismatch: Mismatch) -> str:
    """Give the element of a cell from the text of its sheet; empty: no cell has that address."""
    row, column = mismatch.address
    start = re.search(rf'<(?:\w+:)?c\s[^>]*\br="{get_column_letter(column)}{row}"[^>]*>', xml)
    if start is None:
        return ""
    if start[0].endswith("/>"):
        return start[0]
    end = re.compile(r"</(?:\w+:)?c>").search(xml, start.end())
    return xml[start.start() : end.end() if end else None]
