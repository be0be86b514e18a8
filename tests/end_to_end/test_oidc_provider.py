"""npm's oidc-provider as the authorization server, corsheet behind it, requests-oauthlib before.

Opaque tokens are asked about (RFC 7662), JWTs are read (RFC 9068); what is refused,
and how, is the table of docs/credentials.md.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import requests

from corsheet.auth.breaker import FAILURES, OPEN_SECONDS
from tests.support.oauth import (
    INVALID,
    ORDER,
    PLAIN_HTTP,
    Told,
    ask,
    bearing,
    both_calls,
    log_in,
    token_of,
    told,
)
from tests.support.oidc import (
    AUDIENCE,
    JWT_RESOURCE,
    OTHER_JWT_RESOURCE,
    OTHER_RESOURCE,
    OTHER_SCOPE,
    RESOURCE,
    SCOPE,
    SHORT_JWT_RESOURCE,
    SHORT_RESOURCE,
    UNITS_CLAIM,
    OidcClient,
    OidcProvider,
    needs_oidc,
    oidc_provider,
)
from tests.support.saving import UNIT, versioned_workbook
from tests.support.service import ENGINES, Service, eventually, serving

pytestmark = [pytest.mark.oidc, needs_oidc]

SECRET = "of-the-till"
OUR_SECRET = "ours:+/=%&?"
"""With what must be encoded in a Basic header (RFC 6749, section 2.3.1) and in a form."""

WAYS = {"waitress": "basic", "granian": "post"}
"""How we show the server who we are, beside each engine."""

ASKERS = {way: f"corsheet-{way}" for way in WAYS.values()}

CLIENTS = [
    OidcClient(id="till", secret=SECRET, units=(UNIT, "0002")),
    OidcClient(id="head-office", secret=SECRET, units=("*",)),
    OidcClient(id="other-shop", secret=SECRET, units=("0002",)),
    OidcClient(id="no-shop", secret=SECRET),
    *(
        OidcClient(id=name, secret=OUR_SECRET, auth=f"client_secret_{way}")
        for way, name in ASKERS.items()
    ),
]

TOO_LITTLE: Told = (
    403,
    "insufficient-scope",
    f'realm="corsheet", error="insufficient_scope", scope="{SCOPE}"',
)
OTHER_UNIT: Told = (403, "wrong-business-unit", "")
OUTAGE: Told = (503, "authorization-unavailable", "")

MANY = 10
"""New connections, so that each of two workers takes some."""

BACK_SECONDS = 3 * OPEN_SECONDS
"""In which a client that does what Retry-After says is let in again, whichever worker it meets."""


class Place(NamedTuple):
    """An authorization server, and a service that believes it."""

    provider: OidcProvider
    service: Service

    def token(self, resource: str, client: str = "till", scope: str = SCOPE) -> str:
        """Get a token for a resource."""
        url = self.provider.token_url
        with log_in(url, client, SECRET, scope=scope, resource=resource) as session:
            return token_of(session)

    def revoke(self, token: str) -> None:
        """End a token of the till's (RFC 7009)."""
        form, till = {"token": token}, ("till", SECRET)
        requests.post(self.provider.revocation_url, form, auth=till, timeout=10).raise_for_status()


def settings(provider: OidcProvider, engine: str) -> str:
    """Write settings that believe a server, about opaque tokens and JWTs alike."""
    common = f"""
issuer = "{provider.issuer}"
audience = "{AUDIENCE}"
scope = "{SCOPE}"
units_claim = "{UNITS_CLAIM}"
"""
    return f"""
[auth.introspection]
url = "{provider.introspection_url}"
client_id = "{ASKERS[WAYS[engine]]}"
client_secret = "{OUR_SECRET}"
endpoint_auth = "{WAYS[engine]}"
{common}
[auth.jwt]
jwks_url = "{provider.jwks_url}"
{common}
"""


@pytest.fixture(autouse=True)
def _plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the client ask over HTTP."""
    monkeypatch.setenv(*PLAIN_HTTP)


@pytest.fixture(scope="module", params=ENGINES)
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """Give each engine in turn, one for all tests."""
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "orders.xlsx").write_bytes(versioned_workbook(1))
    with (
        oidc_provider(CLIENTS, [*ASKERS.values()]) as provider,
        serving(folder, config=settings(provider, request.param), engine=request.param) as service,
    ):
        yield Place(provider, service)


@pytest.mark.parametrize("client", ["till", "head-office"])
@pytest.mark.parametrize("resource", [RESOURCE, JWT_RESOURCE])
def test_who_has_a_token_is_let_in(place: Place, resource: str, client: str) -> None:
    """For the units that the token names, or for all; at both calls."""
    url = place.provider.token_url
    with log_in(url, client, SECRET, scope=SCOPE, resource=resource) as session:
        order, found = both_calls(session, place.service.address)

    assert order.status_code == found.status_code == 200, (order.text, found.text)
    assert order.json()["customerOrder"]["customerOrderId"] == ORDER.rpartition("/")[2]
    assert found.json()["customerOrders"]


@pytest.mark.parametrize(
    ("client", "scope", "resource", "expected"),
    [
        pytest.param("till", SCOPE, OTHER_RESOURCE, INVALID, id="another audience"),
        pytest.param("till", SCOPE, OTHER_JWT_RESOURCE, INVALID, id="another audience, JWT"),
        pytest.param("till", OTHER_SCOPE, RESOURCE, TOO_LITTLE, id="another scope"),
        pytest.param("till", OTHER_SCOPE, JWT_RESOURCE, TOO_LITTLE, id="another scope, JWT"),
        pytest.param("till", "", RESOURCE, TOO_LITTLE, id="no scope"),
        pytest.param("till", "", JWT_RESOURCE, TOO_LITTLE, id="no scope, JWT"),
        pytest.param("other-shop", SCOPE, RESOURCE, OTHER_UNIT, id="another shop's"),
        pytest.param("other-shop", SCOPE, JWT_RESOURCE, OTHER_UNIT, id="another shop's, JWT"),
        pytest.param("no-shop", SCOPE, RESOURCE, OTHER_UNIT, id="no shop's"),
        pytest.param("no-shop", SCOPE, JWT_RESOURCE, OTHER_UNIT, id="no shop's, JWT"),
    ],
)
def test_a_good_token_for_something_else_is_refused(
    place: Place, client: str, scope: str, resource: str, expected: Told
) -> None:
    """As documented, at both calls."""
    with bearing(place.token(resource, client, scope)) as session:
        assert [told(one) for one in both_calls(session, place.service.address)] == [expected] * 2


def test_a_revoked_token_is_refused(place: Place) -> None:
    """By every worker that did not let it in within the last minute: here, none ever did."""
    token = place.token(RESOURCE)
    place.revoke(token)

    assert [told(ask(place.service.address, token)) for _ in range(MANY)] == [INVALID] * MANY


@pytest.mark.parametrize("resource", [RESOURCE, JWT_RESOURCE])
def test_a_token_with_another_letter_is_refused(place: Place, resource: str) -> None:
    """Neither does the server know it, nor is it signed."""
    token = place.token(resource)
    other = token[:-10] + ("A" if token[-10] != "A" else "B") + token[-9:]

    assert told(ask(place.service.address, other)) == INVALID
    assert ask(place.service.address, token).status_code == 200


def test_a_token_that_is_remembered_ends_with_its_exp(place: Place) -> None:
    """An opaque one, a JWT, and one that is revoked just after it was let in."""
    address = place.service.address
    tokens: list[str] = []

    def are_let_in() -> bool:  # a busy machine may take longer than they live
        tokens[:] = map(place.token, (SHORT_RESOURCE, SHORT_JWT_RESOURCE, SHORT_RESOURCE))
        return all(ask(address, token).status_code == 200 for token in tokens)

    eventually(are_let_in, 30, "tokens in use within two seconds")
    place.revoke(tokens[-1])
    for token in tokens:
        eventually(lambda: ask(address, token).status_code != 200, 10, "their end")  # noqa: B023
        assert [told(ask(address, token)) for _ in range(MANY)] == [INVALID] * MANY


def when_back(address: str, token: str) -> requests.Response:
    """Ask until somebody can look, as Retry-After says."""
    end = time.monotonic() + BACK_SECONDS
    while (reply := ask(address, token)).status_code == 503:
        assert time.monotonic() < end, reply.text
        time.sleep(int(reply.headers["Retry-After"]))
    return reply


def test_while_the_server_is_down_nobody_new_gets_in_and_afterwards_all_is_well(
    tmp_path: Path, engine: str
) -> None:
    """Neither yes nor no but come again, with no restart; who was let in just before stays in."""
    (tmp_path / "orders.xlsx").write_bytes(versioned_workbook(1))
    with (
        oidc_provider(CLIENTS, [*ASKERS.values()]) as first,
        serving(tmp_path, config=settings(first, engine), engine=engine) as service,
        bearing(Place(first, service).token(RESOURCE)) as known,
    ):
        fresh = [Place(first, service).token(one) for one in (RESOURCE, JWT_RESOURCE)]
        before = both_calls(known, service.address)
        first.stop()
        down = [ask(service.address, token) for token in fresh for _ in range(FAILURES + 1)]
        remembered = both_calls(known, service.address)  # over the same connection: that worker
        with_password = service.get(ORDER)
        with oidc_provider(CLIENTS, [*ASKERS.values()], first.port) as second:
            lost = when_back(service.address, fresh[0])
            again = [Place(second, service).token(one) for one in (RESOURCE, JWT_RESOURCE)]
            back = [when_back(service.address, token) for token in again for _ in range(MANY)]

    assert [reply.status_code for reply in before + remembered] == [200] * 4
    assert with_password.status == 200
    assert [told(reply) for reply in down] == [OUTAGE] * len(down)
    assert all(1 <= int(reply.headers["Retry-After"]) <= OPEN_SECONDS for reply in down)
    assert told(lost) == INVALID  # the server has forgotten its tokens
    assert [reply.status_code for reply in back] == [200] * len(back)
