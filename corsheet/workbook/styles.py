"""How the cells of a workbook show their numbers.

SpreadsheetML as in ECMA-376 part 1, 18.8 (styles). Only number formats are looked
at: fonts, fills and borders do not change what a cell says, and a program may
write them in odd ways.
"""

from corsheet.workbook.parts import Handler, damaged

LONGEST_NUMBER = 10
"""Digits of a format's number."""


class Styles(Handler):
    """Takes the events of the styles part.

    Attributes:
        custom: The number formats that the workbook brings, by their number.
        numbers: The number of each cell style's number format.
    """

    def __init__(self) -> None:
        super().__init__()
        self.custom: dict[int, str] = {}
        self.numbers: list[int] = []
        self._section = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        if name == "xf":
            if self._section == "cellXfs":
                self.numbers.append(_number(attributes.get("numFmtId", "0")))
        elif name == "numFmt":
            if self._section == "numFmts":  # those of conditional formats stand elsewhere
                number = _number(attributes.get("numFmtId", ""))
                self.custom[number] = attributes.get("formatCode", "General")
        elif name in {"cellXfs", "numFmts"}:
            self._section = name

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if name == self._section:
            self._section = ""


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise damaged("a number format of the workbook has no number")
    return int(text)
