"""The rows of Enactor's sheets joined to orders."""

from decimal import Decimal
from typing import Any

import pytest

from corsheet.model import (
    EVERY_UNIT,
    BusinessUnitId,
    CustomerOrderId,
    EnactorDetails,
    EnactorItem,
    Fields,
    all_items,
)
from corsheet.workbook.orders import OrderKey
from corsheet.workbook.reading import Reading, read_workbook
from tests.support.sheets import found, served, withheld, workbook
from tests.workbook.test_enactor_faults import ITEMS, ORDERS, told

UNITS = """
    | Business unit | Customer order | Customer | Status  |
    | 0001          | 111            | 10001    | CREATED |
    | 0007          | 111            | 10002    | CREATED |
"""
ITEMS_OF_UNITS = """
    | Business unit | Customer order | Item | Quantity | Unit price |
    | 0001          | 111            | 5001 | =1       | =9.90      |
    | 0007          | 111            | 5002 | =1       | =9.90      |
"""


def read(sheets: dict[str, str], **plain: str) -> Reading:
    """Read a workbook with some of Enactor's sheets, and two orders unless others are given."""
    return read_workbook(workbook({"Orders": ORDERS, "Items": ITEMS, **plain, **sheets}))


def details(reading: Reading, order: str = "111", unit: str = EVERY_UNIT) -> EnactorDetails:
    """Give what Enactor's sheets say of an order."""
    return reading.enactor[OrderKey(BusinessUnitId(unit), CustomerOrderId(order))]


def values(*rows: Fields | None) -> list[Any]:
    """Give what some rows say."""
    return [None if row is None else row.values for row in rows]


def test_a_workbook_of_the_plain_sheets_says_nothing_more() -> None:
    """Nothing is kept for its orders, and nobody is refused."""
    reading = read({})

    assert (reading.enactor, reading.enactor_withheld, reading.enactor_refused) == (
        {},
        frozenset(),
        False,
    )


def test_every_sheet_adds_its_rows_to_the_orders_in_sheet_order() -> None:
    """One header, and as many of the others as there are."""
    reading = read(
        {
            "Enactor header": "| Customer order | referenceId |\n| 112 | B |\n| 111 | A |",
            "Enactor items": "| Customer order | Items row | status |\n| 111 | =2 | NEW |",
            "Products": "| Customer order | productId |\n| 111 | 5002 |\n| 111 | 5001 |",
            "Payments": """
                | Customer order | Payment                  | amount |
                | 111            | customerOrderCashPayment | =100   |
                | 111            | customerOrderCardPayment | =200   |
            """,
            "Notes": "| Customer order | note |\n| 111 | a |\n| 112 | b |\n| 111 | c |",
            "Adjustments": "| Customer order | Line | amount |\n| 111 | =2 | =5 |\n| 111 | | =6 |",
            "Addresses": "| Customer order | town |\n| 111 | Åmål |",
        }
    )

    assert found(reading) == []
    one, two = details(reading), details(reading, "112")
    assert values(one.header, two.header) == [{"referenceId": "A"}, {"referenceId": "B"}]
    assert one.items == (EnactorItem(2, Fields({"status": "NEW"}, frozenset({"status"}))),)
    assert values(*one.products) == [{"productId": "5002"}, {"productId": "5001"}]
    assert [(p.kind, p.fields.values) for p in one.payments] == [
        ("customerOrderCashPayment", {"amount": Decimal(100)}),
        ("customerOrderCardPayment", {"amount": Decimal(200)}),
    ]
    assert values(*one.notes, *two.notes) == [{"note": "a"}, {"note": "c"}, {"note": "b"}]
    assert [(a.line, a.fields.values) for a in one.adjustments] == [
        (2, {"amount": Decimal(5)}),
        (None, {"amount": Decimal(6)}),
    ]
    assert values(*one.addresses) == [{"town": "Åmål"}]
    assert two.products == ()
    assert reading.enactor_products == ()


def test_an_order_in_several_units_has_rows_of_each() -> None:
    """The row says which; one that does not withholds them all from Enactor's clients."""
    plain = {"Orders": UNITS, "Items": ITEMS_OF_UNITS}
    heading = "| Business unit | Customer order | note |"

    clear = read({"Notes": f"{heading}\n| 0007 | 111 | b |\n| 0001 | 111 | a |"}, **plain)
    unclear = read({"Notes": f"{heading}\n| 0007 | 111 | b |\n| | 111 | a |"}, **plain)

    assert found(clear) == []
    assert values(*details(clear, unit="0001").notes) == [{"note": "a"}]
    assert values(*details(clear, unit="0007").notes) == [{"note": "b"}]
    assert found(unclear) == [("Notes!B3", "CS402")]
    assert (served(unclear), withheld(unclear), told(unclear)) == (["111", "111"], [], [])


@pytest.mark.parametrize(
    ("row", "places"),
    [
        ("| 113 | a |", [("Notes!A2", "CS401")]),
        ("| | a |", [("Notes!A2", "CS201")]),
        ("| =TRUE | a |", [("Notes!A2", "CS202")]),
    ],
)
def test_a_row_of_no_order_withholds_nothing(row: str, places: list[tuple[str, str]]) -> None:
    """As on the plain sheets; the finding is Enactor's."""
    reading = read({"Notes": f"| Customer order | note |\n{row}\n| 112 | b |"})

    assert found(reading) == places
    assert all(finding.is_enactors for finding in reading.findings)
    assert told(reading) == ["111", "112"]
    assert values(*details(reading, "112").notes) == [{"note": "b"}]


def test_an_order_that_is_withheld_from_everybody_has_no_entry() -> None:
    """Its own faults are told, and those of Enactor's sheets beside them."""
    orders = ORDERS.replace("10001", "=TRUE")

    reading = read(
        {"Enactor header": "| Customer order | orderValue |\n| 111 | =1.5 |\n| 112 | =1 |"},
        Orders=orders,
    )

    assert found(reading) == [("Orders!B2", "CS202"), ("Enactor header!B2", "CS220")]
    assert withheld(reading) == ["111"]
    assert reading.enactor.keys() == {(EVERY_UNIT, "112")}
    assert reading.enactor_withheld == frozenset()


@pytest.mark.parametrize(
    ("number", "places"),
    [
        ("10001", []),
        ('"10001 "', ["CS214"]),
        ("", []),
        ("10002", ["CS411"]),
        ("010001", ["CS411"]),
    ],
)
def test_the_customer_number_is_the_customer_of_orders(number: str, places: list[str]) -> None:
    """Or nothing: then the order is nobody's."""
    reading = read(
        {"Enactor header": f"| Order | customerNumber | status |\n| 111 | {number} | A |"}
    )

    assert [code for _, code in found(reading)] == places
    assert "1000" not in "".join(finding.problem.message for finding in reading.findings)
    assert told(reading) == (["112"] if "CS411" in places else ["111", "112"])


@pytest.mark.parametrize(
    ("drawing", "positions"),
    [
        ("| Order | Items row | lineNumber |\n| 111 | =2 | =7 |\n| 111 | =1 | =8 |", [2, 1]),
        ("| Order | lineNumber |\n| 111 | =2 |\n| 111 | =1 |", [2, 1]),
        ("| Order | Items row | productId.id |\n| 111 | | X |\n| 111 | =1 | 5001 |", [None, 1]),
        ("| Order | productId.id |\n| 111 | X |\n| 111 | Y |", [None, None]),
    ],
)
def test_an_item_adds_to_a_row_of_items_or_stands_alone(
    drawing: str, positions: list[int | None]
) -> None:
    """Items row says it; without that column the line number does; nothing: it stands alone."""
    reading = read({"Enactor items": drawing})

    assert found(reading) == []
    assert [item.position for item in details(reading).items] == positions


@pytest.mark.parametrize(
    ("drawing", "place"),
    [
        ("| Order | Items row |\n| 111 | =0 |", ("Enactor items!B2", "CS407")),
        ("| Order | lineNumber |\n| 111 | =3 |", ("Enactor items!B2", "CS407")),
        ("| Order | lineNumber |\n| 111 | |", ("Enactor items!A2", "CS413")),
        ("| Order | productId |\n| 111 | {} |", ("Enactor items!B2", "CS413")),
    ],
)
def test_an_item_of_nothing_is_told_where_it_says_what_it_adds_to(
    drawing: str, place: tuple[str, str]
) -> None:
    """At the cell that is wrong, or the nearest there is."""
    reading = read({"Enactor items": drawing})

    assert (found(reading)[-1], told(reading)) == (place, ["112"])


def test_a_missing_row_of_items_is_told_with_what_to_mend_first() -> None:
    """A row of Items that belongs to no order may be the one; a spoiled order has enough told."""
    items = {"Enactor items": "| Customer order | Items row |\n| 111 | =2 |"}

    lost = read(items, Items=ITEMS.replace("111            | 5002", "119            | 5002"))
    spoiled = read(items, Items=ITEMS.replace("5002 | =2", "5002 | two"))

    assert found(lost) == [("Items!A3", "CS401"), ("Enactor items!B2", "CS407")]
    assert lost.findings[1].problem.hint.startswith("first mend the order ids in Items")
    assert found(spoiled) == [("Items!C3", "CS203")]


def test_products_for_every_order_stand_beside_the_orders_once() -> None:
    """In the order of the sheet, also those that no order has; an order is not kept for them."""
    reading = read(
        {
            "Products": "| productId |\n| 5003 |\n| 5002 |\n| 5001 |\n| 9999 |",
            "Enactor items": "| Customer order | Items row | productId.id |\n| 111 | | 9999 |",
        }
    )

    assert found(reading) == []
    assert [row["productId"] for row in values(*reading.enactor_products)] == [
        "5003",
        "5002",
        "5001",
        "9999",
    ]
    assert [key.customer_order_id for key in reading.enactor] == ["111"]
    assert details(reading).products == ()


def test_an_order_with_products_of_its_own_has_exactly_these() -> None:
    """Beside the rows for every order, which the others have; the same product in both is fine."""
    reading = read(
        {
            "Products": """
                | Customer order | productId | status |
                |                | 5001      | shared |
                |                | 5003      | shared |
                | 111            | 5001      | own    |
                | 112            | 5001      | own    |
            """
        }
    )

    assert found(reading) == []
    assert values(*details(reading).products) == [{"productId": "5001", "status": "own"}]
    assert values(*details(reading, "112").products) == [{"productId": "5001", "status": "own"}]
    assert [row["productId"] for row in values(*reading.enactor_products)] == ["5001", "5003"]


def test_a_product_without_an_order_is_of_no_business_unit() -> None:
    """Nobody can tell what the unit is meant to say: the row is told with orders of every unit."""
    reading = read(
        {
            "Products": """
                | Business unit | Customer order | productId |
                |               |                | 5001      |
                | 0001          |                | 5001      |
                | 0007          |                | 5003      |
            """
        }
    )
    good = read(
        {"Products": "| Business unit | Customer order | productId |\n| 0001 | 111 | 5001 |"},
        Orders=UNITS,
        Items=ITEMS_OF_UNITS,
    )

    assert found(reading) == [("Products!A3", "CS414"), ("Products!A4", "CS414")]
    assert "'0001'" in reading.findings[0].problem.message
    assert (served(reading), told(reading)) == (["111", "112"], [])
    assert reading.enactor_products == ()
    assert found(good) == []


def test_an_item_on_enactor_items_has_its_product_like_any_other() -> None:
    """A product called None is one, too."""
    products = "| productId | standardCostPrice |\n| {} | free |"
    items = "| Customer order | Items row | productId.id |\n| 111 | | 9999 |"

    for faulty, orders in (
        ("5001", ["112"]),
        ("9999", ["112"]),
        ("None", ["111", "112"]),
    ):
        reading = read({"Products": products.format(faulty), "Enactor items": items})
        assert told(reading) == orders


@pytest.mark.parametrize(
    ("rows", "places", "orders"),
    [
        ("| | 5003 | =x |", ["Products!C2"], ["111"]),
        ("| | 5003 | =1 |\n| | 5003 | =2 |", ["Products!B3"], ["111"]),
        ("| | 5003 | =1 |\n| | 5003 | =x |", ["Products!B3", "Products!C3"], ["111"]),
        ("| 112 | 5003 | =x |", ["Products!C2"], ["111"]),
        ("| 112 | 5003 | =1 |\n| 112 | 5003 | =2 |", ["Products!B3"], ["111"]),
        ("| | =TRUE | =1 |", ["Products!B2"], ["111", "112"]),
        ("| | | =1 |", ["Products!B2"], ["111", "112"]),
        ("| =TRUE | 5003 | =1 |", ["Products!A2"], ["111", "112"]),
        ("| | 7777 | =x |", ["Products!C2"], ["111", "112"]),
        ("| | 5003 | =x |\n| 112 | 5003 | =1 |", ["Products!C2"], ["111", "112"]),
    ],
)
def test_a_faulty_product_withholds_the_orders_that_have_it(
    rows: str, places: list[str], orders: list[str]
) -> None:
    """One that nobody can tell, or nobody has, withholds nothing."""
    rows = rows.replace("=x", "free")

    reading = read({"Products": f"| Customer order | productId | standardCostPrice |\n{rows}"})

    assert [place for place, _ in found(reading)] == places
    assert (served(reading), told(reading)) == (["111", "112"], orders)


def test_a_product_with_merged_cells_withholds_the_orders_that_have_it() -> None:
    """The cells say nothing for sure, and the id beside them still says whose they are."""
    products = "| productId | type | status |\n| 5003 | a | |\n| 5001 | | |"

    reading = read_workbook(
        workbook(
            {"Orders": ORDERS, "Items": ITEMS, "Products": products}, merged={"Products": ["B2:C2"]}
        )
    )

    assert [code for _, code in found(reading)] == ["CS210"]
    assert told(reading) == ["111"]


@pytest.mark.parametrize(
    ("items", "line", "is_there"),
    [
        ("| Order |\n", 2, True),
        ("| Order |\n", 3, False),
        ("| Order |\n", 0, False),
        ("| Order | Items row | lineNumber |\n| 111 | =2 | =70 |", 70, True),
        ("| Order | Items row | lineNumber |\n| 111 | =2 | =70 |", 1, True),
        ("| Order | Items row | lineNumber |\n| 111 | =2 | =70 |", 2, False),
        ("| Order | Items row | lineNumber |\n| 111 | =2 | |", 2, False),
        ("| Order | Items row | productId.id |\n| 111 | | X |", 3, True),
    ],
)
def test_an_adjustment_is_on_a_line_as_enactors_clients_are_told_it(
    items: str, line: int, is_there: bool
) -> None:
    """The line number of Enactor items, or the item's place where they say none."""
    reading = read(
        {
            "Enactor items": items,
            "Adjustments": f"| Customer order | Line | amount |\n| 111 | ={line} | =5 |",
        }
    )

    assert found(reading) == ([] if is_there else [("Adjustments!B2", "CS409")])


@pytest.mark.parametrize(
    ("sheets", "places"),
    [
        ({}, []),
        ({"Products": "| productId |\n| 5001 |\n| 5003 |"}, []),
        ({"Notes": "| Customer order | note |\n| 112 | a |"}, [("Items!C4", "CS412")]),
        (
            {"Enactor items": "| Order | Items row | orderedQty |\n| 112 | =1 | =3 |"},
            [],
        ),
        ({"Enactor items": "| Order | Items row | orderedQty |\n| 112 | =1 | |"}, []),
        (
            {"Enactor items": "| Order | Items row | status |\n| 112 | =1 | NEW |"},
            [("Items!C4", "CS412")],
        ),
        (
            {"Enactor header": "| Order | orderValue |\n| 112 | free |"},
            [("Enactor header!B2", "CS220")],
        ),
    ],
)
def test_a_quantity_with_decimals_is_told_where_the_order_has_rows_of_its_own(
    sheets: dict[str, str], places: list[Any]
) -> None:
    """Unless Enactor items say the ordered quantity, or the order is withheld anyway."""
    items = ITEMS.replace("5003 | =1 ", "5003 | =1.5 ")

    reading = read(sheets, Items=items)

    assert found(reading) == places
    assert served(reading) == ["111", "112"]
    assert told(reading) == (["111"] if places else ["111", "112"])


@pytest.mark.parametrize(
    ("price", "exponent", "said", "places"),
    [
        ("9.95", 2, "", []),
        ("9.955", 2, "", [("Items!D4", "CS215"), ("Items!D4", "CS418")]),
        ("9.955", 3, "", [("Items!D4", "CS215")]),
        ("9.9", 0, "", [("Items!D4", "CS418")]),
        ("9.955", 2, "=995", [("Items!D4", "CS215")]),
    ],
)
def test_a_price_finer_than_the_minor_unit_is_told_where_the_order_has_rows_of_its_own(
    price: str, exponent: int, said: str, places: list[Any]
) -> None:
    """By the currency's exponent, unless Enactor items say the price."""
    prices = f"| Order | Items row | unitPrice |\n| 112 | =1 | {said} |"
    sheets = {"Enactor items": prices} if said else {"Notes": "| Order | note |\n| 112 | a |"}
    items = ITEMS.replace("5003 | =1       | =5 ", f"5003 | =1 | ={price} ")
    data = workbook({"Orders": ORDERS, "Items": items, **sheets})

    reading = read_workbook(data, currency_exponent=exponent)

    assert f"={price}" in items
    assert found(reading) == places
    assert told(reading) == (["111"] if ("Items!D4", "CS418") in places else ["111", "112"])


def test_the_row_of_a_quantity_is_found_among_those_of_other_orders() -> None:
    """By order and unit, whatever stands between."""
    items = """
        | Business unit | Customer order | Item | Quantity | Unit price |
        | 0007          | 111            | 5001 | =1.5     | =9.90      |
        | 0001          | 111            | 5001 | =1       | =9.90      |
        | 0001          | 119            | 5001 | =1       | =9.90      |
        | 0007          | 111            | 5002 | =2       | =9.90      |
        |               |                |      |          |            |
        | 0001          | 111            | 5001 | =2.5     | =9.90      |
    """
    notes = "| Business unit | Customer order | note |\n| 0001 | 111 | a |"

    reading = read({"Notes": notes}, Orders=UNITS, Items=items)

    assert [place for place, code in found(reading) if code == "CS412"] == ["Items!D7"]


def an_item(position: int | None) -> EnactorItem:
    """Make a row of Enactor items."""
    return EnactorItem(position, Fields({"place": position}))


@pytest.mark.parametrize(
    ("count", "named", "expected"),
    [
        (0, [], []),
        (2, [], [1, 2]),
        (3, [2], [1, 2, 3]),
        (3, [3, 1], [2, 3, 1]),
        (2, [None], [None, 1, 2]),
        (3, [2, None], [1, 2, None, 3]),
        (4, [None, 4, None, 2], [None, 1, 3, 4, None, 2]),
    ],
)
def test_items_are_told_in_the_order_of_enactor_items(
    count: int, named: list[int | None], expected: list[int | None]
) -> None:
    """Rows of Items that it does not name keep their places among those it names."""
    items = [an_item(position) for position in named]

    places = list(all_items(items, count))

    assert [position for position, _ in places] == expected
    assert [fields for _, fields in places if fields.values] == [item.fields for item in items]


SORTED_ANEW = (
    ITEMS.replace("5001 | =1", "500x | =1").replace("5002", "5001").replace("500x", "5002")
)


@pytest.mark.parametrize(
    ("drawing", "places"),
    [
        (
            "| Order | Items row | productId.id |\n| 111 | =1 | 5001 |\n| 111 | =2 | 5002 |",
            [("Enactor items!C2", "CS415"), ("Enactor items!C3", "CS415")],
        ),
        (
            "| Order | lineNumber | productId.id |\n| 111 | =1 | 5001 |",
            [("Enactor items!C2", "CS415")],
        ),
        ("| Order | Items row | productId.id |\n| 111 | =1 | 5002 |", []),
        ("| Order | Items row | productId.id |\n| 111 | =1 | |", [("Enactor items!C2", "CS413")]),
        ("| Order | Items row | status |\n| 111 | =1 | NEW |", []),
    ],
)
def test_an_item_and_its_row_on_items_are_of_one_product(
    drawing: str, places: list[tuple[str, str]]
) -> None:
    """Else Items was sorted, and price and quantity are those of another item."""
    reading = read({"Enactor items": drawing}, Items=SORTED_ANEW)

    assert found(reading) == places
    assert told(reading) == (["112"] if places else ["111", "112"])


def test_an_empty_product_is_told_with_the_one_of_items() -> None:
    """The cure has it to be copied."""
    reading = read({"Enactor items": "| Order | Items row | productId.id |\n| 111 | =2 | |"})

    assert reading.findings[0].problem.hint == "write '5002', as Items has it"


LOST = """
    | Customer order | Item | Quantity | Unit price |
    | 112            | 5003 | =1       | =5         |
    | =#N/A          | 5001 | =1       | =9.90      |
    | 111            | 5002 | =2       | =5         |
"""


@pytest.mark.parametrize(
    ("drawing", "orders"),
    [
        ("| Order | lineNumber | netPrice |\n| 111 | =1 | =700 |", ["112"]),
        ("| Order | Items row |\n| 111 | =1 |\n| 112 | =1 |", ["112"]),
        ("| Order | Items row |\n| 112 | =1 |", ["111", "112"]),
        ("| Order | Items row | productId.id |\n| 111 | =1 | 5002 |", ["111", "112"]),
        ("| Order | Items row | productId.id |\n| 111 | | 5009 |", ["111", "112"]),
    ],
)
def test_rows_of_items_are_not_counted_below_one_that_lost_its_order(
    drawing: str, orders: list[str]
) -> None:
    """It may be the first of them; unless the product says which row is meant. Told once."""
    reading = read({"Enactor items": drawing}, Items=LOST)

    unsure = [("Items!A3", "CS417")] if orders == ["112"] else []
    assert found(reading) == [("Items!A3", "CS208"), *unsure]
    assert [finding.is_enactors for finding in reading.findings] == [False, *(True for _ in unsure)]
    assert (served(reading), told(reading)) == (["111", "112"], orders)


@pytest.mark.parametrize(
    ("drawing", "cell"),
    [
        ("| Order | Items row | lineNumber |\n| 111 | =1 | =7 |\n| 111 | =2 | =7 |", "C3"),
        ("| Order | Items row | lineNumber |\n| 111 | =1 | =2 |", "C2"),
        ("| Order | Items row | lineNumber |\n| 111 | =2 | =1 |\n| 111 | =1 | =2 |", ""),
        ("| Order | Items row | lineNumber |\n| 111 | =1 | |\n| 111 | =2 | |", ""),
    ],
)
def test_a_line_number_is_one_items(drawing: str, cell: str) -> None:
    """Of those that rows say, and those that the others have by their places."""
    reading = read({"Enactor items": drawing})

    assert found(reading) == ([(f"Enactor items!{cell}", "CS416")] if cell else [])
    assert told(reading) == (["112"] if cell else ["111", "112"])


@pytest.mark.parametrize(
    ("sheet", "drawing", "rows", "cell"),
    [
        ("Enactor header", "address.x |\n| 111 | a", {"Addresses": "town |\n| 111 | T"}, "B2"),
        (
            "Enactor header",
            "adjustments |\n| 111 | a",
            {"Adjustments": "amount |\n| 111 | =5"},
            "B2",
        ),
        (
            "Enactor items",
            "Items row | adjustments[0].x |\n| 111 | =1 | a",
            {"Adjustments": "Line | amount |\n| 111 | =1 | =5"},
            "C2",
        ),
        ("Enactor header", "address |\n| 111 | []", {"Addresses": "town |\n| 111 | T"}, ""),
        ("Enactor header", "address.x |\n| 111 | a", {"Addresses": "town |\n| 112 | T"}, ""),
        (
            "Enactor items",
            "Items row | adjustments[0].x |\n| 111 | =1 | a",
            {"Adjustments": "Line | amount |\n| 111 | =2 | =5\n| 111 | | =5"},
            "",
        ),
    ],
)
def test_a_list_is_said_by_cells_or_by_rows(
    sheet: str, drawing: str, rows: dict[str, str], cell: str
) -> None:
    """A cell that says it is empty does not matter."""
    drawings = {sheet: drawing, **rows}

    reading = read({name: f"| Customer order | {text} |" for name, text in drawings.items()})

    errors = [(f.place, f.problem.code.id) for f in reading.findings if f.is_error]
    assert errors == ([(f"{sheet}!{cell}", "CS224")] if cell else [])
    assert told(reading) == (["112"] if cell else ["111", "112"])


def test_merged_cells_of_orders_on_products_share_no_row() -> None:
    """Only the first of them says the order; whose the others are, nobody can tell."""
    reading = read_workbook(
        workbook(
            {
                "Orders": ORDERS,
                "Items": ITEMS,
                "Products": "| Order | productId |\n| 111 | 5001 |\n| | 5003 |\n| | 5002 |",
            },
            merged={"Products": ["A2:A3"]},
        )
    )

    assert found(reading) == [("Products!A2", "CS210")]
    assert told(reading) == ["112"]
    assert values(*reading.enactor_products) == [{"productId": "5002"}]


@pytest.mark.parametrize("refund", ["=FALSE", "=TRUE"])
def test_a_payment_is_never_below_zero(refund: str) -> None:
    """Enactor's pages: always positive, isRefund marks a refund."""
    drawing = """
        | Order | Payment                  | amount | isRefund |
        | 111   | customerOrderCashPayment | =-100  | {}       |
        | 112   | customerOrderCashPayment | =100   | {}       |
    """

    reading = read({"Payments": drawing.format(refund, refund)})

    assert found(reading) == [("Payments!C2", "CS205")]
    assert "isRefund" in reading.findings[0].problem.hint
    assert told(reading) == ["112"]
