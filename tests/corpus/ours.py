"""A workbook as our reader sees it: every cell of every sheet, and what it costs."""

import io
import re
import time
import zipfile
from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple, TypeVar

from corsheet.findings import Problem
from corsheet.workbook.container import ZIP_MAGIC, open_container
from corsheet.workbook.layout import SHEETS
from corsheet.workbook.limits import Limits
from corsheet.workbook.package import open_package
from corsheet.workbook.parts import UnreadableError
from corsheet.workbook.reading import read_workbook
from corsheet.workbook.regular import Block
from corsheet.workbook.sheets import Range, Sheet, SheetRow, read_strings
from tests.corpus.compiling import peak_bytes

LIMITS = Limits(columns=16_384)
"""All that Excel allows, so that every cell is read; orders need fewer columns."""

Opened = TypeVar("Opened")


@dataclass(frozen=True, slots=True)
class Read:
    """What our reader made of a workbook.

    Attributes:
        code: It was refused with that code; empty: every cell of every sheet was read.
        message: Of the refusal.
        cells: How many of each kind, over all sheets.
        as_orders: The first error's code where the first sheets are given the names of ours, so
            that the search for headings goes over them too; empty: no error.
        seconds: Of the processor, for opening it and reading all cells once.
        peak_bytes: The most memory that the process held until then (resident).
        rows: Of all sheets, those that have a cell.
        block_rows: How many of them the fast way takes, that cuts regular rows in blocks.
        block_faults: The sheets where the fast way gives other rows than the slow one.
        has_doctype: A part declares a document type, as entity bombs do.
    """

    code: str
    message: str
    cells: Counter[str]
    as_orders: str
    seconds: float
    peak_bytes: int
    rows: int
    block_rows: int
    block_faults: tuple[str, ...]
    has_doctype: bool


class Book:
    """A workbook open in our reader; its sheets may be read more than once.

    Attributes:
        parts: Name and part of each worksheet.
        archive: The zip that it is.
    """

    def __init__(self, data: bytes) -> None:
        """Open it.

        Raises:
            UnreadableError: It is refused.
        """
        self.archive = _or_raise(open_container(data, LIMITS))
        self._package = _or_raise(open_package(self.archive))
        self._strings = read_strings(self.archive, self._package)
        self.parts = self._package.sheets

    def sheet(self, name: str, part: str) -> Sheet:
        """Give a worksheet, not read yet."""
        return Sheet(
            name,
            part,
            archive=self.archive,
            package=self._package,
            strings=self._strings,
            limits=LIMITS,
        )


def _or_raise(opened: Opened | Problem) -> Opened:
    if isinstance(opened, Problem):
        raise UnreadableError(opened)
    return opened


class Rows(NamedTuple):
    """One sheet as one of our two ways gives it.

    Attributes:
        rows: Those that have a cell.
        merged: The merged ranges.
        refusal: The problem that ended it; None: it was read to its end.
    """

    rows: list[SheetRow]
    merged: list[Range]
    refusal: Problem | None


def read_all(data: bytes) -> Read:
    """Read every cell once, and measure; then the fast way; then look for our headings."""
    begun = time.process_time()
    problem: Problem | None = None
    book: Book | None = None
    cells: Counter[str] = Counter()
    rows = 0
    try:
        book = Book(data)
        for row in chain.from_iterable(book.sheet(*part) for part in book.parts):
            rows += 1
            cells.update(cell.kind.value for cell in row.cells.values())
    except UnreadableError as error:
        problem = error.problem
    seconds, peak = time.process_time() - begun, peak_bytes()
    block_rows, block_faults = _read_in_blocks(book) if book is not None else (0, ())
    reading = read_workbook(renamed(data), limits=LIMITS)
    as_orders = next((f.problem.code.id for f in reading.findings if f.is_error), "")
    return Read(
        code=problem.code.id if problem is not None else "",
        message=str(problem.message) if problem is not None else "",
        cells=cells,
        as_orders=as_orders,
        seconds=seconds,
        peak_bytes=peak,
        rows=rows,
        block_rows=block_rows,
        block_faults=block_faults,
        has_doctype=_has_doctype(data),
    )


def _read_in_blocks(book: Book) -> tuple[int, tuple[str, ...]]:
    """Read all sheets again in both ways; gives the rows of blocks, and the sheets that differ."""
    cut = 0
    faults = []
    for part in book.parts:
        slow, _ = _read_sheet(book.sheet(*part), in_blocks=False)
        fast, count = _read_sheet(book.sheet(*part), in_blocks=True)
        cut += count
        if fast != slow:
            faults.append(part[0])
    return cut, tuple(faults)


def _read_sheet(sheet: Sheet, *, in_blocks: bool) -> tuple[Rows, int]:
    """Read a sheet; gives also how many of the rows came in blocks."""
    rows: list[SheetRow] = []
    cut = 0
    refusal = None
    try:
        for piece in sheet.pieces():
            if isinstance(piece, Block):
                unblocked = rows_of(piece, sheet)
                rows += unblocked
                cut += len(unblocked)
            else:
                rows.append(piece)
            if in_blocks:
                sheet.in_blocks()  # below the first row, as below a heading row
    except UnreadableError as error:
        refusal = error.problem
    return Rows(rows if refusal is None else [], sheet.merged, refusal), cut


def rows_of(block: Block, sheet: Sheet) -> list[SheetRow]:
    """Take a block of a sheet apart into the rows that have a cell."""
    rows = []
    for position, number in enumerate(block.numbers):
        tokens = ((column, tokens[position]) for column, tokens in block.columns.items())
        found = {column: sheet.cell(token) for column, token in tokens if token}
        cells = {column: cell for column, cell in found.items() if cell is not None}
        if cells:
            rows.append(SheetRow(number, cells, hidden=False))
    return rows


def renamed(data: bytes) -> bytes:
    """Give the first sheets of a workbook the names of ours; what is no zip comes back as it is."""
    if not zipfile.is_zipfile(io.BytesIO(data)) or not data.startswith(ZIP_MAGIC):
        return data  # an old .xls may have a zip at its end
    target = io.BytesIO()
    names = iter(layout.name.encode() for layout in SHEETS)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w") as new:
            for part in old.namelist():
                content = old.read(part)
                if part.lower().endswith("workbook.xml"):
                    content = re.sub(
                        rb'(<(?:\w+:)?sheet\s[^>]*?\bname=")([^"]*)',
                        lambda match: match[1] + next(names, match[2]),
                        content,
                    )
                new.writestr(part, content)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return data
    return target.getvalue()


def _has_doctype(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(b"<!DOCTYPE" in archive.read(part) for part in archive.namelist())
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        return False
