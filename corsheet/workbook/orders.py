"""Rows joined to orders; an order with an error in any row is withheld."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from corsheet.findings import Code, Problem, echo, say
from corsheet.model import (
    EVERY_UNIT,
    AdditionalInformation,
    BusinessUnitId,
    CustomerOrder,
    InvoicePaymentInstruction,
    OrderItem,
)
from corsheet.workbook.headings import Table
from corsheet.workbook.layout import DISCOUNTS, INFORMATION, INVOICES, ITEMS, ORDER, ORDERS
from corsheet.workbook.owners import Draft, Known, OrderKey, Owners
from corsheet.workbook.rows import ItemDiscount, Line, OrderHead

__all__ = ["Join", "Lines", "OrderKey"]

LOST_ITEM_CURE = "first mend the order ids in Items; this item's row may be among them"
LOST_INVOICE_CURE = "first mend the order ids in Invoices; this order's row may be among them"


class Lines(NamedTuple):
    """The rows of every sheet; an absent sheet has none."""

    orders: Sequence[Line[OrderHead]]
    items: Sequence[Line[OrderItem]]
    invoices: Sequence[Line[InvoicePaymentInstruction]]
    information: Sequence[Line[AdditionalInformation]]
    discounts: Sequence[Line[ItemDiscount]]


class Join(Owners):
    """Joins the rows of one workbook. Used once: make it, then call ``run``.

    Attributes:
        drafts: Every row of Orders that has an id, in sheet order.
        items_are_lost: A row of Items belongs to no order that can be told.
    """

    def __init__(
        self, lines: Lines, tables: Mapping[str, Table], business_unit: BusinessUnitId
    ) -> None:
        super().__init__(tables, Known())
        self.drafts: list[Draft] = []
        self.items_are_lost = False
        self._lines = lines
        self._business_unit = business_unit
        self._lost_invoices = False

    def run(self) -> None:
        """Join everything; the result is in ``drafts`` and ``findings``."""
        for line in self._lines.orders:
            self._add_order(line)
        self._find_duplicates()
        by_id, same_id = self.known.by_id, self.known.same_id
        for item in self._lines.items:
            order = item.customer_order_id
            draft = by_id.get(order) if order and order not in same_id else None
            if draft is None or item.value is None or item.business_unit_id or item.problems:
                self._add_item(item)
            else:
                draft.items.append(item.value)  # as nearly every row is
        for invoice in self._lines.invoices:
            self._add_invoice(invoice)
        for information in self._lines.information:
            self._add_information(information)
        for discount in self._lines.discounts:
            self._add_discount(discount)
        for draft in self.drafts:
            if not draft.items:
                self._check_items(draft)
        del self._lines  # what comes needs the memory

    def orders(self) -> tuple[CustomerOrder, ...]:
        """Give the orders to serve, in sheet order."""
        return tuple(_finish(draft) for draft in self.drafts if not draft.spoiled)

    def withheld(self) -> tuple[OrderKey, ...]:
        """Give the orders not to serve, in sheet order; a duplicate stands there twice."""
        return tuple(draft.key for draft in self.drafts if draft.spoiled)

    def _add_order(self, line: Line[OrderHead]) -> None:
        if line.customer_order_id is None:
            self.known.some_are_lost = True
            self._tell(ORDERS.name, line, None)
            return
        unit = line.business_unit_id or self._business_unit
        if line.unit_is_unclear:
            unit = EVERY_UNIT  # withheld wherever it may belong
        draft = Draft(OrderKey(unit, line.customer_order_id), line)
        draft.spoiled = line.value is None
        draft.is_doubtful = line.unit_is_unclear
        self.drafts.append(draft)
        self.known.add(draft)
        if line.problems:
            self._tell(ORDERS.name, line, draft)

    def _find_duplicates(self) -> None:
        """Withhold every copy of an order id within a unit; ``*`` is within them all."""
        for drafts in self.known.same_id.values():
            clear = [draft for draft in drafts if not draft.line.unit_is_unclear]
            copies = Counter(draft.key.business_unit_id for draft in clear)
            in_every_unit = EVERY_UNIT in copies and len(clear) > 1
            first_of: dict[BusinessUnitId, Draft] = {}
            for draft in clear:
                unit = draft.key.business_unit_id
                if copies[unit] > 1 or in_every_unit:
                    draft.spoiled = draft.is_doubtful = True
                overlapping = first_of.get(unit) or first_of.get(EVERY_UNIT)
                if overlapping is None and unit == EVERY_UNIT:
                    overlapping = next(iter(first_of.values()), None)
                if overlapping is not None:
                    self._tell_duplicate(draft, overlapping)
                first_of.setdefault(unit, draft)

    def _tell_duplicate(self, draft: Draft, first: Draft) -> None:
        unit, order = draft.key
        message = say(
            "order {order} stands in row {row} already", order=echo(order), row=first.line.number
        )
        cure = ""
        told: BusinessUnitId | None = unit
        if unit != first.key.business_unit_id:
            message = say(
                "order {order} stands in row {row} already, and one of them is for every business"
                " unit",
                order=echo(order),
                row=first.line.number,
            )
            cure = "fill in the business unit of both rows, or delete one of them"
            told = None  # the finding is about the order in each of its units
        place = (draft.line.number, self._tables[ORDERS.name].columns[ORDER])
        problem = Problem(Code.DUPLICATE_ORDER, message, cure)
        self._find(ORDERS.name, place, problem, (told, order))

    def _add_item(self, line: Line[OrderItem]) -> None:
        draft = self._owner(ITEMS.name, line)
        if draft is None:
            self.items_are_lost = True
        elif line.value is None:
            draft.items_are_complete = False
        else:
            draft.items.append(line.value)

    def _add_invoice(self, line: Line[InvoicePaymentInstruction]) -> None:
        draft = self._owner(INVOICES.name, line)
        if draft is None:
            self._lost_invoices = True
            return
        if draft.has_invoice:
            problem = Problem(
                Code.INVOICE_TWICE,
                say(
                    "order {order} has a row in Invoices already",
                    order=echo(draft.key.customer_order_id),
                ),
            )
            self._add(INVOICES.name, line.number, ORDER, problem, draft)
        draft.has_invoice = True
        draft.invoice = line.value

    def _add_information(self, line: Line[AdditionalInformation]) -> None:
        draft = self._owner(INFORMATION.name, line)
        if draft is None:
            return
        if not draft.has_invoice:
            problem = Problem(
                Code.INFORMATION_WITHOUT_INVOICE,
                say(
                    "order {order} has no row in Invoices", order=echo(draft.key.customer_order_id)
                ),
                LOST_INVOICE_CURE if self._lost_invoices else "",
            )
            self._add(INFORMATION.name, line.number, ORDER, problem, draft)
        if line.value is not None:
            if draft.information is None:
                draft.information = []
            draft.information.append(line.value)

    def _add_discount(self, line: Line[ItemDiscount]) -> None:
        draft = self._owner(DISCOUNTS.name, line)
        if draft is None or line.value is None:
            return
        item_id, discount = line.value
        if draft.item_counts is None:  # every row of Items is in by now
            draft.item_counts = Counter(item.item_id for item in draft.items)
        count = draft.item_counts[item_id]
        order = echo(draft.key.customer_order_id)
        if count == 0 and draft.items_are_complete:
            problem = Problem(
                Code.DISCOUNT_WITHOUT_ITEM,
                say("order {order} has no item {item}", order=order, item=echo(item_id)),
                self.lost_item_cure(),
            )
            self._add(DISCOUNTS.name, line.number, "Item", problem, draft)
        elif count > 1:
            problem = Problem(
                Code.DISCOUNT_ON_SEVERAL_ITEMS,
                say(
                    "order {order} has item {item} on {count} rows of Items",
                    order=order,
                    item=echo(item_id),
                    count=count,
                ),
            )
            self._add(DISCOUNTS.name, line.number, "Item", problem, draft)
        if draft.discounts is None:
            draft.discounts = {}
        draft.discounts.setdefault(item_id, []).append(discount)

    def lost_item_cure(self) -> str:
        """Say what to do first where an item is missing; empty: no row of Items is lost."""
        return LOST_ITEM_CURE if self.items_are_lost else ""

    def _check_items(self, draft: Draft) -> None:
        """Tell of an order without items, unless a row that lost its order explains it."""
        if draft.spoiled or self.items_are_lost:
            return
        problem = Problem(
            Code.NO_ITEMS,
            say("order {order} has no row in Items", order=echo(draft.key.customer_order_id)),
        )
        self._add(ORDERS.name, draft.line.number, ORDER, problem, draft)


def _finish(draft: Draft) -> CustomerOrder:
    head = draft.line.value
    if head is None:
        raise ValueError(f"order {draft.key} is spoiled")
    items = draft.items
    if draft.discounts is not None:
        discounts = draft.discounts
        items = [replace(item, discounts=tuple(discounts.get(item.item_id, ()))) for item in items]
    invoice = draft.invoice
    if invoice is not None and draft.information is not None:
        invoice = replace(invoice, additional_information=tuple(draft.information))
    return CustomerOrder(
        business_unit_id=draft.key.business_unit_id,
        customer_order_id=draft.key.customer_order_id,
        customer_id=head.customer_id,
        status=head.status,
        items=tuple(items),
        minimum_down_payment_amount=head.minimum_down_payment_amount,
        is_locked=head.is_locked,
        invoice_payment_instruction=invoice,
    )
