"""Orders spread over the rows of the sheets: what ``rows`` and ``orders`` read, backwards.

A row is a tuple of values in the order of the layout's columns; None is a blank cell.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal

from corsheet.model import EVERY_UNIT, CustomerOrder
from corsheet.workbook.layout import (
    DISCOUNTS,
    INFORMATION,
    INVOICES,
    ITEMS,
    ORDERS,
    SheetLayout,
)

Value = str | bool | Decimal | None
Row = tuple[Value, ...]

TWO_ESCAPES = re.compile("_x[0-9A-Fa-f]{4}_x[0-9A-Fa-f]{4}_")
"""A text that looks like two escapes (ECMA-376 part 1, 22.9.2.19 ST_Xstring) sharing a sign.

XlsxWriter masks the first of them only, and whoever reads the file takes the second for an escape.
"""


def spread(layout: SheetLayout, orders: Sequence[CustomerOrder]) -> list[Row]:
    """Give the rows of one sheet, in the order of the orders."""
    rows = _ROWS[layout.name]
    return [row for order in orders for row in rows(order)]


def _unit(order: CustomerOrder) -> Value:
    return None if order.business_unit_id == EVERY_UNIT else order.business_unit_id


def _order_rows(order: CustomerOrder) -> Iterator[Row]:
    yield (
        _unit(order),
        order.customer_order_id,
        order.customer_id,
        order.status,
        order.minimum_down_payment_amount,
        order.is_locked,
    )


def _item_rows(order: CustomerOrder) -> Iterator[Row]:
    for item in order.items:
        yield (
            _unit(order),
            order.customer_order_id,
            item.item_id,
            item.quantity_ordered,
            item.unit_price,
            item.contributed_amount,
        )


def _invoice_rows(order: CustomerOrder) -> Iterator[Row]:
    invoice = order.invoice_payment_instruction
    if invoice is not None:
        yield (
            _unit(order),
            order.customer_order_id,
            invoice.customer_account_id,
            invoice.invoicing_amount,
        )


def _information_rows(order: CustomerOrder) -> Iterator[Row]:
    invoice = order.invoice_payment_instruction
    for line in invoice.additional_information if invoice is not None else ():
        yield (
            _unit(order),
            order.customer_order_id,
            line.information_id,
            line.value,
            line.display_text,
            line.receipt_label,
        )


def _discount_rows(order: CustomerOrder) -> Iterator[Row]:
    for item in order.items:
        for discount in item.discounts:
            yield (
                _unit(order),
                order.customer_order_id,
                item.item_id,
                discount.discount_id,
                discount.discount_text,
                discount.discount_amount,
                discount.reward_type,
            )


_ROWS: Mapping[str, Callable[[CustomerOrder], Iterator[Row]]] = {
    ORDERS.name: _order_rows,
    ITEMS.name: _item_rows,
    INVOICES.name: _invoice_rows,
    INFORMATION.name: _information_rows,
    DISCOUNTS.name: _discount_rows,
}
