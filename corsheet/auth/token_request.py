"""What a client sends to our authorization server, read strictly.

RFC 6749, sections 2.3.1 (who it is) and 3.2 (the form).
"""

import unicodedata
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qsl, unquote_plus

from corsheet.auth import header
from corsheet.model import has_control_characters

MEDIA_TYPE = "application/x-www-form-urlencoded"

MOST_BODY_BYTES = 8 * 1024
"""Of a request; it has some hundred. Somebody else's token may take most of it."""

MOST_FIELDS = 32
"""Of a form; RFC 6749 and its extensions together know fewer."""


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A POST to one of the endpoints.

    Attributes:
        authorization: The header's value; None: there is none.
        content_type: The header's value; empty: there is none.
        body: More than ``MOST_BODY_BYTES`` is refused.
        has_query: Whether something stands behind a ``?`` in the path.
        address: Of whoever asks.
    """

    authorization: str | None = field(repr=False)
    content_type: str
    body: bytes = field(repr=False)
    has_query: bool = False
    address: str = ""


class RefusedError(Exception):
    """A request that is refused (RFC 6749, section 5.2).

    Attributes:
        error: The RFC's word.
        description: For people, in ASCII; nothing of what was sent.
        status: HTTP status.
        retry_after: Seconds to wait before asking again; 0: asking again does not help.
    """

    def __init__(
        self,
        error: str,
        description: str,
        status: HTTPStatus = HTTPStatus.BAD_REQUEST,
        retry_after: int = 0,
    ) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.status = status
        self.retry_after = retry_after


class TooLargeError(RefusedError):
    """The body has more than ``MOST_BODY_BYTES``."""

    def __init__(self) -> None:
        super().__init__(
            "invalid_request",
            f"the body has more than {MOST_BODY_BYTES} bytes",
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        )


class UnknownClientError(RefusedError):
    """Nobody that is known; says nothing about which ids are."""

    def __init__(self) -> None:
        super().__init__(
            "invalid_client", "the client id or the secret is wrong", HTTPStatus.UNAUTHORIZED
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The parameters that mean something here; each is empty where it is left out.

    Attributes:
        grant_type: Of a request for a token.
        scope: Likewise; parted by single spaces.
        audience: Likewise; or ``resource``, which is the same by another name (RFC 8707).
        token: That is asked about, or revoked.
        client_id: Who asks.
        client_secret: To prove it.
    """

    grant_type: str
    scope: str
    audience: str
    token: str = field(repr=False)
    client_id: str
    client_secret: str = field(repr=False)


def read_form(request: TokenRequest) -> Form:
    """Read the body; unknown parameters are ignored, as the RFC asks.

    Raises:
        RefusedError: It is too large, or no form, or a parameter stands twice.
    """
    if len(request.body) > MOST_BODY_BYTES:
        raise TooLargeError
    if request.content_type.partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise RefusedError(
            "invalid_request",
            f"the body has to be {MEDIA_TYPE}",
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        )
    if request.has_query:  # addresses are logged on the way
        raise RefusedError("invalid_request", "parameters belong into the body")
    try:
        pairs = parse_qsl(
            request.body.decode("utf-8"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        # without its cause, which quotes the body
        raise RefusedError("invalid_request", "the body cannot be read") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise RefusedError("invalid_request", "a parameter stands twice")
    return Form(
        grant_type=fields.get("grant_type", ""),
        scope=" ".join(part for part in fields.get("scope", "").split(" ") if part),
        audience=fields.get("audience") or fields.get("resource", ""),
        token=fields.get("token", ""),
        client_id=unicodedata.normalize("NFC", fields.get("client_id", "")),
        client_secret=fields.get("client_secret", ""),
    )


@dataclass(frozen=True, slots=True)
class ClientSecret:
    """What a client calls itself, in Unicode form C, and its secret."""

    client_id: str
    secret: str = field(repr=False)


def read_credentials(authorization: str | None, form: Form) -> list[ClientSecret]:
    """Read who asks, as it may be meant.

    In the header, both parts are to be form-encoded, which most clients forget.
    Where that makes a difference, both readings count, the RFC's first.

    Args:
        authorization: The header's value; None: there is none.
        form: May say who asks instead.

    Returns:
        One or two.

    Raises:
        RefusedError: There are none, or in two ways at once.
    """
    if authorization is None:
        return _possible([ClientSecret(form.client_id, form.client_secret)])
    if form.client_secret:
        raise RefusedError("invalid_request", "the client authenticates in two ways")
    credentials = header.parse(authorization)
    if not isinstance(credentials, header.BasicCredentials):
        raise UnknownClientError
    plain = ClientSecret(credentials.username, credentials.password)
    try:
        name, secret = (
            unquote_plus(text, errors="strict") for text in (plain.client_id, plain.secret)
        )
    except UnicodeDecodeError:
        return _possible([plain])
    decoded = ClientSecret(unicodedata.normalize("NFC", name), secret)
    return _possible([plain] if decoded == plain else [decoded, plain])


def _possible(credentials: list[ClientSecret]) -> list[ClientSecret]:
    """Leave out what nobody can have; it should not reach a log either.

    Raises:
        RefusedError: Nothing remains.
    """
    possible = [
        one
        for one in credentials
        if one.client_id
        and one.secret
        and not has_control_characters(one.client_id)
        and not has_control_characters(one.secret)
    ]
    if not possible:
        raise UnknownClientError
    return possible
