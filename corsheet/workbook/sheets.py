"""The cells of a workbook, streamed from its sheets.

SpreadsheetML as in ECMA-376 part 1, 18.3 (worksheets) and 18.4 (shared
strings). Elements are matched by their local name. What the sheet claims about
its own size is not looked at.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple
from xml.parsers import expat

from corsheet.findings import Code, Problem, echo, say
from corsheet.workbook.container import DAMAGE, is_out_of_memory
from corsheet.workbook.limits import Limits
from corsheet.workbook.package import Package

CHUNK = 256 * 1024
"""Bytes of a part inflated at a time."""


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


class UnreadableError(Exception):
    """A part cannot be read; carries the problem. Never leaves this package."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def _damaged(detail: str) -> UnreadableError:
    return UnreadableError(Problem(Code.DAMAGED, detail))


class _Handler:
    """Takes expat's events for one part; subclasses say what they mean.

    It builds no tree, so neither size nor depth of a part costs memory.
    """

    def __init__(self) -> None:
        self.text = ""
        self.wanted = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element, by its local name."""
        raise NotImplementedError

    def end(self, name: str) -> None:
        """Take the end of an element."""
        raise NotImplementedError

    def characters(self, data: str) -> None:
        """Take a piece of text."""
        if self.wanted:
            self.text += data


def _feed(archive: zipfile.ZipFile, part: str, handler: _Handler) -> Iterator[None]:
    """Push a part through expat, chunk by chunk; yields after each one."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def prefixed_start(name: str, attributes: dict[str, str]) -> None:
        handler.start(name.rpartition(":")[2], attributes)

    def prefixed_end(name: str) -> None:
        handler.end(name.rpartition(":")[2])

    def first_start(name: str, attributes: dict[str, str]) -> None:
        # every program writes either <c> throughout or <x:c> throughout
        prefixed = ":" in name
        parser.StartElementHandler = prefixed_start if prefixed else handler.start
        parser.EndElementHandler = prefixed_end if prefixed else handler.end
        parser.StartElementHandler(name, attributes)

    def doctype(*_: object) -> None:
        # ECMA-376 part 2, 8.1.4: parts have no document type; entity bombs need one
        raise UnreadableError(
            Problem(Code.FORBIDDEN_CONTENT, say("{part} declares a document type (DTD)", part=part))
        )

    def declaration(version: str, encoding: str | None, standalone: int) -> None:
        # ECMA-376 part 2, 8.1.4: parts are UTF-8 or UTF-16
        del version, standalone
        if (encoding or "utf-8").lower() not in {"utf-8", "utf-16"}:
            raise _damaged(say("{part} is not in UTF-8", part=part))

    parser.StartElementHandler = first_start
    parser.CharacterDataHandler = handler.characters
    parser.StartDoctypeDeclHandler = doctype
    parser.XmlDeclHandler = declaration
    try:
        for chunk in _chunks(archive, part):
            parser.Parse(chunk, not chunk)
            yield
    except expat.ExpatError as error:
        if is_out_of_memory(error):
            raise MemoryError from error
        raise _damaged(
            say("{part} is broken near line {line}", part=part, line=error.lineno)
        ) from error


def _chunks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Inflate a part bit by bit; the last bit is empty."""
    try:
        with archive.open(part) as source:
            while chunk := source.read(CHUNK):
                yield chunk
    except DAMAGE as error:
        raise _damaged(say("{part} is broken", part=part)) from error
    yield b""


ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
"""ECMA-376 part 1, 22.9.2.19 ST_Xstring: a character that XML cannot hold."""


def _unescape(text: str) -> str:
    if "_x" not in text:
        return text
    plain = ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    # two escapes may make one character beyond U+FFFF; half of one is no character
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class _Strings(_Handler):
    """The shared texts; rich text is joined, reading aids (``rPh``) left out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Cell] = []
        self._aside = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        del attributes
        if name == "si":
            self.text = ""
        elif name == "rPh":
            self._aside += 1
        elif name == "t":
            self.wanted = not self._aside

    def end(self, name: str) -> None:
        if name == "t":
            self.wanted = False
        elif name == "rPh":
            self._aside -= 1
        elif name == "si":
            self.found.append(Cell(CellKind.TEXT, _unescape(self.text)))


def read_strings(archive: zipfile.ZipFile, package: Package) -> list[Cell]:
    """Read the texts that cells share, as the cells that hold them.

    Raises:
        UnreadableError: The part is broken, hostile, or not there.
    """
    if package.strings is None:
        return []
    handler = _Strings()
    for _ in _feed(archive, package.strings, handler):
        pass
    return handler.found


class Sheet(_Handler):
    """One worksheet; iterate once over its rows, then look at ``merged``.

    Attributes:
        name: As the manager wrote it.
        merged: The merged ranges; complete once the rows are read.
    """

    def __init__(
        self,
        name: str,
        part: str,
        *,
        archive: zipfile.ZipFile,
        package: Package,
        strings: Sequence[Cell],
        limits: Limits,
    ) -> None:
        super().__init__()
        self.name = name
        self.limits = limits
        self.merged: list[Range] = []
        self._part = part
        self._archive = archive
        self._package = package
        self._strings = strings
        self._columns: dict[str, int] = {}
        self._rows: list[SheetRow] = []
        self._row = 0
        self._hidden = False
        self._cells: dict[int, Cell] = {}
        self._column = 0
        self._attributes: dict[str, str] = {}
        self._styles: dict[str, tuple[CellKind, str]] = {}
        self._formula = False
        self._aside = 0

    def __iter__(self) -> Iterator[SheetRow]:
        """Give the rows that hold something, from top to bottom.

        Raises:
            UnreadableError: The sheet is broken, hostile or over a limit.
        """
        for _ in _feed(self._archive, self._part, self):
            rows, self._rows = self._rows, []
            yield from rows

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        if name == "v":
            self.wanted = True
        elif name == "c":
            self._attributes = attributes
            self._formula = False
            self.text = ""
        elif name == "t":
            self.wanted = not self._aside
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._start_row(attributes)
        elif name == "rPh":
            self._aside += 1
        elif name == "mergeCell":
            self.merged.append(self._range(attributes.get("ref", "")))

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if name == "v" or name == "t":  # noqa: PLR1714 - the hottest line of a reading
            self.wanted = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            if self._cells:
                self._rows.append(SheetRow(self._row, self._cells, self._hidden))
                self._cells = {}
        elif name == "rPh":
            self._aside -= 1

    def _start_row(self, attributes: dict[str, str]) -> None:
        number = self._number(attributes.get("r", ""), self._row + 1)
        if number <= self._row:
            raise _damaged(
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
        self._column = 0
        self._hidden = attributes.get("hidden") in {"1", "true"}

    def _end_cell(self) -> None:
        attributes, text = self._attributes, self.text
        reference = attributes.get("r")
        if reference is None:
            column = self._column + 1
        else:
            letters = reference.rstrip("0123456789")
            column = self._columns.get(letters) or self._learn_column(letters)
        self._column = column
        kind = attributes.get("t", "n")
        if self._formula and (self._package.uncalculated or (not text and kind != "str")):
            cell = Cell(CellKind.UNCALCULATED, "")
        elif not text:
            return
        elif kind == "s":
            index = int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else -1
            if not 0 <= index < len(self._strings):
                raise _damaged(
                    say(
                        "a text of sheet {sheet}, row {row} is missing",
                        sheet=self.name,
                        row=self._row,
                    )
                )
            cell = self._strings[index]
        elif kind == "n":
            style = attributes.get("s", "")
            shown = self._styles.get(style) or self._learn_style(style)
            cell = Cell(shown[0], text, shown[1])
        else:
            cell = Cell(KINDS.get(kind, CellKind.TEXT), _unescape(text))
        self._put(column, cell)

    def _put(self, column: int, cell: Cell) -> None:
        if column > self.limits.columns:
            raise UnreadableError(
                Problem(
                    Code.LIMIT,
                    say(
                        "sheet {sheet} has something in column {column}, the limit is {limit}"
                        " (limits.columns)",
                        sheet=self.name,
                        column=column,
                        limit=self.limits.columns,
                    ),
                )
            )
        if column in self._cells:
            raise _damaged(
                say("sheet {sheet} has a cell twice in row {row}", sheet=self.name, row=self._row)
            )
        self._cells[column] = cell

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
            raise _damaged(
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
            raise _damaged(
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
            raise _damaged(
                say("sheet {sheet} has merged cells without an address", sheet=self.name)
            )
        return Range(int(match[2]), self._letters(match[1]), int(match[4]), self._letters(match[3]))
