"""The whole way in: every fault of the catalogue, drawn, with the place it is told at."""

import io
import zipfile
from collections.abc import Callable
from decimal import Decimal

import pytest

from corsheet.findings import Code
from corsheet.model import BusinessUnitId, CustomerOrder, CustomerOrderId, ItemId, OrderItem
from corsheet.workbook.limits import Limits
from corsheet.workbook.orders import OrderKey
from corsheet.workbook.reading import Reading, read_workbook, refusal
from tests.support.sheets import (
    MAIN,
    edited,
    found,
    pack,
    raw_rows,
    raw_workbook,
    served,
    withheld,
    workbook,
)
from tests.workbook.test_enactor_faults import ENACTORS, SHEET_FAULTS

ORDERS = """
    | Customer order | Customer | Status  |
    | 111            | 10001    | CREATED |
"""
ITEMS = """
    | Customer order | Item | Quantity | Unit price |
    | 111            | 5001 | =1       | =9.90      |
"""
INVOICES = """
    | Customer order | Invoice account | Invoicing amount |
    | 111            | 900001          | =500             |
"""


def with_order(row: str) -> bytes:
    """Draw a workbook with one row of Orders, all columns, and one item of order 111."""
    heading = (
        "| Business unit | Customer order | Customer | Status | Minimum down payment | Locked |"
    )
    return workbook(Orders=f"{heading}\n{row}", Items=ITEMS)


def with_item(row: str) -> bytes:
    """Draw a workbook with order 111 and one row of Items."""
    heading = "| Customer order | Item | Quantity | Unit price | Contributed amount |"
    return workbook(Orders=ORDERS, Items=f"{heading}\n{row}")


def with_discount(row: str, items: str = ITEMS) -> bytes:
    """Draw a workbook with order 111, its items and one row of Discounts."""
    heading = (
        "| Customer order | Item | Discount id | Discount text | Discount amount | Reward type |"
    )
    return workbook(Orders=ORDERS, Items=items, Discounts=f"{heading}\n{row}")


DRAWN: dict[Code, tuple[Callable[[], bytes], list[str]]] = {
    Code.FILE_EMPTY: (lambda: b"", [""]),
    Code.NOT_A_WORKBOOK: (lambda: b"%PDF-1.7\n\x00", [""]),
    Code.PASSWORD: (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        [""],
    ),
    Code.DAMAGED: (lambda: workbook(Orders=ORDERS, Items=ITEMS)[:-100], [""]),
    Code.LIMIT: (
        lambda: raw_workbook(Orders=raw_rows(ORDERS) + '<row r="1048577"/>', Items=raw_rows(ITEMS)),
        [""],
    ),
    Code.FORBIDDEN_CONTENT: (
        lambda: raw_workbook(
            Orders=f'<!DOCTYPE worksheet [<!ENTITY a "b">]><worksheet xmlns="{MAIN}"/>',
            Items=raw_rows(ITEMS),
        ),
        [""],
    ),
    Code.STRICT_FORMAT: (
        lambda: edited(
            workbook(Orders=ORDERS, Items=ITEMS),
            "xl/workbook.xml",
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
        [""],
    ),
    Code.OLD_WORKBOOK: (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"),
        [""],
    ),
    Code.OPEN_DOCUMENT: (
        lambda: pack({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
        [""],
    ),
    Code.BINARY_WORKBOOK: (lambda: pack({"xl/workbook.bin": b"\x83\x01"}), [""]),
    Code.TEXT_FILE: (lambda: b"Customer order;Customer\n111;10001\n", [""]),
    Code.OTHER_ARCHIVE: (lambda: pack({"notes.txt": b"call Anna"}), [""]),
    Code.SHEET_MISSING: (lambda: workbook(Orders=ORDERS), [""]),
    Code.SHEET_TWICE: (
        lambda: workbook(Orders=ORDERS, Items=ITEMS, Rader=ITEMS),
        ["Rader"],
    ),
    Code.COLUMN_MISSING: (
        lambda: workbook(Orders="| Customer order | Status |\n| 111 | CREATED |", Items=ITEMS),
        ["Orders!1"],
    ),
    Code.COLUMN_TWICE: (
        lambda: workbook(
            Orders="| Customer order | Customer | Status | Kund |\n| 111 | 1 | CREATED | 2 |",
            Items=ITEMS,
        ),
        ["Orders!D1"],
    ),
    Code.SHEET_NEAR_MISS: (
        lambda: workbook(Orders=ORDERS, Items=ITEMS, Invoces=INVOICES),
        ["Invoces"],
    ),
    Code.HEADING_NEAR_MISS: (
        lambda: workbook(
            Orders="| Customer order | Customer | Status | Lokced |\n| 111 | 1 | CREATED | yes |",
            Items=ITEMS,
        ),
        ["Orders!D1"],
    ),
    Code.HIDDEN_ROWS: (
        lambda: workbook(Orders=ORDERS, Items=ITEMS, hidden={"Orders": [2]}),
        ["Orders!2"],
    ),
    Code.HIDDEN_COLUMN: (
        lambda: edited(
            workbook(Orders=ORDERS, Items=ITEMS),
            "xl/worksheets/sheet2.xml",
            b"<sheetData>",
            b'<cols><col min="3" max="3" hidden="1"/></cols><sheetData>',
        ),
        ["Items!C1"],
    ),
    Code.HIDDEN_SHEET: (
        lambda: edited(
            workbook(Orders=ORDERS, Items=ITEMS),
            "xl/workbook.xml",
            b'sheetId="2"',
            b'sheetId="2" state="hidden"',
        ),
        ["Items"],
    ),
    Code.TWO_TABLES: (
        lambda: workbook(Orders=ORDERS + "|\n" + ORDERS.strip(), Items=ITEMS),
        ["Orders!4"],
    ),
    Code.VALUE_MISSING: (
        lambda: with_order("| | 111 | | CREATED | | |"),
        ["Orders!C2"],
    ),
    Code.NOT_AN_ID: (
        lambda: with_order("| | 111 | =10.5 | CREATED | | |"),
        ["Orders!C2"],
    ),
    Code.NOT_A_NUMBER: (lambda: with_item("| 111 | 5001 | two | =9.90 | |"), ["Items!C2"]),
    Code.AMBIGUOUS_NUMBER: (lambda: with_item("| 111 | 5001 | =1 | 1,234 | |"), ["Items!D2"]),
    Code.NEGATIVE_AMOUNT: (lambda: with_item("| 111 | 5001 | =1 | =-9.90 | |"), ["Items!D2"]),
    Code.NOT_POSITIVE: (lambda: with_item("| 111 | 5001 | =0 | =9.90 | |"), ["Items!C2"]),
    Code.NOT_YES_OR_NO: (
        lambda: with_order("| | 111 | 10001 | CREATED | | maybe |"),
        ["Orders!F2"],
    ),
    Code.ERROR_VALUE: (lambda: with_item("| 111 | 5001 | =1 | =#N/A | |"), ["Items!D2"]),
    Code.NOT_CALCULATED: (lambda: with_item("| 111 | 5001 | =1 | =2*3 | |"), ["Items!D2"]),
    Code.MERGED: (
        lambda: workbook(Orders=ORDERS, Items=ITEMS, merged={"Orders": ["B2:C2"]}),
        ["Orders!B2"],
    ),
    Code.DATE: (lambda: with_item("| 111 | =2026-11-21 | =1 | =9.90 | |"), ["Items!B2"]),
    Code.TOO_MANY_DIGITS: (
        lambda: with_order("| | 111 | =1234567890123456 | CREATED | | |"),
        ["Orders!C2"],
    ),
    Code.HIDDEN_CHARACTERS: (
        lambda: with_order(r'| | 111 | "100\n01" | CREATED | | |'),
        ["Orders!C2"],
    ),
    Code.TRIMMED: (lambda: with_order('| | 111 | "10001 " | CREATED | | |'), ["Orders!C2"]),
    Code.MANY_DECIMALS: (lambda: with_item("| 111 | 5001 | =1 | =9.905 | |"), ["Items!D2"]),
    Code.NUMBER_TOO_LARGE: (
        lambda: with_order("| | 111 | 10001 | CREATED | =99999999999999 | |"),
        ["Orders!E2"],
    ),
    Code.NOT_TEXT: (lambda: with_order("| | 111 | 10001 | =TRUE | | |"), ["Orders!D2"]),
    Code.SHOWN_DIFFERENTLY: (
        lambda: with_order("| | 111 | 10001 | CREATED | =0.5 {0%} | |"),
        ["Orders!E2"],
    ),
    Code.ROUNDED: (lambda: with_item("| 111 | 5001 | =1 | =12.6 {0} | |"), ["Items!D2"]),
    Code.DUPLICATE_ORDER: (
        lambda: workbook(Orders=ORDERS + "| 111 | 10002 | CREATED |", Items=ITEMS),
        ["Orders!A3"],
    ),
    Code.UNKNOWN_STATUS: (lambda: with_order("| | 111 | 10001 | READY | | |"), ["Orders!D2"]),
    Code.UNKNOWN_REWARD_TYPE: (
        lambda: with_discount("| 111 | 5001 | D | Ten off | =1 | PERCENT |"),
        ["Discounts!F2"],
    ),
    Code.NO_ITEMS: (
        lambda: workbook(Orders=ORDERS + "| 112 | 10001 | CREATED |", Items=ITEMS),
        ["Orders!A3"],
    ),
    Code.INVOICE_TWICE: (
        lambda: workbook(Orders=ORDERS, Items=ITEMS, Invoices=INVOICES + "| 111 | 900002 | =500 |"),
        ["Invoices!A3"],
    ),
    Code.UNKNOWN_ORDER: (
        lambda: workbook(Orders=ORDERS, Items=ITEMS + "| 112 | 5001 | =1 | =9.90 |"),
        ["Items!A3"],
    ),
    Code.ORDER_IN_SEVERAL_UNITS: (
        lambda: workbook(
            Orders="""
                | Business unit | Customer order | Customer | Status  |
                | 0001          | 111            | 10001    | CREATED |
                | 0007          | 111            | 10002    | CREATED |
            """,
            Items=ITEMS,
        ),
        ["Items!A2"],
    ),
    Code.INFORMATION_WITHOUT_INVOICE: (
        lambda: workbook(
            Orders=ORDERS,
            Items=ITEMS,
            Information="""
                | Customer order | Information id | Value | Display text | Receipt label |
                | 111            | requisition    | 4711  | Requisition  | Req.          |
            """,
        ),
        ["Information!A2"],
    ),
    Code.DISCOUNT_WITHOUT_ITEM: (
        lambda: with_discount("| 111 | 5002 | D | Ten off | =1 | PERCENTAGE |"),
        ["Discounts!B2"],
    ),
    Code.DISCOUNT_ON_SEVERAL_ITEMS: (
        lambda: with_discount(
            "| 111 | 5001 | D | Ten off | =1 | PERCENTAGE |", ITEMS + "| 111 | 5001 | =2 | =9.90 |"
        ),
        ["Discounts!B2"],
    ),
}
"""Each fault alone in a workbook, and the places at which it is told."""


@pytest.mark.parametrize("code", DRAWN, ids=lambda code: code.name.lower())
def test_a_fault_is_told_once_at_its_place_and_nothing_else_is(code: Code) -> None:
    """One finding for one cause, with something to do about it."""
    draw, places = DRAWN[code]

    reading = read_workbook(draw())

    assert found(reading) == [(place, code.id) for place in places]
    assert all(finding.problem.message and finding.problem.hint for finding in reading.findings)
    assert reading.has_errors is (code.severity == "error")


@pytest.mark.parametrize("code", DRAWN, ids=lambda code: code.name.lower())
def test_a_fault_refuses_withholds_or_warns_as_its_group_says(code: Code) -> None:
    """CS0xx and CS1xx errors refuse the workbook, others cost an order or a row, warnings none."""
    draw, _ = DRAWN[code]

    reading = read_workbook(draw())

    assert reading.refused is (code.id < "CS200" and code.severity == "error")
    if code.severity == "warning":
        assert "111" in served(reading)
        assert withheld(reading) == []
    elif code is Code.UNKNOWN_ORDER:
        assert (served(reading), withheld(reading)) == (["111"], [])
    else:
        assert served(reading) == []
        assert reading.refused or set(withheld(reading)) == {"111"}


def test_every_fault_that_a_workbook_can_have_is_drawn_above() -> None:
    """CS001 and CS002 are of the file's path, CS5xx of the settings; they are tested there.

    So are, in ``test_enactor_faults`` and ``test_enactor``, three that are of no one sheet.
    """
    of_a_workbook = {code for code in Code if "CS003" <= code.id < "CS500"}
    elsewhere = {Code.OUR_FAULT, Code.ITEMS_ROW_UNSURE, Code.PRICE_TOO_FINE}

    assert {*DRAWN, *ENACTORS, *SHEET_FAULTS, *elsewhere} == of_a_workbook
    assert DRAWN.keys().isdisjoint({*ENACTORS, *elsewhere})


def test_a_good_workbook_becomes_its_orders_without_a_finding() -> None:
    """All five sheets, every column, in sheet order."""
    reading = read_workbook(
        workbook(
            Orders="""
                | Business unit | Customer order | Customer | Status    | Handpenning | Locked |
                | 0001          | 111            | 10001    | CREATED   | =100        | no     |
                |               | 112            | 10002    | FULFILLED |             |        |
            """,
            Items="""
                | Customer order | Item | Quantity | Unit price | Contributed amount |
                | 111            | 5001 | =2       | =19.99     | =5                 |
                | 112            | 5002 | =0.5     | 1 234,50   |                    |
                | 111            | 5003 | =1       | =0         |                    |
            """,
            Invoices=INVOICES,
            Information="""
                | Customer order | Information id | Value | Display text | Receipt label |
                | 111            | requisition    | =4711 | Requisition  | Req.          |
                | 111            | marking        | Åsen  | Marking      | Mark          |
            """,
            Discounts="""
                | Order | Item | Discount id | Discount text | Discount amount | Reward type |
                | 111   | 5001 | D-10        | Ten off       | =1.5            | PERCENTAGE  |
                | 111   | 5001 | D-20        | Two off       | =2              | NET_PRICE   |
            """,
        )
    )

    assert found(reading) == []
    assert not reading.refused
    first, second = reading.orders
    assert (first.business_unit_id, second.business_unit_id) == ("0001", "*")
    assert (first.minimum_down_payment_amount, first.is_locked) == (Decimal(100), False)
    assert [item.item_id for item in first.items] == ["5001", "5003"]
    assert first.items[0].contributed_amount == Decimal(5)
    assert [discount.discount_id for discount in first.items[0].discounts] == ["D-10", "D-20"]
    assert first.items[1].discounts == ()
    invoice = first.invoice_payment_instruction
    assert invoice is not None
    assert [line.value for line in invoice.additional_information] == ["4711", "Åsen"]
    assert second == CustomerOrder(
        business_unit_id=BusinessUnitId("*"),
        customer_order_id=CustomerOrderId("112"),
        customer_id=second.customer_id,
        status="FULFILLED",
        items=(
            OrderItem(
                item_id=ItemId("5002"),
                quantity_ordered=Decimal("0.5"),
                unit_price=Decimal("1234.50"),
            ),
        ),
    )


def test_fifteen_mistakes_give_fifteen_findings_each_at_its_cell() -> None:
    """One look at the report mends the workbook, and the good orders are served meanwhile."""
    reading = read_workbook(
        workbook(
            Orders="""
                | Customer order | Customer          | Status  | Minimum down payment | Locked |
                | 101            |                   | CREATED |                      |        |
                | 102            | =10.5             | CREATED |                      |        |
                | 103            | 10003             | CREATED | 1,234                |        |
                | 104            | 10004             | CREATED |                      | maybe  |
                | 105            | 10005             | READY   |                      |        |
                | 106            | "100\\n06"        | CREATED |                      |        |
                | 107            | =1234567890123456 | CREATED |                      |        |
                | 108            | 10008             | CREATED | =0.25 {0%}           |        |
                | 109            | 10009             | CREATED |                      |        |
                | 109            | 10010             | CREATED |                      |        |
                | 111            | 10011             | CREATED |                      |        |
                | 112            | 10012             | CREATED |                      |        |
                | 113            | 10013             | CREATED |                      |        |
                | 114            | 10014             | CREATED |                      |        |
                | 115            | 10015             | CREATED |                      |        |
            """,
            Items="""
                | Customer order | Item        | Quantity | Unit price |
                | 105            | 5001        | =1       | =9.90      |
                | 111            | 5001        | two      | =9.90      |
                | 112            | 5001        | =1       | =-9.90     |
                | 113            | =2026-11-21 | =1       | =9.90      |
                | 114            | 5001        | =1       | =#N/A      |
                | 115            | 5001        | =1       | =9.90      |
                | 999            | 5001        | =1       | =9.90      |
                | 101            | 5001        | =0       | =9.90      |
            """,
        )
    )

    assert found(reading) == [
        ("Orders!B2", "CS201"),
        ("Orders!B3", "CS202"),
        ("Orders!D4", "CS204"),
        ("Orders!E5", "CS207"),
        ("Orders!C6", "CS302"),
        ("Orders!B7", "CS213"),
        ("Orders!B8", "CS212"),
        ("Orders!D9", "CS218"),
        ("Orders!A11", "CS301"),
        ("Items!C3", "CS203"),
        ("Items!D4", "CS205"),
        ("Items!B5", "CS211"),
        ("Items!D6", "CS208"),
        ("Items!A8", "CS401"),
        ("Items!C9", "CS206"),
    ]
    assert all(finding.problem.message and finding.problem.hint for finding in reading.findings)
    assert served(reading) == ["105", "115"]
    assert len(withheld(reading)) == 13


def test_one_row_with_several_bad_cells_is_told_of_each() -> None:
    """Every cell of a row is read before the row is judged."""
    reading = read_workbook(with_item("| 111 | =0.5 | two | 1,234 | =-1 |"))

    assert found(reading) == [
        ("Items!B2", "CS202"),
        ("Items!C2", "CS203"),
        ("Items!D2", "CS204"),
        ("Items!E2", "CS205"),
    ]


def test_a_refused_workbook_still_tells_of_its_bad_cells() -> None:
    """First-error-only would cost the manager a visit for each mistake."""
    reading = read_workbook(
        workbook(
            Orders="| Customer order | Customer |\n| 111 | 10001 |",
            Items="| Customer order | Item | Quantity | Unit price |\n| 111 | 5001 | two | =1 |",
        )
    )

    assert reading.refused
    assert found(reading) == [("Orders!1", "CS103"), ("Items!C2", "CS203")]


def test_the_findings_name_the_sheet_as_the_manager_wrote_it() -> None:
    """Nobody finds a cell of Items in a sheet named Rader."""
    reading = read_workbook(
        workbook(
            Ordrar="| Ordernummer | Kundnummer | Status |\n| 111 | 10001 | CREATED |",
            Rader="| Ordernummer | Artikel | Antal | Pris |\n| 111 | 5001 | två | =1 |",
        )
    )

    assert found(reading) == [("Rader!C2", "CS203")]


def test_the_findings_stand_in_the_order_of_the_sheets() -> None:
    """From left to right as in the workbook, whichever sheet comes first there."""
    reading = read_workbook(
        workbook(
            Items="| Customer order | Item | Quantity | Unit price |\n| 111 | 5001 | two | =1 |",
            Orders="| Customer order | Customer | Status |\n| 111 | | CREATED |",
        )
    )

    assert found(reading) == [("Items!C2", "CS203"), ("Orders!B2", "CS201")]


def test_a_finding_names_the_order_it_concerns() -> None:
    """The 503 of a withheld order shows the cells to mend."""
    reading = read_workbook(
        workbook(
            Orders="""
                | Business unit | Customer order | Customer | Status  |
                | 0001          | 111            | 10001    | CREATED |
            """,
            Items="| Customer order | Item | Quantity | Unit price |\n| 111 | 5001 | two | =1 |",
        )
    )

    (finding,) = reading.findings
    assert (finding.business_unit_id, finding.customer_order_id) == ("0001", "111")
    assert reading.withheld == (OrderKey(BusinessUnitId("0001"), CustomerOrderId("111")),)


def test_an_order_that_names_no_unit_is_of_the_unit_in_the_settings() -> None:
    """Every unit may ask for it, unless the settings name one."""
    data = workbook(Orders=ORDERS, Items=ITEMS)

    units = [
        order.business_unit_id
        for reading in (read_workbook(data), read_workbook(data, business_unit=BusinessUnitId("7")))
        for order in reading.orders
    ]
    assert units == ["*", "7"]


def test_the_same_bytes_always_give_the_same_reading() -> None:
    """A second reading of an unchanged workbook changes nothing."""
    data = workbook(Orders=ORDERS + "| 111 | | READY |", Items=ITEMS)

    assert read_workbook(data) == read_workbook(data)


def test_a_workbook_with_headings_alone_has_no_orders_and_no_findings() -> None:
    """A shop without orders is no mistake."""
    reading = read_workbook(
        workbook(
            Orders="| Customer order | Customer | Status |",
            Items="| Customer order | Item | Quantity | Unit price |",
        )
    )

    assert reading == Reading()


def test_the_report_for_programs_counts_what_is_served_and_withheld() -> None:
    """The form that `check --format json` prints."""
    reading = read_workbook(
        workbook(
            Orders=ORDERS + "| 112 | | CREATED |",
            Items=ITEMS + "| 112 | 5001 | =1 | =9.90 |",
        )
    )

    report = reading.as_json("orders.xlsx", "abc")

    assert report["workbook"] == "orders.xlsx"
    assert report["sha256"] == "abc"
    assert report["orders"] == {"served": 1, "withheld": 1}
    assert [(f["sheet"], f["cell"], f["code"]) for f in report["findings"]] == [
        ("Orders", "B3", "CS201")
    ]


def test_no_finding_repeats_a_customer_number_or_a_secret_at_length() -> None:
    """A message repeats what stands in the bad cell, and no other cell of its row."""
    reading = read_workbook(
        workbook(
            Orders="| Customer order | Customer | Status |\n| 111 | ANNA-LARSSON | =#REF! |",
            Items=ITEMS,
        )
    )

    told = " ".join(f"{f.problem.message} {f.problem.hint}" for f in reading.findings)
    assert found(reading) == [("Orders!C2", "CS208")]
    assert "ANNA" not in told


def test_a_workbook_over_a_limit_of_the_settings_is_told_which() -> None:
    """The manager reads the setting's name, the number and the limit."""
    data = workbook(Orders=ORDERS, Items=ITEMS)

    for limits, name in (
        (Limits(workbook_bytes=100), "limits.workbook_bytes"),
        (Limits(unpacked_bytes=100), "limits.unpacked_bytes"),
        (Limits(entries=3), "limits.entries"),
        (Limits(rows=1), "limits.rows"),
        (Limits(columns=3), "limits.columns"),
    ):
        reading = read_workbook(data, limits=limits)
        (finding,) = reading.findings
        assert (reading.refused, finding.problem.code) == (True, Code.LIMIT)
        assert name in finding.problem.message


def test_a_refusal_holds_the_one_problem_and_no_orders() -> None:
    """What the surroundings say of a file has the same form as what the file says."""
    problem = read_workbook(b"").findings[0].problem

    assert refusal(problem) == read_workbook(b"")


def test_two_parts_of_one_name_are_refused() -> None:
    """Which of them counts would depend on who reads; only an attacker writes them so."""
    files = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}
    target = io.BytesIO(pack(files))
    with zipfile.ZipFile(target, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("xl/workbook.xml", b"<workbook><sheets/></workbook>")

    assert found(read_workbook(target.getvalue())) == [("", "CS008")]
