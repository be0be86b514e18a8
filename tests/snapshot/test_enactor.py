"""A snapshot file to Enactor's replies."""

import json
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from corsheet.model import (
    EVERY_UNIT,
    BusinessUnitId,
    CustomerOrder,
    CustomerOrderId,
    EnactorAdjustment,
    EnactorDetails,
)
from corsheet.snapshot import enactor
from corsheet.snapshot.enactor import NOTHING, Found, Query
from corsheet.snapshot.read import Snapshot
from corsheet.wire.enactor import EnactorOptions, whole_body
from corsheet.workbook.orders import OrderKey
from corsheet.workbook.reading import Reading
from tests.support.orders import (
    a_finding,
    a_key,
    a_reading,
    a_snapshot,
    an_item,
    an_order,
    some_fields,
)

OPTIONS = EnactorOptions()
EVERYTHING = Query(
    customer_number=None,
    units=frozenset({EVERY_UNIT}),
    type_id=None,
    earliest=None,
    latest=None,
    offset=0,
    limit=100,
)


def headed(**values: Any) -> EnactorDetails:
    """Make what Enactor's sheets say of an order with a row on Enactor header."""
    return EnactorDetails(header=some_fields(values))


def key_of(order: CustomerOrder) -> OrderKey:
    """Give the key of an order."""
    return OrderKey(order.business_unit_id, order.customer_order_id)


def find(path: Path, order: str) -> list[Found]:
    """Look an order up in a file."""
    with closing(Snapshot(path)) as snapshot:
        return enactor.find(snapshot, CustomerOrderId(order))


def bodies(path: Path, order: str) -> list[bytes]:
    """Look an order up in a file, and give its replies as they are sent."""
    with closing(Snapshot(path)) as snapshot:
        found = enactor.find(snapshot, CustomerOrderId(order))
        return [enactor.whole_body(snapshot, one) for one in found]


def search(path: Path, **changes: Any) -> list[str]:
    """Search a file, and give the ids of the orders that are told."""
    with closing(Snapshot(path)) as snapshot:
        told = enactor.search(snapshot, EVERYTHING._replace(**changes))
    return [json.loads(body)["order"]["customerOrderHeader"]["customerOrderId"] for body in told]


def units(*names: str) -> frozenset[BusinessUnitId]:
    """Name business units."""
    return frozenset(map(BusinessUnitId, names))


def withheld(unit: str = EVERY_UNIT) -> Found:
    """Give what is found of an order that is not told."""
    return Found(BusinessUnitId(unit), is_withheld=True, customer_number=None, bare=NOTHING)


def test_an_order_of_the_plain_sheets_is_made_when_it_is_asked_for(tmp_path: Path) -> None:
    """Its bytes are those of the same order written at once."""
    order = an_order("42", unit="0001", customer="7", items=(an_item(price="19.99"),))
    path = a_snapshot(tmp_path / "s", a_reading(order))

    (found,) = find(path, "42")

    assert found[:3] == ("0001", False, "7")
    assert bodies(path, "42") == [whole_body(order, None, (), OPTIONS)]
    assert find(path, "43") == []


def test_an_order_with_rows_of_its_own_stands_ready(tmp_path: Path) -> None:
    """Written with the options of the reading."""
    order = an_order("42", customer="7")
    details = headed(customerSurname="Ö")
    options = EnactorOptions(type_id="WEB")
    reading = a_reading(order, enactor={key_of(order): details})
    path = a_snapshot(tmp_path / "s", reading, options)

    (found,) = find(path, "42")

    assert found.customer_number == "7"
    assert bodies(path, "42") == [whole_body(order, details, (), options)]


def test_an_order_made_later_is_made_with_the_options_of_the_reading(tmp_path: Path) -> None:
    """Else one reply would be a hundred times the other while the workbook cannot be read anew."""
    plain, own = an_order("41", customer="7"), an_order("42", customer="7")
    options = EnactorOptions(currency_exponent=0, type_id="WEB")
    reading = a_reading(plain, own, enactor={key_of(own): headed(customerSurname="Ö")})
    path = a_snapshot(tmp_path / "s", reading, options)

    assert bodies(path, "41") == [whole_body(plain, None, (), options)]
    assert search(path, type_id="WEB") == ["41", "42"]


def test_one_id_may_stand_in_several_units(tmp_path: Path) -> None:
    """Each is found, by unit; whoever asks chooses."""
    orders = [an_order("1", unit=unit, customer=unit) for unit in ("0002", "0001", EVERY_UNIT)]
    details = {key_of(orders[0]): headed(voided=True)}
    reading = a_reading(*orders, withheld=[a_key("1", "0003")], enactor=details)
    path = a_snapshot(tmp_path / "s", reading)

    found = find(path, "1")

    assert [(one.business_unit_id, one.customer_number) for one in found] == [
        ("*", "*"),
        ("0001", "0001"),
        ("0002", "0002"),
        ("0003", None),
    ]
    assert found[3] == withheld("0003")


PRODUCTS = (
    some_fields({"productId": "c", "type": "skuProduct"}),
    some_fields({"productId": "ö\"'😀"}, "rangeId"),
    some_fields({"productId": "a"}),
)


def an_order_of(order_id: str, *products: str) -> CustomerOrder:
    """Make an order with an item for each of some products."""
    return an_order(order_id, items=tuple(map(an_item, products)))


def test_what_orders_share_of_products_is_put_into_each(tmp_path: Path) -> None:
    """By the places in the sheet, then what has no row; orders of the plain sheets have it too."""
    orders = [
        an_order_of("1", "x", "a", "c", "a"),
        an_order_of("2", "ö\"'😀", "c"),
        an_order_of("3", "y"),
        an_order_of("4", "a", "c"),
        an_order("5", items=()),
    ]
    details = {
        key_of(orders[1]): headed(voided=True),
        key_of(orders[3]): EnactorDetails(products=(some_fields({"productId": "a", "own": True}),)),
    }
    reading = a_reading(*orders, enactor=details, enactor_products=PRODUCTS)
    path = a_snapshot(tmp_path / "s", reading)
    expected = [whole_body(one, details.get(key_of(one)), PRODUCTS, OPTIONS) for one in orders]

    assert [bodies(path, name) for name in "12345"] == [[body] for body in expected]
    with closing(Snapshot(path)) as snapshot:
        assert enactor.search(snapshot, EVERYTHING) == expected
    told = [
        [product["productId"] for product in json.loads(body)["order"].get("products", ())]
        for body in expected
    ]
    assert told == [["c", "a", "x"], ["c", "ö\"'😀"], ["y"], ["a"], []]


def test_a_product_that_many_orders_have_is_kept_once(tmp_path: Path) -> None:
    """Else a small workbook with a long product would fill the disk."""
    long = 100_000
    product = some_fields({"productId": "111", "text": "x" * long})
    orders = [an_order(str(number)) for number in range(50)]
    details = {key_of(one): headed(voided=False) for one in orders[::2]}
    reading = a_reading(*orders, enactor=details, enactor_products=(product,))

    path = a_snapshot(tmp_path / "s", reading)

    assert path.stat().st_size < 2 * long
    with closing(Snapshot(path)) as snapshot:
        found = enactor.search(snapshot, EVERYTHING)
    assert len(found) == len(orders)
    assert all(len(body) > long for body in found)


def test_nothing_of_products_is_kept_where_a_sheet_cannot_be_used(tmp_path: Path) -> None:
    """Nobody is told it."""
    reading = a_reading(an_order("1"), enactor_products=PRODUCTS, enactor_refused=True)
    path = a_snapshot(tmp_path / "s", reading)

    with closing(Snapshot(path)) as snapshot:
        assert snapshot.ask("SELECT count(*) FROM enactor_product") == [(0,)]


def unfit() -> Iterable[Any]:
    """Give readings in which order 1 has no Enactor form, or is not told to its clients."""
    order = an_order("1")
    heavy = replace(order, items=(an_item(quantity="0.5"),))
    fine = replace(order, items=(an_item(price="0.001"),))
    adjusted = EnactorDetails(adjustments=(EnactorAdjustment(9, some_fields()),))
    yield pytest.param(a_reading(heavy), id="quantity")
    yield pytest.param(a_reading(fine), id="price")
    yield pytest.param(a_reading(heavy, enactor={key_of(heavy): headed()}), id="with rows")
    yield pytest.param(a_reading(order, enactor={key_of(order): adjusted}), id="no such line")
    yield pytest.param(a_reading(order, enactor_withheld=frozenset({key_of(order)})), id="withheld")
    yield pytest.param(
        a_reading(
            order,
            enactor={key_of(order): headed()},
            enactor_withheld=frozenset({key_of(order)}),
        ),
        id="withheld, with rows",
    )
    yield pytest.param(a_reading(order, enactor_refused=True), id="a sheet cannot be used")
    yield pytest.param(
        a_reading(order, enactor={key_of(order): headed()}, enactor_refused=True),
        id="a sheet cannot be used, with rows",
    )


@pytest.mark.parametrize("reading", list(unfit()))
def test_what_is_withheld_from_enactor_is_served_to_hii_retail(
    tmp_path: Path, reading: Reading
) -> None:
    """And neither found nor counted by a search."""
    others = a_reading(an_order("0", customer="other"), an_order("2"))
    reading = replace(reading, orders=(*others.orders, *reading.orders))
    path = a_snapshot(tmp_path / "s", reading)
    rest = [] if reading.enactor_refused else ["2"]

    assert find(path, "1") == [withheld()]
    assert search(path, customer_number="222") == rest
    assert search(path, offset=1) == rest
    with closing(Snapshot(path)) as snapshot:
        answer = snapshot.find(BusinessUnitId("0001"), CustomerOrderId("1"))
        assert answer is not None
        assert not answer.is_withheld


def test_what_is_withheld_from_hii_retail_is_withheld_from_enactor(tmp_path: Path) -> None:
    """An order with an error in the plain sheets is nowhere half an order."""
    reading = a_reading(an_order("1"), withheld=[a_key("666")], findings=[a_finding("666")])
    path = a_snapshot(tmp_path / "s", reading)

    assert find(path, "666") == [withheld()]
    assert search(path) == ["1"]


def test_a_search_tells_what_is_found_by_id_and_unit(tmp_path: Path) -> None:
    """Plain orders and those with rows of their own, in one order, a page at a time."""
    orders = [
        an_order(name, unit=unit)
        for name, unit in (("9", "*"), ("10", "0002"), ("10", "0001"), ("ö", "*"), ("2", "*"))
    ]
    details = {key_of(order): headed(voided=False) for order in orders[1:3]}
    path = a_snapshot(tmp_path / "s", a_reading(*orders, enactor=details))

    with closing(Snapshot(path)) as snapshot:
        for customer in (None, "222"):
            query = EVERYTHING._replace(customer_number=customer)
            assert enactor.search(snapshot, query) == [
                whole_body(orders[place], details.get(key_of(orders[place])), (), OPTIONS)
                for place in (2, 1, 4, 0, 3)
            ]
    for customer in (None, "222"):
        pages = [
            search(path, customer_number=customer, offset=offset, limit=2)
            for offset in (0, 2, 4, 6)
        ]
        assert pages == [["10", "10"], ["2", "9"], ["ö"], []]


def test_a_customer_is_told_their_own_orders_only(tmp_path: Path) -> None:
    """An order that Enactor header makes nobody's is theirs neither."""
    orders = [an_order(name, customer=name[0]) for name in ("a1", "a2", "a3", "b1")]
    details = {
        key_of(orders[1]): EnactorDetails(header=some_fields({}, "customerNumber")),
        key_of(orders[2]): headed(customerNumber="a"),
    }
    path = a_snapshot(tmp_path / "s", a_reading(*orders, enactor=details))

    assert search(path, customer_number="a") == ["a1", "a3"]
    assert search(path, customer_number="b") == ["b1"]
    assert search(path, customer_number="c") == []
    assert search(path) == ["a1", "a2", "a3", "b1"]
    assert find(path, "a2")[0].customer_number is None


def test_only_some_units_may_be_seen(tmp_path: Path) -> None:
    """With the orders of every unit, which are everybody's."""
    orders = [an_order(f"{unit}-1", unit=unit) for unit in ("*", "0001", "0002", "0003")]
    path = a_snapshot(tmp_path / "s", a_reading(*orders))

    for customer in (None, "222"):
        seen = [
            search(path, customer_number=customer, units=names)
            for names in (units(), units("0002"), units("0003", "0001"), units("0001", "*"))
        ]
        assert seen == [
            ["*-1"],
            ["*-1", "0002-1"],
            ["*-1", "0001-1", "0003-1"],
            ["*-1", "0001-1", "0002-1", "0003-1"],
        ]


def test_a_search_may_name_a_type(tmp_path: Path) -> None:
    """The settings' one where the order says none; a blank cell is of no type."""
    orders = [an_order(name) for name in ("1", "2", "3")]
    details = {
        key_of(orders[1]): headed(customerOrderTypeId="WEB"),
        key_of(orders[2]): EnactorDetails(header=some_fields({}, "customerOrderTypeId")),
    }
    path = a_snapshot(tmp_path / "s", a_reading(*orders, enactor=details))

    for customer in (None, "222"):
        found = [
            search(path, customer_number=customer, type_id=one)
            for one in ("CUSTOMER_ORDER", "WEB", "web", None)
        ]
        assert found == [["1"], ["2"], [], ["1", "2", "3"]]


@pytest.mark.parametrize(
    ("earliest", "latest", "expected"),
    [
        (None, None, ["0", "1", "2"]),
        (1000, None, ["0", "1", "2"]),
        (1001, None, ["0", "2"]),
        (2001, None, ["0"]),
        (None, 1000, ["0", "1"]),
        (None, 999, ["0"]),
        (1000, 2000, ["0", "1", "2"]),
        (1001, 1999, ["0"]),
    ],
)
def test_a_search_may_name_dates(
    tmp_path: Path, earliest: int | None, latest: int | None, expected: list[str]
) -> None:
    """Both ends are within; an order that does not say when it was made is found at any time."""
    orders = [an_order(name) for name in ("0", "1", "2")]
    details = {
        key_of(orders[place]): headed(createdDate=f"1970-01-01T00:00:0{place}.000+00:00")
        for place in (1, 2)
    }
    path = a_snapshot(tmp_path / "s", a_reading(*orders, enactor=details))

    for customer in (None, "222"):
        found = search(path, customer_number=customer, earliest=earliest, latest=latest)
        assert found == expected


@pytest.mark.parametrize("text", ["'", '"', "\\", "é日😀", "a,b", "[1]", "\u2028"])
def test_any_text_may_be_a_customer_or_an_order(tmp_path: Path, text: str) -> None:
    """Ids are looked for, never read as anything else."""
    path = a_snapshot(tmp_path / "s", a_reading(an_order(text, customer=text, status=text)))

    assert search(path, customer_number=text) == [text]
    assert len(find(path, text)) == 1


def test_everybodys_orders_are_looked_at_in_the_order_of_the_table(tmp_path: Path) -> None:
    """Nothing is sorted, so a page of a million orders costs what stands before it and no more."""
    path = a_snapshot(tmp_path / "s", a_reading(an_order("1")))
    values: dict[str, str | int | None] = dict.fromkeys(
        ("customer", "type", "usual_type", "earliest", "latest", "units")
    )
    values |= {"limit": 1, "offset": 0}

    with closing(Snapshot(path)) as snapshot:
        question = f"EXPLAIN QUERY PLAN {enactor.OF_EVERYBODY}{enactor.SEARCH}"
        plan = [row[3] for row in snapshot.ask(question, values)]

    assert plan[0].startswith("SCAN answer")
    assert any(step.startswith("SEARCH enactor USING COVERING INDEX") for step in plan)
    assert not any("TEMP B-TREE" in step for step in plan)
