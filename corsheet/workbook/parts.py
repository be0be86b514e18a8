"""The XML parts of a workbook, streamed through expat.

SpreadsheetML as in ECMA-376 part 1, 18.3 (worksheets) and 18.4 (shared
strings). Elements are matched by their local name. No tree is built, so neither
size nor depth of a part costs memory.
"""

import re
import zipfile
from collections.abc import Iterator
from typing import NamedTuple
from xml.parsers import expat

from corsheet.findings import Code, Problem, say
from corsheet.workbook.container import DAMAGE, is_out_of_memory

CHUNK = 256 * 1024
"""Bytes of a part inflated at a time."""

MOST_TEXT = 32_767
"""Characters of a cell; Excel has no more (its specifications and limits)."""

MOST_MARKUP = 1024 * 1024
"""Bytes of one tag, remark or instruction."""

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
"""The namespace of what a workbook says (ECMA-376 part 1, Transitional)."""

TRUE = frozenset({"1", "true"})
"""ECMA-376 part 1, 22.9.2.20 and XML Schema: how a yes is written."""


class UnreadableError(Exception):
    """A part cannot be read; carries the problem. Never leaves this package."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def damaged(detail: str) -> UnreadableError:
    """Say that a part is damaged, and how."""
    return UnreadableError(Problem(Code.DAMAGED, detail))


def too_long() -> Problem:
    """Say that a text is longer than a cell's can be."""
    return Problem(Code.LIMIT, say("a cell holds more than {limit} characters", limit=MOST_TEXT))


class Handler:
    """Takes expat's events for one part; subclasses say what they mean.

    Attributes:
        text: What has been read of the text that is wanted.
        wanted: The text that comes now belongs to something.
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
            self.text = self.text + data if self.text else data
            if len(self.text) > MOST_TEXT:
                raise UnreadableError(too_long())


class Stream:
    """One part on its way through expat to a handler, piece by piece."""

    def __init__(self, part: str, handler: Handler, root: str = "") -> None:
        """Begin.

        Args:
            part: Its name, for messages.
            handler: Takes the events.
            root: What its outermost element must be; empty: it is a piece of a part.
        """
        self.fed = 0
        self._part = part
        self._handler = handler
        self._root = root
        parser = self._parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._first_start
        parser.CharacterDataHandler = handler.characters
        parser.StartDoctypeDeclHandler = self._doctype
        parser.XmlDeclHandler = self._declaration

    @property
    def position(self) -> int:
        """Where the event that is being handled begins, in bytes of what was fed."""
        return self._parser.CurrentByteIndex

    def feed(self, data: bytes, *, last: bool = False) -> None:
        """Push a piece through.

        Raises:
            UnreadableError: It is not well-formed, or hostile.
        """
        self.fed += len(data)
        try:
            self._parser.Parse(data, last)
        except expat.ExpatError as error:
            if is_out_of_memory(error):
                raise MemoryError from error
            raise damaged(say("{part} is broken", part=self._part)) from error
        if self.fed - self._parser.CurrentByteIndex > MOST_MARKUP + len(data):
            raise UnreadableError(
                Problem(Code.LIMIT, say("{part} holds a tag of over 1 MiB", part=self._part))
            )

    def _first_start(self, name: str, attributes: dict[str, str]) -> None:
        # every program writes either <c> throughout or <x:c> throughout
        prefix, _, local = name.rpartition(":")
        namespace = attributes.get(f"xmlns:{prefix}" if prefix else "xmlns")
        if self._root and (local != self._root or namespace != MAIN):
            raise damaged(say("{part} is not what it should be", part=self._part))
        prefixed = bool(prefix)
        parser, handler = self._parser, self._handler
        parser.StartElementHandler = self._prefixed_start if prefixed else handler.start
        parser.EndElementHandler = self._prefixed_end if prefixed else handler.end
        parser.StartElementHandler(name, attributes)

    def _prefixed_start(self, name: str, attributes: dict[str, str]) -> None:
        self._handler.start(name.rpartition(":")[2], attributes)

    def _prefixed_end(self, name: str) -> None:
        self._handler.end(name.rpartition(":")[2])

    def _doctype(self, *_: object) -> None:
        # ECMA-376 part 2, 8.1.4: parts have no document type; entity bombs need one
        raise UnreadableError(
            Problem(
                Code.FORBIDDEN_CONTENT,
                say("{part} declares a document type (DTD)", part=self._part),
            )
        )

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        # ECMA-376 part 2, 8.1.4: parts are UTF-8 or UTF-16
        del version, standalone
        if (encoding or "utf-8").lower() not in {"utf-8", "utf-16"}:
            raise damaged(say("{part} is not in UTF-8", part=self._part))


class Element(NamedTuple):
    """An element of a part that is read whole.

    Attributes:
        path: The names from below the outermost element down to it; those of another
            namespace than the outermost one's as ``namespace}name``.
        attributes: By their names, likewise, save that a bare one has no namespace.
    """

    path: tuple[str, ...]
    attributes: dict[str, str]


MOST_ELEMENTS = 10_000
DEEPEST = 8
"""Of a part that is read whole; a description has a few hundred elements, five deep."""


def elements(data: bytes, namespace: str, root: str) -> list[Element]:
    """Read a small part whole, without the texts in it.

    Args:
        data: The part.
        namespace: Of its outermost element.
        root: Its outermost element.

    Raises:
        ValueError: It is not well-formed, or not such a part, or has a document type, no
            namespace, or uncommonly many elements.
    """
    found: list[Element] = []
    path: list[str] = []
    parser = expat.ParserCreate(namespace_separator="}")

    def start(name: str, attributes: dict[str, str]) -> None:
        path.append(name.removeprefix(f"{namespace}}}"))
        if "}" not in name or path[0] != root or len(path) > DEEPEST:
            raise ValueError(name)
        if len(found) >= MOST_ELEMENTS:
            raise ValueError(root)
        found.append(Element(tuple(path[1:]), attributes))

    def end(_: str) -> None:
        path.pop()

    def doctype(*_: object) -> None:
        raise ValueError(root)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except LookupError as error:  # of an encoding that nobody knows
        raise ValueError(root) from error
    except expat.ExpatError as error:
        if is_out_of_memory(error):
            raise MemoryError from error
        raise ValueError(root) from error
    return found


def chunks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Inflate a part bit by bit.

    Raises:
        UnreadableError: It is not there, or its checksum is wrong.
    """
    try:
        with archive.open(part) as source:
            while chunk := source.read(CHUNK):
                yield chunk
    except DAMAGE as error:
        if is_out_of_memory(error):
            raise MemoryError from error
        raise damaged(say("{part} is broken", part=part)) from error


ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
"""ECMA-376 part 1, 22.9.2.19 ST_Xstring: a character that XML cannot hold."""


def unescape(text: str) -> str:
    """Give a text with its ``_x000A_`` escapes made characters."""
    if "_x" not in text:
        return text
    plain = ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    # two escapes may make one character beyond U+FFFF; half of one is no character
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
