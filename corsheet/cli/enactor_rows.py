"""Orders of Enactor, taken apart, made into the rows of Enactor's sheets.

The rows say only what the plain sheets and Enactor's own empty keys do not: those come
from ``wire.enactor``, which is asked what it sends without them.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from corsheet.cli.enactor_parts import Part, Taken, product_of
from corsheet.cli.enactor_replies import ADDRESS, HEAD, TOP, Json, differences, load
from corsheet.model import EnactorDetails, EnactorItem, EnactorPayment, Fields
from corsheet.wire import enactor
from corsheet.wire.enactor import EnactorOptions
from corsheet.workbook.enactor_layout import (
    ADDRESSES,
    ADJUSTMENTS,
    ENACTOR_ITEMS,
    ENACTOR_SHEETS,
    HEADER,
    ITEMS_ROW,
    LINE,
    NOTES,
    PAYMENT,
    PAYMENTS,
    PRODUCTS,
)
from corsheet.workbook.enactor_spread import EnactorSheet, SheetMaker
from corsheet.workbook.layout import ORDER
from corsheet.workbook.spread import Value


def sheets(orders: Sequence[Taken], options: EnactorOptions) -> list[EnactorSheet]:
    """Make Enactor's sheets; what has no cell goes to the orders' losses."""
    makers = {
        layout.name: SheetMaker(
            layout,
            {PRODUCTS.name: ("productId",), ENACTOR_ITEMS.name: ("lineNumber",)}.get(
                layout.name, ()
            ),
        )
        for layout in ENACTOR_SHEETS
    }
    needs_position = any(item.line != item.position for one in orders for item in one.items)
    shared = _shared(orders)
    for order in orders:
        _add_rows(makers, order, _untold(order, options), needs_position=needs_position)
        if shared is None:
            _add_products(makers, order, order.products, order.plain.customer_order_id)
    for part, order in shared or ():
        _add_products(makers, order, [part], None)
    return [sheet for maker in makers.values() if (sheet := maker.sheet())]


def _untold(order: Taken, options: EnactorOptions) -> Json:
    """Give the order as it would be if the rows said nothing, part by part."""
    bare = EnactorDetails(
        items=tuple(
            EnactorItem(item.position, Fields({"productId": {}} if not item.position else {}))
            for item in order.items
        ),
        payments=tuple(EnactorPayment(kind, Fields({})) for kind, _ in order.payments),
        notes=tuple(Fields({}) for _ in order.notes),
        addresses=tuple(Fields({}) for _ in order.addresses),
    )
    body = enactor.order_body(order.plain, bare, options).body
    untold: Json = load(body)[TOP]
    return untold


def _add_rows(
    makers: Mapping[str, SheetMaker], order: Taken, untold: Json, *, needs_position: bool
) -> None:
    """Add the rows of one order, but its products."""
    front: dict[str, Value] = {ORDER: order.plain.customer_order_id}
    header = untold[HEAD]
    losses = order.losses
    addresses = header.pop(ADDRESS, [])
    losses += makers[HEADER.name].add(front, order.header.fields, header, order.header.place)
    rows = zip(order.items, untold.get("customerOrderItems", []), strict=True)
    for item, wrapped in rows:
        position = None if item.position is None else Decimal(item.position)
        named = {**front, ITEMS_ROW: position} if needs_position else front
        defaults = wrapped["item"]
        if item.position is None:
            del defaults["productId"]
        losses += makers[ENACTOR_ITEMS.name].add(named, item.fields, defaults, item.place)
        for part in item.adjustments:
            _add_adjustment(makers, order, {**front, LINE: item.line}, part)
    for (kind, part), wrapped in zip(
        order.payments, untold.get("customerOrderPayments", []), strict=True
    ):
        paid = {**front, PAYMENT: kind}
        losses += makers[PAYMENTS.name].add(paid, part.fields, wrapped[kind], part.place)
    for part, defaults in zip(order.notes, untold.get("customerOrderNotes", []), strict=True):
        losses += makers[NOTES.name].add(front, part.fields, defaults, part.place)
    for part, defaults in zip(order.addresses, addresses, strict=True):
        losses += makers[ADDRESSES.name].add(front, part.fields, defaults, part.place)
    for part in order.adjustments:
        _add_adjustment(makers, order, front, part)


def _add_adjustment(
    makers: Mapping[str, SheetMaker], order: Taken, front: Mapping[str, Value], part: Part
) -> None:
    order.losses += makers[ADJUSTMENTS.name].add(front, part.fields, {}, part.place)


def _add_products(
    makers: Mapping[str, SheetMaker], order: Taken, parts: Iterable[Part], owner: str | None
) -> None:
    keys: Json = {key: {} for key in enactor.PRODUCT_KEYS}
    for part in parts:
        order.losses += makers[PRODUCTS.name].add({ORDER: owner}, part.fields, keys, part.place)


def _shared(orders: Sequence[Taken]) -> list[tuple[Part, Taken]] | None:
    """Give the products once for all orders, each with an order that has it.

    None: some order has others than its items' products, or in another order, or says
    something else of one of them.
    """
    first: dict[str, tuple[Part, Taken]] = {}
    for order in orders:
        for part in order.products:
            standing = first.setdefault(part.fields["productId"], (part, order))[0]
            if any(differences(standing.fields, part.fields, "")):
                return None
    for order in orders:
        wanted = {product_of(item.fields) for item in order.items}
        told = [name for name in first if name in wanted]
        if len(told) < len(wanted) or told != [p.fields["productId"] for p in order.products]:
            return None
    return list(first.values())
