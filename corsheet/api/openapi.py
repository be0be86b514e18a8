"""``/openapi.json``: what this service answers, for programs (OpenAPI 3.1).

The same that docs/contract.md says for people; a test holds it against the
routes and against the codes of that page. It tells no settings but where the
paths are and how one shows who one is.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from bottle import Bottle, HTTPResponse

from corsheet.api import openapi_enactor
from corsheet.api.describing import in_header, in_path, reply, reply_headers, usual_headers
from corsheet.api.enactor import EnactorRoutes
from corsheet.api.replies import JSON
from corsheet.api.schemas import CONTROL, COUNT, ID, TEXT, Json, closed, ref, refusals, schemas

OPENAPI = "3.1.1"
"""Of the specification."""

CONTRACT = "1"
"""Version of what is answered: not the program's, which is nobody's business."""

FORM = "application/x-www-form-urlencoded"

CLIENT = "client"
"""Name of the scheme with which a client shows itself to the token endpoint."""

ANYBODY = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    HTTPStatus.INTERNAL_SERVER_ERROR,
)
"""Refusals that a request can meet at any path."""

GUARDED = (
    *ANYBODY,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
"""Refusals at a path behind the gate."""

CLIENTS = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
"""Refusals of the token endpoint's alone, beside those at any path."""

SEGMENT = f"^[^/{CONTROL}]+$"
"""A business unit in a path."""

REST = f"^[^{CONTROL}]+$"
"""An order's id in a path."""

SCOPE = r"^[ !#-\[\]-~]*$"
"""Words of a scope (RFC 6749, section 3.3), and the spaces between them."""

PLAIN = f"^[^{CONTROL}]*$"
"""An audience."""

LONGEST = 1000
"""Characters of a scope or an audience."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What of the settings the description depends on.

    Attributes:
        prefixes: Where Hii Retail's paths begin; ``""`` or such as ``/api/v1``.
        takes_basic: Whether user names and passwords are taken.
        takes_bearer: Whether tokens are.
        token_prefixes: Where the paths of our own token endpoint begin; empty: there is none.
        enactor: Enactor's routes; None: there are none.
    """

    prefixes: Sequence[str] = ("", "/api/v1")
    takes_basic: bool = True
    takes_bearer: bool = False
    token_prefixes: Sequence[str] = ()
    enactor: EnactorRoutes | None = None


def add_routes(app: Bottle, described: Described) -> None:
    """Add ``/openapi.json``, which asks for no credentials."""
    body = description(described)

    @app.get("/openapi.json", skip=["gate"])
    def openapi() -> HTTPResponse:
        return HTTPResponse(body=body, headers={"Content-Type": JSON, "Cache-Control": "no-cache"})


def description(described: Described) -> bytes:
    """Write the description; it never changes while a service runs."""
    schemes = _schemes(described)
    security: list[Json] = [{name: []} for name in schemes if name != CLIENT]
    paths: Json = {}
    for number, prefix in enumerate(described.prefixes, 1):
        orders = f"{prefix}/business-units/{{businessUnitId}}/customer-orders"
        suffix = "" if number == 1 else str(number)  # an operationId stands once
        paths[f"{orders}/{{customerOrderId}}"] = {"get": _get_order(suffix, security)}
        paths[f"{orders}:search"] = {"post": _search(suffix, security)}
    paths |= _operations()
    for number, prefix in enumerate(described.token_prefixes, 1):
        paths |= _token_paths(prefix, "" if number == 1 else str(number))
    all_schemas = schemas()
    if described.enactor is not None:
        schemes |= openapi_enactor.schemes(described.enactor)
        paths |= openapi_enactor.paths(described.enactor, security)
        all_schemas |= openapi_enactor.schemas()
    whole = {
        "openapi": OPENAPI,
        "info": {
            "title": "corsheet",
            "version": CONTRACT,
            "description": "The customer orders of a workbook, as Hii Retail's till asks for them.",
        },
        "paths": paths,
        "components": {"schemas": all_schemas, "securitySchemes": schemes},
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def _schemes(described: Described) -> Json:
    """Give the ways to show who one is; none: everybody is let in."""
    schemes: Json = {}
    if described.takes_basic:
        schemes["basic"] = {"type": "http", "scheme": "basic"}
    if described.takes_bearer:
        schemes["bearer"] = {"type": "http", "scheme": "bearer"}
    if described.token_prefixes:
        flow = {"tokenUrl": f"{described.token_prefixes[0]}/oauth2/token", "scopes": {}}
        schemes["oauth2"] = {"type": "oauth2", "flows": {"clientCredentials": flow}}
        schemes[CLIENT] = {
            "type": "http",
            "scheme": "basic",
            "description": "A client's id and secret, at the token endpoint only.",
        }
    return schemes


def _get_order(suffix: str, security: list[Json]) -> Json:
    known = in_header("If-None-Match", "The `ETag` of a reply that the client has.")
    headers = reply_headers()
    unchanged = {n: header for n, header in headers.items() if n != "Last-Modified"}
    return {
        "operationId": f"getCustomerOrder{suffix}",
        "summary": "An order. `HEAD` works too.",
        "security": security,
        "parameters": [
            in_path("businessUnitId", SEGMENT, "0001"),
            in_path("customerOrderId", REST, "111"),
            *usual_headers(),
            known,
        ],
        "responses": {
            "200": reply("The order.", ref("CustomerOrderReply"), headers),
            "304": {"description": "The client has the newest.", "headers": unchanged},
            **refusals(*GUARDED),
        },
    }


def _search(suffix: str, security: list[Json]) -> Json:
    return {
        "operationId": f"searchCustomerOrders{suffix}",
        "summary": "A customer's orders, in the order of the sheet; none is an empty list.",
        "security": security,
        "parameters": [in_path("businessUnitId", SEGMENT, "0001"), *usual_headers()],
        "requestBody": {"required": True, "content": {JSON: {"schema": ref("SearchQuery")}}},
        "responses": {
            "200": reply("What was found.", ref("FoundOrders"), reply_headers()),
            **refusals(*GUARDED, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
        },
    }


def _operations() -> Json:
    """Describe what is open to all, for whoever watches over the service."""

    def get(name: str, summary: str, responses: Json) -> Json:
        operation = {"operationId": name, "summary": summary, "security": []}
        return {"get": {**operation, "responses": {**responses, **refusals(*ANYBODY)}}}

    state = ref("Readiness")
    return {
        "/healthz": get("healthz", "The process lives.", {"200": reply("It does.", ref("Health"))}),
        "/readyz": get(
            "readyz",
            "Orders are served.",
            {"200": reply("They are.", state), "503": reply("None are yet.", state)},
        ),
        "/openapi.json": get(
            "openapi", "This description.", {"200": reply("It.", {"type": "object"})}
        ),
    }


def _token_paths(prefix: str, suffix: str) -> Json:
    """Describe the token endpoint (RFC 6749, 4.4), introspection (RFC 7662), revocation (7009)."""
    scope = {**TEXT, "pattern": SCOPE, "maxLength": LONGEST}
    audience = {**TEXT, "pattern": PLAIN, "maxLength": LONGEST}
    asked = {"grant_type": {"const": "client_credentials"}, "scope": scope, "audience": audience}
    named = {"token": ID, "token_type_hint": TEXT}
    bearer = {"const": "Bearer"}
    issued = {"access_token": ID, "token_type": bearer, "expires_in": COUNT, "scope": TEXT}
    texts = dict.fromkeys(("client_id", "sub", "scope", "aud"), TEXT)
    told = {"active": {"type": "boolean"}, "token_type": bearer, "iat": COUNT, "exp": COUNT}
    asks, names = _form(asked, "grant_type"), _form(named, "token")
    token = reply("A token.", _open(issued, "access_token", "token_type", "expires_in"))
    active = reply("Whether it is good, and for what.", _open({**told, **texts}, "active"))
    revoked = reply("It is good for nothing now.", {"type": "object"})
    paths = f"{prefix}/oauth2/"
    return {
        f"{paths}token": _token_path(f"issueToken{suffix}", "Get a token.", asks, token),
        f"{paths}introspect": _token_path(
            f"introspectToken{suffix}", "Ask about a token of your own.", names, active
        ),
        f"{paths}revoke": _token_path(
            f"revokeToken{suffix}", "End a token of your own.", names, revoked
        ),
    }


def _token_path(name: str, summary: str, form: Json, answer: Json) -> Json:
    """Describe one; refusals of ours are OAuth's there, those of the server before it problems."""
    oauth = {JSON: {"schema": ref("OAuthError")}}
    refused = refusals(*ANYBODY, *CLIENTS)
    for status in (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE):
        refused[str(status.value)]["content"] |= oauth  # the server's too
    for status in CLIENTS:
        refused[str(status.value)]["content"] = oauth
    operation = {
        "operationId": name,
        "summary": summary,
        "description": "`client_id` and `client_secret` may stand in the form instead of Basic.",
        "security": [{"client": []}],
        "requestBody": {"required": True, "content": {FORM: {"schema": form}}},
        "responses": {"200": answer, **refused},
    }
    return {"post": operation}


def _open(properties: Json, *required: str) -> Json:
    """Describe an object with these members and maybe others."""
    return {**closed(properties), "required": list(required), "additionalProperties": True}


def _form(properties: Json, *required: str) -> Json:
    """Describe a form: unknown parameters are ignored, each stands once (RFC 6749, section 3.2)."""
    return {**_open(properties, *required), "additionalProperties": TEXT}
