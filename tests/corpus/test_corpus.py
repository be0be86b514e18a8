"""A hundred of the workbooks that others made; ``python -m tests.corpus.run`` takes them all."""

import pytest

from tests.corpus.checking import Result, check_all
from tests.corpus.sources import SOURCES, is_fetched, sample, workbooks

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(
        not is_fetched(), reason="not fetched; python -m tests.corpus.fetch does it, on Debian"
    ),
]

SIZE = 100
"""Workbooks that every test run checks: half a minute."""


@pytest.fixture(scope="module")
def results() -> tuple[Result, ...]:
    """Give what came of the same hundred each time, of every package and kind."""
    return check_all(sample(workbooks(), SIZE))


def test_the_sample_has_each_package_and_each_kind(results: tuple[Result, ...]) -> None:
    """Else the tests below say less than they seem to."""
    chosen = [result.workbook for result in results]

    assert len(chosen) == SIZE
    assert {one.source for one in chosen} == {source.name for source in SOURCES}
    assert {one.kind for one in chosen} >= {".xlsx", ".xlsm", ".xltx", ".xlsb", ".xls", ".ods"}


def test_each_is_read_or_refused_by_name_and_no_cell_differs(results: tuple[Result, ...]) -> None:
    """No crash, no hang, not too much memory, no cell that differs without a known reason."""
    faults = {result.workbook.inside: result.faults() for result in results}

    assert {inside: found for inside, found in faults.items() if found} == {}


def test_the_new_kinds_are_read_and_compared(results: tuple[Result, ...]) -> None:
    """The comparison has something to compare: most of them, and thousands of cells."""
    read = [one for one in results if one.workbook.kind == ".xlsx" and not one.refusal[0]]
    compared = [one.examined.compared for one in read if one.examined.compared]

    assert len(compared) == len(read) > SIZE / 3
    assert sum(one.cells for one in compared) > 1000
