"""``GET …/orders/{orderId}`` ("Get an Order's Details"), and what is refused below the prefix."""

from typing import Any

import pytest

from corsheet.model import CustomerOrder, EnactorDetails, Fields
from corsheet.wire.enactor import EnactorOptions, whole_body
from tests.conftest import MakeInnerTill, MakeTill
from tests.http.refusing import assert_enactor_refusal, assert_refusal
from tests.support.enactor import ORDERS, PREFIX, a_header, enactor_options, with_headers
from tests.support.orders import a_key, a_reading, an_item, an_order

OPTIONS = enactor_options()
MINE = {"subject": "222"}
NOT_YOURS = "Not allowed to retrieve order"
FAILED = "Failed to retrieve order"


def body_of(order: CustomerOrder) -> bytes:
    """Give the reply for an order that Enactor's sheets say nothing of."""
    return whole_body(order, None, (), EnactorOptions())


def test_a_customers_order_is_told(make_till: MakeTill) -> None:
    """Outcome Success, 200 ("Get an Order's Details"); HEAD has the same headers."""
    till = make_till(a_reading(an_order()), OPTIONS)

    reply = till.client.get(f"{ORDERS}/111", headers=MINE, status=200)
    head = till.client.head(f"{ORDERS}/111", headers=MINE, status=200)

    assert reply.body == body_of(an_order())
    assert reply.json["order"]["customerOrderHeader"]["customerNumber"] == "222"
    assert reply.headers["Content-Type"] == "application/json"
    assert (head.body, head.headers["ETag"]) == (b"", reply.headers["ETag"])


def test_an_order_of_enactors_sheets_is_told(make_till: MakeTill) -> None:
    """What the row on Enactor header says stands in the reply."""
    details = a_header(customerNumber="222", status="AVAILABLE")
    till = make_till(with_headers((an_order(), details)), OPTIONS)

    reply = till.client.get(f"{ORDERS}/111", headers=MINE, status=200)

    assert reply.body == whole_body(an_order(), details, (), EnactorOptions())
    assert reply.json["order"]["customerOrderHeader"]["status"] == "AVAILABLE"


@pytest.mark.parametrize("asked", ["%20111%20", "%C2%A0111", "111%E2%80%8B"])
def test_an_id_is_looked_up_as_it_is_stored(make_till: MakeTill, asked: str) -> None:
    """Odd spaces and invisible letters around an id make no other id of it."""
    till = make_till(a_reading(an_order()), OPTIONS)

    till.client.get(f"{ORDERS}/{asked}", headers=MINE, status=200)


def test_an_id_may_hold_a_slash(make_till: MakeTill) -> None:
    """The id is the rest of the path."""
    till = make_till(a_reading(an_order("A/1")), OPTIONS)

    till.client.get(f"{ORDERS}/A%2F1", headers=MINE, status=200)
    till.client.get(f"{ORDERS}/A/1", headers=MINE, status=200)


def test_a_reply_says_how_long_it_may_be_kept_and_by_whom(make_till: MakeTill) -> None:
    """As Hii Retail's, and it depends on the header that names the customer."""
    till = make_till(a_reading(an_order()), OPTIONS)
    reply = till.client.get(f"{ORDERS}/111", headers=MINE)
    tag = reply.headers["ETag"]

    again = till.client.get(f"{ORDERS}/111", headers={**MINE, "If-None-Match": tag})
    other = till.client.get(f"{ORDERS}/111", headers={**MINE, "If-None-Match": '"x"'})

    assert reply.headers["Cache-Control"] == "private, no-cache"
    assert reply.headers["Last-Modified"] == "Thu, 01 Jan 2026 12:00:00 GMT"
    assert reply.headers["Vary"] == "Authorization, subject"
    assert (again.status_int, again.body, again.headers["ETag"]) == (304, b"", tag)
    assert other.body == reply.body


@pytest.mark.parametrize("subject", ["111", "2222", "22", "nobody", "*"])
def test_an_order_of_another_customer_is_not_told(make_till: MakeTill, subject: str) -> None:
    """Outcome NotAllowed, 405 ("Get an Order's Details"), with Allow (RFC 9110, 15.5.6)."""
    till = make_till(a_reading(an_order()), OPTIONS)

    reply = till.client.get(f"{ORDERS}/111", headers={"subject": subject}, status="*")

    assert_enactor_refusal(reply, 405, "NotAllowed", NOT_YOURS)
    assert reply.headers["Allow"] == "GET, HEAD"


def test_an_order_of_nobody_is_not_told(make_till: MakeTill) -> None:
    """Its customerNumber is blank on Enactor header; not even who ordered may see it."""
    nobody = EnactorDetails(header=Fields({}, frozenset({"customerNumber"})))
    till = make_till(with_headers((an_order(), nobody)), OPTIONS)

    reply = till.client.get(f"{ORDERS}/111", headers=MINE, status="*")

    assert_enactor_refusal(reply, 405, "NotAllowed", NOT_YOURS)


@pytest.mark.parametrize("asked", ["999", "%22", "111/items/1", "", "1" * 3000, "..%2f111", "%00"])
def test_an_id_that_nobody_has_fails(make_till: MakeTill, asked: str) -> None:
    """Outcome Fail, 500 ("Get an Order's Details"); a control character is refused before."""
    till = make_till(a_reading(an_order()), OPTIONS)

    reply = till.client.get(f"{ORDERS}/{asked}", headers=MINE, status="*")

    if asked == "%00":
        assert_enactor_refusal(reply, 400, "bad-path")
    else:
        assert_enactor_refusal(reply, 500, "Fail", FAILED)


@pytest.mark.parametrize("reason", ["withheld", "withheld from Enactor", "refused", "unfit"])
def test_an_order_that_is_withheld_fails(make_till: MakeTill, reason: str) -> None:
    """Outcome Fail, whatever keeps it back; nothing says which."""
    order = an_order(items=(an_item(quantity="1.5"),) if reason == "unfit" else (an_item(),))
    reading = with_headers(
        (order, None),
        enactor_withheld=frozenset({a_key("111")} if reason == "withheld from Enactor" else ()),
        enactor_refused=reason == "refused",
    )
    if reason == "withheld":
        reading = a_reading(withheld=[a_key("111")])
    till = make_till(reading, OPTIONS)

    reply = till.client.get(f"{ORDERS}/111", headers=MINE, status="*")

    assert_enactor_refusal(reply, 500, "Fail", FAILED)
    hii_retails = till.client.get("/business-units/1/customer-orders/111", status="*")
    assert hii_retails.status_int == (503 if reason == "withheld" else 200)


def test_the_same_id_in_several_units_is_the_customers(make_till: MakeTill) -> None:
    """Of those that the credentials may see; where that leaves several, none is told."""
    till = make_till(
        a_reading(
            an_order("1", unit="0001", customer="a"),
            an_order("1", unit="0002", customer="b"),
            an_order("1", unit="0003", customer="b"),
        ),
        OPTIONS,
    )

    def ask(client: Any, subject: str) -> Any:
        return client.get(f"{ORDERS}/1", headers={"subject": subject}, status="*")

    told = ask(till.client, "a")
    assert told.json["order"]["customerOrderHeader"]["customerNumber"] == "a"
    assert_enactor_refusal(ask(till.client, "b"), 500, "Fail", FAILED)
    assert_enactor_refusal(ask(till.client, "c"), 405, "NotAllowed", NOT_YOURS)
    assert_enactor_refusal(ask(till.butik, "b"), 405, "NotAllowed", NOT_YOURS)
    assert ask(till.butik, "a").body == told.body


def test_credentials_see_their_units_and_every_units_orders(make_till: MakeTill) -> None:
    """An order of another unit is as unknown as one that is not there."""
    till = make_till(a_reading(an_order("1", unit="0002"), an_order("2")), OPTIONS)

    reply = till.butik.get(f"{ORDERS}/1", headers=MINE, status="*")

    assert_enactor_refusal(reply, 500, "Fail", FAILED)
    till.butik.get(f"{ORDERS}/2", headers=MINE, status=200)
    till.client.get(f"{ORDERS}/1", headers=MINE, status=200)


@pytest.mark.parametrize(
    ("method", "path", "text"),
    [
        ("DELETE", "/orders/111", "Not allowed to cancel order"),
        ("DELETE", "/orders/111/items/1", "Not allowed to cancel order"),
        ("PATCH", "/orders/111/return", "Not allowed to return order"),
        ("PATCH", "/orders/111/items/1/return", "Not allowed to return order"),
        ("POST", "/orders", "Not allowed"),
        ("PUT", "/orders/111", "Not allowed"),
        ("OPTIONS", "/orders", "Not allowed"),
        ("DELETE", "/orders", "Not allowed to cancel order"),
    ],
)
def test_writing_calls_are_not_allowed(
    make_till: MakeTill, method: str, path: str, text: str
) -> None:
    """405 ("Cancel an Order", "Cancel an Order Item", "Request Return of an Order")."""
    till = make_till(a_reading(an_order()), OPTIONS)

    reply: Any = till.client.request(PREFIX + path, method=method, headers=MINE, status="*")

    assert_enactor_refusal(reply, 405, "NotAllowed", text)
    assert reply.headers["Allow"] == "GET, HEAD"
    stranger: Any = till.anybody.request(PREFIX + path, method=method, headers=MINE, status="*")
    assert_enactor_refusal(stranger, 401, "unauthorized")


@pytest.mark.parametrize("path", [f"{ORDERS}/111", ORDERS])
def test_the_gate_is_in_front_and_speaks_enactors_form(make_till: MakeTill, path: str) -> None:
    """401 with the gate's challenge ("Error Message"); a subject shows nothing."""
    till = make_till(a_reading(an_order()), OPTIONS)

    reply = till.anybody.get(path, headers=MINE, status="*")

    assert_enactor_refusal(reply, 401, "unauthorized")
    assert reply.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize("path", [f"{ORDERS}/111", ORDERS])
def test_nothing_is_told_before_a_workbook_was_read(make_till: MakeTill, path: str) -> None:
    """503 with when to come back, in Enactor's form."""
    till = make_till(None, OPTIONS)

    reply = till.client.get(path, headers=MINE, status="*")

    assert_enactor_refusal(reply, 503, "not-ready")
    assert int(reply.headers["Retry-After"]) > 0


@pytest.mark.parametrize("path", ["", "/", "/baskets/1", "/ordersXYZ", "/healthz"])
def test_another_path_below_the_prefix_is_not_found(make_till: MakeTill, path: str) -> None:
    """404 in Enactor's form; beside the prefix it is a problem."""
    till = make_till(a_reading(an_order()), OPTIONS)

    assert_enactor_refusal(till.client.get(PREFIX + path, status="*"), 404, "not-found")
    assert_refusal(till.client.get("/WebRestApi/restX", status="*"), 404, "not-found")
    assert_refusal(till.client.get("/orders/111", status="*"), 404, "not-found")


def test_a_path_that_is_no_text_is_refused_in_enactors_form(make_till: MakeTill) -> None:
    """400 before anything is looked up."""
    till = make_till(a_reading(an_order()), OPTIONS)

    reply = till.client.get(f"{ORDERS}/%FF", headers=MINE, status="*")

    assert_enactor_refusal(reply, 400, "bad-path")


def test_another_tenant_is_refused_in_enactors_form(make_till: MakeTill) -> None:
    """403 as the gate has it."""
    till = make_till(a_reading(an_order()), enactor_options(tenant_id="shop"))

    reply = till.client.get(f"{ORDERS}/111", headers={**MINE, "Tenant-Id": "x"}, status="*")

    assert_enactor_refusal(reply, 403, "wrong-tenant")


def test_without_enactor_there_are_no_such_paths(make_till: MakeTill) -> None:
    """Switched off, it is a path as any that is not served."""
    till = make_till(a_reading(an_order()))

    assert_refusal(till.client.get(f"{ORDERS}/111", headers=MINE, status="*"), 404, "not-found")


def test_a_broken_snapshot_is_told_in_enactors_form(make_inner_till: MakeInnerTill) -> None:
    """A file that is damaged while it is served costs a 503."""
    till = make_inner_till(a_reading(an_order()), OPTIONS)
    assert till.catalog.current is not None
    till.catalog.current.close()

    reply = till.client.get(f"{ORDERS}/111", headers=MINE, expect_errors=True)

    assert_enactor_refusal(reply, 503, "not-ready")


def test_a_bug_is_told_in_enactors_form(
    make_inner_till: MakeInnerTill, monkeypatch: pytest.MonkeyPatch
) -> None:
    """500 with nothing of our insides; the log has the traceback."""
    till = make_inner_till(a_reading(an_order()), OPTIONS)

    def fail(*_: object) -> None:
        raise RuntimeError("a secret of our insides")

    monkeypatch.setattr(till.door, "admit", fail)
    reply: Any = till.client.get(f"{ORDERS}/111", headers=MINE, expect_errors=True)

    assert_enactor_refusal(reply, 500, "internal-error")
    assert b"secret" not in reply.body
    assert "a secret of our insides" in reply.errors
