"""Bearer tokens checked by asking a real server over a socket (RFC 7662)."""

import base64
import gc
import json
import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, Protocol

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from corsheet.auth import Granted, Refusal, Refused, remote
from corsheet.auth.breaker import FAILURES, OPEN_SECONDS
from corsheet.auth.endpoint import Endpoint
from corsheet.auth.introspection import (
    CALLS,
    GRACE_STEP_SECONDS,
    LONGEST_TOKEN,
    REFUSED,
    REFUSED_SECONDS,
    EndpointAuth,
    Introspection,
    IntrospectionSettings,
)
from corsheet.auth.own_token import OwnToken
from corsheet.auth.remote import MOST_BYTES, Remote
from corsheet.auth.trouble import Patience, TroubleError
from corsheet.model import EVERY_UNIT
from tests.support.introspection_server import (
    CERTIFICATE,
    Answer,
    Asked,
    AuthorizationServer,
    authorization_server,
    said,
)

NOW = 1_800_000_000.0
SECRET = "s3cret:å+ %"
TOKEN = "t0ken"
CANARIES = (SECRET, TOKEN, "czNjcmV0", "s3cret%3A", "ours")

IMPATIENT = Patience(connect=0.4, answer=0.3, total=0.6)
"""For servers that are slow; ``QUIET`` for the rest, so that a busy machine fails no test."""

QUIET = Patience(connect=20, answer=20, total=20)


class Clock:
    """A clock that a test sets."""

    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        """Tell the time."""
        return self.now


class Checker:
    """A checker with its server and its clocks.

    Attributes:
        server: Who is asked.
        wall: Seconds since 1970.
        mono: The monotonic clock.
        tokens: The checker.
    """

    def __init__(
        self, server: AuthorizationServer, patience: Patience, settings: dict[str, Any]
    ) -> None:
        self.server = server
        self.wall, self.mono = Clock(NOW), Clock(50.0)
        told = IntrospectionSettings(
            **{
                "url": server.url,
                "client_id": "corsheet ö",
                "client_secret": SECRET,
                "token_url": server.token_url,
                **settings,
            }
        )
        self.tokens = Introspection(told, self.wall, self.mono, patience)

    def check(self, token: str = TOKEN) -> Granted | Refused:
        """Check a token."""
        return self.tokens.check(token)

    def granted(self, token: str = TOKEN) -> Granted:
        """Check a token that is good."""
        verdict = self.check(token)
        assert isinstance(verdict, Granted), verdict
        return verdict

    def refused(self, token: str = TOKEN) -> Refusal:
        """Check a token that is not; tells why."""
        verdict = self.check(token)
        assert isinstance(verdict, Refused), verdict
        return verdict.kind

    def later(self, seconds: float) -> None:
        """Let time go by."""
        self.wall.now += seconds
        self.mono.now += seconds


class MakeChecker(Protocol):
    """Makes a checker, its server included."""

    def __call__(
        self,
        *,
        server: AuthorizationServer | None = None,
        patience: Patience = QUIET,
        has_tls: bool = False,
        **settings: Any,
    ) -> Checker:
        """Make one."""


@pytest.fixture
def make() -> Iterator[MakeChecker]:
    """Give a function that makes a checker; ended with its server after the test."""
    with ExitStack() as stack:

        def make_one(
            *,
            server: AuthorizationServer | None = None,
            patience: Patience = QUIET,
            has_tls: bool = False,
            **settings: Any,
        ) -> Checker:
            if server is None:
                server = stack.enter_context(authorization_server(has_tls=has_tls))
            checker = Checker(server, patience, settings)
            stack.callback(checker.tokens.close)
            return checker

        yield make_one
        gc.collect()  # a connection that was forgotten is a ResourceWarning, here and not later


def test_an_active_token_is_let_in_for_a_minute(make: MakeChecker) -> None:
    """With what it says of its owner, and the question as RFC 7662, section 2.1, has it."""
    checker = make()
    checker.server.answers["t0ken"] = said(active=True, sub="till 7", token_type="bEARER")

    assert checker.check() == Granted("till 7", frozenset({EVERY_UNIT}), 60.0)

    (asked,) = checker.server.asked
    assert asked.form == {"token": "t0ken", "token_type_hint": "access_token"}
    assert asked.headers["Accept"] == "application/json"
    assert asked.headers["Content-Type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("claims", "kind"),
    [
        pytest.param({"active": False}, Refusal.INVALID_TOKEN, id="inactive"),
        pytest.param({"active": True, "exp": NOW}, Refusal.INVALID_TOKEN, id="expired"),
        pytest.param({"active": True, "aud": "x"}, Refusal.INVALID_TOKEN, id="audience"),
        pytest.param({"active": True, "aud": "us"}, Refusal.INSUFFICIENT_SCOPE, id="scope"),
        *(
            pytest.param({"active": value, "aud": "us", "scope": "a"}, Refusal.UNAVAILABLE, id=name)
            for name, value in [("a text", "true"), ("one", 1), ("null", None), ("list", [True])]
        ),
        pytest.param({"aud": "us", "scope": "a"}, Refusal.UNAVAILABLE, id="missing"),
    ],
)
def test_any_other_is_refused(make: MakeChecker, claims: dict[str, Any], kind: Refusal) -> None:
    """Only ``active`` as JSON's true lets in; one that is no boolean is a broken server."""
    checker = make(audience="us", scope="a")
    checker.server.everything = said(**claims)

    assert checker.refused() is kind


@pytest.mark.parametrize(
    "token",
    ["", "=", "a=b", "a b", "a\n", "ö", "\ud800", "a" * (LONGEST_TOKEN + 1), "a\0", "a&b=c"],
)
def test_what_cannot_be_a_token_is_not_asked_about(make: MakeChecker, token: str) -> None:
    """RFC 6750, section 2.1; nobody makes the server fail with odd ones."""
    checker = make()

    assert checker.refused(token) is Refusal.INVALID_TOKEN
    assert checker.server.asked == []


def test_basic_is_form_encoded_first(make: MakeChecker) -> None:
    """RFC 6749, section 2.3.1."""
    checker = make()

    checker.check()

    scheme, _, pair = checker.server.asked[0].headers["Authorization"].partition(" ")
    assert scheme == "Basic"
    assert base64.b64decode(pair) == b"corsheet+%C3%B6:s3cret%3A%C3%A5%2B+%25"


def test_the_client_may_be_told_in_the_form(make: MakeChecker) -> None:
    """RFC 6749, section 2.3.1; then in no header."""
    checker = make(endpoint_auth=EndpointAuth.POST)

    checker.check()

    (asked,) = checker.server.asked
    assert (asked.form["client_id"], asked.form["client_secret"]) == ("corsheet ö", SECRET)
    assert "Authorization" not in asked.headers


class TestOwnToken:
    """The way in which we ask with a token of our own."""

    @pytest.fixture
    def checker(self, make: MakeChecker) -> Checker:
        """Give a checker that asks so, of a server with TLS."""
        checker = make(has_tls=True, ca_file=str(CERTIFICATE), endpoint_auth=EndpointAuth.TOKEN)
        for number in range(9):
            checker.server.answers[f"t0ken{number}"] = said(active=True)
        return checker

    @staticmethod
    def renewals(checker: Checker) -> int:
        """Count how often a token of our own was asked for."""
        return sum(asked.path == "/token" for asked in checker.server.asked)

    def test_it_is_had_by_client_credentials_and_kept(self, checker: Checker) -> None:
        """RFC 6749, section 4.4; one for many questions."""
        checker.granted("t0ken1")
        checker.granted("t0ken2")

        own, *questions = checker.server.asked
        assert own.form == {"grant_type": "client_credentials"}
        assert base64.b64decode(own.headers["Authorization"].split()[1]).endswith(b"+%25")
        assert [asked.headers["Authorization"] for asked in questions] == ["Bearer ours"] * 2

    def test_a_new_one_is_had_before_it_expires(self, checker: Checker) -> None:
        """After nine tenths of its life."""
        checker.granted("t0ken1")
        checker.later(539)
        checker.granted("t0ken2")
        before = self.renewals(checker)
        checker.later(2)
        checker.granted("t0ken3")

        assert (before, self.renewals(checker)) == (1, 2)

    def test_one_that_does_not_say_how_long_is_kept_for_a_minute(self, checker: Checker) -> None:
        """``expires_in`` is only recommended (RFC 6749, section 5.1)."""
        checker.server.token_answer = said(access_token="ours", token_type="Bearer", scope="a b")

        checker.granted("t0ken1")
        checker.later(53)
        checker.granted("t0ken2")
        checker.later(2)
        checker.granted("t0ken3")

        assert self.renewals(checker) == 2

    def test_one_that_is_not_taken_is_renewed_once(self, checker: Checker) -> None:
        """It may have been revoked; if a fresh one is not taken either, we are not welcome."""
        checker.granted("t0ken1")
        taken = "newer"
        checker.server.token_answer = said(access_token=taken, token_type="Bearer", expires_in=9)

        def gate(asked: Asked) -> Answer | None:
            is_good = asked.path == "/token" or asked.headers["Authorization"] == f"Bearer {taken}"
            return None if is_good else Answer(status=401)

        checker.server.gate = gate
        checker.granted("t0ken2")
        taken = "nobody's"
        verdict = checker.refused("t0ken3")

        assert (self.renewals(checker), verdict) == (3, Refusal.UNAVAILABLE)

    @pytest.mark.parametrize(
        "answer",
        [
            pytest.param(Answer(b'{"error": "invalid_client"}', 400), id="400"),
            pytest.param(Answer(b'{"error": "invalid_client"}', 401), id="401"),
            pytest.param(Answer(status=500), id="500"),
            pytest.param(Answer(b"[]"), id="list"),
            pytest.param(Answer(b"access_token=a&token_type=Bearer"), id="form"),
            pytest.param(said(token_type="Bearer"), id="no token"),
            pytest.param(said(access_token=1, token_type="Bearer"), id="number"),
            pytest.param(said(access_token="a\nb", token_type="Bearer"), id="line break"),
            pytest.param(said(access_token="ö", token_type="Bearer"), id="not ASCII"),
            pytest.param(said(access_token="a", error="invalid_scope"), id="error"),
            pytest.param(said(access_token="a", expires_in="soon"), id="soon"),
            pytest.param(said(access_token="a", expires_in=[9]), id="list of seconds"),
            pytest.param(said(access_token="a", scope=7), id="scope"),
            pytest.param(Answer(b'{"access_token": "a", "expires_in": 1e999}'), id="infinite"),
            pytest.param(Answer(b'{"access_token": "a", "expires_in": %d}' % 10**400), id="huge"),
            pytest.param(Answer(status=302, headers={"Location": "/token"}), id="redirect"),
            pytest.param(Answer(b" " * (MOST_BYTES + 1)), id="long"),
        ],
    )
    def test_without_one_nobody_is_let_in(self, checker: Checker, answer: Answer) -> None:
        """Whatever the token endpoint answers in place of a token."""
        checker.server.token_answer = answer

        assert checker.refused("t0ken1") is Refusal.UNAVAILABLE
        assert not checker.server.counts

    def test_an_error_is_not_taken_for_one_that_is_not_taken(self, checker: Checker) -> None:
        """Our token is kept where the server has failed."""
        checker.server.everything = Answer(status=500)

        assert checker.refused("t0ken1") is Refusal.UNAVAILABLE
        assert checker.refused("t0ken2") is Refusal.UNAVAILABLE
        assert self.renewals(checker) == 1

    def test_our_secret_is_not_sent_without_tls(self, make: MakeChecker) -> None:
        """RFC 6749, section 2.3.1."""
        checker = make(endpoint_auth=EndpointAuth.TOKEN)

        assert checker.refused() is Refusal.UNAVAILABLE
        assert checker.server.asked == []


@pytest.mark.parametrize(
    ("answer", "logged"),
    [
        pytest.param(Answer(status=500), "answers with an error (status 500)", id="500"),
        pytest.param(Answer(status=429), "answers with an error (status 429)", id="429"),
        pytest.param(Answer(status=400), "answers with an error (status 400)", id="400"),
        pytest.param(
            Answer(b'{"error": "invalid_client"}', 400), "client_secret (status 400)", id="client"
        ),
        pytest.param(Answer(b'{"error": ["a"]}', 400), "error (status 400)", id="odd 400"),
        pytest.param(Answer(b"?", 400), "error (status 400)", id="odder 400"),
        pytest.param(Answer(status=404), "answers with an error (status 404)", id="404"),
        pytest.param(Answer(b'{"active": true}', 201), "an error (status 201)", id="201"),
        pytest.param(Answer(status=401), "client_secret (status 401)", id="401"),
        pytest.param(Answer(status=403), "client_secret (status 403)", id="403"),
        pytest.param(Answer(status=307, headers={"Location": "/yes"}), "redirect", id="307"),
        pytest.param(Answer(status=302, headers={"Location": "/yes"}), "redirect", id="302"),
        pytest.param(Answer(b"<html>"), "cannot be understood", id="html"),
        pytest.param(Answer(b""), "cannot be understood", id="nothing"),
        pytest.param(Answer(b"true"), "cannot be understood", id="no object"),
        pytest.param(Answer(b'{"active": true, "active": true}'), "understood", id="twice"),
        pytest.param(Answer(b'{"active": true, "exp": NaN}'), "understood", id="NaN"),
        pytest.param(Answer(b'{"active": true, "a": "\xff"}'), "understood", id="no UTF-8"),
        pytest.param(Answer(b'{"active": true, "a": %s' % (b"[" * 30000)), "understood", id="deep"),
        pytest.param(
            Answer(b'{"active": true, "a": "%s"}' % (b"a" * MOST_BYTES)), "understood", id="long"
        ),
        pytest.param(Answer(closes="head"), "cannot be reached", id="no answer"),
        pytest.param(Answer(closes="body"), "cannot be reached", id="half an answer"),
    ],
)
def test_a_server_that_gives_no_answer_lets_nobody_in(
    make: MakeChecker, answer: Answer, logged: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor does it say no: the client keeps its token and asks again. Told once, without secrets."""
    caplog.set_level(logging.DEBUG, "corsheet")
    checker = make()
    checker.server.everything = answer

    for number in range(2):
        verdict = checker.check(f"t0ken{number}")
        assert isinstance(verdict, Refused)
        assert (verdict.kind, verdict.retry_after) == (Refusal.UNAVAILABLE, 1)

    (record,) = caplog.records
    assert logged in record.message
    assert not [canary for canary in CANARIES if canary in caplog.text]
    assert not [asked for asked in checker.server.asked if asked.path == "/yes"]


@pytest.mark.parametrize("has_tls", [False, True])
@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Answer(drips="head"), id="head drips"),
        pytest.param(Answer(b'{"active": true}', drips="body"), id="body drips"),
    ],
)
def test_a_server_that_drips_does_not_hold_us(
    make: MakeChecker, answer: Answer, has_tls: bool
) -> None:
    """Each byte comes in time, the answer never does; the drip has no end but ours."""
    checker = make(patience=IMPATIENT, has_tls=has_tls, ca_file=str(CERTIFICATE))
    checker.server.everything = answer

    assert checker.refused() is Refusal.UNAVAILABLE


def test_a_server_that_says_nothing_does_not_hold_us(
    make: MakeChecker, caplog: pytest.LogCaptureFixture
) -> None:
    """It takes the question and is silent until the test is over."""
    checker = make(patience=IMPATIENT)
    checker.server.everything = Answer(hold=checker.server.ended)

    assert checker.refused() is Refusal.UNAVAILABLE
    assert "does not answer in time" in caplog.text


def test_bytes_that_are_there_too_late_are_not_read() -> None:
    """The time-out of the socket is for all that is read, not for each time."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(1e-9)
        theirs.send(b"HTTP/1.1 200 OK\r\n\r\n")
        response = remote._Response(ours)
        with response, pytest.raises(TimeoutError):
            response.begin()


def test_a_server_that_does_not_shake_hands_does_not_hold_us(
    make: MakeChecker, caplog: pytest.LogCaptureFixture
) -> None:
    """It takes the connection, and TLS never begins."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://localhost:{silent.getsockname()[1]}/"
        checker = make(patience=IMPATIENT, url=url)

        assert checker.refused() is Refusal.UNAVAILABLE
    assert "does not answer in time" in caplog.text


def test_nothing_is_begun_when_the_time_is_over() -> None:
    """Neither a question, nor waiting for whoever has our own token renewed."""
    asking = Remote(patience=QUIET)
    own = OwnToken(asking, "https://localhost/token", ("a", "b"))
    over = time.monotonic() - 1
    try:
        with pytest.raises(TroubleError, match="in time"):
            asking.post("http://127.0.0.1:1/", {}, {}, over)
        with own._lock, pytest.raises(TroubleError, match="in time"):
            own.use(lambda _: {}, over)
    finally:
        own.close()
        asking.close()


def test_a_server_that_is_not_there(make: MakeChecker, caplog: pytest.LogCaptureFixture) -> None:
    """Nobody listens; once somebody does, tokens are taken, and both are told."""
    caplog.set_level(logging.INFO, "corsheet")
    with authorization_server() as gone:
        pass
    checker = make(server=gone)

    assert checker.refused() is Refusal.UNAVAILABLE
    with authorization_server(port=gone.port) as back:
        back.everything = said(active=True)
        checker.granted()

    first, second = (record.message for record in caplog.records)
    assert "cannot be reached" in first
    assert "answers again" in second


def test_a_trouble_is_told_again_after_a_minute(
    make: MakeChecker, caplog: pytest.LogCaptureFixture
) -> None:
    """Not for each request; another kind of it at once."""
    checker = make()
    checker.server.everything = Answer(status=500)
    for token in "abc":
        checker.check(token)
    checker.server.everything = Answer(b"?")
    checker.check("d")
    checker.later(60)
    checker.server.everything = Answer(status=500)
    checker.check("e")

    assert [record.levelname for record in caplog.records] == ["WARNING"] * 3
    assert ["500" in record.message for record in caplog.records] == [True, False, True]


def test_a_mistake_of_the_settings_is_told_as_an_error(
    make: MakeChecker, caplog: pytest.LogCaptureFixture
) -> None:
    """Waiting does not help there."""
    checker = make()
    checker.server.everything = Answer(status=401)
    checker.check()

    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_an_error_of_ours_is_no_yes_and_tells_no_secret(
    make: MakeChecker, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exception's text may hold anything; its type and place are told."""

    def fail(*_: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(Endpoint, "ask", fail)
    checker = make()

    assert checker.refused() is Refusal.UNAVAILABLE
    assert "RuntimeError in fail" in caplog.text
    assert SECRET not in caplog.text


def test_certificates_are_verified(make: MakeChecker, caplog: pytest.LogCaptureFixture) -> None:
    """One signed by itself is not trusted, unless the settings name it."""
    checker = make(has_tls=True)
    checker.server.everything = said(active=True)

    assert checker.refused() is Refusal.UNAVAILABLE
    assert checker.server.asked == []
    assert "not trusted" in caplog.text
    make(server=checker.server, ca_file=str(CERTIFICATE)).granted()


def test_the_environment_has_no_say(make: MakeChecker, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would see tokens."""
    checker = make()
    with authorization_server() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        checker.server.everything = said(active=True)

        checker.granted()
        assert proxy.asked == []


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_connection_is_kept(make: MakeChecker, is_chunked: bool) -> None:
    """Ten questions, one connection."""
    checker = make()
    checker.server.everything = Answer(b'{"active": true}', is_chunked=is_chunked)

    for number in range(10):
        checker.granted(f"t0ken{number}")

    assert len(checker.server.connections) == 1


def test_a_kept_connection_that_ends_is_no_trouble(make: MakeChecker) -> None:
    """The server closes it instead of answering: the question is sent once more."""
    checker = make()
    checker.server.everything = said(active=True)
    checker.granted("first")
    once = [Answer(closes="head")]
    checker.server.gate = lambda _: once.pop() if once else None

    checker.granted()

    assert checker.server.counts["t0ken"] == 2


class TestRefused:
    """What is remembered of tokens that are refused."""

    def test_a_no_is_remembered_for_five_seconds(self, make: MakeChecker) -> None:
        """Then the server may have changed its mind; setting the clock does not matter."""
        checker = make()
        first = checker.refused()
        checker.server.everything = said(active=True)
        checker.wall.now += 1_000_000
        checker.mono.now += REFUSED_SECONDS - 0.1
        again = checker.refused()
        checker.mono.now += 0.2
        checker.granted()

        assert (first, again) == (Refusal.INVALID_TOKEN, Refusal.INVALID_TOKEN)
        assert checker.server.counts["t0ken"] == 2

    def test_no_answer_is_not(self, make: MakeChecker) -> None:
        """Asking again helps at once."""
        checker = make()
        checker.server.everything = Answer(status=500)
        checker.refused()
        checker.server.everything = said(active=True)

        checker.granted()

    def test_they_are_bounded_and_no_tokens(self, make: MakeChecker) -> None:
        """Random tokens fill no memory, and a dump of it opens no door."""
        checker = make()
        for number in range(REFUSED):
            checker.tokens._refused.put(number.to_bytes(32, "big"), Refused(""), 9)
        checker.refused()

        assert len(checker.tokens._refused) == REFUSED
        assert b"t0ken" not in b"".join(checker.tokens._refused._values)


class TestAtOnce:
    """Several tokens, or several requests with one, at the same time."""

    def test_one_token_is_asked_about_once(self, make: MakeChecker) -> None:
        """A till that opens ten connections costs one question, and all get its answer."""
        checker = make()
        hold = threading.Event()
        checker.server.everything = Answer(b'{"active": true}', hold=hold)
        with ThreadPoolExecutor(10) as threads:
            checks = [threads.submit(checker.check)]
            wait_until(lambda: checker.server.counts[TOKEN] == 1)
            (flight,) = checker.tokens._under_way.values()
            checks += [threads.submit(checker.check) for _ in range(9)]
            waiters: Any = flight._condition
            wait_until(lambda: len(waiters._waiters) == 9)
            hold.set()
            first, *others = [check.result() for check in checks]

        assert isinstance(first, Granted)
        assert all(verdict is first for verdict in others)
        assert checker.server.counts[TOKEN] == 1

    def test_nobody_waits_for_another_for_ever(
        self, make: MakeChecker, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A name server that is silent holds one thread, not all that have the same token."""
        begun, go_on = threading.Event(), threading.Event()

        def ask(*_: object) -> dict[str, object]:
            begun.set()
            go_on.wait()
            return {"active": True}

        monkeypatch.setattr(Endpoint, "ask", ask)
        checker = make(patience=IMPATIENT)
        with ThreadPoolExecutor(1) as threads:
            first = threads.submit(checker.check)
            assert begun.wait(10)
            second = checker.refused()
            go_on.set()

        assert second is Refusal.UNAVAILABLE
        assert isinstance(first.result(), Granted)

    def test_a_third_token_is_not_waited_for(self, make: MakeChecker) -> None:
        """It is told to come again at once; a token that was good before has a place of its own."""
        checker = make()
        checker.server.answers["good"] = said(active=True, exp=NOW + 9000)
        checker.granted("good")
        checker.later(61)
        hold = threading.Event()
        with ThreadPoolExecutor(CALLS) as threads:
            for number in range(CALLS):
                checker.server.answers[f"slow{number}"] = Answer(hold=hold)
                threads.submit(checker.check, f"slow{number}")
            wait_until(lambda: len(checker.server.counts) == 1 + CALLS)
            third = checker.check("third")
            good = checker.check("good")
            hold.set()

        assert isinstance(third, Refused)
        assert (third.kind, third.retry_after) == (Refusal.BUSY, 1)
        assert checker.server.counts["third"] == 0
        assert isinstance(good, Granted)
        assert checker.refused("third") is Refusal.INVALID_TOKEN


class TestBreaker:
    """A server that fails is left alone for a while."""

    @pytest.fixture
    def broken(self, make: MakeChecker) -> Checker:
        """Give a checker whose server has just failed too often."""
        checker = make()
        checker.server.everything = Answer(status=503)
        for number in range(FAILURES):
            assert checker.refused(f"before{number}") is Refusal.UNAVAILABLE
        checker.server.asked.clear()
        return checker

    def test_nobody_asks_it(self, broken: Checker) -> None:
        """The client is told for how long."""
        broken.later(2.5)
        verdict = broken.check()

        assert verdict == Refused(verdict.reason if isinstance(verdict, Refused) else "",
                                  Refusal.UNAVAILABLE, 8)  # fmt: skip
        assert broken.server.asked == []

    def test_one_tries_afterwards(self, broken: Checker) -> None:
        """If that fails it is left alone again; if not, everybody asks."""
        broken.later(OPEN_SECONDS)
        broken.refused("a")
        broken.refused("b")
        after_failure = len(broken.server.asked)
        broken.later(OPEN_SECONDS)
        broken.server.everything = said(active=True)
        broken.granted("c")
        broken.granted("d")

        assert (after_failure, len(broken.server.asked)) == (1, 3)

    @pytest.mark.parametrize(
        "answer",
        [
            pytest.param(Answer(b'{"error": "unsupported_token_type"}', 400), id="kind"),
            pytest.param(Answer(status=400), id="400"),
            pytest.param(Answer(status=414), id="414"),
        ],
    )
    def test_tokens_that_the_server_does_not_like_do_not_trip_it(
        self, make: MakeChecker, answer: Answer
    ) -> None:
        """A stranger sends such; oidc-provider answers so to whatever looks like a JWT."""
        checker = make()
        checker.server.answers = {f"odd{number}": answer for number in range(2 * FAILURES)}
        for token in checker.server.answers:
            checker.refused(token)
        checker.server.everything = said(active=True)

        checker.granted()

    def test_a_kind_of_token_that_the_server_does_not_know_is_refused(
        self, make: MakeChecker, caplog: pytest.LogCaptureFixture
    ) -> None:
        """RFC 7009, section 2.2.1, unsupported_token_type: no fault of the server's."""
        checker = make()
        checker.server.everything = Answer(b'{"error": "unsupported_token_type"}', 400)

        assert checker.refused() is Refusal.INVALID_TOKEN
        assert caplog.records == []

    @pytest.mark.parametrize("status", [401, 403, 408, 429, 500])
    def test_others_of_its_errors_do(self, make: MakeChecker, status: int) -> None:
        """It is overloaded, or does not want us at all."""
        checker = make()
        checker.server.everything = Answer(status=status)
        for number in range(FAILURES + 1):
            checker.refused(f"any{number}")

        assert len(checker.server.asked) == FAILURES

    def test_a_no_is_no_failure(self, make: MakeChecker) -> None:
        """Wrong tokens do not shut the door on right ones."""
        checker = make()
        for number in range(2 * FAILURES):
            assert checker.refused(f"wrong{number}") is Refusal.INVALID_TOKEN
        checker.server.everything = said(active=True)

        checker.granted()


class TestGrace:
    """Tokens that were good, while the server cannot be asked."""

    EXPIRES = NOW + 200

    def known(self, make: MakeChecker, grace_seconds: int) -> Checker:
        """Give a checker that has let a token in for its minute; then the server fails."""
        checker = make(grace_seconds=grace_seconds)
        checker.server.everything = said(active=True, exp=self.EXPIRES, sub="till")
        checker.granted()
        checker.server.everything = Answer(status=503)
        return checker

    def test_without_it_a_verdict_ends_with_its_minute(self, make: MakeChecker) -> None:
        """The default: 0 seconds."""
        checker = self.known(make, 0)
        checker.later(60)

        assert checker.refused() is Refusal.UNAVAILABLE

    def test_with_it_the_token_is_honoured_and_that_is_told(
        self, make: MakeChecker, caplog: pytest.LogCaptureFixture
    ) -> None:
        """For a few seconds at a time, so that the server's return is noticed."""
        checker = self.known(make, 100)
        checker.later(61)
        verdicts = {checker.check(), checker.check()}
        checker.later(97)
        last = checker.granted()
        checker.later(2)

        assert verdicts == {Granted("till", frozenset({EVERY_UNIT}), GRACE_STEP_SECONDS)}
        assert last.seconds == pytest.approx(2)
        assert checker.refused() is Refusal.UNAVAILABLE
        assert sum("honoured for up to 100 s" in r.message for r in caplog.records) == 2
        assert "t0ken" not in caplog.text

    def test_it_never_goes_past_the_tokens_end(self, make: MakeChecker) -> None:
        """``exp`` is kept, however long the grace."""
        checker = self.known(make, 10_000)
        checker.later(198)
        last = checker.granted()
        checker.later(2)

        assert last.seconds == pytest.approx(2)
        assert checker.refused() is Refusal.UNAVAILABLE

    @pytest.mark.parametrize("clock", ["wall", "mono"])
    def test_no_clock_that_is_set_back_extends_it(self, make: MakeChecker, clock: str) -> None:
        """Both clocks are asked, and the sooner end counts."""
        checker = self.known(make, 10_000)
        checker.later(200)
        getattr(checker, clock).now -= 150

        assert checker.refused() is Refusal.UNAVAILABLE

    def test_a_token_that_is_not_known_gets_none(self, make: MakeChecker) -> None:
        """Never a yes for somebody new."""
        checker = self.known(make, 100)

        assert checker.refused("another") is Refusal.UNAVAILABLE

    def test_a_token_that_was_revoked_gets_none(self, make: MakeChecker) -> None:
        """The last answer counts, not the best."""
        checker = self.known(make, 100)
        checker.later(61)
        checker.server.everything = None
        revoked = checker.refused()
        checker.later(REFUSED_SECONDS)
        checker.server.everything = Answer(status=503)

        assert (revoked, checker.refused()) == (Refusal.INVALID_TOKEN, Refusal.UNAVAILABLE)

    def test_it_holds_while_the_breaker_is_open(self, make: MakeChecker) -> None:
        """Nobody is asked, and the known token goes on."""
        checker = self.known(make, 100)
        checker.later(61)
        for number in range(FAILURES):
            checker.refused(f"another{number}")
        asked = len(checker.server.asked)

        checker.granted()
        assert len(checker.server.asked) == asked


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
NAMES = ("active", "exp", "nbf", "aud", "iss", "scope", "token_type", "username", "sub", "units")
CLAIMS = st.fixed_dictionaries(
    {}, optional={name: JSON | st.sampled_from([True, "us", NOW + 9]) for name in NAMES}
)
BODIES = st.one_of(
    CLAIMS.map(json.dumps).map(str.encode), JSON.map(json.dumps).map(str.encode), st.binary()
)


@pytest.fixture(scope="module")
def any_server() -> Iterator[AuthorizationServer]:
    """Give a server for many answers."""
    with authorization_server() as server:
        yield server


@hypothesis_settings(max_examples=200, deadline=None)
@given(body=BODIES, status=st.sampled_from([200, 200, 200, 203, 400, 503]))
def test_no_answer_raises_and_none_without_active_lets_in(
    any_server: AuthorizationServer, body: bytes, status: int
) -> None:
    """Whatever a server says, over a socket."""
    any_server.everything = Answer(body, status)
    checker = Checker(any_server, QUIET, {"audience": "us", "units_claim": "units"})
    try:
        verdict = checker.check()
    finally:
        checker.tokens.close()

    if isinstance(verdict, Granted):
        claims = json.loads(body)
        assert status == 200
        assert claims["active"] is True
        assert "us" in claims["aud"]
        assert 0 < verdict.seconds <= min(60, claims.get("exp", NOW + 99) - NOW)


def test_no_secret_is_told_by_repr() -> None:
    """Of settings that slip into an error."""
    told = IntrospectionSettings(url="https://a/", client_id="corsheet", client_secret=SECRET)

    assert SECRET not in repr(told)


def test_requests_is_imported_by_whoever_needs_it_only() -> None:
    """It would cost every start a tenth of a second."""
    code = "import sys, corsheet.auth.introspection; sys.exit('requests' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def wait_until(is_so: Any) -> None:
    """Wait until something is so; fails after a while."""
    end = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.005)
