"""One cell as our reader and as openpyxl see it, made alike so that they compare.

openpyxl 3.1 reads whole sheets (not its read-only way) with the stored results
of formulas (``data_only``).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from openpyxl.cell.cell import Cell as TheirCell
from openpyxl.cell.cell import MergedCell
from openpyxl.utils import datetime as their_datetime
from openpyxl.worksheet.worksheet import Worksheet

from corsheet.workbook.sheets import Cell, CellKind, Sheet, SheetRow

DAY = timedelta(days=1)

_to_excel: Any = their_datetime.to_excel
"""The day number of a date; without types."""

DATE_ROOM = timedelta(minutes=1) / DAY
"""In days: our reader tells a date to the minute, openpyxl to the millisecond."""

Address = tuple[int, int]
"""Row and column, from 1."""


class Seen(NamedTuple):
    """A cell.

    Attributes:
        kind: What stands in it.
        value: The text, the name of an error; a number or the day number of a date as a float.
        format: The number format of a number or a date; else empty.
    """

    kind: CellKind
    value: str | float | bool
    format: str = ""


class Mismatch(NamedTuple):
    """A cell, or a trait of a sheet, that the two do not see alike; None: it is not there."""

    address: Address
    ours: Seen | None
    theirs: Seen | None


class Traits(NamedTuple):
    """What a sheet has beside its cells.

    Attributes:
        merged: First row, first column, last row, last column of each merged range.
        hidden: The rows that are hidden, of those that have a cell of ours.
    """

    merged: frozenset[tuple[int, int, int, int]]
    hidden: frozenset[int]


def of_ours(cell: Cell, epoch: datetime) -> Seen:
    """Make one of our cells comparable; ``epoch`` as for openpyxl's."""
    match cell.kind:
        case CellKind.NUMBER:
            return Seen(cell.kind, _number(cell.text), cell.format)
        case CellKind.DATE:
            return Seen(cell.kind, _days(cell.text, epoch), cell.format)
        case CellKind.BOOLEAN:
            return Seen(cell.kind, cell.text == "1")
        case _:
            return Seen(cell.kind, cell.text)


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _days(text: str, epoch: datetime) -> float | str:
    """Give the day number of a date or time that our reader wrote out, or left as a number."""
    try:
        written = time if text[2:3] == ":" else datetime
        return float(_to_excel(written.fromisoformat(text), epoch))
    except ValueError:
        return _number(text)


def of_theirs(cell: TheirCell | MergedCell, epoch: datetime) -> Seen | None:
    """Make one of openpyxl's cells comparable; None: it is blank.

    Args:
        cell: The cell.
        epoch: The day that the workbook's dates count from.
    """
    value: Any = cell.value
    if value is None:
        return None
    if cell.data_type == "e":
        return Seen(CellKind.ERROR, value)
    if isinstance(value, bool):
        return Seen(CellKind.BOOLEAN, value)
    if isinstance(value, int | float):
        return Seen(CellKind.NUMBER, float(value), cell.number_format)
    if isinstance(value, str):
        return Seen(CellKind.TEXT, value)
    days = value / DAY if isinstance(value, timedelta) else _to_excel(value, epoch)
    return Seen(CellKind.DATE, float(days), cell.number_format)


def are_alike(ours: Seen | None, theirs: Seen | None) -> bool:
    """Tell whether both see the same."""
    if ours is None or theirs is None:
        return ours is theirs
    if ours.kind is theirs.kind is CellKind.DATE:
        days, their_days = ours.value, theirs.value
        return (
            isinstance(days, float)
            and isinstance(their_days, float)
            and abs(days - their_days) <= DATE_ROOM
            and ours.format == theirs.format
        )
    return ours == theirs


def cells_of(sheet: Worksheet, epoch: datetime) -> dict[Address, Seen]:
    """Give openpyxl's cells of a sheet that hold something."""
    seen = ((address, of_theirs(cell, epoch)) for address, cell in sheet._cells.items())
    return {address: one for address, one in seen if one is not None}


def mismatches(
    rows: Iterable[SheetRow], theirs: Mapping[Address, Seen], epoch: datetime
) -> Iterator[Mismatch]:
    """Compare the cells of a sheet, each that either of the two sees.

    Args:
        rows: As our reader gives them.
        theirs: All of openpyxl's.
        epoch: The day that the workbook's dates count from.
    """
    left = dict(theirs)
    for row in rows:
        for column, cell in row.cells.items():
            address = (row.number, column)
            ours, other = of_ours(cell, epoch), left.pop(address, None)
            if not are_alike(ours, other):
                yield Mismatch(address, ours, other)
    for address, other in left.items():
        yield Mismatch(address, None, other)


def our_traits(sheet: Sheet, rows: Iterable[SheetRow]) -> Traits:
    """Give a sheet's traits as our reader sees them; its rows are read."""
    hidden = frozenset(row.number for row in rows if row.hidden)
    return Traits(frozenset((*one,) for one in sheet.merged), hidden)


def their_traits(sheet: Worksheet, rows: Iterable[SheetRow]) -> Traits:
    """Give a sheet's traits as openpyxl sees them, for the same rows."""
    merged = frozenset(
        (one.min_row, one.min_col, one.max_row, one.max_col) for one in sheet.merged_cells.ranges
    )
    dimensions = sheet.row_dimensions
    return Traits(merged, frozenset(row.number for row in rows if dimensions[row.number].hidden))
