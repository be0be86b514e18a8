"""Enactor's two calls, for the description (docs/enactor.md)."""

from http import HTTPStatus

from corsheet.api.describing import in_header, in_path, reply, reply_headers, usual_headers
from corsheet.api.enactor import FAIL, NOT_ALLOWED, EnactorRoutes
from corsheet.api.enactor_query import EXPECTED, MOST_OFFSET, MOST_PAGE, PAGE
from corsheet.api.refusals import ENACTOR_ORDERS
from corsheet.api.replies import JSON
from corsheet.api.schemas import CODES, CONTROL, TEXT, Json, closed, ref, refusals
from corsheet.settings.enactor import NONE

CODES_OF_ENACTOR = {
    HTTPStatus.BAD_REQUEST: (FAIL, *CODES[HTTPStatus.BAD_REQUEST]),
    HTTPStatus.UNAUTHORIZED: CODES[HTTPStatus.UNAUTHORIZED],
    HTTPStatus.FORBIDDEN: ("wrong-tenant", "insufficient-scope"),
    HTTPStatus.NOT_FOUND: ("not-found",),
    HTTPStatus.METHOD_NOT_ALLOWED: (NOT_ALLOWED,),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("http-413",),
    HTTPStatus.TOO_MANY_REQUESTS: CODES[HTTPStatus.TOO_MANY_REQUESTS],
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: ("http-431",),
    HTTPStatus.INTERNAL_SERVER_ERROR: (FAIL, *CODES[HTTPStatus.INTERNAL_SERVER_ERROR]),
    HTTPStatus.SERVICE_UNAVAILABLE: ("busy", "not-ready", "authorization-unavailable"),
}
"""``errorCode`` by status: the documented outcomes, and our own codes."""

UNREAD = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
"""Where the server has not read the path, it cannot know that Enactor's form is due."""

ORDER_ID = f"^[^{CONTROL}]+$"
DATE = {"anyOf": [{**TEXT, "format": "date"}, {**TEXT, "format": "date-time"}]}
OF_ONE_ORDER = (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)


def schemes(enactor: EnactorRoutes) -> Json:
    """Give how a request says which customer asks; nothing where all who ask are staff."""
    if enactor.identity == NONE:
        return {}
    text = "Which customer asks, beside who lets the request in."
    scheme = {"type": "apiKey", "in": "header", "name": enactor.identity, "description": text}
    return {enactor.identity: scheme}


def schemas() -> Json:
    """Give Enactor's schemas by name; an order's members may be any of ICustomerOrder's."""
    several = {"type": "array", "minItems": 1, "items": {"type": "object"}}
    lists = ("products", "customerOrderItems", "customerOrderPayments", "customerOrderNotes")
    order = {**dict.fromkeys(lists, several), "customerOrderHeader": {"type": "object"}}
    return {
        "EnactorOrder": closed(order, lists),
        "EnactorOrderReply": closed({"order": ref("EnactorOrder")}),
        "EnactorOrderList": closed({"orderList": {"type": "array", "items": ref("EnactorOrder")}}),
        "EnactorError": closed({"errorCode": TEXT, "messageText": TEXT}),
    }


def paths(enactor: EnactorRoutes, gate: list[Json]) -> Json:
    """Describe both calls.

    Args:
        enactor: What of the settings they depend on.
        gate: The ways through the gate; none: it is open.
    """
    own: Json = {name: [] for name in schemes(enactor)}
    security = [{**way, **own} for way in gate or [{}]] if own else gate
    orders = f"{enactor.prefix}{ENACTOR_ORDERS}"
    return {
        f"{orders}/{{orderId}}": {"get": _get_order(security)},
        orders: {"get": _search(security)},
    }


def _get_order(security: list[Json]) -> Json:
    return {
        "operationId": "getEnactorOrder",
        "summary": "An order, in Enactor's form. `HEAD` works too.",
        "security": security,
        "parameters": [in_path("orderId", ORDER_ID, "111"), *_headers()],
        "responses": {
            "200": reply("The order.", ref("EnactorOrderReply"), reply_headers()),
            "304": _unchanged(),
            **_refusals(*CODES_OF_ENACTOR),
        },
    }


def _search(security: list[Json]) -> Json:
    size = {"type": "integer", "minimum": 1, "maximum": MOST_PAGE, "default": PAGE}
    offset = {"type": "integer", "minimum": 0, "maximum": MOST_OFFSET, "default": 0}
    asked = {
        "typeId": {**TEXT, "minLength": 1},
        "earliestDate": DATE,
        "latestDate": DATE,
        "pageSize": size,
        "pageOffset": offset,
    }
    return {
        "operationId": "searchEnactorOrders",
        "summary": "The customer's orders, in Enactor's form; none is an empty list.",
        "security": security,
        "parameters": [
            *(
                {"name": name, "in": "query", "description": EXPECTED[name], "schema": schema}
                for name, schema in asked.items()
            ),
            *_headers(),
        ],
        "responses": {
            "200": reply("What was found.", ref("EnactorOrderList"), reply_headers()),
            "304": _unchanged(),
            **_refusals(*(status for status in CODES_OF_ENACTOR if status not in OF_ONE_ORDER)),
        },
    }


def _headers() -> list[Json]:
    return [
        *usual_headers(),
        in_header("If-None-Match", "The `ETag` of a reply that the client has."),
    ]


def _unchanged() -> Json:
    headers = {name: one for name, one in reply_headers().items() if name != "Last-Modified"}
    return {"description": "The client has the newest.", "headers": headers}


def _refusals(*statuses: HTTPStatus) -> Json:
    """Describe refusals as Enactor's, with the headers of ours."""
    found: Json = {}
    for status in statuses:
        codes = {"properties": {"errorCode": {"enum": list(CODES_OF_ENACTOR[status])}}}
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            headers = {"Allow": {"required": True, "schema": TEXT}}
            usual: Json = {"description": status.phrase, "headers": headers, "content": {}}
        else:
            usual = refusals(status)[str(status.value)]
        problem = usual["content"] if status in UNREAD else {}
        enactors = {JSON: {"schema": {"allOf": [ref("EnactorError"), codes]}}}
        found[str(status.value)] = {**usual, "content": {**enactors, **problem}}
    return found
