"""What is told to Windows' own tools; Windows itself is not here."""

import xml.etree.ElementTree as ET  # our own text is read back
from pathlib import PureWindowsPath

import pytest

from corsheet.install.drives import Drive, Kind
from corsheet.install.logon_task import SCHEMA, LogonTask, task
from corsheet.install.steps import InstallError, MakeFolder, Ran, Remove, Run, State, Status, Write
from corsheet.install.wanted import Program
from corsheet.install.windows import WindowsService
from tests.support.installing import WINDOWS_PROGRAM, wanted

SHOP = PureWindowsPath(r"C:\Åsas shop")
DATA = PureWindowsPath(r"C:\ProgramData")
STATE = PureWindowsPath(r"C:\ProgramData\corsheet\corsheet")


class PaperDrives:
    """A computer on which Z: is a share, Y: a share whose name is lost, and X: nothing."""

    def look(self, letter: str) -> Drive:
        """Say what stands behind a letter."""
        return {
            "Z:": Drive(Kind.MAPPED, r"\\server\butik"),
            "Y:": Drive(Kind.MAPPED),
            "X:": Drive(Kind.MISSING),
        }.get(letter, Drive(Kind.LOCAL))


MANAGER = WindowsService(PaperDrives(), DATA)


def commands() -> list[tuple[str, ...]]:
    """Give the commands of an installation of the service."""
    plan = MANAGER.install(wanted(SHOP, program=WINDOWS_PROGRAM))
    return [step.command for step in plan.steps if isinstance(step, Run)]


def test_the_service_is_made_with_a_user_of_its_own() -> None:
    """Started with the computer; its program hosts itself; quotes as Windows reads them."""
    create = commands()[0]

    told = dict(zip(create[3::2], create[4::2], strict=True))
    assert create[:3] == ("sc.exe", "create", "corsheet")
    assert told["start="] == "auto"
    assert told["obj="] == r"NT SERVICE\corsheet"
    assert told["binPath="] == (
        r'"C:\Program Files\corsheet\corsheet.exe" service run --name corsheet'
        r' --config "C:\Åsas shop\corsheet.toml" --state C:\ProgramData\corsheet\corsheet'
        r" --log C:\ProgramData\corsheet\corsheet\corsheet.log"
    )


def test_it_is_started_again_after_each_failure() -> None:
    """An end with an error counts, and the last delay goes on for ever."""
    done = commands()

    assert (
        "sc.exe", "failure", "corsheet", "reset=", "3600",
        "actions=", "restart/2000/restart/5000/restart/30000",
    ) in done  # fmt: skip
    assert ("sc.exe", "failureflag", "corsheet", "1") in done


def test_installing_again_keeps_an_account_that_somebody_chose() -> None:
    """It is changed where it is there, stopped and started with what is new."""
    plan = MANAGER.install(wanted(SHOP, program=WINDOWS_PROGRAM))
    runs = [step for step in plan.steps if isinstance(step, Run)]

    assert runs[0].fine == (0, 1073)
    assert runs[1].command[:3] == ("sc.exe", "config", "corsheet")
    assert "obj=" not in runs[1].command
    assert runs[-2] == Run(("net", "stop", "corsheet"), fine=(0, 2))
    assert runs[-1] == Run(("net", "start", "corsheet"))


def test_its_user_may_read_the_shop_and_write_only_its_state() -> None:
    """And nobody else of the shop's may read the state."""
    plan = MANAGER.install(wanted(SHOP, program=WINDOWS_PROGRAM))
    rights = [step.command for step in plan.steps if isinstance(step, Run)]
    rights = [command for command in rights if command[0] == "icacls"]

    assert MakeFolder(STATE) in plan.steps
    assert rights == [
        ("icacls", str(STATE), "/inheritance:r", "/grant", r"NT SERVICE\corsheet:(OI)(CI)M",
         "*S-1-5-32-544:(OI)(CI)F", "*S-1-5-18:(OI)(CI)F"),
        ("icacls", r"C:\Program Files\corsheet", "/grant", r"NT SERVICE\corsheet:(OI)(CI)RX"),
        ("icacls", str(SHOP), "/grant", r"NT SERVICE\corsheet:(OI)(CI)RX"),
    ]  # fmt: skip


def test_one_file_gives_no_right_to_what_lies_beside_it() -> None:
    """Such as the other downloads."""
    file = PureWindowsPath(r"C:\Users\anna\Downloads\corsheet.exe")
    program = Program((str(file),), (file,), is_one_file=True)

    plan = MANAGER.install(wanted(SHOP, program=program))

    assert Run(("icacls", str(file), "/grant", r"NT SERVICE\corsheet:RX")) in plan.steps


@pytest.mark.parametrize(
    ("folder", "said", "unc"),
    [
        (r"Z:\shop", r"mapped drive Z:", r"\\server\butik\shop\corsheet.toml"),
        (r"z:\shop", r"mapped drive z:", r"\\server\butik\shop\corsheet.toml"),
        (r"Y:\shop", r"mapped drive Y:", r"\\SERVER\SHARE\shop\corsheet.toml"),
        (r"X:\shop", r"there is no drive X:", r"\\SERVER\SHARE\shop\corsheet.toml"),
    ],
)
def test_a_mapped_drive_is_refused_with_the_path_to_write(folder: str, said: str, unc: str) -> None:
    """A service does not see it, and an administrator's terminal may not either."""
    with pytest.raises(InstallError, match=said) as refused:
        MANAGER.install(wanted(PureWindowsPath(folder), program=WINDOWS_PROGRAM))

    assert unc in refused.value.cure
    assert "--user" in refused.value.cure


def test_every_path_is_looked_at() -> None:
    """A certificate on a mapped drive too."""
    with pytest.raises(InstallError, match=r"key\.pem"):
        MANAGER.install(
            wanted(SHOP, program=WINDOWS_PROGRAM, files=(PureWindowsPath(r"Z:\key.pem"),))
        )


def test_a_share_is_served_with_a_word_on_who_may_see_it() -> None:
    """By its UNC path; its rights are its server's."""
    plan = MANAGER.install(wanted(PureWindowsPath(r"\\server\butik"), program=WINDOWS_PROGRAM))

    assert any("COMPUTER$" in note for note in plan.notes)
    assert not any(
        step.command[:2] == ("icacls", "\\\\server\\butik\\")
        for step in plan.steps
        if isinstance(step, Run)
    )


def test_a_service_is_taken_away_and_told_by_its_name() -> None:
    """Stopped first; that it is not there is fine."""
    assert MANAGER.uninstall("corsheet").steps == (
        Run(("net", "stop", "corsheet"), fine=None),
        Run(("sc.exe", "delete", "corsheet"), fine=(0, 1060)),
    )
    assert MANAGER.start("corsheet").steps == (Run(("net", "start", "corsheet")),)
    assert MANAGER.stop("corsheet").steps == (Run(("net", "stop", "corsheet")),)


QUERY = """
TJÄNSTNAMN: corsheet
        TYP                : 10  WIN32_OWN_PROCESS
        TILLSTÅND          : {state}
                                (STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)
        WIN32_SLUTKOD      : 0  (0x0)
        TJÄNST_SLUTKOD     : 0  (0x0)
        KONTROLLPUNKT      : 0x0
        VÄNTETIPS          : 0x0
        PROCESS-ID         : 4711
        FLAGGOR            :
"""


@pytest.mark.parametrize(
    ("ran", "status"),
    [
        (Ran(0, QUERY.format(state="4  RUNNING")), Status(State.RUNNING, "process 4711")),
        (Ran(0, QUERY.format(state="1  STOPPED")), Status(State.STOPPED)),
        (Ran(0, QUERY.format(state="2  START_PENDING")), Status(State.CHANGING)),
        (Ran(1060, "[SC] EnumQueryServicesStatus:OpenService FAILED 1060:"), Status(State.MISSING)),
    ],
)
def test_the_status_of_a_service_is_read_in_any_language(ran: Ran, status: Status) -> None:
    """By its numbers."""
    assert MANAGER.understand(ran) == status


TASK = LogonTask(r"SHOP\åsa", PureWindowsPath(r"C:\Users\åsa\AppData\Local"))


def test_the_task_starts_at_logon_and_each_minute_that_it_does_not_run() -> None:
    """As its user, without more rights, without a limit of time, on battery too."""
    log = PureWindowsPath(r"C:\Users\åsa & co\corsheet.log")

    data = task(wanted(SHOP, program=WINDOWS_PROGRAM), TASK.user, log)

    assert data[:2] == b"\xff\xfe"
    root = ET.fromstring(data.decode("utf-16").partition("?>")[2])  # noqa: S314 - our own
    told = {
        element.tag.removeprefix(f"{{{SCHEMA}}}"): element.text
        for element in root.iter()
        if element.text
    }
    assert told["UserId"] == r"SHOP\åsa"
    assert (told["LogonType"], told["RunLevel"]) == ("InteractiveToken", "LeastPrivilege")
    assert (told["Interval"], told["MultipleInstancesPolicy"]) == ("PT1M", "IgnoreNew")
    assert told["ExecutionTimeLimit"] == "PT0S"
    assert told["DisallowStartIfOnBatteries"] == told["StopIfGoingOnBatteries"] == "false"
    assert told["Command"] == r"C:\Program Files\corsheet\corsheet.exe"
    assert told["Arguments"] == (
        r'service run --user --name corsheet --config "C:\Åsas shop\corsheet.toml"'
        r' --log "C:\Users\åsa & co\corsheet.log"'
    )
    trigger = root.find(f".//{{{SCHEMA}}}LogonTrigger")
    assert trigger is not None
    assert [one.tag.rpartition("}")[2] for one in trigger] == ["Repetition", "Enabled", "UserId"]


def test_the_task_is_registered_from_a_file_and_may_lie_on_a_mapped_drive() -> None:
    """It runs where its user is logged on, and sees what they see."""
    plan = TASK.install(wanted(PureWindowsPath(r"Z:\shop"), program=WINDOWS_PROGRAM))

    file = PureWindowsPath(r"C:\Users\åsa\AppData\Local\corsheet\corsheet.xml")
    assert isinstance(plan.steps[0], Write)
    assert plan.steps[0].path == file
    assert plan.steps[2:] == (
        Run(("schtasks", "/Create", "/F", "/TN", "corsheet", "/XML", str(file))),
        Remove(file),
        Run(("schtasks", "/Change", "/TN", "corsheet", "/ENABLE")),
        Run(("schtasks", "/Run", "/TN", "corsheet")),
    )


def test_a_stopped_task_stays_so() -> None:
    """It is disabled first, or its next minute would start it."""
    assert TASK.stop("corsheet").steps == (
        Run(("schtasks", "/Change", "/TN", "corsheet", "/DISABLE")),
        Run(("schtasks", "/End", "/TN", "corsheet"), fine=None),
    )
    assert TASK.uninstall("corsheet").steps[-1] == Run(
        ("schtasks", "/Delete", "/F", "/TN", "corsheet"), fine=None
    )


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("Running\r\n", State.RUNNING),
        ("Ready\r\n", State.STOPPED),
        ("Disabled\r\n", State.STOPPED),
        ("Get-ScheduledTask : No MSFT_ScheduledTask objects found", State.MISSING),
    ],
)
def test_the_status_of_a_task_is_read(said: str, state: State) -> None:
    """From PowerShell, whose words are English everywhere."""
    assert TASK.understand(Ran(0, said)) == Status(state)
