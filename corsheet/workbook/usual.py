"""What a workbook of the usual form says about itself, read without openpyxl.

Nothing is judged here. Where anything is missing, contradictory or merely not known, this
gives up, and ``unusual`` finds out what it is; where both can read a workbook they give
the same.
"""

import posixpath
import re
import zipfile
from collections.abc import Mapping
from typing import NamedTuple

from corsheet.workbook.container import DAMAGE, MANIFEST, is_out_of_memory
from corsheet.workbook.description import (
    MOST_DESCRIPTION,
    TABLE,
    WORKBOOK_KINDS,
    Package,
    check_sizes,
    dates_among,
    formats_of,
    read_styles,
)
from corsheet.workbook.enactor_layout import table_headings
from corsheet.workbook.layout import LONGEST_NAME, fold
from corsheet.workbook.parts import MAIN, TRUE, Element, UnreadableError, elements, unescape

PACKAGE = "http://schemas.openxmlformats.org/package/2006"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
"""The namespaces of ECMA-376 part 2, annex F, and part 1, 22.8."""

ID = f"{RELATIONS}}}id"

ANY = re.compile(".*", re.DOTALL)
NUMBER = re.compile("-?[0-9]{1,9}")
STATE = re.compile("visible|hidden|veryHidden")

_SHEET = {"name": ANY, "sheetId": NUMBER, "state": STATE, ID: ANY}
_VIEW_NUMBERS = (
    *("xWindow", "yWindow", "windowWidth", "windowHeight"),
    *("tabRatio", "firstSheet", "activeTab"),
)
_VIEW_WORDS = (
    *("minimized", "showHorizontalScroll", "showVerticalScroll", "showSheetTabs"),
    "autoFilterDateGrouping",
)
_PROPERTIES = (
    *("date1904", "dateCompatibility", "filterPrivacy", "showInkAnnotation", "backupFile"),
    *("codeName", "autoCompressPictures", "checkCompatibility", "hidePivotFieldList"),
)
_PROPERTY_WORDS = {"defaultThemeVersion": NUMBER, "showObjects": re.compile("all|placeholders")}
_CALCULATION = ("fullCalcOnLoad", "iterate", "calcCompleted", "calcOnSave", "concurrentCalc")
_CALCULATION_WORDS = {
    "calcId": NUMBER,
    "calcMode": re.compile("manual|auto|autoNoTable"),
    "refMode": re.compile("A1|R1C1"),
    "iterateCount": NUMBER,
    "iterateDelta": re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,20})?"),
}

KNOWN: Mapping[tuple[str, ...], Mapping[str, re.Pattern[str]]] = {
    (): {},
    ("fileVersion",): dict.fromkeys(("appName", "lastEdited", "lowestEdited", "rupBuild"), ANY),
    ("workbookPr",): {**dict.fromkeys(_PROPERTIES, ANY), **_PROPERTY_WORDS},
    ("workbookProtection",): {},
    ("bookViews",): {},
    ("bookViews", "workbookView"): {
        **dict.fromkeys(_VIEW_NUMBERS, NUMBER),
        **dict.fromkeys(_VIEW_WORDS, ANY),
        "visibility": STATE,
    },
    ("sheets",): {},
    ("sheets", "sheet"): _SHEET,
    ("definedNames",): {},
    ("definedNames", "definedName"): {"name": ANY, "localSheetId": NUMBER, "hidden": ANY},
    ("calcPr",): {**dict.fromkeys(_CALCULATION, ANY), **_CALCULATION_WORDS},
    ("extLst",): {},
    ("extLst", "ext"): {"uri": ANY},
}
"""The elements of the workbook's part, and what values their attributes have."""

NEEDED: Mapping[tuple[str, ...], set[str]] = {
    ("sheets", "sheet"): {"name", "sheetId", ID},
    ("definedNames", "definedName"): {"name"},
    ("extLst", "ext"): {"uri"},
}
"""The attributes that they must have."""

FOREIGN: Mapping[tuple[str, ...], set[str]] = {
    (): {"AlternateContent", "revisionPtr"},
    ("extLst", "ext"): {"workbookPr", "calcFeatures", "extCalcPr", "ArchID"},
}
"""Elements of other namespaces, by where they stand, that are passed over with all in them."""


class Relation(NamedTuple):
    """How a part names another: the kind, and which part; for a target outside its address."""

    kind: str
    target: str


def read_usual(archive: zipfile.ZipFile) -> Package | None:
    """Read everything but the cells; None: the workbook is not of the usual form."""
    try:
        return _read(archive)
    except (UnreadableError, *DAMAGE) as error:
        if is_out_of_memory(error):
            raise MemoryError from error
        return None


def _read(archive: zipfile.ZipFile) -> Package:
    """Read it.

    Raises:
        ValueError: It is not of the usual form; so do the other errors of ``DAMAGE`` tell.
        UnreadableError: Its styles are broken, or a part is too large.
    """
    check_sizes(archive)
    part = _workbook_part(archive)
    described = elements(_part(archive, part), MAIN, "workbook")
    _check(described)
    relations = _relations(archive, part)
    related = {relation.kind.rpartition("/")[2]: relation for relation in relations.values()}
    if sum(r.kind.endswith(("/styles", "/sharedStrings")) for r in relations.values()) > len(
        related.keys() & {"styles", "sharedStrings"}
    ):
        raise ValueError(part)  # which of them?
    sheets = [(e.attributes, relations[e.attributes[ID]]) for e in _all(described, "sheet")]
    parts = set(archive.namelist())
    for attributes, relation in sheets:
        is_sheet = relation.kind == f"{RELATIONS}/worksheet" and relation.target in parts
        if not is_sheet or len(attributes["name"]) > LONGEST_NAME:
            raise ValueError(attributes["name"])
    strings = related["sharedStrings"].target if "sharedStrings" in related else None
    styles = related["styles"].target if "styles" in related else None
    formats = formats_of(read_styles(archive, styles))
    return Package(
        sheets=tuple((a["name"], relation.target) for a, relation in sheets),
        strings=strings if strings in parts else None,
        formats=formats,
        date_styles=dates_among(formats),
        uncalculated=_value(described, "calcPr", "fullCalcOnLoad") in TRUE,
        is_1904=_value(described, "workbookPr", "date1904") not in {"", "0", "f", "false"},
        hidden=frozenset(a["name"] for a, _ in sheets if a.get("state", "visible") != "visible"),
        totals={a["name"]: _totals_rows(archive, parts, r.target, a["name"]) for a, r in sheets},
    )


def _part(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > MOST_DESCRIPTION:
        raise ValueError(name)
    return archive.read(name)


def _all(described: list[Element], name: str) -> list[Element]:
    """Give the elements of a name, wherever they stand."""
    return [e for e in described if e.path and e.path[-1].rpartition("}")[2] == name]


def _value(described: list[Element], name: str, attribute: str) -> str:
    """Give an attribute of an element that stands once at most; empty: it is not said."""
    found = [e.attributes.get(attribute, "") for e in described if e.path == (name,)]
    return found[0] if found else ""


def _workbook_part(archive: zipfile.ZipFile) -> str:
    manifest = elements(_part(archive, MANIFEST), f"{PACKAGE}/content-types", "Types")
    named: dict[str, str] = {}
    for element in manifest[1:]:
        first = {"Default": "Extension", "Override": "PartName"}.get("/".join(element.path))
        if element.attributes.keys() != {first, "ContentType"}:
            raise ValueError(element.path)
        if first == "PartName":
            named.setdefault(element.attributes["ContentType"], element.attributes["PartName"])
    part = next(iter(named[kind] for kind in WORKBOOK_KINDS if kind in named), "")
    if not part.startswith("/"):
        raise ValueError(part)
    return part[1:]


def _check(described: list[Element]) -> None:
    """See that every element of the workbook's part is a usual one.

    Raises:
        ValueError: One is not.
    """
    once = [element.path for element in described if len(element.path) == 1]
    if len(set(once)) < len(once):
        raise ValueError(once)
    for path, attributes in described:
        if any("}" in name for name in path):
            place = next(n for n, name in enumerate(path) if "}" in name)
            if path[place].rpartition("}")[2] not in FOREIGN.get(path[:place], ()):
                raise ValueError(path)
            continue
        known = KNOWN[path]
        if NEEDED.get(path, set()) - attributes.keys():
            raise ValueError(path)
        for name, value in attributes.items():
            # those of other namespaces have no meaning here
            if (name in known and not known[name].fullmatch(value)) or not (
                name in known or "}" in name
            ):
                raise ValueError(path)


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, Relation]:
    """Read the relations of a part by their names."""
    folder, name = posixpath.split(part)
    if not folder:
        raise ValueError(part)
    data = _part(archive, f"{folder}/_rels/{name}.rels")
    found: dict[str, Relation] = {}
    for element in elements(data, f"{PACKAGE}/relationships", "Relationships")[1:]:
        attributes = element.attributes
        if (
            element.path != ("Relationship",)
            or attributes.keys() - {"TargetMode"} != {"Id", "Type", "Target"}
            or not attributes["Id"]
            or attributes["Id"] in found
        ):
            raise ValueError(part)
        target = attributes["Target"]
        if attributes.get("TargetMode") != "External":
            is_absolute = target.startswith("/")
            target = target[1:] if is_absolute else posixpath.normpath(f"{folder}/{target}")
        found[attributes["Id"]] = Relation(attributes["Type"], target)
    return found


AREA = re.compile("[A-Z]{1,3}[1-9][0-9]{0,6}:[A-Z]{1,3}([1-9][0-9]{0,6})")


def _totals_rows(
    archive: zipfile.ZipFile, parts: set[str], part: str, sheet: str
) -> frozenset[int]:
    """Give the last rows of the Excel tables with orders on a sheet that add up what is above."""
    folder, name = posixpath.split(part)
    if f"{folder}/_rels/{name}.rels" not in parts:
        return frozenset()
    rows = set[int]()
    tables = {r.target for r in _relations(archive, part).values() if r.kind == TABLE}
    for target in tables & parts:
        table, *inside = elements(_part(archive, target), MAIN, "table")
        headings = (e.attributes.get("name", "") for e in _all(inside, "tableColumn"))
        has_orders = any(fold(unescape(heading)) in table_headings(sheet) for heading in headings)
        if has_orders and table.attributes.get("totalsRowCount", "0") != "0":
            area = AREA.fullmatch(table.attributes.get("ref", ""))
            if table.attributes["totalsRowCount"] != "1" or area is None:
                raise ValueError(target)
            rows.add(int(area[1]))
    return frozenset(rows)
