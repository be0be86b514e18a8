"""Rows as nearly every program writes nearly every row, cut by one regular expression.

Expat calls Python several times for each cell, and that is most of the time of
a reading. The rows of a sheet look alike, so whole runs of them are cut at once
here, column by column, into *tokens*: what stands in ``<c r="B7"`` after the
address. A row of any other form is left to expat, and what a token means is
found out once for all the cells that have the same.

The expression takes what is well-formed XML, or becomes so when the token is
looked at; nothing is taken for a row that expat would not.
"""

import operator
import re
from collections.abc import Sequence
from typing import NamedTuple

from corsheet.workbook.parts import MOST_TEXT

ROW_END = b"</row>"

MOST_COLUMNS = 60
"""Columns of a form; the expression becomes slow beyond."""

_CELL = (
    rb'(?:<c r="%s\2"'  # the address, in this row
    rb"([^<>/]*+(?:><v>[^<]*+</v></c>|/>"  # most cells, and blank ones
    rb"|>(?:</?(?:[fvt]|is)[ />][^<]*+)*+</c>)))?+"  # formulas, and texts in place
)
# Possessive throughout: a cell that fits is never given back, else a row that does not fit
# would be tried in 2^n ways.
_ROW = rb'(<row r="([1-9][0-9]{0,6})"([^<>/]*+)(?:/>|>%s</row>))'


class Block(NamedTuple):
    """Rows of a regular form.

    Attributes:
        numbers: Of the rows, from 1, ascending.
        columns: A token for each row by column, from 1; empty: no such cell.
        attributes: What stands behind the number in some row or other.
    """

    numbers: Sequence[int]
    columns: dict[int, Sequence[bytes]]
    attributes: frozenset[bytes]


def joined(blocks: Sequence[Block]) -> Block:
    """Make one block of several of the same form, in their order."""
    if len(blocks) == 1:
        return blocks[0]
    return Block(
        [number for block in blocks for number in block.numbers],
        {
            column: [token for block in blocks for token in block.columns[column]]
            for column in blocks[0].columns
        },
        frozenset().union(*(block.attributes for block in blocks)),
    )


class Form:
    """The form that the rows of a sheet have, as far as it is known.

    Attributes:
        columns: The columns that a row may have, by their letters.
    """

    def __init__(self, columns: dict[str, int]) -> None:
        ordered = sorted(columns.items(), key=operator.itemgetter(1))[:MOST_COLUMNS]
        self.columns = dict(ordered)
        cells = b"".join(_CELL % letters.encode() for letters in self.columns)
        self._row = re.compile(_ROW % cells)

    def cut(self, data: bytes, after: int) -> Block | None:
        """Cut a piece of a sheet that holds whole rows.

        Args:
            data: Bytes of the sheet, between two rows at both ends.
            after: The number of the row before.

        Returns:
            None where any of it is not a row of this form, or out of order.
        """
        found = self._row.findall(data)
        if not found:
            return None
        whole, digits, behind, *tokens = zip(*found, strict=True)
        numbers = list(map(int, digits))
        if (
            sum(map(len, whole)) != len(data)
            or numbers[0] <= after
            or not all(map(operator.lt, numbers, numbers[1:]))
        ):
            return None
        columns: dict[int, Sequence[bytes]] = dict(zip(self.columns.values(), tokens, strict=True))
        return Block(numbers, columns, frozenset(behind))


PLAIN = re.compile(
    rb'(?: s="([0-9]{1,5})")?(?: t="(n|s|b|str|inlineStr)")?'
    rb"(?:/>|>(?:(<f>)[ -%'-;=?-~]*+</f>)?"
    rb"(?:<v>([ -%'-;=?-~]*+)</v>|<is><t>([ -%'-;=?-~]*+)</t></is>)?</c>)"
)
"""A token without anything to unravel: style, type, formula, value, text in place."""

USUAL = re.compile(rb'(?: s="([0-9]{1,5})")?(?: t="(?:(s)|n)")?><v>([-+.0-9eE]{1,30})</v></c>')
"""A token of the usual kinds, a number or one of the shared texts: style, which, digits."""

MONEY = re.compile(rb'(?: s="([0-9]{1,5})")?(?: t="n")?><v>([0-9]{1,12}(?:\.[0-9]{1,2})?)</v></c>')
"""A token with an amount as most are: style, digits."""

STRINGS_HEAD = re.compile(rb'(?:<\?xml[^<>]*\?>)?\s*+<sst(?:[^<>/"]*+"[^<>"]*+")*+[^<>/"]*+>')
"""The beginning of the part with the shared texts, up to the first of them."""

STRING_END = b"</si>"

_STRING = re.compile(rb'(<si><t(?: xml:space="preserve")?>([ -%\'-;=?-\xff]*+)</t></si>)')

NO_CHARACTERS = b"\xef\xbf"
"""How U+FFFE and U+FFFF begin in UTF-8, which XML does not allow (and some it does)."""


def cut_strings(data: bytes) -> list[str] | None:
    """Cut shared texts without anything to unravel.

    Args:
        data: Bytes between two texts at both ends.

    Returns:
        None where any of it is not such a text.
    """
    found = _STRING.findall(data)
    if not found or NO_CHARACTERS in data:
        return None
    whole, texts = zip(*found, strict=True)
    if sum(map(len, whole)) != len(data):
        return None
    try:
        plain = b"\n".join(texts).decode().split("\n")
    except UnicodeDecodeError:
        return None
    return plain if max(map(len, plain)) <= MOST_TEXT else None
