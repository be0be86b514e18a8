"""``POST …/customer-orders:search``: which orders a customer has."""

import json
from pathlib import Path
from typing import Any

import pytest
from webtest import TestResponse

from corsheet.api.app import Options
from tests.conftest import MakeTill, Till
from tests.http.refusing import assert_refusal
from tests.support.orders import a_finding, a_key, a_reading, an_order

SAMPLES = Path(__file__).parent.parent / "data"
PREFIXES = ["", "/api/v1"]


def path(unit: str = "0001", prefix: str = "") -> str:
    """Write the path of the search."""
    return f"{prefix}/business-units/{unit}/customer-orders:search"


def search(till: Till, body: bytes, place: str = "", **headers: str) -> TestResponse:
    """Send a search of these bytes, as JSON where nothing else is said."""
    headers = {"Content-Type": "application/json", **headers}
    reply: TestResponse = till.client.request(
        place or path(), method="POST", body=body, headers=headers, status="*"
    )
    return reply


def found(reply: TestResponse) -> list[str]:
    """Give the ids of the orders in a reply."""
    assert reply.status_int == 200
    return [order["customerOrderId"] for order in json.loads(reply.body)["customerOrders"]]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_published_search_is_answered_as_published(make_till: MakeTill, prefix: str) -> None:
    """Hii Retail's sample request gives its sample reply, under each prefix."""
    till = make_till(a_reading(an_order("111", customer="111")))

    reply = search(
        till, (SAMPLES / "hiiretail-search-request.json").read_bytes(), path(prefix=prefix)
    )

    assert reply.status_int == 200
    assert reply.headers["Content-Type"] == "application/json"
    assert json.loads(reply.body) == json.loads(
        (SAMPLES / "hiiretail-search-response.json").read_bytes()
    )


def test_a_colon_may_be_encoded(make_till: MakeTill) -> None:
    """``%3Asearch`` is ``:search`` (RFC 3986, section 2.2: the server may decode it)."""
    till = make_till(a_reading(an_order("1", customer="c")))

    reply = search(till, b'{"customerId":"c"}', "/business-units/0001/customer-orders%3Asearch")

    assert found(reply) == ["1"]


def test_a_customers_orders_come_in_sheet_order(make_till: MakeTill) -> None:
    """Those of the unit and those of every unit are mixed as they stand in the sheet."""
    till = make_till(
        a_reading(
            an_order("9", customer="c"),
            an_order("3", unit="0001", customer="c"),
            an_order("7", unit="0002", customer="c"),
            an_order("5", unit="0001", customer="d"),
            an_order("1", customer="c"),
            an_order("2", unit="0001", customer="c"),
        )
    )

    assert found(search(till, b'{"customerId":"c"}')) == ["9", "3", "1", "2"]


def test_a_withheld_order_is_not_found_by_search(make_till: MakeTill) -> None:
    """What is not served is not offered either."""
    till = make_till(
        a_reading(an_order("1", customer="c"), withheld=[a_key("666")], findings=[a_finding("666")])
    )

    assert found(search(till, b'{"customerId":"c"}')) == ["1"]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_customer_without_orders_has_none(make_till: MakeTill, prefix: str) -> None:
    """No match is an empty list, not an error."""
    till = make_till(a_reading(an_order("1", customer="c")))

    reply = search(till, b'{"customerId":"nobody"}', path(prefix=prefix))

    assert (reply.status_int, reply.body) == (200, b'{"customerOrders":[]}')


def test_a_customers_id_is_compared_as_the_workbooks_is(make_till: MakeTill) -> None:
    """Spaces around and the form of ö do not make another customer."""
    till = make_till(a_reading(an_order("1", customer="FÖRENINGEN-7")))

    body = json.dumps({"customerId": " FO\u0308RENINGEN-7\u00a0"}).encode()

    assert found(search(till, body)) == ["1"]


def test_a_search_says_how_long_it_may_be_kept(make_till: MakeTill) -> None:
    """As an order does; the tag follows the content."""
    till = make_till(a_reading(an_order("1", customer="c"), an_order("2", customer="d")))

    first, again, other = (
        search(till, json.dumps({"customerId": who}).encode()) for who in ("c", "c", "d")
    )

    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["Last-Modified"] == "Thu, 01 Jan 2026 12:00:00 GMT"
    assert first.headers["ETag"] == again.headers["ETag"] != other.headers["ETag"]


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{}", "customerId"),
        (b'{"customerId":7}', "customerId"),
        (b'{"customerId":null}', "customerId"),
        (b'{"customerId":""}', "customerId"),
        (b'{"customerId":"a\\u0000b"}', "customerId"),
        (b"", None),
        (b"not json", None),
        (b'["111"]', None),
        (b'"111"', None),
        (b'{"customerId":"1","customerId":"2"}', None),
    ],
)
def test_a_body_that_cannot_be_used_is_refused_by_name(
    make_till: MakeTill, prefix: str, body: bytes, field: str | None
) -> None:
    """400, with the member at fault where one is."""
    till = make_till(a_reading(an_order()))

    problem = assert_refusal(search(till, body, path(prefix=prefix)), 400, "bad-request")

    assert problem.get("field") == field
    assert field is None or field in problem["detail"]


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "application/x-www-form-urlencoded", "application/xml", "json", "text/json5"],
)
def test_another_media_type_is_refused(make_till: MakeTill, prefix: str, media_type: str) -> None:
    """415, with the one that is taken."""
    till = make_till(a_reading(an_order()))

    reply = search(
        till, b'{"customerId":"222"}', path(prefix=prefix), **{"Content-Type": media_type}
    )

    assert_refusal(reply, 415, "unsupported-media-type")
    assert reply.headers["Accept"] == "application/json"


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON ;charset=UTF-8",
        "application/vnd.hiiretail+json",
    ],
)
def test_json_is_taken_under_each_of_its_names(make_till: MakeTill, media_type: str) -> None:
    """Media types ignore case and may have parameters (RFC 9110, section 8.3.1)."""
    till = make_till(a_reading(an_order()))

    reply = search(till, b'{"customerId":"222"}', **{"Content-Type": media_type})

    assert found(reply) == ["111"]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_body_beyond_the_limit_is_refused(make_till: MakeTill, prefix: str) -> None:
    """64 KiB are read, one byte more is not."""
    till = make_till(a_reading(an_order()))
    body = b'{"customerId":"222"}'
    full = body + b" " * (64 * 1024 - len(body))

    assert found(search(till, full, path(prefix=prefix))) == ["111"]
    reply = search(till, full + b" ", path(prefix=prefix))

    assert "65536" in assert_refusal(reply, 413, "body-too-large")["detail"]


def test_the_limit_is_a_setting(make_till: MakeTill) -> None:
    """``server.max_body_bytes`` is the limit."""
    till = make_till(a_reading(an_order()), Options(max_body_bytes=64))

    assert found(search(till, b'{"customerId":"222"}'.ljust(64))) == ["111"]
    assert_refusal(search(till, b'{"customerId":"222"}'.ljust(65)), 413, "body-too-large")


@pytest.mark.parametrize("prefix", PREFIXES)
def test_before_the_first_reading_a_search_is_told_to_wait(
    make_till: MakeTill, prefix: str
) -> None:
    """No snapshot: 503, never an empty list that looks like a customer without orders."""
    till = make_till()

    reply = search(till, b'{"customerId":"222"}', path(prefix=prefix))

    assert_refusal(reply, 503, "not-ready")
    assert int(reply.headers["Retry-After"]) > 0


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("tail", ["XYZ", ":searchXYZ", ":find", "", ":search/", "%3AsearchXYZ"])
def test_only_the_word_search_searches(make_till: MakeTill, prefix: str, tail: str) -> None:
    """Bottle reads a bare ``:search`` in a rule as a wildcard; ours must not."""
    till = make_till(a_reading(an_order()))
    place = f"{prefix}/business-units/0001/customer-orders{tail}"

    assert_refusal(search(till, b'{"customerId":"222"}', place), 404, "not-found")


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_another_method_is_refused_with_the_one_that_is_taken(
    make_till: MakeTill, prefix: str, method: str
) -> None:
    """405 with ``Allow`` (RFC 9110, section 15.5.6)."""
    till = make_till(a_reading(an_order()))

    reply: Any = till.client.request(path(prefix=prefix), method=method, status="*")

    assert_refusal(reply, 405, "method-not-allowed")
    assert reply.headers["Allow"] == "POST"
