"""The log: lines on standard error, for people."""

import logging
import sys

FORMAT = "%(asctime)s %(levelname)-7s %(message)s"


def start_logging(level: str) -> None:
    """Send the log of corsheet and its libraries to standard error.

    Args:
        level: ``debug``, ``info``, ``warning`` or ``error``. Libraries tell
            warnings and worse only.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter(FORMAT))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("corsheet").setLevel(level.upper())
    # waitress tells at warning level that a task waits in its queue, which is no fault
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
