"""The outside of a workbook: other files are told from it, and hostile ones are refused."""

import io
import struct
import zipfile
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


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", Code.FILE_EMPTY),
        (b"\x00", Code.NOT_A_WORKBOOK),
        (b"P", Code.TEXT_FILE),
        (bytes(4096), Code.NOT_A_WORKBOOK),
        ("Kund;Status\n10001;CREATED\n".encode("utf-16"), Code.TEXT_FILE),
        (b"Kund;Status\r\n10001;CREATED\r\n", Code.TEXT_FILE),
        ("Kund;Ort\n10001;Öje\n".encode("cp1252"), Code.TEXT_FILE),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", Code.TEXT_FILE),
        (b"<html><table></table></html>", Code.TEXT_FILE),
        (b"%PDF-1.7\n\x00\x01", Code.NOT_A_WORKBOOK),
        (OLE + bytes(4096), Code.NOT_A_WORKBOOK),
        (OLE + bytes(508) + "EncryptedPackage".encode("utf-16-le"), Code.PASSWORD),
        (OLE + bytes(508) + "Workbook".encode("utf-16-le"), Code.OLD_WORKBOOK),
        (OLE + bytes(508) + "Book".encode("utf-16-le"), Code.OLD_WORKBOOK),
        (b"\x09\x02\x06\x00\x00\x00", Code.OLD_WORKBOOK),
        (pack({}), Code.OTHER_ARCHIVE),
        (b"PK\x03\x04", Code.DAMAGED),
        (b"PK\x03\x04" + bytes(4096), Code.DAMAGED),
        (pack({"notes.txt": b"call Anna"}), Code.OTHER_ARCHIVE),
        (pack({"shop/orders.xlsx": b"PK"}), Code.OTHER_ARCHIVE),
        (pack({"word/document.xml": b"<w/>", "_rels/.rels": b"<r/>"}), Code.OTHER_ARCHIVE),
        (
            pack({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
            Code.OPEN_DOCUMENT,
        ),
        (pack({"mimetype": b"application/epub+zip"}), Code.OTHER_ARCHIVE),
        (
            pack({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b"\x83\x01"}),
            Code.BINARY_WORKBOOK,
        ),
        (
            pack({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"}),
            Code.OTHER_ARCHIVE,
        ),
    ],
    ids=lambda value: value.name.lower() if isinstance(value, Code) else None,
)
def test_a_file_that_is_no_workbook_is_told_as_what_it_is(data: bytes, code: Code) -> None:
    """Text, PDF, .ods, .xlsb, .docx, old or protected: the hint says what to save it as."""
    reading = read_workbook(data)

    assert reading.refused
    assert found(reading) == [("", code.id)]
    assert reading.findings[0].problem.hint


def test_an_open_document_and_a_binary_workbook_are_named() -> None:
    """The manager chose the wrong line in Save As, and is told which."""
    ods = read_workbook(pack({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}))
    xlsb = read_workbook(pack({"[Content_Types].xml": b"<Types/>", "xl/workbook.bin": b""}))

    assert ".ods" in ods.findings[0].problem.message
    assert ".xlsb" in xlsb.findings[0].problem.message


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


def test_many_parts_that_share_their_bytes_are_bounded_by_the_limit() -> None:
    """Overlapping entries make a small file large; every entry's claim counts."""
    part = "xl/worksheets/sheet9.xml"
    files = {**parts(GOOD), part: bytes(MIB)}
    target = io.BytesIO(pack(files))
    with zipfile.ZipFile(target, "a") as archive:
        original = archive.getinfo(part)
        for number in range(50):
            copy = zipfile.ZipInfo(f"xl/worksheets/copy{number}.xml")
            for field in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
                setattr(copy, field, getattr(original, field))
            archive.filelist.append(copy)
            archive.NameToInfo[copy.filename] = copy
        changed: Any = archive
        changed._didModify = True
    overlapping = target.getvalue()

    assert len(overlapping) < MIB // 16
    assert found(read_workbook(overlapping, limits=Limits(unpacked_bytes=20 * MIB))) == [
        ("", "CS007")
    ]


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
