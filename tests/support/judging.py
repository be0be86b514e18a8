"""Saves over a running service's workbook, and what the service made of each."""

import http.client
import json
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple, Self

from corsheet.reload.reloader import SMALL_QUIET_SECONDS
from tests.support.service import AUTHORIZATION, Service, ask

AGE_SECONDS = 3600.0
"""How old a saved file looks. A young damaged one is read again and again for a while, since it
may still be being written; what is told then could belong to the save before."""

POLL_SECONDS = 0.01

ASKING_SECONDS = 0.05
"""Between two requests of the till."""


class Verdict(NamedTuple):
    """What the service made of a save.

    Attributes:
        outcome: As /readyz says it: ``published``, ``refused``…
        reason: Why, in the manager's words; empty where there is none.
        seconds: From the save to the verdict.
        sha256: Of the workbook whose orders are served now.
    """

    outcome: str
    reason: str
    seconds: float
    sha256: str


def save_aged(path: Path, data: bytes) -> float:
    """Save as LibreOffice does, and with an old time as a sync client does; gives when.

    Returns:
        Seconds since 1970, as the service tells its times.
    """
    temporary = path.with_name("lu1234abc.tmp")
    temporary.write_bytes(data)
    then = time.time() - AGE_SECONDS
    os.utime(temporary, (then, then))
    temporary.replace(path)
    return time.time()


def verdict_on(connection: http.client.HTTPConnection, saved: float, seconds: float) -> Verdict:
    """Wait for the verdict on a save.

    A reading begins once the file was quiet, so what is told before half that time
    belongs to an earlier save.

    Args:
        connection: To the service.
        saved: When it was saved, as ``save_aged`` gave it.
        seconds: The longest wait.

    Raises:
        AssertionError: There is none in time.
    """
    state: dict[str, Any] = {}
    while time.time() < saved + seconds:
        state = json.loads(ask(connection, "GET", "/readyz").body)
        last = state["lastReload"]
        told = datetime.fromisoformat(last["at"]).timestamp()
        if told >= saved + SMALL_QUIET_SECONDS / 2:
            sha256 = (state["snapshot"] or {}).get("sha256", "")
            return Verdict(last["outcome"], last["reason"] or "", told - saved, sha256)
        time.sleep(POLL_SECONDS)
    raise AssertionError(f"no verdict within {seconds} s: {state}")


class Answer(NamedTuple):
    """What was answered to GET."""

    path: str
    status: int
    body: bytes


@contextmanager
def threads_beside(threads: Sequence[threading.Thread], stopped: threading.Event) -> Iterator[None]:
    """Let threads run while a block does; ``stopped`` tells them to end."""
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopped.set()
        for thread in threads:
            thread.join()


class Meanwhile:
    """Something that is done in a thread of its own while a block runs; ``do`` says what."""

    def __init__(self) -> None:
        self._stopped = threading.Event()

    @contextmanager
    def running(self) -> Iterator[Self]:
        """Do it while the block runs."""
        thread = threading.Thread(target=self.do, name=type(self).__name__)
        with threads_beside([thread], self._stopped):
            yield self

    def wait(self, seconds: float) -> bool:
        """Wait; gives whether to go on."""
        return not self._stopped.wait(seconds)

    def do(self) -> None:
        """Go on until ``wait`` says not to."""
        raise NotImplementedError


class Till(Meanwhile):
    """A till that asks for the same orders all the time, twenty times a second.

    Attributes:
        asked: Requests so far.
        slowest: Seconds that the slowest reply took.
    """

    def __init__(self, service: Service, paths: Sequence[str]) -> None:
        """Prepare; ``running`` begins."""
        super().__init__()
        self.asked = 0
        self.slowest = 0.0
        self._service = service
        self._paths = cycle(paths)
        self._lock = threading.Lock()
        self._answers: set[Answer] = set()

    def answers(self) -> set[Answer]:
        """Take the different answers since the last call."""
        with self._lock:
            taken, self._answers = self._answers, set()
        return taken

    def do(self) -> None:
        """Ask."""
        connection = self._service.connect()
        while self.wait(ASKING_SECONDS):
            begun = time.monotonic()
            answer = get(connection, next(self._paths))
            self.slowest = max(self.slowest, time.monotonic() - begun)
            self.asked += 1
            with self._lock:
                self._answers.add(answer)
        connection.close()


def get(connection: http.client.HTTPConnection, path: str) -> Answer:
    """Ask for a path; a connection that fails is an answer of status 0."""
    try:
        reply = ask(connection, "GET", path, headers={"Authorization": AUTHORIZATION})
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        return Answer(path, 0, repr(error).encode())
    return Answer(path, reply.status, reply.body)
