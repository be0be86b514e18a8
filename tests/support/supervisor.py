"""A small stand-in for systemd: does what a unit says, where systemd itself does not run."""

import http.client
import os
import re
import shlex
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple

from tests.support.saving import UNIT, versions_in
from tests.support.service import Client

ORDER = f"/business-units/{UNIT}/customer-orders/000001"


def free_port() -> int:
    """Give a port that nobody has."""
    with socket.socket() as trying:
        trying.bind(("127.0.0.1", 0))
        return int(trying.getsockname()[1])


def version(client: Client) -> int:
    """Give the version that is served; 0: none, or nobody answers."""
    try:
        reply = client.get(ORDER)
    except (OSError, http.client.HTTPException):
        return 0
    if reply.status != HTTPStatus.OK:
        return 0
    (found,) = versions_in(reply.json())
    return int(found.removeprefix("v"))


class Unit:
    """What a unit file says, of what the supervisor follows."""

    def __init__(self, text: str) -> None:
        """Read it; a line that stands several times adds up."""
        self._lines: list[tuple[str, str]] = re.findall(r"(?m)^([A-Za-z]+)=(.*)$", text)

    def one(self, key: str) -> str:
        """Give the only value of a key."""
        (value,) = self._all(key)
        return value

    @property
    def command(self) -> list[str]:
        """The words of ExecStart, which begins with a colon: no variables."""
        first, *rest = words(self.one("ExecStart"))
        assert first.startswith(":")
        return [first[1:], *rest]

    @property
    def environment(self) -> dict[str, str]:
        """What Environment adds."""
        lines = self._all("Environment")
        return dict(word.split("=", 1) for line in lines for word in words(line))

    def _all(self, key: str) -> list[str]:
        return [value for name, value in self._lines if name == key]


def words(line: str) -> list[str]:
    """Read quoted words (systemd.syntax(7), "Quoting"); %% is a %."""
    return [word.replace("%%", "%").replace(r"\t", "\t") for word in shlex.split(line)]


class End(NamedTuple):
    """How a stop went.

    Attributes:
        seconds: How long it took.
        status: The exit status, negative for a signal.
    """

    seconds: float
    status: int


class Supervisor(Client):
    """Keeps a service alive as its unit says.

    Attributes:
        starts: How often it was started.
    """

    def __init__(self, unit: Unit, address: str, environment: Mapping[str, str]) -> None:
        """Start it.

        Args:
            unit: The unit.
            address: At which it will answer.
            environment: For its processes, before what the unit adds.
        """
        assert unit.one("Restart") == "on-failure"
        assert unit.one("StartLimitIntervalSec") == "0"
        assert unit.one("KillMode") == "mixed"
        self.address = address
        self.starts = 0
        self._unit = unit
        self._environment = {**environment, **unit.environment}
        self._stopping = threading.Event()
        self._process = self._start()
        self._keeper = threading.Thread(target=self._keep)
        self._keeper.start()

    @property
    def pid(self) -> int:
        """The main process."""
        return self._process.pid

    def _start(self) -> "subprocess.Popen[bytes]":
        self.starts += 1
        return subprocess.Popen(
            self._unit.command,
            cwd="/",
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _keep(self) -> None:
        """Start it again each time that it fails."""
        while True:
            status = self._process.wait()
            self._kill_rest()
            if status == 0 or self._stopping.wait(float(self._unit.one("RestartSec"))):
                return
            self._process = self._start()

    def _kill_rest(self) -> None:
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return  # nothing of it is left

    def stop(self) -> End:
        """End it as the unit says: softly, then by force."""
        self._stopping.set()
        begun = time.monotonic()
        process = self._process
        process.send_signal(getattr(signal, self._unit.one("KillSignal")))
        try:
            process.wait(float(self._unit.one("TimeoutStopSec")))
        except subprocess.TimeoutExpired:
            process.kill()
        taken = time.monotonic() - begun
        self._keeper.join()
        return End(taken, process.returncode)
