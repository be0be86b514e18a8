"""What a real LibreOffice makes of our workbooks."""

import io
import re
import subprocess
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest

from corsheet.wire.hiiretail import order_body
from corsheet.workbook.examples import example_orders
from corsheet.workbook.layout import SHEETS, Kind
from corsheet.workbook.reading import Reading, read_workbook
from corsheet.workbook.template import write_workbook
from tests.support.libreoffice import needs_libreoffice, opened
from tests.support.sheets import found, workbook

pytestmark = [pytest.mark.libreoffice, needs_libreoffice]

LONGEST_SECONDS = 120
"""For one conversion; two to five seconds are usual."""

Ways = tuple[str, ...]

each_way = pytest.mark.parametrize(
    "way", [("xlsx",), ("ods", "xlsx")], ids=["xlsx to xlsx", "xlsx to ods to xlsx"]
)


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give LibreOffice settings of its own, made once: that takes longer than a conversion."""
    return tmp_path_factory.mktemp("profile").as_uri()


def converted(data: bytes, way: Ways, folder: Path, profile: str) -> bytes:
    """Have LibreOffice open a workbook and save it as another kind, several times over."""
    path = folder / "orders.xlsx"
    path.write_bytes(data)
    for step, kind in enumerate(way):
        target = folder / str(step)
        subprocess.run(
            [
                "soffice",
                f"-env:UserInstallation={profile}",
                "--headless",
                "--convert-to",
                kind,
                "--outdir",
                str(target),
                str(path),
            ],
            check=True,
            capture_output=True,
            timeout=LONGEST_SECONDS,
        )
        path = target / f"orders.{kind}"
    return path.read_bytes()


def on_the_wire(reading: Reading) -> list[tuple[str, bytes]]:
    """Give what the till is told of each order, with the business unit that may ask."""
    return [(order.business_unit_id, order_body(order)) for order in reading.orders]


def book(data: bytes) -> Any:
    """Open a workbook with a third program's eyes."""
    return openpyxl.load_workbook(io.BytesIO(data))


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
    assert reading == Reading(orders=example_orders())
    assert on_the_wire(reading) == on_the_wire(read_workbook(written))


@each_way
def test_the_template_keeps_its_orders_from_one_kind_of_file_to_another(
    way: Ways, tmp_path: Path, profile: str
) -> None:
    """Every order byte for byte, as the till is told it."""
    written = write_workbook(example_orders())

    saved = converted(written, way, tmp_path, profile)

    reading = read_workbook(saved)
    assert reading == Reading(orders=example_orders())
    assert on_the_wire(reading) == on_the_wire(read_workbook(written))


def test_the_template_keeps_its_tables_notes_and_drop_downs(tmp_path: Path, profile: str) -> None:
    """A manager with LibreOffice works with the same workbook as one with Excel."""
    written = book(write_workbook(example_orders()))

    saved = book(converted(write_workbook(example_orders()), ("xlsx",), tmp_path, profile))

    assert saved.sheetnames == written.sheetnames
    for layout in SHEETS:
        before, after = written[layout.name], saved[layout.name]
        assert {table.ref for table in after.tables.values()} == {before.dimensions}
        notes = [[cell.comment.text for cell in sheet[1]] for sheet in (before, after)]
        assert notes[0] == notes[1]
        kinds = [
            sorted((rule.type, rule.errorTitle) for rule in sheet.data_validations.dataValidation)
            for sheet in (before, after)
        ]
        assert kinds[0] == kinds[1]
        for cell, column in zip(after[2], layout.columns, strict=True):
            is_text = column.kind in {Kind.ID, Kind.TEXT}
            assert (cell.number_format == "@") is is_text, column.name


def test_the_examples_can_be_deleted_in_libreoffice(tmp_path: Path) -> None:
    """Every cell below the headings emptied: no order is left, and nothing is wrong."""
    path = tmp_path / "orders.xlsx"
    path.write_bytes(write_workbook(example_orders()))
    written = book(path.read_bytes())
    cells = {
        f"{layout.name}!{cell.coordinate}": ""
        for layout in SHEETS
        for row in written[layout.name].iter_rows(min_row=2)
        for cell in row
    }
    with opened(path) as document:
        document.save(cells)

    assert read_workbook(path.read_bytes()) == Reading()


def test_the_help_sheet_prints_on_one_page(tmp_path: Path, profile: str) -> None:
    """It is meant to hang beside the till's computer."""
    alone = book(write_workbook(()))
    for layout in SHEETS:
        del alone[layout.name]
    target = io.BytesIO()
    alone.save(target)

    printed = converted(target.getvalue(), ("pdf",), tmp_path, profile)

    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


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


class Awkward(NamedTuple):
    """A cell as it is drawn, and what the till is told."""

    drawn: str
    told: str


IDS = (
    Awkward("00042", "00042"),
    Awkward("=43 {00000}", "00043"),
    Awkward("=1234567 {0000-000}", "1234-567"),
    Awkward('=44 {"CO-"0000}', "CO-0044"),
    Awkward(r"=45 {\A0000\-00}", "A0000-45"),
    Awkward('=46 {0000"-A";-0000}', "0046-A"),
    Awkward("=47 {[Red](0000)}", "(0047)"),
    Awkward("=12345 {00 000}", "12 345"),
    Awkward("=123456789012345", "123456789012345"),
    Awkward("=100000000000000", "100000000000000"),
    Awkward('"1234567890123456789"', "1234567890123456789"),
    Awkward(r'"O\u0308rebro"', "Örebro"),
    Awkward(r'"\u00c5sen"', "Åsen"),
    Awkward("1-2", "1-2"),
    Awkward("2026-11-21", "2026-11-21"),
    Awkward("12:30", "12:30"),
    Awkward("1/2", "1/2"),
    Awkward("5%", "5%"),
    Awkward("1E5", "1E5"),
    Awkward("0x1F", "0x1F"),
    Awkward("+46", "+46"),
    Awkward("1,5", "1,5"),
    Awkward("1.50", "1.50"),
    Awkward("1 000", "1 000"),
    Awkward("kr 5", "kr 5"),
    Awkward('"=1+1"', "=1+1"),
    Awkward("@SUM(A1)", "@SUM(A1)"),
    Awkward("-A1", "-A1"),
    Awkward("#N/A", "#N/A"),
    Awkward("TRUE", "TRUE"),
    Awkward("SANT", "SANT"),
    Awkward("NaN", "NaN"),
    Awkward("'5", "'5"),
    Awkward('"a  b   c"', "a  b   c"),
    Awkward("_x0041_", "_x0041_"),
    Awkward("&lt;<b>&amp;", "&lt;<b>&amp;"),
    Awkward("L" * 2000, "L" * 2000),
    Awkward(
        r'"\U0001f600\U0001f44d\U0001f3fd"',
        "\N{GRINNING FACE}\N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-4}",
    ),
)
"""As text and by their number formats: what a program may take for something else."""

AMOUNTS = (
    Awkward("=0.1", "0.1"),
    Awkward("=19.99", "19.99"),
    Awkward("=100", "100"),
    Awkward("=1234567.89", "1234567.89"),
    Awkward("=9999999999999.99", "9999999999999.99"),
    Awkward("1 234,50", "1234.5"),
    Awkward("=3*6.33 -> 18.990000000000002", "18.99"),
    Awkward("=0.1+0.2 -> 0.30000000000000004", "0.3"),
    Awkward("=SUM(0.1,0.2,0.3) -> 0.6000000000000001", "0.6"),
    Awkward("=100*1.1 -> 110.00000000000001", "110"),
    Awkward("=ROUND(10/3,2) -> 3.33", "3.33"),
    Awkward("=1.1-1 -> 0.10000000000000009", "0.1"),
)
"""Typed, and as formulas with the result that a program stores."""


def rows(cells: Sequence[Sequence[str]]) -> str:
    """Draw the rows of a sheet."""
    return "".join(f"| {' | '.join(row)} |\n" for row in cells)


def awkward_workbook() -> bytes:
    """Make a workbook with each awkward id in every column that takes one."""
    ids = [one.drawn for one in IDS]
    amounts = [AMOUNTS[number % len(AMOUNTS)].drawn for number in range(len(IDS))]
    orders, items, invoices, information = [], [], [], []
    for one, other, amount in zip(ids, reversed(ids), amounts, strict=True):
        orders.append([one, one, other, "CREATED", amount])
        items += [[one, one, other, "=1.5", amount], [one, one, one, amount, "=1"]]
        invoices.append([one, one, other, amount])
        information.append([one, one, other, one, other, one])
    return workbook(
        Orders=rows([["Store", "Order", "Customer", "Status", "Handpenning"], *orders]),
        Items=rows([["Store", "Order", "Item", "Quantity", "Unit price"], *items]),
        Invoices=rows([["Store", "Order", "Invoice account", "Invoicing amount"], *invoices]),
        Information=rows([["Store", "Order", "id", "Value", "Display text", "Receipt label"]])
        + rows(information),
    )


def test_the_awkward_workbook_is_read_as_it_is_meant() -> None:
    """Before LibreOffice has touched it: so that what follows compares the right things."""
    reading = read_workbook(awkward_workbook())

    assert found(reading) == []
    assert [order.business_unit_id for order in reading.orders] == [one.told for one in IDS]
    assert [order.customer_id for order in reading.orders] == [one.told for one in reversed(IDS)]
    prices = [order.items[0].unit_price for order in reading.orders]
    assert prices == [Decimal(AMOUNTS[n % len(AMOUNTS)].told) for n in range(len(IDS))]


@each_way
def test_awkward_ids_and_amounts_stay_as_they_are_from_one_kind_of_file_to_another(
    way: Ways, tmp_path: Path, profile: str
) -> None:
    """No date, number, formula or truth is made of an id, and no öre is lost."""
    written = awkward_workbook()

    saved = converted(written, way, tmp_path, profile)

    reading = read_workbook(saved)
    assert found(reading) == []
    assert on_the_wire(reading) == on_the_wire(read_workbook(written))


FORMULAS = workbook(
    Orders="""
        | Customer order | Customer     | Status  | Handpenning |
        | 42             | ="00"&"42"   | CREATED | =3*6.33     |
    """,
    Items="""
        | Customer order | Item            | Quantity | Unit price |
        | 42             | =TEXT(7,"0000") | =1+1     | =0.1+0.2   |
    """,
)
"""Formulas that no program has calculated."""


@each_way
def test_what_nobody_calculated_is_calculated_by_a_save(
    way: Ways, tmp_path: Path, profile: str
) -> None:
    """As the finding says: open the workbook and save it."""
    before = read_workbook(FORMULAS)

    saved = read_workbook(converted(FORMULAS, way, tmp_path, profile))

    assert {code for _, code in found(before)} == {"CS209"}
    assert found(saved) == []
    (body,) = (body for _, body in on_the_wire(saved))
    assert body == (
        b'{"customerOrder":{"customerOrderId":"42","customerId":"0042","status":"CREATED",'
        b'"minimumDownPaymentAmount":18.99,"items":[{"itemId":"0007","quantityOrdered":2,'
        b'"unitPrice":0.3}]}}'
    )


REFUSED = (
    "=2026-11-21",
    "=42 {yyyy-mm-dd}",
    "=0.5",
    "=1234567890123456",
    "=1234 {#,##0}",
    "=42 {0%}",
    "=42 {0.00}",
    "=42 {# ?/?}",
    "=42 {0E+00}",
    "=42 {;;;}",
    "=-5",
    "=TRUE",
    "=#N/A",
    r'"a\nb"',
    r'"a\u200bb"',
)
"""What is no id; LibreOffice must not make one of it."""


@each_way
def test_what_is_no_id_does_not_become_one(way: Ways, tmp_path: Path, profile: str) -> None:
    """The same findings at the same cells, before and after."""
    written = workbook(
        Orders=rows([["Order", "Customer", "Status"]])
        + rows([[str(number), cell, "CREATED"] for number, cell in enumerate(REFUSED)]),
        Items="| Order | Item | Quantity | Unit price |",
    )

    saved = read_workbook(converted(written, way, tmp_path, profile))

    assert found(saved) == found(read_workbook(written))
    assert [place for place, _ in found(saved)] == [
        f"Orders!B{row}" for row, _ in enumerate(REFUSED, 2)
    ]
    assert len(saved.withheld) == len(REFUSED)
