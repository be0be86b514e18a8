"""The workbooks that others made: where they come from, and which are there."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).with_name("fetched")
"""Where they lie once fetched; git ignores it."""

SUFFIXES = frozenset(
    {".xlsx", ".xlsm", ".xltx", ".xltm", ".xlam", ".xlsb", ".xls", ".xlt", ".ods", ".ots"}
)
"""How the names of workbooks end, in small letters; ours to read or to refuse."""


class Registry(Enum):
    """Who keeps a package."""

    DEBIAN = "Debian source package"
    PYTHON = "Python source distribution"


class Source(NamedTuple):
    """A package whose tests have workbooks.

    Attributes:
        name: As its registry has it.
        registry: Who keeps it.
        version: The one to fetch; empty: the one that the machine's release of Debian has.
    """

    name: str
    registry: Registry
    version: str = ""


SOURCES = (
    Source("libapache-poi-java", Registry.DEBIAN),
    Source("libexcel-writer-xlsx-perl", Registry.DEBIAN),
    Source("libxlsxwriter", Registry.DEBIAN),
    Source("agate-excel", Registry.PYTHON, "0.4.2"),
    Source("csvkit", Registry.PYTHON, "2.2.0"),
    Source("petl", Registry.PYTHON, "1.7.30"),
    Source("pyexcel-xlsx", Registry.PYTHON, "0.6.1"),
    Source("tablib", Registry.PYTHON, "3.10.0"),
    Source("xlsx2csv", Registry.PYTHON, "0.8.6"),
)


@dataclass(frozen=True, slots=True)
class Workbook:
    """One of them.

    Attributes:
        source: The package's name.
        version: The package's version.
        path: Where it lies now.
        inside: Its path in the package, without the folder that holds all of the package.
        sha256: Of its bytes, in hexadecimal digits.
    """

    source: str
    version: str
    path: Path
    inside: str
    sha256: str

    @property
    def kind(self) -> str:
        """How its name ends, in small letters: ``.xlsx``."""
        return self.path.suffix.lower()


def place(folder: Path, source: Source) -> Path | None:
    """Give the folder that has a package's workbooks, ``name_version``; None: not fetched."""
    return next(iter(sorted(folder.glob(f"{source.name}_{source.version or '*'}"))), None)


def is_fetched(folder: Path = FOLDER) -> bool:
    """Tell whether the workbooks of every package are there."""
    return all(place(folder, source) is not None for source in SOURCES)


def workbooks(folder: Path = FOLDER) -> tuple[Workbook, ...]:
    """Give the workbooks that are there, each content once: where it is met first."""
    found: dict[str, Workbook] = {}
    for source in SOURCES:
        home = place(folder, source)
        if home is None:
            continue
        version = home.name.rpartition("_")[2]
        for path in sorted(home.rglob("*")):
            if path.is_file() and path.suffix.lower() in SUFFIXES:
                sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
                inside = "/".join(path.relative_to(home).parts[1:])
                found.setdefault(sha256, Workbook(source.name, version, path, inside, sha256))
    return tuple(found.values())


def sample(all_of_them: Iterable[Workbook], size: int) -> tuple[Workbook, ...]:
    """Choose some, the same each time, of every package and kind as evenly as there are.

    Args:
        all_of_them: To choose from.
        size: How many, at most.
    """
    groups: dict[tuple[str, str], list[Workbook]] = {}
    for workbook in sorted(all_of_them, key=lambda one: one.sha256):
        groups.setdefault((workbook.source, workbook.kind), []).append(workbook)
    turns = zip_longest(*(groups[key] for key in sorted(groups)))
    chosen = [workbook for turn in turns for workbook in turn if workbook is not None]
    return tuple(chosen[:size])
