"""The looks of cells: those of the workbook in our colours, and those of the overview.

ECMA-376 part 1, 18.8. A cell names a format (``xf``) by its number, and a
format names a font and a fill by theirs, so new ones are put behind all others.
"""

from dataclasses import dataclass, field
from enum import Enum

from corsheet.workbook.annotate.markup import Document, with_attribute
from corsheet.workbook.annotate.outline import Element
from corsheet.workbook.annotate.parts import Parts
from corsheet.workbook.parts import MAIN

STYLES = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"

ORDER = (
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
)
"""The children of ``styleSheet`` (18.8.39)."""

LEAST = {
    "fonts": (
        (
            '<{0}font><{0}sz val="11"/><{0}color theme="1"/><{0}name val="Calibri"/>'
            '<{0}family val="2"/><{0}scheme val="minor"/></{0}font>'
        ),
    ),
    "fills": (
        '<{0}fill><{0}patternFill patternType="none"/></{0}fill>',
        '<{0}fill><{0}patternFill patternType="gray125"/></{0}fill>',
    ),
    "borders": ("<{0}border><{0}left/><{0}right/><{0}top/><{0}bottom/><{0}diagonal/></{0}border>",),
    "cellXfs": ('<{0}xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>',),
}
"""What must stand first in each list; Excel keeps the first two fills for itself."""

TEXT_FORMAT = 49
"""``@`` (18.8.30): what looks like a formula or a number stays text, when edited too."""


class Tint(Enum):
    """A colour for cells (ARGB): Excel's own for "bad" and "neutral", and one for headings."""

    ERROR = "FFFFC7CE"
    WARNING = "FFFFEB9C"
    HEADING = "FFDDE6F0"


class Font(Enum):
    """The fonts of the overview: what stands in them beside size and name."""

    TITLE = '<{0}b/><{0}sz val="14"/>'
    BOLD = '<{0}b/><{0}sz val="11"/>'
    PLAIN = '<{0}sz val="11"/>'
    LINK = '<{0}u/><{0}sz val="11"/><{0}color rgb="FF0563C1"/>'


FONT_NAME = '<{0}name val="Calibri"/><{0}family val="2"/>'


@dataclass(slots=True)
class _List:
    """A list of the style sheet, and what is added to it."""

    element: Element | None
    added: list[str] = field(default_factory=list)

    @property
    def length(self) -> int:
        return len(self.element.children if self.element else ()) + len(self.added)

    def add(self, xml: str) -> int:
        """Give the number of what is added."""
        self.added.append(xml)
        return self.length - 1


class Styles:
    """The style sheet of a workbook, to which looks are added."""

    def __init__(self, parts: Parts, workbook: str) -> None:
        """Read it, or begin one.

        Raises:
            AnnotateError: It is broken.
        """
        self._parts = parts
        found = [r.target for r in parts.relations(workbook) if r.kind == "styles" and r.target]
        if not found:
            empty = f'<styleSheet xmlns="{MAIN}"></styleSheet>'.encode()
            found.append(parts.add("xl/styles.xml", empty, STYLES))
            parts.relate(workbook, "styles", found[0])
        self._document = Document(
            parts.read(found[0]), found[0], deep={"fonts", "fills", "borders", "cellXfs"}
        )
        root = self._document.root
        self._prefix = root.prefix
        self._lists = {name: _List(root.child(name)) for name in LEAST}
        for name, least in LEAST.items():
            for one in least[self._lists[name].length :]:
                self._lists[name].add(one.format(self._prefix))
        self._fonts: dict[Font, int] = {}
        self._fills: dict[Tint, int] = {}
        self._formats: dict[tuple[int, Tint], int] = {}

    def tinted(self, style: int, tint: Tint) -> int:
        """Give the number of a cell's format in a colour, and as it was in all else.

        Args:
            style: The number of the format as it is; one that is not there counts as 0.
            tint: The colour.
        """
        if (style, tint) not in self._formats:
            self._formats[style, tint] = self._lists["cellXfs"].add(self._copy(style, tint))
        return self._formats[style, tint]

    def _copy(self, style: int, tint: Tint) -> str:
        element = self._lists["cellXfs"].element
        formats = element.children if element else []
        if style < len(formats):
            xf = self._document.source(formats[style])
        elif formats:
            xf = self._document.source(formats[0])
        else:
            xf = self._lists["cellXfs"].added[0].encode()
        xf = with_attribute(xf, "fillId", str(self._fill(tint)))
        return with_attribute(xf, "applyFill", "1").decode()

    def _fill(self, tint: Tint) -> int:
        if tint not in self._fills:
            p = self._prefix
            self._fills[tint] = self._lists["fills"].add(
                f'<{p}fill><{p}patternFill patternType="solid"><{p}fgColor rgb="{tint.value}"/>'
                f'<{p}bgColor indexed="64"/></{p}patternFill></{p}fill>'
            )
        return self._fills[tint]

    def written(self, font: Font, tint: Tint | None = None, *, wrapped: bool = True) -> int:
        """Add a format for text that begins at the top of its cell; gives its number."""
        p = self._prefix
        fill = 0 if tint is None else self._fill(tint)
        wrap = ' wrapText="1"' if wrapped else ""
        return self._lists["cellXfs"].add(
            f'<{p}xf numFmtId="{TEXT_FORMAT}" fontId="{self._font(font)}" fillId="{fill}"'
            ' borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1"'
            f' applyAlignment="1"><{p}alignment vertical="top"{wrap}/></{p}xf>'
        )

    def _font(self, font: Font) -> int:
        if font not in self._fonts:
            self._fonts[font] = self._lists["fonts"].add(
                f"<{{0}}font>{font.value}{FONT_NAME}</{{0}}font>".format(self._prefix)
            )
        return self._fonts[font]

    def save(self) -> None:
        """Write the part."""
        document = self._document
        for name, one in self._lists.items():
            added = "".join(one.added)
            if one.element is None:
                tag = self._prefix + name
                document.put(name, f'<{tag} count="{one.length}">{added}</{tag}>', ORDER)
            elif added:
                document.set(one.element, "count", str(one.length))
                document.append(one.element, added)
        self._parts.write(document.part, document.result())
