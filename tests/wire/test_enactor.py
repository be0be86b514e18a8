"""Enactor's bytes: what an order becomes for Enactor's clients.

The published reply is the example of Enactor's page "Get an Order's Details".
"""

import copy
import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corsheet.model import (
    CustomerOrder,
    EnactorAdjustment,
    EnactorDetails,
    EnactorItem,
    EnactorPayment,
    Fields,
    ItemId,
    OrderItem,
)
from corsheet.wire.enactor import (
    EnactorOptions,
    Told,
    UnfitError,
    error_body,
    is_fit,
    list_body,
    order_body,
    product_body,
    whole_body,
    with_products,
)
from corsheet.wire.laying import MOST_NESTED
from tests.support.orders import an_item, an_order, some_fields

PUBLISHED = Path(__file__).parent.parent / "data" / "enactor-order.json"
OPTIONS = EnactorOptions()
REASON = {"regionId": {"groupTypeId": "region"}}
CARD = "customerOrderCardPayment"


def told(
    order: CustomerOrder,
    details: EnactorDetails | None = None,
    options: EnactorOptions = OPTIONS,
    products: Sequence[Fields] = (),
) -> dict[str, Any]:
    """Give what stands in ``order``, with numbers as decimals."""
    body = whole_body(order, details, products, options)
    order_: dict[str, Any] = json.loads(body, parse_int=Decimal, parse_float=Decimal)["order"]
    return order_


def lines(order: CustomerOrder, details: EnactorDetails) -> list[dict[str, Any]]:
    """Give the items of it."""
    return [one["item"] for one in told(order, details)["customerOrderItems"]]


def typed(value: Any) -> Any:
    """Put its type beside every value, since in Python True is 1."""
    if isinstance(value, dict):
        return {name: typed(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [typed(inner) for inner in value]
    return type(value).__name__, value


def rows_of(published: Mapping[str, Any]) -> EnactorDetails:
    """Write the published order as rows, without what the plain sheets and Enactor's keys say."""

    def row(values: Mapping[str, Any], *without: str) -> Fields:
        said = {k: v for k, v in values.items() if k not in without and v not in ({}, REASON)}
        return some_fields(said)

    header = published["customerOrderHeader"]
    return EnactorDetails(
        header=row(header, "customerOrderId", "customerNumber", "status", "address", "adjustments"),
        items=tuple(
            EnactorItem(number, row(one["item"], "customerOrderId", "productId", "orderedQty"))
            for number, one in enumerate(published["customerOrderItems"], 1)
        ),
        products=tuple(map(row, published["products"])),
        payments=tuple(
            EnactorPayment(kind, row(payment, "customerOrderId", "paymentType"))
            for one in published["customerOrderPayments"]
            for kind, payment in one.items()
        ),
        notes=tuple(row(note, "customerOrderId") for note in published["customerOrderNotes"]),
        adjustments=tuple(EnactorAdjustment(None, row(one)) for one in header["adjustments"]),
        addresses=tuple(map(row, header["address"])),
    )


def test_the_published_order_comes_out_as_published() -> None:
    """Every leaf of it, by value and by type, with the keys that are sent empty."""
    text = PUBLISHED.read_text("utf-8")
    published = json.loads(text, parse_int=Decimal)["order"]
    order = an_order(
        "3WQG6LAV6FHDTIXNP4WPWE2TQE",
        customer="1",
        status="IN_PROGRESS",
        items=(an_item("MB709SN-4", "2", "0"), an_item("DF517XM-1", "5", "0")),
    )

    answer = order_body(order, rows_of(published), OPTIONS)

    assert typed(json.loads(answer.body)) == typed(json.loads(text))
    assert list(json.loads(answer.body)["order"]) == list(published)
    assert answer[1:] == (None, "1", "CUSTOMER_ORDER", 1543225491000)


def test_the_plain_sheets_alone_make_an_order() -> None:
    """Header, items in minor units, one product for each distinct one, and the empty keys."""
    item = an_item("5001", "2", "19.99")
    order = an_order("42", customer="7", items=(item, an_item("5002", "1", "0.5"), item))

    def line(number: int, product: str, quantity: int, price: int) -> dict[str, Any]:
        return {
            "item": {
                "customerOrderId": "42",
                "lineNumber": number,
                "productId": {"id": product},
                "orderedQty": quantity,
                "unitPrice": price,
                "userId": {},
                "destinationLocationId": {},
                "reasonId": REASON,
            }
        }

    answer = order_body(order, None, OPTIONS)

    assert typed(json.loads(whole_body(order, None, (), OPTIONS))) == typed(
        {
            "order": {
                "products": [
                    {"productId": "5001", "fasciaId": {}, "rangeId": {}},
                    {"productId": "5002", "fasciaId": {}, "rangeId": {}},
                ],
                "customerOrderItems": [
                    line(1, "5001", 2, 1999),
                    line(2, "5002", 1, 50),
                    line(3, "5001", 2, 1999),
                ],
                "customerOrderHeader": {
                    "customerOrderId": "42",
                    "customerOrderTypeId": "CUSTOMER_ORDER",
                    "customerNumber": "7",
                    "status": "SUBMITTED",
                    "userId": {},
                    "authorisedByUserKey": {},
                    "lastUpdatedByUserKey": {},
                    "currencyId": {},
                    "reasonId": REASON,
                },
            }
        }
    )
    assert answer == Told(answer.body, ("5001", "5002"), "7", "CUSTOMER_ORDER", None)


def test_an_order_without_items_has_a_header_only() -> None:
    """Lists with nothing in them are left out."""
    assert list(told(an_order(items=()))) == ["customerOrderHeader"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [("CREATED", "NEW"), ("FULFILLED", "FULFILLED"), ("held back", "held back")],
)
def test_statuses_are_translated_by_the_settings(status: str, expected: str) -> None:
    """Enactor has published no list of them; one that is not in the map stays as it is."""
    options = EnactorOptions(statuses={"CREATED": "NEW"})

    assert told(an_order(status=status), None, options)["customerOrderHeader"]["status"] == expected


def test_the_settings_say_type_and_currency() -> None:
    """Of orders that say none themselves."""
    options = EnactorOptions(currency="SEK", type_id="WEB")

    header = told(an_order(), None, options)["customerOrderHeader"]

    assert header["currencyId"] == {"id": "SEK"}
    assert header["customerOrderTypeId"] == "WEB"


@pytest.mark.parametrize(
    ("values", "columns", "name", "expected"),
    [
        pytest.param({}, "status", "status", None, id="a blank cell leaves the field out"),
        pytest.param({"status": "X"}, "", "status", "X", id="a cell goes before"),
        pytest.param({}, "userId", "userId", None, id="a key's blank cell"),
        pytest.param({"userId": {}}, "", "userId", {}, id="a key's empty object"),
        pytest.param({}, "userId.id", "userId", {}, id="a blank cell below a key"),
        pytest.param({"userId": {"id": "1"}}, "", "userId", {"id": "1"}, id="one below a key"),
        pytest.param({"userId": {"id": "1"}}, "userId", "userId", {"id": "1"}, id="both columns"),
        pytest.param({"userId": []}, "", "userId", [], id="something else than a key"),
        pytest.param({}, "currencyId.id", "currencyId", {}, id="the currency is in question"),
        pytest.param({}, "currencyId", "currencyId", None, id="no currency at all"),
        pytest.param({}, "reasonId", "reasonId", None, id="no reason at all"),
        pytest.param({"reasonId": {}}, "", "reasonId", {}, id="a reason that says nothing"),
        pytest.param({}, "reasonId.regionId.groupTypeId", "reasonId", None, id="its own column"),
        pytest.param(
            {"reasonId": {"id": "R"}}, "", "reasonId", {"id": "R", **REASON}, id="a reason"
        ),
        pytest.param(
            {"reasonId": {"id": "R"}}, "reasonId.regionId", "reasonId", {"id": "R"}, id="half a one"
        ),
        pytest.param({"reasonId": [{"id": "R"}]}, "", "reasonId", [{"id": "R"}], id="a list"),
        pytest.param({"new": {"a": [True, {"b": "ö"}]}}, "", "new", {"a": [True, {"b": "ö"}]}),
        pytest.param({"adjustments": []}, "", "adjustments", [], id="an empty list is said"),
    ],
)
def test_a_column_goes_before_what_stands_in_for_it(
    values: dict[str, Any], columns: str, name: str, expected: object
) -> None:
    """Where the sheet has a column, its cell says it, a blank one too; None: left out."""
    details = EnactorDetails(header=some_fields(values, columns))

    header = told(an_order(), details, EnactorOptions(currency="SEK"))["customerOrderHeader"]

    assert typed(header.get(name)) == typed(expected)
    assert (name in header) == (expected is not None)


@pytest.mark.parametrize(
    ("positions", "expected"),
    [
        ([], ["a", "b", "c"]),
        ([1, 2, 3], ["A1", "B2", "C3"]),
        ([2], ["a", "B1", "c"]),
        ([3, 1], ["b", "C1", "A2"]),
        ([None], ["own1", "a", "b", "c"]),
        ([2, None], ["a", "B1", "own2", "c"]),
        ([None, 3, None], ["own1", "a", "b", "C2", "own3"]),
    ],
)
def test_items_are_told_in_the_order_of_enactors_sheet(
    positions: list[int | None], expected: list[str]
) -> None:
    """Rows of Items that it does not name keep their places before those that it names."""
    order = an_order(items=(an_item("a"), an_item("b"), an_item("c")))
    rows = [
        EnactorItem(
            position,
            some_fields({"mark": str(number)} | ({} if position else {"productId": {"id": "own"}})),
        )
        for number, position in enumerate(positions, 1)
    ]

    items = lines(order, EnactorDetails(items=tuple(rows)))

    shown = [
        one["productId"]["id"] if "mark" not in one
        else (one["productId"]["id"].upper() if one["productId"]["id"] != "own" else "own")
        + one["mark"]
        for one in items
    ]  # fmt: skip
    assert shown == expected
    assert [one["lineNumber"] for one in items] == list(range(1, len(items) + 1))


def test_an_item_of_its_own_says_no_quantity_or_price_by_itself() -> None:
    """No row of Items stands behind it."""
    row = EnactorItem(None, some_fields({"productId": {"id": "x"}}))

    (item,) = lines(an_order(items=()), EnactorDetails(items=(row,)))

    assert item == {
        "customerOrderId": "111",
        "lineNumber": 1,
        "productId": {"id": "x"},
        "userId": {},
        "destinationLocationId": {},
        "reasonId": REASON,
    }


def test_an_order_without_products_of_its_own_has_those_of_its_items() -> None:
    """Rows of the sheet first, as they stand there; then those that have no row.

    A row of a product that is not among its items is not told.
    """
    order = an_order(items=(an_item("a"), an_item("b"), an_item("c"), an_item("a")))
    rows = (
        some_fields({"productId": "d", "type": "skuProduct"}),
        some_fields({"productId": "c", "type": "skuProduct"}),
        some_fields({"productId": "a"}, "rangeId"),
    )

    products = told(order, products=rows)["products"]

    assert products == [
        {"productId": "c", "type": "skuProduct", "fasciaId": {}, "rangeId": {}},
        {"productId": "a", "fasciaId": {}},
        {"productId": "b", "fasciaId": {}, "rangeId": {}},
    ]


def test_products_of_its_own_are_all_that_an_order_has() -> None:
    """Whichever products its items are."""
    details = EnactorDetails(products=(some_fields({"productId": "z"}),))

    products = told(an_order(), details, products=[some_fields({"productId": "111"})])["products"]

    assert [one["productId"] for one in products] == ["z"]
    assert order_body(an_order(), details, OPTIONS).product_ids is None


def test_the_parts_of_an_order_make_the_whole() -> None:
    """A snapshot keeps a product once, and it is put into each order that has it."""
    order = an_order(items=(an_item("b"), an_item("a"), an_item("b")))
    row = some_fields({"productId": "a", "type": "skuProduct"})

    bare = order_body(order, None, OPTIONS)
    products = [product_body(row, "a"), product_body(None, "b")]

    assert bare.product_ids == ("b", "a")
    assert "products" not in json.loads(bare.body)["order"]
    assert with_products(bare.body, products) == whole_body(order, None, [row], OPTIONS)
    assert with_products(bare.body, []) == bare.body
    assert with_products(bare.body, products).startswith(b'{"order":{"products":[{')


def test_an_items_product_may_be_none() -> None:
    """It is told without one, and adds no product to the order."""
    rows = (EnactorItem(1, some_fields({}, "productId.id")), EnactorItem(None, some_fields()))

    body = told(an_order(), EnactorDetails(items=rows))

    assert "products" not in body
    assert len(body["customerOrderItems"]) == 2


def test_payments_stand_under_their_kind() -> None:
    """A card's has an address's type, which may say nothing; cash has none."""
    details = EnactorDetails(
        payments=(
            EnactorPayment("customerOrderCashPayment", some_fields({"amount": Decimal(-5)})),
            EnactorPayment(CARD, some_fields({"paymentType": "other"})),
            EnactorPayment(CARD, some_fields({}, "billingAddressContactTypeId paymentType")),
        )
    )

    assert told(an_order("4"), details)["customerOrderPayments"] == [
        {
            "customerOrderCashPayment": {
                "customerOrderId": "4",
                "paymentType": "customerOrderCashPayment",
                "amount": -5,
            }
        },
        {
            CARD: {
                "customerOrderId": "4",
                "paymentType": "other",
                "billingAddressContactTypeId": {},
            }
        },
        {CARD: {"customerOrderId": "4"}},
    ]


def test_adjustments_go_to_the_line_that_they_name() -> None:
    """By its line number as it is told; without one they are the whole order's."""
    order = an_order(items=(an_item("a"), an_item("b")))
    rows = (EnactorItem(2, some_fields({"lineNumber": Decimal(10)})),)
    adjustments = tuple(
        EnactorAdjustment(line, some_fields({"amount": Decimal(amount)}))
        for line, amount in ((10, 1), (None, 2), (1, 3), (10, 4))
    )

    body = told(order, EnactorDetails(items=rows, adjustments=adjustments))

    first, second = (one["item"] for one in body["customerOrderItems"])
    assert first["adjustments"] == [{"amount": 3}]
    assert second["adjustments"] == [{"amount": 1}, {"amount": 4}]
    assert body["customerOrderHeader"]["adjustments"] == [{"amount": 2}]


def test_rows_follow_the_entries_that_a_heading_names() -> None:
    """Of one list, where a shop fills it in both ways."""
    details = EnactorDetails(
        header=some_fields({"address": [{"town": "A"}]}),
        addresses=(some_fields({"town": "B"}),),
    )

    address = told(an_order(), details)["customerOrderHeader"]["address"]

    assert address == [{"town": "A"}, {"town": "B", "countryCodeId": {}}]


@pytest.mark.parametrize(
    ("order", "details", "message"),
    [
        pytest.param(
            an_order(items=(an_item(), an_item(quantity="0.75"))),
            None,
            "line 2: quantity 0.75 is no whole number",
            id="quantity",
        ),
        pytest.param(
            an_order(items=(an_item(price="0.125"),)),
            None,
            "line 1: price 0.125 is finer",
            id="price",
        ),
        pytest.param(
            an_order(items=(an_item(quantity="9223372036854775808"),)),
            None,
            "or too large",
            id="more than a Long",
        ),
        pytest.param(
            an_order(items=(an_item(price="1E+40"),)), None, "or too large", id="a price likewise"
        ),
        pytest.param(
            an_order(),
            EnactorDetails(adjustments=(EnactorAdjustment(2, some_fields()),)),
            "names line 2",
            id="no such line",
        ),
        pytest.param(
            an_order(),
            EnactorDetails(
                items=(EnactorItem(1, some_fields({"lineNumber": {"a": True}})),),
                adjustments=(EnactorAdjustment(1, some_fields()),),
            ),
            "names line 1",
            id="no line number",
        ),
        pytest.param(
            an_order(),
            EnactorDetails(items=(EnactorItem(2, some_fields()),)),
            "no row 2",
            id="no such row",
        ),
        pytest.param(
            an_order(),
            EnactorDetails(header=some_fields({"address": {}}), addresses=(some_fields(),)),
            "address is said twice",
            id="no list",
        ),
    ],
)
def test_an_order_that_has_no_enactor_form_says_why(
    order: CustomerOrder, details: EnactorDetails | None, message: str
) -> None:
    """Half an order in the till is worse than none; nobody is named."""
    with pytest.raises(UnfitError, match=message):
        order_body(order, details, OPTIONS)


def test_a_number_that_is_said_elsewhere_need_not_fit() -> None:
    """A column for quantity and price takes the place of Items'."""
    order = an_order(items=(an_item(quantity="0.75", price="0.125"),))
    row = some_fields({"orderedQty": Decimal(1)}, "unitPrice")

    (item,) = lines(order, EnactorDetails(items=(EnactorItem(1, row),)))

    assert item["orderedQty"] == 1
    assert "unitPrice" not in item


@pytest.mark.parametrize(
    ("exponent", "price", "minor"),
    [(0, "7", 7), (1, "7.5", 75), (2, "1E+2", 10_000), (2, "19.90", 1990), (4, "0.0001", 1)],
)
def test_prices_are_in_minor_units(exponent: int, price: str, minor: int) -> None:
    """As many decimals as the currency has (ISO 4217)."""
    order = an_order(items=(an_item(price=price),))
    options = EnactorOptions(currency_exponent=exponent)

    body = json.loads(order_body(order, None, options).body)

    assert typed(body["order"]["customerOrderItems"][0]["item"]["unitPrice"]) == typed(minor)


@pytest.mark.parametrize(
    ("moment", "milliseconds"),
    [
        ("1970-01-01T00:00:00.000+00:00", 0),
        ("1970-01-01T01:00:00.001+01:00", 1),
        ("1969-12-31T23:59:59Z", -1000),
        ("2018-11-26T09:44:51.000+00:00", 1543225491000),
        ("9999-12-31T23:59:59.999-23:59", 253402387139999),
        ("0001-01-01T00:00:00.000+23:59", -62135683140000),
        ("soon", None),
        (Decimal(20181126), None),
    ],
)
def test_a_search_is_told_when_an_order_was_made(moment: object, milliseconds: int | None) -> None:
    """What is no date and time is served, and found at any time."""
    details = EnactorDetails(header=some_fields({"createdDate": moment}))

    assert order_body(an_order(), details, OPTIONS).created == milliseconds


def test_an_order_may_be_nobodys_and_of_no_type() -> None:
    """Where the cells of these columns are blank."""
    details = EnactorDetails(header=some_fields({}, "customerNumber customerOrderTypeId"))

    assert order_body(an_order(), details, OPTIONS)[2:] == (None, None, None)


def test_rows_that_orders_share_stay_as_they_are() -> None:
    """Those of Products are one for many orders, and nothing of one order gets into another."""
    row = some_fields({"productId": "111", "rangeId": {"id": "r"}, "list": [{"a": {}}]})
    header = some_fields({"adjustments": [], "userId": {"id": "1"}})
    details = EnactorDetails(
        header=header,
        adjustments=(EnactorAdjustment(None, some_fields({"amount": Decimal(1)})),),
    )
    before = copy.deepcopy((details, row))

    first = whole_body(an_order("1"), details, [row], OPTIONS)
    again = whole_body(an_order("1"), details, [row], OPTIONS)

    assert first == again
    assert (details, row) == before


def test_nobody_nests_without_end() -> None:
    """A heading may have a thousand names; a reply has not, and no reader is to be crashed."""
    deep: dict[str, Any] = {"a": True}
    for _ in range(5000):
        deep = {"a": deep}
    within: dict[str, Any] = {"a": True}
    for _ in range(MOST_NESTED - 3):  # order and header are above, one is there already
        within = {"a": within}

    assert "a" in told(an_order(), EnactorDetails(header=Fields(within)))["customerOrderHeader"]
    with pytest.raises(UnfitError, match="nested"):
        order_body(an_order(), EnactorDetails(header=Fields(deep)), OPTIONS)
    with pytest.raises(UnfitError, match="nested"):
        product_body(Fields(deep), "111")


def test_a_list_holds_the_orders_bare() -> None:
    """In "Search Orders", ``orderList`` is a list of orders, without the wrapping of one."""
    bodies = [order_body(an_order(name), None, OPTIONS).body for name in ("1", "2")]

    assert list_body([]) == b'{"orderList":[]}'
    assert json.loads(list_body(bodies)) == {
        "orderList": [json.loads(body)["order"] for body in bodies]
    }


def test_an_error_is_enactors() -> None:
    """Of the members that "Error Message" has, those that a client needs."""
    assert error_body("Fail", 'a "ö"') == '{"errorCode":"Fail","messageText":"a \\"ö\\""}'.encode()


amounts = st.decimals(min_value=0, max_value=10**11, places=4)
plain_items = st.builds(
    lambda quantity, price: OrderItem(ItemId("1"), quantity, price),
    st.one_of(
        st.integers(1, 10**20).map(Decimal), st.decimals(min_value="0.001", max_value=99, places=3)
    ),
    st.one_of(amounts, st.decimals(min_value=0, max_value=10**17, places=2)),
)


@given(st.lists(plain_items, max_size=4), st.integers(0, 4))
def test_a_plain_order_is_fit_exactly_if_it_can_be_written(
    items: list[OrderItem], exponent: int
) -> None:
    """The quick look, when the workbook is read, and the writing, when it is asked for, agree."""
    order = an_order(items=tuple(items))
    options = EnactorOptions(currency_exponent=exponent)

    try:
        written = json.loads(order_body(order, None, options).body, parse_float=pytest.fail)
    except UnfitError:
        assert not is_fit(order, options)
        return
    assert is_fit(order, options)
    for item, one in zip(items, written["order"].get("customerOrderItems", []), strict=True):
        assert Decimal(one["item"]["unitPrice"]).scaleb(-exponent) == item.unit_price
        assert one["item"]["orderedQty"] == item.quantity_ordered


values = st.recursive(
    st.one_of(
        st.text(),
        st.booleans(),
        st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(min_size=1), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(values)
def test_whatever_a_cell_holds_comes_out_as_it_went_in(value: object) -> None:
    """Numbers to their last decimal, never by way of a float; texts to the letter."""
    details = EnactorDetails(notes=(Fields({"note": value}, frozenset({"note"})),))

    note = told(an_order(), details)["customerOrderNotes"][0]["note"]

    assert typed(note) == typed(value)
