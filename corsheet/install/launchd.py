"""A service of macOS: a property list for launchd (launchd.plist(5), launchctl(1))."""

import plistlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from corsheet.install.steps import MakeFolder, Plan, Ran, Remove, Run, State, Status, Write
from corsheet.install.wanted import Wanted

DAEMONS = PurePosixPath("/Library/LaunchDaemons")
AGENTS = PurePosixPath("Library/LaunchAgents")
"""Below a user's home."""

DAEMON_LOGS = PurePosixPath("/Library/Logs")
USER_LOGS = PurePosixPath("Library/Logs")

RESTART_SECONDS = 10
"""The least that launchd waits between two starts."""

STOP_SECONDS = 5
"""Then it is killed."""

NOT_THERE = 113
"""What `launchctl print` ends with where it knows no such service."""


@dataclass(frozen=True, slots=True)
class Launchd:
    """Daemons of the computer, or agents of one user.

    Attributes:
        find_user: Names who keeps the workbook, as whom a daemon runs.
        uid: Of the user whose agents they are.
        home: Likewise; None: they are daemons.
    """

    find_user: Callable[[Wanted], str]
    uid: int = 0
    home: PurePosixPath | None = None

    def install(self, wanted: Wanted) -> Plan:
        """Write the property list, and have it started now and with the computer.

        Raises:
            InstallError: The workbook is root's.
        """
        log = self._log(wanted.name)
        user = "" if self.home else self.find_user(wanted)
        content = plistlib.dumps(properties(wanted, log, user))
        steps = (
            MakeFolder(log.parent),
            Run(("launchctl", "bootout", self._target(wanted.name)), fine=None),
            Write(self._file(wanted.name), content),
            Run(("launchctl", "bootstrap", self._domain, str(self._file(wanted.name)))),
        )
        folders = "folders such as Desktop, Documents and iCloud Drive are closed to services"
        return Plan(steps, (f"its log: {log}", folders))

    def uninstall(self, name: str) -> Plan:
        """Stop it and take the property list away; the state stays."""
        bootout = Run(("launchctl", "bootout", self._target(name)), fine=None)
        return Plan((bootout, Remove(self._file(name))))

    def start(self, name: str) -> Plan:
        """Start it."""
        return Plan((Run(("launchctl", "kickstart", self._target(name))),))

    def stop(self, name: str) -> Plan:
        """Stop it until it is started, or the computer is."""
        return Plan((Run(("launchctl", "kill", "SIGTERM", self._target(name))),))

    def ask(self, name: str) -> Run:
        """Give the command that knows what it does."""
        return Run(("launchctl", "print", self._target(name)), fine=None)

    def understand(self, ran: Ran) -> Status:
        """Read what that command said."""
        if ran.status:
            return Status(State.MISSING)
        told = dict(re.findall(r"(?m)^\t(state|pid|runs|last exit code) = (.+)$", ran.output))
        if told.get("state") == "running":
            return Status(State.RUNNING, f"process {told.get('pid')}")
        return Status(State.STOPPED, f"it ended with: {told.get('last exit code')}")

    @property
    def _domain(self) -> str:
        return f"gui/{self.uid}" if self.home else "system"

    def _target(self, name: str) -> str:
        return f"{self._domain}/{name}"

    def _file(self, name: str) -> PurePosixPath:
        return (self.home / AGENTS if self.home else DAEMONS) / f"{name}.plist"

    def _log(self, name: str) -> PurePosixPath:
        return (self.home / USER_LOGS if self.home else DAEMON_LOGS) / name / f"{name}.log"


def properties(wanted: Wanted, log: PurePosixPath, user: str) -> dict[str, Any]:
    """Give the property list.

    Args:
        wanted: What is to be served.
        log: Where standard error goes.
        user: As whom; empty: the user whose agent it is.
    """
    found: dict[str, Any] = {
        "Label": wanted.name,
        "ProgramArguments": [*wanted.program.command, "serve", "--config", str(wanted.config)],
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": RESTART_SECONDS,
        "ExitTimeOut": STOP_SECONDS,
        "StandardOutPath": str(log),
        "StandardErrorPath": str(log),
        "Umask": 0o077,
    }
    return found | {"UserName": user} if user else found
