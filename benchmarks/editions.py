"""Workbooks that change with each save, and what is right to answer of each.

What is right is written down from the same figures as the workbook, by other means than
corsheet's: so an answer is checked and not merely compared with itself.
"""

import io
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from http import HTTPStatus
from typing import Any, NamedTuple

import xlsxwriter

UNITS = ("0001", "0002")
EVERY_UNIT = "*"
UNKNOWN = "999999"
CUSTOMERS = 40
"""Among whom the orders of an edition are dealt out, anew in each."""

IN_BOTH_UNITS = 10
"""One order id in so many stands in both units, as two orders."""

ABSENT, SPOILED = 17, 23
"""One order in so many is missing from an edition, or has an error; others in the next."""

STATES = ("CREATED", "IN_PROGRESS", "FULFILLED")

ORDER_HEADINGS = (
    "Business unit",
    "Customer order",
    "Customer",
    "Status",
    "Minimum down payment",
    "Locked",
)
ITEM_HEADINGS = ("Business unit", "Customer order", "Item", "Quantity", "Unit price")
INVOICE_HEADINGS = ("Business unit", "Customer order", "Invoice account", "Invoicing amount")
INFORMATION_HEADINGS = (
    "Business unit",
    "Customer order",
    "Information id",
    "Value",
    "Display text",
    "Receipt label",
)

Value = str | float | bool


class Key(NamedTuple):
    """An order's place: its business unit, ``*`` for every one, and its id."""

    unit: str
    order: str


class Right(NamedTuple):
    """What is right to answer.

    Attributes:
        status: Of the reply.
        body: Of a reply of 200, as JSON with decimals; None: none is compared.
    """

    status: int
    body: Any = None


MISSING = Right(HTTPStatus.NOT_FOUND)
WITHHELD = Right(HTTPStatus.SERVICE_UNAVAILABLE)


def keys(orders: int) -> list[Key]:
    """Name every order that editions of that size may have."""
    found = []
    for number in range(orders):
        order = f"{number:06d}"
        if number % IN_BOTH_UNITS == 0:
            found += [Key(unit, order) for unit in UNITS]
        else:
            found.append(Key((*UNITS, EVERY_UNIT)[number % 3], order))
    return found


class Edition:
    """One version of the workbook.

    Every field of every order shows the version, so that a reply mixed of two is none of either.

    Attributes:
        version: From 1.
    """

    def __init__(self, version: int, orders: int) -> None:
        """Name it.

        Args:
            version: From 1.
            orders: How many ids it has, some of them missing or with an error.
        """
        self.version = version
        self._keys = keys(orders)

    def order(self, unit: str, order: str) -> Right:
        """Tell what is right for a look-up."""
        own = self._answers.get(Key(unit, order))
        return own or self._answers.get(Key(EVERY_UNIT, order)) or MISSING

    def search(self, unit: str, customer: str) -> Right:
        """Tell what is right for a search."""
        found = [body for key, body in self._summaries[customer] if key.unit in {unit, EVERY_UNIT}]
        return Right(HTTPStatus.OK, {"customerOrders": found})

    @cached_property
    def workbook(self) -> bytes:
        """Its file."""
        target = io.BytesIO()
        book = xlsxwriter.Workbook(target, {"in_memory": True})
        text = book.add_format({"num_format": "@"})
        for name, headings, rows in (
            ("Orders", ORDER_HEADINGS, self._order_rows()),
            ("Items", ITEM_HEADINGS, self._item_rows()),
            ("Invoices", INVOICE_HEADINGS, self._invoice_rows()),
            ("Information", INFORMATION_HEADINGS, self._information_rows()),
        ):
            sheet = book.add_worksheet(name)
            for number, row in enumerate([headings, *rows]):
                for column, value in enumerate(row):
                    if value != EVERY_UNIT:  # an empty cell says it
                        sheet.write(number, column, value, text if isinstance(value, str) else None)
        book.close()
        return target.getvalue()

    def _present(self) -> Iterator[tuple[int, Key]]:
        """Give the orders that it has, with their numbers."""
        for number, key in enumerate(self._keys):
            if (number + self.version) % ABSENT:
                yield number, key

    def _is_spoiled(self, number: int) -> bool:
        return (number + self.version) % SPOILED == 0

    def _has_invoice(self, number: int) -> bool:
        return (number + self.version) % 3 == 0

    def _amount(self, number: int) -> Decimal:
        """Give the amount in major units that an order has in all places of an edition."""
        return self.version + Decimal(number % 100) / 100

    def _customer(self, number: int) -> str:
        return f"{(number + self.version) % CUSTOMERS:05d}"

    def _status(self, number: int) -> str:
        return STATES[(number + self.version) % len(STATES)]

    def _order_rows(self) -> Iterator[list[Value]]:
        for number, key in self._present():
            amount, is_locked = float(self._amount(number)), (number + self.version) % 2 == 0
            yield [*key, self._customer(number), self._status(number), amount, is_locked]

    def _item_rows(self) -> Iterator[list[Value]]:
        for number, key in self._present():
            quantity: Value = "two" if self._is_spoiled(number) else self.version
            amount = float(self._amount(number))
            yield [*key, f"v{self.version}", quantity, amount]
            yield [*key, "last", 1 + self.version % 9, amount]

    def _invoice_rows(self) -> Iterator[list[Value]]:
        for number, key in self._present():
            if self._has_invoice(number):
                yield [*key, f"a{self.version}", float(self._amount(number))]

    def _information_rows(self) -> Iterator[list[Value]]:
        for number, key in self._present():
            if self._has_invoice(number):
                yield [*key, "requisition", f"v{self.version}", "Requisition", "Requisition"]

    @cached_property
    def _answers(self) -> dict[Key, Right]:
        return {
            key: WITHHELD
            if self._is_spoiled(number)
            else Right(HTTPStatus.OK, self._body(number, key))
            for number, key in self._present()
        }

    @cached_property
    def _summaries(self) -> defaultdict[str, list[tuple[Key, Any]]]:
        found = defaultdict[str, list[tuple[Key, Any]]](list)
        for number, key in self._present():
            if not self._is_spoiled(number):
                customer = self._customer(number)
                summary = {
                    "customerOrderId": key.order,
                    "customerId": customer,
                    "status": self._status(number),
                }
                found[customer].append((key, summary))
        return found

    def _body(self, number: int, key: Key) -> Any:
        amount, version = self._amount(number), Decimal(self.version)
        order = {
            "customerOrderId": key.order,
            "customerId": self._customer(number),
            "status": self._status(number),
            "minimumDownPaymentAmount": amount,
            "isLocked": (number + self.version) % 2 == 0,
            "items": [
                {"itemId": f"v{version}", "quantityOrdered": version, "unitPrice": amount},
                {"itemId": "last", "quantityOrdered": 1 + version % 9, "unitPrice": amount},
            ],
        }
        if self._has_invoice(number):
            order["invoicePaymentInstructions"] = {
                "customerAccountId": f"a{version}",
                "invoicingAmount": amount,
                "additionalInformation": [
                    {
                        "id": "requisition",
                        "value": f"v{version}",
                        "displayText": "Requisition",
                        "receiptLabel": "Requisition",
                    }
                ],
            }
        return {"customerOrder": order}
