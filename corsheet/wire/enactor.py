"""Enactor's orders service, as bytes.

Sources: Enactor's pages "Get an Order's Details", with the example reply that the keys and
their empty objects follow, "Search Orders" and "Error Message" (read 2026-11). See
docs/enactor.md.

An order is made of the plain sheets, as Hii Retail gets it, and the rows of Enactor's
sheets are laid over that. What the plain sheets say, or Enactor sends by itself, is used
for a path only where the row's sheet has no column for it, nor for an object around it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from corsheet.model import (
    CustomerOrder,
    EnactorAdjustment,
    EnactorDetails,
    Fields,
    OrderItem,
    all_items,
    is_whole,
    plain_number,
)
from corsheet.wire.laying import UnfitError as UnfitError  # noqa: PLC0414 - it is ours to tell
from corsheet.wire.laying import append, as_json, part

CARD_PAYMENT = "customerOrderCardPayment"

HEADER_KEYS = ("userId", "authorisedByUserKey", "lastUpdatedByUserKey", "currencyId")
ITEM_KEYS = ("userId", "destinationLocationId")
CARD_KEYS = ("billingAddressContactTypeId",)
PRODUCT_KEYS = ("fasciaId", "rangeId")
ADDRESS_KEYS = ("countryCodeId",)
"""Keys that Enactor's example sends as ``{}`` where there is nothing to say."""

REASON = {"reasonId.regionId.groupTypeId": "region"}
"""How its example sends a reason that is none."""

LARGEST = Decimal(2**63 - 1)
"""Of whole numbers: Enactor keeps its amounts as Java's Long."""

WRAPPER = b'{"order":'

PRODUCTS_WITHIN = 3
"""Levels around a product: the reply, the order, and the list of its products."""

_ONE = Decimal(1)
_MILLISECOND = timedelta(milliseconds=1)
_1970 = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnactorOptions:
    """What the plain sheets do not say of Enactor's order.

    Attributes:
        currency_exponent: Decimals of the currency's minor unit (ISO 4217): 2 for öre, pence.
        currency: Its code; empty: an empty key is sent, as in Enactor's example.
        type_id: The type of every order whose row on Enactor header says none.
        statuses: Enactor's words by the workbook's; others are sent as they stand.
    """

    currency_exponent: int = 2
    currency: str = ""
    type_id: str = "CUSTOMER_ORDER"
    statuses: Mapping[str, str] = field(
        default_factory=lambda: {"CREATED": "SUBMITTED", "FULFILLED": "COMPLETED"}
    )


class Told(NamedTuple):
    """An order as Enactor's clients are told it, before it has the products it shares.

    Attributes:
        body: ``{"order":{…}}``.
        product_ids: Whose products are to be put into it, each once, as they stand in its
            items; None: it has products of its own, which are in it.
        customer_number: Whose it is; None: nobody's.
        type_id: Its type; None: it has none.
        created: When it was made, in milliseconds since 1970 (UTC); None: not said.
    """

    body: bytes
    product_ids: tuple[str, ...] | None
    customer_number: str | None
    type_id: str | None
    created: int | None


def order_body(
    order: CustomerOrder, details: EnactorDetails | None, options: EnactorOptions
) -> Told:
    """Write the reply to ``GET …/orders/{orderId}``, without the products it shares.

    Args:
        order: What the plain sheets say.
        details: What Enactor's sheets say; None: nothing.
        options: Those of the settings.

    Raises:
        UnfitError: A quantity or a price cannot be told to Enactor, or rows do not fit together.
    """
    details = details or EnactorDetails()
    items = list(_items(order, details, options))
    header = _header(order, details, options)
    _adjust(header, items, details.adjustments)
    append(header, "address", [part(row, {}, ADDRESS_KEYS) for row in details.addresses])
    own_id = {"customerOrderId": order.customer_order_id}
    parts = {
        "products": [part(row, {}, PRODUCT_KEYS) for row in details.products],
        "customerOrderItems": [{"item": item} for item in items],
        "customerOrderPayments": [
            {
                payment.kind: part(
                    payment.fields,
                    {**own_id, "paymentType": payment.kind},
                    CARD_KEYS if payment.kind == CARD_PAYMENT else (),
                )
            }
            for payment in details.payments
        ],
        "customerOrderHeader": header,
        "customerOrderNotes": [part(row, own_id) for row in details.notes],
    }
    told = {name: part for name, part in parts.items() if part}
    return Told(
        body=as_json({"order": told}).encode(),
        product_ids=None if details.products else tuple(dict.fromkeys(_product_ids(items))),
        customer_number=_text(header.get("customerNumber")),
        type_id=_text(header.get("customerOrderTypeId")),
        created=_created(header.get("createdDate")),
    )


def product_body(fields: Fields | None, product_id: str) -> bytes:
    """Write a product as it stands in every order that has it.

    Args:
        fields: Its row; None: it has none, and is told by its id alone.
        product_id: Which it is.

    Raises:
        UnfitError: A field is nested too deep.
    """
    product = part(fields, {"productId": product_id}, PRODUCT_KEYS)
    return as_json(product, PRODUCTS_WITHIN).encode()


def with_products(body: bytes, products: Sequence[bytes]) -> bytes:
    """Put products into an order that has none yet, before all else; none: it stays as it is.

    Args:
        body: What ``order_body`` wrote.
        products: What ``product_body`` wrote of each.
    """
    if not products:
        return body
    rest = body[len(WRAPPER) + 1 :]  # which has a header at least, so that a comma is right
    return b"".join((WRAPPER, b'{"products":[', b",".join(products), b"],", rest))


def whole_body(
    order: CustomerOrder,
    details: EnactorDetails | None,
    products: Sequence[Fields],
    options: EnactorOptions,
) -> bytes:
    """Write the reply to ``GET …/orders/{orderId}``, at once and whole.

    The service puts it together of the parts that a snapshot holds, to the same bytes.

    Args:
        order: What the plain sheets say.
        details: What Enactor's sheets say; None: nothing.
        products: The rows of Products for every order, in their order.
        options: Those of the settings.

    Raises:
        UnfitError: As ``order_body`` does.
    """
    told = order_body(order, details, options)
    missing = dict.fromkeys(told.product_ids or ())
    bodies = []
    for fields in products:
        product = _text(fields.values.get("productId"))
        if product is not None and product in missing:
            del missing[product]
            bodies.append(product_body(fields, product))
    bodies += [product_body(None, product) for product in missing]
    return with_products(told.body, bodies)


def is_fit(order: CustomerOrder, options: EnactorOptions) -> bool:
    """Tell whether an order of the plain sheets alone has an Enactor form, without making it."""
    minor = _ONE.scaleb(-options.currency_exponent)
    most = LARGEST * minor
    return all(  # asked of every order of a workbook, so without detours
        item.quantity_ordered <= LARGEST
        and item.unit_price <= most
        and not (item.quantity_ordered % _ONE or item.unit_price % minor)
        for item in order.items
    )


def list_body(orders: Iterable[bytes]) -> bytes:
    """Write the reply to ``GET …/orders``.

    Args:
        orders: What ``order_body`` wrote of each.
    """
    bare = (order[len(WRAPPER) : -1] for order in orders)
    return b'{"orderList":[' + b",".join(bare) + b"]}"


def error_body(error_code: str, text: str) -> bytes:
    """Write an ``ErrorMessage``, which is the whole reply where there is no other."""
    return json.dumps(
        {"errorCode": error_code, "messageText": text}, ensure_ascii=False, separators=(",", ":")
    ).encode()


def _header(
    order: CustomerOrder, details: EnactorDetails, options: EnactorOptions
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "customerOrderId": order.customer_order_id,
        "customerOrderTypeId": options.type_id,
        "customerNumber": order.customer_id,
        "status": options.statuses.get(order.status, order.status),
        **REASON,
    }
    if options.currency:
        told["currencyId.id"] = options.currency
    return part(details.header, told, HEADER_KEYS)


def _items(
    order: CustomerOrder, details: EnactorDetails, options: EnactorOptions
) -> Iterator[dict[str, Any]]:
    """Give the items in the order they are told, each with its place as its line number."""
    for line, (position, fields) in enumerate(all_items(details.items, len(order.items)), 1):
        told: dict[str, Any] = {"customerOrderId": order.customer_order_id, "lineNumber": line}
        if position is not None and not 1 <= position <= len(order.items):
            raise UnfitError(f"Items has no row {position} of the order")
        if position is not None:
            told |= _of_plain_item(line, order.items[position - 1], fields.columns, options)
        yield part(fields, told | REASON, ITEM_KEYS)


def _of_plain_item(
    line: int, item: OrderItem, columns: frozenset[str], options: EnactorOptions
) -> dict[str, Any]:
    """Give what a row of Items says; a number that is said elsewhere need not fit."""
    told: dict[str, Any] = {"productId.id": item.item_id}
    if "orderedQty" not in columns:
        if not _fits(item.quantity_ordered):
            quantity = plain_number(item.quantity_ordered)
            raise UnfitError(f"line {line}: quantity {quantity} is no whole number, or too large")
        told["orderedQty"] = item.quantity_ordered
    if "unitPrice" not in columns:
        minor = item.unit_price.scaleb(options.currency_exponent)
        if not _fits(minor):
            price = plain_number(item.unit_price)
            raise UnfitError(
                f"line {line}: price {price} is finer than the currency's minor unit, or too large"
            )
        told["unitPrice"] = minor
    return told


def _product_ids(items: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Give the products of some items, as often as they stand there."""
    for item in items:
        key = item.get("productId")
        product = _text(key.get("id")) if isinstance(key, Mapping) else None
        if product is not None:
            yield product


def _adjust(
    header: dict[str, Any], items: Sequence[dict[str, Any]], rows: Sequence[EnactorAdjustment]
) -> None:
    """Add the adjustments to the items whose line numbers they name, or to the header."""
    lines = {item["lineNumber"]: item for item in reversed(items) if _is_number(item, "lineNumber")}
    adjustments: dict[int | None, list[dict[str, Any]]] = {}
    for row in rows:
        adjustments.setdefault(row.line, []).append(part(row.fields))
    for line, told in adjustments.items():
        if line is not None and line not in lines:
            raise UnfitError(f"an adjustment names line {line}, and no item has it")
        append(header if line is None else lines[line], "adjustments", told)


def _fits(number: Decimal) -> bool:
    return number <= LARGEST and is_whole(number)


def _is_number(item: Mapping[str, Any], name: str) -> bool:
    return isinstance(item.get(name), Decimal | int)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _created(value: object) -> int | None:
    """Read a date and time with its offset (ISO 8601); None: it is none."""
    try:
        return milliseconds(datetime.fromisoformat(_text(value) or ""))
    except ValueError:
        return None


def milliseconds(moment: datetime) -> int:
    """Give a time as Enactor counts it, from 1970 on; without an offset it is in UTC."""
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (moment - _1970) // _MILLISECOND
