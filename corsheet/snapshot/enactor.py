"""A snapshot file to Enactor's replies.

An order that Enactor's sheets say something of stands ready in the table ``enactor``. Any
other is made of Hii Retail's reply when it is asked for: nothing is kept of it twice. What
orders share of Products is kept once too, and put into those that are told.
"""

import json
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import NamedTuple

from corsheet.model import EVERY_UNIT, BusinessUnitId, CustomerOrderId
from corsheet.snapshot.read import Snapshot
from corsheet.wire.enactor import (
    EnactorOptions,
    Told,
    order_body,
    product_body,
    with_products,
)
from corsheet.wire.hiiretail import read_order

FIND = """
SELECT business_unit_id, answer.status, answer.body,
    enactor.status, enactor.customer_number, enactor.products, enactor.body
FROM answer LEFT JOIN enactor USING (customer_order_id, business_unit_id)
WHERE customer_order_id = ? ORDER BY business_unit_id
"""

OF_EVERYBODY = """
WITH candidate AS (SELECT customer_order_id, business_unit_id FROM answer WHERE status = 200)
"""

OF_CUSTOMER = """
WITH candidate AS (
    SELECT json_extract(one.value, '$.customerOrderId') AS customer_order_id, business_unit_id
    FROM summary, json_each('[' || CAST(summary.body AS TEXT) || ']') AS one
    WHERE customer_id = :customer
)
"""
"""A row of ``summary`` holds the summaries of several orders, with commas between them."""

SEARCH = """
SELECT customer_order_id, business_unit_id, enactor.status IS NOT NULL
FROM candidate LEFT JOIN enactor USING (customer_order_id, business_unit_id)
WHERE (enactor.status IS NULL OR enactor.status = 200)
    AND (:customer IS NULL OR enactor.status IS NULL OR enactor.customer_number = :customer)
    AND (:type IS NULL OR :type = iif(enactor.status IS NULL, :usual_type, enactor.type_id))
    AND (:earliest IS NULL OR enactor.created IS NULL OR enactor.created >= :earliest)
    AND (:latest IS NULL OR enactor.created IS NULL OR enactor.created <= :latest)
    AND (:units IS NULL OR business_unit_id = '*'
        OR business_unit_id IN (SELECT value FROM json_each(:units)))
ORDER BY customer_order_id, business_unit_id LIMIT :limit OFFSET :offset
"""
"""Everybody's need no sorting: only those passed over and those told are looked at."""

READY = "SELECT products, body FROM enactor WHERE customer_order_id = ? AND business_unit_id = ?"
PLAIN = "SELECT body FROM answer WHERE customer_order_id = ? AND business_unit_id = ?"

PRODUCTS = """
SELECT product_id, body FROM enactor_product
WHERE product_id IN (SELECT value FROM json_each(?)) ORDER BY position
"""


class Bare(NamedTuple):
    """An order without the products it shares.

    Attributes:
        body: ``{"order":{…}}``.
        product_ids: Whose products are to be put into it; None: it has its own, or is to
            have none.
    """

    body: bytes
    product_ids: Sequence[str] | None


NOTHING = Bare(b"", None)
"""Of an order that is withheld."""


class Found(NamedTuple):
    """An order, in one of the units that have that id.

    Attributes:
        business_unit_id: Which unit; ``EVERY_UNIT``: all.
        is_withheld: It has an error, or no Enactor form: nothing is told of it.
        customer_number: Whose it is; None: nobody's, or withheld.
        bare: What ``whole_body`` makes the reply of; ``NOTHING`` where it is withheld.
    """

    business_unit_id: BusinessUnitId
    is_withheld: bool
    customer_number: str | None
    bare: Bare


class Ready(NamedTuple):
    """A row of the table ``enactor``, or None throughout where there is none."""

    status: int | None
    customer_number: str | None
    products: str | None
    body: bytes


class Query(NamedTuple):
    """What a search asks for.

    Attributes:
        customer_number: Whose orders, normalised; None: everybody's, and nobody's.
        units: Of which units, beside the orders of every unit; ``EVERY_UNIT`` in it: of all.
        type_id: Of which order type; None: of any.
        earliest: Not made before, in milliseconds since 1970 (UTC); None: whenever. An order
            that does not say when it was made is found too.
        latest: Not made after, likewise.
        offset: How many of those found to pass over.
        limit: Most to tell.
    """

    customer_number: str | None
    units: frozenset[BusinessUnitId]
    type_id: str | None
    earliest: int | None
    latest: int | None
    offset: int
    limit: int


def find(snapshot: Snapshot, order: CustomerOrderId) -> list[Found]:
    """Find the orders with that id, normalised: one for each unit that has it.

    Raises:
        SnapshotError: The file was damaged after it was opened.
    """
    return [
        _found(BusinessUnitId(unit), plain, Ready(*ready), snapshot.enactor_options)
        if status == HTTPStatus.OK and not snapshot.enactor_refused
        else _withheld(BusinessUnitId(unit))
        for unit, status, plain, *ready in snapshot.ask(FIND, (order,))
    ]


def whole_body(snapshot: Snapshot, found: Found) -> bytes:
    """Give the reply of an order that was found there, which is not withheld.

    Raises:
        SnapshotError: The file was damaged after it was opened.
    """
    (body,) = _with_products(snapshot, [found.bare])
    return body


def search(snapshot: Snapshot, query: Query) -> list[bytes]:
    """Find orders; those withheld, and those that have no Enactor form, are not among them.

    Returns:
        The reply of each, by order id, then unit.

    Raises:
        SnapshotError: The file was damaged after it was opened.
    """
    if snapshot.enactor_refused:
        return []
    rows = snapshot.ask(
        (OF_EVERYBODY if query.customer_number is None else OF_CUSTOMER) + SEARCH,
        {
            "customer": query.customer_number,
            "type": query.type_id,
            "usual_type": snapshot.enactor_options.type_id,
            "earliest": query.earliest,
            "latest": query.latest,
            "units": None if EVERY_UNIT in query.units else json.dumps(sorted(query.units)),
            "limit": query.limit,
            "offset": query.offset,
        },
    )
    found = [_bare(snapshot, key, is_ready=is_ready) for *key, is_ready in rows]
    return list(_with_products(snapshot, found))


def _bare(snapshot: Snapshot, key: Sequence[str], *, is_ready: bool) -> Bare:
    """Give an order that was found."""
    if is_ready:
        products, body = snapshot.ask(READY, key)[0]
        return _stored(products, body)
    told = _make(snapshot.ask(PLAIN, key)[0][0], BusinessUnitId(key[1]), snapshot.enactor_options)
    return Bare(told.body, told.product_ids)


def _with_products(snapshot: Snapshot, orders: Sequence[Bare]) -> Iterator[bytes]:
    """Give orders with their products: by their places in the sheet, then those not in it."""
    wanted = {product for order in orders for product in order.product_ids or ()}
    asked = json.dumps(sorted(wanted), ensure_ascii=False)
    bodies: dict[str, bytes] = dict(snapshot.ask(PRODUCTS, (asked,))) if wanted else {}
    places = {product: place for place, product in enumerate(bodies)}
    for order in orders:
        last = len(places)
        ids = sorted(order.product_ids or (), key=lambda one: places.get(one, last))
        products = [bodies.get(one) or product_body(None, one) for one in ids]
        yield with_products(order.body, products)


def _found(unit: BusinessUnitId, plain: bytes, ready: Ready, options: EnactorOptions) -> Found:
    if ready.status is not None and ready.status != HTTPStatus.OK:
        return _withheld(unit)
    if ready.status is not None:
        bare = _stored(ready.products, ready.body)
        return Found(unit, is_withheld=False, customer_number=ready.customer_number, bare=bare)
    told = _make(plain, unit, options)
    bare = Bare(told.body, told.product_ids)
    return Found(unit, is_withheld=False, customer_number=told.customer_number, bare=bare)


def _stored(products: str | None, body: bytes) -> Bare:
    return Bare(body, None if products is None else json.loads(products))


def _withheld(unit: BusinessUnitId) -> Found:
    return Found(unit, is_withheld=True, customer_number=None, bare=NOTHING)


def _make(plain: bytes, unit: BusinessUnitId, options: EnactorOptions) -> Told:
    """Make an order of Hii Retail's reply; one that does not fit is withheld since it was read."""
    return order_body(read_order(plain, unit), None, options)
