"""A service of Windows, by its own tools: sc, net, icacls.

Its program is ours: ``corsheet service run`` (see ``windows_service``).
"""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from corsheet.install.drives import Drives, refuse_mapped
from corsheet.install.steps import MakeFolder, Plan, Ran, Run, State, Status, Step
from corsheet.install.wanted import Wanted

EXISTS, NOT_THERE = 1073, 1060
"""What sc ends with where a service is there already, or is not (winerror.h)."""

NOTHING_TO_DO = 2
"""What net ends with where there is nothing to stop; also for other failures."""

FAILURES = "restart/2000/restart/5000/restart/30000"
"""Milliseconds before the first, second and each later start; so it never gives up."""

FORGET_SECONDS = 3600
"""After which a failure is the first one again."""

STATES = {1: State.STOPPED, 2: State.CHANGING, 3: State.CHANGING, 4: State.RUNNING}
"""By dwCurrentState (winsvc.h); its name is written in the language of the computer."""

ADMINISTRATORS, SYSTEM = "*S-1-5-32-544", "*S-1-5-18"
"""By their numbers, since their names are in the language of the computer too."""


@dataclass(frozen=True, slots=True)
class WindowsService:
    r"""Services of the computer.

    Attributes:
        drives: Knows which letters a service does not see.
        data: Where programs keep what belongs to nobody: ``C:\ProgramData``.
    """

    drives: Drives
    data: PurePath

    def install(self, wanted: Wanted) -> Plan:
        """Make the service or change it, let it read and write what it needs, and start it.

        Raises:
            InstallError: Something is on a drive that a service does not see.
        """
        paths = [*wanted.program.files, wanted.config, wanted.workbook, *wanted.files]
        refuse_mapped(paths, self.drives)
        folder = self._folder(wanted.name)
        notes = [
            f"it runs as {_account(wanted.name)}; its log: {folder / 'corsheet.log'}",
            "closing this window or logging off does not end it",
        ]
        if any(path.drive.startswith("\\\\") for path in paths):
            notes.append(
                "a share lets it in as this computer (COMPUTER$); where it does not, give the"
                " service an account in services.msc, or use --user in place of this"
            )
        return Plan((*self._make(wanted), *self._rights(wanted), *_restart(wanted)), tuple(notes))

    def _make(self, wanted: Wanted) -> Iterator[Step]:
        name, folder = wanted.name, self._folder(wanted.name)
        program = subprocess.list2cmdline(
            [
                *wanted.program.command, "service", "run", "--name", name,
                "--config", str(wanted.config), "--state", str(folder),
                "--log", str(folder / "corsheet.log"),
            ]
        )  # fmt: skip
        what = ("binPath=", program, "start=", "auto", "DisplayName=", f"Customer orders ({name})")
        create = ("sc.exe", "create", name, *what, "obj=", _account(name))
        yield Run(create, fine=(0, EXISTS))
        yield Run(("sc.exe", "config", name, *what))  # an account that somebody chose stays
        about = "Serves the orders of a workbook to the till."
        yield Run(("sc.exe", "description", name, about))
        actions = ("reset=", str(FORGET_SECONDS), "actions=", FAILURES)
        yield Run(("sc.exe", "failure", name, *actions))
        yield Run(("sc.exe", "failureflag", name, "1"))  # an end with an error is a failure too

    def _rights(self, wanted: Wanted) -> Iterator[Step]:
        """Let the service's own user read the shop's files, and nobody else read its state."""
        account = _account(wanted.name)
        state = self._folder(wanted.name)
        yield MakeFolder(state)
        everything = [f"{who}:(OI)(CI)F" for who in (ADMINISTRATORS, SYSTEM)]
        ours = ("/inheritance:r", "/grant", f"{account}:(OI)(CI)M", *everything)
        yield Run(("icacls", str(state), *ours))
        inherit = "" if wanted.program.is_one_file else "(OI)(CI)"
        for path in wanted.program.files:
            yield Run(("icacls", str(path), "/grant", f"{account}:{inherit}RX"))
        read = {path.parent: None for path in (wanted.config, wanted.workbook, *wanted.files)}
        for folder in read:
            if not folder.drive.startswith("\\\\"):  # a share has an owner of its own
                yield Run(("icacls", str(folder), "/grant", f"{account}:(OI)(CI)RX"))

    def uninstall(self, name: str) -> Plan:
        """Stop it and delete it; the state and the log stay."""
        steps = (
            Run(("net", "stop", name), fine=None),
            Run(("sc.exe", "delete", name), fine=(0, NOT_THERE)),
        )
        return Plan(steps, (f"the last good orders and the log stay in {self._folder(name)}",))

    def start(self, name: str) -> Plan:
        """Start it."""
        return Plan((Run(("net", "start", name)),))

    def stop(self, name: str) -> Plan:
        """Stop it until it is started, or the computer is."""
        return Plan((Run(("net", "stop", name)),))

    def ask(self, name: str) -> Run:
        """Give the command that knows what it does."""
        return Run(("sc.exe", "queryex", name), fine=None)

    def understand(self, ran: Ran) -> Status:
        """Read what that command said; the names of the lines are in any language."""
        if ran.status == NOT_THERE:
            return Status(State.MISSING)
        numbers = re.findall(r"(?m)^\s+\S[^:]*: (\d+)\b", ran.output)  # 0x0 is none
        state = STATES.get(int(numbers[1]) if len(numbers) > 1 else 0, State.CHANGING)
        return Status(state, f"process {numbers[-1]}" if state is State.RUNNING else "")

    def _folder(self, name: str) -> PurePath:
        return self.data / "corsheet" / name


def _restart(wanted: Wanted) -> Iterator[Step]:
    yield Run(("net", "stop", wanted.name), fine=(0, NOTHING_TO_DO))
    yield Run(("net", "start", wanted.name))


def _account(name: str) -> str:
    r"""Give the service's own user, which Windows makes and deletes with it (``NT SERVICE\``)."""
    return rf"NT SERVICE\{name}"
