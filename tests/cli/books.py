"""Workbooks as files, and our program as a process, for the tests of the command line."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import xlsxwriter

ROOT = Path(__file__).parent.parent.parent
ORDERS = ["Customer order", "Customer", "Status"]
ITEMS = ["Customer order", "Item", "Quantity", "Unit price"]


def book(path: Path, **sheets: list[list[Any]]) -> Path:
    """Write a workbook with these rows in each sheet; the headings first."""
    with xlsxwriter.Workbook(path) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def good_book(path: Path, orders: int = 2) -> Path:
    """Write a workbook in which nothing is wrong."""
    ids = [str(number) for number in range(1, orders + 1)]
    return book(
        path,
        Orders=[ORDERS, *([one, "10001", "CREATED"] for one in ids)],
        Items=[ITEMS, *([one, "5001", 2, 19.9] for one in ids)],
    )


def bad_book(path: Path) -> Path:
    """Write a workbook with one order that is withheld, one that is served, and a warning."""
    return book(
        path,
        Orders=[ORDERS, ["111", "10001", "CREATED"], ["112", "10002", "CREATE"]],
        Items=[ITEMS, ["111", "5001", "two", 19.9], ["112", "5002", 1, 5]],
    )


def refused_book(path: Path) -> Path:
    """Write a workbook without the sheet Items."""
    return book(path, Orders=[ORDERS, ["111", "10001", "CREATED"]])


def corsheet(
    *arguments: str | Path, data: bytes = b"", cwd: Path | None = None, **environment: str
) -> "subprocess.CompletedProcess[bytes]":
    """Run our program as a process, without the settings of whoever runs the tests."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("CORSHEET_")}
    return subprocess.run(
        [sys.executable, "-m", "corsheet", *map(str, arguments)],
        input=data,
        capture_output=True,
        timeout=60,
        cwd=cwd,
        check=False,
        env={**kept, "PYTHONPATH": str(ROOT), **environment},
    )
