"""The cells of a workbook, streamed from its sheets.

What the sheet claims about its own size is not looked at. Rows are given one
by one, or, once ``in_blocks`` is called, those of a regular form many at a time.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from corsheet.findings import Code, Problem, column_letters, echo, say
from corsheet.workbook.dates import written_date
from corsheet.workbook.description import Package
from corsheet.workbook.formats import shows_text_otherwise
from corsheet.workbook.limits import Limits
from corsheet.workbook.parts import (
    MOST_TEXT,
    TRUE,
    Handler,
    Stream,
    UnreadableError,
    chunks,
    damaged,
    too_long,
    unescape,
)
from corsheet.workbook.regular import (
    MOST_COLUMNS,
    PLAIN,
    ROW_END,
    STRING_END,
    STRINGS_HEAD,
    USUAL,
    Block,
    Form,
    cut_strings,
    joined,
)

SHEET_DATA = b"<sheetData>"

MOST_STRINGS = 2_500_000
"""Texts that cells share; as many orders as a sheet has rows, each of another customer, fit."""

ONE_CELL = re.compile("[A-Z]{1,3}[0-9]{1,7}")

MOST_REST = 1024 * 1024
"""Bytes without the end of a row, beyond which the rows are not looked for any more."""

MOST_DIGITS = 10
"""Of a row's number, a style or a shared text's position."""


class CellKind(Enum):
    """What stands in a cell. Blank cells are not cells here."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    ERROR = "error"
    UNCALCULATED = "uncalculated"


KINDS = {
    "b": CellKind.BOOLEAN,
    "e": CellKind.ERROR,
    "d": CellKind.DATE,
}
"""Cell types that are neither numbers nor texts (ECMA-376 part 1, 18.18.11 ST_CellType)."""


class Cell(NamedTuple):
    """A cell as it is stored.

    Attributes:
        kind: What stands in it.
        text: The text; a number's digits as stored; ``1`` or ``0``; ``#N/A``.
        format: The number format, such as ``General`` or ``0000``.
    """

    kind: CellKind
    text: str
    format: str = "General"


class SheetRow(NamedTuple):
    """A row with at least one cell: its number, its cells by column, both from 1."""

    number: int
    cells: dict[int, Cell]
    hidden: bool


class Range(NamedTuple):
    """Merged cells, first and last included, from 1."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


class _RowStart(Handler):
    """Takes the start of one row; ``hidden`` once it is fed."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        del name
        self.hidden = attributes.get("hidden") in TRUE

    def end(self, name: str) -> None:
        pass


class _Strings(Handler):
    """The shared texts; rich text is joined, reading aids (``rPh``) left out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._aside = 0
        self._in_run = False
        self._whole = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        del attributes
        if name == "si":
            self.text = ""
            self._whole = False
        elif name == "rPh":
            self._aside += 1
        elif name == "r":
            self._in_run = True
        elif name == "t":
            self.wanted = not self._aside
            if self.wanted and not self._in_run:
                if self._whole:
                    raise damaged("a text stands twice")
                self._whole = True

    def end(self, name: str) -> None:
        if name == "t":
            self.wanted = False
        elif name == "rPh":
            self._aside -= 1
        elif name == "r":
            self._in_run = False
        elif name == "si":
            self.found.append(unescape(self.text))


def read_strings(archive: zipfile.ZipFile, package: Package) -> list[str]:
    """Read the texts that cells share.

    Raises:
        UnreadableError: The part is broken, hostile, or not there.
    """
    if package.strings is None:
        return []
    handler = _Strings()
    stream = Stream(package.strings, handler, "sst")
    rest, is_regular = b"", True
    for chunk in chunks(archive, package.strings):
        data = rest + chunk
        rest = b""
        if not stream.fed and (head := STRINGS_HEAD.match(data)):
            stream.feed(head[0])
            data = data[head.end() :]
        end = data.rfind(STRING_END) + len(STRING_END)
        texts = cut_strings(data[:end]) if is_regular and stream.fed else None
        if texts is None:
            is_regular = False  # from here on expat sees everything
            stream.feed(data)
        else:
            handler.found += map(unescape, texts) if b"_x" in data else texts
            rest = data[end:]
        if len(handler.found) > MOST_STRINGS:
            raise UnreadableError(
                Problem(
                    Code.LIMIT, say("the workbook has more than {limit} texts", limit=MOST_STRINGS)
                )
            )
    stream.feed(rest, last=True)
    return handler.found


class Sheet(Handler):
    """One worksheet; go once over its rows, then look at ``merged``.

    Attributes:
        name: As the manager wrote it.
        is_hidden: The manager does not see it.
        totals: The rows that an Excel table adds up in, which are no data.
        hidden_columns: First and last of each run of hidden columns, from 1.
        merged: The merged ranges; complete once the rows are read.
    """

    def __init__(
        self,
        name: str,
        part: str,
        *,
        archive: zipfile.ZipFile,
        package: Package,
        strings: Sequence[str],
        limits: Limits,
    ) -> None:
        super().__init__()
        self.name = name
        self.limits = limits
        self.is_hidden = name in package.hidden
        self.totals = package.totals.get(name, frozenset())
        self.hidden_columns: list[tuple[int, int]] = []
        self.merged: list[Range] = []
        self._part = part
        self._archive = archive
        self._package = package
        self._strings = strings
        self._stream = Stream(part, self, "worksheet")
        self._in_blocks = False
        self._between_rows = False
        self._columns: dict[str, int] = {}
        self._form = Form({})
        self._form_knows = 0
        self._ended_at = -1
        self._plain_attributes: dict[bytes, bool] = {}
        self._rows: list[SheetRow] = []
        self._row = 0
        self._row_digits = ""
        self._values = 0
        self._before = 0
        self._in_run = False
        self._hidden = False
        self._cells: dict[int, Cell] = {}
        self._column = 0
        self._attributes: dict[str, str] = {}
        self._styles: dict[str, tuple[CellKind, str]] = {}
        self._formula = False
        self._aside = 0

    def __iter__(self) -> Iterator[SheetRow]:
        """Give the rows that hold something, from top to bottom, one by one.

        Raises:
            UnreadableError: The sheet is broken, hostile or over a limit.
        """
        for piece in self.pieces():
            if isinstance(piece, SheetRow):
                yield piece

    def in_blocks(self) -> None:
        """Give the rows to come in blocks where their form is regular."""
        self._in_blocks = True

    def pieces(self) -> Iterator[SheetRow | Block]:
        """Give the rows from top to bottom: one by one, or in blocks once that is asked for.

        Raises:
            UnreadableError: The sheet is broken, hostile or over a limit.
        """
        rest = b""
        for chunk in chunks(self._archive, self._part):
            data = rest + chunk
            rest = b""
            if not self._between_rows:
                start = data.find(SHEET_DATA) + len(SHEET_DATA)
                if start < len(SHEET_DATA):
                    yield from self._through_expat(data)
                    continue
                yield from self._through_expat(data[:start])
                data = data[start:]
            end = data.rfind(ROW_END) + len(ROW_END)
            if end >= len(ROW_END) and self._between_rows:
                yield from self._rows_of(data[:end])
                data = data[end:]
            if self._between_rows and len(data) <= MOST_REST:
                rest = data
            else:
                self._between_rows = False
                yield from self._through_expat(data)
        yield from self._through_expat(rest, last=True)

    def _rows_of(self, data: bytes) -> Iterator[SheetRow | Block]:
        """Give the rows of a piece that ends where a row does."""
        start = 0
        while start < len(data) and self._between_rows:
            if self._in_blocks:
                block = self._block(data[start:])
                if block is not None:
                    yield block
                else:
                    yield from self._one_by_one(data[start:])
                return
            end = data.index(ROW_END, start) + len(ROW_END)
            yield from self._through_expat(data[start:end])
            start = end
        if start < len(data):
            yield from self._through_expat(data[start:])

    def _one_by_one(self, data: bytes) -> Iterator[SheetRow | Block]:
        """Give the regular rows of a piece in blocks, and the others through expat."""
        start = 0
        run: list[Block] = []
        while start < len(data) and self._between_rows:
            end = data.index(ROW_END, start) + len(ROW_END)
            block = self._block(data[start:end])
            if block is not None:
                run.append(block)
            else:
                if run:
                    yield joined(run)
                    run = []
                yield from self._through_expat(data[start:end])
            start = end
        if run:
            yield joined(run)
        if start < len(data):
            yield from self._through_expat(data[start:])

    def _block(self, data: bytes) -> Block | None:
        """Cut a piece into a block; None: not all of it is regular."""
        if self._form_knows < len(self._columns):
            self._form_knows = len(self._columns)
            limit = self.limits.columns
            columns = {c: n for c, n in self._columns.items() if n <= limit}
            if len(columns) > len(self._form.columns) < MOST_COLUMNS:
                self._form = Form(columns)
        block = self._form.cut(data, self._row)
        if (
            block is None
            or block.numbers[-1] > self.limits.rows
            or not self.totals.isdisjoint(block.numbers)
            or not all(map(self._is_plain, block.attributes))
        ):
            return None
        self._row = block.numbers[-1]
        self._row_digits = str(self._row)
        return block

    def _through_expat(self, data: bytes, *, last: bool = False) -> Iterator[SheetRow]:
        """Give the rows of a piece as expat sees it; note whether it ends between two rows."""
        self._ended_at = -1
        self._stream.feed(data, last=last)
        self._between_rows = self._ended_at == self._stream.fed
        rows, self._rows = self._rows, []
        yield from rows

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        if name == "v":
            self.wanted = True
            self._before = len(self.text)
        elif name == "c":
            self._attributes = attributes
            self._formula = False
            self._values = 0
            self.text = ""
        elif name == "t":
            self.wanted = not self._aside
            self._before = len(self.text)
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._start_row(attributes)
        elif name == "rPh":
            self._aside += 1
        else:
            self._start_rare(name, attributes)

    def _start_rare(self, name: str, attributes: dict[str, str]) -> None:
        if name == "r":
            self._in_run = True
        elif name == "sheetData":
            self._ended_at = self._stream.position + len(SHEET_DATA)
        elif name == "col" and attributes.get("hidden") in TRUE:
            first = self._number(attributes.get("min", ""), 0)
            self.hidden_columns.append((first, self._number(attributes.get("max", ""), first)))
        elif name == "mergeCell":
            reference = attributes.get("ref", "")
            if not ONE_CELL.fullmatch(reference):  # merged with none
                self.merged.append(self._range(reference))

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if name == "v" or name == "t":  # noqa: PLR1714 - the hottest line of a reading
            self.wanted = False
            if len(self.text) > self._before and not self._in_run:
                self._values += 1
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._ended_at = self._stream.position + len(ROW_END)
            if self._cells:
                self._rows.append(SheetRow(self._row, self._cells, self._hidden))
                self._cells = {}
        elif name == "rPh":
            self._aside -= 1
        elif name == "r":
            self._in_run = False

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = self._number(attributes.get("r", ""), self._row + 1)
        if number <= self._row:
            raise damaged(
                say(
                    "the rows of sheet {sheet} are out of order at row {row}",
                    sheet=self.name,
                    row=number,
                )
            )
        if number > self.limits.rows:
            raise UnreadableError(
                Problem(
                    Code.LIMIT,
                    say(
                        "sheet {sheet} has a row {row}, the limit is {limit} (limits.rows)",
                        sheet=self.name,
                        row=number,
                        limit=self.limits.rows,
                    ),
                )
            )
        self._row = number
        self._row_digits = str(number)
        self._column = 0
        self._hidden = attributes.get("hidden") in TRUE

    def _end_cell(self) -> None:
        attributes = self._attributes
        reference = attributes.get("r")
        if reference is None:
            column = self._column + 1
        else:
            letters = reference.rstrip("0123456789")
            if reference[len(letters) :] != self._row_digits:
                raise damaged(
                    say(
                        "sheet {sheet} has a cell of another row in row {row}",
                        sheet=self.name,
                        row=self._row,
                    )
                )
            column = self._columns.get(letters) or self._learn_column(letters)
        self._column = column
        if self._values > 1:
            raise damaged(
                say(
                    "sheet {sheet} has two values in a cell of row {row}",
                    sheet=self.name,
                    row=self._row,
                )
            )
        kind, style = attributes.get("t", "n"), attributes.get("s", "")
        cell = self._cell(kind, style, self.text, is_formula=self._formula)
        if cell is not None:
            self._put(column, cell)

    def _cell(self, kind: str, style: str, text: str, *, is_formula: bool) -> Cell | None:
        """Make a cell of what is stored; None: it is blank."""
        if is_formula and (self._package.uncalculated or (not text and kind != "str")):
            return Cell(CellKind.UNCALCULATED, "")
        if not text:
            return None
        if len(text) > MOST_TEXT:
            raise UnreadableError(too_long())
        if kind == "s":
            index = int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else -1
            if not 0 <= index < len(self._strings):
                raise damaged("a text that cells share is missing")
            return self._as_shown(style, Cell(CellKind.TEXT, self._strings[index]))
        if kind == "n":
            kind_shown, number_format = self._style(style)
            if kind_shown is CellKind.DATE:
                text = written_date(text, is_1904=self._package.is_1904)
            return Cell(kind_shown, text, number_format)
        cell = Cell(KINDS.get(kind, CellKind.TEXT), unescape(text))
        return self._as_shown(style, cell) if cell.kind is CellKind.TEXT else cell

    def _as_shown(self, style: str, cell: Cell) -> Cell:
        """Give a text its number format, where that shows it otherwise than it stands."""
        if not style:
            return cell
        _, number_format = self._style(style)
        if number_format in {"General", "@"} or not shows_text_otherwise(number_format):
            return cell
        return Cell(CellKind.TEXT, cell.text, number_format)

    def cell(self, token: bytes) -> Cell | None:
        """Give the cell that a token of a block stands for; None: a blank one.

        Raises:
            UnreadableError: It is broken.
        """
        usual = USUAL.fullmatch(token)
        if usual is not None:
            styled, shared, digits = usual.groups()
            style = styled.decode() if styled else ""
            if shared is None:
                kind_shown, number_format = self._style(style)
                if kind_shown is CellKind.NUMBER:
                    return Cell(CellKind.NUMBER, digits.decode(), number_format)
            elif digits.isdigit() and (index := int(digits)) < len(self._strings):
                return self._as_shown(style, Cell(CellKind.TEXT, self._strings[index]))
        plain = PLAIN.fullmatch(token)
        if plain is not None:
            styled, kind, formula, stored, text = plain.groups()
            return self._cell(
                kind.decode() if kind else "n",
                styled.decode() if styled else "",
                (stored or text or b"").decode(),
                is_formula=formula is not None,
            )
        # a document of its own with this one cell, by the same rules
        address = b'<c r="A%s"' % self._row_digits.encode()
        Stream(self._part, self).feed(address + token, last=True)
        return self._cells.pop(1, None)

    def _is_plain(self, attributes: bytes) -> bool:
        """Tell whether a row with these attributes is to be taken like any other."""
        known = self._plain_attributes.get(attributes)
        if known is None:
            row = _RowStart()
            Stream(self._part, row).feed(b'<row r="1"' + attributes + b"/>", last=True)
            known = self._plain_attributes[attributes] = not row.hidden
        return known

    def _put(self, column: int, cell: Cell) -> None:
        if column > self.limits.columns:
            raise UnreadableError(
                Problem(
                    Code.LIMIT,
                    say(
                        "sheet {sheet} has something in column {column}, the limit is {limit}"
                        " (limits.columns)",
                        sheet=self.name,
                        column=column_letters(column),
                        limit=self.limits.columns,
                    ),
                )
            )
        if column in self._cells:
            raise damaged(
                say("sheet {sheet} has a cell twice in row {row}", sheet=self.name, row=self._row)
            )
        self._cells[column] = cell

    def _style(self, style: str) -> tuple[CellKind, str]:
        """Give what a number of a style is, and its number format."""
        return self._styles.get(style) or self._learn_style(style)

    def _learn_style(self, style: str) -> tuple[CellKind, str]:
        number = self._number(style, 0)
        formats = self._package.formats
        kind = CellKind.DATE if number in self._package.date_styles else CellKind.NUMBER
        shown = formats[number] if number < len(formats) else "General"
        self._styles[style] = (kind, shown)
        return kind, shown

    def _number(self, text: str, missing: int) -> int:
        if not text:
            return missing
        if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
            raise damaged(
                say(
                    "sheet {sheet} has {text} where a number belongs",
                    sheet=self.name,
                    text=echo(text[:20]),
                )
            )
        return int(text)

    def _learn_column(self, letters: str) -> int:
        number = self._columns[letters] = self._letters(letters)
        return number

    def _letters(self, letters: str) -> int:
        number = 0
        if not re.fullmatch("[A-Z]{1,3}", letters):
            raise damaged(
                say(
                    "sheet {sheet} has a cell without an address in row {row}",
                    sheet=self.name,
                    row=self._row,
                )
            )
        for letter in letters:
            number = number * 26 + ord(letter) - ord("A") + 1
        return number

    def _range(self, reference: str) -> Range:
        match = re.fullmatch(r"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})", reference)
        if match is None:
            raise damaged(say("sheet {sheet} has merged cells without an address", sheet=self.name))
        return Range(int(match[2]), self._letters(match[1]), int(match[4]), self._letters(match[3]))
