"""What goes wrong in a shop, done to a running service on purpose, one after the other.

Each fault checks that the service has noticed, where there is something to notice. That the
answers stay right meanwhile, and that the next save is served, is for whoever calls it.
"""

import os
import signal
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.editions import Edition
from benchmarks.processes import Corsheet
from benchmarks.reloading import readiness, wait_until_served
from benchmarks.tills import History
from tests.support.bombs import BOMBS, Bomb
from tests.support.saving import SAVES, in_place, rename_over
from tests.support.service import eventually, readers
from tests.support.sheets import edited

NOTICED_SECONDS = 40.0
"""For the service to tell of a fault: a bomb may take its reader some seconds, on a busy machine
more."""

AWAY_SECONDS = 8.0
"""For which the workbook is away; the service tells of it after 5."""

LOOK_SECONDS = 0.003
"""Between two looks for the child, which reads for some hundredths of a second."""

CHOSEN_BOMBS = (
    "billion laughs in a sheet",
    "overlapping parts",
    "exabytes claimed",
    "a zip of zips",
    "a far cell",
    "entities in utf 16",
    "a row of 2147483646",
    "a number of a hundred megabytes",
)
"""Refused by all means, and quick to make."""

KILLS = 2
"""The process that waits for the next workbook, and the one that is started in its place."""


class Shop:
    """A service, its workbook, and which edition stands in it."""

    def __init__(self, service: Corsheet, workbook: Path, history: History, orders: int) -> None:
        self.service = service
        self.workbook = workbook
        self.state = workbook.parent / "state"
        self.edition = Edition(0, orders)
        self.reloads = 0
        self._history = history
        self._orders = orders
        self._ways = cycle(SAVES)

    def next_edition(self) -> Edition:
        """Make the edition after the last one, and note that it may be served from now on."""
        self.edition = Edition(self.edition.version + 1, self._orders)
        len(self.edition.workbook)  # made now, so that a save takes no time
        self._history.saves(self.edition)
        return self.edition

    def save(self, way: Callable[[Path, bytes], None] | None = None) -> None:
        """Save the next edition, in one of programs' ways, and wait until it is served."""
        content = self.next_edition().workbook
        usual = next(self._ways) if self.workbook.exists() else rename_over
        (way or usual)(self.workbook, content)
        self.wait()

    def wait(self) -> None:
        """Wait until the last edition is served."""
        wait_until_served(self.service.address, self.edition.workbook)
        self._history.confirms(self.edition)
        self.reloads += 1

    def ready(self) -> Any:
        """Give what /readyz says."""
        return readiness(self.service.address)

    def must_tell(self, *words: str) -> str:
        """Wait until the service is degraded, with one of these words for it; gives its reason.

        Raises:
            AssertionError: It does not in time.
        """

        def told() -> bool:
            found = self.ready()
            return found["status"] == "degraded" and any(w in found["reason"] for w in words)

        eventually(told, NOTICED_SECONDS, self.ready)
        return str(self.ready()["reason"]).partition(";")[0]


class Fault(NamedTuple):
    """Something that goes wrong; ``act`` does it and gives what the service said."""

    name: str
    act: Callable[[Shop], str]


def _spoil(shop: Shop, content: bytes, *words: str) -> str:
    rename_over(shop.workbook, content)
    return shop.must_tell(*words)


def cut_off(shop: Shop) -> str:
    """Save the first half of a workbook."""
    content = Edition(shop.edition.version + 1000, 10).workbook
    return _spoil(shop, content[: len(content) // 2], "CS003", "CS004", "CS006")


def garbage(shop: Shop) -> str:
    """Save noise."""
    return _spoil(shop, os.urandom(50_000), "CS003", "CS004")


def deleted(shop: Shop) -> str:
    """Delete the workbook for some seconds."""
    shop.workbook.unlink()
    time.sleep(AWAY_SECONDS)
    return shop.must_tell("CS001")


def a_folder_in_its_place(shop: Shop) -> str:
    """Put a folder where the workbook was."""
    shop.workbook.unlink()
    shop.workbook.mkdir()
    told = shop.must_tell("CS002")
    shop.workbook.rmdir()
    return told


def a_column_missing(shop: Shop) -> str:
    """Save a workbook whose Items have no quantity."""
    content = Edition(shop.edition.version + 1000, 10).workbook
    with zipfile.ZipFile(shop.workbook) as book:
        texts = next(name for name in book.namelist() if name.endswith("sharedStrings.xml"))
    return _spoil(shop, edited(content, texts, b"<t>Quantity</t>", b"<t>Mood</t>"), "CS1")


def _bomb(bomb: Bomb) -> Fault:
    def act(shop: Shop) -> str:
        return _spoil(shop, bomb.make("http://127.0.0.1:9/"), *bomb.verdicts)

    return Fault(f"bomb: {bomb.name}", act)


def _kill_readers(shop: Shop, is_over: Callable[[int], bool]) -> int:
    """Save the next edition, and kill what reads it until it is over; gives how many were."""
    rename_over(shop.workbook, shop.next_edition().workbook)
    killed = set[int]()
    end = time.monotonic() + NOTICED_SECONDS
    while not is_over(len(killed)) and time.monotonic() < end:
        for pid in set(readers(shop.service.program.process.pid)) - killed:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                killed.add(pid)
        time.sleep(LOOK_SECONDS)
    return len(killed)


def reader_killed(shop: Shop) -> str:
    """Kill the process that waits and the one that reads; the workbook is read again."""
    killed = _kill_readers(shop, lambda killed: killed >= KILLS)
    shop.wait()
    return f"{killed} killed, then served"


def reader_killed_for_good(shop: Shop) -> str:
    """Kill every process that reads, until the service gives the workbook up."""
    killed = _kill_readers(shop, lambda _: shop.ready()["lastReload"]["outcome"] == "refused")
    return f"{killed} killed: {shop.must_tell('ended with -9')}"


def pointer_touched(shop: Shop) -> str:
    """Make the pointer to the snapshot look new."""
    os.utime(shop.state / "current")
    return "nothing to tell"


def pointer_to_nowhere(shop: Shop) -> str:
    """Have the pointer name a snapshot that is not there."""
    rename_over(shop.state / "current", b"0-nowhere.snapshot")
    return "nothing to tell"


def pointer_emptied(shop: Shop) -> str:
    """Empty the pointer."""
    (shop.state / "current").write_bytes(b"")
    return "nothing to tell"


def pointer_deleted(shop: Shop) -> str:
    """Delete the pointer."""
    (shop.state / "current").unlink()
    return "nothing to tell"


def snapshots_deleted(shop: Shop) -> str:
    """Delete the snapshots, the one served too."""
    for path in shop.state.glob("*.snapshot"):
        path.unlink()
    return "nothing to tell"


def slowly_in_place(shop: Shop) -> str:
    """Save bit by bit into the file itself."""
    shop.save(in_place)
    return "served"


def five_at_once(shop: Shop) -> str:
    """Save five editions one upon the other, and wait for the last."""
    for _ in range(5):
        rename_over(shop.workbook, shop.next_edition().workbook)
    shop.wait()
    return "the last one served"


ACTS = (
    cut_off,
    reader_killed,
    garbage,
    deleted,
    pointer_touched,
    a_column_missing,
    slowly_in_place,
    reader_killed_for_good,
    pointer_to_nowhere,
    five_at_once,
    a_folder_in_its_place,
    snapshots_deleted,
    pointer_deleted,
    pointer_emptied,
)


def faults() -> Iterator[Fault]:
    """Give faults for ever, every third one a bomb."""
    bombs = cycle([_bomb(bomb) for bomb in BOMBS if bomb.name in CHOSEN_BOMBS])
    for number, act in enumerate(cycle(ACTS)):
        if number % 2 == 0:
            yield next(bombs)
        yield Fault(act.__name__.replace("_", " "), act)
