"""Which sheets are Enactor's, and which of their headings are fields."""

import io
import zipfile
from decimal import Decimal

import pytest
import xlsxwriter

from corsheet.findings import Problem
from corsheet.model import EVERY_UNIT, CustomerOrderId, EnactorDetails
from corsheet.workbook.enactor_layout import ENACTOR_SHEETS, STRUCTURE
from corsheet.workbook.layout import SHEETS, Column, Kind, SheetLayout, fold, headings
from corsheet.workbook.orders import OrderKey
from corsheet.workbook.reading import Reading, read_workbook
from corsheet.workbook.unusual import read_unusual
from corsheet.workbook.usual import read_usual
from tests.support.sheets import edited, found, raw_rows, raw_workbook, served, workbook
from tests.workbook.test_enactor_faults import ITEMS, ORDERS, drawn
from tests.workbook.test_regular import assert_agree

CELLS = {
    Kind.ID: "X1",
    Kind.TEXT: "X1",
    Kind.MINOR: "=100",
    Kind.WHOLE: "=1",
    Kind.NUMBER: "=1.5",
    Kind.EPOCH: "=1543225531000",
    Kind.MOMENT: "2018-11-26T09:44:51.000+00:00",
    Kind.EMPTY: "{}",
    Kind.YES_NO: "=TRUE",
}
"""A good cell of each kind."""


def plain(**sheets: str) -> bytes:
    """Draw a workbook with two orders and other sheets."""
    return workbook({"Orders": ORDERS, "Items": ITEMS, **sheets})


def details(reading: Reading, order: str = "111") -> EnactorDetails:
    """Give what Enactor's sheets say of an order."""
    return reading.enactor[OrderKey(EVERY_UNIT, CustomerOrderId(order))]


def full(layout: SheetLayout) -> str:
    """Draw one of Enactor's sheets with every column it knows and one row, for order 111."""
    cells = {
        "Business unit": "",
        "Customer order": "111",
        "customerNumber": "10001",
        "productId.id": "5001",
        "Payment": "customerOrderCardPayment",
    }
    columns = layout.columns
    return "\n".join(
        "|" + "|".join(line) + "|"
        for line in (
            [column.name for column in columns],
            [cells.get(column.name, CELLS[column.kind]) for column in columns],
        )
    )


def at(values: object, path: str) -> object:
    """Follow a path into fields."""
    for step in path.replace("[", ".").replace("]", "").split("."):
        values = values[int(step) if step.isdigit() else step]  # type: ignore[index]
    return values


@pytest.mark.parametrize("layout", ENACTOR_SHEETS, ids=lambda layout: layout.name)
def test_every_known_column_is_read_by_its_kind(layout: SheetLayout) -> None:
    """All of them at once, and nothing is told of them but the secrets of cards."""
    reading = read_workbook(plain(**{layout.name: full(layout)}))

    assert {code for _, code in found(reading)} <= {"CS112"}
    one = details(reading)
    rows = [one.header, *one.products, *one.notes, *one.addresses]
    rows += [row.fields for row in one.items]
    rows += [row.fields for row in one.payments]
    rows += [row.fields for row in one.adjustments]
    (row,) = [row for row in rows if row is not None]
    paths = [column for column in layout.columns if column.name not in STRUCTURE]
    assert row.columns == {column.name for column in paths}
    for column in paths:
        value = at(row.values, column.name)
        expected: object = {
            Kind.MINOR: Decimal(100),
            Kind.WHOLE: Decimal(1),
            Kind.NUMBER: Decimal("1.5"),
            Kind.EPOCH: Decimal(1543225531000),
            Kind.YES_NO: True,
        }.get(column.kind, CELLS[column.kind])
        if column.kind is Kind.EMPTY:
            assert isinstance(value, dict)
        elif column.name in {"customerNumber", "productId.id"}:
            assert value in {"10001", "5001"}
        else:
            assert (value, type(value)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("layout", "name"),
    [(layout, name) for layout in ENACTOR_SHEETS for name in (*layout.spellings, layout.name)],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_sheet_is_found_by_any_of_its_names(layout: SheetLayout, name: str) -> None:
    """Case and spaces do not matter; no name means one of the plain sheets, too."""
    reading = read_workbook(plain(**{name.upper(): full(layout)}))

    assert details(reading)
    assert not any(other.matches(fold(name)) for other in SHEETS)


@pytest.mark.parametrize("layout", ENACTOR_SHEETS, ids=lambda layout: layout.name)
def test_no_heading_means_two_columns(layout: SheetLayout) -> None:
    """Folded, every spelling stands once."""
    spellings = [headings([column]) for column in layout.columns]

    assert sum(map(len, spellings)) == len(frozenset().union(*spellings))


@pytest.mark.parametrize("heading", ["LocationID.id", "locationid.ID", " location id.id "])
def test_a_known_path_is_known_however_it_is_written(heading: str) -> None:
    """And served in Enactor's own spelling."""
    reading = read_workbook(
        plain(**{"Enactor header": f'| Customer order | "{heading}" |\n| 111 | 0001 |'})
    )

    assert found(reading) == []
    header = details(reading).header
    assert header is not None
    assert header.values == {"locationId": {"id": "0001"}}


def test_an_unknown_path_is_served_as_it_is_written_with_a_warning() -> None:
    """By what its cells hold; one that is nearly a known path is told so."""
    reading = read_workbook(
        plain(
            Notes="""
                | Customer order | note | Colour.Name | locationID | extra[1].on | Call Anna |
                | 111            | call | 0x          | {}         | =TRUE       | now       |
                | 111            | call |             |            | =1.5        | =#N/A     |
            """,
            Addresses="| Customer order | street1 | stret2 |\n| 111 | a | b |",
        )
    )

    assert found(reading) == [
        ("Notes!C1", "CS111"),
        ("Notes!E1", "CS111"),
        ("Addresses!C1", "CS111"),
    ]
    assert reading.findings[2].problem.hint == "did you mean street2? Then write it so"
    first, second = details(reading).notes
    assert first.values == {
        "note": "call",
        "Colour": {"Name": "0x"},
        "locationId": {},
        "extra": [{"on": True}],
    }
    assert second.values == {"note": "call", "extra": [{"on": Decimal("1.5")}]}


def test_paths_that_differ_in_capitals_are_two_where_they_are_not_known() -> None:
    """JSON's names differ, too; the same one twice is an error."""
    notes = "| Customer order | note | x | X |\n| 111 | call | a | b |"

    reading = read_workbook(plain(Notes=notes))
    twice = read_workbook(plain(Notes=notes.replace("X", "x")))

    assert details(reading).notes[0].values == {"note": "call", "x": "a", "X": "b"}
    assert (twice.enactor_refused, ("Notes!D1", "CS104") in found(twice)) == (True, True)


def test_a_near_miss_that_is_no_path_is_told_as_on_the_plain_sheets() -> None:
    """Its column is not read."""
    reading = read_workbook(
        plain(**{"Enactor items": "| Customer order | Item rows | status |\n| 111 | =1 | NEW |"})
    )

    assert found(reading)[0] == ("Enactor items!B1", "CS106")


@pytest.mark.parametrize(
    ("name", "drawing"),
    [
        ("Notes", "| Call | Anna |"),
        ("Notes", "| Order | Remark |\n| 111 | call |"),
        ("Notes", "| lineNumber | note |\n| =1 | call |"),
        ("Noteringar", "| Customer order |\n| 111 |"),
        ("Products", "| Article | Name |\n| 5001 | Hammer |"),
        ("Payments", "| Customer order | amount |\n| 111 | =100 |"),
        ("Betalningar", "| Order | Summa |\n| 111 | =100 |"),
        ("Adjustments", "| Order | Line |\n| 111 | =1 |"),
        ("Adresser", "| Kundorder | Gata |\n| 111 | Storgatan 1 |"),
        ("Addresses", ""),
        ("Notes", "| Order | Note |\n| 111 | call |"),
        ("Addresses", "| Order | Email | Town |\n| 111 | a@example.com | Hertford |"),
        ("Products", "| Product id | Margin |\n| 5001 | =40 |"),
        ("Note", "| Customer order | note |\n| 111 | a |"),
        ("Product", "| productId |\n| 5001 |"),
        ("Customer", "| Customer order |\n| 111 |"),
    ],
)
def test_a_sheet_of_the_managers_own_is_left_alone(name: str, drawing: str) -> None:
    """A name that others may use, or nearly it, without the headings that Enactor's must have."""
    reading = read_workbook(plain(**{name: drawing, "Noteringar 2": "| x |"}))

    assert (found(reading), served(reading)) == ([], ["111", "112"])
    assert (reading.enactor, reading.enactor_refused) == ({}, False)


def test_beside_enactors_sheets_a_heading_may_be_spelled_as_one_likes() -> None:
    """There a sheet Notes is Enactor's, and capitals do not matter, as on the plain sheets."""
    notes = "| Order | Note |\n| 111 | call |"

    reading = read_workbook(plain(Notes=notes, **{"Enactor header": "| Customer order |\n| 111 |"}))

    assert details(reading).notes[0].values == {"note": "call"}


def test_a_sheet_of_the_managers_own_may_be_as_it_likes() -> None:
    """Too wide, or broken before a heading: the tills were served with it, and still are."""
    own = '<row r="1"><c r="ZZ1"><v>1</v></c></row>'

    reading = read_workbook(raw_workbook(Orders=raw_rows(ORDERS), Items=raw_rows(ITEMS), Notes=own))

    assert (found(reading), served(reading)) == ([], ["111", "112"])


def test_two_sheets_of_one_name_are_told_only_where_both_are_enactors() -> None:
    """The manager's own Noteringar stand beside Enactor's Notes."""
    notes = "| Customer order | note |\n| 111 | call |"

    own = read_workbook(plain(Notes=notes, Noteringar="| Call | Anna |"))
    both = read_workbook(plain(Notes=notes, Noteringar=notes))

    assert (found(own), own.enactor_refused) == ([], False)
    assert (found(both), both.enactor_refused) == ([("Noteringar", "CS102")], True)


@pytest.mark.parametrize("name", ["Enactor heder", "enactor item", "Enactor"])
def test_a_misspelt_name_that_is_surely_meant_is_told(name: str) -> None:
    """A warning; the sheet is not read."""
    reading = read_workbook(plain(**{name: "| Customer order |\n| 111 |"}))

    assert found(reading) == [(name, "CS105")]
    assert all(finding.is_enactors for finding in reading.findings)


FOR_ENACTOR = {"Enactor header": "| Customer order |\n| 111 |"}
"""What makes a workbook one for Enactor, so that its other sheets are looked at."""


@pytest.mark.parametrize("name", ["Enactor payment", "Adress", "Note", "Enactor item"])
def test_a_name_that_is_nearly_one_is_told_beside_enactors_sheets(name: str) -> None:
    """Of any of the seven; without one of Enactor's such a sheet is the manager's own."""
    drawing = "| Customer order | note |\n| 111 | a |"

    reading = read_workbook(plain(**FOR_ENACTOR, **{name: drawing}))

    assert found(reading) == [(name, "CS105")]
    assert reading.findings[0].is_enactors


@pytest.mark.parametrize(
    ("name", "drawing", "headings"),
    [
        ("Notes", "| Customer ordr | note |\n| 111 | hello |", "Customer order"),
        ("Products", "| Product | styleId |\n| 5001 | s |", "productId"),
        ("Addresses", "| Customer order | Gata |\n| 111 | Storgatan |", "Customer order"),
        ("Enactor notes", "| Customer order |\n| 111 |", "Customer order"),
        ("Payments", "| Customer order | amount |\n| 111 | =5 |", "Customer order, Payment"),
    ],
)
def test_a_sheet_without_its_headings_is_told_beside_enactors(
    name: str, drawing: str, headings: str
) -> None:
    """It may be the manager's own, so this is a warning; it is not read."""
    reading = read_workbook(plain(**FOR_ENACTOR, **{name: drawing}))

    assert found(reading) == [(name, "CS105")]
    assert f"write the headings {headings} and" in reading.findings[0].problem.hint
    assert not reading.enactor_refused


@pytest.mark.parametrize(
    ("name", "drawing"),
    [
        ("Enactor payments", "| Customer order | amount |\n| 111 | =5 |"),
        ("Enactor notes", "| Customer ordr | note |\n| 111 | hello |"),
    ],
)
def test_a_sheet_named_for_enactor_has_its_headings(name: str, drawing: str) -> None:
    """Else an order would be told in part; no other sheet has to be there."""
    reading = read_workbook(plain(**{name: drawing}))

    assert found(reading) == [(f"{name}!1", "CS103")] or found(reading) == [(f"{name}!A1", "CS103")]
    assert (reading.enactor_refused, served(reading)) == (True, ["111", "112"])


@pytest.mark.parametrize("name", ["Payments", "Enactor payments"])
def test_the_type_of_a_payment_says_its_kind_where_nothing_else_does(name: str) -> None:
    """It is what Enactor calls it; beside the column Payment it is a field."""
    drawing = "| Customer order | paymentType | amount |\n| 111 | customerOrderCashPayment | =5 |"

    (payment,) = details(read_workbook(plain(**{name: drawing}))).payments

    assert payment.kind == "customerOrderCashPayment"
    assert payment.fields.values == {"amount": Decimal(5)}


def test_a_payment_may_have_a_type_beside_its_kind() -> None:
    """The column Payment says under which name it stands."""
    drawing = "| Order | Payment | paymentType |\n| 111 | customerOrderCashPayment | other |"

    (payment,) = details(read_workbook(plain(Payments=drawing))).payments

    assert (payment.kind, payment.fields.values) == (
        "customerOrderCashPayment",
        {"paymentType": "other"},
    )


@pytest.mark.parametrize("heading", ["tags[100]", "a-b", "a..b", "a[].b", "x[00]"])
def test_a_heading_of_one_word_that_is_no_path_is_told(heading: str) -> None:
    """It may be meant as one; a column of one's own has a heading of two words."""
    reading = read_workbook(plain(Notes=f"| Customer order | note | {heading} |\n| 111 | a | b |"))

    assert found(reading) == [("Notes!C1", "CS106")]
    assert "two words" in reading.findings[0].problem.hint
    assert details(reading).notes[0].values == {"note": "a"}


@pytest.mark.parametrize("heading", ["Call Anna", "2026", "#", "a - b"])
def test_a_column_of_ones_own_is_left_alone(heading: str) -> None:
    """Of two words, or of no letters."""
    reading = read_workbook(plain(Notes=f"| Customer order | note | {heading} |\n| 111 | a | b |"))

    assert found(reading) == []


@pytest.mark.parametrize(
    "heading", ["panToken", "card.hashedPan", "tokens.PANTOKEN[0]", "x.pan_token"]
)
def test_a_secret_of_a_card_is_told_wherever_it_stands(heading: str) -> None:
    """It gives the card away under any name in front of it."""
    reading = read_workbook(plain(Notes=f"| Customer order | note | {heading} |\n| 111 | a | b |"))

    assert found(reading) == [("Notes!C1", "CS111"), ("Notes!C1", "CS112")]


def test_one_cell_is_no_heading_row() -> None:
    """An id that is a heading's word is an id."""
    header = "| Customer order | customerSurname |\n| 111 | x |\n| Order | |"

    reading = read_workbook(plain(**{"Enactor header": header}))

    assert (found(reading), reading.enactor_refused) == ([("Enactor header!A3", "CS401")], False)


def test_a_title_may_stand_above_the_headings() -> None:
    """As on the plain sheets."""
    reading = read_workbook(
        plain(Notes="| Notes to orders |\n| |\n| note | Customer order |\n| call | 111 |")
    )

    assert found(reading) == []
    assert details(reading).notes[0].values == {"note": "call"}


def test_hidden_rows_and_columns_are_told_as_on_the_plain_sheets() -> None:
    """They are served; the warning is Enactor's."""
    reading = read_workbook(
        workbook(
            {"Orders": ORDERS, "Items": ITEMS, "Notes": "| Order | note |\n| 111 | a |"},
            hidden={"Notes": [2]},
        )
    )

    assert found(reading) == [("Notes!2", "CS107")]
    assert reading.findings[0].is_enactors
    assert len(details(reading).notes) == 1


def test_a_second_table_of_products_is_seen_though_no_order_stands_there() -> None:
    """Its heading row looks like a product whose id is productId."""
    reading = read_workbook(
        drawn("Products", "| productId | type |\n| 5001 | a |\n| productId | type |\n| 5002 | b |")
    )

    assert (found(reading), reading.enactor_refused) == ([("Products!3", "CS110")], True)


@pytest.mark.parametrize(("sheet", "totals"), [("Products", {3}), ("Stock", set())])
def test_the_row_in_which_a_table_of_products_adds_up_is_no_product(
    sheet: str, totals: set[int]
) -> None:
    """Such a table has no orders; on any other sheet it is none of ours. Both readers know."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    columns = [{"header": "productId", "total_string": "Sum"}, {"header": "standardCostPrice"}]
    columns[1]["total_function"] = "sum"
    page = book.add_worksheet(sheet)
    page.add_table("A1:B3", {"columns": columns, "total_row": True, "data": [["5001", 5]]})
    book.close()

    with zipfile.ZipFile(target) as archive:
        usual, unusual = read_usual(archive), read_unusual(archive)

    assert usual is not None
    assert not isinstance(unusual, Problem)
    assert usual.totals == unusual.totals == {sheet: totals}


def test_a_sheet_of_enactors_that_is_missing_in_the_file_refuses_the_workbook() -> None:
    """Its orders would be told in part."""
    data = drawn("Enactor header", "| Customer order |\n| 111 |")

    reading = read_workbook(edited(data, "xl/workbook.xml", b'r:id="rId3"', b'r:id=""'))

    assert (reading.refused, found(reading)) == (True, [("", "CS006")])


def test_a_product_may_have_the_id_of_a_heading() -> None:
    """Only a row of nothing but headings is a heading row."""
    reading = read_workbook(drawn("Products", "| productId | type |\n| 5001 | a |\n| Item | b |"))

    assert (found(reading), reading.enactor_refused) == ([], False)


@pytest.mark.parametrize(
    "sheet",
    [
        ("Enactor header", "| Customer order |\n| 111 |\n| 112 |"),
        ("Enactor header", "| Customer order | x | x.id |\n| 111 | a | |\n| 112 | a | b |"),
        (
            "Enactor header",
            "| Customer order | userId | orderValue |\n| 111 | {} | =1 |\n| 112 | | =x |",
        ),
        ("Products", "| productId | type |\n| 5001 | a |\n| | b |\n| productId | type |"),
    ],
)
def test_rows_cut_in_blocks_are_read_as_expat_reads_them(
    sheet: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same fields and findings, whichever way."""
    reading = assert_agree(drawn(*sheet), monkeypatch)

    assert reading.enactor or reading.enactor_refused


def test_a_field_is_one_column_in_the_layout_only() -> None:
    """A known column is no structure and no ``anything``, so that its cells are checked."""
    fields = [column for layout in ENACTOR_SHEETS for column in layout.columns]

    assert all(isinstance(column, Column) for column in fields)
    assert Kind.VALUE not in {column.kind for column in fields}
