"""granian: an HTTP server in Rust, with worker processes, TLS, HTTP/2 and a header deadline.

This process watches over the workers and reads the workbook; each worker has the
application to itself and follows the current snapshot. A worker that dies is made
anew, and one whose service has died ends itself: it would answer with old orders
for ever.
"""

import logging
import multiprocessing
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from functools import partial

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings, HTTP2Settings
from granian.log import LogLevels

from corsheet.api import WsgiApp
from corsheet.server import DRAIN_SECONDS, address_of
from corsheet.settings import ServerSettings

log = logging.getLogger(__name__)

LoadApp = Callable[[], WsgiApp]
"""Makes the application in a worker; must survive being pickled."""

HEADER_SECONDS = 10
"""For a request's line and headers to arrive, so that slow ones hold no connection for ever."""

LEAST_CONNECTIONS = 4096
"""Open at the same time, in each worker: its "backpressure" counts them, whatever they do.

An idle one costs little; with fewer, some hundred that drip keep all others waiting.
"""

LEAST_BUFFER = 8192
"""granian's own floor for the buffer that headers must fit into."""

WAKE_SECONDS = 0.5
"""Between two moments at which the supervising process listens to signals for sure."""

LOOK_SECONDS = 0.02
"""Between two tries to connect at the start."""

LOGGING = {
    "formatters": {},
    "handlers": {},
    "loggers": {"_granian": {"handlers": [], "propagate": True}},
}
"""To our log on standard error; granian's own goes to standard output."""


def _is_no_chatter(record: logging.LogRecord) -> bool:
    """Drop granian's advice about the number of threads: most of ours wait, and run nothing."""
    return not record.getMessage().startswith("Configuration allows spawning")


class _Interrupt(threading.Event):
    """What granian's main loop waits for, without ever sleeping for good.

    Python runs a signal's handler when the main thread goes on; one that comes in the
    moment before it falls asleep would wait until something else wakes it.
    """

    def wait(self, timeout: float | None = None) -> bool:
        """Wait; look up now and then."""
        if timeout is not None:
            return super().wait(timeout)
        while not super().wait(WAKE_SECONDS):
            pass
        return True


class GranianServer:
    """See ``Engine``."""

    def __init__(self, load_app: LoadApp, settings: ServerSettings) -> None:
        """Find out whether the address can be had; the workers listen once ``run`` runs.

        Args:
            load_app: Makes the application in each worker.
            settings: Of the server.

        Raises:
            OSError: The address is taken, or is not this computer's.
        """
        self._load_app = load_app
        self._stopping = False
        host, port = _free_address(settings.host, settings.port)
        self._socket_address = host, port
        self.address = address_of(settings.host, port, is_tls=settings.uses_tls)
        self._granian = Granian(
            "corsheet",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=settings.workers,
            blocking_threads=settings.threads,
            backpressure=max(settings.connection_limit, LEAST_CONNECTIONS),
            http=HTTPModes.auto if settings.uses_tls else HTTPModes.http1,
            http1_settings=HTTP1Settings(
                header_read_timeout=HEADER_SECONDS * 1000,
                max_buffer_size=max(settings.max_header_bytes, LEAST_BUFFER),
            ),
            http2_settings=HTTP2Settings(max_headers_size=settings.max_header_bytes),
            websockets=False,
            log_level=LogLevels.warning,
            log_dictconfig=LOGGING,
            ssl_cert=settings.tls_certificate,
            ssl_key=settings.tls_key,
            respawn_failed_workers=True,
            workers_kill_timeout=int(DRAIN_SECONDS),
        )
        logging.getLogger("_granian").addFilter(_is_no_chatter)
        self._granian.main_loop_interrupt = _Interrupt()
        self._granian.on_startup(self._stop_if_told)

    def run(self) -> None:
        """Answer until ``stop`` is called; must be called by the main thread."""
        # forked workers would share the lock of the state folder and half of our threads
        multiprocessing.set_start_method("spawn", force=True)
        load = partial(_load_in_worker, self._load_app)
        try:
            self._granian.serve(target_loader=load, wrap_loader=False)
        finally:
            self._stopping = True  # granian listens to signals itself

    def stop(self) -> None:
        """Make ``run`` return soon. May be called from a signal handler or any thread."""
        self._stopping = True
        self._interrupt()

    def _interrupt(self) -> None:
        self._granian.signal_handler_interrupt()  # type: ignore[no-untyped-call]

    def wait(self, seconds: float) -> None:
        """Wait until a worker takes a connection."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self._stopping:
            try:
                socket.create_connection(self._socket_address, timeout=1).close()
            except OSError:
                time.sleep(LOOK_SECONDS)
            else:
                return

    def _stop_if_told(self) -> None:
        """Stop at once where that was asked for before granian listened to signals."""
        if self._stopping:
            self._interrupt()


def _load_in_worker(load_app: LoadApp) -> WsgiApp:
    """Make a worker's application, and see to it that it ends when the service has died."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), name="parent", daemon=True).start()
    return load_app()


def _end_after(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _free_address(host: str, port: int) -> tuple[str, int]:
    """Give the address and port to listen on; port 0 becomes a free one.

    The workers share the port, so the system would let a second service share it too.

    Raises:
        OSError: It is taken, or not this computer's.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, _, _, address = found[0]
    with socket.socket(family, kind) as trying:
        if sys.platform != "win32":  # there it would let a second one in
            trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trying.bind(address)
        name = trying.getsockname()
    return str(name[0]), int(name[1])
