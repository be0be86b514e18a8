"""Strangers that send wrong credentials as fast as answers come, in a process of their own.

Each of a few connections has at most one request under way. They come from addresses of the
loopback network of the caller's choice (Linux lets a client bind any of 127.0.0.0/8), from one
each for good or from a new one every few requests.
"""

import ipaddress
import json
import secrets
import selectors
import socket
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from enum import Enum
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from benchmarks.common import ROOT
from benchmarks.processes import AUTHORIZATION, USERNAME

CONNECTIONS = 8

RECEIVED_BYTES = 65536
"""Of a reply taken at once; they have some 500."""

CONNECT_SECONDS = 10.0
LEAVE_SECONDS = 15.0
"""For the process to notice that it shall end, and to tell what it got."""

PATH = "/business-units/0001/customer-orders/00000000"


class Kind(Enum):
    """What a flood sends."""

    RIGHT = "right"
    """The till's own credentials: what mere load does, to compare with."""

    WRONG = "wrong"
    """A new wrong password each time, for the till's name and for a made-up one in turns."""

    SAME = "same"
    """The same wrong password for the till's name."""

    TOKENS = "tokens"
    """A new made-up bearer token each time."""


class Sender(NamedTuple):
    """From where a flood comes.

    Attributes:
        first: Its first address, such as ``127.1.0.1``.
        stay: Requests from one address, over all connections; 0: all come from the first.
    """

    first: str
    stay: int = 0


class Flood:
    """The strangers' process, seen from outside; sends from its making until ``stop``."""

    def __init__(self, address: str, kind: Kind, sender: Sender) -> None:
        """Start it.

        Args:
            address: Of the service, ``http://HOST:PORT``.
            kind: What to send.
            sender: From where.
        """
        arguments = [address, kind.value, sender.first, str(sender.stay)]
        self._process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-m", "benchmarks.flood", *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def stop(self) -> dict[int, int]:
        """End it; gives how many answers of each status came (0: the connection broke)."""
        out, _ = self._process.communicate(timeout=LEAVE_SECONDS)
        if self._process.returncode:
            raise SystemExit("the flood failed")
        return {int(status): count for status, count in json.loads(out).items()}

    def kill(self) -> None:
        """End it at once, where something else failed."""
        self._process.kill()
        self._process.communicate()


def authorizations(kind: Kind) -> Iterator[str]:
    """Give the header of each request, without end."""
    mark, number = secrets.token_hex(4), 0
    while True:
        number += 1
        name = USERNAME if number % 2 or kind is Kind.SAME else f"stranger-{number}"
        guess = "wrong" if kind is Kind.SAME else f"wrong-{mark}-{number}"
        match kind:
            case Kind.RIGHT:
                yield AUTHORIZATION
            case Kind.TOKENS:
                yield f"Bearer made-up-{mark}-{number}"
            case Kind.WRONG | Kind.SAME:
                yield "Basic " + b64encode(f"{name}:{guess}".encode()).decode()


def addresses(sender: Sender) -> Iterator[str]:
    """Give the address that each request comes from, without end."""
    first, number = ipaddress.IPv4Address(sender.first), 0
    while True:
        yield str(first + (number // sender.stay if sender.stay else 0))
        number += 1


class _Line:
    """One connection; a new one where the next request comes from another address."""

    def __init__(self, target: tuple[str, int], selector: selectors.BaseSelector) -> None:
        self._target = target
        self._selector = selector
        self._source = ""
        self._socket: socket.socket | None = None
        self._received = b""

    def send(self, request: bytes, source: str) -> None:
        """Send a request from an address."""
        if self._socket is None or source != self._source:
            self._close()
            self._socket = socket.create_connection(self._target, CONNECT_SECONDS, (source, 0))
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(self._socket, selectors.EVENT_READ, self)
            self._source = source
        self._received = b""
        self._socket.sendall(request)

    def take(self) -> int | None:
        """Take what has come; gives the status once the reply is whole, 0 where it broke off."""
        received = b""
        if self._socket is not None:
            try:
                received = self._socket.recv(RECEIVED_BYTES)
            except OSError:
                received = b""
        if not received:
            self._close()
            return 0
        self._received += received
        head, found, body = self._received.partition(b"\r\n\r\n")
        if not found:
            return None
        lower = head.lower()
        length = lower.partition(b"content-length:")[2].partition(b"\r\n")[0]
        if len(body) < int(length):
            return None
        if b"connection: close" in lower:
            self._close()
        return int(head[9:12])

    def _close(self) -> None:
        if self._socket is not None:
            self._selector.unregister(self._socket)
            self._socket.close()
            self._socket = None


def flood(address: str, kind: Kind, sender: Sender) -> dict[int, int]:
    """Send until standard input ends; gives how many answers of each status came."""
    parts, selector = urlsplit(address), selectors.DefaultSelector()
    target = parts.hostname or "", parts.port or 0
    headers, sources = authorizations(kind), addresses(sender)

    def send(line: _Line) -> None:
        head = f"GET {PATH} HTTP/1.1\r\nHost: {parts.netloc}\r\nAuthorization: {next(headers)}"
        line.send(f"{head}\r\n\r\n".encode(), next(sources))

    counts: dict[int, int] = {}
    selector.register(sys.stdin, selectors.EVENT_READ, None)
    for _ in range(CONNECTIONS):
        send(_Line(target, selector))
    while True:
        for key, _ in selector.select():
            line: Any = key.data
            if line is None:
                return counts
            if (status := line.take()) is not None:
                counts[status] = counts.get(status, 0) + 1
                send(line)


if __name__ == "__main__":
    told = flood(sys.argv[1], Kind(sys.argv[2]), Sender(sys.argv[3], int(sys.argv[4])))
    print(json.dumps(told))
