"""Where the elements of a part stand: a tree of nothing but places.

Elements are matched by their local names; each program has its own prefixes.
"""

import codecs
import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat

from corsheet.findings import say
from corsheet.workbook.container import is_out_of_memory

TAG = re.compile(rb"""<[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>""")
DECLARATION = re.compile(r"^\s*<\?xml\b[^>]*\?>")
ENCODING = re.compile(r"""\sencoding\s*=\s*["']([^"']*)["']""")

UTF_16_BIG = (codecs.BOM_UTF16_BE, b"\0<")
UTF_16 = (codecs.BOM_UTF16_LE, b"<\0", *UTF_16_BIG)
"""How a part in UTF-16 begins."""

UTF_8 = frozenset({"utf-8", "utf8", "us-ascii"})
"""What other parts say of themselves (ECMA-376 part 2, 8.1.4); ASCII is UTF-8 too."""

DECLARATION_BYTES = 200
"""An XML declaration is shorter."""


class AnnotateError(ValueError):
    """No copy can be made of this workbook; the only argument says why, for the manager."""


def broken(part: str) -> AnnotateError:
    """Make the error for a part that cannot be read."""
    return AnnotateError(say("{part} is broken", part=part))


@dataclass(slots=True)
class Element:
    """Where an element stands.

    Attributes:
        name: As written, with its prefix.
        attributes: As written, with their prefixes.
        start: Of its start tag.
        inner: Behind its start tag.
        close: Of its end tag; ``inner`` where it has none.
        end: Behind all of it.
        children: Those that were wanted, in order.
    """

    name: str
    attributes: dict[str, str]
    start: int
    inner: int
    close: int = 0
    end: int = 0
    children: list["Element"] = field(default_factory=list)

    @property
    def local(self) -> str:
        """The name without its prefix."""
        return self.name.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """With its colon; empty where there is none."""
        return self.name[: -len(self.local)]

    def child(self, local: str) -> "Element | None":
        """Give the first child of a name."""
        return next(self.all(local), None)

    def all(self, local: str) -> Iterator["Element"]:
        """Give the children of a name."""
        return (child for child in self.children if child.local == local)

    def descendants(self) -> Iterator["Element"]:
        """Give the elements in it, however deep."""
        left = list(self.children)
        while left:
            element = left.pop()
            left += element.children
            yield element

    @property
    def relation(self) -> str:
        """The ``r:id``, whatever its prefix; empty where there is none."""
        found = (value for name, value in self.attributes.items() if name.endswith(":id"))
        return next(found, "")


class Skim(NamedTuple):
    """A child of the root that is too long for a tree.

    Attributes:
        parent: Its local name.
        child: Of its children, those to be told of.
        take: Is told where each one starts, and its attributes.
    """

    parent: str
    child: str
    take: Callable[[int, dict[str, str]], None]


class _Builder:
    """Takes expat's events and keeps the places."""

    def __init__(
        self, data: bytes, deep: Container[str] | None, skim: Skim | None, shift: int
    ) -> None:
        self.root: Element | None = None
        self._data = data
        self._deep = deep
        self._skim = skim
        self._shift = shift
        self._stack: list[Element] = []
        self._skimmed = ("", "")
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = _refuse_doctype
        self._take_all()

    def feed(self) -> None:
        self._parser.Parse(self._data, True)

    def _take_all(self) -> None:
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        at = self._parser.CurrentByteIndex
        tag = tag_at(self._data, at)
        start = at + self._shift
        element = Element(name, attributes, start, start + len(tag))
        if tag.endswith(b"/>"):
            element.close = element.end = element.inner
        depth = len(self._stack)
        if not depth:
            self.root = element
        elif depth == 1 or self._deep is None or self._stack[1].local in self._deep:
            self._stack[-1].children.append(element)
        self._stack.append(element)
        if depth == 1 and self._skim is not None and element.local == self._skim.parent:
            self._skimmed = (name, element.prefix + self._skim.child)
            self._parser.StartElementHandler = self._start_skimmed
            self._parser.EndElementHandler = self._end_skimmed

    def _start_skimmed(self, name: str, attributes: dict[str, str]) -> None:
        if name == self._skimmed[1] and self._skim is not None:
            self._skim.take(self._parser.CurrentByteIndex, attributes)

    def _end_skimmed(self, name: str) -> None:
        if name == self._skimmed[0]:
            self._take_all()
            self._end(name)

    def _end(self, _: str) -> None:
        element = self._stack.pop()
        if not element.end:
            element.close = self._parser.CurrentByteIndex + self._shift
            at = element.close - self._shift
            element.end = element.close + len(tag_at(self._data, at))


def _refuse_doctype(*_: object) -> None:
    # ECMA-376 part 2, 8.1.4: parts have no document type; and its texts stand elsewhere
    raise AnnotateError("a part of the workbook declares a document type (DTD)")


def parse(
    data: bytes,
    part: str,
    *,
    deep: Container[str] | None = None,
    skim: Skim | None = None,
    shift: int = 0,
) -> Element:
    """Give the root of a part, or of a piece of one.

    Args:
        data: In UTF-8.
        part: Its name, for messages.
        deep: The children of the root whose own children are wanted; None: all.
        skim: A child of the root whose children are told and not kept.
        shift: Where the piece begins in its part.

    Raises:
        AnnotateError: It is broken.
    """
    builder = _Builder(data, deep, skim, shift)
    try:
        builder.feed()
    except expat.ExpatError as error:
        if is_out_of_memory(error):
            raise MemoryError from error
        raise broken(part) from error
    assert builder.root is not None  # expat refuses a text without elements  # noqa: S101
    return builder.root


def tag_at(data: bytes, at: int) -> bytes:
    """Give the tag that begins there; expat has read it before."""
    match = TAG.match(data, at)
    assert match is not None  # noqa: S101
    return match[0]


def as_utf8(data: bytes, part: str) -> bytes:
    """Give a part in UTF-8.

    Raises:
        AnnotateError: It is in neither UTF-8 nor UTF-16.
    """
    if data.startswith(UTF_16):
        order = "be" if data.startswith(UTF_16_BIG) else "le"
        try:
            text = data.decode(f"utf-16-{order}").removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            raise broken(part) from error
        return DECLARATION.sub('<?xml version="1.0" encoding="UTF-8"?>', text).encode()
    declaration = DECLARATION.match(data[:DECLARATION_BYTES].decode("utf-8-sig", "replace"))
    encoding = ENCODING.search(declaration[0]) if declaration else None
    if encoding and encoding[1].lower() not in UTF_8:
        raise broken(part)
    return data
