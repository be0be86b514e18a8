"""On Windows an open file may keep its editor from saving: it is never us who has it open.

``SAVES`` says how many saves (CI: 500). Run under Wine by
``python packaging/windows.py test tests/end_to_end/test_windows.py``; what Wine cannot
show is in docs/windows.md.
"""

import json
import os
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import NamedTuple

import pytest

from corsheet.catalog import Catalog, Store
from corsheet.model import EVERY_UNIT, BusinessUnitId, CustomerId
from corsheet.reload import source
from corsheet.reload.child import Compiler
from corsheet.reload.reloader import Reloader
from corsheet.watch import Watch
from corsheet.workbook.limits import Limits
from tests.support.judging import threads_beside
from tests.support.saving import SAVES as WAYS
from tests.support.saving import Save, in_place, rename_over, rename_pair, versioned_workbook
from tests.support.service import eventually
from tests.support.windows import (
    NAME_TAKEN,
    UNSHARED,
    code_of,
    replace_file,
    while_it_is_open,
)

pytestmark = pytest.mark.skipif(
    sys.platform != "win32", reason="elsewhere an open file keeps nobody from saving"
)

SAVES = int(os.environ.get("SAVES", "100"))
KEPT_OPEN_SAVES = 25
SHOPS = 2
"""That save at the same time, each its own workbook: saves and readings mostly wait."""

EVERY_WAY: tuple[Save, ...] = (*WAYS, replace_file, while_it_is_open)
OFFICE_NOW: tuple[Save, ...] = (rename_pair, replace_file, in_place)
"""All ways to save, and those that get along with a reader who shares: Office's and scripts'."""

TAKEN_SHARE = 0.1
"""Most of the saves that may find the name taken: Wine needs a millisecond for each call, so a
look or a reading has the file open for longer than on a PC; 1 to 4 in a hundred, by what else
the computer has to do."""

BROKEN_SHARE = 4
"""One workbook in so many is cut off."""

LONGEST_PAUSE_SECONDS = 0.15
"""Between two saves; a reading begins after 0.05 s of quiet."""

HELD_SECONDS = 0.02
"""For which the test's own reader keeps the file open: a large workbook on a slow disk."""

Opens = Callable[[Path], FileIO]


def keep_open(path: Path, opens: Opens, opened: Counter[str], stopped: threading.Event) -> None:
    """Open the file again and again, and keep it open for a while each time."""
    while not stopped.wait(0.001):
        try:
            with opens(path):
                opened["reads"] += 1
                stopped.wait(HELD_SECONDS)
        except OSError:
            opened["gaps"] += 1  # between two renames there is none


def kept_open(path: Path, opens: Opens, opened: Counter[str]) -> AbstractContextManager[None]:
    """Keep the file open, with short gaps, while the block runs."""
    stopped = threading.Event()
    reader = threading.Thread(target=keep_open, args=(path, opens, opened, stopped))
    return threads_beside([reader], stopped)


class Refusal(NamedTuple):
    """A save that Windows refused.

    Attributes:
        save: How it was saved.
        code: Windows' number for why not.
    """

    save: Save
    code: int


def save_often(path: Path, count: int, ways: Sequence[Save]) -> list[Refusal]:
    """Save in every way in turn; gives what Windows refused since somebody had the file open."""
    good, other = versioned_workbook(1), versioned_workbook(2)
    contents = [good, other, good, other[: len(other) // 2]]
    assert len(contents) == BROKEN_SHARE
    refused = []
    pauses = random.Random(path.parts[-3])  # noqa: S311 - no secret; each shop has its own
    for number in range(count):
        save = ways[number % len(ways)]
        try:
            save(path, contents[number % BROKEN_SHARE])
        except OSError as error:
            refused.append(Refusal(save, code_of(error)))
            if refused[-1].code not in UNSHARED | NAME_TAKEN:
                raise
            _put_back(path, good)
        time.sleep(LONGEST_PAUSE_SECONDS * pauses.random())
    return refused


def _put_back(path: Path, data: bytes) -> None:
    """Let the next save begin with a workbook, after one that failed halfway."""

    def put() -> bool:
        with suppress(OSError):
            rename_over(path, data)  # under Wine, a file whose end is near can still be written
            return True
        return False

    eventually(put, 5, "the workbook cannot be written")


@contextmanager
def timed_openings() -> Iterator[list[float]]:
    """Give the seconds that each reading has its workbook open, while the block runs."""
    held: list[float] = []
    opens = source._open_shared

    @contextmanager
    def timed(workbook: Path) -> Iterator[FileIO]:
        begun = time.perf_counter()
        with opens(workbook) as file:
            yield file
        held.append(time.perf_counter() - begun)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "_open_shared", timed)
        yield held


@contextmanager
def reloading(path: Path) -> Iterator[tuple[Reloader, Catalog]]:
    """Watch and read the workbook as the service does, while the block runs."""
    store = Store(path.parent.parent / "state")
    store.folder.mkdir()
    catalog = Catalog(store)
    compiler = Compiler([sys.executable, "-m", "corsheet"], EVERY_UNIT, Limits())
    reloader = Reloader(path, store, catalog, compiler)
    watch = Watch(path, reloader.notice)
    catalog.start()
    reloader.start()
    watch.start()
    try:
        yield reloader, catalog
    finally:
        watch.stop()
        reloader.stop()
        catalog.stop()


def save_while_it_is_read(path: Path) -> list[Refusal]:
    """Save a share of all saves, and see the last one served; gives what Windows refused."""
    with reloading(path) as (reloader, catalog):
        assert reloader.first_done.wait(60)
        refused = save_often(path, SAVES // SHOPS, EVERY_WAY)
        path.write_bytes(versioned_workbook(3))
        eventually(lambda: serves(catalog, "v3"), 60, lambda: reloader.last)
    return refused


def make_shop(folder: Path) -> Path:
    """Make a workbook in a folder of its own."""
    path = folder / "shop" / "Orders Åkern.xlsx"
    path.parent.mkdir(parents=True)
    path.write_bytes(versioned_workbook(1))
    return path


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A workbook."""
    return make_shop(tmp_path)


def test_no_save_fails_because_of_us(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Saves of every kind while the workbook is read all the time, broken ones among them."""
    shops = [make_shop(tmp_path / str(number)) for number in range(SHOPS)]
    with timed_openings() as held, ThreadPoolExecutor(SHOPS) as at_once:
        refused = [one for of_shop in at_once.map(save_while_it_is_read, shops) for one in of_shop]

    held.sort()
    figures = {
        "saves": SAVES,
        "not_shared": sum(one.code in UNSHARED for one in refused),
        "of_office": sum(one.save in OFFICE_NOW for one in refused),
        "name_taken": sum(one.code in NAME_TAKEN for one in refused),
        "readings": len(held),
        "open_median_ms": round(held[len(held) // 2] * 1000, 2),
        "open_longest_ms": round(held[-1] * 1000, 2),
    }
    with capsys.disabled():
        print(f"\nsaves beside the reader: {json.dumps(figures)}")
    assert not figures["not_shared"]
    assert not figures["of_office"]
    assert len(refused) <= SAVES * TAKEN_SHARE
    assert len(held) > SAVES / 50


def serves(catalog: Catalog, customer: str) -> bool:
    """Tell whether that customer has orders now."""
    snapshot = catalog.current
    return snapshot is not None and bool(
        snapshot.search(BusinessUnitId("0001"), CustomerId(customer))
    )


def test_a_file_that_we_have_open_can_be_replaced(workbook: Path) -> None:
    """By Office, even while a large one is read: it is kept open nearly all the time."""
    opened: Counter[str] = Counter()
    with kept_open(workbook, source._open_shared, opened):
        refused = save_often(workbook, KEPT_OPEN_SAVES, OFFICE_NOW)

    assert refused == []
    assert opened["reads"] > KEPT_OPEN_SAVES


def test_a_file_that_is_opened_plainly_would_keep_the_editor_from_saving(workbook: Path) -> None:
    """What the tests above would see if we opened it as Python does."""
    opened: Counter[str] = Counter()
    with kept_open(workbook, lambda path: FileIO(path, "r"), opened):
        refused = save_often(workbook, KEPT_OPEN_SAVES, OFFICE_NOW)

    assert any(one.code in UNSHARED for one in refused)
