"""What a customer order is.

The types follow the reply of Hii Retail's external service ("External Service
Configuration", schema of ``GET …/customer-orders/{customerOrderId}``, read
2026-11; ``contributedAmount`` and ``discounts`` from the page of its mock
service). See docs/contract.md for each field's source.

Every value is frozen, and checked where it is made: nothing downstream checks
again. Amounts are decimals in major units of the business unit's currency
(kronor, not öre), at most 15 significant digits, as Excel keeps them.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple, NewType

BusinessUnitId = NewType("BusinessUnitId", str)
CustomerOrderId = NewType("CustomerOrderId", str)
CustomerId = NewType("CustomerId", str)
CustomerAccountId = NewType("CustomerAccountId", str)
ItemId = NewType("ItemId", str)

EVERY_UNIT = BusinessUnitId("*")
"""The business unit of an order that every unit may ask for."""

_ZERO = Decimal(0)
"""A decimal is compared with it in half the time that a plain 0 takes."""


class OrderStatus(StrEnum):
    """The words Hii Retail knows; an order may carry another, with a warning.

    Source: Hii Retail's JSON schema registry, event customer-order-updates v2.
    """

    CREATED = "CREATED"
    IN_PROGRESS = "IN_PROGRESS"
    CANCELLED = "CANCELLED"
    FULFILLED = "FULFILLED"


class RewardType(StrEnum):
    """The kinds of discount Hii Retail knows; same source and rule as the status."""

    GLOBAL_ABSOLUTE = "GLOBAL_ABSOLUTE"
    NET_PRICE = "NET_PRICE"
    PRICE_REDUCTION = "PRICE_REDUCTION"
    COMBO_REDUCTION = "COMBO_REDUCTION"
    COMBO = "COMBO"
    GLOBAL_PERCENTAGE = "GLOBAL_PERCENTAGE"
    PERCENTAGE = "PERCENTAGE"
    COMBO_PERCENTAGE = "COMBO_PERCENTAGE"


LONGEST_NORMALISED = 4000
"""Characters beyond which a text keeps its form: thousands of marks on a letter take minutes."""


def normalise_id(text: str) -> str:
    """Give the one spelling under which an id is stored and looked up.

    Unicode form C, no-break and other odd spaces made plain, and spaces and
    invisible characters (zero-width space, byte order mark) at both ends
    taken off. Idempotent. The workbook and the request both pass through it,
    so what the manager sees and what the till sends meet.
    """
    if text.isascii():
        return text.strip(" ")
    if len(text) > LONGEST_NORMALISED:
        return text.strip()
    plain = "".join(
        " " if unicodedata.category(c) == "Zs" else c for c in unicodedata.normalize("NFC", text)
    )
    start, end = 0, len(plain)
    while start < end and _is_blank(plain[start]):
        start += 1
    while end > start and _is_blank(plain[end - 1]):
        end -= 1
    return unicodedata.normalize("NFC", plain[start:end])


def _is_blank(character: str) -> bool:
    return character == " " or unicodedata.category(character) == "Cf"


def has_control_characters(text: str) -> bool:
    """Tell whether the text holds a character that no id may hold (C0, DEL, C1)."""
    return not text.isprintable() and any(unicodedata.category(c) == "Cc" for c in text)


def is_whole(number: Decimal) -> bool:
    """Tell whether a finite number is a whole one."""
    return number == number.to_integral_value()


def plain_number(number: Decimal) -> str:
    """Write a number as one would by hand: 100, 19.99, 0.1; never an exponent.

    The form is a JSON number (RFC 8259, section 6) too.
    """
    digits = str(number)
    if "E" in digits:  # of few, and twice as slow
        digits = format(number, "f")
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return "0" if digits == "-0" else digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """A discount on one item.

    Attributes:
        discount_id: Which discount.
        discount_text: What the receipt calls it.
        discount_amount: Major units, finite and >= 0. Whether it is for each
            piece or the whole line is not documented; it is passed on as it stands.
        reward_type: One of ``RewardType``, or another word as it stands.
    """

    discount_id: str
    discount_text: str
    discount_amount: Decimal
    reward_type: str

    def __post_init__(self) -> None:
        _check_amount("discount_amount", self.discount_amount)


@dataclass(frozen=True, slots=True)  # by place too: a workbook has a million of them
class OrderItem:
    """One line of goods.

    Attributes:
        item_id: The article.
        quantity_ordered: Finite and > 0; may have decimals.
        unit_price: Major units, finite and >= 0.
        contributed_amount: Major units, finite and >= 0; None: left out of the reply.
        discounts: In sheet order; empty: left out of the reply.
    """

    item_id: ItemId
    quantity_ordered: Decimal
    unit_price: Decimal
    contributed_amount: Decimal | None = None
    discounts: tuple[Discount, ...] = ()

    def __post_init__(self) -> None:
        if not (self.quantity_ordered.is_finite() and self.quantity_ordered > _ZERO):
            raise ValueError(f"quantity_ordered must be > 0, got {self.quantity_ordered}")
        if not (self.unit_price.is_finite() and self.unit_price >= _ZERO):
            raise ValueError(f"unit_price must be >= 0, got {self.unit_price}")
        if self.contributed_amount is not None:
            _check_amount("contributed_amount", self.contributed_amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdditionalInformation:
    """A line for the operator's screen and the receipt, such as a requisition number."""

    information_id: str
    value: str
    display_text: str
    receipt_label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicePaymentInstruction:
    """Permission to settle an order on the customer's account.

    Where an order has none, the till offers no payment by invoice.

    Attributes:
        customer_account_id: Account to charge. Not the customer id.
        invoicing_amount: Most that may be invoiced; major units, finite and >= 0.
        additional_information: In sheet order; empty: left out of the reply.
    """

    customer_account_id: CustomerAccountId
    invoicing_amount: Decimal
    additional_information: tuple[AdditionalInformation, ...] = ()

    def __post_init__(self) -> None:
        _check_amount("invoicing_amount", self.invoicing_amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerOrder:
    """A customer's order, as the till is told of it.

    Attributes:
        business_unit_id: The store that may ask for it; ``EVERY_UNIT`` for all.
            Part of the path, never of the reply.
        customer_order_id: Unique within its business unit.
        customer_id: Who ordered.
        status: One of ``OrderStatus``, or another word as it stands.
        items: In sheet order.
        minimum_down_payment_amount: Major units, finite and >= 0; None: left out.
        is_locked: The till should not act on the order; None: left out.
        invoice_payment_instruction: None: no payment by invoice.

    Raises:
        ValueError: An amount is negative or not finite, or an id is empty. A
            workbook is checked before it comes here, so this is a bug.
    """

    business_unit_id: BusinessUnitId
    customer_order_id: CustomerOrderId
    customer_id: CustomerId
    status: str
    items: tuple[OrderItem, ...]
    minimum_down_payment_amount: Decimal | None = None
    is_locked: bool | None = None
    invoice_payment_instruction: InvoicePaymentInstruction | None = None

    def __post_init__(self) -> None:
        if not (self.business_unit_id and self.customer_order_id and self.customer_id):
            raise ValueError("an order needs a business unit, an id and a customer")
        _check_amount("minimum_down_payment_amount", self.minimum_down_payment_amount)


@dataclass(frozen=True, slots=True)
class Fields:
    """A row of one of Enactor's sheets: a part of Enactor's order as it will be sent.

    Attributes:
        values: The row's filled cells, nested by the paths in their headings: objects,
            arrays, texts, decimals and truth values.
        columns: Every path that the sheet has a column for. What the plain sheets say, or
            Enactor sends by itself, stands in for other paths only.
    """

    values: Mapping[str, Any]
    columns: frozenset[str] = frozenset()


NO_FIELDS = Fields({})
"""Of a row that is not there."""


class EnactorItem(NamedTuple):
    """A row of *Enactor items*.

    Attributes:
        position: Which of the order's rows on Items it adds to, from 1; None: none, the
            item stands here only.
        fields: What it says.
    """

    position: int | None
    fields: Fields


class EnactorPayment(NamedTuple):
    """A row of *Payments*: the kind, such as ``customerOrderCardPayment``, and what it says."""

    kind: str
    fields: Fields


class EnactorAdjustment(NamedTuple):
    """A row of *Adjustments*: the line number of its item, None: the whole order's."""

    line: int | None
    fields: Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class EnactorDetails:
    """What Enactor's sheets say of one order, beside the plain ones; all in sheet order.

    Attributes:
        header: None: it has no row on *Enactor header*.
        items: Rows of *Enactor items*.
        products: Its own rows of *Products*; empty: it is told those for every order, of
            the products of its items.
        payments: Rows of *Payments*.
        notes: Rows of *Notes*.
        adjustments: Rows of *Adjustments*.
        addresses: Rows of *Addresses*.
    """

    header: Fields | None = None
    items: tuple[EnactorItem, ...] = ()
    products: tuple[Fields, ...] = ()
    payments: tuple[EnactorPayment, ...] = ()
    notes: tuple[Fields, ...] = ()
    adjustments: tuple[EnactorAdjustment, ...] = ()
    addresses: tuple[Fields, ...] = ()


def all_items(items: Sequence[EnactorItem], count: int) -> Iterator[EnactorItem]:
    """Give an order's items as Enactor's clients are told them: its rows on Items, and others.

    Rows that Enactor items do not name keep their places among those that it names.

    Args:
        items: Its rows on Enactor items.
        count: How many it has on Items.
    """
    named = {item.position for item in items}
    rest = (position for position in range(1, count + 1) if position not in named)
    waiting = next(rest, None)
    for item in items:
        while item.position is not None and waiting is not None and waiting < item.position:
            yield EnactorItem(waiting, NO_FIELDS)
            waiting = next(rest, None)
        yield item
    while waiting is not None:
        yield EnactorItem(waiting, NO_FIELDS)
        waiting = next(rest, None)


def _check_amount(name: str, amount: Decimal | None) -> None:
    if amount is not None and not (amount.is_finite() and amount >= _ZERO):
        raise ValueError(f"{name} must be >= 0, got {amount}")
