"""Our own authorization server, for a shop that has none.

Client credentials (RFC 6749, section 4.4), introspection (RFC 7662) and
revocation (RFC 7009), on oauthlib's server side. ``token_request`` reads what a
client sends; oauthlib is handed the few parameters it needs and never sees a
client's secret. Importing it takes a while: for services that have clients only.
"""

import json
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from oauthlib.common import Request
from oauthlib.oauth2 import BackendApplicationServer, RequestValidator

from corsheet.auth import Granted, Refusal, Verdict
from corsheet.auth.header import BASIC_CHALLENGE
from corsheet.auth.token_request import (
    ClientSecret,
    Form,
    RefusedError,
    TokenRequest,
    UnknownClientError,
    read_credentials,
    read_form,
)
from corsheet.auth.token_store import TokenStoreError
from corsheet.auth.tokens import RETRY_SECONDS, TOKEN_SECONDS, Client, OwnTokens
from corsheet.model import has_control_characters

MOST_TEXT = 1000
"""Characters of a scope or an audience, since they are kept."""

NO_URL = "https://localhost/"
"""oauthlib asks for an address and does nothing with it."""

HEADERS = (
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-store"),  # both: RFC 6749, section 5.1
    ("Pragma", "no-cache"),
)

CheckSecret = Callable[[str, str, str], Verdict]
"""Takes a client's id, secret and address, and tells whether it is that client."""


class Endpoint(StrEnum):
    """Which of the three is asked; the value is the end of its path."""

    TOKEN = "token"  # noqa: S105 - a path
    INTROSPECT = "introspect"
    REVOKE = "revoke"


@dataclass(frozen=True, slots=True)
class TokenReply:
    """What a client is answered."""

    status: HTTPStatus
    body: bytes = field(repr=False)
    headers: tuple[tuple[str, str], ...] = HEADERS


def refuse(error: RefusedError) -> TokenReply:
    """Make the reply to a request that is refused (RFC 6749, section 5.2)."""
    told = {"error": error.error, "error_description": error.description}
    headers: tuple[tuple[str, str], ...] = HEADERS
    if error.status is HTTPStatus.UNAUTHORIZED:
        headers += (("WWW-Authenticate", BASIC_CHALLENGE),)
    if error.retry_after:
        headers += (("Retry-After", str(error.retry_after)),)
    return TokenReply(error.status, json.dumps(told).encode(), headers)


class TokenEndpoints:
    """The three endpoints. Used from any thread."""

    def __init__(
        self,
        tokens: OwnTokens,
        check_secret: CheckSecret,
        seconds: int = TOKEN_SECONDS,
        on_revoked: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare.

        Args:
            tokens: Where tokens are kept, and who may have one.
            check_secret: Checks who asks; may take as long as a hash.
            seconds: For which a token is valid, > 0.
            on_revoked: Called after a client has revoked a token.
        """
        self._on_revoked = on_revoked
        self._tokens = tokens
        self._check_secret = check_secret
        self._seconds = seconds

    def handle(self, endpoint: Endpoint, request: TokenRequest) -> TokenReply:
        """Answer a POST; may take as long as ``check_secret`` does."""
        try:
            form = read_form(request)
            credentials = read_credentials(request.authorization, form)
            return self._answer(endpoint, _Asked(form, credentials, request.address))
        except RefusedError as error:
            return refuse(error)
        except TokenStoreError:
            return refuse(unavailable("tokens cannot be kept now", RETRY_SECONDS))

    def _answer(self, endpoint: Endpoint, asked: "_Asked") -> TokenReply:
        """Let oauthlib answer; hints about a token's type are left out, as RFC 7009 allows."""
        validator = _Validator(self._tokens, self._check_secret, asked)
        server = BackendApplicationServer(validator, validator.issue, self._seconds)
        form = asked.form
        known = (("grant_type", form.grant_type), ("scope", form.scope), ("token", form.token))
        body = urlencode([(name, value) for name, value in known if value])
        match endpoint:
            case Endpoint.TOKEN:
                _, reply, status = server.create_token_response(NO_URL, body=body)
            case Endpoint.INTROSPECT:
                _, reply, status = server.create_introspect_response(NO_URL, body=body)
            case Endpoint.REVOKE:
                _, reply, status = server.create_revocation_response(NO_URL, body=body)
                self._on_revoked()
        return TokenReply(HTTPStatus(status), (reply or "{}").encode())


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request that was read: what it wants, who it may come from, and from where."""

    form: Form
    credentials: list[ClientSecret]
    address: str


class _HiddenText(str):
    """A text that does not show where oauthlib logs a whole reply."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'(hidden)'"


class _Validator(RequestValidator):
    """What oauthlib asks us while it answers one request."""

    def __init__(self, tokens: OwnTokens, check_secret: CheckSecret, asked: _Asked) -> None:
        self._tokens = tokens
        self._check_secret = check_secret
        self._asked = asked
        self._form = asked.form

    def client_authentication_required(self, *_: Any, **__: Any) -> bool:
        """Say yes: there are no public clients."""
        return True

    def authenticate_client(self, request: Request, *_: Any, **__: Any) -> bool:
        """Find out who asks.

        Raises:
            RefusedError: Nobody that is known, or it cannot be told now.
        """
        client = request.client = self._authenticate()
        if self._form.client_id not in {"", unicodedata.normalize("NFC", client.client_id)}:
            raise RefusedError("invalid_request", "client_id names another client")
        return True

    def _authenticate(self) -> Client:
        readings = self._asked.credentials
        # of two readings the one that names a client; with none, one costs as much as any
        named = [one for one in readings if self._tokens.client(one.client_id)] or readings[:1]
        for one in named:
            verdict = self._check_secret(one.client_id, one.secret, self._asked.address)
            if isinstance(verdict, Granted):
                client = self._tokens.client(one.client_id)
                if client is not None:
                    return client
            elif verdict.kind is Refusal.THROTTLED:
                reason = "too many wrong secrets came before"
                status = HTTPStatus.TOO_MANY_REQUESTS
                raise RefusedError("temporarily_unavailable", reason, status, verdict.retry_after)
            elif verdict.kind in {Refusal.BUSY, Refusal.UNAVAILABLE}:
                raise unavailable("the secret cannot be checked now", verdict.retry_after)
        raise UnknownClientError

    def validate_grant_type(self, *_: Any, **__: Any) -> bool:
        """Say yes: the server knows client credentials only."""
        return True

    def get_default_scopes(self, *_: Any, **__: Any) -> Any:
        """Give none, and then the reply names none."""
        return None

    def validate_scopes(self, client_id: str, scopes: Any, *_: Any, **__: Any) -> bool:
        """Take whatever has the form of a scope: what a client may do is in the settings.

        Raises:
            RefusedError: The audience does not do (RFC 8707, section 2).
        """
        del client_id
        audience = self._form.audience
        if len(audience) > MOST_TEXT or has_control_characters(audience):
            raise RefusedError("invalid_target", "the audience is too long, or no text")
        return len(self._form.scope) <= MOST_TEXT and all(map(_is_scope, scopes or []))

    def issue(self, request: Request) -> str:
        """Make a token and keep it."""
        known: Any = request  # its types know neither our client nor when it is set
        scope, audience = self._form.scope, self._form.audience
        return _HiddenText(self._tokens.issue(known.client, scope, audience, known.expires_in))

    def save_token(self, *_: Any, **__: Any) -> None:
        """Do nothing: ``issue`` has kept it."""

    def introspect_token(
        self, token: str, token_type_hint: Any, request: Request, *_: Any, **__: Any
    ) -> dict[str, int | str | list[str]] | None:
        """Tell a client about a token of its own (RFC 7662, section 2.2); None: nothing."""
        del token_type_hint
        issued = self._tokens.find(token)
        if issued is None or issued.client is not request.client:
            return None
        claims: dict[str, int | str | list[str]] = {
            "client_id": issued.client.client_id,
            "sub": issued.client.client_id,
            "token_type": "Bearer",
            "iat": issued.token.issued_at,
            "exp": issued.token.expires_at,
        }
        if issued.token.scope:
            claims["scope"] = issued.token.scope
        if issued.token.audience:
            claims["aud"] = issued.token.audience
        return claims

    def revoke_token(
        self, token: str, token_type_hint: Any, request: Request, *_: Any, **__: Any
    ) -> None:
        """Forget a token of the client's own; about another's, nothing is told."""
        del token_type_hint
        issued = self._tokens.find(token)
        if issued is not None and issued.client is request.client:
            self._tokens.revoke(token)


def _is_scope(text: str) -> bool:
    """Tell whether it has the form of one scope (RFC 6749, section 3.3)."""
    return all("\x21" <= c <= "\x7e" and c not in '"\\' for c in text)


def unavailable(reason: str, retry_after: int) -> RefusedError:
    """Make the refusal for when nobody has looked yet, and asking again helps."""
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return RefusedError("temporarily_unavailable", reason, status, retry_after)
