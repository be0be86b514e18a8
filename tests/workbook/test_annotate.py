"""The annotated copy: what is shown in it."""

import pytest

from corsheet.findings import Code, Finding, Language, Problem, say
from corsheet.findings.swedish import SWEDISH
from corsheet.model import BusinessUnitId, CustomerOrderId
from corsheet.workbook import annotate as package
from corsheet.workbook.annotate import annotate, overview
from corsheet.workbook.reading import read_workbook
from tests.support.annotated import (
    ITEMS,
    ORDERS,
    PROBLEM,
    RED,
    REMARK,
    YELLOW,
    colour,
    coloured,
    copy_of,
    finding,
    links,
    listed,
    opened_by_openpyxl,
)
from tests.support.sheets import edited, workbook


def test_each_finding_is_shown_at_its_cell_and_on_the_sheet_in_front() -> None:
    """Colour by severity, a note with code, message and cure, a row with a link."""
    book = opened_by_openpyxl(copy_of(workbook(Orders=ORDERS, Items=ITEMS)))

    assert book.sheetnames == ["corsheet", "Orders", "Items"]
    assert coloured(book) == {
        "Orders!B3": RED,
        "Orders!C3": YELLOW,
        "Items!C2": RED,
        "Items!D3": RED,
    }
    note = book["Items"]["C2"].comment
    assert note.text == (
        "Error CS203\n'two' is not a number\nwrite the quantity with digits, such as 2"
    )
    assert note.author == "corsheet"
    assert book["Orders"]["C3"].comment.text.startswith("Warning CS302\n")
    assert listed(book)[0] == (
        "Error",
        "CS201",
        "Orders",
        "B3",
        "Customer is empty",
        "fill in the cell, or delete the whole row",
        "112",
    )
    assert [row[1] for row in listed(book)] == ["CS201", "CS203", "CS205", "CS302"]
    assert links(book) == {
        "D6": "'Orders'!B3",
        "D7": "'Items'!C2",
        "D8": "'Items'!D3",
        "D9": "'Orders'!C3",
    }
    assert book.worksheets[0]["A2"].value == "Errors: 3. Warnings: 1."


def test_a_workbook_without_findings_gets_the_sheet_in_front_only() -> None:
    """Everybody can see then that it was checked."""
    data = workbook(Orders=ORDERS, Items=ITEMS)
    book = opened_by_openpyxl(annotate(data, ()))

    assert (listed(book), coloured(book)) == ([], {})
    assert book.worksheets[0]["A2"].value == "Errors: 0. Warnings: 0."


def test_the_copy_reads_as_the_workbook_does() -> None:
    """Same orders, same findings: the sheet in front is none of ours, and no cell has changed."""
    data = workbook(Orders=ORDERS, Items=ITEMS)
    reading = read_workbook(data)

    assert len(reading.findings) == 4
    assert read_workbook(annotate(data, reading.findings)) == reading


def test_the_same_workbook_gives_the_same_copy() -> None:
    """Byte for byte: nothing of it comes from the clock or from chance."""
    data = workbook(Orders=ORDERS, Items=ITEMS)

    assert copy_of(data) == copy_of(data)


def test_findings_without_a_cell_are_listed_with_a_link_to_what_they_concern() -> None:
    """A row, a sheet, the file, and a sheet that is not there."""
    book = opened_by_openpyxl(
        copy_of(
            workbook(Orders=ORDERS, Items=ITEMS),
            finding("Items!3"),
            finding("Items"),
            finding(""),
            finding("Invoices!C4"),
        )
    )

    assert [row[2:4] for row in listed(book)] == [
        ("Items", "3"),
        ("Items", None),
        (None, None),
        ("Invoices", "C4"),
    ]
    assert links(book) == {"D6": "'Items'!A3", "C7": "'Items'!A1"}
    assert coloured(book) == {}


def test_kinds_with_errors_come_first_and_then_what_concerns_most_orders() -> None:
    """The manager begins where it helps most."""
    price = Problem(Code.NEGATIVE_AMOUNT, "-5 is below zero")
    book = opened_by_openpyxl(
        copy_of(
            workbook(Orders=ORDERS, Items=ITEMS),
            finding("Orders!C2", REMARK, "111"),
            finding("Orders!C3", REMARK, "112"),
            finding("Items!C2", PROBLEM, "111"),
            finding("Items!D2", price, "111"),
            finding("Items!D3", price, "112"),
        )
    )

    assert [row[3] for row in listed(book)] == ["D2", "D3", "C2", "C2", "C3"]


def test_several_findings_of_one_cell_share_its_note_and_the_error_gives_the_colour() -> None:
    """Ten are told; the sheet in front has them all."""
    data = workbook(Orders=ORDERS, Items=ITEMS)
    two = opened_by_openpyxl(copy_of(data, finding("Items!C2", REMARK), finding("Items!C2")))
    many = opened_by_openpyxl(copy_of(data, *[finding("Items!C2")] * 13))

    assert colour(two["Items"], "C2") == RED
    assert two["Items"]["C2"].comment.text.split("\n\n") == [
        "Warning CS302\nthe till may not know 'CREATE'\ndid you mean CREATED?",
        "Error CS203\n'two' is not a number\nwrite the number with digits, such as 2 or 1234,50",
    ]
    assert many["Items"]["C2"].comment.text.count("CS203") == 10
    assert "There are 3 more, see the sheet in front." in many["Items"]["C2"].comment.text
    assert len(listed(many)) == 13


def test_the_order_is_told_with_its_business_unit() -> None:
    """Where the workbook names one; ``*`` is none."""
    findings = [
        Finding(
            problem=PROBLEM,
            business_unit_id=None if unit is None else BusinessUnitId(unit),
            customer_order_id=None if order is None else CustomerOrderId(order),
        )
        for unit, order in [("0001", "00042"), ("*", "111"), (None, "112"), ("0001", None)]
    ]
    book = opened_by_openpyxl(annotate(workbook(Orders=ORDERS, Items=ITEMS), findings))

    assert [row[6] for row in listed(book)] == ["00042 (0001)", "111", "112", None]


def test_everything_is_told_in_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """Headings, severity, notes; a text without a translation stays English."""
    for english, swedish in {
        "Severity": "Grad",
        "error": "fel",
        overview.COUNTED: "Fel: {errors}. Varningar: {warnings}.",
        "{word} is not a number": "{word} är inget tal",
    }.items():
        monkeypatch.setitem(SWEDISH, english, swedish)
    problem = Problem(Code.NOT_A_NUMBER, say("{word} is not a number", word="'två'"), "no cure")
    data = workbook(Orders=ORDERS, Items=ITEMS)
    book = opened_by_openpyxl(
        annotate(data, [finding("Items!C2", problem)], language=Language.SWEDISH)
    )

    assert book.worksheets[0]["A5"].value == "Grad"
    assert book.worksheets[0]["A2"].value == "Fel: 1. Varningar: 0."
    assert listed(book)[0][:5] == ("Fel", "CS203", "Items", "C2", "'två' är inget tal")
    assert book["Items"]["C2"].comment.text == "Fel CS203\n'två' är inget tal\nno cure"


def test_what_the_manager_wrote_is_never_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet or an order may be called what a heading is called."""
    monkeypatch.setitem(SWEDISH, "Order", "Beställning")
    copy = annotate(
        workbook(Orders=ORDERS, Order=ITEMS),
        [finding("Order!C2", PROBLEM, "Order")],
        language=Language.SWEDISH,
    )
    book = opened_by_openpyxl(copy)

    assert book.worksheets[0]["G5"].value == "Beställning"
    assert (listed(book)[0][2], listed(book)[0][6]) == ("Order", "Order")
    assert links(book) == {"D6": "'Order'!C2"}


def test_rows_are_as_high_as_their_texts() -> None:
    """LibreOffice does not look itself; and Excel knows no row of more than 409 points."""
    data = workbook(Orders=ORDERS, Items=ITEMS)
    texts = ("short", "long " * 20, "endless " * 400)
    problems = [Problem(Code.NOT_A_NUMBER, text, "mend it") for text in texts]
    book = opened_by_openpyxl(copy_of(data, *[finding("Items!C2", one) for one in problems]))

    assert [book.worksheets[0].row_dimensions[row].height for row in (6, 7, 8)] == [15, 45, 409]


def test_texts_stay_texts() -> None:
    """No formula, no markup, no character that XML cannot hold, no escape read as one."""
    message = "=1+1 <b>&amp; \"'\x00\x0b\ud800\ufffe _x0041_ å😀\r\nnext"
    shown = "=1+1 <b>&amp; \"' _x0041_ å😀\nnext"
    copy = copy_of(
        workbook(Orders=ORDERS, Items=ITEMS),
        finding("Items!C2", Problem(Code.NOT_A_NUMBER, message, "=HYPERLINK(1)")),
    )
    book = opened_by_openpyxl(copy)
    cell = book.worksheets[0]["E6"]

    assert cell.data_type != "f"
    assert str(cell.value).replace("_x005F_", "_") == shown
    assert cell.number_format == "@"
    assert book.worksheets[0]["F6"].value == "=HYPERLINK(1)"
    assert book.worksheets[0]["F6"].data_type != "f"
    assert shown in book["Items"]["C2"].comment.text.replace("_x005F_", "_")


@pytest.mark.parametrize("name", ["It's", "Åäö & <b>", "2026", "A1", "a'b''c"])
def test_links_find_sheets_of_any_name(name: str) -> None:
    """Quoted always, and apostrophes doubled."""
    book = opened_by_openpyxl(
        copy_of(workbook({name: ITEMS}, Orders=ORDERS), finding(f"{name}!C2"))
    )

    assert links(book) == {"D6": "'" + name.replace("'", "''") + "'!C2"}
    assert coloured(book) == {f"{name}!C2": RED}


def test_a_hidden_sheet_is_not_linked_to() -> None:
    """Excel cannot go there; its cells are coloured for whoever unhides it."""
    data = edited(
        workbook(Orders=ORDERS, Items=ITEMS),
        "xl/workbook.xml",
        b'<sheet name="Items"',
        b'<sheet state="hidden" name="Items"',
    )
    book = opened_by_openpyxl(copy_of(data, finding("Items!C2")))

    assert (links(book), coloured(book)) == ({}, {"Items!C2": RED})


def test_the_name_of_the_sheet_in_front_is_a_free_one() -> None:
    """A copy can be annotated again, and case does not make two names."""
    data = workbook({"CORSHEET": ITEMS, "corsheet 2": ITEMS}, Orders=ORDERS)

    assert opened_by_openpyxl(copy_of(data)).sheetnames[0] == "corsheet 3"


def test_a_copy_can_be_annotated_again() -> None:
    """Its notes grow; its cells keep their colour."""
    data = workbook(Orders=ORDERS, Items=ITEMS)
    book = opened_by_openpyxl(copy_of(copy_of(data)))

    assert book.sheetnames == ["corsheet 2", "corsheet", "Orders", "Items"]
    assert book["Items"]["C2"].comment.text.count("CS203") == 2
    selected = [bool(sheet.sheet_view.tabSelected) for sheet in book.worksheets]
    assert selected == [True, False, False, False]


def test_a_thousand_notes_are_written_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Colours and the sheet in front have no such limit."""
    monkeypatch.setattr(package, "NOTES_A_SHEET", 2)
    findings = [finding(f"Items!C{row}") for row in range(2, 7)]
    book = opened_by_openpyxl(annotate(workbook(Orders=ORDERS, Items=ITEMS), findings))

    assert [bool(book["Items"][f"C{row}"].comment) for row in range(2, 7)] == [True] * 2 + [
        False
    ] * 3
    assert len(coloured(book)) == len(links(book)) == len(listed(book)) == 5


def test_what_excel_has_no_room_for_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sheet has so many rows and so many links."""
    monkeypatch.setattr(overview, "MOST_FINDINGS", 3)
    monkeypatch.setattr(overview, "MOST_LINKS", 2)
    findings = [finding(f"Items!C{row}") for row in range(2, 7)]
    book = opened_by_openpyxl(annotate(workbook(Orders=ORDERS, Items=ITEMS), findings))

    assert [row[0] for row in listed(book)] == ["Error"] * 3 + ["2 more did not fit on this sheet."]
    assert sorted(links(book)) == ["D6", "D7"]
    assert book.worksheets[0]["A2"].value == "Errors: 5. Warnings: 0."
    assert len(coloured(book)) == 5
