"""Which sheet is which, and which column."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TypeVar

from corsheet.findings import Code, Finding, Problem, column_letters, echo, say
from corsheet.workbook.cells import text
from corsheet.workbook.layout import (
    ORDER_HEADINGS,
    SHEETS,
    Column,
    SheetLayout,
    fold,
    nearest,
)
from corsheet.workbook.regular import Block
from corsheet.workbook.sheets import Cell, CellKind, Sheet, SheetRow

SEARCHED_ROWS = 100
"""Filled rows in which the heading row is looked for: a title and a logo need ten."""


COMPARED_ROWS = 10
"""Filled rows in which misspelt headings are looked for, which takes a while."""


def find_sheets(names: Sequence[str], findings: list[Finding]) -> dict[str, int]:
    """Tell which sheet of the workbook is which sheet of the layout.

    Args:
        names: The sheets' names from left to right.
        findings: Takes what is missing, twice there or misspelt.

    Returns:
        The layout's name to the position of the sheet; a sheet that stands
        twice is not in it.
    """
    found: dict[str, int] = {}
    matched: set[int] = set()
    for layout in SHEETS:
        positions = [i for i, name in enumerate(names) if layout.matches(_folded(name))]
        matched.update(positions)
        if len(positions) > 1:
            first, second = names[positions[0]], names[positions[1]]
            problem = Problem(
                Code.SHEET_TWICE,
                say(
                    "sheets {first} and {second} both are {sheet}",
                    first=echo(first),
                    second=echo(second),
                    sheet=layout.name,
                ),
            )
            findings.append(Finding(problem=problem, sheet=second))
        elif positions:
            found[layout.name] = positions[0]
    absent = [layout for layout in SHEETS if layout.name not in found]
    near = {
        position: _meant(_bare(name), absent)
        for position, name in enumerate(names)
        if position not in matched
    }
    for layout in SHEETS:
        misspelt = [names[i] for i, meant in near.items() if meant is layout]
        if layout.name in found or any(layout.matches(_folded(name)) for name in names):
            continue
        if layout.required:
            findings.append(_missing_sheet(layout, misspelt))
        else:
            findings.extend(
                Finding(
                    problem=Problem(
                        Code.SHEET_NEAR_MISS,
                        say("the sheet {sheet} is not read", sheet=echo(name)),
                        say("did you mean {sheet}? Then rename the sheet", sheet=layout.name),
                    ),
                    sheet=name,
                )
                for name in misspelt
            )
    return found


OF_NUMBERS = re.compile(r"(.+) - (?:Table|Tabell) 1")
"""How Apple's Numbers names the sheets of an .xlsx: by its own sheet and the table on it."""


def _bare(name: str) -> str:
    match = OF_NUMBERS.fullmatch(name)
    return match[1] if match else name


def _folded(name: str) -> str:
    return fold(_bare(name))


def _missing_sheet(layout: SheetLayout, misspelt: Sequence[str]) -> Finding:
    message = say("there is no sheet {sheet}", sheet=layout.name)
    if misspelt:
        cure = say(
            "rename the sheet {name} to {sheet}, if it is meant",
            name=echo(misspelt[0]),
            sheet=layout.name,
        )
        return Finding(problem=Problem(Code.SHEET_MISSING, message, cure), sheet=misspelt[0])
    cure = say(
        "add a sheet named {sheet}; `corsheet init` writes a workbook to copy it from",
        sheet=layout.name,
    )
    return Finding(problem=Problem(Code.SHEET_MISSING, message, cure))


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet whose heading row was found.

    Attributes:
        sheet: Its source; ``merged`` is complete once ``rows`` is read.
        layout: Which sheet it is.
        heading_row: From 1.
        columns: The layout's column name to the column's number, from 1.
        rows: The rows below the heading; can be read once.
    """

    sheet: Sheet
    layout: SheetLayout
    heading_row: int
    columns: dict[str, int]
    rows: Iterator[SheetRow | Block]


def find_table(sheet: Sheet, layout: SheetLayout, findings: list[Finding]) -> Table | None:
    """Find the heading row: the first that holds every required heading.

    Returns:
        None where the sheet is blank, or cannot be used: a finding says why.

    Raises:
        UnreadableError: The sheet is broken, hostile or over a limit.
    """
    rows = sheet.pieces()
    above: SheetRow | None = None
    best: SheetRow | None = None
    best_count = 0
    for searched, row in enumerate(rows):
        if isinstance(row, Block):  # only once they are asked for
            break
        heading = _headings_down_to(row, above, layout)
        if heading is not None:
            heading, rows = _with_next_line(heading, rows, layout)
            return _table(sheet, layout, heading, rows, findings)
        known = _count_known(layout, row)
        headings = _headings(row).values() if searched < COMPARED_ROWS else ()
        near = sum(nearest(h, _names(layout.columns)) is not None for h in headings)
        if best is None or max(known, near) > best_count:
            best, best_count = row, max(known, near)
        if searched >= SEARCHED_ROWS:
            break
        above = row
    if best is not None:
        _missing_columns(sheet, layout, best if best_count else None, findings)
    elif layout.required:
        _missing_columns(sheet, layout, None, findings)
    return None


def _is_complete(row: SheetRow, layout: SheetLayout) -> bool:
    """Tell whether a row holds every heading that the sheet must have."""
    headings = {fold(heading) for heading in _headings(row).values()}
    return all(any(c.matches(h) for h in headings) for c in layout.columns if c.required)


def _count_known(layout: SheetLayout, row: SheetRow) -> int:
    """Count the columns whose heading stands in a row."""
    headings = {fold(heading) for heading in _headings(row).values()}
    return sum(any(c.matches(h) for h in headings) for c in layout.columns)


def _two_lines(above: SheetRow | None, row: SheetRow) -> list[SheetRow]:
    """Join headings that are written over two rows.

    They read on, as "Customer" above "order", or the upper ones are for groups of
    columns: then those below them count, and where there is none the upper one.
    """
    if above is None or above.number != row.number - 1:
        return []
    if any(cell.kind is not CellKind.TEXT for cell in row.cells.values()):
        return []  # that is data
    upper, lower = _headings(above), _headings(row)
    reading_on = {
        place: " ".join(h for h in (upper.get(place), lower.get(place)) if h)
        for place in upper | lower
    }
    return [
        SheetRow(row.number, {p: Cell(CellKind.TEXT, h) for p, h in headings.items()}, row.hidden)
        for headings in (reading_on, upper | lower)
    ]


def _headings_down_to(
    row: SheetRow, above: SheetRow | None, layout: SheetLayout
) -> SheetRow | None:
    """Give the headings of a row, or of it and the one above; None: they are not complete."""
    joined = _two_lines(above, row)
    if _is_complete(row, layout):
        # what stands above a blank heading is then a title, such as "Store" beside "0001"
        joined = [
            line._replace(cells={p: cell for p, cell in line.cells.items() if p in row.cells})
            for line in joined
        ]
    complete = [line for line in (row, *joined) if _is_complete(line, layout)]
    return max(complete, key=partial(_count_known, layout), default=None)


def _with_next_line(
    heading: SheetRow, rows: Iterator[SheetRow | Block], layout: SheetLayout
) -> tuple[SheetRow, Iterator[SheetRow | Block]]:
    """Take the next row to the headings where some of them stand there.

    Only where the heading row has headings that mean nothing: those are the
    upper halves, or stand for groups of columns.
    """
    if len(_headings(heading)) == _count_known(layout, heading):
        return heading, rows
    below = next(rows, None)
    if below is None:
        return heading, rows
    if isinstance(below, SheetRow):
        joined = [r for r in _two_lines(heading, below) if _is_complete(r, layout)]
        best = max(joined, key=partial(_count_known, layout), default=heading)
        if _count_known(layout, best) > _count_known(layout, heading):
            return best, rows
    return heading, chain([below], rows)


def is_heading_row(row: SheetRow) -> bool:
    """Tell whether a row holds every heading that some sheet must have."""
    if not any(fold(heading) in ORDER_HEADINGS for heading in _headings(row).values()):
        return False  # as nearly every row
    return any(_is_complete(row, layout) for layout in SHEETS)


def _headings(row: SheetRow) -> dict[int, str]:
    """Give the texts of a row by column."""
    return {column: cell.text for column, cell in row.cells.items() if cell.kind is CellKind.TEXT}


Named = TypeVar("Named", Column, SheetLayout)


def _names(among: Iterable[Column] | Iterable[SheetLayout]) -> list[str]:
    return list(chain.from_iterable((one.name, *one.spellings) for one in among))


def _table(
    sheet: Sheet,
    layout: SheetLayout,
    row: SheetRow,
    rows: Iterator[SheetRow | Block],
    findings: list[Finding],
) -> Table | None:
    columns: dict[str, int] = {}
    usable = True
    headings = _headings(row)
    unknown = dict(headings)
    for column in layout.columns:
        places = [place for place in sorted(headings) if column.matches(fold(headings[place]))]
        for place in places:
            unknown.pop(place, None)
        if places:
            columns[column.name] = places[0]
        for again in places[1:]:
            usable = False
            letters = column_letters(places[0])
            problem = Problem(
                Code.COLUMN_TWICE,
                say(
                    "this heading and the one in column {letters} both are {column}",
                    letters=letters,
                    column=column.name,
                ),
            )
            findings.append(
                Finding(problem=problem, sheet=sheet.name, row=row.number, column=again)
            )
    absent = [column for column in layout.columns if column.name not in columns]
    for place, heading in unknown.items():
        meant = _meant(heading, absent)
        if meant is not None:
            problem = Problem(
                Code.HEADING_NEAR_MISS,
                say("the column {heading} is not read", heading=echo(row.cells[place].text)),
                say("did you mean {column}? Then write it so", column=meant.name),
            )
            findings.append(
                Finding(problem=problem, sheet=sheet.name, row=row.number, column=place)
            )
    sheet.in_blocks()
    return Table(sheet, layout, row.number, columns, rows) if usable else None


def _meant(word: str, among: Sequence[Named]) -> Named | None:
    """Give the column or sheet that a word is a misspelling or a short form of."""
    name = nearest(word, _names(among))
    return next((one for one in among if name is not None and one.matches(fold(name))), None)


def _missing_columns(
    sheet: Sheet, layout: SheetLayout, row: SheetRow | None, findings: list[Finding]
) -> None:
    headings = _headings(row) if row is not None else {}
    folded = [fold(heading) for heading in headings.values()]
    known = [c for c in layout.columns if any(c.matches(h) for h in folded)]
    absent = [c for c in layout.columns if c.required and c not in known]
    if row is None:
        names = ", ".join(c.name for c in absent)
        problem = Problem(
            Code.COLUMN_MISSING,
            "there is no heading row",
            say("write the headings {columns} in one row above the data", columns=names),
        )
        findings.append(Finding(problem=problem, sheet=sheet.name))
        return
    unknown = {p: h for p, h in headings.items() if not any(c.matches(fold(h)) for c in known)}
    for column in absent:
        place = next((p for p, h in unknown.items() if _meant(h, [column])), 0)
        if place:
            unknown.pop(place)
            shown = text(row.cells[place]).value or ""
            message = say(
                "the column {column} is missing; here stands {heading}",
                column=column.name,
                heading=echo(shown),
            )
            cure = say("did you mean {column}? Then write it so", column=column.name)
        else:
            message = say("the column {column} is missing", column=column.name)
            cure = say(
                "write the heading {column} in this row, above its values", column=column.name
            )
        problem = Problem(Code.COLUMN_MISSING, message, cure)
        findings.append(Finding(problem=problem, sheet=sheet.name, row=row.number, column=place))
