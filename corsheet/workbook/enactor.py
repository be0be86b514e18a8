"""The rows of Enactor's sheets joined to orders.

An error withholds its order from Enactor's clients and from nobody else, so none of this
touches what the plain sheets say.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from corsheet.findings import Code, Problem, echo, say
from corsheet.model import (
    NO_FIELDS,
    EnactorAdjustment,
    EnactorDetails,
    EnactorItem,
    EnactorPayment,
    Fields,
    OrderItem,
    all_items,
    is_whole,
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
from corsheet.workbook.layout import BUSINESS_UNIT, ITEMS, ORDER
from corsheet.workbook.orders import Join
from corsheet.workbook.owners import Draft, OrderKey, Owners, only_one
from corsheet.workbook.rows import Line

LINE_NUMBER = "lineNumber"
ORDERED = "orderedQty"
CUSTOMER_NUMBER = "customerNumber"
AMOUNT = "amount"
QUANTITY = "Quantity"
UNIT_PRICE = "unitPrice"
PRICE = "Unit price"
PRODUCT_OF_ITEM = (PRODUCT, f"{PRODUCT}.id")
"""The columns that bear on how rows are joined."""

ADJUSTED = "adjustments"
ADDRESS = "address"
"""Lists of a header, or an item, that rows of other sheets are put into."""


@dataclass(slots=True)
class _Gathered:
    """What Enactor's sheets say of one order, while its rows are gathered; all in sheet order."""

    draft: Draft
    header: Line[FieldRow] | None = None
    items: list[EnactorItem] = field(default_factory=list)
    item_rows: list[int] = field(default_factory=list)  # where each of the items stands
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
        currency_exponent: int,
    ) -> None:
        """Take the rows.

        Args:
            lines: Those of Enactor's sheets, by the layout's name; absent sheets have none.
            tables: Every sheet that was found.
            join: The plain sheets, joined.
            items: The rows of Items.
            currency_exponent: Decimals of the currency's minor unit (ISO 4217).
        """
        super().__init__(tables, join.known)
        self.withheld: set[OrderKey] = set()
        self.details: dict[OrderKey, EnactorDetails] = {}
        self._lines = lines
        self._join = join
        self._items = items
        self._minor = Decimal(1).scaleb(-currency_exponent)
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
            self._check_header(order)
        self._check_numbers()
        if self._join.items_are_lost:
            self._check_positions()
        self._check_shared_products()
        for order in self._orders.values():
            if not order.draft.spoiled and order.draft.key not in self.withheld:
                self._finish(order)

    def shared_products(self) -> tuple[Fields, ...]:
        """Give the good rows of Products for every order, in sheet order."""
        return tuple(row.fields for row in self._shared.values() if row.fields is not None)

    def _finish(self, order: _Gathered) -> None:
        """Put together what the sheets say of an order."""
        self.details[order.draft.key] = EnactorDetails(
            header=_fields(order.header) if order.header is not None else None,
            items=tuple(order.items),
            products=tuple(order.products.values()),
            payments=tuple(order.payments),
            notes=tuple(order.notes),
            adjustments=tuple(order.adjustments),
            addresses=tuple(order.addresses),
        )

    def _check_shared_products(self) -> None:
        """Withhold the orders that are to be told a row of Products that is at fault."""
        faulty = {product for product, row in self._shared.items() if row.fields is None}
        for draft in self._join.drafts if faulty else ():
            order = self._orders.get(draft.key)
            if draft.spoiled or draft.key in self.withheld or (order and order.products):
                continue
            if not faulty.isdisjoint(_products_of(draft, order)):
                self._withhold(draft)

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
            self._check_product(line, order.draft, position)
        order.items.append(EnactorItem(position, fields))
        order.item_rows.append(line.number)

    def _check_own_item(self, line: Line[FieldRow], draft: Draft) -> None:
        """See that an item that is not on Items says what it is."""
        if _product_of(_fields(line)) is None:
            self._tell_without_product(line, draft)

    def _tell_without_product(self, line: Line[FieldRow], draft: Draft, cure: str = "") -> None:
        columns = self._tables[ENACTOR_ITEMS.name].columns
        column = next((name for name in reversed(PRODUCT_OF_ITEM) if name in columns), ORDER)
        message = "the row does not say which product it is"
        problem = Problem(Code.ITEM_WITHOUT_PRODUCT, message, cure)
        self._add(ENACTOR_ITEMS.name, line.number, column, problem, draft)

    def _check_product(self, line: Line[FieldRow], draft: Draft, position: int) -> None:
        """See that an item is of the product that its row on Items has, if it says one."""
        fields = _fields(line)
        if draft.spoiled or fields.columns.isdisjoint(PRODUCT_OF_ITEM):
            return
        product, item = _product_of(fields), draft.items[position - 1].item_id
        if product is None:
            cure = say("write {item}, as Items has it", item=echo(item))
            self._tell_without_product(line, draft, cure)
        elif product != item:
            message = say(
                "row {position} of order {order} in Items is item {item}",
                position=position,
                order=echo(draft.key.customer_order_id),
                item=echo(item),
            )
            problem = Problem(Code.OTHER_PRODUCT, message)
            self._add(ENACTOR_ITEMS.name, line.number, PRODUCT_OF_ITEM[1], problem, draft)

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
        is_unclear = is_unclear or line.order_is_unclear
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
        if line.business_unit_id is not None:
            self._shared.setdefault(line.value.key, _Shared(line.number, None)).fields = None
            place = (line.number, self._tables[PRODUCTS.name].columns[BUSINESS_UNIT])
            message = say(
                "business unit {unit} stands here without an order",
                unit=echo(line.business_unit_id),
            )
            problem = Problem(Code.UNIT_WITHOUT_ORDER, message)
            self._find(PRODUCTS.name, place, problem, (None, None))
            return
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
        if order is None or line.value is None:
            return
        fields = _fields(line)
        order.payments.append(EnactorPayment(line.value.key, fields))
        amount = fields.values.get(AMOUNT)
        if amount is not None and amount < 0:
            message = say("{number} is below zero", number=plain_number(amount))
            cure = "write it without the minus; TRUE below isRefund says that it is a refund"
            problem = Problem(Code.NEGATIVE_AMOUNT, message, cure)
            self._add(PAYMENTS.name, line.number, AMOUNT, problem, order.draft)

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
        """See that no two items have one line number, and adjustments a line of the order."""
        if order.draft.spoiled or not (order.items or order.lines_adjusted):
            return
        rows = iter(order.item_rows)
        served: dict[object, int] = {}  # line numbers, to the row on Enactor items or 0
        for line, (_, fields) in enumerate(all_items(order.items, len(order.draft.items)), 1):
            row = 0 if fields is NO_FIELDS else next(rows)
            number = fields.values.get(LINE_NUMBER) if LINE_NUMBER in fields.columns else line
            if number is not None and number in served:
                self._tell_line_twice(order.draft, row or served[number], number)
            served.setdefault(number, row)
            if row and number in order.lines_adjusted:
                item = (ENACTOR_ITEMS.name, row)
                self._check_list(item, fields, ADJUSTED, ADJUSTMENTS.name, order.draft)
        for number, row in order.lines_adjusted.items():
            if number not in served:
                message = say(
                    "order {order} has no line {line}",
                    order=echo(order.draft.key.customer_order_id),
                    line=number,
                )
                problem = Problem(Code.NO_LINE, message)
                self._add(ADJUSTMENTS.name, row, LINE, problem, order.draft)

    def _tell_line_twice(self, draft: Draft, row: int, number: object) -> None:
        if draft.key in self.withheld:
            return  # it may have a row of Items twice, and that is told
        message = say(
            "line {line} of order {order} is another item already",
            line=number,
            order=echo(draft.key.customer_order_id),
        )
        problem = Problem(Code.LINE_TWICE, message)
        self._add(ENACTOR_ITEMS.name, row, LINE_NUMBER, problem, draft)

    def _check_header(self, order: _Gathered) -> None:
        """See that what rows of other sheets are put into is not said by a cell, too."""
        if order.draft.spoiled or order.header is None:
            return
        header, fields = (HEADER.name, order.header.number), _fields(order.header)
        if order.addresses:
            self._check_list(header, fields, ADDRESS, ADDRESSES.name, order.draft)
        if any(row.line is None for row in order.adjustments):
            self._check_list(header, fields, ADJUSTED, ADJUSTMENTS.name, order.draft)

    def _check_list(
        self, row: tuple[str, int], fields: Fields, name: str, sheet: str, draft: Draft
    ) -> None:
        """Tell of a cell that says what the rows of a sheet say."""
        if not fields.values.get(name):
            return  # nothing, or an empty list
        columns = self._tables[row[0]].columns
        column = next(c for c in columns if c == name or c.startswith((f"{name}.", f"{name}[")))
        message = say("{column} and {other} cannot both be", column=column, other=sheet)
        cure = say("empty the cell, or delete the order's rows on {sheet}", sheet=sheet)
        self._add(*row, column, Problem(Code.FIELDS_CLASH, message, cure), draft)

    def _check_positions(self) -> None:
        """Withhold orders whose rows on Items are counted where a row has lost its order.

        That row may be one of theirs, so that the others would be counted wrongly; not where
        the product is said, which is then the one on Items.
        """
        lost = next(x.number for x in self._items if only_one(self.known.of_row(x)) is None)
        counted = {
            key: positions
            for key, order in self._orders.items()
            if not order.draft.spoiled
            and key not in self.withheld
            and (positions := [i.position for i in order.items if i.position and _is_bare(i)])
        }
        rows = self._rows_on_items(counted.keys())
        is_told = False
        for key, positions in counted.items():
            if all(rows[key][position - 1] < lost for position in positions):
                continue
            self._withhold(self._orders[key].draft)
            if not is_told:
                message = "rows below this one are counted on Enactor items; it may be one of them"
                place = (lost, self._tables[ITEMS.name].columns[ORDER])
                problem = Problem(Code.ITEMS_ROW_UNSURE, message)
                self._find(ITEMS.name, place, problem, (None, None))
                is_told = True

    def _check_numbers(self) -> None:
        """Tell of quantities and prices that have no Enactor form, where nothing else is said."""
        doubtful: dict[OrderKey, list[tuple[int, str, Problem]]] = {}
        for key, order in self._orders.items():
            if order.draft.spoiled or key in self.withheld:
                continue
            columns = {item.position: item.fields.columns for item in order.items}
            problems = [
                (position, column, problem)
                for position, item in enumerate(order.draft.items, 1)
                for column, problem in self._unfit(item, columns.get(position, frozenset()))
            ]
            if problems:
                doubtful[key] = problems
        rows = self._rows_on_items(doubtful.keys()) if doubtful else {}
        for key, problems in doubtful.items():
            for position, column, problem in problems:
                row = rows[key][position - 1]
                self._add(ITEMS.name, row, column, problem, self._orders[key].draft)

    def _unfit(self, item: OrderItem, said: frozenset[str]) -> Iterator[tuple[str, Problem]]:
        """Give what of a row of Items Enactor cannot be told: the column, and why."""
        if ORDERED not in said and not is_whole(item.quantity_ordered):
            quantity = plain_number(item.quantity_ordered)
            message = say("Enactor counts in whole pieces, not {number}", number=quantity)
            yield QUANTITY, Problem(Code.QUANTITY_NOT_WHOLE, message)
        if UNIT_PRICE not in said and item.unit_price % self._minor:
            price = plain_number(item.unit_price)
            message = say("{number} is finer than the currency's minor unit", number=price)
            yield PRICE, Problem(Code.PRICE_TOO_FINE, message)

    def _rows_on_items(self, keys: Collection[OrderKey]) -> dict[OrderKey, list[int]]:
        """Give the row numbers of some orders' items, in their order."""
        rows: dict[OrderKey, list[int]] = {key: [] for key in keys}
        for line in self._items:
            draft = only_one(self.known.of_row(line))
            if draft is not None and draft.key in rows and line.value is not None:
                rows[draft.key].append(line.number)
        return rows


def _products_of(draft: Draft, order: _Gathered | None) -> Iterator[object]:
    """Give the products of an order's items, as often as they stand there."""
    for position, fields in all_items(order.items if order else (), len(draft.items)):
        if not fields.columns.isdisjoint(PRODUCT_OF_ITEM):
            yield _product_of(fields)
        elif position is not None:
            yield draft.items[position - 1].item_id


def _product_of(fields: Fields) -> object:
    """Give the product that a row of Enactor items says; None: it says none."""
    key = fields.values.get(PRODUCT)
    return key.get("id") if isinstance(key, Mapping) else None


def _is_bare(item: EnactorItem) -> bool:
    """Tell whether nothing but its position says which row of Items a row adds to."""
    return item.fields.columns.isdisjoint(PRODUCT_OF_ITEM)


def _fields(line: Line[FieldRow]) -> Fields:
    """Give the fields of a row that could be read."""
    if line.value is None or line.value.fields is None:
        return Fields({})
    return line.value.fields
