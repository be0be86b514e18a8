"""Which service of the system serves some settings: whoever looks at them wants to know."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from corsheet.install.manager import Manager, make_manager
from corsheet.install.steps import Computer, InstallError, Run, State, Status, ask
from corsheet.install.systemd import SYSTEM_UNITS
from corsheet.install.unit import STATES, quoted


class Installed(NamedTuple):
    """A service of the system.

    Attributes:
        name: Of it.
        state_dir: Its state folder, whatever the settings say.
        status: What it does; ``MISSING`` where this account may not ask.
    """

    name: str
    state_dir: Path
    status: Status


def find_installed(
    config: Path,
    computer: Computer,
    *,
    platform: str = sys.platform,
    environment: Mapping[str, str] = os.environ,
    units: Path = Path(SYSTEM_UNITS),
    manager: Manager | None = None,
) -> Installed | None:
    """Find the service of the system that serves some settings; None: there is none.

    Those of one user keep their state where the settings say, so nobody need ask for them;
    macOS' daemons too, as the user they run as.

    Args:
        config: The settings file.
        computer: Runs the system's commands.
        platform: As ``sys.platform`` writes it.
        environment: Of this process.
        units: Where systemd's are.
        manager: Knows what a service does; None: this system's.
    """
    config = Path(os.path.abspath(config))  # noqa: PTH100 - as `install` writes it
    if platform == "linux":
        found = _in_units(config, units)
    elif platform == "win32":
        found = _in_folders(config, environment, computer)
    else:
        return None
    with suppress(InstallError):  # it cannot be told of such settings
        for name, state_dir in found:
            manager = manager or make_manager(is_user=False)
            return Installed(name, state_dir, _status(name, manager, computer))
    return None


def _status(name: str, manager: Manager, computer: Computer) -> Status:
    """Ask what a service does; only some may, and a system may have been moved without tools."""
    try:
        return manager.understand(ask(manager.ask(name), computer))
    except InstallError:
        return Status(State.MISSING)


def _in_units(config: Path, units: Path) -> Iterator[tuple[str, Path]]:
    wanted = " ".join(map(quoted, ("--config", str(config))))
    for file in sorted(units.glob("corsheet*.service")):
        with suppress(OSError):  # it may not be read
            if wanted in file.read_text("utf-8", "replace"):
                yield file.stem, Path(STATES / file.stem)


def _in_folders(
    config: Path, environment: Mapping[str, str], computer: Computer
) -> Iterator[tuple[str, Path]]:
    """Give services by the state folders that `install` has made for them."""
    states = Path(environment.get("PROGRAMDATA", r"C:\ProgramData")) / "corsheet"
    wanted = subprocess.list2cmdline(["--config", str(config)])
    for folder in sorted(states.glob("corsheet*")):
        if wanted in ask(Run(("sc.exe", "qc", folder.name), fine=None), computer).output:
            yield folder.name, folder
