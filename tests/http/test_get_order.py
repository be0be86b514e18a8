"""``GET …/customer-orders/{customerOrderId}``: what the till is told of one order."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.conftest import MakeTill
from tests.http.refusing import assert_refusal
from tests.support.orders import (
    a_finding,
    a_key,
    a_reading,
    an_order,
    published_order,
)

SAMPLES = Path(__file__).parent.parent / "data"
PREFIXES = ["", "/api/v1"]


def path(order: str, unit: str = "0001", prefix: str = "") -> str:
    """Write the path of an order, already percent-encoded."""
    return f"{prefix}/business-units/{unit}/customer-orders/{order}"


@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_published_order_is_answered_as_published(make_till: MakeTill, prefix: str) -> None:
    """The reply equals Hii Retail's sample, under each prefix."""
    till = make_till(a_reading(published_order()))

    reply = till.client.get(path("111", prefix=prefix), status=200)

    assert reply.headers["Content-Type"] == "application/json"
    assert json.loads(reply.body) == json.loads((SAMPLES / "hiiretail-order.json").read_bytes())


def test_a_reply_says_how_long_it_may_be_kept_and_by_whom(make_till: MakeTill) -> None:
    """Private, checked on every use, dated by the workbook's last save."""
    till = make_till(a_reading(an_order()))

    headers = till.client.get(path("111")).headers

    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["Last-Modified"] == "Thu, 01 Jan 2026 12:00:00 GMT"
    assert headers["Vary"] == "Authorization"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', '"other" ,W/{} , "x"', "*"])
def test_who_has_the_reply_already_is_not_sent_it_again(make_till: MakeTill, form: str) -> None:
    """Strong, weak, in a list and * (RFC 9110, section 13.1.2)."""
    till = make_till(a_reading(an_order()))
    tag = till.client.get(path("111")).headers["ETag"]

    reply = till.client.get(path("111"), headers={"If-None-Match": form.format(tag)})

    assert (reply.status_int, reply.body) == (304, b"")
    assert reply.headers["ETag"] == tag
    assert reply.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("form", ['"other"', 'W/"other", "another"', "", "{}x"])
def test_who_has_another_reply_is_sent_this_one(make_till: MakeTill, form: str) -> None:
    """Only the tag of the very reply saves sending it."""
    till = make_till(a_reading(an_order()))
    tag = till.client.get(path("111")).headers["ETag"]

    reply = till.client.get(path("111"), headers={"If-None-Match": form.format(tag)})

    assert reply.status_int == 200
    assert reply.body


def test_another_content_has_another_tag(make_till: MakeTill) -> None:
    """A price that changes changes the tag; the same bytes keep it."""
    till = make_till(
        a_reading(
            an_order("1", unit="0001", minimum_down_payment_amount=Decimal(1)),
            an_order("1", unit="0002", minimum_down_payment_amount=Decimal(2)),
            an_order("1", unit="0003", minimum_down_payment_amount=Decimal(1)),
        )
    )

    tags = [till.client.get(path("1", unit)).headers["ETag"] for unit in ("0001", "0002", "0003")]

    assert tags[0] == tags[2] != tags[1]


def test_head_answers_the_headers_of_get_without_a_body(make_till: MakeTill) -> None:
    """HEAD is GET without its body (RFC 9110, section 9.3.2)."""
    till = make_till(a_reading(an_order()))
    got = till.client.get(path("111"))

    reply = till.client.head(path("111"))

    assert (reply.status_int, reply.body) == (200, b"")
    for name in ("Content-Type", "Content-Length", "ETag", "Last-Modified", "Cache-Control"):
        assert reply.headers[name] == got.headers[name]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_an_unknown_order_is_not_found(make_till: MakeTill, prefix: str) -> None:
    """No such order: 404, told in words with both ids."""
    till = make_till(a_reading(an_order()))

    reply = till.client.get(path("999", prefix=prefix), status="*")

    problem = assert_refusal(reply, 404, "customer-order-not-found")
    assert "999" in problem["detail"]
    assert "0001" in problem["detail"]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_an_order_of_another_unit_is_not_found(make_till: MakeTill, prefix: str) -> None:
    """A store sees its own orders and those of every store, no others."""
    till = make_till(a_reading(an_order("111", unit="0007"), an_order("112")))

    reply = till.client.get(path("111", "0001", prefix), status="*")

    assert_refusal(reply, 404, "customer-order-not-found")
    till.client.get(path("111", "0007", prefix), status=200)
    till.client.get(path("112", "0001", prefix), status=200)


def test_the_units_own_order_wins_over_the_one_of_every_unit(make_till: MakeTill) -> None:
    """One id may stand for a store and for all; the closer one is meant."""
    till = make_till(
        a_reading(an_order("111", customer="all"), an_order("111", unit="0001", customer="own"))
    )

    own = till.client.get(path("111", "0001")).json["customerOrder"]
    other = till.client.get(path("111", "0002")).json["customerOrder"]

    assert (own["customerId"], other["customerId"]) == ("own", "all")


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_withheld_order_names_the_cells_to_mend(make_till: MakeTill, prefix: str) -> None:
    """The till is told to come back, the manager where to look, and nobody a wrong price."""
    till = make_till(
        a_reading(an_order(), withheld=[a_key("666")], findings=[a_finding("666", row=17)])
    )

    reply = till.client.get(path("666", prefix=prefix), status="*")

    problem = assert_refusal(reply, 503, "order-withheld")
    assert int(reply.headers["Retry-After"]) > 0
    assert problem["findings"] == [
        {
            "severity": "error",
            "code": "CS203",
            "sheet": "Items",
            "cell": "C17",
            "message": "'two' is not a number",
            "hint": "write the number with digits, such as 2 or 1234,50",
            "businessUnitId": "*",
            "customerOrderId": "666",
        }
    ]
    till.client.get(path("111", prefix=prefix), status=200)


def test_a_withheld_order_of_another_unit_is_not_found(make_till: MakeTill) -> None:
    """A mistake in one store's order says nothing to another store."""
    till = make_till(
        a_reading(withheld=[a_key("666", "0007")], findings=[a_finding("666", unit="0007", row=17)])
    )

    reply = till.client.get(path("666", "0001"), status="*")

    assert_refusal(reply, 404, "customer-order-not-found")


@pytest.mark.parametrize("prefix", PREFIXES)
def test_before_the_first_reading_the_till_is_told_to_wait(
    make_till: MakeTill, prefix: str
) -> None:
    """No snapshot is the service's state, not the order's: 503, never 404."""
    till = make_till()

    reply = till.client.get(path("111", prefix=prefix), status="*")

    assert_refusal(reply, 503, "not-ready")
    assert int(reply.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("order_id", "asked"),
    [
        ("A/B", "A%2FB"),
        ("A/B", "A/B"),
        ("/A", "%2FA"),
        ("A//B", "A%2F%2FB"),
        ("A/", "A%2F"),
        ("A:B", "A%3AB"),
        ("A:B", "A:B"),
        ("ORDER 7", "ORDER%207"),
        ("ORDER 7", "%20ORDER%207%20"),
        ("ORDER 7", "ORDER%C2%A07"),
        ("Örebro 1", "%C3%96rebro%201"),
        ("Örebro 1", "O%CC%88rebro%201"),
        ("O\u0308rebro 1", "%C3%96rebro%201"),
        ("日本", "%E6%97%A5%E6%9C%AC"),
        ("50%", "50%25"),
        ("A%2FB", "A%252FB"),
        ("A?B#C", "A%3FB%23C"),
        ("A+B", "A+B"),
        (":search", "%3Asearch"),
        ("..", "%2E%2E"),
        ("<b>", "%3Cb%3E"),
    ],
)
def test_an_id_of_any_letters_is_found(make_till: MakeTill, order_id: str, asked: str) -> None:
    """What the manager types is what the till asks for, percent-encoded."""
    till = make_till(a_reading(an_order(order_id)))

    reply = till.client.get(path(asked), status=200)

    assert reply.json["customerOrder"]["customerOrderId"] == an_order(order_id).customer_order_id


def test_a_units_id_is_compared_as_the_workbooks_is(make_till: MakeTill) -> None:
    """Spaces around and the form of ö do not make another store."""
    till = make_till(a_reading(an_order("1", unit="Örebro")))

    till.client.get(path("1", "%20O%CC%88rebro%20"), status=200)


@pytest.mark.parametrize("asked", ["", "%20", "111x", "111/", "111%2F", "ord"])
def test_an_id_that_is_only_similar_is_not_found(make_till: MakeTill, asked: str) -> None:
    """No id is shortened, prefixed or emptied on its way to the look-up."""
    till = make_till(a_reading(an_order("111")))

    reply = till.client.get(path(asked), status="*")

    assert reply.status_int == 404
    assert_refusal(reply, 404, reply.json["code"])


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    "asked",
    ["%FF", "111%FF", "%C3", "%ED%A0%80", "%C0%AF", "%00", "111%00", "a%0Ab", "%7F", "%C2%85"],
)
def test_an_id_that_no_workbook_can_hold_is_refused(
    make_till: MakeTill, prefix: str, asked: str
) -> None:
    """Bytes that are not UTF-8 and control characters: 400, and never the id without them."""
    till = make_till(a_reading(an_order("111"), an_order("ab")))

    reply = till.client.get(path(asked, prefix=prefix), status="*")

    assert_refusal(reply, 400, "bad-path")


def test_a_bad_units_id_is_refused_too(make_till: MakeTill) -> None:
    """The rule for bytes in the path holds for its every part."""
    till = make_till(a_reading(an_order("111")))

    assert_refusal(till.client.get(path("111", "%FF"), status="*"), 400, "bad-path")


def test_the_reply_to_head_with_a_bad_path_has_no_body(make_till: MakeTill) -> None:
    """HEAD has no body even where the application is not asked."""
    till = make_till(a_reading(an_order("111")))

    reply = till.client.head(path("%FF"), status=400)

    assert reply.body == b""


def test_a_reload_is_seen_by_the_next_request(make_till: MakeTill) -> None:
    """After a swap the old orders are gone and the new ones there."""
    till = make_till(a_reading(an_order("1")))
    till.client.get(path("1"), status=200)

    till.publish(a_reading(an_order("2")))

    till.client.get(path("1"), status=404)
    till.client.get(path("2"), status=200)
