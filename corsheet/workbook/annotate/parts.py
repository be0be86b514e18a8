"""The package of a workbook: parts, what they are, and how they point at each other.

Open Packaging Conventions, ECMA-376 part 2: section 8 (parts), 9 (relationships
and content types). Parts that nobody changes are copied as they are.
"""

import io
import posixpath
import shutil
import zipfile
from itertools import chain, count
from string import digits
from typing import NamedTuple
from urllib.parse import unquote

from corsheet.workbook.annotate.markup import Document, escaped
from corsheet.workbook.annotate.outline import AnnotateError, broken
from corsheet.workbook.container import DAMAGE, MANIFEST

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS_PART = "http://schemas.openxmlformats.org/package/2006/relationships"
RELATIONS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"

NEW_PART_DATE = (1980, 1, 1, 0, 0, 0)
"""The first that a zip can tell: the same workbook always gives the same copy."""


class Relation(NamedTuple):
    """One part pointing at another.

    Attributes:
        id: As the pointing part names it.
        kind: The last word of its type, such as ``worksheet``.
        target: The part's name in the zip; empty: it is outside, or not there.
    """

    id: str
    kind: str
    target: str


class Parts:
    """The parts of a workbook, with the changed and new ones."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._changed: dict[str, bytes] = {}
        # part names differ in more than case (ECMA-376 part 2, 6.2.2.3)
        self._names = {name.casefold(): name for name in archive.namelist()}

    def find(self, name: str) -> str:
        """Give a part's name as the zip has it; empty: it is not there."""
        return self._names.get(name.casefold(), "")

    def ending(self, suffix: str) -> list[str]:
        """Give the parts whose name ends so."""
        return [name for folded, name in self._names.items() if folded.endswith(suffix)]

    def read(self, name: str) -> bytes:
        """Give a part as it is now.

        Raises:
            AnnotateError: It is broken.
        """
        if name in self._changed:
            return self._changed[name]
        try:
            return self._archive.read(name)
        except DAMAGE as error:
            raise broken(name) from error

    def write(self, name: str, data: bytes) -> None:
        """Change a part, or add one."""
        self._names.setdefault(name.casefold(), name)
        self._changed[name] = data

    def document(self, name: str) -> Document:
        """Read a part to change it."""
        return Document(self.read(name), name)

    def add(self, wanted: str, data: bytes, content_type: str) -> str:
        """Add a part.

        Args:
            wanted: Its name, if that is free; else it gets another number.
            data: Its bytes.
            content_type: What it is.

        Returns:
            Its name.
        """
        overrides = self.document(MANIFEST).root.all("Override")
        taken = {one.attributes.get("PartName", "").lstrip("/").casefold() for one in overrides}
        taken |= self._names.keys()
        stem, _, ending = wanted.rpartition(".")
        others = (f"{stem.rstrip(digits)}{number}.{ending}" for number in count(2))
        name = next(one for one in chain([wanted], others) if one.casefold() not in taken)
        self.write(name, data)
        self._declare(name, content_type)
        return name

    def _declare(self, name: str, content_type: str) -> None:
        """Say in the manifest what a part is: by its ending where that can be."""
        document = self.document(MANIFEST)
        ending = name.rpartition(".")[2]
        defaults = {
            one.attributes.get("Extension", "").casefold(): one.attributes.get("ContentType")
            for one in document.root.all("Default")
        }
        if defaults.get(ending) == content_type:
            return
        prefix = document.root.prefix
        if ending in defaults or ending == "xml":
            document.append(
                document.root,
                f'<{prefix}Override PartName="/{name}" ContentType="{content_type}"/>',
            )
        else:
            document.prepend(
                document.root,
                f'<{prefix}Default Extension="{ending}" ContentType="{content_type}"/>',
            )
        self.write(MANIFEST, document.result())

    def relations(self, part: str) -> list[Relation]:
        """Give what a part points at; empty ``part``: the package."""
        name = self.find(_relations_name(part))
        if not name:
            return []
        return [
            Relation(
                one.attributes.get("Id", ""),
                one.attributes.get("Type", "").rpartition("/")[2],
                self._target(part, one.attributes),
            )
            for one in self.document(name).root.all("Relationship")
        ]

    def _target(self, part: str, attributes: dict[str, str]) -> str:
        if attributes.get("TargetMode") == "External":
            return ""
        target = unquote(attributes.get("Target", ""))
        path = posixpath.join("/", posixpath.dirname(part), target)
        return self.find(posixpath.normpath(path).lstrip("/"))

    def relate(self, part: str, kind: str, target: str) -> str:
        """Let a part point at another one; gives the id."""
        name = self.find(_relations_name(part))
        if not name:
            name = _relations_name(part)
            self.write(name, f'<Relationships xmlns="{RELATIONS_PART}"></Relationships>'.encode())
            self._declare(name, RELATIONS_TYPE)
        document = self.document(name)
        taken = {one.attributes.get("Id") for one in document.root.children}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        document.append(
            document.root,
            f'<{document.root.prefix}Relationship Id="rId{number}" Type="{RELATIONS}/{kind}"'
            f' Target="{escaped("/" + target)}"/>',
        )
        self.write(name, document.result())
        return f"rId{number}"

    def pack(self) -> bytes:
        """Make the zip: the parts in their order, the new ones behind.

        Raises:
            AnnotateError: A part is broken.
        """
        target = io.BytesIO()
        left = dict(self._changed)
        with zipfile.ZipFile(target, "w") as copy:
            for old in self._archive.infolist():
                info = zipfile.ZipInfo(old.filename, old.date_time)
                info.compress_type = old.compress_type
                info.external_attr = old.external_attr
                if old.filename in left:
                    copy.writestr(info, left.pop(old.filename))
                else:
                    self._copy(old, copy, info)
            for name, data in left.items():
                new = zipfile.ZipInfo(name, NEW_PART_DATE)
                new.compress_type = zipfile.ZIP_DEFLATED
                copy.writestr(new, data)
        return target.getvalue()

    def _copy(self, old: zipfile.ZipInfo, copy: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        info.file_size = old.file_size  # of it, zipfile tells whether the entry must be a large one
        try:
            with self._archive.open(old) as source, copy.open(info, "w") as sink:
                shutil.copyfileobj(source, sink)
        except DAMAGE as error:
            raise broken(old.filename) from error


def _relations_name(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def main_part(parts: Parts) -> str:
    """Give the part that says which sheets the workbook has.

    Raises:
        AnnotateError: There is none.
    """
    for relation in parts.relations(""):
        if relation.kind == "officeDocument" and relation.target:
            return relation.target
    raise AnnotateError("the file is a zip, but not a workbook")
