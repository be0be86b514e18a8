"""What a workbook of an unusual form says about itself, as openpyxl understands it.

openpyxl takes a tenth of a second to be loaded, so it is asked only where ``usual`` gives
up. It reads through defusedxml. The cells themselves, and the texts they share, are
streamed by ``sheets``: openpyxl's own way to them knows neither hidden rows nor
uncalculated formulas in one pass, believes the sheet's claimed size, and takes ten times
as long.
"""

import warnings
import zipfile
from collections.abc import Sequence
from typing import Any

from defusedxml.common import DefusedXmlException
from openpyxl.packaging.relationship import get_dependents
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.datetime import MAC_EPOCH
from openpyxl.xml.functions import fromstring

from corsheet.findings import Code, Problem, echo, say
from corsheet.workbook.container import is_out_of_memory
from corsheet.workbook.description import (
    TABLE,
    Package,
    check_sizes,
    dates_among,
    formats_of,
    read_styles,
)
from corsheet.workbook.enactor_layout import (
    ENACTOR_SHEETS,
    NAMED_FOR_ENACTOR,
    table_headings,
)
from corsheet.workbook.layout import LONGEST_NAME, SHEETS, fold
from corsheet.workbook.parts import TRUE, UnreadableError, damaged, unescape

SHEET_KINDS = frozenset(
    {"worksheet", "chartsheet", "dialogsheet", "xlMacrosheet", "xlIntlMacrosheet"}
)
"""What a sheet may be (ECMA-376 part 1, 12.3; [MS-XLSX] 2.1)."""


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


def read_unusual(archive: zipfile.ZipFile) -> Package | Problem:
    """Read everything but the cells, or say that it cannot be read."""
    reader = _Reader(archive)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl's remarks on parts that do not concern us
            check_sizes(archive)
            reader.read_manifest()
            reader.read_workbook()
            styles = read_styles(archive, _related(reader, "styles"))
            uncalculated = _is_uncalculated(archive.read(reader.parser.workbook_part_name))
            found = [(sheet, rel) for sheet, rel in reader.parser.find_sheets()]
            _check_sheets(reader, found)
            totals = {s.name: _totals_rows(reader, rel.target, s.name) for s, rel in found}
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
    formats = formats_of(styles)
    return Package(
        sheets=tuple(
            (sheet.name, rel.target) for sheet, rel in found if rel.Type.endswith("/worksheet")
        ),
        # a cell that names a shared text is refused where none are
        strings=strings if strings in set(reader.valid_files) else None,
        formats=formats,
        date_styles=dates_among(formats),
        uncalculated=uncalculated,
        is_1904=reader.wb.epoch == MAC_EPOCH,
        hidden=frozenset(sheet.name for sheet, _ in found if sheet.state != "visible"),
        totals=totals,
    )


def _totals_rows(reader: Any, part: str, sheet: str) -> frozenset[int]:
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
            has_orders = any(fold(unescape(name)) in table_headings(sheet) for name in names)
            if has_orders and int(table.get("totalsRowCount") or 0):
                rows.add(range_boundaries(table.get("ref") or "")[3] or 0)
    return frozenset(rows)


def _check_sheets(reader: Any, found: Sequence[tuple[Any, Any]]) -> None:
    """Refuse a workbook one of whose sheets is not there: its orders would be told in part.

    Raises:
        UnreadableError: A sheet is missing, or nobody can tell what it is.
    """
    names = [sheet.name for sheet in reader.parser.sheets if not sheet.id]
    ours = [*SHEETS, *(layout for layout in ENACTOR_SHEETS if layout.name in NAMED_FOR_ENACTOR)]
    for name in names:  # old macros stand as sheets without a part; orders do not
        if any(layout.matches(fold(name)) for layout in ours):
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


def _is_uncalculated(workbook: bytes) -> bool:
    """Tell what ``calcPr`` says; openpyxl takes "on" for what is not said there."""
    elements = (e for e in fromstring(workbook) if e.tag.rpartition("}")[2] == "calcPr")
    return any(e.get("fullCalcOnLoad") in TRUE for e in elements)


def _name(error: BaseException) -> str:
    return type(error).__name__
