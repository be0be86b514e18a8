"""Number formats: what a cell shows of what it holds.

ECMA-376 part 1, 18.8.31. Nothing is guessed: a format that shows a value in a way
that cannot be told for sure is said to.
"""

import re
from functools import lru_cache

COLOURS = "Black|Blue|Cyan|Green|Magenta|Red|White|Yellow|Color[0-9]{1,2}"
"""What may stand in brackets and changes nothing but the looks."""

FORMAT_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|([0#?])|([-+() ])|\[\$-[0-9A-Fa-f]{1,4}\]|' + rf"\[(?:{COLOURS})\]",
    re.IGNORECASE,
)
"""A piece of a number format: literal text, digit place, literal sign, a colour, a language.

ECMA-376 part 1, 18.8.31. Anything else (separators, decimals, percent,
exponents, dates) is not read: a number shown so is no id.
"""


LONGEST_FORMAT = 255
"""Characters of a number format; Excel has no more."""

SECTION_END = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)(?<!\\;)')
"""A semicolon outside quotes; sections are positive; negative; zero; text."""


def show_whole_number(number: int, number_format: str) -> str | None:
    """Show a whole number >= 0 by its format: 42 by ``00000`` is ``00042``.

    Returns:
        The text on the screen, or None where the format is not one for ids.
    """
    if number_format in {"General", "@", "0", ""}:
        return str(number)
    if len(number_format) > LONGEST_FORMAT:
        return None
    section, *others = SECTION_END.split(number_format)
    if number == 0 and len(others) > 1:
        return None  # the third section shows a zero in a way of its own
    tokens = list(FORMAT_TOKEN.finditer(section))
    if "".join(token[0] for token in tokens) != section:
        return None
    places = [token for token in tokens if token[3]]
    if not places:
        return None
    digits = str(number) if number else ""
    extra = digits[: max(0, len(digits) - len(places))]
    padded = digits[len(extra) :].rjust(len(places), "\0")
    parts: list[str] = []
    left = iter(padded)
    for token in tokens:
        if token[3]:
            digit = next(left)
            parts.append(extra)
            extra = ""
            parts.append({"0": "0", "#": "", "?": " "}[token[3]] if digit == "\0" else digit)
        elif not token[0].startswith("["):
            parts.append(token[1] if token[1] is not None else token[2] or token[4])
    return "".join(parts).strip() or None


LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^]]*\]')
"""What a number format shows as it stands, or leaves room for; and colours, conditions, locales."""

LITERAL_NUMBER = re.compile(r'["\\*](?:.*[0-9]|[.,])')
"""A literal, one of ``LITERAL``, that shows a digit or a separator beside the number's own."""

OTHER_UNIT = re.compile("öre|cent|penn|pence|tkr|mkr|ksek|msek", re.IGNORECASE)
"""Words for hundredths and thousands of what an amount is in."""

CONDITION = re.compile(r"\[[<>=]|\[DBNum", re.IGNORECASE)
"""A section for some numbers only, or digits of another script."""

SCALED = re.compile(r"[0#?],+(?![0#?,])")
"""A comma behind the last digit place: the number is shown in thousands."""


@lru_cache(maxsize=256)
def shown_differently(number_format: str) -> str | None:
    """Say how a number format shows another number >= 0 than the stored one; None: it does not.

    How many decimals it shows is not looked at here, see ``shown_decimals``.
    """
    if number_format == "General":
        return None
    if len(number_format) > LONGEST_FORMAT:
        return "the cell does not show its number"
    section = SECTION_END.split(number_format)[0]
    literals = LITERAL.findall(section)
    bare = LITERAL.sub("", section)
    if "%" in bare:
        return "the cell shows a percentage"
    if "/" in bare:
        return "the cell shows a fraction"
    if SCALED.search(bare):
        return "the cell shows thousands"
    if any(map(LITERAL_NUMBER.match, literals)):
        return "the cell shows further digits"
    if CONDITION.search(number_format) or not re.search("[0#?@]|general", bare, re.IGNORECASE):
        return "the cell does not show its number"
    if OTHER_UNIT.search(section):
        return "the cell shows another unit"
    if re.search("[-(]", bare) or any(part[:2] in {'"-', '"(', "\\-", "\\("} for part in literals):
        return "the cell shows a minus"
    return None


MINUS = re.compile(r"[-\u2212(]")
"""How a number below zero is shown to be one: by a minus, or by brackets around it."""

UNSHOWN = re.compile(r"\[[^]]*\]|[_*].")
"""What a section has in it and does not show: colours, languages; room, and what fills it."""

RED = re.compile(r"\[red\]", re.IGNORECASE)
"""Excel offers red digits without a minus as a way to show numbers below zero."""


@lru_cache(maxsize=256)
def shown_differently_below_zero(number_format: str) -> str | None:
    """Say how a number format shows another number < 0 than the stored one; None: it does not.

    A format of one section puts the minus in front by itself; in the second section of
    others it has to stand.
    """
    sections = SECTION_END.split(number_format[:LONGEST_FORMAT])
    if len(sections) == 1:
        return shown_differently(number_format)
    if not MINUS.search(UNSHOWN.sub("", sections[1])) and not RED.search(sections[1]):
        return "the cell hides the minus"
    return shown_differently(re.sub(r"[_*\\]?[-\u2212()]", "", sections[1]))


@lru_cache(maxsize=256)
def shown_decimals(number_format: str) -> int | None:
    """Give how many decimals a number format shows at most; None: as many as there are."""
    bare = LITERAL.sub("", SECTION_END.split(number_format[:LONGEST_FORMAT])[0])
    if re.search("general|@|e[+-]", bare, re.IGNORECASE) or not bare:
        return None
    return len(re.findall("[0#?]", bare.partition(".")[2]))


@lru_cache(maxsize=256)
def shows_text_otherwise(number_format: str) -> bool:
    """Tell whether a number format puts something around a text, or hides it."""
    sections = SECTION_END.split(number_format[:LONGEST_FORMAT])
    text = sections[3:4] or [section for section in sections if "@" in LITERAL.sub("", section)]
    if not text:
        return False
    room = re.compile(rf"_.|\*.|\[(?:{COLOURS})\]|\s|\\ ", re.IGNORECASE)
    return room.sub("", text[0]) not in {"@", "General"}


BUILTIN = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    5: '"$"#,##0_);("$"#,##0)',
    6: '"$"#,##0_);[Red]("$"#,##0)',
    7: '"$"#,##0.00_);("$"#,##0.00)',
    8: '"$"#,##0.00_);[Red]("$"#,##0.00)',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    14: "mm-dd-yy",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "m/d/yy h:mm",
    37: "#,##0_);(#,##0)",
    38: "#,##0_);[Red](#,##0)",
    39: "#,##0.00_);(#,##0.00)",
    40: "#,##0.00_);[Red](#,##0.00)",
    41: r'_(* #,##0_);_(* \(#,##0\);_(* "-"_);_(@_)',
    42: r'_("$"* #,##0_);_("$"* \(#,##0\);_("$"* "-"_);_(@_)',
    43: r'_(* #,##0.00_);_(* \(#,##0.00\);_(* "-"??_);_(@_)',
    44: r'_("$"* #,##0.00_)_("$"* \(#,##0.00\)_("$"* "-"??_)_(@_)',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mmss.0",
    48: "##0.0E+0",
    49: "@",
}
"""The formats that a workbook only has the numbers of, in English (ECMA-376 part 1, 18.8.30)."""

UNKNOWN = "(?)"
"""Of a built-in number that ECMA-376 leaves to the language, such as dates in Chinese."""

NO_PART_OF_A_TIME = re.compile(r'".*?"|\[(?!hh?\]|mm?\]|ss?\])[^\]]*\]')
"""Quoted text, and what stands in brackets unless it counts hours, minutes or seconds."""

PART_OF_A_TIME = re.compile(r"(?<![_\\])[dmhys]", re.IGNORECASE)

DURATION = re.compile(r"\[(?:hh?|mm?|ss?)\]", re.IGNORECASE)


def is_date(number_format: str) -> bool:
    """Tell whether a number format shows a date or a time; of its sections the first counts."""
    if len(number_format) > LONGEST_FORMAT:
        return False
    section = number_format.partition(";")[0]
    bare = NO_PART_OF_A_TIME.sub("", section)
    return bool(PART_OF_A_TIME.search(bare) or DURATION.search(section))
