"""A task of Windows that starts when somebody logs on (Task Scheduler schema 1.2).

For who is no administrator, and for a workbook on a mapped drive. Registered from a
file, since a command is cut after 261 characters on the command line.
"""

import subprocess
import xml.etree.ElementTree as ET  # written, never read
from dataclasses import dataclass
from pathlib import PurePath

from corsheet.install.steps import Plan, Ran, Remove, Run, State, Status, Write
from corsheet.install.wanted import Wanted

SCHEMA = "http://schemas.microsoft.com/windows/2004/02/mit/task"

AGAIN = "PT1M"
"""Each minute it is started unless it runs, so after a failure too; the least that is allowed."""

NO_LIMIT = "PT0S"
"""Of the time it may run."""

PRIORITY = "5"
"""That of a window in use; a task has 7 otherwise, below it, for the disk too."""

TASK_STATES = {"Running": State.RUNNING, "Ready": State.STOPPED, "Disabled": State.STOPPED}
"""As PowerShell names them, in English everywhere."""


@dataclass(frozen=True, slots=True)
class LogonTask:
    r"""Tasks of one person.

    Attributes:
        user: ``COMPUTER\name``.
        data: Where that person's programs keep their files: ``%LOCALAPPDATA%``.
    """

    user: str
    data: PurePath

    def install(self, wanted: Wanted) -> Plan:
        """Register the task and start it."""
        file, log = self._file(wanted.name, "xml"), self._file(wanted.name, "log")
        # the ending of the first task, if there is one, lets the second begin
        steps = (
            Write(file, task(wanted, self.user, log)),
            Run(("schtasks", "/End", "/TN", wanted.name), fine=None),
            Run(("schtasks", "/Create", "/F", "/TN", wanted.name, "/XML", str(file))),
            Remove(file),
            *self.start(wanted.name).steps,
        )
        return Plan(steps, (f"it runs while you are logged on; its log: {log}",))

    def uninstall(self, name: str) -> Plan:
        """End it and delete it; the state and the log stay."""
        steps = (
            Run(("schtasks", "/End", "/TN", name), fine=None),
            Run(("schtasks", "/Delete", "/F", "/TN", name), fine=None),
        )
        return Plan(steps)

    def start(self, name: str) -> Plan:
        """Start it."""
        enable = Run(("schtasks", "/Change", "/TN", name, "/ENABLE"))
        return Plan((enable, Run(("schtasks", "/Run", "/TN", name))))

    def stop(self, name: str) -> Plan:
        """Stop it until it is started; else the next minute would start it."""
        disable = Run(("schtasks", "/Change", "/TN", name, "/DISABLE"))
        return Plan((disable, Run(("schtasks", "/End", "/TN", name), fine=None)))

    def ask(self, name: str) -> Run:
        """Give the command that knows what it does."""
        script = f"(Get-ScheduledTask -TaskName '{name}').State"
        return Run(("powershell", "-NoProfile", "-NonInteractive", "-Command", script), fine=None)

    def understand(self, ran: Ran) -> Status:
        """Read what that command said."""
        word = ran.output.strip()
        return Status(TASK_STATES.get(word, State.MISSING))

    def _file(self, name: str, ending: str) -> PurePath:
        return self.data / "corsheet" / f"{name}.{ending}"


def task(wanted: Wanted, user: str, log: PurePath) -> bytes:
    """Give the task as schtasks wants it: XML in UTF-16 with a mark."""
    arguments = [
        *wanted.program.command[1:], "service", "run", "--user", "--name", wanted.name,
        "--config", str(wanted.config), "--log", str(log),
    ]  # fmt: skip
    root = ET.Element("Task", version="1.2", xmlns=SCHEMA)
    about = ET.SubElement(root, "RegistrationInfo")
    _texts(about, Description="Serves the orders of a workbook to the till.")
    trigger = ET.SubElement(ET.SubElement(root, "Triggers"), "LogonTrigger")
    # never "at duration's end": without a duration it goes on
    _texts(ET.SubElement(trigger, "Repetition"), Interval=AGAIN, StopAtDurationEnd="false")
    _texts(trigger, Enabled="true", UserId=user)
    principal = ET.SubElement(ET.SubElement(root, "Principals"), "Principal", id="Author")
    _texts(principal, UserId=user, LogonType="InteractiveToken", RunLevel="LeastPrivilege")
    _texts(
        ET.SubElement(root, "Settings"),
        MultipleInstancesPolicy="IgnoreNew",
        DisallowStartIfOnBatteries="false",
        StopIfGoingOnBatteries="false",
        AllowHardTerminate="true",
        StartWhenAvailable="true",
        RunOnlyIfNetworkAvailable="false",
        ExecutionTimeLimit=NO_LIMIT,
        Priority=PRIORITY,
    )
    action = ET.SubElement(ET.SubElement(root, "Actions", Context="Author"), "Exec")
    line = subprocess.list2cmdline(arguments)
    _texts(action, Command=wanted.program.command[0], Arguments=line)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-16"?>\n{text}\n'.encode("utf-16")


def _texts(parent: ET.Element, **texts: str) -> None:
    for name, text in texts.items():
        ET.SubElement(parent, name).text = text
