"""A request's body, read by whoever wants it: late, bounded in size, and a stranger's in time too.

granian hands over a body while it comes, and whoever reads it waits in one of a
worker's few threads. So none is read before its sender is known; where that cannot
be, as with a request for a token, only a few wait for one, and not for long where it
drips. Of a sender that is silent granian tells nothing: that place is held until they go.
"""

import threading
import time
from typing import Any

PLACES = 4
"""Bodies of strangers that are waited for at the same time, in one process."""

SECONDS = 5.0
"""For a stranger's body to come whole; a form has some hundred bytes."""


class LateError(Exception):
    """The body did not come in time."""


class FullError(Exception):
    """Too many strangers' bodies are being waited for."""


class CutOffError(Exception):
    """The body ends before the length that was told (RFC 9112, section 8)."""


def read(environ: dict[str, Any], most: int) -> bytes:
    """Read a body; no more of it than shows that it has more than ``most`` bytes.

    A body without a length is one in chunks (RFC 9112, section 7.1) or of HTTP/2
    (RFC 9113, section 8.1.1), where the server says that its end can be seen.

    Raises:
        CutOffError: The connection has ended before the body; granian does not say so.
    """
    wanted, has_length = _wanted(environ, most)
    body = bytes(environ["wsgi.input"].read(wanted)) if wanted else b""
    if has_length and len(body) < wanted:
        raise CutOffError
    return body


def _wanted(environ: dict[str, Any], most: int) -> tuple[int, bool]:
    """Give how many bytes to read at most, and whether the length was told."""
    length = environ.get("CONTENT_LENGTH", "")
    if length.isascii() and length.isdigit():
        return min(int(length), most + 1), True
    return (most + 1 if environ.get("wsgi.input_terminated") else 0), False


class StrangersBodies:
    """Reads bodies of whoever is not known yet. Used from any thread."""

    def __init__(self, places: int = PLACES, seconds: float = SECONDS) -> None:
        self._places = threading.BoundedSemaphore(places)
        self._seconds = seconds

    def read(self, environ: dict[str, Any], most: int) -> bytes:
        """Read a body as ``read`` does.

        Raises:
            LateError: It does not come in time.
            FullError: There is no place.
            CutOffError: It does not come whole.
        """
        if not self._places.acquire(blocking=False):
            raise FullError
        try:
            return self._read(environ, most)
        finally:
            self._places.release()

    def _read(self, environ: dict[str, Any], most: int) -> bytes:
        """Read byte by byte, since granian waits until all that is asked for is there.

        Nothing may be answered while something still reads: granian then waits for
        the reader, and holds Python's one lock meanwhile.
        """
        end = time.monotonic() + self._seconds
        wanted, has_length = _wanted(environ, most)
        body = bytearray()
        while len(body) < wanted and (piece := environ["wsgi.input"].read(1)):
            body += piece
            if time.monotonic() >= end:
                raise LateError
        if has_length and len(body) < wanted:
            raise CutOffError
        return bytes(body)
