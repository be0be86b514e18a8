"""Tills that ask for all kinds of things and check every answer against what may be right.

What may be right is told by ``History``: what was saved before the answer came, less what was
known to be replaced before the question left.
"""

import http.client
import random
import threading
import time
from collections import Counter, deque
from contextlib import AbstractContextManager

from benchmarks.editions import Edition, Key
from benchmarks.load import host
from benchmarks.questions import Question, judge, questions
from tests.support.judging import threads_beside

TILLS = 4
"""Connections, each with a thread of its own."""

TIMEOUT_SECONDS = 10
KEPT_EDITIONS = 10
"""Of the newest saves: a question is under way for much less than that many reloads."""

TOLD_FAULTS = 20
"""Wrong answers that are told in full; all are counted."""

FOLLOW_SECONDS = 1.0
"""By which another worker may be behind the one that told what is served; it follows in 0.05 s."""


class History:
    """Which editions may be served at a time. Used from any thread."""

    def __init__(self, follow_seconds: float) -> None:
        """Begin without any.

        Args:
            follow_seconds: By which another process may be behind; 0 where there is one.
        """
        self._follow_seconds = follow_seconds
        self._lock = threading.Lock()
        self._saves = deque[tuple[float, Edition]](maxlen=KEPT_EDITIONS)
        self._least: tuple[float, Edition] | None = None
        self._before: tuple[float, Edition] | None = None

    def saves(self, edition: Edition) -> None:
        """Note that an edition is about to be saved."""
        with self._lock:
            self._saves.append((time.monotonic(), edition))

    def confirms(self, edition: Edition) -> None:
        """Note that an edition is served, so that none before it is right any more."""
        with self._lock:
            self._before, self._least = self._least, (time.monotonic(), edition)

    def possible(self, sent: float, received: float) -> list[Edition]:
        """Give the editions that an answer may be of, oldest first."""
        with self._lock:
            editions = [edition for saved, edition in self._saves if saved <= received]
            for confirmed in (self._least, self._before):
                if confirmed and confirmed[0] + self._follow_seconds < sent:
                    return editions[editions.index(confirmed[1]) :]
        return editions


class Tills:
    """Clients that ask at a steady pace while ``running``.

    Attributes:
        asked: How often each kind was asked.
        wrong: How many answers were wrong.
        faults: The first of them in words.
    """

    def __init__(self, address: str, keys: list[Key], history: History, rate: float) -> None:
        """Prepare.

        Args:
            address: Of the service.
            keys: Orders to ask for.
            history: What may be right.
            rate: Requests a second, of all together.
        """
        self.asked: Counter[str] = Counter()
        self.wrong = 0
        self.faults: list[str] = []
        self._latencies: list[float] = []
        self._host = host(address)
        self._keys, self._history, self._rate = keys, history, rate
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(n,)) for n in range(TILLS)]

    def running(self) -> AbstractContextManager[None]:
        """Ask while the block runs."""
        return threads_beside(self._threads, self._stopped)

    def take_latencies(self) -> list[float]:
        """Give the seconds that each answer took since the last call."""
        with self._lock:
            taken, self._latencies = self._latencies, []
        return taken

    def connect(self) -> http.client.HTTPConnection:
        """Make a connection."""
        return http.client.HTTPConnection(self._host, timeout=TIMEOUT_SECONDS)

    def _run(self, number: int) -> None:
        connection = self.connect()
        chance = random.Random(number)  # noqa: S311 - the same in every run
        due = time.monotonic() + number / self._rate
        for question in questions(self._keys, chance):
            if self._stopped.wait(max(0.0, due - time.monotonic())):
                break
            due += TILLS / self._rate
            self.ask(connection, question)
        connection.close()

    def ask(self, connection: http.client.HTTPConnection, question: Question) -> bytes:
        """Ask, and check the answer; gives its body, empty where there was none."""
        sent = time.monotonic()
        tag = f"{threading.get_ident()}-{sent}"
        headers = {"Authorization": question.authorization, "Correlation-Id": tag}
        if question.address:
            headers["X-Forwarded-For"] = question.address
        headers["Content-Type"] = "application/json"
        try:
            connection.request(question.method, question.path, question.body, headers)
            reply = connection.getresponse()
            body = reply.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            self._note(question, 0.0, repr(error))
            return b""
        received = time.monotonic()
        editions = self._history.possible(sent, received)
        fault = (
            "" if reply.status in question.also else judge(question, editions, reply.status, body)
        )
        if reply.headers["Correlation-Id"] != tag:
            fault = "the reply to another request"
        self._note(question, received - sent, fault)
        return body

    def _note(self, question: Question, seconds: float, fault: str) -> None:
        with self._lock:
            self.asked[question.kind] += 1
            self._latencies.append(seconds)
            if fault:
                self.wrong += 1
                if len(self.faults) < TOLD_FAULTS:
                    at = time.strftime("%H:%M:%S")
                    self.faults.append(f"{at} {question.method} {question.path}: {fault}")
