"""The hot way answers what the routes behind it would, or leaves it to them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from webtest import TestApp

from corsheet.api.app import Options
from corsheet.api.hot import HotWay, Reply
from corsheet.api.replies import JSON
from tests.conftest import InnerTill, MakeInnerTill, basic
from tests.support.orders import a_finding, a_key, a_reading, an_order

UNITS = ["0001", "0002", "*", "%200001", "", "0001/x", "%C3%A5", "0001%00", "0001%20"]
ORDERS = [
    "1",
    "2",
    "%201",
    "1%20",
    "held",
    "gone",
    "a/b",
    "a%2Fb",
    "%C3%B6",
    "",
    "x/customer-orders/1",
    "%FF",
    "%0A",
]
PREFIXES = ["", "/api/v1", "/api/v2", "/"]
AUTHORIZATIONS = [
    basic("hiiretail", "s3cret:åäö"),
    basic("butik", "butik"),
    basic("butik", "wrong"),
    "Bearer x",
    None,
]
BODIES = [
    b'{"customerId":"c"}', b'{"customerId":" c "}', b'{"customerId":1}', b"{", b"",
    json.dumps({"customerId": "ö"}).encode(), b'{"customerId":"c"}' + b" " * 200,
]  # fmt: skip


def a_till(make_inner_till: MakeInnerTill, options: Options | None = None) -> InnerTill:
    """Serve orders of one unit and of every unit, one of them withheld."""
    return make_inner_till(
        a_reading(
            an_order("1", unit="0001", customer="c"),
            an_order("2", unit="*", customer="c"),
            an_order("a/b", unit="0001", customer="ö"),
            an_order("ö", unit="0002", customer="c"),
            withheld=[a_key("held", "0001")],
            findings=[a_finding("held")],
        ),
        options,
    )


class Counted:
    """The real hot way, which can be closed.

    Attributes:
        answered: How many replies it gave.
        is_open: Whether it may.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answered = 0
        self.is_open = True
        self._real = HotWay.answer
        counted = self

        def answer(way: HotWay, environ: dict[str, Any]) -> Reply | None:
            reply = counted._real(way, environ) if counted.is_open else None
            counted.answered += reply is not None
            return reply

        monkeypatch.setattr(HotWay, "answer", answer)


@pytest.fixture
def hot(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Give the hot way, counted."""
    return Counted(monkeypatch)


def told(app: Any, request: dict[str, Any]) -> tuple[str, dict[str, str], bytes]:
    """Ask, and give everything of the reply."""
    headers = {"Correlation-Id": "same", **request["headers"]}
    reply = TestApp(app).request(
        request["path"], method=request["method"], headers=headers, body=request["body"], status="*"
    )
    headers = {name.lower(): value for name, value in reply.headers.items()}
    return reply.status, headers, reply.body


def mostly(usual: Any, *others: Any) -> st.SearchStrategy[Any]:
    """Draw the first one half of the time, so that many requests get through."""
    return st.booleans().flatmap(lambda odd: st.sampled_from(others) if odd else st.just(usual))


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a request near those that the till sends."""
    prefix, unit = draw(mostly(*PREFIXES)), draw(mostly(*UNITS))
    method = draw(st.sampled_from(["GET", "POST", "HEAD", "PUT"]))
    search = draw(st.booleans()) if method == "POST" else False
    tail = ":search" if search else "/" + draw(mostly(*ORDERS))
    headers = {"Tenant-Id": draw(mostly("us", "them"))}
    authorization = draw(mostly(*AUTHORIZATIONS))
    if authorization is not None:
        headers["Authorization"] = authorization
    known = draw(mostly(None, '"x"', "*", 'W/"y"'))
    if known is not None:
        headers["If-None-Match"] = known
    if method == "POST":
        headers["Content-Type"] = draw(mostly(JSON, JSON + "; charset=utf-8", "text/plain", ""))
    body = draw(mostly(*BODIES)) if method == "POST" else b""
    path = f"{prefix}/business-units/{unit}/customer-orders{tail}"
    return {"path": path, "method": method, "headers": headers, "body": body}


@pytest.mark.parametrize("options", [Options(), Options(tenant_id="us", max_body_bytes=100)])
def test_both_ways_say_the_same(
    make_inner_till: MakeInnerTill, hot: Counted, options: Options
) -> None:
    """Status, headers and body, whatever is asked by whomever."""
    till = a_till(make_inner_till, options)
    app = till.app
    for authorization in AUTHORIZATIONS[:2]:  # from now on they are known
        headers = {"Authorization": authorization or "", "Tenant-Id": "us"}
        till.anybody.get("/business-units/0001/customer-orders/1", headers=headers)

    @settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(requests())
    def compare(request: dict[str, Any]) -> None:
        hot.is_open = True
        by_hot = told(app, request)
        hot.is_open = False
        assert by_hot == told(app, request)

    compare()
    assert hot.answered > 0


@pytest.mark.parametrize(
    "ask",
    [
        lambda client: client.get("/business-units/0001/customer-orders/1"),
        lambda client: client.get("/api/v1/business-units/0007/customer-orders/2"),
        lambda client: client.post_json(
            "/business-units/0001/customer-orders:search", {"customerId": "c"}
        ),
    ],
)
def test_what_the_till_asks_goes_the_hot_way(
    make_inner_till: MakeInnerTill, hot: Counted, ask: Callable[[Any], Any]
) -> None:
    """From the second request on, an order and a search alike."""
    till = a_till(make_inner_till)

    ask(till.client)
    assert hot.answered == 0
    reply = ask(till.client)

    assert hot.answered == 1
    assert reply.headers["Correlation-Id"]
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
