"""Enactor's sheets, as data: what may stand beside the plain ones.

A heading here is the path of a field of Enactor's order, such as ``locationId.id`` or
``productDescription.string[0].string``, and the sheet says whose field it is. The paths
below are known, with their kinds; any other path is a column too. Sources: Enactor's
page of ``GET /orders/{orderId}`` with its example reply, and the tables of its order
model (docs/enactor.md).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from corsheet.workbook.layout import (
    BUSINESS_UNIT,
    ORDER,
    ORDER_HEADINGS,
    Column,
    Kind,
    SheetLayout,
    fold,
    order_column,
    unit_column,
)

PATH = re.compile(
    r"[A-Za-z_][A-Za-z0-9_]*(?:\[(?:0|[1-9][0-9]?)\])*"
    r"(?:\.[A-Za-z_][A-Za-z0-9_]*(?:\[(?:0|[1-9][0-9]?)\])*)*"
)
"""The path of a field: names with points between them, and places in lists, from 0.

A place has one spelling: ``[00]`` would be the same as ``[0]``.
"""

LONGEST_PATH = 200
"""Characters of a path; Enactor's longest has some fifty."""

MOST_STEPS = 8
"""Names and places of a path: how deep its field is nested. Enactor's deepest has four."""


def is_path(heading: str) -> bool:
    """Tell whether a heading is the path of a field."""
    if len(heading) > LONGEST_PATH or not PATH.fullmatch(heading):
        return False
    return heading.count(".") + heading.count("[") < MOST_STEPS


ITEMS_ROW = "Items row"
"""The column that says which of the order's rows on Items a row of Enactor items adds to.

Without the column the line number (``lineNumber``) says it. Empty: none, the item stands
on Enactor items only.
"""

LINE = "Line"
"""The column that says to which line an adjustment belongs; empty: to the whole order."""

PAYMENT = "Payment"
"""The column with the kind of a payment, under which it stands in the reply."""

PRODUCT = "productId"
"""The field that every row of Products has."""

PAYMENT_KINDS = ("customerOrderCardPayment", "customerOrderCashPayment")

STRUCTURE = frozenset({BUSINESS_UNIT, ORDER, ITEMS_ROW, LINE, PAYMENT})
"""The columns that say whose field a row is about; all others are fields."""

CARD_SECRETS = frozenset({"panToken", "hashedPan"})
"""Names of what no workbook should hold: it lets somebody find out, or use, a card's number."""


def is_card_secret(path: str) -> bool:
    """Tell whether a field holds such a secret, wherever it stands and in any capitals."""
    name = path.rpartition(".")[2].partition("[")[0]
    return fold(name) in {fold(secret) for secret in CARD_SECRETS}


def _paths(kind: Kind, paths: str) -> Iterator[Column]:
    for path in paths.split():
        yield Column(path, kind, (), required=False)


def _keys(paths: str) -> Iterator[Column]:
    """Give keys: an object with the id, or one with nothing in it."""
    for path in paths.split():
        yield Column(path, Kind.EMPTY, (), required=False)
        yield Column(f"{path}.id", Kind.TEXT, (), required=False)


def _reason() -> Iterator[Column]:
    yield from _keys("reasonId")
    yield from _paths(Kind.TEXT, "reasonId.regionId.id reasonId.regionId.groupTypeId")


def _group(path: str) -> Iterator[Column]:
    """Give a key into one of Enactor's groups of products."""
    parts = "groupTypeId groupHierarchyId variantGroupTypeId variantGroupId variantGroupHierarchyId"
    yield from _keys(path)
    yield from _paths(Kind.TEXT, " ".join(f"{path}.{part}" for part in parts.split()))


def _description(path: str) -> Iterator[Column]:
    for number in range(2):
        parts = ("country", "language", "string")
        yield from _paths(Kind.TEXT, " ".join(f"{path}.string[{number}].{p}" for p in parts))


HEADER = SheetLayout(
    "Enactor header",
    ("Enactor orders", "Enactor huvud", "customerOrderHeader"),
    (
        unit_column(),
        order_column(),
        *_paths(Kind.TEXT, "customerOrderTypeId referenceId internalReferenceId"),
        *_keys("locationId userId authorisedByUserKey"),
        *_paths(Kind.MOMENT, "createdDate completedDate"),
        *_keys("preferredContactTypeKey notificationContactTypeKey"),
        *_paths(Kind.ID, "customerNumber"),
        *_paths(Kind.TEXT, "customerTitle customerFirstName customerSurname customerPostcode"),
        *_keys("currencyId"),
        *_paths(Kind.MINOR, "orderValue balanceOwed totalPayments"),
        *_paths(Kind.NUMBER, "taxAmount"),
        *_paths(Kind.YES_NO, "taxInclusive voided"),
        *_paths(Kind.EPOCH, "totalsLastCalculated lastUpdated"),
        *_paths(Kind.TEXT, "status"),
        *_keys("lastUpdatedByUserKey deviceId"),
        *_reason(),
    ),
    is_open=True,
)
ENACTOR_ITEMS = SheetLayout(
    "Enactor items",
    ("Enactor rader", "customerOrderItems"),
    (
        unit_column(),
        order_column(),
        Column(ITEMS_ROW, Kind.WHOLE, ("Item row", "Rad på Items"), required=False),
        *_paths(Kind.WHOLE, "lineNumber sourceLineNumber parentLineNumber fulfilmentId"),
        *_paths(Kind.ID, "productId.id"),
        *_keys("userId locationId destinationLocationId"),
        *_paths(Kind.MOMENT, "createdDate"),
        *_paths(Kind.EPOCH, "lastUpdated"),
        *_paths(Kind.WHOLE, "orderedQty reservedQty shippedQty"),
        *_paths(Kind.MINOR, "unitPrice netPrice effectiveNetValue"),
        *_paths(Kind.NUMBER, "taxAmount"),
        *_paths(Kind.TEXT, "status"),
        *_paths(Kind.YES_NO, "voided"),
        *_reason(),
    ),
    is_open=True,
)
PRODUCTS = SheetLayout(
    "Products",
    ("Enactor products", "Produkter"),
    (
        unit_column(),
        order_column(required=False),
        Column(PRODUCT, Kind.ID, ()),
        *_paths(Kind.TEXT, "type"),
        *_description("productDescription"),
        *_description("productLongDescription"),
        *_paths(Kind.TEXT, "productInfo imageURL status styleId"),
        *_paths(
            Kind.EMPTY,
            "posDetails.operatorMessage posDetails.customerMessage posDetails.receiptMessage",
        ),
        *_paths(
            Kind.WHOLE,
            "posDetails.cashierAgeRestrict posDetails.numberCopyReceipts posDetails.maxDiscount"
            " posDetails.maxEmployeeDiscount posDetails.returnsTimeLimit"
            " posDetails.maxQtyPerTransaction posDetails.customerAgeRestriction",
        ),
        *_paths(
            Kind.YES_NO,
            "posDetails.productOptionSetDetails.isTemplate posDetails.isTemplate isTemplate"
            " taxExemptProhibited exportDetails.notForExport exportDetails.isTemplate"
            " inventoryDetails.allowForLoan inventoryDetails.allowCustomerOrder"
            " inventoryDetails.allowPurchaseOrder inventoryDetails.customerOrderOnly"
            " inventoryDetails.directToStoreDelivery inventoryDetails.isStocked"
            " inventoryDetails.isTemplate productDimensions.isTemplate warrantyDetails.isTemplate",
        ),
        *_paths(Kind.EPOCH, "lastUpdated"),
        *_paths(
            Kind.TEXT,
            "inventoryDetails.warehouseUnitOfMeasureId salesUnitOfMeasureId"
            " inventoryUnitOfMeasureId",
        ),
        *_paths(Kind.MINOR, "standardCostPrice"),
        *_paths(Kind.NUMBER, "standardMargin"),
        *_keys("fasciaId imageFilenameId taxGroupId"),
        *_paths(Kind.TEXT, "imageFilenameId.category imageFilenameId.type"),
        *_group("mmGroupId"),
        *_group("brandId"),
        *_keys("rangeId measureSystemId seasonId colourId sizeId"),
        *_paths(Kind.TEXT, "colourId.colourRangeId sizeId.sizeRangeId"),
    ),
    is_open=True,
)
PAYMENTS = SheetLayout(
    "Payments",
    ("Enactor payments", "Betalningar", "customerOrderPayments"),
    (
        unit_column(),
        order_column(),
        Column(PAYMENT, Kind.TEXT, ("Betalning",), words=PAYMENT_KINDS),
        *_paths(Kind.WHOLE, "paymentNumber"),
        *_paths(Kind.TEXT, "paymentType status"),
        *_paths(Kind.MINOR, "amount foreignValue refundAvailable"),
        *_paths(Kind.NUMBER, "exchangeRate"),
        *_paths(Kind.YES_NO, "isRefund voided isPreAuth hostAuthorised hostDeclined"),
        *_paths(Kind.YES_NO, "isManuallyRecorded"),
        *_paths(Kind.MOMENT, "createdDate"),
        *_paths(Kind.EPOCH, "lastUpdated"),
        *_paths(
            Kind.TEXT,
            "cardDetails.cardDescription cardDetails.panToken cardDetails.panIIN"
            " cardDetails.mangledPAN cardDetails.hashedPan",
        ),
        *_keys("billingAddressContactTypeId currencyId userId"),
        *_paths(Kind.TEXT, "tenderId.tenderId"),
        *_keys("tenderId.groupId"),
        *_paths(Kind.TEXT, "tenderId.groupId.groupTypeId tenderId.groupId.groupHierarchyId"),
    ),
    is_open=True,
)
PAYMENTS_BY_TYPE = replace(
    PAYMENTS,
    columns=tuple(
        replace(column, spellings=(*column.spellings, "paymentType"))
        if column.name == PAYMENT
        else column
        for column in PAYMENTS.columns
        if column.name != "paymentType"
    ),
)
"""Payments without the column Payment: ``paymentType``, which Enactor sends too, says the kind."""

NOTES = SheetLayout(
    "Notes",
    ("Enactor notes", "Noteringar", "customerOrderNotes"),
    (
        unit_column(),
        order_column(),
        *_paths(Kind.WHOLE, "lineNumber messageNumber"),
        *_paths(Kind.TEXT, "type note"),
        *_keys("locationId userId"),
        *_paths(Kind.EPOCH, "lastUpdated"),
    ),
    is_open=True,
)
ADJUSTMENTS = SheetLayout(
    "Adjustments",
    ("Enactor adjustments", "Justeringar"),
    (
        unit_column(),
        order_column(),
        Column(LINE, Kind.WHOLE, ("lineNumber", "Rad"), required=False),
        *_paths(Kind.WHOLE, "adjustmentNumber fulfilmentId"),
        *_paths(Kind.TEXT, "adjustmentType adjustmentDetail description"),
        *_paths(Kind.MINOR, "amount"),
        *_paths(Kind.NUMBER, "percentage taxAmount"),
        *_paths(Kind.YES_NO, "canCancel voided"),
        *_paths(Kind.EPOCH, "lastUpdated"),
        *_keys("reasonKey"),
    ),
    is_open=True,
)
ADDRESSES = SheetLayout(
    "Addresses",
    ("Enactor addresses", "Adresser"),
    (
        unit_column(),
        order_column(),
        *_keys("typeId"),
        *_paths(Kind.TEXT, "street1 street2 street3 town postCode county country"),
        *_paths(Kind.TEXT, "email mobilePhone phone1"),
        *_keys("countryCodeId"),
        *_paths(Kind.YES_NO, "isTemplate"),
        *_paths(Kind.EPOCH, "lastUpdated"),
    ),
    is_open=True,
)
ENACTOR_SHEETS = (HEADER, ENACTOR_ITEMS, PRODUCTS, PAYMENTS, NOTES, ADJUSTMENTS, ADDRESSES)

BEHIND = re.compile(r"[.\[]")
"""What stands behind the beginning of a path that is the path of what is around the field."""


def value_around(layout: SheetLayout, path: str) -> Column | None:
    """Give the known field within which a path would lie that has nothing within; None: none.

    Within a text or a number there can be neither members nor entries, and no entries
    within an object.

    Args:
        layout: One of Enactor's sheets.
        path: Of any field.
    """
    known = _fields_by_name(layout)
    for end in BEHIND.finditer(path):
        column = known.get(fold(path[: end.start()]))
        if column is not None and (column.kind is not Kind.EMPTY or end[0] == "["):
            return column
    return None


@lru_cache(maxsize=16)
def _fields_by_name(layout: SheetLayout) -> Mapping[str, Column]:
    """Give the known fields by their paths, folded; the order's id is one on every sheet."""
    order = next(column for column in layout.columns if column.name == ORDER)
    fields = {fold(c.name): c for c in layout.columns if c.name not in STRUCTURE}
    return {**fields, fold(order.spellings[0]): order}


NAMED_FOR_ENACTOR = frozenset({HEADER.name, ENACTOR_ITEMS.name})
"""Sheets that are surely Enactor's by their names. Others may have a sheet "Notes" of their own:

one that has not the headings it must have is left alone without a word.
"""

OTHER_LAYOUTS: Mapping[str, tuple[SheetLayout, ...]] = {PAYMENTS.name: (PAYMENTS_BY_TYPE,)}
"""How else a sheet may be laid out, where its heading row is not one of the usual layout."""

PRODUCT_HEADING = frozenset({fold(PRODUCT)})
"""What stands above products, which need no order beside them."""


def table_headings(sheet: str) -> frozenset[str]:
    """Give the headings, folded, that an Excel table with rows of ours has one of.

    Args:
        sheet: The name of the sheet that the table stands on.
    """
    return ORDER_HEADINGS | PRODUCT_HEADING if PRODUCTS.matches(fold(sheet)) else ORDER_HEADINGS
