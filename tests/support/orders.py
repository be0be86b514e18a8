"""Orders, readings and snapshots for tests, made in a line each."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from corsheet.findings import Code, Finding, Problem
from corsheet.model import (
    EVERY_UNIT,
    AdditionalInformation,
    BusinessUnitId,
    CustomerAccountId,
    CustomerId,
    CustomerOrder,
    CustomerOrderId,
    Fields,
    InvoicePaymentInstruction,
    ItemId,
    OrderItem,
    normalise_id,
)
from corsheet.snapshot.schema import Source
from corsheet.snapshot.write import write_snapshot
from corsheet.wire.enactor import EnactorOptions
from corsheet.workbook.orders import OrderKey
from corsheet.workbook.reading import Reading

SOURCE = Source(
    workbook="orders.xlsx",
    sha256="0123456789abcdef" * 4,
    saved_at=1_767_268_800.0,  # 2026-01-01 12:00:00 UTC
    read_at=1_767_268_801.5,
)


def an_item(item_id: str = "111", quantity: str = "1", price: str = "100") -> OrderItem:
    """Make an item without the optional fields."""
    return OrderItem(
        item_id=ItemId(item_id),
        quantity_ordered=Decimal(quantity),
        unit_price=Decimal(price),
    )


def an_order(
    order_id: str = "111", *, unit: str = EVERY_UNIT, customer: str = "222", **changes: Any
) -> CustomerOrder:
    """Make an order without the optional fields; ids are normalised as the workbook's are."""
    order = CustomerOrder(
        business_unit_id=BusinessUnitId(normalise_id(unit)),
        customer_order_id=CustomerOrderId(normalise_id(order_id)),
        customer_id=CustomerId(normalise_id(customer)),
        status="CREATED",
        items=(an_item(),),
    )
    return replace(order, **changes)


def published_order() -> CustomerOrder:
    """Make the order of Hii Retail's documentation, as the model has it."""
    return an_order(
        "111",
        customer="customerId",
        minimum_down_payment_amount=Decimal(100),
        is_locked=False,
        invoice_payment_instruction=InvoicePaymentInstruction(
            customer_account_id=CustomerAccountId("111"),
            invoicing_amount=Decimal(100),
            additional_information=(
                AdditionalInformation(
                    information_id="requisition",
                    value="111",
                    display_text="Requisition number",
                    receipt_label="Requisition number",
                ),
            ),
        ),
        items=(an_item("111", "100", "100"),),
    )


def a_finding(
    order_id: str | None = "666",
    *,
    unit: str | None = EVERY_UNIT,
    code: Code = Code.NOT_A_NUMBER,
    row: int = 17,
    column: int = 3,
) -> Finding:
    """Make a finding of the sheet Items, about one order."""
    return Finding(
        problem=Problem(code, "'two' is not a number"),
        sheet="Items",
        row=row,
        column=column,
        business_unit_id=None if unit is None else BusinessUnitId(unit),
        customer_order_id=None if order_id is None else CustomerOrderId(order_id),
    )


def a_key(order_id: str, unit: str = EVERY_UNIT) -> OrderKey:
    """Name an order that is withheld."""
    return OrderKey(BusinessUnitId(unit), CustomerOrderId(order_id))


def a_reading(
    *orders: CustomerOrder,
    withheld: Iterable[OrderKey] = (),
    findings: Iterable[Finding] = (),
    **enactors: Any,
) -> Reading:
    """Make the reading of a workbook with these orders; Enactor's attributes by their names."""
    return Reading(orders=orders, withheld=tuple(withheld), findings=tuple(findings), **enactors)


def some_fields(values: Mapping[str, Any] | None = None, columns: str = "") -> Fields:
    """Make a row of one of Enactor's sheets.

    Args:
        values: As the reply has them, nested.
        columns: Paths of columns, parted by spaces, beside those of the values.
    """
    paths = frozenset(columns.split()) | set(_paths(values or {}, ""))
    return Fields(values or {}, paths)


def _paths(value: Any, path: str) -> Iterator[str]:
    """Give the paths of all that is no object or list with something in it."""
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _paths(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list) and value:
        for place, inner in enumerate(value):
            yield from _paths(inner, f"{path}[{place}]")
    elif path:
        yield path


def a_snapshot(
    path: Path, reading: Reading, options: EnactorOptions | None = None, **changes: Any
) -> Path:
    """Write a reading as a snapshot file; the source's attributes may be changed."""
    write_snapshot(path, reading, replace(SOURCE, **changes), options=options)
    return path
