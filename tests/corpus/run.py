"""Fetches the workbooks that others made and checks every one: ``python -m tests.corpus.run``.

It takes some five minutes on two processors, writes docs/corpus.md, and ends
with 1 where a workbook crashes or stalls us, takes too much time or memory, or
has a cell that we and openpyxl see differently for no known reason.
"""

import sys
import time

from tests.corpus.checking import MOST_SECONDS, Result, check_all
from tests.corpus.fetch import FetchError, fetch
from tests.corpus.page import page
from tests.corpus.sources import workbooks
from tests.support.service import ROOT

PAGE = ROOT / "docs" / "corpus.md"

TOLD_EVERY = 100
"""Workbooks between two lines that tell how far it is."""

EXIT_FAULTS = 1
EXIT_NOT_FETCHED = 2


def main() -> int:
    """Fetch, check and write; gives the exit status."""
    try:
        fetch()
    except FetchError as error:
        print(f"the workbooks cannot be fetched: {error}", file=sys.stderr)
        return EXIT_NOT_FETCHED
    begun = time.monotonic()
    done = _Progress(begun)
    results = check_all(workbooks(), done.tell)
    PAGE.write_text(page(results, time.monotonic() - begun), encoding="utf-8")
    print(f"{len(results)} workbooks, {done.faulty} with faults; see {PAGE.relative_to(ROOT)}")
    return EXIT_FAULTS if done.faulty else 0


class _Progress:
    """Prints how far it is, and each fault at once.

    Attributes:
        faulty: Workbooks with a fault so far.
    """

    def __init__(self, begun: float) -> None:
        self.faulty = 0
        self._begun = begun
        self._number = 0

    def tell(self, result: Result) -> None:
        """Take a result."""
        self._number += 1
        if self._number % TOLD_EVERY == 0:
            print(f"{self._number} in {time.monotonic() - self._begun:.0f} s", flush=True)
        faults = result.faults()
        if result.seconds > MOST_SECONDS:
            faults.append(f"{result.seconds:.1f} s")
        if faults:
            self.faulty += 1
            print("\n    ".join([f"{result.workbook.path}:", *faults]), flush=True)


if __name__ == "__main__":
    sys.exit(main())
