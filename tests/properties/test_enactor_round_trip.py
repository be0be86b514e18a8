"""Whatever a saved reply of Enactor says, its workbook says again."""

import json
import tempfile
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corsheet.cli import main
from corsheet.model import normalise_id
from corsheet.wire.enactor import EnactorOptions, whole_body
from corsheet.workbook.reading import read_workbook

Json = dict[str, Any]
Parts = st.SearchStrategy[Json]

CHARACTERS = st.characters(
    exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"], exclude_characters="\ufffe\uffff"
)
TEXTS = st.text(CHARACTERS, min_size=1, max_size=12).filter(
    lambda text: text == normalise_id(text) and text not in {"{}", "[]"}
) | st.sampled_from(["00042", "two\nlines", "=1+1", "yes", "TRUE", "1e5", "_x0041_"])
IDS = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=8)
WHOLES = st.integers(0, 10**9)
MINORS = st.integers(-(10**11), 10**11)
EPOCHS = st.integers(0, 4 * 10**12)
NUMBERS = st.decimals(-(10**6), 10**6, places=2).map(float)
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2999, 1, 1)).map(  # noqa: DTZ001 - it is said
    lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}.000+00:00"
)
UNKNOWN: st.SearchStrategy[Any] = st.recursive(
    TEXTS | MINORS | NUMBERS | st.booleans() | st.just({}) | st.just([]),
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(st.sampled_from(["one", "two", "three"]), inner, min_size=1)
    ),
    max_leaves=4,
)
KEYS: st.SearchStrategy[Any] = st.just({}) | st.fixed_dictionaries({"id": IDS})
REASONS = st.sampled_from(
    [{"regionId": {"groupTypeId": "region"}}, {}, {"regionId": {}}, {"id": "7"}]
)


def part(needed: dict[str, Any], **optional: st.SearchStrategy[Any]) -> Parts:
    """Make an object of fields that may be there, and of some that nobody knows."""
    unknown = {"zeta": UNKNOWN, "omega_9": UNKNOWN}
    return st.fixed_dictionaries(
        {
            name: one if isinstance(one, st.SearchStrategy) else st.just(one)
            for name, one in needed.items()
        },
        optional={**optional, **unknown},
    )


ADJUSTMENTS = st.lists(
    part(
        {},
        adjustmentNumber=WHOLES,
        adjustmentType=st.sampled_from(["DISCOUNT", "SHIPPING"]),
        description=TEXTS,
        amount=MINORS,
        percentage=NUMBERS,
        canCancel=st.booleans(),
        reasonKey=KEYS,
    ),
    min_size=1,
    max_size=2,
)
ADDRESSES = st.lists(
    part({}, typeId=KEYS, street1=TEXTS, town=TEXTS, countryCodeId=KEYS, isTemplate=st.booleans()),
    min_size=1,
    max_size=2,
)


def header(order_id: str) -> Parts:
    """Make a header."""
    return part(
        {"customerOrderId": order_id},
        customerOrderTypeId=st.just("CUSTOMER_ORDER") | TEXTS,
        customerNumber=IDS,
        status=st.sampled_from(["SUBMITTED", "COMPLETED", "CREATED", "IN_PROGRESS", "AVAILABLE"]),
        locationId=KEYS,
        userId=KEYS,
        authorisedByUserKey=KEYS,
        lastUpdatedByUserKey=KEYS,
        currencyId=KEYS,
        reasonId=REASONS,
        createdDate=MOMENTS,
        customerSurname=TEXTS,
        orderValue=MINORS,
        taxAmount=NUMBERS,
        voided=st.booleans(),
        lastUpdated=EPOCHS,
        adjustments=ADJUSTMENTS,
        address=ADDRESSES,
    )


def item(order_id: str) -> Parts:
    """Make an item, without a line number."""
    return part(
        {
            "customerOrderId": order_id,
            "productId": st.fixed_dictionaries({"id": st.sampled_from(["A", "B", "0001"])}),
        },
        orderedQty=st.integers(0, 99),
        unitPrice=st.integers(0, 10**7),
        netPrice=MINORS,
        userId=KEYS,
        destinationLocationId=KEYS,
        reasonId=REASONS,
        status=TEXTS,
        voided=st.booleans(),
        adjustments=ADJUSTMENTS,
    )


def payment(order_id: str) -> Parts:
    """Make a payment under its kind."""

    def of_kind(kind: str) -> Parts:
        fields = part(
            {"customerOrderId": order_id},
            paymentType=st.just(kind),
            paymentNumber=WHOLES,
            amount=MINORS.map(abs),
            exchangeRate=NUMBERS,
            billingAddressContactTypeId=KEYS,
            cardDetails=st.just({}) | st.fixed_dictionaries({"cardDescription": TEXTS}),
            isRefund=st.booleans(),
            tenderId=st.fixed_dictionaries({"groupId": KEYS}),
        )
        return st.fixed_dictionaries({kind: fields})

    return st.sampled_from(["customerOrderCardPayment", "customerOrderCashPayment"]).flatmap(
        of_kind
    )


def note(order_id: str) -> Parts:
    """Make a note."""
    return part(
        {"customerOrderId": order_id}, note=TEXTS, lineNumber=WHOLES, userId=KEYS, type=TEXTS
    )


def product(name: str) -> Parts:
    """Make a product; with few fields, so that two orders may say the same of it."""
    described = st.fixed_dictionaries({"language": st.just("en"), "string": TEXTS})
    return part(
        {"productId": name},
        type=st.just("skuProduct"),
        fasciaId=KEYS,
        rangeId=KEYS,
        productDescription=st.fixed_dictionaries(
            {"string": st.lists(described, min_size=1, max_size=3)}
        ),
        posDetails=st.fixed_dictionaries({"receiptMessage": st.just({})}),
        isTemplate=st.booleans(),
        lastUpdated=EPOCHS,
    )


@st.composite
def order(draw: st.DrawFn, order_id: str) -> Json:
    """Make an order of Enactor's form."""
    items = draw(st.lists(item(order_id), min_size=1, max_size=4))
    lines = draw(
        st.just(list(range(1, len(items) + 1)))
        | st.lists(st.integers(0, 20), min_size=len(items), max_size=len(items), unique=True)
    )
    for one, line in zip(items, lines, strict=True):
        if line != 13:  # it has none
            one["lineNumber"] = line
    names = list(dict.fromkeys(one["productId"]["id"] for one in items))
    names += draw(st.sampled_from([[], [], ["another"]]))
    made: Json = {
        "products": [draw(product(name)) for name in draw(st.permutations(names))],
        "customerOrderItems": [{"item": one} for one in items],
        "customerOrderHeader": draw(header(order_id)),
    }
    for name, parts in (("customerOrderPayments", payment), ("customerOrderNotes", note)):
        rows = draw(st.lists(parts(order_id), max_size=2))
        if rows:
            made[name] = rows
    return made


ORDERS = st.lists(
    st.sampled_from(["0001", "3WQG6LAV", "Å-7"]), min_size=1, max_size=3, unique=True
).flatmap(lambda ids: st.tuples(*(order(order_id) for order_id in ids)))


def exact(value: Any) -> Any:
    """Put the type beside each value, since True == 1; numbers are numbers, as in JSON."""
    if isinstance(value, dict):
        return {name: exact(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [exact(inner) for inner in value]
    kind = "number" if isinstance(value, Decimal) else type(value).__name__
    return kind, value


def loaded(text: str | bytes) -> Any:
    """Read JSON with its numbers as they are written."""
    return exact(json.loads(text, parse_int=Decimal, parse_float=Decimal))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(orders=ORDERS)
def test_every_order_comes_back_as_it_was_saved(orders: tuple[Json, ...]) -> None:
    """Each leaf of each of them, of the same type; the command says so, and so it is."""
    texts = [json.dumps(one, ensure_ascii=False) for one in orders]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = [folder / f"{number}.json" for number in range(len(texts))]
        for file, text in zip(files, texts, strict=True):
            file.write_text(f'{{"order":{text}}}', "utf-8")
        target = folder / "orders.xlsx"

        status = main(["import-enactor", *map(str, files), str(target), "--customer", "10001"])

        reading = read_workbook(target.read_bytes())
    told = [
        loaded(whole_body(one, reading.enactor[key], reading.enactor_products, EnactorOptions()))[
            "order"
        ]
        for one in reading.orders
        for key in reading.enactor
        if key.customer_order_id == one.customer_order_id
    ]
    assert told == [loaded(text) for text in texts]
    assert status == 0
