"""Where the built program begins.

The one file unpacks itself, and a process of its own then runs what it unpacked. Where
the first is killed the second would go on, and hold port and state folder: so it looks
after its parent.
"""

import multiprocessing
import os
import signal
import sys
import threading
import time
from pathlib import Path

from corsheet.cli import main

LOOK_SECONDS = 0.1
"""Between two looks at whether the parent still lives."""

GRACE_SECONDS = 5.0
"""For a clean stop once it is dead."""


def _is_one_file() -> bool:
    """Tell whether this is the process that the one file has started."""
    unpacked = getattr(sys, "_MEIPASS", "")
    return bool(unpacked) and Path(sys.executable).parent not in Path(unpacked).parents


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    multiprocessing.freeze_support()  # a worker of granian is this program, started again
    if _is_one_file() and os.name != "nt":  # there a process keeps its parent's number for good
        threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    sys.exit(main())
