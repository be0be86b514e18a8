"""A real `corsheet serve` in a process of its own, for end-to-end tests."""

import base64
import http.client
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from corsheet.auth.basic import CHEAPEST, hash_password

ROOT = Path(__file__).parents[2]
USERNAME, PASSWORD = "till", "open:sesame"
AUTHORIZATION = "Basic " + base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
START_SECONDS = 30
ENGINES = ("waitress", "granian")


@dataclass(frozen=True)
class Reply:
    """What the service answered; the names of headers in any case."""

    status: int
    headers: Message
    body: bytes

    def json(self) -> Any:
        """Give the body as a value."""
        return json.loads(self.body)


class Client:
    """Asks a running service.

    Attributes:
        address: ``http://HOST:PORT``.
    """

    address: str

    def connect(self) -> http.client.HTTPConnection:
        """Open a connection."""
        return http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=10)

    def get(self, path: str, **headers: str) -> Reply:
        """Ask for a path, with credentials."""
        connection = self.connect()
        try:
            return ask(connection, "GET", path, headers={"Authorization": AUTHORIZATION, **headers})
        finally:
            connection.close()

    def post(self, path: str, body: bytes, content_type: str = "application/json") -> Reply:
        """Send a body, with credentials."""
        headers = {"Authorization": AUTHORIZATION, "Content-Type": content_type}
        connection = self.connect()
        try:
            return ask(connection, "POST", path, body, headers)
        finally:
            connection.close()

    def is_ready(self) -> bool:
        """Tell whether what is served is what the workbook says."""
        return bool(self.ready()["status"] == "ready")

    def ready(self) -> dict[str, Any]:
        """Give what /readyz says."""
        found: dict[str, Any] = self.get("/readyz").json()
        return found


class StartError(AssertionError):
    """The service did not come to listen.

    Attributes:
        status: How it ended.
        log: What it said.
    """

    def __init__(self, status: int, log: str) -> None:
        super().__init__(f"ended with {status}: {log}")
        self.status = status
        self.log = log


class Service(Client):
    """A running service.

    Attributes:
        process: Its process.
        log: What it wrote on standard error so far.
    """

    def __init__(
        self,
        folder: Path,
        *,
        config: str = "",
        arguments: tuple[str, ...] = (),
        environment: Mapping[str, str] | None = None,
        engine: str = "waitress",
        program: Sequence[str] = (sys.executable, "-m", "corsheet"),
    ) -> None:
        """Start it on a free port; its workbook is ``orders.xlsx`` in the folder.

        Raises:
            StartError: It ended, or says nothing.
        """
        self.folder = folder
        self.settings = folder / "corsheet.toml"
        if not self.settings.exists():
            self.settings.write_text(settings_text(folder) + config, "utf-8")
        self.log: list[str] = []
        self.process = subprocess.Popen(
            [*program, "serve", "--config", str(self.settings), "--port", "0",
             "--engine", engine, *arguments],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        self._lines: queue.Queue[str] = queue.Queue()
        self._readers = [
            threading.Thread(target=self._read_output, args=(self.process.stdout,)),
            threading.Thread(target=self._read_log, args=(self.process.stderr,)),
        ]
        for reader in self._readers:
            reader.start()
        try:
            line = self._lines.get(timeout=START_SECONDS)
        except queue.Empty:
            line = ""
        if not line:
            raise StartError(self.end(), "".join(self.log))
        self.address = line.strip().removeprefix("listening on ")
        assert self.address.startswith("http"), line

    def _read_output(self, stream: Iterable[str]) -> None:
        for line in stream:
            self._lines.put(line)
        self._lines.put("")  # it has ended: nobody waits for a line any longer

    def _read_log(self, stream: Iterable[str]) -> None:
        for line in stream:
            self.log.append(line)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self._join()

    def stop(self) -> int:
        """End it as a person would; gives the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.end()

    def end(self) -> int:
        """Wait for its end, or make one."""
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._join()
        return self.process.returncode

    def _join(self) -> None:
        self.process.wait()
        for reader in self._readers:
            reader.join()
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()


@contextmanager
def serving(
    folder: Path,
    *,
    config: str = "",
    arguments: tuple[str, ...] = (),
    environment: Mapping[str, str] | None = None,
    engine: str = "waitress",
) -> Iterator[Service]:
    """Serve ``orders.xlsx`` of a folder while the block runs."""
    service = Service(
        folder, config=config, arguments=arguments, environment=environment, engine=engine
    )
    try:
        yield service
    finally:
        if service.process.poll() is None:
            service.stop()


def settings_text(folder: Path, state: str = "state") -> str:
    """Write settings with one user, whose password hash is cheap to check."""
    folder.mkdir(parents=True, exist_ok=True)
    return f"""
workbook = "orders.xlsx"
state_dir = "{state}"

[[auth.basic]]
username = "{USERNAME}"
password_hash = "{hash_password(PASSWORD, CHEAPEST)}"
"""


def ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
) -> Reply:
    """Send a request and read the whole reply."""
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    return Reply(response.status, response.headers, response.read())


def eventually(
    wanted: Callable[[], bool], seconds: float, what: str | Callable[[], object]
) -> float:
    """Wait until something is so; gives how long it took, in seconds.

    Raises:
        AssertionError: It is not so in time.
    """
    begun = time.monotonic()
    while not wanted():
        waited = time.monotonic() - begun
        told = what if isinstance(what, str) else what()
        assert waited < seconds, f"not within {seconds} s: {told}"
        time.sleep(0.01)
    return time.monotonic() - begun


def children(pid: int) -> dict[int, float]:
    """Give the processes that a process has started, with their processor seconds."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text("ascii", "replace").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended meanwhile
        if int(fields[1]) == pid:
            ticks = int(fields[11]) + int(fields[12])
            found[int(path.parent.name)] = ticks / os.sysconf("SC_CLK_TCK")
    return found


def readers(pid: int) -> list[int]:
    """Give the children of a service that read the workbook, or wait for its next save."""
    return [child for child in children(pid) if is_reader(child)]


def is_reader(pid: int) -> bool:
    """Tell whether a process is a child that reads the workbook, or waits for its next save."""
    with suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
        return b"\0compile\0" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False
