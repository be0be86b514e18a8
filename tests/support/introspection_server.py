"""An authorization server in a thread, that answers as a test tells it (RFC 7662, RFC 6749)."""

import json
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

CERTIFICATE = Path(__file__).parents[1] / "data" / "localhost-named.pem"
"""Good for ``localhost`` by name (RFC 9525), which clients of today insist on; signed by itself."""

KEY = CERTIFICATE.with_name("localhost-key.pem")

DRIP_SECONDS = 0.05
"""Between two bytes that drip."""


@dataclass(frozen=True)
class Asked:
    """A request that came.

    Attributes:
        path: Where.
        headers: As they were sent.
        form: Each field's one value.
    """

    path: str
    headers: Mapping[str, str]
    form: Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """What comes back.

    Attributes:
        body: As it is sent.
        status: HTTP status.
        headers: Beside Content-Length.
        drips: ``head``: the status line never ends; ``body``: the body never does. A byte
            comes now and then, until the test is over.
        closes: The connection ends without an answer, or in the middle of the body.
        is_chunked: Sent in chunks, without a length.
        hold: Waited for before anything is sent; None: nothing is.
    """

    body: bytes = b'{"active": false}'
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    drips: str = ""
    closes: str = ""
    is_chunked: bool = False
    hold: threading.Event | None = None


def said(**claims: object) -> Answer:
    """Say something of a token."""
    return Answer(json.dumps(claims).encode())


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "_Server"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode("ascii")
        fields = parse_qs(body, keep_blank_values=True, strict_parsing=True)
        assert all(len(values) == 1 for values in fields.values())
        asked = Asked(self.path, dict(self.headers), {k: v[0] for k, v in fields.items()})
        answer = self.server.owner.answer_to(asked)
        if answer.hold is not None:
            answer.hold.wait()
        with suppress(OSError):  # who asks may have gone
            self._send(answer)

    def do_GET(self) -> None:
        self.server.owner.answer_to(Asked(self.path, dict(self.headers), {}))
        with suppress(OSError):
            self._send(Answer(b'{"active": true}'))

    def _send(self, answer: Answer) -> None:
        if answer.drips == "head":
            self._drip(b"HTTP/1.1 200 OK\r\nX-")
        if answer.closes == "head":
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.is_chunked:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(answer.body), answer.body))
            return
        extra = 1000 if answer.drips or answer.closes else 0
        self.send_header("Content-Length", str(len(answer.body) + extra))
        self.end_headers()
        if answer.drips:
            self._drip(answer.body[:-1])
        self.wfile.write(answer.body)
        if answer.closes:
            self.close_connection = True

    def _drip(self, first: bytes) -> None:
        """Send a byte now and then, until the test is over or nobody listens."""
        self.wfile.write(first)
        self.close_connection = True
        while not self.server.owner.ended.wait(DRIP_SECONDS):
            self.wfile.write(b" ")
        raise ConnectionAbortedError

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        """Be silent."""


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    owner: "AuthorizationServer"

    def get_request(self) -> tuple[Any, Any]:
        sock, address = super().get_request()
        self.owner.connections.append(sock)
        return sock, address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Be silent where whoever asks has gone; tests look at what they got."""


class AuthorizationServer:
    """A running server. What it answers may be changed at any time.

    Attributes:
        url: Of its introspection endpoint.
        token_url: Of its token endpoint.
        answers: By token; one that is not there is not active.
        everything: Answered in place of those; None: those count.
        token_answer: What the token endpoint answers.
        gate: Looks at every question first; gives an answer to it, or None.
        asked: What came so far.
        connections: That were opened so far.
        ended: The test is over.
    """

    def __init__(self, *, has_tls: bool = False, port: int = 0) -> None:
        self.answers: dict[str, Answer] = {}
        self.everything: Answer | None = None
        self.token_answer = said(access_token="ours", token_type="Bearer", expires_in=600)
        self.gate: Callable[[Asked], Answer | None] = lambda asked: None
        self.asked: list[Asked] = []
        self.connections: list[socket.socket] = []
        self.ended = threading.Event()
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.owner = self
        if has_tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE, KEY)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = int(self._server.server_address[1])
        base = f"https://localhost:{self.port}" if has_tls else f"http://127.0.0.1:{self.port}"
        self.url, self.token_url = base + "/introspect", base + "/token"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), name="authorization server"
        )
        self._thread.start()

    @property
    def counts(self) -> Counter[str]:
        """How often each token was asked about."""
        return Counter(asked.form["token"] for asked in self.asked if "token" in asked.form)

    def answer_to(self, asked: Asked) -> Answer:
        """Note a question and give the answer to it."""
        self.asked.append(asked)
        first = self.gate(asked)
        if first is not None:
            return first
        if asked.path == "/token":
            return self.token_answer
        return self.everything or self.answers.get(asked.form.get("token", ""), Answer())

    def stop(self) -> None:
        """End it, with every connection; its port is free afterwards."""
        self.ended.set()
        self._server.shutdown()
        self._thread.join()
        for sock in self.connections:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        self._server.server_close()


@contextmanager
def authorization_server(*, has_tls: bool = False, port: int = 0) -> Iterator[AuthorizationServer]:
    """Serve while the block runs."""
    server = AuthorizationServer(has_tls=has_tls, port=port)
    try:
        yield server
    finally:
        server.stop()
