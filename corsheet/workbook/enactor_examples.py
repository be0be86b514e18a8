"""Enactor's sheets of the template: more about four of the example orders.

Their ids stand in one store only, so that every client finds them by the id alone.

The customers are invented, and their telephone numbers are of those that Ofcom keeps for
drama. There is no card number, and nothing made of one.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from corsheet.workbook.enactor_layout import (
    ADDRESSES,
    ADJUSTMENTS,
    ENACTOR_ITEMS,
    HEADER,
    ITEMS_ROW,
    LINE,
    NOTES,
    PAYMENT,
    PAYMENTS,
    PRODUCTS,
)
from corsheet.workbook.enactor_spread import EnactorSheet, sheet_of
from corsheet.workbook.layout import BUSINESS_UNIT, ORDER
from corsheet.workbook.spread import Value

_Fields = Mapping[str, Value]

EXAMPLE_ORDER, EXAMPLE_CUSTOMER = "000044", "10001"
"""The order that has rows on most of the sheets, and the customer whose it is."""

_CREATED = "2026-01-12T09:30:00.000+00:00"
_UPDATED = Decimal(1768210200000)
"""The same moment, in milliseconds since 1970."""

_CONTACT, _NOTIFICATION = "CX_ORD_CONTACT", "CX_ORD_NOTIFICATION"

_ORDERS = (
    # unit, order, title, first name, surname, postcode, worth and paid in öre
    ("0001", "000044", "MS", "Exempla", "Påhittsson", "000 01", 197750, 50000),
    ("0007", "070001", "MR", "Prov", "Fiktivius", "000 02", 238390, 238390),
    ("0007", "070002", "MS", "Test", "Exempelström", "000 03", 245700, 0),
    ("0042", "W-1002", "MR", "Dummy", "Mönsterås-Ickefinns", "000 04", 48800, 10000),
)

_ITEMS = (
    # unit, order, row on Items, still in the shop, status
    ("0001", "000044", 1, 2, "NEW"),
    ("0001", "000044", 2, 0, "NEW"),
    ("0007", "070001", 1, 6, "AVAILABLE"),
    ("0007", "070001", 2, 1, "AVAILABLE"),
)

_PRODUCTS = (
    # article, English and Swedish description, group
    ("0211030", "Paint, 3 litres", "Färg, 3 liter", "PAINT"),
    ("0211031", "Paint, 10 litres", "Färg, 10 liter", "PAINT"),
    ("0100417", "Screws, a box", "Skruv, en ask", "FIXINGS"),
    ("0100425", "Fittings", "Beslag", "FIXINGS"),
    ("0608881", "Drill", "Borrmaskin", "TOOLS"),
)

_PAYMENTS = (
    # unit, order, kind, amount in öre
    ("0001", "000044", "customerOrderCardPayment", 50000),
    ("0007", "070001", "customerOrderCashPayment", 238390),
    ("0042", "W-1002", "customerOrderCashPayment", 10000),
)


def example_sheets() -> tuple[EnactorSheet, ...]:
    """Make all of Enactor's sheets, for the orders of ``examples.example_orders``."""
    return (
        sheet_of(HEADER, list(_headers())),
        sheet_of(ENACTOR_ITEMS, list(_items())),
        sheet_of(PRODUCTS, list(_products())),
        sheet_of(PAYMENTS, list(_payments())),
        sheet_of(NOTES, list(_notes())),
        sheet_of(ADJUSTMENTS, list(_adjustments())),
        sheet_of(ADDRESSES, list(_addresses())),
    )


def _of(unit: str, order: str) -> _Fields:
    return {BUSINESS_UNIT: unit, ORDER: order}


def _headers() -> Iterator[_Fields]:
    for unit, order, title, first_name, surname, postcode, worth, paid in _ORDERS:
        yield {
            **_of(unit, order),
            "locationId.id": unit,
            "createdDate": _CREATED,
            "preferredContactTypeKey.id": _CONTACT,
            "notificationContactTypeKey.id": _NOTIFICATION,
            "customerTitle": title,
            "customerFirstName": first_name,
            "customerSurname": surname,
            "customerPostcode": postcode,
            "currencyId.id": "SEK",
            "orderValue": Decimal(worth),
            "totalPayments": Decimal(paid),
            "balanceOwed": Decimal(paid - worth),
            "taxInclusive": True,
            "voided": False,
            "lastUpdated": _UPDATED,
        }


def _items() -> Iterator[_Fields]:
    for unit, order, row, reserved, status in _ITEMS:
        yield {
            **_of(unit, order),
            ITEMS_ROW: Decimal(row),
            "fulfilmentId": Decimal(1),
            "locationId.id": unit,
            "createdDate": _CREATED,
            "reservedQty": Decimal(reserved),
            "shippedQty": Decimal(0),
            "status": status,
            "voided": False,
            "lastUpdated": _UPDATED,
        }


def _products() -> Iterator[_Fields]:
    for article, english, swedish, group in _PRODUCTS:
        yield {
            "productId": article,
            "type": "skuProduct",
            "productDescription.string[0].country": "GB",
            "productDescription.string[0].language": "en",
            "productDescription.string[0].string": english,
            "productDescription.string[1].country": "SE",
            "productDescription.string[1].language": "sv",
            "productDescription.string[1].string": swedish,
            "status": "LIVE",
            "inventoryDetails.allowCustomerOrder": True,
            "inventoryDetails.isStocked": True,
            "taxGroupId.id": "A",
            "mmGroupId.id": group,
            "mmGroupId.groupTypeId": "mmGroup",
        }


def _payments() -> Iterator[_Fields]:
    for unit, order, kind, amount in _PAYMENTS:
        by_card = kind == "customerOrderCardPayment"
        yield {
            **_of(unit, order),
            PAYMENT: kind,
            "paymentNumber": Decimal(1),
            "amount": Decimal(amount),
            "currencyId.id": "SEK",
            "status": "COMMITTED",
            "isRefund": False,
            "voided": False,
            "createdDate": _CREATED,
            "cardDetails.cardDescription": "Mastercard" if by_card else None,
            "lastUpdated": _UPDATED,
        }


def _notes() -> Iterator[_Fields]:
    for number, note in enumerate(("Call before the delivery", "Leave it behind the shed"), 1):
        yield {
            **_of("0001", "000044"),
            "messageNumber": Decimal(number),
            "type": "GENERAL",
            "note": note,
            "locationId.id": "0001",
            "lastUpdated": _UPDATED,
        }


def _adjustments() -> Iterator[_Fields]:
    for unit, order, line, kind, description, amount in (
        ("0001", "000044", Decimal(2), "DISCOUNT", "The last bucket", 5000),
        ("0042", "W-1002", None, "DELIVERY", "To the door", 9900),
    ):
        yield {
            **_of(unit, order),
            LINE: line,
            "adjustmentNumber": Decimal(1),
            "adjustmentType": kind,
            "description": description,
            "amount": Decimal(amount),
            "canCancel": False,
            "voided": False,
        }


def _addresses() -> Iterator[_Fields]:
    for contact, street, town, phone in (
        (_CONTACT, "Ingenstansgatan 0", "Påhittköping", None),
        (_NOTIFICATION, None, None, "07700 900123"),
    ):
        yield {
            **_of("0001", "000044"),
            "typeId.id": contact,
            "street1": street,
            "town": town,
            "postCode": "000 01" if street else None,
            "country": "Sverige" if street else None,
            "mobilePhone": phone,
            "isTemplate": False,
        }
