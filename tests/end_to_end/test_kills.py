"""Kills at any moment: what is served after the next start is one whole generation.

``KILLS`` says how often (CI: 8). ``FAULTS=all`` kills at every system call, on both engines.
"""

import http.client
import os
import random
import signal
import statistics
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.support.faults import (
    ALL,
    CALLS,
    RENAME,
    WRITE,
    Shop,
    engines,
    faults,
    generation,
    needs_strace,
    settled,
    started,
    was_hit,
    whole_again,
)
from tests.support.service import Service, eventually, readers

KILLS = int(os.environ.get("KILLS", "8"))
SEED = int(os.environ.get("SEED", "7"))

LONGEST_SECONDS = 10.0
"""For a save to be served on a machine that is busy."""

LONGEST_MOMENT = 0.5
"""After the saves begin, within which the kill comes: two readings of the workbook."""

PAUSE = 0.03
"""Between two saves: some meet a reading under way, and all its parts are met by one."""

MOST_CALLS = 80
"""Of one kind, and more than there are; the pointer alone is looked at without end."""

AT: dict[str, Iterable[int]] = (
    {call: range(1, MOST_CALLS) for call in CALLS} if ALL else {RENAME: (2,), WRITE: (9,)}
)
"""At which calls of a kind: of all, until there is none; else the last rename of publishing, and
a call of the child's."""


CHILD_KILLED = "si_code=CLD_KILLED"
"""How strace tells the signal that a parent gets."""


@contextmanager
def saving(shop: Shop) -> Iterator[None]:
    """Save version after version while the block runs."""
    ended = threading.Event()

    def save() -> None:
        while not ended.wait(PAUSE):
            shop.save()

    thread = threading.Thread(target=save)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def kill_reader(service: Service) -> None:
    """Kill the child that reads the workbook, or waits for it."""
    for child in readers(service.process.pid):
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def again(shop: Shop, engine: str, least: int) -> tuple[Service, float]:
    """Start after a kill, over a workbook that is cut off; what is stored is served.

    Args:
        shop: Whose.
        engine: Which.
        least: The version that was seen before the kill.

    Returns:
        The service, and how long after `listening` all orders are known to be served, in seconds.
    """
    shop.spoil()
    service = started(shop, engine)
    seconds, found = whole_again(service)
    assert least <= found <= shop.version
    eventually(lambda: not service.is_ready(), LONGEST_SECONDS, service.ready)
    assert len(shop.leftovers()) <= 1
    return service, seconds


@pytest.mark.parametrize("engine", engines())
def test_after_a_kill_at_any_moment_of_many_saves_one_generation_is_served(
    tmp_path: Path, engine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The service is killed each time; the child that reads, first, every third time."""
    dice = random.Random(SEED)  # noqa: S311 - no secret
    shop = Shop(tmp_path)
    service = started(shop, engine)
    taken, leftovers = [], []
    try:
        for number in range(KILLS):
            with saving(shop):
                least = generation(service)
                threading.Event().wait(dice.uniform(0.0, LONGEST_MOMENT))
                if number % 3 == 0:
                    kill_reader(service)
                    least = max(least, generation(service))
                service.kill()
            leftovers.append(len(shop.leftovers()))
            service, seconds = again(shop, engine, least)
            taken.append(seconds)
            shop.save()
    finally:
        service.stop()
    with capsys.disabled():
        print(
            f"\n{engine}, {KILLS} kills: whole {statistics.median(taken):.3f} s after listening",
            end=" ",
        )
        print(f"(most {max(taken):.3f} s); at most {max(leftovers)} files were left behind")


@needs_strace()
@pytest.mark.strace
@pytest.mark.parametrize("engine", engines())
def test_after_a_kill_at_a_call_of_publishing_one_generation_is_served(
    tmp_path: Path, engine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever makes the call is killed by it: the service, or the child that reads."""
    shop = Shop(tmp_path)
    victim = Victim(shop, engine)
    try:
        for call, times in AT.items():
            for at in times:
                if not victim.kill_at(call, at):
                    assert at > 1 or ALL, f"{call} is not called"
                    break
    finally:
        victim.service.stop()
    with capsys.disabled():
        print(
            f"\n{engine}: {len(victim.taken)} kills of the service, {victim.children} of the child;"
        )
        print(f"whole {statistics.median(victim.taken):.3f} s after listening", end=" ")
        print(
            f"(most {max(victim.taken):.3f} s); at most {victim.leftovers} files were left behind"
        )
    assert victim.children


class Victim:
    """A service that is killed at its calls.

    Attributes:
        service: It, or the one after it.
        taken: After each of its kills, seconds from `listening` until all orders were served.
        children: How often its child was killed instead.
        leftovers: Most files that were left behind once it ran again.
    """

    def __init__(self, shop: Shop, engine: str) -> None:
        self.service = started(shop, engine)
        self.taken: list[float] = []
        self.children = 0
        self.leftovers = 0
        self._shop = shop
        self._engine = engine

    def kill_at(self, call: str, at: int) -> bool:
        """Save, and kill whoever makes such a call for the ``at``-th time; tell whether one did."""
        shop, service = self._shop, self.service
        eventually(lambda: settled(service, shop), LONGEST_SECONDS, service.ready)
        least, data = generation(service), shop.next()
        with faults(service, call, f"signal=KILL:when={at}", shop, with_workers=False) as log:
            shop.save(data)
            eventually(lambda: self._is_over(log), LONGEST_SECONDS, log.read_text)
        self.children += CHILD_KILLED in log.read_text()
        found = self._generation()
        if found is None:  # killed, perhaps at the last moment
            service.end()
            self.service, seconds = again(shop, self._engine, least)
            self.taken.append(seconds)
            self.leftovers = max(self.leftovers, len(shop.leftovers()))
            shop.save()
        else:
            assert least <= found <= shop.version
        return was_hit(log)

    def _generation(self) -> int | None:
        """Give the version that is served; None: nobody answers."""
        try:
            return generation(self.service)
        except (OSError, http.client.HTTPException):
            return None

    def _is_over(self, log: Path) -> bool:
        """Tell whether the service or its child has ended, or nobody was killed."""
        if was_hit(log):
            return self.service.process.poll() is not None or CHILD_KILLED in log.read_text()
        try:
            return settled(self.service, self._shop)
        except (OSError, http.client.HTTPException):
            return False  # it is being killed
