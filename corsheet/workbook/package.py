"""What a workbook says about itself: its sheets, number formats and calculation."""

import zipfile

from corsheet.findings import Problem
from corsheet.workbook.description import Package
from corsheet.workbook.usual import read_usual


def open_package(archive: zipfile.ZipFile) -> Package | Problem:
    """Read everything but the cells, or say that it cannot be read."""
    package = read_usual(archive)
    if package is not None:
        return package
    from corsheet.workbook.unusual import read_unusual  # noqa: PLC0415 - it loads openpyxl

    return read_unusual(archive)
