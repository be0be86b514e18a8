"""Cells of Enactor's sheets to values, and the cells of a row to the fields they say.

As in ``cells``, a parser takes a ``Cell`` and gives a ``Parsed``, knows no place and
guesses nothing.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from corsheet.findings import Code, Problem, echo, say
from corsheet.model import Fields, is_whole, normalise_id, plain_number
from corsheet.workbook import cells
from corsheet.workbook.cells import EXCEL_DIGITS, Parsed
from corsheet.workbook.enactor_layout import PRODUCT, PRODUCTS, STRUCTURE
from corsheet.workbook.formats import (
    LONGEST_FORMAT,
    shown_decimals,
    shown_differently,
    shown_differently_below_zero,
)
from corsheet.workbook.layout import BUSINESS_UNIT, ORDER, Kind, SheetLayout
from corsheet.workbook.sheets import Cell, CellKind

EMPTIES: Mapping[str, type[dict[str, Any]] | type[list[Any]]] = {"{}": dict, "[]": list}
"""How an object and a list with nothing in them are written in a cell."""

TOO_LARGE = Decimal(10) ** EXCEL_DIGITS
"""Whole numbers stay below it: Excel keeps no more digits."""

DIGITS = re.compile("[0-9]{1,15}|[1-9][0-9]{0,2}(?: [0-9]{3}){1,4}")
"""A whole number as text, with or without spaces between thousands."""

MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})?"
    r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
)
"""A date and time with its offset, as Enactor writes them (ISO 8601)."""

MAJOR = re.compile(
    r"\[\$[^-\]]|(?<!\[)\$|kr|sek|nok|dkk|eur|usd|gbp|[€£]|:-",
    re.IGNORECASE,
)
"""What the number format of a sum in kronor, euros or pounds has in it, read without ``QUOTES``."""

QUOTES = re.compile(r'["\\]')
"""What stands around or before the signs that a number format shows as they are."""

MONEY_CURE = "write it in öre or pence as a whole number: 1990 for 19,90"
EPOCH_CURE = "write milliseconds since 1970 as a number, such as 1543225531000"
MOMENT_CURE = "format the cell as Text and write it so: 2018-11-26T09:44:51.000+00:00"


def minor(cell: Cell) -> Parsed[Decimal]:
    """Read money in minor units (öre, pence): a whole number of any sign.

    Nothing that looks like kronor or pounds is taken: no decimals, neither typed nor shown
    by the cell's format, and no format with a currency.
    """
    if cell.kind is CellKind.NUMBER and _shows_major(cell.format):
        message = say(
            "the number {number} is shown as kronor or pounds, by the format {format}",
            number=echo(cell.text),
            format=echo(cell.format),
        )
        return Parsed(None, Problem(Code.NOT_MINOR_UNITS, message, MONEY_CURE))
    value, problem = _whole(cell)
    if problem is not None and problem.code is Code.NOT_WHOLE:
        problem = Problem(Code.NOT_MINOR_UNITS, problem.message, MONEY_CURE)
    return Parsed(value, problem)


@lru_cache(maxsize=256)
def _shows_major(number_format: str) -> bool:
    """Tell whether a number format shows decimals, or a currency."""
    shown = QUOTES.sub("", number_format[:LONGEST_FORMAT])
    return bool(shown_decimals(number_format) or MAJOR.search(shown))


def _shown(number: Decimal | None, number_format: str) -> Problem | None:
    """Say how a stored number is shown as another one; None: it is not."""
    shown = shown_differently(number_format)
    if number is not None and number < 0:
        shown = shown_differently_below_zero(number_format)
    return None if shown is None else Problem(Code.SHOWN_DIFFERENTLY, shown)


def whole(cell: Cell) -> Parsed[Decimal]:
    """Read a whole number >= 0, of at most 15 digits."""
    value, problem = _whole(cell)
    if value is not None and value < 0:
        message = say("{number} is below zero", number=plain_number(value))
        return Parsed(None, Problem(Code.NOT_WHOLE, message))
    return Parsed(value, problem)


def epoch(cell: Cell) -> Parsed[Decimal]:
    """Read milliseconds since 1970: a whole number >= 0."""
    value, problem = whole(cell)
    if problem is not None and problem.code in {Code.DATE, Code.NOT_WHOLE}:
        problem = Problem(problem.code, problem.message, EPOCH_CURE)
    return Parsed(value, problem)


def number(cell: Cell) -> Parsed[Decimal]:
    """Read a number of any sign, with or without decimals, as the manager sees it."""
    value, problem = cells.decimal(cell)
    if value is not None and cell.kind is CellKind.NUMBER and (shown := _shown(value, cell.format)):
        return Parsed(None, shown)
    return Parsed(value, problem or (cells.rounded(value, cell) if value is not None else None))


def moment(cell: Cell) -> Parsed[str]:
    """Read a date and time with its offset, as text; it is served as it is written."""
    if cell.kind is CellKind.DATE:
        message = say("the cell holds the date {date}", date=cell.text[:20])
        return Parsed(None, Problem(Code.DATE, message, MOMENT_CURE))
    if cell.kind is not CellKind.TEXT:
        return Parsed(None, cells.unusable(cell) or _no_moment(cell))
    value, problem = cells.text(cell)
    if value is None or (problem is not None and problem.is_error):
        return Parsed(None, problem)
    match = MOMENT.fullmatch(value)
    try:
        is_moment = match is not None and bool(datetime.fromisoformat(match[1]))
    except ValueError:
        is_moment = False  # the 31st of April, or 25 o'clock
    return Parsed(value, problem) if is_moment else Parsed(None, _no_moment(cell))


def _no_moment(cell: Cell) -> Problem:
    message = say("{text} is not a date and time with its offset", text=echo(cell.text))
    return Problem(Code.NOT_A_MOMENT, message)


def empty(cell: Cell) -> Parsed[Any]:
    """Read what is there with nothing in it: ``{}`` or ``[]``."""
    if cell.kind is not CellKind.TEXT:
        problem = cells.unusable(cell) or _not_empty(cell)
        return Parsed(None, problem)
    text = normalise_id(cell.text)
    if not text:
        return Parsed(None)
    return Parsed(EMPTIES[text]()) if text in EMPTIES else Parsed(None, _not_empty(cell))


def _not_empty(cell: Cell) -> Problem:
    message = say(
        "{text} stands where only an empty object or nothing may stand", text=echo(cell.text)
    )
    return Problem(Code.NOT_EMPTY, message)


def value(cell: Cell) -> Parsed[Any]:
    """Read the cell of a field that is not known: by what the cell holds."""
    if cell.kind is CellKind.BOOLEAN:
        return Parsed(bool(cells.yes_no(cell).value))
    if cell.kind is CellKind.NUMBER:
        return number(cell)
    if cell.kind is CellKind.TEXT and (text := normalise_id(cell.text)) in EMPTIES:
        return Parsed(EMPTIES[text]())
    if cell.kind is CellKind.DATE:
        return Parsed(None, cells.unusable(cell))
    return cells.text(cell)


def _whole(cell: Cell) -> Parsed[Decimal]:
    """Read a whole number of any sign, of at most 15 digits."""
    if cell.kind is CellKind.NUMBER:
        found = cells.stored(cell.text)
        if shown := _shown(found, cell.format):
            return Parsed(None, shown)
        if found is not None and abs(found) >= TOO_LARGE:
            return Parsed(None, Problem(Code.TOO_MANY_DIGITS, "the number has more than 15 digits"))
        if found is not None and is_whole(found):
            return Parsed(Decimal(int(found)))
    elif cell.kind is CellKind.TEXT:
        text = normalise_id(cell.text)
        if not text:
            return Parsed(None)
        sign, digits = (text[0], text[1:].strip(" ")) if text[0] in "-\u2212" else ("", text)
        if DIGITS.fullmatch(digits):
            return Parsed(Decimal(digits.replace(" ", "")) * (-1 if sign else 1))
    elif problem := cells.unusable(cell):
        return Parsed(None, problem)
    message = say("{number} is not a whole number", number=echo(cell.text))
    return Parsed(None, Problem(Code.NOT_WHOLE, message))


PARSERS: Mapping[Kind, Callable[[Cell], Parsed[Any]]] = {
    Kind.MINOR: minor,
    Kind.WHOLE: whole,
    Kind.NUMBER: number,
    Kind.EPOCH: epoch,
    Kind.MOMENT: moment,
    Kind.EMPTY: empty,
    Kind.VALUE: value,
}


class FieldRow(NamedTuple):
    """A row of one of Enactor's sheets.

    Attributes:
        key: What its own column says beside the order: the row on Items, the line, the kind
            of the payment, the product; None: it has none, or the cell is blank.
        fields: What it says; None: a cell of a row of Products cannot be used, so orders
            with the product are withheld.
    """

    key: Any
    fields: Fields | None


class ClashError(Exception):
    """Two filled cells of a row cannot both be: a text, and something in its place.

    Attributes:
        column: The one at fault.
        other: The other one.
    """

    def __init__(self, column: str, other: str) -> None:
        super().__init__(column, other)
        self.column = column
        self.other = other

    @property
    def problem(self) -> Problem:
        """What to tell at the cell."""
        message = say("{column} and {other} cannot both be", column=self.column, other=self.other)
        return Problem(Code.FIELDS_CLASH, message)


STEP = re.compile(r"\[([0-9]+)\]|[^.\[\]]+")


Step = str | int
"""A member's name, or an entry's place in its list."""


class _Field(NamedTuple):
    """A column with a field: its place among the cells of a row, its path, and that in steps."""

    place: int
    path: str
    steps: tuple[Step, ...]


@dataclass(slots=True)
class _Node:
    """A place in the fields, while the columns are put in the order of the reply.

    Attributes:
        own: The column that is there itself; None: there is none.
        members: By name.
        entries: By place in the list.
    """

    own: _Field | None = None
    members: dict[Step, "_Node"] = field(default_factory=dict)
    entries: dict[Step, "_Node"] = field(default_factory=dict)

    def add(self, column: _Field) -> None:
        """Put a column where its path says."""
        node = self
        for step in column.steps:
            inside = node.members if isinstance(step, str) else node.entries
            node = inside.setdefault(step, _Node())
        node.own = column

    def columns(self) -> Iterator[_Field]:
        """Give the columns here and below: the entries of a list by their places in it.

        All else stands in the order in which it was added.
        """
        if self.own is not None:
            yield self.own
        entries = [self.entries[place] for place in sorted(self.entries)]
        for node in (*self.members.values(), *entries):
            yield from node.columns()


def _built(filled: Sequence[_Field], depth: int, row: Sequence[Any]) -> Any:
    """Put some filled cells of a row together: those whose first steps are the same.

    Args:
        filled: Their columns, at least one, in the order of the reply.
        depth: How many steps they share.
        row: All cells of the row.

    Raises:
        ClashError: Two of them cannot both be.
    """
    first = filled[0]
    own = row[first.place] if len(first.steps) == depth else None
    below = filled if own is None else filled[1:]
    if not below:
        return own.copy() if isinstance(own, dict | list) else own  # cells share them
    groups: dict[Step, list[_Field]] = {}
    for column in below:
        groups.setdefault(column.steps[depth], []).append(column)
    entries = [group for step, group in groups.items() if isinstance(step, int)]
    if entries and len(entries) < len(groups):
        raise ClashError(entries[0][0].path, below[0].path)  # members stand in front
    inside: Any = (
        [_built(group, depth + 1, row) for group in entries]
        if entries
        else {step: _built(group, depth + 1, row) for step, group in groups.items()}
    )
    if own is not None and type(own) is not type(inside):
        raise ClashError(first.path, below[0].path)
    return inside


def maker(layout: SheetLayout) -> Callable[..., FieldRow]:
    """Give what makes the value of a row on one of Enactor's sheets.

    It takes the row's cells in the layout's order, without unit and order, and raises
    ``ClashError``. A blank cell costs next to nothing, however deep its path.
    """
    names = [c.name for c in layout.columns if c.name not in {BUSINESS_UNIT, ORDER}]
    own = {PRODUCT} if layout.name == PRODUCTS.name else STRUCTURE
    key = next((number for number, name in enumerate(names) if name in own), None)
    root = _Node()
    for place, name in enumerate(names):
        if name not in STRUCTURE:
            steps = tuple(int(step[1]) if step[1] else step[0] for step in STEP.finditer(name))
            root.add(_Field(place, name, steps))
    columns = frozenset(column.path for column in root.columns())
    parts = [(name, list(node.columns())) for name, node in root.members.items()]

    def make(*row: Any) -> FieldRow:
        values: dict[Any, Any] = {}
        for name, below in parts:
            filled = [column for column in below if row[column[0]] is not None]
            if filled:
                values[name] = _built(filled, 1, row)
        return FieldRow(None if key is None else row[key], Fields(values, columns))

    return make
