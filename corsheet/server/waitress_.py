"""waitress, bounded, with a clean stop, and without its threads in the till's way.

waitress has neither TLS nor a deadline for slow headers; beyond loopback it
belongs behind a proxy or tunnel (docs/security.md).

By itself it hands every request to a thread, and the threads then fight with the
one that reads the sockets for Python's one lock. Here a request that cannot take
long is answered where it was read; only one that may (a password to hash) goes to
a thread.
"""

import contextlib
import re
import sys
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.receiver import ChunkedReceiver
from waitress.server import create_server
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask
from waitress.utilities import BadRequest, build_http_date

from corsheet.api import WsgiApp
from corsheet.api.refusals import ApiError, Forms
from corsheet.server import DRAIN_SECONDS, address_of
from corsheet.settings import ServerSettings

IDLE_SECONDS = 30
"""A connection without a request is closed after it."""

LOOP_SECONDS = 1.0
"""Between two looks of the loop at whether to stop, where nothing wakes it."""

SEND_BYTES = 64 * 1024
"""Waiting to be sent, beyond which it is sent before the reply is whole: one send for most."""

YOUNG_SECONDS = 0.3
"""In which the first request of a new connection is waited for at the end."""

DRAIN_TURN_SECONDS = 0.02
"""Between two looks at whether they are done."""

VERSIONS = ("1.0", "1.1")
"""Of HTTP, that waitress speaks."""

CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
"""What no request's line holds (RFC 9112, section 3); Python's ``urlsplit`` leaves tabs out."""

USE_POLL = sys.platform != "win32"
"""select(), all that Windows has, ends at 512 connections there and 1,024 here."""

ID_TOKEN = re.compile(rb"(?<=\r\n)id_token(?=:)", re.IGNORECASE)
"""The one header whose name may have an underscore ("REST authentication")."""

DECIDED = frozenset({"Connection", "Date", "Server", "Transfer-Encoding"})
"""Headers of a reply that waitress sets by itself, or goes by."""

IsQuick = Callable[[str, str, str | None], bool]
"""Takes method, path and ``Authorization`` header; tells whether answering cannot take long."""


class _Chunks(ChunkedReceiver):
    """waitress's reader of chunks, to which a line feed alone means nothing.

    Its patterns end in ``$``, which lets one pass before the line's end (RFC 9112, section 7.1).
    """

    def received(self, s: bytes) -> int:
        """Take what has come, piece by piece; tell how much of it is this request's."""
        taken = 0
        while taken < len(s) and not (self.completed or self.error):
            end = self._end_of_piece(s, taken)
            is_line = not (
                self.chunk_remainder or self.validate_chunk_end or self.all_chunks_received
            )
            line = self.control_line + s[taken:end]
            if is_line and line.endswith(b"\n") and not line.endswith(b"\r\n"):
                self.error = BadRequest("Bare LF found in a chunk's first line")
            else:
                taken += super().received(s[taken:end])
        return len(s) if self.error else taken

    def _end_of_piece(self, s: bytes, taken: int) -> int:
        """Find where the rest of a chunk ends, or its CR and LF, or its line, or what is there."""
        if self.chunk_remainder:
            return taken + self.chunk_remainder
        if self.validate_chunk_end:
            return taken + len(b"\r\n") - len(self.chunk_end)
        if self.all_chunks_received:
            return len(s)
        return s.find(b"\n", taken) + 1 or len(s)


class _Parser(HTTPRequestParser):
    """waitress's parser, without two ways to understand one request."""

    def parse_header(self, header_plus: bytes) -> None:
        """Let Enactor's ``id_token`` in, and refuse what waitress 3.0 should not let through.

        waitress drops every header with an underscore, which would pass for one with a
        hyphen; so this one does now, and of both at once there is one with two values.

        RFC 9112 has a server refuse both lengths at once, or chunks in HTTP/1.0 (section
        6.1); an HTTP/1.1 request without exactly one Host (section 3.2); another version,
        of which waitress would not see the chunks (RFC 9110, section 15.6.6); control
        characters in the first line.
        """
        lower = header_plus.lower()
        if b"\r\nid_token:" in lower:
            header_plus = ID_TOKEN.sub(b"id-token", header_plus)
        try:
            super().parse_header(header_plus)
        except ValueError as error:  # waitress lets some of its own pass, and drops the client
            raise ParsingError("the request cannot be read") from error
        hosts = lower.count(b"\r\nhost:")
        if self.version not in VERSIONS:
            raise ParsingError("not HTTP/1.0 or HTTP/1.1")
        if self.version == "1.0" and "TRANSFER_ENCODING" in self.headers:
            raise ParsingError("Transfer-Encoding in HTTP/1.0")
        if CONTROL.search(header_plus.partition(b"\r\n")[0]):
            raise ParsingError("a control character in the request's line")
        if self.chunked and self.body_rcv is not None:
            self.body_rcv = _Chunks(self.body_rcv.getbuf())
        if self.chunked and b"\r\ncontent-length:" in lower:
            raise ParsingError("both Content-Length and Transfer-Encoding")
        if hosts > 1 or (self.version == "1.1" and not hosts):
            raise ParsingError("not exactly one Host header")


class _ErrorTask(ErrorTask):
    """What waitress refuses by itself, told as our other refusals."""

    def execute(self) -> None:
        """Write the refusal and close the connection."""
        request: Any = self.request
        status = HTTPStatus(request.error.code)
        refusal = ApiError(status, f"http-{status.value}", status.phrase.lower())
        server: Any = self.channel.server
        # one whose first line cannot be read has no path
        headers, body = server.forms.tell(refusal, getattr(request, "path", ""))
        self.status = f"{status.value} {status.phrase}"
        self.response_headers = [*headers, ("Correlation-Id", str(uuid.uuid4()))]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


@lru_cache(maxsize=1)
def _http_date(seconds: int) -> str:
    """Write a time since 1970 as HTTP does (RFC 9110, section 5.6.7)."""
    return build_http_date(seconds)


class _Task(WSGITask):
    """One request for the application."""

    def get_environment(self) -> dict[str, Any]:
        """Give the path as it was sent.

        waitress takes slashes off its beginning, so that the application would see another
        path than whoever decides which thread answers; granian leaves them, too.
        """
        environ: dict[str, Any] = super().get_environment()
        request: Any = self.request
        environ["PATH_INFO"] = request.path
        return environ

    def build_response_header(self) -> bytes:
        """Write the header: what ``WSGITask`` does, quicker where nothing is to be decided.

        That is where the length is told and the connection stays. Names go out as they are
        spelled, and in their order.
        """
        headers = self.response_headers
        names = [name for name, _ in headers]
        request: Any = self.request
        if (
            self.version != "1.1"
            or self.close_on_finish
            or request.headers.get("CONNECTION", "").lower() == "close"
            or not self.has_body
            or "Content-Length" not in names
            or not DECIDED.isdisjoint(names)
        ):
            return super().build_response_header()
        lines = [f"{name}: {value}\r\n" for name, value in headers]
        date = _http_date(int(self.start_time))
        return f"HTTP/1.1 {self.status}\r\n{''.join(lines)}Date: {date}\r\n\r\n".encode("latin-1")

    def set_close_on_finish(self) -> None:
        """Keep the connection after a 304.

        It has no body (RFC 9110, section 15.4.5), so nobody needs the end of the
        connection to find its end; waitress closes for want of a Content-Length.
        """
        request: Any = self.request
        asked = request.headers.get("CONNECTION", "").lower()
        if not (self.status.startswith("304") and self.version == "1.1" and asked != "close"):
            super().set_close_on_finish()


class _Channel(HTTPChannel):
    """A connection."""

    parser_class = _Parser
    error_task_class = _ErrorTask
    task_class = _Task

    def handle_read(self) -> None:
        """Read, then answer at once what can be."""
        super().handle_read()
        server: Any = self.server
        server.task_dispatcher.answer_ready()

    def service(self) -> None:
        """Answer one request; say that it is the last one when the service ends."""
        server: Any = self.server
        if getattr(server, "is_draining", False) and self.requests:
            request: Any = self.requests[0]
            request.headers["CONNECTION"] = "close"
        super().service()


class _Dispatcher(ThreadedTaskDispatcher):
    """Says who answers a request: the loop itself, or a thread."""

    def __init__(self, is_quick: IsQuick) -> None:
        super().__init__()
        self._is_quick = is_quick
        self._ready: deque[Any] = deque()
        self._loop = 0

    def enter_loop(self) -> None:
        """Take this thread for the one that reads the sockets."""
        self._loop = threading.get_ident()

    def is_loop(self) -> bool:
        """Tell whether this is the thread that reads the sockets."""
        return threading.get_ident() == self._loop

    def add_task(self, task: Any) -> None:
        """Take a connection whose next request is whole.

        Where the client has not read its last reply yet, a thread answers: it may
        have to wait for room.
        """
        request = task.requests[0]
        asked = (
            # one that cannot be read has neither
            getattr(request, "command", ""),
            getattr(request, "path", ""),
            request.headers.get("AUTHORIZATION"),
        )
        if self.is_loop() and not task.total_outbufs_len and self._is_quick(*asked):
            self._ready.append(task)
        else:
            super().add_task(task)

    def answer_ready(self) -> None:
        """Answer what ``add_task`` took for quick; called by the loop, which holds no lock now."""
        while self._ready:
            channel = self._ready.popleft()
            channel.service()
            if channel.connected and channel.writable():
                channel.handle_write()  # now, not after another look at all sockets


class WaitressServer:
    """See ``Engine``."""

    def __init__(
        self,
        app: WsgiApp,
        settings: ServerSettings,
        is_quick: IsQuick,
        forms: Forms | None = None,
    ) -> None:
        """Listen.

        Args:
            app: The application.
            settings: Of the server.
            is_quick: Tells what need not wait for a thread.
            forms: Of what waitress refuses by itself; None: problems.

        Raises:
            OSError: The address is taken, or is not this computer's.
        """
        self._map: dict[int, Any] = {}
        self._stopping = False
        self._dispatcher = _Dispatcher(is_quick)
        try:
            self._server: Any = create_server(
                app,
                map=self._map,
                _dispatcher=self._dispatcher,
                host=settings.host,
                port=settings.port,
                threads=settings.threads,
                connection_limit=settings.connection_limit,
                channel_timeout=IDLE_SECONDS,
                cleanup_interval=5,
                # a little more than the application takes, which refuses in better words
                max_request_body_size=settings.max_body_bytes + 1024,
                max_request_header_size=settings.max_header_bytes,
                clear_untrusted_proxy_headers=False,  # ``api.address`` believes nobody else
                expose_tracebacks=False,
                ident="",
                asyncore_use_poll=USE_POLL,
            )
        except ValueError as error:  # waitress's word for a host that has no address
            raise OSError(str(error)) from error
        self._dispatcher.set_thread_count(settings.threads)
        # one socket, or several for a name with several addresses
        self._listening = [s for s in self._map.values() if hasattr(s, "channel_class")]
        for listening in self._listening:
            listening.channel_class = _Channel
            listening.forms = forms or Forms()
            listening.adj.send_bytes = SEND_BYTES  # deprecated as an argument, not in use
            listening.pull_trigger = _unless(self._dispatcher.is_loop, listening.pull_trigger)
        self.address = address_of(settings.host, self._listening[0].effective_port)

    def run(self) -> None:
        """Answer until ``stop`` is called, then finish what is under way."""
        self._dispatcher.enter_loop()
        while not self._stopping:
            self._turn(LOOP_SECONDS)
        end = time.monotonic() + DRAIN_SECONDS
        for listening in self._listening:
            _accept_waiting(listening)
            wasyncore.dispatcher.close(listening)
            listening.is_draining = True
        self._turn(0)  # what has arrived already is under way too
        while self._close_idle() and time.monotonic() < end:
            self._turn(DRAIN_TURN_SECONDS)
        self._server.task_dispatcher.shutdown(timeout=max(0.1, end - time.monotonic()))
        wasyncore.close_all(self._map)

    def stop(self) -> None:
        """Make ``run`` return soon. May be called from a signal handler or any thread."""
        self._stopping = True  # no lock: a handler may interrupt itself
        for listening in self._listening:
            with contextlib.suppress(OSError):  # stopped already
                listening.trigger.pull_trigger()

    def wait(self, seconds: float) -> None:
        """Return: connections are taken since it was made."""

    def _turn(self, seconds: float) -> None:
        wasyncore.loop(timeout=seconds, use_poll=USE_POLL, map=self._map, count=1)

    def _close_idle(self) -> bool:
        """Close the connections that nothing is under way on; tell whether others are left."""
        channels = [c for c in self._map.values() if isinstance(c, HTTPChannel)]
        busy = [c for c in channels if _is_busy(c)]
        for channel in channels:
            if channel not in busy:
                channel.handle_close()
        return bool(busy)


def _unless(condition: Callable[[], bool], call: Callable[[], None]) -> Callable[[], None]:
    """Give a function that calls another unless something is so."""

    def calling() -> None:
        if not condition():
            call()

    return calling


def _is_busy(channel: Any) -> bool:
    """Tell whether a request is under way on a connection, or about to come on a new one."""
    is_new = channel.last_activity == channel.creation_time
    is_young = time.time() - channel.creation_time < YOUNG_SECONDS
    under_way = channel.requests or channel.total_outbufs_len or channel.request is not None
    return bool(under_way) or (is_new and is_young)


def _accept_waiting(listening: Any) -> None:
    """Take the connections that the system has accepted for us already."""
    for _ in range(listening.adj.backlog):
        before = len(listening.active_channels)
        listening.handle_accept()
        if len(listening.active_channels) == before:
            return
