"""Cells of Enactor's sheets, one kind after another, and how a row of them is put together."""

import sys
from decimal import Decimal
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corsheet.findings import Code
from corsheet.model import Fields
from corsheet.workbook import fields
from corsheet.workbook.enactor_layout import HEADER, MOST_STEPS, is_path
from corsheet.workbook.fields import ClashError, FieldRow, maker
from corsheet.workbook.layout import Column, Kind, SheetLayout
from corsheet.workbook.sheets import Cell, CellKind


def text(words: str, number_format: str = "General") -> Cell:
    """Make a cell with a text."""
    return Cell(CellKind.TEXT, words, number_format)


def number(digits: str, number_format: str = "General") -> Cell:
    """Make a cell with a number."""
    return Cell(CellKind.NUMBER, digits, number_format)


TRUE = Cell(CellKind.BOOLEAN, "1")
DATE = Cell(CellKind.DATE, "2026-11-21", "yyyy-mm-dd")
ERROR = Cell(CellKind.ERROR, "#N/A")
UNCALCULATED = Cell(CellKind.UNCALCULATED, "")


def told(kind: Kind, cell: Cell) -> Any:
    """Read a cell: its value, or the code of the error in its place."""
    value, problem = fields.PARSERS[kind](cell)
    if problem is not None and problem.is_error:
        assert value is None
        return problem.code
    return value


def written(layout: SheetLayout, *paths: str) -> SheetLayout:
    """Give a sheet the fields of some paths only."""
    return SheetLayout(layout.name, (), tuple(Column(p, Kind.VALUE, ()) for p in paths))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (number("2000"), Decimal(2000)),
        (number("-1000"), Decimal(-1000)),
        (number("0"), Decimal(0)),
        (number("2E3"), Decimal(2000)),
        (number("123456", "#,##0"), Decimal(123456)),
        (number("999999999999999"), Decimal(999999999999999)),
        (text("1990"), Decimal(1990)),
        (text("-1990"), Decimal(-1990)),
        (text("\u22121 990"), Decimal(-1990)),
        (text("1\u00a0990"), Decimal(1990)),
        (text(" "), None),
        (number("19.9"), Code.NOT_MINOR_UNITS),
        (number("20", "0.00"), Code.NOT_MINOR_UNITS),
        (number("20", '#,##0 "kr"'), Code.NOT_MINOR_UNITS),
        (number("20", "[$€-407]#,##0"), Code.NOT_MINOR_UNITS),
        (number("20", '"$"#,##0_);("$"#,##0)'), Code.NOT_MINOR_UNITS),
        (number("2000", "[$-41D]#,##0"), Decimal(2000)),
        (number("19", r"0\ \k\r"), Code.NOT_MINOR_UNITS),
        (number("19", '0" k""r"'), Code.NOT_MINOR_UNITS),
        (number("19", "$#,##0"), Code.NOT_MINOR_UNITS),
        (number("19", r"#,##0\:\-"), Code.NOT_MINOR_UNITS),
        (number("-1000", "0;0"), Code.SHOWN_DIFFERENTLY),
        (number("1000", "0;0"), Decimal(1000)),
        (number("-1000", "0;-0%"), Code.SHOWN_DIFFERENTLY),
        (number("-1000", "0;-0"), Decimal(-1000)),
        (number("-1000", r"#,##0;\-#,##0"), Decimal(-1000)),
        (number("-1000", "#,##0;[Red]#,##0"), Decimal(-1000)),
        (number("-1000", "#,##0_);(#,##0)"), Decimal(-1000)),
        (number("-1000", '_-* #,##0_-;-* #,##0_-;_-* "-"_-;_-@_-'), Decimal(-1000)),
        (number("-1000", "0;[$-41D]0"), Code.SHOWN_DIFFERENTLY),
        (number("-1000", "0_-;0_-"), Code.SHOWN_DIFFERENTLY),
        (number("20", "0%"), Code.SHOWN_DIFFERENTLY),
        (number("1000000000000000"), Code.TOO_MANY_DIGITS),
        (text("19,90"), Code.NOT_MINOR_UNITS),
        (text("20.00"), Code.NOT_MINOR_UNITS),
        (text("1,990"), Code.NOT_MINOR_UNITS),
        (text("free"), Code.NOT_MINOR_UNITS),
        (TRUE, Code.NOT_MINOR_UNITS),
        (DATE, Code.DATE),
        (ERROR, Code.ERROR_VALUE),
        (UNCALCULATED, Code.NOT_CALCULATED),
    ],
)
def test_money_is_a_whole_number_that_does_not_look_like_kronor(
    cell: Cell, expected: Decimal | Code | None
) -> None:
    """Of any sign; decimals or a currency, typed or shown, are an error."""
    assert told(Kind.MINOR, cell) == expected


@pytest.mark.parametrize("cell", [number("19.9"), number("20", "0.00"), text("19,90")])
def test_who_writes_kronor_is_told_to_write_ore(cell: Cell) -> None:
    """The cure has an example."""
    problem = fields.minor(cell).problem

    assert problem is not None
    assert problem.hint == "write it in öre or pence as a whole number: 1990 for 19,90"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (number("0"), Decimal(0)),
        (number("2", "0.00"), Decimal(2)),
        (text("007"), Decimal(7)),
        (text("123456789012345"), Decimal(123456789012345)),
        (text(""), None),
        (number("2.5"), Code.NOT_WHOLE),
        (number("-1"), Code.NOT_WHOLE),
        (text("-1"), Code.NOT_WHOLE),
        (text("1234567890123456"), Code.NOT_WHOLE),
        (text("two"), Code.NOT_WHOLE),
        (text("1_0"), Code.NOT_WHOLE),
        (TRUE, Code.NOT_WHOLE),
        (DATE, Code.DATE),
        (ERROR, Code.ERROR_VALUE),
    ],
)
def test_a_whole_number_is_0_or_more_as_number_or_text(
    cell: Cell, expected: Decimal | Code | None
) -> None:
    """Up to 15 digits, as many as Excel keeps."""
    assert told(Kind.WHOLE, cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (number("-12.5"), Decimal("-12.5")),
        (number("0.30000000000000004"), Decimal("0.3")),
        (text("12,5"), Decimal("12.5")),
        (text(""), None),
        (number("0.125", "0.0%"), Code.SHOWN_DIFFERENTLY),
        (number("-7", "0;0"), Code.SHOWN_DIFFERENTLY),
        (number("-7", "0;-0"), Decimal(-7)),
        (text("1,234"), Code.AMBIGUOUS_NUMBER),
        (text("some"), Code.NOT_A_NUMBER),
        (number("1E13"), Code.NUMBER_TOO_LARGE),
        (TRUE, Code.NOT_A_NUMBER),
        (DATE, Code.DATE),
    ],
)
def test_a_number_is_what_the_manager_sees(cell: Cell, expected: Decimal | Code | None) -> None:
    """Of any sign, to 15 significant digits."""
    assert told(Kind.NUMBER, cell) == expected


def test_a_number_that_is_shown_rounded_is_served_with_a_warning() -> None:
    """As an amount of the plain sheets is."""
    value, problem = fields.number(number("12.6", "0"))

    assert (value, problem and problem.code) == (Decimal("12.6"), Code.ROUNDED)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (number("1543225531000"), Decimal(1543225531000)),
        (number("1.543225531E12", "0.00E+00"), Decimal(1543225531000)),
        (number("1543225531000", "#,##0"), Decimal(1543225531000)),
        (text("1543225531000"), Decimal(1543225531000)),
        (number("-1"), Code.NOT_WHOLE),
        (number("1.5"), Code.NOT_WHOLE),
        (text("2018-11-26"), Code.NOT_WHOLE),
        (DATE, Code.DATE),
    ],
)
def test_milliseconds_since_1970_are_a_whole_number(cell: Cell, expected: Decimal | Code) -> None:
    """However they are shown; a date of Excel's is none."""
    value, problem = fields.epoch(cell)

    assert told(Kind.EPOCH, cell) == expected
    if value is None:
        assert problem is not None
        assert "milliseconds since 1970" in problem.hint


@pytest.mark.parametrize(
    "words",
    [
        "2018-11-26T09:44:51.000+00:00",
        "2018-11-26T09:44:51+01:00",
        "2018-11-26T09:44:51Z",
        "2018-11-26T09:44:51.5-05:30",
        "2024-02-29T23:59:59.999Z",
    ],
)
def test_a_moment_is_served_as_it_is_written(words: str) -> None:
    """ISO 8601 with an offset, with or without fractions of a second."""
    assert fields.moment(text(words)) == (words, None)


@pytest.mark.parametrize(
    "words",
    [
        "2018-11-26",
        "2018-11-26 09:44:51+00:00",
        "2018-11-26T09:44:51",
        "2018-11-26T09:44+00:00",
        "2018-11-26T09:44:51+0000",
        "2018-11-26T09:44:51+15:00",
        "2018-11-26T09:44:51+01:60",
        "2018-11-31T09:44:51Z",
        "2023-02-29T09:44:51Z",
        "2018-11-26T25:44:51Z",
        "0000-11-26T09:44:51Z",
        "\uff12018-11-26T09:44:51Z",
        "26/11/2018",
    ],
)
def test_what_is_no_moment_is_told_with_an_example(words: str) -> None:
    """A date that is not in the calendar is none."""
    value, problem = fields.moment(text(words))

    assert value is None
    assert problem is not None
    assert problem.code is Code.NOT_A_MOMENT
    assert "2018-11-26T09:44:51.000+00:00" in problem.hint


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (DATE, Code.DATE),
        (number("43430"), Code.NOT_A_MOMENT),
        (TRUE, Code.NOT_A_MOMENT),
        (ERROR, Code.ERROR_VALUE),
        (text("a\nb"), Code.NOT_A_MOMENT),
    ],
)
def test_a_moment_is_text(cell: Cell, code: Code) -> None:
    """What Excel makes a date of has lost its offset; the cure says to write text."""
    assert told(Kind.MOMENT, cell) == code


def test_a_date_cell_is_told_to_be_written_as_text() -> None:
    """The usual cure of a date knows nothing of moments."""
    problem = fields.moment(DATE).problem

    assert problem is not None
    assert "Text" in problem.hint
    assert "2018-11-26T09:44:51.000+00:00" in problem.hint


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (text("{}"), {}),
        (text(" {}\u00a0"), {}),
        (text("[]"), []),
        (text(""), None),
        (text("0001"), Code.NOT_EMPTY),
        (text("{ }"), Code.NOT_EMPTY),
        (number("1"), Code.NOT_EMPTY),
        (TRUE, Code.NOT_EMPTY),
        (ERROR, Code.ERROR_VALUE),
    ],
)
def test_an_object_is_empty_or_not_there(cell: Cell, expected: object) -> None:
    """Its values have columns of their own."""
    assert told(Kind.EMPTY, cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (text("GENERAL"), "GENERAL"),
        (text("0001"), "0001"),
        (text("{}"), {}),
        (text("[]"), []),
        (text(""), None),
        (number("12.5"), Decimal("12.5")),
        (number("-3"), Decimal(-3)),
        (TRUE, True),
        (Cell(CellKind.BOOLEAN, "0"), False),
        (DATE, Code.DATE),
        (ERROR, Code.ERROR_VALUE),
        (UNCALCULATED, Code.NOT_CALCULATED),
        (number("0.5", "0%"), Code.SHOWN_DIFFERENTLY),
    ],
)
def test_an_unknown_field_is_what_its_cell_holds(cell: Cell, expected: object) -> None:
    """Text, a number, yes or no, or what is there with nothing in it; a date is no text."""
    value = told(Kind.VALUE, cell)

    assert (value, type(value)) == (expected, type(expected))


@given(
    st.builds(
        Cell,
        st.sampled_from(CellKind),
        st.text() | st.floats().map(repr) | st.integers().map(str),
        st.sampled_from(["General", "@", "0", "0.00", "0%", '#,##0 "kr"', "yyyy-mm-dd", "(((("]),
    ),
    st.sampled_from(sorted(fields.PARSERS)),
)
def test_no_cell_crashes_a_parser(cell: Cell, kind: Kind) -> None:
    """Whatever stands there becomes a value, an error with a hint, or nothing."""
    value, problem = fields.PARSERS[kind](cell)

    assert problem is None or (problem.hint and (value is None) == problem.is_error)


def test_cells_are_nested_by_their_paths_in_the_order_of_the_columns() -> None:
    """Objects in objects, lists by their places; blank cells are left out."""
    make = maker(
        written(HEADER, "status", "locationId.id", "a.b.c", "list[1].x", "list[0].x", "a.b.d")
    )

    row = make("NEW", None, Decimal(1), "second", "first", True)

    assert row == FieldRow(
        None,
        Fields(
            {
                "status": "NEW",
                "a": {"b": {"c": Decimal(1), "d": True}},
                "list": [{"x": "first"}, {"x": "second"}],
            },
            frozenset({"status", "locationId.id", "a.b.c", "list[1].x", "list[0].x", "a.b.d"}),
        ),
    )
    assert list(row.fields.values if row.fields else ()) == ["status", "a", "list"]


def test_a_list_closes_up_where_an_entry_is_blank() -> None:
    """A row has no description in the first language, and one in the second."""
    make = maker(written(HEADER, "d.string[0].x", "d.string[1].x", "m[0][1]", "m[0][0]"))

    assert make(None, "två", "b", None).fields == Fields(
        {"d": {"string": [{"x": "två"}]}, "m": [["b"]]},
        frozenset({"d.string[0].x", "d.string[1].x", "m[0][1]", "m[0][0]"}),
    )


@pytest.mark.parametrize(
    ("own", "below", "expected"),
    [
        (None, None, {}),
        ({}, None, {"userId": {}}),
        (None, "1", {"userId": {"id": "1"}}),
        ({}, "1", {"userId": {"id": "1"}}),
        ([], None, {"userId": []}),
        ("x", None, {"userId": "x"}),
        (False, None, {"userId": False}),
    ],
)
def test_an_object_and_what_is_in_it_may_have_columns_each(
    own: Any, below: str | None, expected: dict[str, Any]
) -> None:
    """``userId`` with ``{}`` and ``userId.id`` with ``1`` are one object."""
    row = maker(written(HEADER, "userId", "userId.id"))(own, below)

    assert row.fields is not None
    assert row.fields.values == expected


@pytest.mark.parametrize(
    ("paths", "row", "column", "other"),
    [
        (("a", "a.b"), ("x", "y"), "a", "a.b"),
        (("a", "a.b"), (False, "y"), "a", "a.b"),
        (("a", "a.b"), ([], "y"), "a", "a.b"),
        (("a", "a[0]"), ({}, "y"), "a", "a[0]"),
        (("a.b.c", "a"), ("y", Decimal(0)), "a", "a.b.c"),
        (("a.b", "a[0].c"), ("x", "y"), "a[0].c", "a.b"),
    ],
)
def test_cells_that_cannot_both_be_are_told(
    paths: tuple[str, ...], row: tuple[Any, ...], column: str, other: str
) -> None:
    """A text where another cell wants an object, or an object where one wants a list."""
    make = maker(written(HEADER, *paths))

    with pytest.raises(ClashError) as caught:
        make(*row)

    assert (caught.value.column, caught.value.other) == (column, other)
    assert caught.value.problem.code is Code.FIELDS_CLASH
    assert make(row[0], None).fields is not None  # one of them alone can be
    assert make(None, row[1]).fields is not None


def test_blank_cells_cost_nothing_however_deep_their_paths() -> None:
    """What is built of a row is built of its filled cells: counted, not timed."""
    deep = [f"f{number}{'.a' * 7}" for number in range(240)]
    make = maker(written(HEADER, "note", *deep))
    calls: list[str] = []

    def count(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            calls.append(frame.f_code.co_name)

    sys.setprofile(count)
    try:
        row = make("call", *[None] * len(deep))
    finally:
        sys.setprofile(None)

    assert row.fields is not None
    assert row.fields.values == {"note": "call"}
    assert len(calls) < len(deep) + MOST_STEPS


def test_rows_do_not_share_what_is_empty() -> None:
    """A cell is read once for all rows with the same; who adds to one row's must not add to all."""
    make, cell = maker(written(HEADER, "userId")), dict[str, Any]()

    first, second = make(cell), make(cell)
    assert first.fields is not None
    assert second.fields is not None
    first.fields.values["userId"]["id"] = "1"

    assert second.fields.values == {"userId": {}}


@pytest.mark.parametrize(
    "heading",
    ["status", "locationId.id", "a[0]", "a[12].b_c[3].d", "_x1", ".".join("a" * 8), "m[0][1]"],
)
def test_a_path_is_names_with_points_and_places(heading: str) -> None:
    """As Enactor's fields are named."""
    assert is_path(heading)


@pytest.mark.parametrize(
    "heading",
    [
        "",
        "Call Anna",
        "a.",
        ".a",
        "a..b",
        "1a",
        "a[]",
        "a[123]",
        "a[0",
        "[0]",
        "å",
        "a b",
        "a\n",
        "a" * 201,
        ".".join("a" * 9),
        "x[00]",
        "x[01].a",
        "a" + "[0]" * 8,
    ],
)
def test_other_headings_are_no_paths(heading: str) -> None:
    """Remarks, and what is nested deeper or longer than any field."""
    assert not is_path(heading)
