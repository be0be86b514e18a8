"""Our own authorization server, without HTTP: who gets a token, and what the others hear."""

import base64
import json
import logging
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corsheet.auth import Granted, Refusal, Refused, Verdict
from corsheet.auth.basic import CHEAPEST, BasicUsers, hash_password
from corsheet.auth.header import BASIC_CHALLENGE, BasicCredentials
from corsheet.auth.token_endpoint import MOST_TEXT, Endpoint, TokenEndpoints, TokenReply
from corsheet.auth.token_request import MEDIA_TYPE, MOST_BODY_BYTES, MOST_FIELDS, TokenRequest
from corsheet.auth.token_store import FILE, PREFIX, TokenStore
from corsheet.auth.tokens import TOKEN_SECONDS, Client, OwnTokens
from corsheet.model import EVERY_UNIT
from tests.conftest import basic

EVERY = frozenset({EVERY_UNIT})
ODD_ID, ODD_SECRET = "butik å/1", "a+b%20c:d&e=f"
CLIENTS = tuple(
    Client(name, hash_password(secret, CHEAPEST), EVERY)
    for name, secret in (("hiiretail", "s3cret"), ("other", "0ther"), (ODD_ID, ODD_SECRET))
)
TILL = basic("hiiretail", "s3cret")
GRANT = {"grant_type": "client_credentials"}
SECRETS = ("s3cret", "0ther", ODD_SECRET)


class Server:
    """The endpoints, asked as HTTP would.

    Attributes:
        tokens: What it issued.
        addresses: From where secrets were tried.
        answer: Instead of checking a secret; None: check it.
    """

    def __init__(self, folder: Path) -> None:
        self.tokens = OwnTokens(TokenStore(folder), CLIENTS)
        self.addresses: list[str] = []
        self.answer: Verdict | None = None
        self._users = BasicUsers([client.as_user() for client in CLIENTS])
        self._endpoints = TokenEndpoints(self.tokens, self._check)

    def _check(self, client_id: str, secret: str, address: str) -> Verdict:
        self.addresses.append(address)
        return self.answer or self._users.check(BasicCredentials(client_id, secret))

    def ask(
        self,
        fields: Any,
        authorization: str | None = TILL,
        endpoint: Endpoint = Endpoint.TOKEN,
        content_type: str = MEDIA_TYPE,
    ) -> TokenReply:
        """Post a form, or whatever bytes."""
        body = fields if isinstance(fields, bytes) else urlencode(fields).encode()
        return self._endpoints.handle(endpoint, TokenRequest(authorization, content_type, body))

    def token(self, authorization: str = TILL, **fields: str) -> str:
        """Take a token."""
        return str(told(self.ask(GRANT | fields, authorization))["access_token"])

    def opens(self, token: str) -> bool:
        """Tell whether a token is good at the door."""
        return isinstance(self.tokens.check(token), Granted)


def told(reply: TokenReply) -> Any:
    """Give a reply's body."""
    return json.loads(reply.body)


def assert_refused(reply: TokenReply, status: int, error: str) -> dict[str, str]:
    """Check the form of a refusal (RFC 6749, section 5.2)."""
    headers, body = dict(reply.headers), told(reply)
    assert (reply.status, body["error"]) == (status, error)
    assert set(body) <= {"error", "error_description"}
    assert headers["Content-Type"] == "application/json"
    assert headers["Cache-Control"] == "no-store"
    assert ("WWW-Authenticate" in headers) == (status == 401)
    assert ("Retry-After" in headers) == (status in {429, 503})
    return headers


@pytest.fixture
def server(tmp_path: Path) -> Server:
    """Give a server without tokens."""
    return Server(tmp_path)


IN_HEADER = TILL
IN_FORM = {"client_id": "hiiretail", "client_secret": "s3cret"}


@pytest.mark.parametrize(
    ("authorization", "fields"), [(TILL, {}), (None, IN_FORM), (TILL, {"client_id": "hiiretail"})]
)
def test_a_client_gets_a_token_that_opens_the_door(
    server: Server, authorization: str | None, fields: dict[str, str]
) -> None:
    """By header or by form; the reply is that of RFC 6749, section 5.1."""
    reply = server.ask(GRANT | fields, authorization)

    body = told(reply)
    assert reply.status is HTTPStatus.OK
    assert dict(reply.headers) == {
        "Content-Type": "application/json",
        "Cache-Control": "no-store",
        "Pragma": "no-cache",
    }
    token = body.pop("access_token")
    assert body == {"token_type": "Bearer", "expires_in": TOKEN_SECONDS}
    assert token.startswith(PREFIX)
    assert server.opens(token)


@pytest.mark.parametrize(
    ("fields", "scope"),
    [
        ({"scope": "orders:read"}, "orders:read"),
        ({"scope": " a  b "}, "a b"),
        ({"scope": ""}, None),
        ({"scope": "  "}, None),
        ({"audience": "urn:corsheet"}, None),
        ({"resource": "https://example.com/"}, None),
        ({"unknown": "x", "": "y"}, None),
        ({"scope": "x" * MOST_TEXT, "audience": "å" * MOST_TEXT}, "x" * MOST_TEXT),
    ],
)
def test_scope_and_audience_are_taken_and_not_needed(
    server: Server, fields: dict[str, str], scope: str | None
) -> None:
    """Nobody knows what Hii Retail sends; the scope comes back as it was understood."""
    reply = server.ask(GRANT | fields)

    assert reply.status is HTTPStatus.OK
    assert told(reply).get("scope") == scope


@pytest.mark.parametrize(
    ("client_id", "secret"),
    [(ODD_ID, ODD_SECRET), (quote_plus(ODD_ID), quote_plus(ODD_SECRET))],
    ids=["as it is", "encoded"],
)
def test_a_secret_in_the_header_may_be_encoded_or_not(
    server: Server, client_id: str, secret: str
) -> None:
    """RFC 6749, section 2.3.1, and what most clients do."""
    assert server.opens(server.token(basic(client_id, secret)))


def test_a_name_in_another_unicode_form_is_the_same(server: Server) -> None:
    """In header and form alike, as for passwords."""
    name = ODD_ID.replace("å", "a\u030a")
    form = {"client_id": name, "client_secret": ODD_SECRET}

    assert server.opens(server.token(basic(name, ODD_SECRET)))
    assert server.ask(GRANT | form, None).status is HTTPStatus.OK
    assert server.ask(GRANT | {"client_id": name}, basic(ODD_ID, ODD_SECRET)).status == 200


@pytest.mark.parametrize("endpoint", Endpoint)
@pytest.mark.parametrize(
    ("authorization", "fields"),
    [
        (None, {}),
        (None, {"client_id": "hiiretail"}),
        (None, {"client_secret": "s3cret"}),
        (None, {"client_id": "hiiretail", "client_secret": "wrong"}),
        (None, {"client_id": "hiiretail", "client_secret": "s3cret\0"}),
        (None, {"client_id": "nobody", "client_secret": "s3cret"}),
        ("", {}),
        ("Basic", {}),
        ("Basic ???", {}),
        ("Bearer abc", {}),
        (TILL + ", " + TILL, {}),
        (basic("hiiretail", ""), {}),
        (basic("hiiretail", "0ther"), {}),
        (basic("nobody", "s3cret"), {}),
        (basic("hiiretail", "s3cret%"), {}),
        (basic("hiiretail%00", "s3cret"), {}),
        (basic("hiiretail", "%ff"), {}),
    ],
)
def test_whoever_is_no_client_gets_nothing(
    server: Server, endpoint: Endpoint, authorization: str | None, fields: dict[str, str]
) -> None:
    """401 with what to bring, in the same words for each."""
    token = server.token()
    form = (GRANT if endpoint is Endpoint.TOKEN else {"token": token}) | fields

    reply = server.ask(form, authorization, endpoint)

    headers = assert_refused(reply, 401, "invalid_client")
    assert headers["WWW-Authenticate"] == BASIC_CHALLENGE
    assert told(reply)["error_description"] == "the client id or the secret is wrong"
    assert server.opens(token)


def test_somebody_with_another_kind_of_password_is_no_client(server: Server) -> None:
    """Even where the caller's check lets them in."""
    server.answer = Granted("till", EVERY)

    assert_refused(server.ask(GRANT, basic("till", "x")), 401, "invalid_client")


BAD = [
    (400, "invalid_request", {}),
    (400, "invalid_request", {"grant_type": ""}),
    (400, "unsupported_grant_type", {"grant_type": "password"}),
    (400, "unsupported_grant_type", {"grant_type": "refresh_token", "refresh_token": "x"}),
    (400, "unsupported_grant_type", {"grant_type": "Client_credentials"}),
    (400, "invalid_request", [*GRANT.items(), *GRANT.items()]),
    (400, "invalid_request", [*GRANT.items(), ("scope", "a"), ("scope", "b")]),
    (400, "invalid_request", [*GRANT.items(), ("x", "1"), ("x", "1")]),
    (400, "invalid_request", GRANT | {"client_secret": "s3cret"}),
    (400, "invalid_request", GRANT | IN_FORM),
    (400, "invalid_request", GRANT | {"client_id": "other"}),
    (400, "invalid_request", b"grant_type=client_credentials&scope=%ff"),
    (400, "invalid_request", b"grant_type=client_credentials&scope=\xff"),
    (400, "invalid_request", b"&".join(b"a%d=1" % n for n in range(MOST_FIELDS + 1))),
    (400, "invalid_scope", GRANT | {"scope": "å"}),
    (400, "invalid_scope", GRANT | {"scope": 'a"b'}),
    (400, "invalid_scope", GRANT | {"scope": "a\nb"}),
    (400, "invalid_scope", GRANT | {"scope": "x" * (MOST_TEXT + 1)}),
    (400, "invalid_target", GRANT | {"audience": "a\0"}),
    (400, "invalid_target", GRANT | {"resource": "x" * (MOST_TEXT + 1)}),
    (413, "invalid_request", b"x" * (MOST_BODY_BYTES + 1)),
]


@pytest.mark.parametrize(("status", "error", "fields"), BAD, ids=range(len(BAD)))
def test_what_is_no_request_for_a_token_is_refused(
    server: Server, status: int, error: str, fields: Any
) -> None:
    """With the RFC's word for it, whoever asks."""
    reply = server.ask(fields)

    assert_refused(reply, status, error)
    assert not any(secret.encode() in reply.body for secret in SECRETS)


@pytest.mark.parametrize("content_type", ["", "application/json", "text/plain", "multipart/form"])
def test_only_a_form_is_taken(server: Server, content_type: str) -> None:
    """As RFC 6749, section 4.4.2 has it; parameters of the type do not matter."""
    assert_refused(server.ask(GRANT, content_type=content_type), 415, "invalid_request")
    for same in (MEDIA_TYPE.upper(), MEDIA_TYPE + "; charset=UTF-8"):
        assert server.ask(GRANT, content_type=same).status is HTTPStatus.OK


def test_nothing_is_read_from_the_address(server: Server) -> None:
    """Addresses are logged on the way (RFC 6749, section 2.3.1)."""
    body = urlencode(GRANT).encode()

    reply = server._endpoints.handle(
        Endpoint.TOKEN, TokenRequest(TILL, MEDIA_TYPE, body, has_query=True)
    )

    assert_refused(reply, 400, "invalid_request")


def test_a_request_that_cannot_succeed_costs_no_hash(server: Server) -> None:
    """A secret is looked at only where a token could follow; and from where, is told."""
    for _, error, fields in BAD:
        if error not in {"invalid_scope", "invalid_target"}:
            server.ask(fields)
    hashed = len(server.addresses)
    server.addresses.clear()
    server._endpoints.handle(
        Endpoint.TOKEN,
        TokenRequest(TILL, MEDIA_TYPE, urlencode(GRANT).encode(), address="192.0.2.1"),
    )

    assert hashed == 1  # for client_id=other, which it takes to know who asks
    assert server.addresses == ["192.0.2.1"]


@pytest.mark.parametrize("endpoint", Endpoint)
@pytest.mark.parametrize(
    ("kind", "status"),
    [(Refusal.BUSY, 503), (Refusal.UNAVAILABLE, 503), (Refusal.THROTTLED, 429)],
)
def test_whoever_nobody_has_looked_at_is_asked_to_come_again(
    server: Server, endpoint: Endpoint, kind: Refusal, status: int
) -> None:
    """With the time to wait; never as if the secret were wrong."""
    server.answer = Refused("not now", kind, 7)

    reply = server.ask(GRANT | {"token": "x"}, endpoint=endpoint)

    headers = assert_refused(reply, status, "temporarily_unavailable")
    assert headers["Retry-After"] == "7"


@pytest.mark.parametrize("endpoint", Endpoint)
def test_without_a_disk_the_client_is_asked_to_come_again(
    tmp_path: Path, endpoint: Endpoint
) -> None:
    """503, not a wrong yes or no; a token that cannot be revoked is not said to be."""
    (tmp_path / "state").write_text("a file")
    server = Server(tmp_path / "state")

    reply = server.ask(GRANT | {"token": PREFIX + "A" * 43}, endpoint=endpoint)

    assert_refused(reply, 503, "temporarily_unavailable")


def test_a_client_may_ask_about_its_own_token(server: Server) -> None:
    """RFC 7662, section 2.2."""
    token = server.token(scope="a b", audience="urn:x")
    plain = server.token()
    known = server.tokens.find(token)

    body = told(server.ask({"token": token}, endpoint=Endpoint.INTROSPECT))
    hinted = {"token": token, "token_type_hint": "refresh_token"}
    other = told(server.ask({"token": plain}, None, Endpoint.INTROSPECT))

    assert known is not None
    assert body == {
        "active": True,
        "client_id": "hiiretail",
        "sub": "hiiretail",
        "scope": "a b",
        "token_type": "Bearer",
        "iat": known.token.issued_at,
        "exp": known.token.issued_at + TOKEN_SECONDS,
        "aud": "urn:x",
    }
    assert told(server.ask(hinted, endpoint=Endpoint.INTROSPECT)) == body
    assert other["error"] == "invalid_client"
    body = told(server.ask({"token": plain}, endpoint=Endpoint.INTROSPECT))
    assert {"scope", "aud"}.isdisjoint(body)


def test_of_other_tokens_it_learns_nothing(server: Server) -> None:
    """Somebody else's, one that never was, one that was: all the same."""
    theirs = server.token(basic("other", "0ther"))
    revoked = server.token()
    server.tokens.revoke(revoked)

    for token in (theirs, revoked, "x", PREFIX + "A" * 43, "å"):
        reply = server.ask({"token": token}, endpoint=Endpoint.INTROSPECT)
        assert (reply.status, told(reply)) == (HTTPStatus.OK, {"active": False})
    assert server.opens(theirs)


def test_a_client_ends_its_own_tokens_only(server: Server) -> None:
    """RFC 7009: 200 for whatever a known client names."""
    mine, kept = server.token(), server.token()
    theirs = server.token(basic("other", "0ther"))

    for token in (mine, mine, theirs, "x"):
        for hint in ({}, {"token_type_hint": "refresh_token"}):
            reply = server.ask({"token": token, **hint}, endpoint=Endpoint.REVOKE)
            assert reply.status is HTTPStatus.OK

    assert [server.opens(token) for token in (mine, kept, theirs)] == [False, True, True]


@pytest.mark.parametrize("endpoint", [Endpoint.INTROSPECT, Endpoint.REVOKE])
def test_without_a_token_there_is_nothing_to_answer(server: Server, endpoint: Endpoint) -> None:
    """RFC 7662, section 2.1; RFC 7009, section 2.1."""
    assert_refused(server.ask({}, endpoint=endpoint), 400, "invalid_request")


def test_no_log_and_no_repr_tells_a_secret_or_a_token(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    """Not even oauthlib's, at its most talkative."""
    for logger in (None, "oauthlib"):
        caplog.set_level(logging.DEBUG, logger)
    form = urlencode(GRANT | IN_FORM).encode()
    tokens = [server.token(), str(told(server.ask(form, None))["access_token"])]
    for endpoint in Endpoint:
        server.ask({"token": tokens[0]}, endpoint=endpoint)
        server.ask({"token": tokens[0], **IN_FORM}, None, endpoint)
        server.ask(GRANT | {"client_id": "hiiretail", "client_secret": "wr0ng"}, None, endpoint)
    request = repr(TokenRequest(TILL, MEDIA_TYPE, form))
    header = base64.b64encode(b"hiiretail:s3cret").decode()

    assert "Issuing token" in caplog.text  # else this test looks at nothing
    for secret in ("s3cret", "wr0ng", header, *tokens):
        assert secret not in caplog.text
        assert secret not in request


NAMES = st.sampled_from(
    [
        *("grant_type", "client_id", "client_secret", "scope", "audience", "resource", "token"),
        *("client", "scopes", "extra_credentials", "user", "request", "access_token", "claims"),
        *("expires_in", "http_method", "_params", "validator_log", "state", ""),
    ]
)
VALUES = st.one_of(
    st.sampled_from(["client_credentials", "hiiretail", "other", "x", "", "{}"]), st.text()
)
PAIRS = st.lists(st.tuples(NAMES | st.text(), VALUES), max_size=8).map(
    lambda pairs: urlencode(pairs, errors="replace").encode()
)
HEADERS = st.one_of(
    st.none(),
    st.text(),
    st.builds(basic, st.sampled_from(["hiiretail", "other", ""]), st.sampled_from(["", "x"])),
)


@given(PAIRS | st.binary(), HEADERS, st.sampled_from(Endpoint))
@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_without_a_secret_nothing_that_is_sent_helps(
    server: Server, body: bytes, authorization: str | None, endpoint: Endpoint
) -> None:
    """Never a token, never an answer about one, and never an error of ours."""
    if any(quote_plus(secret).encode() in body for secret in SECRETS):
        return

    reply = server.ask(body, authorization, endpoint)

    assert reply.status in {400, 401, 413}
    assert "error" in told(reply)


@given(PAIRS, st.sampled_from(Endpoint))
@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_with_a_secret_whatever_else_is_sent_is_answered(
    server: Server, body: bytes, endpoint: Endpoint
) -> None:
    """Well or not, but never with an error of ours, and only ever for the client itself."""
    form = urlencode(GRANT).encode() + b"&" + body

    reply = server.ask(form, TILL, endpoint)

    assert reply.status in {200, 400}
    token = told(reply).get("access_token") if reply.status == 200 else None
    if token is not None:
        issued = server.tokens.find(token)
        assert issued is not None
        assert issued.client is CLIENTS[0]
        assert issued.token.expires_at - issued.token.issued_at == TOKEN_SECONDS


def test_the_file_is_in_the_state_folder(server: Server, tmp_path: Path) -> None:
    """Beside the snapshots, where every worker looks."""
    server.token()

    assert [path.name for path in tmp_path.iterdir()] == [FILE]
