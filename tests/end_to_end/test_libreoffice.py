"""What a real LibreOffice makes of our workbooks."""

from decimal import Decimal
from pathlib import Path

import pytest

from corsheet.workbook.examples import example_orders
from corsheet.workbook.reading import read_workbook
from corsheet.workbook.template import write_workbook
from tests.support.libreoffice import needs_libreoffice, opened

pytestmark = [pytest.mark.libreoffice, needs_libreoffice]


def test_the_template_saved_by_libreoffice_reads_back_unchanged(tmp_path: Path) -> None:
    """Zeros in front, decimals, Swedish letters and blanks survive; nothing new is found."""
    path = tmp_path / "orders.xlsx"
    written = write_workbook(example_orders())
    path.write_bytes(written)
    with opened(path) as document:
        document.save({})
    saved = path.read_bytes()
    reading = read_workbook(saved)

    assert saved != written
    assert reading.orders == example_orders()
    assert reading.findings == ()


def test_what_is_typed_in_libreoffice_is_read(tmp_path: Path) -> None:
    """An edit that is a mistake is told at the cell where it was made."""
    path = tmp_path / "orders.xlsx"
    path.write_bytes(write_workbook(example_orders()))
    with opened(path) as document:
        document.save({"Items!D2": "two", "Orders!C3": "00099", "Items!E5": 0.1 + 0.2})
    reading = read_workbook(path.read_bytes())
    first = reading.orders[0]

    assert [(f.place, f.problem.code.id) for f in reading.findings] == [("Items!D2", "CS203")]
    assert [key.customer_order_id for key in reading.withheld] == ["000042"]
    assert (first.customer_order_id, first.customer_id) == ("000043", "00099")
    assert first.items[0].unit_price == Decimal("0.3")
