"""``corsheet check`` on a workbook with Enactor's sheets."""

import json
from pathlib import Path

import pytest

from corsheet.cli import main
from corsheet.findings import Code
from tests.cli.books import good_book
from tests.support.sheets import workbook
from tests.workbook.test_enactor_faults import ENACTORS, ITEMS, ORDERS, SHEET_FAULTS

Captured = pytest.CaptureFixture[str]


def checked(data: bytes, folder: Path, *options: str) -> int:
    """Check a workbook; gives the exit status."""
    path = folder / "orders.xlsx"
    path.write_bytes(data)
    return main(["check", str(path), *options])


def test_an_order_withheld_from_enactor_alone_is_served_and_counted(
    tmp_path: Path, capsys: Captured
) -> None:
    """Exit 1, since there is something to mend."""
    status = checked(ENACTORS[Code.NOT_MINOR_UNITS][0], tmp_path)

    assert status == 1
    assert capsys.readouterr().out == (
        "CS220 A sum is not in minor units: 1 finding, 1 order\n"
        "orders.xlsx: Enactor header!B2: error CS220: '19.9' is not a whole number\n"
        "    write it in öre or pence as a whole number: 1990 for 19,90\n"
        "\n"
        "orders.xlsx: 2 orders served, 0 withheld, 1 withheld from Enactor only;"
        " 1 error, 0 warnings\n"
    )


def test_a_faulty_sheet_withholds_every_order_from_enactor(
    tmp_path: Path, capsys: Captured
) -> None:
    """And says how many, in Swedish too."""
    status = checked(SHEET_FAULTS[Code.COLUMN_TWICE][0], tmp_path, "--lang", "sv")

    assert status == 1
    assert capsys.readouterr().out.endswith(
        "orders.xlsx: 2 ordrar visas i kassan, 0 hålls inne, 2 hålls inne bara från Enactor;"
        " 1 fel, 0 varningar\n"
    )


def test_nothing_is_said_of_enactor_where_nothing_is_withheld(
    tmp_path: Path, capsys: Captured
) -> None:
    """Neither for a workbook without its sheets, nor for good ones."""
    sheets = {"Orders": ORDERS, "Items": ITEMS, "Enactor header": "| Order |\n| 111 |"}

    assert checked(workbook(sheets), tmp_path) == 0
    assert main(["check", str(good_book(tmp_path / "plain.xlsx"))]) == 0
    assert "Enactor" not in capsys.readouterr().out


def test_the_report_for_programs_has_the_form_it_had(tmp_path: Path, capsys: Captured) -> None:
    """Served and withheld are about the tills."""
    checked(ENACTORS[Code.NOT_MINOR_UNITS][0], tmp_path, "--format", "json")

    assert json.loads(capsys.readouterr().out)["orders"] == {"served": 2, "withheld": 0}
