"""``corsheet`` whose snapshots have names that a test knows before they are there.

Run as a program: strace tells files apart by their whole names.
"""

import time
from types import SimpleNamespace

NAMED_AT = 1
"""What stands for the moment in the name of each snapshot."""


def main() -> int:
    """Run the command line; its child process is the usual one."""
    from corsheet.cli import main as usual  # noqa: PLC0415 - nothing happens at import
    from corsheet.reload import reloader  # noqa: PLC0415 - likewise

    vars(reloader)["time"] = SimpleNamespace(
        time=time.time, monotonic=time.monotonic, time_ns=lambda: NAMED_AT
    )
    return usual()


if __name__ == "__main__":
    raise SystemExit(main())
