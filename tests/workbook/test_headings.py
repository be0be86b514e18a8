"""Which sheet is which, and which column: by name, in any order, with titles above."""

import pytest

from corsheet.workbook.layout import SHEETS, Column, SheetLayout
from corsheet.workbook.reading import read_workbook
from tests.support.sheets import found, served, workbook

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


def test_a_heading_row_far_below_is_not_looked_for() -> None:
    """A sheet of a hundred thousand remarks must not be searched to its end."""
    remarks = "\n".join(f"| remark {number} |" for number in range(150))

    reading = read_workbook(workbook(Orders=f"{remarks}\n{ORDERS.strip()}", Items=ITEMS))

    assert found(reading) == [("Orders", "CS103")]
