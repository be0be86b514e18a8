"""Saves of every kind while the till keeps asking: none lost, no reply failed or mixed.

``RELOADS`` says how many saves (CI: 50). The full run is
``RELOADS=1000 python run.py test tests/end_to_end/test_reload_under_load.py``.
"""

import http.client
import itertools
import json
import os
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.support.judging import threads_beside
from tests.support.libreoffice import needs_libreoffice, opened
from tests.support.saving import (
    ORDER_IDS,
    SAVES,
    UNIT,
    Save,
    versioned_workbook,
    versions_in,
)
from tests.support.service import AUTHORIZATION, Service, ask, serving

RELOADS = int(os.environ.get("RELOADS", "25"))
LIBREOFFICE_SHARE = 5
"""One save in so many is LibreOffice's."""

REQUESTS_PER_SECOND = 200
CLIENTS = 4
ARRIVAL_SECONDS = 30.0
"""After which a save is lost. How long one takes is measured in benchmarks/, not here."""

LAG_SECONDS = {"waitress": 0.0, "granian": 0.5}
"""In which a worker may still answer with what another does not any more.

It looks every 0.05 s; the rest is for a machine that is busy.
"""


class Load:
    """Clients that ask at a steady pace and check each reply.

    Attributes:
        asked: Requests so far.
        faults: What was wrong with which reply.
    """

    def __init__(self, service: Service, lag: float) -> None:
        self.asked: Counter[int] = Counter()
        self.faults: list[str] = []
        self._lag = lag
        self._confirmed = [(1, 0.0)]
        self._service = service
        self._stopped = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(number,)) for number in range(CLIENTS)
        ]

    def confirm(self, version: int) -> None:
        """Take note that a version is served."""
        self._confirmed.append((version, time.monotonic()))

    def _least(self) -> int:
        """Give the newest version that every worker must know by now."""
        until = time.monotonic() - self._lag
        return max(version for version, at in self._confirmed if at <= until)

    def _run(self, number: int) -> None:
        connection = self._service.connect()
        orders = itertools.cycle(ORDER_IDS)
        due = time.monotonic()
        try:
            while not self._stopped.is_set():
                self._ask(connection, next(orders))
                self.asked[number] += 1
                due += CLIENTS / REQUESTS_PER_SECOND
                self._stopped.wait(max(0.0, due - time.monotonic()))
        finally:
            connection.close()

    def _ask(self, connection: http.client.HTTPConnection, order: str) -> None:
        least = self._least()
        path = f"/business-units/{UNIT}/customer-orders/{order}"
        try:
            reply = ask(connection, "GET", path, headers={"Authorization": AUTHORIZATION})
            found = versions_in(reply.json()) if reply.status == 200 else set()
        except (OSError, http.client.HTTPException, ValueError, KeyError) as error:
            self.faults.append(repr(error))
            connection.close()
            return
        if reply.status != 200:
            self.faults.append(f"{reply.status} {reply.body!r}")
        elif len(found) != 1:
            self.faults.append(f"mixed {found}")
        elif int(next(iter(found))[1:]) < least:
            self.faults.append(f"{found} after v{least}")

    def running(self) -> AbstractContextManager[None]:
        """Ask while the block runs."""
        return threads_beside(self._threads, self._stopped)


def save_and_wait(
    service: Service, load: Load, version: int, save: Callable[[int], object]
) -> float:
    """Save a version and wait until it is served; gives the seconds from save to served."""
    save(version)
    saved = time.monotonic()
    connection = service.connect()
    path = f"/business-units/{UNIT}/customer-orders/{ORDER_IDS[-1]}"
    try:
        while True:
            reply = ask(connection, "GET", path, headers={"Authorization": AUTHORIZATION})
            if reply.status == 200 and versions_in(reply.json()) == {f"v{version}"}:
                load.confirm(version)
                return time.monotonic() - saved
            assert time.monotonic() - saved < ARRIVAL_SECONDS, (version, service.ready())
            time.sleep(0.01)
    finally:
        connection.close()


def report(name: str, times: list[float], load: Load, capsys: pytest.CaptureFixture[str]) -> None:
    """Print the figures of a run."""
    times = sorted(times)
    figures = {
        "saves": len(times),
        "saved_to_served_median_s": round(statistics.median(times), 3),
        "saved_to_served_p99_s": round(times[int(len(times) * 0.99) - 1], 3),
        "saved_to_served_max_s": round(times[-1], 3),
        "requests": sum(load.asked.values()),
        "faults": len(load.faults),
    }
    with capsys.disabled():
        print(f"\n{name}: {json.dumps(figures)}")


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A folder with version 1 of the workbook."""
    folder = tmp_path / "shop"
    folder.mkdir()
    path = folder / "orders.xlsx"
    path.write_bytes(versioned_workbook(1))
    return path


def test_every_save_arrives_whole_while_the_till_keeps_asking(
    workbook: Path, engine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """However a program saves: no reply fails, none is older or mixed, no save is lost."""
    with serving(workbook.parent, engine=engine) as service:
        load = Load(service, LAG_SECONDS[engine])
        with load.running():
            times = [
                save_and_wait(
                    service, load, version, _saving(SAVES[version % len(SAVES)], workbook)
                )
                for version in range(2, RELOADS + 2)
            ]

    report(f"by scripts and Excel's ways, {engine}", times, load, capsys)
    assert load.faults == []
    assert len(times) == RELOADS
    assert sum(load.asked.values()) > REQUESTS_PER_SECOND * sum(times) / 2


def _saving(save: Save, path: Path) -> Callable[[int], None]:
    def by_version(version: int) -> None:
        save(path, versioned_workbook(version))

    return by_version


@pytest.mark.libreoffice
@needs_libreoffice
def test_every_save_of_libreoffice_arrives_whole(
    workbook: Path, engine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same with a real program that has the workbook open all the time."""
    with serving(workbook.parent, engine=engine) as service, opened(workbook) as document:
        load = Load(service, LAG_SECONDS[engine])
        with load.running():
            times = [
                save_and_wait(service, load, version, lambda v: document.save(version_changes(v)))
                for version in range(2, RELOADS // LIBREOFFICE_SHARE + 2)
            ]

    report(f"by LibreOffice, {engine}", times, load, capsys)
    assert load.faults == []
    assert len(times) == RELOADS // LIBREOFFICE_SHARE


def version_changes(version: int) -> dict[str, str | float]:
    """Give the cells that make a workbook of versioned orders one of another version."""
    changes: dict[str, str | float] = {}
    text, number = f"v{version}", float(version)
    for order in range(len(ORDER_IDS)):
        row = order + 2
        changes |= {f"Orders!C{row}": text, f"Orders!E{row}": number}
        changes |= {f"Invoices!C{row}": text, f"Invoices!D{row}": number}
        changes[f"Information!D{row}"] = text
        for item in (2 * order + 2, 2 * order + 3):
            changes |= {f"Items!D{item}": number, f"Items!E{item}": number}
        changes[f"Items!C{2 * order + 2}"] = text
    return changes
