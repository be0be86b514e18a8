"""Which snapshot is served.

A pointer file in the state folder names the current snapshot; it is replaced
atomically. Every serving process follows it, so one mechanism serves one
process, several workers, and a restart. A request takes the current snapshot
once and sees nothing else; one that was replaced closes itself when the last
request that took it ends.
"""

import contextlib
import gc
import json
import logging
import os
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from corsheet.snapshot.read import Snapshot, SnapshotError

log = logging.getLogger(__name__)

POINTER = "current"
LAST_RELOAD = "last-reload.json"
TOLD_BYTES = 4096
"""Of that file, a page: written and read at once."""

MOST_REASON = 300
"""Characters of a reason; each takes twelve bytes there at most."""

SUFFIX = ".snapshot"
PARTIAL = ".partial"
KEPT = 2
"""Snapshot files that stay: the current one, and the one before in case it is damaged."""

FOLLOW_SECONDS = 0.05
"""How often the pointer is looked at; a look is one stat."""

OPEN_AGAIN_SECONDS = 2.0
"""Before what could not be opened is tried again: the disk may have had a bad moment."""


REPLACE_TRIES = 20
REPLACE_SECONDS = 0.01
"""On Windows a file cannot be replaced while somebody reads it; a look at it is short."""


def _replace(source: Path, target: Path) -> None:
    """Rename a file over another.

    Raises:
        OSError: It may not be done, or somebody holds the other one all the time.
    """
    for _ in range(REPLACE_TRIES):
        try:
            source.replace(target)
        except PermissionError:
            time.sleep(REPLACE_SECONDS)
        else:
            return
    source.replace(target)


def _give_memory_back() -> None:
    """Give the system what requests, and a snapshot that is closed now, leave unused.

    Python keeps thousands of freed tuples for later, until it looks for cycles among all
    objects: a fifth of a millisecond, since ``gc.freeze`` has left out what was there at the
    start. GNU's C library keeps the holes between what is still in use (malloc_trim(3)).
    """
    gc.collect()
    if sys.platform != "linux":
        return
    import ctypes  # noqa: PLC0415 - not needed for the first reply

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
    if trim is not None:
        trim(0)


@dataclass(frozen=True, slots=True)
class LastReload:
    """How the last reading ended.

    Attributes:
        at: When, in seconds since 1970 (UTC).
        outcome: ``published``, ``unchanged``, ``refused``, ``missing``,
            ``unreadable`` or ``failed``.
        reason: Why, where it is none of the first two.
    """

    at: float
    outcome: str
    reason: str | None

    @property
    def is_good(self) -> bool:
        """Whether what is served is what the workbook says."""
        return self.outcome in {"published", "unchanged"}


class Store:
    """The snapshot files of one state folder.

    Only the holder of the folder's lock may publish; anyone may look.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pointer = folder / POINTER
        self._cannot_tell = ""

    def partial(self, name: str) -> Path:
        """Give the path at which a snapshot of that name may be written.

        Makes the folder anew where somebody deleted it.

        Raises:
            OSError: It cannot be made.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / f"{name}{PARTIAL}"

    def publish(self, partial: Path) -> Path:
        """Make a complete snapshot the current one.

        Args:
            partial: Where it was written, as ``partial`` gave it.

        Returns:
            Where it is now.

        Raises:
            OSError: The disk is full, or the folder may not be written.
        """
        final = partial.with_suffix(SUFFIX)
        _replace(partial, final)
        pointer = self.pointer.with_suffix(PARTIAL)
        with pointer.open("w", encoding="utf-8") as file:
            file.write(final.name)
            file.flush()
            os.fsync(file.fileno())
        _replace(pointer, self.pointer)
        return final

    def current(self) -> Path | None:
        """Give the snapshot that the pointer names; None: there is no pointer."""
        try:
            name = self.pointer.read_text(encoding="utf-8")
        except (OSError, ValueError):
            return None
        return self.folder / Path(name).name if name else None

    def tell_last_reload(self, last: LastReload | None) -> None:
        """Let the other serving processes know how the last reading ended; None: none has.

        Always the same number of bytes, over those that are there: that needs no
        room, so a full disk can still be told.
        """
        told = None if last is None else asdict(last)
        if told is not None:
            told["reason"] = (told["reason"] or "")[:MOST_REASON]
        try:
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
            descriptor = os.open(self.folder / LAST_RELOAD, flags, 0o600)
            try:
                os.write(descriptor, json.dumps(told).ljust(TOLD_BYTES).encode("ascii"))
            finally:
                os.close(descriptor)
            self._cannot_tell = ""
        except OSError as error:
            if str(error) != self._cannot_tell:  # it is tried again every few seconds
                log.warning("worker processes cannot be told how the last reading ended: %s", error)
            self._cannot_tell = str(error)

    def last_reload(self) -> LastReload | None:
        """Give how the last reading of the service ended; None: none has, or nobody can tell."""
        try:
            told = json.loads((self.folder / LAST_RELOAD).read_bytes())
            return told and LastReload(told["at"], told["outcome"], told["reason"] or None)
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def newest_first(self) -> list[Path]:
        """Give the snapshot files, the current one first, then by age."""
        current = self.current()
        found = []
        for path in self._named(f"*{SUFFIX}"):
            with contextlib.suppress(OSError):  # deleted meanwhile
                found.append((path != current, -path.stat().st_mtime_ns, path))
        return [path for _, _, path in sorted(found)]

    def _named(self, pattern: str) -> list[Path]:
        """Give the files of that name; the one named by the pointer alone, if need be."""
        try:
            return list(self.folder.glob(pattern))
        except OSError as error:
            log.warning("the state folder cannot be listed: %s", error.strerror or error)
            current = self.current()
            return [current] if current is not None and current.match(pattern) else []

    def clean(self) -> None:
        """Delete what is no longer needed; what cannot be deleted yet, next time.

        On Windows a file that another process has open stays.
        """
        for path in [*self.newest_first()[KEPT:], *self._named(f"*{PARTIAL}")]:
            with contextlib.suppress(OSError):
                path.unlink()


class Catalog:
    """What is served now.

    Attributes:
        current: The snapshot to answer from; None: there is none yet. Take it
            once for each request. Read from any thread.
    """

    def __init__(self, store: Store, connections: int = 1) -> None:
        """Prepare; ``start`` opens.

        Args:
            store: Where the snapshots are.
            connections: Requests that are answered at the same time.
        """
        self.current: Snapshot | None = None
        self._store = store
        self._connections = connections
        self._following = threading.Lock()  # one look at a time, or an older one could win
        self._stamp: tuple[int, ...] | None = None  # guarded by _following
        self._again_at: float | None = None  # likewise
        self._told = ""  # likewise
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Open the stored snapshot, if any, and begin to follow the pointer."""
        self._stamp = self._look()
        paths = self._store.newest_first()
        opened = next((path for path in paths if self._open(path, is_stored=True)), None)
        if opened != self._store.current():  # else an older one would stay until the next save
            self._again_at = time.monotonic() + OPEN_AGAIN_SECONDS
        self._thread = threading.Thread(target=self._follow, name="catalog", daemon=True)
        self._thread.start()

    def refresh(self) -> None:
        """Follow the pointer now; for whoever has just published in this process."""
        with self._following:
            stamp = self._look()
            is_again = stamp == self._stamp
            if stamp is None or (is_again and not self._is_time_again()):
                return
            self._stamp = stamp
            path = self._store.current()
            is_open = path is not None and self._open(path, is_stored=is_again)
            self._again_at = None if is_open else time.monotonic() + OPEN_AGAIN_SECONDS

    def serves(self, sha256: str) -> bool:
        """Tell whether what is served was made of a workbook with that SHA-256."""
        snapshot = self.current
        return snapshot is not None and snapshot.source.sha256 == sha256

    @property
    def has_failed(self) -> bool:
        """Whether what is served could not answer a request, so that it is to be made anew."""
        snapshot = self.current
        return snapshot is not None and snapshot.has_failed

    def stop(self) -> None:
        """Stop following, and serve nothing."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
        self.current = None

    def _follow(self) -> None:
        while not self._stopped.wait(FOLLOW_SECONDS):
            try:
                self.refresh()
            except Exception:
                log.exception("following the snapshot failed; the one before stays in service")

    def _is_time_again(self) -> bool:
        return self._again_at is not None and time.monotonic() >= self._again_at

    def _look(self) -> tuple[int, ...] | None:
        try:
            found = self._store.pointer.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size

    def _open(self, path: Path, *, is_stored: bool = False) -> bool:
        try:
            snapshot = Snapshot(path, self._connections)
        except SnapshotError as error:
            self._tell(str(error))
            return False
        if is_stored and not snapshot.is_sound():  # a disk may have forgotten some of it
            self._tell(f"{path.name} is damaged")
            return False
        is_first = self.current is None
        self.current = snapshot  # the one before is closed here, unless a request still asks it
        if not is_first:
            _give_memory_back()
        return True

    def _tell(self, why: str) -> None:
        """Log why a snapshot is not used; once, though it is tried again."""
        if why != self._told:
            self._told = why
            log.warning("a stored snapshot is not used: %s", why)
