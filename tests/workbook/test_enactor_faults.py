"""Every fault that only Enactor's sheets can have, drawn, with the place it is told at."""

from typing import Any

import pytest

from corsheet.findings import Code
from corsheet.workbook import owners, rows
from corsheet.workbook import reading as reading_module
from corsheet.workbook.enactor import EnactorJoin
from corsheet.workbook.reading import Reading, read_workbook
from tests.support.sheets import (
    edited,
    found,
    raw_rows,
    raw_workbook,
    served,
    withheld,
    workbook,
)

ORDERS = """
    | Customer order | Customer | Status  |
    | 111            | 10001    | CREATED |
    | 112            | 10002    | CREATED |
"""
ITEMS = """
    | Customer order | Item | Quantity | Unit price |
    | 111            | 5001 | =1       | =9.90      |
    | 111            | 5002 | =2       | =5         |
    | 112            | 5003 | =1       | =5         |
"""


def drawn(sheet: str, drawing: str, items: str = ITEMS) -> bytes:
    """Draw a workbook with two orders and one of Enactor's sheets."""
    return workbook({"Orders": ORDERS, "Items": items, sheet: drawing})


def told(reading: Reading) -> list[str]:
    """Give the ids of the orders that Enactor's clients are told."""
    if reading.enactor_refused:
        return []
    return [
        order.customer_order_id
        for order in reading.orders
        if (order.business_unit_id, order.customer_order_id) not in reading.enactor_withheld
    ]


ENACTORS: dict[Code, tuple[bytes, list[str]]] = {
    Code.UNKNOWN_FIELD: (
        drawn("Notes", "| Customer order | note | colour |\n| 111 | call | red |"),
        ["Notes!C1"],
    ),
    Code.CARD_SECRET: (
        drawn(
            "Payments",
            """
            | Customer order | Payment                  | cardDetails.hashedPan | amount |
            | 111            | customerOrderCardPayment | abc                   | =100   |
            """,
        ),
        ["Payments!C1"],
    ),
    Code.NOT_MINOR_UNITS: (
        drawn("Enactor header", "| Customer order | orderValue |\n| 111 | =19.9 |"),
        ["Enactor header!B2"],
    ),
    Code.NOT_WHOLE: (
        drawn("Notes", "| Customer order | lineNumber |\n| 111 | first |"),
        ["Notes!B2"],
    ),
    Code.NOT_A_MOMENT: (
        drawn("Enactor header", "| Customer order | createdDate |\n| 111 | 2026-11-21 |"),
        ["Enactor header!B2"],
    ),
    Code.NOT_EMPTY: (
        drawn("Enactor header", "| Customer order | userId |\n| 111 | 1 |"),
        ["Enactor header!B2"],
    ),
    Code.FIELDS_CLASH: (
        drawn("Enactor header", "| Customer order | x | x.id |\n| 111 | red | 1 |"),
        ["Enactor header!B1", "Enactor header!C1", "Enactor header!B2"],
    ),
    Code.UNKNOWN_PAYMENT: (
        drawn("Payments", "| Customer order | Payment | amount |\n| 111 | card | =100 |"),
        ["Payments!B2"],
    ),
    Code.HEADER_TWICE: (
        drawn("Enactor header", "| Customer order |\n| 111 |\n| 112 |\n| 111 |"),
        ["Enactor header!A4"],
    ),
    Code.NO_ITEMS_ROW: (
        drawn("Enactor items", "| Customer order | Items row |\n| 111 | =3 |"),
        ["Enactor items!B2"],
    ),
    Code.ITEMS_ROW_TWICE: (
        drawn("Enactor items", "| Customer order | Items row |\n| 111 | =2 |\n| 111 | =2 |"),
        ["Enactor items!B3"],
    ),
    Code.NO_LINE: (
        drawn("Adjustments", "| Customer order | Line | amount |\n| 111 | =3 | =100 |"),
        ["Adjustments!B2"],
    ),
    Code.PRODUCT_TWICE: (
        drawn("Products", "| productId | type |\n| 5001 | a |\n| 5003 | a |\n| 5001 | b |"),
        ["Products!A4"],
    ),
    Code.OTHER_CUSTOMER: (
        drawn("Enactor header", "| Customer order | customerNumber |\n| 111 | 10002 |"),
        ["Enactor header!B2"],
    ),
    Code.QUANTITY_NOT_WHOLE: (
        drawn(
            "Enactor header",
            "| Customer order |\n| 111 |",
            items="""
            | Customer order | Item | Quantity | Unit price |
            | 111            | 5001 | =1       | =9.90      |
            | 111            | 5002 | =1.5     | =5         |
            | 112            | 5003 | =0.5     | =5         |
            """,
        ),
        ["Items!C3"],
    ),
    Code.ITEM_WITHOUT_PRODUCT: (
        drawn("Enactor items", "| Customer order | Items row | productId.id |\n| 111 | | |"),
        ["Enactor items!C2"],
    ),
    Code.UNIT_WITHOUT_ORDER: (
        drawn("Products", "| Business unit | Customer order | productId |\n| 0001 | | 5001 |"),
        ["Products!A2"],
    ),
    Code.OTHER_PRODUCT: (
        drawn(
            "Enactor items", "| Customer order | Items row | productId.id |\n| 111 | =1 | 5002 |"
        ),
        ["Enactor items!C2"],
    ),
    Code.LINE_TWICE: (
        drawn("Enactor items", "| Customer order | Items row | lineNumber |\n| 111 | =2 | =1 |"),
        ["Enactor items!C2"],
    ),
}
"""Each kind of fault, in order 111, and where it is told; the texts of order 112 are good."""

SHEET_FAULTS = {
    Code.SHEET_TWICE: (
        workbook(
            {
                "Orders": ORDERS,
                "Items": ITEMS,
                "Enactor header": "| Customer order |\n| 111 |",
                "Enactor huvud": "| Customer order |\n| 111 |",
            }
        ),
        ["Enactor huvud"],
    ),
    Code.COLUMN_MISSING: (
        drawn("Enactor header", "| status |\n| NEW |"),
        ["Enactor header!1"],
    ),
    Code.COLUMN_TWICE: (
        drawn("Notes", "| Customer order | note | NOTE |\n| 111 | a | b |"),
        ["Notes!C1"],
    ),
    Code.FIELD_WITHIN_VALUE: (
        drawn("Enactor items", "| Customer order | lineNumber.x |\n| 111 | a |"),
        ["Enactor items!B1"],
    ),
    Code.TWO_TABLES: (
        drawn(
            "Notes",
            """
            | Customer order | lineNumber |
            | 111            | =1         |
            | Customer order | lineNumber |
            | 112            | =1         |
            """,
        ),
        ["Notes!3"],
    ),
}
"""What is wrong with one of Enactor's sheets as a whole."""


@pytest.mark.parametrize("code", ENACTORS, ids=lambda code: code.name.lower())
def test_a_fault_is_told_once_at_its_cell_and_is_enactors(code: Code) -> None:
    """An error withholds the order from Enactor's clients only, a warning from nobody."""
    data, places = ENACTORS[code]

    reading = read_workbook(data)

    assert [place for place, _ in found(reading)] == places
    assert found(reading)[-1][1] == code.id
    assert all(finding.is_enactors for finding in reading.findings)
    assert (reading.refused, reading.enactor_refused) == (False, False)
    assert (served(reading), withheld(reading)) == (["111", "112"], [])
    assert told(reading) == (["112"] if code.severity == "error" else ["111", "112"])
    assert not reading.enactor.keys() & reading.enactor_withheld


@pytest.mark.parametrize("code", SHEET_FAULTS, ids=lambda code: code.name.lower())
def test_a_fault_of_a_whole_sheet_refuses_enactors_clients_and_nobody_else(code: Code) -> None:
    """Nobody can tell which orders it bears on; the tills are served."""
    data, places = SHEET_FAULTS[code]

    reading = read_workbook(data)

    assert found(reading) == [(place, code.id) for place in places]
    assert all(finding.is_enactors for finding in reading.findings)
    assert (reading.refused, reading.enactor_refused) == (False, True)
    assert (served(reading), withheld(reading)) == (["111", "112"], [])
    assert (reading.enactor, reading.enactor_withheld) == ({}, frozenset())


def test_a_fault_of_the_plain_sheets_refuses_everybody_and_both_are_told() -> None:
    """One look at the report is enough to mend both."""
    reading = read_workbook(
        workbook(
            {
                "Orders": ORDERS,
                "Items": "| Customer order | Item |\n| 111 | 5001 |",
                "Enactor header": "| Customer order | orderValue |\n| 111 | =1.5 |",
            }
        )
    )

    assert reading.refused
    assert found(reading) == [
        ("Items!1", "CS103"),
        ("Items!1", "CS103"),
        ("Enactor header!B2", "CS220"),
    ]
    assert [finding.is_enactors for finding in reading.findings] == [False, False, True]


@pytest.mark.parametrize("bad", ["| {} | =1.5 |", "| 9{} | =1 |"], ids=["in cells", "in ids"])
def test_more_faults_than_anybody_mends_refuse_enactors_clients_only(
    monkeypatch: pytest.MonkeyPatch, bad: str
) -> None:
    """In the cells of one of Enactor's sheets, or between it and the plain ones."""
    monkeypatch.setattr(rows, "MOST_FAULTS", 2)
    monkeypatch.setattr(owners, "MOST_FAULTS", 2)
    lines = "\n".join(bad.format(number) for number in range(3))

    reading = read_workbook(drawn("Notes", f"| Customer order | lineNumber |\n{lines}"))

    assert (served(reading), reading.refused, reading.enactor_refused) == (
        ["111", "112"],
        False,
        True,
    )
    assert "CS007" in [code for _, code in found(reading)]
    assert all(finding.is_enactors for finding in reading.findings)


def tills_only(reading: Reading) -> bool:
    """Tell whether the tills are told everything and Enactor's clients nothing."""
    return (
        served(reading) == ["111", "112"]
        and all(finding.is_enactors for finding in reading.findings)
        and (reading.refused, reading.enactor_refused) == (False, True)
    )


DAMAGE = {
    "the form": (b'<c r="A2"', b'<d r="A2"', "CS006"),
    "a text": (b'<c r="A2" t="s"><v>', b'<c r="A2" t="s"><v>99', "CS006"),
    "width": (b'r="A2"', b'r="KN2"', "CS007"),
}
"""What a sheet may have that cannot be read: what to change in it, and what is told."""


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize(
    ("sheet", "drawing"),
    [
        ("Enactor header", "| Customer order |\n| 111 |"),
        ("Notes", "| Customer order | note |\n| 111 | call |"),
    ],
)
def test_a_sheet_of_enactors_that_cannot_be_read_refuses_its_clients_only(
    sheet: str, drawing: str, damage: str
) -> None:
    """Below the headings; a sheet with a name of anybody's too, once its headings say whose."""
    old, new, code = DAMAGE[damage]

    reading = read_workbook(edited(drawn(sheet, drawing), "xl/worksheets/sheet3.xml", old, new))

    assert tills_only(reading)
    assert found(reading) == [(sheet, code)]


@pytest.mark.parametrize("beside", ["Enactor items", "Enactor"])
def test_a_sheet_that_cannot_be_read_is_told_beside_one_of_enactors(beside: str) -> None:
    """Above its headings nobody can tell whose it is, unless the workbook is for Enactor."""
    wide = '<row r="1"><c r="KN1"><v>1</v></c></row>'
    plain = {"Orders": raw_rows(ORDERS), "Items": raw_rows(ITEMS), "Notes": wide}

    alone = read_workbook(raw_workbook(**plain))
    reading = read_workbook(raw_workbook(**plain, **{beside: raw_rows("| x |")}))

    assert (found(alone), alone.enactor_refused) == ([], False)
    assert tills_only(reading)
    assert ("Notes", "CS007") in found(reading)


@pytest.mark.parametrize("where", ["find_table", "read_lines", "run"])
def test_a_fault_of_ours_on_enactors_sheets_leaves_the_tills_alone(
    monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """It is told with its place in the program, and without what stood in a cell."""
    holder: Any = EnactorJoin if where == "run" else reading_module
    real = getattr(holder, where)

    def fail(first: Any, *args: Any, **kwargs: Any) -> Any:
        sheet = first.layout if where == "read_lines" else first
        if where == "run" or sheet.name == "Enactor header":
            raise KeyError("a customer's name")
        return real(first, *args, **kwargs)

    monkeypatch.setattr(holder, where, fail)

    reading = read_workbook(drawn("Enactor header", "| Customer order |\n| 111 |"))

    assert tills_only(reading)
    assert [code for _, code in found(reading)] == ["CS015"]
    message = reading.findings[0].problem.message
    assert message.startswith("corsheet itself failed here: KeyError in test_enactor_faults.py")
    assert "customer" not in message


@pytest.mark.parametrize(
    ("sheet", "drawing", "cell"),
    [
        ("Enactor items", "| Customer order | lineNumber[0] |\n| 111 | =1 |", "B1"),
        ("Enactor items", "| Customer order | LineNumber.x |\n| 111 | =1 |", "B1"),
        ("Enactor items", "| Customer order | productId.id | productId.id.x |\n| | | |", "C1"),
        ("Enactor header", "| Customer order | customerNumber.x |\n| 111 | a |", "B1"),
        ("Enactor header", "| Customer order | customerSurname[0] |\n| 111 | a |", "B1"),
        ("Enactor header", "| Customer order | customerOrderId.x |\n| 111 | a |", "B1"),
        ("Enactor header", "| Customer order | userId[0] |\n| 111 | a |", "B1"),
        ("Products", "| productId | productId.id |\n| 5001 | 5001 |", "B1"),
    ],
)
def test_a_heading_within_a_known_value_is_refused(sheet: str, drawing: str, cell: str) -> None:
    """What joins the rows relies on numbers and texts; an object has no entries."""
    reading = read_workbook(drawn(sheet, drawing))

    assert tills_only(reading)
    assert found(reading) == [(f"{sheet}!{cell}", "CS113")]


@pytest.mark.parametrize("heading", ["userId.name", "locationId.id2", "lineNumbers.x", "x.status"])
def test_a_heading_within_an_object_or_beside_a_value_is_a_field(heading: str) -> None:
    """Only its beginning is that of a known one."""
    reading = read_workbook(
        drawn("Enactor items", f"| Customer order | Items row | {heading} |\n| 111 | =1 | a |")
    )

    assert found(reading) == [("Enactor items!C1", "CS111")]
    assert told(reading) == ["111", "112"]
