"""What is sent and taken as JSON, as JSON Schema (draft 2020-12), for the description.

Refusals are here too, with the codes that each status may have. The order is
docs/contract.md's, member by member; nothing else is ever sent in one, so its
objects are closed.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from corsheet.api.refusals import CONTENT_TYPE

Json = dict[str, Any]
"""A piece of a JSON document."""

CODES: Mapping[HTTPStatus, tuple[str, ...]] = {
    HTTPStatus.BAD_REQUEST: ("bad-request", "bad-path", "http-400"),
    HTTPStatus.UNAUTHORIZED: ("unauthorized", "invalid-token"),
    HTTPStatus.FORBIDDEN: ("wrong-business-unit", "wrong-tenant", "insufficient-scope"),
    HTTPStatus.NOT_FOUND: ("customer-order-not-found", "not-found"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("body-too-large", "http-413"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ("unsupported-media-type",),
    HTTPStatus.TOO_MANY_REQUESTS: ("too-many-attempts",),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: ("http-431",),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("internal-error",),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "order-withheld",
        "busy",
        "not-ready",
        "authorization-unavailable",
    ),
}
"""Every status that refuses a described request, and the codes it may have.

405 is not here: it is the answer to a method that is not described.
"""

WITH_RETRY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)

CONTROL = r"\u0000-\u001F\u007F-\u009F"
"""Characters that no id holds, as a class of a regular expression (ECMA-262)."""

BLANK = (
    r" \u00A0\u00AD\u0600-\u0605\u061C\u06DD\u070F\u0890\u0891\u08E2\u1680\u180E\u2000-\u200F"
    r"\u202A-\u202F\u205F-\u2064\u2066-\u206F\u3000\uFEFF\uFFF9-\uFFFB"
)
"""Characters that are taken off both ends of an id; the few beyond U+FFFF are left out."""

SOUGHT = f"^[^{CONTROL}]*[^{CONTROL}{BLANK}][^{CONTROL}]*$"
"""The id of a customer who can be sought: something in it, and nothing that no id holds."""

TEXT: Json = {"type": "string"}
ID: Json = {"type": "string", "minLength": 1}
AMOUNT: Json = {"type": "number", "minimum": 0}
"""Major units: kronor, not öre."""
TIME: Json = {"type": "string", "format": "date-time"}
COUNT: Json = {"type": "integer", "minimum": 0}


def ref(name: str) -> Json:
    """Point to one of the schemas."""
    return {"$ref": f"#/components/schemas/{name}"}


def schemas() -> Json:
    """Give every schema by its name."""
    return {**_orders(), **_search(), **_operations(), **_problems()}


def closed(properties: Json, optional: Sequence[str] = ()) -> Json:
    """Describe an object with these members and no others."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name in properties if name not in optional],
        "properties": properties,
    }


def _orders() -> Json:
    order = {
        "customerOrderId": ID,
        "customerId": ID,
        "status": {"type": "string", "examples": ["CREATED"]},
        "minimumDownPaymentAmount": AMOUNT,
        "isLocked": {"type": "boolean"},
        "invoicePaymentInstructions": ref("InvoicePaymentInstructions"),
        "items": _list(ref("Item")),
    }
    instructions = {
        "customerAccountId": TEXT,
        "invoicingAmount": AMOUNT,
        "additionalInformation": _list(ref("AdditionalInformation"), least=1),
    }
    item = {
        "itemId": TEXT,
        "quantityOrdered": {"type": "number", "exclusiveMinimum": 0},
        "unitPrice": AMOUNT,
        "contributedAmount": AMOUNT,
        "discounts": _list(ref("Discount"), least=1),
    }
    optional = ("minimumDownPaymentAmount", "isLocked", "invoicePaymentInstructions")
    return {
        "CustomerOrderReply": closed({"customerOrder": ref("CustomerOrder")}),
        "CustomerOrder": closed(order, optional),
        "InvoicePaymentInstructions": closed(instructions, ["additionalInformation"]),
        "AdditionalInformation": closed(
            {"id": TEXT, "value": TEXT, "displayText": TEXT, "receiptLabel": TEXT}
        ),
        "Item": closed(item, ["contributedAmount", "discounts"]),
        "Discount": closed(
            {
                "discountId": TEXT,
                "discountText": TEXT,
                "discountAmount": AMOUNT,
                "rewardType": {"type": "string", "examples": ["GLOBAL_ABSOLUTE"]},
            }
        ),
    }


def _search() -> Json:
    sought = {"type": "string", "pattern": SOUGHT}
    found = {"customerOrderId": ID, "customerId": ID, "status": TEXT}
    return {
        "SearchQuery": {
            "type": "object",
            "description": "Other members are ignored.",
            "required": ["customerId"],
            "properties": {"customerId": sought},
            "example": {"customerId": "111"},
        },
        "FoundOrders": closed({"customerOrders": _list(closed(found))}),
    }


def _operations() -> Json:
    snapshot = {
        "sha256": TEXT,
        "workbookSavedAt": TIME,
        "loadedAt": TIME,
        "ordersServed": COUNT,
        "ordersWithheld": COUNT,
    }
    last = {"at": TIME, "outcome": TEXT, "reason": _or_null(TEXT)}
    readiness = {
        "status": {"enum": ["ready", "degraded", "unready"]},
        "reason": _or_null(TEXT),
        "snapshot": _or_null(closed(snapshot)),
        "lastReload": _or_null(closed(last)),
    }
    return {
        "Health": closed({"status": {"const": "alive"}}),
        "Readiness": closed(readiness),
    }


def _problems() -> Json:
    """Describe a problem (RFC 9457) and an error of OAuth (RFC 6749, 5.2)."""
    place = ("severity", "code", "sheet", "cell", "message", "hint")
    finding = dict.fromkeys(place, TEXT)
    ids = dict.fromkeys(("businessUnitId", "customerOrderId"), _or_null(TEXT))
    problem = {
        "type": {"type": "string", "format": "uri"},
        "title": TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": {"type": "string", "description": "Stable, for programs."},
        "detail": {"type": "string", "description": "For people."},
        "field": {"type": "string", "description": "The member of the body at fault."},
        "findings": {**_list(ref("Finding")), "description": "The cells to mend."},
    }
    return {
        "Problem": {
            "description": CONTENT_TYPE,
            **closed(problem, ["field", "findings"]),
            "additionalProperties": True,
        },
        "Finding": closed({**finding, **ids}),
        "OAuthError": {
            "type": "object",
            "required": ["error"],
            "properties": {"error": TEXT, "error_description": TEXT},
        },
    }


def refusals(*statuses: HTTPStatus) -> Json:
    """Describe refusals: a problem (RFC 9457) with one of that status' codes."""
    found: Json = {}
    for status in statuses:
        schema = {
            "allOf": [
                ref("Problem"),
                {
                    "properties": {
                        "status": {"const": status.value},
                        "code": {"enum": list(CODES[status])},
                    }
                },
            ]
        }
        found[str(status.value)] = {
            "description": status.phrase,
            "headers": _refusal_headers(status),
            "content": {CONTENT_TYPE: {"schema": schema}},
        }
    return found


def _refusal_headers(status: HTTPStatus) -> Json:
    headers: Json = {}
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = {"required": True, "schema": {"type": "string"}}
    if status in WITH_RETRY:
        seconds = {"type": "integer", "minimum": 1}
        headers["Retry-After"] = {"required": True, "schema": seconds}
    return headers


def _list(of: Json, least: int = 0) -> Json:
    return {"type": "array", "items": of, **({"minItems": least} if least else {})}


def _or_null(schema: Json) -> Json:
    return {"anyOf": [schema, {"type": "null"}]}
