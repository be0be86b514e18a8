"""One row of a sheet to one value, with every problem of its cells.

Every cell of a row is read before the row is judged, so one look at the
findings is enough to mend the row.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

from corsheet.findings import Code, Finding, Problem, say
from corsheet.model import (
    AdditionalInformation,
    BusinessUnitId,
    CustomerId,
    CustomerOrderId,
    Discount,
    InvoicePaymentInstruction,
    ItemId,
    OrderItem,
    normalise_id,
)
from corsheet.workbook import cells, fields
from corsheet.workbook.cells import Parsed
from corsheet.workbook.enactor_layout import ENACTOR_SHEETS, PAYMENT, PRODUCT, PRODUCTS
from corsheet.workbook.fields import ClashError, FieldRow
from corsheet.workbook.headings import Table, is_heading_row
from corsheet.workbook.layout import (
    BUSINESS_UNIT,
    DISCOUNTS,
    INFORMATION,
    INVOICES,
    ITEMS,
    ORDER,
    ORDERS,
    SHEETS,
    Column,
    Kind,
    fold,
    headings,
)
from corsheet.workbook.parts import UnreadableError, damaged
from corsheet.workbook.regular import MONEY, Block
from corsheet.workbook.sheets import Cell, CellKind, SheetRow

T = TypeVar("T")


class OrderHead(NamedTuple):
    """What the Orders sheet says of an order, beside whose it is."""

    customer_id: CustomerId
    status: str
    minimum_down_payment_amount: Decimal | None
    is_locked: bool | None


class ItemDiscount(NamedTuple):
    """A discount and the item it is for."""

    item_id: ItemId
    discount: Discount


def _discount(item: ItemId, name: str, label: str, amount: Decimal, reward: str) -> ItemDiscount:
    discount = Discount(
        discount_id=name, discount_text=label, discount_amount=amount, reward_type=reward
    )
    return ItemDiscount(item, discount)


MAKERS: dict[str, Callable[..., Any]] = {
    ORDERS.name: OrderHead,
    ITEMS.name: OrderItem,
    INVOICES.name: lambda account, amount: InvoicePaymentInstruction(
        customer_account_id=account, invoicing_amount=amount
    ),
    INFORMATION.name: lambda name, value, display_text, receipt_label: AdditionalInformation(
        information_id=name, value=value, display_text=display_text, receipt_label=receipt_label
    ),
    DISCOUNTS.name: _discount,
}
"""What makes the value of a row; takes its cells in the layout's order, without unit and order."""

PARSERS: dict[Kind, Callable[[Cell], Parsed[Any]]] = {
    Kind.ID: cells.identifier,
    Kind.TEXT: cells.text,
    Kind.AMOUNT: cells.amount,
    Kind.QUANTITY: cells.quantity,
    Kind.YES_NO: cells.yes_no,
    **fields.PARSERS,
}

UNKNOWN_WORDS = {
    "Status": Code.UNKNOWN_STATUS,
    "Reward type": Code.UNKNOWN_REWARD_TYPE,
    PAYMENT: Code.UNKNOWN_PAYMENT,
}


@dataclass(slots=True)
class Line(Generic[T]):
    """One row that was read.

    Attributes:
        number: Row in the sheet, from 1.
        business_unit_id: As the row says; None: it says nothing.
        customer_order_id: None: nobody can tell whose row it is; ``problems`` says why.
        value: None: a cell of the row cannot be used; ``problems`` says why.
        problems: Column and problem, columns from 1, warnings among them.
        unit_is_unclear: The row names a business unit that cannot be read.
        order_is_unclear: Its cell for the order is merged with others.
    """

    number: int
    business_unit_id: BusinessUnitId | None
    customer_order_id: CustomerOrderId | None
    value: T | None
    problems: Sequence[tuple[int, Problem]] = ()
    unit_is_unclear: bool = False
    order_is_unclear: bool = False


NOTHING: Parsed[Any] = Parsed(None)


MOST_FAULTS = 10_000
"""Rows with errors, beyond which the sheet as a whole is at fault: a column filled down, say."""


def too_many_faults() -> Problem:
    """Say that so much is wrong that nobody would mend it cell by cell."""
    return Problem(
        Code.LIMIT,
        say("more than {limit} rows have mistakes", limit=MOST_FAULTS),
        "look at the first rows with `corsheet check` on a part of the workbook; a column may be"
        " filled down too far",
    )


class TooManyFaultsError(UnreadableError):
    """So much is wrong with a sheet that it is refused, and with a plain one the workbook."""

    def __init__(self) -> None:
        super().__init__(too_many_faults())


class _Mark(Enum):
    """What stands in place of a cell's value where a row has to be looked at."""

    BLANK = "the cell is empty and must not be"
    TROUBLE = "the cell has a problem"


class _Memo(dict[bytes, Any]):
    """The values of tokens in columns of one kind, or a mark where there is no clean one.

    Attributes:
        marked: The tokens that have a mark.
    """

    def __init__(
        self,
        column: Column,
        parse: Callable[[Cell], Parsed[Any]],
        cell: Callable[[bytes], Cell | None],
    ) -> None:
        super().__init__()
        self.marked: set[bytes] = set()
        self._is_order = column.name in {ORDER, PRODUCT}
        self._is_required = column.required
        self._parse = parse
        self._styles = set[bytes | None]()
        self._cell = cell

    def __missing__(self, token: bytes) -> Any:
        cell = self._cell(token) if token else None
        value, problem = self._parse(cell) if cell is not None else NOTHING
        if problem is not None or (self._is_order and may_be_heading(value)):
            value = _Mark.TROUBLE
            self.marked.add(token)
        elif value is None and self._is_required:
            value = _Mark.BLANK
            self.marked.add(token)
        self[token] = value
        return value


class _AmountMemo(_Memo):
    """The same for amounts, of which a workbook has the most different ones.

    A style that shows one amount with two decimals without a problem shows others so too.
    """

    def __missing__(self, token: bytes) -> Any:
        money = MONEY.fullmatch(token)
        if money is None:
            return super().__missing__(token)
        if money[1] in self._styles:
            value = self[token] = Decimal(money[2].decode())
            return value
        value = super().__missing__(token)
        if not isinstance(value, _Mark) and money[2][-3:-2] == b".":
            self._styles.add(money[1])
        return value


@dataclass(frozen=True, slots=True)
class _Field:
    """A column of the layout in this sheet: where it stands and how it is read."""

    column: Column
    place: int
    parse: Callable[[Cell], Parsed[Any]]
    memo: _Memo

    def read(self, row: SheetRow, problems: list[tuple[int, Problem]]) -> Any:
        """Read the field's cell in a row; None: there is no value, and why is in ``problems``."""
        cell = row.cells.get(self.place)
        value, problem = self.parse(cell) if cell is not None else NOTHING
        if problem is not None:
            problems.append((self.place, problem))
        elif value is None and self.column.required:
            message = say("{column} is empty", column=self.column.name)
            problems.append((self.place, Problem(Code.VALUE_MISSING, message)))
        return value


Memos = dict[Column, _Memo]
"""Of one workbook: a token means the same on each of its sheets."""


class _Reader(Generic[T]):
    """Reads the rows of one table."""

    def __init__(self, table: Table, memos: Memos) -> None:
        self.table = table
        self._memos = memos
        self.places = set(table.columns.values())
        self.lines: list[Line[T]] = []
        self.hidden: list[int] = []
        self.second_heading = 0
        self._failed = 0
        self._sound = {b""}
        self._make: Callable[..., Any] = MAKERS.get(table.layout.name) or fields.maker(table.layout)
        named = {column.name: self._field(column) for column in table.layout.columns}
        self._unit = named.pop(BUSINESS_UNIT)
        self._order = named.pop(ORDER)
        self._fields = tuple(named.values())
        # where the product of a row stands that is otherwise unreadable; None: on other sheets
        is_products = table.layout.name == PRODUCTS.name
        self._product = list(named).index(PRODUCT) if is_products else None

    def _field(self, column: Column) -> _Field:
        parse = PARSERS[column.kind]
        if column.words:
            code = UNKNOWN_WORDS[column.name]
            parse = partial(cells.word, known=column.words, code=code)
        memo = self._memos.get(column)
        if memo is None:
            kind = _AmountMemo if column.kind is Kind.AMOUNT else _Memo
            memo = self._memos[column] = kind(column, parse, self.table.sheet.cell)
        return _Field(column, self.table.columns.get(column.name, 0), parse, memo)

    def read_block(self, block: Block) -> None:
        """Read the rows of a block, all together where nothing is the matter with any."""
        self._look_at_others(block)
        fields = (self._unit, self._order, *self._fields)
        blank = (b"",) * len(block.numbers)
        tokens = [block.columns.get(field.place, blank) for field in fields]
        values = [
            list(map(field.memo.__getitem__, column))
            for field, column in zip(fields, tokens, strict=True)
        ]
        if all(
            field.memo.marked.isdisjoint(column)
            for field, column in zip(fields, tokens, strict=True)
            if field.memo.marked
        ):
            units, orders, *others = values
            made = self._made(len(orders), others)
            if made is not None:
                self.lines.extend(map(Line, block.numbers, units, orders, made))
                return
        for number, row in enumerate(zip(*values, strict=True)):
            if not any(isinstance(value, _Mark) for value in row):
                unit, order, *cells_ = row
                try:
                    self.lines.append(Line(block.numbers[number], unit, order, self._make(*cells_)))
                except ClashError:
                    self.read_row(self._row(block, number))
            elif any(value is not None and value is not _Mark.BLANK for value in row[1:]):
                self.read_row(self._row(block, number))
                if self.second_heading:
                    return

    def _made(self, count: int, columns: Sequence[Sequence[Any]]) -> list[T] | None:
        """Make the values of some rows; None: cells of one of them cannot both be."""
        try:
            return list(map(self._make, *columns)) if columns else [self._make()] * count
        except ClashError:
            return None

    def _look_at_others(self, block: Block) -> None:
        """See that the cells of columns that are not read are sound: it is one file."""
        for column, tokens in block.columns.items():
            if column not in self.places:
                new = set(tokens) - self._sound
                for token in new:
                    self.table.sheet.cell(token)
                self._sound |= new

    def _row(self, block: Block, position: int) -> SheetRow:
        """Take one row out of a block."""
        found = {
            column: cell
            for column, tokens in block.columns.items()
            if tokens[position] and (cell := self.table.sheet.cell(tokens[position])) is not None
        }
        return SheetRow(block.numbers[position], found, hidden=False)

    def read_row(self, row: SheetRow) -> None:
        """Read one row, noting every problem of its cells; a blank one is skipped.

        So is one with a business unit and nothing else, as a column filled down leaves it.
        """
        unit_place = self._unit.place
        known = [row.cells[p] for p in self.places if p in row.cells and p != unit_place]
        if all(map(_is_blank, known)) or row.number in self.table.sheet.totals:
            return
        if row.hidden:
            self.hidden.append(row.number)
        problems: list[tuple[int, Problem]] = []
        unit = self._unit.read(row, problems)
        unit_is_unclear = any(problem.is_error for _, problem in problems)
        order = self._order.read(row, problems)
        value: Any
        values = [field.read(row, problems) for field in self._fields]
        if (problems or self._may_be_heading(order, values)) and is_heading_row(
            row, self.table.layout, self.places
        ):
            self.second_heading = row.number
            return
        failed = any(problem.is_error for _, problem in problems)
        try:
            value = None if failed else self._make(*values)
        except ClashError as clash:
            problems.append((self.table.columns[clash.column], clash.problem))
            value, failed = None, True
        if failed and self._product is not None:
            value = FieldRow(values[self._product], None)
        self.lines.append(Line(row.number, unit, order, value, problems, unit_is_unclear))
        if failed:
            self._failed += 1
            if self._failed > MOST_FAULTS:
                raise TooManyFaultsError

    def _may_be_heading(self, order: str | None, values: Sequence[Any]) -> bool:
        product = None if self._product is None else values[self._product]
        return may_be_heading(order) or may_be_heading(product)

    def _unreadable(self, value: Any) -> Any:
        """Give what is left of a row's value where a cell of it cannot be used."""
        if self._product is not None and value is not None:
            return FieldRow(value.key, None)
        return None

    def mark_merged(self) -> None:
        """Spoil the rows that merged cells run through, with one problem for each range.

        What the rows said of those cells is taken back: only the first of merged
        cells holds a value, so the others look empty.
        """
        if not self.table.sheet.merged:
            return
        rows = [line.number for line in self.lines]
        most = len(rows) * len(self.table.columns)  # each cell in one range
        for merged in self.table.sheet.merged:
            columns = range(merged.first_column, merged.last_column + 1)
            touched = [column for column in self.table.columns.values() if column in columns]
            numbers = range(max(merged.first_row, self.table.heading_row + 1), merged.last_row + 1)
            struck = self.lines[bisect_left(rows, numbers.start) : bisect_left(rows, numbers.stop)]
            if not touched or not struck:
                continue
            most -= len(struck)
            if most < 0:
                raise damaged("merged cells overlap")
            for line in struck:
                line.value = self._unreadable(line.value)
                if self.table.columns.get(BUSINESS_UNIT) in touched:
                    line.business_unit_id, line.unit_is_unclear = None, True
                if self.table.columns.get(ORDER) in touched:
                    line.order_is_unclear = True
                line.problems = [(c, problem) for c, problem in line.problems if c not in touched]
            message = say("{count} cells are merged into one", count=len(numbers) * len(columns))
            first = struck[0]
            first.problems = [*first.problems, (min(touched), Problem(Code.MERGED, message))]


HEADINGS = headings(
    column for layout in (*SHEETS, *ENACTOR_SHEETS) for column in layout.columns if column.required
)
"""What may stand in the column of the order ids where a second table begins."""


LONGEST_HEADING = 100
"""Characters beyond which a text is not compared with headings."""


def may_be_heading(order: str | None) -> bool:
    """Tell whether an order id is what a heading says."""
    return (
        order is not None
        and len(order) <= LONGEST_HEADING
        and not order[-1].isdigit()
        and fold(order) in HEADINGS
    )


def _is_blank(cell: Cell) -> bool:
    return cell.kind is CellKind.TEXT and not normalise_id(cell.text)


def read_lines(table: Table, memos: Memos, findings: list[Finding]) -> list[Line[Any]]:
    """Read every row of a table. Blank rows are skipped without a word.

    Args:
        table: Read to its end.
        memos: Of this workbook; empty at first.
        findings: Takes what concerns the sheet as a whole; the problems of a
            row stay in its line until its order is known.

    Raises:
        UnreadableError: The sheet is broken, hostile or over a limit.
    """
    reader: _Reader[Any] = _Reader(table, memos)
    for piece in table.rows:
        if isinstance(piece, Block):
            reader.read_block(piece)
        else:
            reader.read_row(piece)
        if reader.second_heading:
            break
    reader.mark_merged()
    findings.extend(_of_the_sheet(reader))
    return reader.lines


def _of_the_sheet(reader: _Reader[Any]) -> Iterator[Finding]:
    """Tell what concerns a sheet as a whole, once its rows are read."""
    name, hidden = reader.table.sheet.name, reader.hidden
    if reader.second_heading:
        message = say(
            "a second heading row stands here, below the one in row {row}",
            row=reader.table.heading_row,
        )
        problem = Problem(Code.TWO_TABLES, message)
        yield Finding(problem=problem, sheet=name, row=reader.second_heading)
    if len(hidden) > 1:
        message = say(
            "{count} hidden rows are served, the first is row {row}",
            count=len(hidden),
            row=hidden[0],
        )
        yield Finding(problem=Problem(Code.HIDDEN_ROWS, message), sheet=name, row=hidden[0])
    elif hidden:
        problem = Problem(Code.HIDDEN_ROWS, "a hidden row is served")
        yield Finding(problem=problem, sheet=name, row=hidden[0])
    if not reader.lines:
        return
    if reader.table.sheet.is_hidden:
        problem = Problem(Code.HIDDEN_SHEET, "the sheet is hidden, and its rows are served")
        yield Finding(problem=problem, sheet=name)
    for column, place in reader.table.columns.items():
        if any(first <= place <= last for first, last in reader.table.sheet.hidden_columns):
            message = say("the hidden column {column} is served", column=column)
            problem = Problem(Code.HIDDEN_COLUMN, message)
            row = reader.table.heading_row
            yield Finding(problem=problem, sheet=name, row=row, column=place)
