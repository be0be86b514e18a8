"""The property list of macOS, read back; launchd itself is not here."""

import plistlib
from pathlib import PurePosixPath

import pytest

from corsheet.install.launchd import NOT_THERE, Launchd
from corsheet.install.steps import Plan, Ran, Remove, Run, State, Status, Write
from tests.support.installing import wanted

FOLDER = PurePosixPath('/Users/anna/Åsas "shop" & <co>')
DAEMON = Launchd(lambda _: "anna")
AGENT = Launchd(lambda _: "anna", 501, PurePosixPath("/Users/anna"))


def written(plan: Plan) -> Write:
    """Give the one file that a plan writes."""
    (found,) = (step for step in plan.steps if isinstance(step, Write))
    return found


def test_a_daemon_runs_as_who_keeps_the_workbook() -> None:
    """From the start of the computer, again after each failure, killed after five seconds."""
    plan = DAEMON.install(wanted(FOLDER))

    file = written(plan)
    told = plistlib.loads(file.data)
    assert file.path == PurePosixPath("/Library/LaunchDaemons/corsheet.plist")
    assert told["Label"] == "corsheet"
    assert told["ProgramArguments"][-3:] == ["serve", "--config", f"{FOLDER}/corsheet.toml"]
    assert told["UserName"] == "anna"
    assert told["RunAtLoad"] is True
    assert told["KeepAlive"] == {"SuccessfulExit": False}
    assert told["ExitTimeOut"] == 5
    assert told["StandardErrorPath"] == "/Library/Logs/corsheet/corsheet.log"
    bootstrap = Run(("launchctl", "bootstrap", "system", str(file.path)))
    assert plan.steps[-1] == bootstrap


def test_an_agent_is_its_user_s() -> None:
    """In their home, without a name of whom to run as."""
    plan = AGENT.install(wanted(FOLDER, name="corsheet-two"))

    file = written(plan)
    assert file.path == PurePosixPath("/Users/anna/Library/LaunchAgents/corsheet-two.plist")
    assert "UserName" not in plistlib.loads(file.data)
    assert plan.steps[-1] == Run(("launchctl", "bootstrap", "gui/501", str(file.path)))


def test_the_other_actions() -> None:
    """Each with launchctl's own word for it."""
    target = "system/corsheet"

    assert DAEMON.start("corsheet").steps == (Run(("launchctl", "kickstart", target)),)
    assert DAEMON.stop("corsheet").steps == (Run(("launchctl", "kill", "SIGTERM", target)),)
    assert DAEMON.uninstall("corsheet").steps == (
        Run(("launchctl", "bootout", target), fine=None),
        Remove(PurePosixPath("/Library/LaunchDaemons/corsheet.plist")),
    )
    assert DAEMON.ask("corsheet").command == ("launchctl", "print", target)


@pytest.mark.parametrize(
    ("ran", "status"),
    [
        (
            Ran(0, "system/corsheet = {\n\tstate = running\n\n\tpid = 42\n}\n"),
            Status(State.RUNNING, "process 42"),
        ),
        (
            Ran(0, "system/corsheet = {\n\tstate = not running\n\tlast exit code = 2\n}\n"),
            Status(State.STOPPED, "it ended with: 2"),
        ),
        (Ran(NOT_THERE, "Could not find service"), Status(State.MISSING)),
    ],
)
def test_its_status_is_read(ran: Ran, status: Status) -> None:
    """From `launchctl print`, whose form Apple does not promise."""
    assert DAEMON.understand(ran) == status
