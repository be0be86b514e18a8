"""Compiles one workbook as the service does it, in a child process, and measures the child."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from corsheet.reload.exits import EXIT_REFUSED, EXIT_WRITTEN
from corsheet.workbook.limits import MIB, Limits
from tests.support.service import ROOT

MOST_BYTES = 512 * MIB
"""What one workbook may take of the memory: a third of what a shop's PC can spare."""

HANG_SECONDS = Limits().seconds
"""A child that has not ended by then is ended, as the service does; the slowest needs one."""

KIB = 1024
"""The unit of ``ru_maxrss`` on Linux (getrusage(2))."""


class Outcome(StrEnum):
    """How it ended."""

    WRITTEN = "written"
    REFUSED = "refused"
    CRASHED = "crashed"
    HUNG = "hung"


@dataclass(frozen=True, slots=True)
class Compiled:
    """What became of one workbook.

    Attributes:
        outcome: How the child ended.
        code: Of the first error, such as ``CS101``; empty: none.
        message: Of the first error; of a crash, its last line.
        seconds: Of the processor that the child took, its start included.
        peak_bytes: The most memory that it held (resident).
    """

    outcome: Outcome
    code: str
    message: str
    seconds: float
    peak_bytes: int


def compile_workbook(path: Path) -> Compiled:
    """Run ``corsheet compile`` on a workbook, within ``MOST_BYTES`` of memory."""
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryFile() as output,
        tempfile.TemporaryFile() as errors,
    ):
        process = subprocess.Popen(
            [
                sys.executable, "-m", "corsheet", "compile", str(path.absolute()),
                str(Path(folder) / "snapshot"), "--format=json", "--most-errors=1",
                f"--limit=memory_bytes={MOST_BYTES}",
            ],
            cwd=ROOT, stdin=subprocess.DEVNULL, stdout=output, stderr=errors,
        )  # fmt: skip
        hung = threading.Event()

        def end() -> None:
            hung.set()
            process.kill()

        clock = threading.Timer(HANG_SECONDS, end)
        clock.start()
        _, status, usage = os.wait4(process.pid, 0)  # in place of wait(): it tells of this child
        clock.cancel()
        clock.join()
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        outcome, code, message = _verdict(process.returncode, output.read(), errors.read())
    return Compiled(
        outcome=Outcome.HUNG if hung.is_set() else outcome,
        code=code,
        message=message,
        seconds=usage.ru_utime + usage.ru_stime,
        peak_bytes=usage.ru_maxrss * KIB,
    )


def peak_bytes() -> int:
    """Give the most memory that this process has held so far (resident)."""
    import resource  # noqa: PLC0415 - not on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB


def _verdict(status: int, output: bytes, errors: bytes) -> tuple[Outcome, str, str]:
    """Read the child's answer as the service does: without one, it died on the way."""
    known = {EXIT_WRITTEN: Outcome.WRITTEN, EXIT_REFUSED: Outcome.REFUSED}
    last_line = errors.decode("utf-8", "replace").strip().rpartition("\n")[2]
    try:
        outcome = known[status]
        findings = json.loads(output)["findings"]
    except (KeyError, ValueError):
        return Outcome.CRASHED, "", f"ended with {status}: {last_line}"
    told = [f for f in findings if f["severity"] == "error"]
    if outcome is Outcome.REFUSED and not told:
        return Outcome.CRASHED, "", "refused without a finding"
    return (outcome, told[0]["code"], told[0]["message"]) if told else (outcome, "", "")
