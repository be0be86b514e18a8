"""One cell to one value: ids as they are shown, amounts as they are seen, no guess."""

from decimal import Decimal
from typing import Any

import pytest

from corsheet.findings import Code
from corsheet.workbook import cells
from corsheet.workbook.cells import Parsed
from corsheet.workbook.sheets import Cell, CellKind


def written(text: str) -> Cell:
    """Make a cell that holds a text."""
    return Cell(CellKind.TEXT, text)


def number(digits: str, number_format: str = "General") -> Cell:
    """Make a cell that holds a number, by the digits that the file stores."""
    return Cell(CellKind.NUMBER, digits, number_format)


def code(parsed: Parsed[Any]) -> Code | None:
    """Give the code of what was wrong with a cell."""
    return None if parsed.problem is None else parsed.problem.code


@pytest.mark.parametrize(
    ("digits", "number_format", "shown"),
    [
        ("42", "General", "42"),
        ("42", "@", "42"),
        ("42", "0", "42"),
        ("42", "#", "42"),
        ("42", "00000", "00042"),
        ("1234567", "0000-000", "1234-567"),
        ("42", "0000-000", "0000-042"),
        ("42", '"CO-"0000', "CO-0042"),
        ("42", "\\C\\O0000", "CO0042"),
        ("42", "[Red]0000", "0042"),
        ("42", "0000;[Red]-0000", "0042"),
        ("42", '"a;b"0000', "a;b0042"),
        ("123456", "0000", "123456"),
        ("0", "0000", "0000"),
        ("0", "General", "0"),
        ("42.0", "0000", "0042"),
        ("4.2E1", "General", "42"),
        ("42.00000000000001", "General", "42"),
        ("41.999999999999996", "General", "42"),
        ("999999999999999", "General", "999999999999999"),
    ],
)
def test_a_whole_number_is_the_id_that_the_screen_shows(
    digits: str, number_format: str, shown: str
) -> None:
    """What the manager reads in the cell is what the till asks for."""
    assert cells.identifier(number(digits, number_format)) == (shown, None)


@pytest.mark.parametrize(
    ("digits", "number_format", "expected"),
    [
        ("42", "#,##0", Code.NOT_AN_ID),
        ("42", "0.00", Code.NOT_AN_ID),
        ("42", "0%", Code.NOT_AN_ID),
        ("42", "0.00E+00", Code.NOT_AN_ID),
        ("42", "# ?/?", Code.NOT_AN_ID),
        ("42", "0 _)", Code.NOT_AN_ID),
        ("42", "[<100]000;0000", Code.NOT_AN_ID),
        ("42", '"none"', Code.NOT_AN_ID),
        ("42.5", "General", Code.NOT_AN_ID),
        ("42.5", "0000", Code.NOT_AN_ID),
        ("-5", "General", Code.NOT_AN_ID),
        ("-5", "0000", Code.NOT_AN_ID),
        ("1_000", "General", Code.NOT_AN_ID),
        ("NaN", "General", Code.NOT_AN_ID),
        ("1E-400", "General", Code.NOT_AN_ID),
        ("1000000000000000", "General", Code.TOO_MANY_DIGITS),
        ("1234567890123456", "0000000000000000", Code.TOO_MANY_DIGITS),
        ("1E+400", "General", Code.TOO_MANY_DIGITS),
    ],
)
def test_a_number_whose_look_is_in_doubt_is_no_id(
    digits: str, number_format: str, expected: Code
) -> None:
    """Separators, fractions, signs and lost digits are refused, never guessed at."""
    parsed = cells.identifier(number(digits, number_format))

    assert (parsed.value, code(parsed)) == (None, expected)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (Cell(CellKind.DATE, "46000"), Code.DATE),
        (Cell(CellKind.ERROR, "#N/A"), Code.ERROR_VALUE),
        (Cell(CellKind.UNCALCULATED, ""), Code.NOT_CALCULATED),
        (Cell(CellKind.BOOLEAN, "1"), Code.NOT_AN_ID),
    ],
)
def test_a_cell_without_text_or_number_is_no_id(cell: Cell, expected: Code) -> None:
    """A date that Excel made of an id is an error; so are error values and yes or no."""
    parsed = cells.identifier(cell)

    assert (parsed.value, code(parsed)) == (None, expected)


@pytest.mark.parametrize("literal", ["CO\u00a0", "\u200bCO", "A\u030a", "CO\n"])
def test_an_id_shown_by_a_number_format_can_be_asked_for(literal: str) -> None:
    """Odd letters in a number format are refused, or written as the request writes them."""
    shown = cells.identifier(number("42", f'"{literal}"0000')).value

    assert shown in {None, cells.identifier(written(f"{literal}0042")).value}


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("00042", "00042", None),
        ("Åsa 7/B:3", "Åsa 7/B:3", None),
        ("A\u030asa", "Åsa", None),
        (" 42", "42", Code.TRIMMED),
        ("42\u00a0", "42", Code.TRIMMED),
        ("\ufeff42", "42", Code.TRIMMED),
        ("W\u00a01001", "W 1001", Code.TRIMMED),
        ("W 1001", "W 1001", None),
        ("", None, None),
        (" \u00a0", None, None),
        ("4\n2", None, Code.HIDDEN_CHARACTERS),
        ("42\n", None, Code.HIDDEN_CHARACTERS),
        ("4\t2", None, Code.HIDDEN_CHARACTERS),
        ("4\x002", None, Code.HIDDEN_CHARACTERS),
        ("4\u200b2", None, Code.HIDDEN_CHARACTERS),
        ("4\u00ad2", None, Code.HIDDEN_CHARACTERS),
    ],
)
def test_an_id_is_trimmed_with_a_warning_and_never_changed_inside(
    text: str, value: str | None, expected: Code | None
) -> None:
    """Spaces around go, odd spaces become plain; what cannot be seen is refused."""
    parsed = cells.identifier(written(text))

    assert (parsed.value, code(parsed)) == (value, expected)


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        (written("Märk med\nTrapphus B"), "Märk med\nTrapphus B", None),
        (written(" Trapphus B "), "Trapphus B", Code.TRIMMED),
        (written("a\tb"), None, Code.HIDDEN_CHARACTERS),
        (written("a\x07b"), None, Code.HIDDEN_CHARACTERS),
        (written(""), None, None),
        (number("4711"), "4711", None),
        (number("47", "0000"), "0047", None),
        (number("47.11"), None, Code.NOT_AN_ID),
        (Cell(CellKind.BOOLEAN, "1"), None, Code.NOT_TEXT),
        (Cell(CellKind.DATE, "46000"), None, Code.DATE),
        (Cell(CellKind.ERROR, "#REF!"), None, Code.ERROR_VALUE),
        (Cell(CellKind.UNCALCULATED, ""), None, Code.NOT_CALCULATED),
    ],
)
def test_a_text_may_have_line_breaks_and_may_be_a_whole_number(
    cell: Cell, value: str | None, expected: Code | None
) -> None:
    """A requisition number typed as a number is a text all the same."""
    parsed = cells.text(cell)

    assert (parsed.value, code(parsed)) == (value, expected)


@pytest.mark.parametrize(
    ("digits", "seen"),
    [
        ("100", "100"),
        ("0", "0"),
        ("-0", "0"),
        ("19.989999999999998", "19.99"),
        ("19.990000000000002", "19.99"),
        ("0.30000000000000004", "0.3"),
        ("1.1000000000000001", "1.1"),
        ("1E2", "100"),
        ("1.5e+3", "1500"),
        ("99999999999.99", "99999999999.99"),
        ("9999999999999.99", "9999999999999.99"),
    ],
)
def test_a_stored_number_is_the_amount_on_the_screen(digits: str, seen: str) -> None:
    """Excel keeps 15 digits, so 0.1 + 0.2 is 0.3 here as it is there."""
    assert cells.amount(number(digits)) == (Decimal(seen), None)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("12", "12"),
        ("0", "0"),
        ("1234", "1234"),
        ("1 234", "1234"),
        ("1 234 567", "1234567"),
        ("1 234,50", "1234.50"),
        ("1\u00a0234,50", "1234.50"),
        ("1\u202f234,50", "1234.50"),
        ("1234.50", "1234.50"),
        ("1234,50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1.234.567,89", "1234567.89"),
        ("1'234.50", "1234.50"),
        ("0,5", "0.5"),
        (" 12,50 ", "12.50"),
        ("\u00a012,50\u00a0", "12.50"),
    ],
)
def test_an_amount_typed_as_text_is_read_the_swedish_and_the_english_way(
    text: str, read: str
) -> None:
    """A decimal comma or point, and spaces between thousands, leave no doubt."""
    assert cells.amount(written(text)) == (Decimal(read), None)


@pytest.mark.parametrize(
    "text",
    [
        "1,234",
        "1.234",
        "12,345",
        "999.999",
        "1.234,5.0",
        "1,2,3",
        "12 34",
        "1 23,50",
        "1 2",
        "1234,",
        "1 234.567,89",
    ],
)
def test_a_number_that_can_be_read_in_two_ways_is_refused(text: str) -> None:
    """A wrong guess would be a thousandfold price."""
    parsed = cells.amount(written(text))

    assert (parsed.value, code(parsed)) == (None, Code.AMBIGUOUS_NUMBER)


@pytest.mark.parametrize(
    "cell",
    [
        written("two"),
        written("100 st"),
        written("1e5"),
        written("0x10"),
        written("1_000"),
        written("\u0661\u0662"),
        written("--5"),
        written("5-"),
        written("-"),
        written("."),
        written("NaN"),
        number("NaN"),
        number("INF"),
        number("1_000"),
        Cell(CellKind.BOOLEAN, "1"),
    ],
)
def test_what_is_no_number_is_refused(cell: Cell) -> None:
    """Digits only: no currency, no exponent in text, none of Python's own spellings."""
    assert code(cells.amount(cell)) is Code.NOT_A_NUMBER
    assert code(cells.quantity(cell)) is Code.NOT_A_NUMBER


@pytest.mark.parametrize("cell", [written("0,125"), number("0.125"), number("1.005")])
def test_an_amount_with_more_than_two_decimals_is_served_with_a_warning(cell: Cell) -> None:
    """It is served as it stands, since rounding would be a guess."""
    parsed = cells.amount(cell)

    assert parsed.value in {Decimal("0.125"), Decimal("1.005")}
    assert code(parsed) is Code.MANY_DECIMALS


@pytest.mark.parametrize("digits", ["3.3333333333333335E-2", "0.03333333333333333"])
def test_a_small_quotient_of_a_formula_is_served_with_a_warning(digits: str) -> None:
    """=1/30 has 15 significant digits and 16 decimals: long, but neither large nor wrong."""
    parsed = cells.amount(number(digits))

    assert (parsed.value, code(parsed)) == (Decimal("0.0333333333333333"), Code.MANY_DECIMALS)


@pytest.mark.parametrize("cell", [written("-5"), written("\u22125"), number("-0.01")])
def test_a_negative_amount_is_refused(cell: Cell) -> None:
    """The contract knows no negative amounts, however the minus is written."""
    parsed = cells.amount(cell)

    assert (parsed.value, code(parsed)) == (None, Code.NEGATIVE_AMOUNT)


@pytest.mark.parametrize(
    "cell",
    [
        number("10000000000000"),
        number("1E+400"),
        number("-1E+400"),
        number("12345678901234.5"),
        written("10000000000000"),
        written("1234567890,123456"),
        written("1" * 500),
    ],
)
def test_a_number_that_excel_does_not_keep_exactly_is_refused(cell: Cell) -> None:
    """Ten million million or more, or more than 15 digits, is a slip of the hand."""
    assert code(cells.amount(cell)) is Code.NUMBER_TOO_LARGE
    assert code(cells.quantity(cell)) is Code.NUMBER_TOO_LARGE


@pytest.mark.parametrize(
    ("number_format", "expected"),
    [
        ("0%", Code.SHOWN_DIFFERENTLY),
        ("0.00%", Code.SHOWN_DIFFERENTLY),
        ("# ?/?", Code.SHOWN_DIFFERENTLY),
        ('0.00" %"', None),
        ('0.00" kr/st"', None),
        ("0.00\\%", None),
        ("#,##0.00 [$kr-41D]", None),
        ("#,##0.00", None),
        ("0", None),
    ],
)
def test_an_amount_shown_as_a_percentage_or_fraction_is_refused(
    number_format: str, expected: Code | None
) -> None:
    """0.5 shown as 50 % is not what anybody meant; a literal sign or unit is harmless."""
    assert code(cells.amount(number("0.5", number_format))) is expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (Cell(CellKind.DATE, "0.5"), Code.DATE),
        (Cell(CellKind.ERROR, "#DIV/0!"), Code.ERROR_VALUE),
        (Cell(CellKind.UNCALCULATED, ""), Code.NOT_CALCULATED),
    ],
)
def test_a_date_an_error_and_an_empty_formula_are_no_amounts(cell: Cell, expected: Code) -> None:
    """Each is told as what it is, not as a number that went wrong."""
    assert code(cells.amount(cell)) is expected
    assert code(cells.quantity(cell)) is expected
    assert code(cells.yes_no(cell)) is expected


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        (number("1"), "1", None),
        (number("24.5"), "24.5", None),
        (number("0.125"), "0.125", None),
        (written("3"), "3", None),
        (written("3,6"), "3.6", None),
        (number("0"), None, Code.NOT_POSITIVE),
        (number("-1"), None, Code.NOT_POSITIVE),
        (written("-3,6"), None, Code.NOT_POSITIVE),
        (number("0.5", "0%"), None, Code.SHOWN_DIFFERENTLY),
        (written(""), None, None),
        (written("\u00a0"), None, None),
    ],
)
def test_a_quantity_is_above_zero_and_may_have_decimals(
    cell: Cell, value: str | None, expected: Code | None
) -> None:
    """Timber is sold by the metre; nothing is sold by nought."""
    parsed = cells.quantity(cell)

    assert parsed.value == (None if value is None else Decimal(value))
    assert code(parsed) is expected


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        *((written(word), True) for word in ("yes", "Yes", "JA", "ja", "x", "X", "TRUE", "1", "y")),
        *((written(word), False) for word in ("no", "No", "NEJ", "nej", "FALSE", "0", " n ")),
        (Cell(CellKind.BOOLEAN, "1"), True),
        (Cell(CellKind.BOOLEAN, "0"), False),
        (number("1"), True),
        (number("0"), False),
        (number("1.0"), True),
        (written(" "), None),
    ],
)
def test_yes_and_no_are_read_in_the_words_of_the_design(cell: Cell, value: bool | None) -> None:
    """TRUE/FALSE, yes/no, ja/nej, x, 1/0; a blank is neither, and no problem."""
    assert cells.yes_no(cell) == (value, None)


@pytest.mark.parametrize(
    "cell", [written("maybe"), written("-"), number("2"), number("0.5"), number("NaN")]
)
def test_what_is_neither_yes_nor_no_is_refused(cell: Cell) -> None:
    """Nothing between yes and no."""
    parsed = cells.yes_no(cell)

    assert (parsed.value, code(parsed)) == (None, Code.NOT_YES_OR_NO)


@pytest.mark.parametrize("shown", ["@", "0", "#", "General", ""])
def test_a_plain_format_shows_all_digits(shown: str) -> None:
    """The formats that Excel gives by itself leave the digits alone."""
    assert cells.show_whole_number(123456789012345, shown) == "123456789012345"
