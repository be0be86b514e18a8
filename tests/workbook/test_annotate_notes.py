"""The annotated copy: its notes, their boxes, and how the sheet points at them."""

import re

import pytest
from defusedxml.ElementTree import fromstring

from corsheet.workbook.annotate import AnnotateError
from tests.support.annotated import copy_of, finding, opened_by_openpyxl, raw
from tests.support.sheets import MAIN, RELATIONS, pack, parts


@pytest.mark.parametrize(
    ("inside", "place"),
    [
        ("<drawing r:id='d'/><tableParts count='0'/>", "<drawing r:id='d'/>{}<tableParts"),
        ("<pageSetup/><extLst/>", "<pageSetup/>{}<extLst/>"),
        (
            "<ignoredErrors/><mc:AlternateContent xmlns:mc='m'/>",
            "<ignoredErrors/>{}<mc:AlternateContent",
        ),
        ("<legacyDrawing r:id='gone'/><oleObjects/>", "</sheetData>{}<oleObjects/>"),
    ],
)
def test_the_pointer_at_the_notes_stands_where_the_standard_wants_it(
    inside: str, place: str
) -> None:
    """Behind a drawing and before the rest; one that points nowhere is replaced."""
    data = raw(
        (f'<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheetData/>{inside}</worksheet>'),
    )
    sheet = parts(copy_of(data, finding("Items!A1")))["xl/worksheets/sheet2.xml"].decode()
    pointer = re.search(r"<legacyDrawing [^>]*/>", sheet)

    assert pointer is not None
    assert place.format(pointer[0]) in sheet
    assert sheet.count("legacyDrawing") == 1


def with_comments(data: bytes, comments: str, vml: bytes | None = None) -> bytes:
    """Give the sheet Items of a hand-written workbook notes, and perhaps their boxes."""
    files = parts(data)
    relations = f'<Relationship Id="c" Type="{RELATIONS}/comments" Target="/xl/comments1.xml"/>'
    files["xl/comments1.xml"] = comments.encode()
    if vml is not None:
        files["xl/drawings/vmlDrawing1.vml"] = vml
        relations += (
            f'<Relationship Id="v" Type="{RELATIONS}/vmlDrawing"'
            ' Target="../drawings/vmlDrawing1.vml"/>'
        )
        files["xl/worksheets/sheet2.xml"] = files["xl/worksheets/sheet2.xml"].replace(
            b"</worksheet>",
            f'<legacyDrawing xmlns:q="{RELATIONS}" q:id="v"/></worksheet>'.encode(),
        )
    files["xl/worksheets/_rels/sheet2.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{relations}</Relationships>"
    ).encode()
    return pack(files)


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("<text><t>old</t></text>", "old\n\n"),
        ("<text><r><t>old</t></r><r><t> one</t></r></text>", "old one\n\n"),
        ("<text><t>old</t><rPh sb='0' eb='1'><t>aid</t></rPh></text>", "old\n\n"),
        ("<text/>", ""),
        ("<text></text>", ""),
        ("", ""),
    ],
)
def test_a_note_of_any_form_gets_ours_below(text: str, before: str) -> None:
    """Plain, in runs, with reading aids, or with nothing in it."""
    comments = (
        f'<comments xmlns="{MAIN}"><authors><author>Per</author></authors><commentList>'
        f'<comment ref="A2" authorId="0">{text}</comment></commentList></comments>'
    )
    copy = copy_of(with_comments(raw('<row r="2"/>'), comments), finding("Items!A2"))
    written = parts(copy)["xl/comments1.xml"].decode()

    texts = re.findall("<t(?: [^>]*)?>(.*?)</t>", written, re.DOTALL)
    assert "".join(one for one in texts if one != "aid").startswith(f"{before}Error CS203\n'two'")
    assert "<text><t" not in written
    assert written.index("CS203") < written.find("<rPh") or "<rPh" not in written
    assert opened_by_openpyxl(copy)["Items"]["A2"].comment.author == "Per"


@pytest.mark.parametrize(
    "comments",
    [
        f'<comments xmlns="{MAIN}"/>',
        f'<comments xmlns="{MAIN}"><authors/></comments>',
        (
            f'<x:comments xmlns:x="{MAIN}"><x:authors><x:author>corsheet</x:author></x:authors>'
            "<x:commentList/></x:comments>"
        ),
    ],
)
def test_notes_are_added_to_whatever_list_is_there(comments: str) -> None:
    """We are among the authors once."""
    copy = copy_of(with_comments(raw('<row r="2"/>'), comments), finding("Items!A2"))

    assert parts(copy)["xl/comments1.xml"].count(b"author>corsheet<") == 1
    assert opened_by_openpyxl(copy)["Items"]["A2"].comment.author == "corsheet"


VML = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml"'
    b' xmlns:o="urn:schemas-microsoft-com:office:office"'
    b' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    b"<o:idmap v:ext='edit' data='1,7'/></o:shapelayout>"
    b'<v:shape id="_x0000_s1025" type="#_x0000_t201"><v:textbox><div>a<br>b</div></v:textbox>'
    b'<x:ClientData ObjectType="Button"><x:Row>1</x:Row></x:ClientData></v:shape></xml>'
)
NO_COMMENTS = f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>'


def test_drawings_that_are_not_quite_xml_are_kept() -> None:
    """Excel writes ``<br>`` into them; ours stand behind, under numbers of their own."""
    copy = copy_of(with_comments(raw('<row r="2"/>'), NO_COMMENTS, VML), finding("Items!A2"))
    drawing = parts(copy)["xl/drawings/vmlDrawing1.vml"]

    assert drawing.startswith(VML[: VML.index(b"'1,7'")] + b"'1,7,2'")
    assert VML[VML.index(b"<v:shape ") : -len(b"</xml>")] in drawing
    assert b'id="_x0000_s2049"' in drawing
    assert drawing.count(b'<v:shapetype id="_x0000_t202"') == 1
    assert drawing.endswith(b"</v:shape></xml>")


def test_a_drawing_that_has_no_end_is_told() -> None:
    """Nothing can be put in, and nothing is thrown away."""
    with pytest.raises(AnnotateError, match=r"^xl/drawings/vmlDrawing1.vml is broken$"):
        copy_of(with_comments(raw(""), NO_COMMENTS, b"<xml><v:shape>"), finding("Items!A2"))


BOX = (
    b'<x:ClientData ObjectType="Note"><x:Anchor>%s</x:Anchor><x:Row>%s</x:Row>'
    b"<x:Column>0</x:Column></x:ClientData>"
)


@pytest.mark.parametrize(
    ("box", "boxes"),
    [
        (BOX % (b"1, 15, 0, 10, 2, 0, 2, 0", b"1"), ["1, 15, 0, 10, 5, 59, 6, 7"]),
        (BOX % (b"1, 15, 0, 10, 9, 0, 2, 0", b"1"), ["1, 15, 0, 10, 9, 0, 6, 7"]),
        (BOX % (b"1, 15, 0", b"1"), ["1, 15, 0"]),
        (BOX % (b"1, 15, 0", b"x"), ["1, 15, 0", "1, 15, 0, 10, 5, 59, 4, 17"]),
        (b'<x:ClientData ObjectType="Note">', ["1, 15, 0, 10, 5, 59, 4, 17"]),
    ],
)
def test_a_box_that_is_there_grows_and_one_that_is_not_understood_stays(
    box: bytes, boxes: list[str]
) -> None:
    """To the width of ours at least, and by the height of our text."""
    drawing = VML.replace(b"</xml>", box + b"</xml>")
    copy = copy_of(with_comments(raw('<row r="2"/>'), NO_COMMENTS, drawing), finding("Items!A2"))
    written = parts(copy)["xl/drawings/vmlDrawing1.vml"].decode()

    assert re.findall("<x:Anchor>(.*?)</x:Anchor>", written) == boxes


def test_shapes_declare_what_the_drawing_does_not() -> None:
    """Openpyxl and others use prefixes of their own."""
    drawing = b'<xml xmlns:a="urn:schemas-microsoft-com:vml"></xml>'
    copy = copy_of(with_comments(raw('<row r="2"/>'), NO_COMMENTS, drawing), finding("Items!A2"))
    written = parts(copy)["xl/drawings/vmlDrawing1.vml"]

    root = fromstring(written)
    kinds = [child.tag for child in root]
    assert kinds == [f"{{urn:schemas-microsoft-com:vml}}{kind}" for kind in ("shapetype", "shape")]


def test_a_box_ends_somewhere_in_a_sheet_that_hides_everything() -> None:
    """Nobody sees it there; that the copy is made is enough."""
    sheet = f'<worksheet xmlns="{MAIN}"><sheetFormatPr zeroHeight="1"/><sheetData/></worksheet>'
    book = opened_by_openpyxl(copy_of(raw(sheet), finding("Items!A2")))

    assert book["Items"]["A2"].comment.text.startswith("Error CS203")


def test_a_box_reaches_over_all_the_rows_that_a_filter_hides() -> None:
    """However many they are."""
    rows = "".join(f'<row r="{row}" hidden="1"/>' for row in range(3, 5003))
    copy = copy_of(raw(rows), finding("Items!A2"))
    anchor = re.search(rb"<x:Anchor>(.*?)</x:Anchor>", parts(copy)["xl/drawings/vmlDrawing1.vml"])

    assert anchor is not None
    assert anchor[1] == b"1, 15, 0, 10, 5, 59, 5004, 17"


def test_a_box_is_high_enough_where_rows_are_hidden_or_low() -> None:
    """As measured along the rows and columns that are seen."""
    rows = "".join(f'<row r="{row}" hidden="1"/>' for row in range(3, 30)) + '<row r="30" ht="3"/>'
    sheet = (
        f'<worksheet xmlns="{MAIN}"><sheetFormatPr defaultRowHeight="15" defaultColWidth="10"/>'
        f'<cols><col min="3" max="3" hidden="1"/></cols><sheetData>{rows}</sheetData></worksheet>'
    )
    copy = copy_of(raw(sheet), finding("Items!B2"))
    drawing = parts(copy)["xl/drawings/vmlDrawing1.vml"].decode()
    anchor = re.search("<x:Anchor>(.*?)</x:Anchor>", drawing)

    # 15 pixels into D (C is hidden) and 300 on, at 70 each; 10 into row 1; 87 down: 10 of row 1,
    # 20 of row 2, none of 3 to 29, 4 of 30, 53 of those below at 20 each
    assert anchor is not None
    assert anchor[1] == "3, 15, 0, 10, 7, 35, 32, 13"
