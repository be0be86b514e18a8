"""Which snapshot is served.

A pointer file in the state folder names the current snapshot; it is replaced
atomically. Every serving process follows it, so one mechanism serves one
process, several workers, and a restart. A request takes the current snapshot
once and sees nothing else; one that was replaced closes itself when the last
request that took it ends.
"""

import contextlib
import json
import logging
import os
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
        except OSError as error:
            log.warning("worker processes cannot be told how the last reading ended: %s", error)

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
        for path in self.folder.glob(f"*{SUFFIX}"):
            with contextlib.suppress(OSError):  # deleted meanwhile
                found.append((path != current, -path.stat().st_mtime_ns, path))
        return [path for _, _, path in sorted(found)]

    def clean(self) -> None:
        """Delete what is no longer needed; what cannot be deleted yet, next time.

        On Windows a file that another process has open stays.
        """
        for path in [*self.newest_first()[KEPT:], *self.folder.glob(f"*{PARTIAL}")]:
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
        self._stamp: tuple[int, ...] | None = None
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Open the stored snapshot, if any, and begin to follow the pointer."""
        self._stamp = self._look()
        for path in self._store.newest_first():
            if self._open(path, is_stored=True):
                break
        self._thread = threading.Thread(target=self._follow, name="catalog", daemon=True)
        self._thread.start()

    def refresh(self) -> None:
        """Follow the pointer now; for whoever has just published in this process."""
        with self._following:
            stamp = self._look()
            if stamp is None or stamp == self._stamp:
                return
            self._stamp = stamp
            path = self._store.current()
            if path is not None:
                self._open(path)

    def serves(self, sha256: str) -> bool:
        """Tell whether what is served was made of a workbook with that SHA-256."""
        snapshot = self.current
        return snapshot is not None and snapshot.source.sha256 == sha256

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
            log.warning("a stored snapshot is not used: %s", error)
            return False
        if is_stored and not snapshot.is_sound():  # a disk may have forgotten some of it
            log.warning("a stored snapshot is not used: %s is damaged", path.name)
            return False
        self.current = snapshot
        return True
