"""``GET …/orders`` ("Search Orders"): each parameter, and whose orders are found."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from webtest import TestResponse

from corsheet.model import EnactorDetails
from corsheet.wire.enactor import EnactorOptions, whole_body
from tests.conftest import MakeTill, Till
from tests.http.refusing import assert_enactor_refusal
from tests.support.enactor import ORDERS, a_header, enactor_options, with_headers
from tests.support.orders import a_reading, an_item, an_order

OPTIONS = enactor_options()
MINE = {"subject": "222"}


def search(till: Till, headers: dict[str, str] = MINE, **asked: object) -> TestResponse:
    """Ask with these parameters."""
    return seek(till, asked, headers)


def seek(till: Till, asked: Mapping[str, object], headers: dict[str, str] = MINE) -> TestResponse:
    """Ask with parameters of any name."""
    query = f"?{urlencode(asked)}" if asked else ""
    reply: TestResponse = till.client.get(ORDERS + query, headers=headers, status="*")
    return reply


def found(reply: TestResponse) -> list[str]:
    """Give the ids that a reply has, in its order."""
    assert reply.status_int == 200, reply
    assert list(reply.json) == ["orderList"]
    orders: list[dict[str, Any]] = reply.json["orderList"]
    return [order["customerOrderHeader"]["customerOrderId"] for order in orders]


def dated(created: str, **values: str) -> EnactorDetails:
    """Make a row on Enactor header that says when the order was made, by customer 222."""
    return a_header(createdDate=created, customerNumber="222", **values)


def ago(**spent: float) -> str:
    """Write a moment before now, as Enactor does."""
    moment = datetime.now(UTC) - timedelta(**spent)
    return moment.isoformat(timespec="milliseconds")


def test_orders_are_listed_as_they_are_told_one_by_one(make_till: MakeTill) -> None:
    """The list's form is IListOrdersResponse; by id, without the wrapper of one order."""
    orders = [an_order("2"), an_order("1")]
    till = make_till(a_reading(*orders), OPTIONS)

    reply = search(till)

    one = [json.loads(whole_body(o, None, (), EnactorOptions()))["order"] for o in orders]
    assert reply.json == {"orderList": [one[1], one[0]]}
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.headers["Cache-Control"] == "private, no-cache"
    assert reply.headers["Vary"] == "Authorization, subject"


def test_nothing_found_is_an_empty_list(make_till: MakeTill) -> None:
    """It is no refusal."""
    till = make_till(a_reading(an_order()), OPTIONS)

    assert search(till, {"subject": "nobody"}).json == {"orderList": []}


def test_whoever_has_the_list_already_is_not_sent_it_again(make_till: MakeTill) -> None:
    """304 (RFC 9110, section 13.1.2), and HEAD has no body."""
    till = make_till(a_reading(an_order()), OPTIONS)
    tag = search(till).headers["ETag"]

    assert search(till, {**MINE, "If-None-Match": tag}).status_int == 304
    head = till.client.head(ORDERS, headers=MINE, status=200)
    assert (head.headers["ETag"], head.body) == (tag, b"")


def test_a_customer_finds_their_own_orders_only(make_till: MakeTill) -> None:
    """Neither another's nor nobody's ("Search Orders")."""
    reading = with_headers(
        (an_order("1"), None),
        (an_order("2", customer="333"), None),
        (an_order("3"), a_header(customerNumber="222")),
        (an_order("4"), EnactorDetails(header=a_header(x="y", customerNumber="").header)),
    )
    till = make_till(reading, OPTIONS)

    assert found(search(till)) == ["1", "3"]
    assert found(search(till, {"subject": "333"})) == ["2"]


def test_staff_find_all(make_till: MakeTill) -> None:
    """Where the identity is none, an order of nobody is found, too."""
    reading = with_headers(
        (an_order("1"), None), (an_order("2", customer="3"), None), (an_order("3"), a_header(a="b"))
    )
    till = make_till(reading, enactor_options("none"))

    assert found(search(till, {"subject": "ignored"})) == ["1", "2", "3"]


def test_orders_of_other_units_are_not_found(make_till: MakeTill) -> None:
    """The credentials bound it; an order of every unit is everybody's."""
    till = make_till(
        a_reading(an_order("1", unit="0001"), an_order("2", unit="0002"), an_order("3")), OPTIONS
    )

    assert found(till.butik.get(ORDERS, headers=MINE)) == ["1", "3"]
    assert found(search(till)) == ["1", "2", "3"]


def test_what_is_withheld_or_unfit_is_not_found(make_till: MakeTill) -> None:
    """It has no form to be told in, and spoils no list."""
    withheld = frozenset({(an_order("1").business_unit_id, "1")})
    reading = with_headers(
        (an_order("1"), None),
        (an_order("2", items=(an_item(quantity="0.5"),)), None),
        (an_order("3"), None),
        enactor_withheld=withheld,
    )
    till = make_till(reading, OPTIONS)

    assert found(search(till)) == ["3"]


def test_the_type_is_matched_to_the_letter(make_till: MakeTill) -> None:
    """Parameter typeId; without it, any type is found."""
    reading = with_headers(
        (an_order("1"), None),
        (an_order("2"), a_header(customerOrderTypeId="C & C", customerNumber="222")),
    )
    till = make_till(reading, OPTIONS)

    assert found(search(till)) == ["1", "2"]
    assert found(search(till, typeId="CUSTOMER_ORDER")) == ["1"]
    assert found(search(till, typeId="C & C")) == ["2"]
    assert found(search(till, typeId="customer_order")) == []


def test_orders_of_the_last_sixty_days_are_found(make_till: MakeTill) -> None:
    """Defaults of earliestDate and latestDate; one without a date is always among them."""
    reading = with_headers(
        (an_order("1"), dated(ago(days=59, hours=23))),
        (an_order("2"), dated(ago(days=60, hours=1))),
        (an_order("3"), dated(ago(hours=-1))),
        (an_order("4"), None),
    )
    till = make_till(reading, OPTIONS)

    assert found(search(till)) == ["1", "4"]
    assert found(search(till, earliestDate=ago(days=61))) == ["1", "2", "4"]
    assert found(search(till, latestDate=ago(hours=-2))) == ["1", "3", "4"]


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({"earliestDate": "2026-03-02"}, ["2", "3", "4"]),
        ({"earliestDate": "2026-03-02T12:00:00"}, ["3", "4"]),
        ({"earliestDate": "2026-03-02T12:00:00Z"}, ["3", "4"]),
        ({"earliestDate": "2026-03-02t12:00:00z"}, ["3", "4"]),
        ({"earliestDate": "2026-03-02T12:00:00.001+00:00"}, ["4"]),
        ({"earliestDate": "2026-03-02T12:00:00.001000000001Z"}, ["4"]),
        ({"earliestDate": "2026-03-02T13:00:00+01:00"}, ["3", "4"]),
        ({"earliestDate": "2026-03-02T13:00+0100"}, ["3", "4"]),
        ({"earliestDate": "2026-03-02T11:00-01:00"}, ["3", "4"]),
        ({"latestDate": "2026-03-02"}, ["1", "2", "3"]),
        ({"latestDate": "2026-03-01"}, ["1"]),
        ({"latestDate": "2026-03-02T12:00:00"}, ["1", "2", "3"]),
        ({"latestDate": "2026-03-02T11:59:59.999"}, ["1", "2"]),
        ({"earliestDate": "2026-03-02", "latestDate": "2026-03-02"}, ["2", "3"]),
        ({"earliestDate": "2026-03-03", "latestDate": "2026-03-01"}, []),
    ],
)
def test_the_dates_bound_what_is_found(
    make_till: MakeTill, asked: dict[str, str], ids: list[str]
) -> None:
    """Both ends included; a date is a whole day in UTC ("Search Orders")."""
    moments = [
        "2026-03-01T23:59:59.999+00:00",
        "2026-03-02T00:00:00.000+00:00",
        "2026-03-02T13:00:00.000+01:00",
        "2026-03-03T00:00:00.000+00:00",
    ]
    rows = [(an_order(str(n)), dated(moment)) for n, moment in enumerate(moments, 1)]
    till = make_till(with_headers(*rows), OPTIONS)

    usual = {"earliestDate": "2000-01-01", "latestDate": "2100-01-01"}
    assert found(seek(till, {**usual, **asked})) == ids


def test_a_plus_that_a_query_made_a_space_is_an_offset(make_till: MakeTill) -> None:
    """A client that does not escape it means the same."""
    till = make_till(with_headers((an_order("1"), dated("2026-03-02T12:00:00Z"))), OPTIONS)
    late = "latestDate=2026-03-03"

    for sign in ("+", "%2B", "%20"):
        for hour, ids in ((13, ["1"]), (14, [])):
            query = f"?{late}&earliestDate=2026-03-02T{hour}:00:00{sign}01:00"
            assert found(till.client.get(ORDERS + query, headers=MINE)) == ids


def test_a_page_has_so_many_orders_from_a_row_on(make_till: MakeTill) -> None:
    """Parameters pageSize (10, at most 100) and pageOffset, in rows ("Search Orders")."""
    ids = [f"{number:03}" for number in range(105)]
    till = make_till(a_reading(*(an_order(one) for one in ids)), OPTIONS)

    assert found(search(till)) == ids[:10]
    assert found(search(till, pageSize=100)) == ids[:100]
    assert found(search(till, pageSize=1, pageOffset=0)) == ids[:1]
    assert found(search(till, pageSize=7, pageOffset=3)) == ids[3:10]
    assert found(search(till, pageOffset=100)) == ids[100:]
    assert found(search(till, pageOffset=999_999_999)) == []


BAD = [
    ("pageSize", ""),
    ("pageSize", "0"),
    ("pageSize", "101"),
    ("pageSize", "-1"),
    ("pageSize", "1.0"),
    ("pageSize", "ten"),
    ("pageSize", "\u0661"),
    ("pageSize", " 1"),
    ("pageSize", "1" * 5000),
    ("pageOffset", ""),
    ("pageOffset", "-1"),
    ("pageOffset", "1000000000"),
    ("pageOffset", "x"),
    ("typeId", ""),
    ("earliestDate", ""),
    ("earliestDate", "yesterday"),
    ("earliestDate", "2026-02-30"),
    ("earliestDate", "20260302"),
    ("earliestDate", "2026-W10-1"),
    ("earliestDate", "2026-03-02T"),
    ("earliestDate", "2026-03-02T25:00"),
    ("earliestDate", "2026-03-02T12:00+99:00"),
    ("earliestDate", "0000-01-01"),
    ("earliestDate", "1700000000000"),
    ("latestDate", "2026-03-02 12:00"),
    ("latestDate", "02/03/2026"),
]


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_parameter_is_named(make_till: MakeTill, name: str, value: str) -> None:
    """400 in Enactor's form ("Error Message"); nothing is guessed at."""
    till = make_till(a_reading(an_order()), OPTIONS)

    reply = seek(till, {name: value})

    assert_enactor_refusal(reply, 400, "Fail")
    assert reply.json["messageText"].startswith(f"{name} is ")


@pytest.mark.parametrize(
    "query",
    [
        "typeId=CUSTOMER_ORDER&typeId=CUSTOMER_ORDER",
        "pageSize=1&pageSize=2",
        "typeId=a&type%49d=b",
        "pageOffset=0&pageOffset=",
    ],
)
def test_a_parameter_stands_once(make_till: MakeTill, query: str) -> None:
    """Of two, nobody can say which is meant."""
    till = make_till(a_reading(an_order()), OPTIONS)

    reply = till.client.get(f"{ORDERS}?{query}", headers=MINE, status="*")

    assert_enactor_refusal(reply, 400, "Fail")
    assert reply.json["messageText"].endswith(" stands more than once")


@pytest.mark.parametrize(
    "query", ["", "&&", "other=1&other=2", "PAGESIZE=x", "%FF=%FF", "pageSize"]
)
def test_unknown_parameters_are_ignored(make_till: MakeTill, query: str) -> None:
    """Another client's words do no harm; a known one without a value is a bad one."""
    till = make_till(a_reading(an_order()), OPTIONS)

    reply = till.client.get(f"{ORDERS}?{query}", headers=MINE, status="*")

    assert reply.status_int == (400 if query == "pageSize" else 200)


def test_before_the_parameters_come_credentials_and_customer(make_till: MakeTill) -> None:
    """A stranger learns nothing of them."""
    till = make_till(a_reading(an_order()), OPTIONS)

    assert till.anybody.get(f"{ORDERS}?pageSize=0", headers=MINE, status="*").status_int == 401
    reply = till.client.get(f"{ORDERS}?pageSize=0", status="*")
    assert_enactor_refusal(reply, 401, "unauthorized")


def test_nothing_is_found_while_a_sheet_of_enactors_cannot_be_used(make_till: MakeTill) -> None:
    """Its clients are told nothing: 500, outcome Fail; Hii Retail everything."""
    till = make_till(with_headers((an_order(), None), enactor_refused=True), OPTIONS)

    assert_enactor_refusal(search(till), 500, "Fail")
