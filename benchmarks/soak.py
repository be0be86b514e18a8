"""Runs a service for long, with saves, load and faults, and checks every answer.

``python -m benchmarks.soak [--minutes N] [--engine E] [--orders N]``: 100 requests a second of all
kinds (``tills``), a save of changed content every 5 s (``editions``), a fault each minute
(``faults``), and at the end of each minute every order and every search compared with a fresh
``corsheet compile`` of the same bytes. Prints a line each minute and a verdict; ends with 1 where
an answer was wrong, a fault went unnoticed, or a save was not served. Needs Linux.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from itertools import product
from pathlib import Path

from benchmarks.common import ROOT, in_words, machine, percentile
from benchmarks.editions import CUSTOMERS, UNITS, UNKNOWN, Edition, keys
from benchmarks.faults import Fault, Shop, faults
from benchmarks.footprint import footprint
from benchmarks.processes import corsheet
from benchmarks.questions import BRANCH_USER, Question, order_question, search_question
from benchmarks.tills import FOLLOW_SECONDS, History, Tills
from corsheet.model import BusinessUnitId, CustomerId, CustomerOrderId
from corsheet.snapshot.read import Answer, Snapshot
from corsheet.wire import hiiretail
from tests.support.saving import rename_over

REQUESTS_PER_SECOND = 100
BETWEEN_SAVES_SECONDS = 5.0
FAULT_SECOND = 20.0
"""Of a minute, from which on the fault is done."""

LAST_SAVE_SECOND = 48.0
"""Of a minute, after which nothing is saved: the rest is for the comparison."""

COMPILE_SECONDS = 60
MINUTE = 60.0

HURT = ("Traceback", "error in corsheet")
"""What the log of a service that is well does not have."""


class Soak:
    """One run.

    Attributes:
        missed: What was not as it should be, beside wrong answers.
    """

    def __init__(self, shop: Shop, tills: Tills, orders: int, follow_seconds: float) -> None:
        self.missed: list[str] = []
        self._shop = shop
        self._tills = tills
        self._orders = orders
        self._follow_seconds = follow_seconds

    def minute(self, number: int, fault: Fault) -> str:
        """Run for a minute; gives its line."""
        begun = time.monotonic()
        wrong, reloads, asked = (
            self._tills.wrong,
            self._shop.reloads,
            sum(self._tills.asked.values()),
        )
        self._tills.take_latencies()
        self._save_until(begun + FAULT_SECOND)
        told = self._do(fault)
        time.sleep(BETWEEN_SAVES_SECONDS)  # in which the tills check what the fault left behind
        self._shop.save()
        self._save_until(begun + LAST_SAVE_SECOND)
        compared = self._compare()
        time.sleep(max(0.0, begun + MINUTE - time.monotonic()))
        latencies = self._tills.take_latencies()
        held = footprint(self._shop.service.program.process.pid)
        return (
            f"minute {number}: {sum(self._tills.asked.values()) - asked:,} answers,"
            f" {self._tills.wrong - wrong} wrong,"
            f" p99 {in_words(percentile(latencies, 0.99))},"
            f" slowest {in_words(max(latencies))},"
            f" {self._shop.reloads - reloads} reloads; {fault.name}: {told};"
            f" compared {compared}; {held}"
        )

    def _save_until(self, end: float) -> None:
        while (due := time.monotonic() + BETWEEN_SAVES_SECONDS) < end + BETWEEN_SAVES_SECONDS:
            self._shop.save()
            time.sleep(max(0.0, min(due, end) - time.monotonic()))

    def _do(self, fault: Fault) -> str:
        try:
            return fault.act(self._shop)
        except AssertionError as unnoticed:
            self.missed.append(f"{fault.name}: {unnoticed}")
            return f"NOT NOTICED: {unnoticed}"

    def _compare(self) -> str:
        """Compare every answer with a fresh reading of the same bytes; tells how many."""
        time.sleep(self._follow_seconds)
        done = wrong = 0
        with tempfile.TemporaryDirectory() as folder, closing(self._tills.connect()) as connection:
            fresh = self._compile(Path(folder))
            for question, is_right in self._expected(fresh):
                body = self._tills.ask(connection, question)
                done += 1
                if not is_right(body):
                    wrong += 1
                    self.missed.append(f"{question.path}: not as read anew: {body!r}")
        return f"{done}, {wrong} unlike"

    def _compile(self, folder: Path) -> Snapshot:
        workbook, target = folder / "orders.xlsx", folder / "fresh.snapshot"
        workbook.write_bytes(self._shop.edition.workbook)
        command = [sys.executable, "-m", "corsheet", "compile", str(workbook), str(target)]
        subprocess.run(  # noqa: S603 - ourselves
            command, cwd=ROOT, check=True, timeout=COMPILE_SECONDS, stdout=subprocess.DEVNULL
        )
        return Snapshot(target)

    def _expected(self, fresh: Snapshot) -> Iterator[tuple[Question, Callable[[bytes], bool]]]:
        """Give every question there is, and what tells whether an answer is that of a snapshot."""
        ids = [*dict.fromkeys(key.order for key in keys(self._orders)), UNKNOWN]
        for unit, order in product(UNITS, ids):
            answer = fresh.find(BusinessUnitId(unit), CustomerOrderId(order))
            yield order_question(unit, order), partial(is_like, answer)
        for unit, number in product(UNITS, range(CUSTOMERS + 1)):
            customer = f"{number:05d}"
            found = fresh.search(BusinessUnitId(unit), CustomerId(customer))
            yield search_question(unit, customer), hiiretail.search_body(found).__eq__


def is_like(answer: Answer | None, body: bytes) -> bool:
    """Tell whether a reply is what a snapshot has for an order; None: it has none."""
    if answer is not None and not answer.is_withheld:
        return body == answer.body
    refusal = json.loads(body)
    if answer is None:
        return bool(refusal["code"] == "customer-order-not-found")
    return bool(refusal["findings"] == json.loads(answer.body))


def run(minutes: int, engine: str, orders: int) -> list[str]:
    """Run for so long; prints a line each minute, and gives what was not as it should be."""
    follow_seconds = 0.0 if engine == "waitress" else FOLLOW_SECONDS
    history = History(follow_seconds)
    with tempfile.TemporaryDirectory() as name:
        workbook = Path(name) / "shop" / "orders.xlsx"
        workbook.parent.mkdir()
        workbook.write_bytes(Edition(0, orders).workbook)
        with corsheet(
            workbook.parent, config=BRANCH_USER, arguments=("--engine", engine)
        ) as service:
            shop = Shop(service, workbook, history, orders)
            shop.save(rename_over)
            time.sleep(FOLLOW_SECONDS)
            tills = Tills(service.address, keys(orders), history, REQUESTS_PER_SECOND)
            soak = Soak(shop, tills, orders, follow_seconds)
            with tills.running():
                for number, fault in zip(range(1, minutes + 1), faults(), strict=False):
                    print(soak.minute(number, fault), flush=True)
            log = service.program.text
    print(f"asked: {dict(tills.asked)}; {shop.reloads} reloads")
    hurt = [line for line in log.splitlines() if any(word in line for word in HURT)]
    wrong = [f"{tills.wrong} wrong answers, such as:", *tills.faults] if tills.wrong else []
    return [*wrong, *soak.missed, *hurt]


def main() -> None:
    """Run, print and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=60)
    parser.add_argument("--engine", default="waitress")
    parser.add_argument("--orders", type=int, default=300)
    options = parser.parse_args()
    print(f"{machine()}; engine {options.engine}", flush=True)
    missed = run(options.minutes, options.engine, options.orders)
    print(*missed, sep="\n")
    print("NOT well" if missed else "well: every answer right, every fault noticed")
    raise SystemExit(bool(missed))


if __name__ == "__main__":
    main()
