"""An authorization server for measurements (RFC 7662), in a process of its own.

It knows one token, and takes as long for an answer as it is told.
"""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qs

from benchmarks.common import ROOT

TOKEN = "known-to-the-issuer"  # noqa: S105 - good on this computer only, for minutes
TOKEN_SECONDS = 3600
CLIENT_ID, CLIENT_SECRET = "corsheet", "for-questions"
"""As whom the service asks; not checked, since every question here is the service's."""


class Issuer(NamedTuple):
    """A running one; ``address`` is such as ``http://127.0.0.1:9000``."""

    address: str

    def answer_after(self, seconds: float) -> None:
        """Take so long for whatever is asked from now on; 0: no time."""
        told = urllib.request.Request(self.address, str(seconds).encode(), method="PUT")  # noqa: S310 - loopback
        urllib.request.urlopen(told, timeout=10).close()  # noqa: S310 - likewise

    @property
    def settings(self) -> str:
        """Give the table with which corsheet asks it."""
        return f"""[auth.introspection]
url = "{self.address}/introspect"
client_id = "{CLIENT_ID}"
client_secret = "{CLIENT_SECRET}"
"""


class _Server(ThreadingHTTPServer):
    """Attributes: ``seconds``: what an answer takes."""

    daemon_threads = True
    seconds = 0.0


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_PUT(self) -> None:
        self.server.seconds = float(self._body())
        self._answer({})

    def do_POST(self) -> None:
        """Tell of a token."""
        token = parse_qs(self._body()).get("token", [""])[0]
        time.sleep(self.server.seconds)
        expires = int(time.time()) + TOKEN_SECONDS
        known = {"active": True, "client_id": "till", "exp": expires}
        with suppress(OSError):  # who asked has given up
            self._answer(known if token == TOKEN else {"active": False})

    def _body(self) -> str:
        return self.rfile.read(int(self.headers["Content-Length"])).decode("ascii")

    def _answer(self, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Be silent."""


@contextmanager
def issuer() -> Iterator[Issuer]:
    """Serve while the block runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.issuer"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        line = process.stdout.readline() if process.stdout is not None else ""
        if not line:
            raise SystemExit("the authorization server of the measurement did not start")
        yield Issuer(f"http://127.0.0.1:{int(line)}")
    finally:
        process.terminate()
        process.communicate()


if __name__ == "__main__":
    server = _Server(("127.0.0.1", 0), _Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
