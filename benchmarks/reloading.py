"""Measures what a till feels of reloads: latency at a steady pace, and throughput.

``python -m benchmarks.reloading [--engine E] [--orders N] [--rounds N] [--seconds N]`` serves a
workbook of 100,000 orders with three items each, and alternates rest with back-to-back reloads: a
new version is saved the moment the one before is served. In half of the rounds a client asks 200
times a second (``steady``), in the others wrk keeps 16 connections busy.

A save is a rename of a file that lies ready, and so costs nothing. Needs Linux and wrk.
"""

import argparse
import itertools
import json
import shutil
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread
from typing import Any, NamedTuple

from benchmarks.common import in_words, machine, percentile, table, versions
from benchmarks.load import Request, load
from benchmarks.processes import AUTHORIZATION, Corsheet, corsheet
from benchmarks.reading import child
from benchmarks.steady import Asked, Latency, Till

EDITIONS = 2
"""Workbooks that take turns; each save brings other bytes than the one before."""

REQUESTS_PER_SECOND = 200
CONNECTIONS = 16
SAMPLE = 20_000
"""Orders asked for, spread over all: enough that no cache of a processor holds them."""

LOOK_SECONDS = 0.02
"""Between two looks at which version is served."""

LONGEST_SECONDS = 300.0
"""For a save to be served."""

WARMING_SECONDS = 3.0
"""Of load before the first round: connections, credentials, pages."""


class Round(NamedTuple):
    """Some seconds with or without reloads; times of the monotonic clock.

    Attributes:
        begun: When it began.
        ended: When it ended.
        reloads: Seconds from save to served, of each reload in it.
    """

    begun: float
    ended: float
    reloads: list[float]


class Shop:
    """A running service and the workbooks that are saved over its own."""

    def __init__(self, service: Corsheet, folder: Path, editions: list[Path]) -> None:
        self.address = service.address
        self._workbook = folder / "orders.xlsx"
        self._editions = itertools.cycle((path, path.read_bytes()) for path in editions)

    def save(self) -> float:
        """Save the next edition and wait until it is served; gives the seconds that took."""
        path, content = next(self._editions)
        fresh = self._workbook.with_suffix(".tmp")
        fresh.hardlink_to(path)
        fresh.touch()
        saved = time.monotonic()
        fresh.replace(self._workbook)
        wait_until_served(self.address, content)
        return time.monotonic() - saved

    def reload_for(self, seconds: float, ended: Event | None = None) -> list[float]:
        """Reload again and again, for so long or until told; gives each one's seconds."""
        end, times = time.monotonic() + seconds, []
        while time.monotonic() < end and not (ended and ended.is_set()):
            times.append(self.save())
        return times


def readiness(address: str) -> Any:
    """Give what /readyz says."""
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=LONGEST_SECONDS) as reply:  # noqa: S310 - loopback
            return json.load(reply)
    except urllib.error.HTTPError as unready:
        return json.load(unready)


def wait_until_served(address: str, content: bytes) -> None:
    """Wait until a workbook of this content is served.

    Raises:
        SystemExit: It is not in time.
    """
    wanted, begun = sha256(content).hexdigest(), time.monotonic()
    while True:
        found = readiness(address)
        if found["snapshot"] and found["snapshot"]["sha256"] == wanted:
            return
        if time.monotonic() - begun > LONGEST_SECONDS:
            raise SystemExit(f"not served within {LONGEST_SECONDS:.0f} s: {found}")
        time.sleep(LOOK_SECONDS)


def make_editions(folder: Path, orders: int, ready: Path | None) -> list[Path]:
    """Make workbooks of the same orders whose bytes differ."""
    first = folder / "edition-0.xlsx"
    if ready is None:
        child("make", "Excel", first, orders)
    else:
        shutil.copyfile(ready, first)
    editions = [first]
    for number in range(1, EDITIONS):
        editions.append(folder / f"edition-{number}.xlsx")
        shutil.copyfile(first, editions[-1])
        with zipfile.ZipFile(editions[-1], "a") as book:
            book.comment = f"edition {number}".encode()
    return editions


def rounds_of_latency(shop: Shop, ids: list[str], rounds: int, seconds: float) -> Iterator[str]:
    """Measure at a steady pace; gives the rows of a table."""
    with tempfile.TemporaryDirectory() as folder:
        till = Till(shop.address, ids, REQUESTS_PER_SECOND, Path(folder))
        try:
            time.sleep(WARMING_SECONDS)
            done: dict[str, list[Round]] = {"at rest": [], "reloading": []}
            for _ in range(rounds):
                for name, of_kind in done.items():
                    begun = time.monotonic()
                    if name == "reloading":
                        reloads = shop.reload_for(seconds)
                    else:
                        reloads = []
                        time.sleep(seconds)
                    of_kind.append(Round(begun, time.monotonic(), reloads))
            asked = till.stop()
        except BaseException:
            till.kill()
            raise
    rows = [_latency_row(name, of_kind, asked) for name, of_kind in done.items()]
    headings = ["", "requests", "failed", "median", "p99", "p99 of each round", "slowest"]
    headings += ["client late", "reloads", "saved to served"]
    yield table(headings, rows)


def _latency_row(name: str, rounds: list[Round], asked: list[Asked]) -> list[str]:
    of_rounds = [[a for a in asked if r.begun <= a.due < r.ended] for r in rounds]
    found = Latency.of([one for of_round in of_rounds for one in of_round])
    each = (in_words(percentile([a.latency for a in of_round], 0.99)) for of_round in of_rounds)
    times = sorted(itertools.chain.from_iterable(r.reloads for r in rounds))
    return [
        name,
        f"{found.requests:,}",
        str(found.failed),
        in_words(found.median),
        in_words(found.p99),
        ", ".join(each),
        in_words(found.most),
        in_words(found.late),
        str(len(times)),
        in_words(percentile(times, 0.5)) if times else "",
    ]


def rounds_of_throughput(shop: Shop, ids: list[str], rounds: int, seconds: float) -> Iterator[str]:
    """Measure with every connection busy; gives the rows of a table."""
    headers = {"Authorization": AUTHORIZATION}
    requests = [Request(f"/business-units/0001/customer-orders/{i}", headers=headers) for i in ids]
    rows = []
    for _ in range(rounds):
        for name in ("at rest", "reloading"):
            ended, times = Event(), list[float]()
            saver = Thread(target=lambda: times.extend(shop.reload_for(1e9, ended)))  # noqa: B023 - joined below
            if name == "reloading":
                saver.start()
            found = load(shop.address, requests, connections=CONNECTIONS, seconds=seconds)
            ended.set()
            with suppress(RuntimeError):
                saver.join()
            figures = (found.p50, found.p99, found.worst)
            row = [name, f"{found.rate:,.0f}", *map(in_words, figures), str(found.failed)]
            rows.append([*row, str(len(times))])
    headings = ("", "requests a second", "median", "p99", "slowest", "failed", "reloads")
    yield table(headings, rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", default="waitress")
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--workbook", type=Path, help="a ready one, as reading.py makes it")
    options = parser.parse_args()
    print(f"{machine()}; {versions('waitress', 'granian')}; engine {options.engine}", flush=True)
    step = max(1, options.orders // SAMPLE)
    ids = [f"{number:08d}" for number in range(0, options.orders, step)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        editions = make_editions(folder, options.orders, options.workbook)
        shutil.copyfile(editions[-1], folder / "orders.xlsx")
        with corsheet(folder, arguments=("--engine", options.engine)) as service:
            shop = Shop(service, folder, editions)
            shop.save()
            for measure in (rounds_of_latency, rounds_of_throughput):
                for part in measure(shop, ids, options.rounds, options.seconds):
                    print(part, flush=True)


if __name__ == "__main__":
    main()
