"""When to read, and what to do when it fails: the last good snapshot stays.

A notice asks for a reading. The reader waits until the file is quiet, reads it
whole, and hands it to a child process; what comes of it is published, or the
reason why not is kept for the log and ``/readyz``.
"""

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from corsheet.catalog import Catalog, LastReload, Store
from corsheet.reload.child import Compiler, Failed, Job, Refused, Written
from corsheet.reload.source import TooLargeError, UnstableError, read_whole
from corsheet.snapshot.read import OtherVersionError, Snapshot, SnapshotError
from corsheet.watch import fingerprint
from corsheet.workbook.limits import MIB

log = logging.getLogger(__name__)

QUIET_SECONDS = 0.25
"""Without an event or a change, before a large file is read."""

SMALL_QUIET_SECONDS = 0.05
"""The same for one that is read again in no time, should it not have been whole."""

SMALL_BYTES = MIB
"""Of a workbook with some ten thousand orders, whose reading takes half a second."""

LONGEST_WAIT_SECONDS = 5.0
"""For quiet; AutoSave every few seconds must not starve the till."""

REHASH_SECONDS = 60.0
"""Between two readings without a notice: a sync client may put the old times back."""

RACY_SECONDS = 2.5
"""A file younger than that (FAT counts in steps of 2 s) may change without a trace."""

RACY_AGAIN_SECONDS = 3.0
"""After which such a file is read once more."""

YOUNG_SECONDS = 5.0
"""A damaged file younger than that may still be being written; an absent one, renamed."""

RETRY_SECONDS = (0.1, 3.0)
"""First and longest wait before a failed reading is tried again; doubles in between.

What was wrong is over for at most the longest one and a reading when its orders are served.
"""

CRASHES = 3
"""Times that a workbook may kill its reader before it is left alone until it changes."""

OTHER_VERSION = "corsheet was replaced by another version while it runs; start it again"
"""The reading process is of that version, and so is what it writes."""


class Reloader:
    """Reads the workbook when asked, in a thread of its own.

    Attributes:
        first_done: Set once the first reading has ended, well or not.
        last: How the last reading ended; None: none has.
    """

    def __init__(
        self,
        workbook: Path,
        store: Store,
        catalog: Catalog,
        compiler: Compiler,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.first_done = threading.Event()
        self.last: LastReload | None = None
        self._workbook = workbook
        self._store = store
        self._catalog = catalog
        self._compiler = compiler
        self._clock = clock
        self._wake = threading.Condition()
        self._wanted = True  # guarded by _wake
        self._stopping = False  # guarded by _wake
        self._served = ""  # SHA-256 of what this process published last
        self._refused = ""  # SHA-256 of what it refused for good
        self._refusal = ""
        self._failures = 0
        self._crashes: tuple[str, int] = ("", 0)
        self._missing_since: float | None = None
        self._unstable_since: float | None = None
        self._retry_in: float | None = None
        self._thread = threading.Thread(target=self._run, name="reload", daemon=True)

    def start(self) -> None:
        """Read at once, then whenever a notice comes."""
        self._store.clean()
        self._thread.start()

    def notice(self) -> None:
        """Ask for a reading soon. Cheap; called from any thread."""
        with self._wake:
            self._wanted = True
            self._wake.notify()

    def stop(self) -> None:
        """End, a running reading too."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        self._compiler.stop()
        self._thread.join()
        self.first_done.set()  # nobody need wait for it any more

    def _run(self) -> None:
        self._wanted = False
        while not self._stopping:
            try:
                self._read()
                self._compiler.prepare()
            except Exception:
                log.exception("reading the workbook failed; the last good orders stay in service")
                self._fail_around("an error in corsheet; its log says more")
            self.first_done.set()
            if self._wait():
                self._failures = 0
                self._settle()

    def _wait(self) -> bool:
        """Wait for a notice or until it is time; tell whether it was a notice."""
        seconds = REHASH_SECONDS if self._retry_in is None else self._retry_in
        self._retry_in = None
        with self._wake:
            return self._wake.wait_for(lambda: self._wanted or self._stopping, seconds)

    def _settle(self) -> None:
        """Wait until nothing happens to the file for a while, but not for ever."""
        end = time.monotonic() + LONGEST_WAIT_SECONDS
        before = fingerprint(self._workbook)
        is_small = before is not None and before.size <= SMALL_BYTES
        quiet = SMALL_QUIET_SECONDS if is_small else QUIET_SECONDS
        while time.monotonic() < end and not self._stopping:
            with self._wake:
                self._wanted = False
                noticed = self._wake.wait_for(lambda: self._wanted or self._stopping, quiet)
            now = fingerprint(self._workbook)
            if not noticed and now == before:
                return
            before = now

    def _read(self) -> None:
        try:
            data, found = read_whole(self._workbook, self._compiler.limits.workbook_bytes)
        except UnstableError:
            self._read_unstable()
            return
        except TooLargeError:
            limit = self._compiler.limits.workbook_bytes / MIB
            reason = f"CS007: the file has more than {limit:.0f} MiB (limits.workbook_bytes)"
            self._tell("refused", reason)
            return
        except FileNotFoundError:
            self._read_missing()
            return
        except OSError as error:
            self._tell("unreadable", f"CS002: {error.strerror or error}")
            self._back_off()
            return
        self._missing_since = self._unstable_since = None
        if abs(self._clock() - found.st_mtime) < RACY_SECONDS:
            self._retry_in = RACY_AGAIN_SECONDS
        self._take(data, found.st_mtime)

    def _read_missing(self) -> None:
        """Tell that the file is gone, unless it may be between two renames of a save."""
        now = time.monotonic()
        if self._missing_since is None:
            self._missing_since = now
        if self.last is None or now - self._missing_since > YOUNG_SECONDS:
            self._tell("missing", "CS001: the workbook is not there")
        self._back_off()

    def _read_unstable(self) -> None:
        """Read again soon; tell of a file that never stands still."""
        now = time.monotonic()
        if self._unstable_since is None:
            self._unstable_since = now
        if now - self._unstable_since > YOUNG_SECONDS:
            self._tell("unreadable", "CS002: the workbook changes all the time")
        self._retry_in = RETRY_SECONDS[0]

    def _take(self, data: bytes, saved_at: float) -> None:
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 == self._served and not self._catalog.has_failed:
            self._failures = 0
            self._tell("unchanged", None)
            self._store.clean()  # what could not be deleted before
            return
        if sha256 == self._refused:
            self._tell("refused", self._refusal)
            return
        try:
            target = self._store.partial(f"{time.time_ns()}-{sha256[:12]}")
        except OSError as error:
            self._fail_around(f"the state folder cannot be made: {error.strerror or error}")
            return
        outcome = self._compiler.run(Job(data, self._workbook.name, saved_at, target))
        if self._stopping:
            return
        match outcome:
            case Written():
                self._publish(target, sha256, outcome)
            case Refused():
                self._refuse(sha256, outcome, saved_at)
            case Failed():
                self._fail(sha256, outcome)
        self._store.clean()

    def _publish(self, target: Path, sha256: str, outcome: Written) -> None:
        try:
            Snapshot(target).close()  # before the pointer names it, in the last good one's place
            self._store.publish(target)
        except OtherVersionError:
            self._tell("failed", OTHER_VERSION)
            self._refused, self._refusal = sha256, OTHER_VERSION
            return
        except SnapshotError as error:
            self._fail_around(f"the snapshot cannot be used: {error}")
            return
        except OSError as error:
            self._fail_around(f"the snapshot cannot be kept: {error.strerror or error}")
            return
        self._catalog.refresh()
        if not self._catalog.serves(sha256):
            self._fail_around("the snapshot cannot be opened")
            return
        self._served, self._refused = sha256, ""
        self._failures = 0
        log.info("serving %d orders, %d withheld", outcome.orders_served, outcome.orders_withheld)
        if not outcome.orders_served + outcome.orders_withheld:
            log.warning("%s has no orders", self._workbook.name)
        for line in outcome.errors:
            log.warning("%s: %s", self._workbook.name, line)
        more = outcome.error_count - len(outcome.errors)
        if more:
            log.warning("and %d more errors; `corsheet check` tells them all", more)
        self._tell("published", None)

    def _refuse(self, sha256: str, outcome: Refused, saved_at: float) -> None:
        self._tell("refused", outcome.reason)
        if outcome.is_damaged and 0 <= self._clock() - saved_at < YOUNG_SECONDS:
            self._back_off()  # it may still be being written
        else:
            self._refused, self._refusal = sha256, outcome.reason

    def _fail(self, sha256: str, outcome: Failed) -> None:
        self._tell("failed", outcome.reason)
        known, count = self._crashes
        self._crashes = (sha256, count + 1 if known == sha256 else 1)
        if outcome.is_crash and self._crashes[1] >= CRASHES:
            self._refused, self._refusal = sha256, outcome.reason
        else:
            self._back_off()

    def _fail_around(self, reason: str) -> None:
        """Tell of a failure of the surroundings, and try again."""
        self._tell("failed", reason)
        self._back_off()

    def _back_off(self) -> None:
        first, longest = RETRY_SECONDS
        self._retry_in = min(longest, first * 2**self._failures)
        self._failures = min(self._failures + 1, 16)

    def _tell(self, outcome: str, reason: str | None) -> None:
        """Keep how a reading ended; log it where it says something new."""
        before = self.last
        if outcome == "unchanged" and before is not None and before.is_good:
            return
        self.last = LastReload(self._clock(), outcome, reason)
        self._store.tell_last_reload(self.last)
        if reason is not None and (before is None or before.reason != reason):
            nothing = self._catalog.current is None
            left = "no orders are" if nothing else "the last good orders stay"
            log.warning("the workbook is not taken (%s): %s; %s in service", outcome, reason, left)
        elif before is not None and not before.is_good and self.last.is_good:
            log.info("the workbook is taken again")
