"""The unit of systemd, as systemd itself reads it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from corsheet.install.account import Account
from corsheet.install.steps import InstallError, Ran, Remove, Run, State, Status, Write
from corsheet.install.systemd import Systemd
from corsheet.install.unit import quoted, unit
from corsheet.install.wanted import Program
from corsheet.workbook.limits import GIB, MIB
from tests.support.installing import wanted
from tests.support.supervisor import Unit

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)

MOST_EXPOSED = {"own user": 2.0, "keeper": 2.5, "of one user": 7.0}
"""What `systemd-analyze security` may give at most: 10 is a service without any bounds, and the
most that a manager of one user can do leaves six."""

ACCOUNTS = {
    "own user": Account(),
    "keeper": Account(user="anna", home="/home/anna"),
    "of one user": None,
}

AWKWARD = '/srv/Åsas "shop" 100%s $HOME \\x \'n tab\there'


def values(text: str, key: str) -> list[str]:
    """Give what a unit says to a key, once for each line."""
    return re.findall(rf"(?m)^{key}=(.*)$", text)


@pytest.mark.systemd
@needs_systemd
@pytest.mark.parametrize("account", ACCOUNTS)
def test_systemd_accepts_the_unit_and_says_how_exposed_it_is(
    tmp_path: Path, account: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not a word against it; its score is printed."""
    path = tmp_path / "corsheet.service"
    path.write_text(unit(wanted(), ACCOUNTS[account]), "utf-8")
    most = MOST_EXPOSED[account]

    verified = analyze("verify", str(path))
    judged = analyze("security", "--offline=true", f"--threshold={most * 10:.0f}", str(path))

    said = [line for line in verified.stdout.splitlines() if "anna" not in line]
    assert said == []  # there is no anna here, and it says no more of that than so
    score = re.search(r"exposure level .*: ([0-9.]+) ", judged.stdout)
    assert score is not None, judged.stdout
    assert judged.returncode == 0, score[0]
    with capsys.disabled():
        print(f"\nsystemd-analyze security, {account}: {score[1]} of 10 (least is best)")


def analyze(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Ask systemd, in plain text."""
    return subprocess.run(
        ["systemd-analyze", "--no-pager", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "SYSTEMD_COLORS": "0", "LC_ALL": "C.UTF-8"},
    )


@pytest.mark.systemd
@needs_systemd
def test_systemd_reads_an_awkward_path_as_it_is(tmp_path: Path) -> None:
    """Spaces, per cent, dollar, letters beyond ASCII."""
    awkward = "/srv/Åsas shop 100%s $HOME/no such program"
    program = Program((awkward,), ())
    path = tmp_path / "corsheet.service"
    path.write_text(unit(wanted(program=program), Account()), "utf-8")

    said = analyze("verify", str(path)).stdout

    assert f"Command {awkward} is not executable" in said


def test_a_program_that_systemd_would_not_start_is_refused() -> None:
    """It says "contains special characters" only when the unit is loaded."""
    with pytest.raises(InstallError, match="quotes or backslashes"):
        unit(wanted(program=Program(("/opt/o'hara/corsheet",), ())), Account())


def test_the_command_is_read_back_as_it_was() -> None:
    """With quotes, backslash and tab too; by the reader that the tests' own supervisor uses."""
    folder = PurePosixPath(AWKWARD)

    command = Unit(unit(wanted(folder), Account())).command

    assert command == [
        sys.executable, "-m", "corsheet", "serve", "--config", f"{AWKWARD}/corsheet.toml",
    ]  # fmt: skip


def test_a_path_that_is_no_text_is_refused() -> None:
    """A unit is UTF-8 (systemd.syntax(7))."""
    with pytest.raises(InstallError, match="is not UTF-8"):
        quoted("/srv/\udce5")


def test_it_is_kept_alive_and_ended_softly() -> None:
    """For ever; and each process once the main one has answered what was under way."""
    text = unit(wanted(), Account())

    for line in (
        "Restart=on-failure", "RestartSec=1", "StartLimitIntervalSec=0", "KillSignal=SIGTERM",
        "KillMode=mixed", "TimeoutStopSec=5", "WantedBy=multi-user.target", "OOMPolicy=continue",
        "RestartForceExitStatus=SIGHUP",
    ):  # fmt: skip
        assert f"\n{line}\n" in text


def test_its_memory_follows_the_limits() -> None:
    """That of one reading, two copies of the largest workbook, and what serves."""
    text = unit(wanted(memory_bytes=GIB, workers=4), Account())

    assert values(text, "MemoryMax") == [str(GIB + 2 * 64 * MIB + 256 * MIB + 4 * 64 * MIB)]
    assert values(unit(wanted(memory_bytes=0), Account()), "MemoryMax") == []


@pytest.mark.parametrize(
    ("account", "lines"),
    [
        (Account(), ["DynamicUser=yes"]),
        (Account(group="shop"), ["DynamicUser=yes", "SupplementaryGroups=shop"]),
        (
            Account(user="anna", home="/home/anna"),
            ["User=anna", 'InaccessiblePaths="-/home/anna/.ssh" "-/home/anna/.gnupg"'],
        ),
    ],
)
def test_it_has_few_rights_and_a_state_folder_of_its_own(
    account: Account, lines: list[str]
) -> None:
    """Whoever it runs as."""
    text = unit(wanted(), account)

    for line in (
        *lines, "CapabilityBoundingSet=", "AmbientCapabilities=", "NoNewPrivileges=yes",
        "ProtectSystem=strict", "SystemCallFilter=@system-service", "StateDirectory=corsheet",
        "Environment=CORSHEET_STATE_DIR=/var/lib/corsheet",
    ):  # fmt: skip
        assert f"\n{line}\n" in text
    assert ("\nUser=" in text) is bool(account.user)


@pytest.mark.parametrize(
    ("folder", "homes"),
    [("/srv/shop", "yes"), ("/home/anna/shop", "read-only"), ("/homestead/shop", "yes")],
)
def test_homes_are_seen_only_where_something_lies_in_one(folder: str, homes: str) -> None:
    """And never written."""
    text = unit(wanted(PurePosixPath(folder)), Account())

    assert values(text, "ProtectHome") == [homes]


def test_a_home_is_seen_where_a_link_leads_into_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The workbook stays with whoever keeps it; the settings name a link beside them."""
    home, shop = tmp_path / "home", tmp_path / "shop"
    monkeypatch.setattr("corsheet.install.unit.HOMES", (str(home),))
    home.mkdir()
    shop.mkdir()
    (home / "orders.xlsx").touch()
    (shop / "orders.xlsx").symlink_to(home / "orders.xlsx")

    text = unit(wanted(PurePosixPath(shop)), Account())

    assert values(text, "ProtectHome") == ["read-only"]


@pytest.mark.parametrize(("port", "right"), [(443, "CAP_NET_BIND_SERVICE"), (8080, ""), (0, "")])
def test_a_low_port_takes_one_right(port: int, right: str) -> None:
    """No other is ever given."""
    text = unit(wanted(port=port), Account())

    assert values(text, "CapabilityBoundingSet") == [right]
    assert values(text, "AmbientCapabilities") == [right]


@pytest.mark.parametrize("account", ACCOUNTS)
def test_the_one_file_unpacks_itself_where_nobody_cleans(account: str) -> None:
    """And what a kill left is cleared away before."""
    program = Program(("/opt/corsheet",), (PurePosixPath("/opt/corsheet"),), is_one_file=True)

    text = unit(wanted(program=program), ACCOUNTS[account])

    assert "\nCacheDirectory=corsheet\n" in text
    assert '\nEnvironment="TMPDIR=%C/corsheet"\n' in text
    assert '\nExecStartPre=-/usr/bin/find "%C/corsheet/" -mindepth 1 -delete\n' in text


def test_a_unit_of_one_user_asks_for_nothing_that_its_manager_cannot_do() -> None:
    """What needs root would keep it from starting."""
    text = unit(wanted(), None)

    assert "\nWantedBy=default.target\n" in text
    assert "\nMemoryMax=" in text
    for key in ("DynamicUser", "User", "ProtectHome", "ProtectSystem", "PrivateTmp", "After"):
        assert values(text, key) == []


def test_the_system_s_plan() -> None:
    """Written, known, started with the computer, started anew where it ran."""
    plan = Systemd(lambda _: Account()).install(wanted(name="corsheet-two"))

    written, *commands = plan.steps
    assert isinstance(written, Write)
    assert written.path == PurePosixPath("/etc/systemd/system/corsheet-two.service")
    assert written.data.decode() == unit(wanted(name="corsheet-two"), Account())
    assert commands == [
        Run(("systemctl", "daemon-reload")),
        Run(("systemctl", "enable", "corsheet-two.service")),
        Run(("systemctl", "restart", "corsheet-two.service")),
    ]
    assert "a user of its own" in plan.notes[0]


def test_the_plan_of_one_user() -> None:
    """Below their home, and started with the computer though they are not there."""
    plan = Systemd(lambda _: Account(), PurePosixPath("/home/anna")).install(wanted())

    assert isinstance(plan.steps[0], Write)
    assert str(plan.steps[0].path) == "/home/anna/.config/systemd/user/corsheet.service"
    assert Run(("systemctl", "--user", "restart", "corsheet.service")) in plan.steps
    assert plan.steps[-1] == Run(("loginctl", "enable-linger"), fine=None)


def test_taking_it_away_leaves_the_state() -> None:
    """Also where it was never installed."""
    plan = Systemd(lambda _: Account()).uninstall("corsheet")

    assert plan.steps == (
        Run(("systemctl", "disable", "--now", "corsheet.service"), fine=None),
        Remove(PurePosixPath("/etc/systemd/system/corsheet.service")),
        Run(("systemctl", "daemon-reload")),
    )
    assert plan.notes == ("the last good orders stay in /var/lib/corsheet",)


@pytest.mark.parametrize(
    ("load", "active", "status"),
    [
        (
            "loaded",
            "active",
            Status(State.RUNNING, "process 42, started again 3 times after failures"),
        ),
        ("loaded", "activating", Status(State.CHANGING, "started again 3 times after failures")),
        ("loaded", "inactive", Status(State.STOPPED, "it ended with: success")),
        ("not-found", "inactive", Status(State.MISSING)),
    ],
)
def test_its_status_is_read(load: str, active: str, status: Status) -> None:
    """From `systemctl show`, which is made for programs."""
    said = f"LoadState={load}\nActiveState={active}\nMainPID=42\nNRestarts=3\nResult=success\n"

    assert Systemd(lambda _: Account()).understand(Ran(0, said)) == status
