"""The rows of Enactor's sheets joined to orders.

An error withholds its order from Enactor's clients and from nobody else, so none of this
touches what the plain sheets say.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from corsheet.findings import Code, Problem, echo, say
from corsheet.model import (
    EnactorAdjustment,
    EnactorDetails,
    EnactorItem,
    EnactorPayment,
    Fields,
    OrderItem,
    all_items,
    plain_number,
)
from corsheet.workbook.enactor_layout import (
    ADDRESSES,
    ADJUSTMENTS,
    ENACTOR_ITEMS,
    HEADER,
    ITEMS_ROW,
    LINE,
    NOTES,
    PAYMENTS,
    PRODUCT,
    PRODUCTS,
)
from corsheet.workbook.fields import FieldRow
from corsheet.workbook.headings import Table
from corsheet.workbook.layout import ITEMS, ORDER
from corsheet.workbook.orders import Join
from corsheet.workbook.owners import Draft, OrderKey, Owners, only_one
from corsheet.workbook.rows import Line

LINE_NUMBER = "lineNumber"
ORDERED = "orderedQty"
CUSTOMER_NUMBER = "customerNumber"
QUANTITY = "Quantity"
PRODUCT_OF_ITEM = (PRODUCT, f"{PRODUCT}.id")
"""The columns that bear on how rows are joined."""


@dataclass(slots=True)
class _Gathered:
    """What Enactor's sheets say of one order, while its rows are gathered; all in sheet order."""

    draft: Draft
    header: Line[FieldRow] | None = None
    items: list[EnactorItem] = field(default_factory=list)
    positions: set[int] = field(default_factory=set)
    products: dict[str, Fields] = field(default_factory=dict)
    payments: list[EnactorPayment] = field(default_factory=list)
    notes: list[Fields] = field(default_factory=list)
    adjustments: list[EnactorAdjustment] = field(default_factory=list)
    lines_adjusted: dict[int, int] = field(default_factory=dict)  # to the first row that names it
    addresses: list[Fields] = field(default_factory=list)


@dataclass(slots=True)
class _Shared:
    """A row of Products for every order that has the product; without fields it is at fault."""

    number: int
    fields: Fields | None


class EnactorJoin(Owners):
    """Joins the rows of Enactor's sheets. Used once: make it, then call ``run``.

    Attributes:
        withheld: Orders that Enactor's clients are not told; some of them nobody is.
        details: What they are told of each order beside the plain sheets.
    """

    is_enactors = True

    def __init__(
        self,
        lines: Mapping[str, Sequence[Line[Any]]],
        tables: Mapping[str, Table],
        join: Join,
        items: Sequence[Line[OrderItem]],
    ) -> None:
        """Take the rows.

        Args:
            lines: Those of Enactor's sheets, by the layout's name; absent sheets have none.
            tables: Every sheet that was found.
            join: The plain sheets, joined.
            items: The rows of Items.
        """
        super().__init__(tables, join.known)
        self.withheld: set[OrderKey] = set()
        self.details: dict[OrderKey, EnactorDetails] = {}
        self._lines = lines
        self._join = join
        self._items = items
        self._orders: dict[OrderKey, _Gathered] = {}
        self._shared: dict[str, _Shared] = {}

    def run(self) -> None:
        """Join everything."""
        adders = {
            HEADER.name: self._add_header,
            ENACTOR_ITEMS.name: self._add_item,
            PRODUCTS.name: self._add_product,
            PAYMENTS.name: self._add_payment,
            NOTES.name: self._add_note,
            ADJUSTMENTS.name: self._add_adjustment,
            ADDRESSES.name: self._add_address,
        }
        for sheet, add in adders.items():
            for line in self._lines.get(sheet, ()):
                add(line)
        for order in self._orders.values():
            self._check_lines(order)
        self._check_quantities()
        for draft in self._join.drafts:
            if not draft.spoiled and draft.key not in self.withheld:
                self._finish(draft)

    def _finish(self, draft: Draft) -> None:
        """Put together what the sheets say of an order, if anything."""
        order = self._orders.get(draft.key)
        products = tuple(order.products.values()) if order else ()
        if not products and self._shared:
            shared = self._shared_products(draft, order)
            if any(row.fields is None for row in shared):
                self._withhold(draft)
                return
            products = tuple(row.fields for row in shared if row.fields is not None)
        if order is None and not products:
            return
        order = order or _Gathered(draft)
        self.details[draft.key] = EnactorDetails(
            header=_fields(order.header) if order.header is not None else None,
            items=tuple(order.items),
            products=products,
            has_own_products=bool(order.products),
            payments=tuple(order.payments),
            notes=tuple(order.notes),
            adjustments=tuple(order.adjustments),
            addresses=tuple(order.addresses),
        )

    def _shared_products(self, draft: Draft, order: _Gathered | None) -> list[_Shared]:
        """Give the rows of Products, in their order, for the products of an order's items."""
        products: set[object] = set()
        for position, fields in all_items(order.items if order else (), len(draft.items)):
            if not fields.columns.isdisjoint(PRODUCT_OF_ITEM):
                key = fields.values.get(PRODUCT)
                products.add(key.get("id") if isinstance(key, Mapping) else None)
            elif position is not None:
                products.add(draft.items[position - 1].item_id)
        rows = [row for product in products if (row := self._shared.get(str(product)))]
        return sorted(rows, key=lambda row: row.number)

    def _withhold(self, draft: Draft) -> None:
        self.withheld.add(draft.key)

    def _order(self, sheet: str, line: Line[FieldRow]) -> _Gathered | None:
        """Find the order of a row; None: it cannot be told, and a finding says so."""
        draft = self._owner(sheet, line)
        if draft is None:
            return None
        order = self._orders.get(draft.key)
        if order is None:
            order = self._orders[draft.key] = _Gathered(draft)
        return order

    def _add_header(self, line: Line[FieldRow]) -> None:
        order = self._order(HEADER.name, line)
        if order is None:
            return
        name = echo(order.draft.key.customer_order_id)
        if order.header is not None:
            row = order.header.number
            message = say("order {order} stands in row {row} already", order=name, row=row)
            problem = Problem(Code.HEADER_TWICE, message)
            self._add(HEADER.name, line.number, ORDER, problem, order.draft)
            return
        order.header = line
        head = order.draft.line.value
        number = None if line.value is None else _fields(line).values.get(CUSTOMER_NUMBER)
        if head is not None and number is not None and number != head.customer_id:
            row = order.draft.line.number
            message = say(
                "it is not the customer that order {order} has in Orders, in row {row}",
                order=name,
                row=row,
            )
            problem = Problem(Code.OTHER_CUSTOMER, message)
            self._add(HEADER.name, line.number, CUSTOMER_NUMBER, problem, order.draft)

    def _add_item(self, line: Line[FieldRow]) -> None:
        order = self._order(ENACTOR_ITEMS.name, line)
        if order is None or line.value is None:
            return
        fields = _fields(line)
        has_column = ITEMS_ROW in self._tables[ENACTOR_ITEMS.name].columns
        number = line.value.key if has_column else fields.values.get(LINE_NUMBER)
        position = None if number is None else int(number)
        if position is None:
            self._check_own_item(line, order.draft)
        elif problem := self._misplaced(order, position):
            column = ITEMS_ROW if has_column else LINE_NUMBER
            self._add(ENACTOR_ITEMS.name, line.number, column, problem, order.draft)
        else:
            order.positions.add(position)
        order.items.append(EnactorItem(position, fields))

    def _check_own_item(self, line: Line[FieldRow], draft: Draft) -> None:
        """See that an item that is not on Items says what it is."""
        key = _fields(line).values.get(PRODUCT)
        if isinstance(key, Mapping) and key.get("id") is not None:
            return
        columns = self._tables[ENACTOR_ITEMS.name].columns
        column = next((name for name in reversed(PRODUCT_OF_ITEM) if name in columns), ORDER)
        problem = Problem(Code.ITEM_WITHOUT_PRODUCT, "the row does not say which product it is")
        self._add(ENACTOR_ITEMS.name, line.number, column, problem, draft)

    def _misplaced(self, order: _Gathered, position: int) -> Problem | None:
        """Say why a row of Enactor items cannot add to one of Items; None: it can."""
        name = echo(order.draft.key.customer_order_id)
        if position in order.positions:
            message = say(
                "row {position} of order {order} in Items is added to already",
                position=position,
                order=name,
            )
            return Problem(Code.ITEMS_ROW_TWICE, message)
        # of a spoiled order a row of Items may be at fault, which is told
        if order.draft.spoiled or 1 <= position <= len(order.draft.items):
            return None
        count = len(order.draft.items)
        message = say(
            "there is no row {position} of order {order} in Items, which has {count}",
            position=position,
            order=name,
            count=count,
        )
        return Problem(Code.NO_ITEMS_ROW, message, self._join.lost_item_cure())

    def _add_product(self, line: Line[FieldRow]) -> None:
        place = self._tables[PRODUCTS.name].columns.get(ORDER)
        is_unclear = any(column == place and problem.is_error for column, problem in line.problems)
        if line.customer_order_id is None and not is_unclear:
            self._tell(PRODUCTS.name, line, None)
            self._add_shared_product(line)
            return
        order = self._order(PRODUCTS.name, line)
        if order is None or line.value is None:
            return
        if line.value.fields is None:
            self._withhold(order.draft)
        elif line.value.key in order.products:
            message = say(
                "order {order} has product {product} on two rows",
                order=echo(order.draft.key.customer_order_id),
                product=echo(line.value.key),
            )
            problem = Problem(Code.PRODUCT_TWICE, message)
            self._add(PRODUCTS.name, line.number, PRODUCT, problem, order.draft)
        else:
            order.products[line.value.key] = line.value.fields

    def _add_shared_product(self, line: Line[FieldRow]) -> None:
        """Add a product for every order that has it, whose own rows say nothing of products."""
        if line.value is None or line.value.key is None:
            return  # nobody can tell which, and that is told
        first = self._shared.get(line.value.key)
        if first is None:
            self._shared[line.value.key] = _Shared(line.number, line.value.fields)
            return
        first.fields = None
        message = say(
            "product {product} stands in row {row} already",
            product=echo(line.value.key),
            row=first.number,
        )
        place = (line.number, self._tables[PRODUCTS.name].columns[PRODUCT])
        problem = Problem(Code.PRODUCT_TWICE, message)
        self._find(PRODUCTS.name, place, problem, (None, None))

    def _add_payment(self, line: Line[FieldRow]) -> None:
        order = self._order(PAYMENTS.name, line)
        if order is not None and line.value is not None:
            order.payments.append(EnactorPayment(line.value.key, _fields(line)))

    def _add_note(self, line: Line[FieldRow]) -> None:
        order = self._order(NOTES.name, line)
        if order is not None and line.value is not None:
            order.notes.append(_fields(line))

    def _add_address(self, line: Line[FieldRow]) -> None:
        order = self._order(ADDRESSES.name, line)
        if order is not None and line.value is not None:
            order.addresses.append(_fields(line))

    def _add_adjustment(self, line: Line[FieldRow]) -> None:
        order = self._order(ADJUSTMENTS.name, line)
        if order is None or line.value is None:
            return
        number = None if line.value.key is None else int(line.value.key)
        order.adjustments.append(EnactorAdjustment(number, _fields(line)))
        if number is not None:
            order.lines_adjusted.setdefault(number, line.number)

    def _check_lines(self, order: _Gathered) -> None:
        """See that adjustments are on lines that the order has."""
        if order.draft.spoiled or not order.lines_adjusted:
            return
        served: set[object] = set()
        for line, (_, fields) in enumerate(all_items(order.items, len(order.draft.items)), 1):
            is_said = LINE_NUMBER in fields.columns
            served.add(fields.values.get(LINE_NUMBER) if is_said else line)
        for number, row in order.lines_adjusted.items():
            if number not in served:
                message = say(
                    "order {order} has no line {line}",
                    order=echo(order.draft.key.customer_order_id),
                    line=number,
                )
                problem = Problem(Code.NO_LINE, message)
                self._add(ADJUSTMENTS.name, row, LINE, problem, order.draft)

    def _check_quantities(self) -> None:
        """Tell of quantities that are no whole numbers, where Enactor items do not say another."""
        doubtful: dict[OrderKey, list[int]] = {}
        for key, order in self._orders.items():
            if order.draft.spoiled or key in self.withheld:
                continue
            said = {item.position for item in order.items if ORDERED in item.fields.columns}
            positions = [
                position
                for position, item in enumerate(order.draft.items, 1)
                if position not in said and not is_whole(item.quantity_ordered)
            ]
            if positions:
                doubtful[key] = positions
        rows = self._rows_on_items(doubtful.keys()) if doubtful else {}
        for key, positions in doubtful.items():
            draft = self._orders[key].draft
            for position in positions:
                quantity = plain_number(draft.items[position - 1].quantity_ordered)
                message = say("Enactor counts in whole pieces, not {number}", number=quantity)
                problem = Problem(Code.QUANTITY_NOT_WHOLE, message)
                self._add(ITEMS.name, rows[key][position - 1], QUANTITY, problem, draft)

    def _rows_on_items(self, keys: Collection[OrderKey]) -> dict[OrderKey, list[int]]:
        """Give the row numbers of some orders' items, in their order."""
        rows: dict[OrderKey, list[int]] = {key: [] for key in keys}
        for line in self._items:
            draft = only_one(self.known.of_row(line))
            if draft is not None and draft.key in rows and line.value is not None:
                rows[draft.key].append(line.number)
        return rows


def is_whole(number: Decimal) -> bool:
    """Tell whether a number is a whole one."""
    return number == number.to_integral_value()


def _fields(line: Line[FieldRow]) -> Fields:
    """Give the fields of a row that could be read."""
    if line.value is None or line.value.fields is None:
        return Fields({})
    return line.value.fields
