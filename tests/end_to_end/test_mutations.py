"""Damaged copies of the sample workbook, saved over the good one of running services.

No crash, no wrong reply, and the last good orders stay in service. A reply is
right where its bytes are those of the undamaged workbook, or where it says what
the damaged one says by openpyxl's reading. ``MUTANTS`` says how many are saved
(CI: 60), ``READINGS`` how many more are read without a service. The full run is
``MUTANTS=10000 READINGS=10000 python run.py test tests/end_to_end/test_mutations.py``.
"""

import json
import os
import re
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from corsheet.wire.hiiretail import order_body
from corsheet.workbook.reading import Reading, read_workbook
from tests.support.judging import Answer, Till, Verdict, get, save_aged, verdict_on
from tests.support.mutants import MUTATIONS, Mutant, mutant, sample
from tests.support.oracle import EVERY_UNIT, Oracle, OrderKey, Said
from tests.support.service import serving

MUTANTS = int(os.environ.get("MUTANTS", "60"))

FIRST = int(os.environ.get("FIRST", "0"))
"""Of the mutants to save, to go on with a run that ended early."""

READINGS = int(os.environ.get("READINGS", "200"))

SERVICES = 4
"""Services at once: most of the time they wait for a file to be quiet."""

LONGEST_SECONDS = 30.0
"""For a verdict, on a machine that is busy; it usually takes half a second."""

REFUSAL = re.compile(r"(.*: )?CS[0-9]{3}: .+")
"""A reason that names its finding."""


def path_of(key: OrderKey) -> str:
    """Give the path of an order."""
    return f"/business-units/{quote(key.unit)}/customer-orders/{quote(key.order, safe='')}"


def told(answer: Answer) -> Any:
    """Give the order of a reply, its numbers as decimals."""
    reply = json.loads(answer.body, parse_float=Decimal, parse_int=Decimal)
    return reply["customerOrder"]


def is_right(answer: Answer, before: Answer | None, said: Said | None) -> bool:
    """Tell whether a damaged workbook may be answered so.

    Args:
        answer: For one order.
        before: What the undamaged workbook gives; None: it has no such order.
        said: What the oracle knows of the order in the damaged one; None: nothing.
    """
    due = None if said is None or said.unsure else said.reply
    match answer.status:
        case 200:
            return answer == before or told(answer) == due
        case 404:  # right unless the order stands there as it did
            return due is None or before is None or told(before) != due
        case _:
            return answer.status == 503 and b"order-withheld" in answer.body


def ask_oracle(data: bytes) -> Oracle | None:
    """Ask the oracle; None: it cannot read the workbook."""
    try:
        return Oracle(data)
    except Exception:  # noqa: BLE001 - openpyxl lets out whatever it meets
        return None


class Round:
    """One service whose workbook is overwritten by one mutant after the other.

    Attributes:
        counts: How many mutants of a kind ended how.
        faults: What went wrong, by the mutant's number.
        seconds: How long each verdict took.
    """

    def __init__(self, folder: Path, numbers: Iterable[int]) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.faults: list[str] = []
        self.seconds: list[float] = []
        self._numbers = numbers
        self._workbook = folder / "orders.xlsx"
        self._oracle = Oracle(sample())
        self._paths = {path_of(key): key for key in self._oracle.orders}
        self._good: dict[str, Answer] = {}
        folder.mkdir()
        self._workbook.write_bytes(sample())

    def run(self) -> None:
        """Save each mutant, and see what becomes of it."""
        with serving(self._workbook.parent) as service:
            self._connection = service.connect()
            self._good = {path: get(self._connection, path) for path in self._paths}
            wrong = [path for path, key in self._paths.items() if not self._is_said(path, key)]
            self.faults += [f"the sample itself is told wrongly: {path}" for path in wrong]
            with Till(service, list(self._paths)).running() as till:
                for number in self._numbers:
                    self._try(mutant(number), till)
            if service.process.poll() is not None:
                self.faults.append("the service ended")
            self._connection.close()

    def _is_said(self, path: str, key: OrderKey) -> bool:
        said = self._oracle.orders[key]
        return (
            not said.unsure
            and self._good[path].status == 200
            and (told(self._good[path]) == said.reply)
        )

    def _try(self, damaged: Mutant, till: Till) -> None:
        till.answers()
        verdict = self._save(damaged.data)
        self.seconds.append(verdict.seconds)
        if verdict.outcome == "published":
            how = self._check_published(damaged, verdict, till)
            self._save(sample())
        else:
            how = self._check_refused(damaged, verdict, till)
        self.counts[damaged.kind, how] += 1

    def _save(self, data: bytes) -> Verdict:
        saved = save_aged(self._workbook, data)
        return verdict_on(self._connection, saved, LONGEST_SECONDS)

    def _check_refused(self, damaged: Mutant, verdict: Verdict, till: Till) -> str:
        """Check that it was refused by name, and that nobody at the till noticed."""
        if verdict.outcome != "refused" or not REFUSAL.fullmatch(verdict.reason):
            self._blame(damaged, f"{verdict.outcome}: {verdict.reason}")
        if verdict.sha256 != sha256(sample()).hexdigest():
            self._blame(damaged, "what is served is not of the last good workbook")
        for answer in {*till.answers(), get(self._connection, next(iter(self._paths)))}:
            if answer != self._good[answer.path]:
                self._blame(damaged, f"while it was refused: {answer}")
        return verdict.outcome

    def _check_published(self, damaged: Mutant, verdict: Verdict, till: Till) -> str:
        """Check every order that the workbook had, or has now."""
        if verdict.sha256 != sha256(damaged.data).hexdigest():
            self._blame(damaged, "another workbook is published than was saved")
        oracle = ask_oracle(damaged.data)
        keys = dict(self._paths)
        if oracle is not None:
            keys |= {path_of(key): key for key in oracle.orders}
        answers = [get(self._connection, path) for path in keys]
        for answer in answers:
            said = None if oracle is None else oracle.find(*keys[answer.path])
            if not is_right(answer, self._good.get(answer.path), said):
                self._blame(damaged, f"{answer} where it says {said}")
        for answer in till.answers() - {*answers, *self._good.values()}:
            self._blame(damaged, f"while it was published: {answer}")
        changed = set(answers) != set(self._good.values())
        return "read otherwise" if changed else "read as before"

    def _blame(self, damaged: Mutant, what: str) -> None:
        self.faults.append(f"mutant {damaged.number} ({damaged.kind}): {what}")


def _table(rounds: Sequence[Round]) -> str:
    counts = sum((one.counts for one in rounds), Counter[tuple[str, str]]())
    lines = [f"  {count:6} {kind}: {how}" for (kind, how), count in sorted(counts.items())]
    seconds = sorted(second for one in rounds for second in one.seconds)
    outcomes = Counter[str]()
    for (_, how), count in counts.items():
        outcomes[how] += count
    middle, longest = seconds[len(seconds) // 2], seconds[-1]
    head = f"{len(seconds)} mutants: {dict(outcomes)}; verdict {middle:.2f} s, most {longest:.2f} s"
    return "\n".join([head, *lines])


def test_no_damaged_workbook_is_served_wrongly_or_stops_the_service(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever happened to the file: it is read right, or refused by name."""
    rounds = [
        Round(tmp_path / f"shop{first}", range(FIRST + first, MUTANTS, SERVICES))
        for first in range(SERVICES)
    ]
    threads = [threading.Thread(target=one.run, name=f"round {n}") for n, one in enumerate(rounds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with capsys.disabled():
        print(f"\n{_table(rounds)}")
    faults = [fault for one in rounds for fault in one.faults]
    assert not faults, "\n".join(faults)
    assert sum(len(one.seconds) for one in rounds) == MUTANTS - FIRST


def answers_of(reading: Reading, keys: Mapping[str, OrderKey]) -> list[Answer]:
    """Give what a service of that reading answers to some paths."""
    served = {OrderKey(o.business_unit_id, o.customer_order_id): o for o in reading.orders}
    withheld = {OrderKey(*key) for key in reading.withheld}
    answers = []
    for path, key in keys.items():
        found = [one for one in (key, key._replace(unit=EVERY_UNIT)) if one in served]
        if found:
            answers.append(Answer(path, 200, order_body(served[found[0]])))
        elif key in withheld or key._replace(unit=EVERY_UNIT) in withheld:
            answers.append(Answer(path, 503, b"order-withheld"))
        else:
            answers.append(Answer(path, 404, b""))
    return answers


def test_no_damaged_workbook_is_read_wrongly() -> None:
    """The same for many more, by the reader alone: it raises nothing and makes nothing up."""
    keys = {path_of(key): key for key in Oracle(sample()).orders}
    good = {answer.path: answer for answer in answers_of(read_workbook(sample()), keys)}
    faults = []
    for number in range(MUTANTS, MUTANTS + READINGS):
        damaged = mutant(number)
        reading = read_workbook(damaged.data)
        if reading.refused:
            assert reading.findings, number
            continue
        oracle = ask_oracle(damaged.data)
        asked = keys if oracle is None else keys | {path_of(key): key for key in oracle.orders}
        for answer in answers_of(reading, asked):
            said = None if oracle is None else oracle.find(*asked[answer.path])
            if not is_right(answer, good.get(answer.path), said):
                faults.append(f"mutant {number} ({damaged.kind}): {answer} where it says {said}")

    assert not faults, "\n".join(faults)


def test_every_mutation_damages_the_workbook_and_does_so_again() -> None:
    """A mutant can be made again from its number; none is the sample itself."""
    for number in range(len(MUTATIONS)):
        made = mutant(number)

        assert made == mutant(number)
        assert made.data != sample(), made.kind
