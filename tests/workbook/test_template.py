"""The workbook that `corsheet init` writes: it reads back as what went in."""

import io
from pathlib import Path

import openpyxl
import pytest

from corsheet.model import EVERY_UNIT, OrderStatus, RewardType
from corsheet.workbook.examples import example_orders
from corsheet.workbook.layout import SHEETS, Kind, SheetLayout
from corsheet.workbook.reading import Reading, read_workbook
from corsheet.workbook.template import write_workbook


def book() -> openpyxl.Workbook:
    """Open the template with another program's eyes."""
    return openpyxl.load_workbook(io.BytesIO(write_workbook(example_orders())))


def test_the_example_orders_read_back_as_they_are_without_a_finding() -> None:
    """What `init` writes, `serve` serves."""
    assert read_workbook(write_workbook(example_orders())) == Reading(orders=example_orders())


def test_a_template_without_orders_is_an_empty_workbook() -> None:
    """Headings alone, and no mistake in them."""
    assert read_workbook(write_workbook(())) == Reading()


def test_the_same_orders_always_make_the_same_bytes() -> None:
    """So that a sample under version control changes only with what is in it."""
    assert write_workbook(example_orders()) == write_workbook(example_orders())


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


def test_every_sheet_has_the_headings_of_the_layout_and_a_help_sheet_is_last() -> None:
    """One table says what may stand in a workbook, and the template follows it."""
    template = book()

    assert template.sheetnames == [*(layout.name for layout in SHEETS), "Help"]
    for layout in SHEETS:
        headings = [cell.value for cell in template[layout.name][1]]
        assert headings == [column.name for column in layout.columns]
        assert template[layout.name].freeze_panes == "A2"


@pytest.mark.parametrize("layout", SHEETS, ids=lambda layout: layout.name)
def test_id_and_text_columns_are_formatted_as_text(layout: SheetLayout) -> None:
    """Excel leaves leading zeros alone there, in new rows too."""
    sheet = book()[layout.name]

    formats = {
        number: group.number_format
        for group in sheet.column_dimensions.values()
        for number in range(group.min or 0, (group.max or 0) + 1)
    }
    for number, column in enumerate(layout.columns, 1):
        is_text = column.kind in {Kind.ID, Kind.TEXT}
        assert (formats[number] == "@") is is_text, column.name
        value = sheet.cell(2, number)
        if value.value is not None and is_text:
            assert (value.number_format, value.data_type) == ("@", "s"), column.name


def test_status_yes_no_and_reward_type_have_drop_downs() -> None:
    """A drop-down warns and does not refuse, since another word is served."""
    template = book()
    lists = {
        (name, str(rule.sqref).split(":")[0]): (rule.formula1, rule.errorStyle)
        for name in template.sheetnames
        for rule in template[name].data_validations.dataValidation
        if rule.type == "list"
    }

    assert lists == {
        ("Orders", "D2"): (f'"{",".join(OrderStatus)}"', "warning"),
        ("Orders", "F2"): ('"yes,no"', "warning"),
        ("Discounts", "G2"): (f'"{",".join(RewardType)}"', "warning"),
    }


def test_amounts_and_quantities_are_limited_as_the_reader_limits_them() -> None:
    """Excel says so while the number is typed, and the till need not."""
    template = book()
    limits = {
        (name, str(rule.sqref).split(":")[0]): (rule.operator, rule.formula1)
        for name in template.sheetnames
        for rule in template[name].data_validations.dataValidation
        if rule.type == "decimal"
    }

    assert limits == {
        ("Orders", "E2"): ("greaterThanOrEqual", "0"),
        ("Items", "D2"): ("greaterThan", "0"),
        ("Items", "E2"): ("greaterThanOrEqual", "0"),
        ("Items", "F2"): ("greaterThanOrEqual", "0"),
        ("Invoices", "D2"): ("greaterThanOrEqual", "0"),
        ("Discounts", "F2"): ("greaterThanOrEqual", "0"),
    }


def test_nothing_in_the_template_is_a_formula() -> None:
    """An id that begins with an equals sign stays the text it is."""
    template = book()
    kinds = {cell.data_type for sheet in template for row in sheet.iter_rows() for cell in row}

    assert "f" not in kinds


def test_the_sample_workbook_is_the_templates() -> None:
    """What a newcomer meets is what `init` writes, until they change it."""
    sample = Path(__file__).parents[2] / "sample_data" / "orders.xlsx"
    reading = read_workbook(sample.read_bytes())

    assert reading.findings == ()
    assert reading.orders == example_orders()
