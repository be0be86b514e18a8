"""``corsheet service run``: what Windows starts, as a service or when somebody logs on.

For a person ``serve`` does the same, with a terminal; so no help names this one.
"""

import argparse
import os
import sys
import traceback
from pathlib import Path
from typing import Any, TextIO

from corsheet.cli.options import add_config
from corsheet.install.wanted import STATE_DIR

EXIT_FAILED = 1

LARGEST_LOG = 4 * 1024 * 1024
"""Bytes, some 40,000 lines; a larger one is put aside at the next start."""


def add_hosted(actions: Any) -> None:
    """Add the action."""
    parser = actions.add_parser("run")
    add_config(parser)
    for option in ("--name", "--state", "--log"):
        parser.add_argument(option)
    parser.add_argument("--user", action="store_true")
    parser.set_defaults(run=run_hosted)


def run_hosted(options: argparse.Namespace) -> int:
    """Serve where nobody sees a terminal: what Windows starts as a service or at logon."""
    if options.state:
        os.environ[STATE_DIR] = options.state
    with open_log(Path(options.log)) as log:
        sys.stdout = sys.stderr = log
        try:
            return _run(options)
        except Exception:  # noqa: BLE001 - a bug, which nobody would hear of otherwise
            traceback.print_exc()
            return EXIT_FAILED


def _run(options: argparse.Namespace) -> int:
    if options.user:
        hide_window()
        return _serve(options)
    # late: for Windows alone
    from corsheet.install.windows_service import host  # noqa: PLC0415

    return host(options.name, lambda: _serve(options))


def _serve(options: argparse.Namespace) -> int:
    from corsheet.cli import main  # noqa: PLC0415 - it imports this module

    return main(["serve", "--config", str(options.config)])


def open_log(path: Path) -> TextIO:
    """Open a log to go on with; a large one is put aside, in the place of the one before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        path.replace(path.with_name(path.name + ".1"))
    return path.open("a", encoding="utf-8", errors="replace", buffering=1)


def hide_window() -> None:
    """Take the console's window off the screen; processes that are started later share it."""
    if sys.platform != "win32":
        return
    import ctypes  # noqa: PLC0415 - on Windows alone

    windows: Any = vars(ctypes)["windll"]
    windows.user32.ShowWindow(windows.kernel32.GetConsoleWindow(), 0)
