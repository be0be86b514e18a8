"""An introspection endpoint, as its settings describe it, and the question to it (RFC 7662)."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from corsheet.auth.claims import Claims
from corsheet.auth.trouble import Patience, Trouble, TroubleError


class EndpointAuth(StrEnum):
    """How we show the introspection endpoint who we are (RFC 7662, section 2.1)."""

    BASIC = "basic"
    """Client id and secret by HTTP Basic."""

    POST = "post"
    """Client id and secret as fields of the form."""

    TOKEN = "token"  # noqa: S105 - a way, no secret
    """An access token of our own, by client credentials."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntrospectionSettings:
    """Whom to ask about tokens, and what they must say.

    Attributes:
        url: The introspection endpoint.
        client_id: Who we are to it.
        client_secret: With which we show that.
        endpoint_auth: How we do.
        token_url: Where our own token comes from, for ``TOKEN``; https.
        ca_file: Certificates to trust, PEM; empty: those of the public authorities.
        audience: That a token's ``aud`` must name; empty: not checked.
        issuer: That its ``iss`` must be; empty: not checked.
        scope: That it must have, several parted by spaces; empty: none.
        units_claim: Name of its claim with business units; empty: good for every unit.
        grace_seconds: For which a token verified before is honoured while the server
            cannot be asked, beyond its verdict and never beyond ``exp``; 0: not at all.
    """

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    endpoint_auth: EndpointAuth = EndpointAuth.BASIC
    token_url: str = ""
    ca_file: str = ""
    audience: str = ""
    issuer: str = ""
    scope: str = ""
    units_claim: str = ""
    grace_seconds: int = 0


class Endpoint:
    """Asks about tokens. Used from any thread.

    Attributes:
        host: The server's name, for the log: nothing else of its address.
    """

    def __init__(
        self,
        settings: IntrospectionSettings,
        patience: Patience,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare; asks nobody yet.

        Args:
            settings: Whom to ask.
            patience: How long to wait.
            monotonic: Seconds of a clock that nobody sets.
        """
        from corsheet.auth.remote import Remote, basic  # noqa: PLC0415 - few need it; it is slow

        self.host = urlsplit(settings.url).hostname or "?"
        self._settings = settings
        self._remote = Remote(settings.ca_file, patience)
        client = settings.client_id, settings.client_secret
        self._basic = basic(*client)
        self._own = None
        if settings.endpoint_auth is EndpointAuth.TOKEN:
            from corsheet.auth.own_token import OwnToken  # noqa: PLC0415 - likewise

            self._own = OwnToken(self._remote, settings.token_url, client, monotonic)

    def ask(self, token: str) -> Claims:
        """Give what is said of a token (RFC 7662, section 2.1).

        Raises:
            TroubleError: Nothing is, within ``Patience.total`` seconds.
        """
        settings, end = self._settings, self._remote.deadline()
        form = {"token": token, "token_type_hint": "access_token"}

        def post(authorization: str | None) -> Claims:
            headers = {"Authorization": authorization} if authorization else {}
            return self._remote.post(settings.url, form, headers, end)

        try:
            if self._own is not None:
                return self._own.use(lambda own: post(f"Bearer {own}"), end)
            if settings.endpoint_auth is EndpointAuth.BASIC:
                return post(self._basic)
            form |= {"client_id": settings.client_id, "client_secret": settings.client_secret}
            return post(None)
        except TroubleError as error:
            if error.trouble is Trouble.UNKNOWN_KIND:
                return {"active": False}
            raise

    def close(self) -> None:
        """Close the connections that are kept."""
        self._remote.close()
        if self._own is not None:
            self._own.close()
