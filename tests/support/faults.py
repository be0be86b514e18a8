"""Faults of a running service's own system calls, on its files alone: strace's injection."""

import hashlib
import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from http import HTTPStatus
from pathlib import Path

import pytest

from tests.support.named_service import NAMED_AT
from tests.support.saving import ORDER_IDS, UNIT, rename_over, versioned_workbook, versions_in
from tests.support.service import (
    AUTHORIZATION,
    ENGINES,
    ROOT,
    Client,
    Service,
    ask,
    children,
    eventually,
    readers,
)

ALL = os.environ.get("FAULTS") == "all"
"""Whether to try every call on every engine, which takes half an hour."""

PROGRAM = (sys.executable, "-m", "tests.support.named_service")

OPEN = "?open,openat"
STAT = "?stat,?lstat,?fstat,?newfstatat,?statx"
READ = "read,pread64"
WRITE = "write,pwrite64"
LIST = "getdents64"
SYNC = "fsync,fdatasync"
RENAME = "?rename,?renameat,?renameat2"
UNLINK = "?unlink,unlinkat"
LOCK = "fcntl"
CLOSE = "close"
SEEK = "lseek"
CUT = "ftruncate"
CALLS = (OPEN, STAT, READ, WRITE, LIST, SYNC, RENAME, UNLINK, LOCK, CLOSE, SEEK, CUT)
"""Of reading a workbook, compiling and publishing; a question mark: not on every processor."""

ATTACH_SECONDS = 20.0
DETACH_SECONDS = 5.0

FILES = ("", "current", "current.partial", "last-reload.json", "lock", "holder.json")
"""In the state folder, and that itself."""


@cache
def needs_strace() -> pytest.MarkDecorator:
    """Give the mark of a test that injects faults."""
    found = shutil.which("strace")
    trying = [found or "", "-qq", "-e", "trace=none", "true"]
    works = found is not None and not subprocess.run(trying, check=False).returncode
    reason = "strace is not there, or may not look into processes here"
    return pytest.mark.skipif(not works, reason=reason)


def engines() -> tuple[str, ...]:
    """Give the engines to try."""
    return ENGINES if ALL else ENGINES[:1]


class Shop:
    """A folder with a workbook that is saved again and again, and beside it the settings.

    Attributes:
        version: Of the workbook.
    """

    def __init__(self, folder: Path) -> None:
        """Make it, with version 1."""
        self.folder = folder / "shop"
        self.folder.mkdir()
        self.workbook = self.folder / "orders.xlsx"
        self.state = self.folder / "state"
        self.version = 0
        self._sha256 = ""
        self.save()

    def next(self) -> bytes:
        """Make the next version, without saving it."""
        self.version += 1
        data = versioned_workbook(self.version)
        self._sha256 = hashlib.sha256(data).hexdigest()
        return data

    def save(self, data: bytes | None = None) -> None:
        """Save it, or else the next version."""
        rename_over(self.workbook, data or self.next())

    def spoil(self) -> None:
        """Cut the workbook off, so that only what is stored can be served."""
        rename_over(self.workbook, b"PK\3\4 cut off")

    def files(self) -> list[Path]:
        """Give the files that reading and publishing this version may touch."""
        name = f"{NAMED_AT}-{self._sha256[:12]}"
        state = [self.state / file for file in FILES]
        new = [self.state / f"{name}.partial", self.state / f"{name}.snapshot"]
        old = list(self.state.glob("*")) if self.state.exists() else []
        return sorted({self.workbook, *state, *new, *old})

    def leftovers(self) -> list[str]:
        """Give what a writing that did not end has left."""
        return [path.name for path in self.state.glob("*.partial")]


def strace(
    pids: Sequence[int], call: str, fault: str, files: Sequence[Path], log: Path
) -> list[str]:
    """Write the command that injects a fault.

    Args:
        pids: Of processes that run; none: one is started, its command is to be added.
        call: Names of calls.
        fault: Such as ``error=EIO:when=2``.
        files: Only calls on those.
        log: Where the calls are told.
    """
    command = [
        "strace",
        "-f",
        "-o",
        str(log),
        "-e",
        f"trace={call}",
        "-e",
        f"inject={call}:{fault}",
    ]
    for file in files:
        command += ["-P", str(file)]
    for pid in pids:
        command += ["-p", str(pid)]
    return command if pids else [*command, "-D", "-I2", "-qq"]


@contextmanager
def faults(
    service: Service, call: str, fault: str, shop: Shop, *, with_workers: bool = True
) -> Iterator[Path]:
    """Inject faults into a service's processes while the block runs; gives the log."""
    log = shop.folder.parent / "strace.log"
    said = shop.folder.parent / "strace.said"
    own = children if with_workers else readers
    pids = [service.process.pid, *own(service.process.pid)]
    with said.open("w", encoding="utf-8") as sink:
        tracer = subprocess.Popen(
            strace(pids, call, fault, shop.files(), log), stderr=sink, stdin=subprocess.DEVNULL
        )
    try:
        eventually(
            lambda: said.read_text().count("attached") >= len(pids), ATTACH_SECONDS, said.read_text
        )
        yield log
    finally:
        if service.process.poll() is None:
            tracer.terminate()  # lets go of the processes; else it ends with them
        try:
            tracer.wait(DETACH_SECONDS)
        except subprocess.TimeoutExpired:
            tracer.kill()  # seldom, it waits for a process that waits for it
            tracer.wait()


def let_go(service: Service) -> None:
    """End the injection into a service that was started under strace."""
    tracer = tracer_of(service)
    if tracer:
        os.kill(tracer, signal.SIGTERM)
        try:
            eventually(lambda: not tracer_of(service), DETACH_SECONDS, "strace to let go")
        except AssertionError:
            os.kill(tracer, signal.SIGKILL)  # as in ``faults``


def tracer_of(service: Service) -> int:
    """Give the process that traces a service; 0: none does."""
    found = 0
    for task in Path(f"/proc/{service.process.pid}/task").glob("*/status"):
        with suppress(FileNotFoundError, ProcessLookupError):  # that thread has ended
            (tracer,) = re.findall(r"TracerPid:\t(\d+)", task.read_text("ascii", "replace"))
            found = max(found, int(tracer))
    return found


def was_hit(log: Path) -> bool:
    """Tell whether a fault was injected."""
    text = log.read_text(errors="replace")
    return "(INJECTED)" in text or "+++ killed by SIGKILL" in text


def generation(client: Client) -> int:
    """Give the version of which every order is served.

    A swap may come between two questions, in each worker, so a mixture is asked again.

    Raises:
        AssertionError: An order is not served, or they are a mixture.
    """
    for _ in range(4):
        connection = client.connect()
        try:
            found = {version for order in ORDER_IDS for version in _versions(connection, order)}
        finally:
            connection.close()
        if len(found) == 1:
            return int(found.pop().removeprefix("v"))
    raise AssertionError(f"a mixture: {found}")


def _versions(connection: http.client.HTTPConnection, order: str) -> set[str]:
    path = f"/business-units/{UNIT}/customer-orders/{order}"
    reply = ask(connection, "GET", path, headers={"Authorization": AUTHORIZATION})
    assert reply.status == HTTPStatus.OK, (reply.status, reply.body)
    return versions_in(reply.json())


def whole_again(service: Service) -> tuple[float, int]:
    """Give how long after `listening` a whole generation is served, in seconds, and which."""
    begun = time.monotonic()
    found = generation(service)
    return time.monotonic() - begun, found


def settled(service: Service, shop: Shop) -> bool:
    """Tell whether the workbook as it is now is served and nothing remains to be done."""
    return (
        generation(service) == shop.version
        and service.is_ready()
        and len(list(shop.state.glob("*.snapshot"))) <= 2
    )


def started(shop: Shop, engine: str, prefix: Sequence[str] = ()) -> Service:
    """Start a service whose snapshots have known names."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return Service(shop.folder, engine=engine, program=[*prefix, *PROGRAM], environment=environment)
