"""The workbook that `corsheet init` writes: it reads back as what went in."""

import hashlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from defusedxml import ElementTree
from openpyxl.utils import get_column_letter

from corsheet.model import EVERY_UNIT, CustomerId, OrderStatus, RewardType
from corsheet.workbook import guide, template
from corsheet.workbook.cells import LARGEST
from corsheet.workbook.enactor_examples import example_sheets
from corsheet.workbook.enactor_glossary import COMMON, FIELDS
from corsheet.workbook.enactor_layout import ENACTOR_SHEETS
from corsheet.workbook.examples import example_orders
from corsheet.workbook.layout import SHEETS, Column, Kind, SheetLayout
from corsheet.workbook.reading import Reading, read_workbook
from corsheet.workbook.template import write_workbook
from tests.support.sheets import parts

EXAMPLES = write_workbook(example_orders())
WITH_ENACTOR = write_workbook(example_orders(), example_sheets())

each_sheet = pytest.mark.parametrize("layout", SHEETS, ids=lambda layout: layout.name)


def book(data: bytes = EXAMPLES) -> Any:
    """Open a workbook with another program's eyes; its stubs lack half of what is looked at."""
    return openpyxl.load_workbook(io.BytesIO(data))


def columns() -> Iterator[tuple[SheetLayout, int, Column]]:
    """Give every column of every sheet, with its number from 1."""
    for layout in SHEETS:
        for number, column in enumerate(layout.columns, 1):
            yield layout, number, column


def column_groups(sheet: Any) -> dict[int, Any]:
    """Give the width and format of each column by its number; equal neighbours share theirs."""
    return {
        number: group
        for group in sheet.column_dimensions.values()
        for number in range(group.min, group.max + 1)
    }


def test_the_example_orders_read_back_as_they_are_without_a_finding() -> None:
    """What `init` writes, `serve` serves."""
    assert read_workbook(EXAMPLES) == Reading(orders=example_orders())


def test_a_template_without_orders_is_an_empty_workbook() -> None:
    """Headings alone, and no mistake in them."""
    assert read_workbook(write_workbook(())) == Reading()


def test_the_examples_can_be_deleted() -> None:
    """Rows deleted as Excel does it, on every sheet: no order is left, and nothing is wrong."""
    shortened = book()
    for layout in SHEETS:
        sheet = shortened[layout.name]
        sheet.delete_rows(2, sheet.max_row)
        (table,) = sheet.tables.values()
        table.ref = table.autoFilter.ref = re.sub(r"\d+$", "2", table.ref)
    target = io.BytesIO()
    shortened.save(target)

    assert read_workbook(target.getvalue()) == Reading()


def test_the_same_orders_always_make_the_same_bytes() -> None:
    """In every process, so that the sample changes only with what is in it."""
    program = (
        "import hashlib; from corsheet.workbook.examples import example_orders;"
        "from corsheet.workbook.template import write_workbook;"
        "print(hashlib.sha256(write_workbook(example_orders())).hexdigest())"
    )
    sums = {
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            check=True,
            text=True,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout.strip()
        for seed in ("1", "2")
    }

    assert sums == {hashlib.sha256(EXAMPLES).hexdigest()}


def test_the_sample_workbook_is_the_templates() -> None:
    """What a newcomer meets is what `init` writes; if not, write it anew with `corsheet init`."""
    sample = Path(__file__).parents[2] / "sample_data" / "orders.xlsx"

    # unpacked: how well a part is packed differs between machines
    assert parts(sample.read_bytes()) == parts(EXAMPLES)


def test_the_examples_show_every_column_and_kind_of_order() -> None:
    """The manager learns from them: zeros in front, Swedish letters, all statuses, discounts."""
    orders = example_orders()
    keys = {(order.business_unit_id, order.customer_order_id) for order in orders}

    assert len(keys) == len(orders) == 30
    assert len({order.customer_order_id for order in orders}) < len(orders)
    assert EVERY_UNIT not in {order.business_unit_id for order in orders}
    assert {order.status for order in orders} == {str(status) for status in OrderStatus}
    assert {order.is_locked for order in orders} == {True, False, None}
    assert any(order.customer_order_id.startswith("0") for order in orders)
    assert any(not order.customer_id.isascii() for order in orders)
    assert any(item.discounts for order in orders for item in order.items)
    assert any(item.contributed_amount is not None for order in orders for item in order.items)
    assert any(order.minimum_down_payment_amount is not None for order in orders)
    invoices = [order.invoice_payment_instruction for order in orders]
    assert any(invoice is not None and invoice.additional_information for invoice in invoices)


def test_every_part_is_well_formed() -> None:
    """Notes and tables have parts of their own; a program that is strict opens them all."""
    names = {ElementTree.fromstring(content).tag for content in parts(EXAMPLES).values()}

    kinds = {name.rpartition("}")[2] for name in names}
    assert {"workbook", "worksheet", "table", "comments", "xml", "styleSheet", "sst"} <= kinds


def test_every_sheet_has_the_headings_of_the_layout_and_a_help_sheet_is_last() -> None:
    """One table says what may stand in a workbook, and the template follows it."""
    written = book()

    assert written.sheetnames == [*(layout.name for layout in SHEETS), "Help"]
    for layout in SHEETS:
        headings = [cell.value for cell in written[layout.name][1]]
        assert headings == [column.name for column in layout.columns]
        assert written[layout.name].freeze_panes == "A2"


@each_sheet
def test_every_sheet_is_one_table(layout: SheetLayout) -> None:
    """With the sheet's name; it holds the headings, every row, and no row of totals."""
    sheet = book()[layout.name]

    (table,) = sheet.tables.values()
    assert table.displayName == table.name == layout.name
    assert table.ref == table.autoFilter.ref == sheet.dimensions
    assert (table.headerRowCount, table.totalsRowCount) == (1, None)
    assert [column.name for column in table.tableColumns] == [c.name for c in layout.columns]


@each_sheet
def test_a_table_without_orders_has_one_blank_row(layout: SheetLayout) -> None:
    """Excel repairs a workbook with a table that has none."""
    sheet = book(write_workbook(()))[layout.name]

    (table,) = sheet.tables.values()
    assert table.ref == f"A1:{'ABCDEFG'[len(layout.columns) - 1]}2"


def test_headings_that_must_be_filled_are_blue_and_the_others_grey() -> None:
    """The help sheet shows both colours and says what they mean."""
    written = book()

    for layout, number, column in columns():
        colour = template.REQUIRED_COLOUR if column.required else template.OPTIONAL_COLOUR
        heading = written[layout.name].cell(1, number)
        assert heading.fill.fgColor.rgb == f"FF{colour[1:]}", column.name
    legend = {cell.value: cell.fill.fgColor.rgb for cell in written["Help"]["A"]}
    assert legend["Blue heading"] == f"FF{template.REQUIRED_COLOUR[1:]}"
    assert legend["Grey heading"] == f"FF{template.OPTIONAL_COLOUR[1:]}"


def test_every_heading_has_a_note_that_says_whether_it_may_be_left_empty() -> None:
    """A note for each column of the layout, and none for a column that is not there."""
    written = book()

    for layout, number, column in columns():
        text = written[layout.name].cell(1, number).comment.text
        assert text.splitlines()[0] == guide.NOTES[layout.name][column.name]
        need = "Must be filled in." if column.required else "May be left empty."
        assert text.splitlines()[1:] == [need]
    named = {(sheet, column) for sheet, notes in guide.NOTES.items() for column in notes}
    assert named == {(layout.name, column.name) for layout, _, column in columns()}


@each_sheet
def test_id_and_text_columns_are_formatted_as_text(layout: SheetLayout) -> None:
    """Excel leaves leading zeros alone there, in new rows too."""
    sheet = book()[layout.name]

    groups = column_groups(sheet)
    for number, column in enumerate(layout.columns, 1):
        is_text = column.kind in {Kind.ID, Kind.TEXT}
        assert (groups[number].number_format == "@") is is_text, column.name
        value = sheet.cell(2, number)
        if value.value is not None and is_text:
            assert (value.number_format, value.data_type) == ("@", "s"), column.name


@each_sheet
def test_excel_does_not_offer_to_make_numbers_of_ids(layout: SheetLayout) -> None:
    """The marks of ignored errors, all the way down; openpyxl knows nothing of them."""
    part = parts(EXAMPLES)[f"xl/worksheets/sheet{SHEETS.index(layout) + 1}.xml"]

    ignored = {
        cells
        for mark in ElementTree.fromstring(part).iter()
        if mark.tag.endswith("}ignoredError") and mark.get("numberStoredAsText") == "1"
        for cells in mark.get("sqref", "").split()
    }
    assert ignored == {
        f"{letter}2:{letter}1048576"
        for letter, column in zip("ABCDEFG", layout.columns, strict=False)
        if column.kind in {Kind.ID, Kind.TEXT}
    }


@each_sheet
def test_columns_are_as_wide_as_what_stands_in_them(layout: SheetLayout) -> None:
    """No value shows as ####, and no heading hides behind its filter button."""
    sheet = book()[layout.name]

    groups = column_groups(sheet)
    for cells, column in zip(sheet.columns, layout.columns, strict=True):
        width = groups[cells[0].column].width
        shown = [
            f"{cell.value:,.2f}" if column.kind is Kind.AMOUNT else str(cell.value)
            for cell in cells[1:]
            if cell.value is not None
        ]
        assert width >= len(column.name) + 4, column.name
        assert width >= max(map(len, shown)) + 1, column.name
        assert width <= 61, column.name


def test_a_very_long_text_does_not_make_a_column_as_wide() -> None:
    """The others must stay in sight."""
    order = replace(example_orders()[0], customer_id=CustomerId("K" * 1000))

    sheet = book(write_workbook([order]))["Orders"]

    assert 60 <= sheet.column_dimensions["C"].width < 61


class Rule(NamedTuple):
    """What Excel is to check while a cell is filled."""

    kind: str
    condition: tuple[str | None, ...]
    on_mistake: str


def rules(data: bytes) -> dict[str, Rule]:
    """Give the rule of each column that has one, by its place, such as ``Orders!D``."""
    written = book(data)
    found = {}
    for name in written.sheetnames:
        for rule in written[name].data_validations.dataValidation:
            letter, *rows = re.split(r"(\d+):[A-Z](\d+)", str(rule.sqref))
            assert rows == ["2", "1048576", ""]
            assert rule.allow_blank
            assert rule.showErrorMessage
            assert rule.showInputMessage
            condition = (rule.operator, rule.formula1, rule.formula2)
            found[f"{name}!{letter}"] = Rule(rule.type, condition, rule.errorStyle or "stop")
    return found


def test_columns_with_set_words_or_numbers_are_checked_as_they_are_filled() -> None:
    """A drop-down warns, since another word is served; a number is kept within the reader's."""
    amount = Rule("decimal", (None, "0", "9999999999999.99"), "stop")

    assert rules(EXAMPLES) == {
        "Orders!D": Rule("list", (None, f'"{",".join(OrderStatus)}"', None), "warning"),
        "Orders!E": amount,
        "Orders!F": Rule("list", (None, '"yes,no"', None), "warning"),
        "Items!D": Rule("decimal", ("greaterThan", "0", None), "stop"),
        "Items!E": amount,
        "Items!F": amount,
        "Invoices!D": amount,
        "Discounts!F": amount,
        "Discounts!G": Rule("list", (None, f'"{",".join(RewardType)}"', None), "warning"),
    }


def test_every_rule_says_what_to_write_before_and_after() -> None:
    """In words of ours, not Excel's; the largest amount is told as it is checked."""
    written = book()
    said = [
        (rule.prompt, rule.errorTitle, rule.error)
        for layout in SHEETS
        for rule in written[layout.name].data_validations.dataValidation
    ]

    advice = {one for layout, _, column in columns() if (one := guide.advice(layout, column))}
    assert set(said) == {tuple(one) for one in advice}
    assert all(all(words) for words in said)
    largest = {found for one in advice for found in re.findall(r"below ([0-9 ]+)\.", one.after)}
    assert [int(one.replace(" ", "")) for one in largest] == [LARGEST]


def test_nothing_in_the_template_is_a_formula() -> None:
    """An id that begins with an equals sign stays the text it is."""
    order = replace(example_orders()[0], customer_id=CustomerId("=1+1"))
    written = write_workbook([order])

    kinds = {cell.data_type for sheet in book(written) for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert read_workbook(written) == Reading(orders=(order,))


def test_what_looks_like_an_escape_of_the_file_is_written_as_it_stands() -> None:
    """``_x0041_`` is six signs to whoever types it, and an A to whoever reads the file's XML."""
    order = replace(example_orders()[0], customer_id=CustomerId("_x0041_"))

    assert read_workbook(write_workbook([order])) == Reading(orders=(order,))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("K" * 32_768, "a text of 32768 characters does not fit"),
        ("\N{GRINNING FACE}" * 16_384, "a text of 16384 characters does not fit"),
        ("_x005F_x0041_", "would be written as another text"),
    ],
    ids=["too long", "too long in UTF-16", "two escapes in one"],
)
def test_a_text_that_cannot_be_written_is_never_cut_or_changed(text: str, told: str) -> None:
    """A shortened id would be another id."""
    order = replace(example_orders()[0], customer_id=CustomerId(text))

    with pytest.raises(ValueError, match=told):
        write_workbook([order])


def test_more_rows_than_a_sheet_has_are_refused() -> None:
    """Excel's sheets end after 1,048,576 rows; what does not fit is not left out."""
    order = example_orders()[0]
    order = replace(order, items=order.items[:1] * 1_048_576)

    with pytest.raises(ValueError, match="1048576 rows do not fit into a sheet"):
        write_workbook([order])


POINTS = 72.0
"""In an inch."""

PIXELS = 96.0
"""In an inch, as Excel counts a column's width: 7 for each character, and 5."""

A4_INCHES = (8.27, 11.69)


def test_the_help_sheet_fits_on_an_upright_page_without_shrinking() -> None:
    """Set to one page it would fit anyhow, too small to read."""
    sheet = book()["Help"]

    margins = sheet.page_margins
    height = sum(sheet.row_dimensions[row].height for row in range(1, sheet.max_row + 1)) / POINTS
    # openpyxl's width has the 5 pixels in it
    width = sum(sheet.column_dimensions[letter].width * 7 for letter in "AB") / PIXELS
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "portrait")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert width <= A4_INCHES[0] - margins.left - margins.right
    assert height <= A4_INCHES[1] - margins.top - margins.bottom


def test_the_help_sheet_takes_the_pages_it_needs_where_it_speaks_of_enactor() -> None:
    """It is longer then, and squeezed onto one page it would be small."""
    pages = [book(data)["Help"].page_setup.fitToHeight for data in (EXAMPLES, WITH_ENACTOR)]

    assert pages == [None, 0]  # None: 1


def test_the_help_sheet_names_every_sheet_and_what_to_do_with_the_examples() -> None:
    """Whoever has only the workbook finds the way."""
    words = [cell.value for cell in book()["Help"]["A"]]

    assert {layout.name for layout in SHEETS} <= set(words)
    assert words[-1] == "Examples"


@each_sheet
def test_the_sheets_print_across_a_page_with_their_headings(layout: SheetLayout) -> None:
    """On A4, lying, one page wide and as many as are needed."""
    sheet = book()[layout.name]

    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0)  # None: 1
    assert sheet.print_title_rows == "$1:$1"


def enactors_columns() -> Iterator[tuple[SheetLayout, int, Column]]:
    """Give every column of Enactor's sheets as the template has them, with its number from 1."""
    for sheet in example_sheets():
        for number, column in enumerate(sheet.narrowed.columns, 1):
            yield sheet.layout, number, column


def test_every_column_of_enactors_examples_says_what_it_means_in_plain_words() -> None:
    """The heading alone is a name for programs; a meaning of no known field is a slip."""
    written = book(WITH_ENACTOR)

    for layout, number, column in enactors_columns():
        text = written[layout.name].cell(1, number).comment.text
        assert not text.startswith("Enactor's field"), column.name
        assert len(text) > len(column.name)
    for layout in ENACTOR_SHEETS:
        known = {column.name for column in layout.columns}
        own = {path for path in FIELDS[layout.name] if path not in COMMON}
        assert own <= known, layout.name


def test_sums_of_enactors_are_checked_as_they_are_filled_and_told_in_ore() -> None:
    """Below zero too; the reader takes what the rule lets through, and no more digits."""
    written = book(WITH_ENACTOR)
    sums = {
        f"{layout.name}!{get_column_letter(number)}2:{get_column_letter(number)}1048576"
        for layout, number, column in enactors_columns()
        if column.kind is Kind.MINOR
    }
    rules = {
        f"{layout.name}!{rule.sqref}": rule
        for layout in ENACTOR_SHEETS
        for rule in written[layout.name].data_validations.dataValidation
        if rule.type == "whole"
    }

    assert set(rules) == sums
    assert len(sums) == 5
    for rule in rules.values():
        assert (rule.formula1, rule.formula2) == ("-999999999999999", "999999999999999")
        assert "1990 is 19,90" in rule.prompt
    header = written["Enactor header"]
    owed = next(cell.column for cell in header[1] if cell.value == "balanceOwed")
    header.cell(2, owed).value = int(next(iter(rules.values())).formula1)
    target = io.BytesIO()
    written.save(target)
    assert read_workbook(target.getvalue()).findings == ()


def test_yes_or_no_on_enactors_sheets_says_whom_a_mistake_costs_the_order() -> None:
    """Hii Retail is told it all the same."""
    written = book(WITH_ENACTOR)
    said = {
        (layout in ENACTOR_SHEETS, rule.error)
        for layout in (*SHEETS, *ENACTOR_SHEETS)
        for rule in written[layout.name].data_validations.dataValidation
        if rule.formula1 == '"yes,no"'
    }

    assert len(said) == 2
    assert {is_enactors for is_enactors, text in said if "Enactor's clients" in text} == {True}


def test_numbers_of_enactors_keep_off_the_next_column_and_are_read_as_they_are() -> None:
    """Text in the next column begins at its left edge, where numbers end."""
    formats = {
        column.kind: book(WITH_ENACTOR)[layout.name].cell(2, number).number_format
        for layout, number, column in enactors_columns()
        if column.kind in {Kind.MINOR, Kind.WHOLE, Kind.EPOCH}
    }

    assert set(formats.values()) == {"0_)"}
    assert len(formats) == 3
    assert read_workbook(WITH_ENACTOR).findings == ()


def test_the_help_says_which_columns_are_told_to_enactors_clients() -> None:
    """And only a workbook with Enactor's sheets says so; every word replaced is one of the help."""
    plain, both = (
        {row[0].value: row[1].value for row in book(data)["Help"].iter_rows()}
        for data in (EXAMPLES, WITH_ENACTOR)
    )

    assert set(guide.BESIDE_ENACTOR) <= {line.word for line in guide.HELP}
    assert "öre" in both["Amounts"]
    assert "two words" in both["Your own notes"]
    assert not [text for text in plain.values() if text and "Enactor" in text]
