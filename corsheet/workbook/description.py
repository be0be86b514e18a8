"""What a workbook says about itself, as a value, and what both ways to it have in common."""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corsheet.findings import Code, Problem, echo, say
from corsheet.workbook.formats import BUILTIN, UNKNOWN, is_date
from corsheet.workbook.limits import MIB
from corsheet.workbook.parts import Stream, UnreadableError, chunks
from corsheet.workbook.styles import Styles

MOST_DESCRIPTION = 4 * MIB
"""Bytes of a part that is read whole; a workbook with many names has some 100 KB."""

TABLE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/table"
"""The kind of relation that leads from a sheet to an Excel table."""

WORKBOOK_KINDS = tuple(
    f"application/vnd.{kind}.main+xml"
    for kind in (
        "ms-excel.template.macroEnabled",
        "openxmlformats-officedocument.spreadsheetml.template",
        "ms-excel.sheet.macroEnabled",
        "openxmlformats-officedocument.spreadsheetml.sheet",
    )
)
"""What the manifest calls the workbook's part; of several parts the first kind counts."""


@dataclass(frozen=True, slots=True)
class Package:
    """A workbook without its cells.

    Attributes:
        sheets: Name and part of each worksheet, from left to right.
        strings: The part that holds the shared texts; None: there is none.
        formats: The number format of each cell style, such as ``0000``.
        date_styles: The cell styles that show a number as a date or time.
        uncalculated: The program that wrote it left the formulas to be
            calculated on opening, so their stored results mean nothing
            (XlsxWriter stores 0 in each).
        is_1904: Dates count from 1904, as Excel for the Mac did.
        hidden: The names of the sheets that the manager does not see.
        totals: The rows that Excel tables add up in, by the sheet's name.
    """

    sheets: tuple[tuple[str, str], ...]
    strings: str | None
    formats: tuple[str, ...]
    date_styles: frozenset[int]
    uncalculated: bool
    is_1904: bool
    hidden: frozenset[str]
    totals: Mapping[str, frozenset[int]]


def check_sizes(archive: zipfile.ZipFile) -> None:
    """Refuse a description that takes seconds and hundreds of megabytes to read.

    Raises:
        UnreadableError: It is too large.
    """
    for entry in archive.infolist():
        name = entry.filename
        described = name.endswith((".rels", "/workbook.xml", "[Content_Types].xml"))
        if (described or "/tables/" in name) and entry.file_size > MOST_DESCRIPTION:
            raise UnreadableError(
                Problem(Code.LIMIT, say("{part} has more than 4 MiB", part=echo(name)))
            )


def read_styles(archive: zipfile.ZipFile, part: str | None) -> Styles:
    """Read the styles, wherever they lie.

    Raises:
        UnreadableError: They are broken, or declared and not there: ids would lose their zeros.
    """
    styles = Styles()
    if part is not None:
        stream = Stream(part, styles, "styleSheet")
        for chunk in chunks(archive, part):
            stream.feed(chunk)
        stream.feed(b"", last=True)
    return styles


def formats_of(styles: Styles) -> tuple[str, ...]:
    """Give the number format of each cell style (ECMA-376 part 1, 18.8.30)."""
    return tuple(
        styles.custom.get(number, BUILTIN.get(number, UNKNOWN)) or "General"
        for number in styles.numbers
    )


def dates_among(formats: Sequence[str]) -> frozenset[int]:
    """Give the cell styles that show a number as a date or time."""
    dates = {shown for shown in set(formats) if is_date(shown)}
    return frozenset(number for number, shown in enumerate(formats) if shown in dates)
