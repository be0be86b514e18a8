"""Measures how fast a workbook is read, beside the bare speed of two libraries.

``.venv/bin/python benchmarks/reading.py [RUNS]`` makes workbooks of 1,000, 10,000 and 100,000
orders with three items each, and reads each of them so many times, 5 where nothing is said, with

corsheet
    from bytes to orders and findings, as ``corsheet compile`` does;
openpyxl
    read-only, every cell's value and no more;
calamine
    every cell's value and no more, in Rust; only where it is installed (``.venv/bin/python -m pip
    install python-calamine``).

Every reading has a process of its own, and the readers take turns. Printed are medians: the
processor's time without the start of Python (all of them work in memory with one thread, so on a
machine at rest it is the time that passes), and the most memory, with all of Python. Needs Linux
or macOS.
"""

import gc
import io
import json
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

SIZES = (1_000, 10_000, 100_000)
OTHER_PROGRAMS_SIZE = 10_000
ITEMS = 3
ARTICLES = 5_000
"""Each with its price: a shop has fewer prices than rows."""

MIB = 1024 * 1024
MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in one of ``ru_maxrss`` (getrusage(2) of each system)."""

Read = Callable[[bytes], int]
"""Reads a workbook; gives how many orders are in it."""


class Run(NamedTuple):
    """One reading, or the medians of several: its time, and its process's most memory."""

    seconds: float
    peak_bytes: float


def corsheet_reader() -> Read:
    """Load corsheet."""
    from corsheet.workbook.reading import read_workbook  # noqa: PLC0415 - no reader pays for another

    def read(data: bytes) -> int:
        reading = read_workbook(data)
        if reading.findings:
            raise SystemExit(f"the workbook is not clean: {reading.findings[0]}")
        return len(reading.orders)

    return read


def openpyxl_reader() -> Read:
    """Load openpyxl."""
    import openpyxl  # noqa: PLC0415 - no reader pays for another

    def read(data: bytes) -> int:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        orders, *_ = [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]
        return len(orders) - 1

    return read


def calamine_reader() -> Read:
    """Load calamine."""
    import python_calamine  # noqa: PLC0415 - no reader pays for another

    def read(data: bytes) -> int:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        orders, *_ = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
        return len(orders) - 1

    return read


READERS = {
    "corsheet": corsheet_reader,
    "openpyxl": openpyxl_reader,
    "calamine": calamine_reader,
}


def order_rows(orders: int) -> Iterator[list[str | float | bool]]:
    """Give the rows of Orders; the first has the headings."""
    yield ["Customer order", "Customer", "Status", "Minimum down payment", "Locked"]
    for order in range(orders):
        yield [f"{order:08d}", f"{order // 3:06d}", "CREATED", order % 997 / 2, order % 7 == 0]


def item_rows(orders: int) -> Iterator[list[str | float | bool]]:
    """Give the rows of Items; the first has the headings."""
    chance = random.Random(orders)  # noqa: S311 - the same in every run
    prices = [chance.randrange(100, 1_000_000) / 100 for _ in range(ARTICLES)]
    yield ["Customer order", "Item", "Quantity", "Unit price"]
    for order in range(orders):
        for article in chance.sample(range(ARTICLES), ITEMS):
            yield [f"{order:08d}", f"{article:07d}", chance.randint(1, 9), prices[article]]


def make_as_excel(orders: int, path: Path) -> None:
    """Write a workbook as Excel does."""
    from benchmarks.shop import write_as_excel  # noqa: PLC0415 - see child

    write_as_excel(path, Orders=order_rows(orders), Items=item_rows(orders))


def make_as_openpyxl(orders: int, path: Path) -> None:
    """Write a workbook with openpyxl: each text stands in its cell."""
    import openpyxl  # noqa: PLC0415 - see child

    book = openpyxl.Workbook(write_only=True)
    for name, rows in (("Orders", order_rows(orders)), ("Items", item_rows(orders))):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)


def make_as_libreoffice(orders: int, path: Path) -> None:
    """Save a workbook of Excel's kind in LibreOffice."""
    from tests.support.libreoffice import opened  # noqa: PLC0415 - see child

    make_as_excel(orders, path)
    with opened(path) as document:
        document.save({})


WRITERS = {
    "Excel": make_as_excel,
    "openpyxl": make_as_openpyxl,
    "LibreOffice": make_as_libreoffice,
}


def read_once(reader: str, path: Path, orders: int) -> None:
    """Read the workbook in this process, and print the run."""
    data = path.read_bytes()
    read = READERS[reader]()
    gc.disable()  # as corsheet compile does; the same for all
    start = time.process_time()
    found = read(data)
    seconds = time.process_time() - start
    if found != orders:
        raise SystemExit(f"{reader} read {found} orders, not {orders}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_UNIT
    print(json.dumps(Run(seconds, peak)))


def child(*arguments: str | Path | int) -> str:
    """Run this script in a process of its own; gives what it prints.

    On Linux its peak of memory counts from this process's, which therefore stays small.
    """
    command = [sys.executable, __file__, *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603 - ourselves


def measure(readers: list[str], path: Path, orders: int, runs: int) -> dict[str, Run]:
    """Read a workbook so many times with each reader, in turn; gives the medians."""
    measured: dict[str, list[Run]] = {reader: [] for reader in readers}
    for _ in range(runs):
        for reader, done in measured.items():
            done.append(Run(*json.loads(child("read", reader, path, orders))))
    return {
        reader: Run(
            statistics.median(run.seconds for run in done),
            statistics.median(run.peak_bytes for run in done),
        )
        for reader, done in measured.items()
    }


def writers() -> list[str]:
    """Give the programs that can write here."""
    from tests.support.libreoffice import bridge_python  # noqa: PLC0415 - see child

    return [writer for writer in WRITERS if writer != "LibreOffice" or bridge_python()]


def main(runs: int) -> None:
    """Measure and print."""
    readers = [reader for reader in READERS if reader != "calamine" or find_spec("python_calamine")]
    first, *others = json.loads(child("writers"))
    workbooks = [(first, orders) for orders in SIZES]
    workbooks += [(other, OTHER_PROGRAMS_SIZE) for other in others]
    print(f"Python {platform.python_version()}, {platform.machine()}, medians of {runs} runs")
    print("| workbook as by | orders | reader | time | orders a second | memory | of calamine's |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.xlsx"
        for writer, orders in workbooks:
            child("make", writer, path, orders)
            results = measure(readers, path, orders, runs)
            bare = results.get("calamine")
            for reader, (seconds, peak) in results.items():
                speed = f"{bare.seconds / seconds:.0%}" if bare else ""
                print(
                    f"| {writer} | {orders:,} | {reader} | {seconds:.3f} s"
                    f" | {orders / seconds:,.0f} | {peak / MIB:.0f} MiB | {speed} |",
                    flush=True,
                )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["writers"]:
            print(json.dumps(writers()))
        case ["make", writer, path, orders]:
            WRITERS[writer](int(orders), Path(path))
        case ["read", reader, path, orders]:
            read_once(reader, Path(path), int(orders))
        case [runs]:
            main(int(runs))
        case _:
            main(5)
