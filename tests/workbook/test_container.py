"""The outside of a workbook: other files are told from it, and hostile ones are refused."""

import io
import struct
import zipfile
import zlib
from typing import Any
from xml.parsers import expat

import pytest

from corsheet.findings import Code, Problem
from corsheet.workbook.container import is_out_of_memory, open_container
from corsheet.workbook.limits import MIB, Limits
from corsheet.workbook.reading import read_workbook
from tests.support.sheets import found, pack, parts, workbook

GOOD = workbook(
    Orders="| Customer order | Customer | Status |\n| 111 | 10001 | CREATED |",
    Items="| Customer order | Item | Quantity | Unit price |\n| 111 | 5001 | =1 | =9.90 |",
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How an OLE container begins."""

CENTRAL = b"PK\x01\x02"
"""How the entry of a part in the zip's directory begins."""


def directory_entry(data: bytes, part: str) -> int:
    """Find where a part's entry in the zip's directory begins."""
    start = data.index(CENTRAL)
    while True:
        (length,) = struct.unpack_from("<H", data, start + 28)
        if data[start + 46 : start + 46 + length] == part.encode():
            return start
        start = data.index(CENTRAL, start + 1)


def with_entry(data: bytes, part: str, offset: int, value: bytes) -> bytes:
    """Change a field of a part's entry in the zip's directory."""
    start = directory_entry(data, part) + offset
    return data[:start] + value + data[start + len(value) :]


MANIFEST = {"[Content_Types].xml": b"<Types/>"}
TOLD = {
    "csv": (b"Order;Kund\r\n111;10001\r\n", "CS013", "such as a .csv"),
    "csv in the old encoding": ("111;Öje".encode("cp1252"), "CS013", "such as a .csv"),
    "one letter": (b"P", "CS013", "text"),
    "csv of tabs": (b"Order\tKund\f\n", "CS013", "such as a .csv"),
    "csv, UTF-8 with mark": ("\ufeffOrder;Öje\n".encode(), "CS013", "such as a .csv"),
    "csv, UTF-16": ("Order;Öje\n".encode("utf-16"), "CS013", "such as a .csv"),
    "csv, UTF-16 big end first": ("\ufeffOrder".encode("utf-16-be"), "CS013", "such as a .csv"),
    "long csv": (b"111;10001\n" * 5000, "CS013", "such as a .csv"),
    "web page": (b" \r\n<HTML><table/></HTML>", "CS013", "web page"),
    "web page, newer": (b"\xef\xbb\xbf<!DOCTYPE html><p>", "CS013", "web page"),
    "web page, UTF-16": ("\ufeff <html>".encode("utf-16-le"), "CS013", "web page"),
    "XML spreadsheet 2003": (b'<?xml version="1.0"?><Workbook/>', "CS013", "an XML file"),
    "flat OpenDocument": (b'<?xml version="1.0"?><office:document/>', "CS013", "an XML file"),
    "rich text": (b"{\\rtf1\\ansi Orders}", "CS013", "text"),
    "picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "CS004", "not an .xlsx"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\x00\x01", "CS004", "not an .xlsx"),
    "gzip": (b"\x1f\x8b\x08\x00", "CS004", "not an .xlsx"),
    "7z": (b"7z\xbc\xaf\x27\x1c\x00\x04", "CS004", "not an .xlsx"),
    "rar": (b"Rar!\x1a\x07\x00", "CS004", "not an .xlsx"),
    "nothing but zeros": (bytes(70_000), "CS004", "not an .xlsx"),
    "xls": (OLE + bytes(508) + "Workbook".encode("utf-16-le"), "CS010", "old .xls"),
    "xls, Excel 5": (OLE + bytes(508) + "Book".encode("utf-16-le"), "CS010", "old .xls"),
    "xls, Excel 2": (b"\x09\x00\x04\x00\x02\x00", "CS010", "very old .xls"),
    "xls, Excel 3": (b"\x09\x02\x06\x00\x00\x00", "CS010", "very old .xls"),
    "xls, Excel 4": (b"\x09\x04\x06\x00\x00\x00", "CS010", "very old .xls"),
    "with a password": (OLE + "EncryptedPackage".encode("utf-16-le"), "CS005", "password"),
    "with a password, and a book": (
        OLE + "Workbook EncryptedPackage".encode("utf-16-le"),
        "CS005",
        "password",
    ),
    "another OLE container": (OLE + bytes(4096), "CS004", "not an .xlsx"),
    "doc": (OLE + "WordDocument".encode("utf-16-le"), "CS004", "not an .xlsx"),
    "ods": (
        pack(
            {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<x/>"}
        ),
        "CS011",
        ".ods",
    ),
    "ods template": (
        pack({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet-template"}),
        "CS011",
        ".ods",
    ),
    "odt": (
        pack({"mimetype": b"application/vnd.oasis.opendocument.text"}),
        "CS014",
        "another kind of document",
    ),
    "epub": (pack({"mimetype": b"application/epub+zip"}), "CS014", "another kind of document"),
    "docx without its manifest": (
        pack({"word/document.xml": b"<w/>", "_rels/.rels": b"<r/>"}),
        "CS014",
        "not a workbook",
    ),
    "xlsb": (pack({**MANIFEST, "xl/workbook.bin": b"\x83\x01"}), "CS012", ".xlsb"),
    "docx": (pack({**MANIFEST, "word/document.xml": b"<w/>"}), "CS014", "a document or"),
    "pptx": (pack({**MANIFEST, "ppt/slides/slide1.xml": b"<p/>"}), "CS014", "presentation"),
    "Numbers": (
        pack({"Index/Document.iwa": b"\x00", "preview.jpg": b"\xff"}),
        "CS014",
        "not a workbook",
    ),
    "zip of notes": (pack({"notes.txt": b"call"}), "CS014", "not a workbook"),
    "zip of a workbook": (pack({"shop/orders.xlsx": GOOD}), "CS014", "'shop/orders.xlsx' in it"),
    "zip of a macro workbook": (pack({"ORDERS.XLSM": GOOD}), "CS014", "'ORDERS.XLSM' in it"),
    "empty zip": (pack({}), "CS014", "empty archive"),
    "zip with a password": (
        with_entry(pack({"a.txt": b"1"}), "a.txt", 8, struct.pack("<H", 1)),
        "CS005",
        "password",
    ),
    "strict": (
        pack({**MANIFEST, "xl/workbook.xml": b'<workbook xmlns="http://purl.oclc.org/ooxml/x"/>'}),
        "CS009",
        "Strict",
    ),
    "empty": (b"", "CS003", "empty"),
    "the first bytes of a zip": (b"PK\x03\x04", "CS006", "missing or broken"),
    "a zip of zeros": (b"PK\x03\x04" + bytes(4096), "CS006", "missing or broken"),
    "half a zip": (GOOD[: len(GOOD) // 2], "CS006", "missing or broken"),
}


@pytest.mark.parametrize(("data", "code", "words"), TOLD.values(), ids=TOLD)
def test_each_kind_of_foreign_file_is_told_by_its_name(data: bytes, code: str, words: str) -> None:
    """The manager chose the wrong line in Save As, and is told which."""
    reading = read_workbook(data)

    assert (reading.refused, found(reading)) == (True, [("", code)])
    assert words in reading.findings[0].problem.message
    assert reading.findings[0].problem.hint


def test_a_file_cut_off_anywhere_is_refused() -> None:
    """A save that is not finished yet must never be served in part."""
    lengths = [*range(1, len(GOOD), 97), *range(len(GOOD) - 30, len(GOOD))]

    for length in lengths:
        reading = read_workbook(GOOD[:length])
        assert reading.refused, length
        assert reading.orders == (), length
        assert reading.findings[0].problem.hint, length


def test_bytes_behind_or_in_front_of_the_zip_raise_nothing() -> None:
    """Some transfers add a line; the orders are read as they are, or not at all."""
    behind = read_workbook(GOOD + b"\r\n")
    front = read_workbook(b"\r\n" + GOOD)

    assert [order.customer_order_id for order in behind.orders] in (["111"], [])
    assert behind.refused is (behind.orders == ())
    assert found(front) == [("", "CS004")]


def test_a_good_container_gives_its_parts() -> None:
    """It is opened once, and closed by the caller."""
    archive = open_container(GOOD, Limits())

    assert isinstance(archive, zipfile.ZipFile)
    with archive:
        assert set(archive.namelist()) == set(parts(GOOD))


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (Limits(workbook_bytes=MIB // 1024), "limits.workbook_bytes"),
        (Limits(unpacked_bytes=MIB // 1024), "limits.unpacked_bytes"),
        (Limits(entries=2), "limits.entries"),
    ],
)
def test_a_file_over_a_limit_is_told_which_limit(limits: Limits, words: str) -> None:
    """The name is the one to raise in corsheet.toml."""
    problem = open_container(GOOD, limits)

    assert isinstance(problem, Problem)
    assert problem.code is Code.LIMIT
    assert words in problem.message


def test_a_part_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked() -> None:
    """Two megabytes of zeros pack to two kilobytes; so would two gigabytes."""
    bomb = pack({**parts(GOOD), "xl/worksheets/sheet9.xml": bytes(2 * MIB)})

    assert len(bomb) < MIB // 32
    assert found(read_workbook(bomb, limits=Limits(unpacked_bytes=MIB))) == [("", "CS007")]


@pytest.mark.parametrize("claimed", [0, 1, 100, 0x7FFFFFFF])
def test_a_part_that_lies_about_its_size_is_refused(claimed: int) -> None:
    """Neither more nor less than what the directory says is believed."""
    lie = with_entry(GOOD, "xl/worksheets/sheet1.xml", 24, struct.pack("<I", claimed))

    reading = read_workbook(lie)

    assert reading.refused
    assert found(reading) in ([("", "CS006")], [("", "CS007")])


def with_copies(data: bytes, part: str, count: int) -> bytes:
    """Add entries to the zip's directory that all name the bytes of one part."""
    target = io.BytesIO(data)
    with zipfile.ZipFile(target, "a") as archive:
        original = archive.getinfo(part)
        for number in range(count):
            copy = zipfile.ZipInfo(f"xl/worksheets/copy{number}.xml")
            for field in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
                setattr(copy, field, getattr(original, field))
            archive.filelist.append(copy)
            archive.NameToInfo[copy.filename] = copy
        changed: Any = archive
        changed._didModify = True
    return target.getvalue()


def test_many_parts_that_share_their_bytes_are_bounded_by_the_limit() -> None:
    """Overlapping entries make a small file large; every entry's claim counts."""
    part = "xl/worksheets/sheet9.xml"
    files = {**parts(GOOD), part: bytes(MIB)}
    overlapping = with_copies(pack(files), part, 50)

    assert len(overlapping) < MIB // 16
    assert found(read_workbook(overlapping, limits=Limits(unpacked_bytes=20 * MIB))) == [
        ("", "CS007")
    ]


def test_parts_that_lie_on_top_of_each_other_are_refused() -> None:
    """CVE-2024-0450: their sizes add up to more than the file has, and no limit is near."""
    overlapping = with_copies(GOOD, "xl/worksheets/sheet1.xml", 30)

    assert found(read_workbook(overlapping)) == [("", "CS008")]


@pytest.mark.parametrize(
    ("size", "ratio", "expected"),
    [
        (9 * MIB, 200, []),  # below ten mebibytes the ratio does not matter
        (11 * MIB, 200, [("", "CS007")]),
        (11 * MIB, 2000, []),
        (11 * MIB, 1, [("", "CS007")]),
    ],
)
def test_a_part_that_unpacks_to_many_times_its_size_is_refused(
    size: int, ratio: int, expected: list[tuple[str, str]]
) -> None:
    """Zeros pack a thousandfold, and no sheet of Excel does; the limit is a setting."""
    bomb = pack({**parts(GOOD), "xl/media/image1.bmp": bytes(size)})

    reading = read_workbook(bomb, limits=Limits(ratio=ratio))

    assert found(reading) == expected
    assert all("limits.ratio" in finding.problem.message for finding in reading.findings)
    assert reading.refused is bool(expected)


@pytest.mark.parametrize(
    "part",
    [
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
        "xl/sharedStrings.xml",
        "xl/styles.xml",
    ],
)
@pytest.mark.parametrize("method", [0, 9, 12, 14, 93, 99])
def test_a_part_packed_in_another_way_than_it_says_is_damage(part: str, method: int) -> None:
    """One changed bit makes deflate into bzip2, which raises an error of its own."""
    reading = read_workbook(with_entry(GOOD, part, 10, struct.pack("<H", method)))

    assert (reading.refused, found(reading)) == (True, [("", "CS006")])


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_stored_and_deflated_parts_are_read(method: int) -> None:
    """The two ways of packing that the standard allows (ECMA-376 part 2, annex B)."""
    reading = read_workbook(pack(parts(GOOD), method))

    assert [order.customer_order_id for order in reading.orders] == ["111"]


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_broken_stream_of_any_kind_is_refused(part: str, method: int) -> None:
    """Each way of packing that Python knows raises an error of its own."""
    data = pack(parts(GOOD), method)
    (local,) = struct.unpack_from("<I", data, directory_entry(data, part) + 42)
    start = local + 30 + len(part) + 40
    broken = data[:start] + bytes(b ^ 0xFF for b in data[start : start + 40]) + data[start + 40 :]

    reading = read_workbook(broken)

    assert reading.refused
    assert reading.findings[0].problem.hint


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_an_encrypted_part_is_told_as_a_password(part: str) -> None:
    """The zip's own encryption, which no workbook uses."""
    reading = read_workbook(with_entry(GOOD, part, 8, struct.pack("<H", 1)))

    assert (reading.refused, found(reading)) == (True, [("", "CS005")])


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_part_whose_name_is_no_text_is_damage(part: str) -> None:
    """Its own header claims UTF-8, and holds something else."""
    (local,) = struct.unpack_from("<I", GOOD, directory_entry(GOOD, part) + 42)
    utf8, name = struct.pack("<H", 0x800), b"\xff"
    broken = GOOD[: local + 6] + utf8 + GOOD[local + 8 : local + 30] + name + GOOD[local + 31 :]

    reading = read_workbook(broken)

    assert (reading.refused, found(reading)) == (True, [("", "CS006")])


@pytest.mark.parametrize(
    "part",
    [
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
        "xl/sharedStrings.xml",
        "xl/styles.xml",  # without the number formats, id 00042 would be served as 42
        "xl/workbook.xml",
        "[Content_Types].xml",
        "xl/_rels/workbook.xml.rels",
    ],
)
def test_a_missing_part_refuses_the_workbook(part: str) -> None:
    """Half a workbook is none, and its orders are not served."""
    files = parts(GOOD)
    del files[part]  # the manifest still declares it

    reading = read_workbook(pack(files))

    assert reading.refused
    assert reading.findings[0].problem.hint


def test_a_directory_that_points_before_the_file_is_damage() -> None:
    """A wrong offset makes zipfile look for a part at a place below zero."""
    broken = GOOD[:-6] + struct.pack("<I", 0x7FFFFFFF) + GOOD[-2:]

    reading = read_workbook(broken)

    assert (reading.refused, found(reading)) == (True, [("", "CS006")])


@pytest.mark.parametrize("name", ["../../evil.xml", "/etc/passwd", "C:\\evil.xml", "x" * 60000])
def test_parts_with_odd_names_are_never_unpacked_to_disk(name: str) -> None:
    """Parts are read by name from memory alone, so such a name harms nothing."""
    reading = read_workbook(pack({**parts(GOOD), name: b"<x/>"}))

    assert reading.refused or [order.customer_order_id for order in reading.orders] == ["111"]


def test_more_parts_than_any_workbook_has_are_refused() -> None:
    """The parts are counted before any of them is unpacked; Excel writes a few dozen."""
    bomb = pack({**parts(GOOD), **{f"part{number}": b"" for number in range(2000)}})

    assert found(read_workbook(bomb)) == [("", "CS007")]


def test_expats_want_of_memory_is_told_from_damage() -> None:
    """It has an error of its own for it, which is no MemoryError; the cures differ."""
    wanting = expat.ExpatError()
    wanting.code = expat.errors.codes[expat.errors.XML_ERROR_NO_MEMORY]
    damaged = expat.ExpatError()
    damaged.code = expat.errors.codes[expat.errors.XML_ERROR_TAG_MISMATCH]

    assert is_out_of_memory(wanting)
    assert not is_out_of_memory(damaged)
    assert not is_out_of_memory(ValueError())


@pytest.mark.parametrize("reads", range(6))
def test_zlibs_want_of_memory_is_told_from_damage(
    monkeypatch: pytest.MonkeyPatch, reads: int
) -> None:
    """Likewise, whichever part it was about to inflate; a broken one is damage still."""
    real = zipfile.ZipExtFile.read
    left = [reads]
    for words, verdict in (("Error -4 while decompressing data", "CS007"), ("Error -3", "CS006")):
        left[0] = reads

        def read(file: Any, count: int | None = -1, words: str = words) -> bytes:
            left[0] -= 1
            if left[0] < 0:
                raise zlib.error(words)
            return real(file, count)

        monkeypatch.setattr(zipfile.ZipExtFile, "read", read)

        assert found(read_workbook(GOOD)) == [("", verdict)]
        assert left[0] < 0
