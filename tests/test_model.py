"""What a customer order is: ids of one spelling, amounts that can be, plain numbers."""

import json
import unicodedata
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corsheet.model import (
    EVERY_UNIT,
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
    has_control_characters,
    normalise_id,
    plain_number,
)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec="utf-8") | st.sampled_from(" \u00a0\u2009\u200b\ufeff\u030aA")))
def test_an_id_that_is_normalised_once_stays_as_it_is(text: str) -> None:
    """Otherwise the workbook and the request could miss each other."""
    once = normalise_id(text)

    assert normalise_id(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == once.strip(" ")


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("42", "42"),
        ("  42 ", "42"),
        ("00042", "00042"),
        ("A\u030asa", "Åsa"),
        ("\u212bsa", "Åsa"),
        ("\u00a042\u2007", "42"),
        ("W\u00a01001", "W 1001"),
        ("\ufeff42\u200b", "42"),
        ("\u200b \u00a042 \ufeff ", "42"),
        ("4\u200b2", "4\u200b2"),
        ("", ""),
        (" \u200b\u00a0", ""),
        ("42\n", "42\n"),
        ("Ab", "Ab"),
    ],
)
def test_an_id_has_one_spelling(text: str, normalised: str) -> None:
    """Form C, plain spaces, none around; case, zeros and the inside are left alone."""
    assert normalise_id(text) == normalised


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Åsa 7/B:3", False),
        ("a\u200bb", False),
        ("a\u00a0b", False),
        ("a\nb", True),
        ("\x00", True),
        ("a\x7f", True),
        ("a\x85b", True),
    ],
)
def test_control_characters_are_told_from_other_odd_ones(text: str, expected: bool) -> None:
    """C0, DEL and C1 may stand in no id; odd spaces are another matter."""
    assert has_control_characters(text) is expected


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("100", "100"),
        ("100.00", "100"),
        ("1E+2", "100"),
        ("19.990", "19.99"),
        ("0.1", "0.1"),
        ("1E-7", "0.0000001"),
        ("0", "0"),
        ("0.00", "0"),
        ("-0.0", "0"),
        ("-5.50", "-5.5"),
        ("9999999999999.99", "9999999999999.99"),
    ],
)
def test_a_number_is_written_as_one_would_by_hand(number: str, written: str) -> None:
    """No exponent, no zeros that say nothing, no minus in front of nought."""
    assert plain_number(Decimal(number)) == written


@settings(max_examples=60, deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15))
def test_a_plain_number_is_a_json_number_of_the_same_value(number: Decimal) -> None:
    """RFC 8259, section 6: the digits go to the wire as they are."""
    written = plain_number(number)

    assert json.loads(written, parse_float=Decimal, parse_int=Decimal) == number
    assert "e" not in written.lower()


def item(**changes: object) -> OrderItem:
    """Make an item, with changes."""
    fields: dict[str, object] = {
        "item_id": ItemId("5001"),
        "quantity_ordered": Decimal(1),
        "unit_price": Decimal("9.90"),
    }
    return OrderItem(**{**fields, **changes})  # type: ignore[arg-type]


def order(**changes: object) -> CustomerOrder:
    """Make an order, with changes."""
    fields: dict[str, object] = {
        "business_unit_id": BusinessUnitId("0001"),
        "customer_order_id": CustomerOrderId("42"),
        "customer_id": CustomerId("10001"),
        "status": "CREATED",
        "items": (item(),),
    }
    return CustomerOrder(**{**fields, **changes})  # type: ignore[arg-type]


def discount(amount: Decimal) -> Discount:
    """Make a discount of an amount."""
    return Discount(
        discount_id="D", discount_text="Ten off", discount_amount=amount, reward_type="PERCENTAGE"
    )


def invoice(amount: Decimal) -> InvoicePaymentInstruction:
    """Make an invoice instruction of an amount."""
    return InvoicePaymentInstruction(
        customer_account_id=CustomerAccountId("900042"), invoicing_amount=amount
    )


def down_payment(amount: Decimal) -> CustomerOrder:
    """Make an order with a down payment."""
    return order(minimum_down_payment_amount=amount)


def price(amount: Decimal) -> OrderItem:
    """Make an item with a price."""
    return item(unit_price=amount)


def contribution(amount: Decimal) -> OrderItem:
    """Make an item with a contributed amount."""
    return item(contributed_amount=amount)


MAKERS = (discount, invoice, down_payment, price, contribution)


@pytest.mark.parametrize("bad", ["-0.01", "-1", "NaN", "sNaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("make", MAKERS)
def test_no_amount_is_negative_or_endless(make: Callable[[Decimal], object], bad: str) -> None:
    """Each amount is checked in its type, so that nothing downstream checks again."""
    with pytest.raises(ValueError, match="must be >= 0"):
        make(Decimal(bad))


@pytest.mark.parametrize("make", MAKERS)
def test_an_amount_may_be_nought(make: Callable[[Decimal], object]) -> None:
    """A free item, or an invoice for nothing, is an order all the same."""
    assert make(Decimal(0)) == make(Decimal("0.00"))


@pytest.mark.parametrize("bad", ["0", "-1", "NaN", "Infinity"])
def test_a_quantity_is_above_nought_and_finite(bad: str) -> None:
    """An item that nobody ordered is no item."""
    with pytest.raises(ValueError, match="quantity_ordered must be > 0"):
        item(quantity_ordered=Decimal(bad))


@pytest.mark.parametrize("name", ["business_unit_id", "customer_order_id", "customer_id"])
def test_an_order_has_a_unit_an_id_and_a_customer(name: str) -> None:
    """Without any of them it could not be asked for."""
    with pytest.raises(ValueError, match="needs a business unit, an id and a customer"):
        order(**{name: ""})


def test_what_is_not_said_of_an_order_is_none_or_empty() -> None:
    """What is left out in the workbook is left out of the reply, never null."""
    plain = order(business_unit_id=EVERY_UNIT, items=())

    assert plain.items == ()
    assert plain.minimum_down_payment_amount is None
    assert plain.is_locked is None
    assert plain.invoice_payment_instruction is None
    assert invoice(Decimal(1)).additional_information == ()
    assert (item().contributed_amount, item().discounts) == (None, ())


def test_values_cannot_be_changed() -> None:
    """What a request reads cannot be altered by another."""
    line = AdditionalInformation(information_id="a", value="b", display_text="c", receipt_label="d")

    for value, name in ((order(), "status"), (item(), "unit_price"), (line, "value")):
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, None)
