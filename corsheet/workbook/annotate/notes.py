"""Notes on cells (ECMA-376 part 1, 18.7 "Comments").

What is there already stays: a cell that has a note gets our text below its own.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from corsheet.workbook.annotate.boxes import NEW_DRAWING, Boxes, ShapeIds
from corsheet.workbook.annotate.grid import ORDER, Grid, Place
from corsheet.workbook.annotate.markup import Document, text_element
from corsheet.workbook.annotate.outline import Element
from corsheet.workbook.annotate.parts import RELATIONS, Parts
from corsheet.workbook.parts import MAIN

COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"

AUTHOR = "corsheet"
PARTS_OF_COMMENTS = ("authors", "commentList", "extLst")

LOOKS = '<{0}rPr>{1}<{0}sz val="9"/><{0}color indexed="81"/><{0}rFont val="Tahoma"/></{0}rPr>'
"""Of a note's text, as Excel writes it."""

LINE_CHARACTERS = 44
LINE_HEIGHT = 15
MARGIN = 12
"""A box's inside, in pixels: so many characters of 9 point Tahoma fill a line at most."""


class Note(NamedTuple):
    """What is said at a cell: pairs of a line in bold and the text below it."""

    paragraphs: Sequence[tuple[str, str]]

    @property
    def height(self) -> int:
        """How many pixels its box needs, with an empty line after each paragraph."""
        lines = [line for one in self.paragraphs for text in one for line in text.split("\n")]
        wrapped = sum(max(1, math.ceil(len(line) / LINE_CHARACTERS)) for line in lines)
        return LINE_HEIGHT * (wrapped + len(self.paragraphs)) + MARGIN

    def runs(self, prefix: str, gap: str = "") -> str:
        """Write the text.

        Args:
            prefix: Of the elements.
            gap: What parts it from what stands before it.
        """
        written = []
        for head, text in self.paragraphs:
            for bold, words in ((f"<{prefix}b/>", gap + head), ("", "\n" + text)):
                looks = LOOKS.format(prefix, bold)
                written.append(f"<{prefix}r>{looks}{text_element(words, prefix)}</{prefix}r>")
            gap = "\n\n"
        return "".join(written)


def add_notes(
    parts: Parts, sheet: str, grid: Grid, notes: Mapping[Place, Note], ids: ShapeIds
) -> None:
    """Put notes on the cells of a sheet.

    Args:
        parts: The workbook.
        sheet: The part of the sheet.
        grid: The sheet; changed where it points at the drawing.
        notes: By cell; at least one.
        ids: Gives the boxes their numbers.
    """
    related = parts.relations(sheet)
    texts = next((r.target for r in related if r.kind == "comments" and r.target), "")
    if not texts:
        empty = f'<comments xmlns="{MAIN}"></comments>'.encode()
        texts = parts.add("xl/comments1.xml", empty, COMMENTS)
        parts.relate(sheet, "comments", texts)
    parts.write(texts, _with_texts(parts.document(texts), notes))

    pointer = grid.document.root.child("legacyDrawing")
    named = {r.id: r.target for r in related}
    drawing = named.get(pointer.relation, "") if pointer else ""
    if not drawing:
        drawing = parts.add("xl/drawings/vmlDrawing1.vml", NEW_DRAWING.encode(), VML)
        _point(grid.document, pointer, parts.relate(sheet, "vmlDrawing", drawing))
    drawn = Boxes(parts.read(drawing), drawing, grid.sizes)
    for place, note in notes.items():
        drawn.add(place, note.height)
    parts.write(drawing, drawn.result(ids))


def _point(document: Document, old: Element | None, relation: str) -> None:
    tag = f"{document.root.prefix}legacyDrawing"
    xml = f'<{tag} xmlns:r="{RELATIONS}" r:id="{relation}"/>'
    if old is None:
        document.put("legacyDrawing", xml, ORDER)
    else:
        document.replace(old, xml)


def _with_texts(document: Document, notes: Mapping[Place, Note]) -> bytes:
    prefix = document.root.prefix
    listed = document.root.child("commentList")
    there = {one.attributes.get("ref", ""): one for one in (listed.children if listed else ())}
    author = _author(document)
    new = ""
    for place, note in notes.items():
        if place.address in there:
            _add_below(document, there[place.address], note)
        else:
            tag, text = f"{prefix}comment", note.runs(prefix)
            new += (
                f'<{tag} ref="{place.address}" authorId="{author}">'
                f"<{prefix}text>{text}</{prefix}text></{tag}>"
            )
    if listed is not None:
        document.append(listed, new)
    else:
        tag = f"{prefix}commentList"
        document.put("commentList", f"<{tag}>{new}</{tag}>", PARTS_OF_COMMENTS)
    return document.result()


def _author(document: Document) -> int:
    """Give our number among those who wrote notes; we are added where we are not there."""
    authors = document.root.child("authors")
    prefix = document.root.prefix
    us = f"<{prefix}author>{AUTHOR}</{prefix}author>"
    if authors is None:
        tag = f"{prefix}authors"
        document.put("authors", f"<{tag}>{us}</{tag}>", PARTS_OF_COMMENTS)
        return 0
    known = [document.data[one.inner : one.close] for one in authors.children]
    if AUTHOR.encode() in known:
        return known.index(AUTHOR.encode())
    document.append(authors, us)
    return len(known)


def _add_below(document: Document, comment: Element, note: Note) -> None:
    prefix = document.root.prefix
    text = comment.child("text")
    if text is None:
        document.prepend(comment, f"<{prefix}text>{note.runs(prefix)}</{prefix}text>")
        return
    plain = text.child("t")
    if plain is not None:  # a text is either plain or made of runs
        document.insert(plain.start, f"<{prefix}r>")
        document.insert(plain.end, f"</{prefix}r>")
    written = [one for one in text.children if one.local in {"t", "r"}]
    if written:
        document.insert(written[-1].end, note.runs(prefix, "\n\n"))
    else:
        document.prepend(text, note.runs(prefix))
