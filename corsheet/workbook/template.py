"""Orders to a workbook: the template that ``corsheet init`` writes.

Each sheet is an Excel table, which grows with the rows typed below it. Id and
text columns are formatted as Text, so that Excel leaves leading zeros alone.
Status, yes/no and reward type have drop-downs, numbers have limits, and every
heading has a note. The words stand in ``guide``. Enactor's sheets, where there are any,
look the same.
"""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from textwrap import wrap

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from corsheet.model import CustomerOrder, plain_number
from corsheet.workbook.cells import LARGEST
from corsheet.workbook.enactor_spread import EnactorSheet
from corsheet.workbook.fields import TOO_LARGE
from corsheet.workbook.guide import Advice, HelpLine, Look, advice, help_lines, note
from corsheet.workbook.layout import SHEETS, Column, Kind, SheetLayout
from corsheet.workbook.spread import TWO_ESCAPES, Row, Value, spread

CREATED = datetime(2026, 1, 1)  # noqa: DTZ001 - the file has no place for a zone
"""When every template says it was made: the same orders always make the same bytes."""

LAST_ROW = 1_048_575
"""Of a sheet, from 0: drop-downs, limits and ignored remarks go all the way down."""

TABLE_STYLE = "Table Style Light 1"
"""Grey stripes and no more; colours are for the headings."""

A4 = 9
"""The paper's number (ECMA-376 part 1, 18.3.1.63)."""

SOME_PAGES = 0
"""To print on: as many as are needed."""

REQUIRED_COLOUR = "#C9DCF0"
OPTIONAL_COLOUR = "#E7E6E6"

HEADING_HEIGHT = 24
"""Of the heading row in points; heights are multiples of 3, which are whole pixels."""

NARROWEST = {Kind.AMOUNT: 17, Kind.ID: 14, Kind.TEXT: 16}
"""A column's least width in characters; 999,999,999.99 must not show as ####."""

NARROW = 12
"""That of the other kinds, whose headings are longer."""

WIDEST = 60
"""A column's largest width in characters, so that no sheet is one column."""

BUTTON = 5
"""Characters beside a heading: it is bold, and a filter button stands there."""

MARGIN = 2
"""Characters beside a value."""

SPACE_BEHIND = "_)"
"""Of a number format: as much space as a bracket, so that numbers keep off the next column."""

HELP_WIDTHS = (19, 70)
"""In characters; together as wide as an upright A4 page prints without shrinking."""

HELP_LETTERS = 76
"""Characters that surely fit into a line of the help sheet's wider column."""

HELP_LINE, HELP_MARGIN, SECTION_MARGIN = 15, 6, 18
"""Of the help sheet in points: a line's height, and what a row has beside its lines."""

NOTE_WIDTH, NOTE_LINE, NOTE_MARGIN = 250, 17, 14
"""Of a note in pixels: its width, one line's height, and the edges above and below."""

NOTE_LETTERS = 38
"""Characters in a line of a note."""

HUNDREDTH = Decimal("0.01")

MOST_MINOR = int(TOO_LARGE) - 1
"""Of öre and the like, above 0 and below: the reader takes no more digits."""

YES_NO = ("yes", "no")
"""The words of the drop-down; the reader takes more."""

TEXT_KINDS = frozenset({Kind.ID, Kind.TEXT, Kind.MOMENT, Kind.EMPTY, Kind.VALUE})
"""What may be a text that looks like a number or a date to Excel."""

WHOLE_KINDS = frozenset({Kind.MINOR, Kind.WHOLE, Kind.EPOCH})


def write_workbook(
    orders: Sequence[CustomerOrder],
    enactor: Sequence[EnactorSheet] = (),
    *,
    are_examples: bool = True,
) -> bytes:
    """Write a workbook that reads back as these orders, with a help sheet behind.

    Args:
        orders: For the plain sheets, all of which are there.
        enactor: Enactor's sheets; those that are not among them are not there.
        are_examples: The help sheet says so, and that they are to be deleted.

    Raises:
        ValueError: A text is longer than Excel's cells hold (32,767 characters)
            or is ``TWO_ESCAPES``, or there are more rows than its sheets have.
    """
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    book.set_properties({"created": CREATED})
    writer = _Writer(book)
    for layout in SHEETS:
        writer.write_sheet(layout, spread(layout, orders))
    for sheet in enactor:
        writer.write_sheet(sheet.narrowed, sheet.rows)
    lines = help_lines(enactor=bool(enactor), are_examples=are_examples)
    writer.write_help(lines, pages=SOME_PAGES if enactor else 1)
    book.close()
    return target.getvalue()


class _Writer:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        heading = {"bold": True, "bottom": 1, "valign": "vcenter"}
        self._text: Format = book.add_format({"num_format": "@"})
        general: Format = book.add_format({"num_format": "General"})
        whole: Format = book.add_format({"num_format": f"0{SPACE_BEHIND}"})
        number: Format = book.add_format({"num_format": f"General{SPACE_BEHIND}"})
        self._book = book
        self._required: Format = book.add_format({**heading, "bg_color": REQUIRED_COLOUR})
        self._optional: Format = book.add_format({**heading, "bg_color": OPTIONAL_COLOUR})
        self._formats: Mapping[Kind, Format] = {
            **dict.fromkeys(TEXT_KINDS, self._text),
            **dict.fromkeys(WHOLE_KINDS, whole),
            Kind.AMOUNT: book.add_format({"num_format": f"#,##0.00{SPACE_BEHIND}"}),
            Kind.QUANTITY: number,
            Kind.YES_NO: general,
            Kind.NUMBER: number,
        }
        self._general = general
        title = book.add_format({"bold": True, "font_size": 16, "valign": "top"})
        section = book.add_format({"bold": True, "font_size": 13, "bottom": 1})
        word = book.add_format({"bold": True, "valign": "vcenter"})
        meaning = book.add_format({"text_wrap": True, "valign": "vcenter"})
        self._looks: Mapping[Look, tuple[Format, Format]] = {
            Look.TITLE: (title, title),
            Look.SECTION: (section, section),
            Look.PLAIN: (word, meaning),
            Look.REQUIRED: (self._required, meaning),
            Look.OPTIONAL: (self._optional, meaning),
        }

    def write_sheet(self, layout: SheetLayout, rows: Sequence[Row]) -> None:
        sheet: Worksheet = self._book.add_worksheet(layout.name)
        sheet.freeze_panes(1, 0)
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, SOME_PAGES)
        sheet.repeat_rows(0)
        sheet.set_row(0, HEADING_HEIGHT)
        self._add_table(sheet, layout, len(rows))
        for place, column in enumerate(layout.columns):
            values = [row[place] for row in rows]
            style = self._formats[column.kind]
            sheet.set_column(place, place, _width(column, values), style)
            for number, value in enumerate(values, 1):
                if column.kind is Kind.VALUE and not isinstance(value, str):
                    _write_bare(sheet, (number, place), value, self._general)
                else:
                    _write(sheet, (number, place), value, style)
            _restrict(sheet, place, column, advice(layout, column))
            _explain(sheet, place, note(layout, column))
        _allow_digits(sheet, layout)

    def _add_table(self, sheet: Worksheet, layout: SheetLayout, rows: int) -> None:
        """Make a table of the sheet; without rows it has a blank one, as Excel wants it."""
        headings = [
            {
                "header": column.name,
                "header_format": self._required if column.required else self._optional,
            }
            for column in layout.columns
        ]
        name = layout.name.replace(" ", "_")  # a table's name has no spaces
        options = {"name": name, "style": TABLE_STYLE, "columns": headings}
        if sheet.add_table(0, 0, max(rows, 1), len(headings) - 1, options) != 0:
            raise ValueError(f"{rows} rows do not fit into a sheet")

    def write_help(self, lines: Sequence[HelpLine], pages: int) -> None:
        sheet: Worksheet = self._book.add_worksheet("Help")
        sheet.hide_gridlines(2)
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, pages)
        for place, width in enumerate(HELP_WIDTHS):
            sheet.set_column(place, place, width)
        for row, line in enumerate(lines):
            word, meaning = self._looks[line.look]
            sheet.write_string(row, 0, line.word, word)
            sheet.write_string(row, 1, line.meaning, meaning)
            # not every program fits a row's height to wrapped text by itself
            height = max(1, len(wrap(line.meaning, HELP_LETTERS))) * HELP_LINE
            margin = SECTION_MARGIN if line.look is Look.SECTION else HELP_MARGIN
            sheet.set_row(row, height + margin)


def _width(column: Column, values: Sequence[Value]) -> int:
    """Give the width at which the heading and every value can be read."""
    longest = max((len(_shown(value, column.kind)) for value in values), default=0)
    wanted = max(NARROWEST.get(column.kind, NARROW), len(column.name) + BUTTON, longest + MARGIN)
    return min(wanted, WIDEST)


def _shown(value: Value, kind: Kind = Kind.AMOUNT) -> str:
    """Give what the cell shows, at its longest: an amount with separators and two decimals."""
    match value:
        case None:
            return ""
        case bool():
            return YES_NO[0] if value else YES_NO[1]
        case Decimal():
            is_amount = kind in {Kind.AMOUNT, Kind.QUANTITY}
            return f"{value:,.2f}" if is_amount else plain_number(value)
        case _:
            return value


def _write(sheet: Worksheet, place: tuple[int, int], value: Value, style: Format) -> None:
    """Write a cell; a text is never taken for a formula or a number.

    Raises:
        ValueError: The text is too long, or is ``TWO_ESCAPES``.
    """
    if value is None:
        return
    if isinstance(value, Decimal):
        sheet.write_number(*place, float(value), style)
        return
    text = _shown(value)
    if "_x" in text and TWO_ESCAPES.search(text):
        raise ValueError(f"{text!r} would be written as another text")
    if sheet.write_string(*place, text, style) != 0:
        raise ValueError(f"a text of {len(text)} characters does not fit into a cell")


def _write_bare(sheet: Worksheet, place: tuple[int, int], value: Value, style: Format) -> None:
    """Write a number or a truth value as such, since nothing else tells that it is one."""
    if isinstance(value, bool):
        sheet.write_boolean(*place, value, style)
    elif value is not None:
        sheet.write_number(*place, float(value), style)


def _restrict(sheet: Worksheet, place: int, column: Column, said: Advice | None) -> None:
    """Put a drop-down or a limit on a column, where it has one, with what is said about it."""
    words = YES_NO if column.kind is Kind.YES_NO else column.words
    rule: dict[str, object] = {}
    if words:
        # another word may be right, and the reader judges it: so Excel asks and does not refuse
        rule = {"validate": "list", "source": list(words), "error_type": "warning"}
    elif column.kind is Kind.QUANTITY:
        rule = {"validate": "decimal", "criteria": ">", "value": 0}
    elif column.kind is Kind.AMOUNT:
        largest = float(LARGEST - HUNDREDTH)
        rule = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": largest}
    elif column.kind is Kind.MINOR:
        limits = {"minimum": -MOST_MINOR, "maximum": MOST_MINOR}
        rule = {"validate": "integer", "criteria": "between", **limits}
    if said is not None:
        rule["input_message"], rule["error_title"], rule["error_message"] = said
        sheet.data_validation(1, place, LAST_ROW, place, rule)


def _explain(sheet: Worksheet, place: int, text: str) -> None:
    """Put a note on a heading, as large as its text."""
    lines = sum(len(wrap(line, NOTE_LETTERS)) for line in text.splitlines())
    height = lines * NOTE_LINE + NOTE_MARGIN
    size = {"font_size": 9, "width": NOTE_WIDTH, "height": height}
    sheet.write_comment(0, place, text, {"author": "corsheet", **size})


def _allow_digits(sheet: Worksheet, layout: SheetLayout) -> None:
    """Keep Excel from offering to make numbers and dates of ids and texts."""
    columns = [place for place, column in enumerate(layout.columns) if column.kind in TEXT_KINDS]
    cells = " ".join(xl_range(1, place, LAST_ROW, place) for place in columns)
    sheet.ignore_errors({"number_stored_as_text": cells, "two_digit_text_year": cells})
