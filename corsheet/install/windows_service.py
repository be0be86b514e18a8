"""corsheet under Windows' service control manager, by pywin32. For Windows only.

The manager's calls come in threads of its own; the service itself runs in the main
thread, since an engine of many processes listens to signals, which only that one can.
"""

import _thread
import signal
import threading
from collections.abc import Callable
from typing import Any

import servicemanager
import win32service
import win32serviceutil

from corsheet.server import DRAIN_SECONDS

STOP_MILLISECONDS = int(DRAIN_SECONDS * 1000) + 1000
"""How long the manager is asked to be patient: requests under way, and a second to end."""

EXIT_MISUSE = 2

LOOK_SECONDS = 0.2
"""Between two looks at whether the manager has died, or wants an end."""


class Failure(Exception):  # noqa: N818 - the manager is shown the name
    """The service ended with an error; the manager then starts it again."""


class Run:
    """One run of the service.

    Attributes:
        wanted: Set once the manager wants the service to run.
        ended: Set once it has.
        status: Its exit status by then.
        is_stopping: It was told to end; then no status is a failure.
    """

    def __init__(self) -> None:
        self.wanted = threading.Event()
        self.ended = threading.Event()
        self.status = 0
        self.is_stopping = False

    def wait(self) -> None:
        """Wait until it has ended; once it is to, send Ctrl-C until something listens for it."""
        while not self.ended.wait(LOOK_SECONDS):
            if self.is_stopping:
                _thread.interrupt_main(signal.SIGINT)


def make_service(name: str, run: Run) -> Any:
    """Give the class of which the manager makes one."""

    class CorsheetService(win32serviceutil.ServiceFramework):  # type: ignore[misc, unused-ignore]
        _svc_name_ = name
        _svc_display_name_ = name

        def SvcDoRun(self) -> None:  # noqa: N802 - the framework's name
            """Let the service run until it ends.

            Raises:
                Failure: It ended with an error.
            """
            run.wanted.set()
            run.wait()
            if run.status and not run.is_stopping:
                raise Failure(f"corsheet ended with {run.status}; its log says why")

        def SvcStop(self) -> None:  # noqa: N802 - the framework's name
            """End it."""
            self.ReportServiceStatus(win32service.SERVICE_STOP_PENDING, STOP_MILLISECONDS)
            run.is_stopping = True

        SvcShutdown = SvcStop

    return CorsheetService


def host(name: str, serve: Callable[[], int]) -> int:
    """Run as the service that the manager has started this process for.

    Args:
        name: The service's.
        serve: Serves until Ctrl-C, in this thread; gives the exit status.
    """
    run = Run()

    def connect() -> None:
        servicemanager.Initialize()
        servicemanager.PrepareToHostSingle(make_service(name, run))
        servicemanager.StartServiceCtrlDispatcher()  # returns once the service has ended

    signal.signal(signal.SIGINT, lambda *_: None)  # `serve` listens in its own time
    manager = threading.Thread(target=connect, name="service manager")
    manager.start()
    try:
        while not run.wanted.wait(LOOK_SECONDS):
            if not manager.is_alive():  # no manager has started us
                return EXIT_MISUSE
        run.status = serve()
    except BaseException:
        run.status = 1
        raise
    finally:
        run.ended.set()
        manager.join()
    return run.status
