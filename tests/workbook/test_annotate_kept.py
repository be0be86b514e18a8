"""The annotated copy: what is not shown in it, all else, stays as it was."""

import base64
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from corsheet.workbook.annotate import AnnotateError, annotate, outline
from corsheet.workbook.limits import Limits
from corsheet.workbook.reading import read_workbook
from tests.support.annotated import (
    ITEMS,
    ORDERS,
    RED,
    YELLOW,
    colour,
    coloured,
    copy_of,
    finding,
    opened_by_openpyxl,
    raw,
)
from tests.support.libreoffice import needs_libreoffice, opened
from tests.support.sheets import (
    edited,
    found,
    pack,
    parts,
    workbook,
)

SAMPLE = Path(__file__).parent.parent.parent / "sample_data" / "orders.xlsx"

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""A PNG of one pixel."""


def rich_book(tmp_path: Path) -> bytes:
    """Write a workbook with one of everything that XlsxWriter can write, and some faults."""
    path = tmp_path / "rich.xlsx"
    book = xlsxwriter.Workbook(path)
    orders, items, notes = (book.add_worksheet(name) for name in ("Orders", "Items", "It's ours"))
    bold = book.add_format(
        {"bold": True, "num_format": "00000", "border": 2, "bg_color": "#00FF00"}
    )
    orders.write_row(0, 0, ["Customer order", "Customer", "Status", "Minimum down payment"])
    orders.write_row(1, 0, ["111", "10001", "CREATED", -5])
    orders.write_row(2, 0, ["112", "", "CREATE"])
    orders.write(2, 3, 42, bold)
    orders.set_column(1, 1, 20, book.add_format({"num_format": "@"}))
    orders.set_column(6, 7, None, None, {"hidden": True})
    orders.protect("secret")
    orders.freeze_panes(1, 0)
    orders.print_area("A1:D9")
    orders.repeat_rows(0)
    orders.set_header("&L&G", {"image_left": "pixel.png", "image_data_left": io.BytesIO(PIXEL)})
    items.write_row(0, 0, ["Customer order", "Item", "Quantity", "Unit price"])
    items.write_row(1, 0, ["111", "5001", "two", 19.9])
    items.write_rich_string(2, 0, bold, "1", "12")
    items.write_row(2, 1, ["5002", 1])
    items.write_formula(2, 3, "=SUM(C3,7)*-1", bold, -8)
    items.write_comment("C2", "ask Anna", {"author": "Per", "x_scale": 2})
    items.write_comment("A2", "seen", {"author": "Per"})
    items.insert_image("G2", "pixel.png", {"image_data": io.BytesIO(PIXEL)})
    items.insert_textbox("G9", "a box")
    items.insert_button("G20", {"macro": "say_hello", "caption": "Press"})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Items!$D$2:$D$3"})
    items.insert_chart("J2", chart)
    items.conditional_format("D2:D9", {"type": "data_bar", "data_bar_2010": True})
    items.data_validation("C2:C9", {"validate": "decimal", "criteria": ">", "value": 0})
    items.add_sparkline("F2", {"range": "Items!C2:D2"})
    items.set_row(7, 40, None, {"hidden": True})
    items.autofilter("A1:D9")
    items.write_url("H12", "https://example.com/?a=1&b=2", None, "more")
    notes.merge_range("B2:C3", "merged")
    notes.add_table("E1:F4", {"name": "Prices"})
    notes.write_dynamic_array_formula("H1", "=UNIQUE(E2:E4)", None, 0)
    notes.activate()
    pie = book.add_chart({"type": "pie"})
    pie.add_series({"values": "=Items!$D$2:$D$3"})
    book.add_chartsheet("Chart").set_chart(pie)
    book.define_name("Items!Local", "=Items!$A$1")
    book.define_name("Global", "=Orders!$A$1")
    book.set_custom_property("Shop", "Per's")
    book.close()
    return path.read_bytes()


def same_cells(before: openpyxl.Workbook, after: openpyxl.Workbook) -> None:
    """Check that the sheets behind the first hold what they held, but for colours and notes."""
    assert after.sheetnames[1:] == before.sheetnames
    for old in before.worksheets:
        new = after[old.title]
        marked = {
            cell.coordinate
            for row in new.iter_rows()
            for cell in row
            if colour(new, cell.coordinate) in {RED, YELLOW}
        }
        for cell in old._cells.values():
            now = new[cell.coordinate]
            assert repr(getattr(now.value, "text", now.value)) == repr(
                getattr(cell.value, "text", cell.value)
            )
            for look in ("number_format", "font", "border", "alignment", "protection"):
                assert repr(getattr(now, look)) == repr(getattr(cell, look)), cell
            if cell.coordinate not in marked:
                assert repr(now.fill) == repr(cell.fill), cell


CHANGED = {
    "[Content_Types].xml",
    "xl/_rels/workbook.xml.rels",
    "xl/comments1.xml",
    "xl/drawings/vmlDrawing2.vml",
    "xl/styles.xml",
    "xl/workbook.xml",
    "xl/worksheets/_rels/sheet1.xml.rels",
    "xl/worksheets/sheet1.xml",
    "xl/worksheets/sheet2.xml",
    "xl/worksheets/sheet3.xml",
}
"""Of the rich workbook; ``sheet3`` was the selected sheet."""


def test_every_other_part_is_kept_byte_for_byte(tmp_path: Path) -> None:
    """Charts, pictures, shapes, tables, texts, properties; and the parts keep their order."""
    data = rich_book(tmp_path)
    before, after = parts(data), parts(copy_of(data))

    assert list(after)[: len(before)] == list(before)
    assert {name for name in before if before[name] != after[name]} == CHANGED
    assert sorted(after.keys() - before.keys()) == [
        "xl/comments2.xml",
        "xl/drawings/vmlDrawing3.vml",
        "xl/worksheets/sheet4.xml",
    ]


def unstyled(sheet: bytes, *addresses: str) -> bytes:
    """Take the number of its format from some cells of a sheet written by XlsxWriter."""
    for address in addresses:
        sheet, count = re.subn(f'(<c r="{address}"[^>]*) s="[0-9]+"'.encode(), rb"\1", sheet)
        assert count <= 1
    return sheet


def test_a_changed_sheet_is_kept_but_for_the_formats_of_the_cells(tmp_path: Path) -> None:
    """With those taken out, and the selection of a tab, it is the old one byte for byte."""
    data = rich_book(tmp_path)
    before, after = parts(data), parts(copy_of(data))
    items, notes = "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml"

    assert unstyled(after[items], "C2", "D3") == unstyled(before[items], "D3")
    assert after[notes] == before[notes].replace(b'tabSelected="1"', b'tabSelected="0"')
    assert after[notes] != before[notes]


def test_values_looks_and_stored_results_are_kept(tmp_path: Path) -> None:
    """As openpyxl sees them: formulas, their results, rich texts, every look but the colour."""
    data = rich_book(tmp_path)
    copy = copy_of(data)

    for options in ({}, {"data_only": True}, {"rich_text": True}):
        same_cells(opened_by_openpyxl(data, **options), opened_by_openpyxl(copy, **options))
    assert opened_by_openpyxl(copy, data_only=True)["Items"]["D3"].value == -8
    assert read_workbook(copy) == read_workbook(data)


def test_what_stands_beside_the_cells_is_kept(tmp_path: Path) -> None:
    """Tables, charts, pictures, rules, protection, hidden rows and columns."""
    data = rich_book(tmp_path)
    old, new = opened_by_openpyxl(data), opened_by_openpyxl(copy_of(data))

    for sheet in old.worksheets:
        assert beside(new[sheet.title]) == beside(sheet)


def beside(sheet: Any) -> list[object]:
    """Give what openpyxl sees beside the cells of a sheet."""
    return [
        len(sheet._charts),
        len(sheet._images),
        list(sheet.tables),
        sorted(map(str, sheet.merged_cells.ranges)),
        sheet.protection.sheet,
        sheet.freeze_panes,
        [str(rule.sqref) for rule in sheet.data_validations.dataValidation],
        [str(rule.sqref) for rule in sheet.conditional_formatting],
        sheet.auto_filter.ref,
        [row for row, one in sheet.row_dimensions.items() if one.hidden],
        [column for column, one in sheet.column_dimensions.items() if one.hidden],
        [(column, one.width) for column, one in sheet.column_dimensions.items()],
        [(cell.coordinate, link.target) for cell in sheet["H"] if (link := cell.hyperlink)],
    ]


def test_notes_that_are_there_stay_and_ours_stand_below(tmp_path: Path) -> None:
    """In the same note where the cell has one; its box grows to hold both."""
    copy = copy_of(rich_book(tmp_path))
    sheet = opened_by_openpyxl(copy)["Items"]
    drawing = parts(copy)["xl/drawings/vmlDrawing2.vml"].decode()
    shapes = re.findall(r"_x0000_s([0-9]+)", drawing)
    before = parts(rich_book(tmp_path))["xl/drawings/vmlDrawing2.vml"].decode()
    bottoms = [
        [int(anchor.split(", ")[6]) for anchor in re.findall("<x:Anchor>([^<]*)<", one)]
        for one in (before, drawing)
    ]

    assert sheet["C2"].comment.text.startswith("ask Anna\n\nError CS203\n")
    assert (sheet["C2"].comment.author, sheet["A2"].comment.text) == ("Per", "seen")
    assert sheet["D3"].comment.author == "corsheet"
    assert len(set(shapes)) == len(shapes) == 4  # a button and two notes; and one more
    assert 'data="1,' in drawing
    assert drawing.count('id="_x0000_t202"') == 1
    # of the button, A2 and C2, which has 72 pixels more: three rows, a hidden one, a piece of one
    assert [new - old for old, new in zip(*bottoms, strict=False)] == [0, 0, 4]


def test_the_sheet_in_front_is_the_one_that_is_shown(tmp_path: Path) -> None:
    """And the only one selected; names that belong to a sheet still belong to it."""
    old = opened_by_openpyxl(rich_book(tmp_path))
    new = opened_by_openpyxl(copy_of(rich_book(tmp_path)))

    assert (old.active, new.active) == (old["It's ours"], new["corsheet"])
    assert [one.title for one in new.worksheets if one.sheet_view.tabSelected] == ["corsheet"]
    assert new["Orders"].print_area == old["Orders"].print_area == "'Orders'!$A$1:$D$9"
    assert new["Orders"].print_title_rows == "$1:$1"
    assert list(new["Items"].defined_names) == list(old["Items"].defined_names)
    assert list(new.defined_names) == ["Global"]


def test_each_window_opens_with_the_sheet_in_front() -> None:
    """A workbook may have several windows, each with a view of every sheet."""
    views = b'<workbookView activeTab="1" firstSheet="1"/><workbookView activeTab="1"/>'
    data = workbook(Orders=ORDERS, Items=ITEMS)
    book = parts(data)["xl/workbook.xml"]
    view = re.search(b"<workbookView[^>]*/>", book)
    assert view is not None
    copy = copy_of(edited(data, "xl/workbook.xml", view[0], views))

    front = opened_by_openpyxl(copy).worksheets[0]
    assert [view.workbookViewId for view in front.views.sheetView] == [0, 1]
    assert b'activeTab="1"' not in parts(copy)["xl/workbook.xml"]
    assert b'firstSheet="1"' not in parts(copy)["xl/workbook.xml"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            lambda: edited(raw(""), "xl/workbook.xml", b"sheet name", b"leaf name"),
            "xl/workbook.xml is broken",
        ),
        (
            lambda: pack({"[Content_Types].xml": b"<Types/>"}),
            "the file is a zip, but not a workbook",
        ),
        (lambda: raw("<row>"), "xl/worksheets/sheet2.xml is broken"),
        (
            lambda: edited(raw(""), "xl/workbook.xml", b"<sheets>", b"<sheets"),
            "xl/workbook.xml is broken",
        ),
        (
            lambda: pack({**parts(raw("")), "xl/worksheets/sheet2.xml": b"\xff\xfe<\0a\0\0"}),
            "xl/worksheets/sheet2.xml is broken",
        ),
        (
            lambda: raw('\ufeff<?xml version="1.0" encoding="latin-1"?><worksheet/>'),
            "xl/worksheets/sheet2.xml is broken",
        ),
        (
            lambda: raw('<?xml version="1.0" encoding="latin-1"?><worksheet/>'),
            "xl/worksheets/sheet2.xml is broken",
        ),
        (
            lambda: raw("<!DOCTYPE worksheet [<!ENTITY a 'b'>]><worksheet>&a;</worksheet>"),
            "a part of the workbook declares a document type (DTD)",
        ),
    ],
)
def test_what_cannot_be_copied_is_told(data: Callable[[], bytes], message: str) -> None:
    """In the manager's words; a workbook that was refused is often one that can be copied."""
    with pytest.raises(AnnotateError) as told:
        copy_of(data(), finding("Items!A2"))

    assert str(told.value) == message


@pytest.mark.parametrize("data", [b"", b"Customer;Order", b"PK\x03\x04", raw("")[:-40]])
def test_what_is_no_workbook_is_told_as_a_reading_tells_it(data: bytes) -> None:
    """In the same words."""
    (told,) = read_workbook(data).findings

    with pytest.raises(AnnotateError) as error:
        annotate(data, (told,))
    assert error.value.args == (told.problem.message,)


def test_a_damaged_part_that_has_to_change_is_told() -> None:
    """Found by its check sum, before anybody looks into it."""
    data = bytearray(pack(parts(raw("")), zipfile.ZIP_STORED))
    data[data.rindex(b"<worksheet ") + 20] ^= 1

    with pytest.raises(AnnotateError, match=r"^xl/worksheets/sheet2.xml is broken$"):
        copy_of(bytes(data), finding("Items!A2"))


def test_a_damaged_part_that_nobody_changes_is_told_too() -> None:
    """A copy of damage would be damaged."""
    data = bytearray(pack({**parts(raw("")), "xl/media/image1.png": PIXEL}, zipfile.ZIP_STORED))
    data[data.index(PIXEL) + 20] ^= 1

    with pytest.raises(AnnotateError, match=r"^xl/media/image1.png is broken$"):
        copy_of(bytes(data), finding("Items!A2"))


def test_a_sheet_whose_part_is_not_there_is_left_so() -> None:
    """And one that a link outside stands for: their findings are listed, and no cell is marked."""
    relation = b'Target="worksheets/sheet2.xml"'
    for other in (b'Target="worksheets/gone.xml"', relation + b' TargetMode="External"'):
        data = edited(raw(""), "xl/_rels/workbook.xml.rels", relation, other)
        copy = copy_of(data, finding("Items!A2"))

        assert parts(copy)["xl/worksheets/sheet2.xml"] == parts(data)["xl/worksheets/sheet2.xml"]
        assert b"'Items'" not in parts(copy)["xl/worksheets/sheet3.xml"]
        assert b"CS203" in parts(copy)["xl/worksheets/sheet3.xml"]


def test_relations_get_ids_that_are_free() -> None:
    """Whatever ids are in use; and the workbook need not be the first thing a package names."""
    files = parts(raw(""))
    for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        files[name] = files[name].replace(b'"rId1"', b'"rId3"').replace(b'"rId2"', b'"rId4"')
    files["_rels/.rels"] = files["_rels/.rels"].replace(
        b"<Relationship ", b'<Relationship Id="a" Type="t/other" Target="/a"/><Relationship ', 1
    )
    copy = copy_of(pack(files), finding("Items!A2"))
    ids = re.findall(rb' Id="(\w+)"', parts(copy)["xl/_rels/workbook.xml.rels"])

    assert len(set(ids)) == len(ids) == 4
    assert coloured(opened_by_openpyxl(copy)) == {"Items!A2": RED}


def test_want_of_memory_is_no_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever calls tells it as what it is."""

    def no_memory(_: object) -> bool:
        return True

    monkeypatch.setattr(outline, "is_out_of_memory", no_memory)
    with pytest.raises(MemoryError):
        copy_of(raw("<row>"), finding("Items!A2"))


def test_a_limit_is_kept() -> None:
    """As in a reading."""
    with pytest.raises(AnnotateError, match=r"the limit is 3 \(limits.entries\)"):
        annotate(raw(""), (), limits=Limits(entries=3))


def test_a_refused_workbook_can_be_annotated() -> None:
    """One without Items, say: its findings are told as those of any other."""
    data = workbook(Orders="| Customer order | Custommer | Status |\n| 111 | 1 | CREATED |")
    reading = read_workbook(data)
    book = opened_by_openpyxl(annotate(data, reading.findings))

    assert reading.refused
    assert len(list(book.worksheets[0].iter_rows(min_row=6))) == len(reading.findings)
    assert coloured(book) == {"Orders!B1": RED}


def test_the_sample_workbook_is_read_from_its_copy_as_before() -> None:
    """With faults at every tenth cell that it has or has not."""
    data = SAMPLE.read_bytes()
    findings = [
        finding(f"{sheet}!{'ABCDEFG'[n % 7]}{2 + n // 3}")
        for sheet in ("Orders", "Items", "Invoices", "Information", "Discounts")
        for n in range(9)
    ]
    copy = copy_of(data, *findings)

    same_cells(opened_by_openpyxl(data), opened_by_openpyxl(copy))
    assert len(coloured(opened_by_openpyxl(copy))) >= len(findings)
    assert read_workbook(copy) == read_workbook(data)


@pytest.mark.libreoffice
@needs_libreoffice
def test_libreoffice_opens_the_copy_and_saves_what_it_shows(tmp_path: Path) -> None:
    """Colours, notes and links are there when it is saved again, and it reads the same."""
    path = tmp_path / "copy.xlsx"
    data = workbook(Orders=ORDERS, Items=ITEMS)
    reading = read_workbook(data)
    path.write_bytes(annotate(data, reading.findings))
    with opened(path) as document:
        document.save({})
    saved = path.read_bytes()
    book = opened_by_openpyxl(saved)
    marked = {one.place for one in reading.findings}

    assert found(read_workbook(saved)) == found(reading)
    assert book.sheetnames == ["corsheet", "Orders", "Items"]
    assert coloured(book).keys() == marked
    assert {
        f"{sheet.title}!{cell.coordinate}"
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    } == marked
    assert sum(1 for row in book.worksheets[0].iter_rows() for c in row if c.hyperlink) == 4
