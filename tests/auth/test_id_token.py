"""Enactor's id tokens ("REST authentication"), signed here by hand with keys made here."""

from collections.abc import Iterator
from typing import Any

import pytest

from corsheet.auth import Refusal, Refused
from corsheet.auth.id_token import IdTokens
from corsheet.auth.jwks import NO_KEYS, NOT_SIGNED
from tests.auth.test_jwt import (
    ISSUER,
    NOW,
    Clock,
    KeyServer,
    Sign,
    ec_jwk,
    es256,
    hs256_with,
    ps256,
    publishing,
    rs256,
    rsa_jwk,
    token_of,
    unsigned,
)

SAMPLE = {
    "aud": "client",
    "sub": "1",
    "email_verified": False,
    "phone_number_verified": False,
    "iss": ISSUER,
    "exp": int(NOW) + 300,
    "iat": int(NOW) * 1000,
    "updated_at": int(NOW) * 1000,
}
"""The claims of Enactor's sample, with its ``iat`` in milliseconds."""


@pytest.fixture
def server() -> Iterator[KeyServer]:
    """Publish keys."""
    with publishing() as server:
        yield server


def a_token(sign: Sign = rs256, top: dict[str, Any] | None = None, **changes: Any) -> str:
    """Write a token; a change to None leaves a claim or a member of the header out."""
    claims = {name: value for name, value in {**SAMPLE, **changes}.items() if value is not None}
    header = {"alg": "RS256", "typ": "JWT", **(top or {})}
    return token_of({k: v for k, v in header.items() if v is not None}, claims, sign)


def tokens_of(server: KeyServer, audience: str = "") -> IdTokens:
    """Make what reads them."""
    clock = Clock()
    return IdTokens(ISSUER, server.url, audience, wall=clock.wall, clock=clock.monotonic)


@pytest.mark.parametrize("typ", ["JWT", "jwt", None, "at+jwt", "application/at+jwt"])
def test_the_sample_names_its_customer(server: KeyServer, typ: str | None) -> None:
    """With or without a type (RFC 7519, section 5.1), and without a key's name."""
    assert tokens_of(server).subject(a_token(top={"typ": typ})) == "1"


@pytest.mark.parametrize(
    ("sub", "number"),
    [("0001", "0001"), (1, "1"), (0, "0"), (" 7\u00a0", "7"), ("o\u0308", "ö"), (-1, "-1")],
)
def test_a_subject_is_a_text_or_a_whole_number(server: KeyServer, sub: object, number: str) -> None:
    """Normalised as the workbook's ids are."""
    assert tokens_of(server).subject(a_token(sub=sub)) == number


@pytest.mark.parametrize(
    "sub", [None, "", " ", "\u200b", "a\nb", "a\x00", True, False, 1.5, 1.0, ["1"], {"id": "1"}]
)
def test_any_other_subject_is_nobody(server: KeyServer, sub: object) -> None:
    """Nothing else can be a customer number; yes is not 1."""
    found = tokens_of(server).subject(a_token(sub=sub))

    assert isinstance(found, Refused)
    assert found.kind is Refusal.INVALID_TOKEN


@pytest.mark.parametrize("iat", [None, 0, int(NOW), int(NOW) * 1000, "yesterday"])
def test_when_it_was_issued_is_not_judged(server: KeyServer, iat: object) -> None:
    """The sample has milliseconds where seconds are due (RFC 7519, section 4.1.6)."""
    assert tokens_of(server).subject(a_token(iat=iat)) == "1"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"exp": None}, id="no end"),
        pytest.param({"exp": NOW}, id="just expired"),
        pytest.param({"exp": str(int(NOW) + 300)}, id="an end in words"),
        pytest.param({"exp": True}, id="an end that is yes"),
        pytest.param({"exp": (int(NOW) + 300) * 1000}, id="an end in milliseconds"),
        pytest.param({"exp": 10**400}, id="an end beyond counting"),
        pytest.param({"nbf": NOW + 61}, id="not good yet"),
        pytest.param({"iss": None}, id="no issuer"),
        pytest.param({"iss": ISSUER.rstrip("/")}, id="issuer without its slash"),
        pytest.param({"iss": [ISSUER]}, id="issuer in a list"),
    ],
)
def test_a_token_that_is_over_or_of_others_is_refused(
    server: KeyServer, changes: dict[str, Any]
) -> None:
    """The filter checks signature and expiry ("REST authentication"); we the issuer, too."""
    found = tokens_of(server).subject(a_token(**changes))

    assert isinstance(found, Refused)
    assert found.kind is Refusal.INVALID_TOKEN


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("rubbish", "the token is none that is taken"),
        (a_token(exp=None), "the id_token does not say in seconds when it ends"),
        (a_token(exp=(int(NOW) + 300) * 1000), "the id_token does not say in seconds when it ends"),
        (a_token(sub=None), "the id_token names no customer"),
    ],
)
def test_the_reason_is_one_that_its_issuer_can_mend(
    server: KeyServer, token: str, reason: str
) -> None:
    """A word of its own for each fault, and none of access tokens."""
    assert tokens_of(server).subject(token) == Refused(reason, Refusal.INVALID_TOKEN)


@pytest.mark.parametrize(
    ("aud", "is_taken"),
    [("client", True), (["other", "client"], True), ("other", False), (None, False), ([], False)],
)
def test_an_audience_is_checked_where_one_is_set(
    server: KeyServer, aud: object, *, is_taken: bool
) -> None:
    """RFC 7519, section 4.1.3; where none is set, any will do."""
    token = a_token(aud=aud)

    assert (tokens_of(server, "client").subject(token) == "1") == is_taken
    assert tokens_of(server).subject(token) == "1"


@pytest.mark.parametrize(
    ("sign", "top"),
    [
        pytest.param(unsigned, {"alg": "none"}, id="none"),
        pytest.param(hs256_with(b"secret"), {"alg": "HS256"}, id="HS256"),
        pytest.param(es256, {"alg": "ES256", "kid": "ec"}, id="ES256"),
        pytest.param(ps256, {"alg": "PS256"}, id="PS256"),
        pytest.param(rs256, {"alg": ["RS256"]}, id="a list of algorithms"),
        pytest.param(rs256, {"alg": None}, id="no algorithm"),
        pytest.param(rs256, {"typ": "logout+jwt"}, id="another type"),
        pytest.param(rs256, {"typ": 1}, id="a type that is a number"),
        pytest.param(rs256, {"crit": ["exp"]}, id="crit"),
        pytest.param(rs256, {"kid": 1}, id="a key's name that is a number"),
        pytest.param(rs256, {"kid": "other"}, id="a key that is not published"),
        pytest.param(lambda data: rs256(data, "second"), {}, id="another key"),
        pytest.param(lambda data: rs256(data + b"x"), {}, id="of something else"),
    ],
)
def test_only_rs256_of_a_published_key_is_taken(
    server: KeyServer, sign: Sign, top: dict[str, Any]
) -> None:
    """RFC 8725, sections 3.1 and 3.11: whatever else the issuer publishes keys for."""
    server.keys = [rsa_jwk(), ec_jwk()]

    found = tokens_of(server).subject(a_token(sign, top))

    assert isinstance(found, Refused)
    assert found.kind is Refusal.INVALID_TOKEN


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "é.é.é", "x" * 9000, a_token()[:-9]])
def test_rubbish_is_refused(server: KeyServer, token: str) -> None:
    """Whatever stands in the header; it never raises."""
    found = tokens_of(server).subject(token)

    assert isinstance(found, Refused)
    assert found.kind is Refusal.INVALID_TOKEN


def test_a_payload_that_is_no_object_is_refused(server: KeyServer) -> None:
    """Signed well, it says nothing all the same."""
    for payload in (b"[]", b"1", b"null", b"{", b"", b'{"exp":NaN}', b'{"sub":1' + b"0" * 5000):
        token = token_of({"alg": "RS256"}, payload)

        assert isinstance(tokens_of(server).subject(token), Refused)


def test_where_the_keys_cannot_be_fetched_nobody_is_judged(server: KeyServer) -> None:
    """To be told as 503, with when to come back; and as 401 once it is known that it is none."""
    tokens = tokens_of(server)
    server.status = 500

    assert tokens.subject(a_token()) == NO_KEYS
    server.status = 200
    assert tokens_of(server).subject(a_token(lambda data: rs256(data, "second"))) == NOT_SIGNED


@pytest.mark.parametrize(("issuer", "url"), [("", "https://a.example/keys"), (ISSUER, "")])
def test_no_issuer_is_not_any_issuer(issuer: str, url: str) -> None:
    """A mistake of ours opens nothing."""
    with pytest.raises(ValueError, match="both needed"):
        IdTokens(issuer, url)
