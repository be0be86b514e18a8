"""Every refusal has one form, every reply its correlation id."""

import logging
import uuid
from pathlib import Path
from typing import Any

import pytest
from webtest import TestApp

from corsheet.api.app import build_app
from corsheet.api.refusals import unhandled
from corsheet.auth import Granted, Refused
from corsheet.auth.door import Door
from corsheet.catalog import Catalog, Store
from corsheet.settings import Settings
from corsheet.settings.credentials import AuthSettings
from corsheet.worker import make_door
from tests.conftest import MakeInnerTill, MakeTill, basic
from tests.http.refusing import assert_refusal
from tests.support.live import USERS
from tests.support.orders import a_reading, an_order

ORDER = "/business-units/0001/customer-orders/111"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nothing",
        "/favicon.ico",
        "/api/v1",
        "/api/v1/healthz",
        "/api/v2/business-units/0001/customer-orders/111",
        "/business-units/0001",
        "/business-units/0001/customer-orders",
        "/business-units/0001/customer-orders/",
        "/business-units/0001/customer-ordersXYZ",
        "/business-units//customer-orders/111",
        "/business-units/0001/orders/111",
        "/BUSINESS-UNITS/0001/customer-orders/111",
        "/healthz/",
        "/%C3%B6",
        "/%3Cscript%3E",
    ],
)
def test_a_path_that_is_not_served_is_not_found(make_till: MakeTill, path: str) -> None:
    """404 as a problem, also for a browser that would rather have HTML."""
    till = make_till(a_reading(an_order()))

    reply = till.client.get(path, headers={"Accept": "text/html"}, status="*")

    assert_refusal(reply, 404, "not-found")


@pytest.mark.parametrize("prefix", ["", "/api/v1"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_an_order_can_only_be_read(make_till: MakeTill, prefix: str, method: str) -> None:
    """405 with the methods that are taken."""
    till = make_till(a_reading(an_order()))

    reply: Any = till.client.request(prefix + ORDER, method=method, status="*")

    assert_refusal(reply, 405, "method-not-allowed")
    assert "GET" in reply.headers["Allow"].split(",")
    assert method not in reply.headers["Allow"].split(",")


def test_a_refusal_to_head_has_the_headers_and_no_body(make_till: MakeTill) -> None:
    """HEAD is refused as GET is, without the words."""
    till = make_till(a_reading(an_order()))

    reply = till.client.head("/business-units/0001/customer-orders/999", status=404)

    assert reply.body == b""
    assert reply.headers["Content-Type"] == "application/problem+json"


class CrashingDoor(Door):
    """Stands for any bug of ours, on the hot way and behind the gate."""

    def recall(self, authorization: str | None) -> Granted | None:
        """Fail."""
        raise RuntimeError("a secret of our insides: <b>s3cret</b>")

    def admit(self, authorization: str | None, address: str = "") -> Granted | Refused:
        """Fail likewise."""
        raise RuntimeError("a secret of our insides: <b>s3cret</b>")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ORDER), ("POST", "/business-units/0001/customer-orders:search")]
)
def test_a_bug_is_told_as_a_problem_and_its_traceback_to_the_log_only(
    tmp_path: Path, method: str, path: str
) -> None:
    """500 with nothing of our insides; whoever runs the service has the traceback."""
    app = TestApp(build_app(Catalog(Store(tmp_path)), CrashingDoor(None), lambda: None))

    reply: Any = app.request(path, method=method, expect_errors=True)

    problem = assert_refusal(reply, 500, "internal-error")
    assert "s3cret" not in str(problem)
    assert "a secret of our insides" in reply.errors


def test_a_bug_in_an_open_path_is_told_as_a_problem_too(tmp_path: Path) -> None:
    """/readyz has no gate; its errors have the same form."""

    def broken() -> None:
        raise RuntimeError("broken")

    door = make_door(Settings(workbook=Path("orders.xlsx"), auth=AuthSettings(users=USERS)))
    app = TestApp(build_app(Catalog(Store(tmp_path)), door, broken))

    reply = app.get("/readyz", expect_errors=True)

    assert_refusal(reply, 500, "internal-error")


def test_a_broken_snapshot_is_told_as_a_problem(make_inner_till: MakeInnerTill) -> None:
    """A file that is damaged while it is served costs a 503, not the process."""
    till = make_inner_till(a_reading(an_order()))
    snapshot = till.catalog.current
    assert snapshot is not None
    snapshot.close()

    reply = till.client.get(ORDER, expect_errors=True)

    assert_refusal(reply, 503, "not-ready")
    assert reply.headers["Retry-After"]
    assert till.client.get("/healthz").status_int == 200


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "bad-request"),
        (404, "not-found"),
        (405, "method-not-allowed"),
        (413, "request-entity-too-large"),
        (431, "request-header-fields-too-large"),
        (500, "internal-error"),
    ],
)
def test_what_the_framework_refuses_has_a_code_of_ours(status: int, code: str) -> None:
    """Whatever status Bottle finds by itself, a program can tell it by its code."""
    error = unhandled(status)

    assert (error.status, error.code) == (status, code)
    assert error.detail


@pytest.mark.parametrize("path", [ORDER, "/nothing", "/healthz", "/%FF"])
@pytest.mark.parametrize("given", ["abc-123", "x" * 128, "{0a}~!"])
def test_a_correlation_id_is_echoed(make_till: MakeTill, path: str, given: str) -> None:
    """Good or refused, a reply names the request by the caller's id."""
    till = make_till(a_reading(an_order()))

    reply = till.client.get(path, headers={"Correlation-Id": given}, status="*")

    assert reply.headers.getall("Correlation-Id") == [given]


@pytest.mark.parametrize("given", ["", "x" * 129, "two words", "ö", "a\tb", "tab\t"])
def test_a_correlation_id_that_may_harm_a_log_is_replaced(
    make_inner_till: MakeInnerTill, given: str
) -> None:
    """Too long, blank or outside ASCII: the reply carries a fresh one."""
    till = make_inner_till(a_reading(an_order()))

    reply = till.client.get(ORDER, extra_environ={"HTTP_CORRELATION_ID": given})

    assert uuid.UUID(reply.headers["Correlation-Id"]).version == 4


def test_a_correlation_id_is_made_where_none_is_given(make_till: MakeTill) -> None:
    """Two requests have two ids."""
    till = make_till(a_reading(an_order()))

    made = {till.client.get(ORDER).headers["Correlation-Id"] for _ in range(2)}

    assert len(made) == 2
    assert all(uuid.UUID(one).version == 4 for one in made)


def test_a_request_is_told_to_the_log_by_its_correlation_id_alone(
    make_inner_till: MakeInnerTill, caplog: pytest.LogCaptureFixture
) -> None:
    """At debug level only; neither order, customer nor password comes to the log."""
    till = make_inner_till(a_reading(an_order("ORDER-7", customer="CUSTOMER-7")))
    order = "/business-units/0001/customer-orders/ORDER-7"

    till.client.get(order, headers={"Correlation-Id": "quiet"})
    with caplog.at_level(logging.DEBUG, "corsheet"):
        till.client.get(order, headers={"Correlation-Id": "told"})
        till.client.get(f"{order}8", headers={"Correlation-Id": "told-too"}, status=404)

    lines = [record.getMessage() for record in caplog.records]
    assert [line.partition(" in ")[0] for line in lines] == [
        "told GET 200 OK",
        "told-too GET 404 Not Found",
    ]


def test_an_id_in_a_refusal_stays_json(make_till: MakeTill) -> None:
    """Quotes and letters beyond ASCII in what was asked for arrive whole."""
    till = make_till(a_reading(an_order()))

    reply = till.client.get(
        "/business-units/0001/customer-orders/%22%C3%B6%5C",
        headers={"Authorization": basic("hiiretail", "s3cret:åäö")},
        status="*",
    )

    detail = assert_refusal(reply, 404, "customer-order-not-found")["detail"]
    assert '"ö\\' in detail
