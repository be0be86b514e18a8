"""Whether the watcher really sees a change in the workbook's folder."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from corsheet.doctor import Check, ok, trouble, warning
from corsheet.doctor.folder import is_folder
from corsheet.watch import LOOK_SECONDS, Watch, fingerprint

EVENT_SECONDS = 1.0
"""For an event to come; on a computer's own disk it takes a few milliseconds."""

NEVER_SECONDS = 3600.0
"""Between two looks: events alone are to be seen."""

BLIND_CURE = (
    "saves are still seen by a look every 2 seconds; on Linux a higher"
    " fs.inotify.max_user_watches may bring the events, on a share nothing does"
)


class Watching(Protocol):
    """What is used of the watch."""

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End."""


MakeWatch = Callable[[Path, Callable[[], None]], Watching]
Write = Callable[[Path, bytes], object]


def _make_watch(path: Path, notice: Callable[[], None]) -> Watching:
    """Watch as the service does, but for its own looks."""
    return Watch(path, notice, look_seconds=NEVER_SECONDS)


def check_watch(
    folder: Path,
    make_watch: MakeWatch = _make_watch,
    write: Write = Path.write_bytes,
    seconds: float = EVENT_SECONDS,
) -> Iterator[Check]:
    """Write a file of our own into the folder, and see whether the watch and a look notice.

    Args:
        folder: The workbook's.
        make_watch: Gives what watches a path.
        write: Writes a file.
        seconds: To wait for an event.
    """
    if not is_folder(folder):
        return  # told by the check of the workbook
    test = folder / f".corsheet-doctor-{os.getpid()}"
    came = threading.Event()
    watch = make_watch(test, came.set)
    try:
        watch.start()
        begun = time.perf_counter()
        write(test, b"corsheet doctor tries here whether saves are seen; delete this file\n")
        has_event = came.wait(seconds)
        spent = (time.perf_counter() - begun) * 1000
        is_seen = fingerprint(test) is not None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        yield warning(
            "watch",
            f"not tried: this account may not write into the workbook's folder ({reason})",
            f"serving needs no right to write there, and looks every {LOOK_SECONDS:.0f} seconds;"
            " whoever saves the workbook does: check the folder's rights if saving fails",
        )
        return
    finally:
        watch.stop()
        with suppress(OSError):
            test.unlink(missing_ok=True)
    if has_event:
        yield ok("watch", f"a change in the folder is seen after {spent:.0f} ms")
    elif is_seen:
        yield warning("watch", "no events come from the workbook's folder", BLIND_CURE)
    else:
        yield trouble(
            "watch",
            "a file that was just written into the folder is not seen",
            "the share or sync client answers from memory: keep the workbook in a folder of this"
            " computer's own",
        )
