"""The outside of a workbook: is it one, and is it safe to unpack?"""

import io
import zipfile
import zlib

from corsheet.findings import Code, Problem, echo, say
from corsheet.workbook.limits import MIB, Limits

ZIP_MAGIC = b"PK\x03\x04"
EMPTY_ZIP_MAGIC = b"PK\x05\x06"
OLE_MAGIC = b"\xd0\xcf\x11\xe0"
"""How .xls files, and .xlsx files with a password, begin (an OLE container, [MS-CFB] 2.2)."""

PASSWORD_STREAM = "EncryptedPackage".encode("utf-16-le")
"""The stream of an OLE container that an .xlsx with a password lies in ([MS-OFFCRYPTO] 2.3.4.4)."""

OLD_STREAMS = tuple(name.encode("utf-16-le") for name in ("WORKBOOK", "BOOK"))
"""The streams that an .xls lies in, of Excel 97 and later or of Excel 5 ([MS-XLS] 2.1.2).

In capitals, as some programs write them.
"""

OLDEST_MAGICS = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
"""How the .xls files of Excel 2, 3 and 4 begin, without a container (BOF records)."""

PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""The ways to pack a part that ECMA-376 part 2, annex B, has for a workbook."""

RATIO_FREE = 10 * MIB
"""Unpacked bytes of a part below which its ratio does not matter."""

MANIFEST = "[Content_Types].xml"
STRICT_NAMESPACE = b"http://purl.oclc.org/ooxml/"
"""ISO/IEC 29500-1 (Strict); the usual kind is 29500-4 (Transitional)."""

DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What zipfile raises on parts that are broken, encrypted or packed in an unknown way."""


EXPAT_NO_MEMORY = 1
"""XML_ERROR_NO_MEMORY of expat.h."""

ZLIB_NO_MEMORY = "Error -4 "
"""How Python's words begin for Z_MEM_ERROR of zlib.h."""


def is_out_of_memory(error: Exception) -> bool:
    """Tell whether expat's error, bare or as ElementTree wraps it, or zlib's is want of memory."""
    if isinstance(error, zlib.error):
        return str(error).startswith(ZLIB_NO_MEMORY)
    return getattr(error, "code", None) == EXPAT_NO_MEMORY


def open_container(data: bytes, limits: Limits) -> zipfile.ZipFile | Problem:
    """Open the zip that a workbook is, or say why it is none.

    A part never yields more bytes than the directory claims (zipfile stops
    there and the checksum fails), so the claims, added up, bound the whole.
    """
    if not data:
        return Problem(Code.FILE_EMPTY, "the file is empty")
    if len(data) > limits.workbook_bytes:
        return Problem(
            Code.LIMIT,
            say(
                "the file has {size} MiB, the limit is {limit} MiB (limits.workbook_bytes)",
                size=f"{len(data) / MIB:.1f}",
                limit=f"{limits.workbook_bytes / MIB:.0f}",
            ),
        )
    if not data.startswith(ZIP_MAGIC):
        return _foreign(data)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except DAMAGE:
        return Problem(Code.DAMAGED, "the end of the file is missing or broken")
    problem = _check_entries(archive, len(data), limits) or _check_kind(archive)
    if problem is not None:
        archive.close()
        return problem
    return archive


def _foreign(data: bytes) -> Problem:
    """Say what a file is that is no zip."""
    if data.startswith(OLE_MAGIC) and PASSWORD_STREAM in data:
        return Problem(Code.PASSWORD, "the file has a password")
    if data.startswith(OLE_MAGIC) and any(stream in data.upper() for stream in OLD_STREAMS):
        return Problem(Code.OLD_WORKBOOK, "the file is an old .xls workbook")
    if data.startswith(OLDEST_MAGICS):
        return Problem(Code.OLD_WORKBOOK, "the file is a very old .xls workbook")
    if data.startswith(EMPTY_ZIP_MAGIC):
        return Problem(Code.OTHER_ARCHIVE, "the file is an empty archive")
    start = _as_text(data[:LOOKED_AT])
    if start is None:
        return Problem(Code.NOT_A_WORKBOOK, "the file is not an .xlsx workbook")
    if start.startswith(("<!doctype html", "<html")):
        return Problem(Code.TEXT_FILE, "the file is a web page")
    if start.startswith("<?xml"):
        return Problem(Code.TEXT_FILE, "the file is an XML file")
    return Problem(Code.TEXT_FILE, "the file is text, such as a .csv file")


LOOKED_AT = 4096
"""Bytes of a file that tell whether it is text."""


def _as_text(start: bytes) -> str | None:
    """Give the start of a text file, in small letters; None: it is none."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return start.decode("utf-16", "replace").lstrip("\ufeff \t\r\n").lower()
    if any(byte < ord(" ") and byte not in b"\t\r\n\f" for byte in start):
        return None
    return start.removeprefix(b"\xef\xbb\xbf").decode("latin-1").lstrip().lower()


def _check_entries(archive: zipfile.ZipFile, packed: int, limits: Limits) -> Problem | None:
    entries = archive.infolist()
    if len(entries) > limits.entries:
        return Problem(
            Code.LIMIT,
            say(
                "the file has {parts} parts, the limit is {limit} (limits.entries)",
                parts=len(entries),
                limit=limits.entries,
            ),
        )
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.unpacked_bytes:
        return Problem(
            Code.LIMIT,
            say(
                "the file unpacks to {size} MiB, the limit is {limit} MiB (limits.unpacked_bytes)",
                size=f"{unpacked / MIB:.0f}",
                limit=f"{limits.unpacked_bytes / MIB:.0f}",
            ),
        )
    if sum(entry.compress_size for entry in entries) > packed:
        # CVE-2024-0450: parts that share their bytes unpack to many times what they hold
        return Problem(Code.FORBIDDEN_CONTENT, "parts of the file lie on top of each other")
    for entry in entries:
        if entry.file_size > max(RATIO_FREE, entry.compress_size * limits.ratio):
            return Problem(
                Code.LIMIT,
                say(
                    "{part} unpacks to more than {limit} times its size (limits.ratio)",
                    part=echo(entry.filename),
                    limit=limits.ratio,
                ),
            )
    if len({entry.filename for entry in entries}) < len(entries):
        return Problem(Code.FORBIDDEN_CONTENT, "two parts of the file have the same name")
    if any(entry.compress_type not in PACKINGS for entry in entries):
        return Problem(Code.DAMAGED, "a part of the file is packed in a way that no workbook is")
    if any(entry.flag_bits & 1 for entry in entries):
        return Problem(Code.PASSWORD, "the file has a password")
    return None


def _check_kind(archive: zipfile.ZipFile) -> Problem | None:
    names = set(archive.namelist())
    try:
        if "mimetype" in names:
            if b"opendocument.spreadsheet" in archive.read("mimetype")[:LOOKED_AT]:
                return Problem(Code.OPEN_DOCUMENT, "the file is an OpenDocument (.ods) workbook")
            return Problem(Code.OTHER_ARCHIVE, "the file is another kind of document")
        if "xl/workbook.bin" in names:
            return Problem(Code.BINARY_WORKBOOK, "the file is a binary workbook (.xlsb)")
        if MANIFEST not in names:
            return _other_archive(names)
        if any(name.startswith(("word/", "ppt/")) for name in names):
            return Problem(Code.OTHER_ARCHIVE, "the file is a document or a presentation")
        if "xl/workbook.xml" in names and STRICT_NAMESPACE in archive.read("xl/workbook.xml"):
            return Problem(Code.STRICT_FORMAT, "the file is of the kind “Strict Open XML”")
    except DAMAGE as error:
        if is_out_of_memory(error):
            raise MemoryError from error
        return Problem(Code.DAMAGED, "a part of the file is broken")
    return None


def _other_archive(names: set[str]) -> Problem:
    inside = sorted(name for name in names if name.lower().endswith((".xlsx", ".xlsm")))
    if not inside:
        return Problem(Code.OTHER_ARCHIVE, "the file is a zip, but not a workbook")
    return Problem(
        Code.OTHER_ARCHIVE,
        say("the file is a zip with {workbook} in it", workbook=echo(inside[0])),
        "take the workbook out of the zip and put it in its place",
    )
