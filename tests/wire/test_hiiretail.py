"""Hii Retail's bytes: what an order becomes on the wire, and what a search may say."""

import json
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corsheet.model import (
    AdditionalInformation,
    BusinessUnitId,
    CustomerAccountId,
    CustomerId,
    CustomerOrder,
    CustomerOrderId,
    Discount,
    InvoicePaymentInstruction,
    ItemId,
    OrderItem,
    RewardType,
)
from corsheet.wire.hiiretail import (
    MOST_NESTED,
    BadQueryError,
    SearchQuery,
    order_body,
    order_summary,
    read_order,
    search_body,
    search_query,
)
from tests.support.orders import an_item, an_order, published_order

SAMPLES = Path(__file__).parent.parent / "data"


def test_the_published_order_has_the_published_bytes() -> None:
    """The sample, in the order of its members, once its layout is taken off."""
    sample = json.loads((SAMPLES / "hiiretail-order.json").read_bytes())

    assert order_body(published_order()) == json.dumps(sample, separators=(",", ":")).encode()


def test_the_published_search_has_the_published_bytes() -> None:
    """Likewise for what a search tells."""
    sample = json.loads((SAMPLES / "hiiretail-search-response.json").read_bytes())

    body = search_body([order_summary(an_order("111", customer="111"))])

    assert body == json.dumps(sample, separators=(",", ":")).encode()


def test_what_an_order_has_not_is_left_out() -> None:
    """Optional members are absent, never null and never empty."""
    assert order_body(an_order("7", customer="8")) == (
        b'{"customerOrder":{"customerOrderId":"7","customerId":"8","status":"CREATED",'
        b'"items":[{"itemId":"111","quantityOrdered":1,"unitPrice":100}]}}'
    )


def test_an_order_without_items_has_an_empty_list() -> None:
    """``items`` is required by the contract."""
    order = json.loads(order_body(an_order(items=())))["customerOrder"]

    assert order["items"] == []


def test_an_invoice_without_information_has_none_on_the_wire() -> None:
    """``additionalInformation`` is optional within ``invoicePaymentInstructions``."""
    invoice = InvoicePaymentInstruction(
        customer_account_id=CustomerAccountId("9"), invoicing_amount=Decimal("0.5")
    )

    order = json.loads(order_body(an_order(invoice_payment_instruction=invoice)))["customerOrder"]

    assert order["invoicePaymentInstructions"] == {
        "customerAccountId": "9",
        "invoicingAmount": 0.5,
    }


def test_information_keeps_its_order_and_all_its_members() -> None:
    """Each line has all four members, in sheet order."""
    lines = tuple(
        AdditionalInformation(
            information_id=name,
            value=f"{name}-value",
            display_text="shown",
            receipt_label="printed",
        )
        for name in ("b", "a")
    )
    invoice = InvoicePaymentInstruction(
        customer_account_id=CustomerAccountId("9"),
        invoicing_amount=Decimal(1),
        additional_information=lines,
    )

    order = json.loads(order_body(an_order(invoice_payment_instruction=invoice)))["customerOrder"]

    assert order["invoicePaymentInstructions"]["additionalInformation"] == [
        {"id": "b", "value": "b-value", "displayText": "shown", "receiptLabel": "printed"},
        {"id": "a", "value": "a-value", "displayText": "shown", "receiptLabel": "printed"},
    ]


def test_an_item_may_have_a_contribution_and_discounts() -> None:
    """The members that only the page of Hii Retail's mock service shows."""
    discount = Discount(
        discount_id="discountId",
        discount_text="discountText",
        discount_amount=Decimal(100),
        reward_type=RewardType.GLOBAL_ABSOLUTE,
    )
    item = replace(
        an_item("111", "5", "5"), contributed_amount=Decimal(123), discounts=(discount, discount)
    )

    order = json.loads(order_body(an_order(items=(item,))))["customerOrder"]

    told = {
        "discountId": "discountId",
        "discountText": "discountText",
        "discountAmount": 100,
        "rewardType": "GLOBAL_ABSOLUTE",
    }
    assert order["items"] == [
        {
            "itemId": "111",
            "quantityOrdered": 5,
            "unitPrice": 5,
            "contributedAmount": 123,
            "discounts": [told, told],
        }
    ]


def test_a_zero_is_told_and_not_left_out() -> None:
    """Nothing to pay down is something else than no word of a down payment."""
    item = replace(an_item(price="0"), contributed_amount=Decimal(0))

    body = order_body(
        an_order(minimum_down_payment_amount=Decimal("0.00"), is_locked=True, items=(item,))
    )

    assert b'"minimumDownPaymentAmount":0,' in body
    assert b'"isLocked":true,' in body
    assert b'"unitPrice":0,"contributedAmount":0}' in body


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("100", b"100"),
        ("100.0", b"100"),
        ("100.00", b"100"),
        ("1E+2", b"100"),
        ("1E+13", b"10000000000000"),
        ("19.99", b"19.99"),
        ("19.90", b"19.9"),
        ("0.1", b"0.1"),
        ("0.10", b"0.1"),
        ("1E-7", b"0.0000001"),
        ("0", b"0"),
        ("-0", b"0"),
        ("0E-20", b"0"),
        ("123456789012.345", b"123456789012.345"),
        ("999999999999999", b"999999999999999"),
    ],
)
def test_an_amount_is_written_as_one_would_by_hand(amount: str, text: bytes) -> None:
    """No point without decimals, no zeros behind, no exponent; made of the decimal."""
    body = order_body(an_order(minimum_down_payment_amount=Decimal(amount)))

    assert b'"minimumDownPaymentAmount":' + text + b"," in body


@pytest.mark.parametrize(
    "text", ['"', "\\", "\n\t\b", "Å¿日本", "\u2028", "</script>", "\x7f", "😀"]
)
def test_any_text_comes_out_as_it_went_in(text: str) -> None:
    """Quotes and line breaks are escaped, other letters are UTF-8."""
    body = order_body(an_order(status=text))

    assert json.loads(body)["customerOrder"]["status"] == text
    assert b"\n" not in body


ids = st.text(min_size=1, max_size=8)
amounts = st.decimals(min_value=0, max_value=10**12, allow_nan=False, allow_infinity=False)
discounts = st.builds(
    Discount,
    discount_id=ids,
    discount_text=st.text(),
    discount_amount=amounts,
    reward_type=st.text(),
)
items = st.builds(
    OrderItem,
    ids.map(ItemId),
    amounts.filter(bool),
    amounts,
    st.none() | amounts,
    st.lists(discounts, max_size=2).map(tuple),
)
information = st.builds(
    AdditionalInformation,
    information_id=ids,
    value=st.text(),
    display_text=st.text(),
    receipt_label=st.text(),
)
invoices = st.builds(
    InvoicePaymentInstruction,
    customer_account_id=ids.map(CustomerAccountId),
    invoicing_amount=amounts,
    additional_information=st.lists(information, max_size=2).map(tuple),
)
orders = st.builds(
    CustomerOrder,
    business_unit_id=ids.map(BusinessUnitId),
    customer_order_id=ids.map(CustomerOrderId),
    customer_id=ids.map(CustomerId),
    status=st.text(),
    items=st.lists(items, max_size=3).map(tuple),
    minimum_down_payment_amount=st.none() | amounts,
    is_locked=st.none() | st.booleans(),
    invoice_payment_instruction=st.none() | invoices,
)


@given(orders)
def test_what_is_written_is_read_back(order: CustomerOrder) -> None:
    """To the last decimal and the last letter: Enactor's replies are made of these bytes."""
    body = order_body(order)

    assert read_order(body, order.business_unit_id) == order
    assert order_body(read_order(body, order.business_unit_id)) == body


def test_summaries_are_joined_as_they_stand() -> None:
    """In the order given; none gives an empty list."""
    one, two = order_summary(an_order("1")), order_summary(an_order("2", status="HELD"))

    assert search_body([]) == b'{"customerOrders":[]}'
    assert json.loads(search_body([two, one])) == {
        "customerOrders": [
            {"customerOrderId": "2", "customerId": "222", "status": "HELD"},
            {"customerOrderId": "1", "customerId": "222", "status": "CREATED"},
        ]
    }


@pytest.mark.parametrize(
    ("body", "customer"),
    [
        (b'{"customerId":"111"}', "111"),
        (b' \r\n{ "customerId" : "111" }\t', "111"),
        (b'{"customerId":" 111 "}', "111"),
        ('{"customerId":"\u00a0\u200b111\ufeff"}'.encode(), "111"),
        ('{"customerId":"FO\u0308RENINGEN"}'.encode(), "FÖRENINGEN"),
        (b'{"customerId":"F\\u00d6RENINGEN"}', "FÖRENINGEN"),
        (b'{"customerId":"\\ud83d\\ude00"}', "😀"),
        (b'{"customerId":"a b/c:d"}', "a b/c:d"),
        (b'{"customerId":"111","skip":0,"take":10,"more":{"deep":[1,null]}}', "111"),
        (b'{"customerid":"2","customerId":"111","CUSTOMERID":3}', "111"),
        (b'{"customerId":"[[[[{{{{\\"[["}', '[[[[{{{{"[['),
    ],
)
def test_a_search_names_a_customer(body: bytes, customer: str) -> None:
    """The id is normalised as the workbook's is; other members do not matter."""
    assert search_query(body) == SearchQuery(customer)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        pytest.param(b"", "", id="empty"),
        pytest.param(b" \r\n\t", "", id="blank"),
        pytest.param(b"customerId=111", "", id="a form"),
        pytest.param(b"{'customerId':'111'}", "", id="single quotes"),
        pytest.param(b'{"customerId":"111",}', "", id="comma too many"),
        pytest.param(b'{"customerId":"111"} {}', "", id="two values"),
        pytest.param(b'{"customerId":"111"', "", id="cut off"),
        pytest.param(b'"111"', "", id="a text"),
        pytest.param(b"111", "", id="a number"),
        pytest.param(b"null", "", id="null"),
        pytest.param(b'[{"customerId":"111"}]', "", id="a list"),
        pytest.param(b"{}", "customerId", id="no member"),
        pytest.param(b'{"CustomerId":"111"}', "customerId", id="other case"),
        pytest.param(b'{"customerId":null}', "customerId", id="null member"),
        pytest.param(b'{"customerId":111}', "customerId", id="number member"),
        pytest.param(b'{"customerId":true}', "customerId", id="truth member"),
        pytest.param(b'{"customerId":["111"]}', "customerId", id="list member"),
        pytest.param(b'{"customerId":""}', "customerId", id="empty id"),
        pytest.param('{"customerId":" \u00a0\u200b"}'.encode(), "customerId", id="blank id"),
        pytest.param(b'{"customerId":"1\\u00001"}', "customerId", id="NUL"),
        pytest.param(b'{"customerId":"1\\n1"}', "customerId", id="line break"),
        pytest.param(b'{"customerId":"1\\u00851"}', "customerId", id="C1 control"),
        pytest.param(b'{"customerId":"1\n1"}', "", id="bare line break"),
        pytest.param(b'{"customerId":"\\ud800"}', "customerId", id="lone surrogate"),
        pytest.param(
            b'{"customerId":"\\udc00\\ud800"}', "customerId", id="surrogates the wrong way"
        ),
        pytest.param(b'\xef\xbb\xbf{"customerId":"111"}', "", id="BOM"),
        pytest.param('{"customerId":"111"}'.encode("utf-16"), "", id="UTF-16"),
        pytest.param('{"customerId":"111"}'.encode("utf-16-le"), "", id="UTF-16 without BOM"),
        pytest.param('{"customerId":"ö"}'.encode("latin-1"), "", id="Latin-1"),
        pytest.param(b'{"customerId":"\xed\xa0\x80"}', "", id="surrogate in UTF-8"),
        pytest.param(b'{"customerId":NaN}', "", id="NaN"),
        pytest.param(b'{"customerId":"111","x":Infinity}', "", id="Infinity"),
        pytest.param(b'{"customerId":"111","x":-Infinity}', "", id="-Infinity"),
        pytest.param(b'{"customerId":"111","customerId":"111"}', "", id="repeated"),
        pytest.param(b'{"customerId":"111","customer\\u0049d":"222"}', "", id="repeated, escaped"),
        pytest.param(b'{"customerId":"111","x":{"a":1,"a":2}}', "", id="repeated inside"),
        pytest.param(b"[" * 50_000, "", id="50,000 deep"),
        pytest.param(
            b'{"customerId":"111","x":' + b"[" * 9_000 + b"]" * 9_000 + b"}", "", id="closed"
        ),
        pytest.param(b'{"a":' * 9_000 + b"1" + b"}" * 9_000, "", id="deep objects"),
        pytest.param(b'{"customerId":"111","x":' + b"9" * 9_000 + b"}", "", id="endless number"),
    ],
)
def test_a_search_that_cannot_be_used_is_refused(body: bytes, field: str) -> None:
    """In words, and by the member at fault where one is; nothing else is raised."""
    with pytest.raises(BadQueryError) as caught:
        search_query(body)

    assert caught.value.field == field
    assert str(caught.value)


def test_nesting_counts_up_to_its_limit() -> None:
    """The object itself is one level; brackets in texts are none."""
    allowed = MOST_NESTED - 1

    body = b'{"customerId":"1","x":' + b"[" * allowed + b'"[[["' + b"]" * allowed + b"}"
    too_deep = body.replace(b'"[[["', b"[]")

    assert search_query(body) == SearchQuery("1")  # type: ignore[arg-type]
    with pytest.raises(BadQueryError, match="nested deeper"):
        search_query(too_deep)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'"' + b'\\"' * 32_000, id="escaped quotes without an end"),
        pytest.param(b'"' * 65_001, id="quotes"),
        pytest.param(b'"' + b"\\" * 65_000, id="backslashes"),
        pytest.param(b'{"customerId":"' + b"\\u0041" * 10_000, id="escapes without an end"),
        pytest.param(b"{" * 65_000, id="braces"),
    ],
)
def test_no_body_within_the_limit_takes_long_to_refuse(body: bytes) -> None:
    """64 KiB cost milliseconds, whatever stands in them: nobody can stall the till."""
    begun = time.perf_counter()

    with pytest.raises(BadQueryError):
        search_query(body)

    assert time.perf_counter() - begun < 1
