"""Asking a server on this computer, and other programs, within a time."""

import http.client
import json
import ssl
import subprocess
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

ASK_SECONDS = 1.0
"""For a server on this computer to answer."""

RUN_SECONDS = 2.0
"""For a program of the system, such as Windows' netstat."""

MOST_BYTES = 64 * 1024
"""Of an answer."""

Run = Callable[[Sequence[str]], str]
"""Runs a program of the system and gives what it printed; empty: it is not there, or fails."""


class Answer(NamedTuple):
    """What a server answered.

    Attributes:
        status: HTTP status.
        body: As JSON; None: it is none.
        has_correlation: There is a ``Correlation-Id``, as with all that corsheet answers.
    """

    status: int
    body: Any
    has_correlation: bool


def ask(host: str, port: int, path: str, *, is_tls: bool = False) -> Answer | None:
    """Ask a server with GET, without credentials; None: it speaks no HTTP, or too slowly.

    Its certificate is not looked at: no secret is sent, and another check does that.
    """
    connection = http.client.HTTPConnection(host, port, timeout=ASK_SECONDS)
    if is_tls:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connection = http.client.HTTPSConnection(host, port, timeout=ASK_SECONDS, context=context)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        text = response.read(MOST_BYTES)
        has_correlation = response.getheader("Correlation-Id") is not None
        return Answer(response.status, _json(text), has_correlation)
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _json(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def run(command: Sequence[str]) -> str:
    """Run a program of the system; see ``Run``."""
    try:
        done = subprocess.run(  # noqa: S603 - our own words, no shell
            list(command), capture_output=True, timeout=RUN_SECONDS, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("utf-8", "replace")
