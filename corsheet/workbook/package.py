"""What a workbook says about itself: its sheets, number formats and calculation.

openpyxl reads these parts, through defusedxml. The cells themselves, and the
texts they share, are streamed by ``sheets``: openpyxl's own way to them knows
neither hidden rows nor uncalculated formulas in one pass, believes the sheet's
claimed size, and takes ten times as long.
"""

import warnings
import zipfile
from dataclasses import dataclass
from typing import Any

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.xml.constants import SHARED_STRINGS
from openpyxl.xml.functions import fromstring

from corsheet.findings import Code, Problem, say
from corsheet.workbook.container import is_out_of_memory


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
    """

    sheets: tuple[tuple[str, str], ...]
    strings: str | None
    formats: tuple[str, ...]
    date_styles: frozenset[int]
    uncalculated: bool


STYLES = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"


class _Reader(ExcelReader):
    """openpyxl's reader, on an archive that is open already."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.valid_files = archive.namelist()
        self.read_only = True
        self.keep_vba = False
        self.data_only = True
        self.keep_links = False
        self.rich_text = False
        self.shared_strings = []


def open_package(archive: zipfile.ZipFile) -> Package | Problem:
    """Read everything but the cells, or say that it cannot be read."""
    reader = _Reader(archive)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl's remarks on parts that do not concern us
            reader.read_manifest()
            _check_styles(reader)
            reader.read_workbook()
            apply_stylesheet(archive, reader.wb)
            uncalculated = _is_uncalculated(archive.read(reader.parser.workbook_part_name))
            found = [(sheet.name, rel) for sheet, rel in reader.parser.find_sheets()]
    except MemoryError:
        raise
    except Exception as error:
        if is_out_of_memory(error):
            raise MemoryError from error
        return Problem(
            Code.DAMAGED, say("the workbook's description is broken ({error})", error=_name(error))
        )
    parts: Any = reader.package
    strings = parts.find(SHARED_STRINGS)
    book: Any = reader.wb  # its styles are known to openpyxl alone, not to its stubs
    return Package(
        sheets=tuple((name, rel.target) for name, rel in found if rel.Type.endswith("/worksheet")),
        strings=None if strings is None else strings.PartName.lstrip("/"),
        formats=_formats(book),
        date_styles=frozenset(book._date_formats | book._timedelta_formats),  # noqa: SLF001
        uncalculated=uncalculated,
    )


def _check_styles(reader: Any) -> None:
    """Refuse a package whose styles are declared and not there: ids would lose their zeros.

    Raises:
        KeyError: They are not there.
    """
    styles = reader.package.find(STYLES)
    if styles is not None and styles.PartName.lstrip("/") not in reader.valid_files:
        raise KeyError(styles.PartName)


def _is_uncalculated(workbook: bytes) -> bool:
    """Tell what ``calcPr`` says; openpyxl takes "on" for what is not said there."""
    elements = (e for e in fromstring(workbook) if e.tag.rpartition("}")[2] == "calcPr")
    return any(e.get("fullCalcOnLoad") in {"1", "true"} for e in elements)


def _name(error: BaseException) -> str:
    return type(error).__name__


def _formats(book: Any) -> tuple[str, ...]:
    first_custom = 164  # ECMA-376 part 1, 18.8.30: lower numbers are built in
    custom = dict(enumerate(book._number_formats, first_custom))  # noqa: SLF001
    return tuple(
        custom.get(style.numFmtId) or BUILTIN_FORMATS.get(style.numFmtId, "General")
        for style in book._cell_styles  # noqa: SLF001
    )
