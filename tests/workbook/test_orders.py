"""Rows joined to orders: an error costs its own order, and a lost row costs no other."""

import pytest

from corsheet.findings import Code
from corsheet.workbook import owners, rows
from corsheet.workbook.orders import OrderKey
from corsheet.workbook.reading import Reading, read_workbook
from tests.support.sheets import found, served, withheld, workbook
from tests.workbook.test_regular import assert_agree

ORDERS = """
    | Customer order | Customer | Status  |
    | 111            | 10001    | CREATED |
    | 112            | 10002    | CREATED |
"""
ITEMS = """
    | Customer order | Item | Quantity | Unit price |
    | 111            | 5001 | =1       | =9.90      |
    | 112            | 5001 | =1       | =9.90      |
"""
UNITS = """
    | Business unit | Customer order | Customer | Status  |
    | 0001          | 111            | 10001    | CREATED |
    | 0007          | 111            | 10002    | CREATED |
    | 0007          | 112            | 10002    | CREATED |
"""


@pytest.mark.parametrize(
    ("sheet", "drawing"),
    [
        (
            "Orders",
            """
            | Customer order | Customer | Status  |
            | 111            |          | CREATED |
            | 112            | 10002    | CREATED |
            """,
        ),
        (
            "Items",
            """
            | Customer order | Item | Quantity | Unit price |
            | 111            | 5001 | =1       | =9.90      |
            | 111            | 5002 | two      | =9.90      |
            | 112            | 5001 | =1       | =9.90      |
            """,
        ),
        (
            "Invoices",
            """
            | Customer order | Invoice account | Invoicing amount |
            | 111            | 900001          | =-1              |
            | 112            | 900002          | =1               |
            """,
        ),
        (
            "Discounts",
            """
            | Order | Item | Discount id | Discount text | Discount amount | Reward type |
            | 111   | 5001 | D           | Ten off       | ten             | PERCENTAGE  |
            | 112   | 5001 | D           | Ten off       | =10             | PERCENTAGE  |
            """,
        ),
    ],
)
def test_an_error_in_any_sheet_withholds_its_own_order_and_no_other(
    sheet: str, drawing: str
) -> None:
    """All or nothing is per order: half an order at the till is worse than none."""
    reading = read_workbook(workbook({"Orders": ORDERS, "Items": ITEMS, sheet: drawing}))

    assert len(reading.findings) == 1
    assert (withheld(reading), served(reading)) == (["111"], ["112"])
    assert reading.findings[0].customer_order_id == "111"


def test_an_error_in_information_withholds_its_own_order_and_no_other() -> None:
    """The same for the lines of an invoice."""
    reading = read_workbook(
        workbook(
            Orders=ORDERS,
            Items=ITEMS,
            Invoices="""
                | Customer order | Invoice account | Invoicing amount |
                | 111            | 900001          | =1               |
                | 112            | 900002          | =1               |
            """,
            Information="""
                | Customer order | Information id | Value | Display text | Receipt label |
                | 111            | requisition    |       | Requisition  | Req.          |
                | 112            | requisition    | 4711  | Requisition  | Req.          |
            """,
        )
    )

    assert found(reading) == [("Information!C2", "CS201")]
    assert (withheld(reading), served(reading)) == (["111"], ["112"])


def test_every_copy_of_a_duplicate_is_withheld() -> None:
    """Nobody can tell which one counts; its items are told of no further."""
    reading = read_workbook(
        workbook(
            Orders=ORDERS + "| 111 | 10003 | CREATED |\n| 111 | 10004 | CREATED |", Items=ITEMS
        )
    )

    assert found(reading) == [("Orders!A4", "CS301"), ("Orders!A5", "CS301")]
    assert all("row 2" in finding.problem.message for finding in reading.findings)
    assert (withheld(reading), served(reading)) == (["111", "111", "111"], ["112"])


@pytest.mark.parametrize("other", ["=42 {000}", '"042 "', r'"\u00a0042"'])
def test_ids_that_are_spelt_differently_and_read_alike_are_duplicates(other: str) -> None:
    """The till sends one spelling, so the rows are one order."""
    reading = read_workbook(
        workbook(
            Orders=f"""
                | Customer order | Customer | Status  |
                | 042            | 10001    | CREATED |
                | {other}        | 10002    | CREATED |
            """,
            Items=ITEMS.replace("111", "042").replace("112", "042"),
        )
    )

    assert ("Orders!A3", "CS301") in found(reading)
    assert withheld(reading) == ["042", "042"]


@pytest.mark.parametrize(
    ("one", "other", "order"),
    [
        ("42", "=42", "42"),
        ("0042", "=42 {0000}", "0042"),
        ("=42", "=42 {#}", "42"),
        ("=42 {0000}", '=42 {"0"000}', "0042"),
        ("CO-0042", '=42 {"CO-"0000}', "CO-0042"),
        ("=A1 -> 42", "=42", "42"),
        ('"Åsa"', r'"A\u030asa"', "Åsa"),
        ('"A 1"', r'"A\u00a01"', "A 1"),
        ('"A1"', r'"\u200bA1\ufeff"', "A1"),
        ('"A1"', r'"A1\u2003"', "A1"),
    ],
)
def test_a_text_and_a_number_that_look_alike_are_one_order(
    one: str, other: str, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However the cell stores it; the till has but one way to ask for it."""
    heading = "| Customer order | Customer | Status |"
    items = "| Customer order | Item | Quantity | Unit price |"
    rows = [f"| {order_id} | 10001 | CREATED |" for order_id in (one, other)]

    twice = assert_agree(workbook(Orders="\n".join([heading, *rows]), Items=items), monkeypatch)
    joined = assert_agree(
        workbook(Orders=f"{heading}\n{rows[0]}", Items=f"{items}\n| {other} | 5001 | =1 | =1 |"),
        monkeypatch,
    )

    assert ("Orders!A3", "CS301") in found(twice)
    assert withheld(twice) == [order, order]
    assert served(joined) == [order]
    assert [item.item_id for item in joined.orders[0].items] == ["5001"]


@pytest.mark.parametrize(
    ("in_orders", "in_items", "order"),
    [
        ("00042", "=42", "00042"),
        ("=42 {00000}", "=42", "00042"),
        ("=42", "00042", "42"),
        ("0", "=0 {000}", "0"),
        ("W1001", "w1001", "W1001"),
        ("STRASSE", "straße", "STRASSE"),
        ("00A", "a", "00A"),
    ],
)
def test_a_row_whose_order_differs_in_zeros_or_capitals_is_told_of_the_order_that_is_meant(
    in_orders: str, in_items: str, order: str
) -> None:
    """The row is left out, and the hint says how to write the id; nothing is guessed."""
    reading = read_workbook(
        workbook(
            Orders=f"| Customer order | Customer | Status |\n| {in_orders} | 10001 | CREATED |",
            Items=f"| Order | Item | Quantity | Unit price |\n| {in_items} | 5001 | =1 | =1 |",
        )
    )

    assert found(reading) == [("Items!A2", "CS401")]
    assert f"did you mean '{order}'?" in reading.findings[0].problem.hint
    assert "formatted as Text" in reading.findings[0].problem.hint
    assert [len(o.items) for o in reading.orders] == [0]


@pytest.mark.parametrize(
    ("in_orders", "in_items"),
    [("42", "43"), ("42", "420"), ("0042", "42x"), ("W-1001", "W1001"), ("42", "-42")],
)
def test_another_order_is_not_suggested(in_orders: str, in_items: str) -> None:
    """A near number is most often another customer's."""
    reading = read_workbook(
        workbook(
            Orders=f"| Customer order | Customer | Status |\n| {in_orders} | 10001 | CREATED |",
            Items=f"| Order | Item | Quantity | Unit price |\n| {in_items} | 5001 | =1 | =1 |",
        )
    )

    assert found(reading) == [("Items!A2", "CS401")]
    assert "did you mean" not in reading.findings[0].problem.hint


def test_ids_that_differ_in_case_or_zeros_are_different_orders() -> None:
    """042 and 42 are two ids, and so are a and A."""
    reading = read_workbook(
        workbook(
            Orders="""
                | Customer order | Customer | Status  |
                | 042            | 10001    | CREATED |
                | 42             | 10001    | CREATED |
                | a              | 10001    | CREATED |
                | A              | 10001    | CREATED |
            """,
            Items="""
                | Customer order | Item | Quantity | Unit price |
                | 042            | 5001 | =1       | =9.90      |
                | 42             | 5001 | =1       | =9.90      |
                | a              | 5001 | =1       | =9.90      |
                | A              | 5001 | =1       | =9.90      |
            """,
        )
    )

    assert (served(reading), found(reading)) == (["042", "42", "a", "A"], [])


@pytest.mark.parametrize(
    ("first", "second"), [("", "0007"), ("0007", ""), ("*", "0007"), ("*", "")]
)
def test_an_order_of_every_unit_and_one_of_a_single_unit_are_duplicates(
    first: str, second: str
) -> None:
    """The till of unit 0007 could be given either."""
    reading = read_workbook(
        workbook(
            Orders=f"""
                | Business unit | Customer order | Customer | Status  |
                | {first}       | 111            | 10001    | CREATED |
                | {second}      | 111            | 10002    | CREATED |
                | 0007          | 112            | 10002    | CREATED |
            """,
            Items=ITEMS,
        )
    )

    assert found(reading) == [("Orders!B3", "CS301")]
    assert (withheld(reading), served(reading)) == (["111", "111"], ["112"])


def test_an_order_of_every_unit_is_a_duplicate_of_each_unit_that_has_it() -> None:
    """All three copies are withheld: unit 0007 has two of them as well as unit 0001."""
    reading = read_workbook(
        workbook(
            Orders=UNITS + "| * | 111 | 10003 | CREATED |",
            Items="| Customer order | Item | Quantity | Unit price |\n| 112 | 5001 | =1 | =1 |",
        )
    )

    assert found(reading) == [("Orders!B5", "CS301")]
    assert (withheld(reading), served(reading)) == (["111", "111", "111"], ["112"])


def test_an_id_may_stand_in_two_units_where_the_items_say_which() -> None:
    """Each unit numbers its own orders."""
    reading = read_workbook(
        workbook(
            Orders=UNITS,
            Items="""
                | Business unit | Customer order | Item | Quantity | Unit price |
                | 0001          | 111            | 5001 | =1       | =9.90      |
                | 0007          | 111            | 5002 | =1       | =9.90      |
                |               | 112            | 5003 | =1       | =9.90      |
            """,
        )
    )

    assert found(reading) == []
    assert [
        (order.business_unit_id, order.customer_order_id, order.items[0].item_id)
        for order in reading.orders
    ] == [("0001", "111", "5001"), ("0007", "111", "5002"), ("0007", "112", "5003")]


def test_an_item_that_may_be_of_several_units_withholds_all_of_them() -> None:
    """A guess would put one customer's goods on another's order."""
    reading = read_workbook(
        workbook(
            Orders=UNITS,
            Items="""
                | Customer order | Item | Quantity | Unit price |
                | 111            | 5001 | =1       | =9.90      |
                | 112            | 5003 | =1       | =9.90      |
            """,
        )
    )

    assert found(reading) == [("Items!A2", "CS402")]
    assert "Business unit column" in reading.findings[0].problem.hint
    assert reading.withheld == (OrderKey("0001", "111"), OrderKey("0007", "111"))  # type: ignore[arg-type]
    assert served(reading) == ["112"]


def test_an_item_with_a_blank_unit_is_told_to_fill_it_in() -> None:
    """The column is there already, so the hint is another."""
    reading = read_workbook(
        workbook(
            Orders=UNITS,
            Items="""
                | Business unit | Customer order | Item | Quantity | Unit price |
                | 0001          | 111            | 5001 | =1       | =9.90      |
                |               | 111            | 5002 | =1       | =9.90      |
                | 0007          | 112            | 5003 | =1       | =9.90      |
            """,
        )
    )

    assert found(reading) == [("Items!B3", "CS402")]
    assert "fill in the business unit" in reading.findings[0].problem.hint
    assert served(reading) == ["112"]


def test_an_item_of_a_unit_that_does_not_have_the_order_withholds_nothing() -> None:
    """Unit 0001 has no order 112, although 0007 has."""
    reading = read_workbook(
        workbook(
            Orders=UNITS,
            Items="""
                | Business unit | Customer order | Item | Quantity | Unit price |
                | 0001          | 111            | 5001 | =1       | =9.90      |
                | 0007          | 111            | 5001 | =1       | =9.90      |
                | 0007          | 112            | 5001 | =1       | =9.90      |
                | 0001          | 112            | 5002 | =1       | =9.90      |
            """,
        )
    )

    assert found(reading) == [("Items!B5", "CS401")]
    assert "for business unit '0001'" in reading.findings[0].problem.message
    assert (len(served(reading)), withheld(reading)) == (3, [])


def test_an_item_may_name_a_unit_where_its_order_is_of_every_unit() -> None:
    """An order of every unit is one of that unit too."""
    reading = read_workbook(
        workbook(
            Orders=ORDERS,
            Items="""
                | Business unit | Customer order | Item | Quantity | Unit price |
                | 0001          | 111            | 5001 | =1       | =9.90      |
                | *             | 112            | 5001 | =1       | =9.90      |
            """,
        )
    )

    assert (served(reading), found(reading)) == (["111", "112"], [])


def test_an_order_whose_unit_cannot_be_read_is_withheld_everywhere() -> None:
    """It may belong to any unit, and may be any other order of its id."""
    reading = read_workbook(
        workbook(
            Orders="""
                | Business unit | Customer order | Customer | Status  |
                | =1.5          | 111            | 10001    | CREATED |
                | 0007          | 112            | 10002    | CREATED |
            """,
            Items=ITEMS,
        )
    )

    assert found(reading) == [("Orders!A2", "CS202")]
    assert reading.withheld == (OrderKey("*", "111"),)  # type: ignore[arg-type]
    assert served(reading) == ["112"]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("| 999 | 5001 | =1 | =9.90 |", [("Items!A4", "CS401")]),
        ("|     | 5001 | =1 | =9.90 |", [("Items!A4", "CS201")]),
        ("| =1.5 | 5001 | =1 | =9.90 |", [("Items!A4", "CS202")]),
        ("| 999 | 5001 | two | =9.90 |", [("Items!A4", "CS401"), ("Items!C4", "CS203")]),
    ],
)
def test_a_row_whose_order_cannot_be_told_withholds_nothing(
    row: str, expected: list[tuple[str, str]]
) -> None:
    """It is an error, and both orders are served."""
    reading = read_workbook(workbook(Orders=ORDERS, Items=ITEMS + row))

    assert found(reading) == expected
    assert reading.has_errors
    assert (served(reading), withheld(reading)) == (["111", "112"], [])


def test_an_orders_row_without_an_id_costs_nobody_else_anything() -> None:
    """There is an order that cannot be asked for; the others can."""
    reading = read_workbook(workbook(Orders=ORDERS + "| | 10003 | CREATED |", Items=ITEMS))

    assert found(reading) == [("Orders!A4", "CS201")]
    assert (served(reading), withheld(reading)) == (["111", "112"], [])


def test_an_order_is_not_told_to_have_no_items_while_a_row_has_lost_its_order() -> None:
    """One finding for one cause: the row that lost its id may be the missing one."""
    reading = read_workbook(
        workbook(
            Orders=ORDERS,
            Items="""
                | Customer order | Item | Quantity | Unit price |
                | 111            | 5001 | =1       | =9.90      |
                | 1112           | 5001 | =1       | =9.90      |
            """,
        )
    )

    assert found(reading) == [("Items!A3", "CS401")]
    assert served(reading) == ["111", "112"]


def test_warnings_withhold_nothing() -> None:
    """A strange status, spaces, a third decimal, no items and a hidden row: all are served."""
    reading = read_workbook(
        workbook(
            Orders="""
                | Customer order | Customer | Status | Minimum down payment |
                | "111 "         | 10001    | CREATD | =0.125               |
                | 112            | 10002    | X      |                      |
            """,
            Items="| Order | Item | Quantity | Unit price |\n| 111 | 5001 | =1 | =9.905 |",
            hidden={"Orders": [3]},
        )
    )

    assert found(reading) == [
        ("Orders!A2", "CS214"),
        ("Orders!C2", "CS302"),
        ("Orders!D2", "CS215"),
        ("Orders!3", "CS107"),
        ("Orders!A3", "CS304"),
        ("Orders!C3", "CS302"),
        ("Items!D2", "CS215"),
    ]
    assert (served(reading), withheld(reading)) == (["111", "112"], [])
    assert not reading.has_errors
    assert [order.status for order in reading.orders] == ["CREATD", "X"]
    assert "CREATED" in reading.findings[1].problem.hint


def test_a_second_invoice_withholds_its_order() -> None:
    """Even where both rows say the same: one of them is a slip."""
    reading = read_workbook(
        workbook(
            Orders=ORDERS,
            Items=ITEMS,
            Invoices="""
                | Customer order | Invoice account | Invoicing amount |
                | 111            | 900001          | =1               |
                | 111            | 900001          | =1               |
            """,
        )
    )

    assert found(reading) == [("Invoices!A3", "CS305")]
    assert (served(reading), withheld(reading)) == (["112"], ["111"])


def test_a_discount_on_an_item_whose_row_is_broken_is_not_told_twice() -> None:
    """The item may be the very one; the row of Items is the one to mend."""
    reading = read_workbook(
        workbook(
            Orders=ORDERS,
            Items="""
                | Customer order | Item | Quantity | Unit price |
                | 111            | 5001 | two      | =9.90      |
                | 112            | 5001 | =1       | =9.90      |
            """,
            Discounts="""
                | Order | Item | Discount id | Discount text | Discount amount | Reward type |
                | 111   | 5001 | D           | Ten off       | =10             | PERCENTAGE  |
            """,
        )
    )

    assert found(reading) == [("Items!C2", "CS203")]
    assert withheld(reading) == ["111"]


def test_rows_of_every_further_sheet_may_have_lost_their_order() -> None:
    """Each is told, and none withholds another's order."""
    reading = read_workbook(
        workbook(
            Orders=ORDERS,
            Items=ITEMS,
            Invoices="| Order | Invoice account | Invoicing amount |\n| 999 | 900001 | =1 |",
            Information="""
                | Customer order | Information id | Value | Display text | Receipt label |
                | 999            | requisition    | 4711  | Requisition  | Req.          |
            """,
            Discounts="""
                | Order | Item | Discount id | Discount text | Discount amount | Reward type |
                | 999   | 5001 | D           | Ten off       | =10             | PERCENTAGE  |
            """,
        )
    )

    assert found(reading) == [
        ("Invoices!A2", "CS401"),
        ("Information!A2", "CS401"),
        ("Discounts!A2", "CS401"),
    ]
    assert (served(reading), withheld(reading)) == (["111", "112"], [])
    assert {finding.problem.code for finding in reading.findings} == {Code.UNKNOWN_ORDER}
    assert {finding.customer_order_id for finding in reading.findings} == {"999"}


def test_one_item_may_stand_on_two_rows_of_an_order() -> None:
    """Two lines of one article are two lines, as long as no discount is on it."""
    reading = read_workbook(workbook(Orders=ORDERS, Items=ITEMS + "| 111 | 5001 | =2 | =8.90 |"))

    assert found(reading) == []
    assert [str(item.unit_price) for item in reading.orders[0].items] == ["9.9", "8.9"]


def test_merged_order_ids_in_items_are_told_once_and_withhold_the_order() -> None:
    """Managers merge the order id over its items; only the first row holds it then."""
    reading = read_workbook(
        workbook(
            Orders=ORDERS,
            Items="""
                | Customer order | Item | Quantity | Unit price |
                | 111            | 5001 | =1       | =9.90      |
                |                | 5002 | =1       | =9.90      |
                | 112            | 5001 | =1       | =9.90      |
            """,
            merged={"Items": ["A2:A3"]},
        )
    )

    assert found(reading) == [("Items!A2", "CS210")]
    assert (served(reading), withheld(reading)) == (["112"], ["111"])


def test_a_unit_merged_over_its_orders_is_told_once() -> None:
    """One finding for one cause: the row below has no unit of its own, so it is no duplicate."""
    reading = read_workbook(
        workbook(
            Orders="""
                | Business unit | Customer order | Customer | Status  |
                | 0001          | 111            | 10001    | CREATED |
                |               | 112            | 10001    | CREATED |
                | 0007          | 112            | 10002    | CREATED |
            """,
            Items="| Customer order | Item | Quantity | Unit price |\n| 113 | 5001 | =1 | =1 |",
            merged={"Orders": ["A2:A3"]},
        )
    )

    assert found(reading) == [("Orders!A2", "CS210"), ("Items!A2", "CS401")]
    assert {"111", "112"} <= set(withheld(reading))


def test_a_unit_merged_over_the_items_of_an_order_is_told_once() -> None:
    """One finding for one cause: that the second row says no unit is the merging's doing."""
    reading = read_workbook(
        workbook(
            Orders=UNITS,
            Items="""
                | Business unit | Customer order | Item | Quantity | Unit price |
                | 0001          | 111            | 5001 | =1       | =9.90      |
                |               | 111            | 5002 | =1       | =9.90      |
                | 0007          | 111            | 5001 | =1       | =9.90      |
                | 0007          | 112            | 5001 | =1       | =9.90      |
            """,
            merged={"Items": ["A2:A3"]},
        )
    )

    assert found(reading) == [("Items!A2", "CS210")]
    assert ("0001", "111") in reading.withheld
    assert served(reading)[-1] == "112"


def test_merged_cells_above_beside_and_below_the_data_are_nobodys_business() -> None:
    """A merged title, a merged remark column, and merged blank cells."""
    reading = read_workbook(
        workbook(
            Orders="""
                | Orders         |          |         |      |
                | Customer order | Customer | Status  | Note |
                | 111            | 10001    | CREATED | call |
                | 112            | 10001    | CREATED |      |
            """,
            Items=ITEMS,
            merged={"Orders": ["A1:C1", "D3:D4", "A9:C10"]},
        )
    )

    assert (served(reading), found(reading)) == (["111", "112"], [])


def test_hidden_rows_are_told_once_with_their_number() -> None:
    """A filter hides hundreds of rows; the manager is told of them in one line."""
    reading = read_workbook(
        workbook(Orders=ORDERS, Items=ITEMS, hidden={"Orders": [2, 3], "Items": [1]})
    )

    assert found(reading) == [("Orders!2", "CS107")]
    assert "2 hidden rows" in reading.findings[0].problem.message
    assert served(reading) == ["111", "112"]


def test_an_id_filled_down_a_whole_column_is_told_in_time() -> None:
    """A slip of the hand makes 5,000 copies; each is told, and none is looked for in all."""
    rows = "\n".join("| 7 | c | CREATED |" for _ in range(5000))
    lines = "\n".join(f"| u{number} | a | =1 | =1 |" for number in range(5000))
    reading = read_workbook(
        workbook(
            Orders=f"| Customer order | Customer | Status |\n{rows}",
            Items=f"| Customer order | Item | Quantity | Unit price |\n{lines}",
        )
    )

    assert len(reading.withheld) == 5000
    assert [code for _, code in found(reading)] == ["CS301"] * 4999 + ["CS401"] * 5000


def with_rows(status: str, items: str) -> Reading:
    """Read three orders of a status, and a row of Items for each as given."""
    return read_workbook(
        workbook(
            Orders="| Customer order | Customer | Status |\n"
            + "\n".join(f"| {number} | 10001 | {status} |" for number in (111, 112, 113)),
            Items="| Customer order | Item | Quantity | Unit price |\n"
            + "\n".join(items.format(number) for number in (111, 112, 113)),
        )
    )


@pytest.mark.parametrize(
    "items", ["| {} | 5001 | two | =1 |", "| 9{} | 5001 | =1 | =1 |", "| | 5001 | =1 | =1 |"]
)
def test_a_workbook_with_more_faults_than_anybody_mends_is_refused(
    monkeypatch: pytest.MonkeyPatch, items: str
) -> None:
    """In cells or between sheets; the last good orders stay, and nobody reads a million lines."""
    monkeypatch.setattr(rows, "MOST_FAULTS", 2)
    monkeypatch.setattr(owners, "MOST_FAULTS", 2)

    assert found(with_rows("CREATED", items)) == [("", "CS007")]


def test_warnings_are_no_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are, beside a fault: they withhold nothing."""
    monkeypatch.setattr(rows, "MOST_FAULTS", 2)
    monkeypatch.setattr(owners, "MOST_FAULTS", 2)

    reading = with_rows("DONE", "| {} | 5001 | =1 | =0.125 |")
    with_a_fault = read_workbook(
        workbook(
            Orders="| Customer order | Customer | Status |\n"
            + "\n".join(f"| {number} | 10001 | DONE |" for number in (111, 112, 113)),
            Items="| Customer order | Item | Quantity | Unit price |\n| 111 | 5001 | two | =1 |",
        )
    )

    assert (served(reading), len(reading.findings)) == (["111", "112", "113"], 6)
    assert (served(with_a_fault), withheld(with_a_fault)) == (["112", "113"], ["111"])
