"""One cell to one value, or to the problem with it.

Each parser takes a ``Cell`` and gives a ``Parsed``: a value, a warning beside
it, or an error in place of it. None of them knows where the cell stands, and
none of them guesses.
"""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from corsheet.findings import Code, Problem, echo, say
from corsheet.model import (
    LONGEST_NORMALISED,
    has_control_characters,
    is_whole,
    normalise_id,
    plain_number,
)
from corsheet.workbook.formats import show_whole_number, shown_decimals, shown_differently
from corsheet.workbook.layout import nearest
from corsheet.workbook.sheets import Cell, CellKind

T = TypeVar("T")

EXCEL_DIGITS = 15
"""Significant digits that Excel keeps of a number (IEEE 754 binary64, DBL_DIG)."""

LARGEST = Decimal(10) ** 13
"""Amounts stay below it, so that two decimals still fit into 15 digits."""

MOST_DECIMALS = 30
"""Decimals of a number; further ones are noise of a formula."""

HUNDREDTHS = 2
"""Decimals that money has at the till."""


SHORT = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,2})?")
"""A stored number that is an amount as it stands, as most are."""


class Parsed(NamedTuple, Generic[T]):
    """What a cell held: a value, a problem, both (a warning), or neither (blank)."""

    value: T | None
    problem: Problem | None = None


NO_ID = Problem(Code.NOT_AN_ID, "TRUE or FALSE is not an id")
NO_TEXT = Problem(Code.NOT_TEXT, "TRUE or FALSE is not a text")


def identifier(cell: Cell) -> Parsed[str]:
    """Read an id: text, or a whole number as its number format shows it.

    ``00042`` in a cell formatted ``00000`` is ``00042``. At most 15 digits, since
    Excel has changed the others already; no fraction, no date, no guess.
    """
    return _as_text(cell, NO_ID, line_breaks=False)


ISO_DATE = re.compile(r"(?:\[\$-(?!F[48]00)[0-9A-F]{1,4}\])?yyyy\\?-mm\\?-dd(?:;@)?", re.IGNORECASE)
"""The number formats that show a date as 2026-11-21 wherever the workbook is opened.

A language in front of it changes nothing; longer codes stand for another calendar
or other digits, F800 and F400 for the computer's own way (ECMA-376 part 1, 18.8.31).
"""

WRITTEN_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def text(cell: Cell) -> Parsed[str]:
    """Read a text; a whole number is taken as it is shown. Line breaks may stand in it.

    So is a date shown as 2026-11-21; how others look depends on the computer.
    """
    is_date = cell.kind is CellKind.DATE and WRITTEN_DATE.fullmatch(cell.text)
    if is_date and ISO_DATE.fullmatch(cell.format):
        return Parsed(cell.text)
    return _as_text(cell, NO_TEXT, line_breaks=True)


def _as_text(cell: Cell, truth: Problem, *, line_breaks: bool) -> Parsed[str]:
    """Read a text, or a whole number as it is shown.

    Args:
        cell: Of any kind.
        truth: The problem with TRUE and FALSE; its code is that of whatever is not shown
            for sure.
        line_breaks: They may stand in it.
    """
    if cell.kind is CellKind.TEXT:
        if cell.format != "General":
            return Parsed(None, _dressed(cell, truth.code))
        return _clean(cell.text, line_breaks=line_breaks)
    if cell.kind is CellKind.NUMBER:
        return _shown(cell, truth.code)
    return Parsed(None, unusable(cell) or truth)


_meant = lru_cache(maxsize=256)(nearest)
"""A shop has few words of its own, and many orders with each."""


def word(cell: Cell, *, known: tuple[str, ...], code: Code) -> Parsed[str]:
    """Read a text that is one of some words; another is taken too, with a warning."""
    value, problem = text(cell)
    if value is None or value in known:
        return Parsed(value, problem)
    near = _meant(value, known)
    cure = say("did you mean {word}?", word=near) if near else ""
    message = say("the till may not know {word}", word=echo(value))
    if code is Code.UNKNOWN_PAYMENT:
        message = say("Enactor's clients may not know {word}", word=echo(value))
    return Parsed(value, Problem(code, message, cure))


def amount(cell: Cell) -> Parsed[Decimal]:
    """Read a sum of money in major units, >= 0: the decimal that the manager sees.

    Excel stores binary floats and keeps 15 significant digits, so a number is
    rounded to those: 0.1 + 0.2 is 0.3 here as it is on the screen. Text may have
    a decimal comma or point and spaces between thousands.
    """
    if cell.kind is CellKind.NUMBER and SHORT.fullmatch(cell.text):
        shown = shown_differently(cell.format)
        if shown is None:
            plain = Decimal(cell.text)
            return Parsed(plain, rounded(plain, cell))
    if cell.kind is CellKind.TEXT and (priced := PRICED.fullmatch(normalise_id(cell.text))):
        cell = Cell(CellKind.TEXT, priced["sign"] + priced["digits"])
    number, problem = decimal(cell)
    if number is None:
        return Parsed(None, problem)
    if number < 0:
        return Parsed(
            None,
            Problem(
                Code.NEGATIVE_AMOUNT, say("{number} is below zero", number=plain_number(number))
            ),
        )
    if remark := rounded(number, cell):
        return Parsed(number, remark)
    if _decimals(number) > HUNDREDTHS:
        return Parsed(
            number,
            Problem(
                Code.MANY_DECIMALS,
                say("{number} has more than two decimals", number=plain_number(number)),
            ),
        )
    return Parsed(number)


def quantity(cell: Cell) -> Parsed[Decimal]:
    """Read how many were ordered: a number above 0, with or without decimals."""
    number, problem = decimal(cell)
    if number is None:
        if problem is not None and problem.code is Code.NOT_A_NUMBER:
            cure = "write the quantity with digits, such as 2"
            problem = Problem(Code.NOT_A_NUMBER, problem.message, cure)
        return Parsed(None, problem)
    if number <= 0:
        return Parsed(
            None,
            Problem(
                Code.NOT_POSITIVE, say("{number} is not above zero", number=plain_number(number))
            ),
        )
    return Parsed(number, rounded(number, cell))


YES = frozenset({"true", "yes", "y", "ja", "j", "x", "1", "sant"})
NO = frozenset({"false", "no", "n", "nej", "0", "falskt"})


def yes_no(cell: Cell) -> Parsed[bool]:
    """Read yes or no: TRUE/FALSE, yes/no, ja/nej, x, 1/0."""
    if cell.kind in {CellKind.BOOLEAN, CellKind.TEXT, CellKind.NUMBER}:
        number = stored(cell.text) if cell.kind is CellKind.NUMBER else None
        word = plain_number(number) if number is not None else normalise_id(cell.text).casefold()
        if not word:
            return Parsed(None)
        if word in YES or word in NO:
            return Parsed(word in YES)
        return Parsed(
            None,
            Problem(Code.NOT_YES_OR_NO, say("{word} is neither yes nor no", word=echo(cell.text))),
        )
    return Parsed(None, unusable(cell))


def rounded(number: Decimal, cell: Cell) -> Problem | None:
    """Tell of a number that has more decimals than its cell shows."""
    places = shown_decimals(cell.format) if cell.kind is CellKind.NUMBER else None
    if places is None or _decimals(number) <= places:
        return None
    shown = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    message = say(
        "the cell shows {shown} and holds {number}",
        shown=f"{shown:f}",
        number=plain_number(number),
    )
    return Problem(Code.ROUNDED, message)


def unusable(cell: Cell) -> Problem | None:
    """Say why a cell holds no value of any kind; None: it may."""
    match cell.kind:
        case CellKind.ERROR:
            return Problem(Code.ERROR_VALUE, say("the cell shows {error}", error=echo(cell.text)))
        case CellKind.UNCALCULATED:
            return Problem(Code.NOT_CALCULATED, "the formula has no stored result")
        case CellKind.DATE:
            return Problem(Code.DATE, say("the cell holds the date {date}", date=cell.text[:20]))
        case _:
            return None


def _clean(raw: str, *, line_breaks: bool) -> Parsed[str]:
    if raw.isascii() and raw.isprintable() and raw.strip(" ") == raw:
        return Parsed(raw or None)
    value = normalise_id(raw)
    if not value:
        return Parsed(None)
    if line_breaks:
        lines = value.replace("\r\n", "\n").replace("\n", " ")
        hidden = _hidden(lines) if has_control_characters(lines) else None
    else:
        hidden = _hidden(value)
    if hidden is not None:
        return Parsed(None, hidden)
    is_long = len(raw) > LONGEST_NORMALISED
    if value != raw and (is_long or value != unicodedata.normalize("NFC", raw)):
        return Parsed(
            value,
            Problem(
                Code.TRIMMED,
                "there are spaces or invisible characters around it, or odd ones in it",
            ),
        )
    return Parsed(value)


UNSEEN = frozenset({"Cf", "Zl", "Zp"})
"""Unicode's categories of characters without a look: joiners, and two further line breaks."""


def _hidden(value: str) -> Problem | None:
    """Say what stands in an id or a number that nobody can see."""
    if has_control_characters(value):
        return Problem(Code.HIDDEN_CHARACTERS, "a line break, tab or control character is in it")
    if not value.isascii() and any(unicodedata.category(c) in UNSEEN for c in value):
        return Problem(Code.HIDDEN_CHARACTERS, "an invisible character is in it")
    return None


NUMBER = re.compile(r"[+-]?(?:[0-9]++\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
"""A stored number (XML Schema double, without INF and NaN); Python takes more, such as 1_000."""


def stored(digits: str) -> Decimal | None:
    """Give a stored number to 15 significant digits; None: it is no number."""
    if not NUMBER.fullmatch(digits):
        return None
    number = Decimal(digits)
    if len(digits) > EXCEL_DIGITS and len(number.as_tuple().digits) > EXCEL_DIGITS:
        number = Decimal(f"{number:.{EXCEL_DIGITS}g}")
    return number


def _dressed(cell: Cell, code: Code) -> Problem:
    message = say(
        "the text {text} is shown with other signs, by the format {format}",
        text=echo(cell.text),
        format=echo(cell.format),
    )
    return Problem(code, message)


def _shown(cell: Cell, code: Code) -> Parsed[str]:
    """Give a whole number as it is shown; what cannot be told for sure is a problem.

    Args:
        cell: Holds a number.
        code: Of a number that is not shown as digits for sure.
    """
    number = stored(cell.text)
    digits = cell.text[:20]
    if number is None or not is_whole(number):
        return Parsed(None, Problem(code, say("{number} is not a whole number", number=digits)))
    if number < 0:
        return Parsed(None, Problem(code, say("{number} is below zero", number=digits)))
    if number >= Decimal(10) ** EXCEL_DIGITS:
        return Parsed(None, Problem(Code.TOO_MANY_DIGITS, "the number has more than 15 digits"))
    shown = show_whole_number(int(number), cell.format)
    if shown is None:
        message = say(
            "the number {number} is shown with other signs, by the format {format}",
            number=int(number),
            format=echo(cell.format),
        )
        return Parsed(None, Problem(code, message))
    return _clean(shown, line_breaks=False)


SPACES = re.compile("[ ']")
"""What stands between thousands in one language or another; odd spaces are plain ones by now."""

TYPED = tuple(
    re.compile(form)
    for form in (
        r"(?P<whole>[0-9]+)(?:[.,](?P<decimals>[0-9]+))?",  # 1234,50 and 1234.50
        r"(?P<whole>[1-9][0-9]{0,2}(?: [0-9]{3})+)(?:[.,](?P<decimals>[0-9]+))?",  # 1 234,50
        r"(?P<whole>[1-9][0-9]{0,2}(?:,[0-9]{3})+)\.(?P<decimals>[0-9]+)",  # 1,234.50
        r"(?P<whole>[1-9][0-9]{0,2}(?:\.[0-9]{3})+),(?P<decimals>[0-9]+)",  # 1.234,50
    )
)
"""The ways to type a number as text that can be read in one way only."""

TWO_WAYS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
"""1,234: a thousand, or one and a bit?"""

SEPARATED = re.compile(r"[0-9][0-9 .,]*")


def decimal(cell: Cell) -> Parsed[Decimal]:
    """Read a number of any sign, below ``LARGEST``."""
    if cell.kind is CellKind.NUMBER:
        if shown := shown_differently(cell.format):
            return Parsed(None, Problem(Code.SHOWN_DIFFERENTLY, shown))
        number = stored(cell.text)
        problem = None
    elif cell.kind is CellKind.TEXT:
        word = normalise_id(cell.text)
        if not word:
            return Parsed(None)
        if hidden := _hidden(word):  # a line break between two numbers, above all
            return Parsed(None, hidden)
        number, problem = _typed(word)
    else:
        problem = unusable(cell) or Problem(Code.NOT_A_NUMBER, "TRUE or FALSE is not a number")
        return Parsed(None, problem)
    if problem is None and number is None:
        problem = Problem(Code.NOT_A_NUMBER, say("{word} is not a number", word=echo(cell.text)))
    if number is not None and (number.copy_abs() >= LARGEST or _decimals(number) > MOST_DECIMALS):
        problem = Problem(
            Code.NUMBER_TOO_LARGE, say("{word} is too large or too long", word=echo(cell.text))
        )
    return Parsed(None if problem else number, problem)


CURRENCY = r"(?:kr|SEK|NOK|DKK|EUR|€|USD|\$|GBP|£)"

PRICED = re.compile(
    rf"(?P<sign>[-\u2212]?)(?:{CURRENCY}\.? *)?(?P<digits>[0-9](?:[ .,']*[0-9])*[.,]?)"
    rf" *(?:[:,.]-|{CURRENCY}\.?)?",
    re.IGNORECASE,
)
"""An amount as text, with or without its currency; which one is the business unit's affair.

Every turn of its loop ends in a digit, so that a long text is looked at once.
"""


def _typed(word: str) -> Parsed[Decimal]:
    """Read a number that was typed as text, in the Swedish or the English way."""
    is_negative = word[:1] in {"-", "\u2212"}
    digits = SPACES.sub(" ", word[1:] if is_negative else word)
    match = next((match for form in TYPED if (match := form.fullmatch(digits))), None)
    if match is None or TWO_WAYS.fullmatch(digits):
        if not SEPARATED.fullmatch(digits):
            return Parsed(None)
        return Parsed(
            None,
            Problem(
                Code.AMBIGUOUS_NUMBER, say("{word} cannot be read in one way only", word=echo(word))
            ),
        )
    whole = re.sub("[ .,]", "", match["whole"])
    decimals = match["decimals"] or "0"
    if len(f"{whole}{decimals}".strip("0")) > EXCEL_DIGITS:
        return Parsed(
            None, Problem(Code.NUMBER_TOO_LARGE, say("{word} has too many digits", word=echo(word)))
        )
    number = Decimal(f"{whole}.{decimals}")
    return Parsed(number.copy_negate() if is_negative else number)


def _decimals(number: Decimal) -> int:
    # exact: arithmetic rounds to 28 digits, and overflows beyond a million
    return len(f"{number:f}".partition(".")[2].rstrip("0"))
