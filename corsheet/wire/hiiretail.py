"""Hii Retail's external service, as bytes.

Source: Hii Retail, "External Service Configuration" (read 2026-11), which shows
the reply of each of the two calls. Optional fields that an order has not are
left out, never sent as null. See docs/contract.md.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any

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
    has_control_characters,
    normalise_id,
    plain_number,
)

MOST_NESTED = 32
"""Deepest nesting of a request's body; the contract's has one level."""


def order_body(order: CustomerOrder) -> bytes:
    """Write the reply to ``GET …/customer-orders/{customerOrderId}``."""
    optional = ""
    if order.minimum_down_payment_amount is not None:
        amount = plain_number(order.minimum_down_payment_amount)
        optional = f',"minimumDownPaymentAmount":{amount}'
    if order.is_locked is not None:
        optional += ',"isLocked":true' if order.is_locked else ',"isLocked":false'
    if order.invoice_payment_instruction is not None:
        invoice = _invoice(order.invoice_payment_instruction)
        optional += f',"invoicePaymentInstructions":{invoice}'
    items = ",".join(map(_item, order.items))
    return f'{{"customerOrder":{{{_head(order)}{optional},"items":[{items}]}}}}'.encode()


def order_summary(order: CustomerOrder) -> bytes:
    """Write what a search tells of one order."""
    return f"{{{_head(order)}}}".encode()


def search_body(summaries: Iterable[bytes]) -> bytes:
    """Write the reply to ``POST …/customer-orders:search``.

    Args:
        summaries: Ready ones, in sheet order; a piece may hold several with commas between them.
    """
    return b'{"customerOrders":[' + b",".join(summaries) + b"]}"


def _head(order: CustomerOrder) -> str:
    return (
        f'"customerOrderId":{encode_basestring(order.customer_order_id)}'
        f',"customerId":{encode_basestring(order.customer_id)}'
        f',"status":{encode_basestring(order.status)}'
    )


def _item(item: OrderItem) -> str:
    """Write an item; of all that is written there is most of these, so without detours."""
    text = (
        f'{{"itemId":{encode_basestring(item.item_id)}'
        f',"quantityOrdered":{plain_number(item.quantity_ordered)}'
        f',"unitPrice":{plain_number(item.unit_price)}'
    )
    if item.contributed_amount is not None:
        text += f',"contributedAmount":{plain_number(item.contributed_amount)}'
    if item.discounts:
        text += f',"discounts":{_array(_discount(d) for d in item.discounts)}'
    return text + "}"


def _discount(discount: Discount) -> str:
    return _object(
        [
            _member("discountId", discount.discount_id),
            _member("discountText", discount.discount_text),
            f'"discountAmount":{plain_number(discount.discount_amount)}',
            _member("rewardType", discount.reward_type),
        ]
    )


def _invoice(invoice: InvoicePaymentInstruction) -> str:
    members = [
        _member("customerAccountId", invoice.customer_account_id),
        f'"invoicingAmount":{plain_number(invoice.invoicing_amount)}',
    ]
    if invoice.additional_information:
        lines = _array(_information(line) for line in invoice.additional_information)
        members.append(f'"additionalInformation":{lines}')
    return _object(members)


def _information(line: AdditionalInformation) -> str:
    return _object(
        [
            _member("id", line.information_id),
            _member("value", line.value),
            _member("displayText", line.display_text),
            _member("receiptLabel", line.receipt_label),
        ]
    )


def _member(name: str, value: str) -> str:
    return f'"{name}":{encode_basestring(value)}'


def _object(members: Iterable[str]) -> str:
    return f"{{{','.join(members)}}}"


def _array(values: Iterable[str]) -> str:
    return f"[{','.join(values)}]"


def read_order(body: bytes, unit: BusinessUnitId) -> CustomerOrder:
    """Read what ``order_body`` wrote.

    Args:
        body: Of nobody else: it is not checked.
        unit: The order's business unit, which the reply does not say.
    """
    told = json.loads(body, parse_float=Decimal, parse_int=Decimal)["customerOrder"]
    invoice = told.get("invoicePaymentInstructions")
    return CustomerOrder(
        business_unit_id=unit,
        customer_order_id=CustomerOrderId(told["customerOrderId"]),
        customer_id=CustomerId(told["customerId"]),
        status=told["status"],
        items=tuple(map(_read_item, told["items"])),
        minimum_down_payment_amount=told.get("minimumDownPaymentAmount"),
        is_locked=told.get("isLocked"),
        invoice_payment_instruction=None if invoice is None else _read_invoice(invoice),
    )


def _read_item(told: dict[str, Any]) -> OrderItem:
    return OrderItem(
        ItemId(told["itemId"]),
        told["quantityOrdered"],
        told["unitPrice"],
        told.get("contributedAmount"),
        tuple(
            Discount(
                discount_id=one["discountId"],
                discount_text=one["discountText"],
                discount_amount=one["discountAmount"],
                reward_type=one["rewardType"],
            )
            for one in told.get("discounts", ())
        ),
    )


def _read_invoice(told: dict[str, Any]) -> InvoicePaymentInstruction:
    return InvoicePaymentInstruction(
        customer_account_id=CustomerAccountId(told["customerAccountId"]),
        invoicing_amount=told["invoicingAmount"],
        additional_information=tuple(
            AdditionalInformation(
                information_id=line["id"],
                value=line["value"],
                display_text=line["displayText"],
                receipt_label=line["receiptLabel"],
            )
            for line in told.get("additionalInformation", ())
        ),
    )


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What a search asks for."""

    customer_id: CustomerId


class BadQueryError(ValueError):
    """The body of a search cannot be used.

    Attributes:
        field: Its member at fault; empty: the body as a whole.
    """

    def __init__(self, detail: str, field: str = "") -> None:
        super().__init__(detail)
        self.field = field


def search_query(body: bytes) -> SearchQuery:
    """Read the body of a search. Members other than ``customerId`` are ignored.

    Raises:
        BadQueryError: It is not JSON (RFC 8259, UTF-8), not an object, repeats a
            member, or has no ``customerId`` that is a string with something in it.
    """
    if not body.strip():
        raise BadQueryError('the body is empty; send {"customerId": "…"}')
    if _nesting(body) > MOST_NESTED:
        raise BadQueryError(f"the body is nested deeper than {MOST_NESTED} levels")
    try:
        query = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_without_repetition,
            parse_constant=_refuse_constant,
        )
    except BadQueryError:
        raise
    except ValueError as error:
        raise BadQueryError("the body is not JSON in UTF-8") from error
    if not isinstance(query, dict):
        raise BadQueryError("the body is not a JSON object")
    customer_id = query.get("customerId")
    if not isinstance(customer_id, str):
        what = "missing" if "customerId" not in query else "not a string"
        raise BadQueryError(f"customerId is {what}", "customerId")
    wanted = normalise_id(customer_id)
    if not wanted:
        raise BadQueryError("customerId is empty", "customerId")
    if has_control_characters(wanted) or _has_lone_surrogate(wanted):
        raise BadQueryError("customerId holds characters that no id has", "customerId")
    return SearchQuery(CustomerId(wanted))


def _nesting(body: bytes) -> int:
    """Count the deepest nesting, without parsing: what stands in strings is cut out first."""
    # possessive: a string without an end must not be tried from every quote in it
    bare = re.sub(rb'"(?:[^"\\]|\\.)*+"?', b"", body, flags=re.DOTALL)
    depth = deepest = 0
    for sign in re.findall(rb"[\[\]{}]", bare):
        depth += 1 if sign in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _without_repetition(members: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(members)
    if len(found) < len(members):
        raise BadQueryError("the body repeats a member")
    return found


def _refuse_constant(word: str) -> None:
    raise BadQueryError(f"the body holds {word}, which is not JSON")


def _has_lone_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
