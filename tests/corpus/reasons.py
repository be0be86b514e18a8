"""Why our reader and openpyxl may see a cell differently.

Each reason is told by the cell itself: what both see, and what the file holds.
A difference that none of them fits is unexplained, and one too many.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from corsheet.workbook.sheets import CellKind
from tests.corpus.cells import Mismatch, Seen


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that the two do not see alike, with all that may explain it.

    Attributes:
        mismatch: Where, and what both see.
        xml: The cell's element as the file has it; empty: it is not found by its address.
        recalculates: The workbook asks to be calculated anew when it is opened.
        is_covered: It lies in a merged range and is not its first cell.
    """

    mismatch: Mismatch
    xml: str
    recalculates: bool
    is_covered: bool

    @property
    def ours(self) -> Seen | None:
        """What our reader sees."""
        return self.mismatch.ours

    @property
    def theirs(self) -> Seen | None:
        """What openpyxl sees."""
        return self.mismatch.theirs

    @property
    def texts(self) -> tuple[str, str] | None:
        """Our text and theirs; None: one of them sees no text."""
        ours, theirs = self.ours, self.theirs
        if ours is None or theirs is None or not ours.kind is theirs.kind is CellKind.TEXT:
            return None
        return str(ours.value), str(theirs.value)


def _is_uncalculated(difference: Difference) -> bool:
    ours = difference.ours
    return ours is not None and ours.kind is CellKind.UNCALCULATED and "<f" in difference.xml


def _recalculates(difference: Difference) -> bool:
    return _is_uncalculated(difference) and difference.recalculates


def _has_no_result(difference: Difference) -> bool:
    return _is_uncalculated(difference) and difference.theirs is None


def _is_escaped(difference: Difference) -> bool:
    return difference.texts is not None and _decoded(difference.texts[1]) == difference.texts[0]


def _lost_its_escape(difference: Difference) -> bool:
    if difference.texts is None:
        return False
    ours, theirs = difference.texts
    stored = re.sub("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", ours)
    return stored.replace("x005F_", "") == theirs


def _decoded(text: str) -> str:
    """Decode ST_Xstring (ECMA-376 part 1, 22.9.2.19), from left to right, by hand."""
    plain = ""
    while text:
        match = re.match("_x([0-9A-Fa-f]{4})_", text)
        plain += chr(int(match[1], 16)) if match else text[0]
        text = text[match.end() if match else 1 :]
    return plain


def _is_covered(difference: Difference) -> bool:
    return difference.is_covered and difference.theirs is None


def _is_empty_text(difference: Difference) -> bool:
    return difference.ours is None and difference.theirs == Seen(CellKind.TEXT, "")


def _is_text_in_value(difference: Difference) -> bool:
    inline = re.match(r'<[^>]*\bt="inlineStr"', difference.xml)
    return inline is not None and "<is" not in difference.xml and difference.theirs is None


def _has_empty_format(difference: Difference) -> bool:
    ours, theirs = difference.ours, difference.theirs
    return theirs is not None and not theirs.format and ours == theirs._replace(format="General")


class Reason(NamedTuple):
    """A reason for a difference.

    Attributes:
        name: A few words.
        why: Which of the two is right, and by what rule.
        fits: Whether a difference has this reason.
    """

    name: str
    why: str
    fits: Callable[[Difference], bool]


REASONS = (
    Reason(
        "to be calculated on opening",
        "The workbook says `fullCalcOnLoad`: the stored results of its formulas mean nothing, and"
        " we say so; openpyxl gives them.",
        _recalculates,
    ),
    Reason(
        "formula without a result",
        "The formula has no stored result: we say that it is not calculated, openpyxl sees a blank"
        " cell.",
        _has_no_result,
    ),
    Reason(
        "escaped character",
        "`_x000D_` in a text stands for the character (ECMA-376 part 1, 22.9.2.19); openpyxl does"
        " not decode it.",
        _is_escaped,
    ),
    Reason(
        "escaped escape",
        "openpyxl deletes every `x005F_` of a shared text, also one that is itself escaped.",
        _lost_its_escape,
    ),
    Reason(
        "covered by merged cells",
        "openpyxl drops what is stored under a merged range; we see it.",
        _is_covered,
    ),
    Reason(
        "text without characters",
        "An inline text of no characters is a blank cell to us, and an empty text to openpyxl.",
        _is_empty_text,
    ),
    Reason(
        "inline text in the wrong place",
        "The cell is of the kind `inlineStr` and holds its text in `v` in place of `is`, as old"
        " versions of LibreOffice wrote it; openpyxl sees a blank cell.",
        _is_text_in_value,
    ),
    Reason(
        "empty number format",
        "The cell's style has a number format of no characters: we say `General`.",
        _has_empty_format,
    ),
)


def reason_of(difference: Difference) -> Reason | None:
    """Give the first reason that fits; None: the difference is unexplained."""
    return next((reason for reason in REASONS if reason.fits(difference)), None)


REASONS_BY_NAME: Mapping[str, Reason] = {reason.name: reason for reason in REASONS}
