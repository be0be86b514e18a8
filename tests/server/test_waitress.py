"""Who answers a request on waitress, and that nobody waits for somebody else."""

import json
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from waitress.task import WSGITask

from corsheet.api import WsgiApp
from corsheet.api.refusals import Forms
from corsheet.server import waitress_ as module
from corsheet.server.waitress_ import IsQuick, WaitressServer
from corsheet.settings import ServerSettings

SLOW = "slow"
"""An ``Authorization`` that is not known."""

MIB = 1024 * 1024


class App:
    """Tells for each request its path, and by which thread it was answered.

    Attributes:
        go_on: What a slow request waits for.
    """

    def __init__(self) -> None:
        self.go_on = threading.Event()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer."""
        if environ.get("HTTP_AUTHORIZATION") == SLOW:
            assert self.go_on.wait(10)
        body = f"{environ['PATH_INFO']} by {threading.current_thread().name}".encode()
        if environ["PATH_INFO"].startswith("/large"):
            body = body.ljust(MIB)
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]


@contextmanager
def running(
    app: WsgiApp,
    forms: Forms | None = None,
    is_quick: IsQuick = lambda *asked: asked[-1] != SLOW,
) -> Iterator[tuple[str, int]]:
    """Serve it while the block runs; gives host and port."""
    server = WaitressServer(app, ServerSettings(port=0), is_quick, forms)
    thread = threading.Thread(target=server.run, name="loop")
    thread.start()
    parts = urlsplit(server.address)
    assert parts.hostname
    assert parts.port
    try:
        yield parts.hostname, parts.port
    finally:
        if isinstance(app, App):
            app.go_on.set()
        server.stop()
        thread.join()


def request(path: str, authorization: str = "") -> bytes:
    """Write a request."""
    line = f"Authorization: {authorization}\r\n" if authorization else ""
    return f"GET {path} HTTP/1.1\r\nHost: a\r\n{line}\r\n".encode()


def replies(connection: socket.socket, count: int) -> list[bytes]:
    """Read so many replies; gives their bodies."""
    received = b""
    found: list[bytes] = []
    while len(found) < count:
        head, mark, rest = received.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0] or 0)
        if mark and len(rest) >= length:
            found.append(rest[:length])
            received = rest[length:]
            continue
        data = connection.recv(MIB)
        assert data, received
        received += data
    return found


def test_what_is_quick_is_answered_where_it_is_read_and_the_rest_by_a_thread() -> None:
    """Threads would fight for the interpreter's one lock; a password may take its time."""
    app = App()
    app.go_on.set()
    with running(app) as address, socket.create_connection(address, timeout=10) as connection:
        connection.sendall(request("/1"))
        quick = replies(connection, 1)[0]
        connection.sendall(request("/2", SLOW))
        slow = replies(connection, 1)[0]

    assert quick == b"/1 by loop"
    assert slow.startswith(b"/2 by waitress-")


def test_nobody_waits_for_a_slow_request() -> None:
    """A flood of unknown passwords holds no known client up."""
    app = App()
    with running(app) as address:
        slow = [socket.create_connection(address, timeout=10) for _ in range(8)]
        for connection in slow:
            connection.sendall(request("/slow", SLOW))
        with socket.create_connection(address, timeout=10) as quick:
            for number in range(20):
                quick.sendall(request(f"/{number}"))
                assert replies(quick, 1) == [f"/{number} by loop".encode()]
        app.go_on.set()
        for connection in slow:
            with connection:
                assert replies(connection, 1)[0].startswith(b"/slow by waitress-")


def test_requests_sent_at_once_are_answered_in_order() -> None:
    """Pipelining (RFC 9112, section 9.3.2), with a slow one in the middle of it."""
    app = App()
    app.go_on.set()
    paths = [f"/{number}" for number in range(60)]
    sent = b"".join(request(path, SLOW if path == "/30" else "") for path in paths)
    with running(app) as address, socket.create_connection(address, timeout=10) as connection:
        connection.sendall(sent)
        answered = [body.split()[0].decode() for body in replies(connection, len(paths))]

    assert answered == paths


def test_a_client_that_does_not_read_holds_nobody_up() -> None:
    """Its replies wait in memory up to a mark, and a thread waits for it, not the loop."""
    app = App()
    app.go_on.set()
    count = 40
    with running(app) as address, socket.create_connection(address, timeout=10) as lazy:
        lazy.sendall(b"".join(request(f"/large/{number}") for number in range(count)))
        with socket.create_connection(address, timeout=10) as other:
            for number in range(20):
                other.sendall(request(f"/{number}"))
                assert replies(other, 1)[0].startswith(f"/{number} ".encode())
        bodies = replies(lazy, count)

    assert [body.split()[0].decode() for body in bodies] == [f"/large/{n}" for n in range(count)]


@pytest.mark.parametrize("sent", ["//slow", "///slow", "/%2Fslow", "http://a//slow", "/slow//"])
def test_who_answers_is_decided_by_the_path_that_the_application_sees(sent: str) -> None:
    """Slashes at its beginning make another path of it, for both."""
    asked: list[str] = []

    def is_quick(_: str, path: str, __: str | None) -> bool:
        asked.append(path)
        return True

    app = App()
    with (
        running(app, is_quick=is_quick) as address,
        socket.create_connection(address, timeout=10) as connection,
    ):
        connection.sendall(request(sent))
        told = replies(connection, 1)[0].decode()

    assert told == f"{asked[0]} by loop"
    assert asked == [unquote(urlsplit(sent).path if sent.startswith("http") else sent)]


def received_headers(
    environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    """Tell which headers arrived, apart from the usual ones."""
    found = {name: value for name, value in environ.items() if name.startswith("HTTP_")}
    found.pop("HTTP_HOST")
    body = json.dumps(found).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


@pytest.mark.parametrize(
    ("lines", "arrived"),
    [
        ("id_token: a", {"HTTP_ID_TOKEN": "a"}),
        ("ID_Token:a", {"HTTP_ID_TOKEN": "a"}),
        ("id-token: a", {"HTTP_ID_TOKEN": "a"}),
        ("id_token: a\r\nid-token: b", {"HTTP_ID_TOKEN": "a, b"}),
        ("id_token: a\r\nID_TOKEN: a", {"HTTP_ID_TOKEN": "a, a"}),
        ("x_id_token: a\r\nid_token_x: a\r\nid_tokens: a\r\nTenant_Id: a", {}),
        ("x: id_token: a", {"HTTP_X": "id_token: a"}),
    ],
)
def test_of_headers_with_an_underscore_only_enactors_arrives(
    lines: str, arrived: dict[str, str]
) -> None:
    """In any letters ("REST authentication"); others would pass for one with a hyphen."""
    sent = f"GET /?id_token:=1 HTTP/1.1\r\nHost: a\r\n{lines}\r\n\r\n".encode()
    with (
        running(received_headers) as address,
        socket.create_connection(address, timeout=10) as connection,
    ):
        connection.sendall(sent)

        assert json.loads(replies(connection, 1)[0]) == arrived


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("Content-Length: 99999999", "http-413"),
        ("Host: b", "http-400"),
        ("Transfer-Encoding: gzip", "http-501"),
    ],
)
@pytest.mark.parametrize(("path", "is_enactors"), [("/e/orders", True), ("/ee/orders", False)])
def test_what_waitress_refuses_has_the_form_of_its_path(
    lines: str, code: str, path: str, *, is_enactors: bool
) -> None:
    """Enactor's below its prefix ("Error Message"), a problem elsewhere."""
    sent = f"GET {path} HTTP/1.1\r\nHost: a\r\n{lines}\r\n\r\n".encode()
    with (
        running(App(), Forms("/e")) as address,
        socket.create_connection(address, timeout=10) as connection,
    ):
        connection.sendall(sent)
        told = json.loads(replies(connection, 1)[0])

    assert told["errorCode" if is_enactors else "code"] == code
    assert ("messageText" in told) == is_enactors


def test_what_has_no_path_is_refused_as_a_problem() -> None:
    """Nobody can tell that Enactor's form is due."""
    with (
        running(App(), Forms("/e")) as address,
        socket.create_connection(address, timeout=10) as connection,
    ):
        connection.sendall(b"rubbish\r\n\r\n")

        assert json.loads(replies(connection, 1)[0])["code"] == "http-400"


LENGTH = ("Content-Length", "2")


def lines(told: bytes) -> list[str]:
    """Give a header's first line, and the others in the order of their names."""
    text = told.decode("latin-1")
    assert text.endswith("\r\n\r\n")
    first, *others = text.removesuffix("\r\n\r\n").split("\r\n")
    split = [line.partition(": ") for line in others]
    return [first, *sorted(f"{name.title()}: {value}" for name, _, value in split)]


@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize("connection", [None, "keep-alive", "Keep-Alive", "close", "upgrade"])
@pytest.mark.parametrize("status", ["200 OK", "204 No Content", "304 Not Modified"])
@pytest.mark.parametrize(
    "headers",
    [
        [],
        [LENGTH],
        [LENGTH, ("ETag", '"1"'), ("Vary", "Authorization")],
        [LENGTH, ("Date", "Thu, 01 Jan 1970 00:00:00 GMT")],
        [LENGTH, ("Server", "till")],
        [LENGTH, ("Connection", "close")],
        [("ETag", '"1"')],
    ],
)
def test_a_header_says_what_waitress_would_say(
    version: str, connection: str | None, status: str, headers: list[tuple[str, str]]
) -> None:
    """In another order: what is quick where nothing is to be decided decides nothing else."""

    def task() -> module._Task:
        sent = {} if connection is None else {"CONNECTION": connection}
        request: Any = SimpleNamespace(version=version, headers=sent)
        channel: Any = SimpleNamespace(server=SimpleNamespace(adj=SimpleNamespace(ident="")))
        made = module._Task(channel, request)
        made.status, made.response_headers, made.start_time = status, list(headers), 1_000_000_000
        made.content_length = 2 if LENGTH in headers else None
        return made

    ours, theirs = task(), task()

    told = lines(ours.build_response_header())
    assert told == lines(WSGITask.build_response_header(theirs))
    assert ours.close_on_finish == theirs.close_on_finish
