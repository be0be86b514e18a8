"""One row of a sheet to one value, with every problem of its cells.

Every cell of a row is read before the row is judged, so one look at the
findings is enough to mend the row.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Generic, NamedTuple, TypeVar

from corsheet.findings import Code, Finding, Problem, echo, say
from corsheet.model import (
    AdditionalInformation,
    BusinessUnitId,
    CustomerAccountId,
    CustomerId,
    CustomerOrderId,
    Discount,
    InvoicePaymentInstruction,
    ItemId,
    OrderItem,
    OrderStatus,
    RewardType,
    normalise_id,
)
from corsheet.workbook import cells
from corsheet.workbook.cells import Parsed
from corsheet.workbook.headings import Table
from corsheet.workbook.layout import BUSINESS_UNIT, ORDER, nearest
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
    """

    number: int
    business_unit_id: BusinessUnitId | None
    customer_order_id: CustomerOrderId | None
    value: T | None
    problems: list[tuple[int, Problem]] = field(default_factory=list)
    unit_is_unclear: bool = False


class Take:
    """Takes the cells of one row, gathering their problems."""

    def __init__(self, columns: dict[str, int], found: dict[int, Cell]) -> None:
        self.columns = columns
        self.found = found
        self.problems: list[tuple[int, Problem]] = []
        self.failed = False

    def optional(self, name: str, parse: Callable[[Cell], Parsed[T]]) -> T | None:
        """Read a cell that may be blank, or whose column may not be there."""
        column = self.columns.get(name, 0)
        cell = self.found.get(column)
        if cell is None:
            return None
        value, problem = parse(cell)
        if problem is not None:
            self.add(column, problem)
        return value

    def required(self, name: str, parse: Callable[[Cell], Parsed[T]]) -> T | None:
        """Read a cell that must hold something."""
        before = len(self.problems)
        value = self.optional(name, parse)
        if value is None and len(self.problems) == before:
            problem = Problem(Code.VALUE_MISSING, say("{column} is empty", column=name))
            self.add(self.columns[name], problem)
        return value

    def add(self, column: int, problem: Problem) -> None:
        """Note a problem; an error makes the row unusable."""
        self.problems.append((column, problem))
        self.failed = self.failed or problem.is_error


Build = Callable[[Take], T | None]
"""Makes a row's value of its cells; None where one is missing."""


def read_lines(table: Table, build: Build[T], findings: list[Finding]) -> list[Line[T]]:
    """Read every row of a table. Blank rows are skipped without a word.

    Args:
        table: Read to its end.
        build: Makes the value of a row.
        findings: Takes what concerns the sheet as a whole (hidden rows); the
            problems of a row stay in its line until its order is known.

    Raises:
        UnreadableError: The sheet is broken, hostile or over a limit.
    """
    known = set(table.columns.values())
    lines: list[Line[T]] = []
    hidden: list[int] = []
    for row in table.rows:
        if not any(column in known and not _is_blank(row.cells[column]) for column in row.cells):
            continue
        if row.hidden:
            hidden.append(row.number)
        lines.append(_read_line(row, table.columns, build))
    _mark_merged(table, lines)
    if hidden:
        message = say(
            "{count} hidden rows are served, the first is row {row}",
            count=len(hidden),
            row=hidden[0],
        )
        problem = Problem(
            Code.HIDDEN_ROWS,
            message if len(hidden) > 1 else say("hidden row {row} is served", row=hidden[0]),
        )
        findings.append(Finding(problem=problem, sheet=table.sheet.name, row=hidden[0]))
    return lines


def _is_blank(cell: Cell) -> bool:
    return cell.kind is CellKind.TEXT and not normalise_id(cell.text)


def _read_line(row: SheetRow, columns: dict[str, int], build: Build[T]) -> Line[T]:
    take = Take(columns, row.cells)
    unit = take.optional(BUSINESS_UNIT, cells.identifier)
    unit_is_unclear = take.failed
    order = take.required(ORDER, cells.identifier)
    value = build(take)
    return Line(
        number=row.number,
        business_unit_id=None if unit is None else BusinessUnitId(unit),
        customer_order_id=None if order is None else CustomerOrderId(order),
        value=None if take.failed else value,
        problems=take.problems,
        unit_is_unclear=unit_is_unclear,
    )


def _mark_merged(table: Table, lines: list[Line[T]]) -> None:
    """Spoil the rows that merged cells run through, with one problem for each range.

    What the rows said of those cells is taken back: only the first of merged
    cells holds a value, so the others look empty.
    """
    by_number = {line.number: line for line in lines}
    for merged in table.sheet.merged:
        columns = range(merged.first_column, merged.last_column + 1)
        touched = [column for column in table.columns.values() if column in columns]
        numbers = range(max(merged.first_row, table.heading_row + 1), merged.last_row + 1)
        struck = [by_number[number] for number in numbers if number in by_number]
        if not touched or not struck:
            continue
        for line in struck:
            line.value = None
            if table.columns.get(BUSINESS_UNIT) in touched:
                line.business_unit_id, line.unit_is_unclear = None, True
            line.problems = [(c, problem) for c, problem in line.problems if c not in touched]
        first = struck[0]
        count = len(numbers) * len(columns)
        problem = Problem(Code.MERGED, say("{count} cells are merged into one", count=count))
        first.problems.append((min(touched), problem))


def order_head(take: Take) -> OrderHead | None:
    """Read a row of Orders."""
    customer = take.required("Customer", cells.identifier)
    status = take.required("Status", cells.text)
    if status is not None and status not in list(OrderStatus):
        _unknown_word(take, "Status", status, Code.UNKNOWN_STATUS, list(OrderStatus))
    down_payment = take.optional("Minimum down payment", cells.amount)
    is_locked = take.optional("Locked", cells.yes_no)
    if customer is None or status is None:
        return None
    return OrderHead(CustomerId(customer), status, down_payment, is_locked)


def order_item(take: Take) -> OrderItem | None:
    """Read a row of Items."""
    item = take.required("Item", cells.identifier)
    quantity = take.required("Quantity", cells.quantity)
    price = take.required("Unit price", cells.amount)
    contributed = take.optional("Contributed amount", cells.amount)
    if item is None or quantity is None or price is None:
        return None
    return OrderItem(
        item_id=ItemId(item),
        quantity_ordered=quantity,
        unit_price=price,
        contributed_amount=contributed,
    )


def invoice(take: Take) -> InvoicePaymentInstruction | None:
    """Read a row of Invoices."""
    account = take.required("Invoice account", cells.identifier)
    amount = take.required("Invoicing amount", cells.amount)
    if account is None or amount is None:
        return None
    return InvoicePaymentInstruction(
        customer_account_id=CustomerAccountId(account), invoicing_amount=amount
    )


def information(take: Take) -> AdditionalInformation | None:
    """Read a row of Information."""
    name = take.required("Information id", cells.text)
    value = take.required("Value", cells.text)
    display_text = take.required("Display text", cells.text)
    receipt_label = take.required("Receipt label", cells.text)
    if name is None or value is None or display_text is None or receipt_label is None:
        return None
    return AdditionalInformation(
        information_id=name, value=value, display_text=display_text, receipt_label=receipt_label
    )


def discount(take: Take) -> ItemDiscount | None:
    """Read a row of Discounts."""
    item = take.required("Item", cells.identifier)
    name = take.required("Discount id", cells.text)
    label = take.required("Discount text", cells.text)
    amount = take.required("Discount amount", cells.amount)
    reward = take.required("Reward type", cells.text)
    if reward is not None and reward not in list(RewardType):
        _unknown_word(take, "Reward type", reward, Code.UNKNOWN_REWARD_TYPE, list(RewardType))
    if item is None or name is None or label is None or amount is None or reward is None:
        return None
    return ItemDiscount(
        ItemId(item),
        Discount(discount_id=name, discount_text=label, discount_amount=amount, reward_type=reward),
    )


def _unknown_word(take: Take, column: str, word: str, code: Code, known: list[str]) -> None:
    near = nearest(word, known)
    cure = say("did you mean {word}?", word=near) if near else ""
    message = say("the till may not know {word}", word=echo(word))
    take.add(take.columns[column], Problem(code, message, cure))
