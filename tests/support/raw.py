"""Requests as bytes, on sockets, and their answers one by one: what no HTTP client would send."""

import contextlib
import re
import socket
import ssl
from io import BufferedReader
from typing import NamedTuple

from tests.support.proxies import CERTIFICATE

PATIENCE_SECONDS = 10
"""For the next bytes: a server that waits for more of a request than it was told of is wrong."""

MOST_LINE = 65536
"""Of an answer's head, in bytes."""

STATUS_LINE = re.compile(rb"HTTP/(1\.[01]) ([1-5][0-9]{2}) [^\r\n]*\r\n")
"""RFC 9112, section 4: version and status."""

BODILESS = (204, 304)
"""Statuses whose answer ends with its head (RFC 9112, section 6.3)."""

CASE_NETWORK = "127.1"
"""Addresses of this computer that cases come from."""


class Answer(NamedTuple):
    """One answer.

    Attributes:
        status: Its status.
        headers: Names in lower case, in the order they came in.
        body: Without the marks of chunks.
        closes: Whether the server says, or shows, that it is the connection's last.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    closes: bool

    def header(self, name: str) -> str:
        """Give the value of a header, several joined by commas; empty: there is none."""
        return ", ".join(value for told, value in self.headers if told == name.lower())


class Exchange(NamedTuple):
    """What one connection heard.

    Attributes:
        first: To the bytes sent first; None: the server hung up.
        second: To the bytes sent after that answer; None: the connection was closed.
        rest: What came after both, until the server closed; empty, if all is well.
    """

    first: Answer | None
    second: Answer | None
    rest: bytes


class Target(NamedTuple):
    """Where a server listens, on this computer.

    Attributes:
        port: Its port.
        is_tls: Whether it speaks TLS.
    """

    port: int
    is_tls: bool = False

    def connect(self, number: int = 0) -> socket.socket:
        """Open a connection from an address of its own, so that no case is throttled for others.

        Args:
            number: Of the address; 0 to 65533.
        """
        high, low = divmod(number + 1, 256)
        plain = socket.create_connection(
            ("127.0.0.1", self.port),
            timeout=PATIENCE_SECONDS,
            source_address=(f"{CASE_NETWORK}.{high}.{low}", 0),
        )
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not self.is_tls:
            return plain
        trusting = ssl.create_default_context(cafile=CERTIFICATE)
        return trusting.wrap_socket(plain, server_hostname="localhost")


def exchange(target: Target, sent: bytes, then: bytes, number: int = 0) -> Exchange:
    """Send bytes, read an answer, send others on the same connection if it is kept.

    Args:
        target: Where to.
        sent: First; a whole request, or what passes for one.
        then: A GET that asks for the connection to be closed.
        number: Of the address that it comes from.

    Raises:
        AssertionError: What comes is no answer.
        TimeoutError: An answer, or the end of the connection, does not come.
    """
    with target.connect(number) as connection, connection.makefile("rb") as stream:
        _send(connection, sent)
        first = read_answer(stream, sent.lstrip().partition(b" ")[0])
        if first is None or first.closes:
            return Exchange(first, None, _rest(stream))
        _send(connection, then)
        second = read_answer(stream, b"GET")
        return Exchange(first, second, _rest(stream))


def answer_to_part(target: Target, sent: bytes, number: int) -> Answer | None:
    """Send a part of a request and then no more; gives the answer, if there is one.

    Raises:
        AssertionError: What comes is no answer.
        TimeoutError: Neither an answer nor the end of the connection comes.
    """
    with target.connect(number) as connection, connection.makefile("rb") as stream:
        _send(connection, sent)
        connection.shutdown(socket.SHUT_WR)
        return read_answer(stream, sent.partition(b" ")[0])


def _send(connection: socket.socket, data: bytes) -> None:
    """Send; a server that has refused and hung up already may be read all the same."""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError, ssl.SSLError):
        connection.sendall(data)


def _rest(stream: BufferedReader) -> bytes:
    rest = b""
    with contextlib.suppress(ConnectionResetError, ssl.SSLError):  # it had not read all of ours
        while data := stream.read1():
            rest += data
    return rest


def read_answer(stream: BufferedReader, method: bytes) -> Answer | None:
    """Read the next answer that is not an interim one; None: the connection is closed.

    Raises:
        AssertionError: What comes is no answer (RFC 9112, sections 4 to 7).
    """
    try:
        line = stream.readline(MOST_LINE)
    except (ConnectionResetError, ssl.SSLError):
        return None
    if not line:
        return None
    told = STATUS_LINE.fullmatch(line)
    assert told, f"no answer begins like this: {line!r}"
    version, status = told[1], int(told[2])
    headers = tuple(_header(line) for line in iter(lambda: _head_line(stream), b"\r\n"))
    if 100 <= status < 200:
        return read_answer(stream, method)
    named = dict(headers)
    options = {option.strip() for option in named.get("connection", "").lower().split(",")}
    closes = "close" in options or (version == b"1.0" and "keep-alive" not in options)
    lengths = [value for name, value in headers if name == "content-length"]
    assert len(lengths) <= 1, headers
    if method == b"HEAD" or status in BODILESS:
        body = b""
    elif "transfer-encoding" in named:
        assert not lengths, headers
        body = _chunks(stream)
    elif lengths:
        body = _exactly(stream, int(lengths[0]))
    else:
        body, closes = _rest(stream), True
    return Answer(status, headers, body, closes)


def _head_line(stream: BufferedReader) -> bytes:
    line = stream.readline(MOST_LINE)
    assert line.endswith(b"\r\n"), f"the answer's head is cut off: {line!r}"
    return line


def _header(line: bytes) -> tuple[str, str]:
    name, colon, value = line.decode("latin-1").partition(":")
    assert colon, f"no header: {line!r}"
    return name.lower(), value.strip()


def _chunks(stream: BufferedReader) -> bytes:
    """Read a body in chunks (RFC 9112, section 7.1)."""
    body = b""
    while size := int(_head_line(stream).partition(b";")[0], 16):
        body += _exactly(stream, size)
        assert _head_line(stream) == b"\r\n"
    while _head_line(stream) != b"\r\n":
        pass  # trailers
    return body


def _exactly(stream: BufferedReader, length: int) -> bytes:
    body = stream.read(length)
    assert len(body) == length, f"the answer is cut off: {body!r}"
    return body
