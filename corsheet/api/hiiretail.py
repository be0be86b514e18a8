"""Hii Retail's two calls ("External Service Configuration"; docs/contract.md)."""

import json
from collections.abc import Sequence
from http import HTTPStatus

from bottle import Bottle, HTTPResponse, request

from corsheet.api.body import CutOffError, read
from corsheet.api.refusals import ApiError
from corsheet.api.replies import JSON, ready, reply_headers, reply_to_get
from corsheet.catalog import Catalog
from corsheet.model import BusinessUnitId, CustomerOrderId, normalise_id
from corsheet.snapshot.schema import etag
from corsheet.wire import hiiretail

WITHHELD_RETRY_SECONDS = 60
"""What a client is told to wait for a person to mend a cell."""


def add_routes(app: Bottle, catalog: Catalog, prefixes: Sequence[str], max_body_bytes: int) -> None:
    """Add both calls under every prefix."""

    def get_customer_order(business_unit_id: str, customer_order_id: str) -> HTTPResponse:
        unit = BusinessUnitId(normalise_id(business_unit_id))
        order = CustomerOrderId(normalise_id(customer_order_id))
        snapshot = ready(catalog)
        answer = snapshot.find(unit, order)
        if answer is None:
            raise ApiError(
                HTTPStatus.NOT_FOUND,
                "customer-order-not-found",
                f"business unit {unit} has no customer order {order}",
            )
        if answer.is_withheld:
            raise ApiError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "order-withheld",
                f"customer order {order} has an error in the workbook and is withheld",
                headers=[("Retry-After", str(WITHHELD_RETRY_SECONDS))],
                members={"findings": json.loads(answer.body)},
            )
        return reply_to_get(snapshot, answer.etag, answer.body)

    def search_customer_orders(business_unit_id: str) -> HTTPResponse:
        query = _query(max_body_bytes)
        unit = BusinessUnitId(normalise_id(business_unit_id))
        snapshot = ready(catalog)
        body = hiiretail.search_body(snapshot.search(unit, query.customer_id))
        return HTTPResponse(body=body, headers=reply_headers(snapshot, etag(body)))

    for prefix in prefixes:
        orders = f"{prefix}/business-units/<business_unit_id>/customer-orders"
        # the id is the rest of the path: an encoded slash in it arrives decoded
        app.get(f"{orders}/<customer_order_id:path>", callback=get_customer_order)
        # Bottle reads a bare ":search" as a wildcard that matches any tail
        app.post(f"{orders}<:re:[:]search>", callback=search_customer_orders)


def _query(max_body_bytes: int) -> hiiretail.SearchQuery:
    media_type = request.environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if (request.content_length or 0) > max_body_bytes:
        raise _too_large(max_body_bytes)
    if media_type not in {"", JSON} and not media_type.endswith("+json"):
        raise ApiError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unsupported-media-type",
            f"send the search as {JSON}",
            headers=[("Accept", JSON)],  # RFC 9110, section 15.5.16
        )
    try:
        body = read(request.environ, max_body_bytes)
    except CutOffError as error:
        raise ApiError(
            HTTPStatus.BAD_REQUEST, "bad-request", "the body ends before its length"
        ) from error
    if len(body) > max_body_bytes:
        raise _too_large(max_body_bytes)
    try:
        return hiiretail.search_query(body)
    except hiiretail.BadQueryError as error:
        members = {"field": error.field} if error.field else {}
        raise ApiError(
            HTTPStatus.BAD_REQUEST, "bad-request", str(error), members=members
        ) from error


def _too_large(max_body_bytes: int) -> ApiError:
    return ApiError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "body-too-large",
        f"the body has more than {max_body_bytes} bytes (server.max_body_bytes)",
    )
