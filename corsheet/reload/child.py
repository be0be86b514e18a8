"""The child process that reads the workbook: ``corsheet compile``.

A workbook is a stranger's file. Whatever it does to its reader (endless time,
all the memory, a crash) it does to the child, which has limits and can be ended.
Each child reads one workbook. The next one is started beforehand, since starting
takes longer than reading what most shops have.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corsheet.findings import Language
from corsheet.model import BusinessUnitId
from corsheet.reload.exits import EXIT_NOT_WRITTEN, EXIT_REFUSED, EXIT_WRITTEN, GRACE_SECONDS
from corsheet.wire.enactor import EnactorOptions
from corsheet.workbook.limits import Limits

NICENESS = 5
"""How much the child leaves to others: three quarters of a processor's time where both want it.

At 10, on a computer that others keep busy, a save of a small shop was served after 4 to 6 s in
place of 1.5 to 2 (four programs beside it on two processors), and tills felt reloads no less.
"""


@dataclass(frozen=True, slots=True)
class Written:
    """The snapshot is written.

    Attributes:
        orders_served: How many orders it serves.
        orders_withheld: How many it withholds.
        error_count: How many errors the workbook has.
        errors: The first of them, a line each, for the log.
    """

    orders_served: int
    orders_withheld: int
    error_count: int = 0
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """The workbook cannot be used.

    Attributes:
        reason: The first finding, in the manager's words.
        is_damaged: It looks cut off, as a save does that is still going on.
    """

    reason: str
    is_damaged: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """No verdict on the workbook.

    Attributes:
        reason: What happened.
        is_crash: The child died, which the workbook may be the cause of; else
            the surroundings are (a full disk).
    """

    reason: str
    is_crash: bool


Outcome = Written | Refused | Failed

TOLD_ERRORS = 10
"""Errors in the workbook that the log tells of after a reading."""

DAMAGED_CODES = frozenset({"CS003", "CS004", "CS006"})
"""What a file that is still being written may look like."""


@dataclass(frozen=True, slots=True)
class Job:
    """One workbook to compile.

    Attributes:
        data: Its bytes, a private copy.
        name: The file's name, for messages.
        saved_at: When it was saved, in seconds since 1970 (UTC).
        target: Where the snapshot goes.
    """

    data: bytes
    name: str
    saved_at: float
    target: Path


class Compiler:
    """Runs the child. One job at a time; ``stop`` may be called from another thread."""

    def __init__(
        self,
        command: Sequence[str],
        business_unit: BusinessUnitId,
        limits: Limits,
        language: Language = Language.ENGLISH,
        enactor: EnactorOptions | None = None,
    ) -> None:
        """Prepare.

        Args:
            command: What starts corsheet, such as ``[python, "-m", "corsheet"]``.
            business_unit: Of orders that name none.
            limits: Of one reading.
            language: Of what is told about the findings.
            enactor: How Enactor's orders are written; None: as without settings.
        """
        self.limits = limits
        self._command = [
            *command, "compile", "-", "-", "--format=json", f"--most-errors={TOLD_ERRORS}",
            # as --name=value: a value may begin with a minus
            f"--business-unit={business_unit}", f"--lang={language}",
            f"--enactor={json.dumps(asdict(enactor or EnactorOptions()))}",
            *(f"--limit={name}={getattr(limits, name)}" for name in Limits.__dataclass_fields__),
        ]  # fmt: skip
        self._lock = threading.Lock()
        self._waiting: subprocess.Popen[bytes] | None = None  # guarded by _lock
        self._running: subprocess.Popen[bytes] | None = None  # likewise
        self._stopped = False  # likewise

    def prepare(self) -> None:
        """Start the process that reads next, where none waits; it waits for its workbook."""
        with self._lock, suppress(OSError):  # told by ``run``, which meets it too
            if self._waiting is not None and self._waiting.poll() is not None:
                _end(self._waiting)  # somebody has ended it
                self._waiting = None
            if self._waiting is None and not self._stopped:
                self._waiting = self._start()

    def run(self, job: Job) -> Outcome:
        """Compile one workbook; takes at most the limit and a grace."""
        try:
            process = self._give_process(job)
        except OSError as error:
            return Failed(f"the reading process does not start: {error}", is_crash=False)
        with process:
            try:
                output, errors = process.communicate(
                    job.data, timeout=self.limits.seconds + GRACE_SECONDS
                )
            except subprocess.TimeoutExpired:
                process.kill()
                return Refused(
                    f"CS007: reading took longer than {self.limits.seconds} s (limits.seconds)",
                    is_damaged=False,
                )
            finally:
                with self._lock:
                    self._running = None
        return _verdict(process.returncode, output, errors)

    def stop(self) -> None:
        """End the running job, and any to come, at once."""
        with self._lock:
            self._stopped = True
            waiting, self._waiting = self._waiting, None
            if self._running is not None:
                self._running.kill()
        if waiting is not None:
            _end(waiting)

    def _give_process(self, job: Job) -> "subprocess.Popen[bytes]":
        """Tell the process that waits of a job, or a new one where none does any more.

        Raises:
            OSError: It does not start.
        """
        with self._lock:
            process, self._waiting = self._waiting, None
            if process is not None and not _tell(process, job):
                _end(process)  # somebody has: that says nothing of the workbook
                process = None
            if process is None:
                process = self._start()
                _tell(process, job)  # where it has ended already, its status tells so
            if self._stopped:
                process.kill()
            self._running = process
            return process

    def _start(self) -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(  # noqa: S603 - our own command, no shell
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            creationflags=_creation_flags(),
            bufsize=0,  # else a line that could not be written would be written again at the end
        )
        _make_nice(process.pid)
        return process


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a process, where it has not ended, and close what it was told and said by."""
    with process:
        process.kill()


def _tell(process: "subprocess.Popen[bytes]", job: Job) -> bool:
    """Write what a child is told before the workbook's bytes; tell whether there is one.

    It is one line, for which a pipe has room.
    """
    told = {"snapshot": str(job.target), "name": _printable(job.name), "saved_at": job.saved_at}
    pipe: Any = process.stdin  # it was started with one
    try:
        pipe.write(json.dumps(told).encode("ascii") + b"\n")
    except OSError:
        return False
    return True


def _creation_flags() -> int:
    """Give what makes a process a nice one on Windows, from its start."""
    if sys.platform == "win32":
        return subprocess.BELOW_NORMAL_PRIORITY_CLASS
    return 0


def _make_nice(process: int) -> None:
    """Let a process, and those that it starts, wait for the till's: elsewhere than on Windows."""
    if sys.platform != "win32":
        with suppress(OSError):  # it has ended, and that is told elsewhere
            os.setpriority(os.PRIO_PROCESS, process, NICENESS)


def _line(finding: dict[str, str]) -> str:
    """Write a finding in one line: place, code, message and cure."""
    place = "!".join(part for part in (finding["sheet"], finding["cell"]) if part)
    what = f"{finding['code']}: {finding['message']}; {finding['hint']}"
    return f"{place}: {what}" if place else what


def _printable(name: str) -> str:
    """Give a file's name without the bytes that are no text."""
    return name.encode("utf-8", "replace").decode("utf-8")


def _verdict(code: int, output: bytes, errors: bytes) -> Outcome:
    last_line = errors.decode("utf-8", "replace").strip().rpartition("\n")[2]
    if code == EXIT_NOT_WRITTEN:
        return Failed(last_line or "the snapshot could not be written", is_crash=False)
    try:
        result = json.loads(output)
        if code == EXIT_WRITTEN:
            told = tuple(_line(f) for f in result["findings"] if f["severity"] == "error")
            orders = result["orders"]
            return Written(orders["served"], orders["withheld"], result["errors"], told)
        if code == EXIT_REFUSED:
            first = next(f for f in result["findings"] if f["severity"] == "error")
            return Refused(_line(first), first["code"] in DAMAGED_CODES)
    except (ValueError, KeyError, StopIteration):
        pass  # no verdict in its output: it died on the way
    reason = f"the reading process ended with {code}: {last_line or 'without a word'}"
    return Failed(reason, is_crash=True)
