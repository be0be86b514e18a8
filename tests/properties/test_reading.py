"""What holds for every file, every cell and every order, whatever hypothesis thinks of."""

import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corsheet.findings import Problem
from corsheet.model import (
    EVERY_UNIT,
    AdditionalInformation,
    BusinessUnitId,
    CustomerAccountId,
    CustomerId,
    CustomerOrder,
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
from corsheet.workbook.reading import Reading, read_workbook
from corsheet.workbook.sheets import Cell, CellKind
from corsheet.workbook.template import write_workbook
from tests.support.sheets import found, pack, parts, workbook

fast = settings(max_examples=60, deadline=None)
few = settings(max_examples=40, deadline=None)

GOOD = workbook(
    Orders="""
        | Business unit | Customer order | Customer | Status  | Handpenning | Locked |
        | 0001          | 111            | 10001    | CREATED | =100        | no     |
        | 0007          | =112 {00000}   | ÅSA      | READY   | 1 234,50    | =TRUE  |
    """,
    Items="""
        | Customer order | Item | Quantity | Unit price |
        | 111            | 5001 | =1       | =9.90      |
        | 00112          | 5002 | 2,5      | =1+1 -> 2  |
    """,
    Invoices="""
        | Customer order | Invoice account | Invoicing amount |
        | 111            | 900001          | =500             |
    """,
)
STORED = pack(parts(GOOD), zipfile.ZIP_STORED)
"""The same, without compression: a change meets the XML itself, once the checksum is mended."""


def is_whole(reading: Reading) -> bool:
    """Tell whether a reading says what to do wherever it does not give the orders."""
    return all(finding.problem.message and finding.problem.hint for finding in reading.findings)


@fast
@given(
    st.binary(max_size=2000)
    | st.binary(max_size=500).map(lambda tail: b"PK\x03\x04" + tail)
    | st.binary(max_size=500).map(lambda tail: b"\xd0\xcf\x11\xe0" + tail)
    | st.text(max_size=500).map(str.encode)
)
def test_no_file_raises_and_each_is_refused_with_a_hint(data: bytes) -> None:
    """Whatever lies at the workbook's path, the last good orders stay in service."""
    reading = read_workbook(data)

    assert reading.refused
    assert reading.orders == ()
    assert reading.findings
    assert is_whole(reading)


@fast
@given(
    st.dictionaries(
        st.sampled_from([*parts(GOOD), "mimetype", "xl/workbook.bin"]),
        st.binary(max_size=200) | st.just(b"<x/>"),
        max_size=8,
    )
)
def test_no_zip_of_odd_parts_raises(files: dict[str, bytes]) -> None:
    """The names of a workbook's parts, with anything in them."""
    reading = read_workbook(pack(files))

    assert reading.refused
    assert is_whole(reading)


def flip(data: bytes, place: int, change: bytes) -> bytes:
    """Change one byte, and never to itself."""
    place %= len(data)
    return data[:place] + bytes([data[place] ^ (change[0] or 1)]) + data[place + 1 :]


def truncate(data: bytes, place: int, _: bytes) -> bytes:
    """Cut the end off."""
    return data[: place % len(data)]


def insert(data: bytes, place: int, change: bytes) -> bytes:
    """Put bytes in between."""
    place %= len(data)
    return data[:place] + change + data[place:]


def remove(data: bytes, place: int, change: bytes) -> bytes:
    """Take bytes out."""
    place %= len(data)
    return data[:place] + data[place + len(change) :]


Change = Callable[[bytes, int, bytes], bytes]
CHANGES: st.SearchStrategy[Change] = st.sampled_from([flip, truncate, insert, remove])
PLACES = st.integers(min_value=0, max_value=100_000)
SOME_BYTES = st.binary(min_size=1, max_size=8)


@settings(max_examples=150, deadline=None)
@given(CHANGES, PLACES, SOME_BYTES, st.booleans())
def test_a_changed_file_never_raises_and_never_gives_another_order(
    change: Change, place: int, some: bytes, is_stored: bool
) -> None:
    """The checksums see to it: an order is served as it was, or not at all."""
    data = STORED if is_stored else GOOD
    original = read_workbook(data).orders

    reading = read_workbook(change(data, place, some))

    assert all(order in original for order in reading.orders)
    assert reading.findings or reading.orders == original
    assert is_whole(reading)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(parts(GOOD))), CHANGES, PLACES, SOME_BYTES)
def test_a_part_changed_under_a_good_checksum_never_raises(
    part: str, change: Change, place: int, some: bytes
) -> None:
    """A program that writes nonsense writes its checksum too."""
    files = parts(GOOD)

    reading = read_workbook(pack({**files, part: change(files[part], place, some)}))

    assert reading.orders == () or not reading.refused
    assert is_whole(reading)


FORMATS = st.sampled_from(
    ["General", "@", "0", "0000", "0000-000", '"CO-"0000', "#,##0.00", "0%", "yyyy-mm-dd", "#"]
)
DIGITS = st.one_of(
    st.integers().map(str),
    st.floats().map(repr),
    st.decimals(allow_nan=True, allow_infinity=True).map(str),
    st.text(max_size=30),
)
TYPED = st.text(max_size=40) | st.text(
    st.sampled_from("0123456789.,- \u00a0\u2212+e'"), max_size=20
)
ANY_CELL = st.one_of(
    st.builds(Cell, st.just(CellKind.NUMBER), DIGITS, FORMATS | st.text(max_size=12)),
    st.builds(Cell, st.just(CellKind.TEXT), TYPED),
    st.builds(Cell, st.sampled_from(CellKind), st.text(max_size=12), FORMATS),
)
PARSERS: list[Callable[[Cell], Parsed[Any]]] = [
    cells.identifier,
    cells.text,
    cells.amount,
    cells.quantity,
    cells.yes_no,
]


@pytest.mark.parametrize("parse", PARSERS, ids=lambda parse: parse.__name__)
@settings(max_examples=60, deadline=None)
@given(cell=ANY_CELL)
def test_no_cell_crashes_its_parser(parse: Callable[[Cell], Parsed[Any]], cell: Cell) -> None:
    """Whatever stands in a cell becomes a value, or a problem with a message and a hint."""
    value, problem = parse(cell)

    assert problem is None or isinstance(problem, Problem)
    assert problem is None or (problem.message and problem.hint)
    assert problem is None or problem.is_error is (value is None)


@fast
@given(ANY_CELL)
def test_an_id_that_is_read_is_the_one_that_is_looked_up(cell: Cell) -> None:
    """The request passes through the same spelling, so the two meet."""
    value = cells.identifier(cell).value

    assert value is None or (value != "" and value == normalise_id(value))


@fast
@given(ANY_CELL)
def test_an_amount_that_is_read_can_be_an_amount_of_an_order(cell: Cell) -> None:
    """Finite, not below zero, and exact in the fifteen digits that Excel keeps."""
    amount = cells.amount(cell).value
    quantity = cells.quantity(cell).value

    assert amount is None or (amount.is_finite() and 0 <= amount < 10**13)
    assert quantity is None or (quantity.is_finite() and 0 < quantity < 10**13)
    assert amount is None or len(amount.normalize().as_tuple().digits) <= 15


SUMS = st.decimals(min_value=0, max_value=Decimal("99999999999.99"), places=2)


@fast
@given(SUMS)
def test_a_sum_with_two_decimals_survives_excel_to_the_last_ore(total: Decimal) -> None:
    """Typed as a number, or as text in the Swedish or the English way."""
    assert cells.amount(Cell(CellKind.NUMBER, repr(float(total)))) == (total, None)
    assert cells.amount(Cell(CellKind.NUMBER, f"{float(total):.17g}")) == (total, None)
    assert cells.amount(Cell(CellKind.TEXT, f"{total:.2f}")) == (total, None)
    assert cells.amount(Cell(CellKind.TEXT, f"{total:.2f}".replace(".", ","))) == (total, None)
    assert cells.amount(Cell(CellKind.TEXT, f"{total:,.2f}".replace(",", "\u00a0"))) == (
        total,
        None,
    )


@settings(max_examples=5, deadline=None)
@given(st.lists(SUMS, min_size=40, max_size=40))
def test_sums_written_to_a_real_file_are_read_as_they_were(sums: list[Decimal]) -> None:
    """Through openpyxl, which writes every digit of the binary number."""
    book = openpyxl.Workbook()
    orders = book.active
    assert orders is not None
    orders.title = "Orders"
    orders.append(["Customer order", "Customer", "Status", "Minimum down payment"])
    items = book.create_sheet("Items")
    items.append(["Customer order", "Item", "Quantity", "Unit price"])
    for number, total in enumerate(sums):
        orders.append([f"{number}", "10001", "CREATED", float(total)])
        items.append([f"{number}", "5001", 1, float(total)])
    target = io.BytesIO()
    book.save(target)

    reading = read_workbook(target.getvalue())

    assert found(reading) == []
    assert [order.minimum_down_payment_amount for order in reading.orders] == sums
    assert [order.items[0].unit_price for order in reading.orders] == sums


LETTERS = st.sampled_from("abcXYZ0123456789åäöÅÄÖéü/:.-_#+*=%&<>\"'@ ()[]{}|\\~^€ß漢😀")
IDS = st.text(LETTERS, min_size=1, max_size=20).map(normalise_id).filter(lambda text: text != "")
UNITS = st.sampled_from([EVERY_UNIT, BusinessUnitId("0001"), BusinessUnitId("Ö 7/B")])
AMOUNTS = SUMS
QUANTITIES = st.decimals(min_value=Decimal("0.001"), max_value=10**9, places=3)
DISCOUNTS = st.builds(
    Discount,
    discount_id=IDS,
    discount_text=IDS,
    discount_amount=AMOUNTS,
    reward_type=st.sampled_from([str(reward) for reward in RewardType]),
)
ITEMS = st.builds(
    OrderItem,
    item_id=IDS.map(ItemId),
    quantity_ordered=QUANTITIES,
    unit_price=AMOUNTS,
    contributed_amount=st.none() | AMOUNTS,
    discounts=st.lists(DISCOUNTS, max_size=2).map(tuple),
)
INFORMATION = st.builds(
    AdditionalInformation, information_id=IDS, value=IDS, display_text=IDS, receipt_label=IDS
)
INVOICES = st.builds(
    InvoicePaymentInstruction,
    customer_account_id=IDS.map(CustomerAccountId),
    invoicing_amount=AMOUNTS,
    additional_information=st.lists(INFORMATION, max_size=2).map(tuple),
)
ORDERS = st.lists(
    st.builds(
        CustomerOrder,
        business_unit_id=UNITS,
        customer_order_id=IDS.map(CustomerOrderId),
        customer_id=IDS.map(CustomerId),
        status=st.sampled_from([str(status) for status in OrderStatus]),
        items=st.lists(ITEMS, min_size=1, max_size=3, unique_by=lambda item: item.item_id).map(
            tuple
        ),
        minimum_down_payment_amount=st.none() | AMOUNTS,
        is_locked=st.none() | st.booleans(),
        invoice_payment_instruction=st.none() | INVOICES,
    ),
    max_size=4,
    unique_by=lambda order: order.customer_order_id,
)


@few
@given(ORDERS)
def test_orders_that_are_written_read_back_as_they_were(orders: list[CustomerOrder]) -> None:
    """Odd ids, Swedish letters and decimals included; and without a finding."""
    reading = read_workbook(write_workbook(orders))

    assert found(reading) == []
    assert reading.orders == tuple(orders)


@settings(max_examples=15, deadline=None)
@given(ORDERS, st.data())
def test_an_order_that_stands_in_several_units_is_told_apart(
    orders: list[CustomerOrder], data: st.DataObject
) -> None:
    """The template writes the unit on every sheet, so equal ids of two units never mix."""
    units = [BusinessUnitId("0001"), BusinessUnitId("0002")]
    doubled = [
        CustomerOrder(
            business_unit_id=unit,
            customer_order_id=order.customer_order_id,
            customer_id=order.customer_id,
            status=order.status,
            items=data.draw(st.sampled_from([order.items, order.items[:1]])),
            is_locked=order.is_locked,
        )
        for unit in units
        for order in orders
    ]

    reading = read_workbook(write_workbook(doubled))

    assert found(reading) == []
    assert reading.orders == tuple(doubled)


UNITS = st.sampled_from(["", "A", "B", "*", "=1.5"])
IDS = st.sampled_from(["1", "2", "", "=0.5"])


@settings(max_examples=60, deadline=None)
@example(orders=[("A", "1", "c"), ("=1.5", "1", "c")], items=[("A", "1", "=1")])
@given(
    orders=st.lists(st.tuples(UNITS, IDS, st.sampled_from(["c", ""])), max_size=5),
    items=st.lists(st.tuples(UNITS, IDS, st.sampled_from(["=1", "two"])), max_size=5),
)
def test_whatever_is_withheld_has_a_finding_that_says_why(
    orders: list[tuple[str, str, str]], items: list[tuple[str, str, str]]
) -> None:
    """An order that is held back without a cell to mend could never be mended."""
    rows = [f"| {unit} | {order} | {customer} | CREATED |" for unit, order, customer in orders]
    lines = [f"| {unit} | {order} | a | {count} | =1 |" for unit, order, count in items]
    head = "| Business unit | Customer order | Customer | Status |"
    reading = read_workbook(
        workbook(
            Orders="\n".join([head, *rows]),
            Items="\n".join(
                ["| Business unit | Customer order | Item | Quantity | Unit price |", *lines]
            ),
        )
    )
    told = {(f.business_unit_id, f.customer_order_id) for f in reading.findings if f.is_error}

    for unit, order in reading.withheld:
        # a row whose unit cannot be read may belong to any: it is told of them all
        assert told & {(unit, order), (None, order), (EVERY_UNIT, order)}
