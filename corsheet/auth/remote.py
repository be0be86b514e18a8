"""Asking an authorization server over HTTP, bounded in time, in size and in where it leads.

requests takes a while to import and few shops need it: import this module late.
"""

import http.client
import io
import json
import socket
import time
from base64 import b64encode
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NoReturn
from urllib.parse import quote_plus

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as Urllib3TimeoutError

from corsheet.auth.trouble import Patience, Trouble, TroubleError

MOST_BYTES = 64 * 1024
"""Of an answer: the largest of real ones have a fiftieth of it."""

Json = Mapping[str, object]


class _Answer(io.RawIOBase):
    """What a socket receives, until a moment: a byte a second does not put it off."""

    def __init__(self, inner: io.RawIOBase, sock: socket.socket) -> None:
        """Take over a socket; the time-out it has now is for the whole answer."""
        self._inner = inner
        self._sock = sock
        self._end = time.monotonic() + (sock.gettimeout() or 0.0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer takes too long")
        self._sock.settimeout(left)
        return self._inner.readinto(buffer)

    def close(self) -> None:
        self._inner.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp = io.BufferedReader(_Answer(self.fp.detach(), sock))


class _PlainConnection(HTTPConnection):
    response_class = _Response


class _TlsConnection(HTTPSConnection):
    response_class = _Response


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _Adapter(HTTPAdapter):
    """What requests sends with; whatever goes wrong is a ``TroubleError``."""

    def __init__(self, most_bytes: int) -> None:
        """Prepare.

        Args:
            most_bytes: Of an answer.
        """
        self._most_bytes = most_bytes
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Use our connections."""
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}

    def send(self, *arguments: Any, **options: Any) -> requests.Response:
        """Send a request and read the whole answer, unless it is too long or a redirect."""
        options["stream"] = True
        try:
            response = super().send(*arguments, **options)
            body = _read(response, self._most_bytes)
        except requests.exceptions.SSLError as error:
            raise TroubleError(Trouble.UNTRUSTED) from error
        except (requests.Timeout, Urllib3TimeoutError) as error:
            raise TroubleError(Trouble.SLOW) from error
        except (requests.ConnectionError, HTTPError, OSError) as error:
            raise TroubleError(Trouble.UNREACHABLE) from error
        is_redirect = HTTPStatus.MULTIPLE_CHOICES <= response.status_code < HTTPStatus.BAD_REQUEST
        if is_redirect or len(body) > self._most_bytes:
            response.close()
            raise TroubleError(Trouble.REDIRECT if is_redirect else Trouble.NOT_UNDERSTOOD)
        response.raw = io.BytesIO(body)
        return response


def _read(response: requests.Response, most_bytes: int) -> bytes:
    """Read the body, or as much as shows that it is too long.

    Raises:
        HTTPError: It ends before its length.
    """
    body = b""
    while len(body) <= most_bytes:
        data = response.raw.read(most_bytes + 1 - len(body), decode_content=False)
        if not data:
            break
        body += data
    return body


def bind(session: requests.Session, ca_file: str, most_bytes: int = MOST_BYTES) -> None:
    """Let a session send through us.

    It trusts no variables of the environment: a ``.netrc`` would send other
    credentials than ours, and a proxy would see tokens. Certificates are verified
    against those that come with requests, or against the file.
    """
    session.trust_env = False
    session.verify = ca_file or True
    session.headers["Accept-Encoding"] = "identity"
    adapter = _Adapter(most_bytes)
    session.mount("https://", adapter)
    session.mount("http://", adapter)


class Remote:
    """Posts forms and reads JSON objects, over connections that are kept. Used from any thread.

    What ends without an answer is sent once more: a kept connection may be closed
    by the other side at the moment it is used.
    """

    def __init__(
        self,
        ca_file: str = "",
        patience: Patience | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        """Prepare.

        Args:
            ca_file: Certificates to trust, PEM; empty: those of the public authorities.
            patience: How long to wait.
            most_bytes: Of an answer.
        """
        self._patience = patience or Patience()
        self.ca_file = ca_file
        self._session = requests.Session()
        bind(self._session, ca_file, most_bytes)

    def deadline(self) -> float:
        """Give when whatever begins now must be done, on the monotonic clock."""
        return time.monotonic() + self._patience.total

    def timeout(self, end: float) -> Any:
        """Give what is left until then: urllib3's, which requests takes and its types do not name.

        A name server's silence is not in it: nothing bounds that but the system.

        Raises:
            TroubleError: Nothing is left.
        """
        left = end - time.monotonic()
        if left <= 0:
            raise TroubleError(Trouble.SLOW)
        return Timeout(total=left, connect=self._patience.connect, read=self._patience.answer)

    def post(
        self, url: str, form: Mapping[str, str], headers: Mapping[str, str], end: float
    ) -> Json:
        """Send a form; give the object that comes back with status 200.

        Raises:
            TroubleError: There is no such answer until ``end``.
        """
        return read_object(self._send("POST", url, form, headers, end))

    def get(self, url: str, end: float) -> Json:
        """Give the object that is published at an address, with status 200.

        Raises:
            TroubleError: There is no such answer until ``end``.
        """
        response = self._send("GET", url, {}, {}, end)
        if response.status_code != HTTPStatus.OK:
            raise TroubleError(Trouble.STATUS, response.status_code)
        return _object(response)

    def _send(
        self,
        method: str,
        url: str,
        form: Mapping[str, str],
        headers: Mapping[str, str],
        end: float,
    ) -> requests.Response:
        told = {"Accept": "application/json", **headers}

        def send() -> requests.Response:
            timeout = self.timeout(end)
            return self._session.request(method, url, data=form, headers=told, timeout=timeout)

        try:
            return send()
        except TroubleError as error:
            if error.trouble is not Trouble.UNREACHABLE:
                raise
            return send()

    def close(self) -> None:
        """Close all connections."""
        self._session.close()


def basic(client_id: str, client_secret: str) -> str:
    """Write an ``Authorization`` header; both are form-encoded first (RFC 6749, section 2.3.1)."""
    pair = f"{quote_plus(client_id)}:{quote_plus(client_secret)}"
    return "Basic " + b64encode(pair.encode("ascii")).decode("ascii")


def read_object(response: requests.Response) -> Json:
    """Read an answer with status 200 that is a JSON object without doubt.

    Raises:
        TroubleError: It has another status, is no object, or names a member twice.
    """
    status = response.status_code
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise TroubleError(Trouble.OUR_CLIENT, status)
    if status == HTTPStatus.BAD_REQUEST:
        raise TroubleError(_complaint(response), status)
    if status != HTTPStatus.OK:
        raise TroubleError(Trouble.STATUS, status)
    return _object(response)


def _complaint(response: requests.Response) -> Trouble:
    """Tell what is wrong with a request (RFC 6749, section 5.2; RFC 7009, section 2.2.1)."""
    try:
        error = _object(response).get("error")
    except TroubleError:
        return Trouble.STATUS
    if error in ("invalid_client", "unauthorized_client"):
        return Trouble.OUR_CLIENT
    return Trouble.UNKNOWN_KIND if error == "unsupported_token_type" else Trouble.STATUS


def _object(response: requests.Response) -> Json:
    try:
        found = json.loads(
            response.content.decode("utf-8"), object_pairs_hook=_members, parse_constant=_no_number
        )
    except (ValueError, RecursionError) as error:
        raise TroubleError(Trouble.NOT_UNDERSTOOD) from error
    if not isinstance(found, dict):
        raise TroubleError(Trouble.NOT_UNDERSTOOD)
    return found


def _members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a member is named twice")
    return found


def _no_number(text: str) -> NoReturn:
    del text
    raise ValueError("no JSON number")
