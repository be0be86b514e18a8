"""Cells as the programs write them: Excel, LibreOffice, openpyxl, XlsxWriter, and by hand."""

import io
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from corsheet.workbook.limits import Limits
from corsheet.workbook.reading import Reading, read_workbook
from tests.support.sheets import (
    MAIN,
    edited,
    found,
    parts,
    raw_rows,
    raw_workbook,
    served,
    workbook,
)
from tests.workbook.test_regular import assert_agree

ORDERS = """
    | Customer order | Customer | Status  |
    | 111            | 10001    | CREATED |
"""
ITEMS = """
    | Customer order | Item | Quantity | Unit price |
    | 111            | 5001 | =1       | =9.90      |
"""
HEADINGS = raw_rows("| Customer order | Customer | Status |")


def raw(row: str, strings: str | None = None, items: str = raw_rows(ITEMS)) -> Reading:
    """Read a workbook whose Orders have the usual headings and one row written by hand."""
    return read_workbook(raw_workbook(strings, Orders=HEADINGS + row, Items=items))


def openpyxl_workbook(rows: list[list[object]]) -> bytes:
    """Write rows of Orders with openpyxl, and one item of order 111."""
    book = openpyxl.Workbook()
    orders = book.active
    assert orders is not None
    orders.title = "Orders"
    orders.append(["Customer order", "Customer", "Status", "Locked", "Handpenning"])
    for row in rows:
        orders.append(row)
    items = book.create_sheet("Items")
    items.append(["Customer order", "Item", "Quantity", "Unit price"])
    items.append(["111", "5001", 0.1 + 0.2, 19.99 * 3])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_workbook_written_by_openpyxl_is_read() -> None:
    """Shared strings, booleans and floats to their last digit."""
    reading = read_workbook(openpyxl_workbook([["111", 10001, "CREATED", True, 100.10]]))

    assert found(reading) == []
    (order,) = reading.orders
    assert (order.customer_id, order.is_locked) == ("10001", True)
    assert order.items[0].quantity_ordered == Decimal("0.3")
    assert order.items[0].unit_price == Decimal("59.97")


def test_rich_text_is_read_as_its_text() -> None:
    """A bold letter in an id changes nothing."""
    rich = CellRichText("1", TextBlock(InlineFont(b=True), "0"), "001")

    reading = read_workbook(openpyxl_workbook([["111", rich, "CREATED", None, None]]))

    assert [order.customer_id for order in reading.orders] == ["10001"]


@pytest.mark.parametrize(
    "moment",
    [
        date(2026, 11, 21),
        datetime(2026, 11, 21, 22, 30, tzinfo=UTC).replace(tzinfo=None),
        time_of_day(22, 30),
        timedelta(hours=30),
    ],
    ids=type,
)
def test_dates_and_times_are_told_as_such(moment: object) -> None:
    """Excel turns 11-21 into a date; what was typed is lost."""
    reading = read_workbook(openpyxl_workbook([["111", moment, "CREATED", None, moment]]))

    assert found(reading) == [("Orders!B2", "CS211"), ("Orders!E2", "CS211")]


@pytest.mark.parametrize(
    "number_format", ["yyyy-mm-dd", "d/m", "hh:mm:ss", "[h]:mm", "mmm-yy", "[$-41D]d mmmm yyyy"]
)
def test_a_number_with_a_date_format_is_a_date(number_format: str) -> None:
    """Whatever the date looks like, it is no id and no amount."""
    reading = read_workbook(
        workbook(
            Orders=f"""
                | Customer order | Customer                   | Status  |
                | 111            | =46000 {{{number_format}}} | CREATED |
            """,
            Items=ITEMS,
        )
    )

    assert found(reading) == [("Orders!B2", "CS211")]


def test_a_workbook_without_shared_strings_or_styles_is_read() -> None:
    """The least that the standard asks for: inline strings, and no more parts than needed."""
    reading = read_workbook(raw_workbook(Orders=raw_rows(ORDERS), Items=raw_rows(ITEMS)))

    assert (served(reading), found(reading)) == (["111"], [])


def test_shared_texts_are_joined_and_reading_aids_are_left_out() -> None:
    """Runs of rich text make one text; rPh tells how a text is pronounced."""
    reading = raw(
        '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c>'
        '<c r="C2" t="s"><v>2</v></c></row>',
        strings="<si><t>111</t></si>"
        '<si><r><t>10</t></r><r><rPr><b/></rPr><t xml:space="preserve">001</t></r></si>'
        '<si><t>CREATED</t><rPh sb="0" eb="1"><t>ignored</t></rPh><phoneticPr/></si>',
    )

    assert found(reading) == []
    assert [(o.customer_id, o.status) for o in reading.orders] == [("10001", "CREATED")]


def test_inline_rich_text_and_formula_text_are_texts() -> None:
    """LibreOffice and others write both."""
    reading = raw(
        '<row r="2"><c r="A2" t="str"><f>"1"&amp;"11"</f><v>111</v></c>'
        '<c r="B2" t="inlineStr"><is><r><t>10</t></r><r><t>001</t></r>'
        '<rPh sb="0" eb="1"><t>no</t></rPh></is></c>'
        '<c r="C2" t="str"><v>CREATED</v></c></row>'
    )

    assert found(reading) == []
    assert [(o.customer_id, o.status) for o in reading.orders] == [("10001", "CREATED")]


@pytest.mark.parametrize(
    ("stored", "status"),
    [
        ("a_x000D_\nb", "a\r\nb"),
        ("a_x005F_x000D_b", "a_x000D_b"),
        ("_x0041_", "A"),
        ("_x00c5_ker", "Åker"),
        ("_xD83D__xDE00_", "\U0001f600"),
        ("_xD83D_", "\ufffd"),
        ("_x00G1_", "_x00G1_"),
        ("a_b_x", "a_b_x"),
        ("&lt;&#229;&gt;", "<å>"),
    ],
)
def test_escaped_characters_are_read_as_what_they_stand_for(stored: str, status: str) -> None:
    """ECMA-376 part 1, 22.9.2.19: _xHHHH_ is a character that XML cannot hold."""
    inline = (
        '<row r="2"><c r="A2" t="inlineStr"><is><t>111</t></is></c><c r="B2"><v>1</v></c>'
        '<c r="C2" t="{kind}">{value}</c></row>'
    )
    by_hand = raw(inline.format(kind="inlineStr", value=f"<is><t>{stored}</t></is>"))
    shared = raw(inline.format(kind="s", value="<v>0</v>"), f"<si><t>{stored}</t></si>")

    assert [order.status for order in by_hand.orders] == [status]
    assert [order.status for order in shared.orders] == [status]


def test_prefixed_elements_are_read() -> None:
    """Some programs write <x:c> throughout; the name space is the same."""
    sheet = raw_rows(ORDERS).replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:")
    root = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{sheet}</x:sheetData></x:worksheet>'

    reading = read_workbook(raw_workbook(Orders=root, Items=raw_rows(ITEMS)))

    assert (served(reading), found(reading)) == (["111"], [])


@pytest.mark.parametrize("claimed", ["A1", "A1:A1", "A1:XFD1048576", "nonsense", ""])
def test_what_a_sheet_claims_of_its_size_is_not_believed(claimed: str) -> None:
    """Programs write A1 and forget to correct it; a liar claims the whole sheet."""
    root = (
        f'<worksheet xmlns="{MAIN}"><dimension ref="{claimed}"/>'
        f"<sheetData>{raw_rows(ORDERS)}</sheetData></worksheet>"
    )

    reading = read_workbook(raw_workbook(Orders=root, Items=raw_rows(ITEMS)))

    assert (served(reading), found(reading)) == (["111"], [])


def test_rows_and_cells_without_an_address_follow_one_another() -> None:
    """The address may be left out (ECMA-376 part 1, 18.3.1.4 and 18.3.1.73)."""
    bare = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{v}</t></is></c>' for v in row) + "</row>"
        for row in (["Customer order", "Customer", "Status"], ["111", "", "CREATED"])
    )

    reading = read_workbook(raw_workbook(Orders=bare, Items=raw_rows(ITEMS)))

    assert found(reading) == [("Orders!B2", "CS201")]


def test_cells_of_a_row_may_stand_in_any_order() -> None:
    """The address counts, not the place."""
    reading = raw(
        '<row r="2"><c r="C2" t="str"><v>CREATED</v></c><c r="A2" t="str"><v>111</v></c>'
        '<c r="B2" t="str"><v>10001</v></c></row>'
    )

    assert (served(reading), found(reading)) == (["111"], [])


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="3"/><row r="2"/>',
        '<row r="2"/><row r="2"/>',
        '<row r="1"/>',
        '<row r="0"/>',
        '<row r="-1"/>',
        '<row r="two"/>',
        '<row r="1e3"/>',
        '<row r="99999999999999999999"/>',
        '<row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>',
        '<row r="2"><c r="2"><v>1</v></c></row>',
        '<row r="2"><c r="a2"><v>1</v></c></row>',
        '<row r="2"><c r="ABCD2"><v>1</v></c></row>',
        '<row r="2"><c r="" t="n"><v>1</v></c></row>',
        '<row r="2"><c r="A2" t="s"><v>0</v></c></row>',
        '<row r="2"><c r="A2" t="s"><v>-1</v></c></row>',
        '<row r="2"><c r="A2" t="s"><v>1.5</v></c></row>',
        f'<row r="2"><c r="A2" t="s"><v>{"9" * 5000}</v></c></row>',
        f'<row r="2"><c r="A2" s="{"9" * 5000}"><v>1</v></c></row>',
        '<row r="2"><c r="A2" s="x"><v>1</v></c></row>',
        '<row r="2"><c r="A2"><v>1</v></row>',
        '<row r="2"><c r="A2"><v>&nosuch;</v></c></row>',
        '<row r="2"><c r="A2"><v>\x00</v></c></row>',
        '<row r="2"',
    ],
    ids=range(23),
)
def test_a_sheet_that_contradicts_itself_is_damaged(rows: str) -> None:
    """A guess at what was meant could swap two customers' orders."""
    reading = raw(rows)

    assert (reading.refused, found(reading)) == (True, [("", "CS006")])


@pytest.mark.parametrize("reference", ["", "A1:", "1:2", "a1:b2", "A1:B2 C1:D2"])
def test_merged_cells_without_a_proper_address_are_damage(reference: str) -> None:
    """What is merged cannot be told, and must not be served."""
    root = (
        f'<worksheet xmlns="{MAIN}"><sheetData>{raw_rows(ORDERS)}</sheetData>'
        f'<mergeCells count="1"><mergeCell ref="{reference}"/></mergeCells></worksheet>'
    )

    reading = read_workbook(raw_workbook(Orders=root, Items=raw_rows(ITEMS)))

    assert (reading.refused, found(reading)) == (True, [("", "CS006")])


BOMB = (
    '<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {name} "{f"&{last};" * 10}">'
        for last, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)


@pytest.mark.parametrize(
    "prologue",
    [
        BOMB,
        "<!DOCTYPE worksheet>",
        '<!DOCTYPE worksheet SYSTEM "http://localhost:1/evil.dtd">',
        '<!DOCTYPE worksheet [<!ENTITY i SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_a_document_type_is_refused_before_it_does_anything(prologue: str) -> None:
    """ECMA-376 part 2, 8.1.4: a part has none; entity bombs and file thieves need one."""
    root = f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>&i;</v></c></row>'
    files = raw_workbook(Orders=f"{prologue}{root}</sheetData></worksheet>", Items=raw_rows(ITEMS))

    reading = read_workbook(files)

    assert (reading.refused, found(reading)) == (True, [("", "CS008")])


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
def test_an_entity_bomb_in_any_other_part_is_refused_too(part: str) -> None:
    """There defusedxml stands before openpyxl."""
    data = workbook(Orders=ORDERS, Items=ITEMS)
    root = {"xl/workbook.xml": b"<workbook", "xl/styles.xml": b"<styleSheet"}.get(part, b"<Types")

    reading = read_workbook(edited(data, part, root, BOMB.encode() + root))

    assert reading.refused
    assert reading.orders == ()


@pytest.mark.parametrize(
    "encoding", ["nonsense", "utf-7", "hex", "rot13", "idna", "big5", "utf-16", "shift_jis"]
)
@pytest.mark.parametrize(
    "part",
    ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"],
)
def test_a_part_that_claims_an_encoding_nobody_can_read_is_damage(part: str, encoding: str) -> None:
    """The parser raises LookupError and ValueError for these, not its own error."""
    data = workbook(Orders=ORDERS, Items=ITEMS)

    reading = read_workbook(edited(data, part, b'"UTF-8"', f'"{encoding}"'.encode()))

    assert (reading.refused, found(reading)) == (True, [("", "CS006")])


def test_a_part_in_utf_16_is_read() -> None:
    """The other encoding that the standard allows (ECMA-376 part 2, 8.1.4)."""
    root = f'<worksheet xmlns="{MAIN}"><sheetData>{raw_rows(ORDERS)}</sheetData></worksheet>'
    data = raw_workbook(Orders=root, Items=raw_rows(ITEMS))
    utf16 = ('<?xml version="1.0" encoding="UTF-16"?>' + root).encode("utf-16")

    reading = read_workbook(edited(data, "xl/worksheets/sheet1.xml", root.encode(), utf16))

    assert (served(reading), found(reading)) == (["111"], [])


def test_a_deep_part_neither_crashes_nor_stalls() -> None:
    """No tree is built, so depth costs nothing; the data behind it is read."""
    deep = "<a>" * 50_000 + "</a>" * 50_000

    reading = raw('<row r="2"/>' + deep)

    assert (served(reading), [code for _, code in found(reading)]) == ([], ["CS401"])


def test_a_row_beyond_the_limit_is_refused_and_the_last_one_is_not() -> None:
    """Excel's own limit, 1,048,576; a blank last row is not data."""
    last = raw('<row r="1048576"/>')
    beyond = raw('<row r="1048577"/>')

    assert not last.refused
    assert found(beyond) == [("", "CS007")]
    assert "limits.rows" in beyond.findings[0].problem.message


def test_a_cell_beyond_the_last_column_is_refused_unless_it_is_blank() -> None:
    """Column 256 is IV; styles reach further right than data, and cost nothing."""
    row = '<row r="2"><c r="{0}2" s="0">{1}</c></row>'

    assert found(raw(row.format("IV", "<v>1</v>"))) == [("Items!A2", "CS401")]
    assert found(raw(row.format("IW", "<v>1</v>"))) == [("", "CS007")]
    assert found(raw(row.format("XFD", ""))) == [("Items!A2", "CS401")]
    assert found(raw(row.format("XFD", "<f>1</f>"))) == [("", "CS007")]
    assert read_workbook(
        raw_workbook(Orders=raw_rows(ORDERS), Items=raw_rows(ITEMS)), limits=Limits(columns=2)
    ).refused


@pytest.mark.parametrize(
    "calculation", [b"", b'<calcPr calcId="191029"/>', b'<calcPr calcId="0" fullCalcOnLoad="0"/>']
)
def test_a_formula_with_a_stored_result_is_served(calculation: bytes) -> None:
    """Excel stores results and says nothing of recalculation."""
    data = workbook(
        Orders=ORDERS,
        Items="""
            | Customer order | Item | Quantity  | Unit price     |
            | =A1 -> 111     | 5001 | =1+1 -> 2 | =9*1.1 -> 9.90 |
        """,
        calculated=False,
    )
    written = b'<calcPr calcId="124519" fullCalcOnLoad="1"/>'

    reading = read_workbook(edited(data, "xl/workbook.xml", written, calculation))

    assert found(reading) == []
    assert [order.items[0].quantity_ordered for order in reading.orders] == [Decimal(2)]
    assert [order.items[0].unit_price for order in reading.orders] == [Decimal("9.90")]


def test_a_formula_that_is_to_be_calculated_on_opening_is_refused() -> None:
    """XlsxWriter stores 0 as the result of every formula: a free item, if it were believed."""
    reading = read_workbook(
        workbook(
            Orders=ORDERS,
            Items="""
                | Customer order | Item | Quantity | Unit price  |
                | 111            | 5001 | =1       | =9*1.1 -> 0 |
            """,
            calculated=False,
        )
    )

    assert found(reading) == [("Items!D2", "CS209")]


@pytest.mark.parametrize("value", ["", "<v/>", "<v></v>"])
def test_a_formula_without_a_stored_result_is_refused(value: str) -> None:
    """So openpyxl writes formulas; the till must not be sent a guess."""
    reading = raw(
        '<row r="2"><c r="A2" t="str"><v>111</v></c>'
        f'<c r="B2"><f>1+1</f>{value}</c><c r="C2" t="str"><v>CREATED</v></c></row>'
    )

    assert found(reading) == [("Orders!B2", "CS209")]


def test_a_formula_that_gives_an_empty_text_is_a_blank_cell() -> None:
    """=IF(A2="";"";…) fills half the workbooks of this world."""
    reading = raw(
        '<row r="2"><c r="A2" t="str"><v>111</v></c><c r="B2" t="str"><v>1</v></c>'
        '<c r="C2" t="str"><v>CREATED</v></c><c r="D2" t="str"><f>""</f><v></v></c></row>'
        '<row r="3"><c r="A3" t="str"><f>""</f><v></v></c></row>'
    )

    assert (served(reading), found(reading)) == (["111"], [])


@pytest.mark.parametrize(
    "error", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"]
)
def test_every_error_of_a_formula_is_told_with_its_name(error: str) -> None:
    """The manager sees the same word in the cell."""
    reading = raw(
        '<row r="2"><c r="A2" t="str"><v>111</v></c>'
        f'<c r="B2" t="e"><f>x</f><v>{error}</v></c><c r="C2" t="str"><v>CREATED</v></c></row>'
    )

    assert found(reading) == [("Orders!B2", "CS208")]
    assert error in reading.findings[0].problem.message


@pytest.mark.parametrize(("stored", "locked"), [("1", True), ("0", False), ("true", True)])
def test_a_stored_boolean_is_yes_or_no(stored: str, locked: bool) -> None:
    """XML Schema allows the words too."""
    orders = raw_rows("| Customer order | Customer | Status | Locked |") + (
        '<row r="2"><c r="A2" t="str"><v>111</v></c><c r="B2"><v>1</v></c>'
        f'<c r="C2" t="str"><v>X</v></c><c r="D2" t="b"><v>{stored}</v></c></row>'
    )

    reading = read_workbook(raw_workbook(Orders=orders, Items=raw_rows(ITEMS)))

    assert [order.is_locked for order in reading.orders] == [locked]


@pytest.mark.parametrize(
    ("stored", "locked", "expected"),
    [
        ('t="b"><f>A1=1</f><v>1</v>', True, []),
        ('t="b"><f>A1=1</f><v>0</v>', False, []),
        ('t="str"><f>IF(A1=1,"ja","nej")</f><v>nej</v>', False, []),
        ('t="str"><f>IF(A1=1,"x","")</f><v></v>', None, []),
        ("><f>A1</f><v>1</v>", True, []),
        ("><v>1</v>", True, []),
        ("><v>0</v>", False, []),
        ("><v>-1</v>", None, ["CS207"]),
        ("><v>2</v>", None, ["CS207"]),
        ('t="b"><v>2</v>', None, ["CS207"]),
        ('t="b"><f>A1=1</f>', None, ["CS209"]),
        ('t="e"><f>A1=1</f><v>#N/A</v>', None, ["CS208"]),
        ('t="inlineStr"><is><t>#N/A</t></is>', None, ["CS207"]),
    ],
)
def test_locked_is_read_from_formulas_numbers_and_words(
    stored: str, locked: bool | None, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tick box gives TRUE, an old one 1, and a formula whatever its author liked."""
    orders = raw_rows("| Customer order | Customer | Status | Locked |") + (
        '<row r="2"><c r="A2"><v>111</v></c><c r="B2"><v>1</v></c>'
        f'<c r="C2" t="str"><v>CREATED</v></c><c r="D2" {stored}</c></row>'
    )

    reading = assert_agree(raw_workbook(Orders=orders, Items=raw_rows(ITEMS)), monkeypatch)

    assert [order.is_locked for order in reading.orders] == ([] if expected else [locked])
    assert found(reading) == [("Orders!D2", code) for code in expected]


@pytest.mark.parametrize("column", ["A", "B", "C"])
def test_a_text_that_looks_like_an_error_is_a_text(column: str) -> None:
    """Nobody can tell it from a text that was meant; an error cell is another kind of cell."""
    cells = dict(zip("ABC", ["111", "10001", "CREATED"], strict=True)) | {column: "#N/A"}
    orders = f"| Customer order | Customer | Status |\n| {' | '.join(cells.values())} |"

    reading = read_workbook(workbook(Orders=orders, Items="| Order | Item | Antal | Pris |"))

    (order,) = reading.orders
    assert "#N/A" in {order.customer_order_id, order.customer_id, order.status}


SYSTEMS = {"1900": b"", "1904": b'date1904="1" '}


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize(
    ("serial", "number_format", "written"),
    [
        ("46347", "yyyy-mm-dd", {"1900": "2026-11-21", "1904": "2030-11-22"}),
        ("46347", "[$-41D]yyyy\\-mm\\-dd;@", {"1900": "2026-11-21", "1904": "2030-11-22"}),
        ("59", "yyyy-mm-dd", {"1900": "1900-02-28", "1904": "1904-02-29"}),
        ("60", "yyyy-mm-dd", {"1904": "1904-03-01"}),
        ("61", "yyyy-mm-dd", {"1900": "1900-03-01", "1904": "1904-03-02"}),
        ("2958465", "yyyy-mm-dd", {"1900": "9999-12-31"}),
        ("2958465.99999999", "yyyy-mm-dd", {}),
        ("-1", "yyyy-mm-dd", {}),
        ("1e9", "yyyy-mm-dd", {}),
        ("46347.5", "yyyy-mm-dd", {}),
        ("0.5", "hh:mm", {}),
        ("46347", "mm-dd-yy", {}),
        ("46347", "d mmmm yyyy", {}),
    ],
)
def test_a_date_is_served_as_text_where_every_computer_shows_it_alike(
    serial: str, number_format: str, written: dict[str, str], system: str
) -> None:
    """In both systems of counting; any other date is an error at its cell, and so is a time."""
    data = workbook(
        Orders=f"| Order | Customer | Status |\n| 111 | 1 | ={serial} {{{number_format}}} |",
        Items=ITEMS,
    )
    properties = b"<workbookPr "

    reading = read_workbook(
        edited(data, "xl/workbook.xml", properties, properties + SYSTEMS[system])
    )

    expected = [written[system]] if system in written else []
    assert [order.status for order in reading.orders] == expected
    assert found(reading) == [("Orders!C2", "CS302" if expected else "CS211")]


FORMATS = {
    "#,##0.00": [],
    "#,##0.00 [$kr-41D]": [],
    '"$"#,##0.00_);[Red]("$"#,##0.00)': [],
    '_-* #,##0.00\\ "kr"_-;\\-* #,##0.00\\ "kr"_-;_-* "-"??\\ "kr"_-;_-@_-': [],
    "0%": ["CS218"],
    "# ?/?": ["CS218"],
    "#,##0,": ["CS218"],
    '0"00"': ["CS218"],
    ";;;": ["CS218"],
    "yyyy-mm-dd": ["CS211"],
}


@pytest.mark.parametrize(("number_format", "expected"), FORMATS.items(), ids=FORMATS)
def test_amounts_and_quantities_are_those_on_the_screen(
    number_format: str, expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Excel's currency and accounting formats are read; what shows another number is refused."""
    items = f"""
        | Customer order | Item | Quantity              | Unit price              |
        | 111            | 5001 | =2 {{{number_format}}} | =9.9 {{{number_format}}} |
    """

    reading = assert_agree(workbook(Orders=ORDERS, Items=items), monkeypatch)

    assert found(reading) == [(f"Items!{c}2", code) for c in "CD" for code in expected]
    assert [order.items[0].unit_price for order in reading.orders] == (
        [] if expected else [Decimal("9.9")]
    )


def test_an_iso_date_cell_is_a_date() -> None:
    """The kind t="d" of ECMA-376 part 1, 18.18.11."""
    reading = raw(
        '<row r="2"><c r="A2" t="str"><v>111</v></c>'
        '<c r="B2" t="d"><v>2026-11-21</v></c><c r="C2" t="str"><v>CREATED</v></c></row>'
    )

    assert found(reading) == [("Orders!B2", "CS211")]


@pytest.mark.parametrize("hidden", ["1", "true"])
def test_a_row_hidden_by_either_word_is_told(hidden: str) -> None:
    """XML Schema's boolean has two spellings."""
    row = raw_rows("|x|\n| 111 | 10001 | CREATED |").split("</row>", 1)[1]

    reading = raw(row.replace('<row r="2"', f'<row r="2" hidden="{hidden}"'))

    assert (served(reading), found(reading)) == (["111"], [("Orders!2", "CS107")])


def test_texts_with_spaces_at_their_ends_keep_them_until_they_are_judged() -> None:
    """The warning needs to see them, and line breaks inside a text stay."""
    reading = read_workbook(
        workbook(
            Orders='| Order | Customer | Status |\n| 111 | " 10001" | "two\\nlines" |', Items=ITEMS
        )
    )

    assert found(reading) == [("Orders!B2", "CS214"), ("Orders!C2", "CS302")]
    assert [(o.customer_id, o.status) for o in reading.orders] == [("10001", "two\nlines")]


def test_sheets_that_nobody_asked_for_are_not_even_opened() -> None:
    """A broken pivot sheet is nobody's business."""
    data = raw_workbook(Orders=raw_rows(ORDERS), Items=raw_rows(ITEMS), Pivot="<worksheet")

    reading = read_workbook(data)

    assert b"<worksheet" in parts(data)["xl/worksheets/sheet3.xml"]
    assert (served(reading), found(reading)) == (["111"], [])


@pytest.mark.parametrize(
    "row",
    [
        '<row r="2"><c r="A3" t="inlineStr"><is><t>111</t></is></c></row>',
        '<row r="2"><c r="A" t="inlineStr"><is><t>111</t></is></c></row>',
        '<row r="2"><c r="A2"><v>1</v><v>11</v></c></row>',
        '<row r="2"><c r="A2" t="inlineStr"><is><t>1</t><t>11</t></is></c></row>',
        '<row r="2"><c r="A2" t="inlineStr"><v>1</v><is><t>11</t></is></c></row>',
        '<row r="2"><c r="A2" t="s"><v>0</v></c></row>',
    ],
)
def test_a_value_that_two_readers_would_see_differently_is_damage(row: str) -> None:
    """A cell of another row, or two values in one cell: a flipped bit, not a program's work."""
    strings = "<si><t>1</t><t>11</t></si>" if 't="s"' in row else None

    assert found(raw(row, strings)) == [("", "CS006")]


def test_a_cell_holds_no_more_than_excel_lets_it() -> None:
    """32,767 characters; in pieces or in one."""
    runs = "<r><t>" + "1" * 20_000 + "</t></r>"
    row = f'<row r="2"><c r="A2" t="inlineStr"><is>{runs * 2}</is></c></row>'

    assert found(raw(row)) == [("", "CS007")]


def test_a_tag_without_an_end_is_refused_while_it_is_read() -> None:
    """A remark of megabytes is held in memory until it ends."""
    assert found(raw(f"<!--{'<c>' * 1_000_000}-->")) == [("", "CS007")]
