"""What a workbook says of each order, found out by another way than corsheet's own.

openpyxl reads the whole workbook with its own reader, and the cells are taken
as a person would; nothing of corsheet's reader is used. It knows the kinds of
cells that the sample workbook has. Where it meets anything else it is unsure
of the order, which then ought not to be served.
"""

import io
import re
import unicodedata
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

import openpyxl

EVERY_UNIT = "*"

EXCEL_DIGITS = 15
"""Digits that Excel keeps of a number."""

LARGEST = 10**13
"""Sums stay below it (docs/workbook.md)."""

YES, NO = {"yes", "ja", "true", "1", "x"}, {"no", "nej", "false", "0"}


class UnsureError(Exception):
    """What a cell says is unclear."""


class OrderKey(NamedTuple):
    """Which order."""

    unit: str
    order: str


@dataclass(slots=True)
class Said:
    """What the workbook says of one order.

    Attributes:
        reply: What the till is to be told: the object of the contract.
        unsure: Something of it is unclear.
    """

    reply: dict[str, Any] = field(default_factory=dict)
    unsure: bool = False


@dataclass(slots=True)
class Row:
    """The cells of one row by folded heading; blank ones are not in it."""

    cells: dict[str, Any]

    def text(self, heading: str) -> str:
        """Read a text or an id."""
        cell = self._cell(heading)
        value = cell.value
        if cell.data_type == "n" and isinstance(value, int) and value >= 0:
            if cell.number_format in {"General", "@", "0"}:
                return str(value)
            if re.fullmatch("0+", cell.number_format):
                return str(value).zfill(len(cell.number_format))
        if cell.data_type not in {"n", "e", "b", "d"} and str(value).strip().isprintable():
            return unicodedata.normalize("NFC", str(value)).strip()
        raise UnsureError(cell.coordinate)

    def sum(self, heading: str) -> Decimal:
        """Read an amount or a quantity."""
        cell = self._cell(heading)
        if isinstance(cell.value, str) and re.fullmatch(r"[0-9]+(?:[.,][0-9]{1,2})?", cell.value):
            found = Decimal(cell.value.replace(",", "."))
        elif cell.data_type == "n" and not set("%/") & set(cell.number_format):
            found = Decimal(f"{cell.value:.{EXCEL_DIGITS}g}")
        else:
            raise UnsureError(cell.coordinate)
        if not 0 <= found < LARGEST:
            raise UnsureError(cell.coordinate)
        return found

    def yes_no(self, heading: str) -> bool:
        """Read yes or no."""
        cell = self._cell(heading)
        word = str(cell.value).strip().casefold()
        if word not in YES | NO or cell.data_type == "e":
            raise UnsureError(cell.coordinate)
        return word in YES

    def has(self, heading: str) -> bool:
        """Tell whether there is such a column and its cell is filled."""
        return folded(heading) in self.cells

    def _cell(self, heading: str) -> Any:
        if not self.has(heading):
            raise UnsureError(f"no {heading}")
        return self.cells[folded(heading)]


def folded(name: str) -> str:
    """Make what headings and sheets are compared by."""
    return re.sub(r"[\s_]", "", name).casefold()


class Oracle:
    """The orders of a workbook.

    Attributes:
        orders: By unit and id.
    """

    def __init__(self, data: bytes) -> None:
        """Read a workbook.

        Raises:
            Exception: openpyxl cannot read it; it has no exception of its own for that.
        """
        self.orders: dict[OrderKey, Said] = {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._book = _open(data)
            self._read()

    def _read(self) -> None:
        for row in self._rows("Orders"):
            self._read_order(row)
        readers = {
            "Items": _read_item,
            "Invoices": _read_invoice,
            "Information": _read_information,
            "Discounts": _read_discount,
        }
        for name, read in readers.items():
            for row in self._rows(name):
                self._give(row, read)

    def find(self, unit: str, order: str) -> Said | None:
        """Give the order of a unit, or of every unit; None: there is none."""
        own = self.orders.get(OrderKey(unit, order))
        return own or self.orders.get(OrderKey(EVERY_UNIT, order))

    def _rows(self, name: str) -> Iterator[Row]:
        sheets = [sheet for sheet in self._book.worksheets if folded(sheet.title) == folded(name)]
        headings: dict[int, str] = {}
        for cells in sheets[0].iter_rows() if sheets else ():
            filled = {cell.column: cell for cell in cells if cell.value not in {None, ""}}
            if headings:
                yield Row({headings[c]: cell for c, cell in filled.items() if c in headings})
                continue
            found = {c: folded(str(cell.value)) for c, cell in filled.items()}
            if folded("Customer order") in found.values():
                headings = found

    def _read_order(self, row: Row) -> None:
        try:
            order = row.text("Customer order")
            unit = row.text("Business unit") if row.has("Business unit") else EVERY_UNIT
        except UnsureError:
            return  # nobody can ask for it
        said = self.orders.setdefault(OrderKey(unit, order), Said())
        said.unsure = bool(said.reply)  # it stands twice
        said.reply = {"customerOrderId": order, "items": []}
        try:
            said.reply |= {"customerId": row.text("Customer"), "status": row.text("Status")}
            if row.has("Minimum down payment"):
                said.reply["minimumDownPaymentAmount"] = row.sum("Minimum down payment")
            if row.has("Locked"):
                said.reply["isLocked"] = row.yes_no("Locked")
        except UnsureError:
            said.unsure = True

    def _give(self, row: Row, read: "Read") -> None:
        """Give a row to the order it is of; a row of none is nobody's."""
        try:
            order = row.text("Customer order")
            unit = row.text("Business unit") if row.has("Business unit") else None
        except UnsureError:
            return
        keys = [key for key in self.orders if key.order == order]
        if unit is not None:
            keys = [key for key in keys if key.unit in {unit, EVERY_UNIT}]
        for key in keys:
            said = self.orders[key]
            try:
                read(row, said.reply)
            except UnsureError:
                said.unsure = True
            said.unsure |= len(keys) > 1


def _open(data: bytes) -> Any:
    """Open a workbook whole; or, where a sheet that has no orders is broken, sheet by sheet."""
    try:
        return openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except Exception:  # noqa: BLE001 - openpyxl lets out whatever it meets
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, read_only=True)
        for sheet in book.worksheets:
            sheet.reset_dimensions()
        return book


def _read_item(row: Row, reply: dict[str, Any]) -> None:
    item = {
        "itemId": row.text("Item"),
        "quantityOrdered": row.sum("Quantity"),
        "unitPrice": row.sum("Unit price"),
    }
    if not item["quantityOrdered"]:
        raise UnsureError("nobody ordered it")
    if row.has("Contributed amount"):
        item["contributedAmount"] = row.sum("Contributed amount")
    reply["items"].append(item)


def _read_invoice(row: Row, reply: dict[str, Any]) -> None:
    if "invoicePaymentInstructions" in reply:
        raise UnsureError("it is invoiced twice")
    reply["invoicePaymentInstructions"] = {
        "customerAccountId": row.text("Invoice account"),
        "invoicingAmount": row.sum("Invoicing amount"),
    }


def _read_information(row: Row, reply: dict[str, Any]) -> None:
    if "invoicePaymentInstructions" not in reply:
        raise UnsureError("it is not invoiced")
    line = {
        "id": row.text("Information id"),
        "value": row.text("Value"),
        "displayText": row.text("Display text"),
        "receiptLabel": row.text("Receipt label"),
    }
    reply["invoicePaymentInstructions"].setdefault("additionalInformation", []).append(line)


def _read_discount(row: Row, reply: dict[str, Any]) -> None:
    of_item = [item for item in reply["items"] if item["itemId"] == row.text("Item")]
    if len(of_item) != 1:
        raise UnsureError("a discount on no item or several")
    discount = {
        "discountId": row.text("Discount id"),
        "discountText": row.text("Discount text"),
        "discountAmount": row.sum("Discount amount"),
        "rewardType": row.text("Reward type"),
    }
    of_item[0].setdefault("discounts", []).append(discount)


Read = Callable[[Row, dict[str, Any]], None]
