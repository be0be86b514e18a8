"""What is to be done to the computer, as values; and the one place that does it."""

import contextlib
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePath
from typing import NamedTuple, Protocol

COMMAND_SECONDS = 60
"""For one command of the system's; stopping a service takes five seconds of it."""

TOLD_LINES = 3
"""Of what a command said before it failed: the last ones have the reason."""

NO_RIGHTS_CURE = (
    "on Linux and macOS put `sudo` in front; on Windows open the terminal as administrator; or"
    " install for yourself alone with --user"
)

MISSING_CURE = (
    "this computer has another way to keep programs running: have that run"
    " `corsheet serve --config FILE`"
)

NOT_BOOTED = "not been booted with systemd"
"""What systemctl says where it is there and systemd is not, as in a container."""


class InstallError(Exception):
    """The service cannot be installed, or not be told something.

    Attributes:
        cure: What to do.
    """

    def __init__(self, message: str, cure: str) -> None:
        super().__init__(message)
        self.cure = cure


@dataclass(frozen=True, slots=True)
class Write:
    """Write a file, and its folders.

    Attributes:
        path: Where.
        data: Its bytes.
    """

    path: PurePath
    data: bytes


@dataclass(frozen=True, slots=True)
class MakeFolder:
    """Make a folder where there is none."""

    path: PurePath


@dataclass(frozen=True, slots=True)
class Remove:
    """Delete a file where there is one."""

    path: PurePath


@dataclass(frozen=True, slots=True)
class Run:
    """Run a command of the system's.

    Attributes:
        command: Without a shell.
        fine: Exit statuses that are no failure; None: any is fine.
    """

    command: tuple[str, ...]
    fine: tuple[int, ...] | None = (0,)


Step = Write | MakeFolder | Remove | Run


class Plan(NamedTuple):
    """What to do, in order.

    Attributes:
        steps: Each, until one fails.
        notes: What the person should know afterwards.
    """

    steps: tuple[Step, ...]
    notes: tuple[str, ...] = ()


class Ran(NamedTuple):
    """How a command ended.

    Attributes:
        status: Its exit status.
        output: All that it said.
    """

    status: int
    output: str


class State(Enum):
    """What a service does; the value is told to people."""

    RUNNING = "running"
    CHANGING = "starting or stopping"
    STOPPED = "not running"
    MISSING = "not installed"


class Status(NamedTuple):
    """What a service does, with what the system says more of it."""

    state: State
    detail: str = ""


class Computer(Protocol):
    """Whoever carries out a step."""

    def run(self, command: Sequence[str]) -> Ran:
        """Run a command to its end."""

    def do(self, step: Write | MakeFolder | Remove) -> None:
        """Change a file."""


def _own_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Give the environment without where the built program has its own libraries.

    PyInstaller puts them before the system's, for which they may be too old.
    """
    found = dict(environment)
    if getattr(sys, "frozen", False):
        found.pop("LD_LIBRARY_PATH", None)
        before = found.pop("LD_LIBRARY_PATH_ORIG", "")
        found |= {"LD_LIBRARY_PATH": before} if before else {}
    return found


class ThisComputer:
    """See ``Computer``."""

    def run(self, command: Sequence[str]) -> Ran:
        """Run a command to its end.

        Raises:
            OSError: It cannot be started.
            subprocess.TimeoutExpired: It does not end.
        """
        ended = subprocess.run(  # noqa: S603 - the system's own command, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=COMMAND_SECONDS,
            check=False,
            env=_own_environment(os.environ),
        )
        return Ran(ended.returncode, ended.stdout)

    def do(self, step: Write | MakeFolder | Remove) -> None:
        """Change a file.

        Raises:
            OSError: It may not be done, or the disk is full.
        """
        path = Path(step.path)
        match step:
            case Write():
                path.parent.mkdir(parents=True, exist_ok=True)
                # what is there stays whole where the disk is full, or we are killed
                new = path.with_name(f"{path.name}.new")
                new.write_bytes(step.data)
                new.replace(path)
            case MakeFolder():
                path.mkdir(parents=True, exist_ok=True)
            case Remove():
                with contextlib.suppress(FileNotFoundError):
                    path.unlink()


def carry_out(steps: Sequence[Step], computer: Computer, tell: Callable[[str], None]) -> None:
    """Do what a plan says.

    Args:
        steps: Of the plan.
        computer: Does it.
        tell: Told each step before it is done.

    Raises:
        InstallError: One failed; those after it are not done.
    """
    for step in steps:
        tell(describe(step))
        if isinstance(step, Run):
            ask(step, computer)
            continue
        try:
            computer.do(step)
        except OSError as error:
            reason = error.strerror or error
            raise InstallError(f"{step.path}: {reason}", NO_RIGHTS_CURE) from error


def ask(step: Run, computer: Computer) -> Ran:
    """Run one command.

    Raises:
        InstallError: It is not there, does not end, or fails.
    """
    try:
        ran = computer.run(step.command)
    except FileNotFoundError as error:
        raise InstallError(f"there is no `{step.command[0]}` here", MISSING_CURE) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InstallError(f"`{as_typed(step.command)}`: {error}", NO_RIGHTS_CURE) from error
    if step.fine is not None and ran.status not in step.fine:
        said = " ".join(ran.output.split("\n")[-TOLD_LINES - 1 :]).strip()
        cure = MISSING_CURE if NOT_BOOTED in ran.output else NO_RIGHTS_CURE
        raise InstallError(f"`{as_typed(step.command)}` failed with {ran.status}: {said}", cure)
    return ran


def describe(step: Step) -> str:
    """Say in a line what a step does."""
    match step:
        case Run():
            return as_typed(step.command)
        case Write():
            return f"write {step.path}"
        case MakeFolder():
            return f"make the folder {step.path}"
        case Remove():
            return f"delete {step.path}"


def as_typed(command: Sequence[str]) -> str:
    """Write a command as one would type it on this system, quoted where that is needed."""
    return subprocess.list2cmdline(command) if sys.platform == "win32" else shlex.join(command)
