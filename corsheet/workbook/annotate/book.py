"""What the workbook says of its sheets, and how one more comes to stand in front.

ECMA-376 part 1, 18.2. Names that belong to a sheet (print areas, for one) count
the sheets from the left, so a sheet in front moves each by one.
"""

import re
from itertools import count
from typing import NamedTuple

from corsheet.workbook.annotate.outline import TAG, Element, as_utf8, broken
from corsheet.workbook.annotate.parts import RELATIONS, Parts, main_part

WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"

SHEET_NAME = "corsheet"
"""Of the sheet in front; with a number behind where the workbook has such a sheet."""

VIEW = re.compile(rb"<(?:[\w.-]+:)?sheetView\b" + TAG.pattern.removeprefix(b"<"))
SELECTED = re.compile(rb"""(?<=\s)tabSelected\s*=\s*(?:"[^"]*"|'[^']*')""")


class SheetRef(NamedTuple):
    """A sheet as the workbook names it.

    Attributes:
        name: As the manager wrote it.
        part: Where it stands; empty: nowhere.
        is_worksheet: It is there and has cells; a chart on a sheet of its own has none.
        is_hidden: The manager does not see it.
    """

    name: str
    part: str
    is_worksheet: bool
    is_hidden: bool


class Book:
    """The workbook's list of sheets."""

    def __init__(self, parts: Parts) -> None:
        """Read it.

        Raises:
            AnnotateError: It is not there, or broken.
        """
        self.part = main_part(parts)
        self._parts = parts
        document = parts.document(self.part)
        related = {relation.id: relation for relation in parts.relations(self.part)}
        self.sheets: list[SheetRef] = []
        for sheet in _children(document.root.child("sheets"), "sheet"):
            relation = related.get(sheet.relation)
            self.sheets.append(
                SheetRef(
                    name=sheet.attributes.get("name", ""),
                    part=relation.target if relation else "",
                    is_worksheet=relation is not None
                    and bool(relation.target)
                    and relation.kind == "worksheet",
                    is_hidden=sheet.attributes.get("state", "visible") != "visible",
                )
            )
        self.windows = len(_children(document.root.child("bookViews"), "workbookView"))
        if not self.sheets:
            raise broken(self.part)

    def put_in_front(self, sheet: bytes) -> None:
        """Let a new sheet stand in front of all others, and be the one that is shown."""
        part = self._parts.add("xl/worksheets/sheet1.xml", sheet, WORKSHEET)
        relation = self._parts.relate(self.part, "worksheet", part)
        document = self._parts.document(self.part)
        sheets = document.root.child("sheets")
        used = {one.attributes.get("sheetId") for one in _children(sheets, "sheet")}
        number = next(n for n in count(1) if str(n) not in used)
        assert sheets is not None  # it has sheets  # noqa: S101
        document.prepend(
            sheets,
            f'<{sheets.prefix}sheet xmlns:r="{RELATIONS}" name="{self._free_name()}"'
            f' sheetId="{number}" r:id="{relation}"/>',
        )
        for view in _children(document.root.child("bookViews"), "workbookView"):
            for name in view.attributes.keys() & {"activeTab", "firstSheet"}:
                document.set(view, name, "0")
        for element in document.root.descendants():
            position = element.attributes.get("localSheetId", "")
            if element.local == "definedName" and position.isdecimal():
                document.set(element, "localSheetId", str(int(position) + 1))
        self._parts.write(self.part, document.result())
        for one in self.sheets:
            self._unselect(one.part)

    def _free_name(self) -> str:
        used = {sheet.name.casefold() for sheet in self.sheets}
        names = (SHEET_NAME if n == 1 else f"{SHEET_NAME} {n}" for n in count(1))
        return next(name for name in names if name.casefold() not in used)

    def _unselect(self, part: str) -> None:
        """Take a sheet out of the selected ones: what is typed goes into all of those at once."""
        if not part:
            return
        data = as_utf8(self._parts.read(part), part)
        cells = data.find(b"sheetData")
        head, rest = (data[:cells], data[cells:]) if cells >= 0 else (data, b"")
        shown = VIEW.sub(lambda view: SELECTED.sub(b'tabSelected="0"', view[0]), head)
        if shown != head:
            self._parts.write(part, shown + rest)


def _children(parent: Element | None, local: str) -> list[Element]:
    return list(parent.all(local)) if parent else []
