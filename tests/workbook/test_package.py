"""What a workbook says about itself: sheets, number formats, calculation."""

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from textwrap import dedent

import pytest

from corsheet.findings import Code, Problem
from corsheet.workbook.description import Package
from corsheet.workbook.examples import example_orders
from corsheet.workbook.limits import Limits
from corsheet.workbook.package import open_package
from corsheet.workbook.reading import read_workbook
from corsheet.workbook.template import write_workbook
from corsheet.workbook.unusual import read_unusual
from corsheet.workbook.usual import read_usual
from tests.support.sheets import (
    MAIN,
    PACKAGE,
    RELATIONS,
    edited,
    found,
    pack,
    parts,
    raw_workbook,
    served,
    workbook,
)

ORDERS = """
    | Customer order | Customer     | Status  | Handpenning    |
    | 111            | =42 {000000} | CREATED | =46000 {d mmm} |
"""
ITEMS = """
    | Customer order | Item | Quantity | Unit price |
    | 111            | 5001 | =1       | =9.90      |
"""
GOOD = workbook(Orders=ORDERS.replace("=46000 {d mmm}", "=100"), Items=ITEMS)


def opened(data: bytes) -> Package | Problem:
    """Open the package of a workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return open_package(archive)


def package(data: bytes) -> Package:
    """Open the package of a workbook that has no problem."""
    result = opened(data)
    assert isinstance(result, Package)
    return result


def test_the_sheets_are_named_from_left_to_right_with_their_parts() -> None:
    """The names are what the manager sees on the tabs."""
    data = workbook({"Ordrar": ORDERS, "Rader": ITEMS, "Åkers & Söner": ""})

    assert package(data).sheets == (
        ("Ordrar", "xl/worksheets/sheet1.xml"),
        ("Rader", "xl/worksheets/sheet2.xml"),
        ("Åkers & Söner", "xl/worksheets/sheet3.xml"),
    )


def test_the_number_formats_are_those_of_the_cell_styles() -> None:
    """Built-in, custom and date formats, by the number that a cell names."""
    found_in = package(workbook(Orders=ORDERS, Items=ITEMS))

    assert "General" in found_in.formats
    assert "000000" in found_in.formats
    assert found_in.date_styles == {found_in.formats.index("d mmm")}


def test_a_package_without_strings_or_styles_is_whole() -> None:
    """Both parts may be left out."""
    bare = package(raw_workbook(Orders="", Items=""))

    assert bare.strings is None
    assert bare.date_styles == frozenset()


@pytest.mark.parametrize(
    ("calculation", "uncalculated"),
    [
        (b"", False),
        (b'<calcPr calcId="191029"/>', False),
        (b'<calcPr calcId="191029" fullCalcOnLoad="0"/>', False),
        (b'<calcPr calcId="191029" fullCalcOnLoad="false"/>', False),
        (b'<calcPr fullCalcOnLoad="1"/>', True),
        (b'<calcPr fullCalcOnLoad="true"/>', True),
    ],
)
def test_formulas_are_uncalculated_only_where_the_workbook_says_so(
    calculation: bytes, uncalculated: bool
) -> None:
    """Where the attribute is left out it is false (ECMA-376 part 1, 18.2.2)."""
    data = workbook(Orders=ORDERS, Items=ITEMS, calculated=False)
    written = b'<calcPr calcId="124519" fullCalcOnLoad="1"/>'

    changed = edited(data, "xl/workbook.xml", written, calculation)

    assert package(changed).uncalculated is uncalculated


@pytest.mark.parametrize(
    "part",
    [
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/styles.xml",
        "xl/_rels/workbook.xml.rels",
    ],
)
@pytest.mark.parametrize("content", [b"", b"<", b"not xml", b"<x/>", b"<x>" * 5000])
def test_a_broken_part_never_raises(part: str, content: bytes) -> None:
    """Its reader raises some ten kinds of error; each becomes one damaged workbook, or nothing."""
    changed = pack({**parts(GOOD), part: content})

    result = opened(changed)
    reading = read_workbook(changed)

    assert isinstance(result, Package) or result.code is Code.DAMAGED
    assert reading.refused or served(reading) == ["111"]
    assert all(finding.problem.hint for finding in reading.findings)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'sheetId="1"', b'sheetId="x"'),
        (b'r:id="rId1"', b'r:id="rId99"'),
        (b"<sheets>", b"<sheet>"),
    ],
)
def test_a_workbook_part_that_contradicts_itself_refuses_the_workbook(
    old: bytes, new: bytes
) -> None:
    """Sheets that lead nowhere are no sheets."""
    reading = read_workbook(edited(GOOD, "xl/workbook.xml", old, new))

    assert reading.refused
    assert reading.findings


def test_a_chart_sheet_beside_the_others_is_no_worksheet() -> None:
    """It has no cells, and is left alone."""
    relations = parts(GOOD)["xl/_rels/workbook.xml.rels"]
    chart = relations.replace(b"relationships/worksheet", b"relationships/chartsheet", 1)

    reading = read_workbook(edited(GOOD, "xl/_rels/workbook.xml.rels", relations, chart))

    assert found(reading) == [("", "CS101")]


def test_a_macro_workbook_is_read() -> None:
    """An .xlsm is an .xlsx with one more part; the macros are never looked at."""
    plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    macros = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    data = edited(GOOD, "[Content_Types].xml", plain, macros)

    reading = read_workbook(pack({**parts(data), "xl/vbaProject.bin": b"\x00"}))

    assert (served(reading), found(reading)) == (["111"], [])


@pytest.mark.parametrize(
    ("states", "hidden"),
    [
        (("", ""), set()),
        (('state="visible"', ""), set()),
        (("", 'state="hidden"'), {"Items"}),
        (('state="veryHidden"', 'state="hidden"'), {"Orders", "Items"}),
    ],
)
def test_the_sheets_that_the_manager_does_not_see_are_known(
    states: tuple[str, str], hidden: set[str]
) -> None:
    """Both ways of hiding (ECMA-376 part 1, 18.18.68 ST_SheetState)."""
    data = GOOD
    for number, state in enumerate(states, 1):
        sheet = f'sheetId="{number}"'
        data = edited(data, "xl/workbook.xml", sheet.encode(), f"{sheet} {state}".encode())

    assert package(data).hidden == hidden


@pytest.mark.parametrize(
    ("properties", "is_1904"),
    [
        (b"<workbookPr ", False),
        (b'<workbookPr date1904="0" ', False),
        (b'<workbookPr date1904="1" ', True),
        (b'<workbookPr date1904="true" ', True),
    ],
)
def test_the_system_of_counting_days_is_known(properties: bytes, is_1904: bool) -> None:
    """Old workbooks of Excel for the Mac count from 1904."""
    assert package(edited(GOOD, "xl/workbook.xml", b"<workbookPr ", properties)).is_1904 is is_1904


USUAL = {
    "openpyxl": GOOD,
    "the template": write_workbook(example_orders()),
    "dates from 1904": edited(
        GOOD, "xl/workbook.xml", b"<workbookPr ", b'<workbookPr date1904="1" '
    ),
    "a hidden sheet": edited(
        GOOD, "xl/workbook.xml", b'sheetId="2"', b'sheetId="2" state="hidden"'
    ),
    "Excel's additions": edited(
        GOOD,
        "xl/workbook.xml",
        b"<bookViews>",
        b'<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        b'<mc:Choice Requires="x15"><x:absPath xmlns:x="urn:x" url="C:/"/></mc:Choice>'
        b'</mc:AlternateContent><xr:revisionPtr xmlns:xr="urn:xr" revIDLastSave="0"/><bookViews>',
    ),
}


@pytest.mark.parametrize("data", USUAL.values(), ids=list(USUAL))
def test_a_usual_workbook_is_described_without_openpyxl_and_just_so(data: bytes) -> None:
    """Loading openpyxl takes longer than all else that is done with a small workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        usual, unusual = read_usual(archive), read_unusual(archive)

    assert usual is not None
    assert usual == unusual


UNUSUAL = {
    "a broken manifest": ("[Content_Types].xml", b"PartName", b"Partname"),
    "another number": ("xl/workbook.xml", b'sheetId="1"', b'sheetId="x"'),
    "an element of its own": ("xl/workbook.xml", b"<sheets>", b"<own/><sheets>"),
    "an attribute of its own": ("xl/workbook.xml", b"<sheet ", b'<sheet own="" '),
    "an element twice": ("xl/workbook.xml", b"<sheets>", b"<sheets/><sheets>"),
    "a prefix without meaning": ("xl/workbook.xml", b"<sheets>", b"<own:sheets>"),
    "a document type": ("xl/workbook.xml", b"<workbook ", b"<!DOCTYPE a><workbook "),
    "a relation to nothing": ("xl/workbook.xml", b'r:id="rId1"', b'r:id="rId9"'),
    "a name twice": ("xl/_rels/workbook.xml.rels", b'Id="rId2"', b'Id="rId1"'),
    "broken styles": ("xl/styles.xml", b"<styleSheet ", b"<style "),
    "a chart": (
        "xl/_rels/workbook.xml.rels",
        b"relationships/worksheet",
        b"relationships/chartsheet",
    ),
}


@pytest.mark.parametrize(("part", "old", "new"), UNUSUAL.values(), ids=list(UNUSUAL))
def test_any_other_is_left_to_openpyxl(part: str, old: bytes, new: bytes) -> None:
    """It says what is broken, or reads what is merely odd."""
    content = parts(GOOD)[part]
    assert old in content
    with zipfile.ZipFile(
        io.BytesIO(edited(GOOD, part, content, content.replace(old, new, 1)))
    ) as archive:
        assert read_usual(archive) is None


def test_a_usual_workbook_does_not_load_openpyxl(tmp_path: Path) -> None:
    """Nor anything that imports it."""
    (tmp_path / "orders.xlsx").write_bytes(GOOD)
    arguments = ["compile", str(tmp_path / "orders.xlsx"), str(tmp_path / "snapshot")]
    text = f"""
        import sys
        from corsheet.cli import main
        status = main({arguments})
        sys.exit(status or int("openpyxl" in sys.modules))
    """

    subprocess.run([sys.executable, "-c", dedent(text)], check=True, timeout=60)


TABLE = (
    f'<table xmlns="{MAIN}" id="1" name="T" displayName="T" ref="{{ref}}" {{more}}>'
    '<tableColumns count="2"><tableColumn id="1" name="{name}"/>'
    '<tableColumn id="2" name="Sum"/></tableColumns></table>'
)
RELATION = (
    f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{RELATIONS}/table" Target="../tables/table1.xml"/>'
    "</Relationships>"
)


def with_table(table: str) -> bytes:
    """Put an Excel table on the sheet Orders of the good workbook, by hand."""
    return pack(
        {
            **parts(GOOD),
            "xl/worksheets/_rels/sheet1.xml.rels": RELATION.encode(),
            "xl/tables/table1.xml": table.encode(),
        }
    )


@pytest.mark.parametrize(
    ("name", "ref", "more", "totals"),
    [
        ("Customer order", "A1:B9", 'totalsRowCount="1"', {9}),
        ("Ordernummer", "C4:D20", 'totalsRowCount="1"', {20}),
        ("Customer_x000a_order", "A1:B9", 'totalsRowCount="1"', {9}),
        ("CUSTOMER_ORDER", "A1:B9", 'totalsRowCount="1"', {9}),
        ("Seller", "A1:B9", 'totalsRowCount="1"', set()),
        ("Customer", "A1:B9", 'totalsRowCount="1"', set()),
        ("Customer order", "A1:B9", 'totalsRowCount="0"', set()),
        ("Customer order", "A1:B9", 'totalsRowShown="0"', set()),
        ("Customer order", "A1:B9", 'totalsRowShown="1"', set()),
        ("Customer order", "A1:B9", "", set()),
    ],
)
def test_the_rows_in_which_tables_of_orders_add_up_are_known(
    name: str, ref: str, more: str, totals: set[int]
) -> None:
    """By the table's own word; totalsRowShown only says that there was such a row once."""
    data = with_table(TABLE.format(name=name, ref=ref, more=more))

    assert package(data).totals == {"Orders": totals, "Items": set()}


@pytest.mark.parametrize(
    "table",
    [
        "",
        "<table",
        "<x/>",
        TABLE.format(name="Order", ref="", more='totalsRowCount="1"'),
        TABLE.format(name="Order", ref="nonsense", more='totalsRowCount="1"'),
        TABLE.format(name="Order", ref="A1:B2", more='totalsRowCount="many"'),
        TABLE.format(name="Seller", ref="nonsense", more='totalsRowCount="many"'),
    ],
)
def test_a_broken_table_part_never_raises(table: str) -> None:
    """It is damage, or it is nothing that concerns the orders."""
    data = with_table(table)
    result, reading = opened(data), read_workbook(data)

    if isinstance(result, Problem):
        assert result.code is Code.DAMAGED
        assert found(reading) == [("", "CS006")]
    else:
        assert served(reading) == ["111"]


def test_a_table_part_that_is_not_there_is_no_table() -> None:
    """Programs that drop it forget the relation; the cells are all there."""
    files = parts(with_table(""))
    del files["xl/tables/table1.xml"]

    assert served(read_workbook(pack(files))) == ["111"]


@pytest.mark.parametrize(
    "names",
    [
        '<definedName name="orders">Orders!$A$1:$C$2</definedName>',
        '<definedName name="_xlnm.Print_Area" localSheetId="0">#REF!</definedName>',
        '<definedName name="_xlnm._FilterDatabase" localSheetId="1">Items!$A$1:$D$2</definedName>',
        '<definedName name="_xlnm.Print_Titles" localSheetId="9">nonsense</definedName>',
        '<definedName name="broken">#REF!#REF!</definedName>',
        '<definedName name="other">[1]Prices!$A:$A</definedName>',
        '<definedName name="tax">0.25</definedName>',
    ],
)
def test_named_ranges_are_nobodys_business(names: str) -> None:
    """Print areas, filters, names that lead nowhere or to other workbooks."""
    end = b"</sheets>"
    defined = end + f"<definedNames>{names}</definedNames>".encode()

    reading = read_workbook(edited(GOOD, "xl/workbook.xml", end, defined))

    assert (served(reading), found(reading)) == (["111"], [])


def test_hidden_sheets_are_read_like_others() -> None:
    """A hidden sheet is a way to keep fingers off, not a way to leave it out."""
    data = edited(GOOD, "xl/workbook.xml", b'sheetId="2"', b'sheetId="2" state="hidden"')

    reading = read_workbook(data, limits=Limits())

    assert (served(reading), found(reading)) == (["111"], [("Items", "CS109")])


def test_the_styles_may_lie_anywhere() -> None:
    """The package says where; without them an id would lose its zeros."""
    files = parts(GOOD)
    styles = files.pop("xl/styles.xml")
    for name in ("[Content_Types].xml", "xl/_rels/workbook.xml.rels"):
        files[name] = files[name].replace(b"styles.xml", b"looks.xml")

    moved = package(pack({**files, "xl/looks.xml": styles}))

    assert moved == package(GOOD)
    assert "000000" in moved.formats


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (rb"<fills.*</fills>", b"<fills><fill/></fills>"),
        (rb"<font>.*?</font>", b'<font><color rgb="red"/><family val="15"/></font>'),
        (rb' xfId="0"', b""),
        (rb"<cellXfs", b'<dxfs><dxf><numFmt numFmtId="164" formatCode="0%"/></dxf></dxfs><cellXfs'),
    ],
)
def test_only_the_number_formats_of_the_styles_matter(old: bytes, new: bytes) -> None:
    """Programs write fonts and fills in odd ways; an id is shown the same."""
    files = parts(GOOD)
    changed = re.sub(old, new, files["xl/styles.xml"])

    assert changed != files["xl/styles.xml"]
    assert package(pack({**files, "xl/styles.xml": changed})).formats == package(GOOD).formats


def test_a_number_format_without_a_number_is_damage() -> None:
    """Nobody can tell which cells it is for."""
    data = edited(GOOD, "xl/styles.xml", b'numFmtId="164"', b'numFmtId="x"')

    assert found(read_workbook(data)) == [("", "CS006")]


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/_rels/workbook.xml.rels", b"relationships/worksheet", b"relationships/worksteet"),
        ("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"worksheets/sheet9.xml"),
        ("xl/_rels/workbook.xml.rels", b"worksheets/sheet2.xml", b"styles.xml"),
        ("xl/worksheets/sheet1.xml", b"spreadsheetml/2006/main", b"spreadsheetml/2006/other"),
        ("xl/sharedStrings.xml", b"spreadsheetml/2006/main", b"spreadsheetml/2006/other"),
        ("xl/styles.xml", b"spreadsheetml/2006/main", b"spreadsheetml/2006/other"),
    ],
)
def test_a_part_that_is_another_is_damage(part: str, old: bytes, new: bytes) -> None:
    """A sheet that is silently not there would leave an order without its items or invoice."""
    assert found(read_workbook(edited(GOOD, part, old, new))) == [("", "CS006")]


@pytest.mark.parametrize(
    "part",
    ["[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"],
)
def test_an_entity_in_the_description_is_forbidden(part: str) -> None:
    """As it is in a sheet."""
    files = parts(GOOD)
    head, _, rest = files[part].partition(b"?>")
    doctype = b'?><!DOCTYPE x [<!ENTITY a "b">]>'

    assert found(read_workbook(pack({**files, part: head + doctype + rest}))) == [("", "CS008")]


def test_a_description_that_is_too_large_is_refused_unread() -> None:
    """Megabytes of relations take openpyxl many seconds."""
    files = parts(GOOD)
    name = "xl/_rels/workbook.xml.rels"
    padded = files[name] + b"<!--" + bytes(range(65, 91)) * 170_000 + b"-->"

    assert found(read_workbook(pack({**files, name: padded}))) == [("", "CS007")]


def test_a_sheet_with_an_endless_name_is_refused() -> None:
    """Each finding would repeat it."""
    data = edited(GOOD, "xl/workbook.xml", b'name="Items"', b'name="' + b"I" * 300 + b'"')

    assert found(read_workbook(data)) == [("", "CS007")]
