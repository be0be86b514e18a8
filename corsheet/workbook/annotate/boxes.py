"""The boxes in which Excel shows notes: a drawing in VML beside the sheet.

VML is ECMA-376 part 4, section 19; Excel shows no note without it. Old programs
write VML that is not quite XML (``<br>`` without an end), so here bytes are searched
and not read as XML, and what is not understood stays as it is.
"""

import math
import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import NamedTuple

from corsheet.workbook.annotate.grid import Place
from corsheet.workbook.annotate.markup import spliced
from corsheet.workbook.annotate.outline import as_utf8, broken
from corsheet.workbook.annotate.parts import Parts
from corsheet.workbook.annotate.sizes import Extent, Sizes

NAMESPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml"',
    'xmlns:o="urn:schemas-microsoft-com:office:office"',
    'xmlns:x="urn:schemas-microsoft-com:office:excel"',
)
NEW_DRAWING = (
    '<xml {}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data=""/></o:shapelayout></xml>'
).format(" ".join(NAMESPACES))

BOX_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202"'
    ' path="m,l,21600r21600,l21600,xe"{}><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
BOX = (
    '<v:shape id="_x0000_s{id}" type="#_x0000_t202" style="position:absolute;'
    'width:{width}pt;height:{height}pt;z-index:1;visibility:hidden" fillcolor="#ffffe1"'
    ' o:insetmode="auto"{spaces}><v:fill color2="#ffffe1"/>'
    '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)

ID_MAP = re.compile(rb"""<(?:\w+:)?idmap\b[^>]*\bdata=["']([^"'>]*)["']""")
SHAPE_ID = re.compile(rb"_x0000_s([0-9]{1,9})\b")
DIGITS = re.compile(rb"[0-9]{1,9}")
BOX_DATA = re.compile(rb"""<(?:\w+:)?ClientData\b[^>]*\bObjectType=["']Note["'][^>]*>""")
ANCHOR = re.compile(rb"Anchor>([^<]*)</")
ROW = re.compile(rb"Row>\s*([0-9]{1,7})\s*</")
COLUMN = re.compile(rb"Column>\s*([0-9]{1,5})\s*</")
END = re.compile(rb"</(?:\w+:)?xml\s*>\s*")

CLUSTER = 1024
"""Shape ids are given to drawings in clusters of so many (part 4, 19.2.2.14, ``idmap``)."""

WIDTH = 300
"""Of a box, in pixels."""

RIGHT = 15
ABOVE = 10
"""A box stands so many pixels right of its cell, and begins in the row above it, as Excel's do."""

POINTS_A_PIXEL = 72 / 96

MOST_STEPS = 1000
"""Rows or columns that a box may reach over; where a sheet hides all, it would never end."""


class _Corner(NamedTuple):
    """How many pixels into which row or column, that from 0."""

    number: int
    pixels: int


class ShapeIds:
    """Gives out numbers for shapes that no drawing of the workbook has yet."""

    def __init__(self, parts: Parts) -> None:
        used: set[int] = set()
        for name in parts.ending(".vml"):
            data = parts.read(name)
            for clusters in ID_MAP.findall(data):
                used.update(int(cluster) for cluster in DIGITS.findall(clusters))
            used.update(int(shape) // CLUSTER for shape in SHAPE_ID.findall(data))
        self._free = (number for number in count(1) if number not in used)

    def take(self, wanted: int) -> tuple[list[int], list[int]]:
        """Give that many numbers, and the clusters they are of."""
        each = CLUSTER - 1  # the first number of a cluster is never used
        clusters = [next(self._free) for _ in range(math.ceil(wanted / each))]
        ids = [cluster * CLUSTER + 1 + n for cluster in clusters for n in range(each)]
        return ids[:wanted], clusters


class Boxes:
    """The drawing of a sheet, to which boxes are added."""

    def __init__(self, data: bytes, part: str, sizes: Sizes) -> None:
        """Take a drawing; ``NEW_DRAWING`` is an empty one.

        Raises:
            AnnotateError: It is broken.
        """
        self._data = as_utf8(data, part)
        self._end = self._data.rfind(b"</")
        if self._end < 0 or not END.fullmatch(self._data, self._end):
            raise broken(part)
        self._sizes = sizes
        self._found = dict(self._find())
        self._added: list[tuple[Place, int]] = []
        self._grown: dict[tuple[int, int], bytes] = {}

    def _find(self) -> Iterator[tuple[Place, tuple[int, int]]]:
        """Give for each box its cell, and from where to where its anchor stands."""
        for match in BOX_DATA.finditer(self._data):
            end = self._data.find(b"ClientData>", match.end())
            if end < 0:
                return
            row, column, anchor = (
                pattern.search(self._data, match.end(), end) for pattern in (ROW, COLUMN, ANCHOR)
            )
            if row and column and anchor:
                yield Place(int(row[1]) + 1, int(column[1]) + 1), anchor.span(1)

    def add(self, place: Place, height: int) -> None:
        """Make room for a note at a cell; a box that is there grows.

        Args:
            place: The cell.
            height: What the text needs, in pixels.
        """
        if place in self._found:
            self._grow(self._found[place], height)
        else:
            self._added.append((place, height))

    def _grow(self, span: tuple[int, int], height: int) -> None:
        numbers = [int(number) for number in DIGITS.findall(self._data[slice(*span)])]
        if len(numbers) != 8:  # noqa: PLR2004 - four corners, two numbers each
            return
        left, top, right, bottom = (_Corner(*numbers[i : i + 2]) for i in (0, 2, 4, 6))
        right = max(right, _walk(left, WIDTH, self._sizes.width))
        bottom = _walk(bottom, height, self._sizes.height)
        self._grown[span] = _anchor(left, top, right, bottom).encode()

    def _box(self, shape: int, place: Place, height: int) -> str:
        left = _walk(_Corner(place.column, 0), RIGHT, self._sizes.width)
        top = _Corner(max(place.row - 2, 0), 0)
        if place.row > 1:
            top = top._replace(pixels=min(ABOVE, self._sizes.height(place.row - 1).pixels))
        return BOX.format(
            id=shape,
            width=WIDTH * POINTS_A_PIXEL,
            height=height * POINTS_A_PIXEL,
            spaces=self._spaces,
            anchor=_anchor(
                left,
                top,
                _walk(left, WIDTH, self._sizes.width),
                _walk(top, height, self._sizes.height),
            ),
            row=place.row - 1,
            column=place.column - 1,
        )

    @property
    def _spaces(self) -> str:
        """The namespaces, where the drawing does not declare them for all its shapes."""
        declared = all(space.encode() in self._data for space in NAMESPACES)
        return "" if declared else " " + " ".join(NAMESPACES)

    def result(self, ids: ShapeIds) -> bytes:
        """Give the drawing with its boxes."""
        shapes, clusters = ids.take(len(self._added))
        boxes = [self._box(n, *one) for n, one in zip(shapes, self._added, strict=True)]
        if boxes and not re.search(rb"""\bid=["']_x0000_t202["']""", self._data):
            boxes.insert(0, BOX_TYPE.format(self._spaces))
        edits = [(*span, new) for span, new in self._grown.items()]
        edits.append((self._end, self._end, "".join(boxes).encode()))
        id_map = ID_MAP.search(self._data)
        if id_map is not None:
            known = DIGITS.findall(id_map[1]) + [str(cluster).encode() for cluster in clusters]
            edits.append((*id_map.span(1), b",".join(known)))
        return spliced(self._data, edits)


def _anchor(*corners: _Corner) -> str:
    return ", ".join(str(number) for corner in corners for number in corner)


def _walk(start: _Corner, pixels: int, size: Callable[[int], Extent]) -> _Corner:
    """Go so many pixels right or down.

    Args:
        start: From there.
        pixels: So far.
        size: Tells how large a row or column is, that from 1.
    """
    number, left = start.number, start.pixels + pixels
    for _ in range(MOST_STEPS):
        extent = size(number + 1)
        if left < extent.pixels:
            break
        left -= extent.pixels
        number = extent.last
    return _Corner(number, left)
