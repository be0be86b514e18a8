"""What a workbook says about itself: its sheets, number formats and calculation.

openpyxl reads these parts, through defusedxml. The cells themselves, and the
texts they share, are streamed by ``sheets``: openpyxl's own way to them knows
neither hidden rows nor uncalculated formulas in one pass, believes the sheet's
claimed size, and takes ten times as long.
"""

import warnings
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from defusedxml.common import DefusedXmlException
from openpyxl.packaging.relationship import get_dependents
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import MAC_EPOCH
from openpyxl.xml.functions import fromstring

from corsheet.findings import Code, Problem, echo, say
from corsheet.workbook.container import is_out_of_memory
from corsheet.workbook.formats import LONGEST_FORMAT
from corsheet.workbook.layout import LONGEST_NAME, ORDER_HEADINGS, SHEETS, fold
from corsheet.workbook.limits import MIB
from corsheet.workbook.parts import TRUE, Stream, UnreadableError, chunks, damaged, unescape
from corsheet.workbook.styles import Styles


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


UNKNOWN_FORMAT = "(?)"
"""Of a built-in number that ECMA-376 leaves to the language, such as dates in Chinese."""

MOST_DESCRIPTION = 4 * MIB
"""Bytes of a part that openpyxl reads whole; a workbook with many names has some 100 KB."""

SHEET_KINDS = frozenset(
    {"worksheet", "chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet"}
)
"""What a sheet may be (ECMA-376 part 1, 12.3; [MS-XLSX] 2.1)."""

TABLE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/table"


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
            _check_sizes(archive)
            reader.read_manifest()
            reader.read_workbook()
            styles = _read_styles(reader)
            uncalculated = _is_uncalculated(archive.read(reader.parser.workbook_part_name))
            found = [(sheet, rel) for sheet, rel in reader.parser.find_sheets()]
            _check_sheets(reader, found)
            totals = {sheet.name: _totals_rows(reader, rel.target) for sheet, rel in found}
    except MemoryError:
        raise
    except UnreadableError as error:
        return error.problem
    except DefusedXmlException:
        return Problem(
            Code.FORBIDDEN_CONTENT, "a part of the workbook declares a document type (DTD)"
        )
    except Exception as error:
        if is_out_of_memory(error):
            raise MemoryError from error
        return Problem(
            Code.DAMAGED, say("the workbook's description is broken ({error})", error=_name(error))
        )
    strings = _related(reader, "sharedStrings")
    formats = _formats(styles)
    dates = {shown for shown in set(formats) if _is_date(shown)}
    return Package(
        sheets=tuple(
            (sheet.name, rel.target) for sheet, rel in found if rel.Type.endswith("/worksheet")
        ),
        # a cell that names a shared text is refused where none are
        strings=strings if strings in set(reader.valid_files) else None,
        formats=formats,
        date_styles=frozenset(number for number, shown in enumerate(formats) if shown in dates),
        uncalculated=uncalculated,
        is_1904=reader.wb.epoch == MAC_EPOCH,
        hidden=frozenset(sheet.name for sheet, _ in found if sheet.state != "visible"),
        totals=totals,
    )


def _totals_rows(reader: Any, part: str) -> frozenset[int]:
    """Give the last rows of the Excel tables on a sheet, where they add up what is above.

    Only of tables with orders in them: the manager's own table may stand beside one.
    """
    folder, _, name = part.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels"
    if relations not in reader.valid_files:
        return frozenset()
    rows = set[int]()
    found = get_dependents(reader.archive, relations).find(TABLE)
    for target in {relation.target for relation in found}:
        if target in reader.valid_files:
            table = fromstring(reader.archive.read(target))
            names = (e.get("name") or "" for e in table.iter() if e.tag.endswith("}tableColumn"))
            has_orders = any(fold(unescape(name)) in ORDER_HEADINGS for name in names)
            if has_orders and int(table.get("totalsRowCount") or 0):
                rows.add(range_boundaries(table.get("ref") or "")[3] or 0)
    return frozenset(rows)


def _check_sizes(archive: zipfile.ZipFile) -> None:
    """Refuse a description that takes openpyxl seconds and hundreds of megabytes to read.

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


def _check_sheets(reader: Any, found: Sequence[tuple[Any, Any]]) -> None:
    """Refuse a workbook one of whose sheets is not there: its orders would be told in part.

    Raises:
        UnreadableError: A sheet is missing, or nobody can tell what it is.
    """
    names = [sheet.name for sheet in reader.parser.sheets if not sheet.id]
    for name in names:  # old macros stand as sheets without a part; orders do not
        if any(layout.matches(fold(name)) for layout in SHEETS):
            raise damaged(say("the sheet {sheet} is missing in the file", sheet=echo(name)))
    for sheet, relation in found:
        if len(sheet.name) > LONGEST_NAME:
            raise UnreadableError(Problem(Code.LIMIT, "a sheet has a name that is too long"))
        kind = relation.Type.rpartition("/")[2]
        if kind not in SHEET_KINDS or relation.target not in reader.valid_files:
            raise damaged(say("the sheet {sheet} is missing in the file", sheet=echo(sheet.name)))


def _related(reader: Any, kind: str) -> str | None:
    """Give the part that the workbook names for something; None: it names none."""
    relations = (rel for rel in reader.parser.rels.values() if rel.Type.endswith(f"/{kind}"))
    relation = next(relations, None)
    return None if relation is None else str(relation.target)


def _read_styles(reader: Any) -> Styles:
    """Read the styles, wherever they lie.

    Raises:
        UnreadableError: They are broken, or declared and not there: ids would lose their zeros.
    """
    styles = Styles()
    part = _related(reader, "styles")
    if part is not None:
        stream = Stream(part, styles, "styleSheet")
        for chunk in chunks(reader.archive, part):
            stream.feed(chunk)
        stream.feed(b"", last=True)
    return styles


def _is_uncalculated(workbook: bytes) -> bool:
    """Tell what ``calcPr`` says; openpyxl takes "on" for what is not said there."""
    elements = (e for e in fromstring(workbook) if e.tag.rpartition("}")[2] == "calcPr")
    return any(e.get("fullCalcOnLoad") in TRUE for e in elements)


def _name(error: BaseException) -> str:
    return type(error).__name__


def _is_date(shown: str) -> bool:
    """Tell whether a number format shows a date or a time."""
    return len(shown) <= LONGEST_FORMAT and (is_date_format(shown) or is_timedelta_format(shown))


def _formats(styles: Styles) -> tuple[str, ...]:
    """Give the number format of each cell style (ECMA-376 part 1, 18.8.30)."""
    return tuple(
        styles.custom.get(number, BUILTIN_FORMATS.get(number, UNKNOWN_FORMAT)) or "General"
        for number in styles.numbers
    )
