"""Hosting the service for Windows' manager, with a stand-in for pywin32 and for Windows."""

import ctypes
import importlib
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from corsheet.install.drives import NO_ROOT, REMOTE, Drive, Kind, TheseDrives

LOCAL_DISK = 3
"""DRIVE_FIXED (fileapi.h)."""

Manage = Callable[[Any], None]


class Framework:
    """pywin32's ServiceFramework, as far as it is used."""

    def __init__(self, reports: list[tuple[int, int]]) -> None:
        self._reports = reports

    def ReportServiceStatus(self, status: int, wait: int) -> None:  # noqa: N802 - its name
        """Tell the manager."""
        self._reports.append((status, wait))


class Manager:
    """Windows' service control manager, which starts one service and does something to it.

    Attributes:
        reports: What it was told.
        failure: With which error the service ended.
    """

    def __init__(self, manage: Manage) -> None:
        self.reports: list[tuple[int, int]] = []
        self.failure: Exception | None = None
        self._manage = manage
        self._kind: Any = None

    def Initialize(self) -> None:  # noqa: N802 - its name
        """Do nothing."""

    def PrepareToHostSingle(self, kind: Any) -> None:  # noqa: N802 - its name
        """Take the class."""
        self._kind = kind

    def StartServiceCtrlDispatcher(self) -> None:  # noqa: N802 - its name
        """Run one service to its end."""
        service = self._kind(self.reports)
        control = threading.Thread(target=self._manage, args=(service,))
        control.start()
        try:
            service.SvcDoRun()
        except Exception as error:  # noqa: BLE001 - pywin32 takes any
            self.failure = error
        control.join()


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Any], ModuleType]]:
    """Give a function that imports the module beside a manager."""

    def loaded(manager: Any) -> ModuleType:
        monkeypatch.setitem(sys.modules, "servicemanager", manager)
        monkeypatch.setitem(sys.modules, "win32service", SimpleNamespace(SERVICE_STOP_PENDING=3))
        monkeypatch.setitem(
            sys.modules, "win32serviceutil", SimpleNamespace(ServiceFramework=Framework)
        )
        return importlib.import_module("corsheet.install.windows_service")

    before = signal.getsignal(signal.SIGINT)
    yield loaded
    signal.signal(signal.SIGINT, before)
    sys.modules.pop("corsheet.install.windows_service", None)


def serve_until_told(serving: threading.Event) -> int:
    """Stand for `serve`: end once Ctrl-C is sent; give 0."""
    told = threading.Event()
    before = signal.signal(signal.SIGINT, lambda *_: told.set())
    serving.set()
    try:
        end = time.monotonic() + 10
        while not told.wait(0.01):
            assert time.monotonic() < end
    finally:
        signal.signal(signal.SIGINT, before)
    return 0


@pytest.mark.parametrize("word", ["SvcStop", "SvcShutdown"])
def test_a_stop_ends_the_service_as_ctrl_c_does(
    load: Callable[[Any], ModuleType], word: str
) -> None:
    """The manager is asked for the time that requests under way may take."""
    serving = threading.Event()

    def manage(service: Any) -> None:
        assert serving.wait(10)
        getattr(service, word)()

    manager = Manager(manage)

    assert load(manager).host("corsheet", lambda: serve_until_told(serving)) == 0

    assert manager.failure is None
    assert manager.reports == [(3, 5000)]


def test_a_service_that_ends_with_an_error_is_started_again(
    load: Callable[[Any], ModuleType],
) -> None:
    """The manager takes an exception for a failure; exit 0 is none."""
    manager = Manager(lambda _: None)

    assert load(manager).host("corsheet", lambda: 2) == 2

    assert "ended with 2" in str(manager.failure)


def test_a_service_that_crashes_is_started_again(load: Callable[[Any], ModuleType]) -> None:
    """And the manager does not wait for it."""
    manager = Manager(lambda _: None)

    def crash() -> int:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        load(manager).host("corsheet", crash)

    assert "ended with 1" in str(manager.failure)


def test_an_end_that_was_asked_for_is_no_failure(load: Callable[[Any], ModuleType]) -> None:
    """Though it was asked for before anything listened, and did not go well."""
    stopped = threading.Event()

    def manage(service: Any) -> None:
        service.SvcStop()
        stopped.set()

    def serve() -> int:
        assert stopped.wait(10)
        return serve_until_told(threading.Event()) + 1

    manager = Manager(manage)

    assert load(manager).host("corsheet", serve) == 1

    assert manager.failure is None


def test_without_a_manager_it_ends(load: Callable[[Any], ModuleType]) -> None:
    """Somebody typed the command that is for Windows."""
    nobody = SimpleNamespace(
        Initialize=lambda: None,
        PrepareToHostSingle=lambda _: None,
        StartServiceCtrlDispatcher=lambda: None,
    )

    assert load(nobody).host("corsheet", lambda: 0) == 2


@pytest.mark.parametrize(
    ("kind", "connection", "remembered", "drive"),
    [
        (LOCAL_DISK, "", "", Drive(Kind.LOCAL)),
        (REMOTE, r"\\server\butik", "", Drive(Kind.MAPPED, r"\\server\butik")),
        (REMOTE, "", r"\\old\butik", Drive(Kind.MAPPED, r"\\old\butik")),
        (REMOTE, "", "", Drive(Kind.MAPPED)),
        (NO_ROOT, "", r"\\server\butik", Drive(Kind.MAPPED, r"\\server\butik")),
        (NO_ROOT, "", "", Drive(Kind.MISSING)),
    ],
)
def test_a_drive_is_looked_up(
    monkeypatch: pytest.MonkeyPatch, kind: int, connection: str, remembered: str, drive: Drive
) -> None:
    """In this session; then in the registry, where an administrator's terminal finds it too."""

    def connect(letter: str, share: Any, _: object) -> int:
        assert letter == "Z:"
        share.value = connection
        return 0 if connection else 2250  # ERROR_NOT_CONNECTED

    def read(_: object, name: str) -> tuple[str, int]:
        assert name == "RemotePath"
        if not remembered:
            raise FileNotFoundError
        return remembered, 1

    registry = SimpleNamespace(HKEY_CURRENT_USER=1, OpenKey=opened, QueryValueEx=read)
    windows = SimpleNamespace(
        kernel32=SimpleNamespace(GetDriveTypeW=lambda root: kind if root == "Z:\\" else 0),
        mpr=SimpleNamespace(WNetGetConnectionW=connect),
    )
    monkeypatch.setitem(sys.modules, "winreg", registry)
    monkeypatch.setattr(ctypes, "windll", windows, raising=False)

    assert TheseDrives().look("Z:") == drive


class opened:  # noqa: N801 - stands for a function
    """An open key of the registry."""

    def __init__(self, _: object, path: str) -> None:
        assert path == r"Network\Z"

    def __enter__(self) -> None:
        """Give nothing that is used."""

    def __exit__(self, *_: object) -> None:
        """Close it."""
