"""Rows of a sheet to lines: second tables, totals, hidden things, blanks and merged cells.

Every workbook drawn here is read both ways, in blocks and row by row.
"""

import io
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import xlsxwriter

from corsheet.findings import Code
from corsheet.workbook.reading import Reading, read_workbook
from corsheet.workbook.rows import may_be_heading
from tests.support.sheets import (
    MAIN,
    edited,
    found,
    raw_rows,
    raw_workbook,
    served,
    withheld,
    workbook,
)
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
FIRST_PART, SECOND_PART = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"

Read = Callable[[bytes], Reading]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Read:
    """Read a workbook both ways, which must agree."""
    return lambda data: assert_agree(data, monkeypatch)


BELOW = {
    "the same again": ORDERS,
    "in another language": "| Ordernummer | Kund | Orderstatus |\n| 113 | 1 | CREATED |",
    "other columns first": "| Status | Customer order | Customer |\n| CREATED | 113 | 1 |",
    "a column of one's own first": "| Row | Order | Kund | Status |\n| 1 | 113 | 1 | CREATED |",
    "shifted to the right": "| | Customer order | Customer | Status |\n| | 113 | 1 | CREATED |",
    "line breaks in it": r'| "Customer\norder" | Customer | Status |' + "\n| 113 | 1 | CREATED |",
    "with amounts": "| Order | Handpenning | Customer | Status |\n| 113 | =5 | 1 | CREATED |",
    "items": ITEMS,
    "items, by their item": "| Item | Order | Quantity | Unit price |\n| 5001 | 111 | =1 | =1 |",
    "invoices": "| Order | Invoice account | Invoicing amount |\n| 111 | 9 | =5 |",
}


@pytest.mark.parametrize("second", BELOW.values(), ids=BELOW)
@pytest.mark.parametrize("between", ["|", "| last year | | |"], ids=["blank", "title"])
def test_a_second_table_below_the_first_refuses_the_workbook(
    between: str, second: str, read: Read
) -> None:
    """Its rows would be served as orders named Item, or with a status for a customer."""
    reading = read(workbook(Orders=f"{ORDERS}\n{between}\n{second.strip()}", Items=ITEMS))

    assert reading.refused
    assert reading.orders == ()
    assert ("Orders!5", "CS110") in found(reading)
    assert "row 1" in next(
        f.problem.message for f in reading.findings if f.problem.code is Code.TWO_TABLES
    )


@pytest.mark.parametrize("sheet", ["Items", "Invoices", "Information", "Discounts"])
def test_a_second_table_is_told_on_any_sheet(sheet: str, read: Read) -> None:
    """Printed pages that repeat the headings are pasted into all of them."""
    headings = {
        "Items": "| Customer order | Item | Quantity | Unit price |",
        "Invoices": "| Customer order | Invoice account | Invoicing amount |",
        "Information": "| Order | Information id | Value | Display text | Receipt label |",
        "Discounts": "| Order | Item | Discount id | Discount text | Discount amount | Rabattyp |",
    }[sheet]
    again = f"{headings}\n| 111 | a | b | c | d | e |\n|\n{headings}"

    reading = read(workbook({"Orders": ORDERS, "Items": ITEMS, sheet: again}))

    assert reading.refused
    assert (f"{sheet}!4", "CS110") in found(reading)


def test_a_second_table_beside_the_first_is_told_by_its_headings(read: Read) -> None:
    """In one row with the first one's, each of its headings stands twice."""
    beside = """
        | Customer order | Customer | Status  |   | Customer order | Customer | Status  |
        | 111            | 10001    | CREATED |   | 113            | 10003    | CREATED |
    """

    reading = read(workbook(Orders=beside, Items=ITEMS))

    assert found(reading) == [
        ("Orders!E1", "CS104"),
        ("Orders!F1", "CS104"),
        ("Orders!G1", "CS104"),
    ]


def test_a_table_of_ones_own_beside_the_orders_is_left_alone(read: Read) -> None:
    """Its headings stand in another row, and its columns are nobody's."""
    beside = """
        | Customer order | Customer | Status  |   |                |        |          |
        | 111            | 10001    | CREATED |   | Customer order | Item   | Quantity |
        | 112            | 10002    | CREATED |   | 111            | =#N/A  | two      |
        |                |          |         |   | 112            | =A1    | three    |
    """

    reading = read(workbook(Orders=beside, Items=ITEMS))

    assert (served(reading), found(reading)) == (["111", "112"], [])


@pytest.mark.parametrize("order", ["Order", "Item", "Status", "id", "Customer order", "kundorder"])
def test_an_order_may_be_named_like_a_heading(order: str, read: Read) -> None:
    """Only a whole row of headings is a second table."""
    orders = f"{ORDERS}| {order} | 10003 | CREATED |"

    reading = read(workbook(Orders=orders, Items=f"{ITEMS}| {order} | 5001 | =1 | =1 |"))

    assert (served(reading), found(reading)) == (["111", "112", order], [])


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("Customer order", True),
        ("ORDER_NUMBER", True),
        ("Kundorder", True),
        ("Item", True),
        ("Receipt label", True),
        ("Locked", False),  # no sheet must have it
        ("111", False),
        ("Order 1", False),
        (None, False),
    ],
)
def test_what_may_be_a_heading_is_the_name_of_a_column_that_some_sheet_must_have(
    order: str | None, expected: bool
) -> None:
    """In the column of the order ids, where a second table would begin."""
    assert may_be_heading(order) is expected


Cells = Sequence[Sequence[object]]


def with_tables(orders: Cells, tables: Sequence[tuple[str, dict[str, Any]]], items: Cells) -> bytes:
    """Write Orders with Excel tables on it, as Excel does, and Items without."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    for name, rows in (("Orders", orders), ("Items", items)):
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        for place, options in tables if name == "Orders" else ():
            sheet.add_table(place, options)
    book.close()
    return edited(target.getvalue(), "xl/workbook.xml", b' fullCalcOnLoad="1"', b"")


HEADINGS = ["Customer order", "Customer", "Status", "Handpenning"]
ORDER_ROWS: Cells = [
    ["111", "10001", "CREATED", 100, None, "Eva", 3],
    ["112", "10002", "CREATED", 50, None, "Åke", 4],
]
ITEM_ROWS: Cells = [
    ["Customer order", "Item", "Quantity", "Unit price"],
    ["111", "5001", 1, 9.9],
    ["112", "5001", 1, 9.9],
]


def totalled(*names: str) -> dict[str, Any]:
    """Say what a table's columns are called, and that its last row adds up the last of them."""
    columns = [{"header": name} for name in names]
    columns[0]["total_string"] = "Total"
    columns[-1]["total_function"] = "sum"
    return {"columns": columns, "total_row": True}


@pytest.mark.parametrize("has_totals", [True, False])
@pytest.mark.parametrize("heading", ["Customer order", "Ordernummer", "Customer\norder"])
def test_the_row_in_which_an_excel_table_adds_up_is_no_order(
    heading: str, has_totals: bool, read: Read
) -> None:
    """Total Row in the Table Design tab; without it the last row is an order like any other."""
    table: tuple[str, dict[str, Any]] = ("A1:D4", totalled(heading, *HEADINGS[1:]))
    if not has_totals:
        table = ("A1:D3", {"columns": [{"header": name} for name in (heading, *HEADINGS[1:])]})

    reading = read(with_tables([[heading], *ORDER_ROWS], [table], ITEM_ROWS))

    assert (served(reading), found(reading)) == (["111", "112"], [])


def test_the_totals_of_a_table_of_ones_own_hide_no_order(read: Read) -> None:
    """It stands beside the orders, and adds up in a row where an order stands."""
    rows: Cells = [[*HEADINGS, None, "Seller", "Calls"], *ORDER_ROWS]
    tables = [("F1:G3", totalled("Seller", "Calls"))]

    reading = read(with_tables(rows, tables, ITEM_ROWS))

    assert (served(reading), found(reading)) == (["111", "112"], [])


def test_totals_written_by_hand_are_told(read: Read) -> None:
    """Nothing says that the row is none of the orders, so it is one that cannot be used."""
    orders = "| Order | Customer | Status | Handpenning |\n| 111 | 1 | CREATED | =5 |"
    items = f"{ITEMS}| Total | | =2 | =19.80 |"

    reading = read(workbook(Orders=f"{orders}\n| Total | | | =SUM(D2) -> 5 |", Items=items))

    assert served(reading) == ["111"]
    assert withheld(reading) == ["Total"]
    assert ("Orders!B3", "CS201") in found(reading)
    assert ("Items!A3", "CS401") in found(reading)


@pytest.mark.parametrize(
    ("cols", "expected"),
    [
        ('<col min="2" max="2" hidden="1"/>', ["B1"]),
        ('<col min="2" max="2" hidden="true" width="0"/>', ["B1"]),
        ('<col min="1" max="3" hidden="1"/>', ["A1", "B1", "C1"]),
        ('<col min="1" max="1" hidden="1"/><col min="3" max="3" hidden="1"/>', ["A1", "C1"]),
        ('<col min="4" max="16384" hidden="1"/>', []),
        ('<col min="2" max="2" hidden="0"/>', []),
        ('<col min="2" max="2" width="0"/>', []),
    ],
)
def test_hidden_columns_are_served_and_each_is_told(
    cols: str, expected: list[str], read: Read
) -> None:
    """At its heading; hidden columns that nobody reads are nobody's business."""
    data = workbook(Orders=ORDERS, Items=ITEMS)
    with_cols = f"<cols>{cols}</cols><sheetData>".encode()

    reading = read(edited(data, FIRST_PART, b"<sheetData>", with_cols))

    assert served(reading) == ["111", "112"]
    assert found(reading) == [(f"Orders!{cell}", "CS108") for cell in expected]


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_served_and_told_once(state: str, read: Read) -> None:
    """Whichever way it is hidden; a hidden sheet without rows is not told."""
    data = workbook(Orders=ORDERS, Items=ITEMS, Invoices="", Notes="| a |")
    for number in (2, 3, 4):
        sheet = f'sheetId="{number}"'
        hidden = f'{sheet} state="{state}"'
        data = edited(data, "xl/workbook.xml", sheet.encode(), hidden.encode())

    reading = read(data)

    assert (served(reading), found(reading)) == (["111", "112"], [("Items", "CS109")])


@pytest.mark.parametrize(
    ("rows", "expected", "message"),
    [
        ([3], [("Orders!3", "CS107")], "a hidden row"),
        ([2, 3], [("Orders!2", "CS107")], "2 hidden rows"),
        ([1], [], ""),
        ([4, 5], [], ""),
        ([2, 3, 4, 5], [("Orders!2", "CS107")], "2 hidden rows"),
    ],
)
def test_rows_that_are_filtered_away_are_served_with_one_warning(
    rows: list[int], expected: list[tuple[str, str]], message: str, read: Read
) -> None:
    """Blank rows and the headings may be hidden."""
    orders = f"{ORDERS}\n|\n| | | | note |"

    reading = read(workbook(Orders=orders, Items=ITEMS, hidden={"Orders": rows}))

    assert served(reading) == ["111", "112"]
    assert found(reading) == expected
    assert all(message in finding.problem.message for finding in reading.findings)


def test_a_hidden_order_with_an_error_is_told_of_both(read: Read) -> None:
    """The manager cannot see the cell that is to be mended."""
    orders = ORDERS.replace("10002", "=#REF!")

    reading = read(workbook(Orders=orders, Items=ITEMS, hidden={"Orders": [3]}))

    assert (served(reading), withheld(reading)) == (["111"], ["112"])
    assert found(reading) == [("Orders!3", "CS107"), ("Orders!B3", "CS208")]


def test_thousands_of_blank_rows_with_a_look_are_skipped(read: Read) -> None:
    """Formats filled down to row 5,000, spaces, and formulas that give nothing."""
    looks = "".join(
        f'<row r="{row}" s="0"><c r="A{row}" s="0"/><c r="B{row}"/><c r="C{row}" s="0"/></row>'
        for row in range(4, 5000)
    )
    nothing = (
        '<row r="5000"><c r="A5000" t="str"><f>""</f><v></v></c></row>'
        '<row r="5001"><c r="A5001" t="inlineStr"><is><t xml:space="preserve">  </t></is></c></row>'
        '<row r="5002"><c r="B5002" t="inlineStr"><is><t>\u00a0\u200b</t></is></c></row>'
        '<row r="5003"><c r="F5003"><v>7</v></c></row>'
    )

    reading = read(raw_workbook(Orders=raw_rows(ORDERS) + looks + nothing, Items=raw_rows(ITEMS)))

    assert (served(reading), found(reading)) == (["111", "112"], [])


def test_an_order_below_thousands_of_blank_rows_is_read(read: Read) -> None:
    """Somebody went to the end with Ctrl+End, and typed there."""
    far = '<row r="60000"><c r="A60000"><v>113</v></c><c r="B60000"><v>1</v></c></row>'

    reading = read(raw_workbook(Orders=raw_rows(ORDERS) + far, Items=raw_rows(ITEMS)))

    assert found(reading) == [("Orders!C60000", "CS201")]


@pytest.mark.parametrize("dimension", ["A1", "A1:C2", "A1:XFD1048576", "C3:A1", "nonsense"])
def test_a_wrong_dimension_loses_no_order(dimension: str, read: Read) -> None:
    """Some programs write A1 whatever the sheet holds."""
    claim = f'<dimension ref="{dimension}"/>'
    root = f'<worksheet xmlns="{MAIN}">{claim}<sheetData>{raw_rows(ORDERS)}</sheetData></worksheet>'

    reading = read(raw_workbook(Orders=root, Items=raw_rows(ITEMS)))

    assert (served(reading), found(reading)) == (["111", "112"], [])


ERRORS = ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"]


@pytest.mark.parametrize("error", [*ERRORS, "#GETTING_DATA", "Err:502"])
@pytest.mark.parametrize("column", "ABCDE")
def test_an_error_in_any_column_is_told_at_its_cell(error: str, column: str, read: Read) -> None:
    """With the word that the cell shows; only the order of that row is withheld."""
    cells = dict(zip("ABCDE", ["112", "10002", "CREATED", "=5", "yes"], strict=True))
    row = "| " + " | ".join({**cells, column: "=#N/A"}.values()) + " |"
    heading = "| Customer order | Customer | Status | Handpenning | Locked |"
    orders = f"{heading}\n| 111 | 10001 | CREATED | =5 | no |\n{row}"
    data = workbook(Orders=orders, Items=ITEMS)

    reading = read(edited(data, FIRST_PART, b"<v>#N/A</v>", f"<v>{error}</v>".encode()))

    (finding,) = (f for f in reading.findings if f.problem.code is Code.ERROR_VALUE)
    assert finding.place == f"Orders!{column}3"
    assert error in finding.problem.message
    assert served(reading) == ["111"]
    assert withheld(reading) == ([] if column == "A" else ["112"])


MERGED = {
    "two cells of a row": (["B2:C2"], ["B2"], ["111"]),
    "the order ids of two rows": (["A2:A3"], ["A2"], ["111", "112"]),
    "the customers of two rows": (["B2:B3"], ["B2"], ["111", "112"]),
    "a whole row": (["A3:C3"], ["A3"], ["112"]),
    "a heading and the cell below": (["B1:B2"], ["B2"], ["111"]),
    "data and blank cells below": (["C3:C9"], ["C3"], ["112"]),
    "two places": (["A2:B2", "C2:C3"], ["A2", "C2"], ["111", "112"]),
    "data and a column of one's own": (["C3:E3"], ["C3"], ["112"]),
    "a column of one's own": (["D2:D3"], [], []),
    "blank rows below": (["A8:C9"], [], []),
}


@pytest.mark.parametrize("keeps", [True, False], ids=["values kept", "values gone"])
@pytest.mark.parametrize(("merged", "expected", "lost"), MERGED.values(), ids=MERGED)
def test_merged_cells_in_the_data_are_told_once_and_withhold_what_they_touch(
    merged: list[str], expected: list[str], lost: list[str], keeps: bool, read: Read
) -> None:
    """Excel keeps the first value of merged cells; other programs keep them all."""
    rows = [["111", "10001", "CREATED"], ["112", "10002", "CREATED"]]
    for first, last in (cells.split(":") for cells in merged):
        for number, row in enumerate(rows, 2):
            for column in range(3):
                inside = first[0] <= "ABC"[column] <= last[0] and int(first[1]) <= number
                if inside and not keeps and f"{'ABC'[column]}{number}" != first:
                    row[column] = "" if number <= int(last[1]) else row[column]
    drawing = "\n".join("| " + " | ".join([*row, "call"]) + " |" for row in rows)
    orders = f"| Customer order | Customer | Status | Remark |\n{drawing}"

    reading = read(workbook(Orders=orders, Items=ITEMS, merged={"Orders": merged}))

    told = [place for place, code in found(reading) if code == "CS210"]
    assert told == [f"Orders!{cell}" for cell in expected]
    assert not {"111", "112"} - set(lost) & set(withheld(reading))
    assert not set(lost) & set(served(reading))


def test_a_business_unit_filled_down_makes_no_rows() -> None:
    """A column filled to its end would else give a million errors."""
    reading = read_workbook(
        workbook(
            Orders="""
                | Business unit | Customer order | Customer | Status  |
                | 0001          | 111            | 10001    | CREATED |
                | 0001          |                |          |         |
            """,
            Items="""
                | Business unit | Customer order | Item | Quantity | Unit price |
                | 0001          | 111            | 5001 | =1       | =9.90      |
                | 0001          |                |      |          |            |
            """,
        )
    )

    assert (served(reading), found(reading)) == (["111"], [])
