"""Orders to a workbook: the template that ``corsheet init`` writes.

Id and text columns are formatted as Text, so that Excel leaves leading zeros
alone; status, yes/no and reward type have drop-downs.
"""

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from corsheet.model import EVERY_UNIT, CustomerOrder, OrderStatus, RewardType
from corsheet.workbook.layout import (
    DISCOUNTS,
    INFORMATION,
    INVOICES,
    ITEMS,
    ORDERS,
    SHEETS,
    Column,
    Kind,
    SheetLayout,
)

LAST_ROW = 10_000
"""Rows with drop-downs; further rows are read all the same."""

WIDTH = 22
"""Of a column, in characters."""

HEADING_COLOUR = "#DDE6F0"
OPTIONAL_COLOUR = "#F2F2F2"

Value = str | bool | Decimal | None

HELP = (
    ("corsheet", "The till reads its customer orders from this workbook."),
    ("", "Edit and save: a second later the till shows it. The workbook may stay open."),
    ("Orders", "One row for each order: whose it is and how far it has come."),
    ("Items", "One row for each article of an order, with the order's id in front."),
    ("Invoices", "One row for each order that may be paid by invoice, with account and limit."),
    ("Information", "Lines for the till's screen and the receipt, such as a requisition number."),
    ("Discounts", "Discounts on single articles of an order."),
    ("Ids", "Type them as they are, zeros in front too: the cells are formatted as Text."),
    ("Amounts", "In kronor, at most two decimals: 100 or 19,90."),
    ("Business unit", "Which store may ask for the order. Fill it in on every sheet."),
    ("Grey headings", "Those columns may be left empty, and so may whole rows."),
    ("Mistakes", "An order with a mistake is held back; all the others are served."),
    ("Examples", "These orders are examples. Delete their rows, keep the headings."),
)


def write_workbook(orders: Sequence[CustomerOrder]) -> bytes:
    """Write a workbook that reads back as these orders, with a help sheet behind."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    # the same orders always make the same bytes
    book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001 - it writes no zone
    writer = _Writer(book)
    rows = {
        ORDERS.name: _order_rows,
        ITEMS.name: _item_rows,
        INVOICES.name: _invoice_rows,
        INFORMATION.name: _information_rows,
        DISCOUNTS.name: _discount_rows,
    }
    for layout in SHEETS:
        writer.write_sheet(layout, [row for order in orders for row in rows[layout.name](order)])
    writer.write_help()
    book.close()
    return target.getvalue()


class _Writer:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        heading = {"bold": True, "bottom": 1, "valign": "vcenter"}
        self._book = book
        self._required: Format = book.add_format({**heading, "bg_color": HEADING_COLOUR})
        self._optional: Format = book.add_format({**heading, "bg_color": OPTIONAL_COLOUR})
        self._bold: Format = book.add_format({"bold": True, "valign": "top"})
        self._wrapped: Format = book.add_format({"text_wrap": True, "valign": "top"})
        self._formats: dict[Kind, Format] = {
            Kind.ID: book.add_format({"num_format": "@"}),
            Kind.TEXT: book.add_format({"num_format": "@"}),
            Kind.AMOUNT: book.add_format({"num_format": "#,##0.00"}),
            Kind.QUANTITY: book.add_format({"num_format": "General"}),
            Kind.YES_NO: book.add_format({"num_format": "General"}),
        }

    def write_sheet(self, layout: SheetLayout, rows: Sequence[Sequence[Value]]) -> None:
        sheet = self._book.add_worksheet(layout.name)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_row(0, 22)
        for place, column in enumerate(layout.columns):
            style = self._formats[column.kind]
            sheet.set_column(place, place, WIDTH, style)
            sheet.write_string(
                0, place, column.name, self._required if column.required else self._optional
            )
            _restrict(sheet, place, column)
            for number, row in enumerate(rows, 1):
                _write(sheet, number, place, row[place], style)

    def write_help(self) -> None:
        sheet = self._book.add_worksheet("Help")
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 78)
        sheet.hide_gridlines(2)
        sheet.fit_to_pages(1, 1)
        for row, (word, meaning) in enumerate(HELP):
            sheet.write_string(row, 0, word, self._bold)
            sheet.write_string(row, 1, meaning, self._wrapped)


def _write(sheet: Worksheet, row: int, column: int, value: Value, style: Format) -> None:
    match value:
        case None:
            pass
        case bool():
            sheet.write_string(row, column, "yes" if value else "no", style)
        case Decimal():
            sheet.write_number(row, column, float(value), style)
        case _:
            sheet.write_string(row, column, value, style)


def _restrict(sheet: Worksheet, place: int, column: Column) -> None:
    """Put a drop-down or a limit on a column, where it has one."""
    words = {
        "Status": [str(status) for status in OrderStatus],
        "Reward type": [str(reward) for reward in RewardType],
        "Locked": ["yes", "no"],
    }.get(column.name)
    rule: dict[str, object]
    if words is not None:
        # another word is served, with a warning: so the drop-down warns and does not refuse
        rule = {"validate": "list", "source": words, "error_type": "warning"}
    elif column.kind is Kind.AMOUNT:
        rule = {"validate": "decimal", "criteria": ">=", "value": 0}
    elif column.kind is Kind.QUANTITY:
        rule = {"validate": "decimal", "criteria": ">", "value": 0}
    else:
        return
    sheet.data_validation(1, place, LAST_ROW, place, rule)


def _unit(order: CustomerOrder) -> Value:
    return None if order.business_unit_id == EVERY_UNIT else order.business_unit_id


def _order_rows(order: CustomerOrder) -> Iterator[Sequence[Value]]:
    yield (
        _unit(order),
        order.customer_order_id,
        order.customer_id,
        order.status,
        order.minimum_down_payment_amount,
        order.is_locked,
    )


def _item_rows(order: CustomerOrder) -> Iterator[Sequence[Value]]:
    for item in order.items:
        yield (
            _unit(order),
            order.customer_order_id,
            item.item_id,
            item.quantity_ordered,
            item.unit_price,
            item.contributed_amount,
        )


def _invoice_rows(order: CustomerOrder) -> Iterator[Sequence[Value]]:
    invoice = order.invoice_payment_instruction
    if invoice is not None:
        yield (
            _unit(order),
            order.customer_order_id,
            invoice.customer_account_id,
            invoice.invoicing_amount,
        )


def _information_rows(order: CustomerOrder) -> Iterator[Sequence[Value]]:
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


def _discount_rows(order: CustomerOrder) -> Iterator[Sequence[Value]]:
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
