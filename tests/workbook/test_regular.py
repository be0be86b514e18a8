"""Rows cut by the expression mean what expat says of them, whatever stands in the sheet."""

import random
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corsheet.workbook import parts as parts_module
from corsheet.workbook import sheets as sheets_module
from corsheet.workbook.limits import Limits
from corsheet.workbook.reading import Reading, read_workbook
from corsheet.workbook.regular import STRINGS_HEAD, Block, Form, cut_strings, joined
from corsheet.workbook.sheets import Sheet, SheetRow
from tests.support.sheets import pack, parts, raw_rows, raw_workbook, workbook

LETTERS = {"A": 1, "B": 2, "D": 4}

ORDERS = """
    | Business unit | Customer order | Customer | Status      | Handpenning | Locked |
    |               | 111            | 10001    | CREATED     |             |        |
    | 0001          | =42 {00000}    | 10002    | IN_PROGRESS | =100        | =TRUE  |
    | 0002          | 113            | =10003   | FULFILLED   | 1 234,50 kr | nej    |
    |               | " 114 "        | 10004    | DONE        | =-1         | x      |
    |               |                |          |             |             |        |
    |               | 115            | 10005    | CREATED     | =#N/A       | maybe  |
    |               | 116            |          | CREATED     | =19.999     |        |
    |               | Åsa 1          | 10006    | CREATED     | =0.1        | no     |
"""
ITEMS = """
    | Customer order | Item  | Quantity | Unit price     | Contributed amount | Note |
    | 111            | =5001 | =1       | =9.90          |                    | =1   |
    | 111            | 5002  | =2.5     | =85.0699999999 |                    |
    | =42 {00000}    | 5001  | two      | =1 {0%}        | =3                 |
    | 113            | 5001  | =1       | =A1*2 -> 12.5  |                    |
    | 113            | 5003  | =1       | =A1*3          |                    |
    | 117            | 5001  | =1       | =2026-11-21    |                    |
    | Åsa 1          | a & b | =1       | =1             | =0                 |
"""
DRAWN = workbook(Orders=ORDERS, Items=ITEMS, hidden={"Items": [3]})


def carefully(data: bytes, monkeypatch: pytest.MonkeyPatch) -> Reading:
    """Read a workbook row by row through expat."""
    with monkeypatch.context() as patch:
        patch.setattr(Sheet, "in_blocks", lambda self: None)
        patch.setattr(sheets_module, "cut_strings", lambda data: None)
        return read_workbook(data)


def told(reading: Reading) -> list[tuple[str, str, str]]:
    """Give the findings by place, code and message; of a damaged file only the code."""
    return [
        (f.place, f.problem.code.id, f.problem.message if f.place else "") for f in reading.findings
    ]


def assert_agree(data: bytes, monkeypatch: pytest.MonkeyPatch) -> Reading:
    """Both ways give the same orders, the same withheld ones and the same findings."""
    fast, careful = read_workbook(data), carefully(data, monkeypatch)

    assert told(fast) == told(careful)
    assert (fast.orders, fast.withheld, fast.refused) == (
        careful.orders,
        careful.withheld,
        careful.refused,
    )
    assert (fast.enactor, fast.enactor_withheld, fast.enactor_refused) == (
        careful.enactor,
        careful.enactor_withheld,
        careful.enactor_refused,
    )
    return fast


def test_both_ways_read_a_workbook_with_every_kind_of_cell_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Numbers, formats, formulas, errors, dates, blanks and texts with odd letters."""
    reading = assert_agree(DRAWN, monkeypatch)

    assert reading.orders
    assert reading.withheld


SNIPPETS = (
    b'<row r="3"><c r="A3" t="s"><v>0</v></c></row>',
    b'<row r="5"/>',
    b'<row r="99"/>',
    b'<row r="4" hidden="1">',
    b"<!-- a remark -->",
    b"<!--",
    b"-->",
    b"<![CDATA[7]]>",
    b"</row>",
    b"</sheetData>",
    b"<sheetData>",
    b"<row>",
    b'<c r="A2"/>',
    b'<c r="B3" s="1"/>',
    b'<c r="C3"><v>7</v></c>',
    b'<c r="XFD4"><v>7</v></c>',
    b"<c><v>7</v></c>",
    b'<c r="B2" r="B2"><v>1</v></c>',
    b'<c r="D3" t="inlineStr"><is><t>a &amp; b</t></is></c>',
    b'<c r="D3" t="inlineStr"><is><t xml:space="preserve"> a </t></is></c>',
    b'<c r="D3" t="inlineStr"><is><r><t>a</t></r><rPh><t>b</t></rPh></is></c>',
    b'<c r="E3"><f>A1*2</f><v>4</v></c>',
    b'<c r="E3"><f>A1*2</f></c>',
    b'<c r="E3" t="str"><f>A1</f><v></v></c>',
    b'<c r="E3"><f t="shared" si="0"/><v>4</v></c>',
    b"&amp;",
    b"&nope;",
    b"&#8203;",
    b"]]>",
    b"\xff",
    b"\x00",
    b"\xc3\x85",
    b" ",
    b"\n",
    b"<v>1E3</v>",
    b"<v>1_000</v>",
    b"<v>99999</v>",
    b' t="e"',
    b' t="d"',
    b' s="2"',
    b' s="x"',
    b' hidden="true"',
    b' ht="12.8"',
    b"'",
    b'"',
    b"<x/>",
    b"<?pi?>",
    b"<si><t>112</t></si>",
    b"<si><t/></si>",
    b"<si><r><t>1</t></r><r><t>11</t></r></si>",
    b"</si>",
    b"<si>",
    b"\xef\xbf\xbf",
    b"_x0041_",
)


PARTS = ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/sharedStrings.xml"]


@given(st.integers(min_value=0), st.integers(1, 6))
@settings(max_examples=400, deadline=None)
def test_both_ways_agree_on_sheets_that_somebody_meddled_with(seed: int, count: int) -> None:
    """Pieces put in, taken out, doubled and moved: the same orders and the same findings."""
    chance = random.Random(seed)  # noqa: S311 - for variety
    files = parts(DRAWN)
    name = chance.choice(PARTS)
    sheet = files[name]
    for _ in range(count):
        places = [match.start() for match in re.finditer(rb"[<>]| [a-z]+=", sheet)]
        place = chance.choice(places) + chance.randint(0, 1)
        match chance.randint(0, 3):
            case 0:
                sheet = sheet[:place] + chance.choice(SNIPPETS) + sheet[place:]
            case 1:
                sheet = sheet[:place] + sheet[place + chance.randint(1, 30) :]
            case 2:
                sheet = sheet[: place + 40] + sheet[place:]
            case _:
                other = chance.choice(places)
                sheet = sheet[:place] + sheet[other : other + 60] + sheet[place:]

    with pytest.MonkeyPatch.context() as monkeypatch:
        assert_agree(pack({**files, name: sheet}), monkeypatch)


@pytest.mark.parametrize("size", [1, 7, 64, 1000])
def test_where_the_inflated_pieces_end_does_not_matter(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows, tags and letters are cut through anywhere."""
    whole = read_workbook(DRAWN)
    monkeypatch.setattr(parts_module, "CHUNK", size)

    assert told(read_workbook(DRAWN)) == told(whole)
    assert read_workbook(DRAWN).orders == whole.orders


@pytest.mark.parametrize(
    ("data", "texts"),
    [
        (b"<si><t>111</t></si><si><t></t></si>", ["111", ""]),
        ('<si><t xml:space="preserve"> Åsa </t></si>'.encode(), [" Åsa "]),
        (b"<si><t>a &amp; b</t></si>", None),
        (b"<si><t>a</t></si> <si><t>b</t></si>", None),
        (b"<si><r><t>a</t></r></si>", None),
        (b"<si><t>a\nb</t></si>", None),
        (b"<si><t>\xff</t></si>", None),
        (b"<si><t>\xef\xbf\xbf</t></si>", None),
        (b"", None),
    ],
)
def test_shared_texts_are_cut_where_there_is_nothing_to_unravel(
    data: bytes, texts: list[str] | None
) -> None:
    """Anything else is left to expat."""
    assert cut_strings(data) == texts


def form_of(*letters: str) -> Form:
    """Make the form of rows with these columns."""
    return Form({letter: LETTERS[letter] for letter in letters})


def test_rows_of_one_form_are_cut_column_by_column() -> None:
    """What stands behind the address; nothing where there is no such cell."""
    block = form_of("A", "B", "D").cut(
        b'<row r="2" ht="15"><c r="A2" t="s"><v>0</v></c><c r="D2"/></row>'
        b'<row r="4"/>'
        b'<row r="7"><c r="B7"><f>A1</f><v>1</v></c></row>',
        after=1,
    )

    assert block == Block(
        [2, 4, 7],
        {
            1: (b' t="s"><v>0</v></c>', b"", b""),
            2: (b"", b"", b"><f>A1</f><v>1</v></c>"),
            4: (b"/>", b"", b""),
        },
        frozenset({b' ht="15"', b""}),
    )


@pytest.mark.parametrize(
    "data",
    [
        b'<row r="1"></row>',  # out of order
        b'<row r="3"></row><row r="2"></row>',
        b'<row r="2"></row><!-- --><row r="3"></row>',
        b'<row r="2"> </row>',
        b'<row r="2"><c r="C2"/></row>',  # a column that is not of the form
        b'<row r="2"><c r="B2"/><c r="A2"/></row>',
        b'<row r="2"><c r="A2"/><c r="A2"/></row>',
        b'<row r="2"><c t="s"><v>0</v></c></row>',
        b'<row r="2"><c r="A2"><v>1<!-- --></v></c></row>',
        b'<row r="2"><c r="A2" t="inlineStr"><is><r><t>1</t></r></is></c></row>',
        b'<row hidden="1" r="2"></row>',
        b"<row></row>",
        b"",
    ],
)
def test_anything_else_is_left_to_expat(data: bytes) -> None:
    """One row that is not of the form is enough."""
    assert form_of("A", "B").cut(data, after=1) is None


def test_blocks_are_joined_in_their_order() -> None:
    """Rows between two irregular ones become one block."""
    form = form_of("A")
    rows = [b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (n, n, n) for n in (2, 3)]
    blocks = [block for row in rows if (block := form.cut(row, after=1)) is not None]

    assert joined(blocks) == Block(
        [2, 3], {1: [b"><v>2</v></c>", b"><v>3</v></c>"]}, frozenset({b""})
    )
    assert joined(blocks[:1]) is blocks[0]


def by_xlsxwriter() -> bytes:
    """Write many rows with XlsxWriter; every fifth has a formula and every seventh is hidden."""
    rows = "\n".join(
        f"| {number} | 5001 | =1 | {'=A1*2 -> 3' if number % 5 == 0 else '=9.9'} |"
        for number in range(100, 200)
    )
    return workbook(
        Orders="| Customer order | Customer | Status |",
        Items=f"| Customer order | Item | Quantity | Unit price |\n{rows}",
        hidden={"Items": list(range(7, 100, 7))},
    )


def by_hand() -> bytes:
    """Write texts in place, as openpyxl does."""
    rows = "\n".join(f"| {number} | 5001 | =1 | =9.9 |" for number in range(100, 200))
    return raw_workbook(
        Orders=raw_rows("| Customer order | Customer | Status |"),
        Items=raw_rows(f"| Customer order | Item | Quantity | Unit price |\n{rows}"),
    )


@pytest.mark.parametrize(("write", "one_by_one"), [(by_xlsxwriter, 14), (by_hand, 0)])
def test_nearly_every_row_comes_in_blocks(
    write: Callable[[], bytes], one_by_one: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a reading is as slow as before; formulas are regular, hidden rows are not."""
    pieces: list[SheetRow | Block] = []
    original = Sheet.pieces

    def watched(sheet: Sheet) -> object:
        for piece in original(sheet):
            if sheet.name == "Items":
                pieces.append(piece)
            yield piece

    monkeypatch.setattr(Sheet, "pieces", watched)
    read_workbook(write(), limits=Limits())

    heading, *rows = pieces
    assert isinstance(heading, SheetRow)
    assert sum(isinstance(piece, SheetRow) for piece in rows) == one_by_one
    assert sum(len(piece.numbers) for piece in rows if isinstance(piece, Block)) == 100 - one_by_one


def test_a_row_that_does_not_fit_is_found_so_in_one_try() -> None:
    """A cell to the right of forty numbers; tried in every way it would take years."""
    form = Form(
        {f"A{chr(ord('A') + n - 26)}" if n > 25 else chr(ord("A") + n): n + 1 for n in range(40)}
    )
    cells = b"".join(b'<c r="%s1"><v>1</v></c>' % letters.encode() for letters in form.columns)
    row = b'<row r="1">' + cells + b'<c r="ZZ1"><v>1</v></c></row>'

    assert form.cut(row, after=0) is None


def test_the_head_of_the_shared_texts_is_looked_at_once() -> None:
    """Quotes without an end; tried in every way it would take minutes."""
    assert STRINGS_HEAD.match(b"<sst " + b'"' * 200_000) is None
    assert STRINGS_HEAD.match(b'<?xml version=\'1.0\'?>\r\n<sst xmlns="x" count="1"><si>')
