"""Judges workbooks: each is read, or refused by name, and no cell differs without a reason."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.corpus.compiling import MOST_BYTES, Compiled, Outcome, compile_workbook
from tests.corpus.examining import Examined, examine
from tests.corpus.sources import Workbook

WORKERS = 2
"""Workbooks at a time; each has one child process at work."""

MOST_SECONDS = 5.0
"""Of the processor that one workbook may take: to compile it, and to read every cell once."""

FILE_CODES = "CS0"
"""How the codes begin that say that the file cannot be read (docs/findings.md)."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one workbook."""

    workbook: Workbook
    compiled: Compiled
    examined: Examined

    @property
    def refusal(self) -> tuple[str, str]:
        """Code and message of the refusal; empty where every cell was read.

        A workbook without our sheets is read all the same: what counts is whether it can be.
        """
        read = self.examined.read
        if self.compiled.code.startswith(FILE_CODES):
            return self.compiled.code, self.compiled.message
        return (read.code, read.message) if read is not None else ("", "")

    @property
    def seconds(self) -> float:
        """Of the processor: to compile it, and to read every cell once."""
        read = self.examined.read
        return self.compiled.seconds + (read.seconds if read is not None else 0.0)

    @property
    def peak_bytes(self) -> int:
        """The most memory that either of the two held."""
        read = self.examined.read
        return max(self.compiled.peak_bytes, read.peak_bytes if read is not None else 0)

    def faults(self) -> list[str]:
        """Tell what must not be, time aside; empty: all is well."""
        found = []
        examined = self.examined
        if self.compiled.outcome in {Outcome.CRASHED, Outcome.HUNG}:
            found.append(f"compile {self.compiled.outcome}: {self.compiled.message}")
        if examined.last_words:
            found.append(f"reading raised {examined.last_words}")
        elif examined.read is None:
            found.append("reading did not end")
        elif examined.read.block_faults:
            found.append(f"read otherwise in blocks: {', '.join(examined.read.block_faults)}")
        if self.peak_bytes > MOST_BYTES:
            found.append(f"{self.peak_bytes} bytes of memory")
        if examined.compared is not None and examined.compared.unexplained:
            found.append(f"{examined.compared.unexplained} unexplained differences")
            found += examined.compared.told
        return found


def check(workbook: Workbook) -> Result:
    """Compile a workbook as the service does; read it, and compare."""
    return Result(workbook, compile_workbook(workbook.path), examine(workbook.path))


def check_all(
    workbooks: Iterable[Workbook], done: Callable[[Result], object] | None = None
) -> tuple[Result, ...]:
    """Check many.

    Args:
        workbooks: In any order.
        done: Called with each result as it is there, in that order.
    """
    results = []
    with ThreadPoolExecutor(WORKERS) as pool:
        for result in pool.map(check, workbooks):
            results.append(result)
            if done is not None:
                done(result)
    return tuple(results)
