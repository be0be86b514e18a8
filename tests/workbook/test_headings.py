"""Which sheet is which, and which column: by name, in any order, with titles above."""

from decimal import Decimal

import pytest

from corsheet.workbook.layout import SHEETS, Column, SheetLayout
from corsheet.workbook.reading import read_workbook
from tests.support.sheets import drawn, found, served, workbook
from tests.workbook.test_regular import assert_agree

ORDERS = """
    | Customer order | Customer | Status  |
    | 111            | 10001    | CREATED |
"""
ITEMS = """
    | Customer order | Item | Quantity | Unit price |
    | 111            | 5001 | =1       | =9.90      |
"""


@pytest.mark.parametrize(
    ("layout", "column", "spelling"),
    [
        (layout, column, spelling)
        for layout in SHEETS
        for column in layout.columns
        if column.required
        for spelling in (column.name.upper(), *column.spellings)
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_listed_spelling_of_a_required_heading_is_found(
    layout: SheetLayout, column: Column, spelling: str
) -> None:
    """English, Swedish and the wire's names; a sheet with the spelling is complete."""
    headings = [spelling if c is column else c.name for c in layout.columns if c.required]
    sheets = {"Orders": ORDERS, "Items": ITEMS, layout.name: "|" + "|".join(headings) + "|"}
    sheets.setdefault("Items", ITEMS)

    reading = read_workbook(workbook(sheets))

    assert not reading.refused
    assert "CS103" not in {code for _, code in found(reading)}


@pytest.mark.parametrize(
    ("orders", "items"),
    [
        ("Orders", "Items"),
        ("ORDERS", "items"),
        ("Ordrar", "Rader"),
        ("customerOrders", "Order items"),
        ("Customer_orders", " Orderrader "),
        ("Orders - Table 1", "Items - Table 1"),
        ("Ordrar - Tabell 1", "Rader - Tabell 1"),
        ("ordrår", "İtems"),
    ],
)
def test_a_sheet_is_found_by_any_of_its_names(orders: str, items: str) -> None:
    """Case, spaces and underscores do not matter, nor does the language."""
    reading = read_workbook(workbook({orders: ORDERS, items: ITEMS}))

    assert (served(reading), found(reading)) == (["111"], [])


def test_neither_the_order_of_sheets_nor_of_columns_matters() -> None:
    """The manager moves columns about, and puts sheets of their own between."""
    reading = read_workbook(
        workbook(
            Notes="| Call | Anna |",
            Items="| Price | Article | Order number | Antal |\n| =9.90 | 5001 | 111 | =2 |",
            Pivot="",
            Orders="| Status | Kund | Order |\n| CREATED | 10001 | 111 |",
        )
    )

    assert found(reading) == []
    (order,) = reading.orders
    assert (order.customer_id, order.items[0].item_id) == ("10001", "5001")


def test_columns_of_the_managers_own_are_left_alone() -> None:
    """A remark, a date or an error in a column that nobody reads is nobody's business."""
    reading = read_workbook(
        workbook(
            Orders="""
                | Remark | Customer order | Customer | Promised    | Status  |      |
                | =#N/A  | 111            | 10001    | =2026-11-21 | CREATED | call |
                |        |                |          | =2026-11-22 |         |      |
            """,
            Items=ITEMS,
        )
    )

    assert (served(reading), found(reading)) == (["111"], [])


def test_a_title_and_remarks_may_stand_above_the_table() -> None:
    """The heading row is the first that holds all the required headings."""
    reading = read_workbook(
        workbook(
            Orders="""
                | Customer orders of Åkers Bygg |                |             |         |
                |                               |                |             |         |
                | Status                        | as of          | =2026-11-21 |         |
                |                               | Customer order | Customer    | Status  |
                |                               | 111            | 10001       | CREATED |
            """,
            Items=ITEMS,
        )
    )

    assert (served(reading), found(reading)) == (["111"], [])


def test_blank_rows_and_rows_of_spaces_are_skipped() -> None:
    """Between the orders as well as below them."""
    reading = read_workbook(
        workbook(
            Orders="""
                | Customer order | Customer  | Status  |
                |                |           |         |
                | 111            | 10001     | CREATED |
                | "  "           | "\\u00a0" |         |
                | 112            | 10001     | CREATED |
            """,
            Items=ITEMS + "| 112 | 5001 | =1 | =9.90 |",
        )
    )

    assert (served(reading), found(reading)) == (["111", "112"], [])


def test_a_misspelt_required_heading_is_told_at_its_cell_with_what_was_meant() -> None:
    """The manager goes to the cell and corrects a letter."""
    reading = read_workbook(
        workbook(
            Orders="| Customer order | Costumer | Status |\n| 111 | 1 | CREATED |", Items=ITEMS
        )
    )

    assert reading.refused
    assert found(reading) == [("Orders!B1", "CS103")]
    assert "did you mean Customer?" in reading.findings[0].problem.hint


def test_all_missing_headings_are_told_at_once() -> None:
    """One visit mends the heading row."""
    reading = read_workbook(
        workbook(Orders="| Customer order |\n| 111 |", Items="| Customer order | Item |\n| 1 | 2 |")
    )

    assert found(reading) == [
        ("Orders!1", "CS103"),
        ("Orders!1", "CS103"),
        ("Items!1", "CS103"),
        ("Items!1", "CS103"),
    ]


@pytest.mark.parametrize("drawing", ["", "| Call Anna | tomorrow |", "| =1 | =2 |\n| =3 | =4 |"])
def test_a_required_sheet_without_headings_refuses_the_workbook(drawing: str) -> None:
    """One finding for the sheet, which names the headings to write."""
    reading = read_workbook(workbook(Orders=drawing, Items=ITEMS))

    assert reading.refused
    assert found(reading) == [("Orders", "CS103")]
    assert "Customer order, Customer, Status" in reading.findings[0].problem.hint


def test_an_optional_sheet_may_be_blank() -> None:
    """An Invoices sheet that nobody has used yet is no mistake."""
    reading = read_workbook(workbook(Orders=ORDERS, Items=ITEMS, Invoices=""))

    assert (served(reading), found(reading)) == (["111"], [])


def test_an_optional_sheet_with_a_missing_heading_refuses_the_workbook() -> None:
    """Without its column the sheet would be ignored, and with it a promise to the customer."""
    reading = read_workbook(
        workbook(Orders=ORDERS, Items=ITEMS, Invoices="| Order | Invoicing amount |\n| 111 | =5 |")
    )

    assert reading.refused
    assert found(reading) == [("Invoices!1", "CS103")]


def test_a_misspelt_required_sheet_is_told_by_its_name() -> None:
    """A sheet named Itmes is told of as the one that is missing."""
    reading = read_workbook(workbook(Orders=ORDERS, Itmes=ITEMS))

    assert reading.refused
    assert found(reading) == [("Itmes", "CS101")]
    assert "Items" in reading.findings[0].problem.hint


def test_a_workbook_without_our_sheets_is_told_of_both() -> None:
    """Somebody else's workbook at our path."""
    reading = read_workbook(workbook(Sheet1="| a | b |"))

    assert found(reading) == [("", "CS101"), ("", "CS101")]


def test_three_sheets_of_one_meaning_are_one_finding() -> None:
    """Orders, Ordrar and Kundordrar cannot all be it; the second is told."""
    reading = read_workbook(workbook(Orders=ORDERS, Ordrar=ORDERS, Kundordrar=ORDERS, Items=ITEMS))

    assert reading.refused
    assert found(reading) == [("Ordrar", "CS102")]


def test_each_further_heading_of_one_meaning_is_told() -> None:
    """All of them are to be renamed but one."""
    reading = read_workbook(
        workbook(
            Orders="""
                | Customer order | Customer | Status  | Order | Ordernummer |
                | 111            | 10001    | CREATED | 111   | 111         |
            """,
            Items=ITEMS,
        )
    )

    assert found(reading) == [("Orders!D1", "CS104"), ("Orders!E1", "CS104")]
    assert "column A" in reading.findings[0].problem.message


def test_a_heading_near_a_column_that_is_there_is_no_near_miss() -> None:
    """A column Orders beside Customer order is the manager's own."""
    reading = read_workbook(
        workbook(
            Orders="| Customer order | Orders | Customer | Status |\n| 111 | 7 | 1 | CREATED |",
            Items=ITEMS,
        )
    )

    assert (served(reading), found(reading)) == (["111"], [])


TWO_ROWS = {
    "reading on": """
        | Customer | Customer | Order  | Minimum down | Is     | Sold |
        | order    |          | status | payment      | locked | by   |
        | 111      | 10001    | DONE   | =5           | yes    | Eva  |
    """,
    "reading on, by the lower row": """
        |                |          |        | Minimum down |        |
        | Customer order | Customer | Status | payment      | Locked |
        | 111            | 10001    | DONE   | =5           | yes    |
    """,
    "groups above": """
        | Order          | Whose    |        | Money                |        | Our own |
        | Customer order | Customer | Status | Minimum down payment | Locked | remark  |
        | 111            | 10001    | DONE   | =5                   | yes    | call    |
    """,
    "groups above some, and the others merged over both": """
        | Customer order | Customer | Status | Till                 |        |
        |                |          |        | Minimum down payment | Locked |
        | 111            | 10001    | DONE   | =5                   | yes    |
    """,
    "half of the last ones below": """
        | Customer order | Customer | Status | Minimum down |        |
        |                |          |        | payment      | Locked |
        | 111            | 10001    | DONE   | =5           | yes    |
    """,
    "in Swedish, below a title": """
        | Åkers Bygg, ordrar |      |        |             |
        |                    |      |        |             |
        | Order              | Kund | Order  | Hand        | Låst |
        | nummer             |      | status | penning     |      |
        | 111                | 10001 | DONE  | =5          | ja   |
    """,
}


@pytest.mark.parametrize("drawing", TWO_ROWS.values(), ids=TWO_ROWS)
def test_headings_may_be_written_over_two_rows(
    drawing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No column is lost by it, not one that may be left out either."""
    reading = assert_agree(workbook(Orders=drawing, Items=ITEMS), monkeypatch)

    (order,) = reading.orders
    assert (order.customer_order_id, order.customer_id, order.status) == ("111", "10001", "DONE")
    assert (order.minimum_down_payment_amount, order.is_locked) == (Decimal(5), True)
    assert found(reading) == [(f"Orders!C{len(drawn(drawing))}", "CS302")]


@pytest.mark.parametrize(
    ("drawing", "order"),
    [
        (
            # the words of the first row would be headings
            """
            | Customer order | Customer | Status | Kind   |
            | 111            | 10001    | DONE   | Locked |
            """,
            "111",
        ),
        (
            """
            | Customer order | Customer | Status | Kind   |
            | =111           | =10001   | =7     | Locked |
            """,
            "111",
        ),
        (
            # a blank row stands between
            """
            | Customer       |          |        |
            |                |          |        |
            | Customer order | Customer | Status |
            | 111            | 10001    | DONE   |
            """,
            "111",
        ),
    ],
)
def test_a_row_of_data_is_never_taken_for_headings(drawing: str, order: str) -> None:
    """The first order below the headings must not be lost."""
    reading = read_workbook(workbook(Orders=drawing, Items=ITEMS))

    assert served(reading) == [order]
    assert [o.is_locked for o in reading.orders] == [None]


def test_a_word_above_a_blank_heading_is_a_title(monkeypatch: pytest.MonkeyPatch) -> None:
    """Butik 0001 above the table names no column: the notes below it are no business units."""
    orders = """
        |                |          |         | Butik | 0001 |
        | Customer order | Customer | Status  |       |      |
        | 111            | 10001    | CREATED | call  | Anna |
    """

    reading = assert_agree(workbook(Orders=orders, Items=ITEMS), monkeypatch)

    assert found(reading) == []
    assert [order.business_unit_id for order in reading.orders] == ["*"]


def test_an_item_whose_remark_is_a_heading_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The row below the headings has nothing but numbers, and Butik in a column of one's own."""
    items = """
        | Order | Artikel | Antal | Pris | Kanal |
        | =111  | =5001   | =1    | =9.9 | Butik |
        | =111  | =5002   | =1    | =9.9 | Nät   |
    """

    reading = assert_agree(workbook(Orders=ORDERS, Items=items), monkeypatch)

    assert found(reading) == []
    assert [item.item_id for item in reading.orders[0].items] == ["5001", "5002"]


@pytest.mark.parametrize(
    "drawing",
    [
        "| Customer | Customer | Status |\n| =1 | =2 | =3 |",
        "| Customer | Customer | Status |\n|\n| order | | |\n| 111 | 10001 | DONE |",
        "| Customer | Customer | Status |\n| Remark | | |\n| order | | |",
        "| Customer order | | Status |\n| | | Customer |",
    ],
)
def test_headings_that_do_not_come_together_are_missing(drawing: str) -> None:
    """Two rows that touch each other, and one heading for each column."""
    reading = read_workbook(workbook(Orders=drawing, Items=ITEMS))

    assert reading.refused
    assert {code for _, code in found(reading)} == {"CS103"}


@pytest.mark.parametrize(
    "heading",
    [
        r'"Customer\norder"',
        r'"Customer\r\n order "',
        r'"\u00a0CUSTOMER_ORDER\u200b"',
        r'"Cu\u0301stomer\u2003order"',
        r'"\uff23ustomer\u3000order"',
        "=A9 -> Customer order",
    ],
)
def test_a_heading_may_have_line_breaks_and_odd_letters(heading: str) -> None:
    """Alt+Enter in a heading, or a formula for it, is no other heading."""
    orders = f"| {heading} | Customer | Status |\n| 111 | 10001 | CREATED |"

    reading = read_workbook(workbook(Orders=orders, Items=ITEMS))

    assert (served(reading), found(reading)) == (["111"], [])


@pytest.mark.parametrize(
    ("heading", "meant"),
    [
        ("Min down payment", "Minimum down payment"),
        ("Down payment", "Minimum down payment"),
        ("Minimum", "Minimum down payment"),
        ("Minimum down payement", "Minimum down payment"),
        ("Handpening", "Minimum down payment"),
        ("Handpenningar", "Minimum down payment"),
        ("Lock", "Locked"),
        ("Locked?", "Locked"),
        ("Is locked:", "Locked"),
        ("Låst?", "Locked"),
        ("Lasts", "Locked"),
        ("Business", "Business unit"),
        ("Bussiness unit", "Business unit"),
        ("Stores", "Business unit"),
        ("Butiks", "Business unit"),
        ("Affar?", "Business unit"),
    ],
)
def test_a_heading_that_is_nearly_an_optional_one_is_told(heading: str, meant: str) -> None:
    """The column is not read, and its values would be missed at the till."""
    orders = f"| Customer order | Customer | Status | {heading} |\n| 111 | 1 | CREATED | x |"

    reading = read_workbook(workbook(Orders=orders, Items=ITEMS))

    assert (served(reading), found(reading)) == (["111"], [("Orders!D1", "CS106")])
    assert f"did you mean {meant}?" in reading.findings[0].problem.hint


@pytest.mark.parametrize(
    "heading",
    [
        "Remark",
        "Payment",
        "Unit",
        "Date",
        "Date locked",
        "No",
        "Lo",
        "Telefon",
        "Ort",
        "e-mail",
        "#",
    ],
)
def test_a_heading_of_the_managers_own_is_not_told(heading: str) -> None:
    """A warning that comes at every saving is soon read by nobody."""
    orders = f"| Customer order | Customer | Status | {heading} |\n| 111 | 1 | CREATED | x |"

    reading = read_workbook(workbook(Orders=orders, Items=ITEMS))

    assert (served(reading), found(reading)) == (["111"], [])


@pytest.mark.parametrize(
    ("heading", "place"),
    [
        ("Costumer", "Orders!B1"),
        ("Custmer id", "Orders!B1"),
        ("Customer:", "Orders!B1"),
        ("Cust", "Orders!B1"),
        ("Kundummer", "Orders!B1"),
        ("Kund-nummer", "Orders!B1"),
        ("Knud", "Orders!B1"),
        ("Buyer", "Orders!1"),
        ("Köpare", "Orders!1"),
        ("=5", "Orders!1"),
        ("", "Orders!1"),
    ],
)
def test_a_required_heading_that_is_not_there_is_told_where_it_may_be_meant(
    heading: str, place: str
) -> None:
    """In either language; else at the row of the headings."""
    orders = f"| Customer order | {heading} | Status |\n| 111 | 10001 | CREATED |"

    reading = read_workbook(workbook(Orders=orders, Items=ITEMS))

    assert (reading.refused, found(reading)) == (True, [(place, "CS103")])
    assert "Customer" in reading.findings[0].problem.hint


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Invoces", "Invoices"),
        ("Invoices.", "Invoices"),
        ("Inv", "Invoices"),
        ("Invoces - Table 1", "Invoices"),
        ("Fakutra", "Invoices"),
        ("Fakturer", "Invoices"),
        ("Discuonts", "Discounts"),
        ("Rabbater", "Discounts"),
        ("Uppgift", "Information"),
        ("Aditional information", "Information"),
    ],
)
def test_a_sheet_that_is_nearly_an_optional_one_is_told(name: str, meant: str) -> None:
    """In either language: it is not read, and the till would miss it."""
    reading = read_workbook(workbook({"Orders": ORDERS, "Items": ITEMS, name: "| a |"}))

    assert (served(reading), found(reading)) == (["111"], [(name, "CS105")])
    assert f"did you mean {meant}?" in reading.findings[0].problem.hint


@pytest.mark.parametrize(
    "name", ["Notes", "Sheet3", "Orders (2)", "Items 2025", "Invoice list", "Kunder", "Pivot", "In"]
)
def test_a_sheet_of_the_managers_own_is_not_told(name: str) -> None:
    """Copies of last year's orders are left alone as well."""
    reading = read_workbook(workbook({"Orders": ORDERS, "Items": ITEMS, name: "| a |"}))

    assert (served(reading), found(reading)) == (["111"], [])


@pytest.mark.parametrize(
    "name", ["Itmes", "Item", "Radar", "Orderader", "Artikla", "Itmes - Table 1"]
)
def test_a_required_sheet_that_is_misspelt_is_told_at_its_name(name: str) -> None:
    """In either language."""
    reading = read_workbook(workbook({"Orders": ORDERS, name: ITEMS}))

    assert (reading.refused, found(reading)) == (True, [(name, "CS101")])
    assert "to Items" in reading.findings[0].problem.hint


def test_a_sheet_that_is_there_is_not_looked_for_among_others() -> None:
    """Order beside Orders, and Faktura 1 beside Faktura, are the manager's own."""
    reading = read_workbook(
        workbook(
            {
                "Order": "| a |",
                "Ordrar": ORDERS,
                "Rader": ITEMS,
                "Radar": "| a |",
                "Faktura": "",
                "Fakturan": "| a |",
            }
        )
    )

    assert (served(reading), found(reading)) == (["111"], [])


def test_a_second_heading_is_told_with_the_letter_of_the_first() -> None:
    """Also far to the right, where letters are two."""
    filler = " | ".join(f"own {number}" for number in range(25))
    orders = f"| Status | {filler} | Kund | Customer order | Kundnummer |\n| CREATED |"

    reading = read_workbook(workbook(Orders=orders, Items=ITEMS))

    assert found(reading)[0] == ("Orders!AC1", "CS104")
    assert "column AA" in reading.findings[0].problem.message


@pytest.mark.parametrize(
    ("merged", "row"),
    [
        (["A1:C1"], "| Orders of Åkers Bygg | | |\n| Customer order | Customer | Status |"),
        (["A1:C3"], "| Orders | | |\n||||\n||||\n| Customer order | Customer | Status |"),
        (["A1:A2", "B1:B2", "C1:C2"], "| Customer order | Customer | Status |\n| | | |"),
        (["C1:D1"], "| Customer order | Customer | Status | |"),
    ],
)
def test_merged_titles_and_headings_do_no_harm(
    merged: list[str], row: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only merged cells in the data are in the way."""
    orders = f"{row}\n| 111 | 10001 | CREATED |"
    data = workbook(Orders=orders, Items=ITEMS, merged={"Orders": merged})

    reading = assert_agree(data, monkeypatch)

    assert (served(reading), found(reading)) == (["111"], [])


def test_a_heading_row_far_below_is_not_looked_for() -> None:
    """A sheet of a hundred thousand remarks must not be searched to its end."""
    remarks = "\n".join(f"| remark {number} |" for number in range(150))

    reading = read_workbook(workbook(Orders=f"{remarks}\n{ORDERS.strip()}", Items=ITEMS))

    assert found(reading) == [("Orders", "CS103")]
