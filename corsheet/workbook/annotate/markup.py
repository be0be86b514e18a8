"""XML whose bytes are changed in some places and kept in all others.

A part written anew from a tree would be another one: prefixes renamed,
``mc:Ignorable`` pointing nowhere, attributes lost that the tree did not know.
So what is new is put between the bytes that are there.
"""

import re
from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple

from corsheet.workbook.annotate.outline import Element, Skim, as_utf8, parse, tag_at

ATTRIBUTE = re.compile(rb"""\s([^\s=<>"'/]+)\s*=\s*("[^"]*"|'[^']*')""")


class _Edit(NamedTuple):
    start: int
    end: int
    new: bytes


class Document:
    """A part that is being changed."""

    def __init__(
        self,
        data: bytes,
        part: str,
        *,
        deep: Container[str] | None = None,
        skim: Skim | None = None,
    ) -> None:
        """Read a part.

        Args:
            data: Its bytes, in UTF-8 or UTF-16.
            part: Its name, for messages.
            deep: The children of the root whose own children are wanted; None: all.
            skim: A child of the root whose children are told and not kept.

        Raises:
            AnnotateError: The part is broken.
        """
        self.data = as_utf8(data, part)
        self.part = part
        self.root = parse(self.data, part, deep=deep, skim=skim)
        if self.root.end == self.root.inner:  # <styleSheet/>, where nothing can be put into
            tag = self.data[self.root.start : self.root.end]
            opened = tag[:-2].rstrip() + f"></{self.root.name}>".encode()
            self.data = self.data[: self.root.start] + opened + self.data[self.root.end :]
            self.root = parse(self.data, part, deep=deep, skim=skim)
        self._edits: list[_Edit] = []

    def piece(self, start: int, end: int) -> Element:
        """Read one element that was skimmed over, with its children."""
        return parse(self.data[start:end], self.part, shift=start)

    def source(self, element: Element) -> bytes:
        """Give an element's bytes, before any change."""
        return self.data[element.start : element.end]

    def insert(self, at: int, xml: str) -> None:
        """Put something in; what is put in the same place stands in the order of the calls."""
        self._edits.append(_Edit(at, at, xml.encode()))

    def replace(self, element: Element, xml: str) -> None:
        """Put something in an element's place."""
        self._edits.append(_Edit(element.start, element.end, xml.encode()))

    def set(self, element: Element, name: str, value: str) -> None:
        """Set an attribute; once for each."""
        tag = self.data[element.start : element.inner]
        start, end, new = _attribute_edit(tag, name, value)
        self._edits.append(_Edit(element.start + start, element.start + end, new))

    def append(self, parent: Element, xml: str) -> None:
        """Put something behind an element's children; once for each ``<empty/>`` one."""
        if parent.end > parent.inner:
            self.insert(parent.close, xml)
        else:
            slash = parent.inner - len("/>")
            self._edits.append(_Edit(slash, parent.inner, f">{xml}</{parent.name}>".encode()))

    def prepend(self, parent: Element, xml: str) -> None:
        """Put something before an element's children; once for each ``<empty/>`` one."""
        if parent.end > parent.inner:
            self.insert(parent.inner, xml)
        else:
            self.append(parent, xml)

    def put(self, name: str, xml: str, order: Sequence[str]) -> None:
        """Put a child of the root behind those that the standard wants before it.

        Args:
            name: Its local name.
            xml: All of it.
            order: The root's children as the standard has them.
        """
        before = set(order[: order.index(name)])
        places = [child.end for child in self.root.children if child.local in before]
        self.insert(max(places, default=self.root.inner), xml)

    def result(self) -> bytes:
        """Give the part with its changes."""
        return spliced(self.data, self._edits)


def spliced(data: bytes, edits: Iterable[tuple[int, int, bytes]]) -> bytes:
    """Replace pieces of some bytes.

    Args:
        data: The bytes.
        edits: From where to where, and what stands there now; they do not overlap, and
            where several begin in one place they are put in by their order.
    """
    pieces = []
    done = 0
    for start, end, new in sorted(edits, key=lambda edit: edit[0]):
        pieces += [data[done:start], new]
        done = end
    return b"".join([*pieces, data[done:]])


def _attribute_edit(tag: bytes, name: str, value: str) -> _Edit:
    for match in ATTRIBUTE.finditer(tag):
        if match[1] == name.encode():
            return _Edit(match.start(2), match.end(2), f'"{escaped(value)}"'.encode())
    at = len(tag) - (2 if tag.endswith(b"/>") else 1)
    return _Edit(at, at, f' {name}="{escaped(value)}"'.encode())


def with_attribute(tag: bytes, name: str, value: str) -> bytes:
    """Set an attribute of the first tag in some bytes."""
    start, end, new = _attribute_edit(tag_at(tag, 0), name, value)
    return tag[:start] + new + tag[end:]


FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What is no character of XML 1.0 (section 2.2)."""

LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""ECMA-376 part 1, 22.9.2.19 ST_Xstring: would be read as one character."""


def escaped(text: str) -> str:
    """Write a text so that it may stand in XML, in an attribute or between tags."""
    plain = FORBIDDEN.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    plain = plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return plain.replace('"', "&quot;")


def text_element(text: str, prefix: str = "") -> str:
    """Write a text of a cell or a note: ``<t>…</t>``, spaces kept."""
    plain = escaped(LOOKS_ESCAPED.sub("_x005F_", text))
    return f'<{prefix}t xml:space="preserve">{plain}</{prefix}t>'
