"""Which values the cells of Enactor's sheets can hold: the reader's parsers are asked."""

import re
from decimal import Decimal
from typing import Any

from corsheet.model import normalise_id
from corsheet.workbook.layout import Kind
from corsheet.workbook.rows import PARSERS
from corsheet.workbook.sheets import Cell, CellKind
from corsheet.workbook.spread import TWO_ESCAPES

LONGEST_TEXT = 32_767
"""Characters of a cell, in UTF-16 (Excel's specification and limits)."""

UNWRITABLE = re.compile(f"[\r\ud800-\udfff\ufffe\uffff]|{TWO_ESCAPES.pattern}")
"""What XML cannot hold, or would change."""

LINE_BREAKS = re.compile("\r\n?")
"""Line breaks of Windows and of old Macs: a cell's is a line feed."""

UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
"""Tabs and other control characters, which no cell may hold; without the line feed."""

WRITTEN_AS_TEXT = frozenset({Kind.YES_NO})
"""Kinds whose truth values are words, chosen from a list."""


def why_unheld(kind: Kind, leaf: Any) -> str:
    """Say why a cell of that kind cannot hold the value; empty: it can.

    Args:
        kind: Of the column.
        leaf: A text, a decimal, a truth value, None, or an empty object or list.
    """
    if leaf is None:
        return "a cell cannot hold null"
    if isinstance(leaf, str):
        length = len(leaf.encode("utf-16-le", "surrogatepass")) // 2
        if length > LONGEST_TEXT:
            return f"a cell cannot hold a text of {length} characters"
        if UNWRITABLE.search(leaf):
            return "a workbook cannot hold some of its characters"
    read = PARSERS[kind](_cell(kind, leaf)).value
    if type(read) is type(leaf) and read == leaf:
        return ""
    return f"a cell cannot hold it (of the kind: {kind})"


def tidied(kind: Kind, leaf: Any) -> str | None:
    """Give what a cell can hold of a text that it cannot; None: it is no text, or nothing.

    It is the same but for spaces around it, line breaks, tabs and the like. An id is
    never tidied: it would be another one.
    """
    if not isinstance(leaf, str) or kind is Kind.ID:
        return None
    text = normalise_id(UNSEEN.sub(" ", LINE_BREAKS.sub("\n", leaf)))
    return text if text and not why_unheld(kind, text) else None


def _cell(kind: Kind, leaf: Any) -> Cell:
    """Make the cell that ``template`` writes."""
    match leaf:
        case bool():
            if kind in WRITTEN_AS_TEXT:
                return Cell(CellKind.TEXT, "yes" if leaf else "no")
            return Cell(CellKind.BOOLEAN, "1" if leaf else "0")
        case Decimal():
            return Cell(CellKind.NUMBER, repr(float(leaf)).removesuffix(".0"))
        case str():
            return Cell(CellKind.TEXT, leaf)
        case _:
            return Cell(CellKind.TEXT, "{}" if isinstance(leaf, dict) else "[]")
