"""A service of systemd, of the system or of one user, by systemctl(1)."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from corsheet.install.account import Account
from corsheet.install.steps import Plan, Ran, Remove, Run, State, Status, Write
from corsheet.install.unit import STATES, unit
from corsheet.install.wanted import Wanted

SYSTEM_UNITS = PurePosixPath("/etc/systemd/system")
USER_UNITS = PurePosixPath(".config/systemd/user")
"""Below a user's home."""

PROPERTIES = ("LoadState", "ActiveState", "SubState", "MainPID", "NRestarts", "Result")


@dataclass(frozen=True, slots=True)
class Systemd:
    """Services of the system, or of one user.

    Attributes:
        find_account: Decides as whom a service of the system runs.
        home: Of the user whose services they are; None: they are the system's.
    """

    find_account: Callable[[Wanted], Account]
    home: PurePosixPath | None = None

    def install(self, wanted: Wanted) -> Plan:
        """Write the unit, start it, and have it started with the computer.

        Raises:
            InstallError: Nobody but root could read the workbook.
        """
        account = self.find_account(wanted) if self.home is None else None
        steps = (
            Write(self._file(wanted.name), unit(wanted, account).encode()),
            self._systemctl("daemon-reload"),
            self._systemctl("enable", f"{wanted.name}.service"),
            self._systemctl("restart", f"{wanted.name}.service"),
        )
        if account is None:
            # to be started with the computer, before its user is there
            linger = Run(("loginctl", "enable-linger"), fine=None)
            return Plan((*steps, linger), (_log_note("journalctl --user", wanted.name),))
        return Plan(steps, (_who(wanted.name, account), _log_note("journalctl", wanted.name)))

    def uninstall(self, name: str) -> Plan:
        """Stop it and take the unit away; the state stays."""
        steps = (
            Run((*self._command, "disable", "--now", f"{name}.service"), fine=None),
            Remove(self._file(name)),
            self._systemctl("daemon-reload"),
        )
        notes = () if self.home else (f"the last good orders stay in {STATES / name}",)
        return Plan(steps, notes)

    def start(self, name: str) -> Plan:
        """Start it."""
        return Plan((self._systemctl("start", f"{name}.service"),))

    def stop(self, name: str) -> Plan:
        """Stop it until it is started, or the computer is."""
        return Plan((self._systemctl("stop", f"{name}.service"),))

    def ask(self, name: str) -> Run:
        """Give the command that knows what it does."""
        return self._systemctl("show", f"{name}.service", f"--property={','.join(PROPERTIES)}")

    def understand(self, ran: Ran) -> Status:
        """Read what that command said."""
        told = dict(line.split("=", 1) for line in ran.output.splitlines() if "=" in line)
        load = told.get("LoadState", "not-found")
        if load == "not-found":
            return Status(State.MISSING)
        detail = f"started again {told.get('NRestarts', '0')} times after failures"
        match told.get("ActiveState"):
            case "active":
                return Status(State.RUNNING, f"process {told.get('MainPID')}, {detail}")
            case "activating" | "deactivating" | "reloading":
                return Status(State.CHANGING, detail)
            case _:
                ended = f"it ended with: {told.get('Result')}"
                return Status(State.STOPPED, ended if load == "loaded" else f"its unit is {load}")

    def _file(self, name: str) -> PurePosixPath:
        folder = SYSTEM_UNITS if self.home is None else self.home / USER_UNITS
        return folder / f"{name}.service"

    @property
    def _command(self) -> tuple[str, ...]:
        return ("systemctl",) if self.home is None else ("systemctl", "--user")

    def _systemctl(self, *arguments: str) -> Run:
        return Run((*self._command, *arguments))


def _who(name: str, account: Account) -> str:
    if account.user:
        return (
            f"it runs as {account.user}, who keeps the workbook, and can write nothing but its"
            f" state in {STATES / name}"
        )
    return f"it runs as a user of its own, and can write nothing but its state in {STATES / name}"


def _log_note(command: str, name: str) -> str:
    return f"its log: {command} -u {name}"
