"""Who is let in, and to whose orders."""

from pathlib import Path
from typing import Any

import pytest
from webtest import TestApp, TestResponse

from corsheet.api.app import Options, build_app
from corsheet.auth import Refusal, Refused
from corsheet.auth.door import Door
from corsheet.catalog import Catalog, Store
from corsheet.settings import Settings
from corsheet.worker import make_door
from tests.conftest import MakeInnerTill, MakeTill, basic
from tests.http.refusing import assert_refusal
from tests.support.orders import a_reading, an_order

PATHS = [
    ("GET", "/business-units/{unit}/customer-orders/111"),
    ("GET", "/api/v1/business-units/{unit}/customer-orders/111"),
    ("POST", "/business-units/{unit}/customer-orders:search"),
    ("POST", "/api/v1/business-units/{unit}/customer-orders:search"),
]


def ask(client: "TestApp[Any]", method: str, path: str, **headers: str) -> TestResponse:
    """Ask, with the body of a search where one is due."""
    if method == "POST":
        return client.post_json(path, {"customerId": "222"}, headers=headers, status="*")
    reply: TestResponse = client.request(path, method=method, headers=headers, status="*")
    return reply


def test_a_wrong_name_and_a_wrong_password_look_alike(make_till: MakeTill) -> None:
    """The reply does not tell which names exist."""
    till = make_till(a_reading(an_order()))
    method, path = PATHS[0]
    told = {
        ask(till.anybody, method, path.format(unit="1"), Authorization=header).body
        for header in (basic("hiiretail", "wrong"), basic("nobody", "wrong"))
    }

    assert len(told) == 1


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_credentials_are_good_for_their_units_only(
    make_till: MakeTill, method: str, path: str
) -> None:
    """Right credentials, other unit: 403, before anything is looked up."""
    till = make_till(a_reading(an_order("111", unit="0001"), an_order("111", unit="0002")))

    assert ask(till.butik, method, path.format(unit="0001")).status_int == 200
    assert ask(till.butik, method, path.format(unit="%200001")).status_int == 200
    for other in ("0002", "*", "%2A", "1", "00010"):
        reply = ask(till.butik, method, path.format(unit=other))
        assert_refusal(reply, 403, "wrong-business-unit")
    assert ask(till.client, method, path.format(unit="0002")).status_int == 200


def test_the_gate_comes_before_the_body_and_the_snapshot(make_till: MakeTill) -> None:
    """Who is not let in learns neither what is wrong with a body nor whether there are orders."""
    till = make_till()

    for body, media_type in ((b"not json", "application/json"), (b"x" * 66_000, "text/plain")):
        reply: Any = till.anybody.request(
            "/business-units/0001/customer-orders:search",
            method="POST",
            body=body,
            headers={"Content-Type": media_type},
            status="*",
        )
        assert_refusal(reply, 401, "unauthorized")


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_the_tenant_is_checked_only_where_one_is_set(
    make_till: MakeTill, method: str, path: str
) -> None:
    """Without the setting any ``Tenant-Id`` will do, or none."""
    till = make_till(a_reading(an_order()))

    for headers in ({}, {"Tenant-Id": "whoever"}):
        assert ask(till.client, method, path.format(unit="0001"), **headers).status_int == 200


@pytest.mark.parametrize(("method", "path"), PATHS)
def test_another_tenant_is_refused_where_one_is_set(
    make_till: MakeTill, method: str, path: str
) -> None:
    """403 for another tenant and for none; credentials are asked for first."""
    till = make_till(a_reading(an_order()), Options(tenant_id="shop"))
    place = path.format(unit="0001")

    assert ask(till.client, method, place, **{"Tenant-Id": "shop"}).status_int == 200
    for headers in ({}, {"Tenant-Id": "other"}, {"Tenant-Id": "SHOP"}):
        assert_refusal(ask(till.client, method, place, **headers), 403, "wrong-tenant")
    reply = ask(till.anybody, method, place, **{"Tenant-Id": "shop"})
    assert_refusal(reply, 401, "unauthorized")


def test_without_credentials_everybody_is_let_in_where_that_is_set(
    make_inner_till: MakeInnerTill,
) -> None:
    """``allow_anonymous`` opens every unit."""
    till = make_inner_till(a_reading(an_order("111", unit="0007")))
    door = make_door(Settings(workbook=Path("orders.xlsx"), allow_anonymous=True))
    client = TestApp(build_app(till.catalog, door, lambda: None))

    assert ask(client, *("GET", PATHS[0][1].format(unit="0007"))).status_int == 200


class BusyDoor(Door):
    """Has no time."""

    def recall(self, authorization: str | None) -> None:
        """Know nobody."""

    def admit(self, authorization: str | None, address: str = "") -> Refused:
        """Check nobody."""
        return Refused("too many", Refusal.BUSY, 1)


def test_whoever_nobody_has_looked_at_yet_is_asked_to_come_again(tmp_path: Path) -> None:
    """Neither let in nor turned away: a flood of passwords is not this client's fault."""
    app = build_app(Catalog(Store(tmp_path)), BusyDoor(None), lambda: None)

    reply = TestApp(app).get("/business-units/0001/customer-orders/1", expect_errors=True)

    assert_refusal(reply, 503, "busy")
    assert reply.headers["Retry-After"] == "1"
    assert "WWW-Authenticate" not in reply.headers


@pytest.mark.parametrize(("trusted", "lines"), [((), 1), (("192.0.2.1",), 0)])
def test_a_proxy_that_nobody_named_is_told_of_once(
    make_inner_till: MakeInnerTill,
    caplog: pytest.LogCaptureFixture,
    trusted: tuple[str, ...],
    lines: int,
) -> None:
    """Else one that mistypes slows down everybody behind it, and nobody knows why."""
    till = make_inner_till(a_reading(an_order()), Options(trusted_proxy=trusted))

    for _ in range(3):
        ask(till.anybody, "GET", PATHS[0][1].format(unit="1"), **{"X-Forwarded-For": "192.0.2.7"})

    assert caplog.text.count("server.trusted_proxy") == lines
