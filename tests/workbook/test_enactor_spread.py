"""Which columns and rows Enactor's sheets get, and how they are written."""

import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from corsheet.workbook import guide
from corsheet.workbook.enactor_examples import example_sheets
from corsheet.workbook.enactor_glossary import KINDS, STRUCTURAL
from corsheet.workbook.enactor_layout import (
    ADDRESSES,
    ENACTOR_ITEMS,
    ENACTOR_SHEETS,
    HEADER,
    ITEMS_ROW,
    NOTES,
    PAYMENTS,
    PRODUCTS,
)
from corsheet.workbook.enactor_spread import Loss, SheetMaker, flat, sheet_of
from corsheet.workbook.enactor_values import tidied, why_unheld
from corsheet.workbook.examples import example_orders
from corsheet.workbook.layout import BUSINESS_UNIT, ORDER, SHEETS, Kind, SheetLayout
from corsheet.workbook.reading import read_workbook
from corsheet.workbook.spread import Value
from corsheet.workbook.template import write_workbook

Json = dict[str, Any]

EXAMPLES = write_workbook(example_orders(), example_sheets())
PLAIN = write_workbook(example_orders())


def book(data: bytes) -> Any:
    """Open a workbook with another program's eyes."""
    return openpyxl.load_workbook(io.BytesIO(data))


def made(
    layout: SheetLayout, rows: Sequence[Json], defaults: Json, always: Sequence[str] = ()
) -> tuple[list[str], list[tuple[Any, ...]], list[Loss]]:
    """Give the paths, the cells below them and the losses of a sheet of rows."""
    maker = SheetMaker(layout, always)
    losses: list[Loss] = []
    for row in rows:
        losses += maker.add({ORDER: "1"}, row, defaults, "order")
    sheet = maker.sheet()
    assert sheet is not None
    front = len(sheet.narrowed.columns) - len(sheet.paths)
    return list(sheet.paths), [row[front:] for row in sheet.rows], losses


def test_a_field_that_is_said_without_a_cell_has_no_column() -> None:
    """So the plain sheet stays the place where it is changed."""
    paths, rows, losses = made(
        HEADER, [{"status": "NEW", "voided": False}, {"status": "NEW"}], {"status": "NEW"}
    )

    assert (paths, rows, losses) == (["voided"], [(False,), (None,)], [])


def test_a_field_that_one_row_says_otherwise_has_a_column_for_all() -> None:
    """A blank cell then leaves the field out, so the others say theirs in it."""
    rows: list[Json] = [{"status": "NEW"}, {}, {"status": "OLD"}]

    assert made(HEADER, rows, {"status": "NEW"})[:2] == (["status"], [("NEW",), (None,), ("OLD",)])


def test_a_key_that_is_sent_empty_is_kept_apart_from_none() -> None:
    """``{}`` where it is there; a row with something in it needs no cell for that."""
    rows: list[Json] = [{"userId": {"id": "1"}}, {"userId": {}}, {}]

    assert made(HEADER, rows, {"userId": {}})[:2] == (
        ["userId.id", "userId"],
        [("1", None), (None, "{}"), (None, None)],
    )
    assert made(HEADER, rows[:2], {"userId": {}})[:2] == (["userId.id"], [("1",), (None,)])


def test_a_sheet_has_a_column_that_is_known() -> None:
    """Without one it would be taken for a sheet of the shop's own."""
    paths, rows, _ = made(NOTES, [{"customerOrderId": "1", "colour": "red"}], {})

    assert (paths, rows) == (["colour", "lineNumber"], [("red", None)])


def test_columns_that_are_always_there_are_there() -> None:
    """An article of Products is told by its id."""
    assert made(PRODUCTS, [{"productId": "A"}], {"productId": "A"}, ("productId",))[0] == [
        "productId"
    ]


@pytest.mark.parametrize(
    ("fields", "path", "reason"),
    [
        ({"a b": "1"}, "a b", "its name is not one that a heading can have"),
        ({"ä": "1"}, "ä", "its name is not one that a heading can have"),
        ({"Note": "1"}, "Note", "its name and the column note are the same to a heading"),
        ({"orderId": "1"}, "orderId", "its name and the column Customer order are the same"),
        ({"foo": "1", "fo_o": "2"}, "fo_o", "its name and the column foo are the same"),
        ({"note": None}, "note", "a cell cannot hold null"),
        ({"note": Decimal(1)}, "note", "a cell cannot hold it (of the kind: text)"),
        ({"a": [Decimal(1)] * 101}, "a[100]", "its name is not one that a heading can have"),
        ({"customerOrderId": "2"}, "customerOrderId", "its name and the column Customer order"),
        ({"note": {"x": "1"}}, "note.x", "there can be no such thing within the field note"),
        ({"userId": ["1"]}, "userId[0]", "there can be no such thing within the field userId"),
        ({"note": ["1"]}, "note[0]", "there can be no such thing within the field note"),
        ({"a.b": "1"}, '"a.b"', "its name is not one that a heading can have"),
        ({"a[0]": "1"}, '"a[0]"', "its name is not one that a heading can have"),
        ({"": {"note": "1"}}, '"".note', "its name is not one that a heading can have"),
    ],
)
def test_what_has_no_cell_is_told_with_its_path(fields: Json, path: str, reason: str) -> None:
    """And never with its value."""
    _, _, losses = made(NOTES, [fields], {"customerOrderId": "1"})

    told = {loss.path: loss.reason for loss in losses}
    assert told[f"order.{path}"].startswith(reason)


def test_an_id_of_the_order_that_is_missing_is_told() -> None:
    """It is always sent, and no column says otherwise."""
    assert made(NOTES, [{"note": "x"}], {"customerOrderId": "1"})[2] == [
        Loss("order.customerOrderId", "it is sent always")
    ]


def test_a_sheet_of_too_many_fields_keeps_those_that_fit() -> None:
    """The reader takes 256 columns; the others are told."""
    maker = SheetMaker(NOTES)
    losses = maker.add({ORDER: "1"}, {f"f{n}": "x" for n in range(300)}, {}, "order")

    sheet = maker.sheet()
    assert sheet is not None
    assert 0 < len(losses) == 300 - sum(path.startswith("f") for path in sheet.paths)
    assert len(sheet.narrowed.columns) <= 256
    assert {loss.reason for loss in losses} == {"the sheet has no room for further columns"}


@pytest.mark.parametrize(
    ("kind", "held"),
    [
        (Kind.MINOR, [Decimal(0), Decimal(-1000), Decimal(10) ** 12]),
        (Kind.WHOLE, [Decimal(0), Decimal(7)]),
        (Kind.NUMBER, [Decimal("0.1"), Decimal("-2.5"), Decimal(0)]),
        (Kind.EPOCH, [Decimal(1543225531000)]),
        (Kind.MOMENT, ["2018-11-26T09:44:51.000+00:00", "2018-11-26T09:44:51Z"]),
        (Kind.YES_NO, [True, False]),
        (Kind.TEXT, ["x", "{}", "two\nlines", "00042", "=1+1", "TRUE"]),
        (Kind.ID, ["00042", "Å 1"]),
        (Kind.EMPTY, [{}, []]),
        (Kind.VALUE, ["x", "yes", "1", True, Decimal("1.5"), {}, []]),
    ],
)
def test_a_cell_holds_what_its_kind_is_for(kind: Kind, held: list[Any]) -> None:
    """Each value, and of the right type."""
    assert [why_unheld(kind, value) for value in held] == [""] * len(held)


@pytest.mark.parametrize(
    ("kind", "unheld"),
    [
        (Kind.MINOR, [Decimal("0.5"), "1000", True]),
        (Kind.WHOLE, [Decimal(-1), Decimal("1E400"), "7"]),
        (Kind.NUMBER, [Decimal("1.2345678901234567"), "1"]),
        (Kind.EPOCH, [Decimal(-1), "2018-11-26"]),
        (Kind.MOMENT, ["2018-11-26", "2018-02-31T09:44:51Z", Decimal(1)]),
        (Kind.YES_NO, ["yes", Decimal(1)]),
        (Kind.TEXT, ["", " x", "x\t", "a\r\nb", "\ud800", "\uffff", "_x005F_x0041_", Decimal(1)]),
        (Kind.TEXT, ["x" * 32_768, "\N{GRINNING FACE}" * 16_384, {}, None]),
        (Kind.ID, ["", "a\nb", Decimal(42)]),
        (Kind.EMPTY, ["{}", "x", Decimal(0)]),
        (Kind.VALUE, ["{}", "[]", "", None]),
    ],
)
def test_a_cell_that_would_say_something_else_is_not_written(kind: Kind, unheld: list[Any]) -> None:
    """Not even something near: a text of digits is no number."""
    assert all(why_unheld(kind, value) for value in unheld)


@pytest.mark.parametrize(
    ("kind", "leaf", "text"),
    [
        (Kind.TEXT, "x ", "x"),
        (Kind.TEXT, "a\r\nb\rc", "a\nb\nc"),
        (Kind.TEXT, "\ta\tb\x00", "a b"),
        (Kind.VALUE, " x\xa0", "x"),
        (Kind.MOMENT, "2018-11-26T09:44:51Z ", "2018-11-26T09:44:51Z"),
        (Kind.VALUE, " {} ", None),
        (Kind.TEXT, " \t", None),
        (Kind.TEXT, "\ud800 ", None),
        (Kind.TEXT, "x" * 32_768, None),
        (Kind.WHOLE, " 7", None),
        (Kind.ID, "A ", None),
        (Kind.TEXT, Decimal(1), None),
    ],
)
def test_a_text_is_tidied_where_a_cell_can_hold_it_then(
    kind: Kind, leaf: Any, text: str | None
) -> None:
    """An id is not: it would be the id of something else."""
    assert why_unheld(kind, leaf)
    assert tidied(kind, leaf) == text


def test_a_text_that_is_tidied_is_written_and_told() -> None:
    """Much of a note is worth more than none."""
    assert made(NOTES, [{"note": "x "}], {}) == (
        ["note"],
        [("x",)],
        [Loss("order.note", "it is written without the spaces around it, tabs and the like")],
    )


def test_an_object_that_is_known_may_have_fields_that_are_not() -> None:
    """Enactor's keys have more than an id at times."""
    fields = {"userId": {"id": "1", "x": "2"}}

    assert made(NOTES, [fields], {}) == (["userId.id", "userId.x"], [("1", "2")], [])


def test_leaves_have_the_paths_of_their_headings() -> None:
    """An empty object is a leaf too."""
    order = {"a": {"b": [{"c": "1"}, {"c": "2"}], "d": {}}, "e": []}

    assert dict(flat(order)) == {"a.b[0].c": "1", "a.b[1].c": "2", "a.d": {}, "e": []}


def test_the_examples_with_enactors_sheets_read_back_without_a_finding() -> None:
    """What `init --enactor` writes, `serve` serves, to Hii Retail the same as without."""
    reading = read_workbook(EXAMPLES)

    assert reading.findings == ()
    assert reading.orders == example_orders()
    assert (reading.enactor_withheld, reading.enactor_refused) == (frozenset(), False)
    named = {(key.business_unit_id, key.customer_order_id) for key in reading.enactor}
    assert {("0001", "000044"), ("0007", "070001"), ("0007", "070002"), ("0042", "W-1002")} <= named


def test_the_examples_have_every_sheet_and_no_card_secret() -> None:
    """Between the plain sheets and the help."""
    names = [layout.name for layout in (*SHEETS, *ENACTOR_SHEETS)]

    assert book(EXAMPLES).sheetnames == [*names, "Help"]
    assert not any("pan" in path.casefold() for sheet in example_sheets() for path in sheet.paths)


def test_each_sheet_is_a_table_of_the_columns_that_it_has() -> None:
    """The structural ones first, and no two tables with one name."""
    written = book(EXAMPLES)
    tables = []
    for sheet in example_sheets():
        names = [column.name for column in sheet.narrowed.columns]
        assert names[:2] == [BUSINESS_UNIT, ORDER]
        (table,) = written[sheet.layout.name].tables.values()
        assert [column.name for column in table.tableColumns] == names
        assert table.ref == written[sheet.layout.name].dimensions
        tables.append(table.displayName)
    assert tables[:2] == ["Enactor_header", "Enactor_items"]
    assert len(set(tables)) == len(tables)


def formats(data: bytes, name: str) -> Mapping[str, tuple[str, str]]:
    """Give the number format and the type of each first cell, by heading."""
    sheet = book(data)[name]
    return {
        heading.value: (cell.number_format, cell.data_type)
        for heading, cell in zip(sheet[1], sheet[2], strict=True)
    }


def test_numbers_and_texts_have_the_formats_of_their_kinds() -> None:
    """Digits that are an id stay text, and money in minor units shows no decimals."""
    header = formats(EXAMPLES, HEADER.name)

    assert header[ORDER] == ("@", "s")
    assert header["orderValue"] == header["lastUpdated"] == ("0_)", "n")
    assert header["createdDate"] == ("@", "s")
    assert header["taxInclusive"] == ("General", "s")
    assert formats(EXAMPLES, ENACTOR_ITEMS.name)[ITEMS_ROW] == ("0_)", "n")


def test_a_field_that_is_not_known_is_written_by_its_type() -> None:
    """Nothing else tells what it is."""
    row: dict[str, Value] = {
        ORDER: "000042",
        "note": "x",
        "a": Decimal("1.5"),
        "b": True,
        "c": "007",
        "d": "{}",
    }
    written = write_workbook((), [sheet_of(NOTES, [row])])

    shown = formats(written, NOTES.name)
    assert (shown["a"], shown["b"]) == (("General", "n"), ("General", "b"))
    assert (shown["c"], shown["d"]) == (("@", "s"), ("@", "s"))


def test_every_heading_has_a_note_that_says_its_kind() -> None:
    """And whether the field is left out below it."""
    written = book(EXAMPLES)

    for sheet in example_sheets():
        for number, column in enumerate(sheet.narrowed.columns, 1):
            text = written[sheet.layout.name].cell(1, number).comment.text
            said, need = text.splitlines()
            if column.name not in STRUCTURAL:
                assert said.endswith(f". {KINDS[column.kind]}"), column.name
            filled = "Must be filled in."
            assert (need == filled) is column.required


def test_payments_and_yes_or_no_are_chosen_from_lists() -> None:
    """Besides these only sums are checked as they are typed."""
    written = book(EXAMPLES)
    rules = {
        (layout.name, rule.formula1)
        for layout in ENACTOR_SHEETS
        for rule in written[layout.name].data_validations.dataValidation
        if rule.type == "list"
    }

    assert (PAYMENTS.name, '"customerOrderCardPayment,customerOrderCashPayment"') in rules
    assert {formula for name, formula in rules if name != PAYMENTS.name} == {'"yes,no"'}


def test_the_help_speaks_of_enactor_only_where_its_sheets_are() -> None:
    """And of examples only where there are some."""
    with_sheets, without, imported = (
        [cell.value for cell in book(data)["Help"]["A"]]
        for data in (EXAMPLES, PLAIN, write_workbook((), are_examples=False))
    )

    section = [line.word for line in guide.ENACTOR_HELP]
    assert with_sheets == [*without, *section]
    assert imported == without[:-1]
    assert without[-1] == "Examples"


def test_an_empty_sheet_is_a_table_with_a_blank_row() -> None:
    """As the plain ones."""
    sheet = sheet_of(ADDRESSES, [])
    (table,) = book(write_workbook((), [sheet]))[ADDRESSES.name].tables.values()

    assert table.ref == "A1:B2"
