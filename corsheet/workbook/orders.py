"""Rows joined to orders; an order with an error in any row is withheld."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from corsheet.findings import Code, Finding, Problem, echo, say
from corsheet.model import (
    EVERY_UNIT,
    AdditionalInformation,
    BusinessUnitId,
    CustomerOrder,
    CustomerOrderId,
    Discount,
    InvoicePaymentInstruction,
    ItemId,
    OrderItem,
)
from corsheet.workbook.headings import Table
from corsheet.workbook.layout import (
    BUSINESS_UNIT,
    DISCOUNTS,
    INFORMATION,
    INVOICES,
    ITEMS,
    ORDER,
    ORDERS,
)
from corsheet.workbook.parts import UnreadableError
from corsheet.workbook.rows import MOST_FAULTS, ItemDiscount, Line, OrderHead, too_many_faults

LOST_ITEM_CURE = "first mend the order ids in Items; this item's row may be among them"
LOST_INVOICE_CURE = "first mend the order ids in Invoices; this order's row may be among them"


class OrderKey(NamedTuple):
    """Which order: an id is unique within its business unit."""

    business_unit_id: BusinessUnitId
    customer_order_id: CustomerOrderId


@dataclass(slots=True)
class Draft:
    """An order while its rows are gathered.

    Attributes:
        spoiled: A row of it has an error, so it is withheld.
        is_doubtful: Its id or unit is in doubt, and that is told already.
        items_are_complete: Every row of Items that is known to be its own could be read.
        discounts: By item; None: none, as most have.
        information: In sheet order; None: none.
    """

    key: OrderKey
    line: Line[OrderHead]
    spoiled: bool = False
    is_doubtful: bool = False
    items: list[OrderItem] = field(default_factory=list)
    item_counts: Counter[ItemId] | None = None
    items_are_complete: bool = True
    discounts: dict[ItemId, list[Discount]] | None = None
    invoice: InvoicePaymentInstruction | None = None
    has_invoice: bool = False
    information: list[AdditionalInformation] | None = None


class Lines(NamedTuple):
    """The rows of every sheet; an absent sheet has none."""

    orders: Sequence[Line[OrderHead]]
    items: Sequence[Line[OrderItem]]
    invoices: Sequence[Line[InvoicePaymentInstruction]]
    information: Sequence[Line[AdditionalInformation]]
    discounts: Sequence[Line[ItemDiscount]]


class Join:
    """Joins the rows of one workbook. Used once: make it, then call ``run``.

    Attributes:
        drafts: Every row of Orders that has an id, in sheet order.
        findings: What was found, in the order it was found.
    """

    def __init__(
        self, lines: Lines, tables: dict[str, Table], business_unit: BusinessUnitId
    ) -> None:
        self.drafts: list[Draft] = []
        self.findings: list[Finding] = []
        self._lines = lines
        self._tables = tables
        self._business_unit = business_unit
        self._by_id: dict[CustomerOrderId, Draft] = {}  # the first of each
        self._same_id: dict[CustomerOrderId, list[Draft]] = {}  # where there are several
        self._lost_orders = any(line.customer_order_id is None for line in lines.orders)
        self._lost_items = False
        self._lost_invoices = False
        self._faulty: set[tuple[str, int]] = set()
        self._twins: dict[str, CustomerOrderId] = {}

    def run(self) -> None:
        """Join everything; the result is in ``drafts`` and ``findings``."""
        for line in self._lines.orders:
            self._add_order(line)
        self._find_duplicates()
        for item in self._lines.items:
            order = item.customer_order_id
            draft = self._by_id.get(order) if order and order not in self._same_id else None
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
            self._tell(ORDERS.name, line, None)
            return
        unit = line.business_unit_id or self._business_unit
        if line.unit_is_unclear:
            unit = EVERY_UNIT  # withheld wherever it may belong
        draft = Draft(OrderKey(unit, line.customer_order_id), line)
        draft.spoiled = line.value is None
        draft.is_doubtful = line.unit_is_unclear
        self.drafts.append(draft)
        first = self._by_id.setdefault(line.customer_order_id, draft)
        if first is not draft:
            self._same_id.setdefault(line.customer_order_id, [first]).append(draft)
        if line.problems:
            self._tell(ORDERS.name, line, draft)

    def _find_duplicates(self) -> None:
        """Withhold every copy of an order id within a unit; ``*`` is within them all."""
        for drafts in self._same_id.values():
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
            self._lost_items = True
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
                LOST_ITEM_CURE if self._lost_items else "",
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

    def _check_items(self, draft: Draft) -> None:
        """Tell of an order without items, unless a row that lost its order explains it."""
        if draft.spoiled or self._lost_items:
            return
        problem = Problem(
            Code.NO_ITEMS,
            say("order {order} has no row in Items", order=echo(draft.key.customer_order_id)),
        )
        self._add(ORDERS.name, draft.line.number, ORDER, problem, draft)

    def _owner(self, sheet: str, line: Line[Any]) -> Draft | None:
        """Find the order a row belongs to, tell the row's problems, spoil the order if bad.

        Returns:
            None where the order cannot be told; a finding says so.
        """
        order = line.customer_order_id
        if order is None:
            self._tell(sheet, line, None)
            return None
        first = self._by_id.get(order)
        same_id = self._same_id.get(order) or ([] if first is None else [first])
        unit = line.business_unit_id
        drafts = same_id
        if unit is not None:
            drafts = [d for d in same_id if d.key.business_unit_id in {unit, EVERY_UNIT}]
        is_clear = len(drafts) == 1 or len({draft.key for draft in drafts}) == 1
        owner = drafts[0] if is_clear else None
        self._tell(sheet, line, owner)
        if not drafts:
            message = say("there is no order {order} in Orders", order=echo(order))
            if same_id:
                message = say(
                    "there is no order {order} in Orders for business unit {unit}",
                    order=echo(order),
                    unit=echo(str(unit)),
                )
            cure = ""
            if self._lost_orders:
                cure = "first mend the order ids in Orders; this row's order may be among them"
            elif not same_id and (twin := self._twin(order)) is not None:
                cure = say(
                    "did you mean {order}? Then write it so, in a cell formatted as Text",
                    order=echo(twin),
                )
            problem = Problem(Code.UNKNOWN_ORDER, message, cure)
            self._add_lost(sheet, line, problem)
        elif owner is None:
            self._tell_ambiguous(sheet, line, drafts)
        elif line.value is None:
            owner.spoiled = True
        return owner

    def _twin(self, order: CustomerOrderId) -> CustomerOrderId | None:
        """Give the order whose id differs in zeros in front or in capitals only."""
        if not self._twins:
            self._twins = {_bare(known): known for known in self._by_id}
        return self._twins.get(_bare(order))

    def _tell_ambiguous(self, sheet: str, line: Line[Any], drafts: Sequence[Draft]) -> None:
        """Withhold every order the row may belong to; tell it, unless the cause is told."""
        for draft in drafts:
            draft.spoiled = True
        if line.unit_is_unclear or all(draft.is_doubtful for draft in drafts):
            return
        if line.business_unit_id is not None:
            return  # it meets an order for every unit beside its own, which is told already
        units = ", ".join(draft.key.business_unit_id for draft in drafts)
        message = say(
            "order {order} stands in units {units}",
            order=echo(drafts[0].key.customer_order_id),
            units=units,
        )
        has_column = BUSINESS_UNIT in self._tables[sheet].columns
        cure = "fill in the business unit of this row" if has_column else ""
        self._add_lost(sheet, line, Problem(Code.ORDER_IN_SEVERAL_UNITS, message, cure))

    def _add_lost(self, sheet: str, line: Line[Any], problem: Problem) -> None:
        column = self._tables[sheet].columns[ORDER]
        lost = (line.business_unit_id, line.customer_order_id)
        self._find(sheet, (line.number, column), problem, lost)

    def _tell(self, sheet: str, line: Line[Any], draft: Draft | None) -> None:
        order = (line.business_unit_id, line.customer_order_id) if draft is None else draft.key
        for column, problem in line.problems:
            self._find(sheet, (line.number, column), problem, order)

    def _add(self, sheet: str, row: int, column: str, problem: Problem, draft: Draft) -> None:
        self._find(sheet, (row, self._tables[sheet].columns[column]), problem, draft.key)
        if problem.is_error:
            draft.spoiled = True

    def _find(
        self,
        sheet: str,
        place: tuple[int, int],
        problem: Problem,
        order: tuple[BusinessUnitId | None, CustomerOrderId | None],
    ) -> None:
        if problem.is_error:
            self._faulty.add((sheet, place[0]))
            if len(self._faulty) > MOST_FAULTS:
                raise UnreadableError(too_many_faults())
        self.findings.append(
            Finding(
                problem=problem,
                sheet=self._tables[sheet].sheet.name,
                row=place[0],
                column=place[1],
                business_unit_id=order[0],
                customer_order_id=order[1],
            )
        )


def _bare(order: CustomerOrderId) -> str:
    return order.lstrip("0").casefold()


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
