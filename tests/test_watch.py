"""The watch: a notice for every way to save, none for reading, and none lost to a deaf observer."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from watchdog.events import (
    DirModifiedEvent,
    FileClosedNoWriteEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileOpenedEvent,
    FileSystemEvent,
)

from corsheet.watch import Watch, _Handler
from tests.support.saving import SAVES, Save, rename_over
from tests.support.service import eventually

NEVER = 3600.0
"""A look that does not come within the test: events alone must do."""

OFTEN = 0.1


class Notices:
    """Counts notices."""

    def __init__(self) -> None:
        self.came = threading.Event()
        self.count = 0

    def take(self) -> None:
        """Take one."""
        self.count += 1
        self.came.set()


@contextmanager
def watching(path: Path, look_seconds: float) -> Iterator[tuple[Watch, Notices]]:
    """Watch while the block runs."""
    notices = Notices()
    watch = Watch(path, notices.take, look_seconds=look_seconds)
    watch.start()
    try:
        yield watch, notices
    finally:
        watch.stop()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A workbook in a folder of its own."""
    folder = tmp_path / "shop"
    folder.mkdir()
    path = folder / "Orders Åkern.xlsx"
    path.write_bytes(b"first")
    return path


@pytest.mark.parametrize("save", SAVES, ids=lambda save: save.__name__)
def test_every_way_to_save_is_noticed_by_its_events(path: Path, save: Save) -> None:
    """Excel never sends `modified`; a file moved in from elsewhere is only `created`."""
    with watching(path, NEVER) as (_, notices):
        save(path, b"second")

        assert notices.came.wait(5)


def test_reading_the_workbook_is_not_noticed(path: Path) -> None:
    """Else every reload would ask for the next."""
    with watching(path, OFTEN) as (_, notices):
        for _ in range(20):
            path.read_bytes()
        other = path.with_name("other.xlsx")
        other.write_bytes(b"x")
        marker = path.with_name("marker")
        marker.write_bytes(b"x")

        assert not notices.came.wait(0.5)


def event_table() -> list[tuple[FileSystemEvent, bool]]:
    """Give events and whether each is about the workbook /shop/orders.xlsx."""
    name, other = "/shop/orders.xlsx", "/shop/2B7F61D0"
    return [
        (FileModifiedEvent(name), True),
        (FileCreatedEvent("/shop/ORDERS.XLSX"), True),
        (FileMovedEvent(other, name), True),
        (FileMovedEvent(name, other), True),
        (FileMovedEvent(other, "/shop/497A0839.tmp"), False),
        (FileOpenedEvent(name), False),
        (FileClosedNoWriteEvent(name), False),
        (FileModifiedEvent("/shop/~$orders.xlsx"), False),
        (DirModifiedEvent("/shop"), False),
    ]


@pytest.mark.parametrize(("event", "about"), event_table(), ids=lambda value: repr(value)[:60])
def test_events_are_sifted_by_name_and_kind(event: FileSystemEvent, about: bool) -> None:
    """Either end of a rename counts, whatever the case; reading and other files do not."""
    notices = Notices()
    _Handler("orders.xlsx", notices.take).dispatch(event)

    assert notices.came.is_set() == about


def test_a_change_without_an_event_is_noticed_and_the_deaf_observer_replaced(path: Path) -> None:
    """A share tells nothing: the watch's own look is the authority."""
    with watching(path, OFTEN) as (watch, notices):
        observer = watch._observer
        assert observer is not None
        observer.unschedule_all()
        path.write_bytes(b"changed")

        assert notices.came.wait(5)
        eventually(lambda: watch.restarts > 0 and watch._is_observing(), 5, "a new observer")


@pytest.mark.parametrize("recreated", [False, True], ids=["renamed", "made anew"])
def test_an_observer_whose_folder_went_is_replaced(path: Path, recreated: bool) -> None:
    """`is_alive()` says that it lives; the folder's identity says that it is deaf."""
    folder, away = path.parent, path.parent.with_name("away")
    with watching(path, OFTEN) as (watch, notices):
        folder.rename(away)
        eventually(lambda: not watch._is_observing(), 5, "the folder is missed")
        if recreated:
            folder.mkdir()
        else:
            away.rename(folder)
        eventually(watch._is_observing, 5, "a new observer listens")
        notices.came.clear()
        rename_over(path, b"after")

        assert notices.came.wait(5)


def test_a_folder_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    """A drive that appears after the service is no reason not to start."""
    path = tmp_path / "later" / "orders.xlsx"
    with watching(path, OFTEN) as (_, notices):
        path.parent.mkdir()
        path.write_bytes(b"x")

        assert notices.came.wait(5)
