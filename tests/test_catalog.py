"""Which snapshot is served: swaps, the pointer, and what is kept."""

import errno
import gc
import logging
import os
import platform
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

import pytest

from corsheet import catalog as module
from corsheet.catalog import KEPT, LAST_RELOAD, POINTER, Catalog, LastReload, Store
from corsheet.model import BusinessUnitId, CustomerOrderId
from corsheet.snapshot.read import Snapshot
from corsheet.snapshot.schema import Source
from corsheet.snapshot.write import write_snapshot
from corsheet.workbook.reading import Reading
from tests.support.orders import a_reading, a_snapshot, an_order
from tests.support.saving import versioned_orders

FOLLOWED_SECONDS = 1.0
"""Most that a server may take to see what another process has published."""


def publish(store: Store, name: str, *, age: float = 0.0) -> Path:
    """Publish a snapshot whose one order has that name; ``age`` seconds old."""
    path = store.publish(a_snapshot(store.partial(name), a_reading(an_order(name))))
    moment = time.time() - age
    os.utime(path, (moment, moment))
    return path


def serves(snapshot: Snapshot | None, name: str) -> bool:
    """Tell whether a snapshot is the one published under that name."""
    if snapshot is None:
        return False
    return snapshot.find(BusinessUnitId("0001"), CustomerOrderId(name)) is not None


def served_now(catalog: Catalog, name: str) -> bool:
    """Tell whether the next request sees that snapshot."""
    return serves(catalog.current, name)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Look again and again, but not for ever; tell whether it came true."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        if time.monotonic() > end:
            return False
        pause.wait(0.005)
    return True


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the names of the snapshots that have been closed, in order."""
    names: list[str] = []
    close = Snapshot.close

    def told(snapshot: Snapshot) -> None:
        names.append(snapshot.path.stem)
        close(snapshot)

    monkeypatch.setattr(Snapshot, "close", told)
    return names


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Give a store with nothing in it."""
    return Store(tmp_path)


@pytest.fixture
def start(store: Store) -> Iterator[Callable[[], Catalog]]:
    """Give a function that starts a catalog on the store."""
    with ExitStack() as stack:

        def begin() -> Catalog:
            catalog = Catalog(store)
            catalog.start()
            stack.callback(catalog.stop)
            return catalog

        yield begin


Start = Callable[[], Catalog]


def test_nothing_is_served_where_nothing_was_published(start: Start) -> None:
    """No pointer, no files: there is no snapshot."""
    assert start().current is None


def test_a_folder_that_is_not_there_is_an_empty_one(tmp_path: Path) -> None:
    """The folder may come later; looking at it is no error."""
    store = Store(tmp_path / "missing")

    assert store.current() is None
    assert store.newest_first() == []


def test_what_was_published_is_served_after_a_restart(store: Store, start: Start) -> None:
    """The pointer names it, whatever its age."""
    publish(store, "one", age=100)
    publish(store, "two", age=200)

    assert served_now(start(), "two")


def test_a_swap_is_seen_by_the_next_request(store: Store, start: Start) -> None:
    """A request sees one snapshot from its beginning to its end."""
    publish(store, "one")
    catalog = start()
    before = catalog.current

    publish(store, "two")
    catalog.refresh()

    assert serves(catalog.current, "two")
    assert serves(before, "one")
    assert not serves(before, "two")


def test_an_old_snapshot_is_closed_when_its_last_request_ends(
    store: Store, start: Start, closed: list[str]
) -> None:
    """Neither before, which would break a request, nor never, which would hold the file."""
    publish(store, "one")
    catalog = start()
    first, second = catalog.current, catalog.current
    publish(store, "two")
    catalog.refresh()

    del first
    assert serves(second, "one")
    assert closed == []
    del second
    assert closed == ["one"]


def test_an_old_snapshot_that_nobody_asks_is_closed_at_once(
    store: Store, start: Start, closed: list[str]
) -> None:
    """Without a request under way a swap closes what it replaces."""
    publish(store, "one")
    catalog = start()

    publish(store, "two")
    catalog.refresh()

    assert closed == ["one"]
    assert served_now(catalog, "two")


def test_stopping_closes_what_is_served(store: Store, closed: list[str]) -> None:
    """After the stop nothing holds the files."""
    publish(store, "one")
    catalog = Catalog(store)
    catalog.start()

    catalog.stop()

    assert closed == ["one"]
    assert catalog.current is None


def test_what_another_process_publishes_is_followed(store: Store, start: Start) -> None:
    """Every serving process follows the pointer by itself, soon, and again and again."""
    publish(store, "one")
    catalog = start()
    other = Store(store.folder)

    for name in ("two", "three", "four"):
        publish(other, name)
        assert wait_until(lambda name=name: served_now(catalog, name), FOLLOWED_SECONDS)  # type: ignore[misc]


def test_the_first_snapshot_of_all_is_followed_too(store: Store, start: Start) -> None:
    """A server that began without orders serves them once there are some."""
    catalog = start()
    assert not served_now(catalog, "one")

    publish(Store(store.folder), "one")

    assert wait_until(lambda: served_now(catalog, "one"), FOLLOWED_SECONDS)


def test_requests_see_whole_snapshots_only_while_they_are_swapped(
    store: Store, start: Start
) -> None:
    """Many swaps under many requests: no error, no mixture, no file left open."""
    publish(store, "0")
    catalog = start()
    done = threading.Event()
    wrong: list[str] = []
    asked = [0] * 3

    def ask(place: int) -> None:
        while not done.is_set():
            snapshot = catalog.current
            assert snapshot is not None
            own = snapshot.path.stem
            if not serves(snapshot, own):
                wrong.append(own)
            asked[place] += 1
            time.sleep(0)  # lets the swaps have the interpreter, which else they wait for

    threads = [threading.Thread(target=ask, args=(place,)) for place in range(3)]
    for thread in threads:
        thread.start()
    try:
        for number in range(1, 31):
            publish(store, str(number))
            catalog.refresh()
            store.clean()
    finally:
        done.set()
        for thread in threads:
            thread.join()

    assert wrong == []
    assert min(asked) > 0
    assert served_now(catalog, "30")


def test_only_the_newest_files_are_kept(store: Store) -> None:
    """The current one and the one before; half-written ones go too."""
    paths = [publish(store, str(number), age=50 - number) for number in range(5)]
    store.partial("left-behind").write_bytes(b"half")

    store.clean()

    assert KEPT == 2
    assert sorted(store.folder.iterdir()) == sorted([*paths[3:], store.folder / POINTER])


def test_the_current_file_is_kept_even_if_it_is_the_oldest(store: Store) -> None:
    """A clock that was put back must not delete what is served."""
    old = [publish(store, str(number), age=number) for number in range(3)]
    current = publish(store, "current", age=10_000)

    store.clean()

    assert store.newest_first() == [current, old[0]]


def test_other_files_in_the_folder_are_left_alone(store: Store) -> None:
    """The folder holds the lock and, perhaps, a person's notes."""
    others = [store.folder / name for name in ("lock", "holder.json", "notes.txt")]
    for path in others:
        path.write_text("mine")

    store.clean()

    assert all(path.exists() for path in others)


def test_a_broken_current_file_falls_back_to_the_one_before(
    store: Store, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    """At the start older orders are better than none; the log says so."""
    publish(store, "older", age=20)
    publish(store, "before", age=10)
    publish(store, "current").write_bytes(b"damaged")

    with caplog.at_level(logging.WARNING, "corsheet"):
        catalog = start()

    assert served_now(catalog, "before")
    assert "current.snapshot" in caplog.text


def test_a_broken_new_file_leaves_the_old_one_in_service(store: Store, start: Start) -> None:
    """A swap happens only to what can be opened."""
    publish(store, "one")
    catalog = start()
    partial = store.partial("two")
    partial.write_bytes(b"damaged")
    store.publish(partial)

    catalog.refresh()

    assert served_now(catalog, "one")


def test_what_nobody_holds_is_looked_for_with_each_swap(store: Store, start: Start) -> None:
    """That also empties Python's lists of freed tuples, which requests fill by and by."""

    class Ring:
        """Holds itself."""

        def __init__(self) -> None:
            self.itself = self

    publish(store, "one")
    catalog = start()
    gc.disable()  # or Python may look by itself
    try:
        ring = weakref.ref(Ring())
        assert ring() is not None

        publish(store, "two")
        catalog.refresh()

        assert ring() is None
    finally:
        gc.enable()


BLOCK_BYTES = 64 * 1024
"""Below what the C library takes from the system one by one (M_MMAP_THRESHOLD, mallopt(3))."""

BLOCKS = 800


def resident_bytes() -> int:
    """Give this process's memory that is not swapped out."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another library's memory")
def test_memory_in_holes_goes_back_to_the_system_with_each_swap(store: Store, start: Start) -> None:
    """Else what snapshots leave behind grows a little with every one of a thousand reloads."""
    publish(store, "one")
    catalog = start()
    blocks = [os.urandom(BLOCK_BYTES) for _ in range(BLOCKS)]
    del blocks[::2]
    before = resident_bytes()

    publish(store, "two")
    catalog.refresh()

    assert served_now(catalog, "two")
    assert len(blocks) == BLOCKS // 2, "what lies between the holes is held until here"
    assert before - resident_bytes() > BLOCK_BYTES * BLOCKS // 4


@pytest.mark.parametrize("is_late", [False, True], ids=["at the start", "later"])
def test_what_could_not_be_opened_for_a_moment_is_served_soon(
    store: Store, start: Start, monkeypatch: pytest.MonkeyPatch, is_late: bool
) -> None:
    """Without another save: a worker would serve the orders before until there is one."""
    monkeypatch.setattr(module, "OPEN_AGAIN_SECONDS", 0.01)
    publish(store, "before", age=10)
    late = start() if is_late else None
    partial = a_snapshot(store.partial("current"), a_reading(an_order("current")))
    whole = partial.read_bytes()
    partial.write_bytes(whole[:100])
    current = store.publish(partial)
    catalog = late or start()
    catalog.refresh()
    assert served_now(catalog, "before")

    current.write_bytes(whole)

    assert wait_until(lambda: served_now(catalog, "current"), FOLLOWED_SECONDS)


def test_a_folder_that_cannot_be_listed_gives_the_current_snapshot(
    store: Store, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pointer is enough to serve; what is left over is deleted another time."""
    publish(store, "current")

    def fail(self: Path, pattern: str) -> NoReturn:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(Path, "glob", fail)

    store.clean()

    assert served_now(start(), "current")


def test_a_pointer_to_a_missing_file_falls_back_to_the_newest(store: Store, start: Start) -> None:
    """Somebody deleted the file; the one before is served."""
    publish(store, "older", age=20)
    publish(store, "before", age=10)
    publish(store, "current").unlink()

    assert served_now(start(), "before")


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"gone.snapshot"])
def test_a_pointer_that_says_nothing_serves_nothing(
    store: Store, start: Start, content: bytes
) -> None:
    """Empty, damaged, or naming what is not there: no orders, no error."""
    store.pointer.write_bytes(content)

    catalog = start()

    assert catalog.current is None
    publish(store, "mended")
    assert wait_until(lambda: served_now(catalog, "mended"), FOLLOWED_SECONDS)


def test_a_pointer_never_leads_out_of_its_folder(tmp_path: Path) -> None:
    """Whatever stands in it, only its last part is taken."""
    folder = tmp_path / "state"
    folder.mkdir()
    store = Store(folder)
    publish(Store(tmp_path), "outside")
    store.pointer.write_text("../outside.snapshot")

    assert store.current() == folder / "outside.snapshot"


def test_a_pointer_that_vanishes_changes_nothing(store: Store, start: Start) -> None:
    """What is served goes on being served."""
    publish(store, "one")
    catalog = start()
    store.pointer.unlink()

    catalog.refresh()

    assert served_now(catalog, "one")


def test_publishing_leaves_no_half_written_file(store: Store) -> None:
    """Pointer and snapshot are renamed into place, whole."""
    path = publish(store, "one")

    assert sorted(store.folder.iterdir()) == sorted([path, store.pointer])
    assert store.current() == path
    assert store.pointer.read_text() == "one.snapshot"


def test_publishing_what_is_not_there_changes_nothing(store: Store, start: Start) -> None:
    """The error reaches the caller and the pointer stays as it was."""
    path = publish(store, "one")
    catalog = start()

    with pytest.raises(OSError, match="two"):
        store.publish(store.partial("two"))

    assert store.current() == path
    assert served_now(catalog, "one")


def test_a_stored_snapshot_with_damaged_pages_gives_way_to_the_one_before(tmp_path: Path) -> None:
    """A disk that forgot some pages is noticed at the start, not by the till."""
    store = Store(tmp_path)
    for number in (1, 2):
        partial = store.partial(str(number))
        source = Source(workbook="o.xlsx", sha256=str(number), saved_at=1.0, read_at=2.0)
        write_snapshot(partial, Reading(orders=versioned_orders(number)), source)
        newest = store.publish(partial)
    damaged = bytearray(newest.read_bytes())
    damaged[8192:] = b"\xa5" * (len(damaged) - 8192)
    newest.write_bytes(damaged)

    catalog = Catalog(store)
    catalog.start()
    try:
        assert catalog.serves("1")
    finally:
        catalog.stop()


def test_a_file_that_somebody_holds_for_a_moment_is_replaced_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, where the follower's look at the pointer is in the publisher's way."""
    refusals = iter([True] * 5)
    replace = Path.replace

    def held(self: Path, target: Path) -> Path:
        if next(refusals, False):
            raise PermissionError(13, "held")
        return replace(self, target)

    store = Store(tmp_path)
    partial = a_snapshot(store.partial("1"), a_reading(an_order("1")))
    monkeypatch.setattr(Path, "replace", held)

    assert store.publish(partial) == store.current()
    assert next(refusals, None) is None


def test_a_file_that_somebody_holds_for_good_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reload then tries again, later."""
    store = Store(tmp_path)
    partial = a_snapshot(store.partial("1"), a_reading(an_order("1")))

    def held(self: Path, target: Path) -> Path:
        raise PermissionError(13, f"{target} is held")

    monkeypatch.setattr(Path, "replace", held)

    with pytest.raises(PermissionError):
        store.publish(partial)


def test_what_became_of_a_reading_is_told_to_other_processes(store: Store) -> None:
    """Always in as many bytes, so that neither a long reason nor a full disk is in the way."""
    assert store.last_reload() is None
    store.tell_last_reload(None)
    assert store.last_reload() is None

    told = LastReload(12.5, "refused", "CS101: the sheet Items is missing")
    store.tell_last_reload(told)
    assert Store(store.folder).last_reload() == told
    size = (store.folder / LAST_RELOAD).stat().st_size

    store.tell_last_reload(LastReload(13.0, "failed", "\U0001f4a5" * 10_000))
    found = store.last_reload()
    assert found is not None
    assert found.reason == "\U0001f4a5" * 300
    assert (store.folder / LAST_RELOAD).stat().st_size == size

    store.tell_last_reload(LastReload(14.0, "published", None))
    assert store.last_reload() == LastReload(14.0, "published", None)


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"at": 1}', b"\xff"])
def test_a_damaged_word_on_the_last_reading_tells_nothing(store: Store, content: bytes) -> None:
    """/readyz then says that the workbook has not been read yet."""
    (store.folder / LAST_RELOAD).write_bytes(content)

    assert store.last_reload() is None


def test_a_folder_that_cannot_be_written_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The reading itself goes on."""
    Store(tmp_path / "missing").tell_last_reload(None)

    assert "cannot be told" in caplog.text
