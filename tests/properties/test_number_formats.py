"""A number that is an id is shown as a spreadsheet shows it, or refused."""

import random
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest
import xlsxwriter

from corsheet.workbook.formats import show_whole_number
from tests.support.libreoffice import needs_libreoffice, opened

FORMATS = 500
MOST_PIECES = 5
ODD_SHARE = 0.1
"""Of pieces that no format for ids has, so that half of all formats have none."""

PLACES = ["0", "00", "0000", "#", "##", "?"]
USUAL = [*PLACES, "-", "+", "(", ")", " ", "\\-", "\\ ", "\\0", "\\x"]
TEXTS = ['"CO-"', '"Ö"', '"0"', '"#"', '"; "', '"\\"']
ODD = [
    ",",
    ".",
    "%",
    "E+00",
    "/",
    "@",
    "*-",
    "_)",
    "y",
    "h",
    ":",
    "General",
    "[$kr-41D]",
    '"',
    "\\",
]
ENDS = [";", ";;", ";-0", ';-0;"zero"', ";;;@", ";0;0"]
COLOURS = ["[Red]", "[blue]", "[BLACK]"]

NUMBERS = [0, 7, 42, 1234567, 999_999_999_999_999]


class Shown(NamedTuple):
    """One number by one format, as LibreOffice shows it and as we do (None: refused)."""

    number: int
    format: str
    there: str
    here: str | None


def some_format(chance: random.Random) -> str:
    """Make a number format; most are fit for ids."""
    pieces = [
        chance.choice(ODD if chance.random() < ODD_SHARE else USUAL + TEXTS)
        for _ in range(chance.randint(0, MOST_PIECES))
    ]
    pieces.insert(chance.randint(0, len(pieces)), chance.choice(PLACES))
    colour = chance.choice(COLOURS) if chance.random() < ODD_SHARE else ""
    end = chance.choice(ENDS) if chance.random() < ODD_SHARE else ""
    return colour + "".join(pieces) + end


def shown(formats: list[str], path: Path) -> list[Shown]:
    """Show every number by every format; formats that LibreOffice does not take are left out."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for row, number_format in enumerate(formats):
        sheet.write_string(row, 0, number_format)
        for column, number in enumerate(NUMBERS, 1):
            # the signs around it keep a blank text and spaces
            formula = f'="<"&TEXT({number},$A{row + 1})&">"'
            sheet.write_formula(row, column, formula, None, "")
    book.close()
    with opened(path) as document:
        document.save({})
    saved = openpyxl.load_workbook(path, data_only=True).active
    assert saved is not None
    return [
        Shown(number, number_format, text[1:-1].strip(), show_whole_number(number, number_format))
        for number_format, row in zip(
            formats, saved.iter_rows(min_col=2, values_only=True), strict=True
        )
        for number, text in zip(NUMBERS, map(str, row), strict=True)
        if text.startswith("<")
    ]


@pytest.mark.libreoffice
@needs_libreoffice
def test_a_number_is_shown_by_its_format_as_libreoffice_shows_it(tmp_path: Path) -> None:
    """Its function TEXT is the judge. Spaces around are no part of an id."""
    chance = random.Random(FORMATS)  # noqa: S311 - the same in every run
    formats = ["General", "0", "#", "@", "00000", *[some_format(chance) for _ in range(FORMATS)]]

    found = shown(formats, tmp_path / "formats.xlsx")
    served = [one for one in found if one.here is not None]

    assert [one for one in served if one.here != one.there] == []
    assert len(served) > len(formats) * len(NUMBERS) / 2
