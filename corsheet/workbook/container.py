"""The outside of a workbook: is it one, and is it safe to unpack?"""

import io
import zipfile
import zlib

from corsheet.findings import Code, Problem
from corsheet.workbook.limits import MIB, Limits

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0"
"""How .xls files, and .xlsx files with a password, begin (an OLE container)."""

PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""The ways to pack a part that ECMA-376 part 2, annex B, has for a workbook."""

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


def is_out_of_memory(error: Exception) -> bool:
    """Tell whether expat's error, bare or as ElementTree wraps it, is for want of memory."""
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
            f"the file has {len(data) / MIB:.1f} MiB, the limit is"
            f" {limits.workbook_bytes / MIB:.0f} MiB (limits.workbook_bytes)",
        )
    if data.startswith(OLE_MAGIC):
        return Problem(Code.PROTECTED_OR_OLD, "the file has a password or is an old .xls")
    if not data.startswith(ZIP_MAGIC):
        return Problem(Code.NOT_A_WORKBOOK, "the file is not an .xlsx workbook")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except DAMAGE:
        return Problem(Code.DAMAGED, "the end of the file is missing or broken")
    problem = _check_entries(archive, limits) or _check_kind(archive)
    if problem is not None:
        archive.close()
        return problem
    return archive


def _check_entries(archive: zipfile.ZipFile, limits: Limits) -> Problem | None:
    entries = archive.infolist()
    if len(entries) > limits.entries:
        return Problem(
            Code.LIMIT,
            f"the file has {len(entries)} parts, the limit is {limits.entries} (limits.entries)",
        )
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.unpacked_bytes:
        return Problem(
            Code.LIMIT,
            f"the file unpacks to {unpacked / MIB:.0f} MiB, the limit is"
            f" {limits.unpacked_bytes / MIB:.0f} MiB (limits.unpacked_bytes)",
        )
    if len({entry.filename for entry in entries}) < len(entries):
        return Problem(Code.FORBIDDEN_CONTENT, "two parts of the file have the same name")
    if any(entry.compress_type not in PACKINGS for entry in entries):
        return Problem(Code.DAMAGED, "a part of the file is packed in a way that no workbook is")
    if any(entry.flag_bits & 1 for entry in entries):
        return Problem(Code.PROTECTED_OR_OLD, "the file has a password")
    return None


def _check_kind(archive: zipfile.ZipFile) -> Problem | None:
    names = set(archive.namelist())
    if "mimetype" in names:
        return Problem(Code.NOT_A_WORKBOOK, "the file is an OpenDocument (.ods) file")
    if "xl/workbook.bin" in names:
        return Problem(Code.NOT_A_WORKBOOK, "the file is a binary workbook (.xlsb)")
    if MANIFEST not in names:
        return Problem(Code.NOT_A_WORKBOOK, "the file is a zip, but not a workbook")
    try:
        if "xl/workbook.xml" in names and STRICT_NAMESPACE in archive.read("xl/workbook.xml"):
            return Problem(Code.STRICT_FORMAT, "the file is of the kind “Strict Open XML”")
    except DAMAGE:
        return Problem(Code.DAMAGED, "a part of the file is broken")
    return None
