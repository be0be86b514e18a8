"""Which sheet is which, and which column."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import chain
from typing import TypeVar

from corsheet.findings import Code, Finding, Problem, column_letters, echo, say
from corsheet.model import normalise_id
from corsheet.workbook.cells import text
from corsheet.workbook.enactor_layout import (
    ENACTOR_SHEETS,
    NAMED_FOR_ENACTOR,
    OTHER_LAYOUTS,
    STRUCTURE,
    is_card_secret,
    is_path,
    value_around,
)
from corsheet.workbook.layout import (
    ORDER_HEADINGS,
    SHEETS,
    Column,
    Kind,
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
    """Tell which sheet of the workbook is which of the plain sheets.

    Args:
        names: The sheets' names from left to right.
        findings: Takes what is missing, twice there or misspelt.

    Returns:
        The layout's name to the position of the sheet; a sheet that stands
        twice is not in it.
    """
    places = {layout.name: named_so(names, layout) for layout in SHEETS}
    found: dict[str, int] = {}
    for layout in SHEETS:
        positions = places[layout.name]
        if len(positions) > 1:
            findings.append(sheet_twice(layout, names[positions[0]], names[positions[1]]))
        elif positions:
            found[layout.name] = positions[0]
    absent = [layout for layout in SHEETS if layout.name not in found]
    matched = {position for positions in places.values() for position in positions}
    near = {
        position: _meant(_bare(name), absent)
        for position, name in enumerate(names)
        if position not in matched and _enactors(name) is None
    }
    for layout in SHEETS:
        misspelt = [names[i] for i, meant in near.items() if meant is layout]
        if places[layout.name]:
            continue
        if layout.required:
            findings.append(_missing_sheet(layout, misspelt))
        else:
            findings.extend(_near_miss(name, layout) for name in misspelt)
    return found


def find_enactors_sheets(names: Sequence[str], findings: list[Finding]) -> dict[str, list[int]]:
    """Tell which sheets may be Enactor's, by their names: the layout's name to their positions.

    Args:
        names: The sheets' names from left to right.
        findings: Takes misspelt names, where the workbook is for Enactor.
    """
    places = {layout.name: named_so(names, layout) for layout in ENACTOR_SHEETS}
    absent = [layout for layout in ENACTOR_SHEETS if not places[layout.name]]
    for name in names if absent and is_for_enactor(names) else ():
        if not any(layout.matches(_folded(name)) for layout in (*SHEETS, *ENACTOR_SHEETS)):
            meant = _meant(_bare(name), absent)
            if meant is not None:
                findings.append(_near_miss(name, meant))
    return {name: positions for name, positions in places.items() if positions}


ENACTOR = "enactor"
"""How the name of a sheet begins that is meant for one of Enactor's, however misspelt."""


def is_named_for_enactor(name: str) -> bool:
    """Tell whether a sheet's name says that it is Enactor's."""
    return _folded(name).startswith(ENACTOR)


def is_for_enactor(names: Iterable[str]) -> bool:
    """Tell whether a sheet of a workbook is surely Enactor's by its name."""
    return any(
        is_named_for_enactor(name)
        or ((layout := _enactors(name)) is not None and layout.name in NAMED_FOR_ENACTOR)
        for name in names
    )


def _enactors(name: str) -> SheetLayout | None:
    """Give the sheet of Enactor's that a name means."""
    return next((layout for layout in ENACTOR_SHEETS if layout.matches(_folded(name))), None)


def named_so(names: Sequence[str], layout: SheetLayout) -> list[int]:
    """Give the positions of the sheets that have a name of a layout's."""
    return [position for position, name in enumerate(names) if layout.matches(_folded(name))]


def sheet_twice(layout: SheetLayout, first: str, second: str) -> Finding:
    """Tell of two sheets that are the same one."""
    message = say(
        "sheets {first} and {second} both are {sheet}",
        first=echo(first),
        second=echo(second),
        sheet=layout.name,
    )
    return Finding(problem=Problem(Code.SHEET_TWICE, message), sheet=second)


def _near_miss(name: str, layout: SheetLayout) -> Finding:
    problem = Problem(
        Code.SHEET_NEAR_MISS,
        say("the sheet {sheet} is not read", sheet=echo(name)),
        say("did you mean {sheet}? Then rename the sheet", sheet=layout.name),
    )
    return Finding(problem=problem, sheet=name)


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


def find_table(
    sheet: Sheet, layout: SheetLayout, findings: list[Finding], *, is_proved: bool = True
) -> Table | None:
    """Find the heading row: the first that holds every required heading.

    Args:
        sheet: Where to look.
        layout: What for.
        findings: Takes what is missing, twice there or misspelt.
        is_proved: A sheet's name says that the workbook is for Enactor. Else a sheet with a
            name that any shop may use is taken for Enactor's only where a heading is spelled
            as the field is.

    Returns:
        None where the sheet is blank, or cannot be used: a finding says why; or where it
        is not the sheet that its name may mean, which nothing is said of.

    Raises:
        UnreadableError: The sheet is broken, hostile or over a limit.
    """
    is_surely_it = _is_sure(layout) or is_named_for_enactor(sheet.name)
    rows = sheet.pieces()
    above: SheetRow | None = None
    best: SheetRow | None = None
    best_count = 0
    for searched, row in enumerate(rows):
        if isinstance(row, Block):  # only once they are asked for
            break
        form, heading = _laid_out(row, above, layout)
        if heading is not None:
            heading, rows = _with_next_line(heading, rows, form)
            if not is_proved and not _proves(form, heading):
                return None
            return _table(sheet, form, heading, rows, findings)
        known = _count_known(layout, row)
        headings = _headings(row).values() if searched < COMPARED_ROWS and is_surely_it else ()
        near = sum(nearest(h, _names(layout.columns)) is not None for h in headings)
        if best is None or max(known, near) > best_count:
            best, best_count = row, max(known, near)
        if searched >= SEARCHED_ROWS:
            break
        above = row
    if best is None and not layout.required:
        return None
    if is_surely_it and not (best is not None and _known(layout, best) >= _required(layout)):
        _missing_columns(sheet, layout, best if best_count else None, findings)
    elif is_proved:
        findings.append(_not_read(sheet, layout))
    return None


def _laid_out(
    row: SheetRow, above: SheetRow | None, layout: SheetLayout
) -> tuple[SheetLayout, SheetRow | None]:
    """Give the layout of a sheet that a row, or it and the one above, has the headings of."""
    for form in (layout, *OTHER_LAYOUTS.get(layout.name, ())):
        heading = _headings_down_to(row, above, form)
        if heading is not None:
            return form, heading
    return layout, None


def _is_sure(layout: SheetLayout) -> bool:
    """Tell whether a sheet with a name of a layout's can be nothing else."""
    return not layout.is_open or layout.name in NAMED_FOR_ENACTOR


def _not_read(sheet: Sheet, layout: SheetLayout) -> Finding:
    """Tell of a sheet with the name of one of Enactor's and without its headings."""
    required = [column.name for column in layout.columns if column.required]
    field = next(c.name for c in layout.columns if c.name not in {*STRUCTURE, *required})
    cure = say(
        "if it is Enactor's, write the headings {columns} and those of fields, such as {field}, in"
        " one row above the data; if it is your own, give it another name",
        columns=", ".join(required),
        field=field,
    )
    message = say("the sheet {sheet} is not read", sheet=echo(sheet.name))
    return Finding(problem=Problem(Code.SHEET_NEAR_MISS, message, cure), sheet=sheet.name)


def _proves(layout: SheetLayout, row: SheetRow) -> bool:
    """Tell whether a heading is the path of a field to the letter: people write "Note"."""
    paths = {column.name for column in layout.columns} - STRUCTURE
    return not paths.isdisjoint(_headings(row).values())


@lru_cache(maxsize=16)
def _columns_by_heading(layout: SheetLayout) -> Mapping[str, Column]:
    """Give the column that each heading of a sheet means, folded."""
    return {fold(name): c for c in reversed(layout.columns) for name in (c.name, *c.spellings)}


def _known(layout: SheetLayout, row: SheetRow) -> set[Column]:
    """Give the columns whose heading stands in a row."""
    columns = _columns_by_heading(layout)
    found = (columns.get(fold(heading)) for heading in _headings(row).values())
    return {column for column in found if column is not None}


def _is_complete(row: SheetRow, layout: SheetLayout) -> bool:
    """Tell whether a row holds every heading that the sheet must have.

    One of Enactor's whose name others may use must have a field of Enactor's besides.
    """
    known = _known(layout, row)
    if not known.issuperset(_required(layout)):
        return False
    return _is_sure(layout) or any(column.name not in STRUCTURE for column in known)


@lru_cache(maxsize=16)
def _required(layout: SheetLayout) -> frozenset[Column]:
    return frozenset(column for column in layout.columns if column.required)


def _count_known(layout: SheetLayout, row: SheetRow) -> int:
    """Count the columns whose heading stands in a row."""
    return len(_known(layout, row))


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


def is_heading_row(row: SheetRow, layout: SheetLayout, places: Collection[int]) -> bool:
    """Tell whether a row holds every heading that some sheet must have.

    On one of Enactor's, which may have to have one heading only: two, and nothing else. One
    alone is an id that looks like a heading.

    Args:
        row: Below the heading row.
        layout: The sheet's, with its own columns.
        places: Where they stand.
    """
    if layout.is_open:
        columns = _columns_by_heading(layout)
        read = [cell for place, cell in row.cells.items() if place in places]
        return len(read) > 1 and all(
            cell.kind is CellKind.TEXT and fold(cell.text) in columns for cell in read
        )
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
    places: dict[Column, int] = {}
    problems: list[tuple[int, Problem]] = []
    for place, heading in sorted(_headings(row).items()):
        column = _column(layout, heading)
        if column is None:
            continue
        value = value_around(layout, column.name) if layout.is_open else None
        if column in places:
            problems.append((place, _column_twice(column, places[column])))
        elif value is not None and column not in layout.columns:
            problems.append((place, _within_a_value(column, value)))
        else:
            places[column] = place
    is_usable = not problems
    problems += _remarks(layout, _headings(row), places)
    findings.extend(
        Finding(problem=problem, sheet=sheet.name, row=row.number, column=place)
        for place, problem in problems
    )
    sheet.in_blocks()
    if not is_usable:
        return None
    if layout.is_open:
        layout = _with_fields(layout, places)
    columns = {column.name: places[column] for column in layout.columns if column in places}
    return Table(sheet, layout, row.number, columns, rows)


def _remarks(
    layout: SheetLayout, headings: Mapping[int, str], places: Mapping[Column, int]
) -> Iterator[tuple[int, Problem]]:
    """Tell of headings that are not known, or that no workbook should have."""
    absent = [column for column in layout.columns if column not in places]
    for place, heading in headings.items():
        column = _column(layout, heading)
        if column in layout.columns or (column is not None and column not in places):
            continue
        meant = _meant(heading, absent)
        if column is not None:
            yield place, _unknown_field(column, meant)
        elif meant is not None:
            yield place, _misspelt(heading, meant)
        elif layout.is_open and _is_one_word(heading):
            yield place, _no_path(heading)
    if layout.is_open:
        for column, place in places.items():
            if is_card_secret(column.name):
                yield place, _card_secret(column)


def _is_one_word(heading: str) -> bool:
    """Tell whether a heading may be meant as the path of a field; people's own have two words."""
    word = normalise_id(heading)
    return any(map(str.isalpha, word)) and not any(map(str.isspace, word))


def _column(layout: SheetLayout, heading: str) -> Column | None:
    """Give the column that a heading means; None: none that is read."""
    column = _columns_by_heading(layout).get(fold(heading))
    path = normalise_id(heading)
    if column is None and layout.is_open and is_path(path):
        column = Column(path, Kind.VALUE, (), required=False)
    return column


def _with_fields(layout: SheetLayout, present: Iterable[Column]) -> SheetLayout:
    """Give one of Enactor's sheets the fields that it has, in their order, and no others."""
    structure = (column for column in layout.columns if column.name in STRUCTURE)
    fields = (column for column in present if column.name not in STRUCTURE)
    return replace(layout, columns=(*structure, *fields))


def _column_twice(column: Column, place: int) -> Problem:
    message = say(
        "this heading and the one in column {letters} both are {column}",
        letters=column_letters(place),
        column=column.name,
    )
    return Problem(Code.COLUMN_TWICE, message)


def _misspelt(heading: str, meant: Column) -> Problem:
    return Problem(
        Code.HEADING_NEAR_MISS,
        say("the column {heading} is not read", heading=echo(heading)),
        say("did you mean {column}? Then write it so", column=meant.name),
    )


def _no_path(heading: str) -> Problem:
    return Problem(
        Code.HEADING_NEAR_MISS,
        say("the column {heading} is not read", heading=echo(heading)),
        "a field is written with the letters A to Z, digits and points, and places such as [0]; a"
        " column of your own needs a heading of two words",
    )


def _within_a_value(field: Column, value: Column) -> Problem:
    message = say(
        "{field} is no field, since nothing of the kind stands within {value}",
        field=echo(field.name),
        value=value.name,
    )
    return Problem(Code.FIELD_WITHIN_VALUE, message)


def _unknown_field(field: Column, meant: Column | None) -> Problem:
    message = say("corsheet does not know the field {field}", field=echo(field.name))
    cure = say("did you mean {column}? Then write it so", column=meant.name) if meant else ""
    return Problem(Code.UNKNOWN_FIELD, message, cure)


def _card_secret(column: Column) -> Problem:
    message = say("{field} lets others find out, or use, the number of a card", field=column.name)
    return Problem(Code.CARD_SECRET, message)


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
