"""Writes docs/corpus.md: what came of the run over all workbooks."""

import datetime as dt
import platform
from collections import Counter
from collections.abc import Iterable, Sequence
from importlib.metadata import version

from corsheet import __version__
from corsheet.findings import Code
from corsheet.workbook.limits import MIB
from tests.corpus.checking import MOST_SECONDS, WORKERS, Result
from tests.corpus.compiling import MOST_BYTES, Outcome
from tests.corpus.examining import Examined
from tests.corpus.reasons import REASONS
from tests.corpus.sources import SOURCES

INTRODUCTION = """\
# Workbooks that others made

Written by `python -m tests.corpus.run`, which fetches the workbooks, checks every one and ends
with 1 where a line of the first table says so. {files:,} workbooks, each content once, from the
tests of other people's programs: saved by Excel 2003 to 2016 on Windows and the Mac, LibreOffice
3.3 to 6.4, WPS, Hancell, Access, and programs that do not tell; many were kept since they once
broke a reader.

{date}, {wall:.0f} seconds for the whole run with {workers} workbooks at a time; corsheet
{corsheet}, Python {python}, openpyxl {openpyxl}, {system}.

What must hold, and what was found:

| | wanted | found |
|---|---|---|
"""

SOURCES_TEXT = """\

## Where they come from

Read: every cell of every sheet was read; the workbook is refused all the same, by name, where it
has no orders. Refused: the file itself, by name. The time is the processor's, to compile the
workbook (the start of the process, about 0.2 s, included) and to read all its cells; the memory is
the most that the process held.
"""

CODES_TEXT = """\

## What is refused, and as what

`compile` is what the service does with the workbook as it is. `as orders` is the same workbook
with its first sheets named as ours, so that the search for headings goes over foreign sheets.
"""

COMPARISON_TEXT = """\

## Cell by cell against openpyxl

All worksheets of every workbook that both can read: the kind of each cell, its text, its number
as a float, its error, its date to the minute, the number format of numbers and dates; merged ranges
and hidden rows. Our reader takes rows of a regular form in blocks, which is faster: each sheet is
read in both ways, and the rows must be the same. (Which number formats show a date our reader asks
openpyxl: there the two are not independent.)
"""

REFUSED_TEXT = """\

## New kinds of workbook that are refused

All `.xlsx`, `.xlsm` and `.xltx` files whose cells are not read, and what openpyxl makes of them.
"""

HOSTILE_TEXT = """\

## Made to do harm

Those with a document type in a part, as entity bombs and stolen files need one.
"""

OPEN_XML = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm", ".xlam"})

Cells = Sequence[object]


def page(results: Sequence[Result], wall: float) -> str:
    """Write the page.

    Args:
        results: Of all workbooks.
        wall: Seconds that the run took.
    """
    return "".join(
        (
            _head(results, wall),
            SOURCES_TEXT,
            _sources(results),
            CODES_TEXT,
            _codes(results),
            COMPARISON_TEXT,
            _comparison(results),
            REFUSED_TEXT,
            _refused([one for one in results if one.workbook.kind in OPEN_XML and one.refusal[0]]),
            HOSTILE_TEXT,
            _refused([one for one in results if _has_doctype(one.examined)]),
        )
    )


def _head(results: Sequence[Result], wall: float) -> str:
    ended = Counter(result.compiled.outcome for result in results)
    lost = sum(one.examined.read is None or bool(one.examined.last_words) for one in results)
    rows: list[Cells] = [
        ("workbooks", "1,000 or more", f"{len(results):,}"),
        ("crashes", 0, ended[Outcome.CRASHED] + lost),
        ("hangs", 0, ended[Outcome.HUNG]),
        ("slowest", f"{MOST_SECONDS:.0f} s", f"{max(one.seconds for one in results):.2f} s"),
        ("largest", _mib(MOST_BYTES), _mib(max(one.peak_bytes for one in results))),
        ("unexplained differences", 0, sum(_unexplained(one.examined) for one in results)),
    ]
    introduction = INTRODUCTION.format(
        files=len(results),
        date=dt.datetime.now(tz=dt.UTC).date().isoformat(),
        wall=wall,
        workers=WORKERS,
        corsheet=__version__,
        python=platform.python_version(),
        openpyxl=version("openpyxl"),
        system=f"{platform.system()} {platform.machine()}",
    )
    return introduction + _rows(rows)


def _sources(results: Sequence[Result]) -> str:
    rows: list[Cells] = []
    for source in SOURCES:
        ours = [one for one in results if one.workbook.source == source.name]
        if ours:
            rows.append(_source_row(source.name, source.registry.value, ours))
    rows.append(_source_row("**all**", "", results))
    heads = ("package", "kind", "version", "workbooks", "read", "refused", "slowest", "largest")
    return _table(heads, rows)


def _source_row(name: str, registry: str, results: Sequence[Result]) -> Cells:
    refused = sum(bool(one.refusal[0]) for one in results)
    return (
        name,
        registry,
        results[0].workbook.version if registry else "",
        f"{len(results):,}",
        f"{len(results) - refused:,}",
        refused,
        f"{max(one.seconds for one in results):.2f} s",
        _mib(max(one.peak_bytes for one in results)),
    )


def _codes(results: Sequence[Result]) -> str:
    compiled = Counter(one.compiled.code for one in results)
    renamed = Counter(one.examined.read.as_orders for one in results if one.examined.read)
    known = {code.id: code.value.title for code in Code}
    rows: list[Cells] = [
        (code or "none", known.get(code, "orders are served"), compiled[code], renamed[code])
        for code in sorted(compiled | renamed)
    ]
    return _table(("first finding", "meaning", "compile", "as orders"), rows)


def _comparison(results: Sequence[Result]) -> str:
    both = [
        (one.examined.read, one.examined.compared)
        for one in results
        if not one.refusal[0] and one.examined.read and one.examined.compared
        if not one.examined.compared.failure
    ]
    kinds: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    books: Counter[str] = Counter()
    for read, compared in both:
        kinds += read.cells
        reasons += compared.reasons
        books.update(compared.reasons.keys())
    unexplained = [compared.unexplained for _, compared in both]
    told = ", ".join(f"{number:,} {kind}" for kind, number in kinds.most_common())
    counts = (
        f"\n{len(both):,} workbooks, {kinds.total():,} cells: {told}.\n"
        f"Of {sum(read.rows for read, _ in both):,} rows,"
        f" {sum(read.block_rows for read, _ in both):,} are taken in blocks.\n"
    )
    rows: list[Cells] = [
        (one.name, f"{reasons[one.name]:,}", books[one.name], one.why) for one in REASONS
    ]
    rows.append(("**unexplained**", sum(unexplained), sum(map(bool, unexplained)), ""))
    return counts + _table(("difference", "cells", "workbooks", "why"), rows)


def _refused(results: Iterable[Result]) -> str:
    rows: list[Cells] = []
    for one in results:
        code, message = one.refusal
        rows.append((one.workbook.source, f"`{one.workbook.inside}`", code, message, _theirs(one)))
    return _table(("package", "workbook", "code", "what we say", "openpyxl"), rows)


def _theirs(result: Result) -> str:
    compared = result.examined.compared
    if compared is None:
        return "does not end"
    return compared.failure or f"sees {compared.cells:,} cells"


def _has_doctype(examined: Examined) -> bool:
    return examined.read is not None and examined.read.has_doctype


def _unexplained(examined: Examined) -> int:
    return examined.compared.unexplained if examined.compared is not None else 0


def _mib(size: int) -> str:
    return f"{size / MIB:.0f} MiB"


def _table(heads: Cells, rows: Iterable[Cells]) -> str:
    return "\n" + _row(heads) + _row(["---"] * len(heads)) + _rows(rows)


def _rows(rows: Iterable[Cells]) -> str:
    return "".join(map(_row, rows))


def _row(cells: Cells) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |\n"
