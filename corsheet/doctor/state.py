"""The state folder, and the room on the disks."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from corsheet.doctor import Check, ok, trouble, warning
from corsheet.workbook.limits import MIB

LEAST_BYTES = 64 * MIB
"""Of free room: two snapshots and the next one of a large workbook, and the log."""

LOW_BYTES = 512 * MIB
"""Below which a disk is soon full; updates of the system alone take that much."""

FREE_CURE = "delete what is not needed there, or empty the bin; a full disk stops new orders"


def check_state(folder: Path, holder: str | None, *, is_ours: bool) -> Iterator[Check]:
    """Tell whether the service can keep its state.

    Args:
        folder: The state folder; need not be there yet.
        holder: Who holds it; None: nobody, or it may not be looked into.
        is_ours: It is the service itself, which answers.
    """
    there = nearest(folder)
    if is_ours:
        yield ok("state", f"{folder} is held by {holder or 'the service'}")
    elif not there.is_dir():
        yield trouble(
            "state",
            f"{there} is no folder, and the state folder cannot be made there",
            "move it away, or set state_dir to a folder",
        )
    elif not os.access(there, os.W_OK | os.X_OK):
        yield trouble(
            "state",
            f"this account may not write into {there}",
            "give it the right to, or set state_dir to a folder that can be written",
        )
    elif holder is None:
        state = "can be written" if there == folder else "will be made by the first start"
        yield ok("state", f"{folder} {state}")
    else:
        yield trouble(
            "state",
            f"{folder} is held by {holder}",
            "end that service first, or set another state_dir",
        )


def nearest(folder: Path) -> Path:
    """Give the folder, or the nearest one above it that is there and may be looked into."""
    folder = folder.absolute()
    return next((path for path in (folder, *folder.parents) if _is_there(path)), folder)


def _is_there(path: Path) -> bool:
    """Tell whether something is there, as far as this account may look; a link to nothing is."""
    try:
        return path.exists() or path.is_symlink()
    except OSError:
        return False


def check_room(
    what: str, folder: Path, free: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free
) -> Iterator[Check]:
    """Tell how much room a disk has.

    Args:
        what: What the folder is for.
        folder: Need not be there yet.
        free: Gives the free bytes at a folder.
    """
    there = nearest(folder)
    try:
        left = free(there)
    except OSError as error:
        yield warning("disk", f"{what}: {there} cannot be looked at", str(error.strerror))
        return
    seen = f"{what}: {left // MIB:,} MiB are free at {there}"
    if left < LEAST_BYTES:
        yield trouble("disk", seen, FREE_CURE)
    elif left < LOW_BYTES:
        yield warning("disk", seen, FREE_CURE)
    else:
        yield ok("disk", seen)
