"""Programs that are measured: started, waited for, weighed, and ended with all their children.

Needs Linux: memory is read in /proc.
"""

import base64
import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from benchmarks.common import KIB, ROOT
from corsheet.auth.basic import CHEAPEST, hash_password

USERNAME, PASSWORD = "till", "open-sesame"
"""Without a colon in it, which neither Prism nor nginx's plain form can take."""

AUTHORIZATION = "Basic " + base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()

STOP_SECONDS = 10.0
"""For a program to end when it is told to; then it is killed."""

LISTENING = re.compile(r"^listening on (http://\S+)$", re.MULTILINE)
"""What ``corsheet serve`` prints once it answers."""


class DidNotStart(Exception):  # noqa: N818 - reads better
    """A program ended, or did not answer in time; the text is the end of its log."""


@dataclass(frozen=True)
class Program:
    """A running program.

    Attributes:
        process: It; leader of a process group of its own.
        output: The file that has its standard output and standard error.
        begun: When it was started, by ``time.monotonic()``.
    """

    process: "subprocess.Popen[bytes]"
    output: Path
    begun: float

    @property
    def text(self) -> str:
        """Give what it wrote so far."""
        return self.output.read_text("utf-8", "replace")

    def check(self, seconds: float) -> None:
        """Go on where it runs and was started no longer than so many seconds ago.

        Raises:
            DidNotStart: It does not, or was.
        """
        late = time.monotonic() - self.begun > seconds
        if late or self.process.poll() is not None:
            what = f"no answer within {seconds:.0f} s" if late else "it ended"
            raise DidNotStart(f"{self.process.args!r}: {what}: {self.text[-2000:]}")


class Memory(NamedTuple):
    """The memory of a program with its children, in bytes.

    Attributes:
        resident: The sum over all processes; what several share counts several times.
        proportional: The same, with each shared page divided by those who share it.
    """

    resident: int
    proportional: int


class Corsheet(NamedTuple):
    """A running ``corsheet serve``; ``address`` is such as ``http://127.0.0.1:8080``."""

    program: Program
    address: str


@contextlib.contextmanager
def started(
    command: Sequence[str | Path],
    folder: Path,
    *,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Program]:
    """Run a program in a folder while the block runs; its output goes to a file there."""
    output = folder / f"{Path(command[0]).name}.output"
    with output.open("wb") as stream:
        process = subprocess.Popen(  # noqa: S603 - programs that we name
            list(map(str, command)),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
    try:
        yield Program(process, output, time.monotonic())
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a program as a person would, and kill what is left of its group."""
    process.send_signal(signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def corsheet(
    folder: Path,
    *,
    engine: str = "waitress",
    config: str = "",
    arguments: Sequence[str] = (),
    seconds: float = 120.0,
) -> Iterator[Corsheet]:
    """Serve ``orders.xlsx`` of a folder on a free port, with one user, while the block runs.

    Args:
        folder: Where the workbook is; the state goes there too.
        engine: As ``corsheet serve`` takes it.
        config: More lines for the settings.
        arguments: More arguments for ``corsheet serve``.
        seconds: Until which it must listen.

    Raises:
        DidNotStart: It does not listen in time.
    """
    settings = folder / "corsheet.toml"
    settings.write_text(_settings(config), "utf-8")
    serve = [sys.executable, "-m", "corsheet", "serve", "--config", str(settings), "--port", "0"]
    command = [*serve, "--engine", engine, *arguments]
    environment = {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    with started(command, folder, environment=environment) as program:
        while not (line := LISTENING.search(program.text)):
            program.check(seconds)
            time.sleep(0.005)
        yield Corsheet(program, line[1])


def _settings(more: str) -> str:
    """Write settings; the hash is cheap, since every process computes it once."""
    return f"""workbook = "orders.xlsx"
state_dir = "state"
{more}
[[auth.basic]]
username = "{USERNAME}"
password_hash = "{hash_password(PASSWORD, CHEAPEST)}"
"""


def tree(pid: int) -> list[int]:
    """Give a process and all below it."""
    found = [pid]
    for parent in found:  # grows while it is gone through
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{parent}/task").iterdir():
                children = (task / "children").read_text("ascii")
                found.extend(map(int, children.split()))
    return found


def memory(program: Program) -> Memory:
    """Weigh a program with its children; one that has just ended weighs nothing."""
    resident = proportional = 0
    for pid in tree(program.process.pid):
        with contextlib.suppress(OSError):
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
            resident += _kibibytes(rollup, "Rss") * KIB
            proportional += _kibibytes(rollup, "Pss") * KIB
    return Memory(resident, proportional)


def processor_seconds(program: Program) -> float:
    """Give the processor's time that a program with its children has had so far.

    Of children that have ended it counts what their parent waited for.
    """
    ticks = 0
    for pid in tree(program.process.pid):
        with contextlib.suppress(OSError):
            # proc(5): the name, in brackets, may hold anything; 14 to 17 are user and system
            # time, of the process and of the children it waited for; the state is number 3
            after_name = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2]
            ticks += sum(map(int, after_name.split()[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _kibibytes(rollup: str, name: str) -> int:
    """Read one figure of ``smaps_rollup`` (proc(5))."""
    found = re.search(rf"^{name}:\s+(\d+) kB$", rollup, re.MULTILINE)
    return int(found[1]) if found else 0
