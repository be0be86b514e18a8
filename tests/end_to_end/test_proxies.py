"""nginx and Caddy with TLS in front of the service, as docs/security.md sets them up."""

import base64
import http.client
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import pytest

from corsheet.auth.basic import CHEAPEST, hash_password
from tests.support.proxies import FRONTS, Front, in_front, needs_proxies, recipe
from tests.support.saving import UNIT
from tests.support.service import AUTHORIZATION, USERNAME, Reply, Service, ask, eventually, serving
from tests.support.sheets import workbook

pytestmark = [pytest.mark.proxies, needs_proxies]

ORDER_IDS = ["111", "A/B", "A//B", "../111", "50%", "a%2Fb", "a+b", "two words", "Åkern", "a:b"]
UNIT_PATH = f"/business-units/{UNIT}"
SEARCH = f"{UNIT_PATH}/customer-orders:search"
MOST_BODY = 64 * 1024
STRANGER = "203.0.113.9"
CLIENT = "127.0.0.2"
"""An address of this computer that is not the trusted proxy's."""

CLIENT_TABLE = f"""
[[auth.client]]
client_id = "cloud"
secret_hash = "{hash_password("s3cret", CHEAPEST)}"
"""


class Place(NamedTuple):
    """A service with a proxy in front."""

    front: Front
    service: Service


def write_orders(folder: Path, order_ids: Sequence[str]) -> None:
    """Write a workbook with these orders, all of customer 222."""
    orders = "".join(f'| "{one}" | 222 | CREATED |\n' for one in order_ids)
    items = "".join(f'| "{one}" | 5001 | =1 | =10 |\n' for one in order_ids)
    content = workbook(
        Orders=f"| Customer order | Customer | Status |\n{orders}",
        Items=f"| Customer order | Item | Quantity | Unit price |\n{items}",
    )
    (folder / "orders.xlsx").write_bytes(content)


@pytest.fixture(params=FRONTS)
def place(request: pytest.FixtureRequest, tmp_path: Path, engine: str) -> Iterator[Place]:
    """Each proxy in front of each engine."""
    write_orders(tmp_path, ORDER_IDS)
    with (
        serving(tmp_path, config=CLIENT_TABLE + recipe("toml"), engine=engine) as service,
        in_front(request.param, tmp_path / "front", service.address) as front,
    ):
        yield Place(front, service)


def order_path(order_id: str) -> str:
    """Give the path of an order, percent-encoded."""
    return f"{UNIT_PATH}/customer-orders/{quote(order_id, safe='')}"


def with_password(password: str) -> dict[str, str]:
    """Give the header of the user with some password."""
    pair = base64.b64encode(f"{USERNAME}:{password}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def search(place: Place, length: int) -> Reply:
    """Search with a body of so many bytes."""
    body = json.dumps({"customerId": "222", "filler": ""}).encode()
    body = body.replace(b'""', b'"' + b"x" * (length - len(body)) + b'"')
    assert len(body) == length
    headers = {"Authorization": AUTHORIZATION, "Content-Type": "application/json"}
    return place.front.ask("POST", SEARCH, body, headers=headers)


def test_a_till_asks_through_the_proxy(place: Place) -> None:
    """Credentials, ids and bodies arrive whole; what is refused is refused by whoever is nearest.

    One service for all of it, since each takes a second to start.
    """
    assert place.front.ask("GET", "/healthz", headers={}).status == 200
    assert place.front.ask("GET", order_path("111"), headers={}).status == 401
    for order_id in ORDER_IDS:
        reply = place.front.ask(
            "GET", order_path(order_id), headers={"Authorization": AUTHORIZATION}
        )
        assert reply.status == 200, (order_id, reply.body)
        assert reply.json()["customerOrder"]["customerOrderId"] == order_id

    small, largest = search(place, 200), search(place, MOST_BODY)
    assert (small.status, largest.status) == (200, 200)
    assert len(largest.json()["customerOrders"]) == len(ORDER_IDS)
    # Caddy passes a body on while it comes, and says 502 where it is refused before its end
    refusals = {"nginx": {413}, "caddy": {413, 502}}[place.front.name]
    assert {search(place, length).status for length in (MOST_BODY + 1, 1024 * 1024)} <= refusals
    assert search(place, 200).status == 200
    headers = {"Authorization": AUTHORIZATION}
    assert (
        place.front.ask("GET", order_path("111"), headers={**headers, "A": "x" * 7000}).status
        == 200
    )
    large = place.front.ask("GET", order_path("111"), headers={**headers, "A": "x" * 40_000})
    assert large.status in {400, 431}


def test_a_token_is_had_and_used_through_the_proxy(place: Place) -> None:
    """By the client credentials that the till's cloud is given."""
    pair = base64.b64encode(b"cloud:s3cret").decode()
    headers = {
        "Authorization": f"Basic {pair}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    form = b"grant_type=client_credentials"
    issued = place.front.ask("POST", "/oauth2/token", form, headers=headers)
    assert issued.status == 200
    bearer = {"Authorization": f"Bearer {issued.json()['access_token']}"}

    assert place.front.ask("GET", order_path("111"), headers=bearer).status == 200
    body = b'{"customerId": "222"}'
    json_headers = {**bearer, "Content-Type": "application/json"}
    assert place.front.ask("POST", SEARCH, body, headers=json_headers).status == 200
    refused = place.front.ask("GET", order_path("111"), headers={"Authorization": "Bearer cst_x"})
    assert refused.status == 401
    assert 'error="invalid_token"' in str(refused.headers.get_all("WWW-Authenticate"))


def refused_from(service: Service, count: int) -> list[str]:
    """Give the addresses that the log says wrong credentials came from, once it has so many."""

    def found() -> list[str]:
        return [
            line.split(" from ")[1].strip() for line in service.log if "refused credentials" in line
        ]

    eventually(lambda: len(found()) >= count, 10, lambda: service.log)
    return found()


def test_the_log_names_the_address_that_the_proxy_was_asked_from(place: Place) -> None:
    """Whatever the client itself says of it; and of the proxy's own address none that it claims."""
    told = {
        "X-Forwarded-For": STRANGER,
        # the same to a server that makes no difference between - and _
        "X_Forwarded_For": STRANGER,
        "X-Forwarded_For": STRANGER,
        "x_forwarded-for": STRANGER,
        "X-Real-IP": STRANGER,
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "http",
        "Forwarded": f"for={STRANGER}",
    }
    headers = {**with_password("wrong"), **told}

    assert place.front.ask("GET", order_path("111"), headers=headers, source=CLIENT).status == 401
    assert refused_from(place.service, 1) == [CLIENT]
    reply = place.front.ask(
        "GET", order_path("111"), headers={**told, "Authorization": AUTHORIZATION}
    )
    assert reply.status == 200


def test_a_stranger_who_comes_around_the_proxy_is_believed_nothing(
    tmp_path: Path, engine: str
) -> None:
    """Only the connection's address counts, as long as that is no trusted proxy's."""
    write_orders(tmp_path, ["111"])
    with serving(tmp_path, config=recipe("toml"), engine=engine) as service:
        for source, forwarded in ((CLIENT, STRANGER), ("127.0.0.1", STRANGER)):
            connection = http.client.HTTPConnection(
                urlsplit(service.address).netloc, timeout=10, source_address=(source, 0)
            )
            try:
                headers = {**with_password("wrong"), "X-Forwarded-For": forwarded}
                assert ask(connection, "GET", order_path("111"), headers=headers).status == 401
            finally:
                connection.close()

        assert sorted(refused_from(service, 2)) == sorted([CLIENT, STRANGER])


def test_throttling_counts_whoever_asks_and_not_the_proxy(place: Place) -> None:
    """A guesser behind the proxy waits; the till behind the same proxy does not."""
    statuses = []
    for number in range(14):
        reply = place.front.ask(
            "GET", order_path("111"), headers=with_password(f"guess {number}"), source=CLIENT
        )
        statuses.append(reply.status)

    assert statuses[:11] == [401] * 11
    assert 429 in statuses[11:]
    assert place.front.ask("GET", order_path("111"), headers=with_password("x")).status in {
        401,
        429,
    }
    eventually(lambda: is_let_in(place), 10, "the till is let in")


def is_let_in(place: Place) -> bool:
    """Tell whether the till, at another address, is let in."""
    reply = place.front.ask("GET", order_path("111"), headers={"Authorization": AUTHORIZATION})
    assert reply.status in {200, 429}
    return reply.status == 200


@pytest.mark.parametrize("engine", ["waitress"], indirect=True)
def test_headers_that_do_not_end_are_waited_for_by_the_proxy_alone(place: Place) -> None:
    """It hangs up after its deadline; waitress, which has none, never hears of it."""
    connection = place.front.connect()
    connection.timeout = 30
    connection.connect()
    try:
        connection.sock.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nA: ")
        answer = connection.sock.recv(1000)
    finally:
        connection.close()

    assert answer == b"" or answer.startswith(b"HTTP/1.1 408 ")
    assert place.front.ask("GET", "/healthz", headers={}).status == 200
