"""A request's body, read by whoever wants it: late, bounded in size, and a stranger's in time too.

granian hands over a body while it comes, and whoever reads it waits in one of a
worker's few threads. So none is read before its sender is known; where that cannot
be, as with a request for a token, only a few wait for one, and not for long.
"""

import threading
from concurrent.futures import Future
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
    length = environ.get("CONTENT_LENGTH", "")
    if length.isascii() and length.isdigit():
        wanted = min(int(length), most + 1)
    else:
        wanted = most + 1 if environ.get("wsgi.input_terminated") else 0
    body = bytes(environ["wsgi.input"].read(wanted)) if wanted else b""
    if length.isascii() and length.isdigit() and len(body) < wanted:
        raise CutOffError
    return body


class StrangersBodies:
    """Reads bodies of whoever is not known yet. Used from any thread."""

    def __init__(self, places: int = PLACES, seconds: float = SECONDS) -> None:
        self._places = threading.BoundedSemaphore(places)
        self._seconds = seconds

    def read(self, environ: dict[str, Any], most: int) -> bytes:
        """Read a body as ``read`` does.

        Raises:
            LateError: It does not come in time. Its connection ends with the reply, and
                with it the thread that waits for the rest.
            FullError: There is no place.
            CutOffError: It does not come whole.
        """
        if not self._places.acquire(blocking=False):
            raise FullError
        coming: Future[bytes] = Future()
        threading.Thread(
            target=self._wait, args=(coming, environ, most), name="body", daemon=True
        ).start()
        try:
            return coming.result(self._seconds)
        except TimeoutError as error:
            raise LateError from error

    def _wait(self, coming: "Future[bytes]", environ: dict[str, Any], most: int) -> None:
        try:
            coming.set_result(read(environ, most))
        except Exception as error:  # noqa: BLE001 - told to whoever waits
            coming.set_exception(error)
        finally:
            self._places.release()
