"""Workbooks made to hurt whoever reads them; each attacks one thing.

What unpacks to much has comments of noise behind it, so that it is not refused
for its ratio alone: the reader behind that check is what is tested. The bombs
that the ratio is to stop have none.
"""

import base64
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import cycle, islice

from tests.support.raw_zip import (
    STORED,
    Numbered,
    Part,
    Piece,
    Repeat,
    deflated,
    extended,
    overlapping,
    zipped,
)
from tests.support.saving import versioned_workbook
from tests.support.sheets import parts

MIB = 1024 * 1024

ORDERS, ITEMS = "xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"
STRINGS, STYLES, WORKBOOK = "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"
RELATIONS, MANIFEST = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"

ROWS_END = b"</sheetData>"

NOISE_BLOCK = 16 * 1024
"""Bytes of noise in a comment."""

HIGHEST_RATIO = 150
"""Of a part with its noise; Excel's own reach 50, the default limit is 200."""

READ = "read"
"""The verdict on a bomb that is none for us: the orders are served."""


@dataclass(frozen=True, slots=True)
class Bomb:
    """One hostile workbook.

    Attributes:
        name: What it is.
        attacks: What it attacks.
        make: Gives its bytes; takes the address that it is to lure the reader to.
        verdicts: How it may end: ``READ``, or the code it is refused with.
    """

    name: str
    attacks: str
    make: Callable[[str], bytes]
    verdicts: tuple[str, ...]


BOMBS: list[Bomb] = []


def bomb(*verdicts: str) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Put a maker into ``BOMBS``; its docstring says what it attacks."""

    def register(make: Callable[[], bytes]) -> Callable[[], bytes]:
        _add(make, lambda _: make(), verdicts)
        return make

    return register


def lure(*verdicts: str) -> Callable[[Callable[[str], bytes]], Callable[[str], bytes]]:
    """Put a maker into ``BOMBS`` that is told the address to lure the reader to."""

    def register(make: Callable[[str], bytes]) -> Callable[[str], bytes]:
        _add(make, make, verdicts)
        return make

    return register


def _add(
    named: Callable[..., bytes], make: Callable[[str], bytes], verdicts: tuple[str, ...]
) -> None:
    name = named.__name__.replace("_", " ")
    BOMBS.append(Bomb(name, named.__doc__ or "", make, verdicts))


@lru_cache
def good() -> bytes:
    """Make the workbook that the bombs are made of, and are saved over."""
    return versioned_workbook(1)


@lru_cache
def good_parts() -> dict[str, bytes]:
    """Take it apart."""
    return parts(good())


def noise(size: int, encoding: str) -> list[bytes]:
    """Make comments that pack to about so many bytes; none where it is negative."""
    blocks = range(0, size, NOISE_BLOCK)
    texts = (random.Random(n).randbytes(NOISE_BLOCK) for n in blocks)  # noqa: S311
    return [f"<!--{base64.b64encode(text).decode()}-->".encode(encoding) for text in texts]


def with_noise(name: str, *pieces: Piece, encoding: str = "utf-8") -> Part:
    """Pack a part, and behind it the noise that makes its ratio an honest one."""
    part = deflated(name, *pieces)
    missing = part.size // HIGHEST_RATIO - len(part.packed)
    return extended(part, *noise(missing, encoding))


def with_parts(*changed: Part) -> bytes:
    """Make the good workbook with some parts changed or added."""
    names = {part.name for part in changed}
    kept = [deflated(name, data) for name, data in good_parts().items() if name not in names]
    return zipped([*kept, *changed])


def spliced(part: str, mark: bytes, *pieces: Piece) -> bytes:
    """Make the good workbook with something in front of a mark in one part."""
    before, found, after = good_parts()[part].partition(mark)
    if not found:
        raise ValueError(f"{mark!r} is not in {part}")
    return with_parts(with_noise(part, before, *pieces, mark + after))


def replaced(part: str, old: bytes, new: bytes) -> bytes:
    """Make the good workbook with one text of one part replaced."""
    content = good_parts()[part]
    if old not in content:
        raise ValueError(f"{old!r} is not in {part}")
    return with_parts(deflated(part, content.replace(old, new, 1)))


def in_orders(*pieces: Piece) -> bytes:
    """Make the good workbook with more at the end of the rows of Orders."""
    return spliced(ORDERS, ROWS_END, *pieces)


def with_doctype(part: str, doctype: bytes, reference: bytes = b"&bomb;") -> bytes:
    """Make the good workbook with a document type in one part, and a reference to its entity."""
    content = good_parts()[part]
    declaration, end, root = content.partition(b"?>")
    inside, tag, last = root.rpartition(b"</")
    document = (declaration, end, b"<!DOCTYPE x %s>" % doctype, inside, reference, tag, last)
    return with_parts(deflated(part, b"".join(document)))


LAUGHS = b"[<!ENTITY a0 'lol'>%s<!ENTITY bomb '&a9;'>]" % b"".join(
    b"<!ENTITY a%d '%s'>" % (level, b"&a%d;" % (level - 1) * 10) for level in range(1, 10)
)
"""Entities of entities: a thousand million times "lol"."""


# --- the zip ---------------------------------------------------------------------------------


@bomb("CS014")
def a_zip_of_zips() -> bytes:
    """A scanner that opens zips inside zips: 16 in 16 in 16, a gigabyte each."""
    inside = deflated("0.xml", Repeat(b" ", 1024 * MIB))
    for level in range(3):
        packed = zipped([inside])
        inside = deflated(f"{level}.zip", packed)
        inside = Part(inside.name, inside.packed, inside.size, inside.crc)
    return zipped([inside._replace(name=f"{n}.zip") for n in range(16)])


@bomb(READ)
def zips_in_the_workbook() -> bytes:
    """The same beside good parts: nobody who reads orders opens them."""
    inside = zipped([deflated("0.xml", Repeat(b" ", 1024 * MIB))])
    return with_parts(*(deflated(f"xl/embeddings/{n}.zip", inside) for n in range(16)))


@bomb("CS008")
def overlapping_parts() -> bytes:
    """Memory for the same four megabytes a hundred times over (CVE-2024-0450)."""
    extra = [f"xl/media/image{n}.png" for n in range(100)]
    return overlapping([*extra, *good_parts()], deflated("", Repeat(b" ", 4 * MIB)))


@bomb("CS007")
def fifty_thousand_parts() -> bytes:
    """A directory that costs more to hold than its parts."""
    return with_parts(*(Part(f"x{n}", b"", 0, 0, STORED) for n in range(50_000)))


@bomb("CS007")
def two_hundred_thousand_parts() -> bytes:
    """The same beyond what a zip can count to: a value is made of each before one counts."""
    return with_parts(*(Part(f"{n:x}", b"", 0, 0, STORED) for n in range(200_000)))


@bomb("CS007")
def two_gigabytes_claimed() -> bytes:
    """A reader that makes room for what the directory claims."""
    part = deflated(ITEMS, good_parts()[ITEMS])
    return with_parts(part._replace(size=2048 * MIB))


@bomb("CS007")
def exabytes_claimed() -> bytes:
    """The same by ZIP64: the size does not fit into what others hold sizes in."""
    part = deflated(ITEMS, good_parts()[ITEMS])
    sizes = (1).to_bytes(2, "little") + (8).to_bytes(2, "little") + (2**63).to_bytes(8, "little")
    return with_parts(part._replace(size=2**63, extra=sizes))


@bomb("CS006")
def a_gigabyte_not_claimed() -> bytes:
    """A limit that believes the directory: it says a thousand bytes."""
    part = deflated(STRINGS, b"<sst>", Repeat(b" ", 1024 * MIB), b"</sst>")
    return with_parts(part._replace(size=1000))


@bomb("CS007")
def a_gigabyte_of_spaces() -> bytes:
    """Whoever unpacks a part at once: a megabyte in the file is a gigabyte."""
    content = good_parts()[ORDERS]
    return with_parts(deflated(ORDERS, content, Repeat(b" ", 1000 * MIB)))


@bomb("CS007")
def a_gigabyte_nobody_asks_for() -> bytes:
    """Whoever checks every part: the picture is a gigabyte."""
    return with_parts(deflated("xl/media/image1.png", Repeat(b"\0", 1000 * MIB)))


@bomb("CS007")
def a_gigabyte_in_small_parts() -> bytes:
    """A ratio that is looked at in each part alone: 120 parts of nine megabytes."""
    part = deflated("", Repeat(b" ", 9 * MIB))
    return with_parts(*(part._replace(name=f"xl/media/{n}.xml") for n in range(120)))


@bomb("CS007")
def a_file_of_65_megabytes() -> bytes:
    """Memory of whoever reads the file before its size is looked at."""
    return with_parts(Part("xl/media/image1.png", bytes(65 * MIB), 65 * MIB, 0, STORED))


@bomb("CS006")
def an_unknown_packing() -> bytes:
    """A packing that no workbook has: bzip2 makes a gigabyte of a kilobyte."""
    return with_parts(deflated(ITEMS, good_parts()[ITEMS])._replace(method=12))


@bomb("CS005")
def a_part_with_a_password() -> bytes:
    """A reader that asks for a password and waits."""
    return with_parts(deflated(ITEMS, good_parts()[ITEMS])._replace(flags=1))


@bomb("CS008")
def the_same_name_twice() -> bytes:
    """A check that sees one part while the reader takes the other."""
    part = deflated(ITEMS, good_parts()[ITEMS])
    return zipped([*(deflated(*entry) for entry in good_parts().items()), part])


@bomb(READ)
def names_that_climb_out() -> bytes:
    """Whoever unpacks to disk: a part is named ../../../etc/cron.d/x (zip slip)."""
    return with_parts(deflated("../../../../../../etc/cron.d/x", b"* * * * * root true"))


# --- document types --------------------------------------------------------------------------


@bomb("CS008")
def billion_laughs_in_a_sheet() -> bytes:
    """Entities of entities where the cells are."""
    return with_doctype(ORDERS, LAUGHS)


@bomb("CS008")
def billion_laughs_in_the_texts() -> bytes:
    """Entities of entities where the shared texts are."""
    return with_doctype(STRINGS, LAUGHS)


@bomb("CS008")
def billion_laughs_in_the_styles() -> bytes:
    """Entities of entities where openpyxl reads: the styles."""
    return with_doctype(STYLES, LAUGHS)


@bomb("CS008")
def billion_laughs_in_the_workbook() -> bytes:
    """The same in the list of sheets."""
    return with_doctype(WORKBOOK, LAUGHS)


@bomb("CS008")
def billion_laughs_in_the_relations() -> bytes:
    """The same in the relations."""
    return with_doctype(RELATIONS, LAUGHS)


@bomb("CS008")
def billion_laughs_in_the_manifest() -> bytes:
    """The same in the part that is read first."""
    return with_doctype(MANIFEST, LAUGHS)


@bomb("CS008")
def a_quadratic_entity() -> bytes:
    """One entity of a megabyte, used a thousand times; no nesting for a counter to see."""
    return with_doctype(STRINGS, b"[<!ENTITY bomb '%s'>]" % (b"x" * MIB), b"&bomb;" * 1000)


@bomb("CS008")
def entities_in_utf_16() -> bytes:
    """A filter that looks for "<!DOCTYPE" in bytes."""
    content = good_parts()[ORDERS].replace(b'encoding="UTF-8"', b'encoding="UTF-16"')
    declaration, end, root = content.decode().partition("?>")
    document = f"{declaration}{end}<!DOCTYPE x {LAUGHS.decode()}>{root}"
    return with_parts(deflated(ORDERS, document.encode("utf-16")))


@lure("CS008")
def an_entity_from_outside(address: str) -> bytes:
    """A reader that fetches what an entity names (XXE)."""
    return with_doctype(ORDERS, b"[<!ENTITY bomb SYSTEM '%sentity'>]" % address.encode())


@lure("CS008")
def a_document_type_from_outside(address: str) -> bytes:
    """A reader that fetches the document type itself."""
    return with_doctype(ORDERS, b"SYSTEM '%stype.dtd'" % address.encode(), b"")


@lure("CS008")
def an_outside_entity_in_the_styles(address: str) -> bytes:
    """The same by a parameter entity, where openpyxl reads."""
    return with_doctype(STYLES, b"[<!ENTITY %% p SYSTEM '%sp'> %%p;]" % address.encode(), b"")


# --- what lies outside -----------------------------------------------------------------------


@lure("CS006", "CS008")
def a_sheet_that_lies_outside(address: str) -> bytes:
    """A reader that follows a relation with TargetMode External."""
    target = b'Target="%ssheet1.xml" TargetMode="External"' % address.encode()
    return replaced(RELATIONS, b'Target="worksheets/sheet1.xml"', target)


@bomb("CS006", "CS008")
def a_sheet_that_is_a_file_of_the_computer() -> bytes:
    """The same to a file that everybody may read."""
    return replaced(RELATIONS, b'Target="worksheets/sheet1.xml"', b'Target="/etc/passwd"')


@lure(READ, "CS007")
def links_to_other_workbooks(address: str) -> bytes:
    """A reader that looks up the ten thousand workbooks that formulas refer to."""
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath"
    target = b'Target="%s%%d" TargetMode="External"' % address.encode()
    link = b'<Relationship Id="x%%d" Type="%s" ' % kind + target + b"/>"
    return spliced(RELATIONS, b"</Relationships>", Numbered(link, 1, 10_000))


# --- rows and cells --------------------------------------------------------------------------


@bomb("CS007")
def a_far_cell() -> bytes:
    """A reader that makes a table as wide and long as XFD1048576 asks for."""
    return in_orders(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


@bomb(READ)
def a_cell_in_the_last_row() -> bytes:
    """A reader that makes the rows between: B1048576."""
    return in_orders(b'<row r="1048576"><c r="G1048576"><v>1</v></c></row>')


@bomb("CS007")
def a_row_of_2147483646() -> bytes:
    """A reader that counts to the row's number."""
    return in_orders(b'<row r="2147483646"><c r="A2147483646"><v>1</v></c></row>')


@bomb("CS006")
def a_row_number_of_a_megabyte() -> bytes:
    """Making a number of many digits, whose cost is their square."""
    return in_orders(b'<row r="', Repeat(b"9", MIB), b'"/>')


@bomb("CS006")
def an_address_of_a_megabyte() -> bytes:
    """Making a column's number of many letters."""
    return in_orders(b'<row><c r="', Repeat(b"X", MIB), b'1"><v>1</v></c></row>')


@bomb(READ)
def four_hundred_thousand_empty_rows() -> bytes:
    """A reader that does something for each row."""
    return in_orders(Repeat(b"<row/>", 400_000))


@bomb(READ)
def a_million_empty_rows() -> bytes:
    """As many as Excel has, each with its number."""
    return in_orders(Numbered(b'<row r="%d"/>', 1000, 1_048_576))


@bomb(READ)
def a_million_hidden_rows() -> bytes:
    """A list of the hidden rows."""
    return in_orders(Numbered(b'<row r="%d" hidden="1"/>', 1000, 1_048_576))


@bomb("CS007")
def sixteen_thousand_columns() -> bytes:
    """One row as wide as Excel's: a value for each cell."""
    return in_orders(b"<row>", Repeat(b"<c><v>1</v></c>", 16_384), b"</row>")


@bomb(READ, "CS007")
def ten_million_blank_cells() -> bytes:
    """Cells that hold nothing and so count nowhere."""
    return in_orders(b"<row>", Repeat(b"<c/>", 10_000_000), b"</row>")


@bomb(READ, "CS007")
def a_million_rows_of_strangers() -> bytes:
    """Values in a column that is not ours, in every row."""
    return in_orders(Numbered(b'<row r="%d"><c r="Z%d"><v>1</v></c></row>', 1000, 1_048_576))


@bomb("CS007", READ)
def a_million_rows_with_faults() -> bytes:
    """A list of faults: every row lacks all that it should have."""
    row = b'<row r="%d"><c r="C%d" t="str"><v>c</v></c></row>'
    return in_orders(Numbered(row, 1000, 1_048_576))


@bomb("CS007", READ)
def a_million_copies_of_an_order() -> bytes:
    """A comparison of each copy with each other."""
    row = b'<row r="%d"><c r="B%d" t="str"><v>x</v></c></row>'
    return in_orders(Numbered(row, 1000, 1_048_576))


@bomb("CS007", READ)
def a_million_rows_without_an_order() -> bytes:
    """Items of orders that are not there."""
    row = b'<row r="%d"><c r="B%d" t="str"><v>n%d</v></c></row>'
    return spliced(ITEMS, ROWS_END, Numbered(row, 1000, 1_048_576))


@bomb("CS103")
def a_sheet_without_headings() -> bytes:
    """The search for the headings: every row is full of what may be misspelt ones."""
    words = islice(cycle([b"Custmer ordr", b"Statuss", b"Kundd", b"Pricee"]), 256)
    cells = b"".join(b'<c t="str"><v>%s</v></c>' % word for word in words)
    before, tag, _ = good_parts()[ORDERS].partition(b"<sheetData>")
    rows = Repeat(b"<row>" + cells + b"</row>", 1000)
    content = (before + tag, rows, ROWS_END + b"</worksheet>")
    return with_parts(with_noise(ORDERS, *content))


@bomb("CS007", READ)
def a_million_merged_ranges() -> bytes:
    """A list of merged ranges, of one cell beside the data each."""
    ranges = Numbered(b'<mergeCell ref="Z%d:AA%d"/>', 1, 1_000_000)
    return spliced(ORDERS, b"</worksheet>", b"<mergeCells>", ranges, b"</mergeCells>")


@bomb("CS007", READ)
def merged_ranges_of_whole_columns() -> bytes:
    """Whoever looks at each row of each range: ten thousand ranges of a million rows."""
    ranges = Repeat(b'<mergeCell ref="A50:B1048576"/>', 10_000)
    return spliced(ORDERS, b"</worksheet>", b"<mergeCells>", ranges, b"</mergeCells>")


@bomb(READ, "CS007")
def a_million_column_widths() -> bytes:
    """A list of columns."""
    return spliced(ORDERS, b"<sheetData>", b"<cols>", Repeat(b'<col min="1"/>', MIB), b"</cols>")


@bomb("CS006", READ, "CS007")
def a_formula_of_a_hundred_megabytes() -> bytes:
    """Whoever keeps the text of formulas."""
    formula = (b'<row><c r="Z1000"><f>', Repeat(b"1+", 50 * MIB), b"1</f><v>1</v></c></row>")
    return in_orders(*formula)


# --- texts and numbers -----------------------------------------------------------------------


@bomb("CS007")
def a_number_of_a_hundred_megabytes() -> bytes:
    """Making a number of so many digits."""
    return in_orders(b'<row><c r="E1000"><v>', Repeat(b"9", 100 * MIB), b"</v></c></row>")


@bomb("CS007", READ)
def a_number_of_a_million_digits() -> bytes:
    """A number beyond what a decimal may have for an exponent (999,999)."""
    return in_orders(b'<row><c r="E1000"><v>', Repeat(b"9", 1_000_100), b"</v></c></row>")


@bomb("CS007")
def a_cell_of_300_megabytes_of_spaces() -> bytes:
    """Gathering a text piece by piece, whose cost is its square."""
    cell = (b'<row><c r="B1000" t="str"><v>', Repeat(b" ", 300 * MIB), b"</v></c></row>")
    return in_orders(*cell)


@bomb("CS007")
def a_cell_of_tags() -> bytes:
    """The same where every second sign is a "<": they stand in a CDATA section."""
    text = (b"<![CDATA[", Repeat(b"<c", 50 * MIB), b"]]>")
    return in_orders(b'<row><c r="B1000" t="str"><v>', *text, b"</v></c></row>")


@bomb("CS007")
def a_cell_of_ten_million_runs() -> bytes:
    """The same by many small pieces, each of which is short."""
    cell = (b'<row><c r="B1000" t="inlineStr"><is>', Repeat(b"<r><t>a</t></r>", 10 * MIB))
    return in_orders(*cell, b"</is></c></row>")


@bomb("CS007")
def a_shared_text_of_150_megabytes() -> bytes:
    """Memory for one text that no cell has to refer to."""
    return spliced(STRINGS, b"</sst>", b"<si><t>", Repeat(b"x", 150 * MIB), b"</t></si>")


@bomb("CS007")
def five_million_shared_texts() -> bytes:
    """Memory for many texts."""
    return spliced(STRINGS, b"</sst>", Repeat(b"<si><t>a</t></si>", 5_000_000))


@bomb("CS007")
def five_million_shared_texts_that_differ() -> bytes:
    """The same where none can be kept once for all."""
    return spliced(STRINGS, b"</sst>", Numbered(b"<si><t>%d</t></si>", 1, 5_000_000))


@bomb(READ, "CS007", "CS008")
def rich_text_a_million_deep() -> bytes:
    """Runs in runs in runs: a stack of them."""
    runs = (Repeat(b"<r>", MIB), b"<t>x</t>", Repeat(b"</r>", MIB))
    return spliced(STRINGS, b"</sst>", b"<si>", *runs, b"</si>")


@bomb("CS007")
def a_million_escapes() -> bytes:
    """Replacing _x0041_ in a text of twenty million of them."""
    escapes = Repeat(b"_x0041_", 20 * MIB)
    return spliced(STRINGS, b"</sst>", b"<si><t>", escapes, b"</t></si>")


@bomb("CS007", READ)
def marks_on_letters() -> bytes:
    """Sorting the marks above a letter, whose cost is their square (Unicode's form C)."""
    marks = Repeat("\u0315\u0300".encode(), 16_000)
    pieces = [
        piece
        for row in range(1000, 1100)
        for piece in (b'<row r="%d"><c r="B%d" t="str"><v>a' % (row, row), marks, b"</v></c></row>")
    ]
    return in_orders(*pieces)


@bomb("CS007", READ)
def words_nearly_known() -> bytes:
    """The search for the nearest known word, for a long one in ten thousand rows."""
    row = b'<row r="%d"><c r="B%d" t="str"><v>%d</v></c><c r="C%d" t="str"><v>c</v></c>'
    status = b'<c r="D%%d" t="str"><v>%s</v></c></row>' % (b"CREATE " * 10)
    return in_orders(Numbered(row + status, 1000, 100_000))


@bomb("CS007", READ)
def one_long_text_in_every_row() -> bytes:
    """A snapshot that repeats what the workbook holds once: 32 KiB in ten thousand orders."""
    row = b'<row r="%d"><c r="B%d" t="str"><v>n%d</v></c><c r="C%d" t="str"><v>c</v></c>'
    count = good_parts()[STRINGS].count(b"<si>")
    status = b'<c r="D%%d" t="s"><v>%d</v></c></row>' % count
    rows = Numbered(row + status, 1000, 11_000)
    before, mark, after = good_parts()[ORDERS].partition(ROWS_END)
    texts, end, rest = good_parts()[STRINGS].partition(b"</sst>")
    long = (b"<si><t>", Repeat(b"x", 32_767), b"</t></si>")
    return with_parts(
        with_noise(ORDERS, before, rows, mark, after), with_noise(STRINGS, texts, *long, end, rest)
    )


@bomb("CS007", READ)
def an_order_of_a_million_items() -> bytes:
    """A reply of a hundred megabytes."""
    order = b'<row r="1000"><c r="B1000" t="str"><v>big</v></c><c r="C1000" t="str"><v>c</v></c>'
    status = b'<c r="D1000" t="str"><v>CREATED</v></c></row>'
    item = b'<row r="%d"><c r="B%d" t="str"><v>big</v></c><c r="C%d" t="str"><v>i</v></c>'
    price = b'<c r="D%d"><v>1</v></c><c r="E%d"><v>1</v></c></row>'
    before, mark, after = good_parts()[ORDERS].partition(ROWS_END)
    first, end, rest = good_parts()[ITEMS].partition(ROWS_END)
    return with_parts(
        deflated(ORDERS, before, order + status, mark + after),
        with_noise(ITEMS, first, Numbered(item + price, 1000, 1_048_576), end, rest),
    )


# --- XML -------------------------------------------------------------------------------------


@bomb("CS007", READ)
def spaces_between_rows() -> bytes:
    """Three hundred megabytes where nothing is expected."""
    return in_orders(Repeat(b" ", 300 * MIB))


@bomb("CS007")
def an_attribute_of_a_hundred_megabytes() -> bytes:
    """A parser that holds what is not finished, and begins anew with each piece of it."""
    return in_orders(b'<row x="', Repeat(b"x", 100 * MIB), b'"/>')


@bomb("CS007")
def spaces_in_an_attribute() -> bytes:
    """The same with what a parser has to normalise: 300 megabytes of spaces."""
    return in_orders(b'<row x="', Repeat(b" ", 300 * MIB), b'"/>')


@bomb("CS007", READ)
def a_comment_of_300_megabytes() -> bytes:
    """The same with what nobody reads."""
    return in_orders(b"<!--", Repeat(b"x", 300 * MIB), b"-->")


@bomb("CS007", READ)
def a_comment_of_tags() -> bytes:
    """The same where whoever looks for the last "<" is told that there is markup."""
    return in_orders(b"<!--", Repeat(b"<c>", 100 * MIB), b"-->")


@bomb("CS007", READ)
def an_instruction_of_300_megabytes() -> bytes:
    """The same as a processing instruction."""
    return in_orders(b"<?x ", Repeat(b"x", 300 * MIB), b"?>")


@bomb("CS007")
def a_name_of_a_hundred_megabytes() -> bytes:
    """The same as the name of an element."""
    return in_orders(b"<", Repeat(b"x", 100 * MIB), b"/>")


@bomb("CS007", READ)
def a_million_names() -> bytes:
    """A parser's table of names."""
    return in_orders(Numbered(b"<n%d/>", 1, 1_000_000))


@bomb("CS007", READ)
def a_million_attributes() -> bytes:
    """Comparing each attribute of an element with each other."""
    return in_orders(b"<row", Numbered(b' a%d=""', 1, 500_000), b"/>")


@bomb(READ, "CS007", "CS008")
def elements_200000_deep_in_a_sheet() -> bytes:
    """A stack of open elements."""
    return in_orders(Repeat(b"<a>", 200_000), Repeat(b"</a>", 200_000))


@bomb(READ, "CS006", "CS007", "CS008")
def elements_200000_deep_in_the_styles() -> bytes:
    """A tree that is walked by a function calling itself."""
    return spliced(STYLES, b"<cellXfs", Repeat(b"<a>", 200_000), Repeat(b"</a>", 200_000))


@bomb(READ, "CS006", "CS007", "CS008")
def elements_200000_deep_in_the_workbook() -> bytes:
    """The same in an extension, which openpyxl knows and walks."""
    deep = (Repeat(b"<ext>", 200_000), Repeat(b"</ext>", 200_000))
    return spliced(WORKBOOK, b"</workbook>", b"<extLst>", *deep, b"</extLst>")


@bomb(READ, "CS006", "CS007", "CS008")
def elements_200000_deep_in_the_manifest() -> bytes:
    """The same in the part that is read first."""
    return spliced(MANIFEST, b"</Types>", Repeat(b"<a>", 200_000), Repeat(b"</a>", 200_000))


@bomb("CS007", READ)
def spaces_in_utf_16() -> bytes:
    """A text whose size doubles, or is counted in the wrong unit."""
    return with_parts(in_utf_16(ORDERS, ROWS_END, "", Repeat(b" \0", 100 * MIB)))


@bomb("CS007")
def a_text_in_utf_16() -> bytes:
    """The same in a text, of a character whose bytes are both "<"."""
    character = Repeat("\u3c3c".encode("utf-16-le"), 50 * MIB)
    return with_parts(in_utf_16(STRINGS, b"</sst>", "<si><t>", character, "</t></si>"))


def in_utf_16(part: str, mark: bytes, before: str, repeated: Repeat, after: str = "") -> Part:
    """Write a part in UTF-16, with something in front of a mark."""
    content = good_parts()[part].replace(b'encoding="UTF-8"', b'encoding="UTF-16"')
    start, end, rest = content.decode().partition(mark.decode())
    first, last = (start + before).encode("utf-16-le"), (after + end + rest).encode("utf-16-le")
    return with_noise(part, b"\xff\xfe", first, repeated, last, encoding="utf-16-le")


@bomb("CS006")
def an_encoding_of_seven_bits() -> bytes:
    """A filter that reads bytes: UTF-7 writes "<" as "+ADw-"."""
    return replaced(ORDERS, b'encoding="UTF-8"', b'encoding="UTF-7"')


# --- what openpyxl reads ---------------------------------------------------------------------


@bomb("CS007", READ)
def a_million_styles() -> bytes:
    """A value for each cell style."""
    return spliced(STYLES, b"</cellXfs>", Repeat(b'<xf numFmtId="0" xfId="0"/>', 1_000_000))


@bomb("CS007", READ)
def two_hundred_thousand_fonts() -> bytes:
    """A value for each font."""
    return spliced(STYLES, b"</fonts>", Repeat(b'<font><sz val="11"/></font>', 200_000))


@bomb("CS007", READ)
def a_million_number_formats() -> bytes:
    """A value for each number format."""
    formats = Numbered(b'<numFmt numFmtId="%d" formatCode="0"/>', 200, 1_000_200)
    return spliced(STYLES, b"<fonts", b"<numFmts>", formats, b"</numFmts>")


@bomb("CS007", READ)
def a_number_format_of_a_megabyte() -> bytes:
    """Taking a number format apart."""
    code = (b'<numFmts><numFmt numFmtId="200" formatCode="', Repeat(b"[$-41D]", 150_000))
    return spliced(STYLES, b"<fonts", *code, b'"/></numFmts>')


@bomb("CS007")
def a_hundred_thousand_sheets() -> bytes:
    """A value for each sheet, and a search among their names."""
    sheets = Numbered(b'<sheet name="Ordes%d" sheetId="%d" r:id="rId1"/>', 100, 100_100)
    return spliced(WORKBOOK, b"</sheets>", sheets)


@bomb("CS007")
def a_sheet_name_of_a_megabyte() -> bytes:
    """A report that names the sheet in each of ten thousand lines."""
    rows = Numbered(b'<row r="%d"><c r="C%d" t="str"><v>c</v></c></row>', 1000, 11_000)
    before, mark, after = good_parts()[ORDERS].partition(ROWS_END)
    names, end, rest = good_parts()[WORKBOOK].partition(b'" sheetId="1"')
    return with_parts(
        with_noise(ORDERS, before, rows, mark + after),
        deflated(WORKBOOK, names, Repeat(b" ", MIB), end + rest),
    )


@bomb("CS007")
def a_million_defined_names() -> bytes:
    """A value for each name."""
    names = Numbered(b'<definedName name="n%d">A1</definedName>', 1, 1_000_000)
    return spliced(WORKBOOK, b"</definedNames>", names)


@bomb("CS007")
def a_defined_name_of_a_hundred_megabytes() -> bytes:
    """A text that is held three times over: as bytes, in the tree, and as a value."""
    text = (b'<definedName name="n">', Repeat(b"A1,", 33 * MIB), b"A1</definedName>")
    return spliced(WORKBOOK, b"</definedNames>", *text)


@bomb("CS007")
def a_million_relations() -> bytes:
    """A value for each relation."""
    relations = Numbered(b'<Relationship Id="x%d" Type="x" Target="x"/>', 1, 1_000_000)
    return spliced(RELATIONS, b"</Relationships>", relations)


@bomb("CS007")
def a_million_overrides() -> bytes:
    """A value for each part that the manifest names."""
    overrides = Numbered(b'<Override PartName="/x%d" ContentType="x"/>', 1, 1_000_000)
    return spliced(MANIFEST, b"</Types>", overrides)


@bomb("CS007")
def spaces_in_the_workbook() -> bytes:
    """A part that is read at once, and made a tree of: 300 megabytes."""
    return spliced(WORKBOOK, b"</workbook>", Repeat(b" ", 300 * MIB))


@bomb("CS007", READ)
def a_table_a_thousand_times() -> bytes:
    """A reader that opens what each relation of a sheet names: one part of nine megabytes."""
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/table"
    relation = b'<Relationship Id="x%%d" Type="%s" Target="/xl/tables/table1.xml"/>' % kind
    name, namespace = "xl/worksheets/_rels/sheet1.xml.rels", b"package/2006/relationships"
    start = b'<Relationships xmlns="http://schemas.openxmlformats.org/%s">' % namespace
    table = (b'<table ref="A1:B2" totalsRowCount="1">', Repeat(b"<a/>", 2 * MIB), b"</table>")
    return with_parts(
        deflated(name, start, Numbered(relation, 1, 1000), b"</Relationships>"),
        deflated("xl/tables/table1.xml", *table),
    )


@bomb(READ, "CS007")
def a_theme_of_a_gigabyte() -> bytes:
    """A part that every workbook has and that says nothing of orders."""
    return with_parts(with_noise("xl/theme/theme1.xml", Repeat(b" ", 900 * MIB)))
