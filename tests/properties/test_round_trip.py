"""What another program writes is what the till gets, or there is a finding that says why."""

import io
import json
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from corsheet.model import normalise_id
from corsheet.wire import hiiretail
from corsheet.workbook import cells
from corsheet.workbook.reading import read_workbook
from corsheet.workbook.sheets import Cell, CellKind

MOST_ORDERS = 20
"""Of one workbook; more of them cost less than more workbooks."""

AMOUNTS = st.decimals(min_value=0, max_value=Decimal("999999999999.99"), places=2)
"""Below 10**12, with two decimals: what a shop may ask for."""

ESCAPE = re.compile("_x[0-9A-Fa-f]{4}_")
"""ECMA-376 part 1, 22.9.2.19 ST_Xstring; openpyxl writes it without a second thought."""

CHARACTERS = st.characters(exclude_categories=["Cc", "Cf", "Cs"], exclude_characters="\ufffe\uffff")
"""Those of ids: no control or invisible ones, and none that XML cannot hold."""

IDS = st.text(CHARACTERS, min_size=1, max_size=30).filter(
    lambda text: normalise_id(text) and not ESCAPE.search(text)
)


class Order(NamedTuple):
    """An order with one item, as its rows are written: a text may have spaces around it."""

    order_id: str
    customer_id: str
    item_id: str
    down_payment: Decimal
    price: Decimal


Rows = list[list[str | float]]
ORDERS = st.lists(
    st.builds(Order, IDS, IDS, IDS, AMOUNTS, AMOUNTS),
    min_size=1,
    max_size=MOST_ORDERS,
    unique_by=lambda order: normalise_id(order.order_id),
)


def sheets(orders: Sequence[Order]) -> dict[str, Rows]:
    """Give the rows of both sheets, with their headings."""
    heads: Rows = [["Customer order", "Customer", "Status", "Minimum down payment"]]
    items: Rows = [["Customer order", "Item", "Quantity", "Unit price"]]
    for order in orders:
        heads.append([order.order_id, order.customer_id, "CREATED", float(order.down_payment)])
        items.append([order.order_id, order.item_id, 1, float(order.price)])
    return {"Orders": heads, "Items": items}


def with_openpyxl(orders: Sequence[Order]) -> bytes:
    """Write each text in its cell, and numbers with as many digits as they need."""
    book = openpyxl.Workbook()
    for name, rows in sheets(orders).items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                cell = sheet.cell(number, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"  # a text, whatever it looks like
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def with_xlsxwriter(orders: Sequence[Order]) -> bytes:
    """Write each text once for all its cells, and numbers with 16 digits."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    for name, rows in sheets(orders).items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                write = sheet.write_string if isinstance(value, str) else sheet.write_number
                write(number, column, value)
    book.close()
    return target.getvalue()


@pytest.mark.parametrize("write", [with_openpyxl, with_xlsxwriter])
@settings(max_examples=40, deadline=None)
@given(orders=ORDERS)
def test_amounts_and_ids_reach_the_till_as_they_were_written(
    write: Callable[[Sequence[Order]], bytes], orders: list[Order]
) -> None:
    """Each amount to the öre, each id letter by letter, in form C and without spaces around."""
    reading = read_workbook(write(orders))
    bodies = [
        json.loads(hiiretail.order_body(order), parse_float=Decimal, parse_int=Decimal)
        for order in reading.orders
    ]
    sent = [
        Order(
            body["customerOrderId"],
            body["customerId"],
            body["items"][0]["itemId"],
            body["minimumDownPaymentAmount"],
            body["items"][0]["unitPrice"],
        )
        for body in (body["customerOrder"] for body in bodies)
    ]

    assert sent == [
        Order(
            normalise_id(order.order_id),
            normalise_id(order.customer_id),
            normalise_id(order.item_id),
            order.down_payment,
            order.price,
        )
        for order in orders
    ]
    assert not reading.has_errors


FACTORS = st.decimals(min_value=Decimal("0.001"), max_value=999, places=3)
PRICES = st.decimals(min_value=0, max_value=10**7, places=2)


def stored(result: float) -> Cell:
    """Give the cell of a formula as Excel writes it: with the 17 digits of the binary number."""
    return Cell(CellKind.NUMBER, f"{result:.17g}")


@settings(max_examples=500, deadline=None)
@given(PRICES, FACTORS)
def test_a_price_times_a_quantity_is_the_decimal_product(price: Decimal, factor: Decimal) -> None:
    """The noise of binary arithmetic is behind the fifteenth digit, and goes."""
    assert cells.amount(stored(float(price) * float(factor))).value == price * factor


@settings(max_examples=500, deadline=None)
@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_a_sum_of_prices_is_the_decimal_sum(one: Decimal, two: Decimal, three: Decimal) -> None:
    """Also of the largest; 0.1 + 0.2 is 0.3."""
    result = float(one) + float(two) + float(three)

    assert cells.amount(stored(result)).value == one + two + three
