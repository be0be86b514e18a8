"""One cell to one value: ids as they are shown, amounts as they are seen, no guess."""

from decimal import Decimal
from typing import Any

import pytest

from corsheet.findings import Code
from corsheet.workbook import cells
from corsheet.workbook.cells import Parsed
from corsheet.workbook.formats import show_whole_number, shows_text_otherwise
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
        ("123456789012", "General", "123456789012"),  # the screen shows 1.23457E+11
        ("1.23456789012E+14", "General", "123456789012000"),
        ("42", "000\\-000", "000-042"),
        ("42", "000 000", "000 042"),
        ("198711241234", "000000-0000", "19871124-1234"),
        ("42", '0" st"', "42 st"),
        ("1234", "\\W\\-#", "W-1234"),
        ("42", "(0) 0", "(4) 2"),
        ("42", '0"x;y"0', "4x;y2"),
        ("42", "0\\;0", "4;2"),
        ("42", "????", "42"),
        ("42", "0;-0;;@", "42"),
        ("0", "0;-0", "0"),
        ("-0", "0000", "0000"),
        ("42", "[$-41D]00000", "00042"),
        ("42", "[Color10]0000", "0042"),
        ("42", "[BLUE]0000;[Red]0", "0042"),
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
        ("-42", "00000", Code.NOT_AN_ID),
        ("42", "_-* #,##0\\ _k_r_-;\\-* #,##0\\ _k_r_-", Code.NOT_AN_ID),
        ("42", '"kr"#,##0', Code.NOT_AN_ID),
        ("42", "0.E+00", Code.NOT_AN_ID),
        ("42", "0,", Code.NOT_AN_ID),
        ("42", "00/00", Code.NOT_AN_ID),
        ("42", "0_ ;[Red]\\-0\\ ", Code.NOT_AN_ID),
        ("42", "*00", Code.NOT_AN_ID),
        ("42", "@@", Code.NOT_AN_ID),
        ("42", ";;;", Code.NOT_AN_ID),
        ("42", "[$-2000401]0", Code.NOT_AN_ID),  # Arabic digits
        ("42", "[>9]0;00", Code.NOT_AN_ID),
        ("42", "0" * 300, Code.NOT_AN_ID),
        ("0", "#", Code.NOT_AN_ID),  # shown as nothing at all
        ("0", "????", Code.NOT_AN_ID),
        ("0", "0;-0;;@", Code.NOT_AN_ID),
        ("0", '0;-0;"none"', Code.NOT_AN_ID),
        ("999999999999999.9", "General", Code.TOO_MANY_DIGITS),
        ("1E+20", "0", Code.TOO_MANY_DIGITS),
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
        ("4\u200d2", None, Code.HIDDEN_CHARACTERS),
        ("4\u20282", None, Code.HIDDEN_CHARACTERS),
        ("42\u2029", None, Code.HIDDEN_CHARACTERS),
        ("4\u00852", None, Code.HIDDEN_CHARACTERS),
        ("\u200b", None, None),
        ("\u3000\u200b\ufeff", None, None),
        ("W\u20091001", "W 1001", Code.TRIMMED),
        ("W  1001", "W  1001", None),
        ("Å\u0308", "Å\u0308", None),
        ("\ufb01", "\ufb01", None),  # compatibility forms are letters of their own
        ("-5", "-5", None),
        ("1.5", "1.5", None),
        ("1E+20", "1E+20", None),
        ("2026-11-21", "2026-11-21", None),
        ("#N/A", "#N/A", None),
        ("TRUE", "TRUE", None),
        ("=A1", "=A1", None),
        ("9" * 40, "9" * 40, None),
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
        (number("47.11"), None, Code.NOT_TEXT),
        (number("-5"), None, Code.NOT_TEXT),
        (number("42", "#,##0"), None, Code.NOT_TEXT),
        (number("1E15"), None, Code.TOO_MANY_DIGITS),
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


DAY = "2026-11-21"


@pytest.mark.parametrize(
    ("written_as", "number_format", "value"),
    [
        (DAY, "yyyy-mm-dd", DAY),
        (DAY, "YYYY-MM-DD", DAY),
        (DAY, "yyyy\\-mm\\-dd", DAY),
        (DAY, "yyyy-mm-dd;@", DAY),
        (DAY, "[$-41D]yyyy-mm-dd", DAY),
        (DAY, "[$-409]yyyy\\-mm\\-dd;@", DAY),
        (DAY, "mm-dd-yy", None),  # the computer's own short date
        (DAY, "yyyy-mm-dd hh:mm", None),
        (DAY, "yyyy/mm/dd", None),
        (DAY, "d mmm yyyy", None),
        (DAY, "yyyy-dd-mm", None),
        (DAY, "[$-F800]yyyy-mm-dd", None),  # the computer's own long date
        (DAY, "[$-107041E]yyyy-mm-dd", None),  # the year 2569 in Thailand
        (DAY, "General", None),  # of the kind t="d", whose look nothing tells
        ("2026-11-21 14:30", "yyyy-mm-dd", None),
        ("14:30", "yyyy-mm-dd", None),
        ("60", "yyyy-mm-dd", None),
    ],
)
def test_a_date_is_a_text_only_where_every_computer_shows_it_alike(
    written_as: str, number_format: str, value: str | None
) -> None:
    """It is never an id, an amount, a quantity or a yes."""
    cell = Cell(CellKind.DATE, written_as, number_format)
    parsed = cells.text(cell)

    assert (parsed.value, code(parsed)) == (value, None if value else Code.DATE)
    for parse in (cells.identifier, cells.amount, cells.quantity, cells.yes_no):
        other: Parsed[Any] = parse(cell)
        assert (other.value, code(other)) == (None, Code.DATE)


STATUSES = ("CREATED", "CANCELLED")


@pytest.mark.parametrize(
    ("cell", "value", "expected", "hint"),
    [
        (written("CREATED"), "CREATED", None, ""),
        (written(" CREATED\u00a0"), "CREATED", Code.TRIMMED, "spaces"),
        (written("created"), "created", Code.UNKNOWN_STATUS, "CREATED?"),
        (written("CREATD"), "CREATD", Code.UNKNOWN_STATUS, "CREATED?"),
        (written("CREATD "), "CREATD", Code.UNKNOWN_STATUS, "CREATED?"),
        (written("CANCELED"), "CANCELED", Code.UNKNOWN_STATUS, "CANCELLED?"),
        (written("CRE\u200bATED"), "CRE\u200bATED", Code.UNKNOWN_STATUS, "CREATED?"),
        (written("Skapad"), "Skapad", Code.UNKNOWN_STATUS, "choose one"),
        (number("5"), "5", Code.UNKNOWN_STATUS, "choose one"),
        (written("CREA\tTED"), None, Code.HIDDEN_CHARACTERS, "type"),
        (number("5.5"), None, Code.NOT_TEXT, "Text"),
        (written(" "), None, None, ""),
        (Cell(CellKind.BOOLEAN, "1"), None, Code.NOT_TEXT, "Text"),
    ],
)
def test_another_word_is_served_as_it_stands_with_the_nearest_known_one(
    cell: Cell, value: str | None, expected: Code | None, hint: str
) -> None:
    """That the till may not know it matters more than the spaces around it."""
    parsed = cells.word(cell, known=STATUSES, code=Code.UNKNOWN_STATUS)

    assert (parsed.value, code(parsed)) == (value, expected)
    assert hint in (parsed.problem.hint if parsed.problem else "")


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
        ("-0.0", "0"),
        ("0.1", "0.1"),
        ("1E-2", "0.01"),
        ("007", "7"),
        ("+5", "5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("59.970000000000006", "59.97"),
        ("999999999999.99", "999999999999.99"),
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
        ("0,50", "0.5"),
        ("0.500", "0.5"),
        ("000,50", "0.5"),
        ("1234,500", "1234.5"),
        ("1234,5000000000000000", "1234.5"),
        ("0000000000000001234,5", "1234.5"),
        ("-0", "0"),
        ("123456789012,34", "123456789012.34"),
        ("1 234,50 kr", "1234.50"),
        ("1\u00a0234,50\u00a0kr", "1234.50"),
        ("1 234,50 KR.", "1234.50"),
        ("kr 1 234,50", "1234.50"),
        ("kr. 12", "12"),
        ("12 SEK", "12"),
        ("SEK12", "12"),
        ("€ 12", "12"),
        ("12,50€", "12.50"),
        ("$1,234.50", "1234.50"),
        ("£12.50", "12.50"),
        ("100:-", "100"),
        ("1 234:-", "1234"),
        ("100 :-", "100"),
        ("100,-", "100"),
        ("100.-", "100"),
        ("0:-", "0"),
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
        "1,234,567",
        "1.234.567",
        "1,234 kr",
        "€ 1.234",
        "1.234:-",
        "12,5,",
        "12..5",
        "5,",
        "5.",
        "12'34",
        "0 123",
        "1 234 56",
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
        written(",5"),
        written(".5"),
        written("+5"),
        written("(5)"),
        written("- 5"),
        written("\uff15"),
        written("\u0665"),
        written("\u00bd"),
        written("5\u00b2"),
        written("1e-5"),
        written("50 %"),
        written("1/2"),
        written("5 st"),
        written("kr"),
        written("5 kr/st"),
        written("5 kr kr"),
        written("5 SEKK"),
        written("5:50"),
        written("5:"),
        written("2 x 5"),
        written("5;50"),
        written("1\u2019234"),
        written("gratis"),
        written("#N/A"),
        written("TRUE"),
        written("Infinity"),
        written("None"),
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


@pytest.mark.parametrize(
    "text",
    [
        "10\n200",
        "10\r\n200",
        "10\t200",
        "12,50\n",
        "\t12,50",
        "12\u200b50",
        "12\u2028345",
        "1\x002",
    ],
)
def test_two_numbers_in_a_cell_are_never_read_as_one(text: str) -> None:
    """A line break is no space between thousands; what cannot be seen is told as such."""
    assert code(cells.amount(written(text))) is Code.HIDDEN_CHARACTERS
    assert code(cells.quantity(written(text))) is Code.HIDDEN_CHARACTERS


@pytest.mark.parametrize("text", ["5 kr", "€ 5", "5:-", "5,-"])
def test_a_quantity_has_no_currency(text: str) -> None:
    """An amount in the column beside is more likely than five of something."""
    assert cells.amount(written(text)) == (Decimal(5), None)
    assert code(cells.quantity(written(text))) is Code.NOT_A_NUMBER


@pytest.mark.parametrize(
    "text",
    [
        "1" + " " * 32_765 + "x",
        "1" + " 1" * 16_382 + "x",
        "1" + ",1" * 16_382 + "x",
        "1" + "'" * 32_765 + "x",
        "1" * 32_766 + "x",
        "-kr" + " " * 32_762 + "1x",
        "1 kr" + " " * 32_762 + "x",
    ],
    ids=lambda text: f"{text[:3]!r}…",
)
def test_a_text_as_long_as_a_cell_may_hold_is_looked_at_once(text: str) -> None:
    """A search that goes back for every letter would take minutes for each of these cells."""
    assert len(text) <= 32_767
    assert code(cells.amount(written(text))) is Code.NOT_A_NUMBER
    assert code(cells.quantity(written(text))) is Code.NOT_A_NUMBER


@pytest.mark.parametrize("end", ["x", ".x", "e", ""])
def test_a_number_as_long_as_a_part_may_have_is_looked_at_once(end: str) -> None:
    """Only a hostile workbook has one; it must not hold the reading up."""
    cell = number("1" * 1024 * 1024 + end)
    expected = Code.NOT_A_NUMBER if end else Code.NUMBER_TOO_LARGE

    assert code(cells.amount(cell)) is expected
    assert code(cells.quantity(cell)) is expected
    assert code(cells.identifier(cell)) in {Code.NOT_AN_ID, Code.TOO_MANY_DIGITS}
    assert code(cells.yes_no(cell)) is Code.NOT_YES_OR_NO


@pytest.mark.parametrize(
    "text", ["1" + "0" * 1024 * 1024, "0," + "0" * 1024 * 1024 + "1", "-1" + "0" * 1024 * 1024]
)
def test_a_number_beyond_all_arithmetic_is_too_large(text: str) -> None:
    """Python's decimals overflow beyond a million digits, and a text may have a mebibyte."""
    for cell in (written(text), number(text.replace(",", "."))):
        assert code(cells.amount(cell)) is Code.NUMBER_TOO_LARGE
        assert code(cells.quantity(cell)) is Code.NUMBER_TOO_LARGE


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


@pytest.mark.parametrize(
    "cell",
    [
        written("-5"),
        written("\u22125"),
        written("-5 kr"),
        written("-5:-"),
        written("\u22121 234,50 SEK"),
        number("-0.01"),
        number("-1E-5"),
        number("-5", "0.00;0.00"),
    ],
)
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
        written("1" + "0" * 40),
        written("1234,5" + "0" * 40 + "1"),  # Python would round the 1 away
        written("0," + "0" * 40 + "1"),
        written("12345678901234,56"),
        number("1E-400"),
        number("1E-40"),
    ],
)
def test_a_number_that_excel_does_not_keep_exactly_is_refused(cell: Cell) -> None:
    """Ten million million or more, or more than 15 digits, is a slip of the hand."""
    assert code(cells.amount(cell)) is Code.NUMBER_TOO_LARGE
    assert code(cells.quantity(cell)) is Code.NUMBER_TOO_LARGE


@pytest.mark.parametrize(
    "number_format",
    [
        "General",
        "GENERAL",
        'General" kr"',
        "@",
        "0",
        "#",
        "0.00",
        "#,##0",
        "#,##0.00",
        "#,##0.00_);(#,##0.00)",
        "# ##0,00",
        "0.00E+00",
        "##0.0E+0",
        '0.00" %"',
        '0.00" (#, st)"',
        '0.00" kr/st"',
        "0.00\\%",
        "#,##0.00 [$kr-41D]",
        "[$€-2]\\ #,##0.00",
        "[Red]0.00",
        '"kr"0.00" /st"',
        '"$"#,##0.00_);[Red]("$"#,##0.00)',
        '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)',
        '#,##0.00\\ "kr";[Red]\\-#,##0.00\\ "kr"',
        '_-* #,##0.00\\ "kr"_-;\\-* #,##0.00\\ "kr"_-;_-* "-"??\\ "kr"_-;_-@_-',
        '_-* #,##0\\ _k_r_-;\\-* #,##0\\ _k_r_-;_-* "-"\\ _k_r_-;_-@_-',
        "0_0",
        "0;-0;;@",
    ],
)
def test_an_amount_may_be_shown_with_its_currency_and_in_groups(number_format: str) -> None:
    """Excel's own number, currency and accounting formats, of here and elsewhere."""
    assert cells.amount(number("1234", number_format)) == (Decimal(1234), None)
    assert cells.quantity(number("1234", number_format)) == (Decimal(1234), None)


@pytest.mark.parametrize(
    ("digits", "number_format", "shown"),
    [
        ("12.6", "0", "13"),
        ("12.5", '#,##0 "kr"', "13"),
        ("0.4", "0", "0"),
        ("12.346", "0.00", "12.35"),
        ("1.25", "0.0_);(0.0)", "1.3"),
    ],
)
def test_a_number_shown_rounded_is_told(digits: str, number_format: str, shown: str) -> None:
    """The till gets what is stored; the manager sees something else."""
    for parsed in (
        cells.amount(number(digits, number_format)),
        cells.quantity(number(digits, number_format)),
    ):
        assert parsed.value == Decimal(digits)
        assert code(parsed) is Code.ROUNDED
        assert parsed.problem is not None
        assert parsed.problem.message == f"the cell shows {shown} and holds {digits}"


@pytest.mark.parametrize(
    ("number_format", "otherwise"),
    [
        ("@", False),
        ("General", False),
        ("0.00", False),
        ('_-* #,##0.00\\ "kr"_-;\\-* #,##0.00\\ "kr"_-;_-* "-"??\\ "kr"_-;_-@_-', False),
        ("[Red]@", False),
        ('"CO-"@', True),
        ('0;0;0;"x"@', True),
        (";;;", True),
    ],
)
def test_a_text_that_its_format_dresses_up_is_refused(number_format: str, otherwise: bool) -> None:
    """Excel shows CO-0001 where 0001 is stored; nobody can tell which one is meant."""
    assert shows_text_otherwise(number_format) is otherwise
    dressed = Cell(CellKind.TEXT, "0001", number_format if otherwise else "General")
    assert code(cells.identifier(dressed)) is (Code.NOT_AN_ID if otherwise else None)
    assert code(cells.text(dressed)) is (Code.NOT_TEXT if otherwise else None)


@pytest.mark.parametrize(
    ("number_format", "words"),
    [
        ("0%", "percentage"),
        ("0.00%", "percentage"),
        ("0.00\\ %", "percentage"),
        ('"kr"0%', "percentage"),
        ("# ?/?", "fraction"),
        ("#\\ ??/100", "fraction"),
        ("0,", "thousands"),
        ("#,##0,", "thousands"),
        ('#,##0.0,,"M"', "thousands"),
        ("0.0,_k", "thousands"),
        ('0"00"', "further digits"),
        ("0\\0", "further digits"),
        ('"kr"0.00" för 2"', "further digits"),
        ("*00", "further digits"),
        (";;;", "does not show"),
        ('"gratis"', "does not show"),
        ("[>=100]0;0.00", "does not show"),
        ('[=0]"gratis";0.00', "does not show"),
        ("[DBNum1]0", "does not show"),
        ("0\\.00", "further digits"),
        ('0"."00', "further digits"),
        ("-0.00", "a minus"),
        ("(0.00)", "a minus"),
        ('0.00" öre"', "another unit"),
        ('"gratis";0', "does not show"),
        ("_-", "does not show"),
        ("[Red]", "does not show"),
        ('[>5]"many"', "does not show"),
        ("0" * 300, "does not show"),
    ],
)
def test_a_number_that_the_screen_shows_as_another_is_refused(
    number_format: str, words: str
) -> None:
    """0.5 shown as 50 % is not what anybody meant; the message says what is seen."""
    for parsed in (
        cells.amount(number("0.5", number_format)),
        cells.quantity(number("12345678901.5", number_format)),
    ):
        assert parsed.value is None
        assert parsed.problem is not None
        assert parsed.problem.code is Code.SHOWN_DIFFERENTLY
        assert words in parsed.problem.message


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
        *((written(word), True) for word in ("Sant", "true ", "\u00a0x", "J", "J\u0061")),
        *((written(word), False) for word in ("no", "No", "NEJ", "nej", "FALSE", "0", " n ")),
        *((written(word), False) for word in ("FALSKT", "false\u200b", "N")),
        (Cell(CellKind.BOOLEAN, "1"), True),
        (Cell(CellKind.BOOLEAN, "0"), False),
        (number("1"), True),
        (number("0"), False),
        (number("1.0"), True),
        (number("0.99999999999999999"), True),
        (number("1", '"Ja";;"Nej"'), True),
        (number("0E0"), False),
        (number("-0"), False),
        (written(" "), None),
    ],
)
def test_yes_and_no_are_read_in_the_words_of_the_design(cell: Cell, value: bool | None) -> None:
    """TRUE/FALSE, yes/no, ja/nej, x, 1/0; a blank is neither, and no problem."""
    assert cells.yes_no(cell) == (value, None)


@pytest.mark.parametrize(
    "cell",
    [
        *map(written, ("maybe", "-", "?", "yes!", "ja/nej", "true false", "01", "1.0", "xx", "on")),
        *map(number, ("2", "-1", "0.5", "11", "NaN", "1E20")),
    ],
)
def test_what_is_neither_yes_nor_no_is_refused(cell: Cell) -> None:
    """Nothing between yes and no."""
    parsed = cells.yes_no(cell)

    assert (parsed.value, code(parsed)) == (None, Code.NOT_YES_OR_NO)


@pytest.mark.parametrize("shown", ["@", "0", "#", "General", ""])
def test_a_plain_format_shows_all_digits(shown: str) -> None:
    """The formats that Excel gives by itself leave the digits alone."""
    assert show_whole_number(123456789012345, shown) == "123456789012345"
