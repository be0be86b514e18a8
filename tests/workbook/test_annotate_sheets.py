"""The annotated copy: cells and formats are put into sheets and styles of any form."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corsheet.findings import Finding
from corsheet.workbook.annotate.grid import Place
from tests.support.annotated import (
    ITEMS,
    ORDERS,
    PROBLEM,
    RED,
    REMARK,
    YELLOW,
    colour,
    coloured,
    copy_of,
    finding,
    opened_by_openpyxl,
    raw,
)
from tests.support.sheets import CONTENT, MAIN, RELATIONS, edited, pack, parts, workbook


def items_of(copy: bytes) -> str:
    """Give the rows of Items of a copy of a hand-written workbook."""
    sheet = parts(copy)["xl/worksheets/sheet2.xml"].decode()
    match = re.search(r"<(?:\w+:)?sheetData.*</(?:\w+:)?sheetData>", sheet, re.DOTALL)
    assert match is not None
    return match[0]


@pytest.mark.parametrize(
    ("rows", "places", "expected"),
    [
        ('<row r="2"><c r="A2"/></row>', ["B2"], '<row r="2"><c r="A2"/><c r="B2" s="1"/></row>'),
        ('<row r="2"><c r="B2"/></row>', ["A2"], '<row r="2"><c r="A2" s="1"/><c r="B2"/></row>'),
        (
            '<row r="2"><c r="A2"/><c r="D2"/></row>',
            ["C2", "B2"],
            '<row r="2"><c r="A2"/><c r="B2" s="1"/><c r="C2" s="1"/><c r="D2"/></row>',
        ),
        ('<row r="2" />', ["B2", "C2"], '<row r="2" ><c r="B2" s="1"/><c r="C2" s="1"/></row>'),
        ("<row r='2'/>", ["B2"], '<row r=\'2\'><c r="B2" s="1"/></row>'),
        (
            '<row r="2"/><row r="5"/>',
            ["A3", "A4", "A6"],
            (
                '<row r="2"/><row r="3"><c r="A3" s="1"/></row><row r="4"><c r="A4" s="1"/></row>'
                '<row r="5"/><row r="6"><c r="A6" s="1"/></row>'
            ),
        ),
        ("", ["B2"], '<row r="2"><c r="B2" s="1"/></row>'),
        (
            "<row><c/><c><v>1</v></c></row><row><c/></row>",
            ["B1", "A2", "C2"],
            '<row><c/><c s="1"><v>1</v></c></row><row><c s="1"/><c r="C2" s="1"/></row>',
        ),
        (
            "<row r='2'><c r='A2' s='0' t='str'/></row>",
            ["A2"],
            "<row r='2'><c r='A2' s=\"1\" t='str'/></row>",
        ),
        (
            '<row r="2" spans="1:2"><c r="A2"/></row>',
            ["D2"],
            '<row r="2" spans="1:4"><c r="A2"/><c r="D2" s="1"/></row>',
        ),
        (
            '<row r="2"><c r="A2"><f>1&gt;0</f><v>1</v></c><extLst><ext uri="u"/></extLst></row>',
            ["A2", "B2"],
            (
                '<row r="2"><c r="A2" s="1"><f>1&gt;0</f><v>1</v></c><c r="B2" s="1"/>'
                '<extLst><ext uri="u"/></extLst></row>'
            ),
        ),
        (
            (
                '<row r="2"><c r="A2" t="str"><v><![CDATA[<c r="B2"/>]]></v></c>'
                '<!-- <c r="B2"/> --></row>'
            ),
            ["B2"],
            (
                '<row r="2"><c r="A2" t="str"><v><![CDATA[<c r="B2"/>]]></v></c>'
                '<!-- <c r="B2"/> --><c r="B2" s="1"/></row>'
            ),
        ),
    ],
)
def test_cells_and_rows_that_are_not_there_are_put_in_at_their_place(
    rows: str, places: Sequence[str], expected: str
) -> None:
    """Whoever wrote the sheet: with addresses or without, quotes of either kind."""
    copy = copy_of(raw(rows), *[finding(f"Items!{place}") for place in places])

    assert items_of(copy) == f"<sheetData>{expected}</sheetData>"
    assert coloured(opened_by_openpyxl(copy)) == {f"Items!{place}": RED for place in places}


@pytest.mark.parametrize(
    "inside",
    [
        "<sheetData/>",
        "<sheetData></sheetData>",
        "",
        (
            "<cols><col min='1' max='2' width='9'/></cols><pageMargins left='1' right='1' top='1'"
            " bottom='1' header='1' footer='1'/>"
        ),
    ],
)
def test_a_sheet_without_rows_gets_some(inside: str) -> None:
    """Also one without ``sheetData``, which stands before the margins and behind the columns."""
    data = raw(f'<worksheet xmlns="{MAIN}">{inside}</worksheet>')
    copy = copy_of(data, finding("Items!B2"))

    assert coloured(opened_by_openpyxl(copy)) == {"Items!B2": RED}
    assert re.sub("<.*?>", "", parts(copy)["xl/worksheets/sheet2.xml"].decode()) == ""


def test_an_empty_cell_keeps_the_look_of_its_row_or_column() -> None:
    """The row's, where it has one; of other cells the own."""
    rows = (
        '<row r="2"><c r="A2" s="2"><v>1</v></c></row>'
        '<row r="3" s="2" customFormat="1"/><row r="4" s="2"/>'
    )
    styles = (
        f'<styleSheet xmlns="{MAIN}"><cellXfs count="3"><xf numFmtId="0"/>'
        '<xf numFmtId="49" applyNumberFormat="1"/><xf numFmtId="2"/></cellXfs></styleSheet>'
    )
    data = with_styles(
        raw(
            f'<worksheet xmlns="{MAIN}"><cols><col min="2" max="3" style="1"/></cols>'
            f"<sheetData>{rows}</sheetData></worksheet>"
        ),
        styles,
    )
    places = ["A2", "B2", "B3", "B4", "D4", "C9"]
    sheet = opened_by_openpyxl(copy_of(data, *[finding(f"Items!{p}") for p in places]))["Items"]

    assert [sheet[place].number_format for place in places] == [
        "0.00",
        "@",
        "0.00",
        "@",
        "General",
        "@",
    ]


def with_styles(data: bytes, styles: str) -> bytes:
    """Add a part with styles to a hand-written workbook."""
    files = parts(data)
    files["xl/styles.xml"] = styles.encode()
    override = f'<Override PartName="/xl/styles.xml" ContentType="{CONTENT}.styles+xml"/></Types>'
    files["[Content_Types].xml"] = files["[Content_Types].xml"].replace(
        b"</Types>", override.encode()
    )
    relation = f'<Relationship Id="s" Type="{RELATIONS}/styles" Target="styles.xml"/>'
    files["xl/_rels/workbook.xml.rels"] = files["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>", relation.encode() + b"</Relationships>"
    )
    return pack(files)


@pytest.mark.parametrize(
    "styles",
    [
        None,
        f'<styleSheet xmlns="{MAIN}"/>',
        f'<styleSheet xmlns="{MAIN}"><fills/><cellXfs/></styleSheet>',
        (
            f'<x:styleSheet xmlns:x="{MAIN}"><x:fills count="1"><x:fill><x:patternFill/></x:fill>'
            "</x:fills></x:styleSheet>"
        ),
        f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="2"/></cellXfs><dxfs/></styleSheet>',
        f'\ufeff<?xml version="1.0" encoding="utf-8"?><styleSheet xmlns="{MAIN}"/>',
    ],
)
def test_styles_are_added_to_whatever_is_there(styles: str | None) -> None:
    """No styles at all, empty lists, another prefix, no list of fills."""
    data = raw('<row r="2"><c r="A2" s="7"/><c r="B2"/></row>')
    data = data if styles is None else with_styles(data, styles)
    copy = copy_of(data, finding("Items!A2"), finding("Items!B2", REMARK))
    written = parts(copy)["xl/styles.xml"].decode()
    book = opened_by_openpyxl(edited(copy, "xl/worksheets/sheet2.xml", b"<c ", b"<c "))

    assert coloured(book) == {"Items!A2": RED, "Items!B2": YELLOW}
    for name in ("fonts", "fills", "borders", "cellXfs"):
        match = re.search(
            rf'<(?:x:)?{name} count="([0-9]+)">(.*?)</(?:x:)?{name}>', written, re.DOTALL
        )
        assert match is not None
        one = {"cellXfs": "xf"}.get(name, name.removesuffix("s"))
        assert int(match[1]) == len(re.findall(rf"<(?:x:)?{one}[ />]", match[2]))
    assert written.index("fills") < written.index("borders") < written.index("cellXfs")


def test_a_format_is_copied_once_for_all_its_cells() -> None:
    """A column of a thousand faults needs one more format, not a thousand."""
    rows = "".join(f'<row r="{row}"><c r="A{row}"/></row>' for row in range(1, 50))
    data = raw(rows)
    few = copy_of(data, finding("Items!A1"))
    many = copy_of(data, *[finding(f"Items!A{row}") for row in range(1, 50)])

    assert parts(few)["xl/styles.xml"] == parts(many)["xl/styles.xml"]
    assert b'fillId="2" borderId="0" applyFill="1"/>' in parts(few)["xl/styles.xml"]


PREFIXED = (
    f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row r="2"><x:c r="A2">'
    "<x:v>1</x:v></x:c></x:row></x:sheetData>"
    "<x:mergeCells><x:mergeCell ref='B2:C3'/><x:mergeCell ref='A2'/></x:mergeCells></x:worksheet>"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("declared", [True, False])
def test_prefixes_and_encodings_of_other_programs_are_kept_or_told_anew(
    encoding: str, declared: bool
) -> None:
    """What is put in has the prefix of the sheet; UTF-16 becomes UTF-8 and says so."""
    name = "UTF-16" if "16" in encoding else "UTF-8"
    declaration = f"<?xml version='1.0' encoding='{name}'?>\n" if declared else ""
    files = parts(raw(""))
    files["xl/worksheets/sheet2.xml"] = (declaration + PREFIXED).encode(encoding)
    copy = copy_of(pack(files), finding("Items!A2"), finding("Items!C3", REMARK))
    sheet = parts(copy)["xl/worksheets/sheet2.xml"].decode("utf-8")

    assert '<x:c r="A2" s="1"><x:v>1</x:v></x:c><x:c r="B2" s="2"/></x:row>' in sheet
    assert "</x:mergeCells><x:legacyDrawing " in sheet
    assert "UTF-16" not in sheet
    assert coloured(opened_by_openpyxl(copy)) == {"Items!A2": RED, "Items!B2": YELLOW}


def test_of_merged_cells_the_first_is_marked() -> None:
    """It alone is seen; a note of one below it would never be."""
    data = workbook(Orders=ORDERS, Items=ITEMS, merged={"Items": ["C2:D3", "A5:A6"]})
    book = opened_by_openpyxl(
        copy_of(data, finding("Items!D3"), finding("Items!C2"), finding("Items!A6"))
    )

    assert coloured(book) == {"Items!C2": RED, "Items!A5": RED}
    assert book["Items"]["C2"].comment.text.count("CS203") == 2


CELLS = st.dictionaries(
    st.tuples(st.integers(1, 6), st.integers(1, 5)), st.sampled_from(["1", "2.5"]), max_size=12
)
PLACES = st.sets(st.tuples(st.integers(1, 8), st.integers(1, 7)), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(CELLS, PLACES, st.booleans(), st.sampled_from(["", "x:"]))
def test_any_cells_of_any_sheet_can_be_marked(
    cells: dict[tuple[int, int], str],
    places: set[tuple[int, int]],
    addressed: bool,
    prefix: str,
) -> None:
    """Exactly these are coloured and have a note, and every value is where it was."""
    rows = ""
    for row in range(1, max((r for r, _ in cells), default=0) + 1):
        last = max((c for r, c in cells if r == row), default=0)
        inside = ""
        for column in range(1, last + 1):
            address = f' r="{Place(row, column).address}"' if addressed else ""
            value = cells.get((row, column))
            inside += f"<c{address}>" + (f"<v>{value}</v>" if value else "") + "</c>"
        number = f' r="{row}"' if addressed else ""
        rows += f"<row{number}>{inside}</row>" if inside else f"<row{number}/>"
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    if prefix:
        sheet = re.sub(r"(</?)(\w)", r"\1x:\2", sheet).replace("xmlns=", "xmlns:x=")
    findings = [
        Finding(problem=PROBLEM, sheet="Items", row=row, column=column) for row, column in places
    ]
    after = opened_by_openpyxl(copy_of(raw(sheet), *findings))["Items"]

    assert {(c.row, c.column) for row in after.iter_rows() for c in row if c.comment} == places
    assert {key for key in after._cells if colour(after, Place(*key).address)} == places
    assert {key: cell.value for key, cell in after._cells.items() if cell.value is not None} == {
        key: float(value) for key, value in cells.items()
    }
