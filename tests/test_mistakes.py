"""docs/mistakes.md is word for word what corsheet says: each of its mistakes is planted and read.

The page holds a clean workbook and tables of mistakes. Both are taken from the
page itself, so a row that is written there is a row that is tested here.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import pytest
from openpyxl.utils.cell import coordinate_to_tuple

from corsheet.findings import Code, column_letters
from corsheet.model import EVERY_UNIT
from corsheet.workbook.enactor_layout import ENACTOR_SHEETS
from corsheet.workbook.layout import SHEETS
from corsheet.workbook.reading import Reading, read_workbook
from tests.support.service import ROOT
from tests.support.sheets import drawn, edited, pack, workbook

PAGE = (ROOT / "docs" / "mistakes.md").read_text("utf-8")

COLUMNS = ["where", "mistake", "finding", "place", "message", "what to do", "orders"]
"""The headings of a table of mistakes."""

FEWEST = 50
"""Mistakes that the page has at least."""

ENACTORS = frozenset(layout.name for layout in ENACTOR_SHEETS)
"""Sheets that are in the workbook for mistakes in one of them only."""

OWN_UNIT = "0001"
"""The business unit whose orders the page names by their id alone."""

TABLE = re.compile(r"(?:^\|.*\n?)+", re.MULTILINE)
SPAN = re.compile(r"`([^`]+)`")
"""What the program reads of a cell of the page; the words beside it are for the reader."""

Drawings = Mapping[str, list[list[str]]]
"""The cells of each sheet, row by row, in the notation of ``tests.support.sheets``."""


class Told(NamedTuple):
    """A finding, as the page has it: ``error CS203``, ``Items!D2``, message and cure."""

    finding: str
    place: str
    message: str
    hint: str


class Outcome(NamedTuple):
    """What became of the orders, each named as on the page.

    Attributes:
        refused: The workbook is.
        served: To Hii Retail.
        withheld: From everybody.
        from_enactor: Withheld from Enactor's clients only.
        enactor_refused: Those are told nothing.
    """

    refused: bool
    served: frozenset[str]
    withheld: frozenset[str]
    from_enactor: frozenset[str] = frozenset()
    enactor_refused: bool = False


class Mistake(NamedTuple):
    """A mistake of the page.

    Attributes:
        where: A cell, a sheet, or empty for the file.
        heading: Of the cell's column, as the page names it.
        what: What stands in the cell, or what was done to the sheet or the file.
        told: Its findings, in their order.
        orders: What the page says of the orders.
    """

    where: str
    heading: str
    what: str
    told: tuple[Told, ...]
    orders: str


@dataclass
class Book:
    """A drawn workbook while a mistake is planted in it.

    Attributes:
        sheets: The cells of each sheet.
        merged: The merged ranges of a sheet.
        hidden: The hidden rows of a sheet, from 1.
        after: What is done to the file once it is saved.
    """

    sheets: dict[str, list[list[str]]]
    merged: dict[str, list[str]] = field(default_factory=dict)
    hidden: dict[str, list[int]] = field(default_factory=dict)
    after: list[Callable[[bytes], bytes]] = field(default_factory=list)

    def put(self, sheet: str, address: str, cell: str) -> None:
        """Write a cell; sheet and row grow as far as they must."""
        number, column = coordinate_to_tuple(address)
        row = self.row(sheet, number)
        row += [""] * (column - len(row))
        row[column - 1] = cell

    def row(self, sheet: str, number: int) -> list[str]:
        """Give a row, from 1; the sheet grows as far as it must."""
        rows = self.sheets[sheet]
        rows += [[] for _ in range(number - len(rows))]
        return rows[number - 1]

    def saved(self) -> bytes:
        """Make the file."""
        drawings = {
            name: "\n".join(f"| {' | '.join(row)} |" for row in rows)
            for name, rows in self.sheets.items()
        }
        data = workbook(drawings, merged=self.merged, hidden=self.hidden)
        for change in self.after:
            data = change(data)
        return data


def _rename(book: Book, sheet: str, name: str) -> None:
    book.sheets = {name if old == sheet else old: rows for old, rows in book.sheets.items()}


def _copy_sheet(book: Book, sheet: str, name: str) -> None:
    book.sheets[name] = book.sheets[sheet]


def _hide_sheet(book: Book, sheet: str) -> None:
    old, new = f'<sheet name="{sheet}"', f'<sheet state="hidden" name="{sheet}"'
    book.after.append(lambda data: edited(data, "xl/workbook.xml", old.encode(), new.encode()))


def _part(book: Book, sheet: str) -> str:
    return f"xl/worksheets/sheet{list(book.sheets).index(sheet) + 1}.xml"


def _hide_column(book: Book, sheet: str, letter: str) -> None:
    _, column = coordinate_to_tuple(f"{letter}1")
    hidden = f'<cols><col min="{column}" max="{column}" hidden="1"/></cols><sheetData>'.encode()
    part = _part(book, sheet)
    book.after.append(lambda data: edited(data, part, b"<sheetData>", hidden))


def _hide_rows(book: Book, sheet: str, first: str, last: str | None) -> None:
    book.hidden[sheet] = list(range(int(first), int(last or first) + 1))


def _merge(book: Book, sheet: str, cells: str) -> None:
    (top, left), (bottom, right) = map(coordinate_to_tuple, cells.split(":"))
    rows = book.sheets[sheet]
    kept = rows[top - 1][left - 1]
    for row in rows[top - 1 : bottom]:
        row[left - 1 : right] = [""] * (right - left + 1)
    rows[top - 1][left - 1] = kept
    book.merged[sheet] = [cells]


def _copy_row(book: Book, sheet: str, source: str, target: str) -> None:
    book.row(sheet, int(target))[:] = book.row(sheet, int(source))


def _delete_row(book: Book, sheet: str, row: str) -> None:
    del book.sheets[sheet][int(row) - 1]


def _delete_column(book: Book, sheet: str, letter: str) -> None:
    _, column = coordinate_to_tuple(f"{letter}1")
    for row in book.sheets[sheet]:
        del row[column - 1]


def _cut(book: Book, _: str) -> None:
    book.after.append(lambda data: data[: len(data) // 2])


def _make_strict(book: Book, _: str) -> None:
    usual = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strict = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    book.after.append(lambda data: edited(data, "xl/workbook.xml", usual, strict))


def _zip(book: Book, _: str) -> None:
    book.after.append(lambda data: pack({"orders.xlsx": data}))


def _declare_type(book: Book, _: str) -> None:
    old, new = b"<worksheet ", b"<!DOCTYPE worksheet><worksheet "
    book.after.append(lambda data: edited(data, "xl/worksheets/sheet1.xml", old, new))


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How an .xls begins, and a workbook with a password."""

OTHER_FILES = {
    "an empty file": b"",
    "a .pdf": b"%PDF-1.7\n\x00",
    "a .csv": b"Customer order;Customer\r\n111;10001\r\n",
    "a web page": b"<html><table><tr><td>111</td></tr></table></html>",
    "an .xls": OLE + bytes(504) + "Workbook".encode("utf-16-le"),
    "an .ods": pack({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
    "an .xlsb": pack({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"\x83\x01"}),
    "a .docx": pack({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}),
    "a workbook with a password": OLE + bytes(504) + "EncryptedPackage".encode("utf-16-le"),
}
"""Files that may lie where the workbook should: as much of each as tells what it is."""


def _exchange(book: Book, _: str, other: str) -> None:
    book.after.append(lambda _: OTHER_FILES[other])


ACTIONS: Mapping[str, Callable[..., None]] = {
    r"rename to (.+)": _rename,
    r"copy as (.+)": _copy_sheet,
    r"delete": lambda book, sheet: book.sheets.pop(sheet),
    r"hide": _hide_sheet,
    r"hide column ([A-Z]+)": _hide_column,
    r"hide rows? (\d+)(?: to (\d+))?": _hide_rows,
    r"merge ([A-Z]+\d+:[A-Z]+\d+)": _merge,
    r"copy row (\d+) to row (\d+)": _copy_row,
    r"delete row (\d+)": _delete_row,
    r"delete column ([A-Z]+)": _delete_column,
    r"cut in half": _cut,
    r"save as Strict Open XML": _make_strict,
    r"pack into a \.zip": _zip,
    r"declare a document type": _declare_type,
    rf"put ({'|'.join(OTHER_FILES)}) in its place": _exchange,
}
"""What may be done to a sheet or the file; takes the book, the sheet, and what is in brackets."""


def planted(mistake: Mistake) -> bytes:
    """Make the page's clean workbook with one mistake in it."""
    sheet, _, address = mistake.where.partition("!")
    is_enactors = sheet in ENACTORS or mistake.orders.endswith("withheld from Enactor")
    book = Book(clean(PAGE, with_enactors=is_enactors))
    if address:
        book.put(sheet, address, mistake.what)
        return book.saved()
    for form, act in ACTIONS.items():
        if match := re.fullmatch(form, mistake.what):
            act(book, sheet, *match.groups())
            return book.saved()
    raise ValueError(f"nobody knows how to {mistake.what}")


def clean(page: str, *, with_enactors: bool = False) -> dict[str, list[list[str]]]:
    """Read the clean workbook: tables with a sheet's name above the rows' numbers."""
    return {
        table[0][0]: [[_span(cell) or cell for cell in row[1:]] for row in table[2:]]
        for table in map(drawn, TABLE.findall(page))
        if table[0][1] == "A" and (with_enactors or table[0][0] not in ENACTORS)
    }


def mistakes(page: str) -> list[Mistake]:
    """Read the tables of mistakes. A row that says neither where nor what belongs to the last.

    Raises:
        ValueError: A table is neither of mistakes nor a sheet.
    """
    found: list[Mistake] = []
    for heading, _, *rows in map(drawn, TABLE.findall(page)):
        if heading[1] == "A":
            continue
        if heading != COLUMNS:
            raise ValueError(f"what is the table with {heading}?")
        for where, what, finding, place, message, hint, orders in rows:
            one = (Told(finding, _span(place), message, hint),)
            if where or what:
                column = SPAN.sub("", where).strip()
                found.append(Mistake(_span(where), column, _span(what), one, orders))
            else:
                found[-1] = found[-1]._replace(told=found[-1].told + one)
    return found


def _span(cell: str) -> str:
    match = SPAN.search(cell)
    return match[1] if match else ""


def outcome(orders: str, everyone: frozenset[str]) -> Outcome:
    """Read what the page says of the orders, such as ``111 and 112 are withheld``.

    Raises:
        ValueError: It says nothing that can be tested.
    """
    if orders == "the workbook is refused":
        return Outcome(True, frozenset(), frozenset())
    if orders == "all are served":
        return Outcome(False, everyone, frozenset())
    if orders == "Enactor is told nothing":
        return Outcome(False, everyone, frozenset(), enactor_refused=True)
    match = re.fullmatch("(.+) (?:is|are) (withheld(?: from Enactor)?|not there)", orders)
    named = frozenset(match[1].split(" and ")) if match else frozenset[str]()
    if match is None or not named <= everyone:
        raise ValueError(f"what became of the orders, if {orders}?")
    if match[2] == "withheld from Enactor":
        return Outcome(False, everyone, frozenset(), from_enactor=named)
    withheld = named if match[2] == "withheld" else frozenset[str]()
    return Outcome(False, everyone - named, withheld)


def happened(reading: Reading) -> Outcome:
    """Say what became of the orders, in the page's words."""
    return Outcome(
        reading.refused,
        frozenset(_called(o.business_unit_id, o.customer_order_id) for o in reading.orders),
        frozenset(_called(unit, order) for unit, order in reading.withheld),
        frozenset(_called(unit, order) for unit, order in reading.enactor_withheld),
        reading.enactor_refused,
    )


def _called(unit: str, order: str) -> str:
    return order if unit in {OWN_UNIT, EVERY_UNIT} else f"{order} in {unit}"


def told(reading: Reading) -> tuple[Told, ...]:
    """Give the findings as the page has them."""
    return tuple(
        Told(
            f"{finding.problem.code.severity.value} {finding.problem.code.id}",
            finding.place,
            finding.problem.message,
            finding.problem.hint,
        )
        for finding in reading.findings
    )


ALL = mistakes(PAGE)
EVERYONE = frozenset(_called(unit, order) for unit, order, *_ in clean(PAGE)["Orders"][1:])


@pytest.mark.parametrize("mistake", ALL, ids=lambda m: f"{m.where}-{m.what}")
def test_a_mistake_is_told_and_costs_what_the_page_says(mistake: Mistake) -> None:
    """Planted alone it gives these findings and no other, word for word, and spares the others."""
    reading = read_workbook(planted(mistake))

    assert told(reading) == mistake.told
    assert happened(reading) == outcome(mistake.orders, EVERYONE)


def test_the_page_names_the_column_of_each_mistake() -> None:
    """The heading beside an address is the one above the cell."""
    headings = {
        f"{sheet}!{column_letters(number)}": heading
        for sheet, rows in clean(PAGE, with_enactors=True).items()
        for number, heading in enumerate(rows[0], 1)
    }

    for mistake in ALL:
        of_the_cell = headings.get(mistake.where.rstrip("0123456789"), "")
        assert mistake.heading == (of_the_cell if mistake.where else "the file"), mistake


def test_the_workbook_on_the_page_is_clean() -> None:
    """All five sheets with all their columns; every order is served without a finding."""
    sheets = clean(PAGE)
    reading = read_workbook(Book(sheets).saved())

    assert {name: rows[0] for name, rows in sheets.items()} == {
        layout.name: [column.name for column in layout.columns] for layout in SHEETS
    }
    assert told(reading) == ()
    assert happened(reading) == Outcome(False, EVERYONE, frozenset())
    assert len(reading.orders) == len(EVERYONE)


def test_enactors_sheets_on_the_page_are_clean_and_change_nothing_else() -> None:
    """All seven; the orders are those of the plain sheets, and nothing is found."""
    sheets = clean(PAGE, with_enactors=True)
    reading = read_workbook(Book(sheets).saved())

    assert sheets.keys() == clean(PAGE).keys() | ENACTORS
    assert told(reading) == ()
    assert reading.orders == read_workbook(Book(clean(PAGE)).saved()).orders
    assert {key.customer_order_id for key in reading.enactor} == {"111", "112", "113"}
    assert [row.values["productId"] for row in reading.enactor_products] == ["5001", "5002"]
    assert happened(reading) == Outcome(False, EVERYONE, frozenset())


def test_the_numbers_beside_the_rows_and_above_the_columns_count() -> None:
    """A reader finds a cell of the clean workbook by its address."""
    for heading, _, *rows in map(drawn, TABLE.findall(PAGE)):
        if heading[1] == "A":
            assert "".join(heading[1:]) == "ABCDEFG"[: len(heading) - 1]
            assert [row[0] for row in rows] == [str(n) for n in range(1, len(rows) + 1)]


def test_the_page_has_every_kind_of_mistake_that_a_workbook_can_have() -> None:
    """CS001 and CS002 are of the file's path, CS015 of ourselves, CS5xx of the settings."""
    codes = {one.finding.split()[1] for mistake in ALL for one in mistake.told}

    assert codes == {code.id for code in Code if "CS003" <= code.id < "CS500"} - {Code.OUR_FAULT.id}


def test_the_page_has_many_mistakes_and_each_once() -> None:
    """A table that is lost on the way to the test is missed."""
    assert len(ALL) >= FEWEST
    assert len({(mistake.where, mistake.what) for mistake in ALL}) == len(ALL)


@pytest.mark.parametrize(
    "page",
    [
        "| where | mistake |\n|---|---|\n| `Items` | `delete` |\n",
        f"| {' | '.join(COLUMNS[::-1])} |\n|---|\n",
    ],
)
def test_a_table_with_other_headings_is_not_passed_over(page: str) -> None:
    """A misspelt heading would lose every mistake below it."""
    with pytest.raises(ValueError, match="what is the table"):
        mistakes(page)


@pytest.mark.parametrize("orders", ["999 is withheld", "111", "some are served", ""])
def test_a_word_on_the_orders_that_cannot_be_tested_is_refused(orders: str) -> None:
    """An order that is not in the workbook would be withheld by nobody."""
    with pytest.raises(ValueError, match="what became of the orders"):
        outcome(orders, EVERYONE)


def test_an_action_that_nobody_knows_is_refused() -> None:
    """It would plant nothing."""
    with pytest.raises(ValueError, match="nobody knows how to dance"):
        planted(Mistake("Items", "", "dance", (), ""))
