"""Which system's manager keeps services here."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Protocol

from corsheet.install.account import find_account
from corsheet.install.steps import InstallError, Plan, Ran, Run, Status
from corsheet.install.wanted import Wanted


class Manager(Protocol):
    """Whoever keeps services on a system: makes plans, and reads what its own tools say."""

    def install(self, wanted: Wanted) -> Plan:
        """Plan to install."""

    def uninstall(self, name: str) -> Plan:
        """Plan to take away."""

    def start(self, name: str) -> Plan:
        """Plan to start."""

    def stop(self, name: str) -> Plan:
        """Plan to stop."""

    def ask(self, name: str) -> Run:
        """Give the command that knows what the service does."""

    def understand(self, ran: Ran) -> Status:
        """Read what that command said."""


def make_manager(is_user: bool) -> Manager:
    """Give the manager of this system.

    Args:
        is_user: For whoever asks alone.
    """
    if sys.platform == "win32":
        return _make_windows(is_user, os.environ)
    home = PurePosixPath(Path.home()) if is_user else None
    if sys.platform == "darwin":
        from corsheet.install.launchd import Launchd  # noqa: PLC0415 - one is enough

        return Launchd(find_keeper, os.getuid(), home)
    from corsheet.install.systemd import Systemd  # noqa: PLC0415 - one is enough

    return Systemd(find_account, home)


def _make_windows(is_user: bool, environment: Mapping[str, str]) -> Manager:
    if is_user:
        from corsheet.install.logon_task import LogonTask  # noqa: PLC0415 - one is enough

        user = "\\".join(environment.get(name, "") for name in ("USERDOMAIN", "USERNAME"))
        return LogonTask(user, Path(environment.get("LOCALAPPDATA", Path.home())))
    from corsheet.install.drives import TheseDrives  # noqa: PLC0415 - one is enough
    from corsheet.install.windows import WindowsService  # noqa: PLC0415 - one is enough

    return WindowsService(TheseDrives(), Path(environment.get("PROGRAMDATA", r"C:\ProgramData")))


def find_keeper(wanted: Wanted) -> str:
    """Name who keeps the workbook, as whom a daemon of macOS runs.

    Raises:
        InstallError: It is root, or nobody.
    """
    if sys.platform == "win32":  # for the type checker, there
        raise InstallError("this is no macOS", "")
    try:
        owner = Path(wanted.workbook).owner()
    except (OSError, KeyError) as error:
        raise InstallError(f"{wanted.workbook}: {error}", "put the workbook there first") from error
    if owner == "root":
        raise InstallError(
            f"{wanted.workbook} is root's, and no service should be root",
            "give the folder with the workbook to whoever keeps it: chown -R NAME FOLDER",
        )
    return owner
