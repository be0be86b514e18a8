"""A disk that fails for a moment or for a while, below the workbook and the state folder.

A few faults in the plain run; ``FAULTS=all``: every call of a reading, on both engines.
"""

import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from tests.support.faults import (
    ALL,
    CALLS,
    LIST,
    OPEN,
    READ,
    RENAME,
    SYNC,
    WRITE,
    Shop,
    engines,
    faults,
    generation,
    let_go,
    needs_strace,
    settled,
    started,
    strace,
    was_hit,
)
from tests.support.service import Service, StartError, eventually

RECOVERED_SECONDS = 5.0
"""After the fault is over, for the workbook as it is to be served."""

ONE_SECONDS = 5.0
"""For a single fault to be met, and got over."""

ASKED = 8
"""Questions after which each of two workers has answered, nearly always."""

OUTAGE_TRIES = 4
"""Faults met before one without end ends."""

WRONG_USE = 2
"""The exit status where something around the service is to be mended."""

OFTEN = (OPEN, READ, WRITE, SYNC, RENAME)
"""Calls that meet each kind of error; the others meet the first."""

FAULTS = [
    *((error, call) for call in OFTEN for error in ("EIO", "EACCES", "ENOSPC")),
    *(("EIO", call) for call in CALLS if call not in OFTEN),
]

MOST_CALLS = 60
"""Of one kind, and more than there are; the pointer alone is looked at without end."""

Plan = Sequence[tuple[str, str, Iterable[int]]]
"""An error, a kind of call, and which of those meet it."""

PLAN: Plan = (
    [(error, call, range(1, MOST_CALLS)) for error, call in FAULTS]
    if ALL
    else [("EIO", READ, (1,)), ("ENOSPC", SYNC, (1,))]
)

OUTAGES: Sequence[tuple[str, str]] = FAULTS if ALL else [("EIO", OPEN)]

AT_START: Plan = (
    [(error, call, range(1, MOST_CALLS)) for error, call in FAULTS]
    if ALL
    else [("EIO", LIST, (1,)), ("EACCES", OPEN, (1,))]
)


class Sufferer:
    """A service whose disk fails.

    Attributes:
        service: It.
        faults: How many it met.
        taken: Seconds from the end of each until the workbook as it was then was served.
    """

    def __init__(self, shop: Shop, engine: str) -> None:
        self.service = started(shop, engine)
        self.faults = 0
        self.taken: list[float] = []
        self._shop = shop
        self._asked = 1 if engine == "waitress" else ASKED

    def suffer(self, call: str, fault: str, tries: int = 1) -> bool:
        """Save while calls fail; tell whether any did.

        Args:
            call: Their kind.
            fault: What strace is to inject.
            tries: How many have to fail before the disk is well again, if that many do.
        """
        shop, service = self._shop, self.service
        eventually(self._is_settled, RECOVERED_SECONDS, service.ready)
        least, data = shop.version, shop.next()
        with faults(service, call, fault, shop) as log:
            shop.save(data)
            eventually(lambda: self._is_over(log, least, tries), 4 * ONE_SECONDS, log.read_text)
            met = was_hit(log)
        self.faults += met
        taken = eventually(
            lambda: self._serves_since(least) and settled(service, shop), RECOVERED_SECONDS,
            lambda: f"{fault} {call}: {service.ready()}, {''.join(service.log[-20:])}",
        )  # fmt: skip
        assert service.process.poll() is None
        assert shop.leftovers() == []
        self.taken += [taken] if met else []
        return met

    def _is_settled(self) -> bool:
        """Tell whether all is done, in each of the workers: one of them answers each time."""
        return all(settled(self.service, self._shop) for _ in range(self._asked))

    def _is_over(self, log: Path, least: int, tries: int) -> bool:
        """Tell whether enough has failed, or all is done; the last good orders are served."""
        assert self._serves_since(least)
        if log.read_text().count("(INJECTED)") >= tries:
            return True
        if tries > 1:  # it need not be met that often, nor is all done before it is over
            return generation(self.service) == self._shop.version and self.service.is_ready()
        return settled(self.service, self._shop)

    def _serves_since(self, least: int) -> bool:
        """Tell that a whole generation is served, none before that one.

        Raises:
            AssertionError: It is not so.
        """
        found = generation(self.service)
        assert least <= found <= self._shop.version
        return True

    def tell(self, what: str, capsys: pytest.CaptureFixture[str]) -> None:
        """Print the figures of a run."""
        with capsys.disabled():
            print(f"\n{what}: {self.faults} faults; recovered after", end=" ")
            print(f"{statistics.median(self.taken):.2f} s (most {max(self.taken):.2f} s)")


@needs_strace()
@pytest.mark.strace
@pytest.mark.parametrize("engine", engines())
def test_a_call_that_fails_once_costs_no_reply_and_is_got_over(
    tmp_path: Path, engine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The last good orders are served throughout, and the new ones soon after."""
    it = Sufferer(Shop(tmp_path), engine)
    try:
        for error, call, times in PLAN:
            for at in times:
                if not it.suffer(call, f"error={error}:when={at}"):
                    break
    finally:
        it.service.stop()
    it.tell(f"{engine}, once", capsys)
    assert "Traceback" not in "".join(it.service.log)


@needs_strace()
@pytest.mark.strace
@pytest.mark.parametrize("engine", engines())
def test_calls_that_fail_for_a_while_cost_no_reply_and_are_got_over(
    tmp_path: Path, engine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """As above, while every call of a kind fails and it is tried again and again."""
    it = Sufferer(Shop(tmp_path), engine)
    try:
        for error, call in OUTAGES:
            it.suffer(call, f"error={error}", OUTAGE_TRIES)
    finally:
        it.service.stop()
    it.tell(f"{engine}, for a while", capsys)
    assert "Traceback" not in "".join(it.service.log)


@needs_strace()
@pytest.mark.strace
@pytest.mark.parametrize("engine", engines())
def test_a_call_that_fails_at_the_start_is_got_over_or_told(
    tmp_path: Path, engine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Either the service runs, and serves soon; or it ends and says what to do about it."""
    shop = Shop(tmp_path)
    started(shop, engine).stop()
    shop.save()
    started(shop, engine).stop()  # now there is a snapshot before the current one
    taken, ends = [], []
    for error, call, times in AT_START:
        for at in times:
            log = tmp_path / "strace.log"
            log.write_text("")
            prefix = strace((), call, f"error={error}:when={at}", shop.files(), log)
            try:
                service = started(shop, engine, prefix)
            except StartError as end:
                ends.append(end)
                continue
            taken.append(_serves(service, shop, log))
            if not was_hit(log):
                break
    assert [end.log for end in ends if end.status != WRONG_USE or "Traceback" in end.log] == []
    with capsys.disabled():
        print(f"\n{engine}, at the start: {len(taken)} times it ran, all orders served after")
        print(f"{statistics.median(taken):.2f} s (most {max(taken):.2f} s);", end=" ")
        print(f"{len(ends)} times it said what to mend")


def _serves(service: Service, shop: Shop, log: Path) -> float:
    """Give how long it takes from the fault until all is well, in seconds; the service is ended."""
    try:
        eventually(lambda: was_hit(log) or _is_well(service, shop), 4 * ONE_SECONDS, service.ready)
        let_go(service)  # each child would meet it anew
        return eventually(lambda: _is_well(service, shop), RECOVERED_SECONDS, service.ready)
    finally:
        service.stop()
        assert "Traceback" not in "".join(service.log)


def _is_well(service: Service, shop: Shop) -> bool:
    return service.is_ready() and settled(service, shop)
