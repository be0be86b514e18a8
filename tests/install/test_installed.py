"""Which service of the system serves some settings."""

from pathlib import Path, PurePosixPath

import pytest

from corsheet.install.account import Account
from corsheet.install.drives import TheseDrives
from corsheet.install.installed import Installed, find_installed
from corsheet.install.steps import Ran, State, Status
from corsheet.install.systemd import Systemd
from corsheet.install.unit import unit
from corsheet.install.windows import NOT_THERE, WindowsService
from tests.support.installing import PaperComputer, wanted

SYSTEMD = Systemd(lambda _: Account())
RUNS = Ran(0, "LoadState=loaded\nActiveState=active\nMainPID=7\nNRestarts=2\n")


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """A folder of units: two of ours, and somebody else's."""
    for name, shop in (("corsheet", "/srv/shop"), ("corsheet-two", '/srv/sh"op 100%')):
        text = unit(wanted(PurePosixPath(shop), name=name), Account())
        (tmp_path / f"{name}.service").write_text(text, "utf-8")
    (tmp_path / "other.service").write_text('ExecStart="x" "--config" "/srv/other/corsheet.toml"')
    return tmp_path


@pytest.mark.parametrize(
    ("config", "name"),
    [
        ("/srv/shop/corsheet.toml", "corsheet"),
        ("/srv/x/../shop/corsheet.toml", "corsheet"),
        ('/srv/sh"op 100%/corsheet.toml', "corsheet-two"),
        ("/srv/other/corsheet.toml", ""),
        ("/srv/shop/corsheet.toml2", ""),
        ("/srv/\udce5/corsheet.toml", ""),
    ],
)
def test_a_unit_is_known_by_its_settings(units: Path, config: str, name: str) -> None:
    """However odd the path; its state is where the system keeps it."""
    computer = PaperComputer(systemctl=RUNS)

    found = find_installed(Path(config), computer, platform="linux", units=units, manager=SYSTEMD)

    running = Status(State.RUNNING, "process 7, started again 2 times after failures")
    assert found == (Installed(name, Path("/var/lib") / name, running) if name else None)
    assert len(computer.done) == bool(name)


def test_a_unit_that_may_not_be_read_is_nobodys(units: Path) -> None:
    """Nor is one that is no file."""
    (units / "corsheet.service").unlink()
    (units / "corsheet.service").mkdir()

    computer = PaperComputer()
    config = Path("/srv/shop/corsheet.toml")
    found = find_installed(config, computer, platform="linux", units=units, manager=SYSTEMD)

    assert found is None


def test_what_it_does_only_some_may_ask(units: Path) -> None:
    """Or the unit was left by a system that has been moved, where nobody can be asked."""

    class Bare(PaperComputer):
        def run(self, command: object) -> Ran:
            raise FileNotFoundError

    config = Path("/srv/shop/corsheet.toml")
    for computer in (Bare(), PaperComputer(systemctl=Ran(1, "Failed to connect to bus"))):
        found = find_installed(config, computer, platform="linux", units=units, manager=SYSTEMD)

        assert found is not None
        assert found.status.state is State.MISSING


@pytest.mark.parametrize(("status", "state"), [(0, State.RUNNING), (NOT_THERE, State.MISSING)])
def test_a_service_of_windows_is_known_by_its_folder(
    tmp_path: Path, status: int, state: State
) -> None:
    """``install`` has made the folder; the service may have gone since."""
    (tmp_path / "corsheet" / "corsheet-two").mkdir(parents=True)
    config = tmp_path / "corsheet.toml"
    told = f"        BINARY_PATH_NAME   : corsheet.exe service run --config {config} --state x\n"
    numbers = "        TYPE : 10\n        STATE : 4\n        PID : 12\n"
    computer = PaperComputer(**{"sc.exe": Ran(status, told + numbers)})

    found = find_installed(
        config,
        computer,
        platform="win32",
        environment={"PROGRAMDATA": str(tmp_path)},
        manager=WindowsService(TheseDrives(), tmp_path),
    )

    assert found is not None
    assert (found.name, found.status.state) == ("corsheet-two", state)
    assert found.state_dir == tmp_path / "corsheet" / "corsheet-two"
    assert computer.done == ["sc.exe qc corsheet-two", "sc.exe queryex corsheet-two"]


def test_macos_is_not_asked(tmp_path: Path) -> None:
    """Its daemons keep their state where their user does."""
    computer = PaperComputer()

    assert find_installed(tmp_path / "corsheet.toml", computer, platform="darwin") is None
    assert computer.done == []
