"""The token endpoint over HTTP, and with the client that others use."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from bottle import Bottle
from oauthlib.oauth2 import BackendApplicationClient, InvalidClientError
from requests_oauthlib import OAuth2Session
from webtest import TestApp

from corsheet.api.address import networks
from corsheet.api.oauth2 import add_routes
from corsheet.auth import Granted, Verdict
from corsheet.auth.basic import CHEAPEST, BasicUsers, hash_password
from corsheet.auth.door import Door
from corsheet.auth.header import BasicCredentials
from corsheet.auth.token_endpoint import Endpoint, TokenEndpoints
from corsheet.auth.token_request import MEDIA_TYPE, MOST_BODY_BYTES
from corsheet.auth.token_store import TokenStore
from corsheet.auth.tokens import Client, OwnTokens
from corsheet.model import EVERY_UNIT
from tests.conftest import basic
from tests.support.live import on_waitress

CLIENT = Client("hiiretail", hash_password("s3cret", CHEAPEST), frozenset({EVERY_UNIT}))
TILL = basic("hiiretail", "s3cret")
GRANT = {"grant_type": "client_credentials"}


class Served(NamedTuple):
    """An application with the three routes.

    Attributes:
        app: It.
        tokens: What it issued.
        addresses: From where secrets were tried.
    """

    app: Bottle
    tokens: OwnTokens
    addresses: list[str]


@pytest.fixture
def served(tmp_path: Path) -> Served:
    """Give an application that believes a proxy at 127.0.0.1."""
    users = BasicUsers([CLIENT.as_user()])
    addresses: list[str] = []

    def check(client_id: str, secret: str, address: str) -> Verdict:
        addresses.append(address)
        return users.check(BasicCredentials(client_id, secret))

    app = Bottle()
    tokens = OwnTokens(TokenStore(tmp_path), [CLIENT])
    add_routes(app, TokenEndpoints(tokens, check), networks(["127.0.0.1"]))
    return Served(app, tokens, addresses)


def post(served: Served, path: str, fields: Any, **headers: str) -> Any:
    """Post a form."""
    environ = {"REMOTE_ADDR": "127.0.0.1"}
    client: Any = TestApp(served.app, extra_environ=environ)
    return client.post(path, fields, headers=headers, status="*")


def test_a_token_is_taken_asked_about_and_ended(served: Served) -> None:
    """The three paths, one after the other."""
    reply = post(served, "/oauth2/token", GRANT | {"scope": "a"}, Authorization=TILL)
    token = {"token": reply.json["access_token"]}
    before = post(served, "/oauth2/introspect", token, Authorization=TILL)
    ended = post(served, "/oauth2/revoke", token, Authorization=TILL)
    after = post(served, "/oauth2/introspect", token, Authorization=TILL)

    assert [r.status_int for r in (reply, before, ended, after)] == [200] * 4
    assert {r.headers["Cache-Control"] for r in (reply, before, ended, after)} == {"no-store"}
    assert {r.content_type for r in (reply, before, ended, after)} == {"application/json"}
    assert (before.json["active"], before.json["scope"]) == (True, "a")
    assert after.json == {"active": False}


@pytest.mark.parametrize("endpoint", Endpoint)
def test_refusals_are_those_of_the_rfc(served: Served, endpoint: Endpoint) -> None:
    """Status, challenge and JSON reach the client."""
    path = f"/oauth2/{endpoint}"
    fields = GRANT | {"token": "x"}

    wrong = post(served, path, fields, Authorization=basic("hiiretail", "wrong"))
    query = post(served, path + "?a=b", fields, Authorization=TILL)
    kind = post(served, path, b"{}", **{"Content-Type": "application/json", "Authorization": TILL})
    large = post(served, path, b"x" * (MOST_BODY_BYTES + 1), **{"Content-Type": MEDIA_TYPE})

    assert [r.status_int for r in (wrong, query, kind, large)] == [401, 400, 415, 413]
    assert wrong.headers["WWW-Authenticate"].startswith("Basic ")
    assert wrong.json["error"] == "invalid_client"
    assert {r.json["error"] for r in (query, kind, large)} == {"invalid_request"}


@pytest.mark.parametrize("endpoint", Endpoint)
def test_only_post_is_answered(served: Served, endpoint: Endpoint) -> None:
    """A token must not stand in an address; and nothing is told to whoever looks."""
    client: Any = TestApp(served.app)

    for method in ("GET", "HEAD", "PUT", "DELETE"):
        reply = client.request(f"/oauth2/{endpoint}", method=method, status="*")
        assert reply.status_int == 405


def test_the_address_is_that_of_the_client_behind_a_trusted_proxy(served: Served) -> None:
    """Wrong secrets are counted by it."""
    post(served, "/oauth2/token", GRANT, Authorization=TILL)
    post(served, "/oauth2/token", GRANT, Authorization=TILL, **{"X-Forwarded-For": "192.0.2.9"})

    assert served.addresses == ["127.0.0.1", "192.0.2.9"]


@pytest.fixture
def address(served: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Serve on loopback, where oauthlib's client takes plain HTTP."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with on_waitress(served.app, Door()) as url:
        yield url


@pytest.mark.parametrize("by_form", [False, True])
def test_a_client_of_the_trade_gets_a_token(served: Served, address: str, by_form: bool) -> None:
    """requests-oauthlib, with its own two ways to say who it is."""
    with OAuth2Session(client=BackendApplicationClient("hiiretail")) as session:
        token = session.fetch_token(
            f"{address}/oauth2/token",
            client_id="hiiretail",
            client_secret="s3cret",
            include_client_id=by_form,
        )

    verdict = served.tokens.check(token["access_token"])
    assert isinstance(verdict, Granted)
    assert verdict.principal == "hiiretail"


def test_a_client_of_the_trade_understands_a_refusal(address: str) -> None:
    """A wrong secret becomes its own error, not one of parsing."""
    with (
        OAuth2Session(client=BackendApplicationClient("hiiretail")) as session,
        pytest.raises(InvalidClientError),
    ):
        session.fetch_token(f"{address}/oauth2/token", client_id="hiiretail", client_secret="no")
