"""``corsheet service``: what is planned is shown, or done; what cannot be, is told."""

import io
import sys
from argparse import Namespace
from pathlib import Path, PurePosixPath

import pytest

from corsheet.cli import main, service_run
from corsheet.cli.service import Port, act
from corsheet.install import manager as managers
from corsheet.install.account import Account
from corsheet.install.launchd import Launchd
from corsheet.install.logon_task import LogonTask
from corsheet.install.manager import make_manager
from corsheet.install.steps import InstallError, Ran
from corsheet.install.systemd import PROPERTIES, Systemd
from corsheet.install.unit import unit
from corsheet.install.wanted import Wanted, this_program
from corsheet.install.windows import WindowsService
from tests.support.installing import PaperComputer, wanted
from tests.support.service import settings_text

Captured = pytest.CaptureFixture[str]
MANAGER = Systemd(lambda _: Account())
FREE = Port(lambda server: "", lambda server: True)
"""A port that nobody has, and where the service answers at once."""


@pytest.fixture(autouse=True)
def in_a_shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with settings."""
    shop = tmp_path / "Åsas shop"
    (shop).mkdir()
    (shop / "corsheet.toml").write_text(settings_text(shop) + "[server]\nport = 8443\n", "utf-8")
    monkeypatch.chdir(shop)
    return shop


def options(action: str, **changed: object) -> Namespace:
    """Give options as the command line would."""
    usual = {"config": None, "name": "corsheet", "user": False, "dry_run": False}
    return Namespace(action=action, **(usual | changed))


@pytest.mark.skipif(sys.platform != "linux", reason="it shows systemd's unit")
def test_a_dry_run_shows_all_and_does_nothing(in_a_shop: Path, capsys: Captured) -> None:
    """The file as it would be, and each command."""
    status = main(["service", "install", "--user", "--dry-run"])

    out = capsys.readouterr().out
    assert status == 0
    home = Path.home()
    assert f"write {home}/.config/systemd/user/corsheet.service\n" in out
    assert f'"serve" "--config" "{in_a_shop}/corsheet.toml"\n' in out
    assert "\nsystemctl --user enable corsheet.service\n" in out
    assert not (home / ".config/systemd/user/corsheet.service").exists()


def test_it_is_installed_started_asked_and_taken_away(capsys: Captured) -> None:
    """In that order; each step is told while it is done."""
    shown = "LoadState=loaded\nActiveState=active\nMainPID=42\nNRestarts=0\n"
    computer = PaperComputer(systemctl=Ran(0, shown))

    for action in ("install", "stop", "start", "status", "uninstall"):
        assert act(options(action), MANAGER, computer, FREE) == 0

    asked = f"systemctl show corsheet.service --property={','.join(PROPERTIES)}"
    assert computer.done == [
        asked,
        "Write /etc/systemd/system/corsheet.service",
        "systemctl daemon-reload",
        "systemctl enable corsheet.service",
        "systemctl restart corsheet.service",
        "systemctl stop corsheet.service",
        "systemctl start corsheet.service",
        asked,
        "systemctl disable --now corsheet.service",
        "Remove /etc/systemd/system/corsheet.service",
        "systemctl daemon-reload",
    ]
    out = capsys.readouterr().out
    assert "it runs as a user of its own" in out
    assert "corsheet: running (process 42, started again 0 times after failures)\n" in out


def test_a_port_that_another_program_has_is_told_before_anything_is_done(capsys: Captured) -> None:
    """Such as a corsheet that was started by hand; of the service itself it is none."""
    taken = Port(lambda server: f"process 7, at {server.port}", lambda server: True)
    missing = PaperComputer(systemctl=Ran(0, "LoadState=not-found\n"))
    running = PaperComputer(systemctl=Ran(0, "LoadState=loaded\nActiveState=active\n"))

    assert act(options("install"), MANAGER, missing, taken) == 2
    assert act(options("install"), MANAGER, running, taken) == 0

    errors = capsys.readouterr().err
    assert "127.0.0.1:8443 is taken by process 7, at 8443\n    end that program first" in errors
    assert len(missing.done) == 1
    assert "systemctl restart corsheet.service" in running.done


def test_one_that_does_not_come_to_answer_is_told(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system says that it has started it; the till would be the first to notice."""
    monkeypatch.setattr("corsheet.cli.service.ANSWER_SECONDS", 0.3)
    asked = iter([False, True])
    slow = Port(lambda server: "", lambda server: next(asked))
    dead = Port(lambda server: "", lambda server: False)

    assert act(options("install"), MANAGER, PaperComputer(), slow) == 0
    assert act(options("install"), MANAGER, PaperComputer(), dead) == 2

    said = capsys.readouterr()
    assert said.out.count("it answers on 127.0.0.1:8443\n") == 1
    assert "it is installed, and does not answer on 127.0.0.1:8443\n" in said.err


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("LoadState=loaded\nActiveState=failed\nResult=exit-code\n", 1),
        ("LoadState=masked\nActiveState=inactive\n", 1),
        ("LoadState=bad-setting\nActiveState=inactive\n", 1),
        ("LoadState=not-found\nActiveState=inactive\n", 2),
    ],
)
def test_the_exit_status_says_what_a_service_does(said: str, status: int) -> None:
    """For scripts."""
    computer = PaperComputer(systemctl=Ran(0, said))

    assert act(options("status"), MANAGER, computer, FREE) == status


def test_a_failure_is_told_with_its_cure(capsys: Captured) -> None:
    """Such as that of somebody who is no administrator: exit 2."""
    computer = PaperComputer(systemctl=Ran(1, "Access denied\n"))

    assert act(options("start"), MANAGER, computer, FREE) == 2

    errors = capsys.readouterr().err
    assert "`systemctl start corsheet.service` failed with 1: Access denied" in errors
    assert "sudo" in errors


def test_a_manager_that_cannot_be_asked_says_nothing_of_the_service(capsys: Captured) -> None:
    """It may run: "not installed" would be a guess."""
    computer = PaperComputer(systemctl=Ran(1, "Failed to connect to bus: No medium found\n"))

    assert act(options("status"), MANAGER, computer, FREE) == 2

    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Failed to connect to bus" in captured.err


def test_bad_settings_are_told_before_anything_is_done(in_a_shop: Path, capsys: Captured) -> None:
    """A service that cannot start is not installed."""
    (in_a_shop / "corsheet.toml").write_text("log_level = 'loud'\n", "utf-8")
    computer = PaperComputer()

    assert act(options("install"), MANAGER, computer, FREE) == 2

    assert "log_level: error CS503" in capsys.readouterr().err
    assert computer.done == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"name": "ssh"}, "cannot be the service's name"), ({}, "there is no corsheet.toml here")],
)
def test_what_cannot_be_installed_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Captured,
    changed: dict[str, object],
    said: str,
) -> None:
    """Exit 2, and nothing is done."""
    monkeypatch.chdir(tmp_path)
    computer = PaperComputer()

    assert act(options("install", **changed), MANAGER, computer, FREE) == 2

    assert said in capsys.readouterr().err
    assert computer.done == []


def test_what_counts_only_here_is_told(monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    """The service has another environment; the value may be a secret."""
    monkeypatch.setenv("CORSHEET_AUTH_INTROSPECTION_CLIENT_SECRET", "hush")

    assert act(options("install"), MANAGER, PaperComputer(), FREE) == 0

    errors = capsys.readouterr().err
    assert "CORSHEET_AUTH_INTROSPECTION_CLIENT_SECRET is set here" in errors
    assert "hush" not in errors


def test_every_file_that_the_settings_name_is_gathered(in_a_shop: Path) -> None:
    """Relative to them; what the service must read is looked at before it is installed."""
    (in_a_shop / "users").write_text("", "utf-8")
    text = (in_a_shop / "corsheet.toml").read_text("utf-8")
    (in_a_shop / "corsheet.toml").write_text(text + '[auth]\nhtpasswd = "users"\n', "utf-8")
    seen: list[Wanted] = []

    def find(given: Wanted) -> Account:
        seen.append(given)
        return Account()

    assert act(options("install"), Systemd(find), PaperComputer(), FREE) == 0

    (given,) = seen
    assert (given.workbook, given.files) == (in_a_shop / "orders.xlsx", (in_a_shop / "users",))


@pytest.mark.parametrize(
    ("platform", "is_user", "kind"),
    [
        ("linux", False, Systemd),
        ("linux", True, Systemd),
        ("darwin", False, Launchd),
        ("darwin", True, Launchd),
        ("win32", False, WindowsService),
        ("win32", True, LogonTask),
    ],
)
def test_each_system_has_its_manager(
    monkeypatch: pytest.MonkeyPatch, platform: str, is_user: bool, kind: type
) -> None:
    """For the computer, or for one user."""
    monkeypatch.setattr(sys, "platform", platform)

    found = make_manager(is_user)

    assert type(found) is kind


def test_on_macos_a_daemon_is_the_keeper_s_and_never_root_s(
    in_a_shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There are no users that come and go with a service."""
    workbook = in_a_shop / "orders.xlsx"
    shop = wanted(PurePosixPath(in_a_shop))
    with pytest.raises(InstallError, match=r"orders\.xlsx"):
        managers.find_keeper(shop)
    workbook.write_bytes(b"")

    monkeypatch.setattr(Path, "owner", lambda _: "root")
    with pytest.raises(InstallError, match="no service should be root"):
        managers.find_keeper(shop)
    monkeypatch.setattr(Path, "owner", lambda _: "anna")

    assert managers.find_keeper(shop) == "anna"


@pytest.mark.parametrize("is_one_file", [False, True])
def test_the_binary_knows_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_one_file: bool
) -> None:
    """It starts itself; one file unpacks itself among temporary files."""
    binary = tmp_path / "corsheet" / "corsheet"
    unpacked = tmp_path / "temporary" / "_MEI1" if is_one_file else binary.parent / "_internal"
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "temporary"))
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(unpacked), raising=False)
    monkeypatch.setattr(sys, "executable", str(binary))

    program = this_program()

    assert program.command == (str(binary),)
    assert program.files == ((binary if is_one_file else binary.parent),)
    assert program.is_one_file is is_one_file
    assert f'ExecStart=":{binary}" "serve"' in unit(wanted(program=program), None)


def test_what_windows_starts_at_logon_serves_and_keeps_a_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody sees a terminal then; the settings are bad here, which the log says."""
    (Path("corsheet.toml")).write_text("log_level = 'loud'\n", "utf-8")
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    log = tmp_path / "logs" / "corsheet.log"

    status = main(["service", "run", "--user", "--config", "corsheet.toml", "--log", str(log)])

    assert status == 2
    assert "log_level: error CS503" in log.read_text("utf-8")


def test_a_crash_is_in_the_log_of_what_windows_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody would hear of it otherwise; exit 1, so that it is started again."""
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.setattr(sys, "stderr", io.StringIO())

    def crash() -> None:
        raise RuntimeError("a library is missing")

    monkeypatch.setattr(service_run, "hide_window", crash)
    log = tmp_path / "corsheet.log"

    assert main(["service", "run", "--user", "--log", str(log)]) == 1

    assert "RuntimeError: a library is missing" in log.read_text("utf-8")


def test_a_large_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the place of the one before; a small one is gone on with."""
    monkeypatch.setattr(service_run, "LARGEST_LOG", 3)
    path = tmp_path / "corsheet.log"
    for text in ("one", "two!", "three"):
        with service_run.open_log(path) as log:
            log.write(text)

    assert path.read_text() == "three"
    assert path.with_name("corsheet.log.1").read_text() == "onetwo!"
