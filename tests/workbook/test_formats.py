"""The built-in number formats, and which formats show a date."""

import random

import pytest
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format

from corsheet.workbook.formats import BUILTIN, is_date

PIECES = [
    *("d", "m", "yy", "h", "s", "H", "0", "#", "?", ".", ",", ";", "@", " ", "_", "\\", '"', "*"),
    *("[h]", "[hh]", "[mm]", "[ss]", "[Red]", "[$-41D]", "[>5]", "[", "]", "General", "kr"),
]


def as_openpyxl(number_format: str) -> bool:
    """Tell what openpyxl says, which the other way to a workbook's description asks."""
    return bool(is_date_format(number_format) or is_timedelta_format(number_format))


def test_the_built_in_formats_are_those_of_openpyxl() -> None:
    """A workbook names them by their numbers only."""
    assert BUILTIN == BUILTIN_FORMATS


@pytest.mark.parametrize("number_format", BUILTIN.values())
def test_a_built_in_format_shows_a_date_as_openpyxl_says(number_format: str) -> None:
    """Each of them."""
    assert is_date(number_format) is as_openpyxl(number_format)


def test_any_format_shows_a_date_as_openpyxl_says() -> None:
    """Ten thousand of them, put together of what formats are made of."""
    chance = random.Random(18)  # noqa: S311 - the same in every run
    formats = ["".join(chance.choices(PIECES, k=chance.randint(1, 8))) for _ in range(10_000)]

    assert [f for f in formats if is_date(f) is not as_openpyxl(f)] == []
    assert 1000 < sum(map(is_date, formats)) < 9000
