"""Hostile workbooks, one after the other, saved over the good one of one running service.

Each is refused by name, or read where it is harmless. Meanwhile the till is
given the last good orders, and what reads the bomb is a process of its own: the
serving one grows by no more than ``MOST_GROWTH``. All limits are the usual ones.
The table of figures is printed at the end.
"""

import http.client
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pytest

from corsheet.reload.exits import GRACE_SECONDS
from corsheet.workbook.limits import MIB, Limits
from tests.support.bombs import BOMBS, READ, Bomb, good
from tests.support.judging import Meanwhile, Till, Verdict, get, save_aged, verdict_on
from tests.support.saving import UNIT
from tests.support.service import Service, children, eventually, serving

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="it looks into /proc")

MOST_GROWTH = 32 * MIB
"""Of the serving process's memory, over all bombs together, in bytes."""

MOST_CPU_SECONDS = 15.0
"""Of a reading. The aim is 5 s; the rest is for a machine that is slow or busy."""

LONGEST_SECONDS = Limits().seconds + GRACE_SECONDS + 10
"""For a verdict: the service's own limit, and some time to tell it."""

SAMPLE_SECONDS = 0.02
"""Between two looks at the processes."""

ORDER = f"/business-units/{UNIT}/customer-orders/000001"

CODE = re.compile(r"(?:.*: )?(CS[0-9]{3}): .+")


class Use(NamedTuple):
    """What a process has used.

    Attributes:
        peak: Most memory at once, in bytes.
        cpu_seconds: Processor time.
    """

    peak: int
    cpu_seconds: float


def memory(pid: int, key: str) -> int:
    """Give a figure of a process's memory in bytes: ``VmRSS`` now, ``VmHWM`` at most."""
    status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
    match = re.search(rf"^{key}:\s+(\d+) kB", status, re.MULTILINE)
    return int(match[1]) * 1024 if match else 0  # a process that has just ended has none


class Observer(Meanwhile):
    """Looks at the processes that a service starts.

    Attributes:
        most: What the hungriest of them used, each figure by itself.
    """

    def __init__(self, pid: int) -> None:
        super().__init__()
        self.most = Use(0, 0.0)
        self._pid = pid

    def do(self) -> None:
        """Look."""
        while self.wait(SAMPLE_SECONDS):
            for child, seconds in children(self._pid).items():
                try:
                    peak = memory(child, "VmHWM")
                except (FileNotFoundError, ProcessLookupError):
                    continue  # it has ended meanwhile
                self.most = Use(max(self.most.peak, peak), max(self.most.cpu_seconds, seconds))


class Line(NamedTuple):
    """What came of one bomb; a line of the table."""

    bomb: str
    size: int
    verdict: Verdict
    used: Use
    growth: int
    slowest: float


@dataclass
class Shop:
    """A service with the good workbook, attacked by one bomb after the other.

    Attributes:
        service: The service.
        workbook: What the bombs are saved over.
        connection: Ours to the service.
        body: What the till is to be given all the time.
        before: Memory of the serving process before the first bomb, in bytes.
        lines: What came of each bomb.
    """

    service: Service
    workbook: Path
    connection: http.client.HTTPConnection
    body: bytes
    before: int
    lines: list[Line] = field(default_factory=list)

    @property
    def growth(self) -> int:
        """By how much the serving process has grown, at the most, in bytes."""
        return memory(self.service.process.pid, "VmHWM") - self.before

    def save(self, data: bytes) -> Verdict:
        """Save over the workbook and wait for the verdict."""
        return verdict_on(self.connection, save_aged(self.workbook, data), LONGEST_SECONDS)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Run one service for all the bombs."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "orders.xlsx").write_bytes(good())
    with serving(folder) as service:
        connection = service.connect()
        body = [get(connection, ORDER).body for _ in range(100)][-1]
        before = memory(service.process.pid, "VmHWM")
        yield Shop(service, folder / "orders.xlsx", connection, body, before)
        connection.close()


@pytest.fixture(scope="module")
def outside() -> Iterator[socket.socket]:
    """Listen where some bombs lure the reader to."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


@pytest.mark.parametrize("bomb", BOMBS, ids=lambda bomb: bomb.name.replace(" ", "-"))
def test_a_bomb_is_refused_and_the_till_notices_nothing(
    bomb: Bomb, shop: Shop, outside: socket.socket
) -> None:
    """Within the limits, by name; nothing outside is asked for; the reader is gone after it.

    What is left is another one, which waits for the next save.
    """
    data = bomb.make(f"http://127.0.0.1:{outside.getsockname()[1]}/")
    pid = shop.service.process.pid
    waiting = children(pid)
    with Till(shop.service, [ORDER]).running() as till, Observer(pid).running() as observer:
        verdict = shop.save(data)
    shop.lines.append(Line(bomb.name, len(data), verdict, observer.most, shop.growth, till.slowest))
    if verdict.outcome == "published":
        assert shop.save(good()).outcome == "published"

    assert {(answer.status, answer.body) for answer in till.answers()} == {(200, shop.body)}
    assert said(verdict) in bomb.verdicts, verdict
    assert observer.most.cpu_seconds < MOST_CPU_SECONDS
    assert shop.growth < MOST_GROWTH
    if len(data) <= Limits().workbook_bytes:  # else nobody read it
        eventually(lambda: not waiting.keys() & children(pid), 5, "the reading process is gone")
    eventually(lambda: len(children(pid)) <= 1, 5, "there is only the process that waits")
    with pytest.raises(BlockingIOError):
        outside.accept()


def said(verdict: Verdict) -> str:
    """Give the code that a bomb is refused with, or that it is read; else all that was told."""
    if verdict.outcome == "published":
        return READ
    match = CODE.fullmatch(verdict.reason)
    refused = match is not None and verdict.outcome == "refused"
    return match[1] if match and refused else f"{verdict.outcome}: {verdict.reason}"


def test_after_all_bombs_the_service_is_as_it_was(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    """It lives, it serves the good orders, and it has kept nothing of them."""
    shop.save(b"not a workbook")
    verdict = shop.save(good())

    assert shop.service.process.poll() is None
    assert verdict.outcome in {"published", "unchanged"}
    assert get(shop.connection, ORDER).body == shop.body
    assert memory(shop.service.process.pid, "VmRSS") - shop.before < MOST_GROWTH
    with capsys.disabled():
        print(f"\n{table(shop.lines)}")


def table(lines: list[Line]) -> str:
    """Write what came of the bombs, the slowest first."""
    head = "seconds  reader's CPU, MiB  serving +MiB  slowest reply  file KiB  bomb: verdict"
    rows = [
        f"{line.verdict.seconds:7.1f} {line.used.cpu_seconds:8.1f} {line.used.peak // MIB:8}"
        f" {line.growth / MIB:13.1f} {line.slowest * 1000:11.0f} ms {line.size // 1024:9}"
        f"  {line.bomb}: {said(line.verdict)}"
        for line in sorted(lines, key=lambda line: -line.used.cpu_seconds)
    ]
    return "\n".join([head, *rows])
