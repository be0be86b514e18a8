"""What a server must tell of itself to be measured."""

import http.client
import json
import socket
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.load import Request
from benchmarks.processes import Program, started
from benchmarks.shop import Order, Shop

HOST = "127.0.0.1"
START_SECONDS = 120.0
"""For the slowest of them with 100,000 orders."""

POLL_SECONDS = 0.005
"""Between two looks at whether a server answers."""

REPLY_SECONDS = 20.0


@dataclass(frozen=True)
class Running:
    """A server that answers.

    Attributes:
        program: Its process.
        address: ``http://HOST:PORT``.
        start_seconds: From the start of its process to its first right reply.
    """

    program: Program
    address: str
    start_seconds: float


class Rival(ABC):
    """A server to measure.

    Attributes:
        name: What it is called in tables.
        credentials: Which it checks, in a few words.
        reply: What it answers, in a few words.
        remark: What to know of it, in a sentence.
        is_ours: Whether it is corsheet.
        calls: Requests that one look-up takes.
        reads_workbook: Whether what is saved is the workbook.
    """

    name: str
    credentials: str
    reply: str
    remark: str
    is_ours = False
    calls = 1
    reads_workbook = False

    @abstractmethod
    def prepare(self, shop: Shop, folder: Path) -> None:
        """Write what it reads into an empty folder."""

    @abstractmethod
    def command(self, folder: Path, port: int) -> Sequence[str | Path]:
        """Give the command that starts it; settings that name the port are written here."""

    @abstractmethod
    def look_up(self, order: Order) -> Sequence[Request]:
        """Give the requests for one order, as many as ``calls``."""

    @abstractmethod
    def search(self, customer_id: str) -> Request:
        """Give the request for the orders of a customer."""

    @abstractmethod
    def is_right(self, order: Order, replies: Sequence[bytes]) -> bool:
        """Tell whether these replies to a look-up tell this order, and no other version of it."""

    @abstractmethod
    def found(self, reply: bytes) -> list[str]:
        """Give the ids of the orders that a search's reply names."""

    def is_found(self, shop: Shop, customer_id: str, reply: bytes) -> bool:
        """Tell whether this reply to a search names this customer's orders, in their order."""
        wanted = [order.order_id for order in shop.of_customer(customer_id)]
        return self.found(reply) == wanted

    def save(self, shop: Shop, folder: Path) -> Path:
        """Write a new version beside what is saved; gives the file, to be renamed over it."""
        raise NotImplementedError(f"{self.name} does not watch")

    def take_up(self, folder: Path) -> None:  # noqa: B027 - nothing, for most
        """Do what has to be done by hand after a save; most take it up by themselves."""

    def source(self, folder: Path) -> Path:
        """Give the file that is saved."""
        raise NotImplementedError(f"{self.name} does not watch")

    def running(self, shop: Shop, folder: Path) -> AbstractContextManager[Running]:
        """Run it while the block runs; what it reads was prepared.

        Raises:
            DidNotStart: It gives no right reply in time.
        """
        return self._running(shop, folder)

    @contextmanager
    def _running(self, shop: Shop, folder: Path) -> Iterator[Running]:
        port = free_port()
        with started(self.command(folder, port), folder) as program:
            address = f"http://{HOST}:{port}"
            yield Running(program, address, await_order(self, address, shop.orders[-1], program))


def await_order(rival: Rival, address: str, order: Order, program: Program) -> float:
    """Wait until an order is told right; gives the seconds since the start of the program.

    Raises:
        DidNotStart: The program ended, or took too long.
    """
    while not is_served(rival, address, order):
        program.check(START_SECONDS)
        time.sleep(POLL_SECONDS)
    return time.monotonic() - program.begun


def is_served(rival: Rival, address: str, order: Order) -> bool:
    """Tell whether an order is told right now; not where nothing listens or fails."""
    try:
        replies = [ask(address, request) for request in rival.look_up(order)]
    except (OSError, http.client.HTTPException):
        return False
    return is_told(rival, order, replies)


def is_told(rival: Rival, order: Order, replies: Sequence[tuple[int, bytes]]) -> bool:
    """Tell whether replies with their statuses tell an order."""
    if any(status != http.HTTPStatus.OK for status, _ in replies):
        return False
    return rival.is_right(order, [body for _, body in replies])


def ask(address: str, request: Request) -> tuple[int, bytes]:
    """Send a request on a connection of its own; gives the status and the body.

    Raises:
        OSError: Nothing listens, or the connection broke.
        http.client.HTTPException: What came is no HTTP.
    """
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=REPLY_SECONDS)
    try:
        body = request.body.encode() or None
        connection.request(request.method, request.path, body, request.headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def parsed(body: bytes) -> Any:
    """Give a body's value, or None where it is no JSON."""
    try:
        return json.loads(body)
    except ValueError:
        return None


def free_port() -> int:
    """Find a port that nobody has now."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        port: int = found.getsockname()[1]
        return port
