"""A saved order of Enactor, taken apart: what the plain sheets say, and what becomes a row."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from corsheet.cli.enactor_replies import ADDRESS, ADJUSTED, HEAD, LISTS, TOP, Json
from corsheet.model import (
    EVERY_UNIT,
    CustomerId,
    CustomerOrder,
    CustomerOrderId,
    ItemId,
    OrderItem,
    OrderStatus,
)
from corsheet.wire.enactor import EnactorOptions
from corsheet.workbook.enactor_spread import Loss, below
from corsheet.workbook.enactor_values import tidied, why_unheld
from corsheet.workbook.layout import Kind


class Part(NamedTuple):
    """A piece of a saved order that becomes a row.

    Attributes:
        place: In the order, such as ``order.customerOrderNotes[0]``.
        fields: What it says.
    """

    place: str
    fields: Json


class ItemPart(NamedTuple):
    """An item of a saved order.

    Attributes:
        place: In the order.
        fields: What it says, without the adjustments that get rows.
        position: Its row on Items, from 1; None: it stands on Enactor items only.
        line: Its line number; None: none that is its own.
        adjustments: Those that get rows.
    """

    place: str
    fields: Json
    position: int | None
    line: Decimal | None
    adjustments: tuple[Part, ...]


@dataclass(slots=True)
class Taken:
    """A saved order, taken apart.

    Attributes:
        plain: What the plain sheets say.
        header: Its header, without the lists that get rows.
        items, payments, notes, products, addresses, adjustments: Its other rows.
        losses: What has no row.
    """

    plain: CustomerOrder
    header: Part
    items: list[ItemPart]
    payments: list[tuple[str, Part]]
    notes: list[Part]
    products: list[Part]
    addresses: list[Part]
    adjustments: list[Part]
    losses: list[Loss] = field(default_factory=list)


def take_apart(order: Json, customer: str, options: EnactorOptions) -> Taken:
    """Take a saved order apart.

    Args:
        order: With numbers as decimals, and a header with the order's id.
        customer: Whose it is.
        options: Which statuses there are, and how many decimals the currency has.
    """
    losses = [
        Loss(below(TOP, name), "there is no sheet for it")
        for name in order
        if name not in {*LISTS, HEAD}
    ]
    header = dict(order[HEAD])
    place = f"{TOP}.{HEAD}"
    order_id = str(header["customerOrderId"])
    items, plain = _items(order, options, losses)
    status = _text(header.get("status"))
    theirs = {word: ours for ours, word in options.statuses.items()}
    return Taken(
        plain=CustomerOrder(
            business_unit_id=EVERY_UNIT,
            customer_order_id=CustomerOrderId(order_id),
            customer_id=CustomerId(customer),
            status=theirs.get(status, status) if status else str(OrderStatus.CREATED),
            items=tuple(plain),
        ),
        adjustments=_pop_rows(header, ADJUSTED, place),
        addresses=_pop_rows(header, ADDRESS, place),
        header=Part(place, header),
        items=items,
        payments=list(_payments(order, losses)),
        notes=_objects(order, "customerOrderNotes", losses),
        products=_products(order, losses),
        losses=losses,
    )


def _text(value: Any) -> str | None:
    """Give a text as a cell holds it; None: it is none, or no cell can hold it."""
    fits = isinstance(value, str) and not why_unheld(Kind.TEXT, value)
    return value if fits else tidied(Kind.TEXT, value)


def _pop_rows(fields: Json, name: str, place: str) -> list[Part]:
    """Take a list out that has a sheet; one that is not of objects stays, as a field."""
    values = fields.get(name)
    if not (isinstance(values, list) and values and all(isinstance(one, dict) for one in values)):
        return []
    del fields[name]
    return [Part(f"{place}.{name}[{number}]", one) for number, one in enumerate(values)]


def _objects(order: Json, name: str, losses: list[Loss]) -> list[Part]:
    """Give the objects of a list of the order; there is no row for anything else."""
    values = order.get(name)
    if name in order and not (isinstance(values, list) and values):
        losses.append(Loss(f"{TOP}.{name}", "an empty list is left out"))
    parts = []
    for number, value in enumerate(values if isinstance(values, list) else ()):
        place = f"{TOP}.{name}[{number}]"
        if isinstance(value, dict):
            parts.append(Part(place, value))
        else:
            losses.append(Loss(place, "it is no object"))
    return parts


def _wrapped(order: Json, name: str, losses: list[Loss]) -> Iterable[tuple[str, Part]]:
    """Give the objects of a list in which each stands under a name of its own."""
    for place, fields in _objects(order, name, losses):
        values = list(fields.items())
        if len(values) == 1 and isinstance(values[0][1], dict):
            yield values[0][0], Part(below(place, values[0][0]), values[0][1])
        else:
            losses.append(Loss(place, "it is not one object under one name"))


def _payments(order: Json, losses: list[Loss]) -> Iterable[tuple[str, Part]]:
    for kind, part in _wrapped(order, "customerOrderPayments", losses):
        amount = part.fields.get("amount")
        if why_unheld(Kind.TEXT, kind):
            losses.append(Loss(part.place, "no cell can hold its name"))
        elif isinstance(amount, Decimal) and amount < 0:
            losses.append(Loss(f"{part.place}.amount", "a payment's amount is never below zero"))
            fields = {name: value for name, value in part.fields.items() if name != "amount"}
            yield kind, part._replace(fields=fields)
        else:
            yield kind, part


def _products(order: Json, losses: list[Loss]) -> list[Part]:
    """Give the products that have an id of their own."""
    parts: dict[str, Part] = {}
    for part in _objects(order, "products", losses):
        name = part.fields.get("productId")
        if not isinstance(name, str) or why_unheld(Kind.ID, name):
            losses.append(Loss(part.place, "it has no productId that a cell can hold"))
        elif name in parts:
            losses.append(Loss(part.place, "the order has this product twice"))
        else:
            parts[name] = part
    return list(parts.values())


def _items(
    order: Json, options: EnactorOptions, losses: list[Loss]
) -> tuple[list[ItemPart], list[OrderItem]]:
    """Give the items, and those of them that the sheet Items can hold."""
    lines: set[Decimal] = set()
    items: list[ItemPart] = []
    plain: list[OrderItem] = []
    for name, (place, whole) in _wrapped(order, "customerOrderItems", losses):
        fields = dict(whole)
        product = product_of(fields)
        if name != "item" or product is None:
            losses.append(Loss(place, "it is no item with an id of its product"))
            continue
        line = _whole(fields.get("lineNumber"))
        if line in lines:
            losses.append(Loss(f"{place}.lineNumber", "an item before it has this number"))
            del fields["lineNumber"]
            line = None
        lines |= {line} if line is not None else set()
        adjustments = _pop_rows(fields, ADJUSTED, place) if line is not None else []
        of_items = _plain_item(product, fields, options)
        plain += [of_items] if of_items else []
        position = len(plain) if of_items else None
        items.append(ItemPart(place, fields, position, line, tuple(adjustments)))
    return items, plain


def product_of(item: Mapping[str, Any]) -> str | None:
    """Give the id of an item's product; None: it has none that a cell can hold."""
    key = item.get("productId")
    product = key.get("id") if isinstance(key, dict) else None
    return product if isinstance(product, str) and not why_unheld(Kind.ID, product) else None


def _plain_item(product: str, fields: Json, options: EnactorOptions) -> OrderItem | None:
    """Make a row of Items; None: that sheet cannot hold it.

    Enactor sends orders with 0 as the unit price; the net price is then what the article costs.
    """
    quantity = fields.get("orderedQty")
    unit_price, net_price = _whole(fields.get("unitPrice")), _whole(fields.get("netPrice"))
    price = unit_price or net_price or unit_price
    if price is None or not isinstance(quantity, Decimal) or why_unheld(Kind.WHOLE, quantity):
        return None
    price = price.scaleb(-options.currency_exponent)
    if why_unheld(Kind.QUANTITY, quantity) or why_unheld(Kind.AMOUNT, price):
        return None
    return OrderItem(ItemId(product), quantity, price)


def _whole(value: Any) -> Decimal | None:
    """Give a whole number >= 0; None: it is none, or no cell can hold it."""
    fits = isinstance(value, Decimal) and not why_unheld(Kind.WHOLE, value)
    return value if fits else None
