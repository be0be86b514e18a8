"""What the columns of Enactor's sheets mean, for the notes on their headings.

Words only, as data. Sources: Enactor's page of ``GET /orders/{orderId}`` with its example
reply, and the tables of its order model (docs/enactor.md); where these say nothing, what
the field's name and its example tell.
"""

from collections.abc import Mapping

from corsheet.workbook.enactor_layout import (
    ADDRESSES,
    ADJUSTMENTS,
    ENACTOR_ITEMS,
    HEADER,
    ITEMS_ROW,
    LINE,
    NOTES,
    PAYMENT,
    PAYMENTS,
    PRODUCTS,
)
from corsheet.workbook.layout import BUSINESS_UNIT, ORDER, Kind

STRUCTURAL: Mapping[str, str] = {
    BUSINESS_UNIT: "The store of the order, as it stands on the sheet Orders."
    " Needed only where two stores have orders with the same id.",
    ORDER: "The id of the order, as it stands on the sheet Orders.",
    ITEMS_ROW: "Which of the order's rows on Items this row adds to: 1 is its first."
    " Left empty: none, the article stands here only.",
    LINE: "The line number of the article that the adjustment belongs to."
    " Left empty: to the whole order.",
    PAYMENT: "What kind of payment it is. Choose it from the list.",
}
"""What belongs in a column that is no field."""

KINDS: Mapping[Kind, str] = {
    Kind.ID: "An id, written as it is, zeros in front too.",
    Kind.TEXT: "A text.",
    Kind.YES_NO: "yes or no.",
    Kind.MINOR: "Money as a whole number of öre or pence: 1990 is 19,90.",
    Kind.WHOLE: "A whole number.",
    Kind.NUMBER: "A number.",
    Kind.EPOCH: "A point in time as a whole number: milliseconds since 1970.",
    Kind.MOMENT: "Date and time as a text, such as 2026-11-21T14:30:00.000+00:00.",
    Kind.EMPTY: "{} where Enactor sends the key with nothing in it.",
    Kind.VALUE: "A text, a number, TRUE or FALSE; {} and [] are an empty object and list.",
}
"""What belongs in a column that is a field, by its kind."""

COMMON: Mapping[str, str] = {
    "createdDate": "When it was made.",
    "lastUpdated": "When it was last changed.",
    "voided": "Whether it was withdrawn and no longer counts.",
    "currencyId.id": "The currency, such as SEK.",
    "taxAmount": "The tax in it.",
}
"""What stands on several sheets, and means the same."""

_CONTACTS = "CX_ORD_CONTACT or CX_ORD_NOTIFICATION"

_ORDER_STATUS = "SUBMITTED, IN_PROGRESS, AVAILABLE, COMPLETED or CANCELLED"
"""The words that Enactor's pages show; there is no full list."""

FIELDS: Mapping[str, Mapping[str, str]] = {
    HEADER.name: {
        **COMMON,
        "createdDate": "When the order was placed. The search goes by it.",
        "customerOrderTypeId": "What type of order it is, such as CUSTOMER_ORDER.",
        "locationId.id": "The store where the order was placed.",
        "userId.id": "Who placed it at the till.",
        "preferredContactTypeKey.id": "Which of the order's rows on Addresses is the one to"
        f" contact: its typeId.id, such as {_CONTACTS}.",
        "notificationContactTypeKey.id": "Which of the order's rows on Addresses is told news of"
        f" the order: its typeId.id, such as {_CONTACTS}.",
        "customerNumber": "The customer, as on the sheet Orders. Only this one is told the order.",
        "customerTitle": "How the customer is addressed, such as MS or MR.",
        "customerFirstName": "The customer's first name.",
        "customerSurname": "The customer's surname.",
        "customerPostcode": "The customer's postcode.",
        "currencyId.id": "The currency of all amounts of the order, such as SEK.",
        "orderValue": "What the whole order is worth.",
        "totalPayments": "The sum of the payments.",
        "balanceOwed": "The payments less the order's value: below 0 where the customer owes"
        " something, as in Enactor's published example.",
        "taxInclusive": "Whether the amounts have the tax in them.",
        "status": f"How far the order has come: {_ORDER_STATUS}. It is sent in place of the"
        " status on Orders.",
    },
    ENACTOR_ITEMS.name: {
        **COMMON,
        "lineNumber": "The number of the line, once in the order.",
        "fulfilmentId": "Which delivery or collection the line belongs to: lines with the same"
        " number are handed over together.",
        "productId.id": "The article, in place of that on Items.",
        "locationId.id": "The store of the line.",
        "orderedQty": "How many were ordered, in place of the quantity on Items.",
        "reservedQty": "How many are put aside for the order.",
        "shippedQty": "How many have left already.",
        "unitPrice": "The price of one without discounts, in place of that on Items.",
        "netPrice": "The price of one before the adjustments of the line.",
        "effectiveNetValue": "The price of one after all discounts.",
        "status": f"How far the line has come: NEW, or a word of orders such as {_ORDER_STATUS}.",
    },
    PRODUCTS.name: {
        **COMMON,
        "productId": "The article, as it stands on the sheet Items.",
        "type": "What type of product it is, such as skuProduct.",
        **{
            f"productDescription.string[{number}].{part}": f"{what} of the {which} description"
            f"{such}."
            for number, which in enumerate(("first", "second"))
            for part, what, such in (
                ("country", "The country", ", such as GB or SE"),
                ("language", "The language", ", such as en or sv"),
                ("string", "The words", ": what the article is called"),
            )
        },
        "status": "LIVE while the product is sold.",
        "inventoryDetails.allowCustomerOrder": "Whether customers may order it.",
        "inventoryDetails.isStocked": "Whether it is kept in stock.",
        "taxGroupId.id": "The group of its tax, such as A.",
        "mmGroupId.id": "The group of products that it belongs to.",
        "mmGroupId.groupTypeId": "What kind of group that is: mmGroup.",
    },
    PAYMENTS.name: {
        **COMMON,
        "paymentNumber": "The number of the payment, once in the order.",
        "amount": "What was paid; above 0 also where it was paid back.",
        "status": "How far the payment has come: COMMITTED, PENDING or REFUNDED.",
        "isRefund": "Whether the sum was paid back to the customer.",
        "cardDetails.cardDescription": "What card it was, such as Mastercard; never its number.",
    },
    NOTES.name: {
        **COMMON,
        "messageNumber": "The number of the note, once in the order.",
        "type": "What kind of note it is, such as GENERAL.",
        "note": "The note itself, which whoever is told the order can read.",
        "locationId.id": "The store where it was written.",
    },
    ADJUSTMENTS.name: {
        **COMMON,
        "adjustmentNumber": "The number of the adjustment, once in its line or order.",
        "fulfilmentId": "Which delivery or collection it belongs to.",
        "adjustmentType": "What kind it is: DISCOUNT, PROMOTION, SHIPPING or DELIVERY.",
        "description": "What it is called.",
        "amount": "How large it is; above 0 in Enactor's examples, discounts too.",
        "canCancel": "Whether it may be cancelled.",
    },
    ADDRESSES.name: {
        **COMMON,
        "typeId.id": f"What the address is for: {_CONTACTS}, the words that"
        " preferredContactTypeKey.id and notificationContactTypeKey.id on Enactor header have.",
        "street1": "The street and its number.",
        "street2": "The second line of the address.",
        "town": "The town.",
        "postCode": "The postcode.",
        "country": "The country, in words.",
        "mobilePhone": "The number of a mobile telephone.",
        "isTemplate": "A mark of Enactor's, which is no in its example.",
    },
}
"""What a field means, by sheet and path; not all of them."""
