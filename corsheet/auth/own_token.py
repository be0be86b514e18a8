"""Our own access token, with which we ask about others' (RFC 6749, section 4.4).

Import this module late, as ``remote``.
"""

import math
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import quote_plus

import requests
from oauthlib.oauth2 import BackendApplicationClient, OAuth2Error
from oauthlib.oauth2.rfc6749.errors import InsecureTransportError
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

from corsheet.auth.remote import Json, Remote, bind, read_object
from corsheet.auth.trouble import Trouble, TroubleError

RENEW_SHARE = 0.9
"""Of our own token's life, after which a new one is asked for."""

UNTOLD_SECONDS = 60.0
"""For which our own token is used where the server does not say how long it is good."""


class OwnToken:
    """Our own access token, by client credentials (RFC 6749, section 4.4). From any thread."""

    def __init__(
        self,
        remote: Remote,
        token_url: str,
        client: tuple[str, str],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare.

        Args:
            remote: Says how long to wait, and whom to trust.
            token_url: Where it comes from; https.
            client: Our client id and secret.
            monotonic: Seconds of a clock that nobody sets.
        """
        self._remote = remote
        self._url = token_url
        self._monotonic = monotonic
        client_id, client_secret = client
        self._auth = HTTPBasicAuth(quote_plus(client_id), quote_plus(client_secret))
        self._session = OAuth2Session(client=BackendApplicationClient(client_id))
        bind(self._session, remote.ca_file)
        self._session.register_compliance_hook("access_token_response", _look_at_token)
        self._lock = threading.Lock()
        self._token = ""
        self._renew_at = -math.inf

    def use(self, ask: Callable[[str], Json], end: float) -> Json:
        """Ask with it; once more with a new one where it is not taken.

        Raises:
            TroubleError: There is no answer until ``end``, or no token.
        """
        token = self._get(end)
        try:
            return ask(token)
        except TroubleError as error:
            if error.trouble is not Trouble.OUR_CLIENT:
                raise
        return ask(self._get(end, refused=token))

    def _get(self, end: float, refused: str = "") -> str:
        """Give it; a new one where it is about to expire, or is one that was refused."""
        if not self._lock.acquire(timeout=max(0.0, end - time.monotonic())):
            raise TroubleError(Trouble.SLOW)
        try:
            if self._monotonic() >= self._renew_at or self._token == refused:
                self._renew(end)
            return self._token
        finally:
            self._lock.release()

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def _renew(self, end: float) -> None:
        asked = self._monotonic()
        timeout = self._remote.timeout(end)
        try:
            reply = self._session.fetch_token(self._url, auth=self._auth, timeout=timeout)
        except InsecureTransportError as error:
            raise TroubleError(Trouble.INSECURE) from error
        except (OAuth2Error, ValueError, TypeError, AttributeError) as error:
            raise TroubleError(Trouble.NOT_UNDERSTOOD) from error
        self._token = str(reply["access_token"])
        self._renew_at = asked + RENEW_SHARE * float(reply.get("expires_in") or UNTOLD_SECONDS)


def _look_at_token(response: requests.Response) -> requests.Response:
    """Look at what a token endpoint answers before oauthlib does.

    A wrong client is told with status 400 or 401 (RFC 6749, section 5.2).
    """
    if response.status_code == HTTPStatus.BAD_REQUEST:
        raise TroubleError(Trouble.OUR_CLIENT, response.status_code)
    found = read_object(response)
    token, seconds = found.get("access_token"), found.get("expires_in", 0)
    is_text = isinstance(token, str) and token.isascii() and token.isprintable()
    if not is_text or not isinstance(seconds, int | float) or not math.isfinite(seconds):
        raise TroubleError(Trouble.NOT_UNDERSTOOD)
    return response
