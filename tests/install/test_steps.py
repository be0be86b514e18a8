"""Carrying out a plan: in order, until something fails, which is told with a cure."""

import sys
from pathlib import Path

import pytest

from corsheet.install.steps import (
    InstallError,
    MakeFolder,
    Ran,
    Remove,
    Run,
    ThisComputer,
    Write,
    ask,
    carry_out,
)
from corsheet.install.wanted import checked_name
from tests.support.installing import PaperComputer


def test_a_plan_is_carried_out_in_order(tmp_path: Path) -> None:
    """Files are written, folders made, what is deleted may be gone already; each step is told."""
    told: list[str] = []
    file = tmp_path / "new" / "unit"
    steps = (
        Write(file, b"text"),
        MakeFolder(tmp_path / "state"),
        Run((sys.executable, "-c", f"assert open({str(file)!r}).read() == 'text'")),
        Remove(file),
        Remove(file),
    )

    carry_out(steps, ThisComputer(), told.append)

    assert sorted(path.name for path in tmp_path.rglob("*")) == ["new", "state"]
    assert [line.split()[0] for line in told] == ["write", "make", sys.executable] + 2 * ["delete"]


def test_nothing_is_done_after_a_failure() -> None:
    """What the command said last is told."""
    computer = PaperComputer(sc=Ran(5, "OpenSCManager FAILED 5:\n\nAccess is denied.\n"))

    with pytest.raises(InstallError, match=r"`sc create x` failed with 5: .*Access is denied"):
        carry_out((Run(("sc", "create", "x")), Run(("net", "start"))), computer, lambda _: None)

    assert computer.done == ["sc create x"]


@pytest.mark.parametrize(("fine", "status"), [((0, 1073), 1073), (None, 99)])
def test_some_failures_are_none(fine: tuple[int, ...] | None, status: int) -> None:
    """Such as that it is there already."""
    computer = PaperComputer(sc=Ran(status, ""))

    carry_out((Run(("sc",), fine=fine), Run(("net",))), computer, lambda _: None)

    assert computer.done == ["sc", "net"]


def test_a_tool_that_is_not_there_is_told() -> None:
    """Such as systemctl in a container."""
    with pytest.raises(InstallError, match="there is no `no-such-tool` here"):
        ask(Run(("no-such-tool",)), ThisComputer())


def test_a_computer_without_systemd_is_told_so() -> None:
    """Its administrator has every right already."""
    said = "System has not been booted with systemd as init system (PID 1). Can't operate.\n"
    computer = PaperComputer(systemctl=Ran(1, said))

    with pytest.raises(InstallError) as refused:
        carry_out((Run(("systemctl", "daemon-reload")),), computer, lambda _: None)

    assert "corsheet serve --config" in refused.value.cure
    assert "sudo" not in refused.value.cure


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """With its path, and how to have the right."""
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(InstallError, match="file/unit") as refused:
        carry_out((Write(tmp_path / "file" / "unit", b""),), ThisComputer(), lambda _: None)

    assert "sudo" in refused.value.cure


def test_a_file_that_was_there_stays_whole_where_the_new_one_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A unit cut short would not be started with the computer any more."""
    file = tmp_path / "unit"
    file.write_bytes(b"old and whole")
    write = Path.write_bytes

    def run_full(path: Path, data: bytes) -> int:
        write(path, data[:2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", run_full)
    with pytest.raises(InstallError, match="No space left"):
        carry_out((Write(file, b"new"),), ThisComputer(), lambda _: None)

    assert file.read_bytes() == b"old and whole"


@pytest.mark.parametrize("before", ["", "/opt/lib"])
def test_the_system_s_programs_have_the_system_s_libraries(
    monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    """Not those that a built program brings, which PyInstaller puts before them."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt/unpacked")
    monkeypatch.setenv("LD_LIBRARY_PATH_ORIG", before)
    shown = "import os; print(os.environ.get('LD_LIBRARY_PATH', ''))"

    ran = ThisComputer().run((sys.executable, "-c", shown))

    assert ran.output.strip() == before


@pytest.mark.parametrize("name", ["corsheet", "corsheet-two", "corsheet-7"])
def test_names_of_a_service(name: str) -> None:
    """They are plain, for each system."""
    assert checked_name(name) == name


@pytest.mark.parametrize("name", ["ssh", "corsheet-", "Corsheet", "corsheet-a b", "corsheet/x", ""])
def test_other_names_are_refused(name: str) -> None:
    """One may be another program's service."""
    with pytest.raises(InstallError, match="cannot be the service's name"):
        checked_name(name)
