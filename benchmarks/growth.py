"""Measures what grows with the number of orders: 1,000 to 1,000,000, Excel's rows of items.

``python -m benchmarks.growth [--engine E] [--sizes N,N,…]`` makes workbooks of orders with one item
each, since a sheet has no more than 1,048,576 rows, and measures of each: the reading child's time
and peak memory, the snapshot's size, the memory of a service that serves it, and the cost of a
look-up and of a search for customers with one order and with 10,000. The sizes take turns, so that
what the machine does meanwhile falls on all of them. Draws curves under ``docs/benchmarks``.

Needs Linux and wrk; takes some minutes and 4 GiB.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from benchmarks.common import GIB, KIB, ROOT, Spread, machine, table
from benchmarks.footprint import footprint
from benchmarks.grown import Grown, draw, rows
from benchmarks.load import Request, load
from benchmarks.many_orders import LOYAL, customer, order_id
from benchmarks.processes import AUTHORIZATION, Corsheet, corsheet
from benchmarks.reloading import wait_until_served
from corsheet.model import BusinessUnitId, CustomerId, CustomerOrderId
from corsheet.snapshot import read
from corsheet.snapshot.read import Snapshot

SIZES = (1_000, 10_000, 100_000, 1_000_000)
UNIT = "0001"

ROUNDS, HTTP_ROUNDS = 9, 5
FINDS = 10_000
"""Look-ups by the file itself, in a round."""

LOYAL_SEARCHES = 5
HTTP_SECONDS = 2.0
SAMPLE = 20_000
"""Ids that are asked for, at random over all."""

START_SECONDS = 300
RAISED = {"memory_bytes": 8 * GIB, "seconds": 600}
"""Limits for a size that the usual ones refuse; the table says so."""

RAISED_SETTINGS = "\n".join(["[limits]", *(f"{name} = {value}" for name, value in RAISED.items())])

SEED = 1


class Compiled(NamedTuple):
    """One reading by the child.

    Attributes:
        seconds: From its start to its end.
        peak: Its most memory in bytes.
        is_usual: The usual limits were enough.
    """

    seconds: float
    peak: int
    is_usual: bool


def compiled(workbook: Path, snapshot: Path, *, is_usual: bool = True) -> Compiled:
    """Have a workbook read as the service does, under higher limits where the usual refuse it.

    Raises:
        SystemExit: It is refused under those too.
    """
    limits = [] if is_usual else [f"--limit={name}={value}" for name, value in RAISED.items()]
    command = [sys.executable, "-m", "corsheet", "compile", str(workbook), str(snapshot), *limits]
    begun = time.monotonic()
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)  # noqa: S603 - ourselves
    output = child.stdout.read() if child.stdout else ""
    _, status, usage = os.wait4(child.pid, 0)
    if status and not is_usual:
        raise SystemExit(f"{workbook.name} is not taken: {output[:500]}")
    if status:
        print(f"not under the usual limits: {output[:500]}", flush=True)
        return compiled(workbook, snapshot, is_usual=False)
    return Compiled(time.monotonic() - begun, usage.ru_maxrss * KIB, is_usual)


def numbers(orders: int, *, is_loyal: bool | None = None) -> list[int]:
    """Choose orders at random; where it is said, of the loyal customer or of others only."""
    chance = random.Random(SEED)  # noqa: S311 - the same in every run
    chosen = (chance.randrange(orders) for _ in range(SAMPLE))
    return [n for n in chosen if is_loyal is None or (customer(n, orders) == LOYAL) == is_loyal]


Ask = Callable[[], float]
"""Asks many times; gives the seconds that one took."""


def by_file(snapshot: Snapshot, orders: int) -> dict[str, Ask]:
    """Give what asks the file, without HTTP; counts the processor's time.

    Its memory of what was asked last is left out: it would answer for the small ones.
    """
    read.REMEMBERED_BYTES = 0
    unit = BusinessUnitId(UNIT)
    ids = [CustomerOrderId(order_id(number)) for number in numbers(orders)[:FINDS]]
    singles = numbers(orders, is_loyal=False)[:FINDS]
    customers = [CustomerId(customer(number, orders)) for number in singles]

    def find() -> float:
        begun = time.thread_time()
        for order in ids:
            snapshot.find(unit, order)
        return (time.thread_time() - begun) / len(ids)

    def search() -> float:
        begun = time.thread_time()
        for one in customers:
            snapshot.search(unit, one)
        return (time.thread_time() - begun) / len(customers)

    def search_loyal() -> float:
        begun = time.thread_time()
        for _ in range(LOYAL_SEARCHES):
            snapshot.search(unit, CustomerId(LOYAL))
        return (time.thread_time() - begun) / LOYAL_SEARCHES

    return {"find": find, "search one": search, "search loyal": search_loyal}


def by_http(service: Corsheet, orders: int) -> dict[str, Ask]:
    """Give what asks a service over one connection."""
    base = f"/business-units/{UNIT}/customer-orders"
    headers = {"Authorization": AUTHORIZATION}
    post = {**headers, "Content-Type": "application/json"}
    finds = [Request(f"{base}/{order_id(n)}", headers=headers) for n in numbers(orders)]

    def search(name: str) -> Request:
        return Request(f"{base}:search", "POST", json.dumps({"customerId": name}), post)

    singles = [search(customer(n, orders)) for n in numbers(orders, is_loyal=False)]

    def asking(requests: list[Request]) -> Ask:
        def ask() -> float:
            found = load(service.address, requests, connections=1, seconds=HTTP_SECONDS)
            if found.failed:
                raise SystemExit(f"{found.failed} requests failed")
            return 1 / found.rate

        return ask

    return {
        "find": asking(finds),
        "search one": asking(singles),
        "search loyal": asking([search(LOYAL)]),
    }


def in_turns(asks: dict[int, dict[str, Ask]], rounds: int) -> dict[int, dict[str, Spread]]:
    """Ask all in turns, the first round not counted; gives each one's seconds."""
    found: dict[int, dict[str, list[float]]] = {
        orders: {name: [] for name in of_size} for orders, of_size in asks.items()
    }
    for number in range(rounds + 1):
        for orders, of_size in asks.items():
            for name, ask in of_size.items():
                seconds = ask()
                if number:
                    found[orders][name].append(seconds)
    return {
        orders: {name: Spread.of(times) for name, times in of_size.items()}
        for orders, of_size in found.items()
    }


def measure(folder: Path, sizes: list[int], engine: str) -> list[Grown]:
    """Make and measure every size."""
    files: dict[int, Path] = {}
    readings: dict[int, Compiled] = {}
    for orders in sizes:
        files[orders] = folder / f"{orders}" / "orders.xlsx"
        files[orders].parent.mkdir()
        maker = [
            sys.executable,
            "-m",
            "benchmarks.many_orders",
            str(files[orders]),
            str(orders),
            "1",
        ]
        subprocess.run(maker, cwd=ROOT, check=True)  # noqa: S603 - ourselves
        readings[orders] = compiled(files[orders], files[orders].with_suffix(".snapshot"))
        print(f"{orders:,}: {readings[orders]}", flush=True)
    snapshots = {n: Snapshot(file.with_suffix(".snapshot")) for n, file in files.items()}
    by_files = in_turns({n: by_file(opened, n) for n, opened in snapshots.items()}, ROUNDS)
    print(by_files, flush=True)
    with ExitStack() as stack:
        services = {}
        for orders, file in files.items():
            running = corsheet(
                file.parent,
                config=RAISED_SETTINGS,
                arguments=("--engine", engine),
                seconds=START_SECONDS,
            )
            services[orders] = stack.enter_context(running)
            wait_until_served(services[orders].address, file.read_bytes())
        by_https = in_turns({n: by_http(one, n) for n, one in services.items()}, HTTP_ROUNDS)
        held = {n: footprint(one.program.process.pid) for n, one in services.items()}
    return [
        Grown(
            orders,
            files[orders].stat().st_size,
            files[orders].with_suffix(".snapshot").stat().st_size,
            *readings[orders],
            held[orders],
            *by_files[orders].values(),
            *by_https[orders].values(),
        )
        for orders in sizes
    ]


def main() -> None:
    """Measure, print and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", default="waitress")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    options = parser.parse_args()
    print(f"{machine()}; engine {options.engine}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        grown = measure(
            Path(name), [int(size) for size in options.sizes.split(",")], options.engine
        )
    print(table(["orders", *(f"{one.orders:,}" for one in grown)], rows(grown)))
    draw(grown)


if __name__ == "__main__":
    main()
