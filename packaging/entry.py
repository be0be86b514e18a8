"""Where the built program begins.

The one file unpacks itself, and a process of its own then runs what it unpacked. Where
the first is killed the second would go on, and hold port and state folder: so it looks
after its parent. The ``.pyz`` begins here too, with whichever Python there is: this file must
parse on an old one, to be able to say that it is too old.
"""

import multiprocessing
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

OLDEST = (3, 11)
"""As pyproject.toml has it."""

LOOK_SECONDS = 0.1
"""Between two looks at whether the parent still lives, where nothing tells."""

GRACE_SECONDS = 5.0
"""For a clean stop once it is dead."""

SYNCHRONIZE = 0x00100000
"""The right to wait for a process (Microsoft, "Process Security and Access Rights")."""

FOREVER = 0xFFFFFFFF
"""As long as it takes (Microsoft, "WaitForSingleObject function")."""

NO_SUCH_PROCESS = 87
"""ERROR_INVALID_PARAMETER, which Windows says of a process that has ended."""


def _is_one_file() -> bool:
    """Tell whether this is the process that the one file has started."""
    unpacked = getattr(sys, "_MEIPASS", "")
    return bool(unpacked) and Path(sys.executable).parent not in Path(unpacked).parents


def _end_with(parent: int) -> None:
    """End once the parent has: softly, except on Windows, where a signal wakes nobody up."""
    if sys.platform == "win32":
        if _has_ended(parent):
            os._exit(1)
        return
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)


def _has_ended(parent: int) -> bool:
    """Wait until a process of Windows has ended; False: it may not be waited for.

    There a process keeps its parent's number for good, so looking at it would tell nothing.
    """
    import ctypes  # noqa: PLC0415 - elsewhere nobody needs it

    kernel32: Any = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined]
    kernel32.OpenProcess.restype = ctypes.c_void_p
    handle = kernel32.OpenProcess(SYNCHRONIZE, False, parent)
    if not handle:
        return bool(ctypes.get_last_error() == NO_SUCH_PROCESS)  # type: ignore[attr-defined]
    return bool(kernel32.WaitForSingleObject(ctypes.c_void_p(handle), FOREVER) == 0)


if __name__ == "__main__":
    if sys.version_info < OLDEST:
        told = "corsheet needs Python %d.%d or newer; this is %d.%d"
        cure = "start it with a newer one, such as python3.11, or take the program for this system"
        sys.exit((told + "\n    " + cure) % (OLDEST + sys.version_info[:2]))
    multiprocessing.freeze_support()  # a worker of granian is this program, started again
    if _is_one_file():
        threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    from corsheet.cli import main  # what an old Python cannot read

    sys.exit(main())
