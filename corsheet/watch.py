"""When the workbook may have changed.

watchdog's events on the folder are hints and come at once; an own look at the
file every two seconds is the authority. Events alone would not do: Excel saves
by renaming, shares tell nothing, and an observer whose folder was moved away or
made anew is deaf for ever while it says that it is alive.
"""

import logging
import os
import threading
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent, FileSystemEventHandler
    from watchdog.observers.api import BaseObserver

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
"""Between two looks at the file."""

IGNORED = frozenset({"opened", "closed_no_write"})
"""Events that reading makes, ours too: to heed them would be to reload for ever."""


class Fingerprint(NamedTuple):
    """What tells one save from another without reading the file."""

    size: int
    modified_ns: int
    file_id: int

    @classmethod
    def of(cls, found: os.stat_result) -> "Fingerprint":
        """Take it from a stat."""
        return cls(found.st_size, found.st_mtime_ns, found.st_ino)


def fingerprint(path: Path) -> Fingerprint | None:
    """Look at a file; None: it is not there, or cannot be looked at."""
    try:
        return Fingerprint.of(path.stat())
    except OSError:
        return None


class _Handler:
    """Passes on what happens to one name, whichever way it is renamed.

    To watchdog it is a FileSystemEventHandler, whose one method is called.
    """

    def __init__(self, name: str, hint: Callable[[], None]) -> None:
        self._name = _folded(name)
        self._hint = hint

    def dispatch(self, event: "FileSystemEvent") -> None:
        """Take an event from watchdog's thread."""
        if event.event_type in IGNORED or event.is_directory:
            return
        paths = (os.fsdecode(event.src_path), os.fsdecode(event.dest_path))
        if any(_folded(Path(path).name) == self._name for path in paths):
            self._hint()


def _folded(name: str) -> str:
    """Make one of the spellings under which a file system may tell a name."""
    return unicodedata.normalize("NFC", name).casefold()


class Watch:
    """Gives a notice whenever the workbook may have changed.

    Attributes:
        restarts: How often the observer was made anew since it was deaf.
    """

    def __init__(
        self, path: Path, notice: Callable[[], None], *, look_seconds: float = LOOK_SECONDS
    ) -> None:
        """Prepare; ``start`` begins.

        Args:
            path: The workbook; neither it nor its folder need exist.
            notice: Called from any of the watch's threads; must be quick.
            look_seconds: Between two looks.
        """
        self.restarts = 0
        self._path = path
        self._notice = notice
        self._look_seconds = look_seconds
        self._observer: BaseObserver | None = None
        self._folder: tuple[int, int] | None = None
        self._seen: Fingerprint | None = None
        self._hinted = False
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._seen = fingerprint(self._path)
        self._observe()
        self._thread.start()

    def stop(self) -> None:
        """Stop watching; no notice comes after it returns."""
        self._stopped.set()
        self._thread.join()
        self._end_observer()

    def _hint(self) -> None:
        self._hinted = True
        self._notice()

    def _run(self) -> None:
        while not self._stopped.wait(self._look_seconds):
            try:
                self._look()
            except Exception:
                log.exception("looking at the workbook failed; the next look is soon")

    def _look(self) -> None:
        seen = fingerprint(self._path)
        changed = seen != self._seen
        self._seen = seen
        hinted, self._hinted = self._hinted, False
        if changed:
            self._notice()
        deaf = changed and not hinted
        if deaf or self._observer is None or not self._is_observing():
            self._end_observer()
            self._observe()

    def _is_observing(self) -> bool:
        """Tell whether the observer's own threads live and its folder is still this one.

        ``observer.is_alive()`` stays true when the thread that listens has died.
        """
        observer = self._observer
        alive = observer is not None and all(e.is_alive() for e in observer.emitters)
        return alive and self._folder == self._identify_folder()

    def _identify_folder(self) -> tuple[int, int] | None:
        try:
            found = self._path.parent.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _observe(self) -> None:
        folder = self._identify_folder()
        if folder is None:
            return  # the next look tries again
        from watchdog.observers import Observer  # noqa: PLC0415 - orders are served before

        observer = Observer()
        try:
            handler = cast("FileSystemEventHandler", _Handler(self._path.name, self._hint))
            observer.schedule(handler, str(self._path.parent), recursive=False)
            observer.start()
        except OSError as error:
            # no more inotify watches, or the folder has just gone; the looks go on
            log.info("no events from the folder (%s); looking every 2 s", error)
            return
        self._observer = observer
        self._folder = folder
        # what happened before the observer listened
        seen = fingerprint(self._path)
        if seen != self._seen:
            self._seen = seen
            self._notice()

    def _end_observer(self) -> None:
        observer, self._observer = self._observer, None
        if observer is None:
            return
        self.restarts += not self._stopped.is_set()
        observer.stop()
        observer.join()
