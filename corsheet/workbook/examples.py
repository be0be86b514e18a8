"""The example orders of the template: a builder's merchant with three stores."""

from collections.abc import Iterator
from decimal import Decimal

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
)

_PRICES = {
    "0100417": "49.90",  # screws, a box
    "0100425": "129",  # fittings
    "0211030": "389",  # paint, 3 l
    "0211031": "1249.50",  # paint, 10 l
    "0307700": "18.95",  # timber, by the metre
    "0307712": "27.40",
    "0412009": "4995",  # a door
    "0412010": "5695",
    "0520001": "0.75",  # a nail
    "0608881": "2199",  # a drill
    "TRP-ÖREBRO": "595",  # carriage
    "VVS-2200": "849.90",
}
"""Item and unit price."""

_ORDERS = (
    # unit, order, customer, status, down payment, locked, items as item*quantity
    ("0001", "000042", "10001", "CREATED", "500", False, "0412009*1 0100417*2 TRP-ÖREBRO*1"),
    ("0001", "000043", "10002", "CREATED", None, False, "0307700*24.5 0100417*4"),
    ("0001", "000044", "10001", "IN_PROGRESS", None, None, "0211030*2 0211031*1"),
    ("0001", "000045", "FÖRENINGEN-7", "CREATED", None, False, "0520001*400"),
    ("0001", "000046", "10003", "FULFILLED", None, None, "0608881*1"),
    ("0001", "000047", "10004", "CANCELLED", None, None, "0412010*1 0100425*3"),
    ("0001", "000048", "10005", "CREATED", "1500", True, "0412010*2 0412009*2 TRP-ÖREBRO*1"),
    ("0001", "000049", "10006", "CREATED", None, None, "VVS-2200*1"),
    ("0001", "000050", "10002", "CREATED", None, None, "0307712*60 0307700*60 0100417*10"),
    ("0001", "000051", "10007", "IN_PROGRESS", "200", False, "0211031*4"),
    ("0007", "000042", "20001", "CREATED", None, False, "0100425*12"),
    ("0007", "070001", "20002", "CREATED", None, None, "0211030*6 0100417*1"),
    ("0007", "070002", "20003", "CREATED", "750", False, "0608881*1 0100425*2"),
    ("0007", "070003", "20001", "IN_PROGRESS", None, None, "0307700*112.25"),
    ("0007", "070004", "BYGG-ÅSEN", "CREATED", None, None, "0412009*6 TRP-ÖREBRO*2"),
    ("0007", "070005", "20004", "CREATED", None, None, "0520001*1000 0100417*20"),
    ("0007", "070006", "20005", "FULFILLED", None, None, "VVS-2200*2"),
    ("0007", "070007", "20006", "CREATED", None, True, "0211031*1"),
    ("0007", "070008", "20002", "CREATED", None, None, "0307712*8"),
    ("0007", "070009", "20007", "CANCELLED", None, None, "0608881*1"),
    ("0042", "W-1001", "30001", "CREATED", None, None, "VVS-2200*1 0100417*1"),
    ("0042", "W-1002", "30002", "CREATED", "100", False, "0211030*1"),
    ("0042", "W-1003", "30003", "CREATED", None, None, "0412010*1 TRP-ÖREBRO*1"),
    ("0042", "W-1004", "HSB-MÄLAREN", "IN_PROGRESS", None, None, "0211031*12 0100417*6"),
    ("0042", "W-1005", "30001", "CREATED", None, None, "0307700*3.6"),
    ("0042", "W-1006", "30004", "CREATED", None, None, "0520001*50 0100425*1"),
    ("0042", "W-1007", "30005", "FULFILLED", None, None, "0608881*2"),
    ("0042", "W-1008", "30006", "CREATED", "2500", False, "0412009*3 0412010*3"),
    ("0042", "W-1009", "30007", "CREATED", None, None, "0307712*15"),
    ("0042", "W-1010", "30002", "CREATED", None, None, "0100417*100"),
)

_INVOICES = {
    ("0001", "000042"): ("900042", "6000", (("requisition", "RQ-2291", "Requisition number"),)),
    ("0001", "000045"): ("900107", "300", (("project", "Lekplats Åkern", "Project"),)),
    ("0001", "000050"): ("900002", "5000", ()),
    ("0007", "070004"): (
        "910004",
        "40000",
        (("requisition", "4711", "Requisition number"), ("project", "Åsen etapp 2", "Project")),
    ),
    ("0042", "W-1004"): ("920004", "16000", (("marking", "Trapphus B", "Goods marking"),)),
    ("0042", "W-1008"): ("920008", "32000", ()),
}
"""Account, most to be invoiced, and information as id, value and text."""

_DISCOUNTS = {
    ("0001", "000043", "0307700"): ("D-10", "Träveckan 10 %", "1.90", "PERCENTAGE"),
    ("0001", "000048", "0412010"): ("D-500", "Två dörrar", "500", "GLOBAL_ABSOLUTE"),
    ("0007", "070005", "0520001"): ("D-BULK", "Storpack", "0.15", "PRICE_REDUCTION"),
    ("0042", "W-1010", "0100417"): ("D-NET", "Avtalspris", "39.90", "NET_PRICE"),
}

_CONTRIBUTED = {("0001", "000051", "0211031"): "250"}


def example_orders() -> tuple[CustomerOrder, ...]:
    """Make the thirty example orders, in sheet order."""
    return tuple(_orders())


def _orders() -> Iterator[CustomerOrder]:
    for unit, order, customer, status, down_payment, locked, items in _ORDERS:
        yield CustomerOrder(
            business_unit_id=BusinessUnitId(unit),
            customer_order_id=CustomerOrderId(order),
            customer_id=CustomerId(customer),
            status=status,
            minimum_down_payment_amount=None if down_payment is None else Decimal(down_payment),
            is_locked=locked,
            items=tuple(_item(unit, order, item) for item in items.split()),
            invoice_payment_instruction=_invoice(unit, order),
        )


def _item(unit: str, order: str, text: str) -> OrderItem:
    item, _, quantity = text.partition("*")
    discount = _DISCOUNTS.get((unit, order, item))
    contributed = _CONTRIBUTED.get((unit, order, item))
    return OrderItem(
        item_id=ItemId(item),
        quantity_ordered=Decimal(quantity),
        unit_price=Decimal(_PRICES[item]),
        contributed_amount=None if contributed is None else Decimal(contributed),
        discounts=()
        if discount is None
        else (
            Discount(
                discount_id=discount[0],
                discount_text=discount[1],
                discount_amount=Decimal(discount[2]),
                reward_type=discount[3],
            ),
        ),
    )


def _invoice(unit: str, order: str) -> InvoicePaymentInstruction | None:
    if (unit, order) not in _INVOICES:
        return None
    account, amount, information = _INVOICES[unit, order]
    return InvoicePaymentInstruction(
        customer_account_id=CustomerAccountId(account),
        invoicing_amount=Decimal(amount),
        additional_information=tuple(
            AdditionalInformation(
                information_id=name, value=value, display_text=text, receipt_label=text
            )
            for name, value, text in information
        ),
    )
