"""A copy of a workbook in which the findings stand where they were made.

The copy is the workbook, byte for byte, but for the cells that get a colour and
a note, and a sheet in front that lists every finding. No library that reads a
workbook and writes it again keeps all that may be in one: charts, shapes, macros,
stored results of formulas.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import islice

from corsheet.findings import SEVERITY_WORDS, Finding, Language, Problem, in_language, say
from corsheet.workbook.annotate.book import Book, SheetRef
from corsheet.workbook.annotate.boxes import ShapeIds
from corsheet.workbook.annotate.grid import Grid, Place
from corsheet.workbook.annotate.notes import Note, add_notes
from corsheet.workbook.annotate.outline import AnnotateError as AnnotateError
from corsheet.workbook.annotate.overview import Overview
from corsheet.workbook.annotate.parts import Parts
from corsheet.workbook.annotate.styles import Styles, Tint
from corsheet.workbook.container import open_container
from corsheet.workbook.limits import Limits

NOTES_A_SHEET = 1000
"""Each note is a shape, and thousands of shapes make Excel slow; colours are not limited."""

FINDINGS_A_NOTE = 10
"""More do not fit on a screen; all of them stand on the sheet in front."""

MORE = "There are {count} more, see the sheet in front."


def annotate(
    data: bytes,
    findings: Sequence[Finding],
    *,
    language: Language = Language.ENGLISH,
    limits: Limits | None = None,
) -> bytes:
    """Make a copy of a workbook that shows its findings.

    The same workbook and findings always give the same bytes.

    Args:
        data: The workbook, whole.
        findings: In the order of a reading; those without a cell stand on the sheet in
            front only, and so do those of a sheet that is not there.
        language: Of what is written into the copy.
        limits: How large the workbook may be; None: the usual ones.

    Raises:
        AnnotateError: The workbook cannot be opened as a package, or a part of it that
            has to change is broken. Its argument says so to the manager.
        MemoryError: It needs more memory than there is.
    """
    archive = open_container(data, limits or Limits())
    if isinstance(archive, Problem):
        raise AnnotateError(archive.message)
    with archive:
        parts = Parts(archive)
        book = Book(parts)
        styles = Styles(parts, book.part)
        ids = ShapeIds(parts)
        for sheet in book.sheets:
            found = _by_place(sheet, findings)
            if found:
                _mark(parts, sheet.part, found, styles=styles, ids=ids, language=language)
        seen = {sheet.name for sheet in book.sheets if sheet.is_worksheet and not sheet.is_hidden}
        overview = Overview(findings, sheets=seen, styles=styles, language=language)
        book.put_in_front(overview.part(book.windows))
        styles.save()
        return parts.pack()


def _by_place(sheet: SheetRef, findings: Sequence[Finding]) -> dict[Place, list[Finding]]:
    found = defaultdict(list)
    if sheet.is_worksheet:
        for finding in findings:
            if finding.sheet == sheet.name and finding.row and finding.column:
                found[Place(finding.row, finding.column)].append(finding)
    return found


def _mark(
    parts: Parts,
    sheet: str,
    found: dict[Place, list[Finding]],
    *,
    styles: Styles,
    ids: ShapeIds,
    language: Language,
) -> None:
    """Colour the cells of a sheet and put notes on them."""
    grid = Grid(parts.read(sheet), sheet)
    shown: dict[Place, list[Finding]] = defaultdict(list)
    for place, cell in grid.shown_at(found).items():
        shown[cell] += found[place]
    tints = {
        place: Tint.ERROR if any(finding.is_error for finding in here) else Tint.WARNING
        for place, here in shown.items()
    }
    grid.tint(tints, styles)
    noted = islice(sorted(shown.items()), NOTES_A_SHEET)
    notes = {place: _note(here, language) for place, here in noted}
    add_notes(parts, sheet, grid, notes, ids)
    parts.write(sheet, grid.document.result())


def _note(findings: Sequence[Finding], language: Language) -> Note:
    paragraphs = []
    for finding in findings[:FINDINGS_A_NOTE]:
        problem = finding.problem
        severity = in_language(SEVERITY_WORDS[problem.code.severity], language).capitalize()
        texts = (in_language(text, language) for text in (problem.message, problem.hint))
        paragraphs.append((f"{severity} {problem.code.id}", "\n".join(texts)))
    left_out = len(findings) - len(paragraphs)
    if left_out:
        paragraphs.append((in_language(say(MORE, count=left_out), language), ""))
    return Note(paragraphs)
