"""The comparison sees what differs, and gives a reason only where there is one."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from corsheet.workbook.sheets import Cell, CellKind
from tests.corpus import cells, comparing, compiling, ours
from tests.corpus.cells import Seen, Traits
from tests.corpus.checking import check
from tests.corpus.comparing import Compared, compare
from tests.corpus.compiling import MOST_BYTES, Outcome, compile_workbook
from tests.corpus.examining import examine
from tests.corpus.ours import read_all, renamed
from tests.corpus.sources import Workbook
from tests.support.sheets import edited, raw_workbook, workbook

PLAIN = workbook(
    Prices="""
        | Item | Price         | Free  | Since       | Code      | Fault |
        | lamp | =19.99        | =TRUE | =2026-11-21 | =7 {0000} | =#N/A |
    """,
    merged={"Prices": ["A5:B6"]},
    hidden={"Prices": [2]},
)
"""A workbook with a cell of each kind, a merged range and a hidden row."""


def row(cell: str, strings: str | None = None) -> bytes:
    """Make a workbook with a single row, of hand-written cells."""
    return raw_workbook(strings, Sheet=f'<row r="1">{cell}</row>')


def at_opening(data: bytes) -> bytes:
    """Make a workbook ask to be calculated when it is opened."""
    calculate = b'</sheets><calcPr fullCalcOnLoad="1"/>'
    return edited(data, "xl/workbook.xml", b"</sheets>", calculate)


FORMULA = '<c r="A1"><f>1+1</f><v>0</v></c>'


@pytest.mark.parametrize(
    ("reason", "data"),
    [
        ("to be calculated on opening", at_opening(row(FORMULA))),
        ("formula without a result", row('<c r="A1"><f>1+1</f></c>')),
        ("escaped character", row('<c r="A1" t="s"><v>0</v></c>', "<si><t>a_x000D_b</t></si>")),
        ("escaped escape", row('<c r="A1" t="s"><v>0</v></c>', "<si><t>_x005F_x005F_</t></si>")),
        (
            "covered by merged cells",
            raw_workbook(
                Sheet='<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
                '<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
                '</sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells></worksheet>'
            ),
        ),
        ("text without characters", row('<c r="A1" t="inlineStr"><is><t></t></is></c>')),
        ("inline text in the wrong place", row('<c r="A1" t="inlineStr"><v>lamp</v></c>')),
        (
            "empty number format",
            edited(PLAIN, "xl/styles.xml", b'formatCode="0000"', b'formatCode=""'),
        ),
    ],
)
def test_each_reason_explains_its_kind_of_difference(reason: str, data: bytes) -> None:
    """One cell each, and nothing is left unexplained."""
    compared = compare(data)

    assert (compared.reasons, compared.told) == (Counter({reason: 1}), [])


def test_a_plain_workbook_has_no_difference() -> None:
    """Text, number, yes, date, formatted number, error, merged range, hidden row."""
    assert compare(PLAIN) == Compared(cells=12)


def altered(cell: Cell, epoch: datetime) -> Seen:
    """See a cell with one fault: the price is a little too high."""
    seen = SEEN(cell, epoch)
    return seen._replace(value=19.990000000000002) if seen.value == 19.99 else seen


SEEN = cells.of_ours


def without_format(cell: Cell, epoch: datetime) -> Seen:
    """See a cell with one fault: the code has lost its zeros."""
    seen = SEEN(cell, epoch)
    return seen._replace(format="General") if seen.format == "0000" else seen


def two_minutes_late(cell: Cell, epoch: datetime) -> Seen:
    """See a cell with one fault: a date is two minutes late."""
    seen = SEEN(cell, epoch)
    late = isinstance(seen.value, float) and seen.value > 40_000
    return seen._replace(value=float(seen.value) + 2 / 1_440) if late else seen


def as_text(cell: Cell, epoch: datetime) -> Seen:
    """See a cell with one fault: the error is a text."""
    seen = SEEN(cell, epoch)
    return seen._replace(kind=CellKind.TEXT) if seen.value == "#N/A" else seen


@pytest.mark.parametrize("fault", [altered, without_format, two_minutes_late, as_text])
def test_a_planted_fault_of_a_cell_is_unexplained(
    monkeypatch: pytest.MonkeyPatch, fault: object
) -> None:
    """No reason is so wide that it swallows a wrong value, format, date or kind."""
    monkeypatch.setattr(cells, "of_ours", fault)

    compared = compare(PLAIN)

    assert (compared.unexplained, len(compared.told), compared.reasons) == (1, 1, Counter())


@pytest.mark.parametrize(
    "traits", [Traits(frozenset(), frozenset({2})), Traits(frozenset({(5, 1, 6, 2)}), frozenset())]
)
def test_a_planted_fault_of_a_sheet_is_unexplained(
    monkeypatch: pytest.MonkeyPatch, traits: Traits
) -> None:
    """A merged range, or a hidden row, that we would not see."""
    monkeypatch.setattr(comparing, "our_traits", lambda *_: traits)

    assert compare(PLAIN).unexplained == 1


def test_a_cell_that_only_one_sees_is_unexplained(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that we lose, and one that we make up."""
    monkeypatch.setattr(comparing, "cells_of", lambda *_: {(9, 9): Seen(CellKind.TEXT, "x")})

    assert compare(PLAIN).unexplained == 13


def test_a_row_that_the_fast_way_loses_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first row goes the slow way, as a heading row does; the others in a block."""
    data = workbook(
        Prices="""
        | Item  |
        | lamp  |
        | chair |
        | table |
    """
    )
    sound = read_all(data)
    rows_of = ours.rows_of
    monkeypatch.setattr(ours, "rows_of", lambda *block: rows_of(*block)[:-1])

    assert (sound.rows, sound.block_rows, sound.block_faults) == (4, 3, ())
    assert read_all(data).block_faults == ("Prices",)


def test_sheets_given_our_names_are_searched_for_our_headings() -> None:
    """The rest of the workbook stays as it is."""
    assert read_all(PLAIN).as_orders == "CS101"
    assert read_all(renamed(PLAIN)).cells == read_all(PLAIN).cells == Counter(
        {"text": 7, "number": 2, "boolean": 1, "date": 1, "error": 1}
    )  # fmt: skip
    assert renamed(b"no zip") == b"no zip"


def saved(folder: Path, data: bytes) -> Path:
    """Write a workbook."""
    path = folder / "book.xlsx"
    path.write_bytes(data)
    return path


def test_a_child_reads_compares_and_measures(tmp_path: Path) -> None:
    """The measured memory is that of a small process."""
    examined = examine(saved(tmp_path, PLAIN))

    assert examined.compared == Compared(cells=12)
    assert examined.read is not None
    assert (examined.read.code, examined.last_words) == ("", "")
    assert 10_000_000 < examined.read.peak_bytes < MOST_BYTES


def test_a_refusal_is_told_with_its_code(tmp_path: Path) -> None:
    """The service's own command, its exit status and its report."""
    result = compile_workbook(saved(tmp_path, b""))

    assert (result.outcome, result.code) == (Outcome.REFUSED, "CS003")
    assert result.message


REFUSED = b'{"findings": [{"severity": "error", "code": "CS006", "message": "broken"}]}'


@pytest.mark.parametrize(
    ("status", "output", "verdict"),
    [
        (2, REFUSED, (Outcome.REFUSED, "CS006", "broken")),
        (0, REFUSED, (Outcome.WRITTEN, "CS006", "broken")),
        (0, b'{"findings": []}', (Outcome.WRITTEN, "", "")),
        (2, b'{"findings": []}', (Outcome.CRASHED, "", "refused without a finding")),
        (2, b"", (Outcome.CRASHED, "", "ended with 2: KeyError")),
        (1, REFUSED, (Outcome.CRASHED, "", "ended with 1: KeyError")),
        (-9, b"", (Outcome.CRASHED, "", "ended with -9: KeyError")),
    ],
)
def test_a_child_without_a_verdict_has_crashed(
    status: int, output: bytes, verdict: tuple[Outcome, str, str]
) -> None:
    """Exit status and report must both say so; the last line of a traceback is told."""
    assert compiling._verdict(status, output, b"Traceback\nKeyError\n") == verdict


def test_faults_are_told(tmp_path: Path) -> None:
    """A crash, too much memory, a reading that did not end, a difference: each is a fault."""
    path = saved(tmp_path, PLAIN)
    result = check(Workbook("package", "1.0", path, "book.xlsx", "0" * 64))
    crashed = replace(result.compiled, outcome=Outcome.CRASHED, peak_bytes=MOST_BYTES + 1)
    examined = replace(result.examined, read=None, compared=Compared(unexplained=1, told=["A1"]))

    assert (result.faults(), result.refusal) == ([], ("", ""))
    assert len(replace(result, compiled=crashed, examined=examined).faults()) == 5
