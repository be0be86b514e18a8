"""Damaged copies of a workbook, each the same for the same number, whatever the computer."""

import random
import re
import zlib
from collections.abc import Callable, Mapping, Sized
from functools import lru_cache
from typing import NamedTuple

from tests.support.raw_zip import (
    RAW,
    Part,
    deflated,
    directory_entry,
    end_of_directory,
    local_header,
    zipped,
)
from tests.support.service import ROOT
from tests.support.sheets import edited, parts

PAGE = 4096
"""Bytes that a disk or a share writes at once."""

MOST_BYTES = 8
"""Bytes that a mutant has changed, inserted or deleted in one place."""

ORDERS_PART = "xl/worksheets/sheet1.xml"

Mutate = Callable[[random.Random], bytes]


class Mutant(NamedTuple):
    """A damaged workbook.

    Attributes:
        number: Makes it, always the same.
        kind: What was done to it.
        data: Its bytes; neither the sample's nor the other version's.
    """

    number: int
    kind: str
    data: bytes


@lru_cache
def sample() -> bytes:
    """Read the sample workbook, the one that is damaged."""
    return (ROOT / "sample_data" / "orders.xlsx").read_bytes()


@lru_cache
def other() -> bytes:
    """Make another version of it: every sum in Orders is another, and so is its length."""
    return edited(sample(), ORDERS_PART, b"00</v>", b"25.5</v>")


@lru_cache
def sample_parts() -> dict[str, bytes]:
    """Take the sample apart."""
    return parts(sample())


def mutant(number: int) -> Mutant:
    """Make the mutant of that number; each kind has its turn."""
    mutate = MUTATIONS[number % len(MUTATIONS)]
    chance = random.Random(number)  # noqa: S311 - the same for ever is the point
    data = sample()
    while data in {sample(), other()}:
        data = mutate(chance)
    return Mutant(number, mutate.__name__.replace("_", " "), data)


def _place(chance: random.Random, data: Sized) -> int:
    return chance.randrange(len(data))


def bytes_changed(chance: random.Random) -> bytes:
    """Change one to eight bytes anywhere in the file."""
    data = bytearray(sample())
    for _ in range(chance.randint(1, MOST_BYTES)):
        data[_place(chance, data)] = chance.randrange(256)
    return bytes(data)


def bits_flipped(chance: random.Random) -> bytes:
    """Flip one to eight bits anywhere in the file."""
    data = bytearray(sample())
    for _ in range(chance.randint(1, MOST_BYTES)):
        data[_place(chance, data)] ^= 1 << chance.randrange(8)
    return bytes(data)


def cut_off(chance: random.Random) -> bytes:
    """End the file early."""
    return sample()[: _place(chance, sample())]


def tail_zeroed(chance: random.Random) -> bytes:
    """Make the end zeros, as a disk does that was given a length and no data."""
    place = _place(chance, sample())
    return sample()[:place] + bytes(len(sample()) - place)


def block_zeroed(chance: random.Random) -> bytes:
    """Make a stretch of it zeros."""
    start = _place(chance, sample())
    end = min(len(sample()), start + chance.randint(1, PAGE))
    return sample()[:start] + bytes(end - start) + sample()[end:]


def written_over_the_other(chance: random.Random) -> bytes:
    """Write the start of one version over the other."""
    first, second = chance.sample([sample(), other()], 2)
    place = _place(chance, first)
    return first[:place] + second[place:]


def pages_mixed(chance: random.Random) -> bytes:
    """Take each page from one version or the other."""
    size = chance.choice([len(sample()), len(other())])
    pages = range(0, size, PAGE)
    mixed = b"".join(chance.choice([sample(), other()])[at : at + PAGE] for at in pages)
    return mixed[:size]


def bytes_inserted(chance: random.Random) -> bytes:
    """Put some bytes between others."""
    place = _place(chance, sample())
    return sample()[:place] + chance.randbytes(chance.randint(1, MOST_BYTES)) + sample()[place:]


def bytes_deleted(chance: random.Random) -> bytes:
    """Take some bytes out."""
    place = _place(chance, sample())
    return sample()[:place] + sample()[place + chance.randint(1, MOST_BYTES) :]


def contents_exchanged(chance: random.Random) -> bytes:
    """Give two parts each other's content."""
    files = sample_parts()
    one, two = chance.sample(sorted(files), 2)
    return _packed({**files, one: files[two], two: files[one]})


def names_exchanged(chance: random.Random) -> bytes:
    """Give two entries of the directory each other's name; in front of the parts they stay."""
    one, two = chance.sample(sorted(sample_parts()), 2)
    names = {one: two, two: one}
    body, directory = b"", b""
    for part in _all_packed(sample_parts()):
        listed = part._replace(name=names.get(part.name, part.name))
        directory += directory_entry(listed, len(body))
        body += local_header(part) + part.packed
    return body + directory + end_of_directory(len(sample_parts()), len(directory), len(body))


def part_dropped(chance: random.Random) -> bytes:
    """Leave a part out."""
    files = dict(sample_parts())
    del files[chance.choice(sorted(files))]
    return _packed(files)


def part_doubled(chance: random.Random) -> bytes:
    """Put another part, or the same once more, behind the last under a name that is there."""
    files = sample_parts()
    name, source = chance.choice(sorted(files)), chance.choice(sorted(files))
    again = deflated(name, files[source])
    return zipped([*_all_packed(files), again])


def packed_bytes_changed(chance: random.Random) -> bytes:
    """Change a part's packed bytes and make its checksum right for what it unpacks to now."""
    files = sample_parts()
    name = chance.choice(sorted(files))
    packed = bytearray(deflated(name, files[name]).packed)
    packed[_place(chance, packed)] ^= 1 << chance.randrange(8)
    try:
        machine = zlib.decompressobj(RAW)
        content = machine.decompress(bytes(packed))
    except zlib.error:
        content = b""
    damaged = Part(name, bytes(packed), len(content), zlib.crc32(content))
    return zipped([damaged if part.name == name else part for part in _all_packed(files)])


def part_bytes_changed(chance: random.Random) -> bytes:
    """Change one to eight bytes of what a part holds; its checksum is right."""
    name = chance.choice(sorted(sample_parts()))
    content = bytearray(sample_parts()[name])
    for _ in range(chance.randint(1, MOST_BYTES)):
        content[_place(chance, content)] = chance.choice(b"0123456789aAzZ <>/=\"'&;:\x00\xff")
    return _with(name, bytes(content))


def digit_changed(chance: random.Random) -> bytes:
    """Make a digit another one: an amount, an address, a style, a text's position."""
    return _token_changed(chance, rb"[0-9]", lambda _: b"%d" % chance.randrange(10))


def letter_changed(chance: random.Random) -> bytes:
    """Make a letter another one: a text, a name, an element."""
    return _token_changed(chance, rb"[A-Za-z]", lambda _: b"%c" % chance.choice(b"abcstvABCDE"))


def attribute_dropped(chance: random.Random) -> bytes:
    """Take out an attribute: an address, a style, a type."""
    return _token_changed(chance, rb' [a-zA-Z:]+="[^"]*"', lambda _: b"")


def element_dropped(chance: random.Random) -> bytes:
    """Take out a cell, a row, a text, a style, or a relation."""
    return _token_changed(chance, _element(chance), lambda _: b"")


def element_doubled(chance: random.Random) -> bytes:
    """Write a cell, a row, a text, a style, or a relation twice."""
    return _token_changed(chance, _element(chance), lambda element: element * 2)


def elements_exchanged(chance: random.Random) -> bytes:
    """Give two cells, rows, texts… of a part each other's place."""
    name, found = _places(chance, _element(chance))
    one, two = sorted(chance.choices(found, k=2), key=re.Match.start)
    if one == two:
        return sample()
    content = sample_parts()[name]
    between = content[one.end() : two.start()]
    return _with(name, content[: one.start()] + two[0] + between + one[0] + content[two.end() :])


ELEMENTS = (b"c", b"v", b"row", b"si", b"t", b"xf", b"sheet", b"Relationship", b"Override")
"""Elements that the orders hang on."""


def _element(chance: random.Random) -> bytes:
    name = chance.choice(ELEMENTS)
    return rb"<%s\b(?:[^>]*/>|.*?</%s>)" % (name, name)


EDITED = (
    *(f"xl/worksheets/sheet{number}.xml" for number in range(1, 6)),
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "[Content_Types].xml",
)
"""The parts that the orders hang on."""


def _token_changed(
    chance: random.Random, pattern: bytes, change: Callable[[bytes], bytes]
) -> bytes:
    """Change one of the places in a part that the pattern finds."""
    name, found = _places(chance, pattern)
    place = chance.choice(found)
    content = sample_parts()[name]
    return _with(name, content[: place.start()] + change(place[0]) + content[place.end() :])


def _places(chance: random.Random, pattern: bytes) -> tuple[str, list[re.Match[bytes]]]:
    """Choose a part that has something the pattern finds, and give all of that."""
    while True:
        name = chance.choice(EDITED)
        found = list(re.finditer(pattern, sample_parts()[name]))
        if found:
            return name, found


def _with(name: str, content: bytes) -> bytes:
    return _packed({**sample_parts(), name: content})


def _packed(files: Mapping[str, bytes]) -> bytes:
    return zipped(_all_packed(files))


def _all_packed(files: Mapping[str, bytes]) -> list[Part]:
    return [deflated(name, content) for name, content in files.items()]


MUTATIONS: tuple[Mutate, ...] = (
    bytes_changed,
    bits_flipped,
    cut_off,
    tail_zeroed,
    block_zeroed,
    written_over_the_other,
    pages_mixed,
    bytes_inserted,
    bytes_deleted,
    contents_exchanged,
    names_exchanged,
    part_dropped,
    part_doubled,
    packed_bytes_changed,
    part_bytes_changed,
    digit_changed,
    letter_changed,
    element_dropped,
    element_doubled,
    elements_exchanged,
    attribute_dropped,
)
