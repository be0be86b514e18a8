"""Enactor's orders spread over the rows of Enactor's sheets: what ``enactor`` reads, backwards.

A sheet has the columns that its rows need, and no others: what the plain sheets say, or
Enactor sends by itself, needs none. So the plain sheets stay the place where a status, a
quantity or a price is changed.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

from corsheet.workbook.enactor_layout import ITEMS_ROW, LINE, PAYMENT, is_path, value_around
from corsheet.workbook.enactor_values import tidied, why_unheld
from corsheet.workbook.layout import (
    BUSINESS_UNIT,
    ORDER,
    Column,
    Kind,
    SheetLayout,
    fold,
)
from corsheet.workbook.spread import Row, Value

MOST_COLUMNS = 250
"""Of a sheet: a few less than ``Limits.columns``, so that a shop may add its own."""

STRUCTURAL = (BUSINESS_UNIT, ORDER, PAYMENT, LINE)
"""Columns that stand in front of every sheet that knows them; they are no fields."""


TIDIED = "it is written without the spaces around it, tabs and the like"

ODD = re.compile(r'[.\[\]"]')
"""What a name may have in it that would make it look like a path."""


@dataclass(frozen=True, slots=True)
class EnactorSheet:
    """One of Enactor's sheets, to be written.

    Attributes:
        layout: Which one; its columns are all that are known.
        paths: The columns behind the structural ones: paths of fields, and ``ITEMS_ROW``.
        rows: The values of the structural columns and then of the paths; None: blank.
    """

    layout: SheetLayout
    paths: tuple[str, ...]
    rows: list[Row]

    @property
    def narrowed(self) -> SheetLayout:
        """The layout with the columns that stand there; an unknown path takes anything."""
        known = {column.name: column for column in self.layout.columns}
        names = (*structural(self.layout), *self.paths)
        return replace(
            self.layout,
            columns=tuple(
                known.get(name) or Column(name, Kind.VALUE, (), required=False) for name in names
            ),
        )


def structural(layout: SheetLayout) -> tuple[str, ...]:
    """Name the columns that the sheet always has."""
    names = {column.name for column in layout.columns}
    return tuple(name for name in STRUCTURAL if name in names)


def sheet_of(layout: SheetLayout, rows: Sequence[Mapping[str, Value]]) -> EnactorSheet:
    """Make a sheet of rows by column; each column stands where it is first met."""
    front = structural(layout)
    paths = tuple(dict.fromkeys(name for row in rows for name in row if name not in front))
    names = (*front, *paths)
    return EnactorSheet(layout, paths, [tuple(row.get(name) for name in names) for row in rows])


class Loss(NamedTuple):
    """What a workbook cannot say.

    Attributes:
        path: The place in the order, such as ``order.customerOrderHeader.x``.
        reason: Why not; never the value, which may be a customer's.
    """

    path: str
    reason: str


class _Row(NamedTuple):
    front: Mapping[str, Value]
    cells: Mapping[str, Value]
    defaults: Mapping[str, Value]


class SheetMaker:
    """Collects the rows of one sheet, and chooses its columns once all are there."""

    def __init__(self, layout: SheetLayout, always: Sequence[str] = ()) -> None:
        """Begin a sheet.

        Args:
            layout: Which one.
            always: Columns that it has whatever the defaults say.
        """
        self._layout = layout
        self._always = always
        self._rows: list[_Row] = []
        self._front = structural(layout)
        self._names = {
            fold(name): column
            for column in layout.columns
            for name in (*column.spellings, column.name)
        }
        self._spelt: dict[str, str] = {}

    def add(
        self,
        front: Mapping[str, Value],
        fields: Mapping[str, Any],
        defaults: Mapping[str, Any],
        place: str,
    ) -> list[Loss]:
        """Add a row.

        Args:
            front: Values of the structural columns, and of ``ITEMS_ROW``.
            fields: What the row is to say, as JSON, its numbers as decimals.
            defaults: What is said without any cell.
            place: Of the fields in the order.

        Returns:
            What the row cannot say.
        """
        losses: list[Loss] = []
        cells: dict[str, Value] = {}
        spoken = {path: _value(leaf) for path, leaf in flat(defaults)}
        said = dict(flat(fields))
        for path, leaf in said.items():
            if self._is_front(path) and spoken.get(path) == leaf:
                continue
            cell, reason = self._cell(path, leaf)
            if reason:
                losses.append(Loss(f"{place}.{path}", reason))
            if cell is not None:
                cells[path] = cell
        losses += [
            Loss(f"{place}.{path}", "it is sent always")
            for path in spoken
            if self._is_front(path) and path not in said
        ]
        defaults = {path: leaf for path, leaf in spoken.items() if not self._is_front(path)}
        self._rows.append(_Row(front, cells, defaults))
        return losses

    def sheet(self) -> EnactorSheet | None:
        """Make the sheet; None: it has no rows."""
        if not self._rows:
            return None
        met = dict.fromkeys(path for row in self._rows for path in (*row.cells, *row.defaults))
        paths = [path for path in met if path in self._always or self._is_needed(path)]
        known = {column.name for column in self._layout.columns}
        if not known.intersection(paths):  # a sheet is told by one that is known
            spare = (c.name for c in self._layout.columns if self._may_be_blank(c.name))
            paths += [next(spare)]
        if any(ITEMS_ROW in row.front for row in self._rows):
            paths.insert(0, ITEMS_ROW)
        names = (*self._front, *paths)
        rows = [tuple({**row.cells, **row.front}.get(name) for name in names) for row in self._rows]
        return EnactorSheet(self._layout, tuple(paths), rows)

    def _is_needed(self, path: str) -> bool:
        """Tell whether some row says something else there than is said without a cell."""
        return any(
            row.cells.get(path) != row.defaults.get(path) and not _is_filled(row, path)
            for row in self._rows
        )

    def _may_be_blank(self, name: str) -> bool:
        return not self._is_front(name) and not any(name in row.defaults for row in self._rows)

    def _is_front(self, path: str) -> bool:
        column = self._names.get(fold(path))
        return column is not None and column.name in {*STRUCTURAL, ITEMS_ROW}

    def _cell(self, path: str, leaf: Any) -> tuple[Value | None, str]:
        """Give the value of a cell, None: it has none, and what is wrong with it, if anything."""
        if reason := self._why_no_column(path):
            return None, reason
        column = self._names.get(fold(path))
        kind = column.kind if column else Kind.VALUE
        reason = why_unheld(kind, leaf)
        if reason and (text := tidied(kind, leaf)):
            return text, TIDIED
        return (None, reason) if reason else (_value(leaf), "")

    def _why_no_column(self, path: str) -> str:
        """Say why there can be no such column; empty: there can."""
        if not is_path(path):
            return "its name is not one that a heading can have"
        if (field := value_around(self._layout, path)) is not None:
            return f"there can be no such thing within the field {field.name}"
        column = self._names.get(fold(path))
        spelt = column.name if column else self._spelt.setdefault(fold(path), path)
        if spelt != path:
            return f"its name and the column {spelt} are the same to a heading"
        if column is None and len(self._spelt) > MOST_COLUMNS - len(self._layout.columns):
            return "the sheet has no room for further columns"
        return ""


def _is_filled(row: _Row, path: str) -> bool:
    """Tell whether a key that is sent empty has something in it: it is sent either way."""
    return row.defaults.get(path) == "{}" and any(cell.startswith(f"{path}.") for cell in row.cells)


def below(path: str, name: str) -> str:
    """Give the path of a member of an object; odd names are quoted, so that no two are alike."""
    step = json.dumps(name, ensure_ascii=False) if not name or ODD.search(name) else name
    return f"{path}.{step}" if path else step


def flat(fields: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Give each leaf of a JSON value with its path; an empty object or list is one."""
    if isinstance(fields, Mapping) and (fields or not path):
        for name, value in fields.items():
            yield from flat(value, below(path, name))
    elif isinstance(fields, list) and fields:
        for number, value in enumerate(fields):
            yield from flat(value, f"{path}[{number}]")
    else:
        yield path, fields


def _value(leaf: Any) -> Value:
    match leaf:
        case Mapping():
            return "{}"
        case list():
            return "[]"
        case str() | bool() | Decimal():
            return leaf
        case _:
            return None
