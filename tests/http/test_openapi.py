"""``/openapi.json`` says what the routes, the wire and docs/contract.md say."""

import inspect
import json
import re
from pathlib import Path
from typing import Any

import pytest
from bottle import Bottle
from hypothesis import example, given
from hypothesis import strategies as st
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate
from webtest import TestApp

from corsheet.api.app import Options, build_app
from corsheet.api.gate import REFUSALS
from corsheet.api.openapi import Described, description
from corsheet.api.refusals import ApiError, problem
from corsheet.api.schemas import CODES, SOUGHT
from corsheet.auth.door import Door
from corsheet.auth.token_endpoint import TokenEndpoints
from corsheet.auth.token_store import TokenStore
from corsheet.auth.tokens import OwnTokens
from corsheet.catalog import Catalog, Store
from corsheet.model import LONGEST_NORMALISED
from corsheet.wire import enactor
from corsheet.wire.hiiretail import BadQueryError, order_body, search_query
from tests.conftest import MakeTill
from tests.support.enactor import ORDERS, PREFIX, enactor_options
from tests.support.orders import a_finding, a_key, a_reading, an_item, an_order, published_order

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"

KINDS = [
    Described(),
    Described(takes_bearer=True),
    Described(takes_bearer=True, token_prefixes=("",)),
    Described(takes_basic=False, takes_bearer=True, token_prefixes=("", "/api/v1")),
    Described(prefixes=("/a",), takes_basic=False),
    *(
        Described(takes_bearer=True, enactor=enactor_options(identity, prefix).enactor)
        for identity, prefix in (("subject", PREFIX), ("id_token", "/a"), ("none", PREFIX))
    ),
    Described(takes_basic=False, enactor=enactor_options().enactor),
]


def described(kind: Described | None = None) -> dict[str, Any]:
    """Give the description, read back."""
    found: dict[str, Any] = json.loads(description(kind or Described()))
    return found


def faults(schema: str, value: object) -> list[str]:
    """Give what a value has against one of the schemas; empty: it is as described."""
    components = described(Described(enactor=enactor_options().enactor))["components"]
    whole = {"$ref": f"#/components/schemas/{schema}", "components": components}
    return [fault.message for fault in OAS31Validator(whole).iter_errors(value)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_description_is_one(kind: Described) -> None:
    """Whatever is set, it is OpenAPI as its own schema has it, and every way in is named."""
    whole = described(kind)

    validate(whole)
    operations = [one for path in whole["paths"].values() for one in path.values()]
    names = [one["operationId"] for one in operations]
    schemes = set(whole["components"]["securitySchemes"])
    assert len(names) == len(set(names))
    assert {name for one in operations for way in one["security"] for name in way} <= schemes
    assert ("basic" in schemes, "bearer" in schemes) == (kind.takes_basic, kind.takes_bearer)


@pytest.mark.parametrize("options", [None, enactor_options()], ids=["", "enactor"])
@pytest.mark.parametrize("issues_tokens", [False, True])
def test_every_route_is_described_and_no_other(
    tmp_path: Path, issues_tokens: bool, options: Options | None
) -> None:
    """A new route has to be described, and one that goes has to go from there too.

    A route that only refuses, whatever the method, is not: nor is any other 405.
    """
    door = Door(is_open=True)
    endpoints = TokenEndpoints(OwnTokens(TokenStore(tmp_path), []), door.admit_client)
    app = build_app(
        Catalog(Store(tmp_path)),
        door,
        lambda: None,
        options,
        token_endpoints=endpoints if issues_tokens else None,
    )
    bottle: Bottle = inspect.getclosurevars(app).nonlocals["app"]

    routes = {
        (as_template(route.rule), route.method.lower())
        for route in bottle.routes
        if route.method != "ANY"
    }

    paths = TestApp(app).get("/openapi.json").json["paths"]
    assert routes == {(path, method) for path, methods in paths.items() for method in methods}


def as_template(rule: str) -> str:
    """Write a rule of Bottle's as OpenAPI does."""

    def camel(match: re.Match[str]) -> str:
        first, *rest = match[1].split("_")
        return "{" + first + "".join(word.title() for word in rest) + "}"

    path = re.sub(r"<(\w+)(?::path|:re:\.\*)?>", camel, rule.replace("<:re:[:]search>", ":search"))
    assert "<" not in path, "teach this test the new kind of wildcard"
    return path


def test_every_code_of_the_contracts_page_is_described() -> None:
    """A program that was made from the description knows every code that can come."""
    page = (ROOT / "docs" / "contract.md").read_text("utf-8")
    told = re.findall(r"^\| ([\d, …]+) \| `([a-z0-9…-]+)` \|", page, re.MULTILINE)
    named = {(int(status), code) for status, code in told if status.isdigit()}

    listed = {(status.value, code) for status, codes in CODES.items() for code in codes}

    assert named - {(405, "method-not-allowed")} == {
        pair for pair in listed if not pair[1].startswith("http-")
    }
    assert {(status.value, code) for status, code in REFUSALS.values()} <= listed


@pytest.mark.parametrize(("status", "codes"), CODES.items())
def test_a_refusal_is_as_described(status: Any, codes: tuple[str, ...]) -> None:
    """Each code is a problem as its operations have it."""
    for code in codes:
        body = json.loads(problem(ApiError(status, code, "why")))

        assert not faults("Problem", body)


def test_orders_are_as_described() -> None:
    """The published sample, our own bytes of it, and the smallest order."""
    published = json.loads((DATA / "hiiretail-order.json").read_bytes())
    found = json.loads((DATA / "hiiretail-search-response.json").read_bytes())

    assert not faults("CustomerOrderReply", published)
    assert not faults("FoundOrders", found)
    for order in (published_order(), an_order(), an_order(items=(an_item(),))):
        assert not faults("CustomerOrderReply", json.loads(order_body(order)))


def paths_in(value: Any, *above: str | int) -> list[list[str | int]]:
    """Give the way to every member of objects in a document."""
    if isinstance(value, list):
        return [way for n, one in enumerate(value) for way in paths_in(one, *above, n)]
    if not isinstance(value, dict):
        return []
    found: list[list[str | int]] = [[*above, name] for name in value]
    return found + [way for name, one in value.items() for way in paths_in(one, *above, name)]


OPTIONAL = {
    "minimumDownPaymentAmount",
    "isLocked",
    "invoicePaymentInstructions",
    "additionalInformation",
}
"""Members of the published sample that an order may lack; the contract's table marks them."""


def test_what_an_order_must_have_is_required() -> None:
    """Each member of the sample, taken out by itself; and none may be added or be null."""
    text = (DATA / "hiiretail-order.json").read_bytes()
    ways = paths_in(json.loads(text))
    assert len(ways) > 15

    for way in ways:
        spoiled = json.loads(text)
        *above, name = way
        inner = spoiled
        for step in above:
            inner = inner[step]
        kept = inner.pop(name)
        assert bool(faults("CustomerOrderReply", spoiled)) == (name not in OPTIONAL), way
        inner[name] = None
        assert faults("CustomerOrderReply", spoiled), way
        inner[name] = kept
        inner["other"] = 1
        assert faults("CustomerOrderReply", spoiled), way


@given(st.text(max_size=8))
@example(" ")
@example("\u2003\u200b")
@example("\ufeffx")
@example("\x85")
@example("\x1f1")
@example("\u00ad")
@example("0\n")
def test_a_customer_who_can_be_sought_is_one_whose_id_is_described(customer_id: str) -> None:
    """The pattern and the reader of the body say the same of every text."""
    assert len(customer_id) <= LONGEST_NORMALISED
    blank_beyond = [c for c in customer_id if c > "\uffff"]
    try:
        search_query(json.dumps({"customerId": customer_id}).encode())
    except BadQueryError:
        is_taken = False
    else:
        is_taken = True

    pattern = SOUGHT.removesuffix("$") + r"\Z"  # in JSON Schema $ is the very end (ECMA-262)
    assert bool(re.search(pattern, customer_id)) == is_taken or blank_beyond


def test_it_is_told_to_everybody(make_till: MakeTill) -> None:
    """Without credentials, before any order is served; and it tells of no order."""
    till = make_till()

    reply = till.anybody.get("/openapi.json", status=200)

    assert reply.headers["Content-Type"] == "application/json"
    assert reply.headers["Cache-Control"] == "no-cache"
    assert reply.json == described()
    assert till.anybody.head("/openapi.json", status=200).body == b""


def test_what_is_answered_is_as_described(make_till: MakeTill) -> None:
    """A state, an order and a withheld one, from each engine."""
    reading = a_reading(published_order(), withheld=[a_key("666")], findings=[a_finding("666")])
    till = make_till(reading)
    orders = "/business-units/0001/customer-orders"

    assert not faults("Readiness", till.anybody.get("/readyz").json)
    assert not faults("Health", till.anybody.get("/healthz").json)
    assert not faults("CustomerOrderReply", till.client.get(f"{orders}/111").json)
    withheld = till.client.get(f"{orders}/666", status=503).json
    assert withheld["findings"]
    assert not faults("Problem", withheld)


@pytest.mark.parametrize("identity", ["subject", "id_token", "none"])
def test_who_asks_stands_beside_who_lets_in(identity: str) -> None:
    """Enactor's calls need both, each way through the gate; where all are staff, the gate alone."""
    whole = described(Described(takes_bearer=True, enactor=enactor_options(identity).enactor))

    own: dict[str, Any] = {} if identity == "none" else {identity: []}
    for path in (ORDERS, f"{ORDERS}/{{orderId}}"):
        security = whole["paths"][path]["get"]["security"]
        assert security == [{"basic": [], **own}, {"bearer": [], **own}]
    for path, methods in whole["paths"].items():
        if not path.startswith(ORDERS):
            named = [way for one in methods.values() for way in one["security"]]
            assert not any(identity in way for way in named)


def test_without_the_gate_the_customer_is_asked_for_all_the_same() -> None:
    """A service that is open to its own computer has no credentials, but customers."""
    whole = described(Described(takes_basic=False, enactor=enactor_options().enactor))

    assert whole["paths"][ORDERS]["get"]["security"] == [{"subject": []}]


def test_enactors_orders_are_as_described() -> None:
    """The published reply, and one from the plain sheets alone."""
    published = json.loads((DATA / "enactor-order.json").read_bytes())
    options = enactor.EnactorOptions()
    bodies = [
        enactor.whole_body(order, None, (), options) for order in (published_order(), an_order())
    ]

    assert not faults("EnactorOrderReply", published)
    for body in bodies:
        assert not faults("EnactorOrderReply", json.loads(body))
    assert not faults("EnactorOrderList", json.loads(enactor.list_body(bodies)))
    assert faults("EnactorOrderReply", published["order"])
    assert faults("EnactorOrderList", {"orderList": [published]})


@pytest.mark.parametrize("query", ["", "/111", "/999", "?pageSize=0", "/222"])
def test_what_enactors_clients_are_told_is_as_described(make_till: MakeTill, query: str) -> None:
    """Status, code and form of replies and refusals, from each engine."""
    reading = a_reading(published_order(), an_order("222", customer="2"))
    till = make_till(reading, enactor_options())
    path = ORDERS if not query.startswith("/") else f"{ORDERS}/{{orderId}}"
    whole = till.anybody.get("/openapi.json").json
    responses = whole["paths"][path]["get"]["responses"]

    reply = till.client.get(ORDERS + query, headers={"subject": "customerId"}, status="*")

    described_one = responses[str(reply.status_int)]
    schema = described_one["content"][reply.headers["Content-Type"]]["schema"]
    document = {**schema, "components": whole["components"]}
    assert not [fault.message for fault in OAS31Validator(document).iter_errors(reply.json)]
    required = {name for name, one in described_one.get("headers", {}).items() if one["required"]}
    assert required <= {name.title().replace("Etag", "ETag") for name in reply.headers}
