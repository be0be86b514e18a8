"""A till that asks at a steady pace, in a process of its own.

The loop is open: a request is due at its time, whatever became of the ones before, and its
latency counts from then. So a stall of the service is seen by every request that fell due in it,
and not by the one alone that waited. What the client itself loses, it tells too: ``noticed``
less ``due``. It holds little, computes nothing and goes before all others where the system allows
it (root), since a real till has a processor of its own.
"""

import gc
import os
import random
import select
import socket
import subprocess
import sys
import time
from collections import deque
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from statistics import median
from typing import IO, NamedTuple
from urllib.parse import urlsplit

from benchmarks.common import ROOT, percentile
from benchmarks.processes import AUTHORIZATION

CONNECTIONS = 16
"""Kept open and used in turn, as a cloud's gateway does."""

RECEIVED_BYTES = 65536
"""Of a reply taken at once; they have some 400."""

PRIORITY = 1
"""Of the client among those that go before all others (SCHED_FIFO): the least. A niceness would
count within its own session only where the kernel groups by session (autogroup, sched(7))."""

NS = 1_000_000_000
SEED = 1
LONGEST_LEAVE_SECONDS = 20
"""For the client to write down what it measured."""


class Asked(NamedTuple):
    """One request; times in seconds of the system's monotonic clock.

    Attributes:
        due: When it had to be sent.
        noticed: When the client saw that it was due; it is sent then, if a connection is idle.
        done: When its reply had come whole.
        status: Of the reply; 0: there was none.
    """

    due: float
    noticed: float
    done: float
    status: int

    @property
    def latency(self) -> float:
        """Seconds from when it was due to its reply."""
        return self.done - self.due


class Latency(NamedTuple):
    """What many requests took, in seconds, and how many failed.

    Attributes:
        requests: How many.
        failed: How many of them had another answer than 200, or none.
        median: Half of them were faster.
        p99: 99 of 100 were faster.
        most: The slowest.
        late: The longest that the client itself was late.
    """

    requests: int
    failed: int
    median: float
    p99: float
    most: float
    late: float

    @classmethod
    def of(cls, asked: list[Asked]) -> "Latency":
        """Sum up.

        Raises:
            ValueError: There are none.
        """
        times = [one.latency for one in asked]
        if not times:
            raise ValueError("no request in that time")
        return cls(
            requests=len(times),
            failed=sum(one.status != HTTPStatus.OK for one in asked),
            median=median(times),
            p99=percentile(times, 0.99),
            most=max(times),
            late=max(one.noticed - one.due for one in asked),
        )


class Till:
    """The client's process, seen from outside; asks from its making until ``stop``."""

    def __init__(self, address: str, ids: list[str], rate: float, folder: Path) -> None:
        """Start it.

        Args:
            address: Of the service, ``http://HOST:PORT``.
            ids: Orders to ask for, at random.
            rate: Requests a second.
            folder: Takes a file with the paths, and one with what was measured.
        """
        paths = folder / "till-paths.txt"
        self._out = folder / "till-asked.txt"
        paths.write_text("\n".join(f"/business-units/0001/customer-orders/{i}" for i in ids))
        self._process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-m", "benchmarks.steady", address, str(rate), paths, self._out],
            cwd=ROOT,
            stdin=subprocess.PIPE,
        )

    def stop(self) -> list[Asked]:
        """End it; gives all its requests in the order of their replies."""
        stdin: IO[bytes] | None = self._process.stdin
        if stdin is not None:
            stdin.close()
        if self._process.wait(LONGEST_LEAVE_SECONDS):
            raise SystemExit("the client of the measurement failed")
        lines = self._out.read_text("ascii").splitlines()
        rows = (line.split() for line in lines)
        return [
            Asked(int(d) / NS, int(s) / NS, int(e) / NS, int(status)) for d, s, e, status in rows
        ]

    def kill(self) -> None:
        """End it at once, where something else failed."""
        self._process.kill()
        self._process.wait()


class _Line:
    """One connection, with at most one request under way on it."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self.due = self.noticed = 0
        self._received = b""
        self.socket = self._connect()

    def _connect(self) -> socket.socket:
        made = socket.create_connection(self._address, timeout=10)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.setblocking(False)
        return made

    def ask(self, due: int, noticed: int, request: bytes) -> None:
        """Send a request."""
        self.due, self.noticed, self._received = due, noticed, b""
        self.socket.sendall(request)

    def take(self) -> int | None:
        """Take what has come; gives the status once the reply is whole, 0 where it broke off."""
        try:
            received = self.socket.recv(RECEIVED_BYTES)
        except OSError:
            received = b""
        if not received:
            self.socket.close()
            self.socket = self._connect()
            return 0
        self._received += received
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found:
            return None
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        return int(head[9:12]) if len(body) >= int(length) else None


def ask_steadily(address: str, rate: float, requests: list[bytes]) -> list[tuple[int, ...]]:
    """Ask until standard input ends; gives due, noticed, done (nanoseconds), status of each."""
    parts = urlsplit(address)
    lines = [_Line(parts.hostname or "", parts.port or 0) for _ in range(CONNECTIONS)]
    idle, busy = deque(lines), dict[object, _Line]()
    waiting, done = deque[tuple[int, int]](), list[tuple[int, ...]]()
    chance = random.Random(SEED)  # noqa: S311 - the same in every run
    step = int(NS / rate)
    due = time.monotonic_ns() + step
    while True:
        while due <= (now := time.monotonic_ns()):
            waiting.append((due, now))
            due += step
        while waiting and idle:
            line = idle.popleft()
            line.ask(*waiting.popleft(), chance.choice(requests))
            busy[line.socket] = line
        # select() and not epoll(), whose timeout counts in whole milliseconds
        ready = select.select(
            [sys.stdin, *(line.socket for line in busy.values())], [], [], max(0, due - now) / NS
        )[0]
        for one in ready:
            if one is sys.stdin:
                return done
            line = busy[one]
            if (status := line.take()) is not None:
                done.append((line.due, line.noticed, time.monotonic_ns(), status))
                del busy[one]
                idle.append(line)


def main(address: str, rate: float, paths: Path, out: Path) -> None:
    """Ask, and write down each request."""
    with suppress(OSError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    host = urlsplit(address).netloc
    requests = [
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {AUTHORIZATION}\r\n\r\n".encode()
        for path in paths.read_text().splitlines()
    ]
    gc.disable()  # it makes no cycles, and a collection of all it has kept would be a stall
    done = ask_steadily(address, rate, requests)
    out.write_text("".join(f"{d} {s} {e} {status}\n" for d, s, e, status in done), "ascii")


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]))
