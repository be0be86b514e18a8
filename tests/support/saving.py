"""How programs save a workbook, and orders that show which save they are from."""

import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from corsheet.model import (
    AdditionalInformation,
    BusinessUnitId,
    CustomerAccountId,
    CustomerId,
    CustomerOrder,
    CustomerOrderId,
    InvoicePaymentInstruction,
    ItemId,
    OrderItem,
)
from corsheet.workbook.template import write_workbook

UNIT = "0001"
ORDER_IDS = tuple(f"{number:06d}" for number in range(1, 21))


def versioned_orders(version: int) -> tuple[CustomerOrder, ...]:
    """Make orders that carry the version in seven places."""
    text, number = f"v{version}", Decimal(version)
    return tuple(
        CustomerOrder(
            business_unit_id=BusinessUnitId(UNIT),
            customer_order_id=CustomerOrderId(order_id),
            customer_id=CustomerId(text),
            status="CREATED",
            minimum_down_payment_amount=number,
            items=(
                OrderItem(item_id=ItemId(text), quantity_ordered=number, unit_price=number),
                OrderItem(item_id=ItemId("last"), quantity_ordered=number, unit_price=number),
            ),
            invoice_payment_instruction=InvoicePaymentInstruction(
                customer_account_id=CustomerAccountId(text),
                invoicing_amount=number,
                additional_information=(
                    AdditionalInformation(
                        information_id="version",
                        value=text,
                        display_text="Version",
                        receipt_label="Version",
                    ),
                ),
            ),
        )
        for order_id in ORDER_IDS
    )


def versioned_workbook(version: int) -> bytes:
    """Make a workbook of those orders."""
    return write_workbook(versioned_orders(version))


def versions_in(reply: Any) -> set[str]:
    """Give every version that a reply to GET carries; a whole one carries one."""
    order = reply["customerOrder"]
    invoice = order["invoicePaymentInstructions"]
    numbers = [order["minimumDownPaymentAmount"], invoice["invoicingAmount"]]
    for item in order["items"]:
        numbers += [item["quantityOrdered"], item["unitPrice"]]
    texts = [
        order["customerId"],
        order["items"][0]["itemId"],
        invoice["customerAccountId"],
        invoice["additionalInformation"][0]["value"],
    ]
    return {*texts, *(f"v{number}" for number in numbers)}


Save = Callable[[Path, bytes], None]


def rename_over(path: Path, data: bytes) -> None:
    """Save as LibreOffice and careful scripts do: a temporary file takes the name."""
    temporary = path.with_name("lu1234abc.tmp")
    temporary.write_bytes(data)
    temporary.replace(path)


def delete_and_rename(path: Path, data: bytes) -> None:
    """Save as Excel did for long (KB814068): the name is free for a moment."""
    temporary = path.with_name("Cedd4100")
    temporary.write_bytes(data)
    path.unlink()
    temporary.rename(path)


def rename_pair(path: Path, data: bytes) -> None:
    """Save as Excel does now: the old file steps aside, then goes."""
    owner = path.with_name(f"~${path.name}")
    owner.write_bytes(b"owner")
    temporary, aside = path.with_name("2B7F61D0"), path.with_name("497A0839.tmp")
    temporary.write_bytes(data)
    path.rename(aside)
    temporary.rename(path)
    aside.unlink()
    owner.unlink()


def in_place(path: Path, data: bytes) -> None:
    """Save as openpyxl, pandas and XlsxWriter do: emptied, then written bit by bit."""
    with path.open("wb", buffering=0) as file:
        for start in range(0, len(data), 4096):
            file.write(data[start : start + 4096])
            time.sleep(0.01)


def from_another_folder(path: Path, data: bytes) -> None:
    """Save as a copying script does: the file is moved in from elsewhere."""
    elsewhere = path.parent.parent / f"{path.parent.name}-elsewhere"
    elsewhere.mkdir(exist_ok=True)
    temporary = elsewhere / path.name
    temporary.write_bytes(data)
    temporary.replace(path)


SAVES: tuple[Save, ...] = (
    rename_over,
    delete_and_rename,
    rename_pair,
    in_place,
    from_another_folder,
)
