"""Enactor's orders services ("Get an Order's Details", "Search Orders"; docs/enactor.md).

Its statuses are as published: 405 for an order of somebody else, 500 for one that is not
to be had. Orders can only be read here, so its writing calls are told to be not allowed.
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from bottle import Bottle, HTTPResponse, request

from corsheet.api.enactor_query import read_query
from corsheet.api.gate import GRANTED
from corsheet.api.identity import Identity
from corsheet.api.places import Places
from corsheet.api.refusals import ENACTOR_ORDERS, ApiError
from corsheet.api.replies import ready, reply_to_get
from corsheet.auth import Granted
from corsheet.catalog import Catalog
from corsheet.model import EVERY_UNIT, CustomerOrderId, normalise_id
from corsheet.snapshot.enactor import Found, Query, find, search, whole_body
from corsheet.snapshot.schema import etag
from corsheet.wire.enactor import list_body

if TYPE_CHECKING:
    from corsheet.auth.id_token import IdTokens

ALLOW = ("Allow", "GET, HEAD")
"""RFC 9110, section 15.5.6."""

REFUSED_METHODS = {
    "DELETE": "Not allowed to cancel order",
    "PATCH": "Not allowed to return order",
}
"""What the writing calls are told ("Cancel an Order", "Request Return of an Order")."""

NOT_ALLOWED, FAIL = "NotAllowed", "Fail"
"""The documented outcomes beside success."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnactorRoutes:
    """What of the settings Enactor's routes need.

    Attributes:
        prefix: Where their paths begin, such as ``/WebRestApi/rest``.
        identity: How a request says which customer asks: ``subject``, ``id_token`` or ``none``.
        places: Requests that may be under way at the same time, at least 2; of searches half as
            many. One may wait for an issuer's keys.
        searching: Of these searches, how many look through the orders at the same time.
    """

    prefix: str
    identity: str
    places: int = 10
    searching: int = 1


def add_routes(
    app: Bottle,
    catalog: Catalog,
    enactor: EnactorRoutes,
    id_tokens: "IdTokens | None" = None,
    clock: Callable[[], float] = time.time,
) -> None:
    """Add both calls, and the refusal of all others on orders.

    Args:
        app: Where to.
        catalog: Where the snapshot being served hangs.
        enactor: What of the settings they need.
        id_tokens: Check tokens, where the identity is ``id_token``.
        clock: Seconds since 1970.
    """
    identity = Identity(enactor.identity, id_tokens)
    places, of_searches = Places(enactor.places), Places(enactor.places // 2)
    looking = threading.Semaphore(enactor.searching)

    @places.taken()
    def get_order(order_id: str) -> HTTPResponse:
        customer = identity.customer(request.environ)
        granted: Granted = request.environ[GRANTED]
        snapshot = ready(catalog)
        order = CustomerOrderId(normalise_id(order_id))
        found = choose(find(snapshot, order), granted, customer)
        body = whole_body(snapshot, found)
        return reply_to_get(snapshot, etag(body), body, vary=identity.vary)

    @places.taken()
    def search_orders() -> HTTPResponse:
        customer = identity.customer(request.environ)
        granted: Granted = request.environ[GRANTED]
        asked = read_query(request.environ.get("QUERY_STRING", ""), clock())
        snapshot = ready(catalog)
        if snapshot.enactor_refused:  # an empty list would be wrong
            raise _failed("Failed to retrieve orders")
        query = Query(
            customer_number=customer,
            units=granted.business_units,
            type_id=asked.type_id,
            earliest=asked.earliest,
            latest=asked.latest,
            offset=asked.offset,
            limit=asked.limit,
        )
        with of_searches.taken(), looking:
            body = list_body(search(snapshot, query))
        return reply_to_get(snapshot, etag(body), body, vary=identity.vary)

    orders = f"{enactor.prefix}{ENACTOR_ORDERS}"
    app.get(f"{orders}/<order_id:re:.*>", callback=get_order)
    app.get(orders, callback=search_orders)
    for rule in (orders, f"{orders}/<:re:.*>"):
        app.route(rule, "ANY", callback=_refuse_method)


def choose(found: Iterable[Found], granted: Granted, customer: str | None) -> Found:
    """Give the one order that is meant by an id.

    Args:
        found: The orders that have it, in their units.
        granted: Who asks; orders of other units are as if they were not there.
        customer: For whom; None: for everybody.

    Raises:
        ApiError: It is somebody else's, or nobody's; or there is none, or it is
            withheld, or there are several.
    """
    visible = [
        one
        for one in found
        if one.business_unit_id == EVERY_UNIT or granted.may_ask_for(one.business_unit_id)
    ]
    theirs = [one for one in visible if customer in (None, one.customer_number)]
    match theirs:
        case [one] if not one.is_withheld:
            return one
        case [] if visible and not any(one.is_withheld for one in visible):
            raise _not_allowed("Not allowed to retrieve order")
    raise _failed("Failed to retrieve order")


def _refuse_method() -> HTTPResponse:
    raise _not_allowed(REFUSED_METHODS.get(request.environ["REQUEST_METHOD"], "Not allowed"))


def _failed(text: str) -> ApiError:
    return ApiError(HTTPStatus.INTERNAL_SERVER_ERROR, FAIL, text)


def _not_allowed(text: str) -> ApiError:
    return ApiError(HTTPStatus.METHOD_NOT_ALLOWED, NOT_ALLOWED, text, headers=[ALLOW])
