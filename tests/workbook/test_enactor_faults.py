"""Every fault that only Enactor's sheets can have, drawn, with the place it is told at."""

import pytest

from corsheet.findings import Code
from corsheet.workbook import owners, rows
from corsheet.workbook.reading import Reading, read_workbook
from tests.support.sheets import edited, found, served, withheld, workbook

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


def test_a_damaged_sheet_of_enactors_refuses_the_whole_workbook() -> None:
    """The file is broken, and who knows what else in it."""
    data = drawn("Enactor header", "| Customer order |\n| 111 |")

    reading = read_workbook(edited(data, "xl/worksheets/sheet3.xml", b"</row>", b"</rov>"))

    assert (reading.refused, found(reading)) == (True, [("", "CS006")])
