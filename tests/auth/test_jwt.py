"""Access tokens that are JWTs, signed here by hand with keys made here."""

import base64
import functools
import hashlib
import hmac
import json
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corsheet.auth import Granted, Refusal, Refused, Verdict, jwks
from corsheet.auth.jwks import (
    KEYS_SECONDS,
    MOST_REPLY,
    NO_KEYS,
    NOT_SIGNED,
    RETRY_SECONDS,
    UNKNOWN_KEY_SECONDS,
    KeysError,
    parse_keys,
)
from corsheet.auth.jwt_ import MOST_TOKEN, JwtChecker, JwtSettings, judge
from corsheet.auth.remote import MOST_BYTES
from corsheet.auth.trouble import Patience
from corsheet.model import EVERY_UNIT
from tests.support.introspection_server import authorization_server

NOW = 1_800_000_000.0
ISSUER = "https://idp.example/"
AUDIENCE = "urn:corsheet"
DRIP_SECONDS = 0.05
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

Sign = Callable[[bytes], bytes]


@functools.cache
def rsa_key(name: str) -> rsa.RSAPrivateKey:
    """Make a key once for all tests; the one named weak is too short."""
    return rsa.generate_private_key(65537, 1024 if name == "weak" else 2048)


@functools.cache
def ec_key(curve: str) -> ec.EllipticCurvePrivateKey:
    """Make a key once for all tests."""
    return ec.generate_private_key(ec.SECP256R1() if curve == "P-256" else ec.SECP384R1())


def rs256(data: bytes, name: str = "first") -> bytes:
    """Sign (RFC 7518, section 3.3)."""
    return rsa_key(name).sign(data, padding.PKCS1v15(), hashes.SHA256())


def ps256(data: bytes) -> bytes:
    """Sign (RFC 7518, section 3.5)."""
    return rsa_key("first").sign(
        data, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256()
    )


def es256(data: bytes) -> bytes:
    """Sign (RFC 7518, section 3.4)."""
    r, s = decode_dss_signature(ec_key("P-256").sign(data, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def hs256_with(secret: bytes) -> Sign:
    """Make a signer that authenticates with a secret (RFC 7518, section 3.2)."""
    return lambda data: hmac.digest(secret, data, hashlib.sha256)


def unsigned(data: bytes) -> bytes:
    """Sign as ``none`` does."""
    del data
    return b""


def b64(octets: bytes) -> str:
    """Write base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def claims(**changes: Any) -> dict[str, Any]:
    """Make good claims (RFC 9068, section 2.2); a change to None leaves one out."""
    good = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "exp": int(NOW) + 300,
        "iat": int(NOW),
        "sub": "till",
        "client_id": "hiiretail",
        "jti": "1",
        "scope": "orders:read other",
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def header(**changes: Any) -> dict[str, Any]:
    """Make a good header; a change to None leaves a member out."""
    good = {"typ": "at+jwt", "alg": "RS256", "kid": "one"}
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def token_of(top: object, payload: object, sign: Sign = rs256) -> str:
    """Write a token (RFC 7515, section 7.1), good or not."""
    parts = [one if isinstance(one, bytes) else json.dumps(one).encode() for one in (top, payload)]
    signed = ".".join(b64(part) for part in parts)
    return f"{signed}.{b64(sign(signed.encode()))}"


def a_token(sign: Sign = rs256, top: dict[str, Any] | None = None, **changes: Any) -> str:
    """Write a token with good claims but for the changes."""
    return token_of(top or header(), claims(**changes), sign)


def rsa_jwk(name: str = "first", kid: str | None = "one", **members: Any) -> dict[str, Any]:
    """Give the public part as it is published (RFC 7518, section 6.3)."""
    numbers = rsa_key(name).public_key().public_numbers()
    n = b64(numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big"))
    kids = {} if kid is None else {"kid": kid}
    return {"kty": "RSA", "n": n, "e": "AQAB", **kids, **members}


def ec_jwk(curve: str = "P-256", kid: str = "ec") -> dict[str, Any]:
    """Give the public part as it is published (RFC 7518, section 6.2)."""
    numbers, size = ec_key(curve).public_key().public_numbers(), 32 if curve == "P-256" else 48
    x, y = (b64(number.to_bytes(size, "big")) for number in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": curve, "x": x, "y": y, "kid": kid, "use": "sig"}


class Clock:
    """Two clocks that stand still until they are moved."""

    def __init__(self) -> None:
        self.gone = 0.0

    def wall(self) -> float:
        """Seconds since 1970."""
        return NOW + self.gone

    def monotonic(self) -> float:
        """Seconds since some moment."""
        return 5000.0 + self.gone


class KeyServer(ThreadingHTTPServer):
    """Publishes keys.

    Attributes:
        keys: What it publishes.
        status: That it answers with.
        body: Sent instead of the keys, where it is not None.
        asked: Requests so far, with their headers.
        go_on: While it is cleared, no reply begins.
        drips: It sends a byte at a time, with a pause after each.
    """

    daemon_threads = False
    block_on_close = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.keys: list[Any] = [rsa_jwk(), ec_jwk()]
        self.status = 200
        self.body: bytes | None = None
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.go_on = threading.Event()
        self.go_on.set()
        self.drips = False

    @property
    def url(self) -> str:
        """Where the keys are."""
        return f"http://127.0.0.1:{self.server_port}/keys"


class _Handler(BaseHTTPRequestHandler):
    server: KeyServer

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        assert self.server.go_on.wait(20)
        body = self.server.body
        if body is None:
            body = json.dumps({"keys": self.server.keys}).encode()
        try:
            self.send_response(self.server.status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            pieces = [bytes([octet]) for octet in body] if self.server.drips else [body]
            for piece in pieces:
                self.wfile.write(piece)
                time.sleep(DRIP_SECONDS * self.server.drips)
        except OSError:
            self.close_connection = True  # whoever asked has gone

    def log_message(self, *arguments: Any) -> None:
        """Keep silent."""


@contextmanager
def publishing() -> Iterator[KeyServer]:
    """Publish keys while the block runs."""
    with KeyServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.go_on.set()
            server.shutdown()
            thread.join()


@pytest.fixture
def server() -> Iterator[KeyServer]:
    """Give a server of keys."""
    with publishing() as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    """Give a clock."""
    return Clock()


def a_checker(url: str, clock: Clock, patience: Patience | None = None, **own: Any) -> JwtChecker:
    """Make a checker of the issuer's tokens."""
    told = JwtSettings(**{"issuer": ISSUER, "jwks_url": url, "audience": AUDIENCE, **own})
    return JwtChecker(told, wall=clock.wall, clock=clock.monotonic, patience=patience)


@pytest.fixture
def checker(server: KeyServer, clock: Clock) -> JwtChecker:
    """Give a checker with the usual settings."""
    return a_checker(server.url, clock)


def kind_of(verdict: Verdict) -> Refusal | None:
    """Give why somebody is refused; None: they are let in."""
    return verdict.kind if isinstance(verdict, Refused) else None


def is_settled(checker: JwtChecker) -> bool:
    """Wait until no keys are being fetched."""
    flight = checker._tokens._keys._flight
    return flight is None or flight.done.wait(10)


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(a_token(), id="RS256"),
        pytest.param(a_token(es256, header(alg="ES256", kid="ec")), id="ES256"),
        pytest.param(a_token(top=header(typ="application/AT+JWT")), id="type in full, any case"),
        pytest.param(a_token(top=header(kid=None)), id="without the key's name"),
        pytest.param(a_token(top=header(x5t="abc", jku="https://a.example", mine=1)), id="more"),
        pytest.param(a_token(aud=["urn:other", AUDIENCE]), id="several audiences"),
        pytest.param(a_token(nbf=int(NOW) + 60, iat=NOW + 59.5), id="a clock ahead by a minute"),
    ],
)
def test_the_issuers_tokens_are_let_in(checker: JwtChecker, token: str) -> None:
    """RFC 9068, section 4; what the header says beyond that changes nothing."""
    assert checker.check(token) == Granted("till", frozenset({EVERY_UNIT}), 60)


def test_ps256_is_taken_where_it_is_named(server: KeyServer, clock: Clock) -> None:
    """And RS256 is not, where it is not: the algorithms are pinned."""
    checker = a_checker(server.url, clock, algorithms=("PS256",))

    assert isinstance(checker.check(a_token(ps256, header(alg="PS256"))), Granted)
    assert kind_of(checker.check(a_token())) is Refusal.INVALID_TOKEN


@pytest.mark.parametrize("left", [0.25, 59, 60])
def test_a_verdict_is_never_remembered_past_the_tokens_end(
    checker: JwtChecker, left: float
) -> None:
    """Nor for more than a minute, since nobody tells us of revocations."""
    verdict = checker.check(a_token(exp=NOW + left))

    assert isinstance(verdict, Granted)
    assert verdict.seconds == left


@pytest.mark.parametrize(
    ("changes", "name"),
    [({}, "till"), ({"sub": None}, "hiiretail"), ({"sub": ""}, "hiiretail"), ({"sub": 7}, None),
     ({"sub": "a\r\nb"}, None), ({"sub": "ö"}, "ö")],
)  # fmt: skip
def test_who_asks_is_named_for_the_log(
    checker: JwtChecker, changes: dict[str, Any], name: str | None
) -> None:
    """The subject, or else the client; never something that starts a line of its own."""
    verdict = checker.check(a_token(**changes))

    assert isinstance(verdict, Granted)
    assert verdict.principal == (name or "hiiretail")


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"iss": "https://idp.example"}, id="issuer without its slash"),
        pytest.param({"iss": [ISSUER]}, id="issuer in a list"),
        pytest.param({"iss": None}, id="no issuer"),
        pytest.param({"aud": "urn:other"}, id="another audience"),
        pytest.param({"aud": AUDIENCE + "2"}, id="audience that begins like ours"),
        pytest.param({"aud": []}, id="no audience in the list"),
        pytest.param({"aud": {AUDIENCE: 1}}, id="audience as an object"),
        pytest.param({"aud": None}, id="no audience"),
        pytest.param({"exp": None}, id="no end"),
        pytest.param({"exp": NOW}, id="ended now"),
        pytest.param({"exp": NOW - 30}, id="ended half a minute ago"),
        pytest.param({"exp": str(NOW + 300)}, id="end as a text"),
        pytest.param({"exp": True}, id="end as a yes"),
        pytest.param({"exp": float("nan")}, id="end that is no number"),
        pytest.param({"exp": float("inf")}, id="no end ever"),
        pytest.param({"exp": 10**400}, id="end after the sun's"),
        pytest.param({"nbf": NOW + 61}, id="not yet"),
        pytest.param({"nbf": "soon"}, id="not before some text"),
        pytest.param({"iat": NOW + 61}, id="issued in the future"),
        pytest.param({"iat": [1]}, id="issued in a list"),
        pytest.param({"iat": True}, id="issued at a yes"),
        pytest.param({"sub": None, "client_id": None}, id="nobody's"),
    ],
)
def test_a_signed_token_that_is_not_for_us_now_is_refused(
    checker: JwtChecker, changes: dict[str, Any]
) -> None:
    """RFC 9068, section 4: each claim is checked, and in its type."""
    good = claims()
    good.update(changes)
    payload = {name: value for name, value in good.items() if value is not None}

    assert kind_of(checker.check(token_of(header(), payload))) is Refusal.INVALID_TOKEN


@pytest.mark.parametrize(
    "token",
    [
        pytest.param(a_token(top=header(typ="JWT")), id="some other JWT"),
        pytest.param(a_token(top=header(typ=None)), id="without a type"),
        pytest.param(a_token(top=header(typ=["at+jwt"])), id="type in a list"),
        pytest.param(a_token(top=header(kid=1)), id="key's name a number"),
        pytest.param(a_token(top=header(alg=None)), id="no algorithm"),
        pytest.param(a_token(top=header(alg=["RS256"])), id="algorithm in a list"),
        pytest.param(a_token(top=header(alg="RS384")), id="algorithm not named"),
        pytest.param(a_token(ps256, header(alg="PS256")), id="PS256 where it is not named"),
        pytest.param(a_token(top=header(alg="ES256")), id="RSA called EC"),
        pytest.param(a_token(es256, header(alg="RS256", kid="ec")), id="EC called RSA"),
        pytest.param(a_token(top=header(kid="ec")), id="another key's name"),
        pytest.param(a_token(top=header(crit=["exp"], exp=1)), id="critical member"),
        pytest.param(a_token(top=header(crit=[])), id="empty list of critical members"),
        pytest.param(a_token(top=header(b64=False, crit=["b64"])), id="payload not in base64"),
        pytest.param(a_token(lambda d: rs256(d, "other")), id="a stranger's key"),
        pytest.param(a_token(lambda d: rs256(d + b" ")), id="signature of something else"),
        pytest.param(a_token(unsigned), id="no signature"),
        pytest.param(token_of(header(), [claims()]), id="claims in a list"),
        pytest.param(token_of(header(), b"no JSON"), id="claims no JSON"),
        pytest.param(token_of(header(), b"\xff"), id="claims no text"),
        pytest.param(token_of(header(), b"[" * 3000), id="claims 3,000 deep"),
        pytest.param(token_of(b"[" * 300, claims()), id="header 300 deep"),
        pytest.param(token_of("alg b64", claims()), id="header a text"),
        pytest.param(token_of(["alg"], claims()), id="header a list"),
        pytest.param(token_of(None, claims()), id="header null"),
        pytest.param(a_token(note="x" * MOST_TOKEN), id="too long"),
        pytest.param(a_token() + "=", id="padded"),
        pytest.param(a_token() + ".", id="four parts"),
        pytest.param(a_token().rpartition(".")[0], id="two parts"),
        pytest.param(a_token() + "ö", id="not ASCII"),
        pytest.param("\ud800.a.b", id="half a character"),
        pytest.param("..", id="nothing three times"),
        pytest.param("", id="nothing"),
        pytest.param("\0.\n.\r", id="control characters"),
    ],
)
def test_what_is_no_token_of_the_issuer_is_refused(checker: JwtChecker, token: str) -> None:
    """Whatever it is, it is refused and nothing is raised."""
    assert kind_of(checker.check(token)) is Refusal.INVALID_TOKEN


def public_pem() -> bytes:
    """Give the public key as it lies about."""
    return rsa_key("first").public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )  # fmt: skip


@pytest.mark.parametrize("alg", ["HS256", "none", "None", "RS256"])
@pytest.mark.parametrize(
    "secret", [None, b"", public_pem(), public_pem().strip(), rsa_jwk()["n"].encode()]
)
def test_the_public_key_is_no_secret_to_sign_with(
    server: KeyServer, clock: Clock, alg: str, secret: bytes | None
) -> None:
    """RFC 8725, section 2.1: neither ``none``, nor a public key taken for a shared one."""
    checker = a_checker(server.url, clock)
    sign = unsigned if secret is None else hs256_with(secret)

    assert kind_of(checker.check(a_token(sign, header(alg=alg)))) is Refusal.INVALID_TOKEN


def test_a_shared_key_in_the_key_set_signs_nothing(checker: JwtChecker, server: KeyServer) -> None:
    """Whoever can read the set could use it."""
    server.keys.append({"kty": "oct", "k": b64(b"s" * 32), "kid": "shared"})
    token = a_token(hs256_with(b"s" * 32), header(alg="HS256", kid="shared"))

    assert kind_of(checker.check(token)) is Refusal.INVALID_TOKEN
    assert isinstance(checker.check(a_token()), Granted)


def test_a_key_that_comes_with_the_token_is_not_used(
    checker: JwtChecker, server: KeyServer
) -> None:
    """RFC 8725, section 3.10: no address in a header is asked either."""
    stranger = rsa_jwk("other", "mine")
    elsewhere = server.url.replace("keys", "strangers")

    for kid in ("one", "mine"):
        # no header has room for both
        for extra in (header(jwk=stranger), header(jku=elsewhere, x5u=elsewhere)):
            token = a_token(lambda data: rs256(data, "other"), extra | {"kid": kid})
            assert kind_of(checker.check(token)) is Refusal.INVALID_TOKEN

    assert {path for path, _ in server.asked} == {"/keys"}


@pytest.mark.parametrize(
    ("wanted", "scope", "is_enough"),
    [
        ("", None, True),
        ("orders:read", "orders:read", True),
        ("orders:read", "a orders:read b", True),
        ("orders:read b", "b orders:read", True),
        ("orders:read b", "orders:read", False),
        ("orders:read", "orders:read2 xorders:read", False),
        ("orders:read", "orders:read\tb", False),
        ("orders:read", None, False),
        ("orders:read", ["orders:read"], False),
    ],
)
def test_a_scope_is_asked_for_by_whole_words(
    server: KeyServer, clock: Clock, wanted: str, scope: object, is_enough: bool
) -> None:
    """RFC 6750, section 3.1: a good token of too little scope is another refusal."""
    checker = a_checker(server.url, clock, scope=wanted)

    verdict = checker.check(a_token(scope=scope))

    assert kind_of(verdict) is (None if is_enough else Refusal.INSUFFICIENT_SCOPE)
    if isinstance(verdict, Refused):
        assert verdict.scope == wanted


@pytest.mark.parametrize(
    ("value", "units"),
    [
        (["0001", " 0007 ", ""], {"0001", "0007"}),
        ("0001 0007", {"0001", "0007"}),
        (["*"], {EVERY_UNIT}),
        ("*", {EVERY_UNIT}),
        (["bo\u0308"], {"bö"}),
        ("", set()),
        ([], set()),
        ([7, None, ["0001"]], set()),
        (1, set()),
        ({"0001": True}, set()),
        (None, set()),
    ],
)
def test_a_claim_names_the_units(
    server: KeyServer, clock: Clock, value: object, units: set[str]
) -> None:
    """What is no list of texts, nor a text, opens nothing; neither does a missing claim."""
    checker = a_checker(server.url, clock, units_claim="https://shop.example/units")

    payload = claims() | {"https://shop.example/units": value}
    if value is None:
        payload = claims()

    verdict = checker.check(token_of(header(), payload))

    assert isinstance(verdict, Granted)
    assert verdict.business_units == units


def test_keys_are_fetched_once_and_used_for_ten_minutes(
    checker: JwtChecker, server: KeyServer, clock: Clock
) -> None:
    """From the address set, without credentials and without asking for compression."""
    for clock.gone in (0, 1, KEYS_SECONDS - 1):
        assert isinstance(checker.check(a_token(exp=NOW + 9999)), Granted)

    ((path, headers),) = server.asked
    assert path == "/keys"
    assert headers["Accept-Encoding"] == "identity"
    assert "Authorization" not in headers


def test_keys_that_are_old_are_fetched_anew_and_nobody_waits(
    checker: JwtChecker, server: KeyServer, clock: Clock
) -> None:
    """A withdrawn key is gone with the fetch; until that is done the known ones serve."""
    token = a_token(exp=NOW + 9999)
    assert isinstance(checker.check(token), Granted)
    server.keys = [ec_jwk()]
    server.go_on.clear()
    clock.gone = KEYS_SECONDS

    meanwhile = checker.check(token)
    server.go_on.set()

    assert isinstance(meanwhile, Granted)
    assert is_settled(checker)
    assert checker.check(token) == NOT_SIGNED
    assert len(server.asked) == 2


def test_a_new_key_is_found_at_once_and_strangers_cannot_make_us_ask(
    checker: JwtChecker, server: KeyServer, clock: Clock
) -> None:
    """An unknown name is looked for at most once a minute."""
    new = a_token(lambda data: rs256(data, "other"), header(kid="two"), exp=NOW + 9999)
    assert isinstance(checker.check(a_token()), Granted)
    clock.gone = UNKNOWN_KEY_SECONDS - 1
    server.keys.append(rsa_jwk("other", "two"))

    assert checker.check(new) == NOT_SIGNED
    assert len(server.asked) == 1

    clock.gone = UNKNOWN_KEY_SECONDS
    assert isinstance(checker.check(new), Granted)
    for number in range(20):
        assert checker.check(a_token(top=header(kid=f"made up {number}"))) == NOT_SIGNED
    assert len(server.asked) == 2


def test_the_server_of_the_keys_may_be_down(
    checker: JwtChecker, server: KeyServer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """Known keys serve on; a new key is not refused but asked to come again, and then found."""
    caplog.set_level(logging.INFO)
    known = a_token(exp=NOW + 9999)
    new = a_token(lambda data: rs256(data, "other"), header(kid="two"), exp=NOW + 9999)
    assert isinstance(checker.check(known), Granted)
    server.status = 500
    clock.gone = KEYS_SECONDS

    for _ in range(3):
        assert isinstance(checker.check(known), Granted)
        assert is_settled(checker)
        assert checker.check(new) == NO_KEYS
    assert len(server.asked) == 2

    server.status, server.keys = 200, [rsa_jwk("other", "two"), *server.keys]
    clock.gone += RETRY_SECONDS
    assert isinstance(checker.check(new), Granted)
    told = [record.getMessage() for record in caplog.records if record.name == jwks.__name__]
    assert told == [
        "the keys of tokens cannot be fetched: 127.0.0.1 answers with an error (status 500)",
        "the keys of tokens can be fetched from 127.0.0.1 again",
    ]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (302, None),
        (307, None),
        (401, None),
        (404, None),
        (503, None),
        (204, b""),
        (200, b""),
        (200, b"<html>maintenance</html>"),
        (200, b"[" * 100_000),
        (200, b"[]"),
        (200, b'{"keys": {}}'),
        (200, b'{"keys": []}'),
        (200, json.dumps({"keys": [rsa_jwk()]}).encode() + b" " * MOST_REPLY),
    ],
)
def test_without_any_key_nobody_can_tell(
    checker: JwtChecker, server: KeyServer, clock: Clock, status: int, body: bytes | None
) -> None:
    """Neither yes nor no, but come again; and when it is well again, without a restart."""
    server.status, server.body = status, body

    assert checker.check(a_token()) == NO_KEYS
    assert checker.check(a_token()) == NO_KEYS
    assert [path for path, _ in server.asked] == ["/keys"]
    assert NO_KEYS.kind is Refusal.UNAVAILABLE
    assert NO_KEYS.retry_after == RETRY_SECONDS

    server.status, server.body = 200, None
    clock.gone = RETRY_SECONDS
    assert isinstance(checker.check(a_token()), Granted)


def test_a_key_set_may_be_longer_than_other_answers(checker: JwtChecker, server: KeyServer) -> None:
    """Some issuers publish certificates beside their keys."""
    server.keys[:0] = [rsa_jwk(kid=f"{n}", x5c=["A" * 1000]) for n in range(150)]
    assert MOST_BYTES < len(json.dumps(server.keys)) < MOST_REPLY

    assert isinstance(checker.check(a_token()), Granted)


def test_nothing_is_asked_for_what_cannot_be_a_token(
    checker: JwtChecker, server: KeyServer
) -> None:
    """Nor does a server that is down change what it is."""
    server.status = 500

    for token in ("", "a.b.c", a_token(top=header(alg="HS256")), a_token(top=header(typ="JWT"))):
        assert kind_of(checker.check(token)) is Refusal.INVALID_TOKEN

    assert not server.asked


def test_a_server_that_does_not_listen_is_told_from_a_wrong_token(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """And the log names the host only: an address may hold a secret."""
    with publishing() as gone:
        url = gone.url
    checker = a_checker(url + "?key=s3cret", clock)

    assert checker.check(a_token()) == NO_KEYS
    assert "127.0.0.1 cannot be reached" in caplog.text
    assert "s3cret" not in caplog.text


def test_the_environment_does_not_lead_us_elsewhere(
    checker: JwtChecker, server: KeyServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No proxy that the settings do not name, and no credentials that somebody keeps for others."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password s3cret\n", "utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")

    assert isinstance(checker.check(a_token()), Granted)
    ((_, headers),) = server.asked
    assert "Authorization" not in headers


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1/keys", "http://127.0.0.1:99999/", "http://\u2024\u2024/"]
)
def test_an_address_that_cannot_be_asked_is_no_crash(clock: Clock, url: str) -> None:
    """Settings are checked elsewhere; here nothing is raised."""
    assert a_checker(url, clock).check(a_token()) == NO_KEYS


def test_many_at_once_make_one_fetch(checker: JwtChecker, server: KeyServer) -> None:
    """All of them wait for it, and all are let in."""
    server.go_on.clear()
    together = threading.Barrier(11)

    def check(_: int) -> Verdict:
        together.wait(10)
        return checker.check(a_token())

    with ThreadPoolExecutor(10) as threads:
        verdicts = [threads.submit(check, number) for number in range(10)]
        together.wait(10)
        server.go_on.set()

        assert all(isinstance(verdict.result(), Granted) for verdict in verdicts)
    assert len(server.asked) == 1


def test_nobody_waits_longer_than_patience_says(
    server: KeyServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server's silence is not ours to end; the fetch goes on, and it is not doubled."""
    checker = a_checker(server.url, clock, Patience(connect=20, answer=20, total=0.05))
    heard = threading.Event()
    real = jwks.fetch

    def deaf(url: str, patience: Patience) -> Any:
        assert heard.wait(20)
        return real(url, replace(patience, total=20))

    monkeypatch.setattr(jwks, "fetch", deaf)

    assert checker.check(a_token()) == NO_KEYS
    assert checker._tokens._keys._flight is not None
    assert checker.check(a_token()) == NO_KEYS

    heard.set()
    assert is_settled(checker)
    assert len(server.asked) == 1
    assert isinstance(checker.check(a_token()), Granted)


def test_a_server_that_sends_nothing_is_left(server: KeyServer, clock: Clock) -> None:
    """The fetch ends by itself, long before the server does."""
    checker = a_checker(server.url, clock, Patience(connect=20, answer=0.1, total=20))
    server.go_on.clear()

    assert checker.check(a_token()) == NO_KEYS
    assert checker._tokens._keys._flight is None


def test_a_reply_that_drips_is_left(server: KeyServer) -> None:
    """Each byte is in time, the whole would take ten minutes."""
    server.body, server.drips = b" " * 10_000, True

    with pytest.raises(KeysError, match="does not answer in time"):
        jwks.fetch(server.url, Patience(connect=20, answer=0.5, total=20))


def test_a_certificate_that_nobody_knows_is_not_taken() -> None:
    """Else somebody on the way could publish keys of their own; the log says why."""
    with (
        authorization_server(has_tls=True) as server,
        pytest.raises(KeysError, match=r"has a certificate that is not trusted$"),
    ):
        jwks.fetch(server.url, Patience(connect=20, answer=20, total=20))

    assert not server.asked


def test_without_a_thread_to_be_had_nothing_is_raised(
    checker: JwtChecker, server: KeyServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asking again later helps."""

    def no_thread(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", no_thread)
        assert checker.check(a_token()) == NO_KEYS
    clock.gone = RETRY_SECONDS

    assert isinstance(checker.check(a_token()), Granted)


def test_keys_that_cannot_be_used_do_not_hide_the_others() -> None:
    """RFC 7517, section 5: what is not understood is left out."""
    usable = [rsa_jwk(), rsa_jwk(kid=None, alg="RS256", use="sig"), ec_jwk()]
    useless = [
        None,
        "key",
        {},
        {"kty": "RSA"},
        {"kty": ["RSA"]},
        {"kty": "AKP", "pub": "AAAA"},
        {"kty": "oct", "k": "c2VjcmV0"},
        rsa_jwk("weak"),
        rsa_jwk(use="enc"),
        rsa_jwk(kid="x") | {"n": 7},
        rsa_jwk(kid="x") | {"e": "!"},
        ec_jwk() | {"y": b64(b"1" * 32)},
        ec_jwk() | {"crv": "P-1"},
    ]

    keys = parse_keys({"keys": [*useless, *usable, *useless]})

    assert [(key.key_type, key.kid) for key in keys] == [
        ("RSA", "one"),
        ("RSA", None),
        ("EC", "ec"),
    ]


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(rsa_jwk(alg="PS256"), id="of another algorithm"),
        pytest.param(rsa_jwk(key_ops=["encrypt"]), id="for another purpose"),
        pytest.param(rsa_jwk(kid=None), id="without the name that the token has"),
        pytest.param(ec_jwk(kid="one"), id="of another kind"),
    ],
)
def test_a_key_serves_only_what_it_is_published_for(
    checker: JwtChecker, server: KeyServer, key: dict[str, Any]
) -> None:
    """RFC 7517, section 4; the right one beside it is found."""
    server.keys = [key]
    assert kind_of(checker.check(a_token())) is Refusal.INVALID_TOKEN


def test_another_curve_is_not_taken_for_es256(checker: JwtChecker, server: KeyServer) -> None:
    """RFC 7518, section 3.4: P-256 only."""
    server.keys = [ec_jwk("P-384")]

    token = a_token(es256, header(alg="ES256", kid="ec"))

    assert kind_of(checker.check(token)) is Refusal.INVALID_TOKEN


def test_a_private_key_that_is_published_is_not_kept() -> None:
    """Somebody else's mistake is not copied into our memory."""
    numbers = rsa_key("first").private_numbers()
    private = rsa_jwk(d=b64(numbers.d.to_bytes(256, "big")))

    (key,) = parse_keys({"keys": [private]})

    assert not key.is_private


def changed(token: str) -> st.SearchStrategy[str]:
    """Give a token that somebody worked on."""
    places = st.integers(0, len(token) - 1)
    top, payload, signature = token.split(".")
    others = [b64(json.dumps(header(alg=alg)).encode()) for alg in ("none", "HS256", "ES256")]
    others += [b64(json.dumps(claims(sub="admin")).encode()), b64(es256(b"")), "", "e30"]
    return st.one_of(
        st.builds(lambda i, c: token[:i] + c + token[i + 1 :], places, st.sampled_from(DIGITS)),
        st.builds(lambda i, c: token[:i] + c + token[i + 1 :], places, st.characters()),
        st.builds(lambda i, j: token[:i] + token[j:], places, places),
        st.builds(lambda i, text: token[:i] + text + token[i:], places, st.text(min_size=1)),
        st.lists(st.sampled_from([top, payload, signature, *others]), max_size=4).map(".".join),
        st.lists(st.text(DIGITS), max_size=4).map(".".join),
        st.text(),
    ).filter(lambda text: text != token)


@pytest.mark.parametrize("token", [a_token(), a_token(es256, header(alg="ES256", kid="ec"))])
def test_no_changed_token_is_let_in(token: str, server: KeyServer, clock: Clock) -> None:
    """Flipped, cut, swapped or made up: refused as a wrong token, and nothing is raised."""
    checker = a_checker(server.url, clock)
    assert isinstance(checker.check(token), Granted)

    @settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
    @given(changed(token))
    def check(text: str) -> None:
        assert kind_of(checker.check(text)) is Refusal.INVALID_TOKEN

    check()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted(claims())), json_values), json_values)
def test_no_claims_crash_the_judge(changes: dict[str, Any], whole: object) -> None:
    """Whatever a signed token says; and only who names issuer, audience and an end is let in."""
    told = JwtSettings(
        issuer=ISSUER, jwks_url="https://x", audience=AUDIENCE, scope="a", units_claim="sub"
    )
    made = claims(scope="a") | changes

    verdict = judge(made, told, NOW)

    if isinstance(verdict, Granted):
        assert 0 < verdict.seconds <= 60
        assert made["iss"] == ISSUER
        assert AUDIENCE in made["aud"]
    judge(whole, told, NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"issuer": ""},
        {"jwks_url": ""},
        {"jwks_url": "keys.json"},
        {"jwks_url": "https:///keys"},
        {"jwks_url": "https://[::1/keys"},
        {"audience": ""},
        {"algorithms": ()},
        {"algorithms": ("RS256", "HS256")},
        {"algorithms": ("none",)},
    ],
)
def test_settings_that_would_let_in_too_many_are_a_mistake(changes: dict[str, Any]) -> None:
    """An empty audience is everybody's, an empty list of algorithms the library's own."""
    with pytest.raises(ValueError, match=r"needed|algorithms|address|Invalid IPv6"):
        JwtSettings(**{"issuer": "a", "jwks_url": "https://b", "audience": "c", **changes})


def test_without_the_extra_it_is_told_at_the_start(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not with the first token."""
    monkeypatch.setitem(sys.modules, "joserfc.jws", None)

    with pytest.raises(ImportError):
        a_checker("http://127.0.0.1/keys", clock)
